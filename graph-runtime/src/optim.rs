//! Gradient descent and its relatives: small structs that move parameters against their gradient.
//!
//! A step takes the parameters and the gradient as anything that iterates over them in one order: slices, arrays, `Vec`s,
//! `ndarray` arrays, or several of them chained. Invariant: an optimiser's state has an entry for each parameter, in that
//! order, from the first step on, so it belongs to one set of parameters.
//!
//! ```
//! use graph_runtime::{graph, optim::Sgd};
//!
//! graph! { fn loss(w: [2], b) -> l { l = (w[0] - 1)^2 + w[1]^2 + (b + 2)^2; } }
//!
//! let (mut w, mut b) = ([0.0, 3.0], 0.0);
//! let sgd = Sgd { rate: 0.1 };
//! for _ in 0..100 {
//!     let (_, d) = loss::value_and_grad(w, b);
//!     sgd.step(&mut w, &d.w);
//!     sgd.step([&mut b], [&d.b]);
//! }
//! assert!(loss(w, b) < 1e-12);
//! ```

use crate::Real;

/// Stochastic gradient descent: `x ← x - rate·g`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd<T = f64> {
    /// How far a step goes along the gradient.
    pub rate: T,
}

impl<T: Real> Sgd<T> {
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

/// Walks through parameters and gradient together.
fn pairs<'x, 'g, T: Real + 'x + 'g>(
    parameters: impl IntoIterator<Item = &'x mut T>,
    gradient: impl IntoIterator<Item = &'g T>,
    mut update: impl FnMut(&mut T, T),
) {
    let mut gradient = gradient.into_iter();
    for parameter in parameters {
        match gradient.next() {
            Some(slope) => update(parameter, *slope),
            None => panic!("there are more parameters than entries of the gradient"),
        }
    }
    assert!(
        gradient.next().is_none(),
        "there are fewer parameters than entries of the gradient"
    );
}

#[cfg(feature = "std")]
pub use with_state::{AdaGrad, Adam, Momentum};

/// The optimisers that remember something of each parameter.
#[cfg(feature = "std")]
mod with_state {
    use super::pairs;
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
    pub struct Momentum<T = f64> {
        /// How far a step goes along the gradient.
        pub rate: T,
        /// How much of the velocity is kept from step to step, below 1.
        pub momentum: T,
        velocity: Vec<T>,
    }

    impl<T: Real> Momentum<T> {
        /// At rest. 0.9 is the usual momentum.
        #[must_use]
        pub fn new(rate: T, momentum: T) -> Momentum<T> {
            Momentum {
                rate,
                momentum,
                velocity: Vec::new(),
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

    /// AdaGrad: a rate for each parameter, which its own gradients wear down (Duchi, Hazan and Singer, Journal of Machine
    /// Learning Research 12, 2011): `h ← h + g²`, `x ← x - rate·g / (√h + 1e-8)`.
    ///
    /// ```
    /// use graph_runtime::optim::AdaGrad;
    ///
    /// let (mut x, mut optimiser) = ([1.0, 1.0], AdaGrad::new(0.5));
    /// optimiser.step(&mut x, &[3.0, -0.01]); // the first step is the rate, whatever the gradient
    /// assert!((x[0] - 0.5_f64).abs() < 1e-6 && (x[1] - 1.5_f64).abs() < 1e-6);
    /// ```
    #[derive(Clone, Debug, PartialEq)]
    pub struct AdaGrad<T = f64> {
        /// How far the first step goes.
        pub rate: T,
        squares: Vec<T>,
    }

    impl<T: Real> AdaGrad<T> {
        /// Before any step.
        #[must_use]
        pub fn new(rate: T) -> AdaGrad<T> {
            AdaGrad {
                rate,
                squares: Vec::new(),
            }
        }

        /// Moves every parameter against its gradient, the less the more it has been moved.
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
            let rate = self.rate;
            each(&mut self.squares, parameters, gradient, |h, x, g| {
                *h = *h + g * g;
                *x = *x - rate * g / (Real::sqrt(*h) + T::of(1e-8));
            });
        }
    }

    /// Adam: momentum, and a rate for each parameter, both freed of the bias of their start (Kingma and Ba, ICLR 2015,
    /// algorithm 1): `m ← β₁m + (1 - β₁)g`, `v ← β₂v + (1 - β₂)g²`,
    /// `x ← x - rate·(m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + 1e-8)`.
    ///
    /// ```
    /// use graph_runtime::{graph, optim::Adam};
    ///
    /// graph! { fn valley(x, y) -> z { z = (1 - x)^2 + 10*(y - x^2)^2; } }
    ///
    /// let (mut x, mut adam) = ([-1.0, 1.0], Adam::new(0.05));
    /// for _ in 0..1500 {
    ///     let (_, d) = valley::value_and_grad(x[0], x[1]);
    ///     adam.step(&mut x, &d.to_array());
    /// }
    /// assert!(valley(x[0], x[1]) < 1e-6);
    /// ```
    #[derive(Clone, Debug, PartialEq)]
    pub struct Adam<T = f64> {
        /// About how far a step moves a parameter, at most.
        pub rate: T,
        /// How much of the mean gradient is kept from step to step: β₁.
        pub mean_decay: T,
        /// How much of the mean square is kept from step to step: β₂.
        pub square_decay: T,
        /// How much of their start is left in the means: β₁ᵗ and β₂ᵗ.
        bias: (T, T),
        means: Vec<(T, T)>,
    }

    impl<T: Real> Adam<T> {
        /// Before any step, with the paper's β₁ = 0.9 and β₂ = 0.999; 0.001 is its rate.
        #[must_use]
        pub fn new(rate: T) -> Adam<T> {
            Adam {
                rate,
                mean_decay: T::of(0.9),
                square_decay: T::of(0.999),
                bias: (T::of(1.0), T::of(1.0)),
                means: Vec::new(),
            }
        }

        /// Moves every parameter by the ratio of its mean gradient to the root of its mean square.
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
            let (one, rate) = (T::of(1.0), self.rate);
            let (first, second) = (self.mean_decay, self.square_decay);
            self.bias = (self.bias.0 * first, self.bias.1 * second);
            let (first_share, second_share) = (one - self.bias.0, one - self.bias.1);
            each(&mut self.means, parameters, gradient, |(m, v), x, g| {
                *m = first * *m + (one - first) * g;
                *v = second * *v + (one - second) * g * g;
                let root = Real::sqrt(*v / second_share);
                *x = *x - rate * (*m / first_share) / (root + T::of(1e-8));
            });
        }
    }

