//! Products of vectors, matrices and batches of them, transposes, and the operations defined by products.

fixed_and_sized! {
    fn matrices(a: [2, 3], b: [3, 2]) -> y { y = a @ b; }
    fn matrix_times_vector(a: [2, 3], x: [3]) -> y { y = a @ x; }
    fn vector_times_matrix(x: [2], a: [2, 3]) -> y { y = x @ a; }
    fn vectors(a: [4], b: [4]) -> y { y = a @ b; }
    fn chain(a: [2, 3], b: [3, 3], c: [3, 2]) -> y { y = a @ b @ c; }
    fn quadratic_form(x: [3], a: [3, 3]) -> y { y = x @ a @ x; }
    fn square(a: [3, 3]) -> y { y = a @ a; }
    fn gram(a: [3, 2]) -> y { y = a.T @ a; }
    fn outer_gram(a: [3, 2]) -> y { y = a @ a.T; }
    fn both_turned(a: [3, 2], b: [4, 3]) -> y { y = a.T @ b.T; }
    fn one_by_one(a: [1, 1], b: [1, 1]) -> y { y = a @ b; }
    fn batches(a: [2, 2, 3], b: [2, 3, 2]) -> y { y = a @ b; }
    fn batch_times_matrix(a: [2, 2, 3], b: [3, 2]) -> y { y = a @ b; }
    fn batch_times_matrix_of_more_entries(a: [8, 2, 4], b: [4, 4]) -> y { y = sum(a @ b, axis = 1); }
    fn product_of_slices(a: [3, 4], b: [3, 2]) -> y { y = a[.., 1..] @ b; }
    fn product_of_broadcast_operands(a: [2, 1], b: [1, 3], c: [3, 2]) -> y { y = (a*b) @ c; }
    fn product_with_a_constant(a: [2, 3]; c: [3, 2]) -> y { y = a @ c; }
    fn product_of_a_constant(a: [3, 2]; c: [2, 3]) -> y { y = c @ a; }

    fn transpose_of_a_vector(a: [3]) -> y { y = a.T*a; }
    fn transpose_of_a_matrix(a: [2, 3], b: [3, 2]) -> y { y = transpose(a)*b; }
    fn transpose_of_three_axes(a: [2, 3, 1], b: [2, 1, 3]) -> y { y = a.T*b; }
    fn transpose_of_four_axes(a: [2, 1, 3, 2]) -> y { y = a.T^2; }
    fn transpose_twice(a: [2, 3]) -> y { y = a.T.T*a; }
    fn symmetric_part(a: [3, 3]) -> y { y = (a + a.T)/2*a; }

    fn scalar_product(a: [3], b: [3]) -> y { y = dot(a, b)*dot(a, a); }
    fn outer_product(a: [2], b: [3]) -> y { y = outer(a, b); }
    fn outer_with_itself(a: [3]) -> y { y = outer(a, a); }
    fn cross_product(a: [3], b: [3]) -> y { y = cross(a, b); }
    fn triple_product(a: [3], b: [3], c: [3]) -> y { y = dot(a, cross(b, c)); }
    fn affine_of_a_vector(x: [3], w: [3, 2], b: [2]) -> y { y = affine(x, w, b); }
    fn affine_of_a_batch(x: [2, 3], w: [3, 2], b: [2]) -> y { y = affine(x, w, b); }
    fn two_layers(x: [2, 3], w1: [3, 2], b1: [2], w2: [2, 2], b2: [2]) -> y {
        y = affine(tanh(affine(x, w1, b1)), w2, b2);
    }
}

sized! {
    fn named_matrices(a: [n, k], b: [k, m]) -> y where n = 3, k = 4, m = 2 { y = a @ b; }
    fn named_matrix_times_vector(a: [n, k], x: [k]) -> y where n = 3, k = 2 { y = a @ x; }
    fn named_vector_times_matrix(x: [k], a: [k, m]) -> y where k = 3, m = 2 { y = x @ a; }
    fn named_vectors(a: [n], b: [n]) -> y where n = 5 { y = a @ b; }
    fn named_quadratic_form(x: [n], a: [n, n]) -> y where n = 3 { y = x @ a @ x; }
    fn named_gram(a: [n, k]) -> y where n = 4, k = 2 { y = a.T @ a; }
    fn named_batches(a: [b, n, k], c: [b, k, m]) -> y where b = 2, n = 2, k = 3, m = 2 { y = a @ c; }
    fn named_batch_times_matrix(a: [b, n, k], w: [k, m]) -> y where b = 2, n = 3, k = 2, m = 2 { y = a @ w; }
    fn batch_of_one(a: [b, n, k], c: [b, k, m]) -> y where b = 1, n = 2, k = 3, m = 2 { y = a @ c; }
    fn inner_extent_of_one(a: [n, k], b: [k, m]) -> y where n = 2, k = 1, m = 3 { y = a @ b; }
    fn named_outer(a: [n], b: [m]) -> y where n = 3, m = 2 { y = outer(a, b); }
    fn named_dot(a: [n]) -> y where n = 5 { y = dot(a, a)*dot(a, sin(a)); }
    fn named_affine(x: [n, k], w: [k, m], b: [m]) -> y where n = 3, k = 2, m = 2 { y = relu(affine(x, w, b)); }
    fn slices_of_named(a: [n, k], b: [k, m]) -> y where n = 3, k = 3, m = 2 { y = a[1.., 1..] @ b[1..]; }
    fn attention(q: [n, d], k: [m, d], v: [m, 2]) -> y where n = 2, d = 3, m = 3 {
        y = softmax(q @ k.T/sqrt(3)) @ v;
    }
    fn residual(x: [b, n, d], w: [d, d], s: [d]) -> y where b = 2, n = 2, d = 2 { y = x + tanh(x @ w)*s; }
}
