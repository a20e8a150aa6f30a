//! Inputs, outputs and the shapes of both.
//!
//! ```text
//! param   = doc* ["const"] name [":" type] [domain]
//! outputs = output | "(" output,+ ")"              output = name [":" type]
//! type    = shape | struct
//! shape   = "[" dim,+ "]" | "index" "[" dim "]" | "count"    dim = integer | name | name ± integer
//! ```

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::recovery::skip_to_comma;
use super::{NUMBER_TYPES, Parser, integer};
use crate::cursor::{Cursor, token_text};
use crate::errors::Reading;
use crate::shape;
use crate::syntax::{Dim, Given, Output, Param, Place, Shape, is_keyword, place_of, text};

impl Parser {
    /// The inputs, and whether they are all there are.
    pub(super) fn param_list(&mut self, cursor: &mut Cursor) -> Option<(Vec<Param>, bool)> {
        let Some(group) = cursor.group(Delimiter::Parenthesis) else {
            self.expected(cursor, "`(` and the inputs");
            return None;
        };
        let mut inner = Cursor::inside(&group);
        let (params, mut complete) = self.params(&mut inner);
        if inner.at_group(Delimiter::Bracket) {
            self.errors
                .report(inner.place(), Reading::ShapeWithoutColon);
        } else if !inner.at_end() {
            self.expected(&inner, "`,` between inputs");
        }
        complete &= inner.at_end();
        Some((params, complete))
    }

    /// Inputs, and whether each has a name that could be read.
    pub(super) fn params(&mut self, cursor: &mut Cursor) -> (Vec<Param>, bool) {
        let (mut params, mut complete) = (Vec::new(), true);
        while !cursor.at_end() && !cursor.peeks(";") {
            let docs = self.docs(cursor, || Reading::InputAttribute);
            let constant = cursor.word("const").is_some();
            self.modifiers(cursor);
            let in_front = self.array_in_front(cursor);
            let name = self.name(cursor, "an input");
            let named = name.as_ref().map(text).unwrap_or_default();
            let before = self.errors.len();
            let is_in_front = in_front.is_some();
            let record = self.optional_struct(cursor);
            let whole = self.whole(cursor);
            let shape = match &whole {
                Some(whole) => self.shape_of_whole(cursor, whole),
                None => in_front.unwrap_or_else(|| self.optional_shape(cursor, &named)),
            };
            let is_unclear = is_in_front || self.errors.len() > before;
            let unreadable = shape.is_none() && is_unclear;
            let constant = constant
                || shape
                    .as_ref()
                    .is_some_and(|shape| shape.given != Given::Numbers);
            if name.is_none() {
                complete = false;
                skip_to_comma(cursor);
            }
            let domain = whole.or_else(|| self.domain(cursor));
            params.extend(name.map(|name| Param {
                docs,
                name,
                constant,
                shape,
                record,
                domain,
                unreadable,
            }));
            if cursor.sign(",").is_none() {
                break;
            }
        }
        (params, complete)
    }

    /// The documentation of an input or a local name, which has no other attributes.
    pub(super) fn docs(
        &mut self,
        cursor: &mut Cursor,
        other: fn() -> Reading<'static>,
    ) -> Vec<TokenStream> {
        let mut docs = Vec::new();
        loop {
            let place = cursor.place();
            let Some(attribute) = self.attribute(cursor) else {
                return docs;
            };
            let is_doc = matches!(attribute.last(), Some(TokenTree::Group(group)) if Cursor::inside(group).peeks_word("doc"));
            match is_doc {
                true => docs.push(attribute.into_iter().collect()),
                false => {
                    let end = attribute.last().map_or(place, place_of);
                    self.errors.report(place.to(end), other());
                }
            }
        }
    }

    /// A shape behind the name that it is of.
    pub(super) fn optional_shape(&mut self, cursor: &mut Cursor, name: &str) -> Option<Shape> {
        cursor.sign(":")?;
        let is_type = self.type_of_array(cursor, name);
        if is_type { None } else { self.shape(cursor) }
    }

    /// The same of what is computed, which is numbers.
    pub(super) fn shape_of_result(&mut self, cursor: &mut Cursor, name: &str) -> Option<Shape> {
        let shape = self.optional_shape(cursor, name)?;
        if shape.given != Given::Numbers {
            let place = shape.place;
            self.errors.report(place, Reading::TypeOfResult { name });
            return None;
        }
        Some(shape)
    }

