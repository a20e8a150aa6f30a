//! Views that repeat or skip entries, and arrays without any: they give the numbers of packed arrays.

use crate::common::arrays::assert_same;
use graph_runtime::graph;
use ndarray::{Array1, Array2, Array3, array, s};

graph! {
    fn scaled(x: [n, k], b: [k]) -> y { y = x*b + exp(x); }
    fn shifted(x: [n, k]) -> y { y = x[1.., ..k - 1]*x[..n - 1, 1..]; }
    fn product(x: [n, k], w: [k, m]) -> y { y = x @ w; }
    fn turned(x: [n, k], w: [n, m]) -> y { y = x.T @ w; }
    fn batch(x: [b, n, k], w: [b, k, m]) -> y { y = x @ w; }
    fn columns(x: [n, k]) -> y { y = sum(x^2, axis = 0); }
    fn normalised(x: [n, k]) -> y { y = softmax(x); }
    fn rows(x: [n, k]) -> y { y = [x[0], x[n - 1]*x[0]]; }
    fn total(x: [n, k], w: [k]) -> y { y = sum(i in 0..n, tanh(sum(j in 0..k, x[i, j]*w[j]))); }
    fn all(x: [n]) -> (s, m, p, l, g, u, v, e) {
        s = sum(x);
        m = mean(x);
        p = prod(x);
        l = norm(x);
        g = logsumexp(x);
        u = max(x);
        v = min(x);
        e = sum(softmax(x));
    }
}

/// Compares a graph of one view with the same graph of the view's copy: value, gradient and tangent, the seed a view too.
macro_rules! like_a_copy {
    ($f:ident($x:expr $(, $rest:expr)*)) => {{
        let (view, copy) = ($x, $x.to_owned());
        let want = $f(&copy $(, $rest)*).expect("the shapes agree");
        assert_same("the value", &$f(&view $(, $rest)*).expect("the shapes agree"), &want);
        let ones = array![1.0];
        let seed = ones.broadcast(want.raw_dim()).expect("one number has any shape");
        let got = $f::forward(&view $(, $rest)*).and_then(|run| run.backward(&seed)).expect("the shapes agree");
        let want = $f::forward(&copy $(, $rest)*).and_then(|run| run.backward(&seed.to_owned())).expect("the shapes agree");
        assert_same("the adjoint", &got.x, &want.x);
        $(let _ = $rest;)*
    }};
}

/// A row that stands for all rows has the stride 0, and its gradient is that of the copy, a row each.
#[test]
fn broadcast_views() {
    let row = array![0.5, -1.0, 2.0];
    let x = row.broadcast((4, 3)).expect("rows repeat");
    let (b, w) = (
        array![2.0, 3.0, -1.0],
        array![[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]],
    );
    like_a_copy!(scaled(x, &b));
    like_a_copy!(shifted(x));
    like_a_copy!(product(x, &w));
    like_a_copy!(product(x, &w.broadcast((3, 2)).expect("the same")));
    like_a_copy!(turned(x, &x));
    like_a_copy!(columns(x));
    like_a_copy!(normalised(x));
    like_a_copy!(rows(x));
    let number = array![1.5];
    let x = number.broadcast((2, 2, 3)).expect("a number repeats");
    like_a_copy!(batch(x, &Array3::from_elem((2, 3, 2), 0.5)));
}

/// Every second row of a transposed array, from the last one back.
#[test]
fn views_of_views() {
    let x = Array2::from_shape_fn((5, 9), |(row, column)| ((row * 9 + column) as f64).sin());
    let x = x.slice(s![.., ..;-2]);
    let x = x.t();
    let (b, w) = (Array1::from_elem(5, 0.5), Array2::from_elem((5, 2), -0.75));
    like_a_copy!(scaled(x, &b));
    like_a_copy!(scaled(x, &b.slice(s![..;-1])));
    like_a_copy!(shifted(x));
    like_a_copy!(product(x, &w.t().as_standard_layout().t()));
    like_a_copy!(turned(x, &x));
    like_a_copy!(columns(x));
    like_a_copy!(normalised(x));
    like_a_copy!(rows(x));
    let x = x.slice(s![1..2, 2..]);
    like_a_copy!(scaled(x, &array![1.0, 2.0, 3.0]));
    like_a_copy!(columns(x));
    like_a_copy!(normalised(x));
}

