-- A message that is tried again is sent with an address of its own each time, and every one of them ends such mails: a try
-- that failed for us may have reached its reader.
CREATE TABLE unsubscribe_links (
    -- SHA-256 of what stands in the address.
    hash BLOB PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages (key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX unsubscribe_links_of_message ON unsubscribe_links (message);

INSERT INTO unsubscribe_links (hash, message) SELECT unsubscribe, key FROM messages WHERE unsubscribe IS NOT NULL;
DROP INDEX messages_by_unsubscribe;
ALTER TABLE messages DROP COLUMN unsubscribe;
