//! Sparse derivatives: which entries can be other than zero, and bodies that compute these alone.
//!
//! Among numbers an entry is in a pattern if differentiation made a node for it; so the list is a constant, and what is
//! structurally zero is computed nowhere. Over arrays of any size entries come in slots, of which the sizes and labels say where they
//! stand. Invariant: entries are in the order of the pattern, by row and then by column; of a
//! Hessian there is the lower triangle, the diagonal included.

use super::arrays::{ArrayBody, whole};
use super::second::triangle;
use super::{
    Derived, Partials, ScalarBody, cheapest, guarded_body, outputs, seeds, sources, zeros,
};
use crate::builder::Builder;
use crate::graph::{Dim, Graph, InputId, NodeId, Shape};
use crate::syntax::Place;
use crate::transform::sparse::{self, Index};
use crate::transform::{derivatives, vjp};
use crate::unit::Unit;

/// What is made where patterns are asked for.
pub struct Sparse<B> {
    /// The outputs and the entries of their Jacobian, where they are several numbers.
    pub jacobian: Option<Matrix<B>>,
    /// The entries of the Hessian of one number.
    pub hessian: Option<Matrix<B>>,
    /// Where it is a nonlinear program.
    pub program: Option<Program<B>>,
}

/// Entries of a matrix, which are the last group of the results of a body.
pub struct Matrix<B> {
    pub entries: Entries,
    pub body: B,
}

/// Where the entries stand.
pub enum Entries {
    /// Each at its row and column.
    Listed(Vec<[usize; 2]>),
    /// As the sizes and labels say: those of an array for each slot.
    Slots(Vec<Slot>),
}

/// Where the entries of an array stand.
pub struct Slot {
    pub shape: Shape,
    pub row: Rule,
    pub column: Rule,
    /// Whether some of them may stand nowhere.
    pub leaves: bool,
}

/// Which entry of a group of arrays a position stands for: the array, and the index along each of its axes.
pub struct Rule {
    pub leaf: usize,
    pub along: Vec<Step>,
}

/// An index: how far in front it begins, and how it goes on.
pub struct Step {
    pub first: Dim,
    pub by: By,
}

pub enum By {
    Nothing,
    /// With the position along an axis, or against it.
    Axis {
        axis: usize,
        is_backwards: bool,
    },
    /// With the labels of an input from one on, by the position along an axis.
    Label {
        input: InputId,
        from: Dim,
        axis: usize,
    },
}

/// The functions of a program: of the number that is minimised, and of the constraints.
pub struct Program<B> {
    pub objective: B,
    pub gradient: B,
    pub constraints: B,
    pub jacobian: Matrix<B>,
    /// Of the Lagrangian, by a weight and multipliers, which are seeds of all outputs.
    pub hessian: Matrix<B>,
}

pub(super) fn of_numbers(unit: &Unit) -> Sparse<ScalarBody> {
    let single = unit.gives_number();
    Sparse {
        jacobian: (!single).then(|| jacobian(unit, outputs(unit), true)),
        hessian: single.then(|| hessian(unit, Derived::of(unit))),
        program: unit.is_program().then(|| program(unit)),
    }
}

fn program(unit: &Unit) -> Program<ScalarBody> {
    let outputs = outputs(unit);
    let body =
        |graph: &Graph, groups: &[Vec<NodeId>]| guarded_body(graph, unit.graph.len(), groups);
    let Derived { graph, gradient } = Derived::of(unit);
    Program {
        objective: body(&unit.graph, &[vec![outputs[0]]]),
        gradient: body(&graph, &[vec![outputs[0]], gradient]),
        constraints: body(&unit.graph, &[outputs[1..].to_vec()]),
        jacobian: jacobian(unit, outputs[1..].to_vec(), false),
        hessian: hessian(unit, lagrangian(unit)),
    }
}

/// The gradient of the sum of all outputs, each times a seed.
pub(super) fn lagrangian(unit: &Unit) -> Derived {
    let (mut graph, sources) = (unit.graph.clone(), sources(unit));
    let seeds = seeds(&mut graph, unit);
    let seeded: Vec<_> = outputs(unit).into_iter().zip(seeds).collect();
    let adjoints = vjp::append(&mut graph, &seeded, &sources);
    let gradient = zeros(&mut graph, adjoints, &sources);
    Derived { graph, gradient }
}

/// The entries of a Jacobian, behind the outputs if these are wanted too.
fn jacobian(unit: &Unit, outputs: Vec<NodeId>, with_outputs: bool) -> Matrix<ScalarBody> {
    let make = |partials: Partials| {
        let Partials {
            graph,
            outputs,
            rows,
        } = partials;
        let outputs = if with_outputs { outputs } else { Vec::new() };
        let rows = rows.into_iter().enumerate();
        let all = rows.flat_map(|(row, entries)| {
            let entries = entries.into_iter().enumerate();
            entries.map(move |(column, entry)| ([row, column], entry))
        });
        listed(unit, &graph, vec![outputs], all)
    };
    cheapest(unit, outputs, make, |matrix| &matrix.body)
}

/// The entries of a Hessian, by the gradient.
fn hessian(unit: &Unit, derived: Derived) -> Matrix<ScalarBody> {
    let Derived {
        mut graph,
        gradient,
    } = derived;
    let below = triangle(&mut graph, unit, &gradient);
    let rows = 0..gradient.len();
    let all = rows.flat_map(|row| {
        let below = &below;
        (0..=row).map(move |column| ([row, column], below[column][row - column]))
    });
    listed(unit, &graph, Vec::new(), all)
}

