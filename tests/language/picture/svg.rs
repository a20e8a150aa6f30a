//! An SVG read back: its texts, boxes and lines, and whether anything lies on anything else.

use roxmltree::{Document, Node};

/// A rectangle by its sides.
#[derive(Clone, Copy, Debug)]
pub struct Box {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

pub struct Drawing {
    width: f64,
    height: f64,
    texts: Vec<(String, Box)>,
    boxes: Vec<Box>,
    /// Short pieces of all lines, each by the rectangle it spans.
    pieces: Vec<Box>,
}

impl Box {
    fn meets(&self, other: &Box) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Box) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    /// Whether a piece of a line enters it by more than touching its edge.
    fn is_entered(&self, piece: &Box) -> bool {
        const EDGE: f64 = 0.6;
        self.left + EDGE < piece.right
            && piece.left < self.right - EDGE
            && self.top + EDGE < piece.bottom
            && piece.top < self.bottom - EDGE
    }
}

fn number(node: &Node, name: &str) -> f64 {
    let text = node.attribute(name).unwrap_or_default();
    text.parse().unwrap_or_else(|_| panic!("{name}=\"{text}\""))
}

impl Drawing {
    /// Reads a picture; what is not well-formed XML fails.
    pub fn of(svg: &str) -> Drawing {
        let document = Document::parse(svg).expect("the picture is well-formed");
        let root = document.root_element();
        let all = |name: &'static str| {
            document
                .descendants()
                .filter(move |node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
        };
        Drawing {
            width: number(&root, "width"),
            height: number(&root, "height"),
            texts: all("text").map(|node| text_box(&node)).collect(),
            boxes: all("rect")
                .filter(|node| node.attribute("class") == Some("box"))
                .map(|node| rectangle(&node))
                .collect(),
            pieces: all("path")
                .flat_map(|node| pieces(node.attribute("d").unwrap_or_default()))
                .collect(),
        }
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(text, _)| text.as_str())
    }

    pub fn width(&self) -> f64 {
        self.width
    }

    pub fn height(&self) -> f64 {
        self.height
    }

    pub fn boxes(&self) -> usize {
        self.boxes.len()
    }

    /// What lies on something else, or outside.
    pub fn collisions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let page = Box {
            left: 0.0,
            right: self.width,
            top: 0.0,
            bottom: self.height,
        };
        for (at, (text, place)) in self.texts.iter().enumerate() {
            if !page.holds(place) {
                found.push(format!("`{text}` is not on the page"));
            }
            for (other, _) in self.texts[at + 1..]
                .iter()
                .filter(|(_, other)| place.meets(other))
            {
                found.push(format!("`{text}` on `{other}`"));
            }
            for other in self
                .boxes
                .iter()
                .filter(|other| place.meets(other) && !other.holds(place))
            {
                found.push(format!("`{text}` on the edge of {other:?}"));
            }
            if self.pieces.iter().any(|piece| place.is_entered(piece)) {
                found.push(format!("a line through `{text}`"));
            }
        }
        for (at, place) in self.boxes.iter().enumerate() {
            if self.boxes[at + 1..].iter().any(|other| place.meets(other)) {
                found.push(format!("a box on {place:?}"));
            }
            if self.pieces.iter().any(|piece| place.is_entered(piece)) {
                found.push(format!("a line through {place:?}"));
            }
        }
        found
    }
}

/// A text in its fixed-width font, set around its middle.
fn text_box(node: &Node) -> (String, Box) {
    let text = node.text().unwrap_or_default().to_owned();
    let (size, above, below) = match node.attribute("class") {
        Some("sign") => (15.0, 11.0, 3.0),
        _ => (12.0, 9.0, 2.5),
    };
    // The widest of the usual fixed-width fonts take 0.602 of their size a character.
    let half = text.chars().count() as f64 * size * 0.602 / 2.0;
    let (x, y) = (number(node, "x"), number(node, "y"));
    (
        text,
        Box {
            left: x - half,
            right: x + half,
            top: y - above,
            bottom: y + below,
        },
    )
}

fn rectangle(node: &Node) -> Box {
    let (left, top) = (number(node, "x"), number(node, "y"));
    Box {
        left,
        right: left + number(node, "width"),
        top,
        bottom: top + number(node, "height"),
    }
}

/// The pieces of a path of moves, level, upright and slanting lines, and cubic curves.
fn pieces(path: &str) -> Vec<Box> {
    let starts: Vec<usize> = path
        .match_indices(char::is_alphabetic)
        .map(|(at, _)| at)
        .collect();
    let mut pieces = Vec::new();
    let mut here = (0.0, 0.0);
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(path.len());
        let words = path[start + 1..end].split_whitespace();
        let numbers: Vec<f64> = words.map(|word| word.parse().expect("a number")).collect();
        let (x, y) = here;
        let next: Vec<(f64, f64)> = match (&path[*start..=*start], numbers.as_slice()) {
            ("M", &[x, y]) => {
                here = (x, y);
                continue;
            }
            ("L", &[x, y]) => vec![(x, y)],
            ("H", &[x]) => vec![(x, y)],
            ("V", &[y]) => vec![(x, y)],
            ("C", &[a, b, c, d, e, f]) => (1..=24)
                .map(|step| {
                    let t = f64::from(step) / 24.0;
                    (bend(t, [x, a, c, e]), bend(t, [y, b, d, f]))
                })
                .collect(),
            ("Z", []) => Vec::new(),
            (command, _) => panic!("`{command}` in `{path}`"),
        };
        for (x, y) in next {
            pieces.push(Box {
                left: here.0.min(x),
                right: here.0.max(x),
                top: here.1.min(y),
                bottom: here.1.max(y),
            });
            here = (x, y);
        }
    }
    pieces
}

/// A cubic curve at `t`.
fn bend(t: f64, p: [f64; 4]) -> f64 {
    let u = 1.0 - t;
    u * u * u * p[0] + 3.0 * u * u * t * p[1] + 3.0 * u * t * t * p[2] + t * t * t * p[3]
}
