//! Forward mode: appends the tangents of outputs to a graph.
//!
//! Invariant: a node's tangent is made after those of its arguments, in the order of the list; a structural zero
//! has no node. A NaN in a branch not taken is dropped where its `select` is.

use super::algebra::{self, How, choose, or_zero, total};
use super::calculus::{
    Moved, divisor_of, formula_of_reduction, partial_of_reduction, scaled_partial, through_strong,
};
use super::motion::{Motions, Stays};
use super::vjp::seeds_of_parts;
use super::{lifted, matrices, scan};
use crate::activity::passes;
use crate::builder::Builder;
use crate::graph::{Kind, Node, NodeId, Op, Reduction};
use crate::hash::Map;

/// The tangents of `outputs` for moved sources; none where an output does not depend on any.
pub fn append(
    graph: &mut Builder,
    moved: &[(NodeId, NodeId)],
    outputs: &[NodeId],
) -> Vec<Option<NodeId>> {
    let needed = graph.reachable(outputs.iter().copied());
    let mut tangents: Vec<Option<NodeId>> = vec![None; graph.len()];
    for &(source, tangent) in moved {
        tangents[source.index()] = Some(tangent);
    }
    let mut is_source = vec![false; graph.len()];
    moved
        .iter()
        .for_each(|(id, _)| is_source[id.index()] = true);
    let mut motions = Motions::along(moved);
    let mut loops: Map<NodeId, Vec<Option<NodeId>>> = Map::default();
    for id in graph
        .ids()
        .filter(|id| needed[id.index()] && !is_source[id.index()])
    {
        let node = graph.node(id).clone();
        graph.set_place(node.place);
        let tangent = match node.op {
            Op::Scan(_) => {
                let of = |arg: &NodeId| tangents[arg.index()];
                let moved: Vec<Option<NodeId>> = node.args.iter().map(of).collect();
                loops.insert(id, scan::push(graph, id, &moved));
                None
            }
            Op::Part(part) if loops.contains_key(&node.args[0]) => loops[&node.args[0]][part],
            _ => tangent(graph, id, &node, &tangents, &mut motions),
        };
        if let (Some(tangent), Some(name)) = (tangent, &node.name) {
            graph.suggest_name(tangent, format!("d_{name}"));
        }
        tangents[id.index()] = tangent;
    }
    outputs
        .iter()
        .map(|output| tangents[output.index()])
        .collect()
}

