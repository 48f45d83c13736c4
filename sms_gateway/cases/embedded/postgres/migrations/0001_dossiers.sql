-- oldest: 1
-- Moments are milliseconds since the epoch, UTC. No applicant's name or address, no officer:
-- no reply shows them, and what is not kept cannot leak.

CREATE TABLE dossier (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,  -- MaHoSo
    receipt text NOT NULL,                -- SoBienNhan, or empty
    agency text NOT NULL,                 -- code prefix, or empty
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 10),
    state_at bigint,
    received_at bigint,
    due_at bigint,
    new_due_at bigint,
    finished_at bigint,
    returned_at bigint,
    submitted_via text NOT NULL CHECK (submitted_via IN ('', 'counter', 'post', 'online')),
    return_via text NOT NULL CHECK (return_via IN ('counter', 'post', 'online')),
    sms_allowed smallint NOT NULL CHECK (sms_allowed IN (0, 1)),
    secret_hash text NOT NULL,
    procedure_code text NOT NULL,
    procedure_name text NOT NULL,
    field_code text NOT NULL,
    field_name text NOT NULL,
    room text NOT NULL,
    content_hash text NOT NULL,           -- of all the above and the phones: tells changed rows
    answer text NOT NULL,                 -- the domain's Dossier as JSON: all that lookups read
    learned_at bigint NOT NULL
);

-- Not unique by key: several agencies number alike (yymmdd-nnnn).
CREATE TABLE dossier_number (
    key text COLLATE "C" NOT NULL,
    dossier bigint NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    PRIMARY KEY (key, dossier)
);
CREATE INDEX dossier_number_of ON dossier_number (dossier);

CREATE TABLE dossier_phone (
    dossier bigint NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('authorised', 'owner')),
    address text NOT NULL,
    PRIMARY KEY (dossier, role, address)
);

CREATE TABLE dossier_state (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dossier bigint NOT NULL REFERENCES dossier (number) ON DELETE CASCADE,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 10),
    source text NOT NULL,
    source_time bigint,
    learned_at bigint NOT NULL,
    fingerprint text COLLATE "C" NOT NULL UNIQUE -- of the step from the state before: see merge.py
);
CREATE INDEX dossier_state_of ON dossier_state (dossier, number);

CREATE TABLE import_run (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phase text NOT NULL
        CHECK (phase IN ('staging', 'merging', 'removing', 'clearing', 'done', 'abandoned')),
    replaces smallint NOT NULL CHECK (replaces IN (0, 1)),
    learned_at bigint NOT NULL,
    total bigint NOT NULL,
    merged bigint NOT NULL DEFAULT 0,     -- staged rows merged so far, by place
    removed_to bigint NOT NULL DEFAULT 0, -- dossiers looked at for removal so far, by number
    new bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0
);
-- At most one import is under way.
CREATE UNIQUE INDEX import_run_open ON import_run ((1)) WHERE phase NOT IN ('done', 'abandoned');

CREATE TABLE staged (
    place bigint PRIMARY KEY,             -- 1, 2, 3 ... in the order of the file
    fate text CHECK (fate IN ('new', 'changed', 'unchanged')),
    id text COLLATE "C" NOT NULL UNIQUE,
    receipt text NOT NULL,
    agency text NOT NULL,
    state smallint NOT NULL,
    state_at bigint,
    received_at bigint,
    due_at bigint,
    new_due_at bigint,
    finished_at bigint,
    returned_at bigint,
    submitted_via text NOT NULL,
    return_via text NOT NULL,
    sms_allowed smallint NOT NULL,
    secret_hash text NOT NULL,
    procedure_code text NOT NULL,
    procedure_name text NOT NULL,
    field_code text NOT NULL,
    field_name text NOT NULL,
    room text NOT NULL,
    content_hash text NOT NULL,
    answer text NOT NULL,
    keys text NOT NULL,                   -- JSON: [key, ...]
    phones text NOT NULL                  -- JSON: [[role, address], ...]
) WITH (fillfactor = 45);                -- room for the same row once more, with its fate
