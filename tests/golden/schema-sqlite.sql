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

CREATE TABLE attempt (
    outbox_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    part INTEGER NOT NULL,
    at INTEGER NOT NULL,
    door TEXT NOT NULL,
    run TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT NOT NULL,
    telco_id TEXT NOT NULL,
    telco_id_norm TEXT NOT NULL,
    PRIMARY KEY (outbox_id, attempt, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_telco_id ON attempt (door, telco_id_norm) WHERE telco_id_norm <> '';

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
, seq INTEGER, salt TEXT, content TEXT, prev TEXT, hash TEXT) STRICT;

CREATE INDEX audit_act ON audit (act, seq);

CREATE INDEX audit_at ON audit (at, seq);

CREATE INDEX audit_by ON audit (by, seq);

CREATE UNIQUE INDEX audit_seq ON audit (seq) WHERE seq IS NOT NULL;

CREATE INDEX audit_subject ON audit (subject);

CREATE INDEX audit_unchained ON audit (id) WHERE seq IS NULL;

CREATE TABLE audit_anchor (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    before TEXT NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    mark TEXT NOT NULL
) STRICT;

CREATE TABLE audit_head (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE calendar_day (
    day TEXT PRIMARY KEY,                 -- 2026-11-24
    kind TEXT NOT NULL,                   -- holiday, worked, morning, afternoon
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE case_snapshot (
    id TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE citizen (
    sender_hash TEXT PRIMARY KEY,
    language TEXT NOT NULL,
    chosen_by TEXT NOT NULL,
    chosen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE citizen_order (
    sender_hash TEXT PRIMARY KEY,
    blocked INTEGER NOT NULL,              -- 1: its texts are kept, and nothing is sent to it
    blocked_at INTEGER,
    blocked_by TEXT NOT NULL,
    note TEXT NOT NULL,                    -- why
    counts_from INTEGER NOT NULL           -- what it asked up to then is in no budget; 0 for all
) STRICT, WITHOUT ROWID;

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

CREATE INDEX complaint_closed ON complaint (closed_at) WHERE closed_at IS NOT NULL;

CREATE INDEX complaint_of ON complaint (mo_id) WHERE mo_id IS NOT NULL;

CREATE INDEX complaint_open ON complaint (due_at, id) WHERE closed_at IS NULL;

CREATE TABLE door_state (
    door TEXT PRIMARY KEY,
    paused INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE follow_up (
    mo_id TEXT PRIMARY KEY,
    sender_hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    fate TEXT NOT NULL,                    -- '' while it is owed; sent, answered, late, nothing, restored
    ended_at INTEGER,
    mt_id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX follow_up_owed ON follow_up (mo_id) WHERE fate = '';

CREATE INDEX follow_up_sender ON follow_up (sender_hash, mo_id);

CREATE TABLE inbox (
    id TEXT NOT NULL UNIQUE,
    door TEXT NOT NULL,
    telco_id TEXT,
    sender TEXT NOT NULL,
    sender_hash TEXT NOT NULL,
    short_code TEXT NOT NULL,
    operator TEXT NOT NULL,
    door_data TEXT NOT NULL,
    telco_time INTEGER,
    received_at INTEGER NOT NULL,
    answer_by INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    run TEXT NOT NULL,
    inline INTEGER NOT NULL,
    text TEXT NOT NULL,
    outcome TEXT,
    reason TEXT NOT NULL DEFAULT '',
    intent TEXT NOT NULL DEFAULT '',
    code_key TEXT NOT NULL DEFAULT '',
    dossier_id TEXT,
    agency TEXT NOT NULL DEFAULT '',
    snapshot_id TEXT,
    rules_hash TEXT NOT NULL DEFAULT '',
    answered_at INTEGER,
    lease_owner TEXT,
    attempt INTEGER NOT NULL DEFAULT 1,
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER NOT NULL DEFAULT 0
, handled_at INTEGER, wrong_secret INTEGER NOT NULL DEFAULT 0, purged_at INTEGER) STRICT;

CREATE INDEX inbox_agency ON inbox (agency, id) WHERE agency <> '';

CREATE INDEX inbox_code ON inbox (code_key, id) WHERE code_key <> '';

CREATE INDEX inbox_outcome ON inbox (outcome, id) WHERE outcome <> 'answered';

CREATE INDEX inbox_parked ON inbox (id) WHERE outcome = 'parked';

CREATE INDEX inbox_sender ON inbox (sender_hash, id);

CREATE INDEX inbox_unanswered ON inbox (received_at) WHERE outcome IS NULL;

CREATE INDEX inbox_unhandled ON inbox (id) WHERE outcome = 'parked' AND handled_at IS NULL;

CREATE INDEX inbox_unsent ON inbox (sender_hash, id) WHERE reason = 'identical';

CREATE INDEX inbox_wrong_secret ON inbox (dossier_id, id) WHERE wrong_secret > 0;

CREATE TABLE inbox_part (
    id TEXT NOT NULL UNIQUE,
    door TEXT NOT NULL,
    telco_id TEXT,
    sender TEXT NOT NULL,
    sender_hash TEXT NOT NULL,
    short_code TEXT NOT NULL,
    operator TEXT NOT NULL,
    door_data TEXT NOT NULL,
    telco_time INTEGER,
    received_at INTEGER NOT NULL,
    answer_by INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    run TEXT NOT NULL,
    inline INTEGER NOT NULL,
    text TEXT NOT NULL,
    reference INTEGER NOT NULL,
    total INTEGER NOT NULL,
    number INTEGER NOT NULL,
    joined_id TEXT
) STRICT;

CREATE INDEX inbox_part_joined ON inbox_part (joined_id) WHERE joined_id IS NOT NULL;

CREATE UNIQUE INDEX inbox_part_waiting
    ON inbox_part (door, sender, short_code, reference, total, number) WHERE joined_id IS NULL;

CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    trouble TEXT NOT NULL,
    door TEXT NOT NULL,
    figure INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    texted_at INTEGER,
    texted_over_at INTEGER,
    posted_at INTEGER,
    posted_over_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at IS NOT NULL;

CREATE UNIQUE INDEX incident_open ON incident (trouble, door) WHERE closed_at IS NULL;

CREATE TABLE incident_window (
    id TEXT PRIMARY KEY,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,                          -- NULL while nobody knows
    cause TEXT NOT NULL,
    document TEXT NOT NULL,
    planned INTEGER NOT NULL,
    stops INTEGER NOT NULL,                   -- look-ups are interrupted while it stands
    made_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    ended_by TEXT NOT NULL DEFAULT '',
    announced_at INTEGER,
    announced_by TEXT NOT NULL DEFAULT '',
    announced_where TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE key_use (
    name TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE late_cause (
    dossier_id TEXT NOT NULL,
    place INTEGER NOT NULL,                   -- 1 for the first one of a dossier
    window_id TEXT,
    cause TEXT NOT NULL,                   -- empty where a window is named
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (dossier_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE legal_hold (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_key (
    hash TEXT PRIMARY KEY,
    inbox_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    taken_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX mo_key_expiry ON mo_key (expires_at);

CREATE VIEW mo_with_reply AS
SELECT i.id, i.door, i.telco_id, i.sender, i.short_code, i.operator, i.received_at, i.trace_id,
    i.text, i.outcome, i.reason, i.intent, i.code_key, i.dossier_id, i.agency, i.answered_at,
    i.failures,
    o.id AS mt_id, o.door AS mt_door, o.recipient, o.template, o.language, o.text AS mt_text,
    o.alphabet, o.segments, o.billing, o.billing_reason, o.state, o.hold_reason, o.created_at,
    o.settled_at, o.delivery, o.delivery_at, o.failures AS mt_failures, i.sender_hash, i.handled_at,
    i.purged_at, o.purged_at AS mt_purged_at
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply';

CREATE TABLE node (
    run TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    version TEXT NOT NULL
, commits INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    dossier_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    transition TEXT NOT NULL,              -- 9@1789000000000, 9#3, overdue@1789000000000
    number INTEGER NOT NULL,
    before INTEGER,
    state INTEGER NOT NULL,
    learned_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tells INTEGER NOT NULL,
    fate TEXT NOT NULL,                    -- standing, queued, held, silent, dropped
    reason TEXT NOT NULL DEFAULT '',
    knew INTEGER,
    ended INTEGER,
    batch_id TEXT NOT NULL DEFAULT '',
    decided_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_decided ON notice (decided_at, fate) WHERE decided_at IS NOT NULL;

CREATE INDEX notice_held ON notice (batch_id, dossier_id) WHERE fate = 'held';

CREATE UNIQUE INDEX notice_once ON notice (dossier_id, transition);

CREATE INDEX notice_standing ON notice (dossier_id, due_at) WHERE fate = 'standing';

CREATE TABLE notice_mark (
    name TEXT PRIMARY KEY,
    upto INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE opt_out (
    sender_hash TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    opted_out INTEGER NOT NULL,
    chosen_by TEXT NOT NULL,
    chosen_at INTEGER NOT NULL,
    PRIMARY KEY (sender_hash, dossier_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    inbox_id TEXT,
    dossier_id TEXT,
    agency TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_hash TEXT NOT NULL,
    short_code TEXT NOT NULL,
    template TEXT NOT NULL,
    template_version TEXT NOT NULL,
    params TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    alphabet TEXT NOT NULL,
    segments INTEGER NOT NULL,
    billing TEXT NOT NULL,
    billing_reason TEXT NOT NULL,
    priority INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    door TEXT NOT NULL,
    door_pinned INTEGER NOT NULL,
    inline INTEGER NOT NULL,
    state TEXT NOT NULL,
    hold_reason TEXT NOT NULL,
    batch_id TEXT,
    dedupe_key TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    delivery TEXT,
    delivery_error TEXT NOT NULL DEFAULT '',
    delivery_at INTEGER,
    lease_owner TEXT,
    attempt INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    -- What this reply counts for in the citizen's budgets.
    asked_at INTEGER NOT NULL DEFAULT 0,
    code_key TEXT NOT NULL DEFAULT '',
    miss INTEGER NOT NULL DEFAULT 0,
    failure INTEGER NOT NULL DEFAULT 0
, purged_at INTEGER) STRICT;

CREATE INDEX outbox_batch ON outbox (batch_id, dossier_id, id, hold_reason, created_at)
    WHERE kind = 'notice' AND state = 'held';

CREATE INDEX outbox_due ON outbox (door, not_before) WHERE state = 'queued';

CREATE INDEX outbox_inbox ON outbox (inbox_id) WHERE inbox_id IS NOT NULL;

CREATE INDEX outbox_notice_open ON outbox (dossier_id)
    WHERE kind = 'notice' AND state IN ('queued', 'held');

CREATE INDEX outbox_open ON outbox (state) WHERE state IN ('sending', 'uncertain', 'held');

CREATE INDEX outbox_pushed ON outbox (recipient_hash, id) WHERE inbox_id IS NULL;

CREATE INDEX outbox_unsent ON outbox (door, priority, not_before) WHERE state = 'queued';

CREATE INDEX outbox_validity ON outbox (valid_until) WHERE state = 'queued';

CREATE TABLE purge_count (
    what TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purge_left (
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (name, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE purge_mark (
    name TEXT PRIMARY KEY,
    upto TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE raw_exchange (
    owner_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    request BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    id TEXT NOT NULL UNIQUE,
    door TEXT NOT NULL,
    telco_id TEXT NOT NULL,
    telco_id_norm TEXT NOT NULL,
    delivery TEXT NOT NULL,
    error TEXT NOT NULL,
    telco_time INTEGER,
    received_at INTEGER NOT NULL,
    outbox_id TEXT
) STRICT;

CREATE INDEX receipt_outbox ON receipt (outbox_id) WHERE outbox_id IS NOT NULL;

CREATE INDEX receipt_same ON receipt (door, telco_id_norm, delivery, error, received_at);

CREATE INDEX receipt_unmatched ON receipt (door, telco_id_norm) WHERE outbox_id IS NULL;

CREATE TABLE refused (
    door TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    request BLOB NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL, trace_id TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (door, body_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX refused_hash ON refused (body_hash);

CREATE INDEX refused_last ON refused (last_at);

CREATE INDEX refused_trace ON refused (trace_id) WHERE trace_id <> '';

CREATE TABLE restore_hold (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    copied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX saved_view_name ON saved_view (owner, name);

CREATE TABLE schema_meta (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    oldest_code INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT
;

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

CREATE TABLE staff_attempt (
    name TEXT PRIMARY KEY,                 -- account:..., address:..., known:...
    failures INTEGER NOT NULL,
    since INTEGER NOT NULL,
    wait_until INTEGER NOT NULL,           -- 0 where there is no wait
    forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX staff_attempt_old ON staff_attempt (forget_at);

CREATE TABLE staff_invite (
    staff_id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE subscription (
    sender_hash TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    short_code TEXT NOT NULL,
    door TEXT NOT NULL,
    follows INTEGER NOT NULL,
    chosen_by TEXT NOT NULL,
    chosen_at INTEGER NOT NULL,
    PRIMARY KEY (sender_hash, dossier_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_of ON subscription (dossier_id);

CREATE TABLE survey (
    dossier_id TEXT PRIMARY KEY,
    agency TEXT NOT NULL,
    code TEXT NOT NULL,
    recipient_hash TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    mt_id TEXT NOT NULL,
    score INTEGER CHECK (score BETWEEN 1 AND 5),
    answered_at INTEGER,
    mo_id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX survey_asked ON survey (asked_at);

CREATE INDEX survey_naming ON survey (asked_at) WHERE recipient_hash <> '';

CREATE INDEX survey_open ON survey (recipient_hash, asked_at);

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

CREATE TABLE text_word (
    word INTEGER NOT NULL,
    mo_id TEXT NOT NULL,
    PRIMARY KEY (word, mo_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE traffic (
    door TEXT NOT NULL,
    probe INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (door, probe, hour)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX webhook_event_failed ON webhook_event (webhook, made_at, event, message)
    WHERE attempt > 0 AND state <> 'done';

CREATE INDEX webhook_event_made ON webhook_event (webhook, made_at, event, message);

CREATE INDEX webhook_event_old ON webhook_event (made_at);

CREATE TABLE webhook_late (
    receipt_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_mark (
    name TEXT PRIMARY KEY,
    upto TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_wait (
    mo_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE word_mark (
    name TEXT PRIMARY KEY,
    upto TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE word_part (
    part INTEGER NOT NULL,
    word INTEGER NOT NULL,
    PRIMARY KEY (part, word)
) STRICT, WITHOUT ROWID;
