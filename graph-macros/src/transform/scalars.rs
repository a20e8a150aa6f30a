//! Small arrays taken apart: a graph of arrays becomes a graph of numbers, one node per entry.
//!
//! It runs before differentiation (but for pictures, which show arrays as arrays), so a zero that is structural in one entry (a rotation's constant column, an index
//! never read) is structural in its derivatives too. Invariant: every extent is a literal, and afterwards every shape is that
//! of a number.

use crate::builder::Builder;
use crate::builder::pairwise;
use crate::graph::{Dim, Graph, Kind, Node, NodeId, Op, Reduction, Zero};
use crate::hash::Map;
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape;
use crate::transform::matrices;
use crate::unit::{Notes, Unit};

/// The unit with every array replaced by its entries, row by row.
pub fn run(unit: Unit) -> Unit {
    let (graph, entries) = apart(unit.graph.finish());
    let of = |nodes: &[NodeId]| {
        nodes
            .iter()
            .flat_map(|node| entries[node.index()].clone())
            .collect::<Vec<_>>()
    };
    let written = Notes::default();
    let mut unit = Unit {
        graph,
        written,
        one_turn: None,
        ..unit
    };
    unit.inputs
        .iter_mut()
        .for_each(|input| input.nodes = of(&input.nodes));
    unit.outputs
        .iter_mut()
        .for_each(|output| output.nodes = of(&output.nodes));
    unit.definitions
        .iter_mut()
        .for_each(|definition| definition.nodes = of(&definition.nodes));
    unit
}

/// A graph of numbers, and the entries in it of every node.
pub fn apart(graph: Graph) -> (Builder, Vec<Vec<NodeId>>) {
    let mut apart = Apart::new(graph);
    let calls = apart.to.calls.iter_mut();
    calls.for_each(|call| call.is_apart = true);
    for id in apart.from.ids() {
        let node = apart.from.node(id).clone();
        apart.to.set_place(node.place);
        apart.to.is_regular = node.regular;
        let entries = apart.entries_of(&node);
        apart.name(&node, &entries);
        apart.entries[id.index()] = entries;
    }
    apart.to.is_regular = false;
    (apart.to, apart.entries)
}

pub(super) struct Apart {
    from: Graph,
    pub to: Builder,
    /// Of each node of the old graph, once it has been taken apart.
    pub entries: Vec<Vec<NodeId>>,
    /// The calls that are made for each further entry of arrays, by the call and the entry.
    again: Map<(usize, usize), usize>,
    /// Whether all derivatives are there, so that operations on matrices are taken apart too.
    is_last: bool,
    /// Whether a known zero leaves no operation behind, as in derivative code.
    pub drops_zeros: bool,
}

impl Apart {
    pub fn new(from: Graph) -> Apart {
        Apart {
            to: Builder::like(&from),
            entries: vec![Vec::new(); from.len()],
            again: Map::default(),
            is_last: false,
            drops_zeros: false,
            from,
        }
    }

    /// The same once all derivatives are there.
    pub fn last(from: Graph) -> Apart {
        Apart {
            is_last: true,
            ..Apart::new(from)
        }
    }

    /// A number, made of numbers.
    pub fn as_it_is(&mut self, node: &Node) -> Vec<NodeId> {
        let args = node.args.iter();
        let args: Vec<NodeId> = args.map(|arg| self.entries[arg.index()][0]).collect();
        let (shape, kind) = (node.shape.clone(), node.kind);
        match node.op {
            Op::Apply(rule) if self.drops_zeros => vec![self.call(rule, &args)],
            _ => vec![self.to.push(node.op.clone(), args, shape, kind)],
        }
    }

    pub fn name(&mut self, node: &Node, entries: &[NodeId]) {
        let Some(name) = &node.name else { return };
        if node.shape.is_empty() {
            entries
                .iter()
                .for_each(|number| self.to.name_like(*number, node));
            return;
        }
        for (entry, position) in entries.iter().zip(positions(&extents(node))) {
            let indices: Vec<String> = position.iter().map(ToString::to_string).collect();
            self.to
                .suggest_name(*entry, format!("{name}_{}", indices.join("_")));
        }
    }

