//! The activity log: what a change of a document means to the world. Each effect is kept once; other systems and those
//! who may not hold the document learn of it from here.

mod effect;
mod effects;

pub use effect::Effect;
pub use effects::{Scene, effects};
