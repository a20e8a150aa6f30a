//! Pictures: every node, edge and number is there, nothing lies on anything else, and those in the README are what is drawn today.
//!
//! `GRAPH_UPDATE_PICTURES=1` draws the files in `examples/pictures` anew; look at them before they are kept.

mod random;
mod svg;

use graph_runtime::graph;
use graph_runtime::picture::Picture;
use ndarray::array;

graph! {
    /// What two apples and three oranges cost, with tax.
    fn fruit(apple, apples, orange, oranges, tax) -> total {
        all_apples = apple * apples;
        all_oranges = orange * oranges;
        fruit = all_apples + all_oranges;
        total = fruit * tax;
    }

    fn square_of_sum(x, y) -> z { z = (x + y)^2; }

    /// The sigmoid, one node after the other.
    fn sigmoid_apart(x) -> y { y = 1 / (1 + exp(-x)); }

    /// Snavely's camera: a point turned about an axis whose length is the angle, moved, projected, and radially distorted.
    fn camera(r: [3], t: [3], f, k1, k2, const p: [3]) -> e: [2] {
        angle = norm(r);
        axis = r / angle;
        c = cos(angle);
        turned = c*p + sin(angle)*cross(axis, p) + (1 - c)*dot(axis, p)*axis;
        q = turned + t;
        x = -q[0..2] / q[2];
        s = dot(x, x);
        e = f*(1 + k1*s + k2*s^2) * x;
    }

    /// Two layers and the loss over a batch.
    fn network(const x: [n, 2], w1: [2, 3], b1: [3], w2: [3, 2], b2: [2], const labels: index[n]) -> loss {
        hidden = sigmoid(affine(x, w1, b1));
        logits = affine(hidden, w2, b2);
        loss = softmax_cross_entropy(logits, labels);
    }
}

fn fruit_picture() -> Picture {
    fruit::picture(100.0, 2.0, 150.0, 3.0, 1.1, 1.0)
}

fn camera_picture() -> Picture {
    camera::picture(
        [0.1, -0.2, 0.3],
        [0.5, -0.3, -4.0],
        500.0,
        -0.1,
        0.01,
        [1.0, 2.0, -3.0],
        [1.0, -0.5],
    )
}

fn network_picture() -> Picture {
    let x = array![[1.0, 0.5], [-0.5, 2.0]];
    let w1 = array![[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]];
    let w2 = array![[0.7, -0.8], [0.9, 0.1], [-0.2, 0.3]];
    let (b1, b2) = (array![0.0, 0.1, -0.1], array![0.05, -0.05]);
    network::picture(&x, &w1, &b1, &w2, &b2, &[0, 1], 1.0).expect("the shapes fit")
}

/// The pictures in `examples/pictures`, by the names of their files.
fn files() -> [(&'static str, Picture); 5] {
    [
        ("fruit", fruit_picture()),
        ("square_of_sum", square_of_sum::picture(1.0, 2.0, 1.0)),
        ("sigmoid", sigmoid_apart::picture(1.0, 1.0)),
        ("network", network_picture()),
        ("camera", camera_picture()),
    ]
}

#[test]
fn the_files_are_what_is_drawn_today() {
    for (name, picture) in files() {
        let path = format!(
            "{}/examples/pictures/{name}.svg",
            env!("CARGO_MANIFEST_DIR")
        );
        let drawn = picture.to_svg();
        if std::env::var_os("GRAPH_UPDATE_PICTURES").is_some() {
            std::fs::write(&path, &drawn).expect("the picture can be written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == drawn, "{path} is not what is drawn today");
    }
}
