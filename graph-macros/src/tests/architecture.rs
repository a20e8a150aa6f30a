//! The code map of the architecture guide names every module of the compiler, and none that is gone; no stage reads a later one;
//! the README links to files that are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const GUIDE: &str = include_str!("../../docs/architecture.md");

/// The modules below a folder, by their paths: `emit::numbers::code`.
fn modules(folder: &Path, above: &str, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        let stem = path.file_stem().expect("a name").to_string_lossy();
        let name = format!("{above}{stem}");
        if path.is_dir() && name != "tests" {
            modules(&path, &format!("{name}::"), into);
            into.insert(name);
        } else if path.is_file() && stem != "mod" {
            into.insert(name);
        }
    }
}

/// The code spans of the map that are names of modules.
fn mapped() -> BTreeSet<String> {
    let map = GUIDE
        .split("## ")
        .find_map(|part| part.strip_prefix("Code map"));
    let spans = map
        .expect("there is a code map")
        .split('`')
        .skip(1)
        .step_by(2);
    let is_module = |span: &&str| {
        span.chars()
            .all(|sign| sign.is_ascii_lowercase() || "_:".contains(sign))
    };
    spans.filter(is_module).map(str::to_owned).collect()
}

#[test]
fn the_code_map_is_complete() {
    let mut modules_found = BTreeSet::new();
    modules(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        "",
        &mut modules_found,
    );
    let mapped = mapped();
    let missing: Vec<_> = modules_found.difference(&mapped).collect();
    assert!(missing.is_empty(), "not in the code map: {missing:?}");
    let gone: Vec<_> = mapped
        .iter()
        .filter(|name| name.contains("::") && !modules_found.contains(*name))
        .collect();
    assert!(gone.is_empty(), "in the code map, but gone: {gone:?}");
}

/// The modules in the order in which they build on one another: a line uses itself and the lines above.
const ORDER: [&[&str]; 9] = [
    &["hash", "syntax", "rule", "rules", "graph", "shape"],
    &[
        "builder",
        "activity",
        "dependence",
        "unit",
        "elsewhere",
        "errors",
        "cursor",
        "structs",
        "imports",
    ],
    &["parse"],
    &["formula", "densities", "domains"],
    &["lower"],
    &["transform"],
    &["plan"],
    &["emit", "show", "uses"],
    &["lib", "each_rule", "tangents"],
];

/// Who may look ahead all the same, at what, and why.
const AHEAD: [(&str, &str, &str); 1] = [(
    "lower/loops.rs",
    "transform",
    "a unit has no turns when its options are checked, and what cannot have an axis is reported as the other mistakes of lowering",
)];

#[test]
fn no_stage_reads_a_later_one() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank = |module: &str| ORDER.iter().position(|line| line.contains(&module));
    let mut ahead = BTreeSet::new();
    for file in files(&source) {
        let path = file.strip_prefix(&source).expect("it is below");
        let path = path.to_string_lossy().into_owned();
        let module = path.split(['/', '.']).next().unwrap_or_default();
        let own = rank(module).unwrap_or_else(|| panic!("`{module}` has no place in the order"));
        let text = std::fs::read_to_string(&file).expect("the file can be read");
        for used in used(&text).filter(|used| rank(used) > Some(own)) {
            ahead.insert((path.clone(), used.to_owned()));
        }
    }
    let allowed = AHEAD.map(|(file, used, _)| (file.to_owned(), used.to_owned()));
    assert_eq!(ahead, BTreeSet::from(allowed));
}

/// The source files below a folder, without tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the entry can be read").path());
    paths
        .flat_map(|path| match path.is_dir() {
            true if path.ends_with("tests") => Vec::new(),
            true => files(&path),
            false => vec![path],
        })
        .collect()
}

/// The modules of the crate that a file mentions: `crate::graph::Op`, `use crate::{formula, parse}`.
fn used(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).flat_map(|rest| {
        let is_name = |sign: char| sign.is_ascii_lowercase() || sign == '_';
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split_once('}').unwrap_or_default().0,
            None => {
                rest.split_once(|sign| !is_name(sign))
                    .unwrap_or((rest, ""))
                    .0
            }
        };
        names
            .split(',')
            .map(|name| name.trim().split(':').next().unwrap_or_default())
    })
}

#[test]
fn mentions_of_modules_are_found() {
    let text = "use crate::{parse, graph::Op};\nfn f() -> crate::shape::Dim { $crate::x }";
    assert_eq!(
        used(text).collect::<Vec<_>>(),
        ["parse", "graph", "shape", "x"]
    );
}

/// The README is one page, and all it points at can be opened: files of the repository.
#[test]
fn the_readme_links_to_files() {
    let readme = include_str!("../../../README.md");
    assert!(readme.lines().count() < 180, "the README is one page");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let links = readme.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split(')').next());
    let links: Vec<&str> = links.collect();
    assert!(links.len() > 5, "the links are found");
    for link in links {
        assert!(root.join(link).exists(), "{link} is not there");
    }
}
