//! What is particular of the problem of numbers and small arrays: a struct of its constants that anybody can write down, and
//! whole Jacobians and Hessians.
//!
//! Invariant: every length is a literal, so that nothing is left of the checks where the compiler knows the vector.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::emit::array_type;
use crate::emit::module_name;
use crate::emit::names::Names;
use crate::emit::problem::{CHECK_DOCS, Group, PROBLEM_DOCS, Problem, Vectors};
use crate::emit::slots::{Seen, entries_type};
use crate::emit::sparse::Shown;
use crate::graph::Dim;
use crate::plan::sparse::Entries;
use crate::syntax::text;
use crate::unit::Slot;

pub struct Numbers<'p> {
    pub names: &'p Names,
}

impl Numbers<'_> {
    fn size(&self, of: &Problem, group: Group) -> usize {
        let entries = |shape: &[Dim]| shape.iter().map(Dim::literal_size).product::<usize>();
        of.shapes(group).into_iter().map(entries).sum()
    }

    /// An input as it is passed.
    fn type_of(&self, of: &Problem, slot: &Slot, seen: Seen) -> TokenStream {
        let shape = &of.unit.inputs[slot.leaves.start].shape;
        entries_type(slot, shape, &quote!(T), seen)
    }

    /// Writes a `Jacobian` in the local `found` down row by row.
    fn rows(&self, of: &Problem) -> TokenStream {
        let (rt, mixed) = (of.rt(), Span::mixed_site());
        let (rows, columns) = (
            self.count(of, Group::Outputs),
            self.count(of, Group::Inputs),
        );
        let local = Ident::new("found", mixed);
        let fields = of.active_slots().map(|slot| &slot.name);
        let fields = fields.map(|name| quote!(#local.#name));
        quote_spanned! {mixed=>
            let mut to = #rt::Writer::<T>::new(jacobian, #rows * #columns);
            for row in 0..#rows { #(to.put(&#fields[row]);)* }
        }
    }
}

impl Vectors for Numbers<'_> {
    fn item(&self, of: &Problem) -> TokenStream {
        let rt = of.rt();
        let core = quote!(#rt::core);
        let derive = quote!(#[#core::prelude::v1::derive(#core::clone::Clone, #core::marker::Copy, #core::fmt::Debug, #core::cmp::PartialEq)]);
        let fields = of.constants().map(|slot| {
            let (name, of) = (&slot.name, self.type_of(of, slot, Seen::Inside));
            let docs = format!("The constant input `{}`.", text(name));
            quote!(#[doc = #docs] pub #name: #of)
        });
        let item = match of.constants().next() {
            Some(_) => quote!(pub struct Problem<T = #core::primitive::f64> { #(#fields),* }),
            // A unit struct and a variable cannot have one name, and the user's comes first.
            None if self.names.is_users("Problem") => quote!(
                pub struct Problem {}
            ),
            None => quote!(
                pub struct Problem;
            ),
        };
        quote!(#[doc = #PROBLEM_DOCS] #derive #item)
    }

    fn methods(&self, _: &Problem) -> TokenStream {
        TokenStream::new()
    }

    fn generics(&self, of: &Problem, with_number: bool) -> TokenStream {
        let runtime = of.runtime;
        // Constants alone mention the number type.
        match with_number || of.constants().next().is_some() {
            true => quote!(<T: #runtime::Real>),
            false => TokenStream::new(),
        }
    }

    fn arguments(&self, of: &Problem) -> TokenStream {
        match of.constants().next() {
            Some(_) => quote!(<T>),
            None => TokenStream::new(),
        }
    }

    fn alias(&self, of: &Problem) -> [TokenStream; 2] {
        let rt = of.rt();
        match of.constants().next() {
            Some(_) => [quote!(<T = #rt::core::primitive::f64>), quote!(<T>)],
            None => [TokenStream::new(), TokenStream::new()],
        }
    }

    fn count(&self, of: &Problem, group: Group) -> TokenStream {
        let count = Literal::usize_unsuffixed(self.size(of, group));
        quote!(#count)
    }

    fn extents(&self, of: &Problem, group: Group, at: usize) -> TokenStream {
        let extents = of.shapes(group)[at].iter().map(Dim::literal_size);
        let extents = extents.map(Literal::usize_unsuffixed);
        quote!(&[#(#extents),*])
    }

    fn read(&self, of: &Problem, group: Group, at: usize) -> TokenStream {
        let (mixed, of) = (
            Span::mixed_site(),
            array_type(of.shapes(group)[at], &quote!(T)),
        );
        quote_spanned!(mixed=> from.value::<#of>())
    }

    fn is_small(&self) -> bool {
        true
    }

    fn passed(&self, local: &Ident, _: &[Dim]) -> TokenStream {
        quote!(#local)
    }

    fn given(&self, _: &Problem, call: TokenStream) -> TokenStream {
        call
    }

    fn jacobian(&self, of: &Problem) -> TokenStream {
        let (mixed, (read, arguments)) = (Span::mixed_site(), of.inputs());
        let call = of.call(Some("jacobian"), &arguments);
        let values = of.values("value", Group::Outputs);
        let (write, rows) = (
            of.write("residuals", &values, Group::Outputs),
            self.rows(of),
        );
        quote_spanned! {mixed=>
            #read
            let (value, found) = #call;
            #write
            #rows
        }
    }

    fn hessian(&self, of: &Problem) -> TokenStream {
        let (rt, mixed, (read, arguments)) = (of.rt(), Span::mixed_site(), of.inputs());
        let call = of.call(Some("hessian"), &arguments);
        let write = of.write("gradient", &of.fields("first"), Group::Inputs);
        let size = self.count(of, Group::Inputs);
        quote_spanned! {mixed=>
            #read
            let (value, first, second) = #call;
            #write
            #rt::Writer::<T>::new(hessian, #size * #size).put(&second);
            value
        }
    }

    fn density_generics(&self, of: &Problem) -> [TokenStream; 3] {
        let (runtime, rt) = (of.runtime, of.rt());
        [
            quote!(<T = #rt::core::primitive::f64>),
            quote!(<T: #runtime::Real>),
            quote!(<T>),
        ]
    }

    fn number_bound(&self, of: &Problem) -> TokenStream {
        let runtime = of.runtime;
        quote!(#runtime::Real)
    }

    fn start(&self, of: &Problem, group: Group) -> TokenStream {
        let count = self.count(of, group);
        quote!([T; #count])
    }

    fn owned(&self, of: &Problem, slot: &Slot, seen: Seen) -> TokenStream {
        let shape = &of.unit.outputs[slot.leaves.start].shape;
        entries_type(slot, shape, &quote!(T), seen)
    }

    fn density_new(&self, of: &Problem, density: &Ident) -> TokenStream {
        let mixed = Span::mixed_site();
        let params = of.unit.params.iter().map(|slot| {
            let (name, of) = (&slot.name, self.type_of(of, slot, Seen::Outside));
            quote!(#name: #of)
        });
        let names = of.unit.params.iter().map(|slot| &slot.name);
        let call = of.call(None, &quote!(#(#names),*));
        let constants = of.constants().map(|slot| &slot.name);
        let write = of.write_of(
            "start",
            &of.values("free", Group::Outputs),
            &self.count(of, Group::Outputs),
        );
        let count = self.count(of, Group::Outputs);
        quote_spanned! {mixed=>
            /// The log density with the constant inputs bound, and a point to start from, inside of every domain.
            pub fn new(#(#params),*) -> Self {
                let free = #call;
                let problem = #density::Problem { #(#constants),* };
                let mut start = [T::of(0.0); #count];
                { let start = &mut start; #write }
                #density::LogDensity { problem, start }
            }
        }
    }

    fn pattern(&self, of: &Problem, matrix: &Shown) -> TokenStream {
        let (runtime, mixed) = (of.runtime, Span::mixed_site());
        let [rows, columns] = [0, 1].map(|side| of.listed(listed(matrix.entries), side));
        let [height, width] = matrix.sides.map(|group| self.count(of, group));
        quote_spanned! {mixed=>
            #runtime::Pattern { rows: #rows, columns: #columns, shape: [#height, #width] }
        }
    }

    fn put_entries(&self, of: &Problem, matrix: &Shown) -> TokenStream {
        let (rt, mixed) = (of.rt(), Span::mixed_site());
        let count = Literal::usize_unsuffixed(listed(matrix.entries).len());
        quote_spanned!(mixed=> #rt::Writer::<T>::new(values, #count).put(&found);)
    }

    fn places_fields(&self, _: &Problem, _: &[Shown]) -> TokenStream {
        TokenStream::new()
    }

    fn program_new(&self, of: &Problem, _: &[Shown]) -> TokenStream {
        let (rt, mixed, module) = (of.rt(), Span::mixed_site(), module_name(of.function));
        let params = of.unit.params.iter().map(|slot| {
            let (name, of) = (&slot.name, self.type_of(of, slot, Seen::Outside));
            quote!(#name: #of)
        });
        let constants = of.constants().map(|slot| &slot.name);
        let active = of.ways(Group::Inputs).into_iter();
        let active = active.map(|(name, _, way)| quote!(#name #way));
        let count = self.count(of, Group::Inputs);
        quote_spanned! {mixed=>
            /// The program with the constant inputs bound, and the others as a point to start from.
            #[must_use]
            pub fn new(#(#params),*) -> Self {
                let mut start = [T::of(0.0); #count];
                let mut to = #rt::Writer::<T>::new(&mut start, #count);
                #(to.put(&#active);)*
                Self { problem: #module::Problem { #(#constants),* }, start }
            }
        }
    }

    fn entries_types(&self, of: &Problem) -> [TokenStream; 2] {
        let matrices = of.program_matrices();
        let count = |matrix: &Shown| {
            let count = Literal::usize_unsuffixed(listed(matrix.entries).len());
            quote!([T; #count])
        };
        matrices.map_or_else(Default::default, |matrices| matrices.each_ref().map(count))
    }

    fn check(&self, of: &Problem, checks: &TokenStream) -> TokenStream {
        let (runtime, rt, mixed) = (of.runtime, of.rt(), Span::mixed_site());
        let params = of.unit.params.iter().map(|slot| {
            let (name, of) = (&slot.name, self.type_of(of, slot, Seen::Inside));
            quote!(#name: #of)
        });
        let constants = of.constants().map(|slot| &slot.name);
        let (count, active) = (
            self.count(of, Group::Inputs),
            of.ways(Group::Inputs).into_iter(),
        );
        let active = active.map(|(name, _, way)| quote!(#name #way));
        let body = quote_spanned! {mixed=>
            let problem = Problem { #(#constants),* };
            let mut x = [T::of(0.0); #count];
            let mut to = #rt::Writer::<T>::new(&mut x, #count);
            #(to.put(&#active);)*
            #checks
        };
        quote! {
            #runtime::__std_only! {
                #[doc = #CHECK_DOCS]
                pub fn check<T: #runtime::Number>(#(#params),*) -> #runtime::check::Report { #body }
            }
        }
    }
}

/// The places of a matrix, which among numbers are known.
fn listed(entries: &Entries) -> &[[usize; 2]] {
    match entries {
        Entries::Listed(places) => places,
        Entries::Slots(_) => unreachable!("the entries of numbers are listed"),
    }
}
