//! Poses and motions: structs of the language, for the graphs of other modules.

graph_runtime::graph! {
    /// Where something is and how it is turned: a unit quaternion, its real part last, and a position.
    pub struct Pose { q: [4], p: [3] }

    /// A small motion: a translation, and a rotation vector.
    pub struct Motion { t: [3], r: [3] }
}
