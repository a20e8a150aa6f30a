//! `value_and_grad_into`: memory that is kept changes no number, whatever lies in it, whatever the sizes were before, and
//! however an adjoint comes about (computed, a view of another, the same as another, constant).

use graph_runtime::graph;
use ndarray::{Array1, Array2, array, s};

use crate::programs::noise;

const SCALE: f64 = 3.0;

graph! {
    fn many(a: [n, m], b: [n, m], c: [m, n], d: [n], unused: [n], k, const t: [n, m]) -> s {
        s = sum((a + b + c.T)*t) + { SCALE }*sum(d) + sum(k*a[0]) + sum(stop(unused));
    }
    fn named(workspace: [n], grad: [n], value: [n]) -> forward { forward = sum(workspace*grad^2/value); }
}

type Inputs = (
    Array2<f64>,
    Array2<f64>,
    Array2<f64>,
    Array1<f64>,
    Array2<f64>,
);

fn inputs(n: usize, m: usize) -> Inputs {
    let (a, b, t) = (noise((n, m), 40), noise((n, m), 41), noise((n, m), 42));
    (a, b, noise((m, n), 43), noise(n, 44), t)
}

/// The adjoints of `a`, `b`, `c`, `d`, `unused` and `k`, by hand.
fn check(d: &many::Grad<f64>, (a, _, _, _, t): &Inputs, k: f64) {
    let mut da = t.clone();
    da.row_mut(0).iter_mut().for_each(|entry| *entry += k);
    crate::programs::assert_near("a", &d.a, &da);
    crate::programs::assert_near("b", &d.b, t);
    crate::programs::assert_near("c", &d.c, &t.t().to_owned());
    crate::programs::assert_near("d", &d.d, &Array1::from_elem(a.nrows(), SCALE));
    crate::programs::assert_near("unused", &d.unused, &Array1::zeros(a.nrows()));
    assert!((d.k - a.row(0).sum()).abs() < 1e-12);
}

#[test]
fn one_workspace_for_inputs_of_many_sizes() {
    let (mut workspace, mut gradient) = (many::Workspace::default(), many::Grad::default());
    for (n, m) in [(3, 4), (7, 5), (2, 9), (1, 1), (7, 5)] {
        let all = inputs(n, m);
        let (a, b, c, d, t) = &all;
        let into = many::value_and_grad_into(a, b, c, d, d, 0.5, t, &mut workspace, &mut gradient);
        check(&gradient, &all, 0.5);
        let (value, fresh) = many::value_and_grad(a, b, c, d, d, 0.5, t).expect("the shapes agree");
        assert_eq!(
            (into.expect("the shapes agree"), &gradient),
            (value, &fresh)
        );
    }
}

/// An input whose shape is wrong is found before anything is written.
#[test]
fn an_error_leaves_the_gradient_alone() {
    let (mut workspace, mut gradient) = (many::Workspace::default(), many::Grad::default());
    let all = inputs(3, 4);
    let (a, b, c, d, t) = &all;
    let wrong = array![1.0];
    many::value_and_grad_into(a, b, c, d, d, 0.5, t, &mut workspace, &mut gradient)
        .expect("the shapes agree");
    let error =
        many::value_and_grad_into(a, b, c, &wrong, d, 2.0, t, &mut workspace, &mut gradient);
    assert!(error.is_err());
    check(&gradient, &all, 0.5);
}

/// A gradient may be put together from arrays of any layout, and its arrays taken away.
#[test]
fn gradients_from_elsewhere() {
    let all = inputs(3, 4);
    let (a, b, c, d, t) = &all;
    let mut workspace = many::Workspace::default();
    let mut gradient = many::Grad {
        a: noise((4, 3), 45).reversed_axes(),
        b: noise((9, 9), 46).slice_move(s![2..;-3, ..;2]),
        c: Array2::zeros((0, 5)),
        d: array![f64::NAN],
        unused: noise(100, 47),
        k: f64::NAN,
    };
    for _ in 0..2 {
        let value = many::value_and_grad_into(a, b, c, d, d, 0.5, t, &mut workspace, &mut gradient);
        assert!(value.is_ok());
        check(&gradient, &all, 0.5);
        let taken = std::mem::take(&mut gradient.a);
        assert_eq!(taken.dim(), (3, 4));
    }
}

/// Inputs may have the names that the function's own parameters have.
#[test]
fn names_do_not_collide() {
    let (w, g, v) = (array![1.0, 2.0], array![3.0, -1.0], array![2.0, 4.0]);
    let dw = array![4.5, 0.25];
    let (dg, dv) = (array![3.0, -1.0], array![-2.25, -0.125]);
    array_modes!(sized named(workspace = &w, grad = &g, value = &v) -> forward = 5.0, d(dw, dg, dv));
}
