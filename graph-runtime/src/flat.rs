//! Arrays and flat vectors: what derivatives by entry and problems of arrays need of both.
//!
//! Invariant: the entries of an array lie row by row.

use ndarray::{Array, ArrayRef, Dimension, IxDyn};

use crate::objective::of_length;
use crate::operand::Element;
use crate::shape::check_alike;
use crate::{Directional, Real, Residuals, ShapeError};

/// An array of these entries, row by row, where there are as many as its shape says.
pub fn from_entries<T: Element, D: Dimension>(shape: D, entries: &[T]) -> Array<T, D> {
    match Array::from_shape_vec(shape, entries.to_vec()) {
        Ok(array) => array,
        Err(error) => unreachable!("the shape is that of the entries: {error}"),
    }
}

/// The sum of products of entries.
///
/// # Errors
/// Where the shapes differ.
pub fn inner<T: Element, D: Dimension>(
    adjoint: &ArrayRef<T, D>,
    tangent: &ArrayRef<T, D>,
) -> Result<T, ShapeError> {
    check_alike(
        "the adjoint",
        adjoint.shape(),
        "the argument of its call",
        tangent.shape(),
    )?;
    let products = adjoint
        .iter()
        .zip(tangent)
        .map(|(adjoint, tangent)| *adjoint * *tangent);
    Ok(products.fold(T::zero(), |sum, product| sum + product))
}

/// How an array changes, from how each of its entries does: `change` gets a seed of one entry.
///
/// # Errors
/// The first of `change`.
pub fn along<T: Element, D: Dimension>(
    shape: D,
    mut change: impl FnMut(&ArrayRef<T, D>) -> Result<T, ShapeError>,
) -> Result<Array<T, D>, ShapeError> {
    let mut seed = Array::zeros(shape.clone());
    let mut changes = Vec::with_capacity(seed.len());
    for at in 0..seed.len() {
        set(&mut seed, at, T::one());
        changes.push(change(&seed)?);
        set(&mut seed, at, T::zero());
    }
    Ok(from_entries(shape, &changes))
}

/// Sets an entry of a new array, which is packed.
fn set<T, D: Dimension>(array: &mut Array<T, D>, at: usize, value: T) {
    if let Some(entry) = array.as_slice_mut().and_then(|entries| entries.get_mut(at)) {
        *entry = value;
    }
}

/// Adds the entries of an array to a vector.
///
/// # Errors
/// Where the array has another shape than the problem knows.
pub fn pack<T: Element, D: Dimension>(
    vector: &mut Vec<T>,
    name: &'static str,
    array: &ArrayRef<T, D>,
    shape: &D,
) -> Result<(), ShapeError> {
    check_alike(name, array.shape(), name, shape.slice())?;
    vector.extend(array);
    Ok(())
}

/// What a function gave whose inputs were checked when the problem was made.
#[track_caller]
pub fn checked<R>(result: Result<R, ShapeError>) -> R {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

/// The cases of a function that do not meet: each entry of an output depends on the entries of the same case alone. One case is
/// every function.
///
/// Invariant: a pass moves the entry at one place in all cases at once, and what comes back belongs to the same case.
#[derive(Clone, Copy)]
pub struct Cases<'w> {
    /// How many there are.
    pub count: usize,
    /// How many entries a case has in each output, which holds one case behind the other.
    pub outputs: &'w [usize],
    /// The same of each input.
    pub inputs: &'w [usize],
}

