//! Functions over arrays of any size: `ndarray` in, `ndarray` out, every loop a kernel.
//!
//! Invariant: every shape is checked before any arithmetic, so the code after the checks cannot fail.

mod body;
mod calls;
mod checks;
mod forward;
mod items;
mod picture;
mod problem;
mod workspace;
mod writer;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::one_or_tuple;
use super::uses::Fields;
use crate::graph::{Dim, NodeId};
use crate::lower::{Definition, Input, Unit};
use crate::plan::arrays::Plan;
use crate::syntax::Function;

/// Everything of a `fn` that stands in a block `beside` others: the value function and the module of the same name.
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

/// An inline graph: a block whose value is the checked result of the forward pass.
pub fn inline(function: &Function, unit: &Unit, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    Emit::new(function, unit, plan, runtime, true, plan.picture.is_some()).block()
}

type Emit<'p> = super::target::Emit<'p, Plan>;

/// What is behind an input of a body: where it comes from decides how it is passed on.
struct Leaf<'s> {
    name: Ident,
    shape: &'s [Dim],
    /// What it is the tangent or the seed of.
    of: Option<&'s Ident>,
}

impl<'p> Emit<'p> {
    // Types.

    fn dimension(&self, rank: usize) -> TokenStream {
        let (rt, rank) = (self.rt(), format_ident!("Ix{rank}"));
        quote!(#rt::ndarray::#rank)
    }

    /// What a function gives back for a value of the shape.
    fn owned(&self, shape: &[Dim]) -> TokenStream {
        let (rt, dimension) = (self.rt(), self.dimension(shape.len()));
        if shape.is_empty() {
            quote!(T)
        } else {
            quote!(#rt::ndarray::Array<T, #dimension>)
        }
    }

    /// How a value of the shape is passed in, with or without a lifetime.
    fn borrowed(&self, shape: &[Dim], labels: bool, lifetime: &TokenStream) -> TokenStream {
        let (rt, core, dimension) = (self.rt(), self.core(), self.dimension(shape.len()));
        match (labels, shape.is_empty()) {
            (true, _) => quote!(&#lifetime [#core::primitive::usize]),
            (_, true) => quote!(T),
            _ => quote!(&#lifetime #rt::ndarray::ArrayRef<T, #dimension>),
        }
    }

    fn fallible(&self, ok: &TokenStream) -> TokenStream {
        let (core, runtime) = (self.core(), self.runtime);
        quote!(#core::result::Result<#ok, #runtime::ShapeError>)
    }

    fn ok(&self, value: &TokenStream) -> TokenStream {
        let core = self.core();
        quote!(#core::result::Result::Ok(#value))
    }

    /// Every use of a name, for editors.
    fn names_used(&self) -> TokenStream {
        let place = self.structs_place();
        let fields = Fields {
            generics: self.generics(),
            arguments: quote!(<'a, T>),
            forward: quote!(#place Forward<'a, T>),
            active: vec![quote!(#place Grad<T>)],
            problem: (!self.is_inline).then(|| quote!(#place Problem<'a, T>)),
        };
        self.uses(&fields, is_field, |input| self.input_type(input))
    }

    fn generics(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(<'a, T: #runtime::Element>)
    }

    /// How an input is kept and passed on.
    fn input_type(&self, input: &Input) -> TokenStream {
        self.borrowed(&input.shape, input.labels, &quote!('a))
    }

    fn params(&self) -> TokenStream {
        self.params_of(|input| self.input_type(input))
    }

    fn outputs_type(&self) -> TokenStream {
        let types: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| self.owned(&output.shape))
            .collect();
        one_or_tuple(&types)
    }

    /// The definitions that are fields: conditions on entries are computed where they are needed only.
    fn fields(&self) -> impl Iterator<Item = (&'p Definition, NodeId)> {
        let nodes = self.plan.forward.results[0].iter().copied();
        self.unit
            .definitions
            .iter()
            .zip(nodes)
            .filter(|(definition, _)| is_field(definition))
    }
}

fn is_field(definition: &Definition) -> bool {
    !definition.condition || definition.shape.is_empty()
}
