-- People and how they sign in. Nothing of it is in the index, in feeds or in exports, and the log of acts names a person by
-- id alone. Of every secret only a hash is here.
CREATE TABLE people (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- Folded: one address is one person.
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    role TEXT NOT NULL,
    -- A PHC string of Argon2id; none for who signs in elsewhere only.
    password TEXT,
    created INTEGER NOT NULL,
    closed INTEGER,
    -- The day of UTC, as the instant at which it begins: no more is kept of when somebody came.
    signed_in INTEGER
) STRICT;
CREATE INDEX people_of_organisation ON people (organisation, id);

-- An invitation that was used, withdrawn or has run out is deleted. One with a person is for a new password of theirs.
CREATE TABLE invitations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL UNIQUE,
    email TEXT NOT NULL,
    organisation TEXT NOT NULL,
    role TEXT NOT NULL,
    person TEXT REFERENCES people (id),
    invited_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_of_email ON invitations (email);

CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_person ON sessions (person);

-- Who a person is at a provider of OpenID Connect.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    created INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- Sign-ins that began at a provider and have not come back, by a hash of their state.
CREATE TABLE sign_ins (
    hash BLOB PRIMARY KEY,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Passwords that were tried and not found right, by a hash of what they were tried on.
CREATE TABLE attempts (
    hash BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A token that a person made for themselves lives no longer than their account.
ALTER TABLE tokens ADD COLUMN person TEXT REFERENCES people (id);
CREATE INDEX tokens_of_person ON tokens (person);
