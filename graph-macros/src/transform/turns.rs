//! Turns that are independent are an axis: the graph of one turn of each loop becomes one of all turns at once.
//!
//! Lowering makes the body of a loop that is not written out as it is in one turn. Here every node that depends on the turn gets
//! an axis of the loop's extent, in front of its own axes; one that depends on several loops gets one a loop, the outermost
//! first. What each operation becomes stands in one line of [`Walk::of_turns`]. Invariant: a node has the axes of those loops
//! that it depends on and of no others, so what a loop does not change stays outside as it is; afterwards no `Turn`, `Entry`,
//! `Each` or `Total` is left.

mod bodies;
mod small;

use std::rc::Rc;

use crate::builder::Builder;
use crate::dependence::{Turns, union, with, without};
use crate::graph::{Dim, Graph, Kind, LoopId, Node, NodeId, Op, Reduction, Shape};
use crate::hash::Map;
use crate::rule::Forward;
use crate::rules::rows;
use crate::shape::HIGHEST_RANK;
use crate::syntax::Place;
use crate::transform::rebuild::{self, Old, Rebuilt};
use crate::unit::{Notes, Written};

/// What no array of all turns can be.
pub enum Refused {
    /// The loops it depends on and its own axes are too many.
    Axes { loops: Vec<LoopId>, own: usize },
    /// A call of a graph of arrays, which takes its arguments as they are, by its number.
    Call(usize),
}

/// The graph in which turns are axes, where the loops have these extents, and what could not become one: each call at its place,
/// and the first value of too many axes.
pub fn run(
    from: &Graph,
    written: &Notes,
    extents: &[Dim],
) -> (Rebuilt, Notes, Vec<(Place, Refused)>) {
    let mut refused = Vec::new();
    let OfTurns {
        small,
        turns,
        mut rebuilt,
    } = of_turns(from, &[], &[], extents, &mut refused);
    let written = still_written((from, written), &small, &turns, &rebuilt);
    rebuilt.moved = through(&small, &rebuilt);
    (rebuilt, written, refused)
}

/// A graph in which turns are axes.
struct OfTurns {
    /// The graph of one turn that it is made from, its small arrays in numbers.
    small: Rebuilt,
    /// The loops that the nodes of that graph depend on.
    turns: Vec<Turns>,
    rebuilt: Rebuilt,
}

/// The same for the body of a loop too, whose `leaves` depend on loops around it, and whose `roots` stay whole.
fn of_turns(
    from: &Graph,
    leaves: &[Turns],
    roots: &[NodeId],
    extents: &[Dim],
    refused: &mut Vec<(Place, Refused)>,
) -> OfTurns {
    let mut walk = Walk {
        extents,
        leaves,
        turns: Vec::with_capacity(from.len()),
        loops: Map::default(),
        refused,
    };
    let small = small::run(from, leaves, roots);
    let one_turn = &small.graph;
    let roots: Vec<NodeId> = one_turn.ids().collect();
    let rebuilt = rebuild::run(one_turn, &roots, |to, old, args| {
        walk.node(one_turn, to, old, args)
    });
    let turns = walk.turns;
    OfTurns {
        small,
        turns,
        rebuilt,
    }
}

/// Where the nodes of the first graph went in the last.
fn through(small: &Rebuilt, rebuilt: &Rebuilt) -> Vec<Option<NodeId>> {
    let moved = small.moved.iter();
    let moved = moved.map(|id| id.and_then(|id| rebuilt.moved[id.index()]));
    moved.collect()
}

/// What the user wrote for a node is what he wrote for what it has become, if that is made of the same operands.
///
/// Readers spread operands of an entry-by-entry operation over its axes from the last on, so there they have to fit.
fn still_written(
    (from, written): (&Graph, &Notes),
    small: &Rebuilt,
    turns: &[Turns],
    rebuilt: &Rebuilt,
) -> Notes {
    let mut notes: Vec<(&NodeId, &Written)> = written.iter().collect();
    notes.sort_unstable_by_key(|(id, _)| **id);
    let still = |(id, written): (&NodeId, &Written)| {
        let of_turn = |id: &NodeId| small.moved[id.index()];
        let now = |id: &NodeId| rebuilt.moved[of_turn(id)?.index()];
        let new = now(id)?;
        let loops = &turns[of_turn(id)?.index()];
        let axes = from.node(*id).shape.len();
        let fits = |arg: &NodeId| {
            let of_arg = of_turn(arg).map(|arg| &turns[arg.index()])?;
            let same_axes = from.node(*arg).shape.len() == axes && loops.ends_with(of_arg);
            Some(of_arg.is_empty() || same_axes)
        };
        let by_entries = is_by_entries(written);
        let args = written.args.iter().map(|arg| {
            let fits = !by_entries || fits(arg)?;
            now(arg).filter(|arg| fits && *arg < new)
        });
        let args = args.collect::<Option<Vec<NodeId>>>()?;
        let written = written.clone();
        Some((new, Written { args, ..written }))
    };
    let mut still_written = Notes::default();
    for (id, written) in notes.into_iter().filter_map(still) {
        still_written.entry(id).or_insert(written);
    }
    still_written
}

