-- Every statement of the store on PostgreSQL, under the names that SQLite's have. Values are always
-- bound. What stands at `/* each row */` is given many rows, of these columns. What many nodes may
-- do at the same moment takes its rows in one order, or skips what another one holds.
--
-- Rows that are named by their ids are to be found by them. What else is asked of such a row is put
-- so that the small index of a queue does not fit it, as in `coalesce(outcome, '') = ''`: else the
-- planner walks all that waits, and all that has waited since the last vacuum, for each batch.

-- name: key_take
-- Take dedupe keys, unless somebody holds them and they have not expired; those that were taken.
INSERT INTO mo_key (hash, inbox_id, expires_at, taken_at)
SELECT * FROM /* each row */ (hash text, inbox_id text, expires_at bigint, taken_at bigint) AS v
ON CONFLICT (hash) DO UPDATE SET inbox_id = excluded.inbox_id, expires_at = excluded.expires_at,
    taken_at = excluded.taken_at
WHERE mo_key.expires_at <= excluded.taken_at
    -- The clock stepped back behind the whole window: the key is of another time.
    OR mo_key.taken_at > excluded.taken_at + (excluded.expires_at - excluded.taken_at)
RETURNING hash;

-- name: key_free
-- What came under these keys before is over: whoever comes next takes them.
UPDATE mo_key SET expires_at = 0 WHERE hash = ANY(:hashes::text[]);

-- name: key_forget
-- Keys that nobody holds any more, some at a time.
DELETE FROM mo_key WHERE hash IN (
    SELECT hash FROM mo_key WHERE expires_at <= :now ORDER BY expires_at LIMIT 500
    FOR UPDATE SKIP LOCKED
);

-- name: key_holders
-- Who holds which key, as one JSON object.
SELECT coalesce(json_object_agg(hash, inbox_id), '{}') FROM mo_key
WHERE hash = ANY(:hashes::text[]);

-- name: key_hand_on
-- A key belongs to what was written down before under another key.
UPDATE mo_key SET inbox_id = :id WHERE hash = :hash;

-- name: mo_insert
-- MOs as they came in, leased to this run.
INSERT INTO inbox (
    id, door, telco_id, sender, sender_hash, short_code, operator, door_data, telco_time,
    received_at, answer_by, trace_id, run, inline, text, lease_owner
)
SELECT * FROM /* each row */ (
    id text, door text, telco_id text, sender text, sender_hash text, short_code text,
    operator text, door_data text, telco_time bigint, received_at bigint, answer_by bigint,
    trace_id text, run text, inline integer, text text, lease_owner text
) AS v;

-- name: raw_insert
-- The requests they came with.
INSERT INTO raw_exchange (owner_id, at, request)
SELECT * FROM /* each row */ (owner_id text, at bigint, request bytea) AS v
ON CONFLICT DO NOTHING;

-- name: part_turn
-- The parts of one long text are written one behind the other, whichever nodes they reach: the last
-- one must see the others.
SELECT pg_advisory_xact_lock(hashtextextended(:place::text, 8083));

-- name: part_clash
-- What waits in the place of a part: the same part again, or one of another text.
SELECT id, text FROM inbox_part
WHERE joined_id IS NULL AND door = :door AND sender = :sender AND short_code = :short_code
  AND reference = :reference AND total = :total AND number = :number;

-- name: part_insert
-- One part of a long text.
INSERT INTO inbox_part (
    id, door, telco_id, sender, sender_hash, short_code, operator, door_data, telco_time,
    received_at, answer_by, trace_id, run, inline, text, reference, total, number
) VALUES (
    :id, :door, :telco_id, :sender, :sender_hash, :short_code, :operator, :door_data, :telco_time,
    :received_at, :answer_by, :trace_id, :run, :inline, :text, :reference, :total, :number
);

-- name: parts_waiting
-- What is here of one long text, in the order of its parts.
SELECT id, text FROM inbox_part
WHERE joined_id IS NULL AND door = :door AND sender = :sender AND short_code = :short_code
  AND reference = :reference AND total = :total
ORDER BY number;

-- name: parts_overdue
-- Long texts whose newest part came before a moment.
SELECT max(id) FROM inbox_part WHERE joined_id IS NULL
GROUP BY door, sender, short_code, reference, total HAVING max(received_at) < :before LIMIT 100;

-- name: part_get
-- One part, as the key of its text.
SELECT door, sender, short_code, reference, total FROM inbox_part WHERE id = :id;

-- name: parts_join
-- Mark parts as joined into an MO.
UPDATE inbox_part SET joined_id = :joined_id
WHERE id = ANY(:ids::text[]) AND coalesce(joined_id, '') = '';

-- name: mo_from_part
-- The MO that a long text becomes: everything but the text is that of the part that completed it.
INSERT INTO inbox (
    id, door, telco_id, sender, sender_hash, short_code, operator, door_data, telco_time,
    received_at, answer_by, trace_id, run, inline, text, lease_owner
)
SELECT id, door, telco_id, sender, sender_hash, short_code, operator, door_data, telco_time,
    received_at, greatest(answer_by, :answer_by), trace_id, run, least(inline, :inline),
    :text::text, :lease_owner::text
FROM inbox_part WHERE id = :id;

