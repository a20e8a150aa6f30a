mod geometry {
    graph_runtime::graph! {
        pub struct Point { x, y }
        pub fn length(p: Point) -> r { r = hypot(p.x, p.y); }
    }
}

graph_runtime::graph! {
    use self::geometry::Point;
    fn twice(p: Point) -> y { y = 2*self::geometry::length(p); }
    fn near(p: Point) -> y { y = missing(p) + p.x; }
}

fn main() {}
