//! Straight-line code: one `let` a step.
//!
//! Invariant: the code names no method that a prelude would have to bring, and no type but the number type `T`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::calls::{self, lifted};
use super::tokens::Tokens;
use crate::graph::{Dim, Graph, Kind, Name, Negated, Node, NodeId, Op, Order, Reduction, Shape};
use crate::hash::Map;
use crate::plan::chunks::{Chunk, Ends, Given};
use crate::plan::companions::{CallId, Companions};
use crate::rule::{Forward, Rule, RuleId};
use crate::rules::rows;
use crate::shape;
use crate::transform::lifted::first_set;

/// Prints the steps of one body.
pub struct Code<'p> {
    pub graph: &'p Graph,
    /// What belongs together among the steps.
    pub companions: Companions,
    /// The identifier of each step and leaf.
    pub names: Map<NodeId, Ident>,
    /// The runtime crate, as the user's code reaches it.
    pub runtime: &'p TokenStream,
    /// How the number type is called.
    pub number: Ident,
    /// The sizes that names of dimensions stand for.
    pub sizes: Map<Name, Ident>,
    /// What stands before the names of the functions that make calls.
    pub calls: TokenStream,
    /// What constants of the surrounding code are, where they have been computed outside.
    pub rust: Option<Vec<Ident>>,
}

