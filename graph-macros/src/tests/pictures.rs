//! What pictures say: the gradients of edges sum to the adjoints of nodes, those of inputs are what `vjp` gives, operations are
//! shown as written, and the derivatives that people know are true.

use super::interpreter::{Derived, Key, evaluate};
use super::stages::{CORPUS, lowered};
use crate::graph::{Dim, InputId, NodeId};
use crate::plan::ScalarBody;
use crate::plan::picture::bodies::{BodyRole, DrawnLoop};
use crate::plan::picture::{self, Drawn, DrawnNode, Role};
use crate::rule::Derivative;
use crate::rules::RULES;
use crate::syntax::text;
use crate::transform::scalars;
use crate::unit::Unit;

/// The values of a picture's list, for inputs and seeds in order.
struct Evaluated {
    numbers: Drawn<ScalarBody>,
    values: Vec<Vec<f64>>,
}

impl Evaluated {
    fn of(unit: &Unit, at: &[f64]) -> Evaluated {
        let numbers = picture::numbers(unit);
        let inputs = unit.inputs.iter().map(|input| &input.shape);
        let leaves = inputs.chain(unit.outputs.iter().map(|output| &output.shape));
        let mut keys: Vec<Key> = Vec::new();
        for (leaf, shape) in leaves.enumerate() {
            let count: usize = shape.iter().filter_map(Dim::size).product();
            keys.extend((0..count).map(|element| (InputId(leaf), element)));
        }
        assert_eq!(keys.len(), at.len(), "a value per input and a seed");
        let body = &numbers.body;
        let results = body.results.iter();
        let values = results.map(|result| evaluate(&body.graph, &keys, at, result));
        Evaluated {
            values: values.collect(),
            numbers,
        }
    }

    fn nodes(&self) -> &[DrawnNode] {
        &self.numbers.picture.nodes
    }

    /// What flows back to a node, summed over its uses.
    fn arriving(&self, node: usize) -> Vec<f64> {
        let edges = self.nodes().iter().flat_map(|node| &node.edges);
        let gradients = edges
            .filter(|edge| edge.from == node)
            .filter_map(|edge| edge.gradient);
        let mut sum = Vec::new();
        for gradient in gradients {
            let entries = &self.values[gradient];
            sum.resize(entries.len(), 0.0);
            sum.iter_mut()
                .zip(entries)
                .for_each(|(sum, entry)| *sum += entry);
        }
        sum
    }
}

/// Checks a picture's numbers by themselves and against `vjp`; `at` is one value per input and one seed per output.
pub(super) fn check(program: &str, at: &[f64], scale: f64) -> Result<(), String> {
    let evaluated = Evaluated::of(&lowered(program), at);
    let near = |a: &f64, b: &f64| (a - b).abs() <= 1e-9 * (1.0 + scale);
    let all_near =
        |a: &[f64], b: &[f64]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(a, b));
    for (place, node) in evaluated.nodes().iter().enumerate() {
        let Some(adjoint) = node.adjoint.filter(|_| node.role != Role::Output) else {
            continue;
        };
        let (adjoint, mut arriving) = (&evaluated.values[adjoint], evaluated.arriving(place));
        arriving.resize(adjoint.len(), 0.0);
        if !all_near(adjoint, &arriving) {
            return Err(format!(
                "`{}` has {adjoint:?}, and {arriving:?} arrives",
                node.label
            ));
        }
    }
    let unit = scalars::run(lowered(program));
    let derived = Derived::of(&unit);
    let mut inputs = at.to_vec();
    inputs.resize(derived.keys.len(), 0.0);
    let mut adjoints = derived.adjoints.iter();
    for input in &unit.inputs {
        let wanted: Vec<_> = adjoints.by_ref().take(input.nodes.len()).collect();
        let found: Vec<f64> = wanted
            .into_iter()
            .map(|node| {
                node.map_or(0.0, |node| {
                    evaluate(&derived.graph, &derived.keys, &inputs, &[node])[0]
                })
            })
            .collect();
        let shown = shown(&evaluated, &text(&input.name));
        if input.active() && shown.as_ref().is_some_and(|shown| !all_near(shown, &found)) {
            return Err(format!(
                "`{}` shows {shown:?}, and `vjp` gives {found:?}",
                input.name
            ));
        }
    }
    Ok(())
}

