//! What an operation on matrices is in numbers: an elimination as straight-line code.
//!
//! Matrices are their entries, row by row; an entry is a number, or that of each matrix of a batch. A zero that is known leaves no operation behind. Invariant: which operations there are
//! depends on extents and on known zeros only, so the code is that of lanes too: pivots are chosen by selections.

use crate::builder::{Builder, pairwise};
use crate::graph::{NodeId, Shape};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape;

/// The entries of the result, where the arguments have these entries and `size` rows.
pub fn entries(graph: &mut Builder, rule: RuleId, size: usize, args: &[&[NodeId]]) -> Vec<NodeId> {
    let shape = match args.iter().find_map(|arg| arg.first()) {
        Some(entry) => graph.shape(*entry),
        None => shape::number(),
    };
    let mut numbers = Numbers { graph, size, shape };
    match (rule, args) {
        (rows::lower, &[x]) => numbers.entries_where(x, |row, column| column <= row),
        (rows::upper, &[x]) => numbers.entries_where(x, |row, column| column >= row),
        (rows::half_lower, &[x]) => {
            let mut half = numbers.entries_where(x, |row, column| column <= row);
            for at in 0..size {
                half[at * size + at] = numbers.half(x[at * size + at]);
            }
            half
        }
        (rows::diagonal, &[x]) => (0..size).map(|at| x[at * size + at]).collect(),
        (rows::diagonal_matrix, &[x]) => {
            let spread: Vec<NodeId> = (0..size * size).map(|at| x[at / size]).collect();
            numbers.entries_where(&spread, |row, column| row == column)
        }
        (rows::cholesky, &[a]) => numbers.cholesky(a),
        (rows::solve_lower, &[l, b]) => numbers.solve_lower(l, b),
        (rows::solve_upper, &[u, b]) => numbers.solve_upper(u, b),
        (rows::cholesky_solve, &[_, l, b]) => {
            let half = numbers.solve_lower(l, b);
            let turned = numbers.turned(l);
            numbers.solve_upper(&turned, &half)
        }
        (rows::cholesky_logdet, &[_, l]) => vec![numbers.cholesky_logdet(l)],
        (rows::lu, &[a]) => numbers.lu(a),
        (rows::lu_solve, &[_, f, b]) => numbers.lu_solve(f, b),
        (rows::lu_solve_turned, &[_, f, b]) => numbers.lu_solve_turned(f, b),
        (rows::lu_logdet, &[_, f]) => vec![numbers.lu_logdet(f)],
        (rows::lu_det, &[_, f]) => vec![numbers.lu_det(f)],
        _ => unreachable!("`{}` is no operation on matrices", rule.row().name),
    }
}

struct Numbers<'g> {
    graph: &'g mut Builder,
    /// How many rows, and columns, a square matrix has.
    size: usize,
    /// That of an entry.
    shape: Shape,
}

