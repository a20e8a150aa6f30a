//! Functions, and graphs in expression position.
//!
//! ```text
//! function    = attribute* [visibility] "fn" name "(" param,* ")" "->" outputs "{" definition* "}"
//! inline      = declaration* definition+
//! declaration = ["const"] name [":" shape] {"," …} ";"     where a "const" in front holds for all
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::Parser;
use super::recovery::{several_names, skip_to_comma};
use super::structs::names_of_structs;
use crate::cursor::Cursor;
use crate::errors::{Names, Reading};
use crate::graph::Keep;
use crate::hash::Set;
use crate::rule;
use crate::syntax::{
    Block, Definition, Expr, ExprKind, Function, Options, Output, Param, Role, place_of, text,
};

impl Parser {
    /// Whether a function starts here, behind attributes that might as well belong to a definition.
    pub(super) fn at_function(&self, cursor: &Cursor) -> bool {
        let mut ahead = 0;
        while cursor.peeks_at(ahead, "#") {
            ahead += 2;
        }
        matches!(cursor.peek_at(ahead), Some(TokenTree::Ident(word)) if word == "fn" || word == "pub")
    }

    /// Whether a function or a struct starts here.
    pub(super) fn at_item(&self, cursor: &Cursor) -> bool {
        self.at_function(cursor) || self.at_struct(cursor) || cursor.peeks_word("extern")
    }

    pub(super) fn items_of_block(&mut self, cursor: &mut Cursor) -> Block {
        let imported = self.imported(cursor);
        self.structs = names_of_structs(cursor);
        let names = imported
            .iter()
            .map(|found| (text(&found.name), !found.dims.is_empty()));
        self.structs.extend(names);
        let mut block = Block {
            structs: imported,
            ..Block::default()
        };
        while !cursor.at_end() {
            match self.at_struct(cursor) {
                true => block.structs.extend(self.structure(cursor)),
                false => block.functions.extend(self.function(cursor)),
            }
        }
        block
    }

    pub(super) fn inline(&mut self, cursor: &mut Cursor) -> Function {
        if cursor.at_end() {
            self.errors.report(Span::call_site(), Reading::Empty);
        }
        let (mut params, mut unreadable) = (Vec::new(), false);
        let mut definitions = Vec::new();
        while !cursor.at_end() {
            if self.at_declaration(cursor) {
                if !definitions.is_empty() {
                    self.errors
                        .report(cursor.place(), Reading::DeclarationAfterDefinition);
                }
                let (declared, complete) = self.declaration(cursor);
                params.extend(declared);
                unreadable |= !complete;
            } else if self.at_function(cursor) && !self.at_definition(cursor) {
                self.errors
                    .report(cursor.place(), Reading::FunctionInsideInline);
                break;
            } else {
                definitions.extend(self.definition(cursor));
            }
        }
        self.stand_ins(&params, &mut definitions);
        Function {
            attributes: Vec::new(),
            options: Options::default(),
            visibility: TokenStream::new(),
            name: Ident::new("graph", Span::call_site()),
            params,
            unreadable,
            outputs: Vec::new(),
            definitions,
            written: TokenStream::new(),
            role: Role::Own,
            of: None,
            has_density: false,
        }
    }

    fn at_declaration(&self, cursor: &Cursor) -> bool {
        let is_constant = matches!(cursor.peek_at(1), Some(TokenTree::Ident(_)))
            && (cursor.peeks_at(2, "=") || cursor.peeks_at(2, ":") && cursor.peeks_at(4, "="));
        cursor.peeks_word("const") && !is_constant
            || matches!(cursor.peek(), Some(TokenTree::Ident(_)))
                && (cursor.peeks_at(1, ":")
                    && !cursor.peeks_at(1, "::")
                    && !self.at_other_equals(cursor)
                    || cursor.peeks_at(1, ",") && several_names(cursor).is_none()
                    || cursor.peeks_at(1, ";"))
    }

    fn declaration(&mut self, cursor: &mut Cursor) -> (Vec<Param>, bool) {
        let all_constant = cursor.peeks_word("const");
        let (mut params, complete) = self.params(cursor);
        params
            .iter_mut()
            .for_each(|param| param.constant |= all_constant);
        if cursor.sign(";").is_none() {
            if !cursor.at_end() {
                self.expected(cursor, "`;` after a declaration");
            }
            cursor.skip_past_semicolon();
        }
        (params, complete)
    }

