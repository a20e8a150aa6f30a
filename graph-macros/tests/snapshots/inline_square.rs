fn inline() {
    {
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
        use graph_runtime::__private::captures::*;
        match (
            (&&&graph_runtime::__private::Captured(x)).number(),
            (&&&graph_runtime::__private::Captured(y)).number(),
        ) {
            (a0, a1) => {
                /// What the forward pass computed.
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
                #[graph_runtime::__private::core::prelude::v1::derive(
                    graph_runtime::__private::core::clone::Clone,
                    graph_runtime::__private::core::marker::Copy,
                    graph_runtime::__private::core::fmt::Debug,
                    graph_runtime::__private::core::cmp::PartialEq
                )]
                pub struct Forward<T = graph_runtime::__private::core::primitive::f64> {
                    ///The definition `z`.
                    pub z: T,
                    t1: T,
                }
                /// The gradient: one adjoint per input, of its shape.
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
                #[graph_runtime::__private::core::prelude::v1::derive(
                    graph_runtime::__private::core::clone::Clone,
                    graph_runtime::__private::core::marker::Copy,
                    graph_runtime::__private::core::fmt::Debug,
                    graph_runtime::__private::core::cmp::PartialEq
                )]
                pub struct Grad<T = graph_runtime::__private::core::primitive::f64> {
                    ///The adjoint of the input `x`.
                    pub x: T,
                    ///The adjoint of the input `y`.
                    pub y: T,
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
                impl<T: graph_runtime::__private::core::marker::Copy> Grad<T> {
                    /// All adjoints in the order of the inputs, arrays row by row.
                    #[inline]
                    pub fn to_array(&self) -> [T; 2] {
                        [self.x, self.y]
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
                impl<T: graph_runtime::Real> Forward<T> {
                    /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
                    #[cfg_attr(debug_assertions, inline)]
                    #[cfg_attr(not(debug_assertions), inline(always))]
                    pub fn backward(&self, d_z: T) -> Grad<T> {
                        let t1 = self.t1;
                        let t2 = T::of(2.0) * t1;
                        let d_x = d_z * t2;
                        Grad { x: d_x, y: d_x }
                    }
                    /// The change of the outputs along a direction: forward mode.
                    #[inline]
                    pub fn jvp(&self, d_x: T, d_y: T) -> T {
                        let t1 = self.t1;
                        let t2 = T::of(2.0) * t1;
                        let t3 = d_x + d_y;
                        let d_z = t3 * t2;
                        d_z
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
                const __USES_OF_graph: () = {
                    struct __Inputs<T: graph_runtime::Real> {
                        ///The input `x`, a number.
                        x: T,
                        ///The input `y`, a number.
                        y: T,
                        __all: graph_runtime::__private::core::marker::PhantomData<T>,
                    }
                    fn __uses<T: graph_runtime::Real>(
                        inputs: &__Inputs<T>,
                        forward: &Forward<T>,
                        active_0: &Grad<T>,
                    ) {
                        &inputs.x;
                        &active_0.x;
                        &inputs.y;
                        &active_0.y;
                    }
                };
                ///The forward pass: every definition, and what the backward pass needs.
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
                #[cfg_attr(debug_assertions, inline)]
                #[cfg_attr(not(debug_assertions), inline(always))]
                fn forward<T: graph_runtime::Real>(x: T, y: T) -> Forward<T> {
                    let t1 = x + y;
                    let z = t1 * t1;
                    Forward { t1: t1, z: z }
                }
                forward(a0, a1)
            }
        }
    }
}
