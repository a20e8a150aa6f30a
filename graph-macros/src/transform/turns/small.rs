//! Small arrays that a turn puts together are taken apart into numbers, so that a turn is straight-line code.
//!
//! `norm([x[i], y[i]])` is of two numbers a turn, which one loop computes, rather than of an array of all turns that is
//! stored first. Taken apart is what depends on a turn and comes from entries side by side, would have too many axes, or ends in
//! numbers of the turn, as the difference of two points does whose length is taken; what ends in an array of all turns stays
//! whole. Invariant: an array is taken apart only if all that it is made of is small and of literal extents; where a larger array
//! needs it, it is put together again.

use crate::dependence::{Turns, depend};
use crate::graph::{Dim, Graph, Kind, Node, NodeId, Op};
use crate::rules::rows;
use crate::shape::{HIGHEST_RANK, is_small};
use crate::transform::rebuild::Rebuilt;
use crate::transform::scalars::{Apart, entry, extents, positions, side_by_side};

/// The same graph of one turn with its small arrays in numbers, but for `roots`.
pub fn run(from: &Graph, leaves: &[Turns], roots: &[NodeId]) -> Rebuilt {
    let turns = depend(from, leaves);
    let mut small = Small {
        ends_in_numbers: ends_in_numbers(from, &turns),
        turns,
        apart: Apart::new(from.clone()),
        is_apart: vec![false; from.len()],
        whole: vec![None; from.len()],
        from,
    };
    for id in from.ids() {
        small.visit(id);
    }
    let mut is_whole: Vec<bool> = small.is_apart.iter().map(|is_apart| !is_apart).collect();
    roots.iter().for_each(|id| is_whole[id.index()] = true);
    let ids = from.ids();
    let moved = ids.map(|id| is_whole[id.index()].then(|| small.whole(id)));
    let moved = moved.collect();
    Rebuilt {
        graph: small.apart.to,
        moved,
    }
}

/// The most entries of an array that is taken apart since it ends in numbers: as many kernels read at once.
const FEW: usize = 16;

struct Small<'g> {
    from: &'g Graph,
    turns: Vec<Turns>,
    ends_in_numbers: Vec<bool>,
    /// The entries of nodes that are taken apart, and of those that such a node is made of.
    apart: Apart,
    is_apart: Vec<bool>,
    /// Nodes as they are.
    whole: Vec<Option<NodeId>>,
}

