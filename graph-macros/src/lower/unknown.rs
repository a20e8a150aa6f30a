//! What to say of a function that may not exist: what the language has instead of what others call so, or the name that was meant.
//!
//! Invariant: nothing here refuses a name. Whether one is in scope is rustc's to say, and these words are used only if none is.

use super::Lower;
use crate::errors::Problem;
use crate::rule;
use crate::syntax::text;

impl Lower<'_> {
    /// The message for a name that is called and is no operation and no function of this block.
    pub(super) fn unknown_function(&self, name: &str) -> String {
        let functions = self.functions.iter().map(|function| text(&function.name));
        let candidates: Vec<String> = functions.chain(rule::names().map(str::to_owned)).collect();
        let instead = instead(name);
        let near = match instead {
            Some(_) => None,
            None => {
                alias(name).or_else(|| rule::nearest(name, candidates.iter().map(String::as_str)))
            }
        };
        let problem = Problem::UnknownFunction {
            name,
            instead,
            near,
        };
        problem.to_string()
    }
}

/// What other languages call an operation, and what it is called here.
const ALIASES: &[(&str, &str)] = &[
    ("log", "ln"),
    ("log1p", "ln_1p"),
    ("expm1", "exp_m1"),
    ("arcsin", "asin"),
    ("arccos", "acos"),
    ("arctan", "atan"),
    ("arctan2", "atan2"),
    ("arcsinh", "asinh"),
    ("arccosh", "acosh"),
    ("arctanh", "atanh"),
    ("lgamma", "ln_gamma"),
    ("gammaln", "ln_gamma"),
    ("psi", "digamma"),
    ("fabs", "abs"),
    ("absolute", "abs"),
    ("logistic", "sigmoid"),
    ("expit", "sigmoid"),
    ("swish", "silu"),
    ("sgn", "sign"),
    ("signum", "sign"),
    ("average", "mean"),
    ("product", "prod"),
    ("maximum", "max"),
    ("fmax", "max"),
    ("amax", "max"),
    ("minimum", "min"),
    ("fmin", "min"),
    ("amin", "min"),
    ("clip", "clamp"),
    ("detach", "stop"),
    ("stop_gradient", "stop"),
    ("lse", "logsumexp"),
    ("cross_entropy", "softmax_cross_entropy"),
];

fn alias(name: &str) -> Option<String> {
    let known = ALIASES.iter().find(|(alias, _)| *alias == name);
    known.map(|(_, ours)| (*ours).to_owned())
}

const OWN: &str = "write it in Rust, with its `vjp`, and call it here";
const JUMPS: &str = "what jumps has no slope to follow; do it in Rust, before or after the graph";
const SHAPES: &str = "shapes are declared, as in `x: [n, 3]`, and turned with `.T`; lay arrays out in Rust, before the graph";
const CONSTANTS: &str = "an array of constants is a `const` input, or written out: `[0, 1]`";

