//! Element-wise chains with their reductions as one loop.
//!
//! The macro writes a chain of operations on entries as a [`Kernel`]; [`run`] takes it over arrays. Invariant: however
//! operands lie in memory, the kernel sees blocks of entries side by side. Axes that lie side by side in every array
//! are merged first, so packed arrays of any rank are one long run. A block is read in full before it is written, so a
//! target may be an operand too, entry by entry ([`Operand::over`]). Nothing here allocates but [`array`].

use std::array;

use ndarray::{Array, ArrayRef, Dimension};

use crate::Real;
use crate::operand::{Axes, Element, Operand, RANK, packed_strides};

/// How many entries are computed at a time: small enough to stay in the first cache with some twenty operands.
const BLOCK: usize = 64;

/// A chain of operations on numbers, in any number type.
pub trait Kernel<const I: usize, const O: usize> {
    /// The outputs at one position, from the inputs there.
    fn eval<T: Real>(&self, inputs: [T; I]) -> [T; O];
}

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
    fn entries(&self, at: usize, count: usize) -> &[T] {
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
    fn start<T: Element>(self) -> T {
        match self {
            Combine::Sum => T::of(0.0),
            Combine::Prod => T::of(1.0),
            Combine::Max => T::of(f64::NEG_INFINITY),
            Combine::Min => T::of(f64::INFINITY),
        }
    }

    #[inline]
    fn join<T: Real>(self, a: T, b: T) -> T {
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
    mut targets: [Target<'_, T>; O],
) where
    K: Kernel<I, O>,
    T: Element,
{
    for target in &mut targets {
        if let Target::Reduced { by, to, .. } = target {
            to.fill(by.start());
        }
    }
    if !extents.contains(&0) {
        Loops::new(extents, inputs, &targets).run(kernel, inputs, &mut targets);
    }
    for target in &mut targets {
        finish(target, extents);
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

/// The loops over the axes that are left when those that lie side by side are merged.
struct Loops<const I: usize, const O: usize> {
    extents: Axes<usize>,
    inputs: [Axes<usize>; I],
    targets: [Axes<usize>; O],
}

impl<const I: usize, const O: usize> Loops<I, O> {
    fn new<T: Element>(
        extents: &[usize],
        inputs: &[Operand<'_, T>; I],
        targets: &[Target<'_, T>; O],
    ) -> Self {
        let target_strides: [Axes<usize>; O] =
            array::from_fn(|at| target_strides(extents, &targets[at]));
        let input_strides: [Axes<usize>; I] = array::from_fn(|at| match inputs[at].target() {
            Some(target) => target_strides[target],
            None => Axes::new(inputs[at].strides()),
        });
        let mut loops = Loops {
            extents: Axes::new(&[]),
            inputs: array::from_fn(|_| Axes::new(&[])),
            targets: array::from_fn(|_| Axes::new(&[])),
        };
        for axis in (0..extents.len()).filter(|axis| extents[*axis] != 1) {
            let next = |strides: &Axes<usize>| strides[axis];
            if !loops.merge(extents[axis], &input_strides, &target_strides, axis) {
                loops.extents.push(extents[axis]);
                (0..I).for_each(|at| loops.inputs[at].push(next(&input_strides[at])));
                (0..O).for_each(|at| loops.targets[at].push(next(&target_strides[at])));
            }
        }
        loops
    }

    /// Joins an axis to the one before it, where each array steps over both as over one.
    fn merge(
        &mut self,
        extent: usize,
        inputs: &[Axes<usize>; I],
        targets: &[Axes<usize>; O],
        axis: usize,
    ) -> bool {
        let Some(last) = self.extents.len().checked_sub(1) else {
            return false;
        };
        let joins = |outer: &Axes<usize>, inner: &Axes<usize>| outer[last] == inner[axis] * extent;
        let all = self
            .inputs
            .iter()
            .zip(inputs)
            .all(|(outer, inner)| joins(outer, inner))
            && self
                .targets
                .iter()
                .zip(targets)
                .all(|(outer, inner)| joins(outer, inner));
        if all {
            self.extents[last] *= extent;
            self.inputs
                .iter_mut()
                .zip(inputs)
                .for_each(|(outer, inner)| outer[last] = inner[axis]);
            self.targets
                .iter_mut()
                .zip(targets)
                .for_each(|(outer, inner)| outer[last] = inner[axis]);
        }
        all
    }

    fn run<K, T>(&self, kernel: &K, inputs: &[Operand<'_, T>; I], targets: &mut [Target<'_, T>; O])
    where
        K: Kernel<I, O>,
        T: Element,
    {
        let (outer, inner) = match self.extents.split_last() {
            Some((inner, outer)) => (outer, *inner),
            None => (&[][..], 1),
        };
        let mut position = [0; RANK];
        let mut blocks = Blocks {
            args: [[T::of(0.0); BLOCK]; I],
            results: [[T::of(0.0); BLOCK]; O],
        };
        loop {
            let at = |strides: &Axes<usize>| {
                (0..outer.len())
                    .map(|axis| position[axis] * strides[axis])
                    .sum::<usize>()
            };
            let from: [usize; I] =
                array::from_fn(|input| inputs[input].offset() + at(&self.inputs[input]));
            let to: [usize; O] = array::from_fn(|target| at(&self.targets[target]));
            self.row(kernel, inner, (inputs, from), (targets, to), &mut blocks);
            if !step(&mut position, outer) {
                return;
            }
        }
    }

    /// One run along the last axis, block by block.
    fn row<K, T>(
        &self,
        kernel: &K,
        extent: usize,
        (inputs, from): (&[Operand<'_, T>; I], [usize; I]),
        (targets, to): (&mut [Target<'_, T>; O], [usize; O]),
        blocks: &mut Blocks<T, I, O>,
    ) where
        K: Kernel<I, O>,
        T: Element,
    {
        let last = |strides: &Axes<usize>| strides.last().copied().unwrap_or(0);
        for start in (0..extent).step_by(BLOCK) {
            let count = BLOCK.min(extent - start);
            for input in 0..I {
                let stride = last(&self.inputs[input]);
                let (at, block) = (
                    from[input] + start * stride,
                    &mut blocks.args[input][..count],
                );
                match inputs[input].target().map(|target| &targets[target]) {
                    Some(target) => block.copy_from_slice(target.entries(at, count)),
                    None => load(&inputs[input], at, stride, block),
                }
            }
            blocks.evaluate(kernel, count);
            for target in 0..O {
                let stride = last(&self.targets[target]);
                store(
                    &mut targets[target],
                    to[target] + start * stride,
                    stride,
                    &blocks.results[target][..count],
                );
            }
        }
    }
}

struct Blocks<T, const I: usize, const O: usize> {
    args: [[T; BLOCK]; I],
    results: [[T; BLOCK]; O],
}

impl<T: Element, const I: usize, const O: usize> Blocks<T, I, O> {
    #[inline]
    fn evaluate<K: Kernel<I, O>>(&mut self, kernel: &K, count: usize) {
        for at in 0..count {
            let results = kernel.eval(array::from_fn(|input| self.args[input][at]));
            for (block, result) in self.results.iter_mut().zip(results) {
                block[at] = result;
            }
        }
    }
}

fn load<T: Element>(operand: &Operand<'_, T>, at: usize, stride: usize, block: &mut [T]) {
    match (
        stride,
        operand.run(at, if stride == 1 { block.len() } else { 0 }),
    ) {
        (0, _) => block.fill(operand.entry(at)),
        (1, Some(run)) => block.copy_from_slice(run),
        _ => block
            .iter_mut()
            .enumerate()
            .for_each(|(step, entry)| *entry = operand.entry(at + step * stride)),
    }
}

fn store<T: Element>(target: &mut Target<'_, T>, at: usize, stride: usize, block: &[T]) {
    match target {
        Target::Full(entries) => entries[at..at + block.len()].copy_from_slice(block),
        Target::Part {
            to, offset, added, ..
        } => {
            for (step, value) in block.iter().enumerate() {
                let entry = &mut to[*offset + at + step * stride];
                *entry = if *added { *entry + *value } else { *value };
            }
        }
        Target::Reduced { by, to, .. } if stride == 0 => {
            to[at] = by.join(to[at], combined(*by, block));
        }
        Target::Reduced { by, to, .. } => {
            for (step, value) in block.iter().enumerate() {
                let entry = &mut to[at + step * stride];
                *entry = by.join(*entry, *value);
            }
        }
    }
}

/// The entries of a block combined pairwise, so that rounding errors grow with the logarithm of their number.
fn combined<T: Element>(by: Combine, block: &[T]) -> T {
    match block {
        [] => by.start(),
        [only] => *only,
        _ => {
            let (left, right) = block.split_at(block.len() / 2);
            by.join(combined(by, left), combined(by, right))
        }
    }
}

/// Strides of a target by the axes of the loop: none along those that are reduced.
fn target_strides<T>(extents: &[usize], target: &Target<'_, T>) -> Axes<usize> {
    match target {
        Target::Full(_) => packed_strides(extents),
        Target::Part { strides, .. } => *strides,
        Target::Reduced { axes, .. } => {
            let mut strides = Axes::new(extents);
            let mut size = 1;
            for axis in (0..extents.len()).rev() {
                let kept = !axes.contains(&axis);
                strides[axis] = if kept { size } else { 0 };
                size *= if kept { extents[axis] } else { 1 };
            }
            strides
        }
    }
}

/// The next position, the last axis fastest; `false` after the last.
fn step(position: &mut [usize; RANK], extents: &[usize]) -> bool {
    for axis in (0..extents.len()).rev() {
        position[axis] += 1;
        if position[axis] < extents[axis] {
            return true;
        }
        position[axis] = 0;
    }
    false
}

/// An array made of an operand's entries.
pub fn collect<T: Element, D: Dimension>(operand: &Operand<'_, T>, extents: D) -> Array<T, D> {
    let mut result = array(extents);
    copy(operand, &mut result);
    result
}

/// Writes an operand's entries over an array.
pub fn copy<T: Element, D: Dimension>(operand: &Operand<'_, T>, to: &mut ArrayRef<T, D>) {
    let extents = Axes::new(to.shape());
    run(&Identity, &extents, array::from_ref(operand), [full(to)]);
}

/// Writes an operand's entries into a part of an array, which begins at `start` along an axis.
pub fn place<T: Element, D: Dimension>(
    whole: &mut ArrayRef<T, D>,
    axis: usize,
    start: usize,
    part: &Operand<'_, T>,
) {
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
        let middle = columns.clone().slice(0, 1, 1).slice(1, 0, 2);
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
