//! Loops over named dimensions against the same loops written out: one formula is lowered for named extents, where turns become
//! an axis, and for literal ones, where they do not, and both give the same numbers in every mode.
//!
//! Both are differentiated as arrays; then names get sizes, arrays are taken apart and the numbers are interpreted.

use std::fmt::Write;
use std::str::FromStr;

use proc_macro2::TokenStream;

use super::interpreter::{Key, evaluate};
use super::stages::{lowered, lowered_or_texts};
use crate::graph::{Dim, Graph, InputId, Kind, NodeId, Op, Shape};
use crate::transform::{jvp, rebuild, scalars, vjp};
use crate::unit::Unit;

/// The inputs of the formulas by extents of `n`, `m` and `k`.
const INPUTS: &str =
    "x: [n], y: [m], a: [n, m], b: [k, n, m], w: [2, 2], p: [n, 2], q: [m, 3, 2], s";

const FUNCTIONS: &str = "
    fn square(t) -> u { u = t^2 - 1; }
    fn turned(v: [2]) -> u { r = [[s(v), 1], [v[0], 2]] @ v; u = r[0] - r[1]; }
    fn s(v: [2]) -> u { u = norm(v) + max(v); }
    fn energy(v: [l], c) -> u { u = sum(o in 0..l, c*v[o]^2 + sin(v[o])); }
    fn mixed(v: [l, 2]) -> u { u = sum(o in 0..l, v[o, 0]*v[l - 1, 1]); }
";

/// A function `f` of the inputs, and the same of extents `n`, `m` and `k`.
fn unit(formula: &str, sizes: Option<[usize; 3]>) -> Result<Unit, Vec<String>> {
    let mut text = format!("{FUNCTIONS} fn f({INPUTS}) -> z {{ z = {formula}; }}");
    if let Some(sizes) = sizes {
        let mut inputs = INPUTS.to_owned();
        for (name, size) in ["n", "m", "k"].into_iter().zip(sizes) {
            inputs = inputs.replace(name, &size.to_string());
        }
        let _ = write!(
            text,
            "fn g({inputs}) -> z {{ z = f(x, y, a, b, w, p, q, s); }}"
        );
    }
    lowered_or_texts(&text)
}

/// The output, its gradient, and the changes of both along a direction, where named extents have these sizes.
fn numbers(unit: &Unit, sizes: [usize; 3]) -> Vec<f64> {
    let mut graph = unit.graph.clone();
    assert_eq!(graph.verify(), Ok(()));
    let output = unit.outputs[0].nodes[0];
    let sources: Vec<NodeId> = unit.inputs.iter().map(|input| input.nodes[0]).collect();
    let one = graph.number(1.0);
    let adjoints = vjp::append(&mut graph, &[(output, one)], &sources);
    let roots: Vec<Option<NodeId>> = [Some(output)].into_iter().chain(adjoints).collect();
    let moved: Vec<(NodeId, NodeId)> = sources
        .iter()
        .enumerate()
        .map(|(at, source)| {
            let input = InputId(unit.inputs.len() + at);
            let op = Op::Input { input, element: 0 };
            let shape = graph.shape(*source);
            (*source, graph.push(op, Vec::new(), shape, Kind::Number))
        })
        .collect();
    let there: Vec<NodeId> = roots.iter().flatten().copied().collect();
    let mut tangents = jvp::append(&mut graph, &moved, &there).into_iter();
    let tangents: Vec<Option<NodeId>> = roots
        .iter()
        .map(|root| root.and_then(|_| tangents.next()?))
        .collect();
    assert_eq!(graph.verify(), Ok(()));
    let shapes: Vec<Shape> = [output]
        .iter()
        .chain(&sources)
        .map(|id| graph.shape(*id))
        .collect();
    let wanted: Vec<(Option<NodeId>, &Shape)> = roots
        .into_iter()
        .chain(tangents)
        .zip(shapes.iter().cycle())
        .collect();
    let sized = with_sizes(&graph, sizes);
    let place = |id: NodeId| sized.moved[id.index()];
    let places: Vec<Option<NodeId>> = wanted.iter().map(|(id, _)| id.and_then(place)).collect();
    let (graph, entries) = scalars::apart(sized.graph.finish());
    let of = |(place, (_, shape)): (&Option<NodeId>, &(Option<NodeId>, &Shape))| match place {
        Some(place) => entries[place.index()].iter().map(|id| Some(*id)).collect(),
        None => vec![None; count(shape, sizes)],
    };
    let ids: Vec<Option<NodeId>> = places.iter().zip(&wanted).flat_map(of).collect();
    let (keys, values) = samples(unit, sizes);
    let there: Vec<NodeId> = ids.iter().flatten().copied().collect();
    let mut found = evaluate(&graph, &keys, &values, &there).into_iter();
    ids.iter()
        .map(|id| id.map_or(0.0, |_| found.next().expect("one a node")))
        .collect()
}

