-- Webhooks of other systems, under the names that SQLite's statements have.

-- name: webhooks_stand
-- All webhooks, and how they stand.
SELECT w.id, w.name, w.url, w.secret, w.events, w.agencies, w.with_number, w.with_text, w.enabled,
       w.made_at, w.by,
       (SELECT count(*) FROM webhook_event AS e WHERE e.webhook = w.id AND e.state = 'waiting'),
       (SELECT count(*) FROM webhook_event AS e WHERE e.webhook = w.id AND e.state = 'dead'),
       w.last_status,
       (SELECT min(e.made_at) FROM webhook_event AS e WHERE e.webhook = w.id AND e.state = 'waiting')
FROM webhook AS w WHERE w.removed_at IS NULL ORDER BY w.name;

-- name: webhooks_on
-- Those that are told.
SELECT id, name, url, secret, events, agencies, with_number, with_text, enabled, made_at, by
FROM webhook WHERE enabled = 1;

-- name: webhook_named
-- The one of a name.
SELECT id FROM webhook WHERE name = :name AND removed_at IS NULL;

-- name: webhook_turn
-- Whoever adds one for a token is alone until its end: two must not pass the limit.
SELECT pg_advisory_xact_lock(hashtext(current_schema()), 5);

-- name: webhook_count
-- How many a token has.
SELECT count(*) FROM webhook WHERE by = :by AND removed_at IS NULL;

-- name: webhook_add
-- One more, under a name that no other one has or had.
INSERT INTO webhook (id, name, url, secret, events, agencies, with_number, with_text, enabled,
                     made_at, by)
VALUES (:id, :name, :url, :secret, :events, :agencies, :with_number, :with_text, 1, :made_at, :by)
ON CONFLICT (name) DO NOTHING;

-- name: webhook_switch
-- It is told from now on, or is not.
UPDATE webhook SET enabled = :enabled
WHERE name = :name AND enabled <> :enabled AND removed_at IS NULL
RETURNING id;

-- name: webhook_due
-- The next events that one is to be told.
SELECT webhook, event, message, made_at, attempt FROM webhook_event
WHERE webhook = :webhook AND state = 'waiting' AND next_at <= :now
ORDER BY next_at, message, event LIMIT :limit;

-- name: webhook_event
-- Events that wait; each once.
INSERT INTO webhook_event (webhook, event, message, made_at, next_at)
SELECT * FROM /* each row */ (
    webhook text, event text, message text, made_at bigint, next_at bigint
) AS v
ON CONFLICT (webhook, event, message) DO NOTHING;

-- name: webhook_attempted
-- What became of an attempt.
UPDATE webhook_event SET state = :state, attempt = :attempt, next_at = :next_at, status = :status
WHERE webhook = :webhook AND event = :event AND message = :message AND state = 'waiting';

-- name: webhook_answered
-- What a receiver answered last.
UPDATE webhook SET last_status = :status WHERE id = :webhook AND last_status <> :status;

-- name: webhook_replay
-- Dead events wait again, or all that were made since a moment.
UPDATE webhook_event SET state = 'waiting', attempt = 0, next_at = :at
WHERE webhook = :webhook
  AND CASE WHEN :since::bigint IS NULL THEN state = 'dead' ELSE made_at >= :since::bigint END;

-- name: webhook_secret
-- Another secret signs from now on.
UPDATE webhook SET secret = :secret WHERE name = :name AND removed_at IS NULL RETURNING id;

-- name: webhook_remove
-- It is told nothing more, and its address and secret are kept no more.
UPDATE webhook SET removed_at = :at, enabled = 0, url = '', secret = ''
WHERE name = :name AND removed_at IS NULL RETURNING id;

-- name: webhook_events_end
-- Nor is what waits for it.
DELETE FROM webhook_event WHERE webhook = :webhook;

