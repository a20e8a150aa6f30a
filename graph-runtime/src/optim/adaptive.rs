//! Steps at a rate for each parameter, by how large its gradients have been.

use super::walk::each;
use crate::Real;

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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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

/// RMSProp: a rate for each parameter, by the mean of its squared gradients over the last steps (Tieleman and Hinton, lecture
/// 6.5 of Neural Networks for Machine Learning, 2012): `v ← ρv + (1 - ρ)g²`, `x ← x - rate·g / (√v + 1e-8)`.
///
/// ```
/// use graph_runtime::optim::RmsProp;
///
/// let (mut x, mut optimiser) = ([1.0, 1.0], RmsProp::new(0.01));
/// optimiser.step(&mut x, &[3.0, -0.02]); // the first step is rate / √0.1, whatever the gradient
/// let first = 0.01 / 0.1_f64.sqrt();
/// assert!((x[0] - (1.0 - first)).abs() < 1e-6 && (x[1] - (1.0 + first)).abs() < 1e-6);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RmsProp<T = f64> {
    /// About how far a step moves a parameter.
    pub rate: T,
    /// How much of the mean square is kept from step to step: ρ.
    pub square_decay: T,
    squares: Option<Vec<T>>,
}

impl<T: Real> RmsProp<T> {
    /// Before any step, with the lecture's ρ = 0.9; 0.001 is its rate.
    #[must_use]
    pub fn new(rate: T) -> RmsProp<T> {
        RmsProp {
            rate,
            square_decay: T::of(0.9),
            squares: None,
        }
    }

    /// Moves every parameter against its gradient, over the root of its mean square.
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
        let (rate, kept) = (self.rate, self.square_decay);
        let fresh = T::of(1.0) - kept;
        each(&mut self.squares, parameters, gradient, |v, x, g| {
            *v = kept * *v + fresh * g * g;
            *x = *x - rate * g / (Real::sqrt(*v) + T::of(1e-8));
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adam<T = f64> {
    /// About how far a step moves a parameter, at most.
    pub rate: T,
    /// How much of the mean gradient is kept from step to step: β₁.
    pub mean_decay: T,
    /// How much of the mean square is kept from step to step: β₂.
    pub square_decay: T,
    moments: Moments<T>,
}

impl<T: Real> Adam<T> {
    /// Before any step, with the paper's β₁ = 0.9 and β₂ = 0.999; 0.001 is its rate.
    #[must_use]
    pub fn new(rate: T) -> Adam<T> {
        Adam {
            rate,
            mean_decay: T::of(0.9),
            square_decay: T::of(0.999),
            moments: Moments::new(),
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
        let (rate, decays) = (self.rate, (self.mean_decay, self.square_decay));
        self.moments
            .step(decays, parameters, gradient, |x, mean, root| {
                *x = *x - rate * mean / root;
            });
    }
}

/// AdamW: Adam, and beside it a pull of every parameter towards 0 that its gradients do not scale (Loshchilov and Hutter, ICLR
/// 2019, algorithm 2): with Adam's `m` and `v`, `x ← x - rate·((m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + 1e-8) + decay·x)`.
///
/// As in other libraries, `rate` is the paper's α times its schedule's η, so the pull follows the schedule too, and α·`decay` is
/// the paper's λ.
///
/// ```
/// use graph_runtime::optim::AdamW;
///
/// let (mut x, mut optimiser) = ([1.0, -2.0], AdamW::new(0.1, 0.01));
/// optimiser.step(&mut x, &[5.0, 0.0]); // 0.1 for the slope, and a thousandth of each parameter
/// assert!((x[0] - 0.899_f64).abs() < 1e-9 && (x[1] + 1.998).abs() < 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdamW<T = f64> {
    /// About how far a step moves a parameter along its gradient, at most.
    pub rate: T,
    /// How much of a parameter a step of rate 1 would take off.
    pub decay: T,
    /// How much of the mean gradient is kept from step to step: β₁.
    pub mean_decay: T,
    /// How much of the mean square is kept from step to step: β₂.
    pub square_decay: T,
    moments: Moments<T>,
}

impl<T: Real> AdamW<T> {
    /// Before any step, with β₁ = 0.9 and β₂ = 0.999; a rate of 0.001 and a decay of 0.01 are usual.
    #[must_use]
    pub fn new(rate: T, decay: T) -> AdamW<T> {
        AdamW {
            rate,
            decay,
            mean_decay: T::of(0.9),
            square_decay: T::of(0.999),
            moments: Moments::new(),
        }
    }

    /// Moves every parameter as [`Adam`] does, and by its own size towards 0.
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
        let (rate, decay) = (self.rate, self.decay);
        let decays = (self.mean_decay, self.square_decay);
        self.moments
            .step(decays, parameters, gradient, |x, mean, root| {
                *x = *x - rate * (mean / root + decay * *x);
            });
    }
}

/// The mean gradient and the mean square of every parameter.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Moments<T> {
    /// How much of their start is left in the means: β₁ᵗ and β₂ᵗ.
    bias: (T, T),
    means: Option<Vec<(T, T)>>,
}

impl<T: Real> Moments<T> {
    fn new() -> Moments<T> {
        Moments {
            bias: (T::of(1.0), T::of(1.0)),
            means: None,
        }
    }

