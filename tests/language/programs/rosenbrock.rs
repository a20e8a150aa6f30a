//! Rosenbrock's valley in any number of variables: over slices, over an index, and in fixed arrays. Its gradient by
//! hand: of x_i, -400 x_i (x_{i+1} - x_i²) - 2 (1 - x_i) from the term it begins, and 200 (x_i - x_{i-1}²) from the
//! one it ends.

use graph_runtime::graph;
use ndarray::{Array1, array, s};

use crate::programs::{assert_near, noise};

graph! {
    fn by_slices(x: [n]) -> v { v = sum(100*(x[1..] - x[..n-1]^2)^2 + (1 - x[..n-1])^2); }
    fn by_index(x: [n]) -> v { v = sum(i in 0..n-1, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2); }
    fn fixed(x: [4]) -> v { v = sum(100*(x[1..] - x[..3]^2)^2 + (1 - x[..3])^2); }
}

fn by_hand(x: &[f64]) -> (f64, Vec<f64>) {
    let (mut value, mut gradient) = (0.0, vec![0.0; x.len()]);
    for i in 1..x.len() {
        let (rise, rest) = (x[i] - x[i - 1] * x[i - 1], 1.0 - x[i - 1]);
        value += 100.0 * rise * rise + rest * rest;
        gradient[i - 1] += -400.0 * rise * x[i - 1] - 2.0 * rest;
        gradient[i] += 200.0 * rise;
    }
    (value, gradient)
}

#[test]
fn over_slices_and_over_an_index() {
    for size in [2, 3, 10] {
        let x = noise(size, 1) * 2.0;
        let (value, gradient) = by_hand(x.as_slice().expect("it is packed"));
        let gradient = Array1::from(gradient);
        array_modes!(sized by_slices(x = &x) -> v = value, d(gradient));
        array_modes!(sized by_index(x = &x) -> v = value, d(gradient));
    }
}

#[test]
fn many_variables() {
    let x = noise(10_000, 2) * 2.0;
    let (value, gradient) = by_hand(x.as_slice().expect("it is packed"));
    for (found, slopes) in [
        by_slices::value_and_grad(&x).map(|(v, d)| (v, d.x)),
        by_index::value_and_grad(&x).map(|(v, d)| (v, d.x)),
    ]
    .map(|result| result.expect("there are two variables or more"))
    {
        assert!(
            (found - value).abs() < 1e-12 * value,
            "{found} is not {value}"
        );
        assert_near("the gradient", &slopes, &Array1::from(gradient.clone()));
    }
}

#[test]
fn fixed_arrays() {
    let x = [-1.2, 1.0, 0.7, 2.1];
    let (value, gradient) = by_hand(&x);
    let gradient: [f64; 4] = gradient.try_into().expect("four slopes");
    array_modes!(fixed fixed(x = x) -> v = value, d(gradient));
}

/// One variable begins no term and ends none; none at all is too few for `x[1..]`.
#[test]
fn the_shortest() {
    let (value, gradient) =
        by_slices::value_and_grad(&array![3.0]).expect("one variable is enough");
    assert_eq!((value, gradient.x), (0.0, array![0.0]));
    assert!(by_slices(&Array1::<f64>::zeros(0)).is_err());
    assert!(by_index(&Array1::<f64>::zeros(0)).is_err());
}

/// A variable that is a view with gaps, and one that runs backwards.
#[test]
fn layouts() {
    let wide = noise(13, 3);
    for x in [wide.slice(s![..;3]), wide.slice(s![..;-2])] {
        let (value, gradient) = by_hand(&x.to_vec());
        array_modes!(sized by_slices(x = &x) -> v = value, d(Array1::from(gradient.clone())));
    }
}
