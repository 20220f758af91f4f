-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 5: how many notes there are, of what, and where.
--
-- A district looks at thousands of classrooms at once; to count a million notes each time would take
-- a second. So their numbers are kept beside them, by lesson and lens, and of places, visits and
-- lessons what counting goes by. All of it is a projection like the others; lw-counts.c fills it.

-- lens_key: the note's lens, or if it names none its track's; 0: none. Replies, and answers in
-- forms, are not counted. A row of zeros is as good as none.
CREATE TABLE lens_count (
  segment_key INTEGER NOT NULL,
  lens_key    INTEGER NOT NULL,
  noticings   INTEGER NOT NULL,
  wonderings  INTEGER NOT NULL,
  progress    INTEGER NOT NULL,
  PRIMARY KEY (segment_key, lens_key)
) WITHOUT ROWID;

-- visit_key is NULL for a lesson that is of no visit.
CREATE TABLE lesson (
  segment_key INTEGER PRIMARY KEY,
  visit_key   INTEGER
);
CREATE INDEX lesson_by_visit ON lesson (visit_key);

CREATE TABLE visit (
  visit_key     INTEGER PRIMARY KEY,
  walk_id       BLOB NOT NULL,
  classroom_key INTEGER
);
CREATE INDEX visit_by_walk ON visit (walk_id);

-- sort_key: the name as people sort names.
CREATE TABLE place (
  place_key  INTEGER PRIMARY KEY,
  kind       INTEGER NOT NULL,
  parent_key INTEGER,
  sort_key   TEXT NOT NULL
);
CREATE INDEX place_by_name ON place (kind, sort_key, place_key);
