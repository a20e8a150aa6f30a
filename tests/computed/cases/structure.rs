//! The shape of a graph: values used often or never, several outputs, loops, long chains, seeds and repeated calls.

use graph_runtime::graph;

/// G28: a value used several times collects the adjoints of all its uses.
#[test]
fn g28_intermediate_used_several_times() {
    graph! { fn f(a, b) -> y { c = a*b; d = a + b; e = c*d; y = e*c - d; } }
    every_mode!(f(a = 2.0, b = -3.0) -> y = -35.0, d = [-1.0, 59.0]);
}

/// G29: a difference and a quotient have the right sign for each operand.
#[test]
fn g29_sign_and_order_of_difference_and_quotient() {
    graph! { fn f(a, b, c) -> y { y = (a - b)/(b - c); } }
    every_mode!(f(a = 5.0, b = 2.0, c = -1.0) -> y = 1.0, d = [1.0 / 3.0, -2.0 / 3.0, 1.0 / 3.0]);
}

/// G31: an input may be an output, and each of several outputs has its own row.
#[test]
fn g31_input_as_output_and_several_outputs() {
    graph! { fn f(x, y) -> (p, q) { p = x; q = x*y; } }
    every_mode!(f(x = 3.0, y = -2.0) -> (p, q) = [3.0, -6.0], d = [[1.0, 0.0], [-2.0, 3.0]]);
}

/// G32: an input that no output uses has a gradient of zero, not none.
#[test]
fn g32_unused_input_has_gradient_zero() {
    graph! {
        fn one_used(x, _w) -> y { y = 5 + 2*x; }
        fn none_used(_x, _w) -> y { y = 5; }
    }
    every_mode!(one_used(x = 1.0, _w = 7.0) -> y = 7.0, d = [2.0, 0.0]);
    every_mode!(none_used(_x = 1.0, _w = 7.0) -> y = 5.0, d = [0.0, 0.0]);
    every_mode!(none_used(_x = 1.0_f32, _w = 7.0) -> y = 5.0, d = [0.0, 0.0]);
}

/// G33: the index of a loop is a number like any other, also below a fraction bar.
#[test]
fn g33_loop_that_divides_by_its_index() {
    graph! { fn f(a) -> s { s = sum(i in 1..=3, 1/(i + a^2)); } }
    every_mode!(f(a = 0.5) -> s = 1.552_136_752_136_752_2, d = [-0.932_205_420_410_548_7]);
}

/// G35: a variable inside a function and beside it gets both contributions.
#[test]
fn g35_variable_inside_a_function_and_outside_it() {
    graph! { fn f(a, b) -> y { y = exp(a - b)*b; } }
    let slopes = [0.408_797_689_551_018_9, -0.136_265_896_517_006_3];
    every_mode!(f(a = 0.2, b = 1.5) -> y = 0.408_797_689_551_018_9, d = slopes);
}

/// G36: literals take the type of the inputs: a graph in f32 stays in f32.
#[test]
fn g36_f32_stays_f32() {
    graph! { fn f(x) -> y { y = 0.2*x + 1; } }
    let (value, gradient): (f32, f::Grad<f32>) = f::value_and_grad(2.0_f32);
    assert_eq!((value, gradient.x), (1.4_f32, 0.2_f32));
    every_mode!(f(x = 2.0_f64) -> y = 1.4, d = [0.2]);
}

/// G52: forty chained lines grow the expansion by forty lines, not by powers of two.
#[test]
fn g52_forty_chained_intermediates() {
    graph! {
        fn f(t0) -> t40 {
            t1 = 0.5*t0*t0 + 0.4; t2 = 0.5*t1*t1 + 0.4; t3 = 0.5*t2*t2 + 0.4; t4 = 0.5*t3*t3 + 0.4;
            t5 = 0.5*t4*t4 + 0.4; t6 = 0.5*t5*t5 + 0.4; t7 = 0.5*t6*t6 + 0.4; t8 = 0.5*t7*t7 + 0.4;
            t9 = 0.5*t8*t8 + 0.4; t10 = 0.5*t9*t9 + 0.4; t11 = 0.5*t10*t10 + 0.4; t12 = 0.5*t11*t11 + 0.4;
            t13 = 0.5*t12*t12 + 0.4; t14 = 0.5*t13*t13 + 0.4; t15 = 0.5*t14*t14 + 0.4; t16 = 0.5*t15*t15 + 0.4;
            t17 = 0.5*t16*t16 + 0.4; t18 = 0.5*t17*t17 + 0.4; t19 = 0.5*t18*t18 + 0.4; t20 = 0.5*t19*t19 + 0.4;
            t21 = 0.5*t20*t20 + 0.4; t22 = 0.5*t21*t21 + 0.4; t23 = 0.5*t22*t22 + 0.4; t24 = 0.5*t23*t23 + 0.4;
            t25 = 0.5*t24*t24 + 0.4; t26 = 0.5*t25*t25 + 0.4; t27 = 0.5*t26*t26 + 0.4; t28 = 0.5*t27*t27 + 0.4;
            t29 = 0.5*t28*t28 + 0.4; t30 = 0.5*t29*t29 + 0.4; t31 = 0.5*t30*t30 + 0.4; t32 = 0.5*t31*t31 + 0.4;
            t33 = 0.5*t32*t32 + 0.4; t34 = 0.5*t33*t33 + 0.4; t35 = 0.5*t34*t34 + 0.4; t36 = 0.5*t35*t35 + 0.4;
            t37 = 0.5*t36*t36 + 0.4; t38 = 0.5*t37*t37 + 0.4; t39 = 0.5*t38*t38 + 0.4; t40 = 0.5*t39*t39 + 0.4;
        }
    }
    every_mode!(f(t0 = 0.7) -> t40 = 0.552_786_404_510_252_6, d = [9.328_007_987_387_249e-11]);
}

/// G52: the same chain as a loop that carries its value.
#[test]
fn g52_forty_rounds_of_a_fold() {
    graph! { fn f(x) -> y { y = fold(t = x, _i in 0..40, 0.5*t*t + 0.4); } }
    every_mode!(f(x = 0.7) -> y = 0.552_786_404_510_252_6, d = [9.328_007_987_387_249e-11]);
}

/// G63: a graph keeps nothing between calls, and a forward pass may be used for several backward passes.
#[test]
fn g63_calling_twice_gives_the_same() {
    graph! { fn f(a, b, d) -> e { e = (a + b)*d; } }
    let run = f::forward(3.0, 2.0, 1.0);
    for _ in 0..2 {
        let gradient = run.backward(1.0);
        assert_eq!((gradient.a, gradient.b, gradient.d), (1.0, 1.0, 5.0));
        every_mode!(f(a = 3.0, b = 2.0, d = 1.0) -> e = 5.0, d = [1.0, 1.0, 5.0]);
    }
}

/// G64: the seed scales every adjoint once.
#[test]
fn g64_adjoint_seed_other_than_one() {
    graph! { fn f(x, w) -> y { y = x*x*w; } }
    let gradient = f::forward(3.0, 2.0).backward(-2.5);
    assert_eq!((gradient.x, gradient.w), (-30.0, -22.5));
    let (_, pullback) = f::vjp(3.0, 2.0);
    assert_eq!(pullback(-2.5), (-30.0, -22.5));
}