/// The entries that are not structurally zero, behind other groups.
fn listed(
    unit: &Unit,
    graph: &Graph,
    mut groups: Vec<Vec<NodeId>>,
    all: impl Iterator<Item = ([usize; 2], Option<NodeId>)>,
) -> Matrix<ScalarBody> {
    let made = all.filter_map(|(place, entry)| Some((place, entry?)));
    let (places, entries) = made
        .filter(|(_, entry)| graph.constant(*entry) != Some(0.0))
        .unzip();
    groups.push(entries);
    Matrix {
        entries: Entries::Listed(places),
        body: guarded_body(graph, unit.graph.len(), &groups),
    }
}

/// The same over arrays of any size. Beside the error about what is not understood there is nothing in a pattern.
pub(super) fn of_arrays(unit: &Unit) -> Sparse<ArrayBody> {
    let primal = unit.graph.len();
    let single = unit.gives_number();
    let matrix = |found: Result<Found, Place>, mut groups: Vec<Vec<NodeId>>| {
        let Found {
            graph,
            slots,
            values,
        } = found.unwrap_or_else(|_| Found {
            graph: unit.graph.clone(),
            slots: Vec::new(),
            values: Vec::new(),
        });
        groups.push(values);
        Matrix {
            entries: Entries::Slots(slots),
            body: whole(&graph, primal, groups),
        }
    };
    let program = || {
        let outputs = outputs(unit);
        let Derived { graph, gradient } = Derived::of(unit);
        Program {
            objective: whole(&unit.graph, primal, vec![vec![outputs[0]]]),
            gradient: whole(&graph, primal, vec![vec![outputs[0]], gradient]),
            constraints: whole(&unit.graph, primal, vec![outputs[1..].to_vec()]),
            jacobian: matrix(slots_of_outputs(unit, &outputs[1..]), Vec::new()),
            hessian: matrix(slots_of_gradient(unit, lagrangian(unit)), Vec::new()),
        }
    };
    let all = outputs(unit);
    Sparse {
        jacobian: (!single).then(|| matrix(slots_of_outputs(unit, &all), vec![all.clone()])),
        hessian: single.then(|| matrix(slots_of_gradient(unit, Derived::of(unit)), Vec::new())),
        program: unit.is_program().then(program),
    }
}

/// The place of what no pattern is known of, if patterns are asked for and there is something of the kind.
pub fn refused(unit: &Unit) -> Option<Place> {
    if !unit.sparse || unit.is_small() {
        return None;
    }
    let unit = &derivatives::run(unit.clone());
    let first = match unit.gives_number() {
        true => slots_of_gradient(unit, Derived::of(unit)),
        false => slots_of_outputs(unit, &outputs(unit)),
    };
    let program = || slots_of_gradient(unit, lagrangian(unit));
    let second = unit.is_program().then(program);
    first.err().or_else(|| second?.err())
}

/// The slots of a matrix, and the arrays of their entries in a graph.
struct Found {
    graph: Builder,
    slots: Vec<Slot>,
    values: Vec<NodeId>,
}

fn slots_of_outputs(unit: &Unit, outputs: &[NodeId]) -> Result<Found, Place> {
    found(unit, unit.graph.clone(), outputs, |_, _| true)
}

/// Those of the lower triangle.
fn slots_of_gradient(unit: &Unit, derived: Derived) -> Result<Found, Place> {
    let Derived { graph, gradient } = derived;
    found(unit, graph, &gradient, |row, slot| {
        row > slot.source || row == slot.source && !sparse::is_above(slot)
    })
}

fn found(
    unit: &Unit,
    mut graph: Builder,
    outputs: &[NodeId],
    is_kept: impl Fn(usize, &sparse::Slot) -> bool,
) -> Result<Found, Place> {
    let found = sparse::append(&mut graph, &sources(unit), outputs);
    let found = found.map_err(|id| graph.node(id).place)?;
    let (mut slots, mut values) = (Vec::new(), Vec::new());
    for (row, of_output) in found.iter().enumerate() {
        for slot in of_output.iter().filter(|slot| is_kept(row, slot)) {
            slots.push(Slot {
                shape: graph.shape(slot.value),
                row: rule(&graph, row, &slot.row),
                column: rule(&graph, slot.source, &slot.column),
                leaves: slot.leaves,
            });
            values.push(slot.value);
        }
    }
    Ok(Found {
        graph,
        slots,
        values,
    })
}

fn rule(graph: &Graph, leaf: usize, indices: &[Index]) -> Rule {
    let step = |index: &Index| match index {
        Index::At(first) => Step {
            first: first.clone(),
            by: By::Nothing,
        },
        Index::Along { axis, start } => Step {
            first: start.clone(),
            by: By::Axis {
                axis: *axis,
                is_backwards: false,
            },
        },
        Index::Back { axis, last } => Step {
            first: last.clone(),
            by: By::Axis {
                axis: *axis,
                is_backwards: true,
            },
        },
        Index::Label { of, axis, start } => {
            let (input, from) = sparse::labels(graph, *of)
                .unwrap_or_else(|| unreachable!("labels are of an input"));
            Step {
                first: start.clone(),
                by: By::Label {
                    input,
                    from,
                    axis: *axis,
                },
            }
        }
    };
    Rule {
        leaf,
        along: indices.iter().map(step).collect(),
    }
}
