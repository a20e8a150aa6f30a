//! What other languages call things, and how they are written here.
//!
//! Invariant: nothing here refuses a name. A reader or a stage asks when a name turns out to be nothing of its own.

use crate::rule;

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
    ("erf_inv", "erfinv"),
    ("inverf", "erfinv"),
    ("inv_erf", "erfinv"),
    ("probit", "normal_quantile"),
    ("ndtri", "normal_quantile"),
    ("qnorm", "normal_quantile"),
    ("norm_ppf", "normal_quantile"),
    ("norminv", "normal_quantile"),
    ("normal_icdf", "normal_quantile"),
    ("inv_Phi", "normal_quantile"),
    ("std_normal_qf", "normal_quantile"),
    ("log_ndtr", "normal_ln_cdf"),
    ("normal_log_cdf", "normal_ln_cdf"),
    ("norm_logcdf", "normal_ln_cdf"),
    ("log_Phi", "normal_ln_cdf"),
    ("std_normal_lcdf", "normal_ln_cdf"),
    ("i0e", "bessel_i0e"),
    ("i1e", "bessel_i1e"),
    ("ive", "bessel_ie"),
    ("besselix", "bessel_ie"),
    ("j0", "bessel_j0"),
    ("j1", "bessel_j1"),
    ("jn", "bessel_j"),
    ("jv", "bessel_j"),
    ("besselj", "bessel_j"),
    ("besselj0", "bessel_j0"),
    ("besselj1", "bessel_j1"),
    ("lambertw", "lambert_w"),
    ("lambert_w0", "lambert_w"),
    ("productlog", "lambert_w"),
    ("product_log", "lambert_w"),
    ("gammainc", "gamma_p"),
    ("igamma", "gamma_p"),
    ("gammaincc", "gamma_q"),
    ("igammac", "gamma_q"),
    ("betainc", "beta_inc"),
    ("inc_beta", "beta_inc"),
    ("betai", "beta_inc"),
    ("lbeta", "ln_beta"),
    ("betaln", "ln_beta"),
    ("logbeta", "ln_beta"),
    ("log_beta", "ln_beta"),
    ("lchoose", "ln_choose"),
    ("log_choose", "ln_choose"),
    ("logsigmoid", "ln_sigmoid"),
    ("log_sigmoid", "ln_sigmoid"),
    ("log_expit", "ln_sigmoid"),
    ("log_inv_logit", "ln_sigmoid"),
    ("log1m_exp", "ln_1m_exp"),
    ("log1mexp", "ln_1m_exp"),
    ("ceiling", "ceil"),
    ("rint", "round"),
    ("fabs", "abs"),
    ("absolute", "abs"),
    ("logistic", "sigmoid"),
    ("expit", "sigmoid"),
    ("inv_logit", "sigmoid"),
    ("invlogit", "sigmoid"),
    ("Phi", "normal_cdf"),
    ("ncdf", "normal_cdf"),
    ("norm_cdf", "normal_cdf"),
    ("normcdf", "normal_cdf"),
    ("pnorm", "normal_cdf"),
    ("std_normal_cdf", "normal_cdf"),
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
    ("inner", "dot"),
    ("vdot", "dot"),
    ("inverse", "inv"),
    ("chol", "cholesky"),
    ("determinant", "det"),
    ("slogdet", "logdet"),
    ("logabsdet", "logdet"),
    ("tr", "trace"),
    ("diagonal", "diag"),
    ("linsolve", "solve"),
    ("solve_triangular", "solve_lower"),
];

/// The operation that is meant by a name of another language, or by one in capitals.
pub fn operation(name: &str) -> Option<String> {
    let known = ALIASES.iter().find(|(alias, _)| *alias == name);
    let lower = || Some(name.to_lowercase()).filter(|lower| !rule::called(lower).is_empty());
    known.map(|(_, ours)| (*ours).to_owned()).or_else(lower)
}

const OWN: &str = "write it in Rust, with its `vjp`, and call it here";
const ORDER: &str =
    "a place in an order has no slope to follow; do it in Rust, before or after the graph";
