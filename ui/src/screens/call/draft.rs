//! An open call under the user's hands. Every change is shown at once and saved at once, typed ones after a short
//! pause; one question to the device at a time, so that changes arrive in the order in which they were made.

use super::ended_now;
use super::merge::rebase;
use crate::backend;
use crate::clock;
use crate::news::use_news;
use contract::calls::{AmendCall, CallReceipt, CallView, CancelCall, EditCall, GetCall, SubmitCall};
use contract::{Notice, Refusal};
use domain::calls::{CallContent, CallEdit};
use domain::ids::CallId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::time::Duration;

/// How long a typist pauses before the text is saved.
const PAUSE: Duration = Duration::from_millis(500);

/// What follows when a deed is done. Shared, because the view that asked may be gone by then: a submitted call has
/// no submit button.
pub type Done = Arc<dyn Fn(CallReceipt) + Send + Sync>;

/// What is asked for besides edits, after all edits are saved.
#[derive(Clone)]
pub enum Deed {
    /// Begin to record.
    Begin,
    /// Freeze the content.
    Submit {
        /// Called when it is done.
        done: Done,
    },
    /// Give the call up.
    Cancel {
        /// Why.
        reason: String,
        /// Called when it is done.
        done: Done,
    },
    /// Change a submitted call.
    Amend {
        /// Why.
        reason: String,
        /// What.
        edits: Vec<CallEdit>,
        /// Called when it is done.
        done: Done,
    },
}

/// A call and what is not saved of it.
#[derive(Clone, Copy)]
pub struct Draft {
    call: CallId,
    view: RwSignal<Option<CallView>>,
    content: RwSignal<Option<CallContent>>,
    unsaved: RwSignal<Vec<CallEdit>>,
    /// The notes on which the unsaved notes were typed.
    base: StoredValue<String>,
    deed: StoredValue<Option<Deed>>,
    submitted: StoredValue<Option<Done>>,
    busy: RwSignal<bool>,
    /// Counts the edits.
    turn: StoredValue<u32>,
    refusal: RwSignal<Option<Refusal>>,
}

impl Draft {
    /// Opens a call and keeps it fresh; what is unsaved when the sheet goes is saved then.
    pub fn open(call: CallId) -> Self {
        let draft = Self {
            call,
            view: RwSignal::new(None),
            content: RwSignal::new(None),
            unsaved: RwSignal::new(Vec::new()),
            base: StoredValue::new(String::new()),
            deed: StoredValue::new(None),
            submitted: StoredValue::new(None),
            busy: RwSignal::new(false),
            turn: StoredValue::new(0),
            refusal: RwSignal::new(None),
        };
        let news = use_news();
        Effect::new(move |_| {
            news.track(Notice::DataChanged);
            spawn_local(draft.hear());
        });
        let hidden = window_event_listener_untyped("visibilitychange", move |_| draft.save_now());
        on_cleanup(move || {
            hidden.remove();
            draft.save_now();
        });
        draft
    }

    /// A part of what the device last said.
    pub fn view<R>(self, part: impl FnOnce(&CallView) -> R) -> Option<R> {
        self.view.with(|view| view.as_ref().map(part))
    }

    /// What the call says, with what is not saved yet.
    pub fn content(self) -> Signal<Option<CallContent>> {
        self.content.into()
    }

    /// Something is not saved yet.
    pub fn saving(self) -> bool {
        self.busy.get() || !self.unsaved.with(Vec::is_empty)
    }

    /// Why the last question was refused.
    pub fn refusal(self) -> Signal<Option<Refusal>> {
        self.refusal.into()
    }

    /// Changes the call: shown now, saved now or after a pause in typing.
    pub fn edit(self, edit: CallEdit) {
        self.content.update(|content| content.iter_mut().for_each(|content| content.apply(&edit)));
        let typed = is_typed(&edit);
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.unsaved.update(|edits| add(edits, edit));
        if typed { self.save_after_pause() } else { self.save_now() }
    }

    /// Asks for a deed, after everything is saved.
    pub fn request(self, deed: Deed) {
        self.refusal.set(None);
        self.deed.set_value(Some(deed));
        self.save_now();
    }

    /// What happens after a submission.
    pub fn when_submitted(self, done: Done) {
        self.submitted.set_value(Some(done));
    }

    /// Submits the call.
    pub fn submit(self) {
        if let Some(done) = self.submitted.get_value() {
            self.request(Deed::Submit { done });
        }
    }

    /// Ends the call at this moment and submits it.
    pub fn end_now_and_submit(self) {
        let ended = self.view.with_untracked(|view| view.as_ref().map(|view| ended_now(view, clock::now())));
        if let Some(ended) = ended {
            self.unsaved.update(|edits| add(edits, ended));
            self.submit();
        }
    }

    /// Saves what is not saved.
    pub fn save_now(self) {
        let free = self.busy.try_get_untracked() == Some(false);
        if free && (self.deed.with_value(Option::is_some) || !self.unsaved.with_untracked(Vec::is_empty)) {
            self.busy.set(true);
            spawn_local(async move {
                while self.step().await {}
                let _ = self.busy.try_set(false);
            });
        }
    }

    fn save_after_pause(self) {
        let own = self.turn.get_value();
        let save = move || {
            if self.turn.try_get_value() == Some(own) {
                self.save_now();
            }
        };
        set_timeout(save, PAUSE);
    }

    /// One question to the device; `false` when nothing is left to ask.
    async fn step(self) -> bool {
        let edits = self.unsaved.try_update(std::mem::take).unwrap_or_default();
        if !edits.is_empty() {
            return self.save(edits).await;
        }
        match self.deed.try_update_value(Option::take).flatten() {
            Some(deed) => self.perform(deed).await,
            None => false,
        }
    }

