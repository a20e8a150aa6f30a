//! Arrays of dual numbers: what they need beside what all numbers have.
//!
//! Invariant: a product of matrices is three products of numbers, and only entries that are then undefined are summed up again, with
//! zeros that win, as dual numbers multiply.

use ndarray::{Array, ArrayRef, Dimension, Zip};
use num_traits::{One, Zero};

use super::{Dual, Moved};
use crate::lanes::Level;
use crate::operand::Element;
use crate::products::{Factor, Multiply};
use crate::{Number, Real};

impl<T: Number> Zero for Dual<T> {
    fn zero() -> Self {
        Dual::of(0.0)
    }

    fn is_zero(&self) -> bool {
        *self == Dual::of(0.0)
    }

    fn set_zero(&mut self) {
        *self = Dual::of(0.0);
    }
}

impl<T: Number> One for Dual<T> {
    fn one() -> Self {
        Dual::of(1.0)
    }
}

impl<T: Multiply> Multiply for Dual<T> {
    fn multiply_at(
        level: Level,
        a: Factor<'_, Self>,
        b: Factor<'_, Self>,
        product: &mut [Self],
        added: bool,
    ) {
        let [left, right] = [a, b].map(|factor| {
            let of = |part: fn(&Self) -> T| factor.entries.iter().map(part).collect::<Vec<T>>();
            [of(|entry| entry.value), of(|entry| entry.tangent)]
        });
        let [values, changes] =
            [&left, &right].map(|[values, tangents]| [values, tangents].map(Vec::as_slice));
        let mut found = [(); 2].map(|()| vec![T::ZERO; product.len()]);
        let [value, tangent] = &mut found;
        T::multiply_at(level, a.over(values[0]), b.over(changes[0]), value, false);
        T::multiply_at(level, a.over(values[1]), b.over(changes[0]), tangent, false);
        T::multiply_at(level, a.over(values[0]), b.over(changes[1]), tangent, true);
        let columns = b.columns;
        for (at, entry) in product.iter_mut().enumerate() {
            let mut new = Dual::new(value[at], tangent[at]);
            if new.tangent.is_nan() {
                let terms = (0..a.columns).map(|k| a.at(at / columns, k) * b.at(k, at % columns));
                new.tangent = terms.fold(T::ZERO, |sum, term| sum + term.tangent);
            }
            *entry = match added {
                true => *entry + new,
                false => new,
            };
        }
    }

    fn eigh(a: &mut [Self], vectors: &mut [Self], size: usize, found: &mut [Self]) {
        let changes: Vec<T> = a.iter().map(|entry| entry.tangent).collect();
        let mut values: Vec<T> = a.iter().map(|entry| entry.value).collect();
        let mut scratch: Vec<T> = vectors.iter().map(|entry| entry.value).collect();
        let [mut plain, mut tangents] = [(); 2].map(|()| vec![T::ZERO; found.len()]);
        T::eigh(&mut values, &mut scratch, size, &mut plain);
        super::symmetric::tangents(size, |at| changes[at], &plain, &mut scratch, &mut tangents);
        let both = plain.into_iter().zip(tangents);
        for (entry, (value, tangent)) in found.iter_mut().zip(both) {
            *entry = Dual::new(value, tangent);
        }
    }
}

/// Values with their tangents.
///
/// # Panics
///
/// If the shapes differ, of which generated code has made one.
pub fn moving_array<T: Element, D: Dimension>(
    values: &ArrayRef<T, D>,
    tangents: &ArrayRef<T, D>,
) -> Array<Dual<T>, D> {
    let both = Zip::from(values).and(tangents);
    both.map_collect(|value, tangent| Dual::new(*value, *tangent))
}

impl<T: Number, D: Dimension> Moved for Array<Dual<T>, D> {
    type Plain = Array<T, D>;

    fn value(&self) -> Array<T, D> {
        self.map(|entry| entry.value)
    }

    fn tangent(&self) -> Array<T, D> {
        self.map(|entry| entry.tangent)
    }
}
