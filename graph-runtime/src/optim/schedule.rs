//! Learning rates as functions of the step.

use core::f64::consts::PI;

use crate::Real;

/// The rate of a step, counted from 0, that rises evenly to `peak` over the first `warmup` steps (Goyal et al., Accurate, large
/// minibatch SGD, 2017, section 2.2) and falls to 0 at step `end` along half a cosine (Loshchilov and Hutter, SGDR, ICLR 2017,
/// equation 5): `peak·(step + 1)/warmup`, then `peak·(1 + cos(π·(step - warmup)/(end - warmup)))/2`, and 0 from `end` on.
///
/// A schedule is any function of the step: what it gives is assigned to an optimiser's `rate`.
///
/// ```
/// use graph_runtime::optim::{Sgd, warmup_cosine};
///
/// let (mut x, mut sgd) = ([3.0_f64], Sgd::new(0.0));
/// for step in 0..100 {
///     let gradient = [2.0 * x[0]];
///     sgd.rate = warmup_cosine(0.3, step, 10, 100);
///     sgd.step(&mut x, &gradient);
/// }
/// assert!(x[0].abs() < 1e-9);
/// ```
pub fn warmup_cosine<T: Real>(peak: T, step: usize, warmup: usize, end: usize) -> T {
    if step < warmup {
        return peak * T::of((step + 1) as f64 / warmup as f64);
    }
    if step >= end {
        return T::of(0.0);
    }
    let gone = (step - warmup) as f64 / (end - warmup) as f64;
    peak * T::of(0.5 + 0.5 * Real::cos(PI * gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_down() {
        let rate = |step| warmup_cosine(2.0_f64, step, 4, 10);
        let steps: [usize; 12] = core::array::from_fn(|step| step);
        let half = |sixths: f64| 1.0 + (sixths * PI / 6.0).cos();
        let expected = [
            0.5,
            1.0,
            1.5,
            2.0,
            2.0,
            half(1.0),
            1.5,
            1.0,
            0.5,
            half(5.0),
            0.0,
            0.0,
        ];
        for (found, expected) in steps.map(rate).into_iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-15,
                "{found} is not {expected}"
            );
        }
    }

    #[test]
    fn without_a_warm_up_and_with_nothing_else() {
        assert_eq!(warmup_cosine(1.0, 0, 0, 10), 1.0);
        assert_eq!(warmup_cosine(1.0_f32, 9, 10, 10), 1.0);
        assert_eq!(warmup_cosine(1.0_f32, 10, 10, 10), 0.0);
        assert_eq!(warmup_cosine(1.0, 0, 0, 0), 0.0);
    }
}
