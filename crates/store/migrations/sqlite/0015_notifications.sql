-- Who wants to be told of what is new, and what is on its way to whom. Of what a message says nothing is here but what it is
-- about: its words are made when it is sent, as its reader may know of them then.

-- One for each owner and thing that they follow: a saved search, or a need.
CREATE TABLE subscriptions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- `person:ID` or `organisation:ID`.
    owner TEXT NOT NULL,
    channel TEXT NOT NULL,
    frequency TEXT NOT NULL,
    url TEXT,
    -- What signs the requests of a webhook. It has to be read to sign, so it is no hash.
    secret TEXT,
    -- The change up to which was looked for what is new.
    looked_to INTEGER NOT NULL,
    next_look INTEGER NOT NULL,
    created INTEGER NOT NULL,
    -- Since when nothing is sent any more, because its webhook failed for too long.
    stopped INTEGER,
    UNIQUE (kind, subject, owner)
) STRICT;
CREATE INDEX subscriptions_to_look_at ON subscriptions (next_look) WHERE stopped IS NULL;
CREATE INDEX subscriptions_of_owner ON subscriptions (owner);

CREATE TABLE messages (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- What makes it another message than any other: the same again is not queued.
    dedup TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Ids of records, a JSON array.
    records TEXT NOT NULL,
    -- `person:ID`, `organisation:ID` for its webhooks, or whoever does something when it is due, as `stewards:ID`.
    recipient TEXT NOT NULL,
    created INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is tried next, and until when a process has it.
    next_attempt INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    -- waiting, sent, dropped, split, given-up
    state TEXT NOT NULL DEFAULT 'waiting',
    ended INTEGER,
    -- SHA-256 of what stands in the address that ends such mails.
    unsubscribe BLOB
) STRICT;
CREATE INDEX messages_waiting ON messages (next_attempt) WHERE state = 'waiting';
CREATE INDEX messages_of_recipient ON messages (recipient, key);
CREATE INDEX messages_of_subject ON messages (subject) WHERE state = 'waiting';
CREATE UNIQUE INDEX messages_by_unsubscribe ON messages (unsubscribe) WHERE unsubscribe IS NOT NULL;

-- Of what a person wants to be told, as the catalogue writes it.
CREATE TABLE notice_settings (
    person TEXT PRIMARY KEY REFERENCES people (id),
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
