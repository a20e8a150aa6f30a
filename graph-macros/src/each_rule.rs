//! How tests reach the rule table: a macro call for each element-wise row, so that no operation is listed twice.
//!
//! `__each_rule!(callback)` expands to one such call for each row that has a probe and that a person calls, and one more for each number of
//! arguments that may be left out:
//!
//! ```text
//! callback! { ln(x) with [] = { ln(x) }; probe [(0.1, 5.0)]; domain Some((0, false, ">", 0.0)); kinks []; }
//! ```
//!
//! Arguments by which there is no derivative come first and are given: `polygamma_at_1(x)` is `polygamma(1, x)`, and
//! `beta_inc_at_2_and_3(x)` is `beta_inc(2, 3, x)`.
//!
//! The domain is the position of the argument it is about, whether its absolute value is meant, the relation and the
//! bound; `with` has the values of arguments left out, and a kink is a point and the partials there.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use crate::rule::{Relation, Rule};
use crate::rules::RULES;

pub fn calls(callback: &TokenStream) -> TokenStream {
    let rows = RULES
        .iter()
        .filter(|row| !row.probe.is_empty() && !row.is_inner);
    rows.flat_map(|row| shapes(row).map(|given| one(callback, row, given)))
        .collect()
}

/// How many arguments a call of the row may have, all of them first.
fn shapes(row: &'static Rule) -> impl Iterator<Item = usize> {
    let args = row.arguments;
    let least = args.iter().take_while(|arg| arg.default.is_none()).count();
    (least..=args.len()).rev()
}

fn one(callback: &TokenStream, row: &Rule, given: usize) -> TokenStream {
    let args = row.arguments;
    let fixed: Vec<f64> = (0..given)
        .take_while(|arg| !row.has_partial(*arg))
        .map(|arg| probe(row, arg).0)
        .collect();
    let names = args[fixed.len()..given].iter().map(|arg| ident(arg.name));
    let names: Vec<Ident> = names.collect();
    let values: Vec<String> = fixed.iter().map(f64::to_string).collect();
    let name = match (given == args.len(), values.is_empty()) {
        (true, true) => ident(row.name),
        (true, false) => format_ident!("{}_at_{}", row.name, values.join("_and_")),
        (false, _) => format_ident!("{}_of_{}", row.name, names[given - 1]),
    };
    let left_out: Vec<f64> = args[given..].iter().filter_map(|arg| arg.default).collect();
    let (with, call) = (numbers(&left_out), call(row, &fixed, &names));
    let probe = (fixed.len()..given).map(|arg| {
        let (low, high) = probe(row, arg);
        let (low, high) = (number(low), number(high));
        quote!((#low, #high))
    });
    let (domain, kinks) = (
        domain(row, fixed.len()),
        kinks(row, &fixed, given, &left_out),
    );
    quote! {
        #callback! {
            #name(#(#names),*) with #with = { #call };
            probe [#(#probe),*];
            domain #domain;
            kinks [#(#kinks),*];
        }
    }
}

/// The row as a person would write it.
fn call(row: &Rule, fixed: &[f64], args: &[Ident]) -> TokenStream {
    let name = ident(row.name);
    match (row.sign(), args) {
        (Some(sign), [a, b]) => {
            let sign: TokenStream = sign.parse().expect("a sign is a token");
            quote!(#a #sign #b)
        }
        (Some(sign), [x]) => {
            let sign: TokenStream = sign.parse().expect("a sign is a token");
            quote!(#sign #x)
        }
        _ => {
            let fixed = fixed.iter().map(|value| number(*value));
            quote!(#name(#(#fixed,)* #(#args),*))
        }
    }
}

/// The interval in which an argument is sampled.
pub fn probe(row: &Rule, arg: usize) -> (f64, f64) {
    row.probe[if row.probe.len() == 1 { 0 } else { arg }]
}

/// The domain of a call with so many arguments given.
fn domain(row: &Rule, given: usize) -> TokenStream {
    let Some(condition) = row.condition() else {
        return quote!(None);
    };
    let relation = match condition.relation {
        Relation::Less => "<",
        Relation::LessEqual => "<=",
        Relation::Greater => ">",
        Relation::GreaterEqual => ">=",
        Relation::NotEqual => "!=",
    };
    let (arg, absolute, bound) = (
        condition.arg - given,
        condition.absolute,
        number(condition.bound),
    );
    let arg = Literal::usize_unsuffixed(arg);
    quote!(Some((#arg, #absolute, #relation, #bound)))
}

/// The kinks of a call with so many arguments: those at which the ones left out, and those given, have their own values.
fn kinks(row: &Rule, fixed: &[f64], given: usize, left_out: &[f64]) -> Vec<TokenStream> {
    let here = row
        .kinks
        .iter()
        .filter(|(point, _)| point[given..] == *left_out && point[..fixed.len()] == *fixed);
    let open = fixed.len()..given;
    here.map(|(point, slopes)| {
        let (point, slopes) = (
            numbers(&point[open.clone()]),
            numbers(&slopes[open.clone()]),
        );
        quote!((#point, #slopes))
    })
    .collect()
}

fn numbers(values: &[f64]) -> TokenStream {
    let values = values.iter().map(|value| number(*value));
    quote!([#(#values),*])
}

fn number(value: f64) -> TokenStream {
    let magnitude = match value.abs() {
        nan if nan.is_nan() => return quote!(f64::NAN),
        infinity if infinity.is_infinite() => quote!(f64::INFINITY),
        finite => {
            let finite = Literal::f64_unsuffixed(finite);
            quote!(#finite)
        }
    };
    let sign = value.is_sign_negative().then(|| quote!(-));
    quote!(#sign #magnitude)
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
