//! The picture as SVG.
//!
//! Text is set in a fixed-width font, so its width is known without one. The picture has a background of its own, so that it is
//! read on any page, and its attributes carry the light scheme, so that whatever reads SVG without style sheets (converters,
//! drawing programs, printers) draws it whole; a dark screen turns background and colours together. Invariant: the element needs
//! nothing from outside, leaves the rest of a page alone, and all text stays text.

use std::fmt::Write;

use super::describe::Role;
use super::dot::escaped;
use super::layout::{
    EdgeSize, Extent, Layer, Layout, NodeSize, Path, Point, Sizes, Stretch, Turn, layout,
    least_height,
};
use super::{Edge, Node, Picture, words};

/// One character and one line of a label, and of a node's sign.
const CHARACTER: f64 = 7.3;
const LINE: f64 = 14.0;
const SIGN: f64 = 9.2;
/// How far the lines of an edge are from its middle, and words from the lines.
const APART: f64 = 2.5;
const WORDS: f64 = 4.0;
/// The head of an arrow, and the bend of a line around a row.
const HEAD: f64 = 7.0;
const ROUND: f64 = 5.0;
/// What the picture says of itself at the bottom.
const LEGEND: f64 = 26.0;
/// Around the frame of a loop's step, and above what is in it.
const FRAME: f64 = 8.0;
const TITLE: f64 = 24.0;

const TEXT: &str = "#1f2328";
const FAINT: &str = "#6e7781";
const ACCENT: &str = "#c2410c";
pub const FONT: &str =
    "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/// In a page the picture shrinks with it; an image of its own keeps its size, as some converters need.
const STYLE: &str = "\
.graph:not(:root){max-width:100%;height:auto}\
.graph text{white-space:pre}\
@media screen and (prefers-color-scheme:dark){\
.graph,.graph .head{fill:#e6edf3}\
.graph .page{fill:#0d1117}\
.graph .box{fill:#1c2128;stroke:#8d96a0}\
.graph .line{stroke:#8d96a0}\
.graph .gradient,.graph .gradient .head{fill:#ffa657}\
.graph .gradient .line{stroke:#ffa657}}";

pub fn drawn(picture: &Picture) -> String {
    Drawing::of(picture).svg(&[])
}

/// The same with words for each node, which become its title, and the node can be touched.
pub fn with_words(picture: &Picture, words: &[String]) -> String {
    Drawing::of(picture).svg(words)
}

struct Drawing<'p> {
    picture: &'p Picture,
    names: Vec<String>,
    layout: Layout,
    text: String,
}

impl<'p> Drawing<'p> {
    fn of(picture: &'p Picture) -> Drawing<'p> {
        let names = words::names(picture);
        Drawing {
            layout: layout(&sizes(picture, &names)),
            picture,
            names,
            text: String::new(),
        }
    }

    fn svg(mut self, words: &[String]) -> String {
        let mut bottom = self.layout.height;
        let frames = self.picture.loops.iter().map(|of| {
            let frame = Frame::below(&of.step, bottom);
            bottom = frame.top + frame.height + FRAME;
            frame
        });
        let frames: Vec<Frame> = frames.collect();
        let right = frames.iter().map(|frame| frame.width + 2.0 * FRAME);
        let key = self.key(&frames);
        let width = right.fold(self.layout.width.max(legend_width(&key)), f64::max);
        let height = bottom + LEGEND;
        let _ = write!(
            self.text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"img\" width=\"{width:.0}\" \
             height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"{FONT}\" font-size=\"12\" \
             text-anchor=\"middle\" fill=\"{TEXT}\" xml:space=\"preserve\">\n\
             <title>Computational graph of {}</title>\n<style>{STYLE}</style>\n\
             <rect class=\"page\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"6\" fill=\"#ffffff\"/>\n",
            escaped(&self.picture.title)
        );
        self.content(words);
        for frame in frames {
            self.text.push_str(&frame.drawn());
        }
        self.legend(bottom, &key);
        self.text.push_str("</svg>\n");
        self.text
    }

    /// The nodes and the edges.
    fn content(&mut self, words: &[String]) {
        for at in 0..self.picture.edges.len() {
            self.edge(at);
        }
        for at in 0..self.picture.nodes.len() {
            if let Some(words) = words.get(at) {
                let title = escaped(words);
                let _ = write!(
                    self.text,
                    "<g class=\"node\" tabindex=\"0\"><title>{title}</title>"
                );
            }
            self.node(at);
            self.text
                .push_str(if words.is_empty() { "" } else { "</g>\n" });
        }
        for at in 0..self.layout.tags.len() {
            self.tag(at);
        }
    }
}

/// The step of a loop in a frame with its title.
struct Frame<'p> {
    drawing: Drawing<'p>,
    top: f64,
    width: f64,
    height: f64,
}

