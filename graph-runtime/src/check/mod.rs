//! The gradient check: derivatives against difference quotients, and forward mode against backward mode.
//!
//! [`objective`] and [`residuals`] compare every partial derivative with central differences, whose step is the best of many
//! for each; [`directional`] compares `jvp` with differences along random directions and with `vjp`; [`second_order`] a
//! Hessian with the differences of the gradient. A graph does all of it at once as `f::check(…)`.
//!
//! Invariant: an entry is called wrong only if the difference quotients are known well enough to say so. At a kink any slope
//! between those of the two sides is right; where quotients do not settle (a jump, noise) the entry is undecided.
//!
//! A check is worth what its point is worth: where values agree by symmetry, swapped partial derivatives agree as well.
//! Choose points with no two inputs equal, none zero, and away from the kinks.
//!
//! ```
//! use graph_runtime::graph;
//!
//! graph! { fn f(x: [2], y) -> z { z = x[0]*sin(y) + exp(x[1]); } }
//!
//! f::check([1.5, -0.5], 0.75).assert(); // in a test of yours
//! println!("{}", f::check([1.5, -0.5], 0.75));
//! ```

use crate::{Directional, Name, Number, Objective, Residuals, SecondOrder};

mod report;
mod slope;

use report::{Directions, Line};
use slope::{Samples, Slope};

pub use report::{Entry, Report, Verdict};

/// How many entries of each array are checked, at most; which, is drawn with a fixed seed.
const ENTRIES: usize = 64;
/// How many random directions are tried.
const DIRECTIONS: usize = 3;
/// By how many of its uncertainties a difference quotient may be off.
const SLACK: f64 = 10.0;

/// Checks the gradient of an objective at `x` against central differences.
///
/// ```
/// use graph_runtime::{check, graph};
///
/// graph! { fn f(x, y) -> z { z = x*sin(y); } }
/// let report = check::objective(&f::Problem {}, &[1.5, 0.25]);
/// assert!(report.is_right());
/// ```
///
/// # Panics
/// Where `x` does not have the objective's length.
pub fn objective<T: Number>(objective: &impl Objective<T>, x: &[T]) -> Report {
    let mut gradient = vec![T::of(0.0); x.len()];
    objective.gradient(x, &mut gradient);
    let exact = |_: usize, at: usize| gradient[at].to_f64();
    let value = |x: &[T], outputs: &mut [T]| outputs[0] = objective.value(x);
    let name = |at| objective.name(at);
    differences(x, 1, &name, &|_| None, &exact, &value)
}

/// Checks the Jacobian of residuals at `x` against central differences.
///
/// # Panics
/// Where `x` does not have the right length.
pub fn residuals<T: Number>(function: &impl Residuals<T>, x: &[T]) -> Report {
    let outputs = function.outputs();
    let mut values = vec![T::of(0.0); outputs];
    let mut jacobian = vec![T::of(0.0); outputs * x.len()];
    function.jacobian(x, &mut values, &mut jacobian);
    let exact = |output: usize, at: usize| jacobian[output * x.len() + at].to_f64();
    let value = |x: &[T], outputs: &mut [T]| function.residuals(x, outputs);
    let (name, output_name) = (|at| function.name(at), |at| Some(function.output_name(at)));
    differences(x, outputs, &name, &output_name, &exact, &value)
}

/// Checks the Hessian of an objective at `x` against central differences of its gradient.
///
/// # Panics
/// Where `x` does not have the objective's length.
pub fn second_order<T: Number>(objective: &impl SecondOrder<T>, x: &[T]) -> Report {
    let count = x.len();
    let mut gradient = vec![T::of(0.0); count];
    let mut hessian = vec![T::of(0.0); count * count];
    objective.hessian(x, &mut gradient, &mut hessian);
    let exact = |output: usize, at: usize| hessian[output * count + at].to_f64();
    let value = |x: &[T], outputs: &mut [T]| {
        objective.gradient(x, outputs);
    };
    let (name, output_name) = (|at| objective.name(at), |at| Some(objective.name(at)));
    differences(x, count, &name, &output_name, &exact, &value)
}

