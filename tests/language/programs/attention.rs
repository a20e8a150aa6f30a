//! Scaled dot-product attention of one head, `A = softmax(Q Kᵀ/√d) V` (Vaswani and others, 2017), from the inputs
//! through the projections, against its backward pass by hand: with `P` the probabilities and `dP = dO·Vᵀ`,
//! `dS = P ∘ (dP - rowsum(dP ∘ P))`.

use graph_runtime::graph;
use ndarray::{Array2, Axis};

use crate::programs::noise;

graph! {
    /// Queries of one sequence on keys and values of another.
    fn attend(q: [m, d], k: [n, d], v: [n, e], const d_k) -> out {
        weights = softmax(q @ k.T/sqrt(d_k));
        out = weights @ v;
    }
    /// Self-attention with its projections, and a squared error at the end.
    fn head(wq: [c, d], wk: [c, d], wv: [c, e], const x: [n, c], const t: [n, e], const d_k) -> loss {
        loss = mean((attend(x @ wq, x @ wk, x @ wv, d_k) - t)^2);
    }
}

/// The output, the probabilities, and for a seed the adjoints of `q`, `k` and `v`.
struct ByHand {
    out: Array2<f64>,
    q: Array2<f64>,
    k: Array2<f64>,
    v: Array2<f64>,
}

fn by_hand(
    q: &Array2<f64>,
    k: &Array2<f64>,
    v: &Array2<f64>,
    seed: impl Fn(&Array2<f64>) -> Array2<f64>,
) -> ByHand {
    let scale = 1.0 / (q.ncols() as f64).sqrt();
    let mut p = (q.dot(&k.t()) * scale).mapv(f64::exp);
    p /= &p.sum_axis(Axis(1)).insert_axis(Axis(1));
    let out = p.dot(v);
    let d_out = seed(&out);
    let d_p = d_out.dot(&v.t());
    let along = (&d_p * &p).sum_axis(Axis(1)).insert_axis(Axis(1));
    let d_s = &p * &(d_p - along) * scale;
    ByHand {
        out,
        q: d_s.dot(k),
        k: d_s.t().dot(q),
        v: p.t().dot(&d_out),
    }
}

#[test]
fn queries_keys_and_values() {
    let (q, k, v) = (noise((4, 3), 20), noise((6, 3), 21), noise((6, 5), 22));
    let seed = noise((4, 5), 23);
    let hand = by_hand(&q, &k, &v, |_| seed.clone());
    array_modes!(
        sized attend(q = &q, k = &k, v = &v; 3.0) -> out = hand.out, seed &seed, d(hand.q, hand.k, hand.v)
    );
}

#[test]
fn self_attention_with_projections() {
    let (x, t) = (noise((7, 4), 24), noise((7, 5), 25));
    let (wq, wk, wv) = (noise((4, 3), 26), noise((4, 3), 27), noise((4, 5), 28));
    let (q, k, v) = (x.dot(&wq), x.dot(&wk), x.dot(&wv));
    let hand = by_hand(&q, &k, &v, |out| (out - &t) * (2.0 / 35.0));
    let loss = (&hand.out - &t).mapv(|off| off * off).sum() / 35.0;
    let (dq, dk, dv) = (x.t().dot(&hand.q), x.t().dot(&hand.k), x.t().dot(&hand.v));
    array_modes!(sized head(wq = &wq, wk = &wk, wv = &wv; &x, &t, 3.0) -> loss = loss, d(dq, dk, dv));
}
