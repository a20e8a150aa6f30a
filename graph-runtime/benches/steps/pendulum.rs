//! A pendulum by the method of Runge and Kutta: the energy after so many steps, and its slopes by start, gravity and step.
//!
//! The loop by hand keeps the state, the sines and the cosines of each step, and goes back over them; where it is short, its memory is
//! that of the call before.

use graph_runtime::graph;

use crate::harness::Task;
use crate::summary::Line;

pub const TASKS: [(&str, usize); 3] = [
    ("pendulum, 100 steps", 100),
    ("pendulum, 10,000 steps", 10_000),
    ("pendulum, 1,000,000 steps", 1_000_000),
];

graph! {
    fn all(p0, v0, g, h, n: count) -> e {
        (p, v) = fold((p, v) = (p0, v0), k in 0..n, step(p, v, g, h));
        e = p^2 + v^2;
    }

    #[graph(keep = "few")]
    fn few(p0, v0, g, h, n: count) -> e {
        (p, v) = fold((p, v) = (p0, v0), k in 0..n, step(p, v, g, h));
        e = p^2 + v^2;
    }

    fn step(p, v, g, h) -> (p_next, v_next) {
        a1 = -g*sin(p);
        p2 = p + 0.5*h*v;
        v2 = v + 0.5*h*a1;
        a2 = -g*sin(p2);
        p3 = p + 0.5*h*v2;
        v3 = v + 0.5*h*a2;
        a3 = -g*sin(p3);
        p4 = p + h*v3;
        v4 = v + h*a3;
        a4 = -g*sin(p4);
        p_next = p + h/6*(v + 2*v2 + 2*v3 + v4);
        v_next = v + h/6*(a1 + 2*a2 + 2*a3 + a4);
    }
}

/// The speed of a step, and the sine and the cosine of each of its four angles.
type Kept = (f64, [(f64, f64); 4]);

/// The energy, and its slopes by `p`, `v`, `g` and `h`.
fn by_hand([mut p, mut v, g, h]: [f64; 4], steps: usize, tape: &mut Vec<Kept>) -> (f64, [f64; 4]) {
    tape.clear();
    tape.reserve(steps);
    let half = 0.5 * h;
    for _ in 0..steps {
        let first = p.sin_cos();
        let a1 = -g * first.0;
        let v2 = v + half * a1;
        let second = (p + half * v).sin_cos();
        let a2 = -g * second.0;
        let v3 = v + half * a2;
        let third = (p + half * v2).sin_cos();
        let a3 = -g * third.0;
        let v4 = v + h * a3;
        let fourth = (p + h * v3).sin_cos();
        let a4 = -g * fourth.0;
        tape.push((v, [first, second, third, fourth]));
        p += h / 6.0 * (v + 2.0 * v2 + 2.0 * v3 + v4);
        v += h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
    }
    let (mut dp, mut dv, mut dg, mut dh) = (2.0 * p, 2.0 * v, 0.0, 0.0);
    for &(v, [(s1, c1), (s2, c2), (s3, c3), (s4, c4)]) in tape.iter().rev() {
        let (a1, a2, a3, a4) = (-g * s1, -g * s2, -g * s3, -g * s4);
        let (v2, v3, v4) = (v + half * a1, v + half * a2, v + h * a3);
        dh += dp / 6.0 * (v + 2.0 * v2 + 2.0 * v3 + v4);
        dh += dv / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        let (of_p, of_v) = (h / 6.0 * dp, h / 6.0 * dv);
        let d_p4 = -of_v * g * c4;
        let d_a3 = 2.0 * of_v + h * of_p;
        let d_p3 = -d_a3 * g * c3;
        let d_v3 = 2.0 * of_p + h * d_p4;
        let d_a2 = 2.0 * of_v + half * d_v3;
        let d_p2 = -d_a2 * g * c2;
        let d_v2 = 2.0 * of_p + half * d_p3;
        let d_a1 = of_v + half * d_v2;
        dg -= of_v * s4 + d_a3 * s3 + d_a2 * s2 + d_a1 * s1;
        dh += of_p * a3 + d_p4 * v3 + 0.5 * (d_v3 * a2 + d_p3 * v2 + d_v2 * a1 + d_p2 * v);
        dp += d_p4 + d_p3 + d_p2 - d_a1 * g * c1;
        dv += 2.0 * of_p + d_v3 + d_v2 + half * d_p2;
    }
    (p * p + v * v, [dp, dv, dg, dh])
}

const START: [f64; 4] = [1.0, 0.1, 9.8, 0.001];

pub fn run(title: &'static str, steps: usize, rounds: usize) -> Line {
    let [p, v, g, h] = START;
    let mut tape = Vec::new();
    let (mut workspace, mut grad) = (all::Workspace::default(), all::Grad::default());
    let (mut of_few, mut grad_of_few) = (few::Workspace::default(), few::Grad::default());
    Task::new(title)
        .row("by hand", move || {
            let (energy, [dp, dv, dg, dh]) = by_hand(std::hint::black_box(START), steps, &mut tape);
            energy + dp + dv + dg + dh
        })
        .row("graph!", move || {
            let energy = all::value_and_grad_into(p, v, g, h, steps, &mut workspace, &mut grad);
            energy.expect("a count has no shape") + grad.p0 + grad.v0 + grad.g + grad.h
        })
        .row("graph!, few states", move || {
            let energy = few::value_and_grad_into(p, v, g, h, steps, &mut of_few, &mut grad_of_few);
            let grad = &grad_of_few;
            energy.expect("a count has no shape") + grad.p0 + grad.v0 + grad.g + grad.h
        })
        .report(rounds)
}
