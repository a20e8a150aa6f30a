//! Every token that names something is found, as what it names, and stands in the expansion.

use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::parse;
use crate::syntax::{Function, Input, text};
use crate::uses::{self, LocalKind};

fn with_functions(program: &str, check: impl FnOnce(&[Function])) {
    let tokens = TokenStream::from_str(program).expect("the program has tokens");
    let (input, errors) = parse::input(tokens);
    assert!(errors.is_empty(), "{program}");
    match input {
        Input::Block(block) => check(&block.functions),
        Input::Inline(function) => check(&[function]),
    }
}

/// What is read of values, of locals with what they are, and of functions.
fn found(function: &Function) -> (String, Vec<(LocalKind, String)>, String) {
    let uses = uses::of(function);
    let words = |names: &[&proc_macro2::Ident]| {
        let names: Vec<String> = names.iter().map(|name| text(name)).collect();
        names.join(" ")
    };
    let locals = uses.locals.iter();
    let locals = locals.map(|local| {
        let uses = local.uses.iter().map(|name| text(name));
        assert!(uses.clone().all(|word| word == text(local.name)));
        (local.kind, format!("{} {}", text(local.name), uses.count()))
    });
    (words(&uses.values), locals.collect(), words(&uses.calls))
}

#[test]
fn each_name_has_its_uses() {
    let program = "fn f(x: [n, 2], const k: [n]) -> (y, z: [n]) {
        a = sum(i in 0..n, x[i, 0] * k[i]);
        y = if a > 0 && !(a > 2) { -a^a } else { [a, PI][1] };
        z: [n] = g(x.T[0, 1..], a) * h::g(n);
    }";
    with_functions(program, |functions| {
        let (values, locals, calls) = found(&functions[0]);
        assert_eq!(values, "y z x k a a a a a PI x a");
        let expected = [(LocalKind::Dimension, "n 5"), (LocalKind::Index, "i 2")];
        let expected = expected.map(|(kind, local)| (kind, local.to_owned()));
        assert_eq!(locals, expected);
        assert_eq!(calls, "g");
    });
}

/// A loop hides what is around it, but not in its own bounds and first value.
#[test]
fn loops_hide_what_is_around() {
    let program = "fn f(i, s) -> y { y = fold(s = s*i, i in 0..3, s*i + sum(i in 0..2, i)) + i; }";
    with_functions(program, |functions| {
        let (values, locals, _) = found(&functions[0]);
        assert_eq!(values, "y s i i");
        let expected = [
            (LocalKind::Index, "i 1"),
            (LocalKind::Carried, "s 1"),
            (LocalKind::Index, "i 1"),
        ];
        assert_eq!(
            locals,
            expected.map(|(kind, local)| (kind, local.to_owned()))
        );
    });
}

/// A second index sees the first, a local name is known from its definition on, and parts of a call are values.
#[test]
fn tables_have_names_of_their_own() {
    let program = "fn f(x: [n], d) -> y { (u, v) = g(x, d); y = sum(i in 0..n, j in i + 1..n, d = x[i] - u[j]; s = d*d; s*v[i]) + d; }
        fn g(a, b) -> (p, q) { p = a; q = if b > 0 { r = b; r^2 } else { a }; }";
    with_functions(program, |functions| {
        let (values, locals, calls) = found(&functions[0]);
        assert_eq!(values, "y x d x u v d");
        let expected = [
            (LocalKind::Dimension, "n 2"),
            (LocalKind::Index, "i 3"),
            (LocalKind::Index, "j 1"),
            (LocalKind::Value, "d 2"),
            (LocalKind::Value, "s 1"),
        ];
        let expected = expected.map(|(kind, local)| (kind, local.to_owned()));
        assert_eq!(locals, expected);
        assert_eq!(calls, "g");
        let (_, locals, _) = found(&functions[1]);
        assert_eq!(locals, [(LocalKind::Value, "r 1".to_owned())]);
    });
}

/// An input may have the name of a dimension: then the name is the input's where values stand.
#[test]
fn inputs_come_before_dimensions() {
    let program = "fn f(x: [n], n) -> y { y = sum(x) * n; }";
    with_functions(program, |functions| {
        let (values, locals, _) = found(&functions[0]);
        assert_eq!(values, "y x n");
        assert_eq!(locals, [(LocalKind::Dimension, "n 0".to_owned())]);
    });
}

#[test]
fn each_use_is_read_in_the_expansion() {
    let program = "fn g(u) -> v { v = u; }
        fn f(w, const x) -> l { m = w*x; l = g(m) + m*w + sum(i in 0..3, i*w); }";
    let reads = |expansion: &str, read: &str| expansion.matches(&format!("& {read} ;")).count();
    let tokens = TokenStream::from_str(&format!("(graph_runtime) {program}"));
    let expansion = crate::expand(tokens.expect("the program has tokens"), false).to_string();
    for (read, count) in [
        ("inputs . w", 3),
        ("active_0 . w", 3),
        ("active_1 . w", 3),
        ("problem . x", 1),
        ("forward . m", 2),
        ("forward . l", 1),
        ("local_0 . i", 1),
    ] {
        assert_eq!(reads(&expansion, read), count, "{read}");
    }
    assert!(expansion.contains("use g as _ ;"), "{expansion}");
}

/// A function that may not be there is not mentioned where it is inlined.
#[test]
fn functions_under_other_conditions_are_not_mentioned() {
    let program = "#[cfg(test)] fn g(u) -> v { v = u; } fn f(w) -> l { l = g(w); }";
    let tokens = TokenStream::from_str(&format!("(graph_runtime) {program}"));
    let expansion = crate::expand(tokens.expect("the program has tokens"), false).to_string();
    assert!(!expansion.contains("use g as _"), "{expansion}");
}
