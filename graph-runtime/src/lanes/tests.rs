//! What lanes do against what single numbers do, on every instruction set of the machine; batches of every length.

use super::{Kernel, Level, batch};
use crate::{Mask, Number, Real};

const LEVELS: [Level; 3] = [Level::Avx512, Level::Avx2, Level::Baseline];

/// Numbers of every kind, in an order that mixes them within a vector.
const NUMBERS: [f64; 19] = [
    1.5,
    -0.0,
    f64::NAN,
    -2.25,
    f64::INFINITY,
    0.0,
    3.0,
    -3.0,
    f64::NEG_INFINITY,
    0.5,
    1.5,
    -1e30,
    1e30,
    f64::NAN,
    -0.5,
    7.0,
    2.0,
    -1.0,
    1e-30,
];

/// All that a [`Real`] can do without a rounding of its own.
struct Exactly;

impl Kernel<2, 20> for Exactly {
    #[inline(always)]
    fn eval<T: Real>(&self, [a, b]: [T; 2]) -> [T; 20] {
        let (yes, no) = (T::of(1.0), T::of(0.0));
        let answer = |mask| T::select(mask, yes, no);
        [
            a + b,
            a - b,
            a * b,
            a / b,
            -a,
            a.abs(),
            a.sign(),
            a.relu(),
            a.sqrt(),
            a.max(b),
            a.min(b),
            answer(a.less(b)),
            answer(a.less_equal(b)),
            answer(a.greater(b)),
            answer(a.greater_equal(b)),
            answer(a.equal(b)),
            answer(a.not_equal(b)),
            answer(!a.less(b) & b.less(T::of(2.0)) | a.equal(T::of(7.0))),
            a.powi(-3),
            a.powi(5),
        ]
    }
}

fn agree<T: Number>(level: Level) {
    let a: Vec<T> = NUMBERS
        .iter()
        .flat_map(|a| NUMBERS.map(|_| T::of(*a)))
        .collect();
    let b: Vec<T> = NUMBERS.iter().flat_map(|_| NUMBERS.map(T::of)).collect();
    let mut outputs = vec![vec![T::of(0.0); a.len()]; 20];
    let mut rest = outputs.iter_mut();
    let slices = [(); 20].map(|()| &mut rest.next().expect("twenty outputs")[..]);
    batch::run_at(level, a.len(), [&a, &b], slices, &Exactly);
    for at in 0..a.len() {
        let expected = Exactly.eval([a[at], b[at]]);
        for (which, (expected, outputs)) in expected.iter().zip(&outputs).enumerate() {
            let (expected, found) = (expected.to_f64(), outputs[at].to_f64());
            let same = expected.to_bits() == found.to_bits() || expected.is_nan() && found.is_nan();
            assert!(
                same,
                "output {which} of {:?}, {:?} is {found}, not {expected}",
                a[at], b[at]
            );
        }
    }
}

#[test]
fn lanes_do_what_numbers_do() {
    for level in LEVELS {
        agree::<f32>(level);
        agree::<f64>(level);
    }
}

/// `a b + c` with and without one rounding differ here by all of the result.
#[test]
fn products_are_fused_where_the_instruction_set_does_it() {
    struct MulAdd;
    impl Kernel<3, 1> for MulAdd {
        #[inline(always)]
        fn eval<T: Real>(&self, [a, b, c]: [T; 3]) -> [T; 1] {
            [a.mul_add(b, c)]
        }
    }
    let (a, c) = ([1.0 + f64::EPSILON; 16], [-1.0 - 2.0 * f64::EPSILON; 16]);
    let mut y = [f64::NAN; 16];
    for level in LEVELS {
        batch::run_at(level, 16, [&a, &a, &c], [&mut y], &MulAdd);
        let fused = level.min(Level::detected()) > Level::Baseline
            || cfg!(any(target_feature = "fma", target_arch = "aarch64"));
        let expected = if fused {
            f64::EPSILON * f64::EPSILON
        } else {
            0.0
        };
        assert_eq!(y, [expected; 16], "{level:?}");
    }
}

