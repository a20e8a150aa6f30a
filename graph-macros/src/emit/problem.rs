//! `f::Problem`: the function of its flat parameter vector, through the traits that consumers of derivatives know.
//!
//! The struct stands in the module `f`, its implementations beside it, where both the value function and the module can be
//! named. Invariant: nothing is computed here. Every method takes the vector apart, calls an item of `f`, and writes down
//! what comes back; its own locals have mixed-site spans and so hide no name of the user's.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::log_density;
use super::module::Emit;
use super::slots::{Seen, nothing, together};
use super::sparse::{Patterns, Shown};
use super::target::Target;
use super::{module_name, own_use, quiet};
use crate::graph::Dim;
use crate::plan;
use crate::syntax::{Function, text};
use crate::unit::{Input, Slot, Unit};

/// What a problem adds to the items of a function.
pub struct Parts {
    /// The struct and `check`, for the module.
    pub inside: TokenStream,
    /// The implementations, for beside it.
    pub beside: TokenStream,
}

/// What a target decides of a problem.
pub trait Vectors {
    /// The struct, and what there is beside its traits.
    fn item(&self, of: &Problem) -> TokenStream;
    fn methods(&self, of: &Problem) -> TokenStream;
    /// What stands behind `impl`, where the trait has the number type for a parameter or not, and behind the struct.
    fn generics(&self, of: &Problem, with_number: bool) -> TokenStream;
    fn arguments(&self, of: &Problem) -> TokenStream;
    /// How many entries a group has.
    fn count(&self, of: &Problem, group: Group) -> TokenStream;
    /// The extents of a value, as a slice.
    fn extents(&self, of: &Problem, group: Group, at: usize) -> TokenStream;
    /// The next value from the reader `from`.
    fn read(&self, of: &Problem, group: Group, at: usize) -> TokenStream;
    /// Whether arrays are fixed arrays.
    fn is_small(&self) -> bool;
    /// The parameters of a type that is the problem by another name, and what that is called with.
    fn alias(&self, of: &Problem) -> [TokenStream; 2];
    /// A local as an argument of one of the graph's functions, and what such a function gives.
    fn passed(&self, local: &Ident, shape: &[Dim]) -> TokenStream;
    fn given(&self, of: &Problem, call: TokenStream) -> TokenStream;
    /// The bodies of `Residuals::jacobian` and of `SecondOrder::hessian`.
    fn jacobian(&self, of: &Problem) -> TokenStream;
    fn hessian(&self, of: &Problem) -> TokenStream;
    /// The parameters of `f::LogDensity` where it is declared, where it is implemented, and as arguments; and the bound of a number.
    fn density_generics(&self, of: &Problem) -> [TokenStream; 3];
    fn number_bound(&self, of: &Problem) -> TokenStream;
    /// The type of a vector for a group that is kept.
    fn start(&self, of: &Problem, group: Group) -> TokenStream;
    /// The type of an output.
    fn owned(&self, of: &Problem, slot: &Slot, seen: Seen) -> TokenStream;
    /// `LogDensity::new`, in the problem of the way back; the log density's module is given.
    fn density_new(&self, of: &Problem, density: &Ident) -> TokenStream;
    /// Where the entries of a matrix stand, asked of what keeps that; and what writes those in the local `found` to the vector `values`.
    fn pattern(&self, of: &Problem, matrix: &Shown) -> TokenStream;
    fn put_entries(&self, of: &Problem, matrix: &Shown) -> TokenStream;
    /// What a program keeps of the places of its matrices, how it comes about, and the types of their entries as they are computed.
    fn places_fields(&self, of: &Problem, matrices: &[Shown]) -> TokenStream;
    fn program_new(&self, of: &Problem, matrices: &[Shown]) -> TokenStream;
    fn entries_types(&self, of: &Problem) -> [TokenStream; 2];
    /// The function `check`, which makes the locals `problem` and `x`, and goes on with `checks`.
    fn check(&self, of: &Problem, checks: &TokenStream) -> TokenStream;
}

