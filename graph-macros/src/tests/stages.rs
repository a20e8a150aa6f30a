//! The stages one by one: what the parser makes of signs, what the builder may rewrite, and that every pass leaves a
//! graph that keeps its invariants and grows linearly.

use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::builder::Builder;
use crate::graph::NodeId;
use crate::lower;
use crate::syntax::Input;
use crate::transform::{jvp, legalize, scalars, vjp};
use crate::unit::Unit;
use crate::{errors::Errors, parse};

/// The programs that the passes are tried on; each uses another part of the language.
pub(super) const CORPUS: &[&str] = &[
    "fn f(x, y) -> z { z = (x + y)^2; }",
    "fn f(a, b, const c) -> (p, q) { t = a*b; p = sin(t) + c^-2; q = max(a, b) / (1 + t^2); }",
    "fn f(x) -> y { y = if x > 0 && x < 9 { x*sqrt(x) } else { if !(x == 1) { exp(x) } else { 0 } }; }",
    "fn f(v: [3], m: [2, 3]) -> w: [2] { w = m @ v + v[..2] * norm(v) + softmax(m.T)[0]; }",
    "fn f(x, y) -> z { z = sum(i in 1..=3, x^i) + prod(i in 0..2, y + i) + fold(a = 0, i in 0..4, a*x + i); }",
    "fn g(x) -> y { y = tanh(x); } fn f(x, w) -> z { z = g(w*x) + g(x) + other::h(x, w) + { K }; }",
    "fn f(x: [n, 3], w: [3, 2], b: [2], const t: index[n]) -> l { l = softmax_cross_entropy(relu(x @ w + b), t); }",
    "fn f(x: [n]) -> r { r = sum(i in 0..n-1, 100*(x[i+1] - x[i]^2)^2) + max(x) + prod(x) + logsumexp(x) + x[0]; }",
    "fn f(a: [b, n, k], c: [k, m]) -> (s, d: [b, n]) { s = mean(a @ c); d = sum(a, axis = -1) - a[.., .., 0]; }",
    "fn f(x: [n, 2], y: [n], l) -> (k: [n, n], e) { k = each(i in 0..n, j in 0..n, d = x[i] - x[j]; exp(-dot(d, d)/l)); e = sum(i in 0..n, j in i + 1..n, y[i]*y[n - 1 - j]/k[i, j]); }",
    "fn g(a, b) -> (p, q) { p = a*b; q = if a > b { d = a - b; d^2 } else { 0 }; } fn f(x: [n], y: [n]) -> z { (u, v) = g(x, y); z = norm(i in 0..n, u[i]) + max(i in 0..n, v[i]) + logsumexp(u) + mean(i in 0..n, v[i]); }",
    "fn f(t: [v, 2], a: [n], const l: index[n]) -> z { r = t[l]; z = sum(i in 0..n, log_softmax(r[i])[0]*t[l[i], 1]) + sum(a*t[l, 0]); }",
    "fn f(x: [b, n, 4], w: [4, 4]) -> y: [b, n, 8] { h = permute(reshape(x @ w, [b, n, 2, 2]), [0, 2, 1, 3]); r = softmax(h @ h.T) @ h; y = concat(reshape(permute(r, [0, 2, 1, 3]), [b, n, 4]), x - mean(x, axis = -1, keep), axis = 2); }",
    "fn f(x: [3]) -> y: [2, 2] { t = each(i in 0..2, j in 0..2, x[i]*x[j + 1]); y = t/sum(i in 0..2, j in 0..=i, t[i, j]) + prod(i in 0..3, x[i]); }",
];

/// The last function of a program, lowered; its mistakes fail the test.
pub(super) fn lowered(program: &str) -> Unit {
    lowered_or_texts(program).unwrap_or_else(|texts| panic!("{program}: {texts:?}"))
}

/// The last function of a program, lowered, or what is said of its mistakes.
pub(super) fn lowered_or_texts(program: &str) -> Result<Unit, Vec<String>> {
    let tokens = TokenStream::from_str(program).expect("the program has tokens");
    let (input, mut errors) = parse::input(tokens);
    let unit = match input {
        Input::Block(block) => lower::block(&block, &mut errors).pop(),
        Input::Inline(function) => Some(lower::inline(&function, &mut errors)),
    };
    if !errors.is_empty() {
        return Err(errors.texts().into_iter().map(str::to_owned).collect());
    }
    Ok(unit.expect("the program has a function"))
}

fn outputs(unit: &Unit) -> Vec<NodeId> {
    unit.outputs
        .iter()
        .flat_map(|output| output.nodes.clone())
        .collect()
}

fn sources(unit: &Unit) -> Vec<NodeId> {
    unit.inputs
        .iter()
        .filter(|input| input.active())
        .flat_map(|input| input.nodes.clone())
        .collect()
}

/// The graph after reverse mode, forward mode over that, and the last pass.
fn derived(unit: &Unit) -> [Builder; 3] {
    let mut graph = unit.graph.clone();
    let seeded: Vec<_> = outputs(unit)
        .into_iter()
        .map(|output| (output, output))
        .collect();
    let adjoints = vjp::append(&mut graph, &seeded, &sources(unit));
    let reverse = graph.clone();
    let roots: Vec<NodeId> = adjoints
        .into_iter()
        .flatten()
        .chain(outputs(unit))
        .collect();
    let moved: Vec<_> = sources(unit)
        .into_iter()
        .map(|source| (source, source))
        .collect();
    let tangents = jvp::append(&mut graph, &moved, &roots);
    let all: Vec<NodeId> = tangents.into_iter().flatten().chain(roots).collect();
    let expanded = legalize::run(&graph, unit.graph.len(), &all).graph;
    [reverse, graph, expanded]
}