fn is_by_entries(written: &Written) -> bool {
    match written.rule.map(|rule| rule.row().forward) {
        Some(Forward::Infix(sign)) => sign != "@",
        Some(Forward::Reduce(_) | Forward::Collapse(_) | Forward::Along(_) | Forward::Array(_)) => {
            false
        }
        Some(_) => true,
        None => &*written.label == "if",
    }
}

struct Walk<'g> {
    extents: &'g [Dim],
    /// What the leaves depend on, in a body.
    leaves: &'g [Turns],
    /// Of each node that has been visited.
    turns: Vec<Turns>,
    /// What each part of a loop with a body depends on, by its new node.
    loops: Map<NodeId, Vec<Turns>>,
    refused: &'g mut Vec<(Place, Refused)>,
}

/// A node of the new graph with the axes of some loops in front.
#[derive(Clone)]
struct Value {
    node: NodeId,
    turns: Turns,
}

impl Walk<'_> {
    fn node(&mut self, from: &Graph, to: &mut Builder, old: &Old, args: Vec<NodeId>) -> NodeId {
        let values = old.node.args.iter().zip(args);
        let values: Vec<Value> = values
            .map(|(old, node)| Value {
                node,
                turns: self.turns[old.index()].clone(),
            })
            .collect();
        let all = union(
            values
                .iter()
                .flat_map(|value| value.turns.to_vec())
                .collect(),
        );
        let value = match old.node.op {
            Op::Turn { .. } | Op::Entry { .. } | Op::Each(_) | Op::Total(..) => None,
            Op::Input { input, .. } if !self.leaves.is_empty() => Some(self.leaf(to, old, input)),
            Op::Scan(scan) => Some(self.scan(to, (from, scan), &values)),
            Op::Part(part) if self.loops.contains_key(&values[0].node) => {
                Some(self.part_of_loop(to, values[0].node, part))
            }
            _ if all.is_empty() => Some(self.as_it_is(to, old, &values)),
            _ => None,
        };
        let value = value.unwrap_or_else(|| match self.refusal(from, old.node, &all) {
            Some(refused) => {
                self.refuse(old.node.place, refused);
                self.stand_in(from, to, old)
            }
            None => self.of_turns(to, old.node, &values, all),
        });
        self.turns.push(value.turns);
        value.node
    }

    /// What depends on no loop.
    fn as_it_is(&self, to: &mut Builder, old: &Old, args: &[Value]) -> Value {
        let nodes: Vec<NodeId> = args.iter().map(|arg| arg.node).collect();
        let node = match &old.node.op {
            Op::View(map) => to.view(nodes[0], map.to_vec(), old.node.shape.clone()),
            _ => old.again(to, nodes),
        };
        let turns = Rc::from([]);
        Value { node, turns }
    }

    /// One line an operation: the operation on all turns that is the given one on each.
    fn of_turns(&self, to: &mut Builder, node: &Node, args: &[Value], all: Turns) -> Value {
        let front = all.len();
        let spread = |to: &mut Builder| -> Vec<NodeId> {
            args.iter().map(|arg| self.under(to, arg, &all)).collect()
        };
        let made = match &node.op {
            Op::Turn { of, start } => {
                let (extent, start) = (self.extents[of.0].clone(), *start);
                let all = to.iota(extent.shifted(start));
                let node = to.slice(all, 0, Dim::literal(start), extent);
                let turns = Rc::from([*of]);
                return Value { node, turns };
            }
            Op::Entry { axis, start, of } => return self.entry(to, &args[0], *axis, *start, *of),
            Op::Each(of) => return self.each(to, &args[0], *of),
            Op::Total(reduction, of) => return self.total(to, &args[0], *reduction, *of),
            Op::Apply(rows::matmul) => self.product(to, &args[0], &args[1], &all),
            Op::Apply(rule) if rule.is_of_matrices() => {
                let args = spread(to);
                to.matrix(*rule, &args)
            }
            Op::Apply(rule) => {
                let args = spread(to);
                to.call(*rule, &args)
            }
            Op::Call(call) => {
                let args = spread(to);
                to.push(
                    Op::Call(*call),
                    args,
                    self.shape(&all, &node.shape),
                    Kind::Parts,
                )
            }
            Op::Part(part) => {
                let shape = self.shape(&all, &node.shape);
                to.push(Op::Part(*part), vec![args[0].node], shape, node.kind)
            }
            // What a derivative is taken by, in every turn on its own.
            Op::Variable { .. } => {
                let value = self.under(to, &args[0], &all);
                let shape = self.shape(&all, &node.shape);
                to.push(node.op.clone(), vec![value], shape, node.kind)
            }
            Op::Gradient(_) | Op::Tangent(_) => {
                let args = spread(to);
                to.push(
                    node.op.clone(),
                    args,
                    self.shape(&all, &node.shape),
                    node.kind,
                )
            }
            Op::Powi(exponent) => to.powi(args[0].node, *exponent),
            Op::Select => {
                let args = spread(to);
                to.select(args[0], args[1], args[2])
            }
            Op::View(map) => {
                let own = map.iter().map(|axis| axis.map(|axis| front + axis));
                let map = (0..front).map(Some).chain(own).collect();
                to.view(args[0].node, map, self.shape(&all, &node.shape))
            }
            Op::Slice { axis, start } => {
                let extent = node.shape[*axis].clone();
                to.slice(args[0].node, front + axis, start.clone(), extent)
            }
            Op::Among(reduction) => {
                let args = spread(to);
                to.among(*reduction, args)
            }
            Op::Reshape => {
                let shape = self.shape(&all, &node.shape);
                to.reshape(args[0].node, shape)
            }
            Op::Concat(axis) => {
                let args = spread(to);
                to.concat(&args, front + axis, node.shape[*axis].clone())
            }
            Op::Reverse(axis) => to.reverse(args[0].node, front + axis),
            Op::Gather { axis, .. } => self.gather(to, &args[0], &args[1], *axis, &all),
            Op::Stack => {
                let args = spread(to);
                let stack = to.stack(&args);
                move_axis(to, stack, 0, front)
            }
            Op::Reduce(reduction, axes) => {
                let axes: Vec<usize> = axes.iter().map(|axis| front + axis).collect();
                to.reduce(*reduction, args[0].node, &axes)
            }
            op => unreachable!("lowering makes no `{op}` of what depends on a turn"),
        };
        Value {
            node: made,
            turns: all,
        }
    }

    // Loops.

    /// In every turn the entry that is further along the axis: a slice of them, whose axis is the loop's from now on.
    fn entry(&self, to: &mut Builder, arg: &Value, axis: usize, start: i64, of: LoopId) -> Value {
        let along = arg.turns.len() + axis;
        let (start, extent) = (Dim::literal(start), self.extents[of.0].clone());
        let entries = to.slice(arg.node, along, start, extent);
        if let Some(at) = arg.turns.iter().position(|other| *other == of) {
            let node = diagonal(to, entries, at, along);
            let turns = arg.turns.clone();
            return Value { node, turns };
        }
        let at = arg.turns.partition_point(|outer| *outer < of);
        let node = move_axis(to, entries, along, at);
        let mut turns = arg.turns.to_vec();
        turns.insert(at, of);
        let turns = turns.into();
        Value { node, turns }
    }

    /// The axis of a loop becomes the first one of a turn's own.
    fn each(&self, to: &mut Builder, arg: &Value, of: LoopId) -> Value {
        let all = with(&arg.turns, of);
        let body = self.under(to, arg, &all);
        let at = all.partition_point(|outer| *outer < of);
        let node = move_axis(to, body, at, all.len() - 1);
        let turns = without(&all, of);
        Value { node, turns }
    }

    /// What a loop leaves of its axis, which a body has that depends on the turn or not.
    fn total(&self, to: &mut Builder, arg: &Value, reduction: Reduction, of: LoopId) -> Value {
        let all = with(&arg.turns, of);
        let body = self.under(to, arg, &all);
        let at: Vec<usize> = (0..all.len()).filter(|at| all[*at] == of).collect();
        let node = to.reduce(reduction, body, &at);
        let turns = without(&all, of);
        Value { node, turns }
    }

    /// The value under the axes of `all` loops, the same in every turn of those that it does not depend on.
    fn under(&self, to: &mut Builder, value: &Value, all: &Turns) -> NodeId {
        if value.turns == *all {
            return value.node;
        }
        let shape = to.shape(value.node);
        let own = value.turns.len()..shape.len();
        let places = all
            .iter()
            .map(|of| value.turns.iter().position(|own| own == of));
        let map = places.chain(own.clone().map(Some)).collect();
        to.view(value.node, map, self.shape(all, &shape[own]))
    }

    fn shape(&self, turns: &Turns, own: &[Dim]) -> Shape {
        let front = turns.iter().map(|of| self.extents[of.0].clone());
        front.chain(own.iter().cloned()).collect()
    }

    /// The entries at the labels of each turn. Axes of loops that both depend on come first, in the table and in the labels.
    fn gather(
        &self,
        to: &mut Builder,
        table: &Value,
        labels: &Value,
        axis: usize,
        all: &Turns,
    ) -> NodeId {
        let is_common = |of: &LoopId| table.turns.contains(of) && labels.turns.contains(of);
        let common: Turns = all.iter().copied().filter(is_common).collect();
        let [table, labels] = [table, labels].map(|value| {
            let others = value.turns.iter().copied().filter(|of| !is_common(of));
            let turns: Vec<LoopId> = common.iter().copied().chain(others).collect();
            (ordered(to, value, &turns), turns)
        });
        let along = table.1.len() + axis;
        let own_of_labels = to.shape(labels.0).len() - labels.1.len();
        let gathered = to.gather(table.0, labels.0, along, common.len());
        // What each axis is now: of the table's turns, its own in front, the labels' other turns, and what is left.
        let of_labels = labels.1[common.len()..].iter().map(|of| Some(*of));
        let before = table
            .1
            .iter()
            .map(|of| Some(*of))
            .chain(std::iter::repeat_n(None, axis));
        let mut axes: Vec<Option<LoopId>> = before.chain(of_labels).collect();
        axes.extend(std::iter::repeat_n(None, own_of_labels));
        let shape = to.shape(gathered);
        axes.resize(shape.len(), None);
        let turns = all
            .iter()
            .filter_map(|of| axes.iter().position(|axis| *axis == Some(*of)));
        let rest = (0..axes.len()).filter(|at| axes[*at].is_none());
        let order: Vec<usize> = turns.chain(rest).collect();
        to.permute(gathered, &order)
    }

    // Products.

    /// Rows of all turns are a matrix, and matrices of all turns a batch; where there are more axes than a batch has, the
    /// products of entries are summed.
    fn product(&self, to: &mut Builder, a: &Value, b: &Value, all: &Turns) -> NodeId {
        let (left, right) = (own(to, a), own(to, b));
        let batches = left.len() - 2;
        let (is_row, is_column) = (left[batches].is_one(), right[batches + 1].is_one());
        let front = all.len();
        if batches == 0 && is_row && b.turns.is_empty() && front <= 2 {
            let rows = to.drop_axes(a.node, &[front]);
            let product = self.rows_times(to, rows, b.node);
            return to.insert_axis(product, front, Dim::literal(1));
        }
        if batches == 0 && is_column && a.turns.is_empty() && front <= 2 {
            let rows = to.drop_axes(b.node, &[front + 1]);
            let turned = to.transpose(a.node);
            let product = self.rows_times(to, rows, turned);
            return to.insert_axis(product, front + 1, Dim::literal(1));
        }
        let (x, y) = (self.under(to, a, all), self.under(to, b, all));
        if batches == 0 && front == 1 {
            return to.matmul(x, y);
        }
        sum_of_products(to, x, y)
    }

    /// Rows, or rows of rows, times a matrix.
    fn rows_times(&self, to: &mut Builder, rows: NodeId, matrix: NodeId) -> NodeId {
        let shape = to.shape(rows);
        match shape.len() {
            2 => to.matmul(rows, matrix),
            _ => {
                let many = to.insert_axis(matrix, 0, shape[0].clone());
                to.matmul(rows, many)
            }
        }
    }

    // What no array can be.

    fn refusal(&self, from: &Graph, node: &Node, all: &Turns) -> Option<Refused> {
        if let Op::Call(call) = node.op
            && from.calls[call].has_arrays()
        {
            return Some(Refused::Call(call));
        }
        let (all, own) = match &node.op {
            // Axes of extent 1 that views put in are gone where they are read, or count there.
            Op::View(_) => return None,
            Op::Entry { of, .. } => (with(all, *of), node.shape.len()),
            Op::Each(of) => (with(all, *of), node.shape.len() - 1),
            Op::Total(_, of) => (with(all, *of), node.shape.len()),
            Op::Apply(rows::matmul) => {
                let long = |dim: &&Dim| !dim.is_one();
                let inner = usize::from(all.len() + node.shape.len() > 3);
                (all.clone(), inner + node.shape.iter().filter(long).count())
            }
            Op::Reduce(..) | Op::Slice { .. } | Op::Reverse(_) => {
                (all.clone(), from.shape(node.args[0]).len())
            }
            _ => (all.clone(), node.shape.len()),
        };
        let loops = all.to_vec();
        (loops.len() + own > HIGHEST_RANK).then_some(Refused::Axes { loops, own })
    }

    /// Of values that have too many axes only the first is said: the others may be what is made of it.
    fn refuse(&mut self, place: Place, refused: Refused) {
        let is_axes = |refused: &Refused| matches!(refused, Refused::Axes { .. });
        let said = self.refused.iter().any(|(_, refused)| is_axes(refused));
        if !(said && is_axes(&refused)) {
            self.refused.push((place, refused));
        }
    }

    /// In the place of what is refused: the same for zeros, or zeros.
    fn stand_in(&self, from: &Graph, to: &mut Builder, old: &Old) -> Value {
        let turns = Rc::from([]);
        let zero = to.number(0.0);
        let node = match old.node.kind {
            Kind::Parts => {
                let shapes = old.node.args.iter().map(|arg| from.shape(*arg));
                let zeros = shapes.map(|shape| to.spread(zero, &shape)).collect();
                old.again(to, zeros)
            }
            Kind::Condition => {
                let zeros = to.spread(zero, &old.node.shape);
                to.call(rows::less, &[zeros, zeros])
            }
            _ => to.spread(zero, &old.node.shape),
        };
        Value { node, turns }
    }
}

