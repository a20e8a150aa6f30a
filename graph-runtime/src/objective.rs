//! Functions of one flat parameter vector: the bridge to everything that consumes a derivative.
//!
//! A graph `f` gives one, `f::Problem`; a type of one's own joins by the same traits. Invariant: nothing here allocates or
//! fails. Shapes are checked where a problem is made; a vector of the wrong length is a mistake in the program, and panics.

use core::fmt::{self, Display, Formatter};

use crate::Real;

/// The parameter vector of a function: how long it is, and what its entries are called.
pub trait Parameters {
    /// How many parameters there are.
    fn parameters(&self) -> usize;

    /// What the entry at this position is called in reports.
    fn name(&self, at: usize) -> Name {
        Name::entry("x", at)
    }
}

/// A function of a parameter vector with one number as its value: what a minimiser takes.
///
/// A graph with one output that is a number gives one as `f::Problem`, with the `const` inputs bound as fields and the other
/// inputs, in the order of their declaration and arrays row by row, as the vector.
///
/// ```
/// use graph_runtime::{Objective, Parameters, graph};
///
/// graph! { fn valley(x: [2], const steepness) -> z { z = (1 - x[0])^2 + steepness*(x[1] - x[0]^2)^2; } }
///
/// let problem = valley::Problem { steepness: 100.0 };
/// let mut gradient = [0.0; 2];
/// assert_eq!(problem.gradient(&[0.0, 1.0], &mut gradient), 101.0);
/// assert_eq!(gradient, [-2.0, 200.0]);
/// assert_eq!(problem.value(&[1.0, 1.0]), 0.0);
/// assert_eq!(problem.name(1).to_string(), "x[1]");
/// ```
///
/// One of your own says how many parameters it has, and how value and gradient are computed:
///
/// ```
/// use graph_runtime::{Objective, Parameters, check};
///
/// struct Bowl;
///
/// impl Parameters for Bowl {
///     fn parameters(&self) -> usize { 2 }
/// }
///
/// impl Objective<f64> for Bowl {
///     fn value(&self, x: &[f64]) -> f64 { x[0] * x[0] + 3.0 * x[1] * x[1] }
///     fn gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient.copy_from_slice(&[2.0 * x[0], 6.0 * x[1]]);
///         self.value(x)
///     }
/// }
/// # #[cfg(feature = "std")]
/// check::objective(&Bowl, &[1.5, -0.25]).assert();
/// ```
///
/// # Panics
/// The methods of a generated problem panic where a vector has the wrong length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an `Objective<{T}>`",
    note = "the `Problem` of a graph with one output that is a number is an `Objective`; with several outputs, or an array, \
            it is `Residuals`"
)]
pub trait Objective<T: Real>: Parameters {
    /// The value at `x`.
    fn value(&self, x: &[T]) -> T;

    /// The value at `x`, and in `gradient` the partial derivative by each parameter.
    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T;
}

/// An [`Objective`] with second derivatives.
///
/// A graph's `Problem` has them where the graph asks for them, so that their absence is an error at compile time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivatives",
    note = "a graph makes them on request: write `#[graph(hessian)]` above its `fn`"
)]
pub trait SecondOrder<T: Real>: Objective<T> {
    /// The value at `x`, in `gradient` the gradient, and in `hessian` the second partial derivatives, row by row.
    ///
    /// # Panics
    /// Where `hessian` does not have as many entries as the square of the number of parameters.
    fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T;
}

/// A function of a parameter vector with several numbers as its value: what a least-squares solver takes.
///
/// A graph with several outputs, or an array, gives one as `f::Problem`; the outputs are in the order of their declaration,
/// arrays row by row.
///
/// ```
/// use graph_runtime::{Residuals, graph};
///
/// graph! {
///     fn decay(height, rate, const t: [2], const seen: [2]) -> r { r = height*exp(-rate*t) - seen; }
/// }
///
/// let problem = decay::Problem { t: [0.0, 1.0], seen: [2.0, 1.0] };
/// let (mut residuals, mut jacobian) = ([0.0; 2], [0.0; 4]);
/// problem.jacobian(&[3.0, 0.0], &mut residuals, &mut jacobian);
/// assert_eq!(residuals, [1.0, 2.0]);
/// assert_eq!(jacobian, [1.0, 0.0, 1.0, -3.0]); // a row per residual, a column per parameter
/// ```
///
/// # Panics
/// The methods of a generated problem panic where a vector has the wrong length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Residuals<{T}>`",
    note = "the `Problem` of a graph with several outputs, or with an array, is `Residuals`; with one output that is a number \
            it is an `Objective`"
)]
pub trait Residuals<T: Real>: Parameters {
    /// How many residuals there are.
    fn outputs(&self) -> usize;

