//! The gradient check: it finds wrong rules, names them, and does not cry wolf at kinks, jumps, corners and in noise.

use graph_runtime::check::{self, Report, Verdict};
use graph_runtime::{Objective, Parameters, Real, Residuals, graph};
use ndarray::{Array2, array};

/// Operations written by hand whose rules are wrong, each in its own way.
mod wrong {
    use super::Real;

    pub fn swapped<T: Real>(x: T, y: T) -> T {
        Real::hypot(x, y)
    }

    pub mod swapped {
        use super::Real;

        pub fn vjp<T: Real>(x: T, y: T) -> (T, impl Fn(T) -> (T, T)) {
            let r = Real::hypot(x, y);
            (r, move |seed| (seed * y / r, seed * x / r))
        }
    }

    pub fn negated<T: Real>(x: T) -> T {
        Real::cos(x)
    }

    pub mod negated {
        use super::Real;

        pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
            (Real::cos(x), move |seed| seed * Real::sin(x))
        }
    }
}

graph! {
    fn swapped(x, y) -> z { z = wrong::swapped(x, y); }
    fn negated(x) -> z { z = wrong::negated(x); }
}

/// G68: swapped partials agree where the inputs do, which is why a point must not be symmetric.
#[test]
fn g68_swapped_partials() {
    assert!(swapped::check(1.0, 1.0).is_right());
    let report = swapped::check(3.0, 4.0);
    assert!(!report.is_right());
    // Two partial derivatives, and one along each random direction.
    assert_eq!(report.wrong().len(), 5, "{report}");
    let worst = report.worst().expect("something is wrong");
    assert_eq!(worst.verdict, Verdict::Wrong);
    let x = &report.wrong()[0];
    assert_eq!(
        x.parameter().map(|name| name.to_string()).as_deref(),
        Some("x")
    );
    assert_eq!(x.exact, 0.8);
    assert!((x.estimate - 0.6).abs() < 1e-9);
    assert!(!swapped::check(3.0_f32, 4.0).is_right());
}

/// G68: a sign that is wrong is wrong everywhere.
#[test]
fn g68_wrong_sign() {
    let report = negated::check(0.7);
    assert!(!report.is_right());
    assert!((report.wrong()[0].relative_error() - 2.0).abs() < 1e-9);
    assert!(!negated::check(-0.7_f32).is_right());
}

/// The same two, as objectives written by hand.
struct ByHand {
    value: fn(&[f64]) -> f64,
    gradient: fn(&[f64]) -> [f64; 2],
}

impl Parameters for ByHand {
    fn parameters(&self) -> usize {
        2
    }
}

impl Objective<f64> for ByHand {
    fn value(&self, x: &[f64]) -> f64 {
        (self.value)(x)
    }

    fn gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.copy_from_slice(&(self.gradient)(x));
        self.value(x)
    }
}

impl ByHand {
    /// Checks at one point.
    fn at(value: fn(&[f64]) -> f64, gradient: fn(&[f64]) -> [f64; 2], x: [f64; 2]) -> Report {
        check::objective(&ByHand { value, gradient }, &x)
    }
}

/// G68: both mistakes in gradients that no graph has made.
#[test]
fn g68_in_objectives_by_hand() {
    let hypot = |x: &[f64]| x[0].hypot(x[1]);
    let swapped = |x: &[f64]| [x[1] / x[0].hypot(x[1]), x[0] / x[0].hypot(x[1])];
    assert!(ByHand::at(hypot, swapped, [1.0, 1.0]).is_right());
    let report = ByHand::at(hypot, swapped, [3.0, 4.0]);
    assert_eq!(report.wrong().len(), 2);
    let negated = |x: &[f64]| [-x[0] / x[0].hypot(x[1]), x[1] / x[0].hypot(x[1])];
    let report = ByHand::at(hypot, negated, [3.0, 4.0]);
    assert_eq!(report.wrong().len(), 1);
    assert_eq!(
        report.to_string().lines().next(),
        Some("2 of 2 parameters: 1 of 2 derivatives wrong")
    );
    let right = |x: &[f64]| [x[0] / x[0].hypot(x[1]), x[1] / x[0].hypot(x[1])];
    ByHand::at(hypot, right, [3.0, 4.0]).assert();
}

