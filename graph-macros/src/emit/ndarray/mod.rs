//! Functions over arrays of any size: `ndarray` in, `ndarray` out, every loop a kernel.
//!
//! Invariant: every shape is checked before any arithmetic, so the code after the checks cannot fail.

mod body;
mod calls;
mod checks;
mod forward;
mod items;
mod picture;
mod workspace;
mod writer;

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::names::Names;
use super::{module_name, one_or_tuple};
use crate::graph::{Dim, Name, NodeId};
use crate::lower::{Input, Unit};
use crate::plan;
use crate::plan::arrays::Plan;
use crate::syntax::Function;

/// Everything of a `fn`: the value function and the module of the same name.
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

/// An inline graph: a block whose value is the checked result of the forward pass.
pub fn inline(function: &Function, unit: &Unit, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    Emit::new(function, unit, plan, runtime, true).block()
}

struct Emit<'p> {
    function: &'p Function,
    unit: &'p Unit,
    plan: &'p Plan,
    runtime: &'p TokenStream,
    names: Names,
    sizes: HashMap<Name, Ident>,
    is_inline: bool,
    rust: Vec<Ident>,
    outside: bool,
}

/// What is behind an input of a body: where it comes from decides how it is passed on.
struct Leaf<'s> {
    name: Ident,
    shape: &'s [Dim],
}

#[derive(Clone)]
struct Item {
    docs: &'static str,
    name: Ident,
    params: TokenStream,
    module_params: TokenStream,
    arguments: TokenStream,
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
        let mut dims: Vec<Name> = graph
            .ids()
            .flat_map(|id| {
                graph
                    .node(id)
                    .shape
                    .iter()
                    .filter_map(|dim| dim.name.clone())
                    .collect::<Vec<_>>()
            })
            .collect();
        dims.sort();
        dims.dedup();
        dims.extend(
            unit.loops
                .iter()
                .flat_map(|(name, extent)| [Some(name.clone()), extent.name.clone()])
                .flatten(),
        );
        dims.sort();
        dims.dedup();
        let size = |name: &Name| format!("size_{}", name.replace(' ', "_"));
        let sizes = dims
            .into_iter()
            .map(|name| (name.clone(), names.fresh(&size(&name))))
            .collect();
        let outside = !is_inline && super::mentions_surroundings(graph);
        Emit {
            function,
            unit,
            plan,
            runtime,
            names,
            sizes,
            is_inline,
            rust,
            outside,
        }
    }

    // Types.

    fn rt(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private)
    }

    fn core(&self) -> TokenStream {
        let rt = self.rt();
        quote!(#rt::core)
    }

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

    fn generics(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(<'a, T: #runtime::Element>)
    }

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

    fn params(&self) -> TokenStream {
        let params = self.unit.inputs.iter().map(|input| {
            let (name, of) = (
                &input.name,
                self.borrowed(&input.shape, input.labels, &quote!('a)),
            );
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
    fn fields(&self) -> impl Iterator<Item = (&'p crate::lower::Definition, NodeId)> {
        let nodes = self.plan.forward.results[0].iter().copied();
        self.unit
            .definitions
            .iter()
            .zip(nodes)
            .filter(|(definition, _)| !definition.condition || definition.shape.is_empty())
    }
}
