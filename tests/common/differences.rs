//! `sized!` and `fixed_and_sized!`: one line is one test, which asks a graph of arrays for its numbers in every mode and
//! compares them with central differences.
//!
//! Arrays of any size are passed in every layout that memory can have, and must give the numbers of packed ones; a graph
//! of literal extents is compiled for fixed arrays and for arrays of any size, which must agree. All of it runs in `f64`,
//! and the gradient once more in `f32`. Nothing here knows a formula.

use super::arrays::Entries;
use ndarray::{Array, ArrayRef, Axis, Dimension, ShapeBuilder, Slice};

/// The step of the differences, whose error is of the order of its fourth power.
const STEP: f64 = 1e-3;

/// How near a slope is to a difference, and a number to the same number by other code.
const NEAR: f64 = 2e-8;
const SAME: f64 = 1e-13;
const NARROW: f64 = 2e-4;

/// Numbers all different and without pattern, from a little under -1.5 up to 1.5.
pub(crate) struct Sample(f64);

impl Sample {
    pub(crate) fn new() -> Sample {
        Sample(0.37)
    }

    /// Others, by where they start from 0 to 1.
    pub(crate) fn from(start: f64) -> Sample {
        Sample(start)
    }
}

impl Iterator for Sample {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        self.0 = (self.0 + 0.618_033_988_749_894_9).fract();
        Some(3.0 * self.0 - 1.5)
    }
}

/// How an array's entries lie in memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Layout {
    Packed,
    /// The first axis fastest.
    Fortran,
    /// Every axis backwards.
    Reversed,
    /// Every second entry along every axis, from the second on.
    Gaps,
    /// The first axis moved behind the others.
    Turned,
}

impl Layout {
    const ALL: [Layout; 5] = [
        Layout::Packed,
        Layout::Fortran,
        Layout::Reversed,
        Layout::Gaps,
        Layout::Turned,
    ];
}

/// A layout for one array after the other: all alike, or each the next one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layouts {
    first: usize,
    step: usize,
}

impl Layouts {
    pub(crate) const PACKED: Layouts = Layouts { first: 0, step: 0 };

    /// Every choice but that of packed arrays only.
    pub(crate) fn others() -> impl Iterator<Item = Layouts> {
        let alike = (1..Layout::ALL.len()).map(|first| Layouts { first, step: 0 });
        alike.chain((0..Layout::ALL.len()).map(|first| Layouts { first, step: 1 }))
    }
}

impl Iterator for Layouts {
    type Item = Layout;
    fn next(&mut self) -> Option<Layout> {
        let layout = Layout::ALL[self.first % Layout::ALL.len()];
        self.first += self.step;
        Some(layout)
    }
}

/// A value as an argument: numbers and fixed arrays go by value, arrays of any size by reference.
pub(crate) trait Argument {
    type Given<'a>
    where
        Self: 'a;
    fn given(&self) -> Self::Given<'_>;
}

impl Argument for f64 {
    type Given<'a> = f64;
    fn given(&self) -> f64 {
        *self
    }
}

impl Argument for f32 {
    type Given<'a> = f32;
    fn given(&self) -> f32 {
        *self
    }
}

impl<E: Copy, const N: usize> Argument for [E; N] {
    type Given<'a>
        = [E; N]
    where
        Self: 'a;
    fn given(&self) -> [E; N] {
        *self
    }
}

impl<T, D: Dimension> Argument for Array<T, D> {
    type Given<'a>
        = &'a ArrayRef<T, D>
    where
        Self: 'a;
    fn given(&self) -> &ArrayRef<T, D> {
        self
    }
}

