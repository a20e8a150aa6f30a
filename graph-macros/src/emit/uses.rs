//! Every use of a name by the user's own token, for editors: they find what a token means by what it means in the expansion,
//! where most uses have become values without a name.
//!
//! What is made here is a function that nobody calls, so nothing of it is ever built. Invariant: each use is read from a field
//! that its definition's token has declared, since fields, other than variables, are found by their text alone, wherever a
//! macro has taken the token from.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::module::Emit;
use super::quiet;
use super::slots::Seen;
use super::target::Target;
use super::tokens::Tokens;
use crate::hash::{Map, Set};
use crate::shape;
use crate::syntax::{Function, Given, text};
use crate::unit::{Definition, Input};
use crate::uses::{self, Chain, Local, LocalKind, Uses};

/// What a target calls the types in which the user's names are fields.
pub struct Fields {
    /// `<'a, T: Element>`, and the same as arguments.
    pub generics: TokenStream,
    pub arguments: TokenStream,
    pub forward: TokenStream,
    /// Those with a field for each input that is differentiated by.
    pub active: Vec<TokenStream>,
    /// That with a field for each constant input, for a function.
    pub problem: Option<TokenStream>,
}

impl<B: Target> Emit<'_, B> {
    /// The item that reads every name, to stand where bodies do.
    pub(super) fn uses(
        &self,
        fields: &Fields,
        is_field: impl Fn(&Definition) -> bool,
    ) -> TokenStream {
        let uses = uses::of(self.function);
        let Fields {
            generics,
            arguments,
            forward,
            active,
            problem,
        } = fields;
        let conditions = self.function.conditions();
        let quiet = quiet();
        let inputs = self.inputs_struct(generics, &is_field);
        let (locals, local_params) = self.locals(&uses.locals);
        let places = self.places_of_names(active.len(), problem.is_some(), is_field);
        let mut uses = uses;
        if self.is_broken {
            uses.fields.clear();
        }
        let (reads, calls) = (reads(&uses, &places), self.calls_of(&uses));
        let structs = self.structs_of(&uses);
        let active = active.iter().enumerate().map(|(at, of)| {
            let name = format_ident!("active_{at}");
            quote!(#name: &#of,)
        });
        let problem = problem.as_ref().map(|of| quote!(problem: &#of,));
        // A name of its own: rustc takes a `_` for a misspelling of names of one letter.
        let uses_of = format_ident!("__USES_OF_{}", text(&self.function.name));
        let [inputs_type, function] = ["__Inputs", "__uses"].map(|name| self.free_name(name));
        quote! {
            #(#conditions)* #quiet
            const #uses_of: () = {
                #inputs
                #locals
                fn #function #generics(
                    inputs: &#inputs_type #arguments, forward: &#forward, #(#active)* #problem #local_params
                ) {
                    #calls
                    #structs
                    #reads
                }
            };
        }
    }

    /// A name for an item that no function of the block has.
    fn free_name(&self, name: &str) -> Ident {
        let mut name = name.to_owned();
        let mut functions = self.beside.iter().chain([self.function]);
        while functions.any(|function| text(&function.name) == name) {
            name.push('_');
            functions = self.beside.iter().chain([self.function]);
        }
        format_ident!("{name}")
    }

    /// A field for each input, and for each definition that has none elsewhere.
    fn inputs_struct(
        &self,
        generics: &TokenStream,
        is_field: impl Fn(&Definition) -> bool,
    ) -> TokenStream {
        let core = self.core();
        let inputs = self.unit.params.iter().map(|slot| {
            let of = self.param_type(slot, &B::lifetime(), Seen::Outside);
            let (name, input) = (&slot.name, &self.unit.inputs[slot.leaves.start]);
            let docs = match &slot.record {
                Some(record) => format!("The input `{}`, a `{}`.", text(name), text(&record.name)),
                None => input_docs(input),
            };
            quote!(#[doc = #docs] #name: #of)
        });
        let definitions = self.unit.definitions.iter();
        let whole = self.unit.fields.iter().filter(|slot| slot.record.is_none());
        let whole: Set<usize> = whole.map(|slot| slot.leaves.start).collect();
        let definitions = definitions.enumerate().filter(|(at, _)| whole.contains(at));
        let definitions = definitions.map(|(_, found)| found);
        let others = definitions.filter(|found| !is_field(found)).map(|found| {
            let (name, docs) = (&found.name, &found.docs);
            quote!(#(#docs)* #name: #core::primitive::bool)
        });
        let lifetime = generics.to_string().contains('\'');
        let marker = match lifetime {
            true => quote!(&'a T),
            false => quote!(T),
        };
        let name = self.free_name("__Inputs");
        quote! {
            struct #name #generics { #(#inputs,)* #(#others,)* __all: #core::marker::PhantomData<#marker> }
        }
    }

    /// A struct of one field for each name of a loop and of a dimension, since several may have one text; and parameters of
    /// these types.
    fn locals(&self, locals: &[Local]) -> (TokenStream, TokenStream) {
        let core = self.core();
        let each = locals.iter().enumerate().map(|(at, local)| {
            let of = self.free_name(&format!("__Local{at}"));
            let (place, name) = (local_place(at), local.name);
            let docs = match local.kind {
                LocalKind::Dimension => "A dimension: as many entries as the arrays have along it.",
                LocalKind::Index => "The index of a loop.",
                LocalKind::Carried => "What the loop carries from turn to turn.",
                LocalKind::Value => "A value of this body.",
            };
            let number = match local.kind {
                LocalKind::Carried | LocalKind::Value => quote!(f64),
                LocalKind::Dimension | LocalKind::Index => quote!(usize),
            };
            (
                quote!(struct #of { #[doc = #docs] #name: #core::primitive::#number }),
                quote!(#place: &#of,),
            )
        });
        each.unzip()
    }

    /// Where each name is a field.
    fn places_of_names(
        &self,
        active: usize,
        has_problem: bool,
        is_field: impl Fn(&Definition) -> bool,
    ) -> Map<String, Vec<Ident>> {
        let inputs = self.unit.params.iter().map(|slot| {
            let mut places = vec![format_ident!("inputs")];
            match slot.is_active(&self.unit.inputs) {
                true => places.extend((0..active).map(|at| format_ident!("active_{at}"))),
                false => places.extend(has_problem.then(|| format_ident!("problem"))),
            }
            (text(&slot.name), places)
        });
        let definitions = self.unit.fields.iter().map(|slot| {
            let first = &self.unit.definitions[slot.leaves.start];
            let is_field = slot.record.is_some() || is_field(first);
            let place = if is_field { "forward" } else { "inputs" };
            (text(&slot.name), vec![format_ident!("{place}")])
        });
        inputs.chain(definitions).collect()
    }

    /// The functions of the block that are called, where they are sure to be there: each is a function and a module.
    fn calls_of(&self, uses: &Uses) -> TokenStream {
        let core = self.core();
        let mine = self.function.condition_texts();
        let callable = |function: &&Function| {
            let theirs = function.condition_texts();
            theirs.is_empty() || theirs == mine
        };
        let beside = self.beside.iter().filter(callable);
        let names: Set<String> = beside.map(|function| text(&function.name)).collect();
        let called = uses.calls.iter();
        let called = called.filter(|name| names.contains(&text(name)));
        called
            .map(|name| quote!(#name::<#core::primitive::f64>; use #name as _;))
            .collect()
    }

    /// The structs of the block that are mentioned.
    fn structs_of(&self, uses: &Uses) -> TokenStream {
        let own = self.structs.iter().filter(|found| found.import.is_none());
        let names: Set<String> = own.map(|found| text(&found.name)).collect();
        let mentioned = uses.structs.iter();
        let mentioned = mentioned.filter(|name| names.contains(&text(name)));
        let core = self.core();
        let read = |name| quote!(#core::marker::PhantomData::<#name<#core::primitive::f64>>;);
        mentioned.map(read).collect()
    }

    /// The uses of what an inline graph captures, in its surroundings, but for those by which it is captured.
    pub(super) fn captured_uses(&self) -> TokenStream {
        let inputs = self.unit.inputs.iter().map(|input| text(&input.name));
        let inputs: Set<String> = inputs.collect();
        let params = self.function.params.iter();
        let mut captured: Set<String> = params.map(|param| text(&param.name)).collect();
        let uses = uses::of(self.function);
        let mut reads = Tokens::default();
        for name in uses.values {
            let word = text(name);
            if inputs.contains(&word) && !captured.insert(word) {
                reads.sign('&');
                reads.put(name.clone());
                reads.sign(';');
            }
        }
        let (reads, quiet) = (reads.stream(), quiet());
        match reads.is_empty() {
            true => reads,
            false => quote!(#quiet if false { #reads }),
        }
    }
}

fn reads(uses: &Uses, places: &Map<String, Vec<Ident>>) -> TokenStream {
    let mut tokens = Tokens::default();
    for name in &uses.values {
        for place in places.get(&text(name)).into_iter().flatten() {
            read(place, name, &mut tokens);
        }
    }
    for (at, local) in uses.locals.iter().enumerate() {
        for name in &local.uses {
            read(&local_place(at), name, &mut tokens);
        }
    }
    for chain in &uses.fields {
        if let Some(place) = places
            .get(&text(chain.of))
            .and_then(|places| places.first())
        {
            field(place, chain, &mut tokens);
        }
    }
    tokens.stream()
}

/// `&place.net[0].w;`
fn field(place: &Ident, chain: &Chain, tokens: &mut Tokens) {
    tokens.sign('&');
    tokens.put(place.clone());
    tokens.sign('.');
    tokens.put(chain.of.clone());
    for (is_indexed, name) in &chain.steps {
        if *is_indexed {
            tokens.extend(quote!([0]));
        }
        tokens.sign('.');
        tokens.put((*name).clone());
    }
    tokens.sign(';');
}

/// `&place.name;`
fn read(place: &Ident, name: &Ident, tokens: &mut Tokens) {
    tokens.sign('&');
    tokens.put(place.clone());
    tokens.sign('.');
    tokens.put(name.clone());
    tokens.sign(';');
}

fn local_place(at: usize) -> Ident {
    format_ident!("local_{at}")
}

/// What hovering over an input says.
fn input_docs(input: &Input) -> String {
    let what = match (input.given, input.shape.is_empty()) {
        (Given::Count, _) => ", a count".to_owned(),
        (Given::Labels, _) => format!(", labels `index{}`", shape::text(&input.shape)),
        (_, true) => ", a number".to_owned(),
        _ => format!(" of shape `{}`", shape::text(&input.shape)),
    };
    let held = match input.constant && input.given == Given::Numbers {
        true => ", held constant",
        false => "",
    };
    format!("The input `{}`{what}{held}.", text(&input.name))
}
