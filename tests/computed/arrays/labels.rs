//! Entries at labels, against the same graph of numbers with the labels written out.

use crate::common::arrays::{Ramp, assert_same};
use graph_runtime::graph;
use ndarray::{Array, arr1, arr2};

/// The graph with labels and that with literals in their place agree in every mode.
macro_rules! agree {
    ($sized:ident($x:expr $(, $given:expr)*), $twin:ident) => {{
        let x = $x;
        let (array, step) = (x.array(), Ramp::ramp(&x));
        let along = step.array();
        let (value, slope) = $sized::value_and_grad(&array $(, $given)*).unwrap();
        let (expected, expected_slope) = $twin::value_and_grad(x);
        assert_same("the value", &value, &expected);
        assert_same("the gradient", &slope.x, &expected_slope.x.array());
        let run = $sized::forward(&array $(, $given)*).unwrap();
        assert_same("backward", &run.backward(2.0).unwrap().x, &(expected_slope.x.array() * 2.0));
        let (_, tangent) = $sized::jvp(&array $(, $given)*, &along).unwrap();
        assert_same("jvp", &tangent, &$twin::jvp(x, step).1);
        let (_, gradient, product) = $sized::hvp(&array $(, $given)*, &along).unwrap();
        let (_, _, wanted) = $twin::hvp(x, step);
        assert_same("the gradient of hvp", &gradient.x, &expected_slope.x.array());
        assert_same("hvp", &product.x, &wanted.x.array());
    }};
}

/// The same entries as an array of any size.
trait Nested {
    type D: ndarray::Dimension;
    fn array(&self) -> Array<f64, Self::D>;
}

impl<const N: usize> Nested for [f64; N] {
    type D = ndarray::Ix1;
    fn array(&self) -> Array<f64, Self::D> {
        arr1(self)
    }
}

impl<const N: usize, const M: usize> Nested for [[f64; M]; N] {
    type D = ndarray::Ix2;
    fn array(&self) -> Array<f64, Self::D> {
        arr2(self)
    }
}

graph! {
    /// Levels of groups, one label a row.
    #[graph(hessian)]
    fn levels(x: [k], of: index[n], const y: [n]) -> v { v = sum(i in 0..n, (y[i] - x[of[i]])^2*exp(x[of[i]]/4)); }
    #[graph(hessian)]
    fn levels_twin(x: [3]) -> v {
        v = (1 - x[2])^2*exp(x[2]/4) + (2 - x[0])^2*exp(x[0]/4) + (3 - x[2])^2*exp(x[2]/4) + (4 - x[2])^2*exp(x[2]/4);
    }

    #[graph(hessian)]
    fn whole(x: [k], of: index[n], const y: [n]) -> v { v = sum((y - x[of])^2*exp(x[of]/4)); }

    /// Rows of a table, as an embedding has them.
    #[graph(hessian)]
    fn embedding(x: [v, d], ids: index[t]) -> loss { rows = x[ids]; loss = sum(rows^3)*norm(rows[0]); }
    #[graph(hessian)]
    fn embedding_twin(x: [3, 2]) -> loss { rows = [x[1], x[1], x[0], x[1]]; loss = sum(rows^3)*norm(rows[0]); }

    /// An entry of each row, as a log likelihood has it.
    #[graph(hessian)]
    fn chosen(x: [n, k], label: index[n]) -> loss { loss = sum(i in 0..n, log_softmax(x[i])[label[i]]); }
    #[graph(hessian)]
    fn chosen_twin(x: [3, 2]) -> loss { loss = log_softmax(x[0])[1] + log_softmax(x[1])[0] + log_softmax(x[2])[1]; }

    /// Labels of two kinds in one table, and one under a second index.
    #[graph(hessian)]
    fn crossed(x: [k, m], row: index[n], column: index[n]) -> v {
        v = sum(i in 0..n, sin(x[row[i], column[i]])*x[row[i], 0]) + sum(i in 0..n, j in 0..m, x[row[i], j]^2*x[row[i], column[i]]);
    }
    #[graph(hessian)]
    fn crossed_twin(x: [2, 3]) -> v {
        v = sin(x[1, 2])*x[1, 0] + sin(x[0, 1])*x[0, 0] + sin(x[1, 1])*x[1, 0]
            + sum(j in 0..3, x[1, j]^2*x[1, 2] + x[0, j]^2*x[0, 1] + x[1, j]^2*x[1, 1]);
    }

    /// Labels along a later axis, and labels of another loop.
    #[graph(hessian)]
    fn later(x: [k, m], column: index[n]) -> v {
        v = sum(i in 0..k, j in 0..n, x[i, column[j]]^3*(i + 1)) + sum(x[.., column]^2) + sum(each(j in 0..n, x[.., column[j]])^4);
    }
    #[graph(hessian)]
    fn later_twin(x: [2, 3]) -> v {
        v = sum(i in 0..2, (x[i, 2]^3 + x[i, 0]^3 + x[i, 2]^3)*(i + 1))
            + sum(i in 0..2, x[i, 2]^2 + x[i, 0]^2 + x[i, 2]^2) + sum(i in 0..2, x[i, 2]^4 + x[i, 0]^4 + x[i, 2]^4);
    }

    /// The label before, a literal one, and labels that a function is given.
    #[graph(hessian)]
    fn chain(x: [k], state: index[t]) -> v { v = sum(i in 1..t, x[state[i]]*sin(x[state[i - 1]])) + x[state[0]]^2 + ends(x, state); }
    fn ends(x: [k], which: index[t]) -> u { u = x[which[t - 1]]*x[which[0]] + sum(x[which[1..t]]); }
    #[graph(hessian)]
    fn chain_twin(x: [3]) -> v {
        v = x[0]*sin(x[2]) + x[2]*sin(x[0]) + x[1]*sin(x[2]) + x[2]^2 + x[1]*x[2] + (x[0] + x[2] + x[1]);
    }

    /// Labels by local names, under a branch that is not taken everywhere, and of what was computed.
    #[graph(hessian)]
    fn branches(x: [k], of: index[n]) -> v {
        t = each(j in 0..k, sqrt(abs(x[j])));
        v = sum(i in 0..n, c = of[i]; if x[c] > 0 { ln(x[c])*t[c] } else { x[c]^2 });
    }
    #[graph(hessian)]
    fn branches_twin(x: [3]) -> v { v = ln(x[0])*sqrt(x[0]) + x[1]^2 + ln(x[0])*sqrt(x[0]) + ln(x[2])*sqrt(x[2]); }

    /// Labels read from their end: with a table for all turns, with a row of it for each, and from a later turn on.
    #[graph(hessian)]
    fn from_the_end(x: [k, m], of: index[k]) -> v {
        v = sum(i in 0..k, x[of[k - 1 - i], 0]*x[of[i], 1]^2) + sum(i in 0..k, x[i, of[k - 1 - i]]^3)
            + sum(i in 0..k - 1, x[i + 1, of[k - 2 - i]]*x[0, of[i]]);
    }
    #[graph(hessian)]
    fn from_the_end_twin(x: [3, 2]) -> v {
        v = x[0, 0]*x[1, 1]^2 + x[1, 0]*x[1, 1]^2 + x[1, 0]*x[0, 1]^2 + x[0, 0]^3 + x[1, 1]^3 + x[2, 1]^3
            + x[1, 1]*x[0, 1] + x[2, 1]*x[0, 1];
    }

    /// Definitions that are other names for labels, and so no values.
    #[graph(hessian)]
    fn named(x: [k], of: index[n]) -> v {
        all = of;
        first = of[0];
        rest = all[1..];
        v = sum(x[all]^2)*x[first] + sum(i in 0..n - 1, sin(x[rest[i]])*x[all[i]]);
    }
    #[graph(hessian)]
    fn named_twin(x: [3]) -> v {
        v = (x[2]^2 + x[0]^2 + x[2]^2)*x[2] + sin(x[0])*x[2] + sin(x[2])*x[0];
    }
}

