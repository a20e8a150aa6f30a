//! Syntax to graph: names, arity, unused and duplicate definitions, constant domains, shapes.
//!
//! Invariant: every name is bound to exactly one node before it is used, and whatever could not be lowered has been
//! reported; its name is bound to nothing, and uses of it stay silent. `function` walks the definitions, `expr` the
//! expressions, `inlining` calls within the block, `roots` what an equation says, `densities` what stands behind `~`, `derivatives` those that formulas ask for, `records` structs, `blocks` local names, `array` operands under one shape, `layout` arrays in
//! another one, `indexing` entries, slices and labels, `reductions` what runs over axes, `loops` tables, what runs over them, and
//! folds, `reached` which turns reach a branch, `written` keeps what the user wrote.
//! The body of a loop that is not written out is lowered as it is in one turn, and nothing else here knows of turns: when all is
//! lowered, `transform::turns` gives them an axis.

mod array;
mod blocks;
mod braces;
mod densities;
mod derivatives;
mod expr;
mod foreign;
mod index;
mod indexing;
mod inlining;
mod layout;
mod loops;
mod matrices;
mod names;
mod options;
mod partials;
mod reached;
mod records;
mod reductions;
mod roots;
mod states;
mod unknown;
mod written;

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};

use crate::builder::Builder;
use crate::errors::{Calls, Errors, Names, Shapes};
use crate::graph::{Dim, Graph, InputId, Kind, Name, NodeId, Op, Shape};
use crate::hash::{Map, Set};
use crate::rule;
use crate::shape;
use crate::structs::Value;
use crate::syntax::{self, Block, Function, Given, Role, Struct, text};
use crate::unit::{Definition, Input, Notes, Output, Slot, Unit};

use index::Index;
use loops::Turns;
use records::Nodes;

/// All functions of a block, each lowered by itself with the others inlined into it.
///
/// A unit comes back for each function, wrong or not, but for those that are only called, which are the last: what failed is a number in it, so that the items it expands to have
/// the right names and, as far as they are known, types.
pub fn block(block: &Block, errors: &mut Errors) -> Vec<Unit> {
    let functions = &block.functions;
    let repeated = repeated(functions);
    for (function, _) in functions.iter().zip(&repeated).filter(|(_, again)| **again) {
        let name = &text(&function.name);
        errors.report(function.name.span(), Names::FunctionTwice { name });
    }
    let mut effort = Effort::default();
    let units = functions
        .iter()
        .zip(repeated)
        .filter(|(function, _)| function.role != Role::Inner)
        .map(|(function, is_repeated)| {
            let mut silent = Errors::default();
            // What is wrong with a domain is wrong in all that is made of it.
            let is_said = matches!(function.role, Role::Own | Role::LogDensity);
            let errors = match function.unreadable || !is_said {
                true => &mut silent,
                false => &mut *errors,
            };
            let mut lower = Lower::new(block, errors, false);
            lower.effort = effort;
            let unit = lower.function(function, &mut effort);
            effort.nodes += unit.graph.len();
            Unit {
                is_repeated,
                ..unit
            }
        });
    let units: Vec<Unit> = units.collect();
    match effort.too_much {
        true => units.into_iter().map(Unit::emptied).collect(),
        false => units,
    }
}

/// Which functions would be there together with an earlier one of their name, as far as can be told: there may be one under
/// each of several conditions.
fn repeated(functions: &[Function]) -> Vec<bool> {
    let mut before: Map<String, Vec<Vec<String>>> = Map::default();
    let repeated = functions.iter().map(|function| {
        let conditions = function.condition_texts();
        let others = before.entry(text(&function.name)).or_default();
        let alternates = |other: &Vec<String>| {
            !conditions.is_empty() && !other.is_empty() && *other != conditions
        };
        let is_repeated = !others.iter().all(alternates);
        others.push(conditions);
        is_repeated
    });
    repeated.collect()
}

