graph_runtime::graph! {
    struct Layer { w: [2, 2], b: [2] }
    struct Net { first: Layer, second: Layer, poses: Pose[2] }
    struct Pose { q: [2], p }

    fn near(net: Net) -> y { y = sum(net.frist.w); }
    fn far(net: Net) -> y { y = sum(net.first.weights); }
    fn array(net: Net, x: [2]) -> y { y = sum(x.w) + net.first.b[0]; }
    fn whole(net: Net) -> y { y = 2*net.first; }
    fn list(net: Net) -> y { y = net.poses.p; }
    fn beyond(net: Net) -> y { y = net.poses[2].p; }
    fn called(net: Net) -> y { y = norm_of(net.first); }
    fn norm_of(l: Pose) -> y { y = norm(l.q); }
    fn number(x) -> y { y = norm_of(x); }
    fn missing(x) -> p: Pose { p = Pose { q: [x, x] }; }
    fn shape(x) -> p: Pose { p = Pose { q: [x, x, x], p: x }; }
    fn other(l: Layer) -> p: Pose { p = l; }
    fn none(x) -> p: Pose { p = x; }
    fn branch(a: Pose, b: Layer) -> y { c = if a.p > 0 { a } else { b }; y = c.p; }
    fn unknown(p: Posse) -> y { y = p.p; }
    fn elsewhere(p: Quaternion) -> y { y = p.p; }
    fn again(x) -> p: Pose { p = Pose { q: [x, x], p: x, p: x }; }
}

fn main() {}
