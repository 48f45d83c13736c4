-- name: survey_ask
-- Questions of the survey, once for each dossier; those that were not asked before.
INSERT INTO survey (dossier_id, agency, code, recipient_hash, asked_at, mt_id)
VALUES /* each row */ (?, ?, ?, ?, ?, ?)
ON CONFLICT (dossier_id) DO NOTHING
RETURNING dossier_id;

-- name: survey_open
-- What numbers were asked lately, as one JSON object: the newest question of each, and its mark.
SELECT json_group_object(recipient_hash, json_array(dossier_id, code, score)) FROM (
    SELECT recipient_hash, dossier_id, code, coalesce(score, 0) AS score, max(asked_at) FROM survey
    WHERE asked_at >= :since
        AND recipient_hash IN (SELECT value FROM json_each(:hashes))
    GROUP BY recipient_hash
);

-- name: survey_answer
-- What a citizen thinks, one mark for each dossier: that of the text that came last.
UPDATE survey SET score = :score, answered_at = :at, mo_id = :mo
WHERE dossier_id = :dossier AND (mo_id IS NULL OR mo_id < :mo);

-- name: surveys
-- Questions that were asked within a span, and their answers.
SELECT dossier_id, agency, asked_at, score, answered_at FROM survey
WHERE asked_at >= :since AND asked_at < :until
ORDER BY asked_at, dossier_id;

-- name: surveys_since
-- How many questions were asked since a moment.
SELECT count(*) FROM survey WHERE asked_at >= :since;

-- name: survey_unwanted
-- Questions that have not left do not reach a number that wants no texts.
UPDATE outbox SET state = 'failed', hold_reason = 'opted_out', settled_at = :at
WHERE kind = 'survey' AND state IN ('queued', 'held') AND recipient = :recipient
  AND id IN (
      SELECT mt_id FROM survey WHERE asked_at >= :since
        AND (:dossier = '' OR dossier_id = :dossier)
  )
  AND NOT EXISTS (
      SELECT 1 FROM opt_out AS yes WHERE yes.sender_hash = :number
        AND yes.dossier_id IN ('', outbox.dossier_id) AND yes.opted_out = 0
        AND yes.chosen_by > :by);

-- name: survey_ripe_count
-- How many questions were asked before a moment and name somebody, and are not held.
SELECT count(*) FROM survey AS s
WHERE s.asked_at < :before AND s.recipient_hash <> ''
  AND NOT EXISTS (
      SELECT 1 FROM legal_hold AS h
      WHERE (h.kind = 'number' AND h.value = s.recipient_hash)
         OR (h.kind = 'message' AND h.value IN (s.mt_id, s.mo_id)));

-- name: survey_purge
-- They name nobody any more, some at a time. Mark and dossier stay: reports are counted from them,
-- and about a dossier nobody is asked again.
UPDATE survey SET code = '', recipient_hash = '', mt_id = '', mo_id = NULL
WHERE dossier_id IN (
    SELECT s.dossier_id FROM survey AS s
    WHERE s.asked_at < :before AND s.recipient_hash <> ''
      AND NOT EXISTS (
          SELECT 1 FROM legal_hold AS h
          WHERE (h.kind = 'number' AND h.value = s.recipient_hash)
             OR (h.kind = 'message' AND h.value IN (s.mt_id, s.mo_id)))
    ORDER BY s.asked_at LIMIT :limit
);
