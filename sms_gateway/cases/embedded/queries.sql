-- name: find
-- CROSS JOIN keeps the order written: keys outside, one index search each.
SELECT wanted.value, d.answer
FROM json_each(?) AS wanted
CROSS JOIN dossier_number AS n ON n.key = wanted.value
CROSS JOIN dossier AS d ON d.number = n.dossier

-- name: find_details
SELECT d.number, d.answer, d.procedure_code, d.procedure_name, d.field_code, d.field_name,
    d.room, d.submitted_via, d.sms_allowed
FROM dossier_number AS n
JOIN dossier AS d ON d.number = n.dossier
WHERE n.key = ?
ORDER BY d.id
LIMIT 100

-- name: history
SELECT state, source, source_time, learned_at
FROM dossier_state
WHERE dossier = ?
ORDER BY number DESC
LIMIT 1000

-- name: count
SELECT count(*) FROM dossier

-- name: open_run
SELECT number, phase, replaces, learned_at, total, merged, removed_to,
    new, changed, unchanged, removed
FROM import_run
WHERE phase NOT IN ('done', 'abandoned')

-- name: begin_run
INSERT INTO import_run (phase, replaces, learned_at, total) VALUES ('staging', ?, ?, ?)

-- name: set_phase
UPDATE import_run SET phase = ? WHERE number = ?

-- name: stage
INSERT INTO staged (
    place, id, receipt, agency, state, state_at, received_at, due_at, new_due_at, finished_at,
    returned_at, submitted_via, return_via, sms_allowed, secret_hash, procedure_code,
    procedure_name, field_code, field_name, room, content_hash, answer, keys, phones
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: judge
UPDATE staged SET fate = coalesce(
    (
        SELECT iif(d.content_hash = staged.content_hash, 'unchanged', 'changed')
        FROM dossier AS d WHERE d.id = staged.id
    ),
    'new'
)
WHERE place > :after AND place <= :upto

-- name: upsert_dossiers
INSERT INTO dossier (
    id, receipt, agency, state, state_at, received_at, due_at, new_due_at, finished_at,
    returned_at, submitted_via, return_via, sms_allowed, secret_hash, procedure_code,
    procedure_name, field_code, field_name, room, content_hash, answer, learned_at
)
SELECT
    id, receipt, agency, state, state_at, received_at, due_at, new_due_at, finished_at,
    returned_at, submitted_via, return_via, sms_allowed, secret_hash, procedure_code,
    procedure_name, field_code, field_name, room, content_hash, answer, :learned_at
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
    field_name = excluded.field_name, room = excluded.room,
    content_hash = excluded.content_hash, answer = excluded.answer,
    learned_at = excluded.learned_at

-- name: drop_old_numbers
DELETE FROM dossier_number
WHERE dossier IN (
    SELECT d.number FROM staged AS s JOIN dossier AS d ON d.id = s.id
    WHERE s.place > :after AND s.place <= :upto AND s.fate = 'changed'
)

-- name: drop_old_phones
DELETE FROM dossier_phone
WHERE dossier IN (
    SELECT d.number FROM staged AS s JOIN dossier AS d ON d.id = s.id
    WHERE s.place > :after AND s.place <= :upto AND s.fate = 'changed'
)

-- name: add_numbers
INSERT INTO dossier_number (key, dossier)
SELECT k.value, d.number
FROM staged AS s JOIN dossier AS d ON d.id = s.id JOIN json_each(s.keys) AS k
WHERE s.place > :after AND s.place <= :upto AND s.fate <> 'unchanged'

-- name: add_phones
INSERT INTO dossier_phone (dossier, role, address)
SELECT d.number, json_extract(p.value, '$[0]'), json_extract(p.value, '$[1]')
FROM staged AS s JOIN dossier AS d ON d.id = s.id JOIN json_each(s.phones) AS p
WHERE s.place > :after AND s.place <= :upto AND s.fate <> 'unchanged'

-- name: add_states
-- The newest known state is the one with the highest number; a state equal to it adds nothing.
INSERT INTO dossier_state (dossier, state, source, source_time, learned_at, fingerprint)
SELECT d.number, s.state, 'import', s.state_at, :learned_at,
    state_fingerprint(d.id, s.state, s.state_at, last.fingerprint)
FROM staged AS s
JOIN dossier AS d ON d.id = s.id
LEFT JOIN dossier_state AS last
    ON last.number = (SELECT max(number) FROM dossier_state WHERE dossier = d.number)
WHERE s.place > :after AND s.place <= :upto AND s.fate <> 'unchanged'
    AND (last.number IS NULL OR last.state <> s.state OR last.source_time IS NOT s.state_at)
ON CONFLICT (fingerprint) DO NOTHING

-- name: fates
SELECT
    count(*) FILTER (WHERE fate = 'new'),
    count(*) FILTER (WHERE fate = 'changed'),
    count(*) FILTER (WHERE fate = 'unchanged')
FROM staged
WHERE place > :after AND place <= :upto

-- name: note_merged
UPDATE import_run
SET merged = :upto, new = new + :new, changed = changed + :changed,
    unchanged = unchanged + :unchanged
WHERE number = :run

-- name: removal_limit
SELECT max(number) FROM (SELECT number FROM dossier WHERE number > ? ORDER BY number LIMIT ?)

-- name: remove_absent
DELETE FROM dossier
WHERE number > :after AND number <= :upto
    AND NOT EXISTS (SELECT 1 FROM staged WHERE staged.id = dossier.id)

-- name: note_removed
UPDATE import_run SET removed_to = :upto, removed = removed + :removed WHERE number = :run

-- name: clear_staged
DELETE FROM staged WHERE place IN (SELECT place FROM staged ORDER BY place LIMIT ?)
