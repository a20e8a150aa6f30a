//! A chain of element-wise operations with a reduction over a million numbers, value and gradient.

use graph_runtime::__private::batch;
use graph_runtime::{Kernel, Real, graph};

use crate::harness::{Task, random};
use crate::summary::Line;

const COUNT: usize = 1_000_000;
/// How many positions are computed before their terms are summed, so that these stay in the cache.
const BLOCK: usize = 256;

graph! {
    fn chain(a: [n], b: [n], c: [n]) -> z { z = mean(sigmoid(a*b + c)*exp(-(a - c)^2)); }
}

/// What a careful person writes for one position: the value's term, and the three slopes.
struct ByHand;

impl Kernel<3, 4> for ByHand {
    #[inline(always)]
    fn eval<T: Real>(&self, [a, b, c]: [T; 3]) -> [T; 4] {
        let s = (a * b + c).sigmoid();
        let d = a - c;
        let z = s * (-(d * d)).exp();
        let share = z * T::of(1.0 / COUNT as f64);
        let du = share * (T::of(1.0) - s);
        let dv = share * (T::of(-2.0) * d);
        [z, du * b + dv, du * a, du - dv]
    }
}

pub fn run(rounds: usize) -> Line {
    let inputs = [3, 4, 5].map(|seed| random(seed, COUNT, -1.0, 1.0));
    let [a, b, c] = inputs.clone();
    let (mut workspace, mut gradient) = (chain::Workspace::default(), chain::Grad::default());
    let by_graph = move || {
        let value = chain::value_and_grad_into(&a, &b, &c, &mut workspace, &mut gradient);
        f64::from(value.expect("one length") + gradient.a[7] + gradient.b[8] + gradient.c[9])
    };
    let [a, b, c] = inputs.map(|array| array.to_vec());
    let mut slopes = [(); 3].map(|()| vec![0.0_f32; COUNT]);
    let by_hand = move || {
        let mut terms = [0.0_f32; BLOCK];
        let mut sum = 0.0;
        for start in (0..COUNT).step_by(BLOCK) {
            let part = start..(start + BLOCK).min(COUNT);
            let [da, db, dc] = slopes.each_mut().map(|slope| &mut slope[part.clone()]);
            let points = [&a[part.clone()], &b[part.clone()], &c[part.clone()]];
            let count = part.len();
            batch::run(count, points, [&mut terms[..count], da, db, dc], &ByHand);
            let eighths: [f32; 8] =
                std::array::from_fn(|at| terms[at..count].iter().step_by(8).sum());
            sum += eighths.iter().sum::<f32>();
        }
        let [da, db, dc] = &slopes;
        f64::from(sum / COUNT as f32 + da[7] + db[8] + dc[9])
    };
    Task::new("mean(sigmoid(a b + c) exp(-(a - c)^2)), 1,000,000 f32")
        .row("by hand", by_hand)
        .row("graph!", by_graph)
        .report(rounds)
}