/// What a graph of arrays in `f64` takes and gives.
pub(crate) trait Value: Entries + Argument {
    type Narrow: Entries + Argument;
    /// The same shape with other numbers.
    fn fill(&self, numbers: &mut dyn Iterator<Item = f64>) -> Self;
    /// The same numbers in `f32`.
    fn narrow(&self) -> Self::Narrow;
    /// The same numbers, laid out differently where memory leaves a choice.
    fn laid(&self, layouts: &mut Layouts) -> Self;
    /// A seed or a tangent for it.
    fn direction(&self) -> Self
    where
        Self: Sized,
    {
        self.fill(&mut Sample(0.11))
    }
}

impl Value for f64 {
    type Narrow = f32;
    fn fill(&self, numbers: &mut dyn Iterator<Item = f64>) -> f64 {
        numbers.next().expect("a number for every entry")
    }
    fn narrow(&self) -> f32 {
        *self as f32
    }
    fn laid(&self, _: &mut Layouts) -> f64 {
        *self
    }
}

impl<E: Value<Narrow: Copy> + Copy, const N: usize> Value for [E; N] {
    type Narrow = [E::Narrow; N];
    fn fill(&self, numbers: &mut dyn Iterator<Item = f64>) -> Self {
        self.map(|entry| entry.fill(numbers))
    }
    fn narrow(&self) -> Self::Narrow {
        self.map(|entry| entry.narrow())
    }
    fn laid(&self, _: &mut Layouts) -> Self {
        *self
    }
}

impl<D: Dimension> Value for Array<f64, D> {
    type Narrow = Array<f32, D>;
    fn fill(&self, numbers: &mut dyn Iterator<Item = f64>) -> Self {
        let entries: Vec<f64> = numbers.take(self.len()).collect();
        Array::from_shape_vec(self.raw_dim(), entries).expect("a number for every entry")
    }
    fn narrow(&self) -> Array<f32, D> {
        self.map(|entry| *entry as f32)
    }
    fn laid(&self, layouts: &mut Layouts) -> Self {
        let layout = layouts.next().expect("layouts never end");
        let mut laid = empty(self.raw_dim(), layout);
        laid.assign(self);
        laid
    }
}

/// An array of a shape, in a layout, full of NaN; what lies between its entries stays so, and no result may contain it.
fn empty<D: Dimension>(mut shape: D, layout: Layout) -> Array<f64, D> {
    let (rank, nan) = (shape.ndim(), f64::NAN);
    match layout {
        Layout::Packed => Array::from_elem(shape, nan),
        Layout::Fortran => Array::from_elem(shape.f(), nan),
        Layout::Reversed => {
            let mut array = Array::from_elem(shape, nan);
            (0..rank).for_each(|axis| array.invert_axis(Axis(axis)));
            array
        }
        Layout::Gaps => {
            (0..rank).for_each(|axis| shape[axis] = 2 * shape[axis] + 1);
            let mut array = Array::from_elem(shape, nan);
            (0..rank).for_each(|axis| array.slice_axis_inplace(Axis(axis), Slice::new(1, None, 2)));
            array
        }
        Layout::Turned => {
            let (of, mut axes) = (shape.clone(), shape.clone());
            for axis in 0..rank {
                shape[axis] = of[(axis + 1) % rank];
                axes[axis] = (axis + rank - 1) % rank;
            }
            Array::from_elem(shape, nan).permuted_axes(axes)
        }
    }
}

/// The Jacobian matrix of a function of the flat inputs by central differences, a row per input.
pub(crate) struct Slopes {
    value: Vec<f64>,
    rows: Vec<Vec<f64>>,
}

impl Slopes {
    pub(crate) fn of(at: &[f64], f: impl Fn(&[f64]) -> Vec<f64>) -> Slopes {
        let value = f(at);
        let rows = (0..at.len()).map(|input| {
            let moved = |steps: f64| {
                let mut at = at.to_vec();
                at[input] += steps * STEP;
                f(&at)
            };
            let (near, far) = ((moved(1.0), moved(-1.0)), (moved(2.0), moved(-2.0)));
            let slope = |output: usize| {
                let near = near.0[output] - near.1[output];
                let far = far.0[output] - far.1[output];
                (8.0 * near - far) / (12.0 * STEP)
            };
            (0..value.len()).map(slope).collect()
        });
        Slopes {
            rows: rows.collect(),
            value,
        }
    }

