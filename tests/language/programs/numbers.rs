//! Programs of numbers in every mode, against dual numbers. Each formula is written twice: in the language of `graph!`,
//! and by hand over `num-dual`.

use graph_runtime::graph;
use num_dual::{Dual64, DualNum};

use crate::programs::by_duals;

/// Checks a graph of numbers in every mode against a formula over dual numbers, which takes an array and gives one
/// number, or an array of them for several outputs.
macro_rules! against_duals {
    ($f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> $y:ident, $formula:expr) => {{
        let ([value], [slopes]) = by_duals(|inputs| [$formula(inputs)], [$($at),+]);
        every_mode!($f($($x = $at),+ $(; $($c),+)?) -> $y = value, d = slopes);
    }};
    ($f:ident($($x:ident = $at:expr),+ $(; $($c:expr),+)?) -> ($($y:ident),+), $formula:expr) => {{
        let (values, jacobian) = by_duals($formula, [$($at),+]);
        every_mode!($f($($x = $at),+ $(; $($c),+)?) -> ($($y),+) = values, d = jacobian);
    }};
}

/// A loss of three parameters on one example, which is constant.
#[test]
fn logistic_loss() {
    graph! {
        #[graph(as_written)]
        fn logistic(w1, w2, b, const x1, const x2, const t) -> loss {
            score = w1*x1 + w2*x2 + b;
            p = sigmoid(score);
            loss = -(t*ln(p) + (1 - t)*ln(1 - p));
        }
    }
    let by_hand = |t: f64| {
        move |[w1, w2, b]: [Dual64; 3]| {
            let p = ((-(w1 * 0.8 + w2 * -1.5 + b)).exp() + 1.0).recip();
            -(p.ln() * t + (-p + 1.0).ln() * (1.0 - t))
        }
    };
    for t in [0.0, 1.0] {
        against_duals!(logistic(w1 = 0.3, w2 = -0.7, b = 0.1; 0.8, -1.5, t) -> loss, by_hand(t));
    }
}

/// The price of a call option, with the normal distribution as a function of the same block.
#[test]
fn black_scholes() {
    graph! {
        fn normal(x) -> p { p = erfc(-x/sqrt(2))/2; }
        fn call(spot, strike, rate, volatility, time) -> price {
            root = volatility*sqrt(time);
            d1 = (ln(spot/strike) + (rate + volatility^2/2)*time)/root;
            d2 = d1 - root;
            price = spot*normal(d1) - strike*exp(-rate*time)*normal(d2);
        }
    }
    against_duals!(
        call(spot = 105.0, strike = 98.0, rate = 0.03, volatility = 0.24, time = 0.75) -> price,
        |[spot, strike, rate, volatility, time]: [Dual64; 5]| {
            let root = volatility * time.sqrt();
            let d1 = ((spot / strike).ln() + (rate + volatility * volatility * 0.5) * time) / root;
            spot * normal_by_series(d1) - strike * (-rate * time).exp() * normal_by_series(d1 - root)
        }
    );
}

/// The normal distribution by the series `1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …)`.
fn normal_by_series(x: Dual64) -> Dual64 {
    let (mut term, mut sum) = (x, x);
    for factor in 1..60 {
        term = term * x * x / f64::from(2 * factor + 1);
        sum += term;
    }
    let density = (-x * x * 0.5).exp() / std::f64::consts::TAU.sqrt();
    density * sum + 0.5
}

/// `erf` and `erfc` are the same distribution seen from two sides.
#[test]
fn error_functions() {
    graph! { fn both(x) -> (below, above) { below = erf(x); above = erfc(x); } }
    for x in [-1.4, 0.0, 0.3, 2.0] {
        against_duals!(both(x = x) -> (below, above), |[x]: [Dual64; 1]| {
            let below = normal_by_series(x * std::f64::consts::SQRT_2) * 2.0 - 1.0;
            [below, -below + 1.0]
        });
    }
}

