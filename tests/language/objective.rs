//! `f::Problem`: graphs as functions of one flat parameter vector, by their numbers.

use graph_runtime::{
    Directional, Objective, Parameters, Residuals, SecondOrder, ShapeError, check, graph,
};
use ndarray::{Array2, array};

graph! {
    /// The valley of Rosenbrock.
    pub fn valley(x: [2], const steepness) -> z {
        z = (1 - x[0])^2 + steepness*(x[1] - x[0]^2)^2;
    }

    fn bowl(x, y) -> z { z = x^2 + 3*y^2; }

    fn decay(height, rates: [2], const t: [3]) -> (r: [3], total) {
        r = height*(exp(-rates[0]*t) + exp(-rates[1]*t));
        total = rates[0] + rates[1];
    }

    /// Least squares with ridge regression, over data of any size.
    fn ridge(const x: [n, k], w: [k], b, const y: [n], const decay) -> loss {
        loss = mean((x @ w + b - y)^2) + decay*sum(w^2);
    }

    fn classify(w: [3, 4], const x: [n, 3], b: [4], const labels: index[n]) -> loss {
        loss = softmax_cross_entropy(x @ w + b, labels);
    }

    fn residuals(const x: [n, 2], w: [2], scale) -> (r: [n], s) { r = tanh(x @ w)*scale; s = sum(w); }
}

#[test]
fn an_objective_binds_its_constants() {
    let problem = valley::Problem { steepness: 100.0 };
    let mut gradient = [0.0; 2];
    assert_eq!(problem.value(&[0.0, 1.0]), 101.0);
    assert_eq!(problem.gradient(&[0.0, 1.0], &mut gradient), 101.0);
    assert_eq!(gradient, [-2.0, 200.0]);
    assert_eq!(problem.parameters(), 2);
    assert_eq!(problem.name(1).to_string(), "x[1]");
    assert_eq!(problem, problem.clone());
    let single = valley::Problem { steepness: 1.0_f32 };
    assert_eq!(single.value(&[0.0, 1.0]), 2.0);
}

#[test]
fn without_constants_it_is_a_unit() {
    let problem = bowl::Problem {};
    assert_eq!(problem.value(&[1.0, 2.0]), 13.0);
    assert_eq!(bowl::Problem.value(&[1.0_f32, 2.0]), 13.0);
    assert_eq!(problem.parameters(), 2);
    assert_eq!(problem.name(1).to_string(), "y");
    bowl::check(1.5, -0.5).assert();
}

#[test]
fn several_outputs_are_residuals_in_the_order_of_the_declaration() {
    let problem = decay::Problem { t: [0.0, 1.0, 2.0] };
    let x = [2.0, 0.5, 0.0];
    let (mut residuals, mut jacobian) = ([0.0; 4], [0.0; 12]);
    problem.jacobian(&x, &mut residuals, &mut jacobian);
    let e = |t: f64| (-0.5 * t).exp();
    let rows = [0.0, 1.0, 2.0].map(|t| [e(t) + 1.0, -2.0 * t * e(t), -2.0 * t]);
    for (found, expected) in jacobian
        .iter()
        .zip(rows.as_flattened().iter().chain(&[0.0, 1.0, 1.0]))
    {
        assert!((found - expected).abs() < 1e-15, "{jacobian:?}");
    }
    assert_eq!(residuals[3], 0.5);
    assert_eq!((Residuals::outputs(&problem), problem.parameters()), (4, 3));
    let names = [0, 2, 3].map(|at| Residuals::output_name(&problem, at).to_string());
    assert_eq!(names, ["r[0]", "r[2]", "total"]);
    assert_eq!(problem.name(2).to_string(), "rates[1]");
    let mut again = [0.0; 4];
    problem.residuals(&x, &mut again);
    assert_eq!(residuals, again);
}

#[test]
fn directions_agree_with_the_jacobian() {
    let problem = decay::Problem { t: [0.3, 1.0, 2.0] };
    let x = [2.0_f64, 0.5, -0.25];
    let (mut outputs, mut jacobian) = ([0.0_f64; 4], [0.0_f64; 12]);
    problem.jacobian(&x, &mut outputs, &mut jacobian);
    for column in 0..3 {
        let (mut direction, mut change) = ([0.0; 3], [0.0; 4]);
        direction[column] = 1.0;
        problem.jvp(&x, &direction, &mut outputs, &mut change);
        for row in 0..4 {
            assert!((change[row] - jacobian[3 * row + column]).abs() < 1e-15);
        }
    }
    for row in 0..4 {
        let (mut seeds, mut adjoints) = ([0.0; 4], [0.0; 3]);
        seeds[row] = 1.0;
        problem.vjp(&x, &seeds, &mut outputs, &mut adjoints);
        for column in 0..3 {
            assert!((adjoints[column] - jacobian[3 * row + column]).abs() < 1e-15);
        }
    }
}

