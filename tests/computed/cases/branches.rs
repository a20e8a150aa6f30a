//! Branches: what the side not taken computes stays out of the value and of every gradient.

use graph_runtime::graph;

/// G01: the root of a negative number in the untaken branch gives no NaN.
#[test]
fn g01_untaken_branch_does_not_poison_the_gradient() {
    graph! { fn f(x) -> y { y = if x > 0 { x*sqrt(x) } else { 0 }; } }
    every_mode!(f(x = -2.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = 4.0) -> y = 8.0, d = [3.0]);
}

/// G02: a division belongs to its branch, even if it could be computed ahead of the test.
#[test]
fn g02_division_is_not_hoisted_out_of_the_if() {
    graph! {
        fn inside(x) -> y { y = if x > 1 { 1/x } else { 0 }; }
        fn before(x) -> y { r = 1/x; y = if x > 1 { r } else { 0 }; }
    }
    every_mode!(inside(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(inside(x = 4.0) -> y = 0.25, d = [-0.0625]);
    every_mode!(before(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(before(x = 4.0) -> y = 0.25, d = [-0.0625]);
}

/// G03: the NaN of a definition that reaches no output reaches no gradient either.
#[test]
fn g03_dead_intermediate_outside_its_domain() {
    graph! { fn f(c, b) -> y { _a = acos(-c/b); y = 2*c^2*b; } }
    every_mode!(f(c = 4.0, b = 3.0) -> y = 96.0, d = [48.0, 32.0]);
    assert!(f::forward(4.0_f64, 3.0)._a.is_nan());
}

/// G53: on equality the derivative is that of the selected branch, here of a constant.
#[test]
fn g53_branch_on_equality_has_the_slope_of_the_selected_side() {
    graph! { fn f(x) -> y { y = if x == 2 { 4 } else { x^2 }; } }
    every_mode!(f(x = 2.0) -> y = 4.0, d = [0.0]);
    every_mode!(f(x = 3.0) -> y = 9.0, d = [6.0]);
}

/// G61: a second name for an input is the input, in the condition and in both branches.
#[test]
fn g61_alias_of_an_input_before_a_branch() {
    graph! { fn f(a) -> y { b = a; y = if b > 0 { a*b } else { b*a*b }; } }
    every_mode!(f(a = -2.0) -> y = -8.0, d = [12.0]);
    every_mode!(f(a = 5.0) -> y = 25.0, d = [10.0]);
}
