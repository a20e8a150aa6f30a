//! What an operation or a function does not take.

use super::catalogue::{count, counted, is_or_are, listed};
use crate::graph::Dim;

messages! {
    pub enum Calls {
        /// Other languages have an option behind the arguments.
        KindOfSolve { kind } =
            "what kind of matrix it is stands in the name: write `solve_{kind}(a, b)`";
        /// `meaning` is what the operation is, where the table of rules says so.
        Arity { signature: String, expected: String, found: usize, meaning: Option<&'static str> } = match (meaning) {
            Some(meaning) => "`{signature}` takes {expected}, found {} ({})", count(*found), meaning.trim_end_matches('.');
            None => "`{signature}` takes {expected}, found {}", count(*found);
        };
        SeveralOutputs { name, count: usize } =
            "`{name}` has {count} outputs; a call inside an expression needs a function with one";
        /// Several names for something else than a call of a function.
        PartsOfNoCall =
            "several names take the outputs of one call, `(a, b) = f(x);`; each of other values has a definition of its own: `a = …;`";
        PartsOfCall { name, outputs: usize, names: usize } =
            "`{name}` has {}, found {}", counted(*outputs, "output"), counted(*names, "name");
        /// A call of what is made elsewhere, used like an array.
        NumberOfCall { callee } =
            "{callee} gives a number unless a definition of its own says its shape, as in `y: [n] = …;`";
        Domain { name, value: f64, domain } =
            "`{name}` of the constant {value} is outside its domain, {domain}";
        /// A parameter of a density that is a constant.
        DensityDomain { name, value: f64, domain } =
            "the parameter `{name}` is the constant {value}, outside of its domain, {domain}";
        /// `grad` of an array.
        GradientOfArray { found: &'a [Dim] } =
            "`grad` takes a number, and this has the shape {}: its derivatives are `jacobian(e, x)`", crate::shape::text(found);
        /// A derivative by something that has no name.
        DerivativeByValue =
            "a derivative is by a name: an input, a definition, or a field or an entry of one";
        NoPartial { name, argument } =
            "`{name}` has no derivative by its argument `{argument}`: hold it constant, `stop(…)`, or declare what it is made of `const`";
        CallInLoop { callee } =
            "{callee} is defined elsewhere and takes arrays, so it is not called in a loop: define it in this block, or call it outside of the loop";
        /// One value is needed of a loop that carries several.
        SeveralCarried { names: &'a [String] } =
            "this loop gives {} values: take them apart, as in `({}) = …;`", names.len(), names.join(", ");
        CarriedNames { carried: &'a [String], found: usize } =
            "this loop gives {} values, of {}, but on the left there {}", carried.len(), listed(carried), is_or_are(*found);
        CarriedValues { names: &'a [String], found: usize } = match (names) {
            [name] => "one value is carried, `{name}`, but there {} of them here: several have names of their own, as in `fold((a, b) = (…, …), …)`", is_or_are(*found);
            names => "{} values are carried, {}, but there {} here: write all of them, `(…, …)`", names.len(), listed(names), is_or_are(*found);
        };
        SeveralValues { count: usize } =
            "these are {count} values where one is needed: an array is written `[a, b]`, and several values are those of a `fold` or `scan`";
        ConditionNeeded =
            "expected a condition such as `x > 0` here, found a number";
        NumberNeeded =
            "a condition where a number is needed; write `if condition {{ 1 }} else {{ 0 }}`";
        LabelsInMaths { name } =
            "`{name}` holds labels, not numbers: they choose entries, as in `x[{name}]`, or classes, as in `softmax_cross_entropy(logits, {name})`; where they are numbers too, hand them in a second time, as a `const` array";
        /// The count of a function of the block that is called with anything else.
        /// A struct for a graph of another block.
        StructElsewhere { callee } =
            "a struct goes into functions of the same block only: give `{callee}` its fields, which it takes as numbers and arrays";
        CountNeeded { name } =
            "`{name}` is a count: give it a literal, the name of a dimension, or a count of this function, shifted by a literal at most";
        LabelsNeeded =
            "expected class labels `index[n]` or one-hot rows of the logits' shape";
    }
}
