//! Pictures: every node, edge and number is there, nothing lies on anything else, and those in the README are what is drawn today.
//!
//! `GRAPH_UPDATE_PICTURES=1` draws the files in `examples/pictures` anew; look at them before they are kept.

mod files;
mod random;
mod svg;
mod words;

use graph_runtime::graph;
use graph_runtime::picture::{Picture, Quantity};
use ndarray::{Array2, array};
use svg::Drawing;

graph! {
    /// What two apples and three oranges cost, with tax.
    fn fruit(apple, apples, orange, oranges, tax) -> total {
        all_apples = apple * apples;
        all_oranges = orange * oranges;
        fruit = all_apples + all_oranges;
        total = fruit * tax;
    }

    fn square_of_sum(x, y) -> z { z = (x + y)^2; }

    /// A value that goes two ways.
    fn two_ways(x) -> z { t = 3*x; z = t^2 + sin(t); }

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

    /// Attention of one head, as its authors write it.
    fn attend(q: [m, d], k: [n, d], v: [n, e], const d_k) -> out {
        weights = softmax(q @ k.T/sqrt(d_k));
        out = weights @ v;
    }
    fn attention(wq: [c, d], wk: [c, d], wv: [c, e], const x: [n, c], const t: [n, e], const d_k) -> loss {
        loss = mean((attend(x @ wq, x @ wk, x @ wv, d_k) - t)^2);
    }

    /// Two layers and the loss over a batch.
    fn network(const x: [n, 2], w1: [2, 3], b1: [3], w2: [3, 2], b2: [2], const labels: index[n]) -> loss {
        hidden = sigmoid(affine(x, w1, b1));
        logits = affine(hidden, w2, b2);
        loss = softmax_cross_entropy(logits, labels);
    }

    /// A pendulum that is pushed, by steps.
    fn pendulum(q, v, const push: [n], h) -> energy {
        (q_end, v_end) = fold((q, v) = (q, v), k in 0..n,
            next = v + h*(push[k] - sin(q));
            (q + h*next, next));
        energy = v_end^2/2 + 1 - cos(q_end);
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

fn attention_picture() -> Picture {
    let entry = |at: usize| ((at * 7 + 3) % 11) as f64 / 11.0 - 0.4;
    let array = |rows, columns, first| {
        Array2::from_shape_fn((rows, columns), |(i, j)| entry(first + columns * i + j))
    };
    let (wq, wk, wv) = (array(4, 3, 0), array(4, 3, 5), array(4, 5, 8));
    let (x, t) = (array(7, 4, 2), array(7, 5, 1));
    attention::picture(&wq, &wk, &wv, &x, &t, 3.0, 1.0).expect("the shapes fit")
}

fn pendulum_picture() -> Picture {
    pendulum::picture(0.5, 0.0, &array![1.0, 0.5, -0.5], 0.1, 1.0).expect("the shapes fit")
}

/// The pictures in `examples/pictures`, by the names of their files.
fn files() -> [(&'static str, Picture); 7] {
    [
        ("fruit", fruit_picture()),
        ("square_of_sum", square_of_sum::picture(1.0, 2.0, 1.0)),
        ("sigmoid", sigmoid_apart::picture(1.0, 1.0)),
        ("network", network_picture()),
        ("camera", camera_picture()),
        ("attention", attention_picture()),
        ("pendulum", pendulum_picture()),
    ]
}

#[test]
fn the_files_are_what_is_drawn_today() {
    let readme = include_str!("../../../README.md");
    for name in ["fruit", "network"] {
        assert!(
            readme.contains(&format!("(examples/pictures/{name}.svg)")),
            "{name}"
        );
    }
    for (name, picture) in files() {
        let path = format!(
            "{}/../examples/pictures/{name}.svg",
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

// Structure.

/// `from -> to: value | gradient` for every edge.
fn edges(picture: &Picture) -> Vec<String> {
    let nodes: Vec<_> = picture.nodes().collect();
    let word = |at: usize| nodes[at].name().unwrap_or(nodes[at].label());
    picture
        .edges()
        .map(|edge| {
            let gradient = edge.gradient().map_or("-".to_owned(), ToString::to_string);
            let value = nodes[edge.from()].value();
            format!(
                "{} -> {}: {value} | {gradient}",
                word(edge.from()),
                word(edge.to())
            )
        })
        .collect()
}

#[test]
fn fruit_has_every_edge_with_both_numbers() {
    assert_eq!(
        edges(&fruit_picture()),
        [
            "apple -> all_apples: 100 | 2.2",
            "apples -> all_apples: 2 | 110",
            "orange -> all_oranges: 150 | 3.3",
            "oranges -> all_oranges: 3 | 165",
            "all_apples -> fruit: 200 | 1.1",
            "all_oranges -> fruit: 450 | 1.1",
            "fruit -> total: 650 | 1.1",
            "tax -> total: 1.1 | 650",
            "total -> total: 715 | 1",
        ]
    );
}

#[test]
fn each_use_has_a_gradient_of_its_own_and_constants_have_none() {
    let x = 3.0;
    let g = graph! { y = x*x + 2*x; };
    let picture = g.picture(1.0);
    assert_eq!(
        edges(&picture),
        [
            "x -> *: 3 | 3",
            "x -> *: 3 | 3",
            "2 -> *: 2 | -",
            "x -> *: 3 | 2",
            "* -> y: 9 | 1",
            "* -> y: 6 | 1",
            "y -> y: 15 | 1"
        ]
    );
    let input = picture.nodes().find(|node| node.is_input()).expect("x");
    assert_eq!(
        input.gradient().and_then(Quantity::number),
        Some(g.backward(1.0).x)
    );
}

/// The gradient that a picture shows at an input.
fn shown(picture: &Picture, input: &str) -> Vec<f64> {
    let mut nodes = picture.nodes();
    let node = nodes
        .find(|node| node.is_input() && node.name() == Some(input))
        .expect(input);
    node.gradient()
        .expect("it is not constant")
        .entries()
        .to_vec()
}

fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-12 * (1.0 + expected.abs()),
            "{found}, not {expected}"
        );
    }
}

#[test]
fn inputs_show_what_backward_gives() {
    let (r, t, p) = ([0.1, -0.2, 0.3], [0.5, -0.3, -4.0], [1.0, 2.0, -3.0]);
    let d = camera::forward(r, t, 500.0, -0.1, 0.01, p).backward([1.0, -0.5]);
    let picture = camera_picture();
    for (input, gradient) in [
        ("r", &d.r[..]),
        ("t", &d.t),
        ("f", &[d.f]),
        ("k1", &[d.k1]),
        ("k2", &[d.k2]),
    ] {
        assert_near(&shown(&picture, input), gradient);
    }
    let constant = picture
        .nodes()
        .find(|node| node.name() == Some("p"))
        .expect("p");
    assert_eq!(
        (constant.gradient(), constant.value().entries()),
        (None, &p[..])
    );
}

#[test]
fn arrays_of_any_size_show_what_backward_gives() {
    let x = array![[1.0, 0.5], [-0.5, 2.0]];
    let w1 = array![[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]];
    let w2 = array![[0.7, -0.8], [0.9, 0.1], [-0.2, 0.3]];
    let (b1, b2) = (array![0.0, 0.1, -0.1], array![0.05, -0.05]);
    let (_, d) = network::value_and_grad(&x, &w1, &b1, &w2, &b2, &[0, 1]).expect("the shapes fit");
    let picture = network_picture();
    assert_near(
        &shown(&picture, "w1"),
        d.w1.as_slice().expect("it is whole"),
    );
    assert_near(
        &shown(&picture, "b1"),
        d.b1.as_slice().expect("it is whole"),
    );
    assert_near(
        &shown(&picture, "w2"),
        d.w2.as_slice().expect("it is whole"),
    );
    assert_near(
        &shown(&picture, "b2"),
        d.b2.as_slice().expect("it is whole"),
    );
    let labels = picture
        .nodes()
        .find(|node| node.name() == Some("labels"))
        .expect("labels");
    assert_eq!(labels.value().to_string(), "[2]: 0, 1");
    assert!(network::picture(&x, &w2, &b1, &w2, &b2, &[0, 1], 1.0).is_err());
    assert!(network::picture(&x, &w1, &b1, &w2, &b2, &[0, 2], 1.0).is_err());
}

#[test]
fn inline_graphs_draw_from_what_they_keep() {
    let (x, w) = (array![1.0_f32, 2.0, 3.0], array![0.5_f32, -0.5, 0.25]);
    let g = graph! { x: [n], w: [n]; y = sum(tanh(w * x)) * { 2.0 }; }.expect("the shapes fit");
    let d = g.backward(1.0).expect("the seed is a number");
    let picture = g.picture(1.0).expect("the seed is a number");
    let found = shown(&picture, "w");
    for (found, expected) in found.iter().zip(&d.w) {
        assert_eq!(*found, f64::from(*expected));
    }
    let v = [1.0, 2.0];
    let g = graph! { v: [2]; a = v / norm(v); };
    let d = g.backward([1.0, 0.0]);
    assert_near(&shown(&g.picture([1.0, 0.0]), "v"), &d.v);
}

mod elsewhere {
    //! An operation by hand, which another graph calls.

    use graph_runtime::Real;

    pub fn cube<T: Real>(x: T) -> T {
        x * x * x
    }

    pub mod cube {
        use graph_runtime::Real;

        pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
            (x * x * x, move |s| T::of(3.0) * x * x * s)
        }
    }
}

#[test]
fn calls_branches_and_constants_of_the_surroundings_are_shown() {
    let (x, k) = (2.0, 0.5);
    let g = graph! { y = if x > 1 { elsewhere::cube(x) } else { sqrt(-x) } * { k } };
    let picture = g.picture(1.0);
    let texts: Vec<String> = Drawing::of(&picture.to_svg())
        .texts()
        .map(str::to_owned)
        .collect();
    for text in [
        "elsewhere::cube",
        "if",
        ">",
        "condition: true",
        "{ k } = 0.5",
        "else: NaN",
        "sqrt",
    ] {
        assert!(
            texts.iter().any(|found| found == text),
            "`{text}` is not in {texts:?}"
        );
    }
    assert_eq!(shown(&picture, "x"), [6.0]);
}

#[test]
fn several_outputs_have_a_seed_each() {
    graph! { fn both(x) -> (a, b) { a = x^2; b = 3*a; } }
    let picture = both::picture(2.0, 1.0, 10.0);
    let a = picture
        .nodes()
        .find(|node| node.name() == Some("a"))
        .expect("a");
    assert_eq!(a.gradient().and_then(Quantity::number), Some(31.0));
    assert_eq!(picture.nodes().filter(|node| node.is_output()).count(), 2);
    assert!(
        picture
            .explain()
            .contains("from the seeds ∂L/∂a = 1, ∂L/∂b = 10")
    );
    assert!(
        picture
            .explain()
            .contains("where ∂L/∂a = 30 + 1 = 31 arrives"),
        "{}",
        picture.explain()
    );
}

#[test]
fn names_of_the_users_are_kept_apart_from_ours() {
    let (picture, input_x, t1, c1, held) = (1.0, 2.0, 3.0, 4.0, 3.0);
    let g = graph! { t2 = picture * input_x; z = t2 + t1 * c1 * { held } + sin(t2); };
    let text = g.picture(1.0).to_text();
    for name in ["t3", "t4", "t5", "t6"] {
        assert!(text.contains(&format!("\n{name} ")), "{text}");
    }
    assert_eq!(text.matches("\nt1 ").count(), 1, "{text}");
}

#[deny(warnings, missing_docs, unsafe_code, clippy::pedantic)]
mod strict {
    //! Generated code draws no lint.

    use graph_runtime::graph;

    graph! {
        /// A function with everything.
        pub fn all(x, v: [2], const k) -> (y, w: [2]) {
            /// A constant of the surroundings.
            y = x * k + { f64::from(2_u8) };
            w = v * y;
        }
        /// One of arrays.
        pub fn many(x: [n]) -> s { s = sum(x^2); }
    }
}

#[test]
fn strict_code_draws_too() {
    assert_eq!(
        strict::all::picture(1.0, [1.0, 2.0], 3.0, 1.0, [0.0, 1.0])
            .nodes()
            .count(),
        9
    );
    assert!(strict::many::picture(&array![1.0, 2.0], 1.0).is_ok());
}

// Drawings.

#[test]
fn drawings_are_well_formed_and_nothing_lies_on_anything_else() {
    for (name, picture) in files() {
        let svg = picture.to_svg();
        let drawing = Drawing::of(&svg);
        assert_eq!(drawing.collisions(), Vec::<String>::new(), "{name}");
        assert!(
            drawing.width() <= 1200.0,
            "{name} is {} wide",
            drawing.width()
        );
        let steps = picture.loops().flat_map(|of| of.step().nodes());
        let nodes = picture.nodes().chain(steps);
        let boxes = nodes.filter(|node| !node.is_constant()).count();
        let tags = svg.matches("stroke-dasharray").count();
        assert_eq!(drawing.boxes(), boxes + tags, "{name}");
        let texts: Vec<&str> = drawing.texts().collect();
        let has = |text: &str| texts.iter().any(|found| found.ends_with(text));
        for node in picture.nodes() {
            let label = match node.label() {
                "*" => "×",
                "-" => "−",
                label => label,
            };
            assert!(has(label), "{name}: `{label}`");
        }
        let nodes: Vec<_> = picture.nodes().collect();
        for edge in picture.edges() {
            let value = (!nodes[edge.from()].is_constant()).then(|| nodes[edge.from()].value());
            for quantity in value.into_iter().chain(edge.gradient()) {
                let text = quantity.to_string();
                let first = text.split(':').next().unwrap_or(&text);
                assert!(has(first), "{name}: `{first}`");
            }
        }
    }
}

/// What a drawing says.
fn texts(picture: &Picture) -> Vec<String> {
    let drawing = Drawing::of(&picture.to_svg());
    drawing.texts().map(str::to_owned).collect()
}

#[test]
fn a_value_that_goes_several_ways_shows_the_sum_that_comes_back() {
    let picture = two_ways::picture(2.0, 1.0);
    let found = texts(&picture);
    // 2·6 by the square, cos(6) by the sine, and their sum before the bar; once the value with its name, twice without.
    for (text, count) in [
        ("12", 1),
        ("0.9602", 1),
        ("Σ 12.96", 1),
        ("t = 6", 1),
        ("6", 2),
    ] {
        let times = found.iter().filter(|it| *it == text).count();
        assert_eq!(times, count, "`{text}` in {found:?}");
    }
    assert!(found.contains(&"Σ sum over all uses".to_owned()));
    assert!(
        picture
            .to_dot()
            .contains("<br/><font color=\"#c2410c\">Σ 12.96</font>")
    );
    assert!(
        !texts(&fruit_picture())
            .iter()
            .any(|text| text.contains('Σ'))
    );
}

/// What a loop does in a step is drawn once: what is carried, what is read of outside by the names of that, and the next values.
#[test]
fn a_loop_is_drawn_with_one_step() {
    let picture = pendulum_picture();
    let loops: Vec<_> = picture.loops().collect();
    assert_eq!(loops.len(), 1);
    assert_eq!(loops[0].title(), "fold((q, v), k in 0..n)");
    let step = loops[0].step();
    assert_eq!(
        edges(step),
        [
            "push -> [k]:  | -",
            "q -> sin:  | ",
            "[k] -> -:  | -",
            "sin -> -:  | ",
            "h -> *:  | ",
            "- -> *:  | ",
            "v -> next:  | ",
            "* -> next:  | ",
            "h -> *:  | ",
            "next -> *:  | ",
            "q -> +:  | ",
            "* -> +:  | ",
            "+ -> next q:  | ",
            "next -> next v:  | ",
        ]
    );
    let states: Vec<_> = step.nodes().filter(|node| node.is_state()).collect();
    let names: Vec<_> = states.iter().map(|node| node.name()).collect();
    assert_eq!(names, [Some("q"), Some("v")]);
    let svg = picture.to_svg();
    assert_eq!(svg.matches("stroke-width=\"2.5\"").count(), 2, "{svg}");
    assert!(svg.contains(">fold((q, v), k in 0..n)</text>"), "{svg}");
    let dot = picture.to_dot();
    assert!(
        dot.contains("subgraph cluster0 {\n  label=\"fold((q, v), k in 0..n)\""),
        "{dot}"
    );
    assert!(
        picture.to_text().ends_with(
            "\nEach step of fold((q, v), k in 0..n)
name    operation  flows back
push    outside
h       outside
q       carried
v       carried
t1      push[k]
t2      sin(q)     to q
t3      t1 - t2    to t2
t4      h * t3     to h, to t3
next    v + t4     to v, to t4
t5      h * next   to h, to next
t6      q + t5     to q, to t5
next q  t6
next v  next
"
        ),
        "{picture}"
    );
}

#[test]
fn the_chain_rule_over_steps_is_explained() {
    let words = pendulum_picture().explain();
    for line in [
        "Backward through each step of fold((q, v), k in 0..n), from the last to the first",
        "  next v = next, where ∂L/∂v arrives, from the step after it and from what else reads it",
        "    ∂t2/∂q = cos(q)",
        "    ∂t3/∂t2 = -1",
        "  What comes to q, v arrives at the step before, and of the first step at what the loop begins with.",
        "  What comes to h, which is outside of the loop, adds up over the steps.",
    ] {
        assert!(words.lines().any(|found| found == line), "{line}\n{words}");
    }
    let d = pendulum::value_and_grad(0.5, 0.0, &array![1.0, 0.5, -0.5], 0.1)
        .expect("the shapes fit")
        .1;
    for (input, gradient) in [("q", d.q), ("v", d.v), ("h", d.h)] {
        assert_near(&shown(&pendulum_picture(), input), &[gradient]);
    }
}

#[test]
fn what_is_wider_than_a_page_is_broken_into_rows() {
    let svg = attention_picture().to_svg();
    let drawing = Drawing::of(&svg);
    assert!(
        drawing.width() <= 1200.0 && drawing.height() <= 1000.0,
        "{}",
        drawing.width()
    );
    // `x` is used in two rows: in the second a tag stands for it.
    assert_eq!(svg.matches("stroke-dasharray").count(), 1);
    assert_eq!(drawing.texts().filter(|text| *text == "x").count(), 2);
    assert!(
        Drawing::of(&fruit_picture().to_svg()).height() < 300.0,
        "one row is enough"
    );
}

#[test]
fn the_parts_of_a_choice_are_named() {
    let x = 2.0;
    let found = texts(&graph! { y = if x > 1 { x^2 } else { 0 } }.picture(1.0));
    for text in ["condition: true", "then: 4", "else: 0"] {
        assert!(
            found.iter().any(|it| it == text),
            "`{text}` is not in {found:?}"
        );
    }
}

#[test]
fn numbers_are_printed_in_one_way() {
    let x = 0.0;
    let g = graph! { y = -x; z = y*0.707_106_781 + exp(x)^0.333_333_333 };
    let picture = g.picture(1.0);
    let [svg, text, dot, words] = [
        picture.to_svg(),
        picture.to_text(),
        picture.to_dot(),
        picture.explain(),
    ];
    for drawn in [&svg, &text, &dot, &words] {
        assert!(
            drawn.contains("0.7071") && !drawn.contains("0.70710"),
            "{drawn}"
        );
        assert!(
            drawn.contains("^0.3333") && !drawn.contains("0.33333"),
            "{drawn}"
        );
        let mut words = drawn.split(|sign: char| sign.is_whitespace() || "<>()".contains(sign));
        assert!(words.all(|word| word != "-0"), "{drawn}");
    }
}

#[test]
fn drawings_are_whole_without_style_sheets_and_have_a_background() {
    let svg = fruit_picture().to_svg();
    assert!(svg.contains("<title>Computational graph of fruit</title>"));
    assert!(
        !svg.contains("var(") && !svg.contains("currentColor"),
        "{svg}"
    );
    assert!(svg.contains("<rect class=\"page\" width=\"776\""), "{svg}");
    // Converters take a height that is not a number for nothing.
    assert!(
        svg.contains("<style>.graph:not(:root){max-width:100%;height:auto}.graph text{"),
        "{svg}"
    );
    // Dark colours come with a dark background, and on screens alone.
    let (_, dark) = svg.split_once("@media").expect("there is a dark scheme");
    assert!(
        dark.starts_with(" screen and (prefers-color-scheme:dark)"),
        "{dark}"
    );
    assert!(dark.contains(".graph .page{fill:"), "{dark}");
    for line in svg.split("<path class=\"line\"").skip(1) {
        assert!(line.starts_with(" fill=\"none\" stroke=\"#"), "{line}");
    }
    let gradients = svg.matches("<g class=\"gradient\"").count();
    assert_eq!(
        svg.matches("<g class=\"gradient\" fill=\"#c2410c\">")
            .count(),
        gradients
    );
}

#[test]
fn dot_has_every_node_and_edge() {
    let dot = fruit_picture().to_dot();
    assert!(
        dot.starts_with("digraph \"fruit\" {\n") && dot.ends_with("}\n"),
        "{dot}"
    );
    assert_eq!(dot.matches(" -> ").count(), 9, "{dot}");
    assert!(dot.contains("n0 [label=<apple>, shape=box]"), "{dot}");
    assert!(
        dot.contains("n0 -> n5 [label=<100<br/><font color=\"#c2410c\">2.2</font>>]"),
        "{dot}"
    );
}
