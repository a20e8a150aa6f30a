//! The price of an option under Heston's model of a variance that moves by chance itself (1993), by Euler's method with the variance
//! cut off at zero: 200,000 paths of 252 steps, the price and its slopes by six parameters.
//!
//! Paths come in calls of 2,000, over the same normal numbers, since those of all would be 800 MB. By hand: one path in each lane, its
//! variances kept beside it on the stack; the logarithm of the share's price only adds up, so its adjoint is the same in all steps.

use graph_runtime::__private::batch;
use graph_runtime::{Kernel, Real, graph};
use ndarray::Array2;

use crate::harness::{Task, random};
use crate::summary::Line;

const PATHS: usize = 2_000;
const CALLS: usize = 100;
const STEPS: usize = 252;
const RATE: f64 = 0.02;
const STRIKE: f64 = 100.0;
const DT: f64 = 1.0 / 252.0;

graph! {
    /// By the price of the share, the variance, how fast that returns to what, how it moves, and how both are correlated.
    fn price(spot, v0, speed, level, spread, rho, const z: [t, m], const w: [t, m], const strike, const rate, const dt) -> price {
        rest = sqrt(1 - rho^2);
        paid = sum(i in 0..m,
            (x, _) = fold((x, v) = (ln(spot), v0), k in 0..t,
                cut = relu(v);
                s = sqrt(cut*dt);
                (x + (rate - cut/2)*dt + s*(rho*z[k, i] + rest*w[k, i]),
                 v + speed*(level - cut)*dt + spread*s*z[k, i]));
            relu(exp(x) - strike));
        price = exp(-rate)*paid/m;
    }
}

/// One path: its normal numbers, what it pays, and the slopes of that.
struct ByHand([f64; 6]);

impl Kernel<{ 2 * STEPS }, 7> for ByHand {
    #[inline(always)]
    fn eval<T: Real>(&self, inputs: [T; 2 * STEPS]) -> [T; 7] {
        let [spot, v0, speed, level, spread, rho] = self.0.map(T::of);
        let (z, w) = inputs.split_at(STEPS);
        let (zero, dt, half) = (T::of(0.0), T::of(DT), T::of(0.5));
        let rest = (T::of(1.0) - rho * rho).sqrt();
        let mut kept = [zero; STEPS];
        let (mut x, mut v) = (spot.ln(), v0);
        for (at, kept) in kept.iter_mut().enumerate() {
            *kept = v;
            let cut = v.max(zero);
            let s = (cut * dt).sqrt();
            x = x + (T::of(RATE) - half * cut) * dt + s * (rho * z[at] + rest * w[at]);
            v = v + speed * (level - cut) * dt + spread * s * z[at];
        }
        let end = x.exp();
        let paid = (end - T::of(STRIKE)).max(zero);
        let dx = T::select(end.greater(T::of(STRIKE)), end, zero);
        let (mut dv, mut dspeed, mut dlevel, mut dspread, mut drho) =
            (zero, zero, zero, zero, zero);
        for at in (0..STEPS).rev() {
            let (v, z, w) = (kept[at], z[at], w[at]);
            let cut = v.max(zero);
            let s = (cut * dt).sqrt();
            let ds = dx * (rho * z + rest * w) + dv * spread * z;
            let along = ds * half * dt / s - (dx * half + dv * speed) * dt;
            drho = drho + s * (z - rho / rest * w);
            dspread = dspread + dv * s * z;
            dspeed = dspeed + dv * (level - cut);
            dlevel = dlevel + dv;
            dv = dv + T::select(v.greater(zero), along, zero);
        }
        [
            paid,
            dx / spot,
            dv,
            dspeed * dt,
            dlevel * speed * dt,
            dspread,
            drho * dx,
        ]
    }
}

/// Numbers that are nearly normal: the sum of twelve uniform ones.
fn normal(seed: u64) -> Array2<f64> {
    let one = |at| random(seed + at, (STEPS, PATHS), -0.5, 0.5).mapv(f64::from);
    (1..12).fold(one(0), |sum, at| sum + one(at))
}

pub fn run(rounds: usize) -> Line {
    let at = [100.0, 0.04, 1.5, 0.05, 0.4, -0.6];
    let (z, w) = (normal(1), normal(100));
    let (own_z, own_w) = (z.clone(), w.clone());
    let mut results = [(); 7].map(|()| vec![0.0; PATHS]);
    let by_hand = move || {
        let mut all = 0.0;
        for _ in 0..CALLS {
            let row = |at: usize| match at.checked_sub(STEPS) {
                Some(at) => own_w.row(at).to_slice(),
                None => own_z.row(at).to_slice(),
            };
            let inputs: [&[f64]; 2 * STEPS] =
                std::array::from_fn(|at| row(at).expect("rows are side by side"));
            let outputs = results.each_mut().map(|result| &mut result[..]);
            batch::run(PATHS, inputs, outputs, &ByHand(at));
            let sums = results.iter().map(|result| result.iter().sum::<f64>());
            all += (-RATE).exp() * sums.sum::<f64>() / PATHS as f64;
        }
        all
    };
    let (mut workspace, mut grad) = (price::Workspace::default(), price::Grad::default());
    let by_graph = move || {
        let [spot, v0, speed, level, spread, rho] = at;
        let mut all = 0.0;
        for _ in 0..CALLS {
            let price = price::value_and_grad_into(
                spot,
                v0,
                speed,
                level,
                spread,
                rho,
                &z,
                &w,
                STRIKE,
                RATE,
                DT,
                &mut workspace,
                &mut grad,
            );
            all += price.expect("the shapes agree")
                + grad.spot
                + grad.v0
                + grad.speed
                + grad.level
                + grad.spread
                + grad.rho;
        }
        all
    };
    Task::new("Heston, 200,000 paths of 252 steps")
        .row("by hand", by_hand)
        .row("graph!", by_graph)
        .report(rounds)
}
