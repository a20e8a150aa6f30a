//! Where one side of a logistic function, or one term of a sum of exponentials, rules: the small rest keeps its digits, in values, slopes
//! and curvatures, for single numbers and for arrays on every instruction set.
//!
//! What is compared with is `tests/data/saturated.json`: textbook formulas at so many digits that nothing cancels.

use graph_runtime::__private::forced::{Set, on};
use graph_runtime::{Number, graph};
use ndarray::{Array1, Array2, Axis};
use serde_json::Value;

use crate::common::reference::Reference;

/// How far off results may be, in units of the last place of the type, or of the smallest number that it has.
const VALUE: f64 = 4.0;
const SLOPE: f64 = 6.0;
const CURVATURE: f64 = 10.0;
/// Where a difference of two inputs is rounded by a unit of its size before it is an exponent, for differences up to 700.
const FROM_DIFFERENCES: f64 = 700.0;

fn data() -> Value {
    serde_json::from_str(include_str!("../../data/saturated.json")).expect("the file is JSON")
}

#[track_caller]
fn assert_near<T: Number>(what: &str, at: f64, found: T, (exact, among): (f64, f64), units: f64) {
    let (digits, least) = match size_of::<T>() {
        4 => (2.0_f64.powi(-23), 2.0_f64.powi(-149)),
        _ => (f64::EPSILON, 5e-324),
    };
    let off = (found.to_f64() - exact).abs();
    let allowed = units * (digits * exact.abs().max(among)).max(least);
    assert!(
        off <= allowed,
        "{what} at {at}: {:e}, but it should be {exact:e}, {:.1} units off",
        found.to_f64(),
        units * off / allowed
    );
}

/// The points of a function, and at each what it and its derivatives are, and are among.
fn points<T: Number>(function: &str) -> (Array1<T>, Vec<Vec<(f64, f64)>>) {
    let file = data();
    let of_type = if size_of::<T>() == 4 { "f32" } else { "f64" };
    let table = Reference(&file).at(of_type).at(function).0.clone();
    let points = table.as_array().expect("a list");
    let pair = |pair: &Value| {
        (
            pair[0].as_f64().expect("a number"),
            pair[1].as_f64().expect("a number"),
        )
    };
    let values = points.iter().map(|point| {
        let values = point["values"].as_array().expect("a list");
        values.iter().map(pair).collect()
    });
    let at = points
        .iter()
        .map(|point| T::of(point["x"].as_f64().expect("a number")));
    (at.collect(), values.collect())
}

macro_rules! functions {
    ($($name:ident)*) => {$(
        mod $name {
            graph_runtime::graph! {
                #[graph(hessian)]
                pub fn one(x) -> y { y = $name(x); }
                #[graph(hessian)]
                pub fn all(x: [n]) -> y { y = sum($name(x)); }
                pub fn each(x: [n]) -> y: [n] { y = $name(x); }
            }

            fn check<T: graph_runtime::Element>() {
                use super::{CURVATURE, SLOPE, Set, VALUE, assert_near, on, points};
                let name = stringify!($name);
                let (at, exact) = points::<T>(name);
                for (x, exact) in at.iter().zip(&exact) {
                    let (y, slope, curvature) = one::hessian(*x);
                    let place = x.to_f64();
                    assert_near(name, place, y, exact[0], VALUE);
                    assert_near("the slope", place, slope.x, exact[1], SLOPE);
                    assert_near("the curvature", place, curvature[0][0], exact[2], CURVATURE);
                    assert_near("the slope", place, one::jvp(*x, T::of(1.0)).1, exact[1], SLOPE);
                }
                for set in Set::here() {
                    on(set, || {
                        let y = each(&at).expect("it fits");
                        let (_, slopes) = all::value_and_grad(&at).expect("it fits");
                        let ones = at.mapv(|_| T::of(1.0));
                        let (_, _, curvatures) = all::hvp(&at, &ones).expect("they fit");
                        for (place, exact) in exact.iter().enumerate() {
                            let x = at[place].to_f64();
                            assert_near(name, x, y[place], exact[0], VALUE);
                            assert_near("the slope", x, slopes.x[place], exact[1], SLOPE);
                            assert_near("the curvature", x, curvatures.x[place], exact[2], CURVATURE);
                        }
                    });
                }
            }

            #[test]
            fn keeps_its_digits() {
                check::<f64>();
                check::<f32>();
            }
        }
    )*};
}

