-- name: subscription_begin
-- A number follows a dossier, unless a newer text of it chose otherwise.
INSERT INTO subscription (
    sender_hash, dossier_id, recipient, short_code, door, follows, chosen_by, chosen_at
)
SELECT DISTINCT ON (sender_hash, dossier_id) v.*
FROM /* each row */ (
    sender_hash text, dossier_id text, recipient text, short_code text, door text,
    follows integer, chosen_by text, chosen_at bigint
) AS v
ORDER BY sender_hash, dossier_id, chosen_by COLLATE "C" DESC
ON CONFLICT (sender_hash, dossier_id) DO UPDATE SET recipient = excluded.recipient,
    short_code = excluded.short_code, door = excluded.door, follows = excluded.follows,
    chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
WHERE excluded.chosen_by > subscription.chosen_by;

-- name: subscription_end
-- It follows no more, and its number is forgotten; by the number, for its hash may be of an older key.
UPDATE subscription SET follows = 0, recipient = '', chosen_by = :chosen_by, chosen_at = :chosen_at
WHERE dossier_id = :dossier AND (sender_hash = :hash OR recipient = :recipient)
    AND chosen_by < :chosen_by;

-- name: followers
-- Who follows any of these dossiers.
SELECT dossier_id, sender_hash, recipient, short_code, door
FROM subscription
WHERE follows = 1 AND dossier_id = ANY(:dossiers::text[])
ORDER BY dossier_id, sender_hash;

-- name: subscriptions_over
-- Nobody follows these dossiers any more: they are closed.
UPDATE subscription SET follows = 0, recipient = ''
WHERE follows = 1 AND dossier_id = ANY(:dossiers::text[]);

-- name: subscription_ripe_count
-- How many were chosen before a moment.
SELECT count(*) FROM subscription WHERE chosen_at < :before;

-- name: subscription_purge
-- They go, some at a time: no number is kept for ever because its dossier never ends.
DELETE FROM subscription WHERE (sender_hash, dossier_id) IN (
    SELECT sender_hash, dossier_id FROM subscription WHERE chosen_at < :before LIMIT :limit
);

-- name: follow_up_insert
-- The true state is owed to these texts.
INSERT INTO follow_up (mo_id, sender_hash, at, fate)
SELECT * FROM /* each row */ (mo_id text, sender_hash text, at bigint, fate text) AS v
ON CONFLICT (mo_id) DO NOTHING;

-- name: follow_up_owed
-- Texts that are owed the true state, oldest first, as they were leased.
SELECT i.id, i.attempt, i.failures, i.door, i.sender, i.sender_hash, i.short_code, i.text,
    i.telco_time, i.received_at, i.trace_id, i.inline, i.answer_by, i.telco_id, i.operator,
    i.door_data, f.at
FROM follow_up AS f JOIN inbox AS i ON i.id = f.mo_id
WHERE f.fate = '' AND f.mo_id > :after
ORDER BY f.mo_id LIMIT :limit;

-- name: follow_up_newer
-- Whether a number was told of what it asked for since a text of it, or will be by a newer one.
SELECT 1 FROM inbox
WHERE id > :mo AND sender_hash = ANY(:hashes::text[])
    AND (code_key = :key AND code_key <> '' OR dossier_id = :dossier)
    AND outcome IN ('answered', 'answered_with_help')
    AND (substr(reason, 1, 2) NOT IN ('E3', 'E4', 'E5')
        OR EXISTS (SELECT 1 FROM follow_up WHERE mo_id = inbox.id))
UNION ALL
SELECT 1 FROM outbox
WHERE id > :mo AND recipient_hash = ANY(:hashes::text[])
    AND inbox_id IS NULL AND kind = 'notice' AND dossier_id = :dossier
    AND state IN ('queued', 'sending', 'accepted', 'uncertain')
LIMIT 1;

-- name: follow_up_unwanted
-- Whether a number said since a text of it that it wants no more texts, of a dossier or of any.
SELECT 1 FROM opt_out
WHERE sender_hash = ANY(:hashes::text[]) AND dossier_id IN ('', :dossier)
    AND opted_out = 1 AND chosen_by > :mo
LIMIT 1;

-- name: follow_up_end
-- What became of it, once.
UPDATE follow_up SET fate = :fate, ended_at = :at, mt_id = :mt WHERE mo_id = :mo AND fate = '';

-- name: follow_up_give_up
-- What a restored copy owed may have been sent from the store that is gone.
UPDATE follow_up SET fate = 'restored', ended_at = :at WHERE fate = '';

-- name: follow_up_forget
-- Those that ended long ago.
DELETE FROM follow_up WHERE fate <> '' AND ended_at < :before;

-- name: mo_wrong_secret
-- A guess that was read only when the case database answered again counts as one.
UPDATE inbox SET wrong_secret = 1, dossier_id = coalesce(dossier_id, :dossier) WHERE id = :id;
