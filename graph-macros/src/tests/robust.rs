//! Nothing that is written makes the macro panic, and what comes out of it is Rust.
//!
//! Tokens are tried that nobody would write (random trees, programs with tokens lost, doubled or swapped), those that
//! everybody writes for a moment (programs typed half), and those that a machine might write (long, deep and huge ones).
//! What the user hands through as Rust (`{ … }`, attributes) may be no Rust; the expansion is then excused, and a test
//! counts that this is seldom.

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};

use super::stages::CORPUS;
use crate::syntax::{Callee, Expr, ExprKind, Function, Input};
use crate::{expand, parse};

/// Expands, and fails unless Rust comes out. The answer is whether that could be asked.
fn survives(tokens: &TokenStream) -> bool {
    let call: TokenStream = std::iter::once(runtime()).chain(tokens.clone()).collect();
    let expansion = std::panic::catch_unwind(|| expand(call, true));
    let expansion = expansion.unwrap_or_else(|_| panic!("the macro panics on\n{tokens}"));
    if !hands_on_rust(tokens) {
        return false;
    }
    let text = expansion.to_string();
    let items = syn::parse2::<syn::File>(expansion.clone());
    let parsed = items.map(|_| ()).or_else(|file| {
        let block = syn::parse2::<syn::Block>(expansion);
        block.map(|_| ()).map_err(|block| (file, block))
    });
    assert!(parsed.is_ok(), "{tokens}\nbecomes\n{text}\n{parsed:?}");
    true
}

fn runtime() -> TokenTree {
    let path = TokenStream::from_str("graph_runtime").expect("a path");
    Group::new(Delimiter::Parenthesis, path).into()
}

// What is handed on.

/// Whether all that the expansion repeats unread is Rust.
fn hands_on_rust(tokens: &TokenStream) -> bool {
    match parse::input(tokens.clone()).0 {
        Input::Inline(function) => function_is_rust(&function),
        Input::Block(block) => block.functions.iter().all(function_is_rust),
    }
}

fn function_is_rust(function: &Function) -> bool {
    let docs = function.definitions.iter().flat_map(|found| &found.docs);
    let mut attributes = function.attributes.iter().chain(docs);
    attributes.all(is::<Attributes>)
        && is::<syn::Visibility>(&function.visibility)
        && function
            .definitions
            .iter()
            .all(|found| expr_is_rust(&found.expr))
}

struct Attributes;

impl syn::parse::Parse for Attributes {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        input.call(syn::Attribute::parse_outer).map(|_| Attributes)
    }
}

fn is<T: syn::parse::Parse>(tokens: &TokenStream) -> bool {
    syn::parse2::<T>(tokens.clone()).is_ok()
}

