-- oldest: 1
-- What the staff's desk needs.

-- Who works at the console. Nobody is removed: the audit names them.
CREATE TABLE staff (
    id text PRIMARY KEY,
    login text NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL,                    -- viewer, clerk, supervisor, administrator
    agencies text,                         -- JSON array of codes; NULL for all
    language text NOT NULL,
    disabled integer NOT NULL,
    password text NOT NULL,                -- argon2id; '' until an invitation is taken up
    totp text NOT NULL,                    -- id of a key and salt that give its secret; or ''
    totp_offered text NOT NULL,            -- the same, not confirmed yet
    totp_step bigint NOT NULL,            -- the last one whose code was used
    added_at bigint NOT NULL,
    added_by text NOT NULL,
    accepted_at bigint,
    signed_in_at bigint,
    keys_off integer NOT NULL DEFAULT 0,   -- 1: no single key does anything (WCAG 2.1.4)
    -- Who they are at an identity provider, from the first time they came from there; nobody else is
    -- let in as them then.
    issuer text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX staff_subject ON staff (issuer, subject) WHERE subject <> '';

-- Who is signed in. The token itself is with them only.
CREATE TABLE staff_session (
    id text PRIMARY KEY,
    token_hash text NOT NULL UNIQUE,       -- SHA-256
    staff_id text NOT NULL,
    started_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    address text NOT NULL,
    second_factor integer NOT NULL DEFAULT 0 -- 1: the provider says it asked for one
);
CREATE INDEX staff_session_of ON staff_session (staff_id);

-- Links that work once; one for each person.
CREATE TABLE staff_invite (
    staff_id text PRIMARY KEY,
    token_hash text NOT NULL UNIQUE,
    made_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    by text NOT NULL
);

-- Failed attempts to sign in, counted under keyed hashes: of a login, of an address, and of both
-- where they signed in together before. Answers of an identity provider that were used, too.
CREATE TABLE staff_attempt (
    name text PRIMARY KEY,                 -- account:..., address:..., known:...
    failures bigint NOT NULL,
    since bigint NOT NULL,
    wait_until bigint NOT NULL,           -- 0 where there is no wait
    forget_at bigint NOT NULL
);
CREATE INDEX staff_attempt_old ON staff_attempt (forget_at);

-- The audit is a chain, see domain/audit_chain.py. Older code writes lines without a place in it,
-- and these are given one later.
ALTER TABLE audit ADD COLUMN seq bigint;
ALTER TABLE audit ADD COLUMN salt text;
ALTER TABLE audit ADD COLUMN content text;
ALTER TABLE audit ADD COLUMN prev text;
ALTER TABLE audit ADD COLUMN hash text;
CREATE UNIQUE INDEX audit_seq ON audit (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_unchained ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_by ON audit (by, seq);
CREATE INDEX audit_act ON audit (act, seq);

-- Its end: whoever adds to the chain holds this one row.
CREATE TABLE audit_head (
    name text PRIMARY KEY,
    seq bigint NOT NULL,
    hash text NOT NULL
);

-- What a purge leaves of lines that followed one another.
CREATE TABLE audit_anchor (
    first bigint PRIMARY KEY,
    last bigint NOT NULL,
    before text NOT NULL,
    hash text NOT NULL,
    at bigint NOT NULL,
    key_id text NOT NULL,
    mark text NOT NULL
);

-- Which words occur in a text: a number stands for each, so that no word of anybody is kept here. It
-- is filled behind whoever records, up to the id that `word_mark` names, and can be made again.
-- `word_part` holds the words that any text has, by each place in them that a part may begin at.
CREATE TABLE text_word (
    word bigint NOT NULL,
    mo_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (word, mo_id)
);
CREATE TABLE word_part (
    part bigint NOT NULL,
    word bigint NOT NULL,
    PRIMARY KEY (part, word)
);
CREATE TABLE word_mark (
    name text COLLATE "C" PRIMARY KEY,
    upto text COLLATE "C" NOT NULL
);
INSERT INTO word_mark (name, upto) VALUES ('texts', '');

-- Most texts are answered: these are the others. Ids and agencies grow at few places of an index, so
-- that an entry costs next to nothing.
CREATE INDEX inbox_outcome ON inbox (outcome, id) WHERE outcome <> 'answered';

-- Staff of one agency read its texts alone.
CREATE INDEX inbox_agency ON inbox (agency, id) WHERE agency <> '';

-- Questions about the log that a person wants to ask again.
CREATE TABLE saved_view (
    id text COLLATE "C" PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    at bigint NOT NULL
);
CREATE UNIQUE INDEX saved_view_name ON saved_view (owner, name);

-- What staff change of the rules, beside the files.
CREATE TABLE rules (
    kind text NOT NULL,                       -- synonym
    name text NOT NULL,                       -- the word as texts are compared
    written text NOT NULL,
    meant text NOT NULL,                      -- the word of keywords.toml that means the same
    note text NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Complaints of citizens; few, and closed ones go with the purge.
CREATE TABLE complaint (
    id text PRIMARY KEY,
    mo_id text,
    number_hash text,
    channel text NOT NULL,
    what text NOT NULL,
    opened_at bigint NOT NULL,
    due_at bigint NOT NULL,
    by text NOT NULL,
    closed_at bigint,
    closed_by text NOT NULL DEFAULT '',
    outcome text NOT NULL DEFAULT ''
);
CREATE INDEX complaint_open ON complaint (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX complaint_closed ON complaint (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX complaint_of ON complaint (mo_id) WHERE mo_id IS NOT NULL;

-- What staff decided of a number: whether it is answered, and since when what it asked counts.
CREATE TABLE citizen_order (
    sender_hash text COLLATE "C" PRIMARY KEY,
    blocked bigint NOT NULL,               -- 1: its texts are kept, and nothing is sent to it
    blocked_at bigint,
    blocked_by text NOT NULL,
    note text NOT NULL,                    -- why
    counts_from bigint NOT NULL            -- what it asked up to then is in no budget; 0 for all
);

-- Texts that staff keep as test cases: what each must be understood as. Kept until they are deleted.
CREATE TABLE test_case (
    id text PRIMARY KEY,
    text text NOT NULL,
    short_code text NOT NULL,
    intent text NOT NULL,
    key text NOT NULL,                        -- '' where it does not matter
    note text NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL
);

-- Tokens of other systems. The token itself is with them only; nobody's name is used again.
CREATE TABLE api_token (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    token_hash text COLLATE "C" NOT NULL UNIQUE,       -- SHA-256
    scopes text NOT NULL,                  -- JSON array
    agencies text,                         -- JSON array of codes; NULL for all
    made_at bigint NOT NULL,
    by text NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint
);

-- Other systems that are told of messages. The secret signs what they are told.
CREATE TABLE webhook (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    url text NOT NULL,
    secret text NOT NULL,
    events text NOT NULL,                  -- JSON array
    agencies text,                         -- JSON array of codes; NULL for all
    with_number bigint NOT NULL,
    with_text bigint NOT NULL,
    enabled bigint NOT NULL,
    made_at bigint NOT NULL,
    by text NOT NULL,
    last_status bigint NOT NULL DEFAULT 0,
    removed_at bigint                          -- address and secret are gone then; the name stays
);

-- Of what each is told: no text and no number, these are read when it is sent.
CREATE TABLE webhook_event (
    webhook text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    message text COLLATE "C" NOT NULL,
    made_at bigint NOT NULL,
    next_at bigint NOT NULL,
    state text NOT NULL DEFAULT 'waiting', -- waiting, done, dead
    attempt bigint NOT NULL DEFAULT 0,
    status bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (webhook, event, message)
);
CREATE INDEX webhook_event_due ON webhook_event (webhook, next_at) WHERE state = 'waiting';
CREATE INDEX webhook_event_old ON webhook_event (made_at);
CREATE INDEX webhook_event_made ON webhook_event (webhook, made_at, event, message);
CREATE INDEX webhook_event_failed ON webhook_event (webhook, made_at, event, message)
    WHERE attempt > 0 AND state <> 'done';

-- How far the walk has come that finds events, and texts that had not ended when it came by.
CREATE TABLE webhook_mark (
    name text COLLATE "C" PRIMARY KEY,
    upto text COLLATE "C" NOT NULL
);
CREATE TABLE webhook_wait (
    mo_id text COLLATE "C" PRIMARY KEY
);

-- Versions of what replies say, that staff propose and approve. None is deleted: the hash that the
-- log keeps with an answer leads to what it said.
CREATE TABLE template_version (
    id text PRIMARY KEY,
    template text NOT NULL,
    base text NOT NULL,                     -- the version approved before; '' for the file
    from_file integer NOT NULL,              -- 1: whatever the file says
    vi text NOT NULL,
    vi_tail text NOT NULL,
    en text NOT NULL,
    en_tail text NOT NULL,
    version text NOT NULL,                  -- as outbox.template_version
    before text NOT NULL,                   -- the same of what held when it was proposed
    note text NOT NULL,
    wanted_from bigint,                      -- NULL for as soon as it is approved
    proposed_at bigint NOT NULL,
    proposed_by text NOT NULL,
    proposer text NOT NULL,                 -- staff.id
    state text NOT NULL DEFAULT 'waiting',  -- waiting, approved, rejected, withdrawn
    decided_at bigint,
    decided_by text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    holds_from bigint
);
CREATE INDEX template_version_of ON template_version (template, proposed_at);

-- Delivery reports whose message became known after they had come.
CREATE TABLE webhook_late (
    receipt_id text COLLATE "C" PRIMARY KEY
);
