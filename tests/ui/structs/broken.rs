graph_runtime::graph! {
    struct Labelled[d] { w: [d], ids: index[d] }
    fn labels(l: Labelled[d]) -> o: Labelled[d] { o = l; }
    fn either(a: Labelled[d], b: Labelled[d]) -> y { c = if a.w[0] > 0 { a } else { b }; y = sum(c.w); }
    struct Pair { x, y }
    fn scaled(p: Pair, t) -> q: Pair { q = Pair { x: p.x*t, y: t }; }
    fn mapped(p: Pair, t: [n]) -> q: Pair { q = scaled(p, t); }
}

graph_runtime::graph! {
    struct Typed<T> { x: T }
    fn f(p: Typed) -> y { y = p.x; }
}

fn main() {}
