//! Arrays: batches, broadcasting, layouts, softmax and its losses, and the errors of shapes and labels at run time.

use graph_runtime::graph;
use ndarray::{Array1, Array2, array, s};

/// G21: the largest logit is subtracted before anything is exponentiated.
#[test]
fn g21_log_softmax_of_wide_logits() {
    graph! { fn f(x: [3]) -> y { y = log_softmax(x); } }
    let value = [-1850.0, 0.0, -940.0];
    array_modes!(fixed f(x = [-900.0, 950.0, 10.0]) -> y = value, seed [1.0; 3], d([1.0, -2.0, 1.0]));
    assert_eq!(f([-900.0_f32, 950.0, 10.0]), [-1850.0, 0.0, -940.0]);
}

/// G21: the same inside the cross-entropy.
#[test]
fn g21_cross_entropy_of_wide_logits() {
    graph! { fn f(x: [3], const t: [3]) -> loss { loss = softmax_cross_entropy(x, t); } }
    let slopes = [-1.0, (-120.0_f64).exp(), 1.0];
    array_modes!(fixed f(x = [-400.0, 300.0, 420.0]; [1.0, 0.0, 0.0]) -> loss = 820.0, d(slopes));
    let (loss, gradient) = f::value_and_grad([-400.0_f32, 300.0, 420.0], [1.0, 0.0, 0.0]);
    assert_eq!((loss, gradient.x), (820.0, [-1.0, 0.0, 1.0]));
}

/// G26: the slope of a product is the product of the others, not the whole divided by one.
#[test]
fn g26_product_with_zeros() {
    graph! {
        fn four(v: [4]) -> y { y = prod(i in 0..4, v[i]); }
        fn three(a, b, c) -> y { y = a*b*c; }
    }
    array_modes!(fixed four(v = [5.0, 0.0, 2.0, 3.0]) -> y = 0.0, d([0.0, 30.0, 0.0, 0.0]));
    every_mode!(three(a = 0.0, b = 4.0, c = 0.0) -> y = 0.0, d = [0.0, 0.0, 0.0]);
}

/// G34: the gradient of the cross-entropy is the probabilities less the target.
#[test]
fn g34_softmax_cross_entropy_of_two_logits() {
    graph! { fn f(x: [2], const t: [2]) -> loss { loss = softmax_cross_entropy(x, t); } }
    let loss = 2.0 * std::f64::consts::LN_2;
    array_modes!(fixed f(x = [0.0, 3.0_f64.ln()]; [1.0, 0.0]) -> loss = loss, d([-0.75, 0.75]));
}

/// G36: the gradient of an f32 array is an f32 array.
#[test]
fn g36_f32_array_stays_f32() {
    graph! { fn f(x: [2, 2]) -> y { y = sum(0.2*x + 1); } }
    let (value, gradient) = f::value_and_grad([[1.0_f32, 2.0], [3.0, 4.0]]);
    let slopes: [[f32; 2]; 2] = gradient.x;
    assert_eq!((value, slopes), (6.0, [[0.2; 2]; 2]));
    array_modes!(fixed f(x = [[1.0, 2.0], [3.0, 4.0]]) -> y = 6.0, d([[0.2; 2]; 2]));
}

/// G40: the gradient of a bias that was added to every row is summed over the rows.
#[test]
fn g40_bias_after_broadcasting_over_a_batch() {
    graph! {
        fn spelled_out(x: [n, 2], w: [2, 2], b: [2]) -> loss { y = x @ w + b; loss = 0.5*sum(y^2); }
        fn one_row(x: [n, 2], w: [2, 2], b: [2]) -> loss { y = affine(x, w, b); loss = 0.5*sum(y^2); }
    }
    let (x, w, b) = (
        array![[1.0, 2.0], [-1.0, 0.0], [3.0, 1.0]],
        array![[2.0, -1.0], [1.0, 3.0]],
        array![1.0, -1.0],
    );
    let dx = array![[6.0, 17.0], [-2.0, -1.0], [17.0, 5.0]];
    let (dw, db) = (array![[30.0, 1.0], [18.0, 7.0]], array![12.0, 3.0]);
    array_modes!(sized spelled_out(x = &x, w = &w, b = &b) -> loss = 53.5, d(dx, dw, db));
    array_modes!(sized one_row(x = &x, w = &w, b = &b) -> loss = 53.5, d(dx, dw, db));
    let run = one_row::forward(&x, &w, &b).expect("the shapes agree");
    assert_eq!(run.y, array![[5.0, 4.0], [-1.0, 0.0], [8.0, -1.0]]);
}

