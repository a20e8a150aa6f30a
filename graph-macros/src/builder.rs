//! How every stage makes nodes: one method per operation, with the exact rewrites applied on the way.
//!
//! Invariant: a rewrite here gives the same bits for every input, NaN, infinities and signed zeros included (the sign
//! and payload of a NaN excepted), since it acts on what the user wrote too. So there is no `0 * x = 0`, no `x - x = 0`
//! and no `x + 0 = x`. What is true of derivatives only is in `transform/algebra.rs`.

mod index;
mod making;
mod matrices;
mod operands;

use std::rc::Rc;

pub use making::Builder;
pub use operands::Unfit;

use making::View;

use crate::graph::{Dim, Kind, LoopId, NodeId, Op, Reduction, Shape, Zero};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape;

impl Reduction {
    const ALL: [Reduction; 5] = [
        Reduction::Sum,
        Reduction::Prod,
        Reduction::Max,
        Reduction::Min,
        Reduction::Norm,
    ];

    /// The row of a reduction, by which its partials are found.
    pub fn rule(self) -> RuleId {
        match self {
            Reduction::Sum => rows::sum,
            Reduction::Prod => rows::prod,
            Reduction::Max => rows::max_of,
            Reduction::Min => rows::min_of,
            Reduction::Norm => rows::norm,
        }
    }

    /// What a `reduce` row does.
    pub fn of(rule: RuleId) -> Reduction {
        let found = Reduction::ALL
            .iter()
            .find(|reduction| reduction.rule() == rule);
        *found.unwrap_or_else(|| unreachable!("`{}` is no reduction", rule.row().name))
    }
}

impl Builder {
    pub fn number(&mut self, value: f64) -> NodeId {
        self.push(
            Op::Const(value.to_bits()),
            Vec::new(),
            shape::number(),
            Kind::Number,
        )
    }

    /// An element-wise operation; the operands have one shape.
    pub fn call(&mut self, rule: RuleId, args: &[NodeId]) -> NodeId {
        if let Some(node) = self.rewrite(rule, args) {
            return node;
        }
        let kind = if rule.row().gives_condition() {
            Kind::Condition
        } else {
            Kind::Number
        };
        let op = Op::Apply(rule);
        if kind == Kind::Number
            && let Some(node) = self.before_spread(&op, args, |graph, args| graph.call(rule, args))
        {
            return node;
        }
        let shape = self.shape(args[0]);
        self.push(op, args.to_vec(), shape, kind)
    }

