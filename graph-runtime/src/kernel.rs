//! Element-wise chains with their reductions as one loop.
//!
//! The macro writes a chain of operations on entries as a [`Kernel`]; [`run`] takes it over arrays, and what it writes goes
//! to [`Target`]s. Invariant: targets are packed, and written in full. Nothing here allocates but [`array`] and [`others`].

use std::array;
use std::borrow::Cow;

use ndarray::{Array, ArrayRef, Dimension};

use crate::lanes::batch::{MAY_GO_ONE_BY_ONE, OnLanes, OneByOne, Sweep};
use crate::lanes::is_one_by_one;
use crate::loops::{Loops, short};
use crate::operand::{Axes, Element, Operand, packed_strides, position};
use crate::{Kernel, Real};

/// What happens to one output of a kernel.
pub enum Target<'a, T> {
    /// Every entry is kept.
    Full(&'a mut [T]),
    /// Every entry goes to a part of an array, to be kept or added there.
    Part {
        /// The array's memory.
        to: &'a mut [T],
        /// Where the part begins.
        offset: usize,
        /// The array's strides.
        strides: Axes<usize>,
        /// Whether entries are added to what is there.
        added: bool,
    },
    /// Entries are combined along some axes.
    Reduced {
        /// How.
        by: Combine,
        /// The axes that the result no longer has.
        axes: &'a [usize],
        /// The result, packed.
        to: &'a mut [T],
    },
}

impl<T> Target<'_, T> {
    /// What is there before it is written.
    pub(crate) fn entries(&self, at: usize, count: usize) -> &[T] {
        match self {
            Target::Full(entries) => &entries[at..at + count],
            Target::Part { .. } | Target::Reduced { .. } => {
                unreachable!("only full targets are operands")
            }
        }
    }
}

/// How a reduction combines entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// Their sum.
    Sum,
    /// Their product.
    Prod,
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

impl Combine {
    /// The combination of no entries; of the largest of none there is none, so that is NaN in the end.
    pub(crate) fn start<T: Element>(self) -> T {
        match self {
            Combine::Sum => T::of(0.0),
            Combine::Prod => T::of(1.0),
            Combine::Max => T::of(f64::NEG_INFINITY),
            Combine::Min => T::of(f64::INFINITY),
        }
    }

    #[inline]
    pub(crate) fn join<T: Real>(self, a: T, b: T) -> T {
        match self {
            Combine::Sum => a + b,
            Combine::Prod => a * b,
            Combine::Max => T::max(a, b),
            Combine::Min => T::min(a, b),
        }
    }
}

/// A new array to be written in full.
pub fn array<T: Element, D: Dimension>(extents: D) -> Array<T, D> {
    Array::zeros(extents)
}

/// The same entries in the same memory under other extents.
pub fn reshaped<T: Element, D: Dimension, E: Dimension>(
    array: Array<T, D>,
    extents: E,
) -> Array<T, E> {
    match array.into_shape_with_order(extents) {
        Ok(array) => array,
        Err(error) => unreachable!("a new array is packed: {error}"),
    }
}

/// The entries of an array that generated code has made, which are in order.
pub(crate) fn packed<T, D: Dimension>(array: &mut ArrayRef<T, D>) -> &mut [T] {
    match array.as_slice_mut() {
        Some(entries) => entries,
        None => unreachable!("a new array is packed"),
    }
}

/// Evaluates a function of numbers for each entry of some operands, one after the other.
pub fn map<T: Element, const I: usize, const O: usize>(
    extents: &[usize],
    inputs: &[Operand<'_, T>; I],
    mut targets: [Target<'_, T>; O],
    function: impl Fn([T; I]) -> [T; O],
) {
    for to in 0..extents.iter().product() {
        let position = position(to, extents);
        let values = function(array::from_fn(|at| inputs[at].at(&position)));
        for (target, value) in targets.iter_mut().zip(values) {
            let Target::Full(entries) = target else {
                unreachable!("every entry is kept")
            };
            entries[to] = value;
        }
    }
}

/// All of an array is written.
pub fn full<T, D: Dimension>(array: &mut ArrayRef<T, D>) -> Target<'_, T> {
    Target::Full(packed(array))
}

/// A reduction into an array without the axes.
pub fn reduced<'a, T, D: Dimension>(
    array: &'a mut ArrayRef<T, D>,
    by: Combine,
    axes: &'a [usize],
) -> Target<'a, T> {
    let to = packed(array);
    Target::Reduced { by, axes, to }
}

