//! The rule table row by row, by itself: every column can be read, and every derivative is that of the forward column.
//!
//! The same rows through the real macro, with their corners and kinks, are in the workspace's `tests/language/rules.rs`.

use num_dual::Dual3_64;

use super::interpreter::{Derived, Key, apply, evaluate};
use super::references;
use super::stages::lowered;
use crate::builder::Builder;
use crate::each_rule::probe;
use crate::graph::{InputId, Kind, NodeId, Op};
use crate::rule::{Acts, Derivative, Domain, Forward, Rule, RuleId, Sign, of_arity};
use crate::rules::{RULES, rows};
use crate::syntax::ExprKind;
use crate::transform::rebuild::Rebuilt;
use crate::transform::{jvp, legalize, scalars};
use crate::{formula, shape};

const STEP: f64 = 1e-5;

fn near(got: f64, want: f64) -> bool {
    (got - want).abs() <= 1e-7 * want.abs().max(1.0)
}

#[test]
fn every_column_reads() {
    for id in RuleId::all() {
        let rule = id.row();
        let count = rule.arguments.len();
        match rule.forward {
            Forward::Formula(text) | Forward::Collapse(text) | Forward::Along(text) => {
                formula::parsed(id, text);
            }
            _ => assert!(
                !matches!(rule.derivative, Derivative::Formula(_))
                    || matches!(rule.forward, Forward::Array(_)),
                "{} has no formula to derive",
                rule.name
            ),
        }
        let list = match rule.derivative {
            Derivative::Partials(text) | Derivative::Back(text) | Derivative::Both(text, _) => {
                formula::parsed(id, text)
            }
            Derivative::Each(text) => {
                formula::parsed(id, text);
                continue;
            }
            Derivative::Formula(_) | Derivative::Zero => continue,
        };
        let ExprKind::Array(partials) = list.kind else {
            panic!("{} has no list of partials", rule.name)
        };
        assert_eq!(
            partials.len(),
            count,
            "{}: one partial an argument",
            rule.name
        );
    }
}

/// What a column cannot have, and the row that is blamed for it.
#[test]
#[should_panic(expected = "the row `hypot(a, b)` has the unknown name `c`")]
fn an_unknown_name_in_a_column_names_the_row() {
    let (mut graph, args, _) = alone(rows::hypot);
    let _ = formula::apply(&mut graph, rows::hypot, "a + c", &args, None);
}

#[test]
#[should_panic(expected = "the row `exp(x)` calls `sinh`, which is no row for so many arguments")]
fn a_wrong_call_in_a_column_names_the_row() {
    let (mut graph, args, _) = alone(rows::exp);
    let _ = formula::apply(&mut graph, rows::exp, "sinh(x, x)", &args, None);
}

#[test]
#[should_panic(expected = "the row `exp(x)` has an expression that no column can have")]
fn a_loop_in_a_column_names_the_row() {
    let (mut graph, args, _) = alone(rows::exp);
    let _ = formula::apply(&mut graph, rows::exp, "sum(i in 0..3, x)", &args, None);
}

#[test]
fn every_number_of_arguments_finds_its_row() {
    for id in RuleId::all() {
        let rule = id.row();
        let args = rule.arguments;
        let least = args.iter().take_while(|arg| arg.default.is_none()).count();
        let behind = &args[least..];
        assert!(
            behind.iter().all(|arg| arg.default.is_some()),
            "{}: defaults come last",
            rule.name
        );
        for count in least..=args.len() {
            assert!(
                of_arity(rule.name, count) == Some(id),
                "{} of {count} is another row",
                rule.name
            );
        }
        assert!(!rule.doc.is_empty(), "{} has no documentation", rule.name);
    }
}

#[test]
fn probes_and_kinks_are_in_the_domain() {
    for rule in RULES {
        let args = rule.arguments.len();
        assert!(
            [0, 1, args].contains(&rule.probe.len()),
            "{} has {} probes",
            rule.name,
            rule.probe.len()
        );
        let condition = rule.condition();
        if let Domain::Where(text) = rule.domain {
            assert!(
                condition.is_some(),
                "{}: the domain {text} cannot be read",
                rule.name
            );
        }
        for arg in (0..args).filter(|_| !rule.probe.is_empty()) {
            let (low, high) = probe(rule, arg);
            assert!(low < high, "{}: an empty probe", rule.name);
            if let Some(condition) = condition.filter(|condition| condition.arg == arg) {
                for x in [low, (low + high) / 2.0, high] {
                    assert!(condition.holds(x), "{} is not defined at {x}", rule.name);
                }
            }
        }
        for (point, slopes) in rule.kinks {
            assert_eq!(
                (point.len(), slopes.len()),
                (args, args),
                "{}: a kink's numbers",
                rule.name
            );
            if let Some(condition) = condition {
                assert!(
                    condition.holds(point[condition.arg]),
                    "{} has no kink at {point:?}",
                    rule.name
                );
            }
        }
    }
}

