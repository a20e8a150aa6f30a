//! Tokens to syntax. The functions bear the names of the grammar in the README and descend in its order.
//!
//! `syn::Expr` cannot read this language: in Rust `^` binds looser than `+`, so it would read `x + y^2` as
//! `(x + y)^2`. Invariant: a tree is always returned. After an error the parser goes on at the next `;`, and the
//! definition that was hit keeps its name, so that its uses draw no second error.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::cursor::{Cursor, token_text};
use crate::errors::{Errors, Problem};
use crate::rule;
use crate::syntax::{
    Axis, Callee, Definition, Dim, Expr, ExprKind, Function, Input, Item, Loop, LoopKind, Operator,
    Options, Output, Param, Shape, place_of, text,
};

/// How deep an expression may nest; the stages recurse on it, and rustc's own stack is not ours to exhaust.
const DEEPEST: usize = 128;

/// The words of Rust that cannot name a value.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "type",
    "unsafe", "use", "where", "while", "_",
];

pub fn input(tokens: TokenStream) -> (Input, Errors) {
    let mut parser = Parser {
        errors: Errors::default(),
        depth: 0,
    };
    let last = tokens.clone().into_iter().last();
    let end = last.map_or_else(Span::call_site, |token| place_of(&token).end);
    let mut cursor = Cursor::new(tokens, end);
    let input = if parser.at_function(&cursor) {
        Input::Functions(parser.functions(&mut cursor))
    } else {
        Input::Inline(parser.inline(&mut cursor))
    };
    (input, parser.errors)
}

/// Reads one expression: the derivative column of the rule table.
pub fn formula(tokens: TokenStream) -> (Expr, Errors) {
    let mut parser = Parser {
        errors: Errors::default(),
        depth: 0,
    };
    let mut cursor = Cursor::new(tokens, Span::call_site());
    let expr = parser.expr(&mut cursor);
    parser.end_of(&cursor);
    (expr, parser.errors)
}

struct Parser {
    errors: Errors,
    depth: usize,
}

impl Parser {
    // input = inline | function+

    /// Whether a function starts here, behind attributes that might as well belong to a definition.
    fn at_function(&self, cursor: &Cursor) -> bool {
        let mut ahead = 0;
        while cursor.peeks_at(ahead, "#") {
            ahead += 2;
        }
        matches!(cursor.peek_at(ahead), Some(TokenTree::Ident(word)) if word == "fn" || word == "pub")
    }

    fn functions(&mut self, cursor: &mut Cursor) -> Vec<Function> {
        let mut functions = Vec::new();
        while !cursor.at_end() {
            functions.extend(self.function(cursor));
        }
        functions
    }

    // inline = declaration* definition+

    fn inline(&mut self, cursor: &mut Cursor) -> Function {
        if cursor.at_end() {
            self.errors.report(Span::call_site(), Problem::Empty);
        }
        let mut params = Vec::new();
        let mut definitions = Vec::new();
        while !cursor.at_end() {
            if self.at_declaration(cursor) {
                if !definitions.is_empty() {
                    self.errors
                        .report(cursor.place(), Problem::DeclarationAfterDefinition);
                }
                params.extend(self.declaration(cursor));
            } else if self.at_function(cursor) && !self.at_definition(cursor) {
                self.errors
                    .report(cursor.place(), Problem::FunctionInsideInline);
                break;
            } else {
                definitions.extend(self.definition(cursor));
            }
        }
        Function {
            attributes: Vec::new(),
            options: Options::default(),
            visibility: TokenStream::new(),
            name: Ident::new("graph", Span::call_site()),
            params,
            outputs: Vec::new(),
            definitions,
        }
    }

    // declaration = ["const"] name [":" shape] {"," …} ";"

    fn at_declaration(&self, cursor: &Cursor) -> bool {
        cursor.peeks_word("const")
            || matches!(cursor.peek(), Some(TokenTree::Ident(_)))
                && (cursor.peeks_at(1, ":")
                    && !cursor.peeks_at(1, "::")
                    && !self.at_other_equals(cursor)
                    || cursor.peeks_at(1, ",")
                    || cursor.peeks_at(1, ";"))
    }

    fn declaration(&mut self, cursor: &mut Cursor) -> Vec<Param> {
        let params = self.params(cursor);
        if cursor.sign(";").is_none() {
            if !cursor.at_end() {
                let found = cursor.text();
                self.errors.report(
                    cursor.place(),
                    Problem::Expected {
                        what: "`;` after a declaration",
                        found: found.as_deref(),
                    },
                );
            }
            cursor.skip_past_semicolon();
        }
        params
    }

    // function = attribute* [visibility] "fn" name "(" param,* ")" "->" outputs "{" definition* "}"

    fn function(&mut self, cursor: &mut Cursor) -> Option<Function> {
        let (attributes, options) = self.attributes(cursor);
        let visibility = self.visibility(cursor);
        if cursor.word("fn").is_none() {
            let found = cursor.text();
            let problem = match self.at_definition(cursor) {
                true => Problem::FunctionInsideInline,
                false => Problem::Expected {
                    what: "`fn`",
                    found: found.as_deref(),
                },
            };
            self.errors.report(cursor.place(), problem);
            self.skip_past_body(cursor);
            return None;
        }
        let Some(name) = self.name(cursor, "a function") else {
            self.skip_past_body(cursor);
            return None;
        };
        if cursor.peeks("<") {
            self.errors.report(cursor.place(), Problem::TypeParameters);
            while !cursor.at_end() && !matches!(cursor.peek(), Some(TokenTree::Group(_))) {
                cursor.next();
            }
        }
        let params = self.param_list(cursor);
        let outputs = match &params {
            Some(_) => self.outputs(cursor),
            None => None,
        };
        let definitions = self.body(cursor, outputs.as_deref());
        // Without a body the outputs are not missing one by one.
        let outputs = outputs
            .filter(|_| definitions.is_some())
            .unwrap_or_default();
        let (params, definitions) = (params.unwrap_or_default(), definitions.unwrap_or_default());
        Some(Function {
            attributes,
            options,
            visibility,
            name,
            params,
            outputs,
            definitions,
        })
    }

