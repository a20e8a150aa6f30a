//! What to say of a function that may not exist: what the language has instead of what others call so, or the name that was meant.
//!
//! Invariant: nothing here refuses a name. Whether one is in scope is rustc's to say, and these words are used only if none is.

use proc_macro2::Ident;

use super::expr::Operand;
use super::{Lower, Scope, layout};
use crate::elsewhere;
use crate::errors::Names;
use crate::graph::{Kind, Unknown};
use crate::rule;
use crate::syntax::text;

impl Lower<'_> {
    /// What is said of a name that is called and is no operation and no function of this block.
    pub(super) fn unknown_function(&mut self, name: &str) -> Unknown {
        let functions = self.functions.iter().map(|function| text(&function.name));
        let operations = rule::names().chain(layout::NAMES);
        let candidates: Vec<String> = functions.chain(operations.map(str::to_owned)).collect();
        let instead = elsewhere::instead(name);
        // Every name of one letter is near every other one.
        let candidates = candidates.iter().map(String::as_str);
        let candidates = candidates.filter(|_| name.chars().nth(1).is_some());
        let near = match instead {
            Some(_) => None,
            None => elsewhere::operation(name).or_else(|| rule::nearest(name, candidates)),
        };
        let meant = match (instead, &near) {
            (Some(instead), _) => Some(format!("`{name}` is no operation: {instead}.")),
            (None, Some(near)) => Some(format!("`{name}` is no operation, did you mean `{near}`?")),
            (None, None) => None,
        };
        let problem = Names::UnknownFunction {
            name,
            instead,
            near,
        };
        Unknown {
            message: problem.to_string(),
            meant,
            is_said: !self.unknown_functions.insert(name.to_owned()),
        }
    }

    /// Whether a condition is handed to what is called so elsewhere: no function in scope takes one.
    pub(super) fn takes_conditions_elsewhere(&self, name: &str, operands: &[Operand]) -> bool {
        let is_condition =
            |operand: &Operand| self.graph.node(operand.node).kind == Kind::Condition;
        elsewhere::instead(name).is_some() && operands.iter().any(is_condition)
    }

    /// Whether a name means nothing here. One in an inline graph may be one of its surroundings.
    pub(super) fn is_unknown(&self, ident: &Ident, scope: &Scope) -> bool {
        let name = text(ident);
        let is_known = scope.names.contains_key(&name)
            || scope.dims.contains_key(&name)
            || self.pending.contains(&name)
            || ["PI", "TAU"].contains(&&*name);
        !is_known && (!self.captures || elsewhere::value(&name).is_some())
    }
}
