//! Loops that carry values from turn to turn: `fold` and `scan`.
//!
//! A short loop of literal length is written out. The body of any other is lowered once, as it is in one step, on values that stand for
//! what the step finds; `transform::steps` makes it a graph of its own. Invariant: a state has one shape in all steps.

use proc_macro2::Ident;

use super::expr::{Argument, Operand};
use super::loops::{Range, Rest, Triangle};
use super::records::Nodes;
use super::{Binding, Index, Lower, Scope};
use crate::errors::{Calls, Names, Shapes};
use crate::graph::{Dim, Kind, LoopId, Name, NodeId, Op, Shape};
use crate::shape::{self, HIGHEST_RANK};
use crate::structs::{self, Value};
use crate::syntax::{Expr, ExprKind, Left, Loop, LoopIndex, LoopKind, Place, text};
use crate::unit::Steps;

/// How many steps of a loop may be written out in a graph that has other loops too.
const LONGEST_WRITTEN_OUT: i64 = 16;

/// How many in a graph of numbers and small arrays, where each step is some lines.
const LONGEST_OF_NUMBERS: i64 = 64;

/// A loop that carries values, once its first values are known.
struct Carrying<'e> {
    names: &'e [Ident],
    starts: Vec<Nodes>,
    left: Left,
    index: &'e LoopIndex,
    body: &'e Expr,
    place: Place,
}

