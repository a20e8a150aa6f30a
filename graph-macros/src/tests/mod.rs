//! In-crate tests of the stages.

mod architecture;
mod densities;
mod expansion;
mod interpreter;
mod large;
mod memory;
mod messages;
mod modes;
mod operations;
mod orders;
mod pictures;
mod random;
mod references;
mod robust;
mod rows;
mod rules;
mod stable;
mod stages;
mod turns;
mod undefined;
mod uses;
