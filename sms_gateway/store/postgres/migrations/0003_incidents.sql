-- oldest: 1
-- What went wrong with the gateway itself, and whom it was told. An incident that stands must not be
-- told again after a restart.
CREATE TABLE incident (
    id text COLLATE "C" PRIMARY KEY,
    trouble text COLLATE "C" NOT NULL,
    door text COLLATE "C" NOT NULL,
    figure bigint NOT NULL,
    opened_at bigint NOT NULL,
    closed_at bigint,
    texted_at bigint,
    texted_over_at bigint,
    posted_at bigint,
    posted_over_at bigint
);
CREATE UNIQUE INDEX incident_open ON incident (trouble, door) WHERE closed_at IS NULL;
CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at IS NOT NULL;

-- How many texts came through a door within an hour (hours since 1970), probe texts apart: from it a
-- door's usual hour is known without a look into the log.
CREATE TABLE traffic (
    door text COLLATE "C" NOT NULL,
    probe integer NOT NULL,
    hour bigint NOT NULL,
    count bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (door, probe, hour)
);
