//! Programs that a machine might write: long, deep, greedy and huge ones.
//!
//! They expand on a thread with the smallest stack that anyone gives, in code that grows with the program, and what
//! would be written out without end is an error.

use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

use crate::expand;

/// The expansion as text, made on a small stack.
fn expanded(program: &str) -> String {
    let head: String = program.chars().take(100).collect();
    let text = format!("(graph_runtime) {program}");
    let expansion = on_stack(2 << 20, move || {
        let tokens = TokenStream::from_str(&text).expect("the program has tokens");
        expand(tokens, false).to_string()
    });
    expansion.unwrap_or_else(|| panic!("the macro panics on\n{head}"))
}

fn on_stack<T: Send + 'static>(size: usize, run: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let thread = std::thread::Builder::new().stack_size(size).spawn(run);
    thread.expect("a thread can be started").join().ok()
}

/// Fails unless Rust comes out, which is read on a large stack.
fn gives_rust(program: &str) -> String {
    let expansion = expanded(program);
    let text = expansion.clone();
    let is_rust = on_stack(1 << 28, move || {
        syn::parse_file(&text).is_ok() || syn::parse_str::<syn::Block>(&text).is_ok()
    });
    let head: String = program.chars().take(100).collect();
    assert_eq!(is_rust, Some(true), "no Rust comes of\n{head}");
    expansion
}

fn gives_error(program: &str, message: &str) {
    let expansion = gives_rust(program);
    let (head, count) = (
        &program[..program.len().min(100)],
        expansion.matches("compile_error").count(),
    );
    assert!(
        expansion.contains(message),
        "no error \"{message}\" for\n{head}"
    );
    assert!(count < 4, "{count} errors for\n{head}");
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    [&open.repeat(depth), inner, &close.repeat(depth)].concat()
}

/// A program of so many definitions, each made of its number, between a head and the definition of the output.
fn chain(head: &str, definition: impl Fn(usize) -> String, tail: &str, count: usize) -> String {
    let definitions: String = (1..=count).map(definition).collect();
    [
        head,
        &definitions,
        &tail.replace("LAST", &format!("t{count}")),
    ]
    .concat()
}

/// `f0`, `f1`, …, each made of its number.
fn functions(body: impl Fn(usize) -> String, count: usize) -> String {
    let first = "fn f0(x) -> y { y = sin(x); }".to_owned();
    let later = (1..=count).map(|at| format!("fn f{at}(x) -> y {{ y = {}; }}", body(at)));
    std::iter::once(first).chain(later).collect()
}

/// Ways to nest an expression in another one of its kind.
const NESTS: &[(&str, &str, &str)] = &[
    ("(", "x", ")"),
    ("-", "x", ""),
    ("!", "x > 0", ""),
    ("!(", "x > 0", ")"),
    ("-(", "x", ")"),
    ("", "x", "^x"),
    ("2^-", "x", ""),
    ("", "v", ".T"),
    ("", "m", "[0]"),
    ("", "v", "[..]"),
    ("(", "v", ".T)"),
    ("[", "x", "]"),
    ("sin(", "x", ")"),
    ("x + 2*(", "x", ")"),
    ("if x > 0 { ", "x", " } else { 1 }"),
    ("if x > 0 { 1 } else ", "{ x }", ""),
    ("if ", "x > 0", " { x > 0 } else { x < 0 }"),
    ("sum(i in 0..1, ", "x", ")"),
    ("sum(i in 0..n, ", "x", ")"),
    ("sum(i in 0..", "x", ", x)"),
    ("fold(a = ", "x", ", i in 0..2, a + 1)"),
    ("{", "K", "}"),
    ("x > 0 && (", "x > 1", ")"),
    ("v[", "0", "]"),
    ("affine(v, m, ", "v", ")"),
    ("g(", "x", ")"),
    ("a::b(", "x", ")"),
];

#[test]
fn deep_nests() {
    for (open, inner, close) in NESTS {
        for depth in [99, 101, 1000] {
            let expr = nested(open, inner, close, depth);
            for (v, m) in [("[3]", "[3, 3]"), ("[n]", "[n, 3]")] {
                gives_rust(&format!(
                    "fn g(x) -> y {{ y = 2*x; }} fn f(x, v: {v}, m: {m}) -> y {{ y = {expr}; }}"
                ));
            }
        }
    }
}

