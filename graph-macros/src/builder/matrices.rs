//! Operations on the matrices of the last two axes, and what is made of them.
//!
//! Invariant: the caller has checked that matrices are square where they have to be, that the axes in front of them are the same,
//! and that rows fit. A factor of a matrix is a node of its own, so that all that need it share one.

use super::Builder;
use crate::graph::{Dim, Kind, NodeId, Op, Reduction, Shape};
use crate::hash::Map;
use crate::rule::RuleId;
use crate::rules::rows;

impl Builder {
    /// An operation that targets have.
    pub fn matrix(&mut self, rule: RuleId, args: &[NodeId]) -> NodeId {
        let shape = self.matrix_shape(rule, args);
        self.push(Op::Apply(rule), args.to_vec(), shape, Kind::Number)
    }

    /// The shape of its result.
    pub fn matrix_shape(&self, rule: RuleId, args: &[NodeId]) -> Shape {
        let of = self.shape(args[args.len() - 1]);
        let rank = of.len();
        let dims: Vec<Dim> = match rule {
            rows::cholesky_logdet | rows::lu_logdet | rows::lu_det => of[..rank - 2].to_vec(),
            rows::diagonal => of[..rank - 1].to_vec(),
            rows::lu | rows::eigh => [&of[..rank - 1], &[of[rank - 1].shifted(1)]].concat(),
            rows::diagonal_matrix => [&*of, &of[rank - 1..]].concat(),
            _ => of.to_vec(),
        };
        dims.into()
    }

    /// The x with `a @ x = b`.
    pub fn lu_solve(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let factors = self.matrix(rows::lu, &[a]);
        self.matrix(rows::lu_solve, &[a, factors, b])
    }

    /// The square matrix beside the last column.
    pub fn square_of(&mut self, f: NodeId) -> NodeId {
        let shape = self.shape(f);
        let last = shape.len() - 1;
        self.slice(f, last, Dim::literal(0), shape[last - 1].clone())
    }

    /// The last column, which stands beside a square matrix: that of eigenvalues, or of rows that were exchanged.
    pub fn last_column(&mut self, f: NodeId) -> NodeId {
        let shape = self.shape(f);
        let last = shape.len() - 1;
        let column = self.slice(f, last, shape[last - 1].clone(), Dim::literal(1));
        self.drop_axes(column, &[last])
    }

    /// Eigenvectors, and behind them their eigenvalues.
    pub fn joined(&mut self, values: NodeId, vectors: NodeId) -> NodeId {
        let shape = self.shape(vectors);
        let last = shape.len() - 1;
        let column = self.insert_axis(values, last, Dim::literal(1));
        self.concat(&[vectors, column], last, shape[last].shifted(1))
    }

    /// 1 over the difference of each two eigenvalues, where they are not equal.
    pub fn gaps(&mut self, f: NodeId) -> NodeId {
        let square = self.square_of(f);
        let shape = self.shape(square);
        let values = self.last_column(f);
        let rank = shape.len();
        let [of_column, of_row] =
            [rank - 2, rank - 1].map(|axis| self.unreduce(values, &[axis], &shape));
        let gap = self.call(rows::sub, &[of_column, of_row]);
        let [zero, one] = [0.0, 1.0].map(|value| {
            let number = self.number(value);
            self.spread(number, &shape)
        });
        let meet = self.call(rows::equal, &[gap, zero]);
        let gap = self.select(meet, one, gap);
        let inverse = self.call(rows::div, &[one, gap]);
        self.select(meet, zero, inverse)
    }

    /// `ln |det a|`, or the determinant itself.
    pub fn by_lu(&mut self, rule: RuleId, a: NodeId) -> NodeId {
        let factors = self.matrix(rows::lu, &[a]);
        self.matrix(rule, &[a, factors])
    }

    /// The determinant of a matrix of few rows, as a sum of products, whose slopes are right for a singular one too.
    ///
    /// Of the last rows there is one determinant for each choice of columns, each made of those of one row less.
    pub fn det_of_few(&mut self, a: NodeId, size: usize) -> NodeId {
        let shape = self.shape(a);
        let front = shape.len() - 2;
        let number: Shape = shape[..front].into();
        let one = self.number(1.0);
        let mut minors: Map<u32, NodeId> = Map::default();
        minors.insert(0, self.spread(one, &number));
        for row in (0..size).rev() {
            let entries: Vec<NodeId> = (0..size)
                .map(|column| self.entry_of_matrix(a, front, [row, column]))
                .collect();
            let mut next = Map::default();
            for columns in (0..1_u32 << size).filter(|of| of.count_ones() as usize == size - row) {
                let mut of = (0..size).filter(|column| columns >> column & 1 == 1);
                let mut terms = of.by_ref().enumerate().map(|(at, column)| {
                    let minor = minors[&(columns & !(1 << column))];
                    (at, self.call(rows::mul, &[entries[column], minor]))
                });
                let first = terms.next();
                let rest: Vec<(usize, NodeId)> = terms.collect();
                let first = first.map_or(one, |(_, term)| term);
                let det = rest
                    .into_iter()
                    .fold(first, |sum, (at, term)| match at % 2 {
                        0 => self.call(rows::add, &[sum, term]),
                        _ => self.call(rows::sub, &[sum, term]),
                    });
                next.insert(columns, det);
            }
            minors = next;
        }
        minors[&((1_u32 << size) - 1)]
    }

    /// One entry of each matrix, behind so many axes.
    fn entry_of_matrix(&mut self, a: NodeId, front: usize, position: [usize; 2]) -> NodeId {
        let mut entry = a;
        for (axis, at) in (front..).zip(position) {
            let start = Dim::literal(at as i64);
            entry = self.slice(entry, axis, start, Dim::literal(1));
        }
        self.drop_axes(entry, &[front, front + 1])
    }

    /// The x with `a @ x = b` of a positive definite matrix.
    pub fn cholesky_solve(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let factor = self.matrix(rows::cholesky, &[a]);
        self.matrix(rows::cholesky_solve, &[a, factor, b])
    }

    /// `ln det a` of a positive definite matrix.
    pub fn cholesky_logdet(&mut self, a: NodeId) -> NodeId {
        let factor = self.matrix(rows::cholesky, &[a]);
        self.matrix(rows::cholesky_logdet, &[a, factor])
    }

    /// The sum of the diagonal.
    pub fn trace(&mut self, a: NodeId) -> NodeId {
        let diagonal = self.matrix(rows::diagonal, &[a]);
        let axis = self.shape(diagonal).len() - 1;
        self.reduce(Reduction::Sum, diagonal, &[axis])
    }

    /// `(x + x.T) / 2`.
    pub fn symmetric(&mut self, x: NodeId) -> NodeId {
        let turned = self.transpose(x);
        let sum = self.call(rows::add, &[x, turned]);
        let half = self.number(0.5);
        let half = self.spread(half, &self.shape(x));
        self.call(rows::mul, &[half, sum])
    }

    /// The unit matrix of the shape of another one.
    pub fn identity(&mut self, like: NodeId) -> NodeId {
        let shape = self.shape(like);
        let diagonal: Shape = shape[..shape.len() - 1].into();
        let one = self.number(1.0);
        let ones = self.spread(one, &diagonal);
        self.matrix(rows::diagonal_matrix, &[ones])
    }

    /// Each matrix times a number of its own.
    pub fn scaled(&mut self, factors: NodeId, x: NodeId) -> NodeId {
        let shape = self.shape(x);
        let factors = self.unreduce(factors, &[shape.len() - 2, shape.len() - 1], &shape);
        self.call(rows::mul, &[factors, x])
    }
}
