//! What does not fit together by its shape.

use super::catalogue::{axes, bare, listed};
use crate::graph::Dim;
use crate::shape::{HIGHEST_RANK, Misfit, extents_text, is_or_has, text};

messages! {
    pub enum Shapes {
        TooManyAxes =
            "arrays have at most {} axes", HIGHEST_RANK;
        /// Loops around a value with axes of its own.
        TurnsWithAxes { indices, own: usize } =
            "this has {} for every {indices}; loops and axes are at most {} together", axes(*own), HIGHEST_RANK;
        /// `operands` says each operand's shape.
        Broadcast { operation, operands, why: &'a Misfit } = match (why) {
            Misfit::Axis { rank: 1, named: false, .. } => "`{operation}`: {operands}";
            Misfit::Axis { rank: 1, named: true, .. } => "`{operation}`: {operands}; extents that are always equal have one name";
            Misfit::Axis { axis, named: false, .. } => "`{operation}`: {operands}; they differ along axis {axis}";
            Misfit::Axis { axis, named: true, .. } => "`{operation}`: {operands}; they differ along axis {axis}; extents that are always equal have one name";
            Misfit::Aligned { kept: None } => "`{operation}`: {operands}; shapes are aligned at their last axes, where an extent of 1 stretches";
            Misfit::Aligned { kept: Some(axis) } => "`{operation}`: {operands}; shapes are aligned at their last axes: where axis {axis} is summed away it stays with `axis = {axis}, keep`";
            Misfit::Stretch => "`{operation}`: {operands}; together they would make a larger array than either, which is rarely meant: index or sum one of them first";
        };
        /// A function of numbers, called with arrays.
        EntryByEntry { function, common: &'a [Dim], this: &'a [Dim], why: &'a Misfit } = match (why) {
            Misfit::Axis { rank: 1, .. } => "`{function}` is applied entry by entry, but its arguments are {} and {}", text(common), text(this);
            Misfit::Axis { axis, .. } => "`{function}` is applied entry by entry, but its arguments are {} and {}; they differ along axis {axis}", text(common), text(this);
            Misfit::Aligned { .. } => "`{function}` is applied entry by entry, but its arguments are {} and {}; shapes are aligned at their last axes, where an extent of 1 stretches", text(common), text(this);
            Misfit::Stretch => "`{function}` is applied entry by entry, but its arguments are {} and {}; together they would make a larger array than either", text(common), text(this);
        };
        Branches { yes: &'a [Dim], no: &'a [Dim] } =
            "the branches of `if` differ in shape: {} and {}", text(yes), text(no);
        Condition { condition: &'a [Dim], branches: &'a [Dim] } =
            "the condition has the shape {}, the branches {}", text(condition), text(branches);
        ProductOfNumber =
            "`@` multiplies arrays and this is a number: write `*`";
        /// `columns` and `rows` say which extents of the sides have to be equal.
        Product { product, columns, x, left: &'a Dim, rows, w, right: &'a Dim, turned: Option<Turned> } = match (turned) {
            None => "`{product}`: the {columns} of {x} are {left}, the {rows} of {w} are {right}";
            Some(Turned::Left) => "`{product}`: the {columns} of {x} are {left}, the {rows} of {w} are {right}; `{}.T @ {}` would fit", bare(x), bare(w);
            Some(Turned::Right) => "`{product}`: the {columns} of {x} are {left}, the {rows} of {w} are {right}; `{} @ {}.T` would fit", bare(x), bare(w);
        };
        Batches { product, x, left: &'a [Dim], w, right: &'a [Dim] } =
            "`{product}`: the batches of {x} are {}, those of {w} are {}", extents_text(left), extents_text(right);
        Entries { first: &'a [Dim], this: &'a [Dim] } =
            "the entries of an array have one shape; the first {}, this one {}", is_or_has(first), is_or_has(this);
        Argument { input, wanted: &'a [Dim], found: &'a [Dim] } =
            "the input `{input}` {}, this {}", is_or_has(wanted), is_or_has(found);
        CountOfArgument { name, count: &'a Dim, other: &'a Dim } =
            "the count `{name}` is {count} here, and an array before it has {other} entries along `{name}`";
        Definition { name, declared: &'a [Dim], found: &'a [Dim] } =
            "`{name}` is declared as {}, but its value {}", text(declared), is_or_has(found);
        Output { name, declared: &'a [Dim], found: &'a [Dim] } =
            "the output `{name}` is declared as {}, but its definition {}", text(declared), is_or_has(found);
        /// An entry of a number; where that is an input, how it would be declared as an array of either kind.
        NoEntries { who, declared: &'a NoEntries } = match (declared) {
            NoEntries::NoInput => "{who} is a number and has no entries";
            NoEntries::Inline([small, large]) => "{who} is a number and has no entries; an array is declared first: `{small};`, or `{large};` for one of `ndarray`";
            NoEntries::Function([small, large]) => "{who} is a number and has no entries; an array is declared with its shape: `{small}`, or `{large}` for one of `ndarray`";
        };
        HiddenByIndex { name } =
            "`{name}` is the index of a loop here and hides the array `{name}`: give the index another name";
        Indices { who, own: usize, found: usize } =
            "{who} has {}, found {found} indices", axes(*own);
        IndexBelow { index: &'a Dim, last: &'a Dim } =
            "the index {index} is below 0; the last entry is that at {last}";
        IndexBeyond { index: &'a Dim, extent: &'a Dim, last: Option<Dim> } = match (last) {
            Some(last) => "the index {index} is not below the extent {extent}; the last entry is that at {last}";
            None => "the index {index} is not below the extent {extent}";
        };
        IndexUnknown { index: &'a Dim, extent: &'a Dim } =
            "the index {index} is not known to be below the extent {extent}";
        IndexOfLoop { start: i64, end: &'a Dim, extent: &'a Dim } =
            "the loop's index runs from {start} to below {end}, which does not lie within the extent {extent}: let the loop begin later or end sooner, or put it where the index is compared with a literal or an end, as in `if i > 0 {{ x[i - 1] }} else {{ 0 }}`";
        LabelBeyond =
            "in turns that a condition leaves out this label lies beyond the end, and no label stands for none: let the loop begin later or end sooner";
        IndexOfLoopDown { start: &'a Dim, last: Option<Dim>, extent: &'a Dim } = match (last) {
            Some(last) => "the loop's index runs down from {start} to {last}, which does not lie within the extent {extent}";
            None => "the loop's index runs down from {start}, which does not lie within the extent {extent}";
        };
        /// An array that is read otherwise than entry by entry, in one turn after the other.
        IndexOfLoops { several: bool } = match (several) {
            true => "an index moves with one loop, and this one with several: let all but one run between literals, which are written out, as in `sum(k in 0..3, w[k]*x[i + k])`";
            false => "an index moves by one entry a turn: every second entry is one of `reshape(x, [n, 2])[i, 0]`";
        };
        /// A table whose rows would have different lengths.
        RaggedTable =
            "the rows of a table have one length, this one changes from turn to turn: write `if j < i {{ … }} else {{ 0 }}` in its body";
        RaggedScan =
            "a `scan` has as many entries in every turn around it, this one has more in some: a `fold` has its last value only";
        StateShape { name, first: &'a [Dim], next: &'a [Dim] } =
            "`{name}` {} at first and the next one {}: what is carried keeps its shape", is_or_has(first), is_or_has(next);
        RootOfMatrix { found: &'a [Dim] } =
            "an unknown is a number or a vector, and this {}", is_or_has(found);
        /// `root([a, b] = …, …)`.
        Unknowns { names: usize, found: &'a [Dim] } =
            "the unknowns are {names} numbers, and this {}: where the search begins is a list of as many, as in `root([a, b] = [0, 1], …)`", is_or_has(found);
        Equations { names: &'a [String], wanted: &'a [Dim], found: &'a [Dim] } = match (names) {
            [name] => "`{name}` {}, and what is to be 0 {}: there are as many equations as unknowns", is_or_has(wanted), is_or_has(found);
            names => "there are as many equations as unknowns, {} for {}, and what is to be 0 {}", names.len(), listed(names), is_or_has(found);
        };
        EmptyTable =
            "there is no turn, and so no entry that says what the array is made of";
        /// A bound that counts from the end; `range` counts from the front.
        RangeFromTheEnd { range } =
            "a range counts from the front, at both ends: write `{range}`";
        Range { start: &'a Dim, end: &'a Dim, extent: &'a Dim } =
            "the range {start}..{end} does not lie within the extent {extent}";
        RangeBackwards { start: &'a Dim, end: &'a Dim } =
            "the range {start}..{end} runs backwards";
        /// A loop that begins at its end.
        LoopBackwards { start: &'a Dim, end: &'a Dim } =
            "the range {start}..{end} runs backwards: the indices of a range count up, and those of `rev({end}..{start})` down";
        /// An operation on shapes that is called with something else.
        Layout { written: &'static str } = match (written.contains('[')) {
            true => "this is written `{written}`, with literals or names of dimensions in the list";
            false => "this is written `{written}`";
        };
        /// Other languages leave an extent to be found out.
        ExtentBelow { extent: i64 } =
            "{extent} is no extent: write the literal or the name that it is, as in `reshape(x, [n, 3])`";
        Reshape { from: &'a [Dim], to: &'a [Dim] } =
            "an array of shape {} cannot have the shape {}, which has another number of entries", text(from), text(to);
        Permute { who, rank: usize } =
            "{who} has {rank} axes, each of which stands here once, counted from 0";
        ConcatOfNumber =
            "`concat` joins arrays along an axis, and this is a number: numbers side by side are `[a, b]`";
        Concat { along: usize, first: &'a [Dim], this: &'a [Dim] } =
            "`concat` along axis {along}: the first array has the shape {}, this one {}", text(first), text(this);
        /// Two names have no name for their sum.
        SumOfExtents { whole: &'a Dim, extent: &'a Dim } =
            "the extent {whole} + {extent} has no name of its own; one of them can be a literal";
        Axis { axis: i64, who, rank: usize } = match (rank) {
            0 => "{who} is a number and has no axis {axis}";
            rank => "there is no axis {axis}: {who} has {rank}, counted from 0";
        };
        Vectors { name, length: Option<i64>, found: &'a [Dim] } = match (length) {
            Some(length) => "`{name}` takes two vectors of length {length}; this {}", is_or_has(found);
            None => "`{name}` takes two vectors; this {}", is_or_has(found);
        };
        DensityAxes { forms } =
            "this density is {forms}: give it arrays of these axes, and labels where `index` stands";
        Direction { by: &'a [Dim], found: &'a [Dim] } =
            "a direction has the shape of what moves, {}; this {}", text(by), is_or_has(found);
        Square { name, found: &'a [Dim] } =
            "`{name}` takes a square matrix, or a batch of them; this {}", is_or_has(found);
        RightSide { name, size: &'a Dim, found: &'a [Dim] } =
            "`{name}` takes a right side with as many rows as the matrix, {size}: a vector, a matrix or a batch of them; this {}", is_or_has(found);
        Diag { found: &'a [Dim] } =
            "`diag` takes a vector, or a square matrix; this {}", is_or_has(found);
        Logits { found: &'a [Dim] } =
            "`softmax_cross_entropy` takes logits of one case or of a batch; this {}", is_or_has(found);
        OneHot { logits: &'a [Dim], found: &'a [Dim] } =
            "one-hot rows have the shape of the logits, {}; this {}", text(logits), is_or_has(found);
        Labels { labels: &'a [Dim], logits: &'a [Dim] } =
            "class labels {} need logits with a row for each; `softmax_cross_entropy` found logits of the shape {}", text(labels), text(logits);
    }
}

/// The side of a product to transpose.
pub enum Turned {
    Left,
    Right,
}

/// What has no entries: a number, or an input that is written as an array is in one of the two kinds of block.
pub enum NoEntries {
    NoInput,
    Inline([String; 2]),
    Function([String; 2]),
}
