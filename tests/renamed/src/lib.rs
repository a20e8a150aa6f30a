//! The runtime under another name, re-exported under a third (G50): the macro finds it all the same.

/// The runtime, for crates that do not depend on it by themselves.
pub use calculus as handed_on;

/// The macro alone, under a name of its own.
pub use calculus::graph as differentiate;

calculus::graph! {
    /// By the name in the manifest.
    pub fn square(x) -> y { y = x^2 + { 1.0 }; }
    /// Arrays need more of the runtime.
    pub fn layer(x: [n, 2], w: [2, k], const t: index[n]) -> l { l = softmax_cross_entropy(tanh(x @ w), t); }
}

differentiate! {
    /// By the macro's own new name.
    pub fn cube(x) -> y { y = square(x)*x; }
}

/// An inline graph where nothing is imported.
pub fn slope(x: f64) -> f64 {
    let g = handed_on::graph! { y = x^3 };
    g.backward(1.0).x
}

/// A macro that brings the runtime along.
#[macro_export]
macro_rules! power {
    ($name:ident, $power:literal) => {
        $crate::handed_on::graph! { pub fn $name(x) -> y { y = x^$power; } }
    };
}
