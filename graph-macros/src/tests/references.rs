//! What each element-wise operation of the table is, by other code than the table's: the one list that all tests of rows read.
//!
//! A line has the operation on `f64`, which is right at zeros, infinities and NaN too, and on dual numbers of any order, for its
//! derivatives inside its domain. Invariant: neither column calls the runtime or reads the table. The file stands for itself: the
//! workspace's tests include it by its path.

use num_dual::DualNum;

/// A dual number of any order; `f64` is the one of order 0.
pub trait Dual: DualNum<Primitive = f64> + Copy {}

impl<D: DualNum<Primitive = f64> + Copy> Dual for D {}

macro_rules! references {
    ($($name:ident($($arg:ident),+) = $number:expr, $dual:expr;)*) => {
        /// Every operation that has a line here.
        #[allow(dead_code, reason = "not every test asks for all of them")]
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// The operation of this name on numbers.
        #[allow(dead_code, reason = "some tests ask for derivatives only")]
        pub fn number(name: &str, args: &[f64]) -> Option<f64> {
            match (name, args) {
                $((stringify!($name), &[$($arg),+]) => Some($number),)*
                _ => None,
            }
        }

        /// The same on dual numbers.
        #[allow(dead_code, reason = "some tests ask for values only")]
        pub fn dual<D: Dual>(name: &str, args: &[D]) -> Option<D> {
            match (name, args) {
                $((stringify!($name), &[$($arg),+]) => Some($dual),)*
                _ => None,
            }
        }
    };
}

