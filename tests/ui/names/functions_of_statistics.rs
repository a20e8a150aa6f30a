//! What statistics and its languages call functions.

use graph_runtime::graph;

graph! {
    fn f(x, y: [3]) -> z {
        a = inv_logit(x) + Phi(x) + ncdf(x);
        b = phi(x) + N(x) + normal_pdf(x);
        c = dot_self(y) + sumsq(y);
        z = a + b + c + bce(x, a) + binary_cross_entropy(x, a);
    }
}

graph! { fn h(x, y: [n]) -> z { z = cauchy(x, 0, 5) + sum(normal(y, x, 1)); } }

graph! { fn g(y: [n]) -> z { z = sum(i in 0..n, log(y[i])); } }

fn main() {
    let (z, d) = f::value_and_grad(1.0, [1.0; 3]);
    let _: f64 = z + d.x;
}