/// A graph in expression position: free names become inputs, unused definitions outputs.
pub fn inline(function: &Function, errors: &mut Errors) -> Unit {
    Lower::new(&Block::default(), errors, true).function(function, &mut Effort::default())
}

/// What a name means.
#[derive(Clone)]
enum Binding {
    Node(NodeId),
    Struct(Nodes),
    /// A loop's index, at this turn.
    Index(Index),
    /// Something whose error is reported already.
    Nothing,
}

impl Binding {
    /// A count's, which is a dimension of its name too.
    fn count(name: &str, size: Dim, scope: &mut Scope) -> Binding {
        scope.dims.insert(name.to_owned(), size.clone());
        Binding::Index(Index::Known(size))
    }
}

/// The dimension of a name.
fn named(name: &str) -> Dim {
    Dim {
        name: Some(Name::from(name)),
        offset: 0,
    }
}

/// Names and what they mean. A copy for a loop shares what is around the loop, however much that is.
#[derive(Clone, Default)]
struct Bindings {
    around: Rc<Map<String, Binding>>,
    of_loops: Map<String, Binding>,
}

impl Bindings {
    fn get(&self, name: &str) -> Option<&Binding> {
        self.of_loops.get(name).or_else(|| self.around.get(name))
    }

    fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn keys(&self) -> impl Iterator<Item = &String> {
        self.of_loops.keys().chain(self.around.keys())
    }

    fn insert(&mut self, name: String, binding: Binding) {
        Rc::make_mut(&mut self.around).insert(name, binding);
    }

    /// Binds a loop's index or carried value, which hides what is around.
    fn insert_of_loop(&mut self, name: String, binding: Binding) {
        self.of_loops.insert(name, binding);
    }
}

/// The names an expression can see.
#[derive(Clone, Default)]
struct Scope {
    names: Bindings,
    /// Sizes that names of dimensions stand for.
    dims: Map<String, Dim>,
}

/// What a call of a graph made elsewhere gives.
struct Gives {
    /// The shapes of its outputs.
    outputs: Vec<Shape>,
    /// Whether it gives numbers instead, those of each entry of its arguments.
    by_entry: bool,
}

impl Gives {
    fn values(outputs: Vec<Shape>) -> Gives {
        Gives {
            outputs,
            by_entry: false,
        }
    }
}

struct Lower<'a> {
    graph: Builder,
    written: Notes,
    errors: &'a mut Errors,
    structs: &'a [Struct],
    functions: &'a [Function],
    library: &'a OnceCell<Vec<Function>>,
    /// The conditions under which the function at hand is there.
    conditions: Vec<String>,
    captures: bool,
    /// The names that an inline graph has taken from its surroundings.
    captured: Map<String, NodeId>,
    inputs: Vec<Input>,
    /// The inputs as the user passes them.
    slots: Vec<Slot>,
    /// Names of values in the code so far.
    taken: Set<String>,
    label_checks: Vec<(InputId, Dim)>,
    count_checks: Vec<(Shape, Shape)>,
    /// What the program holds constant; what the table does for itself changes no derivative.
    stopped: Vec<NodeId>,
    /// What has to stay as it is, since an operation has no derivative by it.
    fixed: Vec<partials::Fixed>,
    /// Labels that the definition at hand takes for numbers, of which that is said.
    labels_said: Set<InputId>,
    /// Names that mean nothing, each of which has been reported at its first use.
    unknown: Set<String>,
    /// Functions that may not exist, of which that is said at the first call.
    unknown_functions: Set<String>,
    /// Definitions of the function at hand that are still to come.
    pending: Set<String>,
    /// The loops of turns so far.
    loops: Vec<Turns>,
    /// How many derivatives have been asked for, each of which has variables of its own.
    variables: usize,
    /// How often derivatives may be taken of one another, those of the functions that are made included.
    order: usize,
    /// In how many loops the expression at hand is whose steps depend on one another.
    stepwise_around: usize,
    /// How many steps the roots of the function at hand have taken, by the names of their unknowns.
    steps_of_roots: Vec<(Ident, NodeId)>,
    /// Names of the function at hand that something is differentiated by.
    varied: Set<String>,
    /// Names that something is differentiated by and not made of.
    unreached: Vec<Ident>,
    /// Names that something is differentiated by and made of.
    met: Set<String>,
    /// Whether the turn that is written out does not reach the branch at hand.
    is_unreached: bool,
    /// How many entries are written out of the tables around the expression at hand.
    table_entries: i64,
    /// The operation of the user's in whose formula something does not fit, while that is being reported.
    formula: Option<rule::RuleId>,
    /// Functions being inlined, outermost first.
    inlining: Vec<String>,
    /// Whether the body of a row of the densities is being lowered, in which the block's functions are not known.
    is_in_row: bool,
    inlined: Map<(String, Vec<NodeId>), Option<Vec<Nodes>>>,
    /// What the parts of the expression at hand have become.
    parts: Vec<NodeId>,
    /// How high the expressions are that the one at hand stands in, those of callers included.
    height: usize,
    effort: Effort,
    /// What the call at hand gives where that is written: until the outermost call of a definition takes it.
    declared: Option<Gives>,
    /// The shape that the output at hand is declared with, which its definition need not repeat.
    output_shape: Option<syntax::Shape>,
    /// Whether an inline graph captures something else than it says, which is reported. Nothing more can be said then.
    is_unclear: bool,
}

