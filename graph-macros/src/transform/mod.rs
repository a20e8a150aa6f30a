//! Passes from graph to graph, one a file.
//!
//! `vjp` and `jvp` append derivative nodes with the same builder that made the primal ones, so they share what is there and
//! can be applied to their own result. `calculus` is what both know of one operation, `algebra` what may be rewritten in
//! derivative code only, `cancel` what cancels there, `signs` where a slope cannot be singular, `motion` what moves along a
//! direction, `lifted` what a call's pullback gives in dual numbers, `mask` how adjoints stay inside the branch they came through, `flow` reverse mode for pictures, `rows` which rows of inputs and outputs belong together, `derivatives` takes those that formulas ask for, `turns` gives the turns of loops an axis, `products` finds the matrix products among
//! their sums, `scalars` takes
//! small arrays apart, `regular` makes a version without strong products for where none is needed, `legalize`
//! writes what is left in operations that a target has, and `reciprocal` and `contract` save divisions and roundings of
//! derivative code.

pub mod algebra;
pub mod calculus;
pub mod cancel;
pub mod contract;
pub mod derivatives;
pub mod few;
pub mod flow;
pub mod jvp;
pub mod legalize;
pub mod lifted;
pub mod mask;
pub mod matrices;
pub mod motion;
pub mod products;
pub mod prune;
pub mod rebuild;
pub mod reciprocal;
pub mod regular;
pub mod rows;
pub mod scalars;
pub mod scan;
pub mod signs;
pub mod steps;
pub mod turns;
pub mod vjp;
