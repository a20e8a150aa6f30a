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
