#![deny(missing_docs)]
//! A field without documentation is told where it stands.

graph_runtime::graph! {
    /// A pose.
    pub struct Pose {
        /// Where it looks.
        q: [2],
        p,
        const scale: [3, 2],
    }
}

fn main() {}
