-- Writes a made-up log (`made_up.rows`) beside what COPY writes.

-- name: any_message
-- Whether somebody texted already.
SELECT EXISTS (SELECT 1 FROM inbox);

-- name: choices_make
-- Choices come here first, for a number may have made one before.
CREATE TEMPORARY TABLE made_opt_out (LIKE opt_out) ON COMMIT DROP;

-- name: choices_take
-- The last choice of each number.
INSERT INTO opt_out (sender_hash, dossier_id, opted_out, chosen_by, chosen_at)
SELECT sender_hash, dossier_id, opted_out, chosen_by, chosen_at FROM made_opt_out
ON CONFLICT (sender_hash, dossier_id) DO UPDATE SET opted_out = excluded.opted_out,
    chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
WHERE excluded.chosen_by > opt_out.chosen_by;

-- name: note
-- In the audit, so that nobody takes such a log for a real one.
INSERT INTO audit (at, by, act, subject, detail) VALUES (:at, :by, :act, :subject, :detail);
