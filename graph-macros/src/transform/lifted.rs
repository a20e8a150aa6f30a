//! Derivatives of a call's pullback, in both modes and of any order: the same pullback in dual numbers.
//!
//! A pullback gives the gradient of a number, L(x, s) = s · f(x), by the arguments x; by the seeds s it is the value f(x). In dual
//! numbers with n directions, whose components are numbered by the sets of directions, it gives the derivatives of both along any of
//! them. One more direction is forward mode. Reverse mode is the same: what is asked for, a derivative along all of n directions, is
//! the gradient of the last component of L, so its own Jacobian is symmetric, where the component of a set answers to that of the
//! directions that are not in the set. Invariant: an operand of `Op::Lifted` is at the place of its set of directions times the
//! number of operands of `Op::Pull`; of what is given there are the sets with the last direction only, each an entry an operand.

use super::algebra::or_zero;
use crate::builder::Builder;
use crate::graph::{Graph, Kind, NodeId, Op};

/// The pullback of a call, in dual numbers of an order.
struct Pulled {
    call: usize,
    order: usize,
    /// How many operands there are without any direction: arguments and seeds.
    count: usize,
}

impl Pulled {
    fn of(graph: &Graph, id: NodeId) -> Pulled {
        let node = graph.node(id);
        let (call, order) = match node.op {
            Op::Pull(call) => (call, 0),
            Op::Lifted { call, order } => (call, order),
            ref op => unreachable!("`{op}` is no pullback"),
        };
        let count = node.args.len() >> order;
        Pulled { call, order, count }
    }

    /// The set of directions of which a part is the derivative, and by which operand of L.
    fn place(&self, part: usize) -> (usize, usize) {
        (first_set(self.order) + part / self.count, part % self.count)
    }

    /// The same pullback with one more direction.
    fn moved(&self, graph: &mut Builder, id: NodeId, along: Vec<Option<NodeId>>) -> NodeId {
        let node = graph.node(id).clone();
        let mut args = node.args.clone();
        for (arg, along) in node.args.iter().zip(along) {
            let shape = graph.shape(*arg);
            args.push(or_zero(graph, along, &shape));
        }
        let (call, order) = (self.call, self.order + 1);
        graph.push(Op::Lifted { call, order }, args, node.shape, Kind::Parts)
    }

    /// A part of that: the derivative along the new direction and those of a set.
    fn part(&self, graph: &mut Builder, moved: NodeId, set: usize, operand: usize) -> NodeId {
        let shape = graph.shape(graph.node(moved).args[operand]);
        let part = Op::Part(set * self.count + operand);
        graph.push(part, vec![moved], shape, Kind::Number)
    }
}

/// The first set with the last of so many directions.
pub fn first_set(order: usize) -> usize {
    match order {
        0 => 0,
        order => 1 << (order - 1),
    }
}

/// The change of a part of a pullback where its operands move so.
pub fn tangent(
    graph: &mut Builder,
    id: NodeId,
    part: usize,
    along: Vec<Option<NodeId>>,
) -> Option<NodeId> {
    if along.iter().all(Option::is_none) {
        return None;
    }
    let pulled = Pulled::of(graph, id);
    let moved = pulled.moved(graph, id, along);
    let (set, operand) = pulled.place(part);
    Some(pulled.part(graph, moved, set, operand))
}

/// The adjoints of a pullback's operands for seeds of its parts, of those that are active.
pub fn adjoints(
    graph: &mut Builder,
    id: NodeId,
    seeds: &[(usize, NodeId)],
    active: &[bool],
) -> Vec<Option<NodeId>> {
    let pulled = Pulled::of(graph, id);
    let others = (1 << pulled.order) - 1;
    let mut along = vec![None; active.len()];
    for (part, seed) in seeds {
        let (set, operand) = pulled.place(*part);
        along[(set ^ others) * pulled.count + operand] = Some(*seed);
    }
    let moved = pulled.moved(graph, id, along);
    let places = active.iter().enumerate();
    places
        .map(|(at, is_active)| {
            let (set, operand) = (at / pulled.count, at % pulled.count);
            is_active.then(|| pulled.part(graph, moved, set ^ others, operand))
        })
        .collect()
}

/// The change of what `Op::Push` gives, the change of an output, where its operands move so.
pub fn tangent_of_push(
    graph: &mut Builder,
    id: NodeId,
    along: Vec<Option<NodeId>>,
) -> Option<NodeId> {
    let (Op::Push { output, .. }, true) = (&graph.node(id).op, along.iter().any(Option::is_some))
    else {
        return None;
    };
    let output = *output;
    let inputs = graph.node(id).args.len() / 2;
    let (pull, directions) = pull_of_push(graph, id, None);
    let once = Pulled::of(graph, pull);
    let mut moves: Vec<Option<NodeId>> = directions.into_iter().map(Some).collect();
    moves.resize(once.count, None);
    let pushed = once.moved(graph, pull, moves);
    let mut moves = along;
    let of_directions = moves.split_off(inputs);
    moves.resize(once.count, None);
    moves.extend(of_directions);
    moves.resize(2 * once.count, None);
    let twice = Pulled::of(graph, pushed);
    let moved = twice.moved(graph, pushed, moves);
    Some(twice.part(graph, moved, 1, inputs + output))
}

/// The adjoints of the operands of `Op::Push` for a seed: of the directions what the pullback gives for it, and of the arguments the
/// change of that along the directions.
pub fn adjoints_of_push(
    graph: &mut Builder,
    id: NodeId,
    seed: NodeId,
    active: &[bool],
) -> Vec<Option<NodeId>> {
    let inputs = active.len() / 2;
    let (pull, directions) = pull_of_push(graph, id, Some(seed));
    let pulled = Pulled::of(graph, pull);
    let mut along: Vec<Option<NodeId>> = directions.into_iter().map(Some).collect();
    along.resize(pulled.count, None);
    let places = active.iter().enumerate();
    places
        .map(|(at, is_active)| {
            if !is_active {
                return None;
            }
            Some(match at.checked_sub(inputs) {
                Some(input) => {
                    let shape = graph.shape(graph.node(id).args[input]);
                    graph.push(Op::Part(input), vec![pull], shape, Kind::Number)
                }
                None => {
                    let moved = pulled.moved(graph, pull, along.clone());
                    pulled.part(graph, moved, 0, at)
                }
            })
        })
        .collect()
}

/// The pullback of the call that `Op::Push` is about, with a seed of its output or none, and the directions.
fn pull_of_push(graph: &mut Builder, id: NodeId, seed: Option<NodeId>) -> (NodeId, Vec<NodeId>) {
    let node = graph.node(id).clone();
    let Op::Push { call, output } = node.op else {
        unreachable!("what is pushed along is a call")
    };
    let mut args = node.args;
    let directions = args.split_off(args.len() / 2);
    // A number stands for a direction of zeros.
    let directions = directions.iter().zip(&args).map(|(direction, arg)| {
        let [own, shape] = [*direction, *arg].map(|id| graph.shape(id));
        let direction = (own == shape).then_some(*direction);
        or_zero(graph, direction, &shape)
    });
    let directions: Vec<NodeId> = directions.collect();
    let outputs = graph.calls[call].outputs.clone();
    for (at, shape) in outputs.iter().enumerate() {
        args.push(or_zero(graph, seed.filter(|_| at == output), shape));
    }
    let pull = graph.push(Op::Pull(call), args, crate::shape::number(), Kind::Parts);
    (pull, directions)
}
