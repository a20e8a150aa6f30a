//! Local derivatives as a person writes them, read from the rule table.
//!
//! A row whose derivative is that of its formula says beside it how it is printed, which a test compares with it.
//! Invariant: a symbol is the column's own expression, with a place for each operand (`{0}`), for the result (`{y}`) and
//! for the seed (`{s}`), which the runtime fills with names, and each number as `{=0.5}`, which it prints as it prints all.
//! No text of the user is in a symbol, so every brace is ours.

use proc_macro2::Ident;

use super::shown::Shown;
use crate::formula;
use crate::graph::{Node, Op};
use crate::rule::{Derivative, RuleId};
use crate::rules::rows;
use crate::syntax::{Callee, Expr, ExprKind, text};

/// The local derivative of a node by its operand `at`, or what a seed becomes; empty where there is no short one.
pub fn local(shown: &Shown, node: &Node, at: usize) -> String {
    match (&node.op, shown.rule) {
        (Op::Powi(2), _) => "2 · {0}".to_owned(),
        (Op::Powi(exponent), _) => format!("{{={exponent}}} · {{0}}^{{={}}}", exponent - 1),
        (_, Some(rule)) if rule == rows::pow && shown.operands.len() == 1 => of_power(&shown.label),
        (Op::Select, None) if at == 1 => "1 if {0}, else 0".to_owned(),
        (Op::Select, None) => "0 if {0}, else 1".to_owned(),
        (_, Some(rule)) => of_rule(rule, at),
        _ if shown.label == "[ ]" => "the entry of {s} at its place".to_owned(),
        _ if shown.label.starts_with('[') => "{s} at its place, 0 elsewhere".to_owned(),
        _ => String::new(),
    }
}

/// A constant exponent is part of the label and no operand.
fn of_power(label: &str) -> String {
    let exponent: Option<f64> = label.strip_prefix('^').and_then(|text| text.parse().ok());
    exponent.map_or_else(String::new, |exponent| {
        format!("{{={exponent}}} · {{0}}^{{={}}}", exponent - 1.0)
    })
}

fn of_rule(rule: RuleId, at: usize) -> String {
    let column = match rule.row().derivative {
        Derivative::Partials(column)
        | Derivative::Each(column)
        | Derivative::Back(column)
        | Derivative::Both(column, _)
        | Derivative::Formula(column) => column,
        Derivative::Zero => "",
    };
    if column.is_empty() || !rule.row().has_partial(at) {
        return String::new();
    }
    let expr = formula::parsed(rule, column);
    let entry = match &expr.kind {
        ExprKind::Array(entries) => entries.get(at),
        _ => Some(&expr),
    };
    entry.map_or_else(String::new, |entry| Printer { rule }.print(entry, 0))
}

/// A literal as it is written.
pub fn number(value: f64) -> String {
    let known = [
        (std::f64::consts::PI, "PI"),
        (std::f64::consts::TAU, "TAU"),
        (f64::INFINITY, "infinity"),
    ];
    let name = known.iter().find(|(known, _)| *known == value);
    name.map_or_else(|| value.to_string(), |(_, name)| (*name).to_owned())
}

/// How tightly expressions bind.
const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const UNARY: u8 = 3;
const POWER: u8 = 4;

struct Printer {
    rule: RuleId,
}

impl Printer {
    /// The expression, in parentheses where it binds less tightly than its surroundings.
    fn print(&self, expr: &Expr, outer: u8) -> String {
        let (text, level) = self.parts(expr);
        if level < outer {
            format!("({text})")
        } else {
            text
        }
    }

    /// A slope that is a row of its own, where people know it by the value: of the function itself, which is the same number.
    fn by_its_value(&self, segments: &[Ident]) -> Option<(String, u8)> {
        let [slope] = segments else { return None };
        match (self.rule, &*text(slope)) {
            (rows::sigmoid, "sigmoid_slope") => Some(("{y} · ({=1} - {y})".to_owned(), PRODUCT)),
            (rows::tanh, "tanh_slope") => Some(("{=1} - {y}^{=2}".to_owned(), SUM)),
            _ => None,
        }
    }

    /// The expression, and how tightly it binds.
    fn parts(&self, expr: &Expr) -> (String, u8) {
        let whole = |text: String| (text, u8::MAX);
        match &expr.kind {
            ExprKind::Name(name) => whole(self.name(&text(name))),
            ExprKind::Number(value) => whole(format!("{{={}}}", number(*value))),
            ExprKind::Chain { first, rest } => {
                self.chain(first, rest.iter().map(|(op, right)| (op.rule, right)))
            }
            ExprKind::Call { callee, args, axis } => match callee {
                Callee::Operator(operator) => self.operation(operator.rule, args),
                Callee::Density(name) => {
                    let args: Vec<String> = args.iter().map(|arg| self.print(arg, 0)).collect();
                    (format!("{} ~ {name}({})", args[0], args[1..].join(", ")), 0)
                }
                Callee::Path { segments, .. } => {
                    if let Some(known) = self.by_its_value(segments) {
                        return known;
                    }
                    let name = segments.iter().map(text).collect::<Vec<_>>().join("::");
                    let mut args: Vec<String> = args.iter().map(|arg| self.print(arg, 0)).collect();
                    args.extend(axis.map(|axis| format!("axis = {}", axis.value)));
                    whole(format!("{name}({})", args.join(", ")))
                }
            },
            ExprKind::If { condition, yes, no } => {
                let [condition, yes, no] = [condition, yes, no].map(|part| self.print(part, 0));
                (format!("{yes} if {condition}, else {no}"), 0)
            }
            ExprKind::Transpose(base) => whole(format!("{}.T", self.print(base, u8::MAX))),
            _ => whole(String::new()),
        }
    }

    fn operation(&self, rule: RuleId, operands: &[Expr]) -> (String, u8) {
        match operands {
            [only] => {
                let operand = self.print(only, UNARY);
                (rule.row().label().to_owned() + &operand, UNARY)
            }
            [base, exponent] if rule == rows::pow => {
                let (base, exponent) = (self.print(base, POWER + 1), self.print(exponent, POWER));
                (format!("{base}^{exponent}"), POWER)
            }
            [left, right] => self.chain(left, std::iter::once((rule, right))),
            _ => (String::new(), u8::MAX),
        }
    }

    fn chain<'e>(
        &self,
        first: &Expr,
        rest: impl Iterator<Item = (RuleId, &'e Expr)>,
    ) -> (String, u8) {
        let mut level = 0;
        let mut parts = Vec::new();
        for (rule, operand) in rest {
            let sign = rule.row().label();
            level = match sign {
                "+" | "-" => SUM,
                "*" | "/" | "%" | "@" => PRODUCT,
                _ => 0,
            };
            let sign = if sign == "*" { "·" } else { sign };
            parts.push(format!(" {sign} {}", self.print(operand, level + 1)));
        }
        (self.print(first, level) + &parts.concat(), level)
    }

    fn name(&self, name: &str) -> String {
        let arguments = self.rule.row().arguments;
        match arguments.iter().position(|argument| argument.name == name) {
            Some(at) => format!("{{{at}}}"),
            None if name == "y" || name == "s" => format!("{{{name}}}"),
            None => name.to_owned(),
        }
    }
}
