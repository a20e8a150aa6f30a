//! From free numbers to where an input lives, what that does to volumes, and the way back: a row a kind of domain.
//!
//! The transforms are those of the field's reference, the manual of Stan; sums of exponentials are kept as logarithms, so that none
//! leaves the range before its result does. Invariant: `there` and `back` are inverse to one another, and `volume` is the logarithm of
//! the absolute Jacobian determinant of `there`, by free numbers.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::dim_tokens;
use crate::syntax::{Dim, Domain, DomainKind, Shape, Whole};

/// The three expressions of a value.
pub struct Way {
    /// The input, by the free numbers.
    pub there: TokenStream,
    /// A number, by the free numbers.
    pub volume: TokenStream,
    /// The free numbers, by the input.
    pub back: TokenStream,
}

impl Whole {
    /// The least extent of the last axis.
    pub fn least(self) -> i64 {
        match self {
            Whole::Simplex | Whole::CholeskyCorr => 2,
            _ => 1,
        }
    }

    /// How many free numbers the last axis has.
    pub fn free(self, last: &Dim) -> Dim {
        let size = last.offset;
        let offset = match self {
            Whole::Simplex => size - 1,
            Whole::Ordered | Whole::PositiveOrdered | Whole::Unit => size,
            Whole::CholeskyCorr => size * (size - 1) / 2,
            Whole::CholeskyCov => size * (size + 1) / 2,
        };
        Dim {
            offset,
            ..last.clone()
        }
    }
}

/// The way of a value of a shape; `inside` puts into a bound what it means there.
pub fn way(
    domain: &Domain,
    value: &TokenStream,
    shape: Option<&Shape>,
    inside: &dyn Fn(&TokenStream) -> TokenStream,
) -> Way {
    match (&domain.kind, shape) {
        (DomainKind::Bounds { low, high }, _) => {
            let bound = |bound: &Option<TokenStream>| bound.as_ref().map(inside);
            between(value, bound(low), bound(high), shape.is_some())
        }
        (DomainKind::Whole(Whole::CholeskyCorr), Some(shape)) => {
            correlation(value, shape.dims[0].offset)
        }
        (DomainKind::Whole(Whole::CholeskyCov), Some(shape)) => {
            covariance(value, shape.dims[0].offset)
        }
        (DomainKind::Whole(whole), Some(shape)) => along(*whole, value, &shape.dims),
        (DomainKind::Whole(_), None) => unreachable!("it is read with its extents"),
    }
}

