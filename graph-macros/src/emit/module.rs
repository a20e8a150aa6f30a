//! The graph that is emitted, the module around its items, the block of an inline graph.
//!
//! Invariant: a body that mentions the user's surroundings (a `{ constant }`, a call of another graph) stands where the user
//! wrote it, as a function of `f::Code`, and the module `f` only hands on to it, since paths inside a module would mean
//! something else. An inline graph's own tokens are evaluated outside of the scope of its items, whose names are ours.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::names::Names;
use super::slots::Seen;
use super::target::Target;
use super::{
    Job, calls, constant, default_docs, docs, mentions_surroundings, module_alias, module_name,
    one_or_tuple, problem, quiet, signature,
};
use crate::graph::Name;
use crate::hash::Map;
use crate::plan::{self, Plan};
use crate::syntax::{Function, Given, Struct, text};
use crate::unit::{Input, Slot, Unit};

/// One graph on its way to tokens; `B` is a body of its target.
pub struct Emit<'p, B> {
    pub(super) function: &'p Function,
    /// The functions of its block, if all of them are expanded.
    pub(super) beside: &'p [Function],
    /// The structs of its block.
    pub(super) structs: &'p [Struct],
    pub(super) unit: &'p Unit,
    pub(super) plan: &'p Plan<B>,
    pub(super) runtime: &'p TokenStream,
    pub(super) names: Names,
    /// What the sizes are called that names of dimensions stand for.
    pub(super) sizes: Map<Name, Ident>,
    pub(super) is_inline: bool,
    /// Constants of the surroundings, which an inline graph's functions take as arguments.
    pub(super) rust: Vec<Ident>,
    /// The field of a `Forward` over arrays that borrows like the inputs.
    pub(super) inputs: Ident,
    /// The fields in which an inline graph's `Forward` keeps the inputs and constants, if there is a picture for which it does.
    pub(super) kept: Vec<Ident>,
    /// Whether there is a picture.
    pub(super) draws: bool,
    /// Whether something is wrong in the block, so that fields may not be there.
    pub(super) is_broken: bool,
    /// Whether bodies must stand in the user's scope.
    pub(super) outside: bool,
    /// Whether the module stands in another one, with the structs of the block.
    pub(super) is_nested: bool,
}

/// A function's head and body.
#[derive(Clone)]
pub struct Item {
    /// The attributes that document it.
    pub(super) docs: TokenStream,
    pub(super) inline: Option<TokenStream>,
    pub(super) generics: TokenStream,
    pub(super) name: Ident,
    /// The parameters and the result's type where the body stands, and in the module.
    pub(super) params: TokenStream,
    pub(super) module_params: TokenStream,
    pub(super) result: TokenStream,
    pub(super) module_result: TokenStream,
    pub(super) arguments: TokenStream,
    pub(super) body: TokenStream,
}

/// What is made of a function: its module, and what stands before and behind that.
pub struct Expanded {
    pub(super) name: Ident,
    pub(super) conditions: TokenStream,
    pub(super) visibility: TokenStream,
    pub(super) before: TokenStream,
    /// The module without its visibility, and its attributes.
    pub(super) module: TokenStream,
    pub(super) attributes: TokenStream,
    pub(super) behind: TokenStream,
}

/// What a module is put together from.
pub struct Module {
    pub(super) structs: TokenStream,
    /// The `impl` of `Forward`.
    pub(super) methods: TokenStream,
    pub(super) items: Vec<Item>,
    /// Functions that make the calls of other graphs.
    pub(super) calls: TokenStream,
    /// What else stands in the module, and what else where bodies do.
    pub(super) others: TokenStream,
    pub(super) bodies: TokenStream,
    pub(super) problem: problem::Parts,
}

impl Item {
    /// Takes more behind the inputs.
    pub(super) fn takes(
        mut self,
        params: &TokenStream,
        module_params: &TokenStream,
        arguments: &TokenStream,
    ) -> Item {
        self.params.extend(params.clone());
        self.module_params.extend(module_params.clone());
        self.arguments.extend(arguments.clone());
        self
    }
}

