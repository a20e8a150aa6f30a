//! Products and sums of derivative code, where more may be rewritten than in what the user wrote.
//!
//! Invariant: a structural zero (`None`) is never made into a node, a factor of one is never multiplied by, and a common
//! factor is cancelled rather than divided by itself: `sqrt(x)^2` has the slope 1 at 0, since `2 y / (2 y)` is 1 for every
//! `y` but 0, and its limit there.

use crate::graph::{Graph, NodeId, Op};

/// How many factors of a product are looked at for cancellation.
const FACTORS: usize = 6;

/// How a derivative is multiplied by a partial.
#[derive(Clone, Copy, Default)]
pub struct How {
    /// Where the derivative is 0 the result is, however infinite the partial.
    pub strong: bool,
    /// The partial is a value that something else has computed already.
    pub known: bool,
}

/// `seed * partial`; none where it is structurally zero.
pub fn product(graph: &mut Graph, seed: NodeId, partial: NodeId) -> Option<NodeId> {
    product_by(graph, seed, partial, How::default())
}

/// `seed * partial` with a strong zero.
pub fn strong_product(graph: &mut Graph, seed: NodeId, partial: NodeId) -> Option<NodeId> {
    let how = How {
        strong: true,
        known: false,
    };
    product_by(graph, seed, partial, how)
}

pub fn product_by(
    graph: &mut Graph,
    seed: NodeId,
    partial: NodeId,
    mut how: How,
) -> Option<NodeId> {
    let harmless =
        graph.constant(seed).is_some_and(|seed| seed != 0.0) || graph.constant(partial).is_some();
    how.strong &= !harmless;
    product_with(graph, seed, partial, how)
}

fn product_with(graph: &mut Graph, seed: NodeId, partial: NodeId, how: How) -> Option<NodeId> {
    if let Some(factor) = graph.constant(partial) {
        return scaled(graph, seed, factor);
    }
    if let Some(factor) = graph.constant(seed) {
        return scaled(graph, partial, factor);
    }
    if let Some(inner) = graph.operand_of("neg", partial) {
        let inner = product_with(graph, seed, inner, how)?;
        return Some(graph.call("neg", &[inner]));
    }
    if let Some(inner) = graph.operand_of("neg", seed) {
        let inner = product_with(graph, inner, partial, how)?;
        return Some(graph.call("neg", &[inner]));
    }
    if let Some(quotient) = into_quotient(graph, seed, partial) {
        return Some(quotient);
    }
    let node = graph.node(partial);
    let args = node.args.clone();
    match &node.op {
        // A gate picks rather than multiplies: what it shuts out may be infinite.
        Op::Select if graph.constant(args[1]).is_some() || graph.constant(args[2]).is_some() => {
            let yes = product_with(graph, seed, args[1], how);
            let no = product_with(graph, seed, args[2], how);
            choose(graph, args[0], yes, no)
        }
        Op::Apply(rule) if rule.is("div") => {
            quotient(graph, seed, partial, (args[0], args[1]), how)
        }
        _ if how.strong => Some(graph.strong(seed, partial)),
        _ => Some(graph.call("mul", &[seed, partial])),
    }
}

/// `value` times a number.
fn scaled(graph: &mut Graph, value: NodeId, factor: f64) -> Option<NodeId> {
    if factor == 0.0 {
        return None;
    }
    if let Some(left) = graph.constant(value) {
        let number = graph.number(left * factor);
        let shape = graph.shape(value);
        return (left != 0.0).then(|| graph.spread(number, &shape));
    }
    if factor == 1.0 {
        return Some(value);
    }
    if factor != -1.0
        && let Some((inner, rest)) = factor_of(graph, value)
        && (is_exact(inner) || is_exact(factor))
    {
        return scaled(graph, rest, inner * factor);
    }
    let number = graph.number(factor);
    let number = graph.spread(number, &graph.shape(value));
    Some(graph.call("mul", &[number, value]))
}

/// Whether the product of a number and this one is exact, unless it overflows: powers of two from 1 on.
fn is_exact(factor: f64) -> bool {
    let significand = factor.to_bits() & ((1 << (f64::MANTISSA_DIGITS - 1)) - 1);
    factor.abs() >= 1.0 && factor.is_finite() && significand == 0
}

/// A product's constant factor, and the other one.
fn factor_of(graph: &Graph, id: NodeId) -> Option<(f64, NodeId)> {
    let node = graph.node(id);
    match (&node.op, &*node.args) {
        (Op::Apply(rule), &[left, right]) if rule.is("mul") => {
            let by = |factor: NodeId, rest: NodeId| Some((graph.constant(factor)?, rest));
            by(left, right).or_else(|| by(right, left))
        }
        _ => None,
    }
}

