//! Bodies of more lines than stay together, by loops that are written out: in every mode the values go on from part to part,
//! pullbacks of calls among them, and a test for singular slopes stands between two parts. Formulas by hand over dual numbers.

use graph_runtime::graph;
use ndarray::Array1;
use num_dual::{Dual64, DualNum};

use crate::programs::{assert_near, by_duals, noise};

graph! {
    fn step(a, x, y) -> b { b = 0.5*sin(a)*y + 0.3*cos(a) + 0.2*sqrt(1 + a^2)/(1 + x^2); }
    fn branches(x, y) -> z { z = fold(a = x, i in 0..200, if a > y { step(a, x, y) } else { step(a, y, x) - 0.1 }); }
    #[graph(batch)]
    fn points(x, y) -> z { z = fold(a = x, i in 0..70, step(a, x, y)); }
    fn outputs(x, y) -> (u, v) {
        u = fold(a = y, i in 0..200, step(a, x, y));
        v = fold(a = u, i in 0..200, step(a, y, x));
    }
    fn fourier(x) -> y { y = sum(i in 0..2000, sin(i*x)/(1 + i)); }
    fn singular(x, y) -> z { z = fold(a = x, i in 0..200, sqrt(a)*y + sqrt(y)); }
    #[graph(hessian)]
    fn filtered(x: [n], w: [130], t: [n - 129]) -> loss {
        y = sum(k in 0..130, w[k]*x[k..n - 129 + k]);
        loss = sum((y - t)^2);
    }
    fn arrays(x: [n], y: [n]) -> z { z = sum(fold(a = x, i in 0..200, 0.5*sin(a)*y + 0.3*cos(a) + 0.2*sqrt(1 + a^2)/(1 + x^2))); }
}

mod elsewhere {
    graph_runtime::graph! {
        pub fn calls(x, y) -> z { z = fold(a = x, i in 0..300, super::step(a, x, y)); }
    }
}

fn by_hand(a: Dual64, x: Dual64, y: Dual64) -> Dual64 {
    let root = (a * a + 1.0).sqrt();
    a.sin() * y * 0.5 + a.cos() * 0.3 + root * 0.2 / (x * x + 1.0)
}

fn repeated(count: usize, start: Dual64, step: impl Fn(Dual64) -> Dual64) -> Dual64 {
    (0..count).fold(start, |a, _| step(a))
}

fn branches_by_hand([x, y]: [Dual64; 2]) -> [Dual64; 1] {
    let step = |a: Dual64| match a.re > y.re {
        true => by_hand(a, x, y),
        false => by_hand(a, y, x) - 0.1,
    };
    [repeated(200, x, step)]
}

fn repeated_by_hand([x, y]: [Dual64; 2], count: usize) -> [Dual64; 1] {
    [repeated(count, x, |a| by_hand(a, x, y))]
}

#[test]
fn one_output() {
    for [a, b] in [[0.3, 0.4], [0.9, -0.2], [-0.5, 0.6]] {
        let ([z], [dz]) = by_duals(branches_by_hand, [a, b]);
        every_mode!(branches(x = a, y = b) -> z = z, d = dz);
    }
}

#[test]
fn several_outputs() {
    let formula = |[x, y]: [Dual64; 2]| {
        let u = repeated(200, y, |a| by_hand(a, x, y));
        [u, repeated(200, u, |a| by_hand(a, y, x))]
    };
    let (values, jacobian) = by_duals(formula, [0.3, 0.4]);
    every_mode!(outputs(x = 0.3, y = 0.4) -> (u, v) = values, d = jacobian);
}

/// A part that is all cosines, which are computed with the sines of the part before, takes nothing and gives nothing.
#[test]
fn sines_and_cosines_of_different_parts() {
    let formula = |[x, _]: [Dual64; 2]| {
        let term = |i: u32| (x * f64::from(i)).sin() / (1.0 + f64::from(i));
        [(0..2000).map(term).sum::<Dual64>()]
    };
    let ([y], [[slope, _]]) = by_duals(formula, [0.3, 0.0]);
    let (found, d) = fourier::value_and_grad(0.3);
    assert!(
        (found - y).abs() < 1e-10 && (d.x - slope).abs() < 1e-10,
        "{found} {}",
        d.x
    );
}

#[test]
fn singular_slopes() {
    let formula = |[x, y]: [Dual64; 2]| [repeated(200, x, |a| a.sqrt() * y + y.sqrt())];
    let ([z], [dz]) = by_duals(formula, [0.7, 0.5]);
    every_mode!(singular(x = 0.7, y = 0.5) -> z = z, d = dz);
    let (z, d) = singular::value_and_grad(0.0, 0.0);
    assert_eq!((z, d.x), (0.0, 0.0), "the careful version");
}