impl<'p, B: Target> Emit<'p, B> {
    pub(super) fn new(
        job: &Job<'p>,
        function: &'p Function,
        unit: &'p Unit,
        plan: &'p Plan<B>,
    ) -> Self {
        let &Job {
            beside,
            structs,
            runtime,
            is_inline,
            ..
        } = job;
        let draws = plan.picture.is_some();
        let mut names = Names::new(unit);
        let graph = &unit.graph;
        let constants = if is_inline { graph.rust.len() } else { 0 };
        let rust = (1..=constants).map(|at| names.fresh(&format!("c{at}")));
        let rust: Vec<Ident> = rust.collect();
        let sizes = dimensions(unit).into_iter().map(|name| {
            let size = names.fresh(&format!("size_{}", name.replace(' ', "_")));
            (name, size)
        });
        let sizes = sizes.collect();
        let inputs = names.fresh("inputs");
        let kept = unit.inputs.iter().map(|input| &input.name).chain(&rust);
        let kept = kept.filter(|_| is_inline && draws);
        let kept = kept.map(|name| names.fresh(&format!("input_{}", text(name))));
        let kept = kept.collect();
        let outside = !is_inline && mentions_surroundings(graph);
        Emit {
            draws,
            function,
            beside,
            structs,
            unit,
            plan,
            runtime,
            names,
            sizes,
            is_inline,
            rust,
            inputs,
            kept,
            is_broken: job.is_broken,
            outside,
            is_nested: job.is_nested,
        }
    }

