//! Loops whose steps depend on one another get bodies: graphs of their own, each behind one node.
//!
//! Lowering makes the body of such a loop as it is in one step, among all other nodes. Here what depends on the step goes into the
//! loop's body; what a step reads of outside becomes a leaf of it: a state, the step's entry of a sequence, or what is the same
//! in all steps. A body of small arrays is taken apart into numbers. Invariants: a body has nothing that is the same in all steps
//! but leaves and literals, so it is computed once, outside; afterwards no `Carried` or `Carry` is left, nor a `Turn` or an
//! `Entry` of such a loop.

mod small;

use std::rc::Rc;

use crate::builder::Builder;
use crate::dependence::depend;
use crate::graph::{
    Dim, Given, Graph, InputId, Keep, Kind, LoopId, NodeId, Op, Order, Scan, Shape,
};
use crate::hash::{Map, Set};
use crate::transform::rebuild::Rebuilt;

use small::Layout;

/// The graph in which each loop that carries values is one node, where the loops have these extents.
pub fn run(from: &Graph, extents: &[Dim]) -> Rebuilt {
    let depends = depend(from, &[]);
    let loops = depends.iter().map(|loops| loops.iter().copied().collect());
    let mut steps = Steps {
        from,
        extents,
        loops: loops.collect(),
        carrying: from.ids().filter_map(|id| carrying(from, id)).collect(),
        needs: Map::default(),
    };
    let roots: Vec<NodeId> = from.ids().filter(|id| !steps.is_open(*id)).collect();
    let nodes = steps.needed(None, &roots).nodes;
    let mut frame = Frame {
        graph: Builder::like(from),
        moved: vec![None; from.len()],
        steps: Map::default(),
        layouts: Map::default(),
    };
    for id in nodes {
        steps.make(id, None, &mut frame);
    }
    Rebuilt {
        graph: frame.graph,
        moved: frame.moved,
    }
}

struct Steps<'g> {
    from: &'g Graph,
    extents: &'g [Dim],
    /// The loops that each node depends on.
    loops: Vec<Set<LoopId>>,
    /// Those that carry values.
    carrying: Set<LoopId>,
    needs: Map<LoopId, Rc<Needs>>,
}

/// What a body is made of, in the order of the graph.
#[derive(Default)]
struct Needs {
    /// How many values are carried.
    states: usize,
    nodes: Vec<NodeId>,
    sequences: Vec<Sequence>,
    constants: Vec<NodeId>,
    /// Steps of loops around, by which entries are chosen.
    steps: Vec<Place>,
}

/// A loop, and the entry of its first step.
type Place = (LoopId, i64);

/// An array outside of which each step has one entry.
#[derive(Clone, PartialEq)]
struct Sequence {
    of: NodeId,
    axis: usize,
    start: i64,
    order: Order,
}

/// What an entry at the step is of.
enum Access {
    /// Of an array outside; then entries of other loops are taken.
    Outside(Sequence, Vec<Op>),
    /// Of something that the step makes.
    Inside,
}

/// A graph in the making, and where the nodes of the old one are in it.
struct Frame {
    graph: Builder,
    moved: Vec<Option<NodeId>>,
    /// The steps of loops around.
    steps: Map<Place, NodeId>,
    /// What the parts of a loop are, by its old node.
    layouts: Map<NodeId, Layout>,
}

impl Frame {
    fn moved(&self, id: NodeId) -> NodeId {
        self.moved[id.index()]
            .unwrap_or_else(|| unreachable!("{id} is needed, and has not been made"))
    }

    /// Which step a loop is in, as a label: in the body of that loop, or in one within it.
    fn step(&mut self, place: Place) -> NodeId {
        match self.steps.get(&place) {
            Some(leaf) => *leaf,
            None => step(&mut self.graph, place.1, Kind::Labels),
        }
    }
}

