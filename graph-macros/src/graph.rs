//! The one IR: a graph is a list of nodes in order, each an operation on earlier nodes.
//!
//! Invariants, which [`Graph::verify`] checks: arguments precede their uses; equal nodes are one node (building a node
//! finds an equal one first); element-wise operations have arguments of one shape, their own, since broadcasts are
//! explicit [`Op::View`]s. It is made by a `builder::Builder`, and holds nothing that only making it needs.

use std::fmt::{self, Write};
use std::rc::Rc;

use crate::rule::{Acts, RuleId};
use crate::rules::rows;
use crate::syntax::Place;

pub type Name = Rc<str>;

/// One extent: a literal (`offset`), or a named size shifted by a literal.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dim {
    pub name: Option<Name>,
    pub offset: i64,
}

/// Extents by axis; a number has none.
pub type Shape = Rc<[Dim]>;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct InputId(pub usize);

/// A loop that is not written out. Of two that are open at once the inner one comes later.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LoopId(pub usize);

/// What a node's value is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Number,
    Condition,
    Labels,
    /// What a call of another graph gives: its value, or the adjoints of its arguments; or what a loop leaves.
    Parts,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reduction {
    Sum,
    Prod,
    Max,
    Min,
    /// The Euclidean length.
    Norm,
}

/// Whose zero wins over an infinite or undefined other factor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Zero {
    First,
    Either,
}

