//! The columns of the rule table that are written in the language itself, lowered into a graph.
//!
//! Invariant: a formula sees its arguments, `y` or `s` where the column says so, and operations of the table: never the
//! user's names. Its mistakes are ours, and a test lowers every row.

use std::rc::Rc;
use std::str::FromStr;

use proc_macro2::TokenStream;

use super::{Binding, Lower, Scope};
use crate::errors::Errors;
use crate::graph::{Graph, NodeId};
use crate::parse;
use crate::rule::{Derivative, Forward, RuleId};
use crate::syntax::{Expr, ExprKind};

impl Lower<'_> {
    /// A row's formula over nodes.
    pub(super) fn formula(
        &mut self,
        rule: RuleId,
        formula: &'static str,
        args: &[NodeId],
        scope: &Scope,
    ) -> Option<NodeId> {
        let expr = parsed(&mut self.graph, formula);
        let mut inner = Scope {
            axes: scope.axes.clone(),
            formula: true,
            ..Scope::default()
        };
        bind(rule, args, &mut inner);
        self.formulas.push(rule);
        // A row without singular points says that its formula has none.
        let is_regular = self.graph.is_regular || !rule.row().has_singular_points();
        let outer = std::mem::replace(&mut self.graph.is_regular, is_regular);
        let node = self.expr_keeping_place(&expr, &inner);
        self.graph.is_regular = outer;
        self.formulas.pop();
        node
    }

    /// Lowers a part of a formula: its nodes come from the operation it belongs to, not from the table.
    fn expr_keeping_place(&mut self, expr: &Expr, scope: &Scope) -> Option<NodeId> {
        let outer = std::mem::replace(&mut self.graph.place_is_fixed, true);
        let node = self.expr(expr, scope);
        self.graph.place_is_fixed = outer;
        node
    }
}

fn bind(rule: RuleId, args: &[NodeId], scope: &mut Scope) {
    for (arg, node) in rule.row().arguments.iter().zip(args) {
        scope
            .names
            .insert(arg.name.to_owned(), Binding::Node(*node));
    }
}

/// Each column is parsed once a graph.
pub fn parsed(graph: &mut Graph, formula: &'static str) -> Rc<Expr> {
    if let Some(known) = graph.formulas.get(formula) {
        return known.clone();
    }
    let tokens = TokenStream::from_str(formula)
        .unwrap_or_else(|error| unreachable!("`{formula}` cannot be read: {error}"));
    let (expr, errors) = parse::formula(tokens);
    assert!(errors.is_empty(), "`{formula}` cannot be read");
    let expr = Rc::new(expr);
    graph.formulas.insert(formula, expr.clone());
    expr
}

/// The row's own partial by one argument; none where the row has no list of partials.
pub fn partials(
    graph: &mut Graph,
    rule: RuleId,
    arg: usize,
    args: &[NodeId],
    y: NodeId,
) -> Option<NodeId> {
    let Derivative::Partials(column) = rule.row().derivative else {
        return None;
    };
    entry(graph, rule, column, arg, args, ("y", y), None)
}

/// The adjoint of one argument of a row with a `back` column.
pub fn adjoints(
    graph: &mut Graph,
    rule: RuleId,
    arg: usize,
    args: &[NodeId],
    seed: NodeId,
) -> Option<NodeId> {
    let Derivative::Back(column) = rule.row().derivative else {
        return None;
    };
    entry(
        graph,
        rule,
        column.trim_start_matches("back"),
        arg,
        args,
        ("s", seed),
        None,
    )
}

/// The partial of a reduction by each entry of its argument; `y` is the result spread over the entries.
pub fn each_partial(
    graph: &mut Graph,
    rule: RuleId,
    x: NodeId,
    y: NodeId,
    axes: &[usize],
) -> Option<NodeId> {
    let Derivative::Each(column) = rule.row().derivative else {
        return None;
    };
    entry(graph, rule, column, 0, &[x], ("y", y), Some(axes.to_vec()))
}

/// The forward formula of a row that keeps its own derivative.
pub fn forward(graph: &mut Graph, rule: RuleId, args: &[NodeId]) -> Option<NodeId> {
    let Forward::Formula(formula) = rule.row().forward else {
        return None;
    };
    with(graph, |lower| {
        lower.formula(rule, formula, args, &Scope::default())
    })
}

fn entry(
    graph: &mut Graph,
    rule: RuleId,
    column: &'static str,
    arg: usize,
    args: &[NodeId],
    extra: (&str, NodeId),
    axes: Option<Vec<usize>>,
) -> Option<NodeId> {
    let expr = parsed(graph, column);
    let entry = match &expr.kind {
        ExprKind::Array(entries) => entries.get(arg)?,
        _ => &expr,
    };
    let mut scope = Scope {
        axes,
        formula: true,
        ..Scope::default()
    };
    bind(rule, args, &mut scope);
    scope
        .names
        .insert(extra.0.to_owned(), Binding::Node(extra.1));
    with(graph, |lower| lower.expr_keeping_place(entry, &scope))
}

fn with<R>(graph: &mut Graph, work: impl FnOnce(&mut Lower) -> R) -> R {
    let mut errors = Errors::default();
    let mut lower = Lower::new(&[], &mut errors, false);
    std::mem::swap(&mut lower.graph, graph);
    let result = work(&mut lower);
    std::mem::swap(&mut lower.graph, graph);
    debug_assert!(errors.is_empty(), "{:?}", errors.texts());
    result
}
