//! Tables and the chain rule in words, to the letter.

use graph_runtime::graph;

use super::{fruit_picture, network_picture, square_of_sum};

#[test]
fn text_is_a_table() {
    assert_eq!(
        fruit_picture().to_string(),
        "\
name         operation                 value  gradient  flows back
apple        input                       100       2.2
apples       input                         2       110
orange       input                       150       3.3
oranges      input                         3       165
tax          input                       1.1       650
all_apples   apple * apples              200       1.1  2.2 to apple, 110 to apples
all_oranges  orange * oranges            450       1.1  3.3 to orange, 165 to oranges
fruit        all_apples + all_oranges    650       1.1  1.1 to all_apples, 1.1 to all_oranges
total        fruit * tax                 715         1  1.1 to fruit, 650 to tax
"
    );
}

#[test]
fn the_chain_rule_of_fruit_in_words() {
    assert_eq!(
        fruit_picture().explain(),
        "\
Forward
  all_apples = apple * apples = 100 * 2 = 200
  all_oranges = orange * oranges = 150 * 3 = 450
  fruit = all_apples + all_oranges = 200 + 450 = 650
  total = fruit * tax = 650 * 1.1 = 715

Backward, from the seed ∂L/∂total = 1
  total = fruit * tax, where ∂L/∂total = 1 arrives
    ∂total/∂fruit = tax = 1.1   to fruit: 1 · 1.1 = 1.1
    ∂total/∂tax = fruit = 650   to tax: 1 · 650 = 650
  fruit = all_apples + all_oranges, where ∂L/∂fruit = 1.1 arrives
    ∂fruit/∂all_apples = 1    to all_apples: 1.1 · 1 = 1.1
    ∂fruit/∂all_oranges = 1   to all_oranges: 1.1 · 1 = 1.1
  all_oranges = orange * oranges, where ∂L/∂all_oranges = 1.1 arrives
    ∂all_oranges/∂orange = oranges = 3     to orange: 1.1 · 3 = 3.3
    ∂all_oranges/∂oranges = orange = 150   to oranges: 1.1 · 150 = 165
  all_apples = apple * apples, where ∂L/∂all_apples = 1.1 arrives
    ∂all_apples/∂apple = apples = 2     to apple: 1.1 · 2 = 2.2
    ∂all_apples/∂apples = apple = 100   to apples: 1.1 · 100 = 110

Gradient
  ∂L/∂apple = 2.2
  ∂L/∂apples = 110
  ∂L/∂orange = 3.3
  ∂L/∂oranges = 165
  ∂L/∂tax = 650
"
    );
}

#[test]
fn the_chain_rule_of_a_square_in_words() {
    assert_eq!(
        square_of_sum::picture(1.0, 2.0, 1.0).explain(),
        "\
Forward
  t1 = x + y = 1 + 2 = 3
  z = t1^2 = 3^2 = 9

Backward, from the seed ∂L/∂z = 1
  z = t1^2, where ∂L/∂z = 1 arrives
    ∂z/∂t1 = 2 · t1 = 6      to t1: 1 · 6 = 6
  t1 = x + y, where ∂L/∂t1 = 6 arrives
    ∂t1/∂x = 1               to x: 6 · 1 = 6
    ∂t1/∂y = 1               to y: 6 · 1 = 6

Gradient
  ∂L/∂x = 6
  ∂L/∂y = 6
"
    );
}

#[test]
fn the_chain_rule_of_arrays_says_what_a_seed_becomes() {
    let text = network_picture().explain();
    for line in [
        "to w2: hidden.T @ ∂L/∂logits = [3, 2] norm 0.4758",
        "to b2: sum(∂L/∂logits, axis = 0) = [2] norm 0.4226",
        "∂hidden/∂t1 = hidden · (1 - hidden)",
        "to logits: ∂L/∂loss · (softmax(logits) - labels) / cases = [2, 2] norm 0.6159",
    ] {
        assert!(text.contains(line), "`{line}` is not in\n{text}");
    }
}

#[test]
fn a_branch_not_taken_passes_nothing_back() {
    let x = -4.0;
    let g = graph! { y = if x > 0 { sqrt(x) } else { x^2 } };
    let text = g.picture(1.0).explain();
    assert!(text.contains("∂y/∂t2 = (1 if t1, else 0) = 0"), "{text}");
    assert!(
        text.contains("to x: 0 · NaN = 0 (a seed of zero stays zero)"),
        "{text}"
    );
    assert!(text.contains("∂L/∂x = 0 + (-8) = -8"), "{text}");
}

#[test]
#[allow(unused_braces)] // They are what this is about.
fn what_stands_in_a_constant_is_not_taken_for_a_place() {
    let x = 2.0;
    let text = graph! { y = { f64::from({1}) }*x + { f64::from({0}) }; }
        .picture(1.0)
        .explain();
    assert!(text.contains("∂t1/∂x = { f64::from({1}) } = 1"), "{text}");
}
