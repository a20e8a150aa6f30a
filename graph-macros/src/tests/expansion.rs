//! Snapshots of a few expansions, formatted as a person would read them.

use std::str::FromStr;

use proc_macro2::TokenStream;

/// The expansion of a program, formatted.
pub(super) fn expanded(program: &str) -> String {
    let tokens = TokenStream::from_str(&format!("(::graph_runtime) {program}")).expect("the program has tokens");
    let expansion = crate::expand(tokens).to_string();
    let file = syn::parse_file(&expansion).or_else(|_| syn::parse_file(&format!("fn inline() {expansion}")));
    prettyplease::unparse(&file.expect("the expansion is Rust"))
}

#[test]
fn show() {
    println!("{}", expanded("z = (x + y)^2"));
    println!("{}", expanded("pub fn g(x, v: [3]) -> (p, q: [3]) { p = sqrt(x)^2 + v[0]/x + {K}; q = if x > 0 { v * ln(x) } else { v / x }; }"));
}
