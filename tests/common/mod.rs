//! What the test targets share: how near is near enough, and `every_mode!`, which asks one graph of numbers for its
//! values and derivatives in every way a graph gives them. A case states its numbers once; a mode that disagrees with
//! the others cannot hide. Nothing here knows a formula.
#![allow(
    dead_code,
    unused_macros,
    reason = "each test target uses its own part"
)]

#[macro_use]
pub(crate) mod arrays;
#[macro_use]
pub(crate) mod differences;
#[macro_use]
pub(crate) mod reference;

use std::fmt::Debug;
use std::ops::Mul;

/// A number type that results are compared in.
pub(crate) trait Float: Copy + Debug + Mul<Output = Self> {
    /// The relative error that is still right; against an expected zero it is the absolute error.
    const TOLERANCE: f64;
    fn of(value: f64) -> Self;
    fn wide(self) -> f64;
}

impl Float for f32 {
    const TOLERANCE: f64 = 1e-5;
    fn of(value: f64) -> Self {
        value as f32
    }
    fn wide(self) -> f64 {
        f64::from(self)
    }
}

impl Float for f64 {
    const TOLERANCE: f64 = 1e-12;
    fn of(value: f64) -> Self {
        value
    }
    fn wide(self) -> f64 {
        self
    }
}

/// Whether `got` is `want` up to a relative `tolerance`. Infinities agree in sign, NaN is near NaN alone.
pub(crate) fn close<T: Float>(got: T, want: T, tolerance: f64) -> bool {
    let (got, want) = (got.wide(), want.wide());
    if got.is_nan() || want.is_nan() || want.is_infinite() {
        return got == want || (got.is_nan() && want.is_nan());
    }
    let scale = if want == 0.0 { 1.0 } else { want.abs() };
    (got - want).abs() <= tolerance * scale
}

/// Fails unless `got` is `want` up to the tolerance of their type.
#[track_caller]
pub(crate) fn assert_close<T: Float>(what: &str, got: T, want: T) {
    assert!(
        close(got, want, T::TOLERANCE),
        "{what}: {got:?}, but it should be {want:?}"
    );
}

/// The same for each of several numbers.
#[track_caller]
pub(crate) fn assert_all_close<T: Float, const N: usize>(what: &str, got: [T; N], want: [T; N]) {
    let near = got
        .iter()
        .zip(&want)
        .all(|(&got, &want)| close(got, want, T::TOLERANCE));
    assert!(near, "{what}: {got:?}, but it should be {want:?}");
}

/// Fails unless `pull`, from one seed per output to one adjoint per input, gives the rows of the Jacobian matrix. Each
/// row is asked for twice, since a gradient is proportional to its seed.
#[track_caller]
pub(crate) fn assert_rows<T: Float, const N: usize, const M: usize>(
    mode: &str,
    jacobian: [[T; N]; M],
    pull: impl Fn([T; M]) -> [T; N],
) {
    for (output, row) in jacobian.into_iter().enumerate() {
        for seed in [1.0, -2.0] {
            let what = format!("{mode}, output {output} seeded with {seed}");
            assert_all_close(
                &what,
                pull(direction(output, seed)),
                row.map(|slope| T::of(seed) * slope),
            );
        }
    }
}

/// Fails unless `push`, from one tangent per input to one per output, gives the columns of the Jacobian matrix.
#[track_caller]
pub(crate) fn assert_columns<T: Float, const N: usize, const M: usize>(
    mode: &str,
    jacobian: [[T; N]; M],
    push: impl Fn([T; N]) -> [T; M],
) {
    for input in 0..N {
        let column = jacobian.map(|row| row[input]);
        assert_all_close(
            &format!("{mode} along input {input}"),
            push(direction(input, 1.0)),
            column,
        );
    }
}

/// The vector that is `length` at one place and zero elsewhere.
fn direction<T: Float, const N: usize>(at: usize, length: f64) -> [T; N] {
    let mut vector = [T::of(0.0); N];
    vector[at] = T::of(length);
    vector
}

/// What graphs give by position (a number for one, a tuple for several) as an array.
pub(crate) trait Flat<T, const N: usize> {
    fn flat(self) -> [T; N];
}

impl Flat<f32, 1> for f32 {
    fn flat(self) -> [f32; 1] {
        [self]
    }
}

impl Flat<f64, 1> for f64 {
    fn flat(self) -> [f64; 1] {
        [self]
    }
}