/// The extents of a value in one turn.
fn own(graph: &Graph, value: &Value) -> Vec<Dim> {
    graph.shape(value.node)[value.turns.len()..].to_vec()
}

/// The axis at `from` put to where `to` is.
fn move_axis(graph: &mut Builder, id: NodeId, from: usize, to: usize) -> NodeId {
    let shape = graph.shape(id);
    let mut order: Vec<usize> = (0..shape.len()).collect();
    let axis = order.remove(from);
    order.insert(to, axis);
    graph.permute(id, &order)
}

/// The value with the axes of its loops in this order.
fn ordered(graph: &mut Builder, value: &Value, turns: &[LoopId]) -> NodeId {
    let place = |of| value.turns.iter().position(|own| own == of);
    let own = value.turns.len()..graph.shape(value.node).len();
    let order: Vec<usize> = turns.iter().filter_map(place).chain(own).collect();
    graph.permute(value.node, &order)
}

/// The entries at which two axes of one extent have the same index, along the first of them.
fn diagonal(graph: &mut Builder, id: NodeId, first: usize, second: usize) -> NodeId {
    let shape = graph.shape(id);
    let count = graph.iota(shape[first].clone());
    let index = |along: usize| (0..shape.len()).map(move |axis| (axis == along).then_some(0));
    let [left, right] =
        [first, second].map(|axis| graph.view(count, index(axis).collect(), shape.clone()));
    let zero = graph.number(0.0);
    let zeros = graph.spread(zero, &shape);
    let on = graph.call(rows::equal, &[left, right]);
    let kept = graph.select(on, id, zeros);
    graph.reduce(Reduction::Sum, kept, &[second])
}