/// Which values a vector holds: the differentiated inputs, or the outputs; of the former, in a differential equation, the state
/// and those behind it.
#[derive(Clone, Copy)]
pub enum Group {
    Inputs,
    Outputs,
    State,
    Coefficients,
    /// The outputs of a nonlinear program but for the first.
    Constraints,
}

impl Group {
    fn is_of_outputs(self) -> bool {
        matches!(self, Group::Outputs | Group::Constraints)
    }
}

pub struct Problem<'p> {
    pub function: &'p Function,
    pub unit: &'p Unit,
    pub runtime: &'p TokenStream,
    pub target: &'p dyn Vectors,
    /// Whether what stands beside it is missing, since something is wrong in its block, which stands in a module of its own.
    pub is_alone: bool,
    /// Where patterns are asked for.
    pub patterns: Option<Patterns<'p>>,
}

/// The words for `f::Problem` and for `check` in documentation.
pub const PROBLEM_DOCS: &str =
    "The function of its flat parameter vector, with the constant inputs bound.";
pub const CHECK_DOCS: &str =
    "Holds the derivatives against difference quotients and against each other.";

impl<B: Target> Emit<'_, B> {
    pub(super) fn problem_by(&self, target: &dyn Vectors) -> Parts {
        let problem = Problem {
            function: self.function,
            unit: self.unit,
            runtime: self.runtime,
            target,
            is_alone: self.is_broken && self.is_nested,
            patterns: self.patterns(),
        };
        problem.parts()
    }
}

impl<'p> Problem<'p> {
    fn parts(&self) -> Parts {
        if self.unit.is_value_only {
            let [inside, beside] = self.density();
            return Parts { inside, beside };
        }
        let (item, checks) = (self.target.item(self), self.checks());
        let check = self.target.check(self, &checks);
        let (own, traits) = (self.target.methods(self), self.traits());
        let [ode, dynamics] = match self.unit.ode {
            true => [self.ode(), self.dynamics()],
            false => [TokenStream::new(), TokenStream::new()],
        };
        let (program, sparse) = (self.program_struct(), self.sparse_methods());
        let ([density, of_density], shown) = (
            self.density(),
            log_density::shown(self.function, self.is_alone),
        );
        Parts {
            inside: quote!(#item #ode #program #check #density #shown),
            beside: quote!(#own #traits #dynamics #sparse #of_density),
        }
    }

    pub fn rt(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private)
    }

    pub fn active(&self) -> impl Iterator<Item = &'p Input> {
        plan::active(self.unit)
    }