    async fn save(self, edits: Vec<CallEdit>) -> bool {
        let base = self.base.try_get_value().unwrap_or_default();
        if let Some(text) = notes_of(&edits) {
            let _ = self.base.try_set_value(text.clone());
        }
        match backend::call(EditCall { call: self.call, edits: edits.clone(), begin: false }).await {
            Ok(view) => self.absorb(view),
            Err(refusal) => {
                let _ = self.base.try_set_value(base);
                let _ = self.unsaved.try_update(|newer| {
                    for edit in std::mem::replace(newer, edits) {
                        add(newer, edit);
                    }
                });
                self.refuse(refusal);
                return false;
            }
        }
        true
    }

    async fn perform(self, deed: Deed) -> bool {
        let call = self.call;
        let (answer, done) = match deed {
            Deed::Begin => {
                match backend::call(EditCall { call, edits: Vec::new(), begin: true }).await {
                    Ok(view) => self.absorb(view),
                    Err(refusal) => self.refuse(refusal),
                }
                return true;
            }
            Deed::Submit { done } => (backend::call(SubmitCall { call }).await, done),
            Deed::Cancel { reason, done } => (backend::call(CancelCall { call, reason }).await, done),
            Deed::Amend { reason, edits, done } => {
                (backend::call(AmendCall { call, reason, edits }).await, done)
            }
        };
        match answer {
            Ok(receipt) => {
                self.refresh().await;
                done(receipt);
            }
            Err(refusal) => self.refuse(refusal),
        }
        true
    }

    /// A refused deed is not tried again by itself.
    fn refuse(self, refusal: Refusal) {
        let _ = self.deed.try_set_value(None);
        let _ = self.refusal.try_set(Some(refusal));
    }

    /// News came. While an edit is under way its reply is the news, and an answer from before it would show the past.
    async fn hear(self) {
        let edits = self.turn.get_value();
        let answer = backend::call(GetCall { call: self.call }).await;
        if self.busy.try_get_untracked() == Some(false) && self.turn.try_get_value() == Some(edits) {
            match answer {
                Ok(view) => self.absorb(view),
                Err(refusal) => self.refuse(refusal),
            }
        }
    }

    async fn refresh(self) {
        let answer = backend::call(GetCall { call: self.call }).await;
        match answer {
            Ok(view) => self.absorb(view),
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Takes in what the device says and keeps what is not saved on top of it.
    fn absorb(self, view: CallView) {
        let base = self.base.try_get_value().unwrap_or_default();
        let theirs = view.content.notes.clone();
        let mut content = view.content.clone();
        let _ = self.unsaved.try_update(|edits| {
            for edit in edits.iter_mut() {
                if let CallEdit::Notes(mine) = edit {
                    *mine = rebase(&base, mine, &theirs);
                }
                content.apply(edit);
            }
        });
        let _ = self.base.try_set_value(theirs);
        let _ = self.content.try_set(Some(content));
        let _ = self.view.try_set(Some(view));
    }
}

fn notes_of(edits: &[CallEdit]) -> Option<&String> {
    edits.iter().rev().find_map(|edit| if let CallEdit::Notes(text) = edit { Some(text) } else { None })
}

fn is_typed(edit: &CallEdit) -> bool {
    matches!(edit, CallEdit::Notes(_) | CallEdit::NextStep(_) | CallEdit::Place(_))
}

/// Adds an edit; the last word on a field is enough.
pub fn add(edits: &mut Vec<CallEdit>, edit: CallEdit) {
    edits.retain(|old| !same_field(old, &edit));
    edits.push(edit);
}

fn same_field(one: &CallEdit, other: &CallEdit) -> bool {
    use CallEdit::{Message, Reaction};
    match (one, other) {
        (Reaction { product: one, .. }, Reaction { product: other, .. }) => one == other,
        (Message { message: one, .. }, Message { message: other, .. }) => one == other,
        (CallEdit::Notes(_), CallEdit::Notes(_))
        | (CallEdit::NextStep(_), CallEdit::NextStep(_))
        | (CallEdit::Place(_), CallEdit::Place(_))
        | (CallEdit::Time { .. }, CallEdit::Time { .. })
        | (CallEdit::Channel(_), CallEdit::Channel(_))
        | (CallEdit::SideEffect(_), CallEdit::SideEffect(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calls::{Channel, Reaction};
    use domain::ids::ProductId;
    use uuid::Uuid;

    #[test]
    fn the_last_word_on_a_field_is_enough() {
        let product = ProductId(Uuid::from_u128(1));
        let mut edits = Vec::new();
        add(&mut edits, CallEdit::Channel(Channel::Phone));
        add(&mut edits, CallEdit::Notes("a".into()));
        add(&mut edits, CallEdit::Reaction { product, reaction: Some(Reaction::Neutral) });
        add(&mut edits, CallEdit::Channel(Channel::Remote));
        add(&mut edits, CallEdit::Notes("ab".into()));
        let reaction = CallEdit::Reaction { product, reaction: Some(Reaction::Neutral) };
        assert_eq!(edits, [reaction, CallEdit::Channel(Channel::Remote), CallEdit::Notes("ab".into())]);
    }

    #[test]
    fn reactions_to_two_products_are_two_fields() {
        let mut edits = Vec::new();
        for id in [1, 2] {
            let product = ProductId(Uuid::from_u128(id));
            add(&mut edits, CallEdit::Reaction { product, reaction: Some(Reaction::Interested) });
        }
        assert_eq!(edits.len(), 2);
    }
}
