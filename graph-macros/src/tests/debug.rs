use std::str::FromStr;
#[test]
fn dbg_arrays() {
    let program = std::fs::read_to_string("/tmp/dbg/p").unwrap();
    let tokens = proc_macro2::TokenStream::from_str(&format!("(::graph_runtime) {program}")).unwrap();
    let expansion = crate::expand(tokens).to_string();
    let file = syn::parse_file(&expansion).or_else(|_| syn::parse_file(&format!("fn inline() {expansion}")));
    println!("{}", match file { Ok(file) => prettyplease::unparse(&file), Err(error) => format!("{error}\n{expansion}") });
}
