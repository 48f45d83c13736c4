-- oldest: 1
-- When the content and the number of a text, or of a message of ours, were taken away (domain 5).
-- What is left: the keyed hash, the template's name, states, times and billing. Neither these columns
-- nor anything below makes the server read the log: nodes of the version before go on meanwhile.
ALTER TABLE inbox ADD COLUMN purged_at bigint;
ALTER TABLE outbox ADD COLUMN purged_at bigint;

-- What must not be purged whatever its age: of a dossier's code, of a number's hash, of a message.
CREATE TABLE legal_hold (
    kind text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL,
    PRIMARY KEY (kind, value)
);

-- Up to which id the purge has looked at texts ('texts') and at messages that answer none ('alone').
-- An index of what is not purged yet would cost each text a write. 'run' tells when a purge last
-- came to its end.
CREATE TABLE purge_mark (
    name text COLLATE "C" PRIMARY KEY,
    upto text COLLATE "C" NOT NULL,
    at bigint NOT NULL
);

-- What it went past, because it was held or had not ended: few, and looked at again each time.
CREATE TABLE purge_left (
    name text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (name, id)
);

-- What a purge has done so far; the audit gets it when the purge ends, and this is empty again.
CREATE TABLE purge_count (
    what text COLLATE "C" PRIMARY KEY,
    count bigint NOT NULL
);

-- Older code reads this view by position: what is new comes last.
CREATE OR REPLACE VIEW mo_with_reply AS
SELECT i.id, i.door, i.telco_id, i.sender, i.short_code, i.operator, i.received_at, i.trace_id,
    i.text, i.outcome, i.reason, i.intent, i.code_key, i.dossier_id, i.agency, i.answered_at,
    i.failures,
    o.id AS mt_id, o.door AS mt_door, o.recipient, o.template, o.language, o.text AS mt_text,
    o.alphabet, o.segments, o.billing, o.billing_reason, o.state, o.hold_reason, o.created_at,
    o.settled_at, o.delivery, o.delivery_at, o.failures AS mt_failures, i.sender_hash, i.handled_at,
    i.purged_at, o.purged_at AS mt_purged_at
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply';