    fn skip_past_body(&mut self, cursor: &mut Cursor) {
        while let Some(token) = cursor.next() {
            let body =
                matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            if body || cursor.peeks_word("fn") || cursor.peeks_word("pub") || cursor.peeks("#") {
                break;
            }
        }
    }

    /// Splits `#[graph(…)]` from the attributes that are handed on.
    fn attributes(&mut self, cursor: &mut Cursor) -> (Vec<TokenStream>, Options) {
        let (mut attributes, mut options) = (Vec::new(), Options::default());
        while let Some(attribute) = self.attribute(cursor) {
            match graph_options(&attribute) {
                Some(list) => self.options(&list, &mut options),
                None => attributes.push(attribute.into_iter().collect()),
            }
        }
        (attributes, options)
    }

    fn attribute(&mut self, cursor: &mut Cursor) -> Option<Vec<TokenTree>> {
        if !cursor.peeks("#") || !matches!(cursor.peek_at(1), Some(TokenTree::Group(_))) {
            return None;
        }
        Some(vec![cursor.next()?, cursor.next()?])
    }

    fn options(&mut self, list: &Group, options: &mut Options) {
        let mut cursor = Cursor::inside(list);
        while !cursor.at_end() {
            let name = cursor.text().unwrap_or_default();
            if !options.set(&name, cursor.place().start) {
                let near = rule::nearest(&name, Options::NAMES);
                self.errors
                    .report(cursor.place(), Problem::UnknownOption { name: &name, near });
            }
            cursor.next();
            cursor.sign(",");
        }
    }

    fn visibility(&mut self, cursor: &mut Cursor) -> TokenStream {
        let mut tokens = TokenStream::new();
        if cursor.peeks_word("pub") {
            tokens.extend(cursor.next());
            tokens.extend(cursor.group(Delimiter::Parenthesis).map(TokenTree::from));
        }
        tokens
    }

    fn name(&mut self, cursor: &mut Cursor, role: &'static str) -> Option<Ident> {
        let place = cursor.place();
        match cursor.ident() {
            Some(name) if KEYWORDS.contains(&name.to_string().as_str()) => {
                self.errors.report(
                    place,
                    Problem::KeywordAsName {
                        word: &name.to_string(),
                        role,
                    },
                );
                None
            }
            Some(name) => Some(name),
            None => {
                let found = cursor.text();
                self.errors.report(
                    place,
                    Problem::ExpectedName {
                        found: found.as_deref(),
                        role,
                    },
                );
                None
            }
        }
    }

    fn param_list(&mut self, cursor: &mut Cursor) -> Option<Vec<Param>> {
        let Some(group) = cursor.group(Delimiter::Parenthesis) else {
            let found = cursor.text();
            self.errors.report(
                cursor.place(),
                Problem::Expected {
                    what: "`(` and the inputs",
                    found: found.as_deref(),
                },
            );
            return None;
        };
        let mut inner = Cursor::inside(&group);
        let params = self.params(&mut inner);
        if !inner.at_end() {
            let found = inner.text();
            self.errors.report(
                inner.place(),
                Problem::Expected {
                    what: "`,` between inputs",
                    found: found.as_deref(),
                },
            );
        }
        Some(params)
    }

    // param = ["const"] name [":" shape]

    fn params(&mut self, cursor: &mut Cursor) -> Vec<Param> {
        let mut params = Vec::new();
        while !cursor.at_end() && !cursor.peeks(";") {
            let constant = cursor.word("const").is_some();
            self.modifiers(cursor);
            let name = self.name(cursor, "an input");
            let before = self.errors_so_far();
            let shape = self.optional_shape(cursor);
            let unreadable = shape.is_none() && self.errors_so_far() > before;
            let constant = constant || shape.as_ref().is_some_and(|shape| shape.index);
            if name.is_none() {
                skip_to_comma(cursor);
            }
            params.extend(name.map(|name| Param {
                name,
                constant,
                shape,
                unreadable,
            }));
            if cursor.sign(",").is_none() {
                break;
            }
        }
        params
    }

    /// What Rust writes in front of a parameter and a graph does not.
    fn modifiers(&mut self, cursor: &mut Cursor) {
        while cursor.peeks("&") || cursor.peeks_word("mut") || cursor.peeks_word("ref") {
            let word = cursor.text().unwrap_or_default();
            self.errors
                .report(cursor.place(), Problem::InputModifier { word: &word });
            cursor.next();
        }
    }

    fn optional_shape(&mut self, cursor: &mut Cursor) -> Option<Shape> {
        cursor.sign(":")?;
        self.shape(cursor)
    }

    // shape = "[" dim,+ "]" | "index" "[" dim "]"

    fn shape(&mut self, cursor: &mut Cursor) -> Option<Shape> {
        let start = cursor.place();
        let index = cursor.word("index").is_some();
        let Some(group) = cursor.group(Delimiter::Bracket) else {
            let found = cursor.text();
            let problem = match &found {
                Some(found) => Problem::TypeAsShape { found },
                None => Problem::Expected {
                    what: "a shape such as `[n, 3]`",
                    found: None,
                },
            };
            self.errors.report(cursor.place(), problem);
            skip_to_comma(cursor);
            return None;
        };
        let place = start.to(place_of(&group.clone().into()));
        let mut inner = Cursor::inside(&group);
        let mut dims = Vec::new();
        while !inner.at_end() {
            let dim = self.dim(&mut inner)?;
            dims.push(dim);
            if inner.sign(",").is_none() {
                break;
            }
        }
        if !inner.at_end() {
            let found = inner.text().unwrap_or_default();
            self.errors
                .report(inner.place(), Problem::BadDim { found: &found });
            return None;
        }
        if dims.is_empty() {
            self.errors.report(place, Problem::BadDim { found: "]" });
            return None;
        }
        if index && dims.len() != 1 {
            self.errors.report(
                place,
                Problem::Expected {
                    what: "one dimension in `index[n]`",
                    found: Some(","),
                },
            );
            return None;
        }
        Some(Shape { index, dims, place })
    }

