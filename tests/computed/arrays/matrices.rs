//! What is solved, factored, inverted and turned into eigenvalues: in every mode, as numbers and as arrays of any size.
//!
//! The values themselves are held against `nalgebra` and by what they have to be; here are those of derivatives, of second order,
//! and where there is none.

use graph_runtime::graph;
use nalgebra::{DMatrix, DVector};
use ndarray::{Array1, Array2, Array3, Axis};

use crate::common::differences::Sample;

fixed_and_sized! {
    fn solved_for_a_vector(a: [3, 3], b: [3]) -> y { y = solve(a + 4*diag([1, -1, 1]), b); }
    fn solved_for_a_matrix(a: [4, 4], b: [4, 2]) -> y { y = solve(a + diag([3, -4, 5, 4]), b); }
    fn solved_where_rows_are_exchanged(a: [3, 3], b: [3]) -> y { y = solve([a[1]/9, a[0] + [5, 0, 0], a[2] + [0, 5, 0]] + [[0, 0, 4], [0, 0, 0], [0, 0, 0]], b); }
    fn solved_by_the_other_side(a: [3, 3], b: [2, 3]) -> y { y = solve(a.T + diag([3, 4, 5]), b.T).T; }
    fn solved_by_one_number(a: [1, 1], b: [1]) -> y { y = solve(a + 3, b) + inv(a + 2)[0] + det(a)*logdet(a + 4); }
    fn solved_positive_definite(a: [3, 3], b: [3]) -> y { y = solve_spd(a @ a.T + diag([2, 3, 4]), b); }
    fn solved_by_triangles(l: [3, 3], b: [3, 2]) -> y { y = solve_lower(l + diag([3, -3, 4]), b) + solve_upper(l - diag([3, 4, 4]), b); }
    fn solved_by_a_turned_triangle(l: [3, 3], b: [3]) -> y { y = solve_upper((l + diag([3, 3, 4])).T, b); }
    fn factored(a: [3, 3]) -> y { y = cholesky(a + a.T + diag([5, 6, 7])); }
    fn factored_and_solved(a: [2, 2], b: [2]) -> y { l = cholesky(a + diag([4, 5])); y = solve_upper(l.T, solve_lower(l, b)) + logdet_spd(a + diag([4, 5])); }
    fn inverted(a: [3, 3]) -> y { y = inv(a + diag([4, -5, 4])); }
    fn inverted_twice(a: [2, 2]) -> y { y = inv(inv(a + diag([4, -5]))); }
    fn determinants(a: [3, 3]) -> y { y = [det(a), logdet(a + diag([3, 3, -3])), logdet_spd(a @ a.T + diag([1, 1, 1]))]; }
    fn determinant_of_more(a: [5, 5]) -> y { y = det(a/2) + logdet(a + diag([5, 5, 5, 5, 5])); }
    fn determinant_by_factors(a: [7, 7]) -> y { y = det(a/2 + diag([2, 2, 2, 2, 2, 2, 2]))/100; }
    fn traces(a: [3, 3], b: [3]) -> y { y = trace(a)*trace(a @ diag(b)); }
    fn diagonals(a: [3, 3], b: [3]) -> y { y = diag(a @ diag(b))*diag(diag(b) + a); }
    fn eigenvalues(a: [3, 3]) -> y { (w, _) = eigh(a + a.T + diag([1, 5, 9])); y = w; }
    fn eigenvectors(a: [3, 3]) -> y { (_, v) = eigh(a + a.T + diag([1, 6, 12])); y = v*v[.., 0]; }
    fn functions_of_a_matrix(a: [2, 2]) -> y { (w, v) = eigh(a + diag([1, 6])); y = v @ diag(exp(w/4)) @ v.T; }
    fn a_matrix_under_a_branch(a: [2, 2], b: [2], t) -> y { y = if t > 0 { solve(a + diag([4, 4]), b) } else { b*t }; }
    fn many_that_share_a_factor(a: [3, 3], b: [3]) -> y { s = a + diag([4, 4, 4]); y = solve(s, b)*logdet(s) + inv(s) @ b + solve(s, solve(s, b)); }
    fn a_row_of_more_than_a_block(a: [6, 6], b: [6]) -> y { y = solve(a/2 + diag([4, -4, 4, 4, 4, 4]), b); }
}

