use super::Dual;
use crate::Real;

#[track_caller]
fn close(found: f64, expected: f64) {
    let off = (found - expected).abs();
    assert!(
        off <= 4e-15 * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

/// The tangent of a function along its number.
fn slope(function: impl Fn(Dual<f64>) -> Dual<f64>, x: f64) -> f64 {
    function(Dual::new(x, 1.0)).tangent
}

#[test]
fn arithmetic_by_closed_forms() {
    let (x, y): (Dual<f64>, Dual<f64>) = (Dual::new(3.0, 1.0), Dual::new(-2.0, 0.5));
    assert_eq!(x + y, Dual::new(1.0, 1.5));
    assert_eq!(x - y, Dual::new(5.0, 0.5));
    assert_eq!(x * y, Dual::new(-6.0, -0.5));
    assert_eq!(x / y, Dual::new(-1.5, (1.0 + 1.5 * 0.5) / -2.0));
    assert_eq!(x % y, Dual::new(1.0, 1.0 + 0.5));
    assert_eq!(-x, Dual::new(-3.0, -1.0));
    assert_eq!(x.mul_add(y, x), Dual::new(-3.0, 0.5));
    assert_eq!(Real::powi(x, 3), Dual::new(27.0, 27.0));
    assert_eq!(Real::powi(y, -2), Dual::new(0.25, 0.125));
    assert_eq!(Real::powi(x, 0), Dual::constant(1.0));
}

/// What functions have here comes from the rule table, whose rows are tested by themselves; so it is enough to see that it arrives.
#[test]
fn functions_by_closed_forms() {
    let x = 0.7_f64;
    close(slope(Real::exp, x), x.exp());
    close(slope(Real::ln, x), 1.0 / x);
    close(slope(Real::tan, x), 1.0 / x.cos().powi(2));
    close(slope(|x| x.sin_cos().0, x), x.cos());
    close(slope(|x| x.sin_cos().1, x), -x.sin());
    close(
        slope(|x| x.atan2(Dual::constant(2.0)), x),
        2.0 / (4.0 + x * x),
    );
    close(slope(|x| x.powf(x), x), x.powf(x) * (x.ln() + 1.0));
    close(slope(Real::gelu, 0.0), 0.5);
    let steep = slope(|x| x.tanh_slope(x.tanh()), x);
    close(steep, -2.0 * x.tanh() / x.cosh().powi(2));
    close(slope(Real::normal_ln_cdf, 0.0), 0.797_884_560_802_865_4);
    close(slope(Real::ln_gamma, 1.0), -0.577_215_664_901_532_9);
    close(
        slope(|x| Dual::constant(1.0).polygamma(x), 1.0),
        -2.404_113_806_319_188_6,
    );
    close(slope(|x| x.max(Dual::constant(0.5)), x), 1.0);
    close(slope(|x| x.floor() * x, 2.5), 2.0);
}

#[test]
fn orders_on_top_of_one_another() {
    let x = Dual::new(Dual::new(0.7_f64, 1.0), Dual::constant(1.0));
    let y = x.sin() * x.exp();
    close(y.value.value, 0.7_f64.sin() * 0.7_f64.exp());
    close(y.tangent.tangent, 2.0 * 0.7_f64.cos() * 0.7_f64.exp());
}

#[test]
fn a_tangent_of_zero_moves_nothing() {
    let held: Dual<f64> = Dual::constant(0.0);
    assert_eq!(held.sqrt().tangent, 0.0);
    assert_eq!(held.ln().tangent, 0.0);
    assert_eq!((held * Dual::constant(f64::INFINITY)).tangent, 0.0);
    assert_eq!((Dual::constant(1.0) / held).tangent, 0.0);
    assert_eq!((held / held).tangent, 0.0);
    assert_eq!(slope(Real::sqrt, 0.0), f64::INFINITY);
    assert_eq!(slope(|x| x * x.sqrt(), 0.0), 0.0);
    assert_eq!(slope(|x| x.powf(Dual::constant(0.5)), 0.0), f64::INFINITY);
    assert_eq!(slope(|x| x.powf(Dual::constant(1.5)), 0.0), 0.0);
    assert_eq!(slope(Real::abs, 0.0), 0.0);
    assert!(slope(Real::sqrt, -1.0).is_nan() && slope(Real::exp, f64::NAN).is_nan());
    assert_eq!(slope(|x| Dual::constant(1.0) / x, f64::INFINITY), 0.0);
}

/// A product that is 0 since a factor is may move all the same.
#[test]
fn what_is_shut_still_moves() {
    let (seed, partial): (Dual<f64>, Dual<f64>) =
        (Dual::new(0.0, 3.0), Dual::constant(f64::INFINITY));
    let shut = Dual::shut(seed.equal(Dual::of(0.0)), seed * partial);
    assert_eq!(shut, Dual::new(0.0, f64::INFINITY));
    let shut = Dual::shut(true, Dual::constant(0.0) * partial);
    assert_eq!(shut, Dual::constant(0.0));
}

#[test]
fn functions_of_plain_numbers_with_their_slopes() {
    let both = |x: Dual<f64>, y: Dual<f64>| {
        Dual::lane_by_lane_with_slopes(
            [x, y],
            |[x, y]| [x * y, x + y],
            |[x, y]| [[y, x], [1.0, 1.0]],
        )
    };
    let [product, sum] = both(Dual::new(2.0, 1.0), Dual::new(5.0, 3.0));
    assert_eq!((product, sum), (Dual::new(10.0, 11.0), Dual::new(7.0, 4.0)));
    let [half] = <f32 as Real>::lane_by_lane_with_slopes([1.0], |[x]| [x / 2.0], |_| [[0.5]]);
    assert_eq!(half, 0.5);
}

/// The change of an eigenvalue is vᵀ dA v, also where nothing is to be turned.
#[test]
fn eigenvalues_and_vectors() {
    let entries = [(1.0, 0.5), (0.0, 2.0), (0.0, 2.0), (3.0, -1.0)];
    let found: [Dual<f64>; 6] =
        Real::eigh_of_numbers(2, entries.map(|(value, tangent)| Dual::new(value, tangent)));
    assert_eq!(
        (found[2], found[5]),
        (Dual::new(1.0, 0.5), Dual::new(3.0, -1.0))
    );
    // The vectors turn by 2/(3 - 1) towards one another.
    assert_eq!((found[0].tangent, found[4].tangent), (0.0, 0.0));
    assert_eq!(found[1].tangent * found[4].value, 1.0);
    assert_eq!(found[3].tangent * found[0].value, -1.0);
}

#[cfg(feature = "ndarray")]
mod of_arrays {
    use super::*;
    use crate::products::{Factor, multiply};

    fn whole(entries: &[Dual<f64>], rows: usize, columns: usize) -> Factor<'_, Dual<f64>> {
        Factor {
            entries,
            rows,
            columns,
            strides: [columns, 1],
        }
    }

    /// A product by rows and columns, in which an infinite entry meets a tangent of 0.
    #[test]
    fn products_of_matrices() {
        let entry = |at: usize| Dual::new((at as f64 * 0.7).sin(), (at as f64).cos());
        let (rows, terms, columns) = (5, 19, 9);
        let mut a: Vec<Dual<f64>> = (0..rows * terms).map(entry).collect();
        let b: Vec<Dual<f64>> = (0..terms * columns).map(|at| entry(at + 3)).collect();
        for is_infinite in [false, true] {
            if is_infinite {
                a[3] = Dual::constant(f64::INFINITY);
            }
            let mut product = vec![Dual::constant(1.0); rows * columns];
            multiply(
                whole(&a, rows, terms),
                whole(&b, terms, columns),
                &mut product,
                true,
            );
            for (at, found) in product.iter().enumerate() {
                let terms =
                    (0..terms).map(|k| a[at / columns * terms + k] * b[k * columns + at % columns]);
                let sum = terms.fold(Dual::constant(1.0), |sum, term| sum + term);
                if sum.value.is_finite() {
                    close(found.value, sum.value);
                    close(found.tangent, sum.tangent);
                } else {
                    assert_eq!(
                        (found.value, found.tangent.is_nan()),
                        (sum.value, sum.tangent.is_nan())
                    );
                }
            }
        }
    }

    struct Wave;

    impl crate::Kernel<2, 1> for Wave {
        fn eval<T: Real>(&self, [x, y]: [T; 2]) -> [T; 1] {
            [(x * y).sin() / (x.abs() + y)]
        }
    }

    /// Lanes of dual numbers, one after the other and side by side.
    #[test]
    fn lanes() {
        let number = |at: usize| Dual::new(0.3 + at as f64 * 0.21, (at as f64).cos());
        for count in [1, 3, 8, 29] {
            let x: Vec<Dual<f64>> = (0..count).map(number).collect();
            let y: Vec<Dual<f64>> = (0..count).map(|at| number(at + 2)).collect();
            let mut found = vec![Dual::constant(0.0); count];
            crate::lanes::batch::run(count, [&x, &y], [&mut found], &Wave);
            for at in 0..count {
                let [expected] = crate::Kernel::eval(&Wave, [x[at], y[at]]);
                close(found[at].value, expected.value);
                close(found[at].tangent, expected.tangent);
            }
        }
    }
}
