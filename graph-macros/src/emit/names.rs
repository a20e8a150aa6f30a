//! Which identifier each value of a body has.
//!
//! Invariant: a name the user gave keeps its text and its span, so rustc's own messages point at it, and only the node has it
//! that the user calls so. Every other name differs in text from all of the user's, since private fields and what is printed
//! know no hygiene, and has a mixed-site span, so it can neither capture nor be captured.

use crate::graph::{Graph, NodeId};
use crate::hash::{Map, Set};
use crate::syntax::{is_keyword, text};
use crate::unit::Unit;
use proc_macro2::{Ident, Span};

/// The user's names, and those that hold for the whole of a graph.
pub struct Names {
    users: Map<String, Ident>,
    /// The same of structs.
    slots: Map<String, Ident>,
    /// What the tangents of inputs and the seeds of outputs are called.
    adjoints: Map<String, Ident>,
    ours: Fresh,
}

/// Identifiers made so far.
#[derive(Default)]
struct Fresh {
    taken: Set<String>,
    /// How often a hint was taken already.
    tried: Map<String, usize>,
}

/// The names of one body.
struct NamesOfBody<'n> {
    around: &'n Names,
    /// Names of the user's that a node has.
    given: Set<&'n str>,
    fresh: Fresh,
    /// How many nodes without a name there have been.
    nameless: usize,
}

impl Names {
    pub fn new(unit: &Unit) -> Names {
        let inputs = unit.inputs.iter().map(|input| &input.name);
        let definitions = unit.definitions.iter().map(|definition| &definition.name);
        let slots = unit.params.iter().chain(&unit.fields);
        let slots = slots.filter(|slot| slot.record.is_some());
        let users = inputs.clone().chain(definitions);
        let users = users.chain(slots.map(|slot| &slot.name));
        let users: Map<String, Ident> = users.map(|name| (text(name), name.clone())).collect();
        let outputs = unit.outputs.iter().map(|output| &output.name);
        let mut fresh = Fresh::default();
        let adjoints = inputs.chain(outputs).map(|name| {
            let name = text(name);
            let adjoint = fresh.like(&format!("d_{name}"), |name| users.contains_key(name));
            (name, adjoint)
        });
        let adjoints: Map<String, Ident> = adjoints.collect();
        let slots = unit.params.iter().chain(&unit.results);
        let slots = slots.filter(|slot| slot.record.is_some()).map(|slot| {
            let name = text(&slot.name);
            let adjoint = fresh.like(&format!("d_{name}"), |name| users.contains_key(name));
            (name, adjoint)
        });
        let slots: Map<String, Ident> = slots.collect();
        // What is called is looked for by its text, and no variable around may have it.
        let calls = unit.graph.calls.iter();
        let callees = calls.flat_map(|call| call.path.clone());
        let ours = Fresh {
            taken: callees.map(|segment| segment.to_string()).collect(),
            ..Fresh::default()
        };
        Names {
            adjoints,
            slots,
            users,
            ours,
        }
    }

    /// Whether the user has given this name to a value.
    pub fn is_users(&self, name: &str) -> bool {
        self.users.contains_key(name)
    }

    /// `d_x` for an input or an output `x`: the parameter for its tangent or its seed.
    pub fn adjoint(&self, of: &Ident) -> Ident {
        self.adjoints[&text(of)].clone()
    }

    /// The same for an input or an output that is a struct.
    pub fn slot_adjoint(&self, of: &Ident) -> Ident {
        self.slots[&text(of)].clone()
    }

    /// An identifier like `hint` for a parameter or a variable of ours beside the user's names.
    pub fn local(&self, hint: &str) -> Ident {
        self.locals().like(hint)
    }

    /// The same for several, which differ from one another.
    pub fn locals(&self) -> Locals<'_> {
        Locals {
            around: self,
            fresh: Fresh::default(),
        }
    }

    /// An identifier like `hint` that nothing else has.
    pub fn fresh(&mut self, hint: &str) -> Ident {
        let users = &self.users;
        self.ours.like(hint, |name| users.contains_key(name))
    }

    /// One identifier for each node of a body: the user's own, one made of it, or `t1`, `t2`, ….
    pub fn of_nodes(
        &self,
        graph: &Graph,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> Map<NodeId, Ident> {
        self.of_nodes_beside(&[], graph, nodes)
    }

    /// The same, where a function's parameters have names of their own.
    pub fn of_nodes_beside(
        &self,
        params: &[&Ident],
        graph: &Graph,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> Map<NodeId, Ident> {
        let mut body = NamesOfBody {
            around: self,
            given: Set::default(),
            fresh: Fresh::default(),
            nameless: 0,
        };
        body.fresh
            .taken
            .extend(params.iter().map(|name| text(name)));
        let nodes = nodes.into_iter();
        nodes.map(|id| (id, body.of_node(graph, id))).collect()
    }
}

/// Names of parameters and variables beside the user's names.
pub struct Locals<'n> {
    around: &'n Names,
    fresh: Fresh,
}

impl Locals<'_> {
    /// The names that are made from here on are none of these.
    pub fn beside(mut self, names: &[&Ident]) -> Self {
        self.fresh.taken.extend(names.iter().map(|name| text(name)));
        self
    }

    pub fn like(&mut self, hint: &str) -> Ident {
        let around = self.around;
        let is_adjoint = |name: &str| {
            let mut adjoints = around.adjoints.values().chain(around.slots.values());
            adjoints.any(|adjoint| adjoint == name)
        };
        self.fresh.like(hint, |name| {
            around.is_users(name) || around.ours.taken.contains(name) || is_adjoint(name)
        })
    }
}

impl NamesOfBody<'_> {
    fn of_node(&mut self, graph: &Graph, id: NodeId) -> Ident {
        let node = graph.node(id);
        let Some(name) = &node.name else {
            self.nameless += 1;
            return self.like(&format!("t{}", self.nameless));
        };
        let users = self.around.users.get_key_value(&**name);
        match users.filter(|_| node.is_users) {
            Some((users, ident)) if self.given.insert(users) => ident.clone(),
            _ => self.like(name),
        }
    }

    fn like(&mut self, hint: &str) -> Ident {
        let around = self.around;
        let is_taken = |name: &str| around.is_users(name) || around.ours.taken.contains(name);
        self.fresh.like(hint, is_taken)
    }
}

impl Fresh {
    /// The hint itself, or with a number behind it.
    fn like(&mut self, hint: &str, is_taken: impl Fn(&str) -> bool) -> Ident {
        // Loops over steps have names that begin so, and no value may hide them.
        let behind = format!("a{hint}");
        let hint = match hint.starts_with("__") {
            true => &behind,
            false => hint,
        };
        let mut name = hint.to_owned();
        while is_taken(&name) || is_keyword(&name) || self.taken.contains(&name) {
            let tried = self.tried.entry(hint.to_owned()).or_insert(0);
            *tried += 1;
            name = format!("{hint}_{tried}");
        }
        let ident = Ident::new(&name, Span::mixed_site());
        self.taken.insert(name);
        ident
    }
}

/// The name of a private field for a value of this name, which the user's own code cannot reach.
pub fn private(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(Span::mixed_site());
    name
}
