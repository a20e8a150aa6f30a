//! Densities: `x ~ normal(mu, sigma)`, a function of the block, or a row of the densities lowered in its place.
//!
//! Invariant: in the body of a row, names mean what the row says, whatever the block has. Outside of a parameter's domain the result is
//! NaN, since the parameter itself is in the body; outside of the support it is -∞, and nothing comes back. Where the point is NaN,
//! so is the result.

use proc_macro2::Ident;

use super::expr::Argument;
use super::records::Nodes;
use super::{Binding, Lower, Scope};
use crate::densities::{self, Density, Written};
use crate::elsewhere;
use crate::errors::{Calls, Names, Shapes, count};
use crate::graph::{Kind, NodeId, Op};
use crate::rule;
use crate::rules::rows;
use crate::structs::Value;
use crate::syntax::{Expr, Function, Given, Place, text};

impl<'f> Lower<'f> {
    pub(super) fn density(
        &mut self,
        name: &Ident,
        args: &[Expr],
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        let word = text(name);
        if let Some(function) = self.own_density(&word, args.len()) {
            return self.value_of_call(function, name, args, place, scope);
        }
        let arguments: Vec<_> = args.iter().map(|arg| self.argument(arg, scope)).collect();
        let rows: Vec<&Density> = Density::named(&word).collect();
        let Some(first) = rows.first() else {
            match self.function_called(&word) {
                Some(function) => self.other_parameters(function, name, args.len()),
                None => self.unknown_density(name, &word),
            }
            return None;
        };
        let arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
        let rows = rows.iter().map(|row| row.written(name.span()));
        let rows: Vec<Written> = rows.collect();
        if rows[0].function.params.len() != arguments.len() {
            let problem = Calls::Arity {
                signature: first.signature(),
                expected: count(rows[0].function.params.len() - 1),
                found: arguments.len() - 1,
                meaning: Some(first.doc.trim()),
            };
            self.errors.report(name.span(), problem);
            return None;
        }
        let mut fitting = rows.iter();
        let Some(row) = fitting.find(|row| self.fits_by_axes(&row.function, &arguments)) else {
            self.no_row(name, &rows);
            return None;
        };
        let arguments = self.counted(&row.function, arguments);
        self.row(row, &word, arguments, place)
    }

