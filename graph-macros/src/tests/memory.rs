//! Where arrays lie: no step reads an array after another has taken over its memory, or under other axes while it does.

use std::collections::{HashMap, HashSet};

use super::stages::{CORPUS, lowered};
use crate::graph::{Dim, NodeId};
use crate::plan::Planned;
use crate::plan::arrays::{ArrayBody, Output, Step, is_reshape, source};

const NETWORK: &str = "fn f(const x: [n, 784], w1: [784, 50], b1: [50], w2: [50, 10], b2: [10], const t: index[n]) -> loss {
    hidden = sigmoid(x @ w1 + b1);
    loss = softmax_cross_entropy(hidden @ w2 + b2, t);
}";

const PROGRAMS: &[&str] = &[
    NETWORK,
    "fn f(q: [m, d], k: [n, d], v: [n, e], const d_k) -> out { out = softmax(q @ k.T/sqrt(d_k)) @ v; }",
    "fn f(x: [n]) -> v { v = sum(100*(x[1..] - x[..n-1]^2)^2 + (1 - x[..n-1])^2); }",
    "fn f(a: [n, n]) -> (s, b: [n, n], c: [n, n]) { b = exp(a); c = sin(b + b.T)*b; s = sum(tanh(c)*c.T); }",
    "fn f(w: [d], const x: [n, d]) -> s { r = tanh(x @ w); s = sum(exp(r)*r + r[0]*w[1]); }",
];

fn bodies(program: &str) -> Vec<ArrayBody> {
    let plan = ArrayBody::functions(&lowered(program));
    let jvp = plan.jvp.expect("every graph has it");
    let all = [plan.forward, plan.backward, jvp];
    let value = plan.value.into_iter();
    value.chain(all).chain(plan.value_and_grad).collect()
}

/// Whether a step reads an array under the axes of what it writes, once, and so may write over it.
fn in_place(body: &ArrayBody, step: &Step, new: NodeId, old: NodeId) -> bool {
    let graph = &body.graph;
    let reads: Vec<NodeId> = step
        .reads(graph)
        .into_iter()
        .filter(|id| source(graph, *id) == old)
        .collect();
    let entry_by_entry = match step {
        Step::Kernel(kernel) => {
            kernel.shape == graph.shape(new)
                && kernel
                    .outputs
                    .iter()
                    .any(|output| matches!(output, Output::Full(full) if *full == new))
        }
        Step::Assemble(id) => graph.node(*id).args.get(1) == reads.first(),
        _ => false,
    };
    entry_by_entry && matches!(reads.as_slice(), [read] if is_reshape(graph, *read))
}

/// Runs a body's steps on names of memory instead of numbers.
fn check(program: &str, body: &ArrayBody) {
    let graph = &body.graph;
    let mut gone = HashSet::new();
    let alive = |gone: &HashSet<NodeId>, id: NodeId| !gone.contains(&source(graph, id));
    for step in &body.steps {
        let makes: HashMap<NodeId, NodeId> = step
            .makes()
            .iter()
            .filter_map(|id| Some((*id, *body.over.get(id)?)))
            .collect();
        for id in step.reads(graph) {
            assert!(
                alive(&gone, id),
                "{program}\n{id} is read too late:\n{body}"
            );
        }
        for (new, old) in makes {
            let reads = step.reads(graph);
            let read = reads.iter().any(|id| source(graph, *id) == old);
            assert!(
                !read || in_place(body, step, new, old),
                "{program}\n{new} is not in place:\n{body}"
            );
            assert!(
                gone.insert(old),
                "{program}\n{old} is given away twice:\n{body}"
            );
            let [new, old] = [new, old].map(|id| entries(&graph.shape(id)));
            assert!(new == old, "{program}");
        }
    }
    for id in body.results.iter().flatten() {
        assert!(
            alive(&gone, *id),
            "{program}\nthe result {id} is gone:\n{body}"
        );
    }
}

/// How many entries there are: a literal, times extents with names.
fn entries(shape: &[Dim]) -> (i64, Vec<Dim>) {
    let (literal, mut named): (Vec<Dim>, Vec<Dim>) =
        shape.iter().cloned().partition(|dim| dim.name.is_none());
    named.sort();
    (literal.iter().map(|dim| dim.offset).product(), named)
}

#[test]
fn nothing_is_read_after_it_is_gone() {
    for program in PROGRAMS.iter().chain(CORPUS) {
        bodies(program).iter().for_each(|body| check(program, body));
    }
}

/// The lines about arrays, with nameless nodes numbered as they appear.
fn renumbered(plan: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut text = String::new();
    for line in plan.lines().filter(|line| !line.starts_with("number")) {
        let mut parts = line.split('%');
        text += parts.next().unwrap_or_default();
        for part in parts {
            let digits = part
                .find(|sign: char| !sign.is_ascii_digit())
                .unwrap_or(part.len());
            let (number, rest) = part.split_at(digits);
            let at = names
                .iter()
                .position(|name| *name == number)
                .unwrap_or(names.len());
            if at == names.len() {
                names.push(number);
            }
            text += &format!("t{}{rest}", at + 1);
        }
        text.push('\n');
    }
    text
}

/// The plan of a training step, line by line: seven loops, five products and thirteen arrays, four of them the gradient.
#[test]
fn a_training_step() {
    let plan = ArrayBody::functions(&lowered(NETWORK));
    let body = plan.value_and_grad.expect("the loss is a number");
    let text = renumbered(&body.to_string());
    let wanted = "\
product of x, w1: t1 [n, 50]
loop [n, 50] of t1, b1': hidden [n, 50] over t1; t2 [n, 50]
product of hidden, w2: t3 [n, 10]
loop [n, 10] of t3, b2', t4', t': reduced t5 [n]; reduced t6 [n]
loop [n] of t5: t7 [n] over t5
loop [n, 10] of t3, b2', t7': t8 [n, 10]; reduced t9 [n]; reduced t10 [n]
loop [n] of t10, t9, t7, t6: t11 [n] over t10; t12 [n] over t9; t13 [n] over t6; reduced t14
loop [n, 10] of t3, b2', t4', t', t7', t11', t8, t12', t13', t15': t16 [n, 10] over t3; reduced d_b2 [10]
product of t16, w2': d_hidden [n, 50]
product of hidden', t16: d_w2 [50, 10]
loop [n, 50] of d_hidden, t2: t17 [n, 50] over d_hidden; reduced d_b1 [50]
product of x', t17: d_w1 [784, 50]
";
    assert_eq!(text, wanted, "\n{text}");
    let new = body.steps.iter().flat_map(Step::makes);
    let new = new.filter(|id| !body.graph.shape(*id).is_empty() && !body.over.contains_key(id));
    assert_eq!(new.count(), 13);
}
