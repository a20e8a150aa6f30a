//! Modes against one another where a value itself is infinite or undefined: every pair of an outer and an inner row.
//!
//! Invariant: `backward`, `value_and_grad` in both of its versions and the gradient beside a Hessian are finite, infinite or NaN in the
//! same entries there too. Along a direction that is known at run time a tangent of 0 times an infinite value is NaN, so `jvp` is not
//! compared.

use super::modes::{Modes, agree, programs};
use super::stages::lowered;

/// Numbers of which values become infinite or undefined.
const FAR: [f64; 9] = [
    0.0,
    -0.0,
    1.0,
    -2.0,
    0.5,
    800.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// `w` is a factor above and below the line, and cancels in one mode: the limit there is a number, and 0/0 is none. The same is an
/// infinite quotient by what has a slope of 0 there.
fn cancels(program: &str) -> bool {
    [
        "q = ((w) / (x)); y = ((w) / (q))",
        "q = ((w) * (x)); y = ((w) / (q))",
        "q = ((x) * (w)); y = ((w) / (q))",
        "q = sigmoid(x); y = ((w) / (q))",
        "q = ((x) ^ (w)); y = ((w) / (q))",
    ]
    .iter()
    .any(|pair| program.contains(pair))
}

#[test]
fn every_pair_of_rows_where_a_value_is_not_finite() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let programs = programs();
    for (at, program) in programs
        .iter()
        .enumerate()
        .filter(|(_, program)| !cancels(program))
    {
        let mut unit = lowered(program);
        let modes = Modes::of(&mut unit);
        // Each program at two of the points, all points over all programs.
        for turn in [at % FAR.len(), (at / 2 + 4) % FAR.len()] {
            let (x, w) = (FAR[turn], FAR[(turn + at / FAR.len()) % FAR.len()]);
            if modes.values(&[x, w]).into_iter().all(f64::is_finite) {
                continue;
            }
            count += 1;
            let mut found = modes.gradients(&[x, w]);
            found.retain(|(mode, _)| *mode != "jvp");
            let (_, first) = &found[0];
            let same = |(_, other): &(_, Vec<f64>)| agree(first, other);
            if !found.iter().all(same) {
                wrong.push(format!("{program} at {x}, {w}: {found:?}"));
            }
        }
    }
    assert!(count > 5000, "{count} points");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}
