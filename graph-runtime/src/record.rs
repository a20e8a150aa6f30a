//! Structs of parameters: the numbers of a [`graph!`](crate::graph) block's `struct`, by name, in one order.
//!
//! Every struct of a block is a [`Record`], and so is its gradient, which is the same struct. Invariant: all walks over one struct
//! visit the same leaves in the order of declaration; what is `const` is told apart, and labels are none of them.
//!
//! ```
//! use graph_runtime::{Record, graph, optim::Adam};
//!
//! graph! {
//!     pub struct Line { slope, height }
//!     fn miss(line: Line, const x: [3], const y: [3]) -> loss {
//!         loss = sum((line.slope*x + line.height - y)^2);
//!     }
//! }
//!
//! let (mut line, mut adam) = (Line::<f64>::default(), Adam::new(0.1));
//! for _ in 0..1000 {
//!     let (_, d) = miss::value_and_grad(line, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0]);
//!     adam.step(&mut line, &d.line);
//! }
//! assert!((line.slope - 2.0).abs() < 1e-6 && (line.height - 1.0).abs() < 1e-6);
//! let names: Vec<String> = line.iter().map(|entry| entry.name).collect();
//! assert_eq!(names, ["slope", "height"]);
//! ```

use core::fmt;

use crate::Real;

/// A struct of named numbers and arrays of numbers.
pub trait Record<T: Real> {
    /// Visits every number and array, those that are `const` too.
    fn each<'s>(&'s self, outer: &Path<'_>, visit: &mut dyn FnMut(Leaf<'s, '_, T>));
    /// The same, to change them.
    fn each_mut<'s>(&'s mut self, outer: &Path<'_>, visit: &mut dyn FnMut(LeafMut<'s, '_, T>));

    /// Every number and array by its name, in the order of declaration.
    #[cfg(feature = "std")]
    fn iter(&self) -> std::vec::IntoIter<Named<'_, T>>
    where
        Self: Sized,
    {
        named::named(self).into_iter()
    }

    /// How many numbers there are that are not `const`.
    #[cfg(feature = "std")]
    fn count(&self) -> usize
    where
        Self: Sized,
    {
        Entries::of(self).len()
    }

    /// The same struct of other numbers; what is `const` stays as it is.
    #[cfg(feature = "std")]
    #[must_use]
    fn map(&self, mut of: impl FnMut(T) -> T) -> Self
    where
        Self: Sized + Clone,
    {
        let mut other = self.clone();
        EntriesMut::of(&mut other).for_each(|entry| *entry = of(*entry));
        other
    }

    /// The same struct of numbers that come of those of two structs.
    ///
    /// # Panics
    /// Where the sizes differ.
    #[cfg(feature = "std")]
    #[must_use]
    #[track_caller]
    fn zip(&self, other: &Self, mut of: impl FnMut(T, T) -> T) -> Self
    where
        Self: Sized + Clone,
    {
        let mut result = self.clone();
        named::change(&mut result, other, |own, other| *own = of(*own, other));
        result
    }

    /// `self + a*x`, in place.
    ///
    /// # Panics
    /// Where the sizes differ.
    #[cfg(feature = "std")]
    #[track_caller]
    fn axpy(&mut self, a: T, x: &Self)
    where
        Self: Sized,
    {
        named::change(self, x, |own, other| *own = *own + a * other);
    }

    /// Zeros of the same sizes; what is `const` stays as it is.
    #[cfg(feature = "std")]
    #[must_use]
    fn zeros_like(&self) -> Self
    where
        Self: Sized + Clone,
    {
        self.map(|_| T::of(0.0))
    }

    /// All numbers that are not `const`, in the order of declaration, arrays row by row: what [`assign`](Record::assign) takes.
    #[cfg(feature = "std")]
    fn to_vec(&self) -> Vec<T>
    where
        Self: Sized,
    {
        Entries::of(self).copied().collect()
    }

    /// Takes over all numbers that are not `const` from a slice.
    ///
    /// # Panics
    /// Where the slice has another length.
    #[cfg(feature = "std")]
    #[track_caller]
    fn assign(&mut self, entries: &[T])
    where
        Self: Sized,
    {
        let own = EntriesMut::of(self);
        crate::objective::of_length(own.len(), entries.len());
        own.zip(entries).for_each(|(own, entry)| *own = *entry);
    }
}

