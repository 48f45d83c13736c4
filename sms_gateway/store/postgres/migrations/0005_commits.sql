-- oldest: 1
-- The number of a run's last commit: whoever lost the word on one finds here whether it was made.
-- Older code leaves it at 0 and does not ask.
ALTER TABLE node ADD COLUMN commits bigint NOT NULL DEFAULT 0;
