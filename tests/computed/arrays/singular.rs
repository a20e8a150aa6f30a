//! What rows that are not taken, and entries at singular points, may not spoil.

use graph_runtime::graph;
use graph_runtime::ndarray::array;

const NAN: f64 = f64::NAN;

graph! {
    fn rows(p: [n, n], v: [n], const used: [n]) -> l { l = sum(if used > 0 { p @ v } else { 0 }); }
    fn part(p: [n], v: [n], const used) -> l { l = sum(if used > 0 { (p*v)[0..2] } else { v[0..2] }); }
    fn entries(p: [n], v: [n], const used: [n]) -> l { l = sum(if used > 0 { p*v } else { 0 }); }
    fn product(x: [n]) -> y { y = prod(x); }
    fn fixed(x: [3]) -> y { y = prod(x); }
    #[graph(hessian)]
    fn half(x: [n]) -> y { y = norm(x)^2/2; }
    #[graph(hessian)]
    fn whole(x: [n]) -> y { y = norm(x)^2; }
    #[graph(hessian)]
    fn rows_of(x: [n, 2]) -> y { y = sum(i in 0..n, norm(x[i])^2); }
    fn length(x: [n]) -> y { y = norm(x); }
    fn rooted(x: [n]) -> y { y = sum(sqrt(max(x, 0))); }
    fn affine_root(w: [n, n], x: [n]) -> y { y = sum(sqrt(w @ x)); }
    fn largest(const p: [1], x: [n], s) -> z { z = max(exp(s*p)) + 0*sum(x); }
    fn only(x: [n], s) -> z { z = min([exp(s)]) + 0*sum(x); }
}

#[test]
fn rows_that_are_not_taken() {
    let p = array![[1.0, 2.0], [NAN, f64::INFINITY]];
    let (l, d) = rows::value_and_grad(&p, &array![3.0, 4.0], &array![1.0, 0.0]).unwrap();
    assert_eq!(
        (l, d.p, d.v),
        (11.0, array![[3.0, 4.0], [0.0, 0.0]], array![1.0, 2.0])
    );
    let (_, d) =
        entries::value_and_grad(&array![2.0, NAN], &array![3.0, 4.0], &array![1.0, 0.0]).unwrap();
    assert_eq!((d.p, d.v), (array![3.0, 0.0], array![2.0, 0.0]));
    let (_, d) = part::value_and_grad(&array![NAN, 1.0, 1.0], &array![3.0, 4.0, 5.0], 0.0).unwrap();
    assert_eq!((d.p, d.v), (array![0.0, 0.0, 0.0], array![1.0, 1.0, 0.0]));
}

#[test]
fn all_modes_of_a_product_at_a_root() {
    let (w, x) = (array![[1.0, 0.0], [0.0, 1.0]], array![0.0, 4.0]);
    let (_, fused) = affine_root::value_and_grad(&w, &x).unwrap();
    let back = affine_root::forward(&w, &x).unwrap().backward(1.0).unwrap();
    assert_eq!((&fused.w, &fused.x), (&back.w, &back.x));
    assert_eq!(fused.x, array![f64::INFINITY, 0.25]);
    assert_eq!(fused.w[[0, 0]], 0.0);
    let moved =
        affine_root::jvp(&w, &x, &array![[1.0, 0.0], [0.0, 0.0]], &array![0.0, 0.0]).unwrap();
    assert_eq!(moved.1, 0.0);
}

#[test]
fn products_are_those_of_fixed_arrays() {
    for x in [
        [2.0, 3.0, 4.0],
        [5.0, 0.0, 2.0],
        [0.0, 4.0, 0.0],
        [f64::INFINITY, 2.0, 3.0],
        [1e-200, 1e-200, 1e300],
        [1e200, 1e200, 1e-300],
    ] {
        let (any, small) = (
            product::value_and_grad(&array![x[0], x[1], x[2]]).unwrap(),
            fixed::value_and_grad(x),
        );
        assert_eq!(any.1.x.to_vec(), small.1.x, "{x:?}");
    }
    assert_eq!(
        product::value_and_grad(&array![7.0]).unwrap().1.x,
        array![1.0]
    );
}