/// No rows, no columns: every kernel and every product gives an array without entries, or sums of nothing.
#[test]
fn empty_arrays() {
    let (x, none) = (Array2::<f64>::zeros((0, 3)), Array2::<f64>::zeros((3, 0)));
    let value = scaled(&x, &array![1.0, 2.0, 3.0]).expect("the shapes agree");
    assert_eq!(value.dim(), (0, 3));
    let grad = scaled::forward(&x, &array![1.0, 2.0, 3.0]).and_then(|run| run.backward(&value));
    let grad = grad.expect("the shapes agree");
    assert_eq!((grad.x.dim(), grad.b), ((0, 3), Array1::<f64>::zeros(3)));
    assert_eq!(product(&x, &none).expect("the shapes agree").dim(), (0, 0));
    assert_eq!(
        product(&none, &x).expect("the shapes agree"),
        Array2::<f64>::zeros((3, 3))
    );
    let grad = product::forward(&none, &x).and_then(|run| run.backward(&Array2::ones((3, 3))));
    let grad = grad.expect("the shapes agree");
    assert_eq!((grad.x.dim(), grad.w.dim()), ((3, 0), (0, 3)));
    assert_eq!(
        turned(&x, &Array2::ones((0, 2))).expect("the shapes agree"),
        Array2::<f64>::zeros((3, 2))
    );
    assert_eq!(
        columns(&x).expect("the shapes agree"),
        Array1::<f64>::zeros(3)
    );
    assert_eq!(normalised(&x).expect("the shapes agree").dim(), (0, 3));
    assert_eq!(normalised(&none).expect("the shapes agree").dim(), (3, 0));
    let (batches, weights) = (Array3::<f64>::zeros((0, 2, 3)), Array3::zeros((0, 3, 2)));
    assert_eq!(
        batch(&batches, &weights).expect("the shapes agree").dim(),
        (0, 2, 2)
    );
    let value = total::value_and_grad(&x, &array![1.0, 2.0, 3.0]).expect("the shapes agree");
    assert_eq!((value.0, value.1.w), (0.0, Array1::<f64>::zeros(3)));
}

/// What a reduction of nothing is: the sum 0, the product 1, the norm 0, and NaN where there is nothing to choose from.
#[test]
fn reductions_of_nothing() {
    let nothing = Array1::<f64>::zeros(0);
    let run = all::forward(&nothing).expect("the shapes agree");
    assert_eq!(
        (run.s, run.p, run.l, run.g, run.e),
        (0.0, 1.0, 0.0, f64::NEG_INFINITY, 0.0)
    );
    assert!(run.m.is_nan() && run.u.is_nan() && run.v.is_nan());
    let grad = run
        .backward(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
        .expect("the shapes agree");
    assert_eq!(grad.x.len(), 0);
    graph! { fn fixed(x: [0]) -> (s, m, p, l, g, u, v) {
        s = sum(x);
        m = mean(x);
        p = prod(x);
        l = norm(x);
        g = logsumexp(x);
        u = max(x);
        v = min(x);
    } }
    let (s, m, p, l, g, u, v) = fixed([0.0_f64; 0]);
    assert_eq!((s, p, l, g), (0.0, 1.0, 0.0, f64::NEG_INFINITY));
    assert!(m.is_nan() && u.is_nan() && v.is_nan());
}

/// Fixed arrays may be without entries along any axis.
#[test]
fn fixed_arrays_without_entries() {
    graph! {
        fn rows(x: [0, 3], b: [3]) -> y { y = x*b; }
        fn columns(x: [3, 0]) -> y { y = sum(x, axis = 1); }
        fn product(x: [2, 0], w: [0, 3]) -> y { y = x @ w; }
    }
    let grad = rows::forward([[0.0; 3]; 0], [1.0; 3]).backward([]);
    assert_eq!((grad.x.len(), grad.b), (0, [0.0; 3]));
    assert_eq!(columns([[0.0; 0]; 3]), [0.0; 3]);
    assert_eq!(
        columns::forward([[0.0; 0]; 3]).backward([1.0; 3]).x,
        [[0.0; 0]; 3]
    );
    assert_eq!(product([[0.0; 0]; 2], [[0.0; 3]; 0]), [[0.0; 3]; 2]);
}

/// One case is a batch of one: its axis stays, and its numbers are those of the case by itself.
#[test]
fn a_batch_of_one() {
    graph! {
        fn layer(x: [n, 3], w: [3, 2], b: [2]) -> y { y = affine(x, w, b); }
        fn single(x: [k], w: [k, 2], b: [2]) -> y { y = affine(x, w, b); }
    }
    let (x, w, b) = (
        array![1.0, -2.0, 3.0],
        Array2::from_elem((3, 2), 0.5),
        array![1.0, 2.0],
    );
    let of_one = x.view().insert_axis(ndarray::Axis(0));
    let (many, one) = (layer::forward(&of_one, &w, &b), single::forward(&x, &w, &b));
    let (many, one) = (
        many.expect("the shapes agree"),
        one.expect("the shapes agree"),
    );
    assert_eq!(many.y.dim(), (1, 2));
    assert_eq!(many.y.row(0), one.y);
    let (many, one) = (many.backward(&many.y), one.backward(&one.y));
    let (many, one) = (
        many.expect("the shapes agree"),
        one.expect("the shapes agree"),
    );
    assert_eq!(many.x.dim(), (1, 3));
    assert_eq!(
        (many.x.row(0), &many.w, &many.b),
        (one.x.view(), &one.w, &one.b)
    );
}