impl Small<'_> {
    fn visit(&mut self, id: NodeId) {
        let node = self.from.node(id);
        self.apart.to.set_place(node.place);
        if !self.comes_apart(id, node) {
            self.whole(id);
            return;
        }
        for arg in &node.args {
            self.entries(*arg);
        }
        let entries = match &node.op {
            Op::Total(..) => {
                let args = self.apart.entries[node.args[0].index()].clone();
                let total = |arg| {
                    self.apart
                        .number_node(node.op.clone(), vec![arg], node.kind)
                };
                args.into_iter().map(total).collect()
            }
            _ => self.apart.entries_of(node),
        };
        self.apart.name(node, &entries);
        if node.shape.is_empty() {
            self.whole[id.index()] = entries.first().copied();
        }
        self.is_apart[id.index()] = !node.shape.is_empty();
        self.apart.entries[id.index()] = entries;
        // What leaves a loop is an array like any other.
        if !depends_on_turn(&self.turns, id) {
            self.whole(id);
            self.is_apart[id.index()] = false;
        }
    }

    fn comes_apart(&self, id: NodeId, node: &Node) -> bool {
        let small = |id: &NodeId| is_small(&self.from.node(*id).shape);
        let depends = |id: &NodeId| depends_on_turn(&self.turns, *id);
        let is_apart = |id: &NodeId| self.is_apart[id.index()];
        let of_turns = depends(&id) || node.args.iter().any(depends);
        of_turns
            && !matches!(
                node.op,
                Op::Call(_) | Op::Each(_) | Op::Gather { .. } | Op::Scan(_)
            )
            && !(matches!(node.op, Op::Part(_)) && self.is_of_loop(node))
            && (node.op == Op::Stack
                || self.ends_in_numbers[id.index()]
                || node.args.iter().any(is_apart)
                || self.is_crowded(id, node))
            && small(&id)
            && node.args.iter().all(small)
    }

    /// Whether a part is that of a loop with a body, which gives it whole.
    fn is_of_loop(&self, part: &Node) -> bool {
        matches!(self.from.node(part.args[0]).op, Op::Scan(_))
    }

    /// Whether loops and axes are more than an array has.
    fn is_crowded(&self, id: NodeId, node: &Node) -> bool {
        let axes = match &node.op {
            Op::View(_) => return false,
            Op::Apply(rows::matmul) => node.shape.len() + 1,
            _ => node.shape.len(),
        };
        self.turns[id.index()].len() + axes > HIGHEST_RANK
    }

    /// The entries of a small array: those it is taken apart into, or read one by one.
    fn entries(&mut self, id: NodeId) {
        let node = self.from.node(id);
        if self.is_apart[id.index()] || !self.apart.entries[id.index()].is_empty() {
            return;
        }
        let entries = match node.op {
            _ if node.shape.is_empty() => vec![self.whole(id)],
            Op::Iota => self.apart.entries_of(node),
            // Conditions are never kept, so their entries are those of what is compared.
            _ if node.kind == Kind::Condition => {
                for arg in &node.args {
                    self.entries(*arg);
                }
                self.apart.entries_of(node)
            }
            // The same entries in other places.
            Op::View(_) if is_small(&self.from.node(node.args[0]).shape) => {
                self.entries(node.args[0]);
                self.apart.entries_of(node)
            }
            _ => {
                let whole = self.whole(id);
                let places = positions(&extents(node));
                let to = &mut self.apart.to;
                places.map(|at| entry(to, whole, &at, 0)).collect()
            }
        };
        self.apart.entries[id.index()] = entries;
    }

    /// The node as it is; put together again if it has been taken apart.
    fn whole(&mut self, id: NodeId) -> NodeId {
        if let Some(known) = self.whole[id.index()] {
            return known;
        }
        let node = self.from.node(id);
        let entries = self.apart.entries[id.index()].clone();
        let is_numbers = node.kind == Kind::Number && !entries.is_empty();
        let whole = match self.is_apart[id.index()] && is_numbers {
            true => side_by_side(&mut self.apart.to, entries, &extents(node)),
            false => {
                let args = node.args.iter().map(|arg| self.whole(*arg)).collect();
                let to = &mut self.apart.to;
                to.push(node.op.clone(), args, node.shape.clone(), node.kind)
            }
        };
        if let Some(name) = &node.name {
            self.apart.to.suggest_name(whole, name.clone());
        }
        self.whole[id.index()] = Some(whole);
        whole
    }
}

/// Which small arrays of a turn numbers of that turn are made of, and beside them at most what a loop leaves one of.
fn ends_in_numbers(graph: &Graph, turns: &[Turns]) -> Vec<bool> {
    let is_few = |id: NodeId| {
        let dims = graph.node(id).shape.iter();
        let count = dims.map(Dim::size).product::<Option<usize>>();
        count.is_some_and(|count| count <= FEW)
    };
    // Whether all that reads it can read its entries, and whether any number is made of it.
    let mut may_come_apart: Vec<bool> = graph
        .ids()
        .map(|id| depends_on_turn(turns, id) && is_few(id))
        .collect();
    let mut makes_numbers = vec![false; graph.len()];
    for id in graph.ids().rev() {
        let node = graph.node(id);
        let is_number = node.shape.is_empty();
        let reads_entries = match node.op {
            Op::Total(..) => is_few(id),
            Op::Call(_) | Op::Each(_) | Op::Gather { .. } | Op::Entry { .. } => false,
            _ => may_come_apart[id.index()],
        };
        for arg in &node.args {
            may_come_apart[arg.index()] &= reads_entries;
            makes_numbers[arg.index()] |= is_number || makes_numbers[id.index()];
        }
    }
    let both = may_come_apart.into_iter().zip(makes_numbers);
    both.map(|(may, makes)| may && makes).collect()
}

fn depends_on_turn(turns: &[Turns], id: NodeId) -> bool {
    !turns[id.index()].is_empty()
}
