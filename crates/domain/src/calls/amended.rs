//! What amendments did to a call, told again from what was submitted: which parts each of them touched, and what the
//! call said before and after it.

use super::{Amendment, Call, CallContent, CallEdit};
use crate::ids::ProductId;
use std::collections::BTreeSet;

/// A part of a call as one tells it, in the order of telling. Coarser than an edit: who was there is one part, and so
/// is all that was said about one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallPart {
    /// How people met.
    Channel,
    /// Begin and end.
    Time,
    /// Where, in words.
    Place,
    /// Where, as an organisation.
    Organisation,
    /// Who was there.
    Attendees,
    /// What was said about one product.
    Product(ProductId),
    /// Free notes.
    Notes,
    /// What is next.
    NextStep,
    /// Side-effect answer.
    SideEffect,
}

/// An amendment between two states of its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended<'a> {
    /// What, why, when and by whom.
    pub amendment: &'a Amendment,
    /// What the call said until then; for the first amendment what was submitted.
    pub before: CallContent,
    /// What it says since.
    pub after: CallContent,
}

impl Amended<'_> {
    /// The parts that the amendment speaks of, also those that it leaves as they stood: whoever confirms a value has
    /// said something.
    #[must_use]
    pub fn parts(&self) -> BTreeSet<CallPart> {
        self.amendment.edits.iter().map(CallEdit::part).collect()
    }
}

impl Call {
    /// The content with all amendments applied: what is true now.
    #[must_use]
    pub fn current(&self) -> CallContent {
        let mut content = self.content.clone();
        self.amendments.iter().for_each(|amendment| content.amend(amendment));
        content
    }

    /// Every amendment in its order, with what the call said before and after it.
    #[must_use]
    pub fn amended(&self) -> Vec<Amended<'_>> {
        let mut told = self.content.clone();
        let step = |amendment| {
            let before = told.clone();
            told.amend(amendment);
            Amended { amendment, before, after: told.clone() }
        };
        self.amendments.iter().map(step).collect()
    }
}

impl CallContent {
    fn amend(&mut self, amendment: &Amendment) {
        amendment.edits.iter().for_each(|edit| self.apply(edit));
    }
}

impl CallEdit {
    /// The part of the call that this edit speaks of.
    #[must_use]
    pub fn part(&self) -> CallPart {
        match self {
            Self::Channel(_) => CallPart::Channel,
            Self::Time { .. } => CallPart::Time,
            Self::Place(_) => CallPart::Place,
            Self::Organisation(_) => CallPart::Organisation,
            Self::AddAttendee(_) | Self::RemoveAttendee(_) => CallPart::Attendees,
            Self::AddProduct(product) | Self::RemoveProduct(product) => CallPart::Product(*product),
            Self::Reaction { product, .. } | Self::Message { product, .. } => CallPart::Product(*product),
            Self::Notes(_) => CallPart::Notes,
            Self::NextStep(_) => CallPart::NextStep,
            Self::SideEffect(_) => CallPart::SideEffect,
        }
    }
}