fn expr_is_rust(expr: &Expr) -> bool {
    let mut holds = match &expr.kind {
        ExprKind::Rust(tokens) => is::<syn::Block>(&quote::quote!({ #tokens })),
        ExprKind::Call {
            callee: Callee::Path { tokens, .. },
            ..
        } => is::<syn::ExprPath>(tokens),
        _ => true,
    };
    expr.kind
        .each_part(&mut |part| holds = holds && expr_is_rust(part));
    holds
}

// Programs as trees of tokens.

#[derive(Clone)]
enum Tree {
    Token(TokenTree),
    Group(Delimiter, Vec<Tree>),
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", tokens(std::slice::from_ref(self)))
    }
}

fn trees(tokens: TokenStream) -> Vec<Tree> {
    let tree = |token| match token {
        TokenTree::Group(group) => Tree::Group(group.delimiter(), trees(group.stream())),
        token => Tree::Token(token),
    };
    tokens.into_iter().map(tree).collect()
}

fn tokens(trees: &[Tree]) -> TokenStream {
    let token = |tree: &Tree| match tree {
        Tree::Group(delimiter, inner) => Group::new(*delimiter, tokens(inner)).into(),
        Tree::Token(token) => token.clone(),
    };
    trees.iter().map(token).collect()
}

fn count(trees: &[Tree]) -> usize {
    let size = |tree: &Tree| match tree {
        Tree::Token(_) => 1,
        Tree::Group(_, inner) => 1 + count(inner),
    };
    trees.iter().map(size).sum()
}

/// The list that holds the tree at a position, counted from the first and into groups, and where in it.
fn locate(trees: &mut Vec<Tree>, at: usize) -> Option<(&mut Vec<Tree>, usize)> {
    let mut before = 0;
    for index in 0..trees.len() {
        let size = count(&trees[index..=index]);
        if before == at {
            return Some((trees, index));
        }
        if at < before + size {
            let Tree::Group(_, inner) = &mut trees[index] else {
                return None;
            };
            return locate(inner, at - before - 1);
        }
        before += size;
    }
    None
}

/// The first tokens of a program, as an editor closes the brackets.
fn prefix(trees: &[Tree], length: usize) -> Vec<Tree> {
    let mut left = length;
    let mut kept = Vec::new();
    for tree in trees {
        if left == 0 {
            break;
        }
        left -= 1;
        kept.push(match tree {
            Tree::Token(_) => tree.clone(),
            Tree::Group(delimiter, inner) => {
                let part = prefix(inner, left);
                left = left.saturating_sub(count(inner));
                Tree::Group(*delimiter, part)
            }
        });
    }
    kept
}

/// Programs with everything that can be asked for.
const OPTIONS: &[&str] = &[
    "#[graph(hessian, batch)] fn f(x, y, const k) -> z { t = exp(k*x); z = if x > y { t^2 } else { y*{ K } }; }",
    "#[graph(hessian)] fn f(v: [2], m: [2, 2]) -> z { z = norm(m @ v) + other::g(sum(v)); }",
    "#[graph(hessian)] fn f(x: [n, 2], w: [2]) -> z { z = sum(tanh(x @ w)) + sum(i in 0..n, x[i, 0]^3); }",
    "#[graph(hessian)] fn f(v: [n], t: index[m], w: [n, n]) -> z { z = sum(i in 0..m, d = v[t[i]]; d*w[t[i], 0]) + sum(i in 0..n, j in 0..i, w[i, j]^2); }",
    "#[graph(ode)] fn f(t, v: [2], p: [2], const k) -> d: [2] { d = [v[1]*t, p[0]*sin(v[0])*k - { K }*p[1]]; }",
    "#[graph(ode)] fn f(t, v: [n], p: [n, n], const k) -> d: [n] { d = tanh(v @ p)*t*k; }",
    "#[graph(batch)] fn f(v: [3], a) -> w: [3] { w = softmax(a*v); }",
];

/// Programs of the README and of the tests of the stages.
fn programs() -> Vec<Vec<Tree>> {
    let written = CORPUS
        .iter()
        .chain(OPTIONS)
        .map(|text| TokenStream::from_str(text));
    let written = written.map(|tokens| trees(tokens.expect("the program has tokens")));
    written.chain(readme()).collect()
}

fn readme() -> Vec<Vec<Tree>> {
    let page = include_str!("../../../README.md");
    let code = page.split("```rust\n").skip(1);
    let mut found = Vec::new();
    for text in code.filter_map(|rest| rest.split("```").next()) {
        let tokens = TokenStream::from_str(&text.replace("\n# ", "\n"));
        graphs(
            &trees(tokens.expect("the README's code has tokens")),
            &mut found,
        );
    }
    assert!(found.len() > 2, "the README has programs");
    found
}

/// What stands in `graph! { … }`.
fn graphs(code: &[Tree], found: &mut Vec<Vec<Tree>>) {
    for window in code.windows(3) {
        if let [Tree::Token(name), Tree::Token(_), Tree::Group(_, inner)] = window
            && name.to_string() == "graph"
        {
            found.push(inner.clone());
        }
    }
}

#[test]
fn programs_typed_half() {
    for program in programs() {
        for length in 0..=count(&program) {
            survives(&tokens(&prefix(&program, length)));
        }
    }
}

// Random tokens.

/// Words and numbers with a meaning somewhere in the language, and such as have none.
const WORDS: &[&str] = &[
    "x",
    "y",
    "z",
    "w",
    "n",
    "f",
    "g",
    "a",
    "b",
    "fn",
    "pub",
    "const",
    "if",
    "else",
    "sum",
    "prod",
    "fold",
    "each",
    "logsumexp",
    "reshape",
    "permute",
    "concat",
    "keep",
    "in",
    "axis",
    "index",
    "T",
    "PI",
    "mean",
    "max",
    "sin",
    "ln",
    "affine",
    "softmax",
    "softmax_cross_entropy",
    "cross",
    "dot",
    "norm",
    "transpose",
    "stop",
    "self",
    "let",
    "_",
    "r#type",
    "größe",
    "Ω",
    "d_x",
    "t1",
    "true",
    "as",
    "other",
    "crate",
];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "2.5",
    "1e400",
    "1e-400",
    "0x1F",
    "2x",
    "1_000",
    "4096",
    "1.0f64",
    "18446744073709551615",
    "9223372036854775807",
    "2147483647",
    "2147483646",
    "65536",
    "340282366920938463463374607431768211456",
    "'c'",
    "\"text\"",
    "b'b'",
    "0b2",
    "1e",
    "c\"c\"",
];
const SIGNS: &str = "+-*/^@=;:,.<>!&|#%?~$'";

fn word(text: &str) -> TokenTree {
    let ident = match text.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(text, Span::call_site()),
    };
    ident.into()
}

