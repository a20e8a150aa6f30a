//! Sparse matrices of other crates, made of a pattern and values in its order.
//!
//! Invariant: a matrix has the entries of the pattern, zeros among them, so that it can be filled again.

use super::Pattern;
use crate::objective::of_length;

/// Where each row or column begins, what stands in it, and the values.
type Compressed<T> = (Vec<usize>, Vec<usize>, Vec<T>);

impl Pattern<'_> {
    /// Row by row, which is the order that entries have.
    #[track_caller]
    fn by_rows<T: Clone>(&self, values: &[T]) -> Compressed<T> {
        of_length(self.len(), values.len());
        let starts = starts(self.rows, self.shape[0]);
        (starts, self.columns.to_vec(), values.to_vec())
    }

    /// Column by column, in each by rows.
    #[track_caller]
    fn by_columns<T: Clone>(&self, values: &[T]) -> Compressed<T> {
        of_length(self.len(), values.len());
        let starts = starts(self.columns, self.shape[1]);
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|at| self.columns[*at]);
        let rows = order.iter().map(|at| self.rows[*at]).collect();
        let values = order.iter().map(|at| values[*at].clone()).collect();
        (starts, rows, values)
    }

    /// The matrix by rows, of the crate `sprs`.
    ///
    /// ```
    /// use graph_runtime::graph;
    ///
    /// graph! {
    ///     #[graph(sparse)]
    ///     fn f(x: [3]) -> r { r = [x[0]*x[1], exp(x[2])]; }
    /// }
    ///
    /// let (mut residuals, mut values) = ([0.0; 2], [0.0; 3]);
    /// f::Problem.jacobian_values(&[2.0, 3.0, 0.0], &mut residuals, &mut values);
    /// let matrix = f::Problem.jacobian_pattern().to_sprs_csr(&values);
    /// assert_eq!(matrix.get(0, 1), Some(&2.0));
    /// assert_eq!(matrix.get(1, 0), None);
    /// ```
    ///
    /// # Panics
    /// Where there are not as many values as entries.
    #[cfg(feature = "sprs")]
    #[must_use]
    #[track_caller]
    pub fn to_sprs_csr<T: Clone>(&self, values: &[T]) -> sprs::CsMat<T> {
        let (starts, columns, values) = self.by_rows(values);
        sprs::CsMat::new((self.shape[0], self.shape[1]), starts, columns, values)
    }

    /// The matrix by columns, of the crate `sprs`.
    ///
    /// ```
    /// use graph_runtime::graph;
    ///
    /// graph! {
    ///     #[graph(sparse)]
    ///     fn f(x: [3]) -> r { r = [x[0]*x[1], exp(x[2])]; }
    /// }
    ///
    /// let matrix = f::Problem.jacobian_pattern().to_sprs_csc(&[3.0, 2.0, 1.0]);
    /// assert!(matrix.is_csc());
    /// assert_eq!(matrix.get(0, 1), Some(&2.0));
    /// ```
    ///
    /// # Panics
    /// Where there are not as many values as entries.
    #[cfg(feature = "sprs")]
    #[must_use]
    #[track_caller]
    pub fn to_sprs_csc<T: Clone>(&self, values: &[T]) -> sprs::CsMat<T> {
        let (starts, rows, values) = self.by_columns(values);
        sprs::CsMat::new_csc((self.shape[0], self.shape[1]), starts, rows, values)
    }

    /// The matrix by rows, of the crate `faer`.
    ///
    /// ```
    /// use graph_runtime::graph;
    ///
    /// graph! {
    ///     #[graph(sparse)]
    ///     fn f(x: [3]) -> r { r = [x[0]*x[1], exp(x[2])]; }
    /// }
    ///
    /// let matrix = f::Problem.jacobian_pattern().to_faer_csr(&[3.0, 2.0, 1.0]);
    /// assert_eq!(matrix.get(0, 1), Some(&2.0));
    /// assert_eq!(matrix.get(1, 0), None);
    /// ```
    ///
    /// # Panics
    /// Where there are not as many values as entries.
    #[cfg(feature = "faer")]
    #[must_use]
    #[track_caller]
    pub fn to_faer_csr<T: Clone>(&self, values: &[T]) -> faer::sparse::SparseRowMat<usize, T> {
        let (starts, columns, values) = self.by_rows(values);
        let [rows, width] = self.shape;
        let symbolic =
            faer::sparse::SymbolicSparseRowMat::new_checked(rows, width, starts, None, columns);
        faer::sparse::SparseRowMat::new(symbolic, values)
    }

    /// The matrix by columns, of the crate `faer`: what its factorizations take.
    ///
    /// ```
    /// use faer::{Side, col, linalg::solvers::Solve};
    /// use graph_runtime::graph;
    ///
    /// graph! {
    ///     #[graph(sparse)]
    ///     fn bowl(x: [n]) -> f { f = sum(x^2) + sum(i in 0..n - 1, x[i]*x[i + 1]); }
    /// }
    ///
    /// let x = ndarray::array![1.0_f64, 2.0, 3.0];
    /// let problem = bowl::Problem::new(&x)?;
    /// let mut values = vec![0.0; problem.hessian_pattern().len()];
    /// problem.hessian_values(&[1.0, 2.0, 3.0], &mut values);
    /// let matrix = problem.hessian_pattern().to_faer_csc(&values); // the lower triangle
    /// let step = matrix.sp_cholesky(Side::Lower)?.solve(&col![3.0, 4.0, 3.0]);
    /// assert!((step[0] - 1.0).abs() < 1e-14 && (step[1] - 1.0).abs() < 1e-14);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// Where there are not as many values as entries.
    #[cfg(feature = "faer")]
    #[must_use]
    #[track_caller]
    pub fn to_faer_csc<T: Clone>(&self, values: &[T]) -> faer::sparse::SparseColMat<usize, T> {
        let (starts, rows, values) = self.by_columns(values);
        let [height, columns] = self.shape;
        let symbolic =
            faer::sparse::SymbolicSparseColMat::new_checked(height, columns, starts, None, rows);
        faer::sparse::SparseColMat::new(symbolic, values)
    }
}

/// Where each of so many lines begins among entries of which these are the lines.
fn starts(lines: &[usize], count: usize) -> Vec<usize> {
    let mut starts = vec![0; count + 1];
    for line in lines {
        starts[line + 1] += 1;
    }
    for line in 0..count {
        starts[line + 1] += starts[line];
    }
    starts
}
