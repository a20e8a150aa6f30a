//! The last pass: a fresh graph of what is really needed, in operations that the targets have.
//!
//! Integer powers become products, strong products a `select`, rows that are formulas with a derivative of their own those
//! formulas, sums with padded slices additions to a part; nodes that no root needs are left behind. Invariant: it changes no
//! value, and it runs after differentiation, whose rules it would blur.

use crate::builder::Builder;
use crate::formula;
use crate::graph::{Dim, Graph, Kind, NodeId, Op, Reduction, Zero};
use crate::hash::Map;
use crate::rule::{Forward, RuleId};
use crate::rules::rows;
use crate::transform::matrices;
use crate::transform::rebuild::{self, Rebuilt};
use crate::transform::scalars::{entry, positions, side_by_side};
use crate::transform::signs;

/// The largest power that is written out as products.
const LARGEST_POWER: u32 = 32;

/// The graph of `roots` alone, of which nodes from `primal` on are derivative code.
pub fn run(from: &Graph, primal: usize, roots: &[NodeId]) -> Rebuilt {
    let Some(apart) = matrices::apart(from, primal, roots) else {
        return of_numbers_or_arrays(from, roots);
    };
    let mut moved = vec![roots.to_vec()];
    apart.follow(&mut moved);
    apart.then(of_numbers_or_arrays(&apart.graph, &moved[0]))
}

fn of_numbers_or_arrays(from: &Graph, roots: &[NodeId]) -> Rebuilt {
    let uses = from.uses(roots);
    let mut in_entries = Map::default();
    rebuild::run(from, roots, |to, old, args| match &old.node.op {
        Op::Powi(exponent) => power(to, args[0], *exponent),
        Op::Strong(zero) => strong(to, *zero, args[0], args[1]),
        // Numbers with tangents lose them there.
        Op::Apply(rows::stop) => old.again(to, args),
        Op::Apply(rule) if rule.is_of_matrices() => {
            in_few_entries(to, *rule, &args, &mut in_entries)
                .unwrap_or_else(|| of_matrices(to, *rule, &args))
        }
        Op::Apply(rule) if matches!(rule.row().forward, Forward::Formula(_)) => {
            formula::forward(to, *rule, &args)
        }
        Op::Apply(rows::add) => {
            let once = |at: usize| uses[old.node.args[at].index()] == 1;
            match (once(0), once(1)) {
                // A value that keeps away from 0 is no -0, which alone the sum would change.
                _ if is_zero(to, args[1]) && signs::is_far_from_zero(to, args[0]) => args[0],
                (_, true) if is_padded(to, args[1]) => add_part(to, args[1], args[0]),
                (true, _) if is_padded(to, args[0]) => add_part(to, args[0], args[1]),
                _ => to.call(rows::add, &args),
            }
        }
        Op::Reduce(Reduction::Norm, axes) => norm(to, args[0], axes),
        Op::Apply(rule) if old.node.op.is_elementwise() => to.call(*rule, &args),
        Op::Select => to.select(args[0], args[1], args[2]),
        _ => old.again(to, args),
    })
}

/// The most rows of matrices of a batch that are computed entry by entry, in the lanes of loops.
const FEW_ROWS: usize = 4;

