//! Definitions whose shape is written, and calls of graphs made elsewhere.
//!
//! Invariant: a call knows the shapes of its arguments from the graph and the shape of its value from the user, a number where
//! nothing is said. What the callee really gives is for rustc to compare, or for a check at run time.

use proc_macro2::TokenStream;

use super::expr::Operand;
use super::records::Nodes;
use super::{Lower, Scope, Unit};
use crate::activity;
use crate::errors::Shapes;
use crate::graph::{Call, Kind, NodeId, Op, Shape, Unknown};
use crate::shape;
use crate::structs::Value;
use crate::syntax::{Callee, Definition, ExprKind, Place, text};

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
        parts: &mut Vec<Nodes>,
        scope: &Scope,
    ) -> Option<Nodes> {
        let Some(part) = definition.part else {
            return match definition.shape {
                None => self.value(&definition.expr, scope),
                Some(_) => self.defined(definition, scope).map(Value::Leaf),
            };
        };
        if part.is_first {
            let values = self.parts_of_call(&definition.expr, part.of, scope);
            *parts = values.unwrap_or_default();
        }
        parts.get(part.at).cloned()
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
        self.declared = (is_call && known).then(|| shape.clone());
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

    /// A graph made elsewhere: a call of its value, and of its `vjp` where derivatives are needed. `unknown` is what rustc says
    /// if nothing has the name.
    pub(super) fn foreign_call(
        &mut self,
        path: &TokenStream,
        operands: &[Operand],
        output: Shape,
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
        let graph = self.at(place);
        let call = graph.calls.len();
        let inputs = operands.iter().map(|operand| graph.shape(operand.node));
        let inputs = inputs.collect();
        graph.calls.push(Call {
            path: path.clone(),
            inputs,
            output: output.clone(),
            active: vec![false; operands.len()],
            unknown,
            is_refused: false,
        });
        let args = operands.iter().map(|operand| operand.node).collect();
        let parts = graph.push(Op::Call(call), args, shape::number(), Kind::Parts);
        Some(graph.push(Op::Part(0), vec![parts], output, Kind::Number))
    }
}
