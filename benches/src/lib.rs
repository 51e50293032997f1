//! Shared by the benchmarks: how a figure is said, on which machine, and the data that they measure on. What a figure
//! measures is in its own program under `bin`; nothing here belongs to a shipped program.

pub mod bare;
pub mod child;
pub mod colleague;
pub mod company;
pub mod crowd;
pub mod fixture;
pub mod keychain;
pub mod line;
pub mod load;
mod machine;
pub mod names;
pub mod nppes;
pub mod peers;
pub mod plot;
pub mod purge;
pub mod rep;
pub mod report;
pub mod samples;
pub mod tap;
pub mod territory;
pub mod typing;
pub mod wanted;
pub mod workload;
