//! The gradient check: derivatives against difference quotients, and forward mode against backward mode.
//!
//! [`objective`] and [`residuals`] compare every partial derivative with central differences, whose step is the best of many
//! for each, on the scale of the point and on that of the function; [`directional`] compares `jvp` with differences along
//! random directions and with `vjp`; [`second_order`] a Hessian with the differences of the gradient. A graph does all of it
//! at once as `f::check(…)`.
//!
//! Invariant: an entry is called wrong only if the difference quotients are known well enough to say so. At a kink any slope
//! between those of the two sides is right; where quotients do not settle (a jump, noise, a wave finer than the numbers are
//! apart) the entry is undecided. How far off a derivative must be to be found is its [`resolution`](Entry::resolution).
//!
//! What `stop` holds constant, differences move. So in a graph that uses it, the derivative by an input on which a held value
//! depends may differ from them: the report lists it as [held](Report::held), and does not call it wrong.
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
mod samples;
mod slope;
#[cfg(test)]
mod tests;

use report::{Directions, Line};
use samples::{Samples, Side};
use slope::{Estimate, SLACK, Slope};

pub use report::{Entry, Report, Verdict};

/// How many entries of each array are checked, at most; which, is drawn with a fixed seed.
const ENTRIES: usize = 64;
/// How many random directions are tried.
const DIRECTIONS: usize = 3;

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
        report
            .directions
            .add(both_ways(function, x, &direction, &seeds));
        let direction = samples::direction(x, || random.unit());
        let along = |x: &[T], direction: &[T], values: &mut [T], change: &mut [T]| {
            function.jvp(x, direction, values, change);
        };
        let (mut change, mut ignored) = (vec![T::of(0.0); outputs], vec![T::of(0.0); outputs]);
        along(x, &direction, &mut ignored, &mut change);
        let samples = Samples::along(
            x,
            &direction,
            outputs,
            |at, values| along(at, &direction, values, &mut vec![T::of(0.0); outputs]),
            |off, change| along(x, off, &mut ignored, change),
        );
        let typical = largest(change.iter().map(|change| change.to_f64()));
        for (output, change) in change.iter().enumerate() {
            let name = (outputs > 1).then(|| Name::entry("output", output));
            let slope = Slope::new(&samples, output);
            report.add(judge::<T>(
                Line::Direction,
                name,
                change.to_f64(),
                &slope,
                typical,
            ));
        }
    }
    report
}

/// Holds `jvp` along a direction against `vjp` of seeds.
fn both_ways<T: Number>(
    function: &impl Directional<T>,
    x: &[T],
    direction: &[T],
    seeds: &[T],
) -> Directions {
    let mut values = vec![T::of(0.0); seeds.len()];
    let mut change = values.clone();
    let mut adjoints = vec![T::of(0.0); x.len()];
    function.jvp(x, direction, &mut values, &mut change);
    function.vjp(x, seeds, &mut values, &mut adjoints);
    apart(seeds, &change, &adjoints, direction)
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
    Directions {
        count: 1,
        // Where neither has a number, they do not disagree.
        apart: match forward.0.is_finite() || backward.0.is_finite() {
            true => (forward.0 - backward.0).abs() / scale,
            false => 0.0,
        },
        // Terms within the function may cancel; what a wrong rule makes of them is far more.
        allowed: T::EPSILON.to_f64().sqrt(),
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
        .map(|output| largest((0..x.len()).map(|at| exact(output, at))))
        .collect();
    let mut moved = x.to_vec();
    for at in chosen {
        let samples = Samples::on_axis(x[at], outputs, |coordinate: T, values: &mut [T]| {
            moved[at] = coordinate;
            value(&moved, values);
        });
        moved[at] = x[at];
        for (output, typical) in typical.iter().enumerate() {
            let slope = Slope::new(&samples, output);
            let line = Line::Parameter(name(at));
            let exact = exact(output, at);
            report.add(judge::<T>(
                line,
                output_name(output),
                exact,
                &slope,
                *typical,
            ));
        }
        report.checked += 1;
    }
    report
}

/// The size of the largest finite number.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values
        .filter(|value| value.is_finite())
        .map(f64::abs)
        .fold(0.0, f64::max)
}

