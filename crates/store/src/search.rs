//! Finding HCPs as people type. Rows come in the order of names because their row ids do.

use crate::fold;
use crate::row::decode;
use crate::{ReadError, Reader};
use domain::people::Hcp;
use rusqlite::{Params, params};

/// A page of HCPs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HcpRows {
    /// In the order of names.
    pub hcps: Vec<Hcp>,
    /// Where the next page begins; none at the end.
    pub next: Option<i64>,
}

impl Reader<'_> {
    /// HCPs whose words begin with each typed word; all HCPs when no word was typed. `after` is the `next` of the
    /// page before.
    pub fn search_hcps(&self, typed: &str, after: Option<i64>, limit: u32) -> Result<HcpRows, ReadError> {
        let after = after.unwrap_or(i64::MIN);
        match fold::query(typed) {
            Some(query) => self.page(
                "SELECT place, body FROM hcp_search JOIN hcp ON hcp.place = hcp_search.rowid
                 WHERE hcp_search MATCH ?1 AND hcp_search.rowid > ?2 ORDER BY hcp_search.rowid LIMIT ?3",
                params![query, after, limit + 1],
                limit,
            ),
            None => self.page(
                "SELECT place, body FROM hcp WHERE place > ?1 ORDER BY place LIMIT ?2",
                params![after, limit + 1],
                limit,
            ),
        }
    }

    /// How many HCPs this device holds.
    pub fn hcps_held(&self) -> Result<u64, ReadError> {
        let sql = "SELECT held FROM hcp_count";
        let count: i64 = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// One row more than the page has tells whether there is another page.
    fn page(&self, sql: &str, params: impl Params, limit: u32) -> Result<HcpRows, ReadError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let (mut hcps, mut last, mut next) = (Vec::new(), None, None);
        while let Some(row) = rows.next()? {
            if hcps.len() == limit as usize {
                next = last;
                break;
            }
            last = Some(row.get(0)?);
            let body: String = row.get(1)?;
            hcps.push(decode(&body)?);
        }
        Ok(HcpRows { hcps, next })
    }
}
