//! A crate in a temporary folder, and cargo over it.
//!
//! Invariant: dependencies are built before anything is timed, and what is timed builds the crate again.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tempfile::TempDir;

/// What cargo is asked for.
#[derive(Clone, Copy)]
pub enum Verb {
    Check,
    Build,
    Release,
}

impl Verb {
    fn words(self) -> &'static [&'static str] {
        match self {
            Verb::Check => &["check"],
            Verb::Build => &["build"],
            Verb::Release => &["build", "--release"],
        }
    }
}

pub struct Folder {
    folder: TempDir,
    builds: usize,
    /// Seconds that the runtime and what it depends on take in a debug build.
    pub cold: f64,
    /// Milliseconds that a crate without a graph takes, by verb.
    empty: [f64; 3],
}

impl Folder {
    pub fn new(builds: usize) -> Folder {
        let mut folder = Folder {
            folder: tempfile::tempdir().expect("a temporary folder"),
            builds,
            cold: 0.0,
            empty: [0.0; 3],
        };
        folder.lay_out();
        folder.cold = folder.cargo(Verb::Build) / 1e3;
        folder.empty = [Verb::Check, Verb::Build, Verb::Release].map(|verb| {
            folder.write("");
            folder.cargo(verb);
            folder.time("", verb)
        });
        folder
    }

    /// Milliseconds that a source takes beyond those of an empty one.
    pub fn over_empty(&self, source: &str, verb: Verb) -> f64 {
        self.time(source, verb) - self.empty[verb as usize]
    }

    /// The shortest of some builds.
    fn time(&self, source: &str, verb: Verb) -> f64 {
        let once = |round: usize| {
            self.write(&format!("// {round}\n{source}"));
            self.cargo(verb)
        };
        (0..self.builds).map(once).fold(f64::INFINITY, f64::min)
    }

    /// An empty crate that depends on the runtime, with the versions that this workspace has.
    fn lay_out(&self) {
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR"));
        let manifest = format!(
            "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\ngraph-runtime = {{ path = {runtime:?} }}\n"
        );
        let at = self.folder.path();
        std::fs::create_dir(at.join("src")).expect("a folder for the source");
        std::fs::write(at.join("Cargo.toml"), manifest).expect("a manifest");
        let versions = runtime.join("../Cargo.lock");
        std::fs::copy(versions, at.join("Cargo.lock")).expect("the workspace has a lock file");
        self.write("");
    }

    fn write(&self, source: &str) {
        let path = self.folder.path().join("src/lib.rs");
        std::fs::write(path, source).expect("a source");
    }

    /// Milliseconds of one run, without the state that an incremental build would keep.
    fn cargo(&self, verb: Verb) -> f64 {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = Command::new(cargo);
        command
            .args(verb.words())
            .arg("--offline")
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"))
            .env("CARGO_INCREMENTAL", "0");
        let start = Instant::now();
        let output = command.output().expect("cargo starts");
        let time = start.elapsed().as_secs_f64() * 1e3;
        let said = String::from_utf8_lossy(&output.stderr);
        let is_built = output.status.success() && said.contains("ing program v");
        assert!(is_built, "cargo {}: {said}", verb.words().join(" "));
        time
    }
}
