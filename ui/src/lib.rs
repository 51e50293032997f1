//! Floor 5: the screens. They show view models of `contract`, send its commands through `backend`, and judge nothing.
//!
//! Here belong layout, words and gestures. What is true, allowed or saved is the device's business. What is pure
//! (places, texts, dates, drafts) is tested on the host; the rest runs in a browser or a webview only.

pub mod app;
mod backend;
mod clock;
mod live;
mod news;
mod pages;
mod parts;
mod place;
mod screens;
mod settings;
mod text;
