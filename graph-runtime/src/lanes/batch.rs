//! A kernel over slices, one point a lane.
//!
//! Invariant: a point's results depend on that point alone, not on its place in the slices or on their length. The last
//! vector overlaps the one before it where points are left over, and fewer points than lanes are padded, so that one copy
//! of the kernel's code serves all of them, without a branch or a call in its loop.

use std::array;

use super::{Kernel, Laned, Lanes, Level, MAX_LANES, Task, Vector, dispatch_at};
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
        return share(points, inputs, outputs, kernel);
    }
    run_on_one_core(points, inputs, outputs, kernel);
}

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
fn share<T, K, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    outputs: [&mut [T]; O],
    kernel: &K,
) where
    T: Number,
    K: Kernel<I, O> + Sync,
{
    if points <= SHARE {
        return run_on_one_core(points, inputs, outputs, kernel);
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
    let enough = inputs.iter().all(|input| input.len() >= points)
        && outputs.iter().all(|output| output.len() >= points);
    assert!(enough, "a slice is shorter than there are points");
    if cfg!(feature = "libm") {
        return one_by_one(points, inputs, outputs, kernel);
    }
    run_at(Level::detected(), points, inputs, outputs, kernel);
}

fn one_by_one<T, K, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[T]; I],
    mut outputs: [&mut [T]; O],
    kernel: &K,
) where
    T: Number,
    K: Kernel<I, O>,
{
    for at in 0..points {
        let results = kernel.eval(inputs.map(|input| input[at]));
        for (output, result) in outputs.iter_mut().zip(results) {
            output[at] = result;
        }
    }
}

/// [`run_on_one_core`] with the lanes of an instruction set.
#[inline]
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
    if points >= MAX_LANES {
        return dispatch_at(level, Points::new(points, inputs, outputs, kernel));
    }
    let Some(last) = points.checked_sub(1) else {
        return;
    };
    let padded = inputs.map(|input| -> [T; MAX_LANES] { array::from_fn(|at| input[at.min(last)]) });
    let mut results = [[T::of(0.0); MAX_LANES]; O];
    let (inputs, writable) = (
        padded.each_ref().map(|input| &input[..]),
        results.each_mut(),
    );
    let writable = writable.map(|result| &mut result[..]);
    dispatch_at(level, Points::new(MAX_LANES, inputs, writable, kernel));
    for (output, result) in outputs.into_iter().zip(&results) {
        output[..points].copy_from_slice(&result[..points]);
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

/// [`run_on_one_core`] with any lanes, of which there are no more than points.
#[cfg(test)]
pub(crate) fn run_in<V, K, const I: usize, const O: usize>(
    points: usize,
    inputs: [&[V::Number]; I],
    outputs: [&mut [V::Number]; O],
    kernel: &K,
) where
    V: Vector,
    V::Number: Laned,
    K: Kernel<I, O>,
{
    Points::new(points, inputs, outputs, kernel).run::<V>();
}

/// At least as many points as lanes, in slices of just that length.
struct Points<'a, T, K, const I: usize, const O: usize> {
    points: usize,
    inputs: [&'a [T]; I],
    outputs: [&'a mut [T]; O],
    kernel: &'a K,
}

impl<'a, T, K, const I: usize, const O: usize> Points<'a, T, K, I, O> {
    #[inline]
    fn new(points: usize, inputs: [&'a [T]; I], outputs: [&'a mut [T]; O], kernel: &'a K) -> Self {
        Points {
            points,
            inputs: inputs.map(|input| &input[..points]),
            outputs: outputs.map(|output| &mut output[..points]),
            kernel,
        }
    }
}

impl<T, K, const I: usize, const O: usize> Task<T> for Points<'_, T, K, I, O>
where
    T: Laned + Number,
    K: Kernel<I, O>,
{
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Number = T>>(self) {
        let Points {
            points,
            inputs,
            outputs,
            kernel,
        } = self;
        // Cut to one length, known to the compiler as such: one check before the loop and none within.
        let inputs = inputs.map(|input| &input[..points]);
        let outputs = outputs.map(|output| &mut output[..points]);
        let last = points - V::LANES;
        let mut at = 0;
        loop {
            let here = at.min(last);
            let mut arguments = [Lanes::<V>::of(0.0); I];
            for index in 0..I {
                arguments[index] = Lanes::load(inputs[index], here);
            }
            let results = kernel.eval(arguments);
            for index in 0..O {
                results[index].store(outputs[index], here);
            }
            if at >= last {
                return;
            }
            at += V::LANES;
        }
    }
}
