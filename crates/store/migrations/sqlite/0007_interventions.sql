-- What people decided about the schedule of a source: that it is paused, and which run of it was to stop. It holds in
-- every process that works on the store, and outlives them. `stopped_run` names one run, so it means nothing to the next.
CREATE TABLE interventions (
    source TEXT PRIMARY KEY,
    paused_since INTEGER,
    paused_by TEXT,
    pause_reason TEXT,
    stopped_run TEXT
) STRICT, WITHOUT ROWID;

-- Whether the run reached its source: 1 where the source answered as such, 0 where it did not, NULL where the run says
-- nothing of it (it goes on, was stopped, or died).
ALTER TABLE runs ADD COLUMN reached INTEGER;
CREATE INDEX runs_that_reached ON runs (source, key) WHERE reached = 1;
CREATE INDEX runs_that_did_not ON runs (source, key) WHERE reached = 0;
