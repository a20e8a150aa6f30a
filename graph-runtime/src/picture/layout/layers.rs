//! A layer for each node: operands before their uses, edges short.
//!
//! Invariant: every edge leads to a later layer. In a picture of one row inputs are in the first layer and outputs in the last;
//! in one of several rows they stand beside what they are for.

use super::{Layer, Sizes, worked};

/// How often nodes may move to shorten edges.
const ROUNDS: usize = 8;

pub fn assign(sizes: &Sizes, one_row: bool) -> Vec<usize> {
    let count = sizes.nodes.len();
    let mut layers = vec![0; count];
    let (operands, uses) = neighbours(sizes);
    for node in 0..count {
        let after = operands[node]
            .iter()
            .map(|operand| layers[*operand] + 1)
            .max();
        layers[node] = after.unwrap_or(0);
    }
    let last = layers.iter().copied().max().unwrap_or(0);
    for (node, size) in sizes.nodes.iter().enumerate() {
        if size.layer == Layer::Last && one_row {
            layers[node] = last;
        }
    }
    for _ in 0..ROUNDS {
        let before = layers.clone();
        for node in (0..count).rev() {
            worked(1 + operands[node].len() + uses[node].len());
            if sizes.nodes[node].layer != Layer::First || !one_row {
                let graph = (sizes, one_row);
                layers[node] = better(graph, &layers, node, &operands[node], &uses[node]);
            }
        }
        if layers == before {
            break;
        }
    }
    layers
}

fn neighbours(sizes: &Sizes) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let count = sizes.nodes.len();
    let (mut operands, mut uses) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for edge in &sizes.edges {
        operands[edge.to].push(edge.from);
        uses[edge.from].push(edge.to);
    }
    (operands, uses)
}

/// Moves a node towards where more of its edges are. Constants follow their use, and so do inputs in a picture of several rows,
/// so they do not hold it back.
fn better(
    (sizes, one_row): (&Sizes, bool),
    layers: &[usize],
    node: usize,
    operands: &[usize],
    uses: &[usize],
) -> usize {
    let before_uses = uses
        .iter()
        .map(|user| layers[*user].saturating_sub(1))
        .min();
    match (sizes.nodes[node].layer, before_uses) {
        (Layer::Last, _) | (_, None) => layers[node],
        (Layer::BesideUse | Layer::First, Some(latest)) => latest,
        (Layer::Between, Some(latest)) => {
            let follows = |operand: &usize| match sizes.nodes[*operand].layer {
                Layer::BesideUse => true,
                Layer::First => !one_row,
                _ => false,
            };
            let fixed = operands.iter().filter(|operand| !follows(operand));
            let earliest = operands.iter().map(|operand| match follows(operand) {
                true => 1,
                false => layers[*operand] + 1,
            });
            let earliest = earliest.max().unwrap_or(layers[node]);
            if uses.len() > fixed.count() {
                latest
            } else {
                earliest.min(latest)
            }
        }
    }
}