/// The residual of the implicit midpoint rule for a pendulum: two outputs for a Newton step.
#[test]
fn pendulum_residual() {
    graph! {
        fn residual(angle, speed, const angle0, const speed0, const h, const g) -> (moved, pushed) {
            middle = (angle + angle0)/2;
            moved = angle - angle0 - h*(speed + speed0)/2;
            pushed = speed - speed0 + h*g*sin(middle);
        }
    }
    against_duals!(
        residual(angle = 0.9, speed = -0.35; 1.0, -0.2, 0.05, 9.81) -> (moved, pushed),
        |[angle, speed]: [Dual64; 2]| {
            let moved = angle - 1.0 - (speed - 0.2) * 0.5 * 0.05;
            [moved, speed + 0.2 + ((angle + 1.0) * 0.5).sin() * (0.05 * 9.81)]
        }
    );
}

/// Two bodies attract each other: four coordinates in, four accelerations out.
#[test]
fn two_bodies() {
    graph! {
        fn pull(ax, ay, bx, by, const ma, const mb) -> (fax, fay, fbx, fby) {
            dx = bx - ax;
            dy = by - ay;
            cubed = hypot(dx, dy)^3;
            fax = mb*dx/cubed;
            fay = mb*dy/cubed;
            fbx = -ma*dx/cubed;
            fby = -ma*dy/cubed;
        }
    }
    against_duals!(
        pull(ax = 0.1, ay = -0.4, bx = 1.3, by = 0.7; 2.0, 0.5) -> (fax, fay, fbx, fby),
        |[ax, ay, bx, by]: [Dual64; 4]| {
            let (dx, dy) = (bx - ax, by - ay);
            let weight = (dx * dx + dy * dy).powf(-1.5);
            [dx * weight * 0.5, dy * weight * 0.5, dx * weight * -2.0, dy * weight * -2.0]
        }
    );
}

/// Rosenbrock's valley in four variables, one function called three times.
#[test]
fn rosenbrock() {
    graph! {
        fn step(a, b) -> v { v = 100*(b - a^2)^2 + (1 - a)^2; }
        fn valley(a, b, c, d) -> v { v = step(a, b) + step(b, c) + step(c, d); }
    }
    against_duals!(valley(a = -1.2, b = 1.0, c = 0.7, d = 2.1) -> v, |point: [Dual64; 4]| {
        let step = |a: Dual64, b: Dual64| (b - a.powi(2)).powi(2) * 100.0 + (a - 1.0).powi(2);
        step(point[0], point[1]) + step(point[1], point[2]) + step(point[2], point[3])
    });
    every_mode!(valley(a = 1.0, b = 1.0, c = 1.0, d = 1.0) -> v = 0.0, d = [0.0; 4]);
}

/// A quotient of polynomials, with literal and negative powers.
#[test]
fn rational_function() {
    graph! { fn ratio(x, y) -> r { r = (x^3 - 2*x*y + 1)/(x^2 + y^2 + 1) + 3*x^-2; } }
    for (x, y) in [(0.5, -2.0), (-1.5, 0.25), (3.0, 3.0)] {
        against_duals!(ratio(x = x, y = y) -> r, |[x, y]: [Dual64; 2]| {
            let above = x.powi(3) - x * y * 2.0 + 1.0;
            above / (x * x + y * y + 1.0) + (x * x).recip() * 3.0
        });
    }
}

/// Rodrigues' formula: a vector turned about an axis whose length is the angle.
#[test]
fn rotation() {
    graph! {
        fn turn(wx, wy, wz, vx, vy, vz) -> (rx, ry, rz) {
            angle = sqrt(wx^2 + wy^2 + wz^2);
            c = cos(angle);
            s = sin(angle)/angle;
            k = (1 - c)/angle^2*(wx*vx + wy*vy + wz*vz);
            rx = vx*c + (wy*vz - wz*vy)*s + wx*k;
            ry = vy*c + (wz*vx - wx*vz)*s + wy*k;
            rz = vz*c + (wx*vy - wy*vx)*s + wz*k;
        }
    }
    against_duals!(
        turn(wx = 0.4, wy = -0.7, wz = 1.1, vx = 2.0, vy = 0.3, vz = -0.6) -> (rx, ry, rz),
        |[wx, wy, wz, vx, vy, vz]: [Dual64; 6]| {
            let angle = (wx * wx + wy * wy + wz * wz).sqrt();
            let (sine, cosine) = angle.sin_cos();
            let along = (wx * vx + wy * vy + wz * vz) * (-cosine + 1.0) / (angle * angle);
            let turned = |v: Dual64, cross: Dual64, w: Dual64| v * cosine + cross * sine / angle + w * along;
            [
                turned(vx, wy * vz - wz * vy, wx),
                turned(vy, wz * vx - wx * vz, wy),
                turned(vz, wx * vy - wy * vx, wz),
            ]
        }
    );
}

