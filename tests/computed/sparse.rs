//! Patterns and what stands in them against the whole matrices of the same graphs: what is in no pattern is 0 in the whole matrix, what is
//! in one is the same number, and of graphs whose structure is plain it is counted how many entries there are.

use graph_runtime::{Pattern, Residuals, SecondOrder, graph};
use ndarray::{Array1, Array2};

use crate::common::Float;

/// A matrix by its entries, and the whole one, of which the lower triangle is compared where `is_triangle`.
#[track_caller]
pub(crate) fn same<T: Float>(
    what: &str,
    (pattern, values): (Pattern, &[T]),
    whole: &[T],
    is_triangle: bool,
) {
    let [height, width] = pattern.shape;
    assert_eq!(whole.len(), height * width, "{what}: the shape");
    assert_eq!(values.len(), pattern.len(), "{what}: the length");
    let places: Vec<(usize, usize)> = pattern.places().collect();
    assert!(
        places.is_sorted_by(|before, after| before < after),
        "{what}: {places:?} are in no order"
    );
    let largest = whole.iter().map(|entry| entry.wide().abs());
    let largest = largest.filter(|size| size.is_finite()).fold(1.0, f64::max);
    // Some roundings of each.
    let rounding = if size_of::<T>() == 4 { 2e-6 } else { 4e-15 };
    let off = rounding * largest;
    let mut found = places.iter().zip(values).peekable();
    for (at, entry) in whole.iter().enumerate() {
        let place = (at / width, at % width);
        if is_triangle && place.1 > place.0 {
            continue;
        }
        let entry = entry.wide();
        match found.next_if(|(other, _)| **other == place) {
            Some((_, value)) => assert!(
                (value.wide() - entry).abs() <= off || value.wide().is_nan() && entry.is_nan(),
                "{what}: {:?} at {place:?}, but it is {entry:?}",
                value.wide()
            ),
            None => assert!(
                entry == 0.0,
                "{what}: {entry:?} at {place:?}, where no entry is"
            ),
        }
    }
    assert!(found.next().is_none(), "{what}: entries beyond the matrix");
}

/// Values that are computed together with others may be another rounding of a function.
#[track_caller]
fn near<T: Float>(found: &[T], known: &[T]) {
    for (found, known) in found.iter().zip(known) {
        let (found, known) = (found.wide(), known.wide());
        assert!(
            (found - known).abs() <= T::TOLERANCE * (1.0 + known.abs()),
            "{found}, not {known}"
        );
    }
}

/// Compares a Jacobian; how many entries it has.
macro_rules! jacobian {
    ($problem:expr, $x:expr) => {
        match (&$problem, &$x[..]) {
            (problem, x) => {
                let pattern = problem.jacobian_pattern();
                let [rows, columns] = pattern.shape;
                let zeros = |count| vec![0.0; count];
                let (mut residuals, mut whole) = (zeros(rows), zeros(rows * columns));
                problem.jacobian(x, &mut residuals, &mut whole);
                let (mut own, mut values) = (zeros(rows), zeros(pattern.len()));
                // What was there before is gone.
                values.fill(7.0);
                problem.jacobian_values(x, &mut own, &mut values);
                near(&own, &residuals);
                same(stringify!($problem), (pattern, &values), &whole, false);
                pattern.len()
            }
        }
    };
}

/// The same of the lower triangle of a Hessian.
macro_rules! hessian {
    ($problem:expr, $x:expr) => {
        match (&$problem, &$x[..]) {
            (problem, x) => {
                let pattern = problem.hessian_pattern();
                let count = pattern.shape[0];
                let (mut gradient, mut whole) = (vec![0.0; count], vec![0.0; count * count]);
                problem.hessian(x, &mut gradient, &mut whole);
                let mut values = vec![7.0; pattern.len()];
                problem.hessian_values(x, &mut values);
                same(stringify!($problem), (pattern, &values), &whole, true);
                pattern.len()
            }
        }
    };
}