    /// A node's entries, made of those of its arguments.
    pub fn entries_of(&mut self, node: &Node) -> Vec<NodeId> {
        let args: Vec<Vec<NodeId>> = node
            .args
            .iter()
            .map(|arg| self.entries[arg.index()].clone())
            .collect();
        let count: usize = extents(node).iter().product();
        match &node.op {
            Op::Input { input, .. } => (0..count)
                .map(|element| {
                    self.number_node(
                        Op::Input {
                            input: *input,
                            element,
                        },
                        Vec::new(),
                        node.kind,
                    )
                })
                .collect(),
            Op::View(map) => self.viewed(node, map, &args[0]),
            Op::Slice { axis, start } => self.sliced(node, *axis, start, &args[0]),
            Op::Reshape => args[0].clone(),
            Op::Concat(axis) => self.one_behind_another(node, *axis, &args),
            Op::Reverse(axis) => self.reversed(node, *axis, &args[0]),
            Op::Stack => args.concat(),
            Op::Reduce(reduction, axes) => self.reduced(node, *reduction, axes, &args[0]),
            Op::Others(axes) => self.others(node, axes, &args[0]),
            Op::Iota => (0..count).map(|at| self.to.number(at as f64)).collect(),
            Op::Apply(rule) if rule.is_matmul() => self.product(*rule, node, &args),
            Op::Apply(rule) if rule.is_of_matrices() => self.of_matrices(*rule, node, &args),
            Op::Apply(rule) => (0..count)
                .map(|at| self.call(*rule, &row(&args, at)))
                .collect(),
            Op::Powi(exponent) => args[0]
                .iter()
                .map(|base| self.to.powi(*base, *exponent))
                .collect(),
            Op::Select => (0..count)
                .map(|at| self.to.select(args[0][at], args[1][at], args[2][at]))
                .collect(),
            Op::Among(reduction) => (0..count)
                .map(|at| self.to.among(*reduction, row(&args, at)))
                .collect(),
            Op::Strong(_) => (0..count)
                .map(|at| self.number_node(node.op.clone(), row(&args, at), node.kind))
                .collect(),
            Op::Pad { axis, start } => self.padded(node, *axis, start, &args[0]),
            Op::Variable { of, leaf, .. } => (0..count)
                .map(|element| {
                    let (of, leaf) = (*of, *leaf);
                    let turns = args[1..].concat();
                    let all = [&args[0][element..=element], &turns].concat();
                    self.number_node(Op::Variable { of, leaf, element }, all, node.kind)
                })
                .collect(),
            Op::Gradient(_) => (0..count)
                .map(|at| {
                    let both = vec![args[0][0], args[1][at]];
                    self.number_node(node.op.clone(), both, node.kind)
                })
                .collect(),
            Op::Tangent(_) => (0..count)
                .map(|at| {
                    let all = [&args[0][at..=at], &args[1..].concat()].concat();
                    self.number_node(node.op.clone(), all, node.kind)
                })
                .collect(),
            // A call for each entry, or its pullback.
            Op::Call(call) | Op::Pull(call) | Op::Lifted { call, .. } if node.is_mapped() => (0
                ..count)
                .map(|at| {
                    let call = self.call_again(*call, at);
                    let op = match node.op {
                        Op::Pull(_) => Op::Pull(call),
                        Op::Lifted { order, .. } => Op::Lifted { call, order },
                        _ => Op::Call(call),
                    };
                    self.number_node(op, row(&args, at), node.kind)
                })
                .collect(),
            Op::Part(_) if self.from.node(node.args[0]).is_mapped() => {
                let part =
                    |call: &NodeId| self.number_node(node.op.clone(), vec![*call], node.kind);
                args[0].iter().map(part).collect()
            }
            // What a loop gives of each step is read step by step, and by loops only.
            Op::Part(_) if self.is_of_steps(node) => {
                vec![self.to.push(
                    node.op.clone(),
                    args.concat(),
                    node.shape.clone(),
                    node.kind,
                )]
            }
            // What a call or its pullback gives has one part per entry from now on.
            Op::Part(part) => {
                let first = self.first_part(node.args[0], *part);
                (first..first + count)
                    .map(|at| self.number_node(Op::Part(at), args[0].clone(), node.kind))
                    .collect()
            }
            Op::Push { call, output } => (0..count)
                .map(|at| self.pushed(*call, (*output, at), &args))
                .collect(),
            op => vec![self.number_node(op.clone(), args.concat(), node.kind)],
        }
    }

