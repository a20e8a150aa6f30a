//! Structs, and types that are structs.
//!
//! ```text
//! struct = attribute* [visibility] "struct" name ["[" name,+ "]"] "{" field,* "}"
//! field  = attribute* ["const"] name [":" type]
//! type   = shape | name ["[" dim,+ "]"] ["[" integer "]"]
//! value  = name "{" (name [":" expr]),+ "}"
//! ```
//!
//! Invariant: a name is a struct's if the block has a struct of that name, wherever it stands in the block.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};

use super::items::skip_past_body;
use super::recovery::skip_to_comma;
use super::{Parser, integer};
use crate::cursor::Cursor;
use crate::errors::Reading;
use crate::hash::Map;
use crate::imports;
use crate::syntax::{
    Expr, ExprKind, Field, Given, Place, Struct, StructType, Type, place_of, text,
};

/// The names of all structs of a block, and whether each takes extents.
pub(super) fn names_of_structs(cursor: &Cursor) -> Map<String, bool> {
    let tokens: Vec<&TokenTree> = (0..).map_while(|at| cursor.peek_at(at)).collect();
    let heads = tokens.windows(3).filter_map(|head| match head {
        [TokenTree::Ident(word), TokenTree::Ident(name), next] if word == "struct" => {
            let takes =
                matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
            Some((text(name), takes))
        }
        _ => None,
    });
    heads.collect()
}

