//! Loops over indices: tables, and what runs over them.
//!
//! A short loop of literal length is written out. The body of any other is lowered once, as it is in one turn: its index is a
//! number, an entry at its index is an entry. Invariant: what depends on the turn is read only by the loop's body and by what
//! makes one value of all turns, an array ([`Op::Each`]) or a reduction ([`Op::Total`]).

use super::expr::Operand;
use super::records::Nodes;
use super::{Binding, Index, Lower, Scope, Unit, names};
use crate::builder::{Builder, pairwise};
use crate::errors::{Calls, Errors, Limits, Reading, Shapes};
use crate::graph::{Dim, Graph, Kind, LoopId, NodeId, Op, Reduction};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape::{HIGHEST_RANK, is_small};
use crate::structs::Value;
use crate::syntax::{Expr, Given, Loop, LoopIndex, LoopKind, Place, text};
use crate::transform::products;
use crate::transform::rebuild::{self, Rebuilt};
use crate::transform::steps;
use crate::transform::turns::{self, Refused};
use crate::unit::{Notes, OneTurn};

/// How many turns of a loop may be written out, each by itself: a longer sum is a loop of the generated code, a longer `fold`
/// is refused.
const LONGEST_LOOP: i64 = 4096;

/// How many entries of a table may be, those of tables around it included.
const LONGEST_TABLE: i64 = 64;

/// A loop of turns: what its index is called, and how many there are.
///
/// Some in front and some behind may be none in truth: what is computed there is left out, so an index may leave an array there.
pub(super) struct Turns {
    pub index: String,
    pub extent: Dim,
    pub spare: Spare,
}

/// How many turns of a loop are none, whatever its extent.
#[derive(Clone, Copy, Default)]
pub(super) struct Spare {
    pub front: i64,
    pub back: i64,
}

impl Turns {
    /// Where the turns end of which those behind are none.
    fn end(&self) -> Dim {
        self.extent.shifted(-self.spare.back)
    }

    /// Leaves out the turns in front and behind of which a comparison with a bound does not hold.
    pub(super) fn leave_out(&mut self, rule: RuleId, bound: &Dim) {
        let literal = |dim: Dim| dim.name.is_none().then_some(dim.offset);
        let front = literal(bound.clone());
        let back = self.extent.minus(bound).and_then(literal);
        let spare = &mut self.spare;
        let (mut begins, mut ends) = (None, None);
        match rule {
            rows::greater => begins = front.map(|at| at + 1),
            rows::greater_equal => begins = front,
            rows::less => ends = back,
            rows::less_equal => ends = back.map(|left| left - 1),
            rows::equal => (begins, ends) = (front, back.map(|left| left - 1)),
            _ => {
                begins = front.filter(|at| *at == spare.front).map(|at| at + 1);
                ends = back.filter(|left| *left == spare.back + 1);
            }
        }
        spare.front = spare.front.max(begins.unwrap_or(0));
        spare.back = spare.back.max(ends.unwrap_or(0));
    }
}

/// The turns of one index.
pub(super) enum Range {
    /// So many, each written out.
    WrittenOut {
        from: Index,
        count: i64,
    },
    /// From a literal on, as many as an axis has entries.
    Turns {
        from: i64,
        extent: Dim,
    },
    Triangle(Triangle),
}

/// Turns between bounds of which one depends on an outer index: those of all outer turns, where each has some of them only.
pub(super) struct Triangle {
    from: Index,
    to: Index,
    pub least: i64,
    pub extent: Dim,
    spare: Spare,
    /// Whether it has a turn in each of the outer ones.
    is_never_empty: bool,
    is_reversed: bool,
}

/// Gives the turns of loops an axis, after which nothing knows of them any more.
pub(super) fn give_axes(unit: &mut Unit, loops: &[Turns], errors: &mut Errors) {
    if loops.is_empty() {
        return;
    }
    let extents: Vec<Dim> = loops.iter().map(|turns| turns.extent.clone()).collect();
    let rebuilt = steps::run(&unit.graph, &extents);
    let written = rebuilt.written(&unit.written);
    let (graph, written) = follow(unit, rebuilt, written);
    let indices = loops.iter().map(|turns| turns.index.clone()).collect();
    unit.one_turn = Some(OneTurn {
        graph,
        written,
        indices,
    });
    let (rebuilt, written, refused) = turns::run(&unit.graph, &unit.written, &extents);
    follow(unit, rebuilt, written);
    let rebuilt = products::run(&unit.graph);
    let written = rebuilt.written(&unit.written);
    follow(unit, rebuilt, written);
    rebuild::bodies(&mut unit.graph, products::run);
    for (place, refused) in refused {
        if let Refused::Call(call) = refused {
            unit.graph.calls[call].is_refused = true;
        }
        report(place, refused, &unit.graph, loops, errors);
    }
}

