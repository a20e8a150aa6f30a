//! Loops over steps: what they are written with in both targets, and those of numbers.
//!
//! Invariant: a body stands within its loop, so the names of the step and of how many there are are those of the loop around it; what
//! a body reads is bound in front of the loop.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::code::Code;
use super::one_or_tuple;
use crate::graph::{Graph, NodeId, Op, Order};
use crate::hash::{Map, Set};
use crate::plan::ScalarBody;
use crate::plan::companions::Companions;
use crate::plan::steps::Loop;
use crate::transform::few::{block, blocks};

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

/// The code of a loop in parts, in their order.
#[derive(Default)]
pub struct Parts {
    pub patterns: Vec<TokenStream>,
    pub values: Vec<TokenStream>,
    /// In front of the loop, once the names are bound.
    pub before: TokenStream,
    /// What a step begins and ends with.
    pub loads: TokenStream,
    pub writes: TokenStream,
}

impl Parts {
    pub fn bind(&mut self, pattern: TokenStream, value: TokenStream) {
        self.patterns.push(pattern);
        self.values.push(value);
    }
}

impl Code<'_> {
    /// A loop over numbers; what it gives of each step it writes to arrays.
    pub fn repeated(&self, id: NodeId) -> TokenStream {
        let of = &Loop::<ScalarBody>::of(self.graph, id);
        let count = of.length.literal_size();
        let inner = self.within(&of.body, "");
        let mut parts = Parts::default();
        let states = self.bind(&inner, of, &mut parts);
        let mut found: Vec<TokenStream> = states.iter().map(|state| quote!(#state)).collect();
        for (at, (order, node)) in of.given.iter().zip(&of.body.results[1]).enumerate() {
            let (name, at) = (mixed(&format!("given_{at}")), place(*order));
            parts.before.extend(self.array(&name, count));
            let value = inner.value(*node);
            parts.writes.extend(quote!(#name[#at] = #value;));
            found.push(quote!(#name));
        }
        let mut kept = TokenStream::new();
        for (at, state) in states.iter().enumerate().take(of.parts.len() - found.len()) {
            let (name, block) = (mixed(&format!("kept_{at}")), mixed("block"));
            parts
                .before
                .extend(self.array(&name, blocks(&of.length).literal_size()));
            kept.extend(quote!(#name[#block] = #state;));
            found.push(quote!(#name));
        }
        let again = self.again(&inner, of, &mut parts);
        let mut body = inner.step_of(of, &states, &parts);
        body.extend(self.end_of_search(of, &states));
        let names = of.parts.iter().map(|part| match part {
            Some(part) => {
                let name = &self.names[part];
                quote!(#name)
            }
            None => quote!(_),
        });
        let (names, found) = (
            one_or_tuple(&names.collect::<Vec<_>>()),
            one_or_tuple(&found),
        );
        let Parts {
            patterns,
            values,
            before,
            ..
        } = parts;
        let sizes = [block(count), blocks(&of.length).literal_size()].map(|size| {
            let size = Literal::usize_suffixed(size);
            quote!(#size)
        });
        let run = run(sizes, &kept, &again, &body);
        let (length, count) = (length(), Literal::usize_suffixed(count));
        quote! {
            let #names = match (#(#values,)*) {
                (#(#patterns,)*) => {
                    let #length = #count;
                    #before
                    #run
                    #found
                }
            };
        }
    }

    /// Leaves a search once it has ended, in all lanes.
    fn end_of_search(&self, of: &Loop<ScalarBody>, states: &[Ident]) -> Option<TokenStream> {
        let last = states.last().filter(|_| of.is_search)?;
        let (runtime, one) = (self.runtime, self.literal(1.0));
        Some(quote! {
            if !#runtime::Mask::any(#runtime::Real::less(#last, #one)) {
                break;
            }
        })
    }

    /// The steps of loops that are gone through again, with the states that a block begins with.
    fn again(&self, inner: &Code, of: &Loop<ScalarBody>, parts: &mut Parts) -> Vec<TokenStream> {
        let steps = block(of.length.literal_size());
        let mut blocks = Vec::new();
        for (number, (other, links)) in of.again.iter().enumerate() {
            let own = self.within(&other.body, &format!("again_{number}_"));
            let mut theirs = Parts::default();
            let (first, at) = (mixed("first"), mixed("block"));
            let mut starts = TokenStream::new();
            let mut states = Vec::new();
            for (place, state) in other.states.iter().enumerate() {
                let name = own.state(&format!("again_{number}_"), place, state.leaf);
                let (all, kept) = (mixed(&format!("all_{name}")), self.value(state.start));
                theirs.bind(quote!(#all), quote!(&#kept));
                starts.extend(quote!(let mut #name = #all[#at];));
                states.push(name);
            }
            self.bind_outside(&own, other, &mut theirs);
            for (given, node) in other.body.results[1].iter().enumerate() {
                let (name, step) = (mixed(&format!("again_{number}_{given}")), step());
                parts.before.extend(self.array(&name, steps));
                let value = own.value(*node);
                theirs
                    .writes
                    .extend(quote!(#name[#step - #first] = #value;));
            }
            for (leaf, given) in links {
                let name = mixed(&format!("again_{number}_{given}"));
                let (own, length, step) = (&inner.names[leaf], length(), step());
                parts
                    .loads
                    .extend(quote!(let #own = #name[#length - 1 - #step - #first];));
            }
            let body = own.step_of(other, &states, &theirs);
            parts.patterns.extend(theirs.patterns);
            parts.values.extend(theirs.values);
            blocks.push(again(&starts, &body));
        }
        blocks
    }

    fn array(&self, name: &Ident, count: usize) -> TokenStream {
        let (zero, count) = (self.literal(0.0), Literal::usize_unsuffixed(count));
        quote!(let mut #name = [#zero; #count];)
    }

    /// Binds what a loop reads, and its states.
    fn bind(&self, inner: &Code, of: &Loop<ScalarBody>, parts: &mut Parts) -> Vec<Ident> {
        let mut states = Vec::new();
        for (at, state) in of.states.iter().enumerate() {
            let name = inner.state("", at, state.leaf);
            parts.bind(quote!(mut #name), self.value(state.start));
            states.push(name);
        }
        self.bind_outside(inner, of, parts);
        states
    }

    /// Binds what is not carried.
    fn bind_outside(&self, inner: &Code, of: &Loop<ScalarBody>, parts: &mut Parts) {
        for sequence in &of.sequences {
            let own = &inner.names[&sequence.leaf];
            let (all, at) = (mixed(&format!("all_{own}")), place(sequence.order));
            let array = self.value(sequence.array);
            parts.bind(quote!(#all), quote!(&#array));
            parts.loads.extend(quote!(let #own = #all[#at];));
        }
        for (leaf, value) in &of.constants {
            let (own, value) = (&inner.names[leaf], self.value(*value));
            parts.bind(quote!(#own), value);
        }
    }

    fn state(&self, tag: &str, at: usize, leaf: Option<NodeId>) -> Ident {
        match leaf {
            Some(leaf) => self.names[&leaf].clone(),
            None => mixed(&format!("{tag}state_{at}")),
        }
    }

    /// What a step does, from what it finds to the states of the next one.
    fn step_of(&self, of: &Loop<ScalarBody>, states: &[Ident], parts: &Parts) -> TokenStream {
        let Parts { loads, writes, .. } = parts;
        let steps: TokenStream = of.body.steps.iter().map(|id| self.line(*id)).collect();
        let next = of.body.results[0].iter().map(|id| self.value(*id));
        let assigned = (!states.is_empty()).then(|| quote!((#(#states,)*) = (#(#next,)*);));
        quote!(#loads #steps #writes #assigned)
    }

    /// The code of a body, in which every value has a name of ours.
    fn within<'o>(&'o self, body: &'o ScalarBody, tag: &str) -> Code<'o> {
        let graph = &body.graph;
        let is_leaf = |id: &NodeId| matches!(graph.node(*id).op, Op::Input { .. });
        let leaves = graph.ids().filter(is_leaf);
        let mut taken = Set::default();
        let names: Map<NodeId, Ident> = leaves
            .chain(body.steps.iter().copied())
            .map(|id| (id, name_of(graph, id, tag, &mut taken)))
            .collect();
        Code {
            graph,
            companions: Companions::of(graph, &body.steps),
            names,
            runtime: self.runtime,
            number: self.number.clone(),
            sizes: Map::default(),
            calls: self.calls.clone(),
            rust: self.rust.clone(),
        }
    }
}

/// The loop itself: step after step, or a block of steps at a time, in front of which states are kept or other loops are gone
/// through again: with the steps of a block, and how many blocks there are.
pub fn run(
    [size, blocks]: [TokenStream; 2],
    kept: &TokenStream,
    again: &[TokenStream],
    body: &TokenStream,
) -> TokenStream {
    let (step, length) = (step(), length());
    if kept.is_empty() && again.is_empty() {
        return quote!(for #step in 0..#length { #body });
    }
    let [at, first, last] = ["block", "first", "last"].map(mixed);
    let bounds = quote! {
        let #first = #at * #size;
        let #last = if #first + #size < #length { #first + #size } else { #length };
    };
    match again.is_empty() {
        true => quote! {
            for #at in 0..#blocks {
                #kept #bounds
                for #step in #first..#last { #body }
            }
        },
        false => quote! {
            for #at in (0..#blocks).rev() {
                #bounds
                #(#again)*
                for #step in #length - #last..#length - #first { #body }
            }
        },
    }
}

/// The steps of a block from its first states on, which are computed again.
pub fn again(starts: &TokenStream, body: &TokenStream) -> TokenStream {
    let (step, [first, last]) = (step(), ["first", "last"].map(mixed));
    quote!({ #starts for #step in #first..#last { #body } })
}

/// What a value of a body is called: as the user calls it, with a mark in front.
fn name_of(graph: &Graph, id: NodeId, tag: &str, taken: &mut Set<String>) -> Ident {
    let hint = match &graph.node(id).name {
        Some(name) => format!("{tag}{name}"),
        None => format!("{tag}t{}", id.index()),
    };
    let mut name = hint.clone();
    let mut tried = 0;
    while !taken.insert(name.clone()) {
        tried += 1;
        name = format!("{hint}_{tried}");
    }
    mixed(&name)
}
