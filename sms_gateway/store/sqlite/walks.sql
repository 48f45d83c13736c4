-- Ids of texts that may be wanted, along one index each: few octets per text, and a bound on how
-- many. Both ways, for paging on and back.

-- name: walk_all_down
-- All texts, newest first. The order is that of the index.
SELECT id FROM inbox
WHERE id >= :low AND id < :high
ORDER BY id DESC LIMIT :limit;

-- name: walk_all_up
-- All texts, oldest first. The order is that of the index.
SELECT id FROM inbox
WHERE id >= :low AND id < :high
ORDER BY id LIMIT :limit;

-- name: walk_sender_down
-- Those of a number, newest first. The order is that of the index.
SELECT id FROM inbox
WHERE sender_hash = :key AND id >= :low AND id < :high
ORDER BY sender_hash DESC, id DESC LIMIT :limit;

-- name: walk_sender_up
-- Those of a number, oldest first. The order is that of the index.
SELECT id FROM inbox
WHERE sender_hash = :key AND id >= :low AND id < :high
ORDER BY sender_hash, id LIMIT :limit;

-- name: walk_code_down
-- Those that asked for a code, newest first. The order is that of the index.
SELECT id FROM inbox
WHERE code_key <> '' AND code_key = :key AND id >= :low AND id < :high
ORDER BY code_key DESC, id DESC LIMIT :limit;

-- name: walk_code_up
-- Those that asked for a code, oldest first. The order is that of the index.
SELECT id FROM inbox
WHERE code_key <> '' AND code_key = :key AND id >= :low AND id < :high
ORDER BY code_key, id LIMIT :limit;

-- name: walk_agency_down
-- Those of an agency, newest first. The order is that of the index.
SELECT id FROM inbox
WHERE agency <> '' AND agency = :key AND id >= :low AND id < :high
ORDER BY agency DESC, id DESC LIMIT :limit;

-- name: walk_agency_up
-- Those of an agency, oldest first. The order is that of the index.
SELECT id FROM inbox
WHERE agency <> '' AND agency = :key AND id >= :low AND id < :high
ORDER BY agency, id LIMIT :limit;

-- name: walk_outcome_down
-- Those that ended so, newest first. The order is that of the index.
SELECT id FROM inbox
WHERE outcome <> 'answered' AND outcome = :key AND id >= :low AND id < :high
ORDER BY outcome DESC, id DESC LIMIT :limit;

-- name: walk_outcome_up
-- Those that ended so, oldest first. The order is that of the index.
SELECT id FROM inbox
WHERE outcome <> 'answered' AND outcome = :key AND id >= :low AND id < :high
ORDER BY outcome, id LIMIT :limit;

-- name: walk_word_down
-- Those in which a word occurs, newest first. The order is that of the index.
SELECT mo_id FROM text_word
WHERE word = :key AND mo_id >= :low AND mo_id < :high
ORDER BY word DESC, mo_id DESC LIMIT :limit;

-- name: walk_word_up
-- Those in which a word occurs, oldest first. The order is that of the index.
SELECT mo_id FROM text_word
WHERE word = :key AND mo_id >= :low AND mo_id < :high
ORDER BY word, mo_id LIMIT :limit;

-- name: few_prefix
-- Texts whose code begins so, in no order: too many of them say that ids must lead.
SELECT id FROM inbox
WHERE code_key <> '' AND code_key >= :low AND code_key < :high LIMIT :limit;

-- name: few_reply
-- Texts whose reply a person must settle. The list of states is that of the index.
SELECT inbox_id FROM outbox
WHERE state IN ('sending', 'uncertain', 'held') AND state = :key AND kind = 'reply'
    AND inbox_id IS NOT NULL
LIMIT :limit;

-- name: few_unhandled
-- Parked texts of which nobody said that they are handled.
SELECT id FROM inbox WHERE outcome = 'parked' AND handled_at IS NULL LIMIT :limit;

-- name: few_unanswered
-- Texts that wait for an answer.
SELECT id FROM inbox WHERE outcome IS NULL LIMIT :limit;

-- name: newest
-- The text that came last.
SELECT id FROM inbox WHERE id > '' ORDER BY id DESC LIMIT 1;

-- name: attention_unanswered
-- Texts that wait for an answer, of these agencies: bounded, as all of these are.
SELECT count(*) FROM (
    SELECT agency FROM inbox WHERE outcome IS NULL LIMIT :walk
) AS looked
WHERE (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)));

-- name: attention_parked
-- Parked texts of which nobody said that they are handled.
SELECT count(*) FROM (
    SELECT agency FROM inbox WHERE outcome = 'parked' AND handled_at IS NULL
    ORDER BY id DESC LIMIT :walk
) AS looked
WHERE (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)));

-- name: attention_uncertain
-- MTs of which nobody knows whether they went out.
SELECT count(*) FROM (
    SELECT agency FROM outbox
    WHERE state IN ('sending', 'uncertain', 'held') AND state = 'uncertain' LIMIT :walk
) AS looked
WHERE (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)));

-- name: attention_held
-- Automatic messages that are held together until a person decides.
SELECT count(*) FROM (
    SELECT agency FROM outbox WHERE kind = 'notice' AND state = 'held' AND hold_reason IN ('blast', 'backward')
      AND batch_id IS NOT NULL LIMIT :walk
) AS looked
WHERE (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)));

-- name: attention_held_alone
-- MTs that are held each for itself; those of parked texts are counted with their texts.
SELECT count(*) FROM (
    SELECT agency FROM outbox
    WHERE state IN ('sending', 'uncertain', 'held') AND state = 'held'
      AND hold_reason NOT IN ('blast', 'backward', 'no_way_back') LIMIT :walk
) AS looked
WHERE (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)));

-- name: attention_failed
-- MTs that never reached anybody, among the newest of all; what was ended on purpose says why.
SELECT count(*) FROM (
    SELECT agency, state, hold_reason, delivery FROM outbox
    WHERE id >= :since ORDER BY id DESC LIMIT :walk
) AS looked
WHERE (state IN ('failed', 'expired') AND hold_reason = ''
    OR delivery IN ('expired', 'undeliverable', 'rejected'))
  AND (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)));

-- name: attention_refused
-- Requests that could not be read.
SELECT count(*) FROM (
    SELECT 1 FROM refused WHERE last_at >= :since_ms ORDER BY last_at DESC LIMIT :walk
) AS looked;

-- name: attention_unmatched
-- Delivery reports whose MT nobody knows.
SELECT count(*) FROM (SELECT 1 FROM receipt WHERE outbox_id IS NULL LIMIT :walk) AS looked;

-- name: views_of
-- What a person saved, by name.
SELECT id, owner, name, query, at FROM saved_view WHERE owner = :owner ORDER BY name LIMIT 50;

-- name: view_count
-- How many of others' names a person has saved.
SELECT count(*) FROM saved_view WHERE owner = :owner AND name <> :name;

-- name: view_save
-- Save one; of the same name there is one.
INSERT INTO saved_view (id, owner, name, query, at) VALUES (:id, :owner, :name, :query, :at)
ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query, at = excluded.at;

-- name: view_delete
-- Take one away from whoever saved it.
DELETE FROM saved_view WHERE id = :id AND owner = :owner;
