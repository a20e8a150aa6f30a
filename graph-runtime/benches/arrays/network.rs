//! Training steps of two networks: 784-50-10 with sigmoid on batches of 100, and 784-512-512-10 with ReLU on batches of 128;
//! forward, backward and plain gradient descent, f32.

use graph_runtime::{graph, vecmath};
use ndarray::{Array1, Array2, Axis, Zip};

use crate::harness::{Task, random};
use crate::products::{MATRIXMULTIPLY, OURS, Product};
use crate::summary::Line;

const RATE: f32 = 0.1;

graph! {
    fn sigmoid_net(w1: [784, h], b1: [h], w2: [h, 10], b2: [10], const x: [n, 784], const t: index[n]) -> loss {
        loss = softmax_cross_entropy(affine(sigmoid(affine(x, w1, b1)), w2, b2), t);
    }
    fn relu_net(
        w1: [784, h], b1: [h], w2: [h, m], b2: [m], w3: [m, 10], b3: [10], const x: [n, 784], const t: index[n]
    ) -> loss {
        a = relu(affine(x, w1, b1));
        b = relu(affine(a, w2, b2));
        loss = softmax_cross_entropy(affine(b, w3, b3), t);
    }
}

/// Weights and biases of all layers, and what each has come to.
#[derive(Clone)]
struct Net {
    w: Vec<Array2<f32>>,
    b: Vec<Array1<f32>>,
}

fn net(sizes: &[usize]) -> Net {
    let layers = || sizes.windows(2).enumerate();
    let w = layers().map(|(layer, size)| {
        let scale = 1.0 / (size[0] as f32).sqrt();
        random(10 + layer as u64, (size[0], size[1]), -scale, scale)
    });
    let b = layers().map(|(_, size)| Array1::zeros(size[1]));
    Net {
        w: w.collect(),
        b: b.collect(),
    }
}

fn data(batch: usize) -> (Array2<f32>, Vec<usize>) {
    let labels = (0..batch).map(|at| (at * 7 + at / 3) % 10).collect();
    (random(1, (batch, 784), 0.0, 1.0), labels)
}

/// An activation and its derivative by hand, over whole slices.
struct Activation {
    apply: fn(&[f32], &mut [f32]),
    /// Multiplies an adjoint by the slope, which the activation's value tells.
    back: fn(&[f32], &mut [f32]),
}

const SIGMOID: Activation = Activation {
    apply: vecmath::sigmoid,
    back: |y, d| d.iter_mut().zip(y).for_each(|(d, y)| *d *= y * (1.0 - y)),
};

const RELU: Activation = Activation {
    apply: |x, y| {
        y.iter_mut()
            .zip(x)
            .for_each(|(y, x)| *y = if *x > 0.0 { *x } else { 0.0 });
    },
    back: |y, d| {
        d.iter_mut()
            .zip(y)
            .for_each(|(d, y)| *d = if *y > 0.0 { *d } else { 0.0 });
    },
};

/// Everything a step by hand keeps: sums and values of each layer, adjoints, gradients.
struct ByHand {
    product: Product,
    net: Net,
    activation: Activation,
    sums: Vec<Array2<f32>>,
    values: Vec<Array2<f32>>,
    adjoints: Vec<Array2<f32>>,
    gradients: Vec<Array2<f32>>,
}

impl ByHand {
    fn new(product: Product, net: Net, activation: Activation, batch: usize) -> ByHand {
        let rows = || {
            net.b
                .iter()
                .map(|b| Array2::zeros((batch, b.len())))
                .collect()
        };
        ByHand {
            product,
            sums: rows(),
            values: rows(),
            adjoints: rows(),
            gradients: net.w.iter().map(|w| Array2::zeros(w.raw_dim())).collect(),
            net,
            activation,
        }
    }

    fn step(&mut self, x: &Array2<f32>, labels: &[usize]) -> f64 {
        let last = self.net.w.len() - 1;
        for layer in 0..=last {
            let from = if layer == 0 {
                x
            } else {
                &self.values[layer - 1]
            };
            let sum = &mut self.sums[layer];
            (self.product)(&from.view(), &self.net.w[layer].view(), sum);
            let (memory, bias) = (sum.as_slice_mut().expect("packed"), &self.net.b[layer]);
            for row in memory.chunks_exact_mut(bias.len()) {
                row.iter_mut()
                    .zip(bias)
                    .for_each(|(sum, bias)| *sum += bias);
            }
            if layer < last {
                let to = self.values[layer].as_slice_mut().expect("packed");
                (self.activation.apply)(sum.as_slice().expect("packed"), to);
            }
        }
        let loss = cross_entropy(&self.sums[last], labels, &mut self.adjoints[last]);
        for layer in (0..=last).rev() {
            let from = if layer == 0 {
                x
            } else {
                &self.values[layer - 1]
            };
            let (before, after) = self.adjoints.split_at_mut(layer);
            let d = &after[0].view();
            (self.product)(&from.t(), d, &mut self.gradients[layer]);
            if let Some(to) = before.last_mut() {
                (self.product)(d, &self.net.w[layer].t(), to);
                let y = self.values[layer - 1].as_slice().expect("packed");
                (self.activation.back)(y, to.as_slice_mut().expect("packed"));
            }
            self.net.w[layer].scaled_add(-RATE, &self.gradients[layer]);
            self.net.b[layer].scaled_add(-RATE, &after[0].sum_axis(Axis(0)));
        }
        f64::from(loss)
    }
}

