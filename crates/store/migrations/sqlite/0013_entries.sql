-- What people agree on and register beside records: organisations, groups, and what comes after them. One table serves all
-- kinds, because all have the same needs: a version, a history, an audience, an owner whose right is checked in the
-- transaction that writes, and a few terms by which they are looked up. Bodies are JSON that the catalogue reads and writes.
CREATE TABLE entries (
    key INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (kind, id)
) STRICT;

-- `labels` is a JSON array: the audiences that may know of the version.
CREATE TABLE entry_versions (
    entry INTEGER NOT NULL REFERENCES entries (key),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    labels TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entry, version)
) STRICT, WITHOUT ROWID;

-- By what the newest version of an entry is looked up.
CREATE TABLE entry_terms (
    term TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entries (key),
    PRIMARY KEY (term, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX terms_of_entry ON entry_terms (entry);

-- The newest version of each entry.
CREATE VIEW newest_entries AS
    SELECT e.key, e.kind, e.id, e.version, e.created, v.at, v.actor, v.labels, v.body
    FROM entries e JOIN entry_versions v ON v.entry = e.key AND v.version = e.version;
