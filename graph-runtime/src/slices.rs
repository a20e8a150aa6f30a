//! Residuals as solvers in the manner of Ceres call them: parameters in blocks, Jacobians block by block and only if asked.
//!
//! Such a solver keeps several parameter blocks (a camera, a point), and calls a function with slices: the blocks in, the
//! residuals out, and, where it wants derivatives, for each block either nothing or a place for the residuals' Jacobian by
//! it, row by row. [`Blocks::evaluate`] is that function. Invariant: what is not asked for is not written.

use core::iter;

use crate::{Number, Parameters, Residuals};

/// Residuals whose parameters come in blocks, one behind the other in the flat vector.
///
/// ```
/// use graph_runtime::{graph, slices::Blocks};
///
/// graph! {
///     /// How far a point is off where a station has seen it.
///     fn offset(station: [2], point: [2], const seen: [2]) -> r { r = point - station - seen; }
/// }
///
/// let offset = Blocks::new(offset::Problem { seen: [3.0, 3.0] });
/// assert_eq!(offset.sizes(), [2, 2]);
///
/// let (mut r, mut by_point) = ([0.0; 2], [0.0; 4]);
/// let evaluated = offset.evaluate(&[&[0.0, 0.0], &[3.0, 4.0]], &mut r, Some(&mut [None, Some(&mut by_point[..])]));
/// assert!(evaluated);
/// assert_eq!((r, by_point), ([0.0, 1.0], [1.0, 0.0, 0.0, 1.0]));
/// ```
///
/// # With Ceres itself
///
/// The closure `move |parameters, residuals, jacobians| blocks.evaluate(parameters, residuals, jacobians)` has the form of a
/// cost function of the crate `ceres-solver`, whose Jacobians are slices of rows. From C++ a `CostFunction::Evaluate` gives
/// pointers; make slices of them with [`sizes`](Blocks::sizes), and null pointers `None`.
#[derive(Clone, Debug)]
pub struct Blocks<P> {
    /// The residuals themselves.
    pub residuals: P,
    sizes: Vec<usize>,
}

/// Where the Jacobian by one block goes.
pub trait Rows<T> {
    /// Writes one row.
    fn set_row(&mut self, row: usize, entries: &[T]);
}

/// Packed, row by row, as Ceres has it.
impl<T: Copy> Rows<T> for &mut [T] {
    fn set_row(&mut self, row: usize, entries: &[T]) {
        self[row * entries.len()..][..entries.len()].copy_from_slice(entries);
    }
}

/// A slice a row.
impl<T: Copy> Rows<T> for &mut [&mut [T]] {
    fn set_row(&mut self, row: usize, entries: &[T]) {
        self[row].copy_from_slice(entries);
    }
}

impl<P> Blocks<P> {
    /// One block for each input of a graph, by the names of the parameters. An array without entries is a block without
    /// parameters, if there are parameters at all.
    pub fn new(residuals: P) -> Blocks<P>
    where
        P: Parameters,
    {
        let mut sizes: Vec<usize> = Vec::new();
        let (mut last, mut arrays) = (None, 0);
        for at in 0..residuals.parameters() {
            let name = residuals.name(at);
            let (number, count) = name.place();
            match sizes.last_mut() {
                Some(size) if last == Some((name.array(), number)) => *size += 1,
                _ => {
                    sizes.resize(sizes.len().max(number), 0);
                    sizes.push(1);
                }
            }
            (last, arrays) = (Some((name.array(), number)), count);
        }
        sizes.resize(sizes.len().max(arrays), 0);
        Blocks { residuals, sizes }
    }

    /// How many parameters each block has.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// Writes the residuals, and the Jacobian by each block that has a place for it; says whether all of it is finite, as
    /// such solvers want to know.
    ///
    /// # Panics
    /// Where the blocks are not as many or as long as [`sizes`](Blocks::sizes) says, the places for Jacobians not as many as
    /// the blocks, or one of them too small.
    pub fn evaluate<T: Number, J: Rows<T>>(
        &self,
        parameters: &[&[T]],
        residuals: &mut [T],
        jacobians: Option<&mut [Option<J>]>,
    ) -> bool
    where
        P: Residuals<T>,
    {
        let lengths = parameters.iter().map(|block| block.len());
        assert!(
            lengths.eq(self.sizes.iter().copied()),
            "the problem expects blocks of {:?} parameters",
            self.sizes
        );
        if let Some(places) = &jacobians {
            let (places, blocks) = (places.len(), self.sizes.len());
            assert!(
                places == blocks,
                "the problem has {blocks} blocks, and was given places for {places} Jacobians"
            );
        }
        let x = parameters.concat();
        let Some(jacobians) = jacobians else {
            self.residuals.residuals(&x, residuals);
            return finite(residuals);
        };
        let mut jacobian = vec![T::of(0.0); residuals.len() * x.len()];
        self.residuals.jacobian(&x, residuals, &mut jacobian);
        let starts = iter::once(0).chain(self.sizes.iter().scan(0, |end, size| {
            *end += size;
            Some(*end)
        }));
        for ((start, size), place) in starts.zip(&self.sizes).zip(jacobians) {
            let Some(place) = place else { continue };
            for (row, entries) in jacobian.chunks_exact(x.len().max(1)).enumerate() {
                place.set_row(row, &entries[start..start + size]);
            }
        }
        finite(residuals) && finite(&jacobian)
    }
}

fn finite<T: Number>(numbers: &[T]) -> bool {
    numbers.iter().all(|number| Number::is_finite(*number))
}
