//! Values that other programs have computed, from the files in `tests/data`: where they come from stands in each.

use ndarray::{Array1, Array2, Array3, ArrayD, IxDyn};
use serde_json::Value;

/// A part of a file, read by names.
pub(crate) struct Reference<'a>(pub(crate) &'a Value);

impl<'a> Reference<'a> {
    pub(crate) fn at(&self, name: &str) -> Reference<'a> {
        Reference(
            self.0
                .get(name)
                .unwrap_or_else(|| panic!("there is no {name}")),
        )
    }

    pub(crate) fn points(&self) -> impl Iterator<Item = Reference<'a>> {
        let points = self.0["points"].as_array().expect("a list of points");
        points.iter().map(Reference)
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        self.at(name).0.as_f64().expect("a number")
    }

    pub(crate) fn vector(&self, name: &str) -> Array1<f64> {
        self.array(name).into_dimensionality().expect("a vector")
    }

    pub(crate) fn matrix(&self, name: &str) -> Array2<f64> {
        self.array(name).into_dimensionality().expect("a matrix")
    }

    pub(crate) fn tensor(&self, name: &str) -> Array3<f64> {
        self.array(name).into_dimensionality().expect("three axes")
    }

    pub(crate) fn labels(&self, name: &str) -> Vec<usize> {
        self.vector(name)
            .iter()
            .map(|&label| label as usize)
            .collect()
    }

    /// Nested lists, row by row.
    fn array(&self, name: &str) -> ArrayD<f64> {
        let (mut shape, mut entries) = (Vec::new(), Vec::new());
        flatten(self.at(name).0, 0, &mut shape, &mut entries);
        ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("the lists are of one length")
    }
}

fn flatten(value: &Value, depth: usize, shape: &mut Vec<usize>, entries: &mut Vec<f64>) {
    let Some(list) = value.as_array() else {
        entries.push(value.as_f64().expect("a number"));
        return;
    };
    if shape.len() == depth {
        shape.push(list.len());
    }
    for part in list {
        flatten(part, depth + 1, shape, entries);
    }
}

/// Fails unless a number is near the one wanted, relative to it.
#[track_caller]
pub(crate) fn assert_number(what: &str, got: f64, want: f64, within: f64) {
    assert!(
        (got - want).abs() <= within * want.abs(),
        "{what}: {got}, but it should be {want}"
    );
}

/// Fails unless a gradient is near the one wanted, entry by entry, relative to the entry or to a millionth of the largest.
#[track_caller]
pub(crate) fn assert_gradient(what: &str, got: &[Vec<f64>], want: &[Vec<f64>], within: f64) {
    let largest = (want.iter().flatten()).fold(0.0_f64, |most, slope| most.max(slope.abs()));
    assert_eq!(got.len(), want.len(), "{what}: how many inputs");
    for (input, (got, want)) in got.iter().zip(want).enumerate() {
        assert_eq!(got.len(), want.len(), "{what}, input {input}: the size");
        for (at, (got, want)) in got.iter().zip(want).enumerate() {
            let off = (got - want).abs() / want.abs().max(1e-6 * largest);
            assert!(
                off <= within,
                "{what}, input {input}, entry {at}: {got}, but it should be {want}"
            );
        }
    }
}

/// Checks a graph of arrays whose output is one number in every mode, against a value and a gradient from elsewhere. The
/// inputs are variables; a direction along which forward mode cannot cancel is the gradient itself.
macro_rules! agrees {
    ($f:ident($($x:ident),+ $(; $($c:expr),+)?) -> $y:ident = $value:expr, d($($slope:expr),+), within $within:expr) => {{
        use $crate::common::{arrays::Entries, differences::Argument};
        use $crate::common::reference::{assert_gradient, assert_number};
        let (wanted, want, within) = ($value, [$($slope.entries()),+], $within);
        let shapes = "the shapes agree";
        let value = $f($($x.given(),)+ $($($c),+)?).expect(shapes);
        assert_number("the value", value, wanted, within);
        let (value, d) = $f::value_and_grad($($x.given(),)+ $($($c),+)?).expect(shapes);
        assert_number("the value of value_and_grad", value, wanted, within);
        assert_gradient("value_and_grad", &[$(d.$x.entries()),+], &want, within);
        let (mut workspace, mut d) = ($f::Workspace::default(), $f::Grad::default());
        for call in ["value_and_grad_into", "value_and_grad_into again"] {
            let value = $f::value_and_grad_into($($x.given(),)+ $($($c,)+)? &mut workspace, &mut d).expect(shapes);
            assert_number(call, value, wanted, within);
            assert_gradient(call, &[$(d.$x.entries()),+], &want, within);
        }
        let run = $f::forward($($x.given(),)+ $($($c),+)?).expect(shapes);
        assert_number("forward", run.$y, wanted, within);
        let d = run.backward(-2.0).expect(shapes);
        let twice = want.clone().map(|part| part.iter().map(|slope| -2.0 * slope).collect());
        assert_gradient("backward", &[$(d.$x.entries()),+], &twice, within);
        let (value, pullback) = $f::vjp($($x.given(),)+ $($($c),+)?).expect(shapes);
        assert_number("the value of vjp", value, wanted, within);
        let pulled = { let ($($x),+) = pullback(-2.0).expect(shapes); [$($x.entries()),+] };
        assert_gradient("vjp", &pulled, &twice, within);
        let (value, along) = $f::jvp($($x.given(),)+ $($($c,)+)? $($slope.given()),+).expect(shapes);
        assert_number("the value of jvp", value, wanted, within);
        let square = want.iter().flatten().map(|slope| slope * slope).sum();
        assert_number("jvp along the gradient", along, square, within);
    }};
}
