//! Floor 2: judgement.
