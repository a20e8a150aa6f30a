//! Local names: what the body of a loop or a branch calls values of its own.
//!
//! Invariant: a local name hides what is around it, is known from its definition on, and means a whole number wherever one is
//! known when the graph is made, so that it may be an index.

use super::records::Nodes;
use super::{Binding, Lower, Scope};
use crate::errors::Names;
use crate::hash::Set;
use crate::rules::rows;
use crate::structs::Value;
use crate::syntax::{Callee, Definition, Expr, ExprKind, text};

impl Lower<'_> {
    pub(super) fn block(
        &mut self,
        definitions: &[Definition],
        value: &Expr,
        scope: &Scope,
    ) -> Option<Nodes> {
        let inner = self.locals(definitions, scope);
        self.value(value, &inner)
    }

    /// What can be seen behind the local names.
    pub(super) fn locals(&mut self, definitions: &[Definition], scope: &Scope) -> Scope {
        let mut inner = scope.clone();
        let mut seen = Set::default();
        let mut parts = Vec::new();
        for definition in definitions {
            let name = text(&definition.name);
            if !seen.insert(name.clone()) {
                let problem = Names::DefinedTwice { name: &name };
                self.errors.report(definition.name.span(), problem);
            }
            let binding = self.local(definition, &mut parts, &inner);
            inner.names.insert_of_loop(name, binding);
        }
        inner
    }

    fn local(&mut self, definition: &Definition, parts: &mut Vec<Nodes>, scope: &Scope) -> Binding {
        if definition.shape.is_none()
            && definition.part.is_none()
            && !is_negated(&definition.expr)
            && let Some(index) = self.index_of(&definition.expr, scope)
        {
            return Binding::Index(index);
        }
        match self.definition(definition, parts, scope) {
            Some(value) => {
                let value = self.by_itself(&text(&definition.name), value);
                if let Value::Leaf(node) = value {
                    self.graph.suggest_name(node, text(&definition.name));
                }
                Binding::of(value)
            }
            None => Binding::Nothing,
        }
    }
}

/// `-0` is another number than the index 0, and no index is below it.
fn is_negated(expr: &Expr) -> bool {
    matches!(
        &expr.kind,
        ExprKind::Call { callee: Callee::Operator(operator), .. } if operator.rule == rows::neg
    )
}
