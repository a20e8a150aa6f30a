//! What loses digits as it is written, and the form that keeps them: a lint over the syntax, and its table.
//!
//! Invariant: nothing is rewritten. A form is told of once, at the sign or the name of its outermost operation. In a call, as of `ln`, a
//! name may stand for its definition; a sum with a name in it is left alone, since of a value that has other uses too, as the `z` of
//! `z*a + (1 - z)*b`, no more digits may be wanted. Where `#[graph(as_written)]` says so, nothing is told.

use std::cell::OnceCell;
use std::str::FromStr;

use proc_macro2::{Span, TokenStream};

use crate::hash::Map;
use crate::parse;
use crate::rule;
use crate::syntax::{Axis, Callee, Definition, Expr, ExprKind, Function, Item, Operator, text};

/// A row of the table, which stands in a file of its own.
pub struct Form {
    pub written: &'static str,
    pub stable: &'static str,
    /// The names of the form, with their values at the point where it is measured.
    pub at: &'static [(&'static str, &'static str)],
    pub exact: f64,
    pub lost: u32,
}

macro_rules! forms {
    ($($row:ident($($name:ident $(: $shape:tt)? = $value:expr),+): [$($written:tt)*] => [$($stable:tt)*], $exact:expr, $lost:literal;)*) => {
        &[$(Form {
            written: stringify!($($written)*),
            stable: stringify!($($stable)*),
            at: &[$((stringify!($name), stringify!($value))),+],
            exact: $exact,
            lost: $lost,
        }),*]
    };
}

/// Every form.
pub static FORMS: &[Form] = include!("stable/forms.rs");

/// A form that a function has.
pub struct Found {
    /// The token to tell of it at.
    pub at: Span,
    pub note: String,
}

/// The forms of a function, in the order in which they are written; `silence` is what keeps rustc quiet about one.
pub fn of(function: &Function, silence: &'static str) -> Vec<Found> {
    if function.options.as_written.is_some() {
        return Vec::new();
    }
    let mut search = Search {
        known: Known::default(),
        patterns: FORMS.iter().map(|_| OnceCell::new()).collect(),
        silence,
        found: Vec::new(),
    };
    search.know(&function.definitions);
    for definition in &function.definitions {
        if definition.part.as_ref().is_none_or(|part| part.is_first) {
            search.visit(&definition.expr);
        }
    }
    search.found
}

/// What definitions stand for that are seen from a place.
type Known<'e> = Map<String, &'e Expr>;

/// An expression, or the beginning of a chain of operations.
#[derive(Clone, Copy)]
enum Part<'e> {
    Whole(&'e Expr),
    Beginning(&'e Expr, &'e [(Operator, Expr)]),
}

/// A part as forms are compared: each chain as operations of two.
enum View<'e> {
    Number(f64),
    Name(String),
    Call {
        name: String,
        args: Vec<Part<'e>>,
        axis: Option<Axis>,
        at: Span,
    },
    Other,
}

impl<'e> Part<'e> {
    /// Whether it is too long to be said again.
    fn is_long(self) -> bool {
        match self {
            Part::Whole(expr) => {
                let is_long =
                    matches!(&expr.kind, ExprKind::Chain { rest, .. } if rest.len() > LONG);
                expr.height > LONG || is_long
            }
            Part::Beginning(_, rest) => rest.len() > LONG,
        }
    }