/// Values for inputs and directions: all different, of both signs.
fn samples(unit: &Unit, sizes: [usize; 3]) -> (Vec<Key>, Vec<f64>) {
    let mut keys = Vec::new();
    for input in 0..2 * unit.inputs.len() {
        let shape = &unit.inputs[input % unit.inputs.len()].shape;
        keys.extend((0..count(shape, sizes)).map(|element| (InputId(input), element)));
    }
    let value = |(InputId(input), element): &Key| {
        let at = (input * 17 + element * 7) as f64;
        (at * 0.618).sin() * 1.3 + 0.05
    };
    let values = keys.iter().map(value).collect();
    (keys, values)
}

fn size(dim: &Dim, sizes: [usize; 3]) -> usize {
    let named = match dim.name.as_deref() {
        None => 0,
        Some("n") => sizes[0],
        Some("m") => sizes[1],
        Some("k") => sizes[2],
        Some(other) => panic!("`{other}` is no dimension of the inputs"),
    };
    usize::try_from(named as i64 + dim.offset).expect("the sizes are large enough")
}

fn count(shape: &Shape, sizes: [usize; 3]) -> usize {
    shape.iter().map(|dim| size(dim, sizes)).product()
}

/// The graph with literals in the place of names.
fn with_sizes(graph: &Graph, sizes: [usize; 3]) -> rebuild::Rebuilt {
    let literal = |dim: &Dim| Dim::literal(size(dim, sizes) as i64);
    let all: Vec<NodeId> = graph.ids().collect();
    rebuild::run(graph, &all, |to, old, args| {
        let op = match &old.node.op {
            Op::Extent(shape) => return to.number(count(shape, sizes) as f64),
            Op::Slice { axis, start } => Op::Slice {
                axis: *axis,
                start: literal(start),
            },
            Op::Pad { axis, start } => Op::Pad {
                axis: *axis,
                start: literal(start),
            },
            op => op.clone(),
        };
        let shape = old.node.shape.iter().map(literal).collect();
        to.push(op, args, shape, old.node.kind)
    })
}

/// The whole of the macro makes Rust of a formula.
fn expands(formula: &str) {
    let text = format!("{FUNCTIONS} fn f({INPUTS}) -> z {{ z = {formula}; }}");
    let tokens = TokenStream::from_str(&format!("(graph_runtime) {text}"));
    let expansion = crate::expand(tokens.expect("the formula has tokens"), true).to_string();
    assert!(syn::parse_file(&expansion).is_ok(), "{formula}");
    assert!(expansion.contains("fn value_and_grad"), "{formula}");
}

fn agree(formula: &str, sizes: [usize; 3]) {
    let named = unit(formula, None).unwrap_or_else(|texts| panic!("{formula}: {texts:?}"));
    let written = unit(formula, Some(sizes)).unwrap_or_else(|texts| panic!("{formula}: {texts:?}"));
    let (found, expected) = (numbers(&named, sizes), numbers(&written, sizes));
    assert_eq!(found.len(), expected.len(), "{formula}");
    let largest = expected
        .iter()
        .fold(1.0, |largest: f64, value| largest.max(value.abs()));
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-11 * largest || a.is_nan() && b.is_nan();
    assert!(
        found.iter().zip(&expected).all(near),
        "{formula}\nwith {sizes:?}: {found:?}\nwritten out: {expected:?}\n{}",
        named.graph
    );
}

