//! Which name each token of a program stands for, so that an editor can be told.
//!
//! Invariant: every token that names something of the program is in one list here, and scopes are those of `lower`: a loop's
//! names hide all others, then come inputs and definitions, then named dimensions.

use proc_macro2::Ident;

use crate::hash::{Map, Set};
use crate::syntax::{Callee, Expr, ExprKind, Function, Loop, LoopKind, Shape, text};

/// The tokens of one function or inline graph.
#[derive(Default)]
pub struct Uses<'f> {
    /// What is no other name: uses of inputs and definitions, outputs in the head, and the constants of the language.
    pub values: Vec<&'f Ident>,
    /// Names that are no field of anything.
    pub locals: Vec<Local<'f>>,
    /// Functions that are called by one word.
    pub calls: Vec<&'f Ident>,
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
}

/// All tokens of a function.
pub fn of(function: &Function) -> Uses<'_> {
    let mut walk = Walk::default();
    let inputs = function.params.iter().map(|param| &param.name);
    let definitions = function.definitions.iter().map(|found| &found.name);
    walk.fields = inputs.chain(definitions).map(text).collect();
    for param in &function.params {
        walk.shape(param.shape.as_ref());
    }
    for output in &function.outputs {
        walk.uses.values.push(&output.name);
        walk.shape(output.shape.as_ref());
    }
    for definition in &function.definitions {
        walk.shape(definition.shape.as_ref());
        walk.expr(&definition.expr);
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
    /// The names of the loops around, outermost first.
    loops: Vec<(String, usize)>,
}

impl<'f> Walk<'f> {
    fn shape(&mut self, shape: Option<&'f Shape>) {
        let dims = shape.map_or(&[][..], |shape| &shape.dims);
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
            kind => {
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
        let mut inner = vec![(LocalKind::Index, &repetition.variable)];
        if let LoopKind::Fold { accumulator, start } = &repetition.kind {
            inner.push((LocalKind::Carried, accumulator));
            self.expr(start);
        }
        self.expr(&repetition.from);
        self.expr(&repetition.to);
        for (kind, name) in inner {
            let at = self.local(kind, name);
            self.loops.push((text(name), at));
        }
        self.expr(&repetition.body);
        self.loops.truncate(around);
    }
}
