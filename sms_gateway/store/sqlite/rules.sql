-- What staff change of the rules, beside the files.

-- name: synonyms
-- The words that they added, in the order in which they did.
SELECT name, written, meant, note, at, by FROM rules WHERE kind = 'synonym' ORDER BY at, name;

-- name: synonym_add
-- One more, unless it is there.
INSERT INTO rules (kind, name, written, meant, note, at, by)
VALUES ('synonym', :name, :written, :meant, :note, :at, :by) ON CONFLICT DO NOTHING;

-- name: synonym_remove
-- One less.
DELETE FROM rules WHERE kind = 'synonym' AND name = :name;
