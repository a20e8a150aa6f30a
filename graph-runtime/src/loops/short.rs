//! Loops over few entries, which begin at once: what one block of each array needs and no more.
//!
//! A step of a recurrence has some dozen entries, and setting up the general loop for some dozen arrays takes longer than computing
//! them. Invariant: the kernel sees the blocks that the general loop would show it, so results have the same bits.

use std::array;

use super::{store, target_strides};
use crate::Kernel;
use crate::kernel::{Target, begin, is_entry_by_entry, run_hidden};
use crate::lanes::batch::{OnLanes, OneByOne, Sweep};
use crate::operand::{Axes, Element, Operand, RANK, packed_strides};

/// The most entries.
const FEW: usize = 64;

/// So few that blocks of a cache line or two hold them.
const VERY_FEW: usize = 16;

/// The most arrays that do not lie as the loop goes, of which copies are made.
const COPIES: usize = 12;

/// What a loop over few entries reads.
#[derive(Clone, Copy)]
pub enum Read<'a, T> {
    /// Entries side by side, in the order of the loop.
    Entries(&'a [T]),
    /// One number everywhere.
    Number(T),
    /// What a target of the same loop holds before it is written.
    Target(usize),
}

/// Evaluates a kernel at every position of `extents`, where all that it reads lies in the order of the loop.
pub fn sweep<K, T, const I: usize, const O: usize>(
    kernel: &K,
    extents: &[usize],
    inputs: [Read<'_, T>; I],
    targets: [Target<'_, T>; O],
) where
    K: Kernel<I, O>,
    T: Element,
{
    if is_entry_by_entry() {
        return sweep_hidden(&OneByOne(kernel), extents, &inputs, targets);
    }
    sweep_hidden(&OnLanes::widest(kernel), extents, &inputs, targets);
}

fn sweep_hidden<T: Element, const I: usize, const O: usize>(
    kernel: &dyn Sweep<T, I, O>,
    extents: &[usize],
    inputs: &[Read<'_, T>; I],
    mut targets: [Target<'_, T>; O],
) {
    let count: usize = extents.iter().product();
    let copies = inputs
        .iter()
        .filter(|input| !matches!(input, Read::Entries(_)));
    if count == 0 || count > FEW || copies.count() + O > COPIES + count_full(&targets) {
        let packed = packed_strides(extents);
        let operands = inputs.map(|input| match input {
            Read::Entries(entries) => Operand::in_memory(entries, extents, packed),
            Read::Number(number) => {
                Operand::number(number).view(&[None; RANK][..extents.len()], extents)
            }
            Read::Target(target) => Operand::over(target),
        });
        return run_hidden(kernel, extents, &operands, targets);
    }
    begin(&mut targets);
    compute_few(kernel, count, inputs, &mut targets);
}

fn count_full<T>(targets: &[Target<'_, T>]) -> usize {
    let full = targets
        .iter()
        .filter(|target| matches!(target, Target::Full(_)));
    full.count()
}

/// Takes the kernel over all positions, if they are few and lie simply; else the answer is `false`.
pub(crate) fn run<T: Element, const I: usize, const O: usize>(
    kernel: &dyn Sweep<T, I, O>,
    extents: &[usize],
    inputs: &[Operand<'_, T>; I],
    targets: &mut [Target<'_, T>; O],
) -> bool {
    let count: usize = extents.iter().product();
    if count > FEW {
        return false;
    }
    let packed = packed_strides(extents);
    let mut read = [Read::Target(0); I];
    let mut copies = 0;
    for (read, input) in read.iter_mut().zip(inputs) {
        let Some(found) = find(extents, count, &packed, input) else {
            return false;
        };
        *read = found;
        copies += usize::from(!matches!(found, Read::Entries(_)));
    }
    let lies_simply = |target: &Target<'_, T>| match target {
        Target::Full(_) => true,
        Target::Part { .. } => is_run(extents, &packed, &target_strides(extents, target)),
        Target::Reduced { .. } => is_spread(extents, &target_strides(extents, target)),
    };
    if !targets.iter().all(lies_simply) {
        return false;
    }
    if copies + O > COPIES + count_full(targets) {
        return false;
    }
    compute_few(kernel, count, &read, targets);
    true
}

fn find<'a, T: Element>(
    extents: &[usize],
    count: usize,
    packed: &Axes<usize>,
    input: &Operand<'a, T>,
) -> Option<Read<'a, T>> {
    if let Some(target) = input.target() {
        return Some(Read::Target(target));
    }
    if is_spread(extents, input.strides()) {
        return Some(Read::Number(input.entry(input.offset())));
    }
    let is_in_order = is_run(extents, packed, input.strides());
    let entries = input
        .memory()?
        .get(input.offset()..input.offset() + count)?;
    is_in_order.then_some(Read::Entries(entries))
}

/// Whether entries lie side by side as the loop goes.
fn is_run(extents: &[usize], packed: &[usize], strides: &[usize]) -> bool {
    let mut axes = extents.iter().zip(packed.iter().zip(strides));
    axes.all(|(extent, (packed, stride))| *extent == 1 || packed == stride)
}

/// Whether all positions are one entry.
fn is_spread(extents: &[usize], strides: &[usize]) -> bool {
    let mut axes = extents.iter().zip(strides);
    axes.all(|(extent, stride)| *extent == 1 || *stride == 0)
}

/// Clearing blocks takes time that is felt where entries are very few.
fn compute_few<T: Element, const I: usize, const O: usize>(
    kernel: &dyn Sweep<T, I, O>,
    count: usize,
    inputs: &[Read<'_, T>; I],
    targets: &mut [Target<'_, T>; O],
) {
    match count <= VERY_FEW {
        true => compute::<T, I, O, VERY_FEW>(kernel, count, inputs, targets),
        false => compute::<T, I, O, FEW>(kernel, count, inputs, targets),
    }
}

fn compute<T: Element, const I: usize, const O: usize, const N: usize>(
    kernel: &dyn Sweep<T, I, O>,
    count: usize,
    inputs: &[Read<'_, T>; I],
    targets: &mut [Target<'_, T>; O],
) {
    let mut blocks = [[T::of(0.0); N]; COPIES];
    let mut used = 0;
    for input in inputs {
        match input {
            Read::Entries(_) => continue,
            Read::Number(number) => blocks[used][..count].fill(*number),
            Read::Target(target) => {
                blocks[used][..count].copy_from_slice(targets[*target].entries(0, count));
            }
        }
        used += 1;
    }
    let (read, written) = blocks.split_at_mut(used);
    let mut read = read.iter();
    let args: [&[T]; I] = array::from_fn(|at| match inputs[at] {
        Read::Entries(entries) => &entries[..count],
        Read::Number(_) | Read::Target(_) => match read.next() {
            Some(block) => &block[..count],
            None => unreachable!("there is a copy of what is not read in place"),
        },
    });
    let mut places = targets.iter_mut();
    let mut blocks = written.iter_mut();
    let results: [&mut [T]; O] = array::from_fn(|_| match places.next() {
        Some(Target::Full(entries)) => &mut entries[..count],
        _ => match blocks.next() {
            Some(block) => &mut block[..count],
            None => unreachable!("there is a block for what is not written in place"),
        },
    });
    kernel.sweep(count, args, results);
    let mut blocks = written.iter();
    for target in targets {
        let stride = match target {
            Target::Full(_) => continue,
            Target::Part { .. } => 1,
            Target::Reduced { .. } => 0,
        };
        if let Some(block) = blocks.next() {
            store(target, 0, stride, &block[..count]);
        }
    }
}
