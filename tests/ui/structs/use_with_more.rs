mod geometry {
    graph_runtime::graph! { pub struct Point { x, y } }
}

graph_runtime::graph! {
    pub use self::geometry::Point;
    fn f(p: Point) -> y { y = p.x; }
}

fn main() {}
