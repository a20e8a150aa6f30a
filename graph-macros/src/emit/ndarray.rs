//! Functions over arrays of any size: `ndarray` in, `ndarray` out, every loop a kernel.
//!
//! Invariant: every shape is checked before any arithmetic, so the code after the checks cannot fail.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::code::Code;
use super::names::{Names, adjoint};
use super::{almost_quiet, one_or_tuple, quiet};
use crate::graph::{Dim, Graph, InputId, Kind, Name, NodeId, Op, Reduction, Shape};
use crate::lower::{Input, Unit};
use crate::plan;
use crate::plan::arrays::{self, Body, Kernel, Output, Plan, Step};
use crate::syntax::{Function, text};

/// Everything of a `fn`: the value function and the module of the same name.
pub fn function(
    function: &Function,
    unit: &Unit,
    plan: &Plan,
    runtime: &TokenStream,
    broken: bool,
) -> TokenStream {
    let emit = Emit::new(function, unit, plan, runtime, false);
    let (value, module) = (emit.value_function(broken), emit.module());
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

struct Item {
    docs: &'static str,
    name: Ident,
    params: TokenStream,
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
        let module = &self.function.name;
        if self.outside {
            quote!(#module::)
        } else {
            TokenStream::new()
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

    // Checks.

    /// Binds the sizes of named dimensions and checks every input against its declared shape.
    fn checks(&self) -> TokenStream {
        let rt = self.rt();
        let mut bound: HashMap<Name, String> = HashMap::new();
        let mut code = TokenStream::new();
        for input in self
            .unit
            .inputs
            .iter()
            .filter(|input| !input.shape.is_empty())
        {
            let (name, label) = (&input.name, text(&input.name));
            let shape = if input.labels {
                quote!(&[#name.len()])
            } else {
                quote!(#name.shape())
            };
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
        code.extend(self.unit.loops.iter().filter_map(|(name, extent)| {
            let (size, extent) = (self.sizes.get(name)?, self.extent(extent));
            Some(quote!(let #size = #extent;))
        }));
        code.extend(self.unit.label_checks.iter().map(|(input, classes)| {
            let name = &self.unit.inputs[input.0].name;
            let (label, classes) = (text(name), self.extent(classes));
            quote!(#rt::check_labels(#label, #name, #classes)?;)
        }));
        code
    }

    fn expected(&self, dim: &Dim, bound: &HashMap<Name, String>) -> TokenStream {
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

    fn extent(&self, dim: &Dim) -> TokenStream {
        let graph = Graph::default();
        self.plain_code(&graph).extent(dim)
    }

    /// Slices of a named dimension need it to be long enough.
    fn least_sizes(&self) -> TokenStream {
        let mut least: HashMap<Name, i64> = HashMap::new();
        let graph = &self.unit.graph;
        for (_, extent) in &self.unit.loops {
            if let Some(name) = &extent.name {
                let entry = least.entry(name.clone()).or_insert(0);
                *entry = (*entry).max(-extent.offset);
            }
        }
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
        for input in &self.unit.inputs {
            for (axis, dim) in input.shape.iter().enumerate() {
                let Some(amount) = dim.name.as_ref().and_then(|name| least.remove(name)) else {
                    continue;
                };
                if amount + dim.offset > 0 {
                    let (name, label, amount) = (
                        &input.name,
                        text(&input.name),
                        Literal::i64_unsuffixed(amount + dim.offset),
                    );
                    let shape = if input.labels {
                        quote!(&[#name.len()])
                    } else {
                        quote!(#name.shape())
                    };
                    code.extend(quote!(#rt::check_at_least(#label, #shape, #axis, #amount)?;));
                }
            }
        }
        code
    }

    /// Checks a seed or a tangent against what it is the derivative of.
    fn derivative_checks(&self, leaves: &[Leaf<'_>]) -> TokenStream {
        let rt = self.rt();
        leaves
            .iter()
            .filter(|leaf| !leaf.shape.is_empty())
            .map(|leaf| {
                let (name, label) = (&leaf.name, leaf.name.to_string());
                let model = label.strip_prefix("d_").unwrap_or(&label).to_owned();
                let extents = leaf.shape.iter().map(|dim| self.extent(dim));
                quote!(#rt::check_alike(#label, #name.shape(), #model, &[#(#extents),*])?;)
            })
            .collect()
    }

    // Bodies.

    fn plain_code<'b>(&self, graph: &'b Graph) -> Code<'b>
    where
        'p: 'b,
    {
        Code {
            graph,
            names: HashMap::new(),
            runtime: self.runtime,
            number: quote!(T),
            sizes: self.sizes.clone(),
            rust: self.is_inline.then(|| self.rust.clone()),
        }
    }

    fn input_leaves(&self) -> Vec<Leaf<'p>> {
        let inputs = self.unit.inputs.iter();
        inputs
            .map(|input| Leaf {
                name: input.name.clone(),
                shape: &input.shape,
            })
            .collect()
    }

    /// The code of a body. Leaves are named by their inputs, fields of `Forward` are loaded.
    fn body<'b>(
        &'b self,
        body: &'b Body,
        leaves: &[Leaf<'_>],
        fields: &[(NodeId, TokenStream)],
    ) -> (Writer<'b>, TokenStream) {
        let index = plan::leaf_index(&body.graph);
        let known: HashSet<NodeId> = fields.iter().map(|(id, _)| *id).collect();
        let mut nodes: Vec<NodeId> = index
            .values()
            .copied()
            .chain(known.iter().copied())
            .collect();
        for step in &body.steps {
            match step {
                Step::Number(id) | Step::Entry(id) | Step::Product(id) | Step::Assemble(id) => {
                    nodes.push(*id);
                }
                Step::Kernel(kernel) => {
                    nodes.extend(kernel.inputs.iter().chain(&kernel.steps));
                    nodes.extend(kernel.outputs.iter().map(Output::node));
                }
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        let mut code = self.plain_code(&body.graph);
        code.names = self.names.of_nodes(&body.graph, nodes);
        for (at, leaf) in leaves.iter().enumerate() {
            if let Some(id) = index
                .get(&(InputId(at), 0))
                .filter(|id| !known.contains(id))
            {
                code.names.insert(*id, leaf.name.clone());
            }
        }
        let read = self.read(body);
        let loads = fields
            .iter()
            .filter(|(id, _)| read.contains(id))
            .map(|(id, field)| {
                let name = &code.names[id];
                quote!(let #name = #field;)
            });
        let loads: TokenStream = loads.collect();
        let writer = Writer {
            rt: self.rt(),
            emit_dimension: self.runtime,
            code,
            body,
            made: made(body),
        };
        let steps: TokenStream = body.steps.iter().map(|step| writer.step(step)).collect();
        (writer, quote!(#loads #steps))
    }

    /// What the body reads without making it.
    fn read(&self, body: &Body) -> HashSet<NodeId> {
        let graph = &body.graph;
        let mut read: Vec<NodeId> = body.results.iter().flatten().copied().collect();
        for step in &body.steps {
            match step {
                Step::Number(id) | Step::Entry(id) | Step::Product(id) | Step::Assemble(id) => {
                    read.extend(&graph.node(*id).args);
                }
                Step::Kernel(kernel) => read.extend(&kernel.inputs),
            }
        }
        read.into_iter()
            .map(|id| arrays::source(graph, id))
            .collect()
    }

    fn gradient(&self, writer: &Writer, group: &[NodeId], moved: &mut Moves) -> TokenStream {
        let values = group.iter().map(|id| writer.result(*id, moved));
        let names = self.active().map(|input| &input.name);
        let prefix = self.prefix();
        quote!(#prefix Grad { #(#names: #values),* })
    }

    fn outputs(&self, writer: &Writer, group: &[NodeId], moved: &mut Moves) -> TokenStream {
        let values: Vec<_> = group.iter().map(|id| writer.result(*id, moved)).collect();
        one_or_tuple(&values)
    }

    // Functions.

    fn value_function(&self, broken: bool) -> TokenStream {
        let Function {
            attributes,
            visibility,
            name,
            ..
        } = self.function;
        let body = &self.plan.value;
        let (writer, steps) = self.body(body, &self.input_leaves(), &[]);
        let result = self.ok(&self.outputs(&writer, &body.results[0], &mut Moves::of(body)));
        let (checks, params, outputs) = (
            self.checks(),
            self.params(),
            self.fallible(&self.outputs_type()),
        );
        let mentioned = super::mentioned(self.unit, &body.graph, &self.read(body));
        let unused = self
            .unit
            .definitions
            .iter()
            .filter(|definition| !definition.used)
            .map(|definition| {
                let name = &definition.name;
                quote!(let #name = ();)
            });
        let docs = super::default_docs(
            self.function,
            &format!(
                "The value of the graph `{}`.",
                super::signature(self.function, self.unit)
            ),
        );
        let errors = self.errors_docs();
        let (generics, quiet) = (
            self.generics(),
            if broken { quiet() } else { almost_quiet() },
        );
        quote! {
            #docs #(#attributes)* #errors #quiet
            #visibility fn #name #generics(#params) -> #outputs {
                #(#unused)*
                #mentioned
                #checks
                #steps
                #result
            }
        }
    }

    fn errors_docs(&self) -> TokenStream {
        quote!(#[doc = "\n# Errors\nWhere an input does not have its declared shape, or a label is out of range."])
    }

    fn module(&self) -> TokenStream {
        let Function {
            visibility, name, ..
        } = self.function;
        let (structs, quiet) = (self.structs(), quiet());
        let conditions: Vec<_> = super::conditions(self.function).collect();
        let (items, methods) = (self.items(), self.methods());
        let here: Vec<_> = items.iter().map(|item| self.module_item(item)).collect();
        let outside = self.outside.then(|| {
            let bodies = items
                .iter()
                .map(|item| self.item(item, &TokenStream::new(), &item.result, &item.body));
            quote! {
                #(#conditions)* #quiet
                impl #name::Code { #(#bodies)* }
                #(#conditions)* #quiet
                #methods
            }
        });
        let inside = (!self.outside).then_some(&methods);
        let code = self.outside.then(|| {
            quote!(
                #[doc(hidden)]
                pub enum Code {}
            )
        });
        let docs = format!(
            "Derivatives of [`{}`](fn@{}).",
            super::signature(self.function, self.unit),
            text(name)
        );
        quote! {
            #(#conditions)* #[doc = #docs] #quiet
            #visibility mod #name {
                #structs
                #inside #code #(#here)*
            }
            #outside
        }
    }

    fn module_item(&self, item: &Item) -> TokenStream {
        let (name, arguments) = (&item.name, &item.arguments);
        let body = if self.outside {
            quote!(Code::#name(#arguments))
        } else {
            item.body.clone()
        };
        self.item(item, &quote!(pub), &item.module_result, &body)
    }

    fn item(
        &self,
        item: &Item,
        visibility: &TokenStream,
        result: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let Item {
            docs, name, params, ..
        } = item;
        let (generics, quiet, errors) = (
            self.generics(),
            self.is_inline.then(quiet),
            self.errors_docs(),
        );
        quote! {
            #[doc = #docs] #errors #quiet
            #visibility fn #name #generics(#params) -> #result { #body }
        }
    }

    fn items(&self) -> Vec<Item> {
        let mut items = vec![self.forward(), self.vjp()];
        items.extend(
            self.plan
                .value_and_grad
                .as_ref()
                .map(|body| self.value_and_grad(body)),
        );
        items.push(self.jvp());
        items
    }

    fn new_item(
        &self,
        name: &str,
        docs: &'static str,
        result: impl Fn(&TokenStream) -> TokenStream,
        body: TokenStream,
    ) -> Item {
        Item {
            docs,
            name: format_ident!("{name}"),
            params: self.params(),
            arguments: self.arguments(),
            result: self.fallible(&result(&self.prefix())),
            module_result: self.fallible(&result(&TokenStream::new())),
            body,
        }
    }

    fn forward(&self) -> Item {
        let body = &self.plan.forward;
        let (writer, steps) = self.body(body, &self.input_leaves(), &[]);
        let mut moved = Moves::of(body);
        let names: Vec<&Ident> = self
            .fields()
            .map(|(definition, _)| &definition.name)
            .collect();
        let saved = self.saved();
        // What is kept beside the definitions is taken first where it is only looked at.
        let kept: Vec<TokenStream> = self
            .plan
            .saved
            .iter()
            .map(|id| writer.kept(*id, &mut moved))
            .collect();
        let values: Vec<TokenStream> = self
            .fields()
            .map(|(_, node)| writer.result(node, &mut moved))
            .collect();
        let (sizes, core, prefix) = (self.size_names(), self.core(), self.prefix());
        let checks = self.checks();
        let value = self.ok(&quote! {
            #prefix Forward { #(#saved: #kept,)* #(#names: #values,)* #(#sizes,)* inputs: #core::marker::PhantomData }
        });
        self.new_item(
            "forward",
            "The forward pass: every definition, and what the backward pass needs.",
            |prefix| quote!(#prefix Forward<'a, T>),
            quote!(#checks #steps #value),
        )
    }

    fn size_names(&self) -> Vec<&Ident> {
        let mut sizes: Vec<&Ident> = self.sizes.values().collect();
        sizes.sort();
        sizes
    }

    /// The private fields of `Forward`, named after what they hold.
    fn saved(&self) -> Vec<Ident> {
        let graph = &self.plan.forward.graph;
        let names = self.names.of_nodes(graph, self.plan.saved.iter().copied());
        self.plan
            .saved
            .iter()
            .map(|id| Ident::new(&names[id].to_string(), Span::mixed_site()))
            .collect()
    }

    fn value_and_grad(&self, body: &Body) -> Item {
        let (writer, steps) = self.body(body, &self.input_leaves(), &[]);
        let mut moved = Moves::of(body);
        let value = self.outputs(&writer, &body.results[0], &mut moved);
        let gradient = self.gradient(&writer, &body.results[1], &mut moved);
        let (outputs, checks, result) = (
            self.outputs_type(),
            self.checks(),
            self.ok(&quote!((#value, #gradient))),
        );
        self.new_item(
            "value_and_grad",
            "The value and its gradient in one sweep.",
            |prefix| quote!((#outputs, #prefix Grad<T>)),
            quote!(#checks #steps #result),
        )
    }

    fn tangents(&self) -> (Vec<Leaf<'p>>, TokenStream) {
        let leaves: Vec<Leaf> = self
            .active()
            .map(|input| Leaf {
                name: adjoint(&input.name),
                shape: &input.shape,
            })
            .collect();
        let params = leaves.iter().map(|leaf| {
            let (name, of) = (
                &leaf.name,
                self.borrowed(leaf.shape, false, &TokenStream::new()),
            );
            quote!(#name: #of)
        });
        let params = quote!(#(#params),*);
        (leaves, params)
    }

    fn jvp(&self) -> Item {
        let body = &self.plan.jvp;
        let (tangents, params) = self.tangents();
        let (names, tangent_checks) = (
            tangents
                .iter()
                .map(|leaf| leaf.name.clone())
                .collect::<Vec<_>>(),
            self.derivative_checks(&tangents),
        );
        let mut leaves = self.input_leaves();
        leaves.extend(tangents);
        let (writer, steps) = self.body(body, &leaves, &[]);
        let mut moved = Moves::of(body);
        let value = self.outputs(&writer, &body.results[0], &mut moved);
        let tangent = self.outputs(&writer, &body.results[1], &mut moved);
        let (outputs, checks, result) = (
            self.outputs_type(),
            self.checks(),
            self.ok(&quote!((#value, #tangent))),
        );
        let mut item = self.new_item(
            "jvp",
            "The outputs and their change along a direction: forward mode.",
            |_| quote!((#outputs, #outputs)),
            quote!(#checks #tangent_checks #steps #result),
        );
        item.params.extend(params);
        item.arguments.extend(quote!(#(#names),*));
        item
    }

    fn seeds(&self) -> (Vec<Leaf<'p>>, Vec<TokenStream>) {
        let outputs = self.unit.outputs.iter();
        let leaves: Vec<Leaf> = outputs
            .map(|output| Leaf {
                name: adjoint(&output.name),
                shape: &output.shape,
            })
            .collect();
        let types = leaves
            .iter()
            .map(|leaf| self.borrowed(leaf.shape, false, &TokenStream::new()))
            .collect();
        (leaves, types)
    }

    fn vjp(&self) -> Item {
        let (seeds, types) = self.seeds();
        let seeds: Vec<_> = seeds.iter().map(|leaf| &leaf.name).collect();
        let (outputs, arguments) = (self.outputs_type(), self.arguments());
        let gradients: Vec<_> = self
            .active()
            .map(|input| self.owned(&input.shape))
            .collect();
        let names = self.active().map(|input| &input.name);
        let fields: Vec<_> = names.map(|name| quote!(grad.#name)).collect();
        let (gradients, fields) = (
            self.fallible(&one_or_tuple(&gradients)),
            self.ok(&one_or_tuple(&fields)),
        );
        let core = self.core();
        let values: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| {
                let name = &output.name;
                if output.shape.is_empty() {
                    quote!(forward.#name)
                } else {
                    quote!(#core::clone::Clone::clone(&forward.#name))
                }
            })
            .collect();
        let values = one_or_tuple(&values);
        let prefix = if self.outside {
            let module = &self.function.name;
            quote!(#module::Code::)
        } else {
            TokenStream::new()
        };
        let result = self.ok(&quote!((value, move |#(#seeds: #types),*| { let grad = forward.backward(#(#seeds),*)?; #fields })));
        self.new_item(
            "vjp",
            "The outputs and the pullback, by position: seeds in, adjoints of the inputs out.",
            |_| quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #gradients + use<'a, T>)),
            quote! {
                let forward = #prefix forward(#arguments)?;
                let value = #values;
                #result
            },
        )
    }

    fn methods(&self) -> TokenStream {
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

    fn load_sizes(&self) -> TokenStream {
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
        };
        let mut all: Vec<Leaf> = (0..self.unit.inputs.len() + skipped)
            .map(|_| nothing())
            .collect();
        all.extend(leaves);
        let core = self.core();
        let load = |node: NodeId, name: &Ident, inherits: bool| {
            let node = body.graph.node(node);
            let reference = !node.shape.is_empty() && !inherits;
            let _ = &core;
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
        let mut seen = HashSet::new();
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(id, _)| seen.insert(*id))
            .collect();
        self.body(body, &all, &fields)
    }

    // Structs.

    fn structs(&self) -> TokenStream {
        let (core, runtime, rt) = (self.core(), self.runtime, self.rt());
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
        let grad_fields = self.active().map(|input| {
            let (name, of) = (&input.name, self.owned(&input.shape));
            let docs = format!("The adjoint of the input `{}`.", text(name));
            quote!(#[doc = #docs] pub #name: #of)
        });
        let _ = rt;
        quote! {
            /// What the forward pass computed.
            #quiet #derive
            pub struct Forward<'a, T: #runtime::Element = #core::primitive::f64> {
                #(#fields,)*
                #(#visibility #saved: #saved_types,)*
                #(#visibility #sizes: #core::primitive::usize,)*
                #visibility inputs: #core::marker::PhantomData<&'a T>,
            }
            /// The gradient: one adjoint an input, of its shape.
            #quiet
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug, #core::cmp::PartialEq)]
            pub struct Grad<T = #core::primitive::f64> { #(#grad_fields,)* }
        }
    }

    // Inline.

    fn block(&self) -> TokenStream {
        let (structs, methods) = (self.structs(), self.methods());
        let item = self.forward();
        let forward = self.item(&item, &TokenStream::new(), &item.result, &item.body);
        let inputs = self.unit.inputs.iter().map(|input| {
            let name = &input.name;
            if input.shape.is_empty() {
                quote!(#name)
            } else {
                quote!(&#name)
            }
        });
        let captured: Vec<Ident> = (0..self.unit.inputs.len())
            .map(|at| Ident::new(&format!("a{at}"), Span::mixed_site()))
            .collect();
        let (rust, runtime) = (&self.rust, self.runtime);
        let constants = self.unit.graph.rust.iter().map(|constant| {
            let (tokens, span) = (&constant.tokens, constant.place.start);
            let value = super::block(tokens, span);
            quote!(#runtime::__private::constant(#value))
        });
        quote! {
            match (#(#inputs,)* #(#constants,)*) {
                (#(#captured,)* #(#rust,)*) => {
                    #structs #methods #forward
                    forward(#(#captured,)* #(#rust,)*)
                }
            }
        }
    }
}

/// Arrays that a body makes itself, and so owns.
fn made(body: &Body) -> HashSet<NodeId> {
    let steps = body.steps.iter().flat_map(|step| match step {
        Step::Number(id) | Step::Entry(id) | Step::Product(id) | Step::Assemble(id) => vec![*id],
        Step::Kernel(kernel) => kernel.outputs.iter().map(Output::node).collect(),
    });
    steps.collect()
}

/// How often each array is still to be given away: the last time it is moved, before that cloned.
struct Moves(HashMap<NodeId, usize>);

impl Moves {
    fn of(body: &Body) -> Moves {
        let mut uses = HashMap::new();
        for id in body.results.iter().flatten() {
            *uses.entry(arrays::source(&body.graph, *id)).or_insert(0) += 1;
        }
        Moves(uses)
    }

    fn is_last(&mut self, id: NodeId) -> bool {
        let left = self.0.entry(id).or_insert(1);
        *left -= 1;
        *left == 0
    }
}

/// Prints the steps of one body.
struct Writer<'b> {
    rt: TokenStream,
    emit_dimension: &'b TokenStream,
    code: Code<'b>,
    body: &'b Body,
    made: HashSet<NodeId>,
}

impl Writer<'_> {
    fn step(&self, step: &Step) -> TokenStream {
        match step {
            Step::Number(id) => {
                let numbers: Vec<NodeId> = self
                    .body
                    .steps
                    .iter()
                    .filter_map(|step| {
                        if let Step::Number(id) = step {
                            Some(*id)
                        } else {
                            None
                        }
                    })
                    .collect();
                self.code.step(*id, &numbers)
            }
            Step::Entry(id) => {
                let (rt, name, operand) = (&self.rt, &self.code.names[id], self.operand(*id));
                quote!(let #name = #rt::entry(&#operand);)
            }
            Step::Kernel(kernel) => self.kernel(kernel),
            Step::Product(id) => self.product(*id),
            Step::Assemble(id) => self.assemble(*id),
        }
    }

    fn graph(&self) -> &Graph {
        self.code.graph
    }

    fn dimensions(&self, shape: &[Dim]) -> TokenStream {
        let (rt, rank, extents) = (
            &self.rt,
            format_ident!("Ix{}", shape.len()),
            self.code.extents(shape),
        );
        quote!(#rt::ndarray::#rank(#(#extents),*))
    }

    /// A value as a kernel or a product sees it: what it looks at, under its axes.
    fn operand(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let extents = self.code.extents(&node.shape);
        match &node.op {
            Op::View(map) => {
                let base = self.operand(node.args[0]);
                let map = map.iter().map(|axis| match axis {
                    Some(axis) => {
                        let axis = Literal::usize_unsuffixed(*axis);
                        quote!(#rt::core::option::Option::Some(#axis))
                    }
                    None => quote!(#rt::core::option::Option::None),
                });
                quote!(#base.view(&[#(#map),*], &[#(#extents),*]))
            }
            Op::Slice { axis, start } => {
                let (base, start, extent) = (
                    self.operand(node.args[0]),
                    self.code.extent(start),
                    &extents[*axis],
                );
                quote!(#base.slice(#axis, #start, #extent))
            }
            Op::Iota => {
                let extent = &extents[0];
                quote!(#rt::Operand::count(#extent))
            }
            _ => {
                let value = self.code.value(id);
                match (node.kind, node.shape.is_empty()) {
                    (Kind::Labels, _) => quote!(#rt::Operand::labels(#value)),
                    (_, true) => quote!(#rt::Operand::number(#value)),
                    _ if self.made.contains(&id) => quote!(#rt::Operand::array(&#value)),
                    _ => quote!(#rt::Operand::array(#value)),
                }
            }
        }
    }

    fn kernel(&self, kernel: &Kernel) -> TokenStream {
        let (rt, runtime) = (&self.rt, self.emit_dimension);
        let (inputs, outputs) = (kernel.inputs.len(), kernel.outputs.len());
        let (inputs, outputs) = (
            Literal::usize_unsuffixed(inputs),
            Literal::usize_unsuffixed(outputs),
        );
        let names = kernel.inputs.iter().map(|id| &self.code.names[id]);
        let lanes = Code {
            graph: self.code.graph,
            names: self.code.names.clone(),
            runtime: self.code.runtime,
            number: quote!(V),
            sizes: HashMap::new(),
            rust: None,
        };
        let steps = lanes.steps(&kernel.steps);
        let values = kernel.outputs.iter().map(|output| match output {
            Output::Full(node) => lanes.value(*node),
            Output::Reduced { of, .. } => lanes.value(*of),
        });
        let made = kernel.outputs.iter().map(|output| self.target(output));
        let (declarations, targets): (Vec<_>, Vec<_>) = made.unzip();
        let operands = kernel.inputs.iter().map(|id| self.operand(*id));
        let extents = self.code.extents(&kernel.shape);
        quote! {
            #(#declarations)*
            {
                struct Chain;
                impl #runtime::Kernel<#inputs, #outputs> for Chain {
                    #[inline(always)]
                    fn eval<V: #runtime::Real>(&self, [#(#names),*]: [V; #inputs]) -> [V; #outputs] {
                        #steps
                        [#(#values),*]
                    }
                }
                #rt::run(&Chain, &[#(#extents),*], &[#(#operands),*], [#(#targets),*]);
            }
        }
    }

    /// The declaration of what an output is written to, and how it is passed.
    fn target(&self, output: &Output) -> (TokenStream, TokenStream) {
        let (rt, node) = (&self.rt, self.graph().node(output.node()));
        let name = &self.code.names[&output.node()];
        let declaration = if node.shape.is_empty() {
            quote!(let mut #name: T = #rt::core::default::Default::default();)
        } else {
            let dimensions = self.dimensions(&node.shape);
            quote!(let mut #name = #rt::array::<T, _>(#dimensions);)
        };
        let target = match &node.op {
            Op::Reduce(reduction, axes) if matches!(output, Output::Reduced { .. }) => {
                let by = match reduction {
                    Reduction::Sum => quote!(Sum),
                    Reduction::Prod => quote!(Prod),
                    Reduction::Max => quote!(Max),
                    Reduction::Min => quote!(Min),
                };
                let axes = axes.iter().map(|axis| Literal::usize_unsuffixed(*axis));
                let function = if node.shape.is_empty() {
                    quote!(reduced_number)
                } else {
                    quote!(reduced)
                };
                quote!(#rt::#function(&mut #name, #rt::Combine::#by, &[#(#axes),*]))
            }
            _ => quote!(#rt::full(&mut #name)),
        };
        (declaration, target)
    }

    fn product(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let (left, right) = (self.operand(node.args[0]), self.operand(node.args[1]));
        let (name, dimensions) = (&self.code.names[&id], self.dimensions(&node.shape));
        quote!(let #name = #rt::matmul::<T, _>(&#left, &#right, #dimensions);)
    }

    fn assemble(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let (name, dimensions) = (&self.code.names[&id], self.dimensions(&node.shape));
        let parts = node.args.iter().enumerate().map(|(at, arg)| {
            let operand = self.operand(*arg);
            match &node.op {
                Op::Pad { axis, start } => {
                    let start = self.code.extent(start);
                    let extent = self.code.extent(&self.graph().shape(*arg)[*axis]);
                    quote!(#rt::place(&mut #name, #axis, #start, #extent, #operand);)
                }
                _ => {
                    let mut map: Vec<TokenStream> = vec![quote!(#rt::core::option::Option::None)];
                    let shape: Shape = self.graph().shape(*arg);
                    map.extend((0..shape.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis))));
                    let extents = self.code.extents(&shape);
                    quote!(#rt::place(&mut #name, 0, #at, 1, #operand.view(&[#(#map),*], &[1, #(#extents),*]));)
                }
            }
        });
        quote!(let mut #name = #rt::array::<T, _>(#dimensions); #(#parts)*)
    }

    /// A value to be given back.
    fn result(&self, id: NodeId, moved: &mut Moves) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        if node.shape.is_empty() {
            return self.code.value(id);
        }
        let dimensions = self.dimensions(&node.shape);
        if let Some(value) = self.graph().constant(id) {
            let zero = self
                .graph()
                .ids()
                .find(|other| self.graph().constant(*other) == Some(value));
            let value = self.code.value(zero.unwrap_or(id));
            return quote!(#rt::ndarray::Array::from_elem(#dimensions, #value));
        }
        let last = moved.is_last(arrays::source(self.graph(), id));
        let is_view = matches!(node.op, Op::View(_) | Op::Slice { .. } | Op::Iota);
        if is_view || node.kind == Kind::Labels {
            let operand = self.operand(id);
            return quote!(#rt::collect(#operand, #dimensions));
        }
        let value = self.code.value(id);
        match (self.made.contains(&id), last) {
            (true, true) => value,
            (true, false) => quote!(#rt::core::clone::Clone::clone(&#value)),
            (false, _) => quote!(#rt::owned(#value)),
        }
    }

    /// A value to be kept in `Forward`: inputs stay borrowed.
    fn kept(&self, id: NodeId, moved: &mut Moves) -> TokenStream {
        match self.graph().node(id).op {
            Op::Input { .. } => {
                moved.is_last(id);
                self.code.value(id)
            }
            _ => self.result(id, moved),
        }
    }
}

impl Output {
    fn node(&self) -> NodeId {
        match self {
            Output::Full(node) | Output::Reduced { node, .. } => *node,
        }
    }
}
