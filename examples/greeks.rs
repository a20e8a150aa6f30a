//! Option pricing: one formula, and every first- and second-order Greek of it, beside the closed forms of the textbooks.
//!
//! ```text
//! cargo run --release --example greeks
//! ```

use graph_runtime::graph;

graph! {
    /// The price of a European call: Black and Scholes (1973), with the dividend yield of Merton (1973).
    #[graph(hessian)]
    pub fn call(spot, volatility, rate, time, const strike, const dividend) -> price {
        spread = volatility*sqrt(time);
        d1 = (ln(spot/strike) + (rate - dividend + volatility^2/2)*time)/spread;
        d2 = d1 - spread;
        price = spot*exp(-dividend*time)*normal(d1) - strike*exp(-rate*time)*normal(d2);
    }

    /// The distribution function of the standard normal distribution.
    pub fn normal(x) -> p { p = erfc(-x/sqrt(2))/2; }
}

/// What a price depends on. The rate and the dividend yield are continuous, the time is in years.
#[derive(Clone, Copy, Debug)]
pub struct Contract {
    /// The price of the share.
    pub spot: f64,
    /// The standard deviation of its logarithm over a year.
    pub volatility: f64,
    /// The interest rate.
    pub rate: f64,
    /// The time that is left.
    pub time: f64,
    /// The price at which the share may be bought.
    pub strike: f64,
    /// The share of its price that it pays a year.
    pub dividend: f64,
}

/// The price with all first and second derivatives, in the order of [`NAMES`]. Where the calendar's time is meant, which runs
/// against the time that is left, the sign changes.
pub fn by_graph(of: &Contract) -> [f64; 15] {
    let Contract {
        spot,
        volatility,
        rate,
        time,
        strike,
        dividend,
    } = *of;
    let (price, d, by) = call::hessian(spot, volatility, rate, time, strike, dividend);
    let [by_spot, by_volatility, by_rate, by_time] = by;
    [
        price,
        d.spot,
        d.volatility,
        d.rate,
        -d.time,
        by_spot[0],
        by_volatility[0],
        by_rate[0],
        -by_time[0],
        by_volatility[1],
        by_rate[1],
        -by_time[1],
        by_rate[2],
        -by_time[2],
        by_time[3],
    ]
}

/// What the Greeks are called; those without a name of their own by what is differentiated.
pub const NAMES: [&str; 15] = [
    "price",
    "delta",
    "vega",
    "rho",
    "theta",
    "gamma",
    "vanna",
    "delta by rate",
    "charm",
    "vomma",
    "vera",
    "veta",
    "rho by rate",
    "rho by date",
    "theta by date",
];

/// The same by the closed forms (Haug, The Complete Guide to Option Pricing Formulas, 2007, chapter 2), worked out by hand
/// where the book stops.
pub fn closed_forms(of: &Contract) -> [f64; 15] {
    let Contract {
        spot: s,
        volatility: v,
        rate: r,
        time: t,
        strike: k,
        dividend: q,
    } = *of;
    let root = t.sqrt();
    let d1 = ((s / k).ln() + (r - q + v * v / 2.0) * t) / (v * root);
    let d2 = d1 - v * root;
    let (n1, n2) = (normal(d1), normal(d2));
    let density = |x: f64| (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
    // What the share pays, and what money loses, until the end.
    let (share, money) = (s * (-q * t).exp(), k * (-r * t).exp());
    let vega = share * density(d1) * root;
    // How d1 and d2 move with the time that is left.
    let d1_time = (r - q) / (v * root) - d2 / (2.0 * t);
    let d2_time = d1_time - v / (2.0 * root);
    let decay = share * density(d1) * v / (2.0 * root);
    [
        share * n1 - money * n2,
        share * n1 / s,
        vega,
        t * money * n2,
        -decay + q * share * n1 - r * money * n2,
        share * density(d1) / (s * s * v * root),
        -share * density(d1) * d2 / (s * v),
        share * density(d1) * root / (s * v),
        (q * share * n1 - share * density(d1) * d1_time) / s,
        vega * d1 * d2 / v,
        -t * money * density(d2) * d1 / v,
        vega * (q + (r - q) * d1 / (v * root) - (1.0 + d1 * d2) / (2.0 * t)),
        t * money * (density(d2) * root / v - t * n2),
        -money * ((1.0 - r * t) * n2 + t * density(d2) * d2_time),
        decay * (-q - d1 * d1_time - 1.0 / (2.0 * t))
            + q * share * (q * n1 - density(d1) * d1_time)
            - r * money * (r * n2 - density(d2) * d2_time),
    ]
}

/// How far the two are apart, relative to the closed form where that is above 1.
pub fn error(graph: f64, closed: f64) -> f64 {
    (graph - closed).abs() / closed.abs().max(1.0)
}

fn main() {
    let contract = Contract {
        spot: 100.0,
        volatility: 0.25,
        rate: 0.03,
        time: 0.75,
        strike: 105.0,
        dividend: 0.01,
    };
    println!("{contract:?}\n");
    println!(
        "{:14} {:>20} {:>20}   apart",
        "", "by the graph", "closed form"
    );
    let both = by_graph(&contract).into_iter().zip(closed_forms(&contract));
    for (name, (graph, closed)) in NAMES.iter().zip(both) {
        println!(
            "{name:14} {graph:20.14} {closed:20.14}   {:.0e}",
            error(graph, closed)
        );
        assert!(error(graph, closed) < 1e-12, "the {name} is wrong");
    }
}
