//! HCPs, organisations, colleagues, and what the field notes about people.

use crate::fold;
use crate::row::{bodies, body};
use crate::{CommitError, ReadError, Reader};
use domain::ids::{HcpId, OrgId, UserId};
use domain::people::{AboutHcp, Affiliation, Colleague, Hcp, Organisation, ProfileNotes};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub fn project_notes(tx: &Transaction<'_>, notes: &AboutHcp<ProfileNotes>) -> Result<(), CommitError> {
    tx.prepare_cached(
        "INSERT INTO profile_notes (hcp, body) VALUES (?1, ?2) ON CONFLICT (hcp) DO UPDATE SET body = ?2",
    )?
    .execute(params![notes.hcp.0.as_bytes(), serde_json::to_string(&notes.content)?])?;
    Ok(())
}

pub fn remove_notes(tx: &Transaction<'_>, hcp: HcpId) -> Result<(), CommitError> {
    tx.prepare_cached("DELETE FROM profile_notes WHERE hcp = ?1")?.execute([hcp.0.as_bytes()])?;
    Ok(())
}

pub fn put_hcp(tx: &Transaction<'_>, hcp: &Hcp) -> Result<(), CommitError> {
    remove_hcp(tx, hcp.id)?;
    let place = free_place(tx, fold::place(hcp))?;
    tx.prepare_cached("INSERT INTO hcp (place, id, workplace, body) VALUES (?1, ?2, ?3, ?4)")?.execute(
        params![
            place,
            hcp.id.0.as_bytes(),
            hcp.workplace.map(|org| org.0.into_bytes()),
            serde_json::to_string(hcp)?
        ],
    )?;
    index(tx, place, hcp)
}

pub fn remove_hcp(tx: &Transaction<'_>, hcp: HcpId) -> Result<(), CommitError> {
    let sql = "DELETE FROM hcp WHERE id = ?1 RETURNING place";
    let place: Option<i64> =
        tx.prepare_cached(sql)?.query_row([hcp.0.as_bytes()], |row| row.get(0)).optional()?;
    if let Some(place) = place {
        tx.prepare_cached("DELETE FROM hcp_search WHERE rowid = ?1")?.execute([place])?;
    }
    Ok(())
}

/// The words of those who left leave the index too. It only marks a row as deleted and keeps its words until it is
/// written anew; `secure_delete` does not reach into it.
pub fn forget_words(tx: &Transaction<'_>) -> Result<(), CommitError> {
    tx.prepare_cached("INSERT INTO hcp_search (hcp_search) VALUES ('optimize')")?.execute([])?;
    Ok(())
}

/// The name of an organisation is found through its HCPs, so a new name is indexed with each of them.
pub fn put_organisation(tx: &Transaction<'_>, organisation: &Organisation) -> Result<(), CommitError> {
    let id = organisation.id.0.as_bytes();
    tx.prepare_cached(
        "INSERT INTO organisation (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = ?2",
    )?
    .execute(params![id, serde_json::to_string(organisation)?])?;
    let mut statement = tx.prepare_cached("SELECT place, body FROM hcp WHERE workplace = ?1")?;
    let working: Vec<(i64, String)> =
        statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (place, body) in working {
        tx.prepare_cached("DELETE FROM hcp_search WHERE rowid = ?1")?.execute([place])?;
        index(tx, place, &serde_json::from_str(&body)?)?;
    }
    Ok(())
}

fn index(tx: &Transaction<'_>, place: i64, hcp: &Hcp) -> Result<(), CommitError> {
    tx.prepare_cached("INSERT INTO hcp_search (rowid, words) VALUES (?1, ?2)")?
        .execute(params![place, words_of(tx, hcp)?])?;
    Ok(())
}

/// The words by which an HCP is found.
pub fn words_of(connection: &Connection, hcp: &Hcp) -> Result<String, rusqlite::Error> {
    let workplace = match hcp.workplace {
        Some(org) => organisation_name(connection, org)?,
        None => String::new(),
    };
    let name = hcp.name.to_string();
    let mut texts = vec![name.as_str(), &workplace, &hcp.city, &hcp.specialty];
    texts.extend(hcp.identifiers.iter().map(|identifier| identifier.value.as_str()));
    Ok(fold::words(&texts))
}

fn organisation_name(connection: &Connection, org: OrgId) -> Result<String, rusqlite::Error> {
    let sql = "SELECT body ->> 'name' FROM organisation WHERE id = ?1";
    let name = connection.prepare_cached(sql)?.query_row([org.0.as_bytes()], |row| row.get(0)).optional()?;
    Ok(name.unwrap_or_default())
}

fn free_place(tx: &Transaction<'_>, wanted: i64) -> Result<i64, CommitError> {
    let mut statement = tx.prepare_cached("SELECT 1 FROM hcp WHERE place = ?1")?;
    let mut place = wanted;
    while statement.exists([place])? {
        place += 1;
    }
    Ok(place)
}

impl Reader<'_> {
    /// One HCP.
    pub fn hcp(&self, hcp: HcpId) -> Result<Option<Hcp>, ReadError> {
        body(self.connection, "SELECT body FROM hcp WHERE id = ?1", [hcp.0.as_bytes()])
    }

    /// One organisation.
    pub fn organisation(&self, org: OrgId) -> Result<Option<Organisation>, ReadError> {
        body(self.connection, "SELECT body FROM organisation WHERE id = ?1", [org.0.as_bytes()])
    }

    /// The workplaces of an HCP.
    pub fn affiliations(&self, hcp: HcpId) -> Result<Vec<Affiliation>, ReadError> {
        bodies(self.connection, "SELECT body FROM affiliation WHERE hcp = ?1 ORDER BY id", [hcp.0.as_bytes()])
    }

    /// One colleague.
    pub fn colleague(&self, user: UserId) -> Result<Option<Colleague>, ReadError> {
        body(self.connection, "SELECT body FROM colleague WHERE id = ?1", [user.0.as_bytes()])
    }

    /// What the field notes about an HCP.
    pub fn profile_notes(&self, hcp: HcpId) -> Result<ProfileNotes, ReadError> {
        let sql = "SELECT body FROM profile_notes WHERE hcp = ?1";
        Ok(body(self.connection, sql, [hcp.0.as_bytes()])?.unwrap_or_default())
    }
}