#[test]
#[should_panic(expected = "∂/∂x[1]: -0.8 by the function, 0.8")]
fn an_assertion_names_the_worst_component() {
    let hypot = |x: &[f64]| x[0].hypot(x[1]);
    let negated = |x: &[f64]| [x[0] / x[0].hypot(x[1]), -x[1] / x[0].hypot(x[1])];
    ByHand::at(hypot, negated, [3.0, 4.0]).assert();
}

/// An error of one part in a million is found, and so is a NaN.
#[test]
fn small_errors_and_missing_values() {
    let value = |x: &[f64]| x[0].exp() * x[1].sin();
    let off = |x: &[f64]| {
        [
            x[0].exp() * x[1].sin() * (1.0 + 1e-6),
            x[0].exp() * x[1].cos(),
        ]
    };
    assert_eq!(ByHand::at(value, off, [0.3, 1.1]).wrong().len(), 1);
    let missing = |x: &[f64]| [f64::NAN, x[0].exp() * x[1].cos()];
    assert_eq!(ByHand::at(value, missing, [0.3, 1.1]).wrong().len(), 1);
    let infinite = |x: &[f64]| [f64::INFINITY, x[0].exp() * x[1].cos()];
    assert_eq!(ByHand::at(value, infinite, [0.3, 1.1]).wrong().len(), 1);
}

/// One entry of a large array is wrong, and only that one is named.
#[test]
fn an_entry_of_an_array_by_its_name() {
    struct Off;
    impl Parameters for Off {
        fn parameters(&self) -> usize {
            50
        }
        fn name(&self, at: usize) -> graph_runtime::Name {
            graph_runtime::Name::among(&[("w1", &[5, 10])], at)
        }
    }
    impl Objective<f64> for Off {
        fn value(&self, x: &[f64]) -> f64 {
            x.iter().map(|x| x.sin()).sum()
        }
        fn gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
            for (slot, x) in gradient.iter_mut().zip(x) {
                *slot = x.cos();
            }
            gradient[37] *= 1.01;
            self.value(x)
        }
    }
    let x: Vec<f64> = (0..50).map(|at| 0.1 * f64::from(at) - 1.03).collect();
    let report = check::objective(&Off, &x);
    let names: Vec<String> = report
        .wrong()
        .iter()
        .filter_map(check::Entry::parameter)
        .map(|name| name.to_string())
        .collect();
    assert_eq!(names, ["w1[3, 7]"]);
    assert!(report.to_string().contains("∂/∂w1[3, 7]"), "{report}");
}

#[test]
fn wrong_jacobians_name_output_and_parameter() {
    struct Transposed;
    impl Parameters for Transposed {
        fn parameters(&self) -> usize {
            2
        }
    }
    impl Residuals<f64> for Transposed {
        fn outputs(&self) -> usize {
            2
        }
        fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
            residuals.copy_from_slice(&[x[0] + 2.0 * x[1], x[0] * x[1]]);
        }
        fn jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
            self.residuals(x, residuals);
            jacobian.copy_from_slice(&[1.0, x[1], 2.0, x[0]]);
        }
    }
    let report = check::residuals(&Transposed, &[3.0, 5.0]);
    assert_eq!(report.wrong().len(), 2);
    assert!(report.to_string().contains("∂r[0]/∂x[1]"), "{report}");
    assert!(report.to_string().contains("∂r[1]/∂x[0]"), "{report}");
}

graph! {
    fn kinks(a, b, c) -> z { z = relu(a) + 3*abs(b) + max(c, 2); }
    fn jump(x, y) -> z { z = if x < 1 { y } else { y + 5 }; }
    fn root(x) -> z { z = sqrt(x); }
    fn cube_root(x) -> z { z = -cbrt(x); }
    fn far(x, y) -> z { z = sin(x) + ln(y); }
    fn flat(x, y) -> z { z = 0*x + y^0; }
    fn steep(x) -> z { z = sin(1000*x); }
    fn tiny(x, y) -> z { z = exp(-x)*y; }
}

