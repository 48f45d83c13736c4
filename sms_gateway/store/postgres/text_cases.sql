-- Texts that staff keep as test cases.

-- name: test_cases
-- All of them, the last one first.
SELECT id, text, short_code, intent, key, note, at, by FROM test_case ORDER BY at DESC, id DESC;

-- name: test_case_count
-- How many there are.
SELECT count(*) FROM test_case;

-- name: test_case_add
-- One more.
INSERT INTO test_case (id, text, short_code, intent, key, note, at, by)
VALUES (:id, :text, :short_code, :intent, :key, :note, :at, :by);

-- name: test_case_remove
-- One less.
DELETE FROM test_case WHERE id = :id;
