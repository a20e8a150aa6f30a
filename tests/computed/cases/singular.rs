//! Singular points: every mode gives the same there, zeros win over infinite slopes, and what cancels has its curvature.

use graph_runtime::{Objective, graph};

graph! {
    #[graph(hessian, batch)]
    fn rooted(x) -> y { y = sqrt(relu(x)); }
    #[graph(hessian, batch)]
    fn above(x) -> y { y = ln(max(x, 0)); }
    #[graph(hessian, batch)]
    fn within(x) -> y { y = 3*acos(clamp(x, -1, 1)); }
    #[graph(hessian, batch, as_written)]
    fn distance(x, z) -> y { y = sqrt(x^2 + z^2); }
    #[graph(hessian, batch)]
    fn weighted(w, x) -> y { y = w*sqrt(x); }
    #[graph(hessian, batch)]
    fn parallel(a, b) -> y { y = 1/((1/a)*(1/b)); }
    #[graph(hessian, batch)]
    fn bump(x) -> y { y = exp(-1/x^2); }
    fn both(w, x) -> (y, z) { y = w*sqrt(x); z = x; }
}

/// The gradient at a point in every mode there is for one number.
macro_rules! in_all_modes {
    ($f:ident($($x:ident = $at:expr),+) = $gradient:expr) => {
        let gradient: Vec<f64> = $gradient.to_vec();
        let (value, fused) = $f::value_and_grad($($at),+);
        assert_eq!(fused.to_array().to_vec(), gradient, "value_and_grad");
        assert_eq!($f::forward($($at),+).backward(1.0).to_array().to_vec(), gradient, "backward");
        assert_eq!($f::forward($($at),+).backward(-2.0).to_array().map(|d| d/-2.0).to_vec(), gradient, "seed");
        let (_, jacobian) = $f::jacobian($($at),+);
        assert_eq!(vec![$(jacobian.$x[0][0]),+], gradient, "jacobian");
        let (_, hessian, _) = $f::hessian($($at),+);
        assert_eq!(hessian.to_array().to_vec(), gradient, "hessian");
        let (_, batch) = $f::batch($(&[$at; 5]),+).expect("the slices are alike");
        assert_eq!(vec![$(batch.$x[3]),+], gradient, "batch");
        let mut found = vec![9.0; gradient.len()];
        let problem = $f::Problem {};
        let same = problem.gradient(&[$($at),+], &mut found);
        assert_eq!((same, found), (value, gradient.clone()), "Problem");
        let names = [$(stringify!($x)),+];
        for (at, slope) in gradient.iter().enumerate() {
            $(let $x = f64::from(u8::from(names[at] == stringify!($x)));)+
            assert_eq!($f::jvp($($at,)+ $($x),+).1, *slope, "jvp by {}", names[at]);
        }
    };
}

#[test]
fn flat_beyond_a_hinge() {
    in_all_modes!(rooted(x = -1.0) = [0.0]);
    in_all_modes!(above(x = -3.0) = [0.0]);
    in_all_modes!(within(x = 1.5) = [0.0]);
    assert_eq!(rooted::hessian(-1.0).2, [[0.0]]);
}

#[test]
fn zeros_meet_infinite_slopes() {
    in_all_modes!(distance(x = 0.0, z = 0.0) = [0.0, 0.0]);
    in_all_modes!(weighted(w = 0.0, x = 0.0) = [0.0, 0.0]);
    in_all_modes!(weighted(w = 1.0, x = 0.0) = [0.0, f64::INFINITY]);
    in_all_modes!(parallel(a = 0.0, b = 0.0) = [0.0, 0.0]);
    in_all_modes!(bump(x = 0.0) = [0.0]);
    assert_eq!(bump::hessian(0.0).2, [[0.0]]);
    assert_eq!(both::jacobian(0.0, 0.0).1.x, [[0.0], [1.0]]);
}