/// Gives the unit another graph; what it had comes back.
fn follow(unit: &mut Unit, rebuilt: Rebuilt, written: Notes) -> (Builder, Notes) {
    let groups = unit.inputs.iter_mut().map(|input| &mut input.nodes);
    let groups = groups.chain(unit.outputs.iter_mut().map(|output| &mut output.nodes));
    let definitions = unit.definitions.iter_mut();
    for group in groups.chain(definitions.map(|definition| &mut definition.nodes)) {
        rebuilt.follow(std::slice::from_mut(group));
    }
    let graph = std::mem::replace(&mut unit.graph, rebuilt.graph);
    (graph, std::mem::replace(&mut unit.written, written))
}

fn report(place: Place, refused: Refused, graph: &Graph, loops: &[Turns], errors: &mut Errors) {
    match refused {
        Refused::Call(call) => {
            let callee = &graph.calls[call].described();
            errors.report(place, Calls::CallInLoop { callee });
        }
        Refused::Axes { loops: around, own } => {
            let indices: Vec<&str> = around.iter().map(|of| &*loops[of.0].index).collect();
            let problem = Shapes::TurnsWithAxes {
                indices: &format!("`{}`", indices.join("`, `")),
                own,
            };
            errors.report(place, problem);
        }
    }
}

/// Whether both bounds are plain numbers. Others may come out as an empty range, as those of a triangle do.
fn is_plain(index: &LoopIndex) -> bool {
    let mut names = Vec::new();
    names::collect(&index.from, &mut names);
    names::collect(&index.to, &mut names);
    names.is_empty()
}

/// A loop, from one of its indices on.
#[derive(Clone, Copy)]
pub(super) struct Rest<'e> {
    indices: &'e [LoopIndex],
    body: &'e Expr,
    place: Place,
}

impl<'e> Rest<'e> {
    pub fn of(repetition: &'e Loop, place: Place) -> Rest<'e> {
        let (indices, body) = (&*repetition.indices, &repetition.body);
        Rest {
            indices,
            body,
            place,
        }
    }

    /// A value of the loop.
    fn operand(self, node: NodeId) -> Operand {
        let place = self.place;
        Operand { node, place }
    }

    /// The next index, and what is inside it.
    pub fn split(self) -> Option<(&'e LoopIndex, Rest<'e>)> {
        let (first, indices) = self.indices.split_first()?;
        Some((first, Rest { indices, ..self }))
    }
}

impl Lower<'_> {
    pub(super) fn repetition(
        &mut self,
        repetition: &Loop,
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        let rest = Rest::of(repetition, place);
        let node = match &repetition.kind {
            LoopKind::Each => self.table(rest, None, scope)?.node,
            LoopKind::Over(rule @ (rows::sum | rows::prod)) => self.total(*rule, rest, scope)?.node,
            LoopKind::Over(rows::mean) => self.mean(rest, scope)?,
            LoopKind::Over(rule) => self.over_table(*rule, rest, scope)?,
            LoopKind::Fold { .. } => return self.carried_value(repetition, place, scope),
            LoopKind::Root { unknowns, start } => {
                self.root((unknowns, start, &repetition.body), place, scope)?
            }
        };
        Some(Value::Leaf(node))
    }

    // Ranges.

    /// The turns of an index; reported if they cannot be known.
    pub(super) fn range_of(
        &mut self,
        index: &LoopIndex,
        most: i64,
        scope: &Scope,
    ) -> Option<Range> {
        let from = self.bound(&index.from, scope);
        let to = self.bound(&index.to, scope);
        let (from, mut to) = (from?, to?);
        if index.inclusive {
            to = to.shifted(1);
        }
        match (to.minus(&from), &from) {
            (Some(Index::Known(Dim { name: None, offset })), Index::Known(from))
                if offset < 0 && is_plain(index) =>
            {
                self.loop_backwards(index, from, &from.shifted(offset));
                None
            }
            (Some(Index::Known(Dim { name: None, offset })), _) => {
                let count = offset.max(0);
                let is_long = count > most;
                match &from {
                    Index::Known(Dim { name: None, offset }) if is_long => Some(Range::Turns {
                        from: *offset,
                        extent: Dim::literal(count),
                    }),
                    _ => Some(Range::WrittenOut { from, count }),
                }
            }
            // A named length less a literal: that of a loop which begins at the literal.
            (Some(Index::Known(extent)), Index::Known(Dim { name: None, offset })) => {
                Some(Range::Turns {
                    from: *offset,
                    extent,
                })
            }
            _ => self.triangle(index, from, to),
        }
    }

