//! A layered layout: nodes in columns from left to right, few crossings, nothing on top of anything else.
//!
//! Sugiyama's method in four steps, one a file: `layers` gives each node a layer; `order` sorts each column so that few
//! edges cross; `place` gives every item its height; and the columns are set side by side here. Columns alternate:
//! the nodes of a layer, then the labels of the edges that lead on. An edge is cut into items, one in each column it passes: its
//! label in the last one before its end, bends in the others. Curves only run between columns. So no line can meet a
//! node or a label that is not its own, which is the invariant that the tests check.
//!
//! The crates that lay out layered graphs (`layout-rs`, `rust-sugiyama`) place nodes only: they know neither edge labels nor
//! parallel edges nor the points an edge should pass, and those are what this picture is made of.

mod layers;
mod order;
mod place;

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
    /// Beside its only use.
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

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Node(usize),
    Label(usize),
    Bend,
}

struct Item {
    content: Content,
    width: f64,
    /// How far it reaches above and below its line.
    up: f64,
    down: f64,
}

/// A piece of an edge between neighbouring columns.
struct Link {
    from: usize,
    to: usize,
    /// Where it meets its ends, from their lines.
    from_port: f64,
    to_port: f64,
    /// The place of its edge among the operands of a node it leads to, if that keeps their order.
    operand: Option<usize>,
}

/// Items in columns, and links between them.
struct Columns {
    items: Vec<Item>,
    columns: Vec<Vec<usize>>,
    /// By the column they start from.
    links: Vec<Vec<Link>>,
    /// The items of each edge from end to end.
    chains: Vec<Vec<usize>>,
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
    columns.set_side_by_side(sizes, &heights)
}

