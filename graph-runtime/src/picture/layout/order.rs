//! The order of each column from top to bottom, so that few lines cross.
//!
//! Sweeps to and fro sort every column by the mean place of its neighbours in the one before; between sweeps neighbours that
//! cross less the other way round are swapped. The best order seen is kept. Invariant: columns keep their items.

use super::columns::{Columns, Link};

/// How many sweeps without an improvement end the search.
const PATIENCE: usize = 6;
const SWEEPS: usize = 40;

pub fn sort(columns: &mut Columns) {
    start(columns);
    let ends = ends(columns);
    let mut best = (crossings(columns), columns.columns.clone());
    let mut patience = PATIENCE;
    for sweep in 0..SWEEPS {
        if best.0 == 0 || patience == 0 {
            break;
        }
        let forward = sweep % 2 == 0;
        let count = columns.columns.len();
        for step in 1..count {
            let column = if forward { step } else { count - 1 - step };
            sort_column(columns, column, forward);
        }
        swap_neighbours(columns, &ends);
        let found = crossings(columns);
        patience -= 1;
        if found < best.0 {
            best = (found, columns.columns.clone());
            patience = PATIENCE;
        }
    }
    columns.columns = best.1;
}

/// The order in which a walk back from the outputs meets the items, operands in their order.
fn start(columns: &mut Columns) {
    let mut operands = vec![Vec::new(); columns.items.len()];
    for link in columns.links.iter().flatten() {
        operands[link.to].push(link.from);
    }
    let mut met = vec![usize::MAX; columns.items.len()];
    let mut next = 0;
    let ends = columns.columns.iter().rev().flatten().copied();
    for end in ends.collect::<Vec<_>>() {
        let mut open = vec![end];
        while let Some(item) = open.pop() {
            if met[item] == usize::MAX {
                met[item] = next;
                next += 1;
                open.extend(operands[item].iter().rev());
            }
        }
    }
    for column in &mut columns.columns {
        column.sort_by_key(|item| met[*item]);
    }
}

/// Sorts a column by its neighbours on one side; items without any stay where they are.
fn sort_column(columns: &mut Columns, column: usize, forward: bool) {
    let ranks = columns.ranks();
    let mut sums = vec![(0.0, 0.0); columns.items.len()];
    let links = if forward {
        &columns.links[column - 1]
    } else {
        &columns.links[column]
    };
    for link in links {
        let (item, neighbour) = if forward {
            (link.to, link.from)
        } else {
            (link.from, link.to)
        };
        // Of the operands of one node, the first wants to be above the second.
        let port = link
            .operand
            .filter(|_| !forward)
            .map_or(0.0, |operand| operand as f64 / 100.0);
        sums[item].0 += ranks[neighbour] as f64 + port;
        sums[item].1 += 1.0;
    }
    let items = &mut columns.columns[column];
    let free: Vec<usize> = (0..items.len())
        .filter(|at| sums[items[*at]].1 > 0.0)
        .collect();
    let mut sorted: Vec<usize> = free.iter().map(|at| items[*at]).collect();
    let mean = |item: &usize| sums[*item].0 / sums[*item].1;
    sorted.sort_by(|a, b| mean(a).total_cmp(&mean(b)));
    for (at, item) in free.into_iter().zip(sorted) {
        items[at] = item;
    }
}

/// Where lines end on one side of each item: the item there, and the place among its operands if that is kept.
type Ends = Vec<Vec<(usize, Option<usize>)>>;

fn ends(columns: &Columns) -> (Ends, Ends) {
    let count = columns.items.len();
    let (mut left, mut right) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for link in columns.links.iter().flatten() {
        left[link.to].push((link.from, None));
        right[link.from].push((link.to, link.operand));
    }
    (left, right)
}

/// Swaps neighbours in a column as long as that takes crossings away.
fn swap_neighbours(columns: &mut Columns, (left, right): &(Ends, Ends)) {
    let mut ranks = columns.ranks();
    for column in &mut columns.columns {
        let mut improved = true;
        while improved {
            improved = false;
            for at in 1..column.len() {
                let (upper, lower) = (column[at - 1], column[at]);
                let cost = |upper: usize, lower: usize| {
                    let of = |ends: &Ends| crossed(&ends[upper], &ends[lower], &ranks);
                    of(left) + of(right)
                };
                if cost(lower, upper) < cost(upper, lower) {
                    column.swap(at - 1, at);
                    ranks.swap(upper, lower);
                    improved = true;
                }
            }
        }
    }
}

/// How many lines of an upper item cross lines of one below it, on one side.
fn crossed(
    upper: &[(usize, Option<usize>)],
    lower: &[(usize, Option<usize>)],
    ranks: &[usize],
) -> usize {
    let place = |(item, operand): &(usize, Option<usize>)| (ranks[*item], *operand);
    let above = |end| {
        lower
            .iter()
            .filter(|other| place(other) < place(end))
            .count()
    };
    upper.iter().map(above).sum()
}

fn crossings(columns: &Columns) -> usize {
    let ranks = columns.ranks();
    (0..columns.links.len())
        .map(|column| crossings_of(columns, column, &ranks))
        .sum()
}

/// How many pairs of lines between two columns cross: the inversions of their ends in the order of their starts.
fn crossings_of(columns: &Columns, column: usize, ranks: &[usize]) -> usize {
    let ends = |link: &Link| (ranks[link.from], ranks[link.to], link.operand);
    let mut links: Vec<_> = columns.links[column].iter().map(ends).collect();
    links.sort_unstable();
    let mut count = 0;
    for (at, (from, to, operand)) in links.iter().enumerate() {
        let crosses = |(other_from, other_to, other_operand): &&(usize, usize, Option<usize>)| {
            other_from != from && (other_to, other_operand) < (to, operand)
        };
        count += links[at + 1..].iter().filter(crosses).count();
    }
    count
}