graph! {
    #[graph(sparse)]
    fn shifts(x: [n], const c: [n]) -> r { r = each(i in 0..n - 1, c[i]*x[i + 1]^2 - sin(x[i])); }
    #[graph(sparse)]
    fn mirrored(x: [n]) -> r { r = each(i in 0..n, x[i]*x[n - 1 - i]); }
    #[graph(sparse)]
    fn free(x: [n], w, const m: [n]) -> r { s = sum(i in 0..n, m[i]); r = each(i in 0..n, w*x[i] + s); }
    #[graph(sparse)]
    fn summed(x: [n]) -> r { s = sum(x^2); r = each(i in 0..n, s*i); }
    #[graph(sparse)]
    fn rows(x: [n, 3], y: [n]) -> r { r = each(i in 0..n, dot(x[i], x[i])*y[i]); }
    #[graph(sparse)]
    fn camera(cam: [m, 3], pt: [k, 2], ci: index[n], pi: index[n], const seen: [n, 2]) -> r {
        r = each(i in 0..n, [cam[ci[i], 0]*pt[pi[i], 0] + cam[ci[i], 2], exp(cam[ci[i], 1])*pt[pi[i], 1]] - seen[i]);
    }
    #[graph(sparse)]
    fn product(const a: [m, n], x: [n], y: [m]) -> r { r = tanh(a @ x) + y; }
    #[graph(sparse)]
    fn product_of_both(a: [m, n], x: [n]) -> r { r = a @ x; }
    #[graph(sparse)]
    fn joined(x: [n], y: [3]) -> r { r = exp(concat(x, y, axis = 0)); }
    #[graph(sparse)]
    fn turned_around(x: [n]) -> r { c = concat([0], x, axis = 0); r = each(i in 0..n, c[n - i]); }
    #[graph(sparse)]
    fn several(x: [n], y, const z: [3]) -> (a: [n], b, c: [3]) { a = x*y; b = sum(x); c = z*y; }
    #[graph(sparse)]
    fn extremes(x: [n, 4]) -> r { r = max(x, axis = 1) + prod(x, axis = 1) + logsumexp(x, axis = 1); }
    #[graph(sparse)]
    fn transposed(x: [n, m]) -> r { r = x.T*2 + 1; }
    #[graph(sparse)]
    fn poisson(x: [n, m]) -> r {
        r = each(i in 1..n - 1, j in 1..m - 1, 4*x[i, j] - x[i - 1, j] - x[i + 1, j] - x[i, j - 1]*x[i, j + 1]);
    }
    #[graph(sparse)]
    fn bounded(x: [n]) -> r {
        r = each(i in 0..n, if i == 0 { x[i]^2 } else if i == n - 1 { sqrt(1 + x[i]^2) } else { x[i - 1]*x[i + 1] });
    }
}

graph! {
    #[graph(sparse, hessian)]
    fn chain(x: [n], const c) -> f { f = sum(i in 0..n - 1, c*(x[i + 1] - x[i]^2)^2 + (1 - x[i])^2); }
    #[graph(sparse, hessian)]
    fn whole(x: [n], w) -> f { f = sum(x*x)^2 + exp(w)*sum(x); }
    #[graph(sparse, hessian)]
    fn bundle(cam: [m, 3], pt: [k, 2], ci: index[n], pi: index[n], const seen: [n]) -> f {
        f = sum(i in 0..n, (cam[ci[i], 0]*pt[pi[i], 0] + cam[ci[i], 2]*exp(pt[pi[i], 1]) - seen[i])^2);
    }
    #[graph(sparse, hessian)]
    fn pairs_across(x: [n]) -> f { f = sum(i in 0..n, sin(x[i]*x[n - 1 - i])); }
    #[graph(sparse, hessian)]
    fn grid(x: [n, m]) -> f {
        f = sum(i in 0..n - 1, j in 0..m - 1, (x[i + 1, j] - x[i, j])^4 + exp(x[i, j + 1] - x[i, j]));
    }
    #[graph(sparse, hessian)]
    fn quadratic(const a: [n, n], x: [n]) -> f { f = dot(x, a @ x) + sum(x^3); }
    #[graph(sparse, hessian)]
    fn branches(x: [n]) -> f {
        f = sum(i in 0..n - 1, if x[i] > 0 { x[i]*x[i + 1]^2 } else { sqrt(1 + x[i]^2)/(1 + x[i + 1]^2) });
    }
    #[graph(sparse, hessian, as_written)]
    fn roots(x: [n]) -> f { f = sum(i in 0..n - 1, sqrt(x[i]^2 + x[i + 1]^2)) + sum(i in 0..n, norm([x[i], 1])); }
    #[graph(sparse, hessian)]
    fn by_rows(x: [n, 3]) -> f { f = sum(i in 0..n, logsumexp(x[i]) + prod(x[i])); }
    #[graph(sparse, hessian)]
    fn arrow(x: [n], y: [n, 2], w) -> f { f = sum(i in 0..n, w*x[i]*y[i, 0] + y[i, 1]^2*y[i, 0]) + w^3; }
}

