//! Every name that generated code declares, as the name of an input and of a function; a test of the compiler compares the list
//! with what is declared. Numbers in names stand for any.
#![allow(nonstandard_style, reason = "types have names too")]

use graph_runtime::{Dynamics, graph};
use ndarray::array;

macro_rules! declared {
    ($($name:ident)*) => {$(
        mod $name {
            use super::*;

            graph! {
                #[graph(hessian, batch)]
                fn numbers($name, w) -> z { z = $name^2*w; }
                #[graph(hessian)]
                fn arrays($name: [n], w) -> z { z = sum(exp($name))*w; }
                #[graph(ode)]
                fn changes(w, $name) -> z { z = $name^2*w; }
                fn tables($name: [n], w: [k], label: index[n]) -> z {
                    row = each(i in 0..n, y = $name[n - 1 - i]; y*w[label[i]]);
                    z = sum(i in 0..n, j in 0..=i, y = row[j]; y*$name[i]);
                }
            }
            mod functions {
                graph_runtime::graph! {
                    #[graph(hessian, batch)]
                    pub fn $name(w, const k) -> z { z = w^2*k + { 0.0 }; }
                }
            }
            mod functions_of_arrays {
                graph_runtime::graph! {
                    #[graph(hessian)]
                    pub fn $name(w: [n]) -> z { z = sum(w^2); }
                }
            }

            mod operations {
                pub fn $name<Number: graph_runtime::Real>(x: Number) -> Number { x * x }
                pub mod $name {
                    pub fn vjp<Number: graph_runtime::Real>(x: Number) -> (Number, impl Fn(Number) -> Number) {
                        (x * x, move |seed| seed * (x + x))
                    }
                }
            }
            mod called {
                use super::operations::$name;

                graph_runtime::graph! { pub fn called(w) -> z { z = 3*$name(w + { 1.0 }); } }
            }

            #[test]
            fn as_an_operation() {
                use operations::$name;

                assert_eq!(called::called::value_and_grad(1.0).1.w, 12.0);
                let w = 1.0;
                let g = graph! { z = 3*$name(w + { 1.0 }) };
                assert_eq!((g.z, g.backward(1.0).w), (12.0, 12.0));
            }

            #[test]
            fn as_an_input() {
                let (z, d, h) = numbers::hessian(3.0, 2.0);
                assert_eq!((z, d.$name, d.w, h), (18.0, 12.0, 9.0, [[4.0, 6.0], [6.0, 0.0]]));
                let (z, d) = numbers::batch(&[3.0], &[2.0]).expect("the lengths agree");
                assert_eq!((z, d.$name), (vec![18.0], vec![12.0]));
                let (z, d) = arrays::value_and_grad(&array![0.0, 0.0], 2.0).expect("there is one array");
                assert_eq!((z, d.$name, d.w), (4.0, array![2.0, 2.0], 2.0));
                let (z, d) = tables::value_and_grad(&array![1.0, 2.0], &array![3.0], &[0, 0]).expect("the shapes fit");
                assert_eq!((z, d.$name, d.w), (24.0, array![12.0, 18.0], array![8.0]));
                let mut z = [0.0];
                changes::Ode {}.jac_mul(2.0, &[3.0], &[], &[1.0], &mut z);
                assert_eq!(z, [12.0]);
                numbers::check(3.0, 2.0).assert();
                arrays::check(&array![0.5, 1.0], 2.0).expect("there is one array").assert();
            }

            #[test]
            fn as_a_function() {
                assert_eq!(functions::$name::hvp(3.0, 1.0, 1.0).2.w, 2.0);
                functions::$name::check(3.0, 1.0).assert();
                let (z, d) = functions_of_arrays::$name::value_and_grad(&array![1.0, 2.0]).expect("there is one array");
                assert_eq!((z, d.w), (5.0, array![2.0, 4.0]));
            }
        }
    )*};
}

declared! {
    T V N R P F
    Forward Grad Jacobian Problem Ode Workspace Code Point Chain
    forward backward value value_and_grad value_and_grad_into vjp hvp batch batch_into check to_array into_owned
    new pack unpack parameters outputs output_name residuals gradient direction seeds
    coefficients states rhs jac_mul jac_transpose_mul sens_mul sens_transpose_mul
    __jac_mul __jac_transpose_mul __sens_mul __sens_transpose_mul v v_0 p p_0 d_k d_y_0 d_z_0 y_memory y_read d_y_memory d_y_read
    __apply_0 __pulled __Right __Wrong pick other __value __module __words __Sound __Missing __Unsound __Some __None __beside __Gate PULLS choose gate by_position
    vjp_of_called __found_0 __call_0 __pull_0 __run_batch __uses __vjp __Inputs __Local0 picture
    d_w d_d_w d_w_0 d_y d_z w_0 x x_0 y_0 z_0 t1 t00 t100 Chain0 t_memory_0 t_read_0 t_memory t_read w_memory w_read d_w_memory d_w_read d_z_memory d_z_read
    axes cases direction_0 eval found points problem from to result_0 results seeds_0 size_n value_0 vector workspace
}