/// Which part of a product and sum is negated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Negated {
    Nothing,
    Product,
    Addend,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// An input, or one entry of an input that is a small array.
    Input {
        input: InputId,
        element: usize,
    },
    /// A literal, by its bits.
    Const(u64),
    /// A constant of the surrounding Rust code, by its position in [`Graph::rust`].
    Rust(usize),
    Apply(RuleId),
    Powi(i32),
    /// condition, value where it holds, value where not.
    Select,
    /// A product in which a zero wins over an infinite or undefined other factor. Derivative code alone has them.
    Strong(Zero),
    /// A condition and a product with a strong zero: 0 where it holds, whatever the product is. What plans have for `Strong`.
    Shut,
    /// `a * b + c`, rounded once where the target can.
    MulAdd(Negated),
    /// How many entries a shape has.
    Extent(Shape),
    /// The same entries under other axes: for each axis of the result the argument's axis, or none for a new one.
    View(Rc<[Option<usize>]>),
    /// The entries from `start` on along one axis, as many as the shape says.
    Slice {
        axis: usize,
        start: Dim,
    },
    /// The opposite of `Slice`: zeros around the argument, which begins at `start`. With a second argument, that one with
    /// the first added to the part that begins at `start`.
    Pad {
        axis: usize,
        start: Dim,
    },
    /// Arguments of one shape, side by side along a new first axis.
    Stack,
    /// Arguments one behind the other along an axis.
    Concat(usize),
    /// The same entries, row by row, in another shape.
    Reshape,
    /// Over axes, which the result no longer has.
    Reduce(Reduction, Rc<[usize]>),
    /// Of the arguments themselves, entry by entry.
    Among(Reduction),
    /// For each entry the product of the others along axes: the slope of a product, whatever its entries are.
    Others(Rc<[usize]>),
    /// 0, 1, 2, … along one axis.
    Iota,
    /// The entries along an axis from the last to the first.
    Reverse(usize),
    /// The entries of an array at labels, which take the place of one axis. So many axes in front are those of both.
    Gather {
        axis: usize,
        shared: usize,
    },
    /// The opposite: each entry added where its label says, to zeros elsewhere.
    Scatter {
        axis: usize,
        shared: usize,
    },
    /// A call of another graph, by its position in [`Graph::calls`]; of one of numbers, for each entry of arrays of one shape,
    /// which is then its own.
    Call(usize),
    /// The adjoints of a call's arguments: the arguments, then the seeds of its outputs.
    Pull(usize),
    /// The same in dual numbers of so high an order: the operands of `Pull` for each set of directions, those without the last one
    /// first. What comes of it are derivatives along the last direction and any others: of the adjoints, and behind them of the
    /// outputs (`transform::lifted`).
    Lifted {
        call: usize,
        order: usize,
    },
    /// The change of an output of a call, which is an array: the arguments, then their tangents, the number 0 for none.
    Push {
        call: usize,
        output: usize,
    },
    /// An operation on a matrix of so many rows that a function computes, among numbers: the matrix entry by entry. Its parts
    /// are the entries of its result.
    Whole(RuleId, usize),
    /// One part of a call or a pull: a value, or one entry of it once small arrays are taken apart.
    Part(usize),
    // Until `transform::derivatives` has taken them, so are the derivatives of the formulas.
    /// The first argument as what a derivative is taken by, of which nothing else is made: so many of them belong to one
    /// derivative, each a leaf, or an entry of one once small arrays are taken apart. Further arguments are turns that it depends on.
    Variable {
        of: usize,
        leaf: usize,
        element: usize,
    },
    /// The gradient of the first argument, a number, by the second, which the variables of this derivative make up.
    Gradient(usize),
    /// How the first argument changes where the values in the first half of the others move along those in the second half.
    Tangent(usize),
    // Until `transform::turns` has given turns an axis, the body of a loop is there as it is in one turn.
    /// Which turn of a loop it is, counted from `start`, which is 0 at least.
    Turn {
        of: LoopId,
        start: i64,
    },
    /// The entry along an axis, which is dropped, as far behind `start` as turns have passed.
    Entry {
        axis: usize,
        start: i64,
        of: LoopId,
    },
    /// The values of all turns of a loop, along a new first axis.
    Each(LoopId),
    /// Over all turns of a loop.
    Total(Reduction, LoopId),
    // Until `transform::steps` has made bodies, so is the body of a loop whose turns depend on one another.
    /// A value that such a loop carries, by its position, as a turn finds it.
    Carried {
        of: LoopId,
        at: usize,
    },
    /// Such a loop: what it carries into its first turn, then what a turn makes of that. Its parts are those of a [`Scan`], and so
    /// is what it is to be a search.
    Carry {
        of: LoopId,
        is_search: bool,
    },
    /// Such a loop by the position of its body in [`Graph::scans`]: the first states, the sequences, then what is the same in
    /// all steps.
    Scan(usize),
    /// In the body of such a loop which step it is, counted from `start`, as a number or to choose an entry.
    Step {
        start: i64,
        order: Order,
        chooses: bool,
    },
}

/// A loop whose steps depend on one another, each taking the states that the one before has made.
///
/// The leaves of its body are inputs, numbered as the arguments of the loop's node. Its parts are the last states, and behind
/// them what it gives of each step, along a new first axis.
#[derive(Clone)]
pub struct Scan {
    pub body: Graph,
    /// How many steps there are.
    pub length: Dim,
    /// Whether it ends with the step that leaves 1 in all of its last state, which is 0 or 1: then so many steps are the most. What it
    /// finds is held constant, so that it has no derivative.
    pub is_search: bool,
    /// What a step makes of each state.
    pub next: Vec<NodeId>,
    /// The sequences, of which a step has one entry along the first axis.
    pub sequences: Vec<Order>,
    pub given: Vec<Given>,
    /// How many of the body's first nodes are what the user wrote.
    pub primal: usize,
    pub keep: Keep,
    /// How many of the states are given as they are in front of each block of steps, behind all other parts.
    pub checkpoints: usize,
    /// The loops that it goes through once more, from the last block of steps to the first.
    pub again: Vec<Again>,
}

/// What is kept of each step for derivatives.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// All that is not cheap to compute again.
    #[default]
    All,
    /// The states in front of each block of steps.
    Few,
}

