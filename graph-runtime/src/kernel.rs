//! Element-wise chains with their reductions as one loop.
//!
//! The macro writes a chain of operations on entries as a [`Kernel`]; [`run`] takes it over arrays. Invariant: however
//! operands lie in memory, the kernel sees blocks of entries side by side. Axes that lie side by side in every array
//! are merged first, so packed arrays of any rank are one long run.

use std::array;

use ndarray::{Array, Dimension};

use crate::operand::{Axes, Element, Operand, RANK, packed_strides};
use crate::{Kernel, Real};

/// How many entries are computed at a time: small enough to stay in the first cache with some twenty operands.
const BLOCK: usize = 64;

/// What happens to one output of a kernel.
pub enum Target<'a, T> {
    /// Every entry is kept.
    Full(&'a mut [T]),
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

/// All of an array is written.
pub fn full<T, D: Dimension>(array: &mut Array<T, D>) -> Target<'_, T> {
    match array.as_slice_mut() {
        Some(entries) => Target::Full(entries),
        None => unreachable!("a new array is packed"),
    }
}

/// A reduction into an array without the axes.
pub fn reduced<'a, T, D: Dimension>(
    array: &'a mut Array<T, D>,
    by: Combine,
    axes: &'a [usize],
) -> Target<'a, T> {
    match array.as_slice_mut() {
        Some(to) => Target::Reduced { by, axes, to },
        None => unreachable!("a new array is packed"),
    }
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
        let input_strides: [Axes<usize>; I] = array::from_fn(|at| Axes::new(inputs[at].strides()));
        let target_strides: [Axes<usize>; O] =
            array::from_fn(|at| target_strides(extents, &targets[at]));
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
                load(
                    &inputs[input],
                    from[input] + start * stride,
                    stride,
                    &mut blocks.args[input][..count],
                );
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
    let reduced: &[usize] = match target {
        Target::Full(_) => &[],
        Target::Reduced { axes, .. } => axes,
    };
    let kept: Vec<usize> = (0..extents.len())
        .filter(|axis| !reduced.contains(axis))
        .collect();
    let packed = packed_strides(&kept.iter().map(|axis| extents[*axis]).collect::<Vec<_>>());
    let mut strides = Axes::new(&vec![0; extents.len()]);
    for (axis, stride) in kept.into_iter().zip(packed) {
        strides[axis] = stride;
    }
    strides
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
pub fn collect<T: Element, D: Dimension>(operand: Operand<'_, T>, extents: D) -> Array<T, D> {
    struct Identity;
    impl Kernel<1, 1> for Identity {
        fn eval<T: Real>(&self, inputs: [T; 1]) -> [T; 1] {
            inputs
        }
    }
    let mut result = Array::zeros(extents);
    let shape = result.shape().to_vec();
    run(&Identity, &shape, &[operand], [full(&mut result)]);
    result
}

/// Writes an operand's entries into a part of an array: `extent` of them along `axis`, from `start` on.
pub fn place<T: Element, D: Dimension>(
    whole: &mut Array<T, D>,
    axis: usize,
    start: usize,
    extent: usize,
    part: Operand<'_, T>,
) {
    let end = start + extent;
    let mut target = whole.slice_axis_mut(ndarray::Axis(axis), ndarray::Slice::from(start..end));
    let packed = collect(part, target.raw_dim());
    target.assign(&packed);
}
