//! Training that is written down by `serde`, read back, and goes on: the same bits as if it had not stopped.

use graph_runtime::graph;
use graph_runtime::optim::{AdaGrad, Adam, AdamW, Momentum, RmsProp, Sgd, clip_norm};
use ndarray::{Array2, array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

graph! {
    #[derive(Serialize, Deserialize)]
    struct Layer[d, h] { w: [d, h], b: [h] }

    #[derive(Serialize, serde::Deserialize)]
    struct Scale { by: [2], #[serde(rename = "offset")] from }

    /// A list, numbers, labels and what is `const`, beside arrays.
    #[derive(Serialize, Deserialize)]
    pub struct Net {
        layers: Layer[3, 3][2],
        last: Layer[3, 2],
        scale: Scale,
        const mask: [3],
        #[serde(default)]
        chosen: index[4],
    }

    fn loss(net: Net, const x: [n, 3], const t: index[n]) -> l {
        shared = sum(net.layers[0].b[net.chosen]);
        hidden = net.mask*tanh(affine(x*net.scale.from, net.layers[0].w, net.layers[0].b));
        deep = tanh(affine(hidden, net.layers[1].w, net.layers[1].b)) + shared;
        l = softmax_cross_entropy(affine(deep, net.last.w, net.last.b)*net.scale.by, t);
    }
}

fn start() -> Net {
    use graph_runtime::Record;
    let mut entries = (0..).map(|k| f64::from((37 * k + 11) % 101) / 101.0 - 0.5);
    let mut net = Net::zeros().map(|_| entries.next().unwrap());
    net.mask = array![1.0, 0.0, 0.5];
    net.chosen = vec![0, 2, 2, 1];
    net
}

fn text_and_back<V: Serialize + DeserializeOwned>(value: &V) -> V {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// Ten steps, a restart, and ten more: as twenty steps. The number π / 3 has no short decimals.
fn goes_on<O: Clone + Serialize + DeserializeOwned>(
    mut optimiser: O,
    step: impl Fn(&mut O, &mut Net, &Net),
) {
    let x = Array2::from_shape_fn((5, 3), |(row, column)| {
        (row as f64 - column as f64) * std::f64::consts::FRAC_PI_3
    });
    let mut net = start();
    let train = |net: &mut Net, optimiser: &mut O| {
        for _ in 0..10 {
            let (_, mut d) = loss::value_and_grad(&*net, &x, &[0, 1, 1, 0, 1]).unwrap();
            clip_norm(&mut d.net, 0.5);
            step(optimiser, net, &d.net);
        }
    };
    train(&mut net, &mut optimiser);
    let (mut other_net, mut other) = (text_and_back(&net), text_and_back(&optimiser));
    assert_eq!(other_net, net);
    train(&mut net, &mut optimiser);
    train(&mut other_net, &mut other);
    assert_eq!(other_net, net);
    assert_ne!(net, start());
}

#[test]
fn every_optimiser_goes_on() {
    goes_on(Sgd::new(0.1), |sgd, net, d| sgd.step(net, d));
    goes_on(Momentum::new(0.1, 0.9), |momentum, net, d| {
        momentum.step(net, d);
    });
    goes_on(AdaGrad::new(0.1), |rates, net, d| rates.step(net, d));
    goes_on(RmsProp::new(0.1), |rates, net, d| rates.step(net, d));
    goes_on(Adam::new(0.1), |adam, net, d| adam.step(net, d));
    goes_on(AdamW::new(0.1, 0.1), |adam, net, d| adam.step(net, d));
}

/// All of an optimiser is kept: before a step, after it, and of `f32` too.
#[test]
fn all_of_an_optimiser_is_kept() {
    let mut adam = AdamW::new(0.1_f32, 0.3);
    adam.square_decay = 0.7;
    assert_eq!(text_and_back(&adam), adam);
    adam.step(&mut [1.0, 2.0], &[0.1, -0.7]);
    assert_eq!(text_and_back(&adam), adam);
    assert_ne!(text_and_back(&AdamW::new(0.1_f32, 0.3)), adam);
}

/// The attributes that stand in the block are those of the struct and its fields in Rust.
#[test]
fn attributes_of_fields() {
    let mut text = serde_json::to_value(start()).unwrap();
    assert!(text["scale"]["offset"].is_number());
    assert!(text.as_object_mut().unwrap().remove("chosen").is_some());
    let net: Net = serde_json::from_value(text).unwrap();
    assert_eq!((net.last, net.chosen), (start().last, vec![]));
}