    fn rewrite(&mut self, rule: RuleId, args: &[NodeId]) -> Option<NodeId> {
        let values: Vec<Option<f64>> = args.iter().map(|arg| self.constant(*arg)).collect();
        if let Some(value) = fold(rule, &values) {
            let shape = self.shape(args[0]);
            let number = self.number(value);
            return Some(self.spread(number, &shape));
        }
        match (rule, args, values.as_slice()) {
            (rows::mul, &[x, _], [_, Some(1.0)])
            | (rows::mul, &[_, x], [Some(1.0), _])
            | (rows::div, &[x, _], [_, Some(1.0)]) => Some(x),
            (rows::mul, &[x, _], [_, Some(-1.0)]) | (rows::mul, &[_, x], [Some(-1.0), _]) => {
                Some(self.call(rows::neg, &[x]))
            }
            (rows::sub, &[x, _], [_, Some(zero)]) if zero.to_bits() == 0 => Some(x),
            (rows::add, &[x, y], _) => {
                if let Some(y) = self.operand_of(rows::neg, y) {
                    return Some(self.call(rows::sub, &[x, y]));
                }
                self.operand_of(rows::neg, x)
                    .map(|x| self.call(rows::sub, &[y, x]))
            }
            (rows::sub, &[x, y], _) => self
                .operand_of(rows::neg, y)
                .map(|y| self.call(rows::add, &[x, y])),
            (rows::neg | rows::not, &[x], _) => self.operand_of(rule, x),
            (rows::pow, &[base, exponent], _) => {
                let value = self.constant(exponent)?;
                let integer = value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX);
                integer.then(|| self.powi(base, value as i32))
            }
            _ => None,
        }
    }

    pub fn powi(&mut self, base: NodeId, exponent: i32) -> NodeId {
        let shape = self.shape(base);
        match exponent {
            0 => {
                let one = self.number(1.0);
                self.spread(one, &shape)
            }
            1 => base,
            _ => {
                let op = Op::Powi(exponent);
                let inner = |graph: &mut Builder, args: &[NodeId]| graph.powi(args[0], exponent);
                match self.before_spread(&op, &[base], inner) {
                    Some(power) => power,
                    None => self.push(op, vec![base], shape, Kind::Number),
                }
            }
        }
    }

    pub fn select(&mut self, condition: NodeId, yes: NodeId, no: NodeId) -> NodeId {
        if yes == no {
            return yes;
        }
        if let Some(opposite) = self.operand_of(rows::not, condition) {
            return self.select(opposite, no, yes);
        }
        let args = [condition, yes, no];
        let inner = |graph: &mut Builder, args: &[NodeId]| graph.select(args[0], args[1], args[2]);
        if let Some(node) = self.before_spread(&Op::Select, &args, inner) {
            return node;
        }
        let (shape, kind) = (self.shape(yes), self.node(yes).kind);
        self.push(Op::Select, args.to_vec(), shape, kind)
    }

    /// `first * second`, where a zero wins over an infinite or undefined other factor.
    pub fn strong(&mut self, zero: Zero, first: NodeId, second: NodeId) -> NodeId {
        let args = [first, second];
        let op = Op::Strong(zero);
        let inner = |graph: &mut Builder, args: &[NodeId]| graph.strong(zero, args[0], args[1]);
        if let Some(node) = self.before_spread(&op, &args, inner) {
            return node;
        }
        let shape = self.shape(first);
        self.push(op, args.to_vec(), shape, Kind::Number)
    }

    /// A product, and 0 where the condition says that a factor of it is 0.
    pub fn shut(&mut self, condition: NodeId, value: NodeId) -> NodeId {
        if self.constant(value).map(f64::to_bits) == Some(0) {
            return value;
        }
        let args = [condition, value];
        let inner = |graph: &mut Builder, args: &[NodeId]| graph.shut(args[0], args[1]);
        if let Some(node) = self.before_spread(&Op::Shut, &args, inner) {
            return node;
        }
        let shape = self.shape(value);
        self.push(Op::Shut, args.to_vec(), shape, Kind::Number)
    }

    /// An element-wise operation on operands that are the same all along some axes is made without these axes and then
    /// spread: always where a number is left, along axes of extent 1, and where computing it costs more than reading it.
    fn before_spread(
        &mut self,
        op: &Op,
        args: &[NodeId],
        make: impl FnOnce(&mut Builder, &[NodeId]) -> NodeId,
    ) -> Option<NodeId> {
        let shape = self.shape(args[0]);
        let is_spread = |axis: &usize| args.iter().all(|arg| self.is_spread(*arg, *axis));
        let mut axes: Vec<usize> = (0..shape.len()).filter(is_spread).collect();
        if axes.len() < shape.len() && (op.is_cheap() || matches!(op, Op::Powi(_) | Op::Strong(_)))
        {
            axes.retain(|axis| shape[*axis].is_one());
        }
        if axes.is_empty() {
            return None;
        }
        let bare: Vec<NodeId> = args.iter().map(|arg| self.drop_axes(*arg, &axes)).collect();
        let node = make(self, &bare);
        Some(self.unreduce(node, &axes, &shape))
    }

    /// Whether the node has the axis only because a view put it there.
    fn is_spread(&self, id: NodeId, axis: usize) -> bool {
        self.node(id).inserted >> axis & 1 == 1
    }

    pub fn extent(&mut self, dims: &[Dim]) -> NodeId {
        match dims
            .iter()
            .map(|dim| dim.size().map(|size| size as f64))
            .product::<Option<f64>>()
        {
            Some(count) => self.number(count),
            None => self.push(
                Op::Extent(dims.into()),
                Vec::new(),
                shape::number(),
                Kind::Number,
            ),
        }
    }

    // Arrays.

    /// The same value everywhere: a number or an array of lower rank, aligned at the last axis.
    pub fn spread(&mut self, id: NodeId, shape: &Shape) -> NodeId {
        let from = self.shape(id);
        if from == *shape {
            return id;
        }
        let missing = shape.len() - from.len();
        let map = (0..shape.len()).map(|axis| {
            let inner = axis.checked_sub(missing)?;
            (from[inner] == shape[axis]).then_some(inner)
        });
        self.view(id, map.collect(), shape.clone())
    }

    /// The same entries under other axes; views of views become one.
    ///
    /// Operations share operands and form long chains, so what views go through is walked by a list of work, and each
    /// view is made once.
    pub fn view(&mut self, id: NodeId, map: Vec<Option<usize>>, shape: Shape) -> NodeId {
        let (id, map) = self.viewed(id, map);
        let wanted: View = (id, map, shape);
        if let Some(known) = self.views.get(&wanted) {
            return *known;
        }
        let mut work = vec![wanted.clone()];
        while let Some(view) = work.last() {
            let operands = self.operands_of_view(view);
            let missing = |view: &&View| !self.views.contains_key(*view);
            let before = work.len();
            work.extend(operands.iter().filter(missing).cloned());
            if work.len() > before {
                continue;
            }
            let args = operands.iter().map(|view| self.views[view]).collect();
            if let Some(view) = work.pop() {
                let node = self.view_of(&view, args);
                self.views.insert(view, node);
            }
        }
        self.views[&wanted]
    }

    /// What a view of this node is a view of, if it is one itself.
    fn viewed(&self, id: NodeId, map: Vec<Option<usize>>) -> (NodeId, Vec<Option<usize>>) {
        let node = self.node(id);
        let Op::View(inner) = &node.op else {
            return (id, map);
        };
        let through = |axis: Option<usize>| axis.and_then(|axis| inner[axis]);
        (node.args[0], map.into_iter().map(through).collect())
    }

    /// The views that take the place of this one. Conditions are never kept, so a view of one is the condition of views;
    /// and where a view only drops axes of extent 1, its operands may drop theirs, so that numbers are computed as numbers.
    fn operands_of_view(&self, (id, map, shape): &View) -> Vec<View> {
        let node = self.node(*id);
        let drops = map.len() < node.shape.len() && map.iter().all(Option::is_some);
        let through = node.kind == Kind::Condition || drops;
        if !through || !node.op.is_elementwise() || is_identity(map, node.shape.len()) {
            return Vec::new();
        }
        let operand = |arg: &NodeId| {
            let (id, map) = self.viewed(*arg, map.clone());
            (id, map, shape.clone())
        };
        node.args.iter().map(operand).collect()
    }

    fn view_of(&mut self, (id, map, shape): &View, args: Vec<NodeId>) -> NodeId {
        let node = self.node(*id);
        let (op, kind) = (node.op.clone(), node.kind);
        match op {
            _ if is_identity(map, node.shape.len()) => *id,
            _ if args.is_empty() => self.push(
                Op::View(map.as_slice().into()),
                vec![*id],
                shape.clone(),
                kind,
            ),
            Op::Apply(rule) => self.call(rule, &args),
            Op::Select => self.select(args[0], args[1], args[2]),
            Op::Shut => self.shut(args[0], args[1]),
            Op::Powi(exponent) => self.powi(args[0], exponent),
            Op::Among(reduction) => self.among(reduction, args),
            op => self.push(op, args, shape.clone(), kind),
        }
    }

    /// Puts a new axis of extent `dim` before axis `at`.
    pub fn insert_axis(&mut self, id: NodeId, at: usize, dim: Dim) -> NodeId {
        let from = self.shape(id);
        let mut map: Vec<_> = (0..from.len()).map(Some).collect();
        let mut dims = from.to_vec();
        map.insert(at, None);
        dims.insert(at, dim);
        self.view(id, map, dims.into())
    }

    /// Drops axes of extent 1, or along which a view spreads the node.
    pub fn drop_axes(&mut self, id: NodeId, axes: &[usize]) -> NodeId {
        let from = self.shape(id);
        let kept: Vec<usize> = (0..from.len())
            .filter(|axis| !axes.contains(axis))
            .collect();
        let dims: Vec<Dim> = kept.iter().map(|axis| from[*axis].clone()).collect();
        self.view(id, kept.into_iter().map(Some).collect(), dims.into())
    }

    /// Spreads what a reduction over `axes` left over the entries it was made of.
    pub fn unreduce(&mut self, id: NodeId, axes: &[usize], shape: &Shape) -> NodeId {
        let mut next = 0;
        let map = (0..shape.len())
            .map(|axis| {
                if axes.contains(&axis) {
                    return None;
                }
                next += 1;
                Some(next - 1)
            })
            .collect();
        self.view(id, map, shape.clone())
    }

    /// Exchanges the last two axes; a vector stays as it is.
    pub fn transpose(&mut self, id: NodeId) -> NodeId {
        let from = self.shape(id);
        let rank = from.len();
        if rank < 2 {
            return id;
        }
        let (mut map, mut dims): (Vec<_>, Vec<_>) = ((0..rank).map(Some).collect(), from.to_vec());
        map.swap(rank - 2, rank - 1);
        dims.swap(rank - 2, rank - 1);
        self.view(id, map, dims.into())
    }

    /// Gives a reduction its axes back, with extent 1, so that it meets what it was made of.
    pub fn keep_axes(&mut self, id: NodeId, source: NodeId, axes: &[usize]) -> NodeId {
        let mut dims = self.shape(source).to_vec();
        for axis in axes {
            dims[*axis] = Dim::literal(1);
        }
        self.unreduce(id, axes, &dims.into())
    }

    pub fn slice(&mut self, id: NodeId, axis: usize, start: Dim, extent: Dim) -> NodeId {
        let node = self.node(id);
        if start == Dim::literal(0) && node.shape[axis] == extent {
            return id;
        }
        let kind = node.kind;
        let mut dims = node.shape.to_vec();
        dims[axis] = extent;
        self.push(Op::Slice { axis, start }, vec![id], dims.into(), kind)
    }

    pub fn pad(&mut self, id: NodeId, axis: usize, start: Dim, shape: Shape) -> NodeId {
        self.push(Op::Pad { axis, start }, vec![id], shape, Kind::Number)
    }

    pub fn stack(&mut self, args: &[NodeId]) -> NodeId {
        let node = self.node(args[0]);
        let (kind, mut dims) = (node.kind, node.shape.to_vec());
        dims.insert(0, Dim::literal(args.len() as i64));
        self.push(Op::Stack, args.to_vec(), dims.into(), kind)
    }

    /// The largest or smallest of some operands, entry by entry; they have one shape.
    pub fn among(&mut self, reduction: Reduction, args: Vec<NodeId>) -> NodeId {
        let op = Op::Among(reduction);
        let inner = |graph: &mut Builder, args: &[NodeId]| graph.among(reduction, args.to_vec());
        if let Some(node) = self.before_spread(&op, &args, inner) {
            return node;
        }
        let shape = self.shape(args[0]);
        self.push(op, args, shape, Kind::Number)
    }

    pub fn reduce(&mut self, reduction: Reduction, id: NodeId, axes: &[usize]) -> NodeId {
        if axes.is_empty() {
            return id;
        }
        let from = self.shape(id);
        // The only entry is found without comparing, which a value that is computed twice might not stand.
        if matches!(reduction, Reduction::Max | Reduction::Min)
            && axes.iter().all(|axis| from[*axis].is_one())
        {
            return self.drop_axes(id, axes);
        }
        let (gone, kept) = split(&from, axes);
        if let (Reduction::Sum, Some(value)) = (reduction, self.constant(id))
            && value.is_finite()
        {
            let (value, count) = (self.number(value), self.extent(&gone));
            let total = self.call(rows::mul, &[value, count]);
            return self.spread(total, &kept.into());
        }
        self.push(
            Op::Reduce(reduction, axes.into()),
            vec![id],
            kept.into(),
            Kind::Number,
        )
    }

    /// For each entry the product of the others along the axes.
    pub fn others(&mut self, id: NodeId, axes: &[usize]) -> NodeId {
        let shape = self.shape(id);
        self.push(Op::Others(axes.into()), vec![id], shape, Kind::Number)
    }

    /// `[.., n, k] @ [.., k, m]`, the extents checked by the caller.
    pub fn matmul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.matrix_product(rows::matmul, a, b)
    }

    /// The same where a zero wins over an infinite or undefined factor.
    pub fn strong_matmul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.matrix_product(rows::strong_matmul, a, b)
    }

    fn matrix_product(&mut self, rule: RuleId, a: NodeId, b: NodeId) -> NodeId {
        let (left, right) = (self.shape(a), self.shape(b));
        let mut dims = left.to_vec();
        dims[left.len() - 1] = right[right.len() - 1].clone();
        self.push(Op::Apply(rule), vec![a, b], dims.into(), Kind::Number)
    }

    /// The axes in another order.
    pub fn permute(&mut self, id: NodeId, order: &[usize]) -> NodeId {
        let from = self.shape(id);
        let dims = order.iter().map(|axis| from[*axis].clone()).collect();
        self.view(id, order.iter().copied().map(Some).collect(), dims)
    }

    /// The same entries, row by row, in another shape, of as many: a view where only axes of extent 1 come or go.
    pub fn reshape(&mut self, id: NodeId, shape: Shape) -> NodeId {
        let node = self.node(id);
        let from = node.shape.clone();
        let long = |shape: &Shape| -> Vec<Dim> {
            let dims = shape.iter().filter(|dim| !dim.is_one());
            dims.cloned().collect()
        };
        if long(&from) == long(&shape) {
            let mut kept = (0..from.len()).filter(|axis| !from[*axis].is_one());
            let map = shape
                .iter()
                .map(|dim| if dim.is_one() { None } else { kept.next() });
            return self.view(id, map.collect(), shape.clone());
        }
        if let Op::Reshape = node.op {
            return self.reshape(node.args[0], shape);
        }
        let kind = node.kind;
        self.push(Op::Reshape, vec![id], shape, kind)
    }

    /// Arrays one behind the other along an axis, whose extent is `whole` in the end.
    pub fn concat(&mut self, args: &[NodeId], axis: usize, whole: Dim) -> NodeId {
        if let [only] = args {
            return *only;
        }
        let mut dims = self.shape(args[0]).to_vec();
        dims[axis] = whole;
        self.push(Op::Concat(axis), args.to_vec(), dims.into(), Kind::Number)
    }

    /// The entries along an axis from the last to the first.
    pub fn reverse(&mut self, id: NodeId, axis: usize) -> NodeId {
        let node = self.node(id);
        if node.shape[axis].is_one() {
            return id;
        }
        let (shape, kind) = (node.shape.clone(), node.kind);
        self.push(Op::Reverse(axis), vec![id], shape, kind)
    }

    /// The entries of `table` at labels, whose axes take the place of one of its axes; `shared` axes in front are those of both.
    ///
    /// Labels stay where the caller has them, so where they are read backwards what they choose is turned around.
    pub fn gather(&mut self, table: NodeId, labels: NodeId, axis: usize, shared: usize) -> NodeId {
        if let Some(forwards) = self.forwards(labels) {
            if shared == 0 {
                let chosen = self.gather(table, forwards, axis, shared);
                return self.reverse(chosen, axis);
            }
            let turned = self.reverse(table, 0);
            let chosen = self.gather(turned, forwards, axis, shared);
            return self.reverse(chosen, 0);
        }
        let (from, of_labels) = (self.shape(table), self.shape(labels));
        let rest = &from[axis + 1..];
        let dims: Vec<Dim> = [&from[..axis], &of_labels[shared..], rest].concat();
        let op = Op::Gather { axis, shared };
        self.push(op, vec![table, labels], dims.into(), Kind::Number)
    }

    /// The same labels in the order in which they lie, if these are turned around; labels have one axis.
    fn forwards(&mut self, labels: NodeId) -> Option<NodeId> {
        let node = self.node(labels);
        let (turned, start) = match &node.op {
            Op::Slice { start, .. } => (self.node(node.args[0]), start.clone()),
            _ => (node, Dim::literal(0)),
        };
        let Op::Reverse(_) = turned.op else {
            return None;
        };
        let (all, extent) = (turned.args[0], node.shape[0].clone());
        let behind = turned.shape[0].minus(&start)?.minus(&extent)?;
        Some(self.slice(all, 0, behind, extent))
    }

    /// Entries added up by their labels, along an axis of an array of this shape.
    pub fn scatter(
        &mut self,
        entries: NodeId,
        labels: NodeId,
        (axis, shared): (usize, usize),
        shape: Shape,
    ) -> NodeId {
        let op = Op::Scatter { axis, shared };
        self.push(op, vec![entries, labels], shape, Kind::Number)
    }

    /// In every turn of a loop the entry along an axis, which is dropped, that is as far behind `start` as turns have passed.
    ///
    /// Loops around take their entries first, so that what a loop inside reads is an array that lies outside of it.
    pub fn entry(&mut self, id: NodeId, axis: usize, start: i64, of: LoopId) -> NodeId {
        let node = self.node(id);
        if let Op::Entry {
            axis: other_axis,
            start: other_start,
            of: other,
        } = node.op
            && of < other
        {
            let base = node.args[0];
            let (axis, other_axis) = match axis < other_axis {
                true => (axis, other_axis - 1),
                false => (axis + 1, other_axis),
            };
            let outer = self.entry(base, axis, start, of);
            return self.entry(outer, other_axis, other_start, other);
        }
        let (kind, mut dims) = (node.kind, node.shape.to_vec());
        dims.remove(axis);
        let entry = Op::Entry { axis, start, of };
        self.push(entry, vec![id], dims.into(), kind)
    }

    pub fn iota(&mut self, dim: Dim) -> NodeId {
        self.push(Op::Iota, Vec::new(), Rc::from([dim]), Kind::Number)
    }
}

