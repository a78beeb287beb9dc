-- What people said of pairs of records: that both describe the same data, or that they do not. Which records look alike is
-- derived from the records by the index, as often as it is made anew; this is not, and stays whatever becomes of either.
CREATE TABLE duplicate_decisions (
    low BLOB NOT NULL CHECK (length(low) = 16),
    high BLOB NOT NULL CHECK (length(high) = 16),
    decision TEXT NOT NULL CHECK (decision IN ('confirmed', 'rejected')),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (low, high),
    CHECK (low < high)
) STRICT, WITHOUT ROWID;
