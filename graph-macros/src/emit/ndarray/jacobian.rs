//! `jacobian` of arrays of any size: the problem's, whose rows are put into arrays.
//!
//! Invariant: a field has the axes of the output and then those of its input; of several outputs, one axis for the entries of
//! all of them, as in their flat vector. An array with more axes than `ndarray` has a type for counts them at run time.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::problem::Arrays;
use crate::emit::module::{Emit, Item};
use crate::emit::one_or_tuple;
use crate::emit::problem::Group;
use crate::emit::target::Target;
use crate::graph::Dim;
use crate::plan;
use crate::plan::arrays::ArrayBody;
use crate::syntax::text;

/// The most axes that a type of `ndarray` says.
const MOST_AXES: usize = 6;

impl Emit<'_, ArrayBody> {
    /// How many axes the outputs have together.
    fn axes_of_outputs(&self) -> usize {
        match &*self.unit.outputs {
            [only] => only.shape.len(),
            _ => 1,
        }
    }

    pub(super) fn jacobian_struct(&self) -> TokenStream {
        let (rt, core, head) = (self.rt(), self.core(), ArrayBody::grad_head(self));
        let first = match &*self.unit.outputs {
            [only] if only.shape.is_empty() => String::new(),
            [only] => format!("the axes of `{}`, then ", text(&only.name)),
            _ => "an axis for the entries of all outputs, then ".to_owned(),
        };
        let fields = self.active_slots().map(|slot| {
            let name = &slot.name;
            let own = match slot.record {
                Some(_) => 1,
                None => self.unit.inputs[slot.leaves.start].shape.len(),
            };
            let axes = self.axes_of_outputs() + own;
            let of = match axes {
                0 => quote!(T),
                _ if axes > MOST_AXES => quote!(#rt::ndarray::Array<T, #rt::ndarray::IxDyn>),
                _ => {
                    let axes = format_ident!("Ix{axes}");
                    quote!(#rt::ndarray::Array<T, #rt::ndarray::#axes>)
                }
            };
            let name_text = text(name);
            let last = match slot.record {
                Some(_) => "one for all numbers of",
                None => "those of",
            };
            let docs = format!("The partial derivatives with respect to `{name_text}`: {first}{last} `{name_text}`.");
            quote!(#[doc = #docs] pub #name: #of)
        });
        quote! {
            /// All partial derivatives of the outputs with respect to the inputs.
            #head
            pub struct Jacobian<T = #core::primitive::f64> { #(#fields,)* }
        }
    }

    pub(super) fn jacobian(&self) -> Item {
        let body = match plan::single_number(self.unit) {
            true => self.jacobian_of_gradient(),
            false => self.jacobian_of_problem(),
        };
        self.new_item(
            "jacobian",
            "The outputs and all their partial derivatives.",
            |seen| {
                let (outputs, prefix) = (self.outputs_type(seen), self.prefix_at(seen));
                quote!((#outputs, #prefix Jacobian<T>))
            },
            body,
        )
    }

    /// Of one number, which has no axes: its gradient.
    fn jacobian_of_gradient(&self) -> TokenStream {
        let (prefix, arguments) = (self.prefix(), self.arguments());
        let code = self.code_path("value_and_grad");
        let [value, grad] = ["value", "grad"].map(|name| self.names.local(name));
        let (rt, runtime) = (self.rt(), self.runtime);
        let fields = self.active_slots().map(|slot| {
            let name = &slot.name;
            let of = quote!(#grad.#name);
            let Some(record) = &slot.record else {
                return quote!(#name: #of);
            };
            let places = (0..record.count.unwrap_or(1)).map(Literal::usize_unsuffixed);
            let each = places.map(|at| match record.count {
                None => quote!(#runtime::Record::to_vec(&#of)),
                Some(_) => quote!(#runtime::Record::to_vec(&#of[#at])),
            });
            quote!(#name: #rt::ndarray::Array::from([#(#each),*].concat()))
        });
        let both = ArrayBody::ok(self, &quote!((#value, #prefix Jacobian { #(#fields),* })));
        quote! {
            let (#value, #grad) = #code(#arguments)?;
            #both
        }
    }

    fn jacobian_of_problem(&self) -> TokenStream {
        let (rt, prefix) = (self.rt(), self.prefix());
        let (arguments, target) = (self.arguments(), Arrays { emit: self });
        let mut locals = self.names.locals();
        let [problem, vector, found, from, axes] =
            ["problem", "vector", "found", "from", "axes"].map(|name| locals.like(name));
        let shape = |group, at| {
            let field = target.kept(group, at);
            quote!(#problem.#field)
        };
        let slice = |shape: TokenStream| quote!(#rt::ndarray::Dimension::slice(&#shape));
        let outputs = self.unit.outputs.iter();
        let names = outputs.map(|output| locals.like(&text(&output.name)));
        let names: Vec<Ident> = names.collect();
        let values = self.unit.outputs.iter().enumerate().map(|(at, output)| {
            let shape = shape(Group::Outputs, at);
            let owned = (!output.shape.is_empty()).then(|| quote!(.to_owned()));
            quote!(#from.shaped(&#shape) #owned)
        });
        let outputs = names.iter().map(|name| quote!(#name));
        let outputs: Vec<TokenStream> = outputs.collect();
        let shapes = self.unit.outputs.iter().map(|output| &*output.shape);
        let shapes: Vec<&[Dim]> = shapes.collect();
        let slots = &self.unit.results;
        let outputs = one_or_tuple(&self.slot_values(slots, &outputs, &shapes, self.bodies()));
        let axes_of_outputs = match names.len() {
            1 => slice(shape(Group::Outputs, 0)),
            _ => quote!(&[#found.outputs.len()]),
        };
        let active = self.active_slots().map(|slot| &slot.name);
        let mut at = 0;
        let fields = self.active_slots().map(|slot| {
            let name = &slot.name;
            let own = self.unit.inputs[slot.leaves.clone()].iter();
            let leaves = own.filter(|input| input.active()).map(|_| {
                at += 1;
                shape(Group::Inputs, at - 1)
            });
            let leaves: Vec<TokenStream> = leaves.collect();
            let own = match slot.record {
                Some(_) => quote!(&[0 #(+ #rt::ndarray::Dimension::size(&#leaves))*]),
                None => slice(leaves[0].clone()),
            };
            quote!(#name: #found.next(#axes, #own))
        });
        let both = quote!((#outputs, #prefix Jacobian { #(#fields),* }));
        let both = ArrayBody::ok(self, &both);
        quote! {
            let #problem = #prefix Problem::new(#arguments)?;
            let #vector = #problem.pack(#(#active),*)?;
            let mut #found = #rt::Partials::of(&#problem, &#vector);
            let mut #from = #rt::Reader::<T>::new(&#found.outputs, #found.outputs.len());
            #(let #names = #values;)*
            let #axes = #axes_of_outputs;
            #both
        }
    }
}
