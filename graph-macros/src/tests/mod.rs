//! In-crate tests of the stages.

mod expansion;
mod interpreter;
mod operations;
mod pictures;
mod random;
mod rules;
mod stages;