#[test]
fn lengths() {
    let zero = array![0.0, 0.0, 0.0];
    let v = array![1.0, 2.0, 3.0];
    assert_eq!(half::hvp(&zero, &v).unwrap().2.x, v);
    for scale in [1e200_f64, 1e-200, 1.0] {
        let (y, d) = length::value_and_grad(&array![3.0 * scale, 4.0 * scale]).unwrap();
        assert!((y / (5.0 * scale) - 1.0).abs() < 1e-15, "{y}");
        assert!(
            (d.x[0] - 0.6).abs() < 1e-15 && (d.x[1] - 0.8).abs() < 1e-15,
            "{}",
            d.x
        );
    }
    assert_eq!(whole::hvp(&zero, &v).unwrap().2.x, 2.0 * &v);
    let rows = array![[3.0, 4.0], [0.0, 0.0]];
    let by_rows = rows_of::hvp(&rows, &rows.mapv(|_| 1.0)).unwrap().2.x;
    assert!(
        by_rows.iter().all(|x| (x - 2.0_f64).abs() < 1e-14),
        "{by_rows}"
    );
    assert_eq!(length::value_and_grad(&zero).unwrap().1.x, zero);
    assert_eq!(
        rooted::value_and_grad(&array![-1.0, 4.0]).unwrap().1.x,
        array![0.0, 0.25]
    );
}

/// The one entry is the largest, whatever computes it.
#[test]
fn the_largest_of_one() {
    let x = array![1.0, 2.0];
    for step in 0..300_u16 {
        let s = f64::from(step) * 0.003 - 0.4;
        let p = 1.0 + 0.003 * f64::from(step);
        let d = largest::value_and_grad(&array![p], &x, s).unwrap().1.s;
        assert!((d / (p * (s * p).exp()) - 1.0).abs() < 1e-12, "{d} at {s}");
        let d = only::value_and_grad(&x, s).unwrap().1.s;
        assert!((d / s.exp() - 1.0).abs() < 1e-12, "{d} at {s}");
    }
}

/// An own operation of arrays divides a seed of 0 by 0 where its branch is not taken.
#[test]
fn pullbacks_of_arrays_are_kept_out() {
    #[allow(
        clippy::type_complexity,
        reason = "the type of a pullback is what it is"
    )]
    mod root {
        use graph_runtime::ndarray::{Array, ArrayRef, Ix1};
        use graph_runtime::{Element, Real, ShapeError};

        pub fn vjp<T: Element>(
            x: &ArrayRef<T, Ix1>,
        ) -> Result<
            (
                Array<T, Ix1>,
                impl Fn(&ArrayRef<T, Ix1>) -> Result<Array<T, Ix1>, ShapeError>,
            ),
            ShapeError,
        > {
            let y = x.mapv(|x| Real::sqrt(x));
            let slopes = y.clone();
            Ok((y, move |seed: &ArrayRef<T, Ix1>| {
                let both = seed.iter().zip(&slopes);
                Ok(both.map(|(seed, y)| *seed / (T::of(2.0) * *y)).collect())
            }))
        }
    }
    fn root<T: graph_runtime::Element>(
        x: &graph_runtime::ndarray::ArrayRef<T, graph_runtime::ndarray::Ix1>,
    ) -> Result<
        graph_runtime::ndarray::Array<T, graph_runtime::ndarray::Ix1>,
        graph_runtime::ShapeError,
    > {
        Ok(root::vjp(x)?.0)
    }
    graph! { fn f(x: [n]) -> y { v: [n] = root(x); y = sum(if x > 0 { v } else { x }); } }
    assert_eq!(
        f::value_and_grad(&array![0.0, 4.0]).unwrap().1.x,
        array![1.0, 0.25]
    );
}

