//! Structs of other blocks, which `use` brings into a block.
//!
//! A macro sees the tokens that it is given and no others. So every struct has a companion, a macro of the struct's own name, which
//! hands its declaration on: a block with `use geometry::Pose;` becomes a call of `geometry::Pose!` with the rest of the block, and
//! that a block again, with the declaration in front. Invariant: when a block is read, every `use` in it is a declaration in front.
//!
//! ```text
//! import = "extern" "{" path name "}" "{" struct+ "}"     the last struct is meant, the others are in it
//! ```

use std::hash::{Hash, Hasher};

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::cursor::Cursor;
use crate::errors::{Errors, Names, Reading};
use crate::hash::{Map, Set};
use crate::structs::named;
use crate::syntax::{Given, Struct, StructType, Type, text};

/// A struct that is brought in: by which path, and under which name.
struct Import {
    path: TokenStream,
    name: Ident,
}

/// The call that finds out about the first `use` of a block, if there is one.
pub fn first(
    entry: &str,
    runtime: &TokenStream,
    head: &TokenStream,
    tokens: &TokenStream,
) -> Option<Result<TokenStream, Errors>> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_use = |at: &usize| matches!(&all[*at], TokenTree::Ident(word) if word == "use");
    let start = (0..all.len()).find(is_use)?;
    let is_end =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';');
    let length = all[start..].iter().position(is_end)?;
    let mut errors = Errors::default();
    let mut imports = Vec::new();
    let tree: TokenStream = all[start + 1..start + length].iter().cloned().collect();
    read(
        Cursor::new(tree, all[start].span()),
        TokenStream::new(),
        &mut imports,
        &mut errors,
    );
    if !errors.is_empty() {
        return Some(Err(errors));
    }
    let (before, behind) = (&all[..start], &all[start + length + 1..]);
    if let Some(last) = before.last().filter(|last| is_more(last)) {
        errors.report(crate::syntax::place_of(last), Reading::UseWithMore);
        return Some(Err(errors));
    }
    let entry = Ident::new(entry, Span::call_site());
    let mut imports = imports.into_iter();
    let Import { path, name } = imports.next()?;
    let others = imports.map(|Import { path, name }| quote!(use #path as #name;));
    Some(Ok(quote! {
        #path ! { { #runtime::__private::#entry ! } #head { #path, #name } #(#others)* #(#before)* #(#behind)* }
    }))
}

/// `pub`, `pub(crate)` or an attribute.
fn is_more(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word == "pub",
        TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
        _ => false,
    }
}

/// `a::b::{C, D as E}`.
fn read(mut cursor: Cursor, prefix: TokenStream, imports: &mut Vec<Import>, errors: &mut Errors) {
    let mut path = prefix;
    let mut last: Option<Ident> = None;
    loop {
        let place = cursor.place();
        if cursor.peeks("::") {
            path.extend(cursor.next());
            path.extend(cursor.next());
        } else if let Some(list) = cursor.group(Delimiter::Brace) {
            for part in parts(&list) {
                read(
                    Cursor::new(part, list.span()),
                    path.clone(),
                    imports,
                    errors,
                );
            }
            return;
        } else if cursor.peeks_word("as") {
            cursor.next();
            match (cursor.ident(), last) {
                (Some(name), Some(_)) => imports.push(Import { path, name }),
                _ => errors.report(
                    place,
                    Reading::Expected {
                        what: "a name",
                        found: None,
                    },
                ),
            }
            return;
        } else if let Some(name) = cursor.ident() {
            path.extend([TokenTree::from(name.clone())]);
            last = Some(name);
        } else {
            break;
        }
    }
    let place = cursor.place();
    match last.filter(|_| cursor.at_end()) {
        Some(name) => imports.push(Import { path, name }),
        None => {
            let found = cursor.text();
            let what = "the name of a struct, as in `use crate::geometry::Pose;`";
            errors.report(
                place,
                Reading::Expected {
                    what,
                    found: found.as_deref(),
                },
            );
        }
    }
}

fn parts(list: &Group) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    let parts = tokens.split(is_comma).filter(|part| !part.is_empty());
    parts.map(|part| part.iter().cloned().collect()).collect()
}

/// What tells a struct apart: its name, and where it stands.
pub fn id(name: &Ident, written: &TokenStream) -> Ident {
    let mut hasher = std::hash::DefaultHasher::new();
    written.to_string().hash(&mut hasher);
    if proc_macro::is_available() {
        let span = name.span().unwrap();
        (span.file(), span.line(), span.column()).hash(&mut hasher);
        // Of what another macro has written several times, each is a struct of its own.
        format!("{span:?}").hash(&mut hasher);
        std::env::var("CARGO_PKG_NAME").ok().hash(&mut hasher);
    }
    let hash = hasher.finish();
    // No token of the user's, to an editor.
    Ident::new(&format!("{}_{hash:016x}", text(name)), Span::mixed_site())
}

/// A declaration that stands in front of a block: the path and the name of the struct that is meant, which is the last one.
type Brought = (TokenStream, Ident, Vec<Struct>);

