//! Numbers that overflow, underflow, vanish or are NaN: what is finite stays finite, and what is not says so.

use graph_runtime::graph;
use std::f64::consts::LN_2;

/// G16: NaN survives the functions that compare, which Rust's own `max` and `min` do not let it.
#[test]
fn g16_nan_survives_comparisons() {
    graph! { fn f(x) -> (a, b, c, d) { a = relu(x); b = max(x, 1); c = min(x, 1); d = abs(x); } }
    let (a, b, c, d) = f(f64::NAN);
    assert!(a.is_nan() && b.is_nan() && c.is_nan() && d.is_nan());
    let run = f::forward(f32::NAN);
    assert!(run.a.is_nan() && run.b.is_nan() && run.c.is_nan() && run.d.is_nan());
}

/// G17: `softplus` becomes the identity for large inputs and zero for small ones.
#[test]
fn g17_softplus_far_from_zero() {
    graph! { fn f(x) -> y { y = softplus(x); } }
    every_mode!(f(x = 120.0_f32) -> y = 120.0, d = [1.0]);
    every_mode!(f(x = 900.0) -> y = 900.0, d = [1.0]);
    every_mode!(f(x = -900.0) -> y = 0.0, d = [0.0]);
}

/// G18: a saturated `sigmoid` is flat, not NaN.
#[test]
fn g18_sigmoid_far_below_zero() {
    graph! { fn f(x) -> y { y = sigmoid(x); } }
    every_mode!(f(x = -150.0_f32) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = -800.0) -> y = 0.0, d = [0.0]);
}

/// G18: far above zero the slope may round to 0 but is never negative, NaN or too large.
#[test]
fn g18_sigmoid_far_above_zero() {
    graph! { fn f(x) -> y { y = sigmoid(x); } }
    let (value, gradient) = f::value_and_grad(40.0);
    assert_eq!(value, 1.0);
    let (_, pullback) = f::vjp(40.0);
    for slope in [
        gradient.x,
        f::forward(40.0).backward(1.0).x,
        pullback(1.0),
        f::jvp(40.0, 1.0).1,
    ] {
        assert!(
            (0.0..=5e-18).contains(&slope),
            "the slope of sigmoid at 40: {slope:e}"
        );
    }
}

/// G19: `1/cosh(x)^2` must not overflow on its way to 0, nor lose its digits before.
#[test]
fn g19_tanh_saturated() {
    graph! { fn f(x) -> y { y = tanh(x); } }
    every_mode!(f(x = 200.0_f32) -> y = 1.0, d = [0.0]);
    every_mode!(f(x = 800.0) -> y = 1.0, d = [0.0]);
    // The row's tolerance near 0 is absolute: 1 - y^2 loses what y itself cannot hold.
    let (y, d) = f::value_and_grad(9.0_f64);
    assert!((y - 0.999_999_969_540_041).abs() < 1e-15);
    assert!((d.x - 6.091_991_712_323_229e-8).abs() < 1e-16);
}

/// G20: `logsumexp` of equal inputs shares the slope between them, however large they are.
#[test]
fn g20_logsumexp_of_large_equal_inputs() {
    graph! {
        fn twice(x) -> y { y = logsumexp(x, x); }
        fn both(a, b) -> y { y = logsumexp(a, b); }
    }
    every_mode!(twice(x = 3e12) -> y = 3e12 + LN_2, d = [1.0]);
    every_mode!(twice(x = 2e40) -> y = 2e40, d = [1.0]);
    every_mode!(both(a = 2e40, b = 2e40) -> y = 2e40, d = [0.5, 0.5]);
    assert_eq!(
        both(f64::NEG_INFINITY, f64::NEG_INFINITY),
        f64::NEG_INFINITY
    );
}

/// G22: the slope of a quotient does not form the square of the divisor.
#[test]
fn g22_division_with_huge_operands() {
    graph! { fn f(a, b) -> y { y = a/b; } }
    every_mode!(f(a = 3e180, b = 6e180) -> y = 0.5, d = [1.0 / 6e180, -0.5 / 6e180]);
}

/// G23: the slopes of `atan2` near the origin do not go through `x^2 + y^2`, which underflows.
#[test]
fn g23_atan2_near_the_origin() {
    graph! { fn f(y, x) -> t { t = atan2(y, x); } }
    every_mode!(f(y = 3e-25_f32, x = 4e-25) -> t = 0.643_501_1, d = [1.6e24, -1.2e24]);
}

/// G25: a value of zero at `x = 0` is no reason for a slope of zero.
#[test]
fn g25_product_with_a_logarithm_at_zero() {
    graph! { fn f(x, y) -> z { z = x*ln(y); } }
    every_mode!(f(x = 0.0, y = 3.0) -> z = 0.0, d = [1.098_612_288_668_109_8, 0.0]);
}