/// Local names of a body are lowered once, however many bodies are around it.
#[test]
fn deep_locals() {
    let open = "if x > 0 { a = ";
    let turn = "fold(s = p, i in 0..1, a = ";
    for body in [
        nested(open, "x", "; a*p.w } else { 0 }", 30),
        nested(open, "p", "; P { w: a.w*x } } else { p }", 30),
        nested(turn, "s", "; P { w: a.w*x })", 30),
    ] {
        let expansion = gives_rust(&format!(
            "struct P {{ w }} fn f(x, p: P) -> y {{ q = {body}; y = q{}; }}",
            if body.contains("P {") { ".w" } else { "" }
        ));
        assert!(!expansion.contains("compile_error"), "{body}");
    }
}

#[test]
fn deep_calls() {
    gives_rust(&functions(|at| format!("x*f{}(2*x)", at - 1), 40));
    let deep = functions(|at| format!("{}f{}(x)", "-".repeat(90), at - 1), 9);
    assert!(gives_rust(&deep).contains("call one another too deeply"));
}

#[test]
fn long_programs() {
    let step = |at: usize| format!("t{at} = 0.5*t{0}^2 + x;", at - 1);
    for program in [
        chain("fn f(x, t0) -> y {", step, "y = LAST; }", 3000),
        chain("t0 = x;", step, "", 3000),
        format!("z = x{}", " + x".repeat(10_000)),
        format!("z = x{}", " * x".repeat(3_000)),
        format!(
            "fn f(x) -> z {{ z = if x > 0{} {{ x }} else {{ 1 }}; }}",
            " && x > 1".repeat(3_000)
        ),
        format!("z = x + sum([{}x])", "x, ".repeat(3_000)),
        format!("{} = x", "z".repeat(10_000)),
        "x ; + ".repeat(10_000),
    ] {
        expanded(&program);
    }
}

/// The most `let`s that stand one after the other in a block.
fn most_lets(tokens: TokenStream) -> usize {
    let (mut here, mut inside) = (0, 0);
    for token in tokens {
        match token {
            TokenTree::Group(group) => inside = inside.max(most_lets(group.stream())),
            TokenTree::Ident(word) if word == "let" => here += 1,
            _ => {}
        }
    }
    inside.max(here)
}

/// rustc nests the scopes of `let`s, and has a stack for some 2,000.
#[test]
fn long_bodies() {
    let step = |at: usize| format!("t{at} = 0.5*sqrt(t{0})^2/x;", at - 1);
    let program = chain("fn f(x, t0) -> y {", step, "y = LAST; }", 3000);
    let tokens = TokenStream::from_str(&expanded(&program)).expect("it has tokens");
    let count = most_lets(tokens);
    assert!(count < 2000, "{count} at once");
}

/// Conditions that share operands: every way through them is one of 2^60.
#[test]
fn shared_conditions() {
    let step = |at: usize| format!("t{at} = t{0} && (t{0} || !t{0});", at - 1);
    for (head, tail) in [
        (
            "fn f(x) -> y { t0 = x > 0;",
            "y = if LAST { x } else { 1 }; }",
        ),
        (
            "fn f(x: [n, 1], v: [n, 3]) -> y { t0 = x > 0;",
            "y = sum(if LAST { v } else { 1 }); }",
        ),
        (
            "fn f(x: [n, 1]) -> y: [n] { t0 = x > 0;",
            "y = (if LAST { x } else { 1 })[.., 0]; }",
        ),
    ] {
        gives_rust(&chain(head, step, tail, 60));
    }
}

