//! Calls of graphs made elsewhere, and of operations written by hand: two small functions a call, one for the value and one for
//! the value with its pullback.
//!
//! Invariant: nothing else in the code names the callee. What it takes and gives is compared with what the graph says in these
//! functions alone, at the call's place, so one mistake is one error.

use std::sync::OnceLock;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use self::found::Head;
use super::{array_type, one_or_tuple};
use crate::graph::Call;
use crate::lower::Unit;

mod arrays;
mod found;

pub use arrays::functions as of_arrays;

pub fn value_name(call: usize) -> Ident {
    format_ident!("__call_{call}")
}

pub fn pull_name(call: usize) -> Ident {
    format_ident!("__pull_{call}")
}

/// The functions of all calls of a graph of numbers. Inside a block of the user's each is `quiet` by itself.
pub fn functions(unit: &Unit, runtime: &TokenStream, quiet: Option<&TokenStream>) -> TokenStream {
    each(unit, runtime, quiet, &quote!(Real), |shim| {
        (shim.value(), shim.pull())
    })
}

/// Both functions of each call, made by `make`.
fn each(
    unit: &Unit,
    runtime: &TokenStream,
    quiet: Option<&TokenStream>,
    kind: &TokenStream,
    make: impl Fn(&Shim) -> (TokenStream, Option<TokenStream>),
) -> TokenStream {
    let calls = unit.graph.calls.iter().enumerate();
    let one = |(number, call): (usize, &Call)| {
        let (value, pull) = make(&Shim::new(number, call, runtime, kind.clone()));
        let pull = pull.map(|pull| quote!(#quiet #pull));
        quote!(#quiet #value #pull)
    };
    calls.map(one).collect()
}

struct Shim<'p> {
    number: usize,
    call: &'p Call,
    /// The runtime's path, at the callee's name.
    runtime: TokenStream,
    /// What the number type is: the trait of the functions around.
    kind: TokenStream,
    /// The callee's name, where messages stand.
    span: Span,
    names: Vec<Ident>,
    types: Vec<TokenStream>,
    output: TokenStream,
}

impl<'p> Shim<'p> {
    fn new(number: usize, call: &'p Call, runtime: &TokenStream, kind: TokenStream) -> Shim<'p> {
        let last = call.path.clone().into_iter().last();
        let place = last.map_or_else(Span::call_site, |token| before(token.span()));
        let span = Span::mixed_site().located_at(place);
        let names = (0..call.inputs.len()).map(|at| Ident::new(&format!("__a{at}"), span));
        let types = call
            .inputs
            .iter()
            .map(|shape| array_type(shape, &quote!(T)));
        Shim {
            number,
            call,
            runtime: located_at(runtime, place),
            kind,
            span,
            names: names.collect(),
            types: types.collect(),
            output: array_type(&call.output, &quote!(T)),
        }
    }

    /// A name an argument.
    fn each(&self, letter: &str) -> Vec<Ident> {
        let name = |at| Ident::new(&format!("{letter}{at}"), self.span);
        (0..self.names.len()).map(name).collect()
    }

    fn tuple(&self, names: &[Ident]) -> TokenStream {
        let names: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
        one_or_tuple(&names)
    }

    fn value(&self) -> TokenStream {
        let Shim {
            runtime,
            kind,
            names,
            types,
            output,
            ..
        } = self;
        let name = value_name(self.number);
        let rt = quote!(#runtime::__private);
        let head = Head {
            generics: quote_spanned!(self.span=> <T: #runtime::#kind>),
            types: types.clone(),
            result: output.clone(),
        };
        let applied = self.with_value(
            &head,
            |callee| quote_spanned!(self.span=> __apply(#callee, #(#names),*)),
        );
        quote_spanned! {self.span=>
            #[doc(hidden)]
            #[inline]
            fn #name<T: #runtime::#kind>(#(#names: #types),*) -> #output {
                #[inline]
                fn __apply<T: #runtime::#kind, R: #rt::ValueOf<#output>>(
                    f: impl #rt::core::ops::Fn(#(#types),*) -> R, #(#names: #types),*
                ) -> #output {
                    #rt::ValueOf::get(f(#(#names),*))
                }
                #applied
            }
        }
    }

    /// The pullback by position, with the adjoints of the active arguments.
    fn pull(&self) -> Option<TokenStream> {
        let Shim {
            runtime,
            kind,
            names,
            types,
            output,
            ..
        } = self;
        let active: Vec<usize> = (0..names.len())
            .filter(|at| self.call.active[*at])
            .collect();
        if active.is_empty() {
            return None;
        }
        let name = pull_name(self.number);
        let rt = quote!(#runtime::__private);
        let (found, adjoints) = (self.each("d"), self.each("D"));
        let bounds = adjoints.iter().enumerate().map(|(at, name)| {
            let of = &types[at];
            match self.call.active[at] {
                true => quote_spanned!(self.span=> #name: #rt::AdjointOf<#of>),
                false => quote!(#name),
            }
        });
        let (pattern, pulled) = (self.tuple(&found), self.tuple(&adjoints));
        let wanted: Vec<TokenStream> = active.iter().map(|at| types[*at].clone()).collect();
        let given = active.iter().map(|at| &found[*at]);
        let given = given.map(|name| quote_spanned!(self.span=> #rt::AdjointOf::get(#name)));
        let given: Vec<TokenStream> = given.collect();
        let (wanted, given) = (one_or_tuple(&wanted), one_or_tuple(&given));
        let every = one_or_tuple(types);
        // The number type is said, lest rustc take it from the first adjoint it meets.
        let holes = adjoints.iter().map(|_| quote_spanned!(self.span=> _));
        let head = Head {
            generics: quote_spanned!(self.span=> <T: #runtime::#kind>),
            types: types.clone(),
            result: quote_spanned!(self.span=> (#output, fn(#output) -> #every)),
        };
        let applied = self.with_pull(
            &head,
            &quote_spanned!(self.span=> #rt::NoPositions),
            &quote_spanned!(self.span=> __apply::<T, _, _, #(#holes),*>(__vjp, vjp, #(#names),*)),
        );
        Some(quote_spanned! {self.span=>
            #[doc(hidden)]
            #[inline]
            fn #name<T: #runtime::#kind>(
                #(#names: #types),*
            ) -> (#output, impl #rt::core::ops::Fn(#output) -> #wanted) {
                #[inline]
                fn __apply<
                    T: #runtime::#kind,
                    Q,
                    B: #rt::Pullback<Q, Value: #rt::ValueOf<#output>, Pull: #rt::core::ops::Fn(B::Value) -> #pulled>,
                    #(#bounds),*
                >(
                    by_position: impl #rt::core::ops::Fn(#(#types),*) -> B,
                    f: impl #rt::core::ops::Fn(#(#types),*) -> Q,
                    #(#names: #types),*
                ) -> (#output, impl #rt::core::ops::Fn(#output) -> #wanted) {
                    let (value, pull) = #rt::Pullback::run(|| by_position(#(#names),*), || f(#(#names),*));
                    (#rt::ValueOf::get(value), move |seed: #output| {
                        let #pattern = pull(#rt::ValueOf::seed(seed));
                        #given
                    })
                }
                #applied
            }
        })
    }
}

/// Where our tokens of a call stand: at the callee's name, so that messages do. An editor finds the meaning of a token by its whole
/// stretch, and is to find the user's there and none of ours; it gets the place where the name begins.
fn before(token: Span) -> Span {
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
fn located_at(tokens: &TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter();
    let tokens = tokens.map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}
