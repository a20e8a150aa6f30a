//! How graphs over arrays are put to the test: at random extents, 0 and 1 among them, at random numbers in random layouts. Every mode is held against
//! the others, every instruction set of the machine against the narrowest and against single numbers, and fixed arrays of literal extents against arrays
//! of any size.
//!
//! Each formula is written once: `f` is over named dimensions, and three calls of it, with literal extents, are over fixed
//! arrays. Nothing here knows what a formula should give; `numbers` and the tests of arrays do.

use graph_runtime::__private::forced::{Set, on};
use graph_runtime::{Pattern, SecondOrder};
pub(super) use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

pub(super) use crate::common::arrays::Entries;
pub(super) use crate::common::differences::{Argument, Layouts, Sample, Value};

/// How far apart two ways to a number may be, relative to the largest number of the case or to 1: some roundings of each.
const SAME: f64 = 4e-15;

/// The same in `f32`.
const NARROW: f64 = 2e-5;

/// How often each formula is put to the test.
pub(super) const CASES: u64 = 24;

/// The extents that are drawn: none, one, fewer and more than lanes.
const EXTENTS: [usize; 9] = [0, 1, 1, 2, 3, 5, 9, 17, 40];

/// The extent in some cases where there is one dimension: more than a block of entries.
const LONG: usize = 270;

/// The most parameters for which a Hessian matrix is asked for.
pub(super) const FEW: usize = 16;

