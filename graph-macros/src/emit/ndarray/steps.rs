//! Loops whose steps depend on one another: a plain loop around the steps of one body.
//!
//! Invariant: a body names nothing of what is around it but sizes, constants and callees; what else it reads is bound to names of
//! its own in front of the loop.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::body::{Moves, named};
use super::writer::Writer;
use crate::emit::code::Code;
use crate::emit::one_or_tuple;
use crate::graph::{Dim, Kind, NodeId, Op, Order};
use crate::hash::Map;
use crate::plan::arrays::steps::Loop;
use crate::plan::arrays::{self, Kernel, Step};
use crate::plan::companions::Companions;

/// The code of a loop in parts, in their order.
#[derive(Default)]
struct Parts {
    patterns: Vec<TokenStream>,
    values: Vec<TokenStream>,
    /// In front of the loop, once the names are bound.
    before: TokenStream,
    /// What a step begins and ends with.
    loads: TokenStream,
    writes: TokenStream,
}

impl Parts {
    fn bind(&mut self, pattern: TokenStream, value: TokenStream) {
        self.patterns.push(pattern);
        self.values.push(value);
    }
}

impl Writer<'_> {
    pub(super) fn repeated(&self, of: &Loop) -> TokenStream {
        let inner = self.within(of);
        let mut parts = Parts::default();
        let states = self.states(&inner, of, &mut parts);
        self.sequences(&inner, of, &mut parts);
        self.constants(&inner, of, &mut parts);
        let mut moves = Moves::of(&of.body);
        let arrays = self.given(&inner, of, &mut parts, &mut moves);
        let next = inner.next_states(of, &states, &mut moves);
        let steps = inner.steps();
        let (step, length, extent) = (step(), length(), self.code.extent(&of.length));
        let buffers = inner.body.homes.iter().map(|home| {
            let (rt, buffer) = (&self.rt, &inner.places[&home.first]);
            quote!(let mut #buffer = #rt::Buffer::<T>::default();)
        });
        let last = states.iter().zip(&of.parts);
        let last = last.filter_map(|(name, part)| Some((name, &self.code.names[&(*part)?])));
        let (found, names): (Vec<_>, Vec<_>) = last
            .map(|(name, part)| (quote!(#name), quote!(#part)))
            .unzip();
        let (found, names) = (one_or_tuple(&found), one_or_tuple(&names));
        let Parts {
            patterns,
            values,
            before,
            loads,
            writes,
        } = parts;
        quote! {
            #arrays
            let #names = match (#extent, #(#values,)*) {
                (#length, #(#patterns,)*) => {
                    #before
                    #(#buffers)*
                    for #step in 0..#length {
                        #loads
                        #steps
                        #writes
                        #next
                    }
                    #found
                }
            };
        }
    }

    /// What the loop carries, by the names of its leaves.
    fn states(&self, inner: &Writer, of: &Loop, parts: &mut Parts) -> Vec<Ident> {
        let mut names = Vec::new();
        for (at, state) in of.states.iter().enumerate() {
            let name = match state.leaf {
                Some(leaf) => inner.code.names[&leaf].clone(),
                None => mixed(&format!("state_{at}")),
            };
            parts.bind(quote!(mut #name), self.owned_value(state.start));
            if let Some((leaf, entries)) = state
                .leaf
                .and_then(|leaf| inner.leaf_entries().get_key_value(&leaf))
            {
                let rt = &self.rt;
                parts
                    .loads
                    .extend(quote!(let #entries = #rt::entries_of(&#name);));
                parts.loads.extend(inner.operand_of_entries(*leaf));
            }
            names.push(name);
        }
        names
    }

    /// The entries of the step.
    fn sequences(&self, inner: &Writer, of: &Loop, parts: &mut Parts) {
        let rt = &self.rt;
        for sequence in &of.sequences {
            let (leaf, at) = (sequence.leaf, place(sequence.order));
            let own = &inner.code.names[&leaf];
            let all = mixed(&format!("{own}_of_steps"));
            let (node, counted) = (inner.graph().node(leaf), self.counted(sequence.array));
            if let Some(start) = counted.filter(|_| node.kind != Kind::Labels) {
                let step = quote!(T::of((#start #at) as #rt::core::primitive::f64));
                parts.loads.extend(quote!(let #own = #step;));
                continue;
            }
            parts.bind(quote!(#all), self.operand(sequence.array));
            if node.kind == Kind::Labels {
                let (read, extents) = (&inner.read[&leaf], self.code.extents(&node.shape));
                let axes =
                    (1..=extents.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
                let entry = quote!(#all.slice(0, #at, 1).view(&[#(#axes),*], &[#(#extents),*]));
                parts.loads.extend(quote!(let #read = #entry;));
                continue;
            }
            parts
                .before
                .extend(quote!(let #all = #rt::side_by_side(&#all);));
            match inner.leaf_entries().get(&leaf) {
                None => {
                    let length = length();
                    parts.before.extend(quote!(let #all = &#all[..#length];));
                    parts.loads.extend(quote!(let #own = #all[#at];));
                }
                Some(entries) => {
                    let (size, product) = (mixed(&format!("{own}_size")), self.size(&node.shape));
                    parts
                        .before
                        .extend(quote!(let (#all, #size) = (&#all[..], #product);));
                    parts
                        .loads
                        .extend(quote!(let #entries = &#all[(#at) * #size..][..#size];));
                    parts.loads.extend(inner.operand_of_entries(leaf));
                }
            }
        }
    }

    /// How many entries there are.
    fn size(&self, shape: &[Dim]) -> TokenStream {
        let extents = self.code.extents(shape).into_iter();
        let size = extents.reduce(|size, extent| quote!(#size * #extent));
        size.unwrap_or(quote!(1))
    }

    /// The operand of a leaf that is entries, if a step needs it as one.
    fn operand_of_entries(&self, leaf: NodeId) -> Option<TokenStream> {
        let (rt, read) = (&self.rt, self.read.get(&leaf)?);
        let (entries, extents) = (
            &self.leaf_entries()[&leaf],
            self.code.extents(&self.graph().node(leaf).shape),
        );
        Some(quote!(let #read = #rt::Operand::of_entries(#entries, &[#(#extents),*]);))
    }

    /// Where counting begins, followed by a sign, if an array is 0, 1, 2, … from somewhere on.
    fn counted(&self, id: NodeId) -> Option<TokenStream> {
        let node = self.graph().node(id);
        match &node.op {
            Op::Iota => Some(TokenStream::new()),
            Op::Slice { axis: 0, start } => {
                let (further, start) = (self.counted(node.args[0])?, self.code.extent(start));
                Some(quote!(#further #start +))
            }
            _ => None,
        }
    }

    /// What is the same in all steps.
    fn constants(&self, inner: &Writer, of: &Loop, parts: &mut Parts) {
        let rt = &self.rt;
        for (leaf, value) in &of.constants {
            let name = &inner.code.names[leaf];
            if let Some(entries) = inner.leaf_entries().get(leaf) {
                let all = mixed(&format!("{name}_side_by_side"));
                parts.bind(quote!(#all), self.operand(*value));
                parts.before.extend(quote! {
                    let #all = #rt::side_by_side(&#all);
                    let #entries = &#all[..];
                });
                parts.before.extend(inner.operand_of_entries(*leaf));
                continue;
            }
            match inner.read.get(leaf) {
                Some(read) => parts.bind(quote!(#read), self.operand(*value)),
                None => parts.bind(quote!(#name), self.code.value(*value)),
            }
        }
    }

    /// The arrays of what is given of each step, which are declared in front of the loop, and what a step writes there.
    fn given(
        &self,
        inner: &Writer,
        of: &Loop,
        parts: &mut Parts,
        moves: &mut Moves,
    ) -> TokenStream {
        let rt = &self.rt;
        let mut arrays = TokenStream::new();
        let given = of.given.iter().zip(&of.body.results[1]);
        for ((order, node), part) in given.zip(&of.parts[of.states.len()..]) {
            let Some(part) = part else { continue };
            let (name, at) = (&self.code.names[part], place(*order));
            arrays.extend(self.array(*part));
            moves.is_last(arrays::source(inner.graph(), *node));
            if inner.graph().node(*node).shape.is_empty() {
                let (all, value, length) = (
                    mixed(&format!("{name}_of_steps")),
                    inner.code.value(*node),
                    length(),
                );
                parts
                    .before
                    .extend(quote!(let #all = &mut #rt::entries(&mut #name)[..#length];));
                parts.writes.extend(quote!(#all[#at] = #value;));
                continue;
            }
            if let Some(entries) = inner.entries_side_by_side(*node) {
                let (all, size) = (
                    mixed(&format!("{name}_of_steps")),
                    mixed(&format!("{name}_size")),
                );
                let product = self.size(&inner.graph().node(*node).shape);
                parts
                    .before
                    .extend(quote!(let (#all, #size) = (#rt::entries(&mut #name), #product);));
                parts
                    .writes
                    .extend(quote!(#all[(#at) * #size..][..#size].copy_from_slice(#entries);));
                continue;
            }
            let (operand, extents) = (
                inner.any_operand(*node),
                self.code.extents(&inner.graph().node(*node).shape),
            );
            let none = quote!(#rt::core::option::Option::None);
            let axes =
                (0..extents.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
            parts.writes.extend(quote! {
                #rt::place(&mut #name, 0, #at, &#operand.view(&[#none, #(#axes),*], &[1, #(#extents),*]));
            });
        }
        arrays
    }

    /// The writer of a step.
    fn within<'o>(&'o self, of: &'o Loop) -> Writer<'o> {
        let body = &of.body;
        let around = self.code.names.values().chain(self.read.values());
        let around: Vec<&Ident> = around.collect();
        let names = self
            .names
            .of_nodes_beside(&around, &body.graph, named(body));
        let (mut read, mut entries) = (Map::default(), Map::default());
        let mut locals = self.names.locals();
        let as_operands = of.reads_as_operands();
        for leaf in of.leaves() {
            let node = body.graph.node(leaf);
            if node.kind == Kind::Labels || as_operands.contains(&leaf) && !node.shape.is_empty() {
                read.insert(leaf, locals.like(&format!("{}_read", names[&leaf])));
            }
            if node.kind != Kind::Labels && !node.shape.is_empty() {
                entries.insert(leaf, locals.like(&format!("{}_entries", names[&leaf])));
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
            entries: Some(entries),
            places: body
                .homes
                .iter()
                .enumerate()
                .map(|(at, home)| {
                    let buffer = mixed(&format!("buffer_{at}"));
                    (home.first, quote!(#buffer))
                })
                .collect(),
        }
    }

    /// The states of the next step. Where one is an array that the step has made, it takes the place of the old one, whose memory
    /// goes to the step after.
    fn next_states(&self, of: &Loop, states: &[Ident], moves: &mut Moves) -> TokenStream {
        let rt = &self.rt;
        let mut given_back = self
            .body
            .homes
            .iter()
            .map(|home| home.last)
            .collect::<Vec<_>>();
        let (mut values, mut olds) = (Vec::new(), Vec::new());
        for (node, state) in of.body.results[0].iter().zip(states) {
            let from = arrays::source(self.graph(), *node);
            let is_own = self.made.contains(&from) && !self.graph().node(from).shape.is_empty();
            let is_moved = moves.is_last(from) && is_own && arrays::is_reshape(self.graph(), *node);
            if !is_moved {
                values.push(self.owned_value(*node));
                continue;
            }
            values.push(self.moved(*node));
            if let Some(home) = self.body.homes.iter().find(|home| home.last == from) {
                given_back.retain(|id| *id != from);
                let buffer = &self.places[&home.first];
                let old = mixed(&format!("old_{state}"));
                olds.push((
                    quote!(let #old = #state;),
                    quote!(#rt::give(&mut #buffer, #old);),
                ));
            }
        }
        let (kept, given): (Vec<_>, Vec<_>) = olds.into_iter().unzip();
        let returned = self
            .body
            .homes
            .iter()
            .filter(|home| given_back.contains(&home.last));
        let returned = returned.map(|home| {
            let (buffer, last) = (&self.places[&home.first], &self.code.names[&home.last]);
            quote!(#rt::give(&mut #buffer, #last);)
        });
        if states.is_empty() {
            return quote!(#(#returned)*);
        }
        let next = mixed("next");
        quote! {
            let #next = (#(#values,)*);
            #(#kept)*
            (#(#states,)*) = #next;
            #(#given)*
            #(#returned)*
        }
    }

    fn leaf_entries(&self) -> &Map<NodeId, Ident> {
        match &self.entries {
            Some(entries) => entries,
            None => unreachable!("it is the body of a loop"),
        }
    }

    /// The entries of an array that lies as it is, without axes of its own.
    pub(super) fn entries_side_by_side(&self, id: NodeId) -> Option<TokenStream> {
        let rt = &self.rt;
        if let Some(entries) = self.entries.as_ref()?.get(&id) {
            return Some(quote!(#entries));
        }
        let name = &self.code.names.get(&id)?;
        let is_own = self.made.contains(&id) && !arrays::steps::is_of_call(self.graph(), id);
        is_own.then(|| quote!(#rt::entries_of(&#name)))
    }

    /// A loop whose arrays all lie in its order, if it is one in a body.
    pub(super) fn swept(&self, kernel: &Kernel) -> Option<Vec<TokenStream>> {
        self.entries.as_ref()?;
        if !arrays::steps::is_plain(self.graph(), kernel) {
            return None;
        }
        let rt = &self.rt;
        let read = |id: &NodeId| {
            if let Some(target) = self.written_over(kernel, *id) {
                return quote!(#rt::Read::Target(#target));
            }
            let from = arrays::source(self.graph(), *id);
            if self.graph().node(from).shape.is_empty() {
                let number = self.code.value(from);
                return quote!(#rt::Read::Number(#number));
            }
            match self.entries_side_by_side(*id) {
                Some(entries) => quote!(#rt::Read::Entries(#entries)),
                None => unreachable!("{id} lies in the order of the loop"),
            }
        };
        Some(kernel.inputs.iter().map(read).collect())
    }

    /// A value as an operand, a literal too.
    fn any_operand(&self, id: NodeId) -> TokenStream {
        let Some(value) = self.graph().constant(id) else {
            return self.operand(id);
        };
        let (rt, extents) = (&self.rt, self.code.extents(&self.graph().node(id).shape));
        let (value, none) = (
            self.code.literal(value),
            quote!(#rt::core::option::Option::None),
        );
        let map = extents.iter().map(|_| &none);
        quote!(#rt::Operand::number(#value).view(&[#(#map),*], &[#(#extents),*]))
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

fn step() -> Ident {
    mixed("step")
}

/// How many steps there are.
fn length() -> Ident {
    mixed("length")
}

/// Where along an axis a step finds its entry.
fn place(order: Order) -> TokenStream {
    let (step, length) = (step(), length());
    match order {
        Order::Forwards => quote!(#step),
        Order::Backwards => quote!(#length - 1 - #step),
    }
}

/// A name of ours that no name of the user's meets.
fn mixed(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}
