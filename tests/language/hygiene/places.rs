//! Contexts of Rust: macros, generic and nested functions, methods, traits, closures, constants, modules, graphs in graphs.

use graph_runtime::{Real, graph};

// In macros.

macro_rules! defined {
    ($(#[$attribute:meta])* $visibility:vis $name:ident($($input:ident),+) -> $output:ident = $value:expr) => {
        graph! {
            $(#[$attribute])*
            $visibility fn $name($($input),+) -> $output { $output = $value; }
        }
    };
}

mod of_macros {
    use super::*;

    defined!(
        /// A function with documentation and visibility of its own.
        pub(super) energy(m, v) -> e = m*v^2/2
    );
    defined!(pub cube(x) -> y = x*x*x);
    defined!(private(x) -> y = x);

    pub fn identity(x: f64) -> f64 {
        private(x)
    }
}

#[test]
fn names_attributes_and_visibilities_from_a_macro() {
    use of_macros::{cube, energy, identity};
    every_mode!(energy(m = 3.0, v = 2.0) -> e = 6.0, d = [2.0, 6.0]);
    every_mode!(cube(x = 2.0) -> y = 8.0, d = [12.0]);
    assert_eq!(identity(2.0), 2.0);
}

/// A captured expression stays together: `2*$e` is `2*(x + 1)`.
#[test]
fn expressions_from_a_macro() {
    macro_rules! doubled {
        ($e:expr, $power:literal, $input:ident) => {{
            let g = graph! { y = 2*$e^$power };
            (g.y, g.backward(1.0).$input)
        }};
    }
    let x = 2.0;
    assert_eq!(doubled!(x + 1, 2, x), (18.0, 12.0));
    assert_eq!(doubled!(-x, 2, x), (8.0, 8.0));
}

#[test]
fn paths_and_rust_from_a_macro() {
    macro_rules! composed {
        ($f:path, $scale:expr, $shape:literal) => {
            graph! { fn g(x) -> y { y = $f(x)*{ $scale } + sum(i in 0..$shape, i*x); } }
        };
    }
    composed!(of_macros::cube, f64::from(2_u8).sqrt().powi(2).round(), 3);
    every_mode!(g(x = 1.0) -> y = 5.0, d = [9.0]);
}

/// A macro's own variables are not the caller's.
#[test]
fn variables_of_a_macro_stay_its_own() {
    macro_rules! offset_by_three {
        ($input:ident) => {{
            let offset = 3.0;
            graph! { y = $input + offset }.y
        }};
    }
    let (offset, x) = (100.0, 1.0);
    assert_eq!(offset_by_three!(x) + offset, 104.0);
}

#[test]
fn repetitions_in_a_macro() {
    macro_rules! polynomial {
        ($name:ident($x:ident) = $($factor:literal $power:literal),+) => {
            graph! { fn $name($x) -> y { y = 0 $(+ $factor*$x^$power)+; } }
        };
    }
    polynomial!(p(x) = 2 3, 4 1, 1 0);
    every_mode!(p(x = 2.0) -> y = 25.0, d = [28.0]);
}

// In generic code.

#[test]
fn in_a_generic_function_with_bounds_of_its_own() {
    fn slope<const N: usize, T, F>(at: [T; N], scale: F) -> T
    where
        T: Real,
        F: Fn(T) -> T,
    {
        let x = scale(at[0]);
        let g = graph! { y = x^3 };
        scale(g.backward(T::of(1.0)).x)
    }
    assert_eq!(slope([2.0_f32], |x| 2.0 * x), 96.0);
    assert_eq!(slope([2.0_f64], |x| x), 12.0);
}

trait Potential {
    const STIFFNESS: f64;

    fn energy(&self, at: f64) -> f64;

    fn force(&self, x: f64) -> f64 {
        let g = graph! { energy = { Self::STIFFNESS }*x^2/2 };
        -g.backward(1.0).x
    }
}

struct Spring<'a> {
    length: &'a f64,
}

impl Potential for Spring<'_> {
    const STIFFNESS: f64 = 3.0;

    fn energy(&self, at: f64) -> f64 {
        graph! { e = { Self::STIFFNESS }*(at - { *self.length })^2/2 }.e
    }
}