/// What every mode says of a graph with one output, at one place.
#[derive(Default)]
pub(super) struct Modes {
    pub values: Vec<(&'static str, f64)>,
    pub gradients: Vec<(&'static str, Vec<f64>)>,
    /// The change along the first direction.
    pub change: f64,
    pub directions: [Vec<f64>; 2],
    /// The Hessian times each direction.
    pub bends: [Vec<f64>; 2],
    /// The Hessian, where there are few parameters.
    pub hessian: Vec<f64>,
    /// Value and gradient in `f32`.
    pub narrow: Vec<f64>,
}

impl Modes {
    pub fn both(&mut self, mode: &'static str, value: f64, gradient: Vec<f64>) {
        self.values.push((mode, value));
        self.gradients.push((mode, gradient));
    }

    /// All modes say the same.
    #[track_caller]
    pub fn agree(&self, what: &str) {
        let (value, gradient) = (self.values[0].1, &self.gradients[0].1);
        for (mode, other) in &self.values {
            self.near(&format!("{what}: the value by {mode}"), &[*other], &[value]);
        }
        for (mode, other) in &self.gradients {
            self.near(&format!("{what}: the gradient by {mode}"), other, gradient);
        }
        let [u, v] = &self.directions;
        self.near(&format!("{what}: jvp"), &[self.change], &[dot(gradient, u)]);
        let [of_u, of_v] = &self.bends;
        self.near(
            &format!("{what}: the Hessian is symmetric"),
            &[dot(of_u, v)],
            &[dot(of_v, u)],
        );
        if !self.hessian.is_empty() {
            let rows = self.hessian.chunks(u.len()).map(|row| dot(row, u));
            self.near(
                &format!("{what}: the Hessian"),
                of_u,
                &rows.collect::<Vec<_>>(),
            );
        }
        let wide: Vec<f64> = [value].iter().chain(gradient).copied().collect();
        assert_near(
            &format!("{what}: in f32"),
            &self.narrow,
            &wide,
            NARROW * self.scale(),
        );
    }

    /// Both say the same in each mode.
    #[track_caller]
    fn same(&self, what: &str, want: &Modes) {
        for ((mode, got), (_, want)) in self.gradients.iter().zip(&want.gradients) {
            self.near(&format!("{what}: the gradient by {mode}"), got, want);
        }
        let (got, want) = (
            [self.values[0].1, self.change],
            [want.values[0].1, want.change],
        );
        self.near(&format!("{what}: value and change"), &got, &want);
    }

    #[track_caller]
    pub fn near(&self, what: &str, got: &[f64], want: &[f64]) {
        assert_near(what, got, want, SAME * self.scale());
    }

    /// The largest number there is, or 1; what is summed over many parameters is larger.
    fn scale(&self) -> f64 {
        let gradients = self.gradients.iter().map(|(_, gradient)| gradient);
        let all = gradients.chain(&self.bends).flatten();
        let largest = |largest: f64, number: &f64| largest.max(number.abs());
        let count = self.directions[0].len().max(1) as f64;
        all.chain([&self.values[0].1]).fold(1.0, largest) * count.sqrt()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Fails unless the numbers are so near; NaN is near NaN alone.
#[track_caller]
fn assert_near(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    let near = |(got, want): (&f64, &f64)| {
        got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= tolerance
    };
    assert!(
        got.len() == want.len() && got.iter().zip(want).all(near),
        "{what}:\n  {got:?}, but it should be within {tolerance:e} of\n  {want:?}"
    );
}

/// Extents of the dimensions of a case, none below its least one.
pub(super) fn extents<const N: usize>(
    case: u64,
    random: &mut ChaCha8Rng,
    least: [usize; N],
) -> [usize; N] {
    if N == 1 && case % 8 == 7 {
        return [LONG; N];
    }
    least.map(|least| EXTENTS[random.random_range(0..EXTENTS.len())].max(least))
}

/// What the modes say on the narrowest set; all others say the same.
#[track_caller]
pub(super) fn on_every_set(what: &str, modes: impl Fn() -> Modes) -> Modes {
    let mut sets = Set::here();
    let narrowest = sets.next().expect("there is a baseline");
    let first = on(narrowest, &modes);
    first.agree(&format!("{what}, {narrowest:?}"));
    for set in sets {
        let there = on(set, &modes);
        there.agree(&format!("{what}, {set:?}"));
        there.same(&format!("{what}, {set:?} against {narrowest:?}"), &first);
    }
    first
}

/// Asks a graph in every mode. Inputs are variables of their names.
macro_rules! modes {
    ($kind:ident $f:ident($($x:ident),+)) => {{
        let mut modes = Modes::default();
        let mut sample = Sample::new();
        let second = ($($x.fill(&mut sample),)+);
        modes.directions[0] = [$($x.direction().entries()),+].concat();
        let value = ready!($kind $f($($x.given()),+));
        modes.values.push(("the function", value));
        let (value, gradient) = ready!($kind $f::value_and_grad($($x.given()),+));
        modes.both("value_and_grad", value, [$(gradient.$x.entries()),+].concat());
        in_kept_memory!($kind modes, $f($($x),+));
        let run = ready!($kind $f::forward($($x.given()),+));
        let gradient = ready!($kind run.backward(1.0));
        modes.both("backward", run.z, [$(gradient.$x.entries()),+].concat());
        let (value, pullback) = ready!($kind $f::vjp($($x.given()),+));
        #[allow(unused_parens, reason = "one input comes plain, several come as a tuple")]
        let gradient = { let ($($x),+) = ready!($kind pullback(1.0)); [$($x.entries()),+].concat() };
        modes.both("vjp", value, gradient);
        let (value, change) = ready!($kind $f::jvp($($x.given(),)+ $($x.direction().given()),+));
        modes.values.push(("jvp", value));
        modes.change = change;
        let (value, gradient, bend) = ready!($kind $f::hvp($($x.given(),)+ $($x.direction().given()),+));
        modes.both("hvp", value, [$(gradient.$x.entries()),+].concat());
        modes.bends[0] = [$(bend.$x.entries()),+].concat();
        modes.bends[1] = {
            #[allow(non_snake_case, reason = "the names of the inputs")]
            let bend = along_second!($kind $f($($x),+) second);
            [$(bend.$x.entries()),+].concat()
        };
        modes.directions[1] = { let ($($x,)+) = &second; [$($x.entries()),+].concat() };
        problem!($kind modes, $f($($x),+));
        modes.narrow = {
            $(let $x = $x.narrow();)+
            let (value, gradient) = ready!($kind $f::value_and_grad($($x.given()),+));
            let _: f32 = value;
            [vec![f64::from(value)], $(gradient.$x.entries()),+].concat()
        };
        modes
    }};
}

/// The Hessian times a direction, which is a tuple of what the inputs are.
macro_rules! along_second {
    ($kind:ident $f:ident($($x:ident),+) $second:ident) => {{
        let at = ($($x.given(),)+);
        let ($($x,)+) = &$second;
        hvp!($kind $f at ($($x),+) () (0 1 2 3 4 5))
    }};
}

/// The call of `hvp` with the entries of a tuple, one after the other.
macro_rules! hvp {
    ($kind:ident $f:ident $at:ident ($($d:ident),*) ($($done:tt)*) ($($rest:tt)*)) => {
        hvp!(@ $kind $f $at [$($d)*] [$($d)*] [] ($($rest)*))
    };
    (@ $kind:ident $f:ident $at:ident [$first:ident $($left:ident)*] $all:tt [$($places:tt)*] ($place:tt $($rest:tt)*)) => {
        hvp!(@ $kind $f $at [$($left)*] $all [$($places)* $place] ($($rest)*))
    };
    (@ $kind:ident $f:ident $at:ident [] [$($d:ident)*] [$($place:tt)*] $rest:tt) => {
        ready!($kind $f::hvp($($at.$place,)* $($d.given()),*)).2
    };
}

/// Value and gradient in memory that another call has used.
macro_rules! in_kept_memory {
    (fixed $($rest:tt)*) => {};
    (sized $modes:ident, $f:ident($($x:ident),+)) => {
        let (mut workspace, mut gradient) = ($f::Workspace::default(), $f::Grad::default());
        for mode in ["value_and_grad_into", "value_and_grad_into again"] {
            let value = ready!(sized $f::value_and_grad_into($($x.given(),)+ &mut workspace, &mut gradient));
            $modes.both(mode, value, [$(gradient.$x.entries()),+].concat());
        }
    };
}

/// The graph as a function of a flat vector.
macro_rules! problem {
    (fixed $modes:ident, $f:ident($($x:ident),+)) => {
        flat($f::Problem {}, &[$($x.entries()),+].concat(), &mut $modes);
    };
    (sized $modes:ident, $f:ident($($x:ident),+)) => {
        let problem = ready!(sized $f::Problem::new($($x.given()),+));
        let at = ready!(sized problem.pack($($x.given()),+));
        flat(problem, &at, &mut $modes);
    };
}

/// What stands in the pattern of the Hessian, where there is one.
macro_rules! entries {
    (sparse fixed $f:ident($($x:ident),+)) => {
        entries!(@ $f $f::Problem {}, [$($x.entries()),+].concat());
    };
    (sparse sized $f:ident($($x:ident),+)) => {
        let problem = ready!(sized $f::Problem::new($($x.given()),+));
        let at = ready!(sized problem.pack($($x.given()),+));
        entries!(@ $f problem, at);
    };
    (@ $f:ident $problem:expr, $at:expr) => {
        let (problem, at) = ($problem, $at);
        let mut values = vec![0.0; problem.hessian_pattern().len()];
        problem.hessian_values(&at, &mut values);
        of_pattern(&problem, &at, (problem.hessian_pattern(), &values));
    };
    ($option:ident $kind:ident $f:ident($($x:ident),+)) => {};
}

/// Entries of a Hessian are those of the whole matrix, where there are few parameters.
#[track_caller]
pub(super) fn of_pattern(problem: &impl SecondOrder<f64>, at: &[f64], found: (Pattern, &[f64])) {
    if at.len() <= FEW {
        let (mut gradient, mut whole) = (vec![0.0; at.len()], vec![0.0; at.len() * at.len()]);
        problem.hessian(at, &mut gradient, &mut whole);
        crate::sparse::same("the pattern", found, &whole, true);
    }
}

pub(super) fn flat(problem: impl SecondOrder<f64>, at: &[f64], modes: &mut Modes) {
    modes.values.push(("Problem::value", problem.value(at)));
    let mut gradient = vec![0.0; at.len()];
    let value = problem.gradient(at, &mut gradient);
    modes.both("Problem::gradient", value, gradient.clone());
    if at.len() <= FEW {
        modes.hessian = vec![0.0; at.len() * at.len()];
        let value = problem.hessian(at, &mut gradient, &mut modes.hessian);
        modes.both("Problem::hessian", value, gradient);
    }
}

/// Tests of formulas: inputs with their shape, and with those that they have in the three calls over fixed arrays.
///
/// What is asked of each beside `hessian` is said in front of all: `sparse`, or nothing new.
macro_rules! programs {
    ($option:ident; $($(#[$doc:meta])* fn $name:ident(
        $($x:ident $(: $shape:tt = $some:tt $one:tt $none:tt)?),+
    ) over $($dim:ident >= $least:literal),+ { $($body:tt)* } $(with { $($functions:tt)* })?)+) => {$(
        $(#[$doc])*
        #[test]
        #[allow(non_snake_case, unused_variables, unused_mut, reason = "names are of every kind")]
        fn $name() {
            graph_runtime::graph! {
                #[graph(hessian, $option, as_written)]
                fn f($($x $(: $shape)?),+) -> z { $($body)* }
                #[graph(hessian, $option)]
                fn some($($x $(: $some)?),+) -> z { z = f($($x),+); }
                #[graph(hessian, $option)]
                fn one($($x $(: $one)?),+) -> z { z = f($($x),+); }
                #[graph(hessian, $option)]
                fn none($($x $(: $none)?),+) -> z { z = f($($x),+); }
                $($($functions)*)?
            }
            let mut random = ChaCha8Rng::seed_from_u64(7);
            for case in 0..CASES {
                let extents = extents(case, &mut random, [$($least),+]);
                let [$($dim),+] = extents;
                let mut sample = Sample::from(random.random_range(0.0..1.0));
                let ($($x,)+) = ($(sample!(sized sample $($shape)?),)+);
                let mut layouts = Layouts::others().nth(random.random_range(0..9)).expect("there are nine");
                $(let $x = $x.laid(&mut layouts);)+
                on_every_set(&format!("extents {extents:?}, {layouts:?}"), || modes!(sized f($($x),+)));
                entries!($option sized f($($x),+));
            }
            twin!($option some of f($($x $(: $some)?),+));
            twin!($option one of f($($x $(: $one)?),+));
            twin!($option none of f($($x $(: $none)?),+));
        }
    )+};
}

/// Fixed arrays against arrays of any size.
macro_rules! twin {
    ($option:ident $fixed:ident of $f:ident($($x:ident $(: $shape:tt)?),+)) => {{
        let any = {
            let mut sample = Sample::new();
            let ($($x,)+) = ($(sample!(sized sample $($shape)?),)+);
            on_every_set(stringify!($fixed), || modes!(sized $f($($x),+)))
        };
        let mut sample = Sample::new();
        let ($($x,)+) = ($(sample!(fixed sample $($shape)?),)+);
        let fixed = modes!(fixed $fixed($($x),+));
        entries!($option fixed $fixed($($x),+));
        let what = concat!("fixed arrays, ", stringify!($fixed));
        fixed.agree(what);
        fixed.near(&format!("{what}: the value"), &[fixed.values[0].1], &[any.values[0].1]);
        fixed.near(&format!("{what}: the gradient"), &fixed.gradients[0].1, &any.gradients[0].1);
        fixed.near(&format!("{what}: the bend"), &fixed.bends[0], &any.bends[0]);
    }};
}
