-- The device's file. Documents are the truth for what people in the field write; `own_change` holds what the server may
-- not have, `meta` what the device remembers of itself. Every other table is a projection or a copy of reference rows,
-- disposable and rebuilt from the documents and the feed.
-- Instants are milliseconds since 1970 in UTC, ids are 16 bytes, bodies are JSON.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Documents ------------------------------------------------------------------------------------------------

CREATE TABLE document (
    id    BLOB PRIMARY KEY,
    kind  TEXT NOT NULL,
    saved BLOB NOT NULL
);

-- Changes made on this device that the server does not have: they wait, or were refused for the reason `code`. One index
-- only: every edit writes each index of this table, and pays for each page.
CREATE TABLE own_change (
    position   INTEGER PRIMARY KEY,
    doc        BLOB NOT NULL,
    kind       TEXT NOT NULL,
    hash       BLOB NOT NULL,
    bytes      BLOB NOT NULL,
    made_at    INTEGER NOT NULL,
    code       TEXT,
    decided_at INTEGER
);
CREATE INDEX own_change_of_doc ON own_change (doc, code);

-- Those that it has, kept for at least 35 days, so that a server restored from a backup can be given them again; and
-- those that another hand made again, kept to be looked up.
CREATE TABLE sent_change (
    position   INTEGER PRIMARY KEY,
    doc        BLOB NOT NULL,
    kind       TEXT NOT NULL,
    hash       BLOB NOT NULL,
    bytes      BLOB NOT NULL,
    made_at    INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    replaced   INTEGER NOT NULL
);
CREATE INDEX sent_change_of_doc ON sent_change (doc);
CREATE INDEX sent_change_by_age ON sent_change (decided_at);

-- What a rule on the server noticed about a document.
CREATE TABLE finding (
    doc  BLOB NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (doc, code)
) WITHOUT ROWID;

-- The feed -------------------------------------------------------------------------------------------------

CREATE TABLE scope (
    id  TEXT PRIMARY KEY,
    sum BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE scope_change (
    scope  TEXT NOT NULL,
    doc    BLOB NOT NULL,
    hash   BLOB NOT NULL,
    weight BLOB NOT NULL,
    PRIMARY KEY (scope, doc, hash)
) WITHOUT ROWID;

CREATE TABLE scope_row (
    scope   TEXT NOT NULL,
    tbl     TEXT NOT NULL,
    key     BLOB NOT NULL,
    version INTEGER NOT NULL,
    weight  BLOB NOT NULL,
    PRIMARY KEY (scope, tbl, key)
) WITHOUT ROWID;
CREATE INDEX scope_row_by_key ON scope_row (tbl, key);

-- What no scope holds any more: documents (as table `document`) and reference rows. A document stays until its changes
-- were sent, and what a scope that comes anew held before stays until `until`, that scope, was read to its end.
CREATE TABLE leaving (
    tbl   TEXT NOT NULL,
    key   BLOB NOT NULL,
    until TEXT,
    PRIMARY KEY (tbl, key)
) WITHOUT ROWID;

-- Reference rows -------------------------------------------------------------------------------------------

-- `place` is the row id: the first letters of the name packed into a number, so that rows come in the order of
-- their names wherever they come in the order of their row ids, and the search index needs no sorting.
CREATE TABLE hcp (
    place     INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE,
    workplace BLOB,
    body      TEXT NOT NULL
);
CREATE INDEX hcp_by_workplace ON hcp (workplace) WHERE workplace IS NOT NULL;

-- How many HCPs there are, told with every page of a search: counting a million rows takes longer than finding one.
CREATE TABLE hcp_count (held INTEGER NOT NULL);
INSERT INTO hcp_count (held) VALUES (0);
CREATE TRIGGER hcp_came AFTER INSERT ON hcp BEGIN UPDATE hcp_count SET held = held + 1; END;
CREATE TRIGGER hcp_left AFTER DELETE ON hcp BEGIN UPDATE hcp_count SET held = held - 1; END;

CREATE VIRTUAL TABLE hcp_search USING fts5 (
    words,
    content = '',
    contentless_delete = 1,
    detail = none,
    prefix = '1 2 3 4 5 6 7 8',
    tokenize = 'ascii'
);

CREATE TABLE organisation (
    id   BLOB PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE affiliation (
    id   BLOB PRIMARY KEY,
    hcp  BLOB NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX affiliation_by_hcp ON affiliation (hcp);

CREATE TABLE colleague (
    id   BLOB PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE territory (
    id   BLOB PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE product (
    id   BLOB PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE activity (
    id   BLOB PRIMARY KEY,
    hcp  BLOB NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- Projections of documents ---------------------------------------------------------------------------------

CREATE TABLE call (
    id        BLOB PRIMARY KEY,
    owner     BLOB NOT NULL,
    stage     TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    contested INTEGER NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX call_by_time ON call (starts_at);

CREATE TABLE call_attendee (
    call  BLOB NOT NULL,
    hcp   BLOB NOT NULL,
    PRIMARY KEY (call, hcp)
) WITHOUT ROWID;
CREATE INDEX call_by_hcp ON call_attendee (hcp, call);

CREATE TABLE consent (
    hcp  BLOB PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE profile_notes (
    hcp  BLOB PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE follow_up (
    id   BLOB PRIMARY KEY,
    hcp  BLOB,
    due  TEXT NOT NULL,
    open INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX follow_up_open ON follow_up (due) WHERE open = 1;
CREATE INDEX follow_up_by_hcp ON follow_up (hcp) WHERE open = 1;

-- One line for everything that happened with an HCP: what it was stands in the table that `source` names.
CREATE TABLE timeline (
    hcp    BLOB NOT NULL,
    at     INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('call', 'consent', 'activity')),
    id     BLOB NOT NULL,
    PRIMARY KEY (hcp, at, source, id)
) WITHOUT ROWID;
CREATE INDEX timeline_by_source ON timeline (id);
