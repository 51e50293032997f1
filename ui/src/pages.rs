//! Long lists in pages: the first page comes whole, the next ones when their place comes into sight. News renews the
//! first page and leaves the rest where it is, so that nothing jumps under the finger.

use crate::backend;
use crate::news::use_news;
use contract::{Command, Notice, Refusal};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

/// A long list.
pub struct Pages<T: Send + Sync + 'static> {
    rows: RwSignal<Vec<T>>,
    next: RwSignal<Option<String>>,
    loaded: RwSignal<bool>,
    refusal: RwSignal<Option<Refusal>>,
}

impl<T: Send + Sync + 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Pages<T> {}

/// A page as a list needs it: its rows, and where the next one begins.
pub type Page<T> = (Vec<T>, Option<String>);

/// How a page that came joins the rows that are there. Gets the key of a row, the old rows, the page, and where the
/// old rows went on.
type Join<T> = fn(fn(&T) -> String, Vec<T>, Page<T>, Option<String>) -> Page<T>;

impl<T: Clone + Send + Sync + 'static> Pages<T> {
    /// The rows so far.
    pub fn rows(self) -> Vec<T> {
        self.rows.get()
    }

    /// The first page came, and the list has no rows.
    pub fn is_empty(self) -> bool {
        self.loaded.get() && self.rows.with(Vec::is_empty)
    }

    /// Why the last page was refused.
    pub fn refusal(self) -> Option<Refusal> {
        self.refusal.get()
    }

    fn put(self, answer: Result<Page<T>, Refusal>, join: impl FnOnce(Vec<T>, Page<T>) -> Page<T>) {
        let page = match answer {
            Ok(page) => page,
            Err(refusal) => return drop(self.refusal.try_set(Some(refusal))),
        };
        let Some(old) = self.rows.try_get_untracked() else { return };
        let (rows, next) = join(old, page);
        self.rows.set(rows);
        self.next.set(next);
        self.refusal.set(None);
        self.loaded.set(true);
    }
}

/// A list of what `request` asks for, begun anew when a signal that it reads changes. `request` gets the `after` of
/// the page; `split` takes a reply apart; `key` tells rows apart.
pub fn pages<C: Command, T: Clone + Send + Sync + 'static>(
    request: impl Fn(Option<String>) -> Option<C> + Clone + Send + Sync + 'static,
    split: fn(C::Reply) -> Page<T>,
    key: fn(&T) -> String,
) -> (Pages<T>, Callback<()>) {
    let pages = Pages {
        rows: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        loaded: RwSignal::new(false),
        refusal: RwSignal::new(None),
    };
    let turn = StoredValue::new(0_u32);
    let ask = move |request: Option<C>, join: Join<T>| {
        let Some(request) = request else { return };
        let own = turn.get_value().wrapping_add(1);
        turn.set_value(own);
        let before = pages.next.get_untracked();
        spawn_local(async move {
            let answer = backend::call(request).await.map(split);
            if turn.try_get_value() == Some(own) {
                pages.put(answer, |old, page| join(key, old, page, before));
            }
        });
    };
    let first = request.clone();
    Effect::new(move |_| ask(first(None), |_, _, page, _| page));
    let renewal = request.clone();
    let news = use_news();
    Effect::new(move |ran: Option<()>| {
        news.track(Notice::DataChanged);
        if ran.is_some() {
            ask(untrack(|| renewal(None)), renew);
        }
    });
    let more = Callback::new(move |()| {
        if let Some(after) = pages.next.get_untracked() {
            ask(untrack(|| request(Some(after))), |_, old, page, _| {
                (old.into_iter().chain(page.0).collect(), page.1)
            });
        }
    });
    (pages, more)
}

/// A renewed first page joined to the later pages that were there.
fn renew<T: Clone>(key: fn(&T) -> String, old: Vec<T>, fresh: Page<T>, old_next: Option<String>) -> Page<T> {
    let (mut rows, next) = fresh;
    let last = rows.last().map(key);
    let joint = old.iter().position(|row| Some(key(row)) == last);
    match joint {
        Some(at) if at + 1 < old.len() => {
            rows.extend(old.into_iter().skip(at + 1));
            (rows, old_next)
        }
        _ => (rows, next),
    }
}

/// An unseen mark at the end of a list that asks for more when it comes into sight.
#[component]
pub fn More<T: Clone + Send + Sync + 'static>(list: Pages<T>, more: Callback<()>) -> impl IntoView {
    let mark = NodeRef::<Div>::new();
    let watcher: Watcher = StoredValue::new_local(None);
    Effect::new(move |_| {
        // Watching anew after each page asks again when the mark is still in sight.
        list.next.track();
        let Some(mark) = mark.get() else { return };
        let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let is_in_sight = |entry: JsValue| {
                entry.unchecked_into::<web_sys::IntersectionObserverEntry>().is_intersecting()
            };
            if entries.iter().any(is_in_sight) {
                more.run(());
            }
        });
        stop(watcher);
        if let Ok(observer) = web_sys::IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
            observer.observe(&mark);
            watcher.set_value(Some((observer, seen)));
        }
    });
    on_cleanup(move || stop(watcher));
    view! { <div class="more" node_ref=mark aria-hidden="true"></div> }
}

/// What watches the mark, and the function that it calls, which must live as long.
type Watch = (web_sys::IntersectionObserver, Closure<dyn Fn(js_sys::Array)>);
type Watcher = StoredValue<Option<Watch>, LocalStorage>;

fn stop(watcher: Watcher) {
    watcher.try_update_value(|watcher| {
        if let Some((observer, _)) = watcher.take() {
            observer.disconnect();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(row: &u32) -> String {
        row.to_string()
    }

    #[test]
    fn a_renewed_first_page_keeps_the_pages_after_it() {
        let (rows, next) =
            renew(key, vec![9, 8, 7, 6, 5], (vec![10, 9, 8], Some("8".into())), Some("5".into()));
        assert_eq!((rows, next), (vec![10, 9, 8, 7, 6, 5], Some("5".into())));
    }

    #[test]
    fn a_first_page_that_meets_nothing_of_the_old_rows_stands_alone() {
        let (rows, next) = renew(key, vec![3, 2, 1], (vec![10, 9], Some("9".into())), None);
        assert_eq!((rows, next), (vec![10, 9], Some("9".into())));
    }
}
