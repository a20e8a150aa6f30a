//! What tests have arrays, products and batches computed on: the process by `GRAPH_LANES`, a part of a test by [`on`].
//!
//! Invariant: a set is a limit to what has been detected, so nothing is run that the processor does not have.

use std::cell::Cell;
use std::sync::OnceLock;

use super::Level;
use super::batch::MAY_GO_ONE_BY_ONE;
use super::dispatch::present;

/// What is computed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Single numbers, one entry after the other; in builds with debug assertions only.
    None,
    /// What every processor of the target has.
    Baseline,
    /// 256 bits and fused products.
    Avx2,
    /// 512 bits.
    Avx512,
}

impl Set {
    /// Those that this processor and this build have, the narrowest first.
    pub fn here() -> impl Iterator<Item = Set> {
        let all = [Set::None, Set::Baseline, Set::Avx2, Set::Avx512];
        all.into_iter().filter(|set| set.is_here())
    }

    fn is_here(self) -> bool {
        self.limit()
            .map_or(MAY_GO_ONE_BY_ONE, |limit| limit <= present())
    }

    fn limit(self) -> Option<Level> {
        match self {
            Set::None => None,
            Set::Baseline => Some(Level::Baseline),
            Set::Avx2 => Some(Level::Avx2),
            Set::Avx512 => Some(Level::Avx512),
        }
    }

    fn named(name: &str) -> Set {
        match name {
            "none" if MAY_GO_ONE_BY_ONE => Set::None,
            "baseline" => Set::Baseline,
            "avx2" => Set::Avx2,
            "avx512" => Set::Avx512,
            _ => panic!(
                "`GRAPH_LANES` is baseline, avx2, avx512 or, with debug assertions, none; not {name}"
            ),
        }
    }
}

thread_local! {
    static HERE: Cell<Option<Set>> = const { Cell::new(None) };
}

/// Runs a part of a test on a set.
///
/// # Panics
///
/// If this build has no code for it.
pub fn on<R>(set: Set, run: impl FnOnce() -> R) -> R {
    assert!(
        MAY_GO_ONE_BY_ONE || set != Set::None,
        "this build has no single numbers"
    );
    let before = HERE.replace(Some(set));
    let result = run();
    HERE.set(before);
    result
}

/// What is asked for here.
fn asked() -> Set {
    static PROCESS: OnceLock<Set> = OnceLock::new();
    HERE.get().unwrap_or_else(|| {
        *PROCESS.get_or_init(|| {
            std::env::var("GRAPH_LANES").map_or(Set::Avx512, |name| Set::named(&name))
        })
    })
}

/// The widest level that is there and asked for.
pub(super) fn level() -> Level {
    present().min(asked().limit().unwrap_or(Level::Avx512))
}

/// Whether single numbers are asked for.
pub(super) fn is_one_by_one() -> bool {
    asked() == Set::None
}
