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
    totp TEXT NOT NULL,                    -- id of a key and salt that give its secret; or ''
    totp_offered TEXT NOT NULL,            -- the same, not confirmed yet
    totp_step INTEGER NOT NULL,            -- the last one whose code was used
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    accepted_at INTEGER,
    signed_in_at INTEGER,
    keys_off INTEGER NOT NULL DEFAULT 0,   -- 1: no single key does anything (WCAG 2.1.4)
    -- Who they are at an identity provider, from the first time they came from there; nobody else is
    -- let in as them then.
    issuer TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX staff_subject ON staff (issuer, subject) WHERE subject <> '';

-- Who is signed in. The token itself is with them only.
CREATE TABLE staff_session (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,       -- SHA-256
    staff_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    second_factor INTEGER NOT NULL DEFAULT 0 -- 1: the provider says it asked for one
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
-- where they signed in together before. Answers of an identity provider that were used, too.
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

-- Which words occur in a text: a number stands for each, so that no word of anybody is kept here. It
-- is filled behind whoever records, up to the id that `word_mark` names, and can be made again.
-- `word_part` holds the words that any text has, by each place in them that a part may begin at.
CREATE TABLE text_word (
    word INTEGER NOT NULL,
    mo_id TEXT NOT NULL,
    PRIMARY KEY (word, mo_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE word_part (
    part INTEGER NOT NULL,
    word INTEGER NOT NULL,
    PRIMARY KEY (part, word)
) STRICT, WITHOUT ROWID;
CREATE TABLE word_mark (
    name TEXT PRIMARY KEY,
    upto TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO word_mark (name, upto) VALUES ('texts', '');

-- Most texts are answered: these are the others. Ids and agencies grow at few places of an index, so
-- that an entry costs next to nothing.
CREATE INDEX inbox_outcome ON inbox (outcome, id) WHERE outcome <> 'answered';

-- Staff of one agency read its texts alone.
CREATE INDEX inbox_agency ON inbox (agency, id) WHERE agency <> '';

-- Questions about the log that a person wants to ask again.
CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX saved_view_name ON saved_view (owner, name);

-- What staff change of the rules, beside the files.
CREATE TABLE rules (
    kind TEXT NOT NULL,                       -- synonym
    name TEXT NOT NULL,                       -- the word as texts are compared
    written TEXT NOT NULL,
    meant TEXT NOT NULL,                      -- the word of keywords.toml that means the same
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- Complaints of citizens; few, and closed ones go with the purge.
CREATE TABLE complaint (
    id TEXT PRIMARY KEY,
    mo_id TEXT,
    number_hash TEXT,
    channel TEXT NOT NULL,
    what TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    closed_at INTEGER,
    closed_by TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX complaint_open ON complaint (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX complaint_closed ON complaint (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX complaint_of ON complaint (mo_id) WHERE mo_id IS NOT NULL;

-- What staff decided of a number: whether it is answered, and since when what it asked counts.
CREATE TABLE citizen_order (
    sender_hash TEXT PRIMARY KEY,
    blocked INTEGER NOT NULL,              -- 1: its texts are kept, and nothing is sent to it
    blocked_at INTEGER,
    blocked_by TEXT NOT NULL,
    note TEXT NOT NULL,                    -- why
    counts_from INTEGER NOT NULL           -- what it asked up to then is in no budget; 0 for all
) STRICT, WITHOUT ROWID;

-- Texts that staff keep as test cases: what each must be understood as. Kept until they are deleted.
CREATE TABLE test_case (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    short_code TEXT NOT NULL,
    intent TEXT NOT NULL,
    key TEXT NOT NULL,                        -- '' where it does not matter
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Tokens of other systems. The token itself is with them only; nobody's name is used again.
CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    token_hash TEXT NOT NULL UNIQUE,       -- SHA-256
    scopes TEXT NOT NULL,                  -- JSON array
    agencies TEXT,                         -- JSON array of codes; NULL for all
    made_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- Other systems that are told of messages. The secret signs what they are told.
CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,                  -- JSON array
    agencies TEXT,                         -- JSON array of codes; NULL for all
    with_number INTEGER NOT NULL,
    with_text INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    last_status INTEGER NOT NULL DEFAULT 0,
    removed_at INTEGER                         -- address and secret are gone then; the name stays
) STRICT, WITHOUT ROWID;

-- Of what each is told: no text and no number, these are read when it is sent.
CREATE TABLE webhook_event (
    webhook TEXT NOT NULL,
    event TEXT NOT NULL,
    message TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', -- waiting, done, dead
    attempt INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (webhook, event, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_event_due ON webhook_event (webhook, next_at) WHERE state = 'waiting';
CREATE INDEX webhook_event_old ON webhook_event (made_at);
CREATE INDEX webhook_event_made ON webhook_event (webhook, made_at, event, message);
CREATE INDEX webhook_event_failed ON webhook_event (webhook, made_at, event, message)
    WHERE attempt > 0 AND state <> 'done';

-- How far the walk has come that finds events, and texts that had not ended when it came by.
CREATE TABLE webhook_mark (
    name TEXT PRIMARY KEY,
    upto TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE webhook_wait (
    mo_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Versions of what replies say, that staff propose and approve. None is deleted: the hash that the
-- log keeps with an answer leads to what it said.
CREATE TABLE template_version (
    id TEXT PRIMARY KEY,
    template TEXT NOT NULL,
    base TEXT NOT NULL,                     -- the version approved before; '' for the file
    from_file INTEGER NOT NULL,              -- 1: whatever the file says
    vi TEXT NOT NULL,
    vi_tail TEXT NOT NULL,
    en TEXT NOT NULL,
    en_tail TEXT NOT NULL,
    version TEXT NOT NULL,                  -- as outbox.template_version
    before TEXT NOT NULL,                   -- the same of what held when it was proposed
    note TEXT NOT NULL,
    wanted_from INTEGER,                      -- NULL for as soon as it is approved
    proposed_at INTEGER NOT NULL,
    proposed_by TEXT NOT NULL,
    proposer TEXT NOT NULL,                 -- staff.id
    state TEXT NOT NULL DEFAULT 'waiting',  -- waiting, approved, rejected, withdrawn
    decided_at INTEGER,
    decided_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    holds_from INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX template_version_of ON template_version (template, proposed_at);

-- Delivery reports whose message became known after they had come.
CREATE TABLE webhook_late (
    receipt_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
