//! Definitions whose shape is written, and calls of graphs made elsewhere.
//!
//! Invariant: a call knows the shapes of its arguments from the graph and the shape of its value from the user, a number where
//! nothing is said. What the callee really gives is for rustc to compare, or for a check at run time.

use std::rc::Rc;

use proc_macro2::TokenStream;

use super::expr::Operand;
use super::records::Nodes;
use super::{Gives, Lower, Scope, Unit, layout};
use crate::activity;
use crate::errors::{Calls, Shapes};
use crate::graph::{Call, Graph, Kind, NodeId, Op, Shape, Unknown};
use crate::hash::Set;
use crate::rule;
use crate::shape;
use crate::structs::Value;
use crate::syntax::{self, Callee, Definition, Expr, ExprKind, Place, text};

/// Notes which arguments of calls depend on what is differentiated by: an input, or a variable of a derivative in a formula.
pub(super) fn mark_active(unit: &mut Unit) {
    let inputs = unit.inputs.iter().filter(|input| input.active());
    let mut sources: Vec<NodeId> = inputs.flat_map(|input| input.nodes.clone()).collect();
    let nodes = || unit.graph.ids().map(|id| (id, &unit.graph.node(id).op));
    let derivatives = nodes().filter_map(|(_, op)| match op {
        Op::Gradient(of) | Op::Tangent(of) => Some(*of),
        _ => None,
    });
    let derivatives: Set<usize> = derivatives.collect();
    let is_variable = |op: &Op| matches!(op, Op::Variable { of, .. } if derivatives.contains(of));
    let variables = nodes().filter(|(_, op)| is_variable(op));
    sources.extend(variables.map(|(id, _)| id));
    let mut found: Vec<(usize, Vec<bool>)> = Vec::new();
    activity::visit(&unit.graph, &sources, None, &mut |graph, id, active| {
        let node = graph.node(id);
        if let Op::Call(call) = node.op {
            let args = node.args.iter().map(|arg| active[arg.index()]);
            found.push((call, args.collect()));
        }
    });
    for (call, active) in found {
        let known = unit.graph.calls[call].active.iter_mut();
        known
            .zip(active)
            .for_each(|(known, active)| *known |= active);
    }
    let calls = unit.graph.calls.clone();
    in_bodies(&mut unit.graph, &calls);
}

/// What is known of calls, where they stand in the bodies of loops.
fn in_bodies(graph: &mut Graph, calls: &[Call]) {
    for scan in &mut graph.scans {
        let body = &mut Rc::make_mut(scan).body;
        body.calls = calls.to_vec();
        in_bodies(body, calls);
    }
}

/// How many calls are looked at behind one argument: at worst there is a message too many.
const MOST_BEHIND: usize = 4;

