//! Special functions in programs: names that are the user's own, angles, and second derivatives far out and where a formula is 0/0.

use graph_runtime::graph;

graph! {
    fn floor(x) -> y { y = 10*x; }
    fn own(x, logit) -> z { z = floor(x) + logit + logit(0.5 + 0*x); }
    fn wrapped(x) -> y { y = x - TAU*round(x/TAU); }
    fn beats(x: [n]) -> s { s = sum((x % 0.75)^2 + 3*ceil(x)); }

    #[graph(hessian)]
    fn tail(x) -> l { l = normal_ln_cdf(x); }
    #[graph(hessian)]
    fn ln_of_i0(x) -> l { l = ln(bessel_i0e(x)) + abs(x); }
    #[graph(hessian)]
    fn i1(x) -> l { l = bessel_i1e(x)*exp(abs(x)); }
    #[graph(hessian)]
    fn j1(x) -> l { l = bessel_j1(x); }
    #[graph(hessian)]
    fn lambert(x) -> l { l = lambert_w(x); }
    #[graph(hessian)]
    fn waiting(x) -> p { p = gamma_p(2, x); }
    #[graph(hessian)]
    fn share(x) -> p { p = beta_inc(1, 2, x); }
    #[graph(hessian)]
    fn quantile(p) -> x { x = normal_quantile(p); }
}

/// A function of the block hides the operation of its name, and so does an input, where it is no call.
#[test]
fn names_of_the_user_come_first() {
    let (value, gradient) = own::value_and_grad(2.0, 3.0);
    assert_eq!((value, gradient.to_array()), (23.0, [10.0, 1.0]));
}

#[test]
fn jumps_have_the_slopes_beside_them() {
    for (x, expected) in [(7.0, 7.0 - std::f64::consts::TAU), (-1.0, -1.0)] {
        let (value, gradient) = wrapped::value_and_grad(x);
        assert!((value - expected).abs() < 1e-15 && gradient.x == 1.0);
    }
    let x = ndarray::arr1(&[0.5, 2.0, -1.0, -2.5, 1e3]);
    let (value, gradient) = beats::value_and_grad(&x).unwrap();
    let (rests, ceilings) = ([0.5, 0.5, -0.25, -0.25, 0.25], [1.0, 2.0, -1.0, -2.0, 1e3]);
    let expected: f64 =
        rests.iter().map(|rest| rest * rest).sum::<f64>() + 3.0 * ceilings.iter().sum::<f64>();
    assert_eq!(value, expected);
    assert_eq!(gradient.x.to_vec(), rests.map(|rest| 2.0 * rest));
}

/// The slope is -x + 1/x² and so on, and the curvature -1 and a little.
#[test]
fn the_normal_tail_keeps_its_digits() {
    let (value, gradient, hessian) = tail::hessian(-1e8_f64);
    assert!((value / -5e15 - 1.0).abs() < 1e-14);
    assert!((gradient.x / 1e8 - 1.0).abs() < 1e-15);
    assert!((hessian[0][0] + 1.0).abs() < 1e-14);
    let (_, gradient, hessian) = tail::hessian(-3e4_f32);
    assert!((gradient.x / 3e4 - 1.0).abs() < 1e-6 && (hessian[0][0] + 1.0).abs() < 1e-6);
    let (value, gradient, _) = quantile::hessian(1e-300_f64);
    assert!((value + 37.047_096_299_361_2).abs() < 1e-13);
    // 1/φ(x), which is 1/p over the ratio of Mills, 37.07…
    assert!((gradient.p * 1e-300 * 37.074_049_776_735_23 - 1.0).abs() < 1e-14);
}

/// I₀'' / I₀ is 1/2 at 0, I₁' is 1/2, J₁' is 1/2 and the next ones 0; W' is 1 and W'' -2.
#[test]
fn formulas_with_a_gap_at_zero_are_right_there() {
    for zero in [0.0, -0.0] {
        let (_, gradient, hessian) = ln_of_i0::hessian(zero);
        assert_eq!((gradient.x, hessian[0][0]), (0.0, 0.5));
        let (_, gradient, hessian) = i1::hessian(zero);
        assert_eq!((gradient.x, hessian[0][0]), (0.5, 0.0));
        let (_, gradient, hessian) = j1::hessian(zero);
        assert_eq!((gradient.x, hessian[0][0]), (0.5, 0.0));
        let (_, gradient, hessian) = lambert::hessian(zero);
        assert_eq!((gradient.x, hessian[0][0]), (1.0, -2.0));
        // 1 - e^-x (1 + x), and 1 - (1 - x)².
        let (_, gradient, hessian) = waiting::hessian(zero);
        assert_eq!((gradient.x, hessian[0][0]), (0.0, 1.0));
        let (_, gradient, hessian) = share::hessian(zero);
        assert_eq!((gradient.x, hessian[0][0]), (2.0, -2.0));
    }
}