/// Of a batch of small matrices the operation in entries, of which `known` has those of each result.
fn in_few_entries(
    graph: &mut Builder,
    rule: RuleId,
    args: &[NodeId],
    known: &mut Map<NodeId, Vec<NodeId>>,
) -> Option<NodeId> {
    let may_be = matches!(
        rule,
        rows::cholesky
            | rows::cholesky_solve
            | rows::cholesky_logdet
            | rows::lu
            | rows::lu_solve
            | rows::lu_solve_turned
            | rows::lu_logdet
            | rows::lu_det
            | rows::solve_lower
            | rows::solve_upper
    );
    let (of, last) = (graph.shape(args[0]), graph.shape(args[args.len() - 1]));
    let few = |dim: &Dim| dim.size().filter(|size| (1..=FEW_ROWS).contains(size));
    // A factor has one more than the matrix.
    let few_columns = |dim: &Dim| few(&dim.shifted(-1)).or_else(|| few(dim));
    let front = of
        .len()
        .checked_sub(2)
        .filter(|front| *front > 0 && may_be)?;
    let (size, _) = (few(&of[front])?, few_columns(&last[last.len() - 1])?);
    let result = graph.matrix_shape(rule, args);
    let args: Vec<Vec<NodeId>> = args
        .iter()
        .map(|arg| match known.get(arg) {
            Some(entries) => entries.clone(),
            None => {
                let extents: Vec<usize> = graph.shape(*arg)[front..]
                    .iter()
                    .map(Dim::literal_size)
                    .collect();
                positions(&extents)
                    .map(|at| entry(graph, *arg, &at, front))
                    .collect()
            }
        })
        .collect();
    let borrowed: Vec<&[NodeId]> = args.iter().map(Vec::as_slice).collect();
    let entries = matrices::numbers::entries(graph, rule, size, &borrowed);
    let own: Vec<usize> = result[front..].iter().map(Dim::literal_size).collect();
    if own.is_empty() {
        return entries.first().copied();
    }
    let whole = side_by_side(graph, entries.clone(), &own);
    let order: Vec<usize> = (own.len()..own.len() + front).chain(0..own.len()).collect();
    let whole = graph.permute(whole, &order);
    known.insert(whole, entries);
    Some(whole)
}

/// An operation on matrices by those that the runtime has.
fn of_matrices(graph: &mut Builder, rule: RuleId, args: &[NodeId]) -> NodeId {
    match (rule, args) {
        (rows::cholesky_solve, &[_, l, b]) => {
            let half = graph.matrix(rows::solve_lower, &[l, b]);
            let turned = graph.transpose(l);
            graph.matrix(rows::solve_upper, &[turned, half])
        }
        (rows::cholesky_logdet, &[_, l]) => {
            let diagonal = diagonal(graph, l);
            let logs = graph.call(rows::ln, &[diagonal]);
            let axis = graph.shape(logs).len() - 1;
            let sum = graph.reduce(Reduction::Sum, logs, &[axis]);
            let two = graph.number(2.0);
            let two = graph.spread(two, &graph.shape(sum));
            graph.call(rows::mul, &[two, sum])
        }
        // From here on a factor is read where it stands beside its matrix.
        (rows::lu_solve | rows::lu_solve_turned, &[_, f, b]) => graph.matrix(rule, &[f, f, b]),
        (rows::lu_logdet, &[_, f]) => {
            let pivots = pivots(graph, f);
            let sizes = graph.call(rows::abs, &[pivots]);
            let logs = graph.call(rows::ln, &[sizes]);
            let axis = graph.shape(logs).len() - 1;
            graph.reduce(Reduction::Sum, logs, &[axis])
        }
        (rows::lu_det, &[_, f]) => {
            let pivots = pivots(graph, f);
            let signed = signed(graph, f, pivots);
            let axis = graph.shape(signed).len() - 1;
            graph.reduce(Reduction::Prod, signed, &[axis])
        }
        (rows::lower, &[x]) => entries_where(graph, rows::greater_equal, x),
        (rows::upper, &[x]) => entries_where(graph, rows::less_equal, x),
        (rows::half_lower, &[x]) => {
            let lower = entries_where(graph, rows::greater_equal, x);
            let strictly = entries_where(graph, rows::greater, x);
            let sum = graph.call(rows::add, &[lower, strictly]);
            let half = graph.number(0.5);
            let half = graph.spread(half, &graph.shape(x));
            graph.call(rows::mul, &[half, sum])
        }
        (rows::diagonal, &[x]) => diagonal(graph, x),
        (rows::diagonal_matrix, &[x]) => {
            let shape = graph.shape(x);
            let rank = shape.len();
            let spread = graph.insert_axis(x, rank, shape[rank - 1].clone());
            entries_where(graph, rows::equal, spread)
        }
        _ => graph.matrix(rule, args),
    }
}

