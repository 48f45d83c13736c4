-- Which words occur in a text: filled behind whoever records, emptied by the purge.

-- name: words_upto
-- Up to which id it is filled.
SELECT upto FROM word_mark WHERE name = 'texts';

-- name: words_next
-- The next texts, but none behind a part that may still become one. What is purged meanwhile
-- waits until they are written.
SELECT id, text FROM inbox
WHERE id > :after AND id < :before
  AND id < coalesce((SELECT min(id) FROM inbox_part WHERE joined_id IS NULL), '~')
ORDER BY id LIMIT :limit FOR SHARE;

-- name: words_add
-- These words occur in these texts.
INSERT INTO text_word (word, mo_id) SELECT * FROM /* each row */ (word bigint, mo_id text) AS v
ON CONFLICT DO NOTHING;

-- name: words_move
-- It is filled so far.
INSERT INTO word_mark (name, upto) VALUES ('texts', :upto)
ON CONFLICT (name) DO UPDATE SET upto = excluded.upto;

-- name: words_texts
-- What these texts say.
SELECT id, text FROM inbox WHERE id = ANY(:ids::text[]);

-- name: words_drop
-- A text says these words no more.
DELETE FROM text_word WHERE word = ANY(:words::bigint[]) AND mo_id = :id;
