//! Loops over named dimensions, whose turns become an axis.
//!
//! Invariant: within such loops every value has one axis a loop, outermost first, of extent 1 where it does not change.

use super::array::HIGHEST_RANK;
use super::expr::Operand;
use super::{Binding, LoopAxis, Lower, Scope};
use crate::errors::Problem;
use crate::graph::{Dim, Kind, Name, NodeId, Reduction, Shape};
use crate::shape;
use crate::syntax::{Loop, LoopKind, Place, text};

impl Lower<'_> {
    /// A loop whose length has a name: its body is lowered once, with the index as a new axis. A value of the body is a number
    /// for each turn of the loops around it, so it has one axis a loop, of extent 1 where it does not change.
    pub(super) fn loop_over_axis(
        &mut self,
        repetition: &Loop,
        from: &Dim,
        to: &Dim,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let reduction = match &repetition.kind {
            LoopKind::Sum => Reduction::Sum,
            LoopKind::Prod => Reduction::Prod,
            LoopKind::Fold { .. } => {
                self.errors.report(repetition.to.place, Problem::FoldLength);
                return None;
            }
        };
        let Some(extent) = to
            .minus(from)
            .filter(|extent| !is_loop_name(extent) && !is_loop_name(from))
        else {
            self.errors.report(
                repetition.to.place,
                Problem::LoopBound {
                    found: "a range whose length is not known",
                },
            );
            return None;
        };
        let depth = self.axes.len();
        if depth == HIGHEST_RANK {
            self.shapes(
                place,
                format!("loops over named dimensions nest at most {HIGHEST_RANK} deep"),
            );
            return None;
        }
        let name: Name = format!("{LOOP}{}", self.loops.len()).into();
        let axis = Dim {
            name: Some(name.clone()),
            offset: 0,
        };
        self.loops.push((name, extent));
        self.axes.push(LoopAxis {
            axis: axis.clone(),
            from: from.clone(),
        });
        let mut inner = scope.clone();
        inner
            .names
            .insert_of_loop(text(&repetition.variable), Binding::Index(axis));
        let body = self.operand(&repetition.body, &inner);
        let body = body
            .filter(|body| self.want(*body, Kind::Number))
            .and_then(|body| self.for_each_turn(body));
        self.axes.pop();
        let reduced = self.at(place).reduce(reduction, body?, &[depth]);
        // Outside of all loops a value that never changed is a number again.
        Some(reduced)
    }

    /// The body's value for every turn of the innermost loop.
    fn for_each_turn(&mut self, body: Operand) -> Option<NodeId> {
        let shape = self.graph.shape(body.node);
        let turns = |(dim, axis): (&Dim, &LoopAxis)| dim.is_one() || *dim == axis.axis;
        let one_a_turn = shape.len() == self.axes.len() && shape.iter().zip(&self.axes).all(turns);
        if !shape.is_empty() && !one_a_turn {
            let text = format!(
                "the body of a loop over a named dimension is a number; this has the shape {}",
                shape::text(&shape)
            );
            self.shapes(body.place, text);
            return None;
        }
        let mut dims = if shape.is_empty() {
            vec![Dim::literal(1); self.axes.len()]
        } else {
            shape.to_vec()
        };
        let last = dims.len() - 1;
        dims[last] = self.axes[last].axis.clone();
        Some(self.graph.spread(body.node, &dims.into()))
    }

    /// The index of a loop over a named dimension as a number.
    pub(super) fn turn(&mut self, dim: &Dim) -> Option<NodeId> {
        let at = self
            .axes
            .iter()
            .position(|axis| axis.axis.name == dim.name)?;
        let LoopAxis { axis, from } = self.axes[at].clone();
        let count = self.graph.iota(axis.clone());
        let mut dims = vec![Dim::literal(1); self.axes.len()];
        dims[at] = axis;
        let map = (0..dims.len())
            .map(|other| (other == at).then_some(0))
            .collect();
        let count = self.graph.view(count, map, dims.clone().into());
        let start = from.shifted(dim.offset);
        if start == Dim::literal(0) {
            return Some(count);
        }
        let shape: Shape = dims.into();
        let start = self.dim_value(start);
        let start = self.graph.spread(start, &shape);
        Some(self.graph.call("add", &[count, start]))
    }

    /// An entry of an array in a loop over a named dimension: for every turn the entry at its index.
    pub(super) fn turns(&mut self, operand: Operand, indices: &[(Dim, Place)]) -> Option<NodeId> {
        let shape = self.graph.shape(operand.node);
        if indices.len() != shape.len() {
            let who = self.who(operand, "this");
            let text = format!(
                "in a loop over a named dimension, index every axis: {who} has {} of them",
                shape.len()
            );
            self.shapes(operand.place, text);
            return None;
        }
        let mut node = operand.node;
        let mut map = vec![None; self.axes.len()];
        let mut dims = vec![Dim::literal(1); self.axes.len()];
        for (axis, (index, place)) in indices.iter().enumerate() {
            let Some(at) = self
                .axes
                .iter()
                .position(|other| other.axis.name == index.name && index.name.is_some())
            else {
                node = self.graph.slice(node, axis, index.clone(), Dim::literal(1));
                continue;
            };
            if map[at].is_some() {
                self.shapes(
                    *place,
                    "one index stands at two axes; for a diagonal loop over both axes, with `if i == j { x[i, j] } else { 0 }`"
                        .to_owned(),
                );
                return None;
            }
            let LoopAxis { axis: turns, from } = self.axes[at].clone();
            let start = from.shifted(index.offset);
            self.check_turns(&turns, &start, &shape[axis], *place)?;
            node = self.graph.slice(node, axis, start, turns.clone());
            map[at] = Some(axis);
            dims[at] = turns;
        }
        Some(self.graph.view(node, map, dims.into()))
    }

    /// Whether every turn's index lies within the extent.
    fn check_turns(&mut self, turns: &Dim, start: &Dim, extent: &Dim, place: Place) -> Option<()> {
        let length = self
            .loops
            .iter()
            .find(|(name, _)| Some(name) == turns.name.as_ref())
            .map(|(_, extent)| extent.clone())?;
        let end = match (&length.name, &start.name) {
            (_, None) => Some(length.shifted(start.offset)),
            (None, Some(_)) => Some(start.shifted(length.offset)),
            _ => None,
        };
        let rest = end.as_ref().and_then(|end| extent.minus(end));
        let within = rest.is_some_and(|rest| rest.name.is_none() && rest.offset >= 0);
        if within && (start.name.is_some() || start.offset >= 0) {
            return Some(());
        }
        let text = format!(
            "the loop's index runs from {} to below {}, which does not lie within the extent {}",
            shape::dim_text(start),
            end.as_ref()
                .map_or_else(|| "an unknown end".to_owned(), shape::dim_text),
            shape::dim_text(extent)
        );
        self.shapes(place, text);
        None
    }
}

/// How the names of loops' axes begin, which no user's name can.
const LOOP: &str = "loop ";

pub(super) fn is_loop_name(dim: &Dim) -> bool {
    dim.name.as_ref().is_some_and(|name| name.starts_with(LOOP))
}
