//! Columns side by side and rows below each other: where everything is, and the way of each edge.
//!
//! Invariant: an edge is level within columns and curves only between them; from row to row it runs around both, in a lane of its
//! own.

use super::columns::{Chain, Columns, Content, Link};
use super::rows::WrappedRows;
use super::{GAP, LANE, Layer, Layout, MARGIN, Path, Point, Sizes, Stretch, Turn, WIDTH, lanes};

/// The room around all lanes between two rows.
const ROWS_APART: f64 = 22.0;

pub fn joined(columns: &Columns, sizes: &Sizes, rows: WrappedRows, heights: &[f64]) -> Layout {
    let mut sides = Sides {
        columns,
        sizes,
        heights: heights.to_vec(),
        lefts: vec![0.0; columns.columns.len()],
        widths: widths(columns),
        turning: turning(columns, heights),
    };
    let bottoms = sides.stack_rows();
    sides.set_lefts();
    let (nodes, tags, labels) = sides.points(rows.tags.len());
    let mut paths = sides.paths();
    let right = sides.set_turns(&mut paths, &bottoms);
    Layout {
        width: right + MARGIN,
        height: bottoms.last().copied().unwrap_or(0.0) + MARGIN,
        nodes,
        named: rows.named,
        tags: rows.tags.iter().map(|(node, _)| *node).zip(tags).collect(),
        from_tag: rows
            .starts
            .iter()
            .map(|start| matches!(start, super::rows::Start::Tag(_)))
            .collect(),
        labels,
        paths,
    }
}

struct Sides<'c> {
    columns: &'c Columns,
    sizes: &'c Sizes,
    heights: Vec<f64>,
    /// Where each column begins, and how wide it is.
    lefts: Vec<f64>,
    widths: Vec<f64>,
    /// The edges that leave each row, from top to bottom.
    turning: Vec<Vec<usize>>,
}

fn widths(columns: &Columns) -> Vec<f64> {
    let width = |item: &usize| columns.items[*item].extent.width;
    let columns = columns.columns.iter();
    columns
        .map(|column| column.iter().map(width).fold(0.0, f64::max))
        .collect()
}

fn turning(columns: &Columns, heights: &[f64]) -> Vec<Vec<usize>> {
    let mut turning = vec![Vec::new(); columns.rows.len()];
    let places = columns.places();
    for (edge, chain) in columns.chains.iter().enumerate() {
        let Some(turn) = chain.turn else { continue };
        let column = places[chain.items[turn - 1]];
        let row = columns.rows.partition_point(|(_, last)| *last < column);
        turning[row].push((height_before_turn(columns, chain, heights), edge));
    }
    let sorted = turning.into_iter().map(|mut edges| {
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        edges.into_iter().map(|(_, edge)| edge).collect()
    });
    sorted.collect()
}

/// The height at which an edge leaves its row.
fn height_before_turn(columns: &Columns, chain: &Chain, heights: &[f64]) -> f64 {
    match chain.turn {
        Some(1) => heights[chain.items[0]] + columns.ports(chain).0,
        Some(turn) => heights[chain.items[turn - 1]],
        None => 0.0,
    }
}