/// The adjoint of an input as the picture shows it.
fn shown(evaluated: &Evaluated, name: &str) -> Option<Vec<f64>> {
    let mut nodes = evaluated.nodes().iter();
    let node = nodes.find(|node| node.role == Role::Input && node.label == name)?;
    node.adjoint
        .map(|adjoint| evaluated.values[adjoint].clone())
}

/// Numbers that repeat after long only.
fn numbers(count: usize) -> Vec<f64> {
    (0..count)
        .map(|at| 0.3 + 1.7 * ((at * 7 + 3) % 11) as f64 / 11.0)
        .collect()
}

fn leaves(unit: &Unit) -> usize {
    let inputs = unit.inputs.iter().map(|input| &input.shape);
    let shapes = inputs.chain(unit.outputs.iter().map(|output| &output.shape));
    shapes
        .map(|shape| shape.iter().filter_map(Dim::size).product::<usize>())
        .sum()
}

#[test]
fn what_arrives_sums_to_the_adjoint() {
    let more = [
        "fn f(x, y) -> z { z = x*x + x*x*x - (-y) + -(x*y) + (x - (-x)); }",
        "fn f(m: [3, 3], v: [3]) -> (a, b: [3]) { b = m @ m @ v / v[1] + m[0]*v; a = dot(v, v) + norm(b) + sum(m * m[1]); }",
        "fn f(x: [2], w: [2, 2]) -> p: [2] { h = affine(x, w, x); p = softmax(h) * [h[0], h[0]] + cross([x[0], 1, 2], [2, x[1], 3])[0..2]; }",
        "fn f(x, y) -> z { z = if x > y { if x > 3 { ln(-x) } else { x*y } } else { sqrt(y) } + stop(x)*x; }",
        "fn g(a) -> b { c = a^2; b = c + c; } fn f(x) -> y { y = g(g(x)) + x^0.5 + x^-2 + max(x, x, 2) + 2*x + x^0; }",
    ];
    for program in CORPUS.iter().copied().chain(more) {
        let unit = lowered(program);
        if unit.is_small() && unit.graph.calls.is_empty() && unit.graph.rust.is_empty() {
            let at = numbers(leaves(&unit));
            assert_eq!(check(program, &at, 10.0), Ok(()), "{program}");
        }
    }
}

/// The operations of a picture, each on its operands.
fn operations(program: &str) -> Vec<String> {
    let picture = picture::numbers(&lowered(program)).picture;
    let word = |at: usize| {
        let node: &DrawnNode = &picture.nodes[at];
        node.name.as_deref().unwrap_or(&node.label).to_owned()
    };
    let operations = picture
        .nodes
        .iter()
        .filter(|node| matches!(node.role, Role::Operation | Role::Condition));
    operations
        .map(|node| {
            let operands: Vec<String> = node.edges.iter().map(|edge| word(edge.from)).collect();
            format!("{} {}", node.label, operands.join(" "))
        })
        .collect()
}

#[test]
fn operations_are_shown_as_written() {
    let cases: [(&str, &[&str]); 9] = [
        ("z = (x + y)^2", &["+ x y", "^2 +"]),
        ("y = 1/(1 + exp(-x))", &["- x", "exp -", "+ 1 exp", "/ 1 +"]),
        ("y = a + (-b)", &["- b", "+ a -"]),
        (
            "x: [2], w: [2, 2], b: [2]; p = softmax(affine(x, w, b))",
            &["affine x w b", "softmax affine"],
        ),
        ("x: [3]; y = x / x[1]", &["[1] x", "/ x [1]"]),
        (
            "x: [3]; n = norm(x); l = mean(x) * n + logsumexp(x[0..2])",
            &[
                "norm x",
                "mean x",
                "* mean n",
                "[0..2] x",
                "logsumexp [0..2]",
                "+ * logsumexp",
            ],
        ),
        ("y = x*x", &["* x x"]),
        (
            "y = if a > b { silu(a) } else { leaky_relu(b) }",
            &["> a b", "silu a", "leaky_relu b", "if > silu leaky_relu"],
        ),
        (
            "m: [2, 2]; s = sum(m.T @ m, axis = 0)",
            &[".T m", "@ .T m", "sum, axis 0 @"],
        ),
    ];
    for (program, expected) in cases {
        assert_eq!(operations(program), expected, "{program}");
    }
}

