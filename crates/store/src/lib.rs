//! Floor 3: the device's encrypted SQLite.
