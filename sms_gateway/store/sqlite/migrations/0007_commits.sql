-- oldest: 1
-- The number of a run's last commit: whoever lost the word on one finds here whether it was made.
-- Only PostgreSQL is so far away.
ALTER TABLE node ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