#[test]
fn kinks_are_right_between_the_slopes_of_their_sides() {
    kinks::check(0.0, 0.0, 2.0).assert();
    // Beside a kink, nearer than any step that could see it.
    kinks::check(1e-13, -1e-13, 2.0 + 1e-13).assert();
    kinks::check(1e-3, -1e-5, 2.0 + 1e-7).assert();
    kinks::check(0.0_f32, 0.0, 2.0).assert();
    // A slope beyond those of both sides is wrong even there.
    let value = |x: &[f64]| x[0].abs() + x[1];
    assert!(!ByHand::at(value, |_| [1.5, 1.0], [0.0, 1.0]).is_right());
    assert!(!ByHand::at(value, |_| [-1.5, 1.0], [0.0, 1.0]).is_right());
    assert!(ByHand::at(value, |_| [-1.0, 1.0], [0.0, 1.0]).is_right());
}

#[test]
fn jumps_and_vertical_tangents_are_not_called_wrong() {
    let report = jump::check(1.0, 4.0);
    assert!(report.is_right(), "{report}");
    assert!(!report.undecided().is_empty());
    root::check(0.0).assert();
    cube_root::check(0.0).assert();
    // The wrong sign of a vertical tangent is.
    let value = |x: &[f64]| x[0].cbrt() + x[1];
    assert!(!ByHand::at(value, |_| [f64::NEG_INFINITY, 1.0], [0.0, 1.0]).is_right());
}

#[test]
fn scales_far_apart() {
    far::check(1e4, 1e-6).assert();
    far::check(-123.0, 1e8).assert();
    flat::check(3.0, 2.0).assert();
    steep::check(0.7).assert();
    tiny::check(40.0, 3.0).assert();
    far::check(2.0_f32, 0.01).assert();
}

graph! {
    fn distance(p: [2], const q: [2]) -> r { r = norm(p - q); }
    fn sine(x) -> y { y = sin(x); }
    fn ratio(x, y) -> z { z = x/y; }
    fn inverse(x) -> y { y = 1/x; }
    fn log(x) -> y { y = ln(x); }
    fn peak(x) -> y { y = exp(-(x/1e-6)^2); }
    fn fast(x) -> y { y = sin(1e6*x); }
    fn resonance(l, c) -> f { f = 1/(2*PI*sqrt(l*c)); }
}

/// Points far from the origin, where the point itself is rounded, and functions that vary on a scale far below it.
#[test]
fn right_on_every_scale() {
    let all = [
        distance::check([3000.0_f32, 6000.0], [3001.0, 6000.5]),
        distance::check([3e5, 6e5], [3e5 + 1.0, 6e5 + 0.5]),
        sine::check(1234.5_f32),
        sine::check(123_450.0),
        ratio::check(1.0_f32, 1e-5),
        ratio::check(1e12, -1e-12),
        inverse::check(1e-5_f32),
        inverse::check(1e-11),
        log::check(1e-12),
        log::check(1e-30_f32),
        peak::check(0.5e-6),
        peak::check(0.5e-6_f32),
        fast::check(1.2345),
        resonance::check(1e-3, 1e-11),
    ];
    for report in all {
        report.assert();
        assert!(report.undecided().is_empty(), "{report}");
    }
    // Too fast a wave for the numbers there are: nobody knows.
    fast::check(1.2345_f32).assert();
    for x in 0..200_u8 {
        fast::check(1.0 + 0.01 * f32::from(x)).assert();
        sine::check(1e6 * (1.0 + 0.01 * f32::from(x))).assert();
    }
}

/// A derivative that is no number is wrong wherever the slope is known, also where it is 0 as everything around it.
#[test]
fn no_number_where_the_slope_is_zero() {
    let square = |x: &[f64]| x[0] * x[0] + x[1] * x[1];
    let report = ByHand::at(
        square,
        |x| [2.0 * x[0] * (x[0] / x[0]), 2.0 * x[1]],
        [0.0, 0.0],
    );
    assert_eq!(report.wrong().len(), 1, "{report}");
    let cube = |x: &[f64]| x[0] * x[0] * x[0];
    let report = ByHand::at(cube, |_| [f64::NEG_INFINITY, 0.0], [0.0, 0.0]);
    assert_eq!(report.wrong().len(), 1, "{report}");
    // Where there is no slope, there is nothing to hold it against.
    let root = |x: &[f64]| x[0].sqrt();
    assert!(ByHand::at(root, |_| [f64::NAN, 0.0], [0.0, 0.0]).is_right());
}

