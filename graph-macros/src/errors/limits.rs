//! What is asked for and cannot be had: options, features of the runtime, sizes.

messages! {
    pub enum Limits {
        /// An option that only a function with one number as its output can have.
        OptionNeedsNumber { option: &'static str } =
            "`{option}` is about one output that is a number; this graph has others";
        /// A batch runs one point per lane, and a point must fit into one.
        BatchOfArrays =
            "`batch` is about many points, each of numbers and arrays of literal extents with at most 64 entries; this graph's arrays hold a whole batch as they are";
        /// How many turns there are is one number a call.
        BatchOfCount =
            "`batch` is about many points, each of numbers and small arrays, and a graph with a `count` is one of arrays of any size: write literal bounds, or the points as an axis of an array";
        /// An option that only the right side of a differential equation can have.
        OdeInputs =
            "an `ode` is a function of the time and of a state, `fn f(t, y: …, …) -> dy`: its first input is a number without `const`, its second the state";
        OdeState { state } =
            "an `ode` is differentiated by its whole state, so that nothing of `{state}` is `const`: what is known stands behind it";
        OdeChange { state } =
            "an `ode` gives how its state changes: one output of the shape of `{state}`";
        /// Patterns of something that they are not followed through.
        SparseThrough =
            "`sparse` does not know which entries meet here: it follows them through formulas, loops over indices, sums, labels and matrix products";
        NdarrayMissing =
            "arrays of more than 64 entries or with named dimensions need the feature `ndarray` of graph-runtime, which is off";
        StdMissing { option } =
            "`{option}` needs the feature `std` of graph-runtime, which is off";
        TooDeep =
            "this expression is nested too deeply; give a part of it a name";
        CallsTooDeep =
            "functions call one another too deeply here; each is inlined into the one that calls it";
        TooLarge { most: usize } =
            "this block is too large: with loops and calls written out it has more than {most} operations";
        KeepNeedsLoop =
            "no loop of this graph runs over steps at run time: a short `fold` of literal length is written out, and keeps nothing";
        LoopTooLong { count: i64 } =
            "this loop over numbers would be written out {count} times; 4096 is the most";
    }
}
