//! Shapes at run time: the checks that generated code makes before any arithmetic, and their error.
//!
//! What the compiler could not decide is left to these functions, namely the size of each named
//! dimension and the range of labels and of literal indices. Invariant: a check that passes
//! allocates nothing, and none of them panics, whatever the sizes are.

use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};

/// An array whose shape, or a label whose value, is not what a graph was written for.
///
/// The message names the array, the shape it should have and the shape it has. Where a named
/// dimension disagrees, it names the dimension and the array that the dimension's size was taken
/// from:
///
/// ```
/// # #[cfg(feature = "ndarray")] {
/// use graph_runtime::Affine;
/// use ndarray::{Array1, Array2};
///
/// let (w, b) = (Array2::<f64>::zeros((3, 2)), Array1::zeros(2));
/// let error = Affine::new(&w, &b).unwrap().forward(&Array2::zeros((5, 4))).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`x` should have shape [n = 5, k = 3], but has shape [5, 4]; `k` is 3 in `w`",
/// );
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ShapeError(Box<Reason>);

/// What is wrong, and with which input.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    /// An extent is not the one expected, or the number of dimensions is not.
    Shape {
        input: &'static str,
        expected: Vec<Extent>,
        found: Vec<usize>,
    },
    /// The shape is not that of another input.
    Unlike {
        input: &'static str,
        found: Vec<usize>,
        model: &'static str,
        expected: Vec<usize>,
    },
    /// An axis is too short for the index, the slice or the dimension written for it.
    Short {
        input: &'static str,
        axis: usize,
        least: usize,
        found: Vec<usize>,
    },
    /// A count is too small for what is written for it.
    Few {
        input: &'static str,
        least: usize,
        found: usize,
    },
    /// Another shape would have another number of entries.
    Count {
        /// Both shapes as the graph writes them.
        from: &'static str,
        found: Vec<usize>,
        to: &'static str,
        wanted: Vec<usize>,
    },
    /// A label names no class.
    Label {
        input: &'static str,
        position: usize,
        label: usize,
        classes: usize,
    },
}

/// The extent that one axis of an array should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A number written in the graph.
    Literal(usize),
    /// A dimension such as `n` or `n - 1`: the extent is `size + offset`.
    Named {
        /// The dimension's name.
        name: &'static str,
        /// The number added to it; negative in `n - 1`.
        offset: isize,
        /// Its size.
        size: usize,
        /// The input that the size was taken from; nothing if it is a count.
        from: &'static str,
    },
}

impl Extent {
    /// Whether an axis of this length is right. A size below zero is the length of none.
    fn admits(self, length: usize) -> bool {
        match self {
            Extent::Literal(extent) => extent == length,
            Extent::Named { offset, size, .. } => size.checked_add_signed(offset) == Some(length),
        }
    }
}

/// Checks that `found` is the shape expected of `input`.
///
/// # Errors
/// Where the number of dimensions or any extent differs.
pub fn check(input: &'static str, found: &[usize], expected: &[Extent]) -> Result<(), ShapeError> {
    let agrees = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(&length, extent)| extent.admits(length));
    if agrees {
        return Ok(());
    }
    Err(ShapeError::new(Reason::Shape {
        input,
        expected: expected.to_vec(),
        found: found.to_vec(),
    }))
}

/// Checks that `input` has the shape of `model`; `found` and `expected` are the shapes of the two.
///
/// # Errors
/// Where the shapes differ.
pub fn check_alike(
    input: &'static str,
    found: &[usize],
    model: &'static str,
    expected: &[usize],
) -> Result<(), ShapeError> {
    if found == expected {
        return Ok(());
    }
    Err(ShapeError::new(Reason::Unlike {
        input,
        found: found.to_vec(),
        model,
        expected: expected.to_vec(),
    }))
}

/// Checks that axis `axis` of `input` has at least `least` elements, as an index or a slice of it
/// needs. `found` is the shape of `input`.
///
/// # Errors
/// Where the axis is shorter, or `input` has no such axis.
pub fn check_at_least(
    input: &'static str,
    found: &[usize],
    axis: usize,
    least: usize,
) -> Result<(), ShapeError> {
    if found.get(axis).is_some_and(|&length| length >= least) {
        return Ok(());
    }
    Err(ShapeError::new(Reason::Short {
        input,
        axis,
        least,
        found: found.to_vec(),
    }))
}

