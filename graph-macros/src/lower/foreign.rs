//! Definitions whose shape is written, and calls of graphs made elsewhere.
//!
//! Invariant: a call knows the shapes of its arguments from the graph and the shape of its value from the user, a number where
//! nothing is said. What the callee really gives is for rustc to compare, or for a check at run time.

use proc_macro2::TokenStream;

use super::expr::Operand;
use super::{Gives, Lower, Scope, Unit, layout};
use crate::activity;
use crate::errors::Shapes;
use crate::graph::{Call, Kind, NodeId, Op, Unknown};
use crate::rule;
use crate::shape;
use crate::syntax::{Callee, Definition, Expr, ExprKind, Place, text};

/// Notes which arguments of calls depend on an input that is differentiated by.
pub(super) fn mark_active(unit: &mut Unit) {
    let inputs = unit.inputs.iter().filter(|input| input.active());
    let sources: Vec<NodeId> = inputs.flat_map(|input| input.nodes.clone()).collect();
    let active = activity::active(&unit.graph, &sources);
    for id in unit.graph.ids() {
        if let Op::Call(call) = unit.graph.node(id).op {
            let args = unit.graph.node(id).args.iter();
            let args = args.map(|arg| active[arg.index()]).collect();
            unit.graph.calls[call].active = args;
        }
    }
}

impl Lower<'_> {
    /// A definition's value. Of several that one call defines, the first has the call lowered and keeps its `parts`.
    pub(super) fn definition(
        &mut self,
        definition: &Definition,
        parts: &mut Vec<NodeId>,
        scope: &Scope,
    ) -> Option<NodeId> {
        let Some(part) = definition.part else {
            return self.defined(definition, scope);
        };
        if part.at == 0 {
            let values = self.parts_of_call(&definition.expr, part.of, scope);
            *parts = values.unwrap_or_default();
        }
        parts.get(part.at).copied()
    }

    /// A definition's value, of the shape that is written for it.
    fn defined(&mut self, definition: &Definition, scope: &Scope) -> Option<NodeId> {
        let Some(written) = &definition.shape else {
            return self.expr(&definition.expr, scope);
        };
        let shape = self.declared_shape(Some(written), &mut scope.clone(), false);
        let known = shape.len() == written.dims.len();
        let is_call = matches!(
            &definition.expr.kind,
            ExprKind::Call {
                callee: Callee::Path { .. },
                ..
            }
        );
        self.declared = (is_call && known).then(|| Gives::Value(shape.clone()));
        let node = self.expr(&definition.expr, scope);
        self.declared = None;
        let found = self.graph.shape(node?);
        if known && found != shape {
            let problem = Shapes::Definition {
                name: &text(&definition.name),
                declared: &shape,
                found: &found,
            };
            self.errors.report(written.place, problem);
            return None;
        }
        node
    }

    /// `each(f(x))`: a call of a graph of numbers made elsewhere, for each entry of its arguments; none if it is no such call.
    pub(super) fn each_entry(&mut self, args: &[Expr], scope: &Scope) -> Option<Option<NodeId>> {
        let [call] = args else { return None };
        let ExprKind::Call {
            callee: Callee::Path { segments, .. },
            axis: None,
            ..
        } = &call.kind
        else {
            return None;
        };
        if let [name] = &**segments {
            let word = text(name);
            let is_ours = !rule::called(&word).is_empty() || layout::NAMES.contains(&&*word);
            if is_ours || self.functions_named(&word).next().is_some() {
                return None;
            }
        }
        self.declared = Some(Gives::Entries);
        Some(self.expr(call, scope))
    }

    /// A graph made elsewhere: a call of its value, and of its `vjp` where derivatives are needed. `unknown` is what rustc says
    /// if nothing has the name.
    pub(super) fn foreign_call(
        &mut self,
        path: &TokenStream,
        operands: &[Operand],
        gives: Gives,
        place: Place,
        unknown: Option<Unknown>,
    ) -> Option<NodeId> {
        let mut fits = true;
        for operand in operands {
            fits &= self.want(*operand, Kind::Number);
        }
        if !fits {
            return None;
        }
        let mut args: Vec<NodeId> = operands.iter().map(|operand| operand.node).collect();
        let (over, output) = match gives {
            Gives::Value(output) => (shape::number(), output),
            Gives::Entries => {
                let word = path.to_string().replace(' ', "");
                let over = self.common_shape(&word, operands)?;
                let graph = self.at(place);
                args.iter_mut()
                    .for_each(|arg| *arg = graph.spread(*arg, &over));
                (over, shape::number())
            }
        };
        let graph = self.at(place);
        let call = graph.calls.len();
        let inputs = args.iter().map(|arg| match over.is_empty() {
            true => graph.shape(*arg),
            false => shape::number(),
        });
        let inputs = inputs.collect();
        graph.calls.push(Call {
            path: path.clone(),
            inputs,
            output: output.clone(),
            active: vec![false; operands.len()],
            unknown,
            is_refused: false,
        });
        let shape = if over.is_empty() {
            output
        } else {
            over.clone()
        };
        let parts = graph.push(Op::Call(call), args, over, Kind::Parts);
        Some(graph.push(Op::Part(0), vec![parts], shape, Kind::Number))
    }
}
