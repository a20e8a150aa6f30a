//! The language means what mathematics means: precedence, powers and number literals.

use graph_runtime::graph;

/// G37: integer literals are numbers of the graph: `3/2` is 1.5, and `2*x` needs no decimal point.
#[test]
fn g37_integer_literals_take_the_type_of_the_inputs() {
    graph! {
        fn power(x) -> y { y = x^(3/2); }
        fn half(x) -> y { y = 1/2*x; }
        fn double(x) -> y { y = 2*x; }
    }
    every_mode!(power(x = 4.0) -> y = 8.0, d = [3.0]);
    every_mode!(half(x = 4.0) -> y = 2.0, d = [0.5]);
    every_mode!(double(x = 4.0_f64) -> y = 8.0, d = [2.0]);
    every_mode!(power(x = 4.0_f32) -> y = 8.0, d = [3.0]);
}

/// G38: a power binds tighter than the minus before it.
#[test]
fn g38_unary_minus_against_power() {
    graph! {
        fn minus(x) -> y { y = -x^2; }
        fn difference(x) -> y { y = 9 - x^2; }
        fn grouped(x) -> y { y = (-x)^2; }
    }
    every_mode!(minus(x = 3.0) -> y = -9.0, d = [-6.0]);
    every_mode!(difference(x = 3.0) -> y = 0.0, d = [-6.0]);
    every_mode!(grouped(x = 3.0) -> y = 9.0, d = [6.0]);
}

/// G39: a tower of powers is read from the right.
#[test]
fn g39_power_is_right_associative() {
    graph! { fn f(x, y, z) -> p { p = x^y^z; } }
    let slopes = [2304.0, 2_129.348_138_680_152, 3_508.992_048_009_871_7];
    every_mode!(f(x = 2.0, y = 3.0, z = 2.0) -> p = 512.0, d = slopes);
}
