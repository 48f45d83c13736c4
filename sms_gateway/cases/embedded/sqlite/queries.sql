-- name: find
-- CROSS JOIN keeps the order written: keys outside, one index search each.
SELECT wanted.value, d.answer
FROM json_each(:keys) AS wanted
CROSS JOIN dossier_number AS n ON n.key = wanted.value
CROSS JOIN dossier AS d ON d.number = n.dossier

-- name: find_details
-- What staff may see of the dossiers of one number; their history is apart.
SELECT d.number, d.answer, d.procedure_code, d.procedure_name, d.field_code, d.field_name,
    d.room, d.officer, d.submitted_via, d.sms_allowed
FROM dossier_number AS n
JOIN dossier AS d ON d.number = n.dossier
WHERE n.key = :key
ORDER BY d.id
LIMIT 100

-- name: history
-- The states of one dossier, newest first.
SELECT state, source, source_time, learned_at
FROM dossier_state
WHERE dossier = :dossier
ORDER BY number DESC
LIMIT 1000

-- name: count
-- How many dossiers there are.
SELECT count(*) FROM dossier

-- name: handled
-- Dossiers of a period with the state they had at a moment, by number: a walk over all of them,
-- page by page. One without NgayTiepNhan is read too, so that it can be named. f is the first 9 or
-- 10 since the last other state: handing the result over later does not end it once more.
-- Which dossiers are read is told from d alone, so that the others' histories are not looked up;
-- what was opened again after its end may have been carried over.
SELECT d.number, d.id, d.state, h.state, coalesce(h.source_time, h.learned_at),
    coalesce(f.source_time, f.learned_at),
    f.state = 9 AND f.source_time IS NOT NULL OR EXISTS (
        SELECT 1 FROM dossier_state AS s WHERE s.dossier = d.number AND s.number < f.number
    ),
    f.state, d.learned_at, d.received_at, d.due_at, d.new_due_at, d.finished_at,
    d.procedure_code, d.procedure_name, d.room, d.officer
FROM dossier AS d
LEFT JOIN dossier_state AS h ON h.number = (
    SELECT s.number FROM dossier_state AS s
    WHERE s.dossier = d.number AND coalesce(s.source_time, s.learned_at) < :as_of
    ORDER BY s.number DESC LIMIT 1
)
LEFT JOIN dossier_state AS f ON f.number = (
    SELECT min(s.number) FROM dossier_state AS s
    WHERE s.dossier = d.number AND s.state IN (9, 10)
        AND coalesce(s.source_time, s.learned_at) < :as_of
        AND s.number > coalesce((
            SELECT max(o.number) FROM dossier_state AS o
            WHERE o.dossier = d.number AND o.state NOT IN (9, 10)
                AND coalesce(o.source_time, o.learned_at) < :as_of
        ), 0)
)
WHERE d.number > :after
    AND (
        d.received_at IS NULL
        OR d.received_at >= :since AND d.received_at < :until
        OR :carried = 1 AND d.received_at < :since
            AND (
                d.finished_at IS NULL OR d.finished_at >= :since
                OR d.state NOT IN (9, 10)
                OR EXISTS (
                    SELECT 1 FROM dossier_state AS s
                    WHERE s.dossier = d.number AND s.state NOT IN (9, 10)
                        AND coalesce(s.source_time, s.learned_at) >= d.finished_at
                        AND coalesce(s.source_time, s.learned_at) < :as_of
                )
            )
    )
ORDER BY d.number LIMIT :most

-- name: names
-- The rooms and officers that dossiers have.
SELECT DISTINCT room, officer FROM dossier

-- name: open_run
-- The import that is under way, or that a dead process left.
SELECT number, phase, replaces, learned_at, total, merged, removed_to,
    new, changed, unchanged, removed
FROM import_run
WHERE phase NOT IN ('done', 'abandoned')

