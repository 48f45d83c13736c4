-- oldest: 1
-- What the staff's desk needs.

-- Who works at the console. Nobody is removed: the audit names them.
CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,                    -- viewer, clerk, supervisor, administrator
    agencies TEXT,                         -- JSON array of codes; NULL for all
    language TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    password TEXT NOT NULL,                -- argon2id; '' until an invitation is taken up
    totp TEXT NOT NULL,                    -- Base32; '' without a second factor
    totp_offered TEXT NOT NULL,            -- the same, not confirmed yet
    totp_step INTEGER NOT NULL,            -- the last one whose code was used
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    accepted_at INTEGER,
    signed_in_at INTEGER
) STRICT, WITHOUT ROWID;

-- Who is signed in. The token itself is with them only.
CREATE TABLE staff_session (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,       -- SHA-256
    staff_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_session_of ON staff_session (staff_id);

-- Links that work once; one for each person.
CREATE TABLE staff_invite (
    staff_id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Failed attempts to sign in, counted under keyed hashes: of a login, of an address, and of both
-- where they signed in together before.
CREATE TABLE staff_attempt (
    name TEXT PRIMARY KEY,                 -- account:..., address:..., known:...
    failures INTEGER NOT NULL,
    since INTEGER NOT NULL,
    wait_until INTEGER NOT NULL,           -- 0 where there is no wait
    forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_attempt_old ON staff_attempt (forget_at);
