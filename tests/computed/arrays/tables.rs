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

/// A loop without turns is empty wherever it stands, as it is with literal bounds.
#[test]
fn triangles_of_no_turns() {
    graph! {
        fn above(x: [n]) -> y { y = sum(i in 0..n, j in i + 1..n, x[i]*x[j]); }
        fn further(x: [n]) -> y { y = sum(i in 0..n, j in i + 2..n, x[i]*x[j]*x[j - 1]/x[j - 2]); }
        fn below(x: [n]) -> y { y = sum(i in 0..n, j in 0..i, x[i]*x[j]*x[j + 1]); }
        fn product(x: [n]) -> y { y = prod(i in 0..n, j in 0..i, x[i] - x[j]); }
    }
    let (none, one, few) = (arr1(&[]), arr1(&[3.0]), arr1(&[0.0, 2.0, 4.0, 5.0]));
    assert_eq!(above(&none), Ok(0.0));
    assert_eq!(below(&none), Ok(0.0));
    assert_eq!(further(&none), Ok(0.0));
    assert_eq!(product(&none), Ok(1.0));
    for (value, d) in [
        (above::value_and_grad(&one).map(|(y, d)| (y, d.x))),
        (below::value_and_grad(&one).map(|(y, d)| (y, d.x))),
        (further::value_and_grad(&one).map(|(y, d)| (y, d.x))),
    ]
    .map(Result::unwrap)
    {
        assert_eq!((value, d), (0.0, arr1(&[0.0])));
    }
    assert_eq!(
        below(&few),
        Ok(2.0 * 0.0 * 2.0 + 4.0 * (0.0 * 2.0 + 2.0 * 4.0) + 5.0 * (0.0 + 8.0 + 20.0))
    );
    assert_eq!(
        further(&arr1(&[1.0, 2.0, 4.0, 5.0])),
        Ok(8.0 + 5.0 * 4.0 / 2.0 + 2.0 * 5.0 * 4.0 / 2.0)
    );
}

/// What runs over a row without turns gives what it gives of an empty array.
#[test]
fn rows_without_turns() {
    graph! {
        fn rows(x: [n]) -> (largest: [n], smallest: [n], mean: [n], length: [n], log: [n]) {
            largest = each(i in 0..n, max(j in 0..i, x[j]));
            smallest = each(i in 0..n, min(j in i + 1..n, x[j]));
            mean = each(i in 0..n, mean(j in 0..i, x[j]));
            length = each(i in 0..n, norm(j in 0..i, x[j]));
            log = each(i in 0..n, logsumexp(j in 0..i, x[j]));
        }
        fn whole(x: [n]) -> (largest, smallest, mean, length, log) {
            largest = max(x); smallest = min(x); mean = mean(x); length = norm(x); log = logsumexp(x);
        }
        fn all(x: [n]) -> y { y = max(i in 0..n, j in i + 1..n, x[i] + x[j]); }
    }
    let empty = whole(&arr1::<f64>(&[])).unwrap();
    assert!(empty.0.is_nan() && empty.1.is_nan() && empty.2.is_nan());
    for n in 1..4 {
        let x = arr1(&[3.0_f64, 4.0, 5.0][..n]);
        let (largest, smallest, mean, length, log) = rows(&x).unwrap();
        assert!(
            largest[0].is_nan() && smallest[n - 1].is_nan() && mean[0].is_nan(),
            "{n}"
        );
        assert_eq!((length[0], log[0]), (empty.3, empty.4));
        let of_last = [largest, mean].map(|values| values[n - 1]);
        match n {
            1 => assert!(all(&x).unwrap().is_nan()),
            2 => assert_eq!((of_last, all(&x)), ([3.0, 3.0], Ok(7.0))),
            _ => assert_eq!((of_last, all(&x)), ([4.0, 3.5], Ok(9.0))),
        }
    }
    let x = arr1(&[3.0, 4.0]);
    let d = rows::forward(&x).unwrap();
    let (zeros, one) = (arr1(&[0.0, 0.0]), arr1(&[1.0, 1.0]));
    let d = d.backward(&one, &zeros, &zeros, &zeros, &zeros).unwrap();
    assert_eq!(d.x, arr1(&[1.0, 0.0])); // and nothing of the row that has no turns
}

