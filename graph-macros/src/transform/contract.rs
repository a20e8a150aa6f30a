//! Products of derivative code that are only added to something become one operation with the sum, where the target has one.
//!
//! `a * b + c` in one operation rounds once. On a target without it the runtime multiplies and adds, which gives the bits of
//! the two operations. Invariant: what the user wrote is left alone, so a value has the same bits on every target.

use crate::graph::{Graph, Negated, NodeId, Op};
use crate::rules::rows;
use crate::transform::rebuild::{self, Rebuilt};

/// The graph of `roots` with contracted sums. Nodes below `primal` are the user's.
pub fn run(from: &Graph, primal: usize, roots: &[NodeId]) -> Rebuilt {
    let uses = from.uses(roots);
    let single = |id: NodeId| {
        let is_product = matches!(&from.node(id).op, Op::Apply(rows::mul));
        is_product && id.index() >= primal && uses[id.index()] == 1
    };
    rebuild::run(from, roots, |to, old, mut args| {
        let found = (old.id.index() >= primal).then(|| product(from, old.id, single));
        let Some((at, negated)) = found.flatten() else {
            return old.again(to, args);
        };
        let factors = from.node(old.node.args[at]).args.iter();
        let addend = args.swap_remove(1 - at);
        let mut operands: Vec<NodeId> = factors.filter_map(|id| old.moved[id.index()]).collect();
        operands.push(addend);
        to.push(
            Op::MulAdd(negated),
            operands,
            old.node.shape.clone(),
            old.node.kind,
        )
    })
}

/// Which operand of a sum or a difference is a product that nothing else needs.
fn product(graph: &Graph, id: NodeId, single: impl Fn(NodeId) -> bool) -> Option<(usize, Negated)> {
    let node = graph.node(id);
    match node.op {
        Op::Apply(rows::add) if single(node.args[1]) => Some((1, Negated::Nothing)),
        Op::Apply(rows::add) if single(node.args[0]) => Some((0, Negated::Nothing)),
        Op::Apply(rows::sub) if single(node.args[1]) => Some((1, Negated::Product)),
        Op::Apply(rows::sub) if single(node.args[0]) => Some((0, Negated::Addend)),
        _ => None,
    }
}
