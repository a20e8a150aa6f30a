//! What is about shapes: broadcasting, products, reductions, indexing, and the operations defined by them.
//!
//! Invariant: a node's shape is right by construction, so later stages never check one. Shapes that cannot be proved
//! to fit are reported on the operands, in words that name them.

use super::expr::Operand;
use super::{Binding, LoopAxis, Lower, Scope};
use crate::errors::Problem;
use crate::graph::{Dim, Kind, Name, NodeId, Op, Reduction, Shape};
use crate::rule::{self, Forward, RuleId};
use crate::shape;
use crate::syntax::{Axis, Expr, Item, Loop, LoopKind, Param, Place, text};

/// Arrays have at most this many axes.
const HIGHEST_RANK: usize = 4;

impl Lower<'_> {
    pub(super) fn shapes(&mut self, place: Place, text: String) {
        self.errors.report(place, Problem::Shapes { text });
    }

    /// Reports every operand that is not of numbers.
    fn all_numbers(&mut self, operands: &[Operand]) -> bool {
        let wrong = operands
            .iter()
            .filter(|operand| !self.want(**operand, Kind::Number))
            .count();
        wrong == 0
    }

    /// How a message calls an operand: by the user's name for it, or by its role.
    fn who(&self, operand: Operand, role: &str) -> String {
        match &self.graph.node(operand.node).name {
            Some(name) => format!("`{name}`"),
            None => role.to_owned(),
        }
    }

    /// The operands under their common shape.
    pub(super) fn broadcast(
        &mut self,
        rule: RuleId,
        operands: &[Operand],
        place: Place,
    ) -> Option<Vec<NodeId>> {
        let mut common = self.graph.shape(operands[0].node);
        for operand in &operands[1..] {
            let shape = self.graph.shape(operand.node);
            common = match shape::broadcast(&common, &shape) {
                Ok(common) => common,
                Err(why) => {
                    self.misfit(rule, operands, why);
                    return None;
                }
            };
        }
        self.graph.set_place(place);
        Some(
            operands
                .iter()
                .map(|operand| self.graph.spread(operand.node, &common))
                .collect(),
        )
    }

    fn misfit(&mut self, rule: RuleId, operands: &[Operand], why: &str) {
        let row = rule.row();
        let shapes: Vec<String> = operands
            .iter()
            .zip(["the left side", "the right side", "the third argument"])
            .map(|(operand, role)| {
                let shape = self.graph.shape(operand.node);
                format!("{} {}", self.who(*operand, role), is_or_has(&shape))
            })
            .collect();
        let name = row.sign().unwrap_or(row.name);
        let mut text = format!("`{name}`: {}", shapes.join(", "));
        if why == "stretch" {
            text += "; together they would make a larger array than either, which is rarely meant: index or sum one of them first";
        }
        let place = operands[0].place.to(operands[operands.len() - 1].place);
        self.shapes(place, text);
    }

    /// Condition and branches under one shape: branches agree, or one of them is a number.
    pub(super) fn branches(
        &mut self,
        condition: Operand,
        yes: Operand,
        no: Operand,
    ) -> Option<(NodeId, NodeId, NodeId)> {
        let (left, right) = (self.graph.shape(yes.node), self.graph.shape(no.node));
        let branch = match (left.len(), right.len()) {
            (0, _) => right.clone(),
            (_, 0) => left.clone(),
            _ if left == right => left.clone(),
            _ => {
                let text = format!(
                    "the branches of `if` differ in shape: {} and {}",
                    shape::text(&left),
                    shape::text(&right)
                );
                self.shapes(yes.place.to(no.place), text);
                return None;
            }
        };
        let tested = self.graph.shape(condition.node);
        let Ok(common) = shape::broadcast(&tested, &branch) else {
            let text = format!(
                "the condition has the shape {}, the branches {}",
                shape::text(&tested),
                shape::text(&branch)
            );
            self.shapes(condition.place, text);
            return None;
        };
        let graph = &mut self.graph;
        Some((
            graph.spread(condition.node, &common),
            graph.spread(yes.node, &common),
            graph.spread(no.node, &common),
        ))
    }

    // Products.

    /// `a @ b` for vectors, matrices and batches of matrices.
    pub(super) fn product(&mut self, a: Operand, b: Operand, place: Place) -> Option<NodeId> {
        let (left, right) = (self.graph.shape(a.node), self.graph.shape(b.node));
        if left.is_empty() || right.is_empty() {
            let number = if left.is_empty() { a } else { b };
            self.shapes(
                number.place,
                "`@` multiplies arrays and this is a number: write `*`".to_owned(),
            );
            return None;
        }
        let ranks = (left.len(), right.len());
        if !matches!(ranks, (1, 1) | (1, 2) | (2, 1) | (2, 2) | (3, 2) | (3, 3)) {
            let text = format!(
                "`@` takes vectors, matrices and batches of matrices; the shapes are {} and {}",
                shape::text(&left),
                shape::text(&right)
            );
            self.shapes(a.place.to(b.place), text);
            return None;
        }
        let (columns, rows) = (&left[left.len() - 1], &right[right.len().saturating_sub(2)]);
        if columns != rows {
            let (x, w) = (self.who(a, "the left side"), self.who(b, "the right side"));
            let head = match (x.starts_with('`'), w.starts_with('`')) {
                (true, true) => format!("`{} @ {}`", x.trim_matches('`'), w.trim_matches('`')),
                _ => "`@`".to_owned(),
            };
            let text = format!(
                "{head}: the {} of {x} are {}, the {} of {w} are {}",
                if left.len() == 1 {
                    "entries"
                } else {
                    "columns"
                },
                shape::dim_text(columns),
                if right.len() == 1 { "entries" } else { "rows" },
                shape::dim_text(rows)
            );
            self.shapes(a.place.to(b.place), text);
            return None;
        }
        if ranks == (3, 3) && left[0] != right[0] {
            let text = format!(
                "`@`: the batches are {} and {}",
                shape::dim_text(&left[0]),
                shape::dim_text(&right[0])
            );
            self.shapes(a.place.to(b.place), text);
            return None;
        }
        self.graph.set_place(place);
        Some(self.product_of_ranks(a.node, b.node, ranks))
    }

    /// Vectors become rows or columns, and a matrix joins each of a batch, by views.
    fn product_of_ranks(&mut self, a: NodeId, b: NodeId, ranks: (usize, usize)) -> NodeId {
        let graph = &mut self.graph;
        let one = Dim::literal(1);
        match ranks {
            (1, 1) => {
                let product = graph.call("mul", &[a, b]);
                graph.reduce(Reduction::Sum, product, &[0])
            }
            (1, _) => {
                let row = graph.insert_axis(a, 0, one);
                let product = graph.matmul(row, b);
                graph.drop_axes(product, &[0])
            }
            (_, 1) => {
                let column = graph.insert_axis(b, 1, one);
                let product = graph.matmul(a, column);
                graph.drop_axes(product, &[1])
            }
            (3, 2) => {
                let batch = graph.shape(a)[0].clone();
                let many = graph.insert_axis(b, 0, batch);
                graph.matmul(a, many)
            }
            _ => graph.matmul(a, b),
        }
    }

    // Constructors, indexing.

    pub(super) fn stack(&mut self, entries: &[Operand]) -> Option<NodeId> {
        let fits = self.all_numbers(entries);
        if !fits {
            return None;
        }
        let first = self.graph.shape(entries[0].node);
        for entry in &entries[1..] {
            let shape = self.graph.shape(entry.node);
            if shape != first {
                let text = format!(
                    "the entries of an array have one shape; the first {}, this one {}",
                    is_or_has(&first),
                    is_or_has(&shape)
                );
                self.shapes(entry.place, text);
                return None;
            }
        }
        if first.len() == HIGHEST_RANK {
            self.shapes(
                entries[0].place,
                format!("arrays have at most {HIGHEST_RANK} axes"),
            );
            return None;
        }
        let nodes: Vec<NodeId> = entries.iter().map(|entry| entry.node).collect();
        Some(self.graph.stack(&nodes))
    }

    pub(super) fn index(&mut self, base: &Expr, items: &[Item], scope: &Scope) -> Option<NodeId> {
        let operand = self.operand(base, scope)?;
        if !self.want(operand, Kind::Number) {
            return None;
        }
        let shape = self.graph.shape(operand.node);
        if items.len() > shape.len() {
            let who = self.who(operand, "this");
            let text = match shape.len() {
                0 => format!("{who} is a number and has no entries"),
                1 => format!("{who} has 1 axis, found {} indices", items.len()),
                axes => format!("{who} has {axes} axes, found {} indices", items.len()),
            };
            self.shapes(base.place, text);
            return None;
        }
        if let Some(indices) = self.loop_indices(items, scope) {
            return self.turns(operand, &indices);
        }
        let mut node = operand.node;
        let mut dropped = Vec::new();
        for (axis, item) in items.iter().enumerate() {
            let (start, extent) = match item {
                Item::At(at) => {
                    dropped.push(axis);
                    (self.entry(at, &shape[axis], scope)?, Dim::literal(1))
                }
                Item::Range {
                    from,
                    to,
                    inclusive,
                    place,
                } => self.range(
                    from.as_ref(),
                    to.as_ref(),
                    *inclusive,
                    *place,
                    &shape[axis],
                    scope,
                )?,
            };
            node = self.at(base.place).slice(node, axis, start, extent);
        }
        Some(self.graph.drop_axes(node, &dropped))
    }

    /// The indices, if one of them is that of a loop over a named dimension.
    fn loop_indices(&mut self, items: &[Item], scope: &Scope) -> Option<Vec<(Dim, Place)>> {
        let indices: Vec<(Dim, Place)> = items
            .iter()
            .filter_map(|item| match item {
                Item::At(at) => Some((self.dim_of(at, scope)?, at.place)),
                Item::Range { .. } => None,
            })
            .collect();
        (indices.len() == items.len() && indices.iter().any(|(dim, _)| is_loop_name(dim)))
            .then_some(indices)
    }

    /// An index, checked against the extent as far as both are known.
    fn entry(&mut self, at: &Expr, extent: &Dim, scope: &Scope) -> Option<Dim> {
        let errors = self.errors.len();
        let Some(index) = self.dim_of(at, scope) else {
            if self.errors.len() == errors && !matches!(at.kind, crate::syntax::ExprKind::Missing) {
                self.unknown_dim(at);
            }
            return None;
        };
        let beyond = match extent.minus(&index) {
            Some(rest) if rest.name.is_none() => rest.offset <= 0,
            _ => index.name.is_some(),
        };
        if index.name.is_none() && index.offset < 0 {
            let text = format!(
                "the index {} is below 0; the last entry is that at {}",
                shape::dim_text(&index),
                shape::dim_text(&extent.shifted(-1))
            );
            self.shapes(at.place, text);
            return None;
        }
        if beyond {
            let text = format!(
                "the index {} is not below the extent {}",
                shape::dim_text(&index),
                shape::dim_text(extent)
            );
            self.shapes(at.place, text);
            return None;
        }
        Some(index)
    }

    fn range(
        &mut self,
        from: Option<&Expr>,
        to: Option<&Expr>,
        inclusive: bool,
        place: Place,
        extent: &Dim,
        scope: &Scope,
    ) -> Option<(Dim, Dim)> {
        let start = match from {
            Some(from) => self.range_bound(from, scope)?,
            None => Dim::literal(0),
        };
        let end = match to {
            Some(to) => self.range_bound(to, scope)?.shifted(i64::from(inclusive)),
            None => extent.clone(),
        };
        let length = end.minus(&start);
        let rest = extent.minus(&end);
        let wrong = |dim: &Option<Dim>| {
            dim.as_ref()
                .is_none_or(|dim| dim.name.is_none() && dim.offset < 0)
        };
        let unprovable = rest.as_ref().is_none_or(|rest| rest.name.is_some()) && end.name.is_some();
        if wrong(&length) || wrong(&rest) || unprovable || start.name.is_none() && start.offset < 0
        {
            let text = format!(
                "the range {}..{} does not lie within the extent {}",
                shape::dim_text(&start),
                shape::dim_text(&end),
                shape::dim_text(extent)
            );
            self.shapes(place, text);
            return None;
        }
        Some((start, length?))
    }

    fn range_bound(&mut self, expr: &Expr, scope: &Scope) -> Option<Dim> {
        let dim = self.dim_of(expr, scope);
        if dim.is_none() {
            self.unknown_dim(expr);
        }
        dim
    }

    // Reductions.

    /// An operation that runs over axes: the one given, those of the formula it stands in, or its default.
    pub(super) fn along_axes(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axis: Option<Axis>,
        scope: &Scope,
    ) -> Option<NodeId> {
        if !self.want(operand, Kind::Number) {
            return None;
        }
        let axes = self.axes(rule, operand, axis, scope)?;
        let keeps = scope.axes.is_some();
        self.graph.set_place(operand.place);
        match rule.row().forward {
            Forward::Reduce(kind) => {
                let node = self.graph.reduce(reduction(kind), operand.node, &axes);
                Some(if keeps {
                    self.keep(node, operand.node, &axes)
                } else {
                    node
                })
            }
            Forward::Collapse(formula) => {
                let inner = Scope {
                    axes: Some(axes.clone()),
                    formula: true,
                    ..Scope::default()
                };
                let node = self.formula(rule, formula, &[operand.node], &inner)?;
                Some(if keeps {
                    node
                } else {
                    self.graph.drop_axes(node, &axes)
                })
            }
            Forward::Along(formula) => {
                let inner = Scope {
                    axes: Some(axes),
                    formula: true,
                    ..Scope::default()
                };
                self.formula(rule, formula, &[operand.node], &inner)
            }
            _ => None,
        }
    }

    /// Gives a reduction its axes back, with extent 1, so that it meets what it was made of.
    fn keep(&mut self, node: NodeId, source: NodeId, axes: &[usize]) -> NodeId {
        let mut dims = self.graph.shape(source).to_vec();
        for axis in axes {
            dims[*axis] = Dim::literal(1);
        }
        self.graph.unreduce(node, axes, &dims.into())
    }

    fn axes(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axis: Option<Axis>,
        scope: &Scope,
    ) -> Option<Vec<usize>> {
        let rank = self.graph.shape(operand.node).len();
        if let Some(axes) = &scope.axes {
            return Some(axes.clone());
        }
        let Some(axis) = axis else {
            let along = matches!(rule.row().forward, Forward::Along(_));
            return Some(if along {
                rank.checked_sub(1).into_iter().collect()
            } else {
                (0..rank).collect()
            });
        };
        let found = if axis.value < 0 {
            axis.value + rank as i64
        } else {
            axis.value
        };
        match usize::try_from(found).ok().filter(|axis| *axis < rank) {
            Some(axis) => Some(vec![axis]),
            None => {
                let who = self.who(operand, "the argument");
                let text = match rank {
                    0 => format!("{who} is a number and has no axis {}", axis.value),
                    _ => format!(
                        "there is no axis {}: {who} has {rank}, counted from 0",
                        axis.value
                    ),
                };
                self.shapes(axis.span.into(), text);
                None
            }
        }
    }

    // Operations defined by shapes.

    pub(super) fn array(
        &mut self,
        builtin: &str,
        operands: &[Operand],
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        if builtin != "softmax_cross_entropy" {
            let fits = self.all_numbers(operands);
            if !fits {
                return None;
            }
        }
        self.graph.set_place(place);
        match builtin {
            "count" => {
                let shape = self.graph.shape(operands[0].node);
                let axes = scope
                    .axes
                    .clone()
                    .unwrap_or_else(|| (0..shape.len()).collect());
                let dims: Vec<Dim> = axes.iter().map(|axis| shape[*axis].clone()).collect();
                Some(self.graph.extent(&dims))
            }
            "transpose" => Some(self.graph.transpose(operands[0].node)),
            "dot" => {
                self.vectors("dot", operands, None)?;
                self.product(operands[0], operands[1], place)
            }
            "outer" => {
                self.vectors("outer", operands, None)?;
                let column = self.graph.insert_axis(operands[0].node, 1, Dim::literal(1));
                let row = self.graph.insert_axis(operands[1].node, 0, Dim::literal(1));
                let (column, row) = (
                    Operand {
                        node: column,
                        ..operands[0]
                    },
                    Operand {
                        node: row,
                        ..operands[1]
                    },
                );
                self.operate(rule::known("mul", 2), &[column, row], place, scope)
            }
            "cross" => {
                self.vectors("cross", operands, Some(3))?;
                Some(self.cross(operands[0].node, operands[1].node))
            }
            _ => self.cross_entropy(operands[0], operands[1], place),
        }
    }

    fn vectors(&mut self, name: &str, operands: &[Operand], length: Option<i64>) -> Option<()> {
        for operand in operands {
            let shape = self.graph.shape(operand.node);
            let right =
                shape.len() == 1 && length.is_none_or(|length| shape[0] == Dim::literal(length));
            if !right {
                let of = length.map_or_else(String::new, |length| format!(" of length {length}"));
                let text = format!("`{name}` takes two vectors{of}; this {}", is_or_has(&shape));
                self.shapes(operand.place, text);
                return None;
            }
        }
        Some(())
    }

    fn cross(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let graph = &mut self.graph;
        let mut entry = |node: NodeId, at: i64| {
            let slice = graph.slice(node, 0, Dim::literal(at), Dim::literal(1));
            graph.drop_axes(slice, &[0])
        };
        let [a, b] = [a, b].map(|node| [entry(node, 0), entry(node, 1), entry(node, 2)]);
        let parts: Vec<NodeId> = (0..3)
            .map(|at| {
                let (next, last) = ((at + 1) % 3, (at + 2) % 3);
                let left = graph.call("mul", &[a[next], b[last]]);
                let right = graph.call("mul", &[a[last], b[next]]);
                graph.call("sub", &[left, right])
            })
            .collect();
        graph.stack(&parts)
    }

    /// Mean over the batch of `-sum(t * log_softmax(x))`, where labels stand for one-hot rows.
    fn cross_entropy(&mut self, logits: Operand, target: Operand, place: Place) -> Option<NodeId> {
        if !self.want(logits, Kind::Number) {
            return None;
        }
        let shape = self.graph.shape(logits.node);
        if shape.is_empty() || shape.len() > 2 {
            let text = format!(
                "`softmax_cross_entropy` takes logits of one case or of a batch; this {}",
                is_or_has(&shape)
            );
            self.shapes(logits.place, text);
            return None;
        }
        let target_kind = self.graph.node(target.node).kind;
        let hot = match target_kind {
            Kind::Labels => self.label_mask(logits, target, &shape)?,
            Kind::Number if self.graph.shape(target.node) == shape => target.node,
            Kind::Number => {
                let text = format!(
                    "one-hot rows have the shape of the logits, {}; this {}",
                    shape::text(&shape),
                    is_or_has(&self.graph.shape(target.node))
                );
                self.shapes(target.place, text);
                return None;
            }
            _ => {
                self.want(target, Kind::Labels);
                return None;
            }
        };
        self.graph.set_place(place);
        let scope = Scope {
            axes: Some(vec![shape.len() - 1]),
            formula: true,
            ..Scope::default()
        };
        let formula = match target_kind {
            Kind::Labels => "anchor(x) + ln(sum(exp(x - anchor(x)))) - sum(if t { x } else { 0 })",
            _ => "sum(t * (anchor(x) + ln(sum(exp(x - anchor(x)))) - x))",
        };
        let losses = self.formula(
            rule::known("softmax_cross_entropy", 2),
            formula,
            &[logits.node, hot],
            &scope,
        )?;
        let losses = self.graph.drop_axes(losses, &[shape.len() - 1]);
        match rule::known("mean", 1).row().forward {
            Forward::Collapse(_) => self.along_axes(
                rule::known("mean", 1),
                Operand {
                    node: losses,
                    place,
                },
                None,
                &Scope::default(),
            ),
            _ => None,
        }
    }

    /// For each case, which class is the label's.
    fn label_mask(&mut self, logits: Operand, labels: Operand, shape: &Shape) -> Option<NodeId> {
        let count = self.graph.shape(labels.node);
        if shape.len() != 2 || count[0] != shape[0] {
            let text = format!(
                "class labels {} need logits with a row for each; `softmax_cross_entropy` found logits of the shape {}",
                shape::text(&count),
                shape::text(shape)
            );
            self.shapes(logits.place.to(labels.place), text);
            return None;
        }
        if let Op::Input { input, .. } = self.graph.node(labels.node).op {
            self.label_checks.push((input, shape[1].clone()));
        }
        let graph = &mut self.graph;
        let classes = graph.iota(shape[1].clone());
        let classes = graph.spread(classes, shape);
        let labels = graph.view(labels.node, vec![Some(0), None], shape.clone());
        Some(graph.call("equal", &[classes, labels]))
    }

    // Calls and loops.

    /// Whether an argument has the shape of an inlined function's input; names of dimensions are bound on the way.
    pub(super) fn fit_argument(
        &mut self,
        param: &Param,
        operand: Operand,
        inner: &mut Scope,
    ) -> bool {
        let found = self.graph.shape(operand.node);
        let written = param.shape.as_ref().map_or(&[][..], |shape| &shape.dims);
        let fits = written.len() == found.len()
            && written
                .iter()
                .zip(found.iter())
                .all(|(dim, found)| match &dim.name {
                    None => *found == Dim::literal(dim.offset),
                    Some(name) => {
                        let size = found.shifted(-dim.offset);
                        inner
                            .dims
                            .entry(text(name))
                            .or_insert_with(|| size.clone())
                            .clone()
                            == size
                    }
                });
        if !fits {
            let wanted: Vec<Dim> = written
                .iter()
                .map(|dim| Dim {
                    name: dim.name.as_ref().map(|name| text(name).into()),
                    offset: dim.offset,
                })
                .collect();
            let text = format!(
                "the input `{}` {}, this {}",
                text(&param.name),
                is_or_has(&wanted),
                is_or_has(&found)
            );
            self.shapes(operand.place, text);
        }
        fits
    }

    /// A loop whose length has a name: its body is lowered once, with the index as a new axis. A value of the body is a number
    /// for each turn of the loops around it, so it has one axis a loop, of extent 1 where it does not change.
    pub(super) fn loop_over_axis(
        &mut self,
        repetition: &Loop,
        from: &Dim,
        to: &Dim,
        place: Place,
        scope: &Scope,
    ) -> Option<NodeId> {
        let reduction = match &repetition.kind {
            LoopKind::Sum => Reduction::Sum,
            LoopKind::Prod => Reduction::Prod,
            LoopKind::Fold { .. } => {
                self.errors.report(repetition.to.place, Problem::FoldLength);
                return None;
            }
        };
        let Some(extent) = to
            .minus(from)
            .filter(|extent| !is_loop_name(extent) && !is_loop_name(from))
        else {
            self.errors.report(
                repetition.to.place,
                Problem::LoopBound {
                    found: "a range whose length is not known",
                },
            );
            return None;
        };
        let depth = self.axes.len();
        if depth == HIGHEST_RANK {
            self.shapes(
                place,
                format!("loops over named dimensions nest at most {HIGHEST_RANK} deep"),
            );
            return None;
        }
        let name: Name = format!("{LOOP}{}", self.loops.len()).into();
        let axis = Dim {
            name: Some(name.clone()),
            offset: 0,
        };
        self.loops.push((name, extent));
        self.axes.push(LoopAxis {
            axis: axis.clone(),
            from: from.clone(),
        });
        let mut inner = scope.clone();
        inner
            .names
            .insert_of_loop(text(&repetition.variable), Binding::Index(axis));
        let body = self.operand(&repetition.body, &inner);
        let body = body
            .filter(|body| self.want(*body, Kind::Number))
            .and_then(|body| self.for_each_turn(body));
        self.axes.pop();
        let reduced = self.at(place).reduce(reduction, body?, &[depth]);
        // Outside of all loops a value that never changed is a number again.
        Some(reduced)
    }

    /// The body's value for every turn of the innermost loop.
    fn for_each_turn(&mut self, body: Operand) -> Option<NodeId> {
        let shape = self.graph.shape(body.node);
        let turns = |(dim, axis): (&Dim, &LoopAxis)| dim.is_one() || *dim == axis.axis;
        let one_a_turn = shape.len() == self.axes.len() && shape.iter().zip(&self.axes).all(turns);
        if !shape.is_empty() && !one_a_turn {
            let text = format!(
                "the body of a loop over a named dimension is a number; this has the shape {}",
                shape::text(&shape)
            );
            self.shapes(body.place, text);
            return None;
        }
        let mut dims = if shape.is_empty() {
            vec![Dim::literal(1); self.axes.len()]
        } else {
            shape.to_vec()
        };
        let last = dims.len() - 1;
        dims[last] = self.axes[last].axis.clone();
        Some(self.graph.spread(body.node, &dims.into()))
    }

    /// The index of a loop over a named dimension as a number.
    pub(super) fn turn(&mut self, dim: &Dim) -> Option<NodeId> {
        let at = self
            .axes
            .iter()
            .position(|axis| axis.axis.name == dim.name)?;
        let LoopAxis { axis, from } = self.axes[at].clone();
        let count = self.graph.iota(axis.clone());
        let mut dims = vec![Dim::literal(1); self.axes.len()];
        dims[at] = axis;
        let map = (0..dims.len())
            .map(|other| (other == at).then_some(0))
            .collect();
        let count = self.graph.view(count, map, dims.clone().into());
        let start = from.shifted(dim.offset);
        if start == Dim::literal(0) {
            return Some(count);
        }
        let shape: Shape = dims.into();
        let start = self.dim_value(start);
        let start = self.graph.spread(start, &shape);
        Some(self.graph.call("add", &[count, start]))
    }

    /// An entry of an array in a loop over a named dimension: for every turn the entry at its index.
    fn turns(&mut self, operand: Operand, indices: &[(Dim, Place)]) -> Option<NodeId> {
        let shape = self.graph.shape(operand.node);
        if indices.len() != shape.len() {
            let who = self.who(operand, "this");
            let text = format!(
                "in a loop over a named dimension, index every axis: {who} has {} of them",
                shape.len()
            );
            self.shapes(operand.place, text);
            return None;
        }
        let mut node = operand.node;
        let mut map = vec![None; self.axes.len()];
        let mut dims = vec![Dim::literal(1); self.axes.len()];
        for (axis, (index, place)) in indices.iter().enumerate() {
            let Some(at) = self
                .axes
                .iter()
                .position(|other| other.axis.name == index.name && index.name.is_some())
            else {
                node = self.graph.slice(node, axis, index.clone(), Dim::literal(1));
                continue;
            };
            if map[at].is_some() {
                self.shapes(
                    *place,
                    "one loop's index stands at two axes; write the loop over a diagonal by itself"
                        .to_owned(),
                );
                return None;
            }
            let LoopAxis { axis: turns, from } = self.axes[at].clone();
            let start = from.shifted(index.offset);
            self.check_turns(&turns, &start, &shape[axis], *place)?;
            node = self.graph.slice(node, axis, start, turns.clone());
            map[at] = Some(axis);
            dims[at] = turns;
        }
        Some(self.graph.view(node, map, dims.into()))
    }

    /// Whether every turn's index lies within the extent.
    fn check_turns(&mut self, turns: &Dim, start: &Dim, extent: &Dim, place: Place) -> Option<()> {
        let length = self
            .loops
            .iter()
            .find(|(name, _)| Some(name) == turns.name.as_ref())
            .map(|(_, extent)| extent.clone())?;
        let end = match (&length.name, &start.name) {
            (_, None) => Some(length.shifted(start.offset)),
            (None, Some(_)) => Some(start.shifted(length.offset)),
            _ => None,
        };
        let rest = end.as_ref().and_then(|end| extent.minus(end));
        let within = rest.is_some_and(|rest| rest.name.is_none() && rest.offset >= 0);
        if within && (start.name.is_some() || start.offset >= 0) {
            return Some(());
        }
        let text = format!(
            "the loop's index runs from {} to below {}, which does not lie within the extent {}",
            shape::dim_text(start),
            end.as_ref()
                .map_or_else(|| "an unknown end".to_owned(), shape::dim_text),
            shape::dim_text(extent)
        );
        self.shapes(place, text);
        None
    }
}

/// How the names of loops' axes begin, which no user's name can.
const LOOP: &str = "loop ";

pub(super) fn is_loop_name(dim: &Dim) -> bool {
    dim.name.as_ref().is_some_and(|name| name.starts_with(LOOP))
}

fn is_or_has(shape: &[Dim]) -> String {
    match shape {
        [] => "is a number".to_owned(),
        _ => format!("has the shape {}", shape::text(shape)),
    }
}

pub(super) fn reduction(kind: &str) -> Reduction {
    match kind {
        "prod" => Reduction::Prod,
        "max" => Reduction::Max,
        "min" => Reduction::Min,
        _ => Reduction::Sum,
    }
}