    /// The change of one entry of an output of a call: by its gradient, which is its pullback under a seed of 1.
    fn pushed(
        &mut self,
        call: usize,
        (output, at): (usize, usize),
        args: &[Vec<NodeId>],
    ) -> NodeId {
        let (values, tangents) = args.split_at(args.len() / 2);
        let outputs = self.to.calls[call].outputs.clone();
        let before = outputs[..output].iter().map(|shape| shape::entries(shape));
        let place = before.sum::<usize>() + at;
        let count = outputs.iter().map(|shape| shape::entries(shape)).sum();
        let seeds = (0..count).map(|entry| self.to.number(f64::from(u8::from(entry == place))));
        let inputs: Vec<NodeId> = values
            .concat()
            .into_iter()
            .chain(seeds.collect::<Vec<_>>())
            .collect();
        let pull = self.number_node(Op::Pull(call), inputs, Kind::Parts);
        let (mut change, mut first) = (self.to.number(0.0), 0);
        for (value, tangent) in values.iter().zip(tangents) {
            let is_still = |entry: &NodeId| self.to.constant(*entry) == Some(0.0);
            if !tangent.iter().all(is_still) {
                for (entry, tangent) in tangent.iter().enumerate() {
                    let slope = self.number_node(Op::Part(first + entry), vec![pull], Kind::Number);
                    let term = self.call(rows::mul, &[slope, *tangent]);
                    change = self.call(rows::add, &[change, term]);
                }
            }
            first += value.len();
        }
        change
    }

    /// Whether a part is what a loop gives of each step.
    fn is_of_steps(&self, part: &Node) -> bool {
        matches!(self.from.node(part.args[0]).op, Op::Scan(_)) && !part.shape.is_empty()
    }

    /// The call itself for the first entry, and one like it for every other.
    fn call_again(&mut self, call: usize, entry: usize) -> usize {
        if entry == 0 {
            return call;
        }
        if let Some(known) = self.again.get(&(call, entry)) {
            return *known;
        }
        let mut again = self.to.calls[call].clone();
        // What is wrong with it is said at the first.
        if let Some(unknown) = &mut again.unknown {
            unknown.is_said = true;
        }
        self.to.calls.push(again);
        let new = self.to.calls.len() - 1;
        self.again.insert((call, entry), new);
        new
    }

    /// Where the entries of a part begin: a call gives those of all outputs, a pullback those of all arguments, one after the
    /// other.
    fn first_part(&self, of: NodeId, part: usize) -> usize {
        let parts = self.from.node(of);
        match parts.op {
            Op::Call(call) => {
                let before = self.from.calls[call].outputs[..part].iter();
                before.map(|output| shape::entries(output)).sum()
            }
            Op::Scan(_) => part,
            Op::Pull(_) | Op::Lifted { .. } => {
                let before = parts.args[..part].iter();
                before.map(|arg| self.entries[arg.index()].len()).sum()
            }
            _ => 0,
        }
    }

    pub fn number_node(&mut self, op: Op, args: Vec<NodeId>, kind: Kind) -> NodeId {
        self.to.push(op, args, shape::number(), kind)
    }

    fn viewed(&self, node: &Node, map: &[Option<usize>], entries: &[NodeId]) -> Vec<NodeId> {
        let source = extents(self.from.node(node.args[0]));
        positions(&extents(node))
            .map(|position| {
                let mut at = vec![0; source.len()];
                for (axis, from) in map.iter().enumerate() {
                    if let Some(from) = from {
                        at[*from] = position[axis];
                    }
                }
                entries[flat(&at, &source)]
            })
            .collect()
    }

    fn sliced(&self, node: &Node, axis: usize, start: &Dim, entries: &[NodeId]) -> Vec<NodeId> {
        let source = extents(self.from.node(node.args[0]));
        let start = start.literal_size();
        positions(&extents(node))
            .map(|mut position| {
                position[axis] += start;
                entries[flat(&position, &source)]
            })
            .collect()
    }

    fn one_behind_another(&self, node: &Node, axis: usize, args: &[Vec<NodeId>]) -> Vec<NodeId> {
        let parts = node.args.iter().map(|arg| extents(self.from.node(*arg)));
        let parts: Vec<Vec<usize>> = parts.collect();
        let entry = |mut position: Vec<usize>| {
            let mut part = 0;
            while position[axis] >= parts[part][axis] {
                position[axis] -= parts[part][axis];
                part += 1;
            }
            args[part][flat(&position, &parts[part])]
        };
        positions(&extents(node)).map(entry).collect()
    }