-- name: mo_lease
-- Take MOs that nobody answers: freed, failed before, or of a dead run.
WITH free AS MATERIALIZED (
    SELECT id FROM inbox
    WHERE outcome IS NULL AND (lease_owner IS NULL OR lease_owner = ANY(:dead::text[]))
      -- Far ahead means that the clock stepped back: no failure waits for so long.
      AND (retry_at <= :now OR retry_at > :now + 600000)
    ORDER BY received_at LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE inbox SET lease_owner = :run, attempt = attempt + 1
FROM free WHERE inbox.id = free.id
RETURNING inbox.id, attempt, failures, door, sender, sender_hash, short_code, text, telco_time,
    received_at, trace_id, inline, answer_by, telco_id, operator, door_data;

-- name: mo_get
-- MOs by id, as `mo_lease` returns them.
SELECT id, attempt, failures, door, sender, sender_hash, short_code, text, telco_time,
    received_at, trace_id, inline, answer_by, telco_id, operator, door_data
FROM inbox WHERE id = ANY(:ids::text[]) ORDER BY id;

-- name: mo_answer
-- End MOs that are still ours to answer, under the fencing number that holds; which those were.
UPDATE inbox SET outcome = v.outcome, reason = v.reason, intent = v.intent,
    code_key = v.code_key, dossier_id = v.dossier_id, agency = v.agency,
    snapshot_id = v.snapshot_id, rules_hash = v.rules_hash, answered_at = v.at,
    wrong_secret = v.wrong_secret,
    lease_owner = NULL
FROM /* each row */ (
    id text, attempt integer, run text, outcome text, reason text, intent text, code_key text,
    dossier_id text, agency text, snapshot_id text, rules_hash text, at bigint,
    wrong_secret integer
) AS v
WHERE inbox.id = v.id AND inbox.attempt = v.attempt AND inbox.lease_owner = v.run
    -- No outcome yet; put so that it is asked of a row that was found, not of all rows first.
    AND coalesce(inbox.outcome, v.id) = v.id
RETURNING inbox.id, inbox.attempt;

-- name: mo_fail
-- Count a failure and free the MO for a later try; park it when it had enough.
UPDATE inbox SET failures = failures + 1, lease_owner = NULL, retry_at = :retry_at,
    outcome = CASE WHEN failures + 1 >= :park_after THEN 'parked' END,
    reason = CASE WHEN failures + 1 >= :park_after THEN 'failed' ELSE '' END,
    answered_at = CASE WHEN failures + 1 >= :park_after THEN :at::bigint END
WHERE id = :id AND lease_owner = :run AND attempt = :attempt AND coalesce(outcome, '') = ''
RETURNING coalesce(outcome, '');

-- name: mt_insert
-- MTs; a second one with the same key is not stored.
INSERT INTO outbox (
    id, kind, inbox_id, dossier_id, agency, recipient, recipient_hash, short_code, template,
    template_version, params, language, text, alphabet, segments, billing, billing_reason,
    priority, not_before, valid_until, door, door_pinned, inline, state, hold_reason, dedupe_key,
    created_at, lease_owner, attempt, asked_at, code_key, miss, failure
)
SELECT * FROM /* each row */ (
    id text, kind text, inbox_id text, dossier_id text, agency text, recipient text,
    recipient_hash text, short_code text, template text, template_version text, params text,
    language text, text text, alphabet text, segments integer, billing text, billing_reason text,
    priority integer, not_before bigint, valid_until bigint, door text, door_pinned integer,
    inline integer, state text, hold_reason text, dedupe_key text, created_at bigint,
    lease_owner text, attempt integer, asked_at bigint, code_key text, miss integer, failure integer
) AS v
ON CONFLICT (dedupe_key) DO NOTHING;

-- name: push_insert
-- MTs that answer no MO; those that were stored: a second one with the same key is not.
INSERT INTO outbox (
    id, kind, dossier_id, agency, recipient, recipient_hash, short_code, template,
    template_version, params, language, text, alphabet, segments, billing, billing_reason,
    priority, not_before, valid_until, door, door_pinned, state, hold_reason, batch_id,
    dedupe_key, created_at, inline, attempt
)
SELECT * FROM /* each row */ (
    id text, kind text, dossier_id text, agency text, recipient text, recipient_hash text,
    short_code text, template text, template_version text, params text, language text, text text,
    alphabet text, segments integer, billing text, billing_reason text, priority integer,
    not_before bigint, valid_until bigint, door text, door_pinned integer, state text,
    hold_reason text, batch_id text, dedupe_key text, created_at bigint, inline integer,
    attempt integer
) AS v
ON CONFLICT (dedupe_key) DO NOTHING
RETURNING id;

-- name: snapshot_insert
-- Dossiers as answers were made from them.
INSERT INTO case_snapshot (id, body) SELECT * FROM /* each row */ (id text, body bytea) AS v;

-- name: citizen_choose
-- A preference holds only if its MO is newer than the one that set it: by its id, which grows where
-- a clock steps back as well.
INSERT INTO citizen (sender_hash, language, chosen_by, chosen_at)
SELECT DISTINCT ON (sender_hash) sender_hash, language, chosen_by, chosen_at
FROM /* each row */ (sender_hash text, language text, chosen_by text, chosen_at bigint) AS v
ORDER BY sender_hash, chosen_by COLLATE "C" DESC
ON CONFLICT (sender_hash) DO UPDATE SET language = excluded.language,
    chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
WHERE excluded.chosen_by > citizen.chosen_by;

-- name: opt_out_choose
-- The same for opting out and in.
INSERT INTO opt_out (sender_hash, dossier_id, opted_out, chosen_by, chosen_at)
SELECT DISTINCT ON (sender_hash, dossier_id)
    sender_hash, dossier_id, opted_out, chosen_by, chosen_at
FROM /* each row */ (
    sender_hash text, dossier_id text, opted_out integer, chosen_by text, chosen_at bigint
) AS v
ORDER BY sender_hash, dossier_id, chosen_by COLLATE "C" DESC
ON CONFLICT (sender_hash, dossier_id) DO UPDATE SET opted_out = excluded.opted_out,
    chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
WHERE excluded.chosen_by > opt_out.chosen_by;

-- name: citizens
-- Of numbers, as one JSON object: the stored language, whether staff blocked it, and up to which
-- moment nothing counts.
SELECT coalesce(json_object_agg(number, json_build_array(language, blocked, counts_from)), '{}')
FROM (
    SELECT n.number, c.language, coalesce(s.blocked, 0) AS blocked,
        coalesce(s.counts_from, 0) AS counts_from
    FROM unnest(:hashes::text[]) AS n (number)
    LEFT JOIN citizen AS c ON c.sender_hash = n.number
    LEFT JOIN citizen_order AS s ON s.sender_hash = n.number
    WHERE c.sender_hash IS NOT NULL OR s.sender_hash IS NOT NULL
) AS known;

-- name: wrong_secrets
-- How often a wrong second secret of these dossiers was named since a moment, as one JSON object.
SELECT coalesce(json_object_agg(dossier_id, times), '{}') FROM (
    SELECT dossier_id, count(*) AS times FROM inbox
    WHERE wrong_secret > 0 AND dossier_id = ANY(:dossiers::text[])
      AND id >= :after AND received_at > :since
    GROUP BY dossier_id
) AS counted;

-- name: usage_since
-- What numbers asked and were answered since a moment, oldest first, as one JSON array. The log
-- itself is the count: budgets and what staff see can never disagree. Ids sort by time. A look-up
-- whose answer was the same words once too often counts too, or silence would tell misses for free.
SELECT coalesce(
    json_agg(
        json_build_array(number, at, code_key, template, text, miss, failure) ORDER BY number, id
    ), '[]'
) FROM (
    SELECT o.id, i.sender_hash AS number, o.asked_at AS at, o.code_key, o.template, o.text, o.miss,
        o.failure
    FROM inbox AS i CROSS JOIN LATERAL (
        -- OFFSET 0 holds the order: from the texts of these numbers to their replies, never back.
        SELECT * FROM outbox WHERE inbox_id = i.id OFFSET 0
    ) AS o
    WHERE i.sender_hash = ANY(:hashes::text[]) AND i.id >= :after
      AND o.asked_at > :since AND o.kind = 'reply'
    UNION ALL
    SELECT id, sender_hash, received_at, code_key, '', '',
        greatest((dossier_id IS NULL)::integer, wrong_secret), 0 FROM inbox
    WHERE sender_hash = ANY(:hashes::text[]) AND id >= :after
      AND received_at > :since AND reason = 'identical' AND code_key <> ''
) AS events;

-- name: stored_answers
-- What repeated deliveries are answered from.
SELECT i.id, i.outcome, o.id, o.attempt, o.text, o.billing, o.state,
    o.inline = 1 OR (o.state = 'held' AND o.hold_reason = 'no_way_back')
FROM inbox AS i LEFT JOIN LATERAL (
    SELECT * FROM outbox WHERE inbox_id = i.id AND kind = 'reply' OFFSET 0
) AS o ON true
WHERE i.id = ANY(:ids::text[]);

-- name: refused_keep
-- What could not be read, once by its hash, with the trace of the last call that held it.
INSERT INTO refused (door, body_hash, reason, request, first_at, last_at, trace_id, times)
SELECT DISTINCT ON (door, body_hash) door, body_hash, reason, request,
    min(at) OVER same, max(at) OVER same, trace_id, count(*) OVER same
FROM /* each row */ (
    door text, body_hash text, reason text, request bytea, at bigint, trace_id text,
    place ordinality
) AS v
WINDOW same AS (PARTITION BY door, body_hash)
ORDER BY door, body_hash, place DESC
ON CONFLICT (door, body_hash) DO UPDATE SET last_at = excluded.last_at,
    trace_id = excluded.trace_id, times = refused.times + excluded.times;

-- name: mt_lease
-- Take MTs of a door that are due, replies first, unless staff paused the door. While a restored
-- copy is held, nothing goes out that nobody asked for, and never what its number wants no more,
-- or what would go to a blocked one by itself.
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'queued' AND door = :door AND not_before <= :now AND valid_until > :now
      AND NOT EXISTS (SELECT 1 FROM door_state WHERE door = :door AND paused = 1)
      AND (kind NOT IN ('notice', 'survey') OR NOT EXISTS (SELECT 1 FROM restore_hold))
      AND (kind NOT IN ('notice', 'survey', 'follow_up') OR NOT EXISTS (
          SELECT 1 FROM citizen_order AS s
          WHERE s.sender_hash = outbox.recipient_hash AND s.blocked = 1))
      AND (kind NOT IN ('notice', 'survey') OR NOT EXISTS (
          SELECT 1 FROM opt_out AS o WHERE o.sender_hash = outbox.recipient_hash
            AND o.dossier_id IN ('', outbox.dossier_id) AND o.opted_out = 1
            AND NOT EXISTS (
                SELECT 1 FROM opt_out AS yes WHERE yes.sender_hash = o.sender_hash
                  AND yes.dossier_id IN ('', outbox.dossier_id) AND yes.opted_out = 0
                  AND yes.chosen_by > o.chosen_by)))
      AND priority < :below
    ORDER BY priority, not_before, id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE outbox SET state = 'sending', lease_owner = :run, attempt = attempt + 1
FROM due WHERE outbox.id = due.id
RETURNING outbox.id;

-- name: mt_take_over
-- MTs that wait at a door that is down go to another one of its telco: those that need not go back
-- where their MO came from, of which no try is in doubt, and for which that one had room today. It
-- counts as an attempt of the door they leave, and what that one had put off is due at once. Either
-- the whole queue is walked, or what is new in it: by its id, or put off just now.
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'queued' AND door = :door AND door_pinned = 0 AND inline = 0
      AND valid_until > :now
      AND not_before BETWEEN :since AND :until
      AND segments <= :most AND (:accents = 1 OR language <> 'vi-accented')
      AND (:any_template = 1 OR template = ANY(:templates::text[]))
      AND NOT EXISTS (
          SELECT 1 FROM attempt AS a WHERE a.outbox_id = outbox.id
            AND (a.result = 'uncertain' OR a.door = :to AND a.reason = :full AND a.at >= :day))
    ORDER BY not_before, id LIMIT :limit FOR UPDATE SKIP LOCKED
), new AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'queued' AND door = :door AND door_pinned = 0 AND inline = 0
      AND valid_until > :now
      AND id >= :after
      AND segments <= :most AND (:accents = 1 OR language <> 'vi-accented')
      AND (:any_template = 1 OR template = ANY(:templates::text[]))
      AND NOT EXISTS (
          SELECT 1 FROM attempt AS a WHERE a.outbox_id = outbox.id
            AND (a.result = 'uncertain' OR a.door = :to AND a.reason = :full AND a.at >= :day))
    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
), waiting AS (
    SELECT id FROM due UNION SELECT id FROM new LIMIT :limit
)
UPDATE outbox SET door = :to, attempt = attempt + 1, hold_reason = '',
    not_before = CASE WHEN attempt > 0 THEN least(not_before, :now) ELSE not_before END
