//! Connectors: what leaves for the CRM. They read the committed outbox; nobody calls them.
//! Not here: what goes into the outbox (the merge decides) and how it is kept (`store`).

pub mod delivery;
pub mod envelope;
pub mod events;
pub mod outbox;
pub mod schedule;
pub mod signature;
pub mod webhook;
