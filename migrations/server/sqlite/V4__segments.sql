-- First copies of scopes, cut into pieces. All of it follows from the other tables, is made again by the server, and may
-- be emptied at any time: devices then read the logs.

-- What a scope held at line `seq` of its log: `body` is the manifest as JSON.
CREATE TABLE segment_manifest (
    scope TEXT NOT NULL,
    name BLOB NOT NULL,
    epoch BLOB NOT NULL,
    seq INTEGER NOT NULL,
    built_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT, WITHOUT ROWID;

-- Pieces and dictionaries, named by the SHA-256 of their bytes. Each belongs to one scope.
CREATE TABLE segment_piece (
    scope TEXT NOT NULL,
    name BLOB NOT NULL,
    kept_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT;

-- Which manifest names which piece.
CREATE TABLE segment_part (
    scope TEXT NOT NULL,
    piece BLOB NOT NULL,
    manifest BLOB NOT NULL,
    PRIMARY KEY (scope, piece, manifest),
    FOREIGN KEY (scope, manifest) REFERENCES segment_manifest (scope, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_part_of_manifest ON segment_part (scope, manifest);

-- Whose turn it is to build: until then nobody else begins.
CREATE TABLE segment_turn (
    scope TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
