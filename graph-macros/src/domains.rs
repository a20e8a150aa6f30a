//! Domains of inputs: three functions beside one that is a log density, written in the language itself.
//!
//! Of `fn f(…, sigma > 0, …) -> lp` they are its log density over all of ℝⁿ, which is `f` at the inputs that free numbers stand for,
//! plus the logarithm of the Jacobian determinant of the way there; that way; and the way back. Derivatives, shapes and names are
//! the business of later stages, as those of any function.
//!
//! Invariant: a function that is made has the inputs of the user's by their names, in their order; each name of its own is one that the
//! user's function does not have.

mod transforms;

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;

use self::transforms::{INNER, Way, way};
use crate::errors::{Errors, Reading};
use crate::hash::Set;
use crate::parse;
use crate::syntax::{
    Block, Callee, Dim, Domain, DomainKind, Expr, ExprKind, Function, Given, Param, Role,
    StructType, Whole, companion, names_a_value, text,
};

/// The functions that are made beside those of a block.
pub fn companions(block: &mut Block, errors: &mut Errors) {
    let mut made = TokenStream::new();
    let mut roles = Vec::new();
    for function in &mut block.functions {
        let has_domain = function.params.iter().any(|param| param.domain.is_some());
        if !has_domain
            && !function
                .definitions
                .iter()
                .any(|found| mentions_density(&found.expr))
        {
            continue;
        }
        let wrong = errors.len();
        function
            .params
            .iter()
            .for_each(|param| check(param, errors));
        if !gives_number(function) {
            if let Some(domain) = function
                .params
                .iter()
                .find_map(|param| param.domain.as_ref())
            {
                errors.report(domain.place, Reading::DomainOfNoDensity);
            }
            continue;
        }
        let bounded = function
            .params
            .iter()
            .filter(|param| param.domain.is_some());
        if let Err(param) = in_order(bounded) {
            let name = &text(&param.name);
            errors.report(param.name.span(), Reading::DomainByItself { name });
        }
        if errors.len() > wrong || !function.is_readable() {
            continue;
        }
        function.has_density = true;
        let of = Companions::new(function);
        made.extend([of.log_density(), of.constrained(), of.unconstrained()]);
        let all = [Role::LogDensity, Role::Constrained, Role::Unconstrained];
        roles.extend(all.map(|role| (role, function.name.clone(), function.options.hessian)));
    }
    if made.is_empty() {
        return;
    }
    let mut params = block.functions.iter().flat_map(|function| &function.params);
    if params.any(Param::is_along_an_axis) {
        made.extend(INNER.parse::<TokenStream>());
    }
    let mut roles = roles.into_iter();
    for mut function in parse::functions(made, &block.structs) {
        function.role = Role::Inner;
        if let Some((role, of, hessian)) = roles.next() {
            function.role = role;
            function.of = Some(of);
            function.options.hessian = hessian.filter(|_| role == Role::LogDensity);
        }
        block.functions.push(function);
    }
}

/// Whether there is a `~` in an expression.
fn mentions_density(expr: &Expr) -> bool {
    let mut found = matches!(
        &expr.kind,
        ExprKind::Call {
            callee: Callee::Density(_),
            ..
        }
    );
    expr.kind
        .each_part(&mut |part| found = found || mentions_density(part));
    found
}

/// Whether the first output is declared as a number.
fn gives_number(function: &Function) -> bool {
    let first = function.outputs.first();
    first.is_some_and(|output| output.shape.is_none() && output.record.is_none())
}

/// Reports a domain where none can be.
fn check(param: &Param, errors: &mut Errors) {
    let Some(domain) = &param.domain else { return };
    if param.constant || param.record.is_some() {
        errors.report(
            domain.place,
            Reading::DomainOfConstant {
                name: &text(&param.name),
            },
        );
        return;
    }
    let (DomainKind::Whole(whole), Some(shape)) = (&domain.kind, &param.shape) else {
        return;
    };
    let Some(last) = shape.dims.last() else {
        return;
    };
    let name = whole.name();
    if whole.is_matrix() && (last.name.is_some() || shape.dims.len() != 2) {
        errors.report(last.place, Reading::TriangleOfName { name });
    } else if last.name.is_none() && last.offset < whole.least() {
        let least = whole.least();
        errors.report(last.place, Reading::WholeTooSmall { name, least });
    }
}

