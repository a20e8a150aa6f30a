//! Graph to plan: what each generated function computes, in which order, and what `Forward` saves for `backward`.
//!
//! Invariant: a plan leaves nothing to decide. Each [`ScalarBody`] lists its steps in order and where every value it reads comes
//! from; `emit` prints them.

use crate::builder::Builder;
use crate::graph::{Graph, InputId, Kind, NodeId, Op, Scan};
use crate::hash::{Map, Set};
use crate::syntax::text;
use crate::transform::algebra::or_zero;
use crate::transform::{
    contract, derivatives, few, jvp, legalize, prune, reciprocal, scalars, vjp,
};
use crate::unit::{Input, Unit};

pub mod arrays;
pub mod chunks;
pub mod companions;
pub mod equation;
mod guarded;
pub mod picture;
mod second;
pub mod steps;

use equation::Equation;
pub use guarded::Guard;
use guarded::guarded_body;

/// Everything that is generated for a graph; what a body is, a target says.
pub struct Plan<B> {
    /// For a function; what an inline graph gives is its forward pass.
    pub value: Option<B>,
    pub forward: B,
    /// Values beside the definitions that `Forward` keeps for its methods.
    pub saved: Vec<NodeId>,
    pub backward: B,
    /// Of one number, for a function: it and its gradient.
    pub value_and_grad: Option<B>,
    /// Of several numbers: they and their partial derivatives, row by row.
    pub jacobian: Option<B>,
    /// Whether rows of inputs and outputs belong together, so that one pass gives the partial derivatives of all of them.
    pub rows_apart: bool,
    /// From the inputs, or from what an inline graph's forward pass saved.
    pub jvp: Option<B>,
    /// Where they are asked for: the value, the gradient and the Hessian's rows, or the Hessian times a direction.
    pub hessian: Option<B>,
    pub hvp: Option<B>,
    /// One point of a batch, where batches are asked for.
    pub batch: Option<B>,
    /// Where it is asked for as the right side of a differential equation.
    pub equation: Option<Equation<B>>,
    /// Where the runtime can draw.
    pub picture: Option<picture::Drawn<B>>,
}

impl Plan<ScalarBody> {
    /// Whether the passes are so short that each call of them may have its own copy.
    pub fn is_short(&self) -> bool {
        self.forward.steps.len() + self.backward.steps.len() <= SHORT
    }
}

/// The most steps of both passes together that each call has a copy of.
const SHORT: usize = 500;

impl<B> Plan<B> {
    /// A function of which nothing else is made.
    fn of_value(value: impl Fn() -> B) -> Plan<B> {
        Plan {
            value: Some(value()),
            ..Plan::of_passes(value(), Vec::new(), value(), None)
        }
    }

    /// What every graph has: a forward pass, and the methods of what it gives.
    fn of_passes(forward: B, saved: Vec<NodeId>, backward: B, jvp: Option<B>) -> Plan<B> {
        Plan {
            value: None,
            forward,
            saved,
            backward,
            value_and_grad: None,
            jacobian: None,
            rows_apart: false,
            jvp,
            hessian: None,
            hvp: None,
            batch: None,
            equation: None,
            picture: None,
        }
    }
}

/// One function's code.
#[derive(Clone)]
pub struct ScalarBody {
    pub graph: Builder,
    /// Nodes to compute, arguments first.
    pub steps: Vec<NodeId>,
    /// What is returned, in groups whose meaning the function knows.
    pub results: Vec<Vec<NodeId>>,
    /// The body is right only where this holds.
    pub guard: Option<Guard>,
    /// Whether vector lanes compute it, for which it has to be one function.
    pub lanes: bool,
}

/// A kind of body, and how graphs become plans of it.
pub trait Planned: Sized {
    /// The graph as it is differentiated.
    fn prepared(unit: Unit) -> Unit;
    fn functions(unit: &Unit) -> Plan<Self>;
    /// What a function computes.
    fn value(unit: &Unit) -> Self;
    /// An inline graph: a forward pass and the methods of what it gives.
    fn inline_graph(unit: &Unit) -> Plan<Self>;
    /// What is drawn, of the graph as it was written.
    fn picture(unit: &Unit) -> picture::Drawn<Self>;
}

