//! Three operations that no graph knows, each with a pullback of its own: a special function by iteration, one by a call into a
//! library, and a solver.
//!
//! How such an operation joins a graph is on the page `own_operation` of the runtime's documentation.
//!
//! ```text
//! cargo run --release --example own_operation
//! ```

use graph_runtime::{Real, graph};

/// The upper branch of Lambert's W, the solution of `w·exp(w) = x` for x above 0.
pub fn lambert<T: Real>(x: T) -> T {
    // Halley's method (Corless et al., On the Lambert W Function, 1996) from near ln(1 + x); it triples the digits a step.
    let mut w = x.ln_1p() * T::of(0.8);
    for _ in 0..6 {
        let power = w.exp();
        let error = w * power - x;
        let next = w + T::of(1.0);
        w = w - error / (power * next - (w + T::of(2.0)) * error / (T::of(2.0) * next));
    }
    w
}

/// The derivative of Lambert's W by the implicit function theorem, not through its iteration.
pub mod lambert {
    use graph_runtime::Real;

    /// `w·exp(w) = x` differentiated by x: `w'·exp(w)·(1 + w) = 1`.
    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let w = super::lambert(x);
        let slope = T::of(1.0) / (w.exp() * (T::of(1.0) + w));
        (w, move |seed| seed * slope)
    }
}

/// The Bessel function J₀, which `libm` has for `f64` only.
pub fn bessel<T: Real>(x: T) -> T {
    bessel::vjp(x).0
}

/// The derivative of J₀.
pub mod bessel {
    use graph_runtime::Real;

    /// `J₀' = -J₁`.
    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let [value, slope] = T::lane_by_lane([x], |[x]| [libm::j0(x), -libm::j1(x)]);
        (value, move |seed| seed * slope)
    }
}

/// The roots of `x² + y² = a` and `x·y = b` with x above y above 0, by Newton's method.
pub fn intersection<T: Real>(a: T, b: T) -> [T; 2] {
    T::lane_by_lane([a, b], |[a, b]| {
        let (mut x, mut y) = (a.sqrt(), b / a.sqrt());
        for _ in 0..50 {
            let (f, g) = (x * x + y * y - a, x * y - b);
            let determinant = 2.0 * (x * x - y * y);
            let (dx, dy) = (
                (f * x - 2.0 * y * g) / determinant,
                (2.0 * x * g - f * y) / determinant,
            );
            (x, y) = (x - dx, y - dy);
            if dx.abs() + dy.abs() < 1e-16 * x {
                break;
            }
        }
        [x, y]
    })
}

/// The derivatives of the intersection from the two equations alone.
pub mod intersection {
    use graph_runtime::Real;

    /// With `J = [2x, 2y; y, x]`, the matrix of the equations' slopes, the adjoints of a and b are `J⁻ᵀ seed`.
    pub fn vjp<T: Real>(a: T, b: T) -> ([T; 2], impl Fn([T; 2]) -> (T, T)) {
        let [x, y] = super::intersection(a, b);
        let determinant = T::of(2.0) * (x * x - y * y);
        ([x, y], move |[sx, sy]: [T; 2]| {
            let of_a = (x * sx - y * sy) / determinant;
            let of_b = T::of(2.0) * (x * sy - y * sx) / determinant;
            (of_a, of_b)
        })
    }
}

graph! {
    /// The current through a diode in series with a resistor, in terms of Lambert's W (Banwell and Jayakumar, 2000).
    pub fn diode(voltage, resistance, thermal, const saturation) -> current {
        argument = saturation*resistance/thermal*exp((voltage + saturation*resistance)/thermal);
        current = thermal/resistance*lambert(argument) - saturation;
    }

    /// A ring on a pond, which goes down with the square root of the distance.
    pub fn ring(amplitude, distance) -> height { height = amplitude*bessel(distance)/sqrt(distance); }

    /// An array comes back from a call where its definition says so.
    pub fn angle(a, b) -> phi {
        point: [2] = intersection(a, b);
        phi = atan2(point[1], point[0]);
    }
}

fn main() {
    let (current, d) = diode::value_and_grad(0.8, 100.0, 0.02585, 1e-12);
    println!("A diode at 0.8 V behind 100 Ω: {:.4} mA.", 1e3 * current);
    println!(
        "  One more volt would be {:.4} mA more, one more ohm {:.4} µA.",
        1e3 * d.voltage,
        1e6 * d.resistance
    );
    // The voltage over the resistor and the diode must add up to the whole.
    let over_diode = 0.02585 * (current / 1e-12 + 1.0_f64).ln();
    assert!((over_diode + 100.0 * current - 0.8).abs() < 1e-12);

    println!("A ring: {:.6}", ring(2.0, 3.5));
    println!("An intersection: {:?}", intersection(5.0, 2.0));
    println!("  {}", angle::check(5.0, 2.0));
    for report in [
        diode::check(0.8, 100.0, 0.02585, 1e-12),
        ring::check(2.0, 3.5),
        angle::check(5.0, 2.0),
    ] {
        report.assert();
    }
}
