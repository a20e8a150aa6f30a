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

/// Programs whose names are those that generated code would like to have.
const GREEDY: &[&str] = &[
    "#[graph(hessian, batch)] fn f(x, d_x) -> y { y = x^2*d_x; }",
    "#[graph(hessian, batch)] fn f(grad, value, forward, points, results, derivatives) -> d_grad { d_grad = grad*value*forward*points*results*derivatives; }",
    "#[graph(batch)] fn f(w: [2], w_0, entry_0, result_0) -> (y, d_y) { y = w[0] + w_0*w[1]*entry_0; d_y = exp(w_0*w[1])*result_0; }",
    "fn g(x) -> y { a = exp(x); y = a*a; } fn f(x, t1) -> z { q = g(x); g_a = x*t1; z = q*g_a; }",
    "#[graph(hessian)] fn f(x: [n], d_x: [n], workspace, grad, x_read, x_memory) -> value { value = sum(exp(x)*d_x)*workspace*grad*x_read*x_memory; }",
    "#[graph(ode)] fn f(v, y: [2], p, dy, out, found, value) -> t: [2] { t = y*v*p*dy*out*found*value; }",
    "#[graph(ode)] fn f(v, y: [n], p, dy, out: [n], found, value) -> t: [n] { t = y*v*p*dy*out*found*value; }",
    "fn f(inputs: [n], size_n, forward) -> (value, d_value) { value = exp(inputs)*size_n; d_value = value*forward; }",
];

/// The names of a function's parameters, and of the variables of its body.
fn bound(signature: &syn::Signature, body: &syn::Block) -> Vec<String> {
    let params = signature.inputs.iter().filter_map(|param| match param {
        syn::FnArg::Typed(param) => Some(&*param.pat),
        syn::FnArg::Receiver(_) => None,
    });
    let locals = body.stmts.iter().filter_map(|statement| match statement {
        syn::Stmt::Local(local) => Some(&local.pat),
        _ => None,
    });
    let mut names = Vec::new();
    params
        .chain(locals)
        .for_each(|pattern| in_pattern(pattern, &mut names));
    names
}

fn in_pattern(pattern: &syn::Pat, names: &mut Vec<String>) {
    match pattern {
        syn::Pat::Ident(name) => names.push(name.ident.to_string()),
        syn::Pat::Type(typed) => in_pattern(&typed.pat, names),
        syn::Pat::Tuple(parts) => parts.elems.iter().for_each(|part| in_pattern(part, names)),
        syn::Pat::Slice(parts) => parts.elems.iter().for_each(|part| in_pattern(part, names)),
        _ => {}
    }
}

/// Who reads an expansion knows nothing of hygiene: no function has two variables of one name, and no struct two fields.
#[test]
fn what_is_shown_has_no_name_twice() {
    let runtime = TokenStream::from_str("graph_runtime").expect("a path");
    for program in GREEDY.iter().chain(super::stages::CORPUS) {
        let tokens = TokenStream::from_str(&format!("(graph_runtime) {program}"));
        let code = crate::compile(tokens.expect("the program has tokens"), false).code;
        for (name, text) in crate::show::items(code, &runtime) {
            // A memory that goes from one array to the next, and what a problem makes of its vector, have names again and again.
            if name.contains("::") || name == "check" {
                continue;
            }
            let item = syn::parse_str::<syn::Item>(&text).expect("an item");
            let mut names = match &item {
                syn::Item::Fn(function) => bound(&function.sig, &function.block),
                syn::Item::Impl(block) => match &block.items[0] {
                    syn::ImplItem::Fn(method) => bound(&method.sig, &method.block),
                    _ => Vec::new(),
                },
                syn::Item::Struct(item) => {
                    let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
                    fields.map(ToString::to_string).collect()
                }
                _ => Vec::new(),
            };
            names.sort();
            let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
            assert_eq!(twice, None, "{program}: {name}\n{text}");
        }
    }
}

