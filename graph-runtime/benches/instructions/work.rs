//! What is counted. Invariant: a piece does the same work every time it is run.

use std::hint::black_box;

use graph_runtime::__private::{Operand, matmul};
use graph_runtime::{Element, Real, vecmath};
use ndarray::Array2;

use crate::functions::each_function;
use crate::harness::Random;
use crate::{camera, logistic, rosenbrock, square};

/// How many points a task has.
const POINTS: usize = 256;
/// How many numbers a function of the vector maths gets.
const NUMBERS: usize = 2048;

/// A piece of work, and how many points or numbers it goes through.
pub struct Piece {
    pub name: String,
    pub units: usize,
    pub run: Box<dyn FnMut()>,
}

fn points<R, const I: usize>(
    name: &str,
    mut point: impl FnMut(&mut Random) -> [f64; I],
    compute: impl Fn(&[f64; I]) -> R + 'static,
) -> Piece {
    let mut random = Random::new();
    let pool: Vec<[f64; I]> = (0..POINTS).map(|_| point(&mut random)).collect();
    let run = move || {
        for point in &pool {
            black_box(compute(black_box(point)));
        }
    };
    Piece {
        name: name.to_owned(),
        units: POINTS,
        run: Box::new(run),
    }
}

fn numbers<T: Real + 'static>(
    name: &str,
    number: &str,
    (low, high): (f64, f64),
    function: fn(&[T], &mut [T]),
) -> Piece {
    let mut random = Random::new();
    let x: Vec<T> = (0..NUMBERS)
        .map(|_| T::of(random.between(low, high)))
        .collect();
    let mut y = vec![T::of(0.0); NUMBERS];
    Piece {
        name: format!("{name} {number}"),
        units: NUMBERS,
        run: Box::new(move || function(black_box(&x), black_box(&mut y))),
    }
}

/// A product of matrices, by entries; each factor may be turned.
fn product<T: Element>(
    name: &str,
    [rows, terms, columns]: [usize; 3],
    [left, right]: [bool; 2],
) -> Piece {
    let mut random = Random::new();
    let mut matrix = |rows, columns, turned| {
        let extents = if turned {
            (columns, rows)
        } else {
            (rows, columns)
        };
        let matrix = Array2::from_shape_simple_fn(extents, || T::of(random.between(-1.0, 1.0)));
        if turned {
            matrix.reversed_axes()
        } else {
            matrix
        }
    };
    let (a, b) = (matrix(rows, terms, left), matrix(terms, columns, right));
    let mut c = Array2::zeros((rows, columns));
    Piece {
        name: name.to_owned(),
        units: rows * columns,
        run: Box::new(move || matmul(&Operand::array(&a), &Operand::array(&b), black_box(&mut c))),
    }
}

/// The functions of one number, by the rows of the list that have an error.
macro_rules! vector_maths {
    ([$pieces:ident] $(
        $(#[$doc:meta])* $name:ident($($arg:ident),+) = $on:ident $($libm:ident)?, $lanes:ident, $error:tt, $ranges:tt, $exact:tt;
    )*) => {
        $(vector_maths! { @one $pieces $name($($arg)+) $error $ranges })*
    };
    (@one $pieces:ident $name:ident($x:ident) - $ranges:tt) => {};
    (@one $pieces:ident $name:ident($a:ident $($more:ident)+) $error:tt $ranges:tt) => {};
    (@one $pieces:ident $name:ident($x:ident) $error:tt $ranges:tt) => {
        let [[range], ..] = $ranges;
        $pieces.push(numbers::<f32>(stringify!($name), "f32", range, vecmath::$name));
        $pieces.push(numbers::<f64>(stringify!($name), "f64", range, vecmath::$name));
    };
}

pub fn pieces() -> Vec<Piece> {
    let mut pieces = vec![
        points("square", square::point, square::by_graph),
        points("logistic", logistic::point, logistic::by_graph),
        points("rosenbrock", rosenbrock::point, rosenbrock::by_graph),
        points("camera", camera::point, camera::by_graph),
    ];
    let products = [
        product::<f32>("product f32", [100, 300, 50], [false, false]),
        product::<f64>("product f64", [100, 300, 50], [false, false]),
        product::<f32>("turned product f32", [100, 50, 70], [true, true]),
        product::<f32>("product of few columns f32", [100, 50, 10], [false, false]),
        product::<f32>("product with a vector f32", [100, 300, 1], [false, false]),
    ];
    pieces.extend(products);
    each_function!(vector_maths pieces);
    pieces
}
