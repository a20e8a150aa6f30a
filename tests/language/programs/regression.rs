//! Ridge and logistic regression: the two losses that have their gradients in every textbook.

use graph_runtime::graph;
use ndarray::{Array1, Array2};

use crate::programs::noise;

graph! {
    /// Squared error with a penalty on the weights but not on the intercept.
    fn ridge(w: [d], b, const x: [n, d], const t: [n], const strength) -> loss {
        residual = x @ w + b - t;
        loss = mean(residual^2) + strength*sum(w^2);
    }
    /// The mean of -ln p(t), with labels 0 and 1.
    fn logistic(w: [d], b, const x: [n, d], const t: [n]) -> loss {
        score = x @ w + b;
        loss = mean(softplus(score) - t*score);
    }
}

fn data(n: usize, d: usize) -> (Array2<f64>, Array1<f64>, f64) {
    (noise((n, d), 4), noise(d, 5), 0.3)
}

/// The gradient is 2 Xᵀr/n + 2 λw, and 2 mean(r) for the intercept.
#[test]
fn ridge_regression() {
    let (x, w, b) = data(40, 7);
    let t = noise(40, 6);
    let residual = x.dot(&w) + b - &t;
    let loss = residual.mapv(|r| r * r).sum() / 40.0 + 0.1 * w.mapv(|w| w * w).sum();
    let dw = x.t().dot(&residual) * (2.0 / 40.0) + &w * 0.2;
    let db = 2.0 * residual.sum() / 40.0;
    array_modes!(sized ridge(w = &w, b = b; &x, &t, 0.1) -> loss = loss, d(dw, db));
}

/// The gradient is Xᵀ(p - t)/n, and mean(p - t) for the intercept.
#[test]
fn logistic_regression() {
    let (x, w, b) = data(40, 7);
    let t = noise(40, 6).mapv(|t| if t > 0.0 { 1.0 } else { 0.0 });
    let p = (x.dot(&w) + b).mapv(|score| 1.0 / (1.0 + (-score).exp()));
    let losses = p
        .iter()
        .zip(&t)
        .map(|(p, t)| -(t * p.ln() + (1.0 - t) * (1.0 - p).ln()));
    let (loss, off) = (losses.sum::<f64>() / 40.0, &p - &t);
    let (dw, db) = (x.t().dot(&off) / 40.0, off.sum() / 40.0);
    array_modes!(sized logistic(w = &w, b = b; &x, &t) -> loss = loss, d(dw, db));
}

/// Scores of a thousand, where p is 0 or 1 to the last bit: nothing overflows.
#[test]
fn logistic_regression_far_from_the_boundary() {
    let x = ndarray::array![[1000.0], [-1000.0]];
    let (w, t) = (ndarray::array![1.0], ndarray::array![0.0, 1.0]);
    let (loss, d) = logistic::value_and_grad(&w, 0.0, &x, &t).expect("the shapes agree");
    assert_eq!((loss, d.w[0], d.b), (1000.0, 1000.0, 0.0));
}

/// Descent finds the solution of the normal equations (XᵀX/n + λ) w = Xᵀt/n.
#[test]
fn descent_solves_the_normal_equations() {
    let (x, _, _) = data(60, 3);
    let truth = ndarray::array![1.0, -2.0, 0.5];
    let t = x.dot(&truth);
    let (mut w, mut b) = (Array1::zeros(3), 0.0);
    for _ in 0..3000 {
        let (_, d) = ridge::value_and_grad(&w, b, &x, &t, 0.0).expect("the shapes agree");
        w.scaled_add(-0.5, &d.w);
        b -= 0.5 * d.b;
    }
    assert!((&w - &truth).iter().all(|off| off.abs() < 1e-9), "{w}");
    assert!(b.abs() < 1e-9);
}
