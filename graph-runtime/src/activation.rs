//! Activations and losses as plain functions: of numbers, and of arrays along their last axis.
//!
//! In a `graph!` these are operations and need no import; the functions are for everyone else.
//! Those of arrays need the `ndarray` feature. Invariant: for any finite input nothing overflows
//! on the way, and where a result is small its digits are still right.

use crate::Real;

#[cfg(feature = "ndarray")]
pub use arrays::{
    log_softmax, logsumexp, softmax, softmax_cross_entropy, softmax_cross_entropy_one_hot,
    softmax_cross_entropy_one_hot_with_grad, softmax_cross_entropy_with_grad,
};

/// The logistic function `1 / (1 + exp(-x))`, in [0, 1].
///
/// ```
/// use graph_runtime::activation::sigmoid;
///
/// assert_eq!(sigmoid(0.0), 0.5);
/// assert_eq!(sigmoid(-800.0_f32), 0.0);
/// ```
#[inline]
pub fn sigmoid<T: Real>(x: T) -> T {
    x.sigmoid()
}

/// The rectifier `max(x, 0)`; NaN for NaN.
///
/// ```
/// use graph_runtime::activation::relu;
///
/// assert_eq!((relu(-1.5), relu(1.5)), (0.0, 1.5));
/// ```
#[inline]
pub fn relu<T: Real>(x: T) -> T {
    x.relu()
}

/// The leaky rectifier: `x` above 0, else `slope * x`.
///
/// ```
/// use graph_runtime::activation::leaky_relu;
///
/// assert_eq!((leaky_relu(-4.0, 0.25), leaky_relu(4.0, 0.25)), (-1.0, 4.0));
/// ```
#[inline]
pub fn leaky_relu<T: Real>(x: T, slope: T) -> T {
    T::select(x.greater(T::of(0.0)), x, slope * x)
}

/// The exponential linear unit: `x` above 0, else `alpha * (exp(x) - 1)`.
///
/// ```
/// use graph_runtime::activation::elu;
///
/// assert_eq!((elu(3.0, 2.0), elu(-800.0, 2.0)), (3.0, -2.0));
/// ```
#[inline]
pub fn elu<T: Real>(x: T, alpha: T) -> T {
    T::select(x.greater(T::of(0.0)), x, alpha * x.exp_m1())
}

/// The smooth rectifier `ln(1 + exp(x))`.
///
/// ```
/// use graph_runtime::activation::softplus;
///
/// assert_eq!(softplus(0.0), 2.0_f64.ln());
/// assert_eq!(softplus(900.0), 900.0);
/// ```
#[inline]
pub fn softplus<T: Real>(x: T) -> T {
    x.softplus()
}

/// The sigmoid-weighted linear unit `x * sigmoid(x)`, also called swish.
///
/// The sigmoid is subnormal before the product is, and would lose digits; there it is taken 20 farther up, which is exact,
/// and exp(-20) makes up for it.
///
/// ```
/// use graph_runtime::activation::silu;
///
/// assert_eq!((silu(0.0), silu(50.0)), (0.0, 50.0));
/// ```
#[inline]
pub fn silu<T: Real>(x: T) -> T {
    let far = x.less(T::of(-60.0));
    let up = T::select(far, x + T::of(20.0), x);
    let factor = T::select(far, T::of(2.061_153_622_438_558e-9), T::of(1.0));
    x * up.sigmoid() * factor
}

/// The Gaussian error linear unit `x * Φ(x)`, where `Φ(x) = (1 + erf(x/√2)) / 2` is the normal
/// distribution function. It is the exact form, not the one with a hyperbolic tangent.
///
/// For negative `x` the sum would cancel; `erfc(-x/√2) / 2` is the same and does not. What x/√2 is rounded by counts about
/// x² times over, and erfc is subnormal before the product is: on single numbers all of it is computed as `f64`, so that
/// an `f32` is right to 1 unit in the last place.
///
/// ```
/// use graph_runtime::activation::gelu;
///
/// assert!((gelu(1.0_f64) - 0.841344746068542949).abs() < 1e-15);
/// ```
#[inline]
pub fn gelu<T: Real>(x: T) -> T {
    x.gelu()
}

