//! Where was a robot, given how it moved from each place to the next and which places it saw again?
//!
//! A pose is a struct of the language, which `geometry` declares and this file uses; each measurement's residual and its
//! derivatives by small motions of two poses come from one graph, and `solve` puts them together. The file is a public one, and
//! the cost at its start and at the minimum are known from another program.
//!
//! ```text
//! cargo run --release --example pose_graph
//! ```

mod geometry;
mod read;
mod solve;

use std::error::Error;
use std::path::Path;

use geometry::Motion;
use graph_runtime::graph;
use read::PoseGraph;

graph! {
    use crate::geometry::Pose;
    use crate::geometry::Motion;

    fn product(a: [4], b: [4]) -> c: [4] {
        u = a[0..3];
        v = b[0..3];
        w = a[3]*v + b[3]*u + cross(u, v);
        c = [w[0], w[1], w[2], a[3]*b[3] - dot(u, v)];
    }
    fn inverse(q: [4]) -> r: [4] { r = [-q[0], -q[1], -q[2], q[3]]; }
    fn rotated(q: [4], x: [3]) -> y: [3] {
        t = 2*cross(q[0..3], x);
        y = x + q[3]*t + cross(q[0..3], t);
    }

    /// The quaternion of a rotation vector; near 0 by its series.
    fn quaternion(r: [3]) -> q: [4] {
        s = dot(r, r);
        half = if s > 1e-8 { sin(sqrt(s)/2)/sqrt(s) } else { 1/2 - s/48 };
        w = if s > 1e-8 { cos(sqrt(s)/2) } else { 1 - s/8 };
        q = [half*r[0], half*r[1], half*r[2], w];
    }
    /// The rotation vector of a quaternion, the shorter of the two.
    fn rotation(q: [4]) -> r: [3] {
        v = q[0..3];
        s = dot(v, v);
        w = abs(q[3]);
        scale = if s > 1e-12 { 2*atan2(sqrt(s), w)/sqrt(s) } else { 2/w };
        r = if q[3] < 0 { -scale*v } else { scale*v };
    }

    /// A pose that has moved, as it sees the motion itself.
    pub fn moved(a: Pose, d: Motion) -> b: Pose {
        b = Pose { q: product(a.q, quaternion(d.r)), p: a.p + rotated(a.q, d.t) };
    }

    /// How far the pose of `b` as `a` sees it is from what was measured, `z`, as a translation and a rotation vector: the
    /// logarithm of the error.
    pub fn miss(const a: Pose, const b: Pose, const z: Pose, da: Motion, db: Motion) -> e: Motion {
        from = moved(a, da);
        to = moved(b, db);
        back = inverse(from.q);
        q = product(inverse(z.q), product(back, to.q));
        t = rotated(inverse(z.q), rotated(back, to.p - from.p) - z.p);
        r = rotation(q);
        s = dot(r, r);
        c = if s > 1e-6 { (1 - sqrt(s)/2/tan(sqrt(s)/2))/s } else { 1/12 + s/720 };
        e = Motion { t: t - cross(r, t)/2 + c*cross(r, cross(r, t)), r: r };
    }
}

/// The cost at the start of the file and at the minimum, by Gauss-Newton steps of another program in another parametrisation.
const START: f64 = 4_780_720_471.481;
const OPTIMUM: f64 = 63_789.078_927_61;

fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/sphere.g2o.gz");
    let mut graph = PoseGraph::read(&path)?;
    println!(
        "{} poses, {} measurements",
        graph.poses.len(),
        graph.edges.len()
    );
    println!("step 0: cost {:.6}", graph.cost());
    let apart = |cost: f64, known: f64| (cost - known).abs() / known;
    if apart(graph.cost(), START) > 1e-12 {
        return Err(format!("the cost at the start is not {START}").into());
    }
    let cost = solve::minimise(&mut graph, |step, cost, inner| {
        println!("step {step}: cost {cost:.6} after {inner} products with the matrix");
    });
    println!(
        "known minimum {OPTIMUM}, relative difference {:.1e}",
        apart(cost, OPTIMUM)
    );
    match apart(cost, OPTIMUM) < 1e-9 {
        true => Ok(()),
        false => Err("the minimum was not reached".into()),
    }
}

impl PoseGraph {
    /// Half the sum of the weighted squares.
    fn cost(&self) -> f64 {
        let rest = Motion::default();
        let costs = self.edges.iter().map(|edge| {
            let e = miss(
                self.poses[edge.from],
                self.poses[edge.to],
                edge.seen,
                rest,
                rest,
            );
            let squares = edge
                .weights
                .iter()
                .zip(&e)
                .map(|(weight, e)| weight * e * e);
            0.5 * squares.sum::<f64>()
        });
        costs.sum()
    }
}