/// `tests/language/hygiene/declared.rs` calls an input and a function by each name that generated code declares, but for numbers in it.
#[test]
fn declared_names_are_tried() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/language/hygiene/declared.rs");
    let tried = std::fs::read_to_string(path).expect("the test is there");
    let words = |text: &str| {
        let numbered = text.replace(|sign: char| sign.is_ascii_digit(), "0");
        let words = numbered.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let tried: std::collections::HashSet<String> = words(&tried).into_iter().collect();
    let programs = [
        "#[graph(hessian, batch)] fn tried(w, const k) -> z { z = exp(w)*{ K }*k; }",
        "#[graph(hessian)] fn tried(w: [n], const k) -> z { z = sum(exp(w))*k; }",
        "fn tried(w: [n]) -> (z, y) { z = w; y = sum(w); }",
        "fn tried(w: [2]) -> (z, y) { z = w; y = other::called(w[0], w); }",
        "#[graph(ode)] fn tried(w, y: [2], const k) -> z: [2] { z = exp(w)*{ K }*y*k; }",
        "#[graph(ode)] fn tried(w, y: [n], k) -> z: [n] { z = exp(w)*y*k; }",
        "z = w^2*{ K }",
        "fn tried(w: [n]) -> z { z = sum(i in 0..n, j in i + 1..n, y = w[i] - w[j]; y^2*i) + sum(each(i in 0..n, w[n - 1 - i])); }",
        "#[graph(hessian)] fn tried(w: [n, 2], y: index[n]) -> z { z = sum(i in 0..n, log_softmax(w[y[i]])[0]) + sum(reshape(w[y], [2, n])) + sum(concat(w, w^2, axis = 1)[0]); }",
        "fn tried(w: [n], y) -> z { z = sum(i in 0..n, other::called(w[i], y)); }",
    ];
    let is_declaration = |word: &str| {
        matches!(
            word,
            "struct" | "enum" | "fn" | "mod" | "const" | "let" | "mut"
        )
    };
    // Those of the program, and words of the language, which no callee has.
    let written = [
        "tried", "w", "k", "z", "y", "inline", "", "_", "self", "grad", "jacobian", "jvp",
    ];
    let mut missing = std::collections::BTreeSet::new();
    for program in programs {
        let declared = words(&expanded(program));
        let pairs = declared.windows(2).filter(|pair| is_declaration(&pair[0]));
        missing.extend(pairs.map(|pair| pair[1].clone()).filter(|word| {
            let is_known = written.contains(&&**word) || word.starts_with("__USES_OF_");
            !is_declaration(word) && !is_known && !tried.contains(word)
        }));
    }
    assert!(missing.is_empty(), "declared, but not tried: {missing:?}");
}

/// A value that is read in many places is made readable once, so what rustc has to do grows with the taps.
#[test]
fn a_filter_lays_its_signal_out_once() {
    let code = expanded(
        "fn f(x: [n], w: [64]) -> y { y = sum(sum(k in 0..64, w[k]*x[k..n - 64 + k])^2); }",
    );
    let functions = code.matches("fn ").count();
    let laid_out = code.matches("readable(x)").count();
    assert!((1..=functions).contains(&laid_out), "{laid_out} times");
}

/// Where the runtime has no `std`, a batch is one error at its word, and everything else is as ever.
#[test]
fn batches_without_std() {
    let expand = |runtime: &str, program: &str| {
        let tokens = TokenStream::from_str(&format!("({runtime}) {program}"));
        crate::expand(tokens.expect("the program has tokens"), false).to_string()
    };
    let found = expand(
        "graph_runtime !!",
        "#[graph(batch)] fn f(x) -> y { y = x^2; }",
    );
    assert!(found.contains("`batch` needs the feature `std`"), "{found}");
    assert_eq!(found.matches("compile_error").count(), 1);
    assert!(!found.contains("fn batch"), "{found}");
    let program = "fn f(x) -> y { y = x^2; }";
    assert_eq!(
        expand("graph_runtime !!", program),
        expand("graph_runtime", program)
    );
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
