//! Black–Scholes and its first- and second-order Greeks from one formula, as the example has them, against the closed forms.

#[path = "../../examples/greeks.rs"]
#[allow(
    dead_code,
    clippy::module_inception,
    reason = "the example's `main` is not run here"
)]
mod greeks;

use greeks::{Contract, NAMES, by_graph, call, closed_forms, error};

/// Contracts in, at and out of the money, short and long, with and without interest and dividends.
fn contracts() -> impl Iterator<Item = Contract> {
    let spots = [60.0, 95.0, 100.0, 130.0];
    let rest = [
        (0.25, 0.03, 0.75, 0.01),
        (0.1, 0.0, 0.1, 0.0),
        (0.6, 0.08, 3.0, 0.04),
        (0.3, -0.01, 1.0, 0.02),
    ];
    spots.into_iter().flat_map(move |spot| {
        rest.map(|(volatility, rate, time, dividend)| Contract {
            spot,
            volatility,
            rate,
            time,
            strike: 100.0,
            dividend,
        })
    })
}

#[test]
fn every_greek_is_its_closed_form() {
    for contract in contracts() {
        let both = by_graph(&contract).into_iter().zip(closed_forms(&contract));
        for (name, (graph, closed)) in NAMES.iter().zip(both) {
            assert!(
                error(graph, closed) < 1e-12,
                "{name} of {contract:?}: {graph}, not {closed}"
            );
        }
    }
}

/// The Greeks of one contract, by differences of the formula in arithmetic of forty digits.
#[test]
fn known_greeks() {
    let contract = Contract {
        spot: 100.0,
        volatility: 0.25,
        rate: 0.03,
        time: 0.75,
        strike: 105.0,
        dividend: 0.01,
    };
    let found = by_graph(&contract);
    for (name, known) in KNOWN {
        let at = NAMES
            .iter()
            .position(|other| *other == name)
            .expect("the name is there");
        assert!(
            error(found[at], known) < 1e-13,
            "{name}: {}, not {known}",
            found[at]
        );
    }
}

const KNOWN: [(&str, f64); 9] = [
    ("charm", -0.101_456_996_240_489_13),
    ("vera", 5.673_605_043_012_219),
    ("veta", -22.932_108_293_652_3),
    ("rho by rate", 79.901_417_194_097_9),
    ("delta by rate", 1.370_083_330_763_423_2),
    ("rho by date", -43.402_387_732_007_14),
    ("vanna", 0.418_168_899_931_018_74),
    ("vomma", 1.731_664_874_834_662),
    ("theta by date", -3.780_150_039_195_133_7),
];

#[test]
fn the_check_agrees() {
    for Contract {
        spot,
        volatility,
        rate,
        time,
        strike,
        dividend,
    } in contracts()
    {
        call::check(spot, volatility, rate, time, strike, dividend).assert();
    }
}