impl<'p> Frame<'p> {
    fn below(step: &'p Picture, top: f64) -> Frame<'p> {
        let mut drawing = Drawing::of(step);
        let layout = &drawing.layout;
        let title = characters(&step.title) * CHARACTER + 24.0;
        let (width, height) = (layout.width.max(title), layout.height + TITLE);
        drawing.layout.shift(FRAME, top + TITLE);
        Frame {
            drawing,
            top,
            width,
            height,
        }
    }

    fn drawn(mut self) -> String {
        let Frame {
            top, width, height, ..
        } = self;
        let title = escaped(&self.drawing.picture.title);
        let _ = write!(
            self.drawing.text,
            "<rect class=\"line\" x=\"{FRAME}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\" \
             fill=\"none\" stroke=\"{FAINT}\"/>\n<text font-weight=\"bold\" x=\"{:.1}\" y=\"{:.1}\">{title}</text>\n",
            FRAME + 12.0 + characters(&self.drawing.picture.title) * CHARACTER / 2.0,
            top + 18.0
        );
        self.drawing.content(&[]);
        self.drawing.text
    }
}

// Sizes.

fn sizes(picture: &Picture, names: &[String]) -> Sizes {
    let nodes = (0..picture.nodes.len()).map(|at| node_size(picture, names, at));
    let edges = picture.edges.iter().map(|edge| edge_size(picture, edge));
    Sizes {
        nodes: nodes.collect(),
        edges: edges.collect(),
    }
}

fn node_size(picture: &Picture, names: &[String], at: usize) -> NodeSize {
    let node = &picture.nodes[at];
    let (operands, uses) = (picture.operands[at].len(), picture.uses[at].len());
    let layer = match node.role {
        Role::Input | Role::Labels | Role::State | Role::Index => Layer::First,
        Role::Output => Layer::Last,
        Role::Constant => Layer::BesideUse,
        Role::Operation | Role::Condition => Layer::Between,
    };
    let plain = around(box_size(picture, at, operands.max(uses)));
    let (width, height) = box_size(picture, at, operands);
    let stem = stem_size(picture, names, at);
    let half = height.max(least_height(uses)) / 2.0;
    let named = Extent {
        width: width + stem.width,
        up: stem.up.max(half),
        down: stem.down.max(half),
    };
    NodeSize {
        extent: if picture.branches(at) { named } else { plain },
        named: if has_own_name(node) && !picture.branches(at) {
            plain
        } else {
            named
        },
        tag: around((
            characters(&names[at]) * CHARACTER + 14.0,
            least_height(uses.min(8)).max(22.0),
        )),
        layer,
        keeps_order: !matches!(node.label.as_str(), "+" | "*" | "&&" | "||"),
    }
}

fn around((width, height): (f64, f64)) -> Extent {
    Extent {
        width,
        up: height / 2.0,
        down: height / 2.0,
    }
}

/// Whether a node's box says its name.
fn has_own_name(node: &Node) -> bool {
    matches!(
        node.role,
        Role::Input | Role::Labels | Role::State | Role::Index
    )
}

/// Width and height of a node's box, on which so many lines meet on one side.
fn box_size(picture: &Picture, at: usize, lines: usize) -> (f64, f64) {
    let characters = characters(&words::drawn(picture, at));
    let (width, height) = match picture.nodes[at].role {
        Role::Input | Role::Labels | Role::State | Role::Index | Role::Output => {
            (characters * CHARACTER + 18.0, 26.0)
        }
        Role::Constant => (characters * CHARACTER + 10.0, 20.0),
        Role::Operation | Role::Condition => ((characters * SIGN + 18.0).max(34.0), 34.0),
    };
    (width, least_height(lines).max(height))
}

/// What stands between a node and the bar from which its value goes several ways.
fn stem_size(picture: &Picture, names: &[String], at: usize) -> Extent {
    let values = stem_lines(picture, names, at, true);
    let sums = sum_lines(&picture.nodes[at]);
    label_size(&values, &sums, 2.0 * HEAD + 4.0)
}

fn edge_size(picture: &Picture, edge: &Edge) -> EdgeSize {
    let values = value_lines(picture, edge, !picture.branches(edge.from));
    let size = label_size(&values, &gradient_lines(edge), 8.0);
    EdgeSize {
        from: edge.from,
        to: edge.to,
        width: size.width,
        above: size.up,
        below: size.down,
    }
}

fn label_size(above: &[String], below: &[String], room: f64) -> Extent {
    let lines = above.iter().chain(below);
    let longest = lines.map(|line| characters(line)).fold(0.0, f64::max);
    let height = |lines: &[String]| match lines.len() {
        0 => APART + 2.0,
        count => APART + WORDS + count as f64 * LINE,
    };
    Extent {
        width: longest * CHARACTER + room,
        up: height(above),
        down: height(below),
    }
}

/// How many columns a text takes: letters of East Asian scripts take two.
fn characters(text: &str) -> f64 {
    text.chars()
        .map(|letter| {
            if letter as u32 >= 0x1100
                && letter != '…'
                && !('\u{2000}'..'\u{2e80}').contains(&letter)
            {
                2.0
            } else {
                1.0
            }
        })
        .sum()
}

// Words.

/// The value of an edge: whole and with the user's name in front, or where a node has both beside it, its first line.
pub fn value_lines(picture: &Picture, edge: &Edge, whole: bool) -> Vec<String> {
    let (from, to) = (&picture.nodes[edge.from], &picture.nodes[edge.to]);
    if from.role == Role::Constant {
        return Vec::new();
    }
    let mut lines = from.value.lines();
    let name = from.name.as_ref();
    if !whole {
        lines.truncate(1);
    } else if let Some(name) = name.filter(|name| to.role != Role::Output || **name != to.label) {
        said(&mut lines, (name, " = "));
    }
    if let Some(part) = words::part(picture, edge) {
        said(&mut lines, (part, ": "));
    }
    lines
}

/// Puts a word in front of a value, or in its place where it is no number.
fn said(lines: &mut Vec<String>, (word, sign): (&str, &str)) {
    match lines.first_mut() {
        Some(first) => *first = format!("{word}{sign}{first}"),
        None => lines.push(word.to_owned()),
    }
}

/// The value of a node that has it beside it; `named` where a tag refers to it.
fn stem_lines(picture: &Picture, names: &[String], at: usize, named: bool) -> Vec<String> {
    let node = &picture.nodes[at];
    let mut lines = node.value.lines();
    if !has_own_name(node) && (named || node.name.is_some()) {
        said(&mut lines, (&names[at], " = "));
    }
    lines
}

/// The gradient of a node whose value goes several ways: the sum of what comes back along them.
pub fn sum_lines(node: &Node) -> Vec<String> {
    let mut lines = node
        .gradient
        .as_ref()
        .map_or_else(Vec::new, super::Quantity::lines);
    if node.gradient.is_some() {
        said(&mut lines, ("Σ", " "));
    }
    lines
}

fn gradient_lines(edge: &Edge) -> Vec<String> {
    edge.gradient
        .as_ref()
        .map_or_else(Vec::new, super::Quantity::lines)
}

// Drawing.

impl Drawing<'_> {
    fn node(&mut self, at: usize) {
        let node = &self.picture.nodes[at];
        let branches = self.picture.branches(at);
        let has_stem = branches || (self.layout.named[at] && !has_own_name(node));
        let (operands, uses) = (self.picture.operands[at].len(), self.picture.uses[at].len());
        let place = self.layout.nodes[at];
        let (width, height) = box_size(
            self.picture,
            at,
            if has_stem {
                operands
            } else {
                operands.max(uses)
            },
        );
        let left = match has_stem {
            true => place.x - (width + stem_size(self.picture, &self.names, at).width) / 2.0,
            false => place.x - width / 2.0,
        };
        let is_operation = matches!(node.role, Role::Operation | Role::Condition);
        if node.role != Role::Constant {
            let round = if is_operation { 17.0 } else { 4.0 };
            let top = place.y - height / 2.0;
            let (fill, stroke) = ("#f3f4f6", "#8c959f");
            let bold = match node.role {
                Role::State => " stroke-width=\"2.5\"",
                _ => "",
            };
            let _ = writeln!(
                self.text,
                "<rect class=\"box\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
                 rx=\"{round}\" fill=\"{fill}\" stroke=\"{stroke}\"{bold}/>"
            );
        }
        let (attributes, down) = if is_operation {
            (" class=\"sign\" font-size=\"15\"", 5.0)
        } else {
            ("", 4.0)
        };
        let label = escaped(&words::drawn(self.picture, at));
        let _ = writeln!(
            self.text,
            "<text{attributes} x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
            left + width / 2.0,
            place.y + down
        );
        if has_stem {
            self.stem(at, left + width, uses);
        }
    }

