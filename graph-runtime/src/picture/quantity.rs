//! One value of a picture: a number, or what is worth saying of an array.
//!
//! Invariant: entries are kept only where they are shown, so a picture of a large network stays small.

use std::fmt;

/// The largest extent of an array whose entries are shown.
const SHOWN: usize = 3;

/// A number, or an array by its shape, its norm and, up to 3 × 3, its entries.
///
/// It prints with four significant digits.
///
/// ```
/// use graph_runtime::graph;
///
/// let x = 2.0;
/// let g = graph! { y = x / 3; };
/// let picture = g.picture(1.0);
/// let y = picture.nodes().find(|node| node.name() == Some("y")).unwrap();
/// assert_eq!(y.value().to_string(), "0.6667");
/// assert_eq!(y.value().number(), Some(2.0 / 3.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    shape: Vec<usize>,
    entries: Vec<f64>,
    norm: f64,
    kind: Kind,
}

/// What the numbers stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    /// 1 for true, 0 for false.
    Condition,
    Labels,
    /// Another number in every step of a loop.
    OfSteps,
}

impl Quantity {
    pub(crate) fn new(shape: &[usize], entries: impl Iterator<Item = f64> + Clone) -> Quantity {
        let shown = shape.len() <= 2 && shape.iter().all(|extent| *extent <= SHOWN);
        Quantity {
            shape: shape.to_vec(),
            norm: norm(entries.clone()),
            entries: if shown { entries.collect() } else { Vec::new() },
            kind: Kind::Number,
        }
    }

    /// What every step of a loop has another one of.
    pub(crate) fn of_steps() -> Quantity {
        Quantity {
            shape: Vec::new(),
            entries: Vec::new(),
            norm: f64::NAN,
            kind: Kind::OfSteps,
        }
    }

    pub(crate) fn is_of_steps(&self) -> bool {
        self.kind == Kind::OfSteps
    }

    pub(crate) fn of_kind(mut self, kind: Kind) -> Quantity {
        self.kind = kind;
        self
    }

    /// The extents by axis; a number has none.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self.entries.as_slice() {
            [only] if self.shape.is_empty() => Some(*only),
            _ => None,
        }
    }

    /// The entries row by row, where there are at most 3 × 3 of them.
    #[must_use]
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }

    /// The root of the sum of the squares of all entries; of a number, its absolute value.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.norm
    }

    /// The lines that a picture shows: a number, or shape and norm with the entries below, in columns.
    pub(crate) fn lines(&self) -> Vec<String> {
        if self.is_of_steps() {
            return Vec::new();
        }
        if self.shape.is_empty() {
            return vec![self.to_string()];
        }
        let mut lines = vec![self.summary()];
        let columns = *self.shape.last().unwrap_or(&1);
        let words: Vec<String> = self.entries.iter().map(|entry| self.word(*entry)).collect();
        let width = |column: usize| {
            let of_column = words.iter().skip(column).step_by(columns);
            of_column
                .map(|word| word.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in words.chunks(columns.max(1)) {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> = cells
                .map(|(word, width)| format!("{word:>width$}"))
                .collect();
            lines.push(cells.join("  "));
        }
        lines
    }

    /// `[2, 3]  norm 1.234`.
    fn summary(&self) -> String {
        let extents: Vec<String> = self.shape.iter().map(ToString::to_string).collect();
        let shape = format!("[{}]", extents.join(", "));
        let count: usize = self.shape.iter().product();
        match self.kind {
            Kind::Number => format!("{shape} norm {}", four_digits(self.norm)),
            Kind::Condition => format!(
                "{shape} {} of {count} true",
                (self.norm * self.norm).round()
            ),
            Kind::Labels => shape,
            Kind::OfSteps => String::new(),
        }
    }

    fn word(&self, entry: f64) -> String {
        match self.kind {
            Kind::Condition => (entry != 0.0).to_string(),
            _ => four_digits(entry),
        }
    }
}

/// A number, or `[2] norm 5: 3, 4`, rows parted by `;`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(number) = self.number() {
            return f.write_str(&self.word(number));
        }
        f.write_str(&self.summary())?;
        let columns = (*self.shape.last().unwrap_or(&1)).max(1);
        for (at, row) in self.entries.chunks(columns).enumerate() {
            let words: Vec<String> = row.iter().map(|entry| self.word(*entry)).collect();
            write!(
                f,
                "{} {}",
                if at == 0 { ":" } else { ";" },
                words.join(", ")
            )?;
        }
        Ok(())
    }
}

/// The Euclidean norm; the largest entry is taken out first, so that no square overflows.
fn norm(entries: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = entries.clone().map(f64::abs).fold(0.0, f64::max);
    if largest == 0.0 || !largest.is_finite() {
        return if entries.clone().any(f64::is_nan) {
            f64::NAN
        } else {
            largest
        };
    }
    let squares = entries.map(|entry| (entry / largest).powi(2)).sum::<f64>();
    largest * squares.sqrt()
}

/// A number with four significant digits, in the shorter of the usual ways to write it.
pub(crate) fn four_digits(value: f64) -> String {
    if value == 0.0 {
        // Also of a negative zero, which says nothing to a reader.
        return "0".to_owned();
    }
    if !value.is_finite() {
        return value.to_string().replace("inf", "∞");
    }
    let scientific = format!("{value:.3e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..=4).contains(&exponent) {
        return format!("{}e{exponent}", trimmed(mantissa));
    }
    let rounded: f64 = scientific.parse().unwrap_or(value);
    let decimals = usize::try_from(3 - exponent).unwrap_or(0);
    trimmed(&format!("{rounded:.decimals$}")).to_owned()
}

/// A number that is given as text, printed as all are; any other text as it is.
pub(crate) fn as_printed(text: &str) -> String {
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.map_or_else(|| text.to_owned(), four_digits)
}

/// Without the zeros that say nothing.
fn trimmed(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits() {
        let cases = [
            (715.0, "715"),
            (0.1, "0.1"),
            (-0.012_345_6, "-0.01235"),
            (std::f64::consts::PI, "3.142"),
            (9999.6, "10000"),
            (12_346.0, "12350"),
            (1_234_567.0, "1.235e6"),
            (-1e-9, "-1e-9"),
            (0.000_123_46, "0.0001235"),
            (0.0, "0"),
            (-0.0, "0"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "-∞"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in cases {
            assert_eq!(four_digits(value), text);
        }
    }

    #[test]
    fn arrays_show_shape_norm_and_few_entries() {
        let small = Quantity::new(&[2, 2], [3.0, 0.0, -4.5, 0.0].into_iter());
        assert_eq!(small.lines(), ["[2, 2] norm 5.408", "   3  0", "-4.5  0"]);
        assert_eq!(small.to_string(), "[2, 2] norm 5.408: 3, 0; -4.5, 0");
        let large = Quantity::new(&[2, 4], [1.0; 8].into_iter());
        assert_eq!(large.lines(), ["[2, 4] norm 2.828"]);
        assert!(large.entries().is_empty());
        let huge = Quantity::new(&[2], [1e300, 1e300].into_iter());
        assert_eq!(four_digits(huge.norm()), "1.414e300");
    }

    #[test]
    fn conditions_are_words() {
        let one = Quantity::new(&[], [1.0].into_iter()).of_kind(Kind::Condition);
        assert_eq!(one.to_string(), "true");
        let many = Quantity::new(&[5], [1.0, 0.0, 1.0, 0.0, 0.0].into_iter());
        assert_eq!(many.of_kind(Kind::Condition).to_string(), "[5] 2 of 5 true");
    }
}
