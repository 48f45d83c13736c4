-- oldest: 1
-- The history of states becomes a feed, for every kind of door that tells of dossiers.

ALTER TABLE dossier ADD COLUMN officer text NOT NULL DEFAULT '';  -- NguoiXuLy, for staff
ALTER TABLE staged ADD COLUMN officer text NOT NULL DEFAULT '';

-- Appointments that may be missed: the clock runs in states 2 and 4 only.
CREATE INDEX dossier_due ON dossier (due_at) WHERE state IN (2, 4);
CREATE INDEX dossier_new_due ON dossier (new_due_at) WHERE state IN (2, 4) AND new_due_at IS NOT NULL;

-- How far something that tells of changes was read, and how far the feed itself was handed out.
CREATE TABLE feed_cursor (
    name text COLLATE "C" PRIMARY KEY,
    cursor text NOT NULL,
    at bigint NOT NULL
);

-- Words for states that nobody knew when they came; no dossier, and nothing of one.
CREATE TABLE unknown_state (
    source text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (source, word)
);
