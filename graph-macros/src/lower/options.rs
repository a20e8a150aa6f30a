//! What `#[graph(…)]` asks for, checked against the graph it is asked of.
//!
//! Invariant: an option that cannot be fulfilled has been reported, at its word or at the call that stands in the way; the
//! items it asks for are made beside the error wherever they can be, so that no second error follows from it.

use std::rc::Rc;

use crate::errors::{Errors, Limits};
use crate::graph::Keep;
use crate::syntax::{Function, Given, text};
use crate::unit::{Input, Slot, Unit};

/// Turns the options of a function into those of its unit.
pub fn check(function: &Function, unit: &mut Unit, errors: &mut Errors) {
    let sound = errors.is_empty();
    if let Some(place) = function.options.hessian {
        let first = unit.outputs.first().map(|output| output.shape.is_empty());
        let is_number = unit.results.iter().all(|slot| slot.record.is_none());
        if sound && !unit.gives_number() {
            let option = "hessian";
            errors.report(place, Limits::OptionNeedsNumber { option });
        }
        unit.hessian = first == Some(true) && is_number;
    }
    if function.options.ode.is_some() && sound {
        unit.ode = is_equation(unit, errors);
    }
    if function.options.keep.is_none() {
        keep_few_of_numbers(unit);
    }
    if let Some((keep, place)) = function.options.keep {
        if sound && unit.graph.scans.is_empty() {
            errors.report(place, Limits::KeepNeedsLoop);
        }
        for scan in &mut unit.graph.scans {
            Rc::make_mut(scan).keep = keep;
        }
    }
    if let Some(place) = function.options.batch {
        unit.batch = unit.is_small();
        if sound && !unit.batch {
            let mut inputs = unit.inputs.iter();
            let has_count = inputs.any(|input| input.given == Given::Count);
            let problem = match has_count {
                true => Limits::BatchOfCount,
                false => Limits::BatchOfArrays,
            };
            errors.report(place, problem);
        }
    }
}

/// The most steps of which graphs of numbers keep everything, since that is on the stack.
const MOST_KEPT: usize = 512;

/// Loops of numbers keep few states where they have many steps, unless the program says otherwise.
fn keep_few_of_numbers(unit: &mut Unit) {
    if unit.graph.scans.is_empty() || !unit.is_small() {
        return;
    }
    for scan in &mut unit.graph.scans {
        if scan.length.size().is_some_and(|steps| steps > MOST_KEPT) {
            Rc::make_mut(scan).keep = Keep::Few;
        }
    }
}

/// Whether a function can be the right side of a differential equation; if not, that is reported.
fn is_equation(unit: &Unit, errors: &mut Errors) -> bool {
    let inputs = |slot: &Slot| &unit.inputs[slot.leaves.clone()];
    let is_time = |slot: &Slot| {
        let is_number = |input: &Input| input.active() && input.shape.is_empty();
        slot.record.is_none() && inputs(slot).iter().all(is_number)
    };
    let state = match &*unit.params {
        [time, state, ..] if is_time(time) => state,
        [first, ..] => {
            errors.report(first.name.span(), Limits::OdeInputs);
            return false;
        }
        [] => return false,
    };
    let Some(change) = unit.results.first() else {
        return false;
    };
    let name = &text(&state.name);
    if !inputs(state).iter().all(Input::active) {
        errors.report(state.name.span(), Limits::OdeState { state: name });
        return false;
    }
    let fits = unit.results.len() == 1 && are_alike(unit, state, change);
    if !fits {
        errors.report(change.name.span(), Limits::OdeChange { state: name });
    }
    fits
}

/// Whether an input and an output are of one type.
fn are_alike(unit: &Unit, input: &Slot, output: &Slot) -> bool {
    let inputs = unit.inputs[input.leaves.clone()].iter();
    let outputs = unit.outputs[output.leaves.clone()].iter();
    let record = |slot: &Slot| {
        let record = slot.record.as_ref();
        record.map(|record| (record.path.to_string(), record.count))
    };
    let shapes = inputs.map(|input| &input.shape);
    record(input) == record(output) && shapes.eq(outputs.map(|output| &output.shape))
}
