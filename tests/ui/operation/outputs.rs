//! A call that gives other outputs than its definition names.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! {
        pub fn polar(x, y) -> (r, phi) { r = hypot(x, y); phi = atan2(y, x); }
        pub fn centred(x: [n]) -> (m, c: [n]) { m = mean(x); c = x - m; }
    }
}

graph! {
    fn one(x, y) -> z { z = other::polar(x, y); }
    fn three(x, y) -> z { (r, phi, s) = other::polar(x, y); z = r*phi*s; }
    fn no_shape(x: [n]) -> z { (m, c) = other::centred(x); z = m*sum(c); }
    fn wrong_shape(x: [n]) -> z { (m, c: [n]) = two(x); z = m*sum(c); }
    fn two(x: [n]) -> (m, c) { m = mean(x); c = max(x); }
}

fn main() {}
