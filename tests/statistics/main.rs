//! Densities and log densities over all of ℝⁿ: against values in 200 bits and more, by code that shares nothing with this project.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

/// A whole file of `tests/data`.
macro_rules! data {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!("../data/", $name, ".json")))
            .expect("the file is JSON")
    };
}

mod densities;
mod domains;
mod posteriors;
mod vectors;
