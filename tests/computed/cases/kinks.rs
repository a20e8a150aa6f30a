//! Points without a derivative: roots at zero, kinks and ties. The documented convention is the expected value.

use graph_runtime::graph;
use std::f64::consts::LN_2;

/// G09: a zero that arrives at an infinite slope contributes zero.
#[test]
fn g09_seed_of_zero_at_an_infinite_slope() {
    graph! { fn f(w, x) -> y { y = w*sqrt(x); } }
    reverse_modes!(f(w = 0.0, x = 0.0) -> (y) = [0.0], d = [[0.0, 0.0]]);
    let gradient = f::value_and_grad(0.0, 0.0).1;
    assert_eq!((gradient.w, gradient.x), (0.0, 0.0));
    // Forward, the slope is infinite before it meets the factor zero: the product has no value to expect.
    assert_eq!(f::jvp(0.0, 0.0, 1.0, 0.0), (0.0, 0.0));
}

/// G09: the slope of the root at 0 is infinite, and is said so.
#[test]
fn g09_root_at_zero_is_infinitely_steep() {
    graph! { fn f(x) -> y { y = sqrt(x); } }
    every_mode!(f(x = 0.0) -> y = 0.0, d = [f64::INFINITY]);
}

/// G09: no blanket "zero times infinity is zero": the square of the root has slope 1 at 0, not 0.
#[test]
fn g09_square_of_a_root_at_zero() {
    graph! { fn f(x) -> y { y = sqrt(x)^2; } }
    every_mode!(f(x = 0.0) -> y = 0.0, d = [1.0]);
}

/// G10: each partial of `hypot` belongs to its own argument, and the origin has gradient zero.
#[test]
fn g10_hypot_off_and_at_the_origin() {
    graph! {
        fn length(x, y) -> h { h = hypot(x, y); }
        fn squared(x, y) -> h { h = hypot(x, y)^2; }
    }
    every_mode!(length(x = 5.0, y = 12.0) -> h = 13.0, d = [5.0 / 13.0, 12.0 / 13.0]);
    every_mode!(length(x = 0.0, y = 0.0) -> h = 0.0, d = [0.0, 0.0]);
    every_mode!(squared(x = 0.0, y = 0.0) -> h = 0.0, d = [0.0, 0.0]);
}

/// G11: `abs` has slope 0 at 0.
#[test]
fn g11_abs_at_zero() {
    graph! { fn f(x) -> y { y = abs(x); } }
    every_mode!(f(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = -3.0) -> y = 3.0, d = [-1.0]);
}

/// G12: `relu` has slope 0 at 0.
#[test]
fn g12_relu_at_zero() {
    graph! { fn f(x) -> y { y = relu(x); } }
    every_mode!(f(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = -1.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = 2.0) -> y = 2.0, d = [1.0]);
}

/// G13: a tie gives each side half: the partials sum to 1.
#[test]
fn g13_max_and_min_of_equal_inputs() {
    graph! {
        fn larger(a, b) -> y { y = max(a, b); }
        fn smaller(a, b) -> y { y = min(a, b); }
    }
    every_mode!(larger(a = 2.0, b = 2.0) -> y = 2.0, d = [0.5, 0.5]);
    every_mode!(larger(a = 2.0, b = 5.0) -> y = 5.0, d = [0.0, 1.0]);
    every_mode!(smaller(a = 2.0, b = 2.0) -> y = 2.0, d = [0.5, 0.5]);
    every_mode!(smaller(a = 2.0, b = 5.0) -> y = 2.0, d = [1.0, 0.0]);
}

/// G14: a smooth function is smooth at 0, however its stable form is put together.
#[test]
fn g14_smooth_functions_at_the_kink_of_their_parts() {
    graph! {
        fn soft(x) -> y { y = softplus(x); }
        fn log_sigmoid(x) -> y { y = -softplus(-x); }
    }
    every_mode!(soft(x = 0.0) -> y = LN_2, d = [0.5]);
    every_mode!(log_sigmoid(x = 0.0) -> y = -LN_2, d = [0.5]);
}

