//! Programs of any size. Invariant: every definition reaches an output, and what a program computes is used for `f64`, since rustc
//! makes no code of what is not.

pub struct Kind {
    pub title: &'static str,
    /// The graph of so many definitions.
    pub graph: fn(usize) -> String,
    /// Code that calls it.
    pub uses: &'static str,
}

pub const KINDS: [Kind; 3] = [
    Kind {
        title: "a chain of definitions, one output: the value, and the value with its gradient",
        graph: chain,
        uses: "pub fn used(x: f64, y: f64) -> f64 {
            let (z, grad) = chain::value_and_grad(x, y);
            chain(x, y) + z + grad.x
        }",
    },
    Kind {
        title: "ten sums of functions, ten outputs: the Jacobian",
        graph: |count| sums(count, 10),
        uses: "pub fn used(x: f64, y: f64) -> sums::Jacobian { sums::jacobian(x, y).1 }",
    },
    Kind {
        title: "functions, each an output: the Jacobian",
        graph: |count| sums(count, count),
        uses: "pub fn used(x: f64, y: f64) -> sums::Jacobian { sums::jacobian(x, y).1 }",
    },
];

/// Each definition reads the one before.
fn chain(count: usize) -> String {
    let mut before = "x".to_owned();
    let mut text = String::from("fn chain(x, y) -> z {\n");
    for at in 1..count {
        let value = match at % 4 {
            0 => format!("0.5*{before} + y"),
            1 => format!("sin({before})*y + x"),
            2 => format!("{before}/(1 + x^2) - y"),
            _ => format!("sqrt(1 + {before}^2) + x*y"),
        };
        before = format!("v{at}");
        text += &format!("{before} = {value};\n");
    }
    text + &format!("z = {before} + x; }}")
}

/// Functions of the inputs, summed up in outputs that take turns.
fn sums(count: usize, outputs: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let function = ["sin", "exp", "tanh", "ln_1p"][at % 4];
        let before = match at.checked_sub(outputs) {
            Some(before) => format!("v{before} + "),
            None => String::new(),
        };
        text += &format!("v{at} = {before}{function}({}*x*y);\n", at + 1);
    }
    let names: Vec<String> = (count.saturating_sub(outputs)..count)
        .map(|at| format!("v{at}"))
        .collect();
    format!("fn sums(x, y) -> ({}) {{\n{text}}}", names.join(", "))
}