/// Some numbers, none of which is 0.
fn numbers(count: usize) -> Array1<f64> {
    (0..count)
        .map(|at| ((at * 37 % 11) as f64 - 4.0) * 0.31 + 0.05)
        .collect()
}

fn matrix(rows: usize, columns: usize) -> Array2<f64> {
    let entries = numbers(rows * columns);
    entries
        .into_shape_with_order((rows, columns))
        .expect("as many entries")
}

/// Labels that coincide, and some that nobody has.
fn labels(count: usize) -> (Vec<usize>, Vec<usize>) {
    (0..count).map(|at| (at * at % 3, at % 2)).unzip()
}

#[test]
fn jacobians_of_loops_have_the_entries_of_their_turns() {
    for n in [0, 1, 2, 7] {
        let x = numbers(n);
        let whole = |entries: usize| numbers(entries).to_vec();
        let between = n.saturating_sub(1);
        if n > 0 {
            assert_eq!(
                jacobian!(shifts::Problem::new(&x, &x).unwrap(), x.to_vec()),
                2 * between
            );
        }
        assert_eq!(
            jacobian!(mirrored::Problem::new(&x).unwrap(), x.to_vec()),
            2 * n - n % 2
        );
        assert_eq!(
            jacobian!(free::Problem::new(&x, 2.0, &x).unwrap(), whole(n + 1)),
            2 * n
        );
        assert_eq!(
            jacobian!(summed::Problem::new(&x).unwrap(), whole(n)),
            n * n
        );
        assert_eq!(
            jacobian!(rows::Problem::new(&matrix(n, 3), &x).unwrap(), whole(4 * n)),
            4 * n
        );
        assert_eq!(
            jacobian!(joined::Problem::new(&x, &numbers(3)).unwrap(), whole(n + 3)),
            n + 3
        );
        assert_eq!(
            jacobian!(turned_around::Problem::new(&x).unwrap(), whole(n)),
            n
        );
        let (a, three) = (matrix(4, n), numbers(3));
        let product = product::Problem::new(&a, &x, &numbers(4)).unwrap();
        assert_eq!(jacobian!(product, whole(n + 4)), 4 * n + 4);
        let product = product_of_both::Problem::new(&matrix(4, n), &x).unwrap();
        assert_eq!(jacobian!(product, whole(5 * n)), 8 * n);
        let several = several::Problem::new(&x, 1.0, &three).unwrap();
        assert_eq!(jacobian!(several, whole(n + 1)), 3 * n + 3);
        assert_eq!(
            jacobian!(extremes::Problem::new(&matrix(n, 4)).unwrap(), whole(4 * n)),
            4 * n
        );
        assert_eq!(
            jacobian!(
                transposed::Problem::new(&matrix(n, 3)).unwrap(),
                whole(3 * n)
            ),
            3 * n
        );
        let (cameras, points) = labels(n);
        let seen = matrix(n, 2);
        let (cam, pt) = (matrix(3, 3), matrix(2, 2));
        let camera = camera::Problem::new(&cam, &pt, &cameras, &points, &seen).unwrap();
        assert_eq!(jacobian!(camera, whole(13)), 5 * n);
        if n > 1 {
            assert_eq!(
                jacobian!(bounded::Problem::new(&x).unwrap(), whole(n)),
                n + 2 * between
            );
        }
    }
    for (n, m) in [(2, 2), (3, 5), (5, 3)] {
        let poisson = poisson::Problem::new(&matrix(n, m)).unwrap();
        assert_eq!(
            jacobian!(poisson, numbers(n * m).to_vec()),
            5 * (n - 2) * (m - 2)
        );
    }
}

