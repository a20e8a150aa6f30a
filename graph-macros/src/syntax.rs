//! What the user wrote, as a tree in which every node knows its place in the source.
//!
//! Invariant: the tree is complete even where the source is wrong. A part that could not be read is
//! [`ExprKind::Missing`], and whoever made it has already reported why, so later stages pass over it silently.

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

use crate::graph::Keep;
use crate::rule::RuleId;

/// A stretch of source from its first to its last token; one token where both are the same.
#[derive(Clone, Copy)]
pub struct Place {
    pub start: Span,
    pub end: Span,
}

impl Place {
    pub fn to(self, end: Place) -> Place {
        Place {
            start: self.start,
            end: end.end,
        }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Place {
        Place {
            start: span,
            end: span,
        }
    }
}

/// The macro's whole input.
pub enum Input {
    /// Definitions in expression position; free names are captured from the surroundings.
    Inline(Function),
    Block(Block),
}

/// Structs and functions that know one another.
#[derive(Default)]
pub struct Block {
    pub structs: Vec<Struct>,
    /// Structs of which something is wrong, and reported: nothing is known of them but that they are there.
    pub wrong: Vec<Struct>,
    pub functions: Vec<Function>,
    /// Those of the library, once one of them is called.
    pub library: OnceCell<Vec<Function>>,
}

/// `struct Layer[d, h] { w: [d, h], b: [h] }`: values that belong together.
pub struct Struct {
    /// What tells it apart from every other struct, of other blocks too.
    pub id: Ident,
    /// The path by which a struct of another block is known here.
    pub import: Option<TokenStream>,
    /// Attributes and documentation for the struct in Rust.
    pub attributes: Vec<TokenStream>,
    pub visibility: TokenStream,
    pub name: Ident,
    /// Dimensions that get their sizes where the struct is used.
    pub dims: Vec<Ident>,
    pub fields: Vec<Field>,
}

impl Struct {
    /// What a message calls it.
    pub fn label(&self) -> String {
        let name = text(&self.name);
        match &self.import {
            Some(path) if path.is_empty() => name
                .rsplit_once('_')
                .map_or(name.clone(), |(name, _)| name.to_owned()),
            _ => name,
        }
    }
}

/// One value of a struct.
pub struct Field {
    pub attributes: Vec<TokenStream>,
    pub constant: bool,
    pub name: Ident,
    pub of: Type,
}

/// What an input, an output or a field is: a number where nothing is written.
#[derive(Clone)]
pub enum Type {
    Number,
    Array(Shape),
    Struct(StructType),
}

/// A struct as a type, of these extents: `Layer[784, 50]`, or a list of so many, `Block[d][4]`.
#[derive(Clone)]
pub struct StructType {
    pub name: Ident,
    pub dims: Vec<Dim>,
    pub count: Option<usize>,
    pub place: Place,
}

/// A graph: inputs, definitions in order, outputs. Inline graphs have neither a name nor declared outputs.
pub struct Function {
    /// Attributes for the value function, doc comments first.
    pub attributes: Vec<TokenStream>,
    pub options: Options,
    pub visibility: TokenStream,
    pub name: Ident,
    pub params: Vec<Param>,
    /// Whether some inputs could not be read, not even their names. The error is reported; nothing more can be said.
    pub unreadable: bool,
    pub outputs: Vec<Output>,
    pub definitions: Vec<Definition>,
    /// The definitions as they are written, for documentation.
    pub written: TokenStream,
    pub role: Role,
    /// The user's function that it was made of.
    pub of: Option<Ident>,
    /// Whether there are functions beside it that make it a log density over all of ℝⁿ.
    pub has_density: bool,
}

/// What a function is there for.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// The user wrote it.
    #[default]
    Own,
    /// Made of the user's: the log density over all of ℝⁿ, the way from there to the inputs, and the way back.
    LogDensity,
    Constrained,
    Unconstrained,
    /// Called by those, and nothing in itself.
    Inner,
    /// One of the library.
    Library,
}

