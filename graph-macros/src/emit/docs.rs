//! What rustdoc says of a function of the language: how it is declared, its formulas, and where its derivatives are.
//!
//! Invariant: the words are the user's own, as they stand in the file, and a page never becomes longer than a screen by them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::show;
use crate::syntax::{Dim, Function, Given, Param, Shape, text};

/// The most lines of formulas.
const MOST_LINES: usize = 40;

/// `layer(x: [n, 2], const k) -> loss`, as it is declared.
pub fn declaration(function: &Function) -> String {
    let params: Vec<String> = function.params.iter().map(param).collect();
    let outputs = function.outputs.iter();
    let outputs: Vec<String> = outputs
        .map(|output| text(&output.name) + &annotation(output.shape.as_ref()))
        .collect();
    let outputs = match &*outputs {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    };
    let name = text(&function.name);
    format!("{name}({}) -> {outputs}", params.join(", "))
}

fn param(param: &Param) -> String {
    let constant = if param.constant && param.given() == Given::Numbers {
        "const "
    } else {
        ""
    };
    format!(
        "{constant}{}{}",
        text(&param.name),
        annotation(param.shape.as_ref())
    )
}

fn annotation(shape: Option<&Shape>) -> String {
    let Some(shape) = shape else {
        return String::new();
    };
    let index = match shape.given {
        Given::Numbers => "",
        Given::Labels => "index",
        Given::Count => return ": count".to_owned(),
    };
    let dims: Vec<String> = shape.dims.iter().map(dim).collect();
    format!(": {index}[{}]", dims.join(", "))
}

fn dim(dim: &Dim) -> String {
    match (&dim.name, dim.offset) {
        (None, size) => size.to_string(),
        (Some(name), 0) => text(name),
        (Some(name), shift) if shift < 0 => format!("{} - {}", text(name), -shift),
        (Some(name), shift) => format!("{} + {shift}", text(name)),
    }
}

/// What follows the user's own words about a function.
pub fn formulas(function: &Function) -> TokenStream {
    let written = show::written(function.written.clone());
    let mut lines: Vec<&str> = written.lines().take(MOST_LINES).collect();
    if written.lines().count() > MOST_LINES {
        lines.push("…");
    }
    let (declaration, lines, name) = (
        declaration(function),
        lines.join("\n"),
        text(&function.name),
    );
    let docs = format!(
        "\n```text\n{declaration}\n\n{lines}\n```\n\nWhat else there is of it is in the module [`{name}`](mod@{name})."
    );
    quote!(#[doc = #docs])
}

/// What is said of an item of the module beside its own words.
pub fn belongs(function: &Function) -> TokenStream {
    let docs = format!("\nOf `{}`.", declaration(function));
    quote!(#[doc = #docs])
}
