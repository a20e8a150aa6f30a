//! Loops that carry values, over lengths known at run time, against the same loops written out: in every mode, on every instruction
//! set, at random extents. What the other programs say of formulas, these say of steps.

use super::modes::*;

programs! {
    hessian;

    /// Horner's rule with as many coefficients as there are.
    fn polynomials(c: [n] = [4] [1] [0], x) over n >= 0 { z = fold(s = 0, k in 0..n, 0.5*s*x + c[k]); }

    /// From the last entry to the first, and what is left of every step.
    fn backwards(c: [n] = [4] [1] [0], x) over n >= 0 {
        all = scan(s = x, k in rev(0..n), tanh(s + c[k]*x));
        z = sum(all^2) + fold(s = 0, k in rev(0..n), 0.25*s*s + c[k])*x;
    }

    fn averages(x: [n] = [3] [1] [0], a, first) over n >= 0 {
        h = scan(h = first, k in 0..n, sigmoid(a)*h + (1 - sigmoid(a))*x[k]);
        z = sum(h*x) + sum(h)^2*0.125;
    }

    /// Entries before and behind the step's, and the step as a number.
    fn neighbours_of_steps(x: [n] = [4] [2] [2], s) over n >= 2 {
        a = scan(a = x[0], k in 1..n, 0.5*a*cos(x[k - 1]) + sin(x[k])/(k + 1));
        z = fold(v = s, k in 0..n - 1, v + a[k]*x[k + 1]*k) + a[0];
    }

    /// Several values, of which one is not read by the others, and one stays what it was.
    fn several_states(x: [n] = [3] [1] [0], p, v) over n >= 0 {
        (q, w, l, same) = fold((q, w, l, same) = (p, v, 0, p*v), k in 0..n,
            force = -sin(q)*x[k];
            (q + 0.25*w, 0.9*w + 0.25*force, l + q^2*same, same));
        z = l + q*w + same;
    }

    /// The variance of returns, and how likely they are.
    fn volatility(y: [n] = [3] [2] [1], mu, a, b) over n >= 1 {
        s2 = scan(s2 = 0.5 + a^2, k in 1..n, 0.25 + 0.25*sigmoid(a)*(y[k - 1] - mu)^2 + 0.5*sigmoid(b)*s2);
        z = -0.5*(y[0] - mu)^2 - 0.5*sum(k in 1..n, ln(s2[k - 1]) + (y[k] - mu)^2/s2[k - 1]);
    }

    /// Vectors of any size are carried.
    fn networks(
        x: [n, m] = [3, 2] [1, 1] [0, 2], w: [m, k] = [2, 2] [1, 1] [2, 1], u: [k, k] = [2, 2] [1, 1] [1, 1], b: [k] = [2] [1] [1]
    ) over n >= 0, m >= 0, k >= 0 {
        h = scan(h = b, t in 0..n, tanh(x[t] @ w + 0.25*(h @ u) + b));
        z = sum(h^2) + sum(fold(c = 0, t in 0..n, 0.5*c + sigmoid(h[t])*b));
    }

    /// Gates: two vectors, products by both, and functions of the block.
    fn gates(x: [n, m] = [2, 2] [1, 1] [0, 2], w: [m, m] = [2, 2] [1, 1] [2, 2], b: [m] = [2] [1] [2]) over n >= 0, m >= 0 {
        (h, c) = fold((h, c) = (b, 0.5*b), t in 0..n, cell(x[t], h, c, w));
        z = sum(h*c) + sum(h);
    } with {
        fn cell(x: [m], h: [m], c: [m], w: [m, m]) -> (next, memory) {
            gate = sigmoid(x @ w + h);
            memory = gate*c + (1 - gate)*tanh(x + h);
            next = gate*tanh(memory);
        }
    }

    /// Small arrays of literal extents are carried as numbers.
    fn rotations(u: [n] = [3] [1] [2], q: [2] = [2] [2] [2], a: [2, 2] = [2, 2] [2, 2] [2, 2]) over n >= 0 {
        p = scan(p = q, k in 0..n, tanh(a @ p + [u[k], 0.5]));
        last = fold(m = a, k in 0..n, tanh(m @ a*0.25 + u[k]));
        z = sum(p^2*[1, 2]) + sum(last) + sum(each(k in 0..n, p[k, 0]*p[k, 1]));
    }

    /// Rows and columns of what is outside, rows of small arrays.
    fn rows_of_steps(x: [n, 3] = [3, 3] [1, 3] [0, 3], y: [3, n] = [3, 3] [3, 1] [3, 0], s) over n >= 0 {
        v = fold(v = [s, 1, 0], k in 0..n, 0.5*v + x[k]*sin(v) + y[.., k]);
        z = dot(v, [1, 0.5, s]);
    }

    /// Conditions on the state, on the step and on what is outside.
    fn branches_of_steps(x: [n] = [4] [1] [0], s) over n >= 0 {
        a = fold(a = s, k in 0..n, if a > x[k] { sqrt(a*a + 1) - 1 } else { if s > 0 { a + ln(1 + x[k]^2) } else { a*x[k] } });
        b = fold(b = 0.5, k in 0..n, if k == 0 { b*x[k] } else { b + x[k]*x[k - 1] });
        z = a*b + max(a, s);
    }

    /// Loops within loops that carry values, of both kinds.
    fn loops_within(x: [n] = [3] [1] [0], y: [m] = [2] [1] [2], s) over n >= 0, m >= 0 {
        outer = fold(a = s, i in 0..n, fold(b = a, j in 0..m, tanh(b + x[i]*y[j]) + 0.1*a) - 0.5*sum(j in 0..m, y[j]*a));
        means = scan(v = y, i in 0..n, each(j in 0..m, 0.5*v[j]*x[i] + y[j]*j) + mean(x));
        z = outer + sum(means^2);
    }

    /// Many sequences at once.
    fn sequences(x: [n, m] = [2, 3] [1, 1] [2, 0], a: [n] = [2] [1] [2], s) over n >= 0, m >= 0 {
        ends = each(i in 0..n, fold(h = a[i], k in 0..m, tanh(h*s + x[i, k])));
        z = sum(ends^2) + sum(i in 0..n, last = scan(h = s, k in 0..m, 0.5*h + a[i]*x[i, k]); sum(last)*a[i]);
    }

    /// As many steps as the turn around says.
    fn triangles_of_steps(x: [n] = [4] [1] [0], s) over n >= 0 {
        z = sum(i in 0..n, fold(p = s, j in 0..i, 0.5*p*x[j] + x[i])) + sum(i in 0..n, fold(p = 1, j in i..n, p*cos(x[j])));
    }

    /// Small arrays of a turn are carried.
    fn points_of_turns(x: [n, 2] = [3, 2] [1, 2] [2, 2], u: [m] = [2] [1] [0], s) over n >= 0, m >= 0 {
        p = each(i in 0..n, fold(p = x[i], k in 0..m, tanh(p + u[k]*[p[1], -p[0]]*s)));
        z = sum(p^2) + sum(i in 0..n, norm(p[i]));
    }

    /// An entry of what is carried at the step.
    fn entries_of_states(x: [n] = [3] [1] [0], s) over n >= 0 {
        v = fold(v = x, k in 0..n, tanh(v*s + v[k]*0.5));
        z = sum(v*x);
    }

    /// The same of a row, and from the end.
    fn rows_of_states(x: [n, m] = [3, 2] [1, 1] [2, 0], s) over n >= 1, m >= 0 {
        v = fold(v = x, k in 1..n, tanh(v*s + v[k - 1]*0.5 - v[n - 1 - k]));
        u = scan(v = x, k in rev(0..n), 0.5*v + (x[k]*v[k])[..]);
        z = sum(v*x) + sum(u);
    }

    /// Counts of steps, and states that nobody reads.
    fn counted(x: [n] = [3] [1] [0], s) over n >= 0 {
        z = steps(s, n)*sum(x) + sum(i in 0..n, steps(0.5*s*x[i], 3)) + unread(x, s);
    } with {
        fn steps(s, count: count) -> y { (y, _) = fold((y, t) = (s, 0), k in 0..count, (sin(y) + 0.25*t*k, t + s)); }
        fn unread(x: [n], s) -> y { y = fold(y = s, k in 0..n, x[k]^2); }
    }

    /// A state that begins as a number and goes on as an array.
    fn growing(x: [n, m] = [3, 2] [1, 1] [2, 0], s) over n >= 0, m >= 0 {
        z = sum(fold(v = s, k in 0..n, 0.5*v + x[k]*sin(v))) + sum(fold(v = 1, k in 0..n, v*(1 + 0.125*x[k])));
    }

    /// What a loop inside carries and makes, at the step of the loop around; and entries of one array by both, either first.
    fn entries_at_steps_around(v: [n] = [3] [1] [0], x: [m, n] = [2, 3] [1, 1] [2, 0], s) over n >= 0, m >= 0 {
        w = fold(w = v, i in 0..n, u = fold(u = w, j in 0..m, tanh(u + w[i]*x[j, i] + 0.25*u[i])); u*0.5 + u[i]*v[i]);
        y = fold(a = s, i in rev(0..n), fold(u = v*a, j in rev(0..m), sin(u + 0.25*u[i]*x[j, i]) + (x[j]*v)[i])[i]);
        z = sum(w*v) + y;
    }

    /// The names that our own code has around the steps.
    fn names_of_steps(step: [n, m] = [3, 2] [1, 1] [0, 2], y: [m] = [2] [1] [2], T) over n >= 0, m >= 0 {
        x = fold(first = y, next in 0..n, __step = step[next]; __length = sin(__step*first); __next = tanh(__length + T); __next*0.5 + __step);
        q = fold(a = T, k in 0..n, __block = sum(step[k]); __first = sin(__block); old_a = cos(a*__first); __old_a = old_a*a; __old_a + __block);
        z = sum(x^2) + q;
    }

    /// Loops that read one another, in both directions.
    fn loops_behind_loops(x: [n] = [4] [1] [0], s) over n >= 0 {
        a = scan(a = s, k in 0..n, tanh(a + x[k]));
        b = scan(b = s, k in rev(0..n), sin(b*a[k]) + x[k]);
        c = scan(c = 0, k in 0..n, c*a[k] + b[n - 1 - k]);
        d = fold(d = 0, k in rev(0..n), d*0.5 + c[k]*a[k]*b[k]);
        z = d + sum(i in 0..n, c[n - 1 - i]*a[i]) + dot(b, b);
    }

    /// States that change places, and several that are one array.
    fn states_in_turn(x: [n, m] = [3, 2] [1, 1] [0, 2], y: [m] = [2] [1] [2], a) over n >= 0, m >= 0 {
        (p, q) = fold((p, q) = (y, a*y), k in 0..n, (q, p));
        (r, s) = fold((r, s) = (y, y^2), k in 0..n, (s*x[k], s*x[k]));
        (u, v, w) = fold((u, v, w) = (a, 1, a*a), k in rev(0..n), (v, w, sin(u)));
        z = sum(p*q*q) + sum(r*s) + sum(r) + u*v + w;
    }
}
