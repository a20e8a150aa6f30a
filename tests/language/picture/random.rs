//! Random graphs of up to 60 nodes: nothing lies on anything else, in one row or in several.

use graph_runtime::__private::picture::draw;
use graph_runtime::picture::Picture;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::picture::svg::Drawing;

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

/// What generated code would say: a line per node, and the values.
struct Description {
    rng: ChaCha8Rng,
    lines: Vec<Vec<String>>,
    values: Vec<f64>,
    used: Vec<bool>,
}

impl Description {
    /// The place of a number or a small or large array.
    fn value(&mut self) -> String {
        let shapes: [&[usize]; 6] = [&[], &[], &[3], &[2, 3], &[3, 3], &[100, 50]];
        let shape = shapes[self.rng.random_range(0..shapes.len())];
        let place = std::iter::once(self.values.len()).chain(shape.iter().copied());
        let place: Vec<String> = place.map(|word| word.to_string()).collect();
        for _ in 0..shape.iter().product() {
            self.values.push(self.rng.random_range(-1000.0..1000.0));
        }
        place.join(" ")
    }

    fn node(&mut self, role: &str, label: &str, name: &str, adjoint: String) {
        let value = self.value();
        let fields = [
            role.to_owned(),
            label.to_owned(),
            name.to_owned(),
            value,
            adjoint,
        ];
        self.lines.push(fields.to_vec());
        self.used.push(false);
    }

    fn edge(&mut self, from: usize, gradient: String) {
        let line = self.lines.last_mut().expect("it leads to a node");
        line.extend([from.to_string(), gradient, String::new(), String::new()]);
        self.used[from] = true;
    }

    fn has_role(&self, at: usize, role: &str) -> bool {
        self.lines[at][0] == role
    }

    fn operation(&mut self) {
        let constant = self.rng.random_bool(0.1);
        if constant {
            self.node("constant", "0.5", "", String::new());
        }
        let (sign, count) = SIGNS[self.rng.random_range(0..SIGNS.len())];
        let name = ["", "", "t", "hidden", "all_apples"][self.rng.random_range(0..5)];
        let free = (0..self.lines.len()).filter(|at| !self.has_role(*at, "constant"));
        let free: Vec<usize> = free.collect();
        let adjoint = self.value();
        self.node("operation", sign, name, adjoint);
        for at in 0..count {
            if at == 0 && constant {
                self.edge(self.lines.len() - 2, String::new());
                continue;
            }
            let near = self.rng.random_bool(0.7);
            let first = if near {
                free.len().saturating_sub(6)
            } else {
                0
            };
            let from = free[self.rng.random_range(first..free.len())];
            let flows = self.rng.random_bool(0.8);
            let gradient = if flows { self.value() } else { String::new() };
            self.edge(from, gradient);
        }
    }
}

/// A graph of about so many nodes: inputs, operations on near and sometimes far ones, and outputs for what nothing uses.
fn picture(rng: &mut ChaCha8Rng, size: usize) -> Picture {
    let mut graph = Description {
        rng: ChaCha8Rng::seed_from_u64(rng.random()),
        lines: Vec::new(),
        values: Vec::new(),
        used: Vec::new(),
    };
    let inputs = graph.rng.random_range(1..=6).min(size / 2);
    for name in ["x", "w", "weight_of_it", "b", "y2", "tax"]
        .iter()
        .take(inputs)
    {
        let adjoint = graph.value();
        graph.node("input", name, "", adjoint);
    }
    while graph.lines.len() < size {
        graph.operation();
    }
    for at in 0..graph.lines.len() {
        if !graph.used[at] && graph.has_role(at, "operation") {
            let (adjoint, gradient) = (graph.value(), graph.value());
            graph.node("output", "z", "", adjoint);
            graph.edge(at, gradient);
        }
    }
    let lines = graph
        .lines
        .iter()
        .map(|fields| format!("\n{}", fields.join("\t")));
    let description = lines.fold("random".to_owned(), |text, line| text + &line);
    draw(description.leak(), &graph.values)
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
