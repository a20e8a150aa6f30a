//! The bridge to the sampler of another crate: distributions whose moments are known, and what it does at edges.

use std::sync::Arc;
use std::time::Duration;

use graph_runtime::solvers::nuts_rs::{Draws, NotFinite, Posterior, sample, sample_watched};
use graph_runtime::{Density, Name, Parameters, graph};
use ndarray::{Array1, array};
use nuts_rs::{
    CpuLogpFunc, DiagNutsSettings, HasDims, HashMapConfig, HashMapValue, LogpError,
    LowRankNutsSettings, Sampler, SamplerWaitResult,
};

graph! {
    fn several(rate > 0, share in 0..1, p: simplex[3], factor: cholesky_corr[2]) -> lp {
        lp = (rate ~ gamma(3, 2)) + (share ~ beta(2, 3)) + (p ~ dirichlet([1, 2, 3])) + (factor ~ lkj_cholesky(1));
    }

    fn levels(level: [k], mu, tau > 0, const y: [n], group: index[n]) -> lp {
        lp = sum(y ~ normal(level[group], 1)) + sum(level ~ normal(mu, tau)) + (mu ~ normal(0, 5)) + (tau ~ exponential(1));
    }

    fn table(x: [2, 2], const scale: [2]) -> lp { lp = sum(x ~ normal(0, scale)); }
}

fn settings() -> DiagNutsSettings {
    DiagNutsSettings {
        num_chains: 4,
        num_draws: 1500,
        seed: 7,
        ..Default::default()
    }
}

/// Mean and standard deviation of each number, within five standard errors.
#[track_caller]
fn has_moments(draws: &Draws, known: &[(&str, f64, f64)]) {
    let summary = draws.summary();
    for (name, mean, sd) in known {
        let found = summary.iter().find(|of| of.name == *name);
        let of = found.unwrap_or_else(|| panic!("no {name} in {:?}", draws.names));
        assert!(of.r_hat < 1.01, "{of:?}");
        assert!(
            (of.mean - mean).abs() < 5.0 * of.error(),
            "{of:?}, but {mean}"
        );
        // Of draws that are about normal, the standard deviation has an error of sd/√(2 ess).
        assert!((of.sd - sd).abs() < 5.0 * of.error(), "{of:?}, but {sd}");
    }
}

