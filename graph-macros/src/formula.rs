//! The columns of the rule table that are written in the language itself: each is read once, and evaluated over the builder.
//!
//! Invariant: a column sees its arguments, `y` or `s` where it is about one, and operations of the table, never a name of the user.
//! One that cannot be read is a mistake of the table: a panic that names the row, which a test draws for every row. Only the shapes
//! of what a user hands to a forward formula can be anyone else's mistake; those that do not fit are handed back.

use std::cell::RefCell;
use std::rc::Rc;
use std::str::FromStr;

use proc_macro2::{Ident, TokenStream};

use crate::builder::Builder;
use crate::builder::Unfit;
use crate::graph::{Dim, NodeId, Reduction};
use crate::hash::Map;
use crate::parse;
use crate::rule::{self, Derivative, Forward, RuleId};
use crate::rules::rows;
use crate::syntax::{Callee, Expr, ExprKind, text};

/// An entry of a column, read.
enum Term {
    Argument(usize),
    /// `y`.
    Result,
    /// `s`.
    Seed,
    Number(f64),
    Call(RuleId, Vec<Term>),
    If(Box<[Term; 3]>),
    Transposed(Box<Term>),
}

/// The row's own partial by one argument, a node; none where it is structurally zero, or the row has no list of partials.
pub fn partial(
    graph: &mut Builder,
    rule: RuleId,
    arg: usize,
    args: &[NodeId],
    y: NodeId,
) -> Option<NodeId> {
    let Derivative::Partials(column) = rule.row().derivative else {
        return None;
    };
    let term = term(rule, column, arg);
    Some(Evaluation::new(graph, rule, args, [Some(y), None]).derivative(&term))
}

/// The adjoint of one argument of a row with a `back` column, or one that says both.
pub fn adjoint(
    graph: &mut Builder,
    rule: RuleId,
    arg: usize,
    args: &[NodeId],
    [y, seed]: [NodeId; 2],
) -> Option<NodeId> {
    let (Derivative::Back(column) | Derivative::Both(column, _)) = rule.row().derivative else {
        return None;
    };
    let term = term(rule, column, arg);
    Some(Evaluation::new(graph, rule, args, [Some(y), Some(seed)]).derivative(&term))
}

/// What the result changes by, where one argument does by a tangent.
pub fn tangent(
    graph: &mut Builder,
    rule: RuleId,
    arg: usize,
    args: &[NodeId],
    [y, tangent]: [NodeId; 2],
) -> Option<NodeId> {
    let Derivative::Both(_, column) = rule.row().derivative else {
        return None;
    };
    let term = term(rule, column, arg);
    Some(Evaluation::new(graph, rule, args, [Some(y), Some(tangent)]).derivative(&term))
}

/// The partial of a reduction by each entry of its argument; `y` is the result spread over the entries.
pub fn each_partial(
    graph: &mut Builder,
    rule: RuleId,
    x: NodeId,
    y: NodeId,
    axes: &[usize],
) -> Option<NodeId> {
    let Derivative::Each(column) = rule.row().derivative else {
        return None;
    };
    let term = term(rule, column, 0);
    let args = [x];
    let mut evaluation = Evaluation::new(graph, rule, &args, [Some(y), None]);
    evaluation.axes = Some(axes);
    Some(evaluation.derivative(&term))
}

/// The forward formula of a row over operands of one shape, with those of the rows that it calls, for a graph that has none left.
pub fn forward(graph: &mut Builder, rule: RuleId, args: &[NodeId]) -> NodeId {
    let Forward::Formula(formula) = rule.row().forward else {
        unreachable!("`{}` is no formula", rule.row().name)
    };
    within(graph, rule, |graph| {
        let mut evaluation = Evaluation::new(graph, rule, args, [None, None]);
        evaluation.is_last = true;
        evaluation.value(&term(rule, formula, 0))
    })
    .unwrap_or_else(|_| unreachable!("the operands of `{}` have one shape", rule.row().name))
}

/// A formula of a row over operands; its reductions run over `axes`, which they keep with extent 1.
pub fn apply(
    graph: &mut Builder,
    rule: RuleId,
    formula: &'static str,
    args: &[NodeId],
    axes: Option<&[usize]>,
) -> Result<NodeId, Unfit> {
    within(graph, rule, |graph| {
        let mut evaluation = Evaluation::new(graph, rule, args, [None, None]);
        evaluation.axes = axes;
        evaluation.value(&term(rule, formula, 0))
    })
}

