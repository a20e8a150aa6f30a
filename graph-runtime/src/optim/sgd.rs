//! Plain gradient descent, which remembers nothing.

use super::walk::pairs;
use crate::Real;

/// Stochastic gradient descent: `x ← x - rate·g`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sgd<T = f64> {
    /// How far a step goes along the gradient.
    pub rate: T,
}

impl<T: Real> Sgd<T> {
    /// Of this rate.
    #[must_use]
    pub const fn new(rate: T) -> Sgd<T> {
        Sgd { rate }
    }

    /// Moves every parameter against its gradient.
    ///
    /// # Panics
    /// Where there are more parameters than entries of the gradient, or fewer.
    pub fn step<'x, 'g>(
        &self,
        parameters: impl IntoIterator<Item = &'x mut T>,
        gradient: impl IntoIterator<Item = &'g T>,
    ) where
        T: 'x + 'g,
    {
        pairs(parameters, gradient, |x, g| *x = *x - self.rate * g);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::tests::{STEPS, close};

    #[test]
    fn sgd() {
        let mut x = [1.0, -2.0];
        for gradient in &STEPS {
            Sgd::new(0.1).step(&mut x, gradient);
        }
        close(x[0], 0.7);
        close(x[1], -1.95);
    }

    #[test]
    #[should_panic(expected = "more parameters than entries of the gradient")]
    fn a_short_gradient_panics() {
        Sgd { rate: 0.1 }.step(&mut [1.0, 2.0], &[1.0]);
    }
}