    /// Moves every parameter, given its mean gradient and the root of its mean square, freed of their bias.
    fn step<'x, 'g>(
        &mut self,
        (first, second): (T, T),
        parameters: impl IntoIterator<Item = &'x mut T>,
        gradient: impl IntoIterator<Item = &'g T>,
        mut change: impl FnMut(&mut T, T, T),
    ) where
        T: 'x + 'g,
    {
        let one = T::of(1.0);
        let bias = (self.bias.0 * first, self.bias.1 * second);
        let (first_share, second_share) = (one - bias.0, one - bias.1);
        each(&mut self.means, parameters, gradient, |(m, v), x, g| {
            *m = first * *m + (one - first) * g;
            *v = second * *v + (one - second) * g * g;
            let root = Real::sqrt(*v / second_share);
            change(x, *m / first_share, root + T::of(1e-8));
        });
        self.bias = bias;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::tests::{STEPS, close};

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

    #[test]
    fn rms_prop() {
        let (mut x, mut optimiser) = ([1.0, -2.0], RmsProp::new(0.1));
        optimiser.step(&mut x, &STEPS[0]); // v = (0.4, 0.1)
        let first = [
            1.0 - 0.2 / (0.4_f64.sqrt() + 1e-8),
            -2.0 + 0.1 / (0.1_f64.sqrt() + 1e-8),
        ];
        close(x[0], first[0]);
        close(x[1], first[1]);
        optimiser.step(&mut x, &STEPS[1]); // v = (0.36 + 0.1, 0.09 + 0.025)
        close(x[0], first[0] - 0.1 / (0.46_f64.sqrt() + 1e-8));
        close(x[1], first[1] - 0.05 / (0.115_f64.sqrt() + 1e-8));
    }

    /// The first step of Adam is the rate, by its correction of the bias; the second is worked out in the comments.
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

    /// Adam's steps, and before each a twentieth of the parameter: 0.1 of rate times 0.5 of decay.
    #[test]
    fn adam_w() {
        let (mut x, mut optimiser) = ([1.0, -2.0], AdamW::new(0.1, 0.5));
        optimiser.step(&mut x, &STEPS[0]);
        close(x[0], 0.95 - 0.1 * 2.0 / (2.0 + 1e-8));
        close(x[1], -1.9 + 0.1 * 1.0 / (1.0 + 1e-8));
        let before = x[0];
        optimiser.step(&mut x, &STEPS[1]);
        close(
            x[0],
            0.95 * before - 0.1 * (0.28 / 0.19) / ((0.004996_f64 / 0.001999).sqrt() + 1e-8),
        );
    }

    /// With no decay there is nothing but Adam.
    #[test]
    fn adam_w_without_decay_is_adam() {
        let (mut x, mut y) = ([1.0, -2.0], [1.0, -2.0]);
        let (mut adam, mut adam_w) = (Adam::new(0.1), AdamW::new(0.1, 0.0));
        for gradient in &STEPS {
            adam.step(&mut x, gradient);
            adam_w.step(&mut y, gradient);
        }
        close(x[0], y[0]);
        close(x[1], y[1]);
    }
}