/// `seed * (above / below)`, less the factors that `seed` and `below` share.
///
/// Where nothing cancels, `(seed / below) * above` shares its quotient with the partial by the other operand; but a
/// quotient that was there before is cheaper to multiply by.
fn quotient(
    graph: &mut Graph,
    seed: NodeId,
    partial: NodeId,
    (above, below): (NodeId, NodeId),
    how: How,
) -> Option<NodeId> {
    let (left, rest) = cancel(graph, seed, below);
    if rest != below {
        let ratio = match graph.constant(rest) {
            Some(number) => scaled(graph, left, 1.0 / number)?,
            None if how.strong => {
                let reciprocal = reciprocal(graph, rest);
                graph.strong(left, reciprocal)
            }
            None => graph.call("div", &[left, rest]),
        };
        return product(graph, ratio, above);
    }
    if how.strong {
        return Some(graph.strong(seed, partial));
    }
    if how.known {
        return Some(graph.call("mul", &[seed, partial]));
    }
    let ratio = graph.call("div", &[seed, below]);
    product(graph, ratio, above)
}

/// `(above / below) * partial` where they share factors, which a quotient made earlier has divided by already, or where the
/// quotient is a reciprocal and one division does for both.
fn into_quotient(graph: &mut Graph, seed: NodeId, partial: NodeId) -> Option<NodeId> {
    let (above, below, strong) = ratio(graph, seed)?;
    let (left, rest) = cancel(graph, partial, below);
    if rest == below {
        let is_reciprocal = !strong && graph.constant(above) == Some(1.0);
        return is_reciprocal.then(|| graph.call("div", &[partial, below]));
    }
    let product = product(graph, above, left)?;
    match graph.constant(rest) {
        Some(number) => scaled(graph, product, 1.0 / number),
        None if strong => {
            let reciprocal = reciprocal(graph, rest);
            Some(graph.strong(product, reciprocal))
        }
        None => Some(graph.call("div", &[product, rest])),
    }
}

/// What is above and below the line of a quotient, and whether its zero is strong.
fn ratio(graph: &Graph, id: NodeId) -> Option<(NodeId, NodeId, bool)> {
    let node = graph.node(id);
    match &node.op {
        Op::Apply(rule) if rule.is("div") => Some((node.args[0], node.args[1], false)),
        Op::Strong => {
            let (above, below, _) = ratio(graph, node.args[1])?;
            (graph.constant(above) == Some(1.0)).then_some((node.args[0], below, true))
        }
        _ => None,
    }
}

fn reciprocal(graph: &mut Graph, below: NodeId) -> NodeId {
    let one = graph.number(1.0);
    let one = graph.spread(one, &graph.shape(below));
    graph.call("div", &[one, below])
}

/// Both without the factors they have in common; untouched where there are none.
fn cancel(graph: &mut Graph, above: NodeId, below: NodeId) -> (NodeId, NodeId) {
    let (mut over, mut under) = (factors(graph, above), factors(graph, below));
    let before = under.len();
    under.retain(
        |factor| match over.iter().position(|other| other == factor) {
            Some(at) => {
                over.swap_remove(at);
                false
            }
            None => true,
        },
    );
    if under.len() == before {
        return (above, below);
    }
    let shape = graph.shape(above);
    let mut rebuild = |factors: Vec<NodeId>| {
        let joined = factors
            .into_iter()
            .reduce(|left, right| graph.call("mul", &[left, right]));
        joined.unwrap_or_else(|| {
            let one = graph.number(1.0);
            graph.spread(one, &shape)
        })
    };
    (rebuild(over), rebuild(under))
}

/// The factors of a product, as far as the first few.
fn factors(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let mut open = vec![id];
    let mut done = Vec::new();
    while let Some(id) = open.pop() {
        let node = graph.node(id);
        match &node.op {
            Op::Apply(rule) if rule.is("mul") && open.len() + done.len() < FACTORS => {
                open.extend(node.args.iter().rev());
            }
            Op::Powi(2) => done.extend([node.args[0]; 2]),
            _ => done.push(id),
        }
    }
    done
}

/// `if condition { yes } else { no }`, with a structural zero where a side is none.
pub fn choose(
    graph: &mut Graph,
    condition: NodeId,
    yes: Option<NodeId>,
    no: Option<NodeId>,
) -> Option<NodeId> {
    if yes.is_none() && no.is_none() {
        return None;
    }
    let zero = graph.number(0.0);
    let shape = graph.shape(condition);
    let zero = graph.spread(zero, &shape);
    Some(graph.select(condition, yes.unwrap_or(zero), no.unwrap_or(zero)))
}

/// The sum of contributions that are not structurally zero.
pub fn total(graph: &mut Graph, terms: impl IntoIterator<Item = NodeId>) -> Option<NodeId> {
    let terms = terms.into_iter().collect();
    pairwise(terms, |left, right| graph.call("add", &[left, right]))
}

/// Halves joined with halves: fewer operations wait for each other, and fewer roundings add up.
pub fn pairwise<T: Copy>(mut values: Vec<T>, mut join: impl FnMut(T, T) -> T) -> Option<T> {
    while values.len() > 1 {
        let pairs = values.chunks(2).map(|pair| match *pair {
            [left, right] => join(left, right),
            _ => pair[0],
        });
        values = pairs.collect();
    }
    values.pop()
}

/// A node, or zeros of the shape where it is structurally zero.
pub fn or_zero(graph: &mut Graph, node: Option<NodeId>, shape: &crate::graph::Shape) -> NodeId {
    node.unwrap_or_else(|| {
        let zero = graph.number(0.0);
        graph.spread(zero, shape)
    })
}
