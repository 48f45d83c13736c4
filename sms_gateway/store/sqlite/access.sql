-- Who may sign in, who is signed in, who is invited, and who failed to prove it.

-- name: staff_all
-- All of them, by login.
SELECT id, login, name, role, agencies, language, disabled,
    password <> '', totp <> '', added_at, added_by, accepted_at,
    signed_in_at, keys_off, subject <> ''
FROM staff ORDER BY login;

-- name: staff_credentials
-- What a person proves themselves by, found by their login.
SELECT id, login, name, role, agencies, language, disabled,
    password <> '', totp <> '', added_at, added_by, accepted_at,
    signed_in_at, keys_off, subject <> '',
    password, totp, totp_offered, totp_step, issuer, subject
FROM staff WHERE login = :login;

-- name: staff_by_id
-- The same, found by their id.
SELECT id, login, name, role, agencies, language, disabled,
    password <> '', totp <> '', added_at, added_by, accepted_at,
    signed_in_at, keys_off, subject <> '',
    password, totp, totp_offered, totp_step, issuer, subject
FROM staff WHERE id = :id;

-- name: staff_administrators
-- Those who could sign in and manage all others; two acts at once must not remove the last two.
SELECT id FROM staff
WHERE role = 'administrator' AND disabled = 0 AND (password <> '' OR subject <> '')
    AND agencies IS NULL
ORDER BY id;

-- name: staff_add
-- Somebody new, unless the login is taken.
INSERT INTO staff (
    id, login, name, role, agencies, language, disabled, password, totp, totp_offered, totp_step,
    added_at, added_by
) VALUES (:id, :login, :name, :role, :agencies, :language, 0, '', '', '', 0, :at, :by)
ON CONFLICT DO NOTHING;

-- name: staff_change
-- What they are called and may do.
UPDATE staff SET name = :name, role = :role, agencies = :agencies, disabled = :disabled
WHERE id = :id;

-- name: staff_reset
-- They are to begin anew.
UPDATE staff SET password = '', totp = '', totp_offered = '', issuer = '', subject = ''
WHERE id = :id;

-- name: staff_accept
-- They took up an invitation.
UPDATE staff SET password = :password, accepted_at = :at WHERE id = :id AND disabled = 0;

-- name: staff_signed_in
-- They proved it, and neither that nor the step of their code changed or was used meanwhile.
UPDATE staff SET password = :password, signed_in_at = :at, totp_step = max(totp_step, :step)
WHERE id = :id AND disabled = 0 AND password = :proved AND totp = :totp
    AND (totp = '' OR totp_step < :step);

-- name: staff_linked
-- Who is linked to a person of a provider.
SELECT login FROM staff WHERE issuer = :issuer AND subject = :subject AND subject <> '';

-- name: staff_provided
-- They came from the provider, as the one who did so first or as the first one.
UPDATE staff SET issuer = :issuer, subject = :subject, signed_in_at = :at,
    totp_step = max(totp_step, :step)
WHERE id = :id AND disabled = 0 AND totp = :totp AND password = :proved
    AND issuer = :was_issuer AND subject = :was_subject
    AND (:without_code = 1 OR totp_step < :step);

-- name: staff_unlink
-- Whoever comes from the provider as them next is the one from then on.
UPDATE staff SET issuer = '', subject = '' WHERE id = :id AND subject <> '';

-- name: staff_password
-- Their own new password, where neither the old one nor the step of their code changed or was used.
UPDATE staff SET password = :password, totp_step = max(totp_step, :step)
WHERE id = :id AND disabled = 0 AND password = :proved AND totp = :totp
    AND (totp = '' OR totp_step < :step);

-- name: staff_totp_offer
-- A second factor that they are to confirm; the code of the one before that they showed is used.
UPDATE staff SET totp_offered = :secret, totp_step = max(totp_step, :step)
WHERE id = :id AND disabled = 0 AND (totp = '' OR totp_step < :step);

-- name: staff_totp_confirm
-- They confirmed it.
UPDATE staff SET totp = totp_offered, totp_offered = '', totp_step = :step
WHERE id = :id AND disabled = 0 AND totp_offered = :secret AND totp_offered <> '';

-- name: staff_language
-- The language of their pages.
UPDATE staff SET language = :language WHERE id = :id;

