//! The timeline: what happened with an HCP, newest first, cut into months whose names stay in sight.

use crate::clock::{local, use_now};
use crate::pages::{More, pages};
use crate::parts::banner::Refused;
use crate::parts::chip::{Chip, Tone};
use crate::parts::empty::Empty;
use crate::parts::icon::{Drawing, Icon};
use crate::place::Place;
use crate::text::dates::by_month;
use crate::text::{T, dates, fill, t, words};
use contract::calls::Stage;
use contract::people::{GetTimeline, TimelineEntry, TimelinePage, TimelineWhat};
use domain::ids::{CallId, HcpId};
use domain::insight::ActivityKind;
use leptos::prelude::*;

/// The timeline of an HCP.
#[component]
pub fn Timeline(hcp: Memo<Option<HcpId>>) -> impl IntoView {
    let request = move |after| hcp.get().map(|hcp| GetTimeline { hcp, after });
    let (list, more) = pages(
        request,
        |page: TimelinePage| (page.entries, page.next),
        |entry: &TimelineEntry| entry.key.clone(),
    );
    let today = use_now().today();
    let months = Memo::new(move |_| by_month(&list.rows(), |entry| local(entry.at).date()));
    let of_month = move |month| {
        months
            .with(|months| months.iter().find(|own| own.0 == month).map(|own| own.1.clone()))
            .unwrap_or_default()
    };
    let firsts = move || months.with(|months| months.iter().map(|own| own.0).collect::<Vec<_>>());
    view! {
        <Refused refusal=Signal::derive(move || list.refusal())/>
        <For each=firsts key=|month| *month let:month>
            <section class="month">
                <h2 class="cap month-name">{move || dates::month(month, today.get())}</h2>
                <ol>
                    <For each=move || of_month(month) key=drawn let:entry>
                        <Entry entry today/>
                    </For>
                </ol>
            </section>
        </For>
        <More list more/>
        <Show when=move || list.is_empty()>
            <Empty icon=Icon::History title=t(T::TimelineEmpty) next=t(T::TimelineEmptyNext)/>
        </Show>
    }
}

/// What is drawn of an entry, so that its line is drawn anew only when that changes.
fn drawn(entry: &TimelineEntry) -> String {
    let Line { title, detail, .. } = line(&entry.what);
    [entry.key.clone(), title, detail, entry.by.clone().unwrap_or_default()].join("\n")
}

/// An entry as its line shows it.
struct Line {
    icon: Icon,
    tone: &'static str,
    title: String,
    detail: String,
    call: Option<CallId>,
    mark: Option<(Tone, Icon, &'static str)>,
}

fn line(what: &TimelineWhat) -> Line {
    match what {
        TimelineWhat::Call { call, channel, stage, products, notes, amended } => Line {
            icon: words::channel_icon(*channel),
            tone: "disc accent",
            title: std::iter::once(words::channel(*channel))
                .chain(products.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join(", "),
            detail: if notes.is_empty() {
                String::new()
            } else {
                fill(T::TimelineQuote, &[("notes", notes)])
            },
            call: Some(*call),
            mark: call_mark(*stage, *amended),
        },
        TimelineWhat::Consent { channel, act } => Line {
            icon: words::consent_channel_icon(*channel),
            tone: "disc",
            title: fill(words::consent_act(*act), &[("channel", &words::consent_channel(*channel))]),
            detail: String::new(),
            call: None,
            mark: None,
        },
        TimelineWhat::Activity { kind, title, detail } => Line {
            icon: words::activity_icon(*kind),
            tone: if *kind == ActivityKind::Medical { "disc medical" } else { "disc" },
            title: title.clone(),
            detail: detail.clone(),
            call: None,
            mark: None,
        },
    }
}

fn call_mark(stage: Stage, amended: bool) -> Option<(Tone, Icon, &'static str)> {
    match stage {
        Stage::Submitted if amended => Some((Tone::Plain, Icon::Pencil, t(T::TimelineAmended))),
        Stage::Submitted => None,
        Stage::Planned => Some((Tone::Plain, Icon::CalendarDays, words::stage(stage))),
        Stage::InProgress => Some((Tone::Accent, Icon::Pencil, words::stage(stage))),
        Stage::Cancelled => Some((Tone::Plain, Icon::Ban, words::stage(stage))),
    }
}

#[component]
fn Entry(entry: TimelineEntry, today: Memo<chrono::NaiveDate>) -> impl IntoView {
    let Line { icon, tone, title, detail, call, mark } = line(&entry.what);
    let second = [detail, entry.by.clone().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let mark = mark.map(|(tone, icon, text)| view! { <Chip tone icon text/> });
    let when = move || dates::calendar_day(local(entry.at).date(), today.get());
    let content = view! {
        <span class=tone><Drawing of=icon/></span>
        <span class="entry-what">
            <span class="entry-title"><span class="strong">{title}</span>{mark}</span>
            <span class="small quiet entry-second">{second.join(" · ")}</span>
        </span>
        <span class="small quiet number">{when}</span>
    };
    let line = match call {
        Some(call) => view! { <a class="entry-line" href=Place::Call(call).path()>{content}</a> }.into_any(),
        None => view! { <div class="entry-line">{content}</div> }.into_any(),
    };
    view! { <li>{line}</li> }
}
