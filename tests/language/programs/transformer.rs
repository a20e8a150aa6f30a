//! A transformer block over a batch, as it stands in papers and in other libraries, against values in 300 bits.

use graph_runtime::graph;
use ndarray::{Array, Array2, Array3, Dimension, ShapeBuilder};

use crate::common::reference::Reference;

graph! {
    fn layer_norm(x: [b, t, d], gain: [d], shift: [d]) -> y: [b, t, d] {
        centred = x - mean(x, axis = -1, keep);
        y = centred/sqrt(mean(centred^2, axis = -1, keep) + 1e-5)*gain + shift;
    }
    fn heads(x: [b, t, 8]) -> y: [b, 2, t, 4] { y = permute(reshape(x, [b, t, 2, 4]), [0, 2, 1, 3]); }

    fn block(
        x: [b, t, 8], gain1: [8], shift1: [8], wq: [8, 8], wk: [8, 8], wv: [8, 8], wo: [8, 8],
        gain2: [8], shift2: [8], w1: [8, f], c1: [f], w2: [f, 8], c2: [8],
    ) -> out: [b, t, 8] {
        n = layer_norm(x, gain1, shift1);
        weights = softmax(heads(n @ wq) @ heads(n @ wk).T/sqrt(4));
        attended = reshape(permute(weights @ heads(n @ wv), [0, 2, 1, 3]), [b, t, 8]);
        middle = x + attended @ wo;
        out = middle + gelu(layer_norm(middle, gain2, shift2) @ w1 + c1) @ w2 + c2;
    }

    fn causal_block(
        x: [b, t, 8], gain1: [8], shift1: [8], wq: [8, 8], wk: [8, 8], wv: [8, 8], wo: [8, 8],
        gain2: [8], shift2: [8], w1: [8, f], c1: [f], w2: [f, 8], c2: [8],
    ) -> out: [b, t, 8] {
        n = layer_norm(x, gain1, shift1);
        q = heads(n @ wq);
        k = heads(n @ wk);
        scores = each(s in 0..b, h in 0..2, i in 0..t, j in 0..t,
            if j <= i { dot(q[s, h, i], k[s, h, j])/sqrt(4) } else { { f64::NEG_INFINITY } });
        attended = reshape(permute(softmax(scores) @ heads(n @ wv), [0, 2, 1, 3]), [b, t, 8]);
        middle = x + attended @ wo;
        out = middle + gelu(layer_norm(middle, gain2, shift2) @ w1 + c1) @ w2 + c2;
    }

    /// Heads as an axis of the weights, one after the other, of any number and width.
    fn attention(x: [b, t, d], wq: [h, d, k], wk: [h, d, k], wv: [h, d, k], wo: [h, k, d]) -> out: [b, t, d] {
        out = each(s in 0..b, sum(a in 0..h,
            weights = softmax((x[s] @ wq[a]) @ (x[s] @ wk[a]).T/sqrt(k)); weights @ (x[s] @ wv[a]) @ wo[a]));
    }
    fn block_by_heads(
        x: [b, t, d], gain1: [d], shift1: [d], wq: [h, d, k], wk: [h, d, k], wv: [h, d, k], wo: [h, k, d],
        gain2: [d], shift2: [d], w1: [d, f], c1: [f], w2: [f, d], c2: [d],
    ) -> out: [b, t, d] {
        middle = x + attention(layer_norm(x, gain1, shift1), wq, wk, wv, wo);
        out = middle + gelu(layer_norm(middle, gain2, shift2) @ w1 + c1) @ w2 + c2;
    }

    fn loss_of_full(
        x: [b, t, 8], gain1: [8], shift1: [8], wq: [8, 8], wk: [8, 8], wv: [8, 8], wo: [8, 8],
        gain2: [8], shift2: [8], w1: [8, f], c1: [f], w2: [f, 8], c2: [8], const target: [b, t, 8],
    ) -> loss {
        loss = mean((block(x, gain1, shift1, wq, wk, wv, wo, gain2, shift2, w1, c1, w2, c2) - target)^2);
    }
    fn loss_of_causal(
        x: [b, t, 8], gain1: [8], shift1: [8], wq: [8, 8], wk: [8, 8], wv: [8, 8], wo: [8, 8],
        gain2: [8], shift2: [8], w1: [8, f], c1: [f], w2: [f, 8], c2: [8], const target: [b, t, 8],
    ) -> loss {
        loss = mean((causal_block(x, gain1, shift1, wq, wk, wv, wo, gain2, shift2, w1, c1, w2, c2) - target)^2);
    }
    fn loss_by_heads(
        x: [b, t, d], gain1: [d], shift1: [d], wq: [h, d, k], wk: [h, d, k], wv: [h, d, k], wo: [h, k, d],
        gain2: [d], shift2: [d], w1: [d, f], c1: [f], w2: [f, d], c2: [d], const target: [b, t, d],
    ) -> loss {
        loss = mean((block_by_heads(x, gain1, shift1, wq, wk, wv, wo, gain2, shift2, w1, c1, w2, c2) - target)^2);
    }
}

