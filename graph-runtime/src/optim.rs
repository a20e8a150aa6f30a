//! Gradient descent and its relatives: small structs that move parameters against their gradient.
//!
//! A step takes the parameters and the gradient as anything that iterates over them in one order: slices, arrays, `Vec`s,
//! `ndarray` arrays, or several of them chained. Invariant: an optimiser's state has an entry for each parameter, in that
//! order, from the first step on, so it belongs to one set of parameters; nothing that it remembers is of a step that was not
//! made to its end.
//!
//! ```
//! use graph_runtime::{graph, optim::Sgd};
//!
//! graph! { fn loss(w: [2], b) -> l { l = (w[0] - 1)^2 + w[1]^2 + (b + 2)^2; } }
//!
//! let (mut w, mut b) = ([0.0, 3.0], 0.0);
//! let sgd = Sgd::new(0.1);
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

/// Walks through parameters and gradient together. Where both know how many they are, they are compared before anything moves.
fn pairs<'x, 'g, T: Real + 'x + 'g>(
    parameters: impl IntoIterator<Item = &'x mut T>,
    gradient: impl IntoIterator<Item = &'g T>,
    mut update: impl FnMut(&mut T, T),
) {
    let (parameters, mut gradient) = (parameters.into_iter(), gradient.into_iter());
    let (many, least) = (parameters.size_hint(), gradient.size_hint());
    assert!(
        least.1.is_none_or(|slopes| many.0 <= slopes),
        "{TOO_FEW_SLOPES}"
    );
    assert!(
        many.1.is_none_or(|parameters| least.0 <= parameters),
        "{TOO_MANY_SLOPES}"
    );
    for parameter in parameters {
        match gradient.next() {
            Some(slope) => update(parameter, *slope),
            None => panic!("{TOO_FEW_SLOPES}"),
        }
    }
    assert!(gradient.next().is_none(), "{TOO_MANY_SLOPES}");
}

const TOO_FEW_SLOPES: &str = "there are more parameters than entries of the gradient";
const TOO_MANY_SLOPES: &str = "there are fewer parameters than entries of the gradient";

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
        squares: Option<Vec<T>>,
    }

    impl<T: Real> AdaGrad<T> {
        /// Before any step.
        #[must_use]
        pub fn new(rate: T) -> AdaGrad<T> {
            AdaGrad {
                rate,
                squares: None,
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
        means: Option<Vec<(T, T)>>,
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
                means: None,
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
            let bias = (self.bias.0 * first, self.bias.1 * second);
            let (first_share, second_share) = (one - bias.0, one - bias.1);
            each(&mut self.means, parameters, gradient, |(m, v), x, g| {
                *m = first * *m + (one - first) * g;
                *v = second * *v + (one - second) * g * g;
                let root = Real::sqrt(*v / second_share);
                *x = *x - rate * (*m / first_share) / (root + T::of(1e-8));
            });
            self.bias = bias;
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

    /// Walks through what is remembered, the parameters and the gradient together. The first walk makes the memory, of no
    /// parameters too; where it does not come to its end, there is none yet.
    fn each<'x, 'g, S: Start, T: Real + 'x + 'g>(
        state: &mut Option<Vec<S>>,
        parameters: impl IntoIterator<Item = &'x mut T>,
        gradient: impl IntoIterator<Item = &'g T>,
        mut update: impl FnMut(&mut S, &mut T, T),
    ) {
        let parameters = parameters.into_iter();
        let Some(state) = state else {
            let mut made = Vec::with_capacity(parameters.size_hint().0);
            pairs(parameters, gradient, |x, g| {
                let mut new = S::start();
                update(&mut new, x, g);
                made.push(new);
            });
            *state = Some(made);
            return;
        };
        let (least, most) = parameters.size_hint();
        assert!(least <= state.len(), "{TOO_MANY}");
        assert!(most.is_none_or(|most| most >= state.len()), "{TOO_FEW}");
        let mut known = state.iter_mut();
        pairs(parameters, gradient, |x, g| match known.next() {
            Some(state) => update(state, x, g),
            None => panic!("{TOO_MANY}"),
        });
        assert!(known.next().is_none(), "{TOO_FEW}");
    }

    const TOO_MANY: &str = "there are more parameters than in the step before; one optimiser takes all parameters in one call: \
                            chain them, or use an optimiser for each group";
    const TOO_FEW: &str = "there are fewer parameters than in the step before; one optimiser takes all parameters in one call: \
                           chain them, or use an optimiser for each group";
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
            Sgd::new(0.1).step(&mut x, gradient);
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
    #[should_panic(
        expected = "fewer parameters than in the step before; one optimiser takes all parameters in one call"
    )]
    fn other_parameters_panic() {
        let mut optimiser = AdaGrad::new(0.1);
        optimiser.step(&mut [1.0, 2.0], &[1.0, 1.0]);
        optimiser.step(&mut [1.0], &[1.0]);
    }

    /// Whether a step panics.
    #[cfg(feature = "std")]
    fn panics(step: impl FnOnce()) -> bool {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)).is_err()
    }

    /// A step that panics moves nothing and counts for nothing: what follows is as if it had not been.
    #[cfg(feature = "std")]
    #[test]
    fn a_step_that_panics_is_none() {
        let (mut x, mut adam) = ([1.0, -2.0], Adam::new(0.1));
        let mut momentum = Momentum::new(0.1, 0.5);
        assert!(panics(|| adam.step(&mut x, &[2.0])));
        assert!(panics(|| momentum.step(&mut x, &[2.0, 1.0, 1.0])));
        assert_eq!((x, &adam), ([1.0, -2.0], &Adam::new(0.1)));
        assert_eq!(momentum, Momentum::new(0.1, 0.5));
        adam.step(&mut x, &STEPS[0]);
        close(x[0], 1.0 - 0.1 * 2.0 / (2.0 + 1e-8));
        let (before, known) = (x, adam.clone());
        assert!(panics(|| adam.step(&mut x, &[2.0])));
        assert!(panics(|| adam.step(&mut [1.0, 2.0, 3.0], &[1.0; 3])));
        assert_eq!((x, adam), (before, known));
    }

    /// A first step over no parameters is a step, after which there are none.
    #[cfg(feature = "std")]
    #[test]
    fn a_step_over_nothing_is_a_step() {
        let mut adam = Adam::new(0.1);
        adam.step(&mut [], &[]);
        assert!(panics(|| adam.step(&mut [1.0], &[2.0])));
        let mut rates = AdaGrad::new(0.1);
        rates.step(&mut [], &[]);
        assert!(panics(|| rates.step(&mut [1.0], &[2.0])));
        let mut momentum = Momentum::new(0.1, 0.9);
        momentum.step(&mut [], &[]);
        assert!(panics(|| momentum.step(&mut [1.0], &[2.0])));
    }

    /// Where iterators do not know how many they give, it shows on the way; even then no memory is made.
    #[cfg(feature = "std")]
    #[test]
    fn counts_that_show_on_the_way() {
        let (mut x, mut adam) = ([1.0, -2.0], Adam::new(0.1));
        let odd = |slope: &&f64| **slope != 2.0;
        assert!(panics(|| adam.step(&mut x, STEPS[0].iter().filter(odd))));
        assert_eq!(adam, Adam::new(0.1));
    }
}
