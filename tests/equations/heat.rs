//! Heat along a rod, in a state of any size, from a sine, which decays and stays a sine; and what a rod of two materials does.

use diffsol::matrix::sparsity::MatrixSparsity;
use diffsol::{
    FaerLU, FaerMat, FaerSparseLU, FaerSparseMat, NalgebraLU, NalgebraMat, NonLinearOpJacobian,
    OdeBuilder, OdeEquations, OdeSolverMethod, SensitivitiesOdeSolverMethod,
};
use graph_runtime::graph;
use graph_runtime::solvers::diffsol::Graphs;
use ndarray::Array1;

use super::{Solver, are_near, precisely};

graph! {
    /// Between ends that are kept cold.
    #[graph(ode)]
    fn rod(_t, u: [n], conductivity, const h) -> du: [n] {
        left = concat([0], u[0..n - 1]);
        right = concat(u[1..n], [0]);
        du = conductivity*(left - 2*u + right)/h^2;
    }

    /// A conductivity of its own between each two points, of which the outer ones are kept as they are.
    #[graph(ode)]
    fn layered(_t, u: [n], k: [n - 1], const h) -> du: [n] {
        flux = k*(u[1..n] - u[0..n - 1])/h;
        du = concat([0], (flux[1..n - 1] - flux[0..n - 2])/h, [0]);
    }

    fn step(u: [n], k: [n - 1], h, t) -> next: [n] {
        a = layered(0, u, k, h);
        b = layered(0, u + t/2*a, k, h);
        c = layered(0, u + t/2*b, k, h);
        d = layered(0, u + t*c, k, h);
        next = u + t/6*(a + 2*b + 2*c + d);
    }

    fn small_steps(const u: [n], k: [n - 1], const h, const t, steps: count) -> last: [n] {
        last = fold(u = u, i in 0..steps, step(u, k, h, t));
    }
}

#[test]
fn a_sine_decays() {
    let (points, conductivity, times) = (40, 0.1, [0.5, 1.0, 2.0]);
    let h = 1.0 / (points + 1) as f64;
    let sine = |at: usize| (std::f64::consts::PI * (at + 1) as f64 * h).sin();
    let u = Array1::from_shape_fn(points, sine);
    let ode = rod::Ode::new(0.0, &u, conductivity, h).expect("the shapes fit");
    let problem = precisely()
        .p([conductivity])
        .rhs_graph_sens(&ode)
        .init_sens(
            |_, _, y| y.copy_from_slice(u.as_slice().expect("packed")),
            |_, _, _, out| out.fill(0.0),
            points,
        )
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (found, by, _) = solver
        .solve_dense_sensitivities(&times)
        .expect("it is solved");
    // The sine is an eigenvector of the second differences.
    let rate = (2.0 - 2.0 * (std::f64::consts::PI * h).cos()) / (h * h);
    for (column, t) in times.into_iter().enumerate() {
        let decay = (-conductivity * rate * t).exp();
        for at in 0..points {
            are_near(&[found[(at, column)]], &[decay * sine(at)], 1e-6);
            are_near(
                &[by[0][(at, column)]],
                &[-rate * t * decay * sine(at)],
                1e-6,
            );
        }
    }
}

/// Matrices of another crate, dense and sparse; where they are not zero is found out by what a product makes of NaN.
#[test]
fn other_matrices() {
    let (points, h, conductivity) = (12, 1.0 / 13.0, 0.1);
    let u = Array1::from_shape_fn(points, |at| (at as f64).sin());
    let ode = rod::Ode::new(0.0, &u, conductivity, h).expect("the shapes fit");
    let u = u.as_slice().expect("packed");
    let start = |_: &[f64], _, y: &mut [f64]| y.copy_from_slice(u);
    let problem = OdeBuilder::<NalgebraMat<f64>>::new()
        .p([conductivity])
        .rhs_graph(&ode)
        .init(start, points)
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf::<NalgebraLU<f64>>().expect("there is a solver");
    let (expected, _) = solver.solve_dense(&[0.1]).expect("it is solved");
    let problem = OdeBuilder::<FaerMat<f64>>::new()
        .p([conductivity])
        .rhs_graph(&ode)
        .init(start, points)
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf::<FaerLU<f64>>().expect("there is a solver");
    let (dense, _) = solver.solve_dense(&[0.1]).expect("it is solved");
    let problem = OdeBuilder::<FaerSparseMat<f64>>::new()
        .p([conductivity])
        .rhs_graph(&ode)
        .init(start, points)
        .build()
        .expect("the problem fits");
    let pattern = problem.eqn.rhs().jacobian_sparsity().expect("it is sparse");
    assert_eq!(
        MatrixSparsity::<FaerSparseMat<f64>>::indices(&pattern).len(),
        3 * points - 2
    );
    let mut solver = problem
        .bdf::<FaerSparseLU<f64>>()
        .expect("there is a solver");
    let (sparse, _) = solver.solve_dense(&[0.1]).expect("it is solved");
    for at in 0..points {
        are_near(
            &[dense[(at, 0)], sparse[(at, 0)]],
            &[expected[(at, 0)]; 2],
            1e-9,
        );
    }
}

#[test]
fn layers_and_small_steps_agree() {
    let (points, end, steps) = (9, 0.5, 2000);
    let h = 1.0 / (points - 1) as f64;
    let u = Array1::from_shape_fn(points, |at| if at == 0 { 1.0 } else { 0.25 });
    let k = Array1::from_shape_fn(points - 1, |at| if at < 4 { 0.2 } else { 0.05 });
    let (last, jacobian) =
        small_steps::jacobian(&u, &k, h, end / steps as f64, steps).expect("the shapes fit");
    let ode = layered::Ode::new(0.0, &u, &k, h).expect("the shapes fit");
    let problem = precisely()
        .p(k.to_vec())
        .rhs_graph_sens(&ode)
        .init_sens(
            |_, _, y| y.copy_from_slice(u.as_slice().expect("packed")),
            |_, _, _, out| out.fill(0.0),
            points,
        )
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (found, by, _) = solver
        .solve_dense_sensitivities(&[end])
        .expect("it is solved");
    for at in 0..points {
        are_near(&[found[(at, 0)]], &[last[at]], 1e-7);
        for (by, exact) in by.iter().zip(jacobian.k.row(at)) {
            let error = (by[(at, 0)] - exact).abs();
            assert!(error < 1e-6 * (1.0 + exact.abs()), "{error:e} off {exact}");
        }
    }
}
