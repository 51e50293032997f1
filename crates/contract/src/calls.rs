//! The day, and a call from planning to amendment.

use domain::Instant;
use domain::calls::{CallContent, CallEdit, CallState, Channel, Contested};
use domain::content::Product;
use domain::ids::{CallId, HcpId, UserId};
use domain::people::Tier;
use serde::{Deserialize, Serialize};

mod amended;

pub use amended::{AmendmentView, ChangeView, Changed, PartChange, TalkView};

/// The calls of a day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct GetDay {
    /// The day's first instant in the user's time zone.
    pub from: Instant,
    /// The next day's first instant.
    pub until: Instant,
}

/// One call, to be shown or edited.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct GetCall {
    /// Which.
    pub call: CallId,
}

/// Plans a call, or begins to record one at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanCall {
    /// With whom; at least one.
    pub hcps: Vec<HcpId>,
    /// How.
    pub channel: Channel,
    /// Begin.
    pub starts_at: Instant,
    /// End, after the begin.
    pub ends_at: Instant,
    /// Begin recording at once.
    pub begin: bool,
}

/// Changes an open call. Saved and queued when the reply comes: screens send it at every change. The first edit of
/// a planned call begins its recording only when `begin` is set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditCall {
    /// Which.
    pub call: CallId,
    /// What changes, in order; may be empty to only begin.
    pub edits: Vec<CallEdit>,
    /// Begin recording.
    pub begin: bool,
}

/// Submits a call: its content is frozen.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SubmitCall {
    /// Which.
    pub call: CallId,
}

/// Changes a submitted call, for a reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AmendCall {
    /// Which.
    pub call: CallId,
    /// Why; not empty.
    pub reason: String,
    /// What changes; at least one.
    pub edits: Vec<CallEdit>,
}

/// Gives up an open call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelCall {
    /// Which.
    pub call: CallId,
    /// Why; not empty.
    pub reason: String,
}

/// Where a call stands, for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// To come.
    Planned,
    /// Being recorded.
    InProgress,
    /// Done.
    Submitted,
    /// Given up.
    Cancelled,
}

/// A person in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendeeView {
    /// Who.
    pub hcp: HcpId,
    /// Full name with title.
    pub name: String,
    /// Specialty.
    pub specialty: String,
    /// Name of the main workplace, else the town.
    pub workplace: String,
    /// Tier.
    pub tier: Option<Tier>,
}

/// A call in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallCard {
    /// Which.
    pub call: CallId,
    /// Begin.
    pub starts_at: Instant,
    /// End.
    pub ends_at: Instant,
    /// How.
    pub channel: Channel,
    /// Where it stands.
    pub stage: Stage,
    /// Who; first the one to show.
    pub attendees: Vec<AttendeeView>,
    /// Names of the products, in order.
    pub products: Vec<String>,
    /// Place in words, if given.
    pub place: Option<String>,
    /// Whose call it is, when not the user's own.
    pub colleague: Option<String>,
    /// Has changes that the server does not have yet.
    pub waiting: bool,
    /// Two people wrote one field; somebody should look.
    pub contested: bool,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// The user's own calls by their begin; cancelled ones are left out.
    pub calls: Vec<CallCard>,
}

/// A contested field with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestedView {
    /// Which field, what stands, what lost.
    pub contested: Contested,
    /// Name of the one whose value stands.
    pub kept_by: String,
    /// Names of those whose values lost, in the order of `contested.lost`.
    pub lost_by: Vec<String>,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Good to know.
    Advice,
    /// Think twice.
    Warning,
}

/// Something that a rule noticed. Texts are in the locale files under `finding.<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingView {
    /// Which finding: `logged_late`.
    pub code: String,
    /// How much it weighs.
    pub weight: Weight,
}

/// A call, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// Which.
    pub call: CallId,
    /// Whose.
    pub owner: UserId,
    /// Name of the owner.
    pub owner_name: String,
    /// The call is the user's own.
    pub mine: bool,
    /// Where it stands.
    pub state: CallState,
    /// Name of the one who submitted or cancelled it.
    pub closed_by: Option<String>,
    /// What is true now, amendments applied.
    pub content: CallContent,
    /// The attendees of `content`, with names.
    pub attendees: Vec<AttendeeView>,
    /// Name of the organisation of `content`.
    pub organisation: Option<String>,
    /// What may be talked about in the user's country.
    pub catalogue: Vec<Product>,
    /// Fields in which two people wrote at once.
    pub contested: Vec<ContestedView>,
    /// Amendments by time, each with what it changed from what was submitted or amended before.
    pub amendments: Vec<AmendmentView>,
    /// What the rules notice now.
    pub findings: Vec<FindingView>,
    /// Changes of this call that the server does not have yet.
    pub waiting: u32,
}

/// What happened to a call, after it is safe on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReceipt {
    /// Which.
    pub call: CallId,
    /// When it was saved.
    pub at: Instant,
    /// Changes on this device that wait for a network, with this one.
    pub waiting: u32,
    /// What the rules noticed.
    pub findings: Vec<FindingView>,
}