#[rustfmt::skip]
references! {
//  operation             on numbers                                  on dual numbers
    add(a, b)           = a + b,                                      a + b;
    sub(a, b)           = a - b,                                      a - b;
    mul(a, b)           = a * b,                                      a * b;
    div(a, b)           = a / b,                                      a / b;
    rem(a, b)           = remainder(a, b),                            a - b * (a.re() / b.re()).trunc();
    neg(x)              = -x,                                         -x;
    pow(a, b)           = libm::pow(a, b),                            (a.ln() * b).exp();
    exp(x)              = libm::exp(x),                               x.exp();
    exp2(x)             = libm::exp2(x),                              x.exp2();
    exp_m1(x)           = libm::expm1(x),                             x.exp_m1();
    ln(x)               = libm::log(x),                               x.ln();
    ln_1p(x)            = libm::log1p(x),                             x.ln_1p();
    ln_1m_exp(x)        = libm::log(-libm::expm1(x)),                 (-x.exp() + 1.0).ln();
    log2(x)             = libm::log2(x),                              x.log2();
    log10(x)            = libm::log10(x),                             x.log10();
    sqrt(x)             = x.sqrt(),                                   x.sqrt();
    cbrt(x)             = libm::cbrt(x),                              x.cbrt();
    abs(x)              = x.abs(),                                    if x.re() < 0.0 { -x } else { x };
    sign(x)             = above(x, 0.0) - above(-x, 0.0) + 0.0 * x,   D::from(x.re().signum());
    floor(x)            = whole_below(x),                             D::from(whole_below(x.re()));
    ceil(x)             = -whole_below(-x),                           D::from(-whole_below(-x.re()));
    round(x)            = rounded(x),                                 D::from(rounded(x.re()));
    sin(x)              = libm::sin(x),                               x.sin();
    cos(x)              = libm::cos(x),                               x.cos();
    tan(x)              = libm::tan(x),                               x.sin() / x.cos();
    asin(x)             = libm::asin(x),                              x.asin();
    acos(x)             = libm::acos(x),                              x.acos();
    atan(x)             = libm::atan(x),                              x.atan();
    atan2(a, b)         = libm::atan2(a, b),                          angle(a, b);
    sinh(x)             = libm::sinh(x),                              (x.exp() - (-x).exp()) * 0.5;
    cosh(x)             = libm::cosh(x),                              (x.exp() + (-x).exp()) * 0.5;
    tanh(x)             = libm::tanh(x),                              x.tanh();
    tanh_slope(x)       = 1.0 / libm::cosh(x) / libm::cosh(x),        x.cosh().powi(-2);
    asinh(x)            = libm::asinh(x),                             x.asinh();
    acosh(x)            = libm::acosh(x),                             x.acosh();
    atanh(x)            = libm::atanh(x),                             ((x + 1.0) / (-x + 1.0)).ln() * 0.5;
    hypot(a, b)         = libm::hypot(a, b),                          (a * a + b * b).sqrt();
    max(a, b)           = larger(a, b),                               if a.re() > b.re() { a } else { b };
    min(a, b)           = -larger(-a, -b),                            if a.re() < b.re() { a } else { b };
    clamp(x, lo, hi)    = -larger(-larger(x, lo), -hi),               held(x, lo, hi);
    erf(x)              = libm::erf(x),                               erf_by_series(x);
    erfc(x)             = libm::erfc(x),                              -erf_by_series(x) + 1.0;
    normal_cdf(x)       = libm::erfc(-x * ROOT_OF_HALF) * 0.5,        (erf_by_series(x * ROOT_OF_HALF) + 1.0) * 0.5;
    normal_ln_cdf(x)    = normal_ln_cdf(x),                           normal_ln_cdf(x);
    normal_quantile(p)  = erfinv(p * 2.0 - 1.0) / ROOT_OF_HALF,       erfinv(p * 2.0 - 1.0) / ROOT_OF_HALF;
    erfinv(x)           = erfinv(x),                                  erfinv(x);
    inverse_mills(x)    = inverse_mills(x).0,                         inverse_mills(x).0;
    inverse_mills_gap(x) = inverse_mills(x).1,                        inverse_mills(x).1;
    lambert_w(x)        = lambert_w(x),                               lambert_w(x);
    bessel_j0(x)        = bessel_j(0.0, x),                           bessel_j(D::from(0.0), x);
    bessel_j1(x)        = bessel_j(1.0, x),                           bessel_j(D::from(1.0), x);
    bessel_j(n, x)      = bessel_j(n, x),                             bessel_j(n, x);
    bessel_i0e(x)       = bessel_ie(0.0, x),                          bessel_ie(D::from(0.0), x);
    bessel_i1e(x)       = bessel_ie(1.0, x),                          bessel_ie(D::from(1.0), x);
    bessel_ie(n, x)     = bessel_ie(n, x),                            bessel_ie(n, x);
    ln_gamma(x)         = libm::lgamma(x),                            ln_gamma(x);
    digamma(x)          = digamma(x),                                 digamma(x);
    stumpff(k, x)       = stumpff(k, x),                              stumpff(k, x);
    acos_ratio(k, c)    = acos_ratio(k, c),                           acos_ratio(k, c);
    polygamma(n, x)     = sum_of_powers(n, x),                        sum_of_powers(n, x);
    gamma_p(a, x)       = -gamma_q(a, x) + 1.0,                       -gamma_q(a, x) + 1.0;
    gamma_q(a, x)       = gamma_q(a, x),                              gamma_q(a, x);
    gamma_density(a, x) = gamma_density(a, x),                        gamma_density(a, x);
    beta_inc(a, b, x)   = beta_inc(a, b, x),                          beta_inc(a, b, x);
    beta_density(a, b, x) = beta_density(a, b, x),                    beta_density(a, b, x);
    trigamma(x)         = sum_of_powers(1.0, x),                      sum_of_powers(D::from(1.0), x);
    ln_beta(a, b)       = ln_beta(a, b),                              ln_beta(a, b);
    ln_choose(n, k)     = ln_choose(n, k),                            ln_choose(n, k);
    sigmoid(x)          = 1.0 / (1.0 + libm::exp(-x)),                ((-x).exp() + 1.0).recip();
    sigmoid_rest(x)     = 1.0 / (1.0 + libm::exp(x)),                 (x.exp() + 1.0).recip();
    sigmoid_slope(x)    = 0.25 / libm::cosh(0.5 * x) / libm::cosh(0.5 * x), (x * 0.5).cosh().powi(-2) * 0.25;
    sigmoid_tail(x)     = 1.0 / (1.0 + libm::exp(x.abs())),           ((if x.re() < 0.0 { -x } else { x }).exp() + 1.0).recip();
    ln_sigmoid(x)       = -libm::log1p(libm::exp(-x)),                -((-x).exp() + 1.0).ln();
    logit(p)            = libm::log(p) - libm::log1p(-p),             (p / (-p + 1.0)).ln();
    relu(x)             = larger(x, 0.0),                             x * above(x.re(), 0.0);
    leaky_relu(x, a)    = if x > 0.0 { x } else { a * x },            if x.re() > 0.0 { x } else { a * x };
    elu(x, a)           = if x > 0.0 { x } else { a * libm::expm1(x) }, if x.re() > 0.0 { x } else { a * x.exp_m1() };
    softplus(x)         = libm::log1p(libm::exp(x)),                  (x.exp() + 1.0).ln();
    silu(x)             = x / (1.0 + libm::exp(-x)),                  x / ((-x).exp() + 1.0);
    gelu(x)             = x * libm::erfc(-x * ROOT_OF_HALF) * 0.5,    x * (erf_by_series(x * ROOT_OF_HALF) + 1.0) * 0.5;
    softsign(x)         = x / (1.0 + x.abs()),                        if x.re() < 0.0 { x / (-x + 1.0) } else { x / (x + 1.0) };
    xlogy(x, y)         = if x == 0.0 && y >= 0.0 { 0.0 } else { x * libm::log(y) },  y.ln() * x;
    xlog1py(x, y)       = if x == 0.0 && y >= -1.0 { 0.0 } else { x * libm::log1p(y) },  (y + 1.0).ln() * x;
    logaddexp(a, b)     = libm::log(libm::exp(a) + libm::exp(b)),     (a.exp() + b.exp()).ln();
}

