//! Floor 4: the app without a window.