/// A function of several pieces, with every connective in its conditions.
#[test]
fn piecewise_function() {
    graph! {
        fn pieces(x, a) -> y {
            y = if x < 0 && a > 0 { exp(x)*a } else if x < 1 || !(a < 2) { x^2 + a } else { ln(x)*a - sqrt(x - 1) };
        }
    }
    for (x, a) in [
        (-1.0, 0.5),
        (-1.0, -0.5),
        (0.5, 1.5),
        (4.0, 2.5),
        (4.0, 1.5),
    ] {
        against_duals!(pieces(x = x, a = a) -> y, |[x, a]: [Dual64; 2]| {
            if x.re < 0.0 && a.re > 0.0 {
                x.exp() * a
            } else if x.re < 1.0 || a.re >= 2.0 {
                x * x + a
            } else {
                x.ln() * a - (x - 1.0).sqrt()
            }
        });
    }
}

/// Sums, products and folds over literal ranges.
#[test]
fn loops() {
    graph! {
        fn harmonic(a) -> y { y = sum(i in 1..=3, 1/(i + a^2)); }
        fn rising(x) -> y { y = prod(i in 0..4, x + i); }
        fn horner(x) -> y { y = fold(acc = 0, i in 0..5, acc*x + i); }
        fn nested(a, b) -> y { y = sum(i in 1..=3, prod(j in 1..=2, a + i*b^j)); }
    }
    against_duals!(harmonic(a = 0.5) -> y, |[a]: [Dual64; 1]| {
        (1..=3).map(|i| (a * a + f64::from(i)).recip()).sum::<Dual64>()
    });
    against_duals!(rising(x = -1.3) -> y, |[x]: [Dual64; 1]| (0..4).map(|i| x + f64::from(i)).product::<Dual64>());
    against_duals!(horner(x = 0.7) -> y, |[x]: [Dual64; 1]| x.powi(3) + x.powi(2) * 2.0 + x * 3.0 + 4.0);
    against_duals!(nested(a = 0.6, b = -1.2) -> y, |[a, b]: [Dual64; 2]| {
        (1..=3).map(f64::from).map(|i| (a + b * i) * (a + b * b * i)).sum::<Dual64>()
    });
}

const DECAY: f64 = 0.125;
const SIZES: [usize; 3] = [2, 5, 7];

/// Constants of the surrounding code, of whatever number type.
#[test]
fn rust_constants() {
    graph! {
        fn loss(w, p, const t) -> l { l = (p - t)^2 + { DECAY }*w^2 + w*{ SIZES[1] } + { 3_i32 - 1 } + { 0.5_f32 }*p; }
    }
    against_duals!(loss(w = 1.5, p = -0.5; 0.25) -> l, |[w, p]: [Dual64; 2]| {
        (p - 0.25).powi(2) + w * w * 0.125 + w * 5.0 + 2.0 + p * 0.5
    });
    let decay = 0.5;
    let w = 3.0;
    let g = graph! { l = { decay }*w^2 };
    assert_eq!((g.l, g.backward(1.0).w), (4.5, 3.0));
}

mod elsewhere {
    graph_runtime::graph! {
        /// A model whose code another graph calls.
        pub(crate) fn model(w, b, x) -> y { y = tanh(w*x + b); }
    }
}

/// A graph made elsewhere is called by its path, and its derivatives with it.
#[test]
fn call_by_path() {
    graph! { fn loss(w, b, const x, const t) -> l { l = (elsewhere::model(w, b, x) - t)^2; } }
    against_duals!(loss(w = 0.7, b = -0.1; 1.2, 0.3) -> l, |[w, b]: [Dual64; 2]| {
        let power = ((w * 1.2 + b) * 2.0).exp();
        ((power - 1.0) / (power + 1.0) - 0.3).powi(2)
    });
}
