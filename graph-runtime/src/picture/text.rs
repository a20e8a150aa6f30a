//! A table of the nodes for a terminal.
//!
//! Invariant: columns align by characters, and no line ends in blanks.

use super::describe::Role;
use super::{Picture, words};

pub fn written(picture: &Picture) -> String {
    let names = words::names(picture);
    let mut rows =
        vec![["name", "operation", "value", "gradient", "flows back"].map(str::to_owned)];
    for (at, node) in picture.nodes.iter().enumerate() {
        let operands: Vec<String> = picture
            .operands(at)
            .map(|edge| names[edge.from].clone())
            .collect();
        let operation = match node.role {
            Role::Input => "input".to_owned(),
            Role::Labels => "labels".to_owned(),
            // Both are said elsewhere: in the operation, and by the name of the value that goes out.
            Role::Constant => continue,
            Role::Output if operands.first() == Some(&names[at]) => continue,
            Role::Output => operands.concat(),
            _ => words::formula(&node.label, &operands),
        };
        let gradient = node
            .gradient
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        let back = picture.operands(at).filter(|_| node.role != Role::Output);
        let back: Vec<String> = back
            .filter_map(|edge| {
                Some(format!(
                    "{} to {}",
                    edge.gradient.as_ref()?,
                    names[edge.from]
                ))
            })
            .collect();
        rows.push([
            names[at].clone(),
            operation,
            node.value.to_string(),
            gradient,
            back.join(", "),
        ]);
    }
    aligned(&rows)
}

/// Numbers to the right, words to the left.
fn aligned(rows: &[[String; 5]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut text = String::new();
    for [name, operation, value, gradient, back] in rows {
        let [a, b, c, d, _] = widths;
        let line = format!("{name:<a$}  {operation:<b$}  {value:>c$}  {gradient:>d$}  {back}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
