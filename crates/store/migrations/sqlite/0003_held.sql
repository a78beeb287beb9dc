-- What waits until a person confirms it: terms that a source would loosen, and removals that the guard did not let pass.
--
-- It is held from the run that met it first (`first_run`) to the run that met it no more (`released_by`; NULL while it is
-- held), both keys of runs. So each run in between lists it, and lists it for good, without a row being written.
CREATE TABLE held (
    key INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('loosening', 'removal')),
    source_record_id TEXT NOT NULL,
    problem TEXT NOT NULL,
    first_run INTEGER NOT NULL,
    released_by INTEGER CHECK (released_by > first_run)
) STRICT;
CREATE INDEX held_of_source ON held (source, first_run);
CREATE INDEX held_now ON held (source, source_record_id) WHERE released_by IS NULL;
