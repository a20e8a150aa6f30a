//! Rust in braces: constants of the surrounding code.
//!
//! Invariant: no gradient goes through braces, so no name of the graph may stand in them but that of a constant input which is
//! a variable of the surroundings too.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::{Lower, Scope};
use crate::errors::Names;
use crate::graph::{Kind, NodeId, Op, RustConstant};
use crate::hash::Set;
use crate::shape;
use crate::syntax::{Function, Place, text};

impl Lower<'_> {
    pub(super) fn rust(
        &mut self,
        tokens: &TokenStream,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        if !self.captures
            && let Some(name) = first_name(tokens, &|name| scope.names.contains_key(name))
        {
            self.name_in_rust(&name);
            return None;
        }
        let graph = self.at(place);
        let constant = graph.rust.len();
        graph.rust.push(RustConstant {
            tokens: tokens.clone(),
            place,
        });
        Some(graph.push(
            Op::Rust(constant),
            Vec::new(),
            shape::number(),
            Kind::Number,
        ))
    }

    /// The same for an inline graph, whose inputs are known at its end only.
    pub(super) fn check_braces(&mut self, function: &Function) {
        if !self.captures || self.graph.rust.is_empty() {
            return;
        }
        let active = self.inputs.iter().filter(|input| !input.constant);
        let active = active.map(|input| text(&input.name));
        let defined = function.definitions.iter().map(|found| text(&found.name));
        let names: Set<String> = active.chain(defined).collect();
        let is_ours = |name: &str| names.contains(name);
        let all = self.graph.rust.iter();
        let found: Vec<Ident> = all
            .filter_map(|constant| first_name(&constant.tokens, &is_ours))
            .collect();
        found.iter().for_each(|name| self.name_in_rust(name));
    }

    fn name_in_rust(&mut self, name: &Ident) {
        let problem = Names::NameInRust { name: &text(name) };
        self.errors.report(name.span(), problem);
    }
}

/// The first of our names that stands for a value in the user's Rust, however deep; none where that binds names of its own.
fn first_name(tokens: &TokenStream, is_ours: &dyn Fn(&str) -> bool) -> Option<Ident> {
    match binds_names(tokens) {
        true => None,
        false => first_value(tokens, is_ours),
    }
}

fn binds_names(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => ["let", "for", "match", "fn"].contains(&&*word.to_string()),
        TokenTree::Punct(sign) => sign.as_char() == '|',
        TokenTree::Group(group) => binds_names(&group.stream()),
        TokenTree::Literal(_) => false,
    })
}

fn first_value(tokens: &TokenStream, is_ours: &dyn Fn(&str) -> bool) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let sign = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == sign);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(name) if is_ours(&text(name)) => {
                let is_range = at > 1 && sign(at - 1, '.') && sign(at - 2, '.');
                let is_member = at > 0 && (sign(at - 1, '.') && !is_range || sign(at - 1, ':'));
                let is_call = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                if !is_member && !is_call && !sign(at + 1, ':') && !sign(at + 1, '!') {
                    return Some(name.clone());
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = first_value(&group.stream(), is_ours) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}