-- name: staff_keys
-- Whether single keys do something on their pages.
UPDATE staff SET keys_off = :off WHERE id = :id;

-- name: session_add
-- Somebody is signed in.
INSERT INTO staff_session (
    id, token_hash, staff_id, started_at, last_seen_at, address, second_factor
) VALUES (:id, :token_hash, :staff_id, :at, :at, :address, :second_factor);

-- name: session_found
-- Whose session a token belongs to.
SELECT w.id, w.staff_id, w.started_at, w.last_seen_at, w.address, w.second_factor,
    s.id, s.login, s.name, s.role, s.agencies, s.language, s.disabled,
    s.password <> '', s.totp <> '', s.added_at, s.added_by, s.accepted_at,
    s.signed_in_at, s.keys_off, s.subject <> ''
FROM staff_session AS w JOIN staff AS s ON s.id = w.staff_id WHERE w.token_hash = :token_hash;

-- name: sessions_of
-- Where a person is signed in, the last one first.
SELECT id, staff_id, started_at, last_seen_at, address, second_factor
FROM staff_session WHERE staff_id = :staff_id ORDER BY started_at DESC, id DESC;

-- name: session_touch
-- It was used.
UPDATE staff_session SET last_seen_at = :at WHERE token_hash = :token_hash AND last_seen_at < :at;

-- name: session_end
-- It is over; whose it was.
DELETE FROM staff_session WHERE id = :id RETURNING staff_id;

-- name: sessions_end
-- All of a person are over, but one.
DELETE FROM staff_session WHERE staff_id = :staff_id AND id <> :keep;

-- name: sessions_forget
-- Those that began too long ago.
DELETE FROM staff_session WHERE started_at < :before;

-- name: invite_put
-- A link that works once, in the place of the one before.
INSERT INTO staff_invite (staff_id, token_hash, made_at, expires_at, by)
VALUES (:staff_id, :token_hash, :at, :expires_at, :by)
ON CONFLICT (staff_id) DO UPDATE SET token_hash = excluded.token_hash,
    made_at = excluded.made_at, expires_at = excluded.expires_at, by = excluded.by;

-- name: invite_found
-- For whom a link is.
SELECT v.expires_at,
    s.id, s.login, s.name, s.role, s.agencies, s.language, s.disabled,
    s.password <> '', s.totp <> '', s.added_at, s.added_by, s.accepted_at,
    s.signed_in_at, s.keys_off, s.subject <> ''
FROM staff_invite AS v JOIN staff AS s ON s.id = v.staff_id WHERE v.token_hash = :token_hash;

-- name: invite_take
-- It was used, or is past; for whom it was.
DELETE FROM staff_invite WHERE token_hash = :token_hash AND expires_at > :at RETURNING staff_id;

-- name: invite_drop
-- A person's link works no more.
DELETE FROM staff_invite WHERE staff_id = :staff_id;

-- name: invites_forget
-- No link works any more.
DELETE FROM staff_invite;

-- name: attempt_keep
-- A count begins.
INSERT INTO staff_attempt (name, failures, since, wait_until, forget_at)
VALUES (:name, 0, :at, 0, :forget_at) ON CONFLICT DO NOTHING;

-- name: attempt_get
-- A count, which nobody else changes meanwhile.
SELECT failures, since, wait_until FROM staff_attempt WHERE name = :name;

-- name: attempt_set
-- One failure more.
UPDATE staff_attempt
SET failures = :failures, since = :since, wait_until = :wait_until, forget_at = :forget_at
WHERE name = :name;

-- name: attempt_spare
-- It was none.
UPDATE staff_attempt SET failures = max(failures - 1, 0),
    wait_until = CASE WHEN wait_until = :wait_until THEN 0 ELSE wait_until END
WHERE name = :name;

-- name: attempt_end
-- A count ends.
DELETE FROM staff_attempt WHERE name = :name;

-- name: attempt_known
-- An account signed in from an address.
INSERT INTO staff_attempt (name, failures, since, wait_until, forget_at)
VALUES (:name, 0, :at, 0, :forget_at)
ON CONFLICT (name) DO UPDATE
SET failures = 0, since = excluded.since, wait_until = 0, forget_at = excluded.forget_at;

-- name: attempt_forget
-- Old counts.
DELETE FROM staff_attempt WHERE forget_at < :now;