#[test]
fn operations_on_the_values_of_a_turn() {
    for body in [
        "max(x[i], y[j], x[i]*y[j])",
        "min(x[i], 1, 2*x[i]) + y[j]",
        "norm([x[i], y[j]])",
        "mean(x[i], 2*y[j])",
        "mean(x[i]) + sum(y[j]) + prod(x[i]*y[j])",
        "sum([x[i], 1]*[y[j], s])",
        "logsumexp([x[i], y[j], s])",
        "softmax([x[i], y[j], s])[1]",
        "dot([x[i], s], [y[j], i])",
        "cross([x[i], y[j], 1], [s, i, j])[2]",
        "outer([x[i], s], [y[j], 2])[1, 0]",
        "[[x[i], s], [y[j], 1]].T[0, 1]*i",
        "sum(affine([x[i], y[j]], w, [s, 1])^2)",
        "([[x[i], y[j]], [1, 2]] @ w)[1, 0]",
        "([[x[i], y[j]], [1, s]] @ [[i, j], [s, x[i]]])[0, 1]",
        "if i < j { x[i] } else { y[j] }",
        "if x[i] > y[j] && !(i == 1) { sqrt(x[i] - y[j]) } else { y[j]^2 }",
        "dot(if x[i] < y[j] { [x[i], 1] } else { [y[j]^2, x[i]] }, [i, 2])",
        "sum(if p[i] > 0 { [x[i], 1] } else { q[j, 0] })",
        "if i == 0 { max([x[i], y[j]]) } else { s }",
        "clamp(a[i, j], -0.5, 0.5)*stop(x[i])",
        "square(x[i])*square(y[j]) - square(s)",
        "turned([x[i], y[j]])",
        "energy(a[i], y[j])",
        "energy(x, y[j]) - energy(x, 2)",
        "mixed(p)*mixed([[x[i], 1], [y[j], s]])",
        "leaky_relu(x[i])*gelu(y[j]) + elu(a[i, j])",
        "hypot(x[i], y[j])^2 + atan2(1 + x[i]^2, s)",
        "x[i]^3*2^y[j]",
    ] {
        let formula = format!("sum(i in 0..n, sum(j in 0..m, {body}))");
        expands(&formula);
        for sizes in [[2, 3, 1], [1, 1, 1], [3, 0, 1]] {
            agree(&formula, sizes);
        }
    }
}

#[test]
fn rows_and_entries_of_a_turn() {
    for formula in [
        "sum(i in 0..n, norm(a[i]))",
        "sum(i in 0..n, dot(a[i], y))",
        "sum(i in 0..n, max(a[i]*y))",
        "sum(i in 0..n, sum(softmax(a[i])*y))",
        "sum(i in 0..n, softmax(a[i])[m - 1])",
        "sum(i in 0..n, sum(tanh(p[i] @ w)))",
        "sum(i in 0..n, dot(p[i], w @ p[i]))",
        "sum(i in 0..n, sum(affine(p[i], w, [s, x[i]])))",
        "sum(i in 0..n, dot(x @ a, a[i]))",
        "sum(i in 0..n, (a @ y)[i]*x[i])",
        "sum(i in 0..n, sum(y @ q[0..m, 1] * p[i]))",
        "sum(j in 0..m, dot(a.T[j], x)*y[j])",
        "sum(j in 0..m, norm(a[0.., j]))",
        "sum(j in 0..m, sum(tanh(q[j] @ w)))",
        "sum(j in 0..m, sum(tanh(q[j] @ q[j].T)))",
        "sum(j in 0..m, q[j, 1, 0]*q[j, 2, 1])",
        "sum(j in 0..m, norm(q[j, 1..]))",
        "sum(l in 0..k, logsumexp(b[l] @ y))",
        "sum(l in 0..k, dot(x @ b[l], y))",
        "sum(l in 0..k, sum(i in 0..n, dot(b[l, i], y)*x[i]))",
        "sum(l in 0..k, sum(i in 0..n, sum(b[l] @ a[i] * x)))",
        "sum(j in 0..m, sum(i in 0..n, b[0, i, j]*a[i, j]))",
        "sum(l in 0..k, sum(j in 0..m, sum(i in 0..n, b[l, i, j]*x[i]*y[j] + i*j*l)))",
        "sum(j in 0..m, sum(i in 0..n, sum(l in 0..k, max(b[l, i, j], a[i, j], x[i]))))",
        "sum(j in 0..m, sum(i in 0..n, norm(p[i] @ w + q[j, 0])))",
        "sum(i in 0..n, sum(o in 0..n, (p[i] @ w) @ p[o]))",
        "norm(sum(i in 0..n, a[i]))",
        "norm(sum(i in 0..n, x[i]*a[i]) - y)",
        "sum(prod(i in 0..n, 1 + a[i]/3))",
        "sum(sum(j in 0..m, outer(q[j, 0], q[j, 1]))^2)",
        "sum(i in 0..n, outer(a[i], a[i])[m - 1, 0])",
    ] {
        expands(formula);
        for sizes in [[2, 3, 2], [1, 1, 1], [3, 2, 1]] {
            agree(formula, sizes);
        }
    }
}

