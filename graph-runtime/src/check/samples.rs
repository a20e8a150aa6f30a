//! The values of a function on both sides of a point, from coarse steps down to the resolution of the number type.
//!
//! Invariant: a step is as long as the rounded points are apart, never as long as it was meant to be. On an axis the points
//! are measured; along a direction they are made to lie on it, and where rounding moves one off it, the value is corrected by
//! the function's own derivative along the way from where it should be.

use crate::Number;

/// The first step, as a part of the size of the coordinate, or of one. Neither it nor what it is divided by is a power of
/// two, so that a wave is not met at the same phase over and over.
const COARSEST: f64 = 0.113;
/// The same along a direction, where steps have two bits and are exact.
const COARSEST_ALONG: f64 = 3.0 / 32.0;
/// Away from zero no step is smaller than the coordinate's last place, and at zero than this.
const LEAST: f64 = 1e-30;
/// So many steps are made at least.
const ENOUGH: usize = 12;
/// After so many steps that say nothing more, there are no others.
const IDLE: usize = 3;
/// A difference of less than so many roundings of the values says nothing.
const ROUNDINGS: f64 = 64.0;

/// One step to either side.
struct Step {
    ahead: f64,
    behind: f64,
    above: Vec<f64>,
    below: Vec<f64>,
}

/// Values of several outputs along a line.
pub(super) struct Samples {
    middle: Vec<f64>,
    steps: Vec<Step>,
    epsilon: f64,
    /// What a subnormal value may be off.
    subnormal: f64,
}

/// A difference quotient.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quotient {
    /// How far apart the two points are.
    pub width: f64,
    pub value: f64,
    /// How far the rounding of the two values may move it.
    pub rounding: f64,
}

/// Where the two points of a quotient lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    Left,
    Right,
}

impl Samples {
    /// Evaluates `at` around `middle`. The function takes the coordinate and writes the outputs.
    pub fn on_axis<T: Number>(
        middle: T,
        outputs: usize,
        mut at: impl FnMut(T, &mut [T]),
    ) -> Samples {
        let mut buffer = vec![T::of(0.0); outputs];
        let mut values = |coordinate: T| {
            at(coordinate, &mut buffer);
            to_f64(&buffer)
        };
        let mut samples = Samples::at::<T>(values(middle));
        let centre = middle.to_f64();
        for step in steps::<T>(centre.abs()) {
            let (below, above) = around(middle, T::of(step));
            let (ahead, behind) = (above.to_f64() - centre, centre - below.to_f64());
            if ahead <= 0.0 || behind <= 0.0 {
                break;
            }
            samples.add(ahead, behind, values(above), values(below));
            if samples.are_enough() {
                break;
            }
        }
        samples
    }

    /// Evaluates `at` along a direction, which has as few bits as those of [`direction`]. `change` is the derivative along
    /// any direction, for the little by which rounding moves a point off the line. No step is less than that can be.
    pub fn along<T: Number>(
        x: &[T],
        direction: &[T],
        outputs: usize,
        mut at: impl FnMut(&[T], &mut [T]),
        mut change: impl FnMut(&[T], &mut [T]),
    ) -> Samples {
        let mut buffer = vec![T::of(0.0); outputs];
        let (mut point, mut off) = (x.to_vec(), x.to_vec());
        let mut values = |step: T| {
            let coordinates = x.iter().zip(direction).zip(point.iter_mut().zip(&mut off));
            for ((x, direction), (point, off)) in coordinates {
                (*point, *off) = sum(*x, step * *direction);
            }
            at(&point, &mut buffer);
            let mut values = to_f64(&buffer);
            if off.iter().any(|off| off.to_f64() != 0.0) {
                change(&off, &mut buffer);
                for (value, change) in values.iter_mut().zip(&buffer) {
                    let change = change.to_f64();
                    *value += if change.is_finite() { change } else { 0.0 };
                }
            }
            values
        };
        let mut samples = Samples::at::<T>(values(T::of(0.0)));
        let mut step = COARSEST_ALONG;
        while step > T::EPSILON.to_f64() {
            let (above, below) = (values(T::of(step)), values(T::of(-step)));
            samples.add(step, step, above, below);
            step /= ratio::<T>();
        }
        samples
    }

    fn at<T: Number>(middle: Vec<f64>) -> Samples {
        let epsilon = T::EPSILON.to_f64();
        Samples {
            middle,
            steps: Vec::new(),
            epsilon,
            subnormal: T::MIN_POSITIVE.to_f64() * epsilon,
        }
    }

    fn add(&mut self, ahead: f64, behind: f64, above: Vec<f64>, below: Vec<f64>) {
        self.steps.push(Step {
            ahead,
            behind,
            above,
            below,
        });
    }

    /// Whether finer steps would tell nothing new.
    fn are_enough(&self) -> bool {
        self.steps.len() >= ENOUGH
            && (0..self.middle.len()).all(|output| self.is_lost(output) || self.is_straight(output))
    }

    /// The gap between 1 and the next number.
    pub fn epsilon(&self) -> f64 {
        self.epsilon
    }

    /// Whether the last differences are made of little but rounding.
    fn is_lost(&self, output: usize) -> bool {
        let middle = self.middle[output];
        self.steps[self.steps.len() - IDLE..].iter().all(|step| {
            let apart = |value: f64| (value - middle).abs();
            apart(step.above[output]).max(apart(step.below[output]))
                <= ROUNDINGS * self.epsilon * middle.abs()
        })
    }