sized_and_written_out! {
    fn triangle_from_the_end(x: [n] = [4]) -> v { v = each(i in 0..n, sum(j in n - 1 - i..n, x[j]^2*j)); }
    fn smallest_of_rows_of_a_triangle(x: [n] = [4]) -> v { v = each(i in 0..n, min(j in i..n, x[j]*x[i] - j)); }
    fn products_of_rows_of_a_triangle(x: [n] = [4]) -> v { v = each(i in 0..n, prod(j in 0..i, 1 + x[j]*x[i])); }
    fn three_indices_of_a_triangle(x: [n] = [4]) -> v { v = sum(i in 0..n, j in i..n, k in j + 1..n, x[i]*sin(x[j])*x[k]^2); }
    fn names_that_hide(x: [n] = [3], y: [m] = [2]) -> v { v = sum(i in 0..n, x = x[i]; y = x*2; sum(i in 0..m, n = y*i; n + x)) + y[0]; }
    fn index_from_an_index(x: [n] = [3]) -> v { v = sum(i in 0..n, j in 0..i, i in j..n, x[i]*j); }
    fn product_under_a_triangle(a: [n, n] = [3, 3], b: [n, m] = [3, 2]) -> v { v = each(i in 0..n, j in 0..m, sum(k in 0..=i, a[i, k]*b[k, j])); }
    fn product_of_branches(a: [n, k] = [3, 2], b: [m, k] = [2, 2]) -> v {
        v = each(i in 0..n, j in 0..m, sum(c in 0..k, (if a[i, c] > 0 { ln(a[i, c]) } else { 0 })*b[j, c]));
    }
    fn pairs_within_a_distance(a: [n, 2] = [4, 2]) -> v {
        v = sum(i in 0..n, j in 0..i, d = a[i] - a[j]; if dot(d, d) > 0.5 { 1/norm(d) + exp(-dot(d, d))*sin(norm(d)) } else { 0 });
    }
}

sized_and_written_out! {
    fn first_of_a_row(x: [n] = [4]) -> v { v = each(i in 0..n, if i == 0 { x[0]^2 } else { x[i - 1]*exp(x[i]) }); }
    fn last_of_a_row(x: [n] = [4]) -> v { v = each(i in 0..n, if i < n - 1 { x[i + 1]/x[i] } else { x[0] }); }
    fn both_ends(x: [n] = [5]) -> v {
        v = each(i in 0..n, if i == 0 { 2*x[i] } else if i == n - 1 { x[i - 1]^2 } else { x[i - 1] - 2*x[i] + x[i + 1] });
    }
    fn inner_points(u: [n, m] = [4, 3]) -> v {
        v = each(i in 0..n, j in 0..m,
            if i > 0 && j > 0 && n - 1 > i && m - 1 > j { u[i - 1, j]*u[i, j + 1] - u[i + 1, j]/u[i, j - 1] } else { u[i, j]^3 });
    }
    fn border(x: [n] = [4]) -> v { v = each(i in 0..n, if i == 0 || i >= n - 1 { 1 } else { x[i - 1]*x[i + 1] }); }
    fn from_the_end_behind_a_condition(x: [n] = [4]) -> v { v = each(i in 0..n, if n - 1 - i != 0 { x[n - 2 - i] } else { x[0]^2 }); }
    fn no_condition(x: [n] = [4]) -> v { v = each(i in 0..n, if !(i < 2) { x[i - 2]*x[i] } else { x[i]/2 }); }
    fn rows_behind_a_condition(a: [n, 2] = [3, 2]) -> v { v = each(i in 0..n, if i > 0 { a[i] - a[i - 1]^2 } else { a[i] }); }
    fn sums_behind_a_condition(x: [n] = [4]) -> v { v = each(i in 0..n, if i > 0 { sum(j in i - 1..n, x[j]*x[i]) } else { 2 }); }
    fn triangle_shifted_down(x: [n] = [4]) -> v { v = sum(i in 0..n, j in i + 1..n, x[j]*sin(x[j - 1])*x[i]); }
    fn triangle_shifted_up(x: [n] = [4]) -> v { v = sum(i in 0..n, j in 0..i, x[j]*sin(x[j + 1])*x[i]); }
}

