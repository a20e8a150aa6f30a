//! Structs: what a name of one means, its fields, and how one is made.
//!
//! A struct is no value of the graph: it is a tree of names for values, which goes through calls and definitions leaf by leaf.
//! Invariant: the leaves of a struct have the shapes that the struct declares.

use std::rc::Rc;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::ToTokens;

use super::expr::{Argument, Operand};
use super::{Binding, Lower, Scope};
use crate::errors::{Calls, Names};
use crate::graph::{Dim, Kind, NodeId};
use crate::hash::Map;
use crate::rule;
use crate::shape;
use crate::structs::{self, Declared, Record, StructId, Value};
use crate::syntax::{self, Expr, ExprKind, Given, Item, Param, Place, Struct, StructType, text};
use crate::unit::{Definition, Member, Output, RecordType, Slot};

/// A tree of nodes.
pub(super) type Nodes = Value<NodeId>;

impl Binding {
    pub(super) fn of(value: Nodes) -> Binding {
        match value {
            Value::Leaf(node) => Binding::Node(node),
            tree => Binding::Struct(tree),
        }
    }
}

impl<'a> Lower<'a> {
    /// An input that is a struct: an input of the graph for each leaf.
    pub(super) fn struct_input(
        &mut self,
        param: &Param,
        of: &StructType,
        scope: &mut Scope,
    ) -> Nodes {
        let tree = structs::tree(self.structs, of);
        let first = self.inputs.len();
        let value = tree.map(&mut |leaf: &Declared| {
            let shape = self.declared_shape(leaf.shape.as_ref(), scope, true);
            let given = leaf
                .shape
                .as_ref()
                .map_or(Given::Numbers, |shape| shape.given);
            let name = self.leaf_name(&param.name, &leaf.at.text);
            let label = text(&param.name) + &leaf.at.text;
            let constant = param.constant || leaf.constant;
            let node = self.input(name, label, constant, shape, given);
            if let Some(input) = self.inputs.last_mut() {
                input.is_fixed_field = leaf.is_fixed;
            }
            node
        });
        self.slots.push(Slot {
            name: param.name.clone(),
            leaves: first..self.inputs.len(),
            record: Some(record_type(self.structs, of, &tree)),
        });
        value
    }

    /// Whether a struct is no value of the Rust struct: it has no name in this block, being part of another one's, holds labels, or
    /// has other shapes than declared, where a function was applied entry by entry.
    pub(super) fn has_no_type(&self, tree: &Nodes) -> bool {
        let Some(of) = tree.structure() else {
            return false;
        };
        let is_nameless = matches!(&self.structs[of.0].import, Some(path) if path.is_empty());
        is_nameless || self.labels_in(tree).is_some() || !self.is_as_declared(tree)
    }

    /// Labels that a struct holds.
    pub(super) fn labels_in(&self, tree: &Nodes) -> Option<NodeId> {
        let leaves = tree.leaves().into_iter().copied();
        let mut labels = leaves.filter(|node| self.graph.node(*node).kind == Kind::Labels);
        labels.next()
    }

    /// Whether the leaves have the shapes that the struct declares, for some extents.
    fn is_as_declared(&self, tree: &Nodes) -> bool {
        let declared = structs::tree(self.structs, &self.struct_of(tree));
        let mut sizes: Map<String, Dim> = Map::default();
        let mut fits = true;
        declared.zip(tree, &mut |leaf: &Declared, node: &NodeId| {
            let found = self.graph.shape(*node);
            let dims = leaf.shape.as_ref().map_or(&[][..], |shape| &shape.dims);
            fits &= dims.len() == found.len();
            for (dim, found) in dims.iter().zip(found.iter()) {
                let size = found.shifted(-dim.offset);
                fits &= match &dim.name {
                    None => size == Dim::literal(0),
                    Some(name) => *sizes.entry(text(name)).or_insert(size.clone()) == size,
                };
            }
        });
        fits
    }

