//! Calls of graphs made elsewhere, with arrays: the value, the pullback's adjoints, and the change along tangents.
//!
//! Invariant: what comes back has the shape that the graph says, or the function has returned an error; no loop runs over less
//! than it was made for.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::writer::Writer;
use crate::emit::calls::{self, lifted};
use crate::emit::one_or_tuple;
use crate::graph::{Kind, NodeId, Op, Shape};
use crate::transform::lifted::first_set;

impl Writer<'_> {
    /// The code of a call with arrays, or of what belongs to it; none for any other number.
    pub(super) fn array_call(&self, id: NodeId) -> Option<TokenStream> {
        let node = self.graph().node(id);
        match node.op {
            Op::Call(call) if node.is_mapped() => return Some(self.mapped_call(id, call)),
            Op::Pull(call) if node.is_mapped() => return Some(self.mapped_pull(id, call)),
            Op::Lifted { call, order } if node.is_mapped() => {
                return Some(self.mapped_lifted(id, call, order));
            }
            _ => {}
        }
        let (call, code) = match self.graph().node(id).op {
            Op::Call(call) => (call, self.call(id, call)),
            Op::Pull(call) => (call, self.pull(id, call)),
            Op::Lifted { call, order } => (call, self.lifted(id, call, order)),
            Op::Push { call, output } => (call, self.push(id, call, output)),
            _ => return None,
        };
        self.graph().calls[call].has_arrays().then_some(code)
    }

    fn call(&self, id: NodeId, call: usize) -> TokenStream {
        let node = self.graph().node(id);
        let (bound, args) = self.arguments(call, &node.args);
        let parts = self.outputs(id, call);
        let value = self.patterns(&parts);
        let checks = parts.iter().flatten();
        let checks = checks.map(|part| self.shape_check(call, *part, "its declaration"));
        let check: TokenStream = checks.flatten().collect();
        let shim = &self.code.calls;
        let of = self.code.companions.call_of(id);
        if self.code.companions.last_pull(of).is_some() {
            let (pull, name) = (
                self.code.pull_name(of),
                calls::pull_name(&self.graph().calls, call),
            );
            return quote!(#bound let (#value, #pull) = #shim #name(#(#args),*)?; #check);
        }
        let name = calls::value_name(&self.graph().calls, call);
        quote!(#bound let #value = #shim #name(#(#args),*)?; #check)
    }

    fn pull(&self, id: NodeId, call: usize) -> TokenStream {
        let node = self.graph().node(id);
        let (again, done) = self.pullback(id, call);
        let count = self.graph().calls[call].inputs.len();
        let parts = self
            .active(call)
            .map(|at| self.code.companions.part(id, at));
        let parts: Vec<Option<NodeId>> = parts.collect();
        let names = self.patterns(&parts);
        let checks = parts.iter().flatten();
        let checks = checks.map(|part| self.shape_check(call, *part, "the argument of its call"));
        let seeds = node.args[count..].iter().enumerate();
        let seeds =
            seeds.map(|(at, seed)| self.argument(*seed, &format_ident!("seed_{call}_{at}")));
        let (bound, seeds): (Vec<_>, Vec<_>) = seeds.unzip();
        let pull = self.pull_name(id);
        quote!(#again #(#bound)* let #names = #pull(#(#seeds),*)?; #(#checks)* #done)
    }

    /// The outputs of a call, those that are used.
    fn outputs(&self, id: NodeId, call: usize) -> Vec<Option<NodeId>> {
        let outputs = 0..self.graph().calls[call].outputs.len();
        let parts = outputs.map(|at| self.code.companions.part(id, at));
        parts.collect()
    }

    /// The pattern that binds the parts that are used.
    fn patterns(&self, parts: &[Option<NodeId>]) -> TokenStream {
        let names = parts.iter();
        let names = names.map(|part| pattern(part.map(|part| &self.code.names[&part])));
        one_or_tuple(&names.collect::<Vec<_>>())
    }

    /// A graph of numbers, for each entry of arrays of one shape.
    fn mapped_call(&self, id: NodeId, call: usize) -> TokenStream {
        let (shim, name) = (
            &self.code.calls,
            calls::value_name(&self.graph().calls, call),
        );
        let args = &self.graph().node(id).args;
        let entries = entries(args.len());
        let parts = self.outputs(id, call);
        let (found, given) = mapped_parts("value", &parts);
        let makes: Vec<NodeId> = parts.into_iter().flatten().collect();
        let entry = quote!({
            let #found = #shim #name(#(#entries),*);
            [#(#given),*]
        });
        self.mapped(id, &makes, &entries, &entry)
    }

    fn mapped_pull(&self, id: NodeId, call: usize) -> TokenStream {
        let (shim, name_of) = (
            &self.code.calls,
            calls::pull_name(&self.graph().calls, call),
        );
        let args = &self.graph().node(id).args;
        let entries = entries(args.len());
        let (inputs, seed) = entries.split_at(self.graph().calls[call].inputs.len());
        let parts = self
            .active(call)
            .map(|at| self.code.companions.part(id, at));
        let parts: Vec<Option<NodeId>> = parts.collect();
        let ((found, given), pull) = (mapped_parts("adjoint", &parts), self.pull_name(id));
        let makes: Vec<NodeId> = parts.into_iter().flatten().collect();
        let entry = quote!({
            let (_, #pull) = #shim #name_of(#(#inputs),*);
            let #found = #pull(#(#seed),*);
            [#(#given),*]
        });
        self.mapped(id, &makes, &entries, &entry)
    }

    fn mapped_lifted(&self, id: NodeId, call: usize, order: usize) -> TokenStream {
        let args = &self.graph().node(id).args;
        let entries = entries(args.len());
        let count = args.len() >> order;
        let parts = (0..first_set(order) * count).map(|at| self.code.companions.part(id, at));
        let parts: Vec<Option<NodeId>> = parts.collect();
        let makes: Vec<NodeId> = parts.iter().flatten().copied().collect();
        let names: Vec<Ident> = (0..makes.len())
            .map(|at| Ident::new(&format!("derivative_{at}"), Span::mixed_site()))
            .collect();
        let mut bound = names.iter();
        let patterns = parts
            .iter()
            .map(|part| match part.and_then(|_| bound.next()) {
                Some(name) => quote!(#name),
                None => quote!(_),
            });
        let patterns: Vec<TokenStream> = patterns.collect();
        let components: Vec<TokenStream> = entries.iter().map(|entry| quote!(#entry)).collect();
        let code = self.lifted_of(call, order, &components, &patterns, false);
        self.mapped(id, &makes, &entries, &quote!({ #code [#(#names),*] }))
    }

    /// The pullback in dual numbers: derivatives of adjoints and outputs along the last direction.
    fn lifted(&self, id: NodeId, call: usize, order: usize) -> TokenStream {
        let args = &self.graph().node(id).args;
        let count = args.len() >> order;
        let operands = args.iter().enumerate();
        let operands =
            operands.map(|(at, arg)| self.argument(*arg, &format_ident!("component_{call}_{at}")));
        let (bound, components): (Vec<_>, Vec<_>) = operands.unzip();
        let parts = (0..first_set(order) * count).map(|at| self.code.companions.part(id, at));
        let parts: Vec<Option<NodeId>> = parts.collect();
        let patterns = parts.iter();
        let patterns = patterns.map(|part| pattern(part.map(|part| &self.code.names[&part])));
        let patterns: Vec<TokenStream> = patterns.collect();
        let code = self.lifted_of(call, order, &components, &patterns, true);
        let inputs = self.graph().calls[call].inputs.len();
        let checks = parts.iter().enumerate().map(|(at, part)| {
            let model = match at % count < inputs {
                true => "the argument of its call",
                false => "its declaration",
            };
            self.shape_check(call, (*part)?, model)
        });
        quote!(#(#bound)* #code #(#checks)*)
    }

    /// The same from the components of operands, and the patterns of the derivatives.
    fn lifted_of(
        &self,
        call: usize,
        order: usize,
        components: &[TokenStream],
        patterns: &[TokenStream],
        may_fail: bool,
    ) -> TokenStream {
        let graph = self.graph();
        let of = &graph.calls[call];
        let count = components.len() >> order;
        let operands = of.inputs.iter().chain(&of.outputs).enumerate();
        let operands = operands.map(|(at, shape)| lifted::Operand {
            is_array: !shape.is_empty(),
            components: components.iter().skip(at).step_by(count).cloned().collect(),
            is_active: of.active.get(at).copied(),
            patterns: patterns.iter().skip(at).step_by(count).cloned().collect(),
        });
        let operands: Vec<lifted::Operand> = operands.collect();
        let (shim, name) = (&self.code.calls, calls::pull_name(&graph.calls, call));
        let names = (self.runtime, &self.code.number);
        lifted::code(&operands, order, &quote!(#shim #name), names, may_fail)
    }

    /// Arrays, each entry of which is made of those of the arguments.
    fn mapped(
        &self,
        id: NodeId,
        makes: &[NodeId],
        entries: &[Ident],
        entry: &TokenStream,
    ) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let (extents, dimensions) = (self.code.extents(&node.shape), self.dimensions(&node.shape));
        let names: Vec<&Ident> = makes.iter().map(|part| &self.code.names[part]).collect();
        let operands = node.args.iter().map(|arg| self.operand(*arg));
        quote! {
            #(let mut #names = #rt::array::<T, _>(#dimensions);)*
            #rt::map(&[#(#extents),*], &[#(#operands),*], [#(#rt::full(&mut #names)),*], |[#(#entries),*]| #entry);
        }
    }

    /// The change of an output: entry by entry, since a pullback goes from one entry back to all arguments.
    fn push(&self, id: NodeId, call: usize, output: usize) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let (again, done) = self.pullback(id, call);
        let inputs = &self.graph().calls[call].inputs;
        let tangents = &node.args[inputs.len()..];
        let (mut bound, mut parts, mut terms) = (TokenStream::new(), Vec::new(), Vec::new());
        for at in self.active(call) {
            if self.graph().constant(tangents[at]).is_some() {
                parts.push(quote!(_));
                continue;
            }
            let part = Ident::new(&format!("part_{at}"), Span::mixed_site());
            let (bind, tangent) = self.argument(tangents[at], &format_ident!("along_{call}_{at}"));
            bound.extend(bind);
            terms.push(match inputs[at].is_empty() {
                true => quote!(#part * #tangent),
                false => quote!(#rt::inner(&#part, #tangent)?),
            });
            parts.push(quote!(#part));
        }
        let (parts, pull) = (one_or_tuple(&parts), self.pull_name(id));
        let (name, dimensions) = (&self.code.names[&id], self.dimensions(&node.shape));
        let seed = Ident::new("seed", Span::mixed_site());
        let (others, seeds) = self.seeds_beside(call, output, &seed);
        quote! {
            #again #bound #others
            let #name = #rt::along(#dimensions, |#seed| {
                let #parts = #pull(#(#seeds),*)?;
                #rt::core::result::Result::Ok(#(#terms)+*)
            })?;
            #done
        }
    }

    /// The seeds of all outputs where one of them has a seed: zeros beside it, and what is bound for those.
    fn seeds_beside(
        &self,
        call: usize,
        output: usize,
        seed: &Ident,
    ) -> (TokenStream, Vec<TokenStream>) {
        let (rt, mut bound, mut seeds) = (&self.rt, TokenStream::new(), Vec::new());
        for (at, shape) in self.graph().calls[call].outputs.iter().enumerate() {
            if at == output || shape.is_empty() {
                let runtime = self.runtime;
                seeds.push(match at == output {
                    true => quote!(#seed),
                    false => quote!(<T as #runtime::Real>::of(0.0)),
                });
                continue;
            }
            let name = Ident::new(&format!("zeros_{call}_{at}"), Span::mixed_site());
            let dimensions = self.dimensions(shape);
            bound.extend(quote!(let #name = #rt::array::<T, _>(#dimensions);));
            seeds.push(quote!(&#name));
        }
        (bound, seeds)
    }

    /// What the pullback is called that a step belongs to.
    fn pull_name(&self, id: NodeId) -> Ident {
        self.code.pull_name(self.code.companions.call_of(id))
    }

    /// Makes the pullback where no step before has, and drops it after the last that uses it, since it may borrow arrays that
    /// are given away.
    fn pullback(&self, id: NodeId, call: usize) -> (Option<TokenStream>, Option<TokenStream>) {
        let (shim, pull) = (&self.code.calls, self.pull_name(id));
        let of = self.code.companions.call_of(id);
        let is_first = self.code.companions.first(of) == id;
        let again = is_first.then(|| {
            let node = self.graph().node(id);
            let count = self.graph().calls[call].inputs.len();
            let (bound, args) = self.arguments(call, &node.args[..count]);
            let name = calls::pull_name(&self.graph().calls, call);
            quote!(#bound let (_, #pull) = #shim #name(#(#args),*)?;)
        });
        let rt = &self.rt;
        let done = (self.code.companions.last_pull(of) == Some(id))
            .then(|| quote!(#rt::core::mem::drop(#pull);));
        (again, done)
    }

    /// The arguments that may be differentiated by.
    fn active(&self, call: usize) -> impl Iterator<Item = usize> + '_ {
        let active = &self.graph().calls[call].active;
        (0..active.len()).filter(|at| active[*at])
    }

    fn arguments(&self, call: usize, args: &[NodeId]) -> (TokenStream, Vec<TokenStream>) {
        let args = args.iter().enumerate();
        let args =
            args.map(|(at, arg)| self.argument(*arg, &format_ident!("argument_{call}_{at}")));
        let (bound, args): (Vec<TokenStream>, Vec<TokenStream>) = args.unzip();
        (bound.into_iter().collect(), args)
    }

    /// A value as an argument, and what must be bound for it: an array that is not there as such is put together first.
    fn argument(&self, id: NodeId, name: &Ident) -> (TokenStream, TokenStream) {
        let node = self.graph().node(id);
        if node.shape.is_empty() {
            return (TokenStream::new(), self.code.value(id));
        }
        let is_leaf_of_step = self.entries.is_some() && matches!(node.op, Op::Input { .. });
        let is_array = self.graph().constant(id).is_none()
            && !is_leaf_of_step
            && !matches!(node.op, Op::View(_) | Op::Slice { .. } | Op::Iota)
            && node.kind != Kind::Labels;
        if is_array {
            let value = self.code.value(id);
            let argument = match self.made.contains(&id) {
                true => quote!(&#value),
                false => value,
            };
            return (TokenStream::new(), argument);
        }
        let name = Ident::new(&name.to_string(), Span::mixed_site());
        let value = self.owned_value(id);
        (quote!(let #name = #value;), quote!(&#name))
    }

    /// Types say the shape of Rust's arrays; that of others is compared.
    fn shape_check(&self, call: usize, part: NodeId, model: &str) -> Option<TokenStream> {
        let shape: &Shape = &self.graph().node(part).shape;
        if shape.is_empty() || self.graph().calls[call].is_fixed() {
            return None;
        }
        let (rt, name) = (&self.rt, &self.code.names[&part]);
        let (label, extents) = (name.to_string(), self.code.extents(shape));
        Some(quote!(#rt::check_alike(#label, #name.shape(), #model, &[#(#extents),*])?;))
    }
}

/// The pattern that binds the parts of one entry's call that are used, and those.
fn mapped_parts(word: &str, parts: &[Option<NodeId>]) -> (TokenStream, Vec<Ident>) {
    let name = |at| Ident::new(&format!("{word}_{at}"), Span::mixed_site());
    let names = parts.iter().enumerate();
    let names = names.map(|(at, part)| part.map(|_| name(at)));
    let names: Vec<Option<Ident>> = names.collect();
    let patterns = names.iter().map(|name| pattern(name.as_ref()));
    let patterns = one_or_tuple(&patterns.collect::<Vec<_>>());
    (patterns, names.into_iter().flatten().collect())
}

/// What the entries of arguments are called.
fn entries(count: usize) -> Vec<Ident> {
    let name = |at| Ident::new(&format!("entry_{at}"), Span::mixed_site());
    (0..count).map(name).collect()
}

fn pattern(name: Option<&Ident>) -> TokenStream {
    name.map_or_else(|| quote!(_), |name| quote!(#name))
}