impl Columns {
    fn new(sizes: &Sizes, layers: &[usize]) -> Columns {
        let last = layers.iter().copied().max().unwrap_or(0);
        let mut columns = Columns {
            items: Vec::new(),
            columns: vec![Vec::new(); 2 * last + 1],
            links: Vec::new(),
            chains: Vec::new(),
        };
        columns.links.resize_with(2 * last, Vec::new);
        for (at, node) in sizes.nodes.iter().enumerate() {
            let half = node.height / 2.0;
            columns.add(2 * layers[at], Content::Node(at), node.width, half, half);
        }
        let mut operands = vec![0; sizes.nodes.len()];
        for (at, edge) in sizes.edges.iter().enumerate() {
            let operand = sizes.nodes[edge.to]
                .keeps_order
                .then_some(operands[edge.to]);
            operands[edge.to] += 1;
            columns.cut(at, edge, (layers[edge.from], layers[edge.to]), operand);
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
        for column in 2 * from + 1..2 * to {
            let item = if column == 2 * to - 1 {
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
            let column = 2 * from + step;
            self.links[column].push(Link {
                from: pair[0],
                to: pair[1],
                from_port: 0.0,
                to_port: 0.0,
                operand: operand.filter(|_| column + 1 == 2 * to),
            });
        }
        self.chains.push(chain);
    }

    /// Each item's place in its column.
    fn ranks(&self) -> Vec<usize> {
        let mut ranks = vec![0; self.items.len()];
        for column in &self.columns {
            for (rank, item) in column.iter().enumerate() {
                ranks[*item] = rank;
            }
        }
        ranks
    }

    /// Spreads the lines that meet at a node: on the right in the order of where they lead, on the left in that of where
    /// they come from, unless operands keep theirs.
    fn set_ports(&mut self) {
        let ranks = self.ranks();
        for links in &mut self.links {
            let (mut starts, mut ends) = (
                vec![Vec::new(); self.items.len()],
                vec![Vec::new(); self.items.len()],
            );
            for (at, link) in links.iter().enumerate() {
                starts[link.from].push(at);
                ends[link.to].push(at);
            }
            for of_node in &mut starts {
                of_node.sort_by_key(|at| ranks[links[*at].to]);
                spread(of_node).for_each(|(at, port)| links[at].from_port = port);
            }
            for of_node in &mut ends {
                of_node.sort_by_key(|at| (links[*at].operand, ranks[links[*at].from]));
                spread(of_node).for_each(|(at, port)| links[at].to_port = port);
            }
        }
    }

    /// Sets the columns side by side; the steeper the lines between two, the further apart.
    fn set_side_by_side(&self, sizes: &Sizes, heights: &[f64]) -> Layout {
        let lefts = self.lefts(heights);
        let middle = |column: usize| lefts[column] + self.width(column) / 2.0;
        let mut nodes = vec![Point { x: 0.0, y: 0.0 }; sizes.nodes.len()];
        let mut labels = vec![Point { x: 0.0, y: 0.0 }; sizes.edges.len()];
        let mut bottom: f64 = 0.0;
        let mut spans = vec![(0.0, 0.0); self.items.len()];
        for (column, items) in self.columns.iter().enumerate() {
            for item in items {
                let (x, y) = (middle(column), heights[*item]);
                bottom = bottom.max(y + self.items[*item].down);
                spans[*item] = (lefts[column], lefts[column] + self.width(column));
                match self.items[*item].content {
                    Content::Node(node) => nodes[node] = Point { x, y },
                    Content::Label(edge) => labels[edge] = Point { x, y },
                    Content::Bend => {}
                }
            }
        }
        let last = self.columns.len() - 1;
        Layout {
            width: lefts[last] + self.width(last) + MARGIN,
            height: bottom + MARGIN,
            paths: self.paths(sizes, heights, &nodes, &spans),
            nodes,
            labels,
        }
    }

    fn width(&self, column: usize) -> f64 {
        let widths = self.columns[column]
            .iter()
            .map(|item| self.items[*item].width);
        widths.fold(0.0, f64::max)
    }

    fn lefts(&self, heights: &[f64]) -> Vec<f64> {
        let mut lefts = vec![MARGIN];
        for (column, links) in self.links.iter().enumerate() {
            let rise = |link: &Link| {
                (heights[link.to] + link.to_port - heights[link.from] - link.from_port).abs()
            };
            let steepest = links.iter().map(rise).fold(0.0, f64::max);
            let gap = GAP + (0.2 * steepest).min(2.0 * GAP);
            lefts.push(lefts[column] + self.width(column) + gap);
        }
        lefts
    }

    fn paths(
        &self,
        sizes: &Sizes,
        heights: &[f64],
        nodes: &[Point],
        spans: &[(f64, f64)],
    ) -> Vec<Vec<Stretch>> {
        let mut links: Vec<std::slice::Iter<Link>> =
            self.links.iter().map(|links| links.iter()).collect();
        let column_of = |item: usize| {
            self.columns
                .iter()
                .position(|column| column.contains(&item))
                .unwrap_or(0)
        };
        let mut paths = Vec::new();
        for chain in &self.chains {
            let first = column_of(chain[0]);
            // Links were made edge by edge, so each column gives this edge's own next.
            let own: Vec<&Link> = (first..first + chain.len() - 1)
                .filter_map(|column| links[column].next())
                .collect();
            let (from, to) = (own[0], own[own.len() - 1]);
            let (source, target) = (chain[0], chain[chain.len() - 1]);
            let half = |node: usize| sizes.nodes[node].width / 2.0;
            let mut path = vec![Stretch {
                left: nodes[source].x + half(source),
                right: spans[source].1,
                y: heights[source] + from.from_port,
            }];
            for item in &chain[1..chain.len() - 1] {
                path.push(Stretch {
                    left: spans[*item].0,
                    right: spans[*item].1,
                    y: heights[*item],
                });
            }
            path.push(Stretch {
                left: spans[target].0,
                right: nodes[target].x - half(target),
                y: heights[target] + to.to_port,
            });
            paths.push(path);
        }
        paths
    }
}

/// Places around the middle, one each.
fn spread(links: &[usize]) -> impl Iterator<Item = (usize, f64)> {
    let middle = links.len().saturating_sub(1) as f64 / 2.0;
    links
        .iter()
        .enumerate()
        .map(move |(at, link)| (*link, (at as f64 - middle) * PORT))
}

/// The least height of a node that so many lines meet on one side.
pub fn least_height(lines: usize) -> f64 {
    lines as f64 * PORT + 4.0
}
