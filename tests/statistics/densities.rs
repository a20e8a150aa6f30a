//! Each density over a grid of its parameters, at the edges of its support, outside of it, and outside of its domain, against 50
//! digits: value, gradient and second derivatives, in both precisions and on lanes.

use crate::common::reference::Reference;

/// How far off a result is, relative to itself and to what it is among.
#[track_caller]
fn assert_near(what: &str, at: &[f64], got: f64, want: f64, among: f64, within: f64) {
    let off = (got - want).abs();
    assert!(
        off <= within * among.max(want.abs()),
        "{what} at {at:?}: {got:e}, but it should be {want:e}, {off:e} off"
    );
}

fn number(value: &serde_json::Value) -> f64 {
    let text = || value.as_str()?.parse().ok();
    value.as_f64().or_else(text).expect("a number")
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(number)
        .collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// One graph a density, of its value and its parameters in this order; by those in front of the `;` nothing is differentiated.
macro_rules! densities {
    ($($name:ident($($constant:ident),*; $($free:ident),+) = $x:ident ~ ($($parameter:ident),+);)*) => {
        mod graphs {
            $(graph_runtime::graph! {
                #[graph(hessian, batch)]
                pub fn $name($(const $constant,)* $($free),+) -> l { l = $x ~ $name($($parameter),+); }
            })*
        }

        $(#[test]
        fn $name() {
            let file = data!("densities");
            let of = Reference(&file).at(stringify!($name));
            let constants = <[&str]>::len(&[$(stringify!($constant)),*]);
            let cases = of.0["inside"].as_array().expect("a list");
            for case in cases {
                let at = numbers(&case["at"]);
                let want = number(&case["value"]);
                let mut entries = at.iter().copied();
                $(let $constant = entries.next().expect("an entry");)*
                $(let $free = entries.next().expect("an entry");)+
                let name = stringify!($name);
                assert_near(name, &at, graphs::$name($($constant,)* $($free),+), want, 1.0, VALUE);
                let (value, gradient, hessian) = graphs::$name::hessian($($constant,)* $($free),+);
                assert_near(name, &at, value, want, 1.0, VALUE);
                let slopes = numbers(&case["gradient"]);
                for (got, want) in [$(gradient.$free),+].iter().zip(&slopes) {
                    assert_near("the gradient", &at, *got, *want, 1e-3 * largest(&slopes).max(1.0), SLOPE);
                }
                let curvatures = case["hessian"].as_array().expect("rows");
                let all: Vec<f64> = curvatures.iter().flat_map(numbers).collect();
                for (got, want) in hessian.iter().flatten().zip(&all) {
                    assert_near("the curvature", &at, *got, *want, 1e-2 * largest(&all).max(1.0), CURVATURE);
                }
                let narrow: f32 = graphs::$name($($constant as f32,)* $($free as f32),+);
                let moved = (at.iter().skip(constants).zip(&slopes)).map(|(at, slope)| (at * slope).abs());
                let among = moved.fold(want.abs().max(1.0), f64::max);
                if narrow.is_finite() {
                    assert_near("in single precision", &at, f64::from(narrow), want, among, 2e-5);
                }
            }
            for case in of.0["edges"].as_array().expect("a list") {
                let (at, want) = (numbers(&case["at"]), number(&case["value"]));
                let got = at_point!($name, at, $($constant,)* $($free),+);
                assert!(got == want || (got - want).abs() <= VALUE * want.abs().max(1.0), "at {at:?}: {got}, but it should be {want}");
            }
            for at in of.0["outside"].as_array().expect("a list") {
                let at = numbers(at);
                let got = at_point!($name, at, $($constant,)* $($free),+);
                assert_eq!(got, f64::NEG_INFINITY, "outside of the support, at {at:?}");
            }
            for at in of.0["wrong"].as_array().expect("a list") {
                let at = numbers(at);
                let got = at_point!($name, at, $($constant,)* $($free),+);
                assert!(got.is_nan(), "outside of the domain, at {at:?}: {got}");
            }
        })*

        /// On lanes as by single numbers.
        #[test]
        fn in_batches() {
            let file = data!("densities");
            $({
                let of = Reference(&file).at(stringify!($name));
                let cases: Vec<Vec<f64>> = of.0["inside"].as_array().expect("a list").iter().map(|case| numbers(&case["at"])).collect();
                let mut column = 0..;
                $(let $constant: Vec<f64> = { let at = column.next().expect("a column"); cases.iter().map(|case| case[at]).collect() };)*
                $(let $free: Vec<f64> = { let at = column.next().expect("a column"); cases.iter().map(|case| case[at]).collect() };)+
                let (values, gradients) = graphs::$name::batch($(&$constant,)* $(&$free),+).expect("all are of one length");
                for (at, case) in cases.iter().enumerate() {
                    let mut entries = case.iter().copied();
                    $(let $constant = entries.next().expect("an entry");)*
                    $(let $free = entries.next().expect("an entry");)+
                    let (value, gradient) = graphs::$name::value_and_grad($($constant,)* $($free),+);
                    assert_near(stringify!($name), case, values[at], value, 1.0, 1e-13);
                    let slopes = [$(gradient.$free),+];
                    for (got, want) in [$(gradients.$free[at]),+].iter().zip(&slopes) {
                        assert_near(stringify!($name), case, *got, *want, largest(&slopes), 1e-12);
                    }
                }
            })*
        }
    };
}

macro_rules! at_point {
    ($name:ident, $at:ident, $($x:ident),+) => {{
        let mut entries = $at.iter().copied();
        $(let $x = entries.next().expect("an entry");)+
        let value: f64 = graphs::$name($($x),+);
        let (again, _) = graphs::$name::value_and_grad($($x),+);
        assert!(value == again || value.is_nan() && again.is_nan());
        value
    }};
}

/// How far off a value, a slope and a curvature may be, relative to themselves or to what they are among.
const VALUE: f64 = 1e-13;
const SLOPE: f64 = 1e-12;
const CURVATURE: f64 = 1e-11;

densities! {
    normal(; x, mu, sigma) = x ~ (mu, sigma);
    student_t(; x, nu, mu, sigma) = x ~ (nu, mu, sigma);
    cauchy(; x, mu, sigma) = x ~ (mu, sigma);
    laplace(; x, mu, sigma) = x ~ (mu, sigma);
    logistic(; x, mu, sigma) = x ~ (mu, sigma);
    uniform(; x, low, high) = x ~ (low, high);
    von_mises(; x, mu, kappa) = x ~ (mu, kappa);
    lognormal(; x, mu, sigma) = x ~ (mu, sigma);
    exponential(; x, rate) = x ~ (rate);
    gamma(; x, alpha, beta) = x ~ (alpha, beta);
    inv_gamma(; x, alpha, beta) = x ~ (alpha, beta);
    chi_squared(; x, nu) = x ~ (nu);
    weibull(; x, alpha, sigma) = x ~ (alpha, sigma);
    pareto(; x, low, alpha) = x ~ (low, alpha);
    beta(; x, a, b) = x ~ (a, b);
    bernoulli(k; p) = k ~ (p);
    bernoulli_logit(k; t) = k ~ (t);
    binomial(k, n; p) = k ~ (n, p);
    binomial_logit(k, n; t) = k ~ (n, t);
    poisson(k; lambda) = k ~ (lambda);
    poisson_log(k; t) = k ~ (t);
    neg_binomial(k; alpha, beta) = k ~ (alpha, beta);
    neg_binomial_2(k; mu, phi) = k ~ (mu, phi);
}

/// A NaN is outside of nothing: it stays one.
#[test]
fn at_what_is_no_number() {
    graph_runtime::graph! {
        fn gamma(x) -> l { l = x ~ gamma(2, 1); }
        fn poisson(const k, t) -> l { l = k ~ poisson(exp(t)); }
        fn uniform(x: [n]) -> l: [n] { l = x ~ uniform(0, 1); }
        fn wishart(x: [2, 2]) -> l { l = x ~ wishart(3, [[1, 0], [0, 1]]); }
        fn dirichlet(x: [2]) -> l { l = x ~ dirichlet([1, 2]); }
    }
    let nan = f64::NAN;
    assert!(gamma(nan).is_nan() && poisson(nan, 0.0).is_nan());
    assert!(wishart([[nan, 0.0], [0.0, 1.0]]).is_nan() && dirichlet([nan, 0.5]).is_nan());
    let entries = uniform(&ndarray::array![0.5, nan, 2.0]).expect("the shapes agree");
    assert!(entries[0] == 0.0 && entries[1].is_nan() && entries[2] == f64::NEG_INFINITY);
}

/// An exponential distribution has its slope where it begins, by whatever name.
#[test]
fn weibulls_slope_at_its_edge() {
    let (value, d) = graphs::weibull::value_and_grad(0.0, 1.0, 2.0);
    assert_eq!((value, d.x, d.sigma), (-std::f64::consts::LN_2, -0.5, -0.5));
}
