//! The same entries in another shape: `reshape`, `permute`, and arrays put together by `concat`.
//!
//! Their arguments are shapes and axes, which are known when the graph is made, so they are no rows of the table. Invariant:
//! extents that cannot be compared here are compared before anything is computed.

use proc_macro2::Ident;

use super::expr::Operand;
use super::{Index, Lower, Scope};
use crate::errors::{Reading, Shapes};
use crate::graph::{Dim, Kind, Name, NodeId, Op, Shape};
use crate::shape::HIGHEST_RANK;
use crate::syntax::{Axis, Expr, ExprKind, Place, text};

/// What these operations are called.
pub(super) const NAMES: [&str; 3] = ["reshape", "permute", "concat"];

impl Lower<'_> {
    /// The array that one of these operations makes; none if the name is that of none.
    pub(super) fn in_another_shape(
        &mut self,
        name: &Ident,
        args: &[Expr],
        axis: Option<Axis>,
        place: Place,
        scope: &Scope,
    ) -> Option<Option<NodeId>> {
        let node = match (&*text(name), args) {
            ("reshape", [array, extents]) => self.reshaped(array, extents, scope),
            ("permute", [array, axes]) => self.permuted(array, axes, scope),
            ("concat", parts) if are_arrays(parts) => self.joined_along(parts, axis, place, scope),
            ("reshape", _) => self.layout_arity(name, "reshape(x, [n, 3])"),
            ("permute", _) => self.layout_arity(name, "permute(x, [1, 0])"),
            ("concat", _) => self.layout_arity(name, "concat(a, b, axis = 0)"),
            _ => return None,
        };
        Some(node)
    }

    fn layout_arity(&mut self, name: &Ident, written: &'static str) -> Option<NodeId> {
        self.errors.report(name.span(), Shapes::Layout { written });
        None
    }

    /// The numbers of a list: extents, or axes.
    fn known_list(
        &mut self,
        list: &Expr,
        written: &'static str,
        scope: &Scope,
    ) -> Option<Vec<Dim>> {
        let ExprKind::Array(items) = &list.kind else {
            if !list.is_missing() {
                self.errors.report(list.place, Shapes::Layout { written });
            }
            return None;
        };
        let known = items.iter().map(|item| match self.bound(item, scope)? {
            Index::Known(dim) => Some(dim),
            Index::Turn(..) | Index::Back(..) => {
                let found = "the index of a loop";
                self.errors.report(item.place, Reading::LoopBound { found });
                None
            }
        });
        let known: Vec<Option<Dim>> = known.collect();
        known.into_iter().collect()
    }

    fn array_of(&mut self, expr: &Expr, scope: &Scope) -> Option<Operand> {
        let operand = self.operand(expr, scope)?;
        self.want(operand, Kind::Number).then_some(operand)
    }

    fn reshaped(&mut self, array: &Expr, extents: &Expr, scope: &Scope) -> Option<NodeId> {
        let operand = self.array_of(array, scope);
        let dims = self.known_list(extents, "reshape(x, [n, 3])", scope);
        let (operand, dims) = (operand?, dims?);
        if dims.len() > HIGHEST_RANK {
            self.errors.report(extents.place, Shapes::TooManyAxes);
            return None;
        }
        let below = |dim: &&Dim| dim.name.is_none() && dim.offset < 0;
        if let Some(Dim { offset: extent, .. }) = dims.iter().find(below) {
            let problem = Shapes::ExtentBelow { extent: *extent };
            self.errors.report(extents.place, problem);
            return None;
        }
        let (from, to): (Shape, Shape) = (self.graph.shape(operand.node), dims.into());
        if !self.counts_agree(&from, &to) {
            let problem = Shapes::Reshape {
                from: &from,
                to: &to,
            };
            self.errors.report(extents.place, problem);
            return None;
        }
        Some(self.at(operand.place).reshape(operand.node, to))
    }

    /// Whether two shapes have as many entries; where only sizes can tell, they are compared before anything is computed.
    fn counts_agree(&mut self, from: &Shape, to: &Shape) -> bool {
        let ((count, names), (wanted, others)) = (factors(from), factors(to));
        if names == others {
            return count == wanted;
        }
        let check = (from.clone(), to.clone());
        if !self.count_checks.contains(&check) {
            self.count_checks.push(check);
        }
        true
    }

    fn permuted(&mut self, array: &Expr, axes: &Expr, scope: &Scope) -> Option<NodeId> {
        let operand = self.array_of(array, scope);
        let list = self.known_list(axes, "permute(x, [1, 0])", scope);
        let (operand, list) = (operand?, list?);
        let rank = self.graph.shape(operand.node).len();
        let order: Option<Vec<usize>> = list.iter().map(Dim::size).collect();
        let each_once =
            |order: &Vec<usize>| order.len() == rank && (0..rank).all(|axis| order.contains(&axis));
        let Some(order) = order.filter(each_once) else {
            let who = &self.who(operand, "this");
            self.errors
                .report(axes.place, Shapes::Permute { who, rank });
            return None;
        };
        Some(self.at(operand.place).permute(operand.node, &order))
    }

    fn joined_along(
        &mut self,
        parts: &[Expr],
        axis: Option<Axis>,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let parts: Vec<Option<Operand>> = parts
            .iter()
            .map(|part| self.array_of(part, scope))
            .collect();
        let parts: Vec<Operand> = parts.into_iter().collect::<Option<_>>()?;
        let first = self.graph.shape(parts[0].node);
        if first.is_empty() {
            let said = self.unknown_call(parts[0].node);
            match said {
                Some(message) => self.errors.report(parts[0].place, message),
                None => self.errors.report(parts[0].place, Shapes::ConcatOfNumber),
            }
            return None;
        }
        let along = match axis {
            Some(axis) => self.axis_of(parts[0], axis)?,
            None => 0,
        };
        let mut whole = Dim::literal(0);
        for part in &parts {
            let shape = self.graph.shape(part.node);
            let alike = shape.len() == first.len()
                && (0..first.len()).all(|at| at == along || shape[at] == first[at]);
            if !alike {
                let problem = Shapes::Concat {
                    along,
                    first: &first,
                    this: &shape,
                };
                self.errors.report(part.place, problem);
                return None;
            }
            let Some(sum) = whole.plus(&shape[along]) else {
                let problem = Shapes::SumOfExtents {
                    whole: &whole,
                    extent: &shape[along],
                };
                self.errors.report(part.place, problem);
                return None;
            };
            whole = sum;
        }
        let nodes: Vec<NodeId> = parts.iter().map(|part| part.node).collect();
        Some(self.at(place).concat(&nodes, along, whole))
    }
}

impl Lower<'_> {
    /// What is to be said of a call of what other languages have, which is no mistake of its arguments' then.
    fn unknown_call(&mut self, value: NodeId) -> Option<String> {
        let of = *self.graph.node(value).args.first()?;
        let Op::Call(call) = self.graph.node(of).op else {
            return None;
        };
        let call = &mut self.graph.calls[call];
        let unknown = call.unknown.as_ref()?;
        unknown.meant.as_ref()?;
        call.is_refused = true;
        Some(unknown.message.clone())
    }
}

/// Whether these are arrays to be joined, and not one list of them.
fn are_arrays(parts: &[Expr]) -> bool {
    match parts {
        [] => false,
        [one] => !matches!(one.kind, ExprKind::Array(_)),
        _ => true,
    }
}

/// How many entries there are: a literal, times sizes that are known at run time.
fn factors(shape: &[Dim]) -> (i64, Vec<(Name, i64)>) {
    let mut count: i64 = 1;
    let mut sizes = Vec::new();
    for dim in shape {
        match &dim.name {
            None => count = count.saturating_mul(dim.offset),
            Some(name) => sizes.push((name.clone(), dim.offset)),
        }
    }
    sizes.sort_unstable();
    (count, sizes)
}