/// A product of matrices along the last two axes, entry by entry; an axis of extent 1 is put in at the end.
fn sum_of_products(graph: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    let (left, right) = (graph.shape(x), graph.shape(y));
    let batch = left.len() - 2;
    let (rows, inner, columns) = (&left[batch], &left[batch + 1], &right[batch + 1]);
    let mut shape = left[..batch].to_vec();
    let (mut of_left, mut of_right): (Vec<_>, Vec<_>) =
        ((0..batch).map(Some)).map(|at| (at, at)).unzip();
    let mut along = |dim: &Dim, left: Option<usize>, right: Option<usize>| {
        shape.push(dim.clone());
        of_left.push(left);
        of_right.push(right);
    };
    if !rows.is_one() {
        along(rows, Some(batch), None);
    }
    along(inner, Some(batch + 1), Some(batch));
    if !columns.is_one() {
        along(columns, None, Some(batch + 1));
    }
    let at = batch + usize::from(!rows.is_one());
    let shape: Shape = shape.into();
    let x = graph.view(x, of_left, shape.clone());
    let y = graph.view(y, of_right, shape);
    let products = graph.call(rows::mul, &[x, y]);
    let mut sum = graph.reduce(Reduction::Sum, products, &[at]);
    for (axis, dim) in [(batch, rows), (batch + 1, columns)] {
        if dim.is_one() {
            sum = graph.insert_axis(sum, axis, dim.clone());
        }
    }
    sum
}
