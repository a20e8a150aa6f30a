//! The checks a function begins with: sizes of names bound, every input, label, seed and tangent compared.
//!
//! Invariant: nothing is computed before all of them have passed.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::builder::Builder;
use crate::emit::module::Emit;
use crate::emit::target::Leaf;
use crate::graph::{Dim, Name, Op};
use crate::hash::Map;
use crate::plan::arrays::ArrayBody;
use crate::shape;
use crate::syntax::{Given, text};
use crate::unit::Input;

impl Emit<'_, ArrayBody> {
    /// Binds the sizes of named dimensions and checks every input against its declared shape.
    pub(super) fn checks(&self) -> TokenStream {
        let rt = self.rt();
        let mut bound: Map<Name, String> = Map::default();
        let mut code = TokenStream::new();
        for (size, input) in self.counts() {
            let (ident, name) = (&self.sizes[&size], &input.name);
            bound.insert(size, String::new());
            code.extend(quote!(let #ident = #name;));
        }
        for input in self
            .unit
            .inputs
            .iter()
            .filter(|input| !input.shape.is_empty())
        {
            let (label, shape) = (input.label.clone(), self.shape_found(input));
            for (axis, dim) in input.shape.iter().enumerate() {
                if let Some(size) = &dim.name
                    && !bound.contains_key(size)
                {
                    bound.insert(size.clone(), label.clone());
                    let (ident, offset) = (&self.sizes[size], Literal::i64_unsuffixed(dim.offset));
                    code.extend(quote!(let #ident = #rt::bind(#label, #shape, #axis, #offset)?;));
                }
            }
            let extents = input.shape.iter().map(|dim| self.expected(dim, &bound));
            code.extend(quote!(#rt::check(#label, #shape, &[#(#extents),*])?;));
        }
        code.extend(self.least_sizes());
        code.extend(self.unit.label_checks.iter().map(|(input, classes)| {
            let input = &self.unit.inputs[input.0];
            let (name, label, classes) = (&input.name, &input.label, self.extent(classes));
            quote!(#rt::check_labels(#label, #name, #classes)?;)
        }));
        code.extend(self.unit.count_checks.iter().map(|(from, to)| {
            let (of, as_text) = (shape::text(from), shape::text(to));
            let [from, to] = [from, to]
                .map(|shape| shape.iter().map(|dim| self.extent(dim)).collect::<Vec<_>>());
            quote!(#rt::check_count(#of, &[#(#from),*], #as_text, &[#(#to),*])?;)
        }));
        code
    }

    /// The dimensions that are counts, with their inputs.
    fn counts(&self) -> impl Iterator<Item = (Name, &Input)> {
        let inputs = self.unit.inputs.iter();
        let counts = inputs.filter(|input| input.given == Given::Count);
        counts.map(|input| (Name::from(text(&input.name)), input))
    }

    /// The shape that an array or labels have when the function is called.
    fn shape_found(&self, input: &Input) -> TokenStream {
        let (rt, name) = (self.rt(), &input.name);
        match input.given {
            Given::Labels => quote!(&[<[#rt::core::primitive::usize]>::len(#name)]),
            _ => quote!(#rt::shape(#name)),
        }
    }

    fn expected(&self, dim: &Dim, bound: &Map<Name, String>) -> TokenStream {
        let rt = self.rt();
        match &dim.name {
            None => {
                let size = self.extent(dim);
                quote!(#rt::Extent::Literal(#size))
            }
            Some(name) => {
                let (size, text) = (&self.sizes[name], &**name);
                let (from, offset) = (
                    bound.get(name).map_or("", String::as_str),
                    Literal::i64_unsuffixed(dim.offset),
                );
                quote!(#rt::Extent::Named { name: #text, offset: #offset, size: #size, from: #from })
            }
        }
    }

    pub(super) fn extent(&self, dim: &Dim) -> TokenStream {
        let graph = Builder::default();
        self.plain_code(&graph).extent(dim)
    }

    /// Slices of a named dimension need it to be long enough.
    fn least_sizes(&self) -> TokenStream {
        let mut least: Map<Name, i64> = Map::default();
        let graph = &self.unit.graph;
        for id in graph.ids() {
            let node = graph.node(id);
            let mut need = |dim: &Dim, amount: i64| {
                if let Some(name) = &dim.name {
                    let entry = least.entry(name.clone()).or_insert(0);
                    *entry = (*entry).max(amount - dim.offset);
                }
            };
            node.shape.iter().for_each(|dim| need(dim, 0));
            if let Op::Slice { axis, start } = &node.op {
                let from = graph.shape(node.args[0]);
                let end = start
                    .name
                    .is_none()
                    .then(|| node.shape[*axis].shifted(start.offset));
                if let Some(end) = end.filter(|end| end.name.is_none()) {
                    need(&from[*axis], end.offset);
                }
                need(start, 0);
            }
        }
        let rt = self.rt();
        let mut code = TokenStream::new();
        for (size, input) in self.counts() {
            if let Some(amount) = least.remove(&size).filter(|amount| *amount > 0) {
                let (name, label) = (&input.name, text(&input.name));
                let amount = Literal::i64_unsuffixed(amount);
                code.extend(quote!(#rt::check_least(#label, #name, #amount)?;));
            }
        }
        for input in &self.unit.inputs {
            for (axis, dim) in input.shape.iter().enumerate() {
                let Some(amount) = dim.name.as_ref().and_then(|name| least.remove(name)) else {
                    continue;
                };
                if amount + dim.offset > 0 {
                    let (label, shape) = (&input.label, self.shape_found(input));
                    let amount = Literal::i64_unsuffixed(amount + dim.offset);
                    code.extend(quote!(#rt::check_at_least(#label, #shape, #axis, #amount)?;));
                }
            }
        }
        code
    }

    /// Checks a seed or a tangent against what it is the derivative of.
    pub(super) fn derivative_checks(&self, leaves: &[Leaf<'_>]) -> TokenStream {
        let rt = self.rt();
        let arrays = leaves.iter().filter(|leaf| !leaf.shape.is_empty());
        arrays
            .filter_map(|leaf| Some((leaf, leaf.of.as_ref()?)))
            .map(|(leaf, [label, model])| {
                let name = &leaf.name;
                let extents = leaf.shape.iter().map(|dim| self.extent(dim));
                quote!(#rt::check_alike(#label, #rt::shape(#name), #model, &[#(#extents),*])?;)
            })
            .collect()
    }
}