/// Checks that the count `found` is at least `least`, as an index or a loop that begins later needs.
///
/// # Errors
/// Where it is less.
pub fn check_least(input: &'static str, found: usize, least: usize) -> Result<(), ShapeError> {
    if found >= least {
        return Ok(());
    }
    let reason = Reason::Few {
        input,
        least,
        found,
    };
    Err(ShapeError::new(reason))
}

/// Checks that an array of the shape `found` has as many entries as one of the shape `wanted`; `from` and `to` are these
/// shapes as the graph writes them.
///
/// # Errors
/// Where it has not.
pub fn check_count(
    from: &'static str,
    found: &[usize],
    to: &'static str,
    wanted: &[usize],
) -> Result<(), ShapeError> {
    let count = |shape: &[usize]| shape.iter().copied().fold(1, usize::saturating_mul);
    if count(found) == count(wanted) {
        return Ok(());
    }
    Err(ShapeError::new(Reason::Count {
        from,
        found: found.to_vec(),
        to,
        wanted: wanted.to_vec(),
    }))
}

/// Checks that every label is below `classes`.
///
/// # Errors
/// At the first label that is not.
pub fn check_labels(
    input: &'static str,
    labels: &[usize],
    classes: usize,
) -> Result<(), ShapeError> {
    match labels.iter().position(|&label| label >= classes) {
        None => Ok(()),
        Some(position) => {
            let label = labels[position];
            Err(ShapeError::new(Reason::Label {
                input,
                position,
                label,
                classes,
            }))
        }
    }
}

/// The size of a named dimension, from the first array that has it: there, the extent of axis
/// `axis` is the size plus `offset`. `found` is the shape of `input`.
///
/// # Errors
/// Where the axis is shorter than a positive offset, so that the size would be below zero, or
/// `input` has no such axis.
pub fn bind(
    input: &'static str,
    found: &[usize],
    axis: usize,
    offset: isize,
) -> Result<usize, ShapeError> {
    let size = found
        .get(axis)
        .zip(offset.checked_neg())
        .and_then(|(length, back)| length.checked_add_signed(back));
    size.ok_or_else(|| {
        let least = usize::try_from(offset).unwrap_or(0);
        ShapeError::new(Reason::Short {
            input,
            axis,
            least,
            found: found.to_vec(),
        })
    })
}

impl ShapeError {
    /// Out of the way of the code that runs when nothing is wrong.
    #[cold]
    fn new(reason: Reason) -> Self {
        ShapeError(Box::new(reason))
    }

    /// The name of the array that is wrong; of one without a name, its shape.
    #[must_use]
    pub fn input(&self) -> &'static str {
        match *self.0 {
            Reason::Shape { input, .. }
            | Reason::Unlike { input, .. }
            | Reason::Short { input, .. }
            | Reason::Few { input, .. }
            | Reason::Label { input, .. } => input,
            Reason::Count { from, .. } => from,
        }
    }
}

impl Error for ShapeError {}

/// The same text, which is what `unwrap` prints.
impl Debug for ShapeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl Display for ShapeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Reason::Shape {
                input,
                expected,
                found,
            } => {
                write!(f, "`{input}` should have shape ")?;
                write_list(f, expected)?;
                write!(f, ", but has shape {found:?}")?;
                write_origins(f, input, expected, found)
            }
            Reason::Unlike {
                input,
                found,
                model,
                expected,
            } => {
                write!(
                    f,
                    "`{input}` should have the shape of `{model}`, {expected:?}, \
                     but has shape {found:?}"
                )
            }
            Reason::Short {
                input,
                axis,
                least,
                found,
            } => {
                write!(
                    f,
                    "`{input}` should have an extent of at least {least} along axis {axis}, \
                     but has shape {found:?}"
                )
            }
            Reason::Few {
                input,
                least,
                found,
            } => write!(f, "`{input}` should be at least {least}, but is {found}"),
            Reason::Count {
                from,
                found,
                to,
                wanted,
            } => {
                write!(
                    f,
                    "an array of shape {from} = {found:?} cannot have the shape {to} = {wanted:?}, \
                     which has another number of entries"
                )
            }
            Reason::Label {
                input,
                position,
                label,
                classes,
            } => {
                write!(
                    f,
                    "label {label} at position {position} of `{input}` is not below {classes}, \
                     the number of entries to choose from"
                )
            }
        }
    }
}

