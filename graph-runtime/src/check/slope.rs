//! The slope of a function along a line from its values alone, and how far it is to be trusted.
//!
//! Difference quotients over many steps, from a coarse one down to the resolution of the number type, are extrapolated to
//! step zero (Richardson's deferred approach, in Ridders' tableau: C. J. F. Ridders, Advances in Engineering Software 4,
//! 1982). Invariant: the uncertainty is never below what the rounding of the values themselves makes of a quotient, so that
//! noise is not mistaken for knowledge.

use crate::Number;

/// The first step is the size of the coordinate, or one, divided by this.
const COARSEST: f64 = 8.0;
/// Each step is the one before divided by this.
const RATIO: f64 = 4.0;
/// At most this many steps.
const STEPS: usize = 16;
/// At most this many extrapolations of one quotient.
const DEEPEST: usize = 4;

/// A number and how far it may be from the truth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub value: f64,
    pub uncertainty: f64,
}

impl Estimate {
    const NONE: Estimate = Estimate {
        value: f64::NAN,
        uncertainty: f64::INFINITY,
    };

    pub fn is_known(&self) -> bool {
        self.value.is_finite() && self.uncertainty.is_finite()
    }
}

/// What the values on a line say about the slope at its middle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope {
    pub central: Estimate,
    pub left: Estimate,
    pub right: Estimate,
    /// How large the slopes over the finest steps are, compared with those over the coarsest, and their sign: far above 1
    /// at a vertical tangent.
    pub growth: f64,
    /// The size of the function's values.
    pub size: f64,
}

/// The values of one output at two points about the middle.
#[derive(Clone, Copy)]
struct Pair {
    ahead: f64,
    behind: f64,
    below: f64,
    above: f64,
}

/// Values of several outputs along a line.
pub(super) struct Samples {
    middle: Vec<f64>,
    /// The distances gone ahead and behind, as the number type has them, and the values there.
    steps: Vec<(f64, f64, Vec<f64>, Vec<f64>)>,
    epsilon: f64,
}

impl Samples {
    /// Evaluates `at` around `middle`. The function takes the coordinate and writes the outputs.
    pub fn new<T: Number>(middle: T, outputs: usize, mut at: impl FnMut(T, &mut [T])) -> Samples {
        let mut buffer = vec![T::of(0.0); outputs];
        let mut values = |coordinate: T| -> Vec<f64> {
            at(coordinate, &mut buffer);
            buffer.iter().map(|value| value.to_f64()).collect()
        };
        let centre = middle.to_f64();
        let mut samples = Samples {
            middle: values(middle),
            steps: Vec::new(),
            epsilon: T::EPSILON.to_f64(),
        };
        let mut step = centre.abs().max(1.0) / COARSEST;
        for _ in 0..STEPS {
            let (above, below) = (middle + T::of(step), middle - T::of(step));
            let (ahead, behind) = ((above - middle).to_f64(), (middle - below).to_f64());
            if ahead <= 0.0 || behind <= 0.0 {
                break;
            }
            samples
                .steps
                .push((ahead, behind, values(above), values(below)));
            step /= RATIO;
        }
        samples
    }

    pub fn slope(&self, output: usize) -> Slope {
        let middle = self.middle[output];
        let pairs: Vec<Pair> = self
            .steps
            .iter()
            .map(|(ahead, behind, above, below)| Pair {
                ahead: *ahead,
                behind: *behind,
                above: above[output],
                below: below[output],
            })
            .collect();
        let noise = self.noise(middle, &pairs);
        let central = pairs.iter().map(|pair| {
            let width = pair.ahead + pair.behind;
            ((pair.above - pair.below) / width, noise(pair) / width)
        });
        let right = pairs
            .iter()
            .map(|pair| ((pair.above - middle) / pair.ahead, noise(pair) / pair.ahead));
        let left = pairs.iter().map(|pair| {
            (
                (middle - pair.below) / pair.behind,
                noise(pair) / pair.behind,
            )
        });
        let quotients: Vec<(f64, f64)> = central.collect();
        let right: Vec<(f64, f64)> = right.collect();
        let left: Vec<(f64, f64)> = left.collect();
        Slope {
            central: extrapolated(&quotients, RATIO * RATIO, RATIO * RATIO),
            right: extrapolated(&right, RATIO, RATIO),
            left: extrapolated(&left, RATIO, RATIO),
            growth: growth(&right).max_by_size(growth(&left)),
            size: middle.abs(),
        }
    }

    /// How uncertain the difference of two values is: by their rounding, and by how restless the function is.
    fn noise(&self, middle: f64, pairs: &[Pair]) -> impl Fn(&Pair) -> f64 + use<> {
        let (epsilon, restless) = (self.epsilon, restlessness(middle, pairs));
        move |pair| {
            let rounding = epsilon * (pair.above.abs() + pair.below.abs() + middle.abs());
            if rounding.is_finite() {
                rounding.max(restless)
            } else {
                restless
            }
        }
    }
}

