-- Who may know of a record at all, one row a revision: a read decides from it, with one look, before any body is read,
-- so that hidden and absent records take the same time. `labels` is a JSON list; the newest row of a record counts, and
-- is of a retired record for nobody. Histories are cut by the rows before it.
CREATE TABLE audiences (
    record BLOB NOT NULL CHECK (length(record) = 16),
    seq INTEGER NOT NULL,
    is_retired INTEGER NOT NULL,
    labels TEXT NOT NULL,
    PRIMARY KEY (record, seq)
) STRICT, WITHOUT ROWID;

-- The rules by which the rows were made; 0 before any were. The program makes them anew when its own are others.
CREATE TABLE audience_rules (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO audience_rules (only, version) VALUES (1, 0);