/// G40: the same batch in fixed arrays.
#[test]
fn g40_fixed_batch() {
    graph! { fn f(x: [3, 2], w: [2, 2], b: [2]) -> loss { y = affine(x, w, b); loss = 0.5*sum(y^2); } }
    let (x, w, b) = (
        [[1.0, 2.0], [-1.0, 0.0], [3.0, 1.0]],
        [[2.0, -1.0], [1.0, 3.0]],
        [1.0, -1.0],
    );
    let dx = [[6.0, 17.0], [-2.0, -1.0], [17.0, 5.0]];
    array_modes!(fixed f(x = x, w = w, b = b) -> loss = 53.5, d(dx, [[30.0, 1.0], [18.0, 7.0]], [12.0, 3.0]));
}

/// G41: one vector goes through a layer as it does in a batch.
#[test]
fn g41_affine_on_one_vector() {
    graph! {
        fn fixed(x: [3], w: [3, 2], b: [2]) -> y { y = affine(x, w, b); }
        fn sized(x: [n], w: [n, 2], b: [2]) -> y { y = x @ w + b; }
    }
    let (x, w, b) = (
        [1.0, -2.0, 3.0],
        [[1.0, 0.0], [2.0, -1.0], [0.0, 4.0]],
        [5.0, -3.0],
    );
    let (dx, dw, db) = (
        [2.0, 5.0, -4.0],
        [[2.0, -1.0], [-4.0, 2.0], [6.0, -3.0]],
        [2.0, -1.0],
    );
    array_modes!(fixed fixed(x = x, w = w, b = b) -> y = [2.0, 11.0], seed [2.0, -1.0], d(dx, dw, db));
    let (x, w, b) = (
        Array1::from_iter(x),
        Array2::from(w.to_vec()),
        array![5.0, -3.0],
    );
    let (dx, dw, db) = (
        Array1::from_iter(dx),
        Array2::from(dw.to_vec()),
        array![2.0, -1.0],
    );
    let seed = array![2.0, -1.0];
    array_modes!(sized sized(x = &x, w = &w, b = &b) -> y = array![2.0, 11.0], seed &seed, d(dx, dw, db));
}

/// G42: an input may be packed, transposed or strided; its layout changes no number.
#[test]
fn g42_transposed_and_strided_inputs() {
    graph! { fn f(a: [n, 3], b: [n, 2]) -> c { c = a.T @ b; } }
    let a = array![[1.0, -2.0, 3.0], [4.0, 0.0, -1.0]];
    let turned = array![[1.0, 4.0], [-2.0, 0.0], [3.0, -1.0]];
    let wide = array![
        [1.0, 9.0, -2.0, 9.0, 3.0, 9.0],
        [4.0, 9.0, 0.0, 9.0, -1.0, 9.0]
    ];
    let (transposed, strided) = (turned.t(), wide.slice(s![.., ..;2]));
    let (b, seed) = (array![[2.0, 1.0], [-1.0, 3.0]], Array2::ones((3, 2)));
    let c = array![[-2.0, 13.0], [-4.0, -2.0], [7.0, 0.0]];
    let (da, db) = (
        array![[3.0, 3.0, 3.0], [2.0, 2.0, 2.0]],
        array![[2.0, 2.0], [3.0, 3.0]],
    );
    array_modes!(sized f(a = &a, b = &b) -> c = c, seed &seed, d(da, db));
    array_modes!(sized f(a = &transposed, b = &b) -> c = c, seed &seed, d(da, db));
    array_modes!(sized f(a = &strided, b = &b) -> c = c, seed &seed, d(da, db));
}