impl Cases<'_> {
    /// Whether there are fewer forward passes to make than backward ones.
    pub fn has_fewer_columns(&self) -> bool {
        self.inputs.iter().sum::<usize>() < self.outputs.iter().sum()
    }

    /// A Jacobian row by row: one backward pass for each output of a case.
    pub fn rows<T: Real>(&self, jacobian: &mut [T], pull: impl FnMut(&[T], &mut [T])) {
        let columns = self.count * self.inputs.iter().sum::<usize>();
        jacobian.fill(T::of(0.0));
        self.passes(self.outputs, self.inputs, pull, |row, column, entry| {
            jacobian[row * columns + column] = entry;
        });
    }

    /// A Jacobian column by column: one forward pass for each parameter of a case. The outputs are written as well.
    pub fn columns<T: Real>(
        &self,
        function: &impl Directional<T>,
        x: &[T],
        outputs: &mut [T],
        jacobian: &mut [T],
    ) {
        let (rows, columns) = (function.seeds(), x.len());
        if columns == 0 {
            let mut change = vec![T::of(0.0); rows];
            function.jvp(x, x, outputs, &mut change);
        }
        jacobian.fill(T::of(0.0));
        let push = |direction: &[T], change: &mut [T]| function.jvp(x, direction, outputs, change);
        self.passes(self.inputs, self.outputs, push, |column, row, entry| {
            jacobian[row * columns + column] = entry;
        });
    }

    /// One pass for each entry that a case has in `from`; `put` gets what it makes of each entry in `to`.
    fn passes<T: Real>(
        &self,
        from: &[usize],
        to: &[usize],
        mut pass: impl FnMut(&[T], &mut [T]),
        mut put: impl FnMut(usize, usize, T),
    ) {
        let length = |widths: &[usize]| self.count * widths.iter().sum::<usize>();
        let mut moved = vec![T::of(0.0); length(from)];
        let mut found = vec![T::of(0.0); length(to)];
        if found.is_empty() || moved.is_empty() {
            return;
        }
        for (first, width) in self.arrays(from) {
            for at in first..first + width {
                let places = move |case: usize| at + case * width;
                (0..self.count).for_each(|case| moved[places(case)] = T::of(1.0));
                pass(&moved, &mut found);
                for case in 0..self.count {
                    moved[places(case)] = T::of(0.0);
                    for (first, width) in self.arrays(to) {
                        let own = first + case * width;
                        (own..own + width).for_each(|to| put(places(case), to, found[to]));
                    }
                }
            }
        }
    }

    /// Where each array begins, and how many of its entries a case has.
    fn arrays(&self, widths: &[usize]) -> impl Iterator<Item = (usize, usize)> {
        widths.iter().scan(0, |next, width| {
            let first = *next;
            *next += self.count * width;
            Some((first, *width))
        })
    }
}

/// How many entries of an array there are at each position of its first axis.
pub fn width<D: Dimension>(shape: &D) -> usize {
    shape.slice().iter().skip(1).product()
}

/// The outputs of a function at `x` and their partial derivatives, which are handed out input by input.
pub struct Partials<T> {
    /// The outputs, one behind the other.
    pub outputs: Vec<T>,
    jacobian: Vec<T>,
    columns: usize,
    given: usize,
}

impl<T: Element> Partials<T> {
    /// Those of a problem.
    pub fn of(problem: &impl Residuals<T>, x: &[T]) -> Partials<T> {
        let (rows, columns) = (problem.outputs(), x.len());
        let zeros = |count: usize| vec![T::zero(); count];
        let (mut outputs, mut jacobian) = (zeros(rows), zeros(rows * columns));
        problem.jacobian(x, &mut outputs, &mut jacobian);
        Partials {
            outputs,
            jacobian,
            columns,
            given: 0,
        }
    }

    /// Those by the next input: the axes of the outputs, then the axes of the input.
    pub fn next<D: Dimension>(&mut self, outputs: &[usize], input: &[usize]) -> Array<T, D> {
        let count: usize = input.iter().product();
        let own = self.given..self.given + count;
        self.given = own.end;
        let rows = self.jacobian.chunks_exact(self.columns.max(1));
        let entries: Vec<T> = rows.flat_map(|row| &row[own.clone()]).copied().collect();
        let shape: Vec<usize> = [outputs, input].concat();
        let array = from_entries(IxDyn(&shape), &entries);
        match array.into_dimensionality() {
            Ok(array) => array,
            Err(error) => unreachable!("the type has the axes of both: {error}"),
        }
    }
}

/// A Hessian row by row: its product with each direction. What rounding makes of the upper triangle is replaced by the lower.
#[track_caller]
pub fn symmetric<T: Real>(size: usize, hessian: &mut [T], product: impl FnMut(&[T], &mut [T])) {
    of_length(size * size, hessian.len());
    let whole = Cases {
        count: 1,
        outputs: &[size],
        inputs: &[size],
    };
    whole.rows(hessian, product);
    for row in 0..size {
        for column in 0..row {
            hessian[column * size + row] = hessian[row * size + column];
        }
    }
}