/// Nodes of a row's formula: a row without singular points says that its formula has none.
fn within<T>(graph: &mut Builder, rule: RuleId, make: impl FnOnce(&mut Builder) -> T) -> T {
    let is_regular = graph.is_regular || !rule.row().has_singular_points();
    let outer = std::mem::replace(&mut graph.is_regular, is_regular);
    let made = make(graph);
    graph.is_regular = outer;
    made
}

struct Evaluation<'e> {
    graph: &'e mut Builder,
    rule: RuleId,
    args: &'e [NodeId],
    result: Option<NodeId>,
    seed: Option<NodeId>,
    axes: Option<&'e [usize]>,
    /// Whether rows that are formulas are to be written out, since no later pass does.
    is_last: bool,
}

impl<'e> Evaluation<'e> {
    fn new(
        graph: &'e mut Builder,
        rule: RuleId,
        args: &'e [NodeId],
        [result, seed]: [Option<NodeId>; 2],
    ) -> Evaluation<'e> {
        Evaluation {
            graph,
            rule,
            args,
            result,
            seed,
            axes: None,
            is_last: false,
        }
    }

    /// Of a derivative, whose operands have the shapes of the operation it is of.
    fn derivative(&mut self, term: &Term) -> NodeId {
        let node = self.value(term);
        node.unwrap_or_else(|_| fail(self.rule, "has shapes that do not fit"))
    }

    fn value(&mut self, term: &Term) -> Result<NodeId, Unfit> {
        Ok(match term {
            Term::Argument(at) => self.args[*at],
            Term::Result => self.given(self.result),
            Term::Seed => self.given(self.seed),
            Term::Number(value) => self.graph.number(*value),
            Term::Call(rule, operands) => {
                let operands: Result<Vec<NodeId>, Unfit> =
                    operands.iter().map(|operand| self.value(operand)).collect();
                self.operation(*rule, &operands?)?
            }
            Term::If(parts) => {
                let [condition, yes, no] = &**parts;
                let (condition, yes) = (self.value(condition)?, self.value(yes)?);
                let no = self.value(no)?;
                self.graph.branch(condition, yes, no)?
            }
            Term::Transposed(base) => {
                let base = self.value(base)?;
                self.graph.transpose(base)
            }
        })
    }

    fn given(&self, given: Option<NodeId>) -> NodeId {
        given.unwrap_or_else(|| fail(self.rule, "has no `y` or `s` in this column"))
    }

    fn operation(&mut self, rule: RuleId, operands: &[NodeId]) -> Result<NodeId, Unfit> {
        match (rule.row().forward, operands) {
            (Forward::Reduce(_), &[x]) => {
                let axes = self.axes();
                let node = self.graph.reduce(Reduction::of(rule), x, axes);
                Ok(self.graph.keep_axes(node, x, axes))
            }
            (Forward::Collapse(formula) | Forward::Along(formula), _) => {
                let axes = Some(self.axes());
                apply(self.graph, rule, formula, operands, axes)
            }
            (Forward::Array(_), &[x]) if rule == rows::count => {
                let shape = self.graph.shape(x);
                let dims: Vec<Dim> = self
                    .axes()
                    .iter()
                    .map(|axis| shape[*axis].clone())
                    .collect();
                Ok(self.graph.extent(&dims))
            }
            (Forward::Array(_), &[a, b]) if rule == rows::strong_matmul => {
                Ok(self.graph.strong_matmul(a, b))
            }
            (Forward::Array(_), &[x]) if rule == rows::symmetric => Ok(self.graph.symmetric(x)),
            (Forward::Array(_), &[x]) if rule == rows::identity => Ok(self.graph.identity(x)),
            (Forward::Array(_), &[x]) if rule == rows::trace => Ok(self.graph.trace(x)),
            (Forward::Array(_), &[f]) if rule == rows::values => Ok(self.graph.last_column(f)),
            (Forward::Array(_), &[f]) if rule == rows::vectors => Ok(self.graph.square_of(f)),
            (Forward::Array(_), &[f]) if rule == rows::gaps => Ok(self.graph.gaps(f)),
            (Forward::Array(_), &[w, v]) if rule == rows::joined => Ok(self.graph.joined(w, v)),
            (Forward::Array(_), &[s, x]) if rule == rows::scaled => Ok(self.graph.scaled(s, x)),
            (Forward::Matrix(_), _) => Ok(self.graph.matrix(rule, operands)),
            (Forward::Array(name), _) => {
                fail(self.rule, &format!("calls `{name}`, which no column can"))
            }
            (Forward::Formula(_), _) if self.is_last => match self.graph.broadcast(operands) {
                Ok(operands) => Ok(forward(self.graph, rule, &operands)),
                Err(why) => Err(Unfit::Broadcast(rule, operands.to_vec(), why)),
            },
            _ => operate(self.graph, rule, operands),
        }
    }

    fn axes(&self) -> &'e [usize] {
        match self.axes {
            Some(axes) => axes,
            None => fail(self.rule, "runs over axes where there are none"),
        }
    }
}