#[test]
fn every_pass_keeps_the_invariants() {
    for program in CORPUS {
        let unit = lowered(program);
        let taken_apart = unit.is_small().then(|| scalars::run(lowered(program)));
        for unit in std::iter::once(unit).chain(taken_apart) {
            assert_eq!(unit.graph.verify(), Ok(()), "{program}");
            let second_order_fails = program.contains("other::h");
            for graph in derived(&unit)
                .iter()
                .take(if second_order_fails { 1 } else { 3 })
            {
                assert_eq!(graph.verify(), Ok(()), "{program}");
            }
        }
    }
}

/// The printed graph of an expression, without its inputs.
fn printed(expression: &str) -> String {
    let unit = lowered(&format!("z = {expression}"));
    let text = unit.graph.to_string();
    text.lines()
        .filter(|line| !line.contains("input"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn precedence_is_that_of_mathematics() {
    for (plain, bracketed) in [
        ("x + y^2", "x + (y^2)"),
        ("a*x^2", "a*(x^2)"),
        ("-x^2", "-(x^2)"),
        ("9 - x^2", "9 - (x^2)"),
        ("x^y^w", "x^(y^w)"),
        ("2^-x", "2^(-x)"),
        ("x^-y^2", "x^(-(y^2))"),
        ("a - b - c", "(a - b) - c"),
        ("a/b/c", "(a/b)/c"),
        ("a/b*c", "(a/b)*c"),
        ("a - b*c", "a - (b*c)"),
        ("-x*y", "(-x)*y"),
        (
            "if a < b && b < c || !(a == c) { a } else { b }",
            "if ((a < b) && (b < c)) || (!(a == c)) { a } else { b }",
        ),
    ] {
        assert_eq!(printed(plain), printed(bracketed), "{plain}");
    }
}

#[test]
fn the_printer_shows_one_line_a_node() {
    let unit = lowered("z = (x + y)^2");
    assert_eq!(
        unit.graph.to_string(),
        "%0 = input 0.0   # x\n%1 = input 1.0   # y\n%2 = add %0, %1\n%3 = 2\n%4 = ^2 %2   # z\n%5 = 0\n"
    );
}

#[test]
fn equal_subexpressions_are_one_node() {
    let shared = lowered("z = sin(x*y) + cos(y*x)");
    let products = shared.graph.to_string().matches("mul").count();
    assert_eq!(products, 1);
}

#[test]
fn rewrites_keep_the_meaning_of_what_was_written() {
    for kept in ["0*x", "x - x", "x + 0", "0/x", "x/x"] {
        assert!(
            printed(kept).contains(['m', 's', 'a', 'd']),
            "{kept} is rewritten: {}",
            printed(kept)
        );
    }
    for (written, same) in [
        ("1*x", "x"),
        ("x/1", "x"),
        ("x - 0", "x"),
        ("--x", "x"),
        ("x^1", "x"),
        ("1/2*x", "0.5*x"),
    ] {
        let root = |text: &str| {
            let unit = lowered(&format!("z = {text}"));
            legalize::run(&unit.graph, unit.graph.len(), &outputs(&unit))
                .graph
                .to_string()
                .replace("   # x", "")
                .replace("   # z", "")
        };
        assert_eq!(root(written), root(same), "{written}");
    }
}

/// How many nodes value, adjoints and tangents of a chain of so many definitions have.
fn size_of_chain(count: usize, step: impl Fn(usize) -> String) -> usize {
    let lines: String = (1..=count)
        .map(|at| format!("t{at} = {};", step(at)))
        .collect();
    let unit = lowered(&format!("fn f(t0) -> t{count} {{ {lines} }}"));
    derived(&unit)[2].len()
}

#[test]
fn code_grows_linearly() {
    let chains: [fn(usize) -> String; 4] = [
        |at| format!("0.5*t{0}*t{0} + 0.4", at - 1),
        |at| format!("if t{0} > {at} {{ sqrt(t{0}) }} else {{ t{0}/2 }}", at - 1),
        |at| format!("exp(sin(t{0}))/(1 + t{0}^2)", at - 1),
        |at| format!("if t0 > {at} {{ t{0} }} else {{ t{0}*t0 }}", at - 1),
    ];
    for step in chains {
        let (ten, hundred, thousand) = (
            size_of_chain(10, step),
            size_of_chain(100, step),
            size_of_chain(1000, step),
        );
        assert!(
            hundred < 11 * ten,
            "{ten} nodes for 10 definitions, {hundred} for 100"
        );
        assert!(
            thousand < 11 * hundred,
            "{hundred} nodes for 100 definitions, {thousand} for 1000"
        );
    }
}

#[test]
fn errors_are_all_collected() {
    let tokens = TokenStream::from_str(
        "fn f(x) -> z { a = x + wieght; b = sigmiod(x); z = a*b + atan2(x); }",
    );
    let (input, mut errors) = parse::input(tokens.expect("the program has tokens"));
    let Input::Block(block) = input else {
        panic!("a function")
    };
    let units = lower::block(&block, &mut errors);
    assert_eq!(errors.texts().len(), 2, "{:?}", errors.texts());
    // Whether there is a function of this name is rustc's to say; what to say if not goes with the call.
    let calls = &units[0].graph.calls;
    let said = "unknown function `sigmiod`; did you mean `sigmoid`?";
    let unknown = calls[0].unknown.as_ref();
    assert_eq!(unknown.map(|unknown| unknown.message.as_str()), Some(said));
    let _: &Errors = &errors;
}