    /// The leaves of a definition that is a struct.
    pub(super) fn struct_definition(
        &mut self,
        name: &Ident,
        tree: &Nodes,
    ) -> (Vec<Definition>, RecordType) {
        let record = self.type_of(tree);
        let leaves = tree.leaves().into_iter().zip(&record.members);
        let leaves = leaves.map(|(node, member)| {
            let name = self.leaf_name(name, &member.at.text);
            self.kept(name, Vec::new(), *node)
        });
        (leaves.collect(), record)
    }

    /// The Rust type of a value that is a struct.
    fn type_of(&self, tree: &Nodes) -> RecordType {
        let of = self.struct_of(tree);
        record_type(self.structs, &of, &structs::tree(self.structs, &of))
    }

    /// The struct of a value, with its own dimensions for extents.
    fn struct_of(&self, tree: &Nodes) -> StructType {
        match (tree, tree.structure()) {
            (Value::List(list), Some(of)) => self.of_own_extents(of, Some(list.len())),
            (_, Some(of)) => self.of_own_extents(of, None),
            _ => unreachable!("a leaf is no struct"),
        }
    }

    /// A struct, or a list of so many, with its own dimensions for extents.
    fn of_own_extents(&self, of: StructId, count: Option<usize>) -> StructType {
        let found = &self.structs[of.0];
        let extent = |dim: &Ident| syntax::Dim {
            name: Some(dim.clone()),
            offset: 0,
            place: dim.span().into(),
        };
        StructType {
            name: found.name.clone(),
            dims: found.dims.iter().map(extent).collect(),
            count,
            place: found.name.span().into(),
        }
    }

    /// Reports an output that is no value of its struct.
    pub(super) fn no_output(&mut self, tree: &Nodes, output: &Ident) {
        let place = output.span().into();
        if let Some(node) = self.labels_in(tree) {
            self.want(Operand { node, place }, Kind::Number);
            return;
        }
        let of = self.struct_of(tree);
        let declared = structs::tree(self.structs, &of);
        let mut inner = Scope::default();
        if self.fit_struct(&declared, tree, place, &mut inner) {
            self.no_value(tree, place);
        }
    }

    /// An output that is a struct, or is declared as one.
    pub(super) fn struct_output(
        &mut self,
        declared: &syntax::Output,
        slot: &Slot,
        leaves: &[Definition],
        scope: &Scope,
    ) -> Option<(Vec<Output>, Slot)> {
        let Some(Binding::Struct(tree)) = scope.names.get(&text(&declared.name)) else {
            // What failed is said already.
            if let (Some(of), Some(Binding::Node(node))) =
                (&declared.record, scope.names.get(&text(&declared.name)))
            {
                let structure = &text(&of.name);
                let is = &shape::is_or_has(&self.graph.shape(*node));
                self.errors
                    .report(of.place, Names::StructNeeded { structure, is });
            }
            return None;
        };
        let tree = tree.clone();
        match (&declared.record, &declared.shape) {
            (Some(of), _) => {
                structs::find(self.structs, &of.name)?;
                let wanted = structs::tree(self.structs, of);
                let mut inner = Scope {
                    dims: scope.dims.clone(),
                    ..Scope::default()
                };
                if !self.fit_struct(&wanted, &tree, of.place, &mut inner) {
                    return None;
                }
            }
            (None, Some(shape)) => {
                self.no_value(&tree, shape.place);
                return None;
            }
            (None, None) => {}
        }
        let members = slot.record.iter().flat_map(|record| &record.members);
        let outputs = leaves.iter().zip(members).map(|(leaf, member)| {
            let label = text(&declared.name) + &member.at.text;
            let output = self.output(&leaf.name, leaf)?;
            Some(Output { label, ..output })
        });
        let outputs: Option<Vec<Output>> = outputs.collect();
        let slot = Slot {
            name: declared.name.clone(),
            leaves: 0..0,
            record: slot.record.clone(),
        };
        Some((outputs?, slot))
    }

