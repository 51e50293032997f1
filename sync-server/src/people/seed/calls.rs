//! Calls of the last six weeks, today's, and those of the week ahead.

use super::Past;
use super::dice::{Dice, Subject};
use super::users::DemoUser;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use domain::Instant;
use domain::calls::{
    Amendment, Call, CallContent, CallEdit, CallState, Channel, NextStep, ProductTalk, Reaction, SideEffect,
};
use domain::content::Product;
use domain::ids::{AmendmentId, CallId};
use domain::people::{Country, Hcp, HcpStatus, Role, Tier};

const DAYS_BACK: i64 = 42;
const DAYS_AHEAD: i64 = 7;
/// Begins of calls in minutes of the local day.
const SLOTS: [i64; 6] = [510, 600, 690, 810, 900, 990];
const CHANNELS: [Channel; 10] = [
    Channel::InPerson,
    Channel::InPerson,
    Channel::InPerson,
    Channel::InPerson,
    Channel::InPerson,
    Channel::InPerson,
    Channel::InPerson,
    Channel::Remote,
    Channel::Remote,
    Channel::Phone,
];
const OPENINGS: [&str; 5] = [
    "Short but open conversation.",
    "Took more time than planned, many questions.",
    "Met between two ward rounds.",
    "Well prepared, knew the last newsletter.",
    "First talk since the summer.",
];
const NEXT_STEPS: [&str; 5] = [
    "Send the dosing card",
    "Bring the patient leaflet",
    "Arrange a talk for the whole team",
    "Ask again after the first patients",
    "Invite to the regional meeting",
];

/// One place in a colleague's diary.
struct Visit<'a> {
    user: &'a DemoUser,
    country: Country,
    date: NaiveDate,
    slot: usize,
}

struct Diary<'a> {
    past: &'a Past<'a>,
    dice: Dice,
    calls: Vec<Call>,
}

pub(super) fn calls(past: &Past<'_>) -> Vec<Call> {
    let mut diary = Diary { past, dice: Dice::new(&past.ids, Subject::Calls), calls: Vec::new() };
    past.users.iter().for_each(|user| diary.fill(user));
    diary.calls
}

/// How many calls a colleague has on a day that lies so many days ahead.
fn calls_on(role: Role, date: NaiveDate, ahead: i64) -> usize {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    match (role, ahead) {
        (Role::Rep, 0) => SLOTS.len(),
        (Role::Msl | Role::Kam, 0) => 3,
        (Role::Rep, _) if !weekend => 1 + date.ordinal() as usize % 2,
        (Role::Msl | Role::Kam, _) if !weekend => usize::from(date.ordinal().is_multiple_of(3)),
        _ => 0,
    }
}

impl<'a> Diary<'a> {
    fn fill(&mut self, user: &DemoUser) {
        let is_target = |hcp: &&Hcp| {
            hcp.territory == user.territory
                && hcp.status == HcpStatus::Active
                && matches!(hcp.tier, Some(Tier::A | Tier::B))
        };
        let targets: Vec<&Hcp> = self.past.hcps.iter().filter(is_target).collect();
        let Some(country) = targets.first().map(|hcp| hcp.country) else { return };
        for ahead in -DAYS_BACK..=DAYS_AHEAD {
            let date = (self.past.now + TimeDelta::days(ahead)).date_naive();
            for slot in 0..calls_on(user.role, date, ahead) {
                self.enter(&Visit { user, country, date, slot }, &targets, ahead);
            }
        }
    }

    fn enter(&mut self, visit: &Visit<'_>, targets: &[&Hcp], ahead: i64) {
        let Some(hcp) = self.dice.pick(targets).copied() else { return };
        let n = self.calls.len();
        let content = self.planned(visit, hcp, targets);
        let mut call = Call {
            id: CallId(self.past.ids.of("call", n)),
            owner: visit.user.id,
            audience: visit.user.role.audience(),
            state: CallState::Planned,
            content,
            amendments: Vec::new(),
        };
        if ahead < 0 {
            self.take_place(&mut call, visit);
        }
        self.calls.push(call);
    }

