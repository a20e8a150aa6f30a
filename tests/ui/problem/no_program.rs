//! A program of a graph that is none: its first output is an array.

use graph_runtime::{Program, graph};

graph! {
    #[graph(sparse)]
    fn f(x: [2]) -> (r: [2], s) { r = x^2; s = sum(x); }
}

fn minimised(program: &impl Program<f64>) {
    let _ = program;
}

fn main() {
    minimised(&f::Problem {});
}