/// The functions of arrays.
///
/// All of them work lane by lane, a lane being the numbers along the last axis, and start from
/// the lane's peak: with `m` its largest number and `rest` the sum of `exp(x - m)` over all the
/// *other* numbers, `logsumexp = m + ln(1 + rest)`. No exponential is above 1, and a `rest` far
/// below 1 is not rounded away against the peak's own 1.
#[cfg(feature = "ndarray")]
mod arrays {
    use ndarray::{Array, ArrayRef, ArrayViewMut1, Axis, Dimension, Ix1, Ix2, RemoveAxis};

    use crate::shape::{Extent, check, check_alike, check_labels};
    use crate::{Number, ShapeError};

    /// `exp(x) / Σ exp(x)` along the last axis: positive numbers that sum to 1.
    ///
    /// A lane that holds a NaN or ∞, or nothing but -∞, gives NaN.
    ///
    /// # Panics
    /// If an array with a dynamic number of axes has none.
    ///
    /// ```
    /// use graph_runtime::activation::softmax;
    /// use ndarray::array;
    ///
    /// assert_eq!(softmax(&array![5.0, 5.0]), array![0.5, 0.5]);
    /// assert_eq!(softmax(&array![[0.0, 1e300], [-1e300, 0.0]]), array![[0.0, 1.0], [0.0, 1.0]]);
    /// ```
    #[must_use]
    pub fn softmax<T: Number, D: RemoveAxis>(x: &ArrayRef<T, D>) -> Array<T, D> {
        map_lanes(x, |mut lane| {
            let peak = Peak::of(&lane);
            let rest = peak.exponentials(&mut lane);
            lane.mapv_inplace(|e| e / (T::of(1.0) + rest));
        })
    }

    /// `x - ln Σ exp(x)` along the last axis: the logarithms of [`softmax`], also where that
    /// underflows.
    ///
    /// # Panics
    /// If an array with a dynamic number of axes has none.
    ///
    /// ```
    /// use graph_runtime::activation::log_softmax;
    /// use ndarray::array;
    ///
    /// assert_eq!(log_softmax(&array![-900.0, 950.0, 10.0]), array![-1850.0, 0.0, -940.0]);
    /// ```
    #[must_use]
    pub fn log_softmax<T: Number, D: RemoveAxis>(x: &ArrayRef<T, D>) -> Array<T, D> {
        map_lanes(x, |mut lane| {
            let peak = Peak::of(&lane);
            let log = peak.rest(&lane).ln_1p();
            lane.mapv_inplace(|x| (x - peak.value) - log);
        })
    }

    /// `ln Σ exp(x)` along the last axis, which the result lacks: for a vector it is an array
    /// without axes, and `into_scalar` takes the number out.
    ///
    /// A lane of nothing but -∞, or of nothing at all, gives -∞.
    ///
    /// # Panics
    /// If an array with a dynamic number of axes has none.
    ///
    /// ```
    /// use graph_runtime::activation::logsumexp;
    /// use ndarray::array;
    ///
    /// let x = array![[0.0, 0.0], [1e4, 1e4]];
    /// let ln_2 = 2.0_f64.ln();
    /// assert_eq!(logsumexp(&x), array![ln_2, 1e4 + ln_2]);
    /// assert_eq!(logsumexp(&array![-800.0, 0.0]).into_scalar(), 0.0);
    /// ```
    #[must_use]
    pub fn logsumexp<T: Number, D: RemoveAxis>(x: &ArrayRef<T, D>) -> Array<T, D::Smaller> {
        x.map_axis(last(x), |lane| {
            let peak = Peak::of(&lane);
            // An infinite peak is the answer, and has no differences.
            if peak.value.is_finite() {
                peak.value + peak.rest(&lane).ln_1p()
            } else {
                peak.value
            }
        })
    }

