//! The differential fuzz: varied programs at random places, every way to a number against the others.

mod arrays;
mod numbers;
