//! The slope of a function along a line from its values alone, and how far it is to be trusted.
//!
//! Difference quotients over many steps are extrapolated to step zero (Richardson's deferred approach, in Ridders' tableau:
//! C. J. F. Ridders, Advances in Engineering Software 4, 1982). Invariant: an estimate is made only where the quotients have
//! been seen to converge, and its uncertainty is never below what the rounding of the values, or the scatter of all quotients
//! over finer steps, makes of it; so neither noise nor a coarse look at a fine wave is mistaken for knowledge.

use super::samples::{Quotient, Samples, Side};

/// By how many of its uncertainties an estimate may be off.
pub(super) const SLACK: f64 = 10.0;
/// At most this many extrapolations of one quotient.
const DEEPEST: usize = 3;
/// Quotients converge if each difference is less than this part of the one before.
const SHRINKS: f64 = 0.6;
/// How many quotients over finer steps must confirm an estimate.
const WITNESSES: usize = 3;
/// How many roundings of a number of size one, or of the function's size, a value may be off that is made of such.
const INNER: f64 = 8.0;
/// A stair over all steps, on which a multiple of it is straight, is known by no more than so many of its roundings in all.
const STEEPEST: f64 = 8.0;
/// Differences of quotients that are due to curvature fall at most by the cube of the steps until they are roundings, but for so many.
const ABRUPT: f64 = 2.0;
/// Scatter of so many roundings is no rounding.
const RESTLESS: f64 = 1e3;

/// A number and how far it may be from the truth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub value: f64,
    pub uncertainty: f64,
    /// What coarser steps say clearly, if they say something else: values that are rounded to few digits look like this, and those of
    /// a function that has almost reached its limit.
    pub rival: Option<(f64, f64)>,
    /// How far the finest quotients are from the value, where more than rounding scatters them; else 0.
    pub restless: f64,
}

impl Estimate {
    const NONE: Estimate = Estimate {
        value: f64::NAN,
        uncertainty: f64::INFINITY,
        rival: None,
        restless: 0.0,
    };

    pub fn is_known(&self) -> bool {
        self.value.is_finite() && self.uncertainty.is_finite()
    }

    /// Whether a derivative may be that of something finer than the steps are: it is then as large as the finest quotients,
    /// or a chance would have it much smaller.
    pub fn may_hide(&self, exact: f64) -> bool {
        self.restless > 0.0 && (exact - self.value).abs() >= self.restless / RESTLESS
    }

    /// How far off the estimate may be.
    pub fn slack(&self) -> f64 {
        SLACK * self.uncertainty
    }
}

/// What the values on a line say about the slope of one output at its middle.
pub(super) struct Slope<'s> {
    samples: &'s Samples,
    output: usize,
}

