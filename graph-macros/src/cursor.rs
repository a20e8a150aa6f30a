//! A cursor over token trees: what the parser looks at and moves along.
//!
//! Invariant: it never fails. Past the end it answers `None` and keeps the place where the tokens ended, so that
//! a message about something missing can point there.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

use crate::syntax::{Place, place_of};

pub struct Cursor {
    tokens: Vec<TokenTree>,
    position: usize,
    end: Span,
}

impl Cursor {
    /// Over `tokens`, which end at `end`. Groups without delimiters, which `macro_rules!` makes around what it has
    /// captured, are opened unless they hold an expression, which stays together.
    pub fn new(tokens: TokenStream, end: Span) -> Cursor {
        Cursor {
            tokens: tokens.into_iter().flat_map(opened).collect(),
            position: 0,
            end,
        }
    }

    pub fn inside(group: &Group) -> Cursor {
        Cursor::new(group.stream(), group.span_close())
    }

    pub fn peek(&self) -> Option<&TokenTree> {
        self.tokens.get(self.position)
    }

    pub fn peek_at(&self, ahead: usize) -> Option<&TokenTree> {
        self.tokens.get(self.position + ahead)
    }

    pub fn next(&mut self) -> Option<TokenTree> {
        let token = self.tokens.get(self.position).cloned();
        self.position += usize::from(token.is_some());
        token
    }

    /// How many tokens lie behind.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The tokens from a position up to here.
    pub fn since(&self, start: usize) -> &[TokenTree] {
        &self.tokens[start..self.position]
    }

    pub fn at_end(&self) -> bool {
        self.position >= self.tokens.len()
    }

    /// The place of the next token, or where the tokens ended.
    pub fn place(&self) -> Place {
        self.peek().map_or_else(|| self.end.into(), place_of)
    }

    /// The next token as text for a message; a group is shown by its opening delimiter.
    pub fn text(&self) -> Option<String> {
        self.peek().map(token_text)
    }

    pub fn ident(&mut self) -> Option<Ident> {
        match self.peek() {
            Some(TokenTree::Ident(ident)) => {
                let ident = ident.clone();
                self.position += 1;
                Some(ident)
            }
            _ => None,
        }
    }

    pub fn group(&mut self, delimiter: Delimiter) -> Option<Group> {
        match self.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                let group = group.clone();
                self.position += 1;
                Some(group)
            }
            _ => None,
        }
    }

    pub fn at_group(&self, delimiter: Delimiter) -> bool {
        matches!(self.peek(), Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
    }

    pub fn peeks_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(TokenTree::Ident(ident)) if ident == word)
    }

    pub fn word(&mut self, word: &str) -> Option<Span> {
        if !self.peeks_word(word) {
            return None;
        }
        self.next().map(|token| token.span())
    }

    /// Whether the tokens `ahead` of here spell `sign`, which may be made of several characters.
    pub fn peeks_at(&self, ahead: usize, sign: &str) -> bool {
        let mut characters = sign.chars().peekable();
        let mut at = ahead;
        while let Some(character) = characters.next() {
            match self.peek_at(at) {
                Some(TokenTree::Punct(punct)) if punct.as_char() == character => {
                    if characters.peek().is_some() && punct.spacing() != Spacing::Joint {
                        return false;
                    }
                }
                _ => return false,
            }
            at += 1;
        }
        true
    }

    pub fn peeks(&self, sign: &str) -> bool {
        self.peeks_at(0, sign)
    }

    pub fn sign(&mut self, sign: &str) -> Option<Span> {
        if !self.peeks(sign) {
            return None;
        }
        let span = self.peek().map(TokenTree::span);
        self.position += sign.chars().count();
        span
    }

    /// The next token; of a sign all its characters (`<<`, `..`).
    pub fn whole_sign(&self) -> (Place, String) {
        let mut text = self.text().unwrap_or_default();
        let (start, mut end, mut at) = (self.place(), self.place(), 1);
        let joint = |at: usize| matches!(self.peek_at(at), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
        while joint(at - 1)
            && let Some(token @ TokenTree::Punct(_)) = self.peek_at(at)
        {
            text += &token_text(token);
            end = place_of(token);
            at += 1;
        }
        (start.to(end), text)
    }

    /// Passes over everything up to the next `;`.
    pub fn skip_to_semicolon(&mut self) {
        while !self.at_end() && !self.peeks(";") {
            self.position += 1;
        }
    }

    /// Passes over everything up to and including the next `;`.
    pub fn skip_past_semicolon(&mut self) {
        self.skip_to_semicolon();
        self.sign(";");
    }
}

/// A captured name, literal, path or visibility (`$vis` may be empty) as the tokens it is; anything else as it comes.
fn opened(token: TokenTree) -> Vec<TokenTree> {
    let mut tokens = vec![token];
    while let [TokenTree::Group(group)] = &*tokens
        && group.delimiter() == Delimiter::None
    {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if inner.len() > 1 && !is_path(&inner) && !is_visibility(&inner) {
            break;
        }
        tokens = inner;
    }
    tokens
}

fn is_path(tokens: &[TokenTree]) -> bool {
    let mut tokens = tokens.iter();
    tokens.all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    })
}

fn is_visibility(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Ident(word), TokenTree::Group(_)] if word == "pub")
}

pub fn token_text(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => "(".to_owned(),
            Delimiter::Brace => "{".to_owned(),
            Delimiter::Bracket => "[".to_owned(),
            Delimiter::None => group.stream().to_string(),
        },
        other => other.to_string(),
    }
}
