//! Fields and methods of the surroundings without braces.

use graph_runtime::graph;

struct Spring {
    k: f64,
    m: f64,
}

impl Spring {
    fn rest(&self) -> f64 {
        self.k
    }
}

fn main() {
    let (p, x) = (Spring { k: 1.0, m: 2.0 }, 1.0);
    let g = graph! {
        a = -p.k/p.m*x;
        b = p.rest()*x;
        c = (a + b).k;
    };
    let _: f64 = g.c;
}
