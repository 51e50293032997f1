//! What the user chose about the look of this device: language and theme. Kept in the browser's storage, since it
//! is no data of the trade.

use crate::text::Language;
use leptos::prelude::*;
use web_sys::Storage;

const LANGUAGE: &str = "rounds.language";
const THEME: &str = "rounds.theme";

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The choices, as signals.
#[derive(Clone, Copy)]
pub struct Settings {
    /// The language of all texts.
    pub language: RwSignal<Language>,
    /// The theme.
    pub theme: RwSignal<Theme>,
}

impl Settings {
    /// Reads the choices and keeps page and storage in step with them.
    pub fn start() -> Self {
        let settings = Self { language: RwSignal::new(kept_language()), theme: RwSignal::new(kept_theme()) };
        apply_theme(settings.theme.get_untracked());
        apply_language(settings.language.get_untracked());
        settings
    }

    /// Another theme, from now on.
    pub fn choose_theme(self, theme: Theme) {
        keep(THEME, theme.name());
        apply_theme(theme);
        self.theme.set(theme);
    }

    /// Another language, from now on.
    pub fn choose_language(self, language: Language) {
        keep(LANGUAGE, language.tag());
        apply_language(language);
        self.language.set(language);
    }
}

/// The choices of this app.
pub fn use_settings() -> Settings {
    expect_context()
}

/// The tags of the browser's languages, the favourite first.
pub fn browser_languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

fn kept_language() -> Language {
    let kept = kept(LANGUAGE).into_iter();
    Language::of(kept.chain(browser_languages()))
}

fn kept_theme() -> Theme {
    let name = kept(THEME);
    Theme::ALL.into_iter().find(|theme| Some(theme.name()) == name.as_deref()).unwrap_or(Theme::System)
}

fn apply_theme(theme: Theme) {
    let Some(root) = root() else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        chosen => root.set_attribute("data-theme", chosen.name()),
    };
}

fn apply_language(language: Language) {
    language.make_current();
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", language.tag());
    }
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn keep(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage costs the choice after a reload, nothing more.
        let _ = storage.set_item(key, value);
    }
}
