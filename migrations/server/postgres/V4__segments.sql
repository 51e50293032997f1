-- First copies of scopes, cut into pieces, as in SQLite. All of it follows from the other tables, is made again by the
-- server, and may be emptied at any time: devices then read the logs.

-- What a scope held at line `seq` of its log: `body` is the manifest as JSON.
CREATE TABLE segment_manifest (
    scope text COLLATE "C" NOT NULL,
    name bytea NOT NULL,
    epoch uuid NOT NULL,
    seq bigint NOT NULL,
    built_at bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (scope, name)
);

-- Pieces and dictionaries, named by the SHA-256 of their bytes. Each belongs to one scope.
CREATE TABLE segment_piece (
    scope text COLLATE "C" NOT NULL,
    name bytea NOT NULL,
    kept_at bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (scope, name)
);
ALTER TABLE segment_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Which manifest names which piece.
CREATE TABLE segment_part (
    scope text COLLATE "C" NOT NULL,
    piece bytea NOT NULL,
    manifest bytea NOT NULL,
    PRIMARY KEY (scope, piece, manifest),
    FOREIGN KEY (scope, manifest) REFERENCES segment_manifest (scope, name) ON DELETE CASCADE
);
CREATE INDEX segment_part_of_manifest ON segment_part (scope, manifest);

-- Whose turn it is to build: until then nobody else begins.
CREATE TABLE segment_turn (
    scope text COLLATE "C" PRIMARY KEY,
    until bigint NOT NULL
);