impl Sides<'_> {
    /// Moves each row below the one before; where each ends.
    fn stack_rows(&mut self) -> Vec<f64> {
        let mut top = MARGIN;
        let mut bottoms = Vec::new();
        for (row, (first, last)) in self.columns.rows.iter().enumerate() {
            let items = || self.columns.columns[*first..=*last].iter().flatten();
            let extent = |item: usize| self.columns.items[item].extent;
            let highest = items()
                .map(|item| self.heights[*item] - extent(*item).up)
                .fold(f64::INFINITY, f64::min);
            let mut bottom = top;
            let moved: Vec<usize> = items().copied().collect();
            for item in moved {
                let height = (self.heights[item] - highest + top).round();
                self.heights[item] = height;
                bottom = bottom.max(height + extent(item).down);
            }
            bottoms.push(bottom);
            top = bottom + ROWS_APART + LANE * self.turning[row].len() as f64;
        }
        bottoms
    }

    /// The steeper the lines between two columns, the further they are apart, as far as the page is wide.
    fn set_lefts(&mut self) {
        let mut incoming = 0;
        for (row, (first, last)) in self.columns.rows.iter().enumerate() {
            let begin = MARGIN + lanes(incoming);
            incoming = self.turning[row].len();
            let gaps: Vec<f64> = (*first..*last)
                .map(|column| self.steepness(column))
                .collect();
            let widths = (*first..=*last).map(|column| self.widths[column]);
            let needed = begin + widths.sum::<f64>() + GAP * gaps.len() as f64;
            let free = WIDTH - MARGIN - lanes(incoming) - needed;
            let scale = (free.max(0.0) / gaps.iter().sum::<f64>().max(1.0)).min(1.0);
            let mut left = begin;
            for column in *first..=*last {
                self.lefts[column] = left;
                let gap = gaps.get(column - first).copied().unwrap_or(0.0);
                left += self.widths[column] + GAP + scale * gap;
            }
        }
    }

    fn steepness(&self, column: usize) -> f64 {
        let start = |link: &Link| self.heights[link.from] + link.from_port;
        let end = |link: &Link| self.heights[link.to] + link.to_port;
        let links = self.columns.links[column].iter();
        let rises = links.map(|link| (end(link) - start(link)).abs());
        (0.3 * rises.fold(0.0, f64::max)).min(2.0 * GAP)
    }

    /// Where nodes, tags and labels are.
    fn points(&self, tags: usize) -> (Vec<Point>, Vec<Point>, Vec<Point>) {
        let nowhere = Point { x: 0.0, y: 0.0 };
        let mut nodes = vec![nowhere; self.sizes.nodes.len()];
        let mut labels = vec![nowhere; self.sizes.edges.len()];
        let mut tags = vec![nowhere; tags];
        for (column, items) in self.columns.columns.iter().enumerate() {
            for item in items {
                let at = Point {
                    x: self.lefts[column] + self.middle(column, *item),
                    y: self.heights[*item],
                };
                match self.columns.items[*item].content {
                    Content::Node(node) => nodes[node] = at,
                    Content::Tag(tag) => tags[tag] = at,
                    Content::Label(edge) => labels[edge] = at,
                    Content::Bend => {}
                }
            }
        }
        (nodes, tags, labels)
    }

    /// The middle of an item in its column. Inputs, constants and outputs line up where their edges begin or end.
    fn middle(&self, column: usize, item: usize) -> f64 {
        let half = self.columns.items[item].extent.width / 2.0;
        let layer = match self.columns.items[item].content {
            Content::Node(node) => self.sizes.nodes[node].layer,
            Content::Tag(_) => Layer::First,
            _ => Layer::Between,
        };
        match layer {
            Layer::First | Layer::BesideUse => self.widths[column] - half,
            Layer::Last => half,
            Layer::Between => self.widths[column] / 2.0,
        }
    }

    fn paths(&self) -> Vec<Path> {
        let places = self.columns.places();
        let path = |chain: &Chain| {
            let (from_port, to_port) = self.columns.ports(chain);
            let last = chain.items.len() - 1;
            let stretch = |(at, item): (usize, &usize)| {
                let column = places[*item];
                let left = self.lefts[column];
                let middle = left + self.middle(column, *item);
                let half = self.columns.items[*item].extent.width / 2.0;
                let mut stretch = Stretch {
                    left,
                    right: left + self.widths[column],
                    y: self.heights[*item],
                };
                if at == 0 {
                    stretch.left = middle + half;
                    stretch.y += from_port;
                } else if at == last {
                    stretch.right = middle - half;
                    stretch.y += to_port;
                }
                stretch
            };
            Path {
                stretches: chain.items.iter().enumerate().map(stretch).collect(),
                turn: None,
            }
        };
        self.columns.chains.iter().map(path).collect()
    }

    /// Gives each edge that goes on in the next row a lane: those that leave a row further up run further out, so that none crosses
    /// another on its way. How far to the right anything reaches.
    fn set_turns(&self, paths: &mut [Path], bottoms: &[f64]) -> f64 {
        let mut reach: f64 = 0.0;
        for (row, edges) in self.turning.iter().enumerate() {
            let (_, last) = self.columns.rows[row];
            let end = self.lefts[last] + self.widths[last];
            reach = reach.max(end + lanes(edges.len()));
            for (at, edge) in edges.iter().enumerate() {
                let below = (edges.len() - 1 - at) as f64;
                let first = self.columns.rows[row + 1].0;
                paths[*edge].turn = Some(Turn {
                    stretch: self.columns.chains[*edge].turn.unwrap_or(0),
                    right: end + LANE * (below + 1.0),
                    level: bottoms[row] + ROWS_APART / 2.0 + LANE * (below + 0.5),
                    left: self.lefts[first] - LANE * (at as f64 + 1.0),
                });
            }
        }
        reach
    }
}
