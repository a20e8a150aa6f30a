//! Slots: partial derivatives with the rules by which they stand where they stand.
//!
//! Invariant: the rules of rows go forwards along axes, each of which at most one of them mentions unless the array is of a diagonal;
//! those of columns may go either way.

use crate::graph::{Dim, Graph, InputId, NodeId, Op};

/// Partial derivatives, and where they stand.
#[derive(Clone)]
pub struct Slot {
    /// Which of the sources they are by.
    pub source: usize,
    /// Which entry of the value each of them belongs to, and which of the source: a rule an axis.
    pub row: Vec<Index>,
    pub column: Vec<Index>,
    pub value: NodeId,
    /// Whether some of them may stand beyond the source, which are zeros that belong nowhere.
    pub leaves: bool,
}

/// The index along an axis, of the entry of a slot's array at a position.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Index {
    At(Dim),
    /// As far behind `start` as the position is along an axis of the array, or in front of `last`.
    Along {
        axis: usize,
        start: Dim,
    },
    Back {
        axis: usize,
        last: Dim,
    },
    /// The label at the position along an axis, counted from `start`.
    Label {
        of: NodeId,
        axis: usize,
        start: Dim,
    },
}

impl Index {
    pub fn whole(axis: usize) -> Index {
        Index::Along {
            axis,
            start: Dim::literal(0),
        }
    }

    pub fn axis(&self) -> Option<usize> {
        match self {
            Index::At(_) => None,
            Index::Along { axis, .. } | Index::Back { axis, .. } | Index::Label { axis, .. } => {
                Some(*axis)
            }
        }
    }

    /// The same where the axes of the array have other numbers.
    pub fn renumbered(&self, axes: &[usize]) -> Index {
        let mut index = self.clone();
        match &mut index {
            Index::At(_) => {}
            Index::Along { axis, .. } | Index::Back { axis, .. } | Index::Label { axis, .. } => {
                *axis = axes[*axis];
            }
        }
        index
    }
}

/// Where the labels of an index are: an input of labels, from a position on.
pub fn labels(graph: &Graph, of: NodeId) -> Option<(InputId, Dim)> {
    let node = graph.node(of);
    match &node.op {
        Op::Input { input, .. } => Some((*input, Dim::literal(0))),
        Op::Slice { axis: 0, start } => {
            let (input, before) = labels(graph, node.args[0])?;
            Some((input, before.plus(start)?))
        }
        Op::View(map) if map.len() == 1 && map[0] == Some(0) => labels(graph, node.args[0]),
        _ => None,
    }
}

/// Whether each axis of a value is the same axis of the array.
pub fn is_identity(indices: &[Index]) -> bool {
    let mut all = indices.iter().enumerate();
    all.all(|(axis, index)| *index == Index::whole(axis))
}

/// The index where what it counts begins further behind.
pub fn shift(index: &mut Index, by: &Dim) -> Option<()> {
    match index {
        Index::At(start)
        | Index::Along { start, .. }
        | Index::Back { last: start, .. }
        | Index::Label { start, .. } => *start = start.plus(by)?,
    }
    Some(())
}

/// Whether the entries of a square matrix of second derivatives all stand above the diagonal, of which the lower triangle has the
/// same: by a rule an axis, the first that differ decide.
pub fn is_above(slot: &Slot) -> bool {
    let both = slot.row.iter().zip(&slot.column);
    let mut both = both.skip_while(|(row, column)| row == column);
    let Some((row, column)) = both.next() else {
        return false;
    };
    let places = match (row, column) {
        (Index::At(row), Index::At(column)) => Some((row, column)),
        (
            Index::Along { axis, start: row },
            Index::Along {
                axis: other,
                start: column,
            },
        ) => (axis == other).then_some((row, column)),
        _ => None,
    };
    let Some((row, column)) = places else {
        return false;
    };
    let behind = column.minus(row).filter(|behind| behind.name.is_none());
    behind.is_some_and(|behind| behind.offset > 0)
}