FROM waiting WHERE outbox.id = waiting.id
RETURNING outbox.id, attempt;

-- name: mt_pass_on
-- MTs that were leased, and for which their door has no room today, wait at another one of its
-- telco: those that mt_take_over would let go.
UPDATE outbox SET door = :to, state = 'queued', lease_owner = NULL, not_before = :now
WHERE id = ANY(:ids::text[]) AND state = 'sending' AND lease_owner = :run
  AND door = :door AND door_pinned = 0 AND inline = 0
  AND NOT EXISTS (
      SELECT 1 FROM attempt AS a WHERE a.outbox_id = outbox.id
        AND (a.result = 'uncertain' OR a.door = :to AND a.reason = :full AND a.at >= :day))
RETURNING id, attempt;

-- name: mt_stays
-- Of those the ones that the other door does not carry say why they wait, until the next attempt.
-- Of several such doors the first one is named: nothing is written twice.
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'queued' AND door = :door AND door_pinned = 0 AND inline = 0
      AND valid_until > :now AND hold_reason = ''
      AND not_before BETWEEN :since AND :until
      AND NOT (segments <= :most AND (:accents = 1 OR language <> 'vi-accented')
          AND (:any_template = 1 OR template = ANY(:templates::text[])))
      AND NOT EXISTS (
          SELECT 1 FROM attempt AS a WHERE a.outbox_id = outbox.id AND a.result = 'uncertain')
    ORDER BY not_before, id LIMIT :limit FOR UPDATE SKIP LOCKED
), new AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'queued' AND door = :door AND door_pinned = 0 AND inline = 0
      AND valid_until > :now AND hold_reason = ''
      AND id >= :after
      AND NOT (segments <= :most AND (:accents = 1 OR language <> 'vi-accented')
          AND (:any_template = 1 OR template = ANY(:templates::text[])))
      AND NOT EXISTS (
          SELECT 1 FROM attempt AS a WHERE a.outbox_id = outbox.id AND a.result = 'uncertain')
    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
), waiting AS (
    SELECT id FROM due UNION SELECT id FROM new LIMIT :limit
)
UPDATE outbox SET hold_reason = :reason FROM waiting WHERE outbox.id = waiting.id;

