//! Straight-line code: one `let` a step.
//!
//! Invariant: the code names no method that a prelude would have to bring, and no type but the number type `T`.

use proc_macro2::{Ident, Literal, Punct, Spacing, TokenStream};
use quote::{format_ident, quote};

use super::calls;
use crate::graph::{Dim, Graph, Kind, Name, Negated, Node, NodeId, Op, Reduction, Shape};
use crate::hash::Map;
use crate::plan::order::Order;
use crate::rule::Forward;

/// Prints the steps of one body.
pub struct Code<'p> {
    pub graph: &'p Graph,
    /// What belongs together among the steps.
    pub order: Order,
    /// The identifier of each step and leaf.
    pub names: Map<NodeId, Ident>,
    /// The runtime crate, as the user's code reaches it.
    pub runtime: &'p TokenStream,
    /// How the number type is called.
    pub number: TokenStream,
    /// The sizes that names of dimensions stand for.
    pub sizes: Map<Name, Ident>,
    /// What stands before the names of the functions that make calls.
    pub calls: TokenStream,
    /// What constants of the surrounding code are, where they have been computed outside.
    pub rust: Option<Vec<Ident>>,
}

impl Code<'_> {
    pub fn step(&self, id: NodeId) -> TokenStream {
        let node = self.graph.node(id);
        match &node.op {
            Op::Call(call) => self.call(id, *call, node),
            Op::Pull(call) => self.pull(id, *call, node),
            Op::Part(_) => TokenStream::new(),
            _ => match self.order.partner(self.graph, id) {
                Some((other, true)) => self.sine_and_cosine(id, other),
                Some(_) => TokenStream::new(),
                None => {
                    let name = &self.names[&id];
                    let value = self.expression(node);
                    quote!(let #name = #value;)
                }
            },
        }
    }

    /// Both at once, where the first of them stands.
    fn sine_and_cosine(&self, id: NodeId, other: NodeId) -> TokenStream {
        let is_sine = matches!(&self.graph.node(id).op, Op::Apply(rule) if rule.is("sin"));
        let (sine, cosine) = if is_sine { (id, other) } else { (other, id) };
        let [sine, cosine] = [sine, cosine].map(|id| &self.names[&id]);
        let (number, angle) = (&self.number, self.value(self.graph.node(id).args[0]));
        quote!(let (#sine, #cosine) = #number::sin_cos(#angle);)
    }

    /// A value that is there: a name, or a literal.
    pub fn value(&self, id: NodeId) -> TokenStream {
        match self.graph.constant(id) {
            Some(value) => self.literal(value),
            None => {
                let name = &self.names[&id];
                quote!(#name)
            }
        }
    }

    pub fn literal(&self, value: f64) -> TokenStream {
        let (number, runtime) = (&self.number, self.runtime);
        if value.is_nan() {
            return quote!(#number::of(#runtime::__private::core::primitive::f64::NAN));
        }
        let magnitude = if value.is_infinite() {
            quote!(#runtime::__private::core::primitive::f64::INFINITY)
        } else {
            let literal = Literal::f64_unsuffixed(value.abs());
            quote!(#literal)
        };
        let sign = value.is_sign_negative().then(|| quote!(-));
        quote!(#number::of(#sign #magnitude))
    }

    fn expression(&self, node: &Node) -> TokenStream {
        let number = &self.number;
        let args: Vec<TokenStream> = node.args.iter().map(|arg| self.value(*arg)).collect();
        match &node.op {
            Op::Apply(rule) => self.application(rule.row().forward, rule.row().name, &args),
            Op::Powi(exponent) => {
                let (base, exponent) = (&args[0], Literal::i32_unsuffixed(exponent.abs()));
                match node.op {
                    Op::Powi(negative) if negative < 0 => quote!(#number::powi(#base, -#exponent)),
                    _ => quote!(#number::powi(#base, #exponent)),
                }
            }
            Op::Select if node.kind == Kind::Condition => {
                let (condition, yes, no) = (&args[0], &args[1], &args[2]);
                quote!((#condition & #yes) | (!#condition & #no))
            }
            Op::Select => quote!(#number::select(#(#args),*)),
            Op::MulAdd(negated) => {
                let (a, b, c) = (&args[0], &args[1], &args[2]);
                match negated {
                    Negated::Nothing => quote!(#number::mul_add(#a, #b, #c)),
                    Negated::Product => quote!(#number::mul_add(-#a, #b, #c)),
                    Negated::Addend => quote!(#number::mul_add(#a, #b, -#c)),
                }
            }
            Op::Among(reduction) => {
                let method = if *reduction == Reduction::Min {
                    quote!(min)
                } else {
                    quote!(max)
                };
                args.into_iter()
                    .reduce(|left, right| quote!(#number::#method(#left, #right)))
                    .unwrap_or_default()
            }
            Op::Rust(constant) => self.rust(*constant),
            Op::Extent(dims) => {
                let (extents, core) = (self.extents(dims), self.core());
                let count = extents
                    .into_iter()
                    .reduce(|count, extent| quote!(#count * #extent))
                    .unwrap_or(quote!(1));
                quote!(#number::of((#count) as #core::primitive::f64))
            }
            _ => unreachable!("plans of numbers have no `{}`", node.op),
        }
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
            usize::try_from(dim.offset.unsigned_abs()).unwrap_or(usize::MAX),
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

    fn application(&self, forward: Forward, name: &str, args: &[TokenStream]) -> TokenStream {
        let number = &self.number;
        match forward {
            Forward::Prefix(text) | Forward::Logic(text) if args.len() == 1 => {
                let (sign, operand) = (sign(text), &args[0]);
                quote!(#sign #operand)
            }
            Forward::Infix("^") => quote!(#number::powf(#(#args),*)),
            // Conditions may be lanes, which have no short circuit.
            Forward::Infix(text) | Forward::Logic(text) => {
                let (sign, left, right) = (sign(text), &args[0], &args[1]);
                quote!(#left #sign #right)
            }
            Forward::Real(method) => {
                let method = format_ident!("{method}");
                quote!(#number::#method(#(#args),*))
            }
            _ => {
                let method = format_ident!("{name}");
                quote!(#number::#method(#(#args),*))
            }
        }
    }

    fn rust(&self, constant: usize) -> TokenStream {
        let (number, runtime) = (&self.number, self.runtime);
        if let Some(outside) = &self.rust {
            let name = &outside[constant];
            return quote!(#number::of(#name));
        }
        let constant = &self.graph.rust[constant];
        let tokens = &constant.tokens;
        let span = constant.place.start;
        let value = super::block(tokens, span);
        quote!(#number::of(#runtime::__private::constant(#value)))
    }

    // Calls of other graphs.

    fn call(&self, id: NodeId, call: usize, node: &Node) -> TokenStream {
        let shapes = &self.graph.calls[call];
        let args = self.arguments(&shapes.inputs, &node.args);
        let value = self.pattern(id, 0, &shapes.output);
        let (shim, name) = (&self.calls, calls::value_name(call));
        if self.order.last_pull(call).is_some() {
            let (pull, name) = (pull_name(call), calls::pull_name(call));
            return quote!(let (#value, #pull) = #shim #name(#(#args),*););
        }
        quote!(let #value = #shim #name(#(#args),*);)
    }

    fn pull(&self, id: NodeId, call: usize, node: &Node) -> TokenStream {
        let shapes = &self.graph.calls[call];
        let entries = |shape: &Shape| shape.iter().filter_map(Dim::size).product::<usize>();
        let (inputs, seeds) = node.args.split_at(shapes.inputs.iter().map(entries).sum());
        let mut first = 0;
        let mut parts = Vec::new();
        for (shape, active) in shapes.inputs.iter().zip(&shapes.active) {
            if *active {
                parts.push(self.pattern(id, first, shape));
            }
            first += entries(shape);
        }
        let parts = super::one_or_tuple(&parts);
        let seed = self.arguments(std::slice::from_ref(&shapes.output), seeds);
        let pull = pull_name(call);
        // The closure is there from the call, or from the pull before.
        let again = self.order.is_first(id, call).then(|| {
            let (shim, name) = (&self.calls, calls::pull_name(call));
            let args = self.arguments(&shapes.inputs, inputs);
            quote!(let (_, #pull) = #shim #name(#(#args),*);)
        });
        quote!(#again let #parts = #pull(#(#seed),*);)
    }

    /// Values of these shapes from their entries.
    fn arguments(&self, shapes: &[Shape], entries: &[NodeId]) -> Vec<TokenStream> {
        let mut rest = entries;
        let values = shapes.iter().map(|shape| {
            let count: usize = shape.iter().filter_map(Dim::size).product();
            let (these, later) = rest.split_at(count);
            rest = later;
            let these: Vec<TokenStream> = these.iter().map(|id| self.value(*id)).collect();
            super::nested(shape, &these)
        });
        values.collect()
    }

    /// The pattern that binds the parts of a call or a pull that are used, from `first` on.
    fn pattern(&self, of: NodeId, first: usize, shape: &Shape) -> TokenStream {
        let count: usize = shape.iter().filter_map(Dim::size).product();
        let parts = (first..first + count).map(|at| self.part(of, at));
        let parts: Vec<Option<&Ident>> = parts.collect();
        if parts.iter().all(Option::is_none) {
            return quote!(_);
        }
        let names = parts.into_iter();
        let names = names.map(|name| name.map_or_else(|| quote!(_), |name| quote!(#name)));
        super::nested(shape, &names.collect::<Vec<_>>())
    }

    fn part(&self, of: NodeId, at: usize) -> Option<&Ident> {
        let part = self.order.part(of, at)?;
        Some(&self.names[&part])
    }
}

fn pull_name(call: usize) -> Ident {
    Ident::new(&format!("pull_{call}"), proc_macro2::Span::mixed_site())
}

/// A sign of the table: its first character, since `&&` and `||` are `&` and `|` for lanes.
fn sign(text: &str) -> Punct {
    Punct::new(text.chars().next().unwrap_or(' '), Spacing::Alone)
}
