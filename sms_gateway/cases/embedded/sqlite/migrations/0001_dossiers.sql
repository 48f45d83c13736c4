-- oldest: 1
-- Moments are milliseconds since the epoch, UTC. No applicant's name or address, no officer:
-- no reply shows them, and what is not kept cannot leak.

CREATE TABLE dossier (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,              -- MaHoSo
    receipt TEXT NOT NULL,                -- SoBienNhan, or empty
    agency TEXT NOT NULL,                 -- code prefix, or empty
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 10),
    state_at INTEGER,
    received_at INTEGER,
    due_at INTEGER,
    new_due_at INTEGER,
    finished_at INTEGER,
    returned_at INTEGER,
    submitted_via TEXT NOT NULL CHECK (submitted_via IN ('', 'counter', 'post', 'online')),
    return_via TEXT NOT NULL CHECK (return_via IN ('counter', 'post', 'online')),
    sms_allowed INTEGER NOT NULL CHECK (sms_allowed IN (0, 1)),
    secret_hash TEXT NOT NULL,
    procedure_code TEXT NOT NULL,
    procedure_name TEXT NOT NULL,
    field_code TEXT NOT NULL,
    field_name TEXT NOT NULL,
    room TEXT NOT NULL,
    content_hash TEXT NOT NULL,           -- of all the above and the phones: tells changed rows
    answer TEXT NOT NULL,                 -- the domain's Dossier as JSON: all that lookups read
    learned_at INTEGER NOT NULL
) STRICT;

-- Not unique by key: several agencies number alike (yymmdd-nnnn).
CREATE TABLE dossier_number (
    key TEXT NOT NULL,
    dossier INTEGER NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    PRIMARY KEY (key, dossier)
) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_number_of ON dossier_number (dossier);

CREATE TABLE dossier_phone (
    dossier INTEGER NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('authorised', 'owner')),
    address TEXT NOT NULL,
    PRIMARY KEY (dossier, role, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE dossier_state (
    number INTEGER PRIMARY KEY,
    dossier INTEGER NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 10),
    source TEXT NOT NULL,
    source_time INTEGER,
    learned_at INTEGER NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE      -- of the step from the state before: see merge.py
) STRICT;
CREATE INDEX dossier_state_of ON dossier_state (dossier);

CREATE TABLE import_run (
    number INTEGER PRIMARY KEY,
    phase TEXT NOT NULL
        CHECK (phase IN ('staging', 'merging', 'removing', 'clearing', 'done', 'abandoned')),
    replaces INTEGER NOT NULL CHECK (replaces IN (0, 1)),
    learned_at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    merged INTEGER NOT NULL DEFAULT 0,    -- staged rows merged so far, by place
    removed_to INTEGER NOT NULL DEFAULT 0, -- dossiers looked at for removal so far, by number
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0
) STRICT;
-- At most one import is under way.
CREATE UNIQUE INDEX import_run_open ON import_run ((1)) WHERE phase NOT IN ('done', 'abandoned');

CREATE TABLE staged (
    place INTEGER PRIMARY KEY,            -- 1, 2, 3 ... in the order of the file
    fate TEXT CHECK (fate IN ('new', 'changed', 'unchanged')),
    id TEXT NOT NULL UNIQUE,
    receipt TEXT NOT NULL,
    agency TEXT NOT NULL,
    state INTEGER NOT NULL,
    state_at INTEGER,
    received_at INTEGER,
    due_at INTEGER,
    new_due_at INTEGER,
    finished_at INTEGER,
    returned_at INTEGER,
    submitted_via TEXT NOT NULL,
    return_via TEXT NOT NULL,
    sms_allowed INTEGER NOT NULL,
    secret_hash TEXT NOT NULL,
    procedure_code TEXT NOT NULL,
    procedure_name TEXT NOT NULL,
    field_code TEXT NOT NULL,
    field_name TEXT NOT NULL,
    room TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    keys TEXT NOT NULL,                   -- JSON: [key, ...]
    phones TEXT NOT NULL                  -- JSON: [[role, address], ...]
) STRICT;
