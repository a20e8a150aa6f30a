//! References, arrays and lists that an inline graph captures as numbers: what each of them is, and what to write.

use graph_runtime::graph;
use ndarray::{Array2, array};

fn main() {
    let y = 2.0;
    let (row, matrix) = ([1.0, 2.0], &[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let w: f64 = graph! { z = sum(row)*y }.z;
    let w: f64 = graph! { z = sum(matrix)*w }.z;
    for v in row.iter() {
        let _: f64 = graph! { a = v^2*w }.a;
    }
    let (list, slice) = (vec![1.0, 2.0], &row[..]);
    let _: f64 = graph! { z = sum(list)*y }.z;
    let _: f64 = graph! { z = sum(slice)*y }.z;
    let (vector, table) = (array![1.0, 2.0], &Array2::<f64>::zeros((2, 3)));
    let _: f64 = graph! { z = sum(vector)*y }.z;
    let _: f64 = graph! { z = sum(table)*y }.z;
    let _: f64 = graph! { z = row[1]*y }.z;
    let _: f64 = graph! { z = matrix[1, 1]*y }.z;
}