    fn view(self) -> View<'e> {
        let expr = match self {
            Part::Beginning(first, []) => return Part::Whole(first).view(),
            Part::Beginning(first, [front @ .., (operator, last)]) => {
                return View::Call {
                    name: operator.rule.row().label().to_owned(),
                    args: vec![Part::Beginning(first, front), Part::Whole(last)],
                    axis: None,
                    at: operator.span,
                };
            }
            Part::Whole(expr) => expr,
        };
        match &expr.kind {
            ExprKind::Chain { first, rest } => Part::Beginning(first, rest).view(),
            ExprKind::Number(value) => View::Number(*value),
            ExprKind::Name(name) => View::Name(text(name)),
            ExprKind::Call { callee, args, axis } => {
                let (name, at) = match callee {
                    Callee::Operator(operator) => {
                        (operator.rule.row().label().to_owned(), operator.span)
                    }
                    Callee::Path { segments, .. } => match &**segments {
                        [name] => (text(name), name.span()),
                        _ => return View::Other,
                    },
                    Callee::Density(_) => return View::Other,
                };
                let args = args.iter().map(Part::Whole).collect();
                View::Call {
                    name,
                    args,
                    axis: *axis,
                    at,
                }
            }
            _ => View::Other,
        }
    }
}

/// What the names of a form stand for, and the axis of its reduction.
#[derive(Clone, Default)]
struct Bound<'e> {
    names: Vec<(String, Part<'e>)>,
    axis: Option<Axis>,
    /// Whether names in the form may stand for their definitions.
    looks_through: bool,
}

struct Search<'e> {
    known: Known<'e>,
    /// What is written, of each row, read where it may be there.
    patterns: Vec<OnceCell<Expr>>,
    silence: &'static str,
    found: Vec<Found>,
}

impl<'e> Search<'e> {
    fn know(&mut self, definitions: &'e [Definition]) {
        for definition in definitions {
            let name = text(&definition.name);
            match definition.part {
                None => self.known.insert(name, &definition.expr),
                Some(_) => self.known.remove(&name),
            };
        }
    }

    /// Looks for forms in an expression, the outermost first; within one only what its names stand for is looked at.
    fn visit(&mut self, expr: &'e Expr) {
        // A chain may be of any length, so its beginnings are gone through one after the other.
        let (first, rest): (_, &[_]) = match &expr.kind {
            ExprKind::Chain { first, rest } => (first, rest),
            _ => return self.visit_whole(expr),
        };
        let mut ends = (1..=rest.len()).rev();
        let told = ends.find(|end| self.tells_of(Part::Beginning(first, &rest[..*end])));
        if told.is_none() {
            self.visit(first);
        }
        let others = &rest[told.unwrap_or(0)..];
        others.iter().for_each(|(_, operand)| self.visit(operand));
    }

    fn visit_whole(&mut self, expr: &'e Expr) {
        match &expr.kind {
            ExprKind::Call { args, .. } => {
                if !self.tells_of(Part::Whole(expr)) {
                    args.iter().for_each(|arg| self.visit(arg));
                }
            }
            _ => self.visit_others(expr),
        }
    }

    /// Whether a part has a form; if so, it is told of, and what the names of the form stand for is looked at.
    fn tells_of(&mut self, part: Part<'e>) -> bool {
        let View::Call { name, at, .. } = part.view() else {
            return false;
        };
        let looks_through = name.starts_with(char::is_alphabetic);
        let rows = FORMS.iter().zip(&self.patterns);
        let rows = rows.filter(|(form, _)| match looks_through {
            true => form.written.starts_with(&name),
            false => form.written.contains(&name),
        });
        let mut fitting = rows.filter_map(|(form, written)| {
            let written = written.get_or_init(|| read(form.written));
            let mut bound = Bound {
                looks_through,
                ..Bound::default()
            };
            let fits = self.fits(Part::Whole(written), part, &mut bound);
            fits.then(|| (note(form, part, &bound, self.silence), bound))
        });
        let Some((note, bound)) = fitting.next() else {
            return false;
        };
        self.found.push(Found { at, note });
        for (_, inner) in bound.names {
            match inner {
                Part::Whole(expr) => self.visit(expr),
                Part::Beginning(first, rest) => {
                    self.visit(first);
                    rest.iter().for_each(|(_, operand)| self.visit(operand));
                }
            }
        }
        true
    }

