//! Several outputs where one number is minimised, and one number where a least-squares solver wants several.

use graph_runtime::{Objective, Residuals, graph};

graph! {
    fn f(x, y) -> (a, b) { a = x*y; b = x + y; }
    fn g(x, y) -> z { z = x*y; }
}

fn minimise(objective: &impl Objective<f64>) {
    let _ = objective;
}

fn least_squares(residuals: &impl Residuals<f64>) {
    let _ = residuals;
}

fn main() {
    minimise(&f::Problem {});
    least_squares(&g::Problem {});
}
