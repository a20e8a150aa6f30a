//! What an editor does with names inside of `graph!`: from each use it finds the definition, shows its documentation, and
//! renames all of them together. Asked of rust-analyzer, where it is installed: the variable `RUST_ANALYZER` says where, else
//! it is found on the path.
//!
//! Invariant: in `program.rs` a word of the list below means one thing, so a rename is right that changes it everywhere.

mod client;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use client::{Client, uri};
use serde_json::{Value, json};

const PROGRAM: &str = include_str!("program.rs");

/// A name, which of its occurrences define it, at which of them an editor is asked, and what each shows.
struct Name {
    word: &'static str,
    defined: &'static [usize],
    asked: Range<usize>,
    shows: &'static str,
}

const fn name(
    word: &'static str,
    defined: &'static [usize],
    asked: Range<usize>,
    shows: &'static str,
) -> Name {
    Name {
        word,
        defined,
        asked,
        shows,
    }
}

/// Beside what is inside of a graph, fields are asked outside of it. A struct of derivatives is one of several, and so is not.
const NAMES: &[Name] = &[
    name("weight", &[0], 0..4, "The input `weight`, a number."),
    name(
        "label",
        &[0],
        0..2,
        "The input `label`, a number, held constant.",
    ),
    name("margin", &[0], 0..4, "What the model says."),
    name("cost", &[1], 0..2, "The definition `cost`."),
    name("turn", &[0], 0..2, "The index of a loop."),
    name("carried", &[0], 0..2, "What the loop carries"),
    name("step", &[0], 0..2, "The index of a loop."),
    name(
        "points",
        &[0],
        0..3,
        "The input `points` of shape `[count, 2]`.",
    ),
    name("count", &[0], 0..4, "A dimension"),
    name("column", &[0], 0..2, "The definition `column`."),
    name("row", &[0], 0..2, "The index of a loop."),
    name("across", &[0], 0..3, "The index of a loop."),
    name("down", &[0], 0..2, "The index of a loop."),
    name("gap", &[0], 0..2, "A value of this body."),
    name("picked", &[0], 0..2, "The index of a loop."),
    name("height", &[0], 0..3, "A dimension"),
    name("lower", &[0], 0..2, "The definition `lower`."),
    name("upper", &[0], 0..2, "The definition `upper`."),
    name(
        "chosen",
        &[0],
        0..2,
        "The input `chosen`, labels `index[picks]`.",
    ),
    name("root", &[0], 0..2, "A value of this body."),
    name("halves", &[1], 0..2, "halves(amount) -> (less, more)"),
    name("logistic", &[0], 0..2, "One case."),
    name("doubled", &[1], 0..2, "doubled(half) -> whole"),
    name("Rotor", &[0], 0..3, "pub struct Rotor"),
    name("blades", &[0], 0..3, "How many there are"),
    name("hub", &[0], 0..2, "hub"),
    name("near", &[0, 1], 1..3, "let near: f64"),
    name("middle", &[0], 0..3, "Between both."),
];

/// Where rust-analyzer is, if it answers.
fn server() -> Option<String> {
    let server = std::env::var("RUST_ANALYZER").unwrap_or_else(|_| "rust-analyzer".to_owned());
    let answer = Command::new(&server).arg("--version").output().ok()?;
    answer.status.success().then_some(server)
}

/// A crate that depends on the runtime and is this program.
fn edited(folder: &Path) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are in the workspace's folder");
    let manifest = format!(
        "[package]\nname = \"edited\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         graph-runtime = {{ path = {:?} }}\n",
        workspace.join("graph-runtime")
    );
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let file = folder.join("src/lib.rs");
    fs::write(&file, PROGRAM).unwrap();
    file
}

/// Where the word stands by itself.
fn occurrences(word: &str) -> Vec<usize> {
    let is_part =
        |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
    let found = PROGRAM.match_indices(word).map(|(at, _)| at);
    let whole = |at: &usize| {
        let (before, behind) = (&PROGRAM[..*at], &PROGRAM[at + word.len()..]);
        !is_part(before.chars().next_back()) && !is_part(behind.chars().next())
    };
    found.filter(whole).collect()
}