/// Labels beyond the end choose nothing, behind conditions and in triangles.
#[test]
fn labels_that_no_turn_has() {
    graph! {
        fn behind(table: [k, d], text: index[n]) -> y { y = sum(i in 0..n, if i > 0 { dot(table[text[i - 1]], table[text[i]]) } else { 0 }); }
        fn bounds(table: [k, d], text: index[n]) -> y { y = sum(i in 1..n, dot(table[text[i - 1]], table[text[i]])); }
        fn triangle(x: [k], text: index[n]) -> y { y = sum(i in 0..n, j in i + 1..n, x[text[j - 1]]*x[text[i]]^2); }
        fn square(x: [k], text: index[n]) -> y { y = sum(i in 0..n, j in 0..n, if j >= i { if j < n - 1 { x[text[j]]*x[text[i]]^2 } else { 0 } } else { 0 }); }
        fn scores(x: [n, k], text: index[n]) -> y { y = sum(i in 0..n, if i < n - 1 { log_softmax(x[i])[text[i + 1]] } else { 0 }); }
        fn of_bounds(x: [n, k], text: index[n]) -> y { y = sum(i in 0..n - 1, log_softmax(x[i])[text[i + 1]]); }
    }
    let (table, text) = (
        arr2(&[[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]),
        [2, 0, 1, 1, 2],
    );
    let (got, want) = (
        behind::value_and_grad(&table, &text).unwrap(),
        bounds::value_and_grad(&table, &text).unwrap(),
    );
    assert_eq!((got.0, got.1.table), (want.0, want.1.table));
    let x = arr1(&[1.0, -0.5, 2.0]);
    let (got, want) = (
        triangle::value_and_grad(&x, &text).unwrap(),
        square::value_and_grad(&x, &text).unwrap(),
    );
    assert_eq!((got.0, got.1.x), (want.0, want.1.x));
    let logits = Array2::from_shape_fn((5, 3), |(i, j)| ((i * 3 + j) as f64).sin());
    let (got, want) = (
        scores::value_and_grad(&logits, &text).unwrap(),
        of_bounds::value_and_grad(&logits, &text).unwrap(),
    );
    assert!((got.0 - want.0).abs() < 1e-14);
    assert!(
        (got.1.x - want.1.x)
            .iter()
            .all(|gap: &f64| gap.abs() < 1e-14)
    );
}

/// What a turn reads beyond its array is left out, whatever its slope would be, and the array may be shorter than the shift.
#[test]
fn entries_that_no_turn_has() {
    graph! {
        fn f(x: [n]) -> y: [n] { y = each(i in 0..n, if i > 2 { ln(x[i - 3])/x[i - 3] } else { sqrt(x[i]) }); }
        fn ring(u: [n]) -> v: [n] { v = each(i in 0..n, if i < n - 1 { u[i + 1] } else { u[0] }); }
    }
    for n in 1..5 {
        let x = arr1(&[4.0, 9.0, 16.0, 25.0][..n]);
        let ones = arr1(&[1.0; 4][..n]);
        let run = f::forward(&x).unwrap();
        let slope = run.backward(&ones).unwrap().x;
        let last = if n == 4 {
            (1.0 - 4.0_f64.ln()) / 16.0
        } else {
            0.0
        };
        let want = [0.25 + last, 1.0 / 6.0, 0.125, 0.0];
        for i in 0..n {
            assert!((slope[i] - want[i]).abs() < 1e-15, "{n}: {slope}");
        }
    }
    assert_eq!(
        ring(&arr1(&[1.0, 2.0, 3.0])).unwrap(),
        arr1(&[2.0, 3.0, 1.0])
    );
}

#[test]
fn counts() {
    graph! {
        /// A sum of powers.
        #[graph(hessian)]
        fn series(x, steps: count) -> y { y = sum(k in 0..steps, x^k); }
        fn scaled(x: [n], steps: count) -> y: [n] { y = x*steps + n; }
        fn table(x, m: count) -> t: [m, 2] { t = each(i in 0..m, [x*i, x^2]); }
        fn agreeing(x: [m], m: count, w) -> y { y = sum(i in 0..m - 1, x[i]*x[i + 1]^2*w) + series(w, m) + series(w, 3); }
        fn first(x: [n], m: count) -> y: [m] { y = each(i in 0..m, x[0]*i); }
    }
    assert_eq!(series(2.0, 4), Ok(15.0));
    assert_eq!(series(2.0_f32, 0), Ok(0.0));
    let (y, d) = series::value_and_grad(2.0, 4).unwrap();
    assert_eq!((y, d.x), (15.0, 1.0 + 4.0 + 12.0));
    assert_eq!(series::jvp(2.0, 4, 0.5), Ok((15.0, 8.5)));
    let (_, _, bend) = series::hvp(2.0, 4, 1.0).unwrap();
    assert_eq!(bend.x, 2.0 + 12.0);
    let (y, pull) = series::vjp(2.0, 4).unwrap();
    assert_eq!((y, pull(2.0)), (15.0, Ok(34.0)));
    assert_eq!(
        series::forward(2.0, 4)
            .unwrap()
            .into_owned()
            .backward(1.0)
            .unwrap()
            .x,
        17.0
    );
    assert!(series::check(0.5, 4).unwrap().is_right());
    let problem = series::Problem::new(2.0, 4).unwrap();
    let mut gradient = [0.0];
    assert_eq!(
        graph_runtime::Objective::gradient(&problem, &[2.0], &mut gradient),
        15.0
    );
    assert_eq!(gradient, [17.0]);

    assert_eq!(scaled(&arr1(&[1.0, 2.0]), 3), Ok(arr1(&[5.0, 8.0])));
    assert_eq!(
        table(0.5, 3),
        Ok(arr2(&[[0.0, 0.25], [0.5, 0.25], [1.0, 0.25]]))
    );
    let x = arr1(&[1.0, 2.0, 3.0]);
    let (y, d) = agreeing::value_and_grad(&x, 3, 0.5).unwrap();
    assert_eq!(
        (y, d.x, d.w),
        (
            0.5 * (4.0 + 18.0) + 1.75 + 1.75,
            arr1(&[2.0, 6.5, 6.0]),
            22.0 + 2.0 + 2.0
        )
    );
    let error = agreeing(&x, 4, 0.5).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`x` should have shape [m = 4], but has shape [3]; the count `m` is 4"
    );
    let error = agreeing(&arr1(&[]), 0, 0.5).unwrap_err();
    assert_eq!(error.to_string(), "`m` should be at least 1, but is 0");
    assert_eq!(error.input(), "m");
    assert_eq!(first(&x, 0), Ok(arr1(&[])));

    let (x, steps) = (0.5, 4_usize);
    let run = graph! { steps: count; y = sum(k in 0..steps, x^k)*steps }.unwrap();
    assert_eq!(
        (run.y, run.backward(1.0).unwrap().x),
        (7.5, 4.0 * (1.0 + 1.0 + 0.75))
    );
}

