//! `jacobian` of arrays of any size: its axes, and each entry against forward mode along that entry.

use graph_runtime::{ShapeError, graph};
use ndarray::{Array, Array1, Array2, Array3, Array4, Dimension, array};

mod elsewhere {
    graph_runtime::graph! { pub fn bent(x, a) -> y { y = x^2*a; } }
}

graph! {
    fn dense(x: [n, k], w: [k, m], b: [m]) -> y: [n, m] { y = tanh(x @ w + b); }
    /// The rows of `x` do not meet, with more entries of the output than of the input in each row, and with fewer.
    fn wide(x: [n, k], const w: [k, m]) -> y: [n, m] { y = tanh(x @ w); }
    fn narrow(x: [n, k], t: [n]) -> (y: [n], z: [n]) {
        y = each(i in 0..n, dot(x[i], x[i])*t[i]);
        z = if t > 0 { sqrt(t) } else { logsumexp(x, axis = 1) };
    }
    fn mixed(x: [n], a) -> (y: [n], s, z: [2, n]) { y = a*x; s = sum(x^2)*a; z = [x, x^2*sum(x)]; }
    fn one_number(x: [n], a) -> s { s = a*sum(x^2); }
    /// Seven axes, six and one.
    fn many_axes(x: [n, 2, 2, 2], a: [n, 2, 2], c) -> y: [n, 2, 2] { y = c*sum(x, axis = 3)*a; }
    fn by_call(x: [n], a: [n], const c) -> y { y = each(elsewhere::bent(x, a))*{ 3.0 }*c; }
    fn labelled(table: [m, 2], ids: index[n]) -> y: [n, 2] { y = table[ids]^2; }
}

fn wave<D: Dimension>(shape: impl ndarray::ShapeBuilder<Dim = D>, shift: f64) -> Array<f64, D> {
    let mut at = shift;
    Array::from_shape_simple_fn(shape, || {
        at += 0.7;
        at.sin()
    })
}

/// The Jacobian by an input, column by column, from the change that `jvp` gives along each of its entries.
#[track_caller]
fn assert_columns<D: Dimension, R: Dimension>(
    found: &Array<f64, R>,
    input: &Array<f64, D>,
    change: impl Fn(&Array<f64, D>) -> Vec<f64>,
) {
    let mut direction = Array::zeros(input.raw_dim());
    let columns = input.len();
    for column in 0..columns {
        set(&mut direction, column, 1.0);
        let entries = found.iter().skip(column).step_by(columns);
        let expected = change(&direction);
        assert_eq!(entries.len(), expected.len());
        for (found, expected) in entries.zip(expected) {
            crate::common::assert_close("entry", *found, expected);
        }
        set(&mut direction, column, 0.0);
    }
}

fn set<D: Dimension>(array: &mut Array<f64, D>, at: usize, value: f64) {
    *array.iter_mut().nth(at).expect("the entry is there") = value;
}

fn flat<D: Dimension>(array: &Array<f64, D>) -> Vec<f64> {
    array.iter().copied().collect()
}

#[test]
fn axes_of_the_output_and_of_the_input() -> Result<(), ShapeError> {
    let (x, w, b) = (wave((4, 3), 0.1), wave((3, 2), 1.0), wave(2, 2.0));
    let (y, j) = dense::jacobian(&x, &w, &b)?;
    assert_eq!(y, dense(&x, &w, &b)?);
    assert_eq!(j.x.dim(), (4, 2, 4, 3));
    assert_eq!(j.w.dim(), (4, 2, 3, 2));
    assert_eq!(j.b.dim(), (4, 2, 2));
    let (none_x, none_w, none_b) = (x.clone() * 0.0, w.clone() * 0.0, b.clone() * 0.0);
    assert_columns(&j.x, &x, |d| {
        flat(&dense::jvp(&x, &w, &b, d, &none_w, &none_b).unwrap().1)
    });
    assert_columns(&j.w, &w, |d| {
        flat(&dense::jvp(&x, &w, &b, &none_x, d, &none_b).unwrap().1)
    });
    assert_columns(&j.b, &b, |d| {
        flat(&dense::jvp(&x, &w, &b, &none_x, &none_w, d).unwrap().1)
    });
    Ok(())
}

