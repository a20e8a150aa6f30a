//! The crate without a standard library, on a machine that has one.

use no_std::{curved, decay, entropy, measured, newton, turned, wave};

fn close(got: f64, want: f64) -> bool {
    (got - want).abs() <= 1e-12 * want.abs().max(1.0)
}

#[test]
fn g67_numbers_in_every_mode() {
    let (a, f, t) = (0.7_f64, 0.3, 0.2);
    let step = 1e-6;
    let ((position, velocity), partial) = wave::jacobian(a, f, t);
    assert_eq!(wave(a, f, t), (position, velocity));
    let slope = (wave(a, f + step, t).0 - wave(a, f - step, t).0) / (2.0 * step);
    assert!((partial.frequency[0][0] - slope).abs() < 1e-8);
    let d = wave::forward(a, f, t).backward(0.0, 1.0);
    assert!(close(d.amplitude, partial.amplitude[1][0]));
    let (_, pullback) = wave::vjp(a, f, t);
    assert!(close(pullback(1.0, 0.0).1, partial.frequency[0][0]));
    let (_, (moved, _)) = wave::jvp(a, f, t, 1.0, 0.0);
    assert!(close(moved, partial.amplitude[0][0]));
}

#[test]
fn g67_small_arrays() {
    let (w, d) = (
        turned(0.0, [3.0, 4.0]),
        turned::forward(0.0, [3.0, 4.0]).backward([1.0, 0.0]),
    );
    assert_eq!((w, d.angle, d.v), ([3.0, 4.0], -4.0, [1.0, 0.0]));
    let (e, d) = entropy::value_and_grad([0.0, 0.0, 0.0]);
    assert!(close(e, 3.0_f64.ln()) && d.logits.iter().all(|slope| slope.abs() < 1e-12));
}

#[test]
fn matrices_are_solved_by() {
    // Diagonal ones, whose solutions are quotients.
    let p = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let tilt = [[0.0, 2.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    let (l, d) = measured::value_and_grad([2.0, 3.0, 4.0], p, tilt);
    let squares = 4.0 / 2.0 + 9.0 / 3.0 + 16.0 / 4.0;
    let wanted = -(squares + 24.0_f64.ln()) / 2.0 + 2.0_f64.ln() + 5.75 + 8.0_f64.ln();
    assert!(close(l, wanted), "{l}, {wanted}");
    assert!(
        close(d.off[0], -1.0 + 0.5) && close(d.off[1], -1.0 + 0.25) && close(d.off[2], -1.0 + 1.0)
    );
}

#[test]
fn a_loop_of_many_steps() {
    let factor = (1.0_f64 - 0.001 * 0.5).powi(1000);
    let (y, d) = decay::value_and_grad(3.0, 0.5);
    assert!(close(y, 3.0 * factor) && close(d.x, factor));
    assert!(close(d.rate, -3.0 * factor / (1.0 - 0.001 * 0.5)));
    assert!(close(decay::forward(3.0, 0.5).backward(1.0).x, factor));
}

#[test]
fn g67_second_derivatives_and_number_types() {
    let (_, _, hessian) = curved::hessian(1.0, 2.0);
    assert_eq!(hessian, [[4.0, 2.0], [2.0, -0.25]]);
    let root = (0..6).fold(2.0, |x, _| newton(2.0, x));
    assert!(close(root, 2.0_f64.sqrt()));
    assert!((0..6).fold(2.0_f32, |x, _| newton(2.0, x)) - 2.0_f32.sqrt() < 1e-6);
}