    fn loop_backwards(&mut self, index: &LoopIndex, start: &Dim, end: &Dim) {
        let place = index.from.place.to(index.to.place);
        self.errors
            .report(place, Shapes::LoopBackwards { start, end });
    }

    /// The turns that any turn of the loops around can have, where bounds depend on their indices.
    fn triangle(&mut self, index: &LoopIndex, from: Index, to: Index) -> Option<Range> {
        let (least, end) = (self.least(&from), self.end(&to));
        let is_bound = |bound: &Index| !matches!(bound, Index::Known(_));
        if let (Some(Dim { name: None, offset }), Some(end)) = (least, end)
            && (is_bound(&from) || is_bound(&to))
        {
            // An extent such as `n - 1` would be below 0 where there is nothing to run over, so there are turns that are none.
            let missing = -end.shifted(-offset).offset.min(0);
            let front = missing.min(offset.max(0));
            let back = missing - front;
            let least_count = to.minus(&from).and_then(|count| self.least(&count));
            let is_never_empty =
                least_count.is_some_and(|count| count.name.is_none() && count.offset > 0);
            return Some(Range::Triangle(Triangle {
                least: offset - front,
                extent: end.shifted(back - (offset - front)),
                spare: Spare { front, back },
                is_never_empty,
                is_reversed: index.is_reversed,
                from,
                to,
            }));
        }
        let found = match (&from, &to) {
            (Index::Known(start @ Dim { name: Some(_), .. }), Index::Known(end))
                if end.name.is_none() =>
            {
                self.loop_backwards(index, start, end);
                return None;
            }
            (Index::Known(_), Index::Known(_)) => {
                "a range whose length is the difference of two names"
            }
            _ => "a range whose length is not known",
        };
        let problem = Reading::LoopBound { found };
        self.errors.report(index.to.place, problem);
        None
    }

    /// The least value of an index over all turns.
    fn least(&self, index: &Index) -> Option<Dim> {
        match index {
            Index::Known(dim) => Some(dim.clone()),
            Index::Turn(of, start) => Some(Dim::literal(start + self.loops[of.0].spare.front)),
            Index::Back(of, start) => start.minus(&self.loops[of.0].end().shifted(-1)),
        }
    }

    /// The largest value of an end over all turns.
    fn end(&self, index: &Index) -> Option<Dim> {
        match index {
            Index::Known(dim) => Some(dim.clone()),
            Index::Turn(of, start) => Some(self.loops[of.0].end().shifted(start - 1)),
            Index::Back(of, start) => Some(start.shifted(-self.loops[of.0].spare.front)),
        }
    }

    // Tables.

    /// How many turns of a table may be written out here.
    fn longest_table(&self) -> i64 {
        LONGEST_TABLE / self.table_entries
    }

    /// How many turns may be written out of what leaves one value of all: any number in a graph of numbers and small arrays,
    /// which has no other loops.
    pub(super) fn longest_loop(&self) -> i64 {
        let is_of_numbers = self
            .inputs
            .iter()
            .all(|input| is_small(&input.shape) && input.given == Given::Numbers);
        match is_of_numbers {
            true => i64::MAX,
            false => LONGEST_LOOP,
        }
    }