/// A kernel of two outputs with a branch-free part and a rare one.
struct Mixed;

impl Kernel<2, 2> for Mixed {
    #[inline(always)]
    fn eval<T: Real>(&self, [a, b]: [T; 2]) -> [T; 2] {
        [a.sin() * b.exp(), (a * b).ln()]
    }
}

fn any_length_and_place<T: Number>(level: Level) {
    let number = |at: usize, step: f64| T::of((at as f64 * step).sin() * 3.0);
    let a: Vec<T> = (0..80).map(|at| number(at, 0.7)).collect();
    let b: Vec<T> = (0..80).map(|at| number(at, 1.3)).collect();
    let mut whole = [vec![T::of(0.0); 80], vec![T::of(0.0); 80]];
    let slices = whole.each_mut().map(|output| &mut output[..]);
    batch::run_at(level, 80, [&a, &b], slices, &Mixed);
    for length in 0..=40 {
        for start in 0..=17 {
            let untouched = T::of(-77.0);
            let mut part = [vec![untouched; 60], vec![untouched; 60]];
            let slices = part.each_mut().map(|output| &mut output[start..]);
            batch::run_at(level, length, [&a[start..], &b[start..]], slices, &Mixed);
            for (part, whole) in part.iter().zip(&whole) {
                for (at, found) in part.iter().enumerate() {
                    let inside = (start..start + length).contains(&at);
                    let expected = if inside { whole[at] } else { untouched };
                    assert_eq!(found.to_f64().to_bits(), expected.to_f64().to_bits());
                }
            }
        }
    }
}

/// Bit for bit, and nothing is written beyond the points.
#[test]
fn results_depend_neither_on_length_nor_on_place() {
    for level in LEVELS {
        any_length_and_place::<f32>(level);
        any_length_and_place::<f64>(level);
    }
}

#[test]
fn many_points_are_computed_as_few_are() {
    let points = 70_001;
    let a: Vec<f64> = (0..points).map(|at| f64::from(at as u32).sqrt()).collect();
    let b: Vec<f64> = a.iter().map(|a| 1.0 / (1.0 + a)).collect();
    let mut shared = [vec![0.0; points], vec![0.0; points]];
    let mut alone = shared.clone();
    batch::run(
        points,
        [&a, &b],
        shared.each_mut().map(|output| &mut output[..]),
        &Mixed,
    );
    batch::run_on_one_core(
        points,
        [&a, &b],
        alone.each_mut().map(|output| &mut output[..]),
        &Mixed,
    );
    assert_eq!(shared, alone);
    assert_eq!(shared[0][points - 1], {
        let (a, b) = (a[points - 1], b[points - 1]);
        let mut y = [[0.0], [0.0]];
        batch::run(1, [&[a], &[b]], y.each_mut().map(|y| &mut y[..]), &Mixed);
        y[0][0]
    });
}

#[test]
#[should_panic(expected = "a slice is shorter")]
fn a_short_slice_is_refused() {
    let (a, mut y) = ([1.0; 20], [[0.0; 19], [0.0; 19]]);
    batch::run(20, [&a, &a], y.each_mut().map(|y| &mut y[..]), &Mixed);
}

#[test]
fn a_mask_is_one_answer_a_lane() {
    struct Any;
    impl Kernel<1, 1> for Any {
        #[inline(always)]
        fn eval<T: Real>(&self, [x]: [T; 1]) -> [T; 1] {
            let (above, below) = (x.greater(T::of(0.5)), x.less_equal(T::of(0.5)));
            assert!(above.any() || below.any());
            assert!(above == !below && above != below);
            [T::select(above, T::of(f64::from(u8::from(above.any()))), x)]
        }
    }
    let x: [f64; 16] = std::array::from_fn(|at| if at == 11 { 3.0 } else { 0.25 });
    let mut y = [0.0; 16];
    for level in LEVELS {
        batch::run_at(level, 16, [&x], [&mut y], &Any);
        assert_eq!(y, x.map(|x| x.min(1.0)), "{level:?}");
    }
}
