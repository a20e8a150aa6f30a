//! Sums, products and folds over an index.
//!
//! A loop of literal length is written out. The body of one over a named dimension is lowered once, as it is in one turn: its
//! index is a number, an entry at its index is an entry. Invariant: what depends on the turn is read only by the loop's body
//! and by its sum or product.

use super::expr::Operand;
use super::{Binding, Index, Lower, Scope, Unit, names};
use crate::builder::pairwise;
use crate::errors::{Calls, Errors, Limits, Reading, Shapes};
use crate::graph::{Dim, Graph, Kind, LoopId, NodeId, Op, Reduction};
use crate::rules::rows;
use crate::syntax::{Loop, LoopKind, Place, text};
use crate::transform::turns::{self, Refused};

/// How often a loop over numbers may be written out.
const LONGEST_LOOP: i64 = 4096;

/// A loop over a named dimension: what its index is called, and how many turns there are.
pub(super) struct Turns {
    pub index: String,
    pub extent: Dim,
}

/// Gives the turns of loops an axis, after which nothing knows of them any more.
pub(super) fn give_axes(unit: &mut Unit, loops: &[Turns], errors: &mut Errors) {
    if loops.is_empty() {
        return;
    }
    let extents: Vec<Dim> = loops.iter().map(|turns| turns.extent.clone()).collect();
    let (rebuilt, refused) = turns::run(&unit.graph, &extents);
    let groups = unit.inputs.iter_mut().map(|input| &mut input.nodes);
    let groups = groups.chain(unit.outputs.iter_mut().map(|output| &mut output.nodes));
    let definitions = unit.definitions.iter_mut();
    for group in groups.chain(definitions.map(|definition| &mut definition.nodes)) {
        rebuilt.follow(std::slice::from_mut(group));
    }
    unit.graph = rebuilt.graph;
    for (place, refused) in refused {
        if let Refused::Call(call) = refused {
            unit.graph.calls[call].is_refused = true;
        }
        report(place, refused, &unit.graph, loops, errors);
    }
}

fn report(place: Place, refused: Refused, graph: &Graph, loops: &[Turns], errors: &mut Errors) {
    match refused {
        Refused::Call(call) => {
            let callee = &graph.calls[call].described();
            errors.report(place, Calls::CallInLoop { callee });
        }
        Refused::Axes { loops: around, own } => {
            let indices: Vec<&str> = around.iter().map(|of| &*loops[of.0].index).collect();
            let problem = Shapes::TurnsWithAxes {
                indices: &format!("`{}`", indices.join("`, `")),
                own,
            };
            errors.report(place, problem);
        }
    }
}

/// Whether both bounds are plain numbers. Others may come out as an empty range, as those of a triangle do.
fn is_written_out(repetition: &Loop) -> bool {
    let mut names = Vec::new();
    names::collect(&repetition.from, &mut names);
    names::collect(&repetition.to, &mut names);
    names.is_empty()
}

