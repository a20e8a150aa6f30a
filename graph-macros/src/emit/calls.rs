//! Calls of graphs made elsewhere, and of operations written by hand: two small functions a call, one for the value and one for
//! the value with its pullback, and one that both hand on to, in which the callee is found.
//!
//! Invariant: nothing else in the code names the callee. What it takes and gives is compared with what the graph says in that one
//! function, at the call's place, and rustc reports what is wrong with one body together, so one mistake is one error.

use std::sync::OnceLock;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use self::found::{Pull, Search, Signature};
use super::{array_type, one_or_tuple};
use crate::graph::{Call, Shape};
use crate::unit::Unit;

mod arrays;
mod found;
pub mod lifted;

pub use arrays::functions as of_arrays;

/// What is said of a function that lanes go through: it becomes part of what is compiled for their instruction set, without which each
/// of their operations would be a call. Without optimisation nothing becomes part of anything.
pub fn inlined() -> TokenStream {
    quote! {
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
    }
}

/// The function that gives the value of a call.
pub fn value_name(calls: &[Call], call: usize) -> Ident {
    format_ident!("{}_{call}", apart(calls, "__call"))
}

/// The function that gives the value and the pullback of a call.
pub fn pull_name(calls: &[Call], call: usize) -> Ident {
    format_ident!("{}_{call}", apart(calls, "__pull"))
}

/// The function in which the callee of a call is found.
fn found_name(calls: &[Call], call: usize) -> Ident {
    format_ident!("{}_{call}", apart(calls, "__found"))
}

/// The function that calls what is found. It stands beside the others, since what is wrong with a call may be met in several of
/// them and is to be one message of rustc's.
fn apply_name(calls: &[Call], call: usize) -> Ident {
    format_ident!("{}_{call}", apart(calls, "__apply"))
}

/// A name of ours, lengthened until it begins no name of a callee.
fn apart(calls: &[Call], name: &str) -> String {
    let paths = calls.iter().flat_map(|call| call.path.clone());
    let segments: Vec<String> = paths.map(|segment| segment.to_string()).collect();
    let mut name = name.to_owned();
    while segments.iter().any(|segment| segment.starts_with(&name)) {
        name.push('_');
    }
    name
}

/// The functions of all calls of a graph of numbers. Inside a block of the user's each is `quiet` by itself.
pub fn functions(unit: &Unit, runtime: &TokenStream, quiet: Option<&TokenStream>) -> TokenStream {
    each(unit, runtime, quiet, &quote!(Real), |shim| {
        shim.of_numbers()
    })
}

/// The functions of each call, made by `make`.
fn each(
    unit: &Unit,
    runtime: &TokenStream,
    quiet: Option<&TokenStream>,
    kind: &TokenStream,
    make: impl Fn(&Shim) -> TokenStream,
) -> TokenStream {
    let calls = 0..unit.graph.calls.len();
    calls
        .map(|number| make(&Shim::new(number, unit, runtime, quiet, kind)))
        .collect()
}

struct Shim<'p> {
    number: usize,
    calls: &'p [Call],
    call: &'p Call,
    /// The runtime's path, at the callee's name.
    runtime: TokenStream,
    /// What the number type is: the trait of the functions around.
    kind: &'p TokenStream,
    /// What stands in front of each function in a block of the user's. Elsewhere they are functions of a type.
    quiet: Option<&'p TokenStream>,
    /// The callee's name, where messages stand.
    span: Span,
    /// The name of the number type.
    t: Ident,
    names: Vec<Ident>,
    types: Vec<TokenStream>,
    /// The types of its outputs, and of its value: the only one or all together.
    outputs: Vec<TokenStream>,
    output: TokenStream,
}

