//! Derivatives in formulas: `grad(e, x)`, `jacobian(e, x)`, `hessian(e, x)`, `jvp(e, x, v)`.
//!
//! What is differentiated is copied, from what it is differentiated by on: in the copy that is a variable, of which nothing else is
//! made, and which is another one in each turn of the loops that the value depends on. `transform::derivatives` takes the derivative
//! when turns have axes. Invariant: a copy closes the loops that it opens; one that carries values from step to step is a loop of
//! its own in the copy.

use proc_macro2::Ident;

use super::expr::{Argument, Operand};
use super::records::Nodes;
use super::{Binding, Index, Lower, Scope, Turns};
use crate::dependence::{self, depend, union};
use crate::errors::{Calls, Shapes, count};
use crate::graph::{Dim, Kind, LoopId, NodeId, Op, Reduction, Shape};
use crate::hash::{Map, Set};
use crate::rules::rows;
use crate::shape::{self, HIGHEST_RANK};
use crate::structs::Value;
use crate::syntax::{Definition, Expr, ExprKind, Item, Place, text};

/// What can be asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Derivative {
    Gradient,
    Jacobian,
    Hessian,
    Jvp,
}

pub(super) const NAMES: [&str; 4] = ["grad", "jacobian", "hessian", "jvp"];

impl Derivative {
    pub fn named(word: &str) -> Option<Derivative> {
        let all = [
            Derivative::Gradient,
            Derivative::Jacobian,
            Derivative::Hessian,
            Derivative::Jvp,
        ];
        let at = NAMES.iter().position(|name| *name == word);
        at.map(|at| all[at])
    }

    fn signature(self) -> &'static str {
        match self {
            Derivative::Gradient => "grad(e, x)",
            Derivative::Jacobian => "jacobian(e, x)",
            Derivative::Hessian => "hessian(e, x)",
            Derivative::Jvp => "jvp(e, x, v)",
        }
    }

    fn arguments(self) -> usize {
        if self == Derivative::Jvp { 3 } else { 2 }
    }
}

/// The names that derivatives are taken by.
pub(super) fn differentiated_by(definitions: &[Definition]) -> Set<String> {
    let mut names = Set::default();
    for definition in definitions {
        find(&definition.expr, &mut names);
    }
    names
}

/// How many derivatives definitions ask for, each of which may be one of another.
pub(super) fn asked_for(definitions: &[Definition]) -> usize {
    fn count_of(expr: &Expr) -> usize {
        let what = expr
            .call_by_name()
            .and_then(|(name, _)| Derivative::named(&text(name)));
        let mut count = match what {
            None => 0,
            Some(Derivative::Hessian) => 2,
            Some(_) => 1,
        };
        expr.kind.each_part(&mut |part| count += count_of(part));
        count
    }
    definitions.iter().map(|found| count_of(&found.expr)).sum()
}

fn find(expr: &Expr, names: &mut Set<String>) {
    if let Some(args) = arguments(expr)
        && let Some(name) = args.get(1).and_then(base)
    {
        names.insert(text(name));
    }
    expr.kind.each_part(&mut |part| find(part, names));
}

/// The arguments of a derivative.
fn arguments(expr: &Expr) -> Option<&[Expr]> {
    let (name, args) = expr.call_by_name()?;
    Derivative::named(&text(name)).map(|_| args)
}

/// The name that a value is, or is a part of.
fn base(expr: &Expr) -> Option<&Ident> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Field { base: of, .. } | ExprKind::Index { base: of, .. } => base(of),
        _ => None,
    }
}

/// What a field or an index is of.
fn whole(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Field { base: of, .. } | ExprKind::Index { base: of, .. } => Some(of),
        _ => None,
    }
}

