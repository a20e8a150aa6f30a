//! Every message the macro can give, in one place.
//!
//! Invariant: a message says what was found and what to write instead, in one sentence, and has its own case in `tests/ui`.

use std::fmt;

/// What can be wrong with a graph. The text says what was found and what to write instead.
pub enum Problem<'a> {
    // Reading.
    ExpectedExpression {
        found: Option<&'a str>,
    },
    ExpectedDefinition {
        found: &'a str,
    },
    ExpectedName {
        found: Option<&'a str>,
        role: &'static str,
    },
    Expected {
        what: &'static str,
        found: Option<&'a str>,
    },
    MissingSemicolon {
        before: &'a str,
    },
    MissingOperator {
        found: &'a str,
    },
    NumberGluedToName {
        number: &'a str,
        name: &'a str,
    },
    NumberSuffix {
        number: &'a str,
        suffix: &'a str,
    },
    NotANumber {
        what: &'static str,
        literal: &'a str,
    },
    UnknownOperator {
        sign: &'a str,
    },
    Remainder {
        sign: &'a str,
    },
    IfWithoutElse,
    ChainedComparison,
    /// A word of Rust inside an expression, and the Rust that it begins.
    Keyword {
        word: &'a str,
        rust: &'a str,
    },
    KeywordAsName {
        word: &'a str,
        role: &'static str,
    },
    /// A path that is not called.
    Path {
        path: &'a str,
    },
    /// A value that is not given a name.
    Nameless,
    Return,
    /// A name is said before it has a value.
    Declaration {
        name: &'a str,
    },
    /// A definition of several names at once.
    SeveralNames {
        names: &'a [String],
    },
    /// A branch as a statement.
    IfStatement,
    /// A branch without braces.
    Branch,
    /// A function among definitions.
    FunctionHere {
        name: &'a str,
    },
    /// Stan's `x ~ normal(0, 1)`.
    Sampling,
    /// Stan's `target += …`.
    Target,
    Let {
        word: &'a str,
    },
    /// A definition with another sign than `=`.
    NotEquals {
        sign: &'a str,
    },
    CompoundAssignment {
        name: &'a str,
        sign: &'a str,
    },
    TypedDefinition,
    Reference {
        sign: &'a str,
    },
    Cast,
    /// `f64(x)`.
    Conversion {
        of: &'a str,
    },
    /// A choice as other languages write it.
    Choice {
        written: &'static str,
    },
    /// An operator that is a word elsewhere.
    OperatorWord {
        word: &'a str,
        sign: &'a str,
    },
    /// A loop as Rust writes it.
    Loop {
        word: &'a str,
    },
    Closure,
    /// A value between bars.
    Bars {
        written: &'a str,
        call: &'a str,
    },
    /// A loop as other languages write it, in the brackets of this name.
    LoopCall {
        name: &'a str,
    },
    /// A second index where one loop has one.
    SecondIndex,
    /// A table whose rows would have different lengths.
    RaggedTable,
    EmptyTable,
    /// An operation on shapes that is called with something else.
    Layout {
        written: &'static str,
    },
    /// Several names for something else than a call of a function of the block.
    PartsOfNoCall,
    PartsOfCall {
        name: &'a str,
        outputs: usize,
        names: usize,
    },
    ColonRange,
    /// Rows, or entries, that are not separated by commas.
    Entries,
    Tuple,
    /// `exp.(x)`.
    DottedCall {
        name: &'a str,
    },
    /// `sin^2(x)`.
    PowerOfFunction {
        name: &'a str,
        power: &'a str,
    },
    /// `.5`
    LeadingDot {
        digits: &'a str,
    },
    /// `x!`, `exp!(x)`.
    Exclamation,
    TransposeIsCalled,
    /// A function of a library of another language.
    Library {
        path: &'a str,
        /// The name as it is called here.
        name: &'a str,
        call: &'static str,
    },
    /// What a library or a method is called elsewhere, and what is written here.
    Elsewhere {
        written: &'a str,
        instead: &'static str,
    },
    /// A function of one number type.
    OfOneType {
        of: &'a str,
        name: &'a str,
    },
    CallWithoutBrackets {
        name: &'a str,
        argument: &'a str,
    },
    MethodCall {
        name: &'a str,
        /// What the operation is called here.
        ours: &'a str,
        args: &'a str,
    },
    MethodPower {
        name: &'a str,
        args: &'a str,
        /// The power as it is written here.
        ours: &'a str,
    },
    MethodTranspose {
        name: &'a str,
    },
    TypeParameters,
    TypeAsShape {
        found: &'a str,
    },
    /// The type of an array, and the shape that is meant.
    TypeOfArray {
        name: &'a str,
        shape: &'a str,
    },
    TypeAsOutput {
        found: &'a str,
    },
    InputModifier {
        word: &'a str,
    },
    /// An attribute of an input that is no documentation.
    InputAttribute,
    /// `fn f(x[3])`.
    ShapeWithoutColon,
    OutputsOfNothing,
    Turbofish,
    TooDeep,
    CallsTooDeep,
    TooLarge {
        most: usize,
    },
    NumberTooLarge {
        number: &'a str,
    },
    UnknownPostfix {
        name: &'a str,
        /// The whole as Rust.
        rust: &'a str,
    },
    EmptyArray,
    BadDim {
        found: &'a str,
    },
    DimTooLarge,
    DeclarationAfterDefinition,
    UnknownOption {
        name: &'a str,
        near: Option<String>,
    },
    /// An option that does not stand in `#[graph(…)]`.
    OptionAlone,
    /// An option that only a function with one number as its output can have.
    OptionNeedsNumber {
        option: &'static str,
    },
    /// A batch runs one point per lane, and a point must fit into one.
    BatchOfArrays,
    /// Second derivatives are asked for, and this call has first ones only.
    OpaqueCall {
        callee: &'a str,
    },
    Empty,
    FunctionInsideInline,
    NamedArgument {
        name: &'a str,
        /// What is written for it here, where it is known elsewhere.
        instead: Option<&'static str>,
    },
    // Names.
    UnknownName {
        name: &'a str,
        /// How what is called so elsewhere is written here.
        instead: Option<&'static str>,
        near: Option<String>,
    },
    /// `x·y`, which is a name to Rust.
    DotInName {
        name: &'a str,
        product: &'a str,
    },
    /// A name of the graph in Rust.
    NameInRust {
        name: &'a str,
    },
    /// `x = z;` for an input `x` and an output `z`.
    Backwards {
        name: &'a str,
        output: &'a str,
    },
    /// The name of a value, called.
    NameIsCalled {
        name: &'a str,
    },
    UnknownFunction {
        name: &'a str,
        /// How what other languages call so is written here.
        instead: Option<&'static str>,
        near: Option<String>,
    },
    DefinedTwice {
        name: &'a str,
    },
    DefinedIsInput {
        name: &'a str,
    },
    UsedBeforeDefinition {
        name: &'a str,
    },
    Cycle {
        names: &'a [String],
    },
    UnknownDimension {
        name: &'a str,
    },
    UnknownOutput {
        name: &'a str,
        near: Option<String>,
    },
    OutputTwice {
        name: &'a str,
    },
    InputTwice {
        name: &'a str,
    },
    FunctionTwice {
        name: &'a str,
    },
    /// A call of a name that several functions have, each under a condition.
    CallUnderConditions {
        name: &'a str,
    },
    RecursiveFunction {
        names: &'a [String],
    },
    NothingToDifferentiate {
        all_constant: bool,
    },
    NoOutput,
    FunctionAsValue {
        name: &'a str,
    },
    // Numbers of things.
    Arity {
        signature: String,
        expected: String,
        found: usize,
        /// What the operation is, where the table says so.
        meaning: Option<&'static str>,
    },
    SeveralOutputs {
        name: &'a str,
        count: usize,
    },
    AxisNotTaken {
        name: &'a str,
    },
    AxisUnnamed {
        name: &'a str,
        axis: f64,
    },
    // Domains.
    Domain {
        name: &'a str,
        value: f64,
        domain: &'a str,
    },
    NoPartial {
        name: &'a str,
        argument: &'a str,
    },
    LoopBound {
        found: &'static str,
    },
    FoldLength,
    CallInLoop {
        callee: &'a str,
    },
    NdarrayMissing,
    StdMissing {
        option: &'a str,
    },
    LoopTooLong {
        count: i64,
    },
    ConditionNeeded,
    NumberNeeded,
    LabelsInMaths {
        name: &'a str,
    },
    LabelsNeeded,
    // Shapes.
    Shapes {
        text: String,
    },
}

