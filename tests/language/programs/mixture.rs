//! The log-likelihood of a Gaussian mixture, d = 10, k = 25, n = 1000, with diagonal and with full covariances, against
//! its gradient by hand. With `r` the responsibilities (the softmax over the components of a point's log-densities),
//! the derivative of the likelihood by anything is the sum of `r` times the derivative of the log-density by it.

use graph_runtime::graph;
use ndarray::{Array1, Array2, Array3, Axis, s};

use crate::programs::{assert_near, noise};

graph! {
    /// Diagonal covariances: `scale` is ln(1/σ), and the constant -d/2 ln 2π is left out, as usual.
    fn diagonal(alpha: [k], mean_of: [k, d], scale: [k, d], const x: [n, 1, d]) -> likelihood {
        density = alpha + sum(scale, axis = 1) - 0.5*sum(((x - mean_of)*exp(scale))^2, axis = 2);
        likelihood = sum(logsumexp(density, axis = 1) - logsumexp(alpha));
    }
    /// Full covariances by triangular roots of the precisions: `root` below the diagonal, exp(scale) on it.
    fn full(
        alpha: [k], mean_of: [k, 1, d], scale: [k, 1, d], root: [k, d, d],
        const x: [n, d], const below: [d, d], const diagonal: [d, d],
    ) -> likelihood {
        whitened = (x - mean_of) @ (root*below + exp(scale)*diagonal);
        density = alpha + sum(sum(scale, axis = 2), axis = 1) - 0.5*sum(whitened^2, axis = 2).T;
        likelihood = sum(logsumexp(density, axis = 1) - logsumexp(alpha));
    }
}

const N: usize = 1000;
const K: usize = 25;
const D: usize = 10;

struct ByHand {
    likelihood: f64,
    alpha: Array1<f64>,
    mean_of: Array2<f64>,
    scale: Array2<f64>,
    root: Array3<f64>,
}

/// One point at a time, one component at a time. The precision's root is `L = root + diag(exp(scale))`, the whitened
/// point `z = (x - μ) L`; so the log-density has the slopes `L z` by μ, `-(x - μ)ᵀ z` by L, and 1 by each scale.
fn by_hand(
    alpha: &Array1<f64>,
    mean_of: &Array2<f64>,
    scale: &Array2<f64>,
    root: &Array3<f64>,
    x: &Array2<f64>,
) -> ByHand {
    let total = |logs: &Array1<f64>| logs.mapv(f64::exp).sum().ln();
    let mut hand = ByHand {
        likelihood: -(x.nrows() as f64) * total(alpha),
        alpha: alpha.mapv(|a| -(x.nrows() as f64) * (a - total(alpha)).exp()),
        mean_of: Array2::zeros(mean_of.dim()),
        scale: Array2::zeros(scale.dim()),
        root: Array3::zeros(root.dim()),
    };
    for point in x.rows() {
        let roots: Vec<Array2<f64>> = (0..alpha.len())
            .map(|c| {
                &root.index_axis(Axis(0), c) + &Array2::from_diag(&scale.row(c).mapv(f64::exp))
            })
            .collect();
        let offsets: Vec<Array1<f64>> = mean_of
            .rows()
            .into_iter()
            .map(|mean| &point - &mean)
            .collect();
        let whitened: Vec<Array1<f64>> = offsets
            .iter()
            .zip(&roots)
            .map(|(offset, root)| offset.dot(root))
            .collect();
        let density = Array1::from_shape_fn(alpha.len(), |c| {
            alpha[c] + scale.row(c).sum() - 0.5 * whitened[c].dot(&whitened[c])
        });
        hand.likelihood += total(&density);
        for c in 0..alpha.len() {
            let share = (density[c] - total(&density)).exp();
            hand.alpha[c] += share;
            hand.mean_of
                .row_mut(c)
                .scaled_add(share, &roots[c].dot(&whitened[c]));
            for (i, offset) in offsets[c].iter().enumerate() {
                let slope = -offset * whitened[c][i];
                hand.scale[[c, i]] += share * (1.0 + slope * scale[[c, i]].exp());
                let mut below = hand.root.slice_mut(s![c, i, ..i]);
                below.scaled_add(-share * offset, &whitened[c].slice(s![..i]));
            }
        }
    }
    hand
}

struct Mixture {
    alpha: Array1<f64>,
    mean_of: Array2<f64>,
    scale: Array2<f64>,
    root: Array3<f64>,
    x: Array2<f64>,
}

/// A mixture with roots that are zero on the diagonal and above.
fn mixture(n: usize, k: usize, d: usize) -> Mixture {
    let mut root = noise((k, d, d), 33) * 0.3;
    for ((_, i, j), entry) in root.indexed_iter_mut() {
        if j >= i {
            *entry = 0.0;
        }
    }
    Mixture {
        alpha: noise(k, 30),
        mean_of: noise((k, d), 31),
        scale: noise((k, d), 32) * 0.5,
        root,
        x: noise((n, d), 34) * 2.0,
    }
}

#[test]
fn diagonal_covariances() {
    let Mixture {
        alpha,
        mean_of,
        scale,
        root,
        x,
    } = mixture(N, K, D);
    let hand = by_hand(&alpha, &mean_of, &scale, &(root * 0.0), &x);
    let x = x.insert_axis(Axis(1));
    let (likelihood, d) =
        diagonal::value_and_grad(&alpha, &mean_of, &scale, &x).expect("the shapes agree");
    assert!(
        (likelihood / hand.likelihood - 1.0).abs() < 1e-12,
        "{likelihood}, not {}",
        hand.likelihood
    );
    assert_near("alpha", &d.alpha, &hand.alpha);
    assert_near("mean", &d.mean_of, &hand.mean_of);
    assert_near("scale", &d.scale, &hand.scale);
}

#[test]
fn full_covariances() {
    let Mixture {
        alpha,
        mean_of,
        scale,
        root,
        x,
    } = mixture(N, K, D);
    let hand = by_hand(&alpha, &mean_of, &scale, &root, &x);
    let below = Array2::from_shape_fn((D, D), |(i, j)| if j < i { 1.0 } else { 0.0 });
    let (mean_of, scale) = (mean_of.insert_axis(Axis(1)), scale.insert_axis(Axis(1)));
    let (likelihood, d) =
        full::value_and_grad(&alpha, &mean_of, &scale, &root, &x, &below, &Array2::eye(D))
            .expect("the shapes agree");
    assert!(
        (likelihood / hand.likelihood - 1.0).abs() < 1e-12,
        "{likelihood}, not {}",
        hand.likelihood
    );
    assert_near("alpha", &d.alpha, &hand.alpha);
    assert_near(
        "mean",
        &d.mean_of.slice(s![.., 0, ..]).to_owned(),
        &hand.mean_of,
    );
    assert_near(
        "scale",
        &d.scale.slice(s![.., 0, ..]).to_owned(),
        &hand.scale,
    );
    assert_near("root", &d.root, &hand.root);
}

/// Every mode, at a size where a mistake is easy to see.
#[test]
fn every_mode() {
    let Mixture {
        alpha,
        mean_of,
        scale,
        root,
        x,
    } = mixture(4, 3, 2);
    let hand = by_hand(&alpha, &mean_of, &scale, &(root * 0.0), &x);
    let x = x.insert_axis(Axis(1));
    array_modes!(
        sized diagonal(alpha = &alpha, mean_of = &mean_of, scale = &scale; &x) -> likelihood = hand.likelihood,
        d(hand.alpha, hand.mean_of, hand.scale)
    );
}