#[test]
fn hessians_of_loops_have_the_pairs_of_their_turns() {
    for n in [0, 1, 2, 7] {
        let (x, square) = (numbers(n), matrix(n, n));
        let whole = |entries: usize| numbers(entries).to_vec();
        if n > 0 {
            let ends = if n == 1 { 0 } else { 2 * n - 1 };
            assert_eq!(
                hessian!(chain::Problem::new(&x, 100.0).unwrap(), x.to_vec()),
                ends
            );
            hessian!(branches::Problem::new(&x).unwrap(), x.to_vec());
            assert_eq!(
                hessian!(roots::Problem::new(&x).unwrap(), x.to_vec()),
                2 * n - 1
            );
        }
        assert_eq!(
            hessian!(whole::Problem::new(&x, 0.5).unwrap(), whole(n + 1)),
            (n + 1) * (n + 2) / 2
        );
        assert_eq!(
            hessian!(pairs_across::Problem::new(&x).unwrap(), x.to_vec()),
            n + n / 2
        );
        assert_eq!(
            hessian!(quadratic::Problem::new(&square, &x).unwrap(), x.to_vec()),
            n * (n + 1) / 2
        );
        assert_eq!(
            hessian!(by_rows::Problem::new(&matrix(n, 3)).unwrap(), whole(3 * n)),
            6 * n
        );
        assert_eq!(
            hessian!(
                arrow::Problem::new(&x, &matrix(n, 2), 0.4).unwrap(),
                whole(3 * n + 1)
            ),
            5 * n + 1
        );
        let (cameras, points) = labels(n);
        let (cam, pt) = (matrix(3, 3), matrix(2, 2));
        hessian!(
            bundle::Problem::new(&cam, &pt, &cameras, &points, &x).unwrap(),
            whole(13)
        );
    }
    for (n, m) in [(2, 2), (3, 5), (5, 3)] {
        hessian!(
            grid::Problem::new(&matrix(n, m)).unwrap(),
            numbers(n * m).to_vec()
        );
    }
}

#[test]
fn single_precision_has_the_same_entries() {
    let x = numbers(7).mapv(|x| x as f32);
    let problem = shifts::Problem::<f32>::new(&x, &x).unwrap();
    assert_eq!(jacobian!(problem, x.to_vec()), 12);
    assert_eq!(
        hessian!(chain::Problem::<f32>::new(&x, 10.0).unwrap(), x.to_vec()),
        13
    );
}

graph! {
    #[graph(sparse, hessian)]
    fn rosenbrock(x: [20]) -> f { f = sum(i in 0..19, 100*(x[i + 1] - x[i]^2)^2 + (1 - x[i])^2); }
    #[graph(sparse)]
    fn fixed(a, x: [3], const c: [2, 2]) -> (r: [2], s) {
        r = c @ [x[0], a*x[1]];
        s = if x[2] > 0 { x[2]^2 } else { a };
    }
    struct Body { mass, at: [2] }
    #[graph(sparse, hessian)]
    fn attraction(bodies: Body[3], const g) -> energy {
        energy = sum(i in 0..2, g*bodies[i].mass*bodies[i + 1].mass/norm(bodies[i].at - bodies[i + 1].at));
    }
    struct Track[n] { at: [n], speed: [n] }
    #[graph(sparse)]
    fn motion(track: Track[n], const h) -> gap {
        gap = each(i in 0..n - 1, track.at[i + 1] - track.at[i] - h*track.speed[i]);
    }
    #[graph(sparse)]
    fn travel(track: Track[n], const h) -> (effort, gap: Track[n - 1]) {
        effort = sum(track.speed^2);
        gap = Track {
            at: each(i in 0..n - 1, track.at[i + 1] - track.at[i] - h*track.speed[i]),
            speed: each(i in 0..n - 1, track.speed[i + 1] - track.speed[i]*track.at[i]),
        };
    }
}