    pub(super) fn function(&mut self, cursor: &mut Cursor) -> Option<Function> {
        let (attributes, options) = self.attributes(cursor);
        let visibility = self.visibility(cursor);
        if cursor.word("fn").is_none() {
            match self.at_definition(cursor) {
                true => self
                    .errors
                    .report(cursor.place(), Reading::FunctionInsideInline),
                false => self.expected(cursor, "`fn`"),
            }
            skip_past_body(cursor);
            return None;
        }
        let Some(name) = self.name(cursor, "a function") else {
            skip_past_body(cursor);
            return None;
        };
        self.type_parameters(cursor);
        let params = self.param_list(cursor);
        let outputs = params.is_some().then(|| self.outputs(cursor)).flatten();
        let written = match cursor.peek() {
            Some(TokenTree::Group(body)) => body.stream(),
            _ => TokenStream::new(),
        };
        let mut definitions = self.body(cursor, outputs.as_deref());
        if let (Some((params, _)), Some(definitions)) = (&params, &mut definitions) {
            self.stand_ins(params, definitions);
            self.turn_around(params, outputs.as_deref().unwrap_or_default(), definitions);
        }
        // Without a body the outputs are not missing one by one.
        let outputs = outputs
            .filter(|_| definitions.is_some())
            .unwrap_or_default();
        let (params, complete) = params.unwrap_or_default();
        let definitions = definitions.unwrap_or_default();
        Some(Function {
            attributes,
            options,
            visibility,
            name,
            params,
            unreadable: !complete,
            outputs,
            definitions,
            written,
            role: Role::Own,
            of: None,
            has_density: false,
        })
    }

    /// Splits `#[graph(…)]` from the attributes that are handed on.
    fn attributes(&mut self, cursor: &mut Cursor) -> (Vec<TokenStream>, Options) {
        let (mut attributes, mut options) = (Vec::new(), Options::default());
        loop {
            let place = cursor.place();
            let Some(attribute) = self.attribute(cursor) else {
                return (attributes, options);
            };
            match graph_options(&attribute) {
                Some(list) => self.options(&list, &mut options),
                None if is_option_alone(&attribute) => {
                    let end = attribute.last().map(place_of);
                    let place = end.map_or(place, |end| place.to(end));
                    self.errors.report(place, Reading::OptionAlone);
                }
                None => attributes.push(attribute.into_iter().collect()),
            }
        }
    }

    pub(super) fn attribute(&mut self, cursor: &mut Cursor) -> Option<Vec<TokenTree>> {
        if !cursor.peeks("#") || !matches!(cursor.peek_at(1), Some(TokenTree::Group(_))) {
            return None;
        }
        Some(vec![cursor.next()?, cursor.next()?])
    }

    fn options(&mut self, list: &Group, options: &mut Options) {
        let mut cursor = Cursor::inside(list);
        while !cursor.at_end() {
            let name = cursor.text().unwrap_or_default();
            if name == "keep" {
                options.keep = self.keep(&mut cursor);
            } else if !options.set(&name, cursor.place().start) {
                let near = rule::nearest(&name, Options::NAMES);
                self.errors
                    .report(cursor.place(), Reading::UnknownOption { name: &name, near });
                skip_to_comma(&mut cursor);
            } else {
                cursor.next();
            }
            if cursor.sign(",").is_none() && !cursor.at_end() {
                self.expected(&cursor, "`,` between options");
                break;
            }
        }
    }

    /// `keep = "all"`, `keep = "few"`.
    fn keep(&mut self, cursor: &mut Cursor) -> Option<(Keep, Span)> {
        let place = cursor.place();
        cursor.next();
        let written = match cursor.sign("=") {
            Some(_) => cursor.text(),
            None => None,
        };
        let keep = match written.as_deref() {
            Some("\"all\"") => Some(Keep::All),
            Some("\"few\"") => Some(Keep::Few),
            _ => None,
        };
        match (keep, written) {
            (None, None) => self.errors.report(place, Reading::Keep),
            (None, Some(_)) => self.errors.report(cursor.place(), Reading::Keep),
            _ => {}
        }
        skip_to_comma(cursor);
        keep.map(|keep| (keep, place.start))
    }

