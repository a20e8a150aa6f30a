//! What graphs compute: the tests that CI also runs by single numbers and, built as in a release, on the lanes of each
//! instruction set. Arrays in every mode, batches, reports against other systems, and the differential fuzz.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
#[path = "../../graph-macros/src/tests/references.rs"]
mod references;

mod arrays;
mod batch;
mod cases;
mod keep;
mod random;
mod roots;
mod rotations;
mod sparse;
mod steps;
mod structs;