    /// The loss of a classifier: the mean over the batch of `-log_softmax(logits)[label]`.
    ///
    /// `logits` is `[n, c]`, a row for each example; `labels` holds the n right classes, each
    /// below c. A batch of none has the mean of nothing, NaN.
    ///
    /// # Errors
    /// If there is not one label for each row, or a label is not below c.
    ///
    /// ```
    /// use graph_runtime::activation::softmax_cross_entropy;
    /// use ndarray::array;
    ///
    /// let logits = array![[0.0, 0.0], [-400.0, 420.0]];
    /// let loss = softmax_cross_entropy(&logits, &[1, 0])?;
    /// assert_eq!(loss, (2.0_f64.ln() + 820.0) / 2.0);
    ///
    /// let error = softmax_cross_entropy(&logits, &[1, 2]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "label 2 at position 1 of `labels` is not below 2, the number of entries to choose from",
    /// );
    /// # Ok::<(), graph_runtime::ShapeError>(())
    /// ```
    pub fn softmax_cross_entropy<T: Number>(
        logits: &ArrayRef<T, Ix2>,
        labels: &[usize],
    ) -> Result<T, ShapeError> {
        check_batch(logits, labels)?;
        let rows = logits.rows().into_iter().zip(labels);
        let losses = rows.map(|(lane, &label)| loss(&lane, one_hot(label)));
        Ok(sum(losses) / count(labels.len()))
    }

    /// [`softmax_cross_entropy`] and its gradient by the logits, `(softmax(logits) - onehot) / n`.
    ///
    /// # Errors
    /// If there is not one label for each row, or a label is not below c.
    ///
    /// ```
    /// use graph_runtime::activation::softmax_cross_entropy_with_grad;
    /// use ndarray::array;
    ///
    /// let (loss, grad) = softmax_cross_entropy_with_grad(&array![[3.0, 3.0]], &[0])?;
    /// assert_eq!(loss, 2.0_f64.ln());
    /// assert_eq!(grad, array![[-0.5, 0.5]]);
    /// # Ok::<(), graph_runtime::ShapeError>(())
    /// ```
    pub fn softmax_cross_entropy_with_grad<T: Number>(
        logits: &ArrayRef<T, Ix2>,
        labels: &[usize],
    ) -> Result<(T, Array<T, Ix2>), ShapeError> {
        check_batch(logits, labels)?;
        let n = count(labels.len());
        let mut grad = logits.to_owned();
        let rows = grad.rows_mut().into_iter().zip(labels);
        let losses = rows.map(|(lane, &label)| loss_and_grad(lane, one_hot(label), n));
        Ok((sum(losses) / n, grad))
    }

    /// The loss of a classifier whose targets are rows of probabilities: the mean over the batch
    /// of `-Σ target * log_softmax(logits)`.
    ///
    /// `logits` and `targets` have the same shape, `[n, c]`, or `[c]` for one example: the classes
    /// are along the last axis. A target row holds a single 1 among zeros, or any other weights.
    /// A target of 0 contributes exactly 0, even where the logit is -∞.
    /// A batch of none has the mean of nothing, NaN.
    ///
    /// # Errors
    /// If the shapes differ.
    ///
    /// # Panics
    /// If an array with a dynamic number of axes has none.
    ///
    /// ```
    /// use graph_runtime::activation::softmax_cross_entropy_one_hot;
    /// use ndarray::array;
    ///
    /// let loss = softmax_cross_entropy_one_hot(
    ///     &array![-400.0, 300.0, 420.0],
    ///     &array![1.0, 0.0, 0.0],
    /// )?;
    /// assert_eq!(loss, 820.0);
    /// # Ok::<(), graph_runtime::ShapeError>(())
    /// ```
    pub fn softmax_cross_entropy_one_hot<T: Number, D: RemoveAxis>(
        logits: &ArrayRef<T, D>,
        targets: &ArrayRef<T, D>,
    ) -> Result<T, ShapeError> {
        check_alike("targets", targets.shape(), "logits", logits.shape())?;
        let axis = last(logits);
        let lanes = logits.lanes(axis).into_iter().zip(targets.lanes(axis));
        let n = count(lanes.len());
        let losses = lanes.map(|(lane, target)| loss(&lane, |class| target[class]));
        Ok(sum(losses) / n)
    }

