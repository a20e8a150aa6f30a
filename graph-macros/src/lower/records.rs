//! Structs: what a name of one means, its fields, and how one is made.
//!
//! A struct is no value of the graph: it is a tree of names for values, which goes through calls and definitions leaf by leaf.
//! Invariant: the leaves of a struct have the shapes that the struct declares.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

use super::expr::Operand;
use super::{Binding, Lower, Scope};
use crate::errors::{Calls, Names};
use crate::graph::{Dim, Kind, NodeId};
use crate::hash::Map;
use crate::rule;
use crate::shape;
use crate::structs::{self, Declared, Record, StructId, Value};
use crate::syntax::{
    self, Callee, Expr, ExprKind, Function, Given, Item, LoopKind, Param, Place, Struct,
    StructType, text,
};
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
        let Some(of) = tree.structure() else {
            unreachable!("a leaf is no struct")
        };
        let found = &self.structs[of.0];
        let extent = |dim: &Ident| syntax::Dim {
            name: Some(dim.clone()),
            offset: 0,
            place: dim.span().into(),
        };
        StructType {
            name: found.name.clone(),
            dims: found.dims.iter().map(extent).collect(),
            count: match tree {
                Value::List(list) => Some(list.len()),
                _ => None,
            },
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

    /// A value that is, or is made of, structs; nothing where the expression is a number, an array or a condition by what is
    /// written, and nothing in that where it is wrong, which is reported.
    pub(super) fn structure(&mut self, expr: &Expr, scope: &Scope) -> Option<Option<Nodes>> {
        match &expr.kind {
            ExprKind::Name(name) => match scope.names.get(&text(name)) {
                Some(Binding::Struct(tree)) => Some(Some(tree.clone())),
                _ => None,
            },
            ExprKind::Field { base, name } => Some(self.field(base, name, scope)),
            ExprKind::Record { name, fields } => Some(self.record(name, fields, expr.place, scope)),
            ExprKind::Index { base, items } => match self.structure(base, scope)? {
                Some(Value::List(list)) => Some(self.one_of(&list, base, items, scope)),
                Some(Value::Leaf(_)) => None,
                Some(one) => {
                    self.no_value(&one, base.place);
                    Some(None)
                }
                None => Some(None),
            },
            ExprKind::If { condition, yes, no } => {
                let of_yes = self.structure(yes, scope)?;
                if matches!(of_yes, Some(Value::Leaf(_))) {
                    return None;
                }
                Some(self.struct_branch(condition, of_yes, (yes, no), scope))
            }
            ExprKind::Block { definitions, value } => {
                let inner = self.locals(definitions, scope);
                self.structure(value, &inner)
            }
            ExprKind::Loop(repetition) => {
                let LoopKind::Fold { start, .. } = &repetition.kind else {
                    return None;
                };
                match self.structure(start, scope)? {
                    Some(Value::Leaf(_)) => None,
                    None => Some(None),
                    Some(_) => Some(self.carried_value(repetition, expr.place, scope)),
                }
            }
            ExprKind::Call { args, .. } => {
                let (function, name) = self.gives_struct(expr)?;
                self.declared = None;
                Some(self.value_of_call(function, name, args, expr.place, scope))
            }
            _ => None,
        }
    }

    /// The function of the block that is called, if it gives a struct.
    fn gives_struct<'e>(&self, expr: &'e Expr) -> Option<(&'a Function, &'e Ident)> {
        let ExprKind::Call {
            callee: Callee::Path { segments, .. },
            ..
        } = &expr.kind
        else {
            return None;
        };
        let [name] = &**segments else {
            return None;
        };
        let function = self.function_called(&text(name))?;
        let mut outputs = function.outputs.iter();
        let gives = outputs.any(|output| output.record.is_some());
        gives.then_some((function, name))
    }

    /// The value of an expression, with its structure if it has one.
    pub(super) fn value(&mut self, expr: &Expr, scope: &Scope) -> Option<Nodes> {
        if self.structs.is_empty() {
            return self.expr(expr, scope).map(Value::Leaf);
        }
        match self.structure(expr, scope) {
            Some(Some(Value::Leaf(_))) | None => self.expr(expr, scope).map(Value::Leaf),
            Some(found) => found,
        }
    }

    /// Whether a graph of another block is given a struct, which is reported.
    pub(super) fn gives_away_struct(
        &mut self,
        args: &[Expr],
        path: &TokenStream,
        scope: &Scope,
    ) -> bool {
        if self.structs.is_empty() {
            return false;
        }
        for arg in args {
            match self.structure(arg, scope) {
                None | Some(Some(Value::Leaf(_))) => {}
                Some(None) => return true,
                Some(Some(_)) => {
                    let callee = &syntax::spaceless(path);
                    self.errors
                        .report(arg.place, Calls::StructElsewhere { callee });
                    return true;
                }
            }
        }
        false
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
        let structure = &self.name_of(tree);
        let problem = match tree {
            Value::List(list) => Names::ListAsValue {
                structure,
                count: list.len(),
            },
            _ => Names::StructAsValue {
                structure,
                fields: &self.fields_of(tree),
            },
        };
        self.errors.report(place, problem);
    }

    /// What the struct of a value is called.
    fn name_of(&self, tree: &Nodes) -> String {
        self.struct_named(tree.structure())
    }

    fn fields_of(&self, tree: &Nodes) -> Vec<String> {
        let of = tree.structure().map(|of| &self.structs[of.0].fields);
        let fields = of.into_iter().flatten();
        fields.map(|field| text(&field.name)).collect()
    }

    fn field(&mut self, base: &Expr, name: &Ident, scope: &Scope) -> Option<Nodes> {
        let tree = match self.structure(base, scope) {
            Some(found) => found?,
            None => match self.value(base, scope)? {
                Value::Leaf(node) => {
                    let problem = Names::FieldOfNoStruct {
                        is: &shape::is_or_has(&self.graph.shape(node)),
                        name: &text(name),
                    };
                    self.errors.report(name.span(), problem);
                    return None;
                }
                tree => tree,
            },
        };
        let Value::Struct(record) = &tree else {
            return match tree {
                Value::Leaf(node) => {
                    let problem = Names::FieldOfNoStruct {
                        is: &shape::is_or_has(&self.graph.shape(node)),
                        name: &text(name),
                    };
                    self.errors.report(name.span(), problem);
                    None
                }
                list => {
                    self.no_value(&list, base.place);
                    None
                }
            };
        };
        let word = text(name);
        let fields = self.fields_of(&tree);
        match fields.iter().position(|field| *field == word) {
            Some(at) => Some(record.fields[at].clone()),
            None => {
                let near = rule::nearest(&word, fields.iter().map(String::as_str));
                let problem = Names::UnknownField {
                    structure: &self.name_of(&tree),
                    name: &word,
                    fields: &fields,
                    near,
                };
                self.errors.report(name.span(), problem);
                None
            }
        }
    }

    /// `Pose { q: …, p: … }`.
    fn record(
        &mut self,
        name: &Ident,
        fields: &[(Ident, Expr)],
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        let of = structs::find(self.structs, name)?;
        let found = &self.structs[of.0];
        let structure = &text(name);
        let known: Vec<String> = found.fields.iter().map(|field| text(&field.name)).collect();
        let mut values: Vec<Option<Operands>> = vec![None; known.len()];
        let mut fits = true;
        for (field, expr) in fields {
            let word = text(field);
            let value = self.value(expr, scope);
            let Some(at) = known.iter().position(|name| *name == word) else {
                let near = rule::nearest(&word, known.iter().map(String::as_str));
                let problem = Names::UnknownField {
                    structure,
                    name: &word,
                    fields: &known,
                    near,
                };
                self.errors.report(field.span(), problem);
                fits = false;
                continue;
            };
            if values[at].is_some() {
                self.errors
                    .report(field.span(), Names::FieldTwice { name: &word });
            }
            fits &= value.is_some();
            values[at] = Some((value, expr.place));
        }
        for (value, name) in values.iter().zip(&known) {
            if value.is_none() {
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
        let dims = found.dims.iter();
        let of_own = StructType {
            name: name.clone(),
            dims: dims
                .map(|dim| syntax::Dim {
                    name: Some(dim.clone()),
                    offset: 0,
                    place: dim.span().into(),
                })
                .collect(),
            count: None,
            place,
        };
        let Value::Struct(tree) = structs::tree(self.structs, &of_own) else {
            unreachable!("one struct is no list")
        };
        let mut given = Vec::new();
        for (declared, value) in tree.fields.iter().zip(values) {
            let (Some(value), place) = value? else {
                return None;
            };
            fits &= self.fit_struct(declared, &value, place, &mut inner);
            given.push(value);
        }
        fits.then(|| Value::Struct(Rc::new(Record { of, fields: given })))
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
    fn no_such_struct(&mut self, declared: &Value<Declared>, value: &Nodes, place: Place) {
        match (declared, declared.structure()) {
            (_, None) => self.no_value(value, place),
            (Value::List(list), Some(_)) if !matches!(value, Value::List(_)) => {
                let wanted = self.struct_named(declared.structure());
                let structure = &format!("{wanted}[{}]", list.len());
                let is = &self.what_it_is(value);
                self.errors
                    .report(place, Names::StructNeeded { structure, is });
            }
            (_, of) => {
                let structure = &self.struct_named(of);
                let is = &self.what_it_is(value);
                self.errors
                    .report(place, Names::StructNeeded { structure, is });
            }
        }
    }

    fn struct_named(&self, of: Option<StructId>) -> String {
        of.map(|of| self.structs[of.0].label()).unwrap_or_default()
    }

    fn what_it_is(&self, value: &Nodes) -> String {
        match value {
            Value::Leaf(node) => shape::is_or_has(&self.graph.shape(*node)),
            Value::Struct(_) => format!("is a `{}`", self.name_of(value)),
            Value::List(list) => format!("is a list of {} `{}`", list.len(), self.name_of(value)),
        }
    }

    /// One struct of a list: at a literal index as it is, at a loop's index entry by entry.
    fn one_of(
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
        let mut chosen = chosen.into_iter();
        Some(list[0].map(&mut |node| chosen.next().unwrap_or(*node)))
    }

    /// Whether a value has the structure of another one; reported if not.
    pub(super) fn same_structure(
        &mut self,
        like: &Nodes,
        value: &Nodes,
        place: Place,
    ) -> Option<()> {
        if like.zip(value, &mut |_, _| {}) {
            return Some(());
        }
        let structure = &self.name_of(like);
        let is = &self.what_it_is(value);
        self.errors
            .report(place, Names::StructNeeded { structure, is });
        None
    }

    /// A branch between two structs, leaf by leaf.
    fn struct_branch(
        &mut self,
        condition: &Expr,
        yes: Option<Nodes>,
        (of_yes, of_no): (&Expr, &Expr),
        scope: &Scope,
    ) -> Option<Nodes> {
        let condition = self.operand(condition, scope);
        let no = self.value(of_no, scope);
        let (condition, yes, no) = (condition?, yes?, no?);
        if !self.want(condition, Kind::Condition) {
            return None;
        }
        let mut pairs = Vec::new();
        if !yes.zip(&no, &mut |yes, no| pairs.push((*yes, *no))) {
            let structure = &self.name_of(&yes);
            let is = &self.what_it_is(&no);
            self.errors
                .report(of_no.place, Names::StructNeeded { structure, is });
            return None;
        }
        let mut chosen = Vec::new();
        for (yes, no) in pairs {
            let places = [condition.place, of_yes.place, of_no.place];
            if self.graph.node(yes).kind == Kind::Labels {
                if yes != no {
                    let (node, place) = (yes, of_yes.place);
                    self.want(Operand { node, place }, Kind::Number);
                    return None;
                }
                chosen.push(yes);
                continue;
            }
            let graph = self.at(of_yes.place);
            chosen.push(match graph.branch(condition.node, yes, no) {
                Ok(node) => node,
                Err(unfit) => self.unfit(unfit, &places)?,
            });
        }
        let mut chosen = chosen.into_iter();
        Some(yes.map(&mut |node| chosen.next().unwrap_or(*node)))
    }
}

/// A field's value, none where it is wrong, and where it stands.
type Operands = (Option<Nodes>, Place);

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
