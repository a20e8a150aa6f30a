//! What is left to run time: sizes of named dimensions, labels, and extents that an index or a slice needs. Each
//! disagreement is an error before any arithmetic, in words that name the arrays, their shapes and the dimension.

use graph_runtime::{ShapeError, graph};
use ndarray::{Array1, Array2};

fn vector(n: usize) -> Array1<f64> {
    Array1::ones(n)
}

fn matrix(n: usize, k: usize) -> Array2<f64> {
    Array2::ones((n, k))
}

#[track_caller]
fn fails<T>(result: Result<T, ShapeError>, message: &str) {
    match result {
        Ok(_) => panic!("nothing is wrong, but it should be: {message}"),
        Err(error) => assert_eq!(error.to_string(), message),
    }
}

#[track_caller]
fn passes<T>(result: Result<T, ShapeError>) {
    if let Err(error) = result {
        panic!("nothing should be wrong, but: {error}");
    }
}

#[test]
fn two_inputs_that_disagree() {
    graph! {
        fn product(x: [n], y: [n]) -> z { z = x*y; }
        fn constant(x: [n], const c: [n]) -> z { z = x*c; }
        fn square(x: [n, n]) -> z { z = x.T; }
        fn layer(x: [n, k], w: [k, m], b: [m]) -> z { z = affine(x, w, b); }
        fn both(x: [n, k], y: [k, n]) -> z { z = x.T + y; }
    }
    fails(
        product(&vector(3), &vector(4)),
        "`y` should have shape [n = 3], but has shape [4]; `n` is 3 in `x`",
    );
    fails(
        product(&vector(3), &vector(1)),
        "`y` should have shape [n = 3], but has shape [1]; `n` is 3 in `x`",
    );
    fails(
        constant(&vector(2), &vector(3)),
        "`c` should have shape [n = 2], but has shape [3]; `n` is 2 in `x`",
    );
    fails(
        square(&matrix(3, 4)),
        "`x` should have shape [n = 3, n = 3], but has shape [3, 4]; `n` is already 3 in `x`",
    );
    fails(
        layer(&matrix(2, 3), &matrix(4, 5), &vector(5)),
        "`w` should have shape [k = 3, m = 5], but has shape [4, 5]; `k` is 3 in `x`",
    );
    fails(
        layer(&matrix(2, 3), &matrix(3, 5), &vector(4)),
        "`b` should have shape [m = 5], but has shape [4]; `m` is 5 in `w`",
    );
    fails(
        both(&matrix(2, 3), &matrix(4, 5)),
        "`y` should have shape [k = 3, n = 2], but has shape [4, 5]; `k` is 3 in `x` and `n` is 2 in `x`",
    );
}

#[test]
fn literal_extents() {
    graph! {
        fn f(x: [n, 3]) -> z { z = x; }
        fn g(x: [70]) -> z { z = sum(x); }
    }
    fails(
        f(&matrix(2, 4)),
        "`x` should have shape [n = 2, 3], but has shape [2, 4]",
    );
    fails(
        g(&vector(69)),
        "`x` should have shape [70], but has shape [69]",
    );
    passes(f(&matrix(0, 3)));
}

