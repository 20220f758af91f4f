-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A Lessonwalk store, version 1.
--
-- What must last is in log, op and body. Everything under "Projections" can be dropped and made
-- anew from them. What is under "Local" concerns this machine alone and is in no log.
--
-- Units are in the names: _ns is media stream time in nanoseconds, _utc_us microseconds since 1970.
-- A name in _id is 16 bytes that name a thing in every store; a name in _key is a row number of this
-- file and means nothing elsewhere. A clock is 48 bits of UTC milliseconds and a count of 16 bits.

-- Facts of this file:
--   device_id     which writer this file is; another one after a fork was seen
--   seen_clock    the greatest clock that came in by a merge
--   search_upto   notes up to this note_key are in the full-text index
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;

---------------------------------------------------------------------------------------------------
-- What must last
---------------------------------------------------------------------------------------------------

-- One writer's history: a device on one track, or (track_id NULL) a device's authority log, which
-- holds the structure and what was erased. log_id follows from device_id and track_id.
-- frozen: two files wrote different changes under one number; no more are added here.
CREATE TABLE log (
  log_key   INTEGER PRIMARY KEY,
  log_id    BLOB NOT NULL UNIQUE,
  device_id BLOB NOT NULL,
  track_id  BLOB,
  frozen    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX log_by_track ON log (track_id);

-- One change. seq counts from 1. branch is 0, but for the further sides of a fork; parent_branch
-- says which op of seq - 1 this one follows, whose hash is therefore not repeated here.
-- commitment is NULL where a change has no body.
CREATE TABLE op (
  op_key        INTEGER PRIMARY KEY,
  log_key       INTEGER NOT NULL REFERENCES log,
  seq           INTEGER NOT NULL,
  branch        INTEGER NOT NULL,
  parent_branch INTEGER NOT NULL,
  clock         INTEGER NOT NULL,
  kind          INTEGER NOT NULL,
  role          INTEGER NOT NULL,
  target_id     BLOB NOT NULL,
  commitment    BLOB,
  hash          BLOB NOT NULL
);
CREATE UNIQUE INDEX op_by_seq ON op (log_key, seq, branch);
CREATE INDEX op_by_target ON op (target_id);

-- What a change holds, with the salt of its commitment. Erasing deletes the row.
CREATE TABLE body (
  op_key INTEGER PRIMARY KEY REFERENCES op,
  salt   BLOB NOT NULL,
  bytes  BLOB NOT NULL
);

---------------------------------------------------------------------------------------------------
-- Projections
---------------------------------------------------------------------------------------------------

-- Places, people, lenses, walks, visits, segments and tracks, each as its newest body.
-- kind is NULL for one that is only named by another so far. position orders visits.
CREATE TABLE entity (
  entity_key  INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE,
  kind        INTEGER,
  parent_id   BLOB,
  position    INTEGER NOT NULL DEFAULT 0,
  media       BLOB,
  added_clock INTEGER,
  body        BLOB
);
CREATE INDEX entity_by_kind ON entity (kind, parent_id);
CREATE INDEX entity_by_media ON entity (media) WHERE media IS NOT NULL;

CREATE TABLE track (
  track_key   INTEGER PRIMARY KEY REFERENCES entity,
  segment_key INTEGER NOT NULL REFERENCES entity,
  person_key  INTEGER NOT NULL REFERENCES entity,
  lens_key    INTEGER REFERENCES entity
);
CREATE INDEX track_by_segment ON track (segment_key);
CREATE INDEX track_by_person ON track (person_key);

-- Every note that is there (not deleted, not erased).
-- end_ns is NULL for a point; region is x, y, width, height, 16 bits each; edited_utc_us is NULL if
-- never edited; tags are joined by U+001F. note_key grows with every change, so that what lies
-- beyond meta.search_upto is what the full-text index does not know yet. recency orders by last
-- edit and is the row number in the full-text index: edited_utc_us * 2048, and a count within it.
CREATE TABLE note (
  note_key       INTEGER PRIMARY KEY,
  id             BLOB NOT NULL,
  recency        INTEGER NOT NULL,
  track_key      INTEGER NOT NULL REFERENCES entity,
  segment_key    INTEGER REFERENCES entity,
  lens_key       INTEGER REFERENCES entity,
  kind           INTEGER NOT NULL,
  on_focus       INTEGER NOT NULL,
  pass           INTEGER NOT NULL,
  start_ns       INTEGER NOT NULL,
  end_ns         INTEGER,
  region         INTEGER,
  reply_to       BLOB,
  created_utc_us INTEGER NOT NULL,
  edited_utc_us  INTEGER,
  tags           TEXT,
  text           TEXT NOT NULL
);
CREATE UNIQUE INDEX note_by_id ON note (id);
CREATE UNIQUE INDEX note_by_recency ON note (recency);
CREATE INDEX note_by_track ON note (track_key, start_ns);
CREATE INDEX note_by_segment ON note (segment_key, start_ns);
CREATE INDEX note_by_reply ON note (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX note_by_tags ON note (tags) WHERE tags IS NOT NULL;

-- What was erased, of any kind: nothing of it is ever taken in again.
CREATE TABLE erased (
  target_id BLOB PRIMARY KEY
) WITHOUT ROWID;

-- The words of the notes. It holds no text of its own: what is taken out must be told to it again.
-- Scripts that are written without spaces come to it one letter a word (lw-search-text.c).
CREATE VIRTUAL TABLE search USING fts5 (
  text,
  content = '',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
-- For finding the words that begin with some letters.
CREATE VIRTUAL TABLE search_word USING fts5vocab (search, instance);

---------------------------------------------------------------------------------------------------
-- Local
---------------------------------------------------------------------------------------------------

-- Where media was seen. path is bytes, for not every file name is text. seen counts openings.
CREATE TABLE media_place (
  path       BLOB PRIMARY KEY,
  media      BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_us   INTEGER NOT NULL,
  seen       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX media_place_by_media ON media_place (media, seen);
CREATE INDEX media_place_by_seen ON media_place (seen);

-- What is being typed: one a track.
CREATE TABLE draft (
  track_id BLOB PRIMARY KEY,
  note_id  BLOB NOT NULL,
  body     BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX draft_by_note ON draft (note_id);

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
