//! Patterns of what they are not followed through.

use graph_runtime::{graph, ndarray::Array1};

graph! {
    #[graph(sparse)]
    fn walk(start, push: [n]) -> places { places = scan(s = start, k in 0..n, sin(s) + push[k]); }
}

fn main() {
    let problem = walk::Problem::new(0.5, &Array1::zeros(3)).unwrap();
    let mut values = vec![0.0; problem.jacobian_pattern().len()];
    problem.jacobian_values(&[0.5, 0.0, 0.0, 0.0], &mut [0.0; 3], &mut values);
}