/// Each entry by itself.
fn between(
    x: &TokenStream,
    low: Option<TokenStream>,
    high: Option<TokenStream>,
    is_array: bool,
) -> Way {
    let all = |volume: TokenStream| match is_array {
        true => quote!(sum(#volume)),
        false => volume,
    };
    match (low, high) {
        (Some(low), None) if low.to_string() == "0" => Way {
            there: quote!(exp(#x)),
            volume: all(quote!(#x)),
            back: quote!(ln(#x)),
        },
        (Some(low), None) => Way {
            there: quote!((#low) + exp(#x)),
            volume: all(quote!(#x)),
            back: quote!(ln(#x - (#low))),
        },
        (None, Some(high)) => Way {
            there: quote!((#high) - exp(#x)),
            volume: all(quote!(#x)),
            back: quote!(ln((#high) - #x)),
        },
        (Some(low), Some(high)) => Way {
            there: quote!((#low) + ((#high) - (#low))*sigmoid(#x)),
            volume: all(quote!(ln((#high) - (#low)) - softplus(#x) - softplus(-#x))),
            back: quote!(ln(#x - (#low)) - ln((#high) - #x)),
        },
        (None, None) => unreachable!("a domain has a bound"),
    }
}

/// Each vector along the last axis.
fn along(whole: Whole, x: &TokenStream, dims: &[Dim]) -> Way {
    let call = |what: &str| {
        let name = format!("__{}{what}", whole.name());
        Ident::new(&name, Span::call_site())
    };
    let (there, volume, back) = (call(""), call("_volume"), call("_back"));
    let outer = &dims[..dims.len() - 1];
    if outer.is_empty() {
        return Way {
            there: quote!(#there(#x)),
            volume: quote!(#volume(#x)),
            back: quote!(#back(#x)),
        };
    }
    let names = (0..outer.len()).map(|at| Ident::new(&format!("__at_{at}"), Span::call_site()));
    let names: Vec<Ident> = names.collect();
    let extents = outer.iter().map(dim_tokens);
    let turns = quote!(#(#names in 0..#extents),*);
    let row = quote!(#x[#(#names),*]);
    Way {
        there: quote!(each(#turns, #there(#row))),
        volume: quote!(sum(#turns, #volume(#row))),
        back: quote!(each(#turns, #back(#row))),
    }
}

/// The functions that they are by, of one vector.
pub const INNER: &str = "
fn __simplex_logs(u: [m]) -> s { s = concat([0], scan(s = 0, j in 0..m, s - softplus(u[j] - ln(m - j)))); }
fn __simplex(u: [m]) -> x {
    s = __simplex_logs(u);
    x = concat(each(j in 0..m, exp(s[j] - softplus(ln(m - j) - u[j]))), [exp(s[m])]);
}
fn __simplex_volume(u: [m]) -> l {
    s = __simplex_logs(u);
    l = sum(j in 0..m, t = u[j] - ln(m - j); s[j] - softplus(t) - softplus(-t));
}
fn __simplex_back(x: [k]) -> u {
    u = each(j in 0..k - 1, ln(x[j]) - ln(sum(i in j + 1..k, x[i])) + ln(k - 1 - j));
}
fn __ordered(u: [k]) -> x { x = concat([u[0]], scan(s = u[0], j in 1..k, s + exp(u[j]))); }
fn __ordered_volume(u: [k]) -> l { l = sum(j in 1..k, u[j]); }
fn __ordered_back(x: [k]) -> u { u = concat([x[0]], each(j in 1..k, ln(x[j] - x[j - 1]))); }
fn __positive_ordered(u: [k]) -> x { x = scan(s = 0, j in 0..k, s + exp(u[j])); }
fn __positive_ordered_volume(u: [k]) -> l { l = sum(u); }
fn __positive_ordered_back(x: [k]) -> u { u = concat([ln(x[0])], each(j in 1..k, ln(x[j] - x[j - 1]))); }
fn __unit(u: [k]) -> x { x = u/norm(u); }
fn __unit_volume(u: [k]) -> l { l = -0.5*dot(u, u); }
fn __unit_back(x: [k]) -> u { u = x/norm(x); }
";

/// The rows of a triangle with so many entries, each entry with its place in the row and among all, and the zeros behind.
fn triangle(size: i64, entry: impl Fn(i64, i64) -> TokenStream) -> TokenStream {
    let rows = (0..size).map(|row| {
        let entries = (0..size).map(|column| match column <= row {
            true => entry(row, column),
            false => quote!(0),
        });
        quote!([#(#entries),*])
    });
    quote!([#(#rows),*])
}

fn entry(of: &TokenStream, at: i64) -> TokenStream {
    let at = Literal::i64_unsuffixed(at);
    quote!(#of[#at])
}

/// A Cholesky factor of a correlation matrix, whose rows are of length 1: each entry is the hyperbolic tangent of a free number times
/// the length that the entries before it have left.
fn correlation(x: &TokenStream, size: i64) -> Way {
    let free = |row: i64, column: i64| entry(x, row * (row - 1) / 2 + column);
    // ln of what is left behind a free number: -ln cosh.
    let left = |u: &TokenStream| quote!((#u - softplus(2*#u) + 0.6931471805599453));
    let left_before = |row: i64, column: i64| {
        let before = (0..column).map(|before| left(&free(row, before)));
        quote!(0 #(+ #before)*)
    };
    let there = triangle(size, |row, column| {
        let before = left_before(row, column);
        match (row == column, column) {
            (true, 0) => quote!(1),
            (true, _) => quote!(exp(#before)),
            (false, 0) => {
                let u = free(row, 0);
                quote!(tanh(#u))
            }
            (false, _) => {
                let u = free(row, column);
                quote!(tanh(#u)*exp(#before))
            }
        }
    });
    let places = (1..size).flat_map(|row| (0..row).map(move |column| (row, column)));
    let volumes = places.clone().map(|(row, column)| {
        let (own, before) = (left(&free(row, column)), left_before(row, column));
        quote!(2*#own + #before)
    });
    let back = places.map(|(row, column)| {
        let [row, column, next] = [row, column, column + 1].map(Literal::i64_unsuffixed);
        quote!(asinh(#x[#row, #column]/norm(#x[#row, #next..=#row])))
    });
    Way {
        volume: quote!(0 #(+ #volumes)*),
        back: quote!([#(#back),*]),
        there,
    }
}

/// A Cholesky factor of a covariance matrix: free numbers row by row, of which those on the diagonal are logarithms.
fn covariance(x: &TokenStream, size: i64) -> Way {
    let free = |row: i64, column: i64| entry(x, row * (row + 1) / 2 + column);
    let there = triangle(size, |row, column| {
        let u = free(row, column);
        if row == column { quote!(exp(#u)) } else { u }
    });
    let diagonal = (0..size).map(|row| free(row, row));
    let places = (0..size).flat_map(|row| (0..=row).map(move |column| (row, column)));
    let back = places.map(|(row, column)| {
        let is_on_diagonal = row == column;
        let [row, column] = [row, column].map(Literal::i64_unsuffixed);
        match is_on_diagonal {
            true => quote!(ln(#x[#row, #column])),
            false => quote!(#x[#row, #column]),
        }
    });
    Way {
        volume: quote!(0 #(+ #diagonal)*),
        back: quote!([#(#back),*]),
        there,
    }
}
