-- The chain of the audit, see domain/audit_chain.py.

-- name: audit_head_take
-- The end of the chain; whoever has it adds to the chain alone, until the transaction ends.
INSERT INTO audit_head (name, seq, hash) VALUES ('head', 0, :first)
ON CONFLICT (name) DO UPDATE SET seq = audit_head.seq RETURNING seq, hash;

-- name: audit_unchained
-- The oldest lines that have no place in it yet, each with a salt.
SELECT id, at, convert_to(by, 'UTF8'), convert_to(act, 'UTF8'), convert_to(subject, 'UTF8'), convert_to(detail, 'UTF8'),
    convert_to(replace(gen_random_uuid()::text, '-', ''), 'UTF8')
FROM audit WHERE seq IS NULL ORDER BY id LIMIT :limit
FOR UPDATE SKIP LOCKED;

-- name: audit_link
-- Give them their places.
UPDATE audit SET seq = v.seq, salt = v.salt, content = v.content, prev = v.prev, hash = v.hash
FROM /* each row */ (
    id bigint, seq bigint, salt text, content text, prev text, hash text
) AS v
-- Put so that no plan walks along all that have none.
WHERE audit.id = v.id AND (audit.seq IS NULL OR v.id IS NULL);

-- name: audit_head_move
-- It ends here now.
UPDATE audit_head SET seq = :seq, hash = :hash WHERE name = 'head';

-- name: audit_head
-- Where it ends.
SELECT seq, hash FROM audit_head WHERE name = 'head';

-- name: audit_unchained_count
-- How many lines have no place in it yet.
SELECT count(*) FROM audit WHERE seq IS NULL;

-- name: audit_links
-- The next lines of it.
SELECT id, at, convert_to(by, 'UTF8'), convert_to(act, 'UTF8'), convert_to(subject, 'UTF8'), convert_to(detail, 'UTF8'),
    convert_to(coalesce(salt, ''), 'UTF8'), seq, coalesce(content, ''), coalesce(prev, ''),
    coalesce(hash, '')
FROM audit WHERE seq >= :seq AND (seq, id) > (:seq, :id) ORDER BY seq, id LIMIT :limit;

-- name: audit_links_of
-- These lines, where they have a place in it.
SELECT id, at, convert_to(by, 'UTF8'), convert_to(act, 'UTF8'), convert_to(subject, 'UTF8'), convert_to(detail, 'UTF8'),
    convert_to(coalesce(salt, ''), 'UTF8'), seq, coalesce(content, ''), coalesce(prev, ''),
    coalesce(hash, '')
FROM audit WHERE id = ANY(:ids::bigint[]) AND seq IS NOT NULL;

-- name: audit_anchor_at
-- What a purge left that holds a number.
SELECT first, last, before, hash, key_id, mark FROM audit_anchor
WHERE first <= :seq AND last >= :seq ORDER BY first DESC LIMIT 1;

-- name: audit_anchor_from
-- The first that holds a number or one behind it; they are few.
SELECT first, last, before, hash, key_id, mark FROM audit_anchor
WHERE last >= :seq ORDER BY first LIMIT 1;

-- name: audit_anchor_add
-- What a purge leaves.
INSERT INTO audit_anchor (first, last, before, hash, at, key_id, mark)
VALUES (:first, :last, :before, :hash, :at, :key_id, :mark);

-- name: audit_anchor_remove
-- It is part of another one now.
DELETE FROM audit_anchor WHERE first = :first;

-- name: audit_blank
-- Take away what lines of these acts about these say, and leave their places.
UPDATE audit SET subject = '', detail = '', salt = ''
WHERE subject = ANY(:subjects::text[]) AND act = ANY(:acts::text[])
  AND subject <> '' AND detail <> '';

-- name: audit_seq_from
-- The first place at or after a moment.
SELECT seq FROM audit WHERE at >= :at AND seq IS NOT NULL ORDER BY at, seq LIMIT 1;

-- name: audit_seq_until
-- The last place before a moment.
SELECT seq FROM audit WHERE at < :at AND seq IS NOT NULL ORDER BY at DESC, seq DESC LIMIT 1;

-- name: audit_acts
-- Every word of an act, by steps along its index.
WITH RECURSIVE acts (act) AS (
    SELECT min(act) FROM audit
    UNION ALL
    SELECT (SELECT min(a.act) FROM audit AS a WHERE a.act > acts.act) FROM acts
    WHERE acts.act IS NOT NULL
)
SELECT act FROM acts WHERE act IS NOT NULL;

-- name: audit_page
-- Lines, newest first.
SELECT seq, at, by, act, subject, detail, salt FROM audit
WHERE seq > :above AND seq < :before AND at >= :since AND at < :until
ORDER BY seq DESC LIMIT :limit;

-- name: audit_page_of_act
-- Those of one act.
SELECT seq, at, by, act, subject, detail, salt FROM audit
WHERE act = :act AND seq > :above AND seq < :before AND at >= :since AND at < :until
ORDER BY seq DESC LIMIT :limit;

-- name: audit_page_of_person
-- Those of one person.
SELECT seq, at, by, act, subject, detail, salt FROM audit
WHERE by = :by AND seq > :above AND seq < :before AND at >= :since AND at < :until
  AND substr(act, 1, length(:act::text)) = :act
ORDER BY seq DESC LIMIT :limit;

-- name: audit_page_of_subject
-- Those about something.
SELECT seq, at, by, act, subject, detail, salt FROM audit
WHERE subject = :subject AND seq > :above AND seq < :before AND at >= :since AND at < :until
  AND substr(act, 1, length(:act::text)) = :act
  AND (:by::text = '' OR by = :by)
ORDER BY seq DESC LIMIT :limit;
