//! Surroundings in which every name that code usually relies on means something else, without a prelude.
#![no_implicit_prelude]

use ::graph_runtime::graph;

mod core {}
mod std {}
mod alloc {}
mod ndarray {}

#[allow(dead_code, unused_imports, reason = "these only have to be in the way")]
mod in_the_way {
    pub enum Option {
        None,
    }
    pub enum Result {
        Ok,
        Err,
    }
    pub struct Some;
    pub struct Vec;
    pub struct String;
    pub struct Box;
    pub trait Into {}
    pub trait From {}
    pub trait Clone {}
    pub trait Copy {}
    pub trait Fn {}
    pub trait FnOnce {}
    pub trait Iterator {}
    pub trait IntoIterator {}
    pub trait AsRef {}
    pub trait Default {}
    pub trait Debug {}
    pub trait PartialEq {}
    pub trait Add {}
    pub trait Mul {}
    pub trait Real {}
    pub trait Kernel {}
    pub fn drop() {}
    #[allow(non_camel_case_types, reason = "the names of primitive types")]
    mod primitives {
        pub struct f32;
        pub struct f64;
        pub struct usize;
        pub struct bool;
        pub struct i32;
    }
    pub use self::primitives::*;
}
#[allow(unused_imports, reason = "these only have to be in the way")]
use self::in_the_way::Option::*;
#[allow(unused_imports, reason = "these only have to be in the way")]
use self::in_the_way::Result::*;
#[allow(unused_imports, reason = "these only have to be in the way")]
use self::in_the_way::*;

/// Methods of everything, with names that generated code might call.
#[allow(dead_code, reason = "these only have to be in the way")]
trait Everywhere: ::core::marker::Sized {
    fn of(self) {}
    fn exp(self) {}
    fn max(self) {}
    fn select(self) {}
    fn clone(&self) {}
    fn into(self) {}
    fn len(self) {}
    fn shape(self) {}
    fn view(self) {}
    fn slice(self) {}
    fn iter(self) {}
}
impl<T> Everywhere for T {}

graph! {
    fn numbers(x, const k) -> (y, z) {
        t = exp(k*x) + max(x, 0);
        y = if t > 1 { t^2.5 } else { { 1.0 } };
        z = -t;
    }
    fn small(v: [2], m: [2, 2]) -> s { s = norm(m @ v) + sum(softmax(v)); }
    fn arrays(x: [n, 2], w: [2, k], b: [k], const t: index[n]) -> l {
        h = tanh(affine(x, w, b));
        l = softmax_cross_entropy(h, t) + mean(x[1.., 0]^2) + sum(i in 0..n, x[i, 1]);
    }
    #[graph(hessian)]
    fn curved(x, y) -> z { z = x^2*y; }
}

#[test]
fn numbers_and_small_arrays() {
    let ((y, z), _) = numbers::jacobian(0.0_f32, 1.0);
    ::core::assert_eq!((y, z), (1.0, -1.0));
    let (_, d) = small::value_and_grad([3.0, 4.0], [[1.0, 0.0], [0.0, 1.0]]);
    ::core::assert!(d.v[0] > 0.59 && d.v[0] < 0.61);
    let (_, _, hessian) = curved::hessian(1.0, 2.0);
    ::core::assert_eq!(hessian, [[4.0, 2.0], [2.0, 0.0]]);
}

#[test]
fn arrays_of_any_size() {
    let x = ::ndarray::Array2::from_shape_fn((2, 2), |(row, column)| {
        (2 * row + column + 1) as ::core::primitive::f64
    });
    let (w, b) = (
        ::ndarray::Array2::zeros((2, 2)),
        ::ndarray::Array1::zeros(2),
    );
    let (l, d) = arrays::value_and_grad(&x, &w, &b, &[0, 1]).unwrap();
    ::core::assert!(l > 15.0 && l < 16.0);
    ::core::assert_eq!(d.x.dim(), (2, 2));
}

#[test]
fn inline() {
    let x = 3.0;
    let g = graph! { y = x^2 + { 1.0 } };
    ::core::assert_eq!((g.y, g.backward(1.0).x), (10.0, 6.0));
}
