//! A program beside the code that the macro makes of it: the forward pass, and the backward pass that follows the chain rule.
//!
//! `expansion!` takes what `graph!` takes and gives its code as text, so this works for any graph of your own and needs no
//! other tool. `println!("{}", expansion! { … })` prints all of it.

use graph_runtime::expansion;

fn main() {
    let code = expansion! {
        fn loss(w, b, const x, const y) -> l {
            margin = (w*x + b)*y;
            l = softplus(-margin) + 0.005*w^2;
        }
    };
    let [forward, backward] =
        ["forward", "backward"].map(|name| code.get(name).expect("every graph has it"));
    print_beside(code.program(), &format!("{forward}\n\n{backward}"));
    let items: Vec<&str> = code.items().map(|(name, _)| name).collect();
    println!("\nAll that is generated: {}.", items.join(", "));
    assert!(backward.contains("Grad { w: d_w, b: d_b }"));
}

/// Two texts in two columns.
fn print_beside(left: &str, right: &str) {
    let width = left
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    for at in 0..left.lines().count().max(right.lines().count()) {
        let (left, right) = (
            left.lines().nth(at).unwrap_or(""),
            right.lines().nth(at).unwrap_or(""),
        );
        println!("{}", format!("{left:<width$}  │  {right}").trim_end());
    }
}
