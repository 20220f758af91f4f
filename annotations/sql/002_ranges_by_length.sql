-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 2: ranges are found by length class.
--
-- To find the ranges that touch a window, version 1 had to read every note of the segment that
-- starts before its end. Now a note is filed under the power of two of milliseconds that its length
-- does not exceed, so that for each class only starts within that length before the window count.

-- Points are class 0; 32 classes reach beyond the longest time that Lessonwalk takes for real.
CREATE TABLE length_class (
  length_class INTEGER PRIMARY KEY,
  max_ns       INTEGER NOT NULL
);
INSERT INTO length_class VALUES (0, 1);
INSERT INTO length_class
  WITH RECURSIVE power (class, max_ns) AS (
    SELECT 1, 1000000
    UNION ALL SELECT class + 1, max_ns * 2 FROM power WHERE class < 33
  )
  SELECT class, max_ns FROM power;

ALTER TABLE note ADD COLUMN length_class INTEGER NOT NULL DEFAULT 0;
UPDATE note SET length_class =
  (SELECT min (c.length_class) FROM length_class c
    WHERE c.length_class > 0 AND c.max_ns >= note.end_ns - note.start_ns)
  WHERE end_ns IS NOT NULL;

DROP INDEX note_by_segment;
CREATE INDEX note_by_segment ON note (segment_key, length_class, start_ns);
