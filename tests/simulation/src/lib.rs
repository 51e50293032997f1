//! Devices and the real server in one program, on disks, a network and clocks that fail by a seed. Whatever happens,
//! what must hold is held against a journal outside of the system. Tests and `cargo xtask faults` run it; nothing that a
//! shipped program needs belongs here.

mod failpoint;
mod glass;
mod history;
mod journal;
mod line;
mod machine;
mod many;
mod oracle;
mod pages;
mod report;
mod site;
mod steps;
mod tablet;
mod wrong;

pub use failpoint::{Failpoint, Whose, every_failpoint};
pub use history::{Ended, History, ROUNDS};
pub use many::{Span, failpoints, histories};
pub use report::{Failure, Report};
pub use wrong::{Ill, Wrong};
