//! The functions of numbers with their tangents, by the rule table: what the runtime's dual numbers compute, so that no derivative is
//! written twice.
//!
//! `__tangents!(crate; exp ln atan2 …)` expands to a function for each name, from the arguments and their tangents:
//!
//! ```text
//! fn exp<T: Real>([x]: [T; 1], [d_x]: [T; 1]) -> [T; 2] { let y = T::exp(x); …; [y, d_y] }
//! ```
//!
//! Invariant: a tangent of 0 moves nothing, however steep the function is, as in forward mode something that is held constant has no
//! tangent at all; and neither does an infinite one where the slope is 0.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::builder::Builder;
use crate::emit::code::Code;
use crate::graph::{InputId, Kind, NodeId, Op};
use crate::hash::Map;
use crate::plan::{self, companions::Companions};
use crate::rule::{Forward, RuleId};
use crate::shape;
use crate::transform::jvp;

/// The function of each name, behind the path of the runtime and a `;`.
pub fn functions(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let is_sign =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';');
    let runtime: TokenStream = tokens
        .by_ref()
        .take_while(|token| !is_sign(token))
        .collect();
    tokens
        .map(|name| function(&format_ident!("{}", name.to_string()), &runtime))
        .collect()
}

/// The row that a method of `Real` computes.
fn row(method: &str) -> RuleId {
    let is_own = |id: &RuleId| match id.row().forward {
        Forward::Real(own) => own == method,
        Forward::Infix("^") => method == "powf",
        _ => false,
    };
    let is_formula = |id: &RuleId| id.row().name == method;
    RuleId::all()
        .find(is_own)
        .or_else(|| RuleId::all().find(is_formula))
        .unwrap_or_else(|| panic!("`{method}` is a row of the table"))
}

fn function(name: &Ident, runtime: &TokenStream) -> TokenStream {
    let rule = row(&name.to_string());
    let mut graph = Builder::default();
    let count = rule.row().arguments.len();
    let leaf = |graph: &mut Builder, at: usize| {
        let op = Op::Input {
            input: InputId(at),
            element: 0,
        };
        graph.push(op, Vec::new(), shape::number(), Kind::Number)
    };
    let args: Vec<NodeId> = (0..count).map(|at| leaf(&mut graph, at)).collect();
    let tangents: Vec<NodeId> = (0..count).map(|at| leaf(&mut graph, count + at)).collect();
    let value = graph.call(rule, &args);
    let primal = graph.len();
    tangents
        .iter()
        .for_each(|tangent| graph.set_strong(*tangent));
    let moved: Vec<(NodeId, NodeId)> = args.into_iter().zip(tangents).collect();
    let tangent = jvp::append(&mut graph, &moved, &[value])[0];
    let tangent = tangent.unwrap_or_else(|| graph.number(0.0));
    let body = plan::body(&graph, primal, vec![vec![value, tangent]]);
    code(name, count, &body, runtime)
}

/// A body as a function of arguments and their tangents.
fn code(name: &Ident, count: usize, body: &plan::ScalarBody, runtime: &TokenStream) -> TokenStream {
    let ident = |name: String| Ident::new(&name, Span::mixed_site());
    let [args, tangents] = ["x", "d"].map(|letter| {
        let names = (0..count).map(|at| ident(format!("{letter}{at}")));
        names.collect::<Vec<Ident>>()
    });
    let mut names: Map<NodeId, Ident> = Map::default();
    for ((input, _), id) in plan::leaf_index(&body.graph) {
        let both = args.iter().chain(&tangents);
        names.extend(both.skip(input.0).take(1).map(|name| (id, name.clone())));
    }
    names.extend(
        body.steps
            .iter()
            .map(|id| (*id, ident(format!("t{}", id.index())))),
    );
    let code = Code {
        graph: &body.graph,
        companions: Companions::of(&body.graph, &body.steps),
        names,
        runtime,
        number: ident("T".to_owned()),
        sizes: Map::default(),
        calls: TokenStream::new(),
        rust: None,
    };
    let lines = body.steps.iter().map(|id| code.line(*id));
    let results = body.results[0].iter().map(|id| code.value(*id));
    let number = &code.number;
    quote! {
        #[cfg_attr(debug_assertions, inline(never))]
        #[cfg_attr(not(debug_assertions), inline(always))]
        pub fn #name<#number: #runtime::Real>(
            [#(#args),*]: [#number; #count],
            [#(#tangents),*]: [#number; #count],
        ) -> [#number; 2] {
            #(#lines)*
            [#(#results),*]
        }
    }
}
