//! The words and drawings of the trade: what a channel, a reaction or a role is called, and how it is drawn.

use crate::parts::icon::Icon;
use crate::text::{T, find, t};
use contract::calls::Stage;
use domain::calls::{CallField, Channel, Reaction, SideEffect};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvidence};
use domain::insight::ActivityKind;
use domain::people::{Role, Tier};

/// Name of a channel.
pub fn channel(channel: Channel) -> &'static str {
    t(match channel {
        Channel::InPerson => T::ChannelInPerson,
        Channel::Remote => T::ChannelRemote,
        Channel::Phone => T::ChannelPhone,
        Channel::Email => T::ChannelEmail,
        Channel::Event => T::ChannelEvent,
    })
}

/// Drawing of a channel.
pub fn channel_icon(channel: Channel) -> Icon {
    match channel {
        Channel::InPerson => Icon::MapPin,
        Channel::Remote => Icon::Video,
        Channel::Phone => Icon::Phone,
        Channel::Email => Icon::Mail,
        Channel::Event => Icon::GraduationCap,
    }
}

/// Name of a channel of consent.
pub fn consent_channel(channel: ConsentChannel) -> &'static str {
    t(match channel {
        ConsentChannel::Email => T::ChannelEmail,
        ConsentChannel::Sms => T::ChannelSms,
        ConsentChannel::Phone => T::ChannelPhone,
        ConsentChannel::Remote => T::ChannelRemote,
        ConsentChannel::Post => T::ChannelPost,
    })
}

/// Drawing of a channel of consent.
pub fn consent_channel_icon(channel: ConsentChannel) -> Icon {
    match channel {
        ConsentChannel::Email => Icon::Mail,
        ConsentChannel::Sms => Icon::MessageSquareText,
        ConsentChannel::Phone => Icon::Phone,
        ConsentChannel::Remote => Icon::Video,
        ConsentChannel::Post => Icon::FilePenLine,
    }
}

/// Name of how consent is known.
pub fn evidence(evidence: ConsentEvidence) -> &'static str {
    t(match evidence {
        ConsentEvidence::Signature => T::EvidenceSignature,
        ConsentEvidence::Spoken => T::EvidenceSpoken,
        ConsentEvidence::WebForm => T::EvidenceWebForm,
        ConsentEvidence::Import => T::EvidenceImport,
    })
}

/// Title of a consent event in a timeline.
pub fn consent_act(act: ConsentAct) -> T {
    match act {
        ConsentAct::Granted => T::TimelineGranted,
        ConsentAct::Withdrawn => T::TimelineWithdrew,
    }
}

/// Name of a reaction.
pub fn reaction(reaction: Reaction) -> &'static str {
    t(match reaction {
        Reaction::Sceptical => T::ReactionSceptical,
        Reaction::Neutral => T::ReactionNeutral,
        Reaction::Interested => T::ReactionInterested,
        Reaction::Convinced => T::ReactionConvinced,
    })
}

/// Name of where a call stands.
pub fn stage(stage: Stage) -> &'static str {
    t(match stage {
        Stage::Planned => T::StagePlanned,
        Stage::InProgress => T::StageInProgress,
        Stage::Submitted => T::StageSubmitted,
        Stage::Cancelled => T::StageCancelled,
    })
}

/// Answer to the side-effect question.
pub fn side_effect(answer: SideEffect) -> &'static str {
    t(match answer {
        SideEffect::NoneMentioned => T::SideEffectNone,
        SideEffect::Mentioned => T::SideEffectMentioned,
    })
}

/// Name of a role.
pub fn role(role: Role) -> &'static str {
    t(match role {
        Role::Rep => T::RoleRep,
        Role::Msl => T::RoleMsl,
        Role::Kam => T::RoleKam,
        Role::Manager => T::RoleManager,
        Role::Administrator => T::RoleAdministrator,
    })
}

/// Name of a tier.
pub fn tier(tier: Tier) -> &'static str {
    t(match tier {
        Tier::A => T::TierA,
        Tier::B => T::TierB,
        Tier::C => T::TierC,
    })
}

/// Name of a field of a call.
pub fn field(field: CallField) -> &'static str {
    t(match field {
        CallField::Channel => T::FieldChannel,
        CallField::Time => T::FieldTime,
        CallField::Place => T::FieldPlace,
        CallField::Organisation => T::FieldOrganisation,
        CallField::Reaction(_) => T::FieldReaction,
        CallField::NextStep => T::FieldNextStep,
        CallField::SideEffect => T::FieldSideEffect,
    })
}

/// Drawing of a kind of activity.
pub fn activity_icon(kind: ActivityKind) -> Icon {
    match kind {
        ActivityKind::Call => Icon::MapPin,
        ActivityKind::Email => Icon::Mail,
        ActivityKind::Event => Icon::GraduationCap,
        ActivityKind::Web => Icon::Globe,
        ActivityKind::Survey => Icon::MessageSquareText,
        ActivityKind::Consent => Icon::ShieldCheck,
        ActivityKind::Medical => Icon::Stethoscope,
    }
}

/// Text of a finding of the rules; a general one for a finding that this version does not know.
pub fn finding(code: &str) -> &'static str {
    find(&format!("finding.{code}")).unwrap_or_else(|| t(T::FindingUnknown))
}

/// Why the server refused a document; a general text for a code that this version does not know.
pub fn rejected(code: &str) -> &'static str {
    find(&format!("rejected.{code}")).unwrap_or_else(|| t(T::RejectedUnknown))
}
