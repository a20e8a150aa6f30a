//! Which name each token of a program stands for, so that an editor can be told.
//!
//! Invariant: every token that names something of the program is in one list here, and scopes are those of `lower`: a loop's
//! names hide all others, then come inputs and definitions, then named dimensions.

use proc_macro2::Ident;

use crate::hash::{Map, Set};
use crate::syntax::{
    Callee, Definition, Dim, Expr, ExprKind, Function, Loop, Shape, StructType, text,
};

/// The tokens of one function or inline graph.
#[derive(Default)]
pub struct Uses<'f> {
    /// What is no other name: uses of inputs and definitions, outputs in the head, and the constants of the language.
    pub values: Vec<&'f Ident>,
    /// Names that are no field of anything.
    pub locals: Vec<Local<'f>>,
    /// Functions that are called by one word.
    pub calls: Vec<&'f Ident>,
    /// Fields of inputs and definitions that are structs: `net.first.w`.
    pub fields: Vec<Chain<'f>>,
    /// Structs, as types and as values.
    pub structs: Vec<&'f Ident>,
}

/// A field, by the way to it from a value.
pub struct Chain<'f> {
    pub of: &'f Ident,
    /// The fields on the way, and whether each stands behind an index.
    pub steps: Vec<(bool, &'f Ident)>,
}

/// A name with a place of its own, and its uses.
pub struct Local<'f> {
    pub kind: LocalKind,
    pub name: &'f Ident,
    pub uses: Vec<&'f Ident>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalKind {
    Dimension,
    /// The index of a loop.
    Index,
    /// What a `fold` carries from turn to turn.
    Carried,
    /// A name that a body or a branch gives to a value of its own.
    Value,
}

/// All tokens of a function.
pub fn of(function: &Function) -> Uses<'_> {
    let mut walk = Walk::default();
    let inputs = function.params.iter().map(|param| &param.name);
    let definitions = function.definitions.iter().map(|found| &found.name);
    walk.fields = inputs.chain(definitions).map(text).collect();
    for param in &function.params {
        walk.shape(param.shape.as_ref());
        walk.structure(param.record.as_ref());
    }
    for output in &function.outputs {
        walk.uses.values.push(&output.name);
        walk.shape(output.shape.as_ref());
        walk.structure(output.record.as_ref());
    }
    for definition in &function.definitions {
        walk.defining(definition);
    }
    walk.uses
}

#[derive(Default)]
struct Walk<'f> {
    uses: Uses<'f>,
    /// Inputs and definitions.
    fields: Set<String>,
    /// Dimensions, as positions among the locals.
    dims: Map<String, usize>,
    /// The names of the loops and bodies around, outermost first.
    loops: Vec<(String, usize)>,
}

impl<'f> Walk<'f> {
    fn structure(&mut self, of: Option<&'f StructType>) {
        if let Some(of) = of {
            self.uses.structs.push(&of.name);
            self.dims(&of.dims);
        }
    }

    fn shape(&mut self, shape: Option<&'f Shape>) {
        self.dims(shape.map_or(&[][..], |shape| &shape.dims));
    }

    fn dims(&mut self, dims: &'f [Dim]) {
        for name in dims.iter().filter_map(|dim| dim.name.as_ref()) {
            match self.dims.get(&text(name)) {
                Some(at) => self.uses.locals[*at].uses.push(name),
                None => {
                    let at = self.local(LocalKind::Dimension, name);
                    self.dims.insert(text(name), at);
                }
            }
        }
    }

    fn local(&mut self, kind: LocalKind, name: &'f Ident) -> usize {
        let uses = Vec::new();
        self.uses.locals.push(Local { kind, name, uses });
        self.uses.locals.len() - 1
    }

    fn expr(&mut self, expr: &'f Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Loop(repetition) => self.repetition(repetition),
            ExprKind::Block { definitions, value } => self.block(definitions, value),
            kind => {
                if let ExprKind::Record { name, .. } = kind {
                    self.uses.structs.push(name);
                }
                if let ExprKind::Field { .. } = kind
                    && let Some(chain) = chain(expr)
                    && !self.loops.iter().any(|(name, _)| *name == text(chain.of))
                {
                    self.uses.fields.push(chain);
                }
                if let ExprKind::Call {
                    callee: Callee::Density(name),
                    ..
                } = kind
                {
                    self.uses.calls.push(name);
                }
                if let ExprKind::Call {
                    callee: Callee::Path { segments, .. },
                    ..
                } = kind
                    && let [name] = &**segments
                {
                    self.uses.calls.push(name);
                }
                kind.each_part(&mut |part| self.expr(part));
            }
        }
    }

    fn name(&mut self, name: &'f Ident) {
        let word = text(name);
        let of_loop = self.loops.iter().rev().find(|(known, _)| *known == word);
        let of_dims = || {
            self.dims
                .get(&word)
                .filter(|_| !self.fields.contains(&word))
        };
        match of_loop.map(|(_, at)| at).or_else(of_dims) {
            Some(at) => self.uses.locals[*at].uses.push(name),
            None => self.uses.values.push(name),
        }
    }

    fn repetition(&mut self, repetition: &'f Loop) {
        let around = self.loops.len();
        if let Some(start) = repetition.start() {
            self.expr(start);
        }
        for index in &repetition.indices {
            self.expr(&index.from);
            self.expr(&index.to);
            self.bind(LocalKind::Index, &index.name);
        }
        for carried in repetition.carried() {
            self.bind(LocalKind::Carried, carried);
        }
        self.expr(&repetition.body);
        self.loops.truncate(around);
    }

    /// What a name is defined by; of several names of one call the first one has it.
    fn defining(&mut self, definition: &'f Definition) {
        self.shape(definition.shape.as_ref());
        if definition.part.as_ref().is_none_or(|part| part.is_first) {
            self.expr(&definition.expr);
        }
    }

    fn block(&mut self, definitions: &'f [Definition], value: &'f Expr) {
        let around = self.loops.len();
        for definition in definitions {
            self.defining(definition);
            self.bind(LocalKind::Value, &definition.name);
        }
        self.expr(value);
        self.loops.truncate(around);
    }

    /// What is meant by a name from here on.
    fn bind(&mut self, kind: LocalKind, name: &'f Ident) {
        let at = self.local(kind, name);
        self.loops.push((text(name), at));
    }
}

/// The way to a field from a value by its name.
fn chain(expr: &Expr) -> Option<Chain<'_>> {
    let ExprKind::Field { base, name } = &expr.kind else {
        return None;
    };
    let (mut base, mut is_indexed) = (&**base, false);
    if let ExprKind::Index { base: list, .. } = &base.kind {
        (base, is_indexed) = (list, true);
    }
    let mut found = match &base.kind {
        ExprKind::Name(of) => Chain {
            of,
            steps: Vec::new(),
        },
        _ => chain(base)?,
    };
    found.steps.push((is_indexed, name));
    Some(found)
}
