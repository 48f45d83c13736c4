-- What is asked of the database that rows are copied into. The names in braces are those of our own
-- tables and their columns; values are bound.

-- name: turn
-- One copy at a time. Also whatever a killed one has sent ends before the next begins.
SELECT pg_advisory_lock(hashtextextended(:name, 8083));

-- name: unfinished
-- Whether a copy was begun here and is not finished: the table is there just as long.
SELECT to_regclass('copy_progress') IS NOT NULL;

-- name: progress_make
-- How far each table is.
CREATE TABLE copy_progress (
    name text COLLATE "C" PRIMARY KEY,
    source text NOT NULL,
    rows bigint NOT NULL DEFAULT 0,
    sum numeric NOT NULL DEFAULT 0,
    last_key text
);

-- name: progress_drop
-- The copy is finished.
DROP TABLE copy_progress;

-- name: progress_begin
-- Nothing of a table is here yet.
INSERT INTO copy_progress (name, source) VALUES (:name, :source);

-- name: progress_clear
-- Everything begins again.
DELETE FROM copy_progress;

-- name: progress_step
-- More of a table is here, up to this key.
UPDATE copy_progress SET rows = :rows, sum = :sum, last_key = :last_key WHERE name = :name;

-- name: progress
-- How far each table is, and as what the source was known when it was begun.
SELECT name, source, rows, sum, last_key FROM copy_progress;

-- name: columns
-- The columns of a table.
SELECT column_name::text FROM information_schema.columns
WHERE table_schema = :schema AND table_name = :table ORDER BY column_name COLLATE "C";

-- name: counted
-- The columns that number their rows by themselves.
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = :schema AND is_identity = 'YES';

-- name: count_on
-- Numbers go on behind the highest one.
SELECT setval(pg_get_serial_sequence(:table, :column), greatest(max({column}), 1),
    max({column}) IS NOT NULL) FROM {table};

-- name: holds
-- Whether there is a row in a table.
SELECT EXISTS (SELECT 1 FROM {table});

-- name: count
-- How many rows a table has.
SELECT count(*) FROM {table};

-- name: empty
-- Everything out of a table, and out of those that refer to it.
TRUNCATE {table} CASCADE;

-- name: all_rows
-- A table.
SELECT {columns} FROM {table};
