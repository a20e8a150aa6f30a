//! Which names a definition mentions, and the errors about their order: cycles, and uses before the definition.
//!
//! Invariant: each wrong order is reported once, as a cycle if the names need each other, else at the use. The names that a loop
//! binds are its own: no definition is meant by them.

use proc_macro2::Ident;

use super::{Lower, Scope, Unit};
use crate::errors::Names;
use crate::hash::{Map, Set};
use crate::syntax::{Definition, Expr, ExprKind, Function, Given, Param, text};

/// Every name that any of the definitions mentions.
pub fn mentioned(definitions: &[Definition]) -> Set<String> {
    let mut idents = Vec::new();
    for definition in definitions {
        collect(&definition.expr, &mut idents);
    }
    idents.into_iter().map(text).collect()
}

/// Finds the inputs and definitions that are never mentioned, or only by definitions that no output needs.
pub fn mark_used(function: &Function, unit: &mut Unit) {
    let mut mentioned = mentioned(&function.definitions);
    mentioned.extend(function.params.iter().flat_map(Param::named_in_domain));
    let arrays = unit.inputs.iter().flat_map(|input| input.shape.iter());
    let dims: Set<String> = arrays
        .filter_map(|dim| Some(dim.name.as_ref()?.to_string()))
        .collect();
    for slot in &unit.params {
        let name = text(&slot.name);
        let is_mentioned = mentioned.contains(&name);
        for input in &mut unit.inputs[slot.leaves.clone()] {
            let is_extent = input.given == Given::Count && dims.contains(&name);
            input.mentioned = is_extent || is_mentioned;
        }
    }
    let mut needed: Set<String> = unit.results.iter().map(|slot| text(&slot.name)).collect();
    for definition in function.definitions.iter().rev() {
        if needed.contains(&text(&definition.name)) {
            let mut names = Vec::new();
            collect(&definition.expr, &mut names);
            needed.extend(names.into_iter().map(text));
        }
    }
    let written: Set<String> = function
        .definitions
        .iter()
        .map(|found| text(&found.name))
        .collect();
    for slot in &unit.fields {
        let name = text(&slot.name);
        // What is kept beside them nobody has written.
        let is_used = needed.contains(&name) || !written.contains(&name);
        let leaves = &mut unit.definitions[slot.leaves.clone()];
        leaves.iter_mut().for_each(|found| found.used = is_used);
    }
}

/// The names of values in an expression that it does not bind itself, in order.
pub(super) fn collect<'e>(expr: &'e Expr, names: &mut Vec<&'e Ident>) {
    collect_within(expr, &mut Vec::new(), names);
}

/// The same within loops that bind some names.
fn collect_within<'e>(expr: &'e Expr, bound: &mut Vec<&'e Ident>, names: &mut Vec<&'e Ident>) {
    match &expr.kind {
        ExprKind::Name(name) if bound.contains(&name) => {}
        ExprKind::Name(name) => names.push(name),
        ExprKind::Loop(repetition) => {
            let around = bound.len();
            if let Some(start) = repetition.start() {
                collect_within(start, bound, names);
            }
            for index in &repetition.indices {
                collect_within(&index.from, bound, names);
                collect_within(&index.to, bound, names);
                bound.push(&index.name);
            }
            bound.extend(repetition.carried());
            collect_within(&repetition.body, bound, names);
            bound.truncate(around);
        }
        ExprKind::Block { definitions, value } => {
            let around = bound.len();
            for definition in definitions {
                collect_within(&definition.expr, bound, names);
                bound.push(&definition.name);
            }
            collect_within(value, bound, names);
            bound.truncate(around);
        }
        kind => kind.each_part(&mut |part| collect_within(part, bound, names)),
    }
}