impl Lower<'_> {
    /// What such a loop leaves: a value for each name that it carries.
    pub(super) fn carried(
        &mut self,
        repetition: &Loop,
        place: Place,
        scope: &Scope,
    ) -> Option<Vec<Nodes>> {
        let LoopKind::Fold {
            carried,
            start,
            left,
        } = &repetition.kind
        else {
            unreachable!("only such a loop carries values")
        };
        let starts = self.several(start, carried, scope);
        let (index, _) = Rest::of(repetition, place).split()?;
        if let Some(name) = twice(carried) {
            let problem = Names::DefinedTwice { name: &text(name) };
            self.errors.report(name.span(), problem);
            return None;
        }
        let starts = starts?;
        let are_numbers = starts.iter().map(|start| self.is_of_numbers(start));
        if are_numbers.collect::<Vec<_>>().contains(&false) {
            return None;
        }
        let starts = starts.into_iter().map(|start| start.value);
        let of = Carrying {
            names: carried,
            starts: starts.collect(),
            left: *left,
            index,
            body: &repetition.body,
            place,
        };
        let most = match self.longest_loop() {
            i64::MAX => LONGEST_OF_NUMBERS,
            _ => LONGEST_WRITTEN_OUT,
        };
        match self.range_of(index, most, scope)? {
            Range::WrittenOut { from, count: 0 } => Some(self.no_steps(&of, &from, scope)),
            Range::WrittenOut { from, count } => self.written_out(&of, &from, count, scope),
            Range::Turns { from, extent } => self.stepwise(of, from, &extent, None, scope),
            Range::Triangle(_) if *left == Left::Each => {
                let place = index.from.place.to(index.to.place);
                self.errors.report(place, Shapes::RaggedScan);
                None
            }
            Range::Triangle(triangle) => {
                let (least, extent) = (triangle.least, triangle.extent.clone());
                self.stepwise(of, least, &extent, Some(triangle), scope)
            }
        }
    }

    /// The only value of a loop that carries one.
    pub(super) fn carried_value(
        &mut self,
        repetition: &Loop,
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        let mut values = self.carried(repetition, place, scope)?;
        let carried = repetition.carried();
        if carried.len() > 1 {
            let names: Vec<String> = carried.iter().map(text).collect();
            let problem = Calls::SeveralCarried { names: &names };
            self.errors.report(place_of_names(carried, place), problem);
            return None;
        }
        values.pop()
    }

    /// Whether what is carried begins as numbers; reported if not.
    fn is_of_numbers(&mut self, start: &Argument) -> bool {
        let place = start.place;
        let leaves = start.value.leaves().into_iter();
        let mut leaves = leaves.map(|node| Operand { node: *node, place });
        leaves.all(|leaf| self.want(leaf, Kind::Number))
    }

    /// A value of an expression for each of the names.
    fn several(&mut self, expr: &Expr, names: &[Ident], scope: &Scope) -> Option<Vec<Argument>> {
        let count = names.len();
        let found = match &expr.kind {
            ExprKind::Missing => return None,
            ExprKind::Several(values) if values.len() == count => {
                let values = values.iter().map(|value| self.argument(value, scope));
                let values: Vec<Option<Argument>> = values.collect();
                return values.into_iter().collect();
            }
            ExprKind::Block { definitions, value } => {
                let inner = self.locals(definitions, scope);
                return self.several(value, names, &inner);
            }
            ExprKind::Several(values) => values.len(),
            _ if count == 1 => return Some(vec![self.argument(expr, scope)?]),
            ExprKind::If { condition, yes, no } => {
                let sides = |lower: &mut Self, side: &Expr| lower.several(side, names, scope);
                let of = (&**condition, &**yes, &**no);
                let values = self.conditional(of, expr.place, scope, &sides)?;
                let place = expr.place;
                let argument = |value| Argument { value, place };
                return Some(values.into_iter().map(argument).collect());
            }
            ExprKind::Call { .. } | ExprKind::Loop(_) => {
                let values = self.parts_of_call(expr, &vec![None; count], scope)?;
                let place = expr.place;
                let argument = |value| Argument { value, place };
                return Some(values.into_iter().map(argument).collect());
            }
            _ => 1,
        };
        let names: Vec<String> = names.iter().map(text).collect();
        let problem = Calls::CarriedValues {
            names: &names,
            found,
        };
        self.errors.report(expr.place, problem);
        None
    }

    // Written out.

    fn written_out(
        &mut self,
        of: &Carrying,
        from: &Index,
        count: i64,
        scope: &Scope,
    ) -> Option<Vec<Nodes>> {
        let mut carried = of.starts.clone();
        let mut all: Vec<Vec<Nodes>> = vec![Vec::new(); carried.len()];
        self.each_turn(of.index, (from, count), scope, |lower, scope| {
            let found = of.names.iter().zip(&carried);
            let found = found.map(|(name, value)| lower.by_itself(&text(name), value.clone()));
            let found: Vec<Nodes> = found.collect();
            let inner = bound(of, &found, scope);
            let next = lower.several(of.body, of.names, &inner)?;
            let places = places(&next);
            let next = lower.like(&carried, &next)?;
            let both = leaves(&carried).into_iter().zip(leaves(&next));
            for (both, (at, place)) in both.zip(places) {
                // What begins as a number may go on as an array.
                let is_number = lower.graph.shape(both.0).is_empty();
                let both = (if is_number { both.1 } else { both.0 }, both.1);
                lower.of_same_shape(&of.names[at], both, place)?;
            }
            all.iter_mut()
                .zip(&next)
                .for_each(|(all, next)| all.push(next.clone()));
            carried = next;
            Some(())
        })?;
        match of.left {
            Left::Last => Some(carried),
            Left::Each => all
                .into_iter()
                .map(|values| self.side_by_side_trees(&values, of.place))
                .collect(),
        }
    }

    /// What a loop leaves that has no steps.
    fn no_steps(&mut self, of: &Carrying, from: &Index, scope: &Scope) -> Vec<Nodes> {
        let shapes = self.grown(of, from, scope);
        let mut shapes = shapes.iter();
        let graph = self.at(of.place);
        let zero = graph.number(0.0);
        let mut empty = |start: &NodeId| {
            let own = shapes
                .next()
                .cloned()
                .unwrap_or_else(|| graph.shape(*start));
            if of.left == Left::Last {
                return graph.spread(*start, &own);
            }
            let none = std::iter::once(Dim::literal(0));
            let shape: Shape = none.chain(own.iter().cloned()).collect();
            graph.spread(zero, &shape)
        };
        let starts = of.starts.iter();
        starts.map(|start| start.map(&mut empty)).collect()
    }

    /// The shapes of the states as a step would leave them that is never taken, so nothing is said of what is wrong in it: what begins as
    /// a number may go on as an array. None where that is not known.
    fn grown(&mut self, of: &Carrying, from: &Index, scope: &Scope) -> Vec<Shape> {
        let errors = std::mem::take(self.errors);
        let is_unreached = std::mem::replace(&mut self.is_unreached, true);
        let mut shapes = Vec::new();
        self.each_turn(of.index, (from, 1), scope, |lower, scope| {
            let inner = bound(of, &of.starts, scope);
            let next = lower.several(of.body, of.names, &inner)?;
            let next = leaves(&lower.like(&of.starts, &next)?);
            let both = leaves(&of.starts).into_iter().zip(next);
            let shape = |(start, next): (NodeId, NodeId)| {
                let is_number = lower.graph.shape(start).is_empty();
                lower.graph.shape(if is_number { next } else { start })
            };
            shapes = both.map(shape).collect();
            Some(())
        });
        *self.errors = errors;
        self.is_unreached = is_unreached;
        shapes
    }

    /// The states of all turns, leaf by leaf along a new first axis.
    fn side_by_side_trees(&mut self, values: &[Nodes], place: Place) -> Option<Nodes> {
        let leaves: Vec<Vec<NodeId>> = values
            .iter()
            .map(|value| value.leaves().into_iter().copied().collect())
            .collect();
        let tree = values.first()?;
        let stacked = (0..tree.leaves().len()).map(|at| {
            let entries = leaves.iter().map(|leaves| Operand {
                node: leaves[at],
                place,
            });
            self.stack(&entries.collect::<Vec<_>>())
        });
        let stacked: Option<Vec<NodeId>> = stacked.collect();
        Some(tree.with_leaves(stacked?))
    }

    // Step by step.

    /// A loop whose body is lowered once. Of a triangle's turns those that are none leave the states as they are.
    fn stepwise(
        &mut self,
        mut of: Carrying,
        from: i64,
        extent: &Dim,
        triangle: Option<Triangle>,
        scope: &Scope,
    ) -> Option<Vec<Nodes>> {
        let errors = self.errors.len();
        loop {
            let first = NodeId::at(self.graph.len());
            let (id, inner) = match &triangle {
                None => self.open(of.index, from, extent.clone(), scope),
                Some(triangle) => self.open_triangle(of.index, triangle, scope),
            };
            let carried = self.leaves_of_step(&of, id);
            let inner = bound(&of, &carried, &inner);
            self.stepwise_around += 1;
            let next = self.several(of.body, of.names, &inner);
            self.stepwise_around -= 1;
            let next = next?;
            let places = places(&next);
            let before = leaves(&carried);
            let mut after = leaves(&self.like(&carried, &next)?);
            let starts = leaves(&of.starts);
            // Where a state begins as a number and goes on as an array, it is that number everywhere at first.
            let grown: Vec<Shape> = before
                .iter()
                .zip(&after)
                .map(|(before, after)| {
                    let [before, after] = [before, after].map(|id| self.graph.shape(*id));
                    if before.is_empty() { after } else { before }
                })
                .collect();
            let has_grown = before
                .iter()
                .zip(&grown)
                .any(|(before, grown)| self.graph.shape(*before) != *grown);
            if has_grown && self.errors.len() == errors {
                let mut grown = grown.iter();
                let place = of.place;
                for start in &mut of.starts {
                    *start = start.map(&mut |leaf| match grown.next() {
                        Some(shape) => self.at(place).spread(*leaf, shape),
                        None => *leaf,
                    });
                }
                continue;
            }
            for ((before, after), (at, place)) in before.iter().zip(&mut after).zip(&places) {
                *after = self.of_same_shape(&of.names[*at], (*before, *after), *place)?;
            }
            if let Some(triangle) = triangle {
                let place = of.place;
                let inside = self.inside(id, &triangle, place)?;
                for (before, after) in before.iter().zip(&mut after) {
                    *after = match self.at(place).branch(inside, *after, *before) {
                        Ok(node) => node,
                        Err(unfit) => {
                            self.unfit(unfit, &[place; 3]);
                            return None;
                        }
                    };
                }
            }
            return self.left(&of, (id, first), extent, (starts, after), scope);
        }
    }

    /// What stands for the states that a step finds.
    fn leaves_of_step(&mut self, of: &Carrying, id: LoopId) -> Vec<Nodes> {
        let mut at = 0;
        let mut carried = Vec::new();
        for (name, start) in of.names.iter().zip(&of.starts) {
            let is_leaf = matches!(start, Value::Leaf(_));
            let tree = start.map(&mut |leaf| {
                let shape = self.graph.shape(*leaf);
                let op = Op::Carried { of: id, at };
                at += 1;
                self.graph.set_place(name.span().into());
                let node = self.graph.push(op, Vec::new(), shape, Kind::Number);
                if is_leaf {
                    self.graph.suggest_name(node, text(name));
                }
                node
            });
            carried.push(tree);
        }
        carried
    }

    /// The next values, each of the struct that it has been.
    fn like(&mut self, carried: &[Nodes], next: &[Argument]) -> Option<Vec<Nodes>> {
        let both = carried.iter().zip(next);
        let next =
            both.map(|(before, after)| self.leaf_by_leaf(before, after, |_, _, node| Some(node)));
        let next: Vec<Option<Nodes>> = next.collect();
        next.into_iter().collect()
    }

    /// What a step makes of a state, in the state's shape.
    fn of_same_shape(
        &mut self,
        name: &Ident,
        (before, after): (NodeId, NodeId),
        place: Place,
    ) -> Option<NodeId> {
        let node = Operand { node: after, place };
        if !self.want(node, Kind::Number) {
            return None;
        }
        let [first, next] = [before, after].map(|id| self.graph.shape(id));
        if first == next {
            return Some(after);
        }
        let (name, first, next) = (&text(name), &first, &next);
        self.errors
            .report(place, Shapes::StateShape { name, first, next });
        None
    }

    /// The values of the whole loop.
    fn left(
        &mut self,
        of: &Carrying,
        (id, first): (LoopId, NodeId),
        extent: &Dim,
        (starts, next): (Vec<NodeId>, Vec<NodeId>),
        scope: &Scope,
    ) -> Option<Vec<Nodes>> {
        let count = starts.len();
        let is_scan = of.left == Left::Each;
        let too_many = |id: &NodeId| self.graph.shape(*id).len() >= HIGHEST_RANK;
        if is_scan && next.iter().any(too_many) {
            self.errors.report(of.place, Shapes::TooManyAxes);
            return None;
        }
        let args = starts.into_iter().chain(next).collect();
        let graph = self.at(of.place);
        let carry = graph.push(
            Op::Carry {
                of: id,
                is_search: false,
            },
            args,
            shape::number(),
            Kind::Parts,
        );
        let mut at = 0;
        let values = of.starts.iter().map(|start| {
            start.map(&mut |leaf| {
                let own = graph.shape(*leaf);
                let steps = is_scan.then(|| extent.clone());
                let shape: Shape = steps.into_iter().chain(own.iter().cloned()).collect();
                let part = if is_scan { count + at } else { at };
                at += 1;
                graph.push(Op::Part(part), vec![carry], shape, Kind::Number)
            })
        });
        let values: Vec<Nodes> = values.collect();
        let starts = of.starts.iter().zip(of.names);
        let states =
            starts.flat_map(|(start, name)| structs::leaf_names(self.structs, start, &text(name)));
        let steps = Steps {
            carry,
            first,
            states: states.map(Name::from).collect(),
        };
        let label = self.loop_text(of.left, of.names, of.index, scope);
        self.note_steps(&leaves(&values), &label, &steps);
        Some(values)
    }
}

