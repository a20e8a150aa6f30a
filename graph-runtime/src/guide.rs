#![doc = include_str!("../docs/guide.md")]

#[doc = include_str!("../docs/guide/getting_started.md")]
pub mod getting_started {}
#[doc = include_str!("../docs/guide/language.md")]
pub mod language {}
#[doc = include_str!("../docs/guide/numbers.md")]
pub mod numbers {}
#[doc = include_str!("../docs/guide/arrays.md")]
pub mod arrays {}
#[doc = include_str!("../docs/guide/tables.md")]
pub mod tables {}
#[doc = include_str!("../docs/guide/state.md")]
pub mod state {}
#[doc = include_str!("../docs/guide/linear.md")]
pub mod linear {}
#[doc = include_str!("../docs/guide/rotations.md")]
pub mod rotations {}
#[doc = include_str!("../docs/guide/structs.md")]
pub mod structs {}
#[doc = include_str!("../docs/guide/several_outputs.md")]
pub mod several_outputs {}
#[doc = include_str!("../docs/guide/conditionals.md")]
pub mod conditionals {}
#[doc = include_str!("../docs/guide/derivatives.md")]
pub mod derivatives {}
#[doc = include_str!("../docs/guide/implicit.md")]
pub mod implicit {}
#[doc = include_str!("../docs/guide/second_order.md")]
pub mod second_order {}
#[doc = include_str!("../docs/guide/solvers.md")]
pub mod solvers {}
#[doc = include_str!("../docs/guide/sparse.md")]
pub mod sparse {}
#[doc = include_str!("../docs/guide/statistics.md")]
pub mod statistics {}
#[doc = include_str!("../docs/guide/training.md")]
pub mod training {}
#[doc = include_str!("../docs/guide/batches.md")]
pub mod batches {}
#[doc = include_str!("../docs/guide/memory.md")]
pub mod memory {}
#[doc = include_str!("../docs/guide/embedded.md")]
pub mod embedded {}
#[doc = include_str!("../docs/guide/pictures.md")]
pub mod pictures {}
#[doc = include_str!("../docs/guide/precision.md")]
pub mod precision {}
#[doc = include_str!("../docs/operations.md")]
pub mod operations {}
#[doc = include_str!("../docs/guide/troubleshooting.md")]
pub mod troubleshooting {}
#[doc = include_str!("../docs/guide/speed.md")]
pub mod speed {}
#[doc = include_str!("../docs/guide/comparison.md")]
pub mod comparison {}
