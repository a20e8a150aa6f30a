//! Implicit values: `root(e = start, f)` is the `e` at which `f` is 0, and `root([a, b] = [0, 1], [f, g])` the vector of several.
//!
//! Newton's method is a loop that carries values, which ends when all of its turns have found what they look for; that is held
//! constant. The steps behind it are written out and have derivatives: one step from a value that is right has the first derivatives
//! of the implicit function theorem, and each further one takes those that are right from order n to 2n + 1. Invariant: behind a
//! search stand as many steps as the derivatives need that anything in the block takes.

use quote::format_ident;

use super::expr::Operand;
use super::{Binding, Lower, Scope, derivatives};
use crate::dependence::depend;
use crate::errors::{Names, Shapes};
use crate::formula;
use crate::graph::{Dim, Kind, LoopId, NodeId, Op, Reduction, Shape};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape;
use crate::syntax::{Expr, Function, Place, Unknowns, text};
use crate::unit::Written;

/// How many values of the equations are computed before a search gives up.
const MOST_STEPS: i64 = 100;

/// A step ends a search where its square is less than a rounding of the value in so many times: what it leaves of the error is less.
const SAFETY: f64 = 1000.0;

/// What is looked for: its names, where the search begins, and what is to be 0.
type Equation<'e> = (&'e Unknowns, &'e Expr, &'e Expr);

/// A value of the equations.
struct Newton {
    residual: NodeId,
    /// What Newton's method adds to the value.
    step: NodeId,
}

/// What a search carries from step to step, in the order of its states.
#[derive(Clone, Copy)]
struct State {
    /// The best value so far.
    best: NodeId,
    /// Where Newton's method goes from there, and which part of the way is tried.
    step: NodeId,
    part: NodeId,
    /// How far the equations are from 0 there.
    distance: NodeId,
    taken: NodeId,
    /// 1 once it is found, else 0.
    is_found: NodeId,
}

impl State {
    fn nodes(self) -> [NodeId; 6] {
        [
            self.best,
            self.step,
            self.part,
            self.distance,
            self.taken,
            self.is_found,
        ]
    }

    /// The values by their places among the states.
    fn made(make: impl FnMut(usize) -> NodeId) -> State {
        let [best, step, part, distance, taken, is_found] = std::array::from_fn(make);
        State {
            best,
            step,
            part,
            distance,
            taken,
            is_found,
        }
    }
}

/// How often derivatives may be taken of one another in a function: in all formulas of the block, and by what is made of it.
pub(super) fn order(function: &Function, functions: &[Function]) -> usize {
    let inside = functions.iter().filter(|other| other.name != function.name);
    let inside = inside.chain([function]);
    let asked_for = inside.map(|function| derivatives::asked_for(&function.definitions));
    let of_functions = if function.options.hessian.is_some() {
        2
    } else {
        1
    };
    asked_for.sum::<usize>() + of_functions
}