    fn reversed(&self, node: &Node, axis: usize, entries: &[NodeId]) -> Vec<NodeId> {
        let extents = extents(node);
        positions(&extents)
            .map(|mut position| {
                position[axis] = extents[axis] - 1 - position[axis];
                entries[flat(&position, &extents)]
            })
            .collect()
    }

    fn padded(&mut self, node: &Node, axis: usize, start: &Dim, entries: &[NodeId]) -> Vec<NodeId> {
        let source = extents(self.from.node(node.args[0]));
        let start = start.literal_size();
        let zero = self.to.number(0.0);
        positions(&extents(node))
            .map(|mut position| match position[axis].checked_sub(start) {
                Some(at) if at < source[axis] => {
                    position[axis] = at;
                    entries[flat(&position, &source)]
                }
                _ => zero,
            })
            .collect()
    }

    fn reduced(
        &mut self,
        node: &Node,
        reduction: Reduction,
        axes: &[usize],
        entries: &[NodeId],
    ) -> Vec<NodeId> {
        let source = extents(self.from.node(node.args[0]));
        let target = extents(node);
        let mut groups = vec![Vec::new(); target.iter().product()];
        for (entry, position) in entries.iter().zip(positions(&source)) {
            let kept: Vec<usize> = position
                .iter()
                .enumerate()
                .filter(|(axis, _)| !axes.contains(axis))
                .map(|(_, at)| *at)
                .collect();
            groups[flat(&kept, &target)].push(*entry);
        }
        groups
            .into_iter()
            .map(|group| self.among(reduction, group))
            .collect()
    }

    /// For each entry the product of those before it and those behind it.
    fn others(&mut self, node: &Node, axes: &[usize], entries: &[NodeId]) -> Vec<NodeId> {
        let places: Vec<Vec<usize>> = positions(&extents(node)).collect();
        let meet = |a: &[usize], b: &[usize]| {
            (0..a.len()).all(|axis| axes.contains(&axis) || a[axis] == b[axis])
        };
        (0..entries.len())
            .map(|at| {
                let others = (0..entries.len())
                    .filter(|other| *other != at && meet(&places[at], &places[*other]));
                let others = others.map(|other| entries[other]).collect();
                self.among(Reduction::Prod, others)
            })
            .collect()
    }

    /// An element-wise operation on numbers.
    fn call(&mut self, rule: RuleId, args: &[NodeId]) -> NodeId {
        if !self.drops_zeros {
            return self.to.call(rule, args);
        }
        let zeros = args.iter().map(|arg| self.to.constant(*arg) == Some(0.0));
        match (rule, &*zeros.collect::<Vec<_>>()) {
            (rows::add, [true, _]) => args[1],
            (rows::add | rows::sub, [_, true]) | (rows::neg | rows::mul, [true, ..]) => args[0],
            (rows::mul, [_, true]) => args[1],
            (rows::sub, [true, _]) => self.to.call(rows::neg, &args[1..]),
            _ => self.to.call(rule, args),
        }
    }

    /// An operation on the matrices of the last two axes: whole, until all derivatives are there.
    fn of_matrices(&mut self, rule: RuleId, node: &Node, args: &[Vec<NodeId>]) -> Vec<NodeId> {
        let shapes: Vec<Vec<usize>> = node
            .args
            .iter()
            .map(|arg| extents(self.from.node(*arg)))
            .collect();
        if args.iter().any(Vec::is_empty) {
            let count = extents(node).iter().product();
            return vec![self.to.number(0.0); count];
        }
        if !self.is_last && !matrices::moves_entries(rule) {
            let both = args.iter().zip(&shapes);
            let args =
                both.map(|(entries, extents)| side_by_side(&mut self.to, entries.clone(), extents));
            let args = args.collect();
            let whole = self
                .to
                .push(node.op.clone(), args, node.shape.clone(), node.kind);
            let places = positions(&extents(node));
            return places
                .map(|at| entry(&mut self.to, whole, &at, 0))
                .collect();
        }
        let own = match rule {
            rows::diagonal_matrix => 1,
            _ => 2,
        };
        let (front, size) = (shapes[0].len() - own, shapes[0][shapes[0].len() - 1]);
        let cases: usize = shapes[0][..front].iter().product();
        let entries = (0..cases).flat_map(|case| {
            let of_case = args.iter().map(|entries| {
                let count = entries.len() / cases;
                &entries[case * count..][..count]
            });
            let of_case: Vec<&[NodeId]> = of_case.collect();
            match rule {
                rows::eigh => self.parts_of_function(rule, size, of_case[0]),
                _ => matrices::numbers::entries(&mut self.to, rule, size, &of_case),
            }
        });
        entries.collect()
    }