/// G43: an empty batch is a batch: sum 0, gradients of zero in the right shapes, no panic.
#[test]
fn g43_batch_of_size_zero() {
    graph! {
        fn total(x: [n, 3], w: [3, 2], b: [2]) -> loss { y = affine(x, w, b); loss = sum(y); }
        fn average(x: [n, 3], w: [3, 2], b: [2]) -> loss { loss = mean(affine(x, w, b)); }
    }
    let (x, w, b) = (
        Array2::<f64>::zeros((0, 3)),
        Array2::ones((3, 2)),
        Array1::ones(2),
    );
    let slopes = (
        Array2::zeros((0, 3)),
        Array2::zeros((3, 2)),
        Array1::zeros(2),
    );
    array_modes!(sized total(x = &x, w = &w, b = &b) -> loss = 0.0, d(slopes.0, slopes.1, slopes.2));
    assert_eq!(
        total::forward(&x, &w, &b)
            .expect("the shapes agree")
            .y
            .shape(),
        [0, 2]
    );
    let (value, gradient) = average::value_and_grad(&x, &w, &b).expect("the shapes agree");
    assert!(value.is_nan(), "the mean of nothing is {value}");
    assert_eq!(gradient.x.shape(), [0, 3]);
    assert_eq!(
        (gradient.w, gradient.b),
        (Array2::zeros((3, 2)), Array1::zeros(2))
    );
}

/// G44: sizes that are known only at run time are compared before any arithmetic, and both are named.
#[test]
fn g44_sizes_that_differ_at_run_time() {
    graph! { fn f(p: [n], t: [n]) -> loss { loss = sum((p - t)^2); } }
    let error = f(&array![1.0, 2.0, 3.0, 4.0], &array![1.0]).expect_err("1 is not broadcast to 4");
    assert_eq!(
        error.to_string(),
        "`t` should have shape [n = 4], but has shape [1]; `n` is 4 in `p`"
    );
}

/// G45: a label outside the classes is an error that names both, in every mode.
#[test]
fn g45_class_label_out_of_range() {
    graph! { fn f(x: [n, c], labels: index[n]) -> loss { loss = softmax_cross_entropy(x, labels); } }
    let x = array![[0.0, 1.0]];
    for label in [2, 100] {
        let message = f(&x, &[label])
            .expect_err("there are two classes")
            .to_string();
        assert!(
            message.contains(&label.to_string()) && message.contains('2'),
            "{message}"
        );
        assert!(f::forward(&x, &[label]).is_err() && f::value_and_grad(&x, &[label]).is_err());
        assert!(f::vjp(&x, &[label]).is_err() && f::jvp(&x, &[label], &x).is_err());
    }
    assert!(f(&x, &[1]).is_ok());
}

/// G46: the loss of a batch is divided by the size of the batch and by nothing else.
#[test]
fn g46_scale_of_batch_cross_entropy() {
    graph! {
        fn by_label(x: [n, c], t: index[n]) -> loss { loss = softmax_cross_entropy(x, t); }
        fn one_hot(x: [n, c], const t: [n, c]) -> loss { loss = softmax_cross_entropy(x, t); }
    }
    let x = array![[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]];
    let first = [
        0.045_015_286_585_190_23,
        0.122_364_235_527_398_83,
        -0.167_379_522_112_589_05,
    ];
    let slopes = array![first, [-1.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]];
    array_modes!(sized by_label(x = &x; &[2, 0]) -> loss = 0.753_109_126_556_245, d(slopes));
    let t = array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
    array_modes!(sized one_hot(x = &x; &t) -> loss = 0.753_109_126_556_245, d(slopes));
}

/// G54: an array to the power zero keeps its link to the input.
#[test]
fn g54_array_to_the_power_zero() {
    graph! { fn f(v: [3]) -> y { y = sum(v^0); } }
    array_modes!(fixed f(v = [2.0, -3.0, 0.0]) -> y = 3.0, d([0.0; 3]));
}

