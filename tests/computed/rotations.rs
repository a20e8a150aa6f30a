//! Rotations and rigid motions of the library: against `nalgebra`, and by what groups obey, with derivatives at an angle of 0, near π
//! and between.

use graph_runtime::graph;
use nalgebra::{
    Isometry3, Quaternion, Translation3, UnitComplex, UnitQuaternion, Vector2, Vector3,
};
use ndarray::Array2;

/// Vectors to turn about, from nothing to nearly half a turn.
const TURNS: [[f64; 3]; 8] = [
    [0.0, 0.0, 0.0],
    [1e-200, 0.0, 0.0],
    [1e-9, 0.0, -2e-9],
    [0.3, -0.4, 0.5],
    [1.0, 1.0, -1.0],
    [-2.0, 0.5, 1.5],
    [3.1, 0.2, 0.1],
    [0.0, 1e-9 - std::f64::consts::PI, 0.0],
];

/// Values are compared to 4e-15, in relation to numbers about 1.
#[track_caller]
fn assert_all_close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (one, other) in got.iter().zip(want) {
        assert!(
            (one - other).abs() <= 4e-15,
            "{got:?}, but it should be {want:?}"
        );
    }
}

fn unit(w: [f64; 3]) -> UnitQuaternion<f64> {
    UnitQuaternion::from_scaled_axis(Vector3::from(w))
}

graph! {
    fn exp2(a) -> r: [2] { r = so2_exp(a); }
    fn product2(p: [2], q: [2], x: [2]) -> (r: [2], inverse: [2], y: [2], a) {
        r = so2_mul(p, q);
        inverse = so2_inv(p);
        y = so2_act(p, x);
        a = so2_log(p);
    }
    fn exp3(w: [3]) -> q: [4] { q = so3_exp(w); }
    fn product3(p: [4], q: [4], x: [3]) -> (r: [4], inverse: [4], y: [3], w: [3]) {
        r = so3_mul(p, q);
        inverse = so3_inv(p);
        y = so3_act(p, x);
        w = so3_log(p);
    }
    fn motion(a: [7], b: [7], x: [3]) -> (r: [7], inverse: [7], y: [3]) {
        r = se3_mul(a, b);
        inverse = se3_inv(a);
        y = se3_act(a, x);
    }
    #[graph(batch)]
    fn there_and_back(u: [6]) -> v: [6] { v = se3_log(se3_exp(u)); }
    fn in_the_plane(u: [3]) -> v: [3] { v = se2_log(se2_exp(u)); }
    fn second(w: [3]) -> h: [3, 3, 3] { v = w; h = jacobian(jacobian(so3_log(so3_exp(v)), v), v); }
}

#[test]
fn rotations_of_the_plane() {
    for (a, b) in [(0.0, 1.0), (3.0, -2.0), (-1e-9, 3.1)] {
        let (p, q) = (UnitComplex::new(a), UnitComplex::new(b));
        let stored = |p: UnitComplex<f64>| [p.re, p.im];
        assert_all_close(&exp2(a), &stored(p));
        let (r, inverse, y, angle) = product2(stored(p), stored(q), [2.0, -1.0]);
        assert_all_close(&r, &stored(p * q));
        assert_all_close(&inverse, &stored(p.inverse()));
        assert_all_close(&y, (p * Vector2::new(2.0, -1.0)).as_slice());
        assert_all_close(&[angle], &[a]);
    }
}

#[test]
fn rotations_of_space() {
    for w in TURNS {
        for other in TURNS {
            let (p, q) = (unit(w), unit(other));
            let stored = |q: UnitQuaternion<f64>| <[f64; 4]>::from(q.coords);
            assert_all_close(&exp3(w), &stored(p));
            let x = Vector3::new(1.0, -2.0, 0.5);
            let (r, inverse, y, log) = product3(stored(p), stored(q), x.into());
            assert_all_close(&r, &stored(p * q));
            assert_all_close(&inverse, &stored(p.inverse()));
            assert_all_close(&y, (p * x).as_slice());
            assert_all_close(&log, &w);
            // Of the two quaternions of a rotation either has its logarithm.
            let (_, _, _, log) = product3(stored(p).map(|entry| -entry), stored(q), x.into());
            assert_all_close(&log, &w);
        }
    }
}