/// The graph as it is differentiated, and its plan.
pub fn of<B: Planned>(unit: Unit, is_inline: bool, draws: bool) -> (Unit, Plan<B>) {
    let picture = draws.then(|| B::picture(&derivatives::run(unit.clone())));
    let unit = derivatives::run(B::prepared(unit));
    let plan = match is_inline {
        true => B::inline_graph(&unit),
        false if unit.is_value_only => Plan::of_value(|| B::value(&unit)),
        false => B::functions(&unit),
    };
    (unit, Plan { picture, ..plan })
}

impl Planned for ScalarBody {
    fn prepared(unit: Unit) -> Unit {
        scalars::run(unit)
    }

    fn functions(unit: &Unit) -> Plan<ScalarBody> {
        let single = single_number(unit);
        let derived = (single || unit.hessian).then(|| Derived::of(unit));
        let first = match &derived {
            Some(derived) if single => derived.value_and_grad(unit),
            _ => jacobian(unit),
        };
        let batch = unit.batch.then(|| first.clone().on_lanes());
        let (value_and_grad, jacobian) = match single {
            true => (Some(first), None),
            false => (None, Some(first)),
        };
        let second = derived.as_ref().filter(|_| unit.hessian);
        Plan {
            value: Some(value(unit)),
            value_and_grad,
            jacobian,
            jvp: Some(tangents(unit)),
            hessian: second.map(|derived| second::hessian(unit, derived)),
            hvp: second.map(|derived| second::hvp(unit, derived)),
            batch,
            equation: Equation::of(unit, body),
            ..passes(unit, false)
        }
    }

    fn value(unit: &Unit) -> ScalarBody {
        value(unit)
    }

    fn inline_graph(unit: &Unit) -> Plan<ScalarBody> {
        passes(unit, true)
    }

    fn picture(unit: &Unit) -> picture::Drawn<ScalarBody> {
        picture::numbers(unit)
    }
}

fn passes(unit: &Unit, with_tangents: bool) -> Plan<ScalarBody> {
    let (forward, saved, backward, jvp) = split(unit, with_tangents);
    Plan::of_passes(forward, saved, backward, jvp)
}

impl steps::OfSteps for ScalarBody {
    fn of_steps(scan: &Scan) -> ScalarBody {
        body(&scan.body, scan.primal, steps::groups(scan))
    }

    fn graph(&self) -> &Graph {
        &self.graph
    }
}

/// What a loop gives is there when the loop has run, and what a function gives when it has been called.
fn with_parts(graph: &Graph, mut first: Vec<bool>) -> Vec<bool> {
    for id in graph.ids() {
        let node = graph.node(id);
        let is_part = |of: &NodeId| {
            matches!(graph.node(*of).op, Op::Scan(_) | Op::Whole(..)) && first[of.index()]
        };
        first[id.index()] |=
            node.args.first().is_some_and(is_part) && matches!(node.op, Op::Part(_));
    }
    first
}

/// Whether there is one output and it is a number.
pub fn single_number(unit: &Unit) -> bool {
    unit.gives_number()
}

fn outputs(unit: &Unit) -> Vec<NodeId> {
    unit.outputs
        .iter()
        .flat_map(|output| output.nodes.clone())
        .collect()
}

/// The inputs that derivatives are taken by.
pub fn active(unit: &Unit) -> impl Iterator<Item = &Input> {
    unit.inputs.iter().filter(|input| input.active())
}

fn sources(unit: &Unit) -> Vec<NodeId> {
    active(unit).flat_map(|input| input.nodes.clone()).collect()
}

/// Fresh leaves, one for each node of the groups, numbered from `first`.
fn leaves(
    graph: &mut Builder,
    first: usize,
    groups: &[Vec<NodeId>],
    names: &[String],
) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for (at, (group, name)) in groups.iter().zip(names).enumerate() {
        for (element, like) in group.iter().enumerate() {
            let op = Op::Input {
                input: InputId(first + at),
                element,
            };
            let shape = graph.shape(*like);
            let node = graph.push(op, Vec::new(), shape, Kind::Number);
            let name = if group.len() == 1 {
                format!("d_{name}")
            } else {
                format!("d_{name}_{element}")
            };
            graph.suggest_name(node, name);
            nodes.push(node);
        }
    }
    nodes
}

/// A body that computes the groups' nodes. Those below `primal` are what the user wrote.
pub fn body(graph: &Graph, primal: usize, groups: Vec<Vec<NodeId>>) -> ScalarBody {
    let Finished { graph, groups, .. } = finished(graph, primal, groups, false);
    ScalarBody::whole(graph, groups)
}