    /// What leads from a node's box to the bar from which its value goes several ways, and the bar.
    fn stem(&mut self, at: usize, start: f64, uses: usize) {
        let size = stem_size(self.picture, &self.names, at);
        let values = stem_lines(self.picture, &self.names, at, self.layout.named[at]);
        let mut sums = sum_lines(&self.picture.nodes[at]);
        if !self.picture.branches(at) {
            let plain = |line: &mut String| *line = line.trim_start_matches("Σ ").to_owned();
            sums.first_mut().into_iter().for_each(plain);
        }
        let y = self.layout.nodes[at].y;
        let level = Stretch {
            left: start,
            right: start + size.width,
            y,
        };
        let path = Path {
            stretches: vec![level, level],
            turn: None,
        };
        let middle = Point {
            x: start + size.width / 2.0,
            y,
        };
        self.both_lines(&path, middle, (&values, &sums), !sums.is_empty());
        let half = (least_height(uses) / 2.0).max(8.0) - 1.5;
        let _ = writeln!(
            self.text,
            "<path class=\"line\" fill=\"none\" stroke=\"{FAINT}\" stroke-width=\"3\" d=\"M{:.1} {:.1}V{:.1}\"/>",
            level.right,
            y - half,
            y + half
        );
    }

    fn tag(&mut self, at: usize) {
        let (node, place) = self.layout.tags[at];
        let size = node_size(self.picture, &self.names, node).tag;
        let (left, top) = (place.x - size.width / 2.0, place.y - size.up);
        let name = escaped(&self.names[node]);
        let _ = writeln!(
            self.text,
            "<rect class=\"box\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"4\" fill=\"none\" \
             stroke=\"#8c959f\" stroke-dasharray=\"3 2\"/>\n<text x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
            size.width,
            size.up + size.down,
            place.x,
            place.y + 4.0
        );
    }