fn literals() -> Vec<Literal> {
    let parsed = LITERALS.iter().map(|text| Literal::from_str(text));
    parsed.filter_map(Result::ok).collect()
}

fn leaf() -> impl Strategy<Value = Vec<Tree>> {
    let signs: Vec<char> = SIGNS.chars().collect();
    let single = prop_oneof![
        6 => select(WORDS).prop_map(word),
        2 => select(literals()).prop_map(TokenTree::from),
        6 => (select(signs), any::<bool>()).prop_map(|(sign, joint)| {
            let spacing = if joint { Spacing::Joint } else { Spacing::Alone };
            Punct::new(sign, spacing).into()
        }),
    ];
    let several = select(vec![
        "x = x;",
        "-> y",
        "..",
        "..=",
        "::",
        "sum(i in 0..n,",
        "fold(a = 0, i in 0..3,",
        "each(i in 0..n, j in i + 1..3,",
        "d = x; d^2",
        "(a, b) = g(x);",
        "reshape(x, [n, 3])",
        "permute(x, [1, 0])",
        "concat(x, y, axis = 0)",
        "x[t]",
        "x[t[i], i]",
        "axis = 0, keep",
        "(x, y)",
        "[n, 3]",
        ": [3]",
        "x[0]",
        "if x > 0 { x } else { 1 }",
        "{ K }",
        "fn f(x) -> y { y = x; }",
        "const k;",
        "#[doc = \"d\"]",
        "@",
        ".T",
        "axis = 0",
    ]);
    prop_oneof![
        3 => single.prop_map(|token| vec![Tree::Token(token)]),
        2 => several.prop_map(unbalanced),
    ]
}

/// Tokens of a text whose last bracket may be open.
fn unbalanced(text: &str) -> Vec<Tree> {
    let tokens =
        TokenStream::from_str(text).or_else(|_| TokenStream::from_str(&format!("{text} x)")));
    trees(tokens.expect("tokens"))
}

fn random() -> impl Strategy<Value = Vec<Tree>> {
    let list = prop::collection::vec(leaf(), 0..12).prop_map(|parts| parts.concat());
    list.prop_recursive(4, 64, 6, |inner| {
        let delimiter = select(vec![
            Delimiter::Parenthesis,
            Delimiter::Brace,
            Delimiter::Bracket,
            Delimiter::None,
        ]);
        let group =
            (delimiter, inner).prop_map(|(delimiter, inner)| vec![Tree::Group(delimiter, inner)]);
        let part = prop_oneof![leaf(), group];
        prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
    })
}

