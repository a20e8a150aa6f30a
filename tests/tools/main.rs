//! What tools make of graphs: the messages of the compiler, and what an editor does with names.

mod editor;
mod ui;