    fn edge(&mut self, at: usize) {
        let edge = &self.picture.edges[at];
        let has_name_elsewhere = self.picture.branches(edge.from) || self.layout.from_tag[at];
        let values = value_lines(self.picture, edge, !has_name_elsewhere);
        let gradients = gradient_lines(edge);
        let path = std::mem::replace(
            &mut self.layout.paths[at],
            Path {
                stretches: Vec::new(),
                turn: None,
            },
        );
        let label = self.layout.labels[at];
        self.both_lines(&path, label, (&values, &gradients), edge.gradient.is_some());
    }

    /// The line of a value with its words above, and that of a gradient with its words below.
    fn both_lines(
        &mut self,
        path: &Path,
        label: Point,
        (values, gradients): (&[String], &[String]),
        is_double: bool,
    ) {
        let apart = if is_double { APART } else { 0.0 };
        self.text.push_str("<g class=\"value\">");
        self.line(path, -apart, false);
        let above = values.len().saturating_sub(1) as f64 * LINE;
        self.lines(values, label.x, label.y - apart - WORDS - above);
        self.text.push_str("</g>\n");
        if is_double {
            let _ = write!(self.text, "<g class=\"gradient\" fill=\"{ACCENT}\">");
            self.line(path, apart, true);
            self.lines(gradients, label.x, label.y + apart + WORDS + LINE - 4.0);
            self.text.push_str("</g>\n");
        }
    }

    fn lines(&mut self, lines: &[String], x: f64, first: f64) {
        for (at, line) in lines.iter().enumerate() {
            let y = first + at as f64 * LINE;
            let line = escaped(line);
            let _ = write!(self.text, "<text x=\"{x:.1}\" y=\"{y:.1}\">{line}</text>");
        }
    }

    /// One line of an edge, moved by `shift`, with its head at one end.
    fn line(&mut self, path: &Path, shift: f64, backward: bool) {
        let (first, last) = (path.stretches[0], path.stretches[path.stretches.len() - 1]);
        let stroke = if backward { ACCENT } else { FAINT };
        let (tip, base, y) = match backward {
            true => (first.left, first.left + HEAD, first.y + shift),
            false => (last.right, last.right - HEAD, last.y + shift),
        };
        let half = HEAD / 2.0 - 0.5;
        let _ = write!(
            self.text,
            "<path class=\"line\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.2\" d=\"{}\"/>\
             <path class=\"head\" d=\"M{tip:.1} {y:.1}L{base:.1} {:.1}V{:.1}Z\"/>",
            way(path, shift, backward),
            y - half,
            y + half
        );
    }

