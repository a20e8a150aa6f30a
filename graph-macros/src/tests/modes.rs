//! All modes against one another at singular points: every pair of an outer and an inner row, at every corner.
//!
//! Invariant: reverse mode with a seed that is an input, with a literal one, in its quick version and in its careful one, and forward
//! mode give one derivative, NaN where the others do.

use super::interpreter::{Derived, Key, evaluate};
use super::stages::lowered;
use crate::graph::{InputId, NodeId};
use crate::plan::{Planned, ScalarBody};
use crate::rule::{Forward, Rule};
use crate::rules::RULES;
use crate::unit::Unit;

/// Where slopes are infinite, undefined or a convention.
const CORNERS: [f64; 9] = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1e-3];

/// A row of one argument, or of two with the other one given, as it is written around `x`.
fn around(rule: &Rule, x: &str) -> Vec<String> {
    let names = rule.arguments.len();
    let is_number = matches!(
        rule.forward,
        Forward::Real(_) | Forward::Formula(_) | Forward::Infix(_) | Forward::Prefix(_)
    );
    if !is_number || rule.probe.is_empty() || rule.is_inner {
        return Vec::new();
    }
    let call = |args: &[&str]| match (rule.sign(), args) {
        (Some(sign), [left, right]) => format!("(({left}) {sign} ({right}))"),
        (Some(sign), [only]) => format!("({sign}({only}))"),
        _ => format!("{}({})", rule.name, args.join(", ")),
    };
    match names {
        1 => vec![call(&[x])],
        2 if !rule.has_partial(0) => vec![call(&["1", x]), call(&["2", x])],
        2 => vec![call(&[x, "w"]), call(&["w", x])],
        3 if !rule.has_partial(0) => vec![call(&["2", "3", x])],
        3 => vec![call(&[x, "-1", "1"]), call(&[x, "0", "w"])],
        _ => Vec::new(),
    }
}

/// The gradient of one output from a body whose second group it is, and its careful version's.
fn gradients(body: &ScalarBody, keys: &[Key], at: &[f64]) -> Vec<Vec<f64>> {
    let mut found = Vec::new();
    let of = |body: &ScalarBody| evaluate(&body.graph, keys, at, &body.results[1]);
    match &body.guard {
        None => found.push(of(body)),
        Some(guard) => {
            found.push(of(&guard.otherwise));
            if evaluate(&body.graph, keys, at, &[guard.holds]) == [1.0] {
                found.push(of(body));
            }
        }
    }
    found
}

/// Whether two gradients are one: entries that cancel are as far off as the largest ones are rounded.
pub(super) fn agree(a: &[f64], b: &[f64]) -> bool {
    let sizes = a.iter().map(|entry| entry.abs());
    let size = sizes.filter(|size| size.is_finite()).fold(1.0, f64::max);
    std::iter::zip(a, b).all(|(a, b)| {
        let near = (a - b).abs() <= 1e-9 * (a.abs() + b.abs()) + 1e-12 * size;
        a.is_nan() && b.is_nan() || a == b || near
    })
}

pub(super) struct Modes {
    derived: Derived,
    defined: Vec<NodeId>,
    gradient: ScalarBody,
    second: [ScalarBody; 2],
}

impl Modes {
    pub fn of(unit: &mut Unit) -> Modes {
        unit.hessian = true;
        let plan = ScalarBody::functions(unit);
        Modes {
            derived: Derived::of(unit),
            defined: unit
                .definitions
                .iter()
                .flat_map(|definition| definition.nodes.clone())
                .collect(),
            gradient: plan
                .value_and_grad
                .or(plan.jacobian)
                .expect("a function has one"),
            second: [plan.hessian, plan.hvp].map(|body| body.expect("it is asked for")),
        }
    }

    /// The values of all definitions.
    pub fn values(&self, at: &[f64]) -> Vec<f64> {
        evaluate(&self.derived.graph, &self.derived.keys, at, &self.defined)
    }

    /// The gradient in every mode, each with what it is called.
    pub fn gradients(&self, at: &[f64]) -> Vec<(&'static str, Vec<f64>)> {
        let keys: Vec<Key> = (0..at.len()).map(|input| (InputId(input), 0)).collect();
        let [reverse, forward] = self.derived.jacobians(at);
        let mut found = vec![
            ("backward", reverse[0].clone()),
            ("jvp", forward[0].clone()),
        ];
        let fused = gradients(&self.gradient, &keys, at);
        found.extend(fused.into_iter().map(|found| ("value_and_grad", found)));
        let hessian = gradients(&self.second[0], &keys, at);
        found.extend(hessian.into_iter().map(|found| ("hessian", found)));
        found
    }
}

/// Every pair of an outer and an inner row.
pub(super) fn programs() -> Vec<String> {
    let mut programs = Vec::new();
    for inner in RULES.iter().flat_map(|rule| around(rule, "x")) {
        for outer in RULES {
            for outer in around(outer, "q") {
                programs.push(format!("fn f(x, w) -> y {{ q = {inner}; y = {outer}; }}"));
                if !outer.contains('w') {
                    programs.push(format!("fn f(x, w) -> y {{ q = {inner}; y = w*{outer}; }}"));
                }
            }
        }
    }
    programs
}

#[test]
fn every_pair_of_rows_at_every_corner() {
    let programs = programs();
    let mut wrong = Vec::new();
    for (at, program) in programs.iter().enumerate() {
        // Each program at some of the corners, all corners over all programs.
        let mut unit = lowered(program);
        let modes = Modes::of(&mut unit);
        for turn in 0..CORNERS.len() {
            let x = CORNERS[turn];
            let w = CORNERS[(turn + at) % CORNERS.len()];
            // Where a value is infinite or undefined itself, so may be what it is multiplied by.
            if !modes.values(&[x, w]).iter().all(|value| value.is_finite()) {
                continue;
            }
            let found = modes.gradients(&[x, w]);
            let (_, first) = &found[0];
            let same = |(_, other): &(_, Vec<f64>)| agree(first, other);
            if !found.iter().all(same) {
                wrong.push(format!("{program} at {x}, {w}: {found:?}"));
            }
        }
    }
    let count = wrong.len();
    wrong.truncate(40);
    assert!(
        wrong.is_empty(),
        "{count} of {}:\n{}",
        programs.len(),
        wrong.join("\n")
    );
}