/// A call may leave outputs without a name.
#[test]
fn outputs_without_a_name() {
    graph! {
        fn both(x) -> (sine, square, cube) { sine = sin(x); square = x^2; cube = x^3; }
        fn second(x) -> y { (_, square, _) = both(x); y = square; }
        fn in_a_loop(x: [n]) -> y {
            y = sum(i in 0..n,
                /// What both of them have.
                (sine, _, cube) = both(x[i]);
                sine*cube);
        }
    }
    assert_eq!(second::value_and_grad(3.0).1.x, 6.0);
    assert_eq!(
        in_a_loop(&arr1(&[1.0, 2.0])),
        Ok(1.0_f64.sin() + 2.0_f64.sin() * 8.0)
    );
}

/// A function of numbers is applied entry by entry, a function of small arrays row by row, and one call may define several names.
#[test]
fn functions_over_arrays() {
    graph! {
        fn spring(a, b) -> e { d = norm([a - b, 1]); e = (d - 1)^2; }
        fn polar(r, phi) -> (x, y) { x = r*cos(phi); y = r*sin(phi); }
        fn turned(p: [2], phi) -> q: [2] { q = [[cos(phi), -sin(phi)], [sin(phi), cos(phi)]] @ p; }
        fn step(x: [2], h) -> (next: [2], energy) { v = [x[1], -sin(x[0])]; next = x + h*v; energy = x[1]^2/2 - cos(x[0]); }
        fn sized(x: [n], y: [n], m: [n, k], p: [n, 2], h) -> (a: [n], b: [n, k], c, d: [n, 2], e, f: [n]) {
            a = spring(x, y);
            b = spring(m, h);
            (u, v) = polar(x, y);
            c = sum(u*v);
            d = each(i in 0..n, turned(p[i], x[i]));
            e = sum(i in 0..n - 1, (next, energy) = step(p[i], h); norm(p[i + 1] - next) + energy);
            f = spring(h, y);
        }
        fn fixed(x: [3], y: [3], m: [3, 2], p: [3, 2], h) -> (a: [3], b: [3, 2], c, d: [3, 2], e, f: [3]) {
            a = [spring(x[0], y[0]), spring(x[1], y[1]), spring(x[2], y[2])];
            b = [[spring(m[0, 0], h), spring(m[0, 1], h)], [spring(m[1, 0], h), spring(m[1, 1], h)], [spring(m[2, 0], h), spring(m[2, 1], h)]];
            c = sum(i in 0..3, x[i]*cos(y[i])*(x[i]*sin(y[i])));
            d = [turned(p[0], x[0]), turned(p[1], x[1]), turned(p[2], x[2])];
            e = sum(i in 0..2, norm(p[i + 1] - (p[i] + h*[p[i, 1], -sin(p[i, 0])])) + p[i, 1]^2/2 - cos(p[i, 0]));
            f = [spring(h, y[0]), spring(h, y[1]), spring(h, y[2])];
        }
        fn fixed_by_entries(x: [3], y: [3], m: [3, 2], p: [3, 2], h) -> (a: [3], b: [3, 2], c, d: [3, 2], e, f: [3]) {
            a = spring(x, y);
            b = spring(m, h);
            (u, v) = polar(x, y);
            c = sum(u*v);
            d = each(i in 0..3, turned(p[i], x[i]));
            e = sum(i in 0..2, (next, energy) = step(p[i], h); norm(p[i + 1] - next) + energy);
            f = spring(h, y);
        }
    }
    let (x, y, h) = ([0.3, -1.2, 2.0], [1.5, 0.25, -0.5], 0.125);
    let (m, p) = (
        [[0.5, 2.0], [-1.0, 0.75], [3.0, 1.25]],
        [[1.0, 0.5], [-0.25, 2.0], [0.75, -1.5]],
    );
    let expected = fixed::forward(x, y, m, p, h);
    let by_entries = fixed_by_entries::forward(x, y, m, p, h);
    let arrays = (arr1(&x), arr1(&y), arr2(&m), arr2(&p));
    let sized = sized::forward(&arrays.0, &arrays.1, &arrays.2, &arrays.3, h).unwrap();
    assert_same("a", &sized.a, &arr1(&expected.a));
    assert_same("b", &sized.b, &arr2(&expected.b));
    assert_same("c", &sized.c, &expected.c);
    assert_same("d", &sized.d, &arr2(&expected.d));
    assert_same("e", &sized.e, &expected.e);
    assert_same("f", &sized.f, &arr1(&expected.f));
    let seeds = (
        [1.0, -2.0, 0.5],
        [[0.25, 1.0], [2.0, -1.0], [0.5, 3.0]],
        1.5,
        [[1.0, 2.0], [0.5, -1.0], [-2.0, 0.75]],
        -0.5,
        [2.0, 1.0, -3.0],
    );
    let of = |run: &fixed::Forward<f64>| {
        run.backward(seeds.0, seeds.1, seeds.2, seeds.3, seeds.4, seeds.5)
    };
    let expected = of(&expected);
    let found = by_entries.backward(seeds.0, seeds.1, seeds.2, seeds.3, seeds.4, seeds.5);
    assert_same("x of fixed arrays", &found.x, &expected.x);
    assert_same("m of fixed arrays", &found.m, &expected.m);
    assert_same("p of fixed arrays", &found.p, &expected.p);
    let found = sized
        .backward(
            &arr1(&seeds.0),
            &arr2(&seeds.1),
            seeds.2,
            &arr2(&seeds.3),
            seeds.4,
            &arr1(&seeds.5),
        )
        .unwrap();
    assert_same("x", &found.x, &arr1(&expected.x));
    assert_same("y", &found.y, &arr1(&expected.y));
    assert_same("m", &found.m, &arr2(&expected.m));
    assert_same("p", &found.p, &arr2(&expected.p));
    assert_same("h", &found.h, &expected.h);
}

