//! Pieces as lines: one a statement, indented by the braces around it.
//!
//! Invariant: every piece is printed, and only white space is added, and a comma at the end of a list of several lines.

use super::pieces::Piece;

/// Longer lines are broken at their outermost commas.
const WIDTH: usize = 100;
/// Longer braces take lines of their own.
const BRACES: usize = 64;
const KEYWORDS: &[&str] = &[
    "let", "in", "match", "return", "if", "else", "move", "mut", "as", "impl", "fn", "use",
];

/// The pieces as text.
pub fn print(pieces: &[Piece]) -> String {
    let mut printer = Printer {
        text: String::new(),
        indent: 0,
        broken: Vec::new(),
    };
    let mut at = 0;
    while at < pieces.len() {
        at = printer.piece(pieces, at);
    }
    printer.text.trim_end().to_owned()
}

struct Printer {
    text: String,
    indent: usize,
    /// For each open bracket, whether its contents stand on lines of their own.
    broken: Vec<bool>,
}

impl Printer {
    /// Prints one piece and says which is next.
    fn piece(&mut self, pieces: &[Piece], at: usize) -> usize {
        let piece = &pieces[at];
        let closes = matches!(piece, Piece::Close(_));
        if closes && self.broken.pop() == Some(true) {
            self.indent -= 1;
            if is_list(pieces, at) {
                self.text.push(',');
            }
            self.line();
        }
        if !self.starts_line() && at > 0 && spaced(pieces, at) {
            self.text.push(' ');
        }
        self.text.push_str(&piece.text());
        match piece {
            Piece::Open(sign) => {
                let breaks = self.breaks(pieces, at, *sign);
                self.broken.push(breaks);
                if breaks {
                    self.indent += 1;
                    self.line();
                }
            }
            Piece::Sign(sign) if sign == ";" && self.in_braces() => self.line(),
            Piece::Sign(sign) if sign == "," && self.parts(pieces, at) => self.line(),
            Piece::Close('}') if self.in_braces() && !continues(pieces.get(at + 1)) => self.line(),
            _ => {}
        }
        at + 1
    }

    /// Whether a comma parts what stands on lines of its own.
    fn parts(&self, pieces: &[Piece], comma: usize) -> bool {
        self.broken.last() == Some(&true) && !in_angles(pieces, comma)
    }

    fn in_braces(&self) -> bool {
        self.broken.last().is_none_or(|broken| *broken)
    }

    fn starts_line(&self) -> bool {
        self.text.is_empty() || self.text.ends_with("    ") || self.text.ends_with('\n')
    }

    fn line(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(&"    ".repeat(self.indent));
    }

    /// Whether what a bracket holds goes on lines of its own.
    fn breaks(&self, pieces: &[Piece], open: usize, sign: char) -> bool {
        let close = closing(pieces, open);
        let inner = &pieces[open + 1..close];
        if inner.is_empty() {
            return false;
        }
        if sign == '{' {
            let has = |text: &str| inner.iter().any(|piece| piece.is(text));
            return is_item(pieces, open) || has(";") || has("fn") || flat(inner) > BRACES;
        }
        let line = self.text.len() - self.text.rfind('\n').map_or(0, |at| at + 1);
        line + flat(inner) > WIDTH && inner.iter().any(|piece| piece.is(","))
    }
}

/// Whether the braces are the body of a function, a module or a type: the statement before them says so.
fn is_item(pieces: &[Piece], open: usize) -> bool {
    for at in outside(pieces, open) {
        match &pieces[at] {
            Piece::Open(_) => return false,
            piece if piece.is(";") || piece.is("=") && !in_angles(pieces, at) => return false,
            piece if is_any(piece, &["fn", "mod", "struct", "enum", "impl"]) => return true,
            _ => {}
        }
    }
    false
}

/// Whether the bracket that closes here holds fields or other things parted by commas.
fn is_list(pieces: &[Piece], close: usize) -> bool {
    let open = outside(pieces, close).find(|at| matches!(pieces[*at], Piece::Open(_)));
    let own: Vec<usize> = outside(pieces, close)
        .take_while(|at| Some(*at) != open)
        .collect();
    let has = |text: &str| {
        own.iter()
            .any(|at| pieces[*at].is(text) && !in_angles(pieces, *at))
    };
    (has(",") || has(":")) && !has(";") && !has("fn")
}

