//! Effects of a change: the difference between what the document said before and after.

use super::Effect;
use crate::store::{Account, Happened};
use document::{Change, Content};
use domain::calls::{Amendment, Call, CallState, Channel};
use domain::consent::{ConsentAct, ConsentChannel, ConsentEvent};
use domain::ids::{ActivityId, DocId, HcpId};
use domain::insight::{Activity, ActivityKind};
use domain::people::Audience;
use serde_json::{Value, json};
use sync::ScopeId;
use uuid::Uuid;

/// Where a change took place.
pub struct Scene<'a> {
    /// In which document.
    pub doc: DocId,
    /// Which scopes hold it.
    pub scopes: &'a [ScopeId],
    /// By which change.
    pub change: &'a Change,
    /// By whom.
    pub by: &'a Account,
}

/// What follows from a change.
#[must_use]
pub fn effects(scene: &Scene<'_>, before: Option<&Content>, after: &Content) -> Vec<Happened> {
    match (before, after) {
        (Some(Content::Call(before)), Content::Call(after)) => of_call(scene, Some(before), after),
        (_, Content::Call(after)) => of_call(scene, None, after),
        (Some(Content::Consent(before)), Content::Consent(after)) => {
            of_consent(scene, &before.content, after.hcp, &after.content)
        }
        (_, Content::Consent(after)) => of_consent(scene, &[], after.hcp, &after.content),
        (_, Content::ProfileNotes(_) | Content::FollowUp(_)) => Vec::new(),
    }
}

fn of_call(scene: &Scene<'_>, before: Option<&Call>, after: &Call) -> Vec<Happened> {
    if !matches!(after.state, CallState::Submitted { .. }) {
        return Vec::new();
    }
    let Some(before) = before.filter(|before| matches!(before.state, CallState::Submitted { .. })) else {
        let mut all = told(scene, Effect::CallSubmitted, after.id.0, after, None);
        let amended = after.amendments.iter();
        all.extend(amended.flat_map(|a| told(scene, Effect::CallAmended, a.id.0, after, Some(a))));
        return all;
    };
    let new = after.amendments.iter().filter(|amendment| !before.amendments.contains(amendment));
    let amended: Vec<_> =
        new.flat_map(|a| told(scene, Effect::CallAmended, a.id.0, after, Some(a))).collect();
    // Work that was done before the submission was seen, and merged after it.
    if amended.is_empty() && before.content != after.content {
        let merged = Uuid::new_v5(&scene.doc.0, &scene.change.hash.0);
        return told(scene, Effect::CallMerged, merged, after, None);
    }
    amended
}

/// One line for each attendee; one without an HCP when nobody attended.
fn told(
    scene: &Scene<'_>,
    effect: Effect,
    subject: Uuid,
    call: &Call,
    amendment: Option<&Amendment>,
) -> Vec<Happened> {
    let current = call.current();
    let mut hcps: Vec<Option<HcpId>> = current.attendees.iter().copied().map(Some).collect();
    if hcps.is_empty() {
        hcps.push(None);
    }
    let line = |hcp: Option<HcpId>| {
        let id = activity_id(scene.doc, effect, subject, hcp);
        Happened {
            id,
            doc: scene.doc,
            effect,
            subject,
            hcp,
            kind: ActivityKind::Call,
            audience: call.audience,
            title: channel_title(current.channel).to_owned(),
            at: scene.change.at,
            by: scene.by.user,
            data: call_data(scene, call, hcp, amendment),
            shown: hcp.filter(|_| effect == Effect::CallSubmitted).and_then(|hcp| shown(scene, call, hcp)),
        }
    };
    hcps.into_iter().map(line).collect()
}