impl Code<'_> {
    /// Lines, one a step; what is one part of several stands in a block.
    pub fn chunks(&self, chunks: &[Chunk]) -> TokenStream {
        let mut lines = Tokens::default();
        for part in chunks {
            match &part.ends {
                None => self.steps(part.steps, &mut lines),
                // All of its steps are bound together with earlier ones.
                Some(ends) if ends.gives.is_empty() => {}
                Some(ends) => self.block(part.steps, ends, &mut lines),
            }
        }
        lines.stream()
    }

    /// `let (a, b) = { …; (a, b) };`
    fn block(&self, steps: &[NodeId], ends: &Ends, into: &mut Tokens) {
        let name = |given: &Given, into: &mut Tokens| match given {
            Given::Value(id) => into.put(self.names[id].clone()),
            Given::Pull(call) => into.put(self.pull_name(*call)),
        };
        into.word("let");
        into.list(&ends.gives, name);
        into.sign('=');
        into.braces(|into| {
            let mut lines = Tokens::default();
            self.steps(steps, &mut lines);
            lines.list(&ends.gives, name);
            match ends.is_function {
                true => into.extend(self.function(&lines.stream(), ends)),
                false => into.append(lines),
            }
        });
        into.sign(';');
    }

    /// The lines as a function, and its call.
    fn function(&self, lines: &TokenStream, ends: &Ends) -> TokenStream {
        let (runtime, number) = (self.runtime, &self.number);
        let takes = ends.takes.iter().map(|id| &self.names[id]);
        let types = ends.takes.iter().map(|id| self.type_of(*id));
        let gives = ends.gives.iter().map(|given| match given {
            Given::Value(id) => self.type_of(*id),
            Given::Pull(_) => unreachable!("a function hands on no pullback"),
        });
        let gives = super::one_or_tuple(&gives.collect::<Vec<_>>());
        let arguments = takes.clone();
        quote! {
            #[inline(never)]
            fn __part<#number: #runtime::Real>(#(#takes: #types),*) -> #gives { #lines }
            __part::<#number>(#(#arguments),*)
        }
    }

    fn type_of(&self, id: NodeId) -> TokenStream {
        let (runtime, number) = (self.runtime, &self.number);
        match self.graph.node(id).kind {
            Kind::Condition => quote!(<#number as #runtime::Real>::Mask),
            // What a loop gives of each step.
            _ => super::array_type(&self.graph.node(id).shape, &quote!(#number)),
        }
    }

    fn steps(&self, steps: &[NodeId], into: &mut Tokens) {
        for id in steps {
            self.step(*id, into);
        }
    }

    /// One line.
    pub fn line(&self, id: NodeId) -> TokenStream {
        let mut line = Tokens::default();
        self.step(id, &mut line);
        line.stream()
    }

    fn step(&self, id: NodeId, into: &mut Tokens) {
        let node = self.graph.node(id);
        match &node.op {
            Op::Scan(_) => into.extend(self.repeated(id)),
            Op::Call(call) => into.extend(self.call(id, *call, node)),
            Op::Pull(call) => into.extend(self.pull(id, *call, node)),
            Op::Lifted { call, order } => into.extend(self.lifted(id, (*call, *order), node)),
            Op::Whole(rule, size) => into.extend(self.whole(id, *rule, *size, &node.args)),
            Op::Part(_) => {}
            _ => match self.companions.partner(self.graph, id) {
                Some((other, true)) => into.extend(self.sine_and_cosine(id, other)),
                Some(_) => {}
                None => {
                    into.word("let");
                    into.put(self.names[&id].clone());
                    into.sign('=');
                    self.expression(node, into);
                    into.sign(';');
                }
            },
        }
    }

    /// A function of a matrix in numbers, and the entries of what it gives that are read.
    fn whole(&self, id: NodeId, rule: RuleId, size: usize, args: &[NodeId]) -> TokenStream {
        let (runtime, number) = (self.runtime, &self.number);
        let parts = (0..size * (size + 1)).map(|at| match self.companions.part(id, at) {
            Some(part) => self.names[&part].to_token_stream(),
            None => quote!(_),
        });
        let args = args.iter().map(|arg| self.value(*arg));
        let function = format_ident!("{}_of_numbers", rule.row().name);
        let size = Literal::usize_unsuffixed(size);
        quote! {
            let [#(#parts),*] = #runtime::__private::#function::<#number, _, _>(#size, [#(#args),*]);
        }
    }

    /// Both at once, where the first of them stands.
    fn sine_and_cosine(&self, id: NodeId, other: NodeId) -> TokenStream {
        let is_sine = matches!(&self.graph.node(id).op, Op::Apply(rows::sin));
        let (sine, cosine) = if is_sine { (id, other) } else { (other, id) };
        let [sine, cosine] = [sine, cosine].map(|id| &self.names[&id]);
        let (number, angle) = (&self.number, self.value(self.graph.node(id).args[0]));
        quote!(let (#sine, #cosine) = #number::sin_cos(#angle);)
    }

    /// A value that is there: a name, or a literal.
    pub fn value(&self, id: NodeId) -> TokenStream {
        let mut value = Tokens::default();
        self.operand(id, &mut value);
        value.stream()
    }

    pub fn literal(&self, value: f64) -> TokenStream {
        let mut literal = Tokens::default();
        self.constant(value, &mut literal);
        literal.stream()
    }

    fn operand(&self, id: NodeId, into: &mut Tokens) {
        match self.graph.constant(id) {
            Some(value) => self.constant(value, into),
            None => into.put(self.names[&id].clone()),
        }
    }

    fn constant(&self, value: f64, into: &mut Tokens) {
        self.method("of", into, |into| {
            if value.is_sign_negative() && !value.is_nan() {
                into.sign('-');
            }
            if value.is_finite() {
                into.put(Literal::f64_unsuffixed(value.abs()));
                return;
            }
            let name = if value.is_nan() { "NAN" } else { "INFINITY" };
            let (core, name) = (self.core(), format_ident!("{name}"));
            into.extend(quote!(#core::primitive::f64::#name));
        });
    }

    /// `T::name(…)`
    fn method(&self, name: &str, into: &mut Tokens, args: impl FnOnce(&mut Tokens)) {
        into.put(self.number.clone());
        into.path();
        into.word(name);
        into.parentheses(args);
    }

    /// A method of the values of nodes, of which `is_negated` says which are to be negated.
    fn method_of(
        &self,
        name: &str,
        args: &[NodeId],
        is_negated: impl Fn(usize) -> bool,
        into: &mut Tokens,
    ) {
        self.method(name, into, |into| {
            for (at, arg) in args.iter().enumerate() {
                if at > 0 {
                    into.sign(',');
                }
                if is_negated(at) {
                    into.sign('-');
                }
                self.operand(*arg, into);
            }
        });
    }

    /// The operation of a node on the values of its arguments.
    fn expression(&self, node: &Node, into: &mut Tokens) {
        let args = &node.args;
        match &node.op {
            Op::Apply(rule) => self.application(rule.row(), args, into),
            Op::Powi(exponent) => self.method("powi", into, |into| {
                self.operand(args[0], into);
                into.sign(',');
                if *exponent < 0 {
                    into.sign('-');
                }
                into.put(Literal::i32_unsuffixed(exponent.abs()));
            }),
            Op::Select if node.kind == Kind::Condition => into.extend(self.choice(args)),
            Op::Select => self.method_of("select", args, |_| false, into),
            Op::Shut => self.method_of("shut", args, |_| false, into),
            Op::MulAdd(negated) => {
                let negated = match negated {
                    Negated::Nothing => None,
                    Negated::Product => Some(0),
                    Negated::Addend => Some(2),
                };
                self.method_of("mul_add", args, |at| negated == Some(at), into);
            }
            Op::Among(Reduction::Norm) => {
                let (runtime, entries) = (self.runtime, args.iter().map(|arg| self.value(*arg)));
                into.extend(quote!(#runtime::__private::norm([#(#entries),*])));
            }
            Op::Among(Reduction::Min) => self.among("min", args, into),
            Op::Among(_) => self.among("max", args, into),
            Op::Rust(constant) => into.extend(self.rust(*constant)),
            Op::Extent(dims) => into.extend(self.count(dims)),
            Op::Step { start, order, .. } => into.extend(self.number_of_step(*start, *order)),
            _ => unreachable!("plans of numbers have no `{}`", node.op),
        }
    }

    /// Which step of the loop around it is.
    fn number_of_step(&self, start: i64, order: Order) -> TokenStream {
        let (number, core, place) = (&self.number, self.core(), super::steps::place(order));
        let start = Literal::i64_unsuffixed(start);
        quote!(#number::of((#start + (#place)) as #core::primitive::f64))
    }

    /// One of two conditions.
    fn choice(&self, args: &[NodeId]) -> TokenStream {
        let [condition, yes, no] = [0, 1, 2].map(|at| self.value(args[at]));
        quote!((#condition & #yes) | (!#condition & #no))
    }

    /// `T::max(T::max(a, b), c)`
    fn among(&self, method: &str, args: &[NodeId], into: &mut Tokens) {
        let mut found = Tokens::default();
        for (at, arg) in args.iter().enumerate() {
            if at == 0 {
                self.operand(*arg, &mut found);
                continue;
            }
            let before = std::mem::take(&mut found);
            self.method(method, &mut found, |into| {
                into.append(before);
                into.sign(',');
                self.operand(*arg, into);
            });
        }
        into.append(found);
    }

    /// How many entries there are, as a number.
    fn count(&self, dims: &[Dim]) -> TokenStream {
        let (number, core, extents) = (&self.number, self.core(), self.extents(dims));
        let count = extents
            .into_iter()
            .reduce(|count, extent| quote!(#count * #extent))
            .unwrap_or(quote!(1));
        quote!(#number::of((#count) as #core::primitive::f64))
    }

    fn core(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private::core)
    }

    /// Extents as they are at run time.
    pub fn extents(&self, dims: &[Dim]) -> Vec<TokenStream> {
        dims.iter().map(|dim| self.extent(dim)).collect()
    }

    pub fn extent(&self, dim: &Dim) -> TokenStream {
        let offset = Literal::usize_unsuffixed(
            usize::try_from(dim.offset.unsigned_abs()).expect("an extent fits into the machine"),
        );
        match &dim.name {
            None => quote!(#offset),
            Some(name) => {
                let name = &self.sizes[name];
                match dim.offset {
                    0 => quote!(#name),
                    shift if shift > 0 => quote!((#name + #offset)),
                    _ => quote!((#name - #offset)),
                }
            }
        }
    }

    fn application(&self, row: &Rule, args: &[NodeId], into: &mut Tokens) {
        match (row.forward, args) {
            (Forward::Prefix(text) | Forward::Logic(text), [operand]) => {
                into.sign(sign(text));
                self.operand(*operand, into);
            }
            (Forward::Infix("^"), _) => self.method_of("powf", args, |_| false, into),
            (Forward::Infix(text) | Forward::Logic(text), [left, right]) => {
                self.operand(*left, into);
                into.sign(sign(text));
                self.operand(*right, into);
            }
            (Forward::Real(method), _) => self.method_of(method, args, |_| false, into),
            _ => self.method_of(row.name, args, |_| false, into),
        }
    }

    fn rust(&self, constant: usize) -> TokenStream {
        let (number, runtime) = (&self.number, self.runtime);
        if let Some(outside) = &self.rust {
            let name = &outside[constant];
            return quote!(#number::of(#name));
        }
        let constant = &self.graph.rust[constant];
        let value = super::constant(constant, runtime);
        quote!(#number::of(#value))
    }

    // Calls of other graphs.

    fn call(&self, id: NodeId, call: usize, node: &Node) -> TokenStream {
        let shapes = &self.graph.calls[call];
        let args = self.arguments(&shapes.inputs, &node.args);
        let value = self.patterns(id, &shapes.outputs);
        let (shim, name) = (&self.calls, calls::value_name(&self.graph.calls, call));
        let of = self.companions.call_of(id);
        if self.companions.last_pull(of).is_some() {
            let (pull, name) = (
                self.pull_name(of),
                calls::pull_name(&self.graph.calls, call),
            );
            return quote!(let (#value, #pull) = #shim #name(#(#args),*););
        }
        quote!(let #value = #shim #name(#(#args),*);)
    }

    fn pull(&self, id: NodeId, call: usize, node: &Node) -> TokenStream {
        let shapes = &self.graph.calls[call];
        let entries = |input: &Shape| shape::entries(input);
        let (inputs, seeds) = node.args.split_at(shapes.inputs.iter().map(entries).sum());
        let mut first = 0;
        let mut parts = Vec::new();
        for (input, active) in shapes.inputs.iter().zip(&shapes.active) {
            if *active {
                parts.push(self.pattern(id, first, input));
            }
            first += entries(input);
        }
        let parts = super::one_or_tuple(&parts);
        let seed = self.arguments(&shapes.outputs, seeds);
        let of = self.companions.call_of(id);
        let pull = self.pull_name(of);
        // The closure is there from the call, or from the pull before.
        let is_first = self.companions.first(of) == id;
        let again = is_first.then(|| {
            let (shim, name) = (&self.calls, calls::pull_name(&self.graph.calls, call));
            let args = self.arguments(&shapes.inputs, inputs);
            quote!(let (_, #pull) = #shim #name(#(#args),*);)
        });
        quote!(#again let #parts = #pull(#(#seed),*);)
    }

    /// The pullback in dual numbers: derivatives of adjoints and outputs along the last direction.
    fn lifted(&self, id: NodeId, (call, order): (usize, usize), node: &Node) -> TokenStream {
        let shapes = &self.graph.calls[call];
        let operands: Vec<Shape> = shapes
            .inputs
            .iter()
            .chain(&shapes.outputs)
            .cloned()
            .collect();
        let count = node.args.len() >> order;
        let sets = node.args.chunks(count);
        let sets: Vec<Vec<TokenStream>> = sets.map(|set| self.arguments(&operands, set)).collect();
        let operands = operands.iter().enumerate().map(|(at, shape)| {
            let components: Vec<TokenStream> = sets.iter().map(|set| set[at].clone()).collect();
            let patterns = (0..first_set(order)).map(|set| {
                let before = &operands[..at];
                let before: usize = before.iter().map(|shape| shape::entries(shape)).sum();
                self.pattern(id, set * count + before, shape)
            });
            lifted::Operand {
                is_array: false,
                components,
                is_active: shapes.active.get(at).copied(),
                patterns: patterns.collect(),
            }
        });
        let operands: Vec<lifted::Operand> = operands.collect();
        let name = calls::pull_name(&self.graph.calls, call);
        let shim = &self.calls;
        lifted::code(
            &operands,
            order,
            &quote!(#shim #name),
            (self.runtime, &self.number),
            false,
        )
    }

    /// Values of these shapes from their entries.
    fn arguments(&self, shapes: &[Shape], entries: &[NodeId]) -> Vec<TokenStream> {
        let mut rest = entries;
        let values = shapes.iter().map(|shape| {
            let count = shape::entries(shape);
            let (these, later) = rest.split_at(count);
            rest = later;
            let these: Vec<TokenStream> = these.iter().map(|id| self.value(*id)).collect();
            super::nested(shape, &these)
        });
        values.collect()
    }

    /// The pattern that binds the parts of a call that are used, output by output.
    fn patterns(&self, of: NodeId, outputs: &[Shape]) -> TokenStream {
        let mut next = 0;
        let patterns = outputs.iter().map(|output| {
            let first = next;
            next += shape::entries(output);
            self.pattern(of, first, output)
        });
        super::one_or_tuple(&patterns.collect::<Vec<_>>())
    }

    /// The pattern that binds the parts of a call or a pull that are used, from `first` on.
    fn pattern(&self, of: NodeId, first: usize, shape: &Shape) -> TokenStream {
        let count = shape::entries(shape);
        let parts = (first..first + count).map(|at| self.part(of, at));
        let parts: Vec<Option<&Ident>> = parts.collect();
        if parts.iter().all(Option::is_none) {
            return quote!(_);
        }
        let names = parts.into_iter();
        let names = names.map(|name| name.map_or_else(|| quote!(_), |name| quote!(#name)));
        super::nested(shape, &names.collect::<Vec<_>>())
    }

    /// What the pullback of a call is called.
    pub fn pull_name(&self, call: CallId) -> Ident {
        let name = self.companions.pull_name(call);
        Ident::new(&name, proc_macro2::Span::mixed_site())
    }

    fn part(&self, of: NodeId, at: usize) -> Option<&Ident> {
        let part = self.companions.part(of, at)?;
        Some(&self.names[&part])
    }
}

/// A sign of the table. Conditions may be lanes, which have no short circuit: `&&` and `||` are `&` and `|`.
fn sign(text: &str) -> char {
    text.chars().next().expect("a sign is not empty")
}
