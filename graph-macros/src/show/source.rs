//! The user's own tokens as they stand in the file.
//!
//! Invariant: tokens keep their lines and columns; comments are none of them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Where a token begins or ends.
type Position = (usize, usize);

/// The text of a program. The first line's indentation is taken from all of them.
pub fn text(tokens: TokenStream) -> String {
    let mut source = Source {
        text: String::new(),
        at: None,
        indent: 0,
    };
    source.stream(tokens);
    source.text
}

struct Source {
    text: String,
    at: Option<Position>,
    indent: usize,
}

impl Source {
    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            // A doc comment arrives as an attribute.
            let is_attribute = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '#');
            let next_is_list = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
            if is_attribute && tokens.next_if(next_is_list).is_some() {
                continue;
            }
            self.token(token);
        }
    }

    fn token(&mut self, token: TokenTree) {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                self.word(open, ends(group.span_open()));
                self.stream(group.stream());
                self.word(close, ends(group.span_close()));
            }
            other => self.word(&other.to_string(), ends(other.span())),
        }
    }

    /// A token at its place.
    fn word(&mut self, word: &str, (start, end): (Position, Position)) {
        match self.at {
            None => self.indent = start.1,
            Some((line, column)) if line == start.0 => {
                self.text
                    .push_str(&" ".repeat(start.1.saturating_sub(column)));
            }
            Some((line, _)) => {
                self.text
                    .push_str(&"\n".repeat(start.0.saturating_sub(line).min(2)));
                self.text
                    .push_str(&" ".repeat(start.1.saturating_sub(self.indent)));
            }
        }
        self.text.push_str(word);
        self.at = Some(end);
    }
}

fn ends(span: proc_macro2::Span) -> (Position, Position) {
    let span = span.unwrap();
    let (start, end) = (span.start(), span.end());
    ((start.line(), start.column()), (end.line(), end.column()))
}
