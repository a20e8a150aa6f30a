//! Functions over arrays of any size: `ndarray` in, `ndarray` out, every loop a kernel.
//!
//! Invariant: every shape is checked before any arithmetic, so the code after the checks cannot fail.

mod body;
mod calls;
mod checks;
mod jacobian;
mod kept;
mod problem;
mod steps;
mod workspace;
mod writer;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use self::body::ArrayValues;
use self::kept::is_borrowed;
use self::problem::Arrays;
use super::module::{Emit, Item, own_span};
use super::names::private;
use super::picture::description;
use super::slots::{Seen, path};
use super::target::{Leaf, Make, Target, Values};
use super::{calls as all_calls, problem as problems, quiet};
use crate::graph::{Dim, InputId, Kind, NodeId};
use crate::plan::arrays::ArrayBody;
use crate::plan::picture::Drawn;
use crate::syntax::Given;
use crate::unit::{Definition, Input};

impl Target for ArrayBody {
    const IS_SMALL: bool = false;
    const IS_INLINE: bool = false;

    fn inline(_: &Emit<ArrayBody>) -> Option<TokenStream> {
        None
    }

    fn generics(emit: &Emit<ArrayBody>) -> TokenStream {
        let runtime = emit.runtime;
        quote!(<'a, T: #runtime::Element>)
    }

    fn struct_arguments() -> TokenStream {
        quote!(<'a, T>)
    }

    fn owned(emit: &Emit<ArrayBody>, shape: &[Dim]) -> TokenStream {
        let (rt, dimension) = (emit.rt(), emit.dimension(shape.len()));
        match shape.is_empty() {
            true => quote!(T),
            false => quote!(#rt::ndarray::Array<T, #dimension>),
        }
    }

    fn borrowed(
        emit: &Emit<ArrayBody>,
        shape: &[Dim],
        given: Given,
        lifetime: &TokenStream,
    ) -> TokenStream {
        let (rt, core, dimension) = (emit.rt(), emit.core(), emit.dimension(shape.len()));
        match (given, shape.is_empty()) {
            (Given::Count, _) => quote!(#core::primitive::usize),
            (Given::Labels, _) => quote!(&#lifetime [#core::primitive::usize]),
            (_, true) => quote!(T),
            _ => quote!(&#lifetime #rt::ndarray::ArrayRef<T, #dimension>),
        }
    }

    fn lifetime() -> TokenStream {
        quote!('a)
    }

    fn fallible(emit: &Emit<ArrayBody>, of: &TokenStream) -> TokenStream {
        let (core, runtime) = (emit.core(), emit.runtime);
        quote!(#core::result::Result<#of, #runtime::ShapeError>)
    }

    fn ok(emit: &Emit<ArrayBody>, value: &TokenStream) -> TokenStream {
        let core = emit.core();
        quote!(#core::result::Result::Ok(#value))
    }

    fn given(call: TokenStream) -> TokenStream {
        quote!(#call?)
    }

    fn errors_docs(of: &str) -> TokenStream {
        let docs = format!("\n# Errors\n{of}");
        quote!(#[doc = #docs])
    }

    fn checks(emit: &Emit<ArrayBody>) -> TokenStream {
        emit.checks()
    }

    fn loads(emit: &Emit<ArrayBody>) -> TokenStream {
        let names = emit.size_names().into_iter();
        names.map(|name| quote!(let #name = self.#name;)).collect()
    }

    fn derivative_checks(emit: &Emit<ArrayBody>, leaves: &[Leaf]) -> TokenStream {
        emit.derivative_checks(leaves)
    }

    fn complete(
        emit: &Emit<ArrayBody>,
        body: &ArrayBody,
        leaves: &[Leaf],
        _: &TokenStream,
        make: Make<ArrayBody>,
    ) -> TokenStream {
        let (writer, steps) = emit.body(body, leaves, &[]);
        let value = make(&ArrayValues::of(writer, body), body);
        quote!(#steps #value)
    }

    fn method(
        emit: &Emit<ArrayBody>,
        body: &ArrayBody,
        leaves: &[Leaf],
        make: Make<ArrayBody>,
    ) -> TokenStream {
        let (writer, steps) = emit.method_body(body, leaves);
        let value = make(&ArrayValues::of(writer, body), body);
        quote!(#steps #value)
    }

    fn results(&self) -> &[Vec<NodeId>] {
        &self.results
    }

    fn inputs_read(emit: &Emit<ArrayBody>, body: &ArrayBody) -> Vec<InputId> {
        let read = emit.read(body).into_iter();
        read.filter_map(|id| body.graph.input(id)).collect()
    }

    /// That its shape is checked makes no use of an input.
    fn unread(emit: &Emit<ArrayBody>) -> TokenStream {
        let inputs = &emit.unit.inputs;
        let unread = emit.unit.params.iter().filter(|slot| {
            let first = &inputs[slot.leaves.start];
            let is_checked = first.given == Given::Count || !first.shape.is_empty();
            !first.mentioned && (slot.record.is_some() || is_checked)
        });
        unread
            .map(|slot| {
                let name = &slot.name;
                quote!({ let #name = (); })
            })
            .collect()
    }

    /// Conditions on entries are computed where they are needed only.
    fn is_field(definition: &Definition) -> bool {
        !definition.condition || definition.shape.is_empty()
    }

    /// Named after what they hold.
    fn saved(emit: &Emit<ArrayBody>) -> Vec<Ident> {
        let (graph, saved) = (&emit.plan.forward.graph, emit.plan.saved.iter());
        let names = emit.names.of_nodes(graph, saved.clone().copied());
        saved.map(|id| private(&names[id])).collect()
    }

    fn saved_type(emit: &Emit<ArrayBody>, id: NodeId) -> TokenStream {
        let node = emit.plan.forward.graph.node(id);
        match node.kind {
            _ if is_borrowed(node) => emit.kept_type(node),
            Kind::Condition => ArrayBody::mask(emit, &node.shape),
            _ => ArrayBody::owned(emit, &node.shape),
        }
    }

    fn mask(emit: &Emit<ArrayBody>, _: &[Dim]) -> TokenStream {
        let runtime = emit.runtime;
        quote!(<T as #runtime::Real>::Mask)
    }

    fn forward_head(emit: &Emit<ArrayBody>) -> [TokenStream; 2] {
        let (core, runtime) = (emit.core(), emit.runtime);
        [
            quote!(#[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]),
            quote!(<'a, T: #runtime::Element = #core::primitive::f64>),
        ]
    }

    fn further_fields(emit: &Emit<ArrayBody>) -> TokenStream {
        let (core, private, borrows) = (emit.core(), emit.private(), &emit.inputs);
        let sizes = emit.size_names();
        quote! {
            #(#private #sizes: #core::primitive::usize,)*
            #private #borrows: #core::marker::PhantomData<&'a T>,
        }
    }

    fn further_values(emit: &Emit<ArrayBody>) -> TokenStream {
        let (core, sizes, borrows) = (emit.core(), emit.size_names(), &emit.inputs);
        quote!(#(#sizes,)* #borrows: #core::marker::PhantomData)
    }

    fn grad_head(emit: &Emit<ArrayBody>) -> TokenStream {
        let core = emit.core();
        let default = match emit.active_slots().any(|slot| slot.record.is_some()) {
            true => TokenStream::new(),
            false => quote!(#core::default::Default,),
        };
        quote!(#[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug, #default #core::cmp::PartialEq)])
    }

    fn further_structs(emit: &Emit<ArrayBody>) -> TokenStream {
        let (workspace, empty) = (emit.workspace(), emit.empty_gradient());
        let jacobian = (!emit.is_inline).then(|| emit.jacobian_struct());
        quote!(#workspace #empty #jacobian)
    }

    fn further_methods(emit: &Emit<ArrayBody>) -> TokenStream {
        emit.owned()
    }

    fn looked_at(emit: &Emit<ArrayBody>, field: &TokenStream, shape: &[Dim]) -> TokenStream {
        let core = emit.core();
        match shape.is_empty() {
            true => field.clone(),
            false => quote!(#core::clone::Clone::clone(&#field)),
        }
    }

    fn value_and_grad(emit: &Emit<ArrayBody>, body: &ArrayBody) -> Vec<Item> {
        vec![emit.value_and_grad(), emit.value_and_grad_into(body)]
    }

    fn further_items(emit: &Emit<ArrayBody>) -> Vec<Item> {
        vec![emit.jacobian()]
    }

    fn others(_: &Emit<ArrayBody>) -> [TokenStream; 2] {
        [TokenStream::new(), TokenStream::new()]
    }

    fn calls(emit: &Emit<ArrayBody>) -> TokenStream {
        let quiet = emit.is_inline.then(quiet);
        all_calls::of_arrays(emit.unit, emit.runtime, quiet.as_ref())
    }

    /// Arrays by reference.
    fn captured(emit: &Emit<ArrayBody>, input: &Input) -> TokenStream {
        let (name, span) = (&input.name, own_span(&input.name));
        match (input.given, input.shape.len()) {
            (Given::Count, _) => quote_spanned!(span=> #name),
            (Given::Labels, _) => quote_spanned!(span=> &#name),
            (Given::Numbers, 0) => emit.captured_number(name),
            (Given::Numbers, rank) => {
                let rt = all_calls::located_at(&emit.rt(), span);
                let rank = format_ident!("Ix{rank}");
                quote_spanned! {span=>
                    (&&#rt::Captured(#rt::borrowed::<_, #rt::ndarray::#rank>(&#name))).array()
                }
            }
        }
    }

    fn problem(emit: &Emit<ArrayBody>) -> problems::Parts {
        emit.problem_by(&Arrays { emit })
    }

    fn derived_structs(emit: &Emit<ArrayBody>) -> &'static [&'static str] {
        match emit.is_inline {
            true => &["Grad"],
            false => &["Grad", "Jacobian"],
        }
    }

    fn picture_generics(emit: &Emit<ArrayBody>) -> TokenStream {
        ArrayBody::generics(emit)
    }

    fn drawing(
        emit: &Emit<ArrayBody>,
        drawn: &Drawn<ArrayBody>,
        values: &dyn Values,
    ) -> TokenStream {
        let Drawn { picture, body } = drawn;
        let rt = emit.rt();
        let shown = values.packed(&body.results[0], &[]);
        let shown = body.results[0].iter().zip(shown).map(|(id, value)| {
            match body.graph.node(*id).shape.is_empty() {
                true => quote!(#rt::picture::number(#value)),
                false => quote!(#rt::picture::entries::<T, _>(#value)),
            }
        });
        let description = description(&emit.title(), picture, |value| value.to_string());
        quote!(#rt::picture::draw_arrays(#description, &[#(#shown),*]))
    }
}

impl Emit<'_, ArrayBody> {
    fn dimension(&self, rank: usize) -> TokenStream {
        let (rt, rank) = (self.rt(), format_ident!("Ix{rank}"));
        quote!(#rt::ndarray::#rank)
    }

    /// `Default` for a gradient in which there are structs: nothing is in it yet.
    fn empty_gradient(&self) -> Option<TokenStream> {
        let (core, runtime) = (self.core(), self.runtime);
        let mut slots = self.active_slots();
        slots.any(|slot| slot.record.is_some()).then(|| {
            let fields = self.active_slots().map(|slot| {
                let name = &slot.name;
                let value = match &slot.record {
                    None => quote!(#core::default::Default::default()),
                    Some(record) => {
                        let of = path(record, Seen::Inside);
                        match record.count {
                            None => quote!(#of::__empty()),
                            Some(_) => quote!(#core::array::from_fn(|_| #of::__empty())),
                        }
                    }
                };
                quote!(#name: #value)
            });
            quote! {
                impl<T: #runtime::Element> #core::default::Default for Grad<T> {
                    fn default() -> Self { Self { #(#fields),* } }
                }
            }
        })
    }

    fn size_names(&self) -> Vec<&Ident> {
        let mut sizes: Vec<&Ident> = self.sizes.values().collect();
        sizes.sort();
        sizes
    }
}
