-- oldest: 1
-- What staff see and end: a parked text that somebody has handled is still parked, and waits no
-- more.

ALTER TABLE inbox ADD COLUMN handled_at INTEGER;
CREATE INDEX inbox_unhandled ON inbox (id) WHERE outcome = 'parked' AND handled_at IS NULL;
CREATE INDEX audit_subject ON audit (subject);
CREATE INDEX refused_last ON refused (last_at);
CREATE INDEX refused_hash ON refused (body_hash);

-- Older code reads this view by position: what is new comes last.
DROP VIEW mo_with_reply;
CREATE VIEW mo_with_reply AS
SELECT i.id, i.door, i.telco_id, i.sender, i.short_code, i.operator, i.received_at, i.trace_id,
    i.text, i.outcome, i.reason, i.intent, i.code_key, i.dossier_id, i.agency, i.answered_at,
    i.failures,
    o.id AS mt_id, o.door AS mt_door, o.recipient, o.template, o.language, o.text AS mt_text,
    o.alphabet, o.segments, o.billing, o.billing_reason, o.state, o.hold_reason, o.created_at,
    o.settled_at, o.delivery, o.delivery_at, o.failures AS mt_failures, i.sender_hash, i.handled_at
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply';
