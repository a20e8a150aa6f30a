//! Loops that keep few states: what a loop backwards reads of the steps of another one is computed again, a block at a time.
//!
//! The other loop then gives its states in front of each block and no more of that, and the one backwards begins each block with
//! these. Blocks are as long as there are blocks. Invariant: only what nothing but loops backwards reads is computed again, and it has
//! the same bits.

use std::rc::Rc;

use crate::builder::Builder;
use crate::graph::{Again, Dim, Graph, Keep, Kind, Name, NodeId, Op, Order, Scan, Shape};
use crate::hash::{Map, Set};
use crate::transform::rebuild::Rebuilt;

/// How many blocks a loop over so many steps has, as a dimension of its own.
pub fn blocks(length: &Dim) -> Dim {
    if let Some(steps) = length.size() {
        let blocks = steps.div_ceil(block(steps));
        return Dim::literal(i64::try_from(blocks).unwrap_or(i64::MAX));
    }
    let name = format!("blocks of {length}");
    Dim {
        name: Some(Name::from(name)),
        offset: 0,
    }
}

/// How many steps a block has.
pub fn block(steps: usize) -> usize {
    steps.isqrt().max(1)
}

/// The graph with such loops; none where all keep everything.
pub fn run(from: &Graph, roots: &[NodeId]) -> Option<Rebuilt> {
    let linked = linked(from, roots);
    if linked.is_empty() {
        return None;
    }
    let mut few = Few {
        from,
        linked,
        graph: Builder::like(from),
        moved: vec![None; from.len()],
        parts: Map::default(),
    };
    few.graph.scans.clear();
    for id in from.ids() {
        few.visit(id);
    }
    Some(Rebuilt {
        graph: few.graph,
        moved: few.moved,
    })
}

/// The parts of loops that are computed again, by the loop.
fn linked(from: &Graph, roots: &[NodeId]) -> Map<NodeId, Set<usize>> {
    let mut readers: Map<NodeId, Vec<NodeId>> = Map::default();
    for id in from.ids() {
        let args = from.node(id).args.iter();
        args.for_each(|arg| readers.entry(*arg).or_default().push(id));
    }
    let mut linked: Map<NodeId, Set<usize>> = Map::default();
    for id in from.ids().filter(|id| !roots.contains(id)) {
        let Some((of, part)) = given(from, id) else {
            continue;
        };
        let (Op::Scan(scan), Some(readers)) = (&from.node(of).op, readers.get(&id)) else {
            continue;
        };
        let scan = &from.scans[*scan];
        let is_forwards = scan.given[part - scan.states()].order == Order::Forwards;
        let goes_back = |reader: &NodeId| reads_backwards(from, *reader, id, &scan.length);
        // What goes backwards itself is not gone through again.
        let is_linked = |arg: &NodeId| {
            given(from, *arg).is_some_and(|(of, part)| {
                linked
                    .get(&of)
                    .is_some_and(|parts: &Set<usize>| parts.contains(&part))
            })
        };
        let is_first = !from.node(of).args.iter().any(is_linked);
        if scan.keep == Keep::Few && is_forwards && is_first && readers.iter().all(goes_back) {
            linked.entry(of).or_default().insert(part);
        }
    }
    linked
}

/// The loop and the part that a node is, where it is what a loop gives of each step.
fn given(graph: &Graph, id: NodeId) -> Option<(NodeId, usize)> {
    let node = graph.node(id);
    let Op::Part(part) = node.op else { return None };
    let of = node.args[0];
    let Op::Scan(scan) = graph.node(of).op else {
        return None;
    };
    (part >= graph.scans[scan].states()).then_some((of, part))
}

/// Whether a node is a loop over as many steps that reads a value from the last step to the first, and in no other way.
fn reads_backwards(graph: &Graph, reader: NodeId, value: NodeId, length: &Dim) -> bool {
    let node = graph.node(reader);
    let Op::Scan(scan) = node.op else {
        return false;
    };
    let scan = &graph.scans[scan];
    let places = node
        .args
        .iter()
        .enumerate()
        .filter(|(_, arg)| **arg == value);
    let mut places = places.map(|(at, _)| at);
    scan.length == *length
        && places.all(|at| {
            let sequence = at.checked_sub(scan.states());
            let order = sequence.and_then(|at| scan.sequences.get(at));
            order == Some(&Order::Backwards)
        })
}

struct Few<'g> {
    from: &'g Graph,
    linked: Map<NodeId, Set<usize>>,
    graph: Builder,
    moved: Vec<Option<NodeId>>,
    /// Where the other parts of those loops are now, by the old loop.
    parts: Map<NodeId, Map<usize, usize>>,
}