    /// A function of the block is meant before a row, unless it is the one that is being lowered.
    fn own_density(&self, word: &str, arguments: usize) -> Option<&'f Function> {
        let function = self.function_called(word)?;
        let is_meant =
            function.params.len() == arguments && !self.inlining.iter().any(|outer| outer == word);
        is_meant.then_some(function)
    }

    /// Reports a function of the block that takes another number of parameters.
    fn other_parameters(&mut self, function: &Function, name: &Ident, arguments: usize) {
        let params = function.params.iter().map(|param| text(&param.name));
        let params: Vec<String> = params.collect();
        let behind = params.get(1..).unwrap_or_default();
        let problem = Calls::Arity {
            signature: format!("{name}({})", behind.join(", ")),
            expected: count(behind.len()),
            found: arguments - 1,
            meaning: None,
        };
        self.errors.report(name.span(), problem);
    }

    fn unknown_density(&mut self, name: &Ident, word: &str) {
        let functions = self.functions.iter().map(|function| text(&function.name));
        let known = densities::names().map(str::to_owned);
        let known: Vec<String> = functions.chain(known).collect();
        let instead = elsewhere::density_name(word).map(str::to_owned);
        let instead = instead.filter(|ours| known.contains(ours));
        let near = instead.or_else(|| rule::nearest(word, known.iter().map(String::as_str)));
        let problem = match elsewhere::half_density(word) {
            Some(whole) => Names::HalfDensity { name: word, whole },
            None => Names::UnknownDensity { name: word, near },
        };
        self.errors.report(name.span(), problem);
    }

    /// Whether each argument has the axes that the row's input has; where that is a number, it may have any.
    fn fits_by_axes(&self, function: &Function, arguments: &[Argument]) -> bool {
        let is_by_entry = function.params.iter().all(|param| param.shape.is_none());
        let mut both = function.params.iter().zip(arguments);
        both.all(|(param, argument)| {
            let Value::Leaf(node) = argument.value else {
                return false;
            };
            let node = self.graph.node(node);
            let is_labels = node.kind == Kind::Labels;
            match &param.shape {
                // Counts may be labels.
                None => is_by_entry || node.shape.is_empty(),
                Some(shape) => {
                    is_labels == (shape.given == Given::Labels)
                        && shape.dims.len() == node.shape.len()
                }
            }
        })
    }

    /// The arguments, with numbers for labels where the row counts by them.
    fn counted(&mut self, function: &Function, mut arguments: Vec<Argument>) -> Vec<Argument> {
        for (param, argument) in function.params.iter().zip(&mut arguments) {
            let Value::Leaf(node) = argument.value else {
                unreachable!("the row fits")
            };
            if self.graph.node(node).kind == Kind::Labels && param.given() == Given::Numbers {
                let graph = self.at(argument.place);
                let (zero, shape) = (graph.number(0.0), graph.shape(node));
                let zeros = graph.spread(zero, &shape);
                argument.value = Value::Leaf(graph.call(rows::add, &[node, zeros]));
            }
        }
        arguments
    }

    fn no_row(&mut self, name: &Ident, rows: &[Written]) {
        let forms = rows.iter().map(|row| format!("`{}`", row.form()));
        let forms: Vec<String> = forms.collect();
        let problem = Shapes::DensityAxes {
            forms: &forms.join(" or "),
        };
        self.errors.report(name.span(), problem);
    }

    fn row(
        &mut self,
        row: &Written,
        word: &str,
        arguments: Vec<Argument>,
        place: Place,
    ) -> Option<Nodes> {
        let over = self.mapped_over(&row.function, &arguments)?;
        let body = |lower: &mut Self, arguments: &[Argument]| {
            let around = std::mem::replace(&mut lower.is_in_row, true);
            lower.inlining.push(word.to_owned());
            let value = lower.body_of_row(row, arguments, place);
            lower.inlining.pop();
            lower.is_in_row = around;
            value.map(|value| vec![Value::Leaf(value)])
        };
        let values = match over.is_empty() {
            true => body(self, &arguments),
            false => self.mapped(&row.function, word, arguments, &over, place, body),
        };
        values?.pop()
    }

    fn body_of_row(
        &mut self,
        row: &Written,
        arguments: &[Argument],
        place: Place,
    ) -> Option<NodeId> {
        let mut inner = self.bind_arguments(&row.function, arguments)?;
        let [infinity, nan] = [f64::INFINITY, f64::NAN].map(|value| self.graph.number(value));
        for (name, value) in [("infinity", infinity), ("nan", nan)] {
            inner.names.insert(name.to_owned(), Binding::Node(value));
        }
        let mut outside = self.graph.number(f64::NEG_INFINITY);
        for (name, domain, condition) in &row.domain {
            let of = self.place_of_argument(row, name, arguments);
            let holds = self.expr(condition, &inner)?;
            let is_known = self.is_known_to_hold(holds) == Some(true);
            let held = self.held_in(name, holds, (nan, of, domain), &inner)?;
            inner.names.insert((*name).to_owned(), Binding::Node(held));
            if row.support.is_some() && !is_known {
                outside = self.chosen(holds, outside, nan, place);
            }
        }
        // A row is right at its edges as it is written, so its slopes need no care of their own.
        let around = std::mem::replace(&mut self.graph.is_regular, true);
        let outputs = self.outputs_in_place(&row.function, inner.clone(), place);
        self.graph.is_regular = around;
        let outputs = outputs?;
        let value = self.leaf(outputs.into_iter().next()?, place)?;
        let Some(support) = &row.support else {
            return Some(value);
        };
        let outside = self.known_outside(outside, arguments[0].value.clone(), nan, place)?;
        let condition = self.expr(support, &inner)?;
        Some(self.chosen(condition, value, outside, place))
    }

    /// What is outside of a support; a NaN is nowhere, and stays NaN.
    fn known_outside(
        &mut self,
        outside: NodeId,
        point: Value<NodeId>,
        nan: NodeId,
        place: Place,
    ) -> Option<NodeId> {
        let point = self.leaf(point, place)?;
        if self.graph.constant(point).is_some() {
            return Some(outside);
        }
        let is_number = self.at(place).call(rows::equal, &[point, point]);
        Some(self.chosen(is_number, outside, nan, place))
    }

    /// A branch of a row, whose conditions have the axes of what they are about.
    fn chosen(&mut self, condition: NodeId, yes: NodeId, no: NodeId, place: Place) -> NodeId {
        let both = self.at(place).branch(condition, yes, no);
        both.unwrap_or_else(|_| unreachable!("a condition has the axes of what it is about"))
    }

    /// A parameter where it lives, and NaN elsewhere.
    fn held_in(
        &mut self,
        name: &str,
        holds: NodeId,
        (nan, place, domain): (NodeId, Place, &str),
        scope: &Scope,
    ) -> Option<NodeId> {
        let Some(&Binding::Node(parameter)) = scope.names.get(name) else {
            unreachable!("`{name}` is an input of the row")
        };
        match (self.graph.constant(parameter), self.is_known_to_hold(holds)) {
            (Some(value), Some(false)) => {
                let problem = Calls::DensityDomain {
                    name,
                    value,
                    domain,
                };
                self.errors.report(place, problem);
                None
            }
            (_, Some(true)) => Some(parameter),
            _ => Some(self.chosen(holds, parameter, nan, place)),
        }
    }

    /// Whether a condition of literals holds.
    fn is_known_to_hold(&self, condition: NodeId) -> Option<bool> {
        let node = self.graph.node(condition);
        let Op::Apply(rule) = node.op else {
            return None;
        };
        let both = |of: &dyn Fn(bool, bool) -> bool| {
            let [a, b] = [0, 1].map(|at| self.is_known_to_hold(node.args[at]));
            Some(of(a?, b?))
        };
        let numbers = |of: &dyn Fn(&f64, &f64) -> bool| {
            let [a, b] = [0, 1].map(|at| self.known_number(node.args[at]));
            Some(of(&a?, &b?))
        };
        match rule {
            rows::and => both(&|a, b| a && b),
            rows::or => both(&|a, b| a || b),
            rows::less => numbers(&f64::lt),
            rows::less_equal => numbers(&f64::le),
            rows::greater => numbers(&f64::gt),
            rows::greater_equal => numbers(&f64::ge),
            rows::equal => numbers(&f64::eq),
            _ => None,
        }
    }

    fn known_number(&self, node: NodeId) -> Option<f64> {
        let floor = self.graph.operand_of(rows::floor, node);
        match floor {
            Some(of) => self.graph.constant(of).map(f64::floor),
            None => self.graph.constant(node),
        }
    }

    fn place_of_argument(&self, row: &Written, name: &str, arguments: &[Argument]) -> Place {
        let mut params = row.function.params.iter();
        let at = params.position(|param| param.name == name);
        at.map_or_else(
            || unreachable!("`{name}` is an input of the row"),
            |at| arguments[at].place,
        )
    }
}
