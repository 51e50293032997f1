//! What an amendment changed in a submitted call: what stood before it and what stands since, with names.

use domain::Instant;
use domain::calls::{Channel, NextStep, Reaction, SideEffect};
use serde::{Deserialize, Serialize};

/// An amendment with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentView {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What it speaks of, in the order of telling.
    pub changes: Vec<ChangeView>,
}

/// A change of one part of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// What stood before it is what was submitted: no earlier amendment speaks of this part.
    pub submitted: bool,
    /// The part, and its value before and since.
    pub change: PartChange,
}

/// A value before an amendment and since. Both are the same where the amendment confirmed what stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<V> {
    /// What stood until then.
    pub before: V,
    /// What stands since.
    pub after: V,
}

/// What an amendment did to one part of a call. Names are empty where this device does not hold whom or what they name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", content = "change", rename_all = "snake_case")]
pub enum PartChange {
    /// How people met.
    Channel(Changed<Channel>),
    /// Begin and end.
    Time(Changed<(Instant, Instant)>),
    /// Where, in words.
    Place(Changed<Option<String>>),
    /// Name of the organisation.
    Organisation(Changed<Option<String>>),
    /// Names of those who were there.
    Attendees(Changed<Vec<String>>),
    /// What was said about one product; none where it was not talked about.
    Product {
        /// Its name.
        name: String,
        /// What was said.
        talk: Changed<Option<TalkView>>,
    },
    /// Free notes, whole.
    Notes(Changed<String>),
    /// What is next.
    NextStep(Changed<Option<NextStep>>),
    /// Side-effect answer.
    SideEffect(Changed<Option<SideEffect>>),
}

/// What was said about a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkView {
    /// The HCP's reaction, once known.
    pub reaction: Option<Reaction>,
    /// The key messages that were given, in words, in the product's order.
    pub messages: Vec<String>,
}
