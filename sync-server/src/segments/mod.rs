//! First copies of scopes: what a scope holds, cut at a line of its log into pieces that devices fetch instead of the
//! log. Built in the background from one consistent read, shared by all who follow the scope, forgotten by age.

mod build;
mod offer;
mod pack;
mod range;
pub mod routes;
mod work;

pub use build::{CannotBuild, build, build_due};
pub use offer::{Copies, copies};
pub use work::Builder;

use sync::ScopeId;

/// A scope that many devices copy. Nobody but one person follows their own; and since most of these have no log, every
/// idle sync would look for copies of them.
fn may_have_copy(scope: &ScopeId) -> bool {
    !matches!(scope, ScopeId::User(_))
}
