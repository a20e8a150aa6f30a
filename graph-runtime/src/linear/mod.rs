//! Operations on matrices, which lie along the last two axes of arrays: factors of them, and what is solved by these.
//!
//! Each file has one factor or one way to solve, on a single matrix in packed memory; `arrays` calls them for every matrix of a
//! batch. Long work is done by products of blocks. Invariant: what cannot be computed is no finite number, as each function says,
//! and nothing panics or runs on without end; no matrix of a batch depends on another one.

#[cfg(feature = "ndarray")]
mod arrays;
#[cfg(feature = "ndarray")]
mod cholesky;
mod eigen;
#[cfg(feature = "ndarray")]
mod lu;
#[cfg(all(test, feature = "ndarray"))]
mod tests;
#[cfg(feature = "ndarray")]
mod triangular;

#[cfg(feature = "ndarray")]
pub use arrays::{cholesky, eigh, lu, lu_solve, lu_solve_turned, solve_lower, solve_upper};
#[cfg(feature = "ndarray")]
pub use eigen::eigh as eigh_in;
pub use eigen::{eigh_of_numbers, rotated};