/// The mean loss, and its adjoint `(softmax - one hot)/n`.
fn cross_entropy(logits: &Array2<f32>, labels: &[usize], adjoint: &mut Array2<f32>) -> f32 {
    let share = 1.0 / labels.len() as f32;
    let mut loss = 0.0;
    for ((row, mut d), label) in logits
        .outer_iter()
        .zip(adjoint.outer_iter_mut())
        .zip(labels)
    {
        let largest = row.fold(f32::NEG_INFINITY, |largest, x| largest.max(*x));
        Zip::from(&mut d)
            .and(&row)
            .for_each(|d, x| *d = x - largest);
        let own = d[*label];
        let shifted: [f32; 10] = std::array::from_fn(|at| d[at]);
        vecmath::exp(&shifted, d.as_slice_mut().expect("packed"));
        let sum = d.sum();
        loss += sum.ln() - own;
        d.mapv_inplace(|e| e * (share / sum));
        d[*label] -= share;
    }
    loss * share
}

pub fn small(rounds: usize) -> Line {
    let (x, labels) = data(100);
    let start = net(&[784, 50, 10]);
    let by_hand = [OURS, MATRIXMULTIPLY].map(|product| {
        let mut hand = ByHand::new(product, start.clone(), SIGMOID, 100);
        let (x, labels) = (x.clone(), labels.clone());
        move || hand.step(&x, &labels)
    });
    let [by_hand, over_matrixmultiply] = by_hand;
    let Net { mut w, mut b } = start;
    let (mut workspace, mut d) = (
        sigmoid_net::Workspace::default(),
        sigmoid_net::Grad::default(),
    );
    let by_graph = move || {
        let loss = sigmoid_net::value_and_grad_into(
            &w[0],
            &b[0],
            &w[1],
            &b[1],
            &x,
            &labels,
            &mut workspace,
            &mut d,
        );
        w[0].scaled_add(-RATE, &d.w1);
        b[0].scaled_add(-RATE, &d.b1);
        w[1].scaled_add(-RATE, &d.w2);
        b[1].scaled_add(-RATE, &d.b2);
        f64::from(loss.expect("the shapes agree"))
    };
    Task::new("a training step of 784-50-10, sigmoid, batch 100, f32")
        .row("by hand", by_hand)
        .row("by hand over `matrixmultiply`", over_matrixmultiply)
        .row("graph!", by_graph)
        .report(rounds)
}

pub fn large(rounds: usize) -> Line {
    let (x, labels) = data(128);
    let start = net(&[784, 512, 512, 10]);
    let by_hand = [OURS, MATRIXMULTIPLY].map(|product| {
        let mut hand = ByHand::new(product, start.clone(), RELU, 128);
        let (x, labels) = (x.clone(), labels.clone());
        move || hand.step(&x, &labels)
    });
    let [by_hand, over_matrixmultiply] = by_hand;
    let Net { mut w, mut b } = start;
    let (mut workspace, mut d) = (relu_net::Workspace::default(), relu_net::Grad::default());
    let by_graph = move || {
        let loss = relu_net::value_and_grad_into(
            &w[0],
            &b[0],
            &w[1],
            &b[1],
            &w[2],
            &b[2],
            &x,
            &labels,
            &mut workspace,
            &mut d,
        );
        for (w, d) in w.iter_mut().zip([&d.w1, &d.w2, &d.w3]) {
            w.scaled_add(-RATE, d);
        }
        for (b, d) in b.iter_mut().zip([&d.b1, &d.b2, &d.b3]) {
            b.scaled_add(-RATE, d);
        }
        f64::from(loss.expect("the shapes agree"))
    };
    Task::new("a training step of 784-512-512-10, ReLU, batch 128, f32")
        .row("by hand", by_hand)
        .row("by hand over `matrixmultiply`", over_matrixmultiply)
        .row("graph!", by_graph)
        .report(rounds)
}
