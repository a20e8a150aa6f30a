//! Sums, products and folds over an index.

use crate::common::arrays::assert_same;
use graph_runtime::graph;
use ndarray::arr1;

fixed_and_sized! {
    fn sum_over_an_index(a: [4]) -> y { y = sum(i in 0..3, a[i]*a[i + 1]); }
    fn product_over_an_index(a: [4]) -> y { y = prod(i in 0..4, a[i]); }
    fn sum_with_its_end(a: [4]) -> y { y = sum(i in 1..=3, i*a[i]); }
    fn nested_sums(a: [2, 3]) -> y { y = sum(i in 0..2, sum(j in 0..3, a[i, j]^2*(i + 1))); }
    fn sum_of_vectors(a: [3, 2]) -> y { y = sum(i in 0..3, i*a[i]); }
    fn horner(a: [4], x) -> y { y = fold(acc = 0, i in 0..4, acc*x + a[3 - i]); }
    fn fold_of_a_vector(a: [2, 2], x: [2]) -> y { y = fold(v = x, i in 0..3, sin(a @ v)); }
    fn empty_loops(a: [3]) -> y { y = a*prod(i in 2..2, a[0]) + sum(i in 3..3, a[0]); }
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

// What a turn computes has the shapes of one turn, whatever the operations.
sized_and_written_out! {
    fn largest_of_a_turn(x: [n] = [4], y: [n] = [4]) -> v { v = sum(i in 0..n, max(x[i], y[i], x[i]*y[i])); }
    fn branches_of_two_loops(x: [n] = [3], y: [m] = [4]) -> v {
        v = sum(i in 0..n, sum(j in 0..m, if i < j { x[i] } else { y[j]^2 }));
    }
    fn branch_of_arrays(x: [n] = [3], y: [n] = [3]) -> v {
        v = sum(i in 0..n, dot(if x[i] < y[i] { [x[i], 1] } else { [y[i]^2, x[i]] }, [i, 2]));
    }
    fn softmax_of_a_turn(x: [n] = [3], y: [m] = [2]) -> v {
        v = sum(i in 0..n, sum(j in 0..m, softmax([x[i], y[j], 0])[1]*logsumexp([x[i], y[j]])));
    }
    fn rotated_points(p: [n, 2] = [3, 2], a) -> v {
        v = sum(i in 0..n, norm([[cos(a), -sin(a)], [sin(a), cos(a)]] @ p[i] - [i, 1]));
    }
    fn products_of_pairs(x: [n] = [3], y: [m] = [2]) -> v {
        v = sum(i in 0..n, sum(j in 0..m, ([[x[i], y[j]], [1, i]] @ [[j, x[i]], [2, y[j]]])[0, 1]));
    }
    fn rows_of_a_matrix(x: [n, m] = [3, 2], w: [m, 2] = [2, 2], b: [2] = [2]) -> v {
        v = sum(i in 0..n, norm(tanh(affine(x[i], w, b))));
    }
    fn diagonal_of_a_matrix(x: [n, n] = [3, 3]) -> v { v = sum(i in 0..n, x[i, i]^2) + sum(i in 0..n - 1, x[i + 1, i]^3); }
    fn sum_of_rows(x: [n, m] = [3, 2]) -> v { v = sum(i in 0..n, x[i]^2*i); }
    fn sum_of_small_arrays(x: [n] = [3]) -> v { v = sum(i in 0..n, [x[i], x[i]^2, 1]); }
    fn three_loops(x: [n] = [2], y: [m] = [3], z: [k] = [2]) -> v {
        v = sum(i in 0..n, x[i]*prod(j in 0..m, 1 + tanh(y[j]*sum(l in 0..k, min(x[i], y[j], z[l])))));
    }
    fn windows(x: [n] = [4], w: [3] = [3]) -> v { v = sum(i in 1..n - 1, tanh(sum(j in i - 1..=i + 1, x[j]))*norm([x[i], w[0]])); }
}

/// What a call became outside of a loop is not what it is inside, and the other way round.
#[test]
fn calls_inside_and_outside_of_loops() {
    graph! {
        fn square(t) -> u { u = t^2 + 1; }
        fn length(v: [2]) -> u { u = norm(v); }
        fn energy(v: [l], c) -> u { u = sum(o in 0..l, c*v[o]^2); }
        fn f(x: [n], y: [n]) -> z {
            before = square(x[0]) + length([x[0], y[0]]) + energy(x, y[0]);
            inside = sum(i in 0..n, square(x[i])*length([x[i], y[i]]) + energy(x, y[i]) + square(x[0]));
            z = before + inside + square(x[1]) + energy(x, y[0]) + length([x[0], y[0]]);
        }
        fn written_out(x: [2], y: [2]) -> z { z = f(x, y); }
    }
    let (x, y) = ([1.5, -0.5], [0.25, 2.0]);
    let (value, slope) = written_out::value_and_grad(x, y);
    let (first, second) = (1.5_f64.hypot(0.25), 0.5_f64.hypot(2.0));
    let by_hand = (3.0 * 3.25 + 1.25) + (2.0 + 3.25) * first + 1.25 * second + (3.0 * 0.625 + 5.0);
    assert!((value - by_hand).abs() < 1e-12, "{value}, not {by_hand}");
    let (at_once, gradient) = f::value_and_grad(&arr1(&x), &arr1(&y)).expect("the shapes agree");
    assert!((at_once - value).abs() < 1e-12);
    assert_same("x", &gradient.x, &arr1(&slope.x));
    assert_same("y", &gradient.y, &arr1(&slope.y));
}

#[test]
fn second_derivatives_of_loops() {
    graph! {
        #[graph(hessian)]
        fn f(x: [n], y: [m]) -> z {
            z = sum(i in 0..n, sum(j in 0..m, if i < j { norm([x[i], y[j]]) } else { max(x[i]^3, y[j], 0)*square(y[j]) }));
        }
        fn square(t) -> u { u = t^2 + 1; }
        #[graph(hessian)]
        fn written_out(x: [3], y: [2]) -> z { z = f(x, y); }
    }
    let (x, y) = ([1.5, -0.5, 0.75], [0.25, 2.0]);
    let (dx, dy) = ([0.5, -1.0, 2.0], [1.25, -0.5]);
    let (value, slope, (of_x, of_y)) = {
        let (value, slope, bend) = written_out::hvp(x, y, dx, dy);
        (value, slope, (bend.x, bend.y))
    };
    let (at_once, gradient, product) =
        f::hvp(&arr1(&x), &arr1(&y), &arr1(&dx), &arr1(&dy)).expect("the shapes agree");
    assert_same("the value", &at_once, &value);
    assert_same("the gradient by x", &gradient.x, &arr1(&slope.x));
    assert_same("the product, x", &product.x, &arr1(&of_x));
    assert_same("the product, y", &product.y, &arr1(&of_y));
}

#[test]
fn loops_of_no_turns_and_of_one() {
    graph! {
        fn f(x: [n], y: [m]) -> (s, p, r: [m]) {
            s = sum(i in 0..n, max(x[i], 1, norm([x[i], 2])));
            p = prod(i in 0..n, sum(j in 0..m, softmax([x[i], y[j]])[0]));
            r = sum(i in 0..n, x[i]*y);
        }
    }
    let (none, one, two) = (arr1(&[]), arr1(&[0.0]), arr1(&[3.0, 3.0]));
    let (s, p, r) = f(&none, &two).expect("the shapes agree");
    assert_eq!((s, p), (0.0, 1.0));
    assert_eq!(r, arr1(&[0.0, 0.0]));
    let (s, p, _) = f(&two, &none).expect("the shapes agree");
    assert_eq!((s, p), (2.0 * 13.0_f64.sqrt(), 0.0));
    let (s, p, r) = f(&one, &one).expect("the shapes agree");
    assert_eq!((s, p), (2.0, 0.5));
    assert_eq!(r, arr1(&[0.0]));
}

/// The names that a loop binds are its own: a definition of the same name is another, and no cycle.
#[test]
fn names_that_loops_bind() {
    graph! {
        fn outer(x: [3]) -> y { acc = x[0]; y = fold(acc = acc, t in 0..3, acc*2 + x[t]); }
        fn accumulator(x: [3]) -> h { h = fold(h = 0, t in 0..3, h*2 + x[t]); }
        fn index(x: [3]) -> i { i = sum(i in 0..3, x[i]^2); }
        fn turns(x: [n]) -> i { i = prod(i in 0..n, x[i]*i + 1); }
        fn later(x: [3]) -> z { y = sum(k in 0..3, k*x[k]); k = y + 1; z = k; }
    }
    let x = [1.0, 2.0, 3.0];
    assert_eq!(outer(x), 19.0);
    assert_eq!(accumulator(x), 11.0);
    assert_eq!(index(x), 14.0);
    assert_eq!(turns(&arr1(&x)), Ok(21.0));
    assert_eq!(later(x), 9.0);
    let (a, b) = (2.0, 3.0);
    let run = graph! { t = fold(s = a, t in 1..=2, s*t); s = b; };
    assert_eq!((run.t, run.s), (4.0, 3.0));
}
