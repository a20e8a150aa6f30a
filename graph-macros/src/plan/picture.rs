//! What a picture shows: the operations as the user wrote them, the value of each, and what flows back along every edge.
//!
//! Invariant: an edge's gradient is the contribution that this one use makes to the adjoint of its operand, and the
//! contributions of all uses (and the seed, for an output) sum to that adjoint. Operations that an earlier stage has rewritten
//! are shown as they are computed.

use std::collections::{BTreeMap, HashMap};

use super::{arrays, symbols};
use crate::graph::{Graph, Kind, Name, NodeId, Op, Reduction};
use crate::lower::{Unit, label_of};
use crate::rule::{self, RuleId};
use crate::shape;
use crate::syntax::text;
use crate::transform::algebra::or_zero;
use crate::transform::flow::{Flow, Route};
use crate::transform::{calculus, elements};

/// A picture without its numbers.
pub struct Picture {
    pub nodes: Vec<Node>,
    /// The values that are shown, by position; they are nodes of `graph`.
    pub values: Vec<NodeId>,
    pub graph: Graph,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Input,
    Labels,
    Constant,
    Operation,
    Condition,
    Output,
}

pub struct Node {
    pub role: Role,
    pub label: String,
    pub name: Option<Name>,
    pub value: usize,
    pub adjoint: Option<usize>,
    pub edges: Vec<Edge>,
}

pub struct Edge {
    pub from: usize,
    pub gradient: Option<usize>,
    /// The local derivative in symbols, empty where it has none that is short.
    pub symbol: String,
    /// Its value, for a number by a number.
    pub partial: Option<usize>,
}

/// A picture and the code of its values, one result a value.
pub struct Numbers {
    pub picture: Picture,
    pub body: super::Body,
}

/// For a graph of numbers and small arrays. Arrays are taken apart after differentiation: what is shown are arrays.
pub fn numbers(unit: &Unit) -> Numbers {
    let picture = picture(unit);
    let (graph, entries) = elements::apart(picture.graph.clone());
    let groups = picture
        .values
        .iter()
        .map(|value| entries[value.index()].clone());
    let body = super::body(&graph, groups.collect());
    Numbers { picture, body }
}

pub struct Arrays {
    pub picture: Picture,
    pub body: arrays::Body,
}

/// For a graph of arrays of any size.
pub fn arrays(unit: &Unit) -> Arrays {
    let picture = picture(unit);
    let body = arrays::whole(&picture.graph, vec![picture.values.clone()]);
    Arrays { picture, body }
}

/// An operation that is shown.
struct Shown {
    label: String,
    rule: Option<RuleId>,
    /// Operands in order, an operand twice where it is used twice.
    operands: Vec<NodeId>,
    /// None for what has no operands.
    route: Option<Route>,
}

fn picture(unit: &Unit) -> Picture {
    let mut graph = unit.graph.clone();
    let seeds = seeds(&mut graph, unit);
    let sources: Vec<NodeId> = super::sources(unit);
    let mut active = calculus::active(&graph, &sources);
    let shown = all_shown(&mut graph, unit, &mut active);
    let mut ends = sources;
    ends.extend(doubles(&graph, &shown, &active));
    let mut flow = Flow::new(&mut graph, &ends);
    let outputs = super::outputs(unit);
    for (output, seed) in outputs.iter().zip(&seeds) {
        flow.seed(*output, *seed);
    }
    let derivatives: HashMap<NodeId, Derivatives> = shown
        .iter()
        .rev()
        .map(|(id, shown)| (*id, derivatives(&mut flow, *id, shown)))
        .collect();
    Draw::new(graph, derivatives).all(unit, &shown, &seeds)
}

fn seeds(graph: &mut Graph, unit: &Unit) -> Vec<NodeId> {
    let groups: Vec<_> = unit
        .outputs
        .iter()
        .map(|output| output.nodes.clone())
        .collect();
    let names: Vec<_> = unit
        .outputs
        .iter()
        .map(|output| text(&output.name))
        .collect();
    super::leaves(graph, unit.inputs.len(), &groups, &names)
}

// What is shown.

/// All operations that the outputs need, in order.
fn all_shown(graph: &mut Graph, unit: &Unit, active: &mut Vec<bool>) -> BTreeMap<NodeId, Shown> {
    let mut all = BTreeMap::new();
    let mut open = super::outputs(unit);
    while let Some(id) = open.pop() {
        if all.contains_key(&id) || graph.constant(id).is_some() {
            continue;
        }
        let shown = shown(graph, id, active);
        open.extend(&shown.operands);
        all.insert(id, shown);
    }
    active.resize(graph.len(), false);
    all
}

