//! `array_modes!`: `every_mode!` for graphs of arrays, fixed and of any size. Reverse mode is compared entry by entry
//! and shape by shape; forward mode by the one number in which it must agree with the gradient.

use super::close;
use ndarray::{Array, Dimension};
use std::fmt::Debug;

/// Anything that holds numbers: a number, a fixed array, an `ndarray` array, or a reference to one.
pub(crate) trait Entries: Debug {
    fn shape(&self) -> Vec<usize>;
    fn entries(&self) -> Vec<f64>;
}

/// The same shape filled with numbers that are all different, to serve as a tangent without symmetry.
pub(crate) trait Ramp: Entries {
    fn ramp(&self) -> Self;
}

/// How a value is passed to a graph: numbers and fixed arrays by value, arrays of any size by reference.
pub(crate) trait Passed<'a> {
    type As;
    fn passed(&'a self) -> Self::As;
}

impl Passed<'_> for f64 {
    type As = f64;
    fn passed(&self) -> f64 {
        *self
    }
}

impl<E: Copy, const N: usize> Passed<'_> for [E; N] {
    type As = [E; N];
    fn passed(&self) -> [E; N] {
        *self
    }
}

impl<'a, D: Dimension + 'a> Passed<'a> for Array<f64, D> {
    type As = &'a Array<f64, D>;
    fn passed(&'a self) -> &'a Array<f64, D> {
        self
    }
}

impl Entries for f64 {
    fn shape(&self) -> Vec<usize> {
        Vec::new()
    }
    fn entries(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl Entries for f32 {
    fn shape(&self) -> Vec<usize> {
        Vec::new()
    }
    fn entries(&self) -> Vec<f64> {
        vec![f64::from(*self)]
    }
}

impl Ramp for f64 {
    fn ramp(&self) -> Self {
        0.75
    }
}

impl<E: Entries, const N: usize> Entries for [E; N] {
    fn shape(&self) -> Vec<usize> {
        let inner = self.first().map_or_else(Vec::new, Entries::shape);
        std::iter::once(N).chain(inner).collect()
    }
    fn entries(&self) -> Vec<f64> {
        self.iter().flat_map(Entries::entries).collect()
    }
}

impl<const N: usize> Ramp for [f64; N] {
    fn ramp(&self) -> Self {
        std::array::from_fn(step)
    }
}

impl<const N: usize, const M: usize> Ramp for [[f64; N]; M] {
    fn ramp(&self) -> Self {
        std::array::from_fn(|row| std::array::from_fn(|column| step(row * N + column)))
    }
}

impl<T: Entries, D: Dimension> Entries for Array<T, D> {
    fn shape(&self) -> Vec<usize> {
        (**self).shape().to_vec()
    }
    fn entries(&self) -> Vec<f64> {
        self.iter().flat_map(Entries::entries).collect()
    }
}

impl<D: Dimension> Ramp for Array<f64, D> {
    fn ramp(&self) -> Self {
        let mut steps = (0..).map(step);
        self.mapv(|_| steps.next().expect("the steps never end"))
    }
}

impl<E: Entries> Entries for &E {
    fn shape(&self) -> Vec<usize> {
        (**self).shape()
    }
    fn entries(&self) -> Vec<f64> {
        (**self).entries()
    }
}

/// The entries of a ramp: distinct, of both signs, exact in binary.
fn step(at: usize) -> f64 {
    let size = 0.5 + at as f64 * 0.125;
    if at % 3 == 1 { -size } else { size }
}

/// Fails unless shape and entries are those wanted.
#[track_caller]
pub(crate) fn assert_same<E: Entries>(what: &str, got: &E, want: &E) {
    assert_eq!(got.shape(), want.shape(), "{what}: the shape");
    let near = got
        .entries()
        .iter()
        .zip(want.entries())
        .all(|(&got, want)| close(got, want, 1e-12));
    assert!(near, "{what}: {got:?}, but it should be {want:?}");
}

/// The sum of the products of corresponding entries.
pub(crate) fn dot<A: Entries, B: Entries>(a: &A, b: &B) -> f64 {
    a.entries()
        .iter()
        .zip(b.entries())
        .map(|(a, b)| a * b)
        .sum()
}

/// The outcome of a graph: graphs of fixed arrays give it as it is, `sized` ones behind the check of their shapes.
macro_rules! ready {
    (fixed $outcome:expr) => {
        $outcome
    };
    (sized $outcome:expr) => {
        $outcome.expect("the shapes agree")
    };
}

/// Checks that a call in memory that another call has used gives the same. Fixed arrays need no memory.
macro_rules! again {
    (fixed $($rest:tt)*) => {};
    (sized $f:ident($($argument:expr),+) = $value:expr, d($($x:ident = $slope:expr),+)) => {
        let (mut workspace, mut gradient) = ($f::Workspace::default(), $f::Grad::default());
        for call in ["the first call", "the second call"] {
            let value = $f::value_and_grad_into($($argument,)+ &mut workspace, &mut gradient);
            assert_same(call, &value.expect("the shapes agree"), &$value);
            $(assert_same(concat!("value_and_grad_into: ", stringify!($x)), &gradient.$x, &$slope);)+
        }
    };
}

/// Checks a graph of arrays (`fixed` or `sized`) in every mode: its value, and the gradients for a seed, in the order
/// of the inputs. Without a seed the output is a number, the seed is 1 and `value_and_grad` is checked too.
macro_rules! array_modes {
    ($kind:ident $f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> $y:ident = $value:expr, d($($slope:expr),+)) => {{
        use $crate::common::arrays::assert_same;
        let (value, gradient) = ready!($kind $f::value_and_grad($($at),+ $($(, $c)+)?));
        assert_same("the value of value_and_grad", &value, &$value);
        $(assert_same(concat!("value_and_grad: ", stringify!($x)), &gradient.$x, &$slope);)+
        again!($kind $f($($at),+ $($(, $c)+)?) = $value, d($($x = $slope),+));
        array_modes!($kind $f($($x = $at),+ $(; $($c),+)?) -> $y = $value, seed 1.0, d($($slope),+));
    }};
    ($kind:ident $f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> $y:ident = $value:expr, seed $seed:expr,
     d($($slope:expr),+)) => {{
        use $crate::common::arrays::{Passed, Ramp, assert_same, dot};
        let seed = $seed;
        assert_same("the value", &ready!($kind $f($($at),+ $($(, $c)+)?)), &$value);
        let run = ready!($kind $f::forward($($at),+ $($(, $c)+)?));
        assert_same("forward", &run.$y, &$value);
        let gradient = ready!($kind run.backward(seed));
        $(assert_same(concat!("backward: ", stringify!($x)), &gradient.$x, &$slope);)+
        let (value, pullback) = ready!($kind $f::vjp($($at),+ $($(, $c)+)?));
        assert_same("the value of vjp", &value, &$value);
        {
            #[allow(unused_parens, reason = "one input comes plain, several come as a tuple")]
            let ($($x),+) = ready!($kind pullback(seed));
            $(assert_same(concat!("vjp: ", stringify!($x)), &$x, &$slope);)+
        }
        let (value, tangent) = ready!($kind $f::jvp($($at,)+ $($($c,)+)? $(Passed::passed(&Ramp::ramp(&$slope))),+));
        assert_same("the value of jvp", &value, &$value);
        let expected: f64 = [$(dot(&$slope, &Ramp::ramp(&$slope))),+].iter().sum();
        assert_same("jvp, seen through the seed", &dot(&seed, &tangent), &expected);
    }};
}
