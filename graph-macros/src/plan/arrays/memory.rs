//! Where arrays lie: an array that is read for the last time gives its memory to a later one with as many entries.
//!
//! A loop may write over an operand that it reads entry by entry; a reduction, a product or a loop that reads the operand
//! under other axes only takes memory that no step needs any more. Invariants, which a test checks: an array is given
//! away once, is read by no step after its heir is made, and, where the step that makes the heir reads it, is read there under
//! no other axes than the heir's; results and what other graphs were given keep their memory.

use super::{Home, Kernel, Output, Step, is_reshape, source};
use crate::graph::{Dim, Graph, Kind, NodeId, Op};
use crate::hash::{Map, Set};

/// Which array takes over whose memory: heirs, with the arrays that they replace.
pub(super) fn shared(
    graph: &Graph,
    steps: &[Step],
    results: &[Vec<NodeId>],
) -> Map<NodeId, NodeId> {
    let last = last_reads(graph, steps, results);
    let mut over = Map::default();
    let mut free: Vec<NodeId> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let mut dying: Vec<NodeId> = distinct(sources(graph, step))
            .into_iter()
            .filter(|id| last.get(id) == Some(&at))
            .collect();
        let arrays: Vec<NodeId> = step
            .makes()
            .into_iter()
            .filter(|id| is_array(graph, *id))
            .collect();
        for new in &arrays {
            let in_place = dying
                .iter()
                .position(|old| may_write_over(graph, step, *new, *old));
            let old = match in_place {
                Some(at) => Some(dying.remove(at)),
                None => heirless(graph, &free, *new).map(|at| free.remove(at)),
            };
            over.extend(old.map(|old| (*new, old)));
        }
        free.extend(dying);
    }
    over
}

/// The memories of a body, each with the array that it ends with and the result that this one is.
pub(super) fn homes(
    graph: &Graph,
    steps: &[Step],
    results: &[Vec<NodeId>],
    over: &Map<NodeId, NodeId>,
) -> Vec<Home> {
    let heirs: Map<NodeId, NodeId> = over.iter().map(|(new, old)| (*old, *new)).collect();
    let made = steps.iter().flat_map(Step::makes);
    let first = made.filter(|id| is_array(graph, *id) && !over.contains_key(id));
    first
        .map(|first| {
            let last = std::iter::successors(Some(first), |id| heirs.get(id).copied()).last();
            let last = last.unwrap_or(first);
            let is_last = |id: &NodeId| source(graph, *id) == last && is_reshape(graph, *id);
            let result = results
                .last()
                .and_then(|group| group.iter().rposition(is_last));
            Home {
                first,
                last,
                result,
            }
        })
        .collect()
}

/// The last step that reads each array which a step makes; none for those that outlive the body.
fn last_reads(graph: &Graph, steps: &[Step], results: &[Vec<NodeId>]) -> Map<NodeId, usize> {
    let mut last = Map::default();
    let made = steps.iter().flat_map(Step::makes);
    let made: Set<NodeId> = made.filter(|id| is_array(graph, *id)).collect();
    for (at, step) in steps.iter().enumerate() {
        let read = sources(graph, step).filter(|id| made.contains(id));
        last.extend(read.map(|id| (id, at)));
    }
    let calls = steps.iter().flat_map(Step::makes);
    let is_call = |op: &Op| {
        matches!(
            op,
            Op::Call(_) | Op::Pull(_) | Op::Lifted { .. } | Op::Push { .. }
        )
    };
    let calls = calls.filter(|id| is_call(&graph.node(*id).op));
    let borrowed = calls.flat_map(|id| graph.node(id).args.clone());
    for id in results.iter().flatten().copied().chain(borrowed) {
        last.remove(&source(graph, id));
    }
    last
}

fn sources(graph: &Graph, step: &Step) -> impl Iterator<Item = NodeId> {
    step.reads(graph).into_iter().map(|id| source(graph, id))
}

fn distinct(ids: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut seen = Set::default();
    ids.filter(|id| seen.insert(*id)).collect()
}

fn is_array(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    !node.shape.is_empty()
        && node.kind == Kind::Number
        && match node.op {
            Op::Part(part) => is_given(graph, node.args[0], part),
            Op::Push { .. } => false,
            _ => true,
        }
}

/// Whether a part is what a loop gives of each step, which it writes to an array of its own.
fn is_given(graph: &Graph, of: NodeId, part: usize) -> bool {
    match graph.node(of).op {
        Op::Scan(scan) => {
            let scan = &graph.scans[scan];
            (scan.states()..scan.states() + scan.given.len()).contains(&part)
        }
        _ => false,
    }
}

/// Whether a step may write `new` over `old`, which it reads: entry by entry in a loop, or to add a part to it.
fn may_write_over(graph: &Graph, step: &Step, new: NodeId, old: NodeId) -> bool {
    let reads = step.reads(graph);
    let mut reads = reads.iter().filter(|id| source(graph, **id) == old);
    let (Some(read), None) = (reads.next(), reads.next()) else {
        return false;
    };
    let lies_alike = is_reshape(graph, *read) && graph.shape(*read) == graph.shape(new);
    lies_alike
        && match step {
            Step::Kernel(kernel) => is_full(kernel, new),
            Step::Assemble(id) => {
                graph.node(*id).is_pad() && graph.node(*id).args.get(1) == Some(read)
            }
            Step::Number(_) | Step::Entry(_) | Step::Product(_) | Step::Loop(_) => false,
        }
}

fn is_full(kernel: &Kernel, node: NodeId) -> bool {
    let mut outputs = kernel.outputs.iter();
    outputs.any(|output| matches!(output, Output::Full(full) if *full == node))
}

/// The free memory for an array: of one with the same extents, or else with as many entries; the last one freed, which the
/// cache holds most likely.
fn heirless(graph: &Graph, free: &[NodeId], new: NodeId) -> Option<usize> {
    let shape = graph.shape(new);
    let same = free.iter().rposition(|old| graph.shape(*old) == shape);
    same.or_else(|| {
        let entries = entries(&shape)?;
        let as_many = |old: &NodeId| self::entries(&graph.shape(*old)).as_ref() == Some(&entries);
        free.iter().rposition(as_many)
    })
}

/// How many entries a shape has, as factors in an order of their own; none if that is beyond counting.
fn entries(shape: &[Dim]) -> Option<(i64, Vec<Dim>)> {
    let (named, literal): (Vec<&Dim>, Vec<&Dim>) = shape.iter().partition(|dim| dim.name.is_some());
    let mut named: Vec<Dim> = named.into_iter().cloned().collect();
    named.sort();
    let count = literal
        .iter()
        .try_fold(1_i64, |count, dim| count.checked_mul(dim.offset))?;
    Some((count, named))
}
