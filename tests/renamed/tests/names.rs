//! From outside: neither name of the runtime is known here, and what is re-exported is enough.

use renamed::handed_on::graph;

graph! { fn doubled(x) -> y { y = 2*renamed::square(x); } }

graph! {
    #[graph(hessian)]
    fn curved(x) -> y { y = renamed::cube(x)*grad(renamed::square(x), x); }
}

renamed::differentiate! { fn small(v: [2]) -> y { y = norm(v); } }

renamed::power!(fourth, 4);

mod no_import {
    renamed::power!(fifth, 5);
}

#[test]
fn g50_every_name_leads_to_the_runtime() {
    assert_eq!(renamed::square::value_and_grad(3.0).1.x, 6.0);
    assert_eq!(renamed::cube::value_and_grad(3.0).0, 30.0);
    assert_eq!(renamed::slope(2.0), 12.0);
    assert_eq!(doubled::value_and_grad(3.0).1.x, 12.0);
    assert_eq!(small([3.0, 4.0]), 5.0);
    // (x³ + x) 2x, so 8x³ + 4x and 24x² + 4.
    let (_, gradient, [[second]]) = curved::hessian(2.0);
    assert_eq!((gradient.x, second), (72.0, 100.0));
    assert_eq!(fourth::value_and_grad(2.0).1.x, 32.0);
    assert_eq!(no_import::fifth(2.0), 32.0);
}