#[test]
fn indices_and_bounds_of_a_turn() {
    for formula in [
        "sum(i in 0..n - 1, (x[i + 1] - x[i])^2)",
        "sum(i in 1..n, x[i]*x[i - 1] + i)",
        "sum(i in 1..=n - 1, norm([x[i], x[i - 1], i]))",
        "sum(i in 1..n - 1, sum(j in i - 1..=i + 1, x[j]*j))",
        "sum(i in 0..n - 1, prod(d in 0..2, x[i + d]))",
        "sum(i in 0..n - 1, fold(c = 0, d in 0..2, c*s + x[i + d]))",
        "prod(i in 0..n, s)",
        "sum(i in 0..n, 1)*s",
        "sum(i in 0..n, sum(j in 0..m, x[i]))",
        "sum(i in 0..n, sum(j in 0..m, y[j]))",
        "sum(i in 0..n, x[i]*sum(j in 0..m, y[j]^2))",
        "sum(i in 0..n, x[i]) + sum(i in 0..n, x[i]^2)*sum(o in 0..n, x[o])",
        "sum(i in 0..n, sum(o in 0..n, if i == o { a[o, 0] } else { x[i]*x[o] }))",
        "sum(i in 0..n, outer(x, x)[i, i])",
        "sum(i in 0..n, outer(x, a[i])[i, 0])",
        "sum(i in 0..n - 1, outer(x, x)[i, i + 1])",
        "sum(i in 0..n - 1, sum(j in 0..m, outer(a[i], x)[j, i + 1]))",
        "square(x[0]) + sum(i in 0..n, square(x[0]) + square(x[i])) + square(x[n - 1])",
        "energy(x, s) + sum(i in 0..n, energy(x, s)*energy(x, x[i]))",
        "sum(i in 0..n, energy(a[i], s) + sum(o in 0..n, energy(a[o], x[i])))",
    ] {
        expands(formula);
        for sizes in [[3, 2, 1], [2, 1, 1], [4, 3, 2]] {
            agree(formula, sizes);
        }
    }
}

#[test]
fn nothing_is_left_of_turns() {
    let left = |program: &str| {
        let graph = lowered(program).graph;
        let of_turns = |id: &NodeId| {
            matches!(
                graph.node(*id).op,
                Op::Turn { .. } | Op::Entry { .. } | Op::Total(..)
            )
        };
        graph.ids().filter(of_turns).count()
    };
    assert_eq!(
        left("fn f(x: [n]) -> y { y = sum(i in 0..n, i*max(x[i], 1, 2)); }"),
        0
    );
    assert_eq!(
        left("fn f(x: [n]) -> y { unused = prod(i in 0..n, x[i]); y = x[0]; }"),
        0
    );
}

/// What a loop does not change is not computed in it, and loops share what is the same.
#[test]
fn turns_cost_no_more_than_they_have_to() {
    let shapes = |formula: &str, name: &str| -> Vec<String> {
        let graph = unit(formula, None).expect("the formula is right").graph;
        let of_name =
            |id: &NodeId| matches!(graph.node(*id).op, Op::Apply(rule) if rule.row().name == name);
        let found = graph.ids().filter(of_name);
        found
            .map(|id| crate::shape::text(&graph.shape(id)))
            .collect()
    };
    assert_eq!(shapes("sum(i in 0..n, exp(s)*x[i])", "exp"), ["a number"]);
    assert_eq!(
        shapes("sum(i in 0..n, sum(j in 0..m, exp(x[i])*y[j]))", "exp"),
        ["[n]"]
    );
    assert_eq!(
        shapes("sum(i in 0..n, sum(j in 0..m, exp(y[j])*x[i]))", "exp"),
        ["[m]"]
    );
    assert_eq!(
        shapes(
            "sum(i in 0..n, exp(x[i])) + sum(o in 0..n, exp(x[o])) + sum(exp(x))",
            "exp"
        ),
        ["[n]"]
    );
    assert_eq!(
        shapes("sum(i in 0..n, sum(a[i] @ b[0].T))", "matmul"),
        ["[n, n]"]
    );
}

// Random bodies.

