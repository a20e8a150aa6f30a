//! Items in columns: nodes, labels, and the bends of long edges, linked from column to column.
//!
//! Invariant: a link joins neighbouring columns, or the last of a row and the first of the next; and an edge has exactly one item
//! in every column between its ends.

use super::rows::{Start, WrappedRows};
use super::{EdgeSize, Extent, Layer, PORT, Sizes, worked};

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Node(usize),
    /// What stands for a node of another row.
    Tag(usize),
    Label(usize),
    Bend,
}

pub struct Item {
    pub content: Content,
    pub extent: Extent,
}

/// A piece of an edge between neighbouring columns.
pub struct Link {
    pub from: usize,
    pub to: usize,
    /// Where it meets its ends, from their lines.
    pub from_port: f64,
    pub to_port: f64,
    /// The place of its edge among the operands of a node it leads to, if that keeps their order.
    pub operand: Option<usize>,
    /// Whether it leads to the next row.
    pub turns: bool,
}

/// The items of an edge from end to end.
pub struct Chain {
    pub items: Vec<usize>,
    /// The first item in the next row, if it goes on there.
    pub turn: Option<usize>,
    /// Its first and last link, each by column and place.
    ends: [(usize, usize); 2],
}

/// Items in columns, and links between them.
pub struct Columns {
    pub items: Vec<Item>,
    pub columns: Vec<Vec<usize>>,
    /// First and last column of each row.
    pub rows: Vec<(usize, usize)>,
    /// By the column they start from.
    pub links: Vec<Vec<Link>>,
    pub chains: Vec<Chain>,
}

impl Columns {
    pub fn new(sizes: &Sizes, rows: &WrappedRows) -> Columns {
        let last = rows.layers.iter().copied().max().unwrap_or(0);
        let mut columns = Columns {
            items: Vec::new(),
            columns: vec![Vec::new(); 2 * last + 1],
            rows: rows.rows.iter().map(|(a, b)| (2 * a, 2 * b)).collect(),
            links: Vec::new(),
            chains: Vec::new(),
        };
        columns.links.resize_with(2 * last + 1, Vec::new);
        let column = |node: usize| {
            2 * rows.layers[node] + usize::from(sizes.nodes[node].layer == Layer::BesideUse)
        };
        for (at, node) in sizes.nodes.iter().enumerate() {
            let extent = if rows.named[at] {
                node.named
            } else {
                node.extent
            };
            columns.add(column(at), Content::Node(at), extent);
        }
        for (at, (node, layer)) in rows.tags.iter().enumerate() {
            columns.add(2 * layer, Content::Tag(at), sizes.nodes[*node].tag);
        }
        let mut operands = vec![0; sizes.nodes.len()];
        for (at, edge) in sizes.edges.iter().enumerate() {
            let operand = sizes.nodes[edge.to]
                .keeps_order
                .then_some(operands[edge.to]);
            operands[edge.to] += 1;
            let (start, from) = match rows.starts[at] {
                Start::Tag(tag) => (sizes.nodes.len() + tag, 2 * rows.tags[tag].1),
                _ => (edge.from, column(edge.from)),
            };
            let turn =
                (rows.starts[at] == Start::RowBefore).then(|| rows.row_of[rows.layers[edge.from]]);
            columns.cut(at, edge, (start, from, column(edge.to)), turn, operand);
        }
        columns
    }

    fn add(&mut self, column: usize, content: Content, extent: Extent) -> usize {
        self.items.push(Item { content, extent });
        self.columns[column].push(self.items.len() - 1);
        self.items.len() - 1
    }

    /// Cuts an edge into one item per column. `turn` is the row that it leaves.
    fn cut(
        &mut self,
        at: usize,
        edge: &EdgeSize,
        (start, from, to): (usize, usize, usize),
        turn: Option<usize>,
        operand: Option<usize>,
    ) {
        let (end, again) = match turn {
            Some(row) => (self.rows[row].1 + 1, self.rows[row + 1].0),
            None => (to, to),
        };
        let mut chain = vec![start];
        let mut places = vec![from];
        for column in (from + 1..end).chain(again..to) {
            let label = Extent {
                width: edge.width,
                up: edge.above,
                down: edge.below,
            };
            let bend = Extent {
                width: 0.0,
                up: PORT / 4.0,
                down: PORT / 4.0,
            };
            chain.push(match column == to - 1 {
                true => self.add(column, Content::Label(at), label),
                false => self.add(column, Content::Bend, bend),
            });
            places.push(column);
        }
        chain.push(edge.to);
        worked(chain.len());
        let turn = turn.map(|_| end - from);
        let mut ends = [(0, 0); 2];
        for (step, pair) in chain.windows(2).enumerate() {
            let links = &mut self.links[places[step]];
            let place = (places[step], links.len());
            ends = if step == 0 {
                [place; 2]
            } else {
                [ends[0], place]
            };
            links.push(Link {
                from: pair[0],
                to: pair[1],
                from_port: 0.0,
                to_port: 0.0,
                operand: operand.filter(|_| step + 2 == chain.len()),
                turns: turn == Some(step + 1),
            });
        }
        self.chains.push(Chain {
            items: chain,
            turn,
            ends,
        });
    }

    /// Each item's place in its column.
    pub fn ranks(&self) -> Vec<usize> {
        let mut ranks = vec![0; self.items.len()];
        for column in &self.columns {
            for (rank, item) in column.iter().enumerate() {
                ranks[*item] = rank;
            }
        }
        ranks
    }

    /// Each item's column.
    pub fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.items.len()];
        for (at, column) in self.columns.iter().enumerate() {
            column.iter().for_each(|item| places[*item] = at);
        }
        places
    }

    /// Where an edge meets its ends, from their lines.
    pub fn ports(&self, chain: &Chain) -> (f64, f64) {
        let [first, last] = chain.ends.map(|(column, at)| &self.links[column][at]);
        (first.from_port, last.to_port)
    }

    /// Spreads the lines that meet at a node: on the right in the order of where they lead, on the left in that of where
    /// they come from, unless operands keep theirs.
    pub fn set_ports(&mut self) {
        let ranks = self.ranks();
        for links in &mut self.links {
            let mut order: Vec<usize> = (0..links.len()).collect();
            order.sort_by_key(|at| (links[*at].from, ranks[links[*at].to]));
            for (at, port) in spread(&order, |at| links[at].from) {
                links[at].from_port = port;
            }
            order.sort_by_key(|at| {
                let link = &links[*at];
                (link.to, link.operand, ranks[link.from])
            });
            for (at, port) in spread(&order, |at| links[at].to) {
                links[at].to_port = port;
            }
        }
    }
}

/// Places around the middle of each item, one for each of its links, which stand together.
fn spread(order: &[usize], item: impl Fn(usize) -> usize) -> Vec<(usize, f64)> {
    let mut places = Vec::with_capacity(order.len());
    for links in order.chunk_by(|a, b| item(*a) == item(*b)) {
        let middle = (links.len() - 1) as f64 / 2.0;
        let place = |(at, link): (usize, &usize)| (*link, (at as f64 - middle) * PORT);
        places.extend(links.iter().enumerate().map(place));
    }
    places
}
