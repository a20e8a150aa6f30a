//! Functions over numbers and small arrays: plain values in, plain values out, no allocation.
//!
//! Invariant: nothing here fails, so no function returns a `Result`.

mod backward;
mod batch;
mod code;
mod forward;
mod inline;
mod items;
mod picture;
mod problem;
mod second;
mod structs;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::uses::Fields;
use super::{array_type, one_or_tuple};
use crate::graph::Dim;
use crate::lower::{Input, Unit};
use crate::plan::Plan;
use crate::syntax::Function;

/// Everything of a `fn` that stands in a block `beside` others: the value function and the module of the same name.
///
/// Where the graph is `broken`, its lints say nothing beside the errors.
pub fn function(
    function: &Function,
    beside: &[Function],
    unit: &Unit,
    plan: &Plan,
    runtime: &TokenStream,
    broken: bool,
) -> TokenStream {
    let emit = Emit {
        beside,
        ..Emit::new(function, unit, plan, runtime, false, plan.picture.is_some())
    };
    let value = plan
        .value
        .as_ref()
        .map(|body| emit.value_function(body, broken));
    let (module, uses) = (emit.module(), emit.names_used());
    quote!(#value #module #uses)
}

/// An inline graph: a block whose value is what the forward pass computed.
pub fn inline(function: &Function, unit: &Unit, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    Emit::new(function, unit, plan, runtime, true, plan.picture.is_some()).block()
}

type Emit<'p> = super::target::Emit<'p, Plan>;

impl Emit<'_> {
    // Types.

    fn type_of(&self, shape: &[Dim]) -> TokenStream {
        array_type(shape, &quote!(T))
    }

    /// Every use of a name, for editors.
    fn names_used(&self) -> TokenStream {
        let place = self.structs_place();
        let mut active = vec![quote!(#place Grad<T>)];
        active.extend((!self.is_inline).then(|| quote!(#place Jacobian<T>)));
        let has_problem = !self.is_inline && self.unit.inputs.iter().any(|input| !input.active());
        let fields = Fields {
            generics: self.generics(),
            arguments: quote!(<T>),
            forward: quote!(#place Forward<T>),
            active,
            problem: has_problem.then(|| quote!(#place Problem<T>)),
        };
        self.uses(&fields, |_| true, |input| self.type_of(&input.shape))
    }

    fn generics(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(<T: #runtime::Real>)
    }

    fn params(&self) -> TokenStream {
        self.params_of(|input| self.type_of(&input.shape))
    }

    fn outputs_type(&self) -> TokenStream {
        let types: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| self.type_of(&output.shape))
            .collect();
        one_or_tuple(&types)
    }
}

/// Every entry of the field of an input, row by row.
fn entries_of<'i>(place: &'i Ident, input: &'i Input) -> impl Iterator<Item = TokenStream> + 'i {
    let name = &input.name;
    (0..input.nodes.len()).map(move |at| {
        let indices = element_indices(&input.shape, at);
        quote!(#place.#name #indices)
    })
}

/// `[1][2]` for an entry of an array, nothing for a number.
fn element_indices(shape: &[Dim], at: usize) -> TokenStream {
    let mut rest = at;
    let mut indices: Vec<Literal> = shape
        .iter()
        .rev()
        .map(|dim| {
            let extent = dim.size().unwrap_or(1).max(1);
            let index = rest % extent;
            rest /= extent;
            Literal::usize_unsuffixed(index)
        })
        .collect();
    indices.reverse();
    quote!(#([#indices])*)
}
