//! Loops whose steps depend on one another: a plain loop around the steps of one body.
//!
//! Invariant: a body names nothing of what is around it but sizes, constants and callees; what else it reads is bound to names of
//! its own in front of the loop.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::body::{Moves, named};
use super::writer::Writer;
use crate::emit::code::Code;
use crate::emit::one_or_tuple;
use crate::graph::{Kind, NodeId, Order};
use crate::hash::Map;
use crate::plan::arrays::steps::Loop;
use crate::plan::arrays::{self, Step};
use crate::plan::companions::Companions;

/// What is bound in front of a loop: a pattern and a value.
struct Bound {
    pattern: TokenStream,
    value: TokenStream,
}

impl Writer<'_> {
    pub(super) fn repeated(&self, of: &Loop) -> TokenStream {
        let rt = &self.rt;
        let parts: Vec<TokenStream> = of
            .parts
            .iter()
            .flatten()
            .map(|part| {
                let name = &self.code.names[part];
                quote!(#name)
            })
            .collect();
        let inner = self.within(of);
        let states = inner.state_names(of);
        let states_bound = of.states.iter().zip(&states).map(|(state, name)| Bound {
            pattern: quote!(mut #name),
            value: self.owned_value(state.start),
        });
        let sequences = of.sequences.iter().map(|sequence| {
            let name = inner.sequence_name(sequence.leaf);
            Bound {
                pattern: quote!(#name),
                value: self.operand(sequence.array),
            }
        });
        let constants = of.constants.iter().map(|(leaf, value)| {
            let is_number = inner.graph().node(*leaf).shape.is_empty()
                && inner.graph().node(*leaf).kind != Kind::Labels;
            match is_number {
                true => {
                    let name = &inner.code.names[leaf];
                    Bound {
                        pattern: quote!(#name),
                        value: self.code.value(*value),
                    }
                }
                false => {
                    let name = &inner.read[leaf];
                    Bound {
                        pattern: quote!(#name),
                        value: self.operand(*value),
                    }
                }
            }
        });
        let bound: Vec<Bound> = states_bound.chain(sequences).chain(constants).collect();
        let (patterns, values): (Vec<_>, Vec<_>) = bound
            .into_iter()
            .map(|bound| (bound.pattern, bound.value))
            .unzip();
        let (step, length) = (mixed("step"), mixed("length"));
        let extent = self.code.extent(&of.length);
        let place = |order: Order| match order {
            Order::Forwards => quote!(#step),
            Order::Backwards => quote!(#length - 1 - #step),
        };
        let given: Vec<Ident> = (0..of.given.len())
            .map(|at| mixed(&format!("given_{at}")))
            .collect();
        let arrays = given.iter().zip(&of.body.results[1]).map(|(name, node)| {
            let extents = self.code.extents(&inner.graph().node(*node).shape);
            let rank = format_ident!("Ix{}", extents.len() + 1);
            quote!(let mut #name = #rt::array::<T, _>(#rt::ndarray::#rank(#length, #(#extents),*));)
        });
        let loads: TokenStream = inner.loads(of, &place);
        let mut moves = Moves::of(&of.body);
        let writes = given.iter().zip(&of.given).zip(&of.body.results[1]);
        let writes: TokenStream = writes
            .map(|((name, order), node)| inner.given(name, &place(*order), *node, &mut moves))
            .collect();
        let next: Vec<TokenStream> = of.body.results[0]
            .iter()
            .map(|node| inner.next_state(*node, &mut moves))
            .collect();
        let steps = inner.steps();
        let found = states.iter().chain(&given).zip(&of.parts);
        let found = found.filter_map(|(name, part)| part.map(|_| quote!(#name)));
        let found = one_or_tuple(&found.collect::<Vec<_>>());
        let parts = one_or_tuple(&parts);
        let assigned = (!states.is_empty()).then(|| quote!((#(#states,)*) = (#(#next,)*);));
        quote! {
            let #parts = match (#extent, #(#values,)*) {
                (#length, #(#patterns,)*) => {
                    #(#arrays)*
                    for #step in 0..#length {
                        #loads
                        #steps
                        #writes
                        #assigned
                    }
                    #found
                }
            };
        }
    }

    /// The writer of a step.
    fn within<'o>(&'o self, of: &'o Loop) -> Writer<'o> {
        let body = &of.body;
        let around = self.code.names.values().chain(self.read.values());
        let around: Vec<&Ident> = around.collect();
        let names = self
            .names
            .of_nodes_beside(&around, &body.graph, named(body));
        let mut read = Map::default();
        let mut locals = self.names.locals();
        let leaves = of.states.iter().filter_map(|state| state.leaf);
        let leaves = leaves.chain(of.sequences.iter().map(|sequence| sequence.leaf));
        for leaf in leaves.chain(of.constants.iter().map(|(leaf, _)| *leaf)) {
            let node = body.graph.node(leaf);
            if !node.shape.is_empty() || node.kind == Kind::Labels {
                read.insert(leaf, locals.like(&format!("{}_read", names[&leaf])));
            }
        }
        Writer {
            rt: self.rt.clone(),
            inputs: self.inputs,
            runtime: self.runtime,
            names: self.names,
            code: Code {
                graph: &body.graph,
                companions: Companions::of(&body.graph, &body.numbers()),
                names,
                runtime: self.code.runtime,
                number: self.code.number.clone(),
                sizes: self.code.sizes.clone(),
                calls: self.code.calls.clone(),
                rust: self.code.rust.clone(),
            },
            body,
            made: body.steps.iter().flat_map(Step::makes).collect(),
            read,
            places: Map::default(),
        }
    }

    fn state_names(&self, of: &Loop) -> Vec<Ident> {
        let states = of.states.iter().enumerate();
        let name = |(at, state): (usize, &arrays::steps::Carried)| match state.leaf {
            Some(leaf) => self.code.names[&leaf].clone(),
            None => mixed(&format!("state_{at}")),
        };
        states.map(name).collect()
    }

    fn sequence_name(&self, leaf: NodeId) -> Ident {
        mixed(&format!("{}_of_steps", self.code.names[&leaf]))
    }

    /// What a step finds under its leaves' names.
    fn loads(&self, of: &Loop, place: &dyn Fn(Order) -> TokenStream) -> TokenStream {
        let rt = &self.rt;
        let states = of.states.iter().filter_map(|state| {
            let read = self.read.get(&state.leaf?)?;
            let name = &self.code.names[&state.leaf?];
            Some(quote!(let #read = #rt::Operand::array(&#name);))
        });
        let sequences = of.sequences.iter().map(|sequence| {
            let (leaf, name) = (sequence.leaf, self.sequence_name(sequence.leaf));
            let at = place(sequence.order);
            match self.read.get(&leaf) {
                None => {
                    let own = &self.code.names[&leaf];
                    quote!(let #own = #name.at(&[#at]);)
                }
                Some(read) => {
                    let extents = self.code.extents(&self.graph().node(leaf).shape);
                    let axes = (1..=extents.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
                    quote!(let #read = #name.slice(0, #at, 1).view(&[#(#axes),*], &[#(#extents),*]);)
                }
            }
        });
        states.chain(sequences).collect()
    }

    /// Writes a value of the step to its place among those of all steps.
    fn given(&self, to: &Ident, at: &TokenStream, node: NodeId, moves: &mut Moves) -> TokenStream {
        let rt = &self.rt;
        moves.is_last(arrays::source(self.graph(), node));
        let shape = &self.graph().node(node).shape;
        if shape.is_empty() {
            let value = self.code.value(node);
            return quote!(#to[#at] = #value;);
        }
        let extents = self.code.extents(shape);
        let operand = match self.graph().constant(node) {
            Some(value) => {
                let value = self.code.literal(value);
                let map = extents
                    .iter()
                    .map(|_| quote!(#rt::core::option::Option::None));
                quote!(#rt::Operand::number(#value).view(&[#(#map),*], &[#(#extents),*]))
            }
            None => self.operand(node),
        };
        let axes = (0..extents.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
        quote!(#rt::place(&mut #to, 0, #at, &#operand.view(&[#rt::core::option::Option::None, #(#axes),*], &[1, #(#extents),*]));)
    }

    fn next_state(&self, node: NodeId, moves: &mut Moves) -> TokenStream {
        let from = arrays::source(self.graph(), node);
        let is_last = moves.is_last(from);
        let is_own = self.made.contains(&from) && !self.graph().node(from).shape.is_empty();
        match is_last && is_own && arrays::is_reshape(self.graph(), node) {
            true => self.moved(node),
            false => self.owned_value(node),
        }
    }

    /// A value that nothing else holds.
    fn owned_value(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        if node.shape.is_empty() {
            return self.code.value(id);
        }
        if self.graph().constant(id).is_some() {
            return self.spread_constant(id);
        }
        let (operand, dimensions) = (self.operand(id), self.dimensions(&node.shape));
        quote!(#rt::collect(&#operand, #dimensions))
    }
}

/// A name of ours that no name of the user's meets.
fn mixed(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}
