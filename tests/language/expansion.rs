//! `expansion!`: the program as it stands in the file, and the code that is made of it.

use graph_runtime::{Expansion, expansion};

#[test]
fn the_program_keeps_its_lines() {
    let code = expansion! {
        /// Documented.
        pub fn f(x, const k) -> y {
            a = -x^2;   // a comment

            y = if a > k { a } else { exp(a) };
        }
    };
    assert_eq!(
        code.program(),
        "pub fn f(x, const k) -> y {\n    a = -x^2;\n\n    y = if a > k { a } else { exp(a) };\n}"
    );
}

#[test]
fn inline_graphs_and_arrays_are_shown() {
    const SQUARE: Expansion = expansion! { z = (x + y)^2 };
    assert_eq!(SQUARE.program(), "z = (x + y)^2");
    assert!(
        SQUARE
            .get("backward")
            .is_some_and(|text| text.contains("let d_x = d_z * t2;"))
    );
    let code = expansion! { fn layer(x: [n, 3], w: [3, 2]) -> s { s = sum(tanh(x @ w)); } };
    let forward = code.get("forward").expect("every graph has it");
    for line in [
        "    let size_n = bind(\"x\", shape(x), 0usize, 0)?;",
        "    let mut s: T = Default::default();",
        "    let x_memory = readable(x);",
        "    let x_read = Operand::array(&x_memory);",
        "    matmul(&x_read, &w_read, &mut t1);",
    ] {
        assert!(forward.contains(line), "{line}\n{forward}");
    }
    assert!(
        code.get("vjp")
            .is_some_and(|text| text.starts_with("pub fn vjp<"))
    );
    assert_eq!(code.get("no such item"), None);
    assert_eq!(
        code.to_string().matches("pub fn value_and_grad<").count(),
        1
    );
}

/// Constants that multiply each other exactly are one in derivative code, and no others are.
#[test]
fn exact_factors_are_joined() {
    let derivative = |code: Expansion| code.get("value_and_grad").expect("one number").to_owned();
    let joined = derivative(expansion! { fn f(x) -> y { y = 100*sin(x)^2; } });
    assert!(joined.contains("T::of(200.0) *"), "{joined}");
    let apart = derivative(expansion! { fn f(x) -> y { y = 0.1*sin(x)^3; } });
    assert!(apart.contains("T::of(3.0) *"), "{apart}");
    assert!(!apart.contains("0.3"), "{apart}");
}