impl ScalarBody {
    /// The same at a point of a batch. The points are lanes of one vector, so where the quick version does not hold for one of
    /// them, all compute the careful one too, and each picks the version that is its own: what a point gets does not depend on
    /// its neighbours.
    fn on_lanes(mut self) -> ScalarBody {
        self.lanes = true;
        if let Some(guard) = &mut self.guard {
            guard.otherwise.lanes = true;
        }
        self
    }

    /// Computes all that the results need.
    fn whole(graph: Builder, results: Vec<Vec<NodeId>>) -> ScalarBody {
        let steps = steps(&graph, &graph.reachable(results.iter().flatten().copied()));
        ScalarBody {
            graph,
            steps,
            results,
            guard: None,
            lanes: false,
        }
    }
}

/// The graph of some groups' nodes alone, where they are in it, and where what the user wrote ends.
struct Finished {
    graph: Builder,
    groups: Vec<Vec<NodeId>>,
    primal: usize,
}

/// The last passes, which every target runs. Where `is_tested`, the reciprocals in the graph are known to be finite.
fn finished(
    graph: &Graph,
    mut primal: usize,
    mut groups: Vec<Vec<NodeId>>,
    is_tested: bool,
) -> Finished {
    let mut pruned = None;
    if !graph.scans.is_empty() {
        let rebuilt = prune::run(graph, &groups.concat());
        primal = rebuilt.primal(primal);
        rebuilt.follow(&mut groups);
        pruned = Some(rebuilt.graph);
    }
    if let Some(graph) = &pruned
        && let Some(rebuilt) = few::run(graph, &groups.concat())
    {
        primal = rebuilt.primal(primal);
        rebuilt.follow(&mut groups);
        pruned = Some(rebuilt.graph);
    }
    let graph = pruned.as_deref().unwrap_or(graph);
    let mut rebuilt = legalize::run(graph, primal, &groups.concat());
    primal = rebuilt.primal(primal);
    rebuilt.follow(&mut groups);
    // Both leave alone what the user wrote.
    if primal < rebuilt.graph.len() {
        rebuilt = reciprocal::run(&rebuilt.graph, primal, &groups.concat(), is_tested);
        primal = rebuilt.primal(primal);
        rebuilt.follow(&mut groups);
        rebuilt = contract::run(&rebuilt.graph, primal, &groups.concat());
        primal = rebuilt.primal(primal);
        rebuilt.follow(&mut groups);
    }
    Finished {
        graph: rebuilt.graph,
        groups,
        primal,
    }
}

/// The nodes to compute: those needed, but for leaves and literals.
fn steps(graph: &Graph, needed: &[bool]) -> Vec<NodeId> {
    graph
        .ids()
        .filter(|id| needed[id.index()] && is_step(graph, *id))
        .collect()
}

fn is_step(graph: &Graph, id: NodeId) -> bool {
    !matches!(graph.node(id).op, Op::Input { .. } | Op::Const(_))
}

/// Zeros, of the shapes of `like`, where a derivative is structurally zero.
fn zeros(graph: &mut Builder, nodes: Vec<Option<NodeId>>, like: &[NodeId]) -> Vec<NodeId> {
    let both = nodes.into_iter().zip(like);
    both.map(|(node, like)| {
        let shape = graph.shape(*like);
        or_zero(graph, node, &shape)
    })
    .collect()
}

fn value(unit: &Unit) -> ScalarBody {
    body(&unit.graph, unit.graph.len(), vec![outputs(unit)])
}

/// The graph with the adjoints of its inputs for one output, seeded with 1: what the gradient and second derivatives begin with.
struct Derived {
    graph: Builder,
    gradient: Vec<NodeId>,
}

impl Derived {
    fn of(unit: &Unit) -> Derived {
        let (mut graph, sources) = (unit.graph.clone(), sources(unit));
        let seed = graph.number(1.0);
        let adjoints = vjp::append(&mut graph, &[(unit.outputs[0].nodes[0], seed)], &sources);
        let gradient = zeros(&mut graph, adjoints, &sources);
        Derived { graph, gradient }
    }

    fn value_and_grad(&self, unit: &Unit) -> ScalarBody {
        let groups = [outputs(unit), self.gradient.clone()];
        guarded_body(&self.graph, unit.graph.len(), &groups)
    }
}

