graph_runtime::graph! {
    struct Layer[d, h] { w: [d, h], b: [h] }
    struct Pose { q: [4], p: [3] }
    struct Net { first: Layer[3] }
    struct Shorter[d] { x: [d - 3], y }
    fn shorter(s: Shorter[2]) -> y { y = s.y; }
    struct Run { steps: count, x }
    fn too_many(p: Pose[2][4]) -> y { y = p.q[0]; }
    fn too_few(l: Layer, x) -> y { y = x*l.b[0]; }
    fn counted(p: Pose[n]) -> y { y = p.q[0]; }
}

fn main() {}
