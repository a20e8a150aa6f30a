//! The picture as SVG.
//!
//! Text is set in a fixed-width font, so its width is known without one. Colours come from the page: lines and words take
//! `currentColor`, and gradients an accent that both a light and a dark page carry. As an image of its own the picture sets
//! both for light and dark. Invariant: the element needs nothing from outside, leaves the rest of a page alone, and all
//! text stays text.

use std::fmt::Write;

use super::describe::Role;
use super::dot::escaped;
use super::layout::{
    EdgeSize, Layer, Layout, NodeSize, Point, Sizes, Stretch, layout, least_height,
};
use super::{Edge, Node, Picture, words};

/// One character and one line of a label, and of a node's sign.
const CHARACTER: f64 = 7.3;
const LINE: f64 = 14.0;
const SIGN: f64 = 9.2;
/// How far the lines of an edge are from its middle, and words from the lines.
const APART: f64 = 2.5;
const WORDS: f64 = 4.0;
/// The head of an arrow.
const HEAD: f64 = 7.0;
/// What the picture says of itself at the bottom.
const LEGEND: f64 = 26.0;

const STYLE: &str = "\
svg:root{color:#1f2328;--accent:#c2410c}\
@media(prefers-color-scheme:dark){svg:root{color:#e6edf3;--accent:#ffa657}}\
.graph{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;max-width:100%;height:auto}\
.graph text{fill:currentColor;text-anchor:middle;white-space:pre}\
.graph .sign{font-size:15px}\
.graph .name{font-style:italic;opacity:.75}\
.graph .box{fill:currentColor;fill-opacity:.07;stroke:currentColor;stroke-opacity:.55}\
.graph .value path{fill:none;stroke:currentColor;stroke-opacity:.6;stroke-width:1.2}\
.graph .value .head{fill:currentColor;fill-opacity:.75;stroke:none}\
.graph .gradient path{fill:none;stroke:var(--accent,#e8590c);stroke-opacity:.75;stroke-width:1.2}\
.graph .gradient .head{fill:var(--accent,#e8590c);stroke:none}\
.graph .gradient text{fill:var(--accent,#e8590c)}";

pub fn drawn(picture: &Picture) -> String {
    let sizes = sizes(picture);
    let layout = layout(&sizes);
    let (width, height) = (layout.width.max(legend_width()), layout.height + LEGEND);
    let outputs = picture
        .nodes
        .iter()
        .filter(|node| node.role == Role::Output);
    let title: Vec<String> = outputs.map(|node| escaped(&node.label)).collect();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"img\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\">\n<title>Computational graph of {}</title>\n<style>{STYLE}</style>\n",
        title.join(", ")
    );
    for (at, edge) in picture.edges.iter().enumerate() {
        draw_edge(
            &mut svg,
            picture,
            edge,
            &layout.paths[at],
            layout.labels[at],
        );
    }
    for (at, node) in picture.nodes.iter().enumerate() {
        draw_node(&mut svg, node, &sizes.nodes[at], layout.nodes[at]);
    }
    draw_legend(&mut svg, &layout);
    svg.push_str("</svg>\n");
    svg
}

// Sizes.

fn sizes(picture: &Picture) -> Sizes {
    let count = |of: &dyn Fn(&Edge) -> usize, node: usize| {
        picture.edges.iter().filter(|edge| of(edge) == node).count()
    };
    let nodes = picture.nodes.iter().enumerate().map(|(at, node)| {
        let lines = count(&|edge| edge.from, at).max(count(&|edge| edge.to, at));
        node_size(node, lines)
    });
    let edges = picture.edges.iter().map(|edge| edge_size(picture, edge));
    Sizes {
        nodes: nodes.collect(),
        edges: edges.collect(),
    }
}

fn node_size(node: &Node, lines: usize) -> NodeSize {
    let characters = characters(&words::drawn(node));
    let (width, height, layer) = match node.role {
        Role::Input | Role::Labels => (characters * CHARACTER + 18.0, 26.0, Layer::First),
        Role::Output => (characters * CHARACTER + 18.0, 26.0, Layer::Last),
        Role::Constant => (characters * CHARACTER + 10.0, 20.0, Layer::BesideUse),
        Role::Operation | Role::Condition => {
            ((characters * SIGN + 18.0).max(34.0), 34.0, Layer::Between)
        }
    };
    NodeSize {
        width,
        height: least_height(lines).max(height),
        layer,
        keeps_order: !matches!(node.label.as_str(), "+" | "*" | "&&" | "||"),
    }
}

