-- What reports count. Ids sort by time, so that each is a walk over one window.

-- name: figures_texts
-- Texts by what they have in common.
SELECT door, operator, coalesce(outcome, 'unanswered'), reason,
    (received_at + :offset_ms) / 3600000 % 24, count(*)
FROM inbox WHERE id >= :after AND id < :before AND (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)))
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;

-- name: figures_speeds
-- Texts by how they ended and how soon the telco took the reply, in tenths of a second.
SELECT i.agency, i.operator, coalesce(i.outcome, 'unanswered'),
    i.outcome IS NULL OR coalesce(o.state IN ('queued', 'sending'), 0),
    CASE WHEN o.state = 'accepted'
        THEN min(max(o.settled_at - i.received_at + 99, 0) / 100, :slowest) END, count(*)
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply'
WHERE i.id >= :after AND i.id < :before GROUP BY 1, 2, 3, 4, 5;

-- name: figures_sent
-- Messages of ours by what they have in common.
SELECT door, kind, billing, billing_reason, count(*), sum(segments),
    count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE delivery = 'delivered')
FROM outbox WHERE id >= :after AND id < :before AND (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)))
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;

-- name: figures_unread
-- Texts that could not be understood, or named no number of ours, and whose words are still there,
-- oldest first; among those that asked for help are the words of a poster typed as they stand.
SELECT id, short_code, text, received_at, door, operator FROM inbox
WHERE id > :after AND id < :before AND purged_at IS NULL
    AND (intent IN ('malformed', 'help') OR reason = 'E1-nocode')
    AND (:agencies IS NULL OR agency IN (SELECT value FROM json_each(:agencies)))
ORDER BY id LIMIT :limit;

-- name: charged_replies
-- Messages of ours that telcos took, or may have taken, oldest first.
SELECT id, recipient, coalesce(settled_at, created_at), billing, segments FROM outbox
WHERE id > :after AND id < :before AND state IN ('accepted', 'uncertain') AND purged_at IS NULL
    AND door IN (SELECT value FROM json_each(:doors))
ORDER BY id LIMIT :limit;

-- name: charged_texts
-- Texts with how their replies are charged, oldest first.
SELECT i.id, i.telco_id, i.sender, i.received_at, o.billing, o.segments
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id AND o.kind = 'reply'
WHERE i.id > :after AND i.id < :before AND i.purged_at IS NULL AND i.door IN (SELECT value FROM json_each(:doors))
ORDER BY i.id LIMIT :limit;