/// Rows that do not meet give the numbers of those that might.
#[test]
fn rows_that_do_not_meet() -> Result<(), ShapeError> {
    for m in [2, 5] {
        let (x, w) = (wave((4, 3), 0.1), wave((3, m), 1.0));
        let (y, j) = wide::jacobian(&x, &w)?;
        let (expected, all) = dense::jacobian(&x, &w, &Array1::zeros(m))?;
        assert_eq!(y, expected);
        for (found, expected) in j.x.iter().zip(&all.x) {
            crate::common::assert_close("entry", *found, *expected);
        }
        assert_eq!(j.x.iter().filter(|entry| **entry != 0.0).count(), 4 * m * 3);
        wide::check(&x, &w)?.assert();
    }
    let (x, t) = (wave((4, 3), 0.1), array![0.5, -0.25, 2.0, 0.0]);
    let ((y, z), j) = narrow::jacobian(&x, &t)?;
    assert_eq!((y, z), narrow(&x, &t)?);
    assert_eq!((j.x.dim(), j.t.dim()), ((8, 4, 3), (8, 4)));
    let outputs = |(y, z): (Array1<f64>, Array1<f64>)| [flat(&y), flat(&z)].concat();
    let (none_x, none_t) = (Array2::zeros((4, 3)), Array1::zeros(4));
    assert_columns(&j.x, &x, |d| {
        outputs(narrow::jvp(&x, &t, d, &none_t).unwrap().1)
    });
    assert_columns(&j.t, &t, |d| {
        outputs(narrow::jvp(&x, &t, &none_x, d).unwrap().1)
    });
    Ok(())
}

#[test]
fn several_outputs_are_one_axis() -> Result<(), ShapeError> {
    let x = array![1.0, 2.0, -1.0];
    let ((y, s, z), j) = mixed::jacobian(&x, 3.0)?;
    assert_eq!((y, s), (array![3.0, 6.0, -3.0], 18.0));
    assert_eq!(z, array![[1.0, 2.0, -1.0], [2.0, 8.0, 2.0]]);
    assert_eq!(
        j.a,
        array![1.0, 2.0, -1.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    );
    assert_eq!(j.x.row(1), array![0.0, 3.0, 0.0]);
    assert_eq!(j.x.row(3), array![6.0, 12.0, -6.0]);
    assert_eq!(j.x.row(8), array![4.0, 12.0, 4.0]);
    Ok(())
}

/// Of a number the gradient; with more axes than a type of `ndarray` says, an array that counts them at run time.
#[test]
fn few_axes_and_many() -> Result<(), ShapeError> {
    let (s, j) = one_number::jacobian(&array![1.0, 2.0], 3.0)?;
    assert_eq!((s, j.x, j.a), (15.0, array![6.0, 12.0], 5.0));
    let (x, a): (Array4<f64>, Array3<f64>) = (wave((2, 2, 2, 2), 0.1), wave((2, 2, 2), 0.3));
    let (y, j) = many_axes::jacobian(&x, &a, 2.0)?;
    assert_eq!(y, many_axes(&x, &a, 2.0)?);
    assert_eq!(j.x.shape(), [2, 2, 2, 2, 2, 2, 2]);
    assert_eq!(j.a.dim(), (2, 2, 2, 2, 2, 2));
    assert_eq!(j.c.dim(), (2, 2, 2));
    assert_eq!(j.x[[1, 0, 1, 1, 0, 1, 0].as_slice()], 2.0 * a[[1, 0, 1]]);
    assert_eq!(j.x[[1, 0, 1, 1, 1, 1, 0].as_slice()], 0.0);
    assert_eq!(
        j.a[[0, 1, 1, 0, 1, 1]],
        2.0 * (x[[0, 1, 1, 0]] + x[[0, 1, 1, 1]])
    );
    Ok(())
}

/// Calls and constants of the surroundings, labels, arrays without entries and arrays of the wrong shape.
#[test]
fn what_else_a_graph_has() -> Result<(), ShapeError> {
    let (_, j) = by_call::jacobian(&array![1.0, 2.0], &array![0.5, 0.25], 2.0)?;
    assert_eq!(j.x, array![[6.0, 0.0], [0.0, 6.0]]);
    assert_eq!(j.a, array![[6.0, 0.0], [0.0, 24.0]]);
    let (_, j) = labelled::jacobian(&array![[1.0, 2.0], [3.0, 4.0]], &[1, 1, 0])?;
    assert_eq!(j.table.dim(), (3, 2, 2, 2));
    assert_eq!(
        (
            j.table[[1, 0, 1, 0]],
            j.table[[1, 0, 0, 0]],
            j.table[[2, 1, 0, 1]]
        ),
        (6.0, 0.0, 4.0)
    );
    let (y, j) = wide::jacobian(&Array2::<f64>::zeros((0, 3)), &wave((3, 2), 0.0))?;
    assert_eq!((y.dim(), j.x.dim()), ((0, 2), (0, 2, 0, 3)));
    let (y, j) = wide::jacobian(&Array2::<f64>::zeros((2, 0)), &Array2::zeros((0, 2)))?;
    assert_eq!((y, j.x.dim()), (Array2::zeros((2, 2)), (2, 2, 2, 0)));
    assert!(wide::jacobian(&Array2::<f64>::zeros((2, 3)), &Array2::zeros((2, 2))).is_err());
    let (_, single) = one_number::jacobian(&array![1.0_f32], 2.0)?;
    assert_eq!(single.x, array![4.0_f32]);
    Ok(())
}