impl Numbers<'_> {
    fn number(&mut self, value: f64) -> NodeId {
        let number = self.graph.number(value);
        self.graph.spread(number, &self.shape)
    }

    fn entries_where(&mut self, x: &[NodeId], stays: impl Fn(usize, usize) -> bool) -> Vec<NodeId> {
        let zero = self.number(0.0);
        let entries = x.iter().enumerate();
        let size = self.size;
        entries
            .map(|(at, x)| {
                if stays(at / size, at % size) {
                    *x
                } else {
                    zero
                }
            })
            .collect()
    }

    fn turned(&self, x: &[NodeId]) -> Vec<NodeId> {
        let size = self.size;
        (0..size * size)
            .map(|at| x[at % size * size + at / size])
            .collect()
    }

    /// Of the symmetric part, column by column; not a number anywhere, where a pivot is not positive.
    fn cholesky(&mut self, a: &[NodeId]) -> Vec<NodeId> {
        let size = self.size;
        let zero = self.number(0.0);
        let mut l = vec![zero; size * size];
        let mut holds: Option<NodeId> = None;
        for column in 0..size {
            let pivot = self.rest(a[column * size + column], |at| {
                let entry = l[column * size + at];
                (at < column).then_some((entry, entry))
            });
            let is_positive = self.graph.call(rows::greater, &[pivot, zero]);
            holds = Some(match holds {
                Some(before) => self.graph.call(rows::and, &[before, is_positive]),
                None => is_positive,
            });
            let root = self.graph.call(rows::sqrt, &[pivot]);
            l[column * size + column] = root;
            for row in column + 1..size {
                let entry = self.mean(a[row * size + column], a[column * size + row]);
                let rest = self.rest(entry, |at| {
                    (at < column).then(|| (l[row * size + at], l[column * size + at]))
                });
                l[row * size + column] = self.quotient(rest, root);
            }
        }
        let Some(holds) = holds else { return l };
        let none = self.number(f64::NAN);
        for row in 0..size {
            for entry in &mut l[row * size..=row * size + row] {
                *entry = self.graph.select(holds, *entry, none);
            }
        }
        l
    }

    fn cholesky_logdet(&mut self, l: &[NodeId]) -> NodeId {
        let logs = (0..self.size).map(|at| self.graph.call(rows::ln, &[l[at * self.size + at]]));
        let logs: Vec<NodeId> = logs.collect();
        let sum = self.sum(logs);
        let two = self.number(2.0);
        self.product(two, sum)
    }

    /// Both factors, and behind each row the one that it was exchanged with.
    fn lu(&mut self, a: &[NodeId]) -> Vec<NodeId> {
        let size = self.size;
        let mut rows: Vec<Vec<NodeId>> = a.chunks(size).map(<[NodeId]>::to_vec).collect();
        let zero = self.number(0.0);
        for column in 0..size {
            let pivot_row = self.largest(&rows, column);
            for row in column + 1..size {
                self.exchanged_where(&mut rows, pivot_row, [column, row]);
            }
            let (before, behind) = rows.split_at_mut(column + 1);
            let own = &before[column];
            let pivot = own[column];
            let is_none = self.graph.call(rows::equal, &[pivot, zero]);
            for row in behind {
                if self.is_zero(row[column]) {
                    continue;
                }
                let factor = self.quotient(row[column], pivot);
                // Then all entries below it are 0 as well.
                let factor = self.graph.select(is_none, zero, factor);
                row[column] = factor;
                for at in column + 1..size {
                    row[at] = self.less(row[at], factor, own[at]);
                }
            }
            rows[column].push(pivot_row);
        }
        rows.concat()
    }

    /// In which row the largest entry of a column is, on and below the diagonal.
    fn largest(&mut self, rows: &[Vec<NodeId>], column: usize) -> NodeId {
        let mut place = self.number(column as f64);
        let mut largest = self.graph.call(rows::abs, &[rows[column][column]]);
        for (row, entries) in rows.iter().enumerate().skip(column + 1) {
            if self.is_zero(entries[column]) {
                continue;
            }
            let size = self.graph.call(rows::abs, &[entries[column]]);
            let is_larger = self.graph.call(rows::greater, &[size, largest]);
            let own = self.number(row as f64);
            largest = self.graph.select(is_larger, size, largest);
            place = self.graph.select(is_larger, own, place);
        }
        place
    }

    /// Exchanges two rows if the second of them is the pivot's.
    fn exchanged_where(
        &mut self,
        rows: &mut [Vec<NodeId>],
        pivot_row: NodeId,
        [first, second]: [usize; 2],
    ) {
        if self.graph.constant(pivot_row).is_some() {
            return;
        }
        let own = self.number(second as f64);
        let is_exchanged = self.graph.call(rows::equal, &[pivot_row, own]);
        let (before, behind) = rows.split_at_mut(second);
        for (above, below) in before[first].iter_mut().zip(&mut behind[0]) {
            let (x, y) = (*above, *below);
            *above = self.graph.select(is_exchanged, y, x);
            *below = self.graph.select(is_exchanged, x, y);
        }
    }

    /// The factors by themselves, the lower one with its diagonal, and the rows that were exchanged.
    fn parts(&mut self, f: &[NodeId]) -> ([Vec<NodeId>; 2], Vec<NodeId>) {
        let size = self.size;
        let one = self.number(1.0);
        let upper: Vec<NodeId> = f
            .chunks(size + 1)
            .flat_map(|row| row[..size].to_vec())
            .collect();
        let mut lower = upper.clone();
        (0..size).for_each(|at| lower[at * size + at] = one);
        let exchanged = f.chunks(size + 1).map(|row| row[size]).collect();
        ([lower, upper], exchanged)
    }

    fn lu_solve(&mut self, f: &[NodeId], b: &[NodeId]) -> Vec<NodeId> {
        let ([lower, upper], exchanged) = self.parts(f);
        let b = self.exchanged(b, &exchanged, false);
        let half = self.solve_lower(&lower, &b);
        self.solve_upper(&upper, &half)
    }

    fn lu_solve_turned(&mut self, f: &[NodeId], b: &[NodeId]) -> Vec<NodeId> {
        let (factors, exchanged) = self.parts(f);
        let [lower, upper] = factors.map(|factor| self.turned(&factor));
        let half = self.solve_lower(&upper, b);
        let x = self.solve_upper(&lower, &half);
        self.exchanged(&x, &exchanged, true)
    }

    /// Rows exchanged as those of the matrix were, or back.
    fn exchanged(&mut self, b: &[NodeId], places: &[NodeId], back: bool) -> Vec<NodeId> {
        let size = self.size;
        let mut rows: Vec<Vec<NodeId>> = b.chunks(b.len() / size).map(<[NodeId]>::to_vec).collect();
        for step in 0..size {
            let first = if back { size - 1 - step } else { step };
            for second in first + 1..size {
                self.exchanged_where(&mut rows, places[first], [first, second]);
            }
        }
        rows.concat()
    }

    fn lu_logdet(&mut self, f: &[NodeId]) -> NodeId {
        let logs = (0..self.size).map(|at| {
            let size = self.graph.call(rows::abs, &[f[at * (self.size + 1) + at]]);
            self.graph.call(rows::ln, &[size])
        });
        let logs = logs.collect();
        self.sum(logs)
    }

    fn lu_det(&mut self, f: &[NodeId]) -> NodeId {
        let ([_, upper], exchanged) = self.parts(f);
        let one = self.number(1.0);
        let mut det = one;
        for (at, place) in exchanged.into_iter().enumerate() {
            det = self.product(det, upper[at * self.size + at]);
            if self.graph.constant(place).is_none() {
                let own = self.number(at as f64);
                let stays = self.graph.call(rows::equal, &[place, own]);
                let opposite = self.graph.call(rows::neg, &[det]);
                det = self.graph.select(stays, det, opposite);
            }
        }
        det
    }

    fn solve_lower(&mut self, l: &[NodeId], b: &[NodeId]) -> Vec<NodeId> {
        self.substituted(l, b, false)
    }

    fn solve_upper(&mut self, u: &[NodeId], b: &[NodeId]) -> Vec<NodeId> {
        self.substituted(u, b, true)
    }

    /// Row by row, from the first or from the last one, what those before it leave over.
    fn substituted(&mut self, a: &[NodeId], b: &[NodeId], from_last: bool) -> Vec<NodeId> {
        let (size, columns) = (self.size, b.len() / self.size);
        let mut x = b.to_vec();
        for step in 0..size {
            let place = |step: usize| if from_last { size - 1 - step } else { step };
            let row = place(step);
            for column in 0..columns {
                let rest = self.rest(b[row * columns + column], |before| {
                    let at = place(before);
                    (before < step).then(|| (a[row * size + at], x[at * columns + column]))
                });
                x[row * columns + column] = self.quotient(rest, a[row * size + row]);
            }
        }
        x
    }

    // Arithmetic in which a known zero is none.

    fn is_zero(&self, x: NodeId) -> bool {
        self.graph.constant(x) == Some(0.0)
    }

    /// What products, as many as there are, leave over of a number.
    fn rest(
        &mut self,
        mut x: NodeId,
        product: impl Fn(usize) -> Option<(NodeId, NodeId)>,
    ) -> NodeId {
        for (a, b) in (0..).map_while(product) {
            x = self.less(x, a, b);
        }
        x
    }

    /// `x - a*b`.
    fn less(&mut self, x: NodeId, a: NodeId, b: NodeId) -> NodeId {
        if self.is_zero(a) || self.is_zero(b) {
            return x;
        }
        let product = self.graph.call(rows::mul, &[a, b]);
        match self.is_zero(x) {
            true => self.graph.call(rows::neg, &[product]),
            false => self.graph.call(rows::sub, &[x, product]),
        }
    }

    fn product(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.is_zero(a), self.is_zero(b)) {
            (true, _) => a,
            (_, true) => b,
            _ => self.graph.call(rows::mul, &[a, b]),
        }
    }

    fn quotient(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match self.is_zero(a) {
            true => a,
            false => self.graph.call(rows::div, &[a, b]),
        }
    }

    fn sum(&mut self, mut terms: Vec<NodeId>) -> NodeId {
        terms.retain(|term| !self.is_zero(*term));
        let zero = self.number(0.0);
        let graph = &mut *self.graph;
        let sum = pairwise(terms, |left, right| graph.call(rows::add, &[left, right]));
        sum.unwrap_or(zero)
    }

    fn half(&mut self, x: NodeId) -> NodeId {
        let half = self.number(0.5);
        self.product(half, x)
    }

    fn mean(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if a == b {
            return a;
        }
        let sum = self.sum(vec![a, b]);
        self.half(sum)
    }
}