-- name: mt_hold
-- Hold an MT for a person.
UPDATE outbox SET state = 'held', hold_reason = :reason, lease_owner = NULL WHERE id = :id;

-- name: mt_get
-- MTs as a door sends them, with what the MO asked to have echoed, and whether a try is in doubt. To
-- another door than the MO's its telco's id and what is to be echoed are of no use.
SELECT o.id, o.door, o.recipient, o.short_code, o.text, o.alphabet, o.segments, o.billing,
    o.valid_until, o.attempt, o.template, o.params, o.language, CASE WHEN i.door = o.door THEN i.telco_id END,
    i.operator, CASE WHEN i.door = o.door THEN i.door_data END, o.failures, i.received_at, i.trace_id,
    CASE WHEN o.kind = 'reply' THEN i.intent ELSE '' END,
    o.attempt > 1 AND 0 < (
        SELECT count(*) FROM attempt AS a WHERE a.outbox_id = o.id AND a.result = 'uncertain'),
    o.kind
FROM outbox AS o LEFT JOIN inbox AS i ON i.id = o.inbox_id
WHERE o.id = ANY(:ids::text[]) ORDER BY o.priority, o.id;

-- name: mt_settle
-- Where MTs stand after an attempt, if they are still in it; which those were, and their doors.
UPDATE outbox SET
    -- Its report came before the settlement: the telco has it, whatever became of the call.
    state = CASE WHEN outbox.delivery = 'delivered' AND v.state IN ('uncertain', 'queued')
        THEN 'accepted' ELSE v.state END,
    failures = failures + v.failed, settled_at = v.at,
    lease_owner = NULL, hold_reason = v.hold_reason,
    not_before = coalesce(v.not_before, outbox.not_before)
