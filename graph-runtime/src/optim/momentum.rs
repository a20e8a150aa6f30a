//! Gradient descent with a velocity.

use super::walk::each;
use crate::Real;

/// Gradient descent with momentum, the heavy ball of Polyak (1964): `v ← momentum·v - rate·g`, `x ← x + v`.
///
/// ```
/// use graph_runtime::optim::Momentum;
///
/// let (mut x, mut optimiser) = ([1.0], Momentum::new(0.1, 0.9));
/// optimiser.step(&mut x, &[2.0]); // v = -0.2
/// optimiser.step(&mut x, &[2.0]); // v = -0.38
/// assert!((x[0] - 0.42_f64).abs() < 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Momentum<T = f64> {
    /// How far a step goes along the gradient.
    pub rate: T,
    /// How much of the velocity is kept from step to step, below 1.
    pub momentum: T,
    velocity: Option<Vec<T>>,
}

impl<T: Real> Momentum<T> {
    /// At rest. 0.9 is the usual momentum.
    #[must_use]
    pub fn new(rate: T, momentum: T) -> Momentum<T> {
        Momentum {
            rate,
            momentum,
            velocity: None,
        }
    }

    /// Moves every parameter by its velocity, which its gradient has changed.
    ///
    /// # Panics
    /// Where the parameters are not as many as the entries of the gradient, or as in the step before.
    pub fn step<'x, 'g>(
        &mut self,
        parameters: impl IntoIterator<Item = &'x mut T>,
        gradient: impl IntoIterator<Item = &'g T>,
    ) where
        T: 'x + 'g,
    {
        let (rate, momentum) = (self.rate, self.momentum);
        each(&mut self.velocity, parameters, gradient, |v, x, g| {
            *v = momentum * *v - rate * g;
            *x = *x + *v;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::tests::{STEPS, close};

    #[test]
    fn momentum() {
        let (mut x, mut optimiser) = ([1.0, -2.0], Momentum::new(0.1, 0.5));
        optimiser.step(&mut x, &STEPS[0]); // v = (-0.2, 0.1)
        close(x[0], 0.8);
        close(x[1], -1.9);
        optimiser.step(&mut x, &STEPS[1]); // v = (-0.1 - 0.1, 0.05 - 0.05)
        close(x[0], 0.6);
        close(x[1], -1.9);
    }

    #[test]
    fn parameters_in_several_places() {
        let (mut w, mut b) = (vec![1.0_f32, 2.0], 3.0);
        let mut optimiser = Momentum::new(1.0, 0.0);
        optimiser.step(w.iter_mut().chain([&mut b]), &[1.0, 1.0, 1.0]);
        assert_eq!((w, b), (vec![0.0, 1.0], 2.0));
    }
}
