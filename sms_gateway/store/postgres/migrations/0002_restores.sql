-- oldest: 1
-- A restored copy holds back what would go out by itself, until staff release it. One row while it
-- does. Older code does not look here; the MTs that are held stay held for it as well.
CREATE TABLE restore_hold (
    name text COLLATE "C" PRIMARY KEY,
    at bigint NOT NULL,
    by text NOT NULL,
    copied_at bigint NOT NULL
);

-- By which keys the rows of this store were written: by another one they cannot be read again.
CREATE TABLE key_use (
    name text COLLATE "C" PRIMARY KEY,
    key_id text NOT NULL,
    at bigint NOT NULL
);