fn edge_size(picture: &Picture, edge: &Edge) -> EdgeSize {
    let values = value_lines(picture, edge);
    let gradients = gradient_lines(edge);
    let longest = values
        .iter()
        .chain(&gradients)
        .map(|line| characters(line))
        .fold(0.0, f64::max);
    let height = |lines: &[String]| match lines.len() {
        0 => APART + 2.0,
        count => APART + WORDS + count as f64 * LINE,
    };
    EdgeSize {
        from: edge.from,
        to: edge.to,
        width: longest * CHARACTER + 8.0,
        above: height(&values),
        below: height(&gradients),
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

/// The value of an edge, with the user's name in front where it stands nowhere else.
pub fn value_lines(picture: &Picture, edge: &Edge) -> Vec<String> {
    let (from, to) = (&picture.nodes[edge.from], &picture.nodes[edge.to]);
    if from.role == Role::Constant {
        return Vec::new();
    }
    let mut lines = from.value.lines();
    if let Some(name) = from
        .name
        .as_ref()
        .filter(|name| to.role != Role::Output || **name != to.label)
    {
        lines[0] = format!("{name} = {}", lines[0]);
    }
    lines
}

fn gradient_lines(edge: &Edge) -> Vec<String> {
    edge.gradient
        .as_ref()
        .map_or_else(Vec::new, super::Quantity::lines)
}

// Drawing.

fn draw_node(svg: &mut String, node: &Node, size: &NodeSize, at: Point) {
    let (width, height) = (size.width, size.height);
    let (x, y) = (at.x - width / 2.0, at.y - height / 2.0);
    let is_operation = matches!(node.role, Role::Operation | Role::Condition);
    if node.role != Role::Constant {
        let round = if is_operation { 17.0 } else { 4.0 };
        let _ = writeln!(
            svg,
            "<rect class=\"box\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round}\"/>"
        );
    }
    let (class, down) = if is_operation {
        (" class=\"sign\"", 5.0)
    } else {
        ("", 4.0)
    };
    let label = escaped(&words::drawn(node));
    let _ = writeln!(
        svg,
        "<text{class} x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
        at.x,
        at.y + down
    );
}

fn draw_edge(svg: &mut String, picture: &Picture, edge: &Edge, path: &[Stretch], label: Point) {
    let values = value_lines(picture, edge);
    let (up, down) = if edge.gradient.is_some() {
        (-APART, APART)
    } else {
        (0.0, 0.0)
    };
    svg.push_str("<g class=\"value\">");
    draw_line(svg, path, up, false);
    let first = label.y + up - WORDS - (values.len().saturating_sub(1)) as f64 * LINE;
    draw_lines(
        svg,
        &values,
        Point {
            x: label.x,
            y: first,
        },
    );
    svg.push_str("</g>\n");
    if edge.gradient.is_some() {
        svg.push_str("<g class=\"gradient\">");
        draw_line(svg, path, down, true);
        let first = label.y + down + WORDS + LINE - 4.0;
        draw_lines(
            svg,
            &gradient_lines(edge),
            Point {
                x: label.x,
                y: first,
            },
        );
        svg.push_str("</g>\n");
    }
}

fn draw_lines(svg: &mut String, lines: &[String], first: Point) {
    for (at, line) in lines.iter().enumerate() {
        let y = first.y + at as f64 * LINE;
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>",
            first.x,
            escaped(line)
        );
    }
}

/// One line of an edge, moved by `shift`, with its head at one end.
fn draw_line(svg: &mut String, path: &[Stretch], shift: f64, backward: bool) {
    let (first, last) = (path[0], path[path.len() - 1]);
    let (start, end) = if backward {
        (first.left + HEAD, last.right)
    } else {
        (first.left, last.right - HEAD)
    };
    let mut d = format!("M{start:.1} {:.1}", first.y + shift);
    for pair in path.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (is_first, is_last) = (from == first, to == last);
        // Of two lines that fall, the upper one falls later, so that they stay apart.
        let fall = to.y - from.y;
        let later = -shift * fall / (fall.abs() + 20.0);
        let mut x = from.right + later;
        let mut target = to.left + later;
        if is_first {
            x = x.max(start);
        }
        if is_last {
            target = target.min(end);
        }
        let (above, below, middle) = (from.y + shift, to.y + shift, f64::midpoint(x, target));
        if fall.abs() < 0.05 {
            let _ = write!(d, "H{target:.1}");
        } else {
            let _ = write!(
                d,
                "H{x:.1}C{middle:.1} {above:.1} {middle:.1} {below:.1} {target:.1} {below:.1}"
            );
        }
        if is_last && end > target {
            let _ = write!(d, "H{end:.1}");
        }
    }
    let (tip, base, y) = match backward {
        true => (first.left, first.left + HEAD, first.y + shift),
        false => (last.right, last.right - HEAD, last.y + shift),
    };
    let half = HEAD / 2.0 - 0.5;
    let _ = write!(
        svg,
        "<path d=\"{d}\"/><path class=\"head\" d=\"M{tip:.1} {y:.1}L{base:.1} {:.1}V{:.1}Z\"/>",
        y - half,
        y + half
    );
}

const KEY: [&str; 2] = ["value →", "← gradient"];

fn legend_width() -> f64 {
    24.0 + 22.0 * CHARACTER
}

fn draw_legend(svg: &mut String, layout: &Layout) {
    let y = layout.height + LEGEND / 2.0;
    let x = 12.0 + characters(KEY[0]) * CHARACTER / 2.0;
    let next = 12.0 + (characters(KEY[0]) + 2.0 + characters(KEY[1]) / 2.0) * CHARACTER;
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text><g class=\"gradient\"><text x=\"{next:.1}\" y=\"{y:.1}\">{}</text></g>",
        KEY[0], KEY[1]
    );
}
