//! The code map of the architecture guide names every module of the compiler, and none that is gone; the README links to files
//! that are there.

use std::collections::BTreeSet;
use std::path::Path;

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
