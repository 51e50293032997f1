-- The base, as in SQLite: who may sign in, what was written, and in which order each scope saw it.
-- Hashes are 32 bytes, actors 16; instants are milliseconds since 1970.
-- Every hot table has a scope, or the home of a document, which is one, as the first column of its key, and every hot
-- statement names one: so the tables can be spread over machines by it.

-- One row: the epoch of this data. A restore from a backup gives it a new one.
CREATE TABLE epoch (id uuid NOT NULL);
INSERT INTO epoch (id) VALUES (gen_random_uuid());

CREATE TABLE account (
    id uuid PRIMARY KEY,
    login text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL,
    country text NOT NULL,
    territory uuid,
    password text NOT NULL
);

-- A device belongs to the user who signed in on it first; an actor belongs to one device. `told`: the scopes that the
-- device was told to follow and has not said that it left, with spaces between.
CREATE TABLE device (
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account (id),
    since bigint NOT NULL,
    told text NOT NULL DEFAULT ''
);

CREATE TABLE actor (
    id bytea PRIMARY KEY,
    device uuid NOT NULL REFERENCES device (id),
    since bigint NOT NULL
);
CREATE INDEX actor_of_device ON actor (device);

-- `unheard` is the hash of the refresh token that gave the latest pair, until that pair is used: its answer may have
-- been lost.
CREATE TABLE session (
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account (id),
    device uuid NOT NULL REFERENCES device (id),
    since bigint NOT NULL,
    ended bigint,
    unheard bytea
);

-- Tokens are kept as SHA-256 only. A session has one access token. A refresh token stays after its use, so that a second use is noticed.
CREATE TABLE access_token (
    hash bytea PRIMARY KEY,
    session uuid NOT NULL REFERENCES session (id),
    until bigint NOT NULL
);
CREATE INDEX access_token_until ON access_token (until);
CREATE INDEX access_token_of_session ON access_token (session);

CREATE TABLE refresh_token (
    hash bytea PRIMARY KEY,
    session uuid NOT NULL REFERENCES session (id),
    until bigint NOT NULL,
    used bigint
);
CREATE INDEX refresh_token_until ON refresh_token (until);
CREATE INDEX refresh_token_of_session ON refresh_token (session) WHERE used IS NULL;

-- Where a document is kept: the scope in which it was born. An address, for good, and no right: who may hold the
-- document is said by document_scope alone.
CREATE TABLE document_home (
    doc uuid PRIMARY KEY,
    home text COLLATE "C" NOT NULL
);

-- No foreign keys between the tables of documents: the transaction that writes a change writes its document, and a
-- key would look it up once more for every row.
-- Where a document lives follows from its audience, from whom it is about and, where that says nothing, from its owner.
CREATE TABLE document (
    home text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    audience text NOT NULL,
    owner uuid,
    revision bigint NOT NULL,
    saved bytea NOT NULL,
    PRIMARY KEY (home, id)
);

CREATE INDEX document_of_owner ON document (owner) WHERE owner IS NOT NULL;

CREATE TABLE document_scope (
    home text COLLATE "C" NOT NULL,
    doc uuid NOT NULL,
    scope text COLLATE "C" NOT NULL,
    PRIMARY KEY (home, doc, scope)
);
CREATE INDEX document_of_scope ON document_scope (scope);

-- Where it lived before: what was written there before its removal was seen is taken for a while.
CREATE TABLE document_former (
    home text COLLATE "C" NOT NULL,
    doc uuid NOT NULL,
    scope text COLLATE "C" NOT NULL,
    left_at bigint NOT NULL,
    PRIMARY KEY (home, doc, scope)
);
CREATE INDEX document_former_age ON document_former (left_at);

-- Each payload once. `device` is null for what the server itself wrote. `last_op` is the counter of its last operation:
-- a new change begins after it, which is known so without loading the document. `place` orders the changes of a document
-- as they were taken, so that each comes after what it builds upon.
CREATE TABLE change (
    home text COLLATE "C" NOT NULL,
    doc uuid NOT NULL,
    hash bytea NOT NULL,
    actor bytea NOT NULL,
    seq bigint NOT NULL,
    last_op bigint NOT NULL,
    place bigint NOT NULL,
    bytes bytea NOT NULL,
    received_at bigint NOT NULL,
    device uuid,
    PRIMARY KEY (home, doc, hash),
    UNIQUE (home, doc, actor, seq)
) PARTITION BY HASH (home);

