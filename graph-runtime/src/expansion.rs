//! What the macro makes of a program, as text.
//!
//! Invariant: the text is printed at compile time from the tokens that `graph!` would give rustc.

use core::fmt;

/// What `graph!` makes of a program, formatted: see [`expansion!`](crate::expansion).
#[derive(Clone, Copy, Debug)]
pub struct Expansion {
    program: &'static str,
    items: &'static [(&'static str, &'static str)],
}

impl Expansion {
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(
        program: &'static str,
        items: &'static [(&'static str, &'static str)],
    ) -> Expansion {
        Expansion { program, items }
    }

    /// The program as it was written, without comments.
    #[must_use]
    pub const fn program(&self) -> &'static str {
        self.program
    }

    /// The structs, functions and methods that were generated: name and text. A trait's method is called `Trait::method`.
    pub fn items(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.items.iter().copied()
    }

    /// The item of a name, such as `forward`, `backward` or `Grad`; of several the last, which is the one with a body where
    /// another only hands on to it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'static str> {
        let mut items = self.items.iter().rev();
        items
            .find(|(known, _)| *known == name)
            .map(|(_, text)| *text)
    }
}

/// All items, with a line between them.
impl fmt::Display for Expansion {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (at, (_, text)) in self.items.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            writeln!(f, "{text}")?;
        }
        Ok(())
    }
}
