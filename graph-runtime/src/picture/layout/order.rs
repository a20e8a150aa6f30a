//! The order of each column from top to bottom, so that few lines cross.
//!
//! Sweeps to and fro sort every column by the mean place of its neighbours in the one before; between sweeps neighbours that
//! cross less the other way round are swapped. The best order seen is kept. Invariant: columns keep their items.

use super::columns::Columns;
use super::worked;

/// How many sweeps without an improvement end the search.
const PATIENCE: usize = 6;
const SWEEPS: usize = 40;
/// How often neighbours of a column are compared between two sweeps.
const SWAPS: usize = 16;
/// Larger graphs than anybody looks at get one sweep to and fro.
const LARGEST: usize = 20_000;

pub fn sort(columns: &mut Columns) {
    start(columns);
    let sides = Sides::of(columns);
    let sweeps = if columns.items.len() > LARGEST {
        2
    } else {
        SWEEPS
    };
    let mut best = (crossings(columns), columns.columns.clone());
    let mut patience = PATIENCE;
    for sweep in 0..sweeps {
        if best.0 == 0 || patience == 0 {
            break;
        }
        sides.sweep(columns, sweep % 2 == 0);
        sides.swap_neighbours(columns);
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
    for end in columns.columns.iter().rev().flatten() {
        let mut open = vec![*end];
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

/// Where a line ends: the item there, and the place among its operands if that is kept.
type End = (usize, Option<usize>);

/// Where the lines of each item end on its left and on its right.
struct Sides {
    left: Vec<Vec<End>>,
    right: Vec<Vec<End>>,
}

impl Sides {
    fn of(columns: &Columns) -> Sides {
        let count = columns.items.len();
        let (mut left, mut right) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for link in columns.links.iter().flatten() {
            left[link.to].push((link.from, None));
            right[link.from].push((link.to, link.operand));
        }
        Sides { left, right }
    }

    /// Sorts every column by the one before it, from left to right or back.
    fn sweep(&self, columns: &mut Columns, forward: bool) {
        let mut ranks = columns.ranks();
        let sides = if forward { &self.left } else { &self.right };
        let count = columns.columns.len();
        for step in 1..count {
            let at = if forward { step } else { count - 1 - step };
            let column = &mut columns.columns[at];
            sort_column(column, sides, &ranks);
            for (rank, item) in column.iter().enumerate() {
                ranks[*item] = rank;
            }
        }
    }

    /// Swaps neighbours in a column as long as that takes crossings away.
    fn swap_neighbours(&self, columns: &mut Columns) {
        let mut ranks = columns.ranks();
        for column in &mut columns.columns {
            for _ in 0..SWAPS {
                let mut improved = false;
                for at in 1..column.len() {
                    let (upper, lower) = (column[at - 1], column[at]);
                    if self.crossed(lower, upper, &ranks) < self.crossed(upper, lower, &ranks) {
                        column.swap(at - 1, at);
                        ranks.swap(upper, lower);
                        improved = true;
                    }
                }
                if !improved {
                    break;
                }
            }
        }
    }

    /// How many lines of an item cross lines of one below it.
    fn crossed(&self, upper: usize, lower: usize, ranks: &[usize]) -> usize {
        let places = |ends: &[End]| {
            let places = ends.iter().map(|(item, operand)| (ranks[*item], *operand));
            let mut places: Vec<_> = places.collect();
            worked(places.len());
            places.sort_unstable();
            places
        };
        let on_side = |ends: &[Vec<End>]| {
            let lower = places(&ends[lower]);
            let mut above = 0;
            let mut count = 0;
            for end in places(&ends[upper]) {
                above += lower[above..]
                    .iter()
                    .take_while(|other| **other < end)
                    .count();
                count += above;
            }
            count
        };
        on_side(&self.left) + on_side(&self.right)
    }
}

/// Sorts a column by the mean place of its neighbours on one side; items without any stay where they are.
fn sort_column(column: &mut [usize], sides: &[Vec<End>], ranks: &[usize]) {
    // Of the operands of one node, the first wants to be above the second.
    let place = |(item, operand): &End| ranks[*item] as f64 + operand.unwrap_or(0) as f64 / 100.0;
    let mean =
        |item: &usize| sides[*item].iter().map(place).sum::<f64>() / sides[*item].len() as f64;
    let has_any = |item: &usize| !sides[*item].is_empty();
    let mut sorted: Vec<usize> = column.iter().copied().filter(has_any).collect();
    sorted.sort_by(|a, b| mean(a).total_cmp(&mean(b)));
    let free = column.iter_mut().filter(|item| has_any(item));
    free.zip(sorted).for_each(|(item, sorted)| *item = sorted);
}

fn crossings(columns: &Columns) -> usize {
    let ranks = columns.ranks();
    let between = |column| crossings_after(columns, column, &ranks);
    (0..columns.links.len()).map(between).sum()
}

/// How many pairs of lines cross between a column and the next: the inversions of their ends in the order of their starts.
fn crossings_after(columns: &Columns, column: usize, ranks: &[usize]) -> usize {
    let links = columns.links[column].iter();
    let mut lines: Vec<_> = links
        .map(|link| (ranks[link.from], (ranks[link.to], link.operand)))
        .collect();
    worked(lines.len());
    lines.sort_unstable();
    let mut ends: Vec<_> = lines.iter().map(|(_, end)| *end).collect();
    inversions(&mut ends)
}

/// Sorts, and counts the pairs that were in the wrong order.
fn inversions<E: Copy + Ord>(ends: &mut [E]) -> usize {
    if ends.len() < 2 {
        return 0;
    }
    let (first, second) = ends.split_at_mut(ends.len() / 2);
    let mut count = inversions(first) + inversions(second);
    let mut below = 0;
    for end in second.iter() {
        below += first[below..]
            .iter()
            .take_while(|other| *other <= end)
            .count();
        count += first.len() - below;
    }
    ends.sort();
    count
}