fn found(token: Option<&str>) -> String {
    token.map_or_else(|| "the end".to_owned(), |token| format!("`{token}`"))
}

fn did_you_mean(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn chain(names: &[String]) -> String {
    let mut text: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    text.push(format!("`{}`", names[0]));
    text.join(" needs ")
}

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        use Problem::*;
        match self {
            ExpectedExpression { found: token } => {
                write!(
                    f,
                    "expected a number, a name or `(` here, found {}",
                    found(*token)
                )
            }
            ExpectedDefinition { found: token } => {
                let found = found(Some(*token).filter(|token| !token.is_empty()));
                write!(
                    f,
                    "expected a definition `name = expression;`, found {found}"
                )
            }
            ExpectedName { found: token, role } => {
                write!(f, "expected the name of {role}, found {}", found(*token))
            }
            Expected { what, found: token } => {
                write!(f, "expected {what}, found {}", found(*token))
            }
            MissingSemicolon { before } => {
                write!(
                    f,
                    "missing `;` before `{before}`: each definition ends with one"
                )
            }
            MissingOperator { found } => {
                write!(
                    f,
                    "missing operator before `{found}`: a product is written with `*`"
                )
            }
            NumberGluedToName { number, name } => {
                write!(
                    f,
                    "`{number}{name}` is not a number; a product is written `{number}*{name}`"
                )
            }
            NumberSuffix { number, suffix } => write!(
                f,
                "numbers take the graph's own type: write `{number}` without `{suffix}`"
            ),
            NotANumber { what, literal } => write!(
                f,
                "{what} `{literal}` has no place in maths; a graph computes with numbers"
            ),
            UnknownOperator { sign } => {
                write!(
                    f,
                    "`{sign}` is not an operator of `graph!`; there are `+ - * / ^ @`, comparisons, `&&`, `||` and `!`"
                )
            }
            Remainder { sign } => write!(
                f,
                "`{sign}` is not offered: the remainder has jumps that no gradient sees"
            ),
            IfWithoutElse => {
                write!(
                    f,
                    "`if` needs an `else` branch: write `if condition {{ a }} else {{ b }}`"
                )
            }
            ChainedComparison => write!(f, "comparisons do not chain: write `a < b && b < c`"),
            Keyword { word, rust } => {
                write!(
                    f,
                    "`{word}` is a word of Rust; a Rust expression goes into braces: `{{ {rust} }}`"
                )
            }
            KeywordAsName { word, role } => {
                write!(
                    f,
                    "`{word}` is a word of Rust and cannot be the name of {role}"
                )
            }
            Path { path } => write!(
                f,
                "a constant of the surrounding code goes into braces: `{{ {path} }}`"
            ),
            Nameless => write!(
                f,
                "this value has no name: write `name = …;`, with the output's name if it is the result"
            ),
            Return => write!(
                f,
                "a graph has no `return`: give the value the output's name, as in `z = …;`"
            ),
            Declaration { name } => write!(
                f,
                "`{name}` gets its value where it is defined, `{name} = …;`, and nothing is said about it before"
            ),
            SeveralNames { names } => write!(
                f,
                "a definition has one name: write `{} = …;`, each with a function of one output",
                names.join(" = …; ")
            ),
            IfStatement => write!(
                f,
                "`if` is a value here: write `name = if condition {{ a }} else {{ b }};`"
            ),
            Branch => write!(
                f,
                "a branch goes into braces: `if condition {{ a }} else {{ b }}`"
            ),
            FunctionHere { name } => write!(
                f,
                "a function is written `fn {name}(x) -> y {{ y = …; }}`, and stands in a block of functions, beside the others"
            ),
            Sampling => write!(
                f,
                "a graph has no `~`: write the log density out, as in `z = -((x - mu)/sigma)^2/2 - ln(sigma);` for a normal one"
            ),
            Target => write!(
                f,
                "the value of a graph is its output, one sum of all terms: write `z = a + b;`, not `target += a`"
            ),
            Let { word } => {
                write!(
                    f,
                    "a definition is written without `{word}`: `name = expression;`"
                )
            }
            NotEquals { sign } => write!(f, "a definition is written with `=`, not `{sign}`"),
            CompoundAssignment { name, sign } => write!(
                f,
                "`{sign}` would change `{name}`, and a name keeps its value: write a definition with a new name"
            ),
            TypedDefinition => write!(
                f,
                "a definition has no type: write `name = expression;`, or `name: [3] = expression;` to say its shape"
            ),
            Reference { sign } => {
                write!(
                    f,
                    "`{sign}` is not written in front of a value: its name alone will do"
                )
            }
            Cast => write!(
                f,
                "numbers take the graph's own type: there is nothing to convert with `as`"
            ),
            Conversion { of } => write!(
                f,
                "numbers take the graph's own type: there is nothing to convert with `{of}`"
            ),
            Choice { written } => write!(
                f,
                "a choice is written `if condition {{ a }} else {{ b }}`, not `{written}`"
            ),
            OperatorWord { word, sign } => write!(f, "`{word}` is written `{sign}`"),
            Loop { word } => write!(
                f,
                "a graph has no `{word}`: a sum is `sum(i in 0..n, …)`, and what is carried from turn to turn `fold(a = 0, i in 0..3, …)`"
            ),
            Closure => write!(
                f,
                "a graph has no closures: write the expression itself, or a second `fn` in this block"
            ),
            Bars { written, call } => write!(f, "`{written}` is written `{call}`"),
            LoopCall {
                name: "sum" | "prod",
            } => write!(
                f,
                "a sum over an index is written `sum(i in 0..n, …)`, a product `prod(i in 0..n, …)`"
            ),
            LoopCall { name } => write!(
                f,
                "`{name}` has no index: `each`, `sum`, `prod`, `max`, `min`, `mean`, `norm`, `logsumexp` and `fold` have one, as in `each(i in 0..n, …)`, and the others run over the entries of an array"
            ),
            SecondIndex => write!(
                f,
                "a `fold` has one index: write a `fold` inside another one, or `sum(i in 0..n, j in 0..m, …)`"
            ),
            RaggedTable => write!(
                f,
                "the rows of a table have one length, this one changes from turn to turn: write `if j < i {{ … }} else {{ 0 }}` in its body"
            ),
            PartsOfNoCall => write!(
                f,
                "several names take the outputs of a function of this block; each of other values has a definition of its own: `a = …;`"
            ),
            PartsOfCall {
                name,
                outputs,
                names,
            } => write!(
                f,
                "`{name}` has {outputs} output{}, and {names} name{} stand here",
                if *outputs == 1 { "" } else { "s" },
                if *names == 1 { "" } else { "s" }
            ),
            Layout { written } => write!(
                f,
                "this is written `{written}`, with literals or names of dimensions in the list"
            ),
            EmptyTable => write!(
                f,
                "there is no turn, and so no entry that says what the array is made of"
            ),
            ColonRange => write!(
                f,
                "a range is written with dots: `x[.., 0]` for a whole axis, `x[1..3]` for a part of one"
            ),
            Entries => write!(
                f,
                "entries are separated by commas, and rows are arrays: `[1, 2, 3]`, `[[1, 2], [3, 4]]`"
            ),
            Tuple => write!(f, "values stand together in an array: `[a, b]`"),
            DottedCall { name } => write!(
                f,
                "operations run over the entries of arrays by themselves: `{name}(…)`, without the dot"
            ),
            PowerOfFunction { name, power } => write!(
                f,
                "the power of a function stands behind its argument: `{name}(x)^{power}`"
            ),
            LeadingDot { digits } => write!(f, "a number begins with a digit: `0.{digits}`"),
            Exclamation => write!(
                f,
                "`!` stands in front of a condition only: there are no factorials, and macros go into braces: `{{ … }}`"
            ),
            TransposeIsCalled => write!(f, "the transpose is written `.T`, without brackets"),
            Library { path, name, call } => write!(
                f,
                "what a graph computes with is called by its name alone: `{name}{call}`, without `{path}.`"
            ),
            Elsewhere { written, instead } => write!(f, "`{written}` is not known: {instead}"),
            OfOneType { of, name } => write!(
                f,
                "`{of}::{name}` is for one type of number, and a graph serves all of them: `{name}(…)`"
            ),
            CallWithoutBrackets { name, argument } => write!(
                f,
                "the argument of `{name}` goes into brackets: write `{name}({argument})`"
            ),
            MethodCall { name, ours, args } => {
                write!(f, "`{name}` is written in front: `{ours}({args})`")
            }
            MethodPower { name, args, ours } => {
                write!(
                    f,
                    "a power is written with `^`: `{ours}`, not `.{name}({args})`"
                )
            }
            MethodTranspose { name } => {
                write!(f, "the transpose is written `.T`, not `.{name}`")
            }
            TypeParameters => write!(
                f,
                "a graph has no parameters but its inputs: it serves `f32` and `f64` as it is"
            ),
            TypeAsShape { found } => write!(
                f,
                "expected a shape such as `[n, 3]`, found `{found}`; a number has no type here, its name alone will do"
            ),
            TypeOfArray { name, shape } => write!(
                f,
                "an array has a shape here and no type: write `{name}: {shape}`"
            ),
            TypeAsOutput { found } if found.starts_with('[') => write!(
                f,
                "expected the name of an output, found `{found}`: write `-> z` and define `z`; a shape stands behind the name, as in `-> z: [3]`"
            ),
            TypeAsOutput { found } => write!(
                f,
                "expected the name of an output, found the type `{found}`: write `-> z` and define `z`"
            ),
            InputModifier { word } => {
                write!(
                    f,
                    "`{word}` is not written here: the name of an input will do"
                )
            }
            InputAttribute => write!(
                f,
                "an input has no attributes but its documentation: `/// …`"
            ),
            ShapeWithoutColon => write!(f, "a shape stands behind a colon: `x: [3]`"),
            OutputsOfNothing => write!(
                f,
                "a graph gives something: write `-> z`, and a definition of `z`"
            ),
            Turbofish => write!(
                f,
                "type arguments are not written here: numbers take the graph's own type"
            ),
            TooDeep => write!(
                f,
                "this expression is nested too deeply; give a part of it a name"
            ),
            CallsTooDeep => write!(
                f,
                "functions call one another too deeply here; each is inlined into the one that calls it"
            ),
            TooLarge { most } => write!(
                f,
                "this block is too large: with loops and calls written out it has more than {most} operations"
            ),
            NumberTooLarge { number } => write!(f, "`{number}` is larger than any number"),
            UnknownPostfix { name, rust } => {
                write!(
                    f,
                    "`.{name}` is not known; the only property is the transpose `.T`, and a constant of the surrounding code goes into braces: `{{ {rust} }}`"
                )
            }
            EmptyArray => write!(f, "an array needs at least one entry"),
            BadDim { found } => {
                write!(
                    f,
                    "expected a dimension, found `{found}`: a literal (`3`), a name (`n`), or a shifted name (`n - 1`)"
                )
            }
            DimTooLarge => write!(f, "a dimension is {} at most", crate::shape::LARGEST),
            DeclarationAfterDefinition => {
                write!(f, "declarations come before the first definition")
            }
            UnknownOption { name, near } => {
                write!(f, "unknown option `{name}`{}", did_you_mean(near.as_ref()))?;
                if near.is_none() {
                    write!(f, "; the options are `hessian` and `batch`")?;
                }
                Ok(())
            }
            OptionAlone => write!(f, "options stand in brackets: `#[graph(hessian, batch)]`"),
            OptionNeedsNumber { option } => write!(
                f,
                "`{option}` is about one output that is a number; this graph has others"
            ),
            BatchOfArrays => write!(
                f,
                "`batch` is about many points, each of numbers and arrays of literal extents with at most 64 entries; this graph's arrays hold a whole batch as they are"
            ),
            OpaqueCall { callee } => write!(
                f,
                "{callee} is known by its first derivatives only, and `#[graph(hessian)]` needs second ones: define it in this `graph!` block, or hold its value constant with `stop`"
            ),
            Empty => write!(
                f,
                "an empty graph: write a definition, as in `z = (x + y)^2`"
            ),
            FunctionInsideInline => {
                write!(f, "a block holds either definitions or `fn`s, not both")
            }
            NamedArgument { name, instead } => {
                let instead = instead.unwrap_or("the only one is `axis`");
                write!(f, "unknown named argument `{name}`; {instead}")
            }

            UnknownName {
                name,
                instead,
                near,
            } => match (instead, near) {
                (Some(instead), _) => write!(f, "unknown name `{name}`: {instead}"),
                (None, Some(near)) => write!(f, "unknown name `{name}`; did you mean `{near}`?"),
                (None, None) => write!(
                    f,
                    "unknown name `{name}`; make it an input, a `const` one for an array of constants, or write `{{ {name} }}` for a constant number of the surrounding code"
                ),
            },
            DotInName { name, product } => write!(
                f,
                "`{name}` is one name to Rust: a product is written `{product}`"
            ),
            NameInRust { name } => write!(
                f,
                "no gradient goes through braces, which hold Rust, and `{name}` is a name of the graph: brackets in maths are round, `( )`"
            ),
            Backwards { name, output } => write!(
                f,
                "what is defined stands on the left: `{output} = {name};`"
            ),
            NameIsCalled { name } => write!(
                f,
                "`{name}` is no function: a product is written `{name}*(…)`, an entry of an array `{name}[…]`"
            ),
            UnknownFunction {
                name,
                instead,
                near,
            } => match (instead, near) {
                (Some(instead), _) => write!(f, "unknown function `{name}`: {instead}"),
                (None, Some(near)) => {
                    write!(f, "unknown function `{name}`; did you mean `{near}`?")
                }
                (None, None) => write!(
                    f,
                    "unknown function `{name}`: it is no operation, and no function in scope is called so"
                ),
            },
            DefinedTwice { name } => {
                write!(f, "`{name}` is defined twice; each name is defined once")
            }
            DefinedIsInput { name } => {
                write!(
                    f,
                    "`{name}` is an input already; give this definition a name of its own"
                )
            }
            UsedBeforeDefinition { name } => {
                write!(
                    f,
                    "`{name}` is used before its definition; move the definition up"
                )
            }
            Cycle { names } => {
                if names.len() == 1 {
                    write!(
                        f,
                        "`{0}` is defined by itself: a graph has no cycles",
                        names[0]
                    )
                } else {
                    write!(f, "a cycle: {}", chain(names))
                }
            }
            UnknownDimension { name } => write!(
                f,
                "unknown dimension `{name}`: a dimension gets its size from the shape of an input"
            ),
            UnknownOutput { name, near } => {
                let near = near.as_ref().filter(|_| name.chars().nth(1).is_some());
                write!(
                    f,
                    "the output `{name}` is never defined{}",
                    did_you_mean(near)
                )
            }
            OutputTwice { name } => write!(f, "`{name}` is named as an output twice"),
            InputTwice { name } => write!(f, "`{name}` is named as an input twice"),
            FunctionTwice { name } => write!(f, "`{name}` is a function of this block already"),
            CallUnderConditions { name } => write!(
                f,
                "there are several `{name}`, each under a `#[cfg(…)]`, and a call is inlined: write this function once under each"
            ),
            RecursiveFunction { names } => {
                write!(
                    f,
                    "functions of a graph are inlined and cannot call themselves: {}",
                    chain(names)
                )
            }
            NothingToDifferentiate { all_constant: true } => {
                write!(
                    f,
                    "every input is `const`: there is nothing to differentiate by"
                )
            }
            NothingToDifferentiate {
                all_constant: false,
            } => {
                write!(f, "a graph needs at least one input to differentiate by")
            }
            NoOutput => write!(f, "a graph needs at least one definition"),
            FunctionAsValue { name } => write!(f, "`{name}` is a function; call it: `{name}(…)`"),

            Arity {
                signature,
                expected,
                found,
                meaning,
            } => {
                let s = if *found == 1 { "" } else { "s" };
                write!(
                    f,
                    "`{signature}` takes {expected}, found {found} argument{s}"
                )?;
                meaning.map_or(Ok(()), |meaning| {
                    write!(f, " ({})", meaning.trim_end_matches('.'))
                })
            }
            SeveralOutputs { name, count } => {
                write!(
                    f,
                    "`{name}` has {count} outputs; a call inside an expression needs a function with one"
                )
            }
            AxisNotTaken { name } => write!(f, "`{name}` takes no `axis`"),
            AxisUnnamed { name: "norm", axis } => write!(
                f,
                "`norm` is the root of the sum of squares, with others written as `sum(abs(x))` or `max(abs(x))`; an axis is named: `norm(…, axis = {axis})`"
            ),
            AxisUnnamed { name, axis } => {
                write!(f, "an axis is named: `{name}(…, axis = {axis})`")
            }

            Domain {
                name,
                value,
                domain,
            } => {
                write!(
                    f,
                    "`{name}` of the constant {value} is outside its domain, {domain}"
                )
            }
            NoPartial { name, argument } => write!(
                f,
                "`{name}` has no derivative by its argument `{argument}`: hold it constant, `stop(…)`, or declare what it is made of `const`"
            ),
            LoopBound { found } => write!(
                f,
                "expected an integer literal, a dimension or one shifted by a literal, found {found}"
            ),
            NdarrayMissing => write!(
                f,
                "arrays of more than 64 entries or with named dimensions need the feature `ndarray` of graph-runtime, which is off"
            ),
            StdMissing { option } => write!(
                f,
                "`{option}` needs the feature `std` of graph-runtime, which is off"
            ),
            FoldLength => write!(
                f,
                "a `fold` is written out turn by turn, so its bounds are literals or extents of literal size"
            ),
            CallInLoop { callee } => write!(
                f,
                "{callee} is defined elsewhere and takes arrays, so it is not called in a loop: define it in this block, or call it outside of the loop"
            ),
            LoopTooLong { count } => {
                write!(
                    f,
                    "this loop over numbers would be written out {count} times; 4096 is the most"
                )
            }
            ConditionNeeded => write!(
                f,
                "expected a condition such as `x > 0` here, found a number"
            ),
            NumberNeeded => {
                write!(
                    f,
                    "a condition where a number is needed; write `if condition {{ 1 }} else {{ 0 }}`"
                )
            }
            LabelsInMaths { name } => write!(
                f,
                "`{name}` holds labels, not numbers: they choose entries, as in `x[{name}]`, or classes, as in `softmax_cross_entropy(logits, {name})`"
            ),
            LabelsNeeded => write!(
                f,
                "expected class labels `index[n]` or one-hot rows of the logits' shape"
            ),
            Shapes { text } => f.write_str(text),
        }
    }
}
