//! In-crate tests of the stages.

mod expansion;
mod interpreter;
mod memory;
mod operations;
mod random;
mod rules;
mod stages;