/// The entries of matrices whose row compares so with their column, and zeros elsewhere.
fn entries_where(graph: &mut Builder, rule: RuleId, x: NodeId) -> NodeId {
    let shape = graph.shape(x);
    let [row, column] = [shape.len() - 2, shape.len() - 1].map(|along| {
        let count = graph.iota(shape[along].clone());
        let map = (0..shape.len()).map(|axis| (axis == along).then_some(0));
        graph.view(count, map.collect(), shape.clone())
    });
    let stays = graph.call(rule, &[row, column]);
    let zero = graph.number(0.0);
    let zeros = graph.spread(zero, &shape);
    graph.select(stays, x, zeros)
}

/// The diagonal of the upper one of two factors.
fn pivots(graph: &mut Builder, f: NodeId) -> NodeId {
    let square = graph.square_of(f);
    diagonal(graph, square)
}

/// The pivots, the opposite where a row was exchanged with another one.
fn signed(graph: &mut Builder, f: NodeId, pivots: NodeId) -> NodeId {
    let shape = graph.shape(pivots);
    let exchanged = graph.last_column(f);
    let own = graph.iota(shape[shape.len() - 1].clone());
    let own = graph.spread(own, &shape);
    let stays = graph.call(rows::equal, &[exchanged, own]);
    let opposite = graph.call(rows::neg, &[pivots]);
    graph.select(stays, pivots, opposite)
}

fn diagonal(graph: &mut Builder, x: NodeId) -> NodeId {
    let on = entries_where(graph, rows::equal, x);
    let last = graph.shape(x).len() - 1;
    graph.reduce(Reduction::Sum, on, &[last])
}

fn is_zero(graph: &Graph, id: NodeId) -> bool {
    graph.constant(id) == Some(0.0)
}

/// Whether a node is a part within zeros.
fn is_padded(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.is_pad() && node.args.len() == 1
}

/// `base` and a padded part, without an array for the zeros around the part.
fn add_part(graph: &mut Builder, padded: NodeId, base: NodeId) -> NodeId {
    let node = graph.node(padded).clone();
    graph.push(node.op, vec![node.args[0], base], node.shape, node.kind)
}

/// The length along axes, from the sums of three squares: one of them is within the range of numbers.
fn norm(graph: &mut Builder, x: NodeId, axes: &[usize]) -> NodeId {
    let scaled = [
        x,
        graph.call(rows::grown, &[x]),
        graph.call(rows::shrunk, &[x]),
    ];
    let sums = scaled.map(|x| {
        let square = graph.call(rows::mul, &[x, x]);
        graph.reduce(Reduction::Sum, square, axes)
    });
    graph.call(rows::norm_of_squares, &sums)
}

/// `x^n` by squaring.
fn power(graph: &mut Builder, base: NodeId, exponent: i32) -> NodeId {
    let count = exponent.unsigned_abs();
    if count > LARGEST_POWER {
        return graph.powi(base, exponent);
    }
    let product = product(graph, base, count);
    if exponent > 0 {
        return product;
    }
    let one = graph.number(1.0);
    let one = graph.spread(one, &graph.shape(base));
    graph.call(rows::div, &[one, product])
}

fn product(graph: &mut Builder, base: NodeId, count: u32) -> NodeId {
    if count <= 1 {
        return base;
    }
    let half = product(graph, base, count / 2);
    let square = graph.call(rows::mul, &[half, half]);
    if count.is_multiple_of(2) {
        square
    } else {
        graph.call(rows::mul, &[square, base])
    }
}