const ROOT_OF_HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// 1 where one number is above another one, else 0.
fn above(a: f64, b: f64) -> f64 {
    f64::from(u8::from(a > b))
}

/// By subtraction of the largest multiples that fit, which is exact.
fn remainder(a: f64, b: f64) -> f64 {
    if !a.is_finite() || b == 0.0 || b.is_nan() {
        return f64::NAN;
    }
    let (mut left, step) = (a.abs(), b.abs());
    while left >= step {
        let mut part = step;
        while part * 2.0 <= left {
            part *= 2.0;
        }
        left -= part;
    }
    left.copysign(a)
}

/// The whole number at or below; from 2⁵² on all are whole.
fn whole_below(x: f64) -> f64 {
    if x.is_nan() || x.abs() >= 4503599627370496.0 {
        return x;
    }
    let cut = x as i64 as f64;
    (if cut > x { cut - 1.0 } else { cut }).copysign(x)
}

/// The nearest whole number, of two the one farther from 0.
fn rounded(x: f64) -> f64 {
    let (size, whole) = (x.abs(), whole_below(x.abs()));
    (if size - whole >= 0.5 {
        whole + 1.0
    } else {
        whole
    })
    .copysign(x)
}

/// At its poles the sum has two infinities; of negative numbers it is not offered.
fn ln_beta<D: Dual>(a: D, b: D) -> D {
    match a.re().min(b.re()) {
        0.0 => D::from(f64::INFINITY),
        least if least < 0.0 => D::from(f64::NAN),
        _ => ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b),
    }
}

fn ln_choose<D: Dual>(n: D, k: D) -> D {
    if !(0.0..=n.re()).contains(&k.re()) {
        return D::from(f64::NAN);
    }
    let value = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    // There is one way to take none or all, without the rounding of three terms.
    match k.re() == 0.0 || k.re() == n.re() {
        true => value - value.re(),
        false => value,
    }
}

fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

fn held<D: Dual>(x: D, lo: D, hi: D) -> D {
    match x.re() {
        at if at < lo.re() => lo,
        at if at > hi.re() => hi,
        _ => x,
    }
}

/// The angle of the point (x, y) by its arc tangent, moved to the right half turn, which no derivative sees.
fn angle<D: Dual>(y: D, x: D) -> D {
    let principal = (y / x).atan();
    principal + (y.re().atan2(x.re()) - principal.re())
}

/// `2/√π exp(-x²) (x + 2x³/3 + 4x⁵/(3·5) + …)`, whose terms have one sign; from 6 on it is 1 to 16 digits.
fn erf_by_series<D: Dual>(x: D) -> D {
    if x.re().abs() > 6.0 {
        return D::from(x.re().signum());
    }
    let (mut term, mut sum) = (x, x);
    for factor in 1..150 {
        term = term * x * x * 2.0 / f64::from(2 * factor + 1);
        sum += term;
    }
    (-x * x).exp() * sum * std::f64::consts::FRAC_2_SQRT_PI
}

/// φ(x) / Φ(x), and that plus x: far below 0 by the continued fraction of Laplace for Mills' ratio.
fn inverse_mills<D: Dual>(x: D) -> (D, D) {
    if x.re() < -3.0 {
        let tail = (2..400).rev().fold(D::from(0.0), |tail, step| {
            (-x + tail).recip() * f64::from(step)
        });
        let gap = (-x + tail).recip();
        return (-x + gap, gap);
    }
    let density = (-x * x * 0.5).exp() / std::f64::consts::TAU.sqrt();
    let ratio = density / ((erf_by_series(x * ROOT_OF_HALF) + 1.0) * 0.5);
    (ratio, x + ratio)
}

fn normal_ln_cdf<D: Dual>(x: D) -> D {
    if x.re() < -3.0 {
        return -x * x * 0.5 - std::f64::consts::TAU.ln() * 0.5 - inverse_mills(x).0.ln();
    }
    ((erf_by_series(x * ROOT_OF_HALF) + 1.0) * 0.5).ln()
}