/// The way to a leaf: `first.w`, `blocks[1].b`.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    outer: Option<&'p Path<'p>>,
    name: &'static str,
    place: Option<usize>,
    constant: bool,
}

impl<'p> Path<'p> {
    /// The struct itself.
    pub const ROOT: Path<'static> = Path {
        outer: None,
        name: "",
        place: None,
        constant: false,
    };

    /// A field of what is here.
    #[must_use]
    pub const fn field(&'p self, name: &'static str, constant: bool) -> Path<'p> {
        Path {
            outer: Some(self),
            name,
            place: None,
            constant: constant || self.constant,
        }
    }

    /// One of the structs that are listed here.
    #[must_use]
    pub const fn place(self, at: usize) -> Path<'p> {
        Path {
            place: Some(at),
            ..self
        }
    }

    /// Whether what is here is `const`.
    #[must_use]
    pub const fn is_constant(&self) -> bool {
        self.constant
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(outer) = self.outer.filter(|outer| !outer.name.is_empty()) {
            write!(f, "{outer}.")?;
        }
        f.write_str(self.name)?;
        match self.place {
            Some(at) => write!(f, "[{at}]"),
            None => Ok(()),
        }
    }
}

/// A number or an array of a struct.
pub struct Leaf<'s, 'p, T> {
    /// Where it is.
    pub path: &'p Path<'p>,
    /// Its extents, none of a number.
    pub shape: &'p [usize],
    /// Its entries, row by row.
    pub entries: Row<'s, T>,
}

/// The same, to be changed.
pub struct LeafMut<'s, 'p, T> {
    /// Where it is.
    pub path: &'p Path<'p>,
    /// Its extents, none of a number.
    pub shape: &'p [usize],
    /// Its entries, row by row.
    pub entries: &'s mut [T],
}

/// Entries that lie one behind the other, or those of an array in any layout.
pub enum Row<'s, T> {
    /// In memory as they are read.
    Slice(&'s [T]),
    /// Of an array in another layout.
    #[cfg(feature = "ndarray")]
    Array(ndarray::ArrayViewD<'s, T>),
}

/// A number or a fixed array as a leaf.
#[doc(hidden)]
pub fn record_slice<'s, T>(
    entries: &'s [T],
    shape: &[usize],
    path: &Path<'_>,
    visit: &mut dyn FnMut(Leaf<'s, '_, T>),
) {
    visit(Leaf {
        path,
        shape,
        entries: Row::Slice(entries),
    });
}

/// The same, to be changed.
#[doc(hidden)]
pub fn record_slice_mut<'s, T>(
    entries: &'s mut [T],
    shape: &[usize],
    path: &Path<'_>,
    visit: &mut dyn FnMut(LeafMut<'s, '_, T>),
) {
    visit(LeafMut {
        path,
        shape,
        entries,
    });
}

#[cfg(feature = "ndarray")]
#[doc(hidden)]
pub use arrays::{empty, from_fixed, record_array, record_array_mut, to_fixed};

#[cfg(feature = "ndarray")]
mod arrays {
    use ndarray::{Array, ArrayRef, Dimension};

    use super::{Leaf, LeafMut, Path, Row};
    use crate::Real;
    use crate::operand::Element;
    use crate::vector::{Entries, Fixed, Reader, Writer};

