//! In-crate tests of the stages.