    // dim = integer literal | name

    fn dim(&mut self, cursor: &mut Cursor) -> Option<Dim> {
        let start = cursor.place();
        let mut dim = Dim {
            name: None,
            offset: 0,
            place: start,
        };
        match cursor.next() {
            Some(TokenTree::Ident(name)) if !KEYWORDS.contains(&name.to_string().as_str()) => {
                dim.name = Some(name);
            }
            Some(token) => match integer(&token) {
                Some(value) => dim.offset = value,
                None => {
                    self.errors.report(
                        start,
                        Problem::BadDim {
                            found: &token_text(&token),
                        },
                    );
                    return None;
                }
            },
            None => {
                self.errors
                    .report(start, Problem::BadDim { found: "the end" });
                return None;
            }
        }
        while dim.name.is_some() && (cursor.peeks("+") || cursor.peeks("-")) {
            let sign = if cursor.sign("+").is_some() { 1 } else { -1 };
            cursor.sign("-");
            let place = cursor.place();
            let token = cursor.next();
            let Some(value) = token.as_ref().and_then(integer) else {
                let found = token
                    .as_ref()
                    .map_or_else(|| "the end".to_owned(), token_text);
                self.errors.report(place, Problem::BadDim { found: &found });
                return None;
            };
            dim.offset += sign * value;
            dim.place = start.to(place);
        }
        Some(dim)
    }

    // outputs = output | "(" output,+ ")"        output = name [":" shape]

    fn outputs(&mut self, cursor: &mut Cursor) -> Option<Vec<Output>> {
        if cursor.sign("->").is_none() {
            let found = cursor.text();
            self.errors.report(
                cursor.place(),
                Problem::Expected {
                    what: "`->` and the output's name",
                    found: found.as_deref(),
                },
            );
            return None;
        }
        match cursor.group(Delimiter::Parenthesis) {
            Some(group) => {
                let mut inner = Cursor::inside(&group);
                let mut outputs = Vec::new();
                while !inner.at_end() {
                    outputs.extend(self.output(&mut inner));
                    if inner.sign(",").is_none() {
                        break;
                    }
                }
                self.end_of(&inner);
                Some(outputs)
            }
            None => self.output(cursor).map(|output| vec![output]),
        }
    }

    fn output(&mut self, cursor: &mut Cursor) -> Option<Output> {
        if let Some(TokenTree::Ident(name)) = cursor.peek()
            && TYPE_SUFFIXES.contains(&name.to_string().as_str())
        {
            let found = name.to_string();
            self.errors
                .report(cursor.place(), Problem::TypeAsOutput { found: &found });
            cursor.next();
            return None;
        }
        let name = self.name(cursor, "an output")?;
        let shape = self.optional_shape(cursor);
        Some(Output { name, shape })
    }

    /// The definitions. No outputs means that the head could not be read, and then nothing is said about a missing body.
    fn body(&mut self, cursor: &mut Cursor, outputs: Option<&[Output]>) -> Option<Vec<Definition>> {
        let Some(group) = cursor.group(Delimiter::Brace) else {
            if outputs.is_some() {
                let found = cursor.text();
                self.errors.report(
                    cursor.place(),
                    Problem::Expected {
                        what: "`{` and the definitions",
                        found: found.as_deref(),
                    },
                );
            }
            self.skip_past_body(cursor);
            return None;
        };
        let mut inner = Cursor::inside(&group);
        let (mut definitions, mut unreadable) = (Vec::new(), false);
        while !inner.at_end() {
            let before = self.errors_so_far();
            let definition = self.definition(&mut inner);
            unreadable |= definition.is_none() && self.errors_so_far() > before;
            definitions.extend(definition);
        }
        // What could not be read may have been meant as the definition of an output.
        for output in outputs.into_iter().flatten().filter(|_| unreadable) {
            if !definitions
                .iter()
                .any(|definition: &Definition| definition.name == output.name)
            {
                definitions.push(Definition {
                    docs: Vec::new(),
                    name: output.name.clone(),
                    shape: None,
                    expr: Expr::missing(output.name.span()),
                });
            }
        }
        Some(definitions)
    }

    // definition = name [":" shape] "=" expr ";"

    fn at_definition(&self, cursor: &Cursor) -> bool {
        matches!(cursor.peek(), Some(TokenTree::Ident(_)))
            && cursor.peeks_at(1, "=")
            && !cursor.peeks_at(1, "==")
    }