/// A loop whose steps are computed again, a block at a time, where another loop goes backwards over them.
#[derive(Clone)]
pub struct Again {
    pub scan: Rc<Scan>,
    /// Where its arguments begin among those of the other loop: its states in front of each block, its sequences and the rest.
    pub first: usize,
    /// Which of the other loop's sequences are which of what it gives.
    pub linked: Vec<(usize, usize)>,
}

/// Where along an axis a step finds its entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Order {
    Forwards,
    /// From the last entry on.
    Backwards,
}

/// What a loop gives of each step, as an array.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Given {
    pub node: NodeId,
    pub order: Order,
}

#[derive(Clone)]
pub struct Node {
    pub op: Op,
    pub args: Vec<NodeId>,
    pub shape: Shape,
    pub kind: Kind,
    pub place: Place,
    /// The user's name for it, or one derived from the user's names.
    pub name: Option<Name>,
    /// Whether it is the very input or definition that the user calls so. Two nodes may have names of one text, so the text
    /// says nothing.
    pub is_users: bool,
    /// The axes that it has only because views put them there, a bit per axis.
    pub inserted: u32,
    /// Whether it may be infinite or undefined where no value of the user's is: it is made of a slope that can be.
    pub singular: bool,
    /// Whether it is 0 where a branch was not taken, so that what it is multiplied by may be anything there.
    pub masked: bool,
    /// Whether a row without singular points has it in its formula, so that its slopes are finite wherever the row is used.
    pub regular: bool,
    /// Whether it stands in the formula of a slope that can be infinite or undefined.
    pub steep: bool,
    /// Whether it is a branch whose sides are one product, and differ in their strong zeros only.
    pub about_zeros: bool,
}

/// A call of a graph that was made elsewhere.
#[derive(Clone)]
pub struct Call {
    pub path: proc_macro2::TokenStream,
    /// The shapes of its arguments and of its outputs, as the user sees them.
    pub inputs: Vec<Shape>,
    pub outputs: Vec<Shape>,
    /// Whether small arrays are taken apart, so that each entry is an argument or a part of its own.
    pub is_apart: bool,
    /// Which arguments may have to be differentiated by.
    pub active: Vec<bool>,
    /// Calls that give a number as far as is written, and that its arguments are made of: where such a one gives something else, a
    /// wrong argument here is no mistake of its own.
    pub behind: Vec<usize>,
    /// What there is to say should nothing of this name be in scope, which only rustc knows. None for a longer path, whose
    /// steps rustc explains better.
    pub unknown: Option<Unknown>,
    /// Whether the call is an error already.
    pub is_refused: bool,
}

/// What is said of a callee that does not exist.
#[derive(Clone)]
pub struct Unknown {
    pub message: String,
    /// What another message about the call begins with, since that may be the mistake.
    pub meant: Option<String>,
    /// Whether an earlier call of the same name has said it.
    pub is_said: bool,
}

impl Call {
    /// The subject of a message about the call: its path as it is written, if it is certain that a function is meant.
    pub fn described(&self) -> String {
        let unknown = self.unknown.as_ref();
        match unknown.and_then(|unknown| unknown.meant.as_ref()) {
            Some(meant) => format!("{meant} If it is a function of your own, it"),
            None => format!("`{}`", self.path.to_string().replace(' ', "")),
        }
    }

    /// How many arguments its nodes have.
    pub fn arguments(&self) -> usize {
        match self.is_apart {
            true => self
                .inputs
                .iter()
                .map(|input| crate::shape::entries(input))
                .sum(),
            false => self.inputs.len(),
        }
    }

    /// The shapes of its arguments and its outputs.
    fn shapes(&self) -> impl Iterator<Item = &Shape> {
        self.inputs.iter().chain(&self.outputs)
    }

    /// Whether it takes or gives an array.
    pub fn has_arrays(&self) -> bool {
        self.shapes().any(|shape| !shape.is_empty())
    }

    /// Whether its arrays are Rust's: all small and of literal extents, as those of a graph are that has no others.
    pub fn is_fixed(&self) -> bool {
        self.shapes().all(|shape| crate::shape::is_small(shape))
    }
}

