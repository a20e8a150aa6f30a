//! Entries and slices, at places that are known at compile time, at indices of loops, and at labels.
//!
//! Invariant: an index or a range that is lowered lies within its extent for every size that the checks at run time let pass;
//! labels are among those checks.

use super::expr::Operand;
use super::{Binding, Index, Lower, Scope};
use crate::errors::{NoEntries, Reading, Shapes};
use crate::graph::{Dim, InputId, Kind, NodeId};
use crate::shape::HIGHEST_RANK;
use crate::syntax::{Expr, ExprKind, Item, Place, text};

impl Lower<'_> {
    pub(super) fn index(&mut self, base: &Expr, items: &[Item], scope: &Scope) -> Option<NodeId> {
        let operand = self.operand(base, scope)?;
        if self.graph.node(operand.node).kind == Kind::Condition {
            self.want(operand, Kind::Number);
            return None;
        }
        let mut shape = self.graph.shape(operand.node);
        if items.len() > shape.len() {
            let who = self.who(operand, "this");
            let (who, own, found) = (&who, shape.len(), items.len());
            if self.is_number_of_call(operand) {
                return None;
            }
            if own == 0 {
                let declared = &self.declaration(base, found);
                self.errors
                    .report(base.place, Shapes::NoEntries { who, declared });
            } else {
                self.errors
                    .report(base.place, Shapes::Indices { who, own, found });
            }
            return None;
        }
        let mut node = operand.node;
        let mut dropped = Vec::new();
        let mut axis = 0;
        for item in items {
            if let Item::At(at) = item {
                let operand = Operand { node, ..operand };
                match self.index_of(at, scope) {
                    Some(Index::Turn(of, start)) => {
                        node = self.entry_of_turn(operand, axis, (of, start), at.place)?;
                        shape = self.graph.shape(node);
                        continue;
                    }
                    Some(Index::Back(of, start)) => {
                        node = self.entry_from_end(operand, axis, (of, start), at.place)?;
                        shape = self.graph.shape(node);
                        continue;
                    }
                    Some(Index::Known(_)) => {}
                    None => {
                        if let Some(labels) = self.labels_of(at, scope) {
                            let labels = Operand {
                                node: labels?,
                                place: at.place,
                            };
                            node = self.at_labels(operand, axis, labels)?;
                            axis += self.graph.shape(labels.node).len();
                            shape = self.graph.shape(node);
                            continue;
                        }
                    }
                }
            }
            let extent = &shape[axis].clone();
            let (start, extent) = match item {
                Item::At(at) => {
                    dropped.push(axis);
                    (self.entry(at, extent, scope)?, Dim::literal(1))
                }
                Item::Range {
                    from,
                    to,
                    inclusive,
                    place,
                } => self.range(
                    from.as_ref(),
                    to.as_ref(),
                    *inclusive,
                    *place,
                    extent,
                    scope,
                )?,
            };
            node = self.at(base.place).slice(node, axis, start, extent);
            axis += 1;
        }
        Some(self.graph.drop_axes(node, &dropped))
    }

    /// The labels that an index is, if it is one or several; none of none where they are wrong, which is reported.
    fn labels_of(&mut self, at: &Expr, scope: &Scope) -> Option<Option<NodeId>> {
        let mut base = at;
        while let ExprKind::Index { base: inner, .. } = &base.kind {
            base = inner;
        }
        let ExprKind::Name(name) = &base.kind else {
            return None;
        };
        match scope.names.get(&text(name)) {
            Some(Binding::Node(node)) if self.graph.node(*node).kind == Kind::Labels => {
                Some(self.expr(at, scope))
            }
            _ => None,
        }
    }

    /// The entries of an array at labels, which stay below the extent of the axis.
    fn at_labels(&mut self, operand: Operand, axis: usize, labels: Operand) -> Option<NodeId> {
        if !self.want(operand, Kind::Number) {
            return None;
        }
        let shape = self.graph.shape(operand.node);
        let rank = shape.len() - 1 + self.graph.shape(labels.node).len();
        if rank > HIGHEST_RANK {
            self.errors.report(labels.place, Shapes::TooManyAxes);
            return None;
        }
        self.check_labels(labels.node, &shape[axis]);
        Some(
            self.at(operand.place)
                .gather(operand.node, labels.node, axis, 0),
        )
    }

    /// Has it checked, before anything is computed, that all labels of an input are below an extent.
    pub(super) fn check_labels(&mut self, labels: NodeId, below: &Dim) {
        let check = (self.input_of_labels(labels), below.clone());
        if !self.label_checks.contains(&check) {
            self.label_checks.push(check);
        }
    }

    /// The input that labels are of.
    pub(super) fn input_of_labels(&self, labels: NodeId) -> InputId {
        let mut from = labels;
        while let Some(arg) = self.graph.node(from).args.first() {
            from = *arg;
        }
        let Some(input) = self.graph.input(from) else {
            unreachable!("labels are an input's")
        };
        input
    }

    /// How an input that is indexed like an array would be declared as one.
    fn declaration(&mut self, base: &Expr, axes: usize) -> NoEntries {
        let ExprKind::Name(name) = &base.kind else {
            return NoEntries::NoInput;
        };
        let name = text(name);
        let is_input = self.inputs.iter().any(|input| text(&input.name) == name);
        if !is_input {
            return NoEntries::NoInput;
        }
        let arrays = [["3", "2", "2", "2"], ["n", "m", "k", "l"]];
        let arrays = arrays.map(|dims| format!("{name}: [{}]", dims[..axes.min(4)].join(", ")));
        match self.captures {
            true => {
                self.is_unclear = true;
                NoEntries::Inline(arrays)
            }
            false => NoEntries::Function(arrays),
        }
    }

    /// An index, checked against the extent as far as both are known.
    fn entry(&mut self, at: &Expr, extent: &Dim, scope: &Scope) -> Option<Dim> {
        let errors = self.errors.len();
        let Some(Index::Known(index)) = self.index_of(at, scope) else {
            if self.errors.len() == errors {
                self.computed_index(at, scope);
            }
            return None;
        };
        let rest = extent.minus(&index).filter(|rest| rest.name.is_none());
        let beyond = rest.as_ref().is_some_and(|rest| rest.offset <= 0);
        let last = extent.shifted(-1);
        let problem = if index.name.is_none() && index.offset < 0 {
            let (index, last) = (&index, &last);
            Shapes::IndexBelow { index, last }
        } else if beyond {
            let is_empty = extent.offset <= 0 && extent.name.is_none();
            let (index, last) = (&index, (!is_empty).then_some(last));
            Shapes::IndexBeyond {
                index,
                extent,
                last,
            }
        } else if rest.is_none() && index.name.is_some() {
            let index = &index;
            Shapes::IndexUnknown { index, extent }
        } else {
            return Some(index);
        };
        self.errors.report(at.place, problem);
        None
    }

    /// Reports an index that is known at run time only.
    fn computed_index(&mut self, at: &Expr, scope: &Scope) {
        let binding = match &at.kind {
            ExprKind::Missing => return,
            ExprKind::Name(name) => scope.names.get(&text(name)),
            _ => None,
        };
        if let Some(Binding::Node(node)) = binding
            && self.graph.node(*node).kind == Kind::Labels
        {
            let (node, place) = (*node, at.place);
            self.want(Operand { node, place }, Kind::Number);
            return;
        }
        self.unknown_index(at, scope);
    }

    fn range(
        &mut self,
        from: Option<&Expr>,
        to: Option<&Expr>,
        inclusive: bool,
        place: Place,
        extent: &Dim,
        scope: &Scope,
    ) -> Option<(Dim, Dim)> {
        let from = match from {
            Some(from) => Some(self.range_bound(from, scope)?),
            None => None,
        };
        let to = match to {
            Some(to) => Some(self.range_bound(to, scope)?),
            None => None,
        };
        if let Some(range) = from_the_front(from.as_ref(), to.as_ref(), inclusive, extent) {
            let range = &range;
            self.errors.report(place, Shapes::RangeFromTheEnd { range });
            return None;
        }
        let start = from.unwrap_or(Dim::literal(0));
        let end = to.map_or_else(|| extent.clone(), |to| to.shifted(i64::from(inclusive)));
        let length = end.minus(&start);
        let rest = extent.minus(&end);
        let wrong = |dim: &Option<Dim>| {
            dim.as_ref()
                .is_none_or(|dim| dim.name.is_none() && dim.offset < 0)
        };
        let unprovable = rest.as_ref().is_none_or(|rest| rest.name.is_some()) && end.name.is_some();
        if wrong(&length) || wrong(&rest) || unprovable || start.name.is_none() && start.offset < 0
        {
            if length.is_some_and(|length| length.name.is_none() && length.offset < 0) {
                self.backwards(&start, &end, place);
                return None;
            }
            let (start, end) = (&start, &end);
            self.errors
                .report(place, Shapes::Range { start, end, extent });
            return None;
        }
        Some((start, length?))
    }

    /// Reports a range that ends before it begins.
    pub(super) fn backwards(&mut self, start: &Dim, end: &Dim, place: Place) {
        self.errors
            .report(place, Shapes::RangeBackwards { start, end });
    }

    fn range_bound(&mut self, expr: &Expr, scope: &Scope) -> Option<Dim> {
        let errors = self.errors.len();
        match self.index_of(expr, scope) {
            Some(Index::Known(dim)) => return Some(dim),
            Some(Index::Turn(..) | Index::Back(..)) => {
                let found = "the index of a loop";
                self.errors.report(expr.place, Reading::LoopBound { found });
            }
            None if self.errors.len() == errors => self.computed_index(expr, scope),
            None => {}
        }
        None
    }
}

/// A range with bounds below 0, as Python counts from the end, written as ours.
fn from_the_front(
    from: Option<&Dim>,
    to: Option<&Dim>,
    inclusive: bool,
    extent: &Dim,
) -> Option<String> {
    let is_below = |bound: &Dim| bound.name.is_none() && bound.offset < 0;
    if ![from, to].into_iter().flatten().any(is_below) {
        return None;
    }
    let written = |bound: Option<&Dim>| match bound {
        None => Some(String::new()),
        Some(bound) if is_below(bound) => {
            let counted = extent.shifted(bound.offset);
            (!is_below(&counted)).then(|| counted.to_string())
        }
        Some(bound) => Some(bound.to_string()),
    };
    let sign = if inclusive { "..=" } else { ".." };
    Some(format!("{}{sign}{}", written(from)?, written(to)?))
}
