//! Varied programs over numbers through the real macro at random inputs, in every mode, against dual numbers; and as batches, on
//! every instruction set of the machine.
//!
//! Each formula is written once and compiled twice: by `graph!`, and as Rust over [`D`], a dual number whose operators
//! and functions are named as in the language. Powers stand in parentheses, since Rust's `^` binds otherwise.

use std::cell::RefCell;
use std::ops::{Add, BitXor, Div, Mul, Neg, Sub};

use graph_runtime::__private::forced::{Set, on};
use num_dual::{Dual64, DualNum};
use proptest::test_runner::TestRunner;

use crate::common::{Float, close};

/// A dual number that reads like a name of the language.
#[derive(Clone, Copy)]
struct D(Dual64);

impl<N: Into<f64>> From<N> for D {
    fn from(number: N) -> D {
        D(Dual64::from_re(number.into()))
    }
}

impl<N: Into<D> + Copy> PartialEq<N> for D {
    fn eq(&self, other: &N) -> bool {
        self.0.re == (*other).into().0.re
    }
}

impl<N: Into<D> + Copy> PartialOrd<N> for D {
    fn partial_cmp(&self, other: &N) -> Option<std::cmp::Ordering> {
        self.0.re.partial_cmp(&(*other).into().0.re)
    }
}

impl Neg for D {
    type Output = D;
    fn neg(self) -> D {
        D(-self.0)
    }
}

impl BitXor<i32> for D {
    type Output = D;
    fn bitxor(self, exponent: i32) -> D {
        D(self.0.powi(exponent))
    }
}

impl BitXor<f64> for D {
    type Output = D;
    fn bitxor(self, exponent: f64) -> D {
        D(self.0.powf(exponent))
    }
}

#[allow(
    clippy::suspicious_arithmetic_impl,
    reason = "a power is the exponential of a product"
)]
impl BitXor for D {
    type Output = D;
    fn bitxor(self, exponent: D) -> D {
        D((self.0.ln() * exponent.0).exp())
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident;)*) => {$(
        impl $operator for D {
            type Output = D;
            fn $method(self, other: D) -> D {
                D(self.0.$method(other.0))
            }
        }
        operators!(@with f64 $operator $method);
        operators!(@with i32 $operator $method);
    )*};
    (@with $number:ident $operator:ident $method:ident) => {
        impl $operator<$number> for D {
            type Output = D;
            fn $method(self, other: $number) -> D {
                $operator::$method(self, D::from(other))
            }
        }
        impl $operator<D> for $number {
            type Output = D;
            fn $method(self, other: D) -> D {
                $operator::$method(D::from(self), other)
            }
        }
    };
}
operators! { Add add; Sub sub; Mul mul; Div div; }

/// The functions of the language over dual numbers: each row of the table by its reference.
mod functions {
    #![allow(dead_code, reason = "no program here has all of them")]

    use super::{D, Dual64};
    use crate::references;

    macro_rules! function {
        ($name:ident($($x:ident),+) with [$($rest:expr),*] $($columns:tt)*) => {
            pub(super) fn $name($($x: impl Into<D>),+) -> D {
                let args = [$($x.into().0,)+ $(Dual64::from_re($rest)),*];
                let operation = stringify!($name).split("_of_").next();
                D(operation.and_then(|name| references::dual(name, &args)).expect("it has a reference"))
            }
        };
    }
    graph_runtime::__private::__each_rule!(function);

    pub(super) fn stop(x: D) -> D {
        D(Dual64::from_re(x.0.re))
    }
}

/// Fails unless two numbers are near, relative to themselves or to a hundredth of what they were made of.
#[track_caller]
fn assert_near(what: &str, got: f64, want: f64, scale: f64) {
    assert!(
        close(got, want, f64::TOLERANCE * 10.0) || (got - want).abs() < f64::TOLERANCE * scale,
        "{what}: {got:?}, but it should be {want:?}"
    );
}

/// What the largest of the numbers is, and one more.
fn scale(values: &[f64], jacobian: &[Vec<f64>]) -> f64 {
    let all = values.iter().chain(jacobian.iter().flatten());
    1.0 + all.fold(0.0, |largest: f64, number| largest.max(number.abs()))
}

/// The slopes of a batch by one input: a vector for each output.
trait ByOutput {
    fn by_output(self) -> Vec<Vec<f64>>;
}

impl ByOutput for Vec<f64> {
    fn by_output(self) -> Vec<Vec<f64>> {
        vec![self]
    }
}

impl<const M: usize> ByOutput for [[Vec<f64>; 1]; M] {
    fn by_output(self) -> Vec<Vec<f64>> {
        self.into_iter().flatten().collect()
    }
}