sized_and_written_out! {
    fn solved_in_turns(a: [n, 2, 2] = [3, 2, 2], b: [n, 2] = [3, 2]) -> y { y = each(i in 0..n, solve(a[i] + diag([4, 5]), b[i])); }
    fn solved_by_one_in_turns(a: [2, 2] = [2, 2], b: [n, 2] = [3, 2]) -> y { y = each(i in 0..n, solve_spd(a @ a.T + diag([1, 2]), b[i])); }
    fn factored_in_turns(a: [n, 3, 3] = [2, 3, 3]) -> y { y = each(i in 0..n, cholesky(a[i] + diag([5, 6, 7]))); }
    fn determinants_in_turns(a: [n, 2, 2] = [3, 2, 2]) -> y { y = each(i in 0..n, logdet(a[i] + diag([4, 4])) + det(a[i]) + trace(inv(a[i] + diag([4, 4])))); }
    fn eigenvalues_in_turns(a: [n, 2, 2] = [3, 2, 2]) -> y { y = each(i in 0..n, (w, v) = eigh(a[i] + diag([1, 6])); w + v[0]^2); }
    fn batches(a: [n, k, k] = [2, 3, 3], b: [n, k, m] = [2, 3, 2]) -> y { y = solve_lower(a/9 + 1, b)/9 + solve_upper(a/9 + 1, b)/9; }
    fn a_filter(z: [n, 2] = [3, 2], q: [2, 2] = [2, 2]) -> y {
        (_, _, y) = fold((m, p, y) = ([0, 0], [[1, 0], [0, 1]], 0), i in 0..n,
            s = p + q @ q.T + [[1, 0.1], [0.1, 1]];
            r = z[i] - m;
            (m + p @ solve_spd(s, r), p - p @ solve(s, p), y + logdet_spd(s) + dot(r, solve_spd(s, r))));
    }
    fn a_filter_of_any_size(z: [n, k] = [3, 2], q: [k, k] = [2, 2]) -> y {
        (_, _, y) = fold((m, p, y) = (0*z[0], q @ q.T + 2*diag(0*z[0] + 1), 0), i in 0..n,
            s = p + q @ q.T;
            r = z[i] - m;
            (m + p @ solve_spd(s, r), p - p @ solve(s, p)/2, y + logdet_spd(s) + dot(r, solve_spd(s, r))));
    }
}

graph! {
    fn general(a: [n, n], b: [n]) -> (x: [n], inverse: [n, n], d, l, t) { x = solve(a, b); inverse = inv(a); d = det(a); l = logdet(a); t = trace(a); }
    fn positive(a: [n, n], b: [n]) -> (x: [n], l: [n, n], d) { x = solve_spd(a, b); l = cholesky(a); d = logdet_spd(a); }
    fn eigen(a: [n, n]) -> (values: [n], same: [n, n]) { (w, v) = eigh(a); values = w; same = v @ diag(w) @ v.T; }
    #[graph(hessian)]
    fn likelihood(a: [n, n], b: [n]) -> y { s = a @ a.T + diag(b^2 + 1); y = logdet_spd(s) + dot(b, solve_spd(s, b)) + sum(sin(cholesky(s))); }
    #[graph(hessian)]
    fn mixed(a: [n, n], b: [n]) -> y { s = a + 4*diag(0*b + 1); y = logdet(s) + sum(solve(s, b)^2) + trace(inv(s)) + det(s/4); }
    #[graph(hessian)]
    fn spectral(a: [n, n], b: [n]) -> y { (w, v) = eigh(a + 9*diag(b)); y = sum(sin(w)*b) + sum((v @ diag(exp(w/20)) @ v.T)[0]^2); }
    #[graph(hessian)]
    fn likelihood_fixed(a: [3, 3], b: [3]) -> y { s = a @ a.T + diag(b^2 + 1); y = logdet_spd(s) + dot(b, solve_spd(s, b)) + sum(sin(cholesky(s))); }
    #[graph(hessian)]
    fn mixed_fixed(a: [3, 3], b: [3]) -> y { s = a + 4*diag(0*b + 1); y = logdet(s) + sum(solve(s, b)^2) + trace(inv(s)) + det(s/4); }
    #[graph(hessian)]
    fn spectral_fixed(a: [3, 3], b: [3]) -> y { (w, v) = eigh(a + 9*diag(b)); y = sum(sin(w)*b) + sum((v @ diag(exp(w/20)) @ v.T)[0]^2); }
    fn guarded(a: [2, 2], b: [2], t) -> y { y = if t > 0 { sum(solve(a, b)) + logdet(a) + sum(inv(a)) } else { t*sum(b) }; }
    fn guarded_spd(a: [n, n], b: [n], t) -> y { y = if t > 0 { sum(solve_spd(a, b)) + logdet_spd(a) + sum(cholesky(a)) } else { t*sum(b) }; }
    fn singular(a: [3, 3]) -> (d, l) { d = det(a); l = logdet(a); }
}

fn sampled(rows: usize, columns: usize, start: f64) -> Array2<f64> {
    let mut sample = Sample::from(start);
    Array2::from_shape_simple_fn((rows, columns), || {
        sample.next().expect("samples never end")
    })
}

