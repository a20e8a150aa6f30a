//! One line a step, for debugging and for tests.

use std::fmt::{self, Display, Formatter, Write};

use super::{ArrayBody, Kernel, Output, Step, source};
use crate::graph::NodeId;
use crate::shape;

impl ArrayBody {
    /// `t3 [n, 50] over t1`
    fn made(&self, id: NodeId) -> String {
        let mut text = self.name(id);
        let shape = self.graph.shape(id);
        if !shape.is_empty() {
            let _ = write!(text, " {}", shape::text(&shape));
        }
        if let Some(old) = self.over.get(&id) {
            let _ = write!(text, " over {}", self.name(*old));
        }
        text
    }

    fn name(&self, id: NodeId) -> String {
        match &self.graph.node(id).name {
            Some(name) => name.to_string(),
            None => id.to_string(),
        }
    }

    /// The names of what is read, views by what they look at.
    fn read(&self, ids: &[NodeId]) -> String {
        let names = ids.iter().map(|id| {
            let from = source(&self.graph, *id);
            let mark = if from == *id { "" } else { "'" };
            format!("{}{mark}", self.name(from))
        });
        names.collect::<Vec<_>>().join(", ")
    }

    fn kernel(&self, kernel: &Kernel) -> String {
        let outputs = kernel.outputs.iter().map(|output| match output {
            Output::Full(node) => self.made(*node),
            Output::Reduced { node, .. } => format!("reduced {}", self.made(*node)),
        });
        let outputs = outputs.collect::<Vec<_>>().join("; ");
        format!(
            "loop {} of {}: {outputs}",
            shape::text(&kernel.shape),
            self.read(&kernel.inputs)
        )
    }
}

impl Display for ArrayBody {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        for step in &self.steps {
            let line = match step {
                Step::Number(id) => format!("number {}", self.name(*id)),
                Step::Entry(id) => format!("entry {}", self.name(*id)),
                Step::Loop(of) => format!("steps of {}: {{\n{}}}", self.read(&of.reads()), of.body),
                Step::Kernel(kernel) => self.kernel(kernel),
                Step::Product(id) => format!(
                    "product of {}: {}",
                    self.read(&self.graph.node(*id).args),
                    self.made(*id)
                ),
                Step::Assemble(id) => format!(
                    "assemble of {}: {}",
                    self.read(&self.graph.node(*id).args),
                    self.made(*id)
                ),
            };
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
