//! Operations written by hand, as the example has them: values, derivatives in every mode, both number types, many points.

#[path = "../../examples/own_operation.rs"]
#[allow(
    dead_code,
    clippy::module_inception,
    reason = "the example's `main` is not run here"
)]
mod own_operation;

use graph_runtime::{Real, graph};
use own_operation::{angle, bessel, diode, intersection, lambert, ring};

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-14 * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

#[test]
fn lamberts_w() {
    // The omega constant, W(e) = 1, and W(1e6) from tables.
    close(lambert(1.0), 0.567_143_290_409_784);
    close(lambert(std::f64::consts::E), 1.0);
    close(lambert(1e6), 11.383_358_086_140_053);
    close(lambert(0.0), 0.0);
    graph! { fn w(x) -> y { y = lambert(x); } }
    // W'(0) = 1, and W'(e) = 1/(2e).
    close(w::value_and_grad(0.0).1.x, 1.0);
    close(
        w::value_and_grad(std::f64::consts::E).1.x,
        0.5 / std::f64::consts::E,
    );
    for x in [1e-3, 0.5, 7.0, 1e4] {
        w::check(x).assert();
        w::check(x as f32).assert();
    }
}

/// One operation in each mode, by its known slope.
#[test]
fn every_mode() {
    let (y, slope) = (libm::j0(2.25), -libm::j1(2.25));
    graph! { fn wave(a, x) -> y { y = a*bessel(x^2); } }
    let (a, x) = (2.0, 1.5);
    let d = [y, a * slope * 2.0 * x];
    let close_all = |found: [f64; 2]| found.iter().zip(d).for_each(|(found, d)| close(*found, d));
    close(wave(a, x), a * y);
    close_all(wave::value_and_grad(a, x).1.to_array());
    close_all(wave::forward(a, x).backward(1.0).to_array());
    let (_, jacobian) = wave::jacobian(a, x);
    close_all([jacobian.a[0][0], jacobian.x[0][0]]);
    close_all([wave::jvp(a, x, 1.0, 0.0).1, wave::jvp(a, x, 0.0, 1.0).1]);
    let (_, pull) = wave::vjp(a, x);
    let (by_a, by_x) = pull(1.0);
    close_all([by_a, by_x]);
    let g = graph! { y = a*bessel(x^2) };
    let d = g.backward(1.0);
    close_all([d.a, d.x]);
    let (single, d) = wave::value_and_grad(2.0_f32, 1.5);
    assert!((f64::from(single) - a * y).abs() < 1e-6 && (f64::from(d.a) - y).abs() < 1e-6);
}

#[test]
fn the_examples_graphs() {
    for voltage in [0.1, 0.6, 0.9] {
        diode::check(voltage, 100.0, 0.02585, 1e-12).assert();
    }
    ring::check(2.0, 3.5).assert();
    ring::check(1.0_f32, 0.75).assert();
    angle::check(5.0, 2.0).assert();
    let [x, y] = intersection(25.0, 12.0);
    close(x, 4.0);
    close(y, 3.0);
    // phi = atan2(3, 4); dx/da = x/(2(x² - y²)), dy/da = -y/(2(x² - y²)).
    let (phi, d) = angle::value_and_grad(25.0, 12.0);
    close(phi, 3.0_f64.atan2(4.0));
    close(d.a, (4.0 * -3.0 / 14.0 - 3.0 * 4.0 / 14.0) / 25.0);
}

/// An operation over plain numbers goes lane by lane where a graph takes many points at once.
#[test]
fn many_points() {
    graph! {
        #[graph(batch)]
        fn wave(a, x) -> y { y = a*bessel(x^2); }
    }
    let points = 37;
    let a: Vec<f64> = (0..points).map(|at| 1.0 + 0.1 * f64::from(at)).collect();
    let x: Vec<f64> = (0..points).map(|at| 0.05 * f64::from(at)).collect();
    let (y, d) = wave::batch(&a, &x).expect("the slices are of one length");
    for at in 0..a.len() {
        let (value, gradient) = wave::value_and_grad(a[at], x[at]);
        close(y[at], value);
        close(d.a[at], gradient.a);
        close(d.x[at], gradient.x);
    }
}

#[test]
fn plain_functions_of_several_arguments() {
    let [sum, product] = <f64 as Real>::lane_by_lane([2.0, 5.0], |[x, y]| [x + y, x * y]);
    assert_eq!([sum, product], [7.0, 10.0]);
    let [half] = <f32 as Real>::lane_by_lane([1.0], |[x]| [x / 2.0]);
    assert_eq!(half, 0.5);
}