    /// An array as a leaf.
    pub fn record_array<'s, T, D: Dimension>(
        array: &'s Array<T, D>,
        path: &Path<'_>,
        visit: &mut dyn FnMut(Leaf<'s, '_, T>),
    ) {
        let entries = match array.as_slice() {
            Some(entries) => Row::Slice(entries),
            None => Row::Array(array.view().into_dyn()),
        };
        visit(Leaf {
            path,
            shape: array.shape(),
            entries,
        });
    }

    /// The same, to be changed: row by row in memory from now on.
    pub fn record_array_mut<'s, T: Element, D: Dimension>(
        array: &'s mut Array<T, D>,
        path: &Path<'_>,
        visit: &mut dyn FnMut(LeafMut<'s, '_, T>),
    ) {
        if !array.is_standard_layout() {
            let packed = array.as_standard_layout().into_owned();
            *array = packed;
        }
        let dimension = array.raw_dim();
        if let Some(entries) = array.as_slice_mut() {
            visit(LeafMut {
                path,
                shape: dimension.slice(),
                entries,
            });
        }
    }

    /// An array with no entry yet.
    pub fn empty<T, D: Dimension>() -> Array<T, D> {
        let nothing = D::zeros(D::NDIM.unwrap_or(0));
        match Array::from_shape_vec(nothing, Vec::new()) {
            Ok(array) => array,
            Err(error) => unreachable!("nothing has no entries: {error}"),
        }
    }

    /// A fixed array as one of any size.
    pub fn from_fixed<T: Real, D: Dimension>(entries: &impl Entries<T>, shape: D) -> Array<T, D> {
        let mut array = Array::from_elem(shape, T::of(0.0));
        if let Some(slice) = array.as_slice_mut() {
            let length = slice.len();
            Writer::new(slice, length).put(entries);
        }
        array
    }

    /// An array of a size that is known as a fixed array.
    pub fn to_fixed<T: Element, D: Dimension, V: Fixed<T>>(array: &ArrayRef<T, D>) -> V {
        let packed = array.as_standard_layout();
        let entries = packed.as_slice().unwrap_or_default();
        Reader::new(entries, entries.len()).value()
    }
}

#[cfg(feature = "std")]
#[doc(hidden)]
pub use named::zero_labels;
#[cfg(feature = "std")]
pub use named::{Entries, EntriesMut, Named};

#[cfg(feature = "std")]
mod named {
    use std::borrow::Cow;
    use std::iter::Flatten;
    use std::{slice, vec};

    use super::{Leaf, LeafMut, Path, Record, Row};
    use crate::Real;

