//! Graphs without a standard library (G67): numbers and small arrays in every mode, nothing on a heap.
#![no_std]
#![forbid(unsafe_code)]

// The example's part for a device is held to what it says: no standard library.
#[path = "../../../examples/embedded/control.rs"]
pub mod control;

use graph_runtime::{Real, graph};

graph! {
    /// Functions that a maths library has to give.
    pub fn wave(amplitude, frequency, const t) -> (position, velocity) {
        phase = TAU*frequency*t;
        position = amplitude*sin(phase)*exp(-t) + erf(amplitude);
        velocity = if amplitude > 0 { sqrt(amplitude)*cos(phase) } else { 0 };
    }

    /// A rotation, unrolled.
    pub fn turned(angle, v: [2]) -> w: [2] {
        w = [[cos(angle), -sin(angle)], [sin(angle), cos(angle)]] @ v;
    }

    /// One number from a small array.
    pub fn entropy(logits: [3]) -> e { e = -sum(softmax(logits)*log_softmax(logits)); }

    /// Many steps: a loop, of which few states are kept, on the stack.
    pub fn decay(x, rate) -> y { y = fold(y = x, k in 0..1000, y - 0.001*rate*y); }

    /// A measurement of three numbers, and how likely it is: solved for without a heap.
    pub fn measured(off: [3], p: [3, 3], tilt: [3, 3]) -> l {
        s = p @ p.T + diag([1, 2, 3]);
        (w, _) = eigh(s);
        l = -(dot(off, solve_spd(s, off)) + logdet_spd(s))/2 + ln(w[0]) + sum(solve(tilt, off)) + logdet(tilt);
    }

    /// With second derivatives.
    #[graph(hessian)]
    pub fn curved(x, y) -> z { z = x^2*y + ln(y); }
}

/// One step of Newton's method for the square root of `a`, on any number type.
pub fn newton<T: Real>(a: T, x: T) -> T {
    let g = graph! { const a; f = x^2 - a };
    x - g.f / g.backward(T::of(1.0)).x
}
