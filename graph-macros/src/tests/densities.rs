//! Every row of the densities: it can be lowered, by itself and entry by entry, calls nothing that the language does not have, and
//! stands in the guide's table, which is rendered from the rows.
//!
//! `GRAPH_UPDATE_SNAPSHOTS=1` writes the table anew.

use std::path::Path;
use std::str::FromStr;

use proc_macro2::{Span, TokenStream};

use super::stages::lowered_or_texts;
use crate::densities::{DENSITIES, Density, Written, bare};
use crate::syntax::{Given, Input, Param, text};
use crate::{errors::Errors, lower, parse};

fn written(row: &Density) -> Written {
    row.written(Span::call_site())
}

/// An input of the row as that of a program, with so many axes more where it is a number.
fn declared(param: &Param, more: &str) -> String {
    let name = text(&param.name);
    let Some(shape) = &param.shape else {
        return format!("{name}{more}");
    };
    let dims = shape.dims.iter().map(|dim| dim.name.as_ref().map(text));
    let dims: Vec<String> = dims.map(|dim| dim.expect("a name")).collect();
    match shape.given {
        Given::Labels => format!("{name}: index[{}]", dims.join(", ")),
        _ => format!("{name}: [{}]", dims.join(", ")),
    }
}

/// A program that computes the row of its inputs, those which are numbers with a shape of their own.
fn program(row: &Density, more: &str) -> String {
    let params = written(row).function.params;
    let inputs: Vec<String> = params.iter().map(|param| declared(param, more)).collect();
    let names: Vec<String> = params.iter().map(|param| text(&param.name)).collect();
    let (of, parameters) = names.split_first().expect("a density is of something");
    format!(
        "fn f({}) -> l {{ l = {of} ~ {}({}); }}",
        inputs.join(", "),
        row.name,
        parameters.join(", ")
    )
}

#[test]
fn every_row_is_made_of_operations_alone() {
    for row in DENSITIES {
        let of_numbers = written(row).function.params;
        let of_numbers = of_numbers.iter().all(|param| param.shape.is_none());
        let shapes: &[&str] = if of_numbers {
            &["", ": [3]", ": [q, r]"]
        } else {
            &[""]
        };
        for more in shapes {
            let program = program(row, more);
            let unit = lowered_or_texts(&program);
            let unit = unit.unwrap_or_else(|texts| panic!("{program}: {texts:?}"));
            assert_eq!(unit.graph.verify(), Ok(()), "{program}");
            assert!(
                unit.graph.calls.is_empty(),
                "{program}: something unknown is called"
            );
            let [output] = &unit.outputs[..] else {
                panic!("{program}: several outputs");
            };
            let axes = unit.graph.node(output.nodes[0]).shape.len();
            if of_numbers {
                let of_input = unit.graph.node(unit.inputs[0].nodes[0]).shape.len();
                assert_eq!(axes, of_input, "{program}");
            }
        }
    }
}

/// What would be wrong with a row is found: a name that is nothing.
#[test]
fn a_row_with_an_unknown_name_would_be_found() {
    let tokens = TokenStream::from_str("fn f(x) -> l { l = ln_gama(x); }").expect("tokens");
    let (input, mut errors) = parse::input(tokens);
    let Input::Block(block) = input else {
        panic!("a block")
    };
    let unit = lower::block(&block, &mut errors).pop().expect("a function");
    assert!(Errors::is_empty(&errors) && !unit.graph.calls.is_empty());
}

fn code(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", words.join(" ").replace('|', "\\|"))
}

const HEAD: &str = "| density | parameters | support | what |";

fn table() -> String {
    let mut table = format!("{HEAD}\n|---|---|---|---|\n");
    for row in DENSITIES {
        let written = written(row);
        let domain = written
            .domain
            .iter()
            .map(|(_, condition, _)| code(condition));
        let domain: Vec<String> = domain.collect();
        let domain = if domain.is_empty() {
            "any".to_owned()
        } else {
            domain.join(", ")
        };
        let support = bare(row.support);
        let support = if support == "all" {
            support.to_owned()
        } else {
            code(support)
        };
        let what = row.doc.trim().replace('|', "\\|");
        table += &format!(
            "| {} | {domain} | {support} | {what} |\n",
            code(&written.form())
        );
    }
    table
}

#[test]
fn the_table_of_the_guide_is_fresh() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../graph-runtime/docs/guide/statistics.md");
    let page = std::fs::read_to_string(&path).expect("the page can be read");
    let (before, rest) = page.split_once(HEAD).expect("there is a table");
    let (_, behind) = rest
        .split_once("\n\n")
        .expect("there is more behind the table");
    let fresh = format!("{before}{}\n{behind}", table());
    if std::env::var_os("GRAPH_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &fresh).expect("the page can be written");
        return;
    }
    assert!(
        page == fresh,
        "the table of densities in statistics.md is stale"
    );
}
