//! Calls: what a rep or liaison plans, does and records with HCPs. One vocabulary of edits serves drafts and
//! amendments; transitions refuse what the state does not allow.

use crate::Instant;
use crate::ids::{AmendmentId, CallId, HcpId, MessageId, OrgId, ProductId, UserId};
use crate::people::Audience;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

mod amended;
mod state;

pub use amended::{Amended, CallPart};
pub use state::{CallState, InvalidTransition};

/// How people met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Face to face.
    InPerson,
    /// By video.
    Remote,
    /// By telephone.
    Phone,
    /// By email.
    Email,
    /// At a congress or meeting.
    Event,
}

impl Channel {
    /// Every channel, in the order in which screens offer them.
    pub const ALL: [Self; 5] = [Self::InPerson, Self::Remote, Self::Phone, Self::Email, Self::Event];
}

/// What the HCP made of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// Has doubts.
    Sceptical,
    /// Neither way.
    Neutral,
    /// Wants to know more.
    Interested,
    /// Will use it.
    Convinced,
}

impl Reaction {
    /// Every reaction, from cool to warm.
    pub const ALL: [Self; 4] = [Self::Sceptical, Self::Neutral, Self::Interested, Self::Convinced];
}

/// What was said about one product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductTalk {
    /// Place in the order of talking, from 0.
    pub order: u16,
    /// The HCP's reaction, once known.
    pub reaction: Option<Reaction>,
    /// Key messages that were given.
    pub messages: BTreeSet<MessageId>,
}

impl ProductTalk {
    fn as_edits(&self, product: ProductId) -> Vec<CallEdit> {
        let mut edits = vec![CallEdit::AddProduct(product)];
        edits.extend(self.reaction.map(|reaction| CallEdit::Reaction { product, reaction: Some(reaction) }));
        let messages = self.messages.iter();
        edits.extend(messages.map(|message| CallEdit::Message { product, message: *message, given: true }));
        edits
    }
}

/// What is to be done next; becomes a follow-up when the call is submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// In the rep's words.
    pub text: String,
    /// By when, in the place's calendar.
    pub due: NaiveDate,
}

/// The answer to "did anyone mention a side effect?", asked at the end of every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SideEffect {
    /// Nobody did.
    NoneMentioned,
    /// Somebody did: a report is due within 24 hours of hearing it.
    Mentioned,
}

/// One thing that a person changes in a call, in a draft or in an amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", content = "to", rename_all = "snake_case")]
pub enum CallEdit {
    /// Another channel.
    Channel(Channel),
    /// Another time.
    Time {
        /// Begin.
        starts_at: Instant,
        /// End, not before the begin.
        ends_at: Instant,
    },
    /// Another place, in words.
    Place(Option<String>),
    /// Another organisation.
    Organisation(Option<OrgId>),
    /// This HCP was there too.
    AddAttendee(HcpId),
    /// This HCP was not there.
    RemoveAttendee(HcpId),
    /// This product was talked about.
    AddProduct(ProductId),
    /// This product was not talked about.
    RemoveProduct(ProductId),
    /// The reaction to a product.
    Reaction {
        /// Which product.
        product: ProductId,
        /// What the HCP made of it; none takes it back.
        reaction: Option<Reaction>,
    },
    /// A key message was given or not.
    Message {
        /// Which product.
        product: ProductId,
        /// Which message.
        message: MessageId,
        /// Whether it was given.
        given: bool,
    },
    /// The whole new text of the notes; written as the difference, so that two hands merge.
    Notes(String),
    /// Another next step.
    NextStep(Option<NextStep>),
    /// The answer to the side-effect question.
    SideEffect(Option<SideEffect>),
}

/// A field of a call that two people may write at once, so that one value wins and one loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "field", content = "of", rename_all = "snake_case")]
pub enum CallField {
    /// Channel.
    Channel,
    /// Begin and end, one value.
    Time,
    /// Place.
    Place,
    /// Organisation.
    Organisation,
    /// Reaction to a product.
    Reaction(ProductId),
    /// Next step.
    NextStep,
    /// Side-effect answer.
    SideEffect,
}

/// A value that somebody wrote and that lost against another written at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostValue {
    /// The edit that would bring it back.
    pub value: CallEdit,
    /// Who wrote it.
    pub by: UserId,
    /// When, by the writer's clock.
    pub at: Instant,
}

/// A field in which people wrote at the same time. Writing the field again settles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contested {
    /// Which field.
    pub field: CallField,
    /// The value that stands.
    pub kept: LostValue,
    /// The values that lost; never empty.
    pub lost: Vec<LostValue>,
}

