//! Passes from graph to graph, one a file.
//!
//! `vjp` and `jvp` append derivative nodes with the same builder that made the primal ones, so they share what is there and
//! can be applied to their own result. `calculus` is what both know of one operation, `algebra` what may be rewritten in
//! derivative code only, `flow` reverse mode for pictures, `mask` how adjoints stay inside the branch they came through, `elements` takes small arrays
//! apart, `expand` writes what is left in operations that a target has.

pub mod algebra;
pub mod calculus;
pub mod elements;
pub mod expand;
pub mod flow;
pub mod jvp;
pub mod mask;
pub mod vjp;