/// Checks `jvp` at `x` along random directions: against differences along them, and against `vjp`, since `seeds · J direction`
/// is `Jᵀ seeds · direction`.
///
/// # Panics
/// Where `x` does not have the right length.
pub fn directional<T: Number>(function: &impl Directional<T>, x: &[T]) -> Report {
    let outputs = function.seeds();
    let mut random = SplitMix(0x5eed);
    let mut report = Report::default();
    for _ in 0..DIRECTIONS {
        let (direction, seeds) = (random.vector(x.len()), random.vector(outputs));
        let mut change = vec![T::of(0.0); outputs];
        let mut adjoints = vec![T::of(0.0); x.len()];
        function.jvp(x, &direction, &mut vec![T::of(0.0); outputs], &mut change);
        function.vjp(x, &seeds, &mut vec![T::of(0.0); outputs], &mut adjoints);
        report
            .directions
            .add(apart(&seeds, &change, &adjoints, &direction));
        let mut at = x.to_vec();
        let samples = Samples::new(T::of(0.0), outputs, |step: T, values: &mut [T]| {
            let moved = at.iter_mut().zip(x.iter().zip(&direction));
            moved.for_each(|(at, (x, direction))| *at = *x + step * *direction);
            let mut ignored = vec![T::of(0.0); outputs];
            function.jvp(&at, &direction, values, &mut ignored);
        });
        let typical = change
            .iter()
            .map(|change| size(change.to_f64()))
            .fold(0.0, f64::max);
        for (output, change) in change.iter().enumerate() {
            let slope = samples.slope(output);
            let line = Line::Direction;
            report.add(judge::<T>(
                line,
                (outputs > 1).then(|| Name::entry("output", output)),
                change.to_f64(),
                &slope,
                typical,
            ));
        }
    }
    report
}

/// How far `seeds · change` and `adjoints · direction` are apart, relative to the size of their terms.
fn apart<T: Number>(seeds: &[T], change: &[T], adjoints: &[T], direction: &[T]) -> Directions {
    let terms = |left: &[T], right: &[T]| {
        left.iter()
            .zip(right)
            .map(|(left, right)| left.to_f64() * right.to_f64())
            .fold((0.0, 0.0), |(sum, size), term| {
                (sum + term, size + term.abs())
            })
    };
    let (forward, backward) = (terms(seeds, change), terms(adjoints, direction));
    let scale = forward.1.max(backward.1).max(f64::MIN_POSITIVE);
    let count = seeds.len().max(direction.len()) as f64;
    Directions {
        count: 1,
        // Where neither has a number, they do not disagree.
        apart: match forward.0.is_finite() || backward.0.is_finite() {
            true => (forward.0 - backward.0).abs() / scale,
            false => 0.0,
        },
        allowed: T::EPSILON.to_f64() * 64.0 * (8.0 + count.sqrt()),
    }
}

/// Compares derivatives, which `exact` has by output and parameter, with the differences of values.
fn differences<T: Number>(
    x: &[T],
    outputs: usize,
    name: &dyn Fn(usize) -> Name,
    output_name: &dyn Fn(usize) -> Option<Name>,
    exact: &dyn Fn(usize, usize) -> f64,
    value: &dyn Fn(&[T], &mut [T]),
) -> Report {
    let chosen = chosen(x.len(), name);
    let mut report = Report::of(x.len());
    let typical: Vec<f64> = (0..outputs)
        .map(|output| {
            (0..x.len())
                .map(|at| size(exact(output, at)))
                .fold(0.0, f64::max)
        })
        .collect();
    let mut moved = x.to_vec();
    for at in chosen {
        let samples = Samples::new(x[at], outputs, |coordinate: T, values: &mut [T]| {
            moved[at] = coordinate;
            value(&moved, values);
        });
        moved[at] = x[at];
        for (output, typical) in typical.iter().enumerate() {
            let slope = samples.slope(output);
            let line = Line::Parameter(name(at));
            report.add(judge::<T>(
                line,
                output_name(output),
                exact(output, at),
                &slope,
                *typical,
            ));
        }
        report.checked += 1;
    }
    report
}

/// The size of a number if it has one.
fn size(value: f64) -> f64 {
    if value.is_finite() { value.abs() } else { 0.0 }
}

