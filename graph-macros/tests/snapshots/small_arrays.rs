///The value of the graph `rotate(angle, v) -> w`.
/**
```text
rotate(angle, v: [2]) -> w: [2]

w = [[cos (angle) , - sin (angle)] , [sin (angle) , cos (angle)]] @ v ;
```

What else there is of it is in the module [`rotate`](mod@rotate).*/
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
fn rotate<T: graph_runtime::Real>(angle: T, v: [T; 2]) -> [T; 2] {
    let [v_0, v_1] = v;
    let (t2, t1) = T::sin_cos(angle);
    let t3 = -t2;
    let t4 = t1 * v_0;
    let t5 = t3 * v_1;
    let w_0 = t4 + t5;
    let t6 = t2 * v_0;
    let t7 = t1 * v_1;
    let w_1 = t6 + t7;
    [w_0, w_1]
}
///The derivatives of [`rotate(angle, v: [2]) -> w: [2]`](fn@rotate), and what else there is of it.
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
mod rotate {
    /// What the forward pass computed.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Forward<T = graph_runtime::__private::core::primitive::f64> {
        ///The definition `w`.
        pub w: [T; 2],
        pub(super) v_0: T,
        pub(super) v_1: T,
        pub(super) t1: T,
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
        ///The adjoint of the input `angle`.
        pub angle: T,
        ///The adjoint of the input `v`.
        pub v: [T; 2],
    }
    impl<T: graph_runtime::__private::core::marker::Copy> Grad<T> {
        /// All adjoints in the order of the inputs, arrays row by row.
        #[inline]
        pub fn to_array(&self) -> [T; 3] {
            [self.angle, self.v[0], self.v[1]]
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
        ///The partial derivatives with respect to `angle`: a row per output, a column per entry.
        pub angle: [[T; 1]; 2],
        ///The partial derivatives with respect to `v`: a row per output, a column per entry.
        pub v: [[T; 2]; 2],
    }
    /// How many numbers the gradient has.
    pub const N: graph_runtime::__private::core::primitive::usize = 3;
    impl<T: graph_runtime::Real> Forward<T> {
        /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        pub fn backward(&self, d_w: [T; 2]) -> Grad<T> {
            let v_0 = self.v_0;
            let v_1 = self.v_1;
            let t1 = self.t1;
            let t2 = self.t2;
            let [d_w_0, d_w_1] = d_w;
            let t3 = d_w_1 * v_1;
            let t4 = d_w_1 * t1;
            let t5 = d_w_1 * v_0;
            let t6 = d_w_1 * t2;
            let t7 = T::mul_add(-d_w_0, v_1, t5);
            let t8 = t7 * t1;
            let t9 = T::mul_add(d_w_0, v_0, t3);
            let d_angle = T::mul_add(-t9, t2, t8);
            let d_v_0 = T::mul_add(d_w_0, t1, t6);
            let d_v_1 = T::mul_add(-d_w_0, t2, t4);
            Grad {
                angle: d_angle,
                v: [d_v_0, d_v_1],
            }
        }
    }
    ///The forward pass: every definition, and what the backward pass needs.
    /**
Of `rotate(angle, v: [2]) -> w: [2]`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn forward<T: graph_runtime::Real>(angle: T, v: [T; 2]) -> Forward<T> {
        let [v_0, v_1] = v;
        let (t2, t1) = T::sin_cos(angle);
        let t3 = -t2;
        let t4 = t1 * v_0;
        let t5 = t3 * v_1;
        let w_0 = t4 + t5;
        let t6 = t2 * v_0;
        let t7 = t1 * v_1;
        let w_1 = t6 + t7;
        Forward {
            v_0: v_0,
            v_1: v_1,
            t1: t1,
            t2: t2,
            w: [w_0, w_1],
        }
    }
    ///The outputs and their change along a direction: forward mode.
    /**
Of `rotate(angle, v: [2]) -> w: [2]`.*/
    #[inline]
    pub fn jvp<T: graph_runtime::Real>(
        angle: T,
        v: [T; 2],
        d_angle: T,
        d_v: [T; 2],
    ) -> ([T; 2], [T; 2]) {
        let [v_0, v_1] = v;
        let [d_v_0, d_v_1] = d_v;
        let (t2, t1) = T::sin_cos(angle);
        let t3 = -t2;
        let t4 = t1 * v_0;
        let t5 = t3 * v_1;
        let w_0 = t4 + t5;
        let t6 = t2 * v_0;
        let t7 = t1 * v_1;
        let w_1 = t6 + t7;
        let t8 = d_angle * t2;
        let t9 = d_angle * t1;
        let t10 = d_v_0 * t1;
        let t11 = T::mul_add(-t8, v_0, t10);
        let t12 = t9 * v_1;
        let t13 = -t12;
        let t14 = T::mul_add(-d_v_1, t2, t13);
        let d_w_0 = t11 + t14;
        let t15 = t9 * v_0;
        let t16 = T::mul_add(d_v_0, t2, t15);
        let t17 = d_v_1 * t1;
        let t18 = T::mul_add(-t8, v_1, t17);
        let d_w_1 = t16 + t18;
        ([w_0, w_1], [d_w_0, d_w_1])
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    /**
Of `rotate(angle, v: [2]) -> w: [2]`.*/
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn vjp<T: graph_runtime::Real>(
        angle: T,
        v: [T; 2],
    ) -> ([T; 2], impl graph_runtime::__private::core::ops::Fn([T; 2]) -> (T, [T; 2])) {
        let forward = forward(angle, v);
        let value = forward.w;
        (
            value,
            graph_runtime::__private::pullback(
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                move |d_w: [T; 2]| {
                    let grad = forward.backward(d_w);
                    (grad.angle, grad.v)
                },
            ),
        )
    }
    ///The outputs and all their partial derivatives.
    /**
Of `rotate(angle, v: [2]) -> w: [2]`.*/
    #[inline]
    pub fn jacobian<T: graph_runtime::Real>(
        angle: T,
        v: [T; 2],
    ) -> ([T; 2], Jacobian<T>) {
        let [v_0, v_1] = v;
        let (d_v_0_1, d_v_0) = T::sin_cos(angle);
        let d_v_1 = -d_v_0_1;
        let t1 = d_v_0 * v_0;
        let t2 = d_v_1 * v_1;
        let w_0 = t1 + t2;
        let t3 = d_v_0_1 * v_0;
        let t4 = d_v_0 * v_1;
        let w_1 = t3 + t4;
        let t5 = -t4;
        let d_angle = t5 - t3;
        let d_angle_1 = T::mul_add(-v_1, d_v_0_1, t1);
        (
            [w_0, w_1],
            Jacobian {
                angle: [[d_angle], [d_angle_1]],
                v: [[d_v_0, d_v_1], [d_v_0_1, d_v_0]],
            },
        )
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
        fn check < T : graph_runtime::Number > (angle : T, v : [T; 2]) ->
        graph_runtime::check::Report { let problem = Problem {}; let mut x = [T::of(0.0);
        3]; let mut to = graph_runtime::__private::Writer:: < T > ::new(& mut x, 3); to
        .put(& angle); to.put(& v); graph_runtime::check::residuals(& problem, & x)
        .and(graph_runtime::check::directional(& problem, & x)) }
    }
    #[cfg(feature = "#[graph(hessian)]")]
    pub const hvp: () = ();
    #[cfg(feature = "#[graph(hessian)]")]
    pub const hessian: () = ();
    #[cfg(feature = "one output that is a number")]
    pub const value_and_grad: () = ();
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
impl graph_runtime::Parameters for rotate::Problem {
    #[inline]
    fn parameters(&self) -> graph_runtime::__private::core::primitive::usize {
        3
    }
    fn name(
        &self,
        at: graph_runtime::__private::core::primitive::usize,
    ) -> graph_runtime::Name {
        graph_runtime::Name::among(&[("angle", &[]), ("v", &[2])], at)
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
impl<T: graph_runtime::Real> graph_runtime::Residuals<T> for rotate::Problem {
    #[inline]
    fn outputs(&self) -> graph_runtime::__private::core::primitive::usize {
        2
    }
    fn output_name(
        &self,
        at: graph_runtime::__private::core::primitive::usize,
    ) -> graph_runtime::Name {
        graph_runtime::Name::among(&[("w", &[2])], at)
    }
    #[inline]
    #[track_caller]
    fn residuals(&self, x: &[T], residuals: &mut [T]) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<[T; 2]>();
        let value = rotate(x_0, x_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(residuals, graph_runtime::Directional::<T>::seeds(self));
        to.put(&value);
    }
    #[inline]
    #[track_caller]
    fn jacobian(&self, x: &[T], residuals: &mut [T], jacobian: &mut [T]) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<[T; 2]>();
        let (value, found) = rotate::jacobian(x_0, x_1);
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(residuals, graph_runtime::Directional::<T>::seeds(self));
        to.put(&value);
        let mut to = graph_runtime::__private::Writer::<T>::new(jacobian, 2 * 3);
        for row in 0..2 {
            to.put(&found.angle[row]);
            to.put(&found.v[row]);
        }
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
impl<T: graph_runtime::Real> graph_runtime::Directional<T> for rotate::Problem {
    #[inline]
    fn seeds(&self) -> graph_runtime::__private::core::primitive::usize {
        2
    }
    #[inline]
    #[track_caller]
    fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.value::<T>();
        let x_1 = from.value::<[T; 2]>();
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(direction, graph_runtime::Parameters::parameters(self));
        let direction_0 = from.value::<T>();
        let direction_1 = from.value::<[T; 2]>();
        let (value, moved) = rotate::jvp(x_0, x_1, direction_0, direction_1);
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
        let x_1 = from.value::<[T; 2]>();
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(seeds, graph_runtime::Directional::<T>::seeds(self));
        let seeds_0 = from.value::<[T; 2]>();
        let (value, pull) = rotate::vjp(x_0, x_1);
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
const __USES_OF_rotate: () = {
    struct __Inputs<T: graph_runtime::Real> {
        ///The input `angle`, a number.
        angle: T,
        ///The input `v` of shape `[2]`.
        v: [T; 2],
        __all: graph_runtime::__private::core::marker::PhantomData<T>,
    }
    fn __uses<T: graph_runtime::Real>(
        inputs: &__Inputs<T>,
        forward: &rotate::Forward<T>,
        active_0: &rotate::Grad<T>,
        active_1: &rotate::Jacobian<T>,
    ) {
        &forward.w;
        &inputs.angle;
        &active_0.angle;
        &active_1.angle;
        &inputs.angle;
        &active_0.angle;
        &active_1.angle;
        &inputs.angle;
        &active_0.angle;
        &active_1.angle;
        &inputs.angle;
        &active_0.angle;
        &active_1.angle;
        &inputs.v;
        &active_0.v;
        &active_1.v;
    }
};