/// A constant that the surrounding code computes.
#[derive(Clone)]
pub struct RustConstant {
    pub tokens: proc_macro2::TokenStream,
    pub place: Place,
}

#[derive(Clone, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    pub rust: Vec<RustConstant>,
    pub calls: Vec<Call>,
    pub scans: Vec<Rc<Scan>>,
}

impl Order {
    pub fn reversed(self) -> Order {
        match self {
            Order::Forwards => Order::Backwards,
            Order::Backwards => Order::Forwards,
        }
    }
}

impl Scan {
    /// How many states there are: as many first leaves.
    pub fn states(&self) -> usize {
        self.next.len()
    }

    /// How many leaves are not the same in all steps.
    pub fn moving(&self) -> usize {
        self.states() + self.sequences.len()
    }

    /// The leaf of each of so many arguments, if the body reads it.
    pub fn leaves(&self, count: usize) -> Vec<Option<NodeId>> {
        self.body.leaves(count)
    }

    /// What a part of the loop is: a state after the last step, or one of those given.
    pub fn part(&self, at: usize) -> NodeId {
        match at.checked_sub(self.states()) {
            None => self.next[at],
            Some(at) => self.given[at].node,
        }
    }

    /// The part that gives a node of the body for each step, which is asked for here if none does.
    pub fn give(&mut self, node: NodeId, order: Order) -> usize {
        let given = Given { node, order };
        let known = self.given.iter().position(|other| *other == given);
        let at = known.unwrap_or_else(|| {
            self.given.push(given);
            self.given.len() - 1
        });
        self.states() + at
    }
}

impl Graph {
    /// Adds a node, which is another one than all that are there.
    pub fn append(&mut self, node: Node) {
        self.nodes.push(node);
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn shape(&self, id: NodeId) -> Shape {
        self.node(id).shape.clone()
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId::at)
    }

    /// The shape by which a node counts as small: that of a matrix for the factors of it, which have one more column.
    pub fn size_of(&self, id: NodeId) -> Shape {
        match self.node(id).op {
            Op::Apply(rows::lu | rows::eigh) => self.shape(self.node(id).args[0]),
            _ => self.shape(id),
        }
    }

    /// Whether an array between numbers can be taken apart into them.
    pub fn comes_apart(&self, id: NodeId) -> bool {
        let node = self.node(id);
        let moves = matches!(
            node.op,
            Op::Input { .. } | Op::Gather { .. } | Op::Scatter { .. } | Op::Push { .. }
        );
        !moves
            && matches!(node.kind, Kind::Number | Kind::Condition)
            && crate::shape::is_small(&self.size_of(id))
    }

    /// The value of a literal, also where it is spread over a shape.
    pub fn constant(&self, id: NodeId) -> Option<f64> {
        match &self.node(id).op {
            Op::Const(bits) => Some(f64::from_bits(*bits)),
            Op::View(_) => self.constant(self.node(id).args[0]),
            _ => None,
        }
    }

    /// The operand of a one-operand row, if that is what the node is.
    pub fn operand_of(&self, row: RuleId, id: NodeId) -> Option<NodeId> {
        match &self.node(id).op {
            Op::Apply(rule) if *rule == row => Some(self.node(id).args[0]),
            _ => None,
        }
    }

    /// The leaf of each of the first inputs, if it is read.
    pub fn leaves(&self, count: usize) -> Vec<Option<NodeId>> {
        let mut leaves = vec![None; count];
        for id in self.ids() {
            if let Op::Input { input, .. } = self.node(id).op {
                leaves[input.0] = Some(id);
            }
        }
        leaves
    }

    /// Which input a node is, or is an entry of.
    pub fn input(&self, id: NodeId) -> Option<InputId> {
        match self.node(id).op {
            Op::Input { input, .. } => Some(input),
            _ => None,
        }
    }

