-- oldest: 1
-- What automatic messages, reports and the citizen's say need.

-- Days on which the offices work otherwise than the week and the shipped calendar say.
CREATE TABLE calendar_day (
    day TEXT PRIMARY KEY,                 -- 2026-11-24
    kind TEXT NOT NULL,                   -- holiday, worked, morning, afternoon
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers that are none of a dossier's and are told of it. The number itself is there while they are.
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

-- Texts that the case database could not be asked about: the true state follows when it can.
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

-- The question of the survey, once for each dossier, and its answer: no number of anybody.
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
CREATE INDEX survey_open ON survey (recipient_hash, asked_at);
CREATE INDEX survey_asked ON survey (asked_at);
CREATE INDEX survey_naming ON survey (asked_at) WHERE recipient_hash <> '';

-- How far automatic messages were looked for: `changes` by the number of the feed, `overdue` and
-- `warnings` by milliseconds.
CREATE TABLE notice_mark (
    name TEXT PRIMARY KEY,
    upto INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Steps of dossiers that citizens may be told of, and what became of each. No number of anybody.
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
CREATE UNIQUE INDEX notice_once ON notice (dossier_id, transition);
CREATE INDEX notice_standing ON notice (dossier_id, due_at) WHERE fate = 'standing';
CREATE INDEX notice_decided ON notice (decided_at, fate) WHERE decided_at IS NOT NULL;
CREATE INDEX notice_held ON notice (batch_id, dossier_id) WHERE fate = 'held';
CREATE INDEX outbox_notice_open ON outbox (dossier_id)
    WHERE kind = 'notice' AND state IN ('queued', 'held');
-- What is held until staff act.
CREATE INDEX outbox_batch ON outbox (batch_id, dossier_id, id, hold_reason, created_at)
    WHERE kind = 'notice' AND state = 'held';
-- What answers no text, by who gets it.
CREATE INDEX outbox_pushed ON outbox (recipient_hash, id) WHERE inbox_id IS NULL;

-- From when until when look-ups were or will be interrupted, and why.
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

-- Why dossiers were late, as staff say. Nothing is ever changed or deleted here.
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
