//! The steps of loops that carry values, each loop's once, as they were written.
//!
//! A loop is one node of a picture, and what a step does is a graph of its own; it has no numbers, since every step has others.
//! Invariant: operands come before their uses, and what a step reads of outside is an operand of the loop's node.

use std::collections::{BTreeMap, BTreeSet};

use super::shown::{Shown, computed_label, is_as_written, label_written};
use super::{Role, symbols};
use crate::graph::{Name, NodeId, Op};
use crate::hash::Map;
use crate::rule::Derivative;
use crate::rules::rows;
use crate::unit::{OneTurn, Steps, Written};

/// A loop that carries values.
pub struct DrawnLoop {
    /// The loop whose step it is in, and the place of its node there; without one, in the whole.
    pub within: Option<usize>,
    pub place: usize,
    pub title: Name,
    pub nodes: Vec<BodyNode>,
}

pub struct BodyNode {
    pub role: BodyRole,
    pub label: String,
    pub name: Option<Name>,
    pub edges: Vec<BodyEdge>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BodyRole {
    /// What a step finds of a value that is carried, or what it leaves.
    State,
    Next,
    /// An operand of the loop's node, of this number.
    Outside(usize),
    /// The index.
    Index,
    Of(Role),
}

pub struct BodyEdge {
    pub from: usize,
    /// The local derivative in symbols.
    pub symbol: String,
    /// Whether anything flows back.
    pub is_active: bool,
}

/// A loop whose step is to be drawn.
struct Open {
    within: Option<usize>,
    place: usize,
    steps: Steps,
    /// Which operands of its node something flows back to.
    active: Vec<bool>,
    is_active: bool,
}

/// The loops of a picture: those of the whole, and those in their steps. A shown node says where it is and where something flows
/// back from it.
pub fn all(
    one_turn: Option<&OneTurn>,
    shown: &BTreeMap<NodeId, Shown>,
    place: impl Fn(NodeId) -> (usize, Vec<bool>),
) -> Vec<DrawnLoop> {
    let mut loops: Vec<DrawnLoop> = Vec::new();
    let Some(one_turn) = one_turn else {
        return loops;
    };
    let of_loops = one_turn.written.values();
    let of_loops = of_loops.filter_map(|written| Some((written.steps.as_ref()?.carry, written)));
    let written: Map<NodeId, &Written> = of_loops.collect();
    let mut open: Vec<Open> = Vec::new();
    for (id, shown) in shown {
        if let Some(steps) = &shown.steps {
            let (place, active) = place(*id);
            add(&mut open, None, (place, steps), active);
        }
    }
    let mut next = 0;
    while next < open.len() {
        let of = written[&open[next].steps.carry];
        let mut body = Body::of(one_turn, &open[next], of);
        body.draw();
        let (nodes, inner) = (body.nodes, body.inner);
        loops.push(DrawnLoop {
            within: open[next].within,
            place: open[next].place,
            title: of.label.clone(),
            nodes,
        });
        for (place, steps, active) in inner {
            add(&mut open, Some(next), (place, &steps), active);
        }
        next += 1;
    }
    loops
}

/// A loop is drawn once, however many values it leaves.
fn add(
    open: &mut Vec<Open>,
    within: Option<usize>,
    (place, steps): (usize, &Steps),
    active: Vec<bool>,
) {
    let is_active = active.contains(&true);
    let known = open
        .iter_mut()
        .find(|other| other.steps.carry == steps.carry);
    match known {
        Some(known) => {
            known.is_active |= is_active;
            let both = known.active.iter_mut().zip(active);
            both.for_each(|(known, active)| *known |= active);
        }
        None => open.push(Open {
            within,
            place,
            steps: steps.clone(),
            active,
            is_active,
        }),
    }
}

/// The step of one loop.
struct Body<'p> {
    one_turn: &'p OneTurn,
    open: &'p Open,
    outside: &'p [NodeId],
    /// Which nodes are different in every step, or of outside.
    moves: Vec<bool>,
    places: Map<NodeId, usize>,
    /// Which nodes something flows back from.
    active: Map<NodeId, bool>,
    nodes: Vec<BodyNode>,
    inner: Vec<(usize, Steps, Vec<bool>)>,
}