impl Parser {
    /// Whether a struct starts here, behind attributes and `pub`.
    pub(super) fn at_struct(&self, cursor: &Cursor) -> bool {
        let mut ahead = 0;
        while cursor.peeks_at(ahead, "#") {
            ahead += 2;
        }
        let word = |at, word: &str| matches!(cursor.peek_at(at), Some(TokenTree::Ident(found)) if found == word);
        if word(ahead, "pub") {
            ahead += 1;
            let is_restricted = matches!(cursor.peek_at(ahead), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
            ahead += usize::from(is_restricted);
        }
        word(ahead, "struct")
    }

    pub(super) fn structure(&mut self, cursor: &mut Cursor) -> Option<Struct> {
        let mut attributes = Vec::new();
        while let Some(attribute) = self.attribute(cursor) {
            attributes.push(attribute.into_iter().collect());
        }
        let visibility = self.visibility(cursor);
        cursor.word("struct");
        let (start, name) = (cursor.position(), self.name(cursor, "a struct"));
        let dims = self.generic_dims(cursor);
        let fields = cursor.group(Delimiter::Brace);
        let written = cursor.since(start).iter().cloned().collect();
        let (Some(name), Some(fields)) = (name, &fields) else {
            if fields.is_none() {
                self.expected(cursor, "`{` and the fields");
                skip_past_body(cursor);
            }
            return None;
        };
        let fields = self.fields(fields);
        Some(Struct {
            id: imports::id(&name, &written),
            import: None,
            attributes,
            visibility,
            name,
            dims,
            fields,
        })
    }

    /// Declarations that stand in front, of structs of other blocks.
    pub(super) fn imported(&mut self, cursor: &mut Cursor) -> Vec<Struct> {
        let mut groups = Vec::new();
        while cursor.word("extern").is_some() {
            let (Some(import), Some(declared)) = (
                cursor.group(Delimiter::Brace),
                cursor.group(Delimiter::Brace),
            ) else {
                unreachable!("a companion writes both")
            };
            let mut path: Vec<TokenTree> = import.stream().into_iter().collect();
            let Some(TokenTree::Ident(name)) = path.pop() else {
                unreachable!("a companion writes a name")
            };
            path.pop();
            let mut inner = Cursor::inside(&declared);
            self.structs = names_of_structs(&inner);
            let mut structs = Vec::new();
            while !inner.at_end() {
                structs.extend(self.structure(&mut inner).map(|found| Struct {
                    id: found.name.clone(),
                    ..found
                }));
            }
            groups.push((path.into_iter().collect(), name, structs));
        }
        imports::named_here(groups, &mut self.errors)
    }

    /// `[d, h]` behind the name.
    fn generic_dims(&mut self, cursor: &mut Cursor) -> Vec<Ident> {
        let Some(group) = cursor.group(Delimiter::Bracket) else {
            return Vec::new();
        };
        let mut inner = Cursor::inside(&group);
        let mut dims = Vec::new();
        while !inner.at_end() {
            let Some(name) = self.name(&mut inner, "a dimension") else {
                return dims;
            };
            dims.push(name);
            if inner.sign(",").is_none() {
                break;
            }
        }
        self.end_of(&inner);
        dims
    }

    fn fields(&mut self, group: &Group) -> Vec<Field> {
        let mut cursor = Cursor::inside(group);
        let mut fields = Vec::new();
        while !cursor.at_end() {
            let mut attributes = Vec::new();
            while let Some(attribute) = self.attribute(&mut cursor) {
                attributes.push(attribute.into_iter().collect());
            }
            // Fields are public, which may be said.
            self.visibility(&mut cursor);
            let constant = cursor.word("const").is_some();
            let Some(name) = self.name(&mut cursor, "a field") else {
                skip_to_comma(&mut cursor);
                cursor.sign(",");
                continue;
            };
            let before = self.errors.len();
            let record = self.optional_struct(&mut cursor);
            let shape = self.optional_shape(&mut cursor, &text(&name));
            if let Some(shape) = shape.as_ref().filter(|shape| shape.given == Given::Count) {
                self.errors.report(shape.place, Reading::CountAsField);
            }
            let is_labels = shape
                .as_ref()
                .is_some_and(|shape| shape.given == Given::Labels);
            let of = match (record, shape) {
                (Some(record), _) => Type::Struct(record),
                (_, Some(shape)) => Type::Array(shape),
                _ => Type::Number,
            };
            if self.errors.len() > before {
                skip_to_comma(&mut cursor);
            }
            fields.push(Field {
                attributes,
                constant: constant || is_labels,
                name,
                of,
            });
            if cursor.sign(",").is_none() {
                break;
            }
        }
        self.end_of(&cursor);
        fields
    }

    /// A struct behind the name that it is of.
    pub(super) fn optional_struct(&mut self, cursor: &mut Cursor) -> Option<StructType> {
        let Some(TokenTree::Ident(name)) = cursor.peek_at(1).filter(|_| cursor.peeks(":")) else {
            return None;
        };
        let name = name.clone();
        if !self.structs.contains_key(&text(&name)) {
            return None;
        }
        cursor.sign(":");
        let place = cursor.place();
        cursor.next();
        let mut found = StructType {
            name,
            dims: Vec::new(),
            count: None,
            place,
        };
        let mut groups = Vec::new();
        while let Some(group) = cursor.group(Delimiter::Bracket) {
            groups.push(group);
        }
        if let Some(more) = groups.get(2) {
            let place = place_of(&more.clone().into());
            self.errors.report(place, Reading::CountOfStructs);
        }
        self.extents_of_struct(&mut found, &groups);
        Some(found)
    }

    /// The extents of a struct, and how many of it there are: the last group where there is one more than the struct takes,
    /// which is known when all are read.
    fn extents_of_struct(&mut self, found: &mut StructType, groups: &[Group]) {
        let (extents, count) = match groups {
            [] => return,
            [only] => match self.structs[&text(&found.name)] {
                true => (Some(only), None),
                false => (None, Some(only)),
            },
            [extents, count, ..] => (Some(extents), Some(count)),
        };
        if let Some(extents) = extents {
            found.dims = self.dims(extents).unwrap_or_default();
            found.place = found.place.to(place_of(&extents.clone().into()));
        }
        if let Some(group) = count {
            let mut inner = Cursor::inside(group);
            let count = inner.next().as_ref().and_then(integer);
            found.count = count.and_then(|count| usize::try_from(count).ok());
            if found.count.is_none_or(|count| count == 0) || !inner.at_end() {
                let place = place_of(&group.clone().into());
                self.errors.report(place, Reading::CountOfStructs);
                found.count = None;
            }
        }
    }

    /// `Pose { q: …, p }` behind the name of a struct.
    pub(super) fn record(&mut self, name: Ident, group: &Group, place: Place) -> Expr {
        let mut inner = Cursor::inside(group);
        let mut fields = Vec::new();
        while !inner.at_end() {
            let Some(field) = self.name(&mut inner, "a field") else {
                return Expr::missing(place);
            };
            let value = match inner.sign(":") {
                Some(_) => self.expr(&mut inner),
                None => Expr::new(ExprKind::Name(field.clone()), field.span()),
            };
            fields.push((field, value));
            if inner.sign(",").is_none() {
                break;
            }
        }
        if !self.end_of(&inner) {
            return Expr::missing(place);
        }
        let place = place.to(place_of(&group.clone().into()));
        Expr::new(ExprKind::Record { name, fields }, place)
    }
}
