-- Which words occur in a text: filled behind whoever records, emptied by the purge.

-- name: words_upto
-- Up to which id it is filled.
SELECT upto FROM word_mark WHERE name = 'texts';

-- name: words_turn
-- The same. Whoever fills and whoever purges take turns: neither must miss what the other has not
-- committed yet.
SELECT upto FROM word_mark WHERE name = 'texts' FOR UPDATE;

-- name: words_next
-- The next texts, but none behind a part that may still become one.
SELECT id, text FROM inbox
WHERE id > :after AND id < :before
  AND id < coalesce((SELECT min(id) FROM inbox_part WHERE joined_id IS NULL), '~')
ORDER BY id LIMIT :limit;

-- name: words_add
-- These words occur in these texts.
INSERT INTO text_word (word, mo_id) SELECT * FROM /* each row */ (word bigint, mo_id text) AS v
ON CONFLICT DO NOTHING;

-- name: words_move
-- It is filled so far.
UPDATE word_mark SET upto = :upto WHERE name = 'texts';

-- name: words_texts
-- What these texts say.
SELECT id, text FROM inbox WHERE id = ANY(:ids::text[]);

-- name: words_drop
-- A text says these words no more.
DELETE FROM text_word WHERE word = ANY(:words::bigint[]) AND mo_id = :id;

-- name: words_unused
-- Those of these words that no text has. The newest text of a word is asked for: what was purged
-- lies before the oldest one until the server's vacuum has been there.
SELECT w.word FROM unnest(:words::bigint[]) AS w (word)
WHERE (
    SELECT t.mo_id FROM text_word AS t WHERE t.word = w.word
    ORDER BY t.word DESC, t.mo_id DESC LIMIT 1) IS NULL;

-- name: word_parts_add
-- These parts are in these words.
INSERT INTO word_part (part, word) SELECT * FROM /* each row */ (part bigint, word bigint) AS v
ON CONFLICT DO NOTHING;

-- name: word_parts_drop
-- These parts are in these words no more.
DELETE FROM word_part AS p USING generate_subscripts(:pairs::bigint[], 1) AS nth
WHERE p.part = (:pairs::bigint[])[nth][1] AND p.word = (:pairs::bigint[])[nth][2];

-- name: word_parts_like
-- Words that a part is in, so many places at most.
SELECT word FROM word_part WHERE part >= :low AND part <= :high LIMIT :limit;
