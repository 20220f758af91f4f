-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 2: live lessons.

-- Where a visit's live lesson comes from. While it is open, a receiver waits for it or takes it in;
-- its bytes are in live/ID until they are an ordinary lesson's.
CREATE TABLE live_source (
  source_id      BLOB PRIMARY KEY,
  walk_id        BLOB NOT NULL,
  visit_id       BLOB NOT NULL,
  segment_id     BLOB,            -- NULL: nothing has come yet
  person_id      BLOB NOT NULL,   -- who opened it
  kind           TEXT NOT NULL,   -- 'rtmp'
  key_hash       BLOB NOT NULL UNIQUE,
  title          TEXT NOT NULL,
  state          TEXT NOT NULL,   -- open, ended (to become a lesson), kept (has become one)
  origin_utc_us  INTEGER NOT NULL DEFAULT 0, -- wall clock of media time 0
  created_utc_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX live_source_by_visit ON live_source (visit_id);

-- At what time of the day a moment of a lesson was filmed, as far as is known.
CREATE TABLE clock (
  segment_id     BLOB NOT NULL,
  media_ns       INTEGER NOT NULL,
  utc_us         INTEGER NOT NULL,
  method         TEXT NOT NULL,   -- rtcp_sr, program_date_time, rtmp_arrival, manual, audio
  uncertainty_ms INTEGER NOT NULL,
  PRIMARY KEY (segment_id, media_ns, method)
) WITHOUT ROWID;
