//! The bodies of functions: a plan's steps as lines, and results put together from their values.
//!
//! Invariant: a body reads its leaves and the fields it is given, and nothing else.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::element_indices;
use crate::emit::code::Code;
use crate::emit::module::Emit;
use crate::emit::nested;
use crate::emit::target::{Leaf, Make, Target, Values};
use crate::emit::tokens::Tokens;
use crate::graph::{Dim, InputId, NodeId, Op};
use crate::hash::Map;
use crate::plan::companions::Companions;
use crate::plan::{self, Guard, ScalarBody, chunks};

/// A value that is kept in a field of `Forward`.
pub(super) struct Field {
    pub node: NodeId,
    pub name: Ident,
    /// Of the entry, where the field is an array.
    pub indices: TokenStream,
}

impl Field {
    /// `self.field`
    fn read(&self, into: &mut Tokens) {
        into.word("self");
        into.sign('.');
        into.put(self.name.clone());
        into.extend(self.indices.clone());
    }
}

/// `let name = self.field;`, or all at once where there are many.
fn load(fields: &[&Field], names: &Map<NodeId, Ident>, into: &mut Tokens) {
    let lists = match fields.len() > chunks::LONGEST {
        true => vec![fields],
        false => fields.chunks(1).collect(),
    };
    for list in lists {
        into.word("let");
        into.list(list, |field, into| into.put(names[&field.node].clone()));
        into.sign('=');
        into.list(list, |field, into| field.read(into));
        into.sign(';');
    }
}

