//! Loops whose steps depend on one another: a plain loop around the steps of one body.
//!
//! Invariant: a body names nothing of what is around it but sizes, constants and callees; what else it reads is bound to names of
//! its own in front of the loop.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::body::{Moves, named};
use super::writer::Writer;
use crate::emit::code::Code;
use crate::emit::one_or_tuple;
use crate::emit::steps::{Parts, again, length, mixed, place, run, step};
use crate::graph::{Dim, Kind, NodeId};
use crate::hash::Map;
use crate::plan::arrays::{self, ArrayBody, Kernel, Step};
use crate::plan::companions::Companions;
use crate::plan::steps::Loop;

impl Writer<'_> {
    pub(super) fn repeated(&self, of: &Loop<ArrayBody>) -> TokenStream {
        let inner = self.within(of, &[], "");
        let mut parts = Parts::default();
        let states = self.states(&inner, of, &mut parts);
        self.sequences(&inner, of, &mut parts);
        self.constants(&inner, of, &mut parts);
        let mut moves = Moves::of(&of.body);
        let arrays = self.given(&inner, of, &mut parts, &mut moves);
        let (checkpoints, kept) = self.checkpoints(&inner, of, &states);
        let next = inner.next_states(of, &states, &mut moves);
        let again = self.again(&inner, of, &mut parts);
        let ended = inner.end_of_search(of, &states);
        let steps = inner.steps();
        let (length, extent) = (length(), self.code.extent(&of.length));
        let last = states.iter().zip(&of.parts);
        let last = last.filter_map(|(name, part)| Some((name, &self.code.names[&(*part)?])));
        let (found, names): (Vec<_>, Vec<_>) = last
            .map(|(name, part)| (quote!(#name), quote!(#part)))
            .unzip();
        let (found, names) = (one_or_tuple(&found), one_or_tuple(&names));
        let buffers = inner.buffers();
        let Parts {
            patterns,
            values,
            before,
            loads,
            writes,
        } = parts;
        let (rt, size) = (&self.rt, mixed("block_size"));
        let is_in_blocks = !of.again.is_empty() || !kept.is_empty();
        let sized = is_in_blocks.then(|| quote!(let #size = #rt::block(#length);));
        let sizes = [quote!(#size), quote!(#rt::blocks(#length))];
        let run = run(
            sizes,
            &kept,
            &again,
            &quote!(#loads #steps #writes #next #ended),
        );
        quote! {
            #arrays #checkpoints
            let #names = match (#extent, #(#values,)*) {
                (#length, #(#patterns,)*) => {
                    #sized
                    #before
                    #buffers
                    #run
                    #found
                }
            };
        }
    }

    /// Leaves a search once it has ended, in all of its turns.
    fn end_of_search(&self, of: &Loop<ArrayBody>, states: &[Ident]) -> Option<TokenStream> {
        let (rt, last) = (&self.rt, states.last().filter(|_| of.is_search)?);
        let node = *of.body.results[0].last()?;
        let is_at_one = match self.graph().node(node).shape.is_empty() {
            true => quote!(#rt::is_at_one(&[#last])),
            false => quote!(#rt::is_at_one(#rt::entries_of(&#last))),
        };
        Some(quote!(if #is_at_one { break; }))
    }

    /// Memory for the arrays that a step makes.
    fn buffers(&self) -> TokenStream {
        let buffers = self.body.homes.iter().map(|home| {
            let (rt, buffer) = (&self.rt, &self.places[&home.first]);
            quote!(let mut #buffer = #rt::Buffer::<T>::default();)
        });
        buffers.collect()
    }

    // Blocks of steps that are computed again.

    /// The loops that are gone through again, whose arrays are bound beside those of this one.
    fn again(&self, inner: &Writer, of: &Loop<ArrayBody>, parts: &mut Parts) -> Vec<TokenStream> {
        let mut blocks = Vec::new();
        let mut taken: Vec<Ident> = inner.own_names();
        for (at, (other, links)) in of.again.iter().enumerate() {
            let beside: Vec<&Ident> = taken.iter().collect();
            let own = self.within(other, &beside, &format!("again_{at}_"));
            let mut theirs = Parts::default();
            let (states, starts) = self.states_of_block(&own, other, parts);
            for (state, name) in other.states.iter().zip(&states) {
                theirs.loads.extend(own.load_state(state.leaf, name));
            }
            self.sequences(&own, other, &mut theirs);
            self.constants(&own, other, &mut theirs);
            let mut moves = Moves::of(&other.body);
            for (given, node) in other.body.results[1].iter().enumerate() {
                let (first, name) = (mixed("first"), mixed(&format!("again_{at}_{given}")));
                let size = mixed("block_size");
                let size = quote!(#size);
                parts.before.extend(own.array_of_steps(&name, *node, &size));
                theirs
                    .writes
                    .extend(own.written(&name, &step_behind(&first), *node, &mut moves));
            }
            for (leaf, given) in links {
                let name = mixed(&format!("again_{at}_{given}"));
                parts.loads.extend(inner.read_again(*leaf, &name));
            }
            let next = own.next_states(other, &states, &mut moves);
            let (steps, buffers) = (own.steps(), own.buffers());
            let Parts {
                patterns,
                values,
                before,
                loads,
                writes,
            } = theirs;
            parts.patterns.extend(patterns);
            parts.values.extend(values);
            parts.before.extend(before);
            parts.before.extend(buffers);
            blocks.push(again(&starts, &quote!(#loads #steps #writes #next)));
            taken.extend(own.own_names());
        }
        blocks
    }

    /// The names that a body has.
    fn own_names(&self) -> Vec<Ident> {
        let entries = self.entries.iter().flat_map(|entries| entries.values());
        let all = self
            .code
            .names
            .values()
            .chain(self.read.values())
            .chain(entries);
        all.cloned().collect()
    }

    /// What a block begins with: the states that the loop had in front of it.
    fn states_of_block(
        &self,
        own: &Writer,
        of: &Loop<ArrayBody>,
        parts: &mut Parts,
    ) -> (Vec<Ident>, TokenStream) {
        let (rt, block) = (&self.rt, mixed("block"));
        let (mut names, mut starts) = (Vec::new(), TokenStream::new());
        for (at, state) in of.states.iter().enumerate() {
            let name = own.state_name(at, state.leaf);
            let all = mixed(&format!("{name}_of_blocks"));
            parts.bind(quote!(#all), self.operand(state.start));
            let shape = &self.graph().node(state.start).shape[1..];
            if shape.is_empty() {
                parts
                    .before
                    .extend(quote!(let #all = #rt::side_by_side(&#all);));
                starts.extend(quote!(let mut #name = #all[#block];));
            } else {
                let entry = self.entry_along(&all, &quote!(#block), shape);
                let dimensions = self.dimensions(shape);
                starts.extend(quote!(let mut #name = #rt::collect(&#entry, #dimensions);));
            }
            names.push(name);
        }
        (names, starts)
    }

    /// A leaf that is what a loop has given of the step, which is among those of its block.
    fn read_again(&self, leaf: NodeId, from: &Ident) -> TokenStream {
        let (rt, first, length, step) = (&self.rt, mixed("first"), length(), step());
        let (own, node) = (&self.code.names[&leaf], self.graph().node(leaf));
        let at = quote!((#length - 1 - #step - #first));
        match self.leaf_entries().get(&leaf) {
            None => quote!(let #own = #rt::entries_of(&#from)[#at];),
            Some(entries) => {
                let (size, operand) = (self.size(&node.shape), self.operand_of_entries(leaf));
                quote!(let #entries = &#rt::entries_of(&#from)[#at * (#size)..][..#size]; #operand)
            }
        }
    }

    /// Declares an array of so many steps' values.
    fn array_of_steps(&self, name: &Ident, node: NodeId, steps: &TokenStream) -> TokenStream {
        let (rt, extents) = (&self.rt, self.code.extents(&self.graph().node(node).shape));
        let rank = format_ident!("Ix{}", extents.len() + 1);
        quote!(let mut #name = #rt::array::<T, _>(#rt::ndarray::#rank(#steps, #(#extents),*));)
    }

    /// Writes a value of the step to its place in an array.
    fn written(
        &self,
        to: &Ident,
        at: &TokenStream,
        node: NodeId,
        moves: &mut Moves,
    ) -> TokenStream {
        let rt = &self.rt;
        moves.is_last(arrays::source(self.graph(), node));
        let shape = &self.graph().node(node).shape;
        if shape.is_empty() {
            let value = self.code.value(node);
            return quote!(#rt::entries(&mut #to)[#at] = #value;);
        }
        self.row_written(to, at, node)
    }

    /// The same of an array.
    fn row_written(&self, to: &Ident, at: &TokenStream, node: NodeId) -> TokenStream {
        let rt = &self.rt;
        let (operand, extents) = (
            self.any_operand(node),
            self.code.extents(&self.graph().node(node).shape),
        );
        let none = quote!(#rt::core::option::Option::None);
        let axes = (0..extents.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
        quote!(#rt::place(&mut #to, 0, #at, &#operand.view(&[#none, #(#axes),*], &[1, #(#extents),*]));)
    }

    /// The arrays of states in front of each block, and how they are written there.
    fn checkpoints(
        &self,
        inner: &Writer,
        of: &Loop<ArrayBody>,
        states: &[Ident],
    ) -> (TokenStream, TokenStream) {
        let (rt, at) = (&self.rt, mixed("block"));
        let (mut arrays, mut writes) = (TokenStream::new(), TokenStream::new());
        let found = &of.parts[states.len() + of.given.len()..];
        for ((part, name), node) in found.iter().zip(states).zip(&of.body.results[0]) {
            let Some(part) = part else { continue };
            let (to, extent) = (&self.code.names[part], self.code.extent(&of.length));
            arrays.extend(inner.array_of_steps(to, *node, &quote!(#rt::blocks(#extent))));
            let shape = &inner.graph().node(*node).shape;
            writes.extend(match shape.is_empty() {
                true => quote!(#rt::entries(&mut #to)[#at] = #name;),
                false => {
                    let size = self.size(shape);
                    quote! {
                        #rt::entries(&mut #to)[#at * (#size)..][..#size]
                            .copy_from_slice(#rt::entries_of(&#name));
                    }
                }
            });
        }
        (arrays, writes)
    }

    /// What a state is called.
    fn state_name(&self, at: usize, leaf: Option<NodeId>) -> Ident {
        match leaf {
            Some(leaf) => self.code.names[&leaf].clone(),
            None => mixed(&format!("state_{at}")),
        }
    }

    /// The entries of a state that is an array.
    fn load_state(&self, leaf: Option<NodeId>, name: &Ident) -> TokenStream {
        let found = leaf.and_then(|leaf| self.leaf_entries().get_key_value(&leaf));
        let Some((leaf, entries)) = found else {
            return TokenStream::new();
        };
        let (rt, operand) = (&self.rt, self.operand_of_entries(*leaf));
        quote!(let #entries = #rt::entries_of(&#name); #operand)
    }

    /// What the loop carries, by the names of its leaves.
    fn states(&self, inner: &Writer, of: &Loop<ArrayBody>, parts: &mut Parts) -> Vec<Ident> {
        let mut names = Vec::new();
        for (at, state) in of.states.iter().enumerate() {
            let name = inner.state_name(at, state.leaf);
            parts.bind(quote!(mut #name), self.owned_value(state.start));
            parts.loads.extend(inner.load_state(state.leaf, &name));
            names.push(name);
        }
        names
    }

    /// The entries of the step.
    fn sequences(&self, inner: &Writer, of: &Loop<ArrayBody>, parts: &mut Parts) {
        let rt = &self.rt;
        for sequence in &of.sequences {
            let (leaf, at) = (sequence.leaf, place(sequence.order));
            let own = &inner.code.names[&leaf];
            let all = mixed(&format!("{own}_of_steps"));
            let node = inner.graph().node(leaf);
            parts.bind(quote!(#all), self.operand(sequence.array));
            if node.kind == Kind::Labels {
                let read = &inner.read[&leaf];
                let entry = self.entry_along(&all, &at, &node.shape);
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
                    let (size, product) =
                        (mixed(&format!("size_of_{own}")), self.size(&node.shape));
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

    /// An entry along the first axis of an operand, without it.
    fn entry_along(&self, all: &Ident, at: &TokenStream, shape: &[Dim]) -> TokenStream {
        let (rt, extents) = (&self.rt, self.code.extents(shape));
        let axes = (1..=extents.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
        quote!(#all.slice(0, #at, 1).view(&[#(#axes),*], &[#(#extents),*]))
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

    /// What is the same in all steps.
    fn constants(&self, inner: &Writer, of: &Loop<ArrayBody>, parts: &mut Parts) {
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
        of: &Loop<ArrayBody>,
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
                    mixed(&format!("size_of_{name}")),
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
            parts.writes.extend(inner.row_written(name, &at, *node));
        }
        arrays
    }

    /// The writer of a step.
    fn within<'o>(&'o self, of: &'o Loop<ArrayBody>, beside: &[&Ident], tag: &str) -> Writer<'o> {
        let body = &of.body;
        let around = self.code.names.values().chain(self.read.values());
        let around: Vec<&Ident> = around.chain(beside.iter().copied()).collect();
        let names = self
            .names
            .of_nodes_beside(&around, &body.graph, named(body));
        let (mut read, mut entries) = (Map::default(), Map::default());
        let mut locals = self.names.locals().beside(&around);
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
                    let buffer = mixed(&format!("{tag}buffer_{at}"));
                    (home.first, quote!(#buffer))
                })
                .collect(),
        }
    }

    /// The states of the next step. Where one is an array that the step has made, it takes the place of the old one, whose memory
    /// goes to the step after.
    fn next_states(
        &self,
        of: &Loop<ArrayBody>,
        states: &[Ident],
        moves: &mut Moves,
    ) -> TokenStream {
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
}

/// How far a step is behind the first of its block.
fn step_behind(first: &Ident) -> TokenStream {
    let step = step();
    quote!((#step - #first))
}