/// Programs of a size, each kind with other parts of the compiler to go through.
fn kinds(size: usize) -> Vec<String> {
    let function = |head: &str, definition: &dyn Fn(usize) -> String, tail| {
        chain(head, definition, tail, size)
    };
    let list = |text: &dyn Fn(usize) -> String| -> String { (1..=size).map(text).collect() };
    let square = |at: usize| format!("t{at} = 0.5*t{0}^2 + x;", at - 1);
    vec![
        function("fn f(x, t0) -> y {", &square, "y = LAST; }"),
        function("t0 = x;", &square, ""),
        function("", &|at| format!("t{at} = sin(x{at});"), ""),
        function(
            "fn f(x) -> y {",
            &|at| format!("t{at} = sin({at}*x);"),
            "y = x; }",
        ),
        function(
            "fn f(x, t0) -> y {",
            &|at| {
                format!(
                    "t{at} = if t{0} > {at} {{ sqrt(t{0}) }} else {{ t{0}/2 }};",
                    at - 1
                )
            },
            "y = LAST; }",
        ),
        function(
            "fn f(x, t0) -> y {",
            &|at| format!("t{at} = t{} + sum(i in 0..3, i*x);", at - 1),
            "y = LAST; }",
        ),
        function(
            "fn g(x) -> y { t = sin(x); y = t*x; } fn f(x, t0) -> y {",
            &|at| format!("t{at} = g(t{});", at - 1),
            "y = LAST; }",
        ),
        function(
            "fn f(x, t0) -> y {",
            &|at| format!("t{at} = other::h(t{}, x);", at - 1),
            "y = LAST; }",
        ),
        function("fn f(x: [3], t0: [3]) -> y {", &square, "y = sum(LAST); }"),
        function("fn f(x: [n], t0: [n]) -> y {", &square, "y = sum(LAST); }"),
        function(
            "fn f(x: [n], t0: [n]) -> y {",
            &|at| format!("t{at} = t{0}*sum(t{0});", at - 1),
            "y = sum(LAST); }",
        ),
        function(
            "fn f(x: [n, n], t0: [n, n]) -> y {",
            &|at| format!("t{at} = tanh(t{} @ x);", at - 1),
            "y = sum(LAST); }",
        ),
        format!(
            "fn f({}) -> y {{ y = {}1; }}",
            list(&|at| format!("x{at},")),
            list(&|at| format!("x{at} + "))
        ),
        format!(
            "fn f(x) -> ({}) {{ {} }}",
            list(&|at| format!("x{at},")),
            list(&|at| format!("x{at} = {at}*x;"))
        ),
        format!("z = x{}", " / x".repeat(size)),
        format!("z = x{}", " + { K }".repeat(size)),
        format!(
            "z = if x > 0{} {{ x }} else {{ 1 }}",
            " && x > 1".repeat(size)
        ),
        functions(|_| "cos(x)".to_owned(), size),
    ]
}

#[test]
fn expansions_grow_linearly() {
    let sizes = |size| -> Vec<usize> {
        let tokens = |program: String| expanded(&program).split_whitespace().count();
        kinds(size).into_iter().map(tokens).collect()
    };
    let (small, middle, large) = (sizes(20), sizes(40), sizes(80));
    for (kind, program) in kinds(3).iter().enumerate() {
        let (first, second) = (middle[kind] - small[kind], large[kind] - middle[kind]);
        assert!(
            second < 2 * first + first / 5,
            "{program}\nof 20, 40, 80 parts: {}, {}, {} tokens",
            small[kind],
            middle[kind],
            large[kind]
        );
    }
}

/// The adjoint of each step is a sum of products with the adjoints of the next, and none of them is written out again.
#[test]
fn steps_of_a_solver_grow_linearly() {
    let program = |turns: usize| {
        format!(
            "fn slope(s: [2], l, c) -> d: [2] {{ d = [s[1], -9.81/l*sin(s[0]) - c*s[1]]; }}
             fn rk4(s: [2], l, c) -> n: [2] {{
                 a = slope(s, l, c); b = slope(s + 0.1*a, l, c); e = slope(s + 0.1*b, l, c); f = slope(s + 0.2*e, l, c);
                 n = s + (a + 2*b + 2*e + f)/30;
             }}
             fn miss(s: [2], l, c, const seen: [2]) -> y {{
                 end = fold(s = s, k in 0..{turns}, rk4(s, l, c));
                 y = sum((end - seen)^2);
             }}"
        )
    };
    let tokens = |turns| expanded(&program(turns)).split_whitespace().count();
    let [small, middle, large] = [4, 8, 16].map(tokens);
    let (first, second) = (middle - small, large - middle);
    assert!(
        second < 2 * first + first / 5,
        "of 4, 8, 16 turns: {small}, {middle}, {large} tokens"
    );
}

#[test]
fn greedy_programs() {
    let too_large = "block is too large";
    let fold = |depth| nested("fold(a = x, i in 0..64, a*x + ", "i", ")", depth);
    gives_error(&format!("z = {}", fold(9)), too_large);
    // Longer ones are loops of the generated code, each once.
    let long = nested("fold(a = x, i in 0..4096, a*x + ", "i", ")", 9);
    gives_rust(&format!("z = {long}"));
    gives_error(&format!("z = x*{}", fold(9).replace('x', "0")), too_large);
    gives_error(
        &format!("z = {}", nested("sum(i in 0..4096, x^i + ", "x", ")", 2)),
        too_large,
    );
}