    /// The value must be the one the differences were taken of.
    #[track_caller]
    pub(crate) fn value(&self, what: &str, got: &[f64]) {
        assert_near(what, got, &self.value, SAME);
    }

    /// The adjoints of the inputs for a seed.
    #[track_caller]
    pub(crate) fn pulled(&self, what: &str, seed: &[f64], got: &[Vec<f64>]) {
        let want: Vec<f64> = self.rows.iter().map(|row| product(row, seed)).collect();
        assert_near(what, &got.concat(), &want, NEAR);
    }

    /// The change of the outputs along a direction.
    #[track_caller]
    pub(crate) fn pushed(&self, what: &str, tangent: &[Vec<f64>], got: &[f64]) {
        let tangent = tangent.concat();
        let column = |output: usize| self.rows.iter().map(|row| row[output]).collect::<Vec<_>>();
        let want: Vec<f64> = (0..self.value.len())
            .map(|output| product(&column(output), &tangent))
            .collect();
        assert_near(what, got, &want, NEAR);
    }

    /// Value and gradient of half the sum of squares, whose seed is the value itself.
    #[track_caller]
    pub(crate) fn half_square(&self, what: &str, value: f64, got: &[Vec<f64>]) {
        let half = 0.5 * product(&self.value, &self.value);
        assert_near(what, &[value], &[half], SAME);
        self.pulled(what, &self.value, got);
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Fails unless the numbers agree up to an error relative to the largest of those wanted, or to 1.
#[track_caller]
pub(crate) fn assert_near(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    let scale = want
        .iter()
        .fold(1.0_f64, |scale, want| scale.max(want.abs()));
    let near = |(got, want): (&f64, &f64)| (got - want).abs() <= tolerance * scale;
    assert!(
        got.len() == want.len() && got.iter().zip(want).all(near),
        "{what}:\n  {got:?}, but it should be\n  {want:?}"
    );
}

/// Fails unless two runs gave the same numbers, up to rounding.
#[track_caller]
pub(crate) fn assert_runs_agree(what: &str, got: &[Vec<f64>], want: &[Vec<f64>]) {
    assert_near(what, &got.concat(), &want.concat(), SAME);
}

/// The same in `f32`, by the rounding of which two runs may differ.
#[track_caller]
pub(crate) fn assert_narrow(what: &str, got: &[Vec<f64>], want: &[Vec<f64>]) {
    assert_near(what, &got.concat(), &want.concat(), NARROW);
}

/// An input of the shape: a number, a fixed array, or one of any size.
macro_rules! sample {
    ($kind:ident $numbers:ident) => {
        $numbers.next().expect("samples never end")
    };
    (fixed $numbers:ident [$extent:literal $(, $rest:literal)*]) => {
        std::array::from_fn::<_, $extent, _>(|_| sample!(fixed_entry $numbers [$($rest),*]))
    };
    (fixed_entry $numbers:ident []) => {
        sample!(fixed $numbers)
    };
    (fixed_entry $numbers:ident $shape:tt) => {
        sample!(fixed $numbers $shape)
    };
    (sized $numbers:ident $shape:tt) => {
        ndarray::Array::from_shape_simple_fn($shape, || sample!(sized $numbers))
    };
}

/// Asks `graph` and `half_square`, which are in scope, for their numbers in every mode and layout; gives back what the
/// modes gave for packed arrays.
macro_rules! differentiate {
    ($kind:ident ($($x:ident),+) ($($c:ident),*) -> $y:ident) => {{
        use $crate::common::arrays::Entries;
        use $crate::common::differences::{Argument, Layouts, Slopes, Value, assert_narrow};
        let at = [$($x.entries()),+].concat();
        let slopes = Slopes::of(&at, |at| {
            let mut at = at.iter().copied();
            $(let $x = $x.fill(&mut at);)+
            ready!($kind graph($($x.given(),)+ $($c.given()),*)).entries()
        });
        let run = |mut layouts: Layouts| {
            let laid = format!("{} {layouts:?}", stringify!($kind));
            let named = |mode: &str| format!("{mode}, {laid}");
            $(let $x = $x.laid(&mut layouts);)+
            $(let $c = $c.laid(&mut layouts);)*
            let value = ready!($kind graph($($x.given(),)+ $($c.given()),*));
            slopes.value(&named("the value"), &value.entries());

            let forward = ready!($kind graph::forward($($x.given(),)+ $($c.given()),*));
            slopes.value(&named("forward"), &forward.$y.entries());
            let seed = value.direction().laid(&mut layouts);
            let gradient = ready!($kind forward.backward(seed.given()));
            $(assert_eq!(gradient.$x.shape(), $x.shape(), "the shape of {}", stringify!($x));)+
            let backward = [$(gradient.$x.entries()),+];
            slopes.pulled(&named("backward"), &seed.entries(), &backward);

            let (value, pullback) = ready!($kind graph::vjp($($x.given(),)+ $($c.given()),*));
            slopes.value(&named("the value of vjp"), &value.entries());
            #[allow(unused_parens, reason = "one input comes plain, several come as a tuple")]
            let pulled = { let ($($x),+) = ready!($kind pullback(seed.given())); [$($x.entries()),+] };
            slopes.pulled(&named("vjp"), &seed.entries(), &pulled);

            let (value, tangent) = ready!($kind graph::jvp(
                $($x.given(),)+ $($c.given(),)* $($x.direction().laid(&mut layouts).given()),+
            ));
            slopes.value(&named("the value of jvp"), &value.entries());
            let directions = [$($x.direction().entries()),+];
            slopes.pushed(&named("jvp"), &directions, &tangent.entries());

            let (half, gradient) = ready!($kind half_square::value_and_grad($($x.given(),)+ $($c.given()),*));
            let both = [$(gradient.$x.entries()),+];
            slopes.half_square(&named("value_and_grad"), half, &both);
            let narrow = {
                $(let $x = $x.narrow();)+
                $(let $c = $c.narrow();)*
                let (half, gradient) = ready!($kind half_square::value_and_grad($($x.given(),)+ $($c.given()),*));
                let _: f32 = half;
                [$(gradient.$x.entries()),+]
            };
            assert_narrow(&named("value_and_grad in f32"), &narrow, &both);
            let mut all = vec![value.entries(), tangent.entries()];
            all.extend(backward.into_iter().chain(pulled).chain(both));
            all
        };
        let packed = run(Layouts::PACKED);
        layouts!($kind run, packed);
        packed
    }};
}

/// Runs the other layouts; fixed arrays have only one.
macro_rules! layouts {
    (fixed $run:ident, $packed:ident) => {};
    (sized $run:ident, $packed:ident) => {
        for layouts in $crate::common::differences::Layouts::others() {
            let what = format!("{layouts:?} against packed");
            $crate::common::differences::assert_runs_agree(&what, &$run(layouts), &$packed);
        }
    };
}

/// Tests of graphs over arrays of any size. Inputs behind `;` are constant; `where` gives sizes to named dimensions.
macro_rules! sized {
    ($($(#[$doc:meta])* fn $name:ident(
        $($x:ident $(: $shape:tt)?),+ $(; $($c:ident: $fixed:tt),+)?
    ) -> $y:ident where $($dim:ident = $size:literal),+ { $($body:tt)* })+) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            graph_runtime::graph! {
                fn graph($($x $(: $shape)?,)+ $($(const $c: $fixed,)+)?) -> $y { $($body)* }
                fn half_square($($x $(: $shape)?,)+ $($(const $c: $fixed,)+)?) -> half {
                    half = 0.5*sum(graph($($x,)+ $($($c),+)?)^2);
                }
            }
            $(let $dim = $size;)+
            let mut sample = $crate::common::differences::Sample::new();
            $(let $x = sample!(sized sample $($shape)?);)+
            $($(let $c = sample!(sized sample $fixed);)+)?
            differentiate!(sized ($($x),+) ($($($c),+)?) -> $y);
        }
    )+};
}

