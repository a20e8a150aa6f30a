//! A mass on a spring, whose stiffness and damping are fitted to where it was seen: the residuals are a solution, their Jacobian its
//! sensitivities. State and parameters are structs.

use diffsol::SensitivitiesOdeSolverMethod;
use graph_runtime::solvers::diffsol::Graphs;
use graph_runtime::solvers::levenberg_marquardt::LeastSquares;
use graph_runtime::{Parameters, Residuals, check, graph};
use levenberg_marquardt::LevenbergMarquardt;

use super::{Solver, are_near, precisely};

graph! {
    pub struct Mass { place, speed }
    pub struct Spring { stiffness, damping }

    #[graph(ode)]
    fn motion(_t, mass: Mass, spring: Spring, const weight) -> change: Mass {
        force = -spring.stiffness*mass.place - spring.damping*mass.speed;
        change = Mass { place: mass.speed, speed: force/weight };
    }

    /// The place by formula, where the damping is weak.
    fn exact(stiffness, damping, const weight, const t) -> place {
        decay = damping/(2*weight);
        turn = sqrt(stiffness/weight - decay^2);
        place = exp(-decay*t)*(cos(turn*t) + decay/turn*sin(turn*t));
    }

    fn step(mass: Mass, spring: Spring, weight, h) -> next: Mass {
        a = motion(0, mass, spring, weight);
        b = motion(0, moved(mass, a, h/2), spring, weight);
        c = motion(0, moved(mass, b, h/2), spring, weight);
        d = motion(0, moved(mass, c, h), spring, weight);
        next = Mass {
            place: mass.place + h/6*(a.place + 2*b.place + 2*c.place + d.place),
            speed: mass.speed + h/6*(a.speed + 2*b.speed + 2*c.speed + d.speed),
        };
    }
    fn moved(mass: Mass, change: Mass, h) -> next: Mass {
        next = Mass { place: mass.place + h*change.place, speed: mass.speed + h*change.speed };
    }
    fn small_steps(const mass: Mass, spring: Spring, const weight, const h, steps: count) -> place {
        last = fold(mass = mass, i in 0..steps, step(mass, spring, weight, h));
        place = last.place;
    }
}

const WEIGHT: f64 = 2.0;
const TIMES: [f64; 6] = [0.4, 0.9, 1.5, 2.2, 3.0, 5.0];
const TRUTH: [f64; 2] = [5.0, 0.6];

/// How far a spring's mass is off where it was seen.
struct Fit {
    seen: [f64; 6],
}

impl Parameters for Fit {
    fn parameters(&self) -> usize {
        2
    }
}

impl Residuals<f64> for Fit {
    fn outputs(&self) -> usize {
        TIMES.len()
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.jacobian(x, residuals, &mut [0.0; 12]);
    }

    fn jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        let (places, slopes) = places(x);
        for at in 0..TIMES.len() {
            residuals[at] = places[at] - self.seen[at];
            jacobian[2 * at..2 * at + 2].copy_from_slice(&slopes[at]);
        }
    }
}

/// Where the mass is, and how that depends on the spring.
fn places(spring: &[f64]) -> ([f64; 6], [[f64; 2]; 6]) {
    let problem = precisely()
        .p(spring.to_vec())
        .rhs_graph_sens(motion::Ode { weight: WEIGHT })
        .init_sens(
            |_, _, y| y.copy_from_slice(&[1.0, 0.0]),
            |_, _, _, out| out.fill(0.0),
            2,
        )
        .build()
        .expect("the problem fits");
    let mut solver = problem.bdf_sens::<Solver>().expect("there is a solver");
    let (y, by, _) = solver
        .solve_dense_sensitivities(&TIMES)
        .expect("it is solved");
    let slopes = |at: usize| [by[0][(0, at)], by[1][(0, at)]];
    (
        std::array::from_fn(|at| y[(0, at)]),
        std::array::from_fn(slopes),
    )
}

#[test]
fn the_solution_is_the_formula() {
    let (places, slopes) = places(&TRUTH);
    for (at, t) in TIMES.into_iter().enumerate() {
        let (place, d) = exact::value_and_grad(TRUTH[0], TRUTH[1], WEIGHT, t);
        assert!((places[at] - place).abs() < 1e-8);
        for (found, exact) in slopes[at].iter().zip(d.to_array()) {
            assert!((found - exact).abs() < 1e-6, "{found} is not {exact}");
        }
    }
}

#[test]
fn small_steps_agree() {
    let (mass, spring) = (
        Mass {
            place: 1.0,
            speed: 0.0,
        },
        Spring {
            stiffness: TRUTH[0],
            damping: TRUTH[1],
        },
    );
    let (places, slopes) = places(&TRUTH);
    for (at, t) in TIMES.into_iter().enumerate() {
        let (place, d) =
            small_steps::value_and_grad(&mass, &spring, WEIGHT, t / 2000.0, 2000).expect("it fits");
        are_near(&[places[at]], &[place], 1e-6);
        are_near(&slopes[at], &[d.spring.stiffness, d.spring.damping], 1e-6);
    }
}

#[test]
fn a_fit_finds_the_spring() {
    let seen = TIMES.map(|t| exact(TRUTH[0], TRUTH[1], WEIGHT, t));
    check::residuals(&Fit { seen }, &[4.0, 1.0]).assert();
    let start = LeastSquares::new(Fit { seen }, vec![4.0, 1.0]);
    let (found, report) = LevenbergMarquardt::new().minimize(start);
    assert!(report.termination.was_successful(), "{report:?}");
    are_near(found.x.as_slice(), &TRUTH, 1e-6);
}