    /// Looks into what is no operation: loops, blocks and branches, with the names that are theirs.
    fn visit_others(&mut self, expr: &'e Expr) {
        let outside = self.known.clone();
        match &expr.kind {
            ExprKind::Loop(repetition) => {
                let indices = repetition.indices.iter().map(|index| &index.name);
                for name in indices.chain(repetition.carried()) {
                    self.known.remove(&text(name));
                }
            }
            ExprKind::Block { definitions, .. } => self.know(definitions),
            _ => {}
        }
        let mut parts = Vec::new();
        expr.kind.each_part(&mut |inner| parts.push(inner));
        parts.into_iter().for_each(|inner| self.visit(inner));
        self.known = outside;
    }

    /// Whether a part has the form of a pattern, whose names stand for anything but a number.
    fn fits(&self, pattern: Part<'_>, part: Part<'e>, bound: &mut Bound<'e>) -> bool {
        let (name, wanted, axis) = match pattern.view() {
            View::Number(value) => {
                return matches!(part.view(), View::Number(found) if found == value);
            }
            View::Name(name) => return bind(name, part, bound),
            View::Call {
                name, args, axis, ..
            } => (name, args, axis),
            View::Other => unreachable!("a form is made of names, numbers and calls"),
        };
        let found = match part.view() {
            View::Name(_) if !bound.looks_through => None,
            View::Name(name) => self.known.get(&name).map(|expr| Part::Whole(expr).view()),
            view => Some(view),
        };
        let Some(View::Call {
            name: called,
            args,
            axis: found_axis,
            ..
        }) = found
        else {
            return false;
        };
        if called != name || args.len() != wanted.len() || axis.is_some() {
            return false;
        }
        let before = bound.clone();
        bound.axis = bound.axis.or(found_axis);
        let in_order = |wanted: &[Part], args: &[Part<'e>], bound: &mut Bound<'e>| {
            let mut both = wanted.iter().zip(args);
            both.all(|(wanted, arg)| self.fits(*wanted, *arg, bound))
        };
        if in_order(&wanted, &args, bound) {
            return true;
        }
        let (&[a, b], "+" | "*") = (&*args, &*name) else {
            return false;
        };
        *bound = before;
        in_order(&wanted, &[b, a], bound)
    }
}

/// Whether a name of a form stands for this part everywhere.
fn bind<'e>(name: String, part: Part<'e>, bound: &mut Bound<'e>) -> bool {
    if matches!(part.view(), View::Number(_)) {
        return false;
    }
    let known = bound.names.iter().find(|(known, _)| *known == name);
    match known {
        Some((_, known)) => {
            let [known, again] = [*known, part].map(|part| printed(part, SUM, &Bound::default()));
            known == again && !known.contains(ELSE)
        }
        None => {
            bound.names.push((name, part));
            true
        }
    }
}

/// What is lost where, in the names of the user.
fn note(form: &Form, part: Part, bound: &Bound, silence: &str) -> String {
    let places = form.at.iter().map(|(name, value)| {
        let known = bound.names.iter().find(|(known, _)| known == name);
        let name = known.map_or((*name).to_owned(), |(_, part)| {
            printed(*part, SUM, &Bound::default())
        });
        format!("`{name}` is {value}")
    });
    let places: Vec<String> = places.collect();
    let lost = match form.lost {
        16 => "all".to_owned(),
        lost => lost.to_string(),
    };
    format!(
        "`{}` has lost {lost} of the 16 digits of {:?} where {}; `{}` keeps them, and `{silence}` the form that is written",
        printed(part, SUM, &Bound::default()),
        form.exact,
        places.join(" and "),
        printed(Part::Whole(&read(form.stable)), SUM, bound)
    )
}

// How tightly an expression holds together, from a sum to a name.
const SUM: u8 = 0;
const PRODUCT: u8 = 1;
const SIGN: u8 = 2;
const POWER: u8 = 3;
const NAME: u8 = 4;

