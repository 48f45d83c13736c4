-- Days on which the offices work otherwise than the file says.

-- name: calendar_days
-- All of them, in order.
SELECT day, kind, note, at, by FROM calendar_day ORDER BY day;

-- name: calendar_set
-- Write one down, in place of what was there.
INSERT INTO calendar_day (day, kind, note, at, by) VALUES (:day, :kind, :note, :at, :by)
ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, note = excluded.note, at = excluded.at,
    by = excluded.by;

-- name: calendar_unset
-- The file speaks again.
DELETE FROM calendar_day WHERE day = :day;
