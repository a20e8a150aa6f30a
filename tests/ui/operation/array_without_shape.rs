//! Calls of graphs made elsewhere that give arrays, without a definition that says so: inside of one another, in a sum, as a matrix, with
//! an index, along an axis. Each is one message, at the innermost call that is wrong.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! {
        pub fn dense(x: [n, k], w: [k, k]) -> y: [n, k] { y = tanh(x @ w); }
        pub fn turned(v: [2], a) -> w: [2] { w = [v[0]*cos(a), v[1]*sin(a)]; }
        pub fn length(v: [2]) -> r { r = norm(v); }
    }
}

graph! {
    fn summed(x: [n, k], w: [k, k]) -> z { z = sum(other::dense(x, w)); }
    fn nested(x: [n, k], w: [k, k]) -> z { z = sum(other::dense(other::dense(other::dense(x, w), w)*2, w)); }
    fn nested_small(v: [2], a) -> z { z = sum(other::turned(other::turned(v, a), a)); }
    fn product(x: [n, k], w: [k, k]) -> z { z = sum(other::dense(x, w) @ w); }
    fn entry(x: [n, k], w: [k, k]) -> z { z = other::dense(x, w)[0, 0]; }
    fn along(x: [n, k], w: [k, k]) -> z: [k] { z = sum(other::dense(x, w), axis = 0); }
    /// Here the inner call is right.
    fn outer(v: [2]) -> z { z = sum(other::turned(other::length(v), 1)); }
}

fn main() {}
