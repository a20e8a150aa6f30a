//! What the parser says: what is not the language, and how it is written in it.

use super::catalogue::quoted;

messages! {
    pub enum Reading {
        ExpectedExpression { found: Option<&'a str> } =
            "expected a number, a name or `(` here, found {}", quoted(*found);
        ExpectedDefinition { found } =
            "expected a definition `name = expression;`, found {}", quoted(Some(*found).filter(|found| !found.is_empty()));
        ExpectedName { found: Option<&'a str>, role: &'static str } =
            "expected the name of {role}, found {}", quoted(*found);
        Expected { what: &'static str, found: Option<&'a str> } =
            "expected {what}, found {}", quoted(*found);
        MissingSemicolon { before } =
            "missing `;` before `{before}`: each definition ends with one";
        MissingOperator { found } =
            "missing operator before `{found}`: a product is written with `*`";
        NumberGluedToName { number, name } =
            "`{number}{name}` is not a number; a product is written `{number}*{name}`";
        NumberSuffix { number, suffix } =
            "numbers take the graph's own type: write `{number}` without `{suffix}`";
        NumberTooLarge { number } =
            "`{number}` is larger than any number";
        NotANumber { what: &'static str, literal } =
            "{what} `{literal}` has no place in maths; a graph computes with numbers";
        UnknownOperator { sign } =
            "`{sign}` is not an operator of `graph!`; there are `+ - * / ^ @`, comparisons, `&&`, `||` and `!`";
        IfWithoutElse =
            "`if` needs an `else` branch: write `if condition {{ a }} else {{ b }}`";
        /// A branch without braces.
        Branch =
            "a branch goes into braces: `if condition {{ a }} else {{ b }}`";
        ChainedComparison =
            "comparisons do not chain: write `a < b && b < c`";
        /// A word of Rust inside an expression, and the Rust that it begins.
        Keyword { word, rust } =
            "`{word}` is a word of Rust; a Rust expression goes into braces: `{{ {rust} }}`";
        KeywordAsName { word, role: &'static str } =
            "`{word}` is a word of Rust and cannot be the name of {role}";
        /// A path that is not called.
        Path { path } =
            "a constant of the surrounding code goes into braces: `{{ {path} }}`";
        /// A value that is not given a name.
        Nameless =
            "this value has no name: write `name = …;`, with the output's name if it is the result";
        /// A definition with another sign than `=`.
        NotEquals { sign } =
            "a definition is written with `=`, not `{sign}`";
        EmptyArray =
            "an array needs at least one entry";
        BadDim { found } =
            "expected a dimension, found `{found}`: a literal (`3`), a name (`n`), or a shifted name (`n - 1`)";
        /// `pub use`, `#[cfg(…)] use`.
        UseWithMore =
            "a `use` in a block stands alone, without `pub` and attributes: it brings a struct into these formulas only";
        CountAsField =
            "a count is no field: make it an input of its own, `steps: count`";
        /// `Block[n]`, where `Block` takes no extents.
        CountOfStructs =
            "how many structs there are is a literal: `[4]`";
        DimTooLarge =
            "a dimension is {} at most", crate::shape::LARGEST;
        /// A number, where it is known when the graph runs how many turns there are.
        NumberAsBound { name } =
            "`{name}` is a number to compute with: what turns are counted by is a count, `{name}: count`, or a dimension";
        LoopBound { found: &'static str } =
            "expected an integer literal, a dimension or one shifted by a literal, found {found}";
        /// `rust` is the whole as Rust.
        UnknownPostfix { name, rust } =
            "`.{name}` is not known; the only property is the transpose `.T`, and a constant of the surrounding code goes into braces: `{{ {rust} }}`";
        /// `instead` is what is written for it here, where it is known elsewhere.
        NamedArgument { name, instead: Option<&'static str> } = match (instead) {
            Some(instead) => "unknown named argument `{name}`; {instead}";
            None => "unknown named argument `{name}`; the only one is `axis`";
        };
        AxisNotTaken { name } =
            "`{name}` takes no `axis`";
        AxisUnnamed { name, axis: f64 } = match (*name) {
            "norm" => "`norm` is the root of the sum of squares, with others written as `sum(abs(x))` or `max(abs(x))`; an axis is named: `norm(…, axis = {axis})`";
            _ => "an axis is named: `{name}(…, axis = {axis})`";
        };
        InputModifier { word } =
            "`{word}` is not written here: the name of an input will do";
        /// An attribute of an input that is no documentation.
        InputAttribute =
            "an input has no attributes but its documentation: `/// …`";
        LocalAttribute =
            "a name of a body has no attributes: what is meant for the whole function stands in front of it";
        /// `fn f(x[3])`.
        ShapeWithoutColon =
            "a shape stands behind a colon: `x: [3]`";
        OutputsOfNothing =
            "a graph gives something: write `-> z`, and a definition of `z`";
        Empty =
            "an empty graph: write a definition, as in `z = (x + y)^2`";
        FunctionInsideInline =
            "a block holds either definitions or `fn`s, not both";
        DeclarationAfterDefinition =
            "declarations come before the first definition";
        UnknownOption { name, near: Option<String> } = match (near) {
            Some(near) => "unknown option `{name}`; did you mean `{near}`?";
            None => "unknown option `{name}`; the options are `hessian`, `batch`, `ode`, `sparse`, `as_written` and `keep`";
        };
        /// An option that does not stand in `#[graph(…)]`.
        OptionAlone =
            "options stand in brackets: `#[graph(hessian, batch)]`";

        // What is written so in another language, and how it is written here.
        Return =
            "a graph has no `return`: give the value the output's name, as in `z = …;`";
        /// A name is said before it has a value.
        Declaration { name } =
            "`{name}` gets its value where it is defined, `{name} = …;`, and nothing is said about it before";
        /// A definition of several names at once, in other brackets, in none, or with shapes.
        SeveralNames { names: &'a [String] } =
            "the outputs of one call get their names in brackets: `({}) = f(x);`", names.join(", ");
        /// Local names and the value that they are for.
        BodyInBraces =
            "a body has no braces of its own: local names stand in front of its value, as in `sum(i in 0..n, d = x[i]; d^2)`";
        /// A branch as a statement.
        IfStatement =
            "`if` is a value here: write `name = if condition {{ a }} else {{ b }};`";
        /// A function among definitions.
        FunctionHere { name } =
            "a function is written `fn {name}(x) -> y {{ y = …; }}`, and stands in a block of functions, beside the others";
        /// Stan's `x ~ normal(0, 1);`.
        Sampling =
            "a log density is a value like any other, and several are added up: `lp = (mu ~ normal(0, 1)) + sum(y ~ normal(mu, sigma));`";
        DensityExpected =
            "behind `~` stands a density with its parameters: `x ~ normal(0, 1)`";
        DensityInSum { sign } =
            "`~` binds loosest of all: put the density in brackets in front of `{sign}`, as in `(x ~ normal(0, 1)) {sign} …`";
        DensityOfDensity =
            "`~` binds loosest of all, so this is the density of a density: put each in brackets, as in `(x ~ normal(0, 1)) + (y ~ normal(x, 1))`";
        /// A domain in a function that gives something else than a number.
        DomainOfNoDensity =
            "a domain is that of a parameter of a log density: the first output is a number then, as in `-> lp`";
        DomainOfConstant { name } =
            "`{name}` takes no domain: what is sampled or fitted has one, that is numbers and arrays that are not `const`";
        /// `a > b, b > a`.
        DomainByItself { name } =
            "the bounds of `{name}` are made of `{name}` itself: a bound may be made of other parameters, but not in a circle";
        /// `cholesky_corr[k]`.
        TriangleOfName { name: &'static str } =
            "`{name}` takes one extent, a literal: `{name}[3]`";
        WholeTooSmall { name: &'static str, least: i64 } =
            "the extent of `{name}` is {least} at least";
        DomainInclusive { sign, strict } =
            "a domain is open, since what is sampled never meets its edge: write `{strict}` instead of `{sign}`";
        /// Stan's `target += …`.
        Target =
            "the value of a graph is its output, one sum of all terms: write `z = a + b;`, not `target += a`";
        Let { word } =
            "a definition is written without `{word}`: `name = expression;`";
        CompoundAssignment { name, sign } =
            "`{sign}` would change `{name}`, and a name keeps its value: write a definition with a new name";
        TypedDefinition =
            "a definition has no type: write `name = expression;`, or `name: [3] = expression;` to say its shape";
        Reference { sign } =
            "`{sign}` is not written in front of a value: its name alone will do";
        Cast =
            "numbers take the graph's own type: there is nothing to convert with `as`";
        /// `f64(x)`.
        Conversion { of } =
            "numbers take the graph's own type: there is nothing to convert with `{of}`";
        /// A remainder in an index.
        Remainder { sign } =
            "no index begins again by `{sign}`: choose what comes behind the end, as in `if i < n - 1 {{ u[i + 1] }} else {{ u[0] }}`, or join it on, as in `concat(u, [u[0]])`";
        /// A choice as other languages write it.
        Choice { written: &'static str } =
            "a choice is written `if condition {{ a }} else {{ b }}`, not `{written}`";
        /// An operator that is a word or another sign elsewhere, or a value between bars.
        Written { found, ours } =
            "`{found}` is written `{ours}`";
        /// A loop as Rust writes it.
        Loop { word } =
            "a graph has no `{word}`: a sum is `sum(i in 0..n, …)`, and what is carried from turn to turn `fold(a = 0, i in 0..n, …)`";
        /// A loop as other languages write it, in the brackets of this name.
        LoopCall { name } = match (*name) {
            "sum" | "prod" => "a sum over an index is written `sum(i in 0..n, …)`, a product `prod(i in 0..n, …)`";
            _ => "`{name}` has no index: `each`, `sum`, `prod`, `max`, `min`, `mean`, `norm`, `logsumexp`, `fold` and `scan` have one, as in `each(i in 0..n, …)`, and the others run over the entries of an array";
        };
        /// What loops are to keep for derivatives.
        Keep =
            "loops keep all that is not cheap for derivatives, or few states and compute the rest again: `keep = \"all\"`, `keep = \"few\"`";
        /// A second index where one loop has one.
        SecondIndex { name } =
            "a `{name}` has one index: write a `fold` inside of it, or `sum(i in 0..n, j in 0..m, …)`";
        /// A `fold` that begins with something else.
        NothingCarried { name } =
            "a `{name}` begins with what it carries and what that is at first: `{name}(a = 0, k in 0..n, …)`, or `{name}((a, b) = (0, 1), k in 0..n, …)`";
        /// A `fold` whose first value is not followed by an index.
        NoIndex { name } =
            "a `{name}` has an index behind its first value: `{name}(a = 0, k in 0..n, …)`";
        /// `root([] = …, …)`.
        NoUnknowns =
            "a root has an unknown at least: `root(e = start, f)`, or `root([a, b] = [0, 1], [f, g])`";
        /// `root(e = 0, f, g)`.
        SecondEquation =
            "several equations stand in brackets, and so do their unknowns: `root([a, b] = [0, 1], [f, g])`";
        /// The next values of several states.
        ValuesWithoutBrackets =
            "the next values stand in brackets, one for each name that is carried: `(…, …)`";
        /// `reversed(0..n)`, `(0..n).rev()`.
        Reversed =
            "from the last index to the first is written `k in rev(0..n)`";
        /// Local names, and no value behind them.
        BodyWithoutValue { name } =
            "a body ends with a value, which has no name: without `{name} =`, or with `{name}` behind a `;`";
        Closure =
            "a graph has no closures: write the expression itself, or a second `fn` in this block";
        ColonRange =
            "a range is written with dots: `x[.., 0]` for a whole axis, `x[1..3]` for a part of one";
        /// Rows, or entries, that are not separated by commas.
        Entries =
            "entries are separated by commas, and rows are arrays: `[1, 2, 3]`, `[[1, 2], [3, 4]]`";
        Tuple =
            "values stand together in an array: `[a, b]`";
        /// `exp.(x)`.
        DottedCall { name } =
            "operations run over the entries of arrays by themselves: `{name}(…)`, without the dot";
        /// `sin^2(x)`.
        PowerOfFunction { name, power } =
            "the power of a function stands behind its argument: `{name}(x)^{power}`";
        /// `.5`
        LeadingDot { digits } =
            "a number begins with a digit: `0.{digits}`";
        /// `x!`, `exp!(x)`.
        Exclamation =
            "`!` stands in front of a condition only: there are no factorials, and macros go into braces: `{{ … }}`";
        TransposeIsCalled =
            "the transpose is written `.T`, without brackets";
        MethodTranspose { name } =
            "the transpose is written `.T`, not `.{name}`";
        /// `ours` is what the operation is called here.
        MethodCall { name, ours, args } =
            "`{name}` is written in front: `{ours}({args})`";
        /// `ours` is the power as it is written here.
        MethodPower { name, args, ours } =
            "a power is written with `^`: `{ours}`, not `.{name}({args})`";
        /// A function of a library of another language; `name` is what it is called here.
        Library { path, name, call: &'static str } =
            "what a graph computes with is called by its name alone: `{name}{call}`, without `{path}.`";
        /// What a library or a method is called elsewhere, and what is written here.
        Called { written, instead: &'static str } =
            "`{written}` is not known: {instead}";
        /// A function of one number type.
        OfOneType { of, name } =
            "`{of}::{name}` is for one type of number, and a graph serves all of them: `{name}(…)`";
        CallWithoutBrackets { name, argument } =
            "the argument of `{name}` goes into brackets: write `{name}({argument})`";
        TypeParameters =
            "a graph has no parameters but its inputs: it serves `f32` and `f64` as it is";
        Turbofish =
            "type arguments are not written here: numbers take the graph's own type";
        TypeAsShape { found } = match (*found) {
            "usize" => "a whole number that is a dimension or counts turns is a `count` here, as in `steps: count`; any other number has no type, its name alone will do";
            _ => "expected a shape such as `[n, 3]`, found `{found}`; a number has no type here, its name alone will do";
        };
        /// The type of an array, and the shape that is meant.
        TypeOfArray { name, shape } =
            "an array has a shape here and no type: write `{name}: {shape}`";
        KeepWithoutAxis { name } =
            "an axis stays that is named in front: `{name}(x, axis = 1, keep)`";
        TypeOfResult { name } =
            "labels and counts are inputs, and `{name}` is computed: it is a number, or has a shape such as `[n]`";
        TypeAsOutput { found } = match (found.starts_with('[')) {
            true => "expected the name of an output, found `{found}`: write `-> z` and define `z`; a shape stands behind the name, as in `-> z: [3]`";
            false => "expected the name of an output, found the type `{found}`: write `-> z` and define `z`";
        };
    }
}