    fn planned(&mut self, visit: &Visit<'_>, hcp: &Hcp, targets: &[&Hcp]) -> CallContent {
        let channel = self.dice.pick(&CHANNELS).copied().unwrap_or(Channel::InPerson);
        let starts_at = local(visit.date, SLOTS[visit.slot % SLOTS.len()], visit.country);
        let length = TimeDelta::minutes(10 * self.dice.between((2, 4)));
        let mut content = CallContent::planned(channel, starts_at, starts_at + length);
        content.organisation = hcp.workplace.filter(|_| channel == Channel::InPerson);
        content.attendees.insert(hcp.id);
        let neighbour = targets.iter().find(|other| other.workplace == hcp.workplace && other.id != hcp.id);
        if let (true, Some(neighbour)) = (self.dice.percent(15), neighbour) {
            content.attendees.insert(neighbour.id);
        }
        for (order, product) in self.talked_about(visit.country).into_iter().enumerate() {
            let order = u16::try_from(order).unwrap_or(u16::MAX);
            content.products.insert(product.id, ProductTalk { order, ..ProductTalk::default() });
        }
        content
    }

    /// One or two brands that are sold in the country.
    fn talked_about(&mut self, country: Country) -> Vec<&'a Product> {
        let sold: Vec<&'a Product> =
            self.past.products.iter().filter(|p| p.countries.contains(&country)).collect();
        let first = self.dice.below(sold.len());
        let count = 1 + self.dice.below(2);
        sold.iter().cycle().skip(first).take(count).copied().collect()
    }

    /// The call took place, was recorded and submitted, or was called off.
    fn take_place(&mut self, call: &mut Call, visit: &Visit<'_>) {
        let by = visit.user.id;
        if self.dice.percent(3) {
            let at = call.content.starts_at - TimeDelta::hours(2);
            call.state =
                CallState::Cancelled { at, by, reason: "The doctor was called to an emergency".into() };
            return;
        }
        self.record(&mut call.content, visit.date);
        let at = call.content.ends_at + TimeDelta::minutes(self.dice.between((2, 180)));
        call.state = CallState::Submitted { at, by };
        if self.dice.percent(4) {
            call.amendments.push(self.amendment(call, at + TimeDelta::hours(20)));
        }
    }

    fn record(&mut self, content: &mut CallContent, date: NaiveDate) {
        let mut notes = vec![self.dice.word(&OPENINGS).to_owned()];
        for product in self.past.products {
            if let Some(talk) = content.products.get_mut(&product.id) {
                notes.push(self.talk(product, talk));
            }
        }
        content.notes = notes.join(" ");
        content.side_effect = Some(SideEffect::NoneMentioned);
        if self.dice.percent(35) {
            let due = date + TimeDelta::days(self.dice.between((3, 28)));
            content.next_step = Some(NextStep { text: self.dice.word(&NEXT_STEPS).to_owned(), due });
        }
    }

    /// Fills in what was said about a product, and gives the line about it for the notes.
    fn talk(&mut self, product: &Product, talk: &mut ProductTalk) -> String {
        let message = self.dice.pick(&product.messages);
        talk.messages.extend(message.map(|m| m.id));
        talk.reaction = self.dice.pick(&Reaction::ALL).copied();
        let topic = message.map(|m| m.text.as_str()).unwrap_or_default();
        let verdict = match talk.reaction {
            Some(Reaction::Sceptical) => "wants to see longer data first",
            Some(Reaction::Interested) => "asked for more on this",
            Some(Reaction::Convinced) => "will start the next suitable patients",
            Some(Reaction::Neutral) | None => "listened, no strong view",
        };
        format!("{} ({topic}): {verdict}.", product.name)
    }

    fn amendment(&mut self, call: &Call, at: Instant) -> Amendment {
        let more = format!("{} Also asked for reprints.", call.content.notes);
        Amendment {
            id: AmendmentId(self.past.ids.of("amendment", self.calls.len())),
            at,
            by: call.owner,
            reason: "Forgotten when the call was submitted".into(),
            edits: vec![CallEdit::Notes(more)],
        }
    }
}

/// An instant of the local day, by the country's winter time: a demo diary may be an hour off in summer.
fn local(date: NaiveDate, minute: i64, country: Country) -> Instant {
    let east_of_utc = match country {
        Country::DE => 60,
        Country::US => -300,
        _ => 0,
    };
    date.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(minute - east_of_utc)
}
