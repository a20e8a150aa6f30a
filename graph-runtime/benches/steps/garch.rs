//! Series whose variance depends on the return before and on the variance before: GARCH(1, 1) of 10,000 series of 250 returns, the log
//! likelihood and its slopes by the four parameters of each series.
//!
//! By hand: one series in each lane, all of its steps one after the other, its variances kept beside it on the stack. Backwards, with the
//! variance `v` and the distance `e` of a return from the mean, a step hands `b` times its adjoint to the one before.

use graph_runtime::__private::batch;
use graph_runtime::{Kernel, Real, graph};
use ndarray::{Array1, Array2};

use crate::harness::{Task, random};
use crate::summary::Line;

const SERIES: usize = 10_000;
const STEPS: usize = 250;
/// The variance that a series begins with.
const FIRST: f64 = 0.04;

graph! {
    fn likelihood(mean: [m], a0: [m], a1: [m], b: [m], const y: [t, m]) -> lp {
        lp = sum(i in 0..m,
            (_, lp) = fold((v, lp) = (0.04, 0), k in 0..t,
                off = (y[k, i] - mean[i])^2;
                (a0[i] + a1[i]*off + b[i]*v, lp - ln(v)/2 - off/(2*v)));
            lp);
    }
}

/// One series: its parameters and its returns, the likelihood and the slopes.
struct ByHand;

const INPUTS: usize = 4 + STEPS;

impl Kernel<INPUTS, 5> for ByHand {
    #[inline(always)]
    fn eval<T: Real>(&self, inputs: [T; INPUTS]) -> [T; 5] {
        let [mean, a0, a1, b] = [inputs[0], inputs[1], inputs[2], inputs[3]];
        let y = &inputs[4..];
        let half = T::of(0.5);
        let mut kept = [half; STEPS];
        let (mut v, mut lp) = (T::of(FIRST), T::of(0.0));
        for (kept, y) in kept.iter_mut().zip(y) {
            let e = *y - mean;
            let off = e * e;
            *kept = v;
            lp = lp - half * (v.ln() + off / v);
            v = a0 + a1 * off + b * v;
        }
        let zero = T::of(0.0);
        let (mut dv, mut dmean, mut da0, mut da1, mut db) = (zero, zero, zero, zero, zero);
        for (v, y) in kept.iter().zip(y).rev() {
            let e = *y - mean;
            let (off, by) = (e * e, T::of(1.0) / *v);
            da0 = da0 + dv;
            da1 = da1 + dv * off;
            db = db + dv * *v;
            dmean = dmean + e * (by - T::of(2.0) * dv * a1);
            dv = dv * b - half * (by - off * by * by);
        }
        [lp, dmean, da0, da1, db]
    }
}

pub fn run(rounds: usize) -> Line {
    let draw = |seed, low, high| random(seed, SERIES, low, high).mapv(f64::from);
    let parameters = [
        draw(1, -0.02, 0.02),
        draw(2, 0.001, 0.01),
        draw(3, 0.05, 0.2),
        draw(4, 0.5, 0.75),
    ];
    let y: Array2<f64> = random(5, (STEPS, SERIES), -0.5, 0.5).mapv(f64::from);
    let total = |lp: f64, slopes: [&[f64]; 4]| {
        let slopes = slopes.iter().map(|slope| slope.iter().sum::<f64>());
        lp + slopes.sum::<f64>()
    };
    let (own, returns) = (parameters.clone(), y.clone());
    let mut results = [(); 5].map(|()| vec![0.0; SERIES]);
    let by_hand = move || {
        let inputs: [&[f64]; INPUTS] = std::array::from_fn(|at| match at {
            0..4 => slice(&own[at]),
            _ => returns
                .row(at - 4)
                .to_slice()
                .expect("rows are side by side"),
        });
        batch::run(
            SERIES,
            inputs,
            results.each_mut().map(|result| &mut result[..]),
            &ByHand,
        );
        let [lp, mean, a0, a1, b] = &results;
        total(lp.iter().sum(), [mean, a0, a1, b])
    };
    let (mut workspace, mut grad) = (
        likelihood::Workspace::default(),
        likelihood::Grad::default(),
    );
    let by_graph = move || {
        let [mean, a0, a1, b] = &parameters;
        let lp = likelihood::value_and_grad_into(mean, a0, a1, b, &y, &mut workspace, &mut grad);
        let slopes = [&grad.mean, &grad.a0, &grad.a1, &grad.b].map(slice);
        total(lp.expect("the shapes agree"), slopes)
    };
    Task::new("GARCH, 10,000 series of 250 steps")
        .row("by hand", by_hand)
        .row("graph!", by_graph)
        .report(rounds)
}

fn slice(of: &Array1<f64>) -> &[f64] {
    of.as_slice().expect("it is side by side")
}
