//! The bodies of functions: a plan's steps as lines, and results put together from their values.
//!
//! Invariant: a body reads its leaves and the fields it is given, and nothing else.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Emit;
use crate::emit::code::Code;
use crate::emit::nested;
use crate::graph::{Dim, InputId, NodeId};
use crate::hash::{Map, Set};
use crate::plan::order::Order;
use crate::plan::{self, Body};

impl<'p> Emit<'p> {
    /// The code of a body: fields of `Forward` and entries of arrays taken out, then one line a step.
    pub(super) fn code<'b>(
        &'b self,
        body: &'b Body,
        leaves: &[(Ident, &[Dim])],
        fields: &[(NodeId, TokenStream)],
    ) -> (Code<'b>, TokenStream) {
        let index = plan::leaf_index(&body.graph);
        let read = reads(body);
        let loaded: Vec<_> = fields.iter().filter(|(id, _)| read.contains(id)).collect();
        let params: Vec<&Ident> = leaves.iter().map(|(name, _)| name).collect();
        let mut names = self.names_of(body, &params, loaded.iter().map(|(id, _)| *id));
        let mut prologue = TokenStream::new();
        let mut seen = Set::default();
        for (id, field) in loaded {
            if seen.insert(*id) {
                let name = &names[id];
                prologue.extend(quote!(let #name = #field;));
            }
        }
        for (at, (name, shape)) in leaves.iter().enumerate() {
            let count: usize = shape.iter().filter_map(Dim::size).product();
            let entry = |element| {
                index
                    .get(&(InputId(at), element))
                    .filter(|id| read.contains(id) && !seen.contains(id))
            };
            if shape.is_empty() {
                if let Some(id) = entry(0) {
                    names.insert(*id, name.clone());
                }
            } else if (0..count).any(|element| entry(element).is_some()) {
                let part = |id: &NodeId| {
                    let name = &names[id];
                    quote!(#name)
                };
                let entries: Vec<_> = (0..count)
                    .map(|element| entry(element).map_or_else(|| quote!(_), part))
                    .collect();
                let pattern = nested(shape, &entries);
                prologue.extend(quote!(let #pattern = #name;));
            }
        }
        let rust = self.is_inline.then(|| self.rust.clone());
        let code = Code {
            graph: &body.graph,
            order: Order::of(&body.graph, &body.steps),
            names,
            runtime: self.runtime,
            number: format_ident!("T"),
            sizes: Map::default(),
            calls: self.calls_prefix(),
            rust,
        };
        let test = body.guard.as_ref().map_or(0, |guard| guard.steps);
        let (before, after) = body.steps.split_at(test);
        let (before, after) = (code.steps(before), code.steps(after));
        let guard = body.guard.as_ref();
        let guard = guard.map(|guard| self.guard(&code.names[&guard.holds], leaves));
        (code, quote!(#prologue #before #guard #after))
    }

    /// What a body's values are called beside its parameters: the entries of leaves it reads, what it loads, and its steps.
    pub(super) fn names_of(
        &self,
        body: &Body,
        params: &[&Ident],
        loaded: impl Iterator<Item = NodeId>,
    ) -> Map<NodeId, Ident> {
        let read = reads(body);
        let mut nodes: Vec<NodeId> = plan::leaf_index(&body.graph)
            .into_values()
            .filter(|id| read.contains(id))
            .chain(loaded)
            .chain(body.steps.iter().copied())
            .collect();
        nodes.sort_unstable();
        nodes.dedup();
        self.names.of_nodes_beside(params, &body.graph, nodes)
    }

    /// Hands over to the careful version where a condition does not hold.
    fn guard(&self, holds: &Ident, leaves: &[(Ident, &[Dim])]) -> TokenStream {
        let (runtime, names) = (self.runtime, leaves.iter().map(|(name, _)| name));
        quote! {
            if #runtime::Mask::any(!#holds) {
                return __carefully(#(#names),*);
            }
        }
    }

    /// A function's whole body: its careful version if there is one, the steps, and the value `make` puts together.
    pub(super) fn complete(
        &self,
        body: &Body,
        leaves: &[(Ident, &[Dim])],
        result: &TokenStream,
        make: &dyn Fn(&Code, &Body) -> TokenStream,
    ) -> TokenStream {
        let (code, steps) = self.code(body, leaves, &[]);
        let value = make(&code, body);
        let careful = body.guard.as_ref().map(|guard| {
            let generics = self.generics();
            let inner = self.complete(&guard.otherwise, leaves, result, make);
            let params = leaves.iter().map(|(name, shape)| {
                let of = self.type_of(shape);
                quote!(#name: #of)
            });
            quote! {
                // With a guard at every slope that can be infinite or undefined.
                #[cold]
                #[inline(never)]
                fn __carefully #generics(#(#params),*) -> #result { #inner }
            }
        });
        quote!(#careful #steps #value)
    }

    pub(super) fn input_leaves(&self) -> Vec<(Ident, &[Dim])> {
        self.unit
            .inputs
            .iter()
            .map(|input| (input.name.clone(), &*input.shape))
            .collect()
    }

    /// The outputs of a result group, each packed into its array.
    pub(super) fn packed(&self, code: &Code, group: &[NodeId]) -> Vec<TokenStream> {
        let shapes = self.unit.outputs.iter().map(|output| &*output.shape);
        pack(code, group, shapes)
    }

    pub(super) fn gradient(&self, code: &Code, group: &[NodeId]) -> TokenStream {
        let values = pack(code, group, self.active().map(|input| &*input.shape));
        let names = self.active().map(|input| &input.name);
        let prefix = self.prefix();
        quote!(#prefix Grad { #(#names: #values),* })
    }
}

pub(super) fn pack<'s>(
    code: &Code,
    group: &[NodeId],
    shapes: impl Iterator<Item = &'s [Dim]>,
) -> Vec<TokenStream> {
    let mut rest = group;
    shapes
        .map(|shape| {
            let count: usize = shape.iter().filter_map(Dim::size).product();
            let (entries, later) = rest.split_at(count);
            rest = later;
            let entries: Vec<TokenStream> = entries.iter().map(|id| code.value(*id)).collect();
            nested(shape, &entries)
        })
        .collect()
}

/// What a body's steps and results read.
pub(super) fn reads(body: &Body) -> Set<NodeId> {
    let args = body
        .steps
        .iter()
        .flat_map(|id| body.graph.node(*id).args.clone());
    args.chain(body.results.iter().flatten().copied()).collect()
}
