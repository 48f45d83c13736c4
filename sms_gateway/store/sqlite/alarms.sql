-- What the alarms write and ask. Moments are milliseconds since 1970.

-- name: incident_insert
-- An incident, unless its subject has one that stands.
INSERT INTO incident (id, trouble, door, figure, opened_at)
VALUES (:id, :trouble, :door, :figure, :opened_at) ON CONFLICT DO NOTHING;

-- name: incident_update
-- What became of it. What was told once stays told.
UPDATE incident SET closed_at = :closed_at,
    texted_at = coalesce(texted_at, :texted_at),
    texted_over_at = coalesce(texted_over_at, :texted_over_at),
    posted_at = coalesce(posted_at, :posted_at),
    posted_over_at = coalesce(posted_over_at, :posted_over_at)
WHERE id = :id;

-- name: incidents
-- Incidents that stand, and those that ended since a moment.
SELECT id, trouble, door, figure, opened_at, closed_at, texted_at, texted_over_at, posted_at,
    posted_over_at
FROM incident WHERE closed_at IS NULL OR closed_at >= :since ORDER BY id;

-- name: incident_texts
-- The texts that told of incidents; their keys begin with the incident's id.
SELECT substr(o.dedupe_key, 7, 36), o.id, o.template, o.state
FROM json_each(:ids) AS told CROSS JOIN outbox AS o
  ON o.dedupe_key >= 'alarm:' || told.value || ':'
  AND o.dedupe_key < 'alarm:' || told.value || ';'
ORDER BY o.id;

-- name: traffic_add
-- Add to what came within an hour.
INSERT INTO traffic (door, probe, hour, count, last_at)
VALUES (:door, :probe, :hour, :count, :last_at)
ON CONFLICT (door, probe, hour) DO UPDATE SET count = traffic.count + excluded.count,
    last_at = max(traffic.last_at, excluded.last_at);

-- name: traffic_forget
-- Hours of long ago, of one door.
DELETE FROM traffic WHERE door = :door AND probe = :probe AND hour < :before;

-- name: traffic
-- What came since an hour.
SELECT door, probe, hour, count, last_at FROM traffic WHERE hour >= :since
ORDER BY door, probe, hour;

-- name: standing_uncertain
-- MTs whose fate nobody knows. The list of states is that of the index.
SELECT count(*) FROM outbox
WHERE state IN ('sending', 'uncertain', 'held') AND state = 'uncertain' AND kind <> 'alarm';

-- name: standing_held
-- Automatic messages that wait for a person.
SELECT count(*) FROM outbox
WHERE kind = 'notice' AND state = 'held' AND batch_id IS NOT NULL
  AND hold_reason IN ('blast', 'backward');

-- name: standing_paused
-- Doors that staff paused, and when.
SELECT door, at FROM door_state WHERE paused = 1;
