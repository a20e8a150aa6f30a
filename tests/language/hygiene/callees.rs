//! Operations of one name with something else: a macro that is in scope by its text, an attribute of the language, what else is in
//! scope everywhere, a variable of the surroundings; and functions of one name, of which one is there.

use graph_runtime::graph;

/// An operation of this name: a square.
macro_rules! operation {
    ($name:ident) => {
        fn $name<T: graph_runtime::Real>(x: T) -> T {
            x * x
        }
        mod $name {
            pub fn vjp<T: graph_runtime::Real>(x: T) -> (T, impl Fn(T) -> T) {
                (x * x, move |seed| seed * (x + x))
            }
        }
    };
}

/// A test with this callee, from a function and inline.
macro_rules! called {
    ($($name:ident)*) => {$(
        mod $name {
            operation!($name);

            graph_runtime::graph! { fn f(w) -> z { z = $name(w)*{ 3.0 }; } }

            #[test]
            fn by_a_function() {
                assert_eq!(f::value_and_grad(2.0), (12.0, f::Grad { w: 12.0 }));
            }

            #[test]
            fn in_an_expression() {
                let w = 2.0;
                let g = graph_runtime::graph! { z = $name(w)*{ 3.0 } };
                assert_eq!((g.z, g.backward(1.0).w), (12.0, 12.0));
            }
        }
    )*};
}

called! { inline path doc test derive cfg used link cold repr deprecated must_use no_mangle global_allocator }
called! { clippy core diagnostic drop miri rust_analyzer rustfmt size_of align_of std }

mod within {
    /// A function has operations of its own, under such a name too.
    #[test]
    fn a_function() {
        fn drop<T: graph_runtime::Real>(x: T) -> T {
            x * x
        }
        mod drop {
            pub fn vjp<T: graph_runtime::Real>(x: T) -> (T, impl Fn(T) -> T) {
                (x * x, move |seed| seed * (x + x))
            }
        }
        graph_runtime::graph! { fn f(w) -> z { z = drop(w)*3; } }
        assert_eq!(f::value_and_grad(2.0), (12.0, f::Grad { w: 12.0 }));
    }
}

macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

fn twice<T: graph_runtime::Real>(x: T) -> T {
    twice!(x)
}

mod twice {
    pub fn vjp<T: graph_runtime::Real>(x: T) -> (T, impl Fn(T) -> T) {
        (x + x, |seed: T| seed + seed)
    }
}

#[test]
fn a_macro_in_scope_by_its_text() {
    graph! { fn f(w) -> z { z = twice(w)^2; } }
    assert_eq!(f::value_and_grad(3.0), (36.0, f::Grad { w: 24.0 }));
}

#[test]
fn a_variable_is_no_callee() {
    let (twice, w) = (5.0, 3.0);
    let g = graph! { z = twice(w)*w };
    assert_eq!((g.z, g.backward(1.0).w), (18.0, 12.0));
    assert_eq!(graph! { z = twice^2 }.z, 25.0);
}

graph! {
    #[cfg(any())]
    fn either(x) -> z { z = x; }
    #[cfg(not(any()))]
    fn either(x) -> z { z = x^2; }
    #[cfg(not(any()))]
    fn both(x) -> z { z = either(x)*x; }
}

#[test]
fn one_of_two_functions_under_opposite_conditions() {
    assert_eq!(either::value_and_grad(3.0), (9.0, either::Grad { x: 6.0 }));
    assert_eq!(both(2.0), 8.0);
}
