//! A kernel over slices, one point a lane.
//!
//! Invariant: a point's results depend on that point alone, not on its place in the slices or on their length: what is
//! left over at the end goes through the same instructions, in lanes of which the rest is thrown away.

use super::{Kernel, Laned, Lanes, Task, Vector, dispatch};
use crate::{Number, Real};

/// Evaluates a kernel at `points` points: the inputs of point `p` are `inputs[i][p]`, and its outputs `outputs[o][p]`.
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
    K: Kernel<I, O>,
{
    dispatch(Points {
        points,
        inputs,
        outputs,
        kernel,
    });
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

/// What [`run`] is to do.
pub(crate) struct Points<'a, T, K, const I: usize, const O: usize> {
    pub(crate) points: usize,
    pub(crate) inputs: [&'a [T]; I],
    pub(crate) outputs: [&'a mut [T]; O],
    pub(crate) kernel: &'a K,
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
            mut inputs,
            mut outputs,
            kernel,
        } = self;
        // Slices of one length, which the compiler then knows: no checks within the loop.
        for input in &mut inputs {
            *input = &input[..points];
        }
        let outputs = outputs.each_mut().map(|output| &mut output[..points]);
        let mut at = 0;
        // One copy of the kernel's body serves whole vectors and the rest.
        while at < points {
            let count = V::LANES.min(points - at);
            let end = at + count;
            let mut arguments = [Lanes::<V>::of(0.0); I];
            for index in 0..I {
                arguments[index] = match count == V::LANES {
                    true => Lanes::load(&inputs[index][at..end]),
                    false => Lanes::load_short(&inputs[index][at..end]),
                };
            }
            let results = kernel.eval(arguments);
            for index in 0..O {
                match count == V::LANES {
                    true => results[index].store(&mut outputs[index][at..end]),
                    false => results[index].store_short(&mut outputs[index][at..end]),
                }
            }
            at = end;
        }
    }
}
