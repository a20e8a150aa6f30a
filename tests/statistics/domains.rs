//! Log densities over all of ℝⁿ whose bounds are made of one another, and of what else a program has by the same names.

use graph_runtime::{Density, graph};
use ndarray::array;

/// A log density against the model at the parameters that free numbers stand for, with the logarithm of the Jacobian determinant of
/// the way there by a person, and its gradient against differences.
#[track_caller]
fn assert_density<D: Density<f64>>(density: &D, u: &[f64], want: f64) {
    let mut gradient = vec![0.0; u.len()];
    let value = density.value_and_gradient(u, &mut gradient);
    assert!(
        (value - want).abs() <= 1e-13 * want.abs().max(1.0),
        "{value}, not {want}"
    );
    for (at, slope) in gradient.iter().enumerate() {
        let moved = |step: f64| {
            let mut u = u.to_vec();
            u[at] += step;
            density.value(&u)
        };
        let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!(
            (slope - difference).abs() <= 1e-7 * slope.abs().max(1.0),
            "{slope}, not {difference}"
        );
    }
}

/// Bounds that mention parameters which are declared behind them.
#[test]
fn in_any_order() {
    graph! {
        fn model(c in a..b, b > a + 1, a > 0) -> lp { lp = (a ~ gamma(2, 1)) + (b ~ normal(3, 1)) + (c ~ normal(2, 3)); }
    }
    let density = model::LogDensity::new(1.5, 3.0, 1.0);
    let start = [-(3.0_f64.ln()), 0.0, 0.0];
    let near = |(got, want): (&f64, &f64)| (got - want).abs() < 1e-15;
    assert!(density.start().iter().zip(&start).all(near));
    let u = [0.3, -0.2, 0.1];
    let inputs = density.constrain(&u);
    let a = 0.1_f64.exp();
    let b = a + 1.0 + (-0.2_f64).exp();
    let share = 1.0 / (1.0 + (-0.3_f64).exp());
    let want = [a, b, a + (b - a) * share];
    assert!([inputs.a, inputs.b, inputs.c].iter().zip(&want).all(near));
    let volume = 0.1 - 0.2 + ((b - a) * share * (1.0 - share)).ln();
    assert_density(&density, &u, model(want[2], b, a) + volume);
}

/// A field and a function with the name of a parameter are themselves.
#[test]
fn beside_the_same_names() {
    graph! {
        struct Data[n] { sigma: [n], y: [n] }
        fn scale(x) -> y { y = x/2; }
        fn model(sigma > 0, scale > 0, beta > max(d.sigma) - scale(sigma), const d: Data[n]) -> lp {
            lp = sum(d.y ~ normal(beta, sigma*d.sigma)) + (sigma ~ exponential(1)) + (scale ~ exponential(2));
        }
    }
    let data = Data {
        sigma: array![1.0, 2.0],
        y: array![0.25, 1.0],
    };
    let density = model::LogDensity::new(2.0, 1.0, 3.0, &data).expect("the shapes agree");
    let u = [0.3, -0.1, -0.2];
    let (sigma, scale) = (0.3_f64.exp(), (-0.1_f64).exp());
    let beta = 2.0 - sigma / 2.0 + (-0.2_f64).exp();
    assert!((density.constrain(&u).beta - beta).abs() < 1e-15);
    let model = model(sigma, scale, beta, &data).expect("the shapes agree");
    assert_density(&density, &u, model + 0.3 - 0.1 - 0.2);
}

/// Few parameters, and values of many in between: all that is made beside the log density is over arrays then.
#[test]
fn beside_larger_values() {
    graph! {
        fn table(a > 0, x: [2]) -> lp { z = each(i in 0..100, x[0] + x[1]*i/100); lp = sum(z ~ normal(0, a)) + (a ~ exponential(1)); }
    }
    let x = array![0.5, -0.25];
    let u = [0.2, 0.5, -0.25];
    let density = table::LogDensity::new(1.0, &x).expect("the shapes agree");
    let model = table(0.2_f64.exp(), &x).expect("the shapes agree");
    assert_density(&density, &u, model + 0.2);
}

/// Densities of small arrays in the steps of a loop and in a root are numbers, as the loop is: in a batch too.
#[test]
fn in_steps() {
    graph! {
        #[graph(batch)]
        fn steps(a > 0, x: [2]) -> lp { m = fold(m = 0.1, k in 0..200, m/2 + mean(x ~ normal(m, a))/10); lp = m + (a ~ exponential(1)); }
        /// The mode of a location under outliers, and its density.
        #[graph(batch)]
        fn mode(a > 0, x: [2]) -> lp {
            m = root(m = mean(x), grad(sum(x ~ student_t(4, m, a)) + (m ~ normal(0, 1)), m));
            lp = (m ~ normal(1, 1)) + (a ~ exponential(1));
        }
    }
    let (a, x, u) = (0.2_f64.exp(), [0.5, -0.25], [0.2, 0.5, -0.25]);
    let density = steps::LogDensity::new(1.0, x);
    assert_density(&density, &u, steps(a, x) + 0.2);
    let (values, gradients) =
        steps::batch(&[a; 3], [&[x[0]; 3], &[x[1]; 3]]).expect("all are of one length");
    let (value, d) = steps::value_and_grad(a, x);
    assert!((values[2] - value).abs() < 1e-14 && (gradients.x[1][2] - d.x[1]).abs() < 1e-13);
    let density = mode::LogDensity::new(1.0, x);
    assert_density(&density, &u, mode(a, x) + 0.2);
}
