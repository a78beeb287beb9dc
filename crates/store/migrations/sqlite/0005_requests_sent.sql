-- How many requests a source with a daily budget was sent on a day (of UTC, counted from 1970-01-01), whatever became of
-- them and of the runs that sent them. Only the newest day of each source is kept.
CREATE TABLE requests_sent (
    source TEXT PRIMARY KEY,
    day INTEGER NOT NULL,
    sent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