functions! { sigmoid tanh softplus ln_sigmoid silu }

graph! {
    #[graph(hessian)]
    fn beside(a, b) -> y { y = logaddexp(a, b); }
    fn third(x) -> (d, e) {
        y = tanh(x);
        z = sigmoid(x);
        d = grad(grad(grad(y, x), x), x);
        e = grad(grad(grad(z, x), x), x);
    }
    #[graph(hessian)]
    fn of_rows(x: [n, c], const w: [n]) -> y { y = sum(w*logsumexp(x, axis = 1)); }
    #[graph(hessian)]
    fn of_four(x: [4]) -> y { y = logsumexp(x); }
    #[graph(hessian)]
    fn loss(x: [n, c], const t: index[n]) -> l { l = softmax_cross_entropy(x, t); }
    #[graph(hessian)]
    fn one_hot(x: [n, c], const t: [n, c]) -> l { l = softmax_cross_entropy(x, t); }
    #[graph(hessian)]
    fn picked(x: [n, c], const t: index[n]) -> l { p = log_softmax(x); l = sum(i in 0..n, -p[i, t[i]]); }
}

fn check_logaddexp<T: Number>() {
    let (at, exact) = points::<T>("logaddexp");
    for (x, exact) in at.iter().zip(&exact) {
        let (y, slope, curvature) = beside::hessian(*x, T::of(0.0));
        let place = x.to_f64();
        assert_near("logaddexp", place, y, exact[0], VALUE);
        assert_near("the first slope", place, slope.a, exact[1], SLOPE);
        assert_near("the second slope", place, slope.b, exact[2], SLOPE);
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let (value, among) = exact[3];
            let sign = if row == column { 1.0 } else { -1.0 };
            assert_near(
                "the curvature",
                place,
                curvature[row][column],
                (sign * value, among),
                CURVATURE,
            );
        }
    }
}

#[test]
fn logaddexp_keeps_its_digits() {
    check_logaddexp::<f64>();
    check_logaddexp::<f32>();
}

/// `tanh` and `sigmoid` to third order: far out the derivatives of both are those of one exponential.
#[test]
fn third_derivatives_keep_their_digits() {
    for x in [-300.0_f64, -40.0, 40.0, 300.0] {
        let (d, e) = third(x);
        assert_near(
            "the third derivative of tanh",
            x,
            d,
            (16.0 * (-2.0 * x.abs()).exp(), 0.0),
            CURVATURE,
        );
        assert_near("that of sigmoid", x, e, ((-x.abs()).exp(), 0.0), CURVATURE);
    }
    // Next to 0 the curvatures are odd: -2x and -x/8.
    let (d, e) = third(1e-9_f64);
    assert_near(
        "the third derivative of tanh",
        0.0,
        d,
        (-2.0, 0.0),
        CURVATURE,
    );
    assert_near("that of sigmoid", 0.0, e, (-0.125, 0.0), CURVATURE);
}

/// The rows of the file as one array, and what they should give.
struct Rows {
    x: Array2<f64>,
    direction: Array1<f64>,
    value: Vec<f64>,
    shares: Array2<f64>,
    complements: Array2<f64>,
    bend: Array2<f64>,
    among: Array2<f64>,
    losses: Array2<f64>,
}

fn rows() -> Rows {
    let file = data();
    let rows: Vec<Value> = file["rows"].as_array().expect("a list").clone();
    let matrix = |name: &str| {
        let rows: Vec<_> = rows.iter().map(|row| Reference(row).vector(name)).collect();
        let rows: Vec<_> = rows.iter().map(|row| row.view()).collect();
        ndarray::stack(Axis(0), &rows).expect("rows of one length")
    };
    Rows {
        x: matrix("x"),
        direction: Reference(&file).vector("direction"),
        value: rows
            .iter()
            .map(|row| Reference(row).number("value"))
            .collect(),
        shares: matrix("shares"),
        complements: matrix("complements"),
        bend: matrix("bend"),
        among: matrix("bend_among"),
        losses: matrix("losses"),
    }
}