/// Whether a comma stands between type arguments.
fn in_angles(pieces: &[Piece], comma: usize) -> bool {
    let mut depth = 0;
    for at in outside(pieces, comma) {
        match &pieces[at] {
            Piece::Open(_) => return false,
            piece if piece.is(";") => return false,
            piece if piece.is(">") => depth += 1,
            piece if piece.is("<") && depth == 0 => return true,
            piece if piece.is("<") => depth -= 1,
            _ => {}
        }
    }
    false
}

/// The pieces before one, backwards, without what is in brackets among them; a bracket around it ends up as an `Open`.
fn outside(pieces: &[Piece], from: usize) -> impl Iterator<Item = usize> {
    let mut depth = 0;
    (0..from).rev().filter(move |at| match pieces[*at] {
        Piece::Close(_) => {
            depth += 1;
            false
        }
        Piece::Open(_) if depth > 0 => {
            depth -= 1;
            false
        }
        _ => depth == 0,
    })
}

/// Where the bracket that opens here closes.
pub fn closing(pieces: &[Piece], open: usize) -> usize {
    let mut depth = 0;
    for (at, piece) in pieces.iter().enumerate().skip(open) {
        match piece {
            Piece::Open(_) => depth += 1,
            Piece::Close(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    pieces.len() - 1
}

/// About how long the pieces are on one line.
fn flat(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.text().len() + 1).sum()
}

/// Whether a statement goes on after a brace.
fn continues(next: Option<&Piece>) -> bool {
    match next {
        Some(Piece::Sign(sign)) => [",", ";", ".", "?"].contains(&sign.as_str()),
        Some(Piece::Word(word)) => word == "else",
        Some(Piece::Close(_)) => true,
        _ => false,
    }
}

/// Whether a blank stands before the piece.
fn spaced(pieces: &[Piece], at: usize) -> bool {
    let (before, piece) = (&pieces[at - 1], &pieces[at]);
    let tight_after = matches!(before, Piece::Open('(' | '['))
        || is_any(before, &[".", "::", "<", "..", "!"])
        || is_unary(pieces, at - 1);
    let tight_before = matches!(piece, Piece::Close(')' | ']'))
        || is_any(piece, &[",", ";", ".", "?", "::", ":", ">", ".."]);
    if tight_after || tight_before || piece.is("!") && matches!(before, Piece::Word(_)) {
        return false;
    }
    let after_value = match before {
        Piece::Word(word) => !KEYWORDS.contains(&word.as_str()) && !word.starts_with('\''),
        Piece::Close(sign) => *sign != '}',
        other => other.is(">"),
    };
    let pipes = pieces[..at].iter().filter(|piece| piece.is("|")).count();
    match piece {
        Piece::Open('(' | '[') => !after_value,
        piece if piece.is("<") => !(after_value || before.is("impl") || before.is("use")),
        piece if piece.is("|") => {
            pipes.is_multiple_of(2) || matches!(before, Piece::Close(_)) && !is_closure(pieces, at)
        }
        _ if before.is("|") => pipes.is_multiple_of(2),
        _ => true,
    }
}

/// Whether a pipe ends a closure's parameters.
fn is_closure(pieces: &[Piece], at: usize) -> bool {
    let opens = pieces[..at].iter().rposition(|piece| piece.is("|"));
    opens.is_some_and(|opens| opens > 0 && !matches!(pieces[opens - 1], Piece::Close(_)))
}

/// Whether a sign stands before a value rather than between two.
fn is_unary(pieces: &[Piece], at: usize) -> bool {
    if !is_any(&pieces[at], &["-", "&", "*", "!"]) {
        return false;
    }
    match at.checked_sub(1).map(|before| &pieces[before]) {
        None | Some(Piece::Open(_)) => true,
        Some(Piece::Sign(sign)) => sign != ">",
        Some(Piece::Word(word)) => KEYWORDS.contains(&word.as_str()),
        Some(Piece::Close(_)) => false,
    }
}

fn is_any(piece: &Piece, texts: &[&str]) -> bool {
    texts.iter().any(|text| piece.is(text))
}
