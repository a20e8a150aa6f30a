//! `value_and_grad` in memory that is kept from call to call: the struct `Workspace`, `value_and_grad_into`, and
//! `value_and_grad`, which is that with memory of its own.
//!
//! Invariant: memory is taken out of the workspace and the gradient after the checks and put back at the end, and nothing
//! fails in between.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::writer::Writer;
use crate::emit::module::Emit;
use crate::emit::module::Item;
use crate::emit::target::Target;
use crate::graph::NodeId;
use crate::hash::Map;
use crate::plan::arrays::{ArrayBody, Home};
use crate::unit::Input;

impl Emit<'_, ArrayBody> {
    /// The parameters that hold the memory: the workspace and the gradient.
    fn memory(&self) -> [Ident; 2] {
        ["workspace", "grad"].map(|name| self.names.local(name))
    }

    /// The names of a body's buffers, after the arrays that they hold first.
    fn buffers(&self, body: &ArrayBody) -> Map<NodeId, Ident> {
        let buffers = body.homes.iter().filter(|home| home.result.is_none());
        let names = self
            .names
            .of_nodes(&body.graph, buffers.map(|home| home.first));
        let own = |name: Ident| format_ident!("{name}", span = Span::mixed_site());
        names
            .into_iter()
            .map(|(id, name)| (id, own(name)))
            .collect()
    }

    pub(super) fn workspace(&self) -> Option<TokenStream> {
        let body = self.plan.value_and_grad.as_ref()?;
        let (core, rt, runtime) = (self.core(), self.rt(), self.runtime);
        let (buffers, private) = (self.buffers(body), self.private());
        let names = body
            .homes
            .iter()
            .filter_map(|home| buffers.get(&home.first));
        let nothing = buffers
            .is_empty()
            .then(|| quote!(nothing: #core::marker::PhantomData<T>));
        Some(quote! {
            /// The memory that `value_and_grad_into` works in, for further calls. It starts empty and grows with the inputs.
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug, #core::default::Default)]
            pub struct Workspace<T: #runtime::Element = #core::primitive::f64> {
                #(#private #names: #rt::Buffer<T>,)*
                #nothing
            }
        })
    }

    pub(super) fn value_and_grad_into(&self, body: &ArrayBody) -> Item {
        let prefix = self.prefix();
        let [workspace, grad] = self.memory();
        let places = self.places(body);
        let (writer, steps) = self.body_within(body, &self.input_leaves(), &[], places.clone());
        let put_back = self.put_back(&writer, body, &places);
        let (checks, result) = (
            self.begin(),
            ArrayBody::ok(self, &writer.code.value(body.results[0][0])),
        );
        let own = self.active().zip(self.fixed_results());
        let own: TokenStream = own
            .filter_map(|(input, own)| {
                let (own, of) = (own?, ArrayBody::owned(self, &input.shape));
                let rt = self.rt();
                Some(quote!(let mut #own: #of = #rt::empty();))
            })
            .collect();
        let mut item = self.new_item(
            "value_and_grad_into",
            "The value and its gradient in memory that is kept: a call with inputs of the same sizes as the one before \
             allocates no array.",
            |seen| self.outputs_type(seen),
            quote!(#checks #own #steps #put_back #result),
        );
        let memory = |prefix: &TokenStream| quote!(#workspace: &mut #prefix Workspace<T>, #grad: &mut #prefix Grad<T>);
        item.params.extend(memory(&prefix));
        item.module_params.extend(memory(&TokenStream::new()));
        item.arguments.extend(quote!(#workspace, #grad));
        item
    }

    pub(super) fn value_and_grad(&self) -> Item {
        let (prefix, arguments, core) = (self.prefix(), self.arguments(), self.core());
        let code = self.code_path("value_and_grad_into");
        let ([workspace, grad], value) = (self.memory(), self.names.local("value"));
        let result = ArrayBody::ok(self, &quote!((#value, #grad)));
        self.new_item(
            "value_and_grad",
            "The value and its gradient in one sweep.",
            |seen| {
                let (outputs, prefix) = (self.outputs_type(seen), self.prefix_at(seen));
                quote!((#outputs, #prefix Grad<T>))
            },
            quote! {
                let mut #workspace: #prefix Workspace<T> = #core::default::Default::default();
                let mut #grad: #prefix Grad<T> = #core::default::Default::default();
                let #value = #code(#arguments &mut #workspace, &mut #grad)?;
                #result
            },
        )
    }

    /// Arrays of this call for the adjoints that structs hold as fixed arrays.
    fn fixed_results(&self) -> Vec<Option<Ident>> {
        let own = |input: &Input| {
            let is_fixed = input.is_fixed_field && !input.shape.is_empty();
            is_fixed.then(|| format_ident!("{}_fixed", self.names.adjoint(&input.name)))
        };
        self.active().map(own).collect()
    }

    /// Where the first array of each memory is taken from.
    fn places(&self, body: &ArrayBody) -> Map<NodeId, TokenStream> {
        let ([workspace, grad], buffers) = (self.memory(), self.buffers(body));
        let (ways, own) = (self.ways(), self.fixed_results());
        let place = |home: &Home| match home.result {
            Some(at) => match &own[at] {
                Some(own) => quote!(#own),
                None => {
                    let way = &ways[at];
                    quote!(#grad.#way)
                }
            },
            None => {
                let buffer = &buffers[&home.first];
                quote!(#workspace.#buffer)
            }
        };
        body.homes
            .iter()
            .map(|home| (home.first, place(home)))
            .collect()
    }

    /// Writes the gradient, what is only copied first, and puts the buffers back.
    fn put_back(
        &self,
        writer: &Writer,
        body: &ArrayBody,
        places: &Map<NodeId, TokenStream>,
    ) -> TokenStream {
        let (rt, [_, grad]) = (self.rt(), self.memory());
        let (mut copies, mut moves) = (TokenStream::new(), TokenStream::new());
        let (ways, own) = (self.ways(), self.fixed_results());
        for (at, (way, id)) in ways.iter().zip(&body.results[1]).enumerate() {
            let is_home = body.homes.iter().any(|home| home.result == Some(at));
            match &own[at] {
                Some(own) if is_home => {
                    let value = writer.moved(*id);
                    moves.extend(quote!(#grad.#way = #rt::to_fixed(&#value);));
                }
                Some(own) => {
                    copies.extend(writer.copied(*id, &quote!(#own)));
                    copies.extend(quote!(#grad.#way = #rt::to_fixed(&#own);));
                }
                None if is_home => {
                    let value = writer.moved(*id);
                    moves.extend(quote!(#grad.#way = #value;));
                }
                None => copies.extend(writer.copied(*id, &quote!(#grad.#way))),
            }
        }
        let buffers = body.homes.iter().filter(|home| home.result.is_none());
        let returns = buffers.map(|home| {
            let (place, last) = (&places[&home.first], &writer.code.names[&home.last]);
            quote!(#rt::give(&mut #place, #last);)
        });
        quote!(#copies #moves #(#returns)*)
    }
}
