-- The activity log, and the projections of documents. Projections follow from documents and are rebuilt by one command;
-- the activity log is a record and is never rebuilt.

CREATE TABLE activity (
    doc uuid NOT NULL,
    id uuid NOT NULL,
    effect text NOT NULL,
    subject uuid NOT NULL,
    hcp uuid,
    kind text NOT NULL,
    audience text NOT NULL,
    title text NOT NULL,
    happened_at bigint NOT NULL,
    received_at bigint NOT NULL,
    account uuid NOT NULL,
    PRIMARY KEY (doc, id)
);
CREATE UNIQUE INDEX activity_once
    ON activity (doc, effect, subject, coalesce(hcp, '00000000-0000-0000-0000-000000000000'));
CREATE INDEX activity_of_hcp ON activity (hcp, happened_at);

CREATE TABLE call (
    home text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    owner uuid NOT NULL,
    audience text NOT NULL,
    state text NOT NULL,
    channel text NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    submitted_at bigint,
    PRIMARY KEY (home, id)
);

-- Whom a document is about: who attends a call, whose consent and notes these are, to whom something was promised.
CREATE TABLE document_hcp (
    home text COLLATE "C" NOT NULL,
    doc uuid NOT NULL,
    hcp uuid NOT NULL,
    PRIMARY KEY (home, doc, hcp)
);
CREATE INDEX document_of_hcp ON document_hcp (hcp);