    pub(super) fn visibility(&mut self, cursor: &mut Cursor) -> TokenStream {
        let mut tokens = TokenStream::new();
        if cursor.peeks_word("pub") {
            tokens.extend(cursor.next());
            tokens.extend(cursor.group(Delimiter::Parenthesis).map(TokenTree::from));
        }
        tokens
    }

    /// Definitions for the names that are defined in text which could not be read, in front of their uses.
    fn stand_ins(&mut self, params: &[Param], definitions: &mut Vec<Definition>) {
        let inputs = params.iter().map(|param| text(&param.name));
        let defined = definitions.iter().map(|found| text(&found.name));
        let mut known: Set<String> = inputs.chain(defined).collect();
        let mut passed = std::mem::take(&mut self.passed);
        passed.retain(|name| known.insert(text(name)));
        definitions.splice(..0, passed.into_iter().map(missing));
    }

    /// `x = z;` for an input `x` and an output `z` is read as `z = x;`, once that is said.
    fn turn_around(
        &mut self,
        params: &[Param],
        outputs: &[Output],
        definitions: &mut [Definition],
    ) {
        let inputs: Set<String> = params.iter().map(|param| text(&param.name)).collect();
        let defined = definitions.iter().map(|found| text(&found.name));
        let defined: Set<String> = defined.collect();
        let outputs = outputs.iter().map(|output| text(&output.name));
        let outputs: Set<String> = outputs.filter(|name| !defined.contains(name)).collect();
        for definition in definitions {
            let name = text(&definition.name);
            if let ExprKind::Name(output) = &definition.expr.kind
                && inputs.contains(&name)
                && outputs.contains(&text(output))
            {
                let problem = Names::Backwards {
                    name: &name,
                    output: &text(output),
                };
                self.errors.report(definition.name.span(), problem);
                definition.name = output.clone();
                definition.expr = Expr::missing(definition.expr.place).into();
            }
        }
    }

    /// The definitions. No outputs means that the head could not be read, and then nothing is said about a missing body.
    fn body(&mut self, cursor: &mut Cursor, outputs: Option<&[Output]>) -> Option<Vec<Definition>> {
        let Some(group) = cursor.group(Delimiter::Brace) else {
            if outputs.is_some() {
                self.expected(cursor, "`{` and the definitions");
            }
            skip_past_body(cursor);
            return None;
        };
        let mut inner = Cursor::inside(&group);
        let (mut definitions, mut unreadable) = (Vec::new(), false);
        while !inner.at_end() {
            let before = self.errors.len();
            let definition = self.definition(&mut inner);
            unreadable |= definition.is_empty() && self.errors.len() > before;
            definitions.extend(definition);
        }
        if unreadable {
            stand_in(&mut definitions, outputs.unwrap_or_default());
        }
        Some(definitions)
    }
}

/// What could not be read may have been meant as the definition of an output.
fn stand_in(definitions: &mut Vec<Definition>, outputs: &[Output]) {
    let defined: Set<String> = definitions.iter().map(|found| text(&found.name)).collect();
    let unread = outputs
        .iter()
        .filter(|output| !defined.contains(&text(&output.name)));
    definitions.extend(unread.map(|output| missing(output.name.clone())));
}

/// A definition that could not be read.
fn missing(name: Ident) -> Definition {
    Definition {
        docs: Vec::new(),
        shape: None,
        expr: Expr::missing(name.span()).into(),
        part: None,
        name,
    }
}

pub(super) fn skip_past_body(cursor: &mut Cursor) {
    while let Some(token) = cursor.next() {
        let body =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if body
            || cursor.peeks_word("fn")
            || cursor.peeks_word("struct")
            || cursor.peeks_word("pub")
            || cursor.peeks("#")
        {
            break;
        }
    }
}

/// `#[graph]`, `#[hessian]`.
fn is_option_alone(attribute: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(group)) = attribute.get(1) else {
        return false;
    };
    let inner = Cursor::inside(group);
    let word = inner.text().unwrap_or_default();
    word == "graph" || Options::NAMES.contains(&&*word)
}

fn graph_options(attribute: &[TokenTree]) -> Option<Group> {
    let TokenTree::Group(group) = attribute.get(1)? else {
        return None;
    };
    let mut inner = Cursor::inside(group);
    inner.word("graph")?;
    inner.group(Delimiter::Parenthesis)
}
