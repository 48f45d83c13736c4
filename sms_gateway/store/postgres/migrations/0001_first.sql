-- oldest: 1
-- Moments are integers, milliseconds since 1970 in UTC. Ids are UUIDv7 as text of one collation, so
-- they sort by time.

CREATE TABLE inbox (
    id text COLLATE "C" PRIMARY KEY,
    door text COLLATE "C" NOT NULL,
    telco_id text,
    sender text NOT NULL,
    sender_hash text COLLATE "C" NOT NULL,
    short_code text NOT NULL,
    operator text NOT NULL,
    door_data text NOT NULL,
    telco_time bigint,
    received_at bigint NOT NULL,
    answer_by bigint NOT NULL,
    trace_id text NOT NULL,
    run text NOT NULL,
    inline integer NOT NULL,
    text text NOT NULL,
    outcome text,
    reason text NOT NULL DEFAULT '',
    intent text NOT NULL DEFAULT '',
    code_key text COLLATE "C" NOT NULL DEFAULT '',
    dossier_id text COLLATE "C",
    agency text NOT NULL DEFAULT '',
    snapshot_id text COLLATE "C",
    rules_hash text NOT NULL DEFAULT '',
    answered_at bigint,
    lease_owner text COLLATE "C",
    attempt integer NOT NULL DEFAULT 1,
    failures integer NOT NULL DEFAULT 0,
    retry_at bigint NOT NULL DEFAULT 0,
    handled_at bigint,
    -- Whether the text named its dossier and a second secret that is not the dossier's. Here, for it
    -- counts also where nothing was sent.
    wrong_secret integer NOT NULL DEFAULT 0
) WITH (fillfactor = 60);
-- What is still to be answered, oldest first: small, whatever the log's size.
CREATE INDEX inbox_unanswered ON inbox (received_at) WHERE outcome IS NULL;
CREATE INDEX inbox_parked ON inbox (id) WHERE outcome = 'parked';
CREATE INDEX inbox_sender ON inbox (sender_hash, id);
CREATE INDEX inbox_code ON inbox (code_key, id) WHERE code_key <> '';
CREATE INDEX inbox_unsent ON inbox (sender_hash, id) WHERE reason = 'identical';
CREATE INDEX inbox_unhandled ON inbox (id) WHERE outcome = 'parked' AND handled_at IS NULL;
CREATE INDEX inbox_wrong_secret ON inbox (dossier_id, id) WHERE wrong_secret > 0;

CREATE TABLE inbox_part (
    id text COLLATE "C" PRIMARY KEY,
    door text COLLATE "C" NOT NULL,
    telco_id text,
    sender text NOT NULL,
    sender_hash text COLLATE "C" NOT NULL,
    short_code text NOT NULL,
    operator text NOT NULL,
    door_data text NOT NULL,
    telco_time bigint,
    received_at bigint NOT NULL,
    answer_by bigint NOT NULL,
    trace_id text NOT NULL,
    run text NOT NULL,
    inline integer NOT NULL,
    text text NOT NULL,
    reference integer NOT NULL,
    total integer NOT NULL,
    number integer NOT NULL,
    joined_id text COLLATE "C"
);
-- Two citizens may use the same reference at the same time: the sender is part of the key.
CREATE UNIQUE INDEX inbox_part_waiting
    ON inbox_part (door, sender, short_code, reference, total, number) WHERE joined_id IS NULL;
CREATE INDEX inbox_part_joined ON inbox_part (joined_id) WHERE joined_id IS NOT NULL;

CREATE TABLE mo_key (
    hash text COLLATE "C" PRIMARY KEY,
    inbox_id text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    taken_at bigint NOT NULL
);
CREATE INDEX mo_key_expiry ON mo_key (expires_at);

-- Requests as received, less the door's secrets; apart, so that they can be purged apart.
CREATE TABLE raw_exchange (
    owner_id text COLLATE "C" PRIMARY KEY,
    at bigint NOT NULL,
    request bytea NOT NULL
);

CREATE TABLE refused (
    door text COLLATE "C" NOT NULL,
    body_hash text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    request bytea NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    times integer NOT NULL,
    -- The call that was refused last: its trace stands in the log as well.
    trace_id text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (door, body_hash)
);
CREATE INDEX refused_last ON refused (last_at);
CREATE INDEX refused_hash ON refused (body_hash);
CREATE INDEX refused_trace ON refused (trace_id) WHERE trace_id <> '';

