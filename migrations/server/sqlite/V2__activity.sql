-- The activity log, and the projections of documents. Projections follow from documents and are rebuilt by one command;
-- the activity log is a record and is never rebuilt.

CREATE TABLE activity (
    id BLOB PRIMARY KEY,
    doc BLOB NOT NULL,
    effect TEXT NOT NULL,
    subject BLOB NOT NULL,
    hcp BLOB,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    title TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    account BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX activity_once ON activity (doc, effect, subject, ifnull(hcp, x''));
CREATE INDEX activity_of_hcp ON activity (hcp, happened_at);

CREATE TABLE call (
    id BLOB PRIMARY KEY REFERENCES document (id),
    owner BLOB NOT NULL,
    audience TEXT NOT NULL,
    state TEXT NOT NULL,
    channel TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    submitted_at INTEGER
) STRICT, WITHOUT ROWID;

-- Whom a document is about: who attends a call, whose consent and notes these are, to whom something was promised.
CREATE TABLE document_hcp (
    doc BLOB NOT NULL REFERENCES document (id),
    hcp BLOB NOT NULL,
    PRIMARY KEY (doc, hcp)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_of_hcp ON document_hcp (hcp);
