//! People: where golden records come from: the synthetic demo company and the import of real formats.
//! Not here: how golden records are kept (`store`) and who may see them (`sync`).

pub mod demo;
pub mod import;
pub mod routing;
pub mod seed;