/// What commercial sees of a contact with Medical: that it took place, and nothing that was said.
fn shown(scene: &Scene<'_>, call: &Call, hcp: HcpId) -> Option<(Activity, ScopeId)> {
    let territory = scene.scopes.iter().find_map(|scope| match scope {
        ScopeId::Territory(territory, Audience::Medical) => Some(*territory),
        _ => None,
    })?;
    let activity = Activity {
        id: ActivityId(Uuid::new_v5(&scene.doc.0, format!("shown/{hcp}").as_bytes())),
        hcp,
        at: call.current().starts_at,
        kind: ActivityKind::Medical,
        title: format!("Met {}, medical", scene.by.name),
        detail: String::new(),
        by: Some(scene.by.user),
    };
    Some((activity, ScopeId::Territory(territory, Audience::Commercial)))
}

fn call_data(scene: &Scene<'_>, call: &Call, hcp: Option<HcpId>, amendment: Option<&Amendment>) -> Value {
    let current = call.current();
    let mut data = json!({
        "call": call.id,
        "hcp": hcp,
        "attendees": current.attendees,
        "owner": call.owner,
        "audience": call.audience,
        "channel": current.channel,
        "starts_at": current.starts_at,
        "ends_at": current.ends_at,
        "written_by": scene.by.user,
        "written_at": scene.change.at,
    });
    // A CRM is read by commercial: of a medical contact it learns that it took place, never what was said.
    if call.audience == Audience::Medical {
        return data;
    }
    let products = current.products.iter().map(|(product, talk)| {
        json!({ "product": product, "order": talk.order, "reaction": talk.reaction, "messages": talk.messages })
    });
    data["products"] = products.collect();
    data["place"] = json!(current.place);
    data["organisation"] = json!(current.organisation);
    data["notes"] = json!(current.notes);
    data["next_step"] = json!(current.next_step);
    data["side_effect"] = json!(current.side_effect);
    if let Some(amendment) = amendment {
        data["amendment"] =
            json!({ "id": amendment.id, "at": amendment.at, "by": amendment.by, "reason": amendment.reason });
    }
    data
}

fn of_consent(
    scene: &Scene<'_>,
    before: &[ConsentEvent],
    hcp: HcpId,
    after: &[ConsentEvent],
) -> Vec<Happened> {
    let new = after.iter().filter(|event| !before.contains(event));
    new.map(|event| consent_line(scene, hcp, event)).collect()
}

fn consent_line(scene: &Scene<'_>, hcp: HcpId, event: &ConsentEvent) -> Happened {
    let (effect, verb) = match event.act {
        ConsentAct::Granted => (Effect::ConsentGranted, "Granted"),
        ConsentAct::Withdrawn => (Effect::ConsentWithdrawn, "Withdrew"),
    };
    Happened {
        id: activity_id(scene.doc, effect, event.id.0, Some(hcp)),
        doc: scene.doc,
        effect,
        subject: event.id.0,
        hcp: Some(hcp),
        kind: ActivityKind::Consent,
        audience: Audience::All,
        title: format!("{verb} consent: {}", consent_channel(event.channel)),
        at: event.at,
        by: scene.by.user,
        data: json!({
            "hcp": hcp,
            "event": event.id,
            "channel": event.channel,
            "act": event.act,
            "evidence": event.evidence,
            "captured_by": event.captured_by,
            "captured_at": event.at,
            "until": event.until,
        }),
        shown: None,
    }
}

/// The same effect has the same id, however often it comes.
fn activity_id(doc: DocId, effect: Effect, subject: Uuid, hcp: Option<HcpId>) -> ActivityId {
    let hcp = hcp.map(|hcp| hcp.to_string()).unwrap_or_default();
    ActivityId(Uuid::new_v5(&doc.0, format!("{}/{subject}/{hcp}", effect.name()).as_bytes()))
}

fn channel_title(channel: Channel) -> &'static str {
    match channel {
        Channel::InPerson => "Call in person",
        Channel::Remote => "Call by video",
        Channel::Phone => "Call by telephone",
        Channel::Email => "Call by email",
        Channel::Event => "Meeting at an event",
    }
}

fn consent_channel(channel: ConsentChannel) -> &'static str {
    match channel {
        ConsentChannel::Email => "email",
        ConsentChannel::Sms => "text message",
        ConsentChannel::Phone => "telephone",
        ConsentChannel::Remote => "video",
        ConsentChannel::Post => "letter",
    }
}