    /// The array of the body's values, with an axis for each index. Where a bound depends on another index, `outside` stands
    /// for turns that are none.
    fn table(&mut self, rest: Rest, outside: Option<f64>, scope: &Scope) -> Option<Operand> {
        let Some((index, inner)) = rest.split() else {
            return self.body(rest.body, scope);
        };
        match self.range_of(index, self.longest_table(), scope)? {
            Range::WrittenOut { count: 0, .. } => {
                self.errors.report(index.to.place, Shapes::EmptyTable);
                None
            }
            Range::WrittenOut { from, count } => {
                let around = self.table_entries;
                self.table_entries = around.saturating_mul(count);
                let entries = self.each_turn(index, (&from, count), scope, |lower, scope| {
                    lower.table(inner, outside, scope)
                });
                self.table_entries = around;
                let node = self.stack(&entries?)?;
                Some(rest.operand(node))
            }
            Range::Turns { from, extent } => {
                let (of, scope) = self.open(index, from, extent, scope);
                let entry = self.table(inner, outside, &scope)?;
                let node = self.each(entry.node, of, rest.place)?;
                Some(rest.operand(node))
            }
            Range::Triangle(triangle) => {
                let Some(outside) = outside else {
                    let place = index.from.place.to(index.to.place);
                    self.errors.report(place, Shapes::RaggedTable);
                    return None;
                };
                let (of, scope) = self.open_triangle(index, &triangle, scope);
                let entry = self.table(inner, Some(outside), &scope)?;
                let entry = self.within(entry, outside, of, &triangle, rest.place)?;
                let node = self.each(entry, of, rest.place)?;
                Some(rest.operand(node))
            }
        }
    }

    fn body(&mut self, body: &Expr, scope: &Scope) -> Option<Operand> {
        let value = self.operand(body, scope)?;
        self.want(value, Kind::Number).then_some(value)
    }

    /// The values of all turns of a loop along a new first axis.
    pub(super) fn each(&mut self, entry: NodeId, of: LoopId, place: Place) -> Option<NodeId> {
        let mut dims = self.graph.shape(entry).to_vec();
        if dims.len() >= HIGHEST_RANK {
            self.errors.report(place, Shapes::TooManyAxes);
            return None;
        }
        dims.insert(0, self.loops[of.0].extent.clone());
        let graph = self.at(place);
        Some(graph.push(Op::Each(of), vec![entry], dims.into(), Kind::Number))
    }

    /// A value for each turn that is written out; none where one failed.
    pub(super) fn each_turn<V>(
        &mut self,
        index: &LoopIndex,
        (from, count): (&Index, i64),
        scope: &Scope,
        mut value: impl FnMut(&mut Self, &Scope) -> Option<V>,
    ) -> Option<Vec<V>> {
        if count > LONGEST_LOOP {
            let problem = Limits::LoopTooLong { count };
            self.errors.report(index.to.place, problem);
            return None;
        }
        let mut inner = scope.clone();
        let name = text(&index.name);
        let mut values = Vec::new();
        for turn in 0..count {
            let at = match index.is_reversed {
                true => count - 1 - turn,
                false => turn,
            };
            let binding = Binding::Index(from.shifted(at));
            inner.names.insert_of_loop(name.clone(), binding);
            // Where one turn fails, every other one would say the same.
            let Some(of_turn) = value(self, &inner) else {
                break;
            };
            values.push(of_turn);
        }
        (values.len() as i64 == count).then_some(values)
    }

    /// A loop of turns, and what its body can see.
    pub(super) fn open(
        &mut self,
        index: &LoopIndex,
        from: i64,
        extent: Dim,
        scope: &Scope,
    ) -> (LoopId, Scope) {
        let name = text(&index.name);
        let last = extent.shifted(from - 1);
        let of = self.new_loop(&name, extent);
        let mut inner = scope.clone();
        let turn = match index.is_reversed {
            true => Index::Back(of, last),
            false => Index::Turn(of, from),
        };
        inner.names.insert_of_loop(name, Binding::Index(turn));
        (of, inner)
    }

    pub(super) fn open_triangle(
        &mut self,
        index: &LoopIndex,
        triangle: &Triangle,
        scope: &Scope,
    ) -> (LoopId, Scope) {
        let (least, extent) = (triangle.least, triangle.extent.clone());
        let (of, scope) = self.open(index, least, extent, scope);
        self.loops[of.0].spare = triangle.spare;
        (of, scope)
    }

    pub(super) fn new_loop(&mut self, index: &str, extent: Dim) -> LoopId {
        let index = index.to_owned();
        let spare = Spare::default();
        self.loops.push(Turns {
            index,
            extent,
            spare,
        });
        LoopId(self.loops.len() - 1)
    }

    // What runs over turns.

