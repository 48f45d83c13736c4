-- What only a server can be asked.

-- name: server
-- Its version, the size of the database, how many gateways are connected.
SELECT current_setting('server_version'), pg_database_size(current_database()),
    (SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'sms-gateway%'
       AND pid <> pg_backend_pid());

-- name: gateways
-- How many connections of gateways that serve: each holds the lock of its run, and no other lock of
-- ours is shared. The names alone would count whoever only reads, as a backup does.
SELECT count(DISTINCT held.pid) FROM pg_locks AS held JOIN pg_stat_activity AS line USING (pid)
WHERE held.locktype = 'advisory' AND held.mode = 'ShareLock' AND held.granted
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND line.application_name LIKE 'sms-gateway%';

-- name: server_settings
-- The settings that durability hangs on.
SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') ORDER BY name;

-- name: commit_mark
-- Number this run's commit, in itself, unless it has nothing to write. The server's own number of a
-- transaction would not do: after a crash it is given again.
UPDATE node SET commits = :number
WHERE run = :run AND pg_current_xact_id_if_assigned() IS NOT NULL;

-- name: commit_asked
-- The number of this run's last commit, once none of it is under way any more.
SELECT commits FROM node WHERE run = :run FOR UPDATE;

-- name: life_lock
-- The lock that shows that a run lives: each of its connections holds it. Whoever looks whether the
-- run is dead holds it for a moment.
SELECT pg_advisory_lock_shared(hashtextextended(:run, 8083));

-- name: lead_lock
-- The lock of whoever leads something, unless another run holds it.
SELECT pg_try_advisory_lock(hashtextextended(:name, 8083));

-- name: turns_take
-- Those of these numbers that nobody else is answering; now we are. The second key keeps them apart
-- from other locks.
SELECT number FROM unnest(:numbers::text[]) AS number
WHERE pg_try_advisory_lock(hashtextextended(number, 4043));

-- name: turns_give
-- Their answers are written.
SELECT pg_advisory_unlock(hashtextextended(number, 4043)) FROM unnest(:numbers::text[]) AS number;

-- name: hint
-- Other nodes hear that these have something to do; nothing else is told.
SELECT pg_notify('sms_gateway', what) FROM unnest(:whats::text[]) AS what;
