//! Banners: a refusal with what happened and what to do next, and advice of the rules.

use crate::parts::icon::{Drawing, Icon};
use crate::text::words;
use crate::text::{T, find, t};
use contract::Refusal;
use contract::calls::{FindingView, Weight};
use leptos::prelude::*;

/// A refusal, said at once by assistive technology. Shows nothing while there is none.
#[component]
pub fn Refused(
    #[prop(into)] refusal: Signal<Option<Refusal>>,
    /// A way forward that one tap takes.
    #[prop(optional, into)]
    way: Option<ViewFn>,
) -> impl IntoView {
    let way = StoredValue::new(way);
    let banner = move |refusal: Refusal| {
        let text = |part| find(&format!("{}.{part}", refusal.message_key));
        let detail = refusal.detail.clone();
        view! {
            <div class="banner stop">
                <Drawing of=Icon::TriangleAlert/>
                <div>
                    <p class="strong">{text("what").unwrap_or_else(|| t(T::ErrorInternalWhat))}</p>
                    <p>{text("next").unwrap_or_else(|| t(T::ErrorInternalNext))}</p>
                    {detail.map(|detail| view! { <details><summary><Drawing of=Icon::ChevronRight/>{t(T::ErrorDetail)}</summary><code>{detail}</code></details> })}
                    {way.with_value(|way| way.as_ref().map(ViewFn::run))}
                </div>
            </div>
        }
    };
    view! { <div role="alert">{move || refusal.get().map(banner)}</div> }
}

/// What the rules notice: advice, never a stop.
#[component]
pub fn Findings(#[prop(into)] findings: Signal<Vec<FindingView>>) -> impl IntoView {
    let line = |finding: FindingView| {
        let (class, icon) = match finding.weight {
            Weight::Advice => ("banner", Icon::Info),
            Weight::Warning => ("banner warn", Icon::TriangleAlert),
        };
        view! {
            <li class=class>
                <Drawing of=icon/>
                <p>{words::finding(&finding.code)}</p>
            </li>
        }
    };
    move || {
        let findings = findings.get();
        (!findings.is_empty()).then(|| {
            view! { <ul class="findings" aria-label=t(T::CallFindings)>{findings.into_iter().map(line).collect_view()}</ul> }
        })
    }
}