/// A test that runs a formula at random inputs, each between its bounds.
macro_rules! programs {
    ($($(#[$doc:meta])* $test:ident($($x:ident in $range:expr),+) -> ($($y:ident),+) { $($t:ident = $value:expr;)+ })+) => {$(
        $(#[$doc])*
        #[test]
        fn $test() {
            graph_runtime::graph! { #[graph(batch, as_written)] fn f($($x),+) -> ($($y),+) { $($t = $value;)+ } }

            /// The outputs, and the partials of each.
            #[allow(unused_imports, unused_parens, clippy::all, reason = "one formula for both languages")]
            fn by_duals(at: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
                use functions::*;
                let run = |moved: usize| {
                    let mut inputs = at.iter().enumerate().map(|(input, x)| {
                        D(Dual64::new(*x, f64::from(u8::from(input == moved))))
                    });
                    $(let $x = inputs.next().expect("one number for each input");)+
                    $(let $t = $value;)+
                    vec![$(D::from($y).0),+]
                };
                let columns: Vec<Vec<Dual64>> = (0..at.len()).map(run).collect();
                let rows = 0..columns[0].len();
                let row = |row: usize| columns.iter().map(|column| column[row].eps).collect();
                (columns[0].iter().map(|output| output.re).collect(), rows.map(row).collect())
            }

            let inputs = ($($range,)+);
            let points = RefCell::new(Vec::new());
            let outcome = TestRunner::deterministic().run(&inputs, |($($x,)+)| {
                let at = [$($x),+];
                let (values, jacobian) = by_duals(&at);
                let scale = scale(&values, &jacobian);
                let same_values = |mode: &str, got: &[f64]| {
                    assert_eq!(got.len(), values.len());
                    for (got, want) in got.iter().zip(&values) {
                        assert_near(&format!("the value by {mode} at {at:?}"), *got, *want, scale);
                    }
                };

                let run = f::forward($($x),+);
                same_values("forward", &[$(run.$y),+]);
                let (outputs, pullback) = f::vjp($($x),+);
                same_values("vjp", &flat!(outputs, $($y)+));
                // One row after the other, and all of them at once with seeds of their own.
                let count = values.len();
                for turn in 0..=count {
                    let seeds: Vec<f64> = (0..count)
                        .map(|row| if turn == count { 0.75 - row as f64 } else { f64::from(u8::from(turn == row)) })
                        .collect();
                    let mut each = seeds.iter().copied();
                    $(let $y = each.next().expect("one seed for each output");)+
                    let gradient = run.backward($($y),+);
                    let pulled = pullback($($y),+);
                    for (input, (got, again)) in [$(gradient.$x),+].into_iter().zip(flat!(pulled, $($x)+)).enumerate() {
                        let want: f64 = seeds.iter().zip(&jacobian).map(|(seed, row)| seed * row[input]).sum();
                        assert_near(&format!("backward by input {input} at {at:?}"), got, want, scale);
                        assert_near(&format!("vjp by input {input} at {at:?}"), again, want, scale);
                    }
                }

                let tangents: Vec<f64> = (0..at.len()).map(|input| 1.25 - 0.5 * input as f64).collect();
                let [$($x),+] = at;
                let (outputs, moved) = {
                    let mut each = tangents.iter();
                    f::jvp($($x,)+ $(next_for!(each, $x)),+)
                };
                same_values("jvp", &flat!(outputs, $($y)+));
                for (row, got) in jacobian.iter().zip(flat!(moved, $($y)+)) {
                    let want: f64 = row.iter().zip(&tangents).map(|(slope, tangent)| slope * tangent).sum();
                    assert_near(&format!("jvp at {at:?}"), got, want, scale);
                }

                let (outputs, matrix) = f::jacobian($($x),+);
                same_values("jacobian", &flat!(outputs, $($y)+));
                for (input, column) in [$(matrix.$x),+].iter().enumerate() {
                    for (row, [slope]) in jacobian.iter().zip(column) {
                        assert_near(&format!("jacobian by input {input} at {at:?}"), *slope, row[input], scale);
                    }
                }
                points.borrow_mut().push((at, values, jacobian));
                Ok(())
            });
            if let Err(failure) = outcome {
                panic!("{failure}");
            }
            // All points at once; their number is none of full vectors.
            let points = &points.into_inner()[..250];
            let columns: [Vec<f64>; _] = std::array::from_fn(|input| points.iter().map(|(at, ..)| at[input]).collect());
            for set in Set::here() {
                let [$($x),+] = &columns;
                let (outputs, derivatives) = on(set, || f::batch($($x),+)).expect("the slices are of one length");
                let outputs = flat!(outputs, $($y)+);
                let slopes = [$(derivatives.$x.by_output()),+];
                for (point, (at, values, jacobian)) in points.iter().enumerate() {
                    let scale = scale(values, jacobian);
                    for (row, want) in values.iter().enumerate() {
                        assert_near(&format!("the value on {set:?} at {at:?}"), outputs[row][point], *want, scale);
                        for (input, column) in slopes.iter().enumerate() {
                            let what = format!("the slope by input {input} on {set:?} at {at:?}");
                            assert_near(&what, column[row][point], jacobian[row][input], scale);
                        }
                    }
                }
            }
        }
    )+};
}

/// What graphs give by position, as a list: one number, or a tuple.
macro_rules! flat {
    ($given:ident, $one:ident) => {
        [$given]
    };
    ($given:ident, $($part:ident)+) => {{
        let ($($part),+) = $given;
        [$($part),+]
    }};
}

macro_rules! next_for {
    ($each:ident, $input:ident) => {
        *$each.next().expect("one tangent for each input")
    };
}

programs! {
    square_of_a_sum(x in -3.0..3.0, y in -3.0..3.0) -> (z) { z = ((x + y)^2); }

    /// Horner's scheme: the same name used over and over.
    polynomial(x in -1.5..1.5, a in -2.0..2.0) -> (p) { p = ((3*x - a)*x + 2)*x - a/2; }

    powers(x in 0.3..2.0, y in -2.0..2.0) -> (p, q) {
        p = (x^y) + (y^3)*(x^-2);
        q = (x^0.5)*(y^2) - (y^0) + (p^1);
    }

    shared_intermediates(x in -2.0..2.0, y in -2.0..2.0, w in -2.0..2.0) -> (a, b, c) {
        s = x*y + w;
        t = sin(s);
        a = t*t;
        b = t*s - a;
        c = a*b + s;
    }

    waves(t in -3.0..3.0, f in 0.5..2.0, d in 0.1..1.0) -> (u) {
        u = exp(-d*t)*cos(2*f*t) + tan(t/4)*sin(f);
    }

    normal_density(x in -2.0..2.0, m in -1.0..1.0, s in 0.5..2.0) -> (p, c) {
        z = (x - m)/s;
        p = exp(-(z^2)/2)/(s*sqrt(6.283185307179586));
        c = (1 + erf(z/sqrt(2)))/2;
    }

    polar(x in 0.2..2.0, y in -2.0..2.0) -> (r, a) { r = hypot(x, y); a = atan2(y, x); }

    spherical(r in 0.5..2.0, a in 0.1..3.0, b in -3.0..3.0) -> (x, y, z) {
        x = r*sin(a)*cos(b);
        y = r*sin(a)*sin(b);
        z = r*cos(a);
    }

    rosenbrock(x in -2.0..2.0, y in -2.0..2.0) -> (f) { f = ((1 - x)^2) + 100*((y - (x^2))^2); }

    neuron(x in -2.0..2.0, w in -2.0..2.0, b in -1.0..1.0) -> (h, g, k) {
        s = w*x + b;
        h = tanh(s);
        g = sigmoid(s)*h;
        k = silu(s) + softplus(-s);
    }

    rectified(x in -2.0..2.0, y in -2.0..2.0) -> (z) { z = relu(x - y)*2 + relu(x)*y - relu(-y); }

    /// The gradient goes through the branch taken; the other is a root of a negative number.
    branches(x in -2.0..2.0, y in -2.0..2.0) -> (z) {
        z = if x > 0.01 { sqrt(x)*y } else { if y < 0.0 { x*y } else { exp(x) - (y^2) } };
    }

    /// Conditions, and a branch on an intermediate whose value is used on both sides.
    conditions(x in -2.0..2.0, y in -2.0..2.0) -> (z, w) {
        s = x*y;
        z = if x > 0.0 && y > 0.0 || s < -1.0 { ln(1 + (s^2)) } else { s*x };
        w = if !(s > 1.0) { z*y } else { z/s };
    }

    extremes(a in -2.0..2.0, b in -2.0..2.0, c in -2.0..2.0) -> (spread, middle) {
        spread = max(max(a, b), c) - min(a, min(b, c));
        middle = clamp(a*b, -1.0, 1.5)*abs(c);
    }

    inverse_functions(x in -0.9..0.9, y in -0.9..0.9) -> (z, w) {
        z = asin(x)*acos(y) + atan(x/y*0.1);
        w = asinh(x*y) + cbrt(2 + x) + sinh(x)*cosh(y);
    }

    logarithms(x in 0.1..3.0, y in -2.0..2.0) -> (z) {
        z = logaddexp(ln(x), y) + ln_1p(x)*exp_m1(y) - exp2(y)/x;
    }

    /// The slope of the second factor is held at zero.
    stopped(x in -2.0..2.0, y in -2.0..2.0) -> (z) { z = x*stop(x*y) + stop(sin(x)) + y; }

    /// Definitions that hand a value on unchanged, and an output that is an input times one.
    passed_on(x in -2.0..2.0, y in -2.0..2.0) -> (p, q) { t = x; s = t; p = 1*s; q = s - -y; }

    quotients(a in 0.5..2.0, b in 0.5..2.0, c in 0.5..2.0) -> (z, w) {
        z = a/b/c - a/(b/c);
        w = 1/(1 + 1/(1 + z*z));
    }

    /// Two chains that meet again, as a product and as a quotient of themselves.
    cancelling(x in 0.2..2.0, y in 0.2..2.0) -> (z, w) {
        r = sqrt(x*y);
        z = (r^2)*x/r;
        w = r*r/(x*y) + (cbrt(x)^3);
    }

    pendulum(a in -2.0..2.0, v in -2.0..2.0, l in 0.5..2.0) -> (energy, pull) {
        energy = ((l*v)^2)/2 + 9.81*l*(1 - cos(a));
        pull = 9.81*cos(a) + l*(v^2);
    }
}
