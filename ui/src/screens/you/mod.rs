//! You: who is signed in, the look of this device, and the way out.

use crate::backend;
use crate::parts::avatar::Avatar;
use crate::parts::banner::Refused;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::segmented::{Segment, Segmented};
use crate::parts::sheet::Sheet;
use crate::settings::{Theme, use_settings};
use crate::text::{Language, T, t, words};
use contract::Refusal;
use contract::session::{Me, SessionView, SignOut};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The sheet.
#[component]
pub fn You(
    me: Me,
    session: RwSignal<Option<SessionView>>,
    #[prop(into)] close: Callback<()>,
) -> impl IntoView {
    let settings = use_settings();
    let refusal = RwSignal::new(None::<Refusal>);
    let sign_out = move |_| {
        spawn_local(async move {
            match backend::call(SignOut {}).await {
                Ok(view) => session.set(Some(view)),
                Err(why) => drop(refusal.try_set(Some(why))),
            }
        });
    };
    let languages = Language::ALL.map(|value| Segment { value, name: value.name(), icon: None }).to_vec();
    let themes = Theme::ALL.map(|value| Segment { value, name: theme_name(value), icon: None }).to_vec();
    let about =
        [words::role(me.role).to_owned(), me.territory.clone().unwrap_or_default(), me.country.to_string()];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    view! {
        <Sheet title=Signal::derive(|| t(T::YouTitle).to_owned()) close>
            <div class="editor">
                <div class="row you-who">
                    <Avatar name=me.name.clone()/>
                    <div><p class="large strong">{me.name}</p><p class="small quiet">{about}</p></div>
                </div>
                <section><h3>{t(T::YouLanguage)}</h3>
                    <Segmented label=t(T::YouLanguage) segments=languages chosen=Signal::derive(move || Some(settings.language.get())) choose=move |value| settings.choose_language(value)/>
                </section>
                <section><h3>{t(T::YouTheme)}</h3>
                    <Segmented label=t(T::YouTheme) segments=themes chosen=Signal::derive(move || Some(settings.theme.get())) choose=move |value| settings.choose_theme(value)/>
                </section>
                <Refused refusal/>
                <section class="you-out">
                    <button type="button" class="btn" on:click=sign_out><Drawing of=Icon::LogOut/>{t(T::YouSignOut)}</button>
                    <p class="small quiet">{t(T::YouSignOutAbout)}</p>
                </section>
                <p class="small faint">{t(T::YouKeys)}</p>
            </div>
        </Sheet>
    }
}

fn theme_name(theme: Theme) -> &'static str {
    t(match theme {
        Theme::System => T::YouThemeSystem,
        Theme::Light => T::YouThemeLight,
        Theme::Dark => T::YouThemeDark,
    })
}
