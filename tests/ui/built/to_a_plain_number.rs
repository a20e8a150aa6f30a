//! A second derivative through an operation that takes a plain number out of its own.

use graph_runtime::ndarray::{Array1, array};
use graph_runtime::{ShapeError, graph};

mod own {
    use graph_runtime::ndarray::{Array1, ArrayRef, Ix1};
    use graph_runtime::{Constant, Element, ShapeError};

    pub fn double<T: Element>(x: &ArrayRef<T, Ix1>) -> Result<Array1<T>, ShapeError> {
        Ok(x.mapv(|x| T::of(2.0 * Constant::to_f64(x))))
    }

    pub mod double {
        use super::*;

        pub fn vjp<T: Element>(
            x: &ArrayRef<T, Ix1>,
        ) -> Result<(Array1<T>, impl Fn(&ArrayRef<T, Ix1>) -> Result<Array1<T>, ShapeError>), ShapeError>
        {
            let two = T::of(2.0);
            Ok((super::double(x)?, move |seed: &ArrayRef<T, Ix1>| Ok(seed.mapv(|seed| two * seed))))
        }
    }
}

graph! {
    #[graph(hessian)]
    fn f(x: [n]) -> y { d: [n] = own::double(x); y = sum(d^2); }
}

fn main() -> Result<(), ShapeError> {
    let x: Array1<f64> = array![0.5, 1.0];
    let (_, _, _) = f::hvp(&x, &x)?;
    Ok(())
}
