//! `jacobian` of arrays of any size: the problem's, whose rows are put into arrays.
//!
//! Invariant: a field has the axes of the output and then those of its input; of several outputs, one axis for the entries of
//! all of them, as in their flat vector. An array with more axes than `ndarray` has a type for counts them at run time.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::problem::Arrays;
use crate::emit::module::{Emit, Item};
use crate::emit::one_or_tuple;
use crate::emit::problem::Group;
use crate::emit::target::Target;
use crate::plan;
use crate::plan::arrays::ArrayBody;
use crate::syntax::text;
use crate::unit::Input;

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
        let fields = self.active().map(|input| {
            let (name, axes) = (&input.name, self.axes_of_outputs() + input.shape.len());
            let of = match axes {
                0 => quote!(T),
                _ if axes > MOST_AXES => quote!(#rt::ndarray::Array<T, #rt::ndarray::IxDyn>),
                _ => {
                    let axes = format_ident!("Ix{axes}");
                    quote!(#rt::ndarray::Array<T, #rt::ndarray::#axes>)
                }
            };
            let name_text = text(name);
            let docs = format!("The partial derivatives with respect to `{name_text}`: {first}those of `{name_text}`.");
            quote!(#[doc = #docs] pub #name: #of)
        });
        quote! {
            /// All partial derivatives of the outputs with respect to the inputs.
            #head
            pub struct Jacobian<T = #core::primitive::f64> { #(#fields,)* }
        }
    }

    pub(super) fn jacobian(&self) -> Item {
        let outputs = self.outputs_type();
        let body = match plan::single_number(self.unit) {
            true => self.jacobian_of_gradient(),
            false => self.jacobian_of_problem(),
        };
        self.new_item(
            "jacobian",
            "The outputs and all their partial derivatives.",
            |prefix| quote!((#outputs, #prefix Jacobian<T>)),
            body,
        )
    }

    /// Of one number, which has no axes: its gradient.
    fn jacobian_of_gradient(&self) -> TokenStream {
        let (prefix, arguments) = (self.prefix(), self.arguments());
        let code = self.code_path("value_and_grad");
        let [value, grad] = ["value", "grad"].map(|name| self.names.local(name));
        let fields = self.active().map(|input| {
            let name = &input.name;
            quote!(#name: #grad.#name)
        });
        let both = ArrayBody::ok(self, &quote!((#value, #prefix Jacobian { #(#fields),* })));
        quote! {
            let (#value, #grad) = #code(#arguments)?;
            #both
        }
    }

    fn jacobian_of_problem(&self) -> TokenStream {
        let (rt, mixed, prefix) = (self.rt(), Span::mixed_site(), self.prefix());
        let (arguments, target) = (self.arguments(), Arrays { emit: self });
        let kept = |group, at| {
            let field = target.kept(group, at);
            quote_spanned!(mixed=> problem.#field)
        };
        let names =
            (0..self.unit.outputs.len()).map(|at| format_ident!("output_{at}", span = mixed));
        let names: Vec<Ident> = names.collect();
        let values = self.unit.outputs.iter().enumerate().map(|(at, output)| {
            let shape = kept(Group::Outputs, at);
            let owned = (!output.shape.is_empty()).then(|| quote_spanned!(mixed=> .to_owned()));
            quote_spanned!(mixed=> from.shaped(&#shape) #owned)
        });
        let outputs = one_or_tuple(&names.iter().map(|name| quote!(#name)).collect::<Vec<_>>());
        let axes = match names.len() {
            1 => {
                let shape = kept(Group::Outputs, 0);
                quote_spanned!(mixed=> #rt::ndarray::Dimension::slice(&#shape))
            }
            _ => quote_spanned!(mixed=> &[found.outputs.len()]),
        };
        let (active, fields): (Vec<_>, Vec<_>) = self
            .active()
            .enumerate()
            .map(|(at, Input { name, .. })| {
                let shape = kept(Group::Inputs, at);
                (name, quote_spanned!(mixed=> #name: found.next(axes, #rt::ndarray::Dimension::slice(&#shape))))
            })
            .unzip();
        let both = ArrayBody::ok(
            self,
            &quote_spanned!(mixed=> (#outputs, #prefix Jacobian { #(#fields),* })),
        );
        quote_spanned! {mixed=>
            let problem = #prefix Problem::new(#arguments)?;
            let x = problem.pack(#(#active),*)?;
            let mut found = #rt::Partials::of(&problem, &x);
            let mut from = #rt::Reader::<T>::new(&found.outputs, found.outputs.len());
            #(let #names = #values;)*
            let axes = #axes;
            #both
        }
    }
}
