//! Heights: every item as near as can be to what it is linked with, and never on its neighbours.
//!
//! The lines want to be level: the sum of the squares of their rises is made small, column by column, with the neighbouring
//! columns held. One column's best heights under the given order are an isotonic regression, which pooling neighbours that
//! are in each other's way solves exactly. Rows do not pull at each other. Invariant: after every step items keep their order and
//! distance.

use super::columns::{Chain, Columns, Content};
use super::worked;

/// Room between the items of a column.
const ROOM: f64 = 9.0;
const ROUNDS: usize = 60;
/// Larger graphs than anybody looks at are settled less well.
const LARGEST: usize = 20_000;
const FEW_ROUNDS: usize = 10;
const STRAIGHTENINGS: usize = 4;

pub fn heights(columns: &Columns) -> Vec<f64> {
    let pulls = pulls(columns);
    let mut heights = stacked(columns);
    let count = columns.columns.len();
    let rounds = if heights.len() > LARGEST {
        FEW_ROUNDS
    } else {
        ROUNDS
    };
    for round in 0..rounds {
        for step in 0..count {
            let column = if round % 2 == 0 {
                step
            } else {
                count - 1 - step
            };
            settle(columns, column, &pulls, &mut heights);
        }
    }
    for _ in 0..STRAIGHTENINGS {
        straighten(columns, &mut heights);
    }
    heights
}

/// Where a link wants an item to be: on the other's height, shifted, with so much force.
struct Pull {
    other: usize,
    shift: f64,
    force: f64,
}

fn pulls(columns: &Columns) -> Vec<Vec<Pull>> {
    let mut pulls: Vec<Vec<Pull>> = Vec::new();
    pulls.resize_with(columns.items.len(), Vec::new);
    let is_node = |item: usize| {
        matches!(
            columns.items[item].content,
            Content::Node(_) | Content::Tag(_)
        )
    };
    let places = columns.places();
    let links = columns.links.iter().flatten();
    for link in links.filter(|link| !link.turns) {
        // A line that bends at a node looks right, one that bends on its way does not; and constants, the nodes in the columns
        // of labels, follow their use.
        let force = match (is_node(link.from), is_node(link.to)) {
            (true, true) if places[link.from] % 2 == 1 => 0.05,
            (false, false) => 6.0,
            _ => 1.0,
        };
        let shift = link.from_port - link.to_port;
        pulls[link.to].push(Pull {
            other: link.from,
            shift,
            force,
        });
        pulls[link.from].push(Pull {
            other: link.to,
            shift: -shift,
            force,
        });
    }
    pulls
}

/// The distance that two neighbours in a column keep.
fn distance(columns: &Columns, upper: usize, lower: usize) -> f64 {
    columns.items[upper].extent.down + ROOM + columns.items[lower].extent.up
}

/// A start: each column packed around one line.
fn stacked(columns: &Columns) -> Vec<f64> {
    let mut heights = vec![0.0; columns.items.len()];
    for column in &columns.columns {
        let mut at = 0.0;
        for pair in column.windows(2) {
            at += distance(columns, pair[0], pair[1]);
            heights[pair[1]] = at;
        }
        for item in column {
            heights[*item] -= at / 2.0;
        }
    }
    heights
}

/// Sets what lies between the ends of an edge on as few levels as there is room for: that of its start as far as it goes,
/// or else the nearest.
fn straighten(columns: &Columns, heights: &mut [f64]) {
    let (ranks, places) = (columns.ranks(), columns.places());
    for chain in &columns.chains {
        let (from_port, to_port) = columns.ports(chain);
        let items = &chain.items;
        let (start, end) = (items[0], items[items.len() - 1]);
        let (start, end) = (heights[start] + from_port, heights[end] + to_port);
        for (between, start, end) in runs(chain, start, end) {
            let rooms = between.iter().map(|item| {
                let column = &columns.columns[places[*item]];
                room(columns, column, ranks[*item], heights)
            });
            let rooms: Vec<(f64, f64)> = rooms.collect();
            worked(rooms.len());
            level_out(between, &rooms, (start, end), heights);
        }
    }
}

