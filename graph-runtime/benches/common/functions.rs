//! The vector functions of one number: the interval in which each is measured, and its name in `wide` where it is there too.

/// Hands the list to a macro.
macro_rules! each_function {
    ($then:ident) => {
        $then! {
            exp (-10.0, 10.0), exp;
            exp2 (-10.0, 10.0);
            exp_m1 (-10.0, 10.0);
            ln (0.001, 10.0), ln;
            ln_1p (-0.9, 10.0);
            log2 (0.001, 10.0), log2;
            log10 (0.001, 10.0), log10;
            sqrt (0.0, 10.0), sqrt;
            cbrt (-10.0, 10.0);
            sin (-10.0, 10.0), sin;
            cos (-10.0, 10.0), cos;
            tan (-10.0, 10.0), tan;
            asin (-1.0, 1.0), asin;
            acos (-1.0, 1.0), acos;
            atan (-10.0, 10.0), atan;
            sinh (-10.0, 10.0);
            cosh (-10.0, 10.0);
            tanh (-10.0, 10.0);
            asinh (-10.0, 10.0);
            acosh (1.0, 10.0);
            atanh (-0.99, 0.99);
            erf (-4.0, 4.0);
            erfc (-4.0, 4.0);
            sigmoid (-10.0, 10.0);
            softplus (-10.0, 10.0);
        }
    };
}

pub(crate) use each_function;
