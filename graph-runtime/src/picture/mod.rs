//! Pictures of computational graphs, with the value and the gradient of every edge (feature `picture`).
//!
//! Every function of `graph!` has a `picture`, which takes what `forward` and `backward` take, and every inline graph's
//! `Forward` has one that takes the seeds.
//!
//! ```
//! use graph_runtime::graph;
//!
//! graph! {
//!     fn square(x, y) -> z { t = x + y; z = t^2; }
//! }
//! let picture = square::picture(1.0, 2.0, 1.0);
//! println!("{picture}");
//! # assert_eq!(picture.to_string(), "\
//! # name  operation  value  gradient  flows back
//! # x     input          1         6
//! # y     input          2         6
//! # t     x + y          3         6  6 to x, 6 to y
//! # z     t^2            9         1  6 to t
//! # ");
//! picture.save(std::env::temp_dir().join("square.svg"))?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! prints
//!
//! ```text
//! name  operation  value  gradient  flows back
//! x     input          1         6
//! y     input          2         6
//! t     x + y          3         6  6 to x, 6 to y
//! z     t^2            9         1  6 to t
//! ```
//!
//! [`Picture::to_svg`] draws it: operations as nodes, inputs on the left, outputs on the right, on every edge the value above
//! the line and the gradient below. [`Picture::to_html`] is a page on which a node that is touched shows its arithmetic,
//! [`Picture::to_dot`] is for Graphviz, [`Picture::explain`] the chain rule step by step, and [`Picture::save`] writes a file. In
//! an `evcxr` notebook a picture at the end of a cell displays itself.
//!
//! The graph is shown as it was written: `softmax` is one node, however many loops it became. A value that is used twice goes
//! two ways from a bar; each edge has the gradient that flows along it, and before the bar stands their sum, Σ, the gradient of
//! the value.
//!
//! Invariant: edges lead from earlier nodes to later ones.

#[doc(hidden)]
pub mod describe;
mod dot;
mod explain;
mod html;
mod layout;
#[cfg(feature = "picture-png")]
mod png;
mod quantity;
mod save;
mod svg;
mod text;
mod words;

use std::ops::Range;
use std::path::Path;
use std::{fmt, io};

use describe::Role;
pub use quantity::Quantity;

/// A computational graph with its values and gradients.
#[derive(Clone, Debug)]
pub struct Picture {
    title: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The edges to each node, and those to its uses: their places in `edges`.
    operands: Vec<Range<usize>>,
    uses: Vec<Vec<usize>>,
    loops: Vec<Loop>,
}

/// A loop that carries values, `fold` or `scan`: what one of its steps does, without numbers, since every step has others.
#[derive(Clone, Debug)]
pub struct Loop {
    step: Picture,
}

/// An input, a constant, an operation, or the end of an output.
#[derive(Clone, Debug)]
pub struct Node {
    role: Role,
    label: String,
    name: Option<String>,
    value: Quantity,
    gradient: Option<Quantity>,
}

/// The use of a node by another: value forward, gradient back.
#[derive(Clone, Debug)]
pub struct Edge {
    from: usize,
    to: usize,
    gradient: Option<Quantity>,
    symbol: &'static str,
    partial: Option<f64>,
}

impl Picture {
    /// Edges come in the order of the nodes they lead to.
    fn new(title: String, nodes: Vec<Node>, edges: Vec<Edge>) -> Picture {
        let mut operands = vec![0..0; nodes.len()];
        let mut uses = vec![Vec::new(); nodes.len()];
        for (at, edge) in edges.iter().enumerate() {
            let range = &mut operands[edge.to];
            if range.start == range.end {
                *range = at..at;
            }
            assert!(range.end == at && edge.from < edge.to, "edges are in order");
            range.end = at + 1;
            uses[edge.from].push(at);
        }
        Picture {
            title,
            nodes,
            edges,
            operands,
            uses,
            loops: Vec::new(),
        }
    }

