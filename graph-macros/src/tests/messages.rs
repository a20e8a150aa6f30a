//! Messages: a compile-fail case for every row of the tables, and a row of the guide's page for every message that a case shows.

use std::fs;
use std::path::Path;

use crate::errors;

/// What a message says whatever the program, as pieces between what depends on it.
type Pieces = Vec<String>;

/// The messages of the guide's page on compile errors, where `…` stands for what depends on the program.
fn page() -> Vec<Pieces> {
    let page = include_str!("../../../graph-runtime/docs/guide/troubleshooting.md");
    let message = |line: &str| {
        let text = line.strip_prefix("| ``")?.split_once("``")?.0.trim();
        Some(text.split('…').map(str::to_owned).collect())
    };
    page.lines().filter_map(message).collect()
}

/// The messages of the tables, whose texts are those of `format!`.
fn tables() -> Vec<Pieces> {
    errors::TEXTS.concat().into_iter().map(pieces).collect()
}

fn pieces(text: &str) -> Pieces {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '{' | '}' if signs.next_if_eq(&sign).is_some() => piece.push(sign),
            '{' => {
                signs.by_ref().find(|sign| *sign == '}');
                pieces.push(std::mem::take(&mut piece));
            }
            sign => piece.push(sign),
        }
    }
    pieces.push(piece);
    pieces
}

/// The first lines of all errors and warnings of the cases, without their codes.
fn shown() -> Vec<String> {
    let mut shown = Vec::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    collect(&cases, &mut shown);
    assert!(shown.len() > 150, "the cases are found");
    shown
}

fn collect(folder: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|end| end == "stderr") {
            let text = fs::read_to_string(path).expect("a case is text");
            let is_head = |line: &&str| line.starts_with("error") || line.starts_with("warning");
            let heads = text.lines().filter(is_head);
            into.extend(heads.filter_map(|line| Some(line.split_once(": ")?.1.to_owned())));
        }
    }
}

/// Whether a message is made of these pieces, with any text between them.
fn matches(pieces: &[String], message: &str) -> bool {
    let [first, others @ ..] = pieces else {
        return false;
    };
    let Some(mut rest) = message.strip_prefix(&**first) else {
        return false;
    };
    for piece in others {
        let Some(at) = rest.find(&**piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    match others.last() {
        Some(last) => message.ends_with(&**last),
        None => rest.is_empty(),
    }
}

/// A message that several rows match is that of the row which says most.
#[test]
fn every_row_of_the_tables_has_a_case() {
    let rows = tables();
    let mut has_case = vec![false; rows.len()];
    for message in shown() {
        let said = |at: &usize| rows[*at].iter().map(String::len).sum::<usize>();
        let matching = (0..rows.len()).filter(|at| matches(&rows[*at], &message));
        if let Some(row) = matching.max_by_key(said) {
            has_case[row] = true;
        }
    }
    let without = rows.iter().zip(has_case).filter(|(_, has)| !has);
    let without: Vec<String> = without.map(|(row, _)| row.join("…")).collect();
    assert!(without.is_empty(), "no case for {without:#?}");
}

#[test]
fn the_page_has_every_message_and_no_other() {
    let (rows, shown) = (page(), shown());
    let has_row = |message: &&String| rows.iter().any(|row| matches(row, message));
    let without: Vec<&String> = shown.iter().filter(|text| !has_row(text)).collect();
    assert!(without.is_empty(), "no row for {without:#?}");
    let has_case = |row: &&Pieces| shown.iter().any(|message| matches(row, message));
    let without: Vec<&Pieces> = rows.iter().filter(|row| !has_case(row)).collect();
    assert!(without.is_empty(), "no case for {without:#?}");
}

#[test]
fn a_row_matches_what_it_says_and_no_more() {
    let row = pieces("a {x} {{b}}");
    assert_eq!(row, ["a ", " {b}"]);
    assert!(matches(&row, "a long {b}"));
    assert!(matches(&pieces("a {}"), "a long b"));
    assert!(!matches(&row, "a long {b} c"));
    assert!(!matches(&row, "the a long {b}"));
    assert!(!matches(&pieces("a"), "a long"));
}