    // Legend.

    /// What the picture says of itself, and which of it is about gradients.
    fn key(&self, frames: &[Frame]) -> Vec<(&'static str, bool)> {
        let inner = frames.iter().map(|frame| &frame.drawing);
        let all = || std::iter::once(self).chain(inner.clone());
        let mut key = vec![("value →", false), ("← gradient", true)];
        let branches = |of: &Drawing| (0..of.picture.nodes.len()).any(|at| of.picture.branches(at));
        if all().any(branches) {
            key.push(("Σ sum over all uses", true));
        }
        if all().any(|of| !of.layout.tags.is_empty()) {
            key.push(("┆ from another row ┆", false));
        }
        if !frames.is_empty() {
            key.push(("bold: carried from step to step", false));
        }
        key
    }

    fn legend(&mut self, bottom: f64, key: &[(&'static str, bool)]) {
        let y = bottom + LEGEND / 2.0;
        let mut left = 12.0;
        for (words, is_gradient) in key {
            let width = characters(words) * CHARACTER;
            let x = left + width / 2.0;
            let text = format!("<text x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>");
            let _ = match is_gradient {
                true => writeln!(
                    self.text,
                    "<g class=\"gradient\" fill=\"{ACCENT}\">{text}</g>"
                ),
                false => writeln!(self.text, "{text}"),
            };
            left += width + 2.0 * CHARACTER;
        }
    }
}

fn legend_width(key: &[(&str, bool)]) -> f64 {
    let words = key.iter().map(|(words, _)| characters(words) + 2.0);
    24.0 + words.sum::<f64>() * CHARACTER
}

/// The way of a line along a path, from left to right, without the part under its head.
fn way(path: &Path, shift: f64, backward: bool) -> String {
    let stretches = &path.stretches;
    let last = stretches.len() - 1;
    let start = stretches[0].left + if backward { HEAD } else { 0.0 };
    let end = stretches[last].right - if backward { 0.0 } else { HEAD };
    let mut way = format!("M{start:.1} {:.1}", stretches[0].y + shift);
    for (at, pair) in stretches.windows(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        if let Some(turn) = path.turn.filter(|turn| turn.stretch == at + 1) {
            around_row(&mut way, turn, (from.y, to.y), shift);
            let _ = write!(way, "H{:.1}", to.left);
            continue;
        }
        // Of two lines that fall, the upper one falls later, so that they stay apart.
        let fall = to.y - from.y;
        let later = -shift * fall / (fall.abs() + 20.0);
        let mut x = from.right + later;
        let mut target = to.left + later;
        if at == 0 {
            x = x.max(start);
        }
        if at + 1 == last {
            target = target.min(end);
        }
        let (above, below, middle) = (from.y + shift, to.y + shift, f64::midpoint(x, target));
        if fall.abs() < 0.05 {
            let _ = write!(way, "H{target:.1}");
        } else {
            let _ = write!(
                way,
                "H{x:.1}C{middle:.1} {above:.1} {middle:.1} {below:.1} {target:.1} {below:.1}"
            );
        }
    }
    let _ = write!(way, "H{end:.1}");
    way
}

/// Down on the right, back below the row, down on the left; a line keeps its side of the other on the way.
fn around_row(way: &mut String, turn: Turn, (from, to): (f64, f64), shift: f64) {
    let (right, level, left) = (turn.right - shift, turn.level - shift, turn.left - shift);
    let (from, to) = (from + shift, to + shift);
    let mut corner = |x: f64, y: f64, (dx, dy): (f64, f64), (ex, ey): (f64, f64)| {
        let (a, b) = (x - dx * ROUND, y - dy * ROUND);
        let (c, d) = (x + ex * ROUND, y + ey * ROUND);
        let line = if dy == 0.0 {
            format!("H{a:.1}")
        } else {
            format!("V{b:.1}")
        };
        let _ = write!(way, "{line}C{x:.1} {y:.1} {x:.1} {y:.1} {c:.1} {d:.1}");
    };
    let (rightward, down, leftward) = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0));
    corner(right, from, rightward, down);
    corner(right, level, down, leftward);
    corner(left, level, leftward, down);
    corner(left, to, down, rightward);
}
