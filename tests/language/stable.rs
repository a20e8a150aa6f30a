//! Forms that lose digits, row by row of the lint's own table: what is written has lost as many as it says at the point that it names, and
//! the stable form has them.

#![deny(deprecated)]

/// Numbers as the table has them, and the first of what a form gives.
trait Plain<T> {
    fn plain(self) -> T;
}

impl Plain<f64> for f64 {
    fn plain(self) -> f64 {
        self
    }
}

impl Plain<f64> for i32 {
    fn plain(self) -> f64 {
        f64::from(self)
    }
}

impl Plain<[f64; 2]> for [i32; 2] {
    fn plain(self) -> [f64; 2] {
        self.map(f64::from)
    }
}

impl Plain<f64> for [f64; 2] {
    fn plain(self) -> f64 {
        self[0]
    }
}

/// How many of 16 digits are lost.
fn lost(found: f64, exact: f64) -> f64 {
    let off = (found / exact - 1.0).abs();
    match off.is_finite() && off > 0.0 {
        true => (16.0 + off.log10()).clamp(0.0, 16.0),
        false if off == 0.0 => 0.0,
        false => 16.0,
    }
}

macro_rules! forms {
    ($($row:ident($($name:ident $(: $shape:tt)? = $value:expr),+): [$($written:tt)*] => [$($stable:tt)*], $exact:expr, $lost:literal;)*) => {$(
        mod $row {
            graph_runtime::graph! {
                #[graph(as_written)]
                pub fn written($($name $(: $shape)?),+) -> y { y = $($written)*; }
                pub fn stable($($name $(: $shape)?),+) -> y { y = $($stable)*; }
            }
        }

        #[test]
        fn $row() {
            $(let $name = Plain::plain($value);)+
            let found: f64 = $row::written($($name),+).plain();
            let gone = lost(found, $exact);
            assert!(gone >= f64::from($lost), "{} gives {found:e}, and has lost {gone:.1} digits", stringify!($($written)*));
            let found: f64 = $row::stable($($name),+).plain();
            let gone = lost(found, $exact);
            assert!(gone < 1.0, "{} gives {found:e}, and has lost {gone:.1} digits", stringify!($($stable)*));
        }
    )*};
}

include!("../../graph-macros/src/stable/forms.rs");
