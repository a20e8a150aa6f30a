//! What the compiler says to mistakes: one case a message, with the text it must draw, next to it.
//!
//! Every `main` uses what the graph would have given, so that an error that follows from another one would show.
//! `TRYBUILD=overwrite cargo test -p graph-tests --test tools ui` writes the texts anew; read them before they are kept.

#[test]
fn every_mistake_draws_one_clear_error() {
    let cases = trybuild::TestCases::new();
    for kind in [
        "parse",
        "names",
        "arity",
        "domain",
        "shapes",
        "operation",
        "problem",
        "structs",
        "states",
        "densities",
        "derivatives",
        "roots",
    ] {
        cases.compile_fail(format!("ui/{kind}/*.rs"));
    }
}

/// What is found where code is made for a number type, so that these are built and not only checked.
#[test]
fn mistakes_that_are_found_when_a_program_is_built() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/built/with_slopes.rs");
    for mistake in ["without_slopes", "to_a_plain_number"] {
        cases.compile_fail(format!("ui/built/{mistake}.rs"));
    }
}
