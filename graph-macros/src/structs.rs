//! Structs as trees: what a struct holds, leaf by leaf, wherever it is used.
//!
//! Invariant: behind `check`, every struct that an input or an output is holds other structs to a finite depth, has fields of
//! different names, and each dimension in it is a literal or one of its own.

use std::rc::Rc;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::errors::{Errors, Names, Shapes};
use crate::hash::{Map, Set};
use crate::shape;
use crate::syntax::{Block, Dim, Field, Given, Shape, Struct, StructType, Type, spaceless, text};

/// A leaf, a struct of values in the order of its fields, or a list of structs.
#[derive(Clone)]
pub enum Value<L> {
    Leaf(L),
    Struct(Rc<Record<L>>),
    List(Rc<Vec<Value<L>>>),
}

pub struct Record<L> {
    /// The struct, by its place in the block.
    pub of: StructId,
    pub fields: Vec<Value<L>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StructId(pub usize);

/// A leaf as it is declared, in the extents of where the struct is used.
#[derive(Clone)]
pub struct Declared {
    pub at: Path,
    pub constant: bool,
    pub shape: Option<Shape>,
    /// Whether the Rust struct holds it as a number or a fixed array.
    pub is_fixed: bool,
}

/// The way from a struct to one of its leaves: `.first.w`, in Rust and as text.
#[derive(Clone, Default)]
pub struct Path {
    pub tokens: TokenStream,
    pub text: String,
}

impl Path {
    fn field(&self, name: &Ident) -> Path {
        let tokens = &self.tokens;
        Path {
            tokens: quote!(#tokens.#name),
            text: format!("{}.{}", self.text, text(name)),
        }
    }

    fn place(&self, at: usize) -> Path {
        let (tokens, place) = (&self.tokens, Literal::usize_unsuffixed(at));
        Path {
            tokens: quote!(#tokens[#place]),
            text: format!("{}[{at}]", self.text),
        }
    }
}

impl<L> Value<L> {
    /// The same tree of other leaves, made in the order of declaration.
    pub fn map<M>(&self, of: &mut dyn FnMut(&L) -> M) -> Value<M> {
        match self {
            Value::Leaf(leaf) => Value::Leaf(of(leaf)),
            Value::Struct(record) => Value::Struct(Rc::new(Record {
                of: record.of,
                fields: record.fields.iter().map(|field| field.map(of)).collect(),
            })),
            Value::List(list) => {
                Value::List(Rc::new(list.iter().map(|value| value.map(of)).collect()))
            }
        }
    }

    /// All leaves in the order of declaration.
    pub fn leaves(&self) -> Vec<&L> {
        match self {
            Value::Leaf(leaf) => vec![leaf],
            Value::Struct(record) => record.fields.iter().flat_map(Value::leaves).collect(),
            Value::List(list) => list.iter().flat_map(Value::leaves).collect(),
        }
    }

    /// The same tree of leaves that are there already, in the order of declaration.
    pub fn with_leaves<M>(&self, leaves: Vec<M>) -> Value<M> {
        let mut leaves = leaves.into_iter();
        self.map(&mut |_| {
            let leaf = leaves.next();
            leaf.unwrap_or_else(|| unreachable!("there is a leaf for each"))
        })
    }

    /// Two values leaf by leaf, where both are of one struct, or both leaves.
    pub fn zip<M>(&self, other: &Value<M>, each: &mut dyn FnMut(&L, &M)) -> bool {
        match (self, other) {
            (Value::Leaf(own), Value::Leaf(others)) => {
                each(own, others);
                true
            }
            (Value::Struct(own), Value::Struct(others)) => {
                let mut both = own.fields.iter().zip(&others.fields);
                own.of == others.of && both.all(|(own, others)| own.zip(others, each))
            }
            (Value::List(own), Value::List(others)) => {
                let mut both = own.iter().zip(&**others);
                own.len() == others.len() && both.all(|(own, others)| own.zip(others, each))
            }
            _ => false,
        }
    }

    /// The struct that it is or is a list of.
    pub fn structure(&self) -> Option<StructId> {
        match self {
            Value::Leaf(_) => None,
            Value::Struct(record) => Some(record.of),
            Value::List(list) => list[0].structure(),
        }
    }
}

/// What the leaves of a value are called that has this name: `s.q`, in the order of declaration.
pub fn leaf_names<L>(structs: &[Struct], value: &Value<L>, name: &str) -> Vec<String> {
    match value {
        Value::Leaf(_) => vec![name.to_owned()],
        Value::Struct(record) => {
            let fields = structs[record.of.0].fields.iter().zip(&record.fields);
            let names = fields.flat_map(|(field, value)| {
                leaf_names(structs, value, &format!("{name}.{}", text(&field.name)))
            });
            names.collect()
        }
        Value::List(list) => {
            let list = list.iter().enumerate();
            let names =
                list.flat_map(|(at, value)| leaf_names(structs, value, &format!("{name}[{at}]")));
            names.collect()
        }
    }
}

/// The struct of a name, if nothing is wrong with it.
pub fn find(structs: &[Struct], name: &Ident) -> Option<StructId> {
    let name = text(name);
    let at = structs.iter().position(|found| text(&found.name) == name);
    at.map(StructId)
}

/// The struct of the name in a type that is sound.
pub fn named(structs: &[Struct], name: &Ident) -> StructId {
    find(structs, name).unwrap_or_else(|| unreachable!("`{name}` is a struct of the block"))
}

/// What a struct type holds.
pub fn tree(structs: &[Struct], of: &StructType) -> Value<Declared> {
    within(structs, of, &of.dims, &Path::default(), false)
}

fn within(
    structs: &[Struct],
    of: &StructType,
    extents: &[Dim],
    at: &Path,
    constant: bool,
) -> Value<Declared> {
    let id = named(structs, &of.name);
    match of.count {
        None => record(structs, id, extents, at, constant),
        Some(count) => {
            let each =
                (0..count).map(|place| record(structs, id, extents, &at.place(place), constant));
            Value::List(Rc::new(each.collect()))
        }
    }
}

fn record(
    structs: &[Struct],
    of: StructId,
    extents: &[Dim],
    at: &Path,
    constant: bool,
) -> Value<Declared> {
    let found = &structs[of.0];
    let names = found.dims.iter().map(text);
    let known: Map<String, &Dim> = names.zip(extents).collect();
    let is_fixed = has_fixed_arrays(found);
    let fields = found.fields.iter().map(|field| {
        let (at, constant) = (at.field(&field.name), constant || field.constant);
        let shape = match &field.of {
            Type::Struct(inner) => {
                let dims: Vec<Dim> = inner.dims.iter().map(|dim| used(dim, &known)).collect();
                return within(structs, inner, &dims, &at, constant);
            }
            Type::Array(shape) => Some(Shape {
                given: shape.given,
                dims: shape.dims.iter().map(|dim| used(dim, &known)).collect(),
                place: shape.place,
            }),
            Type::Number => None,
        };
        Value::Leaf(Declared {
            at,
            constant,
            is_fixed: is_fixed || shape.is_none(),
            shape,
        })
    });
    Value::Struct(Rc::new(Record {
        of,
        fields: fields.collect(),
    }))
}

/// A dimension of a struct where the struct is used.
fn used(dim: &Dim, known: &Map<String, &Dim>) -> Dim {
    let outer = dim.name.as_ref().and_then(|name| known.get(&text(name)));
    match outer {
        None => dim.clone(),
        Some(outer) => Dim {
            name: outer.name.clone(),
            offset: outer.offset.saturating_add(dim.offset),
            place: outer.place,
        },
    }
}

/// Whether the arrays of a struct itself are fixed arrays in Rust: all are small and of literal extents.
pub fn has_fixed_arrays(found: &Struct) -> bool {
    let fits = |field: &Field| match &field.of {
        Type::Array(shape) => {
            let literal = |dim: &Dim| crate::graph::Dim {
                name: dim.name.as_ref().map(|name| text(name).into()),
                offset: dim.offset,
            };
            let dims: Vec<_> = shape.dims.iter().map(literal).collect();
            shape.given == Given::Numbers && shape::is_small(&dims)
        }
        Type::Number | Type::Struct(_) => true,
    };
    found.fields.iter().all(fits)
}

/// Whether a struct and all in it are numbers and fixed arrays, so that it is copied as they are.
pub fn is_fixed(structs: &[Struct], found: &Struct) -> bool {
    has_fixed_arrays(found)
        && found.fields.iter().all(|field| match &field.of {
            Type::Struct(inner) => is_fixed(structs, &structs[named(structs, &inner.name).0]),
            _ => true,
        })
}

/// Checks the structs, and leaves out what is made of those that are wrong.
pub fn check(block: &mut Block, errors: &mut Errors) {
    let mut known = Set::default();
    let mut wrong: Set<String> = Set::default();
    for found in &block.structs {
        let (name, before) = (text(&found.name), errors.len());
        if !known.insert(name.clone()) {
            errors.report(found.name.span(), Names::StructTwice { name: &name });
        }
        fields(found, errors);
        for field in &found.fields {
            if let Type::Struct(inner) = &field.of {
                extents(&block.structs, inner, errors);
            }
        }
        if errors.len() > before {
            wrong.insert(name);
        }
    }
    for function in &mut block.functions {
        let name = text(&function.name);
        if known.contains(&name) {
            errors.report(function.name.span(), Names::StructTwice { name: &name });
            // A module of that name would be a second type.
            function.unreadable = true;
        }
    }
    cycles(&block.structs, errors, &mut wrong);
    spread(&block.structs, &mut wrong);
    for function in &mut block.functions {
        for param in &mut function.params {
            let of = param.record.as_ref();
            param.unreadable |= of.is_some_and(|of| !is_sound(&block.structs, of, &wrong, errors));
        }
        let outputs = function
            .outputs
            .iter()
            .filter_map(|output| output.record.as_ref());
        let outputs = outputs.map(|of| is_sound(&block.structs, of, &wrong, errors));
        let outputs: Vec<bool> = outputs.collect();
        function.unreadable |= outputs.contains(&false);
    }
    let is_wrong = |found: &mut Struct| wrong.contains(&text(&found.name));
    block.wrong = block.structs.extract_if(.., is_wrong).collect();
    let mut seen = Set::default();
    block.wrong.retain(|found| seen.insert(text(&found.name)));
}

fn is_sound(structs: &[Struct], of: &StructType, wrong: &Set<String>, errors: &mut Errors) -> bool {
    !wrong.contains(&text(&of.name)) && extents(structs, of, errors) && sizes(structs, of, errors)
}

/// Whether no array of a struct ends before it begins, by the extents that the struct is given.
fn sizes(structs: &[Struct], of: &StructType, errors: &mut Errors) -> bool {
    let tree = tree(structs, of);
    let is_negative = |dim: &Dim| dim.name.is_none() && dim.offset < 0;
    let dims = |leaf: &&Declared| {
        leaf.shape
            .as_ref()
            .is_some_and(|shape| shape.dims.iter().any(is_negative))
    };
    let wrong = tree
        .leaves()
        .into_iter()
        .find(dims)
        .map(|leaf| leaf.at.text.clone());
    if let Some(field) = &wrong {
        let problem = Names::NegativeExtent {
            structure: &text(&of.name),
            field: field.trim_start_matches('.'),
        };
        errors.report(of.place, problem);
    }
    wrong.is_none()
}

/// Whether a type gives its struct the extents that it takes.
fn extents(structs: &[Struct], of: &StructType, errors: &mut Errors) -> bool {
    let Some(found) = find(structs, &of.name) else {
        return false;
    };
    let found = &structs[found.0];
    let dims: Vec<String> = found.dims.iter().map(text).collect();
    let fits = dims.len() == of.dims.len();
    if !fits {
        let problem = Names::ExtentsOfStruct {
            name: &text(&of.name),
            dims: &dims,
            found: of.dims.len(),
        };
        errors.report(of.place, problem);
    }
    fits
}

/// The names of fields and of dimensions.
fn fields(found: &Struct, errors: &mut Errors) {
    if !found.fields.iter().any(has_numbers) {
        let name = &text(&found.name);
        errors.report(found.name.span(), Names::StructOfNothing { name });
    }
    let mut own: Set<String> = Set::default();
    for dim in &found.dims {
        let name = text(dim);
        if !own.insert(name.clone()) {
            errors.report(dim.span(), Names::ExtentTwice { name: &name });
        }
    }
    let mut names = Set::default();
    let mut said = Set::default();
    for field in &found.fields {
        let name = text(&field.name);
        if let Type::Array(shape) = &field.of
            && shape.dims.len() > shape::HIGHEST_RANK
        {
            errors.report(shape.place, Shapes::TooManyAxes);
        }
        let mut attributes = field.attributes.iter();
        if attributes.any(|attribute| spaceless(attribute).starts_with("#[cfg(")) {
            errors.report(field.name.span(), Names::FieldUnderCondition);
        }
        if name == "T" {
            errors.report(field.name.span(), Names::FieldOfTranspose);
        }
        if !names.insert(name.clone()) {
            errors.report(field.name.span(), Names::FieldTwice { name: &name });
        }
        let dims = match &field.of {
            Type::Number => &[][..],
            Type::Array(shape) => &shape.dims,
            Type::Struct(inner) => &inner.dims,
        };
        for dim in dims.iter().filter_map(|dim| dim.name.as_ref()) {
            let name = text(dim);
            if !own.contains(&name) && said.insert(name.clone()) {
                let structure = &text(&found.name);
                let problem = Names::DimensionOfStruct {
                    name: &name,
                    structure,
                };
                errors.report(dim.span(), problem);
            }
        }
    }
}

/// Whether a field is not of labels.
fn has_numbers(field: &Field) -> bool {
    !matches!(&field.of, Type::Array(shape) if shape.given == Given::Labels)
}

/// The structs that a struct holds, with the place of each.
fn held<'s>(
    structs: &'s [Struct],
    of: &'s Struct,
) -> impl Iterator<Item = (usize, &'s StructType)> {
    of.fields.iter().filter_map(|field| match &field.of {
        Type::Struct(inner) => Some((find(structs, &inner.name)?.0, inner)),
        _ => None,
    })
}

/// Reports structs that hold themselves, each once.
fn cycles(structs: &[Struct], errors: &mut Errors, wrong: &mut Set<String>) {
    for (start, found) in structs.iter().enumerate() {
        if wrong.contains(&text(&found.name)) {
            continue;
        }
        let mut way = vec![start];
        let mut seen = Set::default();
        if let Some(place) = way_back(structs, start, &mut way, &mut seen) {
            let names: Vec<String> = way.iter().map(|at| text(&structs[*at].name)).collect();
            errors.report(place.place, Names::StructInItself { names: &names });
            wrong.extend(names);
        }
    }
}

/// A field, in the struct at the end of the way, that holds the one at its start.
fn way_back<'s>(
    structs: &'s [Struct],
    start: usize,
    way: &mut Vec<usize>,
    seen: &mut Set<usize>,
) -> Option<&'s StructType> {
    let end = way[way.len() - 1];
    for (inner, of) in held(structs, &structs[end]) {
        if inner == start {
            return Some(of);
        }
        if seen.insert(inner) {
            way.push(inner);
            if let Some(found) = way_back(structs, start, way, seen) {
                return Some(found);
            }
            way.pop();
        }
    }
    None
}

/// What holds a wrong struct is wrong too, which is said already.
fn spread(structs: &[Struct], wrong: &mut Set<String>) {
    let mut before = usize::MAX;
    while before != wrong.len() {
        before = wrong.len();
        for found in structs {
            let mut held = held(structs, found);
            let holds_wrong = held.any(|(_, inner)| wrong.contains(&text(&inner.name)));
            let holds_unknown = found.fields.iter().any(|field| match &field.of {
                Type::Struct(inner) => find(structs, &inner.name).is_none(),
                _ => false,
            });
            if holds_wrong || holds_unknown {
                wrong.insert(text(&found.name));
            }
        }
    }
}
