//! Tables with a quick hash.
//!
//! The standard library's hash withstands keys that an attacker has chosen, for which the macro, built without optimisation,
//! pays with much of its time. Invariant: nothing depends on the order in which a table is walked.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
pub type Set<K> = HashSet<K, BuildHasherDefault<Quick>>;

/// A product and a rotation a word.
#[derive(Clone, Copy, Default)]
pub struct Quick(u64);

/// An odd number without a pattern in its bits.
const FACTOR: u64 = 0xf135_7aea_2e62_a9c5;

pub fn of(value: &impl Hash) -> u64 {
    let mut hasher = Quick::default();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Hasher for Quick {
    fn write(&mut self, mut bytes: &[u8]) {
        while let Some((word, rest)) = bytes.split_first_chunk() {
            self.write_u64(u64::from_le_bytes(*word));
            bytes = rest;
        }
        let mut last = [0; 8];
        last[..bytes.len()].copy_from_slice(bytes);
        self.write_u64(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(26) ^ value).wrapping_mul(FACTOR);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }

    /// The upper bits are the best mixed, but tables look at the lower ones too.
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
