//! Products of derivative code that are only added to something become one operation with the sum, where the target has one.
//!
//! `a * b + c` in one operation rounds once. On a target without it the runtime multiplies and adds, which gives the bits of
//! the two operations. Invariant: what the user wrote is left alone, so a value has the same bits on every target.

use crate::graph::{Graph, Negated, NodeId, Op};

/// The graph of `roots` with contracted sums, and where its nodes went. Nodes below `primal` are the user's.
pub fn run(from: &Graph, primal: usize, roots: &[NodeId]) -> (Graph, Vec<Option<NodeId>>) {
    let needed = from.reachable(roots.iter().copied());
    let uses = uses(from, &needed, roots);
    let single = |id: NodeId| {
        let is_product = matches!(&from.node(id).op, Op::Apply(rule) if rule.is("mul"));
        is_product && id.index() >= primal && uses[id.index()] == 1
    };
    let mut to = from.emptied();
    let mut moved: Vec<Option<NodeId>> = vec![None; from.len()];
    for id in from.ids().filter(|id| needed[id.index()]) {
        let node = from.node(id);
        to.set_place(node.place);
        let place = |id: NodeId| moved[id.index()];
        let args: Option<Vec<NodeId>> = node.args.iter().map(|arg| place(*arg)).collect();
        let Some(args) = args else { continue };
        let product = (id.index() >= primal)
            .then(|| product(from, id, single))
            .flatten();
        let new = match product {
            Some((at, negated)) => {
                let factors = &from.node(node.args[at]).args;
                let [Some(a), Some(b)] = [place(factors[0]), place(factors[1])] else {
                    continue;
                };
                let (args, shape) = (vec![a, b, args[1 - at]], node.shape.clone());
                to.push(Op::MulAdd(negated), args, shape, node.kind)
            }
            None => to.push(node.op.clone(), args, node.shape.clone(), node.kind),
        };
        if let Some(name) = &node.name {
            to.suggest_name(new, name.clone());
        }
        moved[id.index()] = Some(new);
    }
    (to, moved)
}

/// Which operand of a sum or a difference is a product that nothing else needs.
fn product(graph: &Graph, id: NodeId, single: impl Fn(NodeId) -> bool) -> Option<(usize, Negated)> {
    let node = graph.node(id);
    let Op::Apply(rule) = &node.op else {
        return None;
    };
    match rule.row().name {
        "add" if single(node.args[1]) => Some((1, Negated::Nothing)),
        "add" if single(node.args[0]) => Some((0, Negated::Nothing)),
        "sub" if single(node.args[1]) => Some((1, Negated::Product)),
        "sub" if single(node.args[0]) => Some((0, Negated::Addend)),
        _ => None,
    }
}

/// How often each node is read, by other nodes or as a result.
fn uses(graph: &Graph, needed: &[bool], roots: &[NodeId]) -> Vec<usize> {
    let mut uses = vec![0; graph.len()];
    for id in graph.ids().filter(|id| needed[id.index()]) {
        graph
            .node(id)
            .args
            .iter()
            .for_each(|arg| uses[arg.index()] += 1);
    }
    roots.iter().for_each(|root| uses[root.index()] += 1);
    uses
}