    /// A shape in brackets between a definition's name and its `=`; any other type is left for `equals` to report.
    fn shape_of_definition(&mut self, cursor: &mut Cursor) -> Option<Shape> {
        let brackets = matches!(cursor.peek_at(1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
        match cursor.peeks(":") && brackets {
            true => self.optional_shape(cursor),
            false => None,
        }
    }

    fn definition(&mut self, cursor: &mut Cursor) -> Option<Definition> {
        let mut docs = Vec::new();
        while let Some(attribute) = self.attribute(cursor) {
            docs.push(attribute.into_iter().collect());
        }
        if cursor.sign(";").is_some() {
            return None;
        }
        self.words_before_definition(cursor);
        if !self.at_definition(cursor) && !self.at_other_equals(cursor) {
            self.not_a_definition(cursor);
            return None;
        }
        let name = self.name(cursor, "a definition");
        let shape = self.shape_of_definition(cursor);
        self.equals(cursor);
        let before = self.errors_so_far();
        let mut expr = self.expr(cursor);
        let failed = self.errors_so_far() > before;
        if !self.end_of_definition(cursor, failed) {
            expr = Expr::missing(expr.place);
        }
        Some(Definition {
            docs,
            name: name?,
            shape,
            expr,
        })
    }

    /// `let z = x`, `mut z = x`.
    fn words_before_definition(&mut self, cursor: &mut Cursor) {
        let words = ["let", "mut", "const", "static"];
        let place = cursor.place();
        let mut first = None;
        while let Some(word) = words.iter().find(|word| cursor.peeks_word(word)) {
            cursor.next();
            first.get_or_insert(*word);
        }
        if let Some(word) = first {
            self.errors.report(place, Problem::Let { word });
        }
    }

    /// `z := x`, `z == x`, `z: f64 = x`.
    fn at_other_equals(&self, cursor: &Cursor) -> bool {
        let shape = matches!(
            cursor.peek_at(2),
            Some(TokenTree::Ident(_) | TokenTree::Group(_))
        );
        let typed = cursor.peeks_at(1, ":")
            && (cursor.peeks_at(2, "=") || shape && cursor.peeks_at(3, "="));
        matches!(cursor.peek(), Some(TokenTree::Ident(_))) && (typed || cursor.peeks_at(1, "=="))
    }

    fn equals(&mut self, cursor: &mut Cursor) {
        let place = cursor.place();
        let end = cursor
            .peek_at(1)
            .map_or(place, |token| place.to(place_of(token)));
        if let Some(sign) = [":=", "=="].into_iter().find(|sign| cursor.peeks(sign)) {
            cursor.sign(sign);
            self.errors.report(end, Problem::NotEquals { sign });
        } else if cursor.sign(":").is_some() {
            self.errors.report(place, Problem::TypedDefinition);
            while !cursor.at_end() && cursor.sign("=").is_none() {
                cursor.next();
            }
        } else {
            cursor.sign("=");
        }
    }

    fn not_a_definition(&mut self, cursor: &mut Cursor) {
        let found = cursor.text().unwrap_or_default();
        let place = cursor.place();
        let is_name = matches!(cursor.peek(), Some(TokenTree::Ident(_)));
        let compound = ["+=", "-=", "*=", "/=", "^=", "%=", "@="]
            .into_iter()
            .find(|sign| is_name && cursor.peeks_at(1, sign));
        let (mut named, mut count, mut end) = (false, 0, place);
        while !cursor.at_end() && !cursor.peeks(";") {
            end = cursor.place();
            count += 1;
            named |= cursor.peeks("=") && !cursor.peeks("==");
            cursor.next();
        }
        cursor.sign(";");
        match compound {
            Some(sign) => self
                .errors
                .report(place, Problem::CompoundAssignment { name: &found, sign }),
            None if found == "return" => self.errors.report(place, Problem::Return),
            None if KEYWORDS.contains(&found.as_str()) && found != "if" => self.errors.report(
                place,
                Problem::KeywordAsName {
                    word: &found,
                    role: "a definition",
                },
            ),
            None if named || count < 2 && !is_name => self
                .errors
                .report(place, Problem::ExpectedDefinition { found: &found }),
            None => self.errors.report(place.to(end), Problem::Nameless),
        }
    }

    /// A definition ends with `;`, with the input, or, by mistake, where the next one starts; else it is none.
    fn end_of_definition(&mut self, cursor: &mut Cursor, failed: bool) -> bool {
        if cursor.sign(";").is_some() || cursor.at_end() {
            return true;
        }
        if self.at_definition(cursor) {
            let before = cursor.text().unwrap_or_default();
            self.errors.report(
                cursor.place(),
                Problem::MissingSemicolon { before: &before },
            );
            return true;
        }
        if !failed {
            self.unexpected(cursor);
        }
        cursor.skip_past_semicolon();
        false
    }

    fn errors_so_far(&self) -> usize {
        self.errors.len()
    }

    /// Something stands where an expression has ended.
    fn unexpected(&mut self, cursor: &Cursor) {
        let (place, found) = cursor.whole_sign();
        let problem = match cursor.peek() {
            Some(TokenTree::Ident(word)) if word == "as" => Problem::Cast,
            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                '%' => Problem::Remainder,
                '?' => Problem::Ternary,
                ',' | '=' | ':' | '\'' | '#' | '$' | '~' => Problem::Expected {
                    what: "an operator or `;`",
                    found: Some(&found),
                },
                _ => Problem::UnknownOperator { sign: &found },
            },
            _ => Problem::MissingOperator { found: &found },
        };
        self.errors.report(place, problem);
    }

    /// Reports what is left, and whether nothing is.
    fn end_of(&mut self, cursor: &Cursor) -> bool {
        if !cursor.at_end() {
            self.unexpected(cursor);
        }
        cursor.at_end()
    }

    // expr = "if" … | infix, with conditions as the loosest levels

    fn expr(&mut self, cursor: &mut Cursor) -> Expr {
        self.depth += 1;
        let expr = if self.depth > DEEPEST {
            self.errors.report(cursor.place(), Problem::TooDeep);
            let place = cursor.place();
            cursor.skip_to_semicolon();
            Expr::missing(place)
        } else {
            self.either(cursor)
        };
        self.depth -= 1;
        expr
    }

    fn either(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["||"], Parser::both)
    }

