-- Complaints of citizens.

-- name: complaints_open
-- Those that are open, the one that is due next first.
SELECT id, mo_id, number_hash, channel, what, opened_at, due_at, by, closed_at, closed_by, outcome
FROM complaint WHERE closed_at IS NULL ORDER BY due_at, id LIMIT :limit;

-- name: complaints_closed
-- Those that are settled, the last one first.
SELECT id, mo_id, number_hash, channel, what, opened_at, due_at, by, closed_at, closed_by, outcome
FROM complaint WHERE closed_at IS NOT NULL ORDER BY closed_at DESC, id LIMIT :limit;

-- name: complaint_add
-- One more.
INSERT INTO complaint (id, mo_id, number_hash, channel, what, opened_at, due_at, by)
VALUES (:id, :mo_id, :number_hash, :channel, :what, :opened_at, :due_at, :by);

-- name: complaint_close
-- It is settled, once.
UPDATE complaint SET closed_at = :at, closed_by = :by, outcome = :outcome
WHERE id = :id AND closed_at IS NULL;

-- name: complaint_ripe_count
-- How many were settled before a moment, and are not held.
SELECT count(*) FROM complaint AS c
WHERE c.closed_at < :before
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE (h.kind = 'number' AND h.value = c.number_hash)
         OR (h.kind = 'message' AND h.value = c.mo_id));

-- name: complaint_purge
-- They go, some at a time.
DELETE FROM complaint WHERE id IN (
    SELECT c.id FROM complaint AS c
    WHERE c.closed_at < :before
      AND NOT EXISTS (
          SELECT 1 FROM legal_hold AS h
          WHERE (h.kind = 'number' AND h.value = c.number_hash)
             OR (h.kind = 'message' AND h.value = c.mo_id))
    ORDER BY c.closed_at LIMIT :limit
);

-- name: complaints_filed_open
-- Those that are open with the agency of the text that each is about, the one that is due next first.
SELECT c.id, c.mo_id, c.number_hash, c.channel, c.what, c.opened_at, c.due_at, c.by, c.closed_at,
    c.closed_by, c.outcome,
    coalesce((SELECT i.agency FROM inbox AS i WHERE i.id = c.mo_id),
        (SELECT o.agency FROM outbox AS o WHERE o.id = c.mo_id), '')
FROM complaint AS c WHERE c.closed_at IS NULL ORDER BY c.due_at, c.id LIMIT :limit;

-- name: complaints_filed_closed
-- The same of those that are settled, the last one first.
SELECT c.id, c.mo_id, c.number_hash, c.channel, c.what, c.opened_at, c.due_at, c.by, c.closed_at,
    c.closed_by, c.outcome,
    coalesce((SELECT i.agency FROM inbox AS i WHERE i.id = c.mo_id),
        (SELECT o.agency FROM outbox AS o WHERE o.id = c.mo_id), '')
FROM complaint AS c WHERE c.closed_at IS NOT NULL ORDER BY c.closed_at DESC, c.id LIMIT :limit;

-- name: complaints_about
-- The same of one text, the oldest first.
SELECT c.id, c.mo_id, c.number_hash, c.channel, c.what, c.opened_at, c.due_at, c.by, c.closed_at,
    c.closed_by, c.outcome
FROM complaint AS c WHERE c.mo_id = :mo_id ORDER BY c.opened_at, c.id LIMIT :limit;

-- name: complaint_filed
-- One of them with the agency of the text that it is about.
SELECT c.id, c.mo_id, c.number_hash, c.channel, c.what, c.opened_at, c.due_at, c.by, c.closed_at,
    c.closed_by, c.outcome,
    coalesce((SELECT i.agency FROM inbox AS i WHERE i.id = c.mo_id),
        (SELECT o.agency FROM outbox AS o WHERE o.id = c.mo_id), '')
FROM complaint AS c WHERE c.id = :id;