    /// A sum or a product: that of the inner turns, in each outer one.
    fn total(&mut self, rule: RuleId, rest: Rest, scope: &Scope) -> Option<Operand> {
        let Some((index, inner)) = rest.split() else {
            return self.body(rest.body, scope);
        };
        let node = match self.range_of(index, self.longest_loop(), scope)? {
            Range::WrittenOut { from, count } => {
                let values = self.each_turn(index, (&from, count), scope, |lower, scope| {
                    lower.total(rule, inner, scope)
                })?;
                self.joined(rule, values, rest.place)?
            }
            Range::Turns { from, extent } => {
                let (of, scope) = self.open(index, from, extent, scope);
                let value = self.total(rule, inner, &scope)?;
                self.total_of(rule, value.node, of, rest.place)
            }
            Range::Triangle(triangle) => {
                let (of, scope) = self.open_triangle(index, &triangle, scope);
                let value = self.total(rule, inner, &scope)?;
                let value = self.within(value, neutral(rule)?, of, &triangle, rest.place)?;
                self.total_of(rule, value, of, rest.place)
            }
        };
        Some(rest.operand(node))
    }

    fn total_of(&mut self, rule: RuleId, value: NodeId, of: LoopId, place: Place) -> NodeId {
        let shape = self.graph.shape(value);
        let total = Op::Total(Reduction::of(rule), of);
        self.at(place).push(total, vec![value], shape, Kind::Number)
    }

    /// The value in the turns that there are, and what counts for nothing in the others.
    fn within(
        &mut self,
        value: Operand,
        outside: f64,
        of: LoopId,
        triangle: &Triangle,
        place: Place,
    ) -> Option<NodeId> {
        let inside = self.inside(of, triangle, place)?;
        let outside = self.graph.number(outside);
        match self.at(place).branch(inside, value.node, outside) {
            Ok(node) => Some(node),
            Err(unfit) => self.unfit(unfit, &[place; 3]),
        }
    }

    /// Whether a turn of a triangle is one.
    pub(super) fn inside(
        &mut self,
        of: LoopId,
        triangle: &Triangle,
        place: Place,
    ) -> Option<NodeId> {
        let Triangle {
            from,
            to,
            least,
            extent,
            spare,
            is_reversed,
            ..
        } = triangle;
        let turn = match is_reversed {
            true => Index::Back(of, extent.shifted(least - 1)),
            false => Index::Turn(of, *least),
        };
        let at = self.index_value(turn, place);
        let is_bound = |bound: &Index| !matches!(bound, Index::Known(_));
        let from = (is_bound(from) || spare.front > 0).then(|| {
            let from = self.index_value(from.clone(), place);
            self.graph.call(rows::less_equal, &[from, at])
        });
        let to = (is_bound(to) || spare.back > 0).then(|| {
            let to = self.index_value(to.clone(), place);
            self.graph.call(rows::less, &[at, to])
        });
        match (from, to) {
            (Some(from), Some(to)) => Some(self.graph.call(rows::and, &[from, to])),
            (one, other) => one.or(other),
        }
    }

    /// The sum or product of values that are written out.
    fn joined(&mut self, rule: RuleId, values: Vec<Operand>, place: Place) -> Option<NodeId> {
        let two = match rule {
            rows::prod => rows::mul,
            _ => rows::add,
        };
        let values = values.into_iter().map(Some).collect();
        let joined = pairwise(values, |left, right| {
            let node = self.operate(two, &[left?, right?], place)?;
            Some(Operand { node, place })
        });
        match joined {
            Some(joined) => Some(joined?.node),
            None => Some(self.graph.number(neutral(rule)?)),
        }
    }

    /// The sum over as many as there are.
    fn mean(&mut self, rest: Rest, scope: &Scope) -> Option<NodeId> {
        let sum = self.total(rows::sum, rest, scope)?;
        let (count, _) = self.count(rest, scope)?;
        self.operate(rows::div, &[sum, count], rest.place)
    }

