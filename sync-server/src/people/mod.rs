//! People: where golden records come from: the synthetic demo company and the import of real formats.
//! `routing` says which scopes hold a row. Not here: how rows are kept (`store`) and who follows a scope (`sync`).

pub mod demo;
pub mod import;
pub mod realign;
pub mod routing;
pub mod seed;