impl Few<'_> {
    fn visit(&mut self, id: NodeId) {
        let node = self.from.node(id);
        self.graph.set_place(node.place);
        let new = match node.op {
            Op::Part(part) if self.linked.contains_key(&node.args[0]) => {
                if self.linked[&node.args[0]].contains(&part) {
                    return;
                }
                let part = self.parts[&node.args[0]][&part];
                let of = self.moved(node.args[0]);
                self.graph
                    .push(Op::Part(part), vec![of], node.shape.clone(), node.kind)
            }
            Op::Scan(scan) => self.scan(id, scan),
            _ => {
                let args = node.args.iter().map(|arg| self.moved(*arg)).collect();
                self.graph
                    .push(node.op.clone(), args, node.shape.clone(), node.kind)
            }
        };
        self.graph.keep_notes(new, node);
        self.moved[id.index()] = Some(new);
    }

    fn moved(&self, id: NodeId) -> NodeId {
        self.moved[id.index()]
            .unwrap_or_else(|| unreachable!("{id} is read, and not computed again"))
    }

    fn scan(&mut self, id: NodeId, scan: usize) -> NodeId {
        let node = self.from.node(id);
        let mut new = (*self.from.scans[scan]).clone();
        let mut args = Vec::new();
        let mut links: Vec<(NodeId, Vec<(usize, usize)>)> = Vec::new();
        for (at, arg) in node.args.iter().enumerate() {
            let link = given(self.from, *arg).filter(|(of, part)| {
                self.linked
                    .get(of)
                    .is_some_and(|parts| parts.contains(part))
            });
            let Some((of, part)) = link else {
                args.push(self.moved(*arg));
                continue;
            };
            // What holds its place is never read.
            args.push(self.graph.number(0.0));
            let link = (at - new.states(), part);
            match links.iter_mut().find(|(other, _)| *other == of) {
                Some((_, links)) => links.push(link),
                None => links.push((of, vec![link])),
            }
        }
        for (of, links) in links {
            let again = self.again(of, &links, &mut args);
            new.again.push(again);
        }
        if let Some(linked) = self.linked.get(&id) {
            let states = new.states();
            let old = 0..states + new.given.len();
            let kept = old.filter(|part| !linked.contains(part));
            let places = kept.enumerate().map(|(new, old)| (old, new)).collect();
            self.parts.insert(id, places);
            let mut at = states..;
            new.given
                .retain(|_| at.next().is_some_and(|part| !linked.contains(&part)));
            new.checkpoints = states;
        }
        self.graph.scans.push(Rc::new(new));
        let op = Op::Scan(self.graph.scans.len() - 1);
        self.graph.push(op, args, node.shape.clone(), Kind::Parts)
    }

    /// How a loop is gone through again: what it takes is added to the arguments of the one that does.
    fn again(&mut self, of: NodeId, links: &[(usize, usize)], args: &mut Vec<NodeId>) -> Again {
        let node = self.from.node(of);
        let Op::Scan(scan) = node.op else {
            unreachable!("{of} is a loop")
        };
        let mut scan = (*self.from.scans[scan]).clone();
        let states = scan.states();
        let first = args.len();
        let left = scan.given.len() - self.linked[&of].len();
        for state in 0..states {
            let part = states + left + state;
            let shape = checkpoint_shape(&scan, state);
            let there = self.moved(of);
            args.push(
                self.graph
                    .push(Op::Part(part), vec![there], shape, Kind::Number),
            );
        }
        args.extend(node.args[states..].iter().map(|arg| self.moved(*arg)));
        // It gives what is linked and nothing else.
        let mut wanted: Vec<usize> = links.iter().map(|(_, part)| *part - states).collect();
        wanted.sort_unstable();
        wanted.dedup();
        scan.given = wanted.iter().map(|at| scan.given[*at]).collect();
        let place = |part: usize| {
            wanted
                .iter()
                .position(|at| *at == part - states)
                .unwrap_or(0)
        };
        Again {
            linked: links
                .iter()
                .map(|(sequence, part)| (*sequence, place(*part)))
                .collect(),
            scan: Rc::new(scan),
            first,
        }
    }
}

/// A state in front of each block of steps.
fn checkpoint_shape(scan: &Scan, state: usize) -> Shape {
    let own = scan.body.shape(scan.next[state]);
    std::iter::once(blocks(&scan.length))
        .chain(own.iter().cloned())
        .collect()
}