#[test]
fn in_a_trait_and_its_implementation() {
    let spring = Spring { length: &1.0 };
    assert_eq!((spring.energy(3.0), spring.force(3.0)), (6.0, -9.0));
}

#[test]
fn in_a_closure() {
    let scale = 2.0;
    let slope = |x: f64| graph! { y = { scale }*x^2 }.backward(1.0).x;
    let slopes: Vec<f64> = [1.0, 2.0].into_iter().map(slope).collect();
    assert_eq!(slopes, [4.0, 8.0]);
}

// In constants and items.

const _: () = {
    graph! { pub fn hidden(x) -> y { y = x^2; } }
    const CHECKED: fn(f64) -> f64 = hidden::<f64>;
    assert!(size_of_val(&CHECKED) == size_of::<usize>());
};

graph! { fn square(x) -> y { y = x^2; } }

static TABLE: [fn(f64) -> f64; 2] = [square, |x| square::value_and_grad(x).1.x];

#[test]
fn in_statics() {
    assert_eq!(TABLE.map(|f| f(3.0)), [9.0, 6.0]);
}

mod outer {
    pub mod inner {
        graph_runtime::graph! {
            pub fn of_all(x) -> y { y = 2*x; }
            pub(crate) fn of_the_crate(x) -> y { y = of_all(x)^2; }
            pub(super) fn of_the_parent(x) -> y { y = super::FACTOR_OF(x); }
            pub(in crate::hygiene::places) fn of_a_path(x) -> y { y = crate::hygiene::places::square(x) + { super::FACTOR }; }
        }
    }

    const FACTOR: f64 = 3.0;
    graph_runtime::graph! { fn FACTOR_OF(x) -> y { y = { FACTOR }*x; } }

    pub fn tripled(x: f64) -> f64 {
        inner::of_the_parent::value_and_grad(x).0
    }
}

#[test]
fn in_nested_modules() {
    use outer::inner::{of_a_path, of_all, of_the_crate};
    every_mode!(of_all(x = 3.0) -> y = 6.0, d = [2.0]);
    every_mode!(of_the_crate(x = 3.0) -> y = 36.0, d = [24.0]);
    every_mode!(of_a_path(x = 3.0) -> y = 12.0, d = [6.0]);
    assert_eq!(outer::tripled(2.0), 6.0);
}

// In expressions.

#[test]
fn in_a_graph() {
    let (x, w) = (3.0, 2.0);
    let g = graph! { z = x*{ graph! { y = w^3 }.backward(1.0).w } };
    assert_eq!((g.z, g.backward(1.0).x), (36.0, 12.0));
}

#[test]
fn as_part_of_an_expression() {
    let x = 3.0;
    let sum = graph!(y = x ^ 2).y + graph![y = 2 * x].backward(1.0).x;
    assert_eq!(sum, 11.0);
    let found = match graph! { y = -x } {
        g if g.y < 0.0 => "below zero",
        _ => "above",
    };
    assert_eq!(found, "below zero");
    let last = (0..3).fold(0.0, |x: f64, _| graph! { y = 2*x + 1 }.y);
    assert_eq!(last, 7.0);
}

#[test]
fn several_in_one_scope() {
    let x = 1.0;
    let (first, second) = (graph! { y = x + 1 }, graph! { y = x + 2 });
    assert_eq!((first.y, second.y), (2.0, 3.0));
    assert_eq!(first.backward(1.0).x, second.backward(1.0).x);
}

/// Inputs may be any variables; a constant goes into braces.
#[test]
fn captures_of_every_kind() {
    const OFFSET: f64 = 1.0;
    let point = (2.0, 5.0);
    let (x, ref weight) = point;
    let mut total = 0.0;
    for step in [1.0, 2.0] {
        let weight = *weight;
        let g = graph! { const step; y = weight*x*step + { OFFSET } };
        total += g.backward(1.0).x + g.y;
    }
    assert_eq!(total, 15.0 + 32.0);
}