/// Of numbers nothing is made for what is 0 whatever the numbers are.
#[test]
fn numbers_have_the_entries_that_differentiation_makes() {
    assert_eq!(hessian!(rosenbrock::Problem, numbers(20).to_vec()), 39);
    let problem = fixed::Problem {
        c: [[1.0, 2.0], [3.0, 4.0]],
    };
    // By `a`, `x[0]` and `x[1]` in both rows of the product; by `a` and `x[2]` in the branches.
    assert_eq!(jacobian!(problem, [0.5, 1.5, -2.0, 0.25]), 8);
    assert_eq!(jacobian!(problem, [0.5, 1.5, -2.0, -0.25]), 8);
    let problem = attraction::Problem { g: 2.0 };
    // The first and the last of three do not meet, and no mass meets itself.
    assert_eq!(hessian!(problem, numbers(9).to_vec()), 45 - 9 - 3);
}

#[test]
fn structs_are_their_leaves() {
    let track = || Track {
        at: numbers(5),
        speed: numbers(5),
    };
    let problem = motion::Problem::new(&track(), 0.1).unwrap();
    assert_eq!(jacobian!(problem, numbers(10).to_vec()), 12);
    let program = travel::Nlp::new(&track(), 0.1).unwrap();
    assert_eq!(program.constraint_count(), 8);
    assert_eq!(program.jacobian_pattern().len(), 3 * 4 + 3 * 4);
    // Each speed with itself, and but for the last with its place.
    assert_eq!(program.hessian_pattern().len(), 5 + 4);
    let mut values = [0.0; 9];
    program.hessian_values(
        program.start(),
        0.5,
        &[1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0],
        &mut values,
    );
    assert_eq!(values, [-1.0, 1.0, -2.0, 1.0, -3.0, 1.0, -4.0, 1.0, 1.0]);
}

graph! {
    /// Problem 71 of Hock and Schittkowski.
    #[graph(sparse)]
    fn hs071(x: [4]) -> (cost, product, length) {
        cost = x[0]*x[3]*(x[0] + x[1] + x[2]) + x[2];
        product = prod(x);
        length = dot(x, x);
    }
    /// Problem 5.1 of Lukšan and Vlček, report V-767.
    #[graph(sparse)]
    fn luksan(x: [n]) -> (f, c: [n - 2]) {
        f = sum(i in 0..n - 1, 100*(x[i]^2 - x[i + 1])^2 + (x[i] - 1)^2);
        c = each(k in 0..n - 2, 3*x[k + 1]^3 + 2*x[k + 2] - 5 + sin(x[k + 1] - x[k + 2])*sin(x[k + 1] + x[k + 2])
            + 4*x[k + 1] - x[k]*exp(x[k] - x[k + 1]) - 3);
    }
    #[graph(sparse, hessian)]
    fn luksan_lagrangian(x: [n], const weight, const multipliers: [n - 2]) -> l {
        (f, c) = luksan(x);
        l = weight*f + dot(multipliers, c);
    }
}

#[test]
fn a_program_of_numbers() {
    let program = hs071::Nlp::new([1.0, 5.0, 5.0, 1.0]);
    assert_eq!(program.start(), [1.0, 5.0, 5.0, 1.0]);
    assert_eq!(program.constraint_count(), 2);
    assert_eq!(
        (
            program.jacobian_pattern().len(),
            program.hessian_pattern().len()
        ),
        (8, 10)
    );
    assert_eq!(program.objective(program.start()), 16.0);
    let (mut gradient, mut constraints) = ([0.0; 4], [0.0; 2]);
    assert_eq!(program.gradient(program.start(), &mut gradient), 16.0);
    program.constraints(program.start(), &mut constraints);
    assert_eq!(
        (gradient, constraints),
        ([12.0, 1.0, 2.0, 11.0], [25.0, 52.0])
    );
    let (mut jacobian, mut hessian) = ([0.0; 8], [0.0; 10]);
    program.jacobian_values(program.start(), &mut jacobian);
    assert_eq!(jacobian, [25.0, 5.0, 5.0, 25.0, 2.0, 10.0, 10.0, 2.0]);
    program.hessian_values(program.start(), 0.5, &[2.0, 3.0], &mut hessian);
    let by_hand = [7.0, 10.5, 6.0, 10.5, 2.0, 6.0, 56.0, 10.5, 10.5, 6.0];
    assert_eq!(hessian, by_hand);
}

