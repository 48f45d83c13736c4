-- Automatic messages: what was learned, what is decided, what is held. Values are always bound.

-- name: notice_mark
-- How far something was read.
SELECT upto, at FROM notice_mark WHERE name = :name;

-- name: notice_mark_move
-- It was read so far.
INSERT INTO notice_mark (name, upto, at) VALUES (:name, :upto, :at)
ON CONFLICT (name) DO UPDATE SET upto = excluded.upto, at = excluded.at;

-- name: push_place
-- From when on the next text that answers none may leave, by whichever door.
SELECT upto, at FROM notice_mark WHERE name = 'pushed';

-- name: push_place_taken
-- The same for whoever is about to take it: no two take the same one, and nobody waits for the other.
SELECT upto, at FROM notice_mark WHERE name = 'pushed';

-- name: push_place_make
-- There is a first one.
INSERT INTO notice_mark (name, upto, at) VALUES ('pushed', 0, 0) ON CONFLICT (name) DO NOTHING;

-- name: notice_forget_marks
-- What comes next begins at the present.
DELETE FROM notice_mark WHERE name <> 'pushed';

-- name: notice_forget_standing
-- And what is not decided is told to nobody.
UPDATE notice SET fate = 'dropped', reason = :reason, decided_at = :at WHERE fate = 'standing';

