///The value of the graph `layer(x, w, b) -> s`.
/**
```text
layer(x: [n, 3], w: [3, 2], b: [2]) -> s

s = sum (tanh (x @ w + b)) ;
```

What else there is of it is in the module [`layer`](mod@layer).*/
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
    let x_memory = graph_runtime::__private::readable(x);
    let x_read = graph_runtime::__private::Operand::array(&x_memory);
    let w_memory = graph_runtime::__private::readable(w);
    let w_read = graph_runtime::__private::Operand::array(&w_memory);
    let b_memory = graph_runtime::__private::readable(b);
    let b_read = graph_runtime::__private::Operand::array(&b_memory);
    let mut t1 = graph_runtime::__private::array::<
        T,
        _,
    >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
    graph_runtime::__private::matmul(&x_read, &w_read, &mut t1);
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
                b_read
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
///The derivatives of [`layer(x: [n, 3], w: [3, 2], b: [2]) -> s`](fn@layer), and what else there is of it.
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
        pub(super) x: graph_runtime::__private::Kept<
            'a,
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) w: graph_runtime::__private::Kept<
            'a,
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) b: graph_runtime::__private::Kept<
            'a,
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
        pub(super) t1: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) t2: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        pub(super) size_n: graph_runtime::__private::core::primitive::usize,
        pub(super) inputs: graph_runtime::__private::core::marker::PhantomData<&'a T>,
    }
    /// The gradient: one adjoint per input, of its shape.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::default::Default,
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
    /// The memory that `value_and_grad_into` works in, for further calls. It starts empty and grows with the inputs.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::default::Default
    )]
    pub struct Workspace<
        T: graph_runtime::Element = graph_runtime::__private::core::primitive::f64,
    > {
        pub(super) t1: graph_runtime::__private::Buffer<T>,
    }
    /// All partial derivatives of the outputs with respect to the inputs.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::fmt::Debug,
        graph_runtime::__private::core::default::Default,
        graph_runtime::__private::core::cmp::PartialEq
    )]
    pub struct Jacobian<T = graph_runtime::__private::core::primitive::f64> {
        ///The partial derivatives with respect to `x`: those of `x`.
        pub x: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        ///The partial derivatives with respect to `w`: those of `w`.
        pub w: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        ///The partial derivatives with respect to `b`: those of `b`.
        pub b: graph_runtime::__private::ndarray::Array<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    }
    impl<'a, T: graph_runtime::Element> Forward<'a, T> {
        /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
        /**
# Errors
Where a seed does not have the shape of its output.*/
        pub fn backward(
            &self,
            d_s: T,
        ) -> graph_runtime::__private::core::result::Result<
            Grad<T>,
            graph_runtime::ShapeError,
        > {
            let size_n = self.size_n;
            let x = &*self.x;
            let w = &*self.w;
            let b = &*self.b;
            let t1 = &self.t1;
            let t4 = &self.t2;
            let x_memory = graph_runtime::__private::readable(x);
            let x_read = graph_runtime::__private::Operand::array(&x_memory);
            let w_memory = graph_runtime::__private::readable(w);
            let w_read = graph_runtime::__private::Operand::array(&w_memory);
            let b_memory = graph_runtime::__private::readable(b);
            let b_read = graph_runtime::__private::Operand::array(&b_memory);
            let t_memory = graph_runtime::__private::readable(t1);
            let t_read = graph_runtime::__private::Operand::array(&t_memory);
            let t_memory_1 = graph_runtime::__private::readable(t4);
            let t_read_1 = graph_runtime::__private::Operand::array(&t_memory_1);
            let mut t7 = graph_runtime::__private::array::<
                T,
                _,
            >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
            let mut d_b = graph_runtime::__private::array::<
                T,
                _,
            >(graph_runtime::__private::ndarray::Ix1(2));
            {
                struct Chain {}
                impl graph_runtime::Kernel<4, 2> for Chain {
                    #[inline(always)]
                    fn eval<V: graph_runtime::Real>(
                        &self,
                        [t1,
                        t2,
                        t4,
                        t5,
                        ]: [V; 4],
                    ) -> [V; 2] {
                        let t3 = t1 + t2;
                        let t6 = V::tanh_slope(t3, t4);
                        let t7 = t5 * t6;
                        [t7, t7]
                    }
                }
                graph_runtime::__private::run(
                    &Chain {},
                    &[size_n, 2],
                    &[
                        t_read,
                        b_read
                            .view(
                                &[
                                    graph_runtime::__private::core::option::Option::None,
                                    graph_runtime::__private::core::option::Option::Some(0),
                                ],
                                &[size_n, 2],
                            ),
                        t_read_1,
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
                        graph_runtime::__private::full(&mut t7),
                        graph_runtime::__private::reduced(
                            &mut d_b,
                            graph_runtime::__private::Combine::Sum,
                            &[0],
                        ),
                    ],
                );
            }
            let mut d_x = graph_runtime::__private::array::<
                T,
                _,
            >(graph_runtime::__private::ndarray::Ix2(size_n, 3));
            graph_runtime::__private::matmul(
                &graph_runtime::__private::Operand::array(&t7),
                &w_read
                    .view(
                        &[
                            graph_runtime::__private::core::option::Option::Some(1),
                            graph_runtime::__private::core::option::Option::Some(0),
                        ],
                        &[2, 3],
                    ),
                &mut d_x,
            );
            let mut d_w = graph_runtime::__private::array::<
                T,
                _,
            >(graph_runtime::__private::ndarray::Ix2(3, 2));
            graph_runtime::__private::matmul(
                &x_read
                    .view(
                        &[
                            graph_runtime::__private::core::option::Option::Some(1),
                            graph_runtime::__private::core::option::Option::Some(0),
                        ],
                        &[3, size_n],
                    ),
                &graph_runtime::__private::Operand::array(&t7),
                &mut d_w,
            );
            graph_runtime::__private::core::result::Result::Ok(Grad {
                x: d_x,
                w: d_w,
                b: d_b,
            })
        }
        /// The same without what it borrows from the inputs, which are copied: for a loop that keeps the forward passes of
        /// its steps.
        pub fn into_owned(self) -> Forward<'static, T> {
            Forward {
                s: self.s,
                x: graph_runtime::__private::own(self.x),
                w: graph_runtime::__private::own(self.w),
                b: graph_runtime::__private::own(self.b),
                t1: self.t1,
                t2: self.t2,
                size_n: self.size_n,
                inputs: graph_runtime::__private::core::marker::PhantomData,
            }
        }
    }
    ///The forward pass: every definition, and what the backward pass needs.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    /**
