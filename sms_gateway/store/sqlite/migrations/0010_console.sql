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
-- The audit is a chain, see domain/audit_chain.py. Older code writes lines without a place in it,
-- and these are given one later.
ALTER TABLE audit ADD COLUMN seq INTEGER;
ALTER TABLE audit ADD COLUMN salt TEXT;
ALTER TABLE audit ADD COLUMN content TEXT;
ALTER TABLE audit ADD COLUMN prev TEXT;
ALTER TABLE audit ADD COLUMN hash TEXT;
CREATE UNIQUE INDEX audit_seq ON audit (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_unchained ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_by ON audit (by, seq);
CREATE INDEX audit_act ON audit (act, seq);

-- Its end: whoever adds to the chain holds this one row.
CREATE TABLE audit_head (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

-- What a purge leaves of lines that followed one another.
CREATE TABLE audit_anchor (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    before TEXT NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    mark TEXT NOT NULL
) STRICT;
