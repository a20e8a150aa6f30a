//! Signs of other languages.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = x ** 2; }
    fn f2(x, v: [3]) -> z { z = sum(v .* v); }
    fn f3(x, v: [3]) -> z { z = exp.(x); }
    fn f4(x, v: [3]) -> z { z = if x <> 1 { x } else { 0 }; }
    fn f5(x, v: [3]) -> z { z = if x === 1 { x } else { 0 }; }
    fn f6(x, v: [3]) -> z { z = if x = 1 { x } else { 0 }; }
    fn f7(x, v: [3]) -> z { z = if x > 0 & x < 1 { x } else { 0 }; }
    fn f8(x, v: [3]) -> z { z = if not x > 0 { x } else { 0 }; }
    fn f9(x, v: [3]) -> z { z = if ~(x > 0) { x } else { 0 }; }
    fn f10(x, v: [3]) -> z { z = if x > 0 xor x < 1 { x } else { 0 }; }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
    let _: f64 = f5(1.0, [1.0; 3]);
    let _: f64 = f6(1.0, [1.0; 3]);
    let _: f64 = f7(1.0, [1.0; 3]);
    let _: f64 = f8(1.0, [1.0; 3]);
    let _: f64 = f9(1.0, [1.0; 3]);
    let _: f64 = f10(1.0, [1.0; 3]);
}
