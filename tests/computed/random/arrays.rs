//! Formulas over arrays of any size.

use super::modes::*;

programs! {
    sparse;

    /// Two named loops, one in the other, with numbers from outside.
    fn pairs(x: [n] = [3] [1] [0], y: [m] = [2] [1] [2], s) over n >= 0, m >= 0 {
        z = sum(i in 0..n, sum(j in 0..m, tanh(x[i]*y[j] + s))) + s^2;
    }

    fn products_in_loops(a: [n, m] = [3, 2] [1, 1] [2, 0], y: [m] = [2] [1] [0]) over n >= 0, m >= 0 {
        z = sum(i in 0..n, prod(j in 0..m, 1 + 0.25*a[i, j]*sin(y[j])));
    }

    /// A turn with small arrays of its own.
    fn small_arrays_of_turns(x: [n] = [3] [1] [0], s) over n >= 0 {
        z = sum(i in 0..n, norm([x[i], s, 1])*softmax([x[i], s])[0]) + exp(s);
    }

    fn branches_of_turns(x: [n] = [4] [1] [0], y: [n] = [4] [1] [0], s) over n >= 0 {
        z = sum(i in 0..n, if x[i] < s { sqrt(x[i]^2 + 1)*y[i] } else { if y[i] > 0 { ln(y[i] + 1) } else { exp(-x[i]) } });
    }

    /// Triangles that are empty in some turns, and in all of them.
    fn triangles(x: [n] = [4] [1] [0], y: [m] = [2] [1] [0], s) over n >= 0, m >= 0 {
        z = sum(i in 0..n, j in i + 1..n, tanh(x[i]*x[j - 1] + s)*(j - i)) + sum(i in 0..n, mean(j in 0..=i, x[j])*x[i])
            + sum(i in 0..n, prod(j in 0..i, 1 + 0.125*x[j]*s)) + sum(i in 0..n, j in i + 2..n, k in j..n, x[k]*x[j - 2])*0.125
            + sum(i in 0..n, norm(j in n - i..n, x[j - 1] + 2)) + s^2*sum(y);
    }

    /// Entries that some turns do not have, behind conditions that leave those out.
    fn rows_behind_conditions(x: [n] = [4] [1] [2], a: [n, m] = [4, 2] [1, 1] [2, 0], s) over n >= 1, m >= 0 {
        ends = each(i in 0..n, if i == 0 { sin(x[i]) } else if i < n - 1 { x[i - 1]*x[i + 1]*s } else { x[i - 1]^2 });
        z = sum(i in 0..n, j in 0..m, if i > 1 && j != m - 1 { a[i - 2, j + 1]*ends[i] } else { 1/(2 + a[i, j]^2) }) + sum(ends);
    }

    /// A count that is a dimension, and one that is a literal.
    fn counts(x: [n] = [3] [1] [0], y: [m] = [2] [1] [0], s) over n >= 0, m >= 0 {
        z = series(s, n)*sum(x) + series(0.5*s, 3) + sum(i in 0..n, series(tanh(x[i]), m))*sum(y);
    } with {
        fn series(x, steps: count) -> y { y = sum(k in 0..steps, (0.5*x)^k)/(steps + 1); }
    }

    fn neighbours(x: [n] = [4] [1] [1], w: [2] = [2] [2] [2]) over n >= 1 {
        z = sum(i in 0..n - 1, (w[0]*x[i + 1] - x[i]^2)^2 + w[1]*sin(x[i]*i));
    }

    /// Functions of the block, called in a turn and beside the loops.
    fn calls_in_turns(p: [n, 2] = [3, 2] [1, 2] [0, 2], a) over n >= 0 {
        z = sum(i in 0..n, length(turned(p[i], a))*p[i, 0]) + length([a, 1])^2;
    } with {
        fn length(v: [2]) -> l { l = norm(v); }
        fn turned(v: [2], a) -> w { w = [[cos(a), -sin(a)], [sin(a), cos(a)]] @ v; }
    }

    fn rows_in_turns(a: [n, m] = [2, 3] [1, 1] [0, 2], w: [m, 2] = [3, 2] [1, 2] [2, 2], b: [2] = [2] [2] [2]) over n >= 0, m >= 1 {
        z = sum(i in 0..n, dot(tanh(affine(a[i], w, b)), [1, i]));
    }

    /// Axes of one entry are stretched, and axes of one entry by chance are not.
    fn one_entry_axes(
        a: [n, m] = [2, 3] [1, 1] [0, 3], column: [n, 1] = [2, 1] [1, 1] [0, 1], row: [1, m] = [1, 3] [1, 1] [1, 3],
        one: [1] = [1] [1] [1], corner: [1, 1] = [1, 1] [1, 1] [1, 1]
    ) over n >= 0, m >= 0 {
        z = sum(tanh(a*row + column)*corner) + sum(one*sin(a)) + sum(column^2*one) + sum(row*corner);
    }

    fn broadcasts_and_axes(a: [n, m] = [3, 2] [1, 1] [2, 0], b: [m] = [2] [1] [0], s) over n >= 0, m >= 0 {
        c = a*b - s;
        z = sum(sum(c, axis = 0)*b) + sum(sum(c^2, axis = 1)) + s*sum(cos(b));
    }

    fn extremes_of_axes(a: [n, m] = [3, 2] [1, 1] [0, 2], s) over n >= 0, m >= 1 {
        z = sum(max(a, axis = 1)*s) + sum(min(a^2, axis = 1)) + sum(max(a, s)*min(a, 0.5));
    }

    fn probabilities(a: [n, m] = [3, 2] [1, 1] [0, 2], t: [m] = [2] [1] [2]) over n >= 0, m >= 1 {
        z = sum(softmax(a)*t) + sum(logsumexp(a, axis = 1)) - sum(log_softmax(a + t)*a);
    }

    fn layers(x: [n, m] = [3, 2] [1, 1] [0, 2], v: [m, k] = [2, 2] [1, 1] [2, 1], w: [k] = [2] [1] [1], b: [k] = [2] [1] [1]) over n >= 0, m >= 0, k >= 0 {
        h = sigmoid(affine(x, v, b));
        z = sum((h @ w)^2) + sum(softplus(b)*w);
    }

    fn products_of_matrices(a: [n, m] = [2, 3] [1, 1] [2, 0], b: [k, n, m] = [2, 2, 3] [1, 1, 1] [1, 2, 0]) over n >= 0, m >= 0, k >= 0 {
        z = sum(tanh(a.T @ a)) + sum((b @ a.T)^2)*0.125;
    }

    fn lengths_and_means(x: [n] = [3] [1] [2], y: [n] = [3] [1] [2]) over n >= 1 {
        z = norm(x + 2)*dot(x, y) + mean(x*y)^2 + mean((x - mean(x))^2);
    }

    fn products_of_entries(x: [n] = [3] [1] [0], s) over n >= 0 { z = prod(1 + 0.125*x*s)*s + sum(x^3); }

    fn slices(x: [n] = [5] [2] [2], y: [n - 1] = [4] [1] [1]) over n >= 2 {
        z = sum(sin(x[1..] - x[..n - 1])*y) + x[0]*x[n - 1] + sum(x[1..n - 1]^2);
    }

    fn recurrences(x: [n] = [3] [1] [0], w: [n] = [3] [1] [0], s) over n >= 0 {
        h = fold(h = x, t in 0..3, tanh(s*h + w + t));
        z = sum(h*x) + s;
    }

    /// A long chain, with functions of every module of the vector maths.
    fn functions(x: [n] = [3] [1] [0], y: [n] = [3] [1] [0]) over n >= 0 {
        a = exp(x)*cos(y) + sin(x)*tanh(y) + erf(x) - gelu(y);
        b = ln(1 + x^2) + sqrt(1 + y^2) + atan(x*y) + asinh(x) + cbrt(2 + y) + logaddexp(x, y);
        z = sum(a*b + hypot(x, 1 + y^2) + atan2(x, 2 + y) + sinh(0.5*x)*sigmoid(y) + (2 + x)^y + silu(x)*elu(y));
    }

    fn masks(x: [n, m] = [2, 3] [1, 1] [0, 1], used: [n, m] = [2, 3] [1, 1] [0, 1], s) over n >= 0, m >= 0 {
        root = if used > 0 { sqrt(used)*x } else { relu(x)*s };
        z = sum(root^2) + sum(clamp(x*s, -0.5, 0.75)) + sum(abs(x)*stop(used));
    }

    /// Names that generated code has, too, and dimensions that are called as inputs, definitions and loops are.
    fn names(T: [t1] = [3] [1] [0], t1: [x, t1] = [2, 3] [1, 1] [2, 0], d_z: [x] = [2] [1] [2], grad, t2: [t3] = [3] [1] [0]) over x >= 0, t1 >= 0, t3 >= 0 {
        x = t1 @ T + d_z;
        run = sum(seed in 0..t3, t2[seed]*grad*seed);
        extents = sum(d_z in 0..t3, sum(x in 0..t3, t2[d_z]^2 + x*t2[x]));
        d_x = grad*extents;
        value = tanh(x)*grad;
        z = sum(value*d_z) + run*d_x + sum(t1 in 0..3, t1*grad^t1);
    }
}