    /// [`softmax_cross_entropy_one_hot`] and its gradient by the logits,
    /// `(softmax(logits) * Σ target - target) / n`, where the sum is 1 for probabilities.
    ///
    /// # Errors
    /// If the shapes differ.
    ///
    /// # Panics
    /// If an array with a dynamic number of axes has none.
    ///
    /// ```
    /// use graph_runtime::activation::softmax_cross_entropy_one_hot_with_grad;
    /// use ndarray::array;
    ///
    /// let (logits, targets) = (array![0.0, 0.0], array![0.75, 0.25]);
    /// let (loss, grad) = softmax_cross_entropy_one_hot_with_grad(&logits, &targets)?;
    /// assert_eq!(loss, 2.0_f64.ln());
    /// assert_eq!(grad, array![-0.25, 0.25]);
    /// # Ok::<(), graph_runtime::ShapeError>(())
    /// ```
    pub fn softmax_cross_entropy_one_hot_with_grad<T: Number, D: RemoveAxis>(
        logits: &ArrayRef<T, D>,
        targets: &ArrayRef<T, D>,
    ) -> Result<(T, Array<T, D>), ShapeError> {
        check_alike("targets", targets.shape(), "logits", logits.shape())?;
        let axis = last(logits);
        let mut grad = logits.to_owned();
        let lanes = grad.lanes_mut(axis).into_iter().zip(targets.lanes(axis));
        let n = count(lanes.len());
        let losses = lanes.map(|(lane, target)| loss_and_grad(lane, |class| target[class], n));
        Ok((sum(losses) / n, grad))
    }

    /// The largest number of a lane, and the first place that holds it.
    #[derive(Clone, Copy)]
    struct Peak<T> {
        value: T,
        place: usize,
    }

    impl<T: Number> Peak<T> {
        /// The peak of a lane: NaN if there is one, -∞ if the lane is empty.
        fn of(lane: &ArrayRef<T, Ix1>) -> Self {
            let value = lane.fold(-T::INFINITY, |value, &x| value.max(x));
            let place = lane.iter().position(|&x| x == value).unwrap_or(0);
            Peak { value, place }
        }

        /// `Σ exp(x - peak)` over the numbers beside the peak.
        fn rest(self, lane: &ArrayRef<T, Ix1>) -> T {
            let beside = lane
                .iter()
                .enumerate()
                .filter(|&(place, _)| place != self.place);
            sum(beside.map(|(_, &x)| (x - self.value).exp()))
        }

        /// Replaces each number by `exp(x - peak)`, and gives [`rest`](Self::rest).
        fn exponentials(self, lane: &mut ArrayViewMut1<'_, T>) -> T {
            let mut rest = T::of(0.0);
            for (place, x) in lane.iter_mut().enumerate() {
                *x = (*x - self.value).exp();
                if place != self.place {
                    rest = rest + *x;
                }
            }
            rest
        }

        /// `Σ target * (peak - x)`, without the terms whose target is 0.
        fn apart(self, lane: &ArrayRef<T, Ix1>, target: impl Fn(usize) -> T) -> T {
            let weighted = lane
                .iter()
                .enumerate()
                .map(|(class, &x)| (target(class), x));
            let named = weighted.filter(|&(weight, _)| weight != T::of(0.0));
            sum(named.map(|(weight, x)| weight * (self.value - x)))
        }

        /// The sum of the targets, without the one at the peak and with it.
        fn totals(self, classes: usize, target: impl Fn(usize) -> T) -> (T, T) {
            let beside = (0..classes).filter(|&class| class != self.place);
            let others = sum(beside.map(&target));
            (
                others,
                if classes == 0 {
                    others
                } else {
                    others + target(self.place)
                },
            )
        }
    }

    /// The loss of one lane of logits: `-Σ target * log_softmax`, which is
    /// `Σ target * (peak - x) + total * ln(1 + rest)`.
    fn loss<T: Number>(lane: &ArrayRef<T, Ix1>, target: impl Fn(usize) -> T) -> T {
        let peak = Peak::of(lane);
        let (_, total) = peak.totals(lane.len(), &target);
        peak.apart(lane, target) + total * peak.rest(lane).ln_1p()
    }

