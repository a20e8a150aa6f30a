//! Entries, slices, arrays put together from parts, and dimensions shifted by a number.

fixed_and_sized! {
    fn entries(a: [4]) -> y { y = a[0]*a[3] + sin(a[1]); }
    fn entry_of_a_matrix(a: [2, 3]) -> y { y = a[0, 2]*a[1, 0]; }
    fn entry_of_four_axes(a: [2, 1, 2, 2]) -> y { y = a[1, 0, 1, 0]*a[0, 0, 1, 1]; }
    fn row(a: [3, 2]) -> y { y = a[1]^2; }
    fn column(a: [3, 2]) -> y { y = a[.., 0]*a[.., 1]; }
    fn middle_axis(a: [2, 3, 2]) -> y { y = a[.., 1]; }
    fn last_axis(a: [2, 2, 3]) -> y { y = a[.., .., 2]^2; }
    fn range(a: [5]) -> y { y = a[1..4]^2; }
    fn range_with_its_end(a: [5]) -> y { y = exp(a[0..=2]); }
    fn range_to_the_end(a: [5]) -> y { y = a[3..]; }
    fn range_from_the_start(a: [5]) -> y { y = a[..2]*a[3..]; }
    fn block(a: [3, 4]) -> y { y = a[1.., 0..2]^2; }
    fn empty_range(a: [3]) -> y { y = sum(a[1..1]) + sum(a^2); }
    fn differences(a: [5]) -> y { y = a[1..] - a[..4]; }
    fn overlapping_slices(a: [5]) -> y { y = a[0..3]*a[1..4]*a[2..5]; }
    fn slice_of_a_slice(a: [6]) -> y { b = a[1..5]; y = b[1..3]*b[0..2]; }
    fn slice_of_a_transpose(a: [2, 3]) -> y { y = a.T[1..]^2; }
    fn slice_of_a_computed_array(a: [4], b: [4]) -> y { s = a*b; y = s[1..]*s[0] + a[..3]; }
    fn slice_of_a_broadcast(a: [2, 1], b: [1, 3]) -> y { s = a*b; y = s[.., 1]*s[0, 2]; }

    fn array_of_numbers(a, b) -> y { y = [a*b, a, 2, b^2]; }
    fn nested_array(a, b) -> y { y = [[a, b], [b^2, 1], [0, a*b]]; }
    fn array_of_vectors(a: [3], b: [3]) -> y { y = [a*b, a, b^2, a]; }
    fn array_of_matrices(a: [2, 2], b: [2, 2]) -> y { y = [a, b.T]; }
    fn four_axes_of_three(a: [2, 1, 2]) -> y { y = [a, a^2]; }
    fn rotation(t, v: [2]) -> y { r = [[cos(t), -sin(t)], [sin(t), cos(t)]]; y = r @ v; }
    fn array_of_entries(a: [4]) -> y { y = [a[3], a[0]*a[1], sum(a)]; }
    fn array_of_reductions(a: [2, 3]) -> y { y = [sum(a, axis = 0), a[1], max(a, axis = 0)]; }
    fn array_of_one(a) -> y { y = [a^2]; }
    fn mixed_with_constants(a, b; c: [2]) -> y { y = [c*a, [b, 1]]; }
}

sized! {
    fn named_differences(a: [n]) -> y where n = 5 { y = a[1..] - a[..n - 1]; }
    fn second_differences(a: [n]) -> y where n = 6 { y = a[2..] - 2*a[1..n - 1] + a[..n - 2]; }
    fn named_entries(a: [n]) -> y where n = 4 { y = a[0]*a[n - 1] + a[n - 2]^2; }
    fn named_columns(a: [n, 3]) -> y where n = 2 { y = a[.., 0]*a[.., 2]; }
    fn named_rows(a: [3, n]) -> y where n = 2 { y = a[0]*a[2] + a[1]; }
    fn shifted_inputs(a: [n], b: [n - 1], c: [n + 1]) -> y where n = 3 { y = a[1..]*b + c[2..] - c[..n - 1]; }
    fn bound_by_a_shift(b: [n - 1], a: [n]) -> y where n = 4 { y = a[..n - 1]*b; }
    fn inner_block(a: [n, m]) -> y where n = 4, m = 3 { y = a[1..n - 1, 1..]^2 + a[2.., ..m - 1]; }
    fn halves(a: [n + 2]) -> y where n = 3 { y = a[..n]*sum(a[n..]); }
    fn slice_of_a_product(a: [n, k], w: [k, 3]) -> y where n = 3, k = 2 { h = a @ w; y = h[1.., 0..2]*h[..n - 1, 1..]; }
    fn rows_as_an_array(a: [n, k]) -> y where n = 3, k = 2 { y = [a[0], a[n - 1]*a[1], sum(a, axis = 0)]; }
    fn stacked_sequences(a: [n], b: [n]) -> y where n = 3 { y = [a, a*b]; }
    fn sequences_of_steps(a: [b, t, d]) -> y where b = 2, t = 3, d = 2 { y = sum(a[.., 1..]*a[.., ..t - 1], axis = 2); }
    fn images_shifted(a: [b, c, h, w]) -> y where b = 1, c = 2, h = 3, w = 2 {
        y = a[.., .., 1..] - a[.., .., ..h - 1];
    }
}
