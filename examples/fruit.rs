//! Buying fruit: the first computational graph of the textbooks.
//!
//! Two apples at 100 and three oranges at 150, with a tax of 10 %, cost 715. How much would that change with the price of an
//! apple, with the number of oranges, with the tax? One backward pass answers all of it.

use graph_runtime::graph;

fn main() {
    let (apple, apples, orange, oranges, tax) = (100.0, 2.0, 150.0, 3.0, 1.1);

    let bill = graph! {
        all_apples = apple * apples;
        all_oranges = orange * oranges;
        fruit = all_apples + all_oranges;
        total = fruit * tax;
    };
    println!(
        "apples {}, oranges {}, together {}",
        bill.all_apples, bill.all_oranges, bill.fruit
    );
    println!("with tax {}\n", bill.total);
    assert_eq!(
        (bill.all_apples, bill.all_oranges, bill.fruit),
        (200.0, 450.0, 650.0)
    );
    assert_close(bill.total, 715.0);

    let d = bill.backward(1.0);
    println!(
        "if an apple cost 1 more, the total would rise by {:.4}",
        d.apple
    );
    println!(
        "with one apple more, by                          {:.4}",
        d.apples
    );
    println!(
        "if an orange cost 1 more, by                     {:.4}",
        d.orange
    );
    println!(
        "with one orange more, by                         {:.4}",
        d.oranges
    );
    println!(
        "with a tax higher by 1 (100 %), by               {:.4}",
        d.tax
    );
    assert_close(d.apple, 2.2);
    assert_close(d.apples, 110.0);
    assert_close(d.orange, 3.3);
    assert_close(d.oranges, 165.0);
    assert_close(d.tax, 650.0);
}

fn assert_close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs(),
        "{found}, not {expected}"
    );
}