fn tangent(
    graph: &mut Builder,
    id: NodeId,
    node: &Node,
    tangents: &[Option<NodeId>],
    motions: &mut Motions,
) -> Option<NodeId> {
    let of = |arg: usize| tangents[node.args[arg].index()];
    match &node.op {
        Op::Select => choose(graph, node.args[0], of(1), of(2)),
        Op::Variable { .. } => of(0),
        Op::Strong(_) => {
            let stays = match of(0) {
                None => Some(Stays::Always),
                Some(_) => motions.stays(graph, node.args[0]),
            };
            let divisor = divisor_of(graph, node.args[1]);
            let moved = Moved {
                factors: [of(0), of(1)],
                divisor: divisor.and_then(|id| tangents[id.index()]),
                stays,
            };
            through_strong(graph, id, node, moved)
        }
        _ if node.op.is_elementwise() => {
            let terms: Vec<NodeId> = (0..node.args.len())
                .filter(|arg| passes(&node.op, *arg))
                .filter_map(|arg| scaled_partial(graph, id, arg, of(arg)?))
                .collect();
            total(graph, terms)
        }
        Op::Reduce(reduction, axes) => {
            let tangent = of(0)?;
            let partial = partial_of_reduction(graph, *reduction, id, node.args[0], axes)?;
            let how = How {
                singular: *reduction == Reduction::Norm,
                known: false,
            };
            let terms = algebra::product_by(graph, tangent, partial, how)?;
            Some(graph.reduce(Reduction::Sum, terms, axes))
        }
        Op::Others(axes) => {
            of(0)?;
            let x = node.args[0];
            let product = graph.reduce(Reduction::Prod, x, axes);
            let formula = formula_of_reduction(graph, Reduction::Prod, product, x, axes)?;
            // The formula may be made of what `x` is a view of, so all that moves is handed on.
            let ids = graph.ids().zip(tangents);
            let moved: Vec<_> = ids
                .filter_map(|(id, moved)| Some((id, (*moved)?)))
                .collect();
            append(graph, &moved, &[formula])[0]
        }
        Op::Part(part) => match graph.node(node.args[0]).op {
            Op::Call(call) => through_call(graph, node, call, *part, tangents),
            Op::Pull(_) | Op::Lifted { .. } => {
                let pull = graph.node(node.args[0]);
                let moved = pull.args.iter().map(|arg| tangents[arg.index()]).collect();
                lifted::tangent(graph, node.args[0], *part, moved)
            }
            _ => None,
        },
        Op::Push { .. } => {
            let moved = node.args.iter().map(|arg| tangents[arg.index()]).collect();
            lifted::tangent_of_push(graph, id, moved)
        }
        Op::Apply(rule) if rule.is_of_matrices() => {
            let terms: Vec<NodeId> = (0..node.args.len())
                .filter(|arg| passes(&node.op, *arg))
                .filter_map(|arg| matrices::tangent(graph, id, arg, of(arg)?))
                .collect();
            total(graph, terms)
        }
        // Linear in each argument: the tangent takes the argument's place.
        Op::Apply(_) => {
            let terms: Vec<NodeId> = (0..node.args.len())
                .filter_map(|arg| {
                    let mut args = node.args.clone();
                    args[arg] = of(arg)?;
                    Some(match graph.node(args[arg]).singular {
                        true => graph.strong_matmul(args[0], args[1]),
                        false => graph.push(node.op.clone(), args, node.shape.clone(), node.kind),
                    })
                })
                .collect();
            total(graph, terms)
        }
        Op::View(_)
        | Op::Slice { .. }
        | Op::Pad { .. }
        | Op::Reshape
        | Op::Reverse(_)
        | Op::Gather { .. }
        | Op::Scatter { .. } => {
            let mut args = vec![of(0)?];
            args.extend(&node.args[1..]);
            Some(graph.push(node.op.clone(), args, node.shape.clone(), node.kind))
        }
        Op::Stack | Op::Concat(_) => {
            let moved = (0..node.args.len()).any(|arg| of(arg).is_some());
            if !moved {
                return None;
            }
            let parts = node.args.iter().enumerate().map(|(at, arg)| {
                let shape = graph.shape(*arg);
                or_zero(graph, of(at), &shape)
            });
            let parts = parts.collect();
            Some(graph.push(node.op.clone(), parts, node.shape.clone(), node.kind))
        }
        _ => None,
    }
}

/// A call has a pullback only: its partials are what a seed of one gives.
fn through_call(
    graph: &mut Builder,
    node: &Node,
    call: usize,
    part: usize,
    tangents: &[Option<NodeId>],
) -> Option<NodeId> {
    let parts = graph.node(node.args[0]).clone();
    let moved: Vec<Option<NodeId>> = parts.args.iter().map(|arg| tangents[arg.index()]).collect();
    if moved.iter().all(Option::is_none) {
        return None;
    }
    if !node.shape.is_empty() && parts.shape.is_empty() {
        let zero = graph.number(0.0);
        let mut args = parts.args;
        args.extend(moved.into_iter().map(|tangent| tangent.unwrap_or(zero)));
        let output = part;
        return Some(graph.push(
            Op::Push { call, output },
            args,
            node.shape.clone(),
            node.kind,
        ));
    }
    let one = graph.number(1.0);
    let one = graph.spread(one, &parts.shape);
    let mut inputs = parts.args.clone();
    inputs.extend(seeds_of_parts(graph, call, &parts.shape, &[(part, one)]));
    let pull = graph.push(Op::Pull(call), inputs, parts.shape.clone(), Kind::Parts);
    let terms = parts.args.iter().zip(moved).enumerate();
    let terms: Vec<NodeId> = terms
        .filter_map(|(at, (arg, tangent))| {
            let shape = graph.shape(*arg);
            let axes: Vec<usize> = (0..shape.len()).collect();
            let partial = graph.push(Op::Part(at), vec![pull], shape, Kind::Number);
            // What another graph's slope is at a singular point is not known here.
            let how = How {
                singular: true,
                known: false,
            };
            let term = algebra::product_by(graph, tangent?, partial, how)?;
            match parts.shape.is_empty() {
                true => Some(graph.reduce(Reduction::Sum, term, &axes)),
                false => Some(term),
            }
        })
        .collect();
    total(graph, terms)
}
