//! Finding HCPs as people type.

use crate::calls::workplace;
use crate::desk::Desk;
use contract::people::{HcpCard, HcpPage, SearchHcps};
use contract::{Code, Refusal};
use domain::people::Hcp;
use store::{ReadError, Reader};

const LARGEST_PAGE: u32 = 100;

impl Desk {
    /// A page of HCPs whose words begin with what was typed.
    pub fn search_hcps(&self, search: &SearchHcps) -> Result<HcpPage, Refusal> {
        let after = search.after.as_deref().map(str::parse).transpose();
        let after =
            after.map_err(|_| Refusal::because(Code::BadRequest, "`after` is the `next` of a page"))?;
        self.read(|r| {
            let page = r.search_hcps(&search.text, after, search.limit.clamp(1, LARGEST_PAGE))?;
            let rows = page.hcps.iter().map(|hcp| hcp_card(r, hcp)).collect::<Result<_, _>>()?;
            Ok(HcpPage { rows, next: page.next.map(|place| place.to_string()), held: r.hcps_held()? })
        })
    }
}

/// An HCP as a list shows it.
pub fn hcp_card(reader: &Reader<'_>, hcp: &Hcp) -> Result<HcpCard, ReadError> {
    Ok(HcpCard {
        hcp: hcp.id,
        name: hcp.name.to_string(),
        specialty: hcp.specialty.clone(),
        workplace: workplace(reader, hcp)?.unwrap_or_default(),
        city: hcp.city.clone(),
        tier: hcp.tier,
        status: hcp.status,
    })
}
