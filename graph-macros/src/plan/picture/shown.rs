//! Which operations a picture shows, and the way from each back to its operands.
//!
//! Invariant: every path from a shown operation to an active input leads through its operands, so no gradient is lost.

use std::collections::BTreeMap;

use crate::builder::Builder;
use crate::graph::{Graph, Kind, NodeId, Op, Reduction, Shape};
use crate::plan::arrays::source;
use crate::plan::outputs;
use crate::rule::{Derivative, Forward, RuleId};
use crate::rules::rows;
use crate::shape;
use crate::transform::flow::Route;
use crate::unit::{Steps, Unit, Written};

/// An operation that is shown.
pub struct Shown {
    pub label: String,
    pub rule: Option<RuleId>,
    /// Operands in order, an operand twice where it is used twice.
    pub operands: Vec<NodeId>,
    /// None for what has no operands.
    pub route: Option<Route>,
    /// The steps of a loop that carries values.
    pub steps: Option<Steps>,
}

/// All operations that the outputs need, in order.
pub fn all_shown(
    graph: &mut Builder,
    unit: &Unit,
    active: &mut Vec<bool>,
) -> BTreeMap<NodeId, Shown> {
    let mut all = BTreeMap::new();
    let mut open = outputs(unit);
    while let Some(id) = open.pop() {
        if all.contains_key(&id) || graph.constant(id).is_some() {
            continue;
        }
        let shown = shown(graph, unit.written.get(&id), id, active);
        open.extend(&shown.operands);
        all.insert(id, shown);
    }
    active.resize(graph.len(), false);
    all
}

/// As written where that is still what is computed, as computed otherwise.
fn shown(graph: &mut Builder, written: Option<&Written>, id: NodeId, active: &[bool]) -> Shown {
    if let Some(written) = written.cloned()
        && let Some(shown) = as_written(graph, id, written, active)
    {
        return shown;
    }
    let (label, rule) = computed_label(graph, id);
    let operands = arguments(graph, id);
    let direct = Route::new(graph, id, &operands, active);
    let route = match direct {
        _ if operands.is_empty() => None,
        None => Some(through_double(
            graph,
            id,
            graph.node(id).op.clone(),
            &operands,
        )),
        direct => direct,
    };
    Shown {
        label,
        rule,
        operands,
        route,
        steps: None,
    }
}

fn as_written(graph: &mut Builder, id: NodeId, written: Written, active: &[bool]) -> Option<Shown> {
    let (label, operands) = label_written(graph, &written);
    let is_power = operands.len() < written.args.len();
    let operands: Vec<NodeId> = operands.into_iter().map(|id| of_input(graph, id)).collect();
    let rule = written.rule;
    if let Some(steps) = written.steps {
        let route = Route::of_steps(graph, id, &operands, active)?;
        return Some(Shown {
            label,
            rule,
            operands,
            route: Some(route),
            steps: Some(steps),
        });
    }
    let route = Route::new(graph, id, &operands, active).or_else(|| {
        let op = match (rule, &graph.node(id).op) {
            (_, op @ Op::Powi(_)) if is_power => op.clone(),
            (Some(rule), _) if is_one_node(rule) => Op::Apply(rule),
            // A derivative may have become one too.
            (None, Op::Select) if label == "if" => Op::Select,
            _ => return None,
        };
        Some(through_double(graph, id, op, &operands))
    })?;
    Some(Shown {
        label,
        rule,
        operands,
        route: Some(route),
        steps: None,
    })
}

/// The label of what was written, and its operands: a literal exponent is part of the label.
pub fn label_written(graph: &Graph, written: &Written) -> (String, Vec<NodeId>) {
    let power = written.rule.filter(|rule| *rule == rows::pow);
    match power.and_then(|_| graph.constant(written.args[1])) {
        Some(exponent) => (format!("^{exponent}"), vec![written.args[0]]),
        None => (written.label.to_string(), written.args.clone()),
    }
}

/// Whether a node is still made of what was written, as far as it moves.
pub fn is_as_written(graph: &Graph, id: NodeId, operands: &[NodeId], moves: &[bool]) -> bool {
    Route::new(graph, id, operands, moves).is_some()
}

/// Whether lowering makes one element-wise node of the operation, so that another node that stands for it has been rewritten
/// from that one and has the same value.
fn is_one_node(rule: RuleId) -> bool {
    match rule.row().forward {
        Forward::Infix(sign) => sign != "@",
        Forward::Prefix(_) | Forward::Relation(_) | Forward::Logic(_) | Forward::Real(_) => true,
        Forward::Formula(_) => !matches!(rule.row().derivative, Derivative::Formula(_)),
        _ => false,
    }
}

/// The operands of the operation itself; a call of another graph hides behind its parts, and labels are shown as the input that
/// they are of.
fn arguments(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let node = graph.node(id);
    match node.op {
        Op::Part(_) => graph.node(node.args[0]).args.clone(),
        Op::Gather { .. } => vec![node.args[0], of_input(graph, node.args[1])],
        _ => node.args.clone(),
    }
}