impl<'p> Body<'p> {
    fn of(one_turn: &'p OneTurn, open: &'p Open, written: &'p Written) -> Body<'p> {
        let graph = &one_turn.graph;
        let mut moves = vec![false; graph.len()];
        for id in graph.ids() {
            let node = graph.node(id);
            let is_outside = id < open.steps.first && graph.constant(id).is_none();
            let is_of_step = matches!(node.op, Op::Carried { .. } | Op::Turn { .. });
            let has_moved = node.args.iter().any(|arg| moves[arg.index()]);
            moves[id.index()] = is_outside || is_of_step || has_moved;
        }
        Body {
            one_turn,
            open,
            outside: &written.args,
            moves,
            places: Map::default(),
            active: Map::default(),
            nodes: Vec::new(),
            inner: Vec::new(),
        }
    }

    fn draw(&mut self) {
        let args = &self.one_turn.graph.node(self.open.steps.carry).args;
        let next = &args[args.len() / 2..];
        let mut shown: BTreeMap<NodeId, Shown> = BTreeMap::new();
        let mut needed: BTreeSet<NodeId> = next.iter().copied().collect();
        // Operands come before their uses.
        while let Some(id) = needed.pop_last() {
            if self.one_turn.graph.constant(id).is_none() {
                let of = self.shown(id);
                needed.extend(&of.operands);
                shown.insert(id, of);
            }
        }
        for (id, shown) in &shown {
            self.node(*id, shown);
        }
        for (state, next) in self.open.steps.states.clone().iter().zip(next) {
            let is_active = self.open.is_active && self.is_active(*next);
            let from = self.operand(*next);
            self.nodes.push(BodyNode {
                role: BodyRole::Next,
                label: state.to_string(),
                name: None,
                edges: vec![BodyEdge {
                    from,
                    symbol: String::new(),
                    is_active,
                }],
            });
        }
    }

    fn shown(&self, id: NodeId) -> Shown {
        let graph = &self.one_turn.graph;
        let node = graph.node(id);
        let leaf = |label: String| Shown {
            label,
            rule: None,
            operands: Vec::new(),
            route: None,
            steps: None,
        };
        match (&node.op, self.one_turn.written.get(&id)) {
            _ if self.outside.contains(&id) => leaf(String::new()),
            (Op::Carried { at, .. }, _) => leaf(self.open.steps.states[*at].to_string()),
            (Op::Turn { of, .. }, _) => leaf(self.one_turn.indices[of.0].clone()),
            // A search has steps of its own, which are not those of this loop.
            (Op::Apply(rows::settled), _) => leaf("root".to_owned()),
            (_, Some(written)) => {
                let (label, operands) = label_written(graph, written);
                match written.steps.is_some() || is_as_written(graph, id, &operands, &self.moves) {
                    true => Shown {
                        label,
                        rule: written.rule,
                        operands,
                        route: None,
                        steps: written.steps.clone(),
                    },
                    false => self.computed(id),
                }
            }
            _ => self.computed(id),
        }
    }

    fn computed(&self, id: NodeId) -> Shown {
        let (graph, indices) = (&self.one_turn.graph, &self.one_turn.indices);
        let node = graph.node(id);
        let (label, rule) = match &node.op {
            Op::Each(of) => (format!("each({})", indices[of.0]), None),
            Op::Total(reduction, of) => {
                let word = reduction.rule().row().label();
                (format!("{word}({})", indices[of.0]), None)
            }
            Op::Entry { of, .. } => (format!("[… {}]", indices[of.0]), None),
            _ => computed_label(graph, id),
        };
        Shown {
            label,
            rule,
            operands: node.args.clone(),
            route: None,
            steps: None,
        }
    }

    fn node(&mut self, id: NodeId, shown: &Shown) {
        let node = self.one_turn.graph.node(id);
        let outside = self.outside.iter().position(|outside| *outside == id);
        let role = match (&node.op, outside) {
            (_, Some(at)) => BodyRole::Outside(at),
            (Op::Carried { .. }, _) => BodyRole::State,
            (Op::Turn { .. }, _) => BodyRole::Index,
            _ if node.kind == crate::graph::Kind::Condition => BodyRole::Of(Role::Condition),
            _ if shown.operands.is_empty() => BodyRole::Of(Role::Constant),
            _ => BodyRole::Of(Role::Operation),
        };
        let mut edges = Vec::with_capacity(shown.operands.len());
        for (at, operand) in shown.operands.iter().enumerate() {
            let is_active = self.is_active(*operand) && flows_back(shown, node, at);
            let symbol = match is_active {
                true => symbols::local(shown, node, at),
                false => String::new(),
            };
            let from = self.operand(*operand);
            edges.push(BodyEdge {
                from,
                symbol,
                is_active,
            });
        }
        let is_active = match role {
            BodyRole::Outside(at) => self.open.active.get(at).copied().unwrap_or(false),
            BodyRole::State => self.open.is_active,
            _ => edges.iter().any(|edge| edge.is_active),
        };
        if let Some(steps) = &shown.steps {
            let active = edges.iter().map(|edge| edge.is_active).collect();
            self.inner.push((self.nodes.len(), steps.clone(), active));
        }
        let has_own_label = edges.is_empty();
        self.active.insert(id, is_active);
        self.places.insert(id, self.nodes.len());
        self.nodes.push(BodyNode {
            role,
            label: shown.label.clone(),
            name: node.name.clone().filter(|_| !has_own_label),
            edges,
        });
    }

    fn is_active(&self, id: NodeId) -> bool {
        self.active.get(&id).copied().unwrap_or(false)
    }

    /// An operand's place. Literals are small nodes of their own, one a use.
    fn operand(&mut self, id: NodeId) -> usize {
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        let Some(constant) = self.one_turn.graph.constant(id) else {
            unreachable!("an operand is shown before, or is a literal: {id:?}")
        };
        self.nodes.push(BodyNode {
            role: BodyRole::Of(Role::Constant),
            label: symbols::number(constant),
            name: None,
            edges: Vec::new(),
        });
        self.nodes.len() - 1
    }
}

/// Whether an operation has a derivative by an operand that is differentiated by.
fn flows_back(shown: &Shown, node: &crate::graph::Node, at: usize) -> bool {
    match (&node.op, shown.rule) {
        _ if node.kind != crate::graph::Kind::Number => false,
        (Op::Select, None) => at > 0,
        (_, Some(rule)) => {
            let row = rule.row();
            !matches!(row.derivative, Derivative::Zero) && row.has_partial(at)
        }
        _ => true,
    }
}
