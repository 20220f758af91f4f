-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A room's ledger, version 1. Times are microseconds since 1970 (_utc_us); ids are the 16 bytes of
-- the walk logs' ids; secrets are in here as their BLAKE2b-256 (_hash) or Argon2id only.

-- Who may sign in. A guest has one without login, for one walk.
CREATE TABLE account (
  person_id      BLOB PRIMARY KEY,
  login          TEXT UNIQUE COLLATE NOCASE,
  name           TEXT NOT NULL,
  password       TEXT,            -- Argon2id, as libsodium writes it; NULL: by link or provider only
  oidc_issuer    TEXT,
  oidc_subject   TEXT,
  may_create     INTEGER NOT NULL DEFAULT 0,
  is_admin       INTEGER NOT NULL DEFAULT 0,
  guest_of       BLOB,            -- a walk
  created_utc_us INTEGER NOT NULL,
  disabled       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE UNIQUE INDEX account_by_oidc ON account (oidc_issuer, oidc_subject)
  WHERE oidc_subject IS NOT NULL;

CREATE TABLE session (
  token_hash     BLOB PRIMARY KEY,
  session_id     BLOB NOT NULL UNIQUE,
  person_id      BLOB NOT NULL REFERENCES account ON DELETE CASCADE,
  created_utc_us INTEGER NOT NULL,
  expires_utc_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_by_person ON session (person_id);

-- What is handed to people: a sign-in link (person_id) or an invitation to a walk (roles).
CREATE TABLE link (
  code_hash      BLOB PRIMARY KEY,
  link_id        BLOB NOT NULL UNIQUE,
  person_id      BLOB,
  walk_id        BLOB,
  roles          INTEGER NOT NULL DEFAULT 0,
  label          TEXT NOT NULL DEFAULT '',
  uses_left      INTEGER,         -- NULL: any number
  created_by     BLOB,
  created_utc_us INTEGER NOT NULL,
  expires_utc_us INTEGER NOT NULL,
  revoked        INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX link_by_walk ON link (walk_id) WHERE walk_id IS NOT NULL;

-- A lesson, or a sample of student work, on its way in. Its bytes are in uploads/ID.
CREATE TABLE upload (
  upload_id      BLOB PRIMARY KEY,
  person_id      BLOB NOT NULL,
  walk_id        BLOB NOT NULL,
  visit_id       BLOB,
  segment_id     BLOB,            -- made from it, or what student work belongs to
  purpose        TEXT NOT NULL,   -- 'lesson' or 'work'
  title          TEXT NOT NULL,
  at_ns          INTEGER,         -- student work: the moment it belongs to
  length_bytes   INTEGER NOT NULL,
  received_bytes INTEGER NOT NULL DEFAULT 0, -- which are on the disk for certain
  metadata       TEXT NOT NULL DEFAULT '',   -- as the client sent it, for its own question
  state          TEXT NOT NULL,   -- receiving, checking, making, ready, refused, failed
  message        TEXT NOT NULL DEFAULT '',
  media          BLOB,            -- what it turned out to be
  created_utc_us INTEGER NOT NULL,
  changed_utc_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX upload_by_walk ON upload (walk_id);
CREATE INDEX upload_by_state ON upload (state);

-- Media that is here whole, by its content: the original and what was made of it, as file names
-- below media/HASH/.
CREATE TABLE media (
  media          BLOB PRIMARY KEY,
  original       TEXT NOT NULL,
  media_type     TEXT NOT NULL,
  size_bytes     INTEGER NOT NULL,
  playable       TEXT NOT NULL,   -- the same file where browsers can play it; '': not made yet
  playable_type  TEXT NOT NULL,
  width          INTEGER NOT NULL DEFAULT 0,
  height         INTEGER NOT NULL DEFAULT 0,
  added_utc_us   INTEGER NOT NULL
) WITHOUT ROWID;

-- A sample of student work, kept in media/ as well.
CREATE TABLE work (
  work_id        BLOB PRIMARY KEY,
  segment_id     BLOB NOT NULL,
  media          BLOB NOT NULL REFERENCES media,
  title          TEXT NOT NULL,
  at_ns          INTEGER,
  added_by       BLOB NOT NULL,
  added_utc_us   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX work_by_segment ON work (segment_id);

-- A range that a teacher shares. Its own file is clips/ID.mp4.
CREATE TABLE clip (
  clip_id        BLOB PRIMARY KEY,
  segment_id     BLOB NOT NULL,
  person_id      BLOB NOT NULL,
  title          TEXT NOT NULL,
  start_ns       INTEGER NOT NULL,
  end_ns         INTEGER NOT NULL,
  state          TEXT NOT NULL,   -- making, ready, failed
  message        TEXT NOT NULL DEFAULT '',
  media_type     TEXT NOT NULL DEFAULT '',
  size_bytes     INTEGER NOT NULL DEFAULT 0,
  with_notes     INTEGER NOT NULL DEFAULT 1, -- the teacher's own notes within it
  created_utc_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX clip_by_segment ON clip (segment_id);

CREATE TABLE share (
  share_id       BLOB PRIMARY KEY,
  token_hash     BLOB NOT NULL UNIQUE,
  clip_id        BLOB NOT NULL REFERENCES clip ON DELETE CASCADE,
  audience       TEXT NOT NULL,   -- whom the teacher means it for, in her words
  created_utc_us INTEGER NOT NULL,
  expires_utc_us INTEGER NOT NULL,
  views_left     INTEGER,         -- NULL: any number
  revoked        INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX share_by_clip ON share (clip_id);

CREATE TABLE share_view (
  ticket_hash    BLOB PRIMARY KEY, -- of what opens the clip's file during this view
  share_id       BLOB NOT NULL REFERENCES share ON DELETE CASCADE,
  viewed_utc_us  INTEGER NOT NULL,
  viewer         TEXT NOT NULL     -- the name they gave, or ''
) WITHOUT ROWID;
CREATE INDEX share_view_by_share ON share_view (share_id);

CREATE TABLE share_reply (
  reply_id       BLOB PRIMARY KEY,
  share_id       BLOB NOT NULL REFERENCES share ON DELETE CASCADE,
  name           TEXT NOT NULL,
  text           TEXT NOT NULL,
  at_ns          INTEGER,
  written_utc_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX share_reply_by_share ON share_reply (share_id);

-- Who saw and did what. Each row's hash covers the one before, so none can go unseen; the name of
-- an erased person goes with the account, the id stays.
CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY,
  utc_us     INTEGER NOT NULL,
  person_id  BLOB,               -- NULL: the room itself, or somebody by a shared link
  action     TEXT NOT NULL,      -- "watched", "pinned", "shared" …
  walk_id    BLOB,
  segment_id BLOB,
  target_id  BLOB,
  detail     TEXT NOT NULL DEFAULT '',
  hash       BLOB NOT NULL
);
CREATE INDEX audit_by_segment ON audit (segment_id, seq) WHERE segment_id IS NOT NULL;
CREATE INDEX audit_by_walk ON audit (walk_id, seq) WHERE walk_id IS NOT NULL;

-- Settings of the whole room ("retention-days"), and segments that must not be erased (a legal
-- hold).
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE hold (
  segment_id     BLOB PRIMARY KEY,
  reason         TEXT NOT NULL,
  placed_by      BLOB NOT NULL,
  placed_utc_us  INTEGER NOT NULL
) WITHOUT ROWID;
