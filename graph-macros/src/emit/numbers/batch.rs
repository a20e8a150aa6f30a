//! `batch` and `batch_into`: many points in slices, one point per lane.
//!
//! Invariant: inputs and results are counted off in the order of the declaration, arrays entry by entry, and results as the
//! values first and the derivatives then.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::element_indices;
use crate::emit::code::Code;
use crate::emit::module::Emit;
use crate::emit::slots::{Seen, entries_type};
use crate::emit::{nested, one_or_tuple};
use crate::graph::{Dim, NodeId};
use crate::plan::{self, Guard, ScalarBody};
use crate::syntax::text;
use crate::unit::Input;

/// The last parameter of `batch_into`.
const DERIVATIVES: &str = "derivatives";

impl Emit<'_, ScalarBody> {
    /// The two functions, which stand in the module.
    pub(super) fn batch_functions(&self) -> TokenStream {
        let (into, owned) = (self.batch_into(), self.batch_owned());
        let errors = "\n# Errors\nWhere the slices have different lengths.";
        let docs = "The same into slices that are there already: those of the values, and those of the derivatives.";
        quote! {
            #owned
            #[doc = #docs]
            #[doc = #errors]
            #into
        }
    }

    fn number(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(<T: #runtime::Number>)
    }

    /// How many numbers a point has, and how many its results.
    fn counts(&self, body: &ScalarBody) -> (usize, usize) {
        let inputs = self
            .unit
            .inputs
            .iter()
            .map(|input| count(&input.shape))
            .sum();
        (inputs, body.results.iter().map(Vec::len).sum())
    }

    /// The loop that both share. It mentions the user's surroundings, so it stands where bodies do.
    pub(super) fn run_batch(&self, body: &ScalarBody) -> TokenStream {
        let (inputs, results) = self.counts(body);
        let (kernel, generics, runtime) = (self.kernel(body), self.number(), self.runtime);
        let (inputs, results) = (usize_literal(inputs), usize_literal(results));
        quote! {
            fn __run_batch #generics(
                points: #runtime::__private::core::primitive::usize,
                inputs: [&[T]; #inputs],
                results: [&mut [T]; #results],
            ) {
                #kernel
                #runtime::__private::batch::run(points, inputs, results, &Point {});
            }
        }
    }

    /// The computation at one point, for any number type: lanes too.
    fn kernel(&self, body: &ScalarBody) -> TokenStream {
        let (inputs, results) = self.counts(body);
        let entries: Vec<Ident> = (0..inputs)
            .map(|at| self.names.local(&format!("entry_{at}")))
            .collect();
        let mut rest = entries.iter();
        let named = self.unit.inputs.iter().map(|input| {
            let parts: Vec<_> = rest
                .by_ref()
                .take(count(&input.shape))
                .map(|id| quote!(#id))
                .collect();
            let (name, value) = (&input.name, nested(&input.shape, &parts));
            let of = self.input_type(input);
            quote!(let #name: #of = #value;)
        });
        let named: TokenStream = named.collect();
        let (code, steps) = self.code(body, &self.input_leaves(), &[]);
        let guard = body.guard.as_ref();
        let picked = guard.map(|guard| self.picked(&code, body, guard));
        let values = values(&code, body);
        let (runtime, inputs, results) =
            (self.runtime, usize_literal(inputs), usize_literal(results));
        quote! {
            struct Point {}
            impl #runtime::Kernel<#inputs, #results> for Point {
                #[inline(always)]
                fn eval<T: #runtime::Real>(&self, [#(#entries),*]: [T; #inputs]) -> [T; #results] {
                    #named
                    #steps
                    #picked
                    [#(#values),*]
                }
            }
        }
    }

    /// Where the quick version does not hold for a lane, the lane picks what the careful one gives.
    fn picked(&self, code: &Code, body: &ScalarBody, guard: &Guard) -> TokenStream {
        let (careful, steps, names) = self.careful(guard);
        let handed = guard.handed.iter().map(|(here, _)| code.value(*here));
        let (given, quick) = (values(&careful, &guard.otherwise), values(code, body));
        let (runtime, holds) = (self.runtime, code.value(guard.holds));
        let (_, results) = self.counts(body);
        let (takes, gives) = (usize_literal(names.len()), usize_literal(results));
        quote! {
            #[inline(always)]
            fn __carefully<T: #runtime::Real>([#(#names),*]: [T; #takes]) -> [T; #gives] {
                #steps
                [#(#given),*]
            }
            if #runtime::Mask::any(!#holds) {
                let careful = __carefully([#(#handed),*]);
                return #runtime::__private::batch::pick(#holds, [#(#quick),*], careful);
            }
        }
    }

    /// `x: &[T]`, or an array of slices for an array.
    fn slices(&self) -> TokenStream {
        let slice = quote!(&[T]);
        let params = self.unit.params.iter().map(|slot| {
            let shape = &self.unit.inputs[slot.leaves.start].shape;
            let (name, of) = (&slot.name, entries_type(slot, shape, &slice, Seen::Inside));
            quote!(#name: #of)
        });
        quote!(#(#params),*)
    }

    /// Every slice of the inputs, with what it is called in an error.
    fn input_slices(&self) -> Vec<(TokenStream, String)> {
        let inputs = self.unit.params.iter().flat_map(|slot| {
            let name = &slot.name;
            let leaves = self.unit.inputs[slot.leaves.clone()].iter().enumerate();
            leaves.flat_map(move |(leaf, input)| {
                let way = slot.way(leaf);
                (0..count(&input.shape)).map(move |at| {
                    let indices = element_indices(&input.shape, at);
                    let shown = indices.to_string().replace(' ', "");
                    (quote!(#name #way #indices), input.label.clone() + &shown)
                })
            })
        });
        inputs.collect()
    }

    /// The structs of results over `item`: what holds the values, and what the derivatives.
    fn results_type(&self, item: &TokenStream) -> (TokenStream, TokenStream) {
        let values: Vec<_> = self
            .unit
            .results
            .iter()
            .map(|slot| {
                let shape = &self.unit.outputs[slot.leaves.start].shape;
                entries_type(slot, shape, item, Seen::Inside)
            })
            .collect();
        let derivative = self.derivative();
        (one_or_tuple(&values), quote!(#derivative<#item>))
    }

    fn derivative(&self) -> Ident {
        let name = if plan::single_number(self.unit) {
            "Grad"
        } else {
            "Jacobian"
        };
        format_ident!("{name}")
    }

    fn batch_owned(&self) -> TokenStream {
        let (runtime, generics) = (self.runtime, self.number());
        let rt = quote!(#runtime::__private);
        let item = quote!(#rt::batch::Vec<T>);
        let (values, derivatives) = self.results_type(&item);
        let (params, inputs) = (self.slices(), self.input_slices());
        let (checks, sources) = (
            self.length_checks(&inputs),
            inputs.iter().map(|(slice, _)| slice),
        );
        let count = self.result_count();
        let names = self.result_names(count);
        let parts: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
        let (values_built, derivatives_built) = self.build(&parts);
        let (count, run) = (usize_literal(count), self.batch_path());
        let [points, results] = ["points", "results"].map(|name| self.names.local(name));
        let docs = match plan::single_number(self.unit) {
            true => {
                "The value and the gradient at every point: a slice per input, one point per place, and a vector per result."
            }
            false => {
                "The outputs and their Jacobian at every point: a slice per input, one point per place, and a vector per result."
            }
        };
        quote! {
            #[doc = #docs]
            #[doc = "\n# Errors\nWhere the slices have different lengths."]
            pub fn batch #generics(#params) -> #rt::core::result::Result<(#values, #derivatives), #runtime::ShapeError> {
                #checks
                let mut #results: [#item; #count] = #rt::batch::vectors(#points);
                #run(#points, [#(#sources),*], #rt::batch::slices(&mut #results));
                let [#(#names),*] = #results;
                #rt::core::result::Result::Ok((#values_built, #derivatives_built))
            }
        }
    }

    fn batch_into(&self) -> TokenStream {
        let (runtime, generics) = (self.runtime, self.number());
        let rt = quote!(#runtime::__private);
        let (_, derivatives) = self.results_type(&quote!(&mut [T]));
        let (params, inputs) = (self.slices(), self.input_slices());
        let outputs = self.unit.results.iter().map(|slot| {
            let shape = &self.unit.outputs[slot.leaves.start].shape;
            let of = entries_type(slot, shape, &quote!(&mut [T]), Seen::Inside);
            let name = &slot.name;
            quote!(#name: #of)
        });
        let results = self.result_slices();
        let mut all = inputs.clone();
        all.extend(results.iter().cloned());
        let checks = self.length_checks(&all);
        let sources = inputs.iter().map(|(slice, _)| slice);
        let targets = self.result_names(results.len());
        let run = self.batch_path();
        let [points, all_derivatives] = ["points", DERIVATIVES].map(|name| self.names.local(name));
        let taken = self.taken(&targets, &results, &all_derivatives);
        quote! {
            pub fn batch_into #generics(#params, #(#outputs,)* #all_derivatives: #derivatives) -> #rt::core::result::Result<(), #runtime::ShapeError> {
                #checks
                #taken
                #run(#points, [#(#sources),*], [#(#targets),*]);
                #rt::core::result::Result::Ok(())
            }
        }
    }

    /// The slices that results go to, by names of their own.
    fn taken(
        &self,
        targets: &[Ident],
        results: &[(TokenStream, String)],
        derivatives: &Ident,
    ) -> TokenStream {
        let names = self.unit.results.iter().map(|slot| &slot.name);
        let mut slots = self.unit.params.iter().chain(&self.unit.results);
        if slots.any(|slot| slot.record.is_some()) {
            // A struct or a list is no pattern to take apart here.
            let runtime = self.runtime;
            let places = results.iter().map(|(place, _)| place);
            return quote! {
                #(let mut #names = #names;)*
                let mut #derivatives = #derivatives;
                #(let #targets = #runtime::__private::core::mem::take(&mut #places);)*
            };
        }
        let parts: Vec<TokenStream> = targets.iter().map(|name| quote!(#name)).collect();
        let (values_taken, derivatives_taken) = self.build(&parts);
        let values: Vec<TokenStream> = names.map(|name| quote!(#name)).collect();
        let values = one_or_tuple(&values);
        quote! {
            let #values_taken = #values;
            let #derivatives_taken = #derivatives;
        }
    }

    fn batch_path(&self) -> TokenStream {
        let code = self.outside.then(|| quote!(Code::));
        quote!(#code __run_batch)
    }

    /// All slices are as long as the first; where there is none, there are no points.
    fn length_checks(&self, slices: &[(TokenStream, String)]) -> TokenStream {
        let points = self.names.local("points");
        let Some(((first, model), others)) = slices.split_first() else {
            return quote!(let #points = 0;);
        };
        let rt = {
            let runtime = self.runtime;
            quote!(#runtime::__private)
        };
        let checks = others.iter().map(
            |(slice, name)| quote!(#rt::check_alike(#name, &[#slice.len()], #model, &[#points])?;),
        );
        quote!(let #points = #first.len(); #(#checks)*)
    }

    /// Every slice of the results, in the order of the kernel's.
    fn result_slices(&self) -> Vec<(TokenStream, String)> {
        let mut slices = Vec::new();
        for slot in &self.unit.results {
            let name = &slot.name;
            for (leaf, output) in self.unit.outputs[slot.leaves.clone()].iter().enumerate() {
                let way = slot.way(leaf);
                for at in 0..count(&output.shape) {
                    let indices = element_indices(&output.shape, at);
                    let place = quote!(#name #way #indices);
                    let shown = place.to_string().replace(' ', "");
                    slices.push((place, shown.replace("r#", "")));
                }
            }
        }
        let derivatives = self.names.local(DERIVATIVES);
        for row in 0..self.rows() {
            for slot in self.active_slots() {
                let name = &slot.name;
                let places = match plan::single_number(self.unit) {
                    true => self.entries_of(&derivatives, slot),
                    false => {
                        let row = usize_literal(row);
                        let columns = (0..self.columns_of(slot)).map(usize_literal);
                        let place = |column| quote!(#derivatives.#name[#row][#column]);
                        columns.map(place).collect()
                    }
                };
                for field in places {
                    let shown = field.to_string().replace(' ', "");
                    let shown = shown.replacen(&text(&derivatives), DERIVATIVES, 1);
                    slices.push((field, shown));
                }
            }
        }
        slices
    }

    /// How many scalars the outputs have.
    fn rows(&self) -> usize {
        self.unit
            .outputs
            .iter()
            .map(|output| count(&output.shape))
            .sum()
    }

    fn result_count(&self) -> usize {
        self.result_slices().len()
    }

    fn result_names(&self, count: usize) -> Vec<Ident> {
        let name = |at| self.names.local(&format!("result_{at}"));
        (0..count).map(name).collect()
    }

    /// Results put in their places: the outputs, and the struct of derivatives.
    fn build(&self, parts: &[TokenStream]) -> (TokenStream, TokenStream) {
        let mut rest = parts;
        let mut take = |count: usize| {
            let (now, later) = rest.split_at(count);
            rest = later;
            now
        };
        let outputs = self.unit.outputs.iter();
        let shapes: Vec<&[Dim]> = outputs.map(|output| &*output.shape).collect();
        let values: Vec<_> = shapes
            .iter()
            .map(|shape| nested(shape, take(count(shape))))
            .collect();
        let values = self.slot_values(&self.unit.results, &values, &shapes, Seen::Inside);
        let columns: usize = self.active().map(|input| count(&input.shape)).sum();
        let rows: Vec<&[TokenStream]> = (0..self.rows()).map(|_| take(columns)).collect();
        let fields: Vec<TokenStream> = match plan::single_number(self.unit) {
            true => {
                let mut first = 0;
                let leaves = self.active().map(|input| {
                    let range = first..first + count(&input.shape);
                    first = range.end;
                    nested(&input.shape, &rows[0][range])
                });
                let core = self.core();
                // A vector for each entry, of no points.
                let nothing = |input: &Input| {
                    let none = quote!(#core::default::Default::default());
                    let dims = input.shape.iter().rev();
                    dims.fold(none, |inner, _| quote!(#core::array::from_fn(|_| #inner)))
                };
                let values = self.active_values(leaves.collect(), &nothing, Seen::Inside);
                let names = self.active_slots().map(|slot| &slot.name).zip(values);
                names.map(|(name, value)| quote!(#name: #value)).collect()
            }
            false => {
                let mut first = 0;
                let fields = self.active_slots().map(|slot| {
                    let range = first..first + self.columns_of(slot);
                    first = range.end;
                    let rows = rows.iter().map(|row| {
                        let entries = &row[range.clone()];
                        quote!([#(#entries),*])
                    });
                    let name = &slot.name;
                    quote!(#name: [#(#rows),*])
                });
                fields.collect()
            }
        };
        let derivative = self.derivative();
        (one_or_tuple(&values), quote!(#derivative { #(#fields),* }))
    }
}

/// The values of a body's results.
fn values(code: &Code, body: &ScalarBody) -> Vec<TokenStream> {
    let all = body.results.iter().flatten();
    all.map(|id: &NodeId| code.value(*id)).collect()
}

fn count(shape: &[Dim]) -> usize {
    shape.iter().map(Dim::literal_size).product()
}

fn usize_literal(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}
