//! What a check found: the verdict on every derivative, and the words for it.

use std::fmt::{self, Display, Formatter};

use crate::Name;

/// What a check found. It prints as a few lines; [`assert`](Report::assert) is for tests.
///
/// ```
/// use graph_runtime::graph;
///
/// graph! { fn f(x, y) -> z { z = x*y; } }
/// let report = f::check(3.0, 4.0);
/// assert!(report.is_right() && report.wrong().is_empty());
/// assert!(report.to_string().starts_with("2 of 2 parameters: right"));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a report says whether the derivatives are right"]
pub struct Report {
    parameters: usize,
    pub(super) checked: usize,
    pub(super) directions: Directions,
    entries: usize,
    wrong: Vec<Entry>,
    undecided: Vec<Entry>,
    held: Vec<Entry>,
    /// The inputs on which something depends that `stop` holds constant.
    stopped: Vec<&'static str>,
    /// Of those that are right.
    worst: Option<Entry>,
}

/// How `jvp` and `vjp` agree.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Directions {
    pub count: usize,
    pub apart: f64,
    pub allowed: f64,
}

impl Directions {
    pub fn add(&mut self, other: Directions) {
        self.count += other.count;
        if other.apart.is_nan() || other.apart > self.apart {
            self.apart = other.apart;
        }
        self.allowed = self.allowed.max(other.allowed);
    }

    /// Written so that a NaN is wrong as well.
    fn agree(&self) -> bool {
        self.count == 0 || self.apart <= self.allowed
    }
}

/// One derivative, and what differences say it is.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub(super) line: Line,
    /// The output that was differentiated, where there are several.
    pub output: Option<Name>,
    /// The derivative as the function gives it.
    pub exact: f64,
    /// The derivative by differences.
    pub estimate: f64,
    /// How far the estimate may be from the truth.
    pub uncertainty: f64,
    /// How far from the truth a derivative must be to be called wrong for sure: less than ten times this. Infinite where
    /// differences could not say.
    pub resolution: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// By what an output was differentiated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    Parameter(Name),
    Direction,
}

/// What the differences say of a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They agree.
    Right,
    /// The function has a kink here, and the derivative lies between the slopes of the two sides.
    Kink,
    /// They do not settle well enough to say: a jump, or noise.
    Undecided,
    /// They disagree.
    Wrong,
    /// They disagree, and may: `stop` holds something constant, which differences move.
    Held,
}

impl Entry {
    /// The parameter that was differentiated by; none along a random direction.
    #[must_use]
    pub fn parameter(&self) -> Option<Name> {
        match self.line {
            Line::Parameter(name) => Some(name),
            Line::Direction => None,
        }
    }

    /// How far the two are apart, relative to the larger. Infinities of one sign are not apart at all.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        if self.exact == self.estimate || self.exact.is_infinite() && self.verdict == Verdict::Right
        {
            return 0.0;
        }
        let scale = self.exact.abs().max(self.estimate.abs());
        (self.exact - self.estimate).abs() / scale
    }
}

impl Report {
    pub(super) fn of(parameters: usize) -> Report {
        Report {
            parameters,
            ..Report::default()
        }
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.entries += 1;
        match entry.verdict {
            Verdict::Right => self.keep_worst(entry),
            Verdict::Kink => {}
            Verdict::Undecided => self.undecided.push(entry),
            Verdict::Wrong => self.wrong.push(entry),
            Verdict::Held => self.held.push(entry),
        }
    }

    fn keep_worst(&mut self, entry: Entry) {
        self.worst = Some(self.worst.map_or(entry, |worst| *worse(&worst, &entry)));
    }

    /// Both reports in one.
    pub fn and(mut self, other: Report) -> Report {
        self.parameters = self.parameters.max(other.parameters);
        self.checked = self.checked.max(other.checked);
        self.directions.add(other.directions);
        self.entries += other.entries;
        self.wrong.extend(other.wrong);
        self.undecided.extend(other.undecided);
        self.held.extend(other.held);
        self.stopped.extend(other.stopped);
        if let Some(entry) = other.worst {
            self.keep_worst(entry);
        }
        self
    }

    /// The report on a function that holds something constant which depends on these inputs. The derivative by them, and along
    /// directions, is right without what differences see of it, so that these are not held against it.
    #[doc(hidden)]
    pub fn holding(mut self, inputs: &[&'static str]) -> Report {
        let moves_what_is_held = |entry: &Entry| {
            let parameter = entry.parameter();
            parameter.is_none_or(|name| inputs.contains(&name.array()))
        };
        let (held, wrong) = self.wrong.into_iter().partition(moves_what_is_held);
        self.wrong = wrong;
        self.held = held;
        for entry in &mut self.held {
            (entry.verdict, entry.resolution) = (Verdict::Held, f64::INFINITY);
        }
        self.stopped = inputs.to_vec();
        self
    }

    /// Whether nothing is wrong. Derivatives that are undecided, or that something held constant keeps apart from differences,
    /// do not count as wrong.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.wrong.is_empty() && self.directions.agree()
    }