/// Formulas by chance: each choice takes some of the number that is left.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    /// A number of one turn, where these loops are open: an index and what it runs over.
    fn number(&mut self, depth: usize, open: &mut Vec<(String, char)>) -> String {
        if depth == 0 {
            return self.leaf(open);
        }
        let next = depth - 1;
        let pick = self.below(18);
        if pick >= 16 && open.len() < 3 {
            return self.repetition(next, open);
        }
        let mut one = || self.number(next, open);
        match pick {
            0 | 1 => format!("({} + {})", one(), one()),
            2 | 3 => format!("({} * {})", one(), one()),
            4 => format!("({} - {})", one(), one()),
            5 => format!("sin({})", one()),
            6 => format!("square({})", one()),
            7 => format!("tanh({})", one()),
            8 => format!("max({}, {}, {})", one(), one(), one()),
            9 => format!(
                "(if {} < {} {{ {} }} else {{ {} }})",
                one(),
                one(),
                one(),
                one()
            ),
            10 => format!("mean({}, {}, {})", one(), one(), one()),
            11 => format!("logsumexp({})", self.array(next, open)),
            12 => format!("sum({}^2)", self.array(next, open)),
            13 => format!(
                "dot({}, {})",
                self.array(next, open),
                self.array(next, open)
            ),
            14 => format!("{}[{}]", self.array(next, open), self.below(2)),
            15 => format!("turned({})", self.array(next, open)),
            _ => format!("(0.5 * {})", one()),
        }
    }

    /// Two numbers of one turn.
    fn array(&mut self, depth: usize, open: &mut Vec<(String, char)>) -> String {
        let rows: Vec<String> = of(open, 'n').map(|i| format!("p[{i}]")).collect();
        let columns: Vec<String> = of(open, 'm').map(|j| format!("q[{j}, 1]")).collect();
        let known: Vec<String> = rows.into_iter().chain(columns).collect();
        if !known.is_empty() && self.below(3) == 0 {
            return known[self.below(known.len())].clone();
        }
        if depth == 0 {
            return format!("[{}, {}]", self.leaf(open), self.leaf(open));
        }
        let next = depth - 1;
        match self.below(6) {
            0 => format!("softmax({})", self.array(next, open)),
            1 => format!("({} @ w)", self.array(next, open)),
            2 => format!("(w @ {})", self.array(next, open)),
            3 => format!("({} * {})", self.array(next, open), self.array(next, open)),
            4 => format!("({} + {})", self.array(next, open), self.number(next, open)),
            _ => format!("[{}, {}]", self.number(next, open), self.number(next, open)),
        }
    }

    fn repetition(&mut self, depth: usize, open: &mut Vec<(String, char)>) -> String {
        let extent = if self.below(2) == 0 { 'n' } else { 'm' };
        let index = format!("{}{}", if extent == 'n' { 'i' } else { 'j' }, open.len());
        open.push((index.clone(), extent));
        let body = self.number(depth, open);
        open.pop();
        match self.below(4) {
            0 => format!("prod({index} in 0..{extent}, 1 + sin({body})/3)"),
            _ => format!("sum({index} in 0..{extent}, {body})"),
        }
    }

    fn leaf(&mut self, open: &[(String, char)]) -> String {
        let (of_n, of_m): (Vec<&str>, Vec<&str>) =
            (of(open, 'n').collect(), of(open, 'm').collect());
        let mut leaves = vec!["s".to_owned(), "0.75".to_owned(), "x[0]".to_owned()];
        for i in &of_n {
            leaves.extend([
                format!("x[{i}]"),
                format!("p[{i}, 1]"),
                format!("dot(a[{i}], y)"),
                (*i).to_string(),
            ]);
            leaves.extend(of_m.iter().map(|j| format!("a[{i}, {j}]")));
        }
        for j in &of_m {
            leaves.extend([
                format!("y[{j}]"),
                format!("q[{j}, 2, 0]"),
                format!("sum(a[0.., {j}])"),
                format!("(x @ a)[{j}]"),
            ]);
        }
        leaves[self.below(leaves.len())].clone()
    }
}

/// The indices that run over an extent.
fn of(open: &[(String, char)], extent: char) -> impl Iterator<Item = &str> {
    let of_extent = open.iter().filter(move |(_, of)| *of == extent);
    of_extent.map(|(index, _)| &**index)
}

#[test]
fn random_bodies() {
    let mut chance = Chance(7);
    for at in 0..150 {
        let depth = 2 + chance.below(3);
        let formula = chance.repetition(depth, &mut Vec::new());
        if at % 10 == 0 {
            expands(&formula);
        }
        agree(&formula, [2, 2, 1]);
    }
}

#[test]
fn what_no_array_can_be_is_said_once() {
    let said = |formula: &str| unit(formula, None).err().expect("the formula is wrong");
    let deep = "sum(i in 0..n, j in 0..m, l in 0..k, o in 0..n, p in 0..m, sum(exp(outer(a[i], y)*y[j]*b[l, o, p])))";
    assert_eq!(
        said(deep),
        [
            "this has 2 axes for every `i`, `j`, `l`, `o`, `p`; loops and axes are at most 6 together"
        ]
    );
    assert_eq!(
        said("sum(i in 0..n, sum(other::h(a[i], s)^2)) + other::h(x[0], s)"),
        [
            "`other::h` is defined elsewhere and takes arrays, so it is not called in a loop: define it in this block, or call it outside of the loop"
        ]
    );
    assert!(unit("sum(i in 0..n, other::h(x[0], s)*x[i])", None).is_ok());
}