/// Each function calls the one before it twice.
#[test]
fn calls_that_double() {
    let program = functions(|at| format!("f{0}(x) * f{0}(x + {at})", at - 1), 30);
    let tokens = TokenStream::from_str(&program).expect("the program has tokens");
    let (input, mut errors) = crate::parse::input(tokens);
    let crate::syntax::Input::Block(block) = input else {
        panic!("functions")
    };
    let units = crate::lower::block(&block, &mut errors);
    let nodes: usize = units.iter().map(|unit| unit.graph.len()).sum();
    assert_eq!(errors.len(), 1, "{:?}", errors.texts());
    assert!(nodes < 40_000, "{nodes} nodes");
    // Nothing is made of what was too much, so rustc is done with it at once.
    let expansion = expanded(&program);
    assert!(
        expansion.len() < 2_000_000,
        "{} characters",
        expansion.len()
    );
}

#[test]
fn huge_numbers() {
    let powers = [
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "1e30",
        "0.5",
        "-0",
        "4294967296",
    ];
    for (at, power) in powers.into_iter().enumerate() {
        gives_rust(&format!("z{at} = x^{power}"));
    }
    gives_rust("z = x*1e308*1e308 + 1e-400*x + 0xFFFFFFFFFFFFFFFFFFFFFFFF + 1_000.5e-3_0 + 5e-324");
    gives_rust(&format!(
        "z = x*{} + 0.{}1",
        "9".repeat(300),
        "0".repeat(5000)
    ));
    gives_error("z = x + 1e400", "larger than any number");
    gives_error(
        &format!("z = x*{}", "9".repeat(5000)),
        "larger than any number",
    );
}

#[test]
fn huge_extents() {
    let most = "2147483647";
    gives_rust(&format!(
        "fn f(x: [{most}, {most}, {most}, {most}]) -> s {{ s = sum(x) + mean(x) + max(x); }}"
    ));
    gives_rust(&format!(
        "fn f(x: [n + {most}], y: [n - {most}]) -> s {{ s = sum(x[{most}..]) + sum(y) + x[0] + sum(i in 0..n, x[i]); }}"
    ));
    gives_rust(
        "fn f(x: [0], y: [n, 0]) -> s { s = sum(x) + sum(y) + mean(x) + max(y) + norm(x); }",
    );
    gives_rust(&format!(
        "fn f(x: [{most}, {most}, {most}]) -> y: [{most}, {most}, {most}] {{ y = other::g(x); }}"
    ));
    let too_large = "is 2147483647 at most";
    for extent in [
        "2147483648",
        "9223372036854775807",
        "n + 2147483647 + 1",
        "n - 1 - 9223372036854775807",
    ] {
        gives_error(
            &format!("fn f(x: [{extent}]) -> s {{ s = sum(x); }}"),
            too_large,
        );
    }
    gives_error(
        "fn f(x: [18446744073709551615]) -> s { s = sum(x); }",
        "expected a dimension",
    );
    for read in [
        "x[9223372036854775807]",
        "x[1e18]",
        "sum(x[-9223372036854775807..])",
        "sum(x[..18446744073709551615])",
        "sum(i in 18446744073709551615..n, x[i])",
        "sum(i in 2147483647*2147483647..n, x[i])",
        "sum(i in -2147483647..-2147483640, i)",
        "sum(i in 0..2147483647, i*x[0])",
        "sum(x, axis = 9223372036854775807)",
        "sum(x, axis = -9223372036854775807)",
    ] {
        gives_rust(&format!("fn f(x: [n]) -> s {{ s = {read}; }}"));
    }
}

/// A loop's body knows nothing of the loops around and beside it, else each would hold all before it, which hold all before them.
#[test]
fn many_loops_over_steps() {
    let beside = |at: usize| format!("a{at} = fold(a = s, i in 0..n, sin(a)*x[i] + {at}); ");
    let sum: Vec<String> = (1..=40).map(|at| format!("a{at}")).collect();
    let definitions: String = (1..=40).map(beside).collect();
    let sum = sum.join(" + ");
    let expansion = gives_rust(&format!(
        "fn f(x: [n], s) -> z {{ {definitions} z = {sum}; }}"
    ));
    assert!(!expansion.contains("compile_error"));
    // Each begins as a number and goes on as an array.
    let within = nested("fold(a = 0, i in 0..n, a + ", "x[i]", ")", 6);
    let own = within.replacen("x[i]", "fold(b = 0, k in 0..n, b + x[k])", 1);
    let expansion = gives_rust(&format!("fn f(x: [n, m]) -> z {{ z = sum({own}); }}"));
    assert!(!expansion.contains("compile_error"));
}