#[test]
fn shifted_dimensions() {
    graph! {
        fn shorter(x: [n], y: [n - 1]) -> z { z = x[1..]*y; }
        fn longer_first(y: [n + 2], x: [n]) -> z { z = y[2..]*x; }
        fn shorter_first(y: [n - 2], x: [n]) -> z { z = y*x[2..]; }
        fn far_shorter(x: [n, 3], y: [n - 4]) -> z { z = sum(x)*sum(y); }
    }
    fails(
        shorter(&vector(3), &vector(3)),
        "`y` should have shape [n - 1 = 2], but has shape [3]; `n` is 3 in `x`",
    );
    fails(
        shorter(&vector(0), &vector(0)),
        "`y` should have shape [n - 1 = -1], but has shape [0]; `n` is 0 in `x`",
    );
    passes(shorter(&vector(1), &vector(0)));
    fails(
        longer_first(&vector(1), &vector(0)),
        "`y` should have an extent of at least 2 along axis 0, but has shape [1]",
    );
    fails(
        longer_first(&vector(3), &vector(2)),
        "`x` should have shape [n = 1], but has shape [2]; `n` is 1 in `y`",
    );
    fails(
        shorter_first(&vector(3), &vector(2)),
        "`x` should have shape [n = 5], but has shape [2]; `n` is 5 in `y`",
    );
    passes(shorter_first(&vector(0), &vector(2)));
    fails(
        far_shorter(&matrix(3, 3), &vector(0)),
        "`y` should have shape [n - 4 = -1], but has shape [0]; `n` is 3 in `x`",
    );
}

#[test]
fn labels() {
    graph! {
        fn loss(x: [n, c], t: index[n]) -> l { l = softmax_cross_entropy(x, t); }
        fn labels_first(t: index[n], x: [n, c]) -> l { l = softmax_cross_entropy(x, t); }
        fn literal(x: [5, 3], t: index[5]) -> l { l = softmax_cross_entropy(x, t); }
        fn of_a_slice(x: [n, c], t: index[n]) -> l { l = softmax_cross_entropy(x[.., 1..], t); }
    }
    let out_of_range =
        "label 4 at position 2 of `t` is not below 4, the number of entries to choose from";
    fails(
        loss(&matrix(3, 4), &[1, 2]),
        "`t` should have shape [n = 3], but has shape [2]; `n` is 3 in `x`",
    );
    fails(loss(&matrix(3, 4), &[3, 0, 4]), out_of_range);
    fails(loss::forward(&matrix(3, 4), &[3, 0, 4]), out_of_range);
    fails(
        loss::value_and_grad(&matrix(3, 4), &[3, 0, 4]),
        out_of_range,
    );
    fails(loss::vjp(&matrix(3, 4), &[3, 0, 4]), out_of_range);
    fails(
        loss::jvp(&matrix(3, 4), &[3, 0, 4], &matrix(3, 4)),
        out_of_range,
    );
    fails(
        labels_first(&[1, 2, 3], &matrix(2, 4)),
        "`x` should have shape [n = 3, c = 4], but has shape [2, 4]; `n` is 3 in `t`",
    );
    fails(
        literal(&matrix(5, 3), &[1, 2, 2]),
        "`t` should have shape [5], but has shape [3]",
    );
    fails(
        literal(&matrix(5, 3), &[1, 2, 2, 3, 0]),
        "label 3 at position 3 of `t` is not below 3, the number of entries to choose from",
    );
    fails(
        of_a_slice(&matrix(1, 3), &[2]),
        "label 2 at position 0 of `t` is not below 2, the number of entries to choose from",
    );
    passes(of_a_slice(&matrix(1, 3), &[1]));
    passes(loss(&matrix(0, 4), &[]));
}

#[test]
fn extents_too_small_for_an_index() {
    graph! {
        fn entry(x: [n, m]) -> z { z = x[4, 2]; }
        fn last(x: [n]) -> z { z = x[n - 1]; }
        fn entries(x: [n]) -> z { z = [x[0], x[3]]; }
        fn of_another(x: [n], y: [m]) -> z { z = sum(i in 0..n, x[i])*y[3]; }
        fn called(x: [n]) -> z { z = entries(x); }
        fn of_a_sum(x: [n], y: [n]) -> z { s = x + y; z = s[2]; }
    }
    fails(
        entry(&matrix(4, 3)),
        "`x` should have an extent of at least 5 along axis 0, but has shape [4, 3]",
    );
    fails(
        entry(&matrix(5, 2)),
        "`x` should have an extent of at least 3 along axis 1, but has shape [5, 2]",
    );
    passes(entry(&matrix(5, 3)));
    fails(
        last(&vector(0)),
        "`x` should have an extent of at least 1 along axis 0, but has shape [0]",
    );
    fails(
        entries(&vector(3)),
        "`x` should have an extent of at least 4 along axis 0, but has shape [3]",
    );
    fails(
        called(&vector(3)),
        "`x` should have an extent of at least 4 along axis 0, but has shape [3]",
    );
    fails(
        of_another(&vector(0), &vector(3)),
        "`y` should have an extent of at least 4 along axis 0, but has shape [3]",
    );
    passes(of_another(&vector(0), &vector(4)));
    fails(
        of_a_sum(&vector(2), &vector(2)),
        "`x` should have an extent of at least 3 along axis 0, but has shape [2]",
    );
}