/// `if a == 0 { 0 } else { a * b }`, where a zero of `b` may win too.
fn strong(graph: &mut Builder, wins: Zero, first: NodeId, second: NodeId) -> NodeId {
    debug_assert!(graph.node(first).kind == Kind::Number);
    let value = quotient_first(graph, first, second);
    let zero = graph.number(0.0);
    let zero = graph.spread(zero, &graph.shape(first));
    let factors = match wins {
        Zero::First => &[first][..],
        Zero::Either => &[first, second][..],
    };
    let mut shut = None;
    for id in factors {
        if graph.constant(*id).is_none() {
            let test = is_zero_where(graph, *id, zero);
            shut = Some(shut.map_or(test, |before| graph.call(rows::or, &[before, test])));
        }
    }
    match shut {
        Some(shut) => graph.shut(shut, value),
        None => value,
    }
}

/// Whether a factor is 0; of a reciprocal, which is not computed for this, whether what it divides by is infinite.
fn is_zero_where(graph: &mut Builder, factor: NodeId, zero: NodeId) -> NodeId {
    let node = graph.node(factor);
    match (&node.op, &*node.args) {
        (Op::Apply(rows::div), &[above, below]) if graph.constant(above) == Some(1.0) => {
            let infinity = graph.number(f64::INFINITY);
            let infinity = graph.spread(infinity, &graph.shape(below));
            let size = graph.call(rows::abs, &[below]);
            graph.call(rows::equal, &[size, infinity])
        }
        _ => graph.call(rows::equal, &[factor, zero]),
    }
}

/// `s * p`, where a quotient keeps its division: `s / b` rather than `s * (1 / b)`. Entries share a reciprocal.
pub fn quotient_first(graph: &mut Builder, seed: NodeId, partial: NodeId) -> NodeId {
    let node = graph.node(partial);
    match node.op.clone() {
        Op::Apply(rows::div) => {
            let (above, below) = (node.args[0], node.args[1]);
            let ratio = graph.call(rows::div, &[seed, below]);
            graph.call(rows::mul, &[above, ratio])
        }
        Op::View(map) => {
            let (inner, shape) = (node.args[0], node.shape.clone());
            match scaled_reciprocal(graph, inner) {
                Some(factors) => factors.into_iter().fold(seed, |product, factor| {
                    let factor = graph.view(factor, map.to_vec(), shape.clone());
                    graph.call(rows::mul, &[product, factor])
                }),
                None => graph.call(rows::mul, &[seed, partial]),
            }
        }
        _ => graph.call(rows::mul, &[seed, partial]),
    }
}

/// What takes a number whose reciprocal is infinite to one whose is not, in `f32` and `f64`: 2^64.
const SCALE: f64 = 18_446_744_073_709_551_616.0;

/// Two factors whose product is `1 / b`: where that is infinite, `b` may be a number below all normal ones, by which quotients are
/// finite. A power of two comes first then, and is 1 elsewhere. None where it is no reciprocal, or that of what keeps away from 0.
fn scaled_reciprocal(graph: &mut Builder, id: NodeId) -> Option<[NodeId; 2]> {
    let node = graph.node(id);
    let (op, args, shape) = (node.op.clone(), node.args.clone(), node.shape.clone());
    let is_reciprocal = op == Op::Apply(rows::div) && graph.constant(args[0]) == Some(1.0);
    if !is_reciprocal || signs::is_far_from_zero(graph, args[1]) {
        return None;
    }
    let [one, scale, infinity] = [1.0, SCALE, f64::INFINITY].map(|value| {
        let number = graph.number(value);
        graph.spread(number, &shape)
    });
    let size = graph.call(rows::abs, &[id]);
    let is_infinite = graph.call(rows::equal, &[size, infinity]);
    let scaled = graph.call(rows::mul, &[args[1], scale]);
    let of_scaled = graph.call(rows::div, &[one, scaled]);
    Some([
        graph.select(is_infinite, scale, one),
        graph.select(is_infinite, of_scaled, id),
    ])
}
