-- The first shape of the store.
--
-- Instants are microseconds since 1970-01-01T00:00:00Z. Bodies and payloads are zstd frames with a checksum.

-- The number of the newest change. Every change takes the next one in its own transaction, so a number that can be
-- read is committed, and so are all below it.
CREATE TABLE change_sequence (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    newest INTEGER NOT NULL
) STRICT;
INSERT INTO change_sequence (only, newest) VALUES (1, 0);

CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    organisation TEXT,
    configured INTEGER NOT NULL,
    enabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a complete run leaves for the next one of its source.
CREATE TABLE source_states (
    source TEXT PRIMARY KEY,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `seq` is the newest revision: the record itself stands there, once.
CREATE TABLE records (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    source TEXT NOT NULL,
    source_record_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'retired')),
    seq INTEGER NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    payload_hash BLOB NOT NULL CHECK (length(payload_hash) = 32),
    first_seen INTEGER NOT NULL,
    missing_since INTEGER,
    missing_runs INTEGER NOT NULL,
    UNIQUE (source, source_record_id)
) STRICT;

-- One row a change, in the order of change; `seq` is the row number, so the newest stand at the end of the table.
CREATE TABLE revisions (
    seq INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES records (key) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('created', 'changed', 'retired', 'restored')),
    body BLOB NOT NULL,
    UNIQUE (record, revision)
) STRICT;

CREATE TABLE payloads (
    record INTEGER PRIMARY KEY REFERENCES records (key) ON DELETE CASCADE,
    format TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- `key` follows the order in which runs began, whatever the clock said.
CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT,
    counts TEXT NOT NULL,
    holder TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    problems_kept INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_of_source ON runs (source, key);
CREATE INDEX runs_in_progress ON runs (key) WHERE verdict = 'running';

CREATE TABLE run_problems (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    source_record_id TEXT,
    problem TEXT NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- A row stays when its lease is given back (`run` is then NULL), so that the fencing number only rises.
CREATE TABLE leases (
    source TEXT PRIMARY KEY,
    fence INTEGER NOT NULL,
    run TEXT,
    holder TEXT NOT NULL,
    since INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the last run of a source stopped, as long as no run of it came to its end after that.
CREATE TABLE checkpoints (
    source TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    counts TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the run of a checkpoint has listed so far: ids of 16 bytes, one after the other, some hundreds a row. It goes
-- with the checkpoint.
CREATE TABLE listed (
    source TEXT NOT NULL,
    part INTEGER NOT NULL,
    ids BLOB NOT NULL,
    PRIMARY KEY (source, part)
) STRICT;

CREATE TABLE tokens (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix TEXT NOT NULL,
    organisation TEXT NOT NULL,
    member_groups TEXT NOT NULL,
    role TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER
) STRICT;

CREATE TABLE acts (
    key INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
CREATE TRIGGER acts_are_not_changed BEFORE UPDATE ON acts
BEGIN SELECT RAISE(ABORT, 'the log of acts is only added to'); END;
CREATE TRIGGER acts_are_not_deleted BEFORE DELETE ON acts
BEGIN SELECT RAISE(ABORT, 'the log of acts is only added to'); END;