    /// The loss of one lane of logits, which its gradient over `n` replaces.
    ///
    /// By the peak's logit, `softmax * total - target` would cancel wherever the classifier is
    /// sure and right. There the softmax is `1 - rest / (1 + rest)`, so that the gradient is
    /// `(total - target) - total * rest / (1 + rest)`, and the first difference is the sum of the
    /// other targets.
    fn loss_and_grad<T: Number>(
        mut lane: ArrayViewMut1<'_, T>,
        target: impl Fn(usize) -> T,
        n: T,
    ) -> T {
        let peak = Peak::of(&lane);
        let (others, total) = peak.totals(lane.len(), &target);
        let apart = peak.apart(&lane, &target);
        let rest = peak.exponentials(&mut lane);
        let whole = T::of(1.0) + rest;
        for (class, x) in lane.iter_mut().enumerate() {
            let slope = if class == peak.place {
                others - total * (rest / whole)
            } else {
                total * (*x / whole) - target(class)
            };
            *x = slope / n;
        }
        apart + total * rest.ln_1p()
    }

    /// The target row of a label.
    fn one_hot<T: Number>(label: usize) -> impl Fn(usize) -> T {
        move |class| T::of(if class == label { 1.0 } else { 0.0 })
    }

    /// One label for each row of the logits, and each below the number of columns.
    fn check_batch<T>(logits: &ArrayRef<T, Ix2>, labels: &[usize]) -> Result<(), ShapeError> {
        let (n, classes) = logits.dim();
        let rows = Extent::Named {
            name: "n",
            offset: 0,
            size: n,
            from: "logits",
        };
        check("labels", &[labels.len()], &[rows])?;
        check_labels("labels", labels, classes)
    }

    /// A copy of `x` whose lanes along the last axis have been changed in place.
    fn map_lanes<T: Number, D: RemoveAxis>(
        x: &ArrayRef<T, D>,
        change: impl FnMut(ArrayViewMut1<'_, T>),
    ) -> Array<T, D> {
        let mut copy = x.to_owned();
        let axis = last(x);
        copy.lanes_mut(axis).into_iter().for_each(change);
        copy
    }

    /// The axis that lanes run along.
    fn last<T, D: Dimension>(x: &ArrayRef<T, D>) -> Axis {
        Axis(
            x.ndim()
                .checked_sub(1)
                .expect("an array without axes has no last one"),
        )
    }

    fn sum<T: Number>(terms: impl Iterator<Item = T>) -> T {
        terms.fold(T::of(0.0), |sum, term| sum + term)
    }

    #[allow(clippy::cast_precision_loss)] // No batch has 2⁵³ rows.
    fn count<T: Number>(n: usize) -> T {
        T::of(n as f64)
    }
}

#[cfg(test)]
// The references are given as they were computed.
#[allow(clippy::excessive_precision)]
mod tests {
    use super::*;
    use crate::Number;

    /// Within a few units of the last place, relative; exact for zero.
    #[track_caller]
    fn assert_close<T: Number>(found: T, expected: f64, units: f64) {
        let (found, limit) = (found.to_f64(), units * T::EPSILON.to_f64() * expected.abs());
        let off = (found - expected).abs();
        assert!(off <= limit, "found {found:e}, expected {expected:e}");
    }

    // References at 60 digits.
    #[test]
    fn of_numbers() {
        assert_close(sigmoid(-700.0), 9.859676543759770856705373e-305, 2.0);
        assert_close(softplus(0.7), 1.103186048885457863517408, 2.0);
        assert_close(silu(-700.0), -6.901773580631839599693761e-302, 4.0);
        assert_close(silu(-20.0), -4.122307236380407162861724e-8, 4.0);
        assert_close(silu(-1.0), -0.2689414213699951207488408, 4.0);
        assert_close(silu(3.0), 2.857722380467299657363456, 4.0);
        assert_close(gelu(-1.0), -0.1586552539314570514147675, 4.0);
        assert_close(gelu(0.5), 0.3457312306370065518188523, 4.0);
        assert_close(gelu(3.0), 2.995950305905109716420045, 4.0);
        assert_close(gelu(3.0_f32), 2.995950305905109716420045, 4.0);
        assert_close(elu(-1e-10, 1.0), -9.99999999950000036433864e-11, 2.0);
        assert_close(elu(-1.0_f32, 1.0), -0.6321205588285576784044762, 2.0);
        assert_eq!(leaky_relu(-3.0, 0.5), -1.5);
        assert_eq!((relu(2.5), relu(-2.5), relu(0.0)), (2.5, 0.0, 0.0));
    }