/// The loop that a node carries values through.
fn carrying(graph: &Graph, id: NodeId) -> Option<LoopId> {
    match graph.node(id).op {
        Op::Carry { of, .. } => Some(of),
        _ => None,
    }
}

impl Steps<'_> {
    /// Whether a node is there in one turn or step only.
    fn is_open(&self, id: NodeId) -> bool {
        !self.loops[id.index()].is_empty()
    }

    /// Whether a node belongs into the body of a loop rather than outside of it: it depends on the step, or on a loop inside.
    fn is_inside(&self, id: NodeId, of: Option<LoopId>) -> bool {
        let node = self.from.node(id);
        // A number under axes is that number.
        let is_leaf = matches!(node.op, Op::Const(_) | Op::Rust(_) | Op::Extent(_))
            || matches!(node.op, Op::View(_)) && self.from.node(node.args[0]).shape.is_empty();
        let Some(of) = of else { return true };
        // Conditions are never kept, so a step tests again.
        is_leaf
            || node.kind == Kind::Condition
            || self.loops[id.index()].iter().any(|other| *other >= of)
    }

    // What bodies need.

    fn needs(&mut self, of: LoopId, next: &[NodeId]) -> Rc<Needs> {
        if let Some(known) = self.needs.get(&of) {
            return known.clone();
        }
        let needs = Rc::new(Needs {
            states: next.len(),
            ..self.needed(Some(of), next)
        });
        self.needs.insert(of, needs.clone());
        needs
    }

    /// What the roots of a body, or of the whole graph, are made of.
    fn needed(&mut self, of: Option<LoopId>, roots: &[NodeId]) -> Needs {
        let mut needs = Needs::default();
        let mut wanted = vec![false; self.from.len()];
        roots.iter().for_each(|id| wanted[id.index()] = true);
        for id in self.from.ids().rev() {
            if !wanted[id.index()] {
                continue;
            }
            if !self.is_inside(id, of) {
                needs.constants.push(id);
                continue;
            }
            needs.nodes.push(id);
            for place in self.steps_around(id, of) {
                if !needs.steps.contains(&place) {
                    needs.steps.push(place);
                }
            }
            let (args, sequences) = self.reads(id, of);
            args.iter().for_each(|arg| wanted[arg.index()] = true);
            for sequence in sequences {
                if !needs.sequences.contains(&sequence) {
                    needs.sequences.push(sequence);
                }
            }
        }
        needs.nodes.reverse();
        needs.constants.reverse();
        needs.sequences.reverse();
        needs
    }

    /// The nodes that a node inside of a body reads, and the sequences.
    fn reads(&mut self, id: NodeId, of: Option<LoopId>) -> (Vec<NodeId>, Vec<Sequence>) {
        let from = self.from;
        let node = from.node(id);
        match &node.op {
            Op::Carry { of: inner, .. } => {
                let (starts, next) = node.args.split_at(node.args.len() / 2);
                let needs = self.needs(*inner, next);
                let read = needs.sequences.iter().map(|sequence| sequence.of);
                let read = read.chain(needs.constants.iter().copied());
                (starts.iter().copied().chain(read).collect(), Vec::new())
            }
            Op::Entry {
                axis,
                start,
                of: own,
            } if Some(*own) == of => match self.access(node.args[0], *axis, *start, *own) {
                Access::Outside(sequence, _) => (Vec::new(), vec![sequence]),
                Access::Inside => (node.args.clone(), Vec::new()),
            },
            _ => (node.args.clone(), Vec::new()),
        }
    }

    /// The steps of loops around that a node inside of a body chooses by; a loop within it passes on what it needs.
    fn steps_around(&mut self, id: NodeId, of: Option<LoopId>) -> Vec<Place> {
        let node = self.from.node(id);
        let steps = match node.op {
            Op::Carry { of: inner, .. } => {
                let next = &node.args[node.args.len() / 2..];
                self.needs(inner, next).steps.clone()
            }
            Op::Entry { start, of: own, .. } if self.carrying.contains(&own) => vec![(own, start)],
            _ => Vec::new(),
        };
        let around = steps.into_iter().filter(|(own, _)| Some(*own) != of);
        around.collect()
    }

    /// What the entry of a value at the step is. An entry of an entry of another loop is taken the other way round.
    fn access(&self, value: NodeId, mut axis: usize, start: i64, of: LoopId) -> Access {
        let mut base = value;
        let mut others = Vec::new();
        while self.is_inside(base, Some(of)) {
            let node = self.from.node(base);
            let Op::Entry {
                axis: own,
                start,
                of: other,
            } = node.op
            else {
                return Access::Inside;
            };
            let dropped = if axis < own { own - 1 } else { own };
            if axis >= own {
                axis += 1;
            }
            others.push(Op::Entry {
                axis: dropped,
                start,
                of: other,
            });
            base = node.args[0];
        }
        others.reverse();
        let node = self.from.node(base);
        let sequence = |of, order| Sequence {
            of,
            axis,
            start,
            order,
        };
        let whole = |extent: &Dim| start == 0 && *extent == self.extents[of.0];
        let sequence = match node.op {
            Op::Reverse(along) if along == axis && whole(&node.shape[axis]) => {
                sequence(node.args[0], Order::Backwards)
            }
            _ => sequence(base, Order::Forwards),
        };
        Access::Outside(sequence, others)
    }

    // Bodies.

    /// The node in a frame, which is that of a loop's body or of what is around all loops.
    fn make(&mut self, id: NodeId, of: Option<LoopId>, frame: &mut Frame) {
        let from = self.from;
        let node = from.node(id);
        frame.graph.set_place(node.place);
        let made = match &node.op {
            Op::Carry { of: inner, .. } => {
                let layout = self.scan(id, *inner, frame);
                let scan = layout.scan;
                frame.layouts.insert(id, layout);
                scan
            }
            Op::Part(part) if frame.layouts.contains_key(&node.args[0]) => {
                frame.layouts[&node.args[0]].part(&mut frame.graph, *part)
            }
            Op::Entry {
                axis,
                start,
                of: own,
            } if Some(*own) == of => {
                let value = node.args[0];
                match self.access(value, *axis, *start, *own) {
                    Access::Outside(sequence, others) => {
                        let leaf = self.leaf(&sequence, *own, frame);
                        let entry = |entry, op: Op| match op {
                            Op::Entry { axis, start, of } => {
                                frame.graph.entry(entry, axis, start, of)
                            }
                            op => unreachable!("`{op}` takes no entry"),
                        };
                        others.into_iter().fold(leaf, entry)
                    }
                    Access::Inside => {
                        let at = frame.step((*own, *start));
                        frame.graph.gather(frame.moved(value), at, *axis, 0)
                    }
                }
            }
            Op::Entry {
                axis,
                start,
                of: own,
            } if self.carrying.contains(own) => {
                let at = frame.step((*own, *start));
                frame.graph.gather(frame.moved(node.args[0]), at, *axis, 0)
            }
            Op::Turn { of: own, start } if Some(*own) == of => {
                step(&mut frame.graph, *start, Kind::Number)
            }
            Op::Carried { of: own, at } if Some(*own) == of => {
                leaf(&mut frame.graph, *at, node.shape.clone(), node.kind)
            }
            op => {
                let args = node.args.iter().map(|arg| frame.moved(*arg)).collect();
                frame
                    .graph
                    .push(op.clone(), args, node.shape.clone(), node.kind)
            }
        };
        frame.graph.name_like(made, node);
        frame.moved[id.index()] = Some(made);
    }

    /// The leaf of a body that is the step's entry of a sequence.
    fn leaf(&self, sequence: &Sequence, of: LoopId, frame: &mut Frame) -> NodeId {
        let needs = &self.needs[&of];
        let known = needs.sequences.iter().position(|other| other == sequence);
        let at = known.unwrap_or_else(|| unreachable!("a body knows its sequences"));
        let at = needs.states + at;
        let node = self.from.node(sequence.of);
        let mut dims = node.shape.to_vec();
        dims.remove(sequence.axis);
        leaf(&mut frame.graph, at, dims.into(), node.kind)
    }

    /// The node of a loop, its body made; `around` is the frame that it stands in.
    fn scan(&mut self, id: NodeId, of: LoopId, around: &mut Frame) -> Layout {
        let from = self.from;
        let node = from.node(id);
        let (starts, next) = node.args.split_at(node.args.len() / 2);
        let needs = self.needs(of, next);
        let mut args: Vec<NodeId> = starts.iter().map(|id| around.moved(*id)).collect();
        let sequences = needs.sequences.iter();
        args.extend(sequences.map(|sequence| self.sequence(sequence, of, around)));
        args.extend(needs.constants.iter().map(|id| around.moved(*id)));
        let first_step = args.len();
        args.extend(needs.steps.iter().map(|place| around.step(*place)));
        let mut frame = Frame {
            graph: Builder::like(&around.graph),
            moved: vec![None; from.len()],
            steps: Map::default(),
            layouts: Map::default(),
        };
        // Loops around and beside it are none of its own.
        frame.graph.scans.clear();
        for (at, id) in needs.constants.iter().enumerate() {
            let (at, node) = (starts.len() + needs.sequences.len() + at, from.node(*id));
            frame.graph.set_place(node.place);
            let leaf = leaf(&mut frame.graph, at, node.shape.clone(), node.kind);
            frame.graph.name_like(leaf, node);
            frame.moved[id.index()] = Some(leaf);
        }
        for (at, place) in needs.steps.iter().enumerate() {
            let shape = Rc::from([]);
            let leaf = leaf(&mut frame.graph, first_step + at, shape, Kind::Labels);
            frame.steps.insert(*place, leaf);
        }
        for id in &needs.nodes {
            self.make(*id, Some(of), &mut frame);
        }
        let next: Vec<NodeId> = next.iter().map(|id| frame.moved(*id)).collect();
        let given = next.iter().map(|node| Given {
            node: *node,
            order: Order::Forwards,
        });
        let scan = Scan {
            primal: frame.graph.len(),
            keep: Keep::default(),
            checkpoints: 0,
            again: Vec::new(),
            length: self.extents[of.0].clone(),
            is_search: matches!(
                node.op,
                Op::Carry {
                    is_search: true,
                    ..
                }
            ),
            sequences: needs
                .sequences
                .iter()
                .map(|sequence| sequence.order)
                .collect(),
            given: given.collect(),
            next,
            body: frame.graph.finish(),
        };
        around.graph.set_place(node.place);
        small::placed(&mut around.graph, scan, args)
    }

    /// The array of which a step has one entry, its entries along the first axis.
    fn sequence(&self, sequence: &Sequence, of: LoopId, around: &mut Frame) -> NodeId {
        let (extent, array) = (&self.extents[of.0], around.moved(sequence.of));
        let (graph, axis) = (&mut around.graph, sequence.axis);
        let start = Dim::literal(sequence.start);
        let entries = graph.slice(array, axis, start, extent.clone());
        let mut order: Vec<usize> = (0..graph.shape(array).len()).collect();
        let along = order.remove(axis);
        order.insert(0, along);
        graph.permute(entries, &order)
    }
}

/// Which step it is.
fn step(graph: &mut Builder, start: i64, kind: Kind) -> NodeId {
    let (order, chooses) = (Order::Forwards, kind == Kind::Labels);
    let op = Op::Step {
        start,
        order,
        chooses,
    };
    graph.push(op, Vec::new(), Rc::from([]), kind)
}

/// The leaf of a body at the place of an argument.
pub fn leaf(graph: &mut Builder, at: usize, shape: Shape, kind: Kind) -> NodeId {
    let input = InputId(at);
    graph.push(Op::Input { input, element: 0 }, Vec::new(), shape, kind)
}
