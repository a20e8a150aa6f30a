//! Which graphs are known to keep the rows of their inputs apart.

use super::stages::lowered;
use crate::graph::NodeId;
use crate::transform::rows::are_apart;

fn of(program: &str) -> bool {
    let unit = lowered(program);
    let sources = unit.inputs.iter().filter(|input| input.active());
    let sources: Vec<NodeId> = sources.flat_map(|input| input.nodes.clone()).collect();
    let outputs = unit.outputs.iter().flat_map(|output| output.nodes.clone());
    are_apart(&unit.graph, &sources, &outputs.collect::<Vec<_>>())
}

#[test]
fn rows_that_do_not_meet() {
    for program in [
        "fn f(x: [n, k]) -> y { y = each(i in 0..n, dot(x[i], x[i])*x[i, 0]); }",
        "fn f(x: [n, k], const w: [k, m]) -> y { y = tanh(x @ w); }",
        "fn f(x: [n, k], const w: [m, k]) -> y { y = (w @ x.T).T; }",
        "fn f(x: [n, k], y: [n]) -> (a, b) { a = softmax(x, axis = 1)*sum(x, axis = 1, keep); b = y*x[.., 0]; }",
        "fn f(x: [n, 4]) -> y { h = reshape(x, [n, 2, 2]); y = reshape(h @ h.T, [n, 4]); }",
        "fn f(x: [n, 3], const t: [n, 3]) -> y { y = concat(x - t, x*t, axis = 1); }",
        "fn f(x: [n], const a: [m]) -> y { y = each(i in 0..n, j in 0..m, exp(x[i]*a[j])); }",
        "fn f(x: [n]) -> y { y = each(other::op(x)) + stop(sum(x)); }",
    ] {
        assert!(of(program), "{program}");
    }
}

#[test]
fn rows_that_meet() {
    for program in [
        "fn f(x: [n]) -> y { y = x/sum(x); }",
        "fn f(x: [n, n]) -> y { y = x.T; }",
        "fn f(x: [n, n]) -> y { y = x @ x; }",
        "fn f(x: [n, k]) -> y { y = softmax(x, axis = 0); }",
        "fn f(x: [n]) -> y { y = each(i in 0..n, x[n - 1 - i]); }",
        "fn f(x: [n]) -> y { y = each(i in 0..n, sum(j in 0..=i, x[j])); }",
        "fn f(x: [n], a) -> y { y = a*x; }",
        "fn f(x: [n]) -> (y, s) { y = 2*x; s = sum(x); }",
        "fn f(x: [n], const l: index[n]) -> y { y = x[l]; }",
        "fn f(x: [n]) -> y { y: [n] = other::op(x); }",
        "fn f(x: [n, k], w: [k, m]) -> y { y = x @ w; }",
    ] {
        assert!(!of(program), "{program}");
    }
}