    /// The derivatives that are wrong.
    #[must_use]
    pub fn wrong(&self) -> &[Entry] {
        &self.wrong
    }

    /// The derivatives of which differences could not say: they do not settle at a jump, or in noise.
    #[must_use]
    pub fn undecided(&self) -> &[Entry] {
        &self.undecided
    }

    /// The derivatives that differ from differences, and may, since `stop` holds something constant that they move.
    #[must_use]
    pub fn held(&self) -> &[Entry] {
        &self.held
    }

    /// The derivative that is farthest off, of those that could be decided.
    #[must_use]
    pub fn worst(&self) -> Option<&Entry> {
        let wrong = self.wrong.iter().reduce(worse);
        wrong.or(self.worst.as_ref())
    }

    /// Panics with the report if anything is wrong.
    ///
    /// # Panics
    /// Where a derivative disagrees with its difference quotient, or `jvp` with `vjp`.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.is_right(), "{self}");
    }
}

/// The entry with the larger error, the first of two alike; one without a number has the largest.
fn worse<'e>(one: &'e Entry, other: &'e Entry) -> &'e Entry {
    let error = |entry: &Entry| match entry.relative_error() {
        error if error.is_nan() => f64::INFINITY,
        error => error,
    };
    if error(one) >= error(other) {
        one
    } else {
        other
    }
}

/// How many wrong or undecided entries are written out.
const LISTED: usize = 8;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.checked {
            0 => write!(f, "{} directional derivatives: ", self.entries)?,
            checked => write!(f, "{checked} of {} parameters: ", self.parameters)?,
        }
        match (self.is_right(), self.wrong.len()) {
            (true, _) => write!(f, "right")?,
            (false, 0) => write!(f, "jvp and vjp disagree")?,
            (false, count) => write!(f, "{count} of {} derivatives wrong", self.entries)?,
        }
        list(f, &self.wrong)?;
        if let (true, Some(worst)) = (self.wrong.is_empty(), &self.worst) {
            write!(f, "\n  the worst is {worst}")?;
        }
        if self.directions.count > 0 {
            let Directions { count, apart, .. } = self.directions;
            write!(
                f,
                "\n  jvp against vjp in {count} random directions: {apart:.1e} apart"
            )?;
        }
        if !self.undecided.is_empty() {
            let count = self.undecided.len();
            write!(
                f,
                "\n  {count} undecided, since differences do not settle there:"
            )?;
            list(f, &self.undecided)?;
        }
        if !self.held.is_empty() {
            let (count, inputs) = (self.held.len(), self.stopped.join("`, `"));
            write!(
                f,
                "\n  {count} not held against differences, which move what `stop` holds constant, by `{inputs}`:"
            )?;
            list(f, &self.held)?;
        }
        Ok(())
    }
}

fn list(f: &mut Formatter<'_>, entries: &[Entry]) -> fmt::Result {
    for entry in entries.iter().take(LISTED) {
        write!(f, "\n    {entry}")?;
    }
    match entries.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => write!(f, "\n    and {more} more"),
    }
}

impl Display for Entry {
    /// `∂z/∂w1[3, 7]: -0.25 by the function, 0.5 ± 1e-12 by differences (relative error 1.5e0)`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (&self.line, &self.output) {
            (Line::Parameter(name), None) => write!(f, "∂/∂{name}")?,
            (Line::Parameter(name), Some(output)) => write!(f, "∂{output}/∂{name}")?,
            (Line::Direction, Some(output)) => write!(f, "{output} along a random direction")?,
            (Line::Direction, None) => f.write_str("along a random direction")?,
        }
        write!(
            f,
            ": {} by the function, {} ± {:.0e} by differences (relative error {:.1e})",
            self.exact,
            known_digits(self.estimate, self.uncertainty),
            self.uncertainty,
            self.relative_error()
        )
    }
}

/// A number to the digits that ten of its uncertainties leave it.
fn known_digits(value: f64, uncertainty: f64) -> f64 {
    let digits = -(10.0 * uncertainty).log10().ceil();
    if !(0.0..=17.0).contains(&digits) {
        return value;
    }
    let text = format!("{value:.*}", digits as usize);
    text.parse().unwrap_or(value)
}