/// A zero of an increasing function by halving, and then by Newton's method for its derivatives.
fn inverse<D: Dual>(
    mut low: f64,
    mut high: f64,
    value: impl Fn(f64) -> f64,
    step: impl Fn(D) -> D,
) -> D {
    for _ in 0..45 {
        let middle = low + (high - low) * 0.5;
        match value(middle) < 0.0 {
            true => low = middle,
            false => high = middle,
        }
    }
    (0..3).fold(D::from(low), |at, _| at - step(at))
}

fn erfinv<D: Dual>(x: D) -> D {
    let size = x.re().abs();
    if size.is_nan() || size >= 1.0 {
        return D::from(if size == 1.0 { x.re() / 0.0 } else { f64::NAN });
    }
    let slope = |y: D| (-y * y).exp() * std::f64::consts::FRAC_2_SQRT_PI;
    inverse(
        -6.0,
        6.0,
        |y| erf_by_series(y) - x.re(),
        |y| (erf_by_series(y) - x) / slope(y),
    )
}

fn lambert_w<D: Dual>(x: D) -> D {
    let edge = -0.36787944117144233;
    if x.re().is_nan() || x.re() <= edge || x.re().is_infinite() {
        let below = if x.re() < edge { f64::NAN } else { x.re() };
        return D::from(if x.re() == edge { -1.0 } else { below });
    }
    inverse(
        -1.0,
        710.0,
        |w| w * w.exp() - x.re(),
        |w: D| (w * w.exp() - x) / (w.exp() * (w + 1.0)),
    )
}

/// The mean of a function over a full turn, by so many points that a Bessel function of that order is nothing.
fn mean_over_turn<D: Dual>(n: D, x: D, function: impl Fn(f64) -> D) -> D {
    let size = x.re().abs();
    if size > 2e4 {
        return D::from(if size.is_infinite() { 0.0 } else { f64::NAN });
    }
    let points = 64 + n.re() as usize + 2 * size as usize;
    let turn = |at: usize| std::f64::consts::TAU * at as f64 / points as f64;
    let sum = (0..points).fold(D::from(0.0), |sum, at| sum + function(turn(at)));
    sum / points as f64
}

/// Bessel's integral.
fn bessel_j<D: Dual>(n: D, x: D) -> D {
    mean_over_turn(n, x, |turn| (x * turn.sin() - n.re() * turn).cos())
}

fn bessel_ie<D: Dual>(n: D, x: D) -> D {
    let size = if x.re() < 0.0 { -x } else { x };
    mean_over_turn(n, x, |turn| {
        (x * turn.cos() - size).exp() * (n.re() * turn).cos()
    })
}

/// The series itself.
fn stumpff<D: Dual>(k: D, x: D) -> D {
    let k = k.re();
    let first = (1..=k as u32).fold(1.0, |product, factor| product / f64::from(factor));
    let (mut term, mut sum) = (D::from(first), D::from(0.0));
    for j in 0..40 {
        sum += term;
        let j = 2.0 * f64::from(j);
        term = -term * x / ((k + j + 1.0) * (k + j + 2.0));
    }
    sum
}

/// The hypergeometric series.
fn acos_ratio<D: Dual>(k: D, c: D) -> D {
    let (k, z) = (k.re(), (-c + 1.0) * 0.5);
    if k == 0.0 && c.re() < 0.5 {
        return c.acos() / (-(c * c) + 1.0).sqrt();
    }
    let (mut term, mut sum) = (D::from(1.0), D::from(0.0));
    for j in 0..300 {
        sum += term;
        let j = f64::from(j);
        term = term * z * ((k + 1.0 + j) * (k + 1.0 + j) / ((k + 1.5 + j) * (j + 1.0)));
    }
    sum
}

/// By Stirling's series for large numbers and the recurrence.
fn ln_gamma<D: Dual>(x: D) -> D {
    if x.re() < -1e3 || x.re().is_nan() {
        return D::from(f64::NAN);
    }
    let (mut product, mut y) = (D::from(1.0), x);
    while y.re() < 12.0 {
        product *= y;
        y += 1.0;
    }
    let back = if product.re() < 0.0 {
        -product
    } else {
        product
    }
    .ln();
    let mut sum = (y - 0.5) * y.ln() - y + std::f64::consts::TAU.ln() * 0.5 - back;
    let coefficients = [
        12.0,
        -360.0,
        1260.0,
        -1680.0,
        1188.0,
        -360_360.0 / 691.0,
        156.0,
    ];
    for (coefficient, power) in coefficients.into_iter().zip(0..) {
        sum += y.powi(-2 * power - 1) / coefficient;
    }
    sum
}

