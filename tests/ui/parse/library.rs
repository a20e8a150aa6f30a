//! Functions of a library of another language.

use graph_runtime::graph;

graph! { fn f(x) -> z { a = np.exp(x); b = torch.nn.relu(x); z = a + b*np.e; } }

fn main() {
    let _: f64 = f::value_and_grad(1.0).1.x;
}