    /// What the residual at this position is called in reports.
    fn output_name(&self, at: usize) -> Name {
        Name::entry("r", at)
    }

    /// Writes the residuals at `x`.
    fn residuals(&self, x: &[T], residuals: &mut [T]);

    /// Writes the residuals at `x` and their partial derivatives: row by row, a row per residual, a column per parameter.
    fn jacobian(&self, x: &[T], residuals: &mut [T], jacobian: &mut [T]);
}

/// A function that can be differentiated along directions, forward and backward, without a whole Jacobian.
///
/// The `Problem` of every graph can. The [check](crate::check) holds the two against each other.
///
/// ```
/// use graph_runtime::{Directional, graph};
///
/// graph! { fn f(x, y) -> (sum, product) { sum = x + y; product = x*y; } }
///
/// let problem = f::Problem {};
/// let (mut outputs, mut change, mut adjoints) = ([0.0; 2], [0.0; 2], [0.0; 2]);
/// problem.jvp(&[3.0, 4.0], &[1.0, 0.0], &mut outputs, &mut change);
/// assert_eq!((outputs, change), ([7.0, 12.0], [1.0, 4.0]));
/// problem.vjp(&[3.0, 4.0], &[0.0, 1.0], &mut outputs, &mut adjoints);
/// assert_eq!(adjoints, [4.0, 3.0]);
/// ```
///
/// # Panics
/// The methods of a generated problem panic where a vector has the wrong length.
pub trait Directional<T: Real>: Parameters {
    /// How many outputs there are, and so seeds.
    fn seeds(&self) -> usize;

    /// Forward: writes the outputs at `x` and how they change along `direction`.
    fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]);

    /// Backward: writes the outputs at `x`, and in `adjoints` the gradient of the outputs' sum weighted by `seeds`.
    fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]);
}

/// A function is also used by reference.
mod by_reference {
    use super::{Directional, Name, Objective, Parameters, Residuals, SecondOrder};
    use crate::Real;

    impl<P: Parameters + ?Sized> Parameters for &P {
        fn parameters(&self) -> usize {
            (**self).parameters()
        }

        fn name(&self, at: usize) -> Name {
            (**self).name(at)
        }
    }

    impl<T: Real, P: Objective<T> + ?Sized> Objective<T> for &P {
        fn value(&self, x: &[T]) -> T {
            (**self).value(x)
        }

        fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
            (**self).gradient(x, gradient)
        }
    }

    impl<T: Real, P: SecondOrder<T> + ?Sized> SecondOrder<T> for &P {
        fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
            (**self).hessian(x, gradient, hessian)
        }
    }

    impl<T: Real, P: Residuals<T> + ?Sized> Residuals<T> for &P {
        fn outputs(&self) -> usize {
            (**self).outputs()
        }

        fn output_name(&self, at: usize) -> Name {
            (**self).output_name(at)
        }

        fn residuals(&self, x: &[T], residuals: &mut [T]) {
            (**self).residuals(x, residuals);
        }

        fn jacobian(&self, x: &[T], residuals: &mut [T], jacobian: &mut [T]) {
            (**self).jacobian(x, residuals, jacobian);
        }
    }

    impl<T: Real, P: Directional<T> + ?Sized> Directional<T> for &P {
        fn seeds(&self) -> usize {
            (**self).seeds()
        }

        fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
            (**self).jvp(x, direction, outputs, change);
        }

        fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]) {
            (**self).vjp(x, seeds, outputs, adjoints);
        }
    }
}

/// The most axes a named array has.
const AXES: usize = 6;