fn tangents(unit: &Unit) -> ScalarBody {
    let mut graph = unit.graph.clone();
    let result = append_tangents(&mut graph, unit, unit.inputs.len());
    body(&graph, unit.graph.len(), vec![outputs(unit), result])
}

fn append_tangents(graph: &mut Builder, unit: &Unit, first: usize) -> Vec<NodeId> {
    tangents_of(graph, unit, first, &outputs(unit))
}

/// The tangents of any nodes for moved inputs, which are leaves numbered from `first`.
fn tangents_of(graph: &mut Builder, unit: &Unit, first: usize, nodes: &[NodeId]) -> Vec<NodeId> {
    tangents_along(graph, &active(unit).collect::<Vec<_>>(), first, nodes)
}

/// The same where some inputs are moved, and the others held.
fn tangents_along(
    graph: &mut Builder,
    moved: &[&Input],
    first: usize,
    nodes: &[NodeId],
) -> Vec<NodeId> {
    let groups: Vec<_> = moved.iter().map(|input| input.nodes.clone()).collect();
    let names: Vec<_> = moved.iter().map(|input| text(&input.name)).collect();
    let tangents = leaves(graph, first, &groups, &names);
    let moved: Vec<_> = groups.concat().into_iter().zip(tangents).collect();
    let result = jvp::append(graph, &moved, nodes);
    zeros(graph, result, nodes)
}

/// A leaf an output, behind the inputs.
fn seeds(graph: &mut Builder, unit: &Unit) -> Vec<NodeId> {
    let outputs = unit.outputs.iter();
    let groups: Vec<_> = outputs.map(|output| output.nodes.clone()).collect();
    let names = unit.outputs.iter().map(|output| text(&output.name));
    leaves(
        graph,
        unit.inputs.len(),
        &groups,
        &names.collect::<Vec<_>>(),
    )
}

fn append_adjoints(graph: &mut Builder, unit: &Unit) -> Vec<NodeId> {
    adjoints_of(graph, unit, &sources(unit))
}

/// The adjoints of some inputs' nodes for seeds of the outputs, which are leaves behind the inputs.
fn adjoints_of(graph: &mut Builder, unit: &Unit, sources: &[NodeId]) -> Vec<NodeId> {
    let seeds = seeds(graph, unit);
    let seeded: Vec<_> = outputs(unit).into_iter().zip(seeds).collect();
    let adjoints = vjp::append(graph, &seeded, sources);
    zeros(graph, adjoints, sources)
}

/// What is divided between `forward` and the methods of `Forward`: the definitions, the adjoints of the inputs and, for an
/// inline graph, the tangents of the outputs.
fn undivided(unit: &Unit, inline: bool) -> (Builder, Vec<Vec<NodeId>>) {
    let mut graph = unit.graph.clone();
    let definitions = unit.definitions.iter();
    let definitions = definitions.flat_map(|definition| definition.nodes.clone());
    let mut groups = vec![definitions.collect(), append_adjoints(&mut graph, unit)];
    if inline {
        let first = unit.inputs.len() + unit.outputs.len();
        groups.push(append_tangents(&mut graph, unit, first));
    }
    let Finished { graph, groups, .. } = finished(&graph, unit.graph.len(), groups, false);
    (graph, groups)
}

/// What `Forward` keeps beside the definitions of all that its methods read.
fn kept(mut read: Vec<NodeId>, definitions: &[NodeId]) -> Vec<NodeId> {
    let defined: Set<&NodeId> = definitions.iter().collect();
    read.retain(|id| !defined.contains(id));
    read.sort_unstable();
    read.dedup();
    read
}

