//! A table of the nodes for a terminal.
//!
//! Invariant: columns align by characters, an array takes as many lines as it needs, and no line ends in blanks.

use super::describe::Role;
use super::{Picture, Quantity, words};

/// A row: what stands in each column, line by line.
type Row = [Vec<String>; 5];

pub fn written(picture: &Picture) -> String {
    let head = ["name", "operation", "value", "gradient", "flows back"];
    let mut text = table(picture, head);
    for of in &picture.loops {
        let head = ["name", "operation", "", "", "flows back"];
        text.push_str(&format!("\nEach step of {}\n", of.title()));
        text.push_str(&table(&of.step, head));
    }
    text
}

fn table(picture: &Picture, head: [&str; 5]) -> String {
    let names = words::names(picture);
    let mut rows = vec![head.map(|word| vec![word.to_owned()])];
    for at in 0..picture.nodes.len() {
        rows.extend(row(picture, &names, at));
    }
    aligned(&rows)
}

fn row(picture: &Picture, names: &[String], at: usize) -> Option<Row> {
    let node = &picture.nodes[at];
    let operands: Vec<String> = picture
        .operands(at)
        .map(|edge| names[edge.from].clone())
        .collect();
    let operation = match node.role {
        Role::Input if node.value.is_of_steps() => "outside".to_owned(),
        Role::Input => "input".to_owned(),
        Role::Labels => "labels".to_owned(),
        Role::State => "carried".to_owned(),
        Role::Index => "index".to_owned(),
        // Both are said elsewhere: in the operation, and by the name of the value that goes out.
        Role::Constant => return None,
        Role::Output if operands.first() == Some(&names[at]) => return None,
        Role::Output => operands.concat(),
        _ => words::formula(&node.label, &operands),
    };
    let gradient = node
        .gradient
        .as_ref()
        .map_or_else(Vec::new, Quantity::lines);
    let back = picture.operands(at).filter(|_| node.role != Role::Output);
    let back: Vec<String> = back
        .filter_map(|edge| {
            let lines = edge.gradient.as_ref()?.lines();
            let gradient = lines
                .first()
                .map_or_else(String::new, |line| format!("{line} "));
            Some(format!("{gradient}to {}", names[edge.from]))
        })
        .collect();
    Some([
        vec![names[at].clone()],
        vec![operation],
        node.value.lines(),
        gradient,
        vec![back.join(", ")],
    ])
}

/// Numbers to the right, words to the left.
fn aligned(rows: &[Row]) -> String {
    let width = |column: usize| {
        let lines = rows.iter().flat_map(|row| &row[column]);
        lines.map(|line| line.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let height = row.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let cell = |column: usize| row[column].get(at).map_or("", String::as_str);
            let [name, operation, value, gradient, back] = std::array::from_fn(cell);
            let [a, b, c, d, _] = widths;
            let mut line = format!("{name:<a$}  {operation:<b$}  ");
            // In a step of a loop there are no numbers.
            if c + d > 0 {
                line.push_str(&format!("{value:>c$}  {gradient:>d$}  "));
            }
            line.push_str(back);
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}
