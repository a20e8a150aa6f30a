//! A root begins with its unknown and where it is looked for; elsewhere it has other names.

use graph_runtime::graph;

graph! {
    fn none(x) -> y { y = root([] = 1, x); }
    fn no_equation(x) -> y { y = root(e = x); }
    fn another(x) -> y { y = root(e = 1, e - x, e + x); }
    fn elsewhere(x) -> y { y = fsolve(x^2 - 2, x); }
}

fn main() {
    let _ = none(1.0);
    let _ = no_equation(1.0);
    let _ = another(1.0);
    let _ = elsewhere(1.0);
}
