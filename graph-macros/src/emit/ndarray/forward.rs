//! The struct `Forward` with its methods, the struct `Grad`, and the block of an inline graph, which ends in a `Forward`.
//!
//! Invariant: a method reads what the forward pass kept and computes nothing of it again but what is cheap.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::body::Moves;
use super::writer::Writer;
use super::{Emit, Leaf};
use crate::emit::target::own_span;
use crate::emit::{adjoint_docs, calls, quiet};
use crate::graph::{Kind, NodeId, Op};
use crate::hash::Set;
use crate::plan::arrays::Body;
use crate::syntax::text;

impl Emit<'_> {
    pub(super) fn methods(&self) -> TokenStream {
        let backward = &self.plan.backward;
        let (seeds, types) = self.seeds();
        let names: Vec<_> = seeds.iter().map(|leaf| leaf.name.clone()).collect();
        let (checks, (writer, steps)) = (
            self.derivative_checks(&seeds),
            self.method_body(backward, 0, seeds),
        );
        let gradient =
            self.ok(&self.gradient(&writer, &backward.results[0], &mut Moves::of(backward)));
        let (generics, prefix) = (self.generics(), self.prefix());
        let grad = self.fallible(&quote!(#prefix Grad<T>));
        let jvp = self.is_inline.then(|| self.inline_jvp());
        let (quiet, sizes) = (self.is_inline.then(quiet), self.load_sizes());
        quote! {
            #quiet
            impl #generics #prefix Forward<'a, T> {
                /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
                ///
                /// # Errors
                /// Where a seed does not have the shape of its output.
                pub fn backward(&self, #(#names: #types),*) -> #grad {
                    #sizes
                    #checks
                    #steps
                    #gradient
                }
                #jvp
            }
        }
    }

    pub(super) fn load_sizes(&self) -> TokenStream {
        self.size_names()
            .into_iter()
            .map(|name| quote!(let #name = self.#name;))
            .collect()
    }

    fn inline_jvp(&self) -> TokenStream {
        let body = &self.plan.jvp;
        let (tangents, params) = self.tangents();
        let checks = self.derivative_checks(&tangents);
        let (writer, steps) = self.method_body(body, self.unit.outputs.len(), tangents);
        let tangents = self.ok(&self.outputs(&writer, &body.results[0], &mut Moves::of(body)));
        let (outputs, sizes) = (self.fallible(&self.outputs_type()), self.load_sizes());
        quote! {
            /// The change of the outputs along a direction: forward mode.
            ///
            /// # Errors
            /// Where a tangent does not have the shape of its input.
            pub fn jvp(&self, #params) -> #outputs {
                #sizes
                #checks
                #steps
                #tangents
            }
        }
    }

    /// A method's code, which reads fields, and leaves numbered `skipped` behind the inputs.
    fn method_body<'b>(
        &'b self,
        body: &'b Body,
        skipped: usize,
        leaves: Vec<Leaf<'_>>,
    ) -> (Writer<'b>, TokenStream) {
        let nothing = || Leaf {
            name: format_ident!("_unused"),
            shape: &[],
            of: None,
        };
        let mut all: Vec<Leaf> = (0..self.unit.inputs.len() + skipped)
            .map(|_| nothing())
            .collect();
        all.extend(leaves);
        let load = |node: NodeId, name: &Ident, inherits: bool| {
            let node = body.graph.node(node);
            let reference = !node.shape.is_empty() && !inherits;
            if reference {
                quote!(&self.#name)
            } else {
                quote!(self.#name)
            }
        };
        let definitions = self
            .fields()
            .map(|(definition, node)| (node, load(node, &definition.name, false)));
        let saved = self.saved();
        let saved = self.plan.saved.iter().zip(&saved).map(|(id, name)| {
            let is_input = matches!(body.graph.node(*id).op, Op::Input { .. });
            (*id, load(*id, name, is_input))
        });
        let fields: Vec<_> = saved.chain(definitions).collect();
        let mut seen = Set::default();
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(id, _)| seen.insert(*id))
            .collect();
        self.body(body, &all, &fields)
    }

    pub(super) fn structs(&self) -> TokenStream {
        let (core, runtime) = (self.core(), self.runtime);
        let derive = quote!(#[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]);
        let fields = self.fields().map(|(definition, _)| {
            let (name, docs) = (&definition.name, &definition.docs);
            let of = match definition.condition {
                true => quote!(<T as #runtime::Real>::Mask),
                false => self.owned(&definition.shape),
            };
            let default = docs.is_empty().then(|| {
                let docs = format!("The definition `{}`.", text(name));
                quote!(#[doc = #docs])
            });
            quote!(#(#docs)* #default pub #name: #of)
        });
        let visibility = if self.is_inline {
            quote!()
        } else {
            quote!(pub(super))
        };
        let graph = &self.plan.forward.graph;
        let saved_types = self.plan.saved.iter().map(|id| {
            let node = graph.node(*id);
            match (&node.op, node.kind) {
                (Op::Input { .. }, kind) => {
                    self.borrowed(&node.shape, kind == Kind::Labels, &quote!('a))
                }
                (_, Kind::Condition) => quote!(<T as #runtime::Real>::Mask),
                _ => self.owned(&node.shape),
            }
        });
        let (saved, sizes, quiet) = (self.saved(), self.size_names(), self.is_inline.then(quiet));
        let workspace = self.workspace();
        let grad_fields = self.active().map(|input| {
            let (name, of) = (&input.name, self.owned(&input.shape));
            let docs = adjoint_docs(self.function, name);
            quote!(#docs pub #name: #of)
        });
        let inputs = self.kept_fields_of(|input| self.input_type(input));
        let borrows = &self.inputs;
        quote! {
            /// What the forward pass computed.
            #quiet #derive
            pub struct Forward<'a, T: #runtime::Element = #core::primitive::f64> {
                #(#fields,)*
                #(#visibility #saved: #saved_types,)*
                #(#visibility #sizes: #core::primitive::usize,)*
                #inputs
                #visibility #borrows: #core::marker::PhantomData<&'a T>,
            }
            /// The gradient: one adjoint an input, of its shape.
            #quiet
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug, #core::default::Default, #core::cmp::PartialEq)]
            pub struct Grad<T = #core::primitive::f64> { #(#grad_fields,)* }
            #workspace
        }
    }

    pub(super) fn block(&self) -> TokenStream {
        let (structs, methods) = (self.structs(), self.methods());
        let picture = self.inline_picture();
        let calls = calls::of_arrays(self.unit, self.runtime, Some(&quiet()));
        let inputs = self.unit.inputs.iter().map(|input| {
            let (name, span) = (&input.name, own_span(&input.name));
            match (input.labels, input.shape.len()) {
                (true, _) => quote_spanned!(span=> &#name),
                (false, 0) => self.captured_number(name),
                (false, rank) => {
                    let rt = calls::located_at(&self.rt(), span);
                    let rank = format_ident!("Ix{rank}");
                    quote_spanned! {span=>
                        (&&#rt::Captured(#rt::borrowed::<_, #rt::ndarray::#rank>(&#name))).array()
                    }
                }
            }
        });
        let ways = quote!(OfArray as _, OfNoArray as _, OfNoNumber as _, OfNumber as _);
        let uses = self.names_used();
        let items = quote!(#structs #methods #picture #uses);
        self.block_of(&ways, inputs, &calls, &items, &self.forward())
    }
}
