//! Which traits of a struct the user has derived, under which conditions, so that the rest is ours.
//!
//! Invariant: whatever the conditions turn out to be, each trait is derived once.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::syntax::Struct;

/// The condition under which a trait is ours to derive: none of that under which the user derives it, `#[cfg_attr(a, derive(…))]`.
/// Without a condition it is ours always, and there is no answer where it never is.
pub fn ours(found: &Struct, name: &str) -> Option<Option<TokenStream>> {
    let mut theirs = Vec::new();
    for attribute in &found.attributes {
        let content = attribute.clone().into_iter().last();
        if let Some(TokenTree::Group(content)) = content {
            derives(&content.stream(), name, &[], &mut theirs);
        }
    }
    if theirs.iter().any(TokenStream::is_empty) {
        return None;
    }
    let condition = (!theirs.is_empty()).then(|| quote!(not(any(#(#theirs),*))));
    Some(condition)
}

/// Under which conditions an attribute derives a trait: `derive(…)`, or `cfg_attr(condition, …)` around it.
fn derives(
    attribute: &TokenStream,
    name: &str,
    around: &[TokenStream],
    conditions: &mut Vec<TokenStream>,
) {
    let tokens: Vec<TokenTree> = attribute.clone().into_iter().collect();
    let [TokenTree::Ident(word), TokenTree::Group(content)] = &*tokens else {
        return;
    };
    let content = content.stream();
    if word == "derive" {
        let mut names = content.into_iter();
        if names.any(|token| token.to_string() == name) {
            conditions.push(match around {
                [] => TokenStream::new(),
                all => quote!(all(#(#all),*)),
            });
        }
    } else if word == "cfg_attr" {
        let content: Vec<TokenTree> = content.into_iter().collect();
        let is_comma =
            |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
        let parts = content.split(is_comma);
        let parts = parts.map(|part| part.iter().cloned().collect());
        let parts: Vec<TokenStream> = parts.collect();
        if let [condition, attributes @ ..] = &*parts {
            let around = [around, std::slice::from_ref(condition)].concat();
            for attribute in attributes {
                derives(attribute, name, &around, conditions);
            }
        }
    }
}