CREATE TABLE outbox (
    id text COLLATE "C" PRIMARY KEY,
    kind text NOT NULL,
    inbox_id text COLLATE "C",
    dossier_id text COLLATE "C",
    agency text NOT NULL,
    recipient text NOT NULL,
    recipient_hash text COLLATE "C" NOT NULL,
    short_code text NOT NULL,
    template text NOT NULL,
    template_version text NOT NULL,
    params text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    alphabet text NOT NULL,
    segments integer NOT NULL,
    billing text NOT NULL,
    billing_reason text NOT NULL,
    priority integer NOT NULL,
    not_before bigint NOT NULL,
    valid_until bigint NOT NULL,
    door text COLLATE "C" NOT NULL,
    door_pinned integer NOT NULL,
    inline integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    hold_reason text NOT NULL,
    batch_id text,
    dedupe_key text COLLATE "C" NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    settled_at bigint,
    delivery text,
    delivery_error text NOT NULL DEFAULT '',
    delivery_at bigint,
    lease_owner text COLLATE "C",
    attempt integer NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    -- What this reply counts for in the citizen's budgets.
    asked_at bigint NOT NULL DEFAULT 0,
    code_key text COLLATE "C" NOT NULL DEFAULT '',
    miss integer NOT NULL DEFAULT 0,
    failure integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX outbox_unsent ON outbox (door, priority, not_before) WHERE state = 'queued';
CREATE INDEX outbox_due ON outbox (door, not_before) WHERE state = 'queued';
CREATE INDEX outbox_validity ON outbox (valid_until) WHERE state = 'queued';
CREATE INDEX outbox_open ON outbox (state) WHERE state IN ('sending', 'uncertain', 'held');
CREATE INDEX outbox_inbox ON outbox (inbox_id) WHERE inbox_id IS NOT NULL;
CREATE INDEX outbox_recipient ON outbox (recipient_hash, id);

CREATE TABLE attempt (
    outbox_id text COLLATE "C" NOT NULL,
    attempt integer NOT NULL,
    part integer NOT NULL,
    at bigint NOT NULL,
    door text COLLATE "C" NOT NULL,
    run text NOT NULL,
    result text NOT NULL,
    reason text NOT NULL,
    telco_id text NOT NULL,
    telco_id_norm text COLLATE "C" NOT NULL,
    PRIMARY KEY (outbox_id, attempt, part)
);
CREATE INDEX attempt_telco_id ON attempt (door, telco_id_norm) WHERE telco_id_norm <> '';

CREATE TABLE receipt (
    id text COLLATE "C" PRIMARY KEY,
    door text COLLATE "C" NOT NULL,
    telco_id text COLLATE "C" NOT NULL,
    telco_id_norm text COLLATE "C" NOT NULL,
    delivery text NOT NULL,
    error text NOT NULL,
    telco_time bigint,
    received_at bigint NOT NULL,
    outbox_id text COLLATE "C"
);
CREATE INDEX receipt_same ON receipt (door, telco_id_norm, delivery, error, received_at);
CREATE INDEX receipt_unmatched ON receipt (door, telco_id_norm) WHERE outbox_id IS NULL;
CREATE INDEX receipt_outbox ON receipt (outbox_id) WHERE outbox_id IS NOT NULL;

CREATE TABLE case_snapshot (
    id text COLLATE "C" PRIMARY KEY,
    body bytea NOT NULL
);

CREATE TABLE citizen (
    sender_hash text COLLATE "C" PRIMARY KEY,
    language text NOT NULL,
    chosen_by text COLLATE "C" NOT NULL,
    chosen_at bigint NOT NULL
);

-- dossier_id '' means all dossiers.
CREATE TABLE opt_out (
    sender_hash text COLLATE "C" NOT NULL,
    dossier_id text COLLATE "C" NOT NULL,
    opted_out integer NOT NULL,
    chosen_by text COLLATE "C" NOT NULL,
    chosen_at bigint NOT NULL,
    PRIMARY KEY (sender_hash, dossier_id)
);

CREATE TABLE door_state (
    door text COLLATE "C" PRIMARY KEY,
    paused integer NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL
);

CREATE TABLE audit (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    by text NOT NULL,
    act text NOT NULL,
    subject text COLLATE "C" NOT NULL,
    detail text NOT NULL
);
CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE node (
    run text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    started_at bigint NOT NULL,
    version text NOT NULL
);

-- MOs with their replies, as the log shows them.
CREATE VIEW mo_with_reply AS
SELECT i.id, i.door, i.telco_id, i.sender, i.short_code, i.operator, i.received_at, i.trace_id,
    i.text, i.outcome, i.reason, i.intent, i.code_key, i.dossier_id, i.agency, i.answered_at,
    i.failures,
    o.id AS mt_id, o.door AS mt_door, o.recipient, o.template, o.language, o.text AS mt_text,
    o.alphabet, o.segments, o.billing, o.billing_reason, o.state, o.hold_reason, o.created_at,
    o.settled_at, o.delivery, o.delivery_at, o.failures AS mt_failures, i.sender_hash, i.handled_at
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply';