graph! {
    fn part_held(x, y, w: [2]) -> z { z = x^2*stop(y + 1) + sum(w)*y; }
    fn scaled(x, const by) -> z { z = x*by; }
    fn by_itself(x, y) -> z { z = scaled(x, y) + y; }
    fn in_an_array(x: [n], y) -> z { z = sum(if x > 0 { x } else { stop(x) })*y; }
    fn stable(x: [3], y) -> z { z = logsumexp(x*y); }
}

/// What `stop` holds constant is not wrong because differences move it, and the report says so; all else is checked.
#[test]
fn stop() {
    let report = part_held::check(1.2, 0.3, [0.7, 0.4]);
    report.assert();
    let names = |entries: &[check::Entry]| -> Vec<String> {
        let names = entries.iter().filter_map(check::Entry::parameter);
        names.map(|name| name.to_string()).collect()
    };
    assert_eq!(names(report.held()), ["y"]);
    let text = report.to_string();
    assert!(
        text.contains("which move what `stop` holds constant, by `y`:"),
        "{text}"
    );

    // A constant input holds its argument as well.
    let report = by_itself::check(1.2, 0.3);
    assert!(
        report.is_right() && names(report.held()) == ["y"],
        "{report}"
    );

    let x = array![0.5, -0.25, 1.5];
    let report = in_an_array::check(&x, 2.0).expect("the shape fits");
    assert!(
        report.is_right() && names(report.held()) == ["x[1]"],
        "{report}"
    );

    // What the table holds constant by itself excuses nothing.
    let wrong = stable::check([0.1, 0.7, -0.3], 1.3);
    assert!(wrong.is_right() && wrong.held().is_empty(), "{wrong}");
}

/// A value that is computed to seven digits only does not make a right gradient wrong, and a wrong one is still found.
#[test]
fn noise() {
    let value = |x: &[f64]| {
        let bits = (x[0].to_bits() ^ x[1].to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x[0].sin() * x[1] + 1e-7 * (bits >> 40) as f64 / (1 << 24) as f64
    };
    ByHand::at(value, |x| [x[0].cos() * x[1], x[0].sin()], [0.7, 1.3]).assert();
    let wrong = ByHand::at(value, |x| [x[0].cos() * x[1], x[0].cos()], [0.7, 1.3]);
    assert_eq!(wrong.wrong().len(), 1, "{wrong}");
}

/// A function whose forward and backward mode disagree, though each entry that differences see is right.
#[test]
fn forward_against_backward() {
    use graph_runtime::Directional;
    struct Torn;
    impl Parameters for Torn {
        fn parameters(&self) -> usize {
            1
        }
    }
    impl Directional<f64> for Torn {
        fn seeds(&self) -> usize {
            1
        }
        fn jvp(&self, x: &[f64], direction: &[f64], outputs: &mut [f64], change: &mut [f64]) {
            outputs[0] = x[0] * x[0];
            change[0] = 2.0 * x[0] * direction[0];
        }
        fn vjp(&self, x: &[f64], seeds: &[f64], outputs: &mut [f64], adjoints: &mut [f64]) {
            outputs[0] = x[0] * x[0];
            adjoints[0] = x[0] * seeds[0];
        }
    }
    let report = check::directional(&Torn, &[1.5]);
    assert!(!report.is_right() && report.wrong().is_empty());
    assert!(
        report.to_string().contains("jvp and vjp disagree"),
        "{report}"
    );
}

graph! {
    fn network(x: [n, 20], w1: [20, 30], b1: [30], w2: [30], const t: [n]) -> loss {
        loss = mean((tanh(x @ w1 + b1) @ w2 - t)^2);
    }
}

/// Large arrays are sampled, and the report says how far.
#[test]
fn arrays_are_sampled() {
    let waves = |rows, columns, shift: f64| {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            ((3 * i + 7 * j) as f64 + shift).sin()
        })
    };
    let (x, w1) = (waves(4, 20, 0.0), 0.3 * waves(20, 30, 0.5));
    let (rows, t) = (waves(2, 30, 0.2), waves(1, 4, 0.8));
    let report =
        network::check(&x, &w1, &rows.row(0), &rows.row(1), &t.row(0)).expect("the shapes fit");
    report.assert();
    assert!(report.undecided().is_empty(), "{report}");
    let text = report.to_string();
    assert!(
        text.starts_with("188 of 740 parameters: right\n  the worst is ∂/∂"),
        "{text}"
    );
    assert!(
        text.contains("jvp against vjp in 3 random directions"),
        "{text}"
    );
}

