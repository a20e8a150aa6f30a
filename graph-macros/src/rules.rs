//! The rule table: one row per operation, and nothing else.
//!
//! A row is: call, forward, derivative, acts, cost, sign, domain, kinks, probe, documentation. Stages know rows by the constants in
//! [`rows`], each named as its row is (or as it says after `as`, where two rows share a name), and ask a row for its columns.
//!
//! * **call**: the name and its arguments, `a = 0.01` where one may be left out.
//! * **forward**: `infix`, `prefix`: Rust's operator of the same sign. `real`: a method of `Real`. `relation`, `logic`: a
//!   condition. `formula`: other operations. `reduce`: over axes, with `axis = …`, all by default. `collapse`: a formula whose
//!   reductions keep their axes, which are dropped at the end. `along`: the same, but the result keeps the shape, and
//!   the last axis is the default. `array`: an operation that lowering knows by name, since it is about shapes. `matrix`: one on
//!   the matrices of the last two axes that every target has.
//! * **derivative**, in the language of `graph!` itself: a list with one partial an argument, where `y` is the output;
//!   `back`, with one adjoint per argument, where `s` is the seed; `both`, the same and with one tangent per argument, where `s` is
//!   that of the argument; `each`, the partial of a reduction by each entry, where
//!   `y` is spread over the entries and reductions run over the same axes; `zero`, known to be zero; `(formula [...])`, that of the
//!   forward column's formula, with what a picture prints for it, which may name the seed `s`. In a list, `none` is the partial
//!   that does not exist: differentiating by that argument is a mistake, unlike with `zero`. A factor of a matrix that stands
//!   beside it has none either: the matrix has it all.
//! * **acts**: `entry`, on each entry by itself; `linear` and `bilinear`, the same, linear in all arguments together or in each;
//!   `product`, bilinear, of matrices; `array`, on arrays as wholes.
//! * **cost**: of an entry, in sums; what costs 1 is computed again rather than stored. `-` where that is the cost of other rows.
//! * **sign**, of a number's value: `positive`, at least some positive number; `not_negative`; `flat`, the same, and 0 only where an
//!   exponential is, so that all derivatives are 0 too; `size`, `not_negative`, and positive where an argument is; `all` and `one`,
//!   what all arguments are or what one of them is; `sum` and `product`, as of those; `-`, not known.
//! * **domain**: where the operation is defined. At its edge, and at a kink whose slope is infinite, a seed of zero is a
//!   strong zero.
//! * **kinks**: the convention where there is no derivative, as `point => partials`; where there are poles at 0 and below, one of each.
//! * **probe**: the interval in which the tests sample, one for all arguments or one each; of an argument with no partial, the whole
//!   numbers in it.
//!
//! A row knows no shapes, no seeds (but for `back`) and no accumulation. Every operation in a derivative is a row. `x + 0` makes
//! -0 a 0: on the edge of a domain the slope is the one from within.

use crate::rule::{Acts, Arg, Derivative, Domain, Forward, Rule, Sign};

#[allow(clippy::approx_constant)]
const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

macro_rules! arguments {
    (($($name:ident $(= $default:literal)?),*)) => {
        &[$(Arg { name: stringify!($name), default: default!($($default)?) }),*]
    };
}

macro_rules! default {
    () => {
        None
    };
    ($value:literal) => {
        Some($value as f64)
    };
}

macro_rules! numbers {
    (($($number:expr),+)) => { &[$($number as f64),+] };
    ($number:expr) => { &[$number as f64] };
}

macro_rules! intervals {
    ([$low:expr, $high:expr]) => { &[($low as f64, $high as f64)] };
    (($([$low:expr, $high:expr]),+)) => { &[$(($low as f64, $high as f64)),+] };
    (none) => { &[] };
}

macro_rules! derivative {
    (zero) => { Derivative::Zero };
    ((formula $shown:tt)) => { Derivative::Formula(stringify!($shown)) };
    ([$($partial:tt)+]) => { Derivative::Partials(stringify!([$($partial)+])) };
    ((both $adjoints:tt $tangents:tt)) => { Derivative::Both(stringify!($adjoints), stringify!($tangents)) };
    ((back $adjoints:tt)) => { Derivative::Back(stringify!($adjoints)) };
    ((each $partial:tt)) => { Derivative::Each(stringify!($partial)) };
}

macro_rules! domain {
    (all) => {
        Domain::All
    };
    (shapes) => {
        Domain::All
    };
    ($condition:tt) => {
        Domain::Where(stringify!($condition))
    };
}

macro_rules! forward {
    (infix $sign:tt) => {
        Forward::Infix(stringify!($sign))
    };
    (prefix $sign:tt) => {
        Forward::Prefix(stringify!($sign))
    };
    (relation $sign:tt) => {
        Forward::Relation(stringify!($sign))
    };
    (logic $sign:tt) => {
        Forward::Logic(stringify!($sign))
    };
    (real $method:tt) => {
        Forward::Real(stringify!($method))
    };
    (formula $formula:tt) => {
        Forward::Formula(stringify!($formula))
    };
    (reduce $kind:tt) => {
        Forward::Reduce(stringify!($kind))
    };
    (collapse $formula:tt) => {
        Forward::Collapse(stringify!($formula))
    };
    (along $formula:tt) => {
        Forward::Along(stringify!($formula))
    };
    (array $name:tt) => {
        Forward::Array(stringify!($name))
    };
    (matrix $name:tt) => {
        Forward::Matrix(stringify!($name))
    };
}

#[rustfmt::skip]
macro_rules! acts {
    (entry) => { Acts::Entry };
    (linear) => { Acts::Linear };
    (bilinear) => { Acts::Bilinear };
    (product) => { Acts::Product };
    (array) => { Acts::Array };
}

