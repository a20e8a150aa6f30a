//! A layer for each node: operands before their uses, edges short.
//!
//! Invariant: every edge leads to a later layer; inputs are in the first, outputs in the last.

use super::{Layer, Sizes};

/// How often nodes may move to shorten edges.
const ROUNDS: usize = 8;

pub fn assign(sizes: &Sizes) -> Vec<usize> {
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
        if size.layer == Layer::Last {
            layers[node] = last;
        }
    }
    for _ in 0..ROUNDS {
        let before = layers.clone();
        for node in (0..count).rev() {
            layers[node] = better(sizes, &layers, node, &operands[node], &uses[node]);
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

/// Moves a node towards where more of its edges are. Constants follow their use, so they do not hold it back.
fn better(
    sizes: &Sizes,
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
        (Layer::First | Layer::Last, _) | (_, None) => layers[node],
        (Layer::BesideUse, Some(latest)) => latest,
        (Layer::Between, Some(latest)) => {
            let fixed = operands
                .iter()
                .filter(|operand| sizes.nodes[**operand].layer != Layer::BesideUse);
            let earliest = operands
                .iter()
                .map(|operand| match sizes.nodes[*operand].layer {
                    Layer::BesideUse => 1,
                    _ => layers[*operand] + 1,
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
