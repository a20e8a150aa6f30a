//! Growth up to a capacity, whose solution is a formula, and so are all of its derivatives.

use diffsol::{
    AdjointOdeSolverMethod, Matrix as _, NalgebraContext, OdeSolverMethod, OdeSolverState,
    SensitivitiesOdeSolverMethod, Vector,
};
use graph_runtime::graph;
use graph_runtime::solvers::diffsol::Graphs;

use super::{Matrix, Solver, are_near, precisely};

graph! {
    #[graph(ode)]
    fn growth(_t, y, rate, capacity, _first) -> dy { dy = rate*y*(1 - y/capacity); }

    fn start(_rate, _capacity, first) -> y { y = first; }

    fn exact(rate, capacity, first, const t) -> y {
        y = capacity*first/(first + (capacity - first)*exp(-rate*t));
    }

    /// How far the solution is off what was seen, which the adjoint equations are asked for the gradient of.
    fn misfit(rate, capacity, first, const t: [4], const seen: [4]) -> r {
        r = sum(i in 0..4, (exact(rate, capacity, first, t[i]) - seen[i])^2);
    }
}

const P: [f64; 3] = [1.0, 1.5, 0.1];
const TIMES: [f64; 4] = [0.5, 2.0, 3.0, 6.0];
const SEEN: [f64; 4] = [0.2, 0.5, 1.0, 1.4];

fn by_formula(t: f64) -> (f64, [f64; 3]) {
    let (y, d) = exact::value_and_grad(P[0], P[1], P[2], t);
    (y, d.to_array())
}

#[test]
fn the_solution_and_its_sensitivities() {
    let problem = precisely()
        .p(P)
        .rhs_graph_sens(growth::Ode {})
        .init_graph_sens(start::Problem {})
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (y, by, _) = solver
        .solve_dense_sensitivities(&TIMES)
        .expect("it is solved");
    for (at, t) in TIMES.into_iter().enumerate() {
        let (value, slopes) = by_formula(t);
        are_near(&[y[(0, at)]], &[value], 1e-8);
        are_near(
            &by.iter().map(|by| by[(0, at)]).collect::<Vec<_>>(),
            &slopes,
            1e-6,
        );
    }
}

#[test]
fn explicit_solvers_take_it_too() {
    let problem = precisely()
        .p(P)
        .rhs_graph(growth::Ode {})
        .init(|p, _, y| y[0] = p[2], 1)
        .build()
        .expect("the problem fits");
    let (y, _) = problem
        .tsit45()
        .expect("there is a solver")
        .solve_dense(&TIMES)
        .expect("it is solved");
    let exact = TIMES.map(|t| by_formula(t).0);
    are_near(&[0, 1, 2, 3].map(|at| y[(0, at)]), &exact, 1e-8);
}

/// The gradient of squares that are summed over four points of time, backward in time.
#[test]
fn the_gradient_by_adjoint_equations() {
    let problem = precisely()
        .p(P)
        .param_rtol(1e-10)
        .param_atol([1e-12])
        .rhs_graph_adjoint(growth::Ode {})
        .init_graph_adjoint(start::Problem {})
        .build()
        .expect("the problem fits");
    let mut forward = problem.bdf::<Solver>().expect("there is a solver");
    let (path, y, _) = forward
        .solve_dense_with_checkpointing(&TIMES, None)
        .expect("it is solved");
    let mut seeds = Matrix::zeros(1, TIMES.len(), NalgebraContext::default());
    for (at, seen) in SEEN.into_iter().enumerate() {
        seeds[(0, at)] = 2.0 * (y[(0, at)] - seen);
    }
    let backward = problem
        .bdf_solver_adjoint::<Solver, _>(path, Some(forward), Some(1))
        .expect("there is a solver");
    let (state, _) = backward
        .solve_adjoint_backwards_pass(&TIMES, &[&seeds])
        .expect("it is solved");
    let found = state.into_common().sg.clone_as_vec();
    let (_, gradient) = misfit::value_and_grad(P[0], P[1], P[2], TIMES, SEEN);
    are_near(&found, &gradient.to_array(), 1e-6);
}