/// Notes which calls stand behind the arguments of others, where arrays are handed to something that might not give a number.
pub(super) fn mark_behind(unit: &mut Unit) {
    let is_doubtful = |call: &Call| {
        let takes_array = call.inputs.iter().any(|shape| !shape.is_empty());
        takes_array && matches!(&*call.outputs, [only] if only.is_empty())
    };
    if !unit.graph.calls.iter().any(is_doubtful) {
        return;
    }
    let mut behind: Vec<Vec<usize>> = Vec::with_capacity(unit.graph.len());
    for id in unit.graph.ids() {
        let node = unit.graph.node(id);
        let of_args = node.args.iter().flat_map(|arg| behind[arg.index()].clone());
        let mut calls: Vec<usize> = of_args.collect();
        calls.sort_unstable();
        calls.dedup();
        calls.truncate(MOST_BEHIND);
        if let Op::Call(call) = node.op {
            let own = is_doubtful(&unit.graph.calls[call]).then_some(call);
            let before = std::mem::replace(&mut calls, own.into_iter().collect());
            unit.graph.calls[call].behind = before;
        }
        behind.push(calls);
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
        let of_output = self.output_shape.take();
        let Some(part) = &definition.part else {
            return match definition.shape.is_some() || of_output.is_some() {
                true => self.defined(definition, of_output, scope).map(Value::Leaf),
                false => self.value(&definition.expr, scope),
            };
        };
        if part.is_first {
            let values = self.parts_of_call(&definition.expr, &part.shapes, scope);
            *parts = values.unwrap_or_default();
        }
        let value = parts.get(part.at)?.clone();
        let Some(written) = &definition.shape else {
            return Some(value);
        };
        let node = self.leaf(value, written.place)?;
        let shape = self.declared_shape(Some(written), &mut scope.clone(), false);
        self.of_declared_shape(definition, written, &shape, node)
            .map(Value::Leaf)
    }

    /// A definition's value, of the shape that is written for it.
    fn defined(
        &mut self,
        definition: &Definition,
        of_output: Option<syntax::Shape>,
        scope: &Scope,
    ) -> Option<NodeId> {
        let of_output = of_output.filter(|_| self.has_foreign_outputs(&definition.expr));
        let Some(written) = definition.shape.as_ref().or(of_output.as_ref()) else {
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
        self.declared = (is_call && known).then(|| Gives::values(vec![shape.clone()]));
        let node = self.expr(&definition.expr, scope);
        self.declared = None;
        self.of_declared_shape(definition, written, &shape, node?)
    }

    /// The value of a definition, if it has the shape that is written for it.
    fn of_declared_shape(
        &mut self,
        definition: &Definition,
        written: &syntax::Shape,
        shape: &Shape,
        node: NodeId,
    ) -> Option<NodeId> {
        let (found, known) = (self.graph.shape(node), shape.len() == written.dims.len());
        if known && found != *shape {
            let problem = Shapes::Definition {
                name: &text(&definition.name),
                declared: shape,
                found: &found,
            };
            self.errors.report(written.place, problem);
            return None;
        }
        Some(node)
    }

    /// `each(f(x))`: a call of a graph of numbers made elsewhere, for each entry of its arguments; none if it is no such call.
    pub(super) fn each_entry(
        &mut self,
        args: &[Expr],
        gives: &Gives,
        scope: &Scope,
    ) -> Option<Option<NodeId>> {
        let [call] = args else { return None };
        if !self.is_foreign(call) {
            return None;
        }
        self.declared = Some(Gives {
            outputs: gives.outputs.clone(),
            by_entry: true,
        });
        Some(self.expr(call, scope))
    }

    /// Whether this is a call of what is no operation and no function of the block.
    fn is_foreign(&self, expr: &Expr) -> bool {
        let ExprKind::Call {
            callee: Callee::Path { segments, .. },
            axis: None,
            ..
        } = &expr.kind
        else {
            return false;
        };
        let [name] = &**segments else { return true };
        let word = text(name);
        let is_ours = !rule::called(&word).is_empty() || layout::NAMES.contains(&&*word);
        !is_ours && self.functions_named(&word).next().is_none()
    }

    /// Whether so many names can be outputs of the expression's, as a call of a graph made elsewhere: `g(x)`, `each(g(x))`.
    fn has_foreign_outputs(&self, expr: &Expr) -> bool {
        let call = match &expr.kind {
            ExprKind::Call {
                callee: Callee::Path { segments, .. },
                args,
                axis: None,
            } => match (&**segments, &**args) {
                ([name], [call]) if *name == "each" => call,
                _ => expr,
            },
            _ => expr,
        };
        self.is_foreign(call)
    }

    /// The outputs of a call of a graph made elsewhere, if the expression is one.
    pub(super) fn foreign_parts(
        &mut self,
        expr: &Expr,
        shapes: &[Option<syntax::Shape>],
        scope: &Scope,
    ) -> Option<Option<Vec<NodeId>>> {
        if !self.has_foreign_outputs(expr) {
            return None;
        }
        let outputs = shapes.iter().map(|written| {
            let shape = self.declared_shape(written.as_ref(), &mut scope.clone(), false);
            let axes = written.as_ref().map_or(0, |written| written.dims.len());
            (shape.len() == axes).then_some(shape)
        });
        let outputs: Vec<Option<Shape>> = outputs.collect();
        let Some(outputs) = outputs.into_iter().collect() else {
            return Some(None);
        };
        self.declared = Some(Gives::values(outputs));
        let first = self.expr(expr, scope);
        self.declared = None;
        Some(first.map(|first| {
            let call = self.graph.node(first).args[0];
            let parts = (0..shapes.len()).map(|at| self.part(call, at, expr.place));
            parts.collect()
        }))
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
        let (mut over, mut outputs) = (shape::number(), gives.outputs);
        if gives.by_entry {
            let word = path.to_string().replace(' ', "");
            over = self.common_shape(&word, operands)?;
            outputs.fill(shape::number());
            let graph = self.at(place);
            args.iter_mut()
                .for_each(|arg| *arg = graph.spread(*arg, &over));
        }
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
            outputs,
            is_apart: false,
            active: vec![false; operands.len()],
            behind: Vec::new(),
            unknown,
            is_refused: false,
        });
        let call = graph.push(Op::Call(call), args, over, Kind::Parts);
        Some(self.part(call, 0, place))
    }

    /// Reports it if an operand that should be an array is a call of which no shape is written. What the callee gives is nothing
    /// to say any more.
    pub(super) fn is_number_of_call(&mut self, operand: Operand) -> bool {
        let node = self.graph.node(operand.node);
        let Op::Part(_) = node.op else { return false };
        let (is_number, of) = (node.shape.is_empty(), self.graph.node(node.args[0]));
        let Op::Call(call) = of.op else { return false };
        if is_number {
            let callee = &self.graph.calls[call].described();
            self.errors
                .report(operand.place, Calls::NumberOfCall { callee });
            self.graph.calls[call].is_refused = true;
        }
        is_number
    }

    /// An output of a call.
    fn part(&mut self, call: NodeId, at: usize, place: Place) -> NodeId {
        let graph = self.at(place);
        let Op::Call(number) = graph.node(call).op else {
            unreachable!("a part is that of a call")
        };
        let shape = match graph.shape(call) {
            number_each if !number_each.is_empty() => number_each,
            _ => graph.calls[number].outputs[at].clone(),
        };
        graph.push(Op::Part(at), vec![call], shape, Kind::Number)
    }
}
