//! The activity log of the last half year: emails, events, the web, surveys, meetings with Medical.

use super::Past;
use super::dice::{Dice, Subject};
use chrono::TimeDelta;
use domain::Instant;
use domain::ids::ActivityId;
use domain::insight::{Activity, ActivityKind};
use domain::people::{Hcp, Role, Tier};

const HALF_A_YEAR: i64 = 180 * 24 * 60;
const KINDS: [ActivityKind; 10] = [
    ActivityKind::Email,
    ActivityKind::Email,
    ActivityKind::Email,
    ActivityKind::Email,
    ActivityKind::Web,
    ActivityKind::Web,
    ActivityKind::Event,
    ActivityKind::Event,
    ActivityKind::Survey,
    ActivityKind::Medical,
];
const MEETINGS: [&str; 5] = [
    "Regional heart failure evening",
    "Kidney and heart round table",
    "Journal club",
    "Spring update for practices",
    "Lung function workshop",
];
const PAGES: [&str; 4] =
    ["dosing calculator", "patient leaflets", "guideline summary", "recordings of past meetings"];

pub(super) fn activities(past: &Past<'_>) -> Vec<Activity> {
    let mut log = Log { past, dice: Dice::new(&past.ids, Subject::History), lines: Vec::new() };
    past.hcps.iter().for_each(|hcp| log.half_a_year(hcp));
    log.lines
}

struct Log<'a> {
    past: &'a Past<'a>,
    dice: Dice,
    lines: Vec<Activity>,
}

impl Log<'_> {
    fn half_a_year(&mut self, hcp: &Hcp) {
        let range = match hcp.tier {
            Some(Tier::A) => (4, 9),
            Some(Tier::B) => (2, 5),
            Some(Tier::C) => (0, 3),
            None => (0, 1),
        };
        let count = self.dice.between(range);
        let mut moments: Vec<i64> = (0..count).map(|_| self.dice.between((60, HALF_A_YEAR))).collect();
        moments.sort_unstable_by(|a, b| b.cmp(a));
        for minutes in moments {
            let line = self.line(hcp, self.past.now - TimeDelta::minutes(minutes));
            self.lines.push(line);
        }
    }

    fn line(&mut self, hcp: &Hcp, at: Instant) -> Activity {
        let kind = self.dice.pick(&KINDS).copied().unwrap_or(ActivityKind::Email);
        let (title, detail) = self.words(kind, hcp);
        let liaison = self.past.team_of(hcp, Role::Msl).first().map(|msl| msl.id);
        Activity {
            id: ActivityId(self.past.ids.of("activity", self.lines.len())),
            hcp: hcp.id,
            at,
            kind,
            title,
            detail,
            by: liaison.filter(|_| kind == ActivityKind::Medical),
        }
    }

    /// Commercial sees of a meeting with Medical only that it took place.
    fn words(&mut self, kind: ActivityKind, hcp: &Hcp) -> (String, String) {
        let (brand, message) = self.topic(hcp);
        match kind {
            ActivityKind::Email => (format!("Opened \"{message}\""), format!("{brand} newsletter")),
            ActivityKind::Web => {
                let minutes = self.dice.between((1, 9));
                (format!("Read {} ({brand})", self.dice.word(&PAGES)), format!("Portal, {minutes} min"))
            }
            ActivityKind::Event => (format!("Attended {}", self.dice.word(&MEETINGS)), hcp.city.clone()),
            ActivityKind::Survey => {
                let score = self.dice.between((4, 10));
                ("Answered the service survey".into(), format!("Would recommend us: {score} of 10"))
            }
            ActivityKind::Medical => ("Met a medical science liaison".into(), String::new()),
            ActivityKind::Call | ActivityKind::Consent => (String::new(), String::new()),
        }
    }

    fn topic(&mut self, hcp: &Hcp) -> (String, String) {
        let sold: Vec<_> = self.past.products.iter().filter(|p| p.countries.contains(&hcp.country)).collect();
        let Some(product) = self.dice.pick(&sold).copied() else { return Default::default() };
        let message = self.dice.pick(&product.messages).map(|m| m.text.clone());
        (product.name.clone(), message.unwrap_or_default())
    }
}
