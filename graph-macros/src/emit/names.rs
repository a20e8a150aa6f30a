//! Which identifier each value of a body has.
//!
//! Invariant: a name the user gave keeps its text and its span, so rustc's own messages point at it; every other name differs
//! from all of the user's and has a mixed-site span, so it can neither capture nor be captured.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::format_ident;

use crate::graph::{Graph, NodeId};
use crate::lower::Unit;
use crate::syntax::text;

/// Identifiers of the user's and those taken so far.
pub struct Names {
    users: HashMap<String, Ident>,
    taken: HashSet<String>,
    /// How many names have been made of each hint.
    tried: HashMap<String, usize>,
    next: usize,
}

impl Names {
    pub fn new(unit: &Unit) -> Names {
        let inputs = unit.inputs.iter().map(|input| &input.name);
        let definitions = unit.definitions.iter().map(|definition| &definition.name);
        let users: HashMap<String, Ident> = inputs
            .chain(definitions)
            .map(|name| (text(name), name.clone()))
            .collect();
        let taken = users.keys().cloned().collect();
        Names {
            users,
            taken,
            tried: HashMap::new(),
            next: 0,
        }
    }

    /// Whether the user has given this name to a value.
    pub fn is_users(&self, name: &str) -> bool {
        self.users.contains_key(name)
    }

    /// An identifier like `hint` that nothing else has.
    pub fn fresh(&mut self, hint: &str) -> Ident {
        let tried = self.tried.entry(hint.to_owned()).or_insert(0);
        loop {
            let name = match *tried {
                0 => hint.to_owned(),
                count => format!("{hint}_{count}"),
            };
            *tried += 1;
            if self.taken.insert(name.clone()) && !is_keyword(&name) {
                return Ident::new(&name, Span::mixed_site());
            }
        }
    }

    /// One identifier for each node of a body: the user's own, one made of it, or `t1`, `t2`, ….
    pub fn of_nodes(
        &self,
        graph: &Graph,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> HashMap<NodeId, Ident> {
        self.of_nodes_beside(&[], graph, nodes)
    }

    /// The same, where a function's parameters have names of their own.
    pub fn of_nodes_beside(
        &self,
        params: &[&Ident],
        graph: &Graph,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> HashMap<NodeId, Ident> {
        let mut names = Names {
            users: self.users.clone(),
            taken: self.taken.clone(),
            tried: HashMap::new(),
            next: 0,
        };
        names.taken.extend(params.iter().map(|name| text(name)));
        nodes
            .into_iter()
            .map(|id| (id, names.of_node(graph, id)))
            .collect()
    }

    fn of_node(&mut self, graph: &Graph, id: NodeId) -> Ident {
        match &graph.node(id).name {
            Some(name) => match self.users.remove(&**name) {
                Some(ident) => ident,
                None => self.fresh(name),
            },
            None => {
                self.next += 1;
                let number = self.next;
                self.fresh(&format!("t{number}"))
            }
        }
    }
}

fn is_keyword(name: &str) -> bool {
    syn::parse_str::<Ident>(name).is_err()
}

/// The name of a private field for a value of this name, which the user's own code cannot reach.
pub fn private(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(Span::mixed_site());
    name
}

/// `d_x` for `x`, as the user sees it in a struct.
pub fn adjoint(name: &Ident) -> Ident {
    format_ident!("d_{}", text(name), span = Span::mixed_site())
}
