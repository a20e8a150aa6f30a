//! One body of the plan as code: what its leaves are called, what it loads, and what is given back.
//!
//! Invariant: an array that a body has made is moved out at its last use and cloned before that.

use std::cell::RefCell;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::writer::Writer;
use crate::emit::code::Code;
use crate::emit::module::Emit;
use crate::emit::target::{Leaf, Target, Values};
use crate::graph::{Dim, Graph, InputId, Kind, NodeId, Op};
use crate::hash::{Map, Set};
use crate::plan;
use crate::plan::arrays::{self, ArrayBody, Step};
use crate::plan::companions::Companions;

impl<'p> Emit<'p, ArrayBody> {
    pub(super) fn plain_code<'b>(&self, graph: &'b Graph) -> Code<'b>
    where
        'p: 'b,
    {
        Code {
            graph,
            companions: Companions::default(),
            names: Map::default(),
            runtime: self.runtime,
            number: format_ident!("T"),
            sizes: self.sizes.clone(),
            calls: self.calls_prefix(),
            rust: self.is_inline.then(|| self.rust.clone()),
        }
    }

    /// The code of a body. Leaves are named by their inputs, fields of `Forward` are loaded.
    pub(super) fn body<'b>(
        &'b self,
        body: &'b ArrayBody,
        leaves: &[Leaf<'_>],
        fields: &[(NodeId, TokenStream)],
    ) -> (Writer<'b>, TokenStream) {
        self.body_within(body, leaves, fields, Map::default())
    }

    /// The code of a body that takes memory for the arrays of `places` there.
    pub(super) fn body_within<'b>(
        &'b self,
        body: &'b ArrayBody,
        leaves: &[Leaf<'_>],
        fields: &[(NodeId, TokenStream)],
        places: Map<NodeId, TokenStream>,
    ) -> (Writer<'b>, TokenStream) {
        let index = plan::leaf_index(&body.graph);
        let known: Set<NodeId> = fields.iter().map(|(id, _)| *id).collect();
        let mut nodes = named(body);
        nodes.extend(known.iter().copied());
        nodes.sort_unstable();
        nodes.dedup();
        let mut code = self.plain_code(&body.graph);
        code.companions = Companions::of(&body.graph, &body.numbers());
        let made = made(body);
        let readers = self.readers(body, &made);
        let beside = readers
            .iter()
            .flat_map(|reader| [&reader.memory, &reader.read]);
        let params = leaves.iter().map(|leaf| &leaf.name);
        let params: Vec<_> = params.chain(beside).collect();
        code.names = self.names.of_nodes_beside(&params, &body.graph, nodes);
        for (at, leaf) in leaves.iter().enumerate() {
            if let Some(id) = index
                .get(&(InputId(at), 0))
                .filter(|id| !known.contains(id))
            {
                code.names.insert(*id, leaf.name.clone());
            }
        }
        let read = self.read(body);
        let loads = fields
            .iter()
            .filter(|(id, _)| read.contains(id))
            .map(|(id, field)| {
                let name = &code.names[id];
                quote!(let #name = #field;)
            });
        let loads: TokenStream = loads.collect();
        let laid_out: TokenStream = readers
            .iter()
            .map(|reader| self.laid_out(reader, &code))
            .collect();
        let writer = Writer {
            rt: self.rt(),
            inputs: &self.unit.inputs,
            runtime: self.runtime,
            names: &self.names,
            code,
            body,
            made,
            read: readers
                .into_iter()
                .map(|reader| (reader.of, reader.read))
                .collect(),
            entries: None,
            places,
        };
        let steps = writer.steps();
        (writer, quote!(#loads #laid_out #steps))
    }

    /// What reads the arrays that the body's steps read and that it has not made.
    fn readers(&self, body: &ArrayBody, made: &Set<NodeId>) -> Vec<Reader> {
        let graph = &body.graph;
        let read = body.steps.iter().flat_map(|step| step.reads(graph));
        let mut arrays: Vec<NodeId> = read.map(|id| arrays::source(graph, id)).collect();
        arrays.retain(|id| {
            let node = graph.node(*id);
            let is_there = !made.contains(id) && !matches!(node.op, Op::Const(_) | Op::Iota);
            is_there && !node.shape.is_empty() && node.kind == Kind::Number
        });
        arrays.sort_unstable();
        arrays.dedup();
        let mut names = self.names.locals();
        let mut like = |hint: String| names.like(&hint);
        let reader = |id: NodeId| {
            let name = graph.node(id).name.as_deref().unwrap_or("t");
            Reader {
                of: id,
                memory: like(format!("{name}_memory")),
                read: like(format!("{name}_read")),
            }
        };
        arrays.into_iter().map(reader).collect()
    }

    /// Packs an array where its memory cannot be read as it is: once, however many steps read it.
    fn laid_out(&self, reader: &Reader, code: &Code) -> TokenStream {
        let (rt, value) = (self.rt(), &code.names[&reader.of]);
        let Reader { memory, read, .. } = reader;
        quote! {
            let #memory = #rt::readable(#value);
            let #read = #rt::Operand::array(&#memory);
        }
    }

    /// What the body reads without making it.
    pub(super) fn read(&self, body: &ArrayBody) -> Set<NodeId> {
        let graph = &body.graph;
        let mut read: Vec<NodeId> = body.results.iter().flatten().copied().collect();
        read.extend(body.steps.iter().flat_map(|step| step.reads(graph)));
        read.into_iter()
            .map(|id| arrays::source(graph, id))
            .collect()
    }

    /// Where the definitions that are fields are found in a `Forward`, and whether their structs hold them as fixed arrays.
    fn field_places(&self) -> Vec<(TokenStream, bool)> {
        let slots = self.field_slots();
        let places = slots.iter().flat_map(|slot| {
            let name = &slot.name;
            let members = slot.record.as_ref().map(|record| &record.members);
            slot.leaves.clone().enumerate().map(move |(at, _)| {
                let way = slot.way(at);
                let is_fixed = members.is_some_and(|members| members[at].is_fixed);
                (quote!(#name #way), is_fixed)
            })
        });
        places.collect()
    }

    /// A method's code, which reads fields and its leaves.
    pub(super) fn method_body<'b>(
        &'b self,
        body: &'b ArrayBody,
        leaves: &[Leaf],
    ) -> (Writer<'b>, TokenStream) {
        let rt = self.rt();
        let load = |node: NodeId, name: &TokenStream, inherits: bool, fixed: bool| {
            let node = body.graph.node(node);
            match node.shape.is_empty() && node.kind != Kind::Labels {
                true => quote!(self.#name),
                false if fixed => {
                    let dimensions = self.dimensions_of(&node.shape);
                    quote!(&#rt::from_fixed(&self.#name, #dimensions))
                }
                false if inherits => quote!(&*self.#name),
                false => quote!(&self.#name),
            }
        };
        let definitions = self.unit.definitions.iter();
        let definitions = definitions
            .filter(|found| ArrayBody::is_field(found))
            .zip(self.field_results());
        let places = self.field_places();
        let definitions = definitions.zip(&places);
        let definitions =
            definitions.map(|((_, node), (place, fixed))| (node, load(node, place, false, *fixed)));
        let saved = ArrayBody::saved(self);
        let saved = self.plan.saved.iter().zip(&saved).map(|(id, name)| {
            let is_input = matches!(body.graph.node(*id).op, Op::Input { .. });
            (*id, load(*id, &quote!(#name), is_input, false))
        });
        let fields: Vec<_> = saved.chain(definitions).collect();
        let mut seen = Set::default();
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(id, _)| seen.insert(*id))
            .collect();
        self.body(body, leaves, &fields)
    }
}

/// The nodes of a body that have a name: its leaves, and what its steps make and read.
pub(super) fn named(body: &ArrayBody) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = plan::leaf_index(&body.graph).values().copied().collect();
    for step in &body.steps {
        nodes.extend(step.makes());
        if let Step::Kernel(kernel) = step {
            nodes.extend(kernel.inputs.iter().chain(&kernel.steps));
        }
    }
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// What an array is called where steps read it: its memory, packed if need be, and the operand.
struct Reader {
    of: NodeId,
    memory: Ident,
    read: Ident,
}

/// Arrays that a body makes itself, and so owns.
fn made(body: &ArrayBody) -> Set<NodeId> {
    body.steps.iter().flat_map(Step::makes).collect()
}

/// The values of a body, each array moved out at its last use.
pub(super) struct ArrayValues<'b> {
    writer: Writer<'b>,
    moves: RefCell<Moves>,
}

impl<'b> ArrayValues<'b> {
    pub(super) fn of(writer: Writer<'b>, body: &ArrayBody) -> ArrayValues<'b> {
        ArrayValues {
            writer,
            moves: RefCell::new(Moves::of(body)),
        }
    }
}

impl Values for ArrayValues<'_> {
    fn packed(&self, group: &[NodeId], _: &[&[Dim]]) -> Vec<TokenStream> {
        let mut moves = self.moves.borrow_mut();
        group
            .iter()
            .map(|id| self.writer.result(*id, &mut moves))
            .collect()
    }

    fn kept(&self, id: NodeId) -> TokenStream {
        self.writer.kept(id, &mut self.moves.borrow_mut())
    }
}

/// How often each array is still to be given away: the last time it is moved, before that cloned.
pub(super) struct Moves(Map<NodeId, usize>);

impl Moves {
    pub(super) fn of(body: &ArrayBody) -> Moves {
        let mut uses = Map::default();
        for id in body.results.iter().flatten() {
            *uses.entry(arrays::source(&body.graph, *id)).or_insert(0) += 1;
        }
        Moves(uses)
    }

    pub(super) fn is_last(&mut self, id: NodeId) -> bool {
        let left = self.0.entry(id).or_insert(1);
        *left -= 1;
        *left == 0
    }
}
