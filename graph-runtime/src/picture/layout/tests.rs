//! The work of a layout grows no faster than the graph; rows are no wider than a page.

use std::cell::Cell;

use super::*;

thread_local! {
    /// Steps since the test began.
    pub static STEPS: Cell<usize> = const { Cell::new(0) };
}

fn around(width: f64, height: f64) -> Extent {
    Extent {
        width,
        up: height / 2.0,
        down: height / 2.0,
    }
}

fn node(layer: Layer) -> NodeSize {
    NodeSize {
        extent: around(40.0, 34.0),
        named: around(120.0, 34.0),
        tag: around(30.0, 22.0),
        layer,
        keeps_order: true,
    }
}

fn edge(from: usize, to: usize) -> EdgeSize {
    EdgeSize {
        from,
        to,
        width: 60.0,
        above: 20.0,
        below: 20.0,
    }
}

/// Two inputs and `count` operations, each on two of what is before it.
fn sizes(count: usize, operands: impl Fn(usize) -> [usize; 2]) -> Sizes {
    let mut sizes = Sizes {
        nodes: vec![node(Layer::First), node(Layer::First)],
        edges: Vec::new(),
    };
    for at in 2..count + 2 {
        sizes.nodes.push(node(Layer::Between));
        sizes.edges.extend(operands(at).map(|from| edge(from, at)));
    }
    sizes
}

/// The arguments of a node.
type Arguments = fn(usize) -> [usize; 2];

/// Long, wide, and both, with values that are used again far away.
const GRAPHS: [(&str, Arguments); 5] = [
    ("a chain that returns to an input", |at| [at - 1, 0]),
    ("a chain that returns to its middle", |at| [at - 1, at / 2]),
    ("terms side by side", |_| [0, 1]),
    ("a tree turned over", |at| [at / 2, at / 3]),
    ("near and far", |at| {
        [at - 1 - at % 2, at - 1 - at * 7919 % (at - 1).min(50)]
    }),
];

/// Steps for each node and edge; many, since columns are sorted and settled again and again, but as many in a large graph as
/// in a small one.
const MOST: usize = 1000;

#[test]
fn work_grows_as_the_graph_does() {
    for (name, operands) in GRAPHS {
        for count in [400, 2400] {
            let sizes = sizes(count, operands);
            STEPS.with(|steps| steps.set(0));
            layout(&sizes);
            let each = STEPS.with(Cell::get) / (sizes.nodes.len() + sizes.edges.len());
            assert!((1..MOST).contains(&each), "{name}, {count} nodes: {each}");
        }
    }
}

#[test]
fn rows_are_no_wider_than_a_page() {
    for (name, operands) in GRAPHS {
        let layout = layout(&sizes(200, operands));
        assert!(layout.width.round() <= WIDTH, "{name}: {}", layout.width);
    }
}
