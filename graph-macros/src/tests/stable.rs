//! Forms that lose digits: which programs have them, and what is said. That the digits are lost, and kept by the stable form, the
//! workspace's `tests/language/stable.rs` computes.

use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::parse;
use crate::stable::{self, FORMS};
use crate::syntax::Input;

/// What is said of a function.
fn notes(program: &str) -> Vec<String> {
    let tokens = TokenStream::from_str(program).expect("tokens");
    let (input, errors) = parse::input(tokens);
    assert!(errors.is_empty(), "{program}: {:?}", errors.texts());
    let Input::Block(block) = input else {
        panic!("{program} is a function")
    };
    let found = stable::of(&block.functions[0], "#[graph(as_written)]");
    found.into_iter().map(|form| form.note).collect()
}

/// What is said of one value of `x`, `y`, an array `z` and its labels.
fn of_value(value: &str) -> Vec<String> {
    notes(&format!(
        "fn f(x, y, z: [n, 3]) -> value {{ e = exp(x*y); value = {value}; }}"
    ))
}

#[test]
fn every_form_is_told_of_once_and_no_stable_one() {
    for form in FORMS {
        let names: Vec<&str> = form.at.iter().map(|(name, _)| *name).collect();
        let program = |options: &str, value: &str| {
            notes(&format!(
                "{options} fn f({}) -> value {{ value = {value}; }}",
                names.join(", ")
            ))
        };
        let told = program("", form.written);
        assert_eq!(told.len(), 1, "{}: {told:?}", form.written);
        let stable = form.stable.replace(' ', "");
        assert!(
            told[0]
                .replace(' ', "")
                .contains(&format!("`{stable}`keepsthem")),
            "{} is not {stable}",
            told[0]
        );
        assert_eq!(program("", form.stable), [""; 0], "{}", form.stable);
        assert_eq!(program("#[graph(as_written)]", form.written), [""; 0]);
    }
}

/// In the user's names, with parentheses where they are needed, and through a definition.
#[test]
fn what_is_said_can_be_written() {
    let cases = [
        ("ln(1 + e)", "`softplus(x*y)`"),
        ("ln(exp(x - y) + 1)", "`softplus(x - y)`"),
        ("1 - sigmoid(x + y)", "`sigmoid(-(x + y))`"),
        ("1 - cos(x*y)", "`2*sin(0.5*(x*y))^2`"),
        ("(x + 1)^2 - y^2", "`(x + 1 - y)*(x + 1 + y)`"),
        ("(x*y)^2 - (x - y)^2", "`(x*y - (x - y))*(x*y + (x - y))`"),
        (
            "sum(ln(sum(exp(2*z), axis = 1)))",
            "`logsumexp(2*z, axis = 1)`",
        ),
        (
            "sum(ln(sum(exp(z.T), axis = 0, keep)))",
            "`logsumexp(z.T, axis = 0, keep)`",
        ),
        ("sum(i in 0..n, ln(1 + z[i, 2]^2))", "`ln_1p(z[i, 2]^2)`"),
        (
            "sum(i in 0..n, q = exp(z[i, 0]); ln(1 + q))",
            "`softplus(z[i, 0])`",
        ),
        ("ln(1 + (if x > 0 { x } else { y }))", "`ln_1p(…)`"),
        ("x*exp(2*ln(1 + y))", "`ln_1p(y)`"),
    ];
    for (value, stable) in cases {
        let told = of_value(value);
        assert_eq!(told.len(), 1, "{value}: {told:?}");
        assert!(
            told[0].contains(&format!("{stable} keeps them")),
            "{}",
            told[0]
        );
    }
}

/// A form within the operand of another one is told of too.
#[test]
fn operands_are_looked_into() {
    assert_eq!(of_value("ln(1 + exp(1 - cos(x)))").len(), 2);
    assert_eq!(of_value("[1 - cos(x), exp(y) - 1][0]").len(), 2);
}

/// What only looks like a form: other numbers, known ones, other names, and what a name of a loop hides.
#[test]
fn nothing_is_said_of_anything_else() {
    let cases = [
        "ln(2 + exp(x))",
        "ln(x)",
        "x^2 - 1",
        "1 - x^2",
        "x^3 - y^3",
        "exp(2) - 1",
        "2*exp(x) - 1",
        "1 - x",
        "sqrt(x^2 + 1)",
        "sqrt(x^2 + y^2 + 1)",
        "1 - 2*sigmoid(x)",
        "e - 1",
        "ln_1p(exp_m1(x))",
        "exp(x)/(1 + exp(y))",
    ];
    for value in cases {
        assert_eq!(of_value(value), [""; 0], "{value}");
    }
    // A local name is what it is there.
    let told = of_value("sum(i in 0..3, e = z[0, i]; ln(1 + e))");
    assert!(told[0].contains("`ln_1p(e)`"), "{told:?}");
}
