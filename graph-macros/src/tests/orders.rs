//! What no order may change: whether an entry of a Hessian is a number, by the order of the inputs and of the factors.
//!
//! Invariant: at every point where all values are finite, an entry is finite, infinite of one sign, or undefined in each of the orders
//! alike, in the quick version of the code and in the careful one.

use std::num::FpCategory;

use super::interpreter::{Key, evaluate};
use super::stages::lowered;
use crate::graph::{InputId, NodeId};
use crate::plan::{Planned, ScalarBody};

/// The inputs of every program.
const INPUTS: [&str; 3] = ["x", "w", "v"];

/// Orders of them.
const ORDERS: [[usize; 3]; 3] = [[0, 1, 2], [1, 0, 2], [2, 1, 0]];

/// What is singular somewhere, of `q`.
const SINGULAR: &[&str] = &[
    "q^w",
    "w*q^w",
    "max(q, 0)^w",
    "q^w*v",
    "w^q",
    "q^0.5",
    "q^1.5",
    "q^-1",
    "w/q",
    "sqrt(q)",
    "ln(q)",
    "cbrt(q)",
    "acosh(q)",
    "hypot(q, w)",
    "atan2(q, w)",
    "exp(w*ln(q))",
    "exp(-1/q^2)",
    "if q > 0 { q^w } else { 0 }",
];

/// What is made of it, each in two orders of its factors or terms.
const AROUND: &[[&str; 2]] = &[
    ["p", "p"],
    ["w*p", "p*w"],
    ["w*(v*p)", "(p*v)*w"],
    ["p + w*v", "v*w + p"],
    ["exp(p)*w", "w*exp(p)"],
];

const POINTS: [[f64; 3]; 9] = [
    [0.0, 1.0, 0.0],
    [0.0, 0.5, 2.0],
    [0.0, 2.0, 0.5],
    [0.0, 0.0, 1.0],
    [-0.0, 1.0, -2.0],
    [1.0, 0.0, 0.5],
    [1.0, 2.0, 1.0],
    [-1.0, -1.0, 3.0],
    [0.5, 0.5, 0.0],
];

/// A program with its inputs in one order.
struct Ordered {
    program: String,
    order: [usize; 3],
    values: Vec<NodeId>,
    body: ScalarBody,
}

impl Ordered {
    fn of(order: [usize; 3], body: &str) -> Ordered {
        let inputs = order.map(|input| INPUTS[input]).join(", ");
        let program = format!("fn f({inputs}) -> y {{ {body} }}");
        let mut unit = lowered(&program);
        unit.hessian = true;
        let values = unit
            .definitions
            .iter()
            .flat_map(|definition| definition.nodes.clone());
        let values = values.collect();
        let body = ScalarBody::functions(&unit)
            .hessian
            .expect("it is asked for");
        Ordered {
            program,
            order,
            values,
            body,
        }
    }

    fn inputs(&self, at: [f64; 3]) -> [f64; 3] {
        self.order.map(|input| at[input])
    }

    /// The rows of the Hessian in the order of `INPUTS`: those of the careful version, and of the quick one where it holds.
    fn hessians(&self, at: [f64; 3]) -> Vec<Vec<f64>> {
        let of = |body: &ScalarBody| {
            let rows = body.results[2..].concat();
            let entries = evaluate(&body.graph, &keys(), &self.inputs(at), &rows);
            let place = |input: usize| {
                self.order
                    .iter()
                    .position(|at| *at == input)
                    .expect("all are there")
            };
            let pairs = (0..9).map(|at| entries[3 * place(at / 3) + place(at % 3)]);
            pairs.collect()
        };
        let Some(guard) = &self.body.guard else {
            return vec![of(&self.body)];
        };
        let holds = evaluate(&self.body.graph, &keys(), &self.inputs(at), &[guard.holds]);
        let quick = (holds == [1.0]).then(|| of(&self.body));
        [of(&guard.otherwise)].into_iter().chain(quick).collect()
    }
}

fn keys() -> Vec<Key> {
    (0..INPUTS.len()).map(|input| (InputId(input), 0)).collect()
}

/// What kind of number it is, and the sign of what is infinite.
fn kind(x: f64) -> (FpCategory, bool) {
    match x.classify() {
        FpCategory::Infinite => (FpCategory::Infinite, x > 0.0),
        FpCategory::Nan => (FpCategory::Nan, false),
        _ => (FpCategory::Normal, false),
    }
}

#[test]
fn kinds_of_entries_do_not_depend_on_the_order_of_inputs_or_factors() {
    let mut wrong = Vec::new();
    for inner in ["x", "x^2", "x - 1", "x*v", "sqrt(x)", "abs(x)", "x + v"] {
        for (singular, around) in SINGULAR
            .iter()
            .flat_map(|p| AROUND.iter().map(move |y| (p, y)))
        {
            let bodies = around.map(|y| format!("q = {inner}; p = {singular}; y = {y};"));
            let mut programs: Vec<Ordered> =
                ORDERS.map(|order| Ordered::of(order, &bodies[0])).into();
            programs.push(Ordered::of(ORDERS[1], &bodies[1]));
            for at in POINTS {
                let first = &programs[0];
                let graph = lowered(&first.program).graph;
                let values = evaluate(&graph, &keys(), &first.inputs(at), &first.values);
                if !values.into_iter().all(f64::is_finite) {
                    continue;
                }
                let found = programs.iter().flat_map(|program| {
                    let hessians = program.hessians(at).into_iter();
                    hessians.map(move |entries| (program, entries))
                });
                let found: Vec<_> = found.collect();
                let kinds = |entries: &[f64]| entries.iter().map(|x| kind(*x)).collect::<Vec<_>>();
                let (first, entries) = &found[0];
                let other = found
                    .iter()
                    .find(|(_, other)| kinds(other) != kinds(entries));
                wrong.extend(other.map(|(other, others)| {
                    format!(
                        "{} at {at:?}: {entries:?}\n{}: {others:?}",
                        first.program, other.program
                    )
                }));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}