/// What lies between the ends of an edge, in one row or in two, and the heights it would like to begin and end at.
fn runs(chain: &Chain, start: f64, end: f64) -> Vec<(&[usize], f64, f64)> {
    let last = chain.items.len() - 1;
    match chain.turn {
        None => vec![(&chain.items[1..last], start, end)],
        Some(turn) => vec![
            (&chain.items[1..turn], start, start),
            (&chain.items[turn..last], end, end),
        ],
    }
}

fn level_out(
    between: &[usize],
    rooms: &[(f64, f64)],
    (start, end): (f64, f64),
    heights: &mut [f64],
) {
    let mut level = start;
    let mut done = 0;
    while done < between.len() {
        let (least, most, count) = longest_run(&rooms[done..]);
        let is_last = done + count == between.len();
        if is_last && (least..=most).contains(&end) && !(least..=most).contains(&level) {
            level = end;
        }
        level = level.clamp(least, most);
        for item in &between[done..done + count] {
            heights[*item] = level;
        }
        done += count;
    }
}

/// Between which heights an item may be without coming near its neighbours.
fn room(columns: &Columns, column: &[usize], rank: usize, heights: &[f64]) -> (f64, f64) {
    let item = column[rank];
    let upper = rank.checked_sub(1).map(|rank| column[rank]);
    let least = upper.map(|upper| heights[upper] + distance(columns, upper, item));
    let lower = column.get(rank + 1);
    let most = lower.map(|lower| heights[*lower] - distance(columns, item, *lower));
    // Rounding must not leave less than nothing.
    let least = least.unwrap_or(f64::NEG_INFINITY).min(heights[item]);
    (least, most.unwrap_or(f64::INFINITY).max(heights[item]))
}

/// How many of the first rooms share a height, and which heights those are.
fn longest_run(rooms: &[(f64, f64)]) -> (f64, f64, usize) {
    let (mut least, mut most, mut count) = (f64::NEG_INFINITY, f64::INFINITY, 0);
    for (low, high) in rooms {
        if low.max(least) > high.min(most) {
            break;
        }
        (least, most, count) = (low.max(least), high.min(most), count + 1);
    }
    (least, most, count)
}

/// Neighbours that move as one.
struct Block {
    mean: f64,
    force: f64,
    count: usize,
}

fn settle(columns: &Columns, column: usize, pulls: &[Vec<Pull>], heights: &mut [f64]) {
    let items = &columns.columns[column];
    let mut blocks: Vec<Block> = Vec::new();
    worked(items.len());
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            offset += distance(columns, items[at - 1], *item);
        }
        offsets.push(offset);
        let (wanted, force) = wish(&pulls[*item], heights, heights[*item]);
        let mut block = Block {
            mean: wanted - offset,
            force,
            count: 1,
        };
        while let Some(above) = blocks.pop_if(|above| above.mean > block.mean) {
            let force = above.force + block.force;
            block = Block {
                mean: (above.mean * above.force + block.mean * block.force) / force,
                force,
                count: above.count + block.count,
            };
        }
        blocks.push(block);
    }
    let means = blocks
        .iter()
        .flat_map(|block| std::iter::repeat_n(block.mean, block.count));
    for ((item, mean), offset) in items.iter().zip(means).zip(offsets) {
        heights[*item] = mean + offset;
    }
}

/// The height at which an item's lines rise least, and how much it matters.
fn wish(pulls: &[Pull], heights: &[f64], now: f64) -> (f64, f64) {
    let force: f64 = pulls.iter().map(|pull| pull.force).sum();
    if force == 0.0 {
        return (now, 0.1);
    }
    let sum: f64 = pulls
        .iter()
        .map(|pull| pull.force * (heights[pull.other] + pull.shift))
        .sum();
    (sum / force, force)
}