    /// The entries of one more column than the matrix has, which a function computes.
    fn parts_of_function(&mut self, rule: RuleId, size: usize, a: &[NodeId]) -> Vec<NodeId> {
        let whole = self.number_node(Op::Whole(rule, size), a.to_vec(), Kind::Parts);
        let parts = 0..size * (size + 1);
        parts
            .map(|at| self.number_node(Op::Part(at), vec![whole], Kind::Number))
            .collect()
    }

    fn among(&mut self, reduction: Reduction, group: Vec<NodeId>) -> NodeId {
        let (rule, empty) = match reduction {
            Reduction::Sum => (rows::add, 0.0),
            Reduction::Prod => (rows::mul, 1.0),
            Reduction::Norm => {
                return self.number_node(Op::Among(reduction), group, Kind::Number);
            }
            Reduction::Max | Reduction::Min if group.len() > 1 => {
                return self.to.among(reduction, group);
            }
            Reduction::Max | Reduction::Min => (rows::max, f64::NAN),
        };
        pairwise(group, |left, right| self.call(rule, &[left, right]))
            .unwrap_or_else(|| self.to.number(empty))
    }

    fn product(&mut self, rule: RuleId, node: &Node, args: &[Vec<NodeId>]) -> Vec<NodeId> {
        let is_strong = rule == rows::strong_matmul;
        let (left, right) = (
            extents(self.from.node(node.args[0])),
            extents(self.from.node(node.args[1])),
        );
        let inner = left[left.len() - 1];
        positions(&extents(node))
            .map(|position| {
                let (batch, cell) = position.split_at(position.len() - 2);
                let terms = (0..inner).map(|k| {
                    let a = args[0][flat(&[batch, &[cell[0], k]].concat(), &left)];
                    let b = args[1][flat(&[batch, &[k, cell[1]]].concat(), &right)];
                    (a, b)
                });
                let terms = terms.map(|(a, b)| match is_strong {
                    true => self.to.strong(Zero::Either, a, b),
                    false => self.call(rows::mul, &[a, b]),
                });
                let terms: Vec<NodeId> = terms.collect();
                self.among(Reduction::Sum, terms)
            })
            .collect()
    }
}

fn row(args: &[Vec<NodeId>], at: usize) -> Vec<NodeId> {
    args.iter().map(|entries| entries[at]).collect()
}

pub fn extents(node: &Node) -> Vec<usize> {
    node.shape.iter().map(Dim::literal_size).collect()
}

/// The entry of an array at a position, behind some axes that stay.
pub fn entry(graph: &mut Builder, array: NodeId, position: &[usize], front: usize) -> NodeId {
    let along = (front..).zip(position);
    let entry = along.fold(array, |entry, (axis, at)| {
        let start = Dim::literal(*at as i64);
        graph.slice(entry, axis, start, Dim::literal(1))
    });
    let axes: Vec<usize> = (front..front + position.len()).collect();
    graph.drop_axes(entry, &axes)
}

/// Entries, row by row, as an array; axes of their own come behind.
pub fn side_by_side(graph: &mut Builder, mut entries: Vec<NodeId>, extents: &[usize]) -> NodeId {
    for extent in extents.iter().rev() {
        let rows = entries.chunks(*extent);
        entries = rows.map(|row| graph.stack(row)).collect();
    }
    entries[0]
}

/// All positions of an array, row by row.
pub fn positions(extents: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let extents = extents.to_vec();
    (0..extents.iter().product::<usize>()).map(move |flat| {
        let mut rest = flat;
        let mut position: Vec<usize> = extents
            .iter()
            .rev()
            .map(|extent| {
                let at = rest % extent;
                rest /= extent;
                at
            })
            .collect();
        position.reverse();
        position
    })
}

fn flat(position: &[usize], extents: &[usize]) -> usize {
    position
        .iter()
        .zip(extents)
        .fold(0, |flat, (at, extent)| flat * extent + at)
}