/// Says of one derivative what the differences make of it. `typical` is how large its neighbours are.
fn judge<T: Number>(
    line: Line,
    output: Option<Name>,
    exact: f64,
    slope: &Slope,
    typical: f64,
) -> Entry {
    let estimate = slope.best();
    let precision = Precision::of::<T>();
    let allowed = |value: f64, slack: f64| {
        let scale = largest([exact, value].into_iter());
        precision.relative * scale + precision.absolute * typical + slack
    };
    let resolution = allowed(estimate.value, estimate.slack());
    let worth = largest([exact, estimate.value, typical, 1e-3 * slope.size()].into_iter());
    let rival = estimate
        .rival
        .map(|(value, uncertainty)| (value, allowed(value, SLACK * uncertainty)));
    let is_rival = rival.is_some_and(|(value, allowed)| (exact - value).abs() <= allowed);
    // What a rival would excuse is not found.
    let excused = rival.map_or(0.0, |(value, allowed)| {
        (estimate.value - value).abs() + allowed
    });
    let verdict = if !exact.is_finite() {
        not_finite(exact, slope, &estimate, worth)
    } else if !estimate.is_known() {
        Verdict::Undecided
    } else if (exact - estimate.value).abs() <= resolution {
        match estimate.slack() <= 0.01 * worth {
            true => Verdict::Right,
            false => Verdict::Undecided,
        }
    } else if is_rival || estimate.may_hide(exact) {
        Verdict::Undecided
    } else {
        at_kink(exact, slope, precision.relative)
    };
    Entry {
        line,
        output,
        exact,
        estimate: estimate.value,
        uncertainty: estimate.uncertainty,
        resolution: match verdict {
            Verdict::Undecided => f64::INFINITY,
            _ => resolution.max(excused),
        },
        verdict,
    }
}

/// What right derivatives may be off by their own rounding.
struct Precision {
    /// As a part of the derivative.
    relative: f64,
    /// As a part of its neighbours, since it may be a difference of such.
    absolute: f64,
}

impl Precision {
    fn of<T: Number>() -> Precision {
        let epsilon = T::EPSILON.to_f64();
        Precision {
            relative: epsilon.powf(0.45),
            absolute: 8.0 * epsilon,
        }
    }
}

/// An infinite slope is right at a vertical tangent; a slope that is no number is wrong wherever there is one. There is one if
/// it is known well beside the slopes farther off, even if it is 0 itself, and its neighbours too.
fn not_finite(exact: f64, slope: &Slope, estimate: &Estimate, worth: f64) -> Verdict {
    let growth = slope.growth();
    let worth = worth.max(slope.coarse());
    let decided = estimate.is_known() && estimate.slack() <= 0.01 * worth;
    if exact.is_infinite() && growth * exact.signum() > 10.0 {
        Verdict::Right
    } else if decided || exact.is_infinite() && growth != 0.0 {
        Verdict::Wrong
    } else {
        Verdict::Undecided
    }
}

/// Between the slopes of two sides that differ, everything is right.
fn at_kink(exact: f64, slope: &Slope, tolerance: f64) -> Verdict {
    let (left, right) = (slope.limit(Side::Left), slope.limit(Side::Right));
    if !left.is_known() || !right.is_known() {
        return Verdict::Wrong;
    }
    let scale = largest([left.value, right.value].into_iter());
    let slack = left.slack() + right.slack() + tolerance * scale;
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

    /// A number between -1 and 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    /// Numbers between -1 and 1.
    fn vector<T: Number>(&mut self, length: usize) -> Vec<T> {
        (0..length).map(|_| T::of(self.unit())).collect()
    }
}
