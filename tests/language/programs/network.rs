//! A network of three layers, with `relu` between them and the cross-entropy of labels at the end, against
//! backpropagation by hand: `dZ` of a layer from the `dA` behind it, then `dW = Aᵀ·dZ`, `db = Σ dZ`, `dA = dZ·Wᵀ`.

use graph_runtime::graph;
use ndarray::{Array1, Array2, Axis};

use crate::programs::{assert_near, noise};

graph! {
    fn network(
        x: [n, k], w1: [k, h], b1: [h], w2: [h, m], b2: [m], w3: [m, c], b3: [c], const labels: index[n],
    ) -> loss {
        a1 = relu(x @ w1 + b1);
        a2 = relu(a1 @ w2 + b2);
        loss = softmax_cross_entropy(a2 @ w3 + b3, labels);
    }
}

type Layer = (Array2<f64>, Array1<f64>);

/// A layer's weights and bias.
fn layer(inputs: usize, outputs: usize, stream: u64) -> Layer {
    let width = (6.0 / inputs as f64).sqrt();
    (
        noise((inputs, outputs), stream) * width,
        noise(outputs, stream + 1) * 0.1,
    )
}

/// The loss, the adjoint of the input, and those of the layers, last first.
fn by_hand(
    x: &Array2<f64>,
    layers: &[Layer; 3],
    labels: &[usize],
) -> (f64, Array2<f64>, Vec<Layer>) {
    let affine = |a: &Array2<f64>, at: usize| a.dot(&layers[at].0) + &layers[at].1;
    let (z1, relu) = (affine(x, 0), |z: &Array2<f64>| z.mapv(|z| z.max(0.0)));
    let a1 = relu(&z1);
    let z2 = affine(&a1, 1);
    let a2 = relu(&z2);
    let mut p = affine(&a2, 2).mapv(f64::exp);
    for mut row in p.rows_mut() {
        let total = row.sum();
        row /= total;
    }
    let n = labels.len() as f64;
    let loss = labels
        .iter()
        .enumerate()
        .map(|(i, &label)| -p[[i, label]].ln() / n)
        .sum();
    for (i, &label) in labels.iter().enumerate() {
        p[[i, label]] -= 1.0;
    }
    let mut d_z = p / n;
    let mut gradients = Vec::new();
    for (at, (input, before)) in [(&a2, Some(&z2)), (&a1, Some(&z1)), (x, None)]
        .into_iter()
        .enumerate()
    {
        gradients.push((input.t().dot(&d_z), d_z.sum_axis(Axis(0))));
        d_z = d_z.dot(&layers[2 - at].0.t());
        if let Some(z) = before {
            d_z.zip_mut_with(z, |d, z| *d = if *z > 0.0 { *d } else { 0.0 });
        }
    }
    (loss, d_z, gradients)
}

#[test]
fn every_mode() {
    let (x, labels) = (noise((9, 5), 7), [0, 2, 1, 1, 0, 2, 2, 1, 0]);
    let layers = [layer(5, 8, 8), layer(8, 6, 10), layer(6, 3, 12)];
    let (loss, dx, gradients) = by_hand(&x, &layers, &labels);
    let [(w1, b1), (w2, b2), (w3, b3)] = &layers;
    let [(dw3, db3), (dw2, db2), (dw1, db1)] = gradients.try_into().expect("three layers");
    array_modes!(
        sized network(x = &x, w1 = w1, b1 = b1, w2 = w2, b2 = b2, w3 = w3, b3 = b3; &labels) -> loss = loss,
        d(dx, dw1, db1, dw2, db2, dw3, db3)
    );
}

/// A size where the matrix products and the loops run over many blocks.
#[test]
fn a_large_batch() {
    let x = noise((200, 100), 14);
    let labels: Vec<usize> = (0..200).map(|i| (i * 7 + i / 3) % 10).collect();
    let layers = [layer(100, 80, 15), layer(80, 60, 17), layer(60, 10, 19)];
    let (loss, dx, gradients) = by_hand(&x, &layers, &labels);
    let [(w1, b1), (w2, b2), (w3, b3)] = &layers;
    let (found, d) =
        network::value_and_grad(&x, w1, b1, w2, b2, w3, b3, &labels).expect("the shapes agree");
    assert!((found - loss).abs() < 1e-12 * loss, "{found} is not {loss}");
    assert_near("x", &d.x, &dx);
    let found = [(d.w3, d.b3), (d.w2, d.b2), (d.w1, d.b1)];
    for ((found, wanted), name) in found.iter().zip(&gradients).zip(["3", "2", "1"]) {
        assert_near(&format!("w{name}"), &found.0, &wanted.0);
        assert_near(&format!("b{name}"), &found.1, &wanted.1);
    }
}