    /// Says of a node, if so, that a row without singular points has it in its formula, or a slope that can be infinite.
    pub fn mark(&mut self, id: NodeId, regular: bool, steep: bool) {
        let node = &mut self.nodes[id.index()];
        node.regular |= regular;
        node.steep |= steep;
    }

    /// Says of a derivative that it is 0 where a branch was not taken.
    pub fn set_masked(&mut self, id: NodeId) {
        self.nodes[id.index()].masked = true;
        // A view of a view is one of what that looks at, so this has to know too.
        if let Op::View(_) = self.nodes[id.index()].op {
            self.set_masked(self.nodes[id.index()].args[0]);
        }
    }

    /// Says of a derivative that its zeros win over whatever they are multiplied by.
    pub fn set_strong(&mut self, id: NodeId) {
        let node = &mut self.nodes[id.index()];
        (node.masked, node.singular) = (true, true);
    }

    /// Says of a branch that its sides differ in their strong zeros only.
    pub fn set_about_zeros(&mut self, id: NodeId) {
        match self.nodes[id.index()].op {
            Op::Select => self.nodes[id.index()].about_zeros = true,
            Op::View(_) => self.set_about_zeros(self.nodes[id.index()].args[0]),
            _ => {}
        }
    }

    /// Names the node after something of the user's, unless it has a name already.
    pub fn suggest_name(&mut self, id: NodeId, name: impl Into<Name>) {
        let node = &mut self.nodes[id.0 as usize];
        if node.name.is_none() {
            node.name = Some(name.into());
        }
    }

    /// The same for the very value that the user calls so.
    pub fn name_by_user(&mut self, id: NodeId, name: impl Into<Name>) {
        let node = &mut self.nodes[id.0 as usize];
        if node.name.is_none() {
            (node.name, node.is_users) = (Some(name.into()), true);
        }
    }

    /// Takes over what is known of a node that this one is made of anew: its name, and what was said of it as a derivative.
    pub fn keep_notes(&mut self, id: NodeId, other: &Node) {
        self.name_like(id, other);
        let node = &mut self.nodes[id.index()];
        node.masked |= other.masked;
        node.singular |= other.singular;
        node.steep |= other.steep;
        node.about_zeros |= other.about_zeros;
    }

    /// Gives a leaf of a body another number.
    pub fn renumber_leaf(&mut self, id: NodeId, number: impl Fn(InputId) -> InputId) {
        if let Op::Input { input, .. } = &mut self.nodes[id.index()].op {
            *input = number(*input);
        }
    }

    /// The same for what is the value of another node in a graph of its own.
    pub fn name_like(&mut self, id: NodeId, other: &Node) {
        match &other.name {
            Some(name) if other.is_users => self.name_by_user(id, name.clone()),
            Some(name) => self.suggest_name(id, name.clone()),
            None => {}
        }
    }