/// What a function that is made of another one is called.
pub fn companion(of: &Ident, role: Role) -> Ident {
    let what = match role {
        Role::LogDensity => "log_density",
        Role::Constrained => "constrained",
        Role::Unconstrained => "unconstrained",
        Role::Own | Role::Inner | Role::Library => unreachable!("no companion"),
    };
    Ident::new(&format!("__{}_{what}", text(of)), Span::call_site())
}

impl Function {
    /// The `#[cfg(…)]` attributes, which all items of a function share.
    pub fn conditions(&self) -> impl Iterator<Item = &TokenStream> {
        let attributes = self.attributes.iter();
        attributes.filter(|attribute| spaceless(attribute).starts_with("#[cfg("))
    }

    /// The same as text, to be compared.
    pub fn condition_texts(&self) -> Vec<String> {
        self.conditions().map(spaceless).collect()
    }

    /// Whether all inputs are known, with their shapes. If not, nothing can be made that a call would fit.
    pub fn is_readable(&self) -> bool {
        !self.unreadable && self.params.iter().all(|param| !param.unreadable)
    }
}

/// What `#[graph(…)]` asks for beside the usual items, and where it does.
#[derive(Clone, Copy, Default)]
pub struct Options {
    pub hessian: Option<Span>,
    pub batch: Option<Span>,
    pub ode: Option<Span>,
    pub sparse: Option<Span>,
    /// Forms that lose digits are meant.
    pub as_written: Option<Span>,
    /// What loops over steps keep for derivatives, where it is said.
    pub keep: Option<(Keep, Span)>,
}

impl Options {
    pub const NAMES: [&str; 6] = ["hessian", "batch", "ode", "sparse", "as_written", "keep"];

    /// Sets an option by its name, if there is one of this name.
    pub fn set(&mut self, name: &str, span: Span) -> bool {
        let option = match name {
            "hessian" => &mut self.hessian,
            "batch" => &mut self.batch,
            "ode" => &mut self.ode,
            "sparse" => &mut self.sparse,
            "as_written" => &mut self.as_written,
            _ => return false,
        };
        option.get_or_insert(span);
        true
    }
}

/// A declared input.
pub struct Param {
    pub docs: Vec<TokenStream>,
    pub name: Ident,
    pub constant: bool,
    pub shape: Option<Shape>,
    /// The struct that it is, which has no shape of its own.
    pub record: Option<StructType>,
    /// Where it lives, if that is not everywhere.
    pub domain: Option<Domain>,
    /// Whether a shape was written that could not be read. The error is reported; the input's uses stay silent.
    pub unreadable: bool,
}

/// Where an input lives: what is sampled or fitted is all of ℝⁿ, mapped to that.
pub struct Domain {
    pub kind: DomainKind,
    pub place: Place,
}

pub enum DomainKind {
    /// Each entry by itself: between bounds, of which one may be missing.
    Bounds {
        low: Option<TokenStream>,
        high: Option<TokenStream>,
    },
    /// The array along its last axis, or the matrix: `simplex[k]`.
    Whole(Whole),
}

/// What arrays can be as wholes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    Simplex,
    Ordered,
    PositiveOrdered,
    Unit,
    CholeskyCorr,
    CholeskyCov,
}

impl Whole {
    pub const ALL: [(&str, Whole); 6] = [
        ("simplex", Whole::Simplex),
        ("ordered", Whole::Ordered),
        ("positive_ordered", Whole::PositiveOrdered),
        ("unit", Whole::Unit),
        ("cholesky_corr", Whole::CholeskyCorr),
        ("cholesky_cov", Whole::CholeskyCov),
    ];

    pub fn named(word: &str) -> Option<Whole> {
        let found = Whole::ALL.iter().find(|(name, _)| *name == word);
        found.map(|(_, whole)| *whole)
    }

    pub fn name(self) -> &'static str {
        let found = Whole::ALL.iter().find(|(_, whole)| *whole == self);
        found.map_or_else(|| unreachable!("all are listed"), |(name, _)| name)
    }

    /// Whether it is a triangular matrix, of which one extent is written.
    pub fn is_matrix(self) -> bool {
        matches!(self, Whole::CholeskyCorr | Whole::CholeskyCov)
    }
}