impl<'p> Shim<'p> {
    fn new(
        number: usize,
        unit: &'p Unit,
        runtime: &TokenStream,
        quiet: Option<&'p TokenStream>,
        kind: &'p TokenStream,
    ) -> Shim<'p> {
        let calls = &unit.graph.calls;
        let call = &calls[number];
        let place = place_of(call);
        let span = Span::mixed_site().located_at(place);
        let own = |name: &str| Ident::new(&apart(std::slice::from_ref(call), name), span);
        let names = (0..call.inputs.len()).map(|at| own(&format!("__a{at}")));
        let t = own("T");
        // Arrays of any size have types of their own.
        let has_types = !call.has_arrays() || call.is_fixed();
        let type_of = |shape: &Shape| match has_types {
            true => array_type(shape, &t.to_token_stream()),
            false => TokenStream::new(),
        };
        let types = call.inputs.iter().map(type_of).collect();
        let outputs: Vec<TokenStream> = call.outputs.iter().map(type_of).collect();
        let output = one_or_tuple(&outputs);
        Shim {
            number,
            calls,
            call,
            runtime: located_at(runtime, place),
            kind,
            quiet,
            span,
            names: names.collect(),
            types,
            outputs,
            output,
            t,
        }
    }

    /// What is said of each function here.
    fn inlined(&self) -> TokenStream {
        located_at(&inlined(), self.span)
    }

    /// Another call of the same graph, as it is looked at where this one is.
    fn another(&self, number: usize) -> Shim<'p> {
        let call = &self.calls[number];
        let types = |shapes: &[Shape]| {
            let types = shapes.iter();
            let types = types.map(|shape| array_type(shape, &self.t.to_token_stream()));
            types.collect::<Vec<_>>()
        };
        let has_types = !call.has_arrays() || call.is_fixed();
        let (inputs, outputs) = match has_types {
            true => (types(&call.inputs), types(&call.outputs)),
            false => (Vec::new(), Vec::new()),
        };
        let place = place_of(call);
        let span = Span::mixed_site().located_at(place);
        let name = |at| Ident::new(&format!("__a{at}"), span);
        Shim {
            number,
            calls: self.calls,
            call,
            runtime: located_at(&self.runtime, place),
            kind: self.kind,
            quiet: self.quiet,
            span,
            t: self.t.clone(),
            names: (0..call.inputs.len()).map(name).collect(),
            types: inputs,
            output: one_or_tuple(&outputs),
            outputs,
        }
    }

    /// What the callee takes and should give.
    fn signature(&self) -> Signature<'_> {
        if self.call.has_arrays() && !self.call.is_fixed() {
            return self.signature_of_arrays();
        }
        let (runtime, kind, t) = (&self.runtime, self.kind, &self.t);
        Signature {
            generics: quote_spanned!(self.span=> #t: #runtime::#kind),
            types: self.types.clone(),
            output: self.output.clone(),
            returned: Box::new(TokenStream::clone),
        }
    }

    fn rt(&self) -> TokenStream {
        let runtime = &self.runtime;
        quote!(#runtime::__private)
    }

    /// A name of ours where the callee is looked for.
    fn own(&self, name: &str) -> Ident {
        Ident::new(&apart(std::slice::from_ref(self.call), name), self.span)
    }

    /// A name an argument.
    fn each(&self, letter: &str) -> Vec<Ident> {
        let name = |at| self.own(&format!("{letter}{at}"));
        (0..self.names.len()).map(name).collect()
    }

    /// A name an output.
    fn each_output(&self, letter: &str) -> Vec<Ident> {
        let name = |at| self.own(&format!("{letter}{at}"));
        (0..self.outputs.len()).map(name).collect()
    }

    fn tuple(&self, names: &[Ident]) -> TokenStream {
        let names: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
        one_or_tuple(&names)
    }

    /// The arguments that may be differentiated by.
    fn active(&self) -> Vec<usize> {
        let active = &self.call.active;
        (0..active.len()).filter(|at| active[*at]).collect()
    }

    /// The value of the callee for these arguments, from `(value, pullback)`.
    fn value_of(&self, arguments: &[impl ToTokens]) -> TokenStream {
        let (found, t) = (self.found(), &self.t);
        quote_spanned!(self.span=> #found::<#t, false>(#(#arguments),*))
    }

    /// The value of the callee with its pullback, if there is one.
    fn pull_of(&self, arguments: &[impl ToTokens]) -> TokenStream {
        let (found, t) = (self.found(), &self.t);
        quote_spanned!(self.span=> #found::<#t, true>(#(#arguments),*))
    }

    /// The function in which the callee is found, from beside it.
    fn found(&self) -> TokenStream {
        self.beside(&found_name(self.calls, self.number))
    }

    /// One of these functions, from another one.
    fn beside(&self, name: &Ident) -> TokenStream {
        match self.quiet {
            Some(_) => quote_spanned!(self.span=> #name),
            None => quote_spanned!(self.span=> Self::#name),
        }
    }

    fn of_numbers(&self) -> TokenStream {
        let (apply, found) = (self.apply(), self.search());
        let (value, pull) = (self.value(), self.pull());
        quote!(#apply #found #value #pull)
    }

    fn value(&self) -> TokenStream {
        let Shim {
            runtime,
            kind,
            quiet,
            t,
            names,
            types,
            output,
            ..
        } = self;
        let name = value_name(self.calls, self.number);
        let (value, inlined) = (self.value_of(names), self.inlined());
        quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            #inlined
            fn #name<#t: #runtime::#kind>(#(#names: #types),*) -> #output {
                #value.0
            }
        }
    }

    /// The pullback by position, with the adjoints of the active arguments.
    fn pull(&self) -> Option<TokenStream> {
        let Shim {
            runtime,
            kind,
            quiet,
            t,
            names,
            types,
            outputs,
            output,
            ..
        } = self;
        let wanted = self.wanted()?;
        let name = pull_name(self.calls, self.number);
        let (rt, pull, inlined) = (self.rt(), self.pull_of(names), self.inlined());
        Some(quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            #inlined
            fn #name<#t: #runtime::#kind>(
                #(#names: #types),*
            ) -> (#output, impl #rt::core::ops::Fn(#(#outputs),*) -> #wanted) {
                let (value, pull) = #pull;
                (value, #rt::asked_for(pull))
            }
        })
    }

    /// The adjoints of the active arguments, if there are any.
    fn wanted(&self) -> Option<TokenStream> {
        let wanted = self.active().into_iter();
        let wanted: Vec<TokenStream> = wanted.map(|at| self.types[at].clone()).collect();
        (!wanted.is_empty()).then(|| one_or_tuple(&wanted))
    }

    /// The function in which the callee is found, for numbers and arrays of Rust's.
    fn search(&self) -> TokenStream {
        let Shim {
            runtime,
            kind,
            t,
            names,
            types,
            outputs,
            output,
            ..
        } = self;
        let every = one_or_tuple(types);
        let [pulled, value, by_position, vjp] =
            ["__pulled", "value", "by_position", "vjp"].map(|name| self.own(name));
        let [some, none] = ["__Some", "__None"].map(|name| self.own(name));
        let apply = self.beside(&apply_name(self.calls, self.number));
        // The number type is said, lest rustc take it from the first adjoint it meets.
        let holes = names.iter().map(|_| quote_spanned!(self.span=> _));
        let inlined = self.inlined();
        let pull = self.wanted().map(|wanted| Pull {
            seed: quote!(#(#outputs),*),
            gives: wanted,
            every: every.clone(),
            code: quote_spanned! {self.span=>
                let (value, pull) = #pulled::<#t, _, _, #(#holes),*>(#inlined move || #by_position(#(#names),*), #vjp, #(#names),*);
                (value, #some(pull))
            },
        });
        let without = match &pull {
            None => quote!(()),
            Some(_) => quote_spanned!(self.span=> #none),
        };
        let function = self.pulled(&pulled);
        self.found_function(&Search {
            generics: quote_spanned!(self.span=> #t: #runtime::#kind),
            types,
            output,
            returned: &TokenStream::clone,
            value: quote_spanned!(self.span=> (#apply::<#t, _>(#value, #(#names),*), #without)),
            pull,
            items: quote!(#function),
        })
    }

    /// The function that calls what is found, of numbers and arrays of Rust's.
    fn apply(&self) -> TokenStream {
        let Shim {
            runtime,
            kind,
            quiet,
            t,
            names,
            types,
            output,
            ..
        } = self;
        let (rt, apply) = (self.rt(), apply_name(self.calls, self.number));
        let inlined = self.inlined();
        let (bound, given) = match self.is_number() {
            true => (
                quote_spanned!(self.span=> #rt::GivesNumber<Given: #rt::ValueOf<#output>>),
                quote_spanned!(self.span=> #rt::GivesNumber::given(value)),
            ),
            false => (
                quote_spanned!(self.span=> #rt::ValueOf<#output>),
                quote_spanned!(self.span=> value),
            ),
        };
        quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            #inlined
            fn #apply<#t: #runtime::#kind, R: #bound>(
                f: impl #rt::core::ops::Fn(#(#types),*) -> R, #(#names: #types),*
            ) -> #output {
                let value = f(#(#names),*);
                #rt::ValueOf::get(#given)
            }
        }
    }

    /// Whether the call gives one number.
    fn is_number(&self) -> bool {
        matches!(&*self.call.outputs, [only] if only.is_empty())
    }

    /// The seeds of a call's outputs, as the operation's own types.
    fn seeds(&self) -> (Vec<Ident>, TokenStream) {
        let (rt, seeds) = (self.rt(), self.each_output("s"));
        let given = match &*seeds {
            [only] => quote_spanned!(self.span=> #rt::ValueOf::seed(#only)),
            several => quote!(#(#several),*),
        };
        (seeds, given)
    }

    /// The function that takes both pullbacks that there may be, and makes one of them.
    fn pulled(&self, name: &Ident) -> TokenStream {
        let Shim {
            runtime,
            kind,
            t,
            names,
            types,
            outputs,
            output,
            ..
        } = self;
        let Some(wanted) = self.wanted() else {
            return TokenStream::new();
        };
        let rt = self.rt();
        let (found, adjoints) = (self.each("d"), self.each("D"));
        let bounds = adjoints.iter().enumerate().map(|(at, name)| {
            let of = &types[at];
            match self.call.active[at] {
                true => quote_spanned!(self.span=> #name: #rt::AdjointOf<#of>),
                false => quote!(#name),
            }
        });
        let (pattern, pulled) = (self.tuple(&found), self.tuple(&adjoints));
        let given = self.active().into_iter().map(|at| &found[at]);
        let given = given.map(|name| quote_spanned!(self.span=> #rt::AdjointOf::get(#name)));
        let given = one_or_tuple(&given.collect::<Vec<_>>());
        let (seeds, seeded) = self.seeds();
        let inlined = self.inlined();
        let seeds_taken = match self.outputs.len() {
            1 => quote_spanned!(self.span=> B::Value),
            _ => quote!(#(#outputs),*),
        };
        quote_spanned! {self.span=>
            #inlined
            fn #name<
                #t: #runtime::#kind,
                Q,
                B: #rt::Pullback<Q, Value: #rt::ValueOf<#output>, Pull: #rt::core::ops::Fn(#seeds_taken) -> #pulled>,
                #(#bounds),*
            >(
                by_position: impl #rt::core::ops::FnOnce() -> B,
                f: impl #rt::core::ops::Fn(#(#types),*) -> Q,
                #(#names: #types),*
            ) -> (#output, impl #rt::core::ops::Fn(#(#outputs),*) -> #wanted) {
                let (value, pull) = #rt::Pullback::run(by_position, #inlined || f(#(#names),*));
                (#rt::ValueOf::get(value), #rt::pullback(#inlined move |#(#seeds: #outputs),*| {
                    let #pattern = pull(#seeded);
                    #given
                }))
            }
        }
    }
}

/// Where messages about a call stand.
fn place_of(call: &Call) -> Span {
    let last = call.path.clone().into_iter().last();
    last.map_or_else(Span::call_site, |token| before(token.span()))
}

/// Where our tokens of a call stand: at the callee's name, so that messages do. An editor finds the meaning of a token by its whole
/// stretch, and is to find the user's there and none of ours; it gets the place where the name begins.
pub fn before(token: Span) -> Span {
    match proc_macro::is_available() && is_in_editor() {
        true => token.unwrap().start().into(),
        false => token,
    }
}

/// Whether the macro runs for rust-analyzer, whose server of macros is a program of its own.
fn is_in_editor() -> bool {
    static IN_EDITOR: OnceLock<bool> = OnceLock::new();
    *IN_EDITOR.get_or_init(|| {
        let program = std::env::current_exe().unwrap_or_default();
        let name = program.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("rust-analyzer")
    })
}

/// The same tokens, but for messages at another place.
pub fn located_at(tokens: &TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter();
    let tokens = tokens.map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}