/// A few points of a row's probe; no two arguments are equal, and one with no partial is a whole number.
fn points(rule: &Rule) -> Vec<Vec<f64>> {
    let args = rule.arguments.len();
    let point = |place: u32| {
        (0..args).map(move |arg| {
            let (low, high) = probe(rule, arg);
            let share = (0.37 + 0.618 * f64::from(place) + 0.29 * arg as f64).fract();
            let x = low + (high - low) * share;
            if rule.has_partial(arg) { x } else { x.round() }
        })
    };
    (0..12).map(|place| point(place).collect()).collect()
}

/// The rows whose partials are those of their values: two are about derivatives that are written apart from values, and one is told a
/// value that moves with its other argument.
fn with_partials() -> impl Iterator<Item = RuleId> {
    RuleId::all().filter(|id| {
        let is_apart = matches!(*id, rows::valued | rows::sloped | rows::tanh_slope_beside);
        !is_apart && matches!(id.row().derivative, Derivative::Partials(_))
    })
}

/// The column alone, without what the passes make of it.
#[test]
fn partials_agree_with_central_differences() {
    for id in with_partials() {
        let rule = id.row();
        assert!(
            !rule.probe.is_empty(),
            "{} has partials and no probe",
            rule.name
        );
        let (mut graph, args, y) = alone(id);
        let keys: Vec<Key> = (0..args.len()).map(|arg| (InputId(arg), 0)).collect();
        for arg in (0..args.len()).filter(|arg| rule.has_partial(*arg)) {
            let partial = formula::partial(&mut graph, id, arg, &args, y);
            let partial = partial.unwrap_or_else(|| panic!("{} has no partial {arg}", rule.name));
            assert_eq!(graph.verify(), Ok(()), "{}", rule.name);
            for at in points(rule) {
                let moved = |by: f64| {
                    let mut moved = at.clone();
                    moved[arg] += by;
                    apply(id, &moved)
                };
                let want = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
                let got = evaluate(&graph, &keys, &at, &[partial])[0];
                assert!(
                    near(got, want),
                    "{}{at:?} by argument {arg}: {got}, not {want}",
                    rule.name
                );
            }
        }
    }
}

/// What partials are made of has partials in turn: forward mode over itself, twice, against dual numbers of third order.
#[test]
fn third_order_agrees() {
    for id in with_partials() {
        let rule = id.row();
        let (mut graph, args, y) = alone(id);
        let keys: Vec<Key> = (0..args.len()).map(|arg| (InputId(arg), 0)).collect();
        for arg in (0..args.len()).filter(|arg| rule.has_partial(*arg)) {
            let one = graph.number(1.0);
            let third = (0..3).try_fold(y, |y, _| {
                jvp::append(&mut graph, &[(args[arg], one)], &[y])[0]
            });
            assert_eq!(graph.verify(), Ok(()), "{}", rule.name);
            for at in points(rule) {
                let mut lifted: Vec<Dual3_64> = at.iter().map(|x| (*x).into()).collect();
                lifted[arg].v1 = 1.0;
                let want = references::dual(rule.name, &lifted).map(|y| y.v3);
                let want = want.unwrap_or_else(|| panic!("`{}` has no reference", rule.name));
                let got = third.map_or(0.0, |third| evaluate(&graph, &keys, &at, &[third])[0]);
                assert!(
                    near(got, want),
                    "{}{at:?} by argument {arg}: {got}, not {want}",
                    rule.name
                );
            }
        }
    }
}

/// A graph of the row alone.
fn alone(id: RuleId) -> (Builder, Vec<NodeId>, NodeId) {
    let mut graph = Builder::default();
    let args: Vec<_> = (0..id.row().arguments.len())
        .map(|arg| {
            let input = InputId(arg);
            graph.push(
                Op::Input { input, element: 0 },
                Vec::new(),
                shape::number(),
                Kind::Number,
            )
        })
        .collect();
    let y = graph.push(Op::Apply(id), args.clone(), shape::number(), Kind::Number);
    (graph, args, y)
}

