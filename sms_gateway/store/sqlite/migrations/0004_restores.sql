-- oldest: 1
-- A restored copy holds back what would go out by itself, until staff release it. One row while it
-- does. Older code does not look here; the MTs that are held stay held for it as well.
CREATE TABLE restore_hold (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    copied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- By which keys the rows of this store were written: by another one they cannot be read again.
CREATE TABLE key_use (
    name TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
