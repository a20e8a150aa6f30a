//! A kernel over slices, one point per lane.
//!
//! Invariant: a point's results depend on that point alone, not on its place in the slices or on their length. The last
//! vector overlaps the one before it where points are left over, and fewer points than lanes are padded, so that one copy
//! of the kernel's code serves all of them, without a branch or a call in its loop.
//!
//! A `Sweep` hides the kernel: what does not compute with it is compiled once for all kernels, and not once for each.

use std::array;

use super::{Kernel, Level, MAX_LANES, Pack, Task, Vector, dispatch_at, is_one_by_one};
use crate::{Number, Real};

/// Evaluates a kernel at `points` points: the inputs of point `p` are `inputs[i][p]`, and its outputs `outputs[o][p]`.
///
/// With feature `rayon` many points are shared out among the cores.
///
/// # Panics
///
/// If a slice is shorter than `points`.
#[inline]
pub fn run<T, K, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &K,
) where
    T: Number,
    K: Kernel<I, O> + Sync,
{
    #[cfg(feature = "rayon")]
    if points > SHARE {
        if MAY_GO_ONE_BY_ONE && is_one_by_one() {
            return share(points, inputs, outputs, &OneByOne(kernel));
        }
        return share(points, inputs, outputs, &OnLanes::widest(kernel));
    }
    run_on_one_core(points, inputs, outputs, kernel);
}

/// [`run`] on the core it is called on.
///
/// With feature `libm` the points go one by one: the same bits everywhere is what that feature is for.
#[inline]
pub fn run_on_one_core<T, K, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &K,
) where
    T: Number,
    K: Kernel<I, O>,
{
    if MAY_GO_ONE_BY_ONE && is_one_by_one() {
        return sweep(points, inputs, outputs, &OneByOne(kernel));
    }
    sweep(points, inputs, outputs, &OnLanes::widest(kernel));
}

/// Whether there is code for one point after the other beside that for lanes; mostly not, since it takes time to compile.
pub(crate) const MAY_GO_ONE_BY_ONE: bool = cfg!(any(
    feature = "libm",
    all(feature = "_lanes", debug_assertions)
));

/// For each lane the quick results where they are right, and the careful ones elsewhere.
#[inline(always)]
pub fn pick<T: Real, const N: usize>(holds: T::Mask, mut quick: [T; N], careful: [T; N]) -> [T; N] {
    for (result, careful) in quick.iter_mut().zip(careful) {
        *result = T::select(holds, *result, careful);
    }
    quick
}

/// As many points as one core takes at a time: some microseconds' worth of the simplest kernel.
#[cfg(feature = "rayon")]
const SHARE: usize = 8192;

/// Halves the points until a core can take them.
#[cfg(feature = "rayon")]
fn share<T: Number, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &(dyn Sweep<T, I, O> + Sync),
) {
    if points <= SHARE {
        return sweep(points, inputs, outputs, kernel);
    }
    let half = (points / 2).next_multiple_of(MAX_LANES);
    let mut halves = outputs.map(|output| output.split_at_mut(half));
    let left = array::from_fn(|index| std::mem::take(&mut halves[index].0));
    let right = halves.map(|(_, right)| right);
    let (first, second) = (
        inputs.map(|input| &input[..half]),
        inputs.map(|input| &input[half..]),
    );
    rayon::join(
        || share(half, first, left, kernel),
        || share(points - half, second, right, kernel),
    );
}

/// What evaluates some kernel in some way.
pub(crate) trait Sweep<T, const I: usize, const O: usize> {
    /// Evaluates it at all of the points, in slices that are as long as there are points.
    fn sweep(&self, points: usize, inputs: [&[T]; I], outputs: [&mut [T]; O]);
}

/// Evaluates a kernel at the first points of slices.
fn sweep<T, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &dyn Sweep<T, I, O>,
) {
    let enough = inputs.iter().all(|input| input.len() >= points)
        && outputs.iter().all(|output| output.len() >= points);
    assert!(enough, "a slice is shorter than there are points");
    kernel.sweep(points, cut(inputs, points), cut_mut(outputs, points));
}

/// The first points of each slice.
#[inline(always)]
fn cut<T, const I: usize>(inputs: [&[T]; I], points: usize) -> [&[T]; I] {
    inputs.map(|input| &input[..points])
}

/// The first points of each slice.
#[inline(always)]
fn cut_mut<T, const O: usize>(outputs: [&mut [T]; O], points: usize) -> [&mut [T]; O] {
    outputs.map(|output| &mut output[..points])
}

/// A kernel evaluated at one point after the other.
pub(crate) struct OneByOne<'k, K>(pub(crate) &'k K);