    pub(super) fn shape(&mut self, cursor: &mut Cursor) -> Option<Shape> {
        let start = cursor.place();
        if cursor.word("count").is_some() {
            let (given, dims, place) = (Given::Count, Vec::new(), start);
            return Some(Shape { given, dims, place });
        }
        let given = match cursor.word("index") {
            Some(_) => Given::Labels,
            None => Given::Numbers,
        };
        let Some(group) = cursor.group(Delimiter::Bracket) else {
            self.not_a_shape(cursor);
            return None;
        };
        let place = start.to(place_of(&group.clone().into()));
        let dims = self.dims(&group)?;
        let problem = match dims.len() {
            0 => Reading::BadDim { found: "]" },
            1 => return Some(Shape { given, dims, place }),
            _ if given == Given::Labels => Reading::Expected {
                what: "one dimension in `index[n]`",
                found: Some(","),
            },
            _ => return Some(Shape { given, dims, place }),
        };
        self.errors.report(place, problem);
        None
    }

    pub(super) fn dims(&mut self, group: &Group) -> Option<Vec<Dim>> {
        let mut cursor = Cursor::inside(group);
        let mut dims = Vec::new();
        while !cursor.at_end() {
            dims.push(self.dim(&mut cursor)?);
            if cursor.sign(",").is_none() {
                break;
            }
        }
        if cursor.at_end() {
            return Some(dims);
        }
        self.bad_dim(cursor.place(), cursor.peek())
    }

    fn dim(&mut self, cursor: &mut Cursor) -> Option<Dim> {
        let start = cursor.place();
        let token = cursor.next();
        let mut dim = Dim {
            name: None,
            offset: 0,
            place: start,
        };
        match (&token, token.as_ref().and_then(integer)) {
            (Some(TokenTree::Ident(name)), _) if !is_keyword(&name.to_string()) => {
                dim.name = Some(name.clone());
            }
            (_, Some(size)) => {
                dim.offset = size;
                return self.small_enough(dim);
            }
            _ => return self.bad_dim(start, token.as_ref()),
        }
        while cursor.peeks("+") || cursor.peeks("-") {
            let sign = if cursor.sign("+").is_some() { 1 } else { -1 };
            cursor.sign("-");
            let place = cursor.place();
            let token = cursor.next();
            let Some(shift) = token.as_ref().and_then(integer) else {
                return self.bad_dim(place, token.as_ref());
            };
            dim.offset = dim.offset.saturating_add(sign * shift);
            dim.place = start.to(place);
            dim = self.small_enough(dim)?;
        }
        Some(dim)
    }

    fn small_enough(&mut self, dim: Dim) -> Option<Dim> {
        if dim.offset.unsigned_abs() > shape::LARGEST.unsigned_abs() {
            self.errors.report(dim.place, Reading::DimTooLarge);
            return None;
        }
        Some(dim)
    }

    fn bad_dim<T>(&mut self, place: Place, found: Option<&TokenTree>) -> Option<T> {
        let found = found.map_or_else(|| "the end".to_owned(), token_text);
        self.errors.report(place, Reading::BadDim { found: &found });
        None
    }

    pub(super) fn outputs(&mut self, cursor: &mut Cursor) -> Option<Vec<Output>> {
        if cursor.sign("->").is_none() {
            self.expected(cursor, "`->` and the output's name");
            return None;
        }
        let Some(group) = cursor.group(Delimiter::Parenthesis) else {
            return self.output(cursor).map(|output| vec![output]);
        };
        let mut inner = Cursor::inside(&group);
        let mut outputs = Vec::new();
        if inner.at_end() {
            self.errors
                .report(place_of(&group.into()), Reading::OutputsOfNothing);
            return None;
        }
        while !inner.at_end() {
            outputs.push(self.output(&mut inner)?);
            if inner.sign(",").is_none() {
                break;
            }
        }
        self.end_of(&inner);
        Some(outputs)
    }

    fn output(&mut self, cursor: &mut Cursor) -> Option<Output> {
        if let Some(TokenTree::Ident(name)) = cursor.peek()
            && NUMBER_TYPES.contains(&name.to_string().as_str())
        {
            let found = name.to_string();
            return self.type_as_output(cursor, &found);
        }
        if let Some(TokenTree::Group(group)) = cursor.peek()
            && group.delimiter() == Delimiter::Bracket
        {
            let found = group.to_string();
            return self.type_as_output(cursor, &found);
        }
        let name = self.name(cursor, "an output")?;
        let record = self.optional_struct(cursor);
        let shape = self.shape_of_result(cursor, &text(&name));
        Some(Output {
            name,
            shape,
            record,
        })
    }

    fn type_as_output<T>(&mut self, cursor: &mut Cursor, found: &str) -> Option<T> {
        let place = cursor.place();
        self.errors.report(place, Reading::TypeAsOutput { found });
        cursor.next();
        None
    }
}