/// G15: a clamp has slope 0 outside and 1 inside; on a bound, min and max share and `clamp` is still inside.
#[test]
fn g15_clamp_inside_outside_and_on_the_bound() {
    graph! {
        fn spelled_out(x) -> y { y = min(max(x, 0), 2); }
        fn one_row(x) -> y { y = clamp(x, 0, 2); }
    }
    for (x, y, slope) in [(2.5, 2.0, 0.0), (1.2, 1.2, 1.0), (-1.0, 0.0, 0.0)] {
        every_mode!(spelled_out(x = x) -> y = y, d = [slope]);
        every_mode!(one_row(x = x) -> y = y, d = [slope]);
    }
    for bound in [0.0, 2.0] {
        every_mode!(spelled_out(x = bound) -> y = bound, d = [0.5]);
        every_mode!(one_row(x = bound) -> y = bound, d = [1.0]);
    }
}

/// G24: behind a clamp an arc function is constant, and its infinite slope at the end contributes nothing.
#[test]
fn g24_clamp_in_front_of_an_arc_function() {
    graph! { fn f(x) -> y { y = acos(min(max(x, -1), 1)); } }
    every_mode!(f(x = 3.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = 0.6) -> y = 0.927_295_218_001_612_2, d = [-1.25]);
}

/// G60: a piecewise constant function has slope 0, and NaN stays NaN in it.
#[test]
fn g60_piecewise_constant_function_as_a_factor() {
    graph! {
        fn f(x) -> y { y = sign(x)*x; }
        fn signum(x) -> y { y = sign(x); }
    }
    every_mode!(f(x = 2.3) -> y = 2.3, d = [1.0]);
    every_mode!(f(x = -2.3) -> y = 2.3, d = [-1.0]);
    every_mode!(signum(x = 0.0) -> y = 0.0, d = [0.0]);
    assert!(signum(f64::NAN).is_nan());
}

/// G58: a remainder has the sign of what is divided, and a sign in front belongs to its operand.
#[test]
fn g58_remainder() {
    graph! {
        fn f(x, y) -> r { r = x % y; }
        fn opposite(x) -> r { r = -x % 2; }
    }
    every_mode!(f(x = 7.5, y = 2.0) -> r = 1.5, d = [1.0, -3.0]);
    every_mode!(f(x = -7.5, y = 2.0) -> r = -1.5, d = [1.0, 3.0]);
    every_mode!(opposite(x = 7.5) -> r = -1.5, d = [-1.0]);
}

/// Many strong zeros at once: the quick code, which has none, hands over to the careful one where a root has no slope.
#[test]
fn many_zeros_meet_infinite_slopes() {
    graph! {
        fn f(w: [8], x: [8]) -> z { z = sum(w*sqrt(x)); }
        fn g(w: [8], x: [8]) -> (z, n) { z = sum(w/x); n = sum(w*ln(x)); }
    }
    let w = [0.0, 2.0, 0.0, -1.0, 0.5, 0.0, 3.0, 1.0];
    for x in [
        [0.0, 4.0, 9.0, 1.0, 16.0, 0.0, 0.25, 1.0],
        [1.0, 4.0, 9.0, 1.0, 16.0, 2.0, 0.25, 1.0],
    ] {
        let root = x.map(f64::sqrt);
        let slopes: [f64; 8] = std::array::from_fn(|at| {
            if w[at] == 0.0 {
                0.0
            } else {
                w[at] / (2.0 * root[at])
            }
        });
        let (z, gradient) = f::value_and_grad(w, x);
        assert_eq!((gradient.w, gradient.x), (root, slopes));
        let run = f::forward(w, x);
        let back = run.backward(1.0);
        assert_eq!((z, back.w, back.x), (run.z, root, slopes));
        let (_, matrix) = f::jacobian(w, x);
        assert_eq!((matrix.w, matrix.x), ([root], [slopes]));
    }
    // A zero below the line is singular for its own partials only.
    let x = [0.0, 4.0, 9.0, 1.0, 16.0, 2.0, 0.25, 1.0];
    let (_, matrix) = g::jacobian(w, x);
    let run = g::forward(w, x);
    for (row, seeds) in [(0, (1.0, 0.0)), (1, (0.0, 1.0))] {
        let back = run.backward(seeds.0, seeds.1);
        for at in 1..8 {
            assert!((matrix.w[row][at] - back.w[at]).abs() <= 1e-15 * back.w[at].abs());
            assert!((matrix.x[row][at] - back.x[at]).abs() <= 1e-15 * back.x[at].abs());
        }
    }
}
