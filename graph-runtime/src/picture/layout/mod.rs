//! A layered layout: nodes in columns from left to right, few crossings, nothing on top of anything else.
//!
//! Sugiyama's method in steps, one a file: `layers` gives each node a layer; `columns` cuts edges into items; `order` sorts
//! each column so that few edges cross; `place` gives every item its height; `sides` sets the columns side by side.
//! Columns alternate: the nodes of a layer, then the labels of the edges that lead on, with the constants among them. An edge is cut into items, one in each column it passes: its
//! label in the last one before its end, bends in the others. Curves only run between columns. So no line can meet a
//! node or a label that is not its own, which is the invariant that the tests check.
//!
//! The crates that lay out layered graphs (`layout-rs`, `rust-sugiyama`) place nodes only: they know neither edge labels nor
//! parallel edges nor the points an edge should pass, and those are what this picture is made of.

mod columns;
mod layers;
mod order;
mod place;
mod sides;

use columns::Columns;

/// The sizes of what is to be laid out.
pub struct Sizes {
    pub nodes: Vec<NodeSize>,
    /// Leading from earlier nodes to later ones; those to one node in the order of its operands.
    pub edges: Vec<EdgeSize>,
}

pub struct NodeSize {
    pub width: f64,
    pub height: f64,
    pub layer: Layer,
    /// Whether its operands must keep their order from top to bottom.
    pub keeps_order: bool,
}

/// Where a node wants to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    First,
    Last,
    /// Between its operands and its uses.
    Between,
    /// Right before its only use, in the column of labels; its edge has none.
    BesideUse,
}

/// An edge and its label: `above` and `below` the line.
pub struct EdgeSize {
    pub from: usize,
    pub to: usize,
    pub width: f64,
    pub above: f64,
    pub below: f64,
}

/// Where everything is. The origin is the top left corner.
pub struct Layout {
    pub width: f64,
    pub height: f64,
    /// The middle of each node.
    pub nodes: Vec<Point>,
    /// The middle of each label's line.
    pub labels: Vec<Point>,
    /// The level stretches of each edge, from its node on the left to that on the right; curves join them.
    pub paths: Vec<Vec<Stretch>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub left: f64,
    pub right: f64,
    pub y: f64,
}

/// Room around the whole, and between columns.
const MARGIN: f64 = 12.0;
const GAP: f64 = 26.0;
/// How far apart lines are that meet at one node.
const PORT: f64 = 13.0;

pub fn layout(sizes: &Sizes) -> Layout {
    let layers = layers::assign(sizes);
    let mut columns = Columns::new(sizes, &layers);
    order::sort(&mut columns);
    columns.set_ports();
    let heights = place::heights(&columns);
    sides::joined(&columns, sizes, &heights)
}

/// The least height of a node that so many lines meet on one side.
pub fn least_height(lines: usize) -> f64 {
    lines as f64 * PORT + 4.0
}