/// Says of one derivative what the differences make of it. `typical` is how large its neighbours are.
fn judge<T: Number>(
    line: Line,
    output: Option<Name>,
    exact: f64,
    slope: &Slope,
    typical: f64,
) -> Entry {
    let tolerance = T::EPSILON.to_f64().powf(0.45);
    // Where only one side is in the domain, its slope is the slope.
    let estimate = [slope.central, slope.right, slope.left]
        .into_iter()
        .find(slope::Estimate::is_known)
        .unwrap_or(slope.central);
    let scale = exact.abs().max(estimate.value.abs());
    let slack = SLACK * estimate.uncertainty;
    let within = (exact - estimate.value).abs() <= tolerance * scale + slack;
    let resolution = scale.max(typical).max(1e-3 * slope.size);
    let decided = estimate.is_known() && slack <= 0.01 * resolution;
    let verdict = if !exact.is_finite() {
        not_finite(exact, slope, decided)
    } else if !estimate.is_known() {
        Verdict::Undecided
    } else if !within {
        at_kink(exact, slope, tolerance)
    } else if decided {
        Verdict::Right
    } else {
        Verdict::Undecided
    };
    Entry {
        line,
        output,
        exact,
        estimate: estimate.value,
        uncertainty: estimate.uncertainty,
        verdict,
    }
}

/// An infinite slope is right at a vertical tangent; a slope that is no number is wrong wherever there is one.
fn not_finite(exact: f64, slope: &Slope, decided: bool) -> Verdict {
    if exact.is_infinite() && slope.growth * exact.signum() > 10.0 {
        Verdict::Right
    } else if decided || exact.is_infinite() && slope.growth != 0.0 {
        Verdict::Wrong
    } else {
        Verdict::Undecided
    }
}

/// Between the slopes of two sides that differ, everything is right.
fn at_kink(exact: f64, slope: &Slope, tolerance: f64) -> Verdict {
    let (left, right) = (slope.left, slope.right);
    if !left.is_known() || !right.is_known() {
        return Verdict::Wrong;
    }
    let scale = left.value.abs().max(right.value.abs());
    let slack = SLACK * (left.uncertainty + right.uncertainty) + tolerance * scale;
    let (low, high) = (left.value.min(right.value), left.value.max(right.value));
    let differ = high - low > slack;
    if differ && (low - slack..=high + slack).contains(&exact) {
        Verdict::Kink
    } else {
        Verdict::Wrong
    }
}

/// The parameters to check: all of a small array, and of a large one some that are drawn at random.
fn chosen(count: usize, name: &dyn Fn(usize) -> Name) -> Vec<usize> {
    let mut random = SplitMix(0x1234);
    let mut chosen = Vec::new();
    let mut start = 0;
    while start < count {
        let array = name(start).array();
        let length = (start..count)
            .take_while(|at| name(*at).array() == array)
            .count();
        let mut left: Vec<usize> = (start..start + length).collect();
        // Fisher and Yates, as far as it is needed.
        for at in 0..ENTRIES.min(length) {
            let other = at + (random.next() % (length - at) as u64) as usize;
            left.swap(at, other);
        }
        left.truncate(ENTRIES);
        left.sort_unstable();
        chosen.extend(left);
        start += length;
    }
    chosen
}

/// The generator splitmix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014): the same numbers
/// on every platform.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Numbers between -1 and 1.
    fn vector<T: Number>(&mut self, length: usize) -> Vec<T> {
        let unit = |bits: u64| (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        (0..length).map(|_| T::of(unit(self.next()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        let mut random = SplitMix(1234567);
        assert_eq!(random.next(), 6457827717110365317);
        assert_eq!(random.next(), 3203168211198807973);
    }

    #[test]
    fn a_large_array_is_sampled_and_a_small_one_is_not() {
        let arrays: [(&'static str, &[usize]); 3] = [("a", &[3]), ("w", &[50, 20]), ("c", &[])];
        let name = |at| Name::among(&arrays, at);
        let chosen = chosen(1004, &name);
        assert_eq!(chosen.len(), 3 + ENTRIES + 1);
        assert_eq!(
            (chosen[0], chosen[2], chosen[chosen.len() - 1]),
            (0, 2, 1003)
        );
        assert!(chosen.windows(2).all(|two| two[0] < two[1]));
    }
}