/// What has been made of a block so far, since loops and calls can write out far more than is written.
#[derive(Clone, Copy, Default)]
struct Effort {
    /// How many operands have been lowered.
    operands: usize,
    /// How many nodes the functions before this one have.
    nodes: usize,
    /// Whether it was too much, which is said once.
    too_much: bool,
}

/// The most nodes of a block before derivatives are taken, and the most operands that are lowered to find them.
const MOST_NODES: usize = 1 << 15;
const MOST_OPERANDS: usize = 1 << 20;

impl Effort {
    fn is_too_much(&self, graph: &Graph) -> bool {
        self.operands > MOST_OPERANDS || self.nodes + graph.len() > MOST_NODES
    }
}

/// Marks the inputs that outputs depend on through what is held constant.
fn mark_stopped(unit: &mut Unit, mut stopped: Vec<NodeId>) {
    let outputs = unit.outputs.iter().flat_map(|output| output.nodes.clone());
    let needed = unit.graph.reachable(outputs);
    stopped.retain(|node| needed[node.index()]);
    let held = unit.graph.reachable(stopped);
    for input in &mut unit.inputs {
        input.stopped = input.nodes.iter().any(|node| held[node.index()]);
    }
}

impl<'a> Lower<'a> {
    fn new(block: &'a Block, errors: &'a mut Errors, captures: bool) -> Lower<'a> {
        Lower {
            graph: Builder::default(),
            written: Notes::default(),
            errors,
            structs: &block.structs,
            functions: &block.functions,
            library: &block.library,
            conditions: Vec::new(),
            captures,
            captured: Map::default(),
            inputs: Vec::new(),
            slots: Vec::new(),
            taken: Set::default(),
            label_checks: Vec::new(),
            count_checks: Vec::new(),
            stopped: Vec::new(),
            fixed: Vec::new(),
            labels_said: Set::default(),
            unknown: Set::default(),
            unknown_functions: Set::default(),
            pending: Set::default(),
            loops: Vec::new(),
            variables: 0,
            order: 0,
            stepwise_around: 0,
            steps_of_roots: Vec::new(),
            varied: Set::default(),
            unreached: Vec::new(),
            met: Set::default(),
            is_unreached: false,
            table_entries: 1,
            formula: None,
            inlining: Vec::new(),
            is_in_row: false,
            inlined: Map::default(),
            parts: Vec::new(),
            height: 0,
            effort: Effort::default(),
            declared: None,
            output_shape: None,
            is_unclear: false,
        }
    }

    fn function(mut self, function: &Function, effort: &mut Effort) -> Unit {
        self.conditions = function.condition_texts();
        self.order = roots::order(function, self.functions);
        if !self.captures {
            self.inlining.push(text(&function.name));
        }
        let mut scope = Scope::default();
        let params = function.params.iter().map(|param| &param.name);
        let definitions = function.definitions.iter().map(|found| &found.name);
        self.taken = params.chain(definitions).map(text).collect();
        self.bind_params(function, &mut scope);
        let lowered = self.definitions(function, &mut scope);
        let (mut definitions, fields) = self.keep_definitions(function, &lowered, &scope);
        let (outputs, results) = match self.captures {
            true if self.is_unclear => (Vec::new(), Vec::new()),
            true => self.unused_definitions(function, &definitions, &scope),
            false => self.declared_outputs(function, &mut definitions, &fields, &scope),
        };
        self.check_inputs(function);
        self.check_braces(function);
        *effort = self.effort;
        let (loops, unreached) = (std::mem::take(&mut self.loops), self.never_met());
        let mut unit = Unit {
            graph: self.graph,
            written: self.written,
            one_turn: None,
            inputs: self.inputs,
            outputs,
            definitions,
            params: self.slots,
            results,
            fields,
            label_checks: self.label_checks,
            count_checks: self.count_checks,
            hessian: false,
            ode: false,
            sparse: false,
            batch: false,
            is_repeated: false,
            unreached,
            is_value_only: false,
            is_beside_arrays: false,
        };
        let is_way = matches!(function.role, Role::Constrained | Role::Unconstrained);
        unit.is_value_only = is_way && unit.graph.rust.is_empty() && unit.graph.calls.is_empty();
        mark_stopped(&mut unit, self.stopped);
        partials::check(&unit, &self.fixed, self.errors);
        loops::give_axes(&mut unit, &loops, self.errors);
        names::mark_used(function, &mut unit);
        foreign::mark_active(&mut unit);
        foreign::mark_behind(&mut unit);
        options::check(function, &mut unit, self.errors);
        unit
    }

    fn bind_params(&mut self, function: &Function, scope: &mut Scope) {
        for param in &function.params {
            let name = text(&param.name);
            if scope.names.contains_key(&name) {
                self.errors
                    .report(param.name.span(), Names::InputTwice { name: &name });
                continue;
            }
            if let Some(of) = param.record.as_ref().filter(|_| !param.unreadable) {
                let tree = self.struct_input(param, of, scope);
                scope.names.insert(name, Binding::Struct(tree));
                continue;
            }
            let mut shape = self.declared_shape(param.shape.as_ref(), scope, true);
            if let Some(written) = param
                .shape
                .as_ref()
                .filter(|_| shape.len() > shape::HIGHEST_RANK)
            {
                self.errors.report(written.place, Shapes::TooManyAxes);
                shape = shape[..shape::HIGHEST_RANK].into();
            }
            let given = param.given();
            let node = self.plain_input(&param.name, param.constant, shape, given);
            let binding = match (param.unreadable, given) {
                (true, _) => Binding::Nothing,
                (_, Given::Count) => Binding::count(&name, named(&name), scope),
                _ => Binding::Node(node),
            };
            scope.names.insert(name, binding);
        }
    }

    /// The shape as written; names of dimensions it mentions for the first time are bound if `binds`.
    fn declared_shape(
        &mut self,
        shape: Option<&syntax::Shape>,
        scope: &mut Scope,
        binds: bool,
    ) -> Shape {
        let Some(shape) = shape else {
            return shape::number();
        };
        let dims: Vec<Dim> = shape
            .dims
            .iter()
            .filter_map(|dim| self.declared_dim(dim, scope, binds))
            .collect();
        dims.into()
    }

    fn declared_dim(&mut self, dim: &syntax::Dim, scope: &mut Scope, binds: bool) -> Option<Dim> {
        let Some(ident) = &dim.name else {
            return Some(Dim::literal(dim.offset));
        };
        let name = text(ident);
        if let Some(known) = scope.dims.get(&name) {
            return Some(known.shifted(dim.offset));
        }
        if !binds {
            self.errors
                .report(ident.span(), Names::UnknownDimension { name: &name });
            return None;
        }
        let known = named(&name);
        scope.dims.insert(name, known.clone());
        Some(known.shifted(dim.offset))
    }

    /// An input that the user passes by itself.
    fn plain_input(&mut self, name: &Ident, constant: bool, shape: Shape, given: Given) -> NodeId {
        self.slots
            .push(Slot::plain(name.clone(), self.inputs.len()));
        self.input(name.clone(), text(name), constant, shape, given)
    }

    fn input(
        &mut self,
        name: Ident,
        label: String,
        constant: bool,
        shape: Shape,
        given: Given,
    ) -> NodeId {
        let input = InputId(self.inputs.len());
        let kind = match given {
            Given::Labels => Kind::Labels,
            _ => Kind::Number,
        };
        self.graph.set_place(name.span().into());
        let node = self.graph.push(
            Op::Input { input, element: 0 },
            Vec::new(),
            shape.clone(),
            kind,
        );
        self.graph.name_by_user(node, text(&name));
        self.inputs.push(Input {
            name,
            label,
            is_fixed_field: false,
            constant,
            shape,
            given,
            mentioned: true,
            stopped: false,
            nodes: vec![node],
        });
        node
    }

    /// Lowers the definitions in order; the result has one entry per definition, none where it failed.
    fn definitions(&mut self, function: &Function, scope: &mut Scope) -> Vec<Option<Nodes>> {
        let outer = std::mem::take(&mut self.pending);
        self.pending = function
            .definitions
            .iter()
            .map(|definition| text(&definition.name))
            .collect();
        self.report_order(function, scope);
        let varied = derivatives::differentiated_by(&function.definitions);
        let outer_varied = std::mem::replace(&mut self.varied, varied);
        let mut defined = Set::default();
        let mut parts = Vec::new();
        let nodes = function
            .definitions
            .iter()
            .map(|definition| {
                let name = text(&definition.name);
                self.height += definition.expr.height;
                self.labels_said.clear();
                let mut outputs = function.outputs.iter();
                let output = outputs.find(|output| text(&output.name) == name);
                self.output_shape = output.and_then(|output| output.shape.clone());
                let value = self.definition(definition, &mut parts, scope);
                self.height -= definition.expr.height;
                self.pending.remove(&name);
                if !self.may_define(&definition.name, &name, scope, &mut defined) {
                    return None;
                }
                let value = value.map(|value| self.by_itself(&name, value));
                let binding = value.clone().map_or(Binding::Nothing, Binding::of);
                scope.names.insert(name.clone(), binding);
                if let Some(Value::Leaf(node)) = value {
                    match self.inlining.get(1..).and_then(|inner| inner.last()) {
                        Some(function) => {
                            self.graph.suggest_name(node, format!("{function}_{name}"));
                        }
                        None => self.graph.name_by_user(node, name),
                    }
                }
                value
            })
            .collect();
        self.pending = outer;
        self.varied = outer_varied;
        nodes
    }

    fn may_define(
        &mut self,
        ident: &Ident,
        name: &str,
        scope: &Scope,
        defined: &mut Set<String>,
    ) -> bool {
        let problem = if !defined.insert(name.to_owned()) {
            Names::DefinedTwice { name }
        } else if scope.names.contains_key(name) {
            Names::DefinedIsInput { name }
        } else {
            return true;
        };
        self.errors.report(ident.span(), problem);
        false
    }

    /// The definitions leaf by leaf, and as the user calls them.
    fn keep_definitions(
        &mut self,
        function: &Function,
        values: &[Option<Nodes>],
        scope: &Scope,
    ) -> (Vec<Definition>, Vec<Slot>) {
        let inputs = function.params.iter().map(|param| text(&param.name));
        let mut seen: Set<String> = inputs.chain(self.captured.keys().cloned()).collect();
        let zero = self.graph.number(0.0);
        let (mut kept, mut slots) = (Vec::new(), Vec::new());
        for (definition, value) in function.definitions.iter().zip(values) {
            if !seen.insert(text(&definition.name)) {
                continue;
            }
            let first = kept.len();
            match value {
                // No type can be written for it.
                Some(tree) if self.has_no_type(tree) => continue,
                Some(tree @ (Value::Struct(_) | Value::List(_))) => {
                    let (leaves, record) = self.struct_definition(&definition.name, tree);
                    kept.extend(leaves);
                    let name = definition.name.clone();
                    let leaves = first..kept.len();
                    slots.push(Slot {
                        name,
                        leaves,
                        record: Some(record),
                    });
                    continue;
                }
                // Another name for labels is no value, as labels are none.
                Some(Value::Leaf(node)) if self.graph.node(*node).kind == Kind::Labels => continue,
                _ => {}
            }
            let node = match value {
                Some(Value::Leaf(node)) => *node,
                _ => self.stand_in(function, definition, scope, zero),
            };
            slots.push(Slot::plain(definition.name.clone(), first));
            kept.push(self.kept(definition.name.clone(), definition.docs.clone(), node));
        }
        for (name, steps) in std::mem::take(&mut self.steps_of_roots) {
            slots.push(Slot::plain(name.clone(), kept.len()));
            kept.push(self.kept(name, Vec::new(), steps));
        }
        (kept, slots)
    }

    fn kept(&self, name: Ident, docs: Vec<TokenStream>, node: NodeId) -> Definition {
        Definition {
            name,
            docs,
            shape: self.graph.shape(node),
            condition: self.graph.node(node).kind == Kind::Condition,
            nodes: vec![node],
            used: true,
        }
    }

    /// For a definition that failed: zeros of the shape that the output of its name declares, else a number.
    fn stand_in(
        &mut self,
        function: &Function,
        definition: &syntax::Definition,
        scope: &Scope,
        zero: NodeId,
    ) -> NodeId {
        let output = function
            .outputs
            .iter()
            .find(|output| output.name == definition.name);
        let Some(written) = output.and_then(|output| output.shape.as_ref()) else {
            return zero;
        };
        let known = written.dims.iter().all(|dim| {
            dim.name
                .as_ref()
                .is_none_or(|name| scope.dims.contains_key(&text(name)))
        });
        if !known {
            return zero;
        }
        let shape = self.declared_shape(Some(written), &mut scope.clone(), false);
        self.graph.spread(zero, &shape)
    }

    fn unused_definitions(
        &mut self,
        function: &Function,
        definitions: &[Definition],
        scope: &Scope,
    ) -> (Vec<Output>, Vec<Slot>) {
        if function.definitions.is_empty() {
            // What could not be read may have been one.
            if let Some(param) = function.params.first().filter(|_| self.errors.is_empty()) {
                self.errors.report(param.name.span(), Names::NoOutput);
            }
            return (Vec::new(), Vec::new());
        }
        let mentioned = names::mentioned(&function.definitions);
        for definition in &function.definitions {
            let name = text(&definition.name);
            if !mentioned.contains(&name) {
                self.no_labels(&definition.name, &name, scope);
            }
        }
        let unused = definitions
            .iter()
            .filter(|definition| !mentioned.contains(&text(&definition.name)));
        let outputs: Vec<Output> = unused
            .filter_map(|definition| self.output(&definition.name, definition))
            .collect();
        let slots = outputs.iter().enumerate();
        let slots = slots.map(|(at, output)| Slot::plain(output.name.clone(), at));
        let slots = slots.collect();
        (outputs, slots)
    }

    fn declared_outputs(
        &mut self,
        function: &Function,
        definitions: &mut [Definition],
        fields: &[Slot],
        scope: &Scope,
    ) -> (Vec<Output>, Vec<Slot>) {
        let (mut outputs, mut results) = (Vec::new(), Vec::new());
        let mut named = Set::default();
        let mut places: Map<String, &Slot> = Map::default();
        for slot in fields {
            places.entry(text(&slot.name)).or_insert(slot);
        }
        for declared in &function.outputs {
            let name = text(&declared.name);
            if named.contains(&name) {
                self.errors
                    .report(declared.name.span(), Names::OutputTwice { name: &name });
                continue;
            }
            let Some(slot) = places.get(&name) else {
                self.unknown_output(function, declared, &name, scope);
                continue;
            };
            if slot.record.is_some() || declared.record.is_some() {
                let leaves = &definitions[slot.leaves.clone()];
                if let Some((found, result)) = self.struct_output(declared, slot, leaves, scope) {
                    named.insert(name);
                    let first = outputs.len();
                    outputs.extend(found);
                    results.push(Slot {
                        leaves: first..outputs.len(),
                        ..result
                    });
                }
                continue;
            }
            let definition = &mut definitions[slot.leaves.start];
            if let Some(written) = &declared.shape {
                let expected = self.declared_shape(Some(written), &mut scope.clone(), false);
                if expected.len() == written.dims.len() && expected != definition.shape {
                    let problem = Shapes::Output {
                        name: &name,
                        declared: &expected,
                        found: &definition.shape,
                    };
                    self.errors.report(written.place, problem);
                    // The callers rely on what is declared.
                    let zero = self.graph.number(0.0);
                    definition.nodes = vec![self.graph.spread(zero, &expected)];
                    definition.shape = expected;
                }
            }
            if let Some(output) = self.output(&declared.name, definition) {
                named.insert(name);
                results.push(Slot::plain(declared.name.clone(), outputs.len()));
                outputs.push(output);
            }
        }
        (outputs, results)
    }

    /// Reports an output that is labels.
    fn no_labels(&mut self, output: &Ident, name: &str, scope: &Scope) {
        if let Some(Binding::Struct(tree)) = scope.names.get(name) {
            return self.no_output(&tree.clone(), output);
        }
        if let Some(Binding::Node(node)) = scope.names.get(name)
            && self.graph.node(*node).kind == Kind::Labels
        {
            let (node, place) = (*node, output.span().into());
            self.want(expr::Operand { node, place }, Kind::Number);
        }
    }

    fn unknown_output(
        &mut self,
        function: &Function,
        declared: &syntax::Output,
        name: &str,
        scope: &Scope,
    ) {
        let written: Vec<String> = function
            .definitions
            .iter()
            .map(|definition| text(&definition.name))
            .collect();
        // A definition of this name that failed has its own error.
        if written.iter().any(|defined| defined == name) {
            self.no_labels(&declared.name, name, scope);
            return;
        }
        let near = rule::nearest(name, written.iter().map(String::as_str));
        let near = near.filter(|_| name.chars().nth(1).is_some());
        self.errors
            .report(declared.name.span(), Names::UnknownOutput { name, near });
    }

    fn output(&mut self, name: &Ident, definition: &Definition) -> Option<Output> {
        if definition.condition {
            self.errors
                .report(definition.name.span(), Calls::NumberNeeded);
            return None;
        }
        Some(Output {
            label: text(name),
            name: name.clone(),
            shape: definition.shape.clone(),
            nodes: definition.nodes.clone(),
        })
    }

    fn check_inputs(&mut self, function: &Function) {
        if self.errors.is_empty() && !self.inputs.iter().any(Input::active) {
            let place = match self.captures {
                true => function
                    .definitions
                    .first()
                    .map(|definition| definition.name.span()),
                false => Some(function.name.span()),
            };
            let problem = Names::NothingToDifferentiate {
                all_constant: !self.inputs.is_empty(),
            };
            self.errors
                .report(place.unwrap_or_else(|| function.name.span()), problem);
        }
    }
}
