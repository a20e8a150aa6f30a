//! Random programs: text that goes through parser, lowering and passes, against dual numbers over the same random tree.
//!
//! Trees are built so that every function is in its domain wherever it is evaluated, except in branches that are not
//! taken: there anything may happen, and nothing of it may show. Cases that stand on a kink or that are too steep to
//! compare are let go; a test counts that they are few.

use std::cell::Cell;
use std::fmt;

use num_dual::{DualNum, HyperDual64};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::interpreter::{Derived, Key, evaluate};
use super::references;
use super::stages::lowered_or_texts;
use crate::graph::{InputId, NodeId, Op};
use crate::plan::{self, Planned};
use crate::rule::{Condition, Relation, Rule, RuleId, of_arity};
use crate::rules::rows;
use crate::transform::rebuild::Rebuilt;
use crate::transform::{legalize, scalars};

const INPUTS: usize = 3;
/// The most definitions of a program.
const LARGEST: usize = 5;

/// An expression; names are those of inputs and earlier definitions, counted from the first input and round again.
#[derive(Clone, Debug)]
enum Tree {
    Name(usize),
    Number(f64),
    Infix(char, Box<Tree>, Box<Tree>),
    Negative(Box<Tree>),
    Whole(Box<Tree>, i32),
    Call(&'static str, Vec<Tree>),
    If(Box<Test>, Box<Tree>, Box<Tree>),
    /// `s = a; s*b + s`, in a branch only.
    Local(Box<Tree>, Box<Tree>),
    /// What an operation gives of the turns `s = a; s*b + i*s` of a loop.
    Turns(&'static str, Box<Tree>, Box<Tree>),
}

/// How many turns a loop has.
const TURNS: i32 = 3;

/// A condition.
#[derive(Clone, Debug)]
enum Test {
    Compare(&'static str, Tree, Tree),
    Both(Box<Test>, Box<Test>),
    Either(Box<Test>, Box<Test>),
    Not(Box<Test>),
}

use Tree::{Call, If, Infix, Local, Name, Negative, Number, Turns, Whole};

fn infix(sign: char, a: Tree, b: Tree) -> Tree {
    Infix(sign, Box::new(a), Box::new(b))
}

/// `1 + x^2`: at least 1.
fn above_one(x: Tree) -> Tree {
    infix('+', Number(1.0), Whole(Box::new(x), 2))
}

/// `0.9*sin(x)`: inside (-1, 1).
fn inside_one(x: Tree) -> Tree {
    infix('*', Number(0.9), Call("sin", vec![x]))
}

// The text, with as few parentheses as mathematics needs.

/// How loosely a tree binds: sums, products, signs, powers, and what needs no parentheses.
fn looseness(tree: &Tree) -> u8 {
    match tree {
        Infix('+' | '-', ..) => 0,
        Infix('*' | '/', ..) => 1,
        Negative(_) => 2,
        Infix(..) | Whole(..) => 3,
        If(..) | Local(..) => 0,
        _ => 4,
    }
}

/// The tree where at least so tight a binding is needed.
fn within(tree: &Tree, names: usize, least: u8) -> String {
    let text = text(tree, names);
    if looseness(tree) < least || matches!(tree, If(..)) {
        format!("({text})")
    } else {
        text
    }
}

/// The tree where so many names are known.
fn text(tree: &Tree, names: usize) -> String {
    match tree {
        Name(at) => match at % names {
            input if input < INPUTS => format!("x{input}"),
            definition => format!("t{definition}"),
        },
        Number(number) => format!("{number}"),
        Infix(sign, a, b) => {
            let (left, right) = match sign {
                '+' | '-' => (0, 1),
                '*' | '/' => (1, 2),
                _ => (4, 2),
            };
            format!(
                "{} {sign} {}",
                within(a, names, left),
                within(b, names, right)
            )
        }
        Negative(x) => format!("-{}", within(x, names, 2)),
        Whole(x, exponent) => format!("{}^{exponent}", within(x, names, 4)),
        Call(name, args) => {
            let args: Vec<String> = args.iter().map(|arg| text(arg, names)).collect();
            format!("{name}({})", args.join(", "))
        }
        If(test, yes, no) => {
            let (test, yes, no) = (condition(test, names), text(yes, names), text(no, names));
            format!("if {test} {{ {yes} }} else {{ {no} }}")
        }
        Local(a, b) => format!("s = {}; s*{} + s", text(a, names), within(b, names, 2)),
        Turns(over, a, b) => {
            let (a, b) = (text(a, names), within(b, names, 2));
            let body = format!("(i in 0..{TURNS}, s = {a}; s*{b} + i*s)");
            match *over {
                "each" => format!("sum(each{body})"),
                over => format!("{over}{body}"),
            }
        }
    }
}

fn condition(test: &Test, names: usize) -> String {
    let inner = |test| condition(test, names);
    match test {
        Test::Compare(sign, a, b) => {
            format!("{} {sign} {}", within(a, names, 0), within(b, names, 0))
        }
        Test::Both(a, b) => format!("({}) && ({})", inner(a), inner(b)),
        Test::Either(a, b) => format!("({}) || ({})", inner(a), inner(b)),
        Test::Not(a) => format!("!({})", inner(a)),
    }
}

/// A program: definitions over the inputs and one another, of which the last two are outputs.
#[derive(Clone)]
struct Program(Vec<Tree>);

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Program {
    fn outputs(&self) -> Vec<usize> {
        let last = INPUTS + self.0.len() - 1;
        if self.0.len() > 1 {
            vec![last, last - 1]
        } else {
            vec![last]
        }
    }

    fn text(&self) -> String {
        let definitions = self.0.iter().zip(INPUTS..);
        let definitions: Vec<String> = definitions
            .map(|(tree, at)| format!("t{at} = {};", text(tree, at)))
            .collect();
        let outputs: Vec<String> = self.outputs().iter().map(|at| format!("t{at}")).collect();
        let outputs = outputs.join(", ");
        format!(
            "fn f(x0, x1, x2) -> ({outputs}) {{ {} }}",
            definitions.join(" ")
        )
    }
}

// The value over dual numbers.

/// What an evaluation has seen on its way.
#[derive(Default)]
struct Watch {
    /// Numbers so close that rounding decides.
    close: Cell<bool>,
    /// The largest number, value or slope.
    largest: Cell<f64>,
}

impl Watch {
    fn differ(&self, a: f64, b: f64) {
        if (a - b).abs() < 1e-7 * (1.0 + a.abs()) {
            self.close.set(true);
        }
    }

    fn over(&self, program: &Program, inputs: [HyperDual64; INPUTS]) -> Vec<HyperDual64> {
        let mut names = inputs.to_vec();
        for tree in &program.0 {
            let value = self.value(tree, &names);
            names.push(value);
        }
        program.outputs().into_iter().map(|at| names[at]).collect()
    }

    fn value(&self, tree: &Tree, names: &[HyperDual64]) -> HyperDual64 {
        let value = match tree {
            Name(at) => names[at % names.len()],
            Number(number) => HyperDual64::from_re(*number),
            Infix(sign, a, b) => {
                let (a, b) = (self.value(a, names), self.value(b, names));
                match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' => a / b,
                    _ => (a.ln() * b).exp(),
                }
            }
            Negative(x) => -self.value(x, names),
            Whole(x, exponent) => self.value(x, names).powi(*exponent),
            Call(name, args) => {
                let args: Vec<HyperDual64> =
                    args.iter().map(|arg| self.value(arg, names)).collect();
                self.call(name, &args)
            }
            If(test, yes, no) => {
                let taken = if self.holds(test, names) { yes } else { no };
                self.value(taken, names)
            }
            Local(a, b) => {
                let s = self.value(a, names);
                s * self.value(b, names) + s
            }
            Turns(over, a, b) => {
                let (s, b) = (self.value(a, names), self.value(b, names));
                let turns = (0..TURNS).map(|turn| s * b + s * f64::from(turn));
                reduced(over, turns)
            }
        };
        for part in [value.re, value.eps1, value.eps2, value.eps1eps2] {
            let size = if part.is_nan() {
                f64::INFINITY
            } else {
                part.abs()
            };
            self.largest.set(self.largest.get().max(size));
        }
        value
    }

    fn holds(&self, test: &Test, names: &[HyperDual64]) -> bool {
        match test {
            Test::Compare(sign, a, b) => {
                let (a, b) = (self.value(a, names).re, self.value(b, names).re);
                self.differ(a, b);
                match *sign {
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    ">=" => a >= b,
                    "==" => a == b,
                    _ => a != b,
                }
            }
            Test::Both(a, b) => self.holds(a, names) & self.holds(b, names),
            Test::Either(a, b) => self.holds(a, names) | self.holds(b, names),
            Test::Not(a) => !self.holds(a, names),
        }
    }

    fn call(&self, name: &str, args: &[HyperDual64]) -> HyperDual64 {
        let rule = of_arity(name, args.len()).expect("calls are of rows");
        if rule == rows::stop {
            return HyperDual64::from_re(args[0].re);
        }
        // Jumps are at whole numbers, and at those halfway between them.
        if [rows::floor, rows::ceil, rows::round].contains(&rule) {
            let twice = 2.0 * args[0].re;
            self.differ(twice, twice.round());
        }
        // Kinks are where arguments meet 0 or one another.
        let places = args.iter().map(|arg| arg.re).chain([0.0]);
        let places: Vec<f64> = places.filter(|_| !rule.row().kinks.is_empty()).collect();
        for (at, place) in places.iter().enumerate() {
            places[at + 1..]
                .iter()
                .for_each(|other| self.differ(*place, *other));
        }
        lifted(rule.row(), args)
    }
}

/// One value of all turns.
fn reduced(over: &str, turns: impl Iterator<Item = HyperDual64> + Clone) -> HyperDual64 {
    let sum = |turns: &mut dyn Iterator<Item = HyperDual64>| {
        turns.fold(HyperDual64::from_re(0.0), |sum, turn| sum + turn)
    };
    match over {
        "sum" | "each" => sum(&mut turns.clone()),
        "mean" => sum(&mut turns.clone()) / f64::from(TURNS),
        "prod" => turns.fold(HyperDual64::from_re(1.0), |product, turn| product * turn),
        "logsumexp" => {
            let largest = turns
                .clone()
                .fold(f64::MIN, |largest, turn| largest.max(turn.re));
            sum(&mut turns.clone().map(|turn| (turn - largest).exp())).ln() + largest
        }
        _ => panic!("`{over}` has no reference"),
    }
}

/// A row on dual numbers, by its reference.
fn lifted(row: &Rule, args: &[HyperDual64]) -> HyperDual64 {
    let left_out = row.arguments[args.len()..].iter();
    let left_out = left_out.filter_map(|arg| Some(HyperDual64::from_re(arg.default?)));
    let args: Vec<HyperDual64> = args.iter().copied().chain(left_out).collect();
    references::dual(row.name, &args).unwrap_or_else(|| panic!("`{}` has no reference", row.name))
}

// The generators.

/// The functions of the table, by what may be put into them.
#[derive(Default)]
struct Functions {
    /// Of one number, which may be any: neither it nor its derivatives grow large.
    mild: Vec<&'static str>,
    /// Of a number inside (-1, 1).
    inside: Vec<&'static str>,
    /// Of a number between 0 and 1.
    share: Vec<&'static str>,
    /// Of a number above 1.
    above: Vec<&'static str>,
    /// Of a number below -1.
    below: Vec<&'static str>,
    /// Undefined below 0, to be put where that branch is not taken.
    guarded: Vec<&'static str>,
    /// Of two numbers.
    of_two: Vec<&'static str>,
    /// Of two positive numbers, the first of which is the larger.
    ordered: Vec<&'static str>,
}

impl Functions {
    fn of_the_table() -> Self {
        let mut functions = Functions::default();
        functions.mild.push(rows::stop.row().name);
        let called = RuleId::all().map(RuleId::row);
        for row in called.filter(|row| row.is_called() && !row.probe.is_empty()) {
            let given = row.arguments.iter().filter(|arg| arg.default.is_none());
            match given.count() {
                1 => functions.add(row),
                2 if [rows::ln_beta, rows::ln_choose]
                    .map(RuleId::row)
                    .iter()
                    .any(|of| of.name == row.name) =>
                {
                    functions.ordered.push(row.name);
                }
                2 if row.has_partial(0) => functions.of_two.push(row.name),
                _ => {}
            }
        }
        functions
    }

    fn add(&mut self, row: &'static Rule) {
        let is_steep = row.kinks.iter().any(|(_, slopes)| !slopes[0].is_finite());
        let small = |x: HyperDual64| {
            [x.re, x.eps1, x.eps1eps2]
                .iter()
                .all(|part| part.abs() < 40.0)
        };
        let finite = |x: HyperDual64| x.re.is_finite();
        let class = if !is_steep && over(row, -30.0, 30.0, small) {
            &mut self.mild
        } else if over(row, -0.9, 0.9, finite) {
            &mut self.inside
        } else if over(row, 1.0, 9.0, finite) {
            &mut self.above
        } else if over(row, 0.1, 0.9, finite) {
            &mut self.share
        } else {
            assert!(over(row, -9.0, -1.0, finite), "where is `{}`?", row.name);
            &mut self.below
        };
        class.push(row.name);
        let is_guarded = |condition: Condition| {
            condition.bound == 0.0
                && matches!(
                    condition.relation,
                    Relation::Greater | Relation::GreaterEqual
                )
        };
        if row.condition().is_some_and(is_guarded) && over(row, 0.25, 9.0, finite) {
            self.guarded.push(row.name);
        }
    }
}

/// Whether a row of one number is `fine` all over an interval; no point is a whole number but perhaps the first.
fn over(row: &Rule, low: f64, high: f64, fine: impl Fn(HyperDual64) -> bool) -> bool {
    (0..=199).all(|step| {
        let x = low + (high - low) * f64::from(step) / 199.5;
        fine(lifted(row, &[HyperDual64::new(x, 1.0, 1.0, 0.0)]))
    })
}

fn trees() -> BoxedStrategy<Tree> {
    let names = LARGEST + INPUTS;
    let Functions {
        mild,
        inside,
        share,
        above,
        below,
        guarded,
        of_two,
        ordered,
    } = Functions::of_the_table();
    let number = prop::sample::select(vec![0.25, 0.5, 1.0, 1.5, 2.0, 3.0]);
    let leaf = prop_oneof![6 => (0..names).prop_map(Name), 1 => number.prop_map(Number)];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let two = || (inner.clone(), inner.clone());
        let one = || inner.clone();
        let name = |names: &[&'static str]| prop::sample::select(names.to_vec());
        prop_oneof![
            4 => (prop::sample::select(vec!['+', '-', '*']), two()).prop_map(|(sign, (a, b))| infix(sign, a, b)),
            1 => two().prop_map(|(a, b)| infix('/', a, above_one(b))),
            1 => two().prop_map(|(a, b)| infix('^', above_one(Call("sin", vec![a])), inside_one(b))),
            1 => one().prop_map(|x| Negative(Box::new(x))),
            2 => (one(), 2..5).prop_map(|(x, n)| Whole(Box::new(inside_one(x)), n)),
            1 => (one(), -3..0).prop_map(|(x, n)| Whole(Box::new(above_one(x)), n)),
            1 => (one(), 0..4).prop_map(|(x, n)| Whole(Box::new(x), n)),
            4 => (name(&mild), one()).prop_map(|(f, x)| Call(f, vec![x])),
            2 => (name(&inside), one()).prop_map(|(f, x)| Call(f, vec![inside_one(x)])),
            1 => (name(&share), one()).prop_map(|(f, x)| Call(f, vec![infix('*', Number(0.5), infix('+', Number(1.0), inside_one(x)))])),
            2 => (name(&above), one()).prop_map(|(f, x)| Call(f, vec![above_one(x)])),
            1 => (name(&below), one()).prop_map(|(f, x)| Call(f, vec![Negative(Box::new(above_one(x)))])),
            1 => (name(&ordered), two()).prop_map(|(f, (a, b))| {
                let smaller = above_one(b);
                Call(f, vec![infix('+', smaller.clone(), above_one(a)), smaller])
            }),
            1 => (name(&of_two), two()).prop_map(|(f, (a, b))| Call(f, vec![a, above_one(b)])),
            2 => (name(&of_two), two()).prop_map(|(f, (a, b))| Call(f, vec![a, b])),
            1 => one().prop_map(|x| Call("clamp", vec![x, Negative(Box::new(Number(0.5))), Number(1.5)])),
            2 => (tests(one()), two()).prop_map(|(test, (a, b))| If(Box::new(test), Box::new(a), Box::new(b))),
            1 => (tests(one()), two(), one()).prop_map(|(test, (a, b), other)| {
                let local = Local(Box::new(a), Box::new(b));
                If(Box::new(test), Box::new(local), Box::new(other))
            }),
            1 => (name(&["sum", "each", "mean", "prod", "logsumexp"]), two()).prop_map(|(over, (a, b))| Turns(over, Box::new(a), Box::new(b))),
            1 => (name(&guarded), two(), any::<bool>(), 0..names).prop_map(|(f, (x, other), first, moved)| {
                // A literal outside the domain would be a mistake.
                let x = infix('-', x, Name(moved));
                // Near its edge a root is too steep to compare; the other branch is still taken on both sides of it.
                let root = infix('*', Call(f, vec![x.clone()]), other.clone());
                let edge = Number(0.25);
                if first {
                    If(Box::new(Test::Compare(">", x, edge)), Box::new(root), Box::new(other))
                } else {
                    If(Box::new(Test::Compare("<=", x, edge)), Box::new(other), Box::new(root))
                }
            }),
            1 => (one(), one(), 0..names).prop_map(|(x, a, moved)| {
                let x = infix('+', x, Name(moved));
                let inverse = infix('/', a.clone(), Call("relu", vec![x.clone()]));
                If(Box::new(Test::Compare(">", x, Number(0.25))), Box::new(inverse), Box::new(a))
            }),
        ]
    })
    .boxed()
}

fn tests(tree: impl Strategy<Value = Tree> + Clone + 'static) -> BoxedStrategy<Test> {
    let sign = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let compare = (sign, tree.clone(), tree).prop_map(|(sign, a, b)| Test::Compare(sign, a, b));
    compare
        .prop_recursive(2, 3, 2, |inner| {
            let two = (inner.clone(), inner.clone());
            prop_oneof![
                two.clone()
                    .prop_map(|(a, b)| Test::Both(Box::new(a), Box::new(b))),
                two.prop_map(|(a, b)| Test::Either(Box::new(a), Box::new(b))),
                inner.prop_map(|a| Test::Not(Box::new(a))),
            ]
        })
        .boxed()
}

/// Whether each step comes after what it reads, and those that a guard tests before it.
fn in_order(body: &plan::ScalarBody) -> bool {
    let place = |id: &NodeId| body.steps.iter().position(|step| step == id);
    let after = |at: usize, id: &NodeId| {
        let args = &body.graph.node(*id).args;
        args.iter()
            .all(|arg| place(arg).is_none_or(|earlier| earlier < at))
    };
    let tested = body
        .guard
        .as_ref()
        .map(|guard| (place(&guard.holds), guard.steps));
    tested.is_none_or(|(place, steps)| place.is_some_and(|place| place < steps))
        && body.steps.iter().enumerate().all(|(at, id)| after(at, id))
}

/// Whether what the careful version is handed is there before the test, and all that it reads of what it does not compute.
fn handed_over(body: &plan::ScalarBody, guard: &plan::Guard) -> bool {
    let first = &body.steps[..guard.steps];
    let is_leaf = |id: &NodeId| matches!(body.graph.node(*id).op, Op::Input { .. });
    let is_there = |id: &NodeId| is_leaf(id) || first.contains(id);
    let careful = &*guard.otherwise;
    let known = |id: &NodeId| {
        careful.steps.contains(id)
            || guard.handed.iter().any(|(_, there)| there == id)
            || careful.graph.constant(*id).is_some()
    };
    let args = careful.steps.iter().map(|id| &careful.graph.node(*id).args);
    guard.handed.iter().all(|(here, _)| is_there(here))
        && in_order(careful)
        && args.chain(&careful.results).flatten().all(known)
}

/// Whether a case could be compared.
fn check(program: &Program, at: [f64; INPUTS], draws: bool) -> Result<bool, TestCaseError> {
    let watch = Watch::default();
    let along = |first: usize, second: usize| {
        let mut inputs = at.map(HyperDual64::from_re);
        inputs[first].eps1 = 1.0;
        inputs[second].eps2 = 1.0;
        watch.over(program, inputs)
    };
    let columns: Vec<Vec<HyperDual64>> = (0..INPUTS).map(|input| along(input, input)).collect();
    let second: [[f64; INPUTS]; INPUTS] =
        std::array::from_fn(|row| std::array::from_fn(|column| along(row, column)[0].eps1eps2));
    let largest = watch.largest.get();
    if watch.close.get() || largest > 1e4 {
        return Ok(false);
    }
    let near = |got: f64, want: f64| (got - want).abs() <= 1e-10 * (1.0 + largest);
    let text = program.text();
    let mut unit = match lowered_or_texts(&text) {
        Ok(unit) => unit,
        // A definition may be a literal, and one outside of a domain is a mistake wherever it stands.
        Err(texts) => {
            let literal = texts
                .iter()
                .all(|text| text.contains("is outside its domain"));
            prop_assert!(literal, "{text}: {texts:?}");
            return Ok(false);
        }
    };
    prop_assert_eq!(unit.graph.verify(), Ok(()));
    // As arrays are in a graph of numbers.
    unit = scalars::run(unit);
    prop_assert_eq!(unit.graph.verify(), Ok(()));
    let derived = Derived::of(&unit);
    prop_assert_eq!(derived.graph.verify(), Ok(()));
    let values = derived.values(&at);
    for (row, value) in values.iter().enumerate() {
        let want = columns[0][row].re;
        prop_assert!(near(*value, want), "{text}\nat {at:?}: {value}, not {want}");
    }
    for (mode, jacobian) in ["vjp", "jvp"].iter().zip(derived.jacobians(&at)) {
        for (input, column) in columns.iter().enumerate() {
            for (row, want) in column.iter().enumerate() {
                let (got, want) = (jacobian[row][input], want.eps1);
                prop_assert!(
                    near(got, want),
                    "{text}\n{mode} by x{input} at {at:?}: {got}, not {want}\n{}",
                    derived.graph
                );
            }
        }
    }
    let seeds = [0.5, -1.5, 0.75, -0.25, 1.25];
    let seeded: Vec<f64> = at.iter().chain(&seeds[..values.len()]).copied().collect();
    if draws {
        let pictured = super::pictures::check(&text, &seeded, largest);
        prop_assert!(pictured.is_ok(), "{text}\nat {at:?}: {pictured:?}");
    }
    unit.hessian = true;
    let hessian = plan::ScalarBody::functions(&unit)
        .hessian
        .expect("it is asked for");
    let keys: Vec<Key> = (0..INPUTS).map(|input| (InputId(input), 0)).collect();
    for (row, want) in hessian.results[2..].iter().zip(second) {
        let got = evaluate(&hessian.graph, &keys, &at, row);
        let same = got.iter().zip(want).all(|(got, want)| near(*got, want));
        prop_assert!(
            same,
            "{text}\nsecond derivatives at {at:?}: {got:?}, not {want:?}\n{}",
            hessian.graph
        );
    }
    let plan = plan::ScalarBody::functions(&unit);
    let jacobian = plan.value_and_grad.or(plan.jacobian);
    let jacobian = jacobian.expect("a function has one of both");
    if let Some(guard) = &jacobian.guard {
        let graph = &jacobian.graph;
        prop_assert!(in_order(&jacobian), "{text}\n{graph}");
        prop_assert!(handed_over(&jacobian, guard), "{text}\n{graph}");
        let (here, there): (Vec<_>, Vec<_>) = guard.handed.iter().copied().unzip();
        let here = evaluate(graph, &keys, &at, &here);
        let there = evaluate(&guard.otherwise.graph, &keys, &at, &there);
        let same = here
            .iter()
            .zip(&there)
            .all(|(here, there)| here.to_bits() == there.to_bits());
        prop_assert!(
            same,
            "{text}\nhanded over at {at:?}: {here:?}, {there:?}\n{graph}"
        );
        let wanted: Vec<NodeId> = jacobian.results.iter().flatten().copied().collect();
        let careful: Vec<NodeId> = guard.otherwise.results.iter().flatten().copied().collect();
        let careful = evaluate(&guard.otherwise.graph, &keys, &at, &careful);
        if evaluate(graph, &keys, &at, &[guard.holds]) == [1.0] {
            let quick = evaluate(graph, &keys, &at, &wanted);
            let same = quick
                .iter()
                .zip(&careful)
                .all(|(quick, careful)| near(*quick, *careful));
            prop_assert!(
                same,
                "{text}\nquick at {at:?}: {quick:?}, not {careful:?}\n{graph}"
            );
        }
    }
    // The last pass changes no value, whatever the seeds.
    let roots = derived.roots();
    let Rebuilt {
        graph: expanded,
        moved,
    } = legalize::run(&derived.graph, unit.graph.len(), &roots);
    prop_assert_eq!(expanded.verify(), Ok(()));
    let mut inputs = at.to_vec();
    inputs.extend(
        [0.5, -1.5, 0.75, -0.25, 1.25]
            .into_iter()
            .take(values.len() + INPUTS),
    );
    inputs.resize(derived.keys.len(), 0.0);
    let moved: Vec<_> = roots
        .iter()
        .map(|root| moved[root.index()].expect("a root is kept"))
        .collect();
    let before = evaluate(&derived.graph, &derived.keys, &inputs, &roots);
    let after = evaluate(&expanded, &derived.keys, &inputs, &moved);
    for (before, after) in before.into_iter().zip(after) {
        prop_assert!(
            near(after, before),
            "{text}\nexpansion makes {after} of {before} at {at:?}"
        );
    }
    Ok(true)
}

#[test]
fn random_programs_agree_with_dual_numbers() {
    let config = Config {
        cases: 800,
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    // The same programs on every machine.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let (compared, all) = (Cell::new(0), Cell::new(0));
    let programs = prop::collection::vec(trees(), 1..=LARGEST).prop_map(Program);
    let cases = (programs, prop::array::uniform3(-2.0..2.0));
    let outcome = TestRunner::new_with_rng(config, random).run(&cases, |(program, at)| {
        all.set(all.get() + 1);
        compared.set(compared.get() + u32::from(check(&program, at, all.get() % 5 == 0)?));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(
        2 * compared.get() > all.get(),
        "only {} of {} cases were compared",
        compared.get(),
        all.get()
    );
}
