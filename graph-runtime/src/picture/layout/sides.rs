//! Columns side by side: the horizontal half of every place, and the way of each edge.
//!
//! Invariant: an edge is level within columns and curves only between them.

use super::columns::{Columns, Content, Link};
use super::{GAP, Layer, Layout, MARGIN, Point, Sizes, Stretch};

/// The steeper the lines between two columns, the further they are apart.
pub fn joined(columns: &Columns, sizes: &Sizes, heights: &[f64]) -> Layout {
    let sides = Sides {
        columns,
        sizes,
        heights,
    };
    let lefts = sides.lefts();
    let mut nodes = vec![Point { x: 0.0, y: 0.0 }; sizes.nodes.len()];
    let mut labels = vec![Point { x: 0.0, y: 0.0 }; sizes.edges.len()];
    let mut spans = vec![(0.0, 0.0); columns.items.len()];
    let mut bottom: f64 = 0.0;
    for (column, items) in columns.columns.iter().enumerate() {
        for item in items {
            let at = Point {
                x: lefts[column] + sides.middle(column, *item),
                y: heights[*item],
            };
            bottom = bottom.max(at.y + columns.items[*item].down);
            spans[*item] = (lefts[column], lefts[column] + sides.width(column));
            match columns.items[*item].content {
                Content::Node(node) => nodes[node] = at,
                Content::Label(edge) => labels[edge] = at,
                Content::Bend => {}
            }
        }
    }
    let last = columns.columns.len() - 1;
    Layout {
        width: lefts[last] + sides.width(last) + MARGIN,
        height: bottom + MARGIN,
        paths: sides.paths(&nodes, &spans),
        nodes,
        labels,
    }
}

struct Sides<'c> {
    columns: &'c Columns,
    sizes: &'c Sizes,
    heights: &'c [f64],
}

impl Sides<'_> {
    fn width(&self, column: usize) -> f64 {
        let items = self.columns.columns[column].iter();
        items
            .map(|item| self.columns.items[*item].width)
            .fold(0.0, f64::max)
    }

    /// Where each column begins.
    fn lefts(&self) -> Vec<f64> {
        let mut lefts = vec![MARGIN];
        for (column, links) in self.columns.links.iter().enumerate() {
            let start = |link: &Link| self.heights[link.from] + link.from_port;
            let end = |link: &Link| self.heights[link.to] + link.to_port;
            let rises = links.iter().map(|link| (end(link) - start(link)).abs());
            let gap = GAP + (0.3 * rises.fold(0.0, f64::max)).min(2.0 * GAP);
            lefts.push(lefts[column] + self.width(column) + gap);
        }
        lefts
    }

    /// The middle of an item in its column. Inputs, constants and outputs line up where their edges begin or end.
    fn middle(&self, column: usize, item: usize) -> f64 {
        let half = self.columns.items[item].width / 2.0;
        let layer = match self.columns.items[item].content {
            Content::Node(node) => self.sizes.nodes[node].layer,
            _ => Layer::Between,
        };
        match layer {
            Layer::First | Layer::BesideUse => self.width(column) - half,
            Layer::Last => half,
            Layer::Between => self.width(column) / 2.0,
        }
    }

    fn paths(&self, nodes: &[Point], spans: &[(f64, f64)]) -> Vec<Vec<Stretch>> {
        let half = |node: usize| self.sizes.nodes[node].width / 2.0;
        let path = |(chain, (from_port, to_port)): (&Vec<usize>, (f64, f64))| {
            let (source, target) = (chain[0], chain[chain.len() - 1]);
            let mut path = vec![Stretch {
                left: nodes[source].x + half(source),
                right: spans[source].1,
                y: self.heights[source] + from_port,
            }];
            for item in &chain[1..chain.len() - 1] {
                let (left, right) = spans[*item];
                path.push(Stretch {
                    left,
                    right,
                    y: self.heights[*item],
                });
            }
            path.push(Stretch {
                left: spans[target].0,
                right: nodes[target].x - half(target),
                y: self.heights[target] + to_port,
            });
            path
        };
        self.columns
            .chains
            .iter()
            .zip(self.columns.ports())
            .map(path)
            .collect()
    }
}