#[test]
#[should_panic(expected = "the problem expects a vector of 2 here, and was given one of 3")]
fn a_vector_of_the_wrong_length_panics() {
    valley::Problem { steepness: 1.0 }.value(&[1.0, 2.0, 3.0]);
}

/// Which line a panic names: that of the caller, not one of generated code or of the runtime.
#[test]
fn a_panic_names_the_caller() {
    use std::panic;
    use std::sync::Mutex;

    static LINES: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());
    let before = panic::take_hook();
    panic::set_hook(Box::new(|info| {
        let place = info.location().unwrap();
        LINES
            .lock()
            .unwrap()
            .push((place.file().to_owned(), place.line()));
    }));
    let (first, problem) = (line!(), valley::Problem { steepness: 1.0 });
    let (x, w, y) = (array![[1.0, 2.0]], array![0.5, -0.25], array![1.0]);
    let arrays = ridge::Problem::new(&x, &w, 0.0, &y, 0.0).unwrap();
    let outcomes = [
        panic::catch_unwind(|| problem.value(&[1.0])).is_err(),
        panic::catch_unwind(|| problem.gradient(&[1.0, 2.0], &mut [0.0])).is_err(),
        panic::catch_unwind(|| arrays.value(&[1.0])).is_err(),
        panic::catch_unwind(|| arrays.gradient(&[0.0; 3], &mut [0.0])).is_err(),
    ];
    let last = line!();
    panic::set_hook(before);
    assert_eq!(outcomes, [true; 4]);
    let lines = LINES.lock().unwrap();
    // Tests beside this one may panic on purpose, but not on these lines.
    let here = lines
        .iter()
        .filter(|(file, line)| file.ends_with("objective.rs") && (first..last).contains(line));
    assert_eq!(here.count(), 4, "{lines:?}");
}

#[test]
fn arrays_are_views_into_the_vector() -> Result<(), ShapeError> {
    let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]];
    let (w, y) = (array![0.5, -0.25], array![1.0, 0.0, 2.0]);
    let problem = ridge::Problem::new(&x, &w, 0.125, &y, 0.01)?;
    let at = problem.pack(&w, 0.125)?;
    assert_eq!(at, [0.5, -0.25, 0.125]);
    let (views, b) = problem.unpack(&at);
    assert_eq!((views, b), (w.view(), 0.125));
    let (value, d) = ridge::value_and_grad(&x, &w, 0.125, &y, 0.01)?;
    let mut gradient = [0.0; 3];
    assert_eq!(problem.gradient(&at, &mut gradient), value);
    assert_eq!(gradient, [d.w[0], d.w[1], d.b]);
    assert_eq!(problem.value(&at), value);
    assert_eq!(
        [0, 1, 2].map(|at| problem.name(at).to_string()),
        ["w[0]", "w[1]", "b"]
    );
    check::objective(&problem, &at).assert();
    Ok(())
}

#[test]
fn a_problem_checks_what_the_graph_checks() -> Result<(), ShapeError> {
    let (x, w, b) = (
        Array2::from_elem((5, 3), 0.5),
        Array2::from_elem((3, 4), 0.25),
        array![0.0, 0.1, 0.2, 0.3],
    );
    let wrong = classify::Problem::new(&w, &x, &b, &[0, 1, 2, 3]).unwrap_err();
    assert!(wrong.to_string().contains("labels"), "{wrong}");
    let wrong = classify::Problem::new(&w, &x, &b, &[0, 1, 2, 3, 4]).unwrap_err();
    assert!(wrong.to_string().contains("label 4"), "{wrong}");
    let problem = classify::Problem::new(&w, &x, &b, &[0, 1, 2, 3, 0])?;
    assert_eq!(problem.parameters(), 16);
    assert_eq!(problem.name(7).to_string(), "w[1, 3]");
    let wrong = problem.pack(&w.t().to_owned(), &b).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "`w` should have the shape of `w`, [3, 4], but has shape [4, 3]"
    );
    classify::check(&w, &x, &b, &[0, 1, 2, 3, 0])?.assert();
    Ok(())
}

/// Fewer residuals than parameters go row by row, more go column by column; both are what differences say.
#[test]
fn jacobians_of_arrays_either_way() -> Result<(), ShapeError> {
    let w = array![0.5, -0.25];
    for n in [1, 7] {
        let x = Array2::from_shape_fn((n, 2), |(i, j)| 0.3 * i as f64 - 0.7 * j as f64 + 0.1);
        let problem = residuals::Problem::new(&x, &w, 1.5)?;
        let at = problem.pack(&w, 1.5)?;
        let (mut outputs, mut jacobian) = (vec![0.0; n + 1], vec![0.0; 3 * (n + 1)]);
        problem.jacobian(&at, &mut outputs, &mut jacobian);
        assert_eq!(jacobian[3 * n..], [1.0, 1.0, 0.0]);
        assert_eq!(Residuals::output_name(&problem, n).to_string(), "s");
        let (r, s) = residuals(&x, &w, 1.5)?;
        assert_eq!((outputs[..n].to_vec(), outputs[n]), (r.to_vec(), s));
        residuals::check(&x, &w, 1.5)?.assert();
    }
    Ok(())
}

