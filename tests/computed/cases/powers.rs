//! Powers: zero and negative bases, exponents that are literals, inputs or zero.

use graph_runtime::graph;

/// G04: `0^0` is 1 and its derivative is that of a constant.
#[test]
fn g04_exponent_zero_at_base_zero() {
    graph! { fn f(x, w) -> y { y = 3*x^0 + w*x; } }
    every_mode!(f(x = 0.0, w = 2.0) -> y = 3.0, d = [2.0, 0.0]);
}

/// G05: the slope of a small integer power at 0 comes neither from `x^n/x` nor from `ln(x)`.
#[test]
fn g05_small_integer_powers_at_zero() {
    graph! {
        fn first(x) -> y { y = x^1; }
        fn second(x) -> y { y = x^2; }
        fn third(x) -> y { y = x^3; }
    }
    every_mode!(first(x = 0.0) -> y = 0.0, d = [1.0]);
    every_mode!(second(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(third(x = 0.0) -> y = 0.0, d = [0.0]);
}

/// G06: a literal exponent does not go through `exp(n*ln(x))`.
#[test]
fn g06_negative_base_with_an_integer_exponent() {
    graph! {
        fn square(x) -> y { y = x^2; }
        fn cube(x) -> y { y = x^3; }
    }
    every_mode!(square(x = -1.7_f32) -> y = 2.89, d = [-3.4]);
    assert_eq!(square::forward(-1.7_f32).backward(0.5).x, -1.7);
    every_mode!(cube(x = -1.5) -> y = -3.375, d = [6.75]);
}

/// G07: the slope of `x^y` along `y` is 0 at `x = 0`, not `0*ln(0)`.
#[test]
fn g07_slope_along_the_exponent_at_base_zero() {
    graph! { fn f(x, y) -> z { z = x^y; } }
    every_mode!(f(x = 0.0, y = 2.5) -> z = 0.0, d = [0.0, 0.0]);
    every_mode!(f(x = 0.0, y = 1.0) -> z = 0.0, d = [1.0, 0.0]);
}

/// G08: at a negative base the slope along the exponent is NaN, and that NaN stays there.
#[test]
fn g08_negative_base_with_a_variable_exponent() {
    graph! {
        fn variable(x, y) -> z { z = x^y; }
        fn literal(x) -> z { z = x^3; }
    }
    every_mode!(variable(x = -2.0, y = 3.0) -> z = -8.0, d = [12.0, f64::NAN]);
    every_mode!(literal(x = -2.0) -> z = -8.0, d = [12.0]);
}

/// G54: a power with exponent zero keeps its link to the input: a gradient of zero, not a missing one.
#[test]
fn g54_exponent_zero_keeps_the_link_to_the_input() {
    graph! { fn f(a, b, c) -> y { y = a^0 + b^0 + c^0; } }
    every_mode!(f(a = 2.0, b = -3.0, c = 0.0) -> y = 3.0, d = [0.0, 0.0, 0.0]);
}