fixed_and_sized! {
    fn reshaped(a: [2, 3]) -> y { y = reshape(a^2, [3, 2])*reshape(a, [3, 2]); }
    fn flat(a: [2, 3]) -> y { y = reshape(a, [6])*sin(reshape(a, [1, 6])[0]); }
    fn permuted(a: [2, 3, 2]) -> y { y = permute(a, [2, 0, 1])^2; }
    fn one_behind_another(a: [2, 2], b: [1, 2]) -> y { y = concat(a, b^2, a, axis = 0)*2; }
    fn beside_one_another(a: [2, 2], b: [2, 1]) -> y { y = sin(concat(b, a, axis = -1)); }
    fn axis_that_stays(a: [2, 3]) -> y { y = (a - mean(a, axis = 1, keep))/norm(a, axis = 1, keep); }
    fn axis_in_front_that_stays(a: [2, 3]) -> y { y = a*max(a, axis = 0, keep) - logsumexp(a, axis = 0, keep); }
    fn transposed_matrices(a: [2, 3, 2]) -> y { y = a.T @ a; }
    fn batch_on_the_right(a: [2, 3], b: [2, 3, 2]) -> y { y = a @ b; }
    fn batches_of_batches(a: [2, 1, 2, 2], b: [2, 1, 2, 3]) -> y { y = a @ b; }
    fn vector_of_a_batch(a: [2, 2, 3], x: [3]) -> y { y = a @ x; }
    fn vector_before_a_batch(a: [2, 3, 2], x: [3]) -> y { y = x @ a; }
}