-- name: notice_insert
-- Steps; one that was there before stays as it is.
INSERT INTO notice (
    id, dossier_id, agency, transition, number, before, state, learned_at,
    due_at, tells, fate
) VALUES /* each row */ (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (dossier_id, transition) DO NOTHING;

-- name: notice_hasten
-- What waits of a dossier is looked at with its newest step; an apology has its own hour.
UPDATE notice SET due_at = min(due_at, :due)
WHERE fate = 'standing' AND dossier_id = :dossier AND number > 0;

-- name: notice_due
-- The steps of dossiers of which something is to be decided: the newest one has stood long enough,
-- or they change again and again.
SELECT id, dossier_id, agency, transition, number, before, state, learned_at, due_at, tells,
    reason
FROM notice
WHERE fate = 'standing' AND dossier_id IN (
    SELECT dossier_id FROM notice WHERE fate = 'standing'
    GROUP BY dossier_id, number = 0 HAVING max(due_at) <= :now OR min(due_at) <= :longest
    ORDER BY min(due_at), dossier_id LIMIT :limit
)
ORDER BY dossier_id, number, due_at, id;

-- name: notice_known
-- What was decided of dossiers, the newest last.
SELECT dossier_id, fate, knew, ended, decided_at FROM notice
WHERE dossier_id IN (SELECT value FROM json_each(:dossiers)) AND decided_at IS NOT NULL
ORDER BY decided_at, number;

-- name: notice_waiting
-- Dossiers of whose last change no text has left yet. The key of a text ends with its recipient.
-- An apology tells no change.
SELECT DISTINCT o.dossier_id FROM outbox AS o
WHERE o.kind = 'notice' AND o.state IN ('queued', 'held')
  AND o.dossier_id IN (SELECT value FROM json_each(:dossiers)) AND instr(o.dedupe_key, 'overdue@') = 0
  AND NOT EXISTS (
      SELECT 1 FROM outbox AS gone
      WHERE gone.dedupe_key > replace(o.dedupe_key, o.recipient_hash, '')
        AND gone.dedupe_key < replace(o.dedupe_key, o.recipient_hash, '') || '~'
        AND gone.state IN ('sending', 'accepted', 'uncertain'));

-- name: notice_choices
-- What numbers chose; a blocked one is as if it wanted nothing any more.
SELECT sender_hash, dossier_id, opted_out, chosen_at, chosen_by FROM opt_out
WHERE sender_hash IN (SELECT value FROM json_each(:numbers))
UNION ALL
SELECT sender_hash, '', 1, blocked_at, '~' FROM citizen_order
WHERE blocked = 1 AND sender_hash IN (SELECT value FROM json_each(:numbers));

-- name: notice_held_back
-- Whether a restored copy holds everything back.
SELECT count(*) FROM restore_hold;

-- name: notice_still_standing
-- How many of these are not decided yet.
SELECT count(*) FROM (
    SELECT id FROM notice WHERE id IN (SELECT value FROM json_each(:ids)) AND fate = 'standing'
) AS standing;

-- name: notice_decide
-- Steps are decided of. What was released keeps its batch.
UPDATE notice SET fate = :fate, reason = :reason, knew = :knew, ended = :ended,
    batch_id = CASE :batch WHEN '' THEN batch_id ELSE :batch END, decided_at = :at
WHERE id IN (SELECT value FROM json_each(:ids)) AND fate = 'standing';

-- name: notice_postpone
-- Steps wait.
UPDATE notice SET due_at = :due
WHERE id IN (SELECT value FROM json_each(:ids)) AND fate = 'standing';

-- name: notice_supersede
-- Texts of a dossier that have not left are not sent any more; apologies only where it says so.
UPDATE outbox SET state = 'failed', hold_reason = 'superseded', settled_at = :at
WHERE kind = 'notice' AND state IN ('queued', 'held') AND dossier_id = :dossier
  AND (:apologies = 1 OR instr(dedupe_key, 'overdue@') = 0);

-- name: notice_untold
-- No text of its last change has left: the citizen knows what was before it.
UPDATE notice SET ended = knew,
    fate = CASE WHEN fate IN ('queued', 'held') THEN 'dropped' ELSE fate END
WHERE dossier_id = :dossier AND ended IS NOT NULL AND decided_at >= (
    SELECT max(last.decided_at) FROM notice AS last
    WHERE last.dossier_id = :dossier AND last.ended IS NOT NULL
      AND last.fate IN ('queued', 'held')
);

-- name: notice_unwanted
-- Nor those that a number wants no more, unless a newer text of it wants them again.
UPDATE outbox SET state = 'failed', hold_reason = 'opted_out', settled_at = :at
WHERE kind = 'notice' AND state IN ('queued', 'held') AND recipient = :recipient
  AND (:dossier = '' OR dossier_id = :dossier)
  AND NOT EXISTS (
      SELECT 1 FROM opt_out AS yes WHERE yes.sender_hash = :number
        AND yes.dossier_id IN ('', outbox.dossier_id) AND yes.opted_out = 0
        AND yes.chosen_by > :by);

-- name: notice_plain_to
-- Texts to a number that are of no dossier and have not left, with the dossiers for which it gets them.
SELECT id, params FROM outbox
WHERE kind = 'notice' AND state IN ('queued', 'held') AND dossier_id IS NULL
  AND recipient = :recipient;

-- name: notice_plain_unwanted
-- Those of them for which it wants none.
UPDATE outbox SET state = 'failed', hold_reason = 'opted_out', settled_at = :at
WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('queued', 'held');

-- name: notice_load
-- What there is to tell; what was told within the hour; what within the month, and since when.
-- What staff released is neither.
SELECT (SELECT count(*) FROM notice WHERE fate = 'standing' AND tells = 1 AND reason = ''),
    (SELECT count(*) FROM notice WHERE fate IN ('queued', 'held') AND decided_at > :hour
        AND (fate = 'held' OR batch_id = '')),
    (SELECT count(*) FROM notice WHERE fate = 'queued' AND decided_at > :month),
    (SELECT min(decided_at) FROM notice WHERE decided_at IS NOT NULL),
    (SELECT max(batch_id) FROM notice WHERE fate = 'held' AND decided_at > :day
        AND reason = 'blast');

-- name: notice_unsent
-- How many texts that nobody asked for wait to leave.
SELECT count(*) FROM outbox WHERE state = 'queued' AND kind IN ('notice', 'survey');

-- name: notice_batches
-- What is held together.
SELECT batch_id, hold_reason, min(created_at), count(*), count(DISTINCT dossier_id),
    count(DISTINCT recipient_hash)
FROM outbox
WHERE kind = 'notice' AND state = 'held' AND hold_reason IN ('blast', 'backward')
  AND batch_id IS NOT NULL
GROUP BY batch_id, hold_reason ORDER BY min(created_at), batch_id;

-- name: notice_batch_templates
-- How many texts of each kind a batch holds.
SELECT template, count(*) FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch
GROUP BY template ORDER BY template;

-- name: notice_batch_samples
-- Some of its dossiers.
SELECT DISTINCT dossier_id FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch AND dossier_id IS NOT NULL
ORDER BY dossier_id LIMIT 5;

-- name: notice_batch_phones
-- Some of who gets what is of no dossier.
SELECT recipient, text, dedupe_key FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch AND dossier_id IS NULL
ORDER BY id LIMIT 5;

-- name: held_parts
-- What is held together, of some agencies or of all.
SELECT batch_id, hold_reason, min(created_at), count(*), count(DISTINCT dossier_id),
    count(DISTINCT recipient_hash)
FROM outbox
WHERE kind = 'notice' AND state = 'held' AND hold_reason IN ('blast', 'backward')
  AND batch_id IS NOT NULL AND (:every = 1 OR agency IN (SELECT value FROM json_each(:agencies)))
GROUP BY batch_id, hold_reason ORDER BY min(created_at), batch_id;

-- name: held_texts
-- Some texts of a batch, of some agencies or of all.
SELECT template, dossier_id, recipient, text FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch
  AND hold_reason IN ('blast', 'backward') AND (:every = 1 OR agency IN (SELECT value FROM json_each(:agencies)))
ORDER BY id LIMIT :limit;

-- name: notice_announced
-- Whether texts with such keys were let go, one of them. What is dropped left its key.
SELECT 1 FROM outbox
WHERE dedupe_key > :key AND dedupe_key < :key || '~'
  AND state <> 'held' AND hold_reason NOT IN ('dropped', 'opted_out', 'called_off')
LIMIT 1;

-- name: notice_called_off
-- Such texts that have not left are not sent any more.
UPDATE outbox SET state = 'failed', hold_reason = 'called_off', settled_at = :at
WHERE dedupe_key > :key AND dedupe_key < :key || '~' AND state IN ('queued', 'held');

-- name: notice_batch_until
-- After a moment these are no news.
UPDATE outbox SET valid_until = :until WHERE id IN (SELECT value FROM json_each(:ids)) AND valid_until > :until;

-- name: notice_batch_size
-- How many texts a batch holds, and the last one of them.
SELECT count(*), max(id) FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch
  AND hold_reason IN ('blast', 'backward') AND (:reason = '' OR hold_reason = :reason);

-- name: notice_batch_plain
-- Some of its texts that are of no dossier, in their order.
SELECT id, dedupe_key FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch AND dossier_id IS NULL
  AND hold_reason IN ('blast', 'backward') AND (:reason = '' OR hold_reason = :reason)
  AND id <= :upto ORDER BY id LIMIT :limit;

-- name: notice_batch_dossiers
-- Some of the dossiers that others are of. What was held since stays held.
SELECT DISTINCT dossier_id FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch AND dossier_id IS NOT NULL
  AND hold_reason IN ('blast', 'backward') AND (:reason = '' OR hold_reason = :reason)
  AND id <= :upto ORDER BY dossier_id LIMIT :limit;

-- name: notice_batch_rest
-- Dossiers of whose steps a batch holds no text any more.
SELECT DISTINCT dossier_id FROM notice
WHERE batch_id = :batch AND fate = 'held' AND NOT EXISTS (
    SELECT 1 FROM outbox AS o
    WHERE o.kind = 'notice' AND o.state = 'held' AND o.batch_id = :batch
      AND o.dossier_id = notice.dossier_id
);

-- name: notice_batch_release
-- What is of no dossier may go as it is, one text behind the other.
UPDATE outbox SET state = 'queued', hold_reason = '',
    not_before = :at + (v.place + :done) * :apart,
    valid_until = :at + (v.place + :done) * :apart + :valid
FROM (SELECT value AS id, key AS place FROM json_each(:ids)) AS v
WHERE outbox.id = v.id AND outbox.state = 'held'
RETURNING outbox.door, outbox.dedupe_key;

-- name: notice_batch_remake
-- Others end, for they may be old, and make room for the keys of new ones.
UPDATE outbox SET state = 'failed', hold_reason = 'made_again', settled_at = :at,
    dedupe_key = dedupe_key || '#' || id
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch
  AND dossier_id IN (SELECT value FROM json_each(:dossiers))
  AND hold_reason IN ('blast', 'backward') AND (:reason = '' OR hold_reason = :reason)
RETURNING door;

-- name: notice_batch_again
-- Their steps are decided of once more.
UPDATE notice SET fate = 'standing', reason = 'released', due_at = :at, knew = NULL, ended = NULL,
    decided_at = NULL
WHERE batch_id = :batch AND fate = 'held'
  AND dossier_id IN (SELECT value FROM json_each(:dossiers));

-- name: notice_batch_drop
-- Or they are ended.
UPDATE outbox SET state = 'failed', hold_reason = 'dropped', settled_at = :at
WHERE kind = 'notice' AND state = 'held' AND batch_id = :batch
  AND dossier_id IN (SELECT value FROM json_each(:dossiers))
  AND hold_reason IN ('blast', 'backward') AND (:reason = '' OR hold_reason = :reason)
RETURNING door;

-- name: notice_batch_drop_plain
-- So is what is of no dossier; the same may be said again in other words.
UPDATE outbox SET state = 'failed', hold_reason = 'dropped', settled_at = :at,
    dedupe_key = dedupe_key || '#' || id
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'held'
RETURNING door;

-- name: notice_batch_dropped
-- After a slip that is dropped the citizen knows what was before it.
UPDATE notice SET fate = 'dropped',
    ended = CASE WHEN reason = 'backward' THEN knew ELSE ended END
WHERE batch_id = :batch AND fate = 'held'
  AND dossier_id IN (SELECT value FROM json_each(:dossiers));

-- name: notice_figures
-- How many steps wait to be decided; how many texts are held, by why.
SELECT 'standing', count(*) FROM notice WHERE fate = 'standing'
UNION ALL
SELECT hold_reason, count(*) FROM outbox
WHERE kind = 'notice' AND state = 'held' GROUP BY hold_reason;

-- name: notice_ripe_count
-- How many steps were decided of before a moment.
SELECT count(*) FROM notice WHERE decided_at < :before;

-- name: notice_purge
-- They go, some at a time.
DELETE FROM notice WHERE id IN (
    SELECT id FROM notice WHERE decided_at < :before ORDER BY decided_at LIMIT :limit
);
