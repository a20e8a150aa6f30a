//! scratch
use graph_runtime::graph;
graph! {
    fn fruit(apple, apples, orange, oranges, tax) -> total {
        all_apples = apple * apples;
        all_oranges = orange * oranges;
        fruit = all_apples + all_oranges;
        total = fruit * tax;
    }
    fn softm(x: [3], w: [3, 3], const k) -> l { p = softmax(w @ x); l = -ln(p[1]) + { 0.5 } * sum(x^2) + k*mean(x, axis = 0); }
    fn branch(x, y) -> z { z = if x > y && x < 9 { sqrt(x - y) * exp(y) } else { 2*x + 2*y + silu(x)}; }
}
fn main() {
    let p = fruit::picture(100.0, 2.0, 150.0, 3.0, 1.1, 1.0);
    println!("{p}\n{}", p.explain());
    let p = softm::picture(
        [1.0, 2.0, 3.0],
        [[0.1, 0.2, 0.3], [0.2, 0.3, 0.1], [0.0, 1.0, 0.5]],
        3.0,
        1.0,
    );
    println!("{p}\n{}", p.explain());
    std::fs::write("/tmp/shots/softm.svg", p.to_svg()).unwrap();
    let p = branch::picture(-3.0, 1.0, 1.0);
    println!("{p}\n{}", p.explain());
    std::fs::write("/tmp/shots/branch.svg", p.to_svg()).unwrap();
    let (x, y) = (1.0, 2.0);
    let g = graph! { z = (x + y)^2 + x*x*{ x + 1.0 }; w = z*x };
    let p = g.picture(1.0);
    println!("{p}\n{}", p.explain());
    println!("{}", p.to_dot());
}
