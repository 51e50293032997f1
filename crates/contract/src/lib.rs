//! Floor 1: what the screens and the device say to each other.