/// A reduction over all axes, into a number.
pub fn reduced_number<'a, T>(number: &'a mut T, by: Combine, axes: &'a [usize]) -> Target<'a, T> {
    Target::Reduced {
        by,
        axes,
        to: array::from_mut(number),
    }
}

/// Evaluates the kernel at every position of `extents`.
pub fn run<K, T, const I: usize, const O: usize>(
    kernel: &K,
    extents: &[usize],
    inputs: &[Operand<'_, T>; I],
    targets: [Target<'_, T>; O],
) where
    K: Kernel<I, O>,
    T: Element,
{
    if is_entry_by_entry() {
        return run_hidden(&OneByOne(kernel), extents, inputs, targets);
    }
    run_hidden(&OnLanes::widest(kernel), extents, inputs, targets);
}

/// In a build without optimisation lanes are slower than entry by entry, and take longer to build.
const ONLY_ENTRY_BY_ENTRY: bool = cfg!(all(debug_assertions, not(feature = "_lanes")));

/// Whether kernels see one entry after the other.
pub(crate) fn is_entry_by_entry() -> bool {
    ONLY_ENTRY_BY_ENTRY || MAY_GO_ONE_BY_ONE && is_one_by_one()
}

pub(crate) fn run_hidden<T: Element, const I: usize, const O: usize>(
    kernel: &dyn Sweep<T, I, O>,
    extents: &[usize],
    inputs: &[Operand<'_, T>; I],
    mut targets: [Target<'_, T>; O],
) {
    begin(&mut targets);
    if !extents.contains(&0) && !short::run(kernel, extents, inputs, &mut targets) {
        Loops::new(extents, inputs, &targets).run(kernel, inputs, &mut targets);
    }
    for target in &mut targets {
        finish(target, extents);
    }
}

/// What combinations begin with.
pub(crate) fn begin<T: Element>(targets: &mut [Target<'_, T>]) {
    for target in targets {
        if let Target::Reduced { by, to, .. } = target {
            to.fill(by.start());
        }
    }
}

/// The largest or smallest of nothing is NaN.
fn finish<T: Element>(target: &mut Target<'_, T>, extents: &[usize]) {
    if let Target::Reduced {
        by: Combine::Max | Combine::Min,
        axes,
        to,
    } = target
        && axes.iter().any(|axis| extents[*axis] == 0)
    {
        to.fill(T::of(f64::NAN));
    }
}

/// An array made of an operand's entries.
pub fn collect<T: Element, D: Dimension>(operand: &Operand<'_, T>, extents: D) -> Array<T, D> {
    let mut result = array(extents);
    copy(operand, &mut result);
    result
}

/// All entries of an operand, row by row: where they lie so already, they stay.
pub fn side_by_side<'a, T: Element>(operand: &Operand<'a, T>) -> Cow<'a, [T]> {
    let extents = operand.extents();
    let count: usize = extents.iter().product();
    let is_run = *operand.strides() == *packed_strides(extents);
    let memory = operand.memory().filter(|_| is_run);
    match memory.and_then(|memory| memory.get(operand.offset()..operand.offset() + count)) {
        Some(entries) => entries.into(),
        None => {
            let mut entries = vec![T::of(0.0); count];
            let target = Target::Full(&mut entries);
            run(&Identity, extents, array::from_ref(operand), [target]);
            entries.into()
        }
    }
}

/// The entries of an array of ours.
#[inline]
pub fn entries_of<T: Element, D: Dimension>(array: &Array<T, D>) -> &[T] {
    match array.as_slice() {
        Some(entries) => entries,
        None => unreachable!("arrays of ours are packed"),
    }
}

/// Whether a search has ended in all of its turns.
pub fn is_at_one<T: Element>(flags: &[T]) -> bool {
    flags.iter().all(|flag| *flag == T::of(1.0))
}

/// The entries of a packed array, to be written.
pub fn entries<T: Element, D: Dimension>(array: &mut Array<T, D>) -> &mut [T] {
    packed(array)
}

/// Writes an operand's entries over an array.
pub fn copy<T: Element, D: Dimension>(operand: &Operand<'_, T>, to: &mut ArrayRef<T, D>) {
    let extents = Axes::new(to.shape());
    run(&Identity, &extents, array::from_ref(operand), [full(to)]);
}

/// Writes the entries of an operand, row by row, into an array of another shape.
pub fn refill<T: Element, D: Dimension>(operand: &Operand<'_, T>, to: &mut ArrayRef<T, D>) {
    run(
        &Identity,
        operand.extents(),
        array::from_ref(operand),
        [full(to)],
    );
}

/// Puts in the place of each entry the product of the others along the axes: of those before it and those behind it, so that
/// nothing is divided by, and neither a 0 nor an infinite entry spoils it.
pub fn others<T: Element, D: Dimension>(array: &mut ArrayRef<T, D>, axes: &[usize]) {
    let extents = Axes::new(array.shape());
    let group_of = |mut flat: usize| {
        let mut group = 0;
        let mut size = 1;
        for (axis, extent) in extents.iter().enumerate().rev() {
            if !axes.contains(&axis) {
                group += flat % extent * size;
                size *= extent;
            }
            flat /= extent;
        }
        group
    };
    let groups = extents.iter().enumerate();
    let groups = groups.filter(|(axis, _)| !axes.contains(axis));
    let groups: usize = groups.map(|(_, extent)| *extent).product();
    let one = T::of(1.0);
    let mut running = vec![one; groups];
    let entries = packed(array);
    let before: Vec<T> = (0..entries.len())
        .map(|at| {
            let product = &mut running[group_of(at)];
            let before = *product;
            *product = before * entries[at];
            before
        })
        .collect();
    running.fill(one);
    for at in (0..entries.len()).rev() {
        let product = &mut running[group_of(at)];
        let entry = std::mem::replace(&mut entries[at], before[at] * *product);
        *product = *product * entry;
    }
}

/// Writes an operand's entries into a part of an array, which begins at `start` along an axis.
pub fn place<T: Element, D: Dimension>(
    whole: &mut ArrayRef<T, D>,
    axis: usize,
    start: usize,
    part: &Operand<'_, T>,
) {
    let count: usize = part.extents().iter().product();
    let strides = packed_strides(part.extents());
    // Rows of a table are copied as they are.
    if axis == 0
        && *strides == *part.strides()
        && let Some(entries) = part.run(part.offset(), count)
    {
        let start = start * packed_strides(whole.shape())[0];
        packed(whole)[start..start + count].copy_from_slice(entries);
        return;
    }
    let target = part_of(whole, axis, start, false);
    run(&Identity, part.extents(), array::from_ref(part), [target]);
}

/// Adds an operand's entries to a part of an array, which begins at `start` along an axis.
pub fn add<T: Element, D: Dimension>(
    whole: &mut ArrayRef<T, D>,
    axis: usize,
    start: usize,
    part: &Operand<'_, T>,
) {
    let target = part_of(whole, axis, start, true);
    run(&Identity, part.extents(), array::from_ref(part), [target]);
}

fn part_of<T: Element, D: Dimension>(
    whole: &mut ArrayRef<T, D>,
    axis: usize,
    start: usize,
    added: bool,
) -> Target<'_, T> {
    let strides = packed_strides(whole.shape());
    let offset = start * strides[axis];
    Target::Part {
        to: packed(whole),
        offset,
        strides,
        added,
    }
}

/// What copies entries.
struct Identity;

impl Kernel<1, 1> for Identity {
    #[inline(always)]
    fn eval<T: Real>(&self, inputs: [T; 1]) -> [T; 1] {
        inputs
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    /// The sum and the product of two numbers.
    struct Both;

    impl Kernel<2, 2> for Both {
        fn eval<T: Real>(&self, [a, b]: [T; 2]) -> [T; 2] {
            [a + b, a * b]
        }
    }

    /// Longer than a block, against a plain loop.
    #[test]
    fn an_operand_may_be_written_over() {
        let a = Array2::from_shape_fn((9, 31), |(i, j)| (i * 31 + j) as f64);
        let b = Array2::from_shape_fn((31, 9), |(i, j)| (i * 9 + j) as f64 / 8.0);
        let (mut over, mut products) = (a.clone(), array(ndarray::Ix2(9, 31)));
        let transposed = Operand::array(&b).view(&[Some(1), Some(0)], &[9, 31]);
        run(
            &Both,
            &[9, 31],
            &[Operand::over(0), transposed],
            [full(&mut over), full(&mut products)],
        );
        assert_eq!(over, &a + &b.t());
        assert_eq!(products, &a * &b.t());
    }

    #[test]
    fn a_reduction_beside_an_operand_that_is_written_over() {
        let mut over = array![[1.0, 2.0], [3.0, 4.0]];
        let mut largest = array![f64::NAN, f64::NAN];
        let factors = array![10.0, 1.0];
        let columns = Operand::array(&factors).view(&[Some(0), None], &[2, 2]);
        let targets = [full(&mut over), reduced(&mut largest, Combine::Max, &[1])];
        run(&Both, &[2, 2], &[Operand::over(0), columns], targets);
        assert_eq!(over, array![[11.0, 12.0], [4.0, 5.0]]);
        assert_eq!(largest, array![20.0, 4.0]);
    }

    #[test]
    fn parts_of_an_array() {
        let mut whole = Array2::from_elem((3, 4), 1.0);
        let part = array![[2.0, 3.0], [4.0, 5.0]];
        let columns = Operand::array(&part).view(&[Some(1), Some(0)], &[2, 2]);
        let middle = columns.slice(0, 1, 1).slice(1, 0, 2);
        place(
            &mut whole,
            1,
            1,
            &Operand::number(7.0).view(&[None, None], &[3, 2]),
        );
        add(&mut whole, 0, 1, &middle.view(&[Some(0), Some(1)], &[1, 2]));
        assert_eq!(
            whole,
            array![
                [1.0, 7.0, 7.0, 1.0],
                [4.0, 12.0, 7.0, 1.0],
                [1.0, 7.0, 7.0, 1.0]
            ]
        );
    }

    #[test]
    fn a_part_of_nothing_changes_nothing() {
        let mut whole = array![1.0, 2.0];
        add(
            &mut whole,
            0,
            2,
            &Operand::array(&Array::<f64, _>::zeros(0)),
        );
        place(
            &mut whole,
            0,
            0,
            &Operand::array(&Array::<f64, _>::zeros(0)),
        );
        assert_eq!(whole, array![1.0, 2.0]);
    }

    #[test]
    fn reductions_of_nothing() {
        let empty = Array2::<f64>::zeros((2, 0));
        for (by, expected) in [(Combine::Sum, 0.0), (Combine::Prod, 1.0)] {
            let mut result = array![5.0, 5.0];
            run(
                &Identity,
                &[2, 0],
                &[Operand::array(&empty)],
                [reduced(&mut result, by, &[1])],
            );
            assert_eq!(result, array![expected, expected]);
        }
        let mut largest = array![5.0, 5.0];
        let target = reduced(&mut largest, Combine::Max, &[1]);
        run(&Identity, &[2, 0], &[Operand::array(&empty)], [target]);
        assert!(largest.iter().all(|entry| entry.is_nan()));
    }
}