/// As written where that is still what is computed, as computed otherwise.
fn shown(graph: &mut Graph, id: NodeId, active: &[bool]) -> Shown {
    if let Some(written) = graph.written.get(&id).cloned() {
        let power = written.rule.filter(|rule| rule.is("pow"));
        let exponent = power.and_then(|_| graph.constant(written.args[1]));
        let (label, operands) = match exponent {
            Some(exponent) => (format!("^{exponent}"), vec![written.args[0]]),
            None => (written.label.to_string(), written.args),
        };
        if let Some(route) = Route::new(graph, id, &operands, active) {
            let rule = written.rule;
            return Shown {
                label,
                rule,
                operands,
                route: Some(route),
            };
        }
    }
    let (label, rule) = computed_label(graph, id);
    let operands = arguments(graph, id);
    let route = (!operands.is_empty()).then(|| direct(graph, id, &operands, active));
    Shown {
        label,
        rule,
        operands,
        route,
    }
}

/// The operands of the operation itself; a call of another graph hides behind its parts.
fn arguments(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let node = graph.node(id);
    match node.op {
        Op::Part(_) => graph.node(node.args[0]).args.clone(),
        _ => node.args.clone(),
    }
}

/// The way to the arguments. One that is used twice gets a double, so that each use has a gradient of its own; a double is
/// held constant twice over, which no user writes, and is the argument itself again when the graph is expanded.
fn direct(graph: &mut Graph, id: NodeId, operands: &[NodeId], active: &[bool]) -> Route {
    if let Some(route) = Route::new(graph, id, operands, active) {
        return route;
    }
    let mut ends: Vec<NodeId> = Vec::new();
    for operand in operands {
        let mut end = *operand;
        while ends.contains(&end) {
            end = graph.call("stop", &[end]);
            end = graph.call("stop", &[end]);
        }
        ends.push(end);
    }
    let node = graph.node(id).clone();
    let args = match &node.op {
        Op::Part(_) => {
            let call = graph.node(node.args[0]).clone();
            vec![graph.push(call.op, ends.clone(), call.shape, call.kind)]
        }
        _ => ends.clone(),
    };
    let double = graph.push(node.op, args.clone(), node.shape, node.kind);
    let between = args.into_iter().filter(|arg| !ends.contains(arg)).collect();
    Route {
        node: double,
        between,
        operands: ends,
        originals: operands.to_vec(),
    }
}

/// Doubles of active operands, which adjoints are to be found by.
fn doubles(graph: &Graph, shown: &BTreeMap<NodeId, Shown>, active: &[bool]) -> Vec<NodeId> {
    let routes = shown.values().filter_map(|shown| shown.route.as_ref());
    let ends = routes.flat_map(|route| route.operands.iter().zip(&route.originals));
    let doubles = ends.filter(|(end, original)| end != original && active[original.index()]);
    debug_assert!(active.len() == graph.len());
    doubles.map(|(end, _)| *end).collect()
}

