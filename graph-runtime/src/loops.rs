//! The loop that takes a kernel over arrays.
//!
//! Axes that lie side by side in every array are merged first, so packed arrays of any rank are one long run. Then blocks of
//! entries are gathered, computed and put where they belong. Invariant: however operands lie in memory, and however short
//! their rows are, the kernel sees blocks of entries side by side; and a block is read in full before it is written, so a
//! target may be an operand too, entry by entry ([`Operand::over`]). Nothing here is compiled for one kernel alone.

pub(crate) mod short;

use std::array;

use crate::kernel::{Combine, Target};
use crate::lanes::batch::Sweep;
use crate::operand::{Axes, Element, Operand, RANK, packed_strides};

/// How many entries are computed at a time: enough for what it takes to start a block, and few enough to stay in the first
/// cache with some twenty operands.
const BLOCK: usize = 256;

/// How many short runs a block holds at most.
const PIECES: usize = 64;

/// How many combinations run side by side within a block.
const LANES: usize = 8;

/// The loops over the axes that are left when those that lie side by side are merged.
pub(crate) struct Loops<const I: usize, const O: usize> {
    extents: Axes<usize>,
    inputs: [Axes<usize>; I],
    targets: [Axes<usize>; O],
}

impl<const I: usize, const O: usize> Loops<I, O> {
    pub(crate) fn new<T: Element>(
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

    /// Takes the kernel over all positions, a block of entries at a time.
    pub(crate) fn run<T: Element>(
        &self,
        kernel: &dyn Sweep<T, I, O>,
        inputs: &[Operand<'_, T>; I],
        targets: &mut [Target<'_, T>; O],
    ) {
        let mut blocks = Blocks {
            args: [[T::of(0.0); BLOCK]; I],
            results: [[T::of(0.0); BLOCK]; O],
        };
        let layouts = array::from_fn(|at| self.layout(&inputs[at], &self.inputs[at]));
        let mut pieces = [Piece {
            from: [0; I],
            to: [0; O],
            length: 0,
        }; PIECES];
        let mut walk = Walk::new(self, inputs.each_ref().map(Operand::offset));
        let mut is_first = true;
        while walk.length() > 0 {
            let held = self.gather(&mut walk, &mut pieces);
            let group = Group {
                pieces: &pieces[..held],
                count: pieces[..held].iter().map(|piece| piece.length).sum(),
                inputs,
                layouts: &layouts,
            };
            group.load(self, targets, is_first, &mut blocks.args);
            group.evaluate(self, kernel, targets, &mut blocks);
            group.store(self, targets, &blocks.results);
            is_first = false;
        }
    }

    /// As many pieces as a block holds.
    #[inline]
    fn gather(&self, walk: &mut Walk<I, O>, pieces: &mut [Piece<I, O>; PIECES]) -> usize {
        let (mut count, mut held) = (0, 0);
        while let length @ 1.. = walk.length()
            && count + length <= BLOCK
            && held < PIECES
        {
            pieces[held] = Piece {
                from: walk.from,
                to: walk.to,
                length,
            };
            (count, held) = (count + length, held + 1);
            walk.advance(self, length);
        }
        held
    }

    /// How the entries of an operand lie, as the loops go by.
    fn layout<T: Element>(&self, operand: &Operand<'_, T>, strides: &Axes<usize>) -> Lie {
        let Some(outer) = self.extents.len().checked_sub(1) else {
            return Lie::Pieces;
        };
        let is_row = self.extents[outer] <= BLOCK || strides.innermost() == 0;
        if is_row && strides[..outer].iter().all(|stride| *stride == 0) {
            return Lie::Again;
        }
        if operand.target().is_none() && **strides == *packed_strides(&self.extents) {
            return Lie::Packed;
        }
        Lie::Pieces
    }
}

/// How the entries of an operand lie, as the loops go by.
#[derive(Clone, Copy, PartialEq)]
enum Lie {
    /// Side by side from the first to the last.
    Packed,
    /// The same for every block.
    Again,
    /// Side by side within a piece at most.
    Pieces,
}

/// A run of entries along the last axis, or as much of it as a block holds: where it is.
#[derive(Clone, Copy)]
struct Piece<const I: usize, const O: usize> {
    from: [usize; I],
    to: [usize; O],
    length: usize,
}

/// The pieces that are computed together.
struct Group<'g, 'a, T: Clone, const I: usize, const O: usize> {
    pieces: &'g [Piece<I, O>],
    count: usize,
    inputs: &'g [Operand<'a, T>; I],
    layouts: &'g [Lie; I],
}

impl<'g, T: Element, const I: usize, const O: usize> Group<'g, '_, T, I, O> {
    /// The entries of an operand where they lie, if they lie side by side.
    #[inline]
    fn in_place(&self, loops: &Loops<I, O>, input: usize) -> Option<&'g [T]> {
        let alone = self.pieces.len() == 1 && loops.inputs[input].innermost() == 1;
        let side_by_side = self.layouts[input] == Lie::Packed || alone;
        self.inputs[input]
            .run(self.pieces[0].from[input], self.count)
            .filter(|_| side_by_side)
    }

