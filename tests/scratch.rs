use graph_runtime::graph;
graph! {
    /// Doc.
    pub fn f(a, b, const c) -> z { t = a*b; z = sin(t) + c^2; }
    pub fn g(x, v: [3]) -> (p, q: [3]) { p = sqrt(x)^2 + f(x, v[0], 2); q = if x > 0 { v * x } else { v / x }; }
}
#[test]
fn t() {
    let (x, y) = (1.0, 2.0);
    let g1 = graph! { z = (x + y)^2 };
    assert_eq!(g1.z, 9.0);
    let d = g1.backward(1.0);
    assert_eq!((d.x, d.y), (6.0, 6.0));
    assert_eq!(g1.jvp(1.0, 0.5), 9.0);
    let (z, d) = f::value_and_grad(1.0, 2.0, 3.0);
    assert_eq!(z, 2f64.sin() + 9.0);
    assert_eq!(d.a, 2.0 * 2f64.cos());
    println!("{:?}", g::jacobian(2.0, [1.0, 2.0, 3.0]));
    println!("{:?}", g::jvp(2.0, [1.0, 2.0, 3.0], 1.0, [0.0; 3]));
}