/// `logsumexp` where one term rules, where two do and where none does: alone, and along an axis.
#[test]
fn logsumexp_keeps_its_digits() {
    let rows = rows();
    let (n, c) = rows.x.dim();
    let weights = Array1::ones(n);
    let directions = rows
        .direction
        .broadcast((n, c))
        .expect("it fits")
        .to_owned();
    for set in Set::here() {
        on(set, || {
            for (place, x) in rows.x.outer_iter().enumerate() {
                let row: [f64; 4] = std::array::from_fn(|at| x[at]);
                let (y, slopes, curvature) = of_four::hessian(row);
                assert_near(
                    "logsumexp",
                    place as f64,
                    y,
                    (rows.value[place], 0.0),
                    VALUE,
                );
                for (at, slope) in slopes.x.into_iter().enumerate() {
                    assert_near(
                        "a share",
                        place as f64,
                        slope,
                        (rows.shares[[place, at]], 0.0),
                        FROM_DIFFERENCES,
                    );
                    let product: f64 = curvature[at]
                        .iter()
                        .zip(&rows.direction)
                        .map(|(a, b)| a * b)
                        .sum();
                    let exact = (rows.bend[[place, at]], rows.among[[place, at]]);
                    assert_near(
                        "a curvature",
                        place as f64,
                        product,
                        exact,
                        FROM_DIFFERENCES,
                    );
                }
                let line = x.to_owned().insert_axis(Axis(0));
                let y = of_rows(&line, &Array1::ones(1)).expect("it fits");
                assert_near(
                    "logsumexp along an axis",
                    place as f64,
                    y,
                    (rows.value[place], 0.0),
                    VALUE,
                );
            }
            let (_, slopes) = of_rows::value_and_grad(&rows.x, &weights).expect("they fit");
            let (_, _, bend) = of_rows::hvp(&rows.x, &weights, &directions).expect("they fit");
            for ((place, at), slope) in slopes.x.indexed_iter() {
                let exact = (rows.shares[[place, at]], 0.0);
                assert_near("a share", place as f64, *slope, exact, FROM_DIFFERENCES);
                let exact = (rows.bend[[place, at]], rows.among[[place, at]]);
                assert_near(
                    "a curvature",
                    place as f64,
                    bend.x[[place, at]],
                    exact,
                    FROM_DIFFERENCES,
                );
            }
        });
    }
}

/// The cross-entropy and its gradient for each class as the label: a loss of 4e-18 is not 0.
#[test]
fn the_cross_entropy_keeps_its_digits() {
    let rows = rows();
    let c = rows.x.ncols();
    let directions = rows.direction.clone().insert_axis(Axis(0));
    for set in Set::here() {
        on(set, || {
            for (place, x) in rows.x.outer_iter().enumerate() {
                let x = x.to_owned().insert_axis(Axis(0));
                for label in 0..c {
                    let mut hot = Array2::zeros((1, c));
                    hot[[0, label]] = 1.0;
                    let labels = [label];
                    let losses = [
                        loss::value_and_grad(&x, &labels).expect("they fit"),
                        picked::value_and_grad(&x, &labels)
                            .map(|(l, d)| (l, loss::Grad { x: d.x }))
                            .expect("they fit"),
                        one_hot::value_and_grad(&x, &hot)
                            .map(|(l, d)| (l, loss::Grad { x: d.x }))
                            .expect("they fit"),
                    ];
                    let bends = [
                        loss::hvp(&x, &labels, &directions).expect("they fit").2.x,
                        picked::hvp(&x, &labels, &directions).expect("they fit").2.x,
                        one_hot::hvp(&x, &hot, &directions).expect("they fit").2.x,
                    ];
                    for ((l, d), bend) in losses.into_iter().zip(bends) {
                        assert_near(
                            "the loss",
                            place as f64,
                            l,
                            (rows.losses[[place, label]], 0.0),
                            VALUE,
                        );
                        for at in 0..c {
                            let exact = match at == label {
                                true => -rows.complements[[place, at]],
                                false => rows.shares[[place, at]],
                            };
                            assert_near(
                                "its slope",
                                place as f64,
                                d.x[[0, at]],
                                (exact, 0.0),
                                FROM_DIFFERENCES,
                            );
                            let exact = (rows.bend[[place, at]], rows.among[[place, at]]);
                            assert_near(
                                "its curvature",
                                place as f64,
                                bend[[0, at]],
                                exact,
                                FROM_DIFFERENCES,
                            );
                        }
                    }
                }
            }
        });
    }
}
