//! Rows: what is wider than a page is broken between layers, where few edges cross.
//!
//! Each row but the first begins with a layer of its own, in which lines from the row before come in. An input stands in the row
//! of its first use. What an edge brings from further away, an input in any other row, and what too many edges bring from the row
//! before is not drawn as a line: a tag with its name stands before its use. Invariant: an edge begins in the row of its end (at a node or a tag) or in the one before.

use std::collections::HashMap;

use super::{EdgeSize, GAP, Layer, MARGIN, Sizes, WIDTH, lanes, layers, worked};

/// What a row costs, in crossing edges.
const ROW: usize = 4;
/// How many lines the eye can follow from a row to the next.
const MOST: usize = 7;
/// How often rows are broken anew for names that the breaks have made necessary.
const ATTEMPTS: usize = 4;

pub struct WrappedRows {
    /// The layer of each node.
    pub layers: Vec<usize>,
    /// First and last layer of each row.
    pub rows: Vec<(usize, usize)>,
    /// The row of each layer.
    pub row_of: Vec<usize>,
    /// Which node each tag stands for, and its layer.
    pub tags: Vec<(usize, usize)>,
    /// Where each edge begins.
    pub starts: Vec<Start>,
    /// Nodes that need their names, since tags refer to them.
    pub named: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Start {
    /// At its node, in the same row.
    Here,
    /// At its node, in the row before.
    RowBefore,
    Tag(usize),
}

impl WrappedRows {
    pub fn broken(sizes: &Sizes) -> WrappedRows {
        let nothing_named = vec![false; sizes.nodes.len()];
        let layers = layers::assign(sizes, true);
        let last = layers.iter().copied().max().unwrap_or(0);
        if Widths::new(sizes, &layers, &nothing_named).of(0, last) <= WIDTH - 2.0 * MARGIN {
            return WrappedRows {
                rows: vec![(0, last)],
                row_of: vec![0; last + 1],
                tags: Vec::new(),
                starts: vec![Start::Here; sizes.edges.len()],
                named: nothing_named,
                layers,
            };
        }
        let layers = layers::assign(sizes, false);
        let mut named = nothing_named;
        let mut rows = WrappedRows::cut(sizes, &layers, &named);
        for _ in 1..ATTEMPTS {
            let before = named.clone();
            for (named, needed) in named.iter_mut().zip(&rows.named) {
                *named |= needed;
            }
            if named == before {
                break;
            }
            rows = WrappedRows::cut(sizes, &layers, &named);
        }
        rows
    }

    fn cut(sizes: &Sizes, layers: &[usize], named: &[bool]) -> WrappedRows {
        let ranges = breaks(
            &Widths::new(sizes, layers, named),
            &crossings(sizes, layers),
        );
        let mut row_of_old = Vec::new();
        for (row, (first, last)) in ranges.iter().enumerate() {
            row_of_old.resize(last + 1, row);
            debug_assert!(first <= last);
        }
        let rows: Vec<(usize, usize)> = ranges
            .iter()
            .enumerate()
            .map(|(row, (first, last))| ((first + row).saturating_sub(1), last + row))
            .collect();
        let mut row_of = Vec::new();
        for (row, (_, last)) in rows.iter().enumerate() {
            row_of.resize(last + 1, row);
        }
        let moved = |layer: &usize| layer + row_of_old[*layer];
        let mut rows = WrappedRows {
            layers: layers.iter().map(moved).collect(),
            rows,
            row_of,
            tags: Vec::new(),
            starts: Vec::with_capacity(sizes.edges.len()),
            named: named.to_vec(),
        };
        rows.move_to_uses(sizes);
        rows.connect(sizes);
        rows
    }

    /// Brings constants and what has no operands into the row of their first use.
    fn move_to_uses(&mut self, sizes: &Sizes) {
        let mut has_operands = vec![false; sizes.nodes.len()];
        let mut first_use = vec![usize::MAX; sizes.nodes.len()];
        for edge in &sizes.edges {
            has_operands[edge.to] = true;
            first_use[edge.from] = first_use[edge.from].min(self.layers[edge.to]);
        }
        for (node, size) in sizes.nodes.iter().enumerate() {
            let first_use = first_use[node];
            if has_operands[node] || first_use == usize::MAX {
                continue;
            }
            let row = self.row_of[first_use];
            if size.layer == Layer::BesideUse {
                self.layers[node] = first_use - 1;
            } else if self.row_of[self.layers[node]] != row {
                self.layers[node] = self.rows[row].0;
            }
        }
    }

    /// Whether an edge of a computed value leads to the next row.
    fn turns(&self, sizes: &Sizes, edge: &EdgeSize) -> bool {
        let [before, row] = [edge.from, edge.to].map(|node| self.row_of[self.layers[node]]);
        before + 1 == row && sizes.nodes[edge.from].layer != Layer::First
    }

    /// How many such edges lead to each row.
    fn lines(&self, sizes: &Sizes) -> Vec<usize> {
        let mut lines = vec![0; self.rows.len()];
        for edge in sizes.edges.iter().filter(|edge| self.turns(sizes, edge)) {
            lines[self.row_of[self.layers[edge.to]]] += 1;
        }
        lines
    }

