//! A gradient held below a length.

use crate::{Number, norm};

/// Scales a gradient so that it is no longer than `limit`, and gives its length from before (Pascanu, Mikolov and Bengio, On the
/// difficulty of training recurrent neural networks, ICML 2013, algorithm 1): `g ← g·limit/‖g‖` where `‖g‖ > limit`.
///
/// It takes the struct of a gradient, a slice, an array or a `Vec`. The length neither overflows nor underflows on the way; where
/// it is itself no finite number, which the caller then sees, the gradient stays as it is.
///
/// ```
/// use graph_runtime::{graph, optim::clip_norm};
///
/// graph! {
///     struct Line { slope, height }
///     fn miss(line: Line, const x, const y) -> loss { loss = (line.slope*x + line.height - y)^2; }
/// }
///
/// let (_, mut d) = miss::value_and_grad(Line { slope: 2.0_f64, height: 1.0 }, 0.75, 0.5);
/// assert_eq!((d.line.slope, d.line.height), (3.0, 4.0));
/// assert_eq!(clip_norm(&mut d.line, 1.0), 5.0);
/// assert!((d.line.slope - 0.6).abs() < 1e-15 && (d.line.height - 0.8).abs() < 1e-15);
/// ```
pub fn clip_norm<T: Number, G: ?Sized>(gradient: &mut G, limit: T) -> T
where
    for<'g> &'g G: IntoIterator<Item = &'g T>,
    for<'g> &'g mut G: IntoIterator<Item = &'g mut T>,
{
    let length = norm::of_all(|| (&*gradient).into_iter().copied());
    if length > limit && length.is_finite() {
        let share = limit / length;
        gradient
            .into_iter()
            .for_each(|slope| *slope = *slope * share);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_gradient_is_scaled() {
        let mut gradient = [6.0, -8.0];
        assert_eq!(clip_norm(&mut gradient, 5.0), 10.0);
        assert_eq!(gradient, [3.0, -4.0]);
        assert_eq!(clip_norm(&mut gradient[..], 2.5), 5.0);
        assert_eq!(gradient, [1.5, -2.0]);
    }

    #[test]
    fn a_short_one_stays() {
        for limit in [5.0, 7.0] {
            let mut gradient = [3.0_f32, 4.0];
            assert_eq!(clip_norm(&mut gradient, limit), 5.0);
            assert_eq!(gradient, [3.0, 4.0]);
        }
        assert_eq!(clip_norm::<f64, _>(&mut [], 1.0), 0.0);
    }

    /// Squares that leave the range on either side, exactly, since all scales are powers of two.
    #[test]
    fn the_length_is_in_range_where_its_square_is_not() {
        let mut large = [3.0 * 2.0_f64.powi(600), 4.0 * 2.0_f64.powi(600)];
        assert_eq!(clip_norm(&mut large, 5.0), 5.0 * 2.0_f64.powi(600));
        assert_eq!(large, [3.0, 4.0]);
        let mut small = [3.0 * 2.0_f32.powi(-90), 4.0 * 2.0_f32.powi(-90)];
        assert_eq!(
            clip_norm(&mut small, 2.5 * 2.0_f32.powi(-90)),
            5.0 * 2.0_f32.powi(-90)
        );
        assert_eq!(small, [1.5 * 2.0_f32.powi(-90), 2.0 * 2.0_f32.powi(-90)]);
    }

    #[test]
    fn what_is_not_finite_is_told_and_stays() {
        let mut infinite = [1.0, f64::INFINITY];
        assert_eq!(clip_norm(&mut infinite, 1.0), f64::INFINITY);
        assert_eq!(infinite, [1.0, f64::INFINITY]);
        let mut unknown = [2.0, f64::NAN];
        assert!(clip_norm(&mut unknown, 1.0).is_nan());
        assert_eq!(unknown[0], 2.0);
    }
}
