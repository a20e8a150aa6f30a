//! The functions to 190 bits and more, on numbers of any precision.
//!
//! Invariant: what is returned is exact to well below a thousandth of the last place of an `f64`.

use astro_float_num::{BigFloat, Consts, RoundingMode, Sign};

const ROUND: RoundingMode = RoundingMode::ToEven;

/// From here on so many terms of Stirling's series have the precision.
const LARGE: f64 = 32.0;
const TERMS: usize = 30;

/// A calculator of a fixed precision.
pub struct Exact {
    constants: Consts,
    bits: usize,
    /// B₂, B₄ and so on, as far as they have been asked for.
    bernoulli: Vec<BigFloat>,
}

/// Functions that the library has, under this module's precision.
macro_rules! functions {
    ($($name:ident)*) => {$(
        pub fn $name(&mut self, x: &BigFloat) -> BigFloat {
            x.$name(self.bits, ROUND, &mut self.constants)
        }
    )*};
}

macro_rules! operations {
    ($($name:ident)*) => {$(
        pub fn $name(&self, a: &BigFloat, b: &BigFloat) -> BigFloat {
            a.$name(b, self.bits, ROUND)
        }
    )*};
}

impl Exact {
    pub fn new() -> Exact {
        let constants = Consts::new().expect("memory for the constants");
        Exact {
            constants,
            bits: 256,
            bernoulli: Vec::new(),
        }
    }

    pub fn of(&self, x: f64) -> BigFloat {
        from_f64(x, self.bits)
    }

    functions! { exp ln log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh }
    operations! { add sub mul div }

    pub fn sqrt(&mut self, x: &BigFloat) -> BigFloat {
        x.sqrt(self.bits, ROUND)
    }

    pub fn cbrt(&mut self, x: &BigFloat) -> BigFloat {
        x.cbrt(self.bits, ROUND)
    }

    fn pi(&mut self) -> BigFloat {
        self.constants.pi(self.bits, ROUND)
    }

    pub fn exp2(&mut self, x: &BigFloat) -> BigFloat {
        let two = self.of(2.0);
        two.pow(x, self.bits, ROUND, &mut self.constants)
    }

    pub fn exp_m1(&mut self, x: &BigFloat) -> BigFloat {
        if is_below(x, -60) {
            // x + x²/2: what follows is beyond 120 bits.
            let square = self.mul(x, x);
            return self.add(x, &self.mul(&square, &self.of(0.5)));
        }
        let power = self.exp(x);
        self.sub(&power, &self.of(1.0))
    }

    pub fn ln_1p(&mut self, x: &BigFloat) -> BigFloat {
        if is_below(x, -60) {
            let square = self.mul(x, x);
            return self.sub(x, &self.mul(&square, &self.of(0.5)));
        }
        let sum = self.add(&self.of(1.0), x);
        self.ln(&sum)
    }

    pub fn floor(&mut self, x: &BigFloat) -> BigFloat {
        x.floor()
    }

    pub fn ceil(&mut self, x: &BigFloat) -> BigFloat {
        x.ceil()
    }

    pub fn round(&mut self, x: &BigFloat) -> BigFloat {
        let size = self.add(&x.abs(), &self.of(0.5)).floor();
        if x.is_negative() { size.neg() } else { size }
    }

    pub fn ln_1m_exp(&mut self, x: &BigFloat) -> BigFloat {
        if is_below(x, 0) {
            let rest = self.exp_m1(x).neg();
            return self.ln(&rest);
        }
        let power = self.exp(x).neg();
        self.ln_1p(&power)
    }

    pub fn logit(&mut self, p: &BigFloat) -> BigFloat {
        let (of_p, of_rest) = (self.ln(p), self.ln_1p(&p.neg()));
        self.sub(&of_p, &of_rest)
    }

    /// To so many bits more as the three terms may cancel.
    pub fn ln_beta(&mut self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        let exponents = [a, b].map(|x| x.exponent().unwrap_or(0).unsigned_abs() as usize);
        let kept = self.bits;
        self.bits = kept + exponents[0] + exponents[1] + 64;
        let sum = self.add(a, b);
        let [a, b, sum] = [a, b, &sum].map(|x| self.ln_gamma(x));
        let value = self.sub(&self.add(&a, &b), &sum);
        self.bits = kept;
        value
    }

    pub fn ln_choose(&mut self, n: &BigFloat, k: &BigFloat) -> BigFloat {
        let exponent = n.exponent().unwrap_or(0).unsigned_abs() as usize;
        let kept = self.bits;
        self.bits = kept + exponent + 64;
        let one = self.of(1.0);
        let [n, k, rest] = [n, k, &self.sub(n, k)].map(|x| self.add(x, &one));
        let [n, k, rest] = [n, k, rest].map(|x| self.ln_gamma(&x));
        let value = self.sub(&self.sub(&n, &k), &rest);
        self.bits = kept;
        value
    }

