//! The stored counts, and what they depend on.
//!
//! Invariant: the file has one line `by WHAT` and else one line `NAME COUNT` a piece of work, in the order of the work.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

pub struct Baseline {
    pub surroundings: String,
    pub counts: Vec<(String, f64)>,
}

fn path() -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "benches",
        "instructions",
        "baseline.txt",
    ]
    .iter()
    .collect()
}

impl Baseline {
    pub fn load() -> Baseline {
        let text = std::fs::read_to_string(path()).expect("the stored counts");
        let (by, counts): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with("by "));
        let surroundings = by.first().map_or("", |line| &line[3..]).to_owned();
        let count = |line: &str| {
            let (name, count) = line.rsplit_once(' ').expect("a name and a count");
            (name.to_owned(), count.parse().expect("a count"))
        };
        Baseline {
            surroundings,
            counts: counts.into_iter().map(count).collect(),
        }
    }

    pub fn store(&self) {
        let mut text = format!("by {}\n", self.surroundings);
        for (name, count) in &self.counts {
            writeln!(text, "{name} {count:.3}").expect("text takes everything");
        }
        std::fs::write(path(), &text).expect("the counts can be stored");
        print!("{text}");
    }

    pub fn count(&self, name: &str) -> Option<f64> {
        let found = self.counts.iter().find(|(other, _)| other == name);
        found.map(|(_, count)| *count)
    }
}

/// The compiler, the C library, whose functions `std` calls, and the instruction set that callgrind gives to this machine's
/// programs: it has no AVX-512, so that run-time dispatch takes AVX2 where the machine has it.
pub fn surroundings() -> String {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiler = said(&compiler, "--version");
    let library = said("getconf", "GNU_LIBC_VERSION");
    format!("{compiler}, {library}, {}", instruction_set())
}

#[cfg(target_arch = "x86_64")]
fn instruction_set() -> &'static str {
    match is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        true => "x86_64 with AVX2 and FMA",
        false => "x86_64",
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn instruction_set() -> &'static str {
    std::env::consts::ARCH
}

/// The first line that a program prints.
fn said(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map_or_else(
        |_| format!("no {program}"),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    );
    text.lines().next().unwrap_or_default().to_owned()
}