    /// Down to where the result itself is subnormal, and there to half of the last place that is left.
    #[test]
    fn the_tails_of_single_precision() {
        for step in 0..4000_u16 {
            let x = -0.03 * f32::from(step);
            let wide = f64::from(x);
            let least = 2.0_f64.powi(-149);
            let near = |found: f32, exact: f64, units: f64| {
                let off = (f64::from(found) - exact).abs();
                let unit = (exact.abs() * 2.0_f64.powi(-23)).max(least);
                assert!(off <= units * unit, "{found:e} is not {exact:e} at {x}");
            };
            near(silu(x), wide / (1.0 + (-wide).exp()), 3.0);
            // The distribution function is subnormal before the product is, and has as many last places less as the factor is large.
            let is_normal = gelu(wide).abs() >= f64::from(f32::MIN_POSITIVE);
            near(gelu(x), gelu(wide), if is_normal { 8.0 } else { 16.0 });
        }
    }

    /// The rounding of x/√2 counts `x²` times over in the tail, and is put right.
    #[test]
    fn the_tail_of_gelu_keeps_its_digits() {
        assert_close(gelu(-10.0), -7.619853024160526065973343e-23, 8.0);
        assert_close(gelu(-30.0), -1.472014178144456117860143e-196, 8.0);
    }

    #[test]
    fn nan_stays_nan() {
        let x = f64::NAN;
        assert!(sigmoid(x).is_nan() && relu(x).is_nan() && softplus(x).is_nan());
        assert!(silu(x).is_nan() && gelu(x).is_nan());
        assert!(leaky_relu(x, 0.1).is_nan() && elu(x, 1.0).is_nan());
    }

    #[test]
    fn finite_inputs_give_finite_values() {
        for x in [f64::MAX, -f64::MAX, 1e4, -1e4, 0.0, -0.0] {
            for y in [
                sigmoid(x),
                relu(x),
                softplus(x),
                silu(x),
                gelu(x),
                leaky_relu(x, 0.1),
            ] {
                assert!(y.is_finite(), "{y} at {x}");
            }
            assert!(elu(x, 1.0).is_finite());
        }
    }

    #[cfg(feature = "ndarray")]
    mod arrays {
        use ndarray::{Array, Array1, Array2, Array3, ArrayD, IxDyn, array, s};

        use super::super::*;
        use super::assert_close;
        use crate::Number;

        const INFINITY: f64 = f64::INFINITY;

        #[track_caller]
        fn assert_all_close<T: Number, D: ndarray::Dimension>(
            found: &Array<T, D>,
            expected: &Array<f64, D>,
        ) {
            assert_eq!(found.shape(), expected.shape());
            found
                .iter()
                .zip(expected)
                .for_each(|(&x, &y)| assert_close(x, y, 8.0));
        }

        #[test]
        fn logsumexp_of_large_equal_numbers() {
            assert_close(
                logsumexp(&array![3e12, 3e12]).into_scalar(),
                3000000000000.6931,
                1.0,
            );
            assert_eq!(logsumexp(&array![2e40, 2e40]).into_scalar(), 2e40);
            assert_eq!(softmax(&array![2e40, 2e40]), array![0.5, 0.5]);
        }

        #[test]
        fn logsumexp_of_infinities() {
            let of = |x: Array1<f64>| logsumexp(&x).into_scalar();
            assert_eq!(of(array![-INFINITY, -INFINITY]), -INFINITY);
            assert_eq!(of(array![-INFINITY, 1.0]), 1.0);
            assert_eq!(of(array![INFINITY, -INFINITY]), INFINITY);
            assert_eq!(of(array![INFINITY, INFINITY]), INFINITY);
            assert_eq!(of(array![]), -INFINITY);
            assert!(of(array![INFINITY, f64::NAN]).is_nan());
            assert!(of(array![f64::NAN, 1.0]).is_nan());
            assert!(of(array![1.0, f64::NAN]).is_nan());
        }