FROM /* each row */ (
    id text, attempt integer, run text, state text, failed integer, at bigint, hold_reason text,
    not_before bigint
) AS v
WHERE outbox.id = v.id AND outbox.attempt = v.attempt AND outbox.lease_owner = v.run
    -- It is being sent; put so for the same reason as above.
    AND nullif(outbox.state, 'sending') || v.id IS NULL
RETURNING outbox.id, outbox.attempt, outbox.door;

-- name: mo_reply_lost
-- An MO whose reply will not go by itself waits for a person.
UPDATE inbox SET outcome = 'parked', reason = :reason
WHERE id IN (
    SELECT inbox_id FROM outbox
    WHERE id = ANY(:ids::text[]) AND kind = 'reply' AND coalesce(inbox_id, '') <> ''
);

-- name: attempt_insert
-- Attempts, per part that the telco named.
INSERT INTO attempt (
    outbox_id, attempt, part, at, door, run, result, reason, telco_id, telco_id_norm
)
SELECT * FROM /* each row */ (
    outbox_id text, attempt integer, part integer, at bigint, door text, run text, result text,
    reason text, telco_id text, telco_id_norm text
) AS v
ON CONFLICT DO NOTHING;

-- name: attempt_thin
-- Of deferrals in a row only the first and the last are kept: a telco may say "not now" for hours.
DELETE FROM attempt
WHERE outbox_id = ANY(:ids::text[]) AND result = 'deferred'
  AND 'deferred' = (
      SELECT a.result FROM attempt AS a
      WHERE a.outbox_id = attempt.outbox_id AND a.attempt < attempt.attempt
      ORDER BY a.attempt DESC LIMIT 1)
  AND 'deferred' = (
      SELECT a.result FROM attempt AS a
      WHERE a.outbox_id = attempt.outbox_id AND a.attempt > attempt.attempt
      ORDER BY a.attempt LIMIT 1);

-- name: receipts_waiting
-- DLRs that came before their MT was settled.
SELECT r.id, max(a.outbox_id), r.delivery, r.error, r.received_at
FROM attempt AS a CROSS JOIN LATERAL (
    SELECT * FROM receipt
    WHERE outbox_id IS NULL AND door = a.door AND telco_id_norm = a.telco_id_norm OFFSET 0
) AS r
WHERE a.outbox_id = ANY(:ids::text[]) AND a.telco_id_norm || '' <> ''
  AND abs(a.at - r.received_at) < :window
GROUP BY r.id, r.delivery, r.error, r.received_at ORDER BY r.received_at;

-- name: receipt_insert
-- DLRs; the same one a second time within a week is not stored, unless a newer MT has got its id.
INSERT INTO receipt (
    id, door, telco_id, telco_id_norm, delivery, error, telco_time, received_at
)
SELECT v.* FROM /* each row */ (
    id text, door text, telco_id text, telco_id_norm text, delivery text, error text,
    telco_time bigint, received_at bigint
) AS v
WHERE NOT EXISTS (
    SELECT 1 FROM receipt AS r
    WHERE r.door = v.door AND r.telco_id_norm = v.telco_id_norm
      AND r.delivery = v.delivery AND r.error = v.error
      AND abs(r.received_at - v.received_at) < 604800000
      AND (r.outbox_id IS NULL OR r.outbox_id = coalesce((
          SELECT max(a.outbox_id) FROM attempt AS a
          WHERE a.door = r.door AND a.telco_id_norm = r.telco_id_norm AND a.telco_id_norm <> ''
      ), r.outbox_id))
);

-- name: receipts_kept
-- Which of these DLRs were new, as one JSON array.
SELECT coalesce(json_agg(id), '[]') FROM receipt WHERE id = ANY(:ids::text[]);

-- name: receipts_matchable
-- Which MTs these DLRs speak of: by the telco's id, which is its newest MT's, and old after some
-- days; or by our own id, which some telcos report back, also of an MT that they never answered.
-- In the order of MTs, whose rows are locked in it: two nodes with the same ones take turns.
WITH spoken (receipt_id, outbox_id) AS (
    SELECT r.id, a.outbox_id FROM receipt AS r JOIN attempt AS a
      ON a.door = r.door AND a.telco_id_norm = r.telco_id_norm AND a.telco_id_norm <> ''
    WHERE coalesce(r.outbox_id, '') = '' AND r.id = ANY(:ids::text[])
      AND abs(a.at - r.received_at) < :window
    UNION ALL
    SELECT r.id, o.id FROM receipt AS r JOIN outbox AS o ON o.id = r.telco_id AND o.door = r.door
    WHERE coalesce(r.outbox_id, '') = '' AND r.id = ANY(:ids::text[])
)
SELECT r.id, max(s.outbox_id), r.delivery, r.error, r.received_at
FROM spoken AS s JOIN receipt AS r ON r.id = s.receipt_id
GROUP BY r.id ORDER BY 2, r.received_at;

-- name: receipts_lately
-- DLRs since a moment whose MT nobody knew.
SELECT id FROM receipt WHERE id >= :after AND outbox_id IS NULL ORDER BY id LIMIT 500;

-- name: receipt_match
-- A DLR belongs to an MT, which waits for whoever has its other parts: what comes after sees both.
WITH mt AS (SELECT id FROM outbox WHERE id = :outbox_id FOR UPDATE)
UPDATE receipt SET outbox_id = coalesce((SELECT id FROM mt), :outbox_id) WHERE id = :id;