/// What an entry of a parameter vector is called: `rate`, or `w1[3, 7]` for an entry of an array.
///
/// ```
/// use graph_runtime::Name;
///
/// let arrays: [(&str, &[usize]); 2] = [("w1", &[2, 3]), ("rate", &[])];
/// assert_eq!(Name::among(&arrays, 5).to_string(), "w1[1, 2]");
/// assert_eq!(Name::among(&arrays, 6).to_string(), "rate");
/// assert_eq!(Name::entry("x", 4).to_string(), "x[4]");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Name {
    array: &'static str,
    position: [usize; AXES],
    axes: usize,
    /// Which of the arrays that were named together this one is, and how many they are: of those without entries nothing else
    /// tells.
    #[cfg_attr(not(feature = "std"), allow(dead_code, reason = "blocks ask for it"))]
    place: (usize, usize),
}

/// Names are alike if they read alike.
impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        let parts = |name: &Name| (name.array, name.position, name.axes);
        parts(self) == parts(other)
    }
}

impl Eq for Name {}

impl Name {
    /// The entry of a vector.
    #[must_use]
    pub const fn entry(array: &'static str, at: usize) -> Name {
        let mut position = [0; AXES];
        position[0] = at;
        Name {
            array,
            position,
            axes: 1,
            place: (0, 1),
        }
    }

    /// The entry at a flat position in several arrays, each with its shape, that lie one behind the other row by row. A
    /// position behind them all is counted in the last.
    #[must_use]
    pub fn among(arrays: &[(&'static str, &[usize])], at: usize) -> Name {
        let mut rest = at;
        for (number, &(array, shape)) in arrays.iter().enumerate() {
            let size: usize = shape.iter().product();
            if rest < size || number + 1 == arrays.len() {
                let place = (number, arrays.len());
                return Name {
                    place,
                    ..Name::at(array, shape, rest)
                };
            }
            rest -= size;
        }
        Name::entry("x", at)
    }

    fn at(array: &'static str, shape: &[usize], mut rest: usize) -> Name {
        let axes = shape.len().min(AXES);
        let mut position = [0; AXES];
        for axis in (0..axes).rev() {
            let extent = shape[axis].max(1);
            position[axis] = if axis == 0 { rest } else { rest % extent };
            rest /= extent;
        }
        Name {
            array,
            position,
            axes,
            place: (0, 1),
        }
    }

    /// Which of the arrays named together this one is, and how many they are.
    #[cfg(feature = "std")]
    pub(crate) const fn place(&self) -> (usize, usize) {
        self.place
    }

    /// The array's name, or the number's.
    #[must_use]
    pub const fn array(&self) -> &'static str {
        self.array
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.array)?;
        for (axis, at) in self.position[..self.axes].iter().enumerate() {
            let before = if axis == 0 { "[" } else { ", " };
            write!(f, "{before}{at}")?;
        }
        f.write_str(if self.axes == 0 { "" } else { "]" })
    }
}

/// Checks the length of a vector.
///
/// # Panics
/// Where it is not the one expected.
#[inline]
#[track_caller]
pub fn of_length(expected: usize, found: usize) {
    if expected != found {
        wrong_length(expected, found);
    }
}

#[cold]
#[track_caller]
fn wrong_length(expected: usize, found: usize) -> ! {
    panic!("the problem expects a vector of {expected} here, and was given one of {found}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_through_arrays_row_by_row() {
        let arrays: [(&'static str, &[usize]); 4] =
            [("a", &[]), ("w", &[2, 3]), ("none", &[0, 4]), ("b", &[2])];
        let names: [Name; 9] = core::array::from_fn(|at| Name::among(&arrays, at));
        assert_eq!((names[0].array(), names[0].axes), ("a", 0));
        assert_eq!(names[1].position[..2], [0, 0]);
        assert_eq!(names[6].position[..2], [1, 2]);
        assert_eq!((names[7].array(), names[8].position[0]), ("b", 1));
    }

    #[test]
    fn a_position_behind_everything_still_has_a_name() {
        assert_eq!(Name::among(&[("b", &[2])], 5), Name::entry("b", 5));
        assert_eq!(Name::among(&[], 5), Name::entry("x", 5));
    }

    #[test]
    #[should_panic(expected = "expects a vector of 2 here, and was given one of 3")]
    fn a_wrong_length_is_named() {
        of_length(2, 3);
    }
}
