//! Floor 2: judgement. Facts and `now` go in, verdicts with coded findings come out. Pure functions.
//!
//! Knows nothing of storage, network or screens; the device and the server call the same functions.

pub mod calls;