-- name: mt_delivered
-- What a DLR says of an MT; a final word is never changed by a later one. Of a message in parts one
-- that is lost is the word for all; delivered it is when the last part is, if all were taken.
UPDATE outbox SET delivery = :delivery, delivery_error = :error, delivery_at = :at
WHERE id = :outbox_id
  AND (delivery IS NULL OR delivery IN ('enroute', 'unknown'))
  AND (:delivery <> 'delivered' OR NOT EXISTS (
      SELECT 1 FROM receipt AS r
      JOIN attempt AS a
        ON a.outbox_id = :outbox_id AND a.door = r.door AND a.telco_id_norm = r.telco_id_norm
      JOIN attempt AS part ON part.outbox_id = a.outbox_id AND part.attempt = a.attempt
      WHERE r.id = :receipt_id AND part.telco_id_norm <> '' AND (
          part.reason = 'partly_taken' OR NOT EXISTS (
              SELECT 1 FROM receipt AS other
              WHERE other.outbox_id = :outbox_id AND other.telco_id_norm = part.telco_id_norm
                AND other.delivery = 'delivered'
          )
      )
  ));

-- name: mt_taken_late
-- The telco answered late to an attempt of which nobody knew: it has the MT.
UPDATE outbox SET state = 'accepted', settled_at = :at
WHERE id = :id AND attempt = :attempt AND state = 'uncertain'
RETURNING door;

-- name: mt_settled_by_report
-- A DLR for an uncertain MT proves that the telco had taken it, unless it took only some parts.
UPDATE outbox SET state = 'accepted'
WHERE id = :outbox_id AND state = 'uncertain' AND NOT EXISTS (
    SELECT 1 FROM attempt AS a
    WHERE a.outbox_id = :outbox_id AND a.attempt = outbox.attempt AND a.reason = 'partly_taken'
);

-- name: mt_fetchable
-- Replies that a response carries now although nobody knew whether it ever would.
SELECT id, attempt, door FROM outbox
WHERE id = ANY(:ids::text[])
  AND (inline = 1 AND state IN ('sending', 'uncertain')
       OR state = 'held' AND hold_reason = 'no_way_back')
ORDER BY id FOR UPDATE;

-- name: mt_fetched
-- They are accepted, like any reply that went into a response.
UPDATE outbox SET state = 'accepted', settled_at = :at, lease_owner = NULL, hold_reason = '',
    inline = 1
WHERE id = :id;

-- name: mo_unparked
-- The citizen of a parked MO got the answer after all.
UPDATE inbox SET outcome = 'answered', reason = 'fetched'
WHERE coalesce(outcome, '') = 'parked' AND reason = 'no_way_back'
  AND id IN (SELECT inbox_id FROM outbox WHERE id = ANY(:ids::text[]) OFFSET 0);

-- name: mt_expired
-- MTs that nobody should get any more, with the intent of what they reply to, and whether a try is
-- in doubt.
SELECT o.id, o.door, CASE WHEN o.kind = 'reply' THEN coalesce(i.intent, '') ELSE '' END,
    0 < (
        SELECT count(*) FROM attempt AS a WHERE a.outbox_id = o.id AND a.result = 'uncertain')
FROM outbox AS o LEFT JOIN inbox AS i ON i.id = o.inbox_id
WHERE o.state = 'queued' AND o.valid_until <= :now LIMIT 500 FOR UPDATE OF o SKIP LOCKED;

-- name: mt_expire
-- End them.
UPDATE outbox SET state = :state, settled_at = :now
WHERE id = ANY(:ids::text[]) AND state || '' = 'queued';

-- name: mt_hasten
-- Replies that were queued at a later moment than this one: the clock stepped back, and they would
-- wait for as long as the step. Less than a minute is no step: clocks of machines differ.
UPDATE outbox SET not_before = :now WHERE id IN (
    SELECT id FROM outbox
    WHERE state = 'queued' AND kind = 'reply' AND not_before > :now
      AND greatest(created_at, coalesce(settled_at, 0)) > :now + 60000
    FOR UPDATE SKIP LOCKED
);

-- name: mt_sent_since
-- How many parts of MTs a telco took since a moment, or may have, or is being handed.
SELECT coalesce(sum(segments), 0) FROM outbox
WHERE id >= :after AND door = :door AND inline = 0
  AND (state = 'sending' OR state IN ('accepted', 'uncertain') AND settled_at >= :since)
  AND id <> ALL(:ids::text[]);

-- name: mt_parts_waiting
-- How many parts of MTs wait at a door and are due before a moment.
SELECT coalesce(sum(segments), 0) FROM outbox
WHERE state = 'queued' AND door = :door AND not_before < :until;

-- name: mt_sent_to
-- The same of the number that each of these MTs goes to.
SELECT o.id, (
    SELECT coalesce(sum(s.segments), 0) FROM outbox AS s
    WHERE s.recipient_hash = o.recipient_hash AND s.id >= :after AND s.door = :door
      AND s.inline = 0
      AND (s.state = 'sending'
           OR s.state IN ('accepted', 'uncertain') AND s.settled_at >= :since)
      AND s.id <> ALL(:ids::text[])
)
FROM outbox AS o WHERE o.id = ANY(:ids::text[]);

-- name: mt_next_due
-- When the next MT of a door is due, of each priority before one: they are found by jumps, so that a
-- long queue costs nothing.
WITH RECURSIVE present (priority) AS (
    SELECT min(priority) FROM outbox
    WHERE state = 'queued' AND door = :door
    UNION ALL
    SELECT (
        SELECT min(o.priority) FROM outbox AS o
        WHERE o.state = 'queued' AND o.door = :door AND o.priority > present.priority
    ) FROM present WHERE present.priority IS NOT NULL
)
SELECT priority, (
    SELECT min(not_before) FROM outbox
    WHERE state = 'queued' AND door = :door AND outbox.priority = present.priority
) FROM present
WHERE priority < :below
  AND NOT EXISTS (SELECT 1 FROM door_state WHERE door = :door AND paused = 1);

