//! The walk through parameters and gradient together, and through what is remembered of each parameter.
//!
//! Invariant: where both iterators know how many they give, that is compared before anything moves; nothing is remembered of a
//! walk that did not come to its end. The loop is the parameters' own `for_each`, which of a slice, and of a struct or an array
//! row by row, is one that vectors run.

use crate::Real;

/// Walks through parameters and gradient together.
pub fn pairs<'x, 'g, T: Real>(
    parameters: impl IntoIterator<Item = &'x mut T>,
    gradient: impl IntoIterator<Item = &'g T>,
    update: impl FnMut(&mut T, T),
) {
    let (parameters, gradient) = (parameters.into_iter(), gradient.into_iter());
    let (many, least) = (parameters.size_hint(), gradient.size_hint());
    assert!(
        least.1.is_none_or(|slopes| many.0 <= slopes),
        "{TOO_FEW_SLOPES}"
    );
    assert!(
        many.1.is_none_or(|parameters| least.0 <= parameters),
        "{TOO_MANY_SLOPES}"
    );
    #[cfg(feature = "std")]
    if let Some(slopes) = laid_out::wanted(&gradient) {
        let slopes = laid_out::filled(slopes, gradient);
        return together(parameters, slopes.iter(), update);
    }
    together(parameters, gradient, update);
}

fn together<'x, 'g, T: Real>(
    parameters: impl Iterator<Item = &'x mut T>,
    mut gradient: impl Iterator<Item = &'g T>,
    mut update: impl FnMut(&mut T, T),
) {
    parameters.for_each(|parameter| match gradient.next() {
        Some(slope) => update(parameter, *slope),
        None => panic!("{TOO_FEW_SLOPES}"),
    });
    assert!(gradient.next().is_none(), "{TOO_MANY_SLOPES}");
}

const TOO_FEW_SLOPES: &str = "there are more parameters than entries of the gradient";
const TOO_MANY_SLOPES: &str = "there are fewer parameters than entries of the gradient";

/// A gradient of many rows, copied to where its entries lie one behind the other. An iterator over rows asks at every entry
/// whether the row is at its end, which no vector can do, but by itself it goes row by row: a copy, and a walk through it,
/// take a fraction of the time.
#[cfg(feature = "std")]
mod laid_out {
    use std::mem::size_of;
    use std::slice;

    use super::{Real, TOO_MANY_SLOPES};

    /// From so many entries on, a copy takes less time than it saves.
    const MANY: usize = 64;

    /// Room for the copy, where one is worth it: not of a slice, whose iterator is two words.
    pub fn wanted<'g, T: Real, I: Iterator<Item = &'g T>>(gradient: &I) -> Option<Vec<T>> {
        let (least, most) = gradient.size_hint();
        let has_rows = size_of::<I>() > size_of::<slice::Iter<T>>();
        (has_rows && least >= MANY && most == Some(least)).then(|| vec![T::default(); least])
    }

    pub fn filled<'g, T: Real>(
        mut slopes: Vec<T>,
        gradient: impl Iterator<Item = &'g T>,
    ) -> Vec<T> {
        let mut places = slopes.iter_mut();
        gradient.for_each(|slope| match places.next() {
            Some(place) => *place = *slope,
            None => panic!("{TOO_MANY_SLOPES}"),
        });
        let missing = places.len();
        slopes.truncate(slopes.len() - missing);
        slopes
    }
}

#[cfg(feature = "std")]
pub use remembered::each;

#[cfg(feature = "std")]
mod remembered {
    use super::pairs;
    use crate::Real;

    /// What is remembered of a parameter, before any step.
    pub trait Start {
        fn start() -> Self;
    }

    impl<T: Real> Start for T {
        fn start() -> T {
            T::of(0.0)
        }
    }

    impl<T: Real> Start for (T, T) {
        fn start() -> (T, T) {
            (T::of(0.0), T::of(0.0))
        }
    }

    /// Walks through what is remembered, the parameters and the gradient together. The first walk makes the memory, of no
    /// parameters too; where it does not come to its end, there is none yet.
    pub fn each<'x, 'g, S: Start, T: Real>(
        state: &mut Option<Vec<S>>,
        parameters: impl IntoIterator<Item = &'x mut T>,
        gradient: impl IntoIterator<Item = &'g T>,
        mut update: impl FnMut(&mut S, &mut T, T),
    ) {
        let parameters = parameters.into_iter();
        let Some(state) = state else {
            let mut made = Vec::with_capacity(parameters.size_hint().0);
            pairs(parameters, gradient, |x, g| {
                let mut new = S::start();
                update(&mut new, x, g);
                made.push(new);
            });
            *state = Some(made);
            return;
        };
        let (least, most) = parameters.size_hint();
        assert!(least <= state.len(), "{TOO_MANY}");
        assert!(most.is_none_or(|most| most >= state.len()), "{TOO_FEW}");
        let mut known = state.iter_mut();
        pairs(parameters, gradient, |x, g| match known.next() {
            Some(state) => update(state, x, g),
            None => panic!("{TOO_MANY}"),
        });
        assert!(known.next().is_none(), "{TOO_FEW}");
    }

