//! The collector of what is wrong with a graph; what can be wrong, and how it is said, are the tables below, in the form of
//! the [`catalogue`].
//!
//! Invariant: nothing stops at the first error. Stages report here and go on; the chain of stages in `lib.rs` turns
//! what was collected into one `compile_error!` for each message, placed on the user's own tokens.

#[macro_use]
mod catalogue;
mod calls;
mod limits;
mod names;
mod reading;
mod shapes;

use std::fmt;

use proc_macro2::{Ident, TokenStream, TokenTree};

pub use calls::Calls;
pub use catalogue::count;
pub use limits::Limits;
pub use names::Names;
pub use reading::Reading;
pub use shapes::{NoEntries, Shapes, Turned};

use crate::hash::Set;
use crate::syntax::Place;

/// The texts of all rows.
#[cfg(test)]
pub const TEXTS: [&[&str]; 5] = [
    Reading::TEXTS,
    Names::TEXTS,
    Calls::TEXTS,
    Shapes::TEXTS,
    Limits::TEXTS,
];

/// Messages in the order in which they were found.
#[must_use]
#[derive(Default)]
pub struct Errors {
    list: Vec<(Place, String)>,
}

impl Errors {
    pub fn report(&mut self, place: impl Into<Place>, problem: impl fmt::Display) {
        self.list.push((place.into(), problem.to_string()));
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// One `compile_error!` a message, each on its own tokens.
    pub fn tokens(&self) -> TokenStream {
        let mut seen = Set::default();
        self.list
            .iter()
            .filter(|(place, text)| seen.insert((format!("{:?}", place.start), text.clone())))
            .map(|(place, text)| compile_error(*place, text))
            .collect()
    }

    pub fn texts(&self) -> Vec<&str> {
        self.list.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// `::core::compile_error! { "…" }` whose first tokens carry the start and whose group carries the end of the
/// place: rustc underlines from one to the other.
fn compile_error(place: Place, text: &str) -> TokenStream {
    let marks: [TokenTree; 2] = [place.start, place.end].map(|span| Ident::new("_x", span).into());
    let marks: TokenStream = marks.into_iter().collect();
    syn::Error::new_spanned(marks, text).into_compile_error()
}