-- name: mo_free
-- Give leases back unused.
UPDATE inbox SET lease_owner = NULL
FROM /* each row */ (id text, run text, attempt integer) AS v
WHERE inbox.id = v.id AND inbox.attempt = v.attempt
  AND inbox.lease_owner = CASE WHEN inbox.outcome IS NULL THEN v.run END;

-- name: owners_dead
-- Runs that hold leases and are dead: none of their connections holds their lock. It is ours until
-- the transaction ends, so that only one node settles what they left. A server that has just started
-- knows no lock of before: the living get time to come back.
WITH owners AS MATERIALIZED (
    SELECT lease_owner AS owner FROM inbox
    WHERE outcome IS NULL AND lease_owner IS NOT NULL AND lease_owner <> :run
    UNION
    SELECT lease_owner FROM outbox
    WHERE state IN ('sending', 'uncertain', 'held') AND state = 'sending'
      AND lease_owner IS NOT NULL AND lease_owner <> :run
)
SELECT owner FROM owners
WHERE pg_postmaster_start_time()
    < clock_timestamp() - coalesce(current_setting('sms_gateway.grace', true), '10 s')::interval
  AND pg_try_advisory_xact_lock(hashtextextended(owner, 8083));

-- name: mo_free_dead
-- Free MOs of dead runs.
UPDATE inbox SET lease_owner = NULL WHERE outcome IS NULL AND lease_owner = ANY(:dead::text[]);

-- name: mt_orphans
-- MTs that dead runs were sending. The list of states is that of the index, so that it is used.
SELECT id, attempt, door, inline, lease_owner FROM outbox
WHERE state IN ('sending', 'uncertain', 'held') AND state = 'sending'
  AND lease_owner = ANY(:dead::text[])
ORDER BY id FOR UPDATE;

-- name: figures_inbox
-- How much waits for an answer, since when, and for too long; how much waits for a person.
SELECT (SELECT count(*) FROM inbox WHERE outcome IS NULL),
    (SELECT count(*) FROM inbox WHERE outcome IS NULL AND received_at < :late_before),
    (SELECT min(received_at) FROM inbox WHERE outcome IS NULL),
    (SELECT count(*) FROM inbox WHERE outcome = 'parked' AND handled_at IS NULL);

-- name: figures_queued
-- How much waits to be sent, per door.
SELECT door, count(*) FROM outbox WHERE state = 'queued' GROUP BY door;

-- name: figures_open
-- How much nobody knows the fate of, how much is held. The list of states is that of the index.
SELECT state, count(*) FROM outbox WHERE state IN ('sending', 'uncertain', 'held') GROUP BY state;

-- name: doors_paused
-- Doors that staff paused.
SELECT door FROM door_state WHERE paused = 1;

-- name: door_pause
-- Pause or resume a door.
INSERT INTO door_state (door, paused, at, by) VALUES (:door, :paused, :at, :by)
ON CONFLICT (door) DO UPDATE SET paused = excluded.paused, at = excluded.at, by = excluded.by;

-- name: staff_mo
-- The MO that a person means by its own id or by that of an MT.
SELECT id, outcome, handled_at FROM inbox
WHERE id IN (:id, (SELECT inbox_id FROM outbox WHERE id = :id));

-- name: staff_answered
-- The text that a person answers, and who sent it.
SELECT sender, sender_hash, short_code, agency, dossier_id, outcome, handled_at, purged_at
FROM inbox WHERE id = :id;

-- name: mt_of_key
-- The MT that a key was used for.
SELECT id FROM outbox WHERE dedupe_key = :dedupe_key;

-- name: answers_by_hand
-- How many answers people wrote to a text since a moment.
SELECT count(*) FROM outbox
WHERE inbox_id = :inbox_id AND kind = 'manual' AND created_at >= :since;

-- name: staff_mt
-- The MT that a person means by its own id or by that of the MO it answers.
SELECT id, inbox_id, kind, door, state, hold_reason, valid_until FROM outbox
WHERE id = :id OR inbox_id = :id AND kind = 'reply'
ORDER BY id FOR UPDATE;

-- name: mt_settle_by_hand
-- An MT stands where a person says. One that goes again is a push, at once, and its report is to
-- come. One that was held and does not go keeps why, as one that nobody tried to send.
UPDATE outbox SET state = :state, settled_at = :at,
    hold_reason = CASE WHEN :state = 'failed' THEN hold_reason ELSE '' END,
    not_before = CASE WHEN :state = 'queued' THEN 0 ELSE not_before END,
    inline = CASE WHEN :state = 'queued' THEN 0 ELSE inline END,
    delivery = CASE WHEN :state = 'queued' THEN NULL ELSE delivery END,
    delivery_error = CASE WHEN :state = 'queued' THEN '' ELSE delivery_error END,
    delivery_at = CASE WHEN :state = 'queued' THEN NULL ELSE delivery_at END
WHERE id = :id;

-- name: mo_park_by_hand
-- The citizen has no reply and will get none: a person is to call.
UPDATE inbox SET outcome = 'parked', reason = :reason WHERE id = :id AND outcome <> 'parked';

-- name: mo_unpark_by_hand
-- The citizen has the reply, or it is on its way.
UPDATE inbox SET outcome = 'answered', reason = 'settled' WHERE id = :id AND outcome = 'parked';

