-- What waits for connectors. Entries of one key leave in the order of their ids; a key whose receiver fails waits
-- alone. Times are milliseconds since 1970-01-01T00:00:00Z.

CREATE TABLE connector_outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT    NOT NULL,
    event_id   TEXT    NOT NULL UNIQUE,
    event_type TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    time       INTEGER NOT NULL,
    data       TEXT    NOT NULL,
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    settled_at INTEGER,
    error      TEXT
) STRICT;

CREATE INDEX connector_outbox_waiting ON connector_outbox (key, id) WHERE state = 'waiting';
CREATE INDEX connector_outbox_age ON connector_outbox (time) WHERE state = 'waiting';
CREATE INDEX connector_outbox_dead ON connector_outbox (id) WHERE state = 'dead';
CREATE INDEX connector_outbox_delivered ON connector_outbox (settled_at) WHERE state = 'delivered';

-- One row per key that has waiting entries, so that finding work costs the same however much waits behind it.
CREATE TABLE connector_queue (
    key          TEXT    PRIMARY KEY,
    due_at       INTEGER NOT NULL,
    leased_entry INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX connector_queue_due ON connector_queue (due_at, key);