        #[test]
        fn a_small_remainder_is_not_rounded_away() {
            // ln(1 + exp(-50)), which is exp(-50) to 21 digits
            assert_close(
                logsumexp(&array![0.0, -50.0]).into_scalar(),
                1.9287498479639178e-22,
                4.0,
            );
            let log = log_softmax(&array![-50.0, 0.0]);
            assert_eq!(log[0], -50.0);
            assert_close(log[1], -1.9287498479639178e-22, 4.0);
        }

        #[test]
        fn log_softmax_of_wide_logits() {
            assert_eq!(
                log_softmax(&array![-900.0, 950.0, 10.0]),
                array![-1850.0, 0.0, -940.0]
            );
            let single = log_softmax(&array![-900.0_f32, 950.0, 10.0]);
            assert_eq!(single, array![-1850.0, 0.0, -940.0]);
            assert_eq!(log_softmax(&array![2.0, 2000.0]).sum(), -1998.0);
        }

        #[test]
        fn softmax_sums_to_one_and_works_along_the_last_axis() {
            let x =
                Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i * 7 + j * 5 + k * 3) as f64 % 4.0);
            let y = softmax(&x);
            for (lane, logs) in y.rows().into_iter().zip(log_softmax(&x).rows()) {
                assert_close(lane.sum(), 1.0, 4.0);
                lane.iter()
                    .zip(logs)
                    .for_each(|(&p, &l)| assert_close(l.exp(), p, 8.0));
            }
            assert_eq!(logsumexp(&x).shape(), [2, 3]);
        }

        #[test]
        fn layouts_do_not_matter() {
            let x = array![[1.0, 2.0, 3.0], [0.5, -4.0, 0.0]];
            let columns = Array2::from_shape_fn((3, 2), |(i, j)| x[[j, i]]);
            let mut wide = Array2::zeros((2, 6));
            wide.slice_mut(s![.., ..;2]).assign(&x);
            let mut backward = x.slice(s![.., ..;-1]).to_owned();
            backward.invert_axis(ndarray::Axis(1));
            let views = [columns.t(), wide.slice(s![.., ..;2]), backward.view()];
            let labels = [2, 1];
            for view in views {
                assert_eq!(view, x);
                assert_eq!(softmax(&view), softmax(&x));
                assert_eq!(log_softmax(&view), log_softmax(&x));
                assert_eq!(logsumexp(&view), logsumexp(&x));
                assert_eq!(
                    softmax_cross_entropy_with_grad(&view, &labels),
                    softmax_cross_entropy_with_grad(&x, &labels)
                );
                assert_eq!(
                    softmax_cross_entropy_one_hot_with_grad(&view, &view),
                    softmax_cross_entropy_one_hot_with_grad(&x, &x)
                );
            }
        }

        #[test]
        fn cross_entropy_of_wide_logits() {
            let logits = array![[-400.0, 300.0, 420.0]];
            let (loss, grad) = softmax_cross_entropy_with_grad(&logits, &[0]).unwrap();
            assert_eq!(loss, 820.0);
            assert_all_close(&grad, &array![[-1.0, 7.667648073722000e-53, 1.0]]);
            let single = logits.mapv(|x| x as f32);
            let (loss, grad) = softmax_cross_entropy_with_grad(&single, &[0]).unwrap();
            assert_eq!((loss, grad), (820.0, array![[-1.0, 0.0, 1.0]]));
        }

        #[test]
        fn cross_entropy_is_the_mean_over_the_batch_alone() {
            let logits = array![[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]];
            let expected = array![
                [
                    0.045015286585190229,
                    0.12236423552739883,
                    -0.16737952211258906
                ],
                [
                    -0.33333333333333333,
                    0.16666666666666667,
                    0.16666666666666667
                ]
            ];
            let (loss, grad) = softmax_cross_entropy_with_grad(&logits, &[2, 0]).unwrap();
            assert_close(loss, 0.753109126556245, 4.0);
            assert_all_close(&grad, &expected);
            assert_eq!(softmax_cross_entropy(&logits, &[2, 0]), Ok(loss));

            let targets = array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
            let by_rows = softmax_cross_entropy_one_hot_with_grad(&logits, &targets);
            assert_eq!(by_rows, Ok((loss, grad)));
            assert_eq!(softmax_cross_entropy_one_hot(&logits, &targets), Ok(loss));
        }