sized_and_written_out! {
    fn reshaped_rows(a: [n, 6] = [2, 6]) -> v { v = reshape(a, [n, 2, 3])[.., 1]*2; }
    fn heads(a: [n, 4] = [3, 4], w: [4, 4] = [4, 4]) -> v {
        q = permute(reshape(a @ w, [n, 2, 2]), [1, 0, 2]);
        v = reshape(permute(softmax(q @ q.T) @ q, [1, 0, 2]), [n, 4]);
    }
    fn with_a_column(a: [n, 2] = [3, 2], b: [n, 1] = [3, 1]) -> v { v = concat(a, b, axis = 1) @ [1, 2, 3]; }
    fn with_ends(x: [n] = [3]) -> v { v = concat([0], x, [1, 2])^2; }
    fn reshaped_turns(a: [n, 4] = [2, 4]) -> v { v = each(i in 0..n, reshape(a[i], [2, 2]) @ reshape(a[i], [2, 2])); }
    fn joined_turns(a: [n, 2] = [2, 2], x: [n] = [2]) -> v { v = each(i in 0..n, concat(a[i], [x[i]], a[i]^2)); }
    fn normalised_rows(a: [n, k] = [2, 3]) -> v { v = (a - mean(a, axis = 1, keep))/norm(a, axis = 1, keep); }
}