/// How many operands of a chain, and how many expressions within one another, are said again.
const LONG: usize = 12;

/// What stands for an expression that is too long for that.
const ELSE: &str = "…";

/// A part as it is written, in parentheses where it holds less tightly than its place; names of a form as what they stand for.
fn printed(part: Part, place: u8, bound: &Bound) -> String {
    let plain = Bound::default();
    if part.is_long() {
        return ELSE.to_owned();
    }
    let (tightness, text) = match part.view() {
        View::Number(value) if value < 0.0 => (SIGN, value.to_string()),
        View::Number(value) => (NAME, value.to_string()),
        View::Name(name) => match bound.names.iter().find(|(known, _)| *known == name) {
            Some((_, part)) => return printed(*part, place, &plain),
            None => (NAME, name),
        },
        View::Call {
            name, args, axis, ..
        } => call_printed(&name, &args, axis, bound),
        View::Other => (NAME, other_printed(part, bound)),
    };
    match tightness < place {
        true => format!("({text})"),
        false => text,
    }
}

fn call_printed(name: &str, args: &[Part], axis: Option<Axis>, bound: &Bound) -> (u8, String) {
    match (name, args) {
        ("+" | "-", &[a, b]) => (
            SUM,
            format!(
                "{} {name} {}",
                printed(a, SUM, bound),
                printed(b, PRODUCT, bound)
            ),
        ),
        ("*" | "/" | "%" | "@", &[a, b]) => {
            let sign = if name == "@" || name == "%" {
                format!(" {name} ")
            } else {
                name.to_owned()
            };
            (
                PRODUCT,
                format!(
                    "{}{sign}{}",
                    printed(a, PRODUCT, bound),
                    printed(b, SIGN, bound)
                ),
            )
        }
        ("-", &[a]) => (SIGN, format!("-{}", printed(a, SIGN, bound))),
        ("^", &[a, b]) => (
            POWER,
            format!("{}^{}", printed(a, NAME, bound), printed(b, SIGN, bound)),
        ),
        _ if !name.starts_with(char::is_alphabetic) => (NAME, ELSE.to_owned()),
        _ => {
            let mut inside: Vec<String> =
                args.iter().map(|arg| printed(*arg, SUM, bound)).collect();
            let takes_axis =
                rule::of_arity(name, args.len()).is_some_and(|rule| rule.row().takes_axis());
            if let Some(axis) = axis.or(bound.axis).filter(|_| takes_axis) {
                let kept = if axis.keep { ", keep" } else { "" };
                inside.push(format!("axis = {}{kept}", axis.value));
            }
            (NAME, format!("{name}({})", inside.join(", ")))
        }
    }
}

fn other_printed(part: Part, bound: &Bound) -> String {
    let Part::Whole(expr) = part else {
        return ELSE.to_owned();
    };
    let whole = |expr: &Expr| printed(Part::Whole(expr), NAME, bound);
    match &expr.kind {
        ExprKind::Transpose(base) => format!("{}.T", whole(base)),
        ExprKind::Field { base, name } => format!("{}.{}", whole(base), text(name)),
        ExprKind::Index { base, items } => {
            let entry = |item: &Item| match item {
                Item::At(at) => printed(Part::Whole(at), SUM, bound),
                Item::Range { .. } => ELSE.to_owned(),
            };
            let entries: Vec<String> = items.iter().map(entry).collect();
            format!("{}[{}]", whole(base), entries.join(", "))
        }
        _ => ELSE.to_owned(),
    }
}

/// A form of the table, read.
fn read(form: &'static str) -> Expr {
    let tokens = TokenStream::from_str(form);
    let (expr, errors) =
        parse::formula(tokens.unwrap_or_else(|_| unreachable!("`{form}` is no Rust")));
    match errors.is_empty() {
        true => expr,
        false => unreachable!("`{form}` cannot be read: {:?}", errors.texts()),
    }
}
