//! Each name is tried in every role: an input, a constant one, a definition, an output, a function, a dimension, a loop's
//! index, what an inline graph captures and what it defines.
#![allow(nonstandard_style, reason = "names of every style are tried")]

use graph_runtime::graph;
use ndarray::array;

/// One test a name.
macro_rules! in_every_role {
    ($($test:ident: $name:ident,)*) => {$(
        mod $test {
            use super::*;

            #[test]
            fn as_an_input() {
                graph! { fn h($name, w) -> z { z = $name^2*w; } }
                every_mode!(h($name = 3.0, w = 2.0) -> z = 18.0, d = [12.0, 9.0]);
            }

            #[test]
            fn as_a_constant() {
                graph! { fn h(w, const $name) -> z { z = $name*w^2 + { 1.0 }; } }
                let (z, d) = h::value_and_grad(3.0, 2.0);
                assert_eq!((z, d.w), (19.0, 12.0));
            }

            #[test]
            fn as_a_definition() {
                graph! { fn h(w) -> z { $name = w^2; z = sqrt($name)*w + exp(0)*{ 0.0 }; } }
                let run = h::forward(3.0);
                assert_eq!((run.$name, run.z, run.backward(1.0).w), (9.0, 9.0, 6.0));
            }

            #[test]
            fn as_an_output() {
                graph! { fn h(w) -> (z, $name) { z = 2*w; $name = w*z; } }
                let run = h::forward(3.0);
                assert_eq!((run.$name, run.backward(0.0, 1.0).w), (18.0, 12.0));
                assert_eq!(h::jvp(3.0, 1.0), ((6.0, 18.0), (2.0, 12.0)));
            }

            #[test]
            fn as_a_function() {
                graph! { fn $name(w) -> z { z = w^2; } }
                every_mode!($name(w = 3.0) -> z = 9.0, d = [6.0]);
            }

            #[test]
            fn as_a_function_that_is_called() {
                mod inner {
                    ::graph_runtime::graph! { pub fn $name(w) -> z { z = w^2 + { 1.0 }; } }
                }
                graph! { fn h(w) -> z { z = inner::$name(3*w); } }
                let (z, d) = h::value_and_grad(1.0);
                assert_eq!((z, d.w), (10.0, 18.0));
            }

            #[test]
            fn captured() {
                let ($name, w) = (3.0, 2.0);
                let g = graph! { z = $name^2*w + { 1.0 } };
                let d = g.backward(1.0);
                assert_eq!((g.z, d.$name, d.w), (19.0, 12.0, 9.0));
            }

            #[test]
            fn defined_inline() {
                let w = 3.0;
                let g = graph! { $name = w^2; z = $name*w };
                assert_eq!((g.$name, g.z, g.backward(1.0).w), (9.0, 27.0, 27.0));
            }

            #[test]
            fn as_a_small_array() {
                graph! { fn h($name: [2], w) -> z: [2] { z = $name*w; } }
                let d = h::forward([3.0, 4.0], 2.0).backward([1.0, 0.0]);
                assert_eq!((d.$name, d.w), ([2.0, 0.0], 3.0));
            }

            #[test]
            fn as_an_array() {
                graph! { fn h($name: [m], w: [m]) -> z { z = sum(exp($name)*w); } }
                let (z, d) = h::value_and_grad(&array![0.0, 0.0], &array![2.0, 3.0]).expect("the shapes fit");
                assert_eq!((z, d.$name, d.w), (5.0, array![2.0, 3.0], array![1.0, 1.0]));
            }

            #[test]
            fn as_an_array_that_is_defined() {
                graph! { fn h(w: [m]) -> ($name: [m], z) { $name = exp(w); u = $name*w; z = sum(u)*{ 1.0 }; } }
                let w = array![0.0, 0.0];
                let run = h::forward(&w).expect("the shapes fit");
                assert_eq!((&run.$name, run.z), (&array![1.0, 1.0], 0.0));
                let d = run.backward(&array![1.0, 0.0], 1.0).expect("the shapes fit");
                assert_eq!(d.w, array![2.0, 1.0]);
            }

            #[test]
            fn as_a_function_of_arrays() {
                graph! { fn $name(w: [m]) -> z { z = sum(w^2); } }
                let (z, d) = $name::value_and_grad(&array![1.0, 2.0]).expect("there is one shape");
                assert_eq!((z, d.w), (5.0, array![2.0, 4.0]));
            }

            #[test]
            fn as_a_dimension() {
                graph! { fn h(w: [$name, 2]) -> z { z = sum(i in 0..$name, i*w[i, 1])*$name; } }
                let (z, d) = h::value_and_grad(&array![[1.0, 2.0], [3.0, 4.0]]).expect("there is one shape");
                assert_eq!((z, d.w), (8.0, array![[0.0, 0.0], [0.0, 2.0]]));
            }

            #[test]
            fn as_a_label() {
                graph! { fn h(w: [m], $name: index[k]) -> z { z = sum(i in 0..k, i*w[$name[i]]) + sum(w[$name]); } }
                let (z, d) = h::value_and_grad(&array![1.0, 2.0], &[1, 0, 1]).expect("the labels are there");
                assert_eq!((z, d.w), (10.0, array![2.0, 4.0]));
            }

            #[test]
            fn as_a_second_index() {
                graph! { fn h(w: [m]) -> z { z = sum(i in 0..m, $name in i + 1..m, w[i]*w[$name]*$name); } }
                let (z, d) = h::value_and_grad(&array![1.0, 2.0, 3.0]).expect("there is one shape");
                assert_eq!((z, d.w), (20.0, array![8.0, 7.0, 6.0]));
            }

            #[test]
            fn as_a_local_name() {
                graph! { fn h(w: [m], x) -> z { z = sum(i in 0..m, $name = w[i] - x; $name^2) + if x > 0 { $name = x; $name*x } else { 0 }; } }
                let (z, d) = h::value_and_grad(&array![1.0, 3.0], 2.0).expect("there is one shape");
                assert_eq!((z, d.w, d.x), (6.0, array![-2.0, 2.0], 4.0));
            }

            #[test]
            fn as_one_of_several_names() {
                graph! {
                    fn h(w: [m]) -> z { ($name, y) = both(w); z = sum($name*y); }
                    fn both(w) -> (z, $name) { z = w; $name = w^2; }
                }
                let (z, d) = h::value_and_grad(&array![1.0, 2.0]).expect("there is one shape");
                assert_eq!((z, d.w), (9.0, array![3.0, 12.0]));
            }

            #[test]
            fn as_an_index() {
                graph! { fn h(w) -> z { z = sum($name in 1..4, $name*w); } }
                assert_eq!(h(3.0), 18.0);
            }
        }
    )*};
}