/// Halves joined with halves: fewer operations wait for each other, and fewer roundings add up.
pub fn pairwise<T: Copy>(mut values: Vec<T>, mut join: impl FnMut(T, T) -> T) -> Option<T> {
    while values.len() > 1 {
        let pairs = values.chunks(2).map(|pair| match *pair {
            [left, right] => join(left, right),
            _ => pair[0],
        });
        values = pairs.collect();
    }
    values.pop()
}

/// The extents along some axes and along the others.
fn split(shape: &[Dim], axes: &[usize]) -> (Vec<Dim>, Vec<Dim>) {
    let along = |wanted: bool| {
        let all = shape.iter().enumerate();
        let some = all.filter(|(axis, _)| axes.contains(axis) == wanted);
        some.map(|(_, dim)| dim.clone()).collect()
    };
    (along(true), along(false))
}

fn is_identity(map: &[Option<usize>], rank: usize) -> bool {
    map.len() == rank && map.iter().enumerate().all(|(to, from)| *from == Some(to))
}

/// The value of an operation of constants, where it is the same in every number type; else it is left to rustc, which knows the type.
fn fold(rule: RuleId, values: &[Option<f64>]) -> Option<f64> {
    let sign = rule.row().sign()?;
    let value = match *values {
        [Some(x)] if sign == "-" => -x,
        [Some(a), Some(b)] => {
            let (short_a, short_b) = (a as f32, b as f32);
            let (value, short) = match sign {
                "+" => (a + b, short_a + short_b),
                "-" => (a - b, short_a - short_b),
                "*" => (a * b, short_a * short_b),
                "/" => (a / b, short_a / short_b),
                _ => return None,
            };
            let exact = [(a, short_a), (b, short_b), (value, short)];
            if exact.iter().any(|(long, short)| *long != f64::from(*short)) {
                return None;
            }
            value
        }
        _ => return None,
    };
    value.is_finite().then_some(value)
}