    pub fn sigmoid(&mut self, x: &BigFloat) -> BigFloat {
        let power = self.exp(&x.neg());
        self.div(&self.of(1.0), &self.add(&self.of(1.0), &power))
    }

    pub fn softplus(&mut self, x: &BigFloat) -> BigFloat {
        let size = if x.is_positive() { x.neg() } else { x.clone() };
        let power = self.exp(&size);
        let rest = self.ln_1p(&power);
        if x.is_positive() {
            self.add(x, &rest)
        } else {
            rest
        }
    }

    pub fn logaddexp(&mut self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        let apart = self.sub(b, a);
        let (larger, apart) = match apart.is_positive() {
            true => (b, apart.neg()),
            false => (a, apart),
        };
        let rest = self.softplus(&apart);
        self.add(larger, &rest)
    }

    pub fn powf(&mut self, x: &BigFloat, y: &BigFloat) -> BigFloat {
        let size = if x.is_negative() { x.neg() } else { x.clone() };
        let logarithm = self.ln(&size);
        let exponent = self.mul(y, &logarithm);
        let power = self.exp(&exponent);
        match (
            x.is_negative(),
            y.is_int(),
            self.mul(y, &self.of(0.5)).is_int(),
        ) {
            (false, ..) | (true, true, true) => power,
            (true, true, false) => power.neg(),
            (true, false, _) => BigFloat::nan(None),
        }
    }

    pub fn hypot(&mut self, x: &BigFloat, y: &BigFloat) -> BigFloat {
        let squares = self.add(&self.mul(x, x), &self.mul(y, y));
        self.sqrt(&squares)
    }

    pub fn atan2(&mut self, y: &BigFloat, x: &BigFloat) -> BigFloat {
        let angle = self.atan(&self.div(y, x));
        match (x.is_negative(), y.is_negative()) {
            (false, _) => angle,
            (true, false) => {
                let pi = self.pi();
                self.add(&angle, &pi)
            }
            (true, true) => {
                let pi = self.pi();
                self.sub(&angle, &pi)
            }
        }
    }

    /// 2/√π Σ x (-x²)ᵏ / (k! (2k + 1)).
    ///
    /// The terms grow to exp(x²) before they fall, so that as many bits more are taken.
    pub fn erf(&mut self, x: &BigFloat) -> BigFloat {
        if to_f64(x).abs() > 30.0 {
            return self.of(if x.is_negative() { -1.0 } else { 1.0 });
        }
        let kept = self.bits;
        self.bits = kept + (3.0 * to_f64(x) * to_f64(x)) as usize;
        let square = self.mul(x, x).neg();
        let (mut power, mut sum) = (x.clone(), x.clone());
        for k in 1_u32.. {
            power = self.div(&self.mul(&power, &square), &self.of(f64::from(k)));
            let term = self.div(&power, &self.of(f64::from(2 * k + 1)));
            if is_below(&term, sum.exponent().unwrap_or(0) - self.bits as i32) {
                break;
            }
            sum = self.add(&sum, &term);
        }
        let pi = self.pi();
        let root = self.sqrt(&pi);
        let value = self.div(&self.add(&sum, &sum), &root);
        self.bits = kept;
        value
    }

    /// The Bernoulli numbers B₂ to B₂ₖ by their recurrence Σ C(m + 1, j) Bⱼ = 0, to many more bits than it cancels.
    fn bernoulli(&mut self) -> Vec<BigFloat> {
        const MOST: usize = 2 * TERMS;
        if self.bernoulli.is_empty() {
            let kept = std::mem::replace(&mut self.bits, 768);
            let mut numbers = vec![self.of(1.0)];
            for m in 1..=MOST {
                let (mut sum, mut choose) = (self.of(0.0), self.of(1.0));
                for (j, number) in numbers.iter().enumerate() {
                    sum = self.add(&sum, &self.mul(&choose, number));
                    let (above, below) = (self.of((m + 1 - j) as f64), self.of((j + 1) as f64));
                    choose = self.div(&self.mul(&choose, &above), &below);
                }
                numbers.push(self.div(&sum.neg(), &self.of((m + 1) as f64)));
            }
            self.bits = kept;
            self.bernoulli = numbers.into_iter().skip(2).step_by(2).collect();
        }
        self.bernoulli.clone()
    }

    /// x, x + 1 and so on, and the first of these that is large.
    fn raised(&self, x: &BigFloat) -> (Vec<BigFloat>, BigFloat) {
        let (one, large) = (self.of(1.0), self.of(LARGE));
        let (mut passed, mut at) = (Vec::new(), x.clone());
        while at < large {
            let next = self.add(&at, &one);
            passed.push(std::mem::replace(&mut at, next));
        }
        (passed, at)
    }