impl Lower<'_> {
    pub(super) fn root(&mut self, of: Equation, place: Place, scope: &Scope) -> Option<NodeId> {
        let start = self.operand(of.1, scope)?;
        if !self.want(start, Kind::Number) || !self.may_be_unknown(of.0, start) {
            return None;
        }
        let (found, taken) = self.search(of, start.node, place, scope)?;
        self.note_taken(of.0, taken);
        let mut value = self.at(place).call(rows::settled, &[found]);
        let first = value;
        for _ in 0..steps_for(self.order) {
            let newton = self.newton(of, value, place, scope)?;
            self.note_root(of.0, (first, newton.residual), newton.step);
            value = self.computed(rows::add, &[value, newton.step]);
        }
        self.note_root(of.0, (first, value), value);
        Some(value)
    }

    /// Whether a value may be an unknown: a number, or a vector with as many entries as there are names; reported if not.
    fn may_be_unknown(&mut self, unknowns: &Unknowns, start: Operand) -> bool {
        let shape = self.graph.shape(start.node);
        let problem = match unknowns {
            Unknowns::Whole(_) if shape.len() > 1 => Shapes::RootOfMatrix { found: &shape },
            Unknowns::Entries(names) if *shape != [Dim::literal(names.len() as i64)] => {
                Shapes::Unknowns {
                    names: names.len(),
                    found: &shape,
                }
            }
            _ => return true,
        };
        self.errors.report(start.place, problem);
        false
    }

    // One value of the equations.

    /// What Newton's method makes of a value, which nothing else is.
    fn newton(
        &mut self,
        (unknowns, _, body): Equation,
        at: NodeId,
        place: Place,
        scope: &Scope,
    ) -> Option<Newton> {
        let mut inner = scope.clone();
        for (name, value) in unknowns.names().iter().zip(self.unknowns(unknowns, at)) {
            let known = Binding::Node(value);
            inner.names.insert_of_loop(text(name), known);
        }
        let residual = self.operand(body, &inner)?;
        let shape = self.graph.shape(at);
        if !self.want(residual, Kind::Number) || !self.is_as_many(unknowns, residual, &shape) {
            return None;
        }
        if !self.graph.reachable([residual.node])[at.index()] {
            let names = unknowns.texts();
            let problem = Names::RootOfConstant { names: &names };
            self.errors.report(residual.place, problem);
            return None;
        }
        let slope = self.jacobian(residual.node, at, residual.place)?;
        self.graph.set_place(place);
        let step = match shape.is_empty() {
            true => self.computed(rows::div, &[residual.node, slope]),
            false => {
                let place = residual.place;
                let slope = Operand { node: slope, place };
                self.solved(rows::solve, slope, residual)?
            }
        };
        Some(Newton {
            residual: residual.node,
            step: self.computed(rows::neg, &[step]),
        })
    }

    /// What each name of the unknowns stands for.
    fn unknowns(&mut self, unknowns: &Unknowns, at: NodeId) -> Vec<NodeId> {
        match unknowns {
            Unknowns::Whole(_) => vec![at],
            Unknowns::Entries(_) => self.entries_of_value(at),
        }
    }

    /// Whether there are as many equations as unknowns; reported if not.
    fn is_as_many(&mut self, unknowns: &Unknowns, residual: Operand, wanted: &Shape) -> bool {
        let found = &self.graph.shape(residual.node);
        if found == wanted {
            return true;
        }
        let names = unknowns.texts();
        let problem = Shapes::Equations {
            names: &names,
            wanted,
            found,
        };
        self.errors.report(residual.place, problem);
        false
    }

    // The search.

    /// What a search finds, NaN where it does not, and how many steps it has taken.
    fn search(
        &mut self,
        of: Equation,
        start: NodeId,
        place: Place,
        scope: &Scope,
    ) -> Option<(NodeId, NodeId)> {
        let id = self.new_loop("root", Dim::literal(MOST_STEPS));
        let starts = self.first(start, place);
        let shapes = starts.nodes().map(|node| self.graph.shape(node));
        let found = State::made(|at| {
            let op = Op::Carried { of: id, at };
            let shape = shapes[at].clone();
            self.graph.push(op, Vec::new(), shape, Kind::Number)
        });
        self.stepwise_around += 1;
        let next = self.next(of, (start, found), place, scope);
        self.stepwise_around -= 1;
        let last = self.last(id, starts, next?, &shapes);
        let (zero, undefined) = (self.graph.number(0.0), self.graph.number(f64::NAN));
        let is_found = self.computed(rows::greater, &[last.is_found, zero]);
        // The step that is short enough to end the search is still taken, so that derivatives are right to the last digits.
        let found = self.computed(rows::add, &[last.best, last.step]);
        let found = self.choice(is_found, found, undefined);
        Some((found, last.taken))
    }

    fn first(&mut self, start: NodeId, place: Place) -> State {
        let shape = self.graph.shape(start);
        let graph = self.at(place);
        let [zero, one] = [0.0, 1.0].map(|value| graph.number(value));
        State {
            best: start,
            step: graph.spread(zero, &shape),
            part: one,
            distance: graph.number(f64::INFINITY),
            taken: zero,
            is_found: zero,
        }
    }

    /// One step: the value that is tried is kept where it is better, else half of the way is tried next.
    fn next(
        &mut self,
        of: Equation,
        (start, found): (NodeId, State),
        place: Place,
        scope: &Scope,
    ) -> Option<State> {
        self.graph.set_place(place);
        let way = self.computed(rows::mul, &[found.part, found.step]);
        let tried = self.computed(rows::add, &[found.best, way]);
        let newton = self.newton(of, tried, place, scope)?;
        let [zero, one, half, two] = [0.0, 1.0, 0.5, 2.0].map(|value| self.graph.number(value));
        let distance = self.length(newton.residual);
        let is_open = self.computed(rows::equal, &[found.is_found, zero]);
        let is_less = self.computed(rows::less, &[distance, found.distance]);
        let is_better = self.computed(rows::and, &[is_open, is_less]);
        // The last step is so short that what it leaves is lost in rounding, or it leads nowhere for the same reason.
        let (size, scale) = (self.length(newton.step), self.length(tried));
        let is_short = self.is_lost(size, scale, SAFETY);
        let is_zero = self.computed(rows::equal, &[distance, zero]);
        let arrives = self.computed(rows::or, &[is_short, is_zero]);
        let (size, [scale, start]) = (
            self.length(found.step),
            [found.best, start].map(|value| self.length(value)),
        );
        let scale = self.computed(rows::add, &[scale, start]);
        let stalls = self.is_lost(size, scale, 1.0);
        let ended = {
            let [yes, no] = [arrives, stalls].map(|holds| self.choice(holds, one, zero));
            self.choice(is_better, yes, no)
        };
        let [longer, shorter] = [two, half].map(|by| self.computed(rows::mul, &[found.part, by]));
        let longer = self.computed(rows::min, &[longer, one]);
        let taken = self.computed(rows::add, &[found.taken, one]);
        Some(State {
            best: self.choice(is_better, tried, found.best),
            step: self.choice(is_better, newton.step, found.step),
            part: self.choice(is_better, longer, shorter),
            distance: self.choice(is_better, distance, found.distance),
            taken: self.choice(is_open, taken, found.taken),
            is_found: self.choice(is_open, ended, one),
        })
    }

    /// The values that the loop leaves.
    fn last(&mut self, of: LoopId, starts: State, next: State, shapes: &[Shape; 6]) -> State {
        let args = [starts.nodes(), next.nodes()].concat();
        let op = Op::Carry {
            of,
            is_search: true,
        };
        let carry = self.graph.push(op, args, shape::number(), Kind::Parts);
        State::made(|at| {
            let shape = shapes[at].clone();
            self.graph
                .push(Op::Part(at), vec![carry], shape, Kind::Number)
        })
    }

    /// Whether the square of a length in relation to a scale, so many times, is lost in the scale's rounding.
    fn is_lost(&mut self, length: NodeId, scale: NodeId, times: f64) -> NodeId {
        let times = self.graph.number(times);
        let relative = self.computed(rows::div, &[length, scale]);
        let square = self.computed(rows::mul, &[length, relative]);
        let square = self.computed(rows::mul, &[times, square]);
        let sum = self.computed(rows::add, &[scale, square]);
        let is_lost = self.computed(rows::equal, &[sum, scale]);
        // An infinite slope makes a step of 0, which leads nowhere.
        let zero = self.graph.number(0.0);
        let is_step = self.computed(rows::less, &[zero, length]);
        self.computed(rows::and, &[is_lost, is_step])
    }

    /// The sum of absolute values.
    fn length(&mut self, of: NodeId) -> NodeId {
        let sizes = self.computed(rows::abs, &[of]);
        let axes: Vec<usize> = (0..self.graph.shape(sizes).len()).collect();
        self.graph.reduce(Reduction::Sum, sizes, &axes)
    }

    fn computed(&mut self, rule: RuleId, args: &[NodeId]) -> NodeId {
        let made = formula::operate(&mut self.graph, rule, args);
        made.unwrap_or_else(|_| unreachable!("numbers and one shape"))
    }

    fn choice(&mut self, condition: NodeId, yes: NodeId, no: NodeId) -> NodeId {
        let made = self.graph.branch(condition, yes, no);
        made.unwrap_or_else(|_| unreachable!("a number decides between values of one shape"))
    }

    // What is said of it.

    /// Keeps how many steps it took, where that is a value of the function's: not in steps of other loops.
    fn note_taken(&mut self, unknowns: &Unknowns, taken: NodeId) {
        if self.captures || self.inlining.len() > 1 || self.stepwise_around > 0 || self.is_unreached
        {
            return;
        }
        let turns = depend(&self.graph, &[])[taken.index()].clone();
        if turns.len() > shape::HIGHEST_RANK {
            return;
        }
        let place = self.graph.here();
        let mut inwards = turns.iter().rev();
        let all = inwards.try_fold(taken, |taken, of| self.each(taken, *of, place));
        let names = unknowns.texts();
        let base = format!("{}_steps", names.join("_"));
        let mut numbered = (2..).map(|number| format!("{base}_{number}"));
        let mut name = base.clone();
        while !self.taken.insert(name.clone()) {
            name = numbered.next().unwrap_or_default();
        }
        let span = unknowns.names()[0].span();
        let ident = format_ident!("{name}", span = span);
        self.steps_of_roots.extend(all.map(|all| (ident, all)));
    }

    /// Notes the root as one operation on what its equations read.
    fn note_root(
        &mut self,
        unknowns: &Unknowns,
        (first, residual): (NodeId, NodeId),
        value: NodeId,
    ) {
        let args = self.read_beside(first, residual);
        let names = unknowns.texts();
        let label = format!("root {}", names.join(", ")).into();
        let written = Written {
            rule: None,
            label,
            args,
            steps: None,
        };
        self.note(value, written);
    }

    /// What a value that is made of another one reads beside that.
    fn read_beside(&self, first: NodeId, value: NodeId) -> Vec<NodeId> {
        let mut is_made = vec![false; self.graph.len()];
        is_made[first.index()] = true;
        let mut read = Vec::new();
        for id in self.graph.ids().filter(|id| *id > first && *id <= value) {
            let args = &self.graph.node(id).args;
            is_made[id.index()] = args.iter().any(|arg| is_made[arg.index()]);
            if is_made[id.index()] {
                let beside = args.iter().filter(|arg| !is_made[arg.index()]);
                read.extend(beside.filter(|arg| self.graph.constant(**arg).is_none()));
            }
        }
        read.sort_unstable();
        read.dedup();
        read
    }
}

/// How many steps of Newton's method have derivatives right up to an order.
fn steps_for(order: usize) -> u32 {
    (order + 1).next_power_of_two().ilog2()
}
