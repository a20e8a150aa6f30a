//! Functions over numbers and small arrays: plain values in, plain values out, no allocation.
//!
//! Invariant: bodies that mention the user's surroundings (a `{ constant }`, a call of another graph) stand where the
//! user wrote them, and the module `f` only hands on to them, since paths inside a module would mean something else.

mod backward;
mod batch;
mod code;
mod forward;
mod inline;
mod items;
mod picture;
mod second;
mod structs;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::names::Names;
use super::{array_type, module_name, one_or_tuple};
use crate::graph::Dim;
use crate::lower::{Input, Unit};
use crate::plan::{self, Plan};
use crate::syntax::Function;

/// Everything of a `fn`: the value function and the module of the same name.
///
/// Where the graph is `broken`, its lints say nothing beside the errors.
pub fn function(
    function: &Function,
    unit: &Unit,
    plan: &Plan,
    runtime: &TokenStream,
    broken: bool,
) -> TokenStream {
    let emit = Emit::new(function, unit, plan, runtime, false);
    let value = plan
        .value
        .as_ref()
        .map(|body| emit.value_function(body, broken));
    let module = emit.module();
    quote!(#value #module)
}

/// An inline graph: a block whose value is what the forward pass computed.
pub fn inline(function: &Function, unit: &Unit, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    Emit::new(function, unit, plan, runtime, true).block()
}

struct Emit<'p> {
    function: &'p Function,
    unit: &'p Unit,
    plan: &'p Plan,
    runtime: &'p TokenStream,
    names: Names,
    is_inline: bool,
    /// Constants of the surroundings, which an inline graph's functions take as arguments.
    rust: Vec<Ident>,
    /// Whether bodies must stand in the user's scope.
    outside: bool,
}

/// A function's head and body.
struct Item {
    docs: &'static str,
    name: Ident,
    params: TokenStream,
    arguments: TokenStream,
    /// The result's type where the body stands, and in the module.
    result: TokenStream,
    module_result: TokenStream,
    body: TokenStream,
}

impl<'p> Emit<'p> {
    fn new(
        function: &'p Function,
        unit: &'p Unit,
        plan: &'p Plan,
        runtime: &'p TokenStream,
        is_inline: bool,
    ) -> Emit<'p> {
        let mut names = Names::new(unit);
        let graph = &unit.graph;
        let rust = match is_inline {
            true => (0..graph.rust.len())
                .map(|at| names.fresh(&format!("c{}", at + 1)))
                .collect(),
            false => Vec::new(),
        };
        let outside = !is_inline && super::mentions_surroundings(graph);
        Emit {
            function,
            unit,
            plan,
            runtime,
            names,
            is_inline,
            rust,
            outside,
        }
    }

    // Types.

    fn type_of(&self, shape: &[Dim]) -> TokenStream {
        array_type(shape, &quote!(T))
    }

    /// The module's name and `::` where bodies stand outside of it.
    fn prefix(&self) -> TokenStream {
        let module = module_name(self.function);
        if self.outside {
            quote!(#module::)
        } else {
            TokenStream::new()
        }
    }

    /// What stands before the functions that make calls.
    fn calls_prefix(&self) -> TokenStream {
        let module = module_name(self.function);
        match self.is_inline {
            true => TokenStream::new(),
            false => quote!(#module::Code::),
        }
    }

    fn active(&self) -> impl Iterator<Item = &'p Input> {
        plan::active(self.unit)
    }

    fn generics(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(<T: #runtime::Real>)
    }

    fn params(&self) -> TokenStream {
        let params = self.unit.inputs.iter().map(|input| {
            let (name, of) = (&input.name, self.type_of(&input.shape));
            quote!(#name: #of)
        });
        let core = self.core();
        let rust = self
            .rust
            .iter()
            .map(|name| quote!(#name: #core::primitive::f64));
        quote!(#(#params,)* #(#rust,)*)
    }

    fn arguments(&self) -> TokenStream {
        let (names, rust) = (self.unit.inputs.iter().map(|input| &input.name), &self.rust);
        quote!(#(#names,)* #(#rust,)*)
    }

    fn core(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private::core)
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