    /// What the leaf of a struct is called in the code: like the way to it, and like no name of the user's.
    pub(super) fn leaf_name(&mut self, of: &Ident, path: &str) -> Ident {
        let path = path.replace(['.', '['], "_").replace(']', "");
        let mut name = format!("{}{path}", text(of));
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site().located_at(of.span()))
    }

    /// The arguments of a graph made elsewhere, which takes no struct.
    pub(super) fn operands_elsewhere(
        &mut self,
        args: &[Expr],
        path: &TokenStream,
        scope: &Scope,
    ) -> Option<Vec<Operand>> {
        let given: Vec<_> = args.iter().map(|arg| self.argument(arg, scope)).collect();
        let given: Option<Vec<Argument>> = given.into_iter().collect();
        let operands = given?
            .into_iter()
            .map(|Argument { value, place }| match value {
                Value::Leaf(node) => Ok(Operand { node, place }),
                _ => Err(place),
            });
        match operands.collect() {
            Ok(operands) => Some(operands),
            Err(place) => {
                let callee = &syntax::spaceless(path);
                self.errors.report(place, Calls::StructElsewhere { callee });
                None
            }
        }
    }

    /// The node of a value that has to be a number, an array or a condition.
    pub(super) fn leaf(&mut self, value: Nodes, place: Place) -> Option<NodeId> {
        match value {
            Value::Leaf(node) => Some(node),
            tree => {
                self.no_value(&tree, place);
                None
            }
        }
    }

    /// Reports a struct where a value should stand.
    fn no_value(&mut self, tree: &Nodes, place: Place) {
        let Some(of) = tree.structure() else {
            unreachable!("a leaf is a value")
        };
        let structure = &self.structs[of.0].label();
        let problem = match tree {
            Value::List(list) => Names::ListAsValue {
                structure,
                count: list.len(),
            },
            _ => Names::StructAsValue {
                structure,
                fields: &self.names_of_fields(of),
            },
        };
        self.errors.report(place, problem);
    }

    fn names_of_fields(&self, of: StructId) -> Vec<String> {
        let fields = self.structs[of.0].fields.iter();
        fields.map(|field| text(&field.name)).collect()
    }

    /// `pose.q`.
    pub(super) fn field(&mut self, base: &Expr, name: &Ident, scope: &Scope) -> Option<Nodes> {
        match self.argument(base, scope)?.value {
            Value::Struct(record) => {
                let at = self.place_of_field(record.of, &text(name), name.span())?;
                Some(record.fields[at].clone())
            }
            Value::Leaf(node) => {
                self.no_struct(node, &text(name), name.span());
                None
            }
            list => {
                self.no_value(&list, base.place);
                None
            }
        }
    }

    /// Reports `p.0`, which is written by brackets or by a name.
    pub(super) fn numbered(&mut self, base: &Expr, number: &Literal, scope: &Scope) {
        let (place, word) = (number.span(), &number.to_string());
        match self.argument(base, scope).map(|base| base.value) {
            Some(Value::Struct(record)) => {
                self.place_of_field(record.of, word, place);
            }
            Some(Value::Leaf(node)) if self.graph.shape(node).is_empty() => {
                self.no_struct(node, word, place);
            }
            Some(Value::Leaf(_) | Value::List(_)) => {
                let array = match &base.kind {
                    ExprKind::Name(name) => &text(name),
                    _ => "…",
                };
                // `p.0.1` has a fraction in it.
                let number = &word.replace('.', "][");
                let problem = Names::EntryByNumber { array, number };
                self.errors.report(place, problem);
            }
            None => {}
        }
    }

    /// Reports a field of what has none.
    fn no_struct(&mut self, node: NodeId, name: &str, place: Span) {
        let is = &shape::is_or_has(&self.graph.shape(node));
        self.errors
            .report(place, Names::FieldOfNoStruct { is, name });
    }

    /// Which of its fields a name means; reported if none.
    pub(super) fn place_of_field(
        &mut self,
        of: StructId,
        name: &str,
        place: Span,
    ) -> Option<usize> {
        let fields = self.names_of_fields(of);
        let at = fields.iter().position(|field| field == name);
        if at.is_none() {
            // Every name of one letter is near every other one.
            let candidates = fields.iter().map(String::as_str);
            let candidates = candidates.filter(|_| name.chars().nth(1).is_some());
            let near = rule::nearest(name, candidates);
            let problem = Names::UnknownField {
                structure: &self.structs[of.0].label(),
                name,
                fields: &fields,
                near,
            };
            self.errors.report(place, problem);
        }
        at
    }

    /// `Pose { q: …, p: … }`.
    pub(super) fn record(
        &mut self,
        name: &Ident,
        fields: &[(Ident, Expr)],
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        let of = structs::find(self.structs, name)?;
        let known = self.names_of_fields(of);
        let mut given: Vec<Option<Option<Argument>>> = known.iter().map(|_| None).collect();
        let mut fits = true;
        for (field, expr) in fields {
            let value = self.argument(expr, scope);
            let Some(at) = self.place_of_field(of, &text(field), field.span()) else {
                fits = false;
                continue;
            };
            if given[at].is_some() {
                let problem = Names::FieldTwice { name: &known[at] };
                self.errors.report(field.span(), problem);
            }
            fits &= value.is_some();
            given[at] = Some(value);
        }
        for (value, name) in given.iter().zip(&known) {
            if value.is_none() {
                let structure = &self.structs[of.0].label();
                let problem = Names::FieldMissing { structure, name };
                self.errors.report(place, problem);
                fits = false;
            }
        }
        if !fits {
            return None;
        }
        // The struct's own dimensions get their sizes from what its fields are given.
        let mut inner = Scope::default();
        let Value::Struct(declared) = structs::tree(self.structs, &self.of_own_extents(of, None))
        else {
            unreachable!("one struct is no list")
        };
        let mut values = Vec::new();
        for (declared, given) in declared.fields.iter().zip(given) {
            let Argument { value, place } = given??;
            fits &= self.fit_struct(declared, &value, place, &mut inner);
            values.push(value);
        }
        fits.then(|| Value::Struct(Rc::new(Record { of, fields: values })))
    }

    /// Whether a value is what is declared, leaf by leaf; names of dimensions are bound on the way.
    pub(super) fn fit_struct(
        &mut self,
        declared: &Value<Declared>,
        value: &Nodes,
        place: Place,
        inner: &mut Scope,
    ) -> bool {
        let mut leaves = Vec::new();
        let alike = declared.zip(value, &mut |declared: &Declared, node: &NodeId| {
            leaves.push((declared.clone(), *node));
        });
        if !alike {
            self.no_such_struct(declared, value, place);
            return false;
        }
        let mut fits = true;
        for (declared, node) in leaves {
            let labels = declared
                .shape
                .as_ref()
                .is_some_and(|shape| shape.given == Given::Labels);
            let kind = match labels {
                true => Kind::Labels,
                false => Kind::Number,
            };
            let operand = Operand { node, place };
            let name = declared.at.text.trim_start_matches('.');
            fits &= self.want(operand, kind)
                && self.fit_shape(name, declared.shape.as_ref(), operand, inner);
        }
        fits
    }

    /// Reports another struct, or none, where one should stand, or the other way round.
    fn no_such_struct<L>(&mut self, wanted: &Value<L>, value: &Nodes, place: Place) {
        let Some(of) = wanted.structure() else {
            return self.no_value(value, place);
        };
        let mut structure = self.structs[of.0].label();
        if let Value::List(list) = wanted {
            structure += &format!("[{}]", list.len());
        }
        let problem = Names::StructNeeded {
            structure: &structure,
            is: &self.what_it_is(value),
        };
        self.errors.report(place, problem);
    }

    fn what_it_is(&self, value: &Nodes) -> String {
        let name = |of: StructId| self.structs[of.0].label();
        match (value, value.structure().map(name)) {
            (Value::List(list), Some(name)) => format!("is a list of {} `{name}`", list.len()),
            (Value::Leaf(node), _) => shape::is_or_has(&self.graph.shape(*node)),
            (_, name) => format!("is a `{}`", name.unwrap_or_default()),
        }
    }

    /// A value of each two leaves, where a value is what another one is: the same struct, or none.
    pub(super) fn leaf_by_leaf(
        &mut self,
        wanted: &Nodes,
        given: &Argument,
        mut both: impl FnMut(&mut Self, NodeId, NodeId) -> Option<NodeId>,
    ) -> Option<Nodes> {
        let mut pairs = Vec::new();
        if !wanted.zip(&given.value, &mut |one, other| pairs.push((*one, *other))) {
            self.no_such_struct(wanted, &given.value, given.place);
            return None;
        }
        let leaves = pairs.into_iter().map(|(one, other)| both(self, one, other));
        let leaves: Option<Vec<NodeId>> = leaves.collect();
        Some(wanted.with_leaves(leaves?))
    }

    /// One struct of a list: at a literal index as it is, at a loop's index entry by entry.
    pub(super) fn one_of(
        &mut self,
        list: &[Nodes],
        base: &Expr,
        items: &[Item],
        scope: &Scope,
    ) -> Option<Nodes> {
        let [Item::At(at)] = items else {
            self.no_value(&Value::List(Rc::new(list.to_vec())), base.place);
            return None;
        };
        if let Some(super::Index::Known(dim)) = self.index_of(at, scope) {
            let extent = Dim::literal(list.len() as i64);
            let index = self.entry(at, &extent, scope)?;
            let place = index.size().filter(|_| dim.name.is_none())?;
            return Some(list[place].clone());
        }
        let columns: Vec<Vec<NodeId>> = list
            .iter()
            .map(|one| one.leaves().into_iter().copied().collect())
            .collect();
        let mut chosen = Vec::new();
        for leaf in 0..columns[0].len() {
            let operands = columns.iter().map(|one| Operand {
                node: one[leaf],
                place: base.place,
            });
            let operands: Vec<Operand> = operands.collect();
            let node = self.stack(&operands)?;
            let stacked = Operand {
                node,
                place: base.place,
            };
            chosen.push(self.indexed(stacked, base, items, scope)?);
        }
        Some(list[0].with_leaves(chosen))
    }

    /// What names, fields and indices lead to, by what names are bound to. Nothing is lowered, so any struct of a list stands for
    /// all: their leaves are of the same kinds.
    pub(super) fn known(&self, expr: &Expr, scope: &Scope) -> Option<Nodes> {
        match &expr.kind {
            ExprKind::Name(name) => match scope.names.get(&text(name))? {
                Binding::Node(node) => Some(Value::Leaf(*node)),
                Binding::Struct(tree) => Some(tree.clone()),
                Binding::Index(_) | Binding::Nothing => None,
            },
            ExprKind::Field { base, name } => {
                let Value::Struct(record) = self.known(base, scope)? else {
                    return None;
                };
                let mut fields = self.structs[record.of.0].fields.iter();
                let at = fields.position(|field| text(&field.name) == text(name))?;
                Some(record.fields[at].clone())
            }
            ExprKind::Index { base, .. } => match self.known(base, scope)? {
                Value::List(list) => Some(list[0].clone()),
                value => Some(value),
            },
            _ => None,
        }
    }
}

/// How the Rust struct is made of leaves and taken apart.
fn record_type(structs: &[Struct], of: &StructType, tree: &Value<Declared>) -> RecordType {
    let found = &structs[structs::named(structs, &of.name).0];
    let members = tree.leaves().into_iter().map(|leaf| Member {
        at: leaf.at.clone(),
        is_fixed: leaf.is_fixed,
    });
    RecordType {
        name: of.name.clone(),
        path: found
            .import
            .clone()
            .unwrap_or_else(|| of.name.to_token_stream()),
        count: of.count,
        members: members.collect(),
    }
}