impl<'p> Emit<'p, ScalarBody> {
    /// The code of a body: fields of `Forward` and entries of arrays taken out, then one line per step.
    pub(super) fn code<'b>(
        &'b self,
        body: &'b ScalarBody,
        leaves: &[Leaf],
        fields: &[Field],
    ) -> (Code<'b>, TokenStream) {
        let reads = reads(body);
        let mut loaded = vec![false; body.graph.len()];
        let is_first = |field: &&Field| {
            let at = field.node.index();
            reads[at] && !std::mem::replace(&mut loaded[at], true)
        };
        let fields: Vec<&Field> = fields.iter().filter(is_first).collect();
        let params: Vec<&Ident> = leaves.iter().map(|leaf| &leaf.name).collect();
        let mut names = self.names_of(body, &params, &reads, &loaded);
        let mut lines = Tokens::default();
        load(&fields, &names, &mut lines);
        let index = plan::leaf_index(&body.graph);
        for (at, Leaf { name, shape, .. }) in leaves.iter().enumerate() {
            let count: usize = shape.iter().map(Dim::literal_size).product();
            let entry = |element| {
                let id: NodeId = *index.get(&(InputId(at), element))?;
                (reads[id.index()] && !loaded[id.index()]).then_some(id)
            };
            let entries: Vec<Option<NodeId>> = (0..count).map(entry).collect();
            match *entries {
                [Some(id)] if shape.is_empty() => {
                    names.insert(id, name.clone());
                }
                _ => lines.extend(taken_apart(name, shape, &entries, &names)),
            }
        }
        let code = self.code_of(body, names);
        let steps = self.steps(&code, body);
        let loads = lines.stream();
        (code, quote!(#loads #steps))
    }

    /// One line a step, and the test between those that it needs and the others.
    fn steps(&self, code: &Code, body: &ScalarBody) -> TokenStream {
        let [before, after] =
            chunks::of_body(body, &code.companions).map(|chunks| code.chunks(&chunks));
        // Lanes come to the test with both versions in hand.
        let guard = body.guard.as_ref().filter(|_| !body.lanes);
        let test = guard.map(|guard| self.guard(code, guard));
        quote!(#before #test #after)
    }

    /// What a body's values are called beside its parameters: the entries of leaves it reads, what it loads, and its steps.
    pub(super) fn names_of(
        &self,
        body: &ScalarBody,
        params: &[&Ident],
        reads: &[bool],
        loaded: &[bool],
    ) -> Map<NodeId, Ident> {
        let graph = &body.graph;
        let mut is_named = loaded.to_vec();
        body.steps.iter().for_each(|id| is_named[id.index()] = true);
        let is_leaf = |id: NodeId| matches!(graph.node(id).op, Op::Input { .. });
        let nodes = graph
            .ids()
            .filter(|id| is_named[id.index()] || reads[id.index()] && is_leaf(*id));
        self.names.of_nodes_beside(params, graph, nodes)
    }

    /// Hands over to the careful version where a condition does not hold.
    fn guard(&self, code: &Code, guard: &Guard) -> TokenStream {
        let (runtime, holds) = (self.runtime, &code.names[&guard.holds]);
        let handed = guard.handed.iter().map(|(here, _)| code.value(*here));
        quote! {
            if #runtime::Mask::any(!#holds) {
                return __carefully([#(#handed),*]);
            }
        }
    }

    /// A function's whole body: its careful version if there is one, the steps, and the value `make` puts together.
    pub(super) fn complete(
        &self,
        body: &ScalarBody,
        leaves: &[Leaf],
        result: &TokenStream,
        make: Make<ScalarBody>,
    ) -> TokenStream {
        let (code, steps) = self.code(body, leaves, &[]);
        let value = make(&code, body);
        let careful = body.guard.as_ref().map(|guard| {
            let (code, steps, handed) = self.careful(guard);
            let value = make(&code, &guard.otherwise);
            let (generics, count) = (
                ScalarBody::generics(self),
                Literal::usize_unsuffixed(handed.len()),
            );
            quote! {
                // With a guard at every slope that can be infinite or undefined.
                #[cold]
                #[inline(never)]
                fn __carefully #generics([#(#handed),*]: [T; #count]) -> #result { #steps #value }
            }
        });
        quote!(#careful #steps #value)
    }

    /// A method of `Forward`, which reads fields and its leaves.
    pub(super) fn method(
        &self,
        body: &ScalarBody,
        leaves: &[Leaf],
        make: Make<ScalarBody>,
    ) -> TokenStream {
        let (code, steps) = self.code(body, leaves, &self.kept());
        let value = make(&code, body);
        quote!(#steps #value)
    }

    /// Where each value of the forward pass is kept.
    fn kept(&self) -> Vec<Field> {
        let definitions = self.unit.fields.iter().flat_map(|slot| {
            let leaves = self.unit.definitions[slot.leaves.clone()]
                .iter()
                .enumerate();
            leaves.flat_map(move |(leaf, definition)| {
                (0..definition.nodes.len()).map(move |at| {
                    let (way, indices) = (slot.way(leaf), element_indices(&definition.shape, at));
                    (slot.name.clone(), quote!(#way #indices))
                })
            })
        });
        let saved = ScalarBody::saved(self).into_iter();
        let saved = saved.map(|name| (name, TokenStream::new()));
        let nodes = self.plan.forward.results[0].iter().chain(&self.plan.saved);
        nodes
            .zip(definitions.chain(saved))
            .map(|(node, (name, indices))| Field {
                node: *node,
                name,
                indices,
            })
            .collect()
    }

    /// The code of a careful version, and what it calls the values that it is handed.
    pub(super) fn careful<'b>(&'b self, guard: &'b Guard) -> (Code<'b>, TokenStream, Vec<Ident>) {
        let body = &*guard.otherwise;
        let mut loaded = vec![false; body.graph.len()];
        let handed = guard.handed.iter().map(|(_, there)| *there);
        handed.clone().for_each(|id| loaded[id.index()] = true);
        let names = self.names_of(body, &[], &reads(body), &loaded);
        let handed = handed.map(|id| names[&id].clone()).collect();
        let code = self.code_of(body, names);
        let steps = self.steps(&code, body);
        (code, steps, handed)
    }

    fn code_of<'b>(&'b self, body: &'b ScalarBody, names: Map<NodeId, Ident>) -> Code<'b> {
        Code {
            graph: &body.graph,
            companions: Companions::of(&body.graph, &body.steps),
            names,
            runtime: self.runtime,
            number: format_ident!("T"),
            sizes: Map::default(),
            calls: self.calls_prefix(),
            rust: self.is_inline.then(|| self.rust.clone()),
        }
    }
}

/// Values of numbers are given away as often as one likes.
impl Values for Code<'_> {
    fn packed(&self, group: &[NodeId], shapes: &[&[Dim]]) -> Vec<TokenStream> {
        let mut rest = group;
        let packed = shapes.iter().map(|shape| {
            let count: usize = shape.iter().map(Dim::literal_size).product();
            let (entries, later) = rest.split_at(count);
            rest = later;
            let entries: Vec<TokenStream> = entries.iter().map(|id| self.value(*id)).collect();
            nested(shape, &entries)
        });
        packed.collect()
    }

    fn kept(&self, id: NodeId) -> TokenStream {
        self.value(id)
    }
}

/// The entries of an array that are needed, by their names.
fn taken_apart(
    array: &Ident,
    shape: &[Dim],
    entries: &[Option<NodeId>],
    names: &Map<NodeId, Ident>,
) -> TokenStream {
    if entries.iter().all(Option::is_none) {
        return TokenStream::new();
    }
    let part = |entry: &Option<NodeId>| match entry {
        Some(id) => {
            let name = &names[id];
            quote!(#name)
        }
        None => quote!(_),
    };
    let entries: Vec<TokenStream> = entries.iter().map(part).collect();
    let pattern = nested(shape, &entries);
    quote!(let #pattern = #array;)
}

/// Which nodes a body's steps and results read.
pub(super) fn reads(body: &ScalarBody) -> Vec<bool> {
    let mut reads = vec![false; body.graph.len()];
    let args = body.steps.iter().map(|id| &body.graph.node(*id).args);
    for id in args.chain(&body.results).flatten() {
        reads[id.index()] = true;
    }
    for (here, _) in body.guard.iter().flat_map(|guard| &guard.handed) {
        reads[here.index()] = true;
    }
    reads
}