    fn both(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["&&"], Parser::comparison)
    }

    fn comparison(&mut self, cursor: &mut Cursor) -> Expr {
        let left = self.additive(cursor);
        let Some(operator) = comparison_sign(cursor) else {
            return left;
        };
        let right = self.additive(cursor);
        let mut chained = false;
        while let Some(second) = comparison_sign(cursor) {
            if !chained {
                self.errors.report(second.span, Problem::ChainedComparison);
            }
            chained = true;
            self.additive(cursor);
        }
        infix(operator, left, right)
    }

    // infix = "+" "-" | "*" "/" "@" | unary "-" | "^"       loosest first

    fn additive(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["+", "-"], Parser::multiplicative)
    }

    fn multiplicative(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["*", "/", "@"], Parser::unary)
    }

    /// Operands of the next tighter level, joined by any of the signs and applied from the left.
    fn chain(
        &mut self,
        cursor: &mut Cursor,
        signs: &[&str],
        operand: fn(&mut Parser, &mut Cursor) -> Expr,
    ) -> Expr {
        let first = operand(self, cursor);
        let mut rest = Vec::new();
        loop {
            let double_star = cursor.peeks("**");
            let Some(operator) = one_of(cursor, signs, 2) else {
                break;
            };
            if double_star {
                let place = crate::syntax::Place::from(operator.span).to(cursor.place());
                self.errors.report(place, Problem::DoubleStar);
                cursor.next();
            }
            rest.push((operator, operand(self, cursor)));
        }
        match rest.last() {
            None => first,
            Some((_, last)) => {
                let place = first.place.to(last.place);
                Expr::new(
                    ExprKind::Chain {
                        first: Box::new(first),
                        rest,
                    },
                    place,
                )
            }
        }
    }

    /// Signs in front: `-` binds looser than `^`, and `!` turns a condition around.
    fn unary(&mut self, cursor: &mut Cursor) -> Expr {
        let mut signs = Vec::new();
        while cursor.sign("+").is_some() {}
        while let Some(operator) = one_of(cursor, &["-", "!"], 1) {
            signs.push(operator);
            while cursor.sign("+").is_some() {}
        }
        let mut expr = self.power(cursor);
        if signs.len() > DEEPEST {
            self.errors.report(signs[0].span, Problem::TooDeep);
            signs.truncate(DEEPEST);
        }
        for operator in signs.into_iter().rev() {
            let place = crate::syntax::Place::from(operator.span).to(expr.place);
            let callee = Callee::Operator(operator);
            expr = Expr::new(
                ExprKind::Call {
                    callee,
                    args: vec![expr],
                    axis: None,
                },
                place,
            );
        }
        expr
    }

    /// `a^b^c` is `a^(b^c)`, and the exponent may carry a sign: `2^-x`.
    fn power(&mut self, cursor: &mut Cursor) -> Expr {
        let base = self.postfix(cursor);
        let Some(operator) = one_of(cursor, &["^"], 2) else {
            return base;
        };
        self.depth += 1;
        let exponent = if self.depth > DEEPEST {
            self.errors.report(operator.span, Problem::TooDeep);
            cursor.skip_to_semicolon();
            Expr::missing(operator.span)
        } else {
            self.unary(cursor)
        };
        self.depth -= 1;
        infix(operator, base, exponent)
    }

    // postfix = call(args) | x[i] | x[i, j] | x[a..b] | x.T

    fn postfix(&mut self, cursor: &mut Cursor) -> Expr {
        let mut expr = self.primary(cursor);
        loop {
            if let Some(group) = cursor.group(Delimiter::Bracket) {
                let place = expr.place.to(place_of(&group.clone().into()));
                let items = self.items(&group);
                let base = Box::new(expr);
                let kind = match items.is_empty() {
                    true => ExprKind::Missing,
                    false => ExprKind::Index { base, items },
                };
                expr = Expr::new(kind, place);
            } else if cursor.peeks(".") && !cursor.peeks("..") {
                cursor.sign(".");
                expr = self.property(cursor, expr);
            } else {
                return expr;
            }
        }
    }

    fn property(&mut self, cursor: &mut Cursor, base: Expr) -> Expr {
        let place = cursor.place();
        if cursor.word("T").is_some() {
            let whole = base.place.to(place);
            return Expr::new(ExprKind::Transpose(Box::new(base)), whole);
        }
        let name = cursor.text().unwrap_or_else(|| "the end".to_owned());
        let of = match &base.kind {
            ExprKind::Name(name) => name.to_string(),
            _ => "…".to_owned(),
        };
        let problem = match name.as_str() {
            "powi" | "powf" => Problem::MethodPower {
                name: &name,
                base: &of,
            },
            _ if !rule::named(&name).is_empty() => Problem::MethodCall {
                name: &name,
                base: &of,
            },
            _ => Problem::UnknownPostfix { name: &name },
        };
        self.errors.report(place, problem);
        if !cursor.peeks(";") {
            cursor.next();
        }
        cursor.group(Delimiter::Parenthesis);
        Expr::missing(base.place.to(place))
    }

    fn items(&mut self, group: &Group) -> Vec<Item> {
        let mut cursor = Cursor::inside(group);
        let mut items = Vec::new();
        if cursor.at_end() {
            self.errors.report(
                place_of(&group.clone().into()),
                Problem::Expected {
                    what: "an index",
                    found: Some("]"),
                },
            );
        }
        while !cursor.at_end() {
            items.push(self.item(&mut cursor));
            if cursor.sign(",").is_none() {
                break;
            }
        }
        self.end_of(&cursor);
        items
    }

    fn item(&mut self, cursor: &mut Cursor) -> Item {
        let start = cursor.place();
        let from = if cursor.peeks("..") {
            None
        } else {
            Some(self.additive(cursor))
        };
        let inclusive = cursor.peeks("..=");
        if cursor.sign("..=").or_else(|| cursor.sign("..")).is_none() {
            return Item::At(from.unwrap_or_else(|| Expr::missing(start)));
        }
        let to = if cursor.at_end() || cursor.peeks(",") {
            None
        } else {
            Some(self.additive(cursor))
        };
        let end = to.as_ref().map_or(start, |to| to.place);
        Item::Range {
            from,
            to,
            inclusive,
            place: start.to(end),
        }
    }

    fn primary(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        match cursor.peek() {
            Some(TokenTree::Literal(_)) => self.number(cursor),
            Some(TokenTree::Ident(_)) => self.word(cursor),
            Some(TokenTree::Group(group)) => {
                let group = group.clone();
                cursor.next();
                self.group(&group)
            }
            Some(TokenTree::Punct(_)) if cursor.peeks("::") => self.path(cursor),
            Some(TokenTree::Punct(_)) if cursor.peeks("&") || cursor.peeks("*") => {
                self.reference(cursor)
            }
            _ => {
                let found = cursor.text();
                self.errors.report(
                    place,
                    Problem::ExpectedExpression {
                        found: found.as_deref(),
                    },
                );
                Expr::missing(place)
            }
        }
    }

    /// `&x` and `*x` are read as `x`, once it is said that they are not written.
    fn reference(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        let sign = cursor.text().unwrap_or_default();
        while cursor.peeks("&") || cursor.peeks("*") || cursor.peeks_word("mut") {
            cursor.next();
        }
        if cursor.at_end() || matches!(cursor.peek(), Some(TokenTree::Punct(_))) {
            let found = Some(sign.as_str());
            self.errors
                .report(place, Problem::ExpectedExpression { found });
            return Expr::missing(place);
        }
        self.errors
            .report(place, Problem::Reference { sign: &sign });
        self.postfix(cursor)
    }

    fn group(&mut self, group: &Group) -> Expr {
        let place = place_of(&group.clone().into());
        match group.delimiter() {
            Delimiter::Brace => Expr::new(ExprKind::Rust(group.stream()), place),
            Delimiter::Bracket => {
                let entries = self.arguments(&mut Cursor::inside(group)).0;
                if entries.is_empty() {
                    self.errors.report(place, Problem::EmptyArray);
                    return Expr::missing(place);
                }
                Expr::new(ExprKind::Array(entries), place)
            }
            Delimiter::Parenthesis | Delimiter::None => {
                let mut inner = Cursor::inside(group);
                let before = self.errors_so_far();
                let expr = self.expr(&mut inner);
                if self.errors_so_far() == before && !self.end_of(&inner) {
                    return Expr::missing(place);
                }
                Expr::new(expr.kind, place)
            }
        }
    }

    fn number(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        let Some(TokenTree::Literal(literal)) = cursor.next() else {
            return Expr::missing(place);
        };
        let source = literal.to_string();
        let (digits, suffix) = match syn::Lit::new(literal) {
            syn::Lit::Int(number) => (
                number.base10_digits().to_owned(),
                number.suffix().to_owned(),
            ),
            syn::Lit::Float(number) => (
                number.base10_digits().to_owned(),
                number.suffix().to_owned(),
            ),
            other => {
                let problem = Problem::NotANumber {
                    what: literal_kind(&other),
                    literal: &source,
                };
                self.errors.report(place, problem);
                return Expr::missing(place);
            }
        };
        if !suffix.is_empty() {
            let number = source
                .strip_suffix(&suffix)
                .unwrap_or(&digits)
                .trim_end_matches('_');
            let is_type = syn::parse_str::<syn::Ident>(&suffix).is_ok()
                && TYPE_SUFFIXES.contains(&suffix.as_str());
            let problem = match is_type {
                true => Problem::NumberSuffix {
                    number,
                    suffix: &suffix,
                },
                false => Problem::NumberGluedToName {
                    number,
                    name: &suffix,
                },
            };
            self.errors.report(place, problem);
            return Expr::missing(place);
        }
        match digits.parse() {
            Ok(value) => Expr::new(ExprKind::Number(value), place),
            Err(_) => {
                self.errors.report(
                    place,
                    Problem::NotANumber {
                        what: "the literal",
                        literal: &source,
                    },
                );
                Expr::missing(place)
            }
        }
    }

    fn word(&mut self, cursor: &mut Cursor) -> Expr {
        if cursor.peeks_word("if") {
            return self.conditional(cursor);
        }
        let place = cursor.place();
        let path_word = ["crate", "self", "super", "Self"]
            .iter()
            .any(|word| cursor.peeks_word(word));
        if path_word && cursor.peeks_at(1, "::") || cursor.peeks_at(1, "::") {
            return self.path(cursor);
        }
        let Some(name) = cursor.ident() else {
            return Expr::missing(place);
        };
        let word = name.to_string();
        if word == "true" || word == "false" {
            let what = "the truth value";
            let literal = &word;
            self.errors
                .report(place, Problem::NotANumber { what, literal });
            return Expr::missing(place);
        }
        if KEYWORDS.contains(&word.as_str()) {
            let rust = format!("{word}{}", self.skip_rust(cursor));
            let problem = match rust.as_str() {
                "_" => Problem::ExpectedExpression { found: Some("_") },
                rust => Problem::Keyword { word: &word, rust },
            };
            self.errors.report(place, problem);
            return Expr::missing(place);
        }
        if !rule::named(&word).is_empty()
            && let Some(TokenTree::Ident(_) | TokenTree::Literal(_)) = cursor.peek()
            && !self.at_definition(cursor)
            && !["else", "in", "as"]
                .iter()
                .any(|word| cursor.peeks_word(word))
        {
            let argument = cursor.text().unwrap_or_default();
            self.errors.report(
                place,
                Problem::CallWithoutBrackets {
                    name: &word,
                    argument: &argument,
                },
            );
            self.postfix(cursor);
            return Expr::missing(place);
        }
        match cursor.group(Delimiter::Parenthesis) {
            Some(group) => self.call(vec![name.clone()], name.to_token_stream(), &group, place),
            None => Expr::new(ExprKind::Name(name), place),
        }
    }

    /// Passes over what looks like the rest of a Rust expression (`self.decay`), so that it draws one error only.
    fn skip_rust(&mut self, cursor: &mut Cursor) -> String {
        let mut passed = String::new();
        while cursor.peeks(".") && !cursor.peeks("..") {
            let call = [cursor.next(), cursor.next()];
            passed.extend(call.iter().flatten().map(token_text));
            if cursor.group(Delimiter::Parenthesis).is_some() {
                passed += "(…)";
            }
        }
        match passed.is_empty() {
            true => " …".to_owned(),
            false => passed,
        }
    }

    fn path(&mut self, cursor: &mut Cursor) -> Expr {
        let start = cursor.place();
        let mut end = start;
        let mut segments = Vec::new();
        let mut tokens = TokenStream::new();
        loop {
            if cursor.peeks("::") {
                tokens.extend(cursor.next());
                tokens.extend(cursor.next());
            } else if !segments.is_empty() {
                break;
            }
            end = cursor.place();
            if cursor.peeks("<") {
                self.errors.report(end, Problem::Turbofish);
                while !cursor.at_end() && !cursor.peeks(";") && cursor.sign(">").is_none() {
                    cursor.next();
                }
                cursor.group(Delimiter::Parenthesis);
                return Expr::missing(end);
            }
            let Some(segment) = cursor.ident() else {
                let found = cursor.text();
                self.errors.report(
                    end,
                    Problem::ExpectedName {
                        found: found.as_deref(),
                        role: "a function",
                    },
                );
                return Expr::missing(end);
            };
            tokens.extend(std::iter::once(TokenTree::from(segment.clone())));
            segments.push(segment);
        }
        match cursor.group(Delimiter::Parenthesis) {
            Some(group) => self.call(segments, tokens, &group, start.to(end)),
            None => {
                let path = tokens.to_string().replace(' ', "");
                self.errors
                    .report(start.to(end), Problem::Path { path: &path });
                Expr::missing(start.to(end))
            }
        }
    }

    fn call(
        &mut self,
        segments: Vec<Ident>,
        tokens: TokenStream,
        group: &Group,
        name: crate::syntax::Place,
    ) -> Expr {
        let place = name.to(place_of(&group.clone().into()));
        if segments.len() == 1
            && let Some(kind) = self.loop_kind(&segments[0], group)
        {
            return self.repetition(kind, group, place);
        }
        let (args, axis) = self.arguments(&mut Cursor::inside(group));
        Expr::new(
            ExprKind::Call {
                callee: Callee::Path { segments, tokens },
                args,
                axis,
            },
            place,
        )
    }

    /// Arguments separated by commas; `axis = 1` may stand last.
    fn arguments(&mut self, cursor: &mut Cursor) -> (Vec<Expr>, Option<Axis>) {
        let (mut args, mut axis) = (Vec::new(), None);
        while !cursor.at_end() {
            if self.at_definition(cursor) {
                axis = self.axis(cursor);
            } else {
                let before = self.errors_so_far();
                let mut arg = self.expr(cursor);
                if !cursor.at_end() && !cursor.peeks(",") {
                    if self.errors_so_far() == before {
                        self.unexpected(cursor);
                    }
                    skip_to_comma(cursor);
                    arg = Expr::missing(arg.place);
                }
                args.push(arg);
            }
            if cursor.sign(",").is_none() {
                break;
            }
        }
        (args, axis)
    }

    fn axis(&mut self, cursor: &mut Cursor) -> Option<Axis> {
        let place = cursor.place();
        let name = cursor.ident()?;
        cursor.sign("=");
        if name != "axis" {
            self.errors
                .report(place, Problem::NamedArgument { name: &text(&name) });
            self.expr(cursor);
            return None;
        }
        let negative = cursor.sign("-").is_some();
        let value_place = cursor.place();
        let found = cursor.text();
        let value = cursor.next().as_ref().and_then(integer);
        let Some(value) = value else {
            self.errors.report(
                value_place,
                Problem::Expected {
                    what: "a literal axis such as `axis = 0`",
                    found: found.as_deref(),
                },
            );
            return None;
        };
        Some(Axis {
            value: if negative { -value } else { value },
            span: value_place.start,
        })
    }

    // sum = "sum" "(" name "in" a ".." b "," expr ")"       fold = "fold" "(" acc "=" expr "," name "in" …

    fn loop_kind(&mut self, name: &Ident, group: &Group) -> Option<&'static str> {
        let inner = Cursor::inside(group);
        let over = matches!(inner.peek(), Some(TokenTree::Ident(_)))
            && matches!(inner.peek_at(1), Some(TokenTree::Ident(word)) if word == "in");
        match name.to_string().as_str() {
            "sum" if over => Some("sum"),
            "prod" if over => Some("prod"),
            "fold" => Some("fold"),
            _ => None,
        }
    }

    fn repetition(&mut self, kind: &str, group: &Group, place: crate::syntax::Place) -> Expr {
        let mut cursor = Cursor::inside(group);
        let kind = match kind {
            "sum" => Some(LoopKind::Sum),
            "prod" => Some(LoopKind::Prod),
            _ => self.accumulator(&mut cursor),
        };
        let parsed = kind.and_then(|kind| self.loop_body(kind, &mut cursor));
        match parsed {
            Some(repetition) => {
                self.end_of(&cursor);
                Expr::new(ExprKind::Loop(Box::new(repetition)), place)
            }
            None => Expr::missing(place),
        }
    }

    fn accumulator(&mut self, cursor: &mut Cursor) -> Option<LoopKind> {
        let accumulator = self.name(cursor, "the carried value")?;
        self.expect(cursor, "=", "`=` and the first value")?;
        let start = self.expr(cursor);
        self.expect(cursor, ",", "`,`")?;
        Some(LoopKind::Fold { accumulator, start })
    }

    fn loop_body(&mut self, kind: LoopKind, cursor: &mut Cursor) -> Option<Loop> {
        let variable = self.name(cursor, "the loop's index")?;
        if cursor.word("in").is_none() {
            let found = cursor.text();
            self.errors.report(
                cursor.place(),
                Problem::Expected {
                    what: "`in`",
                    found: found.as_deref(),
                },
            );
            return None;
        }
        let from = self.additive(cursor);
        let inclusive = cursor.peeks("..=");
        if cursor.sign("..=").or_else(|| cursor.sign("..")).is_none() {
            let found = cursor.text();
            self.errors.report(
                cursor.place(),
                Problem::Expected {
                    what: "`..` and the end of the range",
                    found: found.as_deref(),
                },
            );
            return None;
        }
        let to = self.additive(cursor);
        self.expect(cursor, ",", "`,` and the loop's body")?;
        let body = self.expr(cursor);
        Some(Loop {
            kind,
            variable,
            from,
            to,
            inclusive,
            body,
        })
    }

    fn expect(&mut self, cursor: &mut Cursor, sign: &str, what: &'static str) -> Option<Span> {
        let span = cursor.sign(sign);
        if span.is_none() {
            let found = cursor.text();
            self.errors.report(
                cursor.place(),
                Problem::Expected {
                    what,
                    found: found.as_deref(),
                },
            );
        }
        span
    }

    // "if" cond "{" expr "}" "else" …

    fn conditional(&mut self, cursor: &mut Cursor) -> Expr {
        let start = cursor.place();
        let Some(keyword) = cursor.word("if") else {
            return Expr::missing(start);
        };
        let condition = self.expr(cursor);
        if !matches!(cursor.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
        {
            self.branch(cursor);
            cursor.skip_to_semicolon();
            return Expr::missing(start);
        }
        let yes = self.branch(cursor);
        if cursor.word("else").is_none() {
            self.errors.report(keyword, Problem::IfWithoutElse);
            return Expr::missing(start);
        }
        let no = if cursor.peeks_word("if") {
            self.nested_conditional(cursor)
        } else {
            self.branch(cursor)
        };
        let place = start.to(no.place);
        Expr::new(
            ExprKind::If {
                condition: Box::new(condition),
                yes: Box::new(yes),
                no: Box::new(no),
            },
            place,
        )
    }

    fn nested_conditional(&mut self, cursor: &mut Cursor) -> Expr {
        self.depth += 1;
        let expr = if self.depth > DEEPEST {
            self.errors.report(cursor.place(), Problem::TooDeep);
            let place = cursor.place();
            cursor.skip_to_semicolon();
            Expr::missing(place)
        } else {
            self.conditional(cursor)
        };
        self.depth -= 1;
        expr
    }

    fn branch(&mut self, cursor: &mut Cursor) -> Expr {
        let Some(group) = cursor.group(Delimiter::Brace) else {
            let found = cursor.text();
            self.errors.report(
                cursor.place(),
                Problem::Expected {
                    what: "`{` and a branch",
                    found: found.as_deref(),
                },
            );
            return Expr::missing(cursor.place());
        };
        let mut inner = Cursor::inside(&group);
        let before = self.errors_so_far();
        let expr = self.expr(&mut inner);
        if self.errors_so_far() == before && !self.end_of(&inner) {
            return Expr::missing(expr.place);
        }
        expr
    }
}