#[test]
fn inputs_live_in_their_domains() {
    let density = several::LogDensity::new(1.0, 0.5, [0.2, 0.3, 0.5], [[1.0, 0.0], [0.6, 0.8]]);
    let draws = sample(&density, settings()).expect("it can be sampled");
    let names = ["rate", "share", "p[0]", "p[1]", "p[2]"];
    let of_factor = [
        "factor[0, 0]",
        "factor[0, 1]",
        "factor[1, 0]",
        "factor[1, 1]",
    ];
    assert_eq!(draws.names, [&names[..], &of_factor].concat());
    assert_eq!(draws.divergences.len(), 4);
    for draw in draws.values.iter().flatten() {
        assert!(draw[0] > 0.0 && (0.0..1.0).contains(&draw[1]));
        assert!((draw[2..5].iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(draw[5] == 1.0 && draw[6] == 0.0 && (draw[7].hypot(draw[8]) - 1.0).abs() < 1e-12);
    }
    let dirichlet = |a: f64| (a / 6.0, (a * (6.0 - a) / (36.0 * 7.0)).sqrt());
    let share = |name, a| (name, dirichlet(a).0, dirichlet(a).1);
    has_moments(
        &draws,
        &[
            ("rate", 1.5, 0.75_f64.sqrt()),
            ("share", 0.4, 0.2),
            share("p[0]", 1.0),
            share("p[1]", 2.0),
            share("p[2]", 3.0),
            // For two variables the correlation is uniform.
            ("factor[1, 0]", 0.0, 3.0_f64.sqrt().recip()),
        ],
    );
}

/// A density that borrows its data: the draws depend on the seed, and not on how threads run.
#[test]
fn the_seed_says_all() {
    let y = array![1.0, 2.0, -1.0, 0.5, 3.0];
    let density = levels::LogDensity::new(&Array1::zeros(2), 0.0, 1.0, &y, &[0, 0, 1, 1, 0])
        .expect("the shapes agree");
    let short = DiagNutsSettings {
        num_draws: 50,
        ..settings()
    };
    let run = |settings| sample(&density, settings).expect("it can be sampled");
    let draws = run(short);
    assert_eq!(draws, run(short));
    assert_ne!(draws, run(DiagNutsSettings { seed: 8, ..short }));
    assert_ne!(draws.values[0], draws.values[1]);
    assert_eq!(draws.of("level[1]")[2][49], draws.values[2][49][1]);
    let seen = std::sync::Mutex::new([0; 4]);
    let watched = sample_watched(&density, short, |draw| {
        seen.lock().expect("no thread panics")[draw.chain as usize] += 1;
    });
    assert_eq!(watched.expect("it can be sampled"), draws);
    assert_eq!(seen.into_inner().expect("no thread panics"), [450; 4]);
}

#[test]
fn settings_of_a_mass_matrix_of_low_rank() {
    let density = table::LogDensity::new([[0.0; 2]; 2], [1.0, 3.0]);
    let settings = LowRankNutsSettings {
        num_chains: 4,
        num_draws: 1500,
        seed: 3,
        ..Default::default()
    };
    let draws = sample(&density, settings).expect("it can be sampled");
    has_moments(&draws, &[("x[0, 0]", 0.0, 1.0), ("x[1, 1]", 0.0, 3.0)]);
}

#[test]
fn a_density_that_is_nan_everywhere_has_no_start() {
    // In the body of a function modules see nothing of it.
    graph! { fn empty(x) -> lp { lp = x ~ normal(0, -exp(x)); } }

    let error = sample(&empty::LogDensity::new(0.0), settings()).expect_err("there is none");
    let said = format!("{error:#}");
    assert!(
        said.starts_with("no place near the start has a finite log density and gradient"),
        "{said}"
    );
    let mut posterior = Posterior::new(empty::LogDensity::new(0.0));
    let error = posterior.logp(&[0.0], &mut [0.0]).expect_err("it is NaN");
    assert!(error.is_recoverable() && error.value.is_nan());
    assert_eq!(
        NotFinite {
            value: f64::NEG_INFINITY
        }
        .to_string(),
        "the log density is -inf, no finite number"
    );
}

/// A density with an edge, beyond which there is nothing: what is drawn stays inside, and trajectories that leave diverge.
#[test]
fn beyond_an_edge_trajectories_diverge() {
    struct Box;

    impl Parameters for Box {
        fn parameters(&self) -> usize {
            1
        }

        fn name(&self, at: usize) -> Name {
            Name::entry("x", at)
        }
    }

    graph! { struct Inside { x: [1] } fn of(i: Inside) -> z { z = sum(i.x); } }

    impl Density<f64> for Box {
        type Inputs = Inside<f64>;

        fn start(&self) -> &[f64] {
            &[0.0]
        }

        fn value(&self, u: &[f64]) -> f64 {
            if u[0].abs() < 1.5 {
                -u[0] * u[0] / 2.0
            } else {
                f64::NEG_INFINITY
            }
        }

        fn value_and_gradient(&self, u: &[f64], gradient: &mut [f64]) -> f64 {
            gradient[0] = -u[0];
            self.value(u)
        }

        fn constrain(&self, u: &[f64]) -> Inside<f64> {
            Inside { x: [u[0]] }
        }
    }

    let _ = of(Inside { x: [0.0] });
    let draws = sample(&Box, settings()).expect("it can be sampled");
    assert!(draws.divergences.iter().sum::<usize>() > 0);
    assert!(draws.of("x[0]").iter().flatten().all(|x| x.abs() < 1.5));
}

/// The crate's own sampler, which wants a model of its own; arrays are stored with all their axes.
#[test]
fn as_a_model() {
    let posterior = Posterior::new(table::LogDensity::new([[0.0; 2]; 2], [1.0, 3.0]));
    let sizes = posterior.dim_sizes();
    assert_eq!(
        (
            sizes["x_dim_0"],
            sizes["x_dim_1"],
            sizes["unconstrained_parameter"]
        ),
        (2, 2, 4)
    );
    let settings = DiagNutsSettings {
        num_draws: 100,
        ..settings()
    };
    let sampler = Sampler::new(Arc::new(posterior), settings, HashMapConfig::new(), 2, None);
    let sampler = sampler.expect("the settings make sense");
    let SamplerWaitResult::Trace(chains) = sampler.wait_timeout(Duration::from_secs(120)) else {
        panic!("no draws");
    };
    assert_eq!(chains.len(), 4);
    for chain in &chains {
        let HashMapValue::F64(x) = &chain.draws["x"] else {
            panic!("x is no array of numbers");
        };
        assert_eq!(x.len(), 4 * 500);
    }
}
