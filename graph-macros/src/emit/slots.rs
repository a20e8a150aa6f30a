//! Values as the user passes and gets them: a leaf by itself, or the struct that leaves make.
//!
//! Bodies know leaves alone. Invariant: a struct is taken apart and put together here and nowhere else, in the order of its
//! leaves; a value without structure is emitted as if there were no structs.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::module::Emit;
use super::target::{Leaf, Target};
use super::{array_type, module_name};
use crate::graph::Dim;
use crate::syntax::Given;
use crate::unit::{Input, Member, RecordType, Slot};

/// Where code stands that names a struct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// In the module of the function, beside which the struct stands.
    Inside,
    /// Where the user wrote the block.
    Outside,
}

/// The Rust struct of a record.
pub fn path(record: &RecordType, seen: Seen) -> TokenStream {
    let name = &record.name;
    match seen {
        Seen::Inside => quote!(super::#name),
        Seen::Outside => record.path.clone(),
    }
}

/// It over a number type, or as many as there are.
pub fn struct_type(record: &RecordType, number: &TokenStream, seen: Seen) -> TokenStream {
    let of = path(record, seen);
    match record.count.map(Literal::usize_unsuffixed) {
        None => quote!(#of<#number>),
        Some(count) => quote!([#of<#number>; #count]),
    }
}

/// A value of a slot, of its leaves, which bodies over arrays have as arrays.
pub fn together(
    slot: &Slot,
    leaves: &[TokenStream],
    shapes: &[&[Dim]],
    seen: Seen,
    rt: &TokenStream,
    is_small: bool,
) -> TokenStream {
    let Some(record) = &slot.record else {
        return leaves[0].clone();
    };
    let members = record.members.iter().zip(shapes);
    let leaves = leaves.iter().zip(members).map(|(leaf, (member, shape))| {
        match member.is_fixed && !shape.is_empty() && !is_small {
            true => quote!(#rt::to_fixed(&#leaf)),
            false => leaf.clone(),
        }
    });
    put_together(record, &leaves.collect::<Vec<_>>(), seen)
}

/// What stands for a leaf that is held constant where a struct of derivatives is put together.
pub fn nothing(input: &Input, core: &TokenStream) -> TokenStream {
    match input.is_fixed_field {
        // What repeats a value is written as the type is.
        true => array_type(&input.shape, &quote!(T::of(0.0))),
        false => quote!(#core::default::Default::default()),
    }
}

/// The struct of these leaves, or several.
fn put_together(record: &RecordType, leaves: &[TokenStream], seen: Seen) -> TokenStream {
    let of = path(record, seen);
    match record.count {
        None => quote!(#of::__of(#(#leaves),*)),
        Some(count) => {
            let each = leaves.chunks(leaves.len() / count);
            quote!([#(#of::__of(#(#each),*)),*])
        }
    }
}

impl Slot {
    /// The leaf of this number behind the struct, or behind the value itself.
    pub fn way(&self, at: usize) -> TokenStream {
        let record = self.record.as_ref();
        record.map_or_else(TokenStream::new, |record| {
            record.members[at].at.tokens.clone()
        })
    }

    /// The shapes of the leaves of an input as arrays; what is constant is in its struct's own form.
    pub fn active_shapes<'i>(&self, inputs: &'i [Input]) -> Vec<&'i [Dim]> {
        let shape = |input: &'i Input| match input.active() {
            true => &*input.shape,
            false => &[],
        };
        inputs[self.leaves.clone()].iter().map(shape).collect()
    }
}

impl<'p, B: Target> Emit<'p, B> {
    /// Where bodies stand.
    pub(super) fn bodies(&self) -> Seen {
        match self.outside {
            true => Seen::Outside,
            false => Seen::Inside,
        }
    }

    /// What stands before the names of the structs of the module.
    pub(super) fn prefix_at(&self, seen: Seen) -> TokenStream {
        let module = module_name(self.function);
        match seen {
            Seen::Outside if !self.is_inline => quote!(#module::),
            _ => TokenStream::new(),
        }
    }

    /// The parameters that are differentiated by.
    pub(super) fn active_slots(&self) -> impl Iterator<Item = &'p Slot> + use<'p, B> {
        self.unit.active_params()
    }

    /// The way to each leaf that is differentiated by, from a gradient on.
    pub(super) fn ways(&self) -> Vec<TokenStream> {
        let ways = self.unit.params.iter().flat_map(|slot| {
            let name = &slot.name;
            slot.leaves.clone().map(move |leaf| {
                let way = slot.way(leaf - slot.leaves.start);
                (leaf, quote!(#name #way))
            })
        });
        let active = ways.filter(|(leaf, _)| self.unit.inputs[*leaf].active());
        active.map(|(_, way)| way).collect()
    }

    /// The type of a value that is given, of leaves of these shapes.
    pub(super) fn slot_owned(&self, slot: &Slot, shape: &[Dim], seen: Seen) -> TokenStream {
        match &slot.record {
            Some(record) => struct_type(record, &quote!(T), seen),
            None => B::owned(self, shape),
        }
    }

    /// The type of a value that is passed.
    pub(super) fn slot_borrowed(
        &self,
        record: &RecordType,
        lifetime: &TokenStream,
        seen: Seen,
    ) -> TokenStream {
        let of = struct_type(record, &quote!(T), seen);
        match B::IS_SMALL {
            true => of,
            false => quote!(&#lifetime #of),
        }
    }

    /// An input as a parameter.
    pub(super) fn param_type(
        &self,
        slot: &Slot,
        lifetime: &TokenStream,
        seen: Seen,
    ) -> TokenStream {
        match &slot.record {
            Some(record) => self.slot_borrowed(record, lifetime, seen),
            None => {
                let input = &self.unit.inputs[slot.leaves.start];
                B::borrowed(self, &input.shape, input.given, lifetime)
            }
        }
    }

    /// A value of a slot, of its leaves.
    pub(super) fn slot_value(
        &self,
        slot: &Slot,
        leaves: &[TokenStream],
        shapes: &[&[Dim]],
        seen: Seen,
    ) -> TokenStream {
        together(slot, leaves, shapes, seen, &self.rt(), B::IS_SMALL)
    }

    /// The values of outputs by position, each put together.
    pub(super) fn slot_values(
        &self,
        slots: &[Slot],
        values: &[TokenStream],
        shapes: &[&[Dim]],
        seen: Seen,
    ) -> Vec<TokenStream> {
        let value = |slot: &Slot| {
            let leaves = slot.leaves.clone();
            self.slot_value(slot, &values[leaves.clone()], &shapes[leaves], seen)
        };
        slots.iter().map(value).collect()
    }

    /// The values of parameters that are differentiated by, of those of their active leaves; what a struct holds constant has
    /// nothing in a gradient.
    pub(super) fn active_values(
        &self,
        leaves: Vec<TokenStream>,
        nothing: &dyn Fn(&Input) -> TokenStream,
        seen: Seen,
    ) -> Vec<TokenStream> {
        let slots: Vec<&Slot> = self.active_slots().collect();
        self.values_of(&slots, leaves, nothing, seen)
    }

    /// The same of some of them.
    pub(super) fn values_of(
        &self,
        slots: &[&Slot],
        leaves: Vec<TokenStream>,
        nothing: &dyn Fn(&Input) -> TokenStream,
        seen: Seen,
    ) -> Vec<TokenStream> {
        let mut given = leaves.into_iter();
        let inputs = &self.unit.inputs;
        let mut value = |slot: &&Slot| {
            let own = &inputs[slot.leaves.clone()];
            let leaves = own.iter().map(|input| match input.active() {
                true => given
                    .next()
                    .unwrap_or_else(|| unreachable!("a leaf has a value")),
                false => nothing(input),
            });
            let leaves: Vec<TokenStream> = leaves.collect();
            self.slot_value(slot, &leaves, &slot.active_shapes(inputs), seen)
        };
        slots.iter().map(&mut value).collect()
    }

    /// Takes the structs among the inputs apart, into the names that bodies know.
    pub(super) fn opened(&self) -> TokenStream {
        self.opened_slots(self.unit.params.iter())
    }

    pub(super) fn opened_slots<'s>(&self, slots: impl Iterator<Item = &'s Slot>) -> TokenStream {
        let slots = slots.filter(|slot| slot.record.is_some());
        let opened = slots.map(|slot| {
            let inputs = &self.unit.inputs[slot.leaves.clone()];
            let leaves = inputs.iter().map(|input| {
                let fixed = input.is_fixed_field;
                (&input.name, &*input.shape, input.given, fixed)
            });
            self.taken_apart(slot, &slot.name, leaves)
        });
        opened.collect()
    }

    fn taken_apart<'l>(
        &self,
        slot: &Slot,
        value: &Ident,
        leaves: impl Iterator<Item = (&'l Ident, &'l [Dim], Given, bool)>,
    ) -> TokenStream {
        let (rt, mut arrays) = (self.rt(), self.names.locals());
        let opened = leaves.enumerate().map(|(at, (name, shape, given, fixed))| {
            let way = slot.way(at);
            if B::IS_SMALL || shape.is_empty() && given != Given::Labels {
                return quote!(let #name = #value #way;);
            }
            let of = B::borrowed(self, shape, given, &TokenStream::new());
            if !fixed {
                return quote!(let #name: #of = &#value #way;);
            }
            let array = arrays.like(&format!("{name}_array"));
            let dimension = self.dimensions_of(shape);
            quote! {
                let #array = #rt::from_fixed(&#value #way, #dimension);
                let #name: #of = &#array;
            }
        });
        opened.collect()
    }

    pub(super) fn dimensions_of(&self, shape: &[Dim]) -> TokenStream {
        let (rt, rank) = (self.rt(), format_ident!("Ix{}", shape.len()));
        let extents = shape
            .iter()
            .map(|dim| Literal::usize_unsuffixed(dim.literal_size()));
        quote!(#rt::ndarray::#rank(#(#extents),*))
    }

    /// Tangents or seeds as parameters: their names, their types, and what takes structs of them apart.
    pub(super) fn leaf_params(
        &self,
        slots: &[&Slot],
        leaves: &[Leaf],
        seen: Seen,
    ) -> (Vec<Ident>, Vec<TokenStream>, TokenStream) {
        let (mut names, mut types) = (Vec::new(), Vec::new());
        let mut opened = TokenStream::new();
        let mut rest = leaves;
        for slot in slots {
            let Some(record) = &slot.record else {
                let (leaf, later) = rest
                    .split_first()
                    .unwrap_or_else(|| unreachable!("a slot has a leaf"));
                rest = later;
                names.push(leaf.name.clone());
                types.push(B::borrowed(self, leaf.shape, Given::Numbers, &quote!()));
                continue;
            };
            let name = self.names.slot_adjoint(&slot.name);
            types.push(self.slot_borrowed(record, &quote!(), seen));
            let mut own = Slot {
                leaves: 0..0,
                ..(*slot).clone()
            };
            let members = record.members.iter().enumerate();
            let members = members.filter(|(at, _)| !self.is_constant_leaf(slot, *at));
            let members: Vec<Member> = members.map(|(_, member)| member.clone()).collect();
            let (mine, later) = rest.split_at(members.len());
            rest = later;
            let fixed: Vec<bool> = members.iter().map(|member| member.is_fixed).collect();
            own.record = Some(RecordType {
                members,
                ..record.clone()
            });
            let parts = mine.iter().zip(fixed);
            let parts = parts.map(|(leaf, fixed)| (&leaf.name, leaf.shape, Given::Numbers, fixed));
            opened.extend(self.taken_apart(&own, &name, parts));
            names.push(name);
        }
        (names, types, opened)
    }

    /// Whether a leaf of a parameter is held constant. Outputs have no such leaves.
    fn is_constant_leaf(&self, slot: &Slot, at: usize) -> bool {
        let is_param = self
            .unit
            .params
            .iter()
            .any(|param| std::ptr::eq(param, slot));
        is_param && !self.unit.inputs[slot.leaves.start + at].active()
    }
}

/// `[Vec<T>; 3]`, or a struct of that, for the entries of a batch.
pub fn entries_type(slot: &Slot, shape: &[Dim], item: &TokenStream, seen: Seen) -> TokenStream {
    match &slot.record {
        Some(record) => struct_type(record, item, seen),
        None => array_type(shape, item),
    }
}