/// Tests of graphs with literal extents, as graphs of fixed arrays and of arrays of any size.
macro_rules! fixed_and_sized {
    ($($(#[$doc:meta])* fn $name:ident(
        $($x:ident $(: $shape:tt)?),+ $(; $($c:ident: $fixed:tt),+)?
    ) -> $y:ident { $($body:tt)* })+) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            let fixed = {
                graph_runtime::graph! {
                    fn graph($($x $(: $shape)?,)+ $($(const $c: $fixed,)+)?) -> $y { $($body)* }
                    fn half_square($($x $(: $shape)?,)+ $($(const $c: $fixed,)+)?) -> half {
                        half = 0.5*sum(graph($($x,)+ $($($c),+)?)^2);
                    }
                }
                let mut sample = $crate::common::differences::Sample::new();
                $(let $x = sample!(fixed sample $($shape)?);)+
                $($(let $c = sample!(fixed sample $fixed);)+)?
                differentiate!(fixed ($($x),+) ($($($c),+)?) -> $y)
            };
            let sized = {
                // One named dimension is enough for all arrays to be of any size.
                graph_runtime::graph! {
                    fn graph($($x $(: $shape)?,)+ $($(const $c: $fixed,)+)? const _any: [any]) -> $y { $($body)* }
                    fn half_square($($x $(: $shape)?,)+ $($(const $c: $fixed,)+)? const any: [any]) -> half {
                        half = 0.5*sum(graph($($x,)+ $($($c,)+)? any)^2);
                    }
                }
                let mut sample = $crate::common::differences::Sample::new();
                $(let $x = sample!(sized sample $($shape)?);)+
                $($(let $c = sample!(sized sample $fixed);)+)?
                let any = ndarray::Array1::<f64>::zeros(1);
                differentiate!(sized ($($x),+) ($($($c,)+)? any) -> $y)
            };
            $crate::common::differences::assert_runs_agree("sized against fixed", &sized, &fixed);
        }
    )+};
}

