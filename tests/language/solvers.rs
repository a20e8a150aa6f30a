//! The bridges to solvers: graphs minimised by other crates, and by function pointers in the manner of Ceres.

use argmin::core::{Executor, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::newton::Newton;
use argmin::solver::quasinewton::LBFGS;
use argmin::solver::trustregion::{Steihaug, TrustRegion};
use graph_runtime::graph;
use graph_runtime::slices::Blocks;
use graph_runtime::solvers::argmin::Argmin;
use graph_runtime::solvers::levenberg_marquardt::LeastSquares;
use levenberg_marquardt::LevenbergMarquardt;
use nalgebra::DVector;

graph! {
    #[graph(hessian)]
    fn valley(x: [2], const steepness) -> z { z = (1 - x[0])^2 + steepness*(x[1] - x[0]^2)^2; }

    fn offset(station: [2], point: [2], turn, const seen: [2]) -> r {
        r = [[cos(turn), -sin(turn)], [sin(turn), cos(turn)]] @ (point - station) - seen;
    }
}

const VALLEY: valley::Problem<f64> = valley::Problem { steepness: 100.0 };

#[track_caller]
fn is_the_minimum(x: &[f64]) {
    assert!(
        (x[0] - 1.0).abs() < 1e-6 && (x[1] - 1.0).abs() < 1e-6,
        "{x:?}"
    );
}

#[test]
fn quasi_newton() {
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7);
    let run = Executor::new(Argmin::new(VALLEY), solver)
        .configure(|state| state.param(vec![-1.2, 1.0]).max_iters(100))
        .run()
        .expect("the solver runs");
    is_the_minimum(run.state().get_best_param().expect("there is a best point"));
}

#[test]
fn trust_region() {
    let solver = TrustRegion::new(Steihaug::new().with_max_iters(20));
    let run = Executor::new(Argmin::new(VALLEY), solver)
        .configure(|state| state.param(vec![-1.2, 1.0]).max_iters(100))
        .run()
        .expect("the solver runs");
    is_the_minimum(run.state().get_best_param().expect("there is a best point"));
}

#[test]
fn newton() {
    let problem: Argmin<_, DVector<f64>> = Argmin::new(VALLEY);
    let run = Executor::new(problem, Newton::<f64>::new())
        .configure(|state| {
            state
                .param(DVector::from_vec(vec![-1.2, 1.0]))
                .max_iters(10)
        })
        .run()
        .expect("the solver runs");
    let found = run.state().get_param().expect("there is a last point");
    is_the_minimum(found.as_slice());
}

#[test]
fn levenberg_marquardt() {
    graph! { fn steps(x: [2]) -> (r: [2]) { r = [1 - x[0], 10*(x[1] - x[0]^2)]; } }
    let problem = LeastSquares::new(steps::Problem {}, vec![-1.2, 1.0]);
    let (found, report) = LevenbergMarquardt::new().minimize(problem);
    assert!(report.termination.was_successful());
    assert!(report.objective_function < 1e-20);
    is_the_minimum(found.x.as_slice());
}

/// Blocks are asked for by place, packed or by rows; what is not asked for is not written.
#[test]
fn blocks() {
    let blocks = Blocks::new(offset::Problem { seen: [0.5, 2.0] });
    assert_eq!(blocks.sizes(), [2, 2, 1]);
    let (station, point, turn) = ([0.5, 1.0], [3.0, 4.0], [0.25]);
    let parameters: [&[f64]; 3] = [&station, &point, &turn];
    let (expected, d) = offset::jacobian(station, point, turn[0], [0.5, 2.0]);

    let mut r = [0.0; 2];
    assert!(blocks.evaluate::<f64, &mut [f64]>(&parameters, &mut r, None));
    assert_eq!(r, expected);

    let (mut by_point, mut by_turn) = ([7.0; 4], [7.0; 2]);
    let mut places = [None, Some(&mut by_point[..]), Some(&mut by_turn[..])];
    assert!(blocks.evaluate(&parameters, &mut r, Some(&mut places)));
    assert_eq!(by_point, *d.point.as_flattened());
    assert_eq!(by_turn, *d.turn.as_flattened());

    let mut by_station = [[7.0; 2]; 2];
    let [first, second] = &mut by_station;
    let mut rows = [&mut first[..], &mut second[..]];
    assert!(blocks.evaluate(
        &parameters,
        &mut r,
        Some(&mut [Some(&mut rows[..]), None, None])
    ));
    assert_eq!(by_station, d.station);

    let far: [&[f64]; 3] = [&[f64::INFINITY, 0.0], &point, &turn];
    assert!(!blocks.evaluate::<f64, &mut [f64]>(&far, &mut r, None));
}

#[test]
#[should_panic(expected = "expects blocks of [2, 2, 1] parameters")]
fn blocks_of_other_lengths_panic() {
    let blocks = Blocks::new(offset::Problem { seen: [0.5, 2.0] });
    blocks.evaluate::<f64, &mut [f64]>(&[&[0.0; 2], &[0.0; 3], &[0.0]], &mut [0.0; 2], None);
}

/// An array without entries is a block as well, wherever it stands, and has a place like the others.
#[test]
fn blocks_of_nothing() {
    graph! { fn sums(a: [n], b: [m], c, d: [k]) -> (r: [2]) { r = [sum(a) + c, sum(b)*c + sum(d)]; } }
    let (none, two) = (ndarray::array![], ndarray::array![1.0, 2.0]);
    let three = ndarray::array![1.0, 2.0, 3.0];
    let sizes = |a, b, d| {
        let problem = sums::Problem::<f64>::new(a, b, 5.0, d).expect("the shapes fit");
        Blocks::new(problem).sizes().to_vec()
    };
    assert_eq!(sizes(&none, &two, &three), [0, 2, 1, 3]);
    assert_eq!(sizes(&two, &none, &none), [2, 0, 1, 0]);
    assert_eq!(sizes(&none, &none, &none), [0, 0, 1, 0]);

    let problem = sums::Problem::<f64>::new(&none, &two, 5.0, &none).expect("the shapes fit");
    let (mut r, mut by_b, mut by_c) = ([0.0; 2], [7.0; 4], [7.0; 2]);
    let mut places = [
        None,
        Some(&mut by_b[..]),
        Some(&mut by_c[..]),
        Some(&mut [][..]),
    ];
    let blocks: [&[f64]; 4] = [&[], &[1.0, 2.0], &[5.0], &[]];
    assert!(Blocks::new(problem).evaluate(&blocks, &mut r, Some(&mut places)));
    assert_eq!(
        (r, by_b, by_c),
        ([5.0, 15.0], [0.0, 0.0, 5.0, 5.0], [1.0, 3.0])
    );
}

#[test]
#[should_panic(expected = "has 3 blocks, and was given places for 2 Jacobians")]
fn fewer_places_than_blocks_panic() {
    let blocks = Blocks::new(offset::Problem { seen: [0.5, 2.0] });
    let parameters: [&[f64]; 3] = [&[0.0; 2], &[0.0; 2], &[0.0]];
    let mut places: [Option<&mut [f64]>; 2] = [None, None];
    blocks.evaluate(&parameters, &mut [0.0; 2], Some(&mut places));
}