/// The formula by which the reference has its inputs: numbers of six bits, another sequence for each input.
fn input<D: Dimension>(shape: impl ShapeBuilder<Dim = D>, stream: usize) -> Array<f64, D> {
    let mut numbers = (0..).map(|k| ((53 * k + 29 * stream) % 97) as f64 / 64.0 - 0.75);
    Array::from_shape_simple_fn(shape, || numbers.next().expect("numbers never end"))
}

/// The square matrices of all heads as the graph has them: as they are, or a head after the other.
macro_rules! agrees_with_reference {
    ($f:ident as $kind:literal, $columns:expr, $rows:expr) => {{
        let file = data!("transformer_block");
        let part = Reference(&file).at($kind);
        let d = part.at("grad");
        let x = input((2, 5, 8), 0);
        let (gain1, shift1, gain2, shift2) = (input(8, 1), input(8, 2), input(8, 7), input(8, 8));
        let [wq, wk, wv] = [3, 4, 5].map(|stream| $columns(&input((8, 8), stream)));
        let wo = $rows(&input((8, 8), 6));
        let (w1, c1, w2, c2) = (input((8, 16), 9), input(16, 10), input((16, 8), 11), input(8, 12));
        let target = input((2, 5, 8), 13);
        agrees!(
            $f(x, gain1, shift1, wq, wk, wv, wo, gain2, shift2, w1, c1, w2, c2; &target) -> loss = part.number("loss"),
            d(
                d.tensor("x"), d.vector("gain1"), d.vector("shift1"),
                $columns(&d.matrix("wq")), $columns(&d.matrix("wk")), $columns(&d.matrix("wv")), $rows(&d.matrix("wo")),
                d.vector("gain2"), d.vector("shift2"), d.matrix("w1"), d.vector("c1"), d.matrix("w2"), d.vector("c2")
            ),
            within 1e-12
        );
    }};
}

fn as_it_is(w: &Array2<f64>) -> Array2<f64> {
    w.clone()
}

fn columns_by_heads(w: &Array2<f64>) -> Array3<f64> {
    Array3::from_shape_fn((2, 8, 4), |(head, row, column)| w[[row, 4 * head + column]])
}

fn rows_by_heads(w: &Array2<f64>) -> Array3<f64> {
    Array3::from_shape_fn((2, 4, 8), |(head, row, column)| w[[4 * head + row, column]])
}

#[test]
fn full_attention() {
    agrees_with_reference!(loss_of_full as "full", as_it_is, as_it_is);
}

#[test]
fn causal_attention() {
    agrees_with_reference!(loss_of_causal as "causal", as_it_is, as_it_is);
}

#[test]
fn a_head_after_the_other() {
    agrees_with_reference!(loss_by_heads as "full", columns_by_heads, rows_by_heads);
}