-- name: run
-- Where one import stands.
SELECT number, phase, replaces, learned_at, total, merged, removed_to,
    new, changed, unchanged, removed
FROM import_run
WHERE number = :run

-- name: begin_run
-- An import begins; nobody sees its rows yet.
INSERT INTO import_run (phase, replaces, learned_at, total) VALUES ('staging', :replaces, :learned_at, :total)

-- name: set_phase
-- An import goes on to its next phase: staging, merging, removing, clearing, done.
UPDATE import_run SET phase = :phase WHERE number = :run

-- name: stage
-- One row of a file, where no lookup sees it.
INSERT INTO staged (
    place, id, receipt, agency, state, state_at, received_at, due_at, new_due_at, finished_at,
    returned_at, submitted_via, return_via, sms_allowed, secret_hash, procedure_code,
    procedure_name, field_code, field_name, room, officer, content_hash, answer, keys, phones
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: judge
-- What a step of staged rows means: new, changed or unchanged.
UPDATE staged SET fate = coalesce(
    (
        SELECT iif(d.content_hash = staged.content_hash, 'unchanged', 'changed')
        FROM dossier AS d WHERE d.id = staged.id
    ),
    'new'
)
WHERE place > :after AND place <= :upto

-- name: upsert_dossiers
-- Write the new and changed dossiers of a step.
INSERT INTO dossier (
    id, receipt, agency, state, state_at, received_at, due_at, new_due_at, finished_at,
    returned_at, submitted_via, return_via, sms_allowed, secret_hash, procedure_code,
    procedure_name, field_code, field_name, room, officer, content_hash, answer, learned_at
)
SELECT
    id, receipt, agency, state, state_at, received_at, due_at, new_due_at, finished_at,
    returned_at, submitted_via, return_via, sms_allowed, secret_hash, procedure_code,
    procedure_name, field_code, field_name, room, officer, content_hash, answer, :learned_at
FROM staged
WHERE place > :after AND place <= :upto AND fate <> 'unchanged'
ON CONFLICT (id) DO UPDATE SET
    receipt = excluded.receipt, agency = excluded.agency, state = excluded.state,
    state_at = excluded.state_at, received_at = excluded.received_at, due_at = excluded.due_at,
    new_due_at = excluded.new_due_at, finished_at = excluded.finished_at,
    returned_at = excluded.returned_at, submitted_via = excluded.submitted_via,
    return_via = excluded.return_via, sms_allowed = excluded.sms_allowed,
    secret_hash = excluded.secret_hash, procedure_code = excluded.procedure_code,
    procedure_name = excluded.procedure_name, field_code = excluded.field_code,
    field_name = excluded.field_name, room = excluded.room, officer = excluded.officer,
    content_hash = excluded.content_hash, answer = excluded.answer,
    learned_at = excluded.learned_at

-- name: see_again
-- What was learned just so is as fresh as what was told: an answer from the copy says of what time.
UPDATE dossier SET answer = s.answer
FROM staged AS s
WHERE dossier.id = s.id AND s.place > :after AND s.place <= :upto AND s.fate = 'unchanged'

-- name: drop_old_numbers
-- Numbers that a changed dossier no longer has.
DELETE FROM dossier_number
WHERE dossier IN (
    SELECT d.number FROM staged AS s JOIN dossier AS d ON d.id = s.id
    WHERE s.place > :after AND s.place <= :upto AND s.fate = 'changed'
)

-- name: drop_old_phones
-- Phones that a changed dossier no longer has.
DELETE FROM dossier_phone
WHERE dossier IN (
    SELECT d.number FROM staged AS s JOIN dossier AS d ON d.id = s.id
    WHERE s.place > :after AND s.place <= :upto AND s.fate = 'changed'
)

-- name: add_numbers
-- Numbers of the dossiers of a step.
INSERT INTO dossier_number (key, dossier)
SELECT k.value, d.number
FROM staged AS s JOIN dossier AS d ON d.id = s.id JOIN json_each(s.keys) AS k
WHERE s.place > :after AND s.place <= :upto AND s.fate <> 'unchanged'

-- name: add_phones
-- Phones of the dossiers of a step.
INSERT INTO dossier_phone (dossier, role, address)
SELECT d.number, json_extract(p.value, '$[0]'), json_extract(p.value, '$[1]')
FROM staged AS s JOIN dossier AS d ON d.id = s.id JOIN json_each(s.phones) AS p
WHERE s.place > :after AND s.place <= :upto AND s.fate <> 'unchanged'

-- name: fresh_states
-- The states of a step that differ from the newest known ones, with these ones' fingerprints.
SELECT d.number, d.id, s.state, s.state_at, last.fingerprint
FROM staged AS s
JOIN dossier AS d ON d.id = s.id
LEFT JOIN dossier_state AS last
    ON last.number = (SELECT max(number) FROM dossier_state WHERE dossier = d.number)
WHERE s.place > :after AND s.place <= :upto AND s.fate <> 'unchanged'
    AND (last.number IS NULL OR last.state <> s.state OR last.source_time IS NOT s.state_at)

-- name: add_state
-- The newest known state is the one with the highest number; the same news twice is one entry.
INSERT INTO dossier_state (dossier, state, source, source_time, learned_at, fingerprint)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (fingerprint) DO NOTHING

-- name: fates
-- How many of a step were new, changed and unchanged.
SELECT
    count(*) FILTER (WHERE fate = 'new'),
    count(*) FILTER (WHERE fate = 'changed'),
    count(*) FILTER (WHERE fate = 'unchanged')
FROM staged
WHERE place > :after AND place <= :upto

-- name: note_merged
-- A step is merged: the next one begins behind it, also after a crash.
UPDATE import_run
SET merged = :upto, new = new + :new, changed = changed + :changed,
    unchanged = unchanged + :unchanged
WHERE number = :run

-- name: removal_limit
-- Where a step of removals ends.
SELECT max(number) FROM (SELECT number FROM dossier WHERE number > :after ORDER BY number LIMIT :most)

-- name: remove_absent
-- Dossiers that a replacing file does not hold.
DELETE FROM dossier
WHERE number > :after AND number <= :upto
    AND NOT EXISTS (SELECT 1 FROM staged WHERE staged.id = dossier.id)

-- name: note_removed
-- A step of removals is done.
UPDATE import_run SET removed_to = :upto, removed = removed + :removed WHERE number = :run

-- name: any_staged
-- Whether any row is still staged.
SELECT 1 FROM staged LIMIT 1

-- name: clear_staged
-- Staged rows that are merged.
DELETE FROM staged WHERE place IN (SELECT place FROM staged ORDER BY place LIMIT :most)

-- name: in_order
-- Entries get numbers in the order in which they are committed: one connection writes.
SELECT 1

-- name: begin_learning
-- Rows to be merged at once, as an import's are staged. For this connection and transaction the
-- name means this table, so that the steps of an import serve here too.
CREATE TEMPORARY TABLE staged AS SELECT * FROM main.staged LIMIT 0

-- name: end_learning
-- The name means the import's rows again.
DROP TABLE temp.staged

-- name: fates_by_place
-- What became of each row that was merged.
SELECT place, fate FROM staged ORDER BY place

-- name: cursor
-- How far something was read.
SELECT cursor FROM feed_cursor WHERE name = :feed

-- name: move_cursor
-- It was read further.
INSERT INTO feed_cursor (name, cursor, at) VALUES (:feed, :cursor, :at)
ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, at = excluded.at

-- name: head
-- The newest number that an entry of the history ever had; it stays when that entry is removed.
SELECT seq FROM sqlite_sequence WHERE name = 'dossier_state'

-- name: changes
-- Entries behind a number, each with its place among those of its dossier and the state before.
SELECT s.number, d.id, s.state, s.source, s.source_time, s.learned_at,
    (
        SELECT count(*) FROM dossier_state AS o
        WHERE o.dossier = s.dossier AND o.number <= s.number
    ) AS ordinal,
    (
        SELECT b.state FROM dossier_state AS b
        WHERE b.dossier = s.dossier AND b.number < s.number ORDER BY b.number DESC LIMIT 1
    ) AS before
FROM dossier_state AS s
JOIN dossier AS d ON d.number = s.dossier
WHERE s.number > :after
ORDER BY s.number
LIMIT :most

-- name: cases
-- Dossiers with all that is kept of them.
SELECT d.answer, d.submitted_via, d.sms_allowed, d.procedure_code, d.procedure_name,
    d.field_code, d.field_name, d.room, d.officer, (
        SELECT json_group_array(json_array(p.role, p.address))
        FROM dossier_phone AS p WHERE p.dossier = d.number
    ) AS phones
FROM json_each(:ids) AS wanted
CROSS JOIN dossier AS d ON d.id = wanted.value

-- name: due
-- Dossiers of which an appointment lies in a span, each appointment by its index.
SELECT d.answer, d.submitted_via, d.sms_allowed, d.procedure_code, d.procedure_name,
    d.field_code, d.field_name, d.room, d.officer, (
        SELECT json_group_array(json_array(p.role, p.address))
        FROM dossier_phone AS p WHERE p.dossier = d.number
    ) AS phones
FROM dossier AS d
WHERE d.number IN (
        SELECT number FROM dossier
        WHERE state IN (2, 4) AND due_at > :after AND due_at <= :upto
        UNION
        SELECT number FROM dossier
        WHERE state IN (2, 4) AND new_due_at IS NOT NULL
            AND new_due_at > :after AND new_due_at <= :upto
    )
    AND d.id > :past
ORDER BY d.id
LIMIT :most

-- name: in_work
-- Dossiers in which somebody waits, by their ids: a walk over all of them, page by page.
SELECT d.answer, d.submitted_via, d.sms_allowed, d.procedure_code, d.procedure_name,
    d.field_code, d.field_name, d.room, d.officer, (
        SELECT json_group_array(json_array(p.role, p.address))
        FROM dossier_phone AS p WHERE p.dossier = d.number
    ) AS phones
FROM dossier AS d
WHERE d.id > :past AND d.state IN (1, 2, 4, 5, 6)
ORDER BY d.id
LIMIT :most

-- name: note_unknown
-- A word for a state that nobody knows came.
INSERT INTO unknown_state (source, word, last_at)
VALUES (?, ?, ?)
ON CONFLICT (source, word) DO UPDATE SET last_at = excluded.last_at

-- name: forget_unknown
-- Words that did not come for long.
DELETE FROM unknown_state WHERE last_at < :before

-- name: unknown
-- Words that nobody knew when they came.
SELECT source, word, last_at FROM unknown_state ORDER BY source, word

-- name: told_before
-- Whether a dossier was in a state of this time already.
SELECT 1
FROM dossier_state AS s JOIN dossier AS d ON d.number = s.dossier
WHERE d.id = :dossier AND s.state = :state AND s.source_time = :source_time
LIMIT 1

-- name: ended
-- Dossiers by number, each with whether it ended, and nothing of it changed, before a moment.
-- The times that it names lie before the one at which it was learned, or were mistyped.
SELECT number, id, receipt, CASE WHEN state IN (3, 7, 8, 9, 10) AND learned_at < :before
    THEN 1 ELSE 0 END
FROM dossier WHERE number > :after ORDER BY number LIMIT :most

-- name: forget_ended
-- They go with their numbers, phones and history, unless they changed meanwhile.
DELETE FROM dossier
WHERE id IN (SELECT value FROM json_each(:ids))
    AND state IN (3, 7, 8, 9, 10) AND learned_at < :before