macro_rules! flat_tuple {
    ($count:literal: $($part:ident: $t:ident),+) => {
        impl<T: Float> Flat<T, $count> for ($($t),+) {
            fn flat(self) -> [T; $count] {
                let ($($part),+) = self;
                [$($part),+]
            }
        }
    };
}
flat_tuple!(2: a: T, b: T);
flat_tuple!(3: a: T, b: T, c: T);
flat_tuple!(4: a: T, b: T, c: T, d: T);
flat_tuple!(5: a: T, b: T, c: T, d: T, e: T);
flat_tuple!(6: a: T, b: T, c: T, d: T, e: T, f: T);
flat_tuple!(7: a: T, b: T, c: T, d: T, e: T, f: T, g: T);
flat_tuple!(8: a: T, b: T, c: T, d: T, e: T, f: T, g: T, h: T);

/// The next tangent, for the input of this name.
macro_rules! next {
    ($tangents:ident, $input:ident) => {
        $tangents.next().expect("one tangent for each input")
    };
}

/// Checks the value and the reverse modes: `f`, `forward().backward()` and `vjp`.
macro_rules! reverse_modes {
    ($f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> ($($y:ident),+) = $values:expr, d = $jacobian:expr) => {{
        use $crate::common::{Flat, assert_all_close, assert_rows};
        let (values, jacobian) = ($values, $jacobian);
        assert_all_close("the value", Flat::flat($f($($at),+ $($(, $c)+)?)), values);
        let run = $f::forward($($at),+ $($(, $c)+)?);
        assert_all_close("forward", [$(run.$y),+], values);
        assert_rows("backward", jacobian, |seeds| {
            let [$($y),+] = seeds;
            let gradient = run.backward($($y),+);
            [$(gradient.$x),+]
        });
        let (outputs, pullback) = $f::vjp($($at),+ $($(, $c)+)?);
        assert_all_close("the value of vjp", Flat::flat(outputs), values);
        assert_rows("vjp", jacobian, |seeds| {
            let [$($y),+] = seeds;
            Flat::flat(pullback($($y),+))
        });
    }};
}

/// Checks `jvp` along every input, and `jacobian`.
macro_rules! forward_modes {
    ($f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> ($($y:ident),+) = $values:expr, d = $jacobian:expr) => {{
        use $crate::common::{Flat, assert_all_close, assert_columns};
        let (values, jacobian) = ($values, $jacobian);
        assert_columns("jvp", jacobian, |tangents| {
            let mut tangents = tangents.into_iter();
            let (outputs, tangents) = $f::jvp($($at,)+ $($($c,)+)? $(next!(tangents, $x)),+);
            assert_all_close("the value of jvp", Flat::flat(outputs), values);
            Flat::flat(tangents)
        });
        let (outputs, whole) = $f::jacobian($($at),+ $($(, $c)+)?);
        assert_all_close("the value of jacobian", Flat::flat(outputs), values);
        let columns = [$(whole.$x.map(|[slope]| slope)),+];
        assert_columns("jacobian", jacobian, |tangents| {
            let input = tangents.iter().position(|tangent| *tangent != 0.0);
            columns[input.expect("one tangent is not zero")]
        });
    }};
}

/// Checks a graph of numbers in every mode. One output: `every_mode!(f(x = 3.0; constant) -> y = 9.0, d = [6.0])`, the
/// slopes in the order of the inputs. Several: `every_mode!(f(x = 3.0) -> (p, q) = [9.0, 3.0], d = [[6.0], [1.0]])`.
macro_rules! every_mode {
    ($f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> $y:ident = $value:expr, d = $slopes:expr) => {{
        let (value, gradient) = $f::value_and_grad($($at),+ $($(, $c)+)?);
        $crate::common::assert_close("the value of value_and_grad", value, $value);
        $crate::common::assert_all_close("value_and_grad", [$(gradient.$x),+], $slopes);
        every_mode!($f($($x = $at),+ $(; $($c),+)?) -> ($y) = [$value], d = [$slopes]);
    }};
    ($f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> ($($y:ident),+) = $values:expr, d = $jacobian:expr) => {{
        reverse_modes!($f($($x = $at),+ $(; $($c),+)?) -> ($($y),+) = $values, d = $jacobian);
        forward_modes!($f($($x = $at),+ $(; $($c),+)?) -> ($($y),+) = $values, d = $jacobian);
    }};
}
