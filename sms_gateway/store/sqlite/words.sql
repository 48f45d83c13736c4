-- Which words occur in a text: filled behind whoever records, emptied by the purge.

-- name: words_upto
-- Up to which id it is filled.
SELECT upto FROM word_mark WHERE name = 'texts';

-- name: words_turn
-- The same. Whoever fills and whoever purges take turns: here only one writes anyway.
SELECT upto FROM word_mark WHERE name = 'texts';

-- name: words_next
-- The next texts, but none behind a part that may still become one.
SELECT id, text FROM inbox
WHERE id > :after AND id < :before
  AND id < coalesce((SELECT min(id) FROM inbox_part WHERE joined_id IS NULL), '~')
ORDER BY id LIMIT :limit;

-- name: words_add
-- These words occur in these texts.
INSERT INTO text_word (word, mo_id) VALUES /* each row */ (?, ?) ON CONFLICT DO NOTHING;

-- name: words_move
-- It is filled so far.
UPDATE word_mark SET upto = :upto WHERE name = 'texts';

-- name: words_texts
-- What these texts say.
SELECT id, text FROM inbox WHERE id IN (SELECT value FROM json_each(:ids));

-- name: words_drop
-- A text says these words no more.
DELETE FROM text_word WHERE word IN (SELECT value FROM json_each(:words)) AND mo_id = :id;

-- name: words_unused
-- Those of these words that no text has.
SELECT w.value FROM json_each(:words) AS w
WHERE NOT EXISTS (SELECT 1 FROM text_word AS t WHERE t.word = w.value);

-- name: word_parts_add
-- These parts are in these words.
INSERT INTO word_part (part, word) VALUES /* each row */ (?, ?) ON CONFLICT DO NOTHING;

-- name: word_parts_drop
-- These parts are in these words no more. Several rows of VALUES would be looked for in all of the
-- table.
DELETE FROM word_part WHERE (part, word) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:pairs));

-- name: word_parts_like
-- Words that a part is in, so many places at most.
SELECT word FROM word_part WHERE part >= :low AND part <= :high LIMIT :limit;