impl Param {
    /// Whether its domain is about the vectors along its last axis.
    pub fn is_along_an_axis(&self) -> bool {
        let kind = self.domain.as_ref().map(|domain| &domain.kind);
        matches!(kind, Some(DomainKind::Whole(whole)) if !whole.is_matrix())
    }

    /// The names in the bounds of its domain.
    pub fn named_in_domain(&self) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(Domain {
            kind: DomainKind::Bounds { low, high },
            ..
        }) = &self.domain
        {
            let bounds = low.iter().chain(high);
            bounds.for_each(|bound| names_in(bound.clone(), &mut names));
        }
        names
    }

    pub fn given(&self) -> Given {
        self.shape
            .as_ref()
            .map_or(Given::Numbers, |shape| shape.given)
    }
}

/// A declared output and, if it was written, the shape it must have, or the struct that it is.
pub struct Output {
    pub name: Ident,
    pub shape: Option<Shape>,
    pub record: Option<StructType>,
}

/// What an input is handed in as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    Numbers,
    /// Whole numbers that choose entries.
    Labels,
    /// A whole number that is a dimension.
    Count,
}

/// `[n, 3]`, `index[n]` for labels, or `count`, which has no axes.
#[derive(Clone)]
pub struct Shape {
    pub given: Given,
    pub dims: Vec<Dim>,
    pub place: Place,
}

/// One extent: a literal, a name, or a name shifted by a literal (`n - 1`).
#[derive(Clone)]
pub struct Dim {
    pub name: Option<Ident>,
    pub offset: i64,
    pub place: Place,
}

/// `name = expr;` with the doc comments above it, and the shape it must have if one is written; or one name of
/// `(name, other) = expr;`.
pub struct Definition {
    pub docs: Vec<TokenStream>,
    pub name: Ident,
    pub shape: Option<Shape>,
    pub expr: Rc<Expr>,
    /// Which value of a call it is, where a call defines several names.
    pub part: Option<Part>,
}

/// One of several names that a call defines.
#[derive(Clone)]
pub struct Part {
    pub at: usize,
    /// The shape that is written for each of them.
    pub shapes: Rc<[Option<Shape>]>,
    /// Whether it is the first that has a name.
    pub is_first: bool,
}

pub struct Expr {
    pub kind: ExprKind,
    pub place: Place,
    /// How many expressions stand inside one another here: 0 for a name.
    pub height: usize,
}

pub enum ExprKind {
    Name(Ident),
    Number(f64),
    /// A call of an operation or another graph; signs are calls of the row they stand for.
    Call {
        callee: Callee,
        args: Vec<Expr>,
        axis: Option<Axis>,
    },
    /// Operations of one precedence, to be applied from the left: `a - b + c`.
    Chain {
        first: Box<Expr>,
        rest: Vec<(Operator, Expr)>,
    },
    If {
        condition: Box<Expr>,
        yes: Box<Expr>,
        no: Box<Expr>,
    },
    /// `{ any Rust expression }`, kept unparsed.
    Rust(TokenStream),
    Array(Vec<Expr>),
    Index {
        base: Box<Expr>,
        items: Vec<Item>,
    },
    Transpose(Box<Expr>),
    /// `net.first`
    Field {
        base: Box<Expr>,
        name: Ident,
    },
    /// `p.0`, as Rust has it of a tuple: what is meant depends on what `p` is.
    Numbered {
        base: Box<Expr>,
        number: Literal,
    },
    /// `Pose { q: …, p: … }`
    Record {
        name: Ident,
        fields: Vec<(Ident, Expr)>,
    },
    Loop(Box<Loop>),
    /// Local names, and the expression that they are for.
    Block {
        definitions: Vec<Definition>,
        value: Box<Expr>,
    },
    /// `(a, b)`: the values that a loop carries, first or next.
    Several(Vec<Expr>),
    /// Something that could not be read; the error is reported already.
    Missing,
}

