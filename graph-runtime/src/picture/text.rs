//! A table of the nodes for a terminal.
//!
//! Invariant: columns align by characters, an array takes as many lines as it needs, and no line ends in blanks.

use super::describe::Role;
use super::{Picture, Quantity, words};

/// A row: what stands in each column, line by line.
type Row = [Vec<String>; 5];

pub fn written(picture: &Picture) -> String {
    let names = words::names(picture);
    let head = ["name", "operation", "value", "gradient", "flows back"];
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
        Role::Input => "input".to_owned(),
        Role::Labels => "labels".to_owned(),
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
            let gradient = edge.gradient.as_ref()?;
            Some(format!("{} to {}", gradient.lines()[0], names[edge.from]))
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
            let line = format!("{name:<a$}  {operation:<b$}  {value:>c$}  {gradient:>d$}  {back}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}