/// An element-wise operation of the table or a product, under the common shape of its operands.
pub fn operate(graph: &mut Builder, rule: RuleId, operands: &[NodeId]) -> Result<NodeId, Unfit> {
    if let (rows::matmul, &[a, b]) = (rule, operands) {
        let product = graph.product(a, b);
        return product.map_err(|why| Unfit::Product([a, b], why));
    }
    if let (Forward::Formula(formula), true) = (rule.row().forward, rule.row().is_written_out()) {
        return apply(graph, rule, formula, operands, None);
    }
    match graph.broadcast(operands) {
        Ok(operands) => Ok(graph.call(rule, &operands)),
        Err(why) => Err(Unfit::Broadcast(rule, operands.to_vec(), why)),
    }
}

// Reading.

/// One entry of a column, which is read at its first use.
fn term(rule: RuleId, column: &'static str, entry: usize) -> Rc<Term> {
    type Known = Map<(RuleId, &'static str, usize), Rc<Term>>;
    thread_local! {
        static KNOWN: RefCell<Known> = RefCell::default();
    }
    let key = (rule, column, entry);
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return known;
    }
    let expr = parsed(rule, column);
    let read = Rc::new(match &expr.kind {
        ExprKind::Array(entries) => read(rule, &entries[entry]),
        _ => read(rule, &expr),
    });
    KNOWN.with_borrow_mut(|known| known.insert(key, read.clone()));
    read
}

/// A column as an expression of the language.
pub fn parsed(rule: RuleId, column: &'static str) -> Expr {
    let Ok(tokens) = TokenStream::from_str(column) else {
        fail(rule, &format!("has a column that is no Rust: `{column}`"))
    };
    let (expr, errors) = parse::formula(tokens);
    if !errors.is_empty() {
        fail(rule, &format!("cannot be read: {:?}", errors.texts()))
    }
    expr
}

fn read(rule: RuleId, expr: &Expr) -> Term {
    let all = |exprs: &[Expr]| exprs.iter().map(|expr| read(rule, expr)).collect();
    match &expr.kind {
        ExprKind::Name(name) => named(rule, &text(name)),
        ExprKind::Number(value) => Term::Number(*value),
        ExprKind::Call {
            callee: Callee::Operator(operator),
            args,
            ..
        } => Term::Call(operator.rule, all(args)),
        ExprKind::Call {
            callee: Callee::Path { segments, .. },
            args,
            axis: None,
        } => call(rule, segments, all(args)),
        ExprKind::Chain { first, rest } => rest
            .iter()
            .fold(read(rule, first), |left, (operator, right)| {
                Term::Call(operator.rule, vec![left, read(rule, right)])
            }),
        ExprKind::If { condition, yes, no } => {
            let [condition, yes, no] = [condition, yes, no].map(|expr| read(rule, expr));
            Term::If(Box::new([condition, yes, no]))
        }
        ExprKind::Transpose(base) => Term::Transposed(Box::new(read(rule, base))),
        _ => fail(rule, "has an expression that no column can have"),
    }
}

fn named(rule: RuleId, name: &str) -> Term {
    let arguments = rule.row().arguments.iter();
    match (
        arguments
            .map(|argument| argument.name)
            .position(|argument| argument == name),
        name,
    ) {
        (Some(at), _) => Term::Argument(at),
        (None, "y") => Term::Result,
        (None, "s") => Term::Seed,
        (None, "infinity") => Term::Number(f64::INFINITY),
        _ => fail(rule, &format!("has the unknown name `{name}`")),
    }
}

/// A call of a row, with the arguments that are left out.
fn call(rule: RuleId, path: &[Ident], mut operands: Vec<Term>) -> Term {
    let name = path.last().map(text).unwrap_or_default();
    let Some(callee) = rule::of_arity(&name, operands.len()) else {
        fail(
            rule,
            &format!("calls `{name}`, which is no row for so many arguments"),
        )
    };
    let left_out = callee.row().arguments.iter().skip(operands.len());
    operands.extend(left_out.filter_map(|argument| argument.default.map(Term::Number)));
    Term::Call(callee, operands)
}

fn fail(rule: RuleId, what: &str) -> ! {
    unreachable!("the row `{}{}` {what}", rule.row().name, rule.row().args)
}
