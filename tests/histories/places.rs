//! Where everybody is: the truth that the end is held against.

use domain::ids::{HcpId, TerritoryId};
use std::collections::BTreeSet;
use world::{MARA, NORTH, SOUTH, TOMAS};

/// The territories of HCPs and people.
#[derive(Debug)]
pub struct Places {
    hcps: [(HcpId, TerritoryId); 2],
    people: [TerritoryId; 4],
}

impl Default for Places {
    fn default() -> Self {
        Self { hcps: [(MARA, NORTH), (TOMAS, NORTH)], people: [NORTH, NORTH, NORTH, SOUTH] }
    }
}

fn other(territory: TerritoryId) -> TerritoryId {
    if territory == NORTH { SOUTH } else { NORTH }
}

impl Places {
    /// An HCP goes to the other territory. Answers which.
    pub fn move_hcp(&mut self, hcp: HcpId) -> TerritoryId {
        let at = if hcp == MARA { 0 } else { 1 };
        self.hcps[at].1 = other(self.hcps[at].1);
        self.hcps[at].1
    }

    /// A person goes to the other territory. Answers which.
    pub fn move_person(&mut self, who: usize) -> TerritoryId {
        self.people[who] = other(self.people[who]);
        self.people[who]
    }

    /// Who sees what is about these HCPs.
    pub fn who_sees(&self, hcps: &BTreeSet<HcpId>) -> Vec<usize> {
        let at: BTreeSet<_> =
            self.hcps.iter().filter(|(hcp, _)| hcps.contains(hcp)).map(|(_, at)| *at).collect();
        (0..self.people.len()).filter(|who| at.contains(&self.people[*who])).collect()
    }
}
