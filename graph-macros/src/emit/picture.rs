//! Pictures: a function that computes every value and adjoint, and hands them to the runtime with a description.
//!
//! Invariant: the description is a constant, and the generic function around it costs nothing until it is called. An inline
//! graph's `Forward` keeps its inputs for it, and computes nothing.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::graph::Dim;
use crate::plan::picture::{Edge, Node, Picture, Role};

/// The call that draws: the description, and the values it refers to.
pub fn drawing(picture: &Picture, runtime: &TokenStream, values: &[TokenStream]) -> TokenStream {
    let p = quote!(#runtime::__private::picture);
    let nodes = picture.nodes.iter().map(|node| description(node, &p));
    quote!(#p::draw(&[#(#nodes),*], &[#(#values),*]))
}

fn description(node: &Node, p: &TokenStream) -> TokenStream {
    let role = match node.role {
        Role::Input => quote!(Input),
        Role::Labels => quote!(Labels),
        Role::Constant => quote!(Constant),
        Role::Operation => quote!(Operation),
        Role::Condition => quote!(Condition),
        Role::Output => quote!(Output),
    };
    let (label, name) = (&node.label, node.name.as_deref().unwrap_or_default());
    let (value, adjoint) = (
        Literal::usize_unsuffixed(node.value),
        place(node.adjoint, p),
    );
    let edges = node.edges.iter().map(|edge| edge_description(edge, p));
    quote!(#p::Node(#p::Role::#role, #label, #name, #value, #adjoint, &[#(#edges),*]))
}

fn edge_description(edge: &Edge, p: &TokenStream) -> TokenStream {
    let (from, symbol) = (Literal::usize_unsuffixed(edge.from), &edge.symbol);
    let (gradient, partial) = (place(edge.gradient, p), place(edge.partial, p));
    quote!(#p::Edge(#from, #gradient, #symbol, #partial))
}

fn place(place: Option<usize>, p: &TokenStream) -> TokenStream {
    match place {
        Some(place) => {
            let place = Literal::usize_unsuffixed(place);
            quote!(#place)
        }
        None => quote!(#p::NONE),
    }
}

/// A value that is a number, or the entries of an array, as the runtime takes it.
pub fn quantity(runtime: &TokenStream, shape: &[Dim], entries: &[TokenStream]) -> TokenStream {
    let p = quote!(#runtime::__private::picture);
    let extents = shape
        .iter()
        .map(|dim| Literal::usize_unsuffixed(dim.size().unwrap_or(0)));
    match entries {
        [only] if shape.is_empty() => quote!(#p::number(#only)),
        _ => quote!(#p::array::<T>(&[#(#extents),*], &[#(#entries),*])),
    }
}

/// What documentation says of the function.
pub const DOCS: &str =
    "The graph with its values and gradients, to look at: see `picture::Picture` of the runtime.";
