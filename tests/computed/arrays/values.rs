//! Values and gradients that somebody else computed: by hand, with `ndarray`, and at the ties of `max` and `min`.

use graph_runtime::graph;
use ndarray::{Array, Array1, Array2, Array3, Axis, array};

/// Equal entries share the gradient evenly, however many they are and along whatever axis.
#[test]
fn ties_share_the_gradient() {
    graph! {
        fn of_all(x: [2, 3]) -> y { y = max(x); }
        fn of_rows(x: [3, 2]) -> y { y = min(x, axis = 1); }
        fn of_columns(x: [n, m]) -> y { y = max(x, axis = 0); }
        fn of_many(x: [n]) -> y { y = min(x); }
        fn of_arguments(a, b, c) -> y { y = max(a, b, c); }
        fn of_arrays(a: [2], b: [2]) -> y { y = max(a, b); }
    }
    let x = [[4.0, 1.0, 4.0], [4.0, 2.0, 4.0]];
    array_modes!(fixed of_all(x = x) -> y = 4.0, d([[0.25, 0.0, 0.25], [0.25, 0.0, 0.25]]));
    let x = [[1.0, 1.0], [2.0, 3.0], [5.0, 4.0]];
    let slopes = [[0.5, 0.5], [2.0, 0.0], [0.0, 3.0]];
    array_modes!(fixed of_rows(x = x) -> y = [1.0, 2.0, 4.0], seed [1.0, 2.0, 3.0], d(slopes));
    let x = array![[1.0, 5.0], [7.0, 5.0], [7.0, 5.0]];
    let slopes = array![[0.0, 1.0], [0.5, 1.0], [0.5, 1.0]];
    let seed = array![1.0, 3.0];
    array_modes!(sized of_columns(x = &x) -> y = array![7.0, 5.0], seed &seed, d(slopes));
    let x = array![3.0, 2.0, 2.0, 9.0, 2.0, 2.0];
    array_modes!(sized of_many(x = &x) -> y = 2.0, d(array![0.0, 0.25, 0.25, 0.0, 0.25, 0.25]));
    every_mode!(of_arguments(a = 1.0, b = 1.0, c = 1.0) -> y = 1.0, d = [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
    array_modes!(fixed of_arrays(a = [1.0, 2.0], b = [1.0, 3.0]) -> y = [1.0, 3.0], seed [1.0; 2],
        d([0.5, 0.0], [0.5, 1.0]));
}

/// A NaN among the entries is the largest and the smallest of them.
#[test]
fn nan_among_the_entries() {
    graph! { fn f(x: [n]) -> (u, v, s) { u = max(x); v = min(x); s = logsumexp(x); } }
    for at in 0..3 {
        let mut x = array![1.0, 2.0, 3.0];
        x[at] = f64::NAN;
        let (u, v, s) = f(&x).expect("one array has its own shape");
        assert!(
            u.is_nan() && v.is_nan() && s.is_nan(),
            "{u} {v} {s} with NaN at {at}"
        );
    }
}

/// Infinite logits: a certain class, an impossible one.
#[test]
fn infinite_logits() {
    graph! { fn f(x: [n]) -> (y, l) { y = softmax(x); l = logsumexp(x); } }
    let (y, l) = f(&array![f64::NEG_INFINITY, 0.0, 0.0]).expect("one array has its own shape");
    assert_eq!((y, l), (array![0.0, 0.5, 0.5], std::f64::consts::LN_2));
    let nothing = array![f64::NEG_INFINITY, f64::NEG_INFINITY];
    assert_eq!(
        f(&nothing).expect("one array has its own shape").1,
        f64::NEG_INFINITY
    );
}

/// Reductions and broadcasts of three axes against `ndarray`'s own.
#[test]
fn against_ndarray() {
    graph! {
        fn standardised(x: [b, n, k], g: [k]) -> y {
            m = mean(x, axis = 1);
            y = sum(x, axis = 1)*g - m^2;
        }
    }
    let x: Array3<f64> =
        Array::from_shape_fn((2, 4, 3), |(b, n, k)| ((7 * b + 3 * n + k) as f64).cos());
    let g = array![1.0, -2.0, 0.5];
    let mean = x.mean_axis(Axis(1)).expect("four rows");
    let value = x.sum_axis(Axis(1)) * &g - mean.mapv(|mean| mean * mean);
    let seed = array![[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25]];
    let each = &seed * &g - &seed * &mean * 2.0 / 4.0;
    let dx = each
        .insert_axis(Axis(1))
        .broadcast((2, 4, 3))
        .expect("one row each")
        .to_owned();
    let dg = (&seed * &x.sum_axis(Axis(1))).sum_axis(Axis(0));
    array_modes!(sized standardised(x = &x, g = &g) -> y = value, seed &seed, d(dx, dg));
}

/// Products larger than a block of the matrix product, against the definition's own gradients.
#[test]
fn large_products_against_ndarray() {
    graph! { fn f(x: [n, k], w: [k, m], b: [m]) -> y { y = relu(affine(x, w, b)); } }
    let of = |rows: usize, columns: usize, step: usize| -> Array2<f64> {
        Array::from_shape_fn((rows, columns), |(i, j)| {
            ((i * 31 + j * step) % 17) as f64 - 8.0
        })
    };
    let (x, w, seed) = (of(37, 70, 7), of(70, 53, 5), of(37, 53, 3));
    let b = Array1::from_shape_fn(53, |j| j as f64 - 20.0);
    let y = (x.dot(&w) + &b).mapv(|y| y.max(0.0));
    let mut passed = seed.clone();
    passed.zip_mut_with(&y, |seed, y| {
        if *y == 0.0 {
            *seed = 0.0;
        }
    });
    // The numbers are small integers, so both are exact.
    let (dx, dw, db) = (
        passed.dot(&w.t()),
        x.t().dot(&passed),
        passed.sum_axis(Axis(0)),
    );
    array_modes!(sized f(x = &x, w = &w, b = &b) -> y = y, seed &seed, d(dx, dw, db));
}

/// Several outputs, one of them an input as it is, and one input given back by two.
#[test]
fn several_outputs() {
    graph! { fn f(x: [n], s) -> (y, z, t) { y = x; z = s*x; t = sum(z); } }
    let x = array![1.0, -2.0];
    let run = f::forward(&x, 3.0).expect("the shapes agree");
    assert_eq!((&run.y, &run.z, run.t), (&x, &array![3.0, -6.0], -3.0));
    let grad = run
        .backward(&array![1.0, 1.0], &array![10.0, 20.0], 100.0)
        .expect("the shapes agree");
    assert_eq!((grad.x, grad.s), (array![331.0, 361.0], -130.0));
    let ((y, z, t), tangents) = f::jvp(&x, 3.0, &array![1.0, 0.0], 0.5).expect("the shapes agree");
    assert_eq!((y, z, t), (x, array![3.0, -6.0], -3.0));
    assert_eq!(tangents, (array![1.0, 0.0], array![3.5, -1.0], 2.5));
}

/// An output that an input does not reach gives it zeros of its own shape.
#[test]
fn unreached_inputs_have_zeros() {
    graph! {
        fn sized(x: [n, 2], s, const c: [n]) -> y { y = sum(c) + 0*s; _u = x; }
        fn fixed(x: [2, 2], s) -> y { y = s; _u = x; }
    }
    let (_, grad) = sized::value_and_grad(&Array2::ones((3, 2)), 1.0, &Array1::ones(3))
        .expect("the shapes agree");
    assert_eq!((grad.x, grad.s), (Array2::zeros((3, 2)), 0.0));
    let (_, grad) = fixed::value_and_grad([[1.0; 2]; 2], 1.0);
    assert_eq!((grad.x, grad.s), ([[0.0; 2]; 2], 1.0));
}

/// Intermediate results beyond what fixed arrays hold make all arrays of the graph ones of any size.
#[test]
fn a_large_intermediate_result() {
    graph! { fn f(a: [9], b: [9]) -> y { y = sum(outer(a, b)^2); } }
    let (a, b) = (Array1::from_elem(9, 2.0), Array1::from_elem(9, 0.5));
    array_modes!(sized f(a = &a, b = &b) -> y = 81.0, d(Array1::from_elem(9, 18.0 * 2.0 * 0.25 * 1.0), Array1::from_elem(9, 18.0 * 4.0 * 0.5)));
}

/// The names of inputs, definitions and dimensions do not meet.
#[test]
fn a_dimension_named_like_an_input() {
    graph! {
        fn f(n: [n], x: [x, n]) -> y { y = sum(x @ n)/2; }
        fn g(a: [y]) -> y { y = sum(a); }
        fn h(size: [size_n], n: [n]) -> y { y = sum(size)*sum(n); }
        fn extent(x: [n]) -> y { y = sum(x)/n; }
    }
    let (n, x) = (array![1.0, 2.0], array![[1.0, 1.0], [3.0, 5.0]]);
    array_modes!(sized f(n = &n, x = &x) -> y = 8.0, d(array![2.0, 3.0], array![[0.5, 1.0], [0.5, 1.0]]));
    array_modes!(sized g(a = &n) -> y = 3.0, d(array![1.0, 1.0]));
    array_modes!(sized h(size = &n, n = &n) -> y = 9.0, d(array![3.0, 3.0], array![3.0, 3.0]));
    array_modes!(sized extent(x = &n) -> y = 1.5, d(array![0.5, 0.5]));
}

/// More inputs and outputs than a tuple with traits has.
#[test]
fn thirteen_inputs_and_outputs() {
    graph! {
        fn f(a: [n], b: [n], c: [n], d: [n], e: [n], f: [n], g: [n], h: [n], i: [n], j: [n], k: [n], l: [n], m: [n]) -> y {
            y = sum(a*b + c*d + e*f + g*h + i*j + k*l + m^2);
        }
        fn outputs(x: [n]) -> (a, b, c, d, e, f, g, h, i, j, k, l, m) {
            a = sum(x); b = 2*x; c = 3*x; d = 4*x; e = 5*x; f = 6*x; g = 7*x; h = 8*x; i = 9*x; j = 10*x; k = 11*x; l = 12*x; m = 13*x;
        }
    }
    let x = array![1.0, 2.0];
    let (y, grad) = f::value_and_grad(&x, &x, &x, &x, &x, &x, &x, &x, &x, &x, &x, &x, &x)
        .expect("the shapes agree");
    assert_eq!(
        (y, grad.a, grad.m),
        (35.0, array![1.0, 2.0], array![2.0, 4.0])
    );
    let report = f::check(&x, &x, &x, &x, &x, &x, &x, &x, &x, &x, &x, &x, &x);
    report.expect("the shapes agree").assert();
    outputs::check(&x).expect("there is one array").assert();
}

/// An input of one entry, which is stretched over an array: its adjoint is a number under the axes of the input.
#[test]
fn inputs_of_one_entry() {
    graph! {
        fn product(x: [n], y: [1]) -> s { s = sum(x*y); }
        fn line(w: [d], b: [1], const x: [n, d], const t: [n]) -> l { l = mean((x @ w + b - t)^2); }
        fn plane(x: [n, d], y: [1, 1]) -> s { s = sum(x*y); }
        fn summed(x: [n], y: [1]) -> s { s = sum(y)*sum(x); }
        fn entry(x: [n], y: [1]) -> s: [1] { s = y*x[0]; }
    }
    let (s, d) = product::value_and_grad(&array![2.0, 3.0], &array![4.0]).expect("they agree");
    assert_eq!((s, d.x, d.y), (20.0, array![4.0, 4.0], array![5.0]));
    let (x, t) = (array![[1.0, 2.0], [3.0, 4.0]], array![1.0, 2.0]);
    let (w, b) = (array![1.0, 0.0], array![0.5]);
    let (l, d) = line::value_and_grad(&w, &b, &x, &t).expect("they agree");
    assert_eq!((l, d.w, d.b), (1.25, array![5.0, 7.0], array![2.0]));
    line::check(&w, &b, &x, &t).expect("they agree").assert();
    let (s, d) = plane::value_and_grad(&array![[2.0, 3.0]], &array![[4.0]]).expect("they agree");
    assert_eq!((s, d.x, d.y), (20.0, array![[4.0, 4.0]], array![[5.0]]));
    let (x, y) = (array![2.0, 3.0], array![4.0]);
    let run = summed::forward(&x, &y).expect("they agree");
    let d = run.backward(1.0).expect("a number");
    assert_eq!((d.x, d.y), (array![4.0, 4.0], array![5.0]));
    entry::check(&array![2.0, 3.0], &array![4.0])
        .expect("they agree")
        .assert();
}

/// Eighty operands of one loop, of which one lies backwards in memory; by loops over the entries.
#[test]
fn a_filter_of_many_taps() {
    graph! {
        fn filtered(x: [n], w: [40]) -> (y, z: [n - 40]) {
            z = sum(k in 0..40, w[k]*x[k..n - 40 + k]);
            y = sum(tanh(z)^2);
        }
    }
    let x = Array1::from_shape_fn(57, |i| (i as f64 * 0.7).sin());
    let w = Array1::from_shape_fn(40, |k| 0.1 * (k as f64 + 1.0).cos());
    let z = Array1::from_shape_fn(17, |i| (0..40).map(|k| w[k] * x[i + k]).sum::<f64>());
    let run = filtered::forward(&x, &w).expect("the shapes agree");
    assert!((&run.z - &z).iter().all(|off| off.abs() < 1e-14));
    let d = run
        .backward(1.0, &Array1::zeros(17))
        .expect("the shapes agree");
    let slope = z.mapv(|z| 2.0 * z.tanh() * (1.0 - z.tanh().powi(2)));
    let by_w = Array1::from_shape_fn(40, |k| (0..17).map(|i| slope[i] * x[i + k]).sum::<f64>());
    assert!((&d.w - &by_w).iter().all(|off| off.abs() < 1e-13));
    filtered::check(&x, &w).expect("the shapes agree").assert();
    let backwards = x.slice(ndarray::s![..;-1]);
    let mirrored = filtered(&backwards.to_owned(), &w).expect("the shapes agree");
    assert_eq!(
        filtered(&backwards, &w).expect("the shapes agree"),
        mirrored
    );
}

/// Forward passes that outlive what they were made from: a loop by hand gives what one graph of all steps gives.
#[test]
fn forward_passes_are_kept() {
    graph! {
        fn step(h: [n], x: [m], w: [n, n], u: [m, n], ids: index[k]) -> (next: [n], s) {
            next = tanh(h @ w + x @ u);
            s = sum(next[ids]*h[ids]);
        }
        fn all(h: [n], x: [3, m], w: [n, n], u: [m, n], ids: index[k]) -> l {
            (a, r) = step(h, x[0], w, u, ids);
            (b, s) = step(a, x[1], w, u, ids);
            (c, t) = step(b, x[2], w, u, ids);
            l = r + s + t + sum(c);
        }
    }
    let (w, u) = (array![[0.1, 0.2], [0.3, -0.1]], array![[0.5, -0.5]]);
    let (start, x) = (array![0.25, -0.5], array![[1.0], [2.0], [3.0]]);
    let (mut h, mut steps) = (start.clone(), Vec::new());
    for x in x.outer_iter() {
        let x = x.to_owned();
        let step = step::forward(&h, &x, &w, &u, &[0, 1, 1]);
        let step = step.expect("the shapes agree").into_owned();
        h.clone_from(&step.next);
        steps.push(step);
    }
    let (mut d_h, mut d_w) = (Array1::ones(2), Array2::zeros((2, 2)));
    for step in steps.iter().rev() {
        let d = step.backward(&d_h, 1.0).expect("the shapes agree");
        d_h = d.h;
        d_w += &d.w;
    }
    let (_, d) = all::value_and_grad(&start, &x, &w, &u, &[0, 1, 1]).expect("the shapes agree");
    assert!((&d.h - &d_h).iter().all(|off: &f64| off.abs() < 1e-15));
    assert!((&d.w - &d_w).iter().all(|off: &f64| off.abs() < 1e-15));
}