impl ExprKind {
    /// Visits the expressions that this one is made of, in the order in which they are written.
    pub fn each_part<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self {
            ExprKind::Name(_) | ExprKind::Number(_) | ExprKind::Rust(_) | ExprKind::Missing => {}
            ExprKind::Call { args, .. } => args.iter().for_each(visit),
            ExprKind::Chain { first, rest } => {
                visit(first);
                rest.iter().for_each(|(_, operand)| visit(operand));
            }
            ExprKind::If { condition, yes, no } => {
                [condition, yes, no]
                    .into_iter()
                    .for_each(|part| visit(part));
            }
            ExprKind::Array(entries) | ExprKind::Several(entries) => entries.iter().for_each(visit),
            ExprKind::Transpose(base)
            | ExprKind::Field { base, .. }
            | ExprKind::Numbered { base, .. } => visit(base),
            ExprKind::Record { fields, .. } => fields.iter().for_each(|(_, value)| visit(value)),
            ExprKind::Index { base, items } => {
                visit(base);
                items.iter().for_each(|item| item.each_part(visit));
            }
            ExprKind::Loop(repetition) => {
                repetition.outside().for_each(&mut *visit);
                visit(&repetition.body);
            }
            ExprKind::Block { definitions, value } => {
                let locals = definitions.iter().map(|definition| &*definition.expr);
                locals.for_each(&mut *visit);
                visit(value);
            }
        }
    }
}

impl Item {
    fn each_part<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self {
            Item::At(at) => visit(at),
            Item::Range { from, to, .. } => from.iter().chain(to).for_each(visit),
        }
    }
}

/// The row an operator stands for, and where the sign is.
#[derive(Clone, Copy)]
pub struct Operator {
    pub rule: RuleId,
    pub span: Span,
}

pub enum Callee {
    Operator(Operator),
    /// `x ~ normal(mu, sigma)`: the first argument is what stands in front.
    Density(Ident),
    /// A name to be found among the operations, the functions of this block, or the surroundings.
    Path {
        segments: Vec<Ident>,
        tokens: TokenStream,
    },
}

/// `axis = 1`, counted from the end if negative.
#[derive(Clone, Copy)]
pub struct Axis {
    pub value: i64,
    pub span: Span,
    /// Whether it stays, with one entry: `axis = 1, keep`.
    pub keep: bool,
}

/// One entry between the brackets of `x[i, a..b]`.
pub enum Item {
    At(Expr),
    Range {
        from: Option<Expr>,
        to: Option<Expr>,
        inclusive: bool,
        place: Place,
    },
}

/// `each(i in a..b, body)`, `sum(i in a..b, j in c..d, body)`, `fold(acc = start, i in a..b, body)` and `scan` likewise, and
/// `root(e = start, body)`.
pub struct Loop {
    pub kind: LoopKind,
    /// Outermost first, one at least, and none of a root.
    pub indices: Vec<LoopIndex>,
    pub body: Expr,
}

/// `i in a..b`, or `i in rev(a..b)`.
pub struct LoopIndex {
    pub name: Ident,
    pub from: Expr,
    pub to: Expr,
    pub inclusive: bool,
    /// Whether it runs from the last value to the first.
    pub is_reversed: bool,
}

impl Loop {
    /// What is evaluated before the turns: the first value that is carried, and the bounds, of which each sees the indices
    /// before it.
    pub fn outside(&self) -> impl Iterator<Item = &Expr> {
        let bounds = self
            .indices
            .iter()
            .flat_map(|index| [&index.from, &index.to]);
        self.start().into_iter().chain(bounds)
    }

    /// The first values that are carried.
    pub fn start(&self) -> Option<&Expr> {
        match &self.kind {
            LoopKind::Fold { start, .. } | LoopKind::Root { start, .. } => Some(start),
            LoopKind::Each | LoopKind::Over(_) => None,
        }
    }