fn theirs(a: &Array2<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |row, column| a[[row, column]])
}

fn assert_near<'n>(
    what: &str,
    got: impl IntoIterator<Item = &'n f64>,
    want: impl IntoIterator<Item = &'n f64>,
) {
    for (got, want) in got.into_iter().zip(want) {
        assert!(
            (got - want).abs() <= 1e-10 * want.abs().max(1.0),
            "{what}: {got}, not {want}"
        );
    }
}

const SIZES: [usize; 9] = [1, 2, 3, 4, 6, 7, 15, 33, 50];

#[test]
fn values_are_those_of_nalgebra() {
    for size in SIZES {
        let what = format!("{size} rows");
        let a = sampled(size, size, 0.1) + Array2::<f64>::eye(size) * 0.5;
        let b = sampled(size, 1, 0.7).remove_axis(Axis(1));
        let right = DVector::from_iterator(size, b.iter().copied());
        let (x, inverse, d, l, t) = general(&a, &b).expect("shapes fit");
        let other = theirs(&a);
        let lu = other.clone().lu();
        assert_near(&what, &x, &lu.solve(&right).expect("it is regular"));
        assert_near(
            &what,
            &inverse.t().to_owned(),
            &lu.try_inverse().expect("it is regular"),
        );
        assert_near(
            &what,
            [&d, &l, &t],
            [
                &lu.determinant(),
                &lu.determinant().abs().ln(),
                &other.trace(),
            ],
        );
        let spd = a.dot(&a.t()) + Array2::<f64>::eye(size);
        let (x, l, d) = positive(&spd, &b).expect("shapes fit");
        let factor = theirs(&spd).cholesky().expect("it is positive definite");
        assert_near(&what, &x, &factor.solve(&right));
        assert_near(&what, &l.t().to_owned(), &factor.l());
        assert_near(&what, [&d], [&factor.ln_determinant()]);
        let symmetric = &a + &a.t();
        let (values, same) = eigen(&symmetric).expect("shapes fit");
        let mut wanted: Vec<f64> = theirs(&symmetric)
            .symmetric_eigenvalues()
            .iter()
            .copied()
            .collect();
        wanted.sort_by(f64::total_cmp);
        assert_near(&what, &values, &wanted);
        assert_near(&what, &same, &symmetric);
    }
}

#[test]
fn nothing_is_solved_by_nothing() {
    let (a, b) = (Array2::zeros((0, 0)), Array1::zeros(0));
    let (x, inverse, d, l, t) = general::<f64>(&a, &b).expect("shapes fit");
    assert_eq!((x.len(), inverse.len(), d, l, t), (0, 0, 1.0, 0.0, 0.0));
    let (x, l, d) = positive::<f64>(&a, &b).expect("shapes fit");
    assert_eq!((x.len(), l.len(), d), (0, 0, 0.0));
    let (y, gradient) = likelihood::value_and_grad::<f64>(&a, &b).expect("shapes fit");
    assert_eq!((y, gradient.a.len()), (0.0, 0));
    let (values, _) = eigen::<f64>(&a).expect("shapes fit");
    assert_eq!(values.len(), 0);
}

macro_rules! second_order {
    ($($name:ident: $f:ident, $fixed:ident;)+) => {$(
        #[test]
        fn $name() {
            for size in [1, 2, 3, 7, 15] {
                let (a, b) = (sampled(size, size, 0.3) / size as f64, sampled(size, 1, 0.2).remove_axis(Axis(1)));
                let (da, db) = (sampled(size, size, 0.9), sampled(size, 1, 0.5).remove_axis(Axis(1)));
                let (_, gradient, change) = $f::hvp(&a, &b, &da, &db).expect("shapes fit");
                let (_, pushed) = $f::jvp(&a, &b, &da, &db).expect("shapes fit");
                let slope = (&gradient.a * &da).sum() + (&gradient.b * &db).sum();
                assert!((slope - pushed).abs() < 1e-10 * slope.abs().max(1.0), "{size}: {slope}, {pushed}");
                let step = 1e-4;
                let moved = |by: f64| {
                    let gradient = |by: f64| $f::value_and_grad(&(&a + &(by * &da)), &(&b + &(by * &db))).expect("shapes fit").1;
                    let (up, down) = (gradient(by), gradient(-by));
                    ((&up.a - &down.a) / (2.0 * by), (&up.b - &down.b) / (2.0 * by))
                };
                let ((near_a, near_b), (far_a, far_b)) = (moved(step), moved(2.0 * step));
                let wanted = (4.0 * near_a - far_a) / 3.0;
                let largest = wanted.iter().fold(1.0, |largest: f64, entry| largest.max(entry.abs()));
                let close = |got: &f64, want: &f64| assert!((got - want).abs() < 1e-7 * largest, "{size}: {got}, not {want}");
                change.a.iter().zip(&wanted).for_each(|(got, want)| close(got, want));
                change.b.iter().zip(&((4.0 * near_b - far_b) / 3.0)).for_each(|(got, want)| close(got, want));
                if size == 3 {
                    let fixed = |a: &Array2<f64>| std::array::from_fn(|row| std::array::from_fn(|column| a[[row, column]]));
                    let vector = |b: &Array1<f64>| std::array::from_fn(|at| b[at]);
                    let (a, b, da, db) = (fixed(&a), vector(&b), fixed(&da), vector(&db));
                    let (_, of_numbers, changed): (f64, _, _) = $fixed::hvp(a, b, da, db);
                    assert_near("the gradient in numbers", of_numbers.a.as_flattened(), &gradient.a);
                    assert_near("the product in numbers", changed.a.as_flattened(), &change.a);
                    assert_near("the product in numbers", &changed.b, &change.b);
                }
            }
        }
    )+};
}