const RESHAPE: &str = "the same entries in another shape are `reshape(x, [n, 784])`";
const DENSITY: &str = "a log density is written `x ~ normal(mu, sigma)`";
const NORMAL: &str = "of the standard normal the distribution is `normal_cdf(x)`, and the density `exp(-x^2/2)/sqrt(TAU)`";
const CONSTANTS: &str =
    "an array of constants is a `const` input, or written out, as `[0, 1]` or `each(i in 0..n, 1)`";

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
    (&["pow2"], "it is `2^x`"),
    (&["isnan", "is_nan"], "it is `x != x`"),
    (&["isfinite", "is_finite", "isinf"], "compare with a bound: `abs(x) < 1e300`"),
    (&["range", "xrange"], "a loop is `sum(i in 0..n, …)`, a range of an array `x[a..b]`"),
    (&["normal_lpdf", "normal_logpdf", "logpdf", "lpdf", "log_prob"], DENSITY),
    (&["normal", "uniform"], "a log density is written `x ~ normal(mu, sigma)`; numbers are drawn in Rust and handed in as a `const` input"),
    (&["lognormal", "cauchy", "student_t", "exponential", "laplace", "dirichlet", "multi_normal", "poisson", "bernoulli", "binomial", "categorical"], DENSITY),
    (&["normal_pdf", "norm_pdf", "normpdf", "npdf", "pdf", "dnorm", "gaussian", "phi", "N"], NORMAL),
    (&["dot_self", "sumsq", "sum_sq", "sum_squares", "sum_of_squares", "squared_norm", "norm_squared", "norm2"], "it is `sum(x^2)`"),
    (&["bce", "bce_loss", "bce_with_logits", "binary_cross_entropy", "binary_cross_entropy_with_logits", "sigmoid_cross_entropy", "log_loss"], "of a label `y`, 0 or 1, and `z` in front of the sigmoid it is `softplus(z) - y*z`"),
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
    (&["choose", "binomial_coefficient", "nchoosek"], "it is `exp(ln_choose(n, k))`"),
    (&["gamma", "tgamma"], "it is `exp(ln_gamma(x))` for positive x"),
    (&["factorial"], "it is `exp(ln_gamma(x + 1))`"),
    (&["beta"], "it is `exp(ln_beta(a, b))`"),
    (&["mish"], "it is `x*tanh(softplus(x))`"),
    (&["var", "variance"], "it is `mean((x - mean(x))^2)`"),
    (&["std", "stddev"], "it is `sqrt(mean((x - mean(x))^2))`"),
    (&["mse", "mse_loss"], "it is `mean((x - y)^2)`"),
    (&["i0", "bessel_i0", "besseli0"], "it is `bessel_i0e(x)*exp(abs(x))`, and its logarithm `ln(bessel_i0e(x)) + abs(x)`"),
    (&["i1", "bessel_i1", "besseli1"], "it is `bessel_i1e(x)*exp(abs(x))`"),
    (&["iv", "bessel_i", "besseli"], "it is `bessel_ie(n, x)*exp(abs(x))`"),
    (&["zeta", "expi"], OWN),
    (&["pinv", "qr", "svd", "eig", "expm"], OWN),
    (&["eigvalsh", "eigvals", "eigenvalues", "symmetric_eigen", "eigen"], "of a symmetric matrix they are `(values, vectors) = eigh(a)`"),
    (&["cholesky_solve", "cho_solve", "lu_solve", "lu_factor", "cho_factor"], "it is `solve(a, b)`, or `solve_spd(a, b)` of a positive definite matrix: what reads one matrix shares its factors"),
    (&["lstsq"], "the least squares are `solve_spd(a.T @ a, a.T @ b)`"),
    (&["fft", "ifft", "rfft", "odeint", "interp", "quad"], OWN),
    (&["rem", "fmod", "mod", "remainder", "modulo"], "a remainder is written `a % b`, and has the sign of `a`; an angle is wrapped by `x - TAU*floor(x/TAU)`"),
    (&["trunc", "fix"], "it is `sign(x)*floor(abs(x))`"),
    (&["fract", "frac"], "it is `x - floor(x)`"),
    (&["argmax", "argmin", "sort", "argsort", "topk", "median", "quantile", "searchsorted"], ORDER),
    (&["reshape", "view", "ravel", "flatten", "squeeze", "unsqueeze", "expand_dims", "broadcast_to"], RESHAPE),
    (&["permute", "swapaxes", "moveaxis", "rollaxis"], "axes in another order are `permute(x, [0, 2, 1])`, the last two exchanged `x.T`"),
    (&["concat", "concatenate", "cat", "hstack", "vstack", "append", "rbind", "cbind"], "arrays one behind the other are `concat(a, b, axis = 0)`"),
    (&["roll", "circshift"], "entries moved on by one, the last to the front, are `concat(x[n - 1..], x[..n - 1])`"),
    (&["pad"], "zeros at the ends are joined on: `concat([0], x, [0])`"),
    (&["stack"], "`[a, b]` stacks arrays of one shape along a new axis"),
    (&["gather", "take", "take_along_axis", "index_select", "embedding", "one_hot"], "entries at labels are `x[ids]`, with an input `ids: index[n]`"),
    (&["map", "vmap", "pmap", "vectorize"], "a function of numbers takes arrays too, entry by entry, and one from elsewhere within `each(f(x))`; else write `each(i in 0..n, f(x[i]))`"),
    (&["tril", "triu"], "a triangle is `each(i in 0..n, j in 0..n, if j <= i { x[i, j] } else { 0 })`"),
    (&["flip", "reverse", "rev", "fliplr", "flipud"], "in the other direction it is `each(i in 0..n, x[n - 1 - i])`"),
    (&["each"], "a table is written with an index: `each(i in 0..n, …)`; without one it applies an operation of your own to each entry: `each(f(x))`"),
    (&["len", "length", "shape", "size", "numel", "ndim", "rows", "cols", "nrows", "ncols"], "the name of a dimension is its extent: with `x: [n]` it is `n`"),
    (&["zeros", "ones", "eye", "full", "zeros_like", "ones_like", "arange", "linspace", "array", "tensor"], CONSTANTS),
    (&["rand", "randn", "random", "dropout"], "draw in Rust, and hand the numbers in as a `const` input"),
    (&["einsum", "tensordot"], "it is written by indices: `each(i in 0..n, j in 0..m, sum(k in 0..l, a[i, k]*b[k, j]))`"),
    (&["cumsum", "cumprod"], "a running sum is `scan(s = 0, k in 0..n, s + x[k])`"),
    (&["foldl", "foldr", "reduce", "accumulate"], "what is carried from step to step is written `fold(s = 0, k in 0..n, s + x[k])`, and of every step `scan(…)`"),
    (&["conv", "conv1d", "conv2d", "convolve"], "a convolution is written by indices: `each(i in 1..n - 1, sum(k in i - 1..=i + 1, x[k]))`, or with weights `w[0]*x[i - 1] + w[1]*x[i] + w[2]*x[i + 1]` in its body"),
    (&["float", "double", "int", "float32", "float64", "real", "clone", "into", "copy", "to"], "numbers take the graph's own type: there is nothing to convert"),
    (&["fsolve", "root_scalar", "brentq", "brenth", "newton", "bisect", "bisection", "secant", "find_root", "find_zero", "fzero", "nlsolve", "algebra_solver", "solve_newton", "FindRoot", "uniroot", "fixed_point"], "where an equation is 0 is `root(e = start, f)`, looked for by Newton's method"),
    (&["jax_grad", "backward", "autograd", "gradient", "diff", "derivative", "D"], "a derivative in a formula is `grad(e, x)`, and those of the whole graph come beside it: `f::value_and_grad(…)`"),
];

