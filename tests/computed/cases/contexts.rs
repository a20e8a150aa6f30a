//! Places in which the macro is called: other macros, generic functions, nested functions, methods, strict lints.

use graph_runtime::{Real, graph};

/// G48: the names come from a macro around the graph.
#[test]
fn g48_called_from_a_macro() {
    macro_rules! square_of {
        ($x:ident, $y:ident) => {{
            let g = graph! { $y = $x*$x };
            (g.$y, g.backward(1.0).$x)
        }};
    }
    let side = 3.0;
    assert_eq!(square_of!(side, area), (9.0, 6.0));
}

/// G48: a macro may also define a graph under a name it is given.
#[test]
fn g48_defined_by_a_macro() {
    macro_rules! define_square {
        ($name:ident, $x:ident) => {
            graph! { fn $name($x) -> y { y = $x*$x; } }
        };
    }
    define_square!(area, side);
    every_mode!(area(side = 3.0) -> y = 9.0, d = [6.0]);
}

/// G48: inside a function over the number type.
#[test]
fn g48_in_a_generic_function() {
    fn square<T: Real>(x: T) -> (T, T) {
        let g = graph! { y = x*x };
        (g.y, g.backward(T::of(1.0)).x)
    }
    assert_eq!(square(3.0_f32), (9.0, 6.0));
    assert_eq!(square(3.0_f64), (9.0, 6.0));
}

/// G48: in a function nested in a function.
#[test]
fn g48_in_a_nested_function() {
    fn outer(x: f64) -> (f64, f64) {
        fn inner(x: f64) -> (f64, f64) {
            graph! { fn square(x) -> y { y = x*x; } }
            let (value, gradient) = square::value_and_grad(x);
            (value, gradient.x)
        }
        inner(x)
    }
    assert_eq!(outer(3.0), (9.0, 6.0));
}

/// G48: in a method of a type with parameters.
#[test]
fn g48_in_a_method() {
    struct Side<T>(T);
    impl<T: Real> Side<T> {
        fn area(&self) -> (T, T) {
            let side = self.0;
            let g = graph! { area = side*side };
            (g.area, g.backward(T::of(1.0)).side)
        }
    }
    assert_eq!(Side(3.0).area(), (9.0, 6.0));
}

/// G49: what the user left unused or wrote redundantly draws no lint from the expansion.
mod strict {
    #![deny(warnings, clippy::all, clippy::pedantic)]

    use graph_runtime::graph;

    graph! {
        fn f(x, _idle) -> y {
            _unused = x + 1;
            y = ((x))*1 + 0;
        }
    }

    #[test]
    fn g49_no_lints_from_generated_code() {
        every_mode!(f(x = 3.0, _idle = 2.0) -> y = 3.0, d = [1.0, 0.0]);
        let x = 3.0_f64;
        let g = graph! { y = (x*1 + 0) };
        assert!((g.y - 3.0).abs() < 1e-12 && (g.backward(1.0).x - 1.0).abs() < 1e-12);
    }
}

/// Attributes of a function, and documentation of what it takes.
#[test]
fn attributes_of_a_function() {
    graph! {
        #[cfg_attr(all(), inline(always))]
        #[cfg_attr(any(), no_such_attribute)]
        fn square(
            /// What is squared.
            x,
            /// What it is multiplied by.
            /// Held constant.
            const by,
        ) -> y { y = by*x^2; }
        #[cfg(any())]
        fn absent(x) -> y { y = x; }
    }
    let (y, d) = square::value_and_grad(3.0, 2.0);
    assert_eq!((y, d.x), (18.0, 12.0));
}

#[test]
fn a_comma_behind_the_last_part_of_a_loop() {
    graph! { fn f(x) -> y { y = sum(k in 0..3, x^k,) + prod(k in 1..3, k*x,) + fold(a = 0, k in 0..3, a + x,); } }
    every_mode!(f(x = 2.0) -> y = 21.0, d = [16.0]);
}