/// One change: tokens lost, doubled, swapped, or put in the place of others, of the same kind or of any.
#[derive(Clone, Debug)]
enum Change {
    Delete,
    Double,
    Swap,
    Alike(Index),
    Replace(Vec<Tree>),
    Insert(Vec<Tree>),
    Unwrap,
}

fn change() -> impl Strategy<Value = (Index, Change)> {
    let change = prop_oneof![
        1 => Just(Change::Delete),
        1 => Just(Change::Double),
        1 => Just(Change::Swap),
        8 => any::<Index>().prop_map(Change::Alike),
        1 => Just(Change::Unwrap),
        1 => leaf().prop_map(Change::Replace),
        1 => leaf().prop_map(Change::Insert),
    ];
    (any::<Index>(), change)
}

fn apply(program: &mut Vec<Tree>, at: Index, change: Change) {
    let size = count(program);
    if size == 0 {
        return;
    }
    let names = names(program);
    let Some((list, index)) = locate(program, at.index(size)) else {
        return;
    };
    match change {
        Change::Delete => drop(list.remove(index)),
        Change::Double => list.insert(index, list[index].clone()),
        Change::Swap => {
            let other = (index + 1) % list.len();
            list.swap(index, other);
        }
        Change::Alike(which) => {
            if let Tree::Token(token) = &mut list[index] {
                *token = alike(token, which, &names);
            }
        }
        Change::Replace(new) => drop(list.splice(index..=index, new)),
        Change::Insert(new) => drop(list.splice(index..index, new)),
        Change::Unwrap => {
            if let Tree::Group(_, inner) = &list[index] {
                let inner = inner.clone();
                list.splice(index..=index, inner);
            }
        }
    }
}

fn names(program: &[Tree]) -> Vec<Ident> {
    let names = |tree: &Tree| match tree {
        Tree::Token(TokenTree::Ident(name)) => vec![name.clone()],
        Tree::Token(_) => Vec::new(),
        Tree::Group(_, inner) => names(inner),
    };
    program.iter().flat_map(names).collect()
}

/// Another name of the program, another number, another sign.
fn alike(token: &TokenTree, which: Index, names: &[Ident]) -> TokenTree {
    match token {
        TokenTree::Ident(_) => which.get(names).clone().into(),
        TokenTree::Literal(_) => literals()[which.index(literals().len())].clone().into(),
        TokenTree::Punct(punct) => {
            let signs: Vec<char> = SIGNS.chars().collect();
            Punct::new(*which.get(&signs), punct.spacing()).into()
        }
        TokenTree::Group(_) => token.clone(),
    }
}

fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn random_tokens(program in random()) {
        survives(&tokens(&program));
    }

    #[test]
    fn random_tokens_in_a_body(body in random(), name in select(WORDS)) {
        let [name, body] = [vec![Tree::Token(word(name))], body].map(|part| tokens(&part));
        survives(&quote::quote! {
            fn f(x, v: [3], m: [n, 2], const t: index[n]) -> #name { y = x; #body }
        });
        survives(&quote::quote!(z = #body));
    }
}

#[test]
fn changed_programs() {
    let strategy = (select(programs()), prop::collection::vec(change(), 1..4));
    let checked = Cell::new(0);
    let run = |(mut program, changes): (Vec<Tree>, Vec<(Index, Change)>)| {
        for (at, change) in changes {
            apply(&mut program, at, change);
        }
        checked.set(checked.get() + u32::from(survives(&tokens(&program))));
        Ok(())
    };
    let result = TestRunner::new(cases(300)).run(&strategy, run);
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        checked.get() > 200,
        "{} of 300 programs could be checked",
        checked.get()
    );
}
