//! The steps of a body: loops over kernels, products, and arrays put together from parts.
//!
//! Invariant: a broadcast, a transpose or a slice is an operand under other axes, never an array of its own.

use std::ops::Range;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::body::Moves;
use crate::emit::code::Code;
use crate::emit::names::Names;
use crate::emit::steps::place;
use crate::graph::{Dim, Graph, Kind, NodeId, Op, Reduction};
use crate::hash::{Map, Set};
use crate::plan::arrays::{self, ArrayBody, Kernel, Output, Step};
use crate::plan::chunks;
use crate::plan::companions::Companions;
use crate::unit::Input;

/// Prints the steps of one body.
pub(super) struct Writer<'b> {
    pub(super) rt: TokenStream,
    /// Of the function.
    pub(super) inputs: &'b [Input],
    pub(super) runtime: &'b TokenStream,
    pub(super) names: &'b Names,
    pub(super) code: Code<'b>,
    pub(super) body: &'b ArrayBody,
    pub(super) made: Set<NodeId>,
    /// What is called that reads an array which the body has not made.
    pub(super) read: Map<NodeId, Ident>,
    /// In the body of a loop over steps, what the entries of leaves are called that are arrays.
    pub(super) entries: Option<Map<NodeId, Ident>>,
    /// Where memory that a caller keeps is, for the first array in it.
    pub(super) places: Map<NodeId, TokenStream>,
}

