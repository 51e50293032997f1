//! What the connector stories share.

pub mod crm;
pub mod desk;
