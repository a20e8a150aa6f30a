//! What a row of the table is, and how rows are found: by name and number of arguments, by sign, or by likeness.
//!
//! Invariant: the table is the only list of operations. A [`RuleId`] is a row's position in it.

use std::sync::OnceLock;

use crate::hash::Map;
use crate::rules::{RULES, rows};

/// One row of [`RULES`]; the columns are explained there.
pub struct Rule {
    pub name: &'static str,
    /// The arguments as written, in parentheses.
    pub args: &'static str,
    pub arguments: &'static [Arg],
    pub forward: Forward,
    pub derivative: Derivative,
    pub acts: Acts,
    /// Of an entry, in sums; none where it is that of the rows it is made of.
    pub cost: Option<usize>,
    pub sign: Sign,
    pub domain: Domain,
    pub kinks: &'static [(&'static [f64], &'static [f64])],
    pub probe: &'static [(f64, f64)],
    pub doc: &'static str,
    /// Whether only formulas of the table may call it.
    pub is_inner: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Forward {
    Infix(&'static str),
    Prefix(&'static str),
    Relation(&'static str),
    Logic(&'static str),
    Real(&'static str),
    Formula(&'static str),
    Reduce(&'static str),
    Collapse(&'static str),
    Along(&'static str),
    Array(&'static str),
    Matrix(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Derivative {
    Partials(&'static str),
    Back(&'static str),
    /// The adjoints, and the tangents.
    Both(&'static str, &'static str),
    Each(&'static str),
    /// That of the forward formula, and how a picture prints it.
    Formula(&'static str),
    Zero,
}

/// What an operation looks at to compute an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Acts {
    /// The entry at the same place of each argument.
    Entry,
    /// The same, and it is linear in all arguments together.
    Linear,
    /// The same, and it is linear in each argument.
    Bilinear,
    /// A row and a column, linear in each.
    Product,
    /// Arrays as wholes.
    Array,
}

/// What is known of the sign of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Unknown,
    /// At least some positive number.
    Positive,
    NotNegative,
    /// Not negative, and 0 only where an exponential is: with all derivatives.
    Flat,
    /// Not negative, and at least some positive number where an argument is.
    Size,
    /// What all arguments are.
    All,
    /// What one of the arguments is.
    One,
    Sum,
    Product,
}

#[derive(Clone, Copy)]
pub enum Domain {
    All,
    /// A condition on one argument, such as `(x > 0)` or `(abs x <= 1)`.
    Where(&'static str),
}

/// `Domain::Where`, read.
#[derive(Clone, Copy)]
pub struct Condition {
    pub arg: usize,
    pub absolute: bool,
    pub relation: Relation,
    pub bound: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    NotEqual,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RuleId(u16);

impl RuleId {
    pub fn row(self) -> &'static Rule {
        &RULES[usize::from(self.0)]
    }

    /// The row of a name with so many arguments in all: what the constants in [`crate::rules::rows`] are made by.
    pub const fn of(name: &str, arguments: usize) -> RuleId {
        let mut row = 0;
        while !is_same(RULES[row].name, name) || RULES[row].arguments.len() != arguments {
            row += 1;
        }
        RuleId(row as u16)
    }

    /// What one function computes together with a sine or a cosine.
    pub fn other_half(self) -> Option<RuleId> {
        match self {
            rows::sin => Some(rows::cos),
            rows::cos => Some(rows::sin),
            _ => None,
        }
    }

    /// The operation of the same operand whose steps it shares.
    pub fn made_with(self) -> Option<RuleId> {
        match self {
            rows::sigmoid_slope | rows::sigmoid_rest => Some(rows::sigmoid),
            rows::tanh_slope => Some(rows::tanh),
            _ => None,
        }
    }

    /// Whether it is an operation on whole matrices that targets have.
    pub fn is_of_matrices(self) -> bool {
        matches!(self.row().forward, Forward::Matrix(_))
    }

    /// Whether it is a product of matrices.
    pub fn is_matmul(self) -> bool {
        self.row().acts == Acts::Product
    }

    pub fn all() -> impl Iterator<Item = RuleId> {
        (0..RULES.len()).map(|row| RuleId(u16::try_from(row).expect("the table is short")))
    }
}

/// `a == b`, at compile time.
const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// An argument's name and, if it may be left out, its value.
pub struct Arg {
    pub name: &'static str,
    pub default: Option<f64>,
}

impl Rule {
    /// How a person calls it: `atan2(a, b)`, or `a + b`.
    pub fn signature(&self) -> String {
        let names: Vec<_> = self.arguments.iter().map(|arg| arg.name).collect();
        match self.sign() {
            Some(sign) if names.len() == 2 => format!("{} {sign} {}", names[0], names[1]),
            Some(sign) => format!("{sign}{}", names[0]),
            None => format!("{}{}", self.name, self.args),
        }
    }

    /// The sign by which it is written, if it is an operator.
    pub fn sign(&self) -> Option<&'static str> {
        match self.forward {
            Forward::Infix(sign)
            | Forward::Prefix(sign)
            | Forward::Relation(sign)
            | Forward::Logic(sign) => Some(sign),
            _ => None,
        }
    }

    /// The sign of an operator, the name of any other operation.
    pub fn label(&self) -> &'static str {
        self.sign().unwrap_or(self.name)
    }

    pub fn condition(&self) -> Option<Condition> {
        let Domain::Where(text) = self.domain else {
            return None;
        };
        let text = text.trim_start_matches('(').trim_end_matches(')').trim();
        let (absolute, text) = match text.strip_prefix("abs ") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut words = text.split_whitespace();
        let (name, sign) = (words.next()?, words.next()?);
        let bound = words.collect::<String>().parse().ok()?;
        let relation = match sign {
            "<" => Relation::Less,
            "<=" => Relation::LessEqual,
            ">" => Relation::Greater,
            ">=" => Relation::GreaterEqual,
            "!=" => Relation::NotEqual,
            _ => return None,
        };
        let arg = self.arguments.iter().position(|arg| arg.name == name)?;
        Some(Condition {
            arg,
            absolute,
            relation,
            bound,
        })
    }

    /// The domain for a message: `x > 0`.
    pub fn domain_text(&self) -> &'static str {
        match self.domain {
            Domain::All => "all numbers",
            Domain::Where(text) => text.trim_start_matches('(').trim_end_matches(')'),
        }
    }

    /// Whether a slope can be infinite or undefined where the value is not: at the edge of a domain, at a kink, or where a slope is
    /// a quotient that is 0/0 at a kink.
    pub fn has_singular_points(&self) -> bool {
        let infinite = |(_, slopes): &(_, &[f64])| slopes.iter().any(|slope| !slope.is_finite());
        let divides = matches!(self.derivative, Derivative::Partials(text) if text.contains('/'));
        let has_kinks = !self.kinks.is_empty();
        self.condition().is_some() || self.kinks.iter().any(infinite) || has_kinks && divides
    }

    /// Whether there is a partial by the argument; that it is known to be zero is another answer than that there is none.
    pub fn has_partial(&self, arg: usize) -> bool {
        let (Derivative::Partials(column) | Derivative::Both(column, _)) = self.derivative else {
            return true;
        };
        let mut depth = 0;
        let mut entries = column.split(|sign| {
            depth += i32::from("([{".contains(sign)) - i32::from(")]}".contains(sign));
            sign == ',' && depth == 1
        });
        let entry = entries.nth(arg).unwrap_or_default();
        entry.trim_matches(|sign: char| "[] \n".contains(sign)) != "none"
    }

    /// Whether the operations of its formula stand in a graph in the place of it, since its derivative is theirs.
    pub fn is_written_out(&self) -> bool {
        let derivative = matches!(self.derivative, Derivative::Formula(_));
        derivative && matches!(self.forward, Forward::Formula(_))
    }

    /// Whether it runs over axes of one array, so that `axis = …` means something.
    pub fn takes_axis(&self) -> bool {
        matches!(
            self.forward,
            Forward::Reduce(_) | Forward::Collapse(_) | Forward::Along(_)
        )
    }

    /// Whether the result of an operation on numbers is a condition.
    pub fn gives_condition(&self) -> bool {
        matches!(self.forward, Forward::Relation(_) | Forward::Logic(_))
    }

    /// Whether the order of two arguments makes no difference, to the bit.
    pub fn commutes(&self) -> bool {
        matches!(
            self.forward,
            Forward::Infix("+" | "*") | Forward::Logic("&&" | "||")
        )
    }

    /// Whether the value is infinite at the edge of its domain, as that of a logarithm is.
    pub fn is_open(&self) -> bool {
        let relation = self.condition().map(|condition| condition.relation);
        relation == Some(Relation::Greater)
    }

    /// Whether a person calls it by name: an operator is written with its sign, and inner rows are for formulas alone.
    pub fn is_called(&self) -> bool {
        self.sign().is_none() && !self.is_inner
    }

    fn least_arity(&self) -> usize {
        let given = self.arguments.iter();
        given.filter(|arg| arg.default.is_none()).count()
    }
}

impl Condition {
    pub fn holds(&self, value: f64) -> bool {
        let value = if self.absolute { value.abs() } else { value };
        match self.relation {
            Relation::Less => value < self.bound,
            Relation::LessEqual => value <= self.bound,
            Relation::Greater => value > self.bound,
            Relation::GreaterEqual => value >= self.bound,
            Relation::NotEqual => value != self.bound,
        }
    }
}

type Index = Map<&'static str, Vec<RuleId>>;

fn by_name() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| group(|rule| Some(rule.name)))
}

fn by_sign() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| group(Rule::sign))
}

fn group(key: impl Fn(&'static Rule) -> Option<&'static str>) -> Index {
    let mut index = Index::default();
    for id in RuleId::all() {
        if let Some(key) = key(id.row()) {
            index.entry(key).or_default().push(id);
        }
    }
    index
}

/// The rows of a name: one for each number of arguments it has a meaning for.
fn named(name: &str) -> &'static [RuleId] {
    by_name().get(name).map_or(&[], Vec::as_slice)
}

/// The rows that a person calls by this name; formulas of the table call inner ones too.
pub fn called(name: &str) -> &'static [RuleId] {
    let rows = named(name);
    match rows.iter().all(|rule| rule.row().is_called()) {
        true => rows,
        false => &[],
    }
}

/// The row of a name for so many arguments.
pub fn of_arity(name: &str, count: usize) -> Option<RuleId> {
    let fits = |id: &&RuleId| (id.row().least_arity()..=id.row().arguments.len()).contains(&count);
    named(name).iter().find(fits).copied()
}

/// The row of a name that makes one value of all along axes, so that it runs over the turns of a loop too.
pub fn over_axes(name: &str) -> Option<RuleId> {
    let row = of_arity(name, 1).filter(|id| id.row().is_called())?;
    let forward = row.row().forward;
    matches!(forward, Forward::Reduce(_) | Forward::Collapse(_)).then_some(row)
}

/// The operator of a sign for so many operands.
pub fn operator(sign: &str, count: usize) -> Option<RuleId> {
    let ids = by_sign().get(sign)?;
    ids.iter()
        .find(|id| id.row().arguments.len() == count)
        .copied()
}

/// The candidate most like `name`, if any is close enough to be a misspelling of it.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = name.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *candidate != name)
        // Letters are swapped or mistaken more often than left out.
        .min_by_key(|(distance, candidate)| {
            (
                *distance,
                candidate.chars().count().abs_diff(length),
                *candidate,
            )
        })
        .map(|(_, candidate)| candidate.to_owned())
}

/// Names of all operations that are called by name, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    RULES
        .iter()
        .filter(|rule| rule.is_called())
        .map(|rule| rule.name)
}

/// Edits from one word to the other: insert, delete, replace, or swap two neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
