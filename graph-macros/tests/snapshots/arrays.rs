///The value of the graph `layer(x, w, b) -> s`.
/**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
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
fn layer<'a, T: graph_runtime::Element>(
    x: &'a graph_runtime::__private::ndarray::ArrayRef<
        T,
        graph_runtime::__private::ndarray::Ix2,
    >,
    w: &'a graph_runtime::__private::ndarray::ArrayRef<
        T,
        graph_runtime::__private::ndarray::Ix2,
    >,
    b: &'a graph_runtime::__private::ndarray::ArrayRef<
        T,
        graph_runtime::__private::ndarray::Ix1,
    >,
) -> graph_runtime::__private::core::result::Result<T, graph_runtime::ShapeError> {
    let size_n = graph_runtime::__private::bind(
        "x",
        graph_runtime::__private::shape(x),
        0usize,
        0,
    )?;
    graph_runtime::__private::check(
        "x",
        graph_runtime::__private::shape(x),
        &[
            graph_runtime::__private::Extent::Named {
                name: "n",
                offset: 0,
                size: size_n,
                from: "x",
            },
            graph_runtime::__private::Extent::Literal(3),
        ],
    )?;
    graph_runtime::__private::check(
        "w",
        graph_runtime::__private::shape(w),
        &[
            graph_runtime::__private::Extent::Literal(3),
            graph_runtime::__private::Extent::Literal(2),
        ],
    )?;
    graph_runtime::__private::check(
        "b",
        graph_runtime::__private::shape(b),
        &[graph_runtime::__private::Extent::Literal(2)],
    )?;
    let t1 = graph_runtime::__private::matmul::<
        T,
        _,
    >(
        &graph_runtime::__private::Operand::array(x),
        &graph_runtime::__private::Operand::array(w),
        graph_runtime::__private::ndarray::Ix2(size_n, 2),
    );
    let mut s: T = graph_runtime::__private::core::default::Default::default();
    {
        struct Chain {}
        impl graph_runtime::Kernel<2, 1> for Chain {
            #[inline(always)]
            fn eval<V: graph_runtime::Real>(&self, [t1, t2]: [V; 2]) -> [V; 1] {
                let t3 = t1 + t2;
                let t4 = V::tanh(t3);
                [t4]
            }
        }
        graph_runtime::__private::run(
            &Chain {},
            &[size_n, 2],
            &[
                graph_runtime::__private::Operand::array(&t1),
                graph_runtime::__private::Operand::array(b)
                    .view(
                        &[
                            graph_runtime::__private::core::option::Option::None,
                            graph_runtime::__private::core::option::Option::Some(0),
                        ],
                        &[size_n, 2],
                    ),
            ],
            [
                graph_runtime::__private::reduced_number(
                    &mut s,
                    graph_runtime::__private::Combine::Sum,
                    &[0, 1],
                ),
            ],
        );
    }
    graph_runtime::__private::core::result::Result::Ok(s)
}
///Derivatives of [`layer(x, w, b) -> s`](fn@layer).
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
mod layer {
    /// What the forward pass computed.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::fmt::Debug
    )]
    pub struct Forward<
        'a,
        T: graph_runtime::Element = graph_runtime::__private::core::primitive::f64,
    > {
        ///The definition `s`.
        pub s: T,
        pub(super) x: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) w: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) t1: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) size_n: graph_runtime::__private::core::primitive::usize,
        pub(super) inputs: graph_runtime::__private::core::marker::PhantomData<&'a T>,
    }
    /// The gradient: one adjoint an input, of its shape.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Grad<T = graph_runtime::__private::core::primitive::f64> {
        ///The adjoint of the input `x`.
        pub x: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        ///The adjoint of the input `w`.
        pub w: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        ///The adjoint of the input `b`.
        pub b: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    }
    impl<'a, T: graph_runtime::Element> Forward<'a, T> {
        /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
        ///
        /// # Errors
        /// Where a seed does not have the shape of its output.
        pub fn backward(
            &self,
            d_s: T,
        ) -> graph_runtime::__private::core::result::Result<
            Grad<T>,
            graph_runtime::ShapeError,
        > {
            let size_n = self.size_n;
            let x = self.x;
            let w = self.w;
            let t1 = &self.t1;
            let mut t5 = graph_runtime::__private::array::<
                T,
                _,
            >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
            let mut d_b = graph_runtime::__private::array::<
                T,
                _,
            >(graph_runtime::__private::ndarray::Ix1(2));
            {
                struct Chain {}
                impl graph_runtime::Kernel<2, 2> for Chain {
                    #[inline(always)]
                    fn eval<V: graph_runtime::Real>(&self, [t1, t2]: [V; 2]) -> [V; 2] {
                        let t3 = t1 * t1;
                        let t4 = V::of(1.0) - t3;
                        let t5 = t2 * t4;
                        [t5, t5]
                    }
                }
                graph_runtime::__private::run(
                    &Chain {},
                    &[size_n, 2],
                    &[
                        graph_runtime::__private::Operand::array(t1),
                        graph_runtime::__private::Operand::number(d_s)
                            .view(
                                &[
                                    graph_runtime::__private::core::option::Option::None,
                                    graph_runtime::__private::core::option::Option::None,
                                ],
                                &[size_n, 2],
                            ),
                    ],
                    [
                        graph_runtime::__private::full(&mut t5),
                        graph_runtime::__private::reduced(
                            &mut d_b,
                            graph_runtime::__private::Combine::Sum,
                            &[0],
                        ),
                    ],
                );
            }
            let d_x = graph_runtime::__private::matmul::<
                T,
                _,
            >(
                &graph_runtime::__private::Operand::array(&t5),
                &graph_runtime::__private::Operand::array(w)
                    .view(
                        &[
                            graph_runtime::__private::core::option::Option::Some(1),
                            graph_runtime::__private::core::option::Option::Some(0),
                        ],
                        &[2, 3],
                    ),
                graph_runtime::__private::ndarray::Ix2(size_n, 3),
            );
            let d_w = graph_runtime::__private::matmul::<
                T,
                _,
            >(
                &graph_runtime::__private::Operand::array(x)
                    .view(
                        &[
                            graph_runtime::__private::core::option::Option::Some(1),
                            graph_runtime::__private::core::option::Option::Some(0),
                        ],
                        &[3, size_n],
                    ),
                &graph_runtime::__private::Operand::array(&t5),
                graph_runtime::__private::ndarray::Ix2(3, 2),
            );
            graph_runtime::__private::core::result::Result::Ok(Grad {
                x: d_x,
                w: d_w,
                b: d_b,
            })
        }
    }
    ///The forward pass: every definition, and what the backward pass needs.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    pub fn forward<'a, T: graph_runtime::Element>(
        x: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        w: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        b: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) -> graph_runtime::__private::core::result::Result<
        Forward<'a, T>,
        graph_runtime::ShapeError,
    > {
        let size_n = graph_runtime::__private::bind(
            "x",
            graph_runtime::__private::shape(x),
            0usize,
            0,
        )?;
        graph_runtime::__private::check(
            "x",
            graph_runtime::__private::shape(x),
            &[
                graph_runtime::__private::Extent::Named {
                    name: "n",
                    offset: 0,
                    size: size_n,
                    from: "x",
                },
                graph_runtime::__private::Extent::Literal(3),
            ],
        )?;
        graph_runtime::__private::check(
            "w",
            graph_runtime::__private::shape(w),
            &[
                graph_runtime::__private::Extent::Literal(3),
                graph_runtime::__private::Extent::Literal(2),
            ],
        )?;
        graph_runtime::__private::check(
            "b",
            graph_runtime::__private::shape(b),
            &[graph_runtime::__private::Extent::Literal(2)],
        )?;
        let t1 = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(x),
            &graph_runtime::__private::Operand::array(w),
            graph_runtime::__private::ndarray::Ix2(size_n, 2),
        );
        let mut t4 = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
        let mut s: T = graph_runtime::__private::core::default::Default::default();
        {
            struct Chain {}
            impl graph_runtime::Kernel<2, 2> for Chain {
                #[inline(always)]
                fn eval<V: graph_runtime::Real>(&self, [t1, t2]: [V; 2]) -> [V; 2] {
                    let t3 = t1 + t2;
                    let t4 = V::tanh(t3);
                    [t4, t4]
                }
            }
            graph_runtime::__private::run(
                &Chain {},
                &[size_n, 2],
                &[
                    graph_runtime::__private::Operand::array(&t1),
                    graph_runtime::__private::Operand::array(b)
                        .view(
                            &[
                                graph_runtime::__private::core::option::Option::None,
                                graph_runtime::__private::core::option::Option::Some(0),
                            ],
                            &[size_n, 2],
                        ),
                ],
                [
                    graph_runtime::__private::full(&mut t4),
                    graph_runtime::__private::reduced_number(
                        &mut s,
                        graph_runtime::__private::Combine::Sum,
                        &[0, 1],
                    ),
                ],
            );
        }
        graph_runtime::__private::core::result::Result::Ok(Forward {
            x: x,
            w: w,
            t1: t4,
            s: s,
            size_n,
            inputs: graph_runtime::__private::core::marker::PhantomData,
        })
    }
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    pub fn vjp<'a, T: graph_runtime::Element>(
        x: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        w: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        b: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) -> graph_runtime::__private::core::result::Result<
        (
            T,
            impl graph_runtime::__private::core::ops::Fn(
                T,
            ) -> graph_runtime::__private::core::result::Result<
                    (
                        graph_runtime::__private::ndarray::Array<
                            T,
                            graph_runtime::__private::ndarray::Ix2,
                        >,
                        graph_runtime::__private::ndarray::Array<
                            T,
                            graph_runtime::__private::ndarray::Ix2,
                        >,
                        graph_runtime::__private::ndarray::Array<
                            T,
                            graph_runtime::__private::ndarray::Ix1,
                        >,
                    ),
                    graph_runtime::ShapeError,
                > + use<'a, T>,
        ),
        graph_runtime::ShapeError,
    > {
        let forward = forward(x, w, b)?;
        let value = forward.s;
        graph_runtime::__private::core::result::Result::Ok((
            value,
            move |d_s: T| {
                let grad = forward.backward(d_s)?;
                graph_runtime::__private::core::result::Result::Ok((
                    grad.x,
                    grad.w,
                    grad.b,
                ))
            },
        ))
    }
    ///The value and its gradient in one sweep.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    pub fn value_and_grad<'a, T: graph_runtime::Element>(
        x: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        w: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        b: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) -> graph_runtime::__private::core::result::Result<
        (T, Grad<T>),
        graph_runtime::ShapeError,
    > {
        let size_n = graph_runtime::__private::bind(
            "x",
            graph_runtime::__private::shape(x),
            0usize,
            0,
        )?;
        graph_runtime::__private::check(
            "x",
            graph_runtime::__private::shape(x),
            &[
                graph_runtime::__private::Extent::Named {
                    name: "n",
                    offset: 0,
                    size: size_n,
                    from: "x",
                },
                graph_runtime::__private::Extent::Literal(3),
            ],
        )?;
        graph_runtime::__private::check(
            "w",
            graph_runtime::__private::shape(w),
            &[
                graph_runtime::__private::Extent::Literal(3),
                graph_runtime::__private::Extent::Literal(2),
            ],
        )?;
        graph_runtime::__private::check(
            "b",
            graph_runtime::__private::shape(b),
            &[graph_runtime::__private::Extent::Literal(2)],
        )?;
        let t1 = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(x),
            &graph_runtime::__private::Operand::array(w),
            graph_runtime::__private::ndarray::Ix2(size_n, 2),
        );
        let mut s: T = graph_runtime::__private::core::default::Default::default();
        let mut t6 = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
        let mut d_b = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix1(2));
        {
            struct Chain {}
            impl graph_runtime::Kernel<2, 3> for Chain {
                #[inline(always)]
                fn eval<V: graph_runtime::Real>(&self, [t1, t2]: [V; 2]) -> [V; 3] {
                    let t3 = t1 + t2;
                    let t4 = V::tanh(t3);
                    let t5 = t4 * t4;
                    let t6 = V::of(1.0) - t5;
                    [t4, t6, t6]
                }
            }
            graph_runtime::__private::run(
                &Chain {},
                &[size_n, 2],
                &[
                    graph_runtime::__private::Operand::array(&t1),
                    graph_runtime::__private::Operand::array(b)
                        .view(
                            &[
                                graph_runtime::__private::core::option::Option::None,
                                graph_runtime::__private::core::option::Option::Some(0),
                            ],
                            &[size_n, 2],
                        ),
                ],
                [
                    graph_runtime::__private::reduced_number(
                        &mut s,
                        graph_runtime::__private::Combine::Sum,
                        &[0, 1],
                    ),
                    graph_runtime::__private::full(&mut t6),
                    graph_runtime::__private::reduced(
                        &mut d_b,
                        graph_runtime::__private::Combine::Sum,
                        &[0],
                    ),
                ],
            );
        }
        let d_x = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(&t6),
            &graph_runtime::__private::Operand::array(w)
                .view(
                    &[
                        graph_runtime::__private::core::option::Option::Some(1),
                        graph_runtime::__private::core::option::Option::Some(0),
                    ],
                    &[2, 3],
                ),
            graph_runtime::__private::ndarray::Ix2(size_n, 3),
        );
        let d_w = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(x)
                .view(
                    &[
                        graph_runtime::__private::core::option::Option::Some(1),
                        graph_runtime::__private::core::option::Option::Some(0),
                    ],
                    &[3, size_n],
                ),
            &graph_runtime::__private::Operand::array(&t6),
            graph_runtime::__private::ndarray::Ix2(3, 2),
        );
        graph_runtime::__private::core::result::Result::Ok((
            s,
            Grad { x: d_x, w: d_w, b: d_b },
        ))
    }
    ///The outputs and their change along a direction: forward mode.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    pub fn jvp<'a, T: graph_runtime::Element>(
        x: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        w: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        b: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
        d_x: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        d_w: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        d_b: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) -> graph_runtime::__private::core::result::Result<
        (T, T),
        graph_runtime::ShapeError,
    > {
        let size_n = graph_runtime::__private::bind(
            "x",
            graph_runtime::__private::shape(x),
            0usize,
            0,
        )?;
        graph_runtime::__private::check(
            "x",
            graph_runtime::__private::shape(x),
            &[
                graph_runtime::__private::Extent::Named {
                    name: "n",
                    offset: 0,
                    size: size_n,
                    from: "x",
                },
                graph_runtime::__private::Extent::Literal(3),
            ],
        )?;
        graph_runtime::__private::check(
            "w",
            graph_runtime::__private::shape(w),
            &[
                graph_runtime::__private::Extent::Literal(3),
                graph_runtime::__private::Extent::Literal(2),
            ],
        )?;
        graph_runtime::__private::check(
            "b",
            graph_runtime::__private::shape(b),
            &[graph_runtime::__private::Extent::Literal(2)],
        )?;
        graph_runtime::__private::check_alike(
            "d_x",
            graph_runtime::__private::shape(d_x),
            "x",
            &[size_n, 3],
        )?;
        graph_runtime::__private::check_alike(
            "d_w",
            graph_runtime::__private::shape(d_w),
            "w",
            &[3, 2],
        )?;
        graph_runtime::__private::check_alike(
            "d_b",
            graph_runtime::__private::shape(d_b),
            "b",
            &[2],
        )?;
        let t1 = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(x),
            &graph_runtime::__private::Operand::array(w),
            graph_runtime::__private::ndarray::Ix2(size_n, 2),
        );
        let t5 = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(d_x),
            &graph_runtime::__private::Operand::array(w),
            graph_runtime::__private::ndarray::Ix2(size_n, 2),
        );
        let t6 = graph_runtime::__private::matmul::<
            T,
            _,
        >(
            &graph_runtime::__private::Operand::array(x),
            &graph_runtime::__private::Operand::array(d_w),
            graph_runtime::__private::ndarray::Ix2(size_n, 2),
        );
        let mut s: T = graph_runtime::__private::core::default::Default::default();
        let mut d_s: T = graph_runtime::__private::core::default::Default::default();
        {
            struct Chain {}
            impl graph_runtime::Kernel<5, 2> for Chain {
                #[inline(always)]
                fn eval<V: graph_runtime::Real>(
                    &self,
                    [t1,
                    t2,
                    t5,
                    t6,
                    t8,
                    ]: [V; 5],
                ) -> [V; 2] {
                    let t3 = t1 + t2;
                    let t4 = V::tanh(t3);
                    let t7 = t5 + t6;
                    let t9 = t7 + t8;
                    let t10 = t4 * t4;
                    let t11 = V::of(1.0) - t10;
                    let t12 = t9 * t11;
                    [t4, t12]
                }
            }
            graph_runtime::__private::run(
                &Chain {},
                &[size_n, 2],
                &[
                    graph_runtime::__private::Operand::array(&t1),
                    graph_runtime::__private::Operand::array(b)
                        .view(
                            &[
                                graph_runtime::__private::core::option::Option::None,
                                graph_runtime::__private::core::option::Option::Some(0),
                            ],
                            &[size_n, 2],
                        ),
                    graph_runtime::__private::Operand::array(&t5),
                    graph_runtime::__private::Operand::array(&t6),
                    graph_runtime::__private::Operand::array(d_b)
                        .view(
                            &[
                                graph_runtime::__private::core::option::Option::None,
                                graph_runtime::__private::core::option::Option::Some(0),
                            ],
                            &[size_n, 2],
                        ),
                ],
                [
                    graph_runtime::__private::reduced_number(
                        &mut s,
                        graph_runtime::__private::Combine::Sum,
                        &[0, 1],
                    ),
                    graph_runtime::__private::reduced_number(
                        &mut d_s,
                        graph_runtime::__private::Combine::Sum,
                        &[0, 1],
                    ),
                ],
            );
        }
        graph_runtime::__private::core::result::Result::Ok((s, d_s))
    }
}
