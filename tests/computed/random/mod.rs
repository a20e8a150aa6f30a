//! The differential fuzz: varied programs at random places, every way to a number against the others.

#[macro_use]
mod modes;

mod arrays;
mod numbers;
mod states;