fn computed_label(graph: &Graph, id: NodeId) -> (String, Option<RuleId>) {
    let node = graph.node(id);
    let of = |rule: RuleId| (label_of(rule).to_owned(), Some(rule));
    match &node.op {
        Op::Apply(rule) => of(*rule),
        Op::Powi(exponent) => (format!("^{exponent}"), Some(rule::known("pow", 2))),
        Op::Select => ("if".to_owned(), None),
        Op::Reduce(reduction, _) => of(calculus::reduction_rule(*reduction)),
        Op::Among(Reduction::Max) => ("max".to_owned(), None),
        Op::Among(_) => ("min".to_owned(), None),
        Op::View(map) if map.iter().any(Option::is_none) => ("broadcast".to_owned(), None),
        Op::View(_) => ("reshape".to_owned(), None),
        Op::Slice { start, .. } => (format!("[{}..]", shape::dim_text(start)), None),
        Op::Stack => ("[ ]".to_owned(), None),
        Op::Extent(dims) => (shape::text(dims), None),
        Op::Iota => ("0, 1, …".to_owned(), None),
        Op::Part(_) => match graph.node(node.args[0]).op {
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

// Derivatives.

#[derive(Default)]
struct Derivatives {
    adjoint: Option<NodeId>,
    contributions: Vec<Option<NodeId>>,
    partials: Vec<Option<NodeId>>,
}

fn derivatives(flow: &mut Flow, id: NodeId, shown: &Shown) -> Derivatives {
    if !flow.is_active(id) {
        return Derivatives::default();
    }
    let adjoint = flow.adjoint(id);
    let shape = flow.graph().shape(id);
    let adjoint = Some(or_zero(flow.graph(), adjoint, &shape));
    let Some(route) = &shown.route else {
        return Derivatives {
            adjoint,
            ..Derivatives::default()
        };
    };
    let found = flow.visit(id, route);
    let filled = filled(flow, &shown.operands, found);
    let partials = match shape.is_empty() {
        true => {
            let found = flow.partials(route);
            let mut partials = self::filled(flow, &shown.operands, found);
            let graph = flow.graph();
            let numbers = partials.iter_mut().zip(&shown.operands);
            numbers
                .filter(|(_, operand)| !graph.shape(**operand).is_empty())
                .for_each(|(partial, _)| *partial = None);
            partials
        }
        false => vec![None; filled.len()],
    };
    Derivatives {
        adjoint,
        contributions: filled,
        partials,
    }
}

/// Zeros where nothing arrives; nothing where no derivative is asked for.
fn filled(flow: &mut Flow, operands: &[NodeId], found: Vec<Option<NodeId>>) -> Vec<Option<NodeId>> {
    let mut filled = Vec::with_capacity(found.len());
    for (operand, found) in operands.iter().zip(found) {
        let asked = flow.is_active(*operand);
        let graph = flow.graph();
        let shape = graph.shape(*operand);
        filled.push(asked.then(|| or_zero(graph, found, &shape)));
    }
    filled
}

// The description.

struct Draw {
    picture: Picture,
    derivatives: HashMap<NodeId, Derivatives>,
    /// Where each node of the graph is in the picture.
    places: HashMap<NodeId, usize>,
    /// Where each value is in the list of values.
    positions: HashMap<NodeId, usize>,
}

impl Draw {
    fn new(graph: Graph, derivatives: HashMap<NodeId, Derivatives>) -> Draw {
        Draw {
            picture: Picture {
                nodes: Vec::new(),
                values: Vec::new(),
                graph,
            },
            derivatives,
            places: HashMap::new(),
            positions: HashMap::new(),
        }
    }

    fn all(mut self, unit: &Unit, shown: &BTreeMap<NodeId, Shown>, seeds: &[NodeId]) -> Picture {
        for (id, shown) in shown {
            self.node(unit, *id, shown);
        }
        for ((output, of), seed) in unit.outputs.iter().zip(super::outputs(unit)).zip(seeds) {
            let active = self
                .derivatives
                .get(&of)
                .is_some_and(|found| found.adjoint.is_some());
            let from = self.operand(of);
            let gradient = active.then(|| self.value(*seed));
            let edge = Edge {
                from,
                gradient,
                symbol: String::new(),
                partial: None,
            };
            let value = self.picture.nodes[from].value;
            self.picture.nodes.push(Node {
                role: Role::Output,
                label: text(&output.name),
                name: None,
                value,
                adjoint: gradient,
                edges: vec![edge],
            });
        }
        self.picture
    }

    fn node(&mut self, unit: &Unit, id: NodeId, shown: &Shown) {
        let node = unit.graph.node(id);
        let role = match (&node.op, node.kind) {
            (Op::Input { .. }, Kind::Labels) => Role::Labels,
            (Op::Input { .. }, _) => Role::Input,
            (_, Kind::Condition) => Role::Condition,
            _ if shown.operands.is_empty() => Role::Constant,
            _ => Role::Operation,
        };
        let found = self.derivatives.remove(&id).unwrap_or_default();
        let edges = shown.operands.iter().enumerate().map(|(at, operand)| {
            let of = |list: &Vec<Option<NodeId>>| list.get(at).copied().flatten();
            let (gradient, partial) = (of(&found.contributions), of(&found.partials));
            let symbol = symbols::local(&mut self.picture.graph, shown.rule, node, at);
            Edge {
                from: self.operand(*operand),
                gradient: gradient.map(|gradient| self.value(gradient)),
                symbol: gradient.map_or_else(String::new, |_| symbol),
                partial: partial.map(|partial| self.value(partial)),
            }
        });
        let edges: Vec<Edge> = edges.collect();
        let label = match (role, &node.name) {
            (Role::Input | Role::Labels, Some(name)) => name.to_string(),
            _ => shown.label.clone(),
        };
        let name = node
            .name
            .clone()
            .filter(|_| !matches!(role, Role::Input | Role::Labels));
        let value = self.shown_value(id);
        let adjoint = found.adjoint.map(|adjoint| self.value(adjoint));
        self.derivatives.insert(
            id,
            Derivatives {
                adjoint: found.adjoint,
                ..Derivatives::default()
            },
        );
        self.places.insert(id, self.picture.nodes.len());
        self.picture.nodes.push(Node {
            role,
            label,
            name,
            value,
            adjoint,
            edges,
        });
    }

    /// An operand's place. Constants are small nodes of their own, one a use.
    fn operand(&mut self, id: NodeId) -> usize {
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        let constant = self.picture.graph.constant(id).unwrap_or(f64::NAN);
        let number = self.picture.graph.number(constant);
        let value = self.value(number);
        self.picture.nodes.push(Node {
            role: Role::Constant,
            label: symbols::number(constant),
            name: None,
            value,
            adjoint: None,
            edges: Vec::new(),
        });
        self.picture.nodes.len() - 1
    }

    fn value(&mut self, id: NodeId) -> usize {
        let values = &mut self.picture.values;
        *self.positions.entry(id).or_insert_with(|| {
            values.push(id);
            values.len() - 1
        })
    }

    /// The value to show for a node: a condition is 1 where it holds.
    fn shown_value(&mut self, id: NodeId) -> usize {
        let graph = &mut self.picture.graph;
        if graph.node(id).kind != Kind::Condition {
            return self.value(id);
        }
        let shape = graph.shape(id);
        let (one, zero) = (graph.number(1.0), graph.number(0.0));
        let (one, zero) = (graph.spread(one, &shape), graph.spread(zero, &shape));
        let chosen = graph.select(id, one, zero);
        self.value(chosen)
    }
}
