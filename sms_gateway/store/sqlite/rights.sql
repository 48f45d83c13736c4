-- What a citizen asks about their own data: a copy of it, and that it goes.

-- name: kept_preferences
-- The language that a number chose.
SELECT language, chosen_at FROM citizen WHERE sender_hash IN (SELECT value FROM json_each(:numbers));

-- name: kept_opt_outs
-- What it said about notices, of a dossier or of all.
SELECT dossier_id, opted_out, chosen_at FROM opt_out
WHERE sender_hash IN (SELECT value FROM json_each(:numbers)) ORDER BY chosen_at;

-- name: kept_subscriptions
-- The dossiers that it follows or followed.
SELECT dossier_id, follows, short_code, door, chosen_at FROM subscription
WHERE sender_hash IN (SELECT value FROM json_each(:numbers)) ORDER BY chosen_at;

-- name: kept_surveys
-- What it was asked, and what it thinks.
SELECT dossier_id, asked_at, score, answered_at FROM survey
WHERE recipient_hash IN (SELECT value FROM json_each(:numbers)) ORDER BY asked_at;

-- name: kept_parts
-- Parts of its long texts that were never whole.
SELECT id, received_at, text FROM inbox_part
WHERE joined_id IS NULL AND sender_hash IN (SELECT value FROM json_each(:numbers)) ORDER BY id;

-- name: erase_texts
-- The next MOs of a number that still have their words.
SELECT id FROM inbox
WHERE sender_hash = :number AND id > :after AND purged_at IS NULL ORDER BY id LIMIT :limit;

-- name: erase_texts_free
-- Which of these MOs no legal hold keeps.
SELECT i.id FROM inbox AS i
WHERE i.id IN (SELECT value FROM json_each(:ids))
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE (h.kind = 'message' AND h.value = i.id)
         OR (h.kind = 'number' AND h.value = i.sender_hash)
         OR (h.kind = 'code' AND h.value = i.code_key))
ORDER BY i.id;

-- name: erase_pushes
-- The next MTs to a number that answer nothing and still have their words.
SELECT id FROM outbox
WHERE recipient_hash = :number AND inbox_id IS NULL AND id > :after AND purged_at IS NULL
ORDER BY id LIMIT :limit;

-- name: erase_pushes_free
-- Which of these MTs no legal hold keeps.
SELECT o.id FROM outbox AS o
WHERE o.id IN (SELECT value FROM json_each(:ids))
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE (h.kind = 'message' AND h.value = o.id)
         OR (h.kind = 'number' AND h.value = o.recipient_hash)
         OR (h.kind = 'code' AND h.value = o.code_key))
ORDER BY o.id;

-- name: erase_unsent
-- What of these MTs has not left is not sent any more; what is uncertain stays so for ever.
UPDATE outbox SET state = 'failed', hold_reason = 'erased', settled_at = :at
WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('queued', 'held', 'uncertain');

-- name: erase_handled
-- Which of them wait for a person: there is nothing left to be done.
UPDATE inbox SET handled_at = :at
WHERE id IN (SELECT value FROM json_each(:ids)) AND outcome = 'parked' AND handled_at IS NULL;

-- name: erase_owed
-- No true state follows these texts.
UPDATE follow_up SET fate = 'nothing', ended_at = :at
WHERE mo_id IN (SELECT value FROM json_each(:ids)) AND fate = '';

-- name: erase_holds
-- The holds that keep any of these, or the number itself.
SELECT kind, value FROM legal_hold
WHERE (kind = 'number' AND value IN (SELECT value FROM json_each(:numbers)))
   OR (kind = 'message' AND value IN (SELECT value FROM json_each(:ids)))
   OR (kind = 'code' AND value IN (
          SELECT code_key FROM inbox WHERE id IN (SELECT value FROM json_each(:ids))
          UNION SELECT code_key FROM outbox WHERE id IN (SELECT value FROM json_each(:ids))))
ORDER BY kind, value;

-- name: erase_part_raws
-- The requests that parts came with which were never whole.
DELETE FROM raw_exchange WHERE owner_id IN (
    SELECT id FROM inbox_part
    WHERE joined_id IS NULL AND sender_hash IN (SELECT value FROM json_each(:numbers))
);

-- name: erase_parts
-- These parts.
DELETE FROM inbox_part
WHERE joined_id IS NULL AND sender_hash IN (SELECT value FROM json_each(:numbers));

-- name: erase_preferences
-- The language that the number chose.
DELETE FROM citizen WHERE sender_hash IN (SELECT value FROM json_each(:numbers));

-- name: erase_subscriptions
-- It follows nothing any more.
DELETE FROM subscription WHERE sender_hash IN (SELECT value FROM json_each(:numbers));

-- name: erase_surveys
-- Marks stay and name nobody, unless a text or message of theirs is held.
UPDATE survey SET code = '', recipient_hash = '', mt_id = '', mo_id = NULL
WHERE recipient_hash IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE h.kind = 'message' AND h.value IN (survey.mt_id, survey.mo_id));

-- name: erase_raws_of_calls
-- The calls that these MOs came in beside others, kept with the first of each, unless that is held.
DELETE FROM raw_exchange WHERE owner_id IN (
    SELECT o.id FROM inbox AS i JOIN inbox AS o ON o.id = i.trace_id
    WHERE i.id IN (SELECT value FROM json_each(:ids))
      AND NOT EXISTS (
          SELECT 1 FROM legal_hold AS h
          WHERE (h.kind = 'message' AND h.value = o.id)
             OR (h.kind = 'number' AND h.value = o.sender_hash)
             OR (h.kind = 'code' AND h.value = o.code_key)));

-- name: erase_order_note
-- Why staff blocked the number; that it is blocked stays.
UPDATE citizen_order SET note = ''
WHERE sender_hash IN (SELECT value FROM json_each(:numbers)) AND note <> '';