    /// The names that the body knows beside the indices and those around the loop.
    pub fn carried(&self) -> &[Ident] {
        match &self.kind {
            LoopKind::Fold { carried, .. } => carried,
            LoopKind::Root { unknowns, .. } => unknowns.names(),
            LoopKind::Each | LoopKind::Over(_) => &[],
        }
    }
}

/// What becomes of the values of all turns.
pub enum LoopKind {
    /// They are the entries of an array.
    Each,
    /// An operation runs over them, as it does over an axis.
    Over(RuleId),
    /// Each turn is given what the turn before has made of one value, or of several.
    Fold {
        carried: Vec<Ident>,
        start: Expr,
        left: Left,
    },
    /// Where the body is 0, looked for from the start on.
    Root { unknowns: Unknowns, start: Expr },
}

/// What the body of a root knows the unknown by.
pub enum Unknowns {
    /// A number or a vector.
    Whole(Ident),
    /// The entries of a vector: `[a, b]`.
    Entries(Vec<Ident>),
}

impl Unknowns {
    pub fn names(&self) -> &[Ident] {
        match self {
            Unknowns::Whole(name) => std::slice::from_ref(name),
            Unknowns::Entries(names) => names,
        }
    }

    pub fn texts(&self) -> Vec<String> {
        self.names().iter().map(text).collect()
    }
}

/// What a loop leaves that carries values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// `fold`: the last ones.
    Last,
    /// `scan`: those after each turn.
    Each,
}

impl Expr {
    pub fn new(kind: ExprKind, place: impl Into<Place>) -> Expr {
        let mut height = 0;
        kind.each_part(&mut |part| height = height.max(part.height + 1));
        Expr {
            kind,
            place: place.into(),
            height,
        }
    }

    /// The name and the arguments of a call by one name, without an axis.
    pub fn call_by_name(&self) -> Option<(&Ident, &[Expr])> {
        let ExprKind::Call {
            callee: Callee::Path { segments, .. },
            args,
            axis: None,
        } = &self.kind
        else {
            return None;
        };
        let [name] = &**segments else { return None };
        Some((name, args))
    }

    pub fn missing(place: impl Into<Place>) -> Expr {
        Expr::new(ExprKind::Missing, place)
    }

    pub fn is_missing(&self) -> bool {
        matches!(self.kind, ExprKind::Missing)
    }
}

/// The name as text, without the `r#` of a raw identifier.
pub fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Whether a word of Rust cannot name a value, those that it has reserved included.
#[rustfmt::skip]
pub fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "abstract" | "as" | "async" | "await" | "become" | "box" | "break" | "const" | "continue" | "crate" |
        "do" | "dyn" | "else" | "enum" | "extern" | "false" | "final" | "fn" | "for" | "if" | "impl" | "in" |
        "let" | "loop" | "macro" | "match" | "mod" | "move" | "mut" | "override" | "priv" | "pub" | "ref" |
        "return" | "self" | "Self" | "static" | "struct" | "super" | "trait" | "true" | "try" | "type" |
        "typeof" | "unsafe" | "unsized" | "use" | "virtual" | "where" | "while" | "yield" | "_"
    )
}

fn names_in(tokens: TokenStream, names: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(name) if names_a_value(&tokens, at) => names.push(text(name)),
            TokenTree::Group(group) => names_in(group.stream(), names),
            _ => {}
        }
    }
}

/// Whether a name among tokens is that of a value: not that of a field, or of what is called.
pub fn names_a_value(tokens: &[TokenTree], at: usize) -> bool {
    let is_dot = |back: usize| {
        let before = at.checked_sub(back).map(|at| &tokens[at]);
        matches!(before, Some(TokenTree::Punct(sign)) if sign.as_char() == '.')
    };
    let is_field = is_dot(1) && !is_dot(2);
    let is_called = matches!(
        tokens.get(at + 1),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis
    );
    !is_field && !is_called
}

/// Tokens as text without spaces.
pub fn spaceless(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}

/// The place of a token.
pub fn place_of(token: &TokenTree) -> Place {
    match token {
        TokenTree::Group(group) => Place {
            start: group.span_open(),
            end: group.span_close(),
        },
        other => other.span().into(),
    }
}
