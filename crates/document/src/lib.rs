//! Floor 1: documents that merge.