/// The references are those of the rows that are tested, and no others.
#[test]
fn references_are_of_rows() {
    let mut rows: Vec<&str> = RULES
        .iter()
        .filter(|rule| !rule.probe.is_empty())
        .map(|rule| rule.name)
        .collect();
    let mut references = references::NAMES.to_vec();
    rows.sort_unstable();
    rows.dedup();
    references.sort_unstable();
    assert_eq!(rows, references);
}

/// What is linear in all arguments has partials that are constant, and what is linear in each one that does not depend on it.
#[test]
fn rows_act_as_they_say() {
    for id in RuleId::all() {
        let (mut graph, args, y) = alone(id);
        let acts = id.row().acts;
        for (at, arg) in args.iter().enumerate() {
            if !matches!(acts, Acts::Linear | Acts::Bilinear) {
                continue;
            }
            let partial = formula::partial(&mut graph, id, at, &args, y).expect("it has partials");
            let is_free = match acts {
                Acts::Linear => graph.constant(partial).is_some(),
                _ => !graph.reachable([partial])[arg.index()],
            };
            assert!(is_free, "{} by argument {at}", id.row().name);
        }
    }
}

/// The sign column, at arguments of all signs.
#[test]
fn rows_have_the_sign_they_say() {
    for id in RuleId::all().filter(|id| !id.row().probe.is_empty()) {
        let rule = id.row();
        let mirrored = points(rule).into_iter().flat_map(|at| {
            let opposite = at.iter().map(|x| -x).collect();
            [at, opposite]
        });
        let condition = rule.condition();
        let inside =
            |at: &Vec<f64>| condition.is_none_or(|condition| condition.holds(at[condition.arg]));
        for at in mirrored.filter(inside) {
            let positive = at.iter().filter(|x| **x > 0.0).count();
            let holds = match rule.sign {
                Sign::Unknown => continue,
                Sign::Positive => apply(id, &at) >= 0.5,
                Sign::NotNegative | Sign::Flat => apply(id, &at) >= 0.0,
                Sign::Size => apply(id, &at) > 0.0,
                Sign::One if positive > 0 => apply(id, &at) > 0.0,
                Sign::One => true,
                Sign::All | Sign::Sum | Sign::Product => {
                    positive < at.len() || apply(id, &at) > 0.0
                }
            };
            assert!(holds, "{}{at:?} is {}", rule.name, apply(id, &at));
        }
    }
}

/// A program around the row, of numbers and of small arrays that are taken apart.
fn program(rule: &Rule) -> String {
    let names: Vec<_> = rule.arguments.iter().map(|arg| arg.name).collect();
    let signature = rule.signature();
    let called = match rule.sign() {
        Some(_) => signature,
        None => format!("{}({})", rule.name, names.join(", ")),
    };
    let numbers = rule.arguments.iter().enumerate().map(|(at, arg)| {
        let held = if rule.has_partial(at) { "" } else { "const " };
        format!("{held}{}", arg.name)
    });
    let numbers = numbers.collect::<Vec<_>>().join(", ");
    let array =
        |inputs: &str, value: &str| format!("fn f({inputs}) -> result {{ result = {value}; }}");
    match (rule.forward, rule.name) {
        (Forward::Relation(_), _) => {
            array(&numbers, &format!("if {called} {{ a*b }} else {{ a + b }}"))
        }
        (Forward::Logic(sign), "not") => array(
            "a, b",
            &format!("if {sign}(a < b) {{ a*b }} else {{ b - a }}"),
        ),
        (Forward::Logic(sign), _) => array(
            "a, b",
            &format!("if a > -1 {sign} b > a {{ a*b }} else {{ b - a }}"),
        ),
        (Forward::Reduce(_) | Forward::Collapse(_), name) => {
            let rows = format!("w = {name}(x, axis = 1); result = {name}(x) + 3*w[0] - w[1]^2;");
            format!("fn f(x: [2, 2]) -> result {{ {rows} }}")
        }
        (Forward::Along(_), name) => {
            let lanes = format!(
                "w = {name}(x); v = {name}(x, axis = 0); result = sum(w^2) + w[0, 1]*v[1, 0];"
            );
            format!("fn f(x: [2, 2]) -> result {{ {lanes} }}")
        }
        (_, "matmul") => array("a: [2, 2], b: [2]", "sum((a @ b)^2)"),
        (_, "affine") => array("x: [2, 2], w: [2, 1], b: [1]", "sum(affine(x, w, b)^2)"),
        (_, "dot") => array("a: [3], b: [3]", "dot(a, b)"),
        (_, "outer") => array("a: [2], b: [3]", "sum(outer(a, b)^2)"),
        (_, "cross") => array("a: [3], b: [3]", "dot(cross(a, b), [1, 2, -1])"),
        (_, "transpose") => array("x: [2, 2]", "sum((transpose(x) @ x)^2)"),
        (_, "softmax_cross_entropy") => {
            array("x: [2, 3], const t: [2, 3]", "softmax_cross_entropy(x, t)")
        }
        (_, "cholesky") => array("a: [2, 2]", "sum(sin(cholesky(a @ a.T + diag([1, 2]))))"),
        (_, "solve" | "solve_lower" | "solve_upper") => array(
            "a: [2, 2], b: [2]",
            &format!("sum({}(a + diag([3, -4]), b)^2)", rule.name),
        ),
        (_, "solve_spd") => array(
            "a: [2, 2], b: [2]",
            "sum(solve_spd(a @ a.T + diag([1, 2]), b)^2)",
        ),
        (_, "inv") => array("a: [2, 2]", "sum(sin(inv(a + diag([3, -4]))))"),
        (_, "logdet_spd") => array("a: [2, 2]", "logdet_spd(a @ a.T + diag([1, 2]))"),
        (_, "det" | "logdet" | "trace") => array(
            "a: [2, 2]",
            &format!("sin({}(a + diag([3, -4])))", rule.name),
        ),
        (_, "eigh") => "fn f(a: [2, 2]) -> result { (w, v) = eigh(a @ a.T); result = sin(w[0])*w[1] + v[0, 0]*v[1, 0]; }".to_owned(),
        (_, "diag") => array("x: [2]", "sum((diag(x) @ diag(diag(x)))^2)"),
        (Forward::Array(_) | Forward::Matrix(_), name) => panic!("no program has `{name}`"),
        _ => array(&numbers, &called),
    }
}

