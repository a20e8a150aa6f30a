//! The affine map `Y = X·W + b` of a dense layer, forward and backward, for one vector and for a
//! batch of them.
//!
//! Invariant: every shape is checked before any arithmetic. Sizes of 0 are shapes like any other,
//! and the layout of the arrays in memory makes no difference.

use ndarray::{
    Array, Array1, Array2, ArrayRef, ArrayView, ArrayView1, ArrayView2, Axis, Dimension, Ix1, Ix2,
};

use crate::operand::{Operand, add_matmul, matmul, readable};
use crate::shape::{Extent, check};
use crate::{Element, ShapeError};

/// The affine map `Y = X·W + b`, borrowing its weights `[k, m]` and its bias `[m]`.
///
/// It takes one vector `[k]` to `[m]`, or a batch `[n, k]` to `[n, m]`, a row for each vector.
/// Nothing is kept between calls: [`backward`](Affine::backward) is given the input again.
///
/// ```
/// use graph_runtime::Affine;
/// use ndarray::array;
///
/// let (w, b) = (array![[2.0, -1.0], [1.0, 3.0]], array![1.0, -1.0]);
/// let layer = Affine::new(&w, &b)?;
///
/// let x = array![[1.0, 2.0], [-1.0, 0.0]];
/// let y = layer.forward(&x)?;
/// assert_eq!(y, array![[5.0, 4.0], [-1.0, 0.0]]);
///
/// let d = layer.backward(&x, &y)?; // the adjoint of sum(y²)/2 by y is y
/// assert_eq!(d.b, array![4.0, 4.0]);
///
/// assert_eq!(layer.forward(&array![1.0, 2.0])?, array![5.0, 4.0]); // one vector
/// # Ok::<(), graph_runtime::ShapeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Affine<'a, T> {
    w: ArrayView2<'a, T>,
    b: ArrayView1<'a, T>,
}

/// The gradient of an [`Affine`] map: the adjoint of its input, of its weights and of its bias,
/// each in the shape of what it is the adjoint of.
#[derive(Clone, Debug, PartialEq)]
pub struct AffineGrad<T, D: Dimension> {
    /// `dX = dY·Wᵀ`.
    pub x: Array<T, D>,
    /// `dW = Xᵀ·dY`.
    pub w: Array2<T>,
    /// `db`, the sum of `dY` over the batch.
    pub b: Array1<T>,
}

impl<'a, T: Element> Affine<'a, T> {
    /// The map with these weights, `[k, m]`, and this bias, `[m]`.
    ///
    /// # Errors
    /// If the bias has not one number for each column of the weights.
    pub fn new(w: &'a ArrayRef<T, Ix2>, b: &'a ArrayRef<T, Ix1>) -> Result<Self, ShapeError> {
        check("b", b.shape(), &[named("m", w.ncols(), "w")])?;
        Ok(Affine {
            w: w.view(),
            b: b.view(),
        })
    }

    /// `Y = X·W + b`: of a vector `[k]` the vector `[m]`, of a batch `[n, k]` the batch `[n, m]`.
    ///
    /// # Errors
    /// If the last axis of `x` is not k.
    pub fn forward<D: Rows>(&self, x: &ArrayRef<T, D>) -> Result<Array<T, D>, ShapeError> {
        let x = self.input(x)?;
        // The product is added to the bias, so that the result is passed over once.
        let mut y = Array2::from_shape_fn((x.nrows(), self.b.len()), |(_, j)| self.b[j]);
        let (left, right) = (readable(&x), readable(&self.w));
        add_matmul(&Operand::array(&left), &Operand::array(&right), &mut y);
        Ok(D::from_rows(y))
    }

