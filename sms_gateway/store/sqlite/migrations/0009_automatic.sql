-- oldest: 1
-- What automatic messages, reports and the citizen's say need.

-- Days on which the offices work otherwise than the week and the shipped calendar say.
CREATE TABLE calendar_day (
    day TEXT PRIMARY KEY,                 -- 2026-11-24
    kind TEXT NOT NULL,                   -- holiday, worked, morning, afternoon
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
