//! Functions over numbers and small arrays: plain values in, plain values out, no allocation.
//!
//! Invariant: nothing here fails, so no function returns a `Result`.

mod batch;
mod code;
mod matrices;
mod problem;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use self::code::reads;
use self::problem::Numbers;
use super::calls;
use super::module::{Emit, Item, own_span};
use super::names::private;
use super::picture::description;
use super::target::{Leaf, Make, Target, Values};
use super::{array_type, problem as problems, quiet};
use crate::graph::{Dim, InputId, Kind, NodeId};
use crate::plan::ScalarBody;
use crate::plan::picture::Drawn;
use crate::syntax::Given;
use crate::unit::{Definition, Input, Slot};

/// From so many fields on a struct is not compared.
const MANY_FIELDS: usize = 1000;

impl Target for ScalarBody {
    const IS_SMALL: bool = true;
    const IS_INLINE: bool = true;

    fn inline(emit: &Emit<ScalarBody>) -> Option<TokenStream> {
        Some(match emit.plan.is_short() {
            true => calls::inlined(),
            false => quote!(#[inline]),
        })
    }

    fn generics(emit: &Emit<ScalarBody>) -> TokenStream {
        let runtime = emit.runtime;
        quote!(<T: #runtime::Real>)
    }

    fn struct_arguments() -> TokenStream {
        quote!(<T>)
    }

    fn owned(_: &Emit<ScalarBody>, shape: &[Dim]) -> TokenStream {
        array_type(shape, &quote!(T))
    }

    fn borrowed(_: &Emit<ScalarBody>, shape: &[Dim], _: Given, _: &TokenStream) -> TokenStream {
        array_type(shape, &quote!(T))
    }

    fn lifetime() -> TokenStream {
        TokenStream::new()
    }

    fn fallible(_: &Emit<ScalarBody>, of: &TokenStream) -> TokenStream {
        of.clone()
    }

    fn ok(_: &Emit<ScalarBody>, value: &TokenStream) -> TokenStream {
        value.clone()
    }

    fn given(call: TokenStream) -> TokenStream {
        call
    }

    fn errors_docs(_: &str) -> TokenStream {
        TokenStream::new()
    }

    fn checks(_: &Emit<ScalarBody>) -> TokenStream {
        TokenStream::new()
    }

    fn loads(_: &Emit<ScalarBody>) -> TokenStream {
        TokenStream::new()
    }

    fn derivative_checks(_: &Emit<ScalarBody>, _: &[Leaf]) -> TokenStream {
        TokenStream::new()
    }

    fn complete(
        emit: &Emit<ScalarBody>,
        body: &ScalarBody,
        leaves: &[Leaf],
        result: &TokenStream,
        make: Make<ScalarBody>,
    ) -> TokenStream {
        emit.complete(body, leaves, result, make)
    }

    fn method(
        emit: &Emit<ScalarBody>,
        body: &ScalarBody,
        leaves: &[Leaf],
        make: Make<ScalarBody>,
    ) -> TokenStream {
        emit.method(body, leaves, make)
    }

    fn results(&self) -> &[Vec<NodeId>] {
        &self.results
    }

    fn inputs_read(_: &Emit<ScalarBody>, body: &ScalarBody) -> Vec<InputId> {
        let reads = reads(body);
        let read = body.graph.ids().filter(|id| reads[id.index()]);
        read.filter_map(|id| body.graph.input(id)).collect()
    }

    fn unread(_: &Emit<ScalarBody>) -> TokenStream {
        TokenStream::new()
    }

    fn is_field(_: &Definition) -> bool {
        true
    }

    /// Named like the values of `forward` that they hold.
    fn saved(emit: &Emit<ScalarBody>) -> Vec<Ident> {
        let params: Vec<&Ident> = emit.unit.inputs.iter().map(|input| &input.name).collect();
        let forward = &emit.plan.forward;
        let nothing = vec![false; forward.graph.len()];
        let names = emit.names_of(forward, &params, &reads(forward), &nothing);
        let saved = emit.plan.saved.iter();
        saved.map(|id| private(&names[id])).collect()
    }

    fn saved_type(emit: &Emit<ScalarBody>, id: NodeId) -> TokenStream {
        let node = emit.plan.forward.graph.node(id);
        match node.kind {
            Kind::Condition => ScalarBody::mask(emit, &[]),
            _ => array_type(&node.shape, &quote!(T)),
        }
    }

    fn mask(emit: &Emit<ScalarBody>, shape: &[Dim]) -> TokenStream {
        let runtime = emit.runtime;
        array_type(shape, &quote!(<T as #runtime::Real>::Mask))
    }

    fn forward_head(emit: &Emit<ScalarBody>) -> [TokenStream; 2] {
        let (core, runtime) = (emit.core(), emit.runtime);
        // rustc nests what it derives for a comparison by a level a field, and has a stack for some thousand.
        let few = emit.unit.definitions.len() + emit.plan.saved.len() <= MANY_FIELDS;
        let graph = &emit.plan.forward.graph;
        let mut saved = emit.plan.saved.iter();
        let holds_condition = emit.unit.definitions.iter().any(|found| found.condition)
            || saved.any(|id| graph.node(*id).kind == Kind::Condition);
        let bound = holds_condition.then(|| quote!(: #runtime::Real));
        [
            derived(&core, few),
            quote!(<T #bound = #core::primitive::f64>),
        ]
    }

    fn further_fields(_: &Emit<ScalarBody>) -> TokenStream {
        TokenStream::new()
    }

    fn further_values(_: &Emit<ScalarBody>) -> TokenStream {
        TokenStream::new()
    }

    fn grad_head(emit: &Emit<ScalarBody>) -> TokenStream {
        derived(&emit.core(), true)
    }

    fn further_methods(_: &Emit<ScalarBody>) -> TokenStream {
        TokenStream::new()
    }

    fn further_structs(emit: &Emit<ScalarBody>) -> TokenStream {
        let (gradient, count) = (emit.flat_gradient(), emit.count());
        let jacobian = (!emit.is_inline).then(|| emit.jacobian_struct());
        quote!(#gradient #jacobian #count)
    }

    fn looked_at(_: &Emit<ScalarBody>, field: &TokenStream, _: &[Dim]) -> TokenStream {
        field.clone()
    }

    fn value_and_grad(emit: &Emit<ScalarBody>, body: &ScalarBody) -> Vec<Item> {
        vec![emit.value_and_grad(body), emit.jacobian_of_gradient()]
    }

    fn further_items(emit: &Emit<ScalarBody>) -> Vec<Item> {
        let jacobian = emit.plan.jacobian.as_ref().map(|body| emit.jacobian(body));
        let hessian = emit.plan.hessian.as_ref().map(|body| emit.hessian(body));
        jacobian.into_iter().chain(hessian).collect()
    }

    /// The loop of a batch mentions the user's surroundings, so it stands where bodies do.
    fn others(emit: &Emit<ScalarBody>) -> [TokenStream; 2] {
        let Some(body) = &emit.plan.batch else {
            return [TokenStream::new(), TokenStream::new()];
        };
        let (run, functions) = (emit.run_batch(body), emit.batch_functions());
        match emit.outside {
            true => [functions, run],
            false => [quote!(#run #functions), TokenStream::new()],
        }
    }

    fn calls(emit: &Emit<ScalarBody>) -> TokenStream {
        let quiet = emit.is_inline.then(quiet);
        calls::functions(emit.unit, emit.runtime, quiet.as_ref())
    }

    /// By value.
    fn captured(emit: &Emit<ScalarBody>, input: &Input) -> TokenStream {
        let (name, span) = (&input.name, own_span(&input.name));
        if input.shape.is_empty() {
            return emit.captured_number(name);
        }
        let rt = calls::located_at(&emit.rt(), span);
        let of = array_type(&input.shape, &quote!(_));
        quote_spanned!(span=> (&&#rt::Captured::<#of>(#name)).entries())
    }

    fn problem(emit: &Emit<ScalarBody>) -> problems::Parts {
        emit.problem_by(&Numbers { names: &emit.names })
    }

    fn derived_structs(emit: &Emit<ScalarBody>) -> &'static [&'static str] {
        match emit.is_inline {
            true => &["Grad"],
            false => &["Grad", "Jacobian"],
        }
    }

    fn picture_generics(emit: &Emit<ScalarBody>) -> TokenStream {
        let runtime = emit.runtime;
        quote!(<T: #runtime::Number>)
    }

    fn drawing(
        emit: &Emit<ScalarBody>,
        drawn: &Drawn<ScalarBody>,
        values: &dyn Values,
    ) -> TokenStream {
        let Drawn { picture, body } = drawn;
        let (mut firsts, mut count) = (Vec::with_capacity(body.results.len()), 0);
        for entries in &body.results {
            firsts.push(count);
            count += entries.len();
        }
        let all = body.results.concat();
        let values = values.packed(&all, &vec![&[][..]; count]);
        let description = description(&emit.title(), picture, |value| {
            let shape = picture.graph.shape(picture.values[value]);
            let extents = shape.iter().map(Dim::literal_size);
            let words = std::iter::once(firsts[value]).chain(extents);
            let words: Vec<String> = words.map(|word| word.to_string()).collect();
            words.join(" ")
        });
        let rt = emit.rt();
        quote!(#rt::picture::draw::<T>(#description, &[#(#values),*]))
    }
}

fn derived(core: &TokenStream, compared: bool) -> TokenStream {
    let compare = compared.then(|| quote!(, #core::cmp::PartialEq));
    quote! {
        #[#core::prelude::v1::derive(#core::clone::Clone, #core::marker::Copy, #core::fmt::Debug #compare)]
    }
}

impl Emit<'_, ScalarBody> {
    fn flat_gradient(&self) -> TokenStream {
        let (core, count) = (self.core(), self.parameters());
        let this = format_ident!("self");
        let slots = self.active_slots();
        let entries = slots.flat_map(|slot| self.entries_of(&this, slot));
        let quiet = self.is_inline.then(quiet);
        quote! {
            #quiet
            impl<T: #core::marker::Copy> Grad<T> {
                /// All adjoints in the order of the inputs, arrays row by row.
                #[inline]
                pub fn to_array(&self) -> [T; #count] { [#(#entries),*] }
            }
        }
    }

    /// Every entry of the field of an input that is differentiated by, row by row.
    fn entries_of(&self, place: &Ident, slot: &Slot) -> Vec<TokenStream> {
        let (name, first) = (&slot.name, slot.leaves.start);
        let inputs = self.unit.inputs[slot.leaves.clone()].iter().enumerate();
        let active = inputs.filter(|(_, input)| input.active());
        let entries = active.flat_map(|(at, input)| {
            let way = slot.way(at);
            (0..self.unit.inputs[first + at].nodes.len()).map(move |entry| {
                let indices = element_indices(&input.shape, entry);
                quote!(#place.#name #way #indices)
            })
        });
        entries.collect()
    }

    /// How many numbers of an input are differentiated by.
    fn columns_of(&self, slot: &Slot) -> usize {
        let inputs = self.unit.inputs[slot.leaves.clone()].iter();
        let active = inputs.filter(|input| input.active());
        active.map(|input| input.nodes.len()).sum()
    }

    fn parameters(&self) -> Literal {
        let count = self.active().map(|input| input.nodes.len()).sum();
        Literal::usize_unsuffixed(count)
    }

    fn count(&self) -> Option<TokenStream> {
        let (count, core) = (self.parameters(), self.core());
        // A constant and a variable cannot have one name, and the user's comes first.
        (!self.is_inline && !self.names.is_users("N")).then(|| {
            quote! {
                /// How many numbers the gradient has.
                pub const N: #core::primitive::usize = #count;
            }
        })
    }
}

/// `[1][2]` for an entry of an array, nothing for a number.
fn element_indices(shape: &[Dim], at: usize) -> TokenStream {
    let mut rest = at;
    let mut indices: Vec<Literal> = shape
        .iter()
        .rev()
        .map(|dim| {
            let extent = dim.literal_size().max(1);
            let index = rest % extent;
            rest /= extent;
            Literal::usize_unsuffixed(index)
        })
        .collect();
    indices.reverse();
    quote!(#([#indices])*)
}
