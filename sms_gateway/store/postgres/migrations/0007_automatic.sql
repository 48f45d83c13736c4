-- oldest: 1
-- What automatic messages, reports and the citizen's say need.

-- Days on which the offices work otherwise than the week and the shipped calendar say.
CREATE TABLE calendar_day (
    day text PRIMARY KEY,                 -- 2026-11-24
    kind text NOT NULL,                   -- holiday, worked, morning, afternoon
    note text NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL
);

-- Numbers that are none of a dossier's and are told of it. The number itself is there while they are.
CREATE TABLE subscription (
    sender_hash text NOT NULL,
    dossier_id text NOT NULL,
    recipient text NOT NULL,
    short_code text NOT NULL,
    door text NOT NULL,
    follows integer NOT NULL,
    chosen_by text COLLATE "C" NOT NULL,
    chosen_at bigint NOT NULL,
    PRIMARY KEY (sender_hash, dossier_id)
);
CREATE INDEX subscription_of ON subscription (dossier_id);

-- Texts that the case database could not be asked about: the true state follows when it can.
CREATE TABLE follow_up (
    mo_id text PRIMARY KEY,
    sender_hash text NOT NULL,
    at bigint NOT NULL,
    fate text NOT NULL,                    -- '' while it is owed; sent, answered, late, nothing, restored
    ended_at bigint,
    mt_id text
);
CREATE INDEX follow_up_owed ON follow_up (mo_id) WHERE fate = '';
CREATE INDEX follow_up_sender ON follow_up (sender_hash, mo_id);

-- The question of the survey, once for each dossier, and its answer: no number of anybody.
CREATE TABLE survey (
    dossier_id text PRIMARY KEY,
    agency text NOT NULL,
    code text NOT NULL,
    recipient_hash text NOT NULL,
    asked_at bigint NOT NULL,
    mt_id text NOT NULL,
    score integer CHECK (score BETWEEN 1 AND 5),
    answered_at bigint,
    mo_id text
);
CREATE INDEX survey_open ON survey (recipient_hash, asked_at);
CREATE INDEX survey_asked ON survey (asked_at);
CREATE INDEX survey_naming ON survey (asked_at) WHERE recipient_hash <> '';

-- How far automatic messages were looked for: `changes` by the number of the feed, `overdue` and
-- `warnings` by milliseconds.
CREATE TABLE notice_mark (
    name text PRIMARY KEY,
    upto bigint NOT NULL,
    at bigint NOT NULL
);

-- Steps of dossiers that citizens may be told of, and what became of each. No number of anybody.
CREATE TABLE notice (
    id text PRIMARY KEY,
    dossier_id text NOT NULL,
    agency text NOT NULL,
    transition text NOT NULL,              -- 9@1789000000000, 9#3, overdue@1789000000000
    number bigint NOT NULL,
    before integer,
    state integer NOT NULL,
    learned_at bigint NOT NULL,
    due_at bigint NOT NULL,
    tells integer NOT NULL,
    fate text NOT NULL,                    -- standing, queued, held, silent, dropped
    reason text NOT NULL DEFAULT '',
    knew integer,
    ended integer,
    batch_id text NOT NULL DEFAULT '',
    decided_at bigint
);
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
    id text PRIMARY KEY,
    starts_at bigint NOT NULL,
    ends_at bigint,                          -- NULL while nobody knows
    cause text NOT NULL,
    document text NOT NULL,
    planned integer NOT NULL,
    stops integer NOT NULL,                   -- look-ups are interrupted while it stands
    made_at bigint NOT NULL,
    by text NOT NULL,
    ended_by text NOT NULL DEFAULT '',
    announced_at bigint,
    announced_by text NOT NULL DEFAULT '',
    announced_where text NOT NULL DEFAULT ''
);

-- Why dossiers were late, as staff say. Nothing is ever changed or deleted here.
CREATE TABLE late_cause (
    dossier_id text NOT NULL,
    place integer NOT NULL,                   -- 1 for the first one of a dossier
    window_id text,
    cause text NOT NULL,                   -- empty where a window is named
    note text NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL,
    PRIMARY KEY (dossier_id, place)
);
