//! Public graphs in a library that denies every lint that a user might: generated code draws none.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unused,
    nonstandard_style,
    rust_2018_idioms,
    future_incompatible,
    keyword_idents,
    let_underscore,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![deny(
    ambiguous_negative_literals,
    deprecated_in_future,
    explicit_outlives_requirements,
    impl_trait_redundant_captures,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_abi,
    missing_copy_implementations,
    missing_debug_implementations,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

use graph_runtime::graph;
use ndarray::{Array1, ArrayRef1};

graph! {
    pub fn energy(mass, speed, const height) -> e { e = mass*speed^2/2 + 9.81*mass*height; }

    /// Several outputs, and names that are used by nothing.
    pub fn polar(radius, angle, _idle) -> (x, y) {
        /// With documentation of its own.
        x = radius*cos(angle);
        y = radius*sin(angle);
        _area = x*y;
    }

    /// For users, not for what is generated here.
    #[deprecated(note = "there is `polar`")]
    pub fn old(
        /// An input with documentation.
        radius,
        const _unit,
    ) -> x { x = radius; }

    #[cfg_attr(all(), deprecated)]
    pub fn older(x) -> y { y = x^2*{ 2.0 }; }
    #[deprecated]
    pub fn old_of_arrays(x: [n]) -> y { y = sum(x); }

    pub fn branches(x) -> y { y = if x > 0 && !(x == 1) { sqrt(((x))) } else { (0) }; }

    pub fn rotated(angle, v: [2]) -> w: [2] { w = [[cos(angle), -sin(angle)], [sin(angle), cos(angle)]] @ v; }

    pub fn scaled(x) -> y { y = { FACTOR }*energy_of(x, 1) + branches(x); }

    #[graph(hessian)]
    pub fn curved(x, y) -> z { z = x^2*y + exp(x); }

    pub fn layer(x: [n, 3], w: [3, k], b: [k], const t: index[n]) -> (loss, probabilities: [n, k]) {
        logits = tanh(affine(x, w, b));
        probabilities = softmax(logits);
        loss = softmax_cross_entropy(logits, t) + sum(i in 0..n, x[i, 0]^2);
    }

    #[graph(hessian)]
    pub fn rosenbrock(x: [n]) -> r { r = sum(i in 0..n - 1, 100*(x[i + 1] - x[i]^2)^2 + (1 - x[i])^2); }

    fn energy_of(mass, speed) -> e { e = mass*speed^2/2; }
}

const FACTOR: f64 = 2.0;

/// A graph in an expression.
#[must_use]
pub fn slope(x: f64) -> f64 {
    let scale = 2.0;
    let g = graph! { const scale; y = scale*x^2 + { FACTOR } };
    g.backward(1.0).x
}

/// A graph of arrays in an expression.
#[must_use]
pub fn gradient(x: &ArrayRef1<f64>) -> Option<Array1<f64>> {
    let g = graph! { x: [n]; y = sum(x^2) }.ok()?;
    g.backward(1.0).ok().map(|d| d.x)
}

#[cfg(test)]
mod tests {
    #[test]
    fn g49_what_passes_the_lints_is_right() {
        assert!((super::slope(3.0) - 12.0).abs() < 1e-12);
        let x = ndarray::array![1.0, 2.0];
        assert_eq!(super::gradient(&x), Some(ndarray::array![2.0, 4.0]));
        assert!((super::scaled(1.0_f64) - 1.0).abs() < 1e-12);
    }
}
