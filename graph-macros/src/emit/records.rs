//! The structs of a block in Rust, and what a block of structs and functions is put together from.
//!
//! Where there are structs, or modules that show what is in others, they and the modules of the functions stand in one module, since a
//! module sees what is beside it wherever the block is written, in the body of a function too. Invariant: each item is seen where it would be without that
//! module, and as far.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::derives::ours;
use super::module::Expanded;
use super::{Job, array_type, quiet};
use crate::graph;
use crate::imports;
use crate::structs::{has_fixed_arrays, is_fixed, named};
use crate::syntax::{Dim, Field, Given, Shape, Struct, StructType, Type, spaceless, text};

/// All items of a block.
pub fn block(job: &Job, items: Vec<Expanded>) -> TokenStream {
    let hollow = hollow(job);
    if !job.is_nested {
        let items = items.into_iter().map(|item| {
            let Expanded {
                conditions,
                visibility,
                before,
                module,
                attributes,
                behind,
                ..
            } = item;
            quote!(#before #conditions #attributes #visibility #module #behind)
        });
        let items: TokenStream = items.collect();
        return quote!(#hollow #items);
    }
    let first = job.structs.first();
    let first = first.map_or_else(|| "around".to_owned(), |first| text(&first.id));
    let of = items.first().map(|item| text(&item.name));
    let around = format_ident!("__{first}_{}", of.unwrap_or_default());
    let quiet = quiet();
    let own = || job.structs.iter().filter(|found| found.import.is_none());
    let structs = own().map(|found| Rust { job, found }.item());
    let imports = job
        .structs
        .iter()
        .filter_map(|found| import(found, &around));
    let (aliases, imports): (TokenStream, TokenStream) = imports.unzip();
    let names = own().map(|found| {
        let (visibility, name) = (&found.visibility, &found.name);
        let conditions: Vec<_> = conditions(found).collect();
        let companion = imports::companion(job.structs, found);
        quote! {
            #(#conditions)* #[allow(unused_imports)] #visibility use #around::#name;
            #companion
        }
    });
    let names: TokenStream = names.collect();
    // What attributes name is known where the user wrote them.
    let has_attributes = own().any(|found| found.attributes.iter().any(is_users));
    let scope = has_attributes.then(|| {
        quote!(
            #[allow(unused_imports)]
            use super::*;
        )
    });
    let (mut inside, mut beside) = (TokenStream::new(), TokenStream::new());
    for item in items {
        let Expanded {
            name,
            conditions,
            visibility,
            before,
            module,
            attributes,
            behind,
        } = item;
        inside.extend(quote!(#conditions #attributes pub #module));
        beside.extend(quote! {
            #before
            #conditions #[allow(unused_imports)] #visibility use #around::#name;
            #behind
        });
    }
    quote! {
        #quiet
        mod #around { #scope #imports #(#structs)* #inside }
        #aliases
        #hollow
        #names
        #beside
    }
}

/// What brings a struct of another block into the module of this one. A path that begins here, and not with a crate, is known
/// there by another name.
fn import(found: &Struct, around: &Ident) -> Option<(TokenStream, TokenStream)> {
    let (path, name, quiet) = (
        found.import.as_ref().filter(|path| !path.is_empty())?,
        &found.name,
        quiet(),
    );
    let first = path.clone().into_iter().next();
    let word = first.map(|first| first.to_string()).unwrap_or_default();
    Some(match word.as_str() {
        "crate" | ":" => (TokenStream::new(), quote!(use #path as #name;)),
        "$crate" => (TokenStream::new(), quote!(use #path as #name;)),
        "super" => (TokenStream::new(), quote!(use super::#path as #name;)),
        "self" => {
            let rest: TokenStream = path.clone().into_iter().skip(1).collect();
            (TokenStream::new(), quote!(use super #rest as #name;))
        }
        _ => {
            let alias = format_ident!("{around}_{}", found.id);
            (
                quote!(#[allow(unused_imports)] #quiet use #path as #alias;),
                quote!(use super::#alias as #name;),
            )
        }
    })
}

/// Whether an attribute may name something of the surroundings.
fn is_users(attribute: &TokenStream) -> bool {
    let written = spaceless(attribute);
    !["#[doc", "#[cfg("]
        .iter()
        .any(|own| written.starts_with(own))
}

fn conditions(found: &Struct) -> impl Iterator<Item = &TokenStream> {
    let attributes = found.attributes.iter();
    attributes.filter(|found| spaceless(found).starts_with("#[cfg("))
}

/// What stands for structs of which something is wrong, so that no other error follows from it.
fn hollow(job: &Job) -> TokenStream {
    let (runtime, quiet) = (job.runtime, quiet());
    let structs = job.wrong.iter().map(|found| {
        let (visibility, name) = (&found.visibility, &found.name);
        quote! {
            #quiet
            #visibility struct #name<T = #runtime::__private::core::primitive::f64>(
                #runtime::__private::core::marker::PhantomData<T>
            );
        }
    });
    structs.collect()
}

/// A struct on its way to Rust.
struct Rust<'j> {
    job: &'j Job<'j>,
    found: &'j Struct,
}

/// What a field is in Rust.
enum Kind<'f> {
    Number,
    Fixed(&'f Shape),
    Array(&'f Shape),
    Labels(&'f Shape),
    Struct(&'f StructType),
}

impl Rust<'_> {
    fn rt(&self) -> TokenStream {
        let runtime = self.job.runtime;
        quote!(#runtime::__private)
    }

    fn item(&self) -> TokenStream {
        let Struct {
            attributes,
            name,
            fields,
            ..
        } = self.found;
        let (rt, derived) = (self.rt(), self.derived());
        let all = fields.iter().map(|field| {
            let (name, attributes, of) = (&field.name, &field.attributes, self.type_of(field));
            // rustc tells of a field without documentation from its first token to its last one.
            let span = Span::call_site().located_at(name.span());
            let (public, of) = (Ident::new("pub", span), ending_at(of, span));
            quote!(#(#attributes)* #public #name: #of)
        });
        let conditions: Vec<_> = conditions(self.found).collect();
        let (made, zeros, walked) = (self.made(), self.zeros(), self.walked());
        quote! {
            #(#attributes)*
            #derived
            pub struct #name<T = #rt::core::primitive::f64> { #(#all),* }
            #(#conditions)*
            impl<T> #name<T> { #made }
            #(#conditions)*
            const _: () = { #zeros #walked };
        }
    }

    fn kind<'f>(&self, field: &'f Field) -> Kind<'f> {
        match &field.of {
            Type::Number => Kind::Number,
            Type::Array(shape) if shape.given == Given::Labels => Kind::Labels(shape),
            Type::Array(shape) if has_fixed_arrays(self.found) => Kind::Fixed(shape),
            Type::Array(shape) => Kind::Array(shape),
            Type::Struct(of) => Kind::Struct(of),
        }
    }

    fn type_of(&self, field: &Field) -> TokenStream {
        let rt = self.rt();
        match self.kind(field) {
            Kind::Number => quote!(T),
            Kind::Fixed(shape) => array_type(&literal(shape), &quote!(T)),
            Kind::Array(shape) => {
                let rank = format_ident!("Ix{}", shape.dims.len());
                quote!(#rt::ndarray::Array<T, #rt::ndarray::#rank>)
            }
            Kind::Labels(_) => quote!(#rt::Vec<#rt::core::primitive::usize>),
            Kind::Struct(of) => {
                let name = &of.name;
                match of.count.map(Literal::usize_unsuffixed) {
                    None => quote!(#name<T>),
                    Some(count) => quote!([#name<T>; #count]),
                }
            }
        }
    }

    /// What every such struct can do, but for what the user has it derive already.
    fn derived(&self) -> TokenStream {
        let rt = self.rt();
        let mut traits = vec![("Clone", "clone"), ("Debug", "fmt"), ("PartialEq", "cmp")];
        if is_fixed(self.job.structs, self.found) {
            traits.push(("Copy", "marker"));
        }
        let (mut always, mut under) = (Vec::new(), TokenStream::new());
        for (name, module) in traits {
            let of_core = [name, module].map(|word| format_ident!("{word}"));
            let [word, module] = of_core;
            let path = quote!(#rt::core::#module::#word);
            match ours(self.found, name) {
                Some(None) => always.push(path),
                Some(Some(condition)) => {
                    under.extend(
                        quote!(#[cfg_attr(#condition, #rt::core::prelude::v1::derive(#path))]),
                    );
                }
                None => {}
            }
        }
        quote!(#[#rt::core::prelude::v1::derive(#(#always),*)] #under)
    }

    /// How the struct is made of its leaves, in the order of its fields.
    fn made(&self) -> TokenStream {
        let rt = self.rt();
        let (mut params, mut values) = (Vec::new(), Vec::new());
        for field in &self.found.fields {
            let name = &field.name;
            let Kind::Struct(of) = self.kind(field) else {
                let (leaf, of) = (format_ident!("a{}", params.len()), self.type_of(field));
                params.push(quote!(#leaf: #of));
                values.push(quote!(#name: #leaf));
                continue;
            };
            let inner = &of.name;
            let leaves = self.leaves(of);
            let mut each = (0..of.count.unwrap_or(1)).map(|_| {
                let own = leaves.iter().map(|of| {
                    let leaf = format_ident!("a{}", params.len());
                    params.push(quote!(#leaf: #of));
                    leaf
                });
                let own: Vec<Ident> = own.collect();
                quote!(#inner::__of(#(#own),*))
            });
            let value = match of.count {
                None => each.next().unwrap_or_default(),
                Some(_) => {
                    let each: Vec<_> = each.collect();
                    quote!([#(#each),*])
                }
            };
            values.push(quote!(#name: #value));
        }
        let empty = self.empty();
        quote! {
            #[doc(hidden)]
            #[inline]
            #[allow(clippy::too_many_arguments)]
            pub fn __of(#(#params),*) -> Self { Self { #(#values),* } }
            #[doc(hidden)]
            pub fn __empty() -> Self where T: #rt::core::marker::Copy + #rt::core::default::Default { #empty }
        }
    }

    /// The types of a struct's leaves.
    fn leaves(&self, of: &StructType) -> Vec<TokenStream> {
        let found = &self.job.structs[named(self.job.structs, &of.name).0];
        let inner = Rust {
            job: self.job,
            found,
        };
        let leaves = found
            .fields
            .iter()
            .flat_map(|field| match inner.kind(field) {
                Kind::Struct(of) => {
                    let each = inner.leaves(of);
                    let count = of.count.unwrap_or(1);
                    each.iter()
                        .cycle()
                        .take(each.len() * count)
                        .cloned()
                        .collect()
                }
                _ => vec![inner.type_of(field)],
            });
        leaves.collect()
    }

    /// A gradient before anything is written to it.
    fn empty(&self) -> TokenStream {
        let rt = self.rt();
        let fields = self.found.fields.iter().map(|field| {
            let name = &field.name;
            let value = match self.kind(field) {
                Kind::Number | Kind::Fixed(_) => self.filled(
                    field,
                    &quote!(<T as #rt::core::default::Default>::default()),
                ),
                Kind::Array(_) => quote!(#rt::empty()),
                Kind::Labels(_) => quote!(#rt::Vec::new()),
                Kind::Struct(of) => repeated(of, |inner| quote!(#inner::__empty())),
            };
            quote!(#name: #value)
        });
        quote!(Self { #(#fields),* })
    }

    /// A number, or a fixed array of it.
    fn filled(&self, field: &Field, number: &TokenStream) -> TokenStream {
        match self.kind(field) {
            // What repeats a value is written as the type is.
            Kind::Fixed(shape) => array_type(&literal(shape), number),
            _ => number.clone(),
        }
    }

    /// `zeros`, which takes the sizes that the struct takes, and `Default` where there are none.
    fn zeros(&self) -> TokenStream {
        let (runtime, rt, name) = (self.job.runtime, self.rt(), &self.found.name);
        let dims: Vec<Ident> = self.found.dims.iter().map(sized).collect();
        let fields = self.found.fields.iter().map(|field| {
            let name = &field.name;
            let zero = quote!(<T as #runtime::Real>::of(0.0));
            let value = match self.kind(field) {
                Kind::Number | Kind::Fixed(_) => self.filled(field, &zero),
                Kind::Array(shape) => {
                    let rank = format_ident!("Ix{}", shape.dims.len());
                    let sizes = shape.dims.iter().map(size);
                    quote!(#rt::ndarray::Array::from_elem(#rt::ndarray::#rank(#(#sizes),*), #zero))
                }
                Kind::Labels(shape) => {
                    let size = size(&shape.dims[0]);
                    quote!(#rt::zero_labels(#size))
                }
                Kind::Struct(of) => repeated(of, |inner| {
                    let sizes = of.dims.iter().map(size);
                    quote!(#inner::zeros(#(#sizes),*))
                }),
            };
            quote!(#name: #value)
        });
        let docs = match dims.is_empty() {
            true => "Zeros everywhere.",
            false => "Zeros everywhere, of these sizes.",
        };
        let has_default = ours(self.found, "Default").filter(|_| dims.is_empty());
        let default = has_default.map(|condition| {
            let condition = condition.map(|condition| quote!(#[cfg(#condition)]));
            quote! {
                #condition
                impl<T: #runtime::Real> #rt::core::default::Default for #name<T> {
                    fn default() -> Self { Self::zeros() }
                }
            }
        });
        quote! {
            impl<T: #runtime::Real> #name<T> {
                #[doc = #docs]
                pub fn zeros(#(#dims: #rt::core::primitive::usize),*) -> Self {
                    Self { #(#fields),* }
                }
            }
            #default
        }
    }

    /// The walks over all numbers.
    fn walked(&self) -> TokenStream {
        let (runtime, rt, name) = (self.job.runtime, self.rt(), &self.found.name);
        let fields = || self.found.fields.iter();
        let visited =
            |is_mut| -> TokenStream { fields().map(|field| self.visited(field, is_mut)).collect() };
        let (seen, changed) = (visited(false), visited(true));
        let bound = match is_fixed(self.job.structs, self.found) {
            true => quote!(#runtime::Real),
            false => quote!(#runtime::Element),
        };
        quote! {
            impl<T: #bound> #runtime::Record<T> for #name<T> {
                fn each<'s>(
                    &'s self,
                    outer: &#runtime::record::Path<'_>,
                    visit: &mut dyn #rt::core::ops::FnMut(#runtime::record::Leaf<'s, '_, T>),
                ) { #seen }
                fn each_mut<'s>(
                    &'s mut self,
                    outer: &#runtime::record::Path<'_>,
                    visit: &mut dyn #rt::core::ops::FnMut(#runtime::record::LeafMut<'s, '_, T>),
                ) { #changed }
            }
            #runtime::__std_only! {
                impl<'s, T: #bound> #rt::core::iter::IntoIterator for &'s #name<T> {
                    type Item = &'s T;
                    type IntoIter = #runtime::record::Entries<'s, T>;
                    fn into_iter(self) -> Self::IntoIter { #runtime::record::Entries::of(self) }
                }
                impl<'s, T: #bound> #rt::core::iter::IntoIterator for &'s mut #name<T> {
                    type Item = &'s mut T;
                    type IntoIter = #runtime::record::EntriesMut<'s, T>;
                    fn into_iter(self) -> Self::IntoIter { #runtime::record::EntriesMut::of(self) }
                }
            }
        }
    }

    /// The visit of a field, to look at it or to change it.
    fn visited(&self, field: &Field, is_mut: bool) -> TokenStream {
        let kind = match self.kind(field) {
            Kind::Labels(_) => return TokenStream::new(),
            Kind::Struct(inner) => Visited::Struct(inner.count),
            Kind::Array(_) => Visited::Array,
            Kind::Number => Visited::Number,
            Kind::Fixed(shape) => {
                let extents = literal(shape);
                Visited::Fixed(extents.iter().map(graph::Dim::literal_size).collect())
            }
        };
        visit(self.job.runtime, &field.name, &kind, field.constant, is_mut)
    }
}

/// What a record sees of a field.
pub enum Visited {
    /// A struct, or so many.
    Struct(Option<usize>),
    Array,
    Number,
    /// A fixed array of these extents.
    Fixed(Vec<usize>),
}

/// The visit of a field of a record, in a method that has `outer` and `visit`, to look at it or to change it.
pub fn visit(
    runtime: &TokenStream,
    name: &Ident,
    kind: &Visited,
    constant: bool,
    is_mut: bool,
) -> TokenStream {
    let (rt, label) = (quote!(#runtime::__private), text(name));
    let path = quote!(outer.field(#label, #constant));
    let (of, mutable) = (|word| access(word, is_mut), is_mut.then(|| quote!(mut)));
    match kind {
        Visited::Struct(None) => {
            let each = of("each");
            quote!(#runtime::Record::#each(&#mutable self.#name, &#path, visit);)
        }
        Visited::Struct(Some(_)) => {
            let (each, slice, iter) = (of("each"), of("as_slice"), of("iter"));
            quote! {
                for (at, one) in self.#name.#slice().#iter().enumerate() {
                    #runtime::Record::#each(one, &#path.place(at), visit);
                }
            }
        }
        Visited::Array => {
            let record = of("record_array");
            quote!(#rt::#record(&#mutable self.#name, &#path, visit);)
        }
        Visited::Number => {
            let record = of("record_slice");
            let from = if is_mut { "from_mut" } else { "from_ref" };
            let from = format_ident!("{from}");
            quote!(#rt::#record(#rt::core::slice::#from(&#mutable self.#name), &[], &#path, visit);)
        }
        Visited::Fixed(extents) => {
            let (record, slice, flattened) =
                (of("record_slice"), of("as_slice"), of("as_flattened"));
            let flattened = (1..extents.len()).map(|_| quote!(.#flattened()));
            let extents = extents.iter().copied().map(Literal::usize_unsuffixed);
            quote!(#rt::#record(self.#name.#slice() #(#flattened)*, &[#(#extents),*], &#path, visit);)
        }
    }
}

/// `each`, or `each_mut`; `as_slice`, or `as_mut_slice`.
fn access(word: &str, is_mut: bool) -> Ident {
    match (word, is_mut) {
        ("as_slice", true) => format_ident!("as_mut_slice"),
        (_, true) => format_ident!("{word}_mut"),
        (_, false) => format_ident!("{word}"),
    }
}

/// The same tokens, of which the last stands elsewhere.
fn ending_at(tokens: TokenStream, span: Span) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens
        .iter_mut()
        .last()
        .into_iter()
        .for_each(|last| last.set_span(span));
    tokens.into_iter().collect()
}

/// One struct, or a list of them.
fn repeated(of: &StructType, value: impl Fn(&Ident) -> TokenStream) -> TokenStream {
    let one = value(&of.name);
    match of.count {
        None => one,
        Some(count) => {
            let each = std::iter::repeat_n(one, count);
            quote!([#(#each),*])
        }
    }
}

/// What `zeros` calls the size of a dimension: like it, but like no constant of the surroundings.
fn sized(name: &Ident) -> Ident {
    format_ident!("{}_", text(name).to_lowercase(), span = Span::mixed_site())
}

/// An extent as Rust: a literal, or what `zeros` is given.
fn size(dim: &Dim) -> TokenStream {
    let offset = Literal::i64_unsuffixed(dim.offset.abs());
    match dim.name.as_ref().map(sized) {
        None => quote!(#offset),
        Some(name) if dim.offset == 0 => quote!(#name),
        Some(name) if dim.offset < 0 => quote!(#name.saturating_sub(#offset)),
        Some(name) => quote!(#name + #offset),
    }
}

fn literal(shape: &Shape) -> Vec<graph::Dim> {
    let dims = shape.dims.iter();
    dims.map(|dim| graph::Dim::literal(dim.offset)).collect()
}