/// The slope on the edge of a domain is the one from within, also where the edge is -0.
#[test]
fn the_edge_is_minus_zero() {
    graph! {
        fn falls(x) -> y { y = sqrt(-x); }
        fn sinks(x) -> y { y = ln(-x); }
    }
    assert_eq!(falls::value_and_grad(0.0).1.x, f64::NEG_INFINITY);
    assert_eq!(sinks::value_and_grad(0.0).1.x, f64::NEG_INFINITY);
    assert_eq!(weighted::value_and_grad(1.0, -0.0).1.x, f64::INFINITY);
}

#[test]
fn what_squares_smooth_has_curvature() {
    graph! {
        #[graph(hessian)]
        fn absolute(x) -> y { y = abs(x)^2; }
        #[graph(hessian)]
        fn twice(x) -> y { y = abs(x)*abs(x); }
        #[graph(hessian)]
        fn half(x: [2]) -> y { y = norm(x)^2/2; }
        #[graph(hessian)]
        fn arms(a, b) -> y { y = hypot(a, b)^2/2; }
        #[graph(hessian)]
        fn spring(x: [2], const rest: [2]) -> y { r = norm(x - rest); y = 3*r^2 + r^3; }
        #[graph(hessian)]
        fn huber(r, const width) -> l { a = abs(r); l = if a <= width { a^2/2 } else { width*(a - width/2) }; }
        #[graph(hessian)]
        fn even(x) -> y { y = cos(abs(x)); }
        #[graph(hessian)]
        fn wave(x: [2]) -> y { y = cos(norm(x)); }
    }
    assert_eq!(absolute::hessian(0.0).2, [[2.0]]);
    assert_eq!(twice::hessian(0.0).2, [[2.0]]);
    assert_eq!(half::hessian([0.0; 2]).2, [[1.0, 0.0], [0.0, 1.0]]);
    assert_eq!(arms::hessian(0.0, 0.0).2, [[1.0, 0.0], [0.0, 1.0]]);
    assert_eq!(
        spring::hessian([1.0, 2.0], [1.0, 2.0]).2,
        [[6.0, 0.0], [0.0, 6.0]]
    );
    assert_eq!(huber::hessian(0.0, 1.0).2, [[1.0]]);
    assert_eq!(huber::hessian(2.0, 1.0).2, [[0.0]]);
    assert_eq!(even::hessian(0.0).2, [[-1.0]]);
    // No algebra cancels here, and 0 would be wrong.
    assert!(wave::hessian([0.0_f64; 2]).2[0][0].is_nan());
}

#[test]
fn lengths_and_quotients_of_every_size() {
    graph! {
        fn length(x: [3]) -> y { y = norm(x); }
        fn quotient(a, b) -> y { y = a/b; }
        fn two(a, c, b) -> (u, v) { u = a/b; v = c/b; }
        fn held(x, lo, hi) -> y { y = clamp(x, lo, hi); }
        fn literal(x) -> y { y = 16777216 + 1 - 16777216 + 0*x; }
    }
    for scale in [1e200, 1e-200, 1e-310, 1.0] {
        let (y, d) = length::value_and_grad([scale, 0.0, 0.0]);
        assert_eq!((y, d.x), (scale, [1.0, 0.0, 0.0]));
    }
    assert_eq!(
        length::value_and_grad([1e20_f32, 0.0, 0.0]).1.x,
        [1.0, 0.0, 0.0]
    );
    assert_eq!(quotient::value_and_grad(0.0_f32, 1e-39).1.b, 0.0);
    assert_eq!(two::jacobian(0.0, 1e-320, 1e-310).1.b[0], [0.0]);
    let d = held::value_and_grad(0.5, 2.0, 1.0);
    assert_eq!((d.0, d.1.to_array()), (1.0, [0.0, 0.0, 1.0]));
    assert_eq!((literal(1.0_f32), literal(1.0_f64)), (0.0, 1.0));
}

