use super::expansion::expanded;
fn show(name: &str, program: &str) {
    let unit = super::stages::lowered(program);
    let plan = crate::plan::arrays::functions(&unit);
    println!(
        "== {name} forward\n{}== backward\n{}",
        plan.forward, plan.backward
    );
    if let Some(body) = plan.value_and_grad {
        println!("== vag\n{body}");
    }
    let text = expanded(program)
        .replace("graph_runtime::__private::core::option::Option::", "")
        .replace("graph_runtime::__private::", "")
        .replace("graph_runtime::", "");
    std::fs::write(format!("/tmp/out_{name}.rs"), text).unwrap();
}
#[test]
fn scratch() {
    show("two_layer", "fn network(const x: [n, 784], w1: [784, 50], b1: [50], w2: [50, 10], b2: [10], const labels: index[n]) -> loss {
        hidden = sigmoid(affine(x, w1, b1));
        logits = affine(hidden, w2, b2);
        loss = softmax_cross_entropy(logits, labels);
    }");
    show("mixture", "fn diagonal(alpha: [k], mean_of: [k, d], scale: [k, d], const x: [n, 1, d]) -> likelihood {
        density = alpha + sum(scale, axis = 1) - 0.5*sum(((x - mean_of)*exp(scale))^2, axis = 2);
        likelihood = sum(logsumexp(density, axis = 1) - logsumexp(alpha));
    }");
    show("network", "fn network(
        x: [n, k], w1: [k, h], b1: [h], w2: [h, m], b2: [m], w3: [m, c], b3: [c], const labels: index[n],
    ) -> loss {
        a1 = relu(x @ w1 + b1);
        a2 = relu(a1 @ w2 + b2);
        loss = softmax_cross_entropy(a2 @ w3 + b3, labels);
    }");
    show(
        "attend",
        "fn attend(q: [m, d], k: [n, d], v: [n, e], const d_k) -> out {
        weights = softmax(q @ k.T/sqrt(d_k));
        out = weights @ v;
    }",
    );
    show(
        "rosen",
        "fn by_slices(x: [n]) -> v { v = sum(100*(x[1..] - x[..n-1]^2)^2 + (1 - x[..n-1])^2); }",
    );
    show(
        "ridge",
        "fn ridge(w: [d], b, const x: [n, d], const t: [n], const strength) -> loss {
        residual = x @ w + b - t;
        loss = mean(residual^2) + strength*sum(w^2);
    }",
    );
}