    const TOO_MANY: &str = "there are more parameters than in the step before; one optimiser takes all parameters in one call: \
                            chain them, or use an optimiser for each group";
    const TOO_FEW: &str = "there are fewer parameters than in the step before; one optimiser takes all parameters in one call: \
                           chain them, or use an optimiser for each group";
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use crate::optim::tests::{STEPS, close};
    use crate::optim::{AdaGrad, Adam, Momentum, Sgd};

    /// Parameters and a gradient of rows, more than are walked through as they are, against those of slices.
    #[test]
    fn rows_as_slices() {
        let slopes: Vec<f64> = (0..150).map(|k| f64::from(k) / 64.0).collect();
        let rows = || slopes.chunks(40).flatten();
        let (mut x, mut y) = (vec![1.0; 150], vec![1.0; 150]);
        Sgd::new(0.5).step(x.chunks_mut(7).flatten(), rows().chain(&[]));
        Sgd::new(0.5).step(&mut y, &slopes);
        assert_eq!(x, y);
        let (front, back) = slopes.split_at(100);
        let (mut adam_x, mut adam_y) = (Adam::new(0.1), Adam::new(0.1));
        for _ in 0..3 {
            adam_x.step(&mut x, front.iter().chain(back));
            adam_y.step(&mut y, &slopes);
        }
        assert_eq!((x, adam_x), (y, adam_y));
    }

    #[test]
    #[should_panic(expected = "fewer parameters than entries of the gradient")]
    fn too_many_rows_panic() {
        let slopes = [[1.0; 40]; 2];
        Sgd::new(0.1).step(&mut [1.0; 79], slopes[0].iter().chain(&slopes[1]));
    }

    #[test]
    #[should_panic(
        expected = "fewer parameters than in the step before; one optimiser takes all parameters in one call"
    )]
    fn other_parameters_panic() {
        let mut optimiser = AdaGrad::new(0.1);
        optimiser.step(&mut [1.0, 2.0], &[1.0, 1.0]);
        optimiser.step(&mut [1.0], &[1.0]);
    }

    /// Whether a step panics.
    fn panics(step: impl FnOnce()) -> bool {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)).is_err()
    }

    /// A step that panics moves nothing and counts for nothing: what follows is as if it had not been.
    #[test]
    fn a_step_that_panics_is_none() {
        let (mut x, mut adam) = ([1.0, -2.0], Adam::new(0.1));
        let mut momentum = Momentum::new(0.1, 0.5);
        assert!(panics(|| adam.step(&mut x, &[2.0])));
        assert!(panics(|| momentum.step(&mut x, &[2.0, 1.0, 1.0])));
        assert_eq!((x, &adam), ([1.0, -2.0], &Adam::new(0.1)));
        assert_eq!(momentum, Momentum::new(0.1, 0.5));
        adam.step(&mut x, &STEPS[0]);
        close(x[0], 1.0 - 0.1 * 2.0 / (2.0 + 1e-8));
        let (before, known) = (x, adam.clone());
        assert!(panics(|| adam.step(&mut x, &[2.0])));
        assert!(panics(|| adam.step(&mut [1.0, 2.0, 3.0], &[1.0; 3])));
        assert_eq!((x, adam), (before, known));
    }

    /// A first step over no parameters is a step, after which there are none.
    #[test]
    fn a_step_over_nothing_is_a_step() {
        let mut adam = Adam::new(0.1);
        adam.step(&mut [], &[]);
        assert!(panics(|| adam.step(&mut [1.0], &[2.0])));
        let mut rates = AdaGrad::new(0.1);
        rates.step(&mut [], &[]);
        assert!(panics(|| rates.step(&mut [1.0], &[2.0])));
        let mut momentum = Momentum::new(0.1, 0.9);
        momentum.step(&mut [], &[]);
        assert!(panics(|| momentum.step(&mut [1.0], &[2.0])));
    }

    /// Where iterators do not know how many they give, it shows on the way; even then no memory is made.
    #[test]
    fn counts_that_show_on_the_way() {
        let (mut x, mut adam) = ([1.0, -2.0], Adam::new(0.1));
        let odd = |slope: &&f64| **slope != 2.0;
        assert!(panics(|| adam.step(&mut x, STEPS[0].iter().filter(odd))));
        assert_eq!(adam, Adam::new(0.1));
    }
}