/// One graph divided between `forward` and the methods of `Forward`: what the definitions need is computed forward, the
/// rest by the method, and what a method reads of the first part is saved.
fn split(unit: &Unit, inline: bool) -> (ScalarBody, Vec<NodeId>, ScalarBody, Option<ScalarBody>) {
    let (graph, results) = undivided(unit, inline);
    let first = graph.reachable(results[0].iter().copied());
    let first = with_parts(&graph, first);
    let (mut read_again, mut methods) = (Vec::new(), Vec::new());
    for result in &results[1..] {
        let (steps, read) = second_part(unit, &graph, &first, result);
        read_again.extend(read);
        methods.push(ScalarBody {
            graph: graph.clone(),
            steps,
            results: vec![result.clone()],
            guard: None,
            lanes: false,
        });
    }
    let saved = kept(read_again, &results[0]);
    let needed = results[0].iter().chain(&saved).copied();
    let forward = ScalarBody {
        steps: self::steps(&graph, &graph.reachable(needed)),
        results: vec![results[0].clone(), saved.clone()],
        graph,
        guard: None,
        lanes: false,
    };
    let mut methods = methods.into_iter();
    let backward = methods
        .next()
        .unwrap_or_else(|| body(&unit.graph, unit.graph.len(), Vec::new()));
    (forward, saved, backward, methods.next())
}

/// The steps of `roots` that the first part has not made, and what they read of it.
fn second_part(
    unit: &Unit,
    graph: &Graph,
    first: &[bool],
    roots: &[NodeId],
) -> (Vec<NodeId>, Vec<NodeId>) {
    rest(graph, roots, |id| {
        let is_input =
            matches!(graph.node(id).op, Op::Input { input, .. } if input.0 < unit.inputs.len());
        first[id.index()] || is_input
    })
}

/// The steps of `roots` but for what is there, and what they read of that.
fn rest(
    graph: &Graph,
    roots: &[NodeId],
    is_there: impl Fn(NodeId) -> bool,
) -> (Vec<NodeId>, Vec<NodeId>) {
    let mut wanted = vec![false; graph.len()];
    let mut read = Vec::new();
    roots.iter().for_each(|id| wanted[id.index()] = true);
    for id in graph.ids().rev() {
        let node = graph.node(id);
        if !wanted[id.index()] || matches!(node.op, Op::Const(_)) {
            continue;
        }
        if is_there(id) {
            wanted[id.index()] = false;
            read.push(id);
        } else {
            node.args.iter().for_each(|arg| wanted[arg.index()] = true);
        }
    }
    (steps(graph, &wanted), read)
}

/// All partials, one group an output: by a sweep back from each output or forward from each input, whichever costs
/// fewer operations. What is structurally zero is not computed.
fn jacobian(unit: &Unit) -> ScalarBody {
    let (outputs, inputs) = (outputs(unit).len(), sources(unit).len());
    if inputs == 1 && outputs > 1 {
        return jacobian_forward(unit);
    }
    let back = jacobian_back(unit);
    if outputs == 1 {
        return back;
    }
    let forward = jacobian_forward(unit);
    if cost(&forward) < cost(&back) {
        forward
    } else {
        back
    }
}

fn jacobian_back(unit: &Unit) -> ScalarBody {
    let mut graph = unit.graph.clone();
    let mut groups = vec![outputs(unit)];
    let one = graph.number(1.0);
    let sources = sources(unit);
    for row in vjp::append_each(&mut graph, &outputs(unit), one, &sources) {
        groups.push(zeros(&mut graph, row, &sources));
    }
    guarded_body(&graph, unit.graph.len(), &groups)
}

fn jacobian_forward(unit: &Unit) -> ScalarBody {
    let mut graph = unit.graph.clone();
    let outputs = outputs(unit);
    let one = graph.number(1.0);
    let mut rows = vec![Vec::new(); outputs.len()];
    for source in sources(unit) {
        let column = jvp::append(&mut graph, &[(source, one)], &outputs);
        let column = zeros(&mut graph, column, &outputs);
        rows.iter_mut()
            .zip(column)
            .for_each(|(row, entry)| row.push(entry));
    }
    let mut groups = vec![outputs];
    groups.extend(rows);
    guarded_body(&graph, unit.graph.len(), &groups)
}

/// A rough count of a body's work: a function is worth some twenty sums, a quotient or a root four.
fn cost(body: &ScalarBody) -> usize {
    let weigh = |id: &NodeId| match &body.graph.node(*id).op {
        Op::Apply(rule) => rule.row().cost.unwrap_or(1),
        _ => 1,
    };
    body.steps.iter().map(weigh).sum()
}

/// Where a leaf's entries are: by its input and the entry.
pub fn leaf_index(graph: &Graph) -> Map<(InputId, usize), NodeId> {
    graph
        .ids()
        .filter_map(|id| match graph.node(id).op {
            Op::Input { input, element } => Some(((input, element), id)),
            _ => None,
        })
        .collect()
}
