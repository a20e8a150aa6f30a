//! Arrays: every operation and reduction in every mode against central differences, every layout against packed arrays,
//! fixed arrays against arrays of any size, and the checks of shapes that are made at run time.

mod checks;
mod conversions;
mod elementwise;
mod indexing;
mod jacobians;
mod labels;
mod layouts;
mod loops;
mod matrices;
mod normalised;
mod products;
mod reductions;
mod singular;
mod tables;
mod values;
