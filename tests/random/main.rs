//! The differential fuzz: varied programs at random places, every way to a number against the others.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
#[path = "../../graph-macros/src/tests/references.rs"]
mod references;

mod arrays;
mod numbers;