/// G55: the variance of equal values is flat; their standard deviation is a root at 0, whose infinite slope the zeros of the square
/// win over, as the gradient of the norm at 0 is 0.
#[test]
fn g55_standard_deviation_of_equal_values() {
    graph! {
        fn variance(v: [3]) -> y { y = mean((v - mean(v))^2); }
        fn deviation(v: [3]) -> y { y = sqrt(mean((v - mean(v))^2)); }
        fn by_norm(v: [3]) -> y { y = norm(v - mean(v))/sqrt(3); }
        fn by_norm_sized(v: [n]) -> y { y = norm(v - mean(v))/sqrt(n); }
    }
    array_modes!(fixed variance(v = [2.0; 3]) -> y = 0.0, d([0.0; 3]));
    array_modes!(fixed deviation(v = [2.0; 3]) -> y = 0.0, d([0.0; 3]));
    array_modes!(fixed by_norm(v = [2.0; 3]) -> y = 0.0, d([0.0; 3]));
    let v = array![2.0, 2.0, 2.0, 2.0];
    array_modes!(sized by_norm_sized(v = &v) -> y = 0.0, d(Array1::<f64>::zeros(4)));
}

/// G57: the sum of log-probabilities far apart keeps its gradient.
#[test]
fn g57_sum_of_log_softmax() {
    graph! { fn f(x: [2]) -> y { y = sum(log_softmax(x)); } }
    array_modes!(fixed f(x = [2.0, 2000.0]) -> y = -1998.0, d([1.0, -1.0]));
}

/// G62: an array used twice in one expression collects both gradients.
#[test]
fn g62_array_used_twice_in_one_expression() {
    graph! {
        fn fixed(v: [2]) -> y { y = sum(3*v) + sum(v*v); }
        fn sized(v: [n]) -> y { y = sum(3*v) + sum(v*v); }
    }
    array_modes!(fixed fixed(v = [1.0, -2.0]) -> y = 2.0, d([5.0, -1.0]));
    let v = array![1.0, -2.0];
    array_modes!(sized sized(v = &v) -> y = 2.0, d(array![5.0, -1.0]));
}

/// G65: a number broadcast against a vector gets the sum of what arrives.
#[test]
fn g65_number_against_a_vector() {
    graph! {
        fn raised(v: [3]) -> y { y = max(v) + v; }
        fn centred(x: [3]) -> y { y = x - mean(x); }
    }
    array_modes!(fixed raised(v = [4.0, 7.0, 5.0]) -> y = [11.0, 14.0, 12.0], seed [1.0; 3], d([1.0, 4.0, 1.0]));
    let (x, y) = ([3.0, 1.0, 8.0], [-1.0, -3.0, 4.0]);
    array_modes!(fixed centred(x = x) -> y = y, seed [1.0; 3], d([0.0; 3]));
    let slopes = [2.0 / 3.0, -1.0 / 3.0, -1.0 / 3.0];
    array_modes!(fixed centred(x = x) -> y = y, seed [1.0, 0.0, 0.0], d(slopes));
}

/// G66: the gradient of a broadcast factor is summed back to its own shape.
#[test]
fn g66_broadcast_multiply() {
    graph! {
        fn fixed(h: [2, 3], m: [2, 1]) -> y { y = sum(h*m); }
        fn sized(h: [n, 3], m: [n, 1]) -> y { y = sum(h*m); }
    }
    let (h, m) = ([[1.0, 2.0, 3.0], [-1.0, 0.0, 4.0]], [[2.0], [-3.0]]);
    let (dh, dm) = ([[2.0; 3], [-3.0; 3]], [[6.0], [3.0]]);
    array_modes!(fixed fixed(h = h, m = m) -> y = 3.0, d(dh, dm));
    let (h, m) = (Array2::from(h.to_vec()), Array2::from(m.to_vec()));
    let (dh, dm) = (Array2::from(dh.to_vec()), Array2::from(dm.to_vec()));
    array_modes!(sized sized(h = &h, m = &m) -> y = 3.0, d(dh, dm));
}