/// How what a name stands for elsewhere is written here.
pub fn instead(name: &str) -> Option<&'static str> {
    find(INSTEAD, name).or_else(|| density(name))
}

/// Constants and marks.
#[rustfmt::skip]
const VALUES: &[(&[&str], &str)] = &[
    (&["pi", "Pi", "π", "M_PI"], "the constant is `PI`"),
    (&["tau", "Tau", "τ"], "the constant is `TAU`"),
    (&["e", "E", "M_E"], "the number e is `exp(1)`, and a power of it is `exp(x)`"),
    (&["inf", "Inf", "INF", "infinity", "Infinity", "INFINITY", "oo"], "infinity goes into braces: `{ f64::INFINITY }`"),
    (&["nan", "NaN", "NAN", "NA"], "it goes into braces, as `{ f64::NAN }`, and what is no number is found by `x != x`"),
    (&["eps", "EPS", "epsilon", "EPSILON"], "write the number, such as `1e-9`, or `{ f64::EPSILON }`"),
    (&["True", "TRUE", "False", "FALSE"], "a graph computes with numbers, and chooses by conditions such as `x > 0`"),
    (&["None", "newaxis", "null", "nil", "nothing"], "an axis of length 1 is made by `reshape(x, [n, 1])`, in front by brackets: `[x]`"),
    (&["end"], "the last entry of `x: [n]` is `x[n - 1]`"),
];

/// How a value of another language is written here.
pub fn value(name: &str) -> Option<&'static str> {
    find(VALUES, name)
}

/// Arguments that other languages name.
#[rustfmt::skip]
const ARGUMENTS: &[(&[&str], &str)] = &[
    (&["dim", "dims", "axes", "dimension"], "an axis is named `axis = 0`"),
    (&["keepdims", "keepdim", "keep_dims"], "an axis that stays is written `axis = 1, keep`"),
    (&["p", "ord"], "`norm` is the root of the sum of squares: for others write `sum(abs(x))` or `max(abs(x))`"),
    (&["base"], "a logarithm is `ln`, `log2` or `log10`: for others write `ln(x)/ln(b)`"),
    (&["ddof", "correction", "unbiased"], "it is `sum((x - mean(x))^2)/(n - 1)`"),
];