#[test]
fn rigid_motions() {
    for w in TURNS {
        let place = Translation3::new(0.5, -1.0, 2.0);
        let (a, b) = (
            Isometry3::from_parts(place, unit(w)),
            Isometry3::from_parts(place, unit([0.2, 1.0, -0.7])),
        );
        let stored = |x: Isometry3<f64>| {
            let ([t0, t1, t2], [i, j, k, w]) =
                (x.translation.vector.into(), x.rotation.coords.into());
            [t0, t1, t2, i, j, k, w]
        };
        let point = nalgebra::Point3::new(1.0, -2.0, 0.5);
        let (r, inverse, y) = motion(stored(a), stored(b), point.into());
        assert_all_close(&r, &stored(a * b));
        assert_all_close(&inverse, &stored(a.inverse()));
        assert_all_close(&y, (a * point).coords.as_slice());
        let [.., i, j, k, w] = r;
        assert!((Quaternion::new(w, i, j, k).norm() - 1.0).abs() < 1e-15);
    }
}

/// What goes there and comes back is where it was: so its Jacobian is the identity, and its second derivatives are 0.
#[test]
fn logarithms_undo_exponentials_with_their_derivatives() {
    let mut columns: [Vec<f64>; 6] = Default::default();
    for w in TURNS {
        let u = [1.0, -2.0, 0.5, w[0], w[1], w[2]];
        columns
            .iter_mut()
            .zip(u)
            .for_each(|(column, entry)| column.push(entry));
        let (v, j) = there_and_back::jacobian(u);
        assert_all_close(&v, &u);
        assert_all_close(
            j.u.as_flattened(),
            Array2::eye(6).as_slice().expect("it is packed"),
        );
        let u = [1.0, -2.0, w[1]];
        let (v, j) = in_the_plane::jacobian(u);
        assert_all_close(&v, &u);
        assert_all_close(
            j.u.as_flattened(),
            Array2::eye(3).as_slice().expect("it is packed"),
        );
        assert_all_close(second(w).as_flattened().as_flattened(), &[0.0; 27]);
    }
    let (v, j) =
        there_and_back::batch(columns.each_ref().map(|column| &column[..])).expect("one length");
    for (at, w) in TURNS.iter().enumerate() {
        let got: Vec<f64> = v.iter().map(|entry| entry[at]).collect();
        assert_all_close(&got, &[1.0, -2.0, 0.5, w[0], w[1], w[2]]);
        let rows = (0..6).flat_map(|row| (0..6).map(move |column| (row, column)));
        let got: Vec<f64> = rows.map(|(row, column)| j.u[row][column][at]).collect();
        assert_all_close(&got, Array2::eye(6).as_slice().expect("it is packed"));
    }
}

/// A turn by a little on the right moves a point by its lever: the derivative at 0 is -R [x]×.
#[test]
fn tangents_at_a_rotation() {
    graph! { fn turned(const q: [4], d: [3], const x: [3]) -> y: [3] { y = so3_act(so3_mul(q, so3_exp(d)), x); } }
    for w in TURNS {
        let q = unit(w);
        let x = Vector3::new(1.0, -2.0, 0.5);
        let (_, j) = turned::jacobian(q.coords.into(), [0.0; 3], x.into());
        let want = -(q.to_rotation_matrix().matrix() * x.cross_matrix());
        assert_all_close(j.d.as_flattened(), want.transpose().as_slice());
    }
}

/// Names of the library are the block's where it has them, and the library's own functions are what they are.
#[test]
fn names_of_the_block_come_first() {
    graph! {
        fn so3_exp(w) -> q { q = 2*w; }
        fn so2_mul(p: [2], q: [2]) -> r: [2] { r = p + q; }
        fn own(w) -> q { q = so3_exp(w); }
        fn others(u: [6], x: [2]) -> (a: [7], b: [2]) { a = se3_exp(u); b = so2_act([0, 1], so2_mul(x, x)); }
    }
    assert_eq!(own(1.5), 3.0);
    let (a, b) = others([0.0, 0.0, 0.0, 0.3, 0.0, 0.0], [1.0, 2.0]);
    assert_all_close(&a[3..], &[f64::sin(0.15), 0.0, 0.0, f64::cos(0.15)]);
    assert_all_close(&b, &[-4.0, 2.0]);
    let w = [0.0, 0.0, 1.0];
    let g = graph! { w: [3]; q = so3_exp(w) };
    assert_all_close(&g.q, &[0.0, 0.0, f64::sin(0.5), f64::cos(0.5)]);
}