impl<T, K, const I: usize, const O: usize> Sweep<T, I, O> for OneByOne<'_, K>
where
    T: Number,
    K: Kernel<I, O>,
{
    fn sweep(&self, points: usize, inputs: [&[T]; I], outputs: [&mut [T]; O]) {
        for at in 0..points {
            let mut arguments = [T::of(0.0); I];
            for index in 0..I {
                arguments[index] = inputs[index][at];
            }
            let results = self.0.eval(arguments);
            for index in 0..O {
                outputs[index][at] = results[index];
            }
        }
    }
}

/// A kernel evaluated on the lanes of an instruction set.
pub(crate) struct OnLanes<'k, K> {
    kernel: &'k K,
    level: Level,
}

impl<'k, K> OnLanes<'k, K> {
    /// On the widest lanes there are.
    #[inline]
    pub(crate) fn widest(kernel: &'k K) -> Self {
        let level = Level::detected();
        OnLanes { kernel, level }
    }
}

impl<T, K, const I: usize, const O: usize> Sweep<T, I, O> for OnLanes<'_, K>
where
    T: Number,
    K: Kernel<I, O>,
{
    fn sweep(&self, points: usize, inputs: [&[T]; I], outputs: [&mut [T]; O]) {
        if points < self.level.lanes::<T::Base>() {
            return padded(points, inputs, outputs, self);
        }
        let points = Points {
            points,
            inputs,
            outputs,
            kernel: self.kernel,
        };
        dispatch_at(self.level, points);
    }
}

/// Fewer points than lanes: the last one fills the lanes that are left over.
fn padded<T: Number, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &dyn Sweep<T, I, O>,
) {
    let Some(last) = points.checked_sub(1) else {
        return;
    };
    let padded = inputs.map(|input| -> [T; MAX_LANES] { array::from_fn(|at| input[at.min(last)]) });
    let mut results = [[T::of(0.0); MAX_LANES]; O];
    kernel.sweep(
        MAX_LANES,
        padded.each_ref().map(|input| &input[..]),
        results.each_mut().map(|result| &mut result[..]),
    );
    for (output, result) in outputs.into_iter().zip(&results) {
        output.copy_from_slice(&result[..points]);
    }
}

pub use std::vec::Vec;

/// Vectors for the results of so many points.
pub fn vectors<T: Number, const O: usize>(points: usize) -> [Vec<T>; O] {
    std::array::from_fn(|_| vec![T::of(0.0); points])
}

/// The whole of each vector.
pub fn slices<T, const O: usize>(vectors: &mut [Vec<T>; O]) -> [&mut [T]; O] {
    vectors.each_mut().map(Vec::as_mut_slice)
}

/// [`run_on_one_core`] with the lanes of an instruction set.
#[cfg(test)]
pub(crate) fn run_at<T, K, const I: usize, const O: usize>(
    level: Level,
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &K,
) where
    T: Number,
    K: Kernel<I, O>,
{
    sweep(points, inputs, outputs, &OnLanes { kernel, level });
}

/// [`run_on_one_core`] with any lanes, of which there are no more than points.
#[cfg(test)]
pub(crate) fn run_in<V, K, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[V::Number]; I],
    outputs: [&mut [V::Number]; O],
    kernel: &K,
) where
    V: Vector,
    V::Number: super::Laned + super::Packed<Base = V::Number>,
    K: Kernel<I, O>,
{
    let points = Points {
        points,
        inputs: cut(inputs, points),
        outputs: cut_mut(outputs, points),
        kernel,
    };
    points.run::<V>();
}

/// At least as many points as lanes, in slices of just that length.
struct Points<'a, T, K, const I: usize, const O: usize> {
    points: usize,
    inputs: [&'a [T]; I],
    outputs: [&'a mut [T]; O],
    kernel: &'a K,
}

impl<T, K, const I: usize, const O: usize> Task<T::Base> for Points<'_, T, K, I, O>
where
    T: Number,
    K: Kernel<I, O>,
{
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Number = T::Base>>(self) {
        let Points {
            points,
            inputs,
            outputs,
            kernel,
        } = self;
        // Cut to one length, known to the compiler as such: one check before the loop and none within.
        let (inputs, outputs) = (cut(inputs, points), cut_mut(outputs, points));
        let last = points - V::LANES;
        let mut at = 0;
        loop {
            let here = at.min(last);
            let mut arguments = [T::Pack::<V>::of(0.0); I];
            for index in 0..I {
                arguments[index] = Pack::load_from(inputs[index], here);
            }
            let results = kernel.eval(arguments);
            for index in 0..O {
                results[index].store_to(outputs[index], here);
            }
            if at >= last {
                return;
            }
            at += V::LANES;
        }
    }
}
