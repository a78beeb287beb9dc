-- Fields that a source lost all at once wait for confirmation, too: their former values are kept until then.
CREATE TABLE held_of_any_kind (
    key INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('loosening', 'removal', 'vanished')),
    source_record_id TEXT NOT NULL,
    problem TEXT NOT NULL,
    first_run INTEGER NOT NULL,
    released_by INTEGER CHECK (released_by > first_run)
) STRICT;
INSERT INTO held_of_any_kind (key, source, kind, source_record_id, problem, first_run, released_by)
    SELECT key, source, kind, source_record_id, problem, first_run, released_by FROM held;
DROP TABLE held;
ALTER TABLE held_of_any_kind RENAME TO held;
CREATE INDEX held_of_source ON held (source, first_run);
CREATE INDEX held_now ON held (source, source_record_id) WHERE released_by IS NULL;
