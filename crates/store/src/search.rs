//! Finding HCPs as people type. Rows come in the order of names because their row ids do.

use crate::fold::{self, Query};
use crate::row::decode;
use crate::{ReadError, Reader, people};
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

const MATCHING: &str = "SELECT place, body FROM hcp_search JOIN hcp ON hcp.place = hcp_search.rowid
    WHERE hcp_search MATCH ?1 AND hcp_search.rowid > ?2 ORDER BY hcp_search.rowid";
/// People passed over for one page before the index is asked for exactly the wanted ones: then they are so rare that
/// it has little to read.
const PATIENCE: usize = 100;

impl Reader<'_> {
    /// HCPs whose words begin with each typed word; all HCPs when no word was typed. `after` is the `next` of the
    /// page before.
    pub fn search_hcps(&self, typed: &str, after: Option<i64>, limit: u32) -> Result<HcpRows, ReadError> {
        let after = after.unwrap_or(i64::MIN);
        let Some(query) = fold::query(typed) else {
            let sql = "SELECT place, body FROM hcp WHERE place > ?1 ORDER BY place";
            return self.page(sql, params![after], limit, |_| Ok(true)).map(|(page, _)| page);
        };
        let wanted = |hcp: &Hcp| self.is_wanted(hcp, &query);
        match self.page(MATCHING, params![query.indexed, after], limit, wanted)? {
            (page, true) => Ok(page),
            (_, false) => {
                self.page(MATCHING, params![query.exact, after], limit, |_| Ok(true)).map(|(page, _)| page)
            }
        }
    }

    fn is_wanted(&self, hcp: &Hcp, query: &Query) -> Result<bool, ReadError> {
        if query.long.is_empty() {
            return Ok(true);
        }
        Ok(fold::begin_words(&people::words_of(self.connection, hcp)?, &query.long))
    }

    /// How many HCPs this device holds.
    pub fn hcps_held(&self) -> Result<u64, ReadError> {
        let sql = "SELECT held FROM hcp_count";
        let count: i64 = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The first wanted rows, and whether they are all there are for this page: not when patience ended. One row
    /// more than the page has tells whether there is another page.
    fn page(
        &self,
        sql: &str,
        params: impl Params,
        limit: u32,
        wanted: impl Fn(&Hcp) -> Result<bool, ReadError>,
    ) -> Result<(HcpRows, bool), ReadError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let (mut page, mut last, mut passed_over) = (HcpRows { hcps: Vec::new(), next: None }, None, 0);
        while let Some(row) = rows.next()? {
            let hcp = decode(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
            if !wanted(&hcp)? {
                passed_over += 1;
                if passed_over > PATIENCE {
                    return Ok((page, false));
                }
                continue;
            }
            if page.hcps.len() == limit as usize {
                page.next = last;
                break;
            }
            last = Some(row.get(0)?);
            page.hcps.push(hcp);
        }
        Ok((page, true))
    }
}