    /// The adjoints of input, weights and bias at the input `x`, from the seed `dy`, which is the
    /// adjoint of the output and has its shape.
    ///
    /// They are `dX = dY·Wᵀ`, `dW = Xᵀ·dY`, and `db` the sum of `dY` over the batch; for a vector,
    /// `dW` is the outer product of `x` and `dy`, and `db` is `dy`.
    ///
    /// # Errors
    /// If the last axis of `x` is not k, or `dy` is not the shape of `forward(x)`.
    ///
    /// ```
    /// use graph_runtime::Affine;
    /// use ndarray::array;
    ///
    /// let (w, b) = (array![[1.0, 0.0], [2.0, -1.0], [0.0, 4.0]], array![5.0, -3.0]);
    /// let d = Affine::new(&w, &b)?.backward(&array![1.0, -2.0, 3.0], &array![2.0, -1.0])?;
    /// assert_eq!(d.x, array![2.0, 5.0, -4.0]);
    /// assert_eq!(d.w, array![[2.0, -1.0], [-4.0, 2.0], [6.0, -3.0]]);
    /// assert_eq!(d.b, array![2.0, -1.0]);
    /// # Ok::<(), graph_runtime::ShapeError>(())
    /// ```
    pub fn backward<D: Rows>(
        &self,
        x: &ArrayRef<T, D>,
        dy: &ArrayRef<T, D>,
    ) -> Result<AffineGrad<T, D>, ShapeError> {
        let x = self.input(x)?;
        check_rows("dy", dy.shape(), x.nrows(), named("m", self.w.ncols(), "w"))?;
        let dy = D::as_rows(dy.view());
        let (mut dx, mut dw) = (Array2::zeros(x.raw_dim()), Array2::zeros(self.w.raw_dim()));
        let (input, seed, weights) = (readable(&x), readable(&dy), readable(&self.w));
        let seed = Operand::array(&seed);
        matmul(&seed, &Operand::array(&weights.t()), &mut dx);
        matmul(&Operand::array(&input.t()), &seed, &mut dw);
        Ok(AffineGrad {
            x: D::from_rows(dx),
            w: dw,
            b: dy.sum_axis(Axis(0)),
        })
    }

    /// The input as rows of length k.
    fn input<'x, D: Rows>(&self, x: &'x ArrayRef<T, D>) -> Result<ArrayView2<'x, T>, ShapeError> {
        check_rows(
            "x",
            x.shape(),
            x.shape()[0],
            named("k", self.w.nrows(), "w"),
        )?;
        Ok(D::as_rows(x.view()))
    }
}

/// One vector (`Ix1`) or a batch of vectors, one a row (`Ix2`): the inputs of an [`Affine`] map.
pub trait Rows: Dimension + sealed::Rows {}

impl Rows for Ix1 {}
impl Rows for Ix2 {}

mod sealed {
    use super::{Array, Array2, ArrayView, ArrayView2, Axis, Dimension, Ix1, Ix2};

    /// A vector is computed with as a batch of one, and given back as a vector.
    pub trait Rows: Dimension {
        fn as_rows<T>(view: ArrayView<'_, T, Self>) -> ArrayView2<'_, T>;
        fn from_rows<T>(rows: Array2<T>) -> Array<T, Self>;
    }

    impl Rows for Ix1 {
        fn as_rows<T>(view: ArrayView<'_, T, Self>) -> ArrayView2<'_, T> {
            view.insert_axis(Axis(0))
        }

        fn from_rows<T>(rows: Array2<T>) -> Array<T, Self> {
            rows.index_axis_move(Axis(0), 0)
        }
    }