    /// A number or an array of a struct, by name.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Named<'s, T: Clone> {
        /// Its name, as a formula has it behind the struct: `first.w`.
        pub name: String,
        /// Its extents, none of a number.
        pub shape: Vec<usize>,
        /// Its entries, row by row.
        pub entries: Cow<'s, [T]>,
        /// Whether it is `const`.
        pub constant: bool,
    }

    impl<'s, T: Clone> Leaf<'s, '_, T> {
        fn named(self) -> Named<'s, T> {
            Named {
                name: self.path.to_string(),
                shape: self.shape.to_vec(),
                constant: self.path.is_constant(),
                entries: match self.entries {
                    Row::Slice(entries) => Cow::Borrowed(entries),
                    #[cfg(feature = "ndarray")]
                    Row::Array(array) => Cow::Owned(array.iter().cloned().collect()),
                },
            }
        }
    }

    impl<'s, T> Row<'s, T> {
        fn iter(self) -> Run<'s, T> {
            match self {
                Row::Slice(entries) => Run::Slice(entries.iter()),
                #[cfg(feature = "ndarray")]
                Row::Array(array) => Run::Array(array.into_iter()),
            }
        }
    }

    /// The entries of one leaf.
    enum Run<'s, T> {
        Slice(slice::Iter<'s, T>),
        #[cfg(feature = "ndarray")]
        Array(ndarray::iter::Iter<'s, T, ndarray::IxDyn>),
    }

    impl<'s, T> Iterator for Run<'s, T> {
        type Item = &'s T;

        #[inline]
        fn next(&mut self) -> Option<&'s T> {
            match self {
                Run::Slice(entries) => entries.next(),
                #[cfg(feature = "ndarray")]
                Run::Array(entries) => entries.next(),
            }
        }

        #[inline]
        fn fold<A, F: FnMut(A, &'s T) -> A>(self, start: A, step: F) -> A {
            match self {
                Run::Slice(entries) => entries.fold(start, step),
                #[cfg(feature = "ndarray")]
                Run::Array(entries) => entries.fold(start, step),
            }
        }
    }

    /// All numbers of a struct but for what is `const`, in the order of declaration.
    pub struct Entries<'s, T> {
        rows: Flatten<vec::IntoIter<Run<'s, T>>>,
        left: usize,
    }

    impl<'s, T: Real> Entries<'s, T> {
        /// Of a struct.
        pub fn of(record: &'s impl Record<T>) -> Entries<'s, T> {
            let (mut rows, mut left) = (Vec::new(), 0);
            record.each(&Path::ROOT, &mut |leaf: Leaf<'s, '_, T>| {
                if !leaf.path.is_constant() {
                    left += leaf.shape.iter().product::<usize>();
                    rows.push(leaf.entries.iter());
                }
            });
            Entries {
                rows: rows.into_iter().flatten(),
                left,
            }
        }
    }

    impl<'s, T> Iterator for Entries<'s, T> {
        type Item = &'s T;

        #[inline]
        fn next(&mut self) -> Option<&'s T> {
            let entry = self.rows.next()?;
            self.left -= 1;
            Some(entry)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.left, Some(self.left))
        }

        /// Row by row, so that what a row's entries go through is a loop over a slice.
        #[inline]
        fn fold<A, F: FnMut(A, Self::Item) -> A>(self, start: A, step: F) -> A {
            self.rows.fold(start, step)
        }
    }

    impl<T> ExactSizeIterator for Entries<'_, T> {}

    /// The same, to be changed.
    pub struct EntriesMut<'s, T> {
        rows: Flatten<vec::IntoIter<slice::IterMut<'s, T>>>,
        left: usize,
    }

    impl<'s, T: Real> EntriesMut<'s, T> {
        /// Of a struct.
        pub fn of(record: &'s mut impl Record<T>) -> EntriesMut<'s, T> {
            let (mut rows, mut left) = (Vec::new(), 0);
            record.each_mut(&Path::ROOT, &mut |leaf: LeafMut<'s, '_, T>| {
                if !leaf.path.is_constant() {
                    left += leaf.entries.len();
                    rows.push(leaf.entries.iter_mut());
                }
            });
            EntriesMut {
                rows: rows.into_iter().flatten(),
                left,
            }
        }
    }

    impl<'s, T> Iterator for EntriesMut<'s, T> {
        type Item = &'s mut T;

        #[inline]
        fn next(&mut self) -> Option<&'s mut T> {
            let entry = self.rows.next()?;
            self.left -= 1;
            Some(entry)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.left, Some(self.left))
        }

        /// Row by row, so that what a row's entries go through is a loop over a slice.
        #[inline]
        fn fold<A, F: FnMut(A, Self::Item) -> A>(self, start: A, step: F) -> A {
            self.rows.fold(start, step)
        }
    }

    impl<T> ExactSizeIterator for EntriesMut<'_, T> {}

    /// Every number and array of a struct, by name.
    pub(super) fn named<'s, T: Real>(record: &'s impl Record<T>) -> Vec<Named<'s, T>> {
        let mut all = Vec::new();
        record.each(&Path::ROOT, &mut |leaf: Leaf<'s, '_, T>| {
            all.push(leaf.named());
        });
        all
    }

    /// Changes every number that is not `const`, given that of another struct of the same sizes.
    #[track_caller]
    pub(super) fn change<T: Real>(
        record: &mut impl Record<T>,
        other: &impl Record<T>,
        mut update: impl FnMut(&mut T, T),
    ) {
        let others = named(other);
        let mut others = others.iter().filter(|leaf| !leaf.constant);
        let mut misfit = None;
        record.each_mut(&Path::ROOT, &mut |leaf: LeafMut<'_, '_, T>| {
            if leaf.path.is_constant() || misfit.is_some() {
                return;
            }
            match others.next() {
                Some(other) if other.shape == leaf.shape => {
                    let both = leaf.entries.iter_mut().zip(&*other.entries);
                    both.for_each(|(own, other)| update(own, *other));
                }
                other => {
                    let found = other.map_or_else(Vec::new, |other| other.shape.clone());
                    misfit = Some((leaf.path.to_string(), leaf.shape.to_vec(), found));
                }
            }
        });
        if let Some((name, shape, found)) = misfit {
            panic!("`{name}` has the shape {shape:?}, and that of the other struct {found:?}");
        }
    }

    /// So many labels.
    pub fn zero_labels(count: usize) -> Vec<usize> {
        vec![0; count]
    }
}