/// What other languages have as a function, and how it is written here.
#[rustfmt::skip]
const INSTEAD: &[(&[&str], &str)] = &[
    (&["add"], "a sum is written `a + b`"),
    (&["sub", "subtract"], "a difference is written `a - b`"),
    (&["mul", "multiply", "times"], "a product is written `a*b`"),
    (&["div", "divide"], "a quotient is written `a/b`"),
    (&["neg", "negate", "negative"], "the opposite is written `-a`"),
    (&["pow", "powi", "powf", "power"], "a power is written `a^b`"),
    (&["matmul", "mm", "bmm", "mv"], "a product of matrices is written `a @ b`"),
    (&["less", "lt"], "a comparison is written `a < b`"),
    (&["less_equal", "le", "lte"], "a comparison is written `a <= b`"),
    (&["greater", "gt"], "a comparison is written `a > b`"),
    (&["greater_equal", "ge", "gte"], "a comparison is written `a >= b`"),
    (&["equal", "eq"], "a comparison is written `a == b`"),
    (&["not_equal", "ne"], "a comparison is written `a != b`"),
    (&["and", "logical_and"], "both conditions are `a && b`"),
    (&["or", "logical_or"], "either condition is `a || b`"),
    (&["not", "logical_not"], "the opposite condition is `!a`"),
    (&["select", "cond", "iff", "ifelse", "if_else", "piecewise"], "a choice is written `if condition { a } else { b }`"),
    (&["square", "sqr", "sq"], "a square is written `x^2`"),
    (&["cube"], "a cube is written `x^3`"),
    (&["recip", "reciprocal"], "the reciprocal is written `1/x`"),
    (&["rsqrt"], "it is `1/sqrt(x)`"),
    (&["exp10"], "it is `10^x`"),
    (&["sec"], "it is `1/cos(x)`"),
    (&["csc", "cosec"], "it is `1/sin(x)`"),
    (&["cot", "cotan"], "it is `1/tan(x)`"),
    (&["sech"], "it is `1/cosh(x)`"),
    (&["csch"], "it is `1/sinh(x)`"),
    (&["coth"], "it is `1/tanh(x)`"),
    (&["radians", "deg2rad"], "it is `x*PI/180`"),
    (&["degrees", "rad2deg"], "it is `x*180/PI`"),
    (&["heaviside", "step"], "it is `if x > 0 { 1 } else { 0 }`"),
    (&["gamma", "tgamma"], "it is `exp(ln_gamma(x))` for positive x"),
    (&["beta"], "it is `exp(ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b))`"),
    (&["trigamma"], "it is `polygamma(1, x)`"),
    (&["mish"], "it is `x*tanh(softplus(x))`"),
    (&["var", "variance"], "it is `mean((x - mean(x))^2)`"),
    (&["std", "stddev"], "it is `sqrt(mean((x - mean(x))^2))`"),
    (&["mse", "mse_loss"], "it is `mean((x - y)^2)`"),
    (&["erfinv", "zeta", "expi"], OWN),
    (&["inv", "inverse", "pinv", "det", "logdet", "solve", "lstsq", "cholesky", "qr", "svd", "eig", "eigh", "expm"], OWN),
    (&["fft", "ifft", "rfft", "odeint", "interp", "quad"], OWN),
    (&["floor", "ceil", "round", "rint", "trunc", "fract", "mod", "fmod", "rem", "remainder", "modulo"], JUMPS),
    (&["argmax", "argmin", "sort", "argsort", "topk", "median", "quantile", "searchsorted"], JUMPS),
    (&["reshape", "view", "ravel", "flatten", "squeeze", "unsqueeze", "expand_dims", "permute", "swapaxes", "broadcast_to"], SHAPES),
    (&["concat", "concatenate", "cat", "hstack", "vstack", "stack", "append"], "`[a, b]` stacks arrays of one shape along a new axis"),
    (&["len", "length", "shape", "size", "numel"], "the name of a dimension is its extent: with `x: [n]` it is `n`"),
    (&["zeros", "ones", "eye", "full", "zeros_like", "ones_like", "arange", "linspace", "array", "tensor"], CONSTANTS),
    (&["rand", "randn", "random", "normal", "uniform", "dropout"], "draw in Rust, and hand the numbers in as a `const` input"),
    (&["einsum", "tensordot"], "products with sums are `a @ b`, or a loop: `sum(k in 0..n, a[i, k]*b[k, j])`"),
    (&["cumsum", "cumprod"], "a running sum is a product with a triangle of ones, or a `fold`"),
    (&["conv", "conv1d", "conv2d", "convolve"], "a convolution is a sum of shifted ranges: `w[0]*x[..n - 1] + w[1]*x[1..]`"),
    (&["float", "double", "int", "float32", "float64"], "numbers take the graph's own type: there is nothing to convert"),
    (&["grad", "jax_grad", "backward", "autograd"], "derivatives come beside the graph: `f::forward(…).backward(…)`, `f::value_and_grad(…)`"),
];

fn instead(name: &str) -> Option<&'static str> {
    let known = INSTEAD.iter().find(|(names, _)| names.contains(&name));
    known.map(|(_, instead)| *instead)
}

/// A constant by the name that it has elsewhere.
pub(super) fn constant(name: &str) -> Option<String> {
    let ours = match name {
        "pi" | "Pi" | "π" | "M_PI" => "PI",
        "tau" | "Tau" | "τ" => "TAU",
        _ => return None,
    };
    Some(ours.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_operation_needs_no_words() {
        let aliases = ALIASES.iter().map(|(alias, _)| *alias);
        let words = INSTEAD.iter().flat_map(|(names, _)| names.iter().copied());
        for word in aliases.chain(words) {
            assert!(rule::called(word).is_empty(), "{word}");
        }
    }

    #[test]
    fn an_alias_is_that_of_an_operation() {
        for (alias, ours) in ALIASES {
            assert!(!rule::called(ours).is_empty(), "{alias}: {ours}");
        }
    }

    #[test]
    fn every_operator_s_own_name_has_its_sign() {
        let rows = rule::RuleId::all().map(rule::RuleId::row);
        for row in rows.filter(|row| row.sign().is_some()) {
            let said = instead(row.name).unwrap_or_default();
            let sign = row.sign().unwrap_or_default();
            assert!(said.contains(sign), "{}: {said}", row.name);
        }
    }
}