    /// How many turns there are, and whether a triangle may leave none.
    fn count(&mut self, rest: Rest, scope: &Scope) -> Option<(Operand, bool)> {
        let Some((index, inner)) = rest.split() else {
            let one = self.at(rest.place).number(1.0);
            return Some((rest.operand(one), false));
        };
        let (count, may_be_none) = match self.range_of(index, self.longest_loop(), scope)? {
            Range::WrittenOut { from, count } => {
                let counts = self.each_turn(index, (&from, count), scope, |lower, scope| {
                    lower.count(inner, scope)
                })?;
                let may_be_none = counts.iter().any(|(_, may_be_none)| *may_be_none);
                let counts = counts.into_iter().map(|(count, _)| count).collect();
                (self.joined(rows::sum, counts, rest.place)?, may_be_none)
            }
            Range::Turns { from, extent } => {
                let (of, scope) = self.open(index, from, extent, scope);
                let (count, may_be_none) = self.count(inner, &scope)?;
                let count = self.total_of(rows::sum, count.node, of, rest.place);
                (count, may_be_none)
            }
            Range::Triangle(triangle) if inner.indices.is_empty() => {
                let may_be_none = !triangle.is_never_empty;
                (self.count_of(triangle, rest.place), may_be_none)
            }
            Range::Triangle(triangle) => {
                let (of, scope) = self.open_triangle(index, &triangle, scope);
                let (count, may_be_none) = self.count(inner, &scope)?;
                let may_be_none = may_be_none || !triangle.is_never_empty;
                let count = self.within(count, 0.0, of, &triangle, rest.place)?;
                let count = self.total_of(rows::sum, count, of, rest.place);
                (count, may_be_none)
            }
        };
        Some((rest.operand(count), may_be_none))
    }

    /// How many turns a triangle has in one of the outer ones.
    fn count_of(&mut self, triangle: Triangle, place: Place) -> NodeId {
        let [from, to] = [triangle.from, triangle.to].map(|bound| self.index_value(bound, place));
        let graph = self.at(place);
        let count = graph.call(rows::sub, &[to, from]);
        if triangle.is_never_empty {
            return count;
        }
        let zero = graph.number(0.0);
        graph.call(rows::max, &[count, zero])
    }

    /// Any other operation over axes, which takes the table of all turns; a list of them where they are written out, so that
    /// the inner ones may be more in one turn than in another.
    fn over_table(&mut self, rule: RuleId, rest: Rest, scope: &Scope) -> Option<NodeId> {
        let mut values = Vec::new();
        let is_written_out = self.values(rest, scope, &mut values)?;
        if is_written_out
            && values.is_empty()
            && let Some(neutral) = neutral(rule)
        {
            let of_none = if is_undefined_of_none(rule) {
                f64::NAN
            } else {
                neutral
            };
            return Some(self.at(rest.place).number(of_none));
        }
        if is_written_out && !values.is_empty() {
            let list = self.stack(&values)?;
            let list = rest.operand(list);
            return self.over(rule, list, &[0]);
        }
        let table = self.table(rest, neutral(rule), scope)?;
        let axes: Vec<usize> = (0..rest.indices.len()).collect();
        let value = self.over(rule, table, &axes)?;
        if is_undefined_of_none(rule)
            && let (count, true) = self.count(rest, scope)?
        {
            let graph = self.at(rest.place);
            let (zero, undefined) = (graph.number(0.0), graph.number(f64::NAN));
            let is_any = graph.call(rows::less, &[zero, count.node]);
            return match graph.branch(is_any, value, undefined) {
                Ok(node) => Some(node),
                Err(unfit) => self.unfit(unfit, &[rest.place; 3]),
            };
        }
        Some(value)
    }

    /// The values of all turns if all are written out; else the answer is `false`.
    fn values(&mut self, rest: Rest, scope: &Scope, values: &mut Vec<Operand>) -> Option<bool> {
        let Some((index, inner)) = rest.split() else {
            values.push(self.body(rest.body, scope)?);
            return Some(true);
        };
        let Range::WrittenOut { from, count } = self.range_of(index, self.longest_loop(), scope)?
        else {
            return Some(false);
        };
        let one = |lower: &mut Self, scope: &Scope| lower.values(inner, scope, values);
        let answers = self.each_turn(index, (&from, count), scope, one)?;
        Some(answers.into_iter().all(|answer| answer))
    }

    // Entries.

    /// An entry along an axis, which is dropped: in every turn the one at the loop's index.
    pub(super) fn entry_of_turn(
        &mut self,
        operand: Operand,
        axis: usize,
        index: Index,
        place: Place,
    ) -> Option<NodeId> {
        let (of, start) = match index {
            Index::Turn(of, start) => (of, start),
            Index::Back(of, start) => {
                return self.entry_from_end(operand, axis, (of, start), place);
            }
            Index::Known(_) => unreachable!("the index is that of a loop"),
        };
        let extent = self.graph.shape(operand.node)[axis].clone();
        if !self.has_turns(of, start, &extent) {
            let turns = &self.loops[of.0];
            let (start, end) = (start + turns.spare.front, &turns.end().shifted(start));
            let extent = &extent;
            self.errors
                .report(place, Shapes::IndexOfLoop { start, end, extent });
            return None;
        }
        self.entry_of_turns(operand, axis, (of, start), place)
    }

