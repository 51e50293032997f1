//! The desk: what the parts of the editor read and where they put their changes, the same for a draft and for an
//! amendment.

use super::draft::Draft;
use contract::calls::AttendeeView;
use contract::people::HcpCard;
use domain::calls::{CallContent, CallEdit};
use domain::content::Product;
use domain::ids::HcpId;
use leptos::prelude::*;

/// What is edited.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What the call says.
    pub content: Signal<CallContent>,
    /// What may be talked about.
    pub catalogue: Signal<Vec<Product>>,
    /// Where changes go.
    pub edit: Callback<CallEdit>,
    known: Signal<Vec<AttendeeView>>,
    met: RwSignal<Vec<HcpCard>>,
}

impl Desk {
    /// The desk of an open call.
    pub fn of_draft(draft: Draft) -> Self {
        let first = draft.content();
        let content = Memo::new(move |before: Option<&CallContent>| {
            first.get().or_else(|| before.cloned()).unwrap_or_else(nothing)
        });
        Self::new(draft, content.into(), Callback::new(move |edit| draft.edit(edit)))
    }

    /// A desk whose changes go elsewhere.
    pub fn new(draft: Draft, content: Signal<CallContent>, edit: Callback<CallEdit>) -> Self {
        let catalogue = Memo::new(move |_| draft.view(|view| view.catalogue.clone()).unwrap_or_default());
        let known = Memo::new(move |_| draft.view(|view| view.attendees.clone()).unwrap_or_default());
        Self {
            content,
            catalogue: catalogue.into(),
            edit,
            known: known.into(),
            met: RwSignal::new(Vec::new()),
        }
    }

    /// Somebody joins; the name is remembered for the chip.
    pub fn join(self, card: HcpCard) {
        self.edit.run(CallEdit::AddAttendee(card.hcp));
        self.met.update(|met| met.push(card));
    }

    /// Name of somebody who is or was there.
    pub fn name_of(self, hcp: HcpId) -> String {
        let known =
            self.known.with(|known| known.iter().find(|own| own.hcp == hcp).map(|own| own.name.clone()));
        let met =
            || self.met.with(|met| met.iter().find(|card| card.hcp == hcp).map(|card| card.name.clone()));
        known.or_else(met).unwrap_or_default()
    }

    /// Who is there, in the order of the device, newcomers last.
    pub fn attendees(self) -> Vec<HcpId> {
        let there = self.content.with(|content| content.attendees.clone());
        let known: Vec<HcpId> = self.known.with(|known| known.iter().map(|own| own.hcp).collect());
        let newcomers = there.iter().copied().filter(|hcp| !known.contains(hcp)).collect::<Vec<_>>();
        known.iter().copied().filter(|hcp| there.contains(hcp)).chain(newcomers).collect()
    }
}

/// What a desk shows for the moment before its call is there.
pub fn nothing() -> CallContent {
    let start = domain::Instant::UNIX_EPOCH;
    CallContent::planned(domain::calls::Channel::InPerson, start, start)
}
