//! Snapshots of a few expansions, formatted as a person would read them.
//!
//! A change to a snapshot is read in review like source. `GRAPH_UPDATE_SNAPSHOTS=1` writes them anew.

use std::path::Path;
use std::str::FromStr;

use proc_macro2::TokenStream;

/// The expansion of a program, formatted.
pub(super) fn expanded(program: &str) -> String {
    let tokens = TokenStream::from_str(&format!("(graph_runtime) {program}"));
    let expansion = crate::expand(tokens.expect("the program has tokens"), false).to_string();
    let file = syn::parse_file(&expansion)
        .or_else(|_| syn::parse_file(&format!("fn inline() {{ {expansion} }}")));
    prettyplease::unparse(&file.expect("the expansion is Rust"))
}

fn check(name: &str, program: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.rs"));
    let found = expanded(program);
    if std::env::var_os("GRAPH_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &found).expect("the snapshot can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = found
        .lines()
        .zip(expected.lines())
        .position(|(found, expected)| found != expected);
    let at = differs.unwrap_or_else(|| found.lines().count().min(expected.lines().count()));
    assert!(
        found == expected,
        "{} differs from line {} on:\n- {}\n+ {}",
        path.display(),
        at + 1,
        expected.lines().nth(at).unwrap_or("(the end)"),
        found.lines().nth(at).unwrap_or("(the end)")
    );
}

#[test]
fn inline_square() {
    check("inline_square", "z = (x + y)^2");
}

#[test]
fn function_with_constant_and_branch() {
    check(
        "constant_and_branch",
        "pub fn f(x, const k) -> y { s = k * x; y = if s > 0 { sqrt(s) } else { 0 }; }",
    );
}

#[test]
fn second_derivatives() {
    check(
        "second_derivatives",
        "#[graph(hessian)] fn f(a, b) -> z { z = exp(a - b) * b; }",
    );
}

#[test]
fn small_arrays() {
    check(
        "small_arrays",
        "fn rotate(angle, v: [2]) -> w: [2] { w = [[cos(angle), -sin(angle)], [sin(angle), cos(angle)]] @ v; }",
    );
}

#[test]
fn surroundings() {
    check(
        "surroundings",
        "fn loss(w, x) -> l { l = other::model(w, x)^2 + { DECAY } * w^2; }",
    );
}

#[test]
fn arrays_of_any_size() {
    check(
        "arrays",
        "fn layer(x: [n, 3], w: [3, 2], b: [2]) -> s { s = sum(tanh(x @ w + b)); }",
    );
}

#[test]
fn what_is_shown_is_rust_with_every_item_once() {
    let runtime = TokenStream::from_str("graph_runtime").expect("a path");
    let inline = ["z = (x + y)^2", "x: [n]; s = sum(x) * { k }"];
    for program in super::stages::CORPUS.iter().chain(&inline) {
        let tokens = TokenStream::from_str(&format!("(graph_runtime) {program}"));
        let code = crate::compile(tokens.expect("the program has tokens"), false).code;
        let items = crate::show::items(code, &runtime);
        for (name, text) in &items {
            let item = syn::parse_str::<syn::Item>(text);
            assert!(item.is_ok(), "{program}: {name}\n{text}");
            assert!(!text.contains("__private") && !text.contains('#'), "{text}");
            assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
        }
        for name in ["Forward", "Grad", "forward", "backward"] {
            let count = items.iter().filter(|(known, _)| known == name).count();
            assert!(count >= 1, "{program}: `{name}` is there {count} times");
        }
    }
}

/// Where the runtime has no `ndarray`, graphs that need it are one error, and all others are as ever.
#[test]
fn arrays_of_any_size_without_ndarray() {
    let expand = |runtime: &str, program: &str| {
        let tokens = TokenStream::from_str(&format!("({runtime}) {program}"));
        crate::expand(tokens.expect("the program has tokens"), false).to_string()
    };
    for program in ["fn f(x: [n]) -> y { y = sum(x); }", "x: [n]; y = sum(x)"] {
        let expansion = expand("graph_runtime !", program);
        assert!(
            expansion.contains("need the feature `ndarray`"),
            "{expansion}"
        );
        assert!(!expansion.contains("Array"), "{expansion}");
    }
    let program = "fn f(x: [3]) -> y { y = sum(x); }";
    assert_eq!(
        expand("graph_runtime !", program),
        expand("graph_runtime", program)
    );
}

/// In the documentation of the function as a list, and at the adjoint of the input.
#[test]
fn documentation_of_inputs() {
    let head = "/// The value.\n fn f(\n /// The first.\n ///\n /// And more.\n x,\n /** Sizes. */ w: SHAPE) -> y { y = sum(w)*x; }";
    for shape in ["[2]", "[n]"] {
        let found = expanded(&head.replace("SHAPE", shape));
        let list = "/// The value.\n///\n///# Inputs\n///\n///- `x`: The first.\n///\n///   And more.\n///- `w`: Sizes.";
        let list_found: String = found.lines().take(8).collect::<Vec<_>>().join("\n");
        assert_eq!(list_found, list, "{shape}");
        let (_, field) = found
            .split_once("///The adjoint of the input `w`.")
            .expect("it is there");
        assert!(field.trim_start().starts_with("///\n"), "{shape}: {found}");
        assert_eq!(field.matches("Sizes.").count(), 1, "{shape}: {found}");
    }
}
