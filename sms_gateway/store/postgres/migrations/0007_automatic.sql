-- oldest: 1
-- What automatic messages, reports and the citizen's say need.

-- Days on which the offices work otherwise than the week and the shipped calendar say.
CREATE TABLE calendar_day (
    day text PRIMARY KEY,                 -- 2026-11-24
    kind text NOT NULL,                   -- holiday, worked, morning, afternoon
    note text NOT NULL,
    at bigint NOT NULL,
    by text NOT NULL
);