in_every_role! {
    type_parameter: T,
    other_parameter: V,
    constant_of_the_module: N,
    gradient_type: Grad,
    forward_type: Forward,
    jacobian_type: Jacobian,
    code_type: Code,
    kernel_type: Chain,
    real: Real,
    mask: Mask,
    option: Option,
    function_trait: Fn,
    core_crate: core,
    std_crate: std,
    runtime_crate: graph_runtime,
    macro_itself: graph,
    array_crate: ndarray,
    private: __private,
    forward: forward,
    backward: backward,
    value: value,
    value_and_grad: value_and_grad,
    jacobian: jacobian,
    jvp: jvp,
    vjp: vjp,
    vjp_by_position: __vjp,
    to_array: to_array,
    run: run,
    grad: grad,
    seed: seed,
    pull: pull,
    pullback: pull_0,
    captured_input: a0,
    captured_constant: c1,
    temporary: t1,
    adjoint_of_the_input: d_w,
    adjoint_of_the_output: d_z,
    label: label,
    operation: exp,
    reduction: norm,
    method: of,
    axis: axis,
    word: index,
    raw: r#type,
    raw_loop: r#loop,
    umlaut: größe,
    greek: Ω,
    underscore: _private,
    underscores: __,
}

/// `PI` is built in, and a name of the graph's own wins.
#[test]
fn circle_constant_as_a_name() {
    graph! {
        fn turned(PI, w) -> z { z = PI*w; }
        fn area(r) -> z { z = PI*r^2; }
        fn defined(w) -> z { TAU = 2*w; z = TAU^2; }
    }
    assert_eq!(turned::value_and_grad(3.0, 2.0).1.PI, 2.0);
    assert_eq!(area(2.0), 4.0 * std::f64::consts::PI);
    assert_eq!(defined::value_and_grad(3.0).1.w, 24.0);
}
