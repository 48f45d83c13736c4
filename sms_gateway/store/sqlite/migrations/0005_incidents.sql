-- oldest: 1
-- What went wrong with the gateway itself, and whom it was told. An incident that stands must not be
-- told again after a restart.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    trouble TEXT NOT NULL,
    door TEXT NOT NULL,
    figure INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    texted_at INTEGER,
    texted_over_at INTEGER,
    posted_at INTEGER,
    posted_over_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX incident_open ON incident (trouble, door) WHERE closed_at IS NULL;
CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at IS NOT NULL;

-- How many texts came through a door within an hour (hours since 1970), probe texts apart: from it a
-- door's usual hour is known without a look into the log.
CREATE TABLE traffic (
    door TEXT NOT NULL,
    probe INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (door, probe, hour)
) STRICT, WITHOUT ROWID;
