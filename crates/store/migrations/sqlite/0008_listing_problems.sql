-- What a source lists and the catalogue could not take: problems that belong to no record that is kept.
--
-- It is how the source stands now, not what a run met: a row stays for as long as the listing says so, and a run that meets
-- the same again writes nothing. `place` is a hash of where the problem stands and of what kind it is. Problems of records
-- that were taken stand with the records.
CREATE TABLE listing_problems (
    key INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    place BLOB NOT NULL CHECK (length(place) = 16),
    source_record_id TEXT,
    problem TEXT NOT NULL,
    UNIQUE (source, place)
) STRICT;
CREATE INDEX listing_problems_of_source ON listing_problems (source, key);

-- How many problems of which kind a run met: all of them, where `run_problems` keeps the first.
ALTER TABLE runs ADD COLUMN problem_kinds TEXT NOT NULL DEFAULT '[]';
