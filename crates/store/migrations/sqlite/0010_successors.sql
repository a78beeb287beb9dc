-- Which record took the place of one that was retired because its source lists it under another id now, where a person
-- confirmed that. The place of a record that was itself replaced is that of its successor: no row leads to another.
CREATE TABLE successors (
    record BLOB PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    successor BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    CHECK (record <> successor)
) STRICT, WITHOUT ROWID;
CREATE INDEX successors_of ON successors (successor);
