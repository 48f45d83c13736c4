-- oldest: 1
-- The history of states becomes a feed, for every kind of door that tells of dossiers.

ALTER TABLE dossier ADD COLUMN officer TEXT NOT NULL DEFAULT '';  -- NguoiXuLy, for staff
ALTER TABLE staged ADD COLUMN officer TEXT NOT NULL DEFAULT '';

-- Whoever reads the feed goes on behind the number that he read last. So none may be given twice,
-- not even when the newest entry was removed: AUTOINCREMENT.
CREATE TABLE dossier_state_anew (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    dossier INTEGER NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 10),
    source TEXT NOT NULL,                 -- import, push, sql or http
    source_time INTEGER,
    learned_at INTEGER NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE      -- of the step from the state before: see merge.py
) STRICT;
INSERT INTO dossier_state_anew (number, dossier, state, source, source_time, learned_at, fingerprint)
SELECT number, dossier, state, source, source_time, learned_at, fingerprint
FROM dossier_state ORDER BY number;
DROP TABLE dossier_state;
ALTER TABLE dossier_state_anew RENAME TO dossier_state;
CREATE INDEX dossier_state_of ON dossier_state (dossier);

-- Appointments that may be missed: the clock runs in states 2 and 4 only.
CREATE INDEX dossier_due ON dossier (due_at) WHERE state IN (2, 4);
CREATE INDEX dossier_new_due ON dossier (new_due_at) WHERE state IN (2, 4) AND new_due_at IS NOT NULL;

-- How far something that tells of changes was read, and how far the feed itself was handed out.
CREATE TABLE feed_cursor (
    name TEXT PRIMARY KEY,
    cursor TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Words for states that nobody knew when they came; no dossier, and nothing of one.
CREATE TABLE unknown_state (
    source TEXT NOT NULL,
    word TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (source, word)
) STRICT, WITHOUT ROWID;
