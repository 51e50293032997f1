//! Chips: a short fact with a drawing, coloured by its meaning.

use crate::parts::icon::{Drawing, Icon};
use leptos::prelude::*;

/// What a chip's colour means. The drawing and the text say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A plain fact.
    Plain,
    /// Part of what is chosen.
    Accent,
    /// Allowed, done.
    Ok,
    /// Needs a look.
    Warn,
    /// Forbidden.
    Stop,
}

impl Tone {
    /// Its class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "chip",
            Self::Accent => "chip accent",
            Self::Ok => "chip ok",
            Self::Warn => "chip warn",
            Self::Stop => "chip stop",
        }
    }
}

/// A chip.
#[component]
pub fn Chip(
    #[prop(default = Tone::Plain)] tone: Tone,
    icon: Icon,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <span class=tone.class()>
            <Drawing of=icon/>
            {text}
        </span>
    }
}
