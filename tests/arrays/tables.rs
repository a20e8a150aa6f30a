//! Tables, loops of several indices, local names, and triangles.

use crate::common::arrays::assert_same;
use graph_runtime::graph;
use ndarray::{Array2, arr1, arr2};

fixed_and_sized! {
    fn table_of_numbers(a: [4]) -> y { y = each(i in 0..4, a[i]^2*i); }
    fn table_of_two_indices(a: [2], b: [3]) -> y { y = each(i in 0..2, j in 0..3, a[i]*sin(b[j])); }
    fn table_of_rows(a: [2, 3]) -> y { y = each(i in 0..2, a[i]*(i + 1)); }
    fn nested_tables(a: [2, 3]) -> y { y = each(j in 0..3, each(i in 0..2, a[i, j]^2)); }
    fn sum_of_two_indices(a: [2, 3]) -> y { y = sum(i in 0..2, j in 0..3, a[i, j]^2*(i + 2*j)); }
    fn literal_triangle(a: [4]) -> y { y = sum(i in 0..4, j in i + 1..4, (a[i] - a[j])^2*exp(a[i])); }
    fn local_names(a: [3], b: [3]) -> y { y = sum(i in 0..3, d = a[i] - b[i]; e = d*d; e + sin(d)); }
    fn local_index(a: [4]) -> y { y = sum(i in 0..3, next = i + 1; a[i]*a[next]); }
    fn local_names_in_branches(x) -> y { y = if x > 0 { s = sqrt(x); s + 1/s } else { t = -x; u = t^2; u*t }; }
    fn largest_over_an_index(a: [4]) -> y { y = max(i in 0..4, a[i]*cos(i)); }
    fn smallest_over_two(a: [2], b: [2]) -> y { y = min(i in 0..2, j in 0..2, a[i] + b[j]^2); }
    fn mean_over_an_index(a: [3]) -> y { y = mean(i in 0..3, exp(a[i])); }
    fn logsumexp_over_an_index(a: [3]) -> y { y = logsumexp(k in 0..3, a[k]*k); }
    fn length_over_an_index(a: [3], b: [3]) -> y { y = norm(k in 0..3, a[k] - b[k]); }
    fn from_the_end(a: [4]) -> y { y = each(i in 0..4, a[3 - i]*i); }
}

