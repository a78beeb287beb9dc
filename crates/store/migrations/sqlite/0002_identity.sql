-- Which store this is: drawn once, and the same for as long as the file lives, in copies and backups too. What is derived
-- from the store keeps it, and so is known again as derived from this store and no other.
CREATE TABLE store_identity (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    identity BLOB NOT NULL CHECK (length(identity) = 16)
) STRICT;
INSERT INTO store_identity (only, identity) VALUES (1, randomblob(16));
