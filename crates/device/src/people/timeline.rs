//! What happened with an HCP, in pages from the newest.

use crate::calls::{product_names, stage};
use crate::desk::{Desk, colleague_name};
use contract::people::{GetTimeline, TimelineEntry, TimelinePage, TimelineWhat};
use contract::{Code, Refusal};
use domain::ids::{ActivityId, CallId, HcpId};
use store::{ReadError, Reader, TimelineMark, TimelineRow, TimelineSource};
use uuid::Uuid;

const PAGE: u32 = 30;
const NOTES_SHOWN: usize = 160;

impl Desk {
    /// A page of the timeline.
    pub fn get_timeline(&self, get: &GetTimeline) -> Result<TimelinePage, Refusal> {
        let after = get.after.as_deref().map(parse_mark).transpose()?;
        self.read(|r| {
            let lines = r.timeline(get.hcp, after, PAGE)?;
            let full = lines.len() == PAGE as usize;
            let next = lines.last().filter(|_| full).map(print_mark);
            let mut entries = Vec::new();
            for line in &lines {
                entries.extend(entry(r, get.hcp, line)?);
            }
            Ok(TimelinePage { entries, next })
        })
    }
}

fn entry(r: &Reader<'_>, hcp: HcpId, line: &TimelineRow) -> Result<Option<TimelineEntry>, ReadError> {
    let found = match line.source {
        TimelineSource::Call => call(r, CallId(line.id))?,
        TimelineSource::Consent => consent(r, hcp, line.id)?,
        TimelineSource::Activity => activity(r, ActivityId(line.id))?,
    };
    let key = print_mark(line);
    Ok(found.map(|(by, what)| TimelineEntry { key, at: line.at, by, what }))
}

type Told = Option<(Option<String>, TimelineWhat)>;

fn call(r: &Reader<'_>, id: CallId) -> Result<Told, ReadError> {
    let Some(row) = r.call(id)? else { return Ok(None) };
    let content = row.call.current();
    let what = TimelineWhat::Call {
        call: id,
        channel: content.channel,
        stage: stage(&row.call.state),
        products: product_names(r, &content)?,
        notes: content.notes.chars().take(NOTES_SHOWN).collect(),
        amended: !row.call.amendments.is_empty(),
    };
    Ok(Some((Some(colleague_name(r, row.call.owner)?), what)))
}

fn consent(r: &Reader<'_>, hcp: HcpId, id: Uuid) -> Result<Told, ReadError> {
    let events = r.consent(hcp)?;
    let Some(event) = events.iter().find(|event| event.id.0 == id) else { return Ok(None) };
    let what = TimelineWhat::Consent { channel: event.channel, act: event.act };
    Ok(Some((Some(colleague_name(r, event.captured_by)?), what)))
}

fn activity(r: &Reader<'_>, id: ActivityId) -> Result<Told, ReadError> {
    let Some(activity) = r.activity(id)? else { return Ok(None) };
    let by = activity.by.map(|user| colleague_name(r, user)).transpose()?;
    let what = TimelineWhat::Activity { kind: activity.kind, title: activity.title, detail: activity.detail };
    Ok(Some((by, what)))
}

fn print_mark(line: &TimelineRow) -> String {
    format!("{}.{}.{}", line.at.timestamp_millis(), line.source.name(), line.id)
}

fn parse_mark(text: &str) -> Result<TimelineMark, Refusal> {
    let read = || {
        let mut parts = text.splitn(3, '.');
        let at = chrono::DateTime::from_timestamp_millis(parts.next()?.parse().ok()?)?;
        let source = TimelineSource::named(parts.next()?)?;
        Some(TimelineMark { at, source, id: parts.next()?.parse().ok()? })
    };
    read().ok_or_else(|| Refusal::because(Code::BadRequest, "`after` is the `next` of a page"))
}
