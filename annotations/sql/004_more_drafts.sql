-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 4: more than one draft a track.
--
-- A note that was put away half written stays while another one is begun: drafts are kept by the
-- note that they become. The new table keeps its own name: after a table was renamed here, SQLite 3.40
-- refuses the checkpoint that follows.

-- seq: saved later, greater. put_away: she left it for something else; 0: it was being written.
CREATE TABLE draft_of_note (
  seq      INTEGER PRIMARY KEY,
  note_id  BLOB NOT NULL UNIQUE,
  track_id BLOB NOT NULL,
  put_away INTEGER NOT NULL,
  body     BLOB NOT NULL
);
CREATE INDEX draft_by_track ON draft_of_note (track_id, seq);
INSERT INTO draft_of_note (note_id, track_id, put_away, body)
  SELECT note_id, track_id, 0, body FROM draft WHERE true
  ON CONFLICT (note_id) DO NOTHING;
DROP TABLE draft;
