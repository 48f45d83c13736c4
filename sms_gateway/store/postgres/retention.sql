-- What is purged, and what is held back from it. Each statement of the purge is given few ids, or
-- takes few rows: whoever answers meanwhile waits for one of them, never for the whole.

-- name: purge_mark
-- How far a walk of the purge has come.
SELECT upto FROM purge_mark WHERE name = :name;

-- name: purge_turn
-- Two purges take turns, batch by batch.
SELECT pg_advisory_xact_lock(hashtextextended('purge ' || :name::text, 8083));

-- name: purge_mark_move
-- It has come further.
INSERT INTO purge_mark (name, upto, at) VALUES (:name, :upto, :at)
ON CONFLICT (name) DO UPDATE SET upto = excluded.upto, at = excluded.at;

-- name: purge_texts
-- The next MOs. Ids sort by time.
SELECT id FROM inbox WHERE id > :after AND id < :before ORDER BY id LIMIT :limit;

-- name: purge_texts_ripe
-- Which of these MOs have ended, with all that was sent about them, and are not held.
SELECT i.id FROM inbox AS i
WHERE i.id = ANY(:ids::text[])
  AND i.outcome IS NOT NULL AND NOT (i.outcome = 'parked' AND i.handled_at IS NULL)
  AND NOT EXISTS (
      SELECT 1 FROM outbox AS o
      WHERE o.inbox_id = i.id
        AND (o.state IN ('queued', 'sending', 'uncertain', 'held') OR o.id >= :before)
      OFFSET 0)
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE (h.kind = 'message' AND h.value = i.id)
         OR (h.kind = 'number' AND h.value = i.sender_hash)
         OR (h.kind = 'code' AND h.value = i.code_key))
ORDER BY i.id;

-- name: purge_alone
-- The next MTs, and what they answer.
SELECT id, inbox_id FROM outbox WHERE id > :after AND id < :before ORDER BY id LIMIT :limit;

-- name: purge_alone_ripe
-- Which of these MTs, that answer nothing, have ended and are not held.
SELECT o.id FROM outbox AS o
WHERE o.id = ANY(:ids::text[])
  AND o.state NOT IN ('queued', 'sending', 'uncertain', 'held')
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE (h.kind = 'message' AND h.value = o.id)
         OR (h.kind = 'number' AND h.value = o.recipient_hash)
         OR (h.kind = 'code' AND h.value = o.code_key))
ORDER BY o.id;

-- name: purge_left
-- What a walk went past, in order.
SELECT id FROM purge_left WHERE name = :name AND id > :after AND id < :before
ORDER BY id LIMIT :limit;

-- name: purge_left_add
-- It goes past these.
INSERT INTO purge_left (name, id) SELECT * FROM /* each row */ (name text, id text) AS v
ON CONFLICT DO NOTHING;

-- name: purge_left_take
-- These are purged after all.
DELETE FROM purge_left WHERE name = :name AND id = ANY(:ids::text[]);

-- name: purge_mts_of
-- What was sent about these MOs.
SELECT id FROM outbox WHERE inbox_id = ANY(:ids::text[]);

-- name: purge_raws_of_texts
-- The requests that these MOs, and the parts of them, came with.
DELETE FROM raw_exchange WHERE owner_id IN (
    SELECT unnest(:ids::text[])
    UNION ALL
    SELECT id FROM inbox_part WHERE joined_id = ANY(:ids::text[])
);

-- name: purge_snapshots
-- The dossiers that they were answered from.
DELETE FROM case_snapshot WHERE id IN (
    SELECT snapshot_id FROM inbox
    WHERE id = ANY(:ids::text[]) AND snapshot_id IS NOT NULL
);

-- name: purge_parts
-- The parts that they were joined from.
DELETE FROM inbox_part WHERE joined_id = ANY(:ids::text[]);

-- name: purge_contents
-- What they said, and who said it.
UPDATE inbox SET sender = '', text = '', telco_id = NULL, door_data = '{}', code_key = '',
    dossier_id = NULL, snapshot_id = NULL, purged_at = :at
WHERE id = ANY(:ids::text[]);

-- name: purge_move_texts
-- What was there before is overwritten by the server's vacuum: here there is nothing to do.
SELECT :ids::text[];

-- name: purge_move_mts
-- The same of MTs.
SELECT :ids::text[];

-- name: purge_raws_of_reports
-- The requests that reports about these MTs came with.
DELETE FROM raw_exchange WHERE owner_id IN (
    SELECT id FROM receipt WHERE outbox_id = ANY(:ids::text[])
);

-- name: purge_reports_of
-- The reports about them.
DELETE FROM receipt WHERE outbox_id = ANY(:ids::text[]);

-- name: purge_attempts
-- The attempts to send them.
DELETE FROM attempt WHERE outbox_id = ANY(:ids::text[]);

-- name: purge_replies
-- What they said, and to whom.
UPDATE outbox SET recipient = '', text = '', params = '{}', code_key = '', dossier_id = NULL,
    purged_at = :at
WHERE id = ANY(:ids::text[]);

-- name: purge_reports
-- The next reports that speak of no MT of ours.
SELECT id FROM receipt
WHERE outbox_id IS NULL AND id > :after AND id < :before ORDER BY id LIMIT :limit;

-- name: purge_raws
-- The requests that these came with.
DELETE FROM raw_exchange WHERE owner_id = ANY(:ids::text[]);

