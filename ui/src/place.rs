//! Places: what an address names, and the address of each. No history and no views here.

use domain::ids::{CallId, HcpId};

/// Where the user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The day; a chosen call shows its HCP beside the list.
    Today(Option<CallId>),
    /// The HCPs; a chosen one is shown beside the list.
    Hcps(Option<HcpId>),
    /// A call, as a sheet over the place before.
    Call(CallId),
    /// Follow-ups.
    Tasks,
    /// What waits to be sent.
    Sync,
}

/// The screens of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The day.
    Today,
    /// The HCPs.
    Hcps,
    /// Follow-ups.
    Tasks,
    /// What waits to be sent.
    Sync,
}

impl Screen {
    /// Every screen in the order of the rail.
    pub const ALL: [Self; 4] = [Self::Today, Self::Hcps, Self::Tasks, Self::Sync];

    /// The place to which the rail leads.
    pub fn place(self) -> Place {
        match self {
            Self::Today => Place::Today(None),
            Self::Hcps => Place::Hcps(None),
            Self::Tasks => Place::Tasks,
            Self::Sync => Place::Sync,
        }
    }
}

impl Place {
    /// The place that a path names; the day when it names none.
    pub fn of(path: &str) -> Self {
        let mut steps = path.split('/').filter(|step| !step.is_empty());
        match (steps.next(), steps.next()) {
            (Some("today"), Some(call)) => Self::Today(call.parse().ok()),
            (Some("hcps"), hcp) => Self::Hcps(hcp.and_then(|id| id.parse().ok())),
            (Some("calls"), Some(call)) => call.parse().map_or(Self::Today(None), Self::Call),
            (Some("tasks"), _) => Self::Tasks,
            (Some("sync"), _) => Self::Sync,
            _ => Self::Today(None),
        }
    }

    /// The path that names this place.
    pub fn path(self) -> String {
        match self {
            Self::Today(None) => "/".to_owned(),
            Self::Today(Some(call)) => format!("/today/{call}"),
            Self::Hcps(None) => "/hcps".to_owned(),
            Self::Hcps(Some(hcp)) => format!("/hcps/{hcp}"),
            Self::Call(call) => format!("/calls/{call}"),
            Self::Tasks => "/tasks".to_owned(),
            Self::Sync => "/sync".to_owned(),
        }
    }

    /// The screen that lies under this place; a call that was opened by its address lies over its day.
    pub fn ground(self, before: Option<Self>) -> Self {
        match self {
            Self::Call(call) => before.unwrap_or(Self::Today(Some(call))),
            place => place,
        }
    }

    /// The screen of the rail to which this place belongs.
    pub fn screen(self) -> Screen {
        match self {
            Self::Today(_) | Self::Call(_) => Screen::Today,
            Self::Hcps(_) => Screen::Hcps,
            Self::Tasks => Screen::Tasks,
            Self::Sync => Screen::Sync,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_place_is_found_again_by_its_path() {
        let id = Uuid::from_u128(7);
        let places = [
            Place::Today(None),
            Place::Today(Some(CallId(id))),
            Place::Hcps(None),
            Place::Hcps(Some(HcpId(id))),
            Place::Call(CallId(id)),
            Place::Tasks,
            Place::Sync,
        ];
        for place in places {
            assert_eq!(Place::of(&place.path()), place);
        }
    }

    #[test]
    fn a_path_that_names_nothing_leads_to_the_day() {
        assert_eq!(Place::of("/calls/not-an-id"), Place::Today(None));
        assert_eq!(Place::of("/nowhere/at/all"), Place::Today(None));
    }

    #[test]
    fn a_call_lies_over_the_place_before_or_over_its_day() {
        let call = CallId(Uuid::from_u128(7));
        assert_eq!(Place::Call(call).ground(Some(Place::Tasks)), Place::Tasks);
        assert_eq!(Place::Call(call).ground(None), Place::Today(Some(call)));
    }
}