/// The suffixes that are Rust's number types rather than a name glued to a number.
const TYPE_SUFFIXES: &[&str] = &[
    "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

fn skip_to_comma(cursor: &mut Cursor) {
    while !cursor.at_end() && !cursor.peeks(",") && !cursor.peeks(";") {
        cursor.next();
    }
}

fn graph_options(attribute: &[TokenTree]) -> Option<Group> {
    let TokenTree::Group(group) = attribute.get(1)? else {
        return None;
    };
    let mut inner = Cursor::inside(group);
    inner.word("graph")?;
    inner.group(Delimiter::Parenthesis)
}

fn literal_kind(literal: &syn::Lit) -> &'static str {
    match literal {
        syn::Lit::Char(_) => "the character",
        syn::Lit::Byte(_) => "the byte",
        syn::Lit::Bool(_) => "the truth value",
        syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_) => "the string",
        _ => "the literal",
    }
}

fn integer(token: &TokenTree) -> Option<i64> {
    let TokenTree::Literal(literal) = token else {
        return None;
    };
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Int(number) if number.suffix().is_empty() => number.base10_parse().ok(),
        _ => None,
    }
}

/// The first of `signs` that stands here, as the operator it is between so many operands.
fn one_of(cursor: &mut Cursor, signs: &[&str], operands: usize) -> Option<Operator> {
    signs.iter().find_map(|sign| {
        // `->`, `-=` and the like are no operators of this language; `a - -b` is.
        let compound = sign.len() == 1 && cursor.peeks(&format!("{sign}="));
        if compound || *sign == "-" && cursor.peeks("->") {
            return None;
        }
        let rule = rule::operator(sign, operands)?;
        cursor.sign(sign).map(|span| Operator { rule, span })
    })
}

fn comparison_sign(cursor: &mut Cursor) -> Option<Operator> {
    if ["<<", ">>"].iter().any(|sign| cursor.peeks(sign)) {
        return None;
    }
    // The longer signs first, since the shorter ones begin them.
    ["<=", ">=", "==", "!=", "<", ">"]
        .into_iter()
        .find_map(|sign| {
            let rule = rule::operator(sign, 2)?;
            cursor.sign(sign).map(|span| Operator { rule, span })
        })
}

fn infix(operator: Operator, left: Expr, right: Expr) -> Expr {
    let place = left.place.to(right.place);
    let callee = Callee::Operator(operator);
    Expr::new(
        ExprKind::Call {
            callee,
            args: vec![left, right],
            axis: None,
        },
        place,
    )
}
