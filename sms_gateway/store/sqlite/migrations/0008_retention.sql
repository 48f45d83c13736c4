-- oldest: 1
-- When the content and the number of a text, or of a message of ours, were taken away (domain 5).
-- What is left: the keyed hash, the template's name, states, times and billing.
ALTER TABLE inbox ADD COLUMN purged_at INTEGER;
ALTER TABLE outbox ADD COLUMN purged_at INTEGER;

-- What must not be purged whatever its age: of a dossier's code, of a number's hash, of a message.
CREATE TABLE legal_hold (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

-- Up to which id the purge has looked at texts ('texts') and at messages that answer none ('alone').
-- An index of what is not purged yet would cost each text a write. 'run' tells when a purge last
-- came to its end.
CREATE TABLE purge_mark (
    name TEXT PRIMARY KEY,
    upto TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What it went past, because it was held or had not ended: few, and looked at again each time.
CREATE TABLE purge_left (
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (name, id)
) STRICT, WITHOUT ROWID;

-- What a purge has done so far; the audit gets it when the purge ends, and this is empty again.
CREATE TABLE purge_count (
    what TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Older code reads this view by position: what is new comes last.
DROP VIEW mo_with_reply;
CREATE VIEW mo_with_reply AS
SELECT i.id, i.door, i.telco_id, i.sender, i.short_code, i.operator, i.received_at, i.trace_id,
    i.text, i.outcome, i.reason, i.intent, i.code_key, i.dossier_id, i.agency, i.answered_at,
    i.failures,
    o.id AS mt_id, o.door AS mt_door, o.recipient, o.template, o.language, o.text AS mt_text,
    o.alphabet, o.segments, o.billing, o.billing_reason, o.state, o.hold_reason, o.created_at,
    o.settled_at, o.delivery, o.delivery_at, o.failures AS mt_failures, i.sender_hash, i.handled_at,
    i.purged_at, o.purged_at AS mt_purged_at
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply';