#[test]
fn every_place_of_a_symbol_is_that_of_an_operand() {
    let more = ["fn f(x, y) -> z { z = x^0.5 + x^y + x^-2 + y^3 + max(x, y, 2); }"];
    for program in CORPUS.iter().copied().chain(more) {
        let unit = lowered(program);
        if !unit.is_small() {
            continue;
        }
        for node in &picture::numbers(&unit).picture.nodes {
            let places = node
                .edges
                .iter()
                .flat_map(|edge| edge.symbol.split('{').skip(1));
            for place in places.filter_map(|place| place.split('}').next()) {
                let is_other = place == "y" || place == "s" || place.starts_with('=');
                let is_operand = place.parse().is_ok_and(|at: usize| at < node.edges.len());
                assert!(
                    is_other || is_operand,
                    "`{{{place}}}` of `{}` in {program}",
                    node.label
                );
            }
        }
    }
}

/// For each row of arrays with a derivative of its formula: its arguments, and the shape of its result.
const SHAPES: &[(&str, &str, &str)] = &[
    ("mean", "x: [4]", ""),
    ("logsumexp", "x: [3]", ""),
    ("softmax", "x: [3]", ": [3]"),
    ("log_softmax", "x: [3]", ": [3]"),
    ("dot", "a: [3], b: [3]", ""),
    ("outer", "a: [2], b: [3]", ": [2, 3]"),
    ("cross", "a: [3], b: [3]", ": [3]"),
    ("transpose", "x: [2, 3]", ": [3, 2]"),
    ("affine", "x: [2, 3], w: [3, 2], b: [2]", ": [2, 2]"),
    ("solve", "a: [2, 2], b: [2, 3]", ": [2, 3]"),
    ("solve_spd", "a: [1, 1], b: [1, 2]", ": [1, 2]"),
    ("inv", "a: [2, 2]", ": [2, 2]"),
    ("det", "a: [2, 2]", ""),
    ("logdet", "a: [2, 2]", ""),
    ("logdet_spd", "a: [1, 1]", ""),
    ("trace", "a: [2, 2]", ""),
    ("diag", "x: [3]", ": [3, 3]"),
    ("softmax_cross_entropy", "x: [2, 3], t: [2, 3]", ""),
];

#[test]
fn every_formula_has_a_derivative_that_people_know() {
    for rule in RULES {
        let Derivative::Formula(column) = rule.derivative else {
            continue;
        };
        // No picture shows what only formulas of the table call.
        if rule.is_inner {
            continue;
        }
        let name = rule.name;
        let numbers = rule.arguments.iter().map(|arg| arg.name);
        let numbers = numbers.collect::<Vec<_>>().join(", ");
        let (args, result) = match SHAPES.iter().find(|(known, ..)| *known == name) {
            Some((_, args, result)) => (*args, *result),
            None => (numbers.as_str(), ""),
        };
        let names: Vec<&str> = args
            .split(", ")
            .filter(|word| word.starts_with(char::is_alphabetic))
            .map(|word| word.split(':').next().unwrap_or(word))
            .collect();
        let call = format!("{name}({})", names.join(", "));
        // Only formulas of the table can count.
        let column = column.replace("count(x)", "4");
        let (found, wanted) = (
            known(&call, args, result, &entries(&column, &names)),
            pulled(&call, args, result),
        );
        assert_eq!(found.len(), wanted.len(), "{name}");
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!(
                (found - wanted).abs() < 1e-12,
                "{name}: {found}, not {wanted}"
            );
        }
    }
}

