//! Expressions to nodes: names, operators, calls and branches.
//!
//! Invariant: `None` means that the error is reported. Every operand is lowered even after another one failed, so that
//! all errors of an expression come at once.

use proc_macro2::{Ident, TokenStream};

use super::derivatives::Derivative;
use super::records::Nodes;
use super::{Binding, Gives, Index, Lower, Scope};
use crate::builder::Builder;
use crate::elsewhere;
use crate::errors::{Calls, Limits, Names, Reading, count};
use crate::formula;
use crate::graph::{Kind, NodeId};
use crate::rule::{self, Forward, RuleId};
use crate::rules::rows;
use crate::shape;
use crate::structs::Value;
use crate::syntax::{Axis, Callee, Expr, ExprKind, Given, Place, text};

/// From so many errors on, messages make no proposals.
const MANY_ERRORS: usize = 100;

/// A lowered operand and the source it came from, for messages about it.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub node: NodeId,
    pub place: Place,
}

/// The same where it may be a struct.
#[derive(Clone)]
pub(super) struct Argument {
    pub value: Nodes,
    pub place: Place,
}

impl Lower<'_> {
    /// A number, an array or a condition.
    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope) -> Option<NodeId> {
        let value = self.value(expr, scope)?;
        self.leaf(value, expr.place)
    }

    /// What an expression becomes by its kind, which decides nothing about what its parts have to be.
    pub(super) fn lowered(&mut self, expr: &Expr, scope: &Scope) -> Option<Nodes> {
        let node = match &expr.kind {
            ExprKind::Missing => None,
            // The structs of the block are wrong, which is said.
            ExprKind::Field { .. } | ExprKind::Record { .. } if self.structs.is_empty() => None,
            ExprKind::Name(name) => return self.name(name, scope),
            ExprKind::Field { base, name } => return self.field(base, name, scope),
            ExprKind::Numbered { base, number } => {
                self.numbered(base, number, scope);
                None
            }
            ExprKind::Record { name, fields } => {
                return self.record(name, fields, expr.place, scope);
            }
            ExprKind::Number(value) => Some(self.at(expr.place).number(*value)),
            ExprKind::Rust(tokens) => self.rust(tokens, expr.place, scope),
            ExprKind::Call {
                callee: Callee::Operator(operator),
                args,
                ..
            } => {
                let operands = self.operands(args, scope)?;
                self.operate(operator.rule, &operands, operator.span.into())
            }
            ExprKind::Call {
                callee: Callee::Path { segments, tokens },
                args,
                axis,
            } => return self.call(segments, tokens, args, *axis, expr.place, scope),
            ExprKind::Call {
                callee: Callee::Density(name),
                args,
                ..
            } => return self.density(name, args, expr.place, scope),
            ExprKind::Chain { first, rest } => {
                let mut left = self.operand(first, scope);
                for (operator, right) in rest {
                    let right = self.operand(right, scope);
                    left = left.zip(right).and_then(|(left, right)| {
                        let node =
                            self.operate(operator.rule, &[left, right], operator.span.into())?;
                        self.note_step(node, operator.rule, [left.node, right.node]);
                        Some(Operand {
                            node,
                            place: left.place.to(right.place),
                        })
                    });
                }
                left.map(|operand| operand.node)
            }
            ExprKind::Several(values) => {
                let count = values.len();
                self.errors
                    .report(expr.place, Calls::SeveralValues { count });
                None
            }
            ExprKind::If { condition, yes, no } => {
                let one = |lower: &mut Self, side: &Expr| Some(vec![lower.argument(side, scope)?]);
                let found = self.conditional((condition, yes, no), expr.place, scope, &one);
                return found?.pop();
            }
            ExprKind::Array(entries) => {
                let entries = self.operands(entries, scope)?;
                self.stack(&entries)
            }
            ExprKind::Index { base, items } => return self.index(base, items, scope),
            ExprKind::Transpose(base) => {
                let base = self.number_operand(base, scope)?;
                let graph = self.at(expr.place);
                Some(graph.transpose(base.node))
            }
            ExprKind::Loop(repetition) => {
                return self.repetition(repetition, expr.place, scope);
            }
            ExprKind::Block { definitions, value } => {
                return self.block(definitions, value, scope);
            }
        };
        node.map(Value::Leaf)
    }

    /// The builder, making nodes that come from `place`.
    pub(super) fn at(&mut self, place: Place) -> &mut Builder {
        self.graph.set_place(place);
        &mut self.graph
    }

    /// A part of an expression, counted among the effort.
    pub(super) fn argument(&mut self, expr: &Expr, scope: &Scope) -> Option<Argument> {
        // What the table's formulas add is bounded by what they are used for.
        if self.effort.is_too_much(&self.graph) {
            return self.too_large(expr.place);
        }
        self.effort.operands += 1;
        let (value, place) = (self.value(expr, scope)?, expr.place);
        Some(Argument { value, place })
    }

    /// A part that has to be a number, an array or a condition.
    pub(super) fn operand(&mut self, expr: &Expr, scope: &Scope) -> Option<Operand> {
        let Argument { value, place } = self.argument(expr, scope)?;
        let node = self.leaf(value, place)?;
        Some(Operand { node, place })
    }

    /// Reports it once that loops and calls, written out, are more than anyone could want.
    fn too_large<T>(&mut self, place: Place) -> Option<T> {
        if !self.effort.too_much {
            let most = super::MOST_NODES;
            self.errors.report(place, Limits::TooLarge { most });
        }
        self.effort.too_much = true;
        None
    }

    pub(super) fn operands(&mut self, args: &[Expr], scope: &Scope) -> Option<Vec<Operand>> {
        let operands: Vec<_> = args.iter().map(|arg| self.operand(arg, scope)).collect();
        operands.into_iter().collect()
    }

    fn number_operand(&mut self, expr: &Expr, scope: &Scope) -> Option<Operand> {
        let operand = self.operand(expr, scope)?;
        self.want(operand, Kind::Number).then_some(operand)
    }

    /// Reports unless the operand is of the kind.
    pub(super) fn want(&mut self, operand: Operand, kind: Kind) -> bool {
        let node = self.graph.node(operand.node);
        let problem = match (node.kind, kind) {
            (found, wanted) if found == wanted => return true,
            (Kind::Labels, _) => {
                let input = self.input_of_labels(operand.node);
                if self.labels_said.insert(input) {
                    let name = &self.inputs[input.0].label.clone();
                    let problem = Calls::LabelsInMaths { name };
                    self.errors.report(operand.place, problem);
                }
                return false;
            }
            (_, Kind::Condition) => Calls::ConditionNeeded,
            (_, Kind::Labels) => Calls::LabelsNeeded,
            _ => Calls::NumberNeeded,
        };
        self.errors.report(operand.place, problem);
        false
    }

    // Names and constants.

    fn name(&mut self, ident: &Ident, scope: &Scope) -> Option<Nodes> {
        match scope.names.get(&text(ident)) {
            Some(Binding::Node(node)) => Some(Value::Leaf(*node)),
            Some(Binding::Struct(tree)) => Some(tree.clone()),
            Some(Binding::Index(index)) => {
                let index = self.index_value(index.clone(), ident.span().into());
                Some(Value::Leaf(index))
            }
            Some(Binding::Nothing) => None,
            None => self.free_name(ident, scope).map(Value::Leaf),
        }
    }

    /// What a name means that nothing is bound to.
    fn free_name(&mut self, ident: &Ident, scope: &Scope) -> Option<NodeId> {
        let name = text(ident);
        if self.pending.contains(&name) {
            return None;
        }
        if let Some(dim) = scope.dims.get(&name) {
            return Some(self.index_value(Index::Known(dim.clone()), ident.span().into()));
        }
        match name.as_str() {
            "PI" => Some(self.at(ident.span().into()).number(std::f64::consts::PI)),
            "TAU" => Some(self.at(ident.span().into()).number(std::f64::consts::TAU)),
            _ if self.captures => Some(self.capture(ident, &name)),
            _ => {
                self.unknown_name(ident, &name, scope);
                None
            }
        }
    }

    /// A free name of an inline graph is an input, from its first use on.
    fn capture(&mut self, ident: &Ident, name: &str) -> NodeId {
        if let Some(known) = self.captured.get(name) {
            return *known;
        }
        let node = self.plain_input(ident, false, shape::number(), Given::Numbers);
        self.captured.insert(name.to_owned(), node);
        node
    }

    pub(super) fn unknown_name(&mut self, ident: &Ident, name: &str, scope: &Scope) {
        if !self.unknown.insert(name.to_owned()) {
            return;
        }
        if self
            .functions
            .iter()
            .any(|function| text(&function.name) == name)
            || !rule::called(name).is_empty()
        {
            self.errors
                .report(ident.span(), Names::FunctionAsValue { name });
            return;
        }
        if name.contains('·') {
            let product = &name.replace('·', "*");
            self.errors
                .report(ident.span(), Names::DotInName { name, product });
            return;
        }
        // Comparing with every name takes its time; nobody reads so many messages at once.
        let few = self.errors.len() < MANY_ERRORS;
        // And every name of one letter is near every other one.
        let few = few && name.chars().nth(1).is_some();
        let names = scope.names.keys().filter(|_| few);
        let problem = Names::UnknownName {
            name,
            instead: elsewhere::value(name),
            near: rule::nearest(name, names.map(String::as_str)),
        };
        self.errors.report(ident.span(), problem);
    }

    // Operations.

    /// An operation of the table on operands that are there already.
    pub(super) fn operate(
        &mut self,
        rule: RuleId,
        operands: &[Operand],
        place: Place,
    ) -> Option<NodeId> {
        let row = rule.row();
        let wanted = if matches!(row.forward, Forward::Logic(_)) {
            Kind::Condition
        } else {
            Kind::Number
        };
        let kinds: Vec<bool> = operands
            .iter()
            .map(|operand| self.want(*operand, wanted))
            .collect();
        if kinds.contains(&false) {
            return None;
        }
        self.check_domain(rule, operands)?;
        self.fix(rule, operands);
        self.graph.set_place(place);
        let nodes: Vec<NodeId> = operands.iter().map(|operand| operand.node).collect();
        let node = match formula::operate(&mut self.graph, rule, &nodes) {
            Ok(node) => node,
            Err(unfit) if row.is_written_out() => return self.unfit_formula(rule, unfit),
            Err(unfit) => {
                let places: Vec<Place> = operands.iter().map(|operand| operand.place).collect();
                return self.unfit(unfit, &places);
            }
        };
        if rule == rows::stop {
            self.stopped.push(node);
        }
        Some(node)
    }

    fn check_domain(&mut self, rule: RuleId, operands: &[Operand]) -> Option<()> {
        let Some(condition) = rule.row().condition() else {
            return Some(());
        };
        let operand = operands[condition.arg];
        let Some(value) = self.graph.constant(operand.node) else {
            return Some(());
        };
        let integer_power = rule == rows::pow
            && self
                .graph
                .constant(operands[1].node)
                .is_some_and(|exponent| exponent.fract() == 0.0);
        if condition.holds(value) || integer_power {
            return Some(());
        }
        let row = rule.row();
        let problem = Calls::Domain {
            name: row.label(),
            value,
            domain: row.domain_text(),
        };
        self.errors.report(operand.place, problem);
        None
    }

    /// The values of an `if`, each side of which has as many, as `values` says.
    pub(super) fn conditional(
        &mut self,
        (condition, yes, no): (&Expr, &Expr, &Expr),
        place: Place,
        scope: &Scope,
        values: &dyn Fn(&mut Self, &Expr) -> Option<Vec<Argument>>,
    ) -> Option<Vec<Nodes>> {
        let sides = [(true, yes), (false, no)];
        let of = condition;
        let condition = self.operand(of, scope);
        let condition = condition.filter(|condition| self.want(*condition, Kind::Condition));
        let [yes, no] = sides
            .map(|(holds, side)| self.side((of, holds), scope, &mut |lower| values(lower, side)));
        let (condition, yes, no) = (condition?, yes?, no?);
        let both = yes.iter().zip(&no).map(|(yes, no)| {
            let places = [yes.place, no.place];
            self.leaf_by_leaf(&yes.value, no, |lower, yes, no| {
                let [yes, no] = [(yes, places[0]), (no, places[1])];
                let [yes, no] = [yes, no].map(|(node, place)| Operand { node, place });
                lower.either(condition, yes, no, place)
            })
        });
        let both: Vec<Option<Nodes>> = both.collect();
        both.into_iter().collect()
    }

    fn either(
        &mut self,
        condition: Operand,
        yes: Operand,
        no: Operand,
        place: Place,
    ) -> Option<NodeId> {
        let kinds = [yes, no].map(|side| self.graph.node(side.node).kind);
        // Which labels these are must be known before anything is computed, so a condition chooses among none.
        if kinds[0] == Kind::Labels && yes.node == no.node {
            return Some(yes.node);
        }
        if kinds[0] != kinds[1] || kinds[0] == Kind::Labels {
            let wrong = if kinds[0] == Kind::Number { no } else { yes };
            self.want(wrong, Kind::Number);
            return None;
        }
        let graph = self.at(place);
        match graph.branch(condition.node, yes.node, no.node) {
            Ok(node) => Some(node),
            Err(unfit) => self.unfit(unfit, &[condition.place, yes.place, no.place]),
        }
    }

    // Calls.

    fn call(
        &mut self,
        segments: &[Ident],
        path: &TokenStream,
        args: &[Expr],
        axis: Option<Axis>,
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        let gives = self.declared.take();
        let gives = gives.unwrap_or_else(|| Gives::values(vec![shape::number()]));
        let [name] = segments else {
            let operands = self.operands_elsewhere(args, path, scope)?;
            let node = self.foreign_call(path, &operands, gives, place, None);
            return node.map(Value::Leaf);
        };
        let word = text(name);
        if let Some(function) = self.function_called(&word) {
            return self.value_of_call(function, name, args, place, scope);
        }
        if self.functions_named(&word).next().is_some() {
            self.errors
                .report(name.span(), Names::CallUnderConditions { name: &word });
            return None;
        }
        let rows = rule::called(&word);
        if !rows.is_empty() {
            let node = self.operation(name, rows, args, axis, place, scope);
            return node.map(Value::Leaf);
        }
        if let Some(what) = Derivative::named(&word).filter(|_| axis.is_none()) {
            return self.derivative(what, name, args, place, scope);
        }
        if let Some(node) = self.in_another_shape(name, args, axis, place, scope) {
            return node.map(Value::Leaf);
        }
        if word == "each"
            && axis.is_none()
            && let Some(node) = self.each_entry(args, &gives, scope)
        {
            return node.map(Value::Leaf);
        }
        match scope.names.get(&word) {
            Some(Binding::Nothing) => return None,
            None if !self.pending.contains(&word) => {}
            _ => {
                // An argument that could not be read has its own error.
                if !args.iter().any(Expr::is_missing) {
                    self.errors
                        .report(name.span(), Names::NameIsCalled { name: &word });
                }
                return None;
            }
        }
        let operands = self.operands_elsewhere(args, path, scope)?;
        let unknown = self.unknown_function(&word);
        if self.takes_conditions_elsewhere(&word, &operands) {
            self.errors.report(name.span(), unknown.message);
            return None;
        }
        let node = self.foreign_call(path, &operands, gives, place, Some(unknown));
        node.map(Value::Leaf)
    }

    fn operation(
        &mut self,
        name: &Ident,
        rows: &'static [RuleId],
        args: &[Expr],
        axis: Option<Axis>,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let word = text(name);
        if let [_, keep] = args
            && matches!(&keep.kind, ExprKind::Name(name) if name == "keep" && self.is_unknown(name, scope))
            && rows.iter().any(|rule| rule.row().takes_axis())
        {
            let name = &word;
            self.errors
                .report(keep.place, Reading::KeepWithoutAxis { name });
            return None;
        }
        if let [_, _, kind] = args
            && let ExprKind::Name(kind) = &kind.kind
            && matches!(&*text(kind), "lower" | "upper" | "spd")
            && word == rows::solve.row().name
            && self.is_unknown(kind, scope)
        {
            let problem = Calls::KindOfSolve { kind: &text(kind) };
            self.errors.report(kind.span(), problem);
            return None;
        }
        let operands = self.operands(args, scope);
        let Some(rule) = rule::of_arity(&word, args.len()) else {
            // `max(a, b, c)` runs over its arguments as over an array.
            if args.len() > 1
                && let Some(rule) = rule::of_arity(&word, 1).filter(|rule| rule.row().takes_axis())
            {
                let entries = operands?;
                if let [_, at] = args
                    && let Some(axis) = self.graph.constant(entries[1].node)
                    && !self.graph.shape(entries[0].node).is_empty()
                {
                    let name = rule.row().name;
                    self.errors
                        .report(at.place, Reading::AxisUnnamed { name, axis });
                    return None;
                }
                let node = self.stack(&entries)?;
                return self.along_axes(rule, Operand { node, place }, axis);
            }
            self.errors.report(name.span(), arity(rows, args.len()));
            return None;
        };
        let mut operands = operands?;
        let row = rule.row();
        if row.takes_axis() {
            return self.along_axes(rule, operands[0], axis);
        }
        if let Some(axis) = axis {
            self.errors
                .report(axis.span, Reading::AxisNotTaken { name: row.name });
            return None;
        }
        for missing in row.arguments.iter().skip(operands.len()) {
            let node = self.graph.number(missing.default?);
            operands.push(Operand { node, place });
        }
        match row.forward {
            Forward::Array(_) | Forward::Matrix(_) => self.array(rule, &operands, place),
            _ => self.operate(rule, &operands, name.span().into()),
        }
    }
}

fn arity(rows: &[RuleId], found: usize) -> Calls<'static> {
    let signature = rows
        .iter()
        .map(|rule| rule.row().signature())
        .collect::<Vec<_>>()
        .join("` or `");
    let mut counts: Vec<usize> = rows.iter().map(|rule| rule.row().arguments.len()).collect();
    counts.extend(rows.iter().map(|rule| {
        rule.row()
            .arguments
            .iter()
            .filter(|arg| arg.default.is_none())
            .count()
    }));
    counts.sort_unstable();
    counts.dedup();
    let expected = match counts.as_slice() {
        [only] => count(*only),
        several => format!(
            "{} arguments",
            several
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" or ")
        ),
    };
    let meaning = rows.first().map(|rule| rule.row().doc);
    Calls::Arity {
        signature,
        expected,
        found,
        meaning,
    }
}