Of `layer(x: [n, 3], w: [3, 2], b: [2]) -> s`.*/
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
        let x_memory = graph_runtime::__private::readable(x);
        let x_read = graph_runtime::__private::Operand::array(&x_memory);
        let w_memory = graph_runtime::__private::readable(w);
        let w_read = graph_runtime::__private::Operand::array(&w_memory);
        let b_memory = graph_runtime::__private::readable(b);
        let b_read = graph_runtime::__private::Operand::array(&b_memory);
        let mut t1 = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
        graph_runtime::__private::matmul(&x_read, &w_read, &mut t1);
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
                    b_read
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
            x: graph_runtime::__private::kept(x),
            w: graph_runtime::__private::kept(w),
            b: graph_runtime::__private::kept(b),
            t1: t1,
            t2: t4,
            s: s,
            size_n,
            inputs: graph_runtime::__private::core::marker::PhantomData,
        })
    }
    ///The value and its gradient in one sweep.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    /**
Of `layer(x: [n, 3], w: [3, 2], b: [2]) -> s`.*/
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
        let mut workspace: Workspace<T> = graph_runtime::__private::core::default::Default::default();
        let mut grad: Grad<T> = graph_runtime::__private::core::default::Default::default();
        let value = value_and_grad_into(x, w, b, &mut workspace, &mut grad)?;
        graph_runtime::__private::core::result::Result::Ok((value, grad))
    }
    ///The value and its gradient in memory that is kept: a call with inputs of the same sizes as the one before allocates no array.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    /**
