//! Random graphs of up to 60 nodes: nothing lies on anything else.

use graph_runtime::__private::picture::{Edge, NONE, Node, Role, array, draw};
use graph_runtime::picture::{Picture, Quantity};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::svg::Drawing;

const SIGNS: &[(&str, usize)] = &[
    ("+", 2),
    ("*", 2),
    ("-", 2),
    ("/", 2),
    ("exp", 1),
    ("^2", 1),
    ("sigmoid", 1),
    ("if", 3),
    ("affine", 3),
    ("softmax_cross_entropy", 2),
];

/// A number or a small or large array.
fn quantity(rng: &mut ChaCha8Rng) -> Quantity {
    let shapes: [&[usize]; 6] = [&[], &[], &[3], &[2, 3], &[3, 3], &[100, 50]];
    let shape = shapes[rng.random_range(0..shapes.len())];
    let count = shape.iter().product();
    let entries: Vec<f64> = (0..count)
        .map(|_| rng.random_range(-1000.0..1000.0))
        .collect();
    array(shape, &entries)
}

/// A graph with so many nodes, whose operations mostly use what was made last.
fn picture(rng: &mut ChaCha8Rng, size: usize) -> Picture {
    let mut values = Vec::new();
    let mut value = |rng: &mut ChaCha8Rng| {
        values.push(quantity(rng));
        values.len() - 1
    };
    let inputs = rng.random_range(1..=6).min(size / 2);
    let mut nodes = Vec::new();
    let mut used = vec![false; size + 1];
    for at in 0..inputs {
        let name = ["x", "w", "weight_of_it", "b", "y2", "tax"][at];
        nodes.push(Node(Role::Input, name, "", value(rng), value(rng), &[]));
    }
    while nodes.len() < size {
        if rng.random_bool(0.1) {
            nodes.push(Node(Role::Constant, "0.5", "", value(rng), NONE, &[]));
        }
        let (sign, count) = SIGNS[rng.random_range(0..SIGNS.len())];
        let constant = nodes.len() - 1;
        let free = (0..nodes.len()).filter(|at| nodes[*at].0 != Role::Constant);
        let free: Vec<usize> = free.collect();
        let mut edges = Vec::new();
        for at in 0..count {
            if at == 0 && nodes[constant].0 == Role::Constant {
                edges.push(Edge(constant, NONE, "", NONE));
                continue;
            }
            let first = if rng.random_bool(0.7) {
                free.len().saturating_sub(6)
            } else {
                0
            };
            let from = free[rng.random_range(first..free.len())];
            used[from] = true;
            let gradient = if rng.random_bool(0.8) {
                value(rng)
            } else {
                NONE
            };
            edges.push(Edge(from, gradient, "", NONE));
        }
        let name = ["", "", "t", "hidden", "all_apples"][rng.random_range(0..5)];
        nodes.push(Node(
            Role::Operation,
            sign,
            name,
            value(rng),
            value(rng),
            edges.leak(),
        ));
    }
    for at in 0..nodes.len() {
        if !used[at] && nodes[at].0 == Role::Operation {
            let edges = vec![Edge(at, value(rng), "", NONE)];
            nodes.push(Node(Role::Output, "z", "", 0, value(rng), edges.leak()));
        }
    }
    draw(&nodes, &values)
}

#[test]
fn nothing_lies_on_anything_else() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for round in 0..120 {
        let picture = picture(&mut rng, 2 + round / 2);
        let drawing = Drawing::of(&picture.to_svg());
        let collisions = drawing.collisions();
        if !collisions.is_empty() {
            let file = std::env::temp_dir().join("collisions.svg");
            std::fs::write(&file, picture.to_svg()).expect("the picture can be written");
            panic!("round {round}, {}: {collisions:#?}", file.display());
        }
    }
}
