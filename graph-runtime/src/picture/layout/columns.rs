//! Items in columns: nodes, labels, and the bends of long edges, linked from column to column.
//!
//! Invariant: a link joins neighbouring columns, and an edge has exactly one item in every column between its ends.

use super::{EdgeSize, Layer, PORT, Sizes};

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Node(usize),
    Label(usize),
    Bend,
}

pub struct Item {
    pub content: Content,
    pub width: f64,
    /// How far it reaches above and below its line.
    pub up: f64,
    pub down: f64,
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
}

/// Items in columns, and links between them.
pub struct Columns {
    pub items: Vec<Item>,
    pub columns: Vec<Vec<usize>>,
    /// By the column they start from.
    pub links: Vec<Vec<Link>>,
    /// The items of each edge from end to end.
    pub chains: Vec<Vec<usize>>,
}

impl Columns {
    pub fn new(sizes: &Sizes, layers: &[usize]) -> Columns {
        let last = layers.iter().copied().max().unwrap_or(0);
        let mut columns = Columns {
            items: Vec::new(),
            columns: vec![Vec::new(); 2 * last + 1],
            links: Vec::new(),
            chains: Vec::new(),
        };
        columns.links.resize_with(2 * last, Vec::new);
        let column = |node: usize| {
            2 * layers[node] + usize::from(sizes.nodes[node].layer == Layer::BesideUse)
        };
        for (at, node) in sizes.nodes.iter().enumerate() {
            let half = node.height / 2.0;
            columns.add(column(at), Content::Node(at), node.width, half, half);
        }
        let mut operands = vec![0; sizes.nodes.len()];
        for (at, edge) in sizes.edges.iter().enumerate() {
            let operand = sizes.nodes[edge.to]
                .keeps_order
                .then_some(operands[edge.to]);
            operands[edge.to] += 1;
            columns.cut(at, edge, (column(edge.from), column(edge.to)), operand);
        }
        columns
    }

    fn add(&mut self, column: usize, content: Content, width: f64, up: f64, down: f64) -> usize {
        self.items.push(Item {
            content,
            width,
            up,
            down,
        });
        self.columns[column].push(self.items.len() - 1);
        self.items.len() - 1
    }

    /// Cuts an edge into one item a column.
    fn cut(
        &mut self,
        at: usize,
        edge: &EdgeSize,
        (from, to): (usize, usize),
        operand: Option<usize>,
    ) {
        let mut chain = vec![edge.from];
        for column in from + 1..to {
            let item = if column == to - 1 {
                self.add(
                    column,
                    Content::Label(at),
                    edge.width,
                    edge.above,
                    edge.below,
                )
            } else {
                self.add(column, Content::Bend, 0.0, PORT / 4.0, PORT / 4.0)
            };
            chain.push(item);
        }
        chain.push(edge.to);
        for (step, pair) in chain.windows(2).enumerate() {
            self.links[from + step].push(Link {
                from: pair[0],
                to: pair[1],
                from_port: 0.0,
                to_port: 0.0,
                operand: operand.filter(|_| from + step + 1 == to),
            });
        }
        self.chains.push(chain);
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

    /// Where each edge meets its ends, from their lines. Links were made edge by edge, so each column gives an edge its
    /// own next.
    pub fn ports(&self) -> Vec<(f64, f64)> {
        let places = self.places();
        let mut links: Vec<_> = self.links.iter().map(|links| links.iter()).collect();
        let mut ports = Vec::with_capacity(self.chains.len());
        for chain in &self.chains {
            let first = places[chain[0]];
            let columns = first..first + chain.len() - 1;
            let own: Vec<&Link> = columns.filter_map(|column| links[column].next()).collect();
            ports.push((own[0].from_port, own[own.len() - 1].to_port));
        }
        ports
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
