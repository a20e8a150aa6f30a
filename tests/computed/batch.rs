//! `batch`: many points in slices give what one point at a time gives, whatever their number.

use crate::common::{Float, close};
use graph_runtime::{Number, graph};

graph! {
    #[graph(batch, as_written)]
    fn loss(x, y, w, b) -> l { l = ln(1 + exp(-(w*x + b)*y)) + 0.005*w^2; }

    #[graph(batch, as_written)]
    fn project(r: [3], f, const p: [3]) -> (seen: [2], depth) {
        theta = norm(r);
        axis = if theta > 0 { r/theta } else { r };
        q = cos(theta)*p + sin(theta)*cross(axis, p) + (1 - cos(theta))*dot(axis, p)*axis;
        seen = f*q[0..2]/q[2];
        depth = q[2];
    }

    #[graph(batch)]
    fn branch(x, points) -> derivatives { derivatives = if x > 0 { sqrt(x)*points } else { x^2 - points }; }
}

/// Numbers that are all different, of both signs.
fn column<T: Number>(points: usize, seed: f64) -> Vec<T> {
    let number = |at: usize| (at as f64 * 0.37 + seed).sin() * 1.5;
    (0..points).map(|at| T::of(number(at))).collect()
}

/// Lane functions are near those of single numbers, not equal to them.
fn near<T: Float>(got: T, want: T) -> bool {
    close(got, want, 20.0 * T::TOLERANCE) || (got.wide() - want.wide()).abs() < 20.0 * T::TOLERANCE
}

fn value_and_gradient<T: Number + Float>() {
    for points in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1000] {
        let (x, y, w, b) = (
            column(points, 0.1),
            column(points, 0.9),
            column(points, 2.0),
            column::<T>(points, 3.3),
        );
        let (l, d) = loss::batch(&x, &y, &w, &b).unwrap();
        assert_eq!((l.len(), d.w.len()), (points, points));
        for at in 0..points {
            let (value, gradient) = loss::value_and_grad(x[at], y[at], w[at], b[at]);
            assert!(
                near(l[at], value),
                "{at} of {points}: {:?}, not {value:?}",
                l[at]
            );
            let got = [d.x[at], d.y[at], d.w[at], d.b[at]];
            for (got, want) in got.into_iter().zip(gradient.to_array()) {
                assert!(near(got, want), "{at} of {points}: {got:?}, not {want:?}");
            }
        }
    }
}

#[test]
fn every_length_in_both_number_types() {
    value_and_gradient::<f64>();
    value_and_gradient::<f32>();
}

#[test]
fn jacobians_of_arrays() {
    let points = 37;
    let r: [Vec<f64>; 3] = std::array::from_fn(|at| column(points, at as f64));
    let p: [Vec<f64>; 3] = std::array::from_fn(|at| {
        column::<f64>(points, 5.0 + at as f64)
            .iter()
            .map(|x| x + 3.0)
            .collect()
    });
    let f: Vec<f64> = column(points, 9.0);
    let slices = |columns: &[Vec<f64>; 3]| -> [Vec<f64>; 3] { columns.clone() };
    let (r_columns, p_columns) = (slices(&r), slices(&p));
    let (r_columns, p_columns) = (
        r_columns.each_ref().map(Vec::as_slice),
        p_columns.each_ref().map(Vec::as_slice),
    );
    let ((seen, depth), d) = project::batch(r_columns, &f, p_columns).unwrap();
    for at in 0..points {
        let (at_r, at_p) = (r.each_ref().map(|c| c[at]), p.each_ref().map(|c| c[at]));
        let ((one_seen, one_depth), one) = project::jacobian(at_r, f[at], at_p);
        assert!(near(seen[0][at], one_seen[0]) && near(seen[1][at], one_seen[1]));
        assert!(near(depth[at], one_depth));
        for row in 0..3 {
            for entry in 0..3 {
                assert!(
                    near(d.r[row][entry][at], one.r[row][entry]),
                    "{row}, {entry} at {at}"
                );
            }
            assert!(near(d.f[row][0][at], one.f[row][0]));
        }
    }
}

#[test]
fn into_slices_that_are_there() {
    let (x, points) = ([4.0, -2.0, 9.0], [1.0, 2.0, 3.0]);
    let (mut z, mut dx, mut dp) = ([0.0; 3], [0.0; 3], [0.0; 3]);
    let gradient = branch::Grad {
        x: &mut dx[..],
        points: &mut dp[..],
    };
    branch::batch_into(&x, &points, &mut z, gradient).unwrap();
    assert_eq!(
        (z, dx, dp),
        ([2.0, 2.0, 9.0], [0.25, -4.0, 0.5], [2.0, -1.0, 3.0])
    );
}

#[test]
fn lengths_that_differ_are_an_error() {
    let error = loss::batch(&[1.0, 2.0], &[1.0], &[1.0, 2.0], &[1.0, 2.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`y` should have the shape of `x`, [2], but has shape [1]"
    );
    let (mut z, mut dx, mut dp) = ([0.0; 3], [0.0; 2], [0.0; 3]);
    let gradient = branch::Grad {
        x: &mut dx[..],
        points: &mut dp[..],
    };
    let error = branch::batch_into(&[1.0; 3], &[1.0; 3], &mut z, gradient).unwrap_err();
    assert!(error.to_string().starts_with("`derivatives.x`"), "{error}");
}

const RATE: f64 = 0.25;

mod elsewhere {
    graph_runtime::graph! { pub fn square(x) -> y { y = x^2; } }
}

graph! {
    #[graph(batch)]
    fn surroundings(x) -> y { y = { RATE }*elsewhere::square(x); }
}

/// Constants of the surrounding code and graphs made elsewhere run on lanes too.
#[test]
fn surroundings_on_lanes() {
    let (y, d) = surroundings::batch(&[1.0, 2.0, -3.0, 4.0, 5.0]).unwrap();
    assert_eq!(
        (y, d.x),
        (
            vec![0.25, 1.0, 2.25, 4.0, 6.25],
            vec![0.5, 1.0, -1.5, 2.0, 2.5]
        )
    );
}

/// Inputs without a number have no slices, so there are no points; slices for results say how many there are.
#[test]
fn inputs_of_nothing() {
    graph! { #[graph(batch)] fn empty(x: [0]) -> y { y = sum(x) + 1; } }
    let (y, _) = empty::batch::<f64>([]).expect("there is no slice");
    assert_eq!(y, [] as [f64; 0]);
    let mut y = [0.0; 3];
    empty::batch_into([], &mut y, empty::Grad { x: [] }).expect("there is one slice");
    assert_eq!(y, [1.0; 3]);
}