    /// What is remembered of a parameter, before any step.
    trait Start {
        fn start() -> Self;
    }

    impl<T: Real> Start for T {
        fn start() -> T {
            T::of(0.0)
        }
    }

    impl<T: Real> Start for (T, T) {
        fn start() -> (T, T) {
            (T::of(0.0), T::of(0.0))
        }
    }

    /// Walks through what is remembered, the parameters and the gradient together. The first walk makes the memory.
    fn each<'x, 'g, S: Start, T: Real + 'x + 'g>(
        state: &mut Vec<S>,
        parameters: impl IntoIterator<Item = &'x mut T>,
        gradient: impl IntoIterator<Item = &'g T>,
        mut update: impl FnMut(&mut S, &mut T, T),
    ) {
        let (known, mut at) = (state.len(), 0);
        pairs(parameters, gradient, |x, g| {
            if known == 0 {
                state.push(S::start());
            }
            match state.get_mut(at) {
                Some(state) => update(state, x, g),
                None => panic!("there are more parameters than in the step before"),
            }
            at += 1;
        });
        assert!(
            at == state.len(),
            "there are fewer parameters than in the step before"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-14,
            "{found} is not {expected}"
        );
    }

    /// Two parameters at 1 and -2, with the gradients (2, -1) and then (1, 0.5).
    const STEPS: [[f64; 2]; 2] = [[2.0, -1.0], [1.0, 0.5]];

    #[test]
    fn sgd() {
        let mut x = [1.0, -2.0];
        for gradient in &STEPS {
            Sgd { rate: 0.1 }.step(&mut x, gradient);
        }
        close(x[0], 0.7);
        close(x[1], -1.95);
    }

    #[cfg(feature = "std")]
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

    #[cfg(feature = "std")]
    #[test]
    fn adagrad() {
        let (mut x, mut optimiser) = ([1.0, -2.0], AdaGrad::new(0.1));
        optimiser.step(&mut x, &STEPS[0]); // h = (4, 1)
        close(x[0], 1.0 - 0.2 / (2.0 + 1e-8));
        close(x[1], -2.0 + 0.1 / (1.0 + 1e-8));
        optimiser.step(&mut x, &STEPS[1]); // h = (5, 1.25)
        close(
            x[0],
            1.0 - 0.2 / (2.0 + 1e-8) - 0.1 / (5.0_f64.sqrt() + 1e-8),
        );
        close(
            x[1],
            -2.0 + 0.1 / (1.0 + 1e-8) - 0.05 / (1.25_f64.sqrt() + 1e-8),
        );
    }

    /// The first step of Adam is the rate, by its correction of the bias; the second is worked out in the comments.
    #[cfg(feature = "std")]
    #[test]
    fn adam() {
        let (mut x, mut optimiser) = ([1.0, -2.0], Adam::new(0.1));
        optimiser.step(&mut x, &STEPS[0]); // m = 0.2, v = 0.004; both are divided by what is left of 1: 0.1, 0.001
        close(x[0], 1.0 - 0.1 * 2.0 / (2.0 + 1e-8));
        close(x[1], -2.0 + 0.1 * 1.0 / (1.0 + 1e-8));
        let before = x[0];
        // m = 0.9·0.2 + 0.1 = 0.28 over 1 - 0.81; v = 0.999·0.004 + 0.001 = 0.004996 over 1 - 0.998001
        optimiser.step(&mut x, &STEPS[1]);
        close(
            x[0],
            before - 0.1 * (0.28 / 0.19) / ((0.004996_f64 / 0.001999).sqrt() + 1e-8),
        );
    }

    #[cfg(feature = "std")]
    #[test]
    fn parameters_in_several_places() {
        let (mut w, mut b) = (vec![1.0_f32, 2.0], 3.0);
        let mut optimiser = Momentum::new(1.0, 0.0);
        optimiser.step(w.iter_mut().chain([&mut b]), &[1.0, 1.0, 1.0]);
        assert_eq!((w, b), (vec![0.0, 1.0], 2.0));
    }

    #[test]
    #[should_panic(expected = "more parameters than entries of the gradient")]
    fn a_short_gradient_panics() {
        Sgd { rate: 0.1 }.step(&mut [1.0, 2.0], &[1.0]);
    }

    #[cfg(feature = "std")]
    #[test]
    #[should_panic(expected = "fewer parameters than in the step before")]
    fn other_parameters_panic() {
        let mut optimiser = AdaGrad::new(0.1);
        optimiser.step(&mut [1.0, 2.0], &[1.0, 1.0]);
        optimiser.step(&mut [1.0], &[1.0]);
    }
}