impl<'s> Slope<'s> {
    pub fn new(samples: &'s Samples, output: usize) -> Slope<'s> {
        Slope { samples, output }
    }

    /// The limit of the quotients on one side, or of those across the middle.
    pub fn limit(&self, side: Side) -> Estimate {
        let quotients = self.samples.quotients(self.output, side);
        // Coarse steps may leave the domain; what counts is the unbroken run of fine ones.
        let start = quotients
            .iter()
            .rposition(|quotient| !quotient.value.is_finite())
            .map_or(0, |last| last + 1);
        let order = if side == Side::Both { 2 } else { 1 };
        let quotients = &quotients[start..];
        if self.is_staircase(quotients) {
            return Estimate::NONE;
        }
        let estimate = Tableau::new(quotients, order, 0.0).limit();
        match self.inner_rounding(quotients) {
            Some(inner) => {
                let rough = Tableau::new(quotients, order, inner).limit();
                let rival = match rough.is_known() {
                    true => (rough.value, rough.uncertainty),
                    false => (0.0, f64::INFINITY),
                };
                Estimate {
                    rival: Some(rival),
                    ..estimate
                }
            }
            None => estimate,
        }
    }

    /// How far off values may be where something within the function is rounded, which close to a limit is all that changes:
    /// `1 - sigmoid(x)` for a large `x` is made of stairs, and within a stair anything that multiplies it is smooth. A stair shows as
    /// a jump that is no larger than such a rounding, behind which there are none that curvature would have; or it is as
    /// long as all steps, so that no change is of more than a few.
    fn inner_rounding(&self, quotients: &[Quotient]) -> Option<f64> {
        let inner = INNER * self.samples.epsilon() * self.size().max(1.0);
        let mut finer = 0.0_f64;
        for two in quotients.windows(2).rev() {
            let jump = (two[0].value - two[1].value).abs() * two[0].width;
            let own = (two[0].rounding + two[1].rounding) * two[0].width;
            let curved = (two[0].width / two[1].width).powi(3) * own.max(finer);
            if finer > 0.0 && jump > ABRUPT * curved {
                return (jump <= inner).then_some(inner);
            }
            finer = finer.max(jump).max(own);
        }
        let changes = quotients.iter().map(|two| two.value.abs() * two.width);
        let is_one_stair = changes.fold(0.0, f64::max) <= STEEPEST * inner;
        is_one_stair.then_some(inner)
    }

    /// Whether values are flat over the finest steps since something within the function is rounded, as in `sqrt(1 + x^2) - 1`: the
    /// smallest change of a value is then far above the value's own rounding, and far below what the function does over coarse
    /// steps. A slope of 0 on such a step says nothing.
    fn is_staircase(&self, quotients: &[Quotient]) -> bool {
        let epsilon = self.samples.epsilon();
        let changes = quotients
            .iter()
            .map(|quotient| quotient.value.abs() * quotient.width);
        let changes: Vec<f64> = changes.collect();
        let (rise, whole) = changes
            .iter()
            .filter(|change| **change > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(least, most), change| {
                (least.min(*change), most.max(*change))
            });
        let Some(finest) = quotients.last() else {
            return false;
        };
        let own = finest.rounding * finest.width;
        let is_flat = changes
            .iter()
            .rev()
            .take(WITNESSES)
            .all(|change| *change == 0.0);
        is_flat && rise > 8.0 * own && rise <= epsilon.powf(0.4) * whole
    }

    /// The slope. Where only one side is in the domain, its slope is the slope; where the value is no number, as at a pole, there is none.
    pub fn best(&self) -> Estimate {
        let inside = |side| {
            let quotients = self.samples.quotients(self.output, side);
            quotients
                .last()
                .is_some_and(|finest| finest.value.is_finite())
        };
        match (inside(Side::Left), inside(Side::Right)) {
            (true, false) => self.limit(Side::Left),
            (false, true) => self.limit(Side::Right),
            (true, true) => self.limit(Side::Both),
            (false, false) => Estimate::NONE,
        }
    }

    /// The size of the function's values.
    pub fn size(&self) -> f64 {
        self.samples.size(self.output)
    }

    /// The size of the slopes over the coarsest steps.
    pub fn coarse(&self) -> f64 {
        let of = |side| {
            let quotients = self.samples.quotients(self.output, side);
            let sizes = quotients.iter().map(|quotient| quotient.value.abs());
            sizes.into_iter().find(|size| size.is_finite())
        };
        of(Side::Left)
            .unwrap_or(0.0)
            .max(of(Side::Right).unwrap_or(0.0))
    }

    /// How large the slopes over the finest steps are, compared with those over the coarsest, and their sign: far above 1 at
    /// a vertical tangent.
    pub fn growth(&self) -> f64 {
        let of = |side| growth(&self.samples.quotients(self.output, side));
        let (right, left) = (of(Side::Right), of(Side::Left));
        if left.abs() > right.abs() || right.is_nan() {
            left
        } else {
            right
        }
    }
}

/// By how much quotients grow from the coarsest step to the finest, with the sign of the last; 0 where they do not.
fn growth(quotients: &[Quotient]) -> f64 {
    let settled = quotients.iter().rev().map(|quotient| quotient.value);
    let values: Vec<f64> = settled.take_while(|quotient| !quotient.is_nan()).collect();
    match values.as_slice() {
        [finest, .., coarsest] if values.windows(2).all(|two| two[0].abs() > two[1].abs()) => {
            let size = coarsest.abs().max(f64::MIN_POSITIVE);
            finest / size
        }
        _ => 0.0,
    }
}

/// An entry of the tableau that may be the limit.
#[derive(Clone, Copy)]
struct Candidate {
    /// Of the quotient over the finest step that it is made of.
    at: usize,
    value: f64,
    uncertainty: f64,
}

impl Candidate {
    /// Whether its first digit is known.
    fn is_clear(&self) -> bool {
        SLACK * self.uncertainty <= 0.1 * self.value.abs()
    }

    /// Whether the two cannot both be right.
    fn contradicts(&self, other: &Candidate) -> bool {
        (self.value - other.value).abs() > 3.0 * (self.uncertainty + other.uncertainty)
    }
}

/// Quotients and what is extrapolated from them: in each row the quotient over one step, then the value at step zero of the
/// line, the parabola, … through it and those before, in powers of the step to the `order`.
struct Tableau<'q> {
    quotients: &'q [Quotient],
    /// How far off values may be but for their own rounding.
    inner: f64,
    rows: Vec<Vec<f64>>,
}

