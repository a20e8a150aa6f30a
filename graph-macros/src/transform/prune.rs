//! Loops with bodies, without what nobody asks for: parts, states, and the arguments that only those need.
//!
//! Derivatives of a loop begin with all that it may give. Invariant: afterwards every part of a loop is read, and every leaf of a
//! body by one of its steps.

use std::rc::Rc;

use crate::builder::Builder;
use crate::graph::{Given, Graph, InputId, NodeId, Op, Order, Scan};
use crate::hash::{Map, Set};
use crate::transform::rebuild::Rebuilt;

/// The graph of `roots` alone, and its loops likewise.
pub fn run(from: &Graph, roots: &[NodeId]) -> Rebuilt {
    let mut wanted = vec![false; from.len()];
    roots.iter().for_each(|id| wanted[id.index()] = true);
    let mut parts: Map<NodeId, Set<usize>> = Map::default();
    let mut loops: Map<NodeId, Pruned> = Map::default();
    for id in from.ids().rev() {
        if !wanted[id.index()] {
            continue;
        }
        let node = from.node(id);
        match node.op {
            Op::Part(part) if matches!(from.node(node.args[0]).op, Op::Scan(_)) => {
                parts.entry(node.args[0]).or_default().insert(part);
                wanted[node.args[0].index()] = true;
            }
            Op::Scan(scan) => {
                let pruned = pruned(&from.scans[scan], node.args.len(), &parts[&id]);
                let args = pruned.args.iter().map(|at| node.args[*at]);
                args.for_each(|arg| wanted[arg.index()] = true);
                loops.insert(id, pruned);
            }
            _ => node.args.iter().for_each(|arg| wanted[arg.index()] = true),
        }
    }
    let mut graph = Builder::like(from);
    graph.scans.clear();
    let mut moved: Vec<Option<NodeId>> = vec![None; from.len()];
    for id in from.ids().filter(|id| wanted[id.index()]) {
        let node = from.node(id);
        graph.set_place(node.place);
        graph.is_regular = node.regular;
        let arg =
            |arg: &NodeId| moved[arg.index()].unwrap_or_else(|| unreachable!("{arg} is needed"));
        let new = match (&node.op, node.args.first().and_then(|of| loops.get(of))) {
            (Op::Part(part), Some(of)) => {
                let part = Op::Part(of.parts[part]);
                graph.push(
                    part,
                    vec![arg(&node.args[0])],
                    node.shape.clone(),
                    node.kind,
                )
            }
            (Op::Scan(_), _) => {
                let pruned = &loops[&id];
                let args = pruned.args.iter().map(|at| arg(&node.args[*at])).collect();
                graph.scans.push(Rc::new(pruned.scan.clone()));
                let op = Op::Scan(graph.scans.len() - 1);
                graph.push(op, args, node.shape.clone(), node.kind)
            }
            (op, _) => {
                let args = node.args.iter().map(arg).collect();
                graph.push(op.clone(), args, node.shape.clone(), node.kind)
            }
        };
        graph.keep_notes(new, node);
        moved[id.index()] = Some(new);
    }
    graph.is_regular = false;
    Rebuilt { graph, moved }
}

/// A loop with some of its parts, and which arguments it still has.
struct Pruned {
    scan: Scan,
    args: Vec<usize>,
    /// Where parts are now.
    parts: Map<usize, usize>,
}

fn pruned(scan: &Scan, count: usize, parts: &Set<usize>) -> Pruned {
    let (states, moving) = (scan.states(), scan.moving());
    let given: Vec<usize> = (0..scan.given.len())
        .filter(|at| parts.contains(&(states + at)))
        .collect();
    // A search looks at its last state itself.
    let is_end = |at: usize| scan.is_search && at + 1 == states;
    let mut is_carried: Vec<bool> = (0..states)
        .map(|at| parts.contains(&at) || is_end(at))
        .collect();
    // A state is carried if its last value is asked for, or if a step reads it for something else that is.
    let (rebuilt, is_read) = loop {
        let next = (0..states)
            .filter(|at| is_carried[*at])
            .map(|at| scan.next[at]);
        let roots: Vec<NodeId> = next
            .chain(given.iter().map(|at| scan.given[*at].node))
            .collect();
        let rebuilt = run(&scan.body, &roots);
        let leaves = rebuilt.graph.leaves(count);
        let is_read: Vec<bool> = leaves.iter().map(Option::is_some).collect();
        let further: Vec<usize> = (0..states)
            .filter(|at| is_read[*at] && !is_carried[*at])
            .collect();
        if further.is_empty() {
            break (rebuilt, is_read);
        }
        further.into_iter().for_each(|at| is_carried[at] = true);
    };
    let is_kept = |at: &usize| is_read[*at] || *at < states && is_carried[*at];
    let args: Vec<usize> = (0..count).filter(is_kept).collect();
    let primal = rebuilt.primal(scan.primal);
    let moved =
        |id: NodeId| rebuilt.moved[id.index()].unwrap_or_else(|| unreachable!("{id} is a root"));
    let carried: Vec<usize> = args.iter().copied().filter(|at| *at < states).collect();
    let now = carried
        .iter()
        .copied()
        .chain(given.iter().map(|at| states + at));
    let parts = now.enumerate().map(|(new, old)| (old, new)).collect();
    let orders = args.iter().filter(|at| (states..moving).contains(*at));
    let sequences: Vec<Order> = orders.map(|at| scan.sequences[at - states]).collect();
    let next = carried.iter().map(|at| moved(scan.next[*at])).collect();
    let given = given.iter().map(|at| Given {
        node: moved(scan.given[*at].node),
        ..scan.given[*at]
    });
    let given = given.collect();
    let scan = Scan {
        length: scan.length.clone(),
        is_search: scan.is_search,
        keep: scan.keep,
        checkpoints: 0,
        again: Vec::new(),
        next,
        sequences,
        given,
        primal,
        body: renumbered(rebuilt.graph.finish(), &args),
    };
    Pruned { scan, args, parts }
}

/// The same body, its leaves numbered as the arguments that are left.
fn renumbered(mut body: Graph, args: &[usize]) -> Graph {
    let places: Map<usize, usize> = args
        .iter()
        .enumerate()
        .map(|(new, old)| (*old, new))
        .collect();
    for id in body.ids() {
        body.renumber_leaf(id, |input| InputId(places[&input.0]));
    }
    body
}
