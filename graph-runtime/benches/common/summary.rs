//! All ratios of a benchmark in one table, printed last.

/// A task's ratios, one a row.
pub struct Line {
    pub task: &'static str,
    pub ratios: Vec<(&'static str, f64)>,
}

/// Prints a column for every name of a row, in the order in which names come up.
pub fn print(lines: &[Line]) {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in lines.iter().flat_map(|line| &line.ratios) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    println!("\nall ratios\n\n| | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(names.len()));
    for Line { task, ratios } in lines {
        let cell = |name: &&str| {
            let ratio = ratios.iter().find(|(own, _)| own == name);
            ratio.map_or(String::new(), |(_, ratio)| format!("{ratio:.2}"))
        };
        let cells: Vec<String> = names.iter().map(cell).collect();
        println!("| {task} | {} |", cells.join(" | "));
    }
}
