//! The differential fuzz: varied programs at random places, every way to a number against the others.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod arrays;
mod numbers;
