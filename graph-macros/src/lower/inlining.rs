//! Calls of functions of the same block: their bodies, lowered in the caller's graph.
//!
//! A function of numbers that is given arrays is applied entry by entry, as the body of a loop. Invariant: a body is lowered once
//! for the same arguments; its own mistakes have been reported when the function itself was lowered.

use proc_macro2::Ident;

use super::derivatives::differentiated_by;
use super::expr::{Argument, Operand};
use super::records::Nodes;
use super::states::place_of_names;
use super::{Binding, Lower, Scope};
use crate::errors::{Calls, Limits, Names, Shapes, count};
use crate::graph::{Dim, Kind, LoopId, NodeId, Op, Shape};
use crate::library;
use crate::rules::rows;
use crate::shape;
use crate::structs::{self, Value};
use crate::syntax::{self, Expr, ExprKind, Function, Given, LoopKind, Param, Place, Role, text};

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
    ) -> Option<Nodes> {
        let values = self.values_of_call(function, name, args, place, scope)?;
        let [value] = &*values else {
            let problem = Calls::SeveralOutputs {
                name: &text(name),
                count: values.len(),
            };
            self.errors.report(name.span(), problem);
            return None;
        };
        Some(value.clone())
    }

    /// The values of a call that defines so many names.
    pub(super) fn parts_of_call(
        &mut self,
        expr: &Expr,
        shapes: &[Option<syntax::Shape>],
        scope: &Scope,
    ) -> Option<Vec<Nodes>> {
        if expr.is_missing() {
            return None;
        }
        let names = shapes.len();
        if let Some(parts) = self.eigh(expr, names, scope) {
            return parts.map(|parts| parts.into_iter().map(Value::Leaf).collect());
        }
        if let Some(parts) = self.foreign_parts(expr, shapes, scope) {
            return parts.map(|parts| parts.into_iter().map(Value::Leaf).collect());
        }
        if let ExprKind::Loop(repetition) = &expr.kind
            && let LoopKind::Fold { carried, .. } = &repetition.kind
        {
            if carried.len() != names {
                let place = place_of_names(carried, expr.place);
                let carried: Vec<String> = carried.iter().map(text).collect();
                let problem = Calls::CarriedNames {
                    carried: &carried,
                    found: names,
                };
                self.errors.report(place, problem);
                return None;
            }
            return self.carried(repetition, expr.place, scope);
        }
        let function = expr.call_by_name().and_then(|(name, args)| {
            let function = self.function_called(&text(name));
            function.map(|function| (function, name, args))
        });
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

    /// The functions of the block with this name, of which there may be one under each of several conditions; or that of the library.
    pub(super) fn functions_named(&self, word: &str) -> impl Iterator<Item = &'f Function> {
        let own: &'f [Function] = if self.is_in_row { &[] } else { self.functions };
        let is_meant = move |function: &&Function| text(&function.name) == word;
        let is_own = own.iter().any(|function| is_meant(&function));
        let functions = match is_own {
            true => own,
            false => library::named(word, self.library),
        };
        functions.iter().filter(is_meant)
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
    ) -> Option<Vec<Nodes>> {
        let signature = text(name);
        // One of the library is another one than the block's of its name.
        let word = match function.role {
            Role::Library => format!("__{signature}"),
            _ => signature.clone(),
        };
        let arguments: Vec<_> = args.iter().map(|arg| self.argument(arg, scope)).collect();
        let arguments: Option<Vec<Argument>> = arguments.into_iter().collect();
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
            let signature = format!("{signature}({})", names.join(", "));
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
        let arguments = arguments?;
        let leaves = arguments
            .iter()
            .flat_map(|argument| argument.value.leaves());
        let key = (word.clone(), leaves.copied().collect::<Vec<_>>());
        if let Some(known) = self.inlined.get(&key) {
            return known.clone();
        }
        let values = match self.mapped_over(function, &arguments)? {
            over if over.is_empty() => self.inlined_body(function, word.clone(), &arguments, place),
            over => {
                let body = |lower: &mut Self, arguments: &[Argument]| {
                    lower.inlined_body(function, word.clone(), arguments, place)
                };
                self.mapped(function, &word, arguments, &over, place, body)
            }
        };
        self.inlined.insert(key, values.clone());
        values
    }

    /// The axes over which a function of numbers is applied entry by entry: those of the arrays that it gets for numbers, under
    /// the rules of broadcasting.
    pub(super) fn mapped_over(
        &mut self,
        function: &Function,
        arguments: &[Argument],
    ) -> Option<Shape> {
        let arrays = function.params.iter().zip(arguments);
        let arrays = arrays.filter_map(|(param, argument)| self.array_for_number(param, argument));
        let arrays: Vec<Operand> = arrays.collect();
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

    /// An array that a function gets where it takes a number.
    fn array_for_number(&self, param: &Param, argument: &Argument) -> Option<Operand> {
        let Value::Leaf(node) = argument.value else {
            return None;
        };
        let found = self.graph.node(node);
        let is_number = param.shape.is_none() && param.record.is_none() && !param.unreadable;
        let place = argument.place;
        (is_number && found.kind == Kind::Number && !found.shape.is_empty())
            .then_some(Operand { node, place })
    }

    /// The function in a loop for each axis, whose values are the entries of its outputs.
    pub(super) fn mapped(
        &mut self,
        function: &Function,
        word: &str,
        mut arguments: Vec<Argument>,
        over: &Shape,
        place: Place,
        body: impl Fn(&mut Self, &[Argument]) -> Option<Vec<Nodes>>,
    ) -> Option<Vec<Nodes>> {
        if self.stepwise_around > 0 && shape::is_small(over) {
            return self.entry_by_entry(function, &arguments, over, body);
        }
        let loops = over.iter().map(|dim| self.new_loop(word, dim.clone()));
        let loops: Vec<LoopId> = loops.collect();
        for (param, argument) in function.params.iter().zip(&mut arguments) {
            if let Some(operand) = self.array_for_number(param, argument) {
                let graph = self.at(operand.place);
                let spread = graph.spread(operand.node, over);
                let entry = |node, of: &LoopId| graph.entry(node, 0, 0, *of);
                argument.value = Value::Leaf(loops.iter().fold(spread, entry));
            }
        }
        let values = body(self, &arguments)?;
        let mut fits = true;
        let mut each = |value: &NodeId| {
            let mut inwards = loops.iter().rev();
            let table = inwards.try_fold(*value, |value, of| self.each(value, *of, place));
            fits &= table.is_some();
            table.unwrap_or(*value)
        };
        let values = values.iter().map(|value| value.map(&mut each)).collect();
        fits.then_some(values)
    }

    /// The function once for each entry: in a step of a loop, where small arrays are to be taken apart.
    fn entry_by_entry(
        &mut self,
        function: &Function,
        arguments: &[Argument],
        over: &Shape,
        body: impl Fn(&mut Self, &[Argument]) -> Option<Vec<Nodes>>,
    ) -> Option<Vec<Nodes>> {
        let mut of_entries = vec![arguments.to_vec(); shape::entries(over)];
        for (at, param) in function.params.iter().enumerate() {
            let Some(operand) = self.array_for_number(param, &arguments[at]) else {
                continue;
            };
            let spread = self.at(operand.place).spread(operand.node, over);
            let entries = self.entries_of_value(spread);
            for (arguments, entry) in of_entries.iter_mut().zip(entries) {
                arguments[at].value = Value::Leaf(entry);
            }
        }
        let values = of_entries.iter().map(|arguments| body(self, arguments));
        let values: Vec<Vec<Nodes>> = values.collect::<Option<_>>()?;
        let mut whole = values.first()?.clone();
        for (at, value) in whole.iter_mut().enumerate() {
            let leaves = values.iter().map(|values| values[at].leaves());
            let leaves: Vec<Vec<&NodeId>> = leaves.collect();
            let mut leaf = 0;
            *value = value.map(&mut |_| {
                let entries = leaves.iter().map(|leaves| *leaves[leaf]).collect();
                leaf += 1;
                self.side_by_side(entries, over)
            });
        }
        Some(whole)
    }

    fn inlined_body(
        &mut self,
        function: &Function,
        word: String,
        arguments: &[Argument],
        place: Place,
    ) -> Option<Vec<Nodes>> {
        let inner = self.bind_arguments(function, arguments)?;
        let is_in_row = self.is_in_row || function.role == Role::Library;
        let around = std::mem::replace(&mut self.is_in_row, is_in_row);
        self.inlining.push(word);
        let values = self.outputs_in_place(function, inner, place);
        self.inlining.pop();
        self.is_in_row = around;
        values
    }

    pub(super) fn bind_arguments(
        &mut self,
        function: &Function,
        arguments: &[Argument],
    ) -> Option<Scope> {
        let mut inner = Scope::default();
        let mut fits = true;
        let varied = differentiated_by(&function.definitions);
        for (param, argument) in function.params.iter().zip(arguments) {
            if !param.unreadable && param.given() == Given::Count {
                fits &= self.bind_count(param, argument, &mut inner);
                continue;
            }
            let binding = match param.unreadable {
                true => Binding::Nothing,
                false => {
                    fits &= self.fits(param, argument, &mut inner);
                    let held = self.held(param, argument);
                    Binding::of(match varied.contains(&text(&param.name)) {
                        true => self.apart(&held),
                        false => held,
                    })
                }
            };
            inner.names.insert(text(&param.name), binding);
        }
        fits.then_some(inner)
    }

    /// Whether an argument is what an input is declared as.
    fn fits(&mut self, param: &Param, argument: &Argument, inner: &mut Scope) -> bool {
        let place = argument.place;
        let node = match (&param.record, &argument.value) {
            (Some(of), value) => {
                let declared = structs::tree(self.structs, of);
                return self.fit_struct(&declared, value, place, inner);
            }
            (None, Value::Leaf(node)) => *node,
            (None, tree) => return self.leaf(tree.clone(), place).is_some(),
        };
        let labels = param.given() == Given::Labels;
        let kind = if labels { Kind::Labels } else { Kind::Number };
        let operand = Operand { node, place };
        let name = text(&param.name);
        self.want(operand, kind) && self.fit_shape(&name, param.shape.as_ref(), operand, inner)
    }

    /// An argument as the body knows it: held constant where the input is.
    fn held(&mut self, param: &Param, argument: &Argument) -> Nodes {
        let place = argument.place;
        argument.value.map(&mut |node| {
            let is_number = self.graph.node(*node).kind == Kind::Number;
            if !param.constant || !is_number {
                return *node;
            }
            let held = self.at(place).call(rows::stop, &[*node]);
            if held != *node {
                self.stopped.push(held);
            }
            held
        })
    }

    /// A count of the function called, which has to be known as an extent is.
    fn bind_count(&mut self, param: &Param, argument: &Argument, inner: &mut Scope) -> bool {
        let (name, place) = (text(&param.name), argument.place);
        let Some(node) = self.leaf(argument.value.clone(), place) else {
            return false;
        };
        let Some(size) = self.extent_of(node) else {
            let problem = Calls::CountNeeded { name: &name };
            self.errors.report(place, problem);
            return false;
        };
        if let Some(other) = inner.dims.get(&name).filter(|other| **other != size) {
            let (count, other) = (&size, other);
            let problem = Shapes::CountOfArgument {
                name: &name,
                count,
                other,
            };
            self.errors.report(place, problem);
            return false;
        }
        let binding = Binding::count(&name, size, inner);
        inner.names.insert(name, binding);
        true
    }

    /// The extent that a number is: a literal, or the size of a dimension shifted by one.
    fn extent_of(&self, node: NodeId) -> Option<Dim> {
        let graph = &self.graph;
        if let Some(value) = graph.constant(node) {
            return Dim::of_number(value).filter(|size| size.offset >= 0);
        }
        let node = graph.node(node);
        match (&node.op, &*node.args) {
            (Op::Extent(dims), _) => match &**dims {
                [only] => Some(only.clone()),
                _ => None,
            },
            (Op::Apply(rule @ (rows::add | rows::sub)), [size, by]) => {
                let by = Dim::of_number(graph.constant(*by)?)?.offset;
                let by = if *rule == rows::add { by } else { -by };
                Some(self.extent_of(*size)?.shifted(by))
            }
            _ => None,
        }
    }

    /// Lowers the body where its own mistakes have been reported already, when the function itself was lowered.
    pub(super) fn outputs_in_place(
        &mut self,
        function: &Function,
        mut inner: Scope,
        place: Place,
    ) -> Option<Vec<Nodes>> {
        self.graph.set_place(place);
        let nodes = self.definitions(function, &mut inner);
        let outputs = function.outputs.iter().map(|output| {
            let name = text(&output.name);
            let mut definitions = function.definitions.iter();
            let at = definitions.position(|definition| text(&definition.name) == name)?;
            nodes[at].clone()
        });
        let outputs: Option<Vec<Nodes>> = outputs.collect();
        outputs.filter(|outputs| !outputs.is_empty())
    }
}