#[test]
fn pullbacks_of_calls() {
    use elsewhere::calls;
    let ([z], [dz]) = by_duals(|at| repeated_by_hand(at, 300), [0.3, 0.4]);
    every_mode!(calls(x = 0.3, y = 0.4) -> z = z, d = dz);
}

/// Without optimisation each of so many lanes has its own place on the stack.
#[test]
fn lanes() {
    on_large_stack(points_of_a_batch);
    on_large_stack(loops_over_arrays);
}

fn on_large_stack(test: fn()) {
    let large = std::thread::Builder::new().stack_size(1 << 26);
    let thread = large.spawn(test);
    let joined = thread.expect("a thread can be started").join();
    joined.expect("what it computes is right");
}

fn points_of_a_batch() {
    let [x, y] = [noise(37, 1), noise(37, 2)].map(|array: Array1<f64>| array.to_vec());
    let (z, d) = points::batch(&x, &y).expect("the lengths are one");
    for at in 0..x.len() {
        let ([want], [slopes]) = by_duals(|at| repeated_by_hand(at, 70), [x[at], y[at]]);
        let found = [z[at], d.x[at], d.y[at]];
        for (got, want) in found.iter().zip([want, slopes[0], slopes[1]]) {
            assert!((got - want).abs() < 1e-12, "{got}, but it should be {want}");
        }
    }
}

fn loops_over_arrays() {
    let [x, y]: [Array1<f64>; 2] = [noise(37, 1), noise(37, 2)];
    let (_, d) = arrays::value_and_grad(&x, &y).expect("the lengths are one");
    let slopes = |input: usize| {
        let both = x.iter().zip(&y);
        let each = both.map(|(x, y)| by_duals(|at| repeated_by_hand(at, 200), [*x, *y]));
        each.map(|(_, [slopes])| slopes[input])
            .collect::<Array1<f64>>()
    };
    assert_near("by x", &d.x, &slopes(0));
    assert_near("by y", &d.y, &slopes(1));
}

/// A filter is a sum of many shifted slices, whose loops and bodies are split; by hand it is two plain loops.
#[test]
fn a_filter() {
    for size in [130, 131, 170] {
        let [x, w, t]: [Array1<f64>; 3] = [noise(size, 1), noise(130, 2), noise(size - 129, 3)];
        let (loss, d) = filtered::value_and_grad(&x, &w, &t).expect("the lengths are right");
        let error = |at: usize| (0..130).map(|k| w[k] * x[at + k]).sum::<f64>() - t[at];
        let errors: Array1<f64> = (0..size - 129).map(error).collect();
        let near = |got: f64, want: f64| (got - want).abs() <= 1e-12 * (1.0 + want.abs());
        assert!(near(loss, errors.mapv(|error| error * error).sum()));
        let mut slopes = [Array1::zeros(size), Array1::zeros(130)];
        for (at, error) in errors.iter().enumerate() {
            for k in 0..130 {
                slopes[0][at + k] += 2.0 * error * w[k];
                slopes[1][k] += 2.0 * error * x[at + k];
            }
        }
        assert_near("by x", &d.x, &slopes[0]);
        assert_near("by w", &d.w, &slopes[1]);
        assert_near("by t", &d.t, &(-2.0 * &errors));
        let forward = filtered::forward(&x, &w, &t).expect("the lengths are right");
        let back = forward.backward(1.0).expect("a number has no shape");
        assert_near("backward by x", &back.x, &slopes[0]);
        assert_near("backward by w", &back.w, &slopes[1]);
        let (dx, dw, dt) = (noise(size, 4), noise(130, 5), noise(size - 129, 6));
        let (_, change) = filtered::jvp(&x, &w, &t, &dx, &dw, &dt).expect("the lengths are right");
        let along = slopes[0].dot(&dx) + slopes[1].dot(&dw) - 2.0 * errors.dot(&dt);
        assert!(near(change, along), "{change}, but it should be {along}");
        let (_, _, product) =
            filtered::hvp(&x, &w, &t, &dx, &dw, &dt).expect("the lengths are right");
        let moved = |at: usize| {
            let taps = (0..130).map(|k| dw[k] * x[at + k] + w[k] * dx[at + k]);
            taps.sum::<f64>() - dt[at]
        };
        let moved: Array1<f64> = (0..size - 129).map(moved).collect();
        assert_near("hvp by t", &product.t, &(-2.0 * &moved));
    }
}