fn standard_start(count: usize) -> Array1<f64> {
    (0..count)
        .map(|at| if at % 2 == 0 { -1.2 } else { 1.0 })
        .collect()
}

/// The values were computed with 200 bits, derivatives by central differences, and rounded once.
#[test]
fn a_program_over_arrays() {
    let program = luksan::Nlp::new(&standard_start(6)).unwrap();
    let near = |found: &[f64], known: &[f64]| {
        assert_eq!(found.len(), known.len());
        for (found, known) in found.iter().zip(known) {
            assert!(
                (found - known).abs() <= 2e-15 * (known.abs() + 100.0),
                "{found:?}, not {known:?}"
            );
        }
    };
    let x = program.start();
    near(&[program.objective(x)], &[1040.6]);
    let mut gradient = [0.0; 6];
    program.gradient(x, &mut gradient);
    near(&gradient, &[-215.6, 792.0, -655.6, 792.0, -655.6, -88.0]);
    let mut constraints = [0.0; 4];
    program.constraints(x, &mut constraints);
    let (odd, even) = (-3.427659649462251, -24.848390059937067);
    near(&constraints, &[odd, even, odd, even]);
    let mut jacobian = [0.0; 12];
    program.jacobian_values(x, &mut jacobian);
    let odd = [0.022160631672466773, 13.77633363679088, 2.675463180551151];
    let even = [-18.05002699886824, 25.30955031888297, 1.0907025731743183];
    near(&jacobian, &[odd, even, odd, even].concat());
    let places: Vec<(usize, usize)> = program.hessian_pattern().places().collect();
    let tridiagonal =
        (0..6).flat_map(|row| (row.max(1) - 1..=row).map(move |column| (row, column)));
    assert_eq!(places, tridiagonal.collect::<Vec<_>>());
    let multipliers = [1.0, -2.0, 0.5, 3.0];
    let mut hessian = [0.0; 11];
    program.hessian_values(x, 1.0, &multipliers, &mut hessian);
    near(
        &hessian,
        &[
            1329.91135747331,
            479.9778393683275,
            1953.4507511135453,
            -436.1000539977365,
            1595.6300680287707,
            479.98891968416376,
            1807.7606262173747,
            -345.84991900339526,
            1434.4379909239913,
            480.0,
            202.49688101928285,
        ],
    );
    program.hessian_values(x, 0.0, &multipliers, &mut hessian);
    near(&hessian[9..], &[0.0, 2.496881019282854]);
}

#[test]
fn a_program_of_many_turns_has_entries_in_proportion() {
    let x = standard_start(400);
    let program = luksan::Nlp::new(&x).unwrap();
    assert_eq!(program.jacobian_pattern().shape, [398, 400]);
    assert_eq!(
        (
            program.jacobian_pattern().len(),
            program.hessian_pattern().len()
        ),
        (3 * 398, 2 * 400 - 1)
    );
    let multipliers: Array1<f64> = (0..398).map(|at| (at % 7) as f64 - 3.0).collect();
    let mut values = vec![0.0; 799];
    program.hessian_values(
        program.start(),
        0.5,
        multipliers.as_slice().unwrap(),
        &mut values,
    );
    // By the same Lagrangian as a graph of its own, whose whole Hessian is made of products with directions.
    let lagrangian = luksan_lagrangian::Problem::new(&x, 0.5, &multipliers).unwrap();
    let (mut gradient, mut whole) = (vec![0.0; 400], vec![0.0; 400 * 400]);
    lagrangian.hessian(program.start(), &mut gradient, &mut whole);
    same(
        "the Lagrangian",
        (program.hessian_pattern(), &values),
        &whole,
        true,
    );
    let whole = luksan::Problem::new(&x).unwrap();
    assert_eq!(jacobian!(whole, program.start()), 400 + 3 * 398);
}