-- name: mo_handle
-- A person did what there was to do.
UPDATE inbox SET handled_at = :at WHERE id = :id;

-- name: mt_give_up_held
-- What is held for a handled MO is not sent any more.
UPDATE outbox SET state = 'failed', settled_at = :at WHERE inbox_id = :id AND state = 'held';

-- name: audit_insert
-- Who did what.
INSERT INTO audit (at, by, act, subject, detail) VALUES (:at, :by, :act, :subject, :detail);

-- name: probe_write
-- Written and removed in one commit: a full disk shows although nothing else is to be written.
INSERT INTO node (run, name, started_at, version) VALUES ('probe ' || :run::text, '', 0, '');

-- name: probe_remove
-- The same.
DELETE FROM node WHERE run = 'probe ' || :run::text;

-- name: node_insert
-- A run begins, or finds a restored copy that never heard of it.
INSERT INTO node (run, name, started_at, version) VALUES (:run, :name, :at, :version)
ON CONFLICT (run) DO NOTHING;

-- name: mt_end_automatic
-- A restored copy: what was to be sent by itself was sent by the machine that is lost, or is no
-- news any more.
UPDATE outbox SET state = 'failed', hold_reason = 'restored', settled_at = :at, lease_owner = NULL
WHERE state = 'queued' AND kind IN ('notice', 'survey', 'follow_up');

-- name: mt_end_automatic_held
-- The same of what staff were to look at. The list of states is that of the index.
UPDATE outbox SET state = 'failed', hold_reason = 'restored', settled_at = :at, lease_owner = NULL
WHERE state IN ('sending', 'uncertain', 'held') AND state = 'held'
  AND kind IN ('notice', 'survey', 'follow_up');

-- name: mt_hold_queued
-- A restored copy: what waits to be sent is held.
UPDATE outbox SET state = 'held', hold_reason = 'restored', lease_owner = NULL
WHERE state = 'queued';

-- name: mt_hold_sending
-- And what was being sent. What went into a telco's open request stays with it: nothing sends that
-- again by itself.
UPDATE outbox SET state = 'held', hold_reason = 'restored_sending', lease_owner = NULL
WHERE state = 'sending' AND inline = 0;

-- name: mo_park_restored
-- What had no answer when the copy was made got one from the machine that is lost, or never will.
UPDATE inbox SET outcome = 'parked', reason = 'restored', answered_at = :at, lease_owner = NULL
WHERE outcome IS NULL;

-- name: restore_hold_set
-- The hold stands.
INSERT INTO restore_hold (name, at, by, copied_at) VALUES (:name, :at, :by, :copied_at)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, by = excluded.by,
    copied_at = excluded.copied_at;

-- name: restore_hold_get
-- Since when a hold stands, and of which copy.
SELECT at, by, copied_at FROM restore_hold WHERE name = :name;

-- name: restore_hold_end
-- The hold stands no more.
DELETE FROM restore_hold WHERE name = :name;

-- name: mt_restored_counts
-- What is held: still worth sending, too old, being sent when the copy was made.
SELECT count(*) FILTER (WHERE hold_reason = 'restored' AND valid_until > :now),
    count(*) FILTER (WHERE hold_reason = 'restored' AND valid_until <= :now),
    count(*) FILTER (WHERE hold_reason = 'restored_sending')
FROM outbox WHERE state = 'held';

-- name: mt_release_sending
-- Nobody knows whether the telco has it.
UPDATE outbox SET state = 'uncertain', hold_reason = '', settled_at = :now
WHERE state = 'held' AND hold_reason = 'restored_sending';

-- name: mt_release_expired
-- Nobody should get it any more; where a try is in doubt, its citizen may have it.
UPDATE outbox SET hold_reason = '', settled_at = :now,
    state = CASE WHEN 0 < (
        SELECT count(*) FROM attempt WHERE outbox_id = outbox.id AND result = 'uncertain'
    ) THEN 'uncertain' ELSE 'expired' END
WHERE state = 'held' AND hold_reason = 'restored' AND valid_until <= :now
RETURNING id, state;

-- name: mt_release_queued
-- It may go.
UPDATE outbox SET state = 'queued', hold_reason = ''
WHERE state = 'held' AND hold_reason = 'restored'
RETURNING door;

-- name: key_note
-- By which key this store is written; the first one stays.
INSERT INTO key_use (name, key_id, at) VALUES (:name, :key_id, :at) ON CONFLICT (name) DO NOTHING;

-- name: key_rotate
-- From now on it is written by this one.
UPDATE key_use SET key_id = :key_id, at = :at WHERE name = :name;

-- name: keys_used
-- By which keys this store was written.
SELECT name, key_id FROM key_use;

-- name: contents
-- What a copy holds, to be compared with what it was made from.
SELECT 'inbox', count(*) FROM inbox
UNION ALL SELECT 'outbox', count(*) FROM outbox
UNION ALL SELECT 'attempt', count(*) FROM attempt
UNION ALL SELECT 'receipt', count(*) FROM receipt
UNION ALL SELECT 'raw_exchange', count(*) FROM raw_exchange
UNION ALL SELECT 'citizen', count(*) FROM citizen
UNION ALL SELECT 'opt_out', count(*) FROM opt_out
UNION ALL SELECT 'audit', count(*) FROM audit;

-- name: newest_message
-- When the newest message came. Ids sort by time, so that this is one step.
SELECT (SELECT received_at FROM inbox WHERE id > '' ORDER BY id DESC LIMIT 1);