    /// Finds where each edge begins, and the tags for that.
    fn connect(&mut self, sizes: &Sizes) {
        let mut tags: HashMap<(usize, usize), usize> = HashMap::new();
        let lines = self.lines(sizes);
        for edge in &sizes.edges {
            let (to, row) = (self.layers[edge.to], self.row_of[self.layers[edge.to]]);
            let start = if self.row_of[self.layers[edge.from]] == row {
                Start::Here
            } else if self.turns(sizes, edge) && lines[row] <= MOST {
                Start::RowBefore
            } else {
                self.named[edge.from] |= sizes.nodes[edge.from].layer != Layer::First;
                let tag = *tags.entry((edge.from, row)).or_insert(self.tags.len());
                if tag == self.tags.len() {
                    self.tags.push((edge.from, to - 1));
                }
                let layer = &mut self.tags[tag].1;
                *layer = (*layer).min(to - 1);
                Start::Tag(tag)
            };
            self.starts.push(start);
        }
    }
}

/// How wide each column is at most.
struct Widths {
    nodes: Vec<f64>,
    /// The labels before each layer.
    labels: Vec<f64>,
    /// The tags before it, where it is the first of a row.
    tags: Vec<f64>,
}

impl Widths {
    fn new(sizes: &Sizes, layers: &[usize], named: &[bool]) -> Widths {
        let count = layers.iter().copied().max().unwrap_or(0) + 1;
        let mut widths = Widths {
            nodes: vec![0.0; count],
            labels: vec![0.0; count],
            tags: vec![0.0; count],
        };
        let widen = |width: &mut f64, by: f64| *width = width.max(by);
        for (node, size) in sizes.nodes.iter().enumerate() {
            let extent = if named[node] { size.named } else { size.extent };
            if size.layer != Layer::BesideUse {
                widen(&mut widths.nodes[layers[node]], extent.width);
            }
        }
        for edge in &sizes.edges {
            let (from, to) = (&sizes.nodes[edge.from], layers[edge.to]);
            if from.layer == Layer::BesideUse {
                widen(&mut widths.labels[to], from.extent.width);
                continue;
            }
            widen(&mut widths.labels[to], edge.width);
            widen(&mut widths.tags[to], from.tag.width);
            if from.layer == Layer::First {
                widen(&mut widths.tags[to], from.extent.width);
            }
        }
        widths
    }

    /// The width of a row of layers.
    fn of(&self, first: usize, last: usize) -> f64 {
        let rest = (first + 1..=last).map(|layer| self.before(layer) + self.nodes[layer]);
        self.head(first) + rest.sum::<f64>()
    }

    /// The first layer, with what comes in before it.
    fn head(&self, first: usize) -> f64 {
        match first {
            0 => self.nodes[0],
            _ => self.tags[first] + self.before(first) + self.nodes[first],
        }
    }

    fn before(&self, layer: usize) -> f64 {
        self.labels[layer] + 2.0 * GAP
    }
}

/// How many edges would cross a break before each layer.
fn crossings(sizes: &Sizes, layers: &[usize]) -> Vec<usize> {
    let count = layers.iter().copied().max().unwrap_or(0) + 1;
    let (mut begin, mut end) = (vec![0; count + 1], vec![0; count + 1]);
    for edge in &sizes.edges {
        if sizes.nodes[edge.from].layer != Layer::BesideUse {
            begin[layers[edge.from] + 1] += 1;
            end[layers[edge.to] + 1] += 1;
        }
    }
    let mut open = 0;
    (0..count)
        .map(|layer| {
            open += begin[layer];
            open -= end[layer];
            open
        })
        .collect()
}

/// The best ranges of layers: as few edges as can be cross from one to the next, and rows are few.
fn breaks(widths: &Widths, crossings: &[usize]) -> Vec<(usize, usize)> {
    let limit = WIDTH - 2.0 * MARGIN;
    let count = crossings.len();
    let beside = |layer: usize| lanes(crossings.get(layer).map_or(0, |lines| *lines.min(&MOST)));
    // The least cost of the layers before each, and the first layer of the row that ends there.
    let mut best: Vec<(usize, usize)> = vec![(0, 0)];
    for last in 0..count {
        let mut chosen = (usize::MAX, last);
        let mut width = 0.0;
        for first in (0..=last).rev() {
            worked(1);
            if first < last {
                width += widths.before(first + 1) + widths.nodes[first + 1];
            }
            let around = beside(first) + beside(last + 1);
            if first < last && width > limit {
                break;
            }
            let fits = first == last || width + widths.head(first) + around <= limit;
            let cost = best[first].0 + ROW + crossings[first];
            if fits && cost < chosen.0 {
                chosen = (cost, first);
            }
        }
        best.push(chosen);
    }
    let mut ranges = Vec::new();
    let mut end = count;
    while end > 0 {
        let first = best[end].1;
        ranges.push((first, end - 1));
        end = first;
    }
    ranges.reverse();
    ranges
}
