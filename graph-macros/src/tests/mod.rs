//! In-crate tests of the stages.

mod expansion;
mod operations;
mod stages;