    /// The same where the index runs from an end: an entry of the array turned around.
    fn entry_from_end(
        &mut self,
        operand: Operand,
        axis: usize,
        (of, start): (LoopId, Dim),
        place: Place,
    ) -> Option<NodeId> {
        let extent = self.graph.shape(operand.node)[axis].clone();
        let first = extent.shifted(-1).minus(&start);
        let offset = match first {
            Some(Dim { name: None, offset }) if self.has_turns(of, offset, &extent) => offset,
            _ => {
                let turns = &self.loops[of.0];
                let last = start.minus(&turns.end().shifted(-1));
                let (start, extent) = (&start.shifted(-turns.spare.front), &extent);
                let problem = Shapes::IndexOfLoopDown {
                    start,
                    last,
                    extent,
                };
                self.errors.report(place, problem);
                return None;
            }
        };
        let node = self.at(operand.place).reverse(operand.node, axis);
        self.entry_of_turns(Operand { node, ..operand }, axis, (of, offset), place)
    }

    /// Whether every turn's index, which begins at `start`, lies within the extent.
    fn has_turns(&self, of: LoopId, start: i64, extent: &Dim) -> bool {
        let turns = &self.loops[of.0];
        let rest = extent.minus(&turns.end().shifted(start));
        let is_within = rest.is_some_and(|rest| rest.name.is_none() && rest.offset >= 0);
        start + turns.spare.front >= 0 && is_within
    }

    /// How many turns of an index that begins at `start` leave the extent, in front and behind.
    fn beyond(&self, of: LoopId, start: i64, extent: &Dim) -> Spare {
        let behind = self.loops[of.0].extent.shifted(start).minus(extent);
        Spare {
            front: (-start).max(0),
            back: behind.map_or(0, |behind| behind.offset.max(0)),
        }
    }

    /// Whether turns that are none leave the extent by an index, and no others.
    pub(super) fn is_beyond(&self, index: &Index, extent: &Dim) -> bool {
        let (of, start) = match index {
            Index::Known(_) => return false,
            Index::Turn(of, start) => (*of, *start),
            Index::Back(of, start) => match extent.shifted(-1).minus(start) {
                Some(Dim { name: None, offset }) => (*of, offset),
                _ => return false,
            },
        };
        let Spare { front, back } = self.beyond(of, start, extent);
        self.has_turns(of, start, extent) && front + back > 0
    }

    /// The entries of all turns, zeros among them where turns that are none leave the array.
    fn entry_of_turns(
        &mut self,
        operand: Operand,
        axis: usize,
        (of, start): (LoopId, i64),
        place: Place,
    ) -> Option<NodeId> {
        let shape = self.graph.shape(operand.node);
        let Spare { front, back } = self.beyond(of, start, &shape[axis]);
        if (front, back) == (0, 0) {
            return Some(self.at(operand.place).entry(operand.node, axis, start, of));
        }
        if self.graph.node(operand.node).kind != Kind::Number {
            self.errors.report(place, Shapes::LabelBeyond);
            return None;
        }
        let graph = self.at(operand.place);
        let mut zeros = |count: i64| {
            let mut dims = shape.to_vec();
            dims[axis] = Dim::literal(count);
            let zero = graph.number(0.0);
            (count > 0).then(|| graph.spread(zero, &dims.into()))
        };
        let parts = [zeros(front), Some(operand.node), zeros(back)];
        let parts: Vec<NodeId> = parts.into_iter().flatten().collect();
        let whole = shape[axis].shifted(front + back);
        let padded = graph.concat(&parts, axis, whole);
        Some(graph.entry(padded, axis, start + front, of))
    }
}

/// Whether the operation has no value where it runs over nothing.
fn is_undefined_of_none(rule: RuleId) -> bool {
    matches!(rule, rows::max_of | rows::min_of)
}

/// What makes no difference to an operation over axes, if anything does.
fn neutral(rule: RuleId) -> Option<f64> {
    match rule {
        rows::sum | rows::norm => Some(0.0),
        rows::prod => Some(1.0),
        rows::max_of | rows::logsumexp => Some(f64::NEG_INFINITY),
        rows::min_of => Some(f64::INFINITY),
        _ => None,
    }
}
