//! What the macro makes of a program, as text to read: for `graph_runtime::expansion!`.
//!
//! Invariant: the text is printed from the very tokens that `graph!` gives rustc. Attributes and doc comments are left out, and
//! paths into the runtime are shortened to what a `use` would leave of them; nothing else.

mod items;
mod pieces;
mod printer;
mod source;

use proc_macro2::TokenStream;
use quote::quote;

pub use items::items;

/// The user's own tokens as they stand in the file, without doc comments; in tests, where there is no file, as they are printed.
pub fn written(tokens: TokenStream) -> String {
    match proc_macro::is_available() {
        true => source::text(tokens),
        false => tokens.to_string(),
    }
}

/// The value of `expansion!`: the program as written, and its items by name.
pub fn expansion(tokens: TokenStream) -> TokenStream {
    if let Some(found) = crate::found_out("expansion", &tokens) {
        return found;
    }
    let (runtime, _, program) = crate::split_runtime(tokens.clone());
    let crate::Compiled { messages, code, .. } = crate::compile(tokens, false);
    let source = source::text(program);
    let items = items(code, &runtime);
    let items = items.iter().map(|(name, text)| quote!((#name, #text)));
    quote!({ #messages #runtime::Expansion::__new(#source, &[#(#items),*]) })
}
