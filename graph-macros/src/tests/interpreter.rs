//! What a graph of numbers means, by itself: an evaluator in `f64` that shares nothing with the code that is emitted.
//!
//! Conditions are 1 and 0. Arrays have to be taken apart before, and constants of the surrounding code are unknown here.

use super::references;
use crate::builder::Builder;
use crate::graph::{Graph, InputId, Negated, NodeId, Op, Reduction, Zero};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape;
use crate::transform::{jvp, matrices, vjp};
use crate::unit::Unit;

/// Which number an input node is, in the order of [`Derived::keys`].
pub(super) type Key = (InputId, usize);

/// The values of `wanted`, where the inputs of these keys have these values.
pub(super) fn evaluate(graph: &Graph, keys: &[Key], inputs: &[f64], wanted: &[NodeId]) -> Vec<f64> {
    let needed = graph.reachable(wanted.iter().copied());
    let mut values = vec![f64::NAN; graph.len()];
    for id in graph.ids().filter(|id| needed[id.index()]) {
        let node = graph.node(id);
        let args: Vec<f64> = node.args.iter().map(|arg| values[arg.index()]).collect();
        values[id.index()] = match &node.op {
            Op::Input { input, element } => {
                let key = keys.iter().position(|key| *key == (*input, *element));
                inputs[key.expect("every input has a key")]
            }
            Op::Const(bits) => f64::from_bits(*bits),
            Op::Apply(rule) => apply(*rule, &args),
            Op::Powi(exponent) => args[0].powi(*exponent),
            Op::Shut if args[0] == 1.0 => 0.0,
            Op::Shut => args[1],
            Op::Select if args[0] == 1.0 => args[1],
            Op::Select => args[2],
            Op::Strong(_) if args[0] == 0.0 => 0.0,
            Op::Strong(Zero::Either) if args[1] == 0.0 => 0.0,
            Op::Strong(_) => args[0] * args[1],
            Op::MulAdd(Negated::Nothing) => args[0] * args[1] + args[2],
            Op::MulAdd(Negated::Product) => args[2] - args[0] * args[1],
            Op::MulAdd(Negated::Addend) => args[0] * args[1] - args[2],
            Op::Among(Reduction::Sum) => args.iter().sum(),
            Op::Among(Reduction::Prod) => args.iter().product(),
            Op::Among(Reduction::Max) => args.into_iter().fold(f64::NEG_INFINITY, larger),
            Op::Among(Reduction::Min) => {
                -args.into_iter().map(|x| -x).fold(f64::NEG_INFINITY, larger)
            }
            Op::Whole(..) => f64::NAN,
            Op::Part(at) => {
                let matrix = graph.node(node.args[0]).args.iter();
                eigen_of_two(&matrix.map(|arg| values[arg.index()]).collect::<Vec<_>>())[*at]
            }
            Op::Among(Reduction::Norm) => args.into_iter().fold(0.0, libm::hypot),
            other => panic!("`{other}` is not about numbers"),
        };
    }
    wanted.iter().map(|id| values[id.index()]).collect()
}

/// Eigenvectors as columns, and behind them the eigenvalues, of a symmetric matrix of two rows: by the angle of its axes.
fn eigen_of_two(a: &[f64]) -> [f64; 6] {
    let [a, b, c, d] = *a else {
        panic!("a matrix of two rows")
    };
    let (beside, gap) = ((b + c) / 2.0, (d - a) / 2.0);
    let (mean, root) = ((a + d) / 2.0, libm::hypot(gap, beside));
    let angle = libm::atan2(beside, -gap) / 2.0;
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    [-sine, cosine, mean - root, cosine, sine, mean + root]
}

/// An operation of the table on numbers.
pub(super) fn apply(rule: RuleId, args: &[f64]) -> f64 {
    let holds = |condition: bool| f64::from(u8::from(condition));
    match (rule, args) {
        (rows::stop | rows::settled, [x]) | (rows::valued | rows::sloped, [x, _]) => *x,
        (rows::tanh_slope_beside, [x, _]) => 1.0 / libm::cosh(*x) / libm::cosh(*x),
        (rows::less, [a, b]) => holds(a < b),
        (rows::less_equal, [a, b]) => holds(a <= b),
        (rows::greater, [a, b]) => holds(a > b),
        (rows::greater_equal, [a, b]) => holds(a >= b),
        (rows::equal, [a, b]) => holds(a == b),
        (rows::not_equal, [a, b]) => holds(a != b),
        (rows::and, [a, b]) => a * b,
        (rows::or, [a, b]) => larger(*a, *b),
        (rows::not, [a]) => 1.0 - a,
        _ => references::number(rule.row().name, args)
            .unwrap_or_else(|| panic!("`{}` has no reference", rule.row().name)),
    }
}

fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

/// A unit of numbers with its derivatives: inputs that carry a seed per output and a tangent per input come after its own.
pub(super) struct Derived {
    pub graph: Builder,
    pub keys: Vec<Key>,
    pub outputs: Vec<NodeId>,
    /// One an input, where any derivative arrives.
    pub adjoints: Vec<Option<NodeId>>,
    /// One an output, where it moves at all.
    pub tangents: Vec<Option<NodeId>>,
}

impl Derived {
    pub fn of(unit: &Unit) -> Self {
        let mut graph = unit.graph.clone();
        let outputs: Vec<NodeId> = unit
            .outputs
            .iter()
            .flat_map(|output| output.nodes.clone())
            .collect();
        let sources: Vec<NodeId> = unit
            .inputs
            .iter()
            .flat_map(|input| input.nodes.clone())
            .collect();
        let key = |source: &NodeId| match graph.node(*source).op {
            Op::Input { input, element } => (input, element),
            _ => panic!("an input is an input"),
        };
        let mut keys: Vec<Key> = sources.iter().map(key).collect();
        let mut extra = |graph: &mut Builder, like: &NodeId| {
            let input = InputId(unit.inputs.len() + keys.len());
            keys.push((input, 0));
            let kind = graph.node(*like).kind;
            let new = graph.push(
                Op::Input { input, element: 0 },
                Vec::new(),
                shape::number(),
                kind,
            );
            (*like, new)
        };
        let seeded: Vec<_> = outputs
            .iter()
            .map(|output| extra(&mut graph, output))
            .collect();
        let moved: Vec<_> = sources
            .iter()
            .map(|source| extra(&mut graph, source))
            .collect();
        let adjoints = vjp::append(&mut graph, &seeded, &sources);
        let tangents = jvp::append(&mut graph, &moved, &outputs);
        let derived = Derived {
            graph,
            keys,
            outputs,
            adjoints,
            tangents,
        };
        derived.in_numbers(unit.graph.len())
    }

    /// The same with its matrices in numbers.
    fn in_numbers(self, primal: usize) -> Derived {
        let Some(apart) = matrices::apart(&self.graph, primal, &self.roots()) else {
            return self;
        };
        let moved = |id: NodeId| apart.moved[id.index()].expect("a root is needed");
        let all = |ids: Vec<Option<NodeId>>| ids.into_iter().map(|id| id.map(moved)).collect();
        Derived {
            outputs: self.outputs.into_iter().map(moved).collect(),
            adjoints: all(self.adjoints),
            tangents: all(self.tangents),
            keys: self.keys,
            graph: apart.graph,
        }
    }

    /// All nodes that are asked for.
    pub fn roots(&self) -> Vec<NodeId> {
        let derivatives = self.adjoints.iter().chain(&self.tangents).flatten();
        self.outputs.iter().chain(derivatives).copied().collect()
    }

    pub fn values(&self, at: &[f64]) -> Vec<f64> {
        evaluate(&self.graph, &self.keys, at, &self.outputs)
    }

    /// The Jacobian matrix, a row per output: by reverse mode, and by forward mode.
    pub fn jacobians(&self, at: &[f64]) -> [Vec<Vec<f64>>; 2] {
        let (rows, columns) = (self.outputs.len(), self.adjoints.len());
        let run = |wanted: &[Option<NodeId>], direction: usize| -> Vec<f64> {
            let mut inputs = at.to_vec();
            inputs.resize(columns + rows + columns, 0.0);
            inputs[columns + direction] = 1.0;
            let there: Vec<NodeId> = wanted.iter().flatten().copied().collect();
            let mut values = evaluate(&self.graph, &self.keys, &inputs, &there).into_iter();
            let mut value = |node: &Option<NodeId>| node.and_then(|_| values.next());
            wanted
                .iter()
                .map(|node| value(node).unwrap_or(0.0))
                .collect()
        };
        let reverse = (0..rows)
            .map(|output| run(&self.adjoints, output))
            .collect();
        let pushed: Vec<_> = (0..columns)
            .map(|input| run(&self.tangents, rows + input))
            .collect();
        let forward = (0..rows).map(|output| pushed.iter().map(|column| column[output]).collect());
        [reverse, forward.collect()]
    }
}