/// What the row is alone, through the whole compiler up to the last pass, in both modes.
#[test]
fn every_row_agrees_with_central_differences_in_both_modes() {
    // What a formula may name and a person may not.
    for rule in RULES.iter().filter(|rule| !rule.is_inner) {
        let program = program(rule);
        let unit = lowered(&program);
        assert_eq!(unit.graph.verify(), Ok(()), "{program}");
        let unit = scalars::run(unit);
        let derived = Derived::of(&unit);
        assert_eq!(derived.graph.verify(), Ok(()), "{program}");
        let Rebuilt {
            graph: expanded,
            moved,
        } = legalize::run(&derived.graph, unit.graph.len(), &derived.roots());
        assert_eq!(expanded.verify(), Ok(()), "{program}");
        let held = rule.derivative == Derivative::Zero && !rule.gives_condition();
        for at in samples(rule, derived.adjoints.len()) {
            for root in derived.roots() {
                let mut at = at.clone();
                at.resize(2 * at.len() + 1, 0.75);
                let before = evaluate(&derived.graph, &derived.keys, &at, &[root])[0];
                let kept = moved[root.index()].expect("a root is kept");
                let after = evaluate(&expanded, &derived.keys, &at, &[kept])[0];
                assert!(
                    near(after, before),
                    "{program}: expansion makes {after} of {before} at {at:?}"
                );
            }
            let want: Vec<f64> = (0..at.len())
                .map(|arg| {
                    let is_held = held || !rule.has_partial(arg);
                    if is_held {
                        0.0
                    } else {
                        slope(&derived, &at, arg)
                    }
                })
                .collect();
            for got in derived.jacobians(&at) {
                let agree = got[0]
                    .iter()
                    .zip(&want)
                    .all(|(got, want)| near(*got, *want));
                assert!(agree, "{program} at {at:?}: {got:?}, not {want:?}");
            }
        }
    }
}

fn samples(rule: &Rule, inputs: usize) -> Vec<Vec<f64>> {
    if !rule.probe.is_empty() {
        return points(rule);
    }
    let number =
        |place: usize, input: usize| 0.3 + (0.618 * (place * inputs + input) as f64).fract();
    (0..6)
        .map(|place| (0..inputs).map(|input| number(place, input)).collect())
        .collect()
}

fn slope(derived: &Derived, at: &[f64], arg: usize) -> f64 {
    let moved = |by: f64| {
        let mut moved = at.to_vec();
        moved[arg] += by;
        derived.values(&moved)[0]
    };
    (moved(STEP) - moved(-STEP)) / (2.0 * STEP)
}