-- name: webhook_again
-- One event waits again.
UPDATE webhook_event SET state = 'waiting', attempt = 0, next_at = :at
WHERE webhook = :webhook AND event = :event AND message = :message;

-- name: webhook_events_of
-- Events of one behind another event, newest first.
SELECT webhook, event, message, made_at, attempt, state, status, next_at FROM webhook_event
WHERE webhook = :webhook AND (made_at, event, message) < (:at, :event, :message)
ORDER BY made_at DESC, event DESC, message DESC LIMIT :limit;

-- name: webhook_events_failed
-- Those of them that were not taken at some attempt, nor since.
SELECT webhook, event, message, made_at, attempt, state, status, next_at FROM webhook_event
WHERE webhook = :webhook AND (made_at, event, message) < (:at, :event, :message)
  AND attempt > 0 AND state <> 'done'
ORDER BY made_at DESC, event DESC, message DESC LIMIT :limit;

-- name: webhook_forget
-- Old events go.
DELETE FROM webhook_event WHERE made_at < :before;

-- name: webhook_texts
-- The next texts behind the mark: how they ended, and whose they are.
SELECT id, outcome, agency FROM inbox
WHERE id > coalesce((SELECT greatest(upto, :begin) FROM webhook_mark WHERE name = 'texts'), :begin)
  AND id < :until
ORDER BY id LIMIT :limit;

-- name: webhook_reports
-- The next delivery reports behind the mark; with an MT where they are final.
SELECT r.id, CASE WHEN o.delivery NOT IN ('enroute', 'unknown') THEN o.id END, coalesce(o.agency, '')
FROM receipt AS r LEFT JOIN outbox AS o ON o.id = r.outbox_id
WHERE r.id > coalesce((SELECT greatest(upto, :begin) FROM webhook_mark WHERE name = 'reports'), :begin)
  AND r.id < :until
ORDER BY r.id LIMIT :limit;

-- name: webhook_mark_set
-- How far the walk has come.
INSERT INTO webhook_mark (name, upto) VALUES (:name, :upto)
ON CONFLICT (name) DO UPDATE SET upto = excluded.upto;

-- name: webhook_wait
-- Texts that had not ended when the walk came by.
INSERT INTO webhook_wait (mo_id) SELECT * FROM /* each row */ (mo_id text) AS v ON CONFLICT (mo_id) DO NOTHING;

-- name: webhook_waited
-- Those of them that have ended since.
SELECT i.id, i.outcome, i.agency FROM webhook_wait AS w JOIN inbox AS i ON i.id = w.mo_id
WHERE i.outcome IS NOT NULL ORDER BY i.id LIMIT :limit;

-- name: webhook_waited_end
-- They wait no more.
DELETE FROM webhook_wait WHERE mo_id = ANY(:ids::text[]);

-- name: webhook_wait_forget
-- Nor do those that never ended.
DELETE FROM webhook_wait WHERE mo_id < :before;

-- name: webhook_late
-- These reports have got their message after they had come; of note where somebody is told.
INSERT INTO webhook_late (receipt_id)
SELECT unnest(:ids::text[])
WHERE EXISTS (SELECT 1 FROM webhook WHERE enabled = 1)
ON CONFLICT (receipt_id) DO NOTHING;

-- name: webhook_reported_late
-- The next of them; with an MT where they are final.
SELECT l.receipt_id, CASE WHEN o.delivery NOT IN ('enroute', 'unknown') THEN o.id END,
       coalesce(o.agency, '')
FROM webhook_late AS l LEFT JOIN receipt AS r ON r.id = l.receipt_id
LEFT JOIN outbox AS o ON o.id = r.outbox_id
ORDER BY l.receipt_id LIMIT :limit;

-- name: webhook_late_end
-- They are found.
DELETE FROM webhook_late WHERE receipt_id = ANY(:ids::text[]);

-- name: webhook_answer
-- Of which agency a text is.
SELECT agency FROM inbox WHERE id = :message;
