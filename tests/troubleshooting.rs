//! The guide's page on compile errors: it has a row for every message that a case in `ui` shows, and none besides.

use std::fs;
use std::path::Path;

/// The messages of the page, as pieces between what depends on the program.
fn rows() -> Vec<String> {
    let page = include_str!("../graph-runtime/docs/guide/troubleshooting.md");
    let message = |line: &str| {
        Some(
            line.strip_prefix("| ``")?
                .split_once("``")?
                .0
                .trim()
                .to_owned(),
        )
    };
    page.lines().filter_map(message).collect()
}

/// The first lines of all errors and warnings, without their codes.
fn messages(folder: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            messages(&path, into);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            let text = fs::read_to_string(path).unwrap();
            let heads = text
                .lines()
                .filter(|line| line.starts_with("error") || line.starts_with("warning"));
            into.extend(heads.filter_map(|line| Some(line.split_once(": ")?.1.to_owned())));
        }
    }
}

/// Whether a message is one of a row, whose `…` stands for any text.
fn matches(row: &str, message: &str) -> bool {
    let mut pieces = row.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = message.strip_prefix(first) else {
        return false;
    };
    let mut last = first;
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
        last = piece;
    }
    row.ends_with('…') || rest.is_empty() || message.ends_with(last)
}

#[test]
fn every_message_has_a_row_and_every_row_a_message() {
    let mut shown = Vec::new();
    messages(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"),
        &mut shown,
    );
    assert!(shown.len() > 150, "the cases are found");
    let rows = rows();
    for message in &shown {
        assert!(
            rows.iter().any(|row| matches(row, message)),
            "no row for: {message}"
        );
    }
    for row in &rows {
        assert!(
            shown.iter().any(|message| matches(row, message)),
            "no case for: {row}"
        );
    }
}

#[test]
fn a_row_matches_what_it_says_and_no_more() {
    assert!(matches("a … b", "a long b"));
    assert!(matches("a …", "a long b"));
    assert!(!matches("a … b", "a long b c"));
    assert!(!matches("a … b", "the a long b"));
}