/// What is written for an argument that another language names.
pub fn argument(name: &str) -> Option<&'static str> {
    find(ARGUMENTS, name)
}

/// What is written for a density that Stan has as a function.
pub fn density(name: &str) -> Option<&'static str> {
    let suffixes = ["_lpdf", "_lpmf", "_lupdf", "_lupmf"];
    let is_density = suffixes.iter().any(|suffix| name.ends_with(suffix));
    is_density.then_some(DENSITY)
}

/// What other languages call densities.
const DENSITIES: &[(&[&str], &str)] = &[
    (&["gaussian", "gauss", "Normal", "norm"], "normal"),
    (
        &["t", "StudentT", "studentT", "student", "students_t"],
        "student_t",
    ),
    (&["expon", "exp", "Exponential"], "exponential"),
    (&["lognorm", "log_normal", "LogNormal"], "lognormal"),
    (&["inverse_gamma", "invgamma", "InverseGamma"], "inv_gamma"),
    (&["chi_square", "chi2", "ChiSquared"], "chi_squared"),
    (&["double_exponential", "DoubleExponential"], "laplace"),
    (&["vonmises", "VonMises"], "von_mises"),
    (&["bernoulli_logits"], "bernoulli_logit"),
    (
        &["nbinom", "negative_binomial", "NegativeBinomial"],
        "neg_binomial",
    ),
    (&["categorical_logits"], "categorical_logit"),
    (
        &[
            "mvn",
            "mvnormal",
            "multivariate_normal",
            "MvNormal",
            "MultivariateNormal",
        ],
        "multi_normal",
    ),
    (
        &["lkj_corr_cholesky", "lkj_cholesky_corr", "LKJCholesky"],
        "lkj_cholesky",
    ),
];

/// The densities of numbers above their middle that other languages have, and those of all numbers.
const HALVES: &[(&[&str], &str)] = &[
    (&["half_normal", "halfnormal", "HalfNormal"], "normal"),
    (&["half_cauchy", "halfcauchy", "HalfCauchy"], "cauchy"),
    (
        &["half_student_t", "HalfStudentT", "halfstudent"],
        "student_t",
    ),
];

/// The density of all numbers that one of another language is the upper half of.
pub fn half_density(name: &str) -> Option<&'static str> {
    find(HALVES, name)
}

/// What a density of another language is called here.
pub fn density_name(name: &str) -> Option<&'static str> {
    let bare = ["_lpdf", "_lpmf", "_lupdf", "_lupmf", "_logpdf", "_logpmf"];
    let bare = bare.iter().find_map(|suffix| name.strip_suffix(suffix));
    find(DENSITIES, bare.unwrap_or(name))
}

/// How many axes has what other languages declare by this word.
pub fn axes_of_type(word: &str) -> Option<usize> {
    match word {
        "real" | "int" | "float" | "double" | "scalar" | "number" | "f64" | "f32" => Some(0),
        "vector" | "row_vector" | "simplex" | "ordered" | "unit_vector" | "array" => Some(1),
        "matrix" => Some(2),
        _ => None,
    }
}

fn find(table: &[(&[&str], &'static str)], name: &str) -> Option<&'static str> {
    let known = table.iter().find(|(names, _)| names.contains(&name));
    known.map(|(_, said)| *said)
}

/// What libraries of other languages are called where their functions are used.
const LIBRARIES: &[&str] = &[
    "np",
    "numpy",
    "jnp",
    "jax",
    "torch",
    "tf",
    "math",
    "Math",
    "scipy",
    "sp",
    "sympy",
    "mx",
    "nn",
    "lax",
    "cmath",
    "special",
    "stats",
    "linalg",
    "functional",
    "LinearAlgebra",
    "Base",
    "std",
    "onp",
    "anp",
    "cp",
];

/// Whether a word is that of a library.
pub fn is_library(name: &str) -> bool {
    LIBRARIES.contains(&name)
}

/// Signs of other languages, and ours. None begins another one that stands behind it.
pub const SIGNS: &[(&str, &str)] = &[
    ("===", "=="),
    ("!==", "!="),
    ("=/=", "!="),
    ("~=", "!="),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("and", "&&"),
    ("AND", "&&"),
    ("&", "&&"),
    ("or", "||"),
    ("OR", "||"),
    ("|", "||"),
    ("mod", "%"),
    ("rem", "%"),
    ("~", "!"),
    ("**", "^"),
    ("^^", "^"),
    (".^", "^"),
    (".*", "*"),
    ("./", "/"),
    (".+", "+"),
    (".-", "-"),
];

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
