//! The editor: the parts of a call in the order in which one tells them.

use super::attendees::Attendees;
use super::desk::Desk;
use super::next_step::NextStepCard;
use super::notes::Notes;
use super::products::Products;
use super::side_effect::SideEffectQuestion;
use super::times::TimeAndPlace;
use crate::parts::segmented::{Segment, Segmented};
use crate::text::{T, t, words};
use domain::calls::{CallEdit, Channel};
use leptos::prelude::*;

/// The editor. Before the recording begins only what is planned is asked.
#[component]
pub fn Editor(desk: Desk, #[prop(into)] recording: Signal<bool>) -> impl IntoView {
    let channel = Signal::derive(move || Some(desk.content.with(|content| content.channel)));
    view! {
        <div class="editor">
            <Segmented
                label=t(T::FieldChannel)
                segments=channels()
                chosen=channel
                choose=move |channel| desk.edit.run(CallEdit::Channel(channel))
            />
            <TimeAndPlace desk/>
            <Attendees desk/>
            <Products desk recording/>
            <Show when=move || recording.get()>
                <Notes desk/>
                <NextStepCard desk/>
                <SideEffectQuestion desk/>
            </Show>
        </div>
    }
}

/// The channels as segments.
pub fn channels() -> Vec<Segment<Channel>> {
    Channel::ALL
        .map(|value| Segment { value, name: words::channel(value), icon: Some(words::channel_icon(value)) })
        .to_vec()
}
