//! Floor 5: the server.