impl Lower<'_> {
    pub(super) fn repetition(
        &mut self,
        repetition: &Loop,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let from = self.bound(&repetition.from, scope);
        let to = self.bound(&repetition.to, scope);
        let (from, mut to) = (from?, to?);
        if repetition.inclusive {
            to = to.shifted(1);
        }
        match (to.minus(&from), from) {
            (Some(Index::Known(Dim { name: None, offset })), Index::Known(from))
                if offset < 0 && is_written_out(repetition) =>
            {
                let place = repetition.from.place.to(repetition.to.place);
                self.backwards(&from, &from.shifted(offset), place);
                None
            }
            (Some(Index::Known(Dim { name: None, offset })), from) => {
                self.written_out(repetition, &from, offset, place, scope)
            }
            // A named length less a literal: that of a loop which begins at the literal.
            (Some(Index::Known(extent)), Index::Known(Dim { name: None, offset })) => {
                self.over_turns(repetition, offset, extent, place, scope)
            }
            _ => {
                let found = "a range whose length is not known";
                let problem = Reading::LoopBound { found };
                self.errors.report(repetition.to.place, problem);
                None
            }
        }
    }

    /// A loop of literal length, turn by turn.
    fn written_out(
        &mut self,
        repetition: &Loop,
        from: &Index,
        count: i64,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        if count > LONGEST_LOOP {
            self.errors
                .report(repetition.to.place, Limits::LoopTooLong { count });
            return None;
        }
        let mut inner = scope.clone();
        let index = text(&repetition.variable);
        let mut carried = match &repetition.kind {
            LoopKind::Sum | LoopKind::Prod => None,
            LoopKind::Fold { start, .. } => Some(self.operand(start, scope)?),
        };
        let mut values = Vec::new();
        for turn in 0..count.max(0) {
            inner
                .names
                .insert_of_loop(index.clone(), Binding::Index(from.shifted(turn)));
            if let (LoopKind::Fold { accumulator, .. }, Some(carried)) = (&repetition.kind, carried)
            {
                inner
                    .names
                    .insert_of_loop(text(accumulator), Binding::Node(carried.node));
            }
            let value = self.operand(&repetition.body, &inner)?;
            carried = Some(Operand { place, ..value });
            values.push(Some(value));
        }
        let (rule, empty) = match repetition.kind {
            LoopKind::Fold { .. } => return Some(carried?.node),
            LoopKind::Sum => (rows::add, 0.0),
            LoopKind::Prod => (rows::mul, 1.0),
        };
        let joined = pairwise(values, |left, right| {
            let node = self.operate(rule, &[left?, right?], place)?;
            Some(Operand { node, place })
        });
        match joined {
            Some(joined) => Some(joined?.node),
            None => Some(self.graph.number(empty)),
        }
    }

    /// A loop whose length has a name: the value of its body in one turn, and the sum or product of it over all turns.
    fn over_turns(
        &mut self,
        repetition: &Loop,
        from: i64,
        extent: Dim,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let reduction = match &repetition.kind {
            LoopKind::Sum => Reduction::Sum,
            LoopKind::Prod => Reduction::Prod,
            LoopKind::Fold { .. } => {
                self.errors.report(repetition.to.place, Calls::FoldLength);
                return None;
            }
        };
        let of = LoopId(self.loops.len());
        let index = text(&repetition.variable);
        self.loops.push(Turns {
            index: index.clone(),
            extent,
        });
        let mut inner = scope.clone();
        let turn = Binding::Index(Index::Turn(of, from));
        inner.names.insert_of_loop(index, turn);
        let body = self.operand(&repetition.body, &inner)?;
        if !self.want(body, Kind::Number) {
            return None;
        }
        let shape = self.graph.shape(body.node);
        let total = Op::Total(reduction, of);
        Some(
            self.at(place)
                .push(total, vec![body.node], shape, Kind::Number),
        )
    }

    /// An entry along an axis, which is dropped: in every turn the one at the loop's index.
    pub(super) fn entry_of_turn(
        &mut self,
        operand: Operand,
        axis: usize,
        (of, start): (LoopId, i64),
        place: Place,
    ) -> Option<NodeId> {
        let mut dims = self.graph.shape(operand.node).to_vec();
        let extent = dims.remove(axis);
        self.check_turns(of, start, &extent, place)?;
        let entry = Op::Entry { axis, start, of };
        let kind = self.graph.node(operand.node).kind;
        let graph = self.at(operand.place);
        Some(graph.push(entry, vec![operand.node], dims.into(), kind))
    }

    /// Whether every turn's index lies within the extent.
    fn check_turns(&mut self, of: LoopId, start: i64, extent: &Dim, place: Place) -> Option<()> {
        let end = self.loops[of.0].extent.shifted(start);
        let rest = extent.minus(&end);
        let within = rest.is_some_and(|rest| rest.name.is_none() && rest.offset >= 0);
        if within && start >= 0 {
            return Some(());
        }
        let end = &end;
        self.errors
            .report(place, Shapes::IndexOfLoop { start, end, extent });
        None
    }
}
