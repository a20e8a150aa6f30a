//! Fixed arrays and the types of other crates: plain `.into()` in both directions.
//!
//! `nalgebra` keeps matrices by column, so that one of R rows and C columns converts to `[[T; R]; C]`; a graph's `[R, C]` is
//! `[[T; C]; R]`, an array of rows. Hence a transpose on the way in and on the way out.

use graph_runtime::graph;
use nalgebra::{Matrix2x3, Matrix3, Matrix3x2, Rotation3, Vector2, Vector3};

graph! {
    fn product(w: [2, 3], x: [3]) -> y { y = w @ x; }
    fn moment(r: [3], f: [3]) -> m { m = cross(r, f); }
    fn energy(r: [3]) -> e { e = 0.5*dot(r, r); }
}

#[test]
fn vectors_in_and_out() {
    let (r, f) = (Vector3::new(1.0, 2.0, 3.0), Vector3::new(-0.5, 0.25, 2.0));
    let m: Vector3<f64> = moment(r.into(), f.into()).into();
    assert_eq!(m, r.cross(&f));
    let seed = Vector3::new(1.0, -1.0, 0.5);
    let grad = moment::forward(r.into(), f.into()).backward(seed.into());
    assert_eq!(Vector3::from(grad.r), f.cross(&seed));
    assert_eq!(Vector3::from(grad.f), seed.cross(&r));
    let (e, grad) = energy::value_and_grad(r.into());
    assert_eq!((e, Vector3::from(grad.r)), (7.0, r));
}

#[test]
fn matrices_are_transposed_on_the_way() {
    let w = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    let x = Vector3::new(1.0, 0.5, -1.0);
    let y = product(w.transpose().into(), x.into());
    assert_eq!(Vector2::from(y), w * x);
    let seed = Vector2::new(2.0, -3.0);
    let grad = product::forward(w.transpose().into(), x.into()).backward(seed.into());
    assert_eq!(Matrix3x2::from(grad.w).transpose(), seed * x.transpose());
    assert_eq!(Vector3::from(grad.x), w.transpose() * seed);
    let (y, dy) = product::jvp(w.transpose().into(), x.into(), [[0.0; 3]; 2], x.into());
    assert_eq!((Vector2::from(y), Vector2::from(dy)), (w * x, w * x));
}

#[test]
fn f32_and_square_matrices() {
    graph! { fn turned(r: [3, 3], v: [3]) -> u { u = r @ v; } }
    let r = *Rotation3::from_euler_angles(0.1_f32, 0.2, 0.3).matrix();
    let v = Vector3::new(1.0_f32, 2.0, 3.0);
    let u = Vector3::from(turned(r.transpose().into(), v.into()));
    assert!((u - r * v).norm() < 1e-6);
    let grad = turned::forward(r.transpose().into(), v.into()).backward(u.into());
    let by_hand = u * v.transpose();
    assert!((Matrix3::from(grad.r).transpose() - by_hand).norm() < 1e-5);
}

/// What the standard library converts to arrays goes in the same way.
#[test]
fn tuples_and_slices() {
    assert_eq!(energy((1.0, 2.0, 2.0).into()), 4.5);
    let many = [0.0, 1.0, 2.0, 2.0];
    let three: &[f64] = &many[1..];
    assert_eq!(energy(three.try_into().expect("three numbers")), 4.5);
    assert_eq!(energy(std::array::from_fn(|at| at as f64)), 2.5);
}
