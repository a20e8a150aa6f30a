//! Robertson's three reactions, whose rates are nine orders of magnitude apart: as three differential equations, and as two with a
//! conserved sum, which is an equation without a derivative and so a row of zeros in the mass matrix.

use diffsol::{OdeSolverMethod, SensitivitiesOdeSolverMethod};
use graph_runtime::graph;
use graph_runtime::solvers::diffsol::Graphs;
use ndarray::aview1;

use super::{Solver, are_near, differences, precisely};

graph! {
    #[graph(ode)]
    fn reactions(_t, y: [3], k: [3]) -> dy: [3] {
        slow = k[0]*y[0];
        back = k[1]*y[1]*y[2];
        fast = k[2]*y[1]^2;
        dy = [back - slow, slow - back - fast, fast];
    }

    #[graph(ode)]
    fn conserved(t, y: [3], k: [3]) -> f: [3] {
        dy = reactions(t, y, k);
        f = [dy[0], dy[1], sum(y) - 1];
    }

    #[graph(ode)]
    fn mass(_t, v: [3], _k: [3]) -> product: [3] { product = [v[0], v[1], 0]; }

    fn step(t, y: [3], k: [3], h) -> next: [3] {
        a = reactions(t, y, k);
        b = reactions(t + h/2, y + h/2*a, k);
        c = reactions(t + h/2, y + h/2*b, k);
        d = reactions(t + h, y + h*c, k);
        next = y + h/6*(a + 2*b + 2*c + d);
    }

    fn small_steps(const y: [3], k: [3], const h, steps: count) -> last: [3] {
        last = fold(y = y, i in 0..steps, step(i*h, y, k, h));
    }
}

const START: [f64; 3] = [1.0, 0.0, 0.0];
const RATES: [f64; 3] = [0.04, 1.0e4, 3.0e7];

/// As published with the solvers of SUNDIALS, which were asked for four digits.
const PUBLISHED: [(f64, [f64; 3]); 6] = [
    (0.4, [9.851641e-01, 3.386242e-05, 1.480205e-02]),
    (4.0, [9.055097e-01, 2.240338e-05, 9.446793e-02]),
    (40.0, [7.158017e-01, 9.185037e-06, 2.841892e-01]),
    (400.0, [4.505360e-01, 3.223271e-06, 5.494608e-01]),
    (4000.0, [1.832299e-01, 8.944378e-07, 8.167692e-01]),
    (40000.0, [3.898902e-02, 1.622006e-07, 9.610108e-01]),
];

/// The columns at these times.
fn as_equations(rates: &[f64], times: &[f64]) -> Vec<[f64; 3]> {
    let problem = precisely()
        .p(rates.to_vec())
        .rhs_graph(reactions::Ode {})
        .init(|_, _, y| y.copy_from_slice(&START), 3)
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf::<Solver>().expect("there is a solver");
    let (y, _) = solver.solve_dense(times).expect("it is solved");
    (0..times.len())
        .map(|at| [0, 1, 2].map(|row| y[(row, at)]))
        .collect()
}

#[test]
fn the_published_solution() {
    let times = PUBLISHED.map(|(t, _)| t);
    for (found, (_, published)) in as_equations(&RATES, &times).into_iter().zip(PUBLISHED) {
        are_near(&found, &published, 1e-3);
    }
}

#[test]
fn with_a_mass_matrix() {
    let times = PUBLISHED.map(|(t, _)| t);
    let problem = precisely()
        .p(RATES)
        .rhs_graph(conserved::Ode {})
        .mass_graph(mass::Ode {})
        .init(|_, _, y| y.copy_from_slice(&START), 3)
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf::<Solver>().expect("there is a solver");
    let (y, _) = solver.solve_dense(&times).expect("it is solved");
    for (at, expected) in as_equations(&RATES, &times).into_iter().enumerate() {
        are_near(&[0, 1, 2].map(|row| y[(row, at)]), &expected, 1e-6);
    }
}

/// Four thousand steps of the fold, with the Jacobian by all of them.
#[test]
fn small_steps_agree() {
    let (start, rates) = (aview1(&START), aview1(&RATES));
    let (end, steps) = (0.4, 4000);
    let (last, jacobian) =
        small_steps::jacobian(&start, &rates, end / steps as f64, steps).expect("the shapes fit");
    let problem = precisely()
        .p(RATES)
        .rhs_graph_sens(reactions::Ode {})
        .init_sens(
            |_, _, y| y.copy_from_slice(&START),
            |_, _, _, out| out.fill(0.0),
            3,
        )
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (y, by, _) = solver
        .solve_dense_sensitivities(&[end])
        .expect("it is solved");
    are_near(
        &[0, 1, 2].map(|row| y[(row, 0)]),
        last.as_slice().expect("packed"),
        1e-7,
    );
    let quotients = differences(&RATES, |rates| as_equations(rates, &[end])[0].to_vec());
    for (column, by) in by.iter().enumerate() {
        let found = [0, 1, 2].map(|row| by[(row, 0)]);
        let through_steps = jacobian.k.column(column).to_vec();
        are_near(&found, &through_steps, 1e-6);
        are_near(&found, &quotients[column], 1e-6);
    }
}
