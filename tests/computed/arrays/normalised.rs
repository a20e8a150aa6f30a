//! The softmax family, along every axis.

fixed_and_sized! {
    fn softmax_of_a_vector(a: [4]) -> y { y = softmax(a); }
    fn softmax_of_rows(a: [2, 3]) -> y { y = softmax(2*a); }
    fn softmax_of_columns(a: [2, 3]) -> y { y = softmax(a, axis = 0); }
    fn softmax_along_the_middle(a: [2, 3, 2]) -> y { y = softmax(a, axis = 1); }
    fn softmax_along_the_first_of_four(a: [2, 1, 2, 3]) -> y { y = softmax(a, axis = 0); }
    fn log_softmax_of_a_vector(a: [4]) -> y { y = log_softmax(a); }
    fn log_softmax_of_rows(a: [2, 3]) -> y { y = log_softmax(a, axis = -1); }
    fn log_softmax_of_columns(a: [2, 3]) -> y { y = log_softmax(a, axis = 0); }
    fn logsumexp_of_everything(a: [2, 3]) -> y { y = logsumexp(a); }
    fn logsumexp_of_rows(a: [2, 3]) -> y { y = logsumexp(3*a, axis = 1); }
    fn logsumexp_of_columns(a: [2, 3]) -> y { y = logsumexp(a, axis = 0); }
    fn logsumexp_along_the_middle(a: [2, 3, 2]) -> y { y = logsumexp(a, axis = 1)^2; }
    fn cross_entropy_of_one_case(a: [4]; t: [4]) -> y { y = softmax_cross_entropy(a, t); }
    fn cross_entropy_of_a_batch(a: [3, 2]; t: [3, 2]) -> y { y = softmax_cross_entropy(a, t); }
    fn cross_entropy_of_both(a: [2, 3], t: [2, 3]) -> y { y = softmax_cross_entropy(a^2, t); }
    fn entropy(a: [4]) -> y { y = -sum(softmax(a)*log_softmax(a)); }
    fn layer_norm(a: [2, 3], g: [3], b: [3]) -> y {
        c = a.T - mean(a, axis = 1);
        y = (c/sqrt(mean(c^2, axis = 0) + 0.01)).T*g + b;
    }
}

sized! {
    fn named_softmax(a: [n, k]) -> y where n = 2, k = 3 { y = softmax(a); }
    fn named_softmax_of_columns(a: [n, k]) -> y where n = 3, k = 2 { y = softmax(a, axis = 0); }
    fn named_softmax_of_four(a: [b, h, n, m]) -> y where b = 2, h = 1, n = 2, m = 3 { y = softmax(a); }
    fn named_log_softmax(a: [n, k]) -> y where n = 2, k = 3 { y = log_softmax(a); }
    fn named_logsumexp(a: [n, k]) -> y where n = 3, k = 2 { y = logsumexp(a, axis = 1); }
    fn long_logsumexp(a: [n]) -> y where n = 130 { y = logsumexp(3*a); }
    fn named_cross_entropy(a: [n, k]; t: [n, k]) -> y where n = 3, k = 2 { y = softmax_cross_entropy(a, t); }
}