#[test]
fn a_shape_of_another_size_is_an_error() {
    graph! { fn f(x: [n], y: [k]) -> z: [k, 2] { z = reshape(x, [k, 2])*reshape(y, [k, 1]); } }
    let z = f(&arr1(&[1.0, 2.0, 3.0, 4.0]), &arr1(&[1.0, 10.0])).unwrap();
    assert_eq!(z, arr2(&[[1.0, 2.0], [30.0, 40.0]]));
    let error = f(&arr1(&[1.0, 2.0, 3.0]), &arr1(&[1.0, 10.0])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an array of shape [n] = [3] cannot have the shape [k, 2] = [2, 2], which has another number of entries"
    );
}

/// An own operation of numbers, once for each turn.
#[test]
fn own_operations_in_loops() {
    mod cube {
        use graph_runtime::Real;
        pub fn value<T: Real>(x: T, y: T) -> T {
            x * x * x * y
        }
        pub fn vjp<T: Real>(x: T, y: T) -> (T, impl Fn(T) -> (T, T)) {
            (value(x, y), move |d| {
                (T::of(3.0) * x * x * y * d, x * x * x * d)
            })
        }
    }
    fn cube<T: graph_runtime::Real>(x: T, y: T) -> T {
        cube::value(x, y)
    }
    graph! {
        fn by_name(x: [n], w) -> y { y = sum(i in 0..n, cube(x[i]^2, w)*x[i]); }
        fn written(x: [n], w) -> y { y = sum(i in 0..n, (x[i]^2)^3*w*x[i]); }
        fn of_few(x: [3], w) -> y { y = sum(i in 0..3, cube(x[i]^2, w)*x[i]); }
        fn guarded(x: [n], w) -> y: [n] { y = each(i in 0..n, if x[i] > 0 { cube(x[i], w) } else { w }); }
    }
    let (x, w) = (arr1(&[0.5, -1.25, 2.0]), 0.75);
    let (value, slope) = by_name::value_and_grad(&x, w).unwrap();
    let (expected, expected_slope) = written::value_and_grad(&x, w).unwrap();
    assert_same("the value", &value, &expected);
    assert_same("x", &slope.x, &expected_slope.x);
    assert_same("w", &slope.w, &expected_slope.w);
    let (few, few_slope) = of_few::value_and_grad([0.5, -1.25, 2.0], w);
    assert_same("of few", &few, &expected);
    assert_same("x of few", &arr1(&few_slope.x), &expected_slope.x);
    let d = (arr1(&[1.0, 0.5, -2.0]), 0.25);
    let (_, tangent) = by_name::jvp(&x, w, &d.0, d.1).unwrap();
    let (_, wanted) = written::jvp(&x, w, &d.0, d.1).unwrap();
    assert_same("jvp", &tangent, &wanted);
    let run = guarded::forward(&x, w).unwrap();
    assert_same("guarded", &run.y, &arr1(&[0.125 * w, w, 8.0 * w]));
    let slope = run.backward(&arr1(&[1.0, 2.0, 3.0])).unwrap();
    assert_same("x of guarded", &slope.x, &arr1(&[0.75 * w, 0.0, 36.0 * w]));
    assert_same("w of guarded", &slope.w, &(0.125 + 2.0 + 24.0));
}

/// A local name of a number that no index can be keeps its sign.
#[test]
fn a_negative_zero_has_a_name() {
    graph! { fn f(x) -> y { y = if x > 0 { z = -0; atan2(z, -x) } else { z = 0; atan2(z, x) }; } }
    assert_eq!(f(1.0), -std::f64::consts::PI);
    assert_eq!(f(-1.0), std::f64::consts::PI);
}
