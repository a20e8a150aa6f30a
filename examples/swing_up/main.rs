//! A pendulum is swung up to stand, by a torque too weak to lift it at once: direct collocation, and an interior point method.
//!
//! Time is cut into steps, and what happens in one is a constraint between the states at its ends, so every derivative is about two
//! neighbours: the solver is told where they stand, and gets them alone.

use graph_runtime::ndarray::Array1;
use graph_runtime::{graph, solvers::ripopt::Bounded};
use ripopt::{SolveStatus, SolverOptions};

graph! {
    /// How the speed of the pendulum changes.
    fn acceleration(angle, speed, torque, damping) -> a { a = torque - damping*speed - 9.81*sin(angle); }

    /// The effort, and how far states are off where the trapezoidal rule brings those before them.
    #[graph(sparse)]
    fn swing_up(angle: [n], speed: [n], torque: [n], const h, const damping)
        -> (effort, turns: [n - 1], changes: [n - 1], ends: [4])
    {
        effort = sum(i in 0..n - 1, h*(torque[i]^2 + torque[i + 1]^2)/2);
        a = acceleration(angle, speed, torque, damping);
        turns = each(i in 0..n - 1, angle[i + 1] - angle[i] - h*(speed[i] + speed[i + 1])/2);
        changes = each(i in 0..n - 1, speed[i + 1] - speed[i] - h*(a[i] + a[i + 1])/2);
        ends = [angle[0], speed[0], angle[n - 1] - PI, speed[n - 1]];
    }
}

/// The states at the ends of so many steps, and what is asked of them.
const STEPS: usize = 200;
const SECONDS: f64 = 4.0;
/// Less than half of what would hold the pendulum sideways.
const STRONGEST: f64 = 4.0;

fn main() {
    let h = SECONDS / STEPS as f64;
    let angle = Array1::linspace(0.0, std::f64::consts::PI, STEPS + 1);
    let still = Array1::zeros(STEPS + 1);
    let program = swing_up::Nlp::new(&angle, &still, &still, h, 0.1)
        .expect("all arrays have an entry a state");
    let (jacobian, hessian) = (program.jacobian_pattern(), program.hessian_pattern());
    println!(
        "{} parameters under {} constraints: {} entries in the Jacobian, {} in the Hessian of the Lagrangian",
        jacobian.shape[1],
        jacobian.shape[0],
        jacobian.len(),
        hessian.len()
    );
    // Two states meet in a turn, three in a change of speed, all of them at both ends of a step; an end is one state.
    assert_eq!(jacobian.len(), (4 + 6) * STEPS + 4);
    // The torques by themselves, and the angles, whose sine is not straight.
    assert_eq!(hessian.len(), 2 * (STEPS + 1));

    let free = vec![f64::NEG_INFINITY..=f64::INFINITY; 2 * (STEPS + 1)];
    let torques = vec![-STRONGEST..=STRONGEST; STEPS + 1];
    let bounded = Bounded::new(&program).parameters([free, torques].concat());
    let found = bounded.solve(&SolverOptions {
        print_level: 0,
        ..SolverOptions::default()
    });
    println!(
        "{:?} after {} iterations, with an effort of {:.4}",
        found.status, found.iterations, found.objective
    );
    assert_eq!(found.status, SolveStatus::Optimal);

    let mut off = vec![0.0; program.constraint_count()];
    program.constraints(&found.x, &mut off);
    let worst = off.iter().fold(0.0, |worst: f64, off| worst.max(off.abs()));
    assert!(
        worst < 1e-7,
        "no constraint is off by more than rounding: {worst}"
    );
    let strongest = found.x[2 * (STEPS + 1)..].iter();
    let strongest = strongest.fold(0.0, |most: f64, torque| most.max(torque.abs()));
    assert!(strongest <= STRONGEST + 1e-6);
    for at in (0..=STEPS).step_by(20) {
        let (angle, torque) = (found.x[at], found.x[2 * (STEPS + 1) + at]);
        let place = (30.0 + 28.0 * angle.sin()) as usize;
        println!(
            "{:4.1} s  torque {torque:5.2}  {:place$}o",
            at as f64 * h,
            ""
        );
    }
}
