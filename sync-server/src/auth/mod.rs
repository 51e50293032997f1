//! Who is who: signing in with a password, sessions, tokens. What a person may hold is decided in `sync`.

mod attempts;
mod caller;
mod passwords;
pub mod routes;
mod tokens;
mod work;

pub use attempts::Attempts;
pub use passwords::{BadPassword, Passwords};