/// Labels as the input that they are of, anything else as it is.
fn of_input(graph: &Graph, id: NodeId) -> NodeId {
    match graph.node(id).kind {
        Kind::Labels => source(graph, id),
        _ => id,
    }
}

/// The way through a double of the node that has just these operands.
///
/// An operand that is used twice gets a double too, so that each use has a gradient of its own: it is held constant twice over,
/// which no user writes, and is the operand itself again when the graph is expanded. Where a rewrite has gone past an
/// operand (`a + (-b)` is computed as `a - b`, a broadcast of a view as one view), the double is what was written.
fn through_double(graph: &mut Builder, id: NodeId, op: Op, operands: &[NodeId]) -> Route {
    let mut ends: Vec<NodeId> = Vec::new();
    for operand in operands {
        let mut end = *operand;
        while ends.contains(&end) {
            end = graph.call(rows::stop, &[end]);
            end = graph.call(rows::stop, &[end]);
        }
        ends.push(end);
    }
    let node = graph.node(id).clone();
    let args: Vec<NodeId> = match &op {
        Op::Part(_) => {
            let call = graph.node(node.args[0]).clone();
            vec![graph.push(call.op, ends.clone(), call.shape, call.kind)]
        }
        op if op.is_elementwise() => {
            let spread = |end: &NodeId| spread_anew(graph, *end, &node.shape);
            ends.iter().map(spread).collect()
        }
        Op::Gather { .. } => vec![ends[0], node.args[1]],
        _ => ends.clone(),
    };
    let double = graph.push(op, args.clone(), node.shape, node.kind);
    let between = args.into_iter().filter(|arg| !ends.contains(arg)).collect();
    Route {
        node: double,
        between,
        operands: ends,
        originals: operands.to_vec(),
    }
}

/// The operand under a shape, by a view of its own.
fn spread_anew(graph: &mut Builder, operand: NodeId, to: &Shape) -> NodeId {
    let (from, kind) = (graph.shape(operand), graph.node(operand).kind);
    if from == *to {
        return operand;
    }
    let missing = to.len() - from.len();
    let map = (0..to.len()).map(|axis| {
        let inner = axis.checked_sub(missing)?;
        (from[inner] == to[axis]).then_some(inner)
    });
    graph.push(Op::View(map.collect()), vec![operand], to.clone(), kind)
}

/// Doubles of active operands, which adjoints are to be found by.
pub fn doubles(graph: &Graph, shown: &BTreeMap<NodeId, Shown>, active: &[bool]) -> Vec<NodeId> {
    let routes = shown.values().filter_map(|shown| shown.route.as_ref());
    let ends = routes.flat_map(|route| route.operands.iter().zip(&route.originals));
    let doubles = ends.filter(|(end, original)| end != original && active[original.index()]);
    debug_assert!(active.len() == graph.len());
    doubles.map(|(end, _)| *end).collect()
}

pub fn computed_label(graph: &Graph, id: NodeId) -> (String, Option<RuleId>) {
    let node = graph.node(id);
    let of = |rule: RuleId| (rule.row().label().to_owned(), Some(rule));
    match &node.op {
        Op::Apply(rule) => of(*rule),
        Op::Powi(exponent) => (format!("^{exponent}"), Some(rows::pow)),
        Op::Select => ("if".to_owned(), None),
        Op::Reduce(reduction, _) => of(reduction.rule()),
        Op::Among(Reduction::Max) => ("max".to_owned(), None),
        Op::Among(_) => ("min".to_owned(), None),
        Op::View(map) if map.iter().any(Option::is_none) => ("broadcast".to_owned(), None),
        Op::View(_) => ("reshape".to_owned(), None),
        Op::Slice { start, .. } => (format!("[{start}..]"), None),
        Op::Stack => ("[ ]".to_owned(), None),
        Op::Concat(_) => ("concat".to_owned(), None),
        Op::Reshape => ("reshape".to_owned(), None),
        Op::Reverse(_) => ("[n - 1 - i]".to_owned(), None),
        Op::Gather { .. } => ("[labels]".to_owned(), None),
        Op::Extent(dims) => (shape::text(dims), None),
        Op::Iota => ("0, 1, …".to_owned(), None),
        Op::Part(part) => match graph.node(node.args[0]).op {
            // One box, whatever the number of steps.
            Op::Scan(scan) if *part < graph.scans[scan].states() => ("fold".to_owned(), None),
            Op::Scan(_) => ("scan".to_owned(), None),
            Op::Call(call) => (graph.calls[call].path.to_string().replace(' ', ""), None),
            _ => (String::new(), None),
        },
        Op::Rust(constant) => (excerpt(&graph.rust[*constant].tokens.to_string()), None),
        op => (op.to_string(), None),
    }
}

/// A constant's own Rust, as far as it fits a small node.
fn excerpt(source: &str) -> String {
    const LONGEST: usize = 20;
    let plain = source
        .replace(" . ", ".")
        .replace(" :: ", "::")
        .replace(" ()", "()");
    match plain.chars().count() {
        ..=LONGEST => format!("{{ {plain} }}"),
        _ => format!(
            "{{ {}… }}",
            plain.chars().take(LONGEST - 1).collect::<String>()
        ),
    }
}