/// The places of inputs with domains, each behind those that its bounds mention; else one that its own bounds depend on.
fn in_order<'f>(params: impl Iterator<Item = &'f Param>) -> Result<Vec<usize>, &'f Param> {
    let params: Vec<&Param> = params.collect();
    let mentioned: Vec<Vec<String>> = params.iter().map(|param| param.named_in_domain()).collect();
    let mut order: Vec<usize> = Vec::new();
    let needs = |at: usize, order: &[usize]| {
        let mut others = (0..params.len()).filter(|other| !order.contains(other));
        others.find(|other| mentioned[at].contains(&text(&params[*other].name)))
    };
    while order.len() < params.len() {
        let mut open = (0..params.len()).filter(|at| !order.contains(at));
        let first = open.clone().next().unwrap_or_default();
        let Some(next) = open.find(|at| needs(*at, &order).is_none()) else {
            // From one to one that it needs: so many steps end in the circle.
            let step = |at: usize, _| needs(at, &order).unwrap_or(at);
            return Err(params[(0..params.len()).fold(first, step)]);
        };
        order.push(next);
    }
    Ok(order)
}

/// A function of the user's, of which companions are made.
struct Companions<'f> {
    function: &'f Function,
    taken: Set<String>,
}

impl<'f> Companions<'f> {
    fn new(function: &'f Function) -> Companions<'f> {
        let params = function.params.iter();
        let dims = params.clone().filter_map(|param| param.shape.as_ref());
        let dims = dims.flat_map(|shape| shape.dims.iter().filter_map(|dim| dim.name.as_ref()));
        let outputs = function.outputs.iter().map(|output| &output.name);
        let taken = params.map(|param| &param.name).chain(dims).chain(outputs);
        let taken = taken.map(text).collect();
        Companions { function, taken }
    }

    fn log_density(&self) -> TokenStream {
        let (name, model) = (
            companion(&self.function.name, Role::LogDensity),
            &self.function.name,
        );
        let (inputs, constrained) = (self.free_inputs(), self.constrained_values());
        let arguments = self.arguments();
        let output = self.fresh("log_density");
        let mut outputs: Vec<Ident> = (0..self.function.outputs.len())
            .map(|at| self.fresh(&format!("output_{at}")))
            .collect();
        let call = match &outputs[..] {
            [only] => quote!(#only = #model(#(#arguments),*);),
            several => quote!((#(#several),*) = #model(#(#arguments),*);),
        };
        let volumes = self.domains().map(|(param, domain)| {
            let (volume, way) = (
                self.fresh(&format!("volume_{}", text(&param.name))),
                self.way(param, domain),
            );
            let value = way.volume;
            (quote!(#volume = #value;), volume)
        });
        let (volumes, terms): (Vec<_>, Vec<_>) = volumes.unzip();
        let model = outputs.remove(0);
        let conditions = self.conditions();
        quote! {
            #conditions
            fn #name(#inputs) -> #output {
                #constrained #call #(#volumes)*
                #output = #model #(+ #terms)*;
            }
        }
    }

    fn constrained(&self) -> TokenStream {
        let name = companion(&self.function.name, Role::Constrained);
        let (inputs, constrained) = (self.free_inputs(), self.constrained_values());
        let active = self
            .active()
            .map(|param| (param, self.constrained_name(param)));
        let (same, outputs): (Vec<_>, Vec<_>) = active
            .map(|(param, inside)| {
                let (own, outside) = (
                    &param.name,
                    self.fresh(&format!("{}_given", text(&param.name))),
                );
                let value = if param.domain.is_some() {
                    quote!(#inside)
                } else {
                    quote!(#own)
                };
                let of = param.record.as_ref().map(|record| {
                    let record = record_tokens(record);
                    quote!(: #record)
                });
                (quote!(#outside = #value;), quote!(#outside #of))
            })
            .unzip();
        let conditions = self.conditions();
        quote!(#conditions fn #name(#inputs) -> (#(#outputs),*) { #constrained #(#same)* })
    }

    fn unconstrained(&self) -> TokenStream {
        let name = companion(&self.function.name, Role::Unconstrained);
        let inputs = self
            .function
            .params
            .iter()
            .map(|param| declared(param, None));
        let (values, outputs): (Vec<_>, Vec<_>) = self
            .active()
            .map(|param| {
                let (own, free) = (
                    &param.name,
                    self.fresh(&format!("{}_free", text(&param.name))),
                );
                let value = match &param.domain {
                    Some(domain) => {
                        let bounds = |bound: &TokenStream| bound.clone();
                        way(domain, &quote!(#own), param.shape.as_ref(), &bounds).back
                    }
                    None => quote!(#own),
                };
                let of = param.record.as_ref().map(|record| {
                    let record = record_tokens(record);
                    quote!(: #record)
                });
                (quote!(#free = #value;), quote!(#free #of))
            })
            .unzip();
        let conditions = self.conditions();
        quote!(#conditions fn #name(#(#inputs),*) -> (#(#outputs),*) { #(#values)* })
    }

    fn conditions(&self) -> TokenStream {
        self.function.conditions().cloned().collect()
    }

    fn active(&self) -> impl Iterator<Item = &'f Param> {
        self.function.params.iter().filter(|param| !param.constant)
    }

    /// The inputs that have a domain.
    fn domains(&self) -> impl Iterator<Item = (&'f Param, &'f Domain)> {
        let params = self.function.params.iter();
        params.filter_map(|param| Some((param, param.domain.as_ref()?)))
    }

    /// The inputs, of which free numbers stand for those with a domain.
    fn free_inputs(&self) -> TokenStream {
        let inputs = self
            .function
            .params
            .iter()
            .map(|param| match &param.domain {
                Some(Domain {
                    kind: DomainKind::Whole(whole),
                    ..
                }) => declared(param, Some(*whole)),
                _ => declared(param, None),
            });
        quote!(#(#inputs),*)
    }

    /// The definitions of the inputs that free numbers stand for, each behind those that its bounds are made of.
    fn constrained_values(&self) -> TokenStream {
        let all: Vec<(&Param, &Domain)> = self.domains().collect();
        let params = all.iter().map(|(param, _)| *param);
        let order = in_order(params).unwrap_or_else(|_| unreachable!("it has been checked"));
        let values = order.into_iter().map(|at| {
            let (param, domain) = all[at];
            let (name, way) = (self.constrained_name(param), self.way(param, domain));
            let value = way.there;
            quote!(#name = #value;)
        });
        values.collect()
    }

    fn arguments(&self) -> Vec<TokenStream> {
        let params = self.function.params.iter().map(|param| match param.domain {
            Some(_) => {
                let name = self.constrained_name(param);
                quote!(#name)
            }
            None => {
                let name = &param.name;
                quote!(#name)
            }
        });
        params.collect()
    }

    fn way(&self, param: &Param, domain: &Domain) -> Way {
        let name = &param.name;
        let inside = |bound: &TokenStream| self.inside(bound.clone());
        way(domain, &quote!(#name), param.shape.as_ref(), &inside)
    }

    /// A bound, in which an input is what free numbers stand for.
    fn inside(&self, bound: TokenStream) -> TokenStream {
        let all: Vec<TokenTree> = bound.into_iter().collect();
        let tokens = all
            .iter()
            .enumerate()
            .map(|(at, token)| match token.clone() {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.inside(group.stream()));
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                TokenTree::Ident(name) if names_a_value(&all, at) => {
                    let param = self
                        .domains()
                        .find(|(param, _)| text(&param.name) == text(&name));
                    let inside = param.map(|(param, _)| {
                        let mut inside = self.constrained_name(param);
                        inside.set_span(name.span());
                        inside
                    });
                    TokenTree::Ident(inside.unwrap_or(name))
                }
                other => other,
            });
        tokens.collect()
    }

    fn constrained_name(&self, param: &Param) -> Ident {
        self.fresh(&format!("{}_constrained", text(&param.name)))
    }

    /// A name like this one that the user's function does not have.
    fn fresh(&self, like: &str) -> Ident {
        let mut name = like.to_owned();
        while self.taken.contains(&name) {
            name.push('_');
        }
        Ident::new(&name, Span::call_site())
    }
}

/// An input as it is declared, or as it is where free numbers stand for it.
fn declared(param: &Param, free: Option<Whole>) -> TokenStream {
    let constant = param.constant.then(|| quote!(const));
    let name = &param.name;
    if let Some(record) = &param.record {
        let record = record_tokens(record);
        return quote!(#constant #name: #record);
    }
    let Some(shape) = &param.shape else {
        return quote!(#constant #name);
    };
    let mut dims: Vec<TokenStream> = shape.dims.iter().map(dim_tokens).collect();
    if let (Some(whole), Some(last)) = (free, shape.dims.last()) {
        dims.truncate(dims.len() - 1 - usize::from(whole.is_matrix()));
        dims.push(dim_tokens(&whole.free(last)));
    }
    match shape.given {
        Given::Numbers => quote!(#constant #name: [#(#dims),*]),
        Given::Labels => quote!(#name: index[#(#dims),*]),
        Given::Count => quote!(#name: count),
    }
}

fn record_tokens(record: &StructType) -> TokenStream {
    let (name, dims) = (&record.name, record.dims.iter().map(dim_tokens));
    let dims = (!record.dims.is_empty()).then(|| quote!([#(#dims),*]));
    let count = record.count.map(|count| {
        let count = Literal::usize_unsuffixed(count);
        quote!([#count])
    });
    quote!(#name #dims #count)
}

fn dim_tokens(dim: &Dim) -> TokenStream {
    let offset = Literal::i64_unsuffixed(dim.offset.abs());
    match &dim.name {
        None => quote!(#offset),
        Some(name) if dim.offset == 0 => quote!(#name),
        Some(name) if dim.offset < 0 => quote!(#name - #offset),
        Some(name) => quote!(#name + #offset),
    }
}
