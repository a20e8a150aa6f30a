//! Local derivatives as a person writes them, read from the rule table.
//!
//! Invariant: a symbol is the column's own expression, with a place for each operand (`{0}`), for the result (`{y}`) and
//! for the seed (`{s}`), which the runtime fills with names.

use crate::graph::{Graph, Node, Op};
use crate::lower;
use crate::rule::{Derivative, RuleId};
use crate::syntax::{Callee, Expr, ExprKind, text};

/// The local derivative of a node by its operand `at`; empty where the table has none of its own.
pub fn local(graph: &mut Graph, rule: Option<RuleId>, node: &Node, at: usize) -> String {
    if let Op::Powi(exponent) = node.op {
        return match exponent {
            2 => "2 · {0}".to_owned(),
            _ => format!("{exponent} · {{0}}^{}", exponent - 1),
        };
    }
    let Some(rule) = rule else {
        return String::new();
    };
    let column = match rule.row().derivative {
        Derivative::Partials(column) | Derivative::Each(column) => column,
        Derivative::Back(column) => column.trim_start_matches("back"),
        Derivative::Formula | Derivative::Zero => return String::new(),
    };
    let expr = lower::parsed(graph, column.trim_start_matches("each"));
    let entry = match &expr.kind {
        ExprKind::Array(entries) => entries.get(at),
        _ => Some(&*expr),
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

    fn parts(&self, expr: &Expr) -> (String, u8) {
        match &expr.kind {
            ExprKind::Name(name) => (self.name(&text(name)), u8::MAX),
            ExprKind::Number(value) => (number(*value), u8::MAX),
            ExprKind::Chain { first, rest } => {
                self.chain(first, rest.iter().map(|(op, e)| (op.rule, e)))
            }
            ExprKind::Call {
                callee: Callee::Operator(operator),
                args,
                ..
            } => match args.as_slice() {
                [only] => (
                    format!(
                        "{}{}",
                        lower::label_of(operator.rule),
                        self.print(only, UNARY)
                    ),
                    UNARY,
                ),
                [base, exponent] if operator.rule.is("pow") => (
                    format!(
                        "{}^{}",
                        self.print(base, POWER + 1),
                        self.print(exponent, POWER)
                    ),
                    POWER,
                ),
                [left, right] => self.chain(left, std::iter::once((operator.rule, right))),
                _ => (String::new(), u8::MAX),
            },
            ExprKind::Call {
                callee: Callee::Path { segments, .. },
                args,
                ..
            } => {
                let name = segments.iter().map(text).collect::<Vec<_>>().join("::");
                let args: Vec<String> = args.iter().map(|arg| self.print(arg, 0)).collect();
                (format!("{name}({})", args.join(", ")), u8::MAX)
            }
            ExprKind::If { condition, yes, no } => {
                let part = |part| self.print(part, 0);
                (
                    format!("{} if {}, else {}", part(yes), part(condition), part(no)),
                    0,
                )
            }
            ExprKind::Transpose(base) => (format!("{}.T", self.print(base, u8::MAX)), u8::MAX),
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
            let sign = lower::label_of(rule);
            level = match sign {
                "+" | "-" => SUM,
                "*" | "/" | "@" => PRODUCT,
                _ => 0,
            };
            let sign = if sign == "*" { "·" } else { sign };
            parts.push(format!(" {sign} {}", self.print(operand, level + 1)));
        }
        (self.print(first, level) + &parts.concat(), level)
    }

    fn name(&self, name: &str) -> String {
        let arguments = self.rule.row().arguments();
        match arguments.iter().position(|argument| argument.name == name) {
            Some(at) => format!("{{{at}}}"),
            None if name == "y" || name == "s" => format!("{{{name}}}"),
            None => name.to_owned(),
        }
    }
}
