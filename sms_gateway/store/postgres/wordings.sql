-- Versions of what replies say, beside the files.

-- name: wording_versions
-- Those of one reply, the last one first.
SELECT id, template, base, from_file, vi, vi_tail, en, en_tail, version, before, note, wanted_from,
    proposed_at, proposed_by, proposer, state, decided_at, decided_by, reason, holds_from
FROM template_version WHERE template = :template ORDER BY proposed_at DESC, id DESC LIMIT :limit;

-- name: wording_all
-- Those of all replies, the last one first.
SELECT id, template, base, from_file, vi, vi_tail, en, en_tail, version, before, note, wanted_from,
    proposed_at, proposed_by, proposer, state, decided_at, decided_by, reason, holds_from
FROM template_version ORDER BY proposed_at DESC, id DESC;

-- name: wording_version
-- One of them.
SELECT id, template, base, from_file, vi, vi_tail, en, en_tail, version, before, note, wanted_from,
    proposed_at, proposed_by, proposer, state, decided_at, decided_by, reason, holds_from
FROM template_version WHERE id = :id;

-- name: wording_waiting
-- Those that wait for a decision, the oldest first.
SELECT id, template, base, from_file, vi, vi_tail, en, en_tail, version, before, note, wanted_from,
    proposed_at, proposed_by, proposer, state, decided_at, decided_by, reason, holds_from
FROM template_version WHERE state = 'waiting' ORDER BY proposed_at, id;

-- name: wording_approved
-- Those that hold, held before, or will from their day on: the later one of a reply goes before.
SELECT id, template, base, from_file, vi, vi_tail, en, en_tail, version, before, note, wanted_from,
    proposed_at, proposed_by, proposer, state, decided_at, decided_by, reason, holds_from
FROM template_version WHERE state = 'approved' ORDER BY template, holds_from, decided_at, id;

-- name: wording_turn
-- Whoever changes what replies say is alone until its end: two must not follow one base, nor pass
-- the limit of those that wait. There may be no row yet that could be locked.
SELECT pg_advisory_xact_lock(hashtext(current_schema()), 4);

-- name: wording_last
-- The version of a reply that was approved last.
SELECT id, holds_from FROM template_version WHERE template = :template AND state = 'approved'
ORDER BY holds_from DESC, decided_at DESC, id DESC LIMIT 1;

-- name: wording_waiting_count
-- How many of a reply wait.
SELECT count(*) FROM template_version WHERE template = :template AND state = 'waiting';

-- name: wording_propose
-- One more.
INSERT INTO template_version (
    id, template, base, from_file, vi, vi_tail, en, en_tail, version, before, note, wanted_from,
    proposed_at, proposed_by, proposer
) VALUES (
    :id, :template, :base, :from_file, :vi, :vi_tail, :en, :en_tail, :version, :before, :note,
    :wanted_from, :at, :by, :proposer
);

-- name: wording_approver
-- Whether an account may still be used.
SELECT 1 FROM staff WHERE id = :id AND disabled = 0;

-- name: wording_approve
-- One that waits is to hold, from now on or from its later day.
UPDATE template_version SET
    state = 'approved', decided_at = :at, decided_by = :by,
    holds_from = CASE WHEN wanted_from > :at::bigint THEN wanted_from ELSE :at::bigint END
WHERE id = :id AND state = 'waiting';

-- name: wording_end
-- One is not to hold.
UPDATE template_version SET
    state = :to, decided_at = :at, decided_by = :by, reason = :reason, holds_from = NULL
WHERE id = :id AND state = :state;
