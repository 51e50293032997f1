//! Parts: what several screens are built from. A part knows its look and gestures, and nothing of a screen.

pub mod avatar;
pub mod banner;
pub mod chip;
pub mod empty;
pub mod field;
pub mod icon;
pub mod palette;
pub mod picker;
pub mod progress;
pub mod rail;
pub mod segmented;
pub mod sheet;
pub mod toast;
