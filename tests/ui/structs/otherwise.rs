mod geometry {
    graph_runtime::graph! { pub struct Point { x, y } }
}

graph_runtime::graph! {
    struct Pose { q: [2], p }
    fn misspelt(x) -> y { a = Posse { q: [x, x], p: x }; y = a.p; }
    fn shorthand(p, q: [2]) -> y { y = Posse { q, p }.p; }
    fn of_nobody(x) -> y { y = Quaternion { w: x }.w; }
    fn local(c, x) -> y { b = c > 0; y = if b { z: [2] = [x, x]; z[0] } else { x }; }
    fn tuple(p: Pose, x: [2]) -> y { y = p.0 + x.1; }
    fn parts(p: Pose[2], x: [2, 2], z) -> y { y = p.1.p + x.0.1 + z.0 + p[1].q.0; }
}

graph_runtime::graph! {
    use self::geometry::Point;
    use self::geometry::Point as P;
    fn f(a: Point, b: P) -> d { d = hypot(a.x - b.x, a.y - b.y); }
}

graph_runtime::graph! {
    use self::geometry::{Point as Q, Point as R};
    fn g(a: Q) -> d { d = length(R { x: a.x, y: a.y }); }
    fn length(r: R) -> l { l = hypot(r.x, r.y); }
}

fn main() {}
