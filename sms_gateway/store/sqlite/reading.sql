-- What people ask the store. Optional conditions are switched off by a NULL.

-- name: messages_among
-- Those of these texts that are wanted, with their replies.
SELECT m.* FROM mo_with_reply AS m
WHERE m.id IN (SELECT value FROM json_each(:ids))
  AND (:outcome IS NULL OR m.outcome = :outcome
       OR :outcome = 'unanswered' AND m.outcome IS NULL
       OR :outcome = 'unhandled' AND m.outcome = 'parked' AND m.handled_at IS NULL)
  AND (:senders IS NULL OR m.sender_hash IN (SELECT value FROM json_each(:senders)))
  AND (:agencies IS NULL OR m.agency IN (SELECT value FROM json_each(:agencies)))
  AND (:ending IS NULL OR m.sender LIKE '%' || :ending)
  AND (:door IS NULL OR m.door = :door)
  AND (:operator IS NULL OR m.operator = :operator)
  AND (:code_low IS NULL OR m.code_key >= :code_low AND m.code_key < :code_high)
  AND (:reply IS NULL OR m.state = :reply)
  AND (:delivery IS NULL OR m.delivery = :delivery)
  AND (:language IS NULL OR m.language = :language);

-- name: messages_of_sender
-- Those of numbers, by the index that led to them: its pages were just read.
-- as: messages_among, and
m.sender_hash IN (SELECT value FROM json_each(:senders));

-- name: messages_of_code
-- Those that asked for these codes, likewise.
-- as: messages_among, and
m.code_key <> '' AND m.code_key IN (SELECT value FROM json_each(:codes));

-- name: owner
-- The MO that an id belongs to: its own, that of an MT, that of a joined part.
SELECT id FROM inbox WHERE id = :id
UNION ALL SELECT inbox_id FROM outbox WHERE id = :id AND inbox_id IS NOT NULL
UNION ALL SELECT joined_id FROM inbox_part WHERE id = :id AND joined_id IS NOT NULL
UNION ALL SELECT substr(dedupe_key, 8) FROM outbox WHERE id = :id AND kind = 'follow_up'
LIMIT 1;

-- name: parts
-- The parts of a long text; a part that still waits alone.
SELECT id, received_at, number, total, reference FROM inbox_part
WHERE joined_id = :owner OR id = :id ORDER BY number;

-- name: mts
-- What was sent about an MO, or the MT itself.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM outbox
WHERE inbox_id = :owner OR id = :id OR dedupe_key = 'follow:' || :owner ORDER BY id;

-- name: pushes_to
-- What was sent to a number, or is to be, and answers no text; newest first. Ids sort by time.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM outbox
WHERE recipient_hash = :recipient_hash AND inbox_id IS NULL
  AND (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)))
ORDER BY id DESC LIMIT :limit;

-- name: owed
-- The true state that was owed to an MO, and what became of it.
SELECT at, fate, ended_at FROM follow_up WHERE mo_id = :owner;

-- name: attempts
-- Attempts to send these MTs.
SELECT outbox_id, attempt, part, at, door, result, reason, telco_id FROM attempt
WHERE outbox_id IN (SELECT value FROM json_each(:ids)) ORDER BY at, attempt, part;

-- name: receipts
-- Reports about these MTs.
SELECT id, door, telco_id, outbox_id, received_at, telco_time, delivery, error FROM receipt
WHERE outbox_id IN (SELECT value FROM json_each(:ids)) ORDER BY received_at;

-- name: reports
-- Reports, newest first. Ids sort by time.
SELECT id, door, telco_id, outbox_id, received_at, telco_time, delivery, error FROM receipt
WHERE id >= :after AND (:door IS NULL OR door = :door) ORDER BY id DESC LIMIT :limit;

-- name: reports_unmatched
-- The same, of those whose MT nobody knows: few, and in an index of their own.
SELECT id, door, telco_id, outbox_id, received_at, telco_time, delivery, error
FROM receipt INDEXED BY receipt_unmatched
WHERE outbox_id IS NULL AND id >= :after AND (:door IS NULL OR door = :door)
ORDER BY id DESC LIMIT :limit;

-- name: refused
-- Unreadable requests, those that came last first.
SELECT door, body_hash, reason, first_at, last_at, times, length(request), trace_id FROM refused
WHERE last_at >= :since AND (:door IS NULL OR door = :door)
ORDER BY last_at DESC, door DESC, body_hash DESC LIMIT :limit;

-- name: refused_requests
-- Those whose hash begins so; no hex digit sorts behind g.
SELECT door, body_hash, reason, first_at, last_at, times, length(request), trace_id, request
FROM refused
WHERE body_hash >= :prefix AND body_hash < :prefix || 'g' AND (:door IS NULL OR door = :door)
ORDER BY body_hash, door LIMIT 2;

-- name: acts
-- What people did to an MO and its MTs by hand.
SELECT at, by, act, subject, detail FROM audit
WHERE subject IN (SELECT value FROM json_each(:ids)) ORDER BY id;

-- name: raw
-- The request of an MO.
SELECT request FROM raw_exchange WHERE owner_id = :id;

-- name: snapshot
-- The dossier that an MO was answered from.
SELECT s.body FROM inbox AS i JOIN case_snapshot AS s ON s.id = i.snapshot_id
WHERE i.id = :id;

-- name: refused_of_call
-- What could not be read of a call.
SELECT door, body_hash, reason, first_at, last_at, times, length(request), trace_id, request
FROM refused WHERE trace_id = :trace_id AND trace_id <> '' ORDER BY last_at, body_hash;

-- name: imported
-- The files that were imported, the last one last.
SELECT subject FROM audit WHERE act = :act GROUP BY subject ORDER BY max(id);

-- name: count_outcomes
-- MOs by outcome.
SELECT coalesce(outcome, 'unanswered'), count(*) FROM inbox GROUP BY 1;

-- name: count_states
-- MTs by state.
SELECT state, count(*) FROM outbox GROUP BY state;

-- name: count_refused
-- Unreadable requests.
SELECT count(*) FROM refused;

-- name: count_unmatched
-- Reports without MT.
SELECT count(*) FROM receipt WHERE outbox_id IS NULL;

-- name: doors_last_mo
-- When each door's last MO came, among the newest of all: a walk that ends.
SELECT door, max(received_at) FROM (
    SELECT door, received_at FROM inbox WHERE id > '' ORDER BY id DESC LIMIT 10000
) AS newest GROUP BY door;

-- name: doors_last_accepted
-- When each door's telco last took an MT, in the same way.
SELECT door, max(settled_at) FROM (
    SELECT door, state, settled_at FROM outbox WHERE id > '' ORDER BY id DESC LIMIT 10000
) AS newest WHERE state = 'accepted' GROUP BY door;

-- name: nodes_newest
-- The runs that began last, and what a probe writes for a moment, which has no name. The last
-- one alone has the store.
SELECT name, started_at, version, run = (SELECT max(run) FROM node WHERE name <> '')
FROM node WHERE run > '' ORDER BY run DESC LIMIT 50;