    /// Whether the quotients of both sides have been the same for long.
    fn is_straight(&self, output: usize) -> bool {
        let steps = &self.steps[self.steps.len() - 2 * IDLE..];
        let middle = self.middle[output];
        let quotients = steps.iter().flat_map(|step| {
            [
                (step.above[output] - middle) / step.ahead,
                (middle - step.below[output]) / step.behind,
            ]
        });
        let (low, high) = quotients.fold((f64::INFINITY, -f64::INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        high - low <= 8.0 * self.epsilon * high.abs().max(low.abs())
    }

    /// The size of the function's values.
    pub fn size(&self, output: usize) -> f64 {
        self.middle[output].abs()
    }

    /// The quotients of one output, those of coarse steps first.
    pub fn quotients(&self, output: usize, side: Side) -> Vec<Quotient> {
        let middle = self.middle[output];
        let quotient = |step: &Step| {
            let (ahead, behind) = (step.ahead, step.behind);
            let (above, below) = (step.above[output], step.below[output]);
            let (width, value, values) = match side {
                Side::Right => (ahead, (above - middle) / ahead, [above, middle]),
                Side::Left => (behind, (middle - below) / behind, [middle, below]),
                Side::Both if ahead == behind => (
                    ahead + behind,
                    (above - below) / (ahead + behind),
                    [above, below],
                ),
                // The parabola through the three points, whose slope needs no steps of one length.
                Side::Both => {
                    let (right, left) = ((above - middle) / ahead, (middle - below) / behind);
                    let width = ahead + behind;
                    (
                        width,
                        (right * behind + left * ahead) / width,
                        [above, below],
                    )
                }
            };
            let size = values[0].abs() + values[1].abs();
            Quotient {
                width,
                value,
                rounding: (self.epsilon * size + self.subnormal) / width,
            }
        };
        self.steps.iter().map(quotient).collect()
    }
}

fn to_f64<T: Number>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

/// Each step is the one before divided by about 4, or by 2 where there are only half as many digits.
fn ratio<T: Number>() -> f64 {
    if T::EPSILON.to_f64() < 1e-10 {
        4.0
    } else {
        2.0
    }
}

/// The steps about a coordinate of this size: from one, or the coordinate's size if that is larger, down to the coordinate's
/// last place. Between steps too small for the scale of one and those of the coordinate's own scale there are none.
fn steps<T: Number>(size: f64) -> impl Iterator<Item = f64> {
    let epsilon = T::EPSILON.to_f64();
    let unit = size.max(1.0);
    let least = match size > 0.0 {
        true => size * epsilon / 2.0,
        false => LEAST.max(T::MIN_POSITIVE.to_f64() / (epsilon * epsilon)),
    };
    let next = move |step: &f64| {
        let finer = step / (1.07 * ratio::<T>());
        let gap = size > 0.0 && finer < unit * epsilon / 8.0;
        Some(if gap {
            finer.min(size * COARSEST)
        } else {
            finer
        })
    };
    std::iter::successors(Some(unit * COARSEST), next).take_while(move |step| *step > least)
}

/// The two points at a distance of about `step`, as far from the middle as each other if there are such: the outer one is
/// rounded to a coarser grid, and what it is away is exact for the inner one.
fn around<T: Number>(middle: T, step: T) -> (T, T) {
    if middle < T::of(0.0) {
        let below = middle - step;
        (below, middle + (middle - below))
    } else {
        let above = middle + step;
        (middle - (above - middle), above)
    }
}

/// The sum of two numbers as it is rounded, and what is missing from it (Knuth, 1969).
fn sum<T: Number>(a: T, b: T) -> (T, T) {
    let sum = a + b;
    let second = sum - a;
    (sum, (a - (sum - second)) + (b - second))
}

/// A direction that moves each coordinate in proportion to its own size, by few bits, so that the moved points are numbers.
/// `unit` gives numbers between -1 and 1.
pub(super) fn direction<T: Number>(x: &[T], mut unit: impl FnMut() -> f64) -> Vec<T> {
    let smallest = T::MIN_POSITIVE.to_f64() / T::EPSILON.to_f64();
    x.iter()
        .map(|x| {
            let (x, random) = (x.to_f64().abs(), unit());
            let power = match x > 0.0 && x.is_finite() {
                true => 2.0_f64.powi(x.max(smallest).log2().floor() as i32),
                false => 1.0,
            };
            // The power and some sixteenths of it.
            let sixteenths = 16.0 + (16.0 * random.abs()).floor();
            T::of(random.signum() * sixteenths / 16.0 * power)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_reach_the_last_place_of_the_coordinate() {
        for size in [1e-200, 1e-12, 0.3, 1.0, 7e5, 1e200] {
            let steps: Vec<f64> = steps::<f64>(size).collect();
            let (first, last) = (steps[0], steps[steps.len() - 1]);
            assert!(first > 0.1 * size.max(1.0) && last < size * 1e-15, "{size}");
            assert!(
                steps
                    .iter()
                    .any(|step| (0.02..=0.12).contains(&(step / size))),
                "{size}"
            );
            assert!(steps.len() < 60, "{size}");
        }
    }

    #[test]
    fn points_are_equally_far_from_the_middle() {
        for middle in [123450.0_f32, -123450.0, 1.0, -1.0, 0.999_999_94, 8e-5] {
            for step in steps::<f32>(f64::from(middle.abs())).filter(|step| *step < 0.1) {
                let (below, above) = around(middle, step as f32);
                let (ahead, behind) = (
                    f64::from(above) - f64::from(middle),
                    f64::from(middle) - f64::from(below),
                );
                assert!((ahead - behind).abs() <= 1e-7 * ahead, "{middle} by {step}");
            }
        }
    }

    #[test]
    fn what_a_sum_is_rounded_by() {
        assert_eq!(sum(1.0_f32, 1e-9), (1.0, 1e-9));
        assert_eq!(sum(16777216.0_f32, 1.0), (16777216.0, 1.0));
    }
}