    /// Which nodes the `roots` need, themselves included.
    pub fn reachable(&self, roots: impl IntoIterator<Item = NodeId>) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        for root in roots {
            reached[root.index()] = true;
        }
        for id in self.ids().rev() {
            if reached[id.index()] {
                for arg in &self.node(id).args {
                    reached[arg.index()] = true;
                }
            }
        }
        reached
    }

    /// How often each node is read by those that the `roots` need, and as a root.
    pub fn uses(&self, roots: &[NodeId]) -> Vec<usize> {
        let needed = self.reachable(roots.iter().copied());
        let mut uses = vec![0; self.nodes.len()];
        let users = self.ids().filter(|id| needed[id.index()]);
        let args = users.flat_map(|id| self.node(id).args.iter());
        args.chain(roots).for_each(|id| uses[id.index()] += 1);
        uses
    }

    /// Checks the invariants of the module's head; the answer names the first node that breaks one.
    #[cfg(test)]
    pub fn verify(&self) -> Result<(), String> {
        for id in self.ids() {
            let node = self.node(id);
            let fail = |what: &str| Err(format!("{} {what}\n{self}", self.line(id)));
            if node.args.iter().any(|arg| *arg >= id) {
                return fail("uses a later node");
            }
            let arity = match &node.op {
                Op::Apply(rule) => Some(rule.row().arguments.len()),
                Op::Powi(_)
                | Op::View(_)
                | Op::Slice { .. }
                | Op::Reduce(..)
                | Op::Others(_)
                | Op::Part(_)
                | Op::Reverse(_)
                | Op::Reshape
                | Op::Entry { .. }
                | Op::Each(_)
                | Op::Total(..) => Some(1),
                Op::Gradient(_) => Some(2),
                Op::Select | Op::MulAdd(_) => Some(3),
                Op::Strong(_) | Op::Shut | Op::Gather { .. } | Op::Scatter { .. } => Some(2),
                Op::Input { .. }
                | Op::Const(_)
                | Op::Rust(_)
                | Op::Extent(_)
                | Op::Iota
                | Op::Carried { .. }
                | Op::Step { .. }
                | Op::Turn { .. } => Some(0),
                Op::Pad { .. }
                | Op::Stack
                | Op::Concat(_)
                | Op::Among(_)
                | Op::Whole(..)
                | Op::Call(_)
                | Op::Pull(_)
                | Op::Lifted { .. }
                | Op::Carry { .. }
                | Op::Scan(_)
                | Op::Variable { .. }
                | Op::Tangent(_)
                | Op::Push { .. } => None,
            };
            if arity.is_some_and(|arity| arity != node.args.len()) {
                return fail("has the wrong number of arguments");
            }
            if node.op.is_elementwise()
                && node
                    .args
                    .iter()
                    .any(|arg| self.node(*arg).shape != node.shape)
            {
                return fail("mixes shapes");
            }
            if node.kind == Kind::Condition && !node.op.is_elementwise() {
                return fail("is a condition that would have to be kept");
            }
            if let Op::View(map) = &node.op
                && map.len() != node.shape.len()
            {
                return fail("maps the wrong number of axes");
            }
        }
        Ok(())
    }

    fn line(&self, id: NodeId) -> String {
        let node = self.node(id);
        let mut line = format!("{id} = {}", node.op);
        for (position, arg) in node.args.iter().enumerate() {
            let _ = write!(line, "{}{arg}", if position == 0 { " " } else { ", " });
        }
        if !node.shape.is_empty() {
            let _ = write!(line, " : {}", crate::shape::text(&node.shape));
        }
        if let Some(name) = &node.name {
            let _ = write!(line, "   # {name}");
        }
        line
    }
}

impl NodeId {
    pub fn at(index: usize) -> NodeId {
        NodeId(u32::try_from(index).expect("a graph has fewer nodes than 2^32"))
    }

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Node {
    /// Whether a graph of numbers is called for each entry of arrays.
    pub fn is_mapped(&self) -> bool {
        matches!(self.op, Op::Call(_) | Op::Pull(_) | Op::Lifted { .. }) && !self.shape.is_empty()
    }

    pub fn is_pad(&self) -> bool {
        matches!(self.op, Op::Pad { .. })
    }
}

impl Op {
    /// Whether the order of two operands makes no difference.
    pub fn commutes(&self) -> bool {
        matches!(self, Op::Apply(rule) if rule.row().commutes())
    }

    /// Whether each entry of the result depends on the same entry of each argument only.
    pub fn is_elementwise(&self) -> bool {
        match self {
            Op::Apply(rule) => !matches!(rule.row().acts, Acts::Product | Acts::Array),
            Op::Powi(_) | Op::Select | Op::Strong(_) | Op::Shut | Op::MulAdd(_) | Op::Among(_) => {
                true
            }
            _ => false,
        }
    }

