///The value of the graph `loss(w, x) -> l`.
/**
```text
loss(w, x) -> l

l = other :: model (w , x) ^ 2 + { DECAY } * w ^ 2 ;
```

What else there is of it is in the module [`loss`](mod@loss).*/
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
fn loss<T: graph_runtime::Real>(w: T, x: T) -> T {
    let t2 = loss::Code::__call_0(w, x);
    let t3 = t2 * t2;
    let t4 = T::of({
        use graph_runtime::__private::constant as __constant;
        __constant({ DECAY })
    });
    let t5 = w * w;
    let t6 = t4 * t5;
    let l = t3 + t6;
    l
}
///The derivatives of [`loss(w, x) -> l`](fn@loss), and what else there is of it.
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
mod loss {
    /// What the forward pass computed.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Forward<T = graph_runtime::__private::core::primitive::f64> {
        ///The definition `l`.
        pub l: T,
        pub(super) w: T,
        pub(super) x: T,
        pub(super) t2: T,
        pub(super) t4: T,
    }
    /// The gradient: one adjoint per input, of its shape.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Grad<T = graph_runtime::__private::core::primitive::f64> {
        ///The adjoint of the input `w`.
        pub w: T,
        ///The adjoint of the input `x`.
        pub x: T,
    }
    impl<T: graph_runtime::__private::core::marker::Copy> Grad<T> {
        /// All adjoints in the order of the inputs, arrays row by row.
        #[inline]
        pub fn to_array(&self) -> [T; 2] {
            [self.w, self.x]
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
        ///The partial derivatives with respect to `w`: a row per output, a column per entry.
        pub w: [[T; 1]; 1],
        ///The partial derivatives with respect to `x`: a row per output, a column per entry.
        pub x: [[T; 1]; 1],
    }
    /// How many numbers the gradient has.
    pub const N: graph_runtime::__private::core::primitive::usize = 2;
    #[doc(hidden)]
    pub enum Code {}
    ///The forward pass: every definition, and what the backward pass needs.
    /**
Of `loss(w, x) -> l`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn forward<T: graph_runtime::Real>(w: T, x: T) -> Forward<T> {
        Code::forward(w, x)
    }
    ///The value and its gradient in one sweep.
    /**
Of `loss(w, x) -> l`.*/
    #[inline]
    pub fn value_and_grad<T: graph_runtime::Real>(w: T, x: T) -> (T, Grad<T>) {
        Code::value_and_grad(w, x)
    }
    ///The outputs and all their partial derivatives.
    /**
Of `loss(w, x) -> l`.*/
    #[inline]
    pub fn jacobian<T: graph_runtime::Real>(w: T, x: T) -> (T, Jacobian<T>) {
        Code::jacobian(w, x)
    }
    ///The outputs and their change along a direction: forward mode.
    /**
Of `loss(w, x) -> l`.*/
    #[inline]
    pub fn jvp<T: graph_runtime::Real>(w: T, x: T, d_w: T, d_x: T) -> (T, T) {
        Code::jvp(w, x, d_w, d_x)
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    /**
Of `loss(w, x) -> l`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn vjp<T: graph_runtime::Real>(
        w: T,
        x: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
        Code::vjp(w, x)
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
        fn check < T : graph_runtime::Number > (w : T, x : T) ->
        graph_runtime::check::Report { let problem = Problem {}; let mut x = [T::of(0.0);
        2]; let mut to = graph_runtime::__private::Writer:: < T > ::new(& mut x, 2); to
        .put(& w); to.put(& x); graph_runtime::check::objective(& problem, & x)
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
impl loss::Code {
    #[doc(hidden)]
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn __apply_0<
        T: graph_runtime::Real,
        R: graph_runtime::__private::GivesNumber<
                Given: graph_runtime::__private::ValueOf<T>,
            >,
    >(
        f: impl graph_runtime::__private::core::ops::Fn(T, T) -> R,
        __a0: T,
        __a1: T,
    ) -> T {
        let value = f(__a0, __a1);
        graph_runtime::__private::ValueOf::get(
            graph_runtime::__private::GivesNumber::given(value),
        )
    }
    #[doc(hidden)]
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn __found_0<T: graph_runtime::Real, const PULLS: bool>(
        __a0: T,
        __a1: T,
    ) -> (
        T,
        graph_runtime::__private::core::option::Option<
            impl graph_runtime::__private::core::ops::Fn(T) -> (T, T),
        >,
    ) {
        use graph_runtime::__private::core::option::Option::{
            None as __None, Some as __Some,
        };
        use graph_runtime::__private::{
            AdjointOf as __AdjointOf, Gate as __Gate, OfOneType as _,
            ValueOf as __ValueOf, beside as __beside,
        };
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn __pulled<
            T: graph_runtime::Real,
            Q,
            B: graph_runtime::__private::Pullback<
                    Q,
                    Value: graph_runtime::__private::ValueOf<T>,
                    Pull: graph_runtime::__private::core::ops::Fn(B::Value) -> (D0, D1),
                >,
            D0: graph_runtime::__private::AdjointOf<T>,
            D1: graph_runtime::__private::AdjointOf<T>,
        >(
            by_position: impl graph_runtime::__private::core::ops::FnOnce() -> B,
            f: impl graph_runtime::__private::core::ops::Fn(T, T) -> Q,
            __a0: T,
            __a1: T,
        ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
            let (value, pull) = graph_runtime::__private::Pullback::run(
                by_position,
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                || f(__a0, __a1),
            );
            (
                graph_runtime::__private::ValueOf::get(value),
                graph_runtime::__private::pullback(
                    #[cfg_attr(debug_assertions, inline)]
                    #[cfg_attr(not(debug_assertions), inline(always))]
                    move |s0: T| {
                        let (d0, d1) = pull(graph_runtime::__private::ValueOf::seed(s0));
                        (
                            graph_runtime::__private::AdjointOf::get(d0),
                            graph_runtime::__private::AdjointOf::get(d1),
                        )
                    },
                ),
            )
        }
        trait __Sound<F> {
            fn choose<B, Q>(self, value: F, by_position: B, vjp: Q) -> (F, (B, Q));
        }
        impl<
            T: graph_runtime::Real,
            F: graph_runtime::__private::core::ops::Fn(T, T) -> R,
            R: graph_runtime::__private::Is<T>,
        > __Sound<F>
        for &&&&graph_runtime::__private::Gate<
            F,
            (
                fn(T, T) -> T,
                (
                    fn(T, T) -> graph_runtime::__private::NoPositions,
                    fn(T, T) -> (T, fn(T) -> (T, T)),
                ),
            ),
        > {
            #[cfg_attr(debug_assertions, inline)]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn choose<B, Q>(self, value: F, by_position: B, vjp: Q) -> (F, (B, Q)) {
                (value, (by_position, vjp))
            }
        }
        trait __Unsound<F, W> {
            fn choose<B, Q>(self, value: F, by_position: B, vjp: Q) -> (F, W);
        }
        impl<
            T: graph_runtime::Real,
            F,
        > __Unsound<
            F,
            (
                fn(T, T) -> graph_runtime::__private::NoPositions,
                fn(T, T) -> (T, fn(T) -> (T, T)),
            ),
        >
        for &graph_runtime::__private::Gate<
            F,
            (
                fn(T, T) -> T,
                (
                    fn(T, T) -> graph_runtime::__private::NoPositions,
                    fn(T, T) -> (T, fn(T) -> (T, T)),
                ),
            ),
        > {
            fn choose<B, Q>(
                self,
                value: F,
                _: B,
                _: Q,
            ) -> (
                F,
                (
                    fn(T, T) -> graph_runtime::__private::NoPositions,
                    fn(T, T) -> (T, fn(T) -> (T, T)),
                ),
            ) {
                loop {}
            }
        }
        let (value, (by_position, vjp)) = (
            {
                use other::model as __value;
                __value
            },
            {
                mod vjp_of_model {
                    pub fn vjp<T: graph_runtime::Real>(
                        __a0: T,
                        __a1: T,
                    ) -> graph_runtime::__private::NoVjp {
                        loop {}
                    }
                }
                {
                    use other::model as vjp_of_model;
                    {
                        fn __vjp<T: graph_runtime::Real>(
                            __a0: T,
                            __a1: T,
                        ) -> graph_runtime::__private::NoPositions {
                            loop {}
                        }
                        pub fn vjp<T: graph_runtime::Real>(
                            __a0: T,
                            __a1: T,
                        ) -> graph_runtime::__private::NoVjp {
                            loop {}
                        }
                        {
                            use vjp_of_model::*;
                            (__vjp, vjp)
                        }
                    }
                }
            },
        );
        let value = __beside(value, &vjp);
        let gate = __Gate::<
            _,
            (
                fn(T, T) -> T,
                (
                    fn(T, T) -> graph_runtime::__private::NoPositions,
                    fn(T, T) -> (T, fn(T) -> (T, T)),
                ),
            ),
        >::of(&value);
        let (value, (by_position, vjp)) = (&&&&gate).choose(value, by_position, vjp);
        match PULLS {
            true => {
                let (value, pull) = __pulled::<
                    T,
                    _,
                    _,
                    _,
                    _,
                >(
                    #[cfg_attr(debug_assertions, inline)]
                    #[cfg_attr(not(debug_assertions), inline(always))]
                    move || by_position(__a0, __a1),
                    vjp,
                    __a0,
                    __a1,
                );
                (value, __Some(pull))
            }
            false => (Self::__apply_0::<T, _>(value, __a0, __a1), __None),
        }
    }
    #[doc(hidden)]
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn __call_0<T: graph_runtime::Real>(__a0: T, __a1: T) -> T {
        Self::__found_0::<T, false>(__a0, __a1).0
    }
    #[doc(hidden)]
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn __pull_0<T: graph_runtime::Real>(
        __a0: T,
        __a1: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
        let (value, pull) = Self::__found_0::<T, true>(__a0, __a1);
        (value, graph_runtime::__private::asked_for(pull))
    }
    ///The forward pass: every definition, and what the backward pass needs.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn forward<T: graph_runtime::Real>(w: T, x: T) -> loss::Forward<T> {
        let t2 = loss::Code::__call_0(w, x);
        let t3 = t2 * t2;
        let t4 = T::of({
            use graph_runtime::__private::constant as __constant;
            __constant({ DECAY })
        });
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        loss::Forward {
            w: w,
            x: x,
            t2: t2,
            t4: t4,
            l: l,
        }
    }
    ///The value and its gradient in one sweep.
    #[inline]
    fn value_and_grad<T: graph_runtime::Real>(w: T, x: T) -> (T, loss::Grad<T>) {
        let (t2, pull_0) = loss::Code::__pull_0(w, x);
        let t3 = t2 * t2;
        let t4 = T::of({
            use graph_runtime::__private::constant as __constant;
            __constant({ DECAY })
        });
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        let t7 = T::of(2.0) * w;
        let t8 = T::of(2.0) * t2;
        let (t10, d_x) = pull_0(t8);
        let d_w = T::mul_add(t4, t7, t10);
        (l, loss::Grad { w: d_w, x: d_x })
    }
    ///The outputs and all their partial derivatives.
    #[inline]
    fn jacobian<T: graph_runtime::Real>(w: T, x: T) -> (T, loss::Jacobian<T>) {
        let (value, grad) = loss::Code::value_and_grad(w, x);
        (
            value,
            loss::Jacobian {
                w: [[grad.w]],
                x: [[grad.x]],
            },
        )
    }
    ///The outputs and their change along a direction: forward mode.
    #[inline]
    fn jvp<T: graph_runtime::Real>(w: T, x: T, d_w: T, d_x: T) -> (T, T) {
        let (t2, pull_0) = loss::Code::__pull_0(w, x);
        let t3 = t2 * t2;
        let t4 = T::of({
            use graph_runtime::__private::constant as __constant;
            __constant({ DECAY })
        });
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        let (t8, t12) = pull_0(T::of(1.0));
        let t9 = d_w * t8;
        let t10 = T::equal(d_w, T::of(0.0));
        let t11 = T::shut(t10, t9);
        let t13 = d_x * t12;
        let t14 = T::equal(d_x, T::of(0.0));
        let t15 = T::shut(t14, t13);
        let t16 = t11 + t15;
        let t17 = T::of(2.0) * t2;
        let t18 = t16 * t17;
        let t19 = T::equal(t16, T::of(0.0));
        let t20 = T::equal(t17, T::of(0.0));
        let t21 = t19 | t20;
        let t22 = T::shut(t21, t18);
        let t23 = T::of(2.0) * w;
        let t24 = d_w * t23;
        let d_l = T::mul_add(t24, t4, t22);
        (l, d_l)
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn vjp<T: graph_runtime::Real>(
        w: T,
        x: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
        let forward = loss::Code::forward(w, x);
        let value = forward.l;
        (
            value,
            graph_runtime::__private::pullback(
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                move |d_l: T| {
                    let grad = forward.backward(d_l);
                    (grad.w, grad.x)
                },
            ),
        )
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
impl<T: graph_runtime::Real> loss::Forward<T> {
    /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn backward(&self, d_l: T) -> loss::Grad<T> {
        let w = self.w;
        let x = self.x;
        let t1 = self.t2;
        let t2 = self.t4;
        let t3 = d_l * t2;
        let t4 = T::of(2.0) * w;
        let t5 = T::of(2.0) * t1;
        let t6 = d_l * t5;
        let (_, pull_0) = loss::Code::__pull_0(w, x);
        let (t8, d_x) = pull_0(t6);
        let d_w = T::mul_add(t3, t4, t8);
        loss::Grad { w: d_w, x: d_x }
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
impl graph_runtime::Parameters for loss::Problem {
    #[inline]
    fn parameters(&self) -> graph_runtime::__private::core::primitive::usize {
        2
    }
    fn name(
        &self,
        at: graph_runtime::__private::core::primitive::usize,
    ) -> graph_runtime::Name {
        graph_runtime::Name::among(&[("w", &[]), ("x", &[])], at)
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
impl<T: graph_runtime::Real> graph_runtime::Objective<T> for loss::Problem {
    #[inline]
    #[track_caller]
    fn value(&self, x: &[T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        loss(x_0, x_1)
    }
    #[inline]
    #[track_caller]
    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<T>();
        let (value, found) = loss::value_and_grad(x_0, x_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(gradient, graph_runtime::Parameters::parameters(self));
        to.put(&found.w);
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
impl<T: graph_runtime::Real> graph_runtime::Directional<T> for loss::Problem {
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
        let (value, moved) = loss::jvp(x_0, x_1, direction_0, direction_1);
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
        let (value, pull) = loss::vjp(x_0, x_1);
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
const __USES_OF_loss: () = {
    struct __Inputs<T: graph_runtime::Real> {
        ///The input `w`, a number.
        w: T,
        ///The input `x`, a number.
        x: T,
        __all: graph_runtime::__private::core::marker::PhantomData<T>,
    }
    fn __uses<T: graph_runtime::Real>(
        inputs: &__Inputs<T>,
        forward: &loss::Forward<T>,
        active_0: &loss::Grad<T>,
        active_1: &loss::Jacobian<T>,
    ) {
        &forward.l;
        &inputs.w;
        &active_0.w;
        &active_1.w;
        &inputs.x;
        &active_0.x;
        &active_1.x;
        &inputs.w;
        &active_0.w;
        &active_1.w;
    }
};