    /// The name of the function; an inline graph has those of its outputs.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The nodes, operands before their uses.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.nodes.iter()
    }

    /// The edges, in the order of the nodes they lead to and, for each, in the order of its operands.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = &Edge> {
        self.edges.iter()
    }

    /// The loops that carry values, `fold` and `scan`, whose steps are a loop of the generated code.
    ///
    /// ```
    /// use graph_runtime::graph;
    ///
    /// graph! { fn root(x, steps: count) -> r { r = fold(r = x, k in 0..steps, (r + x/r)/2); } }
    ///
    /// let picture = root::picture(2.0, 6, 1.0)?;
    /// let of = picture.loops().next().unwrap();
    /// assert_eq!(of.title(), "fold(r, k in 0..steps)");
    /// assert!(of.step().nodes().any(|node| node.is_state() && node.name() == Some("r")));
    /// # Ok::<(), graph_runtime::ShapeError>(())
    /// ```
    pub fn loops(&self) -> impl ExactSizeIterator<Item = &Loop> {
        self.loops.iter()
    }

    /// Saves the picture as what the name of the file ends with: `.svg`, `.html`, `.dot` (or `.gv`), `.txt`, and with the feature
    /// `picture-png` `.png`.
    ///
    /// ```
    /// use graph_runtime::graph;
    ///
    /// let x = 2.0;
    /// let picture = graph! { y = x^2 }.picture(1.0);
    /// let folder = std::env::temp_dir();
    /// picture.save(folder.join("square.svg"))?;
    /// let error = picture.save(folder.join("square.doc")).unwrap_err();
    /// assert!(error.to_string().contains("`.svg`, `.html`, `.dot`, `.txt`"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the name ends in anything else, where the file cannot be written, and where a PNG needs a font and there is none.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        save::saved(self, path.as_ref())
    }

    /// The picture as SVG: one self-contained element with a background of its own, light, or dark on a dark screen. What is
    /// wider than a page is broken into rows.
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::drawn(self)
    }

    /// A web page that needs nothing else: a node that is pointed at or touched shows its arithmetic, the value as a formula with
    /// its numbers and the gradient as the sum of what comes back.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::written(self)
    }

    /// The picture as PNG, two pixels to each of the SVG, light, in a font of the system.
    ///
    /// # Errors
    /// Where the system has no font, and where the picture is too large for memory.
    #[cfg(feature = "picture-png")]
    pub fn to_png(&self) -> io::Result<Vec<u8>> {
        png::rendered(self)
    }

    /// The picture in the language of Graphviz' `dot`.
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::written(self)
    }

    /// A line a node, for a terminal: what it is computed from, its value, its gradient, and what flows back from it.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::written(self)
    }

    /// The chain rule step by step, from the seeds to the inputs.
    ///
    /// For each operation: the gradient that arrives, the local derivative by each operand in symbols and as a number, and
    /// their product, which flows back to the operand; where several uses flow back to one node, their sum.
    ///
    /// ```
    /// use graph_runtime::graph;
    ///
    /// let (x, y) = (1.0, 2.0);
    /// let g = graph! { z = (x + y)^2 };
    /// println!("{}", g.picture(1.0).explain());
    /// # assert!(g.picture(1.0).explain().contains("∂z/∂t1 = 2 · t1 = 6      to t1: 1 · 6 = 6"));
    /// ```
    ///
    /// prints, with `t1` for the sum, which has no name:
    ///
    /// ```text
    /// Forward
    ///   t1 = x + y = 1 + 2 = 3
    ///   z = t1^2 = 3^2 = 9
    ///
    /// Backward, from the seed ∂L/∂z = 1
    ///   z = t1^2, where ∂L/∂z = 1 arrives
    ///     ∂z/∂t1 = 2 · t1 = 6      to t1: 1 · 6 = 6
    ///   t1 = x + y, where ∂L/∂t1 = 6 arrives
    ///     ∂t1/∂x = 1               to x: 6 · 1 = 6
    ///     ∂t1/∂y = 1               to y: 6 · 1 = 6
    ///
    /// Gradient
    ///   ∂L/∂x = 6
    ///   ∂L/∂y = 6
    /// ```
    #[must_use]
    pub fn explain(&self) -> String {
        explain::written(self)
    }

    /// Shows the picture in an `evcxr` notebook, which calls this for the last value of a cell.
    pub fn evcxr_display(&self) {
        println!(
            "EVCXR_BEGIN_CONTENT image/svg+xml\n{}\nEVCXR_END_CONTENT",
            self.to_svg()
        );
    }

    /// The edges from the operands of a node, in their order.
    fn operands(&self, node: usize) -> impl Iterator<Item = &Edge> {
        self.edges[self.operands[node].clone()].iter()
    }

    /// The edges to the uses of a node.
    fn uses(&self, node: usize) -> impl Iterator<Item = &Edge> {
        self.uses[node].iter().map(|at| &self.edges[*at])
    }

    /// Whether a value goes several ways, so that its gradient is a sum of what comes back along them.
    fn branches(&self, node: usize) -> bool {
        self.uses[node].len() > 1 && self.uses(node).any(|edge| edge.gradient.is_some())
    }
}

/// The same as [`Picture::to_text`].
impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl Loop {
    /// What was written: `fold(h, k in 0..n)`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.step.title
    }

    /// What a step does: it finds the values that are carried, reads what is outside by the names of that, and leaves the next values.
    /// Its values and gradients are no numbers; an edge has a gradient where one flows back along it.
    #[must_use]
    pub fn step(&self) -> &Picture {
        &self.step
    }
}

impl Node {
    /// What the node shows: the name of an input or output, a constant's value, the operation as it was written.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The user's name for the value, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self.role {
            Role::Input | Role::Labels | Role::State | Role::Index => Some(&self.label),
            _ => self.name.as_deref(),
        }
    }

    /// What the forward pass has computed here.
    #[must_use]
    pub fn value(&self) -> &Quantity {
        &self.value
    }

    /// The adjoint: the sum of what flows back from all uses. A constant has none.
    #[must_use]
    pub fn gradient(&self) -> Option<&Quantity> {
        self.gradient.as_ref()
    }

    /// Whether it is an input.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(self.role, Role::Input | Role::Labels)
    }

    /// Whether it is a literal or a constant of the surrounding code.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.role == Role::Constant
    }

    /// Whether it is what a step of a loop finds of a value that is carried.
    #[must_use]
    pub fn is_state(&self) -> bool {
        self.role == Role::State
    }

    /// Whether it is the end of an output.
    #[must_use]
    pub fn is_output(&self) -> bool {
        self.role == Role::Output
    }
}

impl Edge {
    /// The position of the node whose value goes forward.
    #[must_use]
    pub fn from(&self) -> usize {
        self.from
    }

    /// The position of the node that uses it.
    #[must_use]
    pub fn to(&self) -> usize {
        self.to
    }

    /// What flows back along this edge; nothing to or from what is constant.
    #[must_use]
    pub fn gradient(&self) -> Option<&Quantity> {
        self.gradient.as_ref()
    }

    /// The local derivative, of a number by a number.
    #[must_use]
    pub fn local_derivative(&self) -> Option<f64> {
        self.partial
    }
}
