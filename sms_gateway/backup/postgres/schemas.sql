-- What is asked of a schema that is copied, or that is to be made. The names in braces are those of
-- our own tables; values are bound.

-- name: unhurried
-- The dump takes as long as it takes, and this transaction waits for it.
SELECT set_config('idle_in_transaction_session_timeout', '0', true);

-- name: snapshot
-- A moment that pg_dump can be told to show as well.
SELECT pg_export_snapshot();

-- name: tables
-- The tables of a schema.
SELECT tablename::text FROM pg_tables WHERE schemaname = :schema ORDER BY tablename COLLATE "C";

-- name: count
-- How many rows a table has.
SELECT count(*) FROM {table};

-- name: size
-- Octets of the tables of a schema, without their indexes.
SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = :schema AND c.relkind = 'r';

-- name: there
-- Whether a schema is there.
SELECT to_regnamespace(:schema) IS NOT NULL;

-- name: turn
-- One restore at a time.
SELECT pg_try_advisory_lock(hashtextextended('restore ' || :schema, 8083));
