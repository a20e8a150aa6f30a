//! Calls of functions of the same block: their bodies, lowered in the caller's graph.
//!
//! A function of numbers that is given arrays is applied entry by entry, as the body of a loop. Invariant: a body is lowered once
//! for the same arguments; its own mistakes have been reported when the function itself was lowered.

use proc_macro2::Ident;

use super::expr::Operand;
use super::{Binding, Lower, Scope};
use crate::errors::{Calls, Limits, Names, Shapes, count};
use crate::graph::{Kind, LoopId, NodeId, Shape};
use crate::rules::rows;
use crate::shape;
use crate::syntax::{self, Callee, Expr, ExprKind, Function, Param, Place, text};

/// How high expressions may stand in one another through calls.
const HIGHEST: usize = 256;

impl<'f> Lower<'f> {
    /// The value of a function with one output.
    pub(super) fn value_of_call(
        &mut self,
        function: &Function,
        name: &Ident,
        args: &[Expr],
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let values = self.values_of_call(function, name, args, place, scope)?;
        let [value] = *values else {
            let problem = Calls::SeveralOutputs {
                name: &text(name),
                count: values.len(),
            };
            self.errors.report(name.span(), problem);
            return None;
        };
        Some(value)
    }

    /// The values of a call that defines so many names.
    pub(super) fn parts_of_call(
        &mut self,
        expr: &Expr,
        shapes: &[Option<syntax::Shape>],
        scope: &Scope,
    ) -> Option<Vec<NodeId>> {
        if expr.is_missing() {
            return None;
        }
        if let Some(parts) = self.foreign_parts(expr, shapes, scope) {
            return parts;
        }
        let names = shapes.len();
        let function = match &expr.kind {
            ExprKind::Call {
                callee: Callee::Path { segments, .. },
                args,
                axis: None,
            } => match &**segments {
                [name] => {
                    let function = self.function_called(&text(name));
                    function.map(|function| (function, name, args))
                }
                _ => None,
            },
            _ => None,
        };
        let Some((function, name, args)) = function else {
            self.errors.report(expr.place, Calls::PartsOfNoCall);
            return None;
        };
        let values = self.values_of_call(function, name, args, expr.place, scope)?;
        if values.len() != names {
            let problem = Calls::PartsOfCall {
                name: &text(name),
                outputs: values.len(),
                names,
            };
            self.errors.report(name.span(), problem);
            return None;
        }
        Some(values)
    }