    pub(super) fn rt(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private)
    }

    pub(super) fn core(&self) -> TokenStream {
        let rt = self.rt();
        quote!(#rt::core)
    }

    /// What stands before the structs' names where bodies do.
    pub(super) fn prefix(&self) -> TokenStream {
        let module = module_name(self.function);
        match self.outside {
            true => quote!(#module::),
            false => TokenStream::new(),
        }
    }

    /// What stands before the structs' names beside the module.
    pub(super) fn structs_place(&self) -> TokenStream {
        let module = module_name(self.function);
        match self.is_inline {
            true => TokenStream::new(),
            false => quote!(#module::),
        }
    }

    /// The path of a function with code in it.
    pub(super) fn code_path(&self, name: &str) -> TokenStream {
        let module = module_name(self.function);
        let (is_users, name) = (self.names.is_users(name), format_ident!("{name}"));
        match self.outside {
            true => quote!(#module::Code::#name),
            // Where nobody knows of hygiene, a parameter of that name would hide it.
            false if is_users => quote!(self::#name),
            false => quote!(#name),
        }
    }

    /// What stands before the functions that make calls.
    pub(super) fn calls_prefix(&self) -> TokenStream {
        let module = module_name(self.function);
        match self.is_inline {
            true => TokenStream::new(),
            false => quote!(#module::Code::),
        }
    }

    pub(super) fn active(&self) -> impl Iterator<Item = &'p Input> + use<'p, B> {
        plan::active(self.unit)
    }

    /// The inputs as parameters, and an inline graph's constants.
    pub(super) fn params(&self, seen: Seen) -> TokenStream {
        let params = self.unit.params.iter().map(|slot| {
            let (name, of) = (&slot.name, self.param_type(slot, &B::lifetime(), seen));
            quote!(#name: #of)
        });
        let (core, rust) = (self.core(), self.rust.iter());
        let rust = rust.map(|name| quote!(#name: #core::primitive::f64));
        quote!(#(#params,)* #(#rust,)*)
    }

    pub(super) fn arguments(&self) -> TokenStream {
        let (names, rust) = (self.unit.params.iter().map(|slot| &slot.name), &self.rust);
        quote!(#(#names,)* #(#rust,)*)
    }

    /// Definitions that no output mentions, and what a derivative is by that is always 0, for rustc's own lint.
    pub(super) fn unused(&self) -> TokenStream {
        let definitions = self.unit.fields.iter();
        let unused = definitions.filter(|slot| !self.unit.definitions[slot.leaves.start].used);
        let unused = unused.map(|slot| &slot.name);
        let unused = unused.map(|name| quote!(let #name = ();));
        // Inputs among them are still needed.
        let unreached = self.unit.unreached.iter();
        let unreached = unreached.map(|name| quote!({ let #name = (); }));
        unused.chain(unreached).collect()
    }

    pub(super) fn value_docs(&self) -> TokenStream {
        let signature = signature(self.function, self.unit);
        default_docs(
            self.function,
            &format!("The value of the graph `{signature}`."),
        )
    }

    /// The adjoints of all inputs by position, given those of the active ones: their types, the pattern that binds the
    /// latter, and all of them.
    pub(super) fn by_position(&self, seen: Seen) -> [TokenStream; 3] {
        let rt = self.rt();
        let named = |slot: &Slot| {
            let name = match &slot.record {
                Some(_) => self.names.slot_adjoint(&slot.name),
                None => self.names.adjoint(&slot.name),
            };
            quote!(#name)
        };
        let held = quote!(#rt::Held);
        let inputs = &self.unit.inputs;
        let (types, placed): (Vec<_>, Vec<_>) = self
            .unit
            .params
            .iter()
            .map(|slot| match slot.is_active(inputs) {
                true => {
                    let shape = &inputs[slot.leaves.start].shape;
                    (self.slot_owned(slot, shape, seen), named(slot))
                }
                false => (held.clone(), held.clone()),
            })
            .unzip();
        let found: Vec<_> = self.active_slots().map(named).collect();
        [types, found, placed].map(|parts| one_or_tuple(&parts))
    }

    pub(super) fn item(&self, item: &Item) -> TokenStream {
        self.head(
            item,
            &TokenStream::new(),
            &item.params,
            &item.result,
            &item.body,
        )
    }

    /// The function as the module shows it: itself, or handing on to the body outside.
    fn module_item(&self, item: &Item) -> TokenStream {
        let (name, arguments) = (&item.name, &item.arguments);
        let (own, belongs) = (&item.docs, docs::belongs(self.function));
        let item = &Item {
            docs: quote!(#own #belongs),
            ..item.clone()
        };
        let body = match self.outside {
            true => quote!(Code::#name(#arguments)),
            false => item.body.clone(),
        };
        self.head(
            item,
            &quote!(pub),
            &item.module_params,
            &item.module_result,
            &body,
        )
    }

    fn head(
        &self,
        item: &Item,
        visibility: &TokenStream,
        params: &TokenStream,
        result: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let Item {
            docs,
            inline,
            name,
            generics,
            ..
        } = item;
        let quiet = self.is_inline.then(quiet);
        quote! {
            #docs #quiet #inline
            #visibility fn #name #generics(#params) -> #result { #body }
        }
    }

    /// The module, and what stands beside it.
    pub(super) fn module_of(&self, parts: Module) -> Expanded {
        let Function {
            visibility, name, ..
        } = self.function;
        let Module {
            structs,
            methods,
            items,
            calls,
            others,
            bodies,
            problem,
        } = parts;
        let (quiet, absent) = (quiet(), absent(self.unit, B::IS_SMALL, self.draws));
        let conditions: Vec<_> = self.function.conditions().collect();
        let here: TokenStream = items.iter().map(|item| self.module_item(item)).collect();
        let alias = module_alias(self.function);
        let docs = format!(
            "The derivatives of [`{}`](fn@{}), and what else there is of it.",
            docs::declaration(self.function),
            text(name)
        );
        let (code, inside, outside) = if self.outside {
            let functions: TokenStream = items.iter().map(|item| self.item(item)).collect();
            let outside = quote! {
                #(#conditions)* #quiet
                impl #name::Code { #calls #functions #bodies }
                #(#conditions)* #quiet
                #methods
            };
            let code = quote! {
                #[doc(hidden)]
                pub enum Code {}
            };
            (code, TokenStream::new(), outside)
        } else {
            (TokenStream::new(), methods, TokenStream::new())
        };
        let problem::Parts {
            inside: problem,
            beside: bridge,
        } = problem;
        Expanded {
            name: name.clone(),
            conditions: quote!(#(#conditions)*),
            visibility: visibility.clone(),
            before: TokenStream::new(),
            attributes: quote!(#[doc = #docs] #quiet #[allow(unexpected_cfgs)]),
            module: quote! {
                mod #name {
                    #structs
                    #inside #code #here #others
                    #problem
                    #absent
                }
            },
            behind: quote!(#outside #alias #bridge),
        }
    }

    /// The block of an inline graph: captured names and constants go into `forward`, which stands among the items. Callees are
    /// looked for outside of these.
    pub(super) fn block_of(&self, items: &TokenStream, forward: &Item) -> TokenStream {
        let mut locals = self.names.locals();
        let captured = self.unit.inputs.iter().enumerate().map(|(at, input)| {
            let mut local = locals.like(&format!("a{at}"));
            // Two inputs of two number types are met at the second one's name.
            local.set_span(own_span(&input.name));
            local
        });
        let captured: Vec<Ident> = captured.collect();
        let inputs = self
            .unit
            .inputs
            .iter()
            .map(|input| B::captured(self, input));
        let calls = B::calls(self);
        let (rust, rt, forward) = (&self.rust, self.rt(), self.item(forward));
        let constants = self.unit.graph.rust.iter();
        let constants = constants.map(|found| constant(found, self.runtime));
        let (uses, quiet) = (self.captured_uses(), quiet());
        let inner = quote! {
            #items #forward
            forward(#(#captured,)* #(#rust,)*)
        };
        let inner = match calls.is_empty() {
            true => inner,
            false => quote!(#calls { #inner }),
        };
        quote! {
            #uses
            #quiet
            use #rt::captures::*;
            match (#(#inputs,)* #(#constants,)*) {
                (#(#captured,)* #(#rust,)*) => { #inner }
            }
        }
    }

    /// A captured number.
    pub(super) fn captured_number(&self, name: &Ident) -> TokenStream {
        let span = own_span(name);
        let rt = calls::located_at(&self.rt(), span);
        quote_spanned!(span=> (&&&#rt::Captured(#name)).number())
    }

    /// What a picture is called: as the function, or as what an inline graph computes.
    pub(super) fn title(&self) -> String {
        let outputs = || self.unit.outputs.iter().map(|output| text(&output.name));
        match self.is_inline {
            true => outputs().collect::<Vec<_>>().join(", "),
            false => text(&self.function.name),
        }
    }

    /// What an inline graph's `Forward` keeps for its picture: the names in the code, and the fields.
    fn kept_names(&self) -> Vec<(&Ident, &Ident)> {
        let inputs = self.unit.inputs.iter().map(|input| &input.name);
        inputs.chain(&self.rust).zip(&self.kept).collect()
    }

    /// The fields of what is kept.
    pub(super) fn kept_fields(&self) -> TokenStream {
        let core = self.core();
        let inputs = self.unit.inputs.iter().map(|input| self.input_type(input));
        let types = inputs.chain(self.rust.iter().map(|_| quote!(#core::primitive::f64)));
        let fields = self.kept_names().into_iter().zip(types);
        fields
            .map(|((_, field), of)| quote!(#field: #of,))
            .collect()
    }

    /// Their values, where the inputs are at hand.
    pub(super) fn kept_values(&self) -> TokenStream {
        let kept = self.kept_names().into_iter();
        kept.map(|(name, field)| quote!(#field: #name,)).collect()
    }

    /// The values again, from the fields.
    pub(super) fn kept_loads(&self) -> TokenStream {
        let kept = self.kept_names().into_iter();
        kept.map(|(name, field)| quote!(let #name = self.#field;))
            .collect()
    }
}

/// The place of an input's name for tokens of ours.
pub(super) fn own_span(name: &Ident) -> Span {
    Span::mixed_site().located_at(calls::before(name.span()))
}

/// What a module might have and was not asked for. None of it exists, but where it is used, rustc says that it was configured out
/// and by what: a feature that no crate can have, since its name says what to write.
fn absent(unit: &Unit, is_small: bool, draws: bool) -> TokenStream {
    let sizes = "arrays of literal size and at most 64 entries, those on the way too; others have `hvp` and `Problem`";
    let options: [(bool, &str, &[&str]); 7] = [
        (unit.hessian, "#[graph(hessian)]", &["hvp"]),
        (unit.hessian || !is_small, "#[graph(hessian)]", &["hessian"]),
        (is_small, sizes, &["hessian"]),
        (
            plan::single_number(unit),
            "one output that is a number",
            &["value_and_grad"],
        ),
        (unit.batch, "#[graph(batch)]", &["batch", "batch_into"]),
        (unit.ode, "#[graph(ode)]", &["Ode"]),
        (draws, "picture` of `graph-runtime", &["picture"]),
    ];
    let missing = options.into_iter().filter(|(asked, ..)| !asked);
    let items = missing.flat_map(|(_, option, names)| {
        names.iter().map(move |name| {
            let name = Ident::new(name, Span::mixed_site());
            quote!(#[cfg(feature = #option)] pub const #name: () = ();)
        })
    });
    items.collect()
}

/// The names of all dimensions.
fn dimensions(unit: &Unit) -> Vec<Name> {
    let graph = &unit.graph;
    let mut dims: Vec<Name> = Vec::new();
    for id in graph.ids() {
        let shape = graph.node(id).shape.iter();
        dims.extend(shape.filter_map(|dim| dim.name.clone()));
    }
    let counts = unit.inputs.iter();
    let counts = counts.filter(|input| input.given == Given::Count);
    dims.extend(counts.map(|input| Name::from(text(&input.name))));
    dims.sort();
    dims.dedup();
    dims
}