    /// Whether computing an element-wise operation again costs no more than reading its result.
    pub fn is_cheap(&self) -> bool {
        match self {
            Op::Apply(rule) => rule.row().cost == Some(1),
            Op::Select | Op::Shut | Op::MulAdd(_) => true,
            _ => false,
        }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Op::Input { input, element } => write!(f, "input {}.{element}", input.0),
            Op::Const(bits) => write!(f, "{}", f64::from_bits(*bits)),
            Op::Rust(constant) => write!(f, "rust {constant}"),
            Op::Apply(rule) => f.write_str(rule.row().name),
            Op::Powi(exponent) => write!(f, "^{exponent}"),
            Op::Select => f.write_str("select"),
            Op::Shut => f.write_str("shut"),
            Op::Strong(Zero::First) => f.write_str("strong"),
            Op::Strong(Zero::Either) => f.write_str("strong both"),
            Op::MulAdd(negated) => write!(f, "mul_add, {negated:?} negated"),
            Op::Extent(shape) => write!(f, "extent {}", crate::shape::text(shape)),
            Op::View(map) => write!(f, "view {map:?}"),
            Op::Slice { axis, start } => {
                write!(f, "slice {axis} from {start}")
            }
            Op::Pad { axis, start } => {
                write!(f, "pad {axis} from {start}")
            }
            Op::Stack => f.write_str("stack"),
            Op::Concat(axis) => write!(f, "concat {axis}"),
            Op::Reshape => f.write_str("reshape"),
            Op::Reduce(reduction, axes) => write!(f, "{reduction:?} over {axes:?}"),
            Op::Among(reduction) => write!(f, "{reduction:?} of"),
            Op::Others(axes) => write!(f, "product of the others over {axes:?}"),
            Op::Iota => f.write_str("iota"),
            Op::Reverse(axis) => write!(f, "reverse {axis}"),
            Op::Gather { axis, shared } => write!(f, "gather {axis}, {shared} shared"),
            Op::Scatter { axis, shared } => write!(f, "scatter {axis}, {shared} shared"),
            Op::Call(call) => write!(f, "call {call}"),
            Op::Pull(call) => write!(f, "pull {call}"),
            Op::Lifted { call, order } => write!(f, "pull {call} of order {order}"),
            Op::Push { call, output } => write!(f, "push {output} of {call}"),
            Op::Whole(rule, size) => write!(f, "{} of {size} rows", rule.row().name),
            Op::Part(part) => write!(f, "part {part} of"),
            Op::Variable { of, leaf, element } => write!(f, "variable {leaf}, {element} of {of}"),
            Op::Gradient(of) => write!(f, "gradient {of}"),
            Op::Tangent(of) => write!(f, "tangent {of}"),
            Op::Turn { of, start } => write!(f, "turn of loop {} from {start} on", of.0),
            Op::Entry { axis, start, of } => {
                write!(f, "entry along {axis} from {start} on by loop {}", of.0)
            }
            Op::Each(of) => write!(f, "each of loop {}", of.0),
            Op::Total(reduction, of) => write!(f, "{reduction:?} over loop {}", of.0),
            Op::Carried { of, at } => write!(f, "carried {at} of loop {}", of.0),
            Op::Carry { of, .. } => write!(f, "carry over loop {}", of.0),
            Op::Scan(scan) => write!(f, "scan {scan}"),
            Op::Step { start, order, .. } => write!(f, "step from {start} on, {order:?}"),
        }
    }
}

/// One line a node, for debugging and for tests.
impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.ids()
            .try_for_each(|id| writeln!(f, "{}", self.line(id)))?;
        let mut scans = self.scans.iter().enumerate();
        scans.try_for_each(|(at, scan)| {
            let given: Vec<String> = scan
                .given
                .iter()
                .map(|given| given.node.to_string())
                .collect();
            let next: Vec<String> = scan.next.iter().map(NodeId::to_string).collect();
            let (next, given) = (next.join(", "), given.join(", "));
            writeln!(f, "scan {at}: next {next}; given {given}\n{}", scan.body)
        })
    }
}