/// Arguments and seed of a call; rows of one-hot labels sum to 1.
fn arguments(call: &str, count: usize) -> Vec<f64> {
    let mut at = numbers(count);
    if call.starts_with("softmax_cross_entropy") {
        at[6..12].copy_from_slice(&[0.2, 0.5, 0.3, 0.1, 0.6, 0.3]);
    }
    at
}

/// The adjoints of a call's arguments.
fn pulled(call: &str, args: &str, result: &str) -> Vec<f64> {
    let unit = scalars::run(lowered(&format!(
        "fn f({args}) -> y{result} {{ y = {call}; }}"
    )));
    let derived = Derived::of(&unit);
    let mut at = arguments(call, leaves(&unit));
    at.resize(derived.keys.len(), 0.0);
    let adjoint = |node: &Option<NodeId>| {
        node.map_or(0.0, |node| {
            evaluate(&derived.graph, &derived.keys, &at, &[node])[0]
        })
    };
    derived.adjoints.iter().map(adjoint).collect()
}

/// The same by the derivative that people know.
fn known(call: &str, args: &str, result: &str, entries: &[String]) -> Vec<f64> {
    let is_pulled = |entry: &String| {
        entry
            .split(|sign: char| !sign.is_alphanumeric())
            .any(|word| word == "s")
    };
    let definitions = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| match is_pulled(entry) {
            true => format!("d{at} = {entry}; "),
            false => format!("d{at} = s * ({entry}); "),
        });
    let outputs: Vec<String> = (0..entries.len()).map(|at| format!("d{at}")).collect();
    let (definitions, outputs) = (definitions.collect::<String>(), outputs.join(", "));
    let unit = lowered(&format!(
        "fn f({args}, s{result}) -> ({outputs}) {{ y = {call}; cases = 2; unused = y + cases; {definitions}}}"
    ));
    let unit = scalars::run(unit);
    let derived = Derived::of(&unit);
    let at = arguments(
        call,
        unit.inputs.iter().map(|input| input.nodes.len()).sum(),
    );
    evaluate(
        &derived.graph,
        &derived.keys[..at.len()],
        &at,
        &derived.outputs,
    )
}

/// The entries of a list, each under the shape of its argument.
fn entries(column: &str, arguments: &[&str]) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut depth = 0;
    for sign in column[1..column.len() - 1].chars() {
        depth += i32::from("([{".contains(sign)) - i32::from(")]}".contains(sign));
        match entries.last_mut() {
            Some(entry) if sign != ',' || depth > 0 => entry.push(sign),
            _ => entries.push(String::new()),
        }
    }
    let both = entries.iter().zip(arguments);
    both.map(|(entry, argument)| format!("{entry} + 0 * {argument}"))
        .collect()
}

#[test]
fn pictures_grow_linearly() {
    let steps: [fn(usize) -> String; 3] = [
        |at| format!("0.5*t{0}*t{0} + t0", at - 1),
        |at| format!("if t{0} > {at} {{ sqrt(t{0}) }} else {{ t{0}/2 }}", at - 1),
        |at| format!("sin(t{0}) - (-t{0})", at - 1),
    ];
    for step in steps {
        let size = |count: usize| {
            let lines: String = (1..=count)
                .map(|at| format!("t{at} = {};", step(at)))
                .collect();
            let numbers =
                picture::numbers(&lowered(&format!("fn f(t0) -> t{count} {{ {lines} }}")));
            numbers.body.graph.len() + numbers.picture.nodes.len()
        };
        let (ten, hundred, thousand) = (size(10), size(100), size(1000));
        assert!(
            hundred < 11 * ten && thousand < 11 * hundred,
            "{ten}, {hundred}, {thousand}"
        );
    }
}

