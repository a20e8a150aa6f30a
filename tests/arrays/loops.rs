//! Sums, products and folds over an index.

fixed_and_sized! {
    fn sum_over_an_index(a: [4]) -> y { y = sum(i in 0..3, a[i]*a[i + 1]); }
    fn product_over_an_index(a: [4]) -> y { y = prod(i in 0..4, a[i]); }
    fn sum_with_its_end(a: [4]) -> y { y = sum(i in 1..=3, i*a[i]); }
    fn nested_sums(a: [2, 3]) -> y { y = sum(i in 0..2, sum(j in 0..3, a[i, j]^2*(i + 1))); }
    fn sum_of_vectors(a: [3, 2]) -> y { y = sum(i in 0..3, i*a[i]); }
    fn horner(a: [4], x) -> y { y = fold(acc = 0, i in 0..4, acc*x + a[3 - i]); }
    fn fold_of_a_vector(a: [2, 2], x: [2]) -> y { y = fold(v = x, i in 0..3, sin(a @ v)); }
    fn empty_loops(a: [3]) -> y { y = a*prod(i in 2..2, a[0]) + sum(i in 3..1, a[0]); }
    fn fold_of_no_turns(a: [3]) -> y { y = fold(v = a, i in 1..1, v^2); }
    fn diagonal_of_a_fixed_array(a: [3, 3]) -> y { y = sum(i in 0..3, a[i, i]^2); }
    fn taylor(x) -> y { y = sum(k in 0..=6, x^k/prod(j in 1..=k, j)); }
}

sized! {
    fn rosenbrock(x: [n]) -> y where n = 5 { y = sum(i in 0..n - 1, 100*(x[i + 1] - x[i]^2)^2 + (1 - x[i])^2); }
    fn named_sum(a: [n], b: [n]) -> y where n = 4 { y = sum(i in 0..n, a[i]*sin(b[i])); }
    fn named_product(a: [n]) -> y where n = 4 { y = prod(i in 0..n, 1 + a[i]/2); }
    fn sum_of_squares_of_a_matrix(a: [n, m]) -> y where n = 2, m = 3 { y = sum(i in 0..n, sum(j in 0..m, a[i, j]^2*(i + 2*j))); }
    fn pairs(a: [n]) -> y where n = 4 { y = sum(i in 0..n, sum(j in 0..n, (a[i] - a[j])^2*exp(-a[i]))); }
    fn inner_products(a: [n, m], b: [m]) -> y where n = 3, m = 2 { y = sum(i in 0..n, tanh(sum(j in 0..m, a[i, j]*b[j]))); }
    fn diagonal(a: [n, n]) -> y where n = 3 { y = sum(i in 0..n, sum(j in 0..n, if i == j { a[i, j]^2 } else { 0 })); }
    fn from_a_name(a: [n + 3]) -> y where n = 2 { y = sum(i in n..n + 3, a[i]^2); }
    fn index_as_a_number(a: [n], x) -> y where n = 4 { y = sum(i in 0..n, a[i]*cos(i*x)); }
    fn literal_loop_in_a_named_one(a: [n, 2]) -> y where n = 3 { y = sum(i in 0..n, prod(j in 0..2, a[i, j])); }
    fn recurrence(a: [n], w) -> y where n = 3 { y = fold(s = a, i in 0..3, tanh(w*s + a)); }
}