impl<'q> Tableau<'q> {
    fn new(quotients: &'q [Quotient], order: i32, inner: f64) -> Tableau<'q> {
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (at, quotient) in quotients.iter().enumerate() {
            let mut row = vec![quotient.value];
            for depth in 1..=DEEPEST.min(at) {
                let coarser = quotients[at - depth].width / quotient.width;
                let (plain, above) = (row[depth - 1], rows[at - 1][depth - 1]);
                row.push(plain + (plain - above) / (coarser.powi(order) - 1.0));
            }
            rows.push(row);
        }
        Tableau {
            quotients,
            inner,
            rows,
        }
    }

    /// The entry that is least uncertain; but where one over finer steps is known to differ, that one, since slopes are of
    /// the finest scale.
    fn limit(&self) -> Estimate {
        let candidates = self.candidates();
        let least = |candidates: &mut dyn Iterator<Item = &Candidate>| {
            candidates
                .min_by(|one, other| one.uncertainty.total_cmp(&other.uncertainty))
                .copied()
        };
        let Some(mut best) = least(&mut candidates.iter()) else {
            return Estimate::NONE;
        };
        while let Some(finer) = least(
            &mut candidates
                .iter()
                .filter(|finer| finer.at > best.at && finer.contradicts(&best)),
        ) {
            best = finer;
        }
        // Within a stair of rounding nothing scatters, so what is known best may be the slope of the stair.
        let rival = least(&mut candidates.iter().filter(|coarser| {
            coarser.at < best.at && coarser.contradicts(&best) && coarser.is_clear()
        }));
        Estimate {
            value: best.value,
            uncertainty: best.uncertainty,
            rival: rival.map(|rival| (rival.value, rival.uncertainty)),
            restless: self.restlessness(&best),
        }
    }

    /// The entries where quotients converge and are confirmed by some over finer steps.
    fn candidates(&self) -> Vec<Candidate> {
        let count = self.quotients.len();
        let differences: Vec<f64> = (0..count)
            .map(|at| match at {
                0 => f64::INFINITY,
                _ => (self.quotients[at].value - self.quotients[at - 1].value).abs(),
            })
            .collect();
        // By how much the values of all finer steps scatter.
        let mut scatter = vec![self.inner; count];
        for at in (0..count.saturating_sub(2)).rev() {
            let finer = differences[at + 2] * self.quotients[at + 2].width;
            scatter[at] = scatter[at + 1].max(finer);
        }
        let mut candidates = Vec::new();
        for at in 2..count.saturating_sub(WITNESSES) {
            let noise = 2.0 * (self.quotients[at].rounding + self.quotients[at - 1].rounding)
                + scatter[at] / self.quotients[at].width;
            if differences[at] <= SHRINKS * differences[at - 1] + noise {
                candidates.extend(self.candidates_of_row(at));
            }
        }
        candidates
    }

    /// The entries of a row, as far off as they differ from those they were made of, as their values may be rounded, and as
    /// all quotients over finer steps are from them if they differ by an error of the values.
    fn candidates_of_row(&self, at: usize) -> impl Iterator<Item = Candidate> {
        let (row, above) = (&self.rows[at], &self.rows[at - 1]);
        let Quotient {
            width, rounding, ..
        } = self.quotients[at];
        let finer = self.rows[at + 1..].iter().zip(&self.quotients[at + 1..]);
        let scatter = finer
            .map(|(finer, quotient)| (finer[1] - row[1]).abs() * quotient.width)
            .fold(self.inner, f64::max);
        let error = rounding + scatter / width;
        (1..row.len()).map(move |depth| {
            let value = row[depth];
            let apart = (value - row[depth - 1]).abs();
            Candidate {
                at,
                value,
                uncertainty: apart.max((value - above[depth - 1]).abs()) + error,
            }
        })
    }

    /// How far the finest quotients are from the limit, where they differ by far more than rounding.
    fn restlessness(&self, best: &Candidate) -> f64 {
        let finest = &self.quotients[self.quotients.len() - WITNESSES..];
        let mut apart: Vec<f64> = finest
            .iter()
            .map(|quotient| {
                let apart = (quotient.value - best.value).abs();
                if apart > RESTLESS * quotient.rounding {
                    apart
                } else {
                    0.0
                }
            })
            .collect();
        apart.sort_by(f64::total_cmp);
        apart[WITNESSES / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(middle: f64, f: impl Fn(f64) -> f64) -> Samples {
        Samples::on_axis(middle, 1, |x, out: &mut [f64]| out[0] = f(x))
    }

    fn slope(middle: f64, f: impl Fn(f64) -> f64) -> Estimate {
        Slope::new(&samples(middle, f), 0).best()
    }

    #[track_caller]
    fn agrees(slope: Estimate, expected: f64, within: f64) {
        assert!((slope.value - expected).abs() <= slope.slack(), "{slope:?}");
        assert!(
            slope.uncertainty <= within * expected.abs().max(1e-3),
            "{slope:?}"
        );
    }

    #[test]
    fn smooth_functions_are_known_to_many_digits() {
        agrees(slope(1.0, f64::exp), 1.0_f64.exp(), 1e-9);
        agrees(slope(1e3, f64::sin), 1e3_f64.cos(), 1e-8);
        agrees(slope(1e-6, f64::ln), 1e6, 1e-8);
        agrees(slope(0.0, |x| x * x), 0.0, 1e-9);
        agrees(slope(-2.0, |_| 7.0), 0.0, 1e-9);
    }

    /// What varies on a scale far from that of its argument.
    #[test]
    fn scales_of_the_function() {
        agrees(
            slope(1.2345, |x| (1e6 * x).sin()),
            1e6 * 1234500_f64.cos(),
            1e-5,
        );
        agrees(slope(1e-12, f64::ln), 1e12, 1e-8);
        agrees(slope(1e-200, f64::ln), 1e200, 1e-8);
        agrees(
            slope(0.5e-6, |x| (-(x / 1e-6).powi(2)).exp()),
            -1e6 * (-0.25_f64).exp(),
            1e-8,
        );
        agrees(slope(0.0, |x| (1e12 * x).sin()), 1e12, 1e-8);
        agrees(
            slope(0.3, |x| x + 1e-9 * (1e9 * x).sin()),
            1.0 + 3e8_f64.cos(),
            1e-3,
        );
    }

    /// What is rounded within the function makes it flat over fine steps, which is no slope of 0.
    #[test]
    fn stairs_of_rounding_are_not_known_to_be_flat() {
        type Function = fn(f64) -> f64;
        let stairs: [(f64, Function); 5] = [
            (1e-4, |x| (1.0 + x * x).sqrt() - 1.0),
            (1e-5, |x| 1.0 - x.cos()),
            (-24.0, |x| (1.0 + x.exp()).ln()),
            (1e-3, |x| (x + 1e6 - 1e6).powi(2)),
            (24.0, |x| -(1.0 - 1.0 / (1.0 + (-x).exp())).ln()),
        ];
        for (x, f) in stairs {
            let found = slope(x, f);
            assert!(!found.is_known() || found.value != 0.0, "{x}: {found:?}");
        }
        agrees(slope(1e-3, |x| x + 1000.0), 1.0, 1e-6);
        agrees(slope(-1.0, |x| x.max(0.0)), 0.0, 1e-9);
    }

    /// The wave is too fast for any step that the number type has.
    #[test]
    fn a_wave_between_the_numbers_is_not_known() {
        let found = slope(1.2345, |x| (1e16 * x).sin());
        assert!(
            found.uncertainty * 10.0 > found.value.abs() && found.restless > 1e10,
            "{found:?}"
        );
    }

    #[test]
    fn noise_is_not_mistaken_for_knowledge() {
        // A value that is right to six digits only: constant on the finest scale, and a sine on the coarse one.
        let rough = |x: f64| (x.sin() * 1e6).round() / 1e6;
        let found = slope(0.7, rough);
        let (value, uncertainty) = found.rival.unwrap_or((found.value, found.uncertainty));
        assert!(
            (value - 0.7_f64.cos()).abs() <= 10.0 * uncertainty,
            "{found:?}"
        );
        assert!(uncertainty > 1e-7 && uncertainty < 1e-3, "{found:?}");
    }

    #[test]
    fn a_kink_has_two_slopes() {
        let samples = samples(0.0, f64::abs);
        let slope = Slope::new(&samples, 0);
        assert!((slope.limit(Side::Left).value + 1.0).abs() < 1e-9);
        assert!((slope.limit(Side::Right).value - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_does_not_converge_has_no_slope() {
        for singular in [
            f64::sqrt,
            f64::cbrt,
            |x: f64| x * x.abs().ln(),
            |x| if x < 0.0 { 1.0 } else { 2.0 },
        ] {
            let samples = samples(0.0, singular);
            let found = Slope::new(&samples, 0).best();
            assert!(
                !found.is_known() || found.slack() > found.value.abs(),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_vertical_tangent_grows() {
        let growth = |f: fn(f64) -> f64| Slope::new(&samples(0.0, f), 0).growth();
        assert!(growth(f64::sqrt) > 1e3);
        assert!(growth(|x| -x.cbrt()) < -1e3);
        assert_eq!(growth(|x| x), 0.0);
    }
}
