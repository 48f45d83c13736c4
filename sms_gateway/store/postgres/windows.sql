-- Incident windows and causes, under the names that SQLite's statements have.

-- name: windows
-- All of them, the newest first.
SELECT id, starts_at, ends_at, cause, document, planned, stops, made_at, by, ended_by,
    announced_at, announced_by, announced_where
FROM incident_window ORDER BY starts_at DESC, id DESC;

-- name: window_add
-- One begins, or is foreseen.
INSERT INTO incident_window (
    id, starts_at, ends_at, cause, document, planned, stops, made_at, by
) VALUES (:id, :starts_at, :ends_at, :cause, :document, :planned, :stops, :made_at, :by);

-- name: window_starts
-- When one begins.
SELECT starts_at FROM incident_window WHERE id = :id;

-- name: window_end
-- It ends, or its end is set right.
UPDATE incident_window SET ends_at = :ends_at, ended_by = :by WHERE id = :id;

-- name: window_announced
-- Citizens were told of it.
UPDATE incident_window SET announced_at = :at, announced_by = :by, announced_where = :told
WHERE id = :id;

-- name: window_announced_first
-- The same, where nobody said so before.
UPDATE incident_window SET announced_at = :at, announced_by = :by, announced_where = :told
WHERE id = :id AND announced_at IS NULL;

-- name: late_causes
-- All that was given, in order.
SELECT dossier_id, window_id, cause, note, at, by FROM late_cause
ORDER BY dossier_id, place;

-- name: late_cause_give
-- One more of a dossier.
INSERT INTO late_cause (dossier_id, place, window_id, cause, note, at, by)
SELECT :dossier::text, coalesce(max(place), 0) + 1, :window::text, :cause::text, :note::text,
    :at::bigint, :by::text
FROM late_cause WHERE dossier_id = :dossier;