#[rustfmt::skip]
macro_rules! cost {
    (-) => { None };
    ($sums:literal) => { Some($sums) };
}

#[rustfmt::skip]
macro_rules! sign {
    (positive) => { Sign::Positive };
    (not_negative) => { Sign::NotNegative };
    (flat) => { Sign::Flat };
    (size) => { Sign::Size };
    (all) => { Sign::All };
    (one) => { Sign::One };
    (sum) => { Sign::Sum };
    (product) => { Sign::Product };
    (-) => { Sign::Unknown };
}

/// The documentation, and whether only formulas of the table may call the row: to a person its name is free.
#[rustfmt::skip]
macro_rules! doc {
    ((inner $doc:literal)) => { (concat!("In formulas of this table only: ", $doc), true) };
    ($doc:literal) => { ($doc, false) };
}

#[rustfmt::skip]
macro_rules! constant {
    ($name:ident, $row:ident $args:tt) => {
        pub const $name: RuleId = RuleId::of(stringify!($row), arguments!($args).len());
    };
    (, $row:ident $args:tt) => { constant!($row, $row $args); };
}

macro_rules! rules {
    ($(
        $name:ident $args:tt $(as $constant:ident)? = $kind:ident $forward:tt, $derivative:tt, $acts:tt, $cost:tt, $sign:tt,
        $domain:tt, [$($point:tt => $slope:tt),*], $probe:tt, $doc:tt;
    )*) => {
        /// Every operation of the language.
        pub static RULES: &[Rule] = &[$(Rule {
            name: stringify!($name),
            args: stringify!($args),
            arguments: arguments!($args),
            forward: forward!($kind $forward),
            derivative: derivative!($derivative),
            acts: acts!($acts),
            cost: cost!($cost),
            sign: sign!($sign),
            domain: domain!($domain),
            kinks: &[$((numbers!($point), numbers!($slope))),*],
            probe: intervals!($probe),
            doc: doc!($doc).0,
            is_inner: doc!($doc).1,
        }),*];

        /// The rows by constants, for stages that know an operation.
        #[allow(dead_code, non_upper_case_globals, reason = "one for each row, under the name of the row")]
        pub mod rows {
            use crate::rule::{Arg, RuleId};

            $(constant!($($constant)?, $name $args);)*
        }
    };
}

