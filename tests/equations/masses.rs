//! A mass matrix that is not symmetric, so that it makes a difference where it is transposed.

use diffsol::{
    AdjointOdeSolverMethod, Matrix as _, NalgebraContext, NalgebraLU, NalgebraMat, OdeBuilder,
    OdeSolverMethod, OdeSolverState, SensitivitiesOdeSolverMethod, Vector,
};
use graph_runtime::graph;
use graph_runtime::solvers::diffsol::Graphs;

use super::{Matrix, Solver, are_near, precisely};

graph! {
    #[graph(ode)]
    fn forces(t, y: [2], k: [2]) -> f: [2] { f = [k[1]*cos(t) - k[0]*y[0], -y[1]*y[0]]; }

    #[graph(ode)]
    fn mass(_t, v: [2], _k: [2]) -> product: [2] { product = [[2, 1], [0, 0.5]] @ v; }

    /// The same with the matrix on the other side.
    #[graph(ode)]
    fn solved(t, y: [2], k: [2]) -> dy: [2] { dy = [[0.5, -1], [0, 2]] @ forces(t, y, k); }

    fn start(k: [2]) -> y: [2] { y = [k[0], 1]; }
}

const P: [f64; 2] = [0.75, 2.0];
const TIMES: [f64; 3] = [0.5, 1.0, 2.0];

/// The solution, and its sensitivities: by time the state, and the state's derivatives by each parameter.
fn expected() -> Vec<[[f64; 2]; 3]> {
    let problem = precisely()
        .p(P)
        .rhs_graph_sens(solved::Ode {})
        .init_graph_sens(start::Problem {})
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (y, by, _) = solver
        .solve_dense_sensitivities(&TIMES)
        .expect("it is solved");
    let column = |at: usize| [&y, &by[0], &by[1]].map(|of| [of[(0, at)], of[(1, at)]]);
    (0..TIMES.len()).map(column).collect()
}

#[test]
fn forward() {
    let problem = precisely()
        .p(P)
        .rhs_graph_sens(forces::Ode {})
        .mass_graph(mass::Ode {})
        .init_graph_sens(start::Problem {})
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (y, by, _) = solver
        .solve_dense_sensitivities(&TIMES)
        .expect("it is solved");
    for (at, expected) in expected().into_iter().enumerate() {
        for (found, expected) in [&y, &by[0], &by[1]].into_iter().zip(expected) {
            are_near(&[found[(0, at)], found[(1, at)]], &expected, 1e-6);
        }
    }
}

/// The gradient of the entries at all times, each with a weight.
#[test]
fn backward() {
    let problem = precisely()
        .p(P)
        .param_rtol(1e-10)
        .param_atol([1e-12])
        .rhs_graph_adjoint(forces::Ode {})
        .mass_graph_adjoint(mass::Ode {})
        .init_graph_adjoint(start::Problem {})
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf::<Solver>().expect("there is a solver");
    let (path, _, _) = solver
        .solve_dense_with_checkpointing(&TIMES, None)
        .expect("it is solved");
    let mut seeds = Matrix::zeros(2, TIMES.len(), NalgebraContext::default());
    let mut gradient = [0.0; 2];
    for (at, [_, by_first, by_second]) in expected().into_iter().enumerate() {
        for row in 0..2 {
            let weight = 1.0 + (at + 2 * row) as f64;
            seeds[(row, at)] = weight;
            gradient[0] += weight * by_first[row];
            gradient[1] += weight * by_second[row];
        }
    }
    let solver = problem
        .bdf_solver_adjoint::<Solver, _>(path, Some(solver), Some(1))
        .expect("there is a solver");
    let (state, _) = solver
        .solve_adjoint_backwards_pass(&TIMES, &[&seeds])
        .expect("it is solved");
    are_near(&state.into_common().sg.clone_as_vec(), &gradient, 1e-6);
}

/// In single precision, by value and out of the function that made the problem.
#[test]
fn in_single_precision() {
    let problem = OdeBuilder::<NalgebraMat<f32>>::new()
        .rtol(1e-4)
        .atol([1e-4])
        .p([0.75, 2.0])
        .rhs_graph(solved::Ode {})
        .init(|p, _, y| y.copy_from_slice(&[p[0], 1.0]), 2)
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf::<NalgebraLU<f32>>().expect("there is a solver");
    let (y, _) = solver.solve_dense(&[0.5]).expect("it is solved");
    let [expected, ..] = expected()[0];
    are_near(&[y[(0, 0)].into(), y[(1, 0)].into()], &expected, 1e-2);
}