sized_and_written_out! {
    fn table(x: [n] = [4]) -> v { v = each(i in 0..n, x[i]^2 + i); }
    fn outer_table(x: [n] = [3], y: [m] = [2]) -> v { v = each(i in 0..n, j in 0..m, x[i]*sin(y[j] + i)); }
    fn table_of_tables(x: [n] = [3], y: [m] = [2]) -> v { v = each(j in 0..m, each(i in 0..n, x[i]^2*y[j])); }
    fn table_of_sums(a: [n, m] = [3, 2], b: [m] = [2]) -> v { v = each(i in 0..n, sum(j in 0..m, a[i, j]*exp(b[j]))); }
    fn transposed(a: [n, m] = [3, 2]) -> v { v = each(j in 0..m, i in 0..n, a[i, j]); }
    fn rows(a: [n, m] = [3, 2], b: [m] = [2]) -> v { v = each(i in 0..n, tanh(a[i] - b)*i); }
    fn differences(x: [n] = [4]) -> v { v = each(i in 0..n - 1, x[i + 1] - x[i]); }
    fn stencil(u: [n, m] = [3, 4]) -> v {
        v = each(i in 1..n - 1, j in 1..m - 1, u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4*u[i, j]^2);
    }
    fn kernel_matrix(x: [n, 2] = [3, 2], l) -> v {
        v = each(i in 0..n, j in 0..n, d = x[i] - x[j]; exp(-dot(d, d)/(2*l^2)));
    }
    fn upper_triangle(x: [n] = [4]) -> v { v = sum(i in 0..n, j in i + 1..n, (x[i] - x[j])^3*exp(x[j])); }
    fn lower_triangle(x: [n] = [4]) -> v { v = sum(i in 0..n, sum(j in 0..i, x[i]*sin(x[j]))); }
    fn lower_triangle_with_its_diagonal(x: [n] = [3]) -> v { v = sum(i in 0..n, j in 0..=i, x[i]^2*x[j]); }
    fn product_over_a_triangle(x: [n] = [3]) -> v { v = prod(i in 0..n, j in i + 1..n, 1 + x[i]*x[j]); }
    fn largest_over_a_triangle(x: [n] = [4]) -> v { v = max(i in 0..n - 1, j in i + 1..n, x[i]*x[j] - i); }
    fn logsumexp_over_a_triangle(x: [n] = [3]) -> v { v = logsumexp(i in 0..n, j in 0..=i, x[i] - x[j]^2); }
    fn mean_over_a_triangle(x: [n] = [4]) -> v { v = mean(i in 0..n, j in 0..=i, x[i]*x[j]^2); }
    fn length_over_a_triangle(x: [n] = [3]) -> v { v = norm(i in 0..n, j in 0..=i, x[i] + 2*x[j] + 1); }
    fn below_the_end(x: [n] = [4]) -> v { v = sum(i in 0..n, j in 0..n - i, x[i]*sin(x[j] + j)); }
    fn between_two_indices(x: [n] = [4]) -> v { v = sum(i in 0..n, j in i..n, k in i..=j, x[i]*x[k] + x[j]); }
    fn singular_beside_a_triangle(x: [n] = [3]) -> v { v = sum(i in 0..n, j in 0..i, 1/(x[i] - x[j])); }
    fn means(a: [n, m] = [3, 2]) -> v { v = each(i in 0..n, mean(j in 0..m, a[i, j]^2)); }
    fn largest_of_rows(a: [n, m] = [3, 2]) -> v { v = each(i in 0..n, max(j in 0..m, a[i, j]*(j + 1))); }
    fn mixture(x: [n] = [3], w: [k] = [2], mu: [k] = [2]) -> v {
        v = sum(i in 0..n, logsumexp(c in 0..k, w[c] - (x[i] - mu[c])^2/2));
    }
    fn backwards(x: [n] = [4]) -> v { v = sum(i in 0..n, x[i]*x[n - 1 - i]^2) + sum(each(i in 0..n - 1, x[n - 2 - i]*i)); }
    fn convolution_of_ends(x: [n] = [4]) -> v { v = each(i in 1..n, x[i]*x[n - i]); }
    fn diagonals(a: [n, n] = [3, 3]) -> v { v = each(i in 0..n, a[i, i]^2) + each(i in 0..n, a[i, n - 1 - i]); }
    fn table_of_small_arrays(x: [n] = [3]) -> v { v = each(i in 0..n, [x[i], x[i]^2, i]); }
    fn table_of_matrices(x: [n] = [2], a: [2, 2] = [2, 2]) -> v { v = each(i in 0..n, [[cos(x[i]), -sin(x[i])], [sin(x[i]), cos(x[i])]] @ a); }
    fn table_that_is_read(x: [n] = [3]) -> v { t = each(i in 0..n, exp(x[i])); v = t/sum(t) + each(i in 0..n, t[i]*i); }
    fn tables_in_sums(x: [n] = [3], y: [m] = [2]) -> v { v = sum(i in 0..n, r = each(j in 0..m, x[i]*y[j] + i); norm(r)*r[0]); }
    fn attention(q: [t, d] = [3, 2], k: [t, d] = [3, 2], w: [t, d] = [3, 2]) -> v {
        scores = each(i in 0..t, j in 0..t, dot(q[i], k[j])/sqrt(2));
        v = each(i in 0..t, sum(j in 0..t, softmax(scores[i])[j]*w[j]));
    }
    fn four_indices(a: [n] = [2], b: [m] = [2], c: [k] = [2], d: [l] = [2]) -> v {
        v = each(i in 0..n, j in 0..m, p in 0..k, q in 0..l, a[i]*b[j] + c[p]*d[q]^2);
    }
    fn five_indices(a: [n, m] = [2, 2], b: [k, l] = [2, 2], x: [n] = [2]) -> v {
        v = sum(i in 0..n, j in 0..m, p in 0..k, q in 0..l, r in 0..n, a[i, j]*b[p, q]^2*sin(x[r] + a[i, j]));
    }
}

/// A long loop of literal bounds is a loop of the generated code.
#[test]
fn a_long_table() {
    graph! { fn f(x: [200]) -> y: [199] { y = each(i in 0..199, x[i]*x[i + 1]*i); } }
    let x = ndarray::Array1::from_shape_fn(200, |i| (i as f64).sin());
    let y = f(&x).unwrap();
    for i in 0..199 {
        assert_eq!(y[i], x[i] * x[i + 1] * i as f64);
    }
}

#[test]
fn lengths_of_one_and_of_none() {
    graph! {
        fn triangle(x: [n]) -> y { y = sum(i in 0..n, j in 0..=i, x[i]*x[j]); }
        fn table(x: [n]) -> y: [n, n] { y = each(i in 0..n, j in 0..n, x[i] - 2*x[j]); }
    }
    assert_same("triangle", &triangle(&arr1(&[3.0])).unwrap(), &9.0);
    assert_eq!(triangle(&arr1::<f64>(&[])).unwrap(), 0.0);
    assert_same("table", &table(&arr1(&[3.0])).unwrap(), &arr2(&[[-3.0]]));
    assert_eq!(
        table(&arr1::<f64>(&[])).unwrap(),
        Array2::<f64>::zeros((0, 0))
    );
}
