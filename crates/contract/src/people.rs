//! HCPs: searching them, and everything about one of them.

use crate::calls::{CallCard, Stage};
use crate::planning::FollowUpCard;
use domain::Instant;
use domain::calls::Channel;
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvidence, ConsentState};
use domain::ids::{CallId, HcpId};
use domain::insight::ActivityKind;
use domain::people::{HcpStatus, Identifier, Role, Tier};
use serde::{Deserialize, Serialize};

/// HCPs whose name, organisation, town, specialty or number begins with each of the words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SearchHcps {
    /// Words; all HCPs by name when empty. Accents and case do not matter.
    pub text: String,
    /// `next` of the page before; none for the first page.
    pub after: Option<String>,
    /// Rows wanted, at most 100.
    pub limit: u32,
}

/// Everything about one HCP but the timeline.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct GetProfile {
    /// Who.
    pub hcp: HcpId,
}

/// What happened with an HCP, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetTimeline {
    /// Who.
    pub hcp: HcpId,
    /// `next` of the page before; none for the first page.
    pub after: Option<String>,
}

/// Shares a note with the colleagues of the territory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddNote {
    /// About whom.
    pub hcp: HcpId,
    /// The note; not empty.
    pub text: String,
}

/// Records what an HCP said about being contacted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RecordConsent {
    /// Who.
    pub hcp: HcpId,
    /// On which channel.
    pub channel: ConsentChannel,
    /// Yes or no.
    pub act: ConsentAct,
    /// How it is known.
    pub evidence: ConsentEvidence,
}

/// An HCP in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HcpCard {
    /// Who.
    pub hcp: HcpId,
    /// Full name with title.
    pub name: String,
    /// Specialty.
    pub specialty: String,
    /// Name of the main workplace; may be empty.
    pub workplace: String,
    /// Town.
    pub city: String,
    /// Tier.
    pub tier: Option<Tier>,
    /// Practising or not.
    pub status: HcpStatus,
}

/// A page of HCPs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HcpPage {
    /// By name.
    pub rows: Vec<HcpCard>,
    /// Pass it on as `after` for the next page; none at the end.
    pub next: Option<String>,
    /// How many HCPs this device holds.
    pub held: u64,
}

/// Whether a channel may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentMark {
    /// Which channel.
    pub channel: ConsentChannel,
    /// The answer.
    pub state: ConsentState,
}

/// A workplace of an HCP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffiliationView {
    /// Name of the organisation.
    pub organisation: String,
    /// The organisation it is part of, if one.
    pub part_of: Option<String>,
    /// Town.
    pub city: String,
    /// As what.
    pub role: String,
    /// Still there.
    pub current: bool,
}

/// A colleague who knows an HCP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acquaintance {
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Submitted calls with this HCP on this device.
    pub calls: u32,
}

/// A shared note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// The note.
    pub text: String,
}

/// Everything about one HCP but the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// Name, specialty, tier, place.
    pub card: HcpCard,
    /// Role at the main workplace; may be empty.
    pub role: String,
    /// Numbers in other systems.
    pub identifiers: Vec<Identifier>,
    /// Workplaces, the main one first.
    pub affiliations: Vec<AffiliationView>,
    /// Every channel.
    pub consent: Vec<ConsentMark>,
    /// Favourite channel, if known.
    pub preferred_channel: Option<Channel>,
    /// Best time, in words, if known.
    pub best_time: Option<String>,
    /// Shared notes, newest first.
    pub notes: Vec<NoteView>,
    /// The next planned call.
    pub next_call: Option<CallCard>,
    /// Open follow-ups about this HCP.
    pub follow_ups: Vec<FollowUpCard>,
    /// Who of us knows the HCP, most calls first.
    pub known_by: Vec<Acquaintance>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum TimelineWhat {
    /// A call that this device holds.
    Call {
        /// Which.
        call: CallId,
        /// How.
        channel: Channel,
        /// Where it stands.
        stage: Stage,
        /// Names of the products.
        products: Vec<String>,
        /// The beginning of the notes.
        notes: String,
        /// Was amended after submission.
        amended: bool,
    },
    /// A grant or withdrawal of consent.
    Consent {
        /// On which channel.
        channel: ConsentChannel,
        /// Yes or no.
        act: ConsentAct,
    },
    /// An entry of the activity log.
    Activity {
        /// Through what.
        kind: ActivityKind,
        /// One line.
        title: String,
        /// A second line, possibly empty.
        detail: String,
    },
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Unique and stable, for keyed lists.
    pub key: String,
    /// When.
    pub at: Instant,
    /// Which colleague, if one.
    pub by: Option<String>,
    /// What.
    pub what: TimelineWhat,
}

/// A page of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePage {
    /// Newest first.
    pub entries: Vec<TimelineEntry>,
    /// Pass it on as `after` for the next page; none at the end.
    pub next: Option<String>,
}
