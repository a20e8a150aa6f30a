//! Reductions over all axes and over one, at every rank.

fixed_and_sized! {
    fn sum_of_a_vector(a: [5]) -> y { y = sum(a^2); }
    fn sum_of_a_number(a) -> y { y = sum(a^2); }
    fn mean_of_a_matrix(a: [2, 3]) -> y { y = mean(a^3); }
    fn product_of_a_vector(a: [4]) -> y { y = prod(a); }
    fn product_of_three_axes(a: [2, 1, 3]) -> y { y = prod(a); }
    fn largest_of_a_matrix(a: [2, 3]) -> y { y = max(a)*max(2*a); }
    fn smallest_of_four_axes(a: [2, 1, 2, 2]) -> y { y = min(a)^2; }
    fn norm_of_a_vector(a: [3]) -> y { y = norm(a); }
    fn norm_of_a_matrix(a: [2, 2]) -> y { y = norm(a^2); }

    fn sum_of_columns(a: [2, 3]) -> y { y = sum(a^2, axis = 0); }
    fn sum_of_rows(a: [2, 3]) -> y { y = sum(sin(a), axis = 1); }
    fn sum_along_the_last_axis(a: [2, 1, 3]) -> y { y = sum(a^2, axis = -1); }
    fn mean_along_the_first_of_three(a: [3, 2, 2]) -> y { y = mean(a*a, axis = 0); }
    fn mean_along_the_middle(a: [2, 3, 2]) -> y { y = mean(exp(a), axis = 1); }
    fn sum_along_each_of_four(a: [2, 2, 2, 2]) -> y {
        y = sum(sum(a^2, axis = 0)*sum(a, axis = 1)*sum(a, axis = 2)*sum(a^3, axis = 3), axis = 0);
    }
    fn product_of_rows(a: [2, 3]) -> y { y = prod(a, axis = 1); }
    fn product_of_columns(a: [3, 2]) -> y { y = prod(a, axis = 0); }
    fn largest_of_rows(a: [3, 2]) -> y { y = max(a, axis = 1)^2; }
    fn smallest_of_columns(a: [3, 2]) -> y { y = min(a, axis = 0)*sum(a); }
    fn largest_along_the_middle(a: [2, 3, 2]) -> y { y = max(a, axis = 1); }
    fn norm_of_rows(a: [3, 2]) -> y { y = norm(a, axis = 1); }
    fn norm_along_the_middle(a: [2, 3, 2]) -> y { y = norm(a, axis = 1)*norm(a, axis = 1); }
    fn reductions_in_turn(a: [2, 3, 2]) -> y { y = sum(max(sum(a^2, axis = 2), axis = 1)); }
    fn reduced_and_broadcast(a: [2, 3]) -> y { y = a - mean(a, axis = 0); }
    fn reduced_and_divided(a: [2, 3]) -> y { y = a/(1 + sum(a^2)); }
    fn variance(a: [6]) -> y { y = mean((a - mean(a))^2); }
    fn several_of_one_array(a: [5]) -> y { y = sum(a)*mean(a^2) + max(a)*min(a) - norm(a); }
    fn of_several_arguments(a, b, c) -> y { y = max(a, b, c)*sum([a, b, c]) + min(a, b, c); }
    fn largest_of_arrays(a: [2], b: [2], c: [2]) -> y { y = max([a, b, c], axis = 0); }
    fn constant_terms(a: [3]; c: [3]) -> y { y = sum(c)*a + prod(c); }
}

sized! {
    fn sum_of_many(a: [n]) -> y where n = 131 { y = sum(a^2)/100; }
    fn sums_of_long_rows(a: [n, m]) -> y where n = 2, m = 67 { y = sum(a^2, axis = 1)/10; }
    fn sums_of_long_columns(a: [n, m]) -> y where n = 67, m = 2 { y = sum(a^2, axis = 0)/10; }
    fn named_mean(a: [n, k]) -> y where n = 3, k = 2 { y = mean(a^2)*mean(a, axis = 0); }
    fn named_norm(a: [n, k]) -> y where n = 3, k = 2 { y = sum(norm(a, axis = 0)*norm(a)); }
    fn named_variance(a: [n]) -> y where n = 6 { y = mean((a - mean(a))^2); }
    fn named_largest(a: [n, k]) -> y where n = 3, k = 2 { y = sum(max(a, axis = 0)*min(a, axis = 0)); }
    fn named_product(a: [n]) -> y where n = 5 { y = prod(a); }
    fn images(a: [b, c, h, w]) -> y where b = 2, c = 2, h = 2, w = 2 {
        m = mean(mean(a^2, axis = 3), axis = 2);
        y = m - mean(m, axis = 0);
    }
}