const VECTOR: [f64; 3] = [0.5, -1.25, 2.0];
const MATRIX: [[f64; 3]; 2] = [[0.5, -1.25, 2.0], [1.5, 0.75, -0.25]];
const TABLE: [[f64; 2]; 3] = [[0.5, -1.25], [2.0, 1.5], [0.75, -0.25]];

#[test]
fn labels_of_rows() {
    let y = arr1(&[1.0, 2.0, 3.0, 4.0]);
    agree!(levels(VECTOR, &[2, 0, 2, 2], &y), levels_twin);
    agree!(whole(VECTOR, &[2, 0, 2, 2], &y), levels_twin);
}

#[test]
fn rows_at_labels() {
    agree!(embedding(TABLE, &[1, 1, 0, 1]), embedding_twin);
}

#[test]
fn an_entry_of_each_row() {
    agree!(chosen(TABLE, &[1, 0, 1]), chosen_twin);
}

#[test]
fn labels_of_two_kinds() {
    agree!(crossed(MATRIX, &[1, 0, 1], &[2, 1, 1]), crossed_twin);
}

#[test]
fn labels_along_a_later_axis() {
    agree!(later(MATRIX, &[2, 0, 2]), later_twin);
}

#[test]
fn labels_of_a_chain() {
    agree!(chain(VECTOR, &[2, 0, 2, 1]), chain_twin);
}

#[test]
fn labels_in_branches() {
    agree!(branches([0.5, -1.25, 2.0], &[0, 1, 0, 2]), branches_twin);
}

#[test]
fn labels_from_their_end() {
    agree!(from_the_end(TABLE, &[1, 1, 0]), from_the_end_twin);
}

#[test]
fn other_names_for_labels() {
    agree!(named(VECTOR, &[2, 0, 2]), named_twin);
}

/// Nothing is computed before all labels are known to be there.
#[test]
fn labels_out_of_range() {
    let y = arr1(&[1.0, 2.0]);
    let error = levels(&arr1(&VECTOR), &[2, 3], &y).unwrap_err();
    assert_eq!(
        error.to_string(),
        "label 3 at position 1 of `of` is not below 3, the number of entries to choose from"
    );
    assert!(levels(&arr1::<f64>(&[]), &[], &arr1(&[])).unwrap() == 0.0);
}

#[test]
fn numbers_of_half_the_size() {
    let x = arr1(&[0.5_f32, -1.25, 2.0]);
    let y = arr1(&[1.0_f32, 2.0, 3.0, 4.0]);
    let (value, slope) = levels::value_and_grad(&x, &[2, 0, 2, 2], &y).unwrap();
    let (expected, expected_slope) = levels_twin::value_and_grad([0.5_f32, -1.25, 2.0]);
    assert!((value - expected).abs() < 1e-5);
    for (found, wanted) in slope.x.iter().zip(expected_slope.x) {
        assert!((found - wanted).abs() < 1e-4);
    }
}
