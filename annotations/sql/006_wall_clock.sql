-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 6: notes that were pinned by the wall clock.
--
-- Who is in a classroom, or beside a meeting that gives no stream, pins at a time of day. Its time in
-- the recording follows from the anchor of the segment, which may be said long after, and again: then
-- start_ns and end_ns of those notes are made anew, and their histories stay as they are.

-- wall_utc_ns: of such a note, else NULL. pinned_ns: the start that its history says, which holds
-- while the segment has no anchor.
ALTER TABLE note ADD COLUMN wall_utc_ns INTEGER;
ALTER TABLE note ADD COLUMN wall_uncertainty_ns INTEGER;
ALTER TABLE note ADD COLUMN pinned_ns INTEGER;
CREATE INDEX note_by_wall ON note (segment_key) WHERE wall_utc_ns IS NOT NULL;

-- Which wall-clock time is the segment's time 0; NULL: none.
ALTER TABLE lesson ADD COLUMN anchor_utc_ns INTEGER;
