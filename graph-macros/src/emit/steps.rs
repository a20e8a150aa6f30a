//! What loops over steps are written with in both targets: which step it is, and how many there are.
//!
//! Invariant: a body stands within its loop, so these names are those of the loop around it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::graph::Order;

/// The number of the step.
pub fn step() -> Ident {
    mixed("step")
}

/// How many steps there are.
pub fn length() -> Ident {
    mixed("length")
}

/// Where along an axis a step finds its entry.
pub fn place(order: Order) -> TokenStream {
    let (step, length) = (step(), length());
    match order {
        Order::Forwards => quote!(#step),
        Order::Backwards => quote!(#length - 1 - #step),
    }
}

/// A name of ours that no name of the user's meets.
pub fn mixed(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}