/// The declarations that stand in front of a block, the last one first, as structs of it. What is in them and has no name here is
/// called by its id.
pub fn named_here(mut groups: Vec<Brought>, errors: &mut Errors) -> Vec<Struct> {
    set_apart(&mut groups, errors);
    let mut names: Map<String, Ident> = Map::default();
    let mut structs: Vec<Struct> = Vec::new();
    let mut seen = Set::default();
    for (_, name, declared) in &groups {
        if let Some(last) = declared.last() {
            names
                .entry(last.id.to_string())
                .or_insert_with(|| name.clone());
        }
    }
    for (path, _, declared) in groups {
        let last = declared.len().saturating_sub(1);
        for (at, mut found) in declared.into_iter().enumerate() {
            let is_meant = at == last;
            if !seen.insert(found.id.to_string()) {
                if is_meant
                    && let Some(known) = structs.iter_mut().find(|known| known.id == found.id)
                {
                    known.import = Some(path.clone());
                }
                continue;
            }
            let here = |id: &Ident| {
                names
                    .get(&id.to_string())
                    .cloned()
                    .unwrap_or_else(|| id.clone())
            };
            found.name = here(&found.id);
            for field in &mut found.fields {
                if let Type::Struct(of) = &mut field.of {
                    of.name = here(&of.name);
                }
            }
            found.import = Some(if is_meant {
                path.clone()
            } else {
                TokenStream::new()
            });
            structs.push(found);
        }
    }
    structs
}

/// Reports a struct that has a second name, under which it is one of its own from here on: no other mistake follows.
fn set_apart(groups: &mut [Brought], errors: &mut Errors) {
    let mut names: Map<String, Ident> = Map::default();
    for (_, name, declared) in groups {
        let Some(meant) = declared.last_mut() else {
            continue;
        };
        let later = names
            .entry(meant.id.to_string())
            .or_insert_with(|| name.clone());
        let (known, second) = (&text(name), &text(later));
        if known != second {
            let name = second;
            errors.report(later.span(), Names::StructRenamed { name, known });
            meant.id = format_ident!("{}_{known}", meant.id);
        }
    }
}

/// The companion of a struct of this block.
pub fn companion(structs: &[Struct], found: &Struct) -> TokenStream {
    let declarations = unplaced(closure(structs, found));
    let (id, name, visibility) = (&found.id, &found.name, &found.visibility);
    let hidden = format_ident!("__struct_{id}", span = Span::mixed_site());
    // No token of the user's, which is the struct's to an editor.
    let mut name = name.clone();
    name.set_span(Span::mixed_site());
    let is_public = visibility.to_string() == "pub";
    let export = is_public.then(|| quote!(#[allow(non_local_definitions)] #[macro_export]));
    quote! {
        #[doc(hidden)]
        #export
        macro_rules! #hidden {
            ({ $($call:tt)* } ($($head:tt)*) { $($import:tt)* } $($rest:tt)*) => {
                $($call)* { ($($head)*) extern { $($import)* } { #declarations } $($rest)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #visibility use #hidden as #name;
    }
}

/// The same tokens without their places, which are other tokens' to an editor.
fn unplaced(tokens: TokenStream) -> TokenStream {
    let unplaced = |token| match token {
        TokenTree::Group(group) => Group::new(group.delimiter(), unplaced(group.stream())).into(),
        mut token => {
            token.set_span(Span::call_site());
            token
        }
    };
    tokens.into_iter().map(unplaced).collect()
}

/// The declarations of a struct and of all in it, the innermost first.
fn closure(structs: &[Struct], found: &Struct) -> TokenStream {
    let mut order = Vec::new();
    collect(structs, found, &mut order);
    order
        .into_iter()
        .map(|at| declaration(structs, &structs[at]))
        .collect()
}

fn collect(structs: &[Struct], found: &Struct, order: &mut Vec<usize>) {
    for field in &found.fields {
        if let Type::Struct(of) = &field.of {
            collect(structs, &structs[named(structs, &of.name).0], order);
        }
    }
    let at = named(structs, &found.name).0;
    if !order.contains(&at) {
        order.push(at);
    }
}

fn declaration(structs: &[Struct], found: &Struct) -> TokenStream {
    let (id, dims) = (&found.id, &found.dims);
    let dims = (!dims.is_empty()).then(|| quote!([#(#dims),*]));
    let fields = found.fields.iter().map(|field| {
        let name = &field.name;
        let constant = field.constant.then(|| quote!(const));
        let of = match &field.of {
            Type::Number => TokenStream::new(),
            Type::Array(shape) => {
                let (index, dims) = (
                    (shape.given == Given::Labels).then(|| quote!(index)),
                    shape.dims.iter().map(dim),
                );
                quote!(: #index [#(#dims),*])
            }
            Type::Struct(of) => struct_type(structs, of),
        };
        quote!(#constant #name #of)
    });
    quote!(struct #id #dims { #(#fields),* })
}

fn struct_type(structs: &[Struct], of: &StructType) -> TokenStream {
    let id = &structs[named(structs, &of.name).0].id;
    let dims = of.dims.iter().map(dim);
    let dims = (!of.dims.is_empty()).then(|| quote!([#(#dims),*]));
    let count = of.count.map(proc_macro2::Literal::usize_unsuffixed);
    let count = count.map(|count| quote!([#count]));
    quote!(: #id #dims #count)
}

fn dim(dim: &crate::syntax::Dim) -> TokenStream {
    let offset = proc_macro2::Literal::i64_unsuffixed(dim.offset.abs());
    match (&dim.name, dim.offset) {
        (None, _) => quote!(#offset),
        (Some(name), 0) => quote!(#name),
        (Some(name), shift) if shift < 0 => quote!(#name - #offset),
        (Some(name), _) => quote!(#name + #offset),
    }
}
