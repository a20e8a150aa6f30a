//! A layered layout in rows: nodes in columns from left to right, few crossings, nothing on top of anything else, no wider than
//! a page.
//!
//! Sugiyama's method in steps, one a file: `layers` gives each node a layer; `rows` breaks what is too wide; `columns` cuts edges
//! into items; `order` sorts each column so that few edges cross; `place` gives every item its height; `sides` sets the columns
//! side by side and the rows below each other.
//!
//! Columns alternate: the nodes of a layer, then the labels of the edges that lead on, with the constants among them. An edge is
//! cut into items, one in each column it passes: its label in the last one before its end, bends in the others. Curves only run
//! between columns, and lines from row to row around them. So no line can meet a node or a label that is not its own, which is
//! the invariant that the tests check. An edge passes the columns of one row, or of two, so the whole takes time in proportion
//! to the number of nodes and edges (and a logarithm for sorting).
//!
//! The crates that lay out layered graphs (`layout-rs`, `rust-sugiyama`) place nodes only: they know neither edge labels nor
//! parallel edges nor the points an edge should pass, and those are what this picture is made of.

mod columns;
mod layers;
mod order;
mod place;
mod rows;
mod sides;
#[cfg(test)]
mod tests;

use columns::Columns;
use rows::WrappedRows;

/// The sizes of what is to be laid out.
pub struct Sizes {
    pub nodes: Vec<NodeSize>,
    /// Leading from earlier nodes to later ones; those to one node in the order of its operands.
    pub edges: Vec<EdgeSize>,
}

pub struct NodeSize {
    pub extent: Extent,
    /// With its name beside it, for a node that a later row refers to.
    pub named: Extent,
    /// The box that stands for it in another row.
    pub tag: Extent,
    pub layer: Layer,
    /// Whether its operands must keep their order from top to bottom.
    pub keeps_order: bool,
}

#[derive(Clone, Copy)]
pub struct Extent {
    pub width: f64,
    /// How far it reaches above and below its line.
    pub up: f64,
    pub down: f64,
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
    /// Which nodes need their names, since a later row refers to them.
    pub named: Vec<bool>,
    /// What stands for a node in another row.
    pub tags: Vec<(usize, Point)>,
    /// Whether an edge begins at a tag.
    pub from_tag: Vec<bool>,
    /// The middle of each label's line.
    pub labels: Vec<Point>,
    pub paths: Vec<Path>,
}

impl Layout {
    /// Moves the whole to the right and down.
    pub fn shift(&mut self, right: f64, down: f64) {
        let tags = self.tags.iter_mut().map(|(_, point)| point);
        let points = self.nodes.iter_mut().chain(&mut self.labels).chain(tags);
        for point in points {
            (point.x, point.y) = (point.x + right, point.y + down);
        }
        for path in &mut self.paths {
            for stretch in &mut path.stretches {
                stretch.left += right;
                stretch.right += right;
                stretch.y += down;
            }
            if let Some(turn) = &mut path.turn {
                turn.right += right;
                turn.left += right;
                turn.level += down;
            }
        }
    }
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

/// The way of an edge from the node on its left to that on its right: level stretches, which curves join, and where it goes on
/// in the next row, the way around.
pub struct Path {
    pub stretches: Vec<Stretch>,
    pub turn: Option<Turn>,
}

/// From the end of a row to the beginning of the next: down on the right, back below the row, down on the left.
#[derive(Clone, Copy)]
pub struct Turn {
    /// The first stretch in the next row.
    pub stretch: usize,
    pub right: f64,
    pub level: f64,
    pub left: f64,
}

/// The width that rows are broken to.
pub const WIDTH: f64 = 1180.0;
/// Room around the whole, and between columns.
const MARGIN: f64 = 12.0;
const GAP: f64 = 26.0;
/// How far apart lines are that meet at one node.
const PORT: f64 = 13.0;
/// How far lanes between rows are apart.
const LANE: f64 = 11.0;

pub fn layout(sizes: &Sizes) -> Layout {
    let rows = WrappedRows::broken(sizes);
    let mut columns = Columns::new(sizes, &rows);
    order::sort(&mut columns);
    columns.set_ports();
    let heights = place::heights(&columns);
    sides::joined(&columns, sizes, rows, &heights)
}

/// Room for lanes on one side of a row.
fn lanes(count: usize) -> f64 {
    match count {
        0 => 0.0,
        _ => LANE * (count as f64 + 0.5),
    }
}

/// The least height of a node that so many lines meet on one side.
pub fn least_height(lines: usize) -> f64 {
    lines as f64 * PORT + 4.0
}

/// Counts steps, by which a test sees that the work grows no faster than the graph.
#[cfg(test)]
fn worked(steps: usize) {
    tests::STEPS.with(|count| count.set(count.get() + steps));
}

#[cfg(not(test))]
fn worked(_: usize) {}
