//! The palette: jumps to a screen or an HCP by a few letters, from anywhere, by keyboard.

use crate::parts::icon::{Drawing, Icon};
use crate::parts::picker::{hits_of, place_of};
use crate::parts::sheet::{keep_focus_inside, open_and_give_back_focus};
use crate::place::{Place, Screen};
use crate::text::{T, t};
use contract::people::HcpCard;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Somewhere to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    place: Place,
    icon: Icon,
    name: String,
    about: String,
}

/// The palette; open for as long as it is on the page.
#[component]
pub fn Palette(#[prop(into)] close: Callback<()>, #[prop(into)] jump: Callback<Place>) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    open_and_give_back_focus(dialog);
    let text = RwSignal::new(String::new());
    let hits = hits_of(text);
    let chosen = RwSignal::new(0_usize);
    let targets = Memo::new(move |_| targets(&text.get(), hits.get()));
    Effect::new(move |_| {
        targets.track();
        chosen.set(0);
    });
    let go = move |at: usize| {
        if let Some(target) = targets.get_untracked().get(at) {
            close.run(());
            jump.run(target.place);
        }
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        let last = targets.get_untracked().len().saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => chosen.update(|at| *at = at.saturating_sub(1)),
            "Enter" => go(chosen.get_untracked()),
            _ => return keep_focus_inside(&event, dialog),
        }
        event.prevent_default();
    };
    let row = move |(at, target): (usize, Target)| {
        view! {
            <li id=option_id(at) role="option" class="jump" aria-selected=move || (chosen.get() == at).to_string() on:click=move |_| go(at)>
                <Drawing of=target.icon/>
                <span class="strong">{target.name}</span>
                <span class="small quiet cut">{target.about}</span>
            </li>
        }
    };
    view! {
        <dialog
            class="sheet palette"
            node_ref=dialog
            aria-label=t(T::PaletteTitle)
            on:cancel=move |event: leptos::ev::Event| { event.prevent_default(); close.run(()); }
            on:keydown=press
        >
            <WhereTo text=text chosen=chosen/>
            <ul id="palette-list" class="jumps" role="listbox" aria-label=t(T::PaletteTitle)>
                {move || targets.get().into_iter().enumerate().map(row).collect_view()}
            </ul>
        </dialog>
    }
}

/// The field in which people type where they want to go.
#[component]
fn WhereTo(text: RwSignal<String>, chosen: RwSignal<usize>) -> impl IntoView {
    view! {
        <input
            class="input palette-input"
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant=move || option_id(chosen.get())
            aria-label=t(T::PaletteTitle)
            placeholder=t(T::PaletteHint)
            autocomplete="off"
            autofocus
            on:input=move |event| text.set(event_target_value(&event))
        />
    }
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

fn targets(text: &str, hits: Vec<HcpCard>) -> Vec<Target> {
    let screens = Screen::ALL.into_iter().map(screen_target).filter(|target| names(&target.name, text));
    let people = hits.into_iter().map(|card| Target {
        place: Place::Hcps(Some(card.hcp)),
        icon: Icon::Users,
        about: place_of(&card),
        name: card.name,
    });
    screens.chain(people).collect()
}

fn screen_target(screen: Screen) -> Target {
    let (icon, name) = match screen {
        Screen::Today => (Icon::Sun, T::NavToday),
        Screen::Hcps => (Icon::Users, T::NavHcps),
        Screen::Tasks => (Icon::ListChecks, T::NavTasks),
        Screen::Sync => (Icon::Wifi, T::NavSync),
    };
    Target { place: screen.place(), icon, name: t(name).to_owned(), about: String::new() }
}

/// One of the words of `name` begins with `text`; case does not matter.
fn names(name: &str, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let name = name.to_lowercase();
    name.starts_with(&text) || name.split_whitespace().any(|word| word.starts_with(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_found_by_the_beginning_of_a_word() {
        assert!(names("Sync status", "STA"));
        assert!(names("Today", ""));
        assert!(!names("Today", "day"));
    }

    #[test]
    fn without_letters_every_screen_is_offered() {
        let offered: Vec<Place> = targets("", Vec::new()).into_iter().map(|target| target.place).collect();
        assert_eq!(offered, Screen::ALL.map(Screen::place));
    }
}