/// A graph from elsewhere.
mod elsewhere {
    graph_runtime::graph! { pub fn swing(a, b) -> c { c = a*sin(b); } }
}

graph! {
    #[graph(sparse)]
    fn called(x: [n]) -> r { r = each(i in 0..n - 1, elsewhere::swing(x[i], x[i + 1])); }
    #[graph(sparse, hessian)]
    fn called_twice(x: [n], s) -> f {
        f = sum(i in 0..n - 1, elsewhere::swing(x[i], x[i + 1])^2) + elsewhere::swing(s, sum(x));
    }
    #[graph(sparse)]
    fn found(x: [n]) -> r { r = each(i in 0..n, root(e = 1, e^3 + e - x[i])); }
    #[graph(sparse)]
    fn called_by_numbers(x: [3]) -> r { r = [elsewhere::swing(x[0], x[1]), x[2]]; }
    #[graph(sparse)]
    fn picked(a: [n, m], which: index[n]) -> r { r = each(i in 0..n, a[i, which[i]]^2); }
    #[graph(sparse)]
    fn of_a_joined_table(x: [n], y: [3], which: index[m]) -> r {
        table = concat(y, x, axis = 0);
        r = each(i in 0..m, table[which[i]]^2 + table[0]);
    }
    #[graph(sparse, hessian)]
    fn cross_entropy(a: [n, m], which: index[n]) -> f { f = softmax_cross_entropy(a, which); }
    /// Names that methods have, too.
    #[graph(sparse)]
    fn names(x: [n], const values: [n], const start, found: [2], weight) -> (problem, multipliers: [n], jacobian_places) {
        problem = start*weight^2 + sum(x*values);
        multipliers = x*found[0];
        jacobian_places = found[1]*weight;
    }
}

#[test]
fn calls_labels_and_names() {
    for n in [1, 2, 7] {
        let x = numbers(n);
        assert_eq!(
            jacobian!(called::Problem::new(&x).unwrap(), x.to_vec()),
            2 * (n - 1)
        );
        assert_eq!(jacobian!(found::Problem::new(&x).unwrap(), x.to_vec()), n);
        let twice = called_twice::Problem::new(&x, 0.5).unwrap();
        let every = (n + 1) * (n + 2) / 2;
        assert_eq!(hessian!(twice, numbers(n + 1).to_vec()), every);
        let which: Vec<usize> = (0..n).map(|at| at * at % 3).collect();
        let picked = picked::Problem::new(&matrix(n, 3), &which).unwrap();
        assert_eq!(jacobian!(picked, numbers(3 * n).to_vec()), n);
        let classes = cross_entropy::Problem::new(&matrix(n, 3), &which).unwrap();
        assert_eq!(hessian!(classes, numbers(3 * n).to_vec()), 6 * n);
        let which = [0, 2, 3, 0, 2 + n];
        let joined = of_a_joined_table::Problem::new(&x, &numbers(3), &which).unwrap();
        // Of `y[0]`, which is in all of them, and of what was picked.
        let others = which.iter().filter(|at| **at > 0).count();
        assert_eq!(
            jacobian!(joined, numbers(n + 3).to_vec()),
            which.len() + others
        );
    }
    assert_eq!(jacobian!(called_by_numbers::Problem, [0.5, 1.5, 2.5]), 3);
    let x = numbers(3);
    let program = names::Nlp::new(&x, &x, 2.0, &numbers(2), 0.5).unwrap();
    assert_eq!(program.jacobian_pattern().len(), 6 + 2);
    // By the weight twice, by `found` with each of `x`, and by `found` with the weight.
    assert_eq!(program.hessian_pattern().len(), 1 + 3 + 1);
}
