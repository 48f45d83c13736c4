-- Other systems: their tokens, what they send, what they count.

-- name: api_tokens
-- All tokens, by name.
SELECT id, name, scopes, agencies, made_at, by, expires_at, last_used_at, revoked_at
FROM api_token ORDER BY name;

-- name: api_token_of
-- The token of a hash.
SELECT id, name, scopes, agencies, made_at, by, expires_at, last_used_at, revoked_at
FROM api_token WHERE token_hash = :token_hash;

-- name: api_token_add
-- One more, under a name that no other one has or had.
INSERT INTO api_token (id, name, token_hash, scopes, agencies, made_at, by, expires_at)
VALUES (:id, :name, :token_hash, :scopes, :agencies, :made_at, :by, :expires_at)
ON CONFLICT (name) DO NOTHING;

-- name: api_token_revoke
-- It counts no more, once.
UPDATE api_token SET revoked_at = :at WHERE name = :name AND revoked_at IS NULL
RETURNING id;

-- name: api_token_used
-- When it was used last, to about a minute.
UPDATE api_token SET last_used_at = :at
WHERE id = :id AND coalesce(last_used_at, 0) < :unless;

-- name: api_sent
-- The text that a key was used for.
SELECT id, recipient, text, purged_at FROM outbox WHERE dedupe_key = :dedupe_key;

-- name: api_choice
-- What a number chose last for texts of all dossiers.
SELECT opted_out FROM opt_out
WHERE sender_hash IN (SELECT value FROM json_each(:numbers)) AND dossier_id = ''
ORDER BY chosen_at DESC LIMIT 1;

-- name: api_blocked
-- Whether staff have blocked a number.
SELECT 1 FROM citizen_order WHERE sender_hash IN (SELECT value FROM json_each(:numbers)) AND blocked = 1 LIMIT 1;

-- name: api_outcomes
-- How the next texts of a time ended: how many are of these agencies, how many were looked at, and
-- the last of them.
SELECT outcome,
       count(CASE WHEN :agencies IS NULL
                  OR agency IN (SELECT value FROM json_each(:agencies)) THEN 1 END),
       count(*), max(id)
FROM (SELECT id, coalesce(outcome, 'unanswered') AS outcome, agency
      FROM inbox WHERE id > :after AND id < :until ORDER BY id LIMIT :limit) AS looked
GROUP BY outcome;
