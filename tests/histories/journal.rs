//! What devices called saved, written down outside of them: the truth that the end is held against.

use contract::calls::CallView;
use domain::ids::CallId;

/// A saved piece of work that can be recognised.
#[derive(Debug, Clone)]
pub struct Saved {
    /// In which call.
    pub call: CallId,
    /// A text that occurs nowhere else.
    pub mark: String,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Journal {
    /// Calls that were planned.
    pub calls: Vec<CallId>,
    /// Calls that somebody submitted.
    pub submitted: Vec<CallId>,
    saved: Vec<Saved>,
    marks: usize,
}

impl Journal {
    /// A text that occurs nowhere else.
    pub fn mark(&mut self) -> String {
        self.marks += 1;
        format!("<{}>", self.marks)
    }

    /// The device said that this is saved.
    pub fn write(&mut self, call: CallId, mark: String) {
        self.saved.push(Saved { call, mark });
    }

    /// What is missing from a call as somebody sees it in the end.
    pub fn missing(&self, view: &CallView) -> Vec<&str> {
        let reasons: String = view.amendments.iter().map(|amendment| amendment.reason.as_str()).collect();
        let of_call = self.saved.iter().filter(|saved| saved.call == view.call);
        let gone = of_call.filter(|s| !view.content.notes.contains(&s.mark) && !reasons.contains(&s.mark));
        gone.map(|saved| saved.mark.as_str()).collect()
    }
}