second_order! {
    second_order_of_a_likelihood: likelihood, likelihood_fixed;
    second_order_of_general_matrices: mixed, mixed_fixed;
    second_order_of_eigenvalues: spectral, spectral_fixed;
}

/// A seed of 0 stays 0 where a branch is not taken, whatever the matrix is there.
#[test]
fn a_singular_matrix_behind_a_branch_leaves_nothing() {
    let zero = [[0.0, 0.0], [0.0, 0.0]];
    let (y, gradient) = guarded::value_and_grad(zero, [1.0, 2.0], -1.0);
    assert_eq!(
        (y, gradient.a, gradient.b, gradient.t),
        (-3.0, zero, [-1.0, -1.0], 3.0)
    );
    let (a, b) = (Array2::from_elem((3, 3), -1.0), Array1::from_elem(3, 2.0));
    let (y, gradient) = guarded_spd::value_and_grad(&a, &b, -1.0).expect("shapes fit");
    assert_eq!((y, gradient.t), (-6.0, 6.0));
    assert_eq!(gradient.a, Array2::<f64>::zeros((3, 3)));
    assert_eq!(gradient.b, Array1::from_elem(3, -1.0));
}

#[test]
fn singular_matrices() {
    let a = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 5.0]];
    let (d, l) = singular(a);
    assert_eq!((d, l), (0.0, f64::NEG_INFINITY));
    // The slopes of a determinant of few rows are its cofactors, of a singular matrix too.
    let forward = singular::forward(a);
    let slopes = forward.backward(1.0, 0.0).a;
    assert_eq!(
        slopes,
        [[14.0, -10.0, 2.0], [-7.0, 5.0, -1.0], [0.0, 0.0, 0.0]]
    );
    let a = Array2::from_shape_fn((3, 3), |(row, column)| a[row][column]);
    let (x, inverse, d, l, _) = general(&a, &Array1::from_elem(3, 1.0)).expect("shapes fit");
    assert_eq!((d, l), (0.0, f64::NEG_INFINITY));
    assert!(x.iter().chain(&inverse).any(|entry| !entry.is_finite()));
    let (x, l, d) = positive(&a, &Array1::from_elem(3, 1.0)).expect("shapes fit");
    assert!(d.is_nan() && x.iter().all(|entry| entry.is_nan()));
    assert!(
        l.indexed_iter()
            .all(|((row, column), entry)| entry.is_nan() || column > row)
    );
}

/// A batch of matrices is what each of them is.
#[test]
fn each_matrix_of_a_batch_is_solved_by_itself() {
    graph! {
        fn batch(a: [n, k, k], b: [n, k, m]) -> (x: [n, k, m], d: [n], w: [n, k]) { x = solve(a, b); d = logdet(a); (values, _) = eigh(a); w = values; }
        fn one(a: [k, k], b: [k, m]) -> (x: [k, m], d, w: [k]) { x = solve(a, b); d = logdet(a); (values, _) = eigh(a); w = values; }
    }
    let mut sample = Sample::new();
    let mut next = || sample.next().expect("samples never end");
    let a = Array3::from_shape_simple_fn((3, 5, 5), &mut next);
    let b = Array3::from_shape_simple_fn((3, 5, 2), &mut next);
    let (x, d, w) = batch(&a, &b).expect("shapes fit");
    for case in 0..3 {
        let (a, b) = (a.index_axis(Axis(0), case), b.index_axis(Axis(0), case));
        let (of_x, of_d, of_w) = one(&a, &b).expect("shapes fit");
        assert_eq!((x.index_axis(Axis(0), case), d[case]), (of_x.view(), of_d));
        assert_eq!(w.index_axis(Axis(0), case), of_w);
    }
}
