//! The check checked: by derivatives that are known to be right, and by ones that are known to be wrong.
//!
//! Invariant: no right derivative is called wrong, and no wrong one passes that is off by more than ten times the resolution
//! that the check states for it.

use super::*;
use crate::{Constant, Parameters, Real};

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

/// Functions of one positive number.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Sine,
    Wave,
    Exponential,
    Logarithm,
    Inverse,
    Root,
    Square,
    Cubic,
    Line,
    Saturating,
    Bell,
    Angle,
    Entropy,
    Length,
    Resonance,
    Rectified,
}

impl Shape {
    const ALL: [Shape; 16] = [
        Shape::Sine,
        Shape::Wave,
        Shape::Exponential,
        Shape::Logarithm,
        Shape::Inverse,
        Shape::Root,
        Shape::Square,
        Shape::Cubic,
        Shape::Line,
        Shape::Saturating,
        Shape::Bell,
        Shape::Angle,
        Shape::Entropy,
        Shape::Length,
        Shape::Resonance,
        Shape::Rectified,
    ];

    /// The value and the slope.
    fn at<T: Real>(self, u: T) -> (T, T) {
        let of = T::of;
        let one = of(1.0);
        match self {
            Shape::Sine => (u.sin(), u.cos()),
            Shape::Wave => {
                let phase = of(9.0) * u;
                (of(1e3) + phase.cos(), -of(9.0) * phase.sin())
            }
            Shape::Exponential => (u.exp(), u.exp()),
            Shape::Logarithm => (u.ln(), one / u),
            Shape::Inverse => (one / u, -one / (u * u)),
            Shape::Root => (u.sqrt(), of(0.5) / u.sqrt()),
            Shape::Square => (u * u, of(2.0) * u),
            Shape::Cubic => (u * u * u - u, of(3.0) * u * u - one),
            Shape::Line => (of(7.0) - u, -one),
            Shape::Saturating => (u.tanh(), one / (u.cosh() * u.cosh())),
            Shape::Bell => ((-(u * u)).exp(), of(-2.0) * u * (-(u * u)).exp()),
            Shape::Angle => (u.atan(), one / (one + u * u)),
            Shape::Entropy => (u * u.ln(), one + u.ln()),
            Shape::Length => {
                let apart = u - of(3.0);
                let length = (apart * apart + one).sqrt();
                (length, apart / length)
            }
            Shape::Resonance => {
                let apart = u - one;
                let below = apart * apart + of(1e-2);
                (one / below, of(-2.0) * apart / (below * below))
            }
            Shape::Rectified => {
                let (apart, zero) = (u - of(0.5), of(0.0));
                let above = apart.greater(zero);
                (T::select(above, apart, zero), T::select(above, one, zero))
            }
        }
    }
}

/// `size · first(x₀ / scale₀) · second(x₁ / scale₁)`, with a mistake in one of the partial derivatives.
#[derive(Clone, Copy, Debug)]
struct Product {
    shapes: [Shape; 2],
    size: f64,
    scales: [f64; 2],
    /// The position of the mistake, and the factor that should not be there.
    mistake: (usize, f64),
}

impl Product {
    fn value_and_gradient<T: Real>(&self, x: &[T]) -> (T, [T; 2]) {
        let scales = self.scales.map(T::of);
        let [(first, slope), (second, other)] =
            [0, 1].map(|at| self.shapes[at].at(x[at] / scales[at]));
        let size = T::of(self.size);
        let mut gradient = [
            size * slope * second / scales[0],
            size * first * other / scales[1],
        ];
        let (at, factor) = self.mistake;
        gradient[at] = gradient[at] * T::of(factor);
        (size * first * second, gradient)
    }
}

impl Parameters for Product {
    fn parameters(&self) -> usize {
        2
    }
}

impl<T: Real> Objective<T> for Product {
    fn value(&self, x: &[T]) -> T {
        self.value_and_gradient(x).0
    }

    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        let (value, found) = self.value_and_gradient(x);
        gradient.copy_from_slice(&found);
        value
    }
}

impl<T: Real> Directional<T> for Product {
    fn seeds(&self) -> usize {
        1
    }

    fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
        let (value, [first, second]) = self.value_and_gradient(x);
        outputs[0] = value;
        change[0] = first * direction[0] + second * direction[1];
    }

    fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]) {
        let (value, gradient) = self.value_and_gradient(x);
        outputs[0] = value;
        adjoints.copy_from_slice(&gradient.map(|slope| seeds[0] * slope));
    }
}

/// What a number of checks came to.
#[derive(Debug, Default)]
struct Tally {
    decided: usize,
    undecided: usize,
    found: usize,
}

/// The derivatives of many functions on scales from 1e-12 to 1e12, as they are and with a mistake of any size.
fn five_hundred<T: Number>() -> Tally {
    let mut random = SplitMix(0x1dea);
    let mut tally = Tally::default();
    for _ in 0..500 {
        let mut scale = || 10.0_f64.powf(12.0 * random.unit());
        let (size, scales) = (scale(), [scale(), scale()]);
        let mut shape = || Shape::ALL[(random.next() % Shape::ALL.len() as u64) as usize];
        let right = Product {
            shapes: [shape(), shape()],
            size,
            scales,
            mistake: (0, 1.0),
        };
        let x = scales.map(|scale| T::of((2.0 + 1.95 * random.unit()) * scale));
        let report = objective(&right, &x).and(directional(&right, &x));
        assert!(
            report.is_right(),
            "{right:?} at {x:?} in {}: {report}",
            T::EPSILON
        );
        tally.undecided += report.undecided().len();
        tally.decided += 2 + DIRECTIONS - report.undecided().len();

        let at = (random.next() % 2) as usize;
        let factor = match random.next() % 8 {
            0 => 0.0,
            1 => -1.0,
            2 => f64::NAN,
            _ => 1.0 + 10.0_f64.powf(4.0 * random.unit() - 3.0),
        };
        let wrong = Product {
            mistake: (at, factor),
            ..right
        };
        tally.found += missed_or_found(&right, &wrong, at, &x);
    }
    tally
}

/// 1 if a mistake is found; panics if it is missed though it should not.
fn missed_or_found<T: Number>(right: &Product, wrong: &Product, at: usize, x: &[T; 2]) -> usize {
    let entry = |product: &Product| {
        let samples = Samples::on_axis(x[at], 1, |coordinate: T, values: &mut [T]| {
            let mut moved = *x;
            moved[at] = coordinate;
            values[0] = product.value(&moved);
        });
        let gradient = product.value_and_gradient(x).1.map(Constant::to_f64);
        let typical = gradient[0].abs().max(gradient[1].abs());
        let line = Line::Parameter(product.name(at));
        judge::<T>(line, None, gradient[at], &Slope::new(&samples, 0), typical)
    };
    let (stated, found) = (entry(right), entry(wrong));
    let off = match found.exact.is_nan() {
        true => f64::INFINITY,
        false => (stated.exact - found.exact).abs(),
    };
    let is_found = found.verdict == Verdict::Wrong;
    assert!(
        is_found || off <= 10.0 * stated.resolution,
        "missed by {off:e} of {:e}: {wrong:?} at {x:?} in {}: {found}",
        stated.resolution,
        T::EPSILON
    );
    usize::from(is_found)
}

#[test]
fn a_thousand_right_derivatives_and_a_thousand_wrong_ones() {
    for (tally, least) in [(five_hundred::<f64>(), 400), (five_hundred::<f32>(), 200)] {
        assert!(tally.undecided * 20 < tally.decided, "{tally:?}");
        assert!(tally.found > least, "{tally:?}");
    }
}
