//! The worked examples of the textbook from which the project grew, by their numbers and in every mode.

use graph_runtime::graph;
use ndarray::{Array2, array};

/// Buying fruit: every price on the way to the total can be read, and every gradient is the textbook's.
#[test]
fn buying_fruit() {
    graph! {
        fn total(apple_price, apples, orange_price, oranges, tax) -> price {
            apple_sum = apple_price*apples;
            orange_sum = orange_price*oranges;
            fruit = apple_sum + orange_sum;
            price = fruit*tax;
        }
    }
    let run = total::forward(100.0, 2.0, 150.0, 3.0, 1.1);
    assert_eq!(
        (run.apple_sum, run.orange_sum, run.fruit),
        (200.0, 450.0, 650.0)
    );
    every_mode!(
        total(apple_price = 100.0, apples = 2.0, orange_price = 150.0, oranges = 3.0, tax = 1.1) -> price = 715.0,
        d = [2.2, 110.0, 3.3, 165.0, 650.0]
    );
}

/// The chain rule: through `t = x + y` the square passes `2(x + y)` to both.
#[test]
fn chain_rule() {
    graph! { fn f(x, y) -> z { t = x + y; z = t^2; } }
    every_mode!(f(x = 1.0, y = 2.0) -> z = 9.0, d = [6.0, 6.0]);
    every_mode!(f(x = -0.5, y = 3.0) -> z = 6.25, d = [5.0, 5.0]);
    let (x, y) = (1.0, 2.0);
    let g = graph! { t = x + y; z = t^2 };
    let d = g.backward(1.0);
    assert_eq!((g.t, g.z, d.x, d.y), (3.0, 9.0, 6.0, 6.0));
    assert_eq!(g.jvp(1.0, -1.0), 0.0);
}

/// The add node passes what arrives from above to both inputs.
#[test]
fn add_node() {
    graph! { fn add(x, y) -> z { z = x + y; } }
    every_mode!(add(x = 10.0, y = 5.0) -> z = 15.0, d = [1.0, 1.0]);
    let d = add::forward(10.0, 5.0).backward(1.3);
    assert_eq!((d.x, d.y), (1.3, 1.3));
}

/// The multiply node passes what arrives from above on times the other input.
#[test]
fn multiply_node() {
    graph! { fn multiply(x, y) -> z { z = x*y; } }
    every_mode!(multiply(x = 10.0, y = 5.0) -> z = 50.0, d = [5.0, 10.0]);
    let d = multiply::forward(10.0, 5.0).backward(1.3);
    assert_eq!((d.x, d.y), (6.5, 13.0));
}

graph! {
    fn decomposed_sigmoid(x) -> y {
        negated = -x;
        power = exp(negated);
        below = 1 + power;
        y = 1/below;
    }
    fn sigmoid_row(x) -> y { y = sigmoid(x); }
}

/// Sigmoid taken apart has the slope `y(1 - y)`, and agrees with the one-row operation in value and slope.
#[test]
fn sigmoid_decomposed_and_as_one_row() {
    for x in [-3.0_f64, -0.4, 0.0, 1.0, 5.0] {
        let y = 1.0 / (1.0 + (-x).exp());
        every_mode!(decomposed_sigmoid(x = x) -> y = y, d = [y * (1.0 - y)]);
        every_mode!(sigmoid_row(x = x) -> y = y, d = [y * (1.0 - y)]);
    }
}

/// Far from zero the one-row operation stays exact.
#[test]
fn sigmoid_far_from_zero() {
    every_mode!(sigmoid_row(x = 800.0) -> y = 1.0, d = [0.0]);
    every_mode!(sigmoid_row(x = -800.0) -> y = 0.0, d = [0.0]);
}

/// Taken apart it does not: at -800 the power overflows, and the slope becomes a product of infinity and zero.
#[test]
fn decomposed_sigmoid_far_from_zero() {
    every_mode!(decomposed_sigmoid(x = 800.0) -> y = 1.0, d = [0.0]);
    let run = decomposed_sigmoid::forward(-800.0);
    assert_eq!((run.power, run.y), (f64::INFINITY, 0.0));
    assert!(run.backward(1.0).x.is_nan());
}

/// `ReLU` passes on what arrives where `x > 0`, and nothing where `x <= 0`, at 0 too.
#[test]
fn relu_passes_on_above_zero() {
    graph! { fn f(x) -> y { y = relu(x); } }
    every_mode!(f(x = 1.5) -> y = 1.5, d = [1.0]);
    every_mode!(f(x = 0.0) -> y = 0.0, d = [0.0]);
    every_mode!(f(x = -0.5) -> y = 0.0, d = [0.0]);
    assert_eq!(f::forward(1.5).backward(-4.0).x, -4.0);
}

/// `ReLU` of an array passes on entry by entry.
#[test]
fn relu_of_an_array() {
    graph! { fn f(x: [n, 2]) -> y { y = relu(x); } }
    let (x, y) = (
        array![[1.0, -0.5], [-2.0, 3.0]],
        array![[1.0, 0.0], [0.0, 3.0]],
    );
    let (seed, slopes) = (
        array![[5.0, 6.0], [7.0, 8.0]],
        array![[5.0, 0.0], [0.0, 8.0]],
    );
    array_modes!(sized f(x = &x) -> y = y, seed &seed, d(slopes));
}

/// Affine on one vector: X (2,), W (2, 3), B (3,).
#[test]
fn affine_on_a_vector() {
    graph! { fn f(x: [2], w: [2, 3], b: [3]) -> y { y = affine(x, w, b); } }
    let (x, w, b) = (
        [1.0, -2.0],
        [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]],
        [0.5, 0.25, -1.0],
    );
    let seed = [1.0, -1.0, 2.0];
    let slopes = ([8.0, 10.0], [[1.0, -1.0, 2.0], [-2.0, 2.0, -4.0]]);
    array_modes!(fixed f(x = x, w = w, b = b) -> y = [-2.5, -4.75, -8.0], seed seed, d(slopes.0, slopes.1, seed));
}

/// Affine on a batch: X (N, 2); `dX = dY Wᵀ`, `dW = Xᵀ dY`, and `dB` is the sum of `dY` over the batch.
#[test]
fn affine_on_a_batch() {
    graph! { fn f(x: [n, 2], w: [2, 3], b: [3]) -> y { y = affine(x, w, b); } }
    let x = array![[1.0, -2.0], [0.0, 1.0]];
    let w = array![[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]];
    let b = array![0.5, 0.25, -1.0];
    let seed: Array2<f64> = array![[1.0, -1.0, 2.0], [0.0, 3.0, 1.0]];
    let y = array![[-2.5, -4.75, -8.0], [2.5, 4.25, 5.0]];
    let (dx, dw) = (seed.dot(&w.t()), x.t().dot(&seed));
    assert_eq!(dx, array![[8.0, 10.0], [14.0, 18.0]]);
    assert_eq!(dw, array![[1.0, -1.0, 2.0], [-2.0, 5.0, -3.0]]);
    array_modes!(sized f(x = &x, w = &w, b = &b) -> y = y, seed &seed, d(dx, dw, array![1.0, 2.0, 3.0]));
}