impl Display for Extent {
    /// `784`, `k = 50` or `n - 1 = 4`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Extent::Literal(extent) => write!(f, "{extent}"),
            Extent::Named {
                name, offset, size, ..
            } => {
                f.write_str(name)?;
                match offset {
                    0 => {}
                    1.. => write!(f, " + {offset}")?,
                    _ => write!(f, " - {}", offset.unsigned_abs())?,
                }
                write!(f, " = {}", size as i128 + offset as i128)
            }
        }
    }
}

/// Writes `[a, b]`.
fn write_list(f: &mut Formatter<'_>, extents: &[Extent]) -> fmt::Result {
    f.write_str("[")?;
    for (axis, extent) in extents.iter().enumerate() {
        let comma = if axis == 0 { "" } else { ", " };
        write!(f, "{comma}{extent}")?;
    }
    f.write_str("]")
}

/// Says where the size of each named dimension that disagrees comes from, once for each name.
///
/// With the wrong number of dimensions there is nothing to compare, and nothing is written.
fn write_origins(
    f: &mut Formatter<'_>,
    input: &str,
    expected: &[Extent],
    found: &[usize],
) -> fmt::Result {
    if expected.len() != found.len() {
        return Ok(());
    }
    let mut told: Vec<&str> = Vec::new();
    for (extent, &length) in expected.iter().zip(found) {
        let Extent::Named {
            name, size, from, ..
        } = *extent
        else {
            continue;
        };
        if extent.admits(length) || told.contains(&name) {
            continue;
        }
        let separator = if told.is_empty() { ";" } else { " and" };
        if from.is_empty() {
            write!(f, "{separator} the count `{name}` is {size}")?;
        } else {
            let also = if from == input { " already" } else { "" };
            write!(f, "{separator} `{name}` is{also} {size} in `{from}`")?;
        }
        told.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn named(name: &'static str, offset: isize, size: usize, from: &'static str) -> Extent {
        Extent::Named {
            name,
            offset,
            size,
            from,
        }
    }

    fn message(result: Result<(), ShapeError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn the_right_shape_passes() {
        let expected = [
            Extent::Literal(784),
            named("k", 0, 50, "b1"),
            named("n", -1, 5, "x"),
        ];
        assert_eq!(check("t", &[784, 50, 4], &expected), Ok(()));
        assert_eq!(check("t", &[], &[]), Ok(()));
    }

    #[test]
    fn a_named_dimension_that_disagrees_names_both_inputs() {
        let expected = [Extent::Literal(784), named("k", 0, 50, "b1")];
        assert_eq!(
            message(check("w1", &[785, 40], &expected)),
            "`w1` should have shape [784, k = 50], but has shape [785, 40]; `k` is 50 in `b1`"
        );
        assert_eq!(
            message(check(
                "w",
                &[3, 4],
                &[named("k", 0, 3, "w"), named("k", 0, 3, "w")]
            )),
            "`w` should have shape [k = 3, k = 3], but has shape [3, 4]; `k` is already 3 in `w`"
        );
        assert_eq!(
            message(check(
                "z",
                &[1, 2],
                &[named("n", 0, 3, "x"), named("k", 1, 3, "y")]
            )),
            "`z` should have shape [n = 3, k + 1 = 4], but has shape [1, 2]; \
             `n` is 3 in `x` and `k` is 3 in `y`"
        );
    }

    #[test]
    fn an_origin_is_told_once_and_only_where_it_matters() {
        let (n, k) = (named("n", 0, 3, "x"), named("k", 0, 7, "y"));
        assert_eq!(
            message(check("z", &[1, 1, 7], &[n, n, k])),
            "`z` should have shape [n = 3, n = 3, k = 7], but has shape [1, 1, 7]; `n` is 3 in `x`"
        );
        assert_eq!(
            message(check("z", &[3, 8], &[n, Extent::Literal(9)])),
            "`z` should have shape [n = 3, 9], but has shape [3, 8]"
        );
    }

    #[test]
    fn the_number_of_dimensions_counts() {
        assert_eq!(
            message(check(
                "x",
                &[3],
                &[named("n", 0, 3, "x"), Extent::Literal(1)]
            )),
            "`x` should have shape [n = 3, 1], but has shape [3]"
        );
    }

    #[test]
    fn an_extent_below_zero_is_an_error_and_not_a_panic() {
        assert_eq!(
            message(check("d", &[0], &[named("n", -2, 1, "x")])),
            "`d` should have shape [n - 2 = -1], but has shape [0]; `n` is 1 in `x`"
        );
        assert!(check("d", &[0], &[named("n", isize::MIN, usize::MAX, "x")]).is_err());
        assert!(check("d", &[0], &[named("n", isize::MAX, usize::MAX, "x")]).is_err());
    }

    #[test]
    fn a_dimension_is_bound_through_its_offset() {
        assert_eq!(bind("x", &[4], 0, 0), Ok(4));
        assert_eq!(bind("x", &[7, 0], 1, -1), Ok(1)); // n - 1 = 0
        assert_eq!(bind("x", &[7, 5], 0, 2), Ok(5)); // n + 2 = 7
        assert_eq!(
            bind("x", &[7, 0], 1, 1).unwrap_err().to_string(), // n + 1 = 0
            "`x` should have an extent of at least 1 along axis 1, but has shape [7, 0]"
        );
        assert!(bind("x", &[usize::MAX], 0, -1).is_err());
        assert!(bind("x", &[0], 0, isize::MIN).is_err());
        assert!(bind("x", &[], 0, 0).is_err());
    }

    #[test]
    fn two_inputs_are_alike() {
        assert_eq!(check_alike("y", &[2, 3], "x", &[2, 3]), Ok(()));
        assert_eq!(
            message(check_alike("y", &[4], "x", &[4, 1])),
            "`y` should have the shape of `x`, [4, 1], but has shape [4]"
        );
    }

    #[test]
    fn an_axis_is_long_enough_or_named() {
        assert_eq!(check_at_least("x", &[2, 5], 1, 5), Ok(()));
        assert_eq!(
            message(check_at_least("x", &[2, 4], 1, 5)),
            "`x` should have an extent of at least 5 along axis 1, but has shape [2, 4]"
        );
        assert!(check_at_least("x", &[2], 1, 0).is_err());
    }

    #[test]
    fn a_label_out_of_range_is_named() {
        assert_eq!(check_labels("labels", &[0, 2, 1], 3), Ok(()));
        assert_eq!(check_labels("labels", &[], 0), Ok(()));
        assert_eq!(
            message(check_labels("labels", &[0, 1, 2, 7, 9], 3)),
            "label 7 at position 3 of `labels` is not below 3, the number of entries to choose from"
        );
        assert_eq!(
            check_labels("labels", &[3], 3).unwrap_err().input(),
            "labels"
        );
    }

    #[test]
    fn another_shape_has_as_many_entries() {
        assert_eq!(check_least("steps", 2, 2), Ok(()));
        assert_eq!(
            message(check_least("steps", 1, 2)),
            "`steps` should be at least 2, but is 1"
        );
        let extent = named("steps", -1, 5, "");
        assert_eq!(
            message(check("x", &[3], &[extent])),
            "`x` should have shape [steps - 1 = 4], but has shape [3]; the count `steps` is 5"
        );
        assert_eq!(check_count("[n]", &[6], "[k, 2]", &[3, 2]), Ok(()));
        assert_eq!(
            message(check_count("[n]", &[6], "[k, 2]", &[4, 2])),
            "an array of shape [n] = [6] cannot have the shape [k, 2] = [4, 2], \
             which has another number of entries"
        );
    }

    #[test]
    fn unwrap_prints_what_display_does() {
        let expected = [Extent::Literal(784)];
        let error = check("x", &[783], &expected).unwrap_err();
        assert_eq!(format!("{error:?}"), error.to_string());
    }

    #[test]
    fn an_error_is_one_pointer_and_crosses_threads() {
        fn is_error<E: Error + Send + Sync + Clone + PartialEq + 'static>() {}
        is_error::<ShapeError>();
        assert_eq!(size_of::<Result<(), ShapeError>>(), size_of::<usize>());
    }
}