/// A change of a submitted call: what, why, when and by whom. The frozen content stays beneath it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Its id.
    pub id: AmendmentId,
    /// When, by the device's clock.
    pub at: Instant,
    /// By whom.
    pub by: UserId,
    /// Why; never empty.
    pub reason: String,
    /// What changed.
    pub edits: Vec<CallEdit>,
}

/// What a call says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallContent {
    /// How people met.
    pub channel: Channel,
    /// Begin.
    pub starts_at: Instant,
    /// End.
    pub ends_at: Instant,
    /// Where, in words.
    pub place: Option<String>,
    /// Where, as an organisation.
    pub organisation: Option<OrgId>,
    /// Which HCPs.
    pub attendees: BTreeSet<HcpId>,
    /// Which products.
    pub products: BTreeMap<ProductId, ProductTalk>,
    /// Free notes.
    pub notes: String,
    /// What is next.
    pub next_step: Option<NextStep>,
    /// Side-effect answer, once given.
    pub side_effect: Option<SideEffect>,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its id; also its document's.
    pub id: CallId,
    /// Whose call it is.
    pub owner: UserId,
    /// Who may hold it.
    pub audience: Audience,
    /// Where it stands.
    pub state: CallState,
    /// What it says, as frozen at submission.
    pub content: CallContent,
    /// Amendments in the order of their time.
    pub amendments: Vec<Amendment>,
}

impl CallContent {
    /// An empty call at a time.
    #[must_use]
    pub fn planned(channel: Channel, starts_at: Instant, ends_at: Instant) -> Self {
        Self {
            channel,
            starts_at,
            ends_at,
            place: None,
            organisation: None,
            attendees: BTreeSet::new(),
            products: BTreeMap::new(),
            notes: String::new(),
            next_step: None,
            side_effect: None,
        }
    }

    /// The edits that, applied to an empty call, say all that this one says.
    #[must_use]
    pub fn as_edits(&self) -> Vec<CallEdit> {
        let mut edits = vec![
            CallEdit::Channel(self.channel),
            CallEdit::Time { starts_at: self.starts_at, ends_at: self.ends_at },
            CallEdit::Place(self.place.clone()),
            CallEdit::Organisation(self.organisation),
            CallEdit::NextStep(self.next_step.clone()),
            CallEdit::SideEffect(self.side_effect),
        ];
        edits.extend(self.attendees.iter().map(|hcp| CallEdit::AddAttendee(*hcp)));
        let mut products: Vec<_> = self.products.iter().collect();
        products.sort_by_key(|(_, talk)| talk.order);
        edits.extend(products.into_iter().flat_map(|(product, talk)| talk.as_edits(*product)));
        if !self.notes.is_empty() {
            edits.push(CallEdit::Notes(self.notes.clone()));
        }
        edits
    }

    /// Applies one edit. An edit of a product that is not there adds it.
    pub fn apply(&mut self, edit: &CallEdit) {
        match edit {
            CallEdit::Channel(channel) => self.channel = *channel,
            CallEdit::Time { starts_at, ends_at } => (self.starts_at, self.ends_at) = (*starts_at, *ends_at),
            CallEdit::Place(place) => self.place.clone_from(place),
            CallEdit::Organisation(organisation) => self.organisation = *organisation,
            CallEdit::AddAttendee(hcp) => drop(self.attendees.insert(*hcp)),
            CallEdit::RemoveAttendee(hcp) => drop(self.attendees.remove(hcp)),
            CallEdit::AddProduct(product) => drop(self.talk_of(*product)),
            CallEdit::RemoveProduct(product) => drop(self.products.remove(product)),
            CallEdit::Reaction { product, reaction } => self.talk_of(*product).reaction = *reaction,
            CallEdit::Message { product, message, given } => {
                let messages = &mut self.talk_of(*product).messages;
                let _ = if *given { messages.insert(*message) } else { messages.remove(message) };
            }
            CallEdit::Notes(text) => self.notes.clone_from(text),
            CallEdit::NextStep(step) => self.next_step.clone_from(step),
            CallEdit::SideEffect(answer) => self.side_effect = *answer,
        }
    }

    fn talk_of(&mut self, product: ProductId) -> &mut ProductTalk {
        let order = self.products.values().map(|talk| talk.order + 1).max().unwrap_or(0);
        self.products.entry(product).or_insert_with(|| ProductTalk { order, ..ProductTalk::default() })
    }
}

#[cfg(test)]
mod tests;
