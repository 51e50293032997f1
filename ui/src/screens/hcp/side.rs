//! Beside the timeline: what is next with this HCP.

use crate::clock::use_now;
use crate::live::Live;
use crate::parts::icon::{Drawing, Icon};
use crate::place::Place;
use crate::text::{T, dates, t, words};
use contract::calls::CallCard;
use contract::people::ProfileView;
use contract::planning::FollowUpCard;
use domain::calls::Channel;
use leptos::prelude::*;

/// The second column; above the timeline where there is no room for one.
#[component]
pub fn Side(profile: Live<ProfileView>, call: Memo<Option<CallCard>>) -> impl IntoView {
    let next = Memo::new(move |_| {
        call.get().or_else(|| profile.with(|profile| profile.next_call.clone()).flatten())
    });
    let follow_ups =
        Memo::new(move |_| profile.with(|profile| profile.follow_ups.clone()).unwrap_or_default());
    let best =
        Memo::new(move |_| profile.with(|profile| (profile.best_time.clone(), profile.preferred_channel)));
    view! {
        <aside class="side" aria-label=t(T::SideLabel)>
            <section>
                <h2 class="cap">{move || t(if call.get().is_some() { T::SideThisCall } else { T::SideNextCall })}</h2>
                {move || next.get().map_or_else(no_call, |card| view! { <NextCall card/> }.into_any())}
            </section>
            {move || (!follow_ups.get().is_empty()).then(|| view! { <FollowUps of=follow_ups.get()/> })}
            {move || best.get().map(best_time)}
        </aside>
    }
}

fn no_call() -> AnyView {
    view! { <p class="quiet">{t(T::SideNoCall)}</p> }.into_any()
}

#[component]
fn NextCall(card: CallCard) -> impl IntoView {
    let today = use_now().today();
    let when = move || dates::moment(card.starts_at, today.get());
    let about = [words::channel(card.channel).to_owned(), card.products.join(", ")];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    view! {
        <a class="next-call" href=Place::Call(card.call).path()>
            <Drawing of=words::channel_icon(card.channel)/>
            <span>
                <span class="strong number">{when}</span>
                <span class="small quiet">{about}</span>
            </span>
            <Drawing of=Icon::ChevronRight/>
        </a>
    }
}

#[component]
fn FollowUps(of: Vec<FollowUpCard>) -> impl IntoView {
    let today = use_now().today();
    let line = move |task: FollowUpCard| {
        let late = move || task.due <= today.get();
        view! {
            <li class="spread">
                <span>{task.text}</span>
                <span class="small number due-day" class:late=late>{move || dates::short_day(task.due, today.get())}</span>
            </li>
        }
    };
    view! {
        <section>
            <h2 class="cap">{t(T::SideFollowUps)}</h2>
            <ul class="side-lines">{of.into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

fn best_time((time, channel): (Option<String>, Option<Channel>)) -> Option<impl IntoView> {
    (time.is_some() || channel.is_some()).then(|| {
        let time = time.map(|time| view! { <p class="strong">{time}</p> });
        let channel = channel.map(
            |channel| view! { <p class="small quiet">{t(T::SidePrefers)} " " {words::channel(channel)}</p> },
        );
        view! { <section><h2 class="cap">{t(T::SideBestTime)}</h2>{time}{channel}</section> }
    })
}