#[test]
#[should_panic(expected = "expects a vector of 3 here, and was given one of 2")]
fn a_short_vector_for_arrays_panics() {
    let (x, w, y) = (array![[1.0, 2.0]], array![0.5, -0.25], array![1.0]);
    let problem = ridge::Problem::new(&x, &w, 0.0, &y, 0.0).unwrap();
    problem.value(&[1.0, 2.0]);
}

graph! {
    #[graph(hessian)]
    fn curved(x: [2], const k, y) -> z { z = k*sin(x[0])*y^2 + exp(x[1]*y); }

    #[graph(hessian)]
    fn curved_rows(const x: [n, k], w: [k], b) -> z { z = mean(tanh(x @ w + b)^2) + b^2*sum(w); }
}

#[test]
fn second_order_on_request() -> Result<(), ShapeError> {
    let problem = curved::Problem { k: 1.5 };
    let at = [0.3, -0.5, 1.25];
    let (mut gradient, mut hessian) = ([0.0; 3], [0.0; 9]);
    let value = problem.hessian(&at, &mut gradient, &mut hessian);
    let (expected, d, rows) = curved::hessian([0.3, -0.5], 1.5, 1.25);
    assert_eq!(
        (value, gradient, &hessian[..]),
        (expected, d.to_array(), rows.as_flattened())
    );
    let report = curved::check([0.3, -0.5], 1.5, 1.25);
    report.assert();
    // Three by the gradient, three along directions, nine by the Hessian.
    assert!(report.undecided().is_empty());

    let (x, w) = (
        array![[1.0, -2.0, 0.5], [0.25, 1.0, 3.0]],
        array![0.5, -0.25, 0.125],
    );
    let problem = curved_rows::Problem::new(&x, &w, 0.75)?;
    let at = problem.pack(&w, 0.75)?;
    let (mut gradient, mut hessian) = ([0.0; 4], [0.0; 16]);
    let value = problem.hessian(&at, &mut gradient, &mut hessian);
    let mut same = [0.0; 4];
    assert_eq!((value, gradient), (problem.gradient(&at, &mut same), same));
    for row in 0..4 {
        for column in 0..row {
            assert_eq!(hessian[4 * row + column], hessian[4 * column + row]);
        }
    }
    check::second_order(&problem, &at).assert();
    curved_rows::check(&x, &w, 0.75)?.assert();
    Ok(())
}

graph! {
    /// Inputs that are called as the locals of the generated methods are.
    fn x(x: [n], rest: [n], found, const problem: [n], shapes, seeds: [n]) -> value {
        value = sum(x*rest*found + problem*shapes*x + seeds^2*x);
    }
    fn gradient(x, found, value, const seeds, T) -> (outputs, jacobian) {
        outputs = x*found + value*seeds*T;
        jacobian = x^2*T + found;
    }
}

#[test]
fn names_of_the_users_are_not_captured() -> Result<(), ShapeError> {
    let (a, b, c) = (array![1.0, 2.0], array![0.5, -1.0], array![3.0, 0.25]);
    let problem = x::Problem::new(&a, &b, 0.5, &c, 1.5, &a)?;
    let at = problem.pack(&a, &b, 0.5, 1.5, &a)?;
    assert_eq!(problem.value(&at), x(&a, &b, 0.5, &c, 1.5, &a)?);
    x::check(&a, &b, 0.5, &c, 1.5, &a)?.assert();
    gradient::check(1.0, 2.0, 3.0, 0.5, -2.0).assert();
    assert_eq!(gradient::Problem { seeds: 0.5 }.name(3).to_string(), "T");
    Ok(())
}

/// A problem of a function inside a function body, whose code stands among its surroundings.
#[test]
fn inside_a_body_with_constants_of_the_surroundings() {
    const STEEPNESS: f64 = 3.0;
    graph! {
        fn f(x, y) -> z { z = { STEEPNESS }*x^2 + valley(x, y); }
        fn valley(a, b) -> z { z = (a - b)^2; }
    }
    assert_eq!(f::Problem.value(&[1.0, 3.0]), 7.0);
    f::check(1.0, 3.0).assert();
}

/// A problem keeps the shapes of what it is differentiated by and nothing more, so that this may change or go.
#[test]
fn a_problem_borrows_its_constants_only() {
    graph! { fn scaled(w: [n], const x: [n]) -> l { l = sum(w^2*x); } }
    let x = ndarray::arr1(&[1.0, 2.0]);
    let problem = scaled::Problem::new(&ndarray::arr1(&[0.0, 0.0]), &x);
    let problem = problem.expect("the shapes agree");
    assert_eq!(problem.value(&[2.0, 3.0]), 22.0);
}