/// Tests of loops over named dimensions: as they are, over arrays of any size, and written out, where the extents are the
/// literals behind `=`.
macro_rules! sized_and_written_out {
    ($($(#[$doc:meta])* fn $name:ident($($x:ident $(: $shape:tt = $size:tt)?),+) -> $y:ident { $($body:tt)* })+) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            graph_runtime::graph! {
                fn graph($($x $(: $shape)?),+) -> $y { $($body)* }
                fn half_square($($x $(: $shape)?),+) -> half { half = 0.5*sum(graph($($x),+)^2); }
                fn written_out($($x $(: $size)?),+) -> $y { $y = graph($($x),+); }
                fn half_square_written_out($($x $(: $size)?),+) -> half { half = 0.5*sum(graph($($x),+)^2); }
            }
            let fixed = {
                use half_square_written_out as half_square;
                use written_out as graph;
                let mut sample = $crate::common::differences::Sample::new();
                $(let $x = sample!(fixed sample $($size)?);)+
                differentiate!(fixed ($($x),+) () -> $y)
            };
            let mut sample = $crate::common::differences::Sample::new();
            $(let $x = sample!(sized sample $($size)?);)+
            let sized = differentiate!(sized ($($x),+) () -> $y);
            $crate::common::differences::assert_runs_agree("turns at once against written out", &sized, &fixed);
        }
    )+};
}
