//! How a call finds its callee: the value by its name, and `vjp` in the module of that name.
//!
//! rustc alone knows what is in scope, and it has no way of asking. But a name is one in several namespaces, and a `use` is in
//! order if it finds it in any of them. So in a block of its own
//!
//! ```text
//! fn __value(…) { … }             what is called if there is no function `name`
//! {
//!     enum name {}                a type: there is something to import, whatever else there is
//!     use name as __value;        and the function with it, if there is one
//!     __value
//! }
//! ```
//!
//! means the user's function where one is in scope, by rustc's own rules, and ours above it otherwise. Ours asks for a trait that
//! nothing has, whose message is what there is to say. The module is found in the same way, beside a function of its name. The
//! name is looked for by its text alone: it may be that of an argument around, which no function is. Every name of ours that is in
//! scope there is lengthened until it is not the callee's.
//!
//! Invariant: whatever is missing is said once. Where the value is no function of these arguments that gives what the graph
//! expects, that is said where it is called, and the pullback is made of nothing in silence; that a function has no `vjp` is said
//! where the pullback is called. Where an argument is made of another call that is wrong, that one has its message, and this call none:
//! it looks at the other callee as well, and what is wanted stands in for its own.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::{Shim, apply_name, found_name, is_in_editor};
use crate::graph::Unknown;

/// What the callee takes and should give, and how it is called.
pub struct Search<'s> {
    /// The generic parameters of every function here.
    pub generics: TokenStream,
    pub types: &'s [TokenStream],
    pub output: &'s TokenStream,
    /// What a function returns that gives such a value.
    pub returned: &'s dyn Fn(&TokenStream) -> TokenStream,
    /// The value of the callee, from `value`, beside nothing.
    pub value: TokenStream,
    pub pull: Option<Pull>,
    /// Functions that these use.
    pub items: TokenStream,
}

/// A pullback of the callee's.
pub struct Pull {
    pub seed: TokenStream,
    /// What it gives of a seed: the adjoints that are asked for, or all there can be.
    pub gives: TokenStream,
    pub every: TokenStream,
    /// The value and the pullback, from `by_position` and `vjp`.
    pub code: TokenStream,
}

/// The types of a callee as it should be, and of its pullbacks alone.
struct Wanted {
    whole: TokenStream,
    pulls: TokenStream,
}

/// What a callee takes and should give, by its kind.
pub struct Signature<'s> {
    pub generics: TokenStream,
    pub types: Vec<TokenStream>,
    pub output: TokenStream,
    pub returned: Box<dyn Fn(&TokenStream) -> TokenStream + 's>,
}

/// How far calls are looked at behind one another: at worst there is a message too many.
const DEEPEST: usize = 3;

/// What the runtime's items are called here.
const ALIASES: [&str; 6] = [
    "__Some",
    "__None",
    "__ValueOf",
    "__AdjointOf",
    "__beside",
    "__Gate",
];

