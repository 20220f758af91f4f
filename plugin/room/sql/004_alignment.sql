-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 4: what was found of two recordings of one visit.

-- Where segment from_id lies in the recording of segment_id. Nothing stands by it until a person
-- has said so; then it stands in the walks' logs, with the tracks.
CREATE TABLE alignment (
  segment_id     BLOB NOT NULL,
  from_id        BLOB NOT NULL,
  method         TEXT NOT NULL,   -- sound; clock
  state          TEXT NOT NULL,   -- found; unlike: not the same lesson; refused: by a person
  shift_ns       INTEGER NOT NULL,
  drift_ppb      INTEGER NOT NULL,
  agreed         INTEGER NOT NULL, -- windows of sound
  compared       INTEGER NOT NULL,
  PRIMARY KEY (segment_id, from_id)
) WITHOUT ROWID;