#[rustfmt::skip]
rules! {
//  call                   forward              derivative                                     acts       cost sign          domain         kinks                       probe               documentation
    add(a, b)            = infix +,             [1, 1],                                        linear,    1,   sum,          all,           [],                         [-2, 2],            "Sum.";
    sub(a, b)            = infix -,             [1, -1],                                       linear,    1,   -,            all,           [],                         [-2, 2],            "Difference.";
    mul(a, b)            = infix *,             [b, a],                                        bilinear,  1,   product,      all,           [],                         [-2, 2],            "Product.";
    div(a, b)            = infix /,             [1 / b, -(y / b)],                             entry,     4,   product,      (b != 0),      [],                         [0.5, 3],           "Quotient.";
    rem(a, b)            = infix %,             [1, -round((a - y) / b)],                      entry,     20,  -,            (b != 0),      [],                         ([2.1, 2.4], [0.85, 1]), "Remainder as Rust's: a - b q for the quotient cut off to a whole q, with the sign of a. An angle is wrapped by x - TAU*floor(x/TAU).";
    neg(x)               = prefix -,            [-1],                                          linear,    1,   -,            all,           [],                         [-2, 2],            "Opposite.";
    pow(a, b)            = infix ^,             [if b == 0 && abs(a^(b - 1)) == infinity { 0 } else { b * a^(b - 1) },
                                                 if a == 0 && b > 0 { 0 } else { y * ln(a) }], entry,     20,  -,            (a >= 0),      [(0, 2) => (0, 0)],         [0.3, 3],           "Power; an integer literal as exponent makes products of it, right for negative bases too.";
    matmul(a, b)         = infix @,             (back [s @ b.T, a.T @ s]),                     product,   -,   -,            shapes,        [],                         none,               "Matrix product: matrix or vector on either side, and batches of matrices.";

    exp(x)               = real exp,            [y],                                           entry,     20,  flat,         all,           [],                         [-3, 3],            "e^x.";
    exp2(x)              = real exp2,           [y * 0.6931471805599453],                      entry,     20,  flat,         all,           [],                         [-3, 3],            "2^x.";
    exp_m1(x)            = real exp_m1,         [exp(x)],                                      entry,     20,  -,            all,           [],                         [-2, 2],            "e^x - 1, precise near 0.";
    ln(x)                = real ln,             [1 / (x + 0)],                                 entry,     20,  -,            (x > 0),       [],                         [0.1, 5],           "Natural logarithm.";
    ln_1p(x)             = real ln_1p,          [1 / (1 + x)],                                 entry,     20,  -,            (x > -1),      [],                         [-0.8, 4],          "ln(1 + x), precise near 0.";
    ln_1m_exp(x)         = real ln_1m_exp,      [exp(x) / exp_m1(-(0 - x))],                   entry,     40,  -,            (x < 0),       [],                         [-5, -0.1],         "ln(1 - e^x), precise next to 0 and far below.";
    log2(x)              = real log2,           [1.4426950408889634 / (x + 0)],                entry,     20,  -,            (x > 0),       [],                         [0.1, 5],           "Logarithm to base 2.";
    log10(x)             = real log10,          [0.4342944819032518 / (x + 0)],                entry,     20,  -,            (x > 0),       [],                         [0.1, 5],           "Logarithm to base 10.";
    sqrt(x)              = real sqrt,           [1 / (2 * (y + 0))],                           entry,     4,   size,         (x >= 0),      [0 => INF],                 [0.1, 5],           "Square root.";
    cbrt(x)              = real cbrt,           [1 / (3 * y^2)],                               entry,     20,  -,            all,           [0 => INF],                 [0.1, 5],           "Cube root, of negative numbers too.";
    abs(x)               = real abs,            [sign(x)],                                     entry,     1,   size,         all,           [0 => 0],                   [0.2, 3],           "Absolute value.";
    sign(x)              = real sign,           zero,                                          entry,     1,   -,            all,           [0 => 0],                   [0.2, 3],           "-1, 0 or 1.";
    floor(x)             = real floor,          zero,                                          entry,     1,   -,            all,           [0 => 0],                   [1.2, 1.9],         "The whole number at or below x.";
    ceil(x)              = real ceil,           zero,                                          entry,     1,   -,            all,           [0 => 0],                   [0.2, 0.9],         "The whole number at or above x.";
    round(x)             = real round,          zero,                                          entry,     1,   -,            all,           [0.5 => 0],                 [0.6, 1.4],         "The nearest whole number, of two the one farther from 0.";
    sin(x)               = real sin,            [cos(x)],                                      entry,     20,  -,            all,           [],                         [-3, 3],            "Sine, radians.";
    cos(x)               = real cos,            [-sin(x)],                                     entry,     20,  -,            all,           [],                         [-3, 3],            "Cosine, radians.";
    tan(x)               = real tan,            [1 + y^2],                                     entry,     20,  -,            all,           [],                         [-1.2, 1.2],        "Tangent, radians.";
    asin(x)              = real asin,           [1 / sqrt((1 - x) * (1 + x))],                 entry,     20,  -,            (abs x <= 1),  [1 => INF],                 [-0.9, 0.9],        "Inverse sine.";
    acos(x)              = real acos,           [-1 / sqrt((1 - x) * (1 + x))],                entry,     20,  -,            (abs x <= 1),  [1 => (-INF)],              [-0.9, 0.9],        "Inverse cosine.";
    atan(x)              = real atan,           [1 / (1 + x^2)],                               entry,     20,  -,            all,           [],                         [-3, 3],            "Inverse tangent.";
    atan2(a, b)          = real atan2,          [b / hypot(a, b) / hypot(a, b),
                                                 -a / hypot(a, b) / hypot(a, b)],              entry,     20,  -,            all,           [(0, 0) => (NAN, NAN)],     ([0.5, 3], [-3, -0.5]), "Angle of the point (b, a).";
    sinh(x)              = real sinh,           [cosh(x)],                                     entry,     20,  -,            all,           [],                         [-3, 3],            "Hyperbolic sine.";
    cosh(x)              = real cosh,           [sinh(x)],                                     entry,     20,  positive,     all,           [],                         [-3, 3],            "Hyperbolic cosine.";
    tanh(x)              = real tanh,           [tanh_slope(x)],                               entry,     20,  -,            all,           [],                         [-3, 3],            "Hyperbolic tangent.";
    tanh_slope(x)        = formula (tanh_slope_beside(x, tanh(x))),
                                                [-(2 * tanh(x) * y)],                          entry,     -,   flat,         all,           [],                         [-3, 3],            (inner "1 - tanh(x)^2, precise where that is small.");
    tanh_slope_beside(x, t) = real tanh_slope,  [-(2 * t * y), 0],                             entry,     20,  flat,         all,           [],                         none,               (inner "the slope of tanh at x, where t is its value.");
    asinh(x)             = real asinh,          [1 / hypot(x, 1)],                             entry,     20,  -,            all,           [],                         [-3, 3],            "Inverse hyperbolic sine.";
    acosh(x)             = real acosh,          [1 / (sqrt(x - 1) * sqrt(x + 1))],             entry,     20,  not_negative, (x >= 1),      [1 => INF],                 [1.2, 4],           "Inverse hyperbolic cosine.";
    atanh(x)             = real atanh,          [1 / ((1 - x) * (1 + x))],                     entry,     20,  -,            (abs x < 1),   [],                         [-0.9, 0.9],        "Inverse hyperbolic tangent.";
    hypot(a, b)          = real hypot,          [a / y, b / y],                                entry,     20,  size,         all,           [(0, 0) => (0, 0)],         ([0.5, 3], [-3, -0.5]), "sqrt(a^2 + b^2), without overflow.";
    max(a, b)            = real max,            [if a > b { 1 } else { if a < b { 0 } else { 0.5 } },
                                                 if a > b { 0 } else { if a < b { 1 } else { 0.5 } }],
                                                                                               entry,     1,   one,          all,           [(1, 1) => (0.5, 0.5)],     ([-2, -0.1], [0.1, 2]), "The larger; NaN if either is.";
    min(a, b)            = real min,            [if a < b { 1 } else { if a > b { 0 } else { 0.5 } },
                                                 if a < b { 0 } else { if a > b { 1 } else { 0.5 } }],
                                                                                               entry,     1,   all,          all,           [(1, 1) => (0.5, 0.5)],     ([-2, -0.1], [0.1, 2]), "The smaller; NaN if either is.";
    clamp(x, lo, hi)     = formula (min(max(x, lo), hi)),
                                                [if x < lo { 0 } else { if x > hi { 0 } else { 1 } },
                                                 if x < lo && lo <= hi { 1 } else { 0 },
                                                 if x > hi || lo > hi { 1 } else { 0 }],       entry,     -,   -,            all,           [(0, 0, 1) => (1, 0, 0)],   ([0.1, 0.9], [-1, 0], [1, 2]), "x held between lo and hi, hi where they cross; on a bound the slope is 1.";
    erf(x)               = real erf,            [1.1283791670955126 * exp(-x^2)],              entry,     20,  -,            all,           [],                         [-2, 2],            "Error function.";
    erfc(x)              = real erfc,           [-1.1283791670955126 * exp(-x^2)],             entry,     20,  flat,         all,           [],                         [-2, 2],            "1 - erf(x), precise for large x.";
    normal_cdf(x)        = real normal_cdf,     [0.3989422804014327 * exp(-0.5 * x^2)],        entry,     20,  flat,         all,           [],                         [-3, 3],            "Distribution function of the standard normal.";
    normal_ln_cdf(x)     = real normal_ln_cdf,  [inverse_mills(x)],                            entry,     60,  -,            all,           [],                         [-3, 3],            "ln(normal_cdf(x)), precise however far below 0.";
    normal_quantile(p)   = real normal_quantile,
                                                [if abs(y) == infinity { 1 / ((p + 0) * (1 - p)) } else {
                                                     if p < 0.5 { 1 / (p * inverse_mills(y)) } else { 1 / ((1 - p) * inverse_mills(-y)) }
                                                 }],                                           entry,     200, -,            (p > 0),       [1 => INF],                 [0.1, 0.9],         "The inverse of normal_cdf, precise in both tails.";
    erfinv(x)            = real erfinv,         [0.886226925452758 * exp(y^2)],                entry,     200, -,            (abs x <= 1),  [1 => INF],                 [-0.9, 0.9],        "The inverse of erf.";
    inverse_mills(x)     = real inverse_mills,  [-(y * inverse_mills_gap(x))],                 entry,     60,  flat,         all,           [],                         [-3, 3],            (inner "density of the standard normal over its distribution function.");
    inverse_mills_gap(x) = real inverse_mills_gap,
                                                [1 - inverse_mills(x) * y],                    entry,     60,  not_negative, all,           [],                         [-3, 3],            (inner "x + inverse_mills(x), precise where little is left.");
    lambert_w(x)         = real lambert_w,      [if x > 1 { y / (x * (1 + y)) } else { exp(-y) / (1 + y) }],
                                                                                               entry,     200, -,            (x >= -0.36787944117144233), [],           [-0.3, 4],          "The inverse of x e^x, Lambert's function, on its principal branch.";
    bessel_j0(x)         = real bessel_j0,      [-bessel_j1(x)],                               entry,     60,  -,            all,           [],                         [-5, 5],            "Bessel function of the first kind, of order 0.";
    bessel_j1(x)         = real bessel_j1,      [(bessel_j0(x) - bessel_j(2, x)) / 2],         entry,     60,  -,            all,           [],                         [-5, 5],            "Bessel function of the first kind, of order 1.";
    bessel_j(n, x)       = real bessel_j,       [none, if n == 0 { -bessel_j(1, x) } else { (bessel_j(n - 1, x) - bessel_j(n + 1, x)) / 2 }],
                                                                                               entry,     200, -,            all,           [],                         ([2, 4], [0.3, 5]), "Bessel function of the first kind of order n, a whole number up to 200.";
    bessel_i0e(x)        = real bessel_i0e,     [bessel_i1e(x) - (if x > 0 { y } else { if x < 0 { -y } else { 0 } })],
                                                                                               entry,     60,  not_negative, all,           [0 => 0],                   [0.3, 5],           "Modified Bessel function of order 0, times e^-|x|.";
    bessel_i1e(x)        = real bessel_i1e,     [(bessel_i0e(x) + bessel_ie(2, x)) / 2
                                                 - (if x > 0 { y } else { if x < 0 { -y } else { 0 } })],
                                                                                               entry,     60,  -,            all,           [],                         [0.3, 5],           "Modified Bessel function of order 1, times e^-|x|.";
    bessel_ie(n, x)      = real bessel_ie,      [none, (bessel_ie(abs(n - 1), x) + bessel_ie(n + 1, x)) / 2
                                                 - (if x > 0 { y } else { if x < 0 { -y } else { 0 } })],
                                                                                               entry,     200, -,            all,           [],                         ([2, 4], [0.3, 5]), "Modified Bessel function of order n, a whole number up to 200, times e^-|x|.";
    ln_gamma(x)          = real ln_gamma,       [digamma(x)],                                  entry,     20,  -,            all,           [0 => (-INF), (-1) => NAN], [0.25, 5.25],       "ln |gamma(x)|, the logarithm of the gamma function.";
    stumpff(k, x)        = real stumpff,        [none, (k*stumpff(k + 2, x) - stumpff(k + 1, x)) / 2], entry,   40,  -,            all,           [],                         ([0, 4], [-4, 9]),  "Stumpff's function of order k, a whole number up to 30: the sum of (-x)^j/(k + 2*j)!. Of the square of an angle it is the cosine at 0, and at 1 the sine over the angle.";
    acos_ratio(k, c)     = real acos_ratio,     [none, -(k + 1)^2/(2*k + 3)*acos_ratio(k + 1, c)], entry,       40,  -,            (c > -1),      [],                         ([0, 3], [-0.5, 0.95]), "Angle over its sine, of the cosine c, at order 0; of a whole order k up to 30 its derivative of that order, scaled to be 1 where the angle is 0.";
    digamma(x)           = real digamma,        [polygamma(1, x)],                             entry,     20,  -,            all,           [0 => INF, (-1) => INF],    [0.2, 20.2],        "Derivative of ln_gamma.";
    polygamma(n, x)      = real polygamma,      [none, polygamma(n + 1, x)],                   entry,     20,  -,            all,           [(1, 0) => (0, (-INF)), (1, -1) => (0, NAN)], ([1, 3], [0.2, 20.2]), "Derivative of digamma of order n, a whole number up to 200.";

    gamma_p(a, x)        = real gamma_p,        [none, gamma_density(a, x)],                   entry,     400, not_negative, (x >= 0),      [],                         ([2, 4], [0.3, 6]), "Regularised lower incomplete gamma function, the distribution function of a gamma variable of shape a.";
    gamma_q(a, x)        = real gamma_q,        [none, -gamma_density(a, x)],                  entry,     400, not_negative, (x >= 0),      [],                         ([2, 4], [0.3, 6]), "1 - gamma_p(a, x), precise where that is small.";
    gamma_density(a, x)  = real gamma_density,  [none, gamma_density(a - 1, x) - y],           entry,     400, not_negative, (x >= 0),      [],                         ([2, 4], [0.3, 6]), (inner "x^(a-1) e^-x / gamma(a), and the same of shapes below 0, for derivatives.");
    beta_inc(a, b, x)    = real beta_inc,       [none, none, beta_density(a, b, x)],           entry,     400, not_negative, (x >= 0),      [],                         ([2, 3], [3, 4], [0.1, 0.9]), "Regularised incomplete beta function, the distribution function of a beta variable.";
    beta_density(a, b, x) = real beta_density,  [none, none, if x == 0 || x == 1 {
                                                     (a + b - 1) * (beta_density(a - 1, b, x) - beta_density(a, b - 1, x))
                                                 } else { y * ((a - 1) / x - (b - 1) / (1 - x)) }],
                                                                                               entry,     400, not_negative, (x >= 0),      [],                         ([2, 3], [3, 4], [0.1, 0.9]), (inner "x^(a-1) (1-x)^(b-1) over the beta function.");
    trigamma(x)          = formula (polygamma(1, x)),
                                                [polygamma(2, x)],                             entry,     -,   not_negative, all,           [0 => (-INF), (-1) => NAN], [0.2, 20.2],        "Second derivative of ln_gamma.";
    ln_beta(a, b)        = real ln_beta,        [digamma(a) - digamma(a + b), digamma(b) - digamma(a + b)],
                                                                                               entry,     60,  -,            (a > 0),       [],                         [0.2, 5.2],         "ln B(a, b), the logarithm of the beta function, of positive numbers.";
    ln_choose(n, k)      = real ln_choose,      [digamma(n + 1) - digamma(n - k + 1), digamma(n - k + 1) - digamma(k + 1)],
                                                                                               entry,     60,  -,            all,           [(0, 1) => (INF, (-INF))],  ([3.2, 9.2], [0.2, 3.1]), "ln of the binomial coefficient, n over k, for k from 0 to n.";

    sigmoid(x)           = formula (abs((if x < 0 { 0 } else { 1 }) - sigmoid_tail(x))),
                                                [sigmoid_slope(x)],                            entry,     -,   flat,         all,           [],                         [-4, 4],            "1 / (1 + exp(-x)), stable.";
    sigmoid_rest(x)      = formula (abs((if x < 0 { 1 } else { 0 }) - sigmoid_tail(x))),
                                                [-sigmoid_slope(x)],                           entry,     -,   flat,         all,           [],                         [-4, 4],            (inner "1 - sigmoid(x), precise where that is small.");
    sigmoid_slope(x)     = formula (sigmoid_tail(x) * (1 - sigmoid_tail(x))),
                                                [-(y * tanh(0.5 * x))],                        entry,     -,   flat,         all,           [],                         [-4, 4],            (inner "the slope of sigmoid, precise on both sides.");
    sigmoid_tail(x)      = real sigmoid_tail,   [if x < 0 { sigmoid_slope(x) } else { -sigmoid_slope(x) }],
                                                                                               entry,     20,  flat,         all,           [0 => (-0.25)],             [0.2, 4],           (inner "sigmoid(-|x|), of which sigmoid, what it is below 1, and its slope are made.");
    ln_sigmoid(x)        = formula (-softplus(-x)),
                                                [sigmoid(-x)],                                 entry,     -,   -,            all,           [],                         [-4, 4],            "ln(sigmoid(x)), stable.";
    logit(p)             = real logit,          [1 / ((p + 0) * (1 - p))],                     entry,     40,  -,            (p > 0),       [1 => INF],                 [0.1, 0.9],         "ln(p / (1 - p)), the inverse of sigmoid, precise around 1/2 too.";
    relu(x)              = real relu,           [if y > 0 { 1 } else { 0 }],                   entry,     1,   not_negative, all,           [0 => 0],                   [0.1, 2],           "x above 0, else 0.";
    leaky_relu(x, a = 0.01) = formula (if x > 0 { x } else { a * x }),
                                                (formula [if x > 0 { 1 } else { a }, if x > 0 { 0 } else { x }]),
                                                                                               entry,     -,   -,            all,           [(0, 0.5) => (0.5, 0)],     ([-2, -0.1], [0.1, 0.9]), "x above 0, else a x.";
    elu(x, a = 1)        = formula (if x > 0 { x } else { a * exp_m1(x) }),
                                                (formula [if x > 0 { 1 } else { a * exp(x) }, if x > 0 { 0 } else { exp_m1(x) }]),
                                                                                               entry,     -,   -,            all,           [(0, 1) => (1, 0)],         ([-2, -0.1], [0.1, 0.9]), "x above 0, else a (e^x - 1).";
    softplus(x)          = real softplus,       [sigmoid(x)],                                  entry,     20,  flat,         all,           [],                         [-4, 4],            "ln(1 + e^x), stable.";
    silu(x)              = formula (x * sigmoid(if x < -60 { x + 20 } else { x }) * (if x < -60 { 2.061153622438558e-9 } else { 1 })),
                                                [sigmoid(if x < -60 { x + 20 } else { x })
                                                 * (1 + x * sigmoid_rest(if x < -60 { x + 20 } else { x }))
                                                 * (if x < -60 { 2.061153622438558e-9 } else { 1 })],
                                                                                               entry,     -,   -,            all,           [],                         [-4, 4],            "x sigmoid(x).";
    gelu(x)              = formula (x * normal_cdf(x)),
                                                [normal_cdf(x) + 0.3989422804014327 * x * exp(-0.5 * x^2)],
                                                                                               entry,     -,   -,            all,           [],                         [-3, 3],            "x times the normal distribution function of x.";
    softsign(x)          = formula (x / (1 + abs(x))),
                                                [1 / (1 + abs(x))^2],                          entry,     -,   -,            all,           [],                         [-4, 4],            "x / (1 + abs x).";
    logaddexp(a, b)      = real logaddexp,      [sigmoid(a - b), sigmoid_rest(a - b)],         entry,     20,  -,            all,           [],                         [-3, 3],            "ln(e^a + e^b), stable.";
    xlogy(x, y)          = formula (if x == 0 && y >= 0 { 0 } else { x * ln(y) }),
                                                [ln(y), x / (if x == 0 && y == 0 { 1 } else { y + 0 })],
                                                                                               entry,     -,   -,            (y >= 0),      [(0, 0) => ((-INF), 0)],    ([-2, 2], [0.1, 5]), "x ln(y), and 0 where x is 0.";
    xlog1py(x, y)        = formula (if x == 0 && y >= -1 { 0 } else { x * ln_1p(y) }),
                                                [ln_1p(y), x / (if x == 0 && y == -1 { 1 } else { 1 + y })],
                                                                                               entry,     -,   -,            (y >= -1),     [(0, -1) => ((-INF), 0)],   ([-2, 2], [-0.8, 4]), "x ln(1 + y), and 0 where x is 0.";
    stop(x)              = formula (x),         zero,                                          entry,     -,   -,            all,           [],                         none,               "The value, held constant: no derivative passes.";
    settled(x)           = formula (x),         zero,                                          entry,     -,   -,            all,           [],                         none,               (inner "what a search has found, whose derivatives come from behind it; numbers with tangents keep them.");

    less(a, b)           = relation <,          zero,                                          entry,     1,   -,            all,           [],                         none,               "a below b.";
    less_equal(a, b)     = relation <=,         zero,                                          entry,     1,   -,            all,           [],                         none,               "a below b or equal.";
    greater(a, b)        = relation >,          zero,                                          entry,     1,   -,            all,           [],                         none,               "a above b.";
    greater_equal(a, b)  = relation >=,         zero,                                          entry,     1,   -,            all,           [],                         none,               "a above b or equal.";
    equal(a, b)          = relation ==,         zero,                                          entry,     1,   -,            all,           [],                         none,               "a equal to b.";
    not_equal(a, b)      = relation !=,         zero,                                          entry,     1,   -,            all,           [],                         none,               "a different from b.";
    and(a, b)            = logic &&,            zero,                                          entry,     1,   -,            all,           [],                         none,               "Both conditions.";
    or(a, b)             = logic ||,            zero,                                          entry,     1,   -,            all,           [],                         none,               "Either condition.";
    not(a)               = logic !,             zero,                                          entry,     1,   -,            all,           [],                         none,               "The opposite condition.";

    sum(x)               = reduce sum,          (each 1),                                      array,     -,   -,            shapes,        [],                         none,               "Sum over the entries, or over one axis.";
    prod(x)              = reduce prod,         (each (if x != 0 { y / x } else {
                                                    prod(if x == 0 { 1 } else { x })
                                                    * if sum(if x == 0 { 1 } else { 0 }) == 1 { 1 } else {
                                                        if sum(if x == 0 { 1 } else { 0 }) == 2 { sum(if x == 0 { x } else { 0 }) - x } else { 0 }
                                                    }
                                                })),                                           array,     -,   -,            shapes,        [],                         none,               "Product over the entries, or over one axis.";
    max(x) as max_of     = reduce max,          (each (if x == y { 1 / sum(if x == y { 1 } else { 0 }) } else { 0 })),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "The largest entry, of nothing NaN; a tie shares the gradient.";
    min(x) as min_of     = reduce min,          (each (if x == y { 1 / sum(if x == y { 1 } else { 0 }) } else { 0 })),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "The smallest entry, of nothing NaN; a tie shares the gradient.";
    mean(x)              = collapse (sum(x) / count(x)),
                                                (formula [s / count(x)]),                      array,     -,   -,            shapes,        [],                         none,               "Mean of the entries; of nothing: NaN.";
    norm(x)              = reduce norm,         (each (x / y)),                                array,     -,   -,            shapes,        [],                         none,               "Euclidean length, without overflow; its gradient at 0 is 0.";
    logsumexp(x)         = collapse (valued(anchor(x) + ln_1p(rest(x)), sum(sloped(shares(x), x)))),
                                                (formula [s * softmax(x)]),                    array,     -,   -,            shapes,        [],                         none,               "ln of the sum of e^x, stable.";
    softmax(x)           = along (exp(x - anchor(x)) / sum(exp(x - anchor(x)))),
                                                (formula [y * (s - sum(s * y))]),              array,     -,   -,            shapes,        [],                         none,               "e^x over the sum of e^x, along the last axis, stable.";
    log_softmax(x)       = along (valued(x - anchor(x) - ln_1p(rest(x)),
                                         (if rules(x) { sloped(others(x) / (1 + others(x)), x) } else { x })
                                         - sum(if rules(x) { 0 } else { sloped(shares(x), x) })
                                         - (if rules(x) { 0 } else { sum(if rules(x) { sloped(shares(x), x) } else { 0 }) }))),
                                                (formula [s - softmax(x) * sum(s)]),           array,     -,   -,            shapes,        [],                         none,               "ln softmax(x), along the last axis, stable.";
    anchor(x)            = collapse (if abs(settled(max(x))) < infinity { settled(max(x)) } else { 0 }),
                                                zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "the largest entry if it is finite, else 0; held constant. What stable sums of exponentials subtract.");
    rest(x)              = collapse (settled(sum(if x == anchor(x) { 0 } else { exp(x - anchor(x)) }) + (sum(if x == anchor(x) { exp(x - anchor(x)) } else { 0 }) - 1))),
                                                zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "the sum of e^(x - anchor(x)) without one largest entry, to all digits where that is far below 1; held constant.");
    rules(x)             = along (x == anchor(x) && rest(x) < 1),
                                                zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "whether an entry is larger than all others together in e^x: of what it shares with them, only differences of theirs keep their digits.");
    level(x)             = collapse (valued(anchor(x), sum(if rules(x) { x } else { 0 }))),
                                                (formula [0]),                                 array,     -,   -,            shapes,        [],                         none,               (inner "anchor(x), which follows an entry that rules.");
    others(x)            = collapse (valued(rest(x), sum(exp(x - level(x))))),
                                                (formula [0]),                                 array,     -,   -,            shapes,        [],                         none,               (inner "rest(x), with its derivative.");
    shares(x)            = along (exp(x - level(x)) / (1 + others(x))),
                                                (formula [0]),                                 array,     -,   -,            shapes,        [],                         none,               (inner "softmax(x), of which derivatives are made: in one direction, forward, its own is precise too.");
    valued(a, b)         = formula (a),         [0, 1],                                        entry,     -,   -,            all,           [],                         none,               (inner "the value of a with the derivative of b, which is the same function, written for its derivative.");
    sloped(a, x)         = formula (a),         [0, a],                                        entry,     -,   -,            all,           [],                         none,               (inner "what has the derivative a by x; its value means nothing.");
    strong_matmul(a, b)  = array strong_matmul, (back [strong_matmul(s, b.T), strong_matmul(a.T, s)]),
                                                                                               product,   -,   -,            shapes,        [],                         none,               (inner "matrix product in which a zero wins over an infinite or undefined factor, as derivatives need of branches and singular points.");
    grown(x)             = real grown,          zero,                                          entry,     1,   -,            all,           [],                         none,               (inner "an entry scaled by a power of two, for a sum of squares that would underflow.");
    shrunk(x)            = real shrunk,         zero,                                          entry,     1,   -,            all,           [],                         none,               (inner "an entry scaled by a power of two, for a sum of squares that would overflow.");
    norm_of_squares(s, g, h) = real norm_of_squares,
                                                zero,                                          entry,     20,  -,            all,           [],                         none,               (inner "the root of a sum of squares, from those of the entries scaled where it leaves the range.");
    count(x)             = array count,         zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "how many entries a reduction runs over.");
    dot(a, b)            = array dot,           (formula [s * b, s * a]),                      array,     -,   -,            shapes,        [],                         none,               "Scalar product of two vectors.";
    outer(a, b)          = array outer,         (formula [s @ b, a @ s]),                      array,     -,   -,            shapes,        [],                         none,               "Matrix of all products of two vectors.";
    cross(a, b)          = array cross,         (formula [cross(b, s), cross(s, a)]),          array,     -,   -,            shapes,        [],                         none,               "Cross product of two vectors of length 3.";
    transpose(x)         = array transpose,     (formula [s.T]),                               array,     -,   -,            shapes,        [],                         none,               "The last two axes exchanged, as `x.T`.";
    affine(x, w, b)      = formula (x @ w + b), (formula [s @ w.T, x.T @ s, sum(s, axis = 0)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "x @ w + b, for one vector or a batch.";
    softmax_cross_entropy(x, t) = array softmax_cross_entropy,
                                                (formula [s * (softmax(x) - t) / cases, -(s * log_softmax(x)) / cases]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "Mean over the batch of -ln softmax(x) at the label; t is class labels or one-hot rows.";

    cholesky(a)          = matrix cholesky,     (both [symmetric(solve_upper(y.T, solve_upper(y.T, half_lower(y.T @ s)).T))]
                                                      [y @ half_lower(solve_lower(y, solve_lower(y, symmetric(s)).T))]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "Lower triangular factor l of a positive definite matrix, l @ l.T = a, of its symmetric part; where it is not positive definite, NaN.";
    solve_lower(l, b)    = matrix solve_lower,  (both [-lower(solve_upper(l.T, s) @ y.T), solve_upper(l.T, s)]
                                                      [-solve_lower(l, lower(s) @ y), solve_lower(l, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "The x with l @ x = b, of which only the lower triangle of l is read.";
    solve_upper(u, b)    = matrix solve_upper,  (both [-upper(solve_lower(u.T, s) @ y.T), solve_lower(u.T, s)]
                                                      [-solve_upper(u, upper(s) @ y), solve_upper(u, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "The x with u @ x = b, of which only the upper triangle of u is read.";
    solve(a, b)          = array solve,         (formula [-(solve(a.T, s) @ y.T), solve(a.T, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "The x with a @ x = b, by rows exchanged for the largest pivots; of a singular a not finite.";
    solve_spd(a, b)      = array solve_spd,     (formula [-(solve_spd(a, s) @ y.T), solve_spd(a, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "The x with a @ x = b for a symmetric positive definite a, by its Cholesky factor; else NaN.";
    inv(a)               = array inv,           (formula [-(y.T @ s @ y.T)]),                  array,     -,   -,            shapes,        [],                         none,               "Inverse of a square matrix; of a singular one not finite.";
    det(a)               = array det,           (formula [s * y * inv(a).T]),                  array,     -,   -,            shapes,        [],                         none,               "Determinant of a square matrix.";
    logdet(a)            = array logdet,        (formula [s * inv(a).T]),                      array,     -,   -,            shapes,        [],                         none,               "ln |det a|; of a singular matrix -infinity.";
    logdet_spd(a)        = array logdet_spd,    (formula [s * inv(a)]),                        array,     -,   -,            shapes,        [],                         none,               "ln det a of a symmetric positive definite matrix, by its Cholesky factor; else NaN.";
    eigh(a)              = matrix eigh,         (both [symmetric(vectors(y) @ (diagonal_matrix(values(s)) + gaps(y) * (vectors(y).T @ vectors(s))) @ vectors(y).T)]
                                                      [joined(diagonal(vectors(y).T @ symmetric(s) @ vectors(y)),
                                                              vectors(y) @ (gaps(y) * (vectors(y).T @ symmetric(s) @ vectors(y))))]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               "`(w, v) = eigh(a)`: the eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns; of its symmetric part.";
    trace(a)             = array trace,         (formula [s * diag(diag(a) / diag(a))]),                   array,     -,   -,            shapes,        [],                         none,               "Sum of the diagonal of a square matrix.";
    diag(x)              = array diag,          (formula [diag(s)]),                           array,     -,   -,            shapes,        [],                         none,               "The diagonal of a matrix; the diagonal matrix of a vector.";
    cholesky_solve(a, l, b) = matrix cholesky_solve,
                                                (both [-symmetric(cholesky_solve(a, l, s) @ y.T), none, cholesky_solve(a, l, s)]
                                                      [-cholesky_solve(a, l, symmetric(s) @ y), none, cholesky_solve(a, l, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               (inner "the x with a @ x = b, by the Cholesky factor l of a.");
    cholesky_logdet(a, l) = matrix cholesky_logdet,
                                                (both [scaled(s, cholesky_solve(a, l, identity(a))), none]
                                                      [trace(cholesky_solve(a, l, symmetric(s))), none]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               (inner "ln det a, by the Cholesky factor l of a.");
    lu(a)                = matrix lu,           zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "both triangular factors of a matrix, by rows exchanged for the largest pivots, and in one more column which row each was exchanged with.");
    lu_solve(a, f, b)    = matrix lu_solve,     (both [-(lu_solve_turned(a, f, s) @ y.T), none, lu_solve_turned(a, f, s)]
                                                      [-lu_solve(a, f, s @ y), none, lu_solve(a, f, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               (inner "the x with a @ x = b, by the factors f of a.");
    lu_solve_turned(a, f, b) = matrix lu_solve_turned,
                                                (both [-(y @ lu_solve(a, f, s).T), none, lu_solve(a, f, s)]
                                                      [-lu_solve_turned(a, f, s.T @ y), none, lu_solve_turned(a, f, s)]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               (inner "the x with a.T @ x = b, by the factors f of a.");
    lu_logdet(a, f)      = matrix lu_logdet,    (both [scaled(s, lu_solve_turned(a, f, identity(a))), none]
                                                      [trace(lu_solve(a, f, s)), none]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               (inner "ln |det a|, by the factors f of a.");
    lu_det(a, f)         = matrix lu_det,       (both [scaled(s * y, lu_solve_turned(a, f, identity(a))), none]
                                                      [y * trace(lu_solve(a, f, s)), none]),
                                                                                               array,     -,   -,            shapes,        [],                         none,               (inner "the determinant of a, by the factors f of a.");
    lower(x)             = matrix lower,        (both [lower(s)] [lower(s)]),                  array,     -,   -,            shapes,        [],                         none,               (inner "a matrix with zeros above the diagonal.");
    upper(x)             = matrix upper,        (both [upper(s)] [upper(s)]),                  array,     -,   -,            shapes,        [],                         none,               (inner "a matrix with zeros below the diagonal.");
    half_lower(x)        = matrix half_lower,   (both [half_lower(s)] [half_lower(s)]),        array,     -,   -,            shapes,        [],                         none,               (inner "the lower triangle of a matrix, with half of its diagonal.");
    diagonal(x)          = matrix diagonal,     (both [diagonal_matrix(s)] [diagonal(s)]),     array,     -,   -,            shapes,        [],                         none,               (inner "the diagonal of a matrix.");
    diagonal_matrix(x)   = matrix diagonal_matrix,
                                                (both [diagonal(s)] [diagonal_matrix(s)]),     array,     -,   -,            shapes,        [],                         none,               (inner "the matrix of a diagonal.");
    values(f)            = array values,        zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "the eigenvalues among what `eigh` gives.");
    vectors(f)           = array vectors,       zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "the eigenvectors among what `eigh` gives.");
    joined(w, v)         = array joined,        zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "eigenvectors and in one more column eigenvalues, as `eigh` gives them.");
    gaps(f)              = array gaps,          zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "1 over the eigenvalue of a column less that of a row, and 0 where they are equal.");
    symmetric(x)         = array symmetric,     zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "the symmetric part of a matrix.");
    identity(x)          = array identity,      zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "the unit matrix of the shape of x.");
    scaled(s, x)         = array scaled,        zero,                                          array,     -,   -,            shapes,        [],                         none,               (inner "each matrix times a number of its own.");
}