/// Of a whole number it is a sum of so many terms, those of Poisson's distribution.
fn gamma_q<D: Dual>(a: D, x: D) -> D {
    let (mut term, mut sum) = (in_range(x, f64::INFINITY), D::from(0.0));
    for k in 1..=a.re() as i32 {
        sum += term;
        term = term * x / f64::from(k);
    }
    match x.re().is_infinite() {
        true => D::from(0.0),
        false => sum * (-x).exp(),
    }
}

/// 1 where a number is from 0 to an end, else NaN.
fn in_range<D: Dual>(x: D, end: f64) -> D {
    D::from(if (0.0..=end).contains(&x.re()) {
        1.0
    } else {
        f64::NAN
    })
}

fn gamma_density<D: Dual>(a: D, x: D) -> D {
    match a.re() as i32 {
        ..=0 => in_range(x, f64::INFINITY) * 0.0,
        _ if x.re().is_infinite() => in_range(x, f64::INFINITY) * 0.0,
        a => {
            (1..a).fold(in_range(x, f64::INFINITY), |term, k| {
                term * x / f64::from(k)
            }) * (-x).exp()
        }
    }
}

/// Of whole numbers it is the probability of at least a among a + b - 1.
fn beta_inc<D: Dual>(a: D, b: D, x: D) -> D {
    let (a, all) = (a.re() as i32, (a + b).re() as i32 - 1);
    let mut sum = D::from(0.0);
    for taken in a..=all {
        let ways = (1..=taken).fold(1.0, |ways, k| {
            ways * f64::from(all - taken + k) / f64::from(k)
        });
        sum += x.powi(taken) * (-x + 1.0).powi(all - taken) * ways;
    }
    sum * in_range(x, 1.0)
}

fn beta_density<D: Dual>(a: D, b: D, x: D) -> D {
    let (a, b) = (a.re() as i32, b.re() as i32);
    if a == 0 || b == 0 {
        return in_range(x, 1.0) * 0.0;
    }
    // (a + b - 1)! / ((a - 1)! (b - 1)!)
    let ways = (1..b).fold(f64::from(a), |ways, k| {
        ways * f64::from(a + k) / f64::from(k)
    });
    x.powi(a - 1) * (-x + 1.0).powi(b - 1) * in_range(x, 1.0) * ways
}

/// By its series for large numbers and the recurrence.
fn digamma<D: Dual>(x: D) -> D {
    if x.re() < -1e3 || x.re().is_nan() {
        return D::from(f64::NAN);
    }
    let (mut back, mut y) = (D::from(0.0), x);
    while y.re() < 30.0 {
        back += y.recip();
        y += 1.0;
    }
    let mut sum = y.ln() - y.recip() * 0.5 - back;
    for coefficient in [12.0, -120.0, 252.0, -240.0, 132.0].into_iter().zip(1..) {
        sum -= y.powi(-2 * coefficient.1) / coefficient.0;
    }
    sum
}

/// (-1)ⁿ⁺¹ n! Σ (x + k)⁻ⁿ⁻¹, term by term up to 30, and then by Euler and Maclaurin's formula.
fn sum_of_powers<D: Dual>(n: D, x: D) -> D {
    let n = n.re() as i32;
    if x.re() < -1e3 || x.re().is_nan() {
        return D::from(f64::NAN);
    }
    let (mut sum, mut y) = (D::from(0.0), x);
    while y.re() < 30.0 {
        sum += y.powi(-n - 1);
        y += 1.0;
    }
    let order = f64::from(n);
    sum += y.powi(-n) / order + y.powi(-n - 1) * 0.5;
    let mut factor = y.powi(-n - 2) * (order + 1.0);
    for (step, number) in BERNOULLI.into_iter().enumerate() {
        let step = step as f64;
        sum += factor * number;
        factor = factor / y / y * (order + 2.0 * step + 2.0) * (order + 2.0 * step + 3.0)
            / (2.0 * step + 3.0)
            / (2.0 * step + 4.0);
    }
    let sign = if n % 2 == 0 { -1.0 } else { 1.0 };
    (1..=n).fold(sum * sign, |sum, factor| sum * f64::from(factor))
}

/// B₂ₖ / 2, since the factor of the first has 1/1! where the formula has 1/2!.
const BERNOULLI: [f64; 6] = [
    1.0 / 12.0,
    -1.0 / 60.0,
    1.0 / 84.0,
    -1.0 / 60.0,
    5.0 / 132.0,
    -691.0 / 5460.0,
];
