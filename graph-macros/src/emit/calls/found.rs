//! How a call finds its callee: the value by its name, and `vjp` in the module of that name.
//!
//! rustc alone knows what is in scope, and it has no way of asking. But a name is one in several namespaces, and a `use` is in
//! order if it finds it in any of them. So in a block of its own
//!
//! ```text
//! fn __value(…) { … }             what is called if there is no function `name`
//! {
//!     use …::__anchor as name;    a macro: there is something to import, whatever else there is
//!     use name as __value;        and the function with it, if there is one
//!     __value(…)
//! }
//! ```
//!
//! means the user's function where one is in scope, by rustc's own rules, and ours above it otherwise. Ours asks for a trait that
//! nothing has, whose message is what there is to say.
//!
//! Invariant: whatever is missing is said once. That there is no function is said where the value is called, and the pullback is
//! then made of nothing in silence; that a function has no `vjp` is said where the pullback is called.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::Shim;

/// How a function of a call begins: its parameters, and the types of what it takes and gives.
#[derive(Clone)]
pub struct Head {
    pub generics: TokenStream,
    pub types: Vec<TokenStream>,
    pub result: TokenStream,
}

impl Shim<'_> {
    /// The code that calls the value, which is handed the callee.
    pub fn with_value(
        &self,
        head: &Head,
        code: impl Fn(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        let Some(name) = self.name() else {
            // What is wrong with a longer path rustc says at the step where it goes wrong, and says it once of equal imports.
            let path = &self.path();
            let is_imported = self.call.active.contains(&true);
            let code = match is_imported {
                true => code(&quote_spanned!(self.span=> __value)),
                false => code(path),
            };
            return match is_imported {
                true => quote_spanned!(self.span=> { use #path as __value; #code }),
                false => code,
            };
        };
        let value = Ident::new("__value", self.span);
        let fallback = self.fallback_of_value(&value, head);
        let anchor = self.anchor(&name);
        let code = code(&quote!(#value));
        quote_spanned! {self.span=>
            #fallback
            {
                #anchor
                use #name as #value;
                #code
            }
        }
    }

    fn fallback_of_value(&self, value: &Ident, head: &Head) -> TokenStream {
        let Some(message) = &self.call.unknown else {
            return self.silent(value, head, &TokenStream::new());
        };
        let message = message.replace('{', "{{").replace('}', "}}");
        let function = self.silent(
            value,
            head,
            &quote_spanned!(self.span=> where [T; 0]: __Operation),
        );
        quote_spanned! {self.span=>
            #[diagnostic::on_unimplemented(
                message = #message,
                label = "not found",
                note = "an operation of your own is a function and, in a module of the same name, a `vjp`"
            )]
            trait __Operation {}
            #[diagnostic::do_not_recommend]
            impl __Operation for () {}
            #function
        }
    }

    /// `code`, which is handed the pullbacks `__vjp` and `vjp`.
    ///
    /// A generated graph has `__vjp`, which says which arguments it holds constant. Anything else has none, and then `__vjp` is
    /// a function of ours that says so by its type. Where the module has no `vjp` either, that name stands for the value, which
    /// is no pullback; and where there is no value, for a function of ours that nothing is wrong with.
    pub fn with_pull(&self, head: &Head, none: &TokenStream, code: &TokenStream) -> TokenStream {
        let [by_position, vjp] = ["__vjp", "vjp"].map(|name| Ident::new(name, self.span));
        let silent = self.silent(&vjp, head, &TokenStream::new());
        let without = Head {
            result: none.clone(),
            ..head.clone()
        };
        let without = self.silent(&by_position, &without, &TokenStream::new());
        let path = &self.path();
        let anchor = self.name().map(|name| self.anchor(&name));
        quote_spanned! {self.span=>
            #silent
            #without
            mod #vjp {}
            {
                #anchor
                use #path as #vjp;
                {
                    use #vjp::*;
                    #code
                }
            }
        }
    }

    /// The callee's name, if it is no longer path.
    fn name(&self) -> Option<Ident> {
        let mut tokens = self.call.path.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(name)), None) => Some(name).filter(|name| !is_taken(name)),
            _ => None,
        }
    }

    /// What makes an import of the name succeed. An editor would take it for one of the name's meanings.
    fn anchor(&self, name: &Ident) -> TokenStream {
        let runtime = &self.runtime;
        match proc_macro::is_available() && super::is_in_editor() {
            true => TokenStream::new(),
            false => quote_spanned!(self.span=> use #runtime::__private::__anchor as #name;),
        }
    }

    /// The callee's path. A name that a macro has everywhere can have no anchor, and is looked for where the graph stands.
    fn path(&self) -> TokenStream {
        let path = &self.call.path;
        match syn::parse2::<Ident>(path.clone()) {
            Ok(name) if is_taken(&name) => quote_spanned!(self.span=> self::#path),
            _ => path.clone(),
        }
    }

    /// A function of ours that nobody calls in a program that compiles.
    fn silent(&self, name: &Ident, head: &Head, condition: &TokenStream) -> TokenStream {
        let Head {
            generics,
            types,
            result,
        } = head;
        let names = &self.names;
        quote_spanned! {self.span=>
            fn #name #generics (#(#names: #types),*) -> #result #condition { loop {} }
        }
    }
}

/// Whether the name is that of an attribute of the language, which is a macro in scope everywhere, or one that a call needs itself.
fn is_taken(name: &Ident) -> bool {
    const TAKEN: &[&str] = &[
        "allow",
        "automatically_derived",
        "cfg",
        "cfg_attr",
        "cold",
        "coverage",
        "deny",
        "deprecated",
        "diagnostic",
        "doc",
        "expect",
        "export_name",
        "feature",
        "forbid",
        "global_allocator",
        "ignore",
        "inline",
        "link",
        "link_name",
        "link_section",
        "linkage",
        "macro_export",
        "macro_use",
        "must_use",
        "naked",
        "no_link",
        "no_main",
        "no_mangle",
        "no_std",
        "non_exhaustive",
        "optimize",
        "panic_handler",
        "path",
        "proc_macro",
        "proc_macro_attribute",
        "proc_macro_derive",
        "recursion_limit",
        "repr",
        "should_panic",
        "stable",
        "target_feature",
        "track_caller",
        "type_length_limit",
        "unstable",
        "used",
        "vjp",
        "warn",
        "windows_subsystem",
    ];
    TAKEN.iter().any(|taken| name == taken)
}
