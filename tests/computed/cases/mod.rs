//! Reports against other systems, as tests. Every case carries the number under which it was collected (G01 and so on)
//! and says in one line what it guards; a case holds in every mode that a graph offers. Where mathematics leaves a
//! choice, the documented convention is what is tested.

mod arrays;
mod branches;
mod contexts;
mod kinks;
mod names;
mod powers;
mod saturated;
mod singular;
mod stability;
mod structure;
mod syntax;
