//! What is particular of the problem of arrays of any size: it keeps the shapes that it has seen.
//!
//! Invariant: `new` makes every check that the graph's functions make, on the same arrays, and the problem keeps their shapes.
//! So nothing that a method calls can fail, and views into the vector need no check but its length.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::sparse::slots;
use crate::emit::module::Emit;
use crate::emit::problem::{CHECK_DOCS, Group, PROBLEM_DOCS, Problem, Vectors};
use crate::emit::slots::Seen;
use crate::emit::sparse::Shown;
use crate::emit::target::Target;
use crate::emit::{module_name, one_or_tuple};
use crate::graph::Dim;
use crate::plan::arrays::ArrayBody;
use crate::syntax::text;
use crate::unit::{Input, Slot};

/// The arrays' checks, sizes and types are those of the graph's functions.
pub struct Arrays<'p> {
    pub emit: &'p Emit<'p, ArrayBody>,
}

impl Arrays<'_> {
    /// A name like this one that no input has.
    pub(super) fn own_name(&self, name: &str) -> Ident {
        let mut name = name.to_owned();
        let inputs = || self.emit.unit.inputs.iter();
        let slots = || self.emit.unit.params.iter();
        while inputs().any(|input| text(&input.name) == name)
            || slots().any(|slot| text(&slot.name) == name)
        {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site())
    }

    /// The fields that keep the shapes of a group, one each, since a tuple of many has no traits.
    pub(super) fn kept(&self, group: Group, at: usize) -> Ident {
        let unit = self.emit.unit;
        let state = || unit.active_leaves(unit.state()).count();
        // The time is the first input.
        let (name, at) = match group {
            Group::Inputs => ("input", at),
            Group::Outputs => ("output", at),
            Group::State => ("input", 1 + at),
            Group::Coefficients => ("input", 1 + state() + at),
            // What is minimised is the first output.
            Group::Constraints => ("output", 1 + at),
        };
        self.own_name(&format!("{name}_{at}"))
    }

    /// Every field that keeps a shape, with that.
    fn all_kept<'p>(&self, of: &Problem<'p>) -> Vec<(Ident, &'p [Dim])> {
        let group = |group| {
            let shapes = of.shapes(group).into_iter().enumerate();
            shapes.map(move |(at, shape)| (self.kept(group, at), shape))
        };
        group(Group::Inputs).chain(group(Group::Outputs)).collect()
    }

    /// The inputs as parameters; of those that are not kept but looked at, how long they live does not matter.
    fn params<'i>(
        &self,
        slots: impl Iterator<Item = &'i Slot>,
        is_looked_at: impl Fn(&Slot) -> bool,
        seen: Seen,
    ) -> TokenStream {
        let params = slots.map(|slot| {
            let lifetime = (!is_looked_at(slot)).then(|| quote!('a));
            let lifetime = lifetime.unwrap_or_default();
            let (name, of) = (&slot.name, self.emit.param_type(slot, &lifetime, seen));
            quote!(#name: #of)
        });
        quote!(#(#params),*)
    }

    fn new_method(&self, of: &Problem) -> TokenStream {
        let (core, marker) = (self.emit.core(), self.own_name("borrows"));
        let (module, checks) = (&module_name(of.function), self.emit.begin());
        let params = self.params(
            of.unit.params.iter(),
            |slot| is_whole(of, slot),
            Seen::Outside,
        );
        let result = ArrayBody::fallible(self.emit, &quote!(#module::Problem<'a, T>));
        let constants = of.constants().map(|slot| &slot.name);
        let places = self.places(of, &of.kept_matrices());
        let shapes = self.all_kept(of).into_iter().map(|(field, shape)| {
            let (dimension, extents) = (
                self.emit.dimension(shape.len()),
                shape.iter().map(|dim| self.emit.extent(dim)),
            );
            quote!(#field: #dimension(#(#extents),*))
        });
        // Only the callee knows whether the shapes of a call fit.
        let calls = &of.unit.graph.calls;
        let trial = calls.iter().any(|call| !call.is_fixed()).then(|| {
            let names = of.unit.params.iter().map(|slot| &slot.name);
            quote!(#module(#(#names),*)?;)
        });
        quote! {
            /// Binds the constant inputs, and takes the shapes of the others, as a call of the graph itself would.
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn new(#params) -> #result {
                #checks
                #trial
                #core::result::Result::Ok(#module::Problem {
                    #(#constants,)*
                    #(#shapes,)*
                    #places
                    #marker: #core::marker::PhantomData,
                })
            }
        }
    }

    fn pack(&self, of: &Problem) -> TokenStream {
        let (rt, mixed, packed) = (of.rt(), Span::mixed_site(), self.own_name("vector"));
        let params = self.params(of.active_slots(), |_| true, Seen::Outside);
        let opened = self.emit.opened_slots(of.active_slots());
        let puts = of.active().enumerate().map(|(at, input)| {
            let (name, label, field) = (&input.name, &input.label, self.kept(Group::Inputs, at));
            match input.shape.is_empty() {
                true => quote_spanned!(mixed=> #packed.push(#name);),
                false => {
                    quote_spanned!(mixed=> #rt::pack(&mut #packed, #label, #name, &self.#field)?;)
                }
            }
        });
        let vector = ArrayBody::fallible(self.emit, &quote!(#rt::Vec<T>));
        quote_spanned! {mixed=>
            /// The parameter vector that these inputs make.
            ///
            /// # Errors
            /// Where an input has another shape than the one the problem was made with.
            pub fn pack(&self, #params) -> #vector {
                #opened
                let mut #packed = #rt::Vec::new();
                #(#puts)*
                #rt::core::result::Result::Ok(#packed)
            }
        }
    }

    fn unpack(&self, of: &Problem) -> TokenStream {
        let (rt, mixed) = (of.rt(), Span::mixed_site());
        let views = of.active_slots().map(|slot| {
            let shape = &of.unit.inputs[slot.leaves.start].shape;
            let dimension = self.emit.dimension(shape.len());
            match (&slot.record, shape.is_empty()) {
                (Some(_), _) => self.emit.slot_owned(slot, shape, Seen::Outside),
                (_, true) => quote!(T),
                _ => quote!(#rt::ndarray::ArrayView<'x, T, #dimension>),
            }
        });
        let views = one_or_tuple(&views.collect::<Vec<_>>());
        let (names, read) = of.read("x", Group::Inputs);
        let values = one_or_tuple(&of.unpacked(&names));
        quote_spanned! {mixed=>
            /// The inputs that a parameter vector holds, as views into it.
            ///
            /// # Panics
            /// Where the vector does not have the length that the problem expects.
            #[track_caller]
            pub fn unpack<'x>(&self, x: &'x [T]) -> #views {
                #read
                #values
            }
        }
    }
}

impl Arrays<'_> {
    /// What goes through one pass together: the rows of all arrays, where they belong together.
    fn cases(&self, of: &Problem) -> TokenStream {
        let (rt, mixed) = (of.rt(), Span::mixed_site());
        if !self.emit.plan.rows_apart {
            return quote_spanned!(mixed=> #rt::Cases { count: 1, outputs: &[rows], inputs: &[columns] });
        }
        let widths = |group| -> Vec<TokenStream> {
            let fields = (0..of.shapes(group).len()).map(|at| self.kept(group, at));
            let widths = fields.map(|field| quote_spanned!(mixed=> #rt::width(&self.#field)));
            widths.collect()
        };
        let (outputs, inputs) = (widths(Group::Outputs), widths(Group::Inputs));
        let first = self.extents(of, Group::Outputs, 0);
        quote_spanned! {mixed=>
            #rt::Cases { count: #first[0], outputs: &[#(#outputs),*], inputs: &[#(#inputs),*] }
        }
    }
}

impl Vectors for Arrays<'_> {
    fn item(&self, of: &Problem) -> TokenStream {
        let (runtime, core, marker) = (of.runtime, self.emit.core(), self.own_name("borrows"));
        let private = self.emit.private();
        let fields = of.constants().map(|slot| {
            let of = self.emit.param_type(slot, &quote!('a), Seen::Inside);
            let name = &slot.name;
            quote!(#private #name: #of)
        });
        let shapes = self.all_kept(of).into_iter().map(|(field, shape)| {
            let dimension = self.emit.dimension(shape.len());
            quote!(#private #field: #dimension)
        });
        let places = self.places_fields(of, &of.kept_matrices());
        quote! {
            #[doc = #PROBLEM_DOCS]
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]
            pub struct Problem<'a, T: #runtime::Element = #core::primitive::f64> {
                #(#fields,)*
                #(#shapes,)*
                #places
                #private #marker: #core::marker::PhantomData<&'a T>,
            }
        }
    }

    fn methods(&self, of: &Problem) -> TokenStream {
        let (new, pack, unpack) = (self.new_method(of), self.pack(of), self.unpack(of));
        of.own(&quote!(#new #pack #unpack))
    }

    fn generics(&self, _: &Problem, _: bool) -> TokenStream {
        ArrayBody::generics(self.emit)
    }

    fn arguments(&self, _: &Problem) -> TokenStream {
        quote!(<'a, T>)
    }

    fn alias(&self, of: &Problem) -> [TokenStream; 2] {
        let rt = of.rt();
        [quote!(<'a, T = #rt::core::primitive::f64>), quote!(<'a, T>)]
    }

    fn count(&self, of: &Problem, group: Group) -> TokenStream {
        let (rt, mixed) = (of.rt(), Span::mixed_site());
        let fields = (0..of.shapes(group).len()).map(|at| self.kept(group, at));
        let sizes =
            fields.map(|field| quote_spanned!(mixed=> #rt::ndarray::Dimension::size(&self.#field)));
        quote!(0 #(+ #sizes)*)
    }

    fn extents(&self, of: &Problem, group: Group, at: usize) -> TokenStream {
        let (rt, mixed, field) = (of.rt(), Span::mixed_site(), self.kept(group, at));
        quote_spanned!(mixed=> #rt::ndarray::Dimension::slice(&self.#field))
    }

    fn read(&self, _: &Problem, group: Group, at: usize) -> TokenStream {
        let (mixed, field) = (Span::mixed_site(), self.kept(group, at));
        quote_spanned!(mixed=> from.shaped(&self.#field))
    }

    fn is_small(&self) -> bool {
        false
    }

    fn passed(&self, local: &Ident, shape: &[Dim]) -> TokenStream {
        match shape.is_empty() {
            true => quote!(#local),
            false => quote!(&#local),
        }
    }

    fn given(&self, of: &Problem, call: TokenStream) -> TokenStream {
        let rt = of.rt();
        quote!(#rt::checked(#call))
    }

    fn density_generics(&self, of: &Problem) -> [TokenStream; 3] {
        let (runtime, rt) = (of.runtime, of.rt());
        [
            quote!(<'a, T: #runtime::Element = #rt::core::primitive::f64>),
            quote!(<'a, T: #runtime::Element>),
            quote!(<'a, T>),
        ]
    }

    fn number_bound(&self, of: &Problem) -> TokenStream {
        let runtime = of.runtime;
        quote!(#runtime::Element)
    }

    fn start(&self, of: &Problem, _: Group) -> TokenStream {
        let rt = of.rt();
        quote!(#rt::Vec<T>)
    }

    fn owned(&self, of: &Problem, slot: &Slot, seen: Seen) -> TokenStream {
        let shape = &of.unit.outputs[slot.leaves.start].shape;
        self.emit.slot_owned(slot, shape, seen)
    }

    fn density_new(&self, of: &Problem, density: &Ident) -> TokenStream {
        let (rt, mixed, module) = (of.rt(), Span::mixed_site(), module_name(of.function));
        let params = self.params(
            of.unit.params.iter(),
            |slot| is_whole(of, slot),
            Seen::Outside,
        );
        let names = of.unit.params.iter().map(|slot| &slot.name);
        let locals: Vec<Ident> = (0..of.active_slots().count())
            .map(|at| Ident::new(&format!("free_{at}"), mixed))
            .collect();
        let pattern: Vec<TokenStream> = locals.iter().map(|local| quote!(#local)).collect();
        let pattern = one_or_tuple(&pattern);
        let mut next = locals.iter();
        let mut free = Vec::new();
        let all = of.unit.params.iter().map(|slot| {
            let local = slot
                .is_active(&of.unit.inputs)
                .then(|| next.next())
                .flatten();
            let shape = &of.unit.inputs[slot.leaves.start].shape;
            let name = &slot.name;
            match local {
                // A struct is the same, and of its constants the problem keeps what the user has.
                Some(_) if slot.record.is_some() => {
                    free.push(quote!(#name));
                    quote!(#name)
                }
                Some(local) => {
                    let passed = self.passed(local, shape);
                    free.push(passed.clone());
                    passed
                }
                None => quote!(#name),
            }
        });
        let all: Vec<TokenStream> = all.collect();
        let result = ArrayBody::fallible(self.emit, &quote!(Self));
        quote_spanned! {mixed=>
            /// The log density with the constant inputs bound, the shapes of the others, and a point to start from, inside of every
            /// domain.
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn new(#params) -> #result {
                let #pattern = #module(#(#names),*)?;
                let problem = #density::Problem::new(#(#all),*)?;
                let start = problem.pack(#(#free),*)?;
                #rt::core::result::Result::Ok(#density::LogDensity { problem, start })
            }
        }
    }

    /// Column by column or row by row, whichever are fewer.
    fn jacobian(&self, of: &Problem) -> TokenStream {
        let (runtime, rt, mixed) = (of.runtime, of.rt(), Span::mixed_site());
        let ((read, arguments), (read_seeds, seeds)) =
            (of.inputs(), of.directions("seeds", Group::Outputs));
        let vjp = of.call(Some("vjp"), &arguments);
        let found = self.given(of, quote_spanned!(mixed=> pull(#seeds)));
        let values = of.values("value", Group::Outputs);
        let write = of.write("residuals", &values, Group::Outputs);
        let write_row = of.write("row", &of.values("found", Group::Inputs), Group::Inputs);
        let cases = self.cases(of);
        quote_spanned! {mixed=>
            let (rows, columns) = (#runtime::Directional::seeds(self), #runtime::Parameters::parameters(self));
            #rt::of_length(rows * columns, <[_]>::len(jacobian));
            let cases = #cases;
            if cases.has_fewer_columns() {
                return cases.columns(self, x, residuals, jacobian);
            }
            #read
            let (value, pull) = #vjp;
            #write
            cases.rows(jacobian, |seeds: &[T], row: &mut [T]| {
                #read_seeds
                let found = #found;
                #write_row
            });
        }
    }

    /// Row by row, each by `hvp`.
    fn hessian(&self, of: &Problem) -> TokenStream {
        let (runtime, rt, mixed) = (of.runtime, of.rt(), Span::mixed_site());
        let ((read, arguments), (read_direction, tangents)) =
            (of.inputs(), of.directions("direction", Group::Inputs));
        let hvp = of.call(Some("hvp"), &quote!(#arguments, #tangents));
        let write = of.write("row", &of.fields("product"), Group::Inputs);
        quote_spanned! {mixed=>
            #read
            #rt::symmetric(#runtime::Parameters::parameters(self), hessian, |direction: &[T], row: &mut [T]| {
                #read_direction
                let (_, _, product) = #hvp;
                #write
            });
            #runtime::Objective::gradient(self, x, gradient)
        }
    }

    fn pattern(&self, _: &Problem, matrix: &Shown) -> TokenStream {
        let field = self.own_name(matrix.name);
        quote_spanned!(Span::mixed_site()=> self.#field.pattern())
    }

    fn put_entries(&self, _: &Problem, matrix: &Shown) -> TokenStream {
        let field = self.own_name(matrix.name);
        quote_spanned!(Span::mixed_site()=> self.#field.put(&found, values);)
    }

    fn places_fields(&self, of: &Problem, matrices: &[Shown]) -> TokenStream {
        let (rt, private) = (of.rt(), self.emit.private());
        let fields = matrices.iter().map(|matrix| {
            let field = self.own_name(matrix.name);
            quote!(#private #field: #rt::Places,)
        });
        fields.collect()
    }

    fn program_new(&self, of: &Problem, matrices: &[Shown]) -> TokenStream {
        let (rt, mixed, module) = (of.rt(), Span::mixed_site(), module_name(of.function));
        let params = self.params(
            of.unit.params.iter(),
            |slot| is_whole(of, slot),
            Seen::Outside,
        );
        let all = of.unit.params.iter().map(|slot| &slot.name);
        let active = of.active_slots().map(|slot| &slot.name);
        let (begin, places) = (self.emit.begin(), self.places(of, matrices));
        let result = ArrayBody::fallible(self.emit, &quote!(Self));
        quote_spanned! {mixed=>
            /// The program with the constant inputs bound, the shapes of the others, and these as a point to start from.
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn new(#params) -> #result {
                let problem = #module::Problem::new(#(#all),*)?;
                let start = problem.pack(#(#active),*)?;
                #begin
                #rt::core::result::Result::Ok(Self { problem, start, #places })
            }
        }
    }

    fn entries_types(&self, of: &Problem) -> [TokenStream; 2] {
        let rt = of.rt();
        let matrices = of.program_matrices();
        let count = |matrix: &Shown| {
            let count = Literal::usize_unsuffixed(slots(matrix.entries).len());
            quote!([#rt::Vec<T>; #count])
        };
        matrices.map_or_else(Default::default, |matrices| matrices.each_ref().map(count))
    }

    fn check(&self, of: &Problem, checks: &TokenStream) -> TokenStream {
        let (runtime, mixed) = (of.runtime, Span::mixed_site());
        let params = self.params(of.unit.params.iter(), |_| false, Seen::Inside);
        let all = of.unit.params.iter().map(|slot| &slot.name);
        let active = of.active_slots().map(|slot| &slot.name);
        let report = ArrayBody::fallible(self.emit, &quote!(#runtime::check::Report));
        let checked = ArrayBody::ok(self.emit, checks);
        let body = quote_spanned! {mixed=>
            let problem = Problem::new(#(#all),*)?;
            let x = problem.pack(#(#active),*)?;
            #checked
        };
        quote! {
            #[doc = #CHECK_DOCS]
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn check<'a, T: #runtime::Element>(#params) -> #report { #body }
        }
    }
}

/// Whether all of an input is differentiated by, so that a problem keeps nothing of it but its shapes.
fn is_whole(of: &Problem, slot: &Slot) -> bool {
    of.unit.inputs[slot.leaves.clone()]
        .iter()
        .all(Input::active)
}
