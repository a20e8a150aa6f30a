///The value of the graph `f(x, k) -> y`.
/**
```text
f(x, const k) -> y

s = k * x ; y = if s > 0 { sqrt (s) } else { 0 } ;
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
pub fn f<T: graph_runtime::Real>(x: T, k: T) -> T {
    let s = k * x;
    let t1 = T::greater(s, T::of(0.0));
    let t2 = T::sqrt(s);
    let y = T::select(t1, t2, T::of(0.0));
    y
}
///The derivatives of [`f(x, const k) -> y`](fn@f), and what else there is of it.
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
pub mod f {
    /// What the forward pass computed.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Forward<
        T: graph_runtime::Real = graph_runtime::__private::core::primitive::f64,
    > {
        ///The definition `s`.
        pub s: T,
        ///The definition `y`.
        pub y: T,
        pub(super) k: T,
        pub(super) t1: <T as graph_runtime::Real>::Mask,
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
        ///The adjoint of the input `x`.
        pub x: T,
    }
    impl<T: graph_runtime::__private::core::marker::Copy> Grad<T> {
        /// All adjoints in the order of the inputs, arrays row by row.
        #[inline]
        pub fn to_array(&self) -> [T; 1] {
            [self.x]
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
        ///The partial derivatives with respect to `x`: a row per output, a column per entry.
        pub x: [[T; 1]; 1],
    }
    /// How many numbers the gradient has.
    pub const N: graph_runtime::__private::core::primitive::usize = 1;
    impl<T: graph_runtime::Real> Forward<T> {
        /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        pub fn backward(&self, d_y: T) -> Grad<T> {
            let k = self.k;
            let t1 = self.t1;
            let t2 = self.t2;
            let t3 = t2 + T::of(0.0);
            let t4 = T::of(2.0) * t3;
            let t5 = d_y / t4;
            let t6 = T::equal(d_y, T::of(0.0));
            let d_s = T::shut(t6, t5);
            let t7 = d_s * k;
            let t8 = T::equal(d_s, T::of(0.0));
            let t9 = T::equal(k, T::of(0.0));
            let t10 = t8 | t9;
            let t11 = T::shut(t10, t7);
            let d_x = T::select(t1, t11, T::of(0.0));
            Grad { x: d_x }
        }
    }
    ///The forward pass: every definition, and what the backward pass needs.
    /**
Of `f(x, const k) -> y`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn forward<T: graph_runtime::Real>(x: T, k: T) -> Forward<T> {
        let s = k * x;
        let t1 = T::greater(s, T::of(0.0));
        let t2 = T::sqrt(s);
        let y = T::select(t1, t2, T::of(0.0));
        Forward {
            k: k,
            t1: t1,
            t2: t2,
            s: s,
            y: y,
        }
    }
    ///The value and its gradient in one sweep.
    /**
Of `f(x, const k) -> y`.*/
    #[inline]
    pub fn value_and_grad<T: graph_runtime::Real>(x: T, k: T) -> (T, Grad<T>) {
        let s = k * x;
        let t1 = T::greater(s, T::of(0.0));
        let t2 = T::sqrt(s);
        let y = T::select(t1, t2, T::of(0.0));
        let t3 = t2 + T::of(0.0);
        let t4 = T::of(2.0) * t3;
        let t5 = k / t4;
        let t6 = T::equal(k, T::of(0.0));
        let t7 = T::abs(t4);
        let t8 = T::equal(
            t7,
            T::of(graph_runtime::__private::core::primitive::f64::INFINITY),
        );
        let t9 = t6 | t8;
        let t10 = T::shut(t9, t5);
        let d_x = T::select(t1, t10, T::of(0.0));
        (y, Grad { x: d_x })
    }
    ///The outputs and all their partial derivatives.
    /**
Of `f(x, const k) -> y`.*/
    #[inline]
    pub fn jacobian<T: graph_runtime::Real>(x: T, k: T) -> (T, Jacobian<T>) {
        let (value, grad) = value_and_grad(x, k);
        (value, Jacobian { x: [[grad.x]] })
    }
    ///The outputs and their change along a direction: forward mode.
    /**
Of `f(x, const k) -> y`.*/
    #[inline]
    pub fn jvp<T: graph_runtime::Real>(x: T, k: T, d_x: T) -> (T, T) {
        let s = k * x;
        let t1 = T::greater(s, T::of(0.0));
        let t2 = T::sqrt(s);
        let y = T::select(t1, t2, T::of(0.0));
        let d_s = d_x * k;
        let t3 = t2 + T::of(0.0);
        let t4 = T::of(2.0) * t3;
        let t5 = d_s / t4;
        let t6 = T::equal(d_s, T::of(0.0));
        let t7 = T::shut(t6, t5);
        let d_y = T::select(t1, t7, T::of(0.0));
        (y, d_y)
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    /**
Of `f(x, const k) -> y`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn vjp<T: graph_runtime::Real>(
        x: T,
        k: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> T) {
        let forward = forward(x, k);
        let value = forward.y;
        (
            value,
            graph_runtime::__private::pullback(
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                move |d_y: T| {
                    let grad = forward.backward(d_y);
                    grad.x
                },
            ),
        )
    }
    #[doc(hidden)]
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn __vjp<T: graph_runtime::Real>(
        x: T,
        k: T,
    ) -> (
        T,
        impl graph_runtime::__private::core::ops::Fn(
            T,
        ) -> (T, graph_runtime::__private::Held),
    ) {
        let (value, pull) = vjp(x, k);
        (
            value,
            graph_runtime::__private::pullback(
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                move |d_y: T| {
                    let d_x = pull(d_y);
                    (d_x, graph_runtime::__private::Held)
                },
            ),
        )
    }
    ///The function of its flat parameter vector, with the constant inputs bound.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Problem<T = graph_runtime::__private::core::primitive::f64> {
        ///The constant input `k`.
        pub k: T,
    }
    graph_runtime::__std_only! {
        #[doc =
        "Holds the derivatives against difference quotients and against each other."] pub
        fn check < T : graph_runtime::Number > (x : T, k : T) ->
        graph_runtime::check::Report { let problem = Problem { k }; let mut x =
        [T::of(0.0); 1]; let mut to = graph_runtime::__private::Writer:: < T > ::new(&
        mut x, 1); to.put(& x); graph_runtime::check::objective(& problem, & x)
        .and(graph_runtime::check::directional(& problem, & x)) }
    }
    #[cfg(feature = "#[graph(hessian)]")]
    pub const hvp: () = ();
    #[cfg(feature = "#[graph(hessian)]")]
    pub const hessian: () = ();
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
impl<T: graph_runtime::Real> graph_runtime::Parameters for f::Problem<T> {
    #[inline]
    fn parameters(&self) -> graph_runtime::__private::core::primitive::usize {
        1
    }
    fn name(
        &self,
        at: graph_runtime::__private::core::primitive::usize,
    ) -> graph_runtime::Name {
        graph_runtime::Name::among(&[("x", &[])], at)
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
impl<T: graph_runtime::Real> graph_runtime::Objective<T> for f::Problem<T> {
    #[inline]
    #[track_caller]
    fn value(&self, x: &[T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        f(x_0, self.k)
    }
    #[inline]
    #[track_caller]
    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let (value, found) = f::value_and_grad(x_0, self.k);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(gradient, graph_runtime::Parameters::parameters(self));
        to.put(&found.x);
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
impl<T: graph_runtime::Real> graph_runtime::Directional<T> for f::Problem<T> {
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
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(direction, graph_runtime::Parameters::parameters(self));
        let direction_0 = from.value::<T>();
        let (value, moved) = f::jvp(x_0, self.k, direction_0);
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
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(seeds, graph_runtime::Directional::<T>::seeds(self));
        let seeds_0 = from.value::<T>();
        let (value, pull) = f::vjp(x_0, self.k);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(outputs, graph_runtime::Directional::<T>::seeds(self));
        to.put(&value);
        let found = pull(seeds_0);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(adjoints, graph_runtime::Parameters::parameters(self));
        to.put(&found);
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
        ///The input `x`, a number.
        x: T,
        ///The input `k`, a number, held constant.
        k: T,
        __all: graph_runtime::__private::core::marker::PhantomData<T>,
    }
    fn __uses<T: graph_runtime::Real>(
        inputs: &__Inputs<T>,
        forward: &f::Forward<T>,
        active_0: &f::Grad<T>,
        active_1: &f::Jacobian<T>,
        problem: &f::Problem<T>,
    ) {
        &forward.y;
        &inputs.k;
        &problem.k;
        &inputs.x;
        &active_0.x;
        &active_1.x;
        &forward.s;
        &forward.s;
    }
};