-- name: purge_reports_gone
-- These reports.
DELETE FROM receipt WHERE id = ANY(:ids::text[]);

-- name: purge_refused
-- Unreadable requests that came last before a moment, the oldest first, unless they are held.
DELETE FROM refused WHERE (door, body_hash) IN (
    SELECT door, body_hash FROM refused AS r
    WHERE r.last_at < :before
      AND NOT EXISTS (
          SELECT 1 FROM legal_hold AS h WHERE h.kind = 'message' AND h.value = r.trace_id)
    ORDER BY r.last_at LIMIT :limit
);

-- name: purge_refused_ripe
-- How many there are.
SELECT count(*) FROM refused AS r
WHERE r.last_at < :before
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h WHERE h.kind = 'message' AND h.value = r.trace_id);

-- name: purge_audit
-- The next lines of the audit.
SELECT id, at FROM audit WHERE id > :after ORDER BY id LIMIT :limit;

-- name: purge_audit_held
-- Which of these lines are about something that is held, or about the hold itself.
SELECT a.id FROM audit AS a JOIN legal_hold AS h ON a.subject = h.kind || ' ' || h.value
WHERE a.id = ANY(:ids::bigint[])
UNION
SELECT a.id FROM audit AS a JOIN inbox AS i ON i.id = a.subject JOIN legal_hold AS h
  ON (h.kind = 'message' AND h.value = i.id) OR (h.kind = 'number' AND h.value = i.sender_hash)
  OR (h.kind = 'code' AND h.value = i.code_key)
WHERE a.id = ANY(:ids::bigint[])
UNION
SELECT a.id FROM audit AS a JOIN outbox AS o ON o.id = a.subject JOIN legal_hold AS h
  ON (h.kind = 'message' AND h.value IN (o.id, o.inbox_id))
  OR (h.kind = 'number' AND h.value = o.recipient_hash)
  OR (h.kind = 'code' AND h.value = o.code_key)
WHERE a.id = ANY(:ids::bigint[]);

-- name: purge_audit_gone
-- These lines.
DELETE FROM audit WHERE id = ANY(:ids::bigint[]);

-- name: purge_count_add
-- So many more were purged.
INSERT INTO purge_count (what, count) VALUES (:what, :count)
ON CONFLICT (what) DO UPDATE SET count = purge_count.count + excluded.count;

-- name: purge_counts
-- What the purge has done so far.
SELECT what, count FROM purge_count;

-- name: purge_counts_forget
-- It is written down elsewhere.
DELETE FROM purge_count;

-- name: purge_left_count
-- How much it went past.
SELECT count(*) FROM purge_left;

-- name: purge_state
-- When a purge last ended; the oldest MO that it has not looked at yet; how much it went past; how
-- many holds there are; when a copy was restored.
SELECT (SELECT at FROM purge_mark WHERE name = 'run'),
    (SELECT received_at FROM inbox
     WHERE id > coalesce((SELECT upto FROM purge_mark WHERE name = 'texts'), '')
     ORDER BY id LIMIT 1),
    (SELECT count(*) FROM purge_left),
    (SELECT count(*) FROM legal_hold),
    (SELECT at FROM purge_mark WHERE name = 'restored');

-- name: hold_subject
-- What a person means by an id, and when it was purged: the text of an MO, of an MT or of a part;
-- an MT that answers nothing; a call that could not be read.
SELECT id, purged_at FROM inbox WHERE id = :id
UNION ALL
SELECT i.id, i.purged_at FROM outbox AS o JOIN inbox AS i ON i.id = o.inbox_id WHERE o.id = :id
UNION ALL
SELECT i.id, i.purged_at FROM inbox_part AS p JOIN inbox AS i ON i.id = p.joined_id
WHERE p.id = :id
UNION ALL
SELECT id, purged_at FROM outbox WHERE id = :id AND inbox_id IS NULL
UNION ALL
SELECT trace_id, NULL FROM refused WHERE trace_id = :id AND trace_id <> ''
LIMIT 1;

-- name: hold_add
-- Hold something back from the purge.
INSERT INTO legal_hold (kind, value, reason, at, by) VALUES (:kind, :value, :reason, :at, :by)
ON CONFLICT DO NOTHING;

-- name: hold_remove
-- Let it go.
DELETE FROM legal_hold WHERE kind = :kind AND value = :value;

-- name: holds
-- All that is held, by whom, since when and why.
SELECT kind, value, reason, at, by FROM legal_hold ORDER BY at, kind, value;

-- name: purge_dossiers_needed
-- Dossiers that somebody follows, or of which an automatic message waits to be decided or sent. What
-- answers a text has all of its words.
SELECT dossier_id FROM subscription WHERE follows = 1 AND dossier_id = ANY(:ids::text[])
UNION
SELECT dossier_id FROM notice WHERE fate = 'standing' AND dossier_id = ANY(:ids::text[])
UNION
SELECT dossier_id FROM outbox
WHERE kind = 'notice' AND state IN ('queued', 'held') AND dossier_id = ANY(:ids::text[]);

-- name: purge_codes_needed
-- Numbers that are held back, or that somebody asked for and is owed the true state of.
SELECT value FROM legal_hold WHERE kind = 'code' AND value = ANY(:keys::text[])
UNION
SELECT i.code_key FROM follow_up AS f JOIN inbox AS i ON i.id = f.mo_id
WHERE f.fate = '' AND i.code_key = ANY(:keys::text[]);
