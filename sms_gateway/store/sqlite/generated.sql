-- Writes a made-up log (`made_up.rows`). Values are always bound, in the order of the columns.

-- name: inbox
-- MOs that have ended.
INSERT INTO inbox (
    id, door, telco_id, sender, sender_hash, short_code, operator, door_data, telco_time,
    received_at, answer_by, trace_id, run, inline, text, outcome, reason, intent, code_key,
    dossier_id, agency, snapshot_id, rules_hash, answered_at, handled_at
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
);

-- name: outbox
-- Their replies.
INSERT INTO outbox (
    id, kind, inbox_id, dossier_id, agency, recipient, recipient_hash, short_code, template,
    template_version, params, language, text, alphabet, segments, billing, billing_reason,
    priority, not_before, valid_until, door, door_pinned, inline, state, hold_reason,
    dedupe_key, created_at, settled_at, delivery, delivery_at, attempt, failures, asked_at,
    code_key, miss, failure
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    ?, ?, ?, ?, ?
);

-- name: attempt
-- Attempts to send them.
INSERT INTO attempt (
    outbox_id, attempt, part, at, door, run, result, reason, telco_id, telco_id_norm
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
);

-- name: receipt
-- Delivery reports.
INSERT INTO receipt (
    id, door, telco_id, telco_id_norm, delivery, error, telco_time, received_at, outbox_id
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?
);

-- name: raw_exchange
-- Requests as they came.
INSERT INTO raw_exchange (
    owner_id, at, request
) VALUES (
    ?, ?, ?
);

-- name: case_snapshot
-- Dossiers as answers were made from them.
INSERT INTO case_snapshot (
    id, body
) VALUES (
    ?, ?
);

-- name: mo_key
-- What repeated deliveries are known by.
INSERT INTO mo_key (
    hash, inbox_id, expires_at, taken_at
) VALUES (
    ?, ?, ?, ?
);

-- name: opt_out
-- The last choice of each number.
INSERT INTO opt_out (
    sender_hash, dossier_id, opted_out, chosen_by, chosen_at
) VALUES (
    ?, ?, ?, ?, ?
)
ON CONFLICT (sender_hash, dossier_id) DO UPDATE SET opted_out = excluded.opted_out,
    chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
WHERE excluded.chosen_by > opt_out.chosen_by;

-- name: any_message
-- Whether somebody texted already.
SELECT 1 FROM inbox LIMIT 1;

-- name: slow_indexes
-- The indexes whose keys come in no order: it is far quicker to make them anew at the end. Where a
-- constraint wants one there is no statement for it, and its keys do come in order.
SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(:tables))
ORDER BY name;

-- name: note
-- In the audit, so that nobody takes such a log for a real one.
INSERT INTO audit (at, by, act, subject, detail) VALUES (?, ?, ?, ?, ?);
