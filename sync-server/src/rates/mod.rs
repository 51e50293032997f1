//! How often somebody may come: by address, and by device, before a body is read. What is kept of them is bounded,
//! whoever comes.

mod address;
mod bucket;
mod paced;

pub use address::{Address, TrustedProxies};
pub use paced::{OfDevice, SigningIn, by_address};

use crate::clock::Clock;
use crate::config::Limits;
use bucket::Buckets;
use domain::ids::DeviceId;
use std::net::IpAddr;

/// The limits, and who has used how much of them.
pub struct Rates {
    /// All requests of an address.
    requests: Buckets<IpAddr>,
    /// Sign-ins and renewals of an address.
    sign_ins: Buckets<IpAddr>,
    /// Syncs of a device.
    syncs: Buckets<DeviceId>,
    /// Whose word is taken for an address.
    trusted: TrustedProxies,
}

impl Rates {
    /// As the settings have them, by this clock.
    #[must_use]
    pub fn new(limits: &Limits, clock: &Clock) -> Self {
        Self {
            requests: Buckets::new("requests", limits.requests_per_address, clock),
            sign_ins: Buckets::new("sign_ins", limits.sign_ins_per_address, clock),
            syncs: Buckets::new("syncs", limits.syncs_per_device, clock),
            trusted: limits.trusted_proxies.clone(),
        }
    }
}