    /// By Stirling's series at a large number, and the product of those on the way to it.
    pub fn ln_gamma(&mut self, x: &BigFloat) -> BigFloat {
        let (passed, y) = self.raised(x);
        let product = passed
            .iter()
            .fold(self.of(1.0), |product, y| self.mul(&product, y));
        let product = if product.is_negative() {
            product.neg()
        } else {
            product
        };
        let logarithm = self.ln(&y);
        let mut sum = self.mul(&self.sub(&y, &self.of(0.5)), &logarithm);
        sum = self.sub(&sum, &y);
        let pi = self.pi();
        let of_pi = self.ln(&self.add(&pi, &pi));
        sum = self.add(&sum, &self.mul(&of_pi, &self.of(0.5)));
        let square = self.mul(&y, &y);
        let mut power = self.div(&self.of(1.0), &y);
        for (number, k) in self.bernoulli().iter().zip(1_u32..) {
            let below = self.of(f64::from(2 * k * (2 * k - 1)));
            sum = self.add(&sum, &self.div(&self.mul(number, &power), &below));
            power = self.div(&power, &square);
        }
        let of_product = self.ln(&product);
        self.sub(&sum, &of_product)
    }

    /// By Stirling's series at a large number, and the recurrence.
    pub fn digamma(&mut self, x: &BigFloat) -> BigFloat {
        let (passed, y) = self.raised(x);
        let (one, half) = (self.of(1.0), self.of(0.5));
        let logarithm = self.ln(&y);
        let mut sum = self.sub(&logarithm, &self.div(&half, &y));
        let square = self.mul(&y, &y);
        let mut power = self.div(&one, &square);
        for (number, k) in self.bernoulli().iter().zip(1_u32..) {
            let term = self.div(&self.mul(number, &power), &self.of(f64::from(2 * k)));
            sum = self.sub(&sum, &term);
            power = self.div(&power, &square);
        }
        let back = passed
            .iter()
            .fold(self.of(0.0), |back, y| self.add(&back, &self.div(&one, y)));
        self.sub(&sum, &back)
    }

    pub fn erfc(&mut self, x: &BigFloat) -> BigFloat {
        let erf = self.erf(x);
        let bits = erf.mantissa_max_bit_len().unwrap_or(self.bits);
        self.of(1.0).sub(&erf, bits, ROUND)
    }
}

/// An `f64` as it is; the library's own conversion does not know subnormal ones.
fn from_f64(x: f64, bits: usize) -> BigFloat {
    if x.abs() >= f64::MIN_POSITIVE || x == 0.0 || x.is_nan() {
        return BigFloat::from_f64(x, bits);
    }
    let mut value = BigFloat::from_f64(x * 2_f64.powi(200), bits);
    let exponent = value.exponent().unwrap_or(0);
    value.set_exponent(exponent - 200);
    value
}

/// Whether a number is smaller in size than a power of two.
fn is_below(x: &BigFloat, exponent: i32) -> bool {
    x.is_zero() || x.exponent().is_some_and(|own| own < exponent)
}

/// The nearest `f64`, or one next to it.
pub fn to_f64(x: &BigFloat) -> f64 {
    scaled(x, 0)
}

/// `x / 2ᵉ` to about 60 bits, as an `f64`.
fn scaled(x: &BigFloat, e: i32) -> f64 {
    let Some((words, _, sign, exponent, _)) = x.as_raw_parts() else {
        let infinity = if x.is_inf_neg() {
            -f64::INFINITY
        } else {
            f64::INFINITY
        };
        return if x.is_nan() { f64::NAN } else { infinity };
    };
    if x.is_zero() {
        return 0.0;
    }
    let top = words.last().map_or(0.0, |word| *word as f64);
    let power = exponent - e - 64;
    // In two steps, since one alone may be out of range.
    let half = power.clamp(-2000, 2000) / 2;
    let size = top * 2_f64.powi(half) * 2_f64.powi(power.clamp(-2000, 2000) - half);
    if sign == Sign::Neg { -size } else { size }
}

/// How far a result is from the exact one, in units of the last place of a number of `digits` bits whose smallest power
/// of two is 2^`least` and whose largest numbers end below 2^`most`.
pub fn distance(found: f64, exact: &BigFloat, digits: i32, least: i32, most: i32) -> f64 {
    let exponent = exact
        .exponent()
        .filter(|_| !exact.is_zero())
        .unwrap_or(least);
    let unit = (exponent - digits).max(least);
    if found.is_infinite() {
        // What rounds to infinity lies half a last place or less below the end.
        let rounds =
            exponent > most || scaled(exact, most - digits).abs() >= 2_f64.powi(digits) - 0.5;
        let same_sign = exact.is_negative() == (found < 0.0);
        return if rounds && same_sign {
            0.5
        } else {
            f64::INFINITY
        };
    }
    let found = from_f64(found, 64);
    scaled(&found.sub(exact, 256, ROUND), unit).abs()
}
