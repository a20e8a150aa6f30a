//! Derivatives that formulas ask for: each becomes the nodes of reverse or forward mode, the inner ones first.
//!
//! What a derivative is taken by are variables, of which only what is differentiated is made, in a copy of its own: so a derivative
//! by a definition passes through nothing else, and one in a loop is that of its turn. Here the copy's derivative is taken, and when
//! all are, each variable is what it stands for, which makes the copy one with what it was copied from. Invariant: afterwards no
//! `Variable`, `Gradient` or `Tangent` is left, in bodies neither.

use super::algebra::or_zero;
use super::rebuild::{self, Old, Rebuilt};
use super::{jvp, vjp};
use crate::builder::Builder;
use crate::graph::{Graph, NodeId, Op, Shape};
use crate::hash::Map;
use crate::unit::Unit;

/// The unit with its derivatives taken.
pub fn run(mut unit: Unit) -> Unit {
    if !asks(&unit.graph) {
        return unit;
    }
    rebuild::bodies(&mut unit.graph, taken);
    let rebuilt = taken(&unit.graph);
    let groups = unit.inputs.iter_mut().map(|input| &mut input.nodes);
    let groups = groups.chain(unit.outputs.iter_mut().map(|output| &mut output.nodes));
    let definitions = unit.definitions.iter_mut();
    for group in groups.chain(definitions.map(|definition| &mut definition.nodes)) {
        rebuilt.follow(std::slice::from_mut(group));
    }
    unit.written = rebuilt.written(&unit.written);
    unit.graph = rebuilt.graph;
    unit
}

/// Whether a graph or a body in it has derivatives to be taken.
fn asks(graph: &Graph) -> bool {
    let is_asked = |op: &Op| matches!(op, Op::Variable { .. } | Op::Gradient(_) | Op::Tangent(_));
    graph.ids().any(|id| is_asked(&graph.node(id).op))
        || graph.scans.iter().any(|scan| asks(&scan.body))
}

fn taken(graph: &Graph) -> Rebuilt {
    let mut known = Gradients::default();
    let roots: Vec<NodeId> = graph.ids().collect();
    let with = rebuild::run(graph, &roots, |to, old, args| match old.node.op {
        Op::Gradient(of) => known.gradient(to, of, [args[0], args[1]], &old.node.shape),
        Op::Tangent(of) => tangent(to, of, &args, &old.node.shape),
        _ => old.again(to, args),
    });
    let roots: Vec<NodeId> = with.moved.iter().flatten().copied().collect();
    let without = rebuild::run(&with.graph, &roots, |to, old, args| match old.node.op {
        Op::Variable { .. } => args[0],
        _ => again(to, old, args),
    });
    let moved = with.moved.iter();
    let moved = moved.map(|id| without.moved[id.as_ref()?.index()]);
    Rebuilt {
        moved: moved.collect(),
        graph: without.graph,
    }
}

/// The same operation, with what is known of a derivative.
fn again(to: &mut Builder, old: &Old, args: Vec<NodeId>) -> NodeId {
    let new = old.again(to, args);
    to.mark(new, old.node.regular, old.node.steep);
    if old.node.masked {
        to.set_masked(new);
    }
    if old.node.about_zeros {
        to.set_about_zeros(new);
    }
    new
}

/// The gradients so far: of one value by all variables of a derivative, of which several nodes ask for a part each.
#[derive(Default)]
struct Gradients {
    known: Map<(usize, NodeId), Vec<(NodeId, NodeId)>>,
}

impl Gradients {
    fn gradient(
        &mut self,
        to: &mut Builder,
        of: usize,
        [value, by]: [NodeId; 2],
        shape: &Shape,
    ) -> NodeId {
        let adjoints = self.known.entry((of, value)).or_insert_with(|| {
            let variables = variables(to, of, value);
            let one = to.number(1.0);
            let seed = to.spread(one, &to.shape(value));
            let adjoints = vjp::append(to, &[(value, seed)], &variables);
            let both = variables.into_iter().zip(adjoints);
            both.filter_map(|(variable, adjoint)| Some((variable, adjoint?)))
                .collect()
        });
        // What the variables make up is linear in them.
        let gradient = jvp::append(to, adjoints, &[by])[0];
        or_zero(to, gradient, shape)
    }
}

/// How a value changes where others move along directions.
fn tangent(to: &mut Builder, of: usize, args: &[NodeId], shape: &Shape) -> NodeId {
    let (value, rest) = (args[0], &args[1..]);
    let (values, directions) = rest.split_at(rest.len() / 2);
    let mut moved = Vec::new();
    for (made_of, direction) in values.iter().zip(directions) {
        let variables = variables(to, of, *made_of);
        let parts = vjp::append(to, &[(*made_of, *direction)], &variables);
        let both = variables.into_iter().zip(parts);
        moved.extend(both.filter_map(|(variable, part)| Some((variable, part?))));
    }
    let change = jvp::append(to, &moved, &[value])[0];
    or_zero(to, change, shape)
}

/// The variables of a derivative that a value is made of.
fn variables(graph: &Graph, of: usize, value: NodeId) -> Vec<NodeId> {
    let needed = graph.reachable([value]);
    let is_one = |id: &NodeId| {
        needed[id.index()]
            && matches!(graph.node(*id).op, Op::Variable { of: own, .. } if own == of)
    };
    graph.ids().filter(is_one).collect()
}
