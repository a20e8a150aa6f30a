//! A function as stages hand it on: its graph, and what the user calls its nodes.
//!
//! Invariant: every node that a field names is one of the graph; a pass that makes another graph takes the fields along.

use std::ops::Range;
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};

use crate::builder::Builder;
use crate::graph::{Dim, InputId, Kind, Name, NodeId, Op, Scan, Shape};
use crate::hash::Map;
use crate::rule::RuleId;
use crate::shape;
use crate::structs::Path;
use crate::syntax::Given;

/// One function, lowered: its graph and what the user calls its nodes.
#[derive(Clone)]
pub struct Unit {
    pub graph: Builder,
    /// What the user wrote for a node, for pictures.
    pub written: Notes,
    /// Where there are loops whose turns have become axes, and whose steps have bodies: what was there before.
    pub one_turn: Option<OneTurn>,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub definitions: Vec<Definition>,
    /// The inputs as the user passes them, the outputs as the user gets them, and the definitions as the user calls them.
    pub params: Vec<Slot>,
    pub results: Vec<Slot>,
    pub fields: Vec<Slot>,
    /// Label inputs and the extent their labels stay below.
    pub label_checks: Vec<(InputId, Dim)>,
    /// Shapes that have to have as many entries as others, which only sizes can tell.
    pub count_checks: Vec<(Shape, Shape)>,
    /// Whether second derivatives are asked for.
    pub hessian: bool,
    /// Whether functions over slices of points are asked for.
    pub batch: bool,
    /// Whether it is asked for as the right side of a differential equation, and is one.
    pub ode: bool,
    /// Whether patterns of derivatives are asked for, with the values at their entries.
    pub sparse: bool,
    /// Names that something is differentiated by and not made of, which draw rustc's own lint.
    pub unreached: Vec<Ident>,
    /// Whether its value is all that is asked for.
    pub is_value_only: bool,
    /// Whether it is one of the functions beside a log density and another of them holds arrays of any size, as all do then.
    pub is_beside_arrays: bool,
    /// Whether an earlier function of the block has its name.
    pub is_repeated: bool,
}

/// A value by the name that the user gave it: one leaf, or those of a struct.
#[derive(Clone)]
pub struct Slot {
    pub name: Ident,
    /// Which of the inputs, outputs or definitions.
    pub leaves: Range<usize>,
    pub record: Option<RecordType>,
}

/// The Rust struct of a slot, or how many of them there are, and the way to each leaf.
#[derive(Clone)]
pub struct RecordType {
    pub name: Ident,
    /// How the struct is called where the block stands.
    pub path: TokenStream,
    pub count: Option<usize>,
    pub members: Vec<Member>,
}

#[derive(Clone)]
pub struct Member {
    pub at: Path,
    /// Whether the struct holds it as a number or a fixed array.
    pub is_fixed: bool,
}

/// An input of the graph: one of the user's, or a leaf of a struct.
#[derive(Clone)]
pub struct Input {
    /// What it is called in the code.
    pub name: Ident,
    /// What the user calls it: `x`, or `net.first.w`.
    pub label: String,
    /// Whether it is a leaf that its struct holds as a number or a fixed array.
    pub is_fixed_field: bool,
    pub constant: bool,
    pub shape: Shape,
    pub given: Given,
    /// Whether any definition mentions it. If not, rustc's own lint is drawn at its name.
    pub mentioned: bool,
    /// Whether a value that `stop` holds constant depends on it.
    pub stopped: bool,
    /// The node of the input, or its entries once arrays are taken apart.
    pub nodes: Vec<NodeId>,
}

#[derive(Clone)]
pub struct Output {
    /// What it is called in the code, and by the user: `y`, or `next.q`.
    pub name: Ident,
    pub label: String,
    pub shape: Shape,
    pub nodes: Vec<NodeId>,
}

#[derive(Clone)]
pub struct Definition {
    pub name: Ident,
    pub docs: Vec<TokenStream>,
    pub shape: Shape,
    pub condition: bool,
    pub nodes: Vec<NodeId>,
    /// Whether an output mentions it, directly or through others. If not, rustc's own lint is drawn at its name.
    pub used: bool,
}

impl Unit {
    /// Whether every array is small and of literal extents, so that it is taken apart.
    pub fn is_small(&self) -> bool {
        let graph = &self.graph;
        // A view looks at other entries; it may be large, since it holds no numbers of its own.
        let is_view = |id: NodeId| matches!(graph.node(id).op, Op::View(_));
        let definitions = self.definitions.iter();
        let slots = self.params.iter().chain(&self.results).chain(&self.fields);
        let mut members = slots.filter_map(|slot| slot.record.as_ref());
        !self.is_beside_arrays
            && graph.scans.iter().all(|scan| is_of_numbers(scan))
            && members.all(|record| record.members.iter().all(|member| member.is_fixed))
            && self
                .inputs
                .iter()
                .all(|input| input.given == Given::Numbers)
            && self
                .inputs
                .iter()
                .all(|input| shape::is_small(&input.shape))
            && definitions
                .map(|definition| &definition.shape)
                .all(|shape| shape::is_small(shape))
            && graph
                .ids()
                .all(|id| is_view(id) || shape::is_small(&graph.size_of(id)))
    }