impl Writer<'_> {
    /// All steps, in parts if they are many.
    pub(super) fn steps(&self) -> TokenStream {
        let kernels = self.shared_kernels();
        let parts = arrays::chunks::of(self.body, &self.code.companions);
        if parts.is_empty() {
            let steps = self.run_of(0..self.body.steps.len());
            return quote!(#kernels #steps);
        }
        let rt = &self.rt;
        let parts = parts.into_iter().map(|part| {
            let gives: Vec<&Ident> = part.gives.iter().map(|id| &self.code.names[id]).collect();
            let steps = self.run_of(part.steps);
            quote!(let (#(#gives,)*) = #rt::part(|| { #steps (#(#gives,)*) });)
        });
        quote!(#kernels #(#parts)*)
    }

    fn run_of(&self, steps: Range<usize>) -> TokenStream {
        steps.map(|at| self.step(at)).collect()
    }

    /// The kernels that several loops have in common.
    fn shared_kernels(&self) -> TokenStream {
        let steps = self.body.steps.iter().enumerate();
        let shared = steps.map(|(at, step)| match (step, self.shared_kernel(at)) {
            (Step::Kernel(kernel), Some(first)) if first == at => {
                self.chain(&chain_name(at), kernel)
            }
            _ => TokenStream::new(),
        });
        shared.collect()
    }

    /// The step with whose kernel a step is computed, if several are.
    fn shared_kernel(&self, at: usize) -> Option<usize> {
        let first = self.body.alike.get(&at).copied();
        first.filter(|_| arrays::chunks::is_closed(self.body))
    }

    fn step(&self, at: usize) -> TokenStream {
        match &self.body.steps[at] {
            Step::Number(id) => self.array_call(*id).unwrap_or_else(|| self.code.line(*id)),
            Step::Entry(id) => self.entry(*id),
            Step::Kernel(kernel) => self.kernel(at, kernel),
            Step::Product(id) => self.product(*id),
            Step::Assemble(id) => self.assemble(*id),
            Step::Loop(of) => self.repeated(of),
        }
    }

    /// One entry of an array, at a label or at a position. Where it is cut out axis by axis, as it mostly is, its position is written at once.
    fn entry(&self, id: NodeId) -> TokenStream {
        let (name, graph) = (&self.code.names[&id], self.graph());
        if let Op::Gather { axis, shared } = graph.node(id).op {
            let (rt, labelled) = (&self.rt, self.labelled(id, axis, shared));
            return quote!(let #name = #rt::at_label(#labelled););
        }
        let mut base = graph.node(id).args[0];
        let mut starts = vec![TokenStream::new(); graph.shape(base).len()];
        while let Op::Slice { axis, start } = &graph.node(base).op {
            let (start, further) = (self.code.extent(start), &starts[*axis]);
            starts[*axis] = quote!(#further #start +);
            base = graph.node(base).args[0];
        }
        let operand = self.operand(base);
        quote!(let #name = #operand.at(&[#(#starts 0),*]);)
    }

    pub(super) fn graph(&self) -> &Graph {
        self.code.graph
    }

    pub(super) fn dimensions(&self, shape: &[Dim]) -> TokenStream {
        let (rt, rank, extents) = (
            &self.rt,
            format_ident!("Ix{}", shape.len()),
            self.code.extents(shape),
        );
        quote!(#rt::ndarray::#rank(#(#extents),*))
    }

    /// A value as a kernel or a product sees it: what it looks at, under its axes.
    pub(super) fn operand(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let extents = || self.code.extents(&node.shape);
        match &node.op {
            Op::View(map) => {
                let (base, extents) = (self.operand(node.args[0]), extents());
                let map = map.iter().map(|axis| match axis {
                    Some(axis) => {
                        let axis = Literal::usize_unsuffixed(*axis);
                        quote!(#rt::core::option::Option::Some(#axis))
                    }
                    None => quote!(#rt::core::option::Option::None),
                });
                quote!(#base.view(&[#(#map),*], &[#(#extents),*]))
            }
            Op::Slice { axis, start } => {
                let (base, start, extent) = (
                    self.operand(node.args[0]),
                    self.code.extent(start),
                    &extents()[*axis],
                );
                quote!(#base.slice(#axis, #start, #extent))
            }
            Op::Step { start, order, .. } if node.kind == Kind::Labels => {
                let (start, place) = (Literal::i64_unsuffixed(*start), place(*order));
                quote!(#rt::Operand::<T>::choice(#start + (#place)))
            }
            Op::Iota => {
                let extent = &extents()[0];
                quote!(#rt::Operand::<T>::count(#extent))
            }
            _ => {
                if let Some(read) = self.read.get(&id) {
                    return quote!(#read);
                }
                let value = self.code.value(id);
                match (node.kind, node.shape.is_empty()) {
                    (Kind::Labels, _) => quote!(#rt::Operand::labels(#value)),
                    (_, true) => quote!(#rt::Operand::number(#value)),
                    _ if matches!(node.op, Op::Part(_) | Op::Push { .. })
                        && !self.is_of_loop(id) =>
                    {
                        quote!(#rt::Operand::array(&#rt::readable(&#value)))
                    }
                    _ if self.made.contains(&id) => quote!(#rt::Operand::array(&#value)),
                    _ => quote!(#rt::Operand::array(&#rt::readable(#value))),
                }
            }
        }
    }

    /// Whether a value is what a loop over steps leaves, whose arrays are ours.
    fn is_of_loop(&self, id: NodeId) -> bool {
        let graph = self.graph();
        let mut of = graph.node(id).args.iter();
        of.any(|of| matches!(graph.node(*of).op, Op::Scan(_))) && self.made.contains(&id)
    }

    /// One loop: its targets, its kernel if no other has it, and the run.
    fn kernel(&self, at: usize, kernel: &Kernel) -> TokenStream {
        let rt = &self.rt;
        let (name, own) = match self.shared_kernel(at) {
            Some(first) => (chain_name(first), TokenStream::new()),
            None => {
                let name = format_ident!("Chain");
                let own = self.chain(&name, kernel);
                (name, own)
            }
        };
        let made = kernel.outputs.iter().map(|output| self.target(output));
        let (declarations, targets): (Vec<_>, Vec<_>) = made.unzip();
        let operands = kernel
            .inputs
            .iter()
            .map(|id| match self.written_over(kernel, *id) {
                Some(target) => quote!(#rt::Operand::over(#target)),
                None => self.operand(*id),
            });
        let extents = self.code.extents(&kernel.shape);
        if let Some(read) = self.swept(kernel) {
            return quote! {
                #(#declarations)*
                {
                    #own
                    #rt::sweep(&#name {}, &[#(#extents),*], [#(#read),*], [#(#targets),*]);
                }
            };
        }
        quote! {
            #(#declarations)*
            {
                #own
                #rt::run(&#name {}, &[#(#extents),*], &[#(#operands),*], [#(#targets),*]);
            }
        }
    }

    /// What a loop computes at each entry, as a type.
    fn chain(&self, name: &Ident, kernel: &Kernel) -> TokenStream {
        let runtime = self.runtime;
        let inputs = Literal::usize_unsuffixed(kernel.inputs.len());
        let outputs = Literal::usize_unsuffixed(kernel.outputs.len());
        let names = kernel.inputs.iter().map(|id| &self.code.names[id]);
        let nodes = kernel.inputs.iter().chain(&kernel.steps);
        let named = nodes.map(|id| (*id, self.code.names[id].clone()));
        let gate = arrays::gate::of(self.code.graph, kernel);
        let (before, behind) = match &gate {
            Some(gate) => (&*gate.before, &*gate.behind),
            None => (&[][..], &*kernel.steps),
        };
        let companions = Companions::of(self.code.graph, &[before, behind].concat());
        let results = kernel.outputs.iter().map(Output::value);
        let holds = gate.iter().flat_map(|gate| gate.holds.iter().copied());
        let [before, behind] = chunks::of(
            self.code.graph,
            &companions,
            [before, behind],
            results.chain(holds),
        );
        let lanes = Code {
            graph: self.code.graph,
            companions,
            names: named.collect(),
            runtime: self.code.runtime,
            number: format_ident!("V"),
            sizes: Map::default(),
            calls: TokenStream::new(),
            rust: None,
        };
        let test = gate.as_ref().map(|gate| {
            let holds = gate.holds.iter().map(|condition| lanes.value(*condition));
            quote!(if !#runtime::Mask::any(#(#holds)&*) { return [V::of(0.0); #outputs]; })
        });
        let (before, behind) = (lanes.chunks(&before), lanes.chunks(&behind));
        let values = kernel.outputs.iter();
        let values = values.map(|output| lanes.value(output.value()));
        quote! {
            struct #name {}
            impl #runtime::Kernel<#inputs, #outputs> for #name {
                #[inline(always)]
                fn eval<V: #runtime::Real>(&self, [#(#names),*]: [V; #inputs]) -> [V; #outputs] {
                    #before
                    #test
                    #behind
                    [#(#values),*]
                }
            }
        }
    }

    /// The output that is written over an input of the loop, if one is.
    pub(super) fn written_over(&self, kernel: &Kernel, input: NodeId) -> Option<usize> {
        let old = arrays::source(self.graph(), input);
        let mut outputs = kernel.outputs.iter();
        outputs.position(|output| self.body.over.get(&output.node()) == Some(&old))
    }

    /// The declaration of an array that is about to be written: new, or in the memory of one that is not read any more.
    pub(super) fn array(&self, id: NodeId) -> TokenStream {
        let (rt, name, shape) = (&self.rt, &self.code.names[&id], self.graph().shape(id));
        let dimensions = self.dimensions(&shape);
        match self.body.over.get(&id) {
            None => match self.places.get(&id) {
                Some(place) => quote!(let mut #name = #rt::take(&mut #place, #dimensions);),
                None => quote!(let mut #name = #rt::array::<T, _>(#dimensions);),
            },
            Some(old) => {
                let old_name = &self.code.names[old];
                if self.graph().shape(*old) == shape {
                    quote!(let mut #name = #old_name;)
                } else {
                    quote!(let mut #name = #rt::reshaped(#old_name, #dimensions);)
                }
            }
        }
    }

    /// The declaration of what an output is written to, and how it is passed.
    fn target(&self, output: &Output) -> (TokenStream, TokenStream) {
        let (rt, node) = (&self.rt, self.graph().node(output.node()));
        let name = &self.code.names[&output.node()];
        let declaration = if node.shape.is_empty() {
            quote!(let mut #name: T = #rt::core::default::Default::default();)
        } else {
            self.array(output.node())
        };
        let target = match &node.op {
            Op::Reduce(reduction, axes) if matches!(output, Output::Reduced { .. }) => {
                let by = match reduction {
                    Reduction::Sum => quote!(Sum),
                    Reduction::Prod => quote!(Prod),
                    Reduction::Max => quote!(Max),
                    Reduction::Min => quote!(Min),
                    Reduction::Norm => unreachable!("a length is the root of sums by now"),
                };
                let axes = axes.iter().map(|axis| Literal::usize_unsuffixed(*axis));
                let function = if node.shape.is_empty() {
                    quote!(reduced_number)
                } else {
                    quote!(reduced)
                };
                quote!(#rt::#function(&mut #name, #rt::Combine::#by, &[#(#axes),*]))
            }
            _ => quote!(#rt::full(&mut #name)),
        };
        (declaration, target)
    }

    fn product(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        let (name, array) = (&self.code.names[&id], self.array(id));
        let Op::Apply(rule) = node.op else {
            unreachable!("a product is an operation of the table")
        };
        let function = Ident::new(rule.row().name, Span::call_site());
        let operands = node.args.iter().map(|arg| self.operand(*arg));
        quote!(#array #rt::#function(#(&#operands,)* &mut #name);)
    }

    fn assemble(&self, id: NodeId) -> TokenStream {
        let (array, node) = (self.array(id), self.graph().node(id));
        let parts = match &node.op {
            Op::Pad { axis, start } => self.padded(id, *axis, start),
            Op::Others(axes) => {
                let (rt, name, operand) =
                    (&self.rt, &self.code.names[&id], self.operand(node.args[0]));
                let axes = axes.iter().map(|axis| Literal::usize_unsuffixed(*axis));
                quote!(#rt::copy(&#operand, &mut #name); #rt::others(&mut #name, &[#(#axes),*]);)
            }
            Op::Reshape => {
                let (rt, name, operand) =
                    (&self.rt, &self.code.names[&id], self.operand(node.args[0]));
                quote!(#rt::refill(&#operand, &mut #name);)
            }
            Op::Concat(axis) => self.one_behind_another(id, *axis),
            Op::Reverse(axis) => {
                let (rt, name, operand) =
                    (&self.rt, &self.code.names[&id], self.operand(node.args[0]));
                quote!(#rt::reverse(&#operand, #axis, &mut #name);)
            }
            Op::Gather { axis, shared } => {
                let (rt, name) = (&self.rt, &self.code.names[&id]);
                let labelled = self.labelled(id, *axis, *shared);
                quote!(#rt::gather(#labelled, &mut #name);)
            }
            Op::Scatter { axis, shared } => {
                let (rt, name, zeros) = (&self.rt, &self.code.names[&id], self.zeros(id));
                let labelled = self.labelled(id, *axis, *shared);
                quote!(#zeros #rt::scatter(#labelled, &mut #name);)
            }
            _ => self.side_by_side(id),
        };
        quote!(#array #parts)
    }

    /// A part within zeros, or added to another array.
    fn padded(&self, id: NodeId, axis: usize, start: &Dim) -> TokenStream {
        let (rt, name, start) = (&self.rt, &self.code.names[&id], self.code.extent(start));
        let args = &self.graph().node(id).args;
        let part = self.operand(args[0]);
        match args.get(1) {
            None => {
                let zeros = self.zeros(id);
                quote!(#zeros #rt::place(&mut #name, #axis, #start, &#part);)
            }
            Some(base) => {
                let old = arrays::source(self.graph(), *base);
                let copied = (self.body.over.get(&id) != Some(&old)).then(|| {
                    let base = self.operand(*base);
                    quote!(#rt::copy(&#base, &mut #name);)
                });
                quote!(#copied #rt::add(&mut #name, #axis, #start, &#part);)
            }
        }
    }

    /// Clears memory that was used before; a new array is zeros.
    fn zeros(&self, id: NodeId) -> Option<TokenStream> {
        let name = &self.code.names[&id];
        let is_used = self.body.over.contains_key(&id) || self.places.contains_key(&id);
        is_used.then(|| quote!(#name.fill(T::of(0.0));))
    }

    /// The arguments of what reads or adds entries at labels along an axis.
    fn labelled(&self, id: NodeId, axis: usize, shared: usize) -> TokenStream {
        let args = &self.graph().node(id).args;
        let (entries, labels) = (self.operand(args[0]), self.operand(args[1]));
        let [axis, shared] = [axis, shared].map(Literal::usize_unsuffixed);
        quote!(&#entries, &#labels, [#axis, #shared])
    }

    fn one_behind_another(&self, id: NodeId, axis: usize) -> TokenStream {
        let (rt, name, args) = (&self.rt, &self.code.names[&id], &self.graph().node(id).args);
        let extents = args.iter().map(|arg| &self.graph().node(*arg).shape[axis]);
        let parts = args.iter().zip(Dim::starts(extents)).map(|(arg, start)| {
            let (operand, start) = (self.operand(*arg), self.code.extent(&start));
            quote!(#rt::place(&mut #name, #axis, #start, &#operand);)
        });
        parts.collect()
    }

    fn side_by_side(&self, id: NodeId) -> TokenStream {
        let (rt, name) = (&self.rt, &self.code.names[&id]);
        let parts = self.graph().node(id).args.iter().enumerate().map(|(at, arg)| {
            let (operand, shape) = (self.operand(*arg), self.graph().shape(*arg));
            let axes = (0..shape.len()).map(|axis| quote!(#rt::core::option::Option::Some(#axis)));
            let map = std::iter::once(quote!(#rt::core::option::Option::None)).chain(axes);
            let extents = self.code.extents(&shape);
            quote!(#rt::place(&mut #name, 0, #at, &#operand.view(&[#(#map),*], &[1, #(#extents),*]));)
        });
        parts.collect()
    }

    /// A value to be given back.
    pub(super) fn result(&self, id: NodeId, moved: &mut Moves) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        if node.shape.is_empty() {
            return self.code.value(id);
        }
        if self.graph().constant(id).is_some() {
            return self.spread_constant(id);
        }
        let last = moved.is_last(arrays::source(self.graph(), id));
        let is_view = matches!(node.op, Op::View(_) | Op::Slice { .. } | Op::Iota);
        let from = arrays::source(self.graph(), id);
        // What is made of one number is no array under other axes.
        let of_array = !self.graph().node(from).shape.is_empty();
        if last && of_array && self.made.contains(&from) && arrays::is_reshape(self.graph(), id) {
            return self.moved(id);
        }
        if is_view || node.kind == Kind::Labels {
            let (operand, dimensions) = (self.operand(id), self.dimensions(&node.shape));
            return quote!(#rt::collect(&#operand, #dimensions));
        }
        let value = self.code.value(id);
        if self.made.contains(&id) {
            quote!(#rt::core::clone::Clone::clone(&#value))
        } else {
            quote!(#rt::owned(#value))
        }
    }

    /// An array of one literal.
    pub(super) fn spread_constant(&self, id: NodeId) -> TokenStream {
        let (rt, graph) = (&self.rt, self.graph());
        let Some(value) = graph.constant(id) else {
            unreachable!("only literals are spread: {id:?}")
        };
        let value = self.code.literal(value);
        let dimensions = self.dimensions(&graph.node(id).shape);
        quote!(#rt::ndarray::Array::from_elem(#dimensions, #value))
    }

    /// An array that the body has made and does not need any more, as a value.
    pub(super) fn moved(&self, id: NodeId) -> TokenStream {
        let (rt, from) = (&self.rt, arrays::source(self.graph(), id));
        let value = self.code.value(from);
        if from == id {
            return value;
        }
        let dimensions = self.dimensions(&self.graph().shape(id));
        quote!(#rt::reshaped(#value, #dimensions))
    }

    /// A value as an operand, a literal too.
    pub(super) fn any_operand(&self, id: NodeId) -> TokenStream {
        let Some(value) = self.graph().constant(id) else {
            return self.operand(id);
        };
        let (rt, extents) = (&self.rt, self.code.extents(&self.graph().node(id).shape));
        let (value, none) = (
            self.code.literal(value),
            quote!(#rt::core::option::Option::None),
        );
        let map = extents.iter().map(|_| &none);
        quote!(#rt::Operand::number(#value).view(&[#(#map),*], &[#(#extents),*]))
    }

    /// A value that nothing else holds.
    pub(super) fn owned_value(&self, id: NodeId) -> TokenStream {
        let (rt, node) = (&self.rt, self.graph().node(id));
        if node.shape.is_empty() {
            return self.code.value(id);
        }
        if self.graph().constant(id).is_some() {
            return self.spread_constant(id);
        }
        let (operand, dimensions) = (self.operand(id), self.dimensions(&node.shape));
        quote!(#rt::collect(&#operand, #dimensions))
    }

    /// Writes a value to a place whose memory is kept.
    pub(super) fn copied(&self, id: NodeId, place: &TokenStream) -> TokenStream {
        let (rt, shape) = (&self.rt, self.graph().shape(id));
        if shape.is_empty() {
            let value = self.code.value(id);
            return quote!(#place = #value;);
        }
        let dimensions = self.dimensions(&shape);
        let operand = self.any_operand(id);
        quote!(#rt::write(&mut #place, &#operand, #dimensions);)
    }

    /// A value to be kept in `Forward`: inputs stay borrowed.
    pub(super) fn kept(&self, id: NodeId, moved: &mut Moves) -> TokenStream {
        let node = self.graph().node(id);
        match node.op {
            Op::Input { .. } => {
                moved.is_last(id);
                self.kept_input(node, &self.code.value(id))
            }
            _ => self.result(id, moved),
        }
    }
}

/// The type of a kernel that several loops have in common.
fn chain_name(at: usize) -> Ident {
    format_ident!("Chain{at}")
}