impl Lower<'_> {
    pub(super) fn derivative(
        &mut self,
        what: Derivative,
        name: &Ident,
        args: &[Expr],
        place: Place,
        scope: &Scope,
    ) -> Option<Nodes> {
        if args.len() != what.arguments() {
            let problem = Calls::Arity {
                signature: what.signature().to_owned(),
                expected: count(what.arguments()),
                found: args.len(),
                meaning: Some("the derivative of `e` by `x`"),
            };
            self.errors.report(name.span(), problem);
            return None;
        }
        let value = self.operand(&args[0], scope);
        let by = self.argument(&args[1], scope);
        let along = args.get(2).map(|along| self.argument(along, scope));
        let (value, by) = (value?, by?);
        if !self.want(value, Kind::Number) || !self.may_vary(&args[1], &by, scope) {
            return None;
        }
        let is_of_number = matches!(what, Derivative::Gradient | Derivative::Hessian);
        if is_of_number && !self.graph.shape(value.node).is_empty() {
            let found = &self.graph.shape(value.node);
            let name = &text(name);
            let problem = Calls::GradientOfArray { name, found };
            self.errors.report(value.place, problem);
            return None;
        }
        self.graph.set_place(place);
        match along {
            Some(along) => {
                let directions = self.directions(&by, &along?)?;
                let change = self.jvp(value.node, (&args[1], &by), &directions, scope);
                change.map(Value::Leaf)
            }
            None => self.by_values(what, value.node, (&args[1], by), scope),
        }
    }

    /// Whether a derivative can be taken by a value, which has to be one of the user's names or a part of it.
    fn may_vary(&mut self, expr: &Expr, by: &Argument, scope: &Scope) -> bool {
        let is_index = |name: &Ident| {
            let known = scope.names.get(&text(name));
            matches!(known, Some(Binding::Index(_)))
        };
        let name = base(expr).filter(|name| !is_index(name));
        let numbers = by.value.leaves();
        let are_numbers = numbers
            .iter()
            .all(|leaf| self.graph.node(**leaf).kind == Kind::Number);
        if name.is_some() && are_numbers {
            return true;
        }
        self.errors.report(expr.place, Calls::DerivativeByValue);
        false
    }

    /// The derivative by each number or array of a struct, or by the one that there is.
    fn by_values(
        &mut self,
        what: Derivative,
        value: NodeId,
        (expr, by): (&Expr, Argument),
        scope: &Scope,
    ) -> Option<Nodes> {
        let leaves: Vec<NodeId> = by.value.leaves().into_iter().copied().collect();
        if self.is_part(value, expr, scope) {
            return self.by_part(what, value, expr, scope);
        }
        let reached = self.graph.reachable([value]);
        let is_reached = leaves.iter().any(|leaf| reached[leaf.index()]);
        if let Some(name) = base(expr) {
            self.note_reached(name, is_reached);
        }
        let mut fits = true;
        let derivative = by.value.map(&mut |leaf| {
            let made = match what {
                Derivative::Hessian => {
                    let gradient = self.gradient(value, *leaf);
                    self.jacobian(gradient, *leaf, expr.place)
                }
                _ => self.jacobian(value, *leaf, expr.place),
            };
            fits &= made.is_some();
            made.unwrap_or(*leaf)
        });
        fits.then_some(derivative)
    }

    /// A name is of no use to derivatives where none of them, in no turn, is of something made of it. What a call makes of its
    /// arguments is said where the function itself is lowered.
    fn note_reached(&mut self, name: &Ident, is_reached: bool) {
        if is_reached {
            self.met.insert(text(name));
        } else if self.inlining.len() <= 1 && !self.unreached.contains(name) {
            self.unreached.push(name.clone());
        }
    }

    /// The names that no derivative needs.
    pub(super) fn never_met(&mut self) -> Vec<Ident> {
        let mut unreached = std::mem::take(&mut self.unreached);
        unreached.retain(|name| !self.met.contains(&text(name)));
        unreached
    }

    /// Whether a value is made of an entry alone, and of nothing else of the array that it is of.
    fn is_read_alone(&mut self, value: NodeId, entry: NodeId, base: &Expr, scope: &Scope) -> bool {
        let Some(array) = self.expr(base, scope) else {
            return true;
        };
        let mut around = vec![false; self.graph.len()];
        around[value.index()] = true;
        for id in self.graph.ids().rev() {
            if around[id.index()] && id != entry {
                for arg in &self.graph.node(id).args {
                    around[arg.index()] = true;
                }
            }
        }
        !around[array.index()]
    }

    /// Whether a value is made of something in other ways too than through this part of it, or through all structs of a list.
    fn is_part(&mut self, value: NodeId, expr: &Expr, scope: &Scope) -> bool {
        match &expr.kind {
            ExprKind::Field { base, .. } => self.is_part(value, base, scope),
            ExprKind::Index { base, items } => {
                let (whole, part) = (self.argument(base, scope), self.argument(expr, scope));
                match (whole.map(|whole| whole.value), part.map(|part| part.value)) {
                    (Some(Value::List(_)), _) => {
                        let [Item::At(at)] = &**items else {
                            return false;
                        };
                        !matches!(self.index_of(at, scope), Some(Index::Known(_)))
                            || self.is_part(value, base, scope)
                    }
                    (Some(Value::Leaf(_)), Some(Value::Leaf(part))) => {
                        self.is_part(value, base, scope)
                            || !self.is_read_alone(value, part, base, scope)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// The derivative by a part: that part of the whole derivative.
    fn by_part(
        &mut self,
        what: Derivative,
        value: NodeId,
        expr: &Expr,
        scope: &Scope,
    ) -> Option<Nodes> {
        let base = whole(expr)?;
        let whole = self.argument(base, scope)?;
        let place = whole.place;
        let all = self.by_values(what, value, (base, whole), scope)?;
        match (&expr.kind, all) {
            (ExprKind::Index { items, .. }, Value::Leaf(all)) => {
                self.entries_of_derivative(what, value, all, (base, items, place), scope)
            }
            (_, all) => self.part_of(&all, expr, scope),
        }
    }

    /// What a field or an index leads to, of a value that is like the one that it is written for.
    fn part_of(&mut self, of: &Nodes, expr: &Expr, scope: &Scope) -> Option<Nodes> {
        match (&expr.kind, of) {
            (ExprKind::Field { name, .. }, Value::Struct(record)) => {
                let at = self.place_of_field(record.of, &text(name), name.span())?;
                Some(record.fields[at].clone())
            }
            (ExprKind::Index { base, items }, Value::List(list)) => {
                self.one_of(list, base, items, scope)
            }
            (ExprKind::Index { base, items }, Value::Leaf(node)) => {
                let (node, place) = (*node, base.place);
                let part = self.indexed(Operand { node, place }, base, items, scope);
                part.map(Value::Leaf)
            }
            _ => None,
        }
    }

    /// The entries of a derivative by a whole array that are those by some of its entries.
    fn entries_of_derivative(
        &mut self,
        what: Derivative,
        value: NodeId,
        all: NodeId,
        (base, items, place): (&Expr, &[Item], Place),
        scope: &Scope,
    ) -> Option<Nodes> {
        let rank = self.graph.shape(all).len();
        let mut own = self.graph.shape(value).len();
        if what == Derivative::Hessian {
            own = rank / 2;
        }
        let mut node =
            self.entries_behind(Operand { node: all, place }, own, (base, items), scope)?;
        if what == Derivative::Hessian {
            let first = self.behind(node, own);
            let left = self.graph.shape(first).len() - own;
            node =
                self.entries_behind(Operand { node: first, place }, left, (base, items), scope)?;
        }
        Some(Value::Leaf(node))
    }

    /// The entries along the axes behind the first few.
    fn entries_behind(
        &mut self,
        of: Operand,
        own: usize,
        (base, items): (&Expr, &[Item]),
        scope: &Scope,
    ) -> Option<NodeId> {
        let node = self.behind(of.node, own);
        let part = self.indexed(Operand { node, ..of }, base, items, scope)?;
        let left = self.graph.shape(part).len() - own;
        Some(self.behind(part, left))
    }

    /// The first so many axes, put behind the others.
    fn behind(&mut self, node: NodeId, first: usize) -> NodeId {
        let rank = self.graph.shape(node).len();
        let order: Vec<usize> = (first..rank).chain(0..first).collect();
        self.graph.permute(node, &order)
    }

    fn gradient(&mut self, value: NodeId, by: NodeId) -> NodeId {
        let copy = self.copied(value, &[by], &[]);
        let shape = self.graph.shape(by);
        self.gradient_in(&copy, copy.value, &shape)
    }

    /// The gradient of a number that is made of a copy, by its first variable.
    fn gradient_in(&mut self, copy: &Copy, value: NodeId, shape: &Shape) -> NodeId {
        match copy.variables[0] {
            Some(variable) => {
                let (op, both) = (Op::Gradient(copy.of), vec![value, variable]);
                self.graph.push(op, both, shape.clone(), Kind::Number)
            }
            None => self.zeros(shape),
        }
    }

    fn zeros(&mut self, shape: &Shape) -> NodeId {
        let zero = self.graph.number(0.0);
        self.graph.spread(zero, shape)
    }

    /// A direction for each number or array that moves.
    fn directions(&mut self, by: &Argument, along: &Argument) -> Option<Vec<NodeId>> {
        let [values, directions] = [&by.value, &along.value].map(Nodes::leaves);
        let shape = |lower: &Self, node: &NodeId| lower.graph.shape(*node);
        let mut spread = Vec::new();
        for (direction, value) in directions.iter().zip(&values) {
            let to = shape(self, value);
            let is_number = shape(self, direction).is_empty();
            spread.push(match is_number {
                true => self.graph.spread(**direction, &to),
                false => **direction,
            });
        }
        let mut both = values.iter().zip(&spread);
        let fits = both.all(|(value, direction)| shape(self, value) == shape(self, direction));
        if values.len() == directions.len() && fits {
            return Some(spread);
        }
        let (by, found) = (&shape(self, values[0]), &shape(self, directions[0]));
        let problem = Shapes::Direction { by, found };
        self.errors.report(along.place, problem);
        None
    }

    fn jvp(
        &mut self,
        value: NodeId,
        (expr, by): (&Expr, &Argument),
        directions: &[NodeId],
        scope: &Scope,
    ) -> Option<NodeId> {
        if self.is_part(value, expr, scope) {
            let base = whole(expr)?;
            let whole = self.argument(base, scope)?;
            let directions = self.directions_of_whole(&whole, expr, directions, scope)?;
            return self.jvp(value, (base, &whole), &directions, scope);
        }
        let values: Vec<NodeId> = by.value.leaves().into_iter().copied().collect();
        let copy = self.copied(value, &values, directions);
        Some(self.tangent_in(&copy, directions))
    }

    /// The direction in which all moves of which a part does: the gradient of what the part, times its direction, sums up to.
    fn directions_of_whole(
        &mut self,
        whole: &Argument,
        expr: &Expr,
        directions: &[NodeId],
        scope: &Scope,
    ) -> Option<Vec<NodeId>> {
        let zeros = whole.value.map(&mut |leaf| {
            let shape = self.graph.shape(*leaf);
            self.zeros(&shape)
        });
        let zeros = self.apart(&zeros);
        let part = self.part_of(&zeros, expr, scope)?;
        let mut sum = self.graph.number(0.0);
        for (part, direction) in part.leaves().into_iter().zip(directions) {
            let product = self.graph.call(rows::mul, &[*part, *direction]);
            let axes: Vec<usize> = (0..self.graph.shape(product).len()).collect();
            let all = self.graph.reduce(Reduction::Sum, product, &axes);
            sum = self.graph.call(rows::add, &[sum, all]);
        }
        let zeros = zeros.leaves().into_iter();
        Some(zeros.map(|zeros| self.gradient(sum, *zeros)).collect())
    }

    /// How a copy changes where its variables move along directions.
    fn tangent_in(&mut self, copy: &Copy, along: &[NodeId]) -> NodeId {
        let shape = self.graph.shape(copy.value);
        let moved = copy.variables.iter().zip(along);
        let moved = moved.filter_map(|(variable, along)| Some(((*variable)?, *along)));
        let (variables, along): (Vec<NodeId>, Vec<NodeId>) = moved.unzip();
        if variables.is_empty() {
            return self.zeros(&shape);
        }
        let args = [vec![copy.value], variables, along].concat();
        self.graph
            .push(Op::Tangent(copy.of), args, shape, Kind::Number)
    }

    /// The axes of the value, then those of what it is differentiated by.
    pub(super) fn jacobian(&mut self, value: NodeId, by: NodeId, place: Place) -> Option<NodeId> {
        let [of, own] = [value, by].map(|node| self.graph.shape(node));
        if of.len() + own.len() > HIGHEST_RANK {
            self.errors.report(place, Shapes::TooManyAxes);
            return None;
        }
        if of.is_empty() {
            return Some(self.gradient(value, by));
        }
        let few = |shape: &Shape| shape::is_small(shape).then(|| shape::entries(shape));
        match (few(&of), few(&own)) {
            (rows, Some(columns)) if rows.is_none_or(|rows| columns <= rows) => {
                Some(self.by_columns(value, by))
            }
            (Some(_), _) => Some(self.by_rows(value, by)),
            _ => self.in_turns(value, by, place),
        }
    }

    /// One tangent for each entry of what it is differentiated by.
    fn by_columns(&mut self, value: NodeId, by: NodeId) -> NodeId {
        let [of, own] = [value, by].map(|node| self.graph.shape(node));
        let (copy, entries) = (self.copied(value, &[by], &[]), shape::entries(&own));
        let mut columns = Vec::new();
        for at in 0..entries {
            let numbers = (0..entries).map(|other| f64::from(u8::from(at == other)));
            let numbers: Vec<NodeId> = numbers.map(|entry| self.graph.number(entry)).collect();
            let direction = self.side_by_side(numbers, &own);
            columns.push(self.tangent_in(&copy, &[direction]));
        }
        let first = self.side_by_side(columns, &own);
        let rank = self.graph.shape(first).len();
        self.behind(first, rank - of.len())
    }

    /// One gradient for each entry of the value.
    fn by_rows(&mut self, value: NodeId, by: NodeId) -> NodeId {
        let [of, own] = [value, by].map(|node| self.graph.shape(node));
        let copy = self.copied(value, &[by], &[]);
        let rows = self.entries_of_value(copy.value);
        let rows: Vec<NodeId> = rows
            .into_iter()
            .map(|row| self.gradient_in(&copy, row, &own))
            .collect();
        self.side_by_side(rows, &of)
    }

    /// A gradient in each turn of loops over the value's axes.
    fn in_turns(&mut self, value: NodeId, by: NodeId, place: Place) -> Option<NodeId> {
        let of = self.graph.shape(value);
        let loops = of.iter().map(|dim| self.new_loop("jacobian", dim.clone()));
        let loops: Vec<LoopId> = loops.collect();
        let entry = |node, of: &LoopId| self.graph.entry(node, 0, 0, *of);
        let row = loops.iter().fold(value, entry);
        let gradient = self.gradient(row, by);
        let mut inwards = loops.iter().rev();
        inwards.try_fold(gradient, |value, of| self.each(value, *of, place))
    }

    /// The entries of a small value, row by row.
    pub(super) fn entries_of_value(&mut self, value: NodeId) -> Vec<NodeId> {
        let dims = self.graph.shape(value);
        let mut entries = vec![value];
        for dim in dims.iter() {
            let mut parts = Vec::new();
            for part in entries {
                for at in 0..dim.literal_size() {
                    let start = Dim::literal(at as i64);
                    let one = self.graph.slice(part, 0, start, Dim::literal(1));
                    parts.push(self.graph.drop_axes(one, &[0]));
                }
            }
            entries = parts;
        }
        entries
    }

    /// Entries, row by row, as an array; axes of their own come behind.
    pub(super) fn side_by_side(&mut self, mut entries: Vec<NodeId>, shape: &[Dim]) -> NodeId {
        for dim in shape.iter().rev() {
            let rows = entries.chunks(dim.literal_size());
            entries = rows.map(|row| self.graph.stack(row)).collect();
        }
        entries[0]
    }

    // Copies.

    /// What a name means: a value that nothing else is, however it is made, where something is differentiated by it.
    pub(super) fn by_itself(&mut self, name: &str, value: Nodes) -> Nodes {
        match self.varied.contains(name) {
            true => self.apart(&value),
            false => value,
        }
    }

    /// A value that nothing else is.
    pub(super) fn apart(&mut self, value: &Nodes) -> Nodes {
        value.map(&mut |leaf| {
            let (kind, shape) = (self.graph.node(*leaf).kind, self.graph.shape(*leaf));
            if kind != Kind::Number {
                return *leaf;
            }
            let (of, leaf_at, element) = (self.variables, 0, 0);
            self.variables += 1;
            let op = Op::Variable {
                of,
                leaf: leaf_at,
                element,
            };
            self.graph.push(op, vec![*leaf], shape, kind)
        })
    }

    /// A copy of a value, in which those that it is differentiated by are variables.
    ///
    /// They are others in each turn that the value, or a direction that they move along, depends on; and so are those of derivatives
    /// that are copied with it, whose values depend on these turns from now on.
    fn copied(&mut self, value: NodeId, by: &[NodeId], along: &[NodeId]) -> Copy {
        let of = self.variables;
        self.variables += 1;
        let loops = depend(&self.graph, &[]);
        let reached = self.graph.reachable([value]);
        let mut moved: Map<NodeId, NodeId> = Map::default();
        let mut variables = Vec::new();
        let mut further: Vec<NodeId> = Vec::new();
        let all = std::iter::once(&value).chain(along);
        let all = union(all.flat_map(|node| loops[node.index()].to_vec()).collect());
        let is_own = |of| by.iter().all(|by| loops[by.index()].contains(of));
        let copied = self.to_be_copied(&reached, &loops, by, !all.iter().all(is_own));
        for (leaf, by) in by.iter().enumerate() {
            let own = &loops[by.index()];
            let turns = all.iter().filter(|of| !own.contains(of));
            let turns: Vec<NodeId> = turns.map(|of| self.turn(*of, 0)).collect();
            further.extend(&turns);
            let (args, shape) = ([&[*by], &*turns].concat(), self.graph.shape(*by));
            let op = Op::Variable {
                of,
                leaf,
                element: 0,
            };
            let variable =
                reached[by.index()].then(|| self.graph.push(op, args, shape, Kind::Number));
            moved.extend(variable.map(|variable| (*by, variable)));
            variables.push(variable);
        }
        let carrying = copied
            .iter()
            .filter_map(|id| match self.graph.node(*id).op {
                Op::Carry { of, .. } => Some(of),
                _ => None,
            });
        let carrying: Set<LoopId> = carrying.collect();
        let own = carrying.into_iter().map(|of| {
            let Turns { index, extent, .. } = &self.loops[of.0];
            let (index, extent) = (index.clone(), extent.clone());
            (of, self.new_loop(&index, extent))
        });
        let own: Map<LoopId, LoopId> = own.collect();
        for id in copied {
            let node = self.graph.node(id).clone();
            let args = node.args.iter().map(|arg| *moved.get(arg).unwrap_or(arg));
            let mut args: Vec<NodeId> = args.collect();
            if let Op::Variable { .. } = node.op {
                let new = further.iter().filter(|turn| !node.args.contains(turn));
                args.extend(new);
            }
            self.graph.set_place(node.place);
            let op = in_own_loop(node.op, &own);
            let copy = self.graph.push(op, args, node.shape, node.kind);
            moved.insert(id, copy);
        }
        Copy {
            of,
            value: *moved.get(&value).unwrap_or(&value),
            variables,
        }
    }

    /// What is made of any of these, in order: with all of a loop that carries values, where that is, and in further turns with the
    /// variables of derivatives.
    fn to_be_copied(
        &self,
        reached: &[bool],
        loops: &[dependence::Turns],
        by: &[NodeId],
        is_in_further_turns: bool,
    ) -> Vec<NodeId> {
        let graph = &self.graph;
        let mut around: (Set<LoopId>, Set<usize>) = Default::default();
        loop {
            let (carrying, derivatives) = &around;
            let mut is_copied = vec![false; graph.len()];
            let mut found: (Set<LoopId>, Set<usize>) = Default::default();
            for id in graph
                .ids()
                .filter(|id| reached[id.index()] && !by.contains(id))
            {
                let node = graph.node(id);
                let mut args = node.args.iter();
                let is_of_loop = loops[id.index()].iter().any(|of| carrying.contains(of));
                // Nothing passes what is held constant.
                let is_made = !matches!(node.op, Op::Apply(rows::stop | rows::settled))
                    && args.any(|arg| is_copied[arg.index()] || by.contains(arg));
                let is_another =
                    matches!(node.op, Op::Variable { of, .. } if derivatives.contains(&of));
                is_copied[id.index()] = is_made || is_of_loop || is_another;
                if !is_copied[id.index()] {
                    continue;
                }
                match node.op {
                    Op::Carry { of, .. } => {
                        found.0.insert(of);
                    }
                    Op::Gradient(of) | Op::Tangent(of) if is_in_further_turns => {
                        found.1.insert(of);
                    }
                    _ => {}
                }
            }
            if found == around {
                return graph.ids().filter(|id| is_copied[id.index()]).collect();
            }
            around = found;
        }
    }
}

/// The operation in loops of the copy.
fn in_own_loop(op: Op, own: &Map<LoopId, LoopId>) -> Op {
    let of = |of: LoopId| own.get(&of).copied().unwrap_or(of);
    match op {
        Op::Turn { of: one, start } => Op::Turn { of: of(one), start },
        Op::Entry {
            axis,
            start,
            of: one,
        } => Op::Entry {
            axis,
            start,
            of: of(one),
        },
        Op::Carried { of: one, at } => Op::Carried { of: of(one), at },
        Op::Carry { of: one, is_search } => Op::Carry {
            of: of(one),
            is_search,
        },
        op => op,
    }
}

/// A copy of a value.
struct Copy {
    /// What its variables are called.
    of: usize,
    value: NodeId,
    /// None for what it is not made of.
    variables: Vec<Option<NodeId>>,
}