/// The first name that stands among these a second time.
fn twice(names: &[Ident]) -> Option<&Ident> {
    let mut rest = names.iter().enumerate();
    let (_, name) = rest.find(|(at, name)| names[..*at].contains(name))?;
    Some(name)
}

/// Where the names of a loop stand that carries several values.
pub(super) fn place_of_names(names: &[Ident], otherwise: Place) -> Place {
    let ends = names.first().zip(names.last());
    ends.map_or(otherwise, |(first, last)| {
        Place::from(first.span()).to(last.span().into())
    })
}

/// What the body of a loop sees.
fn bound(of: &Carrying, carried: &[Nodes], scope: &Scope) -> Scope {
    let mut inner = scope.clone();
    for (name, value) in of.names.iter().zip(carried) {
        inner
            .names
            .insert_of_loop(text(name), Binding::of(value.clone()));
    }
    inner
}

fn leaves(values: &[Nodes]) -> Vec<NodeId> {
    values
        .iter()
        .flat_map(|value| value.leaves().into_iter().copied())
        .collect()
}

/// For each leaf the value that it belongs to, and where that is written.
fn places(values: &[Argument]) -> Vec<(usize, Place)> {
    let places = values.iter().enumerate().flat_map(|(at, value)| {
        let count = value.value.leaves().len();
        std::iter::repeat_n((at, value.place), count)
    });
    places.collect()
}
