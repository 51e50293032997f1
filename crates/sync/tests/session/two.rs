//! Both sides: the device's session with a disk in a few lines, and a server in a few more. Whatever the network does
//! meanwhile, in the end each has every change once and in order.

use crate::config;
use crate::words::{answer, answered, at, request};
use proptest::prelude::*;
use std::collections::BTreeSet;
use sync::session::{Effect, Event, Session};
use sync::wire::v1::{Request, Response};

/// Changes in one answer, so that there are pages.
const PAGE: usize = 2;
const HISTORIES: u32 = 20_000;
/// After the network is good again, everything is done within so many events.
const ENOUGH: usize = 400;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// The person on the device writes something.
    Writes,
    /// Another device writes something.
    OtherWrites,
    /// Time passes.
    Passes(i64),
    /// One of the requests on the way arrives; it may stay on the way, to arrive again.
    RequestArrives(usize, bool),
    /// One of the answers on the way arrives.
    AnswerArrives(usize, bool),
    /// What is on the way to the server is lost.
    RequestsLost,
    /// What is on the way to the device is lost, and the device gives up waiting.
    AnswersLost,
    /// The app is killed and starts again: what is on its disk stays.
    Killed,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Writes),
        2 => Just(Step::OtherWrites),
        2 => (0_i64..400_000).prop_map(Step::Passes),
        6 => any::<(usize, bool)>().prop_map(|(n, again)| Step::RequestArrives(n, again)),
        6 => any::<(usize, bool)>().prop_map(|(n, again)| Step::AnswerArrives(n, again)),
        1 => Just(Step::RequestsLost),
        1 => Just(Step::AnswersLost),
        1 => Just(Step::Killed),
    ];
    prop::collection::vec(step, 1..60)
}

/// What the device keeps, and what the network carries. Every request has a number, and an answer belongs to one.
#[derive(Default)]
struct World {
    session: Session,
    now: i64,
    written: Vec<u8>,
    waiting: Vec<u8>,
    applied: Vec<u8>,
    /// The server's log.
    log: Vec<u8>,
    requests: Vec<(usize, Request)>,
    answers: Vec<(usize, Vec<u8>, Response)>,
    asked: usize,
    loads: usize,
    next: u8,
    bytes: BTreeSet<usize>,
}

impl World {
    fn tell(&mut self, event: Event) {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let running = self.session.is_running();
            match self.session.handle(event, at(self.now), 0.5) {
                Effect::Load { items, .. } => {
                    self.loads += 1;
                    let cursor = u8::try_from(self.applied.len()).unwrap();
                    let waiting = &self.waiting[..self.waiting.len().min(items)];
                    next = Some(Event::Loaded(request(cursor, waiting)));
                }
                Effect::Send(request) => {
                    assert!(running, "a request without an exchange");
                    self.asked += 1;
                    self.requests.push((self.asked, request));
                }
                Effect::Apply(_) | Effect::Sleep(_) | Effect::Rest => {}
                Effect::Fetch => panic!("this server has no first copies"),
            }
        }
    }

    fn writes(&mut self) {
        self.next += 1;
        self.written.push(self.next);
        self.waiting.push(self.next);
        self.tell(Event::Wanted);
    }

    /// Takes what is new, and answers with a page.
    fn serve(&mut self, number: usize, request: &Request) {
        for item in &request.items {
            if !self.log.contains(&item.change[0]) {
                self.log.push(item.change[0]);
            }
        }
        let from = usize::from(request.cursor.as_ref().map_or(0, |cursor| cursor[0]));
        let page: Vec<u8> = self.log[from..].iter().take(PAGE).copied().collect();
        let end = from + page.len();
        let response = answer(u8::try_from(end).unwrap(), end < self.log.len());
        self.answers.push((number, page, response));
    }

    /// An answer is heard by the request that it belongs to. One that comes twice finds nobody.
    fn hear(&mut self, number: usize, page: &[u8], response: Response) {
        if number != self.asked {
            return;
        }
        let effect = self.session.handle(answered(response), at(self.now), 0.5);
        if matches!(effect, Effect::Apply(_)) {
            assert!(self.bytes.insert(number), "an answer was applied twice");
            self.applied.extend(page);
            // What the server has waits no more: everything that was sent with this request.
            let log = &self.log;
            self.waiting.retain(|change| !log.contains(change));
            let waiting = !self.waiting.is_empty();
            self.tell(Event::Applied { waiting });
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Writes if self.next < 200 => self.writes(),
            Step::OtherWrites if self.next < 200 => {
                self.next += 1;
                self.log.push(self.next);
            }
            Step::Writes | Step::OtherWrites => {}
            Step::Passes(time) => {
                self.now += time;
                self.tell(Event::Tick);
            }
            Step::RequestArrives(n, again) if !self.requests.is_empty() => {
                let n = n % self.requests.len();
                let (number, request) = self.requests[n].clone();
                if !again {
                    self.requests.remove(n);
                }
                self.serve(number, &request);
            }
            Step::AnswerArrives(n, again) if !self.answers.is_empty() => {
                let n = n % self.answers.len();
                let (number, page, response) = self.answers[n].clone();
                if !again {
                    self.answers.remove(n);
                }
                self.hear(number, &page, response);
            }
            Step::RequestArrives(..) | Step::AnswerArrives(..) => {}
            Step::RequestsLost => self.requests.clear(),
            Step::AnswersLost => {
                self.answers.clear();
                self.asked += 1;
                self.tell(Event::Failed { retry_after: None });
            }
            Step::Killed => {
                self.session = Session::default();
                self.asked += 1;
                self.tell(Event::Wanted);
            }
        }
    }

    /// The network is good: everything arrives, and time passes.
    fn settle(&mut self) {
        self.take(Step::AnswersLost);
        self.take(Step::Passes(600_000));
        for _ in 0..ENOUGH {
            if self.waiting.is_empty() && self.applied == self.log && !self.session.is_running() {
                return;
            }
            if self.requests.is_empty() && self.answers.is_empty() {
                self.take(Step::Passes(600_000));
            }
            self.take(Step::RequestArrives(0, false));
            self.take(Step::AnswerArrives(0, false));
        }
        panic!("not done: {} wait, {} of {} applied", self.waiting.len(), self.applied.len(), self.log.len());
    }
}

proptest! {
    #![proptest_config(config(HISTORIES))]

    #[test]
    fn in_the_end_both_sides_have_every_change_once_and_in_order(steps in steps()) {
        let mut world = World::default();
        for step in steps {
            world.take(step);
        }
        world.settle();
        prop_assert_eq!(&world.applied, &world.log);
        let own: Vec<u8> = world.log.iter().filter(|change| world.written.contains(change)).copied().collect();
        prop_assert_eq!(own, world.written.clone(), "the order in which they were made");
        let once: BTreeSet<u8> = world.log.iter().copied().collect();
        prop_assert_eq!(once.len(), world.log.len(), "each once");
    }
}