/// The valley of Rosenbrock with its second derivatives by hand, and with one of them wrong.
#[test]
fn hessians() {
    use graph_runtime::SecondOrder;
    struct Valley(f64);
    impl Parameters for Valley {
        fn parameters(&self) -> usize {
            2
        }
    }
    impl Objective<f64> for Valley {
        fn value(&self, x: &[f64]) -> f64 {
            (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
        }
        fn gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
            let bend = x[1] - x[0] * x[0];
            gradient.copy_from_slice(&[-2.0 * (1.0 - x[0]) - 400.0 * x[0] * bend, 200.0 * bend]);
            self.value(x)
        }
    }
    impl SecondOrder<f64> for Valley {
        fn hessian(&self, x: &[f64], gradient: &mut [f64], hessian: &mut [f64]) -> f64 {
            let mixed = -400.0 * x[0];
            hessian.copy_from_slice(&[
                1200.0 * x[0] * x[0] - 400.0 * x[1] + 2.0,
                mixed,
                mixed,
                self.0,
            ]);
            self.gradient(x, gradient)
        }
    }
    let x = [-1.2, 0.7];
    check::second_order(&Valley(200.0), &x).assert();
    let report = check::second_order(&Valley(199.0), &x);
    assert_eq!(report.wrong().len(), 1);
    assert!(
        report
            .to_string()
            .contains("∂x[1]/∂x[1]: 199 by the function, 200"),
        "{report}"
    );
}

/// Every row of the rule table, checked over its probe and at its kinks in both number types: nothing is called wrong, and
/// over the probe almost everything can be decided.
macro_rules! check_row {
    ($name:ident($($arg:ident),*) with $with:tt = { $call:expr };
        probe [$(($low:expr, $high:expr)),*]; domain $domain:expr; kinks [$(([$($at:expr),*], $slopes:expr)),* $(,)?];) => {
        mod $name {
            use graph_runtime::graph;

            graph! { fn row($($arg),*) -> z { z = $call; } }

            #[test]
            fn over_its_probe() {
                let mut undecided = 0;
                for step in 0..12_u8 {
                    let mut share = f64::from(step);
                    $(
                        // Points of a sequence that are nowhere alike.
                        share = (share + 0.618_033_988_75) * 1.324_717_957_245 % 1.0;
                        let $arg: f64 = $low + ($high - $low) * share;
                    )*
                    let report = row::check($($arg),*);
                    assert!(report.is_right(), "{} at {:?}: {report}", stringify!($name), [$($arg),*]);
                    undecided += report.undecided().len();
                    row::check($($arg as f32),*).assert();
                }
                assert_eq!(undecided, 0);
            }

            #[test]
            fn at_its_kinks() {
                $(row::check($($at as f64),*).assert();)*
            }
        }
    };
}

mod rows {
    graph_runtime::__private::__each_rule!(check_row);
}

/// Close to its limit a sigmoid changes by no more than a rounding over a short step: that proves nothing.
#[test]
fn what_has_almost_reached_its_limit_is_not_called_wrong() {
    graph! {
        #[graph(hessian)]
        fn on(s, y, const far) -> z { z = sigmoid(far + y + s*y); }
        #[graph(hessian, as_written)]
        fn off(s, y, const far) -> z { z = 1 - tanh((far + y + 0.7*s + y*y*s)/2); }
        #[graph(hessian)]
        fn sum(s, y, const far) -> z { z = erf((far + y*s)/6) + s*exp(-far - y); }
    }
    on::check(0.1, 0.15, 20.0).assert();
    off::check(0.1, 0.5555, 17.0).assert();
    for step in 0..400_u16 {
        let at = f64::from(step);
        let (s, y) = (0.9 * (1.7 * at).sin(), (2.3 * at).cos());
        let far = 4.0 + 0.08 * at;
        on::check(s, y, far).assert();
        off::check(s, y, far).assert();
        sum::check(s, y, far).assert();
        let (s, y, far) = (s as f32, y as f32, (far / 2.0) as f32);
        on::check(s, y, far).assert();
        off::check(s, y, far).assert();
        sum::check(s, y, far).assert();
    }
}
