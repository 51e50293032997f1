-- What waits for connectors. Entries of one key leave in the order of their places; a key whose receiver fails waits
-- alone. Times are milliseconds since 1970-01-01T00:00:00Z. `id` names an entry and orders nothing: numbers that
-- are drawn by several transactions at once do not come in the order of their commits.
CREATE TABLE connector_outbox (
    key        text   COLLATE "C" NOT NULL,
    place      bigint NOT NULL,
    id         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    event_id   uuid   NOT NULL,
    event_type text   NOT NULL,
    subject    text   NOT NULL,
    time       bigint NOT NULL,
    data       text   NOT NULL,
    state      text   NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts   bigint NOT NULL DEFAULT 0,
    settled_at bigint,
    error      text,
    PRIMARY KEY (key, place),
    UNIQUE (key, event_id)
);
CREATE INDEX connector_outbox_id ON connector_outbox (id);
CREATE INDEX connector_outbox_waiting ON connector_outbox (key, place) WHERE state = 'waiting';
CREATE INDEX connector_outbox_age ON connector_outbox (time) WHERE state = 'waiting';
CREATE INDEX connector_outbox_dead ON connector_outbox (id) WHERE state = 'dead';
CREATE INDEX connector_outbox_delivered ON connector_outbox (settled_at) WHERE state = 'delivered';

-- One row per key that ever had entries: the last place that was given, and when its next entry is due; nothing of it
-- waits while that is null. The row's lock makes the order of places the order of commits.
CREATE TABLE connector_queue (
    key          text   COLLATE "C" PRIMARY KEY,
    last         bigint NOT NULL,
    due_at       bigint,
    leased_entry bigint
) WITH (fillfactor = 50);
CREATE INDEX connector_queue_due ON connector_queue (due_at, key) WHERE due_at IS NOT NULL;