    impl Rows for Ix2 {
        fn as_rows<T>(view: ArrayView<'_, T, Self>) -> ArrayView2<'_, T> {
            view
        }

        fn from_rows<T>(rows: Array2<T>) -> Array<T, Self> {
            rows
        }
    }
}

fn named(name: &'static str, size: usize, from: &'static str) -> Extent {
    Extent::Named {
        name,
        offset: 0,
        size,
        from,
    }
}

/// Checks a shape against `[n, last]`, where `n` comes from `x`, or against `[last]` for a vector.
fn check_rows(
    input: &'static str,
    found: &[usize],
    n: usize,
    last: Extent,
) -> Result<(), ShapeError> {
    match found.len() {
        1 => check(input, found, &[last]),
        _ => check(input, found, &[named("n", n, "x"), last]),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayView2, array, s};

    use super::*;

    #[test]
    fn a_batch() {
        let (w, b) = (array![[2.0, -1.0], [1.0, 3.0]], array![1.0, -1.0]);
        let x = array![[1.0, 2.0], [-1.0, 0.0], [3.0, 1.0]];
        let layer = Affine::new(&w, &b).unwrap();
        let y = layer.forward(&x).unwrap();
        assert_eq!(y, array![[5.0, 4.0], [-1.0, 0.0], [8.0, -1.0]]);
        assert_eq!(y.mapv(|y| y * y).sum() / 2.0, 53.5);
        let d = layer.backward(&x, &y).unwrap();
        assert_eq!(d.x, array![[6.0, 17.0], [-2.0, -1.0], [17.0, 5.0]]);
        assert_eq!(d.w, array![[30.0, 1.0], [18.0, 7.0]]);
        assert_eq!(d.b, array![12.0, 3.0]);
    }

    #[test]
    fn one_vector() {
        let (w, b) = (
            array![[1.0_f32, 0.0], [2.0, -1.0], [0.0, 4.0]],
            array![5.0, -3.0],
        );
        let (x, dy) = (array![1.0, -2.0, 3.0], array![2.0, -1.0]);
        let layer = Affine::new(&w, &b).unwrap();
        assert_eq!(layer.forward(&x).unwrap(), array![2.0, 11.0]);
        let d = layer.backward(&x, &dy).unwrap();
        assert_eq!(d.x, array![2.0, 5.0, -4.0]);
        assert_eq!(d.w, array![[2.0, -1.0], [-4.0, 2.0], [6.0, -3.0]]);
        assert_eq!(d.b, dy);
    }

    /// `C = Aᵀ·B` with the seed all ones, for every layout of `A`.
    #[test]
    fn layouts_do_not_matter() {
        let a = array![[1.0, -2.0, 3.0], [4.0, 0.0, -1.0]];
        let columns = array![[1.0, 4.0], [-2.0, 0.0], [3.0, -1.0]];
        let mut wide = Array2::from_elem((2, 6), f64::NAN);
        wide.slice_mut(s![.., ..;2]).assign(&a);
        let mut backward = a.slice(s![.., ..;-1]).to_owned();
        backward.invert_axis(Axis(1));
        let broadcast = array![1.0, 1.0];
        let (b, bias) = (array![[2.0, 1.0], [-1.0, 3.0]], array![0.0, 0.0]);
        let layouts = [
            a.view(),
            columns.t(),
            wide.slice(s![.., ..;2]),
            backward.view(),
        ];
        for a in layouts {
            let dc = broadcast.broadcast((3, 2)).unwrap();
            let layer = Affine::new(&b, &bias).unwrap();
            let c = layer.forward(&a.t()).unwrap();
            assert_eq!(c, array![[-2.0, 13.0], [-4.0, -2.0], [7.0, 0.0]]);
            let d = layer.backward(&a.t(), &dc).unwrap();
            assert_eq!(d.x.t(), array![[3.0, 3.0, 3.0], [2.0, 2.0, 2.0]]);
            assert_eq!(d.w, array![[2.0, 2.0], [3.0, 3.0]]);
            assert_eq!(d.b, array![3.0, 3.0]);
        }
    }

    /// Weights and bias may be views of any layout too, and vectors may be strided or reversed.
    #[test]
    fn layouts_of_weights_and_vectors_do_not_matter() {
        let w = array![[1.0, 2.0, 0.0], [0.0, -1.0, 4.0]]; // transposed
        let b = array![5.0, f64::NAN, -3.0];
        let x = array![3.0, f64::NAN, -2.0, f64::NAN, 1.0];
        let dy = array![-1.0, 2.0];
        let (w, b) = (w.t(), b.slice(s![..;2]));
        let layer = Affine::new(&w, &b).unwrap();
        let x = x.slice(s![..;-2]);
        assert_eq!(layer.forward(&x).unwrap(), array![2.0, 11.0]);
        let d = layer.backward(&x, &dy.slice(s![..;-1])).unwrap();
        assert_eq!(d.x, array![2.0, 5.0, -4.0]);
        assert_eq!(d.w, array![[2.0, -1.0], [-4.0, 2.0], [6.0, -3.0]]);
        assert_eq!(d.b, array![2.0, -1.0]);
    }

    #[test]
    fn an_empty_batch_has_gradients_of_zero() {
        let (w, b) = (Array2::<f64>::ones((3, 2)), Array1::ones(2));
        let layer = Affine::new(&w, &b).unwrap();
        let x = Array2::zeros((0, 3));
        let y = layer.forward(&x).unwrap();
        assert_eq!((y.dim(), y.sum()), ((0, 2), 0.0));
        let d = layer.backward(&x, &y).unwrap();
        assert_eq!(d.x.dim(), (0, 3));
        assert_eq!(d.w, Array2::<f64>::zeros((3, 2)));
        assert_eq!(d.b, Array1::<f64>::zeros(2));
    }

    #[test]
    fn empty_axes_are_shapes_like_any_other() {
        // No inputs: the output is the bias.
        let (w, b) = (Array2::<f64>::zeros((0, 2)), array![1.0, -1.0]);
        let layer = Affine::new(&w, &b).unwrap();
        let x = Array2::zeros((2, 0));
        assert_eq!(layer.forward(&x).unwrap(), array![[1.0, -1.0], [1.0, -1.0]]);
        assert_eq!(
            layer
                .backward(&x, &array![[1.0, 2.0], [3.0, 4.0]])
                .unwrap()
                .b,
            array![4.0, 6.0]
        );
        assert_eq!(layer.forward(&Array1::zeros(0)).unwrap(), b);

        // No outputs: the adjoint of the input is zero.
        let (w, b) = (Array2::<f64>::zeros((3, 0)), Array1::zeros(0));
        let layer = Affine::new(&w, &b).unwrap();
        let x = Array2::ones((2, 3));
        let y = layer.forward(&x).unwrap();
        assert_eq!(y.dim(), (2, 0));
        assert_eq!(
            layer.backward(&x, &y).unwrap().x,
            Array2::<f64>::zeros((2, 3))
        );
    }

    /// Larger than a block of the matrix product, against the definition.
    #[test]
    fn a_large_batch_agrees_with_the_definition() {
        let (n, k, m) = (37, 70, 53);
        let of = |rows, columns, step: usize| {
            Array2::from_shape_fn((rows, columns), |(i, j)| {
                ((i * 31 + j * step) % 17) as f64 - 8.0
            })
        };
        let (x, w, dy): (Array2<f64>, _, _) = (of(n, k, 7), of(k, m, 5), of(n, m, 3));
        let b = Array1::from_shape_fn(m, |j| j as f64);
        let product = |a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>| {
            Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
                a.row(i)
                    .iter()
                    .zip(b.column(j))
                    .map(|(a, b)| a * b)
                    .sum::<f64>()
            })
        };
        let layer = Affine::new(&w, &b).unwrap();
        // The numbers are small integers, so both are exact.
        assert_eq!(layer.forward(&x).unwrap(), product(x.view(), w.view()) + &b);
        let d = layer.backward(&x, &dy).unwrap();
        assert_eq!(d.x, product(dy.view(), w.t()));
        assert_eq!(d.w, product(x.t(), dy.view()));
        assert_eq!(d.b, dy.sum_axis(Axis(0)));
        let row = layer.backward(&x.row(5), &dy.row(5)).unwrap();
        assert_eq!(row.x, d.x.row(5));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let (w, b) = (Array2::<f64>::zeros((3, 2)), Array1::zeros(2));
        assert_eq!(
            Affine::new(&w, &Array1::zeros(3)).unwrap_err().to_string(),
            "`b` should have shape [m = 2], but has shape [3]; `m` is 2 in `w`"
        );
        let layer = Affine::new(&w, &b).unwrap();
        assert_eq!(
            layer.forward(&Array1::zeros(4)).unwrap_err().to_string(),
            "`x` should have shape [k = 3], but has shape [4]; `k` is 3 in `w`"
        );
        assert_eq!(
            layer
                .forward(&Array2::zeros((1, 4)))
                .unwrap_err()
                .to_string(),
            "`x` should have shape [n = 1, k = 3], but has shape [1, 4]; `k` is 3 in `w`"
        );
        let x = Array2::zeros((5, 3));
        assert_eq!(
            layer
                .backward(&x, &Array2::zeros((4, 3)))
                .unwrap_err()
                .to_string(),
            "`dy` should have shape [n = 5, m = 2], but has shape [4, 3]; \
             `n` is 5 in `x` and `m` is 2 in `w`"
        );
        assert_eq!(
            layer
                .backward(&Array1::zeros(3), &Array1::zeros(1))
                .unwrap_err()
                .to_string(),
            "`dy` should have shape [m = 2], but has shape [1]; `m` is 2 in `w`"
        );
    }
}