/// How large the bends `f(x + h) + f(x - h) - 2f(x)` are over steps so fine that they do not grow with the step yet. A smooth
/// function's grow by the square of the step, and those of a kink with it; what does neither is noise.
fn restlessness(middle: f64, pairs: &[Pair]) -> f64 {
    let bends = pairs
        .iter()
        .rev()
        .map(|pair| (pair.above + pair.below - 2.0 * middle).abs())
        .take_while(|bend| bend.is_finite());
    let (mut level, mut rise) = (0.0_f64, None::<f64>);
    for bend in bends {
        match rise {
            Some(before) if bend > 3.0 * before => break,
            Some(before) => {
                level = level.max(before).max(bend);
                rise = None;
            }
            None if bend > 3.0 * level => rise = Some(bend),
            None => level = level.max(bend),
        }
    }
    level
}

/// The member of two that is larger in size.
trait BySize {
    fn max_by_size(self, other: f64) -> f64;
}

impl BySize for f64 {
    fn max_by_size(self, other: f64) -> f64 {
        if other.abs() > self.abs() || self.is_nan() {
            other
        } else {
            self
        }
    }
}

/// By how much quotients grow from the coarsest step to the finest, with the sign of the last; 0 where they do not.
fn growth(quotients: &[(f64, f64)]) -> f64 {
    let settled = quotients
        .iter()
        .rev()
        .take_while(|(quotient, _)| !quotient.is_nan());
    let values: Vec<f64> = settled.map(|(quotient, _)| *quotient).collect();
    match values.as_slice() {
        [finest, .., coarsest] if values.windows(2).all(|two| two[0].abs() > two[1].abs()) => {
            let size = coarsest.abs().max(f64::MIN_POSITIVE);
            finest / size
        }
        _ => 0.0,
    }
}

/// The limit of quotients at step zero, whose errors go down by `first`, then `first * next`, … from step to step.
///
/// Of all entries of the tableau the one is taken that differs least from both of those it was made of.
fn extrapolated(quotients: &[(f64, f64)], first: f64, next: f64) -> Estimate {
    // Coarse steps may leave the domain; what counts is the unbroken run of fine ones.
    let start = quotients
        .iter()
        .rposition(|(quotient, _)| !quotient.is_finite())
        .map_or(0, |last| last + 1);
    let mut best = Estimate::NONE;
    let mut above: Vec<f64> = Vec::new();
    for &(quotient, noise) in &quotients[start..] {
        let mut row = vec![quotient];
        let mut factor = first;
        for (depth, coarser) in above.iter().enumerate().take(DEEPEST) {
            let plain = row[depth];
            let better = plain + (plain - coarser) / (factor - 1.0);
            let uncertainty = (better - plain).abs().max((better - coarser).abs()) + noise;
            if uncertainty < best.uncertainty {
                best = Estimate {
                    value: better,
                    uncertainty,
                };
            }
            row.push(better);
            factor *= next;
        }
        above = row;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slope(middle: f64, f: impl Fn(f64) -> f64) -> Slope {
        Samples::new(middle, 1, |x, out: &mut [f64]| out[0] = f(x)).slope(0)
    }

    #[track_caller]
    fn agrees(slope: Slope, expected: f64, within: f64) {
        let Estimate { value, uncertainty } = slope.central;
        assert!((value - expected).abs() <= 10.0 * uncertainty, "{slope:?}");
        assert!(
            uncertainty <= within * expected.abs().max(1e-3),
            "{slope:?}"
        );
    }

    #[test]
    fn smooth_functions_are_known_to_many_digits() {
        agrees(slope(1.0, f64::exp), 1.0_f64.exp(), 1e-10);
        agrees(slope(1e3, f64::sin), 1e3_f64.cos(), 1e-9);
        agrees(slope(1e-6, f64::ln), 1e6, 1e-8);
        agrees(slope(0.0, |x| x * x), 0.0, 1e-9);
        agrees(slope(-2.0, |_| 7.0), 0.0, 1e-9);
    }

    #[test]
    fn noise_is_not_mistaken_for_knowledge() {
        // A value that is right to six digits only.
        let rough = |x: f64| (x.sin() * 1e6).round() / 1e6;
        let found = slope(0.7, rough).central;
        assert!(
            (found.value - 0.7_f64.cos()).abs() <= 10.0 * found.uncertainty,
            "{found:?}"
        );
        assert!(found.uncertainty > 1e-7, "{found:?}");
    }

    #[test]
    fn a_kink_has_two_slopes() {
        let found = slope(0.0, f64::abs);
        assert!((found.left.value + 1.0).abs() < 1e-9 && (found.right.value - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_vertical_tangent_grows() {
        assert!(slope(0.0, f64::sqrt).growth > 1e3);
        assert!(slope(0.0, |x| -x.cbrt()).growth < -1e3);
        assert_eq!(slope(0.0, |x| x).growth, 0.0);
    }
}