Of `layer(x: [n, 3], w: [3, 2], b: [2]) -> s`.*/
    pub fn value_and_grad_into<'a, T: graph_runtime::Element>(
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
        workspace: &mut Workspace<T>,
        grad: &mut Grad<T>,
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
        let x_memory = graph_runtime::__private::readable(x);
        let x_read = graph_runtime::__private::Operand::array(&x_memory);
        let w_memory = graph_runtime::__private::readable(w);
        let w_read = graph_runtime::__private::Operand::array(&w_memory);
        let b_memory = graph_runtime::__private::readable(b);
        let b_read = graph_runtime::__private::Operand::array(&b_memory);
        let mut t1 = graph_runtime::__private::take(
            &mut workspace.t1,
            graph_runtime::__private::ndarray::Ix2(size_n, 2),
        );
        graph_runtime::__private::matmul(&x_read, &w_read, &mut t1);
        let mut s: T = graph_runtime::__private::core::default::Default::default();
        let mut t5 = t1;
        let mut d_b = graph_runtime::__private::take(
            &mut grad.b,
            graph_runtime::__private::ndarray::Ix1(2),
        );
        {
            struct Chain {}
            impl graph_runtime::Kernel<2, 3> for Chain {
                #[inline(always)]
                fn eval<V: graph_runtime::Real>(&self, [t1, t2]: [V; 2]) -> [V; 3] {
                    let t3 = t1 + t2;
                    let t4 = V::tanh(t3);
                    let t5 = V::tanh_slope(t3, t4);
                    [t4, t5, t5]
                }
            }
            graph_runtime::__private::run(
                &Chain {},
                &[size_n, 2],
                &[
                    graph_runtime::__private::Operand::over(1usize),
                    b_read
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
                    graph_runtime::__private::full(&mut t5),
                    graph_runtime::__private::reduced(
                        &mut d_b,
                        graph_runtime::__private::Combine::Sum,
                        &[0],
                    ),
                ],
            );
        }
        let mut d_x = graph_runtime::__private::take(
            &mut grad.x,
            graph_runtime::__private::ndarray::Ix2(size_n, 3),
        );
        graph_runtime::__private::matmul(
            &graph_runtime::__private::Operand::array(&t5),
            &w_read
                .view(
                    &[
                        graph_runtime::__private::core::option::Option::Some(1),
                        graph_runtime::__private::core::option::Option::Some(0),
                    ],
                    &[2, 3],
                ),
            &mut d_x,
        );
        let mut d_w = graph_runtime::__private::take(
            &mut grad.w,
            graph_runtime::__private::ndarray::Ix2(3, 2),
        );
        graph_runtime::__private::matmul(
            &x_read
                .view(
                    &[
                        graph_runtime::__private::core::option::Option::Some(1),
                        graph_runtime::__private::core::option::Option::Some(0),
                    ],
                    &[3, size_n],
                ),
            &graph_runtime::__private::Operand::array(&t5),
            &mut d_w,
        );
        grad.x = d_x;
        grad.w = d_w;
        grad.b = d_b;
        graph_runtime::__private::give(&mut workspace.t1, t5);
        graph_runtime::__private::core::result::Result::Ok(s)
    }
    ///The outputs and their change along a direction: forward mode.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    /**