    /// The functions of the block with this name, of which there may be one under each of several conditions.
    pub(super) fn functions_named(&self, word: &str) -> impl Iterator<Item = &'f Function> {
        let functions: &'f [Function] = self.functions;
        functions
            .iter()
            .filter(move |function| text(&function.name) == word)
    }

    /// The only function of a name, or that which is there whenever the function at hand is.
    pub(super) fn function_called(&self, word: &str) -> Option<&'f Function> {
        let functions: Vec<&Function> = self.functions_named(word).collect();
        match *functions {
            [only] => Some(only),
            _ => functions
                .into_iter()
                .find(|function| function.condition_texts() == self.conditions),
        }
    }

    /// The function's outputs: its definitions, lowered into this graph with the arguments in the place of its inputs.
    fn values_of_call(
        &mut self,
        function: &Function,
        name: &Ident,
        args: &[Expr],
        place: Place,
        scope: &Scope,
    ) -> Option<Vec<NodeId>> {
        let word = text(name);
        let operands = self.operands(args, scope);
        if let Some(start) = self.inlining.iter().position(|outer| *outer == word) {
            let names = self.inlining[start..].to_vec();
            // Each function of the cycle comes here; the first one speaks for all.
            let mut order = self.functions.iter().map(|function| text(&function.name));
            if order.find(|function| names.contains(function)).as_ref() == names.first() {
                self.errors
                    .report(name.span(), Names::RecursiveFunction { names: &names });
            }
            return None;
        }
        if function.unreadable {
            return None;
        }
        if args.len() != function.params.len() {
            let names: Vec<_> = function
                .params
                .iter()
                .map(|param| text(&param.name))
                .collect();
            let signature = format!("{word}({})", names.join(", "));
            let expected = count(function.params.len());
            self.errors.report(
                name.span(),
                Calls::Arity {
                    signature,
                    expected,
                    found: args.len(),
                    meaning: None,
                },
            );
            return None;
        }
        if self.height > HIGHEST {
            self.errors.report(name.span(), Limits::CallsTooDeep);
            return None;
        }
        let operands = operands?;
        let key = (
            word.clone(),
            operands
                .iter()
                .map(|operand| operand.node)
                .collect::<Vec<_>>(),
        );
        if let Some(known) = self.inlined.get(&key) {
            return known.clone();
        }
        let values = match self.mapped_over(function, &operands)? {
            over if over.is_empty() => self.inlined_body(function, word, &operands, place),
            over => self.mapped(function, word, operands, &over, place),
        };
        self.inlined.insert(key, values.clone());
        values
    }

    /// The axes over which a function of numbers is applied entry by entry: those of the arrays that it gets for numbers, under
    /// the rules of broadcasting.
    fn mapped_over(&mut self, function: &Function, operands: &[Operand]) -> Option<Shape> {
        let arrays = function.params.iter().zip(operands);
        let arrays = arrays.filter(|(param, operand)| self.is_array_for_number(param, **operand));
        let arrays: Vec<Operand> = arrays.map(|(_, operand)| *operand).collect();
        self.common_shape(&text(&function.name), &arrays)
    }

    /// The shape of all operands of a function that is applied entry by entry, under the rules of broadcasting.
    pub(super) fn common_shape(&mut self, function: &str, operands: &[Operand]) -> Option<Shape> {
        let mut common = shape::number();
        for operand in operands {
            let shape = self.graph.shape(operand.node);
            match shape::broadcast(&common, &shape) {
                Ok(both) => common = both,
                Err(why) => {
                    let problem = Shapes::EntryByEntry {
                        function,
                        common: &common,
                        this: &shape,
                        why: &why,
                    };
                    self.errors.report(operand.place, problem);
                    return None;
                }
            }
        }
        Some(common)
    }

    fn is_array_for_number(&self, param: &Param, operand: Operand) -> bool {
        let node = self.graph.node(operand.node);
        let is_number = param.shape.is_none() && !param.unreadable;
        is_number && node.kind == Kind::Number && !node.shape.is_empty()
    }

    /// The function in a loop for each axis, whose values are the entries of its outputs.
    fn mapped(
        &mut self,
        function: &Function,
        word: String,
        mut operands: Vec<Operand>,
        over: &Shape,
        place: Place,
    ) -> Option<Vec<NodeId>> {
        let loops = over.iter().map(|dim| self.new_loop(&word, dim.clone()));
        let loops: Vec<LoopId> = loops.collect();
        for (param, operand) in function.params.iter().zip(&mut operands) {
            if self.is_array_for_number(param, *operand) {
                let graph = self.at(operand.place);
                let spread = graph.spread(operand.node, over);
                let entry = |node, of: &LoopId| graph.entry(node, 0, 0, *of);
                operand.node = loops.iter().fold(spread, entry);
            }
        }
        let values = self.inlined_body(function, word, &operands, place)?;
        let each = |value: NodeId| {
            let mut inwards = loops.iter().rev();
            inwards.try_fold(value, |value, of| self.each(value, *of, place))
        };
        values.into_iter().map(each).collect()
    }

    fn inlined_body(
        &mut self,
        function: &Function,
        word: String,
        operands: &[Operand],
        place: Place,
    ) -> Option<Vec<NodeId>> {
        let inner = self.bind_arguments(function, operands)?;
        self.inlining.push(word);
        let values = self.outputs_in_place(function, inner, place);
        self.inlining.pop();
        values
    }

    fn bind_arguments(&mut self, function: &Function, operands: &[Operand]) -> Option<Scope> {
        let mut inner = Scope::default();
        let mut fits = true;
        for (param, operand) in function.params.iter().zip(operands) {
            if param.unreadable {
                inner.names.insert(text(&param.name), Binding::Nothing);
                continue;
            }
            let labels = param.shape.as_ref().is_some_and(|shape| shape.index);
            let kind = if labels { Kind::Labels } else { Kind::Number };
            fits &= self.want(*operand, kind) && self.fit_argument(param, *operand, &mut inner);
            let node = match param.constant && !labels {
                true => self.at(operand.place).call(rows::stop, &[operand.node]),
                false => operand.node,
            };
            if node != operand.node {
                self.stopped.push(node);
            }
            inner.names.insert(text(&param.name), Binding::Node(node));
        }
        fits.then_some(inner)
    }

    /// Lowers the body where its own mistakes have been reported already, when the function itself was lowered.
    fn outputs_in_place(
        &mut self,
        function: &Function,
        mut inner: Scope,
        place: Place,
    ) -> Option<Vec<NodeId>> {
        self.graph.set_place(place);
        let nodes = self.definitions(function, &mut inner);
        let outputs = function.outputs.iter().map(|output| {
            let name = text(&output.name);
            let mut definitions = function.definitions.iter();
            let at = definitions.position(|definition| text(&definition.name) == name)?;
            nodes[at]
        });
        let outputs: Option<Vec<NodeId>> = outputs.collect();
        outputs.filter(|outputs| !outputs.is_empty())
    }
}