    /// The parameters that are differentiated by.
    pub fn active_params(&self) -> impl Iterator<Item = &Slot> {
        let inputs = &self.inputs;
        self.params.iter().filter(|slot| slot.is_active(inputs))
    }

    /// Whether there is one output and it is a number, by itself.
    pub fn gives_number(&self) -> bool {
        let by_itself = self.results.iter().all(|slot| slot.record.is_none());
        matches!(&*self.outputs, [only] if only.shape.is_empty() && by_itself)
    }

    /// Whether it is a nonlinear program: a number to be minimised, and constraints behind it.
    pub fn is_program(&self) -> bool {
        let [first, _, ..] = &*self.results else {
            return false;
        };
        first.record.is_none() && self.outputs[first.leaves.start].shape.is_empty()
    }

    /// The state of a differential equation, which stands behind the time.
    pub fn state(&self) -> &Slot {
        &self.params[1]
    }

    /// The further inputs of a differential equation that are differentiated by.
    pub fn coefficients(&self) -> Vec<&Slot> {
        let rest = self.params.iter().skip(2);
        rest.filter(|slot| slot.is_active(&self.inputs)).collect()
    }

    /// The leaves of a parameter that are differentiated by.
    pub fn active_leaves(&self, slot: &Slot) -> impl Iterator<Item = usize> {
        slot.leaves
            .clone()
            .filter(|leaf| self.inputs[*leaf].active())
    }

    /// The same names and types without what they are computed by, of which there is too much to go on with.
    pub fn emptied(mut self) -> Unit {
        let mut graph = Builder::default();
        for (at, input) in self.inputs.iter_mut().enumerate() {
            let op = Op::Input {
                input: InputId(at),
                element: 0,
            };
            let kind = self.graph.node(input.nodes[0]).kind;
            input.nodes = vec![graph.push(op, Vec::new(), input.shape.clone(), kind)];
        }
        let zero = graph.number(0.0);
        for definition in &mut self.definitions {
            definition.nodes = vec![graph.spread(zero, &definition.shape)];
            definition.condition = false;
        }
        for output in &mut self.outputs {
            output.nodes = vec![graph.spread(zero, &output.shape)];
        }
        self.graph = graph;
        (self.written, self.one_turn) = (Notes::default(), None);
        self
    }
}

/// Whether a loop over steps is of literal length and all numbers, so that it needs no arrays but those that it keeps.
fn is_of_numbers(scan: &Scan) -> bool {
    let body = &scan.body;
    let is_number = |id: NodeId| {
        let node = body.node(id);
        match node.shape.is_empty() {
            true => node.kind != Kind::Labels,
            false => body.comes_apart(id),
        }
    };
    scan.length.size().is_some()
        && scan.sequences.is_empty()
        && body.ids().all(is_number)
        && body.scans.iter().all(|scan| is_of_numbers(scan))
}

impl Slot {
    /// Whether a derivative by any of its leaves is asked for.
    pub fn is_active(&self, inputs: &[Input]) -> bool {
        inputs[self.leaves.clone()].iter().any(Input::active)
    }

    /// A value without structure.
    pub fn plain(name: Ident, at: usize) -> Slot {
        Slot {
            name,
            leaves: at..at + 1,
            record: None,
        }
    }
}

impl Input {
    /// Whether derivatives by it are asked for.
    pub fn active(&self) -> bool {
        !self.constant
    }
}

/// By node, as long as arrays are not taken apart.
pub type Notes = Map<NodeId, Written>;

/// One operation as the user wrote it, where lowering may have made several nodes of it.
#[derive(Clone)]
pub struct Written {
    /// Its row, if it has one.
    pub rule: Option<RuleId>,
    pub label: Name,
    pub args: Vec<NodeId>,
    /// The steps of a loop that carries values; `args` is then what they read of outside.
    pub steps: Option<Steps>,
}

/// The steps of a loop that carries values, for pictures.
#[derive(Clone)]
pub struct Steps {
    /// The node in the graph of one turn that has the next values behind the first ones, and the first node that is not outside.
    pub carry: NodeId,
    pub first: NodeId,
    /// What the values are called.
    pub states: Rc<[Name]>,
}

/// The graph as it was lowered, where each loop is there in one turn or step, and what the user wrote for its nodes.
#[derive(Clone)]
pub struct OneTurn {
    pub graph: Builder,
    pub written: Notes,
    /// The index of each loop.
    pub indices: Vec<String>,
}