#[test]
fn extents_too_small_for_a_slice() {
    graph! {
        fn literal(x: [n]) -> z { z = x[2..5]; }
        fn inner(x: [n]) -> z { z = x[1..n - 2]; }
        fn head(x: [n]) -> z { z = x[..n - 3]; }
        fn of_a_longer(x: [n + 1]) -> z { z = x[..n - 2]; }
        fn twice(x: [n]) -> z { h = x[1..]; z = h[1..] - h[..n - 2]; }
        fn output(x: [n]) -> z: [n - 2] { z = x[2..]; }
        fn turns(x: [n]) -> z { z = sum(i in 2..n - 1, x[i + 1]); }
    }
    let short = |least: usize, found: usize| {
        format!(
            "`x` should have an extent of at least {least} along axis 0, but has shape [{found}]"
        )
    };
    fails(literal(&vector(4)), &short(5, 4));
    passes(literal(&vector(5)));
    fails(inner(&vector(2)), &short(3, 2));
    passes(inner(&vector(3)));
    fails(head(&vector(2)), &short(3, 2));
    fails(of_a_longer(&vector(1)), &short(3, 1));
    fails(of_a_longer(&vector(2)), &short(3, 2));
    passes(of_a_longer(&vector(3)));
    fails(twice(&vector(1)), &short(2, 1));
    passes(twice(&vector(2)));
    fails(output(&vector(1)), &short(2, 1));
    fails(turns(&vector(2)), &short(3, 2));
    passes(turns(&vector(3)));
}

#[test]
fn seeds_and_tangents() {
    graph! { fn f(x: [n, k], y: [n]) -> z { z = x.T @ y; } }
    let (x, y) = (matrix(2, 3), vector(2));
    let seed = "`d_z` should have the shape of `z`, [3], but has shape [2]";
    fails(
        f::forward(&x, &y).and_then(|run| run.backward(&vector(2))),
        seed,
    );
    fails(
        f::vjp(&x, &y).and_then(|(_, pullback)| pullback(&vector(2))),
        seed,
    );
    fails(
        f::jvp(&x, &y, &matrix(3, 2), &vector(2)),
        "`d_x` should have the shape of `x`, [2, 3], but has shape [3, 2]",
    );
    fails(
        f::jvp(&x, &y, &x, &vector(3)),
        "`d_y` should have the shape of `y`, [2], but has shape [3]",
    );
}

#[test]
fn inline_graphs() {
    let (x, y) = (matrix(2, 3), vector(3));
    let run = graph! { x: [n, 3], y: [n]; z = x.T @ y; };
    fails(
        run,
        "`y` should have shape [n = 2], but has shape [3]; `n` is 2 in `x`",
    );
    let y = vector(2);
    let run = graph! { x: [n, 3], y: [n]; z = x.T @ y; };
    let run = run.expect("the shapes agree");
    fails(
        run.backward(&vector(2)),
        "`d_z` should have the shape of `z`, [3], but has shape [2]",
    );
    fails(
        run.jvp(&x, &vector(1)),
        "`d_y` should have the shape of `y`, [2], but has shape [1]",
    );
}
