-- Records that were removed for good, each with the change that removed it: the index follows them, and the change feed
-- tells them to who could see the record. Nothing of the record stands here but its id. `labels` is a JSON list of those
-- who are told.
CREATE TABLE tombstones (
    seq INTEGER PRIMARY KEY,
    record BLOB NOT NULL CHECK (length(record) = 16),
    at INTEGER NOT NULL,
    labels TEXT NOT NULL
) STRICT;
CREATE INDEX tombstones_of_record ON tombstones (record, seq);

-- The newest change that took a record out of the catalogue and of which nothing is left, not even a tombstone. An index
-- that was begun before it and does not hold it cannot learn of it any more, and is made anew.
ALTER TABLE change_sequence ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- Up to which change the history of records was looked at for what is older than it is kept.
ALTER TABLE change_sequence ADD COLUMN history_cut INTEGER NOT NULL DEFAULT 0;

-- Records that were retired, in the order in which they were.
CREATE INDEX retired_records ON records (seq) WHERE state = 'retired';

-- Sources of which a purge began and did not come to its end, with what it removed so far; `since` is the newest change
-- when it began.
CREATE TABLE purges (
    source TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    counts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
