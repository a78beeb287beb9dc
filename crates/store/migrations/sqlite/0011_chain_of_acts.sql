-- The log of acts becomes a chain: each line holds a hash of itself and of the line before it, so that what was changed,
-- taken out or put in shows at its place. The program copies the lines that are there, each with its hash, and drops the
-- table that they stood in.
DROP TRIGGER acts_are_not_changed;
DROP TRIGGER acts_are_not_deleted;
ALTER TABLE acts RENAME TO acts_before_the_chain;
CREATE TABLE acts (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER,
    reason TEXT,
    refused INTEGER NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX acts_on_subject ON acts (subject, number);
CREATE TRIGGER acts_are_not_changed BEFORE UPDATE ON acts
BEGIN SELECT RAISE(ABORT, 'the log of acts is only added to'); END;
CREATE TRIGGER acts_are_not_deleted BEFORE DELETE ON acts
BEGIN SELECT RAISE(ABORT, 'the log of acts is only added to'); END;