impl Shim<'_> {
    /// The function that finds the callee and gives its value, and if `PULLS` the pullback.
    pub fn found_function(&self, search: &Search) -> TokenStream {
        let Search {
            generics,
            types,
            output,
            returned,
            items,
            ..
        } = search;
        let (quiet, names, rt) = (self.quiet, &self.names, self.rt());
        let (name, pulls) = (found_name(self.calls, self.number), self.own("PULLS"));
        let inlined = self.inlined();
        let pull = match &search.pull {
            None => quote!(()),
            Some(Pull { seed, gives, .. }) => {
                quote_spanned!(self.span=> #rt::core::option::Option<impl #rt::core::ops::Fn(#seed) -> #gives>)
            }
        };
        let whole = returned(&quote_spanned!(self.span=> (#output, #pull)));
        let code = match self.call.is_refused {
            true => self.nothing(search),
            false => self.looked_for(search, &pulls),
        };
        let [some, none, value_of, adjoint_of, beside, gate] = ALIASES.map(|name| self.own(name));
        quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            #inlined
            fn #name<#generics, const #pulls: bool>(#(#names: #types),*) -> #whole {
                // One span from end to end, so that a message points at the call.
                use #rt::core::option::Option::{None as #none, Some as #some};
                use #rt::{AdjointOf as #adjoint_of, Gate as #gate, OfOneType as _, ValueOf as #value_of, beside as #beside};
                #items
                #code
            }
        }
    }

    /// The callee, and its value or with it the pullback.
    fn looked_for(&self, search: &Search, pulls: &Ident) -> TokenStream {
        let value_code = &search.value;
        let wanted = self.wanted_of(search);
        let (gate, fallback, found_value) = (
            self.gate(search, &wanted),
            self.fallback_of_value(search),
            self.found_value(),
        );
        let [value, by_position, vjp, beside, of_gate] =
            ["value", "by_position", "vjp", "__beside", "__Gate"].map(|name| self.own(name));
        let (found_pull, code) = match &search.pull {
            None => (quote!(((), ())), value_code.clone()),
            Some(Pull { code, .. }) => (
                self.found_pull(search),
                quote_spanned!(self.span=> match #pulls {
                    true => { #code }
                    false => #value_code,
                }),
            ),
        };
        let whole = &wanted.whole;
        let callee = quote!((#value, (#by_position, #vjp)));
        let behind = self.if_right(&callee, whole, 0);
        quote_spanned! {self.span=>
            #fallback
            #gate
            let (#value, (#by_position, #vjp)) = (#found_value, #found_pull);
            #behind
            let #value = #beside(#value, &#vjp);
            let gate = #of_gate::<_, #whole>::of(&#value);
            let (#value, (#by_position, #vjp)) = (&&&&gate).choose(#value, #by_position, #vjp);
            #code
        }
    }

    /// Keeps what `callee` binds, of the type `wanted`, where all calls behind this one's arguments are right. Else what is wanted
    /// takes its place: another call has its message then.
    fn if_right(&self, callee: &TokenStream, wanted: &TokenStream, depth: usize) -> TokenStream {
        let behind = self.call.behind.iter().filter(|_| depth < DEEPEST);
        let one =
            |number: &usize| self.if_one_is_right(&self.another(*number), callee, wanted, depth);
        behind.map(one).collect()
    }

    fn if_one_is_right(
        &self,
        other: &Shim,
        callee: &TokenStream,
        wanted: &TokenStream,
        depth: usize,
    ) -> TokenStream {
        let (rt, t) = (self.rt(), &self.t);
        let [of_gate, right, wrong] = ["__Gate", "__Right", "__Wrong"].map(|name| self.own(name));
        let nothing = quote_spanned!(self.span=> let nothing: fn() -> #wanted = || loop {};);
        if other.call.is_refused {
            return quote_spanned!(self.span=> let #callee = { #nothing nothing() };);
        }
        let Signature {
            generics,
            types,
            output,
            returned,
        } = other.signature();
        let whole = returned(&output);
        // One that nothing is called so has its message too, and is taken for what the graph says.
        let fallback = other.fallback(&generics, &types, &whole);
        let (found, given) = (other.found_value(), returned(&quote!(R)));
        let whole = quote_spanned!(self.span=> fn(#(#types),*) -> #whole);
        // What takes its place is not right, lest one call hide from another what is behind it.
        let replaced = returned(&quote_spanned!(self.span=> #rt::Unknown<#output>));
        let replaced = quote_spanned!(self.span=> fn(#(#types),*) -> #replaced);
        let value = other.own(&format!("other_{depth}"));
        let innermost = other.if_right(&quote!(#value), &replaced, depth + 1);
        let names = &other.names;
        let apply = other.beside(&apply_name(self.calls, other.number));
        let call = quote_spanned!(other.span=> #apply::<#t, _>(#value, #(#names),*));
        quote_spanned! {self.span=>
            let #callee = {
                #nothing
                let #value = {
                    #fallback
                    #found
                };
                #innermost
                // Where it is wrong, rustc says so here as it does there, once, and says nothing else of this function.
                let _ = move |#(#names: #types),*| #call;
                {
                    trait #right {
                        fn pick<A, B>(self, right: A, wrong: fn() -> B) -> A;
                    }
                    impl<#generics, F: #rt::core::ops::Fn(#(#types),*) -> #given, R: #rt::Is<#output>> #right for &#rt::Gate<F, #whole> {
                        fn pick<A, B>(self, right: A, _: fn() -> B) -> A { right }
                    }
                    trait #wrong {
                        fn pick<A, B>(self, right: A, wrong: fn() -> B) -> B;
                    }
                    impl<F, W> #wrong for #rt::Gate<F, W> {
                        fn pick<A, B>(self, _: A, wrong: fn() -> B) -> B { wrong() }
                    }
                    let gate = #of_gate::<_, #whole>::of(&#value);
                    (&gate).pick(#callee, nothing)
                }
            };
        }
    }

    /// Which pullbacks are looked at: those of a value as it should be, and otherwise some of ours that nothing is wrong with,
    /// since the value has its message. If it is our own fallback, that is said here; of one that serves a single type of number
    /// the runtime says it, and neither value nor pullback is looked at.
    fn gate(&self, search: &Search, wanted: &Wanted) -> TokenStream {
        let Search {
            generics,
            types,
            output,
            returned,
            ..
        } = search;
        let (rt, t) = (self.rt(), &self.t);
        let inlined = self.inlined();
        let [sound, missing, unsound, words] =
            ["__Sound", "__Missing", "__Unsound", "__words"].map(|name| self.own(name));
        let (given, nothing) = (
            returned(&quote!(R)),
            returned(&quote_spanned!(self.span=> #rt::Unknown<#output>)),
        );
        let Wanted { whole, pulls } = wanted;
        let gate = quote_spanned!(self.span=> #rt::Gate<F, #whole>);
        let missing = self.call.unknown.as_ref().map(|unknown| {
            let of = |t: &Ident| {
                let condition = quote_spanned!(self.span=> where [#t; 0]: #words::Operation);
                (!unknown.is_said).then_some(condition)
            };
            let (of_trait, of_impl) = (of(&Ident::new("N", self.span)), of(t));
            // Ours are there then, and have their types from here where no error follows.
            let bound = |result| {
                let function =
                    quote_spanned!(self.span=> : #rt::core::ops::Fn(#(#types),*) -> #rt::#result);
                unknown.is_said.then_some(function)
            };
            let b = search
                .pull
                .as_ref()
                .and_then(|_| bound(quote!(NoPositions)));
            let q = search.pull.as_ref().and_then(|_| bound(quote!(NoVjp)));
            quote_spanned! {self.span=>
                trait #missing<N, F, B, Q, W> {
                    fn choose(self, value: F, by_position: B, vjp: Q) -> (F, W) #of_trait;
                }
                impl<#generics, B #b, Q #q, F: #rt::core::ops::Fn(#(#types),*) -> #nothing>
                    #missing<#t, F, B, Q, #pulls> for &&&#gate
                {
                    fn choose(self, _: F, _: B, _: Q) -> (F, #pulls) #of_impl {
                        loop {}
                    }
                }
            }
        });
        quote_spanned! {self.span=>
            trait #sound<F> {
                fn choose<B, Q>(self, value: F, by_position: B, vjp: Q) -> (F, (B, Q));
            }
            impl<#generics, F: #rt::core::ops::Fn(#(#types),*) -> #given, R: #rt::Is<#output>> #sound<F> for &&&&#gate {
                #inlined
                fn choose<B, Q>(self, value: F, by_position: B, vjp: Q) -> (F, (B, Q)) {
                    (value, (by_position, vjp))
                }
            }
            #missing
            trait #unsound<F, W> {
                fn choose<B, Q>(self, value: F, by_position: B, vjp: Q) -> (F, W);
            }
            impl<#generics, F> #unsound<F, #pulls> for &#gate {
                fn choose<B, Q>(self, value: F, _: B, _: Q) -> (F, #pulls) {
                    loop {}
                }
            }
        }
    }

    /// What a gate compares a callee with.
    fn wanted_of(&self, search: &Search) -> Wanted {
        let Search {
            types,
            output,
            returned,
            ..
        } = search;
        let (rt, value) = (self.rt(), returned(output));
        let pulls = match &search.pull {
            None => quote!(((), ())),
            Some(Pull { seed, every, .. }) => {
                let made = returned(&quote_spanned!(self.span=> (#output, fn(#seed) -> #every)));
                quote_spanned!(self.span=> (fn(#(#types),*) -> #rt::NoPositions, fn(#(#types),*) -> #made))
            }
        };
        let whole = quote_spanned!(self.span=> (fn(#(#types),*) -> #value, #pulls));
        Wanted { whole, pulls }
    }

    /// What stands in for a call that is an error already.
    fn nothing(&self, search: &Search) -> TokenStream {
        let (rt, output) = (self.rt(), search.output);
        let pull = match &search.pull {
            None => quote!(()),
            Some(Pull { seed, gives, .. }) => {
                quote_spanned!(self.span=> #rt::core::option::Option<fn(#seed) -> #gives>)
            }
        };
        let whole = (search.returned)(&quote_spanned!(self.span=> (#output, #pull)));
        quote_spanned! {self.span=>
            let nothing: fn() -> #whole = || loop {};
            nothing()
        }
    }

    /// The function that is called if there is none of the callee's name.
    fn fallback_of_value(&self, search: &Search) -> TokenStream {
        let (rt, output) = (self.rt(), search.output);
        let result = (search.returned)(&quote_spanned!(self.span=> #rt::Unknown<#output>));
        self.fallback(&search.generics, search.types, &result)
    }

    fn fallback(
        &self,
        generics: &TokenStream,
        types: &[TokenStream],
        result: &TokenStream,
    ) -> TokenStream {
        let Some(Unknown { message, .. }) = &self.call.unknown else {
            return TokenStream::new();
        };
        let names = &self.names;
        let message = message.replace('{', "{{").replace('}', "}}");
        let [value, words] = ["__value", "__words"].map(|name| self.own(name));
        quote_spanned! {self.span=>
            // Not where the user's names are in scope, among which may be a `diagnostic`.
            mod #words {
                #[diagnostic::on_unimplemented(
                    message = #message,
                    label = "not found",
                    note = "an operation of your own is a function and, in a module of the same name, a `vjp`"
                )]
                pub trait Operation {}
                #[diagnostic::do_not_recommend]
                impl Operation for () {}
            }
            fn #value<#generics>(#(#names: #types),*) -> #result {
                loop {}
            }
        }
    }

    /// The callee's value, or its fallback.
    fn found_value(&self) -> TokenStream {
        let (value, path) = (self.own("__value"), self.path());
        let anchor = self.anchor(|name| quote_spanned!(self.span=> enum #name {}));
        quote_spanned! {self.span=>
            {
                #anchor
                use #path as #value;
                #value
            }
        }
    }

    /// The callee's pullbacks: `__vjp`, by which a generated graph says which arguments it holds constant, and `vjp`. Anything
    /// else has no `__vjp`, and then it is a function of ours that says so by its type, as for a `vjp` that is not there.
    fn found_pull(&self, search: &Search) -> TokenStream {
        let (rt, names, path) = (self.rt(), &self.names, self.path());
        let Search {
            generics, types, ..
        } = search;
        let last = path.clone().into_iter().last();
        let last = last.map_or_else(String::new, |name| name.to_string());
        let last = last.trim_start_matches("r#");
        // rustc says this name where it is that of a type.
        let module = Ident::new(&format!("vjp_of_{last}"), self.span);
        let anchor = self.anchor(|name| quote_spanned!(self.span=> fn #name() {}));
        let none = quote_spanned! {self.span=>
            pub fn vjp<#generics>(#(#names: #types),*) -> #rt::NoVjp { loop {} }
        };
        let is_type = last.starts_with(char::is_uppercase);
        let (named, given) = match is_type {
            true => (
                quote_spanned!(self.span=> use #module::vjp as given;),
                quote_spanned!(self.span=> given),
            ),
            false => (TokenStream::new(), quote_spanned!(self.span=> vjp)),
        };
        quote_spanned! {self.span=>
            {
                mod #module { #none }
                {
                    #anchor
                    use #path as #module;
                    {
                        fn __vjp<#generics>(#(#names: #types),*) -> #rt::NoPositions { loop {} }
                        #none
                        // What is imported by its name, where there may be a type, is an error that all else keeps quiet about.
                        #named
                        {
                            use #module::*;
                            (__vjp, #given)
                        }
                    }
                }
            }
        }
    }

    /// The callee's name, if it is no longer path. Of `cfg` alone rustc cannot say which it is, an attribute or a macro, and so it is
    /// looked for where the graph stands.
    fn name(&self) -> Option<Ident> {
        let mut tokens = self.call.path.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(name)), None) => Some(name).filter(|name| name != "cfg"),
            _ => None,
        }
    }

    /// The callee's path. A name alone is looked for among items only, which an editor has no need to be told.
    fn path(&self) -> TokenStream {
        let path = &self.call.path;
        match self.name() {
            Some(mut name) if !is_edited() => {
                name.set_span(self.span);
                quote!(#name)
            }
            None if path.to_string() == "cfg" => quote_spanned!(self.span=> self::#path),
            _ => path.clone(),
        }
    }

    /// What makes an import of the name succeed. An editor would take it for one of the name's meanings.
    ///
    /// A name that rustc has in every scope is brought nearer than that: of one that a macro made, rustc would not decide between the
    /// two. What stands within one function with the graph needs no help, unless a macro made it.
    fn anchor(&self, item: impl Fn(Ident) -> TokenStream) -> Option<TokenStream> {
        let mut name = self.name().filter(|_| !is_edited())?;
        name.set_span(self.span);
        let is_everywhere = EVERYWHERE.contains(&name.to_string().trim_start_matches("r#"));
        let item = item(name.clone());
        if !is_everywhere {
            return Some(item);
        }
        let around = self.own("__around");
        Some(quote_spanned! {self.span=>
            mod #around {
                pub #item
                pub use super::*;
            }
            use #around::#name;
        })
    }
}

/// Names that are in scope everywhere: the tools of attributes, the standard library, and the functions of its prelude.
const EVERYWHERE: [&str; 12] = [
    "align_of",
    "align_of_val",
    "clippy",
    "core",
    "diagnostic",
    "drop",
    "miri",
    "rust_analyzer",
    "rustfmt",
    "size_of",
    "size_of_val",
    "std",
];

/// Whether the tokens are for an editor.
fn is_edited() -> bool {
    proc_macro::is_available() && is_in_editor()
}
