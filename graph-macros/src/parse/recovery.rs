//! What is written in other languages and not in this one: what to say about it, and how to go on behind it.
//!
//! Invariant: every function here reports one problem, and passes over all that would draw a second one.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::Parser;
use super::calls::at_state;
use crate::cursor::{Cursor, token_text};
use crate::elsewhere;
use crate::errors::{Names, Reading};
use crate::rule;
use crate::syntax::{Expr, ExprKind, Operator, Place, is_keyword, place_of, text};

impl Parser {
    /// Something stands where an expression has ended.
    pub(super) fn unexpected(&mut self, cursor: &Cursor) {
        let (place, found) = cursor.whole_sign();
        let problem = match cursor.peek() {
            Some(TokenTree::Ident(word)) => match &*word.to_string() {
                "as" => Reading::Cast,
                "if" => Reading::Choice {
                    written: "a if condition else b",
                },
                "mod" | "rem" if self.is_index => Reading::Remainder { sign: &found },
                "for" => Reading::LoopCall { name: "sum" },
                _ => Reading::MissingOperator { found: &found },
            },
            Some(TokenTree::Punct(_)) if cursor.peeks("->") => Reading::Closure,
            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                '%' if self.is_index => Reading::Remainder { sign: "%" },
                '?' => Reading::Choice {
                    written: "condition ? a : b",
                },
                '!' => Reading::Exclamation,
                '~' => Reading::Sampling,
                ',' | '=' | ':' | '\'' | '#' | '$' => Reading::Expected {
                    what: "an operator or `;`",
                    found: Some(&found),
                },
                _ => Reading::UnknownOperator { sign: &found },
            },
            _ => Reading::MissingOperator { found: &found },
        };
        self.errors.report(place, problem);
    }

    /// `Nett { x: 1 }`, where no struct has the name. What stands in braces behind a condition has definitions in it.
    pub(super) fn record_of_none(&mut self, cursor: &mut Cursor, name: &Ident) -> Option<Expr> {
        let brace = match cursor.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
            _ => return None,
        };
        let inner = Cursor::inside(brace);
        let is_field = matches!(inner.peek(), Some(TokenTree::Ident(_)))
            && (inner.peeks_at(1, ",") || inner.peeks_at(1, ":") && !inner.peeks_at(1, "::"));
        let mut tokens = (0..).map_while(|at| inner.peek_at(at));
        let is_equal =
            |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '=');
        if !is_field || tokens.any(is_equal) {
            return None;
        }
        let place = Place::from(name.span()).to(cursor.place());
        cursor.next();
        self.unknown_struct(name.span().into(), &text(name));
        Some(Expr::missing(place))
    }

    fn unknown_struct(&mut self, place: Place, name: &str) {
        let near = rule::nearest(name, self.structs.keys().map(String::as_str));
        self.errors
            .report(place, Names::UnknownStruct { name, near });
    }

    // In heads of functions.

    /// `f<T>(x)`.
    pub(super) fn type_parameters(&mut self, cursor: &mut Cursor) {
        if !cursor.peeks("<") {
            return;
        }
        self.errors.report(cursor.place(), Reading::TypeParameters);
        while !cursor.at_end() && !matches!(cursor.peek(), Some(TokenTree::Group(_))) {
            cursor.next();
        }
    }

    /// What Rust writes in front of a parameter: `&x`, `mut x`.
    pub(super) fn modifiers(&mut self, cursor: &mut Cursor) {
        while cursor.peeks("&") || cursor.peeks_word("mut") || cursor.peeks_word("ref") {
            let word = cursor.text().unwrap_or_default();
            self.errors
                .report(cursor.place(), Reading::InputModifier { word: &word });
            cursor.next();
        }
    }

    /// `x: f64`.
    pub(super) fn not_a_shape(&mut self, cursor: &mut Cursor) {
        match cursor.text() {
            Some(name) if name.starts_with(char::is_uppercase) && !is_rusts(&name) => {
                self.unknown_struct(cursor.place(), &name);
            }
            Some(found) => self
                .errors
                .report(cursor.place(), Reading::TypeAsShape { found: &found }),
            None => self.expected(cursor, "a shape such as `[n, 3]`"),
        }
        while !cursor.at_group(Delimiter::Brace)
            && !cursor.at_end()
            && ![",", ";", "="].iter().any(|sign| cursor.peeks(sign))
        {
            cursor.next();
        }
    }

    // Around definitions.

    /// `let z = x`, `mut z = x`, `real z = x`, `vector[3] z = x`: whether there were such words.
    pub(super) fn words_before_definition(&mut self, cursor: &mut Cursor) -> bool {
        let (place, word) = (cursor.place(), cursor.text().unwrap_or_default());
        let count = words_ahead(cursor);
        for _ in 0..count {
            cursor.next();
        }
        // Several names are one mistake, whatever stands in front of them.
        if count > 0 && several_names(cursor).is_none() {
            self.errors.report(place, Reading::Let { word: &word });
        }
        count > 0
    }

    /// `(a, b) = g(x);`, `a, b = g(x);`.
    pub(super) fn several_names(&mut self, cursor: &mut Cursor) -> bool {
        let Some((place, names)) = several_names(cursor) else {
            return false;
        };
        let words: Vec<String> = names.iter().map(text).collect();
        self.errors
            .report(place, Reading::SeveralNames { names: &words });
        self.passed.extend(names);
        cursor.skip_past_semicolon();
        true
    }

    /// Whether a definition is meant: `z := x`, `z == x`, `z <- x`, `z: f64 = x`.
    pub(super) fn at_other_equals(&self, cursor: &Cursor) -> bool {
        let shape = matches!(
            cursor.peek_at(2),
            Some(TokenTree::Ident(_) | TokenTree::Group(_))
        );
        let typed = cursor.peeks_at(1, ":")
            && (cursor.peeks_at(2, "=") || shape && cursor.peeks_at(3, "="));
        let other = ["==", "=>", "<-"].iter();
        matches!(cursor.peek(), Some(TokenTree::Ident(_)))
            && (typed || other.clone().any(|sign| cursor.peeks_at(1, sign)))
    }

    /// What stands in the place of `=`. Of a type behind `let` nothing more is said.
    pub(super) fn other_equals(&mut self, cursor: &mut Cursor, had_words: bool) {
        let place = cursor.place();
        let signs = [":=", "==", "=>", "<-"];
        if let Some(sign) = signs.into_iter().find(|sign| cursor.peeks(sign)) {
            let end = cursor.peek_at(1).map_or(place, place_of);
            cursor.sign(sign);
            self.errors
                .report(place.to(end), Reading::NotEquals { sign });
        } else if cursor.sign(":").is_some() {
            if !had_words {
                self.errors.report(place, Reading::TypedDefinition);
            }
            while !cursor.at_end() && cursor.sign("=").is_none() {
                cursor.next();
            }
        }
    }

    /// `x + 1;`, `x += 1;`, `return x;`: everything up to the `;`, as one mistake.
    pub(super) fn not_a_definition(&mut self, cursor: &mut Cursor) {
        let found = cursor.text().unwrap_or_default();
        let (place, start) = (cursor.place(), cursor.position());
        self.statement(cursor, &found, place);
        // What is defined in what was passed over is not unknown.
        let passed = assigned(cursor.since(start));
        self.passed.extend(passed);
    }

    fn statement(&mut self, cursor: &mut Cursor, found: &str, place: Place) {
        if LOOPS.contains(&found) {
            self.errors.report(place, Reading::Loop { word: found });
            return skip_loop(cursor);
        }
        if let Some(name) = function_here(cursor) {
            self.errors
                .report(place, Reading::FunctionHere { name: &text(&name) });
            self.passed.push(name);
            return skip_function(cursor, found);
        }
        let is_name = matches!(cursor.peek(), Some(TokenTree::Ident(_)));
        let compound = ["+=", "-=", "*=", "/=", "^=", "%=", "@="]
            .into_iter()
            .find(|sign| is_name && cursor.peeks_at(1, sign));
        let declared = declared_alone(cursor);
        let (mut named, mut count, mut end, mut sampling) = (false, 0, place, None);
        while !cursor.at_end() && !cursor.peeks(";") {
            end = cursor.place();
            count += 1;
            named |= cursor.peeks("=") && !cursor.peeks("==");
            if cursor.peeks("~") {
                sampling.get_or_insert(end);
            }
            cursor.next();
        }
        cursor.sign(";");
        if let Some(name) = &declared {
            let problem = Reading::Declaration { name };
            return self.errors.report(place.to(end), problem);
        }
        let (problem, place) = match (compound, sampling) {
            (Some("+="), _) if found == "target" => (Reading::Target, place),
            (Some(sign), _) => (Reading::CompoundAssignment { name: found, sign }, place),
            (_, Some(sign)) => (Reading::Sampling, sign),
            _ if found == "return" => (Reading::Return, place),
            _ if found == "if" => (Reading::IfStatement, place),
            _ if is_keyword(found) => {
                let (word, role) = (found, "a definition");
                (Reading::KeywordAsName { word, role }, place)
            }
            _ if named || count < 2 && !is_name => (Reading::ExpectedDefinition { found }, place),
            _ => (Reading::Nameless, place.to(end)),
        };
        self.errors.report(place, problem);
    }

    // In expressions.

    /// `{ d = x[i]; d^2 }` where a body stands: it is read as one, once it is said that it has no braces.
    pub(super) fn block_in_braces(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        let Some(TokenTree::Group(group)) = cursor.peek() else {
            return None;
        };
        let mut inner = Cursor::inside(group);
        if group.delimiter() != Delimiter::Brace || !self.at_definition(&inner) {
            return None;
        }
        self.errors.report(cursor.place(), Reading::BodyInBraces);
        cursor.next();
        Some(self.block(&mut inner))
    }

    /// A sign of another language, read as ours once that is said. One that is longer than any of ours here goes first.
    pub(super) fn sign_of_another_language(
        &mut self,
        cursor: &mut Cursor,
        signs: &[&'static str],
        operands: usize,
    ) -> Option<Operator> {
        let native = signs.iter().filter(|sign| cursor.peeks(sign));
        let longest = native.map(|sign| sign.len()).max().unwrap_or(0);
        let (written, sign) = elsewhere::SIGNS.iter().find(|(written, ours)| {
            signs.contains(ours) && written.len() > longest && at_sign(cursor, written)
        })?;
        if self.at_definition(cursor) {
            return None;
        }
        let rule = rule::operator(sign, operands)?;
        let start = cursor.place();
        let mut end = start;
        let is_word = cursor.peeks_word(written);
        for _ in 0..if is_word { 1 } else { written.len() } {
            end = cursor.place();
            cursor.next();
        }
        let place = start.to(end);
        let span = place.start;
        self.errors.report(
            place,
            Reading::Written {
                found: written,
                ours: sign,
            },
        );
        Some(Operator { rule, span })
    }

    /// `not x > 0`. With brackets behind it, it may be a function of the user's.
    pub(super) fn word_not(&mut self, cursor: &mut Cursor) -> bool {
        let operand = matches!(
            cursor.peek_at(1),
            Some(TokenTree::Ident(_) | TokenTree::Literal(_))
        );
        if !cursor.peeks_word("not") || !operand {
            return false;
        }
        let (found, ours) = ("not", "!");
        self.errors
            .report(cursor.place(), Reading::Written { found, ours });
        cursor.next();
        true
    }

    /// A condition is read, and no branch follows.
    pub(super) fn no_branch(&mut self, cursor: &Cursor) {
        let word = cursor.text().unwrap_or_default();
        let problem = match &*word {
            "" | ";" => return self.expected(cursor, "`{` and a branch"),
            "=" => Reading::Written {
                found: "=",
                ours: "==",
            },
            "is" => Reading::Written {
                found: "is",
                ours: "==",
            },
            "xor" => Reading::Written {
                found: "xor",
                ours: "a && !b || !a && b",
            },
            _ => Reading::Branch,
        };
        self.errors.report(cursor.place(), problem);
    }

    /// The branch of an `if` is read, and no `else` follows.
    pub(super) fn no_else(&mut self, cursor: &mut Cursor, keyword: Span) {
        let words = ["elif", "elseif", "elsif"];
        let Some(word) = words.into_iter().find(|word| cursor.peeks_word(word)) else {
            return self.errors.report(keyword, Reading::IfWithoutElse);
        };
        let (found, ours) = (word, "else if");
        self.errors
            .report(cursor.place(), Reading::Written { found, ours });
        cursor.skip_to_semicolon();
    }

    /// `&x` and `*x` are read as `x`, once it is said that they are not written.
    pub(super) fn reference(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        let sign = cursor.text().unwrap_or_default();
        while cursor.peeks("&") || cursor.peeks("*") || cursor.peeks_word("mut") {
            cursor.next();
        }
        if cursor.at_end() || matches!(cursor.peek(), Some(TokenTree::Punct(_))) {
            let found = Some(sign.as_str());
            self.errors
                .report(place, Reading::ExpectedExpression { found });
            return Expr::missing(place);
        }
        self.errors
            .report(place, Reading::Reference { sign: &sign });
        self.postfix(cursor)
    }

    /// `x.sin()`, `x.powi(2)`, `x.len`.
    pub(super) fn method(&mut self, cursor: &mut Cursor, base: &Expr) {
        if let ExprKind::Name(name) = &base.kind
            && cursor.at_group(Delimiter::Parenthesis)
        {
            let name = &text(name);
            self.errors
                .report(cursor.place(), Reading::DottedCall { name });
            cursor.next();
            return;
        }
        let Some(TokenTree::Ident(name)) = cursor.peek() else {
            self.expected(cursor, "`T`, for the transpose, behind the dot");
            cursor.next();
            return;
        };
        let (name, place) = (name.to_string(), cursor.place());
        cursor.next();
        let named = match &base.kind {
            ExprKind::Name(base) => base.to_string(),
            _ => "…".to_owned(),
        };
        if elsewhere::is_library(&named) || takes_all(&name, cursor) && named != "…" {
            return self.library(cursor, base, &named, &name);
        }
        let name = name.as_str();
        let group = cursor.group(Delimiter::Parenthesis);
        // The whole of what stands in front is one mistake already.
        if matches!(base.kind, ExprKind::Missing) {
            return;
        }
        let args = arguments_after(&named, group.as_ref());
        let (ours, instead) = match rule::called(name).is_empty() {
            true => (elsewhere::operation(name), elsewhere::instead(name)),
            false => (Some(name.to_owned()), None),
        };
        let (power, rust);
        let problem = match (name, &ours, instead) {
            ("powi" | "powf" | "pow", ..) => {
                power = power_of(&named, group.as_ref());
                let (args, ours) = (&power.0, &power.1);
                Reading::MethodPower { name, args, ours }
            }
            ("t" | "transpose" | "mT", ..) => Reading::MethodTranspose { name },
            (_, Some(ours), _) => Reading::MethodCall {
                name,
                ours,
                args: &args,
            },
            (_, None, Some(instead)) => Reading::Called {
                written: &format!(".{name}"),
                instead,
            },
            _ => {
                let call = if group.is_some() { "(…)" } else { "" };
                rust = match (named.as_str(), skip_path(cursor)) {
                    ("…", _) => named,
                    (base, rest) => format!("{base}.{name}{call}{rest}"),
                };
                Reading::UnknownPostfix { name, rust: &rust }
            }
        };
        self.errors.report(place, problem);
    }

    /// `np.exp(x)`, `torch.nn.functional.relu(x)`, from behind the first name on.
    fn library(&mut self, cursor: &mut Cursor, base: &Expr, library: &str, name: &str) {
        let (mut path, mut name) = (library.to_owned(), name.to_owned());
        while cursor.peeks(".") && matches!(cursor.peek_at(1), Some(TokenTree::Ident(_))) {
            cursor.next();
            path = format!("{path}.{name}");
            name = cursor.text().unwrap_or_default();
            cursor.next();
        }
        let group = cursor.group(Delimiter::Parenthesis);
        let written = format!("{path}.{name}");
        let is_operation = !rule::called(&name).is_empty();
        let instead = match group {
            Some(_) => elsewhere::instead(&name).or_else(|| choice(&name)),
            None => elsewhere::value(&name),
        };
        let ours = elsewhere::operation(&name).filter(|_| !is_operation);
        let problem = match instead.filter(|_| !is_operation) {
            Some(instead) => Reading::Called {
                written: &written,
                instead,
            },
            None => Reading::Library {
                path: &path,
                name: ours.as_deref().unwrap_or(&name),
                call: if group.is_some() { "(…)" } else { "" },
            },
        };
        self.errors.report(base.place, problem);
    }

    /// `x.T()`.
    pub(super) fn brackets_of_transpose(&mut self, cursor: &mut Cursor) {
        if let Some(TokenTree::Group(group)) = cursor.peek()
            && group.delimiter() == Delimiter::Parenthesis
            && group.stream().is_empty()
        {
            self.errors
                .report(cursor.place(), Reading::TransposeIsCalled);
            cursor.next();
        }
    }

    /// `x[:, 0]`, `x[1:3]`, `x[::2]`, `x[..., 0]`: a range as it is written in other languages, read as one once that is said.
    pub(super) fn other_range(&mut self, cursor: &mut Cursor) -> bool {
        if !cursor.peeks(":") && !cursor.peeks("...") {
            return false;
        }
        self.errors.report(cursor.place(), Reading::ColonRange);
        skip_to_comma(cursor);
        true
    }

    /// `|x| x^2`, or `|x|`, which has no operand behind it.
    pub(super) fn bars(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        let bar = if cursor.peeks("||") { "||" } else { "|" };
        cursor.sign(bar);
        let start = cursor.position();
        while !cursor.at_end() && !cursor.peeks(";") && !cursor.peeks(bar) {
            cursor.next();
        }
        let inside = source(cursor.since(start));
        let end = cursor.peek_at(bar.len() - 1).map_or(place, place_of);
        let is_closed = cursor.sign(bar).is_some();
        let is_value = !inside.is_empty() && is_closed && !at_operand(cursor);
        if !is_value {
            self.errors.report(place, Reading::Closure);
            skip_to_comma(cursor);
            return Expr::missing(place);
        }
        let name = if bar == "|" { "abs" } else { "norm" };
        let problem = Reading::Written {
            found: &format!("{bar}{inside}{bar}"),
            ours: &format!("{name}({inside})"),
        };
        self.errors.report(place.to(end), problem);
        Expr::missing(place.to(end))
    }

    /// `lambda a: a^2`, `@(a) a^2`.
    pub(super) fn closure(&mut self, cursor: &mut Cursor, place: Place) -> Expr {
        self.errors.report(place, Reading::Closure);
        skip_to_comma(cursor);
        Expr::missing(place)
    }

    /// `.5`, from behind its dot on.
    pub(super) fn leading_dot(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        cursor.sign(".");
        let digits = cursor.text().unwrap_or_default();
        let place = place.to(cursor.place());
        cursor.next();
        let problem = Reading::LeadingDot { digits: &digits };
        self.errors.report(place, problem);
        Expr::missing(place)
    }

    /// `sin^2(x)`, from behind the name on.
    pub(super) fn power_of_function(&mut self, cursor: &mut Cursor, name: &Ident) -> Option<Expr> {
        let is_call = matches!(cursor.peek_at(2), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        let number = matches!(cursor.peek_at(1), Some(TokenTree::Literal(_)));
        if !cursor.peeks("^") || !number || !is_call || rule::called(&text(name)).is_empty() {
            return None;
        }
        cursor.next();
        let power = cursor.text().unwrap_or_default();
        let problem = Reading::PowerOfFunction {
            name: &text(name),
            power: &power,
        };
        self.errors.report(name.span(), problem);
        cursor.next();
        cursor.next();
        Some(Expr::missing(name.span()))
    }

    /// `sum(i in 1:3, …)`, `sum(i in range(3), …)`.
    pub(super) fn no_range(&mut self, cursor: &Cursor, from: Place) {
        match cursor.text().as_deref() {
            Some(":") => self.errors.report(cursor.place(), Reading::ColonRange),
            Some(",") => self.errors.report(from, Reading::LoopCall { name: "sum" }),
            _ => self.expected(cursor, "`..` and the end of the range"),
        }
    }

    /// `reversed(0..n)`, `(0..n).rev()`.
    pub(super) fn other_reversal(&mut self, cursor: &Cursor) -> bool {
        let is_group = |at| matches!(cursor.peek_at(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        let is_word = |at, words: &[&str]| matches!(cursor.peek_at(at), Some(TokenTree::Ident(word)) if words.contains(&&*word.to_string()));
        let is_call = is_word(0, &["reverse", "reversed"]) && is_group(1);
        let is_method = is_group(0) && cursor.peeks_at(1, ".") && is_word(2, &["rev"]);
        if is_call || is_method {
            self.errors.report(cursor.place(), Reading::Reversed);
        }
        is_call || is_method
    }

    /// What stands in the brackets of a call and is a loop in other languages: `sum(x[i] for i in range(3))`,
    /// `softmax(i in 0..n, x[i])`, `sum(i = 0..3, x[i])`.
    pub(super) fn loop_of_another_language(&mut self, name: &Ident, group: &Group) -> bool {
        let cursor = Cursor::inside(group);
        let word_at = |at: usize, word: &str| matches!(cursor.peek_at(at), Some(TokenTree::Ident(found)) if found == word);
        let word = &*name.to_string();
        let has_index = matches!(word, "each" | "fold" | "scan") || rule::over_axes(word).is_some();
        let begins = matches!(cursor.peek(), Some(TokenTree::Ident(_))) && word_at(1, "in");
        // A loop of ours, and one that has a message of its own.
        let carries = word == "fold" || word == "scan" && at_state(&cursor);
        if has_index && (begins || carries) || word_at(0, "for") {
            return false;
        }
        let mut places = (0..).take_while(|at| cursor.peek_at(*at).is_some());
        if !places.any(|at| word_at(at, "for") || word_at(at, "in") || cursor.peeks_at(at, "..")) {
            return false;
        }
        let name_text = &*text(name);
        let problem = match word {
            "scan" => Reading::NothingCarried { name: name_text },
            _ => Reading::LoopCall { name: name_text },
        };
        self.errors.report(name.span(), problem);
        true
    }

    /// `self.decay`, `true`, `match x { … }`: a word of Rust where a value should be.
    pub(super) fn keyword(&mut self, cursor: &mut Cursor, name: &Ident) -> Expr {
        let word = &*name.to_string();
        let rust;
        let problem = match word {
            "true" | "false" => Reading::NotANumber {
                what: "the truth value",
                literal: word,
            },
            "where" if cursor.group(Delimiter::Parenthesis).is_some() => Reading::Choice {
                written: "where(condition, a, b)",
            },
            "mod" if cursor.group(Delimiter::Parenthesis).is_some() => {
                let (written, instead) = ("mod", elsewhere::instead("mod").unwrap_or_default());
                match self.is_index {
                    true => Reading::Remainder { sign: written },
                    false => Reading::Called { written, instead },
                }
            }
            word if LOOPS.contains(&word) => {
                cursor.skip_to_semicolon();
                Reading::Loop { word }
            }
            "_" => {
                skip_rust(cursor);
                Reading::ExpectedExpression { found: Some("_") }
            }
            _ => {
                rust = format!("{word}{}", skip_rust(cursor));
                Reading::Keyword { word, rust: &rust }
            }
        };
        self.errors.report(name.span(), problem);
        Expr::missing(name.span())
    }

    /// `sin x`.
    pub(super) fn unbracketed_argument(&mut self, cursor: &mut Cursor, name: &Ident) -> Expr {
        let argument = cursor.text().unwrap_or_default();
        let problem = Reading::CallWithoutBrackets {
            name: &name.to_string(),
            argument: &argument,
        };
        self.errors.report(name.span(), problem);
        self.postfix(cursor);
        Expr::missing(name.span())
    }

    /// `a::<f64>::b(x)`, from its `<` on.
    pub(super) fn turbofish(&mut self, cursor: &mut Cursor) {
        self.errors.report(cursor.place(), Reading::Turbofish);
        while !cursor.at_end() && !cursor.peeks(";") && cursor.sign(">").is_none() {
            cursor.next();
        }
        cursor.group(Delimiter::Parenthesis);
    }
}

/// The words that begin a function.
const FUNCTIONS: &[&str] = &["fn", "def", "function", "func", "fun"];

/// The words that begin a loop in other languages.
const LOOPS: &[&str] = &["for", "while", "loop"];

/// A loop up to the end of its body, or of its line.
fn skip_loop(cursor: &mut Cursor) {
    while !cursor.at_end() && !cursor.peeks(";") && cursor.group(Delimiter::Brace).is_none() {
        cursor.next();
    }
    cursor.sign(";");
}

/// A function up to the end of its body. That of other languages ends nobody knows where.
fn skip_function(cursor: &mut Cursor, word: &str) {
    match word {
        "fn" => skip_loop(cursor),
        word if FUNCTIONS.contains(&word) => while cursor.next().is_some() {},
        _ => cursor.skip_past_semicolon(),
    }
}

/// The name of a function that begins here: `fn g(…)`, `def g(…)`, `g(…) = …`.
fn function_here(cursor: &Cursor) -> Option<Ident> {
    let is_word = FUNCTIONS.iter().any(|word| cursor.peeks_word(word));
    let at = usize::from(is_word);
    let parameters = matches!(cursor.peek_at(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    let defined = cursor.peeks_at(at + 2, "=") && !cursor.peeks_at(at + 2, "==");
    let is_function = is_word || parameters && defined;
    is_function.then(|| match cursor.peek_at(at) {
        Some(TokenTree::Ident(name)) if !is_keyword(&name.to_string()) => name.clone(),
        _ => Ident::new("f", cursor.place().start),
    })
}

/// The name that is all there is: `real a;`, `vector[3] a;`.
fn declared_alone(cursor: &Cursor) -> Option<String> {
    let TokenTree::Ident(word) = cursor.peek()? else {
        return None;
    };
    if is_keyword(&word.to_string()) {
        return None;
    }
    let bracket = matches!(cursor.peek_at(1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    let at = 1 + usize::from(bracket);
    match cursor.peek_at(at)? {
        TokenTree::Ident(name) if cursor.peeks_at(at + 1, ";") => Some(name.to_string()),
        _ => None,
    }
}

/// How many words stand in front of a definition.
fn words_ahead(cursor: &Cursor) -> usize {
    let rust = ["let", "mut", "const", "static"];
    let mut at = 0;
    while let Some(TokenTree::Ident(word)) = cursor.peek_at(at)
        && rust.iter().any(|known| word == known)
    {
        at += 1;
    }
    let TokenTree::Ident(word) = (match cursor.peek_at(at) {
        Some(token) => token,
        None => return at,
    }) else {
        return at;
    };
    let bracket = matches!(cursor.peek_at(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    let behind = at + 1 + usize::from(bracket);
    let is_name = matches!(cursor.peek_at(behind), Some(TokenTree::Ident(_)));
    let is_function = FUNCTIONS.iter().any(|known| word == known);
    let is_type = !is_function
        && !is_keyword(&word.to_string())
        && is_name
        && cursor.peeks_at(behind + 1, "=");
    if is_type { behind } else { at }
}

/// The names of `(a, b) = …`, `[a, b] = …` and `a, b = …`, and where they stand.
pub(super) fn several_names(cursor: &Cursor) -> Option<(Place, Vec<Ident>)> {
    let at_equals = |at: usize| cursor.peeks_at(at, "=") && !cursor.peeks_at(at, "==");
    if let TokenTree::Group(group) = cursor.peek()? {
        let is_pattern = group.delimiter() != Delimiter::Brace && at_equals(1);
        return is_pattern.then(|| (cursor.place(), words(group)));
    }
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(name)) = cursor.peek_at(at) {
        names.push(name.clone());
        if !cursor.peeks_at(at + 1, ",") {
            break;
        }
        at += 2;
    }
    let end = names.last()?.span().into();
    (names.len() > 1 && at_equals(at + 1)).then(|| (cursor.place().to(end), names))
}

/// The names between brackets.
fn words(group: &Group) -> Vec<Ident> {
    let tokens = group.stream().into_iter();
    let words = tokens.filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    });
    words
        .filter(|name| !is_keyword(&name.to_string()))
        .collect()
}

/// The names that stand in front of a `=` in tokens that nothing was made of.
fn assigned(tokens: &[TokenTree]) -> Vec<Ident> {
    let mut names = Vec::new();
    let is = |token: Option<&TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        match token {
            TokenTree::Ident(name) if is(next, '=') && !is(tokens.get(at + 2), '=') => {
                names.extend(Some(name.clone()).filter(|name| !is_keyword(&name.to_string())));
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                names.extend(assigned(&inner));
            }
            _ => {}
        }
    }
    names
}

/// Whether a sign or a word of another language stands here.
fn at_sign(cursor: &Cursor, written: &str) -> bool {
    match written {
        "&" | "|" => cursor.whole_sign().1 == written,
        _ => cursor.peeks(written) || cursor.peeks_word(written),
    }
}

/// Whether what follows can only be an operand.
fn at_operand(cursor: &Cursor) -> bool {
    let word =
        |word: &Ident| !["else", "if", "for", "and", "or", "as"].contains(&&*word.to_string());
    match cursor.peek() {
        Some(TokenTree::Ident(name)) => word(name),
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Brace,
        _ => false,
    }
}

/// Whether an operation of this name is called with as many arguments as it takes, and is no method then: `F.relu(x)`.
fn takes_all(name: &str, cursor: &Cursor) -> bool {
    let Some(TokenTree::Group(group)) = cursor.peek() else {
        return false;
    };
    let mut arguments = Cursor::inside(group);
    let mut count = usize::from(!arguments.at_end());
    while let Some(token) = arguments.next() {
        match token_text(&token).as_str() {
            "=" => return false,
            "," => count += 1,
            _ => {}
        }
    }
    let rows = rule::called(name).iter();
    count > 0 && rows.map(|rule| rule.row().arguments.len()).max() == Some(count)
}

/// A choice by what it is called in libraries.
fn choice(name: &str) -> Option<&'static str> {
    (name == "where").then_some("a choice is written `if condition { a } else { b }`")
}

/// Tokens as they would be written.
fn source(tokens: &[TokenTree]) -> String {
    let stream: TokenStream = tokens.iter().cloned().collect();
    stream.to_string()
}

/// `x, w` for `x.dot(w)`.
fn arguments_after(base: &str, group: Option<&Group>) -> String {
    match group.map(Group::stream) {
        Some(rest) if !rest.is_empty() => format!("{base}, {rest}"),
        _ => base.to_owned(),
    }
}

/// The argument of `x.powf(y)`, and `x^y`.
fn power_of(base: &str, group: Option<&Group>) -> (String, String) {
    let power = group.map_or_else(TokenStream::new, Group::stream);
    let ours = match power.clone().into_iter().count() {
        0 => format!("{base}^2"),
        1 => format!("{base}^{power}"),
        _ => format!("{base}^({power})"),
    };
    (power.to_string(), ours)
}

/// Passes over what looks like the rest of a Rust expression (`self.decay`), so that it draws one error only.
fn skip_rust(cursor: &mut Cursor) -> String {
    match skip_path(cursor) {
        passed if passed.is_empty() => " …".to_owned(),
        passed => passed,
    }
}

/// Passes over further properties and methods.
fn skip_path(cursor: &mut Cursor) -> String {
    let mut passed = String::new();
    while cursor.peeks(".") && !cursor.peeks("..") {
        let call = [cursor.next(), cursor.next()];
        passed.extend(call.iter().flatten().map(token_text));
        if cursor.group(Delimiter::Parenthesis).is_some() {
            passed += "(…)";
        }
    }
    passed
}

pub(super) fn skip_to_comma(cursor: &mut Cursor) {
    while !cursor.at_end() && !cursor.peeks(",") && !cursor.peeks(";") {
        cursor.next();
    }
}

/// Types of Rust that stand where a shape should.
fn is_rusts(name: &str) -> bool {
    let others = [
        "Vec", "Option", "Result", "Box", "Rc", "Arc", "Cow", "String", "T", "Self",
    ];
    others.contains(&name)
        || ["Array", "Tensor", "Matrix", "Vector"]
            .iter()
            .any(|word| name.contains(word))
}