/// Forward mode meets the quotient first and the factor later; both cancel, through constants, sums and powers.
#[test]
fn what_cancels_cancels_in_both_modes() {
    graph! {
        fn scaled(x) -> y { y = (2*sqrt(x))^2; }
        fn split(p) -> y { y = 5*sqrt(p)*sqrt(p); }
        fn sums(a, b, x) -> y { s = sqrt(x); y = (a*s + b*s)^2; }
        fn cubes(x) -> y { y = cbrt(x)*cbrt(x)*cbrt(x); }
        fn two(p) -> (y, z) { s = 2*sqrt(p); y = s*s; z = s^3; }
        fn mixed(x) -> y { s = sqrt(x); t = s + s^3; y = t^2; }
        fn deep(a, b, s) -> y { t = sqrt(s); y = t*(a*(b*(a*(b*(a*(b*(a*t))))))); }
    }
    assert_eq!(
        (scaled::value_and_grad(0.0).1.x, scaled::jvp(0.0, 1.0).1),
        (4.0, 4.0)
    );
    assert_eq!(
        (split::value_and_grad(0.0).1.p, split::jvp(0.0, 1.0).1),
        (5.0, 5.0)
    );
    assert_eq!(sums::value_and_grad(1.0, 2.0, 0.0).1.x, 9.0);
    assert_eq!(sums::jvp(1.0, 2.0, 0.0, 0.0, 0.0, 1.0).1, 9.0);
    assert_eq!(
        (cubes::value_and_grad(0.0).1.x, cubes::jvp(0.0, 1.0).1),
        (1.0, 1.0)
    );
    assert_eq!(two::forward(0.0).backward(1.0, 0.0).p, 4.0);
    assert_eq!(two::jacobian(0.0).1.p, [[4.0], [0.0]]);
    assert_eq!(
        (mixed::value_and_grad(0.0).1.x, mixed::jvp(0.0, 1.0).1),
        (1.0, 1.0)
    );
    assert_eq!(deep::value_and_grad(1.0, 1.0, 0.0).1.s, 1.0);
    assert_eq!(deep::jvp(1.0, 1.0, 0.0, 0.0, 0.0, 1.0).1, 1.0);
}

/// The quick version is left where a quotient of it would not be finite, and makes products in an order that does not overflow.
#[test]
fn quick_versions_at_every_size() {
    graph! {
        fn weighted_length(w, v: [3]) -> y { y = w*norm(v); }
        fn direction(v: [3], const c: [3]) -> y { y = dot(v/norm(v), c); }
        fn decay(x) -> y { y = 1/(x^2 + 1e-20); }
    }
    for (w, s) in [(1e-200, 1e200), (1e200, 1e-200), (1.0, 1.0)] {
        let d = weighted_length::value_and_grad(w, [s, 0.0, 0.0]).1;
        assert_eq!((d.w, d.v), (s, [w, 0.0, 0.0]), "{w}, {s}");
    }
    let d = weighted_length::value_and_grad(1e20_f32, [3e-20, 0.0, 4e-20]).1;
    assert!(
        (d.v[0] / 6e19 - 1.0).abs() < 1e-6 && (d.v[2] / 8e19 - 1.0).abs() < 1e-6,
        "{d:?}"
    );
    for scale in [1e160_f64, 1e-160, 1.0] {
        let d = direction::value_and_grad([3.0 * scale, 0.0, 4.0 * scale], [1.0, 2.0, 3.0]).1;
        let near =
            d.v.iter()
                .zip([-0.16, 0.4, 0.12])
                .all(|(d, want)| (d * scale - want).abs() < 1e-14);
        assert!(near, "{scale}: {d:?}");
    }
    assert_eq!(decay::value_and_grad(0.0_f32).1.x, 0.0);
}

/// The exponential of a logarithm is 0 at 0 and not flat there.
#[test]
fn powers_by_logarithms_are_not_flat() {
    graph! {
        #[graph(hessian)]
        fn square(x) -> y { y = exp(2*ln(x)); }
        /// A call with the volatility and the time in `s`.
        #[graph(hessian)]
        fn call(spot, s) -> c { d = ln(spot/100)/s + s/2; c = spot*normal_cdf(d) - 100*normal_cdf(d - s); }
    }
    assert!(square::hessian(0.0_f64).2[0][0].is_nan());
    assert_eq!(call::hessian(90.0_f64, 0.0).2, [[0.0; 2]; 2]);
}
