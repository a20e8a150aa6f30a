//! Bridges to solvers of other crates, each behind a feature of the crate's name.
//!
//! Invariant: a bridge only translates. Steps, tolerances and the reasons to stop are the solver's own.

#[cfg(feature = "argmin")]
pub mod argmin;
#[cfg(feature = "diffsol")]
pub mod diffsol;
#[cfg(feature = "levenberg-marquardt")]
pub mod levenberg_marquardt;
#[cfg(feature = "nuts-rs")]
pub mod nuts_rs;
#[cfg(feature = "ripopt")]
pub mod ripopt;
