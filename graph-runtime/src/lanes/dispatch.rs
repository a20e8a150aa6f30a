//! The choice of an instruction set, once, at run time.
//!
//! Invariant: a [`Task`] is run with the lanes of an instruction set only inside a function that is compiled for it,
//! and that function is called only where the processor has been seen to have it.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU8, Ordering};

use super::{Laned, Vector};

/// Work that can be done with lanes of any width.
///
/// `run` and all that it calls per element must be `#[inline(always)]`, or it is compiled for the baseline.
pub trait Task<T: Laned> {
    /// What comes of it.
    type Output;

    /// Does the work.
    fn run<V: Vector<Number = T>>(self) -> Self::Output;
}

/// An instruction set, from the narrowest to the widest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What every processor of the target has.
    Baseline = 1,
    /// 256 bits and fused products.
    Avx2,
    /// 512 bits.
    Avx512,
}

impl Level {
    /// The widest of this processor, and in tests no wider than they ask for.
    #[inline]
    pub fn detected() -> Level {
        #[cfg(feature = "_lanes")]
        return super::forced::level();
        #[cfg(not(feature = "_lanes"))]
        present()
    }

    /// How many numbers a vector of it holds, or of the widest set there is below it.
    #[inline]
    pub fn lanes<T: Laned>(self) -> usize {
        match self.min(Level::detected()) {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => T::Avx512::LANES,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => T::Avx2::LANES,
            _ => T::Baseline::LANES,
        }
    }
}

/// Whether single numbers are computed with, and no lanes: with the feature `libm`, and where tests ask for it.
pub fn is_one_by_one() -> bool {
    #[cfg(feature = "_lanes")]
    if super::forced::is_one_by_one() {
        return true;
    }
    cfg!(feature = "libm")
}

/// The widest of this processor.
#[inline]
pub fn present() -> Level {
    static DETECTED: AtomicU8 = AtomicU8::new(0);
    match DETECTED.load(Ordering::Relaxed) {
        1 => Level::Baseline,
        2 => Level::Avx2,
        3 => Level::Avx512,
        _ => {
            let level = detect();
            DETECTED.store(level as u8, Ordering::Relaxed);
            level
        }
    }
}

#[cold]
fn detect() -> Level {
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq");
        if avx2 && avx512 {
            return Level::Avx512;
        }
        if avx2 {
            return Level::Avx2;
        }
    }
    Level::Baseline
}

/// Does the work with the lanes of an instruction set, or of the widest there is below it.
#[inline]
pub fn dispatch_at<T: Laned, J: Task<T>>(level: Level, task: J) -> J::Output {
    match level.min(Level::detected()) {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            // SAFETY: the level is not above the one detected, so the processor has these instructions.
            unsafe { avx512(task) }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            // SAFETY: the level is not above the one detected, so the processor has these instructions.
            unsafe { avx2(task) }
        }
        _ => task.run::<T::Baseline>(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx2,fma")]
fn avx512<T: Laned, J: Task<T>>(task: J) -> J::Output {
    task.run::<T::Avx512>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<T: Laned, J: Task<T>>(task: J) -> J::Output {
    task.run::<T::Avx2>()
}
