//! Entries and slices, at places that are known at compile time, at indices of loops, and at labels.
//!
//! Invariant: an index or a range that is lowered lies within its extent for every size that the checks at run time let pass;
//! labels are among those checks.

use proc_macro2::Ident;

use super::expr::{Argument, Operand};
use super::records::Nodes;
use super::{Binding, Index, Lower, Scope, names};
use crate::errors::{NoEntries, Reading, Shapes};
use crate::graph::{Dim, InputId, Kind, LoopId, NodeId};
use crate::shape::HIGHEST_RANK;
use crate::structs::Value;
use crate::syntax::{Expr, ExprKind, Item, Place, text};

impl Lower<'_> {
    pub(super) fn index(&mut self, base: &Expr, items: &[Item], scope: &Scope) -> Option<Nodes> {
        let Argument { value, place } = self.argument(base, scope)?;
        if let Value::List(list) = &value {
            return self.one_of(list, base, items, scope);
        }
        let node = self.leaf(value, place)?;
        let operand = Operand { node, place };
        self.indexed(operand, base, items, scope).map(Value::Leaf)
    }

    /// Some entries of what `base` has become.
    pub(super) fn indexed(
        &mut self,
        operand: Operand,
        base: &Expr,
        items: &[Item],
        scope: &Scope,
    ) -> Option<NodeId> {
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
            if let Some(name) = self.hidden_array(base, scope) {
                let name = &text(name);
                self.errors
                    .report(base.place, Shapes::HiddenByIndex { name });
            } else if own == 0 {
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
                    Some(Index::Known(_)) => {}
                    Some(index) => {
                        node = self.entry_of_turn(operand, axis, index, at.place)?;
                        shape = self.graph.shape(node);
                        continue;
                    }
                    None => {
                        if let Some((labels, index)) = self.labels_beyond(at, scope) {
                            let node_at = self.at_labels(operand, axis, labels)?;
                            let all = Operand {
                                node: node_at,
                                ..operand
                            };
                            node = self.entry_of_turn(all, axis, index, labels.place)?;
                            shape = self.graph.shape(node);
                            continue;
                        }
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

    /// The name of an array that is that of a loop's index here.
    fn hidden_array<'e>(&self, base: &'e Expr, scope: &Scope) -> Option<&'e Ident> {
        let ExprKind::Name(name) = &base.kind else {
            return None;
        };
        let word = text(name);
        let is_index = matches!(scope.names.get(&word), Some(Binding::Index(_)));
        let hidden = scope.names.around.get(&word)?;
        let is_array = matches!(hidden, Binding::Node(node) if !self.graph.shape(*node).is_empty());
        (is_index && is_array).then_some(name)
    }

    /// The labels that an index is, if it is one or several; none of none where they are wrong, which is reported.
    fn labels_of(&mut self, at: &Expr, scope: &Scope) -> Option<Option<NodeId>> {
        let Some(Value::Leaf(node)) = self.known(at, scope) else {
            return None;
        };
        let is_labels = self.graph.node(node).kind == Kind::Labels;
        is_labels.then(|| self.expr(at, scope))
    }

    /// Labels of which turns that are none would read one beyond the end, and where: no label stands for none, so what they all
    /// choose is read there.
    fn labels_beyond(&self, at: &Expr, scope: &Scope) -> Option<(Operand, Index)> {
        let ExprKind::Index { base, items } = &at.kind else {
            return None;
        };
        let (ExprKind::Name(name), [Item::At(inner)]) = (&base.kind, &**items) else {
            return None;
        };
        let Some(Binding::Node(node)) = scope.names.get(&text(name)) else {
            return None;
        };
        let labels = self.graph.node(*node);
        let [extent] = &*labels.shape else {
            return None;
        };
        let index = self.index_of(inner, scope)?;
        let is_beyond = labels.kind == Kind::Labels && self.is_beyond(&index, extent);
        let (node, place) = (*node, inner.place);
        is_beyond.then_some((Operand { node, place }, index))
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
    pub(super) fn entry(&mut self, at: &Expr, extent: &Dim, scope: &Scope) -> Option<Dim> {
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
        let is_outside = beyond || index.name.is_none() && index.offset < 0;
        if is_outside && self.is_unreached && (extent.name.is_some() || extent.offset > 0) {
            return Some(Dim::literal(0));
        }
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
        match self.loops_of_index(at, scope) {
            Some(several) => self
                .errors
                .report(at.place, Shapes::IndexOfLoops { several }),
            None => self.unknown_index(at, scope),
        }
    }

    /// Whether an index is made of those of several loops, or of one otherwise than shifted; none if of anything else.
    fn loops_of_index(&self, at: &Expr, scope: &Scope) -> Option<bool> {
        let mut names = Vec::new();
        names::collect(at, &mut names);
        let bound = names.iter().map(|name| match scope.names.get(&text(name)) {
            Some(Binding::Index(index)) => Some(index.turns()),
            Some(_) => None,
            None => scope.dims.contains_key(&text(name)).then_some(None),
        });
        let mut loops: Vec<LoopId> = bound
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect();
        loops.dedup();
        (!loops.is_empty()).then_some(loops.len() > 1)
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
                let (start, end) = (&start, &end);
                self.errors
                    .report(place, Shapes::RangeBackwards { start, end });
                return None;
            }
            let (start, end) = (&start, &end);
            self.errors
                .report(place, Shapes::Range { start, end, extent });
            return None;
        }
        Some((start, length?))
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
