///The value of the graph `f(a, b) -> z`.
/**
```text
f(a, b) -> z

z = exp (a - b) * b ;
```

What else there is of it is in the module [`f`](mod@f).*/
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    dead_code,
    nonstandard_style,
    unused_imports,
    unused_parens,
    unused_qualifications,
    unused_results
)]
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
fn f<T: graph_runtime::Real>(a: T, b: T) -> T {
    let t1 = a - b;
    let t2 = T::exp(t1);
    let z = t2 * b;
    z
}
///The derivatives of [`f(a, b) -> z`](fn@f), and what else there is of it.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    nonstandard_style,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results
)]
#[allow(unexpected_cfgs)]
mod f {
    /// What the forward pass computed.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Forward<T = graph_runtime::__private::core::primitive::f64> {
        ///The definition `z`.
        pub z: T,
        pub(super) b: T,
        pub(super) t2: T,
    }
    /// The gradient: one adjoint per input, of its shape.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Grad<T = graph_runtime::__private::core::primitive::f64> {
        ///The adjoint of the input `a`.
        pub a: T,
        ///The adjoint of the input `b`.
        pub b: T,
    }
    impl<T: graph_runtime::__private::core::marker::Copy> Grad<T> {
        /// All adjoints in the order of the inputs, arrays row by row.
        #[inline]
        pub fn to_array(&self) -> [T; 2] {
            [self.a, self.b]
        }
    }
    /// All partial derivatives of the outputs with respect to the inputs.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Jacobian<T = graph_runtime::__private::core::primitive::f64> {
        ///The partial derivatives with respect to `a`: a row per output, a column per entry.
        pub a: [[T; 1]; 1],
        ///The partial derivatives with respect to `b`: a row per output, a column per entry.
        pub b: [[T; 1]; 1],
    }
    /// How many numbers the gradient has.
    pub const N: graph_runtime::__private::core::primitive::usize = 2;
    impl<T: graph_runtime::Real> Forward<T> {
        /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        pub fn backward(&self, d_z: T) -> Grad<T> {
            let b = self.b;
            let t1 = self.t2;
            let t2 = d_z * b;
            let d_a = t2 * t1;
            let d_b = T::mul_add(d_z, t1, -d_a);
            Grad { a: d_a, b: d_b }
        }
    }
    ///The forward pass: every definition, and what the backward pass needs.
    /**
Of `f(a, b) -> z`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn forward<T: graph_runtime::Real>(a: T, b: T) -> Forward<T> {
        let t1 = a - b;
        let t2 = T::exp(t1);
        let z = t2 * b;
        Forward { b: b, t2: t2, z: z }
    }
    ///The value and its gradient in one sweep.
    /**
Of `f(a, b) -> z`.*/
    #[inline]
    pub fn value_and_grad<T: graph_runtime::Real>(a: T, b: T) -> (T, Grad<T>) {
        let t1 = a - b;
        let t2 = T::exp(t1);
        let z = t2 * b;
        let d_b = t2 - z;
        (z, Grad { a: z, b: d_b })
    }
    ///The outputs and all their partial derivatives.
    /**
Of `f(a, b) -> z`.*/
    #[inline]
    pub fn jacobian<T: graph_runtime::Real>(a: T, b: T) -> (T, Jacobian<T>) {
        let (value, grad) = value_and_grad(a, b);
        (
            value,
            Jacobian {
                a: [[grad.a]],
                b: [[grad.b]],
            },
        )
    }
    ///The outputs and their change along a direction: forward mode.
    /**
Of `f(a, b) -> z`.*/
    #[inline]
    pub fn jvp<T: graph_runtime::Real>(a: T, b: T, d_a: T, d_b: T) -> (T, T) {
        let t1 = a - b;
        let t2 = T::exp(t1);
        let z = t2 * b;
        let t3 = d_a - d_b;
        let t4 = t3 * t2;
        let t5 = t4 * b;
        let d_z = T::mul_add(d_b, t2, t5);
        (z, d_z)
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    /**
Of `f(a, b) -> z`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn vjp<T: graph_runtime::Real>(
        a: T,
        b: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
        let forward = forward(a, b);
        let value = forward.z;
        (
            value,
            graph_runtime::__private::pullback(
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                move |d_z: T| {
                    let grad = forward.backward(d_z);
                    (grad.a, grad.b)
                },
            ),
        )
    }
    ///The value, its gradient, and the matrix of second derivatives: a row and a column per entry of `Grad::to_array`.
    /**
Of `f(a, b) -> z`.*/
    #[inline]
    pub fn hessian<T: graph_runtime::Real>(a: T, b: T) -> (T, Grad<T>, [[T; 2]; 2]) {
        let t1 = a - b;
        let t2 = T::exp(t1);
        let z = t2 * b;
        let d_b = t2 - z;
        let t3 = -t2;
        let d_d_b = t3 - d_b;
        (z, Grad { a: z, b: d_b }, [[z, d_b], [d_b, d_d_b]])
    }
    ///The value, its gradient, and the matrix of second derivatives times a direction, without the matrix.
    /**
Of `f(a, b) -> z`.*/
    #[inline]
    pub fn hvp<T: graph_runtime::Real>(
        a: T,
        b: T,
        d_a: T,
        d_b: T,
    ) -> (T, Grad<T>, Grad<T>) {
        let t1 = a - b;
        let t2 = T::exp(t1);
        let z = t2 * b;
        let d_b_1 = t2 - z;
        let t3 = d_a - d_b;
        let t4 = t3 * t2;
        let t5 = t4 * b;
        let d_z = T::mul_add(d_b, t2, t5);
        let d_d_b = t4 - d_z;
        (z, Grad { a: z, b: d_b_1 }, Grad { a: d_z, b: d_d_b })
    }
    #[doc(hidden)]
    pub use self::vjp as __vjp;
    ///The function of its flat parameter vector, with the constant inputs bound.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Problem;
    graph_runtime::__std_only! {
        #[doc =
        "Holds the derivatives against difference quotients and against each other."] pub
        fn check < T : graph_runtime::Number > (a : T, b : T) ->
        graph_runtime::check::Report { let problem = Problem {}; let mut x = [T::of(0.0);
        2]; let mut to = graph_runtime::__private::Writer:: < T > ::new(& mut x, 2); to
        .put(& a); to.put(& b); graph_runtime::check::objective(& problem, & x)
        .and(graph_runtime::check::directional(& problem, & x))
        .and(graph_runtime::check::second_order(& problem, & x)) }
    }
    #[cfg(feature = "#[graph(batch)]")]
    pub const batch: () = ();
    #[cfg(feature = "#[graph(batch)]")]
    pub const batch_into: () = ();
    #[cfg(feature = "#[graph(ode)]")]
    pub const Ode: () = ();
    #[cfg(feature = "picture` of `graph-runtime")]
    pub const picture: () = ();
}
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    nonstandard_style,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results
)]
impl graph_runtime::Parameters for f::Problem {
    #[inline]
    fn parameters(&self) -> graph_runtime::__private::core::primitive::usize {
        2
    }
    fn name(
        &self,
        at: graph_runtime::__private::core::primitive::usize,
    ) -> graph_runtime::Name {
        graph_runtime::Name::among(&[("a", &[]), ("b", &[])], at)
    }
}
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    nonstandard_style,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results
)]
impl<T: graph_runtime::Real> graph_runtime::Objective<T> for f::Problem {
    #[inline]
    #[track_caller]
    fn value(&self, x: &[T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        f(x_0, x_1)
    }
    #[inline]
    #[track_caller]
    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        let (value, found) = f::value_and_grad(x_0, x_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(gradient, graph_runtime::Parameters::parameters(self));
        to.put(&found.a);
        to.put(&found.b);
        value
    }
}
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    nonstandard_style,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results
)]
impl<T: graph_runtime::Real> graph_runtime::SecondOrder<T> for f::Problem {
    #[inline]
    #[track_caller]
    fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        let (value, first, second) = f::hessian(x_0, x_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(gradient, graph_runtime::Parameters::parameters(self));
        to.put(&first.a);
        to.put(&first.b);
        graph_runtime::__private::Writer::<T>::new(hessian, 2 * 2).put(&second);
        value
    }
}
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    nonstandard_style,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results
)]
impl<T: graph_runtime::Real> graph_runtime::Directional<T> for f::Problem {
    #[inline]
    fn seeds(&self) -> graph_runtime::__private::core::primitive::usize {
        1
    }
    #[inline]
    #[track_caller]
    fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(direction, graph_runtime::Parameters::parameters(self));
        let direction_0 = from.value::<T>();
        let direction_1 = from.value::<T>();
        let (value, moved) = f::jvp(x_0, x_1, direction_0, direction_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(outputs, graph_runtime::Directional::<T>::seeds(self));
        to.put(&value);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(change, graph_runtime::Directional::<T>::seeds(self));
        to.put(&moved);
    }
    #[inline]
    #[track_caller]
    fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(seeds, graph_runtime::Directional::<T>::seeds(self));
        let seeds_0 = from.value::<T>();
        let (value, pull) = f::vjp(x_0, x_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(outputs, graph_runtime::Directional::<T>::seeds(self));
        to.put(&value);
        let found = pull(seeds_0);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(adjoints, graph_runtime::Parameters::parameters(self));
        to.put(&found.0);
        to.put(&found.1);
    }
}
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    nonstandard_style,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results
)]
const __USES_OF_f: () = {
    struct __Inputs<T: graph_runtime::Real> {
        ///The input `a`, a number.
        a: T,
        ///The input `b`, a number.
        b: T,
        __all: graph_runtime::__private::core::marker::PhantomData<T>,
    }
    fn __uses<T: graph_runtime::Real>(
        inputs: &__Inputs<T>,
        forward: &f::Forward<T>,
        active_0: &f::Grad<T>,
        active_1: &f::Jacobian<T>,
    ) {
        &forward.z;
        &inputs.a;
        &active_0.a;
        &active_1.a;
        &inputs.b;
        &active_0.b;
        &active_1.b;
        &inputs.b;
        &active_0.b;
        &active_1.b;
    }
};