/// The steps of a program's loops: each title, and each node on its operands, those of outside by their number.
fn steps(program: &str) -> Vec<(String, Vec<String>)> {
    let loops = picture::arrays(&lowered(program)).picture.loops;
    let of_loop = |of: &DrawnLoop| {
        let word = |at: usize| match (of.nodes[at].role, &of.nodes[at].name) {
            (BodyRole::Outside(number), _) => format!("<{number}>"),
            (_, Some(name)) => name.to_string(),
            _ => of.nodes[at].label.clone(),
        };
        let nodes = of.nodes.iter().filter(|node| !node.edges.is_empty());
        let nodes = nodes.map(|node| {
            let operands = node.edges.iter().map(|edge| word(edge.from));
            let operands = operands.collect::<Vec<_>>().join(" ");
            match node.role {
                BodyRole::Next => format!("next {} = {operands}", node.label),
                _ => format!("{} {operands}", node.label),
            }
        });
        (of.title.to_string(), nodes.collect())
    };
    loops.iter().map(of_loop).collect()
}

/// Small arrays stay arrays, though the step that is computed has numbers; a step within a step is a loop of its own.
#[test]
fn steps_are_shown_as_written() {
    /// The title of a frame, and the nodes in it.
    type Frame<'t> = (&'t str, &'t [&'t str]);
    let cases: [(&str, &[Frame]); 6] = [
        (
            "fn f(x: [n], a) -> z { z = fold(h = x[0], k in 1..n, tanh(a*h + x[k - 1])); }",
            &[(
                "fold(h, k in 1..n)",
                &[
                    "* <1> h",
                    "[k - 1] <2>",
                    "+ * [k - 1]",
                    "tanh +",
                    "next h = tanh",
                ],
            )],
        ),
        (
            "fn f(x: [n, 2], w: [2, 2]) -> h: [n, 2] { h = scan(h = [1, 0], k in 0..n, affine(h, w, x[k])); }",
            &[(
                "scan(h, k in 0..n)",
                &["[k] <2>", "affine h <1> [k]", "next h = affine"],
            )],
        ),
        (
            "fn f(c: [n], x) -> p { p = fold(p = 0, k in rev(0..n), p*x + c[k]); }",
            &[(
                "fold(p, k in rev(0..n))",
                &["* p <0>", "[k] <1>", "+ * [k]", "next p = +"],
            )],
        ),
        (
            "fn f(x, n: count, m: count) -> r { r = fold(r = x, k in 0..n, 2*fold(q = r, j in 0..m, sin(q)*r)); }",
            &[
                (
                    "fold(r, k in 0..n)",
                    &[
                        "fold(q, j in 0..m) r",
                        "* 2 fold(q, j in 0..m)",
                        "next r = *",
                    ],
                ),
                ("fold(q, j in 0..m)", &["sin q", "* sin <0>", "next q = *"]),
            ],
        ),
        (
            "fn f(x: [m, n]) -> s: [m] { s = each(i in 0..m, fold(s = 0, k in 0..n, s + x[i, k]^2)); }",
            &[(
                "fold(s, k in 0..n)",
                &["[i, k] <0>", "^2 [i, k]", "+ s ^2", "next s = +"],
            )],
        ),
        (
            "struct S { a, b } fn f(x, n: count) -> y { e = fold(s = S { a: x, b: 1 }, k in 0..n, S { a: s.b, b: s.a*k }); y = e.a; }",
            &[(
                "fold(s, k in 0..n)",
                &["* s.a k", "next s.a = s.b", "next s.b = *"],
            )],
        ),
    ];
    for (program, expected) in cases {
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(title, nodes)| {
                let nodes = nodes.iter().map(|node| (*node).to_owned());
                ((*title).to_owned(), nodes.collect())
            })
            .collect();
        assert_eq!(steps(program), expected, "{program}");
    }
}

/// What is looked for in a step of another loop is drawn without the steps of its search.
#[test]
fn a_search_in_a_step_is_drawn() {
    for program in [
        "fn f(y0, h, steps: count) -> y { y = fold(y = y0, k in 0..steps, root(next = y, next - y + h*next)); }",
        "fn f(a: [n]) -> e: [n] { e = each(i in 0..n, root(x = 1, x^3 + x - a[i])); }",
        "fn f(a) -> e { e = root(x = 1, root(y = 1, y^2 - x) - a); }",
    ] {
        let tokens = program.parse().expect("the program has tokens");
        let expansion = crate::expand(tokens, true).to_string();
        assert!(expansion.contains("fn picture"), "{program}");
    }
}
