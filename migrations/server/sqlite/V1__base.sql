-- The base: who may sign in, what was written, and in which order each scope saw it.
-- Ids are 16 bytes, hashes 32; instants are milliseconds since 1970.

-- One row: the epoch of this data. A restore from a backup gives it a new one.
CREATE TABLE epoch (id BLOB NOT NULL) STRICT;
INSERT INTO epoch (id) VALUES (randomblob(16));

CREATE TABLE account (
    id BLOB PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    country TEXT NOT NULL,
    territory BLOB,
    password TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A device belongs to the user who signed in on it first; an actor belongs to one device. `told`: the scopes that the
-- device was told to follow and has not said that it left, with spaces between.
CREATE TABLE device (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    since INTEGER NOT NULL,
    told TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE actor (
    id BLOB PRIMARY KEY,
    device BLOB NOT NULL REFERENCES device (id),
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX actor_of_device ON actor (device);

-- `unheard` is the hash of the refresh token that gave the latest pair, until that pair is used: its answer may have
-- been lost.
CREATE TABLE session (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    device BLOB NOT NULL REFERENCES device (id),
    since INTEGER NOT NULL,
    ended INTEGER,
    unheard BLOB
) STRICT, WITHOUT ROWID;

-- Tokens are kept as SHA-256 only. A session has one access token. A refresh token stays after its use, so that a second use is noticed.
CREATE TABLE access_token (
    hash BLOB PRIMARY KEY,
    session BLOB NOT NULL REFERENCES session (id),
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_until ON access_token (until);
CREATE INDEX access_token_of_session ON access_token (session);

CREATE TABLE refresh_token (
    hash BLOB PRIMARY KEY,
    session BLOB NOT NULL REFERENCES session (id),
    until INTEGER NOT NULL,
    used INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_until ON refresh_token (until);
CREATE INDEX refresh_token_of_session ON refresh_token (session) WHERE used IS NULL;

-- Where a document lives follows from its audience, from whom it is about and, where that says nothing, from its owner.
CREATE TABLE document (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    owner BLOB,
    revision INTEGER NOT NULL,
    saved BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX document_of_owner ON document (owner) WHERE owner IS NOT NULL;

CREATE TABLE document_scope (
    doc BLOB NOT NULL REFERENCES document (id),
    scope TEXT NOT NULL,
    PRIMARY KEY (doc, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_of_scope ON document_scope (scope);

-- Where it lived before: what was written there before its removal was seen is taken for a while.
CREATE TABLE document_former (
    doc BLOB NOT NULL REFERENCES document (id),
    scope TEXT NOT NULL,
    left_at INTEGER NOT NULL,
    PRIMARY KEY (doc, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_former_age ON document_former (left_at);

-- Each payload once. `device` is null for what the server itself wrote. `last_op` is the counter of its last operation:
-- a new change begins after it, which is known so without loading the document. `place` orders the changes of a document
-- as they were taken, so that each comes after what it builds upon.
CREATE TABLE change (
    doc BLOB NOT NULL REFERENCES document (id),
    hash BLOB NOT NULL,
    actor BLOB NOT NULL,
    seq INTEGER NOT NULL,
    last_op INTEGER NOT NULL,
    place INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    device BLOB,
    PRIMARY KEY (doc, hash),
    UNIQUE (doc, actor, seq)
) STRICT;

-- Changes that were refused for good: what builds upon them is refused too, and an auditor sees them.
CREATE TABLE refusal (
    doc BLOB NOT NULL,
    hash BLOB NOT NULL,
    code TEXT NOT NULL,
    account BLOB NOT NULL,
    device BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (doc, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE reference_row (
    tab TEXT NOT NULL,
    key BLOB NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tab, key)
) STRICT;

-- What a row speaks of, so that rows about an HCP are found when the HCP moves.
CREATE INDEX affiliation_of_hcp ON reference_row (body ->> '$.row.hcp') WHERE tab = 'affiliation';
CREATE INDEX activity_row_of_hcp ON reference_row (body ->> '$.row.hcp') WHERE tab = 'activity';
CREATE INDEX affiliation_of_organisation ON reference_row (body ->> '$.row.organisation') WHERE tab = 'affiliation';
CREATE INDEX hcp_of_workplace ON reference_row (body ->> '$.row.workplace', body ->> '$.row.territory')
    WHERE tab = 'hcp' AND body ->> '$.row.workplace' IS NOT NULL;
CREATE INDEX organisation_of_whole ON reference_row (body ->> '$.row.parent')
    WHERE tab = 'organisation' AND body ->> '$.row.parent' IS NOT NULL;

-- The territories in which an HCP was before: what was begun there about them is taken for a while.
CREATE TABLE hcp_former (
    hcp BLOB NOT NULL,
    territory BLOB NOT NULL,
    left_at INTEGER NOT NULL,
    PRIMARY KEY (hcp, territory)
) STRICT, WITHOUT ROWID;
CREATE INDEX hcp_former_age ON hcp_former (left_at);

-- Whoever has read less of a log than up to `base` reads it anew: what came before may be gone from it. `last_gone` is the
-- last line that took something away: a copy that was cut before it is given to nobody.
CREATE TABLE scope (
    id TEXT PRIMARY KEY,
    base INTEGER NOT NULL DEFAULT 0,
    last_gone INTEGER NOT NULL DEFAULT 0,
    head INTEGER NOT NULL,
    sum BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- kind 1: change (id = doc, hash). 2: row (tab, id = key, version). 3: row gone (the same). 4: document added (id = doc).
-- 5: document removed (id = doc). A line of a change in a scope that does not hold its document any more says nothing.
CREATE TABLE scope_log (
    scope TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    hash BLOB,
    tab TEXT,
    version INTEGER,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

-- Where a row lives, and its latest line in that scope's log: an older line says nothing any more and is removed.
CREATE TABLE row_scope (
    tab TEXT NOT NULL,
    key BLOB NOT NULL,
    scope TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (tab, key, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_of_scope ON row_scope (scope);
