//! What graphs are to those who use them: the rules, the ways to ask for derivatives, whole programs, names and places,
//! pictures, and what other crates build on.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
#[path = "../../graph-macros/src/tests/references.rs"]
mod references;

mod across_blocks;
mod check;
mod composition;
mod derivatives;
mod dynamics;
mod expansion;
mod files;
mod greeks;
mod hygiene;
mod objective;
mod own_operation;
mod picture;
mod programs;
mod restart;
mod rules;
mod second;
mod solvers;
mod special;
mod structs;
mod textbook;
mod two_layer;
