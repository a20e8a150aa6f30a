//! Gradient descent and its relatives: small structs that move parameters against their gradient.
//!
//! A step takes the parameters and the gradient as anything that iterates over them in one order: slices, arrays, `Vec`s,
//! `ndarray` arrays, or several of them chained. Invariant: an optimiser's state has an entry for each parameter, in that
//! order, from the first step on, so it belongs to one set of parameters; nothing that it remembers is of a step that was not
//! made to its end. With the feature `serde`, an optimiser can be written down and read back, and goes on as if it had not been.
//!
//! Beside them stand what a training loop does to a gradient and to a rate: [`clip_norm`] and [`warmup_cosine`]. How all of this
//! goes together is on the page [training](crate::guide::training).
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

#[cfg(feature = "std")]
mod adaptive;
mod clip;
#[cfg(feature = "std")]
mod momentum;
mod schedule;
mod sgd;
mod walk;

#[cfg(feature = "std")]
pub use adaptive::{AdaGrad, Adam, AdamW, RmsProp};
pub use clip::clip_norm;
#[cfg(feature = "std")]
pub use momentum::Momentum;
pub use schedule::warmup_cosine;
pub use sgd::Sgd;

#[cfg(test)]
mod tests {
    #[track_caller]
    pub fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-14,
            "{found} is not {expected}"
        );
    }

    /// Gradients of two parameters at 1 and -2, which go first along (2, -1) and then along (1, 0.5).
    pub const STEPS: [[f64; 2]; 2] = [[2.0, -1.0], [1.0, 0.5]];
}
