-- What staff see and decide of one number, and of one dossier.

-- name: number_block
-- A number is blocked, or not any more.
INSERT INTO citizen_order (sender_hash, blocked, blocked_at, blocked_by, note, counts_from)
VALUES (:number, :blocked, :at, :by, :note, 0)
ON CONFLICT (sender_hash) DO UPDATE SET blocked = excluded.blocked,
    blocked_at = excluded.blocked_at, blocked_by = excluded.blocked_by, note = excluded.note;

-- name: number_reset
-- What it asked up to a moment counts no more.
INSERT INTO citizen_order (sender_hash, blocked, blocked_at, blocked_by, note, counts_from)
VALUES (:number, 0, NULL, '', '', :at)
ON CONFLICT (sender_hash) DO UPDATE SET counts_from = excluded.counts_from;

-- name: number_unsent
-- What has not left and was to go to a number by itself is not sent any more.
UPDATE outbox SET state = 'failed', hold_reason = :reason, settled_at = :at
WHERE recipient_hash = :number AND inbox_id IS NULL AND state IN ('queued', 'held')
  AND (kind IN ('notice', 'survey') OR kind = 'follow_up' AND :follows = 1)
  AND (:dossier = '' OR dossier_id = :dossier);

-- name: number_standing
-- What staff decided of it.
SELECT blocked, blocked_at, blocked_by, note, counts_from FROM citizen_order
WHERE sender_hash = ANY(:numbers::text[]);

-- name: number_choices
-- What it chose, and the text that did: none where a person chose for it.
SELECT c.language, '', c.chosen_at, i.id, i.agency
FROM citizen AS c LEFT JOIN inbox AS i ON i.id = c.chosen_by
WHERE c.sender_hash = ANY(:numbers::text[])
UNION ALL
SELECT CASE o.opted_out WHEN 1 THEN 'out' ELSE 'in' END, o.dossier_id, o.chosen_at, i.id, i.agency
FROM opt_out AS o LEFT JOIN inbox AS i ON i.id = o.chosen_by
WHERE o.sender_hash = ANY(:numbers::text[])
UNION ALL
SELECT 'follows', s.dossier_id, s.chosen_at, i.id, i.agency
FROM subscription AS s LEFT JOIN inbox AS i ON i.id = s.chosen_by
WHERE s.follows = 1 AND s.sender_hash = ANY(:numbers::text[]);

-- name: thread_replies
-- What answers these texts.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency, inbox_id
FROM outbox
WHERE inbox_id = ANY(:ids::text[]) ORDER BY id;

-- name: thread_pushes
-- What went to a number between two ids and answers no text, newest first. Ids sort by time.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM outbox
WHERE recipient_hash = :number AND inbox_id IS NULL AND id >= :low AND id < :high
  AND (:agencies::text[] IS NULL OR agency = ANY(:agencies::text[]))
ORDER BY id DESC LIMIT :limit;

-- name: mts_uncertain
-- MTs of which nobody knows whether they went out; few. Newest first.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM outbox
WHERE state IN ('sending', 'uncertain', 'held') AND state = 'uncertain' AND id < :before
  AND (:agencies::text[] IS NULL OR agency = ANY(:agencies::text[]))
ORDER BY id DESC LIMIT :limit;

-- name: mts_held_alone
-- MTs that are held each for itself, newest first; those of parked texts stand with their texts.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM outbox
WHERE state IN ('sending', 'uncertain', 'held') AND state = 'held' AND id < :before
  AND hold_reason NOT IN ('blast', 'backward', 'no_way_back')
  AND (:agencies::text[] IS NULL OR agency = ANY(:agencies::text[]))
ORDER BY id DESC LIMIT :limit;

-- name: mts_failed
-- MTs that never reached anybody, among the newest of all; what was ended on purpose says why.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM (
    SELECT * FROM outbox WHERE id >= :since AND id < :before ORDER BY id DESC LIMIT :walk
) AS looked
WHERE (state IN ('failed', 'expired') AND hold_reason = ''
    OR delivery IN ('expired', 'undeliverable', 'rejected'))
  AND (:agencies::text[] IS NULL OR agency = ANY(:agencies::text[]))
ORDER BY id DESC LIMIT :limit;

-- name: mt_dossier
-- The dossier that an MT tells of.
SELECT dossier_id FROM outbox WHERE id = :id;

-- name: mts_about
-- Automatic messages about a dossier: their keys begin with it. Newest first.
SELECT id, door, recipient, template, language, text, alphabet, segments, billing, billing_reason,
    state, hold_reason, created_at, settled_at, delivery, delivery_at, failures, purged_at, kind,
    agency
FROM outbox
WHERE (dedupe_key >= :notice AND dedupe_key < :notice_end OR dedupe_key = :survey)
  AND (:agencies::text[] IS NULL OR agency = ANY(:agencies::text[]))
ORDER BY id DESC LIMIT :limit;