/// Line and column, both from 0; the program has ASCII signs only.
fn position(at: usize) -> Value {
    let before = &PROGRAM[..at];
    let column = at - before.rfind('\n').map_or(0, |end| end + 1);
    json!({ "line": before.matches('\n').count(), "character": column })
}

/// Where an answer's ranges begin, each once and in order.
fn starts(ranges: &[&Value]) -> Vec<usize> {
    let lines: Vec<usize> = std::iter::once(0)
        .chain(PROGRAM.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).unwrap();
    let start = |range: &&Value| {
        let start = &range["start"];
        lines[number(&start["line"])] + number(&start["character"])
    };
    let mut starts: Vec<usize> = ranges.iter().map(start).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

struct Editor {
    client: Client,
    file: String,
}

impl Editor {
    fn ask(&mut self, method: &str, at: usize, more: &Value) -> Value {
        let mut params = json!({ "textDocument": { "uri": self.file }, "position": position(at) });
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        self.client
            .request(&format!("textDocument/{method}"), &params)
    }

    fn definitions(&mut self, at: usize) -> Vec<usize> {
        let answer = self.ask("definition", at, &json!({}));
        let found = answer.as_array().cloned().unwrap_or_default();
        assert!(
            found.iter().all(|place| place["uri"] == self.file.as_str()),
            "{answer}"
        );
        starts(
            &found
                .iter()
                .map(|place| &place["range"])
                .collect::<Vec<_>>(),
        )
    }

    fn highlights(&mut self, at: usize) -> Vec<usize> {
        let answer = self.ask("documentHighlight", at, &json!({}));
        let found = answer.as_array().cloned().unwrap_or_default();
        starts(
            &found
                .iter()
                .map(|place| &place["range"])
                .collect::<Vec<_>>(),
        )
    }

    fn hover(&mut self, at: usize) -> String {
        let answer = self.ask("hover", at, &json!({}));
        answer["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Where a rename writes the new name.
    fn renamed(&mut self, at: usize) -> Vec<usize> {
        let answer = self.ask("rename", at, &json!({ "newName": "renamed" }));
        let changes = answer["documentChanges"].as_array().cloned();
        let edits = changes.iter().flatten();
        let edits =
            edits.flat_map(|change| change["edits"].as_array().cloned().unwrap_or_default());
        let edits: Vec<Value> = edits.collect();
        assert!(
            edits.iter().all(|edit| edit["newText"] == "renamed"),
            "{answer}"
        );
        starts(&edits.iter().map(|edit| &edit["range"]).collect::<Vec<_>>())
    }
}

#[test]
fn every_use_leads_to_its_definition_and_is_renamed_with_it() {
    let Some(server) = server() else {
        println!("skipped: no rust-analyzer is installed, nor named by RUST_ANALYZER");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let file = uri(&edited(&root));
    let options = json!({
        "cargo": {
            "targetDir": Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor"),
            "extraEnv": { "CARGO_NET_OFFLINE": "true" },
        },
        "cachePriming": { "enable": false },
        "checkOnSave": false,
    });
    let mut client = Client::start(&server, &root, &options);
    let document = json!({ "uri": file, "languageId": "rust", "version": 1, "text": PROGRAM });
    client.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    let mut editor = Editor { client, file };
    for name in NAMES {
        let places = occurrences(name.word);
        let defined: Vec<usize> = name.defined.iter().map(|at| places[*at]).collect();
        for count in name.asked.clone() {
            let at = &places[count];
            let what = format!("`{}`, occurrence {count}", name.word);
            assert_eq!(editor.definitions(*at), defined, "the definition of {what}");
            let shown = editor.hover(*at);
            assert!(shown.contains(name.shows), "{what} shows\n{shown}");
            assert_eq!(editor.renamed(*at), places, "what is renamed with {what}");
            if name.defined.len() == 1 {
                assert_eq!(editor.highlights(*at), places, "what is shown with {what}");
            }
        }
    }
    // An own operation is two items of one name, a module and a function, of which the call is the function's.
    let places = occurrences("cubed");
    assert_eq!(editor.definitions(places[0]), [places[2]]);
    assert_eq!(editor.renamed(places[0]), [places[0], places[2]]);
}