    pub fn active_slots(&self) -> impl Iterator<Item = &'p Slot> {
        self.unit.active_params()
    }

    /// The inputs that a problem holds: those that are constant, and structs with something constant in them.
    pub fn constants(&self) -> impl Iterator<Item = &'p Slot> {
        let unit = self.unit;
        unit.params
            .iter()
            .filter(|slot| !unit.inputs[slot.leaves.clone()].iter().all(Input::active))
    }

    /// The values of a group, as the user passes or gets them.
    fn slots(&self, group: Group) -> Vec<&'p Slot> {
        match group {
            Group::Inputs => self.active_slots().collect(),
            Group::Outputs => self.unit.results.iter().collect(),
            Group::State => vec![self.unit.state()],
            Group::Coefficients => self.unit.coefficients(),
            Group::Constraints => self.unit.results.iter().skip(1).collect(),
        }
    }

    /// Whether a leaf of a group's slots is in the group.
    fn holds(&self, group: Group, leaf: usize) -> bool {
        group.is_of_outputs() || self.unit.inputs[leaf].active()
    }

    /// The shapes of a group.
    pub fn shapes(&self, group: Group) -> Vec<&'p [Dim]> {
        let leaves = self.slots(group).into_iter();
        let leaves = leaves.flat_map(|slot| slot.leaves.clone());
        let leaves = leaves.filter(|leaf| self.holds(group, *leaf));
        leaves.map(|leaf| self.shape_of(group, leaf)).collect()
    }

    fn traits(&self) -> TokenStream {
        let parameters = self.parameter_vector();
        let first = match plan::single_number(self.unit) {
            true => self.objective(),
            false => self.residuals(),
        };
        let second = has_second_order(self.unit).then(|| self.second_order());
        let directional = self.directional();
        quote!(#parameters #first #second #directional)
    }

    /// `impl … f::Problem { … }`.
    pub fn own(&self, methods: &TokenStream) -> TokenStream {
        self.implemented(&TokenStream::new(), true, methods)
    }

    /// `impl … Trait<T> for f::Problem { … }`.
    pub fn implementation(&self, name: &str, methods: &TokenStream) -> TokenStream {
        let (runtime, name) = (self.runtime, format_ident!("{name}"));
        self.implemented(&quote!(#runtime::#name<T> for), true, methods)
    }

    pub fn implemented(
        &self,
        of: &TokenStream,
        with_number: bool,
        methods: &TokenStream,
    ) -> TokenStream {
        let (name, quiet) = (&module_name(self.function), quiet());
        let (conditions, own) = (self.function.conditions(), own_use(self.function));
        let generics = self.target.generics(self, with_number);
        let arguments = self.target.arguments(self);
        quote! {
            #(#conditions)* #quiet #own
            impl #generics #of #name::Problem #arguments { #methods }
        }
    }

    /// How many entries a vector for a group has, asked of the problem.
    fn length(&self, group: Group) -> TokenStream {
        let runtime = self.runtime;
        let mixed = Span::mixed_site();
        match group {
            Group::Inputs => quote_spanned!(mixed=> #runtime::Parameters::parameters(self)),
            Group::Outputs => quote_spanned!(mixed=> #runtime::Directional::<T>::seeds(self)),
            Group::State => quote_spanned!(mixed=> #runtime::Dynamics::<T>::states(self)),
            Group::Coefficients => {
                quote_spanned!(mixed=> #runtime::Dynamics::<T>::coefficients(self))
            }
            Group::Constraints => quote_spanned!(mixed=> self.__constraint_count()),
        }
    }

    /// Takes a vector apart into the values of a group, whose names are new.
    pub fn read(&self, vector: &str, group: Group) -> (Vec<Ident>, TokenStream) {
        let (rt, mixed, length) = (self.rt(), Span::mixed_site(), self.length(group));
        let name = |at| Ident::new(&format!("{vector}_{at}"), mixed);
        let names: Vec<Ident> = (0..self.shapes(group).len()).map(name).collect();
        let values = (0..names.len()).map(|at| self.target.read(self, group, at));
        let vector = Ident::new(vector, mixed);
        let code = quote_spanned! {mixed=>
            let mut from = #rt::Reader::<T>::new(#vector, #length);
            #(let #names = #values;)*
        };
        (names, code)
    }

    /// Writes the values of a group into a vector.
    pub fn write(&self, vector: &str, values: &[TokenStream], group: Group) -> TokenStream {
        self.write_of(vector, values, &self.length(group))
    }

    /// Writes values into a vector of a length.
    pub fn write_of(
        &self,
        vector: &str,
        values: &[TokenStream],
        length: &TokenStream,
    ) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let vector = Ident::new(vector, mixed);
        quote_spanned! {mixed=>
            let mut to = #rt::Writer::<T>::new(#vector, #length);
            #(to.put(&#values);)*
        }
    }

    /// Takes the vector `x` apart, and the arguments of the graph's functions that come of it and of the constants.
    pub fn inputs(&self) -> (TokenStream, TokenStream) {
        let (names, mut read) = self.read("x", Group::Inputs);
        let arguments = self.arguments(names.into_iter(), &mut read);
        (read, arguments)
    }

    /// The arguments of the graph's functions, of locals for the leaves that are differentiated by and of the constants.
    pub fn arguments(
        &self,
        mut names: impl Iterator<Item = Ident>,
        read: &mut TokenStream,
    ) -> TokenStream {
        let arguments = self.unit.params.iter().map(|slot| {
            let (name, inputs) = (&slot.name, &self.unit.inputs[slot.leaves.clone()]);
            let held = quote_spanned!(Span::mixed_site()=> self.#name);
            if !slot.is_active(&self.unit.inputs) {
                return held;
            }
            let locals: Vec<Option<Ident>> = inputs
                .iter()
                .map(|input| input.active().then(|| names.next()).flatten())
                .collect();
            let leaves = locals.iter().enumerate().map(|(at, local)| {
                let way = slot.way(at);
                match local {
                    Some(local) => self.leaf(local, &inputs[at].shape, inputs[at].is_fixed_field),
                    None => self.copied(&quote!(#held #way)),
                }
            });
            let leaves: Vec<TokenStream> = leaves.collect();
            match (&slot.record, &locals[0]) {
                (None, Some(local)) => self.target.passed(local, &inputs[0].shape),
                _ => self.passed_struct(slot, &leaves, Group::Inputs, ("x", &mut *read)),
            }
        });
        let arguments: Vec<TokenStream> = arguments.collect();
        quote!(#(#arguments),*)
    }

    /// The inputs that were read from a vector, each put together of leaves of its own.
    pub fn unpacked(&self, names: &[Ident]) -> Vec<TokenStream> {
        let (mut names, rt) = (names.iter(), self.rt());
        let core = quote!(#rt::core);
        let mut value = |slot: &Slot| {
            let inputs = &self.unit.inputs[slot.leaves.clone()];
            let leaves =
                inputs.iter().map(
                    |input| match input.active().then(|| names.next()).flatten() {
                        Some(local) if slot.record.is_some() => {
                            self.leaf(local, &input.shape, input.is_fixed_field)
                        }
                        Some(local) => quote!(#local),
                        None => nothing(input, &core),
                    },
                );
            let leaves: Vec<TokenStream> = leaves.collect();
            let shapes = slot.active_shapes(&self.unit.inputs);
            let is_small = self.target.is_small();
            together(slot, &leaves, &shapes, Seen::Outside, &rt, is_small)
        };
        self.active_slots().map(&mut value).collect()
    }

    /// The shape of a leaf.
    fn shape_of(&self, group: Group, leaf: usize) -> &'p [Dim] {
        match group {
            Group::Outputs | Group::Constraints => &self.unit.outputs[leaf].shape,
            _ => &self.unit.inputs[leaf].shape,
        }
    }

    /// A leaf that was read from a vector, as its struct holds it.
    fn leaf(&self, local: &Ident, shape: &[Dim], is_fixed: bool) -> TokenStream {
        let rt = self.rt();
        match self.target.is_small() || shape.is_empty() || is_fixed {
            true => quote!(#local),
            false => quote!(#rt::owned(&#local)),
        }
    }

    /// A leaf that the problem holds.
    fn copied(&self, place: &TokenStream) -> TokenStream {
        let rt = self.rt();
        match self.target.is_small() {
            true => place.clone(),
            false => quote!(#rt::core::clone::Clone::clone(&#place)),
        }
    }

    /// A struct as an argument of one of the graph's functions: a local of its own, since what a call gives may borrow from it.
    fn passed_struct(
        &self,
        slot: &Slot,
        leaves: &[TokenStream],
        group: Group,
        (vector, read): (&str, &mut TokenStream),
    ) -> TokenStream {
        let shapes: Vec<&[Dim]> = match group {
            Group::Outputs | Group::Constraints => {
                let outputs = self.unit.outputs[slot.leaves.clone()].iter();
                outputs.map(|output| &*output.shape).collect()
            }
            _ => slot.active_shapes(&self.unit.inputs),
        };
        let is_small = self.target.is_small();
        let value = together(slot, leaves, &shapes, Seen::Outside, &self.rt(), is_small);
        if is_small {
            return value;
        }
        let name = format!("{vector}_of_{}", text(&slot.name));
        let local = Ident::new(&name, Span::mixed_site());
        read.extend(quote!(let #local = #value;));
        quote!(&#local)
    }

    /// Takes a vector of tangents or of seeds apart, and the arguments that come of it.
    pub fn directions(&self, vector: &str, group: Group) -> (TokenStream, TokenStream) {
        let (names, mut read) = self.read(vector, group);
        let (mut names, rt) = (names.into_iter(), self.rt());
        let core = quote!(#rt::core);
        let mut argument = |slot: &Slot| {
            let mut next = || {
                let local = names.next();
                local.unwrap_or_else(|| unreachable!("a leaf is read"))
            };
            let Some(record) = &slot.record else {
                return self
                    .target
                    .passed(&next(), self.shape_of(group, slot.leaves.start));
            };
            let leaves = slot.leaves.clone().zip(&record.members);
            let leaves = leaves.map(|(at, member)| match self.holds(group, at) {
                true => self.leaf(&next(), self.shape_of(group, at), member.is_fixed),
                false => nothing(&self.unit.inputs[at], &core),
            });
            let leaves: Vec<TokenStream> = leaves.collect();
            self.passed_struct(slot, &leaves, group, (vector, &mut read))
        };
        let slots = self.slots(group).into_iter();
        let arguments: Vec<TokenStream> = slots.map(&mut argument).collect();
        (read, quote!(#(#arguments),*))
    }

    /// A call of the function itself, or of an item of its module.
    pub fn call(&self, item: Option<&str>, arguments: &TokenStream) -> TokenStream {
        let name = &module_name(self.function);
        let item = item.map(|item| {
            let item = format_ident!("{item}");
            quote!(::#item)
        });
        self.target.given(self, quote!(#name #item(#arguments)))
    }

    /// The fields of a gradient in a local.
    pub fn fields(&self, local: &str) -> Vec<TokenStream> {
        let local = Ident::new(local, Span::mixed_site());
        let ways = self.ways(Group::Inputs).into_iter();
        ways.map(|(name, _, way)| quote!(#local.#name #way))
            .collect()
    }

    /// The way to each leaf of a group: the name of its slot, the place of that, and the way on from there.
    pub fn ways(&self, group: Group) -> Vec<(&'p Ident, usize, TokenStream)> {
        let mut ways = Vec::new();
        for (place, slot) in self.slots(group).into_iter().enumerate() {
            for (at, leaf) in slot.leaves.clone().enumerate() {
                if self.holds(group, leaf) {
                    ways.push((&slot.name, place, slot.way(at)));
                }
            }
        }
        ways
    }

    /// The values in a local that holds one value, or a tuple of several.
    pub fn values(&self, local: &str, group: Group) -> Vec<TokenStream> {
        let local = Ident::new(local, Span::mixed_site());
        let is_single = self.slots(group).len() == 1;
        let ways = self.ways(group).into_iter();
        let values = ways.map(|(_, place, way)| match is_single {
            true => quote!(#local #way),
            false => {
                let place = Literal::usize_unsuffixed(place);
                quote!(#local.#place #way)
            }
        });
        values.collect()
    }

    /// What an entry of a group is called.
    fn named(&self, group: Group) -> TokenStream {
        let (runtime, mixed) = (self.runtime, Span::mixed_site());
        let names: Vec<String> = match group {
            Group::Outputs => {
                let outputs = self.unit.outputs.iter();
                outputs.map(|output| output.label.clone()).collect()
            }
            _ => self.active().map(|input| input.label.clone()).collect(),
        };
        let arrays = names.iter().enumerate().map(|(at, name)| {
            let extents = self.target.extents(self, group, at);
            quote!((#name, #extents))
        });
        quote_spanned!(mixed=> #runtime::Name::among(&[#(#arrays),*], at))
    }

    fn parameter_vector(&self) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let (count, named) = (
            self.target.count(self, Group::Inputs),
            self.named(Group::Inputs),
        );
        let methods = quote_spanned! {mixed=>
            #[inline]
            fn parameters(&self) -> #rt::core::primitive::usize { #count }
            fn name(&self, at: #rt::core::primitive::usize) -> #runtime::Name { #named }
        };
        self.implemented(&quote!(#runtime::Parameters for), false, &methods)
    }

    fn objective(&self) -> TokenStream {
        let mixed = Span::mixed_site();
        let (read, arguments) = self.inputs();
        let value = self.call(None, &arguments);
        let both = self.call(Some("value_and_grad"), &arguments);
        let write = self.write("gradient", &self.fields("found"), Group::Inputs);
        let methods = quote_spanned! {mixed=>
            #[inline]
            #[track_caller]
            fn value(&self, x: &[T]) -> T {
                #read
                #value
            }
            #[inline]
            #[track_caller]
            fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
                #read
                let (value, found) = #both;
                #write
                value
            }
        };
        self.implementation("Objective", &methods)
    }

    fn second_order(&self) -> TokenStream {
        let (mixed, body) = (Span::mixed_site(), self.target.hessian(self));
        let methods = quote_spanned! {mixed=>
            #[inline]
            #[track_caller]
            fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T { #body }
        };
        self.implementation("SecondOrder", &methods)
    }

    fn residuals(&self) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let (read, arguments) = self.inputs();
        let value = self.call(None, &arguments);
        let write = self.write(
            "residuals",
            &self.values("value", Group::Outputs),
            Group::Outputs,
        );
        let count = self.target.count(self, Group::Outputs);
        let (named, jacobian) = (self.named(Group::Outputs), self.target.jacobian(self));
        let methods = quote_spanned! {mixed=>
            #[inline]
            fn outputs(&self) -> #rt::core::primitive::usize { #count }
            fn output_name(&self, at: #rt::core::primitive::usize) -> #runtime::Name { #named }
            #[inline]
            #[track_caller]
            fn residuals(&self, x: &[T], residuals: &mut [T]) {
                #read
                let value = #value;
                #write
            }
            #[inline]
            #[track_caller]
            fn jacobian(&self, x: &[T], residuals: &mut [T], jacobian: &mut [T]) { #jacobian }
        };
        self.implementation("Residuals", &methods)
    }

    fn directional(&self) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let (read, arguments) = self.inputs();
        let (read_direction, tangents) = self.directions("direction", Group::Inputs);
        let (read_seeds, seeds) = self.directions("seeds", Group::Outputs);
        let jvp = self.call(Some("jvp"), &quote!(#arguments, #tangents));
        let vjp = self.call(Some("vjp"), &arguments);
        let found = self
            .target
            .given(self, quote_spanned!(mixed=> pull(#seeds)));
        let count = self.target.count(self, Group::Outputs);
        let outputs = |vector, local| {
            let values = self.values(local, Group::Outputs);
            self.write(vector, &values, Group::Outputs)
        };
        let (write_outputs, write_change) =
            (outputs("outputs", "value"), outputs("change", "moved"));
        let adjoints = self.values("found", Group::Inputs);
        let write_adjoints = self.write("adjoints", &adjoints, Group::Inputs);
        let methods = quote_spanned! {mixed=>
            #[inline]
            fn seeds(&self) -> #rt::core::primitive::usize { #count }
            #[inline]
            #[track_caller]
            fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
                #read
                #read_direction
                let (value, moved) = #jvp;
                #write_outputs
                #write_change
            }
            #[inline]
            #[track_caller]
            fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]) {
                #read
                #read_seeds
                let (value, pull) = #vjp;
                #write_outputs
                let found = #found;
                #write_adjoints
            }
        };
        self.implementation("Directional", &methods)
    }

    /// What `check` gives, which holds every derivative there is against the others.
    fn checks(&self) -> TokenStream {
        let (runtime, mixed) = (self.runtime, Span::mixed_site());
        let single = plan::single_number(self.unit);
        let kind = format_ident!("{}", if single { "objective" } else { "residuals" });
        let second = has_second_order(self.unit)
            .then(|| quote_spanned!(mixed=> .and(#runtime::check::second_order(&problem, &x))));
        let stopped = self.active().filter(|input| input.stopped);
        let stopped: Vec<String> = stopped.map(|input| input.label.clone()).collect();
        let holding =
            (!stopped.is_empty()).then(|| quote_spanned!(mixed=> .holding(&[#(#stopped),*])));
        quote_spanned! {mixed=>
            #runtime::check::#kind(&problem, &x).and(#runtime::check::directional(&problem, &x)) #second #holding
        }
    }
}

/// Whether the module has second derivatives. Beside an error it may have them of something that is no objective.
pub(super) fn has_second_order(unit: &Unit) -> bool {
    unit.hessian && plan::single_number(unit)
}
