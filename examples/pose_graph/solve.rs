//! Damped Gauss-Newton steps, each by conjugate gradients: the matrix is never put together, since a product with it is a product
//! with the Jacobian of each measurement and one with its transpose.

use crate::geometry::Motion;
use crate::read::PoseGraph;
use crate::{miss, moved};

/// The derivatives of one measurement, weighted.
struct Row {
    from: usize,
    to: usize,
    error: [f64; 6],
    by_from: [[f64; 6]; 6],
    by_to: [[f64; 6]; 6],
}

type Steps = Vec<[f64; 6]>;

/// Moves the poses, all but the first, to where the cost is least. Each step is reported with the cost that it leads to.
pub fn minimise(graph: &mut PoseGraph, mut report: impl FnMut(usize, f64, usize)) -> f64 {
    let (mut cost, mut damping) = (graph.cost(), 1e-5);
    for step in 1..100 {
        let rows = linearised(graph);
        let (motions, products) = motions(&rows, graph.poses.len(), damping);
        let before = graph.poses.clone();
        for (pose, motion) in graph.poses.iter_mut().zip(&motions) {
            let [t, r] = [
                [motion[0], motion[1], motion[2]],
                [motion[3], motion[4], motion[5]],
            ];
            *pose = moved(*pose, Motion { t, r });
        }
        let found = graph.cost();
        report(step, found, products);
        if found > cost {
            graph.poses = before;
            damping *= 10.0;
            continue;
        }
        let settled = cost - found < 1e-11 * cost;
        (cost, damping) = (found, damping * 0.1);
        if settled {
            break;
        }
    }
    cost
}

fn linearised(graph: &PoseGraph) -> Vec<Row> {
    let rest = Motion::default();
    let row = |edge: &crate::read::Edge| {
        let [a, b] = [edge.from, edge.to].map(|at| graph.poses[at]);
        let (e, jacobian) = miss::jacobian(a, b, edge.seen, rest, rest);
        let roots = edge.weights.map(f64::sqrt);
        let e = [e.t[0], e.t[1], e.t[2], e.r[0], e.r[1], e.r[2]];
        let weighted =
            |rows: [[f64; 6]; 6]| std::array::from_fn(|at| rows[at].map(|slope| roots[at] * slope));
        Row {
            from: edge.from,
            to: edge.to,
            error: std::array::from_fn(|at| roots[at] * e[at]),
            by_from: weighted(jacobian.da),
            by_to: weighted(jacobian.db),
        }
    };
    graph.edges.iter().map(row).collect()
}

/// Solves `(JᵀJ + damping·D) δ = -Jᵀe` by conjugate gradients, preconditioned by the blocks on the diagonal.
fn motions(rows: &[Row], poses: usize, damping: f64) -> (Steps, usize) {
    let mut residual: Steps = vec![[0.0; 6]; poses];
    let mut blocks = vec![[[0.0; 6]; 6]; poses];
    for row in rows {
        for (at, by) in [(row.from, &row.by_from), (row.to, &row.by_to)] {
            add_transposed(&mut residual[at], by, &row.error.map(|e| -e));
            for line in by {
                for (i, target) in blocks[at].iter_mut().enumerate() {
                    target
                        .iter_mut()
                        .zip(line)
                        .for_each(|(t, x)| *t += line[i] * x);
                }
            }
        }
    }
    let diagonal: Steps = blocks
        .iter()
        .map(|block| std::array::from_fn(|at| damping * block[at][at]))
        .collect();
    let factors: Vec<_> = blocks
        .iter()
        .zip(&diagonal)
        .map(|(block, more)| factor(block, more))
        .collect();
    // The first pose stays where it is.
    residual[0] = [0.0; 6];
    let precondition = |r: &Steps| -> Steps {
        r.iter()
            .zip(&factors)
            .map(|(r, factor)| solved(factor, r))
            .collect()
    };
    let mut motions: Steps = vec![[0.0; 6]; poses];
    let mut preconditioned = precondition(&residual);
    let mut direction = preconditioned.clone();
    let mut size = dot(&residual, &preconditioned);
    let enough = 1e-8 * size;
    for products in 0..20_000 {
        if size <= enough {
            return (motions, products);
        }
        let mut image: Steps = direction
            .iter()
            .zip(&diagonal)
            .map(|(d, more)| std::array::from_fn(|at| more[at] * d[at]))
            .collect();
        for row in rows {
            let change: [f64; 6] = std::array::from_fn(|at| {
                inner(&row.by_from[at], &direction[row.from])
                    + inner(&row.by_to[at], &direction[row.to])
            });
            add_transposed(&mut image[row.from], &row.by_from, &change);
            add_transposed(&mut image[row.to], &row.by_to, &change);
        }
        image[0] = [0.0; 6];
        let length = size / dot(&direction, &image);
        add(&mut motions, length, &direction);
        add(&mut residual, -length, &image);
        preconditioned = precondition(&residual);
        let next = dot(&residual, &preconditioned);
        let share = next / size;
        size = next;
        for (d, p) in direction.iter_mut().zip(&preconditioned) {
            *d = std::array::from_fn(|at| p[at] + share * d[at]);
        }
    }
    (motions, 20_000)
}

fn inner(a: &[f64; 6], b: &[f64; 6]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn dot(a: &Steps, b: &Steps) -> f64 {
    a.iter().zip(b).map(|(a, b)| inner(a, b)).sum()
}

fn add(to: &mut Steps, by: f64, what: &Steps) {
    for (to, what) in to.iter_mut().zip(what) {
        to.iter_mut()
            .zip(what)
            .for_each(|(to, what)| *to += by * what);
    }
}

fn add_transposed(to: &mut [f64; 6], by: &[[f64; 6]; 6], what: &[f64; 6]) {
    for (line, what) in by.iter().zip(what) {
        to.iter_mut()
            .zip(line)
            .for_each(|(to, slope)| *to += slope * what);
    }
}

/// The Cholesky factor of a block.
fn factor(block: &[[f64; 6]; 6], more: &[f64; 6]) -> [[f64; 6]; 6] {
    let mut l = [[0.0; 6]; 6];
    for i in 0..6 {
        for j in 0..=i {
            let rest: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let entry = block[i][j] + if i == j { more[i] } else { 0.0 } - rest;
            l[i][j] = if i == j {
                entry.sqrt()
            } else {
                entry / l[j][j]
            };
        }
    }
    l
}

fn solved(l: &[[f64; 6]; 6], r: &[f64; 6]) -> [f64; 6] {
    let mut x = *r;
    for i in 0..6 {
        let rest: f64 = (0..i).map(|k| l[i][k] * x[k]).sum();
        x[i] = (x[i] - rest) / l[i][i];
    }
    for i in (0..6).rev() {
        let rest: f64 = (i + 1..6).map(|k| l[k][i] * x[k]).sum();
        x[i] = (x[i] - rest) / l[i][i];
    }
    x
}
