//! Names: whatever the user calls things, the generated code stays out of the way.

use graph_runtime::graph;

/// G30: a name is defined once; what a reassignment would compute, a fresh name does. (Reuse is an error: `tests/ui`.)
#[test]
fn g30_fresh_names_instead_of_reassignment() {
    graph! {
        fn doubled(x) -> y { u = 2*x; y = u*u; }
        fn turned(x, t) -> r { r = cos(t)*x; }
    }
    every_mode!(doubled(x = 3.0) -> y = 36.0, d = [24.0]);
    let slopes = [0.764_842_187_284_488_4, -0.966_326_530_856_536_5];
    every_mode!(turned(x = 1.5, t = 0.7) -> r = 1.147_263_280_926_732_7, d = slopes);
}

/// G47: inputs may be called what a generator might call its own variables.
#[test]
fn g47_user_names_that_look_internal() {
    graph! {
        fn f(t0, grad, d_x, out, tmp, _t1, self_, _r0) -> y {
            y = t0*grad + d_x^2 + 0*(out + tmp + _t1 + self_ + _r0);
        }
    }
    every_mode!(
        f(t0 = 2.0, grad = 3.0, d_x = -4.0, out = 1.0, tmp = 1.0, _t1 = 1.0, self_ = 1.0, _r0 = 1.0) -> y = 22.0,
        d = [3.0, 2.0, -8.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    );
}

/// G47: so may definitions, and the names of the graph's own items.
#[test]
fn g47_definitions_that_look_internal() {
    graph! {
        fn forward(d_y, seed, value) -> jacobian {
            d_d_y = d_y*seed;
            backward = d_d_y + value;
            gradient = backward*backward;
            jacobian = gradient + seed;
        }
    }
    every_mode!(
        forward(d_y = 2.0, seed = 3.0, value = -1.0) -> jacobian = 28.0,
        d = [30.0, 21.0, 10.0]
    );
}

/// What the compiler makes of the user's names (an entry `w_0` of `w`, the `a` of `g` as `g_a`) is never mistaken for a name of
/// that text which the user has given to something else.
#[test]
fn names_that_are_like_derived_ones() {
    graph! {
        fn entry(w: [2], w_0) -> y { y = w[0] + 10*w_0 + 100*w[1]; }
        fn g(x) -> y { a = exp(x); y = a*a; }
        fn inlined(x) -> z { q = g(x); g_a = x*3; z = q*g_a; }
        fn kept(w: [2]) -> y { w_0 = exp(w[1]); y = w[0]*w_0 + w_0*w_0; }
        fn adjoint(x, d_x) -> d_d_x { d_d_x = x^2*d_x; }
        fn of_one(w: [1]) -> y { y = w[0]^2; }
    }
    let (y, d) = entry::value_and_grad([1.0, 2.0], 5.0);
    assert_eq!((y, d.w, d.w_0), (251.0, [1.0, 100.0], 10.0));
    entry::check([1.0, 2.0], 5.0).assert();
    let e = 1_f64.exp();
    every_mode!(inlined(x = 0.5) -> z = 1.5*e, d = [6.0*e]);
    assert_eq!(kept::forward([2.0, 0.0]).backward(1.0).w, [1.0, 4.0]);
    every_mode!(adjoint(x = 3.0, d_x = 2.0) -> d_d_x = 18.0, d = [12.0, 9.0]);
    assert_eq!(of_one::value_and_grad([3.0]).1.w, [6.0]);
}

#[test]
fn names_that_are_like_derived_ones_inline() {
    let (w, w_0) = ([1.0, 2.0], 5.0);
    let g = graph! { w: [2]; y = w[0] + 10*w_0 + 100*w[1] };
    assert_eq!((g.y, g.backward(1.0).w_0), (251.0, 10.0));
    let (a, b, v_0) = (1.0, 2.0, 50.0);
    let g = graph! { v = [a*2, b]; y = v[0] + v_0 + v[1] };
    assert_eq!((g.v, g.y, g.backward(1.0).a), ([2.0, 2.0], 54.0, 2.0));
    let x = [3.0];
    let g = graph! { x: [1]; inputs = x[0]^2; y = inputs*x[0] };
    assert_eq!((g.y, g.backward(1.0).x), (27.0, [27.0]));
}
