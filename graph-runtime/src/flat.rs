//! Arrays and flat vectors: what derivatives by entry and problems of arrays need of both.
//!
//! Invariant: the entries of an array lie row by row.

use ndarray::{Array, ArrayRef, Dimension};

use crate::objective::of_length;
use crate::operand::Element;
use crate::shape::check_alike;
use crate::{Directional, Real, ShapeError};

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

/// A Jacobian row by row: one backward pass an output.
pub fn rows<T: Real>(
    rows: usize,
    columns: usize,
    jacobian: &mut [T],
    mut pull: impl FnMut(&[T], &mut [T]),
) {
    let mut seeds = vec![T::of(0.0); rows];
    for (row, target) in jacobian.chunks_exact_mut(columns.max(1)).enumerate() {
        seeds[row] = T::of(1.0);
        pull(&seeds, target);
        seeds[row] = T::of(0.0);
    }
}

/// A Hessian row by row: its product with each direction. What rounding makes of the upper triangle is replaced by the lower.
#[track_caller]
pub fn symmetric<T: Real>(size: usize, hessian: &mut [T], product: impl FnMut(&[T], &mut [T])) {
    of_length(size * size, hessian.len());
    rows(size, size, hessian, product);
    for row in 0..size {
        for column in 0..row {
            hessian[column * size + row] = hessian[row * size + column];
        }
    }
}

/// A Jacobian column by column: one forward pass a parameter. The outputs are written as well.
pub fn columns<T: Real>(
    function: &impl Directional<T>,
    x: &[T],
    outputs: &mut [T],
    jacobian: &mut [T],
) {
    let (rows, columns) = (function.seeds(), x.len());
    let (mut direction, mut change) = (vec![T::of(0.0); columns], vec![T::of(0.0); rows]);
    if columns == 0 {
        function.jvp(x, &direction, outputs, &mut change);
    }
    for column in 0..columns {
        direction[column] = T::of(1.0);
        function.jvp(x, &direction, outputs, &mut change);
        direction[column] = T::of(0.0);
        for (row, entry) in change.iter().enumerate() {
            jacobian[row * columns + column] = *entry;
        }
    }
}
