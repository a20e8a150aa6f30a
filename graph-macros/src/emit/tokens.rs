//! Tokens put down one after the other.
//!
//! `quote!` is easier to read, but makes a stream of every part and joins the streams, and each of both is a call of the
//! compiler; so the many lines of bodies are written here. Invariant: as in a `quote!`, tokens of our own stand at the call site.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

#[derive(Default)]
pub struct Tokens(Vec<TokenTree>);

impl Tokens {
    pub fn put(&mut self, token: impl Into<TokenTree>) {
        self.0.push(token.into());
    }

    pub fn word(&mut self, word: &str) {
        self.put(Ident::new(word, Span::call_site()));
    }

    pub fn sign(&mut self, sign: char) {
        self.put(Punct::new(sign, Spacing::Alone));
    }

    /// `::`
    pub fn path(&mut self) {
        self.put(Punct::new(':', Spacing::Joint));
        self.sign(':');
    }

    pub fn parentheses(&mut self, inside: impl FnOnce(&mut Tokens)) {
        self.group(Delimiter::Parenthesis, inside);
    }

    pub fn braces(&mut self, inside: impl FnOnce(&mut Tokens)) {
        self.group(Delimiter::Brace, inside);
    }

    /// One as it is, others as a tuple.
    pub fn list<T>(&mut self, items: &[T], each: impl Fn(&T, &mut Tokens)) {
        match items {
            [only] => each(only, self),
            _ => self.parentheses(|inner| {
                for item in items {
                    each(item, inner);
                    inner.sign(',');
                }
            }),
        }
    }

    fn group(&mut self, delimiter: Delimiter, inside: impl FnOnce(&mut Tokens)) {
        let mut inner = Tokens::default();
        inside(&mut inner);
        self.put(Group::new(delimiter, inner.stream()));
    }

    /// What a `quote!` has made.
    pub fn extend(&mut self, stream: TokenStream) {
        self.0.extend(stream);
    }

    pub fn append(&mut self, mut other: Tokens) {
        self.0.append(&mut other.0);
    }

    pub fn stream(self) -> TokenStream {
        self.0.into_iter().collect()
    }
}
