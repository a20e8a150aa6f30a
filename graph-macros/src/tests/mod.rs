//! In-crate tests of the stages.

mod expansion;
mod interpreter;
mod operations;
mod pictures;
mod random;
mod robust;
mod rules;
mod stages;