Of `layer(x: [n, 3], w: [3, 2], b: [2]) -> s`.*/
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
        let x_memory = graph_runtime::__private::readable(x);
        let x_read = graph_runtime::__private::Operand::array(&x_memory);
        let w_memory = graph_runtime::__private::readable(w);
        let w_read = graph_runtime::__private::Operand::array(&w_memory);
        let b_memory = graph_runtime::__private::readable(b);
        let b_read = graph_runtime::__private::Operand::array(&b_memory);
        let d_x_memory = graph_runtime::__private::readable(d_x);
        let d_x_read = graph_runtime::__private::Operand::array(&d_x_memory);
        let d_w_memory = graph_runtime::__private::readable(d_w);
        let d_w_read = graph_runtime::__private::Operand::array(&d_w_memory);
        let d_b_memory = graph_runtime::__private::readable(d_b);
        let d_b_read = graph_runtime::__private::Operand::array(&d_b_memory);
        let mut t1 = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
        graph_runtime::__private::matmul(&x_read, &w_read, &mut t1);
        let mut t5 = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
        graph_runtime::__private::matmul(&d_x_read, &w_read, &mut t5);
        let mut t6 = graph_runtime::__private::array::<
            T,
            _,
        >(graph_runtime::__private::ndarray::Ix2(size_n, 2));
        graph_runtime::__private::matmul(&x_read, &d_w_read, &mut t6);
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
                    let t10 = V::tanh_slope(t3, t4);
                    let t11 = t9 * t10;
                    [t4, t11]
                }
            }
            graph_runtime::__private::run(
                &Chain {},
                &[size_n, 2],
                &[
                    graph_runtime::__private::Operand::array(&t1),
                    b_read
                        .view(
                            &[
                                graph_runtime::__private::core::option::Option::None,
                                graph_runtime::__private::core::option::Option::Some(0),
                            ],
                            &[size_n, 2],
                        ),
                    graph_runtime::__private::Operand::array(&t5),
                    graph_runtime::__private::Operand::array(&t6),
                    d_b_read
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
    ///The outputs and the pullback, by position: seeds in, adjoints of the inputs out.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    /**
Of `layer(x: [n, 3], w: [3, 2], b: [2]) -> s`.*/
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
                >,
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
    ///The outputs and all their partial derivatives.
    /**
# Errors
Where an input does not have its declared shape, or a label is out of range.*/
    /**
Of `layer(x: [n, 3], w: [3, 2], b: [2]) -> s`.*/
    pub fn jacobian<'a, T: graph_runtime::Element>(
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
        (T, Jacobian<T>),
        graph_runtime::ShapeError,
    > {
        let (value, grad) = value_and_grad(x, w, b)?;
        graph_runtime::__private::core::result::Result::Ok((
            value,
            Jacobian {
                x: grad.x,
                w: grad.w,
                b: grad.b,
            },
        ))
    }
    #[doc(hidden)]
    pub use self::vjp as __vjp;
    ///The function of its flat parameter vector, with the constant inputs bound.
    #[graph_runtime::__private::core::prelude::v1::derive(
        graph_runtime::__private::core::clone::Clone,
        graph_runtime::__private::core::fmt::Debug
    )]
    pub struct Problem<
        'a,
        T: graph_runtime::Element = graph_runtime::__private::core::primitive::f64,
    > {
        pub(super) input_0: graph_runtime::__private::ndarray::Ix2,
        pub(super) input_1: graph_runtime::__private::ndarray::Ix2,
        pub(super) input_2: graph_runtime::__private::ndarray::Ix1,
        pub(super) output_0: graph_runtime::__private::ndarray::Ix0,
        pub(super) borrows: graph_runtime::__private::core::marker::PhantomData<&'a T>,
    }
    ///Holds the derivatives against difference quotients and against each other.
    ///
    /// # Errors
    /// Where an input does not have its declared shape, or a label is out of range.
    pub fn check<'a, T: graph_runtime::Element>(
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
        graph_runtime::check::Report,
        graph_runtime::ShapeError,
    > {
        let problem = Problem::new(x, w, b)?;
        let x = problem.pack(x, w, b)?;
        graph_runtime::__private::core::result::Result::Ok(
            graph_runtime::check::objective(&problem, &x)
                .and(graph_runtime::check::directional(&problem, &x)),
        )
    }
    #[cfg(feature = "#[graph(hessian)]")]
    pub const hvp: () = ();
    #[cfg(
        feature = "arrays of literal size and at most 64 entries, those on the way too; others have `hvp` and `Problem`"
    )]
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
impl<'a, T: graph_runtime::Element> layer::Problem<'a, T> {
    /// Binds the constant inputs, and takes the shapes of the others, as a call of the graph itself would.
    ///
    /// # Errors
    /// Where an input does not have its declared shape, or a label is out of range.
    pub fn new(
        x: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        w: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        b: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) -> graph_runtime::__private::core::result::Result<
        layer::Problem<'a, T>,
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
        graph_runtime::__private::core::result::Result::Ok(layer::Problem {
            input_0: graph_runtime::__private::ndarray::Ix2(size_n, 3),
            input_1: graph_runtime::__private::ndarray::Ix2(3, 2),
            input_2: graph_runtime::__private::ndarray::Ix1(2),
            output_0: graph_runtime::__private::ndarray::Ix0(),
            borrows: graph_runtime::__private::core::marker::PhantomData,
        })
    }
    /// The parameter vector that these inputs make.
    ///
    /// # Errors
    /// Where an input has another shape than the one the problem was made with.
    pub fn pack(
        &self,
        x: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        w: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        b: &graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) -> graph_runtime::__private::core::result::Result<
        graph_runtime::__private::Vec<T>,
        graph_runtime::ShapeError,
    > {
        let mut vector = graph_runtime::__private::Vec::new();
        graph_runtime::__private::pack(&mut vector, "x", x, &self.input_0)?;
        graph_runtime::__private::pack(&mut vector, "w", w, &self.input_1)?;
        graph_runtime::__private::pack(&mut vector, "b", b, &self.input_2)?;
        graph_runtime::__private::core::result::Result::Ok(vector)
    }
    /// The inputs that a parameter vector holds, as views into it.
    ///
    /// # Panics
    /// Where the vector does not have the length that the problem expects.
    #[track_caller]
    pub fn unpack<'x>(
        &self,
        x: &'x [T],
    ) -> (
        graph_runtime::__private::ndarray::ArrayView<
            'x,
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        graph_runtime::__private::ndarray::ArrayView<
            'x,
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        graph_runtime::__private::ndarray::ArrayView<
            'x,
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
    ) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.shaped(&self.input_0);
        let x_1 = from.shaped(&self.input_1);
        let x_2 = from.shaped(&self.input_2);
        (x_0, x_1, x_2)
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
impl<'a, T: graph_runtime::Element> graph_runtime::Parameters for layer::Problem<'a, T> {
    #[inline]
    fn parameters(&self) -> graph_runtime::__private::core::primitive::usize {
        0 + graph_runtime::__private::ndarray::Dimension::size(&self.input_0)
            + graph_runtime::__private::ndarray::Dimension::size(&self.input_1)
            + graph_runtime::__private::ndarray::Dimension::size(&self.input_2)
    }
    fn name(
        &self,
        at: graph_runtime::__private::core::primitive::usize,
    ) -> graph_runtime::Name {
        graph_runtime::Name::among(
            &[
                (
                    "x",
                    graph_runtime::__private::ndarray::Dimension::slice(&self.input_0),
                ),
                (
                    "w",
                    graph_runtime::__private::ndarray::Dimension::slice(&self.input_1),
                ),
                ("b", graph_runtime::__private::ndarray::Dimension::slice(&self.input_2)),
            ],
            at,
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
impl<'a, T: graph_runtime::Element> graph_runtime::Objective<T>
for layer::Problem<'a, T> {
    #[inline]
    #[track_caller]
    fn value(&self, x: &[T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.shaped(&self.input_0);
        let x_1 = from.shaped(&self.input_1);
        let x_2 = from.shaped(&self.input_2);
        graph_runtime::__private::checked(layer(&x_0, &x_1, &x_2))
    }
    #[inline]
    #[track_caller]
    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.shaped(&self.input_0);
        let x_1 = from.shaped(&self.input_1);
        let x_2 = from.shaped(&self.input_2);
        let (value, found) = graph_runtime::__private::checked(
            layer::value_and_grad(&x_0, &x_1, &x_2),
        );
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(gradient, graph_runtime::Parameters::parameters(self));
        to.put(&found.x);
        to.put(&found.w);
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
impl<'a, T: graph_runtime::Element> graph_runtime::Directional<T>
for layer::Problem<'a, T> {
    #[inline]
    fn seeds(&self) -> graph_runtime::__private::core::primitive::usize {
        0 + graph_runtime::__private::ndarray::Dimension::size(&self.output_0)
    }
    #[inline]
    #[track_caller]
    fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(x, graph_runtime::Parameters::parameters(self));
        let x_0 = from.shaped(&self.input_0);
        let x_1 = from.shaped(&self.input_1);
        let x_2 = from.shaped(&self.input_2);
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(direction, graph_runtime::Parameters::parameters(self));
        let direction_0 = from.shaped(&self.input_0);
        let direction_1 = from.shaped(&self.input_1);
        let direction_2 = from.shaped(&self.input_2);
        let (value, moved) = graph_runtime::__private::checked(
            layer::jvp(&x_0, &x_1, &x_2, &direction_0, &direction_1, &direction_2),
        );
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
        let x_0 = from.shaped(&self.input_0);
        let x_1 = from.shaped(&self.input_1);
        let x_2 = from.shaped(&self.input_2);
        let mut from = graph_runtime::__private::Reader::<
            T,
        >::new(seeds, graph_runtime::Directional::<T>::seeds(self));
        let seeds_0 = from.shaped(&self.output_0);
        let (value, pull) = graph_runtime::__private::checked(
            layer::vjp(&x_0, &x_1, &x_2),
        );
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(outputs, graph_runtime::Directional::<T>::seeds(self));
        to.put(&value);
        let found = graph_runtime::__private::checked(pull(seeds_0));
        let mut to = graph_runtime::__private::Writer::<
            T,
        >::new(adjoints, graph_runtime::Parameters::parameters(self));
        to.put(&found.0);
        to.put(&found.1);
        to.put(&found.2);
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
const __USES_OF_layer: () = {
    struct __Inputs<'a, T: graph_runtime::Element> {
        ///The input `x` of shape `[n, 3]`.
        x: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        ///The input `w` of shape `[3, 2]`.
        w: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix2,
        >,
        ///The input `b` of shape `[2]`.
        b: &'a graph_runtime::__private::ndarray::ArrayRef<
            T,
            graph_runtime::__private::ndarray::Ix1,
        >,
        __all: graph_runtime::__private::core::marker::PhantomData<&'a T>,
    }
    struct __Local0 {
        ///A dimension: as many entries as the arrays have along it.
        n: graph_runtime::__private::core::primitive::usize,
    }
    fn __uses<'a, T: graph_runtime::Element>(
        inputs: &__Inputs<'a, T>,
        forward: &layer::Forward<'a, T>,
        active_0: &layer::Grad<T>,
        active_1: &layer::Jacobian<T>,
        local_0: &__Local0,
    ) {
        &forward.s;
        &inputs.x;
        &active_0.x;
        &active_1.x;
        &inputs.w;
        &active_0.w;
        &active_1.w;
        &inputs.b;
        &active_0.b;
        &active_1.b;
    }
};
