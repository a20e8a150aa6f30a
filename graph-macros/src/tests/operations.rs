//! OPERATIONS.md is rendered from the rule table, and once more for the guide of the runtime, whose package must hold what it
//! includes; and so are the names in the guide's page on the language. These tests fail when one of them is stale.
//!
//! `GRAPH_UPDATE_SNAPSHOTS=1` writes it anew.

use std::path::Path;

use crate::rule::{Acts, Derivative, Domain, Forward, Rule};
use crate::rules::{RULES, rows};

fn rendered() -> String {
    let mut page = String::from(
        "# Operations\n\nRendered from the rule table. `y` is the result, `s` the seed. Where a slope can be infinite, a seed \
         of zero\ncontributes zero.\n\n| call | value | derivative | domain | conventions |\n|---|---|---|---|---|\n",
    );
    for rule in RULES {
        page += &format!(
            "| `{}` | {} | {} | {} | {} |\n",
            escaped(&rule.signature()),
            escaped(rule.doc),
            derivative(rule),
            domain(rule),
            conventions(rule)
        );
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn code(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", escaped(&words.join(" ")))
}

fn derivative(rule: &Rule) -> String {
    match (rule.derivative, rule.forward) {
        (
            Derivative::Partials(text)
            | Derivative::Back(text)
            | Derivative::Both(text, _)
            | Derivative::Each(text),
            _,
        ) => code(text),
        (Derivative::Zero, _) => "0".to_owned(),
        (
            Derivative::Formula(_),
            Forward::Formula(text) | Forward::Collapse(text) | Forward::Along(text),
        ) => {
            format!("that of {}", code(text))
        }
        (Derivative::Formula(_), _) => "by its definition".to_owned(),
    }
}

fn domain(rule: &Rule) -> String {
    match rule.domain {
        Domain::All => "all".to_owned(),
        Domain::Where(_) => code(rule.domain_text()),
    }
}

fn conventions(rule: &Rule) -> String {
    let kinks = rule
        .kinks
        .iter()
        .map(|(point, slopes)| format!("at `{point:?}`: `{slopes:?}`"));
    kinks.collect::<Vec<_>>().join("; ")
}

#[test]
fn operations_page_is_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = rendered();
    for copy in ["OPERATIONS.md", "../graph-runtime/docs/operations.md"] {
        let path = folder.join(copy);
        if std::env::var_os("GRAPH_UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &page).expect("the page can be written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == page, "{copy} is stale");
    }
}

/// The names of operations that a person calls, in the order of the table.
fn names(fits: impl Fn(&Rule) -> bool) -> String {
    let stop = rows::stop.row().name;
    let called = RULES
        .iter()
        .filter(|rule| rule.is_called() && rule.name != stop && fits(rule));
    called.map(|rule| rule.name).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_on_the_language_names_every_operation() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../graph-runtime/docs/guide/language.md");
    let found = std::fs::read_to_string(&path).expect("the page can be read");
    let rows = [
        ("| entry by entry |", names(|rule| rule.acts == Acts::Entry)),
        ("| of arrays |", names(|rule| rule.acts == Acts::Array)),
    ];
    let fresh = |line: &str| match rows.iter().find(|(title, _)| line.starts_with(title)) {
        Some((title, names)) => format!("{title} `{names}` |\n"),
        None => format!("{line}\n"),
    };
    let page: String = found.lines().map(fresh).collect();
    if std::env::var_os("GRAPH_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
        return;
    }
    assert!(found == page, "the names in language.md are stale");
}
