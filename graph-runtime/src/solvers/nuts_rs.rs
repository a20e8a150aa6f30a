//! Log densities for the samplers of the crate [`nuts-rs`](https://docs.rs/nuts-rs): the No-U-Turn sampler of Hoffman and Gelman.
//!
//! [`sample`] runs all chains of a density, which may borrow its data, and gives the draws of the inputs, by name; [`Posterior`] is the
//! density as that crate's own function and model, for all else that it offers.
//!
//! Invariant: the sampler sees exactly what the [`Density`] says, over all of ℝⁿ, and what it keeps are the inputs that the free
//! numbers stand for. Where the density is no finite number the trajectory diverges there, and sampling goes on.

mod draws;
mod summary;

use std::collections::HashMap;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use ::nuts_rs::rand::{Rng, RngExt};
use ::nuts_rs::{
    CpuLogpFunc, CpuMath, CpuMathError, HasDims, InitPositionError, ItemType, LogpError, Model,
    Storable, Value,
};

pub use self::draws::{Draws, sample, sample_watched};
pub use self::summary::{Summary, bulk_ess, r_hat};
use crate::{Density, Record};

/// A log density as nuts-rs's function of free numbers, and as its model.
///
/// Every [`Density`] is its `CpuLogpFunc`; one that is owned, cloned and shared between threads is its `Model` too, which its `Sampler`
/// takes. What is stored are the inputs by name, an array with all its axes, `theta_dim_0` the first of `theta`. A chain starts within 1
/// of [`Density::start`] in each free number.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use graph_runtime::{graph, solvers::nuts_rs::Posterior};
/// use nuts_rs::{DiagNutsSettings, HashMapConfig, HashMapValue, Sampler, SamplerWaitResult};
///
/// graph! { fn model(x: [2] > 0) -> lp { lp = sum(x ~ gamma([2, 3], 1)); } }
///
/// let model = Arc::new(Posterior::new(model::LogDensity::new([1.0, 1.0])));
/// let settings = DiagNutsSettings { num_chains: 2, num_draws: 500, seed: 1, ..Default::default() };
/// let sampler = Sampler::new(model, settings, HashMapConfig::new(), 2, None)?;
/// let SamplerWaitResult::Trace(chains) = sampler.wait_timeout(Duration::from_secs(60)) else { panic!("no draws") };
/// let HashMapValue::F64(x) = &chains[0].draws["x"] else { panic!("no numbers") };
/// let draws = x.chunks(2).skip(400); // those in which the sampler was tuned
/// assert_eq!(draws.clone().count(), 500);
/// let mean = draws.map(|x| x[1]).sum::<f64>() / 500.0;
/// assert!((mean - 3.0).abs() < 0.6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Posterior<D> {
    /// The density itself.
    pub density: D,
    inputs: Vec<Input>,
}

/// An input as it is stored.
#[derive(Clone, Debug)]
struct Input {
    name: String,
    extents: Vec<usize>,
    axes: Vec<String>,
}

impl<D: Density<f64>> Posterior<D> {
    /// The density as nuts-rs's.
    pub fn new(density: D) -> Posterior<D> {
        let inputs = density.constrain(density.start());
        let inputs = inputs.iter().filter(|input| !input.constant);
        let inputs = inputs.map(|input| Input {
            axes: (0..input.shape.len())
                .map(|axis| format!("{}_dim_{axis}", input.name))
                .collect(),
            name: input.name,
            extents: input.shape,
        });
        Posterior {
            inputs: inputs.collect(),
            density,
        }
    }

    /// The input of a name that is stored.
    fn input(&self, name: &str) -> &Input {
        let found = self.inputs.iter().find(|input| input.name == name);
        found.unwrap_or_else(|| panic!("`{name}` is none of the inputs"))
    }
}

/// A place within 1 of the start in each free number.
fn near<R: Rng + ?Sized>(start: &[f64], rng: &mut R, place: &mut [f64]) {
    for (own, start) in place.iter_mut().zip(start) {
        *own = start + rng.random_range(-1.0..1.0);
    }
}

/// The log density or an entry of its gradient is infinite or NaN: the sampler takes that for a divergence, and goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotFinite {
    /// The log density.
    pub value: f64,
}

impl Display for NotFinite {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = if self.value.is_finite() {
            "and its gradient is not finite"
        } else {
            "no finite number"
        };
        write!(f, "the log density is {}, {what}", self.value)
    }
}

impl Error for NotFinite {}

impl LogpError for NotFinite {
    fn is_recoverable(&self) -> bool {
        true
    }
}

impl<D: Density<f64>> HasDims for Posterior<D> {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        let axes = self.inputs.iter().flat_map(|input| {
            let extents = input.extents.iter().map(|extent| *extent as u64);
            input.axes.iter().cloned().zip(extents)
        });
        let free = self.density.parameters() as u64;
        axes.chain([("unconstrained_parameter".to_owned(), free)])
            .collect()
    }
}

impl<D: Density<f64>> CpuLogpFunc for Posterior<D> {
    type LogpError = NotFinite;
    type FlowParameters = ();
    type ExpandedVector = Inputs;

    fn dim(&self) -> usize {
        self.density.parameters()
    }

    fn logp(&mut self, u: &[f64], gradient: &mut [f64]) -> Result<f64, NotFinite> {
        let value = self.density.value_and_gradient(u, gradient);
        let is_finite = value.is_finite() && gradient.iter().all(|slope| slope.is_finite());
        is_finite.then_some(value).ok_or(NotFinite { value })
    }

    fn expand_vector<R: Rng + ?Sized>(
        &mut self,
        _: &mut R,
        u: &[f64],
    ) -> Result<Inputs, CpuMathError> {
        let inputs = self.density.constrain(u);
        let inputs = inputs.iter().filter(|input| !input.constant);
        let values = inputs.map(|input| match (&input.shape[..], &input.entries[..]) {
            ([], [number]) => Value::ScalarF64(*number),
            (_, entries) => Value::F64(entries.to_vec()),
        });
        Ok(Inputs(values.collect()))
    }
}

/// The inputs that a draw stands for, as nuts-rs stores them.
#[derive(Debug)]
pub struct Inputs(Vec<Value>);

impl<D: Density<f64>> Storable<Posterior<D>> for Inputs {
    fn names(posterior: &Posterior<D>) -> Vec<&str> {
        let names = posterior.inputs.iter().map(|input| &*input.name);
        names.collect()
    }

    fn item_type(_: &Posterior<D>, _: &str) -> ItemType {
        ItemType::F64
    }

    fn dims<'p>(posterior: &'p Posterior<D>, name: &str) -> Vec<&'p str> {
        let axes = posterior.input(name).axes.iter();
        axes.map(String::as_str).collect()
    }

    fn get_all<'p>(&'p mut self, posterior: &'p Posterior<D>) -> Vec<(&'p str, Option<Value>)> {
        let inputs = posterior.inputs.iter().zip(&self.0);
        inputs
            .map(|(input, value)| (&*input.name, Some(value.clone())))
            .collect()
    }
}

impl<D: Density<f64> + Clone + Send + Sync + 'static> Model for Posterior<D> {
    type Math = CpuMath<Posterior<D>>;

    fn math<R: Rng + ?Sized>(self: Arc<Self>, _: &mut R) -> anyhow::Result<Self::Math> {
        Ok(CpuMath::new((*self).clone()))
    }

    fn init_position<R: Rng + ?Sized>(
        &self,
        rng: &mut R,
        _: u64,
        position: &mut [f64],
    ) -> Result<(), InitPositionError> {
        near(self.density.start(), rng, position);
        Ok(())
    }
}
