///The value of the graph `loss(w, x) -> l`.
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
#[inline]
fn loss<T: graph_runtime::Real>(w: T, x: T) -> T {
    let t2 = other::model(w, x);
    let t3 = t2 * t2;
    let t4 = T::of(graph_runtime::__private::constant({ DECAY }));
    let t5 = w * w;
    let t6 = t4 * t5;
    let l = t3 + t6;
    l
}
///Derivatives of [`loss(w, x) -> l`](fn@loss).
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
        pub(super) t4: T,
        pub(super) t6: T,
    }
    /// The gradient: one adjoint an input.
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
    /// All partial derivatives of the outputs by the inputs.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::marker::Copy,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Jacobian<T = graph_runtime::__private::core::primitive::f64> {
        ///The partial derivatives by `w`: a row an output, a column an entry.
        pub w: [[T; 1]; 1],
        ///The partial derivatives by `x`: a row an output, a column an entry.
        pub x: [[T; 1]; 1],
    }
    /// How many numbers the gradient has.
    pub const N: graph_runtime::__private::core::primitive::usize = 2;
    #[doc(hidden)]
    pub enum Code {}
    ///The forward pass: every definition, and what the backward pass needs.
    #[inline]
    pub fn forward<T: graph_runtime::Real>(w: T, x: T) -> Forward<T> {
        Code::forward(w, x)
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    #[inline]
    pub fn vjp<T: graph_runtime::Real>(
        w: T,
        x: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
        Code::vjp(w, x)
    }
    ///The value and its gradient in one sweep.
    #[inline]
    pub fn value_and_grad<T: graph_runtime::Real>(w: T, x: T) -> (T, Grad<T>) {
        Code::value_and_grad(w, x)
    }
    ///The outputs and their change along a direction: forward mode.
    #[inline]
    pub fn jvp<T: graph_runtime::Real>(w: T, x: T, d_w: T, d_x: T) -> (T, T) {
        Code::jvp(w, x, d_w, d_x)
    }
    ///The outputs and all their partial derivatives.
    #[inline]
    pub fn jacobian<T: graph_runtime::Real>(w: T, x: T) -> (T, Jacobian<T>) {
        Code::jacobian(w, x)
    }
    #[doc(hidden)]
    pub use self::vjp as __vjp;
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
    ///The forward pass: every definition, and what the backward pass needs.
    #[inline]
    fn forward<T: graph_runtime::Real>(w: T, x: T) -> loss::Forward<T> {
        let t2 = other::model(w, x);
        let t3 = t2 * t2;
        let t4 = T::of(graph_runtime::__private::constant({ DECAY }));
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        loss::Forward {
            l: l,
            w: w,
            x: x,
            t4: t2,
            t6: t4,
        }
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    #[inline]
    fn vjp<T: graph_runtime::Real>(
        w: T,
        x: T,
    ) -> (T, impl graph_runtime::__private::core::ops::Fn(T) -> (T, T)) {
        let forward = loss::Code::forward(w, x);
        (
            forward.l,
            move |d_l: T| {
                let grad = forward.backward(d_l);
                (grad.w, grad.x)
            },
        )
    }
    ///The value and its gradient in one sweep.
    #[inline]
    fn value_and_grad<T: graph_runtime::Real>(w: T, x: T) -> (T, loss::Grad<T>) {
        let (t2, pull_0) = {
            use other::model::vjp as __vjp;
            {
                use other::model::*;
                __vjp(w, x)
            }
        };
        let t3 = t2 * t2;
        let t4 = T::of(graph_runtime::__private::constant({ DECAY }));
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        let t7 = T::of(2.0) * w;
        let t8 = T::of(2.0) * t2;
        let (t10, d_x) = pull_0(t8);
        let d_w = T::mul_add(t4, t7, t10);
        (l, loss::Grad { w: d_w, x: d_x })
    }
    ///The outputs and their change along a direction: forward mode.
    #[inline]
    fn jvp<T: graph_runtime::Real>(w: T, x: T, d_w: T, d_x: T) -> (T, T) {
        let (t2, pull_0) = {
            use other::model::vjp as __vjp;
            {
                use other::model::*;
                __vjp(w, x)
            }
        };
        let t3 = t2 * t2;
        let t4 = T::of(graph_runtime::__private::constant({ DECAY }));
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        let (t8, t10) = pull_0(T::of(1.0));
        let t9 = d_w * t8;
        let t11 = T::mul_add(d_x, t10, t9);
        let t12 = T::of(2.0) * t2;
        let t13 = t11 * t12;
        let t14 = T::of(2.0) * w;
        let t15 = d_w * t14;
        let d_l = T::mul_add(t15, t4, t13);
        (l, d_l)
    }
    ///The outputs and all their partial derivatives.
    #[inline]
    fn jacobian<T: graph_runtime::Real>(w: T, x: T) -> (T, loss::Jacobian<T>) {
        let (t2, pull_0) = {
            use other::model::vjp as __vjp;
            {
                use other::model::*;
                __vjp(w, x)
            }
        };
        let t3 = t2 * t2;
        let t4 = T::of(graph_runtime::__private::constant({ DECAY }));
        let t5 = w * w;
        let t6 = t4 * t5;
        let l = t3 + t6;
        let t7 = T::of(2.0) * w;
        let t8 = T::of(2.0) * t2;
        let (t10, d_x) = pull_0(t8);
        let d_w = T::mul_add(t4, t7, t10);
        (
            l,
            loss::Jacobian {
                w: [[d_w]],
                x: [[d_x]],
            },
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
    #[inline]
    pub fn backward(&self, d_l: T) -> loss::Grad<T> {
        let w = self.w;
        let x = self.x;
        let t1 = self.t4;
        let t2 = self.t6;
        let t3 = d_l * t2;
        let t4 = T::of(2.0) * w;
        let t5 = T::of(2.0) * t1;
        let t6 = d_l * t5;
        let (_, pull_0) = {
            use other::model::vjp as __vjp;
            {
                use other::model::*;
                __vjp(w, x)
            }
        };
        let (t8, d_x) = pull_0(t6);
        let d_w = T::mul_add(t3, t4, t8);
        loss::Grad { w: d_w, x: d_x }
    }
}
