//! Wherever a graph stands and whatever its names are, the code made of it means the same and stays out of the way.
//!
//! `names` are those that generated code uses itself, `declared` all that it declares, `places` are contexts of Rust, `shadowed` surroundings that have
//! given every name of the prelude another meaning. Crates beside this one rename the runtime (`tests/renamed`), deny
//! every lint (`tests/strict`) and have no standard library (`tests/no_std`).

mod callees;
mod declared;
mod names;
mod places;
mod shadowed;
