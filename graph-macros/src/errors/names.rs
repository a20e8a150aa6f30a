//! Names that mean nothing, or not what they are used for.

use super::catalogue::{chain, counted, is_or_are, listed};

messages! {
    pub enum Names {
        /// `instead` is how what is called so elsewhere is written here.
        UnknownName { name, instead: Option<&'static str>, near: Option<String> } = match (instead, near) {
            (Some(instead), _) => "unknown name `{name}`: {instead}";
            (None, Some(near)) => "unknown name `{name}`; did you mean `{near}`?";
            (None, None) => "unknown name `{name}`; make it an input, a `const` one for an array of constants, or write `{{ {name} }}` for a constant number of the surrounding code";
        };
        /// `instead` is how what other languages call so is written here.
        UnknownFunction { name, instead: Option<&'static str>, near: Option<String> } = match (instead, near) {
            (Some(instead), _) => "unknown function `{name}`: {instead}";
            (None, Some(near)) => "unknown function `{name}`; did you mean `{near}`?";
            (None, None) => "unknown function `{name}`: it is no operation, and no function in scope is called so";
        };
        /// What is to be 0 has nothing to do with the unknowns.
        RootOfConstant { names: &'a [String] } =
            "this is not made of {}, so nothing that is chosen makes it 0", listed(names);
        /// A name of a loop or a body, used elsewhere.
        OutsideOfLoop { name } =
            "`{name}` is known only inside of the loop or body that names it: what is needed outside is what the loop gives, as in `last = fold(…);`";
        UnknownDimension { name } =
            "unknown dimension `{name}`: a dimension gets its size from the shape of an input, or is an input itself, `{name}: count`";
        UnknownOutput { name, near: Option<String> } = match (near) {
            Some(near) => "the output `{name}` is never defined; did you mean `{near}`?";
            None => "the output `{name}` is never defined";
        };
        /// `x·y`, which is a name to Rust.
        DotInName { name, product } =
            "`{name}` is one name to Rust: a product is written `{product}`";
        /// A name of the graph in Rust.
        NameInRust { name } =
            "no gradient goes through braces, which hold Rust, and `{name}` is a name of the graph: brackets in maths are round, `( )`";
        /// The name of a value, called.
        NameIsCalled { name } =
            "`{name}` is no function: a product is written `{name}*(…)`, an entry of an array `{name}[…]`";
        FunctionAsValue { name } =
            "`{name}` is a function; call it: `{name}(…)`";
        /// `x = z;` for an input `x` and an output `z`.
        Backwards { name, output } =
            "what is defined stands on the left: `{output} = {name};`";
        DefinedTwice { name } =
            "`{name}` is defined twice; each name is defined once";
        DefinedIsInput { name } =
            "`{name}` is an input already; give this definition a name of its own";
        UsedBeforeDefinition { name } =
            "`{name}` is used before its definition; move the definition up";
        Cycle { names: &'a [String] } = match (names) {
            [only] => "`{only}` is defined by itself: a graph has no cycles";
            names => "a cycle: {}", chain(names);
        };
        RecursiveFunction { names: &'a [String] } =
            "functions of a graph are inlined and cannot call themselves: {}", chain(names);
        OutputTwice { name } =
            "`{name}` is named as an output twice";
        InputTwice { name } =
            "`{name}` is named as an input twice";
        FunctionTwice { name } =
            "`{name}` is a function of this block already";
        /// A call of a name that several functions have, each under a condition.
        CallUnderConditions { name } =
            "there are several `{name}`, each under a `#[cfg(…)]`, and a call is inlined: write this function once under each";
        UnknownDensity { name, near: Option<String> } = match (near) {
            Some(near) => "`{name}` is no density; did you mean `{near}`?";
            None => "`{name}` is no density, and no function of this block: a density of your own is a `fn {name}(x, …) -> l`";
        };
        HalfDensity { name, whole: &'static str } =
            "`{name}` is `{whole}` by its domain: declare `x > 0`, and write `x ~ {whole}(…)`";
        UnknownStruct { name, near: Option<String> } = match (near) {
            Some(near) => "`{name}` is no struct of this block; did you mean `{near}`?";
            None => "`{name}` is no struct of this block; one of another block is brought in by its path, `use super::{name};`";
        };
        StructTwice { name } =
            "`{name}` is a struct of this block already";
        StructRenamed { name, known } =
            "`{name}` is the struct `{known}` of this block under a second name: one name is enough";
        StructOfNothing { name } =
            "the struct `{name}` needs a number or an array of numbers among its fields";
        FieldTwice { name } =
            "`{name}` is a field of this struct already";
        /// A field called `T`.
        FieldOfTranspose =
            "`.T` is the transpose; give this field another name";
        /// A dimension in a struct.
        DimensionOfStruct { name, structure } =
            "unknown dimension `{name}`: a struct takes it from where it is used, as `struct {structure}[{name}]`";
        ExtentTwice { name } =
            "`{name}` is a dimension of this struct already";
        /// `P[2]` of `struct P[d] { x: [d - 3] }`.
        NegativeExtent { structure, field } =
            "by these extents `{field}` of `{structure}` would have fewer than no entries";
        FieldUnderCondition =
            "a field stands under no `#[cfg(…)]`: put the whole struct under one";
        /// A struct with itself in one of its fields.
        StructInItself { names: &'a [String] } =
            "a struct cannot hold itself: {}", chain(names);
        /// A type such as `Layer[784]`.
        ExtentsOfStruct { name, dims: &'a [String], found: usize } = match (dims) {
            [] => "`{name}` takes no extents; a list of structs is written `{name}[4]`";
            dims => "`{name}` takes {} in brackets, `{name}[{}]`, but there {}", counted(dims.len(), "extent"), dims.join(", "), is_or_are(*found);
        };
        UnknownField { structure, name, fields: &'a [String], near: Option<String> } = match (near) {
            Some(near) => "`{structure}` has no field `{name}`; did you mean `{near}`?";
            None => "`{structure}` has no field `{name}`; its fields are {}", listed(fields);
        };
        /// `x.w` where `x` is an array.
        FieldOfNoStruct { name, is } =
            "this {is} and has no field `{name}`";
        /// `x.0` where `x` is an array.
        EntryByNumber { array, number } =
            "entries stand in brackets: write `{array}[{number}]`";
        /// A struct where a number or an array should stand.
        StructAsValue { structure, fields: &'a [String] } =
            "this is the struct `{structure}`, no number: name one of its fields, {}", listed(fields);
        /// A list of structs where a number, an array or one struct should stand.
        ListAsValue { structure, count: usize } =
            "this is a list of {count} `{structure}`: name one by its index, `[0]`";
        /// A value where a struct should stand.
        StructNeeded { structure, is } =
            "the struct `{structure}` is needed here, and this {is}";
        FieldMissing { structure, name } =
            "the field `{name}` of `{structure}` is missing";
        NothingToDifferentiate { all_constant: bool } = match (all_constant) {
            true => "every input is `const`: there is nothing to differentiate by";
            false => "a graph needs at least one input to differentiate by";
        };
        NoOutput =
            "a graph needs at least one definition";
    }
}
