graph_runtime::graph! {
    struct Twice { a }
    struct Twice { b }
    struct Nothing {}
    struct Fields { a, a: [2] }
    struct Turned { T: [2, 2] }
    struct Open { w: [n, 3], v: [n] }
    struct Inside { a, other: Outside }
    struct Outside { one: Inside }
    struct Square[d, d] { w: [d, d] }
    struct Conditional { #[cfg(unix)] a, b }
    struct Deep { w: [1, 1, 1, 1, 1, 1, 2] }
    struct taken { x }
    fn taken(x) -> y { y = x; }
    struct Fits { x: [2] }
    fn f(x: Fits) -> y { y = sum(x.x); }
}

fn main() {
    let _ = f(Fits { x: [1.0, 2.0] });
}
