//! Pose graphs in the format of g2o: a start for every pose, and measurements between pairs of them.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;

use crate::geometry::Pose;

/// The pose of `to` as `from` has seen it. The information matrix is diagonal: a weight a number of the error, the translation
/// first.
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub seen: Pose,
    pub weights: [f64; 6],
}

pub struct PoseGraph {
    pub poses: Vec<Pose>,
    pub edges: Vec<Edge>,
}

impl PoseGraph {
    pub fn read(path: &Path) -> Result<PoseGraph, Box<dyn Error>> {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut graph = PoseGraph {
            poses: Vec::new(),
            edges: Vec::new(),
        };
        for line in BufReader::new(GzDecoder::new(file)).lines() {
            let line = line?;
            let mut words = line.split_whitespace();
            let kind = words.next();
            let numbers: Vec<f64> = words.map(str::parse).collect::<Result<_, _>>()?;
            match (kind, &*numbers) {
                (Some("VERTEX_SE3:QUAT"), [id, pose @ ..]) if *id == graph.poses.len() as f64 => {
                    graph.poses.push(read_pose(pose)?);
                }
                (Some("EDGE_SE3:QUAT"), [from, to, rest @ ..]) if rest.len() == 7 + 21 => {
                    // The diagonal of a matrix of which the upper triangle stands row by row.
                    let mut at = 7;
                    let weights = std::array::from_fn(|row| {
                        let weight = rest[at];
                        at += 6 - row;
                        weight
                    });
                    let [from, to] = [from, to].map(|id| *id as usize);
                    graph.edges.push(Edge {
                        from,
                        to,
                        seen: read_pose(&rest[..7])?,
                        weights,
                    });
                }
                _ => return Err(format!("not read: {line}").into()),
            }
        }
        Ok(graph)
    }
}

/// A position and a quaternion, which the file has with six digits.
fn read_pose(numbers: &[f64]) -> Result<Pose, String> {
    let [x, y, z, q @ ..] = numbers else {
        return Err("a pose has seven numbers".to_owned());
    };
    let q: [f64; 4] = q.try_into().map_err(|_| "a quaternion has four numbers")?;
    let norm = q.iter().map(|x| x * x).sum::<f64>().sqrt();
    Ok(Pose {
        q: q.map(|x| x / norm),
        p: [*x, *y, *z],
    })
}
