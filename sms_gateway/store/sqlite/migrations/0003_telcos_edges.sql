-- oldest: 1
-- The call that was refused last: its trace stands in the log as well.
ALTER TABLE refused ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
CREATE INDEX refused_trace ON refused (trace_id) WHERE trace_id <> '';

-- Whether the text named its dossier and a second secret that is not the dossier's. In the inbox, for
-- it counts also where nothing was sent.
ALTER TABLE inbox ADD COLUMN wrong_secret INTEGER NOT NULL DEFAULT 0;
CREATE INDEX inbox_wrong_secret ON inbox (dossier_id, id) WHERE wrong_secret > 0;

-- The same report is kept once for each MT; a telco may give its id to another MT any day, and then
-- the same words are news. An index cannot say that; the statement that writes reports does.
DROP INDEX receipt_once;
CREATE INDEX receipt_same ON receipt (door, telco_id_norm, delivery, error, received_at);