/// A condition that is one number for all of a product: nothing of the side not taken, factors among it, gets back.
#[test]
fn products_that_are_not_taken() {
    graph! {
        fn divided(k: [n, n], x: [n], const used) -> l { l = sum(if used > 0 { (k/x) @ x } else { x }); }
        fn rooted(k: [n, n], x: [n], const used) -> l { l = if used > 0 { sum(ln(x) @ k) } else { sum(x) }; }
        fn shared(k: [n, n], x: [n], const used) -> l { roots = ln(k); l = sum(if used > 0 { roots @ x } else { x }); }
    }
    let (k, x) = (array![[1.0, -2.0], [3.0, 0.0]], array![0.0, -1.0]);
    let (ones, zeros) = (array![1.0, 1.0], array![[0.0, 0.0], [0.0, 0.0]]);
    let (_, d) = divided::value_and_grad(&k, &x, 0.0).unwrap();
    assert_eq!((&d.k, &d.x), (&zeros, &ones));
    let (_, d) = rooted::value_and_grad(&k, &x, 0.0).unwrap();
    assert_eq!((&d.k, &d.x), (&zeros, &ones));
    let (_, d) = shared::value_and_grad(&k, &x, 0.0).unwrap();
    assert_eq!((&d.k, &d.x), (&zeros, &ones));
    let run = shared::forward(&k, &x, 0.0).unwrap();
    let d = run.backward(1.0).unwrap();
    assert_eq!((&d.k, &d.x), (&zeros, &ones));
}

/// The same in second order.
#[test]
fn products_that_are_not_taken_in_second_order() {
    graph! {
        #[graph(hessian)]
        fn chosen(k: [n, n], x: [n]) -> l { l = sum(if sum(x) > 9 { (k/x) @ x } else { k @ x }); }
    }
    let (k, x) = (array![[1.0, -2.0], [3.0, 0.0]], array![0.0, -1.0]);
    let (ones, zeros) = (array![1.0, 1.0], array![[0.0, 0.0], [0.0, 0.0]]);
    let (_, gradient, bend) = chosen::hvp(&k, &x, &zeros, &ones).unwrap();
    assert_eq!(gradient.x, array![4.0, -2.0]);
    assert_eq!(
        (bend.k, bend.x),
        (array![[1.0, 1.0], [1.0, 1.0]], array![0.0, 0.0])
    );
}

/// The reciprocal of so short a length is no number; the slopes are those of a longer one.
#[test]
fn a_length_below_all_normal_numbers() {
    graph! {
        fn lengths(x: [n, 2]) -> y { y = sum(norm(x, axis = 1)); }
        fn shares(x: [n], const w: [n]) -> y { y = sum(w*x/sum(x)); }
    }
    let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-12, "{got} and {want}");
    for scale in [1e-309, 1e-312, 1.0] {
        let x = array![3.0 * scale, 4.0 * scale];
        let (_, d) = length::value_and_grad(&x).unwrap();
        near(d.x[0], 0.6);
        near(d.x[1], 0.8);
        let rows = array![[3.0 * scale, 4.0 * scale], [3.0, -4.0]];
        let (_, d) = lengths::value_and_grad(&rows).unwrap();
        near(d.x[[0, 0]], 0.6);
        near(d.x[[0, 1]], 0.8);
        near(d.x[[1, 1]], -0.8);
        let (y, _) = shares::value_and_grad(&x, &array![1.0, 2.0]).unwrap();
        near(y, 11.0 / 7.0);
        let (_, _, bend) = half::hvp(&x, &array![scale, 0.0]).unwrap();
        near(bend.x[0] / scale, 1.0);
    }
    let (_, d) = length::value_and_grad(&array![3e-42_f32, 4e-42]).unwrap();
    assert!((d.x[0] - 0.6).abs() < 1e-3, "{}", d.x);
}