-- What is kept is packed already.
ALTER TABLE document ALTER COLUMN saved SET STORAGE EXTERNAL;
ALTER TABLE change ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Changes that were refused for good: what builds upon them is refused too, and an auditor sees them.
CREATE TABLE refusal (
    doc uuid NOT NULL,
    hash bytea NOT NULL,
    code text NOT NULL,
    account uuid NOT NULL,
    device uuid,
    at bigint NOT NULL,
    PRIMARY KEY (doc, hash)
);

CREATE TABLE reference_row (
    tab text COLLATE "C" NOT NULL,
    key uuid NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tab, key)
);

-- What a row speaks of, so that rows about an HCP are found when the HCP moves.
CREATE INDEX affiliation_of_hcp ON reference_row ((body::jsonb #>> '{row,hcp}')) WHERE tab = 'affiliation';
CREATE INDEX activity_row_of_hcp ON reference_row ((body::jsonb #>> '{row,hcp}')) WHERE tab = 'activity';
CREATE INDEX affiliation_of_organisation ON reference_row ((body::jsonb #>> '{row,organisation}'))
    WHERE tab = 'affiliation';
CREATE INDEX hcp_of_workplace ON reference_row ((body::jsonb #>> '{row,workplace}'), (body::jsonb #>> '{row,territory}'))
    WHERE tab = 'hcp' AND body::jsonb #>> '{row,workplace}' IS NOT NULL;
CREATE INDEX organisation_of_whole ON reference_row ((body::jsonb #>> '{row,parent}'))
    WHERE tab = 'organisation' AND body::jsonb #>> '{row,parent}' IS NOT NULL;

-- The territories in which an HCP was before: what was begun there about them is taken for a while.
CREATE TABLE hcp_former (
    hcp uuid NOT NULL,
    territory uuid NOT NULL,
    left_at bigint NOT NULL,
    PRIMARY KEY (hcp, territory)
);
CREATE INDEX hcp_former_age ON hcp_former (left_at);

-- Whoever has read less of a log than up to `base` reads it anew: what came before may be gone from it. `last_gone` is the
-- last line that took something away: a copy that was cut before it is given to nobody.
-- The head of a scope moves with every push: room beside the row lets it move within its page.
CREATE TABLE scope (
    id text COLLATE "C" PRIMARY KEY,
    base bigint NOT NULL DEFAULT 0,
    last_gone bigint NOT NULL DEFAULT 0,
    head bigint NOT NULL,
    sum numeric(39, 0) NOT NULL
) WITH (fillfactor = 20);

-- kind 1: change (home, id = doc, hash). 2: row (tab, id = key, version). 3: row gone (the same). 4: document added
-- (home, id = doc). 5: document removed (the same). A line of a change in a scope that does not hold its document any
-- more says nothing.
CREATE TABLE scope_log (
    scope text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    kind smallint NOT NULL,
    id uuid NOT NULL,
    hash bytea,
    home text COLLATE "C",
    tab text COLLATE "C",
    version bigint,
    PRIMARY KEY (scope, seq)
) PARTITION BY HASH (scope);

-- Where a row lives, and its latest line in that scope's log: an older line says nothing any more and is removed.
CREATE TABLE row_scope (
    scope text COLLATE "C" NOT NULL,
    tab text COLLATE "C" NOT NULL,
    key uuid NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (scope, tab, key)
);
CREATE INDEX scope_of_row ON row_scope (tab, key);

-- A scope is in one part, so a part's indexes stay small while a company grows by territories.
DO $$
BEGIN
    FOR part IN 0..15 LOOP
        EXECUTE format('CREATE TABLE change_%s PARTITION OF change FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
            to_char(part, 'FM00'), part);
        EXECUTE format('CREATE TABLE scope_log_%s PARTITION OF scope_log FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
            to_char(part, 'FM00'), part);
    END LOOP;
END
$$;