impl Lower<'_> {
    /// Reports a name that means nothing where it stands, if it means something in a loop or a body elsewhere.
    fn report_outside(&mut self, ident: &Ident, function: &Function) {
        let mut definitions = function.definitions.iter();
        let name = text(ident);
        if definitions.any(|found| binds(&found.expr, ident)) && self.unknown.insert(name.clone()) {
            let problem = Names::OutsideOfLoop { name: &name };
            self.errors.report(ident.span(), problem);
        }
    }

    /// Reports every definition that needs a later one or itself.
    pub(super) fn report_order(&mut self, function: &Function, scope: &Scope) {
        let position: Map<String, usize> = function
            .definitions
            .iter()
            .enumerate()
            .rev()
            .map(|(at, definition)| (text(&definition.name), at))
            .collect();
        let mut needs: Vec<Vec<(usize, &Ident)>> = Vec::with_capacity(function.definitions.len());
        for definition in &function.definitions {
            let mut idents = Vec::new();
            collect(&definition.expr, &mut idents);
            for ident in &idents {
                if !position.contains_key(&text(ident)) && self.is_unknown(ident, scope) {
                    self.report_outside(ident, function);
                }
            }
            let edges = idents
                .into_iter()
                .filter(|ident| !scope.names.contains_key(&text(ident)));
            needs.push(
                edges
                    .filter_map(|ident| Some((*position.get(&text(ident))?, ident)))
                    .collect(),
            );
        }
        let component = components(&needs);
        let mut reported = Set::default();
        for (at, edges) in needs.iter().enumerate() {
            for &(needed, ident) in edges.iter().filter(|(needed, _)| *needed >= at) {
                if component[needed] == component[at] {
                    if reported.insert(component[at]) {
                        let names = cycle(&needs, &component, at, function);
                        self.errors
                            .report(ident.span(), Names::Cycle { names: &names });
                    }
                } else {
                    self.errors.report(
                        ident.span(),
                        Names::UsedBeforeDefinition { name: &text(ident) },
                    );
                }
            }
        }
    }
}

/// Whether some loop or body in an expression gives this name to a value of its own.
fn binds(expr: &Expr, name: &Ident) -> bool {
    let is_own = match &expr.kind {
        ExprKind::Loop(repetition) => {
            let mut indices = repetition.indices.iter().map(|index| &index.name);
            repetition.carried().contains(name) || indices.any(|index| index == name)
        }
        ExprKind::Block { definitions, .. } => definitions.iter().any(|local| local.name == *name),
        _ => false,
    };
    let mut is_bound = is_own;
    expr.kind
        .each_part(&mut |part| is_bound = is_bound || binds(part, name));
    is_bound
}

/// The names on one way round from `start` back to it, shortest first.
fn cycle(
    needs: &[Vec<(usize, &Ident)>],
    component: &[usize],
    start: usize,
    function: &Function,
) -> Vec<String> {
    let mut previous = vec![usize::MAX; needs.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for &(next, _) in &needs[at] {
            if next == start {
                let mut way = vec![at];
                while *way.last().unwrap_or(&start) != start {
                    way.push(previous[way[way.len() - 1]]);
                }
                return way
                    .iter()
                    .rev()
                    .map(|at| text(&function.definitions[*at].name))
                    .collect();
            }
            if component[next] == component[start] && previous[next] == usize::MAX {
                previous[next] = at;
                queue.push_back(next);
            }
        }
    }
    vec![text(&function.definitions[start].name)]
}

/// Strongly connected components (Tarjan), without recursion: a number for each definition, equal where they need
/// each other.
fn components(needs: &[Vec<(usize, &Ident)>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = needs.len();
    let (mut order, mut low, mut component) = (vec![NEW; count], vec![0; count], vec![NEW; count]);
    let (mut path, mut next) = (Vec::new(), 0);
    for root in 0..count {
        let mut work = vec![(root, 0)];
        while let Some((at, edge)) = work.pop() {
            if edge == 0 {
                if order[at] != NEW {
                    continue;
                }
                order[at] = next;
                low[at] = next;
                next += 1;
                path.push(at);
            } else {
                let child = needs[at][edge - 1].0;
                if component[child] == NEW {
                    low[at] = low[at].min(low[child]);
                }
            }
            if let Some(&(child, _)) = needs[at].get(edge) {
                work.push((at, edge + 1));
                if order[child] == NEW {
                    work.push((child, 0));
                } else if component[child] == NEW {
                    low[at] = low[at].min(order[child]);
                }
            } else if low[at] == order[at] {
                while let Some(member) = path.pop() {
                    component[member] = at;
                    if member == at {
                        break;
                    }
                }
            }
        }
    }
    component
}