    /// Reads what does not lie side by side into blocks.
    #[inline]
    fn load(
        &self,
        loops: &Loops<I, O>,
        targets: &[Target<'_, T>; O],
        is_first: bool,
        blocks: &mut [[T; BLOCK]; I],
    ) {
        for (input, block) in blocks.iter_mut().enumerate() {
            let operand = &self.inputs[input];
            if let Some(target) = operand.target() {
                let entries = targets[target].entries(self.pieces[0].to[target], self.count);
                block[..self.count].copy_from_slice(entries);
            } else if self.in_place(loops, input).is_none()
                && (is_first || self.layouts[input] != Lie::Again)
            {
                let mut rest = &mut block[..];
                for piece in self.pieces {
                    let (part, behind) = rest.split_at_mut(piece.length);
                    let stride = loops.inputs[input].innermost();
                    load(operand, piece.from[input], stride, part);
                    rest = behind;
                }
            }
        }
    }

    /// Computes the results, into their places where all of an array is written.
    #[inline]
    fn evaluate(
        &self,
        loops: &Loops<I, O>,
        kernel: &dyn Sweep<T, I, O>,
        targets: &mut [Target<'_, T>; O],
        blocks: &mut Blocks<T, I, O>,
    ) {
        let Blocks { args, results } = blocks;
        let count = self.count;
        let args: [&[T]; I] =
            array::from_fn(|at| self.in_place(loops, at).unwrap_or(&args[at][..count]));
        let first = &self.pieces[0];
        let mut places = targets.iter_mut().zip(results).zip(first.to);
        let written = array::from_fn(|_| match places.next() {
            Some(((Target::Full(entries), _), to)) => &mut entries[to..to + count],
            Some(((_, block), _)) => &mut block[..count],
            None => unreachable!("a place for each target"),
        });
        kernel.sweep(count, args, written);
    }

    /// Puts the other results where their pieces belong.
    #[inline]
    fn store(
        &self,
        loops: &Loops<I, O>,
        targets: &mut [Target<'_, T>; O],
        blocks: &[[T; BLOCK]; O],
    ) {
        for (at, target) in targets.iter_mut().enumerate() {
            if matches!(target, Target::Full(_)) {
                continue;
            }
            let stride = loops.targets[at].innermost();
            let mut rest = &blocks[at][..];
            for piece in self.pieces {
                let (part, behind) = rest.split_at(piece.length);
                store(target, piece.to[at], stride, part);
                rest = behind;
            }
        }
    }
}

/// A position in the loops, and where it is in each array.
struct Walk<const I: usize, const O: usize> {
    position: [usize; RANK],
    /// The position along the last axis, and its extent.
    start: usize,
    inner: usize,
    from: [usize; I],
    to: [usize; O],
    is_over: bool,
}

impl<const I: usize, const O: usize> Walk<I, O> {
    fn new(loops: &Loops<I, O>, from: [usize; I]) -> Self {
        Walk {
            position: [0; RANK],
            start: 0,
            inner: loops.extents.last().copied().unwrap_or(1),
            from,
            to: [0; O],
            is_over: false,
        }
    }

    /// How many entries the next piece has; none after the last.
    #[inline]
    fn length(&self) -> usize {
        if self.is_over {
            0
        } else {
            BLOCK.min(self.inner - self.start)
        }
    }

    /// Goes on behind a piece.
    #[inline]
    fn advance(&mut self, loops: &Loops<I, O>, length: usize) {
        let last = loops.extents.len().saturating_sub(1);
        if self.start + length < self.inner {
            self.start += length;
            self.shift(loops, last, |at, stride| at + length * stride);
            return;
        }
        if self.start > 0 {
            let start = std::mem::take(&mut self.start);
            self.shift(loops, last, |at, stride| at - start * stride);
        }
        self.is_over = !self.step(loops, last);
    }

    /// The next position along the outer axes, the last one fastest; `false` after the last.
    #[inline]
    fn step(&mut self, loops: &Loops<I, O>, outer: usize) -> bool {
        for axis in (0..outer).rev() {
            let extent = loops.extents[axis];
            if self.position[axis] + 1 < extent {
                self.position[axis] += 1;
                self.shift(loops, axis, |at, stride| at + stride);
                return true;
            }
            self.position[axis] = 0;
            self.shift(loops, axis, |at, stride| at - (extent - 1) * stride);
        }
        false
    }

    /// Moves along an axis in every array.
    #[inline]
    fn shift(&mut self, loops: &Loops<I, O>, axis: usize, by: impl Fn(usize, usize) -> usize) {
        let inputs = self.from.iter_mut().zip(&loops.inputs);
        for (at, strides) in inputs.chain(self.to.iter_mut().zip(&loops.targets)) {
            *at = by(*at, strides.along(axis));
        }
    }
}

struct Blocks<T, const I: usize, const O: usize> {
    args: [[T; BLOCK]; I],
    results: [[T; BLOCK]; O],
}

fn load<T: Element>(operand: &Operand<'_, T>, at: usize, stride: usize, block: &mut [T]) {
    match (stride, operand.memory()) {
        (0, _) => block.fill(operand.entry(at)),
        (1, Some(memory)) => block.copy_from_slice(&memory[at..at + block.len()]),
        (_, Some(memory)) => {
            let entries = memory[at..].iter().step_by(stride).zip(block);
            entries.for_each(|(from, entry)| *entry = *from);
        }
        _ if operand.is_count() => {
            let positions = (at..).step_by(stride).zip(block);
            positions.for_each(|(position, entry)| *entry = T::of(position as f64));
        }
        _ => block
            .iter_mut()
            .enumerate()
            .for_each(|(step, entry)| *entry = operand.entry(at + step * stride)),
    }
}

fn store<T: Element>(target: &mut Target<'_, T>, at: usize, stride: usize, block: &[T]) {
    match target {
        Target::Full(_) => unreachable!("what is kept in full is computed in its place"),
        Target::Part {
            to, offset, added, ..
        } => {
            let to = &mut to[*offset + at..];
            match *added {
                true => update(to, stride, block, |entry, value| entry + value),
                false => update(to, stride, block, |_, value| value),
            }
        }
        Target::Reduced { by, to, .. } if stride == 0 => {
            to[at] = by.join(to[at], combined(*by, block));
        }
        Target::Reduced { by, to, .. } => {
            let to = &mut to[at..];
            match by {
                Combine::Sum => update(to, stride, block, |entry, value| entry + value),
                by => update(to, stride, block, |entry, value| by.join(entry, value)),
            }
        }
    }
}

/// Changes entries that lie a stride apart.
#[inline]
fn update<T: Element>(to: &mut [T], stride: usize, block: &[T], change: impl Fn(T, T) -> T) {
    if stride == 1 {
        let entries = to[..block.len()].iter_mut().zip(block);
        entries.for_each(|(entry, value)| *entry = change(*entry, *value));
    } else {
        let entries = to.iter_mut().step_by(stride.max(1)).zip(block);
        entries.for_each(|(entry, value)| *entry = change(*entry, *value));
    }
}

/// The entries of a block combined.
fn combined<T: Element>(by: Combine, block: &[T]) -> T {
    match by {
        Combine::Sum => side_by_side(block, by.start(), |a, b| a + b),
        Combine::Prod => side_by_side(block, by.start(), |a, b| a * b),
        Combine::Max => side_by_side(block, by.start(), T::max),
        Combine::Min => side_by_side(block, by.start(), T::min),
    }
}

/// Every eighth entry together and these pairwise, which vector instructions can do and which keeps rounding errors small. A
/// short run, of which there are many, is soonest done one entry after the other.
#[inline]
fn side_by_side<T: Element>(block: &[T], start: T, join: impl Fn(T, T) -> T) -> T {
    if block.len() < 2 * LANES {
        return block.iter().fold(start, |all, value| join(all, *value));
    }
    let mut lanes = [start; LANES];
    let (whole, rest) = block.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = join(*lane, *value);
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane = join(*lane, *value);
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    join(join(join(a, e), join(c, g)), join(join(b, f), join(d, h)))
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
