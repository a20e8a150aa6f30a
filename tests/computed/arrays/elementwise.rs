//! Operations entry by entry at every rank, and broadcasts, whose gradients are summed back.

fixed_and_sized! {
    fn vectors(a: [3], b: [3]) -> y { y = a*b + sin(a) - b/(2 + a^2); }
    fn matrices(a: [2, 3], b: [2, 3]) -> y { y = exp(a)*b - (a - b)^3; }
    fn three_axes(a: [2, 3, 2], b: [2, 3, 2]) -> y { y = tanh(a*b) + sqrt(1 + a^2); }
    fn four_axes(a: [2, 1, 3, 2]) -> y { y = a^2*sigmoid(a) - 1/(3 + a); }
    fn one_entry(a: [1], b: [1, 1]) -> y { y = a*b; }

    fn number_against_vector(a, b: [4]) -> y { y = a*b + a/(2 + b^2); }
    fn number_against_four_axes(a, b: [2, 2, 1, 3]) -> y { y = a*b + a^2; }
    fn row_against_matrix(a: [2, 3], b: [3]) -> y { y = a*b + cos(b); }
    fn row_of_a_matrix_against_matrix(a: [2, 3], b: [1, 3]) -> y { y = a/(2 + b^2) - b; }
    fn column_against_matrix(a: [2, 3], b: [2, 1]) -> y { y = a*b^2 + b; }
    fn row_against_column(a: [2, 1], b: [1, 3]) -> y { y = a*b + a - b^2; }
    fn vector_against_four_axes(a: [2, 1, 2, 3], b: [3]) -> y { y = a*b; }
    fn matrix_against_four_axes(a: [2, 1, 2, 3], b: [2, 3]) -> y { y = a*b - b; }
    fn middle_axis(a: [2, 1, 3], b: [1, 2, 1]) -> y { y = (a + b)*b; }
    fn broadcast_twice(a: [3], b: [2, 3]) -> y { s = a*b; y = s*a + a; }
    fn constant_among(a: [3]; c: [2, 3], d: [1]) -> y { y = a*c + d; }
    fn number_only_through_a_broadcast(a, b: [2, 3]) -> y { y = b + a; }

    fn choice_by_entry(a: [2, 3], b: [2, 3]) -> y { y = if a > b { a*b } else { b^2 }; }
    fn choice_by_number(a, b: [3]) -> y { y = if a > 0 { a*b } else { b - a }; }
    fn choice_of_number_and_array(a, b: [3]) -> y { y = if b > 0 { b^2 } else { a }; }
    fn choice_by_row(a: [3], b: [2, 3]) -> y { y = if a > 0 { b*a } else { 2*b }; }
    fn choice_by_several_conditions(a: [4], b: [4]) -> y {
        y = if a > 0 && b > 0 || !(a < 1) { a*b } else if a < -0.5 { a^2 } else { sin(b) };
    }
    fn pieces(a: [6], b: [6]) -> y { y = relu(a) + abs(b)*clamp(a, -1, 1) + max(a, b)*min(a, b); }
    fn held_constant(a: [3], b: [3]) -> y { y = a*{ 2.5 } - { 1.0 }*b; }
    fn three_operands(a: [3], b) -> y { y = clamp(a + b, -0.5*a^2 - 1, 2); }
    fn every_smooth_operation(a: [3]) -> y {
        p = 1.6 + a/4;
        y = ln(p) + ln_1p(p) + log2(p) + log10(p) + cbrt(p) + exp2(a) + exp_m1(a) + tan(a/2) + asin(a/2) + acos(a/2)
            + atan(a) + sinh(a) + cosh(a) + asinh(a) + acosh(p) + atanh(a/2) + erf(a) + erfc(a) + softplus(a) + silu(a)
            + gelu(a) + elu(a) + leaky_relu(a) + hypot(a, p) + atan2(a, p) + p^a + p^p + logaddexp(a, p);
    }
}

sized! {
    fn long_vectors(a: [n], b: [n]; c: [n]) -> y where n = 70 { y = a*b + sin(c*a) - b/(2 + a^2); }
    fn long_rows(a: [n, m], b: [m]) -> y where n = 2, m = 65 { y = a*b + b^2; }
    fn named_column(a: [n, k], b: [n, 1]) -> y where n = 3, k = 2 { y = a*b + b; }
    fn named_axes(a: [b, c, h, w], s: [c, 1, 1], t: [w]) -> y where b = 2, c = 2, h = 1, w = 3 { y = a*s + t; }
    fn batch_of_one(a: [n, k], b: [k]) -> y where n = 1, k = 3 { y = a*b; }
    fn extents_of_one(a: [n, k], b: [k]) -> y where n = 1, k = 1 { y = a*b + exp(b); }
}