        #[test]
        fn a_sure_and_right_classifier_still_has_a_gradient() {
            // With q = exp(-40) the loss is ln(1 + q) and the gradient is q/(1 + q) up and down.
            let q = 4.248354255291588986304978e-18;
            let logits = array![[40.0, 0.0]];
            let (loss, grad) = softmax_cross_entropy_with_grad(&logits, &[0]).unwrap();
            assert_close(loss, q, 4.0);
            assert_all_close(&grad, &array![[-q, q]]);
        }

        #[test]
        fn targets_may_be_any_weights() {
            // Against central differences, for weights that do not sum to 1.
            let logits = array![0.3, -1.2, 2.0, 0.0];
            let targets = array![0.5, 2.0, 0.25, 0.0];
            let loss = |x: &Array1<f64>| softmax_cross_entropy_one_hot(x, &targets).unwrap();
            let (value, grad) = softmax_cross_entropy_one_hot_with_grad(&logits, &targets).unwrap();
            assert_eq!(value, loss(&logits));
            for i in 0..logits.len() {
                let (mut up, mut down) = (logits.clone(), logits.clone());
                up[i] += 1e-5;
                down[i] -= 1e-5;
                assert!(((loss(&up) - loss(&down)) / 2e-5 - grad[i]).abs() < 1e-9);
            }
        }

        #[test]
        fn a_masked_class_costs_nothing() {
            let logits = array![1.0, -INFINITY, 1.0];
            let targets = array![1.0, 0.0, 0.0];
            let (loss, grad) = softmax_cross_entropy_one_hot_with_grad(&logits, &targets).unwrap();
            assert_eq!(loss, 2.0_f64.ln());
            assert_eq!(grad, array![-0.5, 0.0, 0.5]);
        }

        #[test]
        fn a_batch_of_none_has_the_mean_of_nothing() {
            let logits = Array2::<f64>::zeros((0, 3));
            assert!(softmax_cross_entropy(&logits, &[]).unwrap().is_nan());
            assert!(
                softmax_cross_entropy_one_hot(&logits, &logits)
                    .unwrap()
                    .is_nan()
            );
            let (loss, grad) = softmax_cross_entropy_with_grad(&logits, &[]).unwrap();
            assert!(loss.is_nan());
            assert_eq!(grad.dim(), (0, 3));
            assert_eq!(softmax(&logits).dim(), (0, 3));
            assert_eq!(logsumexp(&logits).dim(), 0);
        }

        #[test]
        fn no_classes_have_no_label() {
            let logits = Array2::<f64>::zeros((2, 0));
            assert!(softmax_cross_entropy(&logits, &[0, 0]).is_err());
            assert_eq!(softmax_cross_entropy_one_hot(&logits, &logits), Ok(0.0));
            let (_, grad) = softmax_cross_entropy_one_hot_with_grad(&logits, &logits).unwrap();
            assert_eq!(grad.dim(), (2, 0));
        }

        #[test]
        fn what_is_wrong_is_named() {
            let logits = array![[0.0, 1.0]];
            let message = |labels: &[usize]| {
                let error = softmax_cross_entropy(&logits, labels).unwrap_err();
                assert_eq!(
                    softmax_cross_entropy_with_grad(&logits, labels),
                    Err(error.clone())
                );
                error.to_string()
            };
            assert_eq!(
                message(&[2]),
                "label 2 at position 0 of `labels` is not below 2, the number of entries to choose from"
            );
            assert_eq!(
                message(&[100]),
                "label 100 at position 0 of `labels` is not below 2, the number of entries to choose from"
            );
            assert_eq!(
                message(&[0, 1]),
                "`labels` should have shape [n = 1], but has shape [2]; `n` is 1 in `logits`"
            );
            assert_eq!(
                softmax_cross_entropy_one_hot(&logits, &array![[0.0], [1.0]])
                    .unwrap_err()
                    .to_string(),
                "`targets` should have the shape of `logits`, [1, 2], but has shape [2, 1]"
            );
        }

        #[test]
        #[should_panic(expected = "an array without axes has no last one")]
        fn a_dynamic_array_needs_an_axis() {
            let _ = softmax(&ArrayD::<f64>::zeros(IxDyn(&[])));
        }
    }
}