/// G27: `x*0` and `x - x` are NaN where IEEE arithmetic says so; they are not rewritten to 0.
#[test]
fn g27_no_folding_that_changes_results() {
    graph! {
        fn times_zero(x) -> y { y = x*0; }
        fn minus_itself(x) -> y { y = x - x; }
    }
    for x in [f64::INFINITY, f64::NAN] {
        assert!(times_zero(x).is_nan() && minus_itself(x).is_nan());
        assert!(times_zero::forward(x).y.is_nan() && minus_itself::forward(x).y.is_nan());
    }
    every_mode!(times_zero(x = 2.5) -> y = 0.0, d = [0.0]);
    every_mode!(minus_itself(x = 2.5) -> y = 0.0, d = [0.0]);
}

/// G56: where the true values overflow the derivatives are infinite with their sign, not NaN.
#[test]
fn g56_overflowing_product() {
    graph! { fn f(a, b) -> y { y = a*exp(-b); } }
    let infinity = f64::INFINITY;
    reverse_modes!(f(a = 2.0, b = -800.0) -> (y) = [infinity], d = [[infinity, -infinity]]);
    // Along one input alone the tangent of the other is a zero that meets an infinite factor; along both there is none.
    assert_eq!(f::jvp(2.0, -800.0, 1.0, -1.0), (infinity, infinity));
}

/// G59: `exp_m1` and `ln_1p` keep the digits of inputs far below the rounding error of 1.
#[test]
fn g59_exp_m1_and_ln_1p_near_zero() {
    graph! {
        fn grow(x) -> y { y = exp_m1(x); }
        fn log(x) -> y { y = ln_1p(x); }
    }
    every_mode!(grow(x = 3e-9_f32) -> y = 3e-9, d = [1.0]);
    every_mode!(log(x = 2e-17) -> y = 2e-17, d = [1.0]);
}

graph! {
    fn tail_of_silu(x) -> y { y = silu(x); }
}

/// Its sigmoid is subnormal before it is itself; neither it nor its slope loses digits there.
#[test]
fn silu_next_to_the_smallest_number() {
    for step in 0..1000_u16 {
        let x = -80.0 - 0.012 * f32::from(step);
        let (wide, power) = (f64::from(x), f64::from(x).exp());
        let (y, d) = tail_of_silu::value_and_grad(x);
        for (found, exact) in [(y, wide * power), (d.x, (1.0 + wide) * power)] {
            let unit = (exact.abs() * 2.0_f64.powi(-23)).max(2.0_f64.powi(-149));
            assert!(
                (f64::from(found) - exact).abs() <= 4.0 * unit,
                "{found:e} at {x}"
            );
        }
    }
}

/// Counts under a negative binomial distribution: the likelihood of statisticians, to second order, alone and over an array.
#[test]
fn likelihood_of_counts() {
    graph! {
        #[graph(hessian)]
        fn counts(r, p, const x: [3]) -> l {
            l = sum(ln_gamma(x + r) - ln_gamma(x + 1)) - 3*ln_gamma(r) + 3*r*ln(p) + sum(x)*ln_1p(-p);
        }
        fn many(r, p, const x: [n]) -> l {
            l = sum(ln_gamma(x + r) - ln_gamma(x + 1) - ln_gamma(r) + r*ln(p) + x*ln_1p(-p));
        }
    }
    let (value, slopes) = (
        -7.465_573_385_703_096,
        [0.982_169_011_208_908, -6.916_666_666_666_667],
    );
    let near = |found: f64, exact: f64| {
        assert!(
            (found - exact).abs() <= 1e-14 * exact.abs().max(1.0),
            "{found}, not {exact}"
        );
    };
    let (l, gradient, hessian) = counts::hessian(1.3, 0.4, [3.0, 0.0, 7.0]);
    near(l, value);
    std::iter::zip(gradient.to_array(), slopes).for_each(|(found, exact)| near(found, exact));
    let bends = [-1.878_802_171_338_382, 7.5, 7.5, -52.152_777_777_777_78];
    std::iter::zip(hessian.as_flattened(), bends).for_each(|(found, exact)| near(*found, exact));
    let x = ndarray::Array1::from_shape_fn(3000, |at| [3.0, 0.0, 7.0][at % 3]);
    let (l, gradient) = many::value_and_grad(1.3, 0.4, &x).expect("the shapes fit");
    near(l / 1000.0, value);
    near(gradient.r / 1000.0, slopes[0]);
    near(gradient.p / 1000.0, slopes[1]);
}
