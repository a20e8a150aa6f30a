//! What a target decides: how types, checks and bodies are written. All else is said once, in `items`, `structs` and `module`.
//!
//! Invariant: whether a call can fail is the target's alone, so what is said once writes a call with `given` and its own result
//! with `fallible` and `ok`.

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;

use super::module::{Emit, Item};
use super::problem;
use crate::graph::{Dim, InputId, NodeId};
use crate::plan::picture::Drawn;
use crate::syntax::Given;
use crate::unit::{Definition, Input};

/// What is behind an input of a body: where it comes from decides how it is passed on.
#[derive(Clone)]
pub struct Leaf<'s> {
    pub name: Ident,
    pub shape: &'s [Dim],
    /// What it is the tangent or the seed of, as the user calls both.
    pub of: Option<[String; 2]>,
}

/// The values of a body whose steps are written, each given away once.
pub trait Values {
    /// Some results, each a value of its shape.
    fn packed(&self, group: &[NodeId], shapes: &[&[Dim]]) -> Vec<TokenStream>;
    /// What `Forward` keeps.
    fn kept(&self, id: NodeId) -> TokenStream;
}

/// How the value of a body is put together; of both where it has a quick and a careful version.
pub type Make<'m, B> = &'m dyn Fn(&dyn Values, &B) -> TokenStream;

/// A target, by its bodies.
pub trait Target: Sized {
    /// Whether arrays are small and of literal size.
    const IS_SMALL: bool;
    /// What may be said of a function that computes little.
    const IS_INLINE: bool;
    /// The same of what calls of other graphs are made of.
    fn inline(emit: &Emit<Self>) -> Option<TokenStream>;

    /// What a function is generic over, and a struct that borrows like the inputs, as arguments.
    fn generics(emit: &Emit<Self>) -> TokenStream;
    fn struct_arguments() -> TokenStream;
    /// The type of a value of the shape as a function gives it, and as it takes it, with or without a lifetime.
    fn owned(emit: &Emit<Self>, shape: &[Dim]) -> TokenStream;
    fn borrowed(
        emit: &Emit<Self>,
        shape: &[Dim],
        given: Given,
        lifetime: &TokenStream,
    ) -> TokenStream;
    /// The lifetime of inputs.
    fn lifetime() -> TokenStream;

    /// What a function that computes `of` returns, a value of that, and the value of a call.
    fn fallible(emit: &Emit<Self>, of: &TokenStream) -> TokenStream;
    fn ok(emit: &Emit<Self>, value: &TokenStream) -> TokenStream;
    fn given(call: TokenStream) -> TokenStream;
    /// What documentation says of errors.
    fn errors_docs(of: &str) -> TokenStream;

    /// What a function begins with, and a method of `Forward`; and what compares seeds and tangents.
    fn checks(emit: &Emit<Self>) -> TokenStream;
    fn loads(emit: &Emit<Self>) -> TokenStream;
    fn derivative_checks(emit: &Emit<Self>, leaves: &[Leaf]) -> TokenStream;

    /// The steps of a body, and the value that is put together of them.
    fn complete(
        emit: &Emit<Self>,
        body: &Self,
        leaves: &[Leaf],
        result: &TokenStream,
        make: Make<Self>,
    ) -> TokenStream;
    /// The same of a method of `Forward`, whose other leaves are its fields.
    fn method(emit: &Emit<Self>, body: &Self, leaves: &[Leaf], make: Make<Self>) -> TokenStream;
    /// The results of a body, and the inputs that it reads.
    fn results(&self) -> &[Vec<NodeId>];
    fn inputs_read(emit: &Emit<Self>, body: &Self) -> Vec<InputId>;
    /// Uses of what only looks used.
    fn unread(emit: &Emit<Self>) -> TokenStream;

    /// The definitions that are fields of `Forward`, with their results; what it keeps beside them, and the types of that.
    fn is_field(definition: &Definition) -> bool;
    fn saved(emit: &Emit<Self>) -> Vec<Ident>;
    fn saved_type(emit: &Emit<Self>, id: NodeId) -> TokenStream;
    /// The type of a condition of the shape.
    fn mask(emit: &Emit<Self>, shape: &[Dim]) -> TokenStream;
    /// What stands before `Forward` and behind its name, its further fields and their values.
    fn forward_head(emit: &Emit<Self>) -> [TokenStream; 2];
    fn further_fields(emit: &Emit<Self>) -> TokenStream;
    fn further_values(emit: &Emit<Self>) -> TokenStream;
    /// What stands before `Grad`, and further structs.
    fn grad_head(emit: &Emit<Self>) -> TokenStream;
    fn further_structs(emit: &Emit<Self>) -> TokenStream;
    /// Further methods of `Forward`.
    fn further_methods(emit: &Emit<Self>) -> TokenStream;
    /// An output, out of the field of a `Forward` that is not given away.
    fn looked_at(emit: &Emit<Self>, field: &TokenStream, shape: &[Dim]) -> TokenStream;

    /// The functions that go on from the value and its gradient, and further items.
    fn value_and_grad(emit: &Emit<Self>, body: &Self) -> Vec<Item>;
    fn further_items(emit: &Emit<Self>) -> Vec<Item>;
    /// What else stands in the module, and what else where bodies do.
    fn others(emit: &Emit<Self>) -> [TokenStream; 2];
    /// The functions that make calls; each is quiet by itself inside of a block.
    fn calls(emit: &Emit<Self>) -> TokenStream;
    /// How an inline graph captures an input.
    fn captured(emit: &Emit<Self>, input: &Input) -> TokenStream;
    fn problem(emit: &Emit<Self>) -> problem::Parts;
    /// The structs with a field for each input that is differentiated by.
    fn derived_structs(emit: &Emit<Self>) -> &'static [&'static str];
    /// The bound of a `picture`'s function, and what it ends with.
    fn picture_generics(emit: &Emit<Self>) -> TokenStream;
    fn drawing(emit: &Emit<Self>, picture: &Drawn<Self>, values: &dyn Values) -> TokenStream;
}

impl<B: Target> Emit<'_, B> {
    /// The leaves of a method, behind the inputs and `skipped` more, which come from fields and so have no entries here.
    pub(super) fn behind_fields<'s>(&self, skipped: usize, leaves: &[Leaf<'s>]) -> Vec<Leaf<'s>> {
        let nothing = Leaf {
            name: format_ident!("_unused"),
            shape: &[],
            of: None,
        };
        let mut all = vec![nothing; self.unit.inputs.len() + skipped];
        all.extend_from_slice(leaves);
        all
    }

    /// How an input is kept and passed on.
    pub(super) fn input_type(&self, input: &Input) -> TokenStream {
        B::borrowed(self, &input.shape, input.given, &B::lifetime())
    }
}
