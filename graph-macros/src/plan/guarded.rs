//! A body in two versions: a quick one for where no partial is singular, and a careful one for the rest.
//!
//! Both begin with what the user wrote, which is computed once, before the test; then either the quick version goes on, or the
//! careful one is handed the values that it reads. Invariant: the careful version computes nothing of what it is handed, and
//! needs nothing else, so no input has to be kept for its sake.

use super::{Finished, ScalarBody, body, finished, rest, steps};
use crate::builder::Builder;
use crate::graph::{Graph, Kind, NodeId, Op};
use crate::transform::{matrices, regular};

/// A condition on values computed first, and what to do where it does not hold.
#[derive(Clone)]
pub struct Guard {
    /// How many steps come before the test.
    pub steps: usize,
    pub holds: NodeId,
    /// What is left to do where it does not hold.
    pub otherwise: Box<ScalarBody>,
    /// The values that the other body reads: the node in this one, and in that one.
    pub handed: Vec<(NodeId, NodeId)>,
}

/// With fewer strong products than this a test for all of them is not worth a second version of the code.
const FEW_GUARDS: usize = 6;

/// A body that computes the groups' nodes, in a quick version too if that saves enough.
pub fn guarded_body(graph: &Graph, primal: usize, groups: &[Vec<NodeId>]) -> ScalarBody {
    if let Some(apart) = matrices::apart(graph, primal, &groups.concat()) {
        let mut moved = groups.to_vec();
        apart.follow(&mut moved);
        return guarded_body(&apart.graph, apart.primal(primal), &moved);
    }
    let roots = groups.concat();
    let careful = body(graph, primal, groups.to_vec());
    // The bodies of loops have one version.
    if !graph.scans.is_empty() || regular::guards(graph, &roots) < FEW_GUARDS {
        return careful;
    }
    let regular::Regular { rebuilt, holds } = regular::run(graph, primal, &roots);
    let mut moved = groups.to_vec();
    rebuilt.follow(&mut moved);
    moved.push(vec![holds]);
    let Finished {
        mut graph,
        mut groups,
        primal,
    } = finished(&rebuilt.graph, rebuilt.primal(primal), moved, true);
    let Some([holds]) = groups
        .pop()
        .as_deref()
        .map(<[_; 1]>::try_from)
        .and_then(Result::ok)
    else {
        unreachable!("the condition is the last group")
    };
    let needed = graph.reachable(groups.iter().flatten().copied());
    let mut first = graph.reachable([holds]);
    let users = graph.ids().take(primal).filter(|id| needed[id.index()]);
    users.for_each(|id| first[id.index()] = true);
    let (mut order, later) = (steps(&graph, &first), steps(&graph, &needed));
    let count = order.len();
    order.extend(later.into_iter().filter(|id| !first[id.index()]));
    let (otherwise, handed) = handed_over(careful, &mut graph, &first);
    ScalarBody {
        graph,
        steps: order,
        results: groups,
        guard: Some(Guard {
            steps: count,
            holds,
            otherwise: Box::new(otherwise),
            handed,
        }),
        lanes: false,
    }
}

/// What is left of the careful body, and the numbers that it is handed: those computed first, and inputs.
fn handed_over(
    careful: ScalarBody,
    quick: &mut Builder,
    first: &[bool],
) -> (ScalarBody, Vec<(NodeId, NodeId)>) {
    let there = counterparts(&careful.graph, quick);
    let is_there = |id: NodeId| {
        let node = careful.graph.node(id);
        let is_number = node.kind == Kind::Number
            && !matches!(
                node.op,
                Op::Call(_) | Op::Pull(_) | Op::Lifted { .. } | Op::Push { .. }
            );
        let is_first = there[id.index()].is_some_and(|id| first[id.index()]);
        matches!(node.op, Op::Input { .. }) || is_first && is_number
    };
    let (steps, read) = rest(&careful.graph, &careful.results.concat(), is_there);
    let mut here = |id: NodeId| match there[id.index()] {
        Some(id) => id,
        None => again(&careful.graph, id, quick),
    };
    let handed = read.iter().rev().map(|id| (here(*id), *id)).collect();
    (ScalarBody { steps, ..careful }, handed)
}

/// For each node the same operation on the same operands in another graph.
fn counterparts(of: &Graph, other: &Builder) -> Vec<Option<NodeId>> {
    let mut there: Vec<Option<NodeId>> = Vec::new();
    for id in of.ids() {
        let node = of.node(id);
        let args = node.args.iter().map(|arg| there[arg.index()]);
        let args: Option<Vec<NodeId>> = args.collect();
        let found = args.and_then(|args| other.find(&node.op, &args, &node.shape));
        there.push(found);
    }
    there
}

/// An input that the other version has no use for.
fn again(from: &Graph, id: NodeId, to: &mut Builder) -> NodeId {
    let node = from.node(id);
    let leaf = to.push(node.op.clone(), Vec::new(), node.shape.clone(), node.kind);
    to.name_like(leaf, node);
    leaf
}
